/*
 * The file in which the provisioner stores its tokens [nsm/provision/state_json.h]. Properties: an accepted file is
 * within the limits of tokens and has unique labels; written and parsed again, it gives the same text; serial numbers
 * are known and unique; tokens of an earlier boot are reported, and none is lost; a damaged file is an error, and
 * nothing leaks. The label check accepts what jansson accepts as a string.
 */
#include <inttypes.h>

#include <jansson.h>

#include "fuzz/property.h"
#include "nsm/provision/label.h"
#include "nsm/provision/state_json.h"

#define BOOT_ID "01234567-89ab-cdef-0123-456789abcdef"

static uint64_t executions, taken, tokens, keys, serials;

static void print_counts(void)
{
    (void)fprintf(stderr,
                  "provision_state: %" PRIu64 " executions, taken %" PRIu64 ", tokens %" PRIu64 ", keys %" PRIu64
                  ", serial numbers %" PRIu64 "\n",
                  executions, taken, tokens, keys, serials);
}

static void clear(natt_state *state)
{
    memset(state, 0, sizeof *state);
    state->folder = state->lock = -1;
}

static void check_token(natt_state *state, const natt_state_token *token)
{
    MUST(strlen(token->label) >= 1 && strlen(token->label) <= NATT_TOKEN_MAX_LABEL);
    MUST(natt_state_find(state, token->label) == token && token->slot < NATT_TOKEN_MAX);
    MUST(natt_label_check(token->label, "token", NULL));
    MUST(token->key_count <= NATT_DATABASE_MAX_KEYS);
    for (size_t i = 0; i < token->key_count; i++) {
        const natt_database_key *row = &token->keys[i].row;
        MUST(row->id <= 255 && row->label != NULL && row->wrapped.ptr != NULL);
        MUST(row->wrapped.len >= 1 && row->wrapped.len <= NATT_KMS_CLIENT_MAX_CIPHERTEXT);
    }
    tokens++;
    keys += token->key_count;
}

static void check_serials(const natt_state *state)
{
    MUST(state->serial_count <= NATT_STATE_MAX_SERIALS && state->removed_count <= NATT_TOKEN_MAX &&
         (!state->other_boot || (state->ended_ms == 0 && state->made_ms == 0)));
    for (size_t i = 0; i < state->serial_count; i++) {
        MUST(natt_token_serial_is_known(&state->serials[i]));
        for (size_t other = 0; other < i; other++)
            MUST(!natt_token_serial_equal(&state->serials[i], &state->serials[other]));
    }
    serials += state->serial_count;
}

static void check_label(const char *text)
{
    json_t *string = json_string(text);
    MUST(natt_label_check(text, "key", NULL) == (string != NULL));
    json_decref(string);
}

/* Writes the state, parses the text and writes it again. */
static void check_written(const natt_state *state)
{
    static natt_state again;
    natt_provision_error err;
    char *text = natt_state_to_json(state, BOOT_ID), *second;
    MUST(text != NULL);
    clear(&again);
    MUST(natt_state_from_json(&again, text, BOOT_ID, &err) && again.token_count == state->token_count);
    MUST(!again.other_boot);
    second = natt_state_to_json(&again, BOOT_ID);
    MUST(second != NULL && strcmp(text, second) == 0);
    natt_state_close(&again);
    free(second);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static natt_state state;
    natt_provision_error err;
    char *text = calloc(size + 1, 1);
    MUST(text != NULL);
    if (executions++ == 0 && getenv("NATT_FUZZ_COUNTS") != NULL)
        (void)atexit(print_counts);
    if (size > 0)
        memcpy(text, data, size);
    clear(&state);
    natt_provision_no_error(&err);
    bool read = natt_state_from_json(&state, text, BOOT_ID, &err);
    MUST(read == (err.code == NATT_PROVISION_OK) && state.token_count <= NATT_TOKEN_MAX);
    for (size_t i = 0; read && i < state.token_count; i++)
        check_token(&state, &state.tokens[i]);
    if (read) {
        check_serials(&state);
        check_written(&state);
    }
    check_label(text);
    taken += read ? 1 : 0;
    natt_state_close(&state);
    free(text);
    return 0;
}
