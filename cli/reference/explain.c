/*
 * nitro-attest explain CODE|RULE|all: meaning, location and remedy of a refusal.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <nitro_attest/base.h>
#include <nitro_attest/emulator_error.h>
#include <nitro_attest/kms_client_error.h>
#include <nitro_attest/nsm_codes.h>
#include <nitro_attest/recipient_error.h>

#include "cli/frame/commands.h"
#include "cli/frame/options.h"
#include "cli/frame/report.h"
#include "cli/reference/explain.h"
#include "nsm/provision/codes.h"

/* A code of the verifier, of the NSM client, or of the emulator's, the recipient's or the KMS client's library,
 * or of provision. */
struct known {
    const char *name;
    int number;
    const char *rule, *text, *remedy, *item;
    bool of_document; /* it describes a document */
};

#define ITEM_NONE        ""
#define ITEM_CERTIFICATE "certificate (0 = root, last = leaf)"
#define ITEM_PCR         "PCR index"
#define ITEM_FIELD       "field of the payload"
#define ITEM_ROOT        "trusted root given"
#define ITEM_DENY        "deny entry given"
#define ITEM_SET         "policy set"
#define ITEM_CHECK       "required check"

#define VERIFIER(code, number, item, rule, text, remedy) {#code, number, rule, text, remedy, ITEM_##item, true},
#define CLIENT(code, number, text, remedy)               {#code, number, "", text, remedy, "", false},
#define EMULATOR(code, number, index, text, remedy)      {#code, number, "", text, remedy, index, false},
static const struct known codes[] = {NATT_CODE_LIST(VERIFIER) NATT_NSM_CODE_LIST(CLIENT) NATT_EMULATOR_CODE_LIST(
    EMULATOR) NATT_RECIPIENT_CODE_LIST(CLIENT) NATT_KMS_CLIENT_CODE_LIST(CLIENT) NATT_PROVISION_CODE_LIST(CLIENT)};
#define CODES (sizeof codes / sizeof codes[0])

typedef struct explain_args {
    bool json;
} explain_args;

static const natt_cli_option options[] = {
    {"Options", NULL, NATT_CLI_FLAG, 0, NULL},
    {"json", NULL, NATT_CLI_FLAG, offsetof(explain_args, json), "print a JSON array"},
};

static const natt_cli_spec spec = {
    "explain",
    "explain [--json] CODE|RULE|all",
    "Explains an error: CODE is a name (NATT_E_TIME_EXPIRED, NATT_NSM_E_OPEN) or the number of a refusal, RULE an id\n"
    "(R-TIME-02), in any case.\n",
    NATT_CLI_TABLE(options),
    1,
    1,
    "CODE, RULE or \"all\""};

static bool matches(const struct known *code, const char *word)
{
    char number[16];
    (void)snprintf(number, sizeof number, "%d", code->number);
    return strcasecmp(word, code->name) == 0 || (code->of_document && strcmp(word, number) == 0) ||
           (code->rule[0] != '\0' && strcasecmp(word, code->rule) == 0);
}

static natt_cli_cell word_or_absent(const char *text)
{
    return natt_cli_as_word(text[0] == '\0' ? NULL : text);
}

static void put_code(natt_cli_report *r, const struct known *code)
{
    natt_cli_put_object(r, NATT_CLI_ITEM);
    natt_cli_put_line(r, "code", natt_cli_in(NATT_CLI_BOLD "%" NATT_CLI_PLAIN, natt_cli_as_word(code->name)));
    natt_cli_put_more(r, "number", natt_cli_in(" (%)", natt_cli_as_number((uint64_t)code->number)));
    natt_cli_put(r, "rule", "rule", word_or_absent(code->rule));
    natt_cli_put(r, "message", "meaning", natt_cli_as_word(code->text));
    natt_cli_put(r, "remedy", "what to do", natt_cli_as_word(code->remedy));
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "item", word_or_absent(code->item));
    if (code->of_document && code->number >= NATT_E_CBOR_TRUNCATED && code->number < NATT_FIRST_AUTHENTICATED)
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, "note",
                     natt_cli_as_word("found before every signature was verified: it describes unauthenticated bytes"));
    natt_cli_put_end(r);
}

static bool report_matches(const char *word, bool json)
{
    natt_cli_report r;
    bool found = false;
    natt_cli_report_start_list(&r, json);
    r.width = 11;
    for (size_t i = 0; i < CODES; i++) {
        if (strcmp(word, "all") != 0 && !matches(&codes[i], word))
            continue;
        put_code(&r, &codes[i]);
        found = true;
    }
    (found ? natt_cli_report_end : natt_cli_report_free)(&r);
    return found;
}

void natt_cli_explain_code(natt_code code)
{
    (void)fputc('\n', stdout);
    (void)report_matches(natt_code_name(code), false);
}

/* Users type names without the common prefix, or only the last words: TIME_EXPIERD, expired. */
static size_t distance(const char *name, const char *word)
{
    size_t best = natt_cli_distance(word, name), len = strlen(word);
    for (const char *p = name; p != NULL; p = strchr(p, '_')) {
        p += *p == '_' ? 1 : 0;
        size_t far = natt_cli_distance(word, p);
        if (len >= 4 && strncasecmp(p, word, len) == 0)
            far = 0;
        best = far < best ? far : best;
    }
    return best;
}

static int suggest(const char *word)
{
    natt_cli_error err;
    char hint[sizeof err.hint] = "";
    size_t used = 0, found = 0;
    for (size_t far = 0; far < 4 && 2 * far < strlen(word); far++) /* similar: less than half of the letters are
                                                                    * wrong */
        for (size_t i = 0; i < CODES && found < 5; i++)
            if (distance(codes[i].name, word) == far && used < sizeof hint) {
                used += (size_t)snprintf(hint + used, sizeof hint - used, "%s%s", found == 0 ? "did you mean " : ", ",
                                         codes[i].name);
                found++;
            }
    (void)natt_cli_fail(&err, NATT_CLI_USAGE, found > 0 ? hint : "nitro-attest explain all lists every code",
                        "no code or rule is called \"%.100s\"", word);
    return natt_cli_error_print(&err, spec.command);
}

static int explain(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const explain_args *args = given;
    (void)err;
    return report_matches(operands->items[0], args->json) ? NATT_CLI_OK : suggest(operands->items[0]);
}

static int run_explain(int argc, char **argv)
{
    explain_args args = {0};
    return natt_cli_command_exit(&spec, &args, explain, argc, argv);
}

const natt_cli_subcommand natt_cli_command_explain = {"explain", run_explain,
                                                      "explain what a refusal means and what to do"};
