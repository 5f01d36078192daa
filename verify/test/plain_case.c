/*
 * Converts rows of the table and genuine documents to arguments of natt_verify. Plain C and libc.
 */
#include "plain_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static natt_bytes text(const char *s)
{
    return s == NULL ? (natt_bytes){NULL, 0} : (natt_bytes){(const uint8_t *)s, strlen(s)};
}

static uint8_t nibble(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

size_t natt_plain_hex(uint8_t *out, size_t capacity, const char *hex)
{
    size_t len = 0;
    for (; hex[0] != '\0' && len < capacity; hex += 2)
        out[len++] = (uint8_t)(nibble(hex[0]) << 4 | nibble(hex[1]));
    return len;
}

static natt_expectation exactly(const char *s)
{
    return (natt_expectation){s == NULL ? NATT_EXPECT_ANY : NATT_EXPECT_EXACT, text(s)};
}

static void set_policy(struct natt_plain_loaded *to, const struct natt_plain_options *given)
{
    to->pcr = (natt_pcr_value){given->pcr_index, {to->pcr_value, NATT_PCR_LEN}};
    natt_plain_hex(to->pcr_value, NATT_PCR_LEN, given->pcr);
    to->sets[0] = to->sets[1] = (natt_pcr_set){NULL, &to->pcr, 1};
    to->policy = (natt_policy){sizeof to->policy, to->sets, given->two_sets ? 2 : 1};
    to->opt.policy = &to->policy;
    to->opt.flags &= ~NATT_INSECURE_NO_PCR_POLICY;
}

static void set_deny(struct natt_plain_loaded *to, const char *serial)
{
    size_t len = natt_plain_hex(to->serial, sizeof to->serial, serial);
    to->deny = (natt_deny_entry){NATT_DENY_SERIAL, {NULL, 0}, {to->serial, len}};
    to->opt.deny = &to->deny;
    to->opt.deny_count = 1;
}

static void set_time(natt_options *opt, const struct natt_plain_options *given)
{
    opt->time_mode = given->archive ? NATT_TIME_ARCHIVE : NATT_TIME_NOW;
    opt->now_ms = (uint64_t)(NATT_PLAIN_NOW_MS + given->now_ms);
    opt->max_age_ms = given->archive ? NATT_UNSET_MS : given->unlimited_age ? NATT_UNLIMITED_MS : given->max_age_ms;
    opt->max_future_ms = given->max_future_ms;
    opt->not_before_leeway_ms = given->not_before_leeway_ms;
    opt->not_after_leeway_ms = given->not_after_leeway_ms;
}

void natt_plain_options_set(struct natt_plain_loaded *to, const struct natt_plain_options *given)
{
    natt_options opt = NATT_OPTIONS_INIT;
    opt.roots = &to->root;
    opt.root_count = 1;
    opt.kind = given->nitrotpm ? NATT_KIND_NITROTPM : NATT_KIND_ENCLAVE;
    set_time(&opt, given);
    opt.nonce_mode = given->nonce == NULL ? NATT_NONCE_NOT_USED : NATT_NONCE_EXACT;
    opt.nonce = text(given->nonce);
    opt.user_data = exactly(given->user_data);
    opt.public_key = exactly(given->public_key);
    opt.module_id = text(given->module_id);
    opt.region = text(given->region);
    opt.limits = given->limits;
    opt.flags = given->flags | NATT_INSECURE_NO_PCR_POLICY;
    to->opt = opt;
    if (given->pcr != NULL)
        set_policy(to, given);
    if (given->deny != NULL)
        set_deny(to, given->deny);
}

/* --- the table --- */

static const uint8_t *pool(void)
{
    static uint8_t bytes[65536 + NATT_PLAIN_LINE];
    static bool read;
    for (size_t i = 0; !read && i < natt_plain_pool_len; i += NATT_PLAIN_LINE)
        natt_plain_hex(bytes + i, NATT_PLAIN_LINE, natt_plain_pool[i / NATT_PLAIN_LINE]);
    read = true;
    return bytes;
}

void natt_plain_load(struct natt_plain_loaded *to, const struct natt_plain_case *from)
{
    size_t len = 0;
    for (size_t i = 0; i < from->count; i++) {
        struct natt_plain_slice slice = natt_plain_slices[from->first + i];
        memcpy(to->bytes + len, pool() + slice.at, slice.len);
        len += slice.len;
    }
    to->document = (natt_bytes){to->bytes, len};
    to->root = (natt_bytes){pool() + natt_plain_root.at, natt_plain_root.len};
    natt_plain_options_set(to, &from->opt);
}

/* --- genuine documents --- */

static FILE *open_shared(const char *name)
{
    const char *folder = getenv("NITRO_ATTEST_SHARED");
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/real/%s", folder != NULL ? folder : "", name);
    return folder == NULL || folder[0] == '\0' || len < 0 || (size_t)len >= sizeof path ? NULL : fopen(path, "rb");
}

bool natt_plain_has_genuine(void)
{
    FILE *index = open_shared("index.json");
    return index != NULL && fclose(index) == 0;
}

static bool line_is(const char *line, const char *key, const char *value)
{
    const char *at = strstr(line, key);
    return at != NULL && strncmp(at + strlen(key), value, strlen(value)) == 0;
}

/* The index is JSON with one key per line; "signature_valid" is among the last keys of each object. */
static bool read_entry(struct natt_plain_genuine *at, struct natt_plain_options *opt)
{
    char line[4096];
    at->name[0] = '\0';
    while (fgets(line, sizeof line, at->index) != NULL) {
        sscanf(line, " \"file\": \"%127[^\"]\"", at->name);
        opt->nitrotpm = opt->nitrotpm || line_is(line, "\"kind\": ", "\"nitrotpm\"");
        if (strstr(line, "\"signature_valid\": ") != NULL) {
            at->valid = line_is(line, "\"signature_valid\": ", "true");
            return at->name[0] != '\0';
        }
    }
    fclose(at->index);
    at->index = NULL;
    return false;
}

bool natt_plain_next_genuine(struct natt_plain_genuine *at, struct natt_plain_loaded *to)
{
    struct natt_plain_options opt = {.archive = true, .now_ms = INT64_C(1000000000000), .flags = NATT_ALLOW_DEBUG};
    if (at->index == NULL)
        at->index = open_shared("index.json");
    if (at->index == NULL || !read_entry(at, &opt))
        return false;
    FILE *file = open_shared(at->name);
    size_t len = file != NULL ? fread(to->bytes, 1, sizeof to->bytes, file) : 0;
    if (file != NULL)
        fclose(file);
    to->document = (natt_bytes){to->bytes, len};
    to->root = natt_root_aws();
    natt_plain_options_set(to, &opt);
    return true;
}
