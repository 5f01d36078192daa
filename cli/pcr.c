/*
 * nitro-attest pcr: values as enclaves get them, computed without one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "digest.h"
#include "json_out.h"
#include "options.h"
#include "pin_files.h"
#include "subcommands.h"
#include "text.h"

typedef struct pcr_args {
    const char *role_arn, *instance_id, *signing_cert, *from;
    bool json;
} pcr_args;

#define AT(field) offsetof(pcr_args, field)

/* What nitro-cli prints, so that --measurements and other tools take it. */
static void print_measurements(const natt_cli_pins *pins)
{
    json_t *out = json_object(), *list = json_object();
    char name[8];
    natt_cli_json_set(list, "HashAlgorithm", json_string("Sha384 { ... }"));
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++)
        if (pins->source[i] != NULL) {
            (void)snprintf(name, sizeof name, "PCR%u", (unsigned)i);
            natt_cli_json_set(list, name, natt_cli_json_hex((natt_bytes){pins->value[i], NATT_PCR_LEN}));
        }
    natt_cli_json_set(out, "Measurements", list);
    natt_cli_json_print(out);
}

static void print_table(const natt_cli_pins *pins)
{
    static const char *const what[] = {"image", "kernel and boot", "application", "IAM role", "instance id"};
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++) {
        if (pins->source[i] == NULL)
            continue;
        char *hex = natt_cli_hex((natt_bytes){pins->value[i], NATT_PCR_LEN});
        (void)printf("PCR%-2u %-20s %s\n", (unsigned)i, i < 5 ? what[i] : "signing certificate", hex);
        free(hex);
    }
}

static bool compute(const pcr_args *a, const natt_cli_list *operands, natt_cli_error *err)
{
    natt_cli_pins pins = {0};
    if (operands->count == 0 && a->role_arn == NULL && a->instance_id == NULL && a->signing_cert == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give an EIF file, --role-arn, --instance-id or --signing-cert",
                             "there is nothing to compute");
    if (!natt_cli_pin_helpers(&pins, a->role_arn, a->instance_id, a->signing_cert, err))
        return false;
    if (operands->count > 0 && !natt_cli_pin_image(&pins, operands->items[0], err))
        return false;
    (a->json ? print_measurements : print_table)(&pins);
    return true;
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

static bool replay(const pcr_args *a, const natt_cli_list *operands, natt_cli_error *err)
{
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
    if (a->json) {
        json_t *out = json_object();
        natt_cli_json_set(out, "value", natt_cli_json_hex((natt_bytes){value, sizeof value}));
        natt_cli_json_set(out, "extended", json_integer((json_int_t)operands->count));
        natt_cli_json_print(out);
        return true;
    }
    char *hex = natt_cli_hex((natt_bytes){value, sizeof value});
    (void)puts(hex);
    free(hex);
    return true;
}

static int run(const natt_cli_spec *spec, bool (*action)(const pcr_args *, const natt_cli_list *, natt_cli_error *),
               int argc, char **argv)
{
    pcr_args args = {0};
    natt_cli_list operands = {0};
    natt_cli_error err;
    int code = NATT_CLI_OK;
    natt_cli_parsed parsed = natt_cli_options_parse(&args, &operands, spec, argc, argv, &err);
    if (parsed == NATT_CLI_WRONG || (parsed == NATT_CLI_RUN && !action(&args, &operands, &err)))
        code = natt_cli_error_print(&err, spec->command);
    natt_cli_options_free(&args, &operands, spec);
    return code;
}

static int run_compute(int argc, char **argv)
{
    static const natt_cli_option options[] = {
        {"PCRs that do not come from the image", NULL, NATT_CLI_FLAG, 0, NULL},
        {"role-arn", "ARN", NATT_CLI_TEXT, AT(role_arn), "PCR3: IAM role of the parent instance"},
        {"instance-id", "ID", NATT_CLI_TEXT, AT(instance_id), "PCR4: the parent instance"},
        {"signing-cert", "FILE", NATT_CLI_TEXT, AT(signing_cert), "PCR8: certificate that signs the image, PEM or DER"},
        {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
        {"json", NULL, NATT_CLI_FLAG, AT(json), "as nitro-cli prints it, for verify --measurements"},
    };
    static const natt_cli_spec spec = {
        "pcr compute",
        "pcr compute [EIF-FILE] [OPTIONS]",
        "Computes the PCRs that an enclave of this image will have, as nitro-cli describe-eif does.\n",
        options,
        sizeof options / sizeof options[0],
        0,
        1,
        ""};
    return run(&spec, compute, argc, argv);
}

static int run_replay(int argc, char **argv)
{
    static const natt_cli_option options[] = {
        {"Where to start", NULL, NATT_CLI_FLAG, 0, NULL},
        {"from", "V", NATT_CLI_TEXT, AT(from), "the PCR's value before (default: 48 zero bytes)"},
        {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
        {"json", NULL, NATT_CLI_FLAG, AT(json), "JSON instead of text"},
    };
    static const natt_cli_spec spec = {"pcr replay",
                                       "pcr replay VALUE... [OPTIONS]",
                                       "Computes what a PCR is after being extended with these values in this order: "
                                       "each time SHA-384(PCR || value).\n"
                                       "Values are written in hexadecimal, as base64:<text> or @<file>.\n",
                                       options,
                                       sizeof options / sizeof options[0],
                                       1,
                                       SIZE_MAX,
                                       "VALUE"};
    return run(&spec, replay, argc, argv);
}

static const natt_cli_subcommand list[] = {
    {"compute", run_compute, "the PCRs of an enclave image"},
    {"replay", run_replay, "the value after a sequence of extensions"},
};

int natt_cli_pcrs(int argc, char **argv)
{
    static const natt_cli_subcommands commands = {"nitro-attest pcr", "Computes PCR values without an enclave.\n",
                                                  "0 done, 2 wrong usage, 3 a file cannot be opened or read", list,
                                                  sizeof list / sizeof list[0]};
    return natt_cli_subcommands_run(&commands, argc, argv);
}
