/*
 * nitro-attest nsm: the requests of a Nitro Secure Module. What each does is in nsm.h; here are its words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "json_out.h"
#include "nsm_commands.h"
#include "nsm_session.h"
#include "output.h"
#include "subcommands.h"
#include "text.h"

typedef struct report_args {
    natt_cli_nsm_place place;
    bool json;
} report_args;

static const natt_cli_option report_options[] = {
    NATT_CLI_NSM_PLACE_OPTIONS,
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"json", NULL, NATT_CLI_FLAG, offsetof(report_args, json), "JSON instead of text"},
};
#define REPORT_OPTIONS report_options, sizeof report_options / sizeof report_options[0]

static json_t *locked_json(const natt_nsm_description *d)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < d->locked_pcr_count; i++)
        natt_cli_json_append(list, json_integer(d->locked_pcrs[i]));
    return list;
}

static const char *digest_name(natt_nsm_digest digest)
{
    static const char *const names[] = {"SHA256", "SHA384", "SHA512"};
    return (size_t)digest < sizeof names / sizeof names[0] ? names[digest] : "unknown";
}

static json_t *description_json(const natt_nsm_description *d)
{
    char version[24];
    json_t *out = json_object();
    (void)snprintf(version, sizeof version, "%u.%u.%u", d->version_major, d->version_minor, d->version_patch);
    natt_cli_json_set(out, "module_id", json_string(d->module_id));
    natt_cli_json_set(out, "version", json_string(version));
    natt_cli_json_set(out, "digest", json_string(digest_name(d->digest)));
    natt_cli_json_set(out, "max_pcrs", json_integer(d->max_pcrs));
    natt_cli_json_set(out, "locked_pcrs", locked_json(d));
    return out;
}

static void print_description(const natt_nsm_description *d)
{
    (void)printf("module_id    %s\nversion      %u.%u.%u\ndigest       %s\nPCRs         %u\nlocked      ", d->module_id,
                 d->version_major, d->version_minor, d->version_patch, digest_name(d->digest), d->max_pcrs);
    for (uint32_t i = 0; i < d->locked_pcr_count; i++)
        (void)printf(" %u", d->locked_pcrs[i]);
    (void)puts(d->locked_pcr_count == 0 ? " none" : "");
}

static bool describe(natt_nsm *session, const void *args, const natt_cli_list *operands, natt_cli_error *err)
{
    const report_args *a = args;
    natt_nsm_description d = NATT_NSM_DESCRIPTION_INIT;
    natt_nsm_error e;
    (void)operands;
    if (!natt_nsm_describe(session, &d, &e))
        return natt_cli_nsm_fail(err, &e, "DescribeNSM");
    if (a->json)
        natt_cli_json_print(description_json(&d));
    else
        print_description(&d);
    return true;
}

static int run_describe(int argc, char **argv)
{
    static const natt_cli_spec spec = {
        "nsm describe",
        "nsm describe [OPTIONS]",
        "Shows what the NSM says of itself: module id, version, PCRs and which are locked.\n",
        REPORT_OPTIONS,
        0,
        0,
        ""};
    report_args args = {0};
    return natt_cli_nsm_command(&spec, &args, describe, argc, argv);
}

/* An answer is what makes it an NSM: a file of that name is none. */
static int detect(const report_args *a)
{
    natt_nsm session;
    natt_cli_error err;
    natt_nsm_error e;
    natt_nsm_description d = NATT_NSM_DESCRIPTION_INIT;
    bool found = natt_cli_nsm_open(&session, &a->place, &err);
    if (!found && err.exit_code == NATT_CLI_USAGE)
        return natt_cli_error_print(&err, "nsm detect");
    if (found) {
        found = natt_nsm_describe(&session, &d, &e) || natt_cli_nsm_fail(&err, &e, "DescribeNSM");
        natt_nsm_close(&session);
    }
    if (a->json) {
        json_t *out = json_object();
        natt_cli_json_set(out, "present", json_boolean(found));
        natt_cli_json_set(out, "reason", found ? json_null() : json_string(err.what));
        natt_cli_json_set(out, "nsm", found ? description_json(&d) : json_null());
        natt_cli_json_print(out);
    } else if (found) {
        (void)printf("NSM present: %s\n", d.module_id);
    } else {
        (void)printf("no NSM: %s\n", err.what);
    }
    return found ? NATT_CLI_OK : NATT_CLI_REFUSED;
}

