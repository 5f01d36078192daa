/*
 * nitro-attest pcr: computes PCR values without an enclave.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/certificates/certificate_file.h"
#include "cli/certificates/digest.h"
#include "cli/frame/commands.h"
#include "cli/frame/options.h"
#include "cli/frame/subcommands.h"
#include "cli/frame/text.h"
#include "cli/pcr/pcr_describe.h"
#include "cli/pcr_values/image.h"
#include "cli/pcr_values/pin_files.h"

typedef struct pcr_args {
    const char *role_arn, *instance_id, *signing_cert, *from;
    bool json;
} pcr_args;

/* The values to print. */
typedef struct computed {
    natt_cli_pins pins;
    natt_cli_buf certificate;         /* of --signing-cert */
    bool image, is_signed, predicted; /* predicted: PCR8 is for a signature that the image does not have */
} computed;

#define AT(field) offsetof(pcr_args, field)

/* The keys beside Measurements are for people and scripts; verify --measurements ignores them. */
static void report(const computed *c, bool json)
{
    natt_cli_report r;
    natt_cli_report_start(&r, json);
    r.indent = "";
    r.width = 26;
    natt_cli_put_measurements(&r, &c->pins, true);
    if (c->image)
        natt_cli_put(&r, "IsSigned", NATT_CLI_JSON_ONLY, natt_cli_as_bool(c->is_signed));
    natt_cli_put_list(&r, "PredictedPCRs");
    if (c->predicted)
        natt_cli_put(&r, NATT_CLI_ITEM, NATT_CLI_JSON_ONLY, natt_cli_as_word("PCR8"));
    natt_cli_put_end(&r);
    if (c->predicted)
        natt_cli_put_words(&r, "\nPCR8 is a prediction: the image is not signed. It gets this value when it is signed "
                               "with this certificate.");
    natt_cli_report_end(&r);
}

static bool fail_certificate(natt_cli_error *err, natt_bytes image, natt_bytes given)
{
    uint8_t image_digest[32], given_digest[32];
    if (!natt_cli_sha256(image_digest, image, err) || !natt_cli_sha256(given_digest, given, err))
        return false;
    char *image_hex = natt_cli_hex((natt_bytes){image_digest, sizeof image_digest});
    char *given_hex = natt_cli_hex((natt_bytes){given_digest, sizeof given_digest});
    (void)natt_cli_fail(err, NATT_CLI_USAGE, "give the certificate that signed the image, or leave --signing-cert out",
                        "--signing-cert is not the certificate that signed the image: SHA-256 of the image's %s, of "
                        "--signing-cert's %s",
                        image_hex, given_hex);
    free(given_hex);
    free(image_hex);
    return false;
}

static bool compare_certificate(natt_bytes given, natt_bytes image, natt_cli_error *err)
{
    return (given.len == image.len && memcmp(given.ptr, image.ptr, given.len) == 0) ||
           fail_certificate(err, image, given);
}

/* --signing-cert is compared with a signed image, and predicts PCR8 of an unsigned one. */
static bool add_image(computed *c, const natt_cli_image *image, const pcr_args *a, const char *path,
                      natt_cli_error *err)
{
    natt_eif_measurements m;
    if (!natt_cli_image_measure(&m, image, path, err) || !natt_cli_pin_measured(&c->pins, &m, err))
        return false;
    c->image = true;
    c->is_signed = m.has_signature;
    c->predicted = a->signing_cert != NULL && !m.has_signature;
    return a->signing_cert == NULL || !m.has_signature ||
           compare_certificate(natt_cli_buf_view(&c->certificate), image->found.signer.certificate, err);
}

static bool compute_image(computed *c, const pcr_args *a, const char *path, natt_cli_error *err)
{
    natt_cli_image image;
    bool done = natt_cli_image_open(&image, path, err) && add_image(c, &image, a, path, err);
    natt_cli_image_close(&image);
    return done;
}

/* Checked before the image is read, which may be large. */
static bool read_certificate(computed *c, const pcr_args *a, natt_cli_error *err)
{
    return a->signing_cert == NULL || natt_cli_certificate_read(&c->certificate, a->signing_cert, err) ||
           natt_cli_fail_in(err, "--signing-cert");
}

static bool compute_all(computed *c, const pcr_args *a, const natt_cli_list *operands, natt_cli_error *err)
{
    if (!natt_cli_pin_helpers(&c->pins, a->role_arn, a->instance_id, NULL, err) || !read_certificate(c, a, err))
        return false;
    if (operands->count > 0 && !compute_image(c, a, operands->items[0], err))
        return false;
    return a->signing_cert == NULL || c->is_signed ||
           natt_cli_pin_certificate(&c->pins, natt_cli_buf_view(&c->certificate), "--signing-cert", err);
}

static bool compute(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const pcr_args *a = given;
    computed c = {0};
    if (operands->count == 0 && a->role_arn == NULL && a->instance_id == NULL && a->signing_cert == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give an EIF file, --role-arn, --instance-id or --signing-cert",
                             "there is nothing to compute");
    bool done = compute_all(&c, a, operands, err);
    if (done)
        report(&c, a->json);
    natt_cli_buf_free(&c.certificate);
    return done;
}

