/* See nsm_session.h. */
#include "cli/nsm/nsm_session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/frame/clock.h"

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

static const char *path_of(const natt_cli_nsm_place *place)
{
    if (place->socket != NULL)
        return place->socket;
    return place->device != NULL ? place->device : "/dev/nsm";
}

static const char *name_of(natt_nsm_operation operation)
{
#define NAME(name, number, wire, fault) [number] = (wire),
    static const char *const names[] = {NATT_NSM_OPERATION_LIST(NAME)};
#undef NAME
    return names[operation];
}

static bool is_about_pcrs(natt_nsm_operation request)
{
    return request != NATT_NSM_OPERATION_COUNT && strstr(name_of(request), "PCR") != NULL;
}

static const char *device_remedy(natt_nsm_device_error error, natt_nsm_operation request)
{
    switch (error) {
    case NATT_NSM_DEVICE_INVALID_INDEX:
        return request == NATT_NSM_LOCK_PCRS ? "give at most the number of PCRs that nsm describe shows"
                                             : "nsm describe shows the number of PCRs; the first is PCR0";
    case NATT_NSM_DEVICE_READ_ONLY_INDEX:
        return "the PCR remains locked until the enclave ends";
    case NATT_NSM_DEVICE_INPUT_TOO_LARGE:
        return "shorten the data";
    case NATT_NSM_DEVICE_INVALID_OPERATION:
        return is_about_pcrs(request) ? "is this a NitroTPM? Use TPM commands such as tpm2_pcrread for its PCRs"
                                      : "this NSM does not know the request";
    default:
        return "the NSM failed: try again";
    }
}

/* A request that may have reached the NSM, but got no reply. */
static const char *lost_remedy(natt_nsm_operation request)
{
    if (request == NATT_NSM_EXTEND_PCR)
        return "whether the request took effect is not known: read the PCR before extending it again";
    if (request == NATT_NSM_LOCK_PCR || request == NATT_NSM_LOCK_PCRS)
        return "whether the request took effect is not known: read the PCR; locking twice does no harm";
    return "nothing was changed: try again";
}

/* The remedy if there is no NSM. */
static void put_place_remedy(char *out, size_t size, const natt_cli_nsm_place *place, int errno_value)
{
    if (place->socket != NULL && (errno_value == EACCES || errno_value == EPERM))
        (void)snprintf(out, size,
                       "run as the user who runs nitro-attest emulate --listen: only this user can use the socket");
    else if (place->socket != NULL)
        (void)snprintf(out, size, "start the server: nitro-attest emulate --listen %.200s", place->socket);
    else if (errno_value == EACCES || errno_value == EPERM)
        (void)snprintf(out, size, "get read permission for the device; in an enclave all users may read /dev/nsm");
    else if (place->device != NULL)
        (void)snprintf(out, size,
                       "leave --device out in an enclave, where the NSM is /dev/nsm; outside of enclaves, "
                       "nitro-attest emulate provides one");
    else
        (void)snprintf(out, size, "inside an enclave there is /dev/nsm; outside, nitro-attest emulate provides one");
}

/* Replaces the library's remedies if they name members of a structure, or depend on the request. */
static const char *remedy(const natt_nsm_error *e, natt_nsm_operation request)
{
    switch (e->code) {
    case NATT_NSM_E_DEVICE:
        return device_remedy(e->device_error, request);
    case NATT_NSM_E_TRANSPORT:
    case NATT_NSM_E_TIMEOUT:
        return lost_remedy(request);
    case NATT_NSM_E_USAGE_FIELD_SIZE:
        return "shorten it, or leave --strict-sizes out";
    case NATT_NSM_E_REQUEST_SIZE:
        return "shorten the values: a request has at most 4096 bytes";
    case NATT_NSM_E_SEED_OPEN:
    case NATT_NSM_E_SEED:
        return "";
    default:
        return natt_nsm_code_remedy(e->code);
    }
}

/* The process that serves the socket, with all its PCRs. */
static bool has_ended(const natt_cli_nsm_place *place, const natt_nsm_error *e)
{
    return place->socket != NULL && e->code == NATT_NSM_E_TRANSPORT &&
           (e->errno_value == ECONNRESET || e->errno_value == EPIPE);
}

/* Only drivers of NSMs know the request; others return ENOTTY. [ioctl(2)] */
static bool is_no_nsm(const natt_cli_nsm_place *place, const natt_nsm_error *e)
{
    return place->socket == NULL && e->code == NATT_NSM_E_TRANSPORT && e->errno_value == ENOTTY;
}

