/* See emulate_request.h. */
#include "cli/emulate/emulate_request.h"

#include <inttypes.h>
#include <mbedtls/platform_util.h>
#include <string.h>

#include "cli/frame/clock.h"
#include "cli/pcr_values/aws_names.h"
#include "cli/pcr_values/pin_files.h"

typedef natt_cli_emulate_args args_t;
typedef natt_cli_emulation emulation_t;

static bool usage(natt_cli_error *err, const char *what, const char *hint)
{
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "%s", what);
}

static bool set_keys(emulation_t *em, const args_t *a, natt_cli_error *err)
{
    em->options.pki_dir = a->pki;
    if (a->init && a->pki == NULL)
        return usage(err, "--init without --pki", "name the folder for the keys: --pki DIR");
    return a->seed == NULL || a->pki == NULL ||
           usage(err, "--seed and --pki are both given", "give either a seed or a folder as the source of the keys");
}

static bool set_seed(emulation_t *em, const args_t *a, natt_cli_error *err)
{
    if (a->seed == NULL)
        return true;
    if (!natt_cli_value(&em->seed, a->seed, err))
        return natt_cli_fail_in(err, "--seed");
    em->options.seed = natt_cli_buf_view(&em->seed);
    return em->seed.len > 0 || usage(err, "--seed: the seed is empty", "leave it out for a random one");
}

static bool set_kind(emulation_t *em, const args_t *a, natt_cli_error *err)
{
    em->options.region = a->region;
    em->options.instance_id = a->instance_id;
    em->options.role_arn = a->role_arn;
    em->options.debug = a->debug_mode;
    if (!natt_cli_kind(&em->options.kind, a->kind, err))
        return false;
    return em->options.kind == NATT_KIND_ENCLAVE || (!a->debug_mode && a->role_arn == NULL && a->eif == NULL) ||
           usage(err, "--debug-mode, --role-arn and --eif apply to enclaves, not to NitroTPM", "leave them out");
}

/* The clock starts at the given time and advances. */
static bool set_clock(emulation_t *em, const args_t *a, natt_cli_error *err)
{
    uint64_t at = 0, now = 0;
    if (a->at == NULL)
        return true;
    if (!natt_cli_time_parse(&at, a->at, err))
        return natt_cli_fail_in(err, "--at");
    if (!natt_cli_now(&now, err))
        return false;
    em->options.clock.offset_ms = (int64_t)at - (int64_t)now;
    return true;
}

static bool check_debug(emulation_t *em, const args_t *a, natt_cli_error *err)
{
    const char *const *source = em->pins.source;
    return !a->debug_mode || (source[0] == NULL && source[1] == NULL && source[2] == NULL) ||
           usage(err, "--debug-mode together with PCR0, PCR1 or PCR2: a debug enclave has zeros there",
                 "leave one of them out");
}

/* The emulator computes PCR3 and PCR4. */
static bool check_names(emulation_t *em, const args_t *a, natt_cli_error *err)
{
    natt_cli_pins unused = {{NULL}, {{0}}};
    if (em->options.kind == NATT_KIND_ENCLAVE)
        return natt_cli_pin_helpers(&unused, a->role_arn, a->instance_id, NULL, err);
    return a->instance_id == NULL || natt_cli_instance_id_check(a->instance_id, err) ||
           natt_cli_fail_in(err, "--instance-id");
}

static bool set_pcr_options(emulation_t *em, const args_t *a, natt_cli_error *err)
{
    for (size_t i = 0; i < a->pcr.count; i++)
        if (!natt_cli_pin_option(&em->pins, a->pcr.items[i], err))
            return natt_cli_fail_in(err, "--pcr");
    return check_debug(em, a, err);
}

