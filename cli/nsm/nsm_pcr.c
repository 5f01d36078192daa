/*
 * nitro-attest nsm pcr: read, extend, lock.
 */
#include <stdlib.h>

#include "cli/frame/subcommands.h"
#include "cli/nsm/nsm_commands.h"
#include "cli/nsm/nsm_session.h"
#include "cli/pcr_values/policy_sets.h"

typedef struct pcr_args {
    natt_cli_nsm_place place;
    const char *data, *first;
    bool json;
    /* The values of the operands and options, filled by the commands' checks. */
    uint16_t indices[NATT_PCR_COUNT];
    size_t index_count;
    uint16_t count; /* of --first */
    natt_cli_buf value;
} pcr_args;

#define AT(field) offsetof(pcr_args, field)
#define JSON_OPTION                                                                                                    \
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},                                                                          \
    {                                                                                                                  \
        "json", NULL, NATT_CLI_FLAG, AT(json), "JSON instead of text"                                                  \
    }

static bool check_indices(void *args, const natt_cli_list *operands, natt_cli_error *err)
{
    pcr_args *a = args;
    for (size_t i = 0; i < operands->count; i++) {
        uint32_t index = 0;
        if (!natt_cli_pcr_index(&index, operands->items[i]))
            return natt_cli_fail(err, NATT_CLI_USAGE, "PCRs are numbered 0 to 31", "\"%.80s\" is not a PCR index",
                                 operands->items[i]);
        a->indices[a->index_count++] = (uint16_t)index;
    }
    return true;
}

static void put_pcr(natt_cli_report *r, uint32_t index, const natt_nsm_pcr *pcr)
{
    natt_cli_put_line(r, "index", natt_cli_in("%3", natt_cli_as_number(index)));
    natt_cli_put_more(r, "locked",
                      natt_cli_in(pcr->locked ? "  locked    " : "  unlocked  ", natt_cli_as_bool(pcr->locked)));
    natt_cli_put_more(r, "value", natt_cli_as_hex((natt_bytes){pcr->value, NATT_PCR_LEN}));
}

static bool read_one(natt_cli_nsm_session *nsm, natt_cli_report *r, uint16_t index, natt_cli_error *err)
{
    natt_nsm_pcr pcr;
    natt_nsm_error e;
    if (!natt_nsm_describe_pcr(&nsm->session, &pcr, index, &e))
        return natt_cli_nsm_fail(err, nsm, &e, NATT_NSM_DESCRIBE_PCR);
    natt_cli_put_object(r, NATT_CLI_ITEM);
    put_pcr(r, index, &pcr);
    natt_cli_put_end(r);
    return true;
}

static bool read_all(natt_cli_nsm_session *nsm, natt_cli_report *r, natt_cli_error *err)
{
    natt_nsm_description d = NATT_NSM_DESCRIPTION_INIT;
    natt_nsm_error e;
    if (!natt_nsm_describe(&nsm->session, &d, &e))
        return natt_cli_nsm_fail(err, nsm, &e, NATT_NSM_DESCRIBE_NSM);
    for (uint16_t i = 0; i < d.max_pcrs; i++)
        if (!read_one(nsm, r, i, err))
            return false;
    return true;
}

static bool read_these(natt_cli_nsm_session *nsm, natt_cli_report *r, const pcr_args *a, natt_cli_error *err)
{
    for (size_t i = 0; i < a->index_count; i++)
        if (!read_one(nsm, r, a->indices[i], err))
            return false;
    return true;
}

static bool read_pcrs(natt_cli_nsm_session *nsm, const void *args, natt_cli_error *err)
{
    const pcr_args *a = args;
    natt_cli_report r;
    natt_cli_report_start_list(&r, a->json);
    bool done = a->index_count == 0 ? read_all(nsm, &r, err) : read_these(nsm, &r, a, err);
    (done ? natt_cli_report_end : natt_cli_report_free)(&r);
    return done;
}

static bool extend(natt_cli_nsm_session *nsm, const void *args, natt_cli_error *err)
{
    const pcr_args *a = args;
    natt_nsm_pcr pcr = {false, {0}};
    natt_nsm_error e;
    if (!natt_nsm_extend_pcr(&nsm->session, pcr.value, a->indices[0], natt_cli_buf_view(&a->value), &e))
        return natt_cli_nsm_fail(err, nsm, &e, NATT_NSM_EXTEND_PCR);
    natt_cli_report r;
    natt_cli_report_start(&r, a->json);
    put_pcr(&r, a->indices[0], &pcr);
    natt_cli_report_end(&r);
    return true;
}

static bool check_extend(void *args, const natt_cli_list *operands, natt_cli_error *err)
{
    pcr_args *a = args;
    if (!check_indices(a, operands, err))
        return false;
    if (a->data == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE,
                             "give the data that extends the PCR: --data HEX, base64:<text> or @<file>",
                             "--data is missing");
    if (!natt_cli_value(&a->value, a->data, err))
        return natt_cli_fail_in(err, "--data");
    return natt_cli_nsm_check_request(extend, a, err);
}

