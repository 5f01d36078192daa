/*
 * nitro-attest policy from: the policy of one document, which is verified first, or of measurements. Standard output or
 * --out gets the policy; standard error lists its PCRs with the reasons.
 */
#include "cli/policy/policy_from.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document/document_forms.h"
#include "cli/document/error_location.h"
#include "cli/frame/file.h"
#include "cli/frame/text.h"
#include "cli/inspect/inspect.h"
#include "cli/pcr_values/measurements.h"
#include "cli/pcr_values/policy_write.h"
#include "cli/verify/verify_request.h"

typedef struct from_args {
    natt_cli_verify_args verify;
    natt_cli_list also;
    const char *name, *out;
} from_args;

#define AT(field)     offsetof(from_args, field)
#define VERIFY(field) offsetof(from_args, verify.field)

static const natt_cli_option options[] = {
    {"Content of the policy", NULL, NATT_CLI_FLAG, 0, NULL},
    {"also-pcr", "N", NATT_CLI_LIST, AT(also), "also include PCR N of the document: 3 (role), 4 (instance), 16 to 31"},
    {"kind", "KIND", NATT_CLI_TEXT, VERIFY(kind), "enclave (default) or nitrotpm"},
    {"name", "TEXT", NATT_CLI_TEXT, AT(name), "name of the policy's set (default: the file's name)"},
    {"out", "FILE", NATT_CLI_TEXT, AT(out), "write the policy to this file (default: standard output)"},
    {"How fresh a document must be (--max-age or --archive)", NULL, NATT_CLI_FLAG, 0, NULL},
    NATT_CLI_FRESHNESS_OPTIONS(VERIFY),
    NATT_CLI_EXPECTATION_OPTIONS(VERIFY),
    NATT_CLI_ROOT_OPTIONS(VERIFY),
    {"limits", "NAME", NATT_CLI_TEXT, VERIFY(limits), "sizes of optional fields: default, aws-1024 or aws-512"},
    {"allow-unknown-fields", NULL, NATT_CLI_FLAG, VERIFY(allow_unknown_fields), "skip fields that AWS does not list"},
};

static const natt_cli_spec spec = {
    "policy from",
    "policy from [OPTIONS] FILE",
    "Creates a policy file from FILE: an attestation document (binary, hexadecimal or base64), which is verified "
    "first, "
    "or\n"
    "measurements in any form that verify --measurements reads; - = standard input. Debug documents are refused.\n"
    "Standard error lists the PCRs in the policy and the reasons.\n"
    "Exit codes: 0 written, 1 the document is refused, 2 usage error, 3 a file cannot be opened, read or written\n\n"
    "  nitro-attest policy from build.json --out policy.json\n"
    "  nitro-attest policy from document.bin --nonce <hex> --max-age 5m --out policy.json\n",
    NATT_CLI_TABLE(options),
    1,
    1,
    "FILE"};

typedef struct job {
    const from_args *args;
    const char *path;
    natt_cli_policy policy;
    natt_kind kind;
    natt_verified verified; /* of a document */
    bool taken[NATT_PCR_COUNT], asked[NATT_PCR_COUNT];
    char *text; /* the policy file */
} job;

/* The file's name without its folders; standard input has no name. */
static const char *default_name(const job *j)
{
    const char *slash = strrchr(j->path, '/');
    if (j->args->name != NULL)
        return j->args->name;
    return strcmp(j->path, "-") == 0 ? NULL : slash == NULL ? j->path : slash + 1;
}

/* ---- a document ---- */

static const uint32_t enclave_pcrs[] = {0, 1, 2, 8}, tpm_pcrs[] = {4, 7, 12};

static bool is_zero(const uint8_t value[NATT_PCR_LEN])
{
    static const uint8_t zero[NATT_PCR_LEN];
    return memcmp(value, zero, NATT_PCR_LEN) == 0;
}

/* PCRs that the policy contains by default. */
static bool is_default(natt_kind kind, uint32_t index)
{
    const uint32_t *list = kind == NATT_KIND_ENCLAVE ? enclave_pcrs : tpm_pcrs;
    size_t count =
        kind == NATT_KIND_ENCLAVE ? sizeof enclave_pcrs / sizeof enclave_pcrs[0] : sizeof tpm_pcrs / sizeof tpm_pcrs[0];
    for (size_t i = 0; i < count; i++)
        if (list[i] == index)
            return true;
    return false;
}

static bool also_index(uint32_t *index, const char *text, natt_cli_error *err)
{
    return natt_cli_pcr_index(index, text) ||
           natt_cli_fail(err, NATT_CLI_USAGE, "PCR indices are 0 to 31, without leading zeros",
                         "--also-pcr: \"%.80s\" is not a PCR index", text);
}

static bool asked_for(bool asked[NATT_PCR_COUNT], const natt_verified *v, const natt_cli_list *also,
                      natt_cli_error *err)
{
    for (size_t i = 0; i < also->count; i++) {
        uint32_t index;
        if (!also_index(&index, also->items[i], err))
            return false;
        if ((v->pcr_mask >> index & 1) == 0)
            return natt_cli_fail(err, NATT_CLI_USAGE, "nitro-attest inspect shows the PCRs of the document",
                                 "--also-pcr: the document has no PCR%u", (unsigned)index);
        asked[index] = true;
    }
    return true;
}