static bool extend(uint8_t value[NATT_PCR_LEN], const char *text, natt_cli_error *err)
{
    natt_cli_buf data;
    if (!natt_cli_value(&data, text, err))
        return false;
    uint8_t *joined = natt_cli_alloc(data.len, 1, NATT_PCR_LEN);
    memcpy(joined, value, NATT_PCR_LEN);
    memcpy(joined + NATT_PCR_LEN, data.ptr, data.len);
    bool done = natt_cli_sha384(value, (natt_bytes){joined, NATT_PCR_LEN + data.len}, err);
    free(joined);
    natt_cli_buf_free(&data);
    return done;
}

static bool replay(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const pcr_args *a = given;
    uint8_t value[NATT_PCR_LEN] = {0};
    if (a->from != NULL && !natt_cli_value_exact(value, sizeof value, a->from, err))
        return natt_cli_fail_in(err, "--from");
    natt_cli_error failure;
    bool done = true;
    for (size_t i = 0; i < operands->count; i++)
        if (!extend(value, operands->items[i], &failure)) {
            (void)natt_cli_fail_in(&failure, "value %zu", i + 1);
            if (natt_cli_error_take(err, done, &failure))
                return false;
            done = false;
        }
    if (!done)
        return false;
    natt_cli_report r;
    natt_cli_report_start(&r, a->json);
    natt_cli_put_line(&r, "value", natt_cli_as_hex((natt_bytes){value, sizeof value}));
    natt_cli_put(&r, "extended", NATT_CLI_JSON_ONLY, natt_cli_as_number(operands->count));
    natt_cli_report_end(&r);
    return true;
}

static int run_compute(int argc, char **argv)
{
    static const natt_cli_option options[] = {
        {"PCRs that do not come from the image", NULL, NATT_CLI_FLAG, 0, NULL},
        {"role-arn", "ARN", NATT_CLI_TEXT, AT(role_arn), "PCR3: IAM role of the parent instance"},
        {"instance-id", "ID", NATT_CLI_TEXT, AT(instance_id), "PCR4: the parent instance"},
        {"signing-cert", "FILE", NATT_CLI_TEXT, AT(signing_cert),
         "PCR8: the image's certificate, compared or predicted"},
        {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
        {"json", NULL, NATT_CLI_FLAG, AT(json), "as nitro-cli prints it, for verify --measurements"},
    };
    static const natt_cli_spec spec = {
        "pcr compute",
        "pcr compute [EIF-FILE] [OPTIONS]",
        "Computes the PCRs that an enclave of this image will have, as nitro-cli describe-eif does. The signature of "
        "a\nsigned image must be valid, and --signing-cert must be its certificate. For an unsigned image, "
        "--signing-cert\npredicts PCR8 of the signed image.\n",
        NATT_CLI_TABLE(options),
        0,
        1,
        ""};
    pcr_args args = {0};
    return natt_cli_command_run(&spec, &args, compute, argc, argv);
}

static int run_replay(int argc, char **argv)
{
    static const natt_cli_option options[] = {
        {"Start", NULL, NATT_CLI_FLAG, 0, NULL},
        {"from", "V", NATT_CLI_TEXT, AT(from), "the initial value of the PCR (default: 48 zero bytes)"},
        {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
        {"json", NULL, NATT_CLI_FLAG, AT(json), "JSON instead of text"},
    };
    static const natt_cli_spec spec = {"pcr replay",
                                       "pcr replay VALUE... [OPTIONS]",
                                       "Computes the value of a PCR after extensions with these values in this order: "
                                       "each time SHA-384(PCR || value).\n"
                                       "Values are written in hexadecimal, as base64:<text> or @<file>.\n",
                                       NATT_CLI_TABLE(options),
                                       1,
                                       SIZE_MAX,
                                       "VALUE"};
    pcr_args args = {0};
    return natt_cli_command_run(&spec, &args, replay, argc, argv);
}

static const natt_cli_subcommand list[] = {
    {"compute", run_compute, "compute the PCRs of an enclave image"},
    {"describe", natt_cli_pcr_describe, "describe an enclave image: sections, signer, metadata"},
    {"replay", run_replay, "compute the value after a sequence of extensions"},
};

static int run_pcr(int argc, char **argv)
{
    static const natt_cli_subcommands commands = {
        "nitro-attest pcr", "Computes PCR values without an enclave, and describes enclave images.\n",
        "0 done, 1 describe: the signature is not valid, 2 usage error,\n"
        "            3 a file cannot be opened or read",
        NATT_CLI_TABLE(list)};
    return natt_cli_subcommands_run(&commands, argc, argv);
}

const natt_cli_subcommand natt_cli_command_pcr = {
    "pcr", run_pcr, "compute the PCRs of an enclave image, describe it, or replay extensions"};