/* LockPCRs counts: 16 locks PCR 0 to 15. */
static bool check_count(pcr_args *a, natt_cli_error *err)
{
    char *end = NULL;
    unsigned long count = strtoul(a->first, &end, 10);
    if (a->first[0] < '0' || a->first[0] > '9' || *end != '\0' || count > NATT_PCR_COUNT)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give the number of PCRs to lock, starting at PCR0: 0 to 32",
                             "--first: \"%.80s\" is not a number from 0 to 32", a->first);
    a->count = (uint16_t)count;
    return true;
}

static bool check_lock(void *args, const natt_cli_list *operands, natt_cli_error *err)
{
    pcr_args *a = args;
    if ((a->first != NULL) == (operands->count > 0))
        return natt_cli_fail(err, NATT_CLI_USAGE, "locks cannot be undone", "name the PCRs to lock, or give --first N");
    return a->first != NULL ? check_count(a, err) : check_indices(a, operands, err);
}

static bool lock(natt_cli_nsm_session *nsm, const void *args, natt_cli_error *err)
{
    const pcr_args *a = args;
    natt_nsm_error e;
    if (a->first != NULL)
        return natt_nsm_lock_pcrs(&nsm->session, a->count, &e) || natt_cli_nsm_fail(err, nsm, &e, NATT_NSM_LOCK_PCRS);
    for (size_t i = 0; i < a->index_count; i++)
        if (!natt_nsm_lock_pcr(&nsm->session, a->indices[i], &e))
            return natt_cli_nsm_fail(err, nsm, &e, NATT_NSM_LOCK_PCR);
    return true;
}

static const natt_cli_option read_options[] = {JSON_OPTION, NATT_CLI_NSM_PLACE_OPTIONS};
static const natt_cli_option extend_options[] = {
    {"Data", NULL, NATT_CLI_FLAG, 0, NULL},
    {"data", "V", NATT_CLI_TEXT, AT(data), "the data: hex, base64:<text> or @<file>"},
    JSON_OPTION,
    NATT_CLI_NSM_PLACE_OPTIONS,
};
static const natt_cli_option lock_options[] = {
    {"Which PCRs", NULL, NATT_CLI_FLAG, 0, NULL},
    {"first", "N", NATT_CLI_TEXT, AT(first), "the first N PCRs (LockPCRs), including any that are already locked"},
    NATT_CLI_NSM_PLACE_OPTIONS,
};

static int run_read(int argc, char **argv)
{
    static const natt_cli_spec spec = {
        "nsm pcr read",
        "nsm pcr read [INDEX...] [OPTIONS]",
        "Shows the current PCRs of the NSM: index, locked or not, value. Without INDEX, all of them.\n",
        NATT_CLI_TABLE(read_options),
        0,
        NATT_PCR_COUNT,
        ""};
    pcr_args args = {0};
    return natt_cli_nsm_command(&spec, &args, check_indices, read_pcrs, argc, argv);
}

static int run_extend(int argc, char **argv)
{
    static const natt_cli_spec spec = {"nsm pcr extend",
                                       "nsm pcr extend INDEX --data V [OPTIONS]",
                                       "Sets the PCR to SHA-384(its value || data) and shows it. This cannot be "
                                       "undone. Documents include PCR16 and\nabove only after they have been locked.\n",
                                       NATT_CLI_TABLE(extend_options),
                                       1,
                                       1,
                                       "INDEX"};
    pcr_args args = {0};
    int code = natt_cli_nsm_command(&spec, &args, check_extend, extend, argc, argv);
    natt_cli_buf_free(&args.value);
    return code;
}

static int run_lock(int argc, char **argv)
{
    static const natt_cli_spec spec = {"nsm pcr lock",
                                       "nsm pcr lock (INDEX... | --first N) [OPTIONS]",
                                       "Locks PCRs until the enclave ends; later documents include them.\n",
                                       NATT_CLI_TABLE(lock_options),
                                       0,
                                       NATT_PCR_COUNT,
                                       ""};
    pcr_args args = {0};
    return natt_cli_nsm_command(&spec, &args, check_lock, lock, argc, argv);
}

static const natt_cli_subcommand list[] = {
    {"read", run_read, "show PCRs"},
    {"extend", run_extend, "hash data into a PCR"},
    {"lock", run_lock, "lock PCRs"},
};

int natt_cli_nsm_pcr(int argc, char **argv)
{
    static const natt_cli_subcommands commands = {
        "nitro-attest nsm pcr", "Reads, extends and locks the PCRs of this enclave.\n",
        "0 done, 1 the NSM refused, 2 usage error, 3 no NSM, or no valid reply", NATT_CLI_TABLE(list)};
    return natt_cli_subcommands_run(&commands, argc, argv);
}
