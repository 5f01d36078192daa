/*
 * nitro-attest nsm: the requests of a Nitro Secure Module. nsm.h explains each request; this file has the command
 * lines.
 */
#include <stdio.h>

#include "cli/certificates/public_key.h"
#include "cli/frame/commands.h"
#include "cli/frame/output.h"
#include "cli/frame/subcommands.h"
#include "cli/nsm/nsm_commands.h"
#include "cli/nsm/nsm_session.h"

typedef struct report_args {
    natt_cli_nsm_place place;
    bool json;
} report_args;

static const natt_cli_option report_options[] = {
    NATT_CLI_NSM_PLACE_OPTIONS,
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"json", NULL, NATT_CLI_FLAG, offsetof(report_args, json), "JSON instead of text"},
};

static const char *digest_name(natt_nsm_digest digest)
{
    static const char *const names[] = {"SHA256", "SHA384", "SHA512"};
    return (size_t)digest < sizeof names / sizeof names[0] ? names[digest] : "unknown";
}

void natt_cli_put_nsm_description(natt_cli_report *r, const natt_nsm_description *d)
{
    char version[40];
    (void)snprintf(version, sizeof version, "%u.%u.%u", d->version_major, d->version_minor, d->version_patch);
    natt_cli_put(r, "module_id", "module_id", natt_cli_as_word(d->module_id));
    natt_cli_put(r, "version", "version", natt_cli_as_word(version));
    natt_cli_put(r, "digest", "digest", natt_cli_as_word(digest_name(d->digest)));
    natt_cli_put(r, "max_pcrs", "PCRs", natt_cli_as_number(d->max_pcrs));
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "locked", natt_cli_as_word(d->locked_pcr_count == 0 ? "none" : ""));
    natt_cli_put_list(r, "locked_pcrs");
    for (uint32_t i = 0; i < d->locked_pcr_count; i++)
        natt_cli_put_more(r, NATT_CLI_ITEM, natt_cli_in(i == 0 ? "%" : " %", natt_cli_as_number(d->locked_pcrs[i])));
    natt_cli_put_end(r);
}

static bool describe(natt_cli_nsm_session *nsm, const void *args, natt_cli_error *err)
{
    const report_args *a = args;
    natt_nsm_description d = NATT_NSM_DESCRIPTION_INIT;
    natt_nsm_error e;
    if (!natt_nsm_describe(&nsm->session, &d, &e))
        return natt_cli_nsm_fail(err, nsm, &e, NATT_NSM_DESCRIBE_NSM);
    natt_cli_report r;
    natt_cli_report_start(&r, a->json);
    r.indent = "";
    natt_cli_put_nsm_description(&r, &d);
    natt_cli_report_end(&r);
    return true;
}

static int run_describe(int argc, char **argv)
{
    static const natt_cli_spec spec = {"nsm describe", "nsm describe [OPTIONS]",
                                       "Shows the description of the NSM: module id, version, PCRs and locked PCRs.\n",
                                       NATT_CLI_TABLE(report_options)};
    report_args args = {0};
    return natt_cli_nsm_command(&spec, &args, NULL, describe, argc, argv);
}

typedef struct attest_args {
    natt_cli_nsm_place place;
    const char *nonce, *user_data, *public_key, *out;
    bool base64;
    natt_cli_buf values[3]; /* of the three above, filled by the check */
    natt_nsm_attestation fields;
} attest_args;

#define AT(field) offsetof(attest_args, field)
static const natt_cli_option attest_options[] = {
    {"Content of the document (values: hex, base64:<text>, @<file>)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"nonce", "V", NATT_CLI_TEXT, AT(nonce), "the verifier's nonce"},
    {"user-data", "V", NATT_CLI_TEXT, AT(user_data), "the user_data"},
    {"public-key", "V", NATT_CLI_TEXT, AT(public_key), "the public_key"},
    {"strict-sizes", NULL, NATT_CLI_FLAG, AT(place.strict_sizes),
     "refuse sizes above the documented limits, which NSMs do not enforce"},
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"out", "FILE", NATT_CLI_TEXT, AT(out), "the document (default: standard output, as base64 if that is a terminal)"},
    {"base64", NULL, NATT_CLI_FLAG, AT(base64), "write the document as base64"},
    NATT_CLI_NSM_PLACE_OPTIONS,
};

static bool attest(natt_cli_nsm_session *nsm, const void *args, natt_cli_error *err)
{
    const attest_args *a = args;
    uint8_t document[NATT_NSM_MAX_RESPONSE];
    size_t len = 0;
    natt_nsm_error e;
    if (!natt_nsm_attest(&nsm->session, document, sizeof document, &len, &a->fields, &e))
        return natt_cli_nsm_fail(err, nsm, &e, NATT_NSM_ATTESTATION);
    return natt_cli_output(a->out, a->base64, (natt_bytes){document, len}, err);
}

static bool check_attest(void *args, const natt_cli_list *operands, natt_cli_error *err)
{
    static const natt_nsm_attestation standard = NATT_NSM_ATTESTATION_INIT;
    attest_args *a = args;
    const struct {
        const char *option, *text;
        natt_bytes *field;
        bool (*read)(natt_cli_buf *out, const char *text, natt_cli_error *err);
    } rows[] = {{"--nonce", a->nonce, &a->fields.nonce, natt_cli_value},
                {"--user-data", a->user_data, &a->fields.user_data, natt_cli_value},
                {"--public-key", a->public_key, &a->fields.public_key, natt_cli_public_key}};
    (void)operands;
    a->fields = standard;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].text != NULL && !rows[i].read(&a->values[i], rows[i].text, err))
            return natt_cli_fail_in(err, "%s", rows[i].option);
        *rows[i].field = natt_cli_buf_view(&a->values[i]);
    }
    return natt_cli_nsm_check_request(attest, a, err);
}

static int run_attest(int argc, char **argv)
{
    static const natt_cli_spec spec = {
        "nsm attest", "nsm attest [OPTIONS]",
        "Requests a signed attestation document from the NSM. The command does not verify it.\n",
        NATT_CLI_TABLE(attest_options)};
    attest_args args = {0};
    int code = natt_cli_nsm_command(&spec, &args, check_attest, attest, argc, argv);
    for (size_t i = 0; i < sizeof args.values / sizeof args.values[0]; i++)
        natt_cli_buf_free(&args.values[i]);
    return code;
}

static const natt_cli_subcommand list[] = {
    {"describe", run_describe, "show the description of the NSM"},
    {"pcr", natt_cli_nsm_pcr, "read, extend and lock PCRs"},
    {"attest", run_attest, "request a signed attestation document"},
    {"random", natt_cli_nsm_random, "request random bytes"},
    {"seed-entropy", natt_cli_nsm_seed, "seed the kernel's random number generator"},
    {"detect", natt_cli_nsm_detect, "check whether an NSM replies"},
};

static int run_nsm(int argc, char **argv)
{
    static const natt_cli_subcommands commands = {
        "nitro-attest nsm",
        "Sends requests to the Nitro Secure Module of this enclave (/dev/nsm), or to a software NSM.\n",
        "0 done, 1 the NSM refused, 2 usage error, 3 no NSM, or no valid reply", NATT_CLI_TABLE(list)};
    return natt_cli_subcommands_run(&commands, argc, argv);
}

const natt_cli_subcommand natt_cli_command_nsm = {"nsm", run_nsm,
                                                  "send requests to the Nitro Secure Module of this enclave"};
