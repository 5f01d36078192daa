/* See nsm_session.h. */
#include "nsm_session.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"

static int exit_code_of(natt_nsm_code code)
{
    if (code == NATT_NSM_E_DEVICE)
        return NATT_CLI_REFUSED;
    return code < NATT_NSM_E_BUFFER_TOO_SMALL ? NATT_CLI_USAGE : NATT_CLI_IO;
}

static const char *why(const natt_nsm_error *e)
{
    if (e->code == NATT_NSM_E_DEVICE)
        return natt_nsm_device_error_name(e->device_error);
    return e->errno_value != 0 ? strerror(e->errno_value) : natt_nsm_code_name(e->code);
}

static const char *device_remedy(natt_nsm_device_error error)
{
    switch (error) {
    case NATT_NSM_DEVICE_INVALID_INDEX:
        return "PCRs are numbered 0 to 31";
    case NATT_NSM_DEVICE_READ_ONLY_INDEX:
        return "the PCR is locked, and stays so until the enclave ends";
    case NATT_NSM_DEVICE_INPUT_TOO_LARGE:
        return "shorten the data";
    default:
        return "";
    }
}

/* The library's remedies, but where they name members of a structure. */
static const char *remedy(const natt_nsm_error *e)
{
    switch (e->code) {
    case NATT_NSM_E_DEVICE:
        return device_remedy(e->device_error);
    case NATT_NSM_E_OPEN:
        return "inside an enclave there is /dev/nsm; outside, nitro-attest emulate provides one";
    case NATT_NSM_E_TRANSPORT:
        return "whether the request took effect is not known: read the PCR before extending it again";
    case NATT_NSM_E_USAGE_FIELD_SIZE:
        return "shorten it, or leave --strict-sizes out";
    case NATT_NSM_E_REQUEST_SIZE:
        return "shorten the values: a request has room for 4096 bytes";
    case NATT_NSM_E_SEED_OPEN:
    case NATT_NSM_E_SEED:
        return "";
    default:
        return natt_nsm_code_remedy(e->code);
    }
}

bool natt_cli_nsm_fail(natt_cli_error *err, const natt_nsm_error *e, const char *doing)
{
    return natt_cli_fail(err, exit_code_of(e->code), remedy(e), "%s: %s (%s)", doing, e->message, why(e));
}

static bool set_deadline(natt_nsm_options *options, const char *text, natt_cli_error *err)
{
    uint64_t ms = 0;
    if (text == NULL)
        return true;
    if (!natt_cli_duration_parse(&ms, text, err))
        return natt_cli_fail_in(err, "--deadline");
    options->deadline_ms = (uint32_t)ms;
    return (ms > 0 && ms <= UINT32_MAX) || natt_cli_fail(err, NATT_CLI_USAGE, "the driver itself gives up after 120s",
                                                         "--deadline: %s is no time to wait for", text);
}

bool natt_cli_nsm_open(natt_nsm *session, const natt_cli_nsm_place *place, natt_cli_error *err)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    natt_nsm_error e;
    char where[320];
    if (place->device != NULL && place->socket != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give one of them", "--device and --socket are both given");
    if (!set_deadline(&options, place->deadline, err))
        return false;
    options.path = place->device;
    options.socket_path = place->socket;
    options.flags = place->strict_sizes ? NATT_NSM_STRICT_SIZES : 0;
    (void)snprintf(where, sizeof where, "%.300s",
                   place->socket != NULL   ? place->socket
                   : place->device != NULL ? place->device
                                           : "/dev/nsm");
    return natt_nsm_open(session, &options, &e) || natt_cli_nsm_fail(err, &e, where);
}

int natt_cli_nsm_command(const natt_cli_spec *spec, void *args, natt_cli_nsm_action *action, int argc, char **argv)
{
    natt_cli_list operands = {0};
    natt_cli_error err;
    natt_nsm session;
    bool done = true;
    natt_cli_parsed parsed = natt_cli_options_parse(args, &operands, spec, argc, argv, &err);
    if (parsed == NATT_CLI_RUN) {
        done = natt_cli_nsm_open(&session, args, &err);
        if (done) {
            done = action(&session, args, &operands, &err);
            natt_nsm_close(&session);
        }
    }
    natt_cli_options_free(args, &operands, spec);
    if (parsed != NATT_CLI_WRONG && done)
        return NATT_CLI_OK;
    return natt_cli_error_print(&err, spec->command);
}