/* Adds them to the pins, too, to find conflicts with the files and with --pcr. */
static bool set_pcrs(emulation_t *em, const args_t *a, natt_cli_error *err)
{
    natt_cli_pins *pins = &em->pins;
    if (a->measurements != NULL && !natt_cli_pin_measurements(pins, a->measurements, err))
        return natt_cli_fail_in(err, "--measurements");
    if (a->eif != NULL && !natt_cli_pin_image(pins, a->eif, err))
        return natt_cli_fail_in(err, "--eif");
    natt_cli_pins given = *pins;
    if (em->options.kind == NATT_KIND_ENCLAVE && !natt_cli_pin_helpers(pins, a->role_arn, a->instance_id, NULL, err))
        return false;
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++)
        if (given.source[i] != NULL)
            em->pcrs[em->options.pcr_count++] =
                (natt_emulator_pcr){i, {pins->value[i], NATT_PCR_LEN}, {NULL, 0}, i >= 16};
    em->options.pcrs = em->pcrs;
    return check_debug(em, a, err);
}

static bool set_faults(emulation_t *em, const args_t *a, natt_cli_error *err)
{
    natt_emulator_error e;
    if (a->fault.count > NATT_EMULATOR_MAX_FAULTS)
        return usage(err, "too many --fault", "give at most 32");
    for (size_t i = 0; i < a->fault.count; i++)
        if (!natt_fault_parse(&em->faults[i], a->fault.items[i], &e))
            return natt_cli_fail(err, NATT_CLI_USAGE, "nitro-attest-emulate(1) lists requests, actions and conditions",
                                 "--fault \"%.200s\": %s (at character %" PRIu64 ")", a->fault.items[i], e.message,
                                 e.offset + 1);
    em->options.faults = em->faults;
    em->options.fault_count = a->fault.count;
    return true;
}

/* 68 years in milliseconds fit into every time_t. */
#define MAX_DEADLINE_MS UINT64_C(2147483647000)

static bool set_deadline(emulation_t *em, const args_t *a, natt_cli_error *err)
{
    if (a->deadline == NULL)
        return true;
    if (!natt_cli_duration_parse(&em->deadline_ms, a->deadline, err))
        return natt_cli_fail_in(err, "--deadline");
    return (em->deadline_ms > 0 && em->deadline_ms <= MAX_DEADLINE_MS) ||
           natt_cli_fail(err, NATT_CLI_USAGE, "give 1ms to 24855d, or leave it out",
                         "--deadline: %s is not a valid time limit", a->deadline);
}

static bool set_dev(emulation_t *em, const args_t *a, natt_cli_error *err)
{
    static const char *const names[] = {
        [NATT_LAUNCH_DEV_AUTO] = "auto", [NATT_LAUNCH_DEV_PRIVATE] = "private", [NATT_LAUNCH_DEV_TRAP] = "trap"};
    for (size_t i = 0; a->dev != NULL && i < sizeof names / sizeof names[0]; i++) {
        em->dev = (natt_launch_dev)i;
        if (strcmp(a->dev, names[i]) == 0)
            return true;
    }
    return a->dev == NULL || natt_cli_fail(err, NATT_CLI_USAGE, "write private, trap or auto",
                                           "--dev: \"%.80s\" is not a mode of --dev", a->dev);
}

bool natt_cli_emulate_build(natt_cli_emulation *emulation, const natt_cli_emulate_args *args, natt_cli_error *err)
{
    static const natt_emulator_options options = NATT_EMULATOR_OPTIONS_INIT;
    static bool (*const steps[])(emulation_t *, const args_t *, natt_cli_error *) = {
        set_keys,     set_kind, set_clock,       check_names, set_faults, /* checks that need no file come first */
        set_deadline, set_dev,  set_pcr_options, set_pcrs,    set_seed};
    memset(emulation, 0, sizeof *emulation);
    emulation->options = options;
    natt_cli_error failure;
    bool done = true;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (!steps[i](emulation, args, &failure)) {
            if (natt_cli_error_take(err, done, &failure))
                return false;
            done = false;
        }
    return done;
}

void natt_cli_emulate_free(natt_cli_emulation *emulation)
{
    if (emulation->seed.ptr != NULL)
        mbedtls_platform_zeroize(emulation->seed.ptr, emulation->seed.len);
    natt_cli_buf_free(&emulation->seed);
}
