/*
 * Creation and release of the emulator, and the driver's behaviour: lengths, the lock, faults, truncated responses.
 * [Linux drivers/misc/nsm.c]
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "nsm/device/device.h"
#include "nsm/device/emulator_internal.h"

static bool check_options(const natt_emulator_options *o, natt_emulator_error *err)
{
    if (o->struct_size != sizeof *o)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_STRUCT_SIZE,
                                  "start the options from NATT_EMULATOR_OPTIONS_INIT");
    if ((o->pcr_count > 0 && o->pcrs == NULL) || (o->fault_count > 0 && o->faults == NULL))
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT,
                                  "pcr_count without pcrs, or fault_count without faults");
    if (o->seed.ptr != NULL && o->pki_dir != NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_OPTION,
                                  "the keys come from a seed or from a directory: give one");
    if (o->debug && o->kind == NATT_KIND_NITROTPM)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_KIND, "only enclaves have a debug mode");
    return true;
}

static bool set_up(natt_emulator *emulator, const natt_emulator_options *options, natt_emulator_error *err)
{
    return natt_device_init(&emulator->device, options, err) &&
           natt_faults_init(&emulator->faults, options->faults, options->fault_count, err) &&
           (options->pki_dir == NULL || natt_pki_check_root(options->pki_dir, emulator->device.issuer, err));
}

natt_emulator *natt_emulator_new(const natt_emulator_options *options, natt_emulator_error *err)
{
    static const natt_emulator_options standard = NATT_EMULATOR_OPTIONS_INIT;
    natt_emulator_no_error(err);
    if (options == NULL)
        options = &standard;
    if (!check_options(options, err))
        return NULL;
    natt_emulator *emulator = calloc(1, sizeof *emulator);
    if (emulator == NULL || !natt_device_lock_init(&emulator->lock)) {
        free(emulator);
        natt_emulator_fail(err, NATT_EMULATOR_E_MEMORY, NULL);
        return NULL;
    }
    if (set_up(emulator, options, err))
        return emulator;
    natt_emulator_free(emulator);
    return NULL;
}

void natt_emulator_free(natt_emulator *emulator)
{
    if (emulator == NULL)
        return;
    natt_device_free(&emulator->device);
    natt_device_lock_free(&emulator->lock);
    mbedtls_platform_zeroize(emulator, sizeof *emulator);
    free(emulator);
}

/* 0 if the arena has not failed. */
static int errno_of(const struct natt_arena *arena)
{
    const char *why = natt_arena_failure(arena);
    if (why == NULL)
        return 0;
    return why == natt_arena_no_memory ? ENOMEM : EIO;
}

static natt_bytes respond(natt_emulator *emulator, struct natt_arena *arena, const struct natt_nsm_request *request,
                          const natt_fault *fault)
{
    bool twice = fault->action == NATT_FAULT_DUPLICATE_KEYS;
    if (fault->action == NATT_FAULT_ERROR)
        return natt_reply_error(arena, fault->value, false);
    natt_bytes response = natt_device_answer(&emulator->device, arena, request, twice);
    return natt_arena_failure(arena) == NULL ? natt_fault_apply(fault, arena, request->operation, response) : response;
}

/* The caller has the lock, and arrived at `arrival`. */
static int exchange(natt_emulator *emulator, struct natt_arena *arena, uint64_t arrival, natt_bytes in,
                    natt_bytes *response)
{
    struct natt_nsm_request request;
    uint64_t delay_ms;
    (void)natt_device_request_parse(&request, in); /* false means no operation */
    const natt_fault fault = natt_faults_next(&emulator->faults, request.operation, &delay_ms);
    if (delay_ms > 0)
        natt_device_lock_wait(&emulator->lock, arrival, delay_ms);
    if (fault.action == NATT_FAULT_ERRNO)
        return (int)fault.value;
    if (fault.action == NATT_FAULT_SILENCE) {
        natt_device_lock_wait(&emulator->lock, arrival, fault.value);
        return ETIMEDOUT;
    }
    *response = respond(emulator, arena, &request, &fault);
    return errno_of(arena);
}

int natt_emulator_exchange(natt_emulator *emulator, const uint8_t *request, size_t request_len, uint8_t *response,
                           size_t capacity, size_t *response_len)
{
    natt_bytes out = NATT_ABSENT;
    if (emulator == NULL || response_len == NULL || (request == NULL && request_len > 0) ||
        (response == NULL && capacity > 0))
        return EINVAL;
    *response_len = 0;
    if (request_len > NATT_EMULATOR_MAX_REQUEST || request_len == 0)
        return request_len == 0 ? ETIMEDOUT : EMSGSIZE;
    struct natt_arena *arena = natt_arena_new();
    if (arena == NULL)
        return ENOMEM;
    uint64_t arrival = natt_device_lock_acquire(&emulator->lock);
    int error = exchange(emulator, arena, arrival, (natt_bytes){request, request_len}, &out);
    natt_device_lock_release(&emulator->lock);
    if (error == 0) {
        *response_len = out.len < capacity ? out.len : capacity; /* truncated without an error, like the driver */
        if (*response_len > 0)
            memcpy(response, out.ptr, *response_len);
    }
    natt_arena_free(arena);
    return error;
}

static int exchange_of(void *context, const uint8_t *request, size_t request_len, uint8_t *response, size_t capacity,
                       size_t *response_len)
{
    return natt_emulator_exchange(context, request, request_len, response, capacity, response_len);
}

natt_nsm_transport natt_emulator_transport(natt_emulator *emulator)
{
    return (natt_nsm_transport){emulator, exchange_of, NULL};
}

void natt_emulator_skip_delays(natt_emulator *emulator, bool skip)
{
    natt_device_lock_skip_waits(&emulator->lock, skip);
}

natt_bytes natt_emulator_root(const natt_emulator *emulator)
{
    return natt_issuer_root(emulator->device.issuer);
}

bool natt_emulator_root_pem(const natt_emulator *emulator, char *out, size_t capacity, size_t *len)
{
    return natt_issuer_root_pem(emulator->device.issuer, out, capacity, len);
}

const char *natt_emulator_module_id(const natt_emulator *emulator)
{
    return natt_issuer_module_id(emulator->device.issuer);
}