/* True: the value alone identifies something, by the library's rule. */
static bool pins_alone(natt_kind kind, uint32_t index, const uint8_t value[NATT_PCR_LEN])
{
    natt_cli_policy policy = {0};
    natt_cli_set_add(natt_cli_policy_add(&policy, NULL), index, value);
    bool pins = natt_policy_validate(natt_cli_policy_view(&policy), kind, NULL);
    natt_cli_policy_free(&policy);
    return pins;
}

static const char *why(const natt_verified *v, uint32_t index, bool taken, bool asked)
{
    const uint8_t *value = v->pcrs[index];
    bool enclave = v->kind == NATT_KIND_ENCLAVE;
    if (!taken)
        return enclave && index == 8 ? "zero: the image is not signed" : "only with --also-pcr";
    if (enclave && index == 3 && is_zero(value))
        return "requested; zero: the instance has no role";
    if (!enclave && index == 7 && !pins_alone(v->kind, index, value))
        return "the state of Secure Boot; this value identifies no image";
    if (asked && !is_default(v->kind, index))
        return is_zero(value) ? "requested; zero" : "asked for";
    return enclave ? "identifies the image" : "identifies what was booted, together with the others";
}

static void print_choice(const natt_verified *v, uint32_t index, bool taken, bool asked)
{
    const char *meaning = natt_cli_pcr_meaning(v->kind, index);
    (void)fprintf(stderr, "  PCR%-2u  %-9s  %s%s%s\n", (unsigned)index, taken ? "taken" : "not taken", meaning,
                  meaning[0] == '\0' ? "" : ": ", why(v, index, taken, asked));
}

/* Lists omitted PCRs that a reader may expect: for enclaves, all that are not zero. */
static void print_choices(const job *j)
{
    const natt_verified *v = &j->verified;
    char *module = natt_cli_escape((natt_bytes){(const uint8_t *)v->module_id, strlen(v->module_id)});
    (void)fprintf(stderr, "verified: %s, module %s\n", natt_kind_name(v->kind), module);
    free(module);
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++) {
        bool present = (v->pcr_mask >> i & 1) != 0;
        bool shown = is_default(v->kind, i) || (v->kind == NATT_KIND_ENCLAVE && !is_zero(v->pcrs[i]));
        if (j->taken[i] || (present && shown))
            print_choice(v, i, j->taken[i], j->asked[i]);
    }
}

static bool take_pcrs(job *j, natt_cli_error *err)
{
    const natt_verified *v = &j->verified;
    if (!asked_for(j->asked, v, &j->args->also, err))
        return false;
    natt_cli_set *set = natt_cli_policy_add(&j->policy, default_name(j));
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++) {
        bool unsigned_image = v->kind == NATT_KIND_ENCLAVE && i == 8 && is_zero(v->pcrs[i]);
        j->taken[i] = (v->pcr_mask >> i & 1) != 0 && (j->asked[i] || (is_default(v->kind, i) && !unsigned_image));
        if (j->taken[i])
            natt_cli_set_add(set, i, v->pcrs[i]);
    }
    return true;
}

static bool fail_refused(const natt_error *e, natt_bytes document, natt_cli_error *err)
{
    char *place = natt_cli_error_location(e, document, NULL);
    (void)natt_cli_fail(err, NATT_CLI_REFUSED,
                        e->code == NATT_E_EXPECT_DEBUG ? "run the enclave without debug mode, or give its measurements"
                                                       : natt_code_remedy(e->code),
                        "the document is refused: %s%s%.300s (%s, %s)", e->message, place[0] == '\0' ? "" : ", ", place,
                        natt_code_name(e->code), natt_code_rule(e->code));
    free(place);
    return false;
}

static bool from_document(job *j, natt_bytes document, natt_cli_error *err)
{
    natt_cli_verify_args args = j->args->verify;
    natt_cli_request request = {0};
    natt_error e;
    args.insecure_no_pcr_policy = true; /* the command creates the policy, so it has none yet */
    bool done = natt_cli_request_build(&request, &args, err) && natt_cli_request_now(&request, err);
    if (done && !natt_verify(&j->verified, document, &request.options, NULL, &e))
        done = fail_refused(&e, document, err);
    j->kind = request.options.kind;
    done = done && take_pcrs(j, err);
    natt_cli_request_free(&request);
    return done;
}

/* ---- measurements ---- */

static bool is_given(const from_args *args, const natt_cli_option *o)
{
    const char *field = (const char *)args + o->offset;
    if (o->type == NATT_CLI_FLAG)
        return *(const bool *)(const void *)field;
    if (o->type == NATT_CLI_TEXT)
        return *(const char *const *)(const void *)field != NULL;
    return ((const natt_cli_list *)(const void *)field)->count > 0;
}

