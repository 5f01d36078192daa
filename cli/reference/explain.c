/*
 * nitro-attest explain CODE|RULE|all: what a refusal means, where it points, what to do.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <nitro_attest/base.h>

#include "cli/frame/commands.h"
#include "cli/frame/options.h"
#include "cli/frame/report.h"

#define CODE_NUMBER(name, number, item, rule, text, remedy) name,
static const natt_code codes[] = {NATT_CODE_LIST(CODE_NUMBER)};
#undef CODE_NUMBER
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
    "Explains a refusal: CODE is a name (NATT_E_TIME_EXPIRED) or its number, RULE an id (R-TIME-02), in any case.\n",
    options,
    sizeof options / sizeof options[0],
    1,
    1,
    "CODE, RULE or \"all\""};

static const char *item_text(natt_code code)
{
    static const char *const texts[] = {"",
                                        "certificate (0 = root, last = leaf)",
                                        "PCR index",
                                        "field of the payload",
                                        "trusted root given",
                                        "deny entry given",
                                        "policy set"};
    size_t kind = (size_t)natt_code_item_kind(code);
    return kind < sizeof texts / sizeof texts[0] ? texts[kind] : "";
}

static bool matches(natt_code code, const char *word)
{
    char number[16];
    (void)snprintf(number, sizeof number, "%d", (int)code);
    return strcasecmp(word, natt_code_name(code)) == 0 || strcmp(word, number) == 0 ||
           (natt_code_rule(code)[0] != '\0' && strcasecmp(word, natt_code_rule(code)) == 0);
}

static void put_code(natt_cli_report *r, natt_code code)
{
    const char *rule = natt_code_rule(code), *item = item_text(code);
    natt_cli_put_object(r, NATT_CLI_ITEM);
    natt_cli_put_line(r, "code", natt_cli_in(NATT_CLI_BOLD "%" NATT_CLI_PLAIN, natt_cli_as_word(natt_code_name(code))));
    natt_cli_put_more(r, "number", natt_cli_in(" (%)", natt_cli_as_number((uint64_t)code)));
    natt_cli_put(r, "rule", "rule", natt_cli_as_word(rule[0] == '\0' ? NULL : rule));
    natt_cli_put(r, "message", "meaning", natt_cli_as_word(natt_code_message(code)));
    natt_cli_put(r, "remedy", "what to do", natt_cli_as_word(natt_code_remedy(code)));
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "item", natt_cli_as_word(item[0] == '\0' ? NULL : item));
    if (code >= NATT_E_CBOR_TRUNCATED && (int)code < NATT_FIRST_AUTHENTICATED)
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
        if (strcmp(word, "all") != 0 && !matches(codes[i], word))
            continue;
        put_code(&r, codes[i]);
        found = true;
    }
    (found ? natt_cli_report_end : natt_cli_report_free)(&r);
    return found;
}

/* Names without their common beginning, or any words at their end, are what people type: TIME_EXPIERD, expired. */
static size_t distance(natt_code code, const char *word)
{
    const char *name = natt_code_name(code);
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
    for (size_t far = 0; far < 4 && 2 * far < strlen(word); far++) /* near: under half of the letters are wrong */
        for (size_t i = 0; i < CODES && found < 5; i++)
            if (distance(codes[i], word) == far && used < sizeof hint) {
                used += (size_t)snprintf(hint + used, sizeof hint - used, "%s%s", found == 0 ? "did you mean " : ", ",
                                         natt_code_name(codes[i]));
                found++;
            }
    (void)natt_cli_fail(&err, NATT_CLI_USAGE, found > 0 ? hint : "nitro-attest explain all lists every code",
                        "no code or rule is called \"%.100s\"", word);
    return natt_cli_error_print(&err, spec.command);
}

static int run_explain(int argc, char **argv)
{
    explain_args args = {0};
    natt_cli_list operands = {0};
    natt_cli_error err;
    int code = NATT_CLI_OK;
    natt_cli_parsed parsed = natt_cli_options_parse(&args, &operands, &spec, argc, argv, &err);
    if (parsed == NATT_CLI_WRONG)
        code = natt_cli_error_print(&err, spec.command);
    else if (parsed == NATT_CLI_RUN && !report_matches(operands.items[0], args.json))
        code = suggest(operands.items[0]);
    natt_cli_options_free(&args, &operands, &spec);
    return code;
}

const natt_cli_subcommand natt_cli_command_explain = {"explain", run_explain,
                                                      "explain what a refusal means and what to do"};