static bool fail(natt_cli_error *err, const natt_cli_nsm_session *nsm, const natt_nsm_error *e,
                 natt_nsm_operation request, const char *what)
{
    char hint[sizeof err->hint];
    if (is_no_nsm(nsm->place, e)) {
        put_place_remedy(hint, sizeof hint, nsm->place, e->errno_value);
        return natt_cli_fail(err, NATT_CLI_IO, hint, "%.300s is not an NSM device (%s)", path_of(nsm->place),
                             strerror(e->errno_value));
    }
    if (e->code == NATT_NSM_E_OPEN || has_ended(nsm->place, e))
        put_place_remedy(hint, sizeof hint, nsm->place, e->errno_value);
    else
        (void)snprintf(hint, sizeof hint, "%s", remedy(e, request));
    return natt_cli_fail(err, exit_code_of(e->code), hint, "%.300s: %s (%s)", what, e->message, why(e));
}

bool natt_cli_nsm_fail(natt_cli_error *err, const natt_cli_nsm_session *nsm, const natt_nsm_error *e,
                       natt_nsm_operation request)
{
    return fail(err, nsm, e, request, name_of(request));
}

bool natt_cli_nsm_fail_at(natt_cli_error *err, const natt_cli_nsm_session *nsm, const natt_nsm_error *e,
                          const char *what)
{
    return fail(err, nsm, e, NATT_NSM_OPERATION_COUNT, what);
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
                                                         "--deadline: %s is not a valid time limit", text);
}

static bool set_place(natt_nsm_options *options, const natt_cli_nsm_place *place, natt_cli_error *err)
{
    if (place->device != NULL && place->socket != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give one of them", "--device and --socket are both given");
    options->path = place->device;
    options->socket_path = place->socket;
    options->flags = place->strict_sizes ? NATT_NSM_STRICT_SIZES : 0;
    return set_deadline(options, place->deadline, err);
}

bool natt_cli_nsm_check_place(const natt_cli_nsm_place *place, natt_cli_error *err)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    return set_place(&options, place, err);
}

bool natt_cli_nsm_open(natt_cli_nsm_session *nsm, const natt_cli_nsm_place *place, natt_cli_error *err)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    natt_nsm_error e;
    nsm->place = place;
    if (!set_place(&options, place, err))
        return false;
    return natt_nsm_open(&nsm->session, &options, &e) || natt_cli_nsm_fail_at(err, nsm, &e, path_of(place));
}

void natt_cli_nsm_close(natt_cli_nsm_session *nsm)
{
    natt_nsm_close(&nsm->session);
}

static int send_nothing(void *context, const uint8_t *request, size_t request_len, uint8_t *response, size_t capacity,
                        size_t *response_len)
{
    (void)context;
    (void)request;
    (void)request_len;
    (void)response;
    (void)capacity;
    *response_len = 0;
    return ENODEV;
}

bool natt_cli_nsm_check_request(natt_cli_nsm_action *action, const void *args, natt_cli_error *err)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    natt_nsm_transport transport = {NULL, send_nothing, NULL};
    natt_cli_nsm_session nsm = {.place = args};
    natt_nsm_error e;
    options.transport = &transport;
    options.flags = nsm.place->strict_sizes ? NATT_NSM_STRICT_SIZES : 0;
    if (!natt_nsm_open(&nsm.session, &options, &e))
        return natt_cli_nsm_fail_at(err, &nsm, &e, "rehearsal");
    bool done = action(&nsm, args, err);
    natt_cli_nsm_close(&nsm);
    return done || err->exit_code != NATT_CLI_USAGE;
}

int natt_cli_nsm_command(const natt_cli_spec *spec, void *args, natt_cli_nsm_check *check, natt_cli_nsm_action *action,
                         int argc, char **argv)
{
    natt_cli_list operands = {0};
    natt_cli_error err;
    natt_cli_nsm_session nsm;
    bool done = true;
    natt_cli_parsed parsed = natt_cli_options_parse(args, &operands, spec, argc, argv, &err);
    if (parsed == NATT_CLI_RUN) {
        done = natt_cli_nsm_check_place(args, &err) && (check == NULL || check(args, &operands, &err)) &&
               natt_cli_nsm_open(&nsm, args, &err);
        if (done) {
            done = action(&nsm, args, &err);
            natt_cli_nsm_close(&nsm);
        }
    }
    natt_cli_options_free(args, &operands, spec);
    if (parsed != NATT_CLI_WRONG && done)
        return NATT_CLI_OK;
    return natt_cli_error_print(&err, spec->command);
}