/* A nonce with measurements means that the caller expects a check, but measurements have no nonce. */
static bool check_no_document_options(const from_args *args, natt_cli_error *err)
{
    for (size_t i = 0; i < spec.option_count; i++) {
        const natt_cli_option *o = &options[i];
        if (o->help == NULL || o->offset == VERIFY(kind) || o->offset == AT(name) || o->offset == AT(out))
            continue;
        if (is_given(args, o))
            return natt_cli_fail(err, NATT_CLI_USAGE, "omit it: measurements are not signed, and all of them are used",
                                 "--%s is for documents, but the file contains measurements", o->name);
    }
    return true;
}

/* A line of measurements may begin like a document in hexadecimal, and so look like a damaged one. */
static bool from_measurements(job *j, const natt_cli_input *input, natt_cli_error *err)
{
    if (!natt_cli_measurements_parse(&j->policy, natt_cli_buf_view(&input->document), default_name(j), err))
        return input->found == NATT_CLI_FOUND_DAMAGED
                   ? natt_cli_form_fail(err, input->found, input->form, j->path)
                   : natt_cli_fail_in(err, "%.300s is neither a document nor measurements", j->path);
    return natt_cli_kind(&j->kind, j->args->verify.kind, err) && check_no_document_options(j->args, err);
}

static void print_measured(const job *j)
{
    const natt_cli_set *set = &j->policy.sets[0];
    (void)fputs("measurements, not verified\n", stderr);
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++) {
        const char *meaning = natt_cli_pcr_meaning(j->kind, i);
        if (natt_cli_set_has(set, i))
            (void)fprintf(stderr, "  PCR%-2u  taken      %s%smeasured by the build\n", (unsigned)i, meaning,
                          meaning[0] == '\0' ? "" : ": ");
    }
}

/* ---- both ---- */

static bool write_text(const job *j, natt_cli_error *err)
{
    size_t len = strlen(j->text);
    if (j->args->out != NULL && strcmp(j->args->out, "-") != 0)
        return natt_cli_file_write(j->args->out, j->text, len, err);
    return fwrite(j->text, 1, len, stdout) == len ||
           natt_cli_fail(err, NATT_CLI_IO, "", "cannot write to standard output: %s", strerror(errno));
}

static bool make(job *j, const natt_cli_input *input, natt_cli_error *err)
{
    natt_bytes bytes = natt_cli_buf_view(&input->document);
    bool document =
        input->form_read != NATT_CLI_BINARY || (bytes.len > 0 && (bytes.ptr[0] == 0x84 || bytes.ptr[0] == 0xd2));
    if (input->found == NATT_CLI_FOUND_ONE || input->found == NATT_CLI_FOUND_SEVERAL)
        return natt_cli_form_fail(err, input->found, input->form, j->path);
    if (!(document ? from_document(j, bytes, err) : from_measurements(j, input, err)))
        return false;
    if (!natt_cli_policy_usable_text(&j->text, &j->policy, j->kind, err)) {
        err->exit_code = document ? NATT_CLI_REFUSED : NATT_CLI_USAGE;
        return false;
    }
    (document ? print_choices : print_measured)(j);
    return write_text(j, err);
}

/* Checks that need no file. */
static bool check_values(const from_args *args, natt_cli_error *err)
{
    natt_kind kind;
    uint32_t index;
    if (args->name != NULL && args->name[0] == '\0')
        return natt_cli_fail(err, NATT_CLI_USAGE, "check that the shell variable is set", "--name: the value is empty");
    for (size_t i = 0; i < args->also.count; i++)
        if (!also_index(&index, args->also.items[i], err))
            return false;
    return natt_cli_kind(&kind, args->verify.kind, err);
}

static bool any_document_option(const from_args *args)
{
    natt_cli_error unused;
    return !check_no_document_options(args, &unused);
}

/* The file cannot be read. If options for documents are also wrong, that is reported instead, as a usage error with its
 * exit code. */
static bool fail_unread(const from_args *args, natt_cli_error *err)
{
    natt_cli_verify_args verify = args->verify;
    natt_cli_request request = {0};
    natt_cli_error other;
    verify.insecure_no_pcr_policy = true;
    if (any_document_option(args) && !natt_cli_request_build(&request, &verify, &other))
        (void)natt_cli_error_take(err, false, &other);
    natt_cli_request_free(&request);
    return false;
}

static bool run(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const from_args *args = given;
    const char *path = operands->items[0];
    static const natt_verified verified = NATT_VERIFIED_INIT;
    job j = {args, path, {0}, NATT_KIND_ENCLAVE, verified, {false}, {false}, NULL};
    natt_cli_input input;
    if (!check_values(args, err) || (args->out != NULL && !natt_cli_check_out(args->out, path, err)))
        return false;
    if (!natt_cli_any_document_read(&input, path, err))
        return fail_unread(args, err);
    bool done = make(&j, &input, err);
    natt_cli_policy_free(&j.policy);
    natt_cli_buf_free(&input.document);
    free(j.text);
    return done;
}

int natt_cli_policy_from(int argc, char **argv)
{
    from_args args = {0};
    return natt_cli_command_run(&spec, &args, run, argc, argv);
}