static int run_detect(int argc, char **argv)
{
    static const natt_cli_spec spec = {"nsm detect",
                                       "nsm detect [OPTIONS]",
                                       "Tells whether this is an enclave: whether an NSM answers. Exit code 0 yes, 1 "
                                       "no. A software NSM answers too: only\n"
                                       "a verified document proves an enclave.\n",
                                       REPORT_OPTIONS,
                                       0,
                                       0,
                                       ""};
    report_args args = {0};
    natt_cli_list operands = {0};
    natt_cli_error err;
    natt_cli_parsed parsed = natt_cli_options_parse(&args, &operands, &spec, argc, argv, &err);
    natt_cli_options_free(&args, &operands, &spec);
    if (parsed == NATT_CLI_WRONG)
        return natt_cli_error_print(&err, spec.command);
    return parsed == NATT_CLI_RUN ? detect(&args) : NATT_CLI_OK;
}

typedef struct attest_args {
    natt_cli_nsm_place place;
    const char *nonce, *user_data, *public_key, *out;
    bool base64;
} attest_args;

#define AT(field) offsetof(attest_args, field)
static const natt_cli_option attest_options[] = {
    {"What the document says (values: hex, base64:<text>, @<file>)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"nonce", "V", NATT_CLI_TEXT, AT(nonce), "the verifier's nonce"},
    {"user-data", "V", NATT_CLI_TEXT, AT(user_data), "the user_data"},
    {"public-key", "V", NATT_CLI_TEXT, AT(public_key), "the public_key"},
    {"strict-sizes", NULL, NATT_CLI_FLAG, AT(place.strict_sizes),
     "refuse sizes that AWS's text forbids although NSMs sign them"},
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"out", "FILE", NATT_CLI_TEXT, AT(out), "the document (default: standard output, as base64 if that is a terminal)"},
    {"base64", NULL, NATT_CLI_FLAG, AT(base64), "write the document as base64"},
    NATT_CLI_NSM_PLACE_OPTIONS,
};

static bool value(natt_bytes *view, natt_cli_buf *buf, const char *option, const char *text, natt_cli_error *err)
{
    if (text != NULL && !natt_cli_value(buf, text, err))
        return natt_cli_fail_in(err, "%s", option);
    *view = natt_cli_buf_view(buf);
    return true;
}

static bool request_document(natt_nsm *session, const attest_args *a, const natt_nsm_attestation *fields,
                             natt_cli_error *err)
{
    uint8_t document[NATT_NSM_MAX_RESPONSE];
    size_t len = 0;
    natt_nsm_error e;
    if (!natt_nsm_attest(session, document, sizeof document, &len, fields, &e))
        return natt_cli_nsm_fail(err, &e, "Attestation");
    return natt_cli_output(a->out, a->base64, (natt_bytes){document, len}, err);
}

static bool attest(natt_nsm *session, const void *args, const natt_cli_list *operands, natt_cli_error *err)
{
    const attest_args *a = args;
    natt_nsm_attestation fields = NATT_NSM_ATTESTATION_INIT;
    natt_cli_buf nonce = {NULL, 0}, user_data = {NULL, 0}, public_key = {NULL, 0};
    (void)operands;
    bool done = value(&fields.nonce, &nonce, "--nonce", a->nonce, err) &&
                value(&fields.user_data, &user_data, "--user-data", a->user_data, err) &&
                value(&fields.public_key, &public_key, "--public-key", a->public_key, err) &&
                request_document(session, a, &fields, err);
    natt_cli_buf_free(&nonce);
    natt_cli_buf_free(&user_data);
    natt_cli_buf_free(&public_key);
    return done;
}

static int run_attest(int argc, char **argv)
{
    static const natt_cli_spec spec = {"nsm attest",
                                       "nsm attest [OPTIONS]",
                                       "Asks the NSM for a signed attestation document. It is not verified here.\n",
                                       attest_options,
                                       sizeof attest_options / sizeof attest_options[0],
                                       0,
                                       0,
                                       ""};
    attest_args args = {0};
    return natt_cli_nsm_command(&spec, &args, attest, argc, argv);
}

static const natt_cli_subcommand list[] = {
    {"describe", run_describe, "what the NSM says of itself"},
    {"pcr", natt_cli_nsm_pcr, "read, extend and lock PCRs"},
    {"attest", run_attest, "a signed attestation document"},
    {"random", natt_cli_nsm_random, "random bytes, as many as wanted"},
    {"seed-entropy", natt_cli_nsm_seed, "seed the kernel's random numbers"},
    {"detect", run_detect, "whether an NSM answers"},
};

int natt_cli_nsm(int argc, char **argv)
{
    static const natt_cli_subcommands commands = {
        "nitro-attest nsm", "Asks the Nitro Secure Module of this enclave (/dev/nsm), or a software one.\n",
        "0 done, 1 the NSM refused, 2 wrong usage, 3 no NSM, or no usable answer", list, sizeof list / sizeof list[0]};
    return natt_cli_subcommands_run(&commands, argc, argv);
}
