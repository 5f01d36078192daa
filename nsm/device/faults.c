/* See faults.h. */
#include "nsm/device/faults.h"

#include <string.h>

#include "nsm/device/device_reply.h"
#include "nsm/issuer/error.h"

#define CHECK_BIT(name, number, wire, fault)                                                                           \
    _Static_assert(NATT_FAULT_##name == 1u << (number), "the bit of an operation is its number");
NATT_NSM_OPERATION_LIST(CHECK_BIT)
_Static_assert(NATT_FAULT_NO_REQUEST == 1u << NATT_NSM_OPERATION_COUNT, "any other request has the next bit");

/* Returns the error of a fault that a caller filled in without parsing, or NULL. */
static const char *complaint(const natt_fault *fault)
{
    if (fault->requests == 0 || (fault->requests & ~NATT_FAULT_ANY) != 0)
        return "a fault names no request, or one that does not exist";
    if (fault->action <= NATT_FAULT_NOTHING || fault->action > NATT_FAULT_DUPLICATE_KEYS)
        return "a fault has no action";
    if (fault->action == NATT_FAULT_ERRNO && (fault->value == 0 || fault->value > NATT_NSM_MAX_ERRNO))
        return "a fault's errno is not 1 to 4095";
    if (fault->action == NATT_FAULT_ERROR && natt_nsm_wire_error_name(fault->value) == NULL)
        return "a fault's error is not 1 (InvalidArgument) to 8 (InternalError)";
    if ((fault->action == NATT_FAULT_SILENCE || fault->action == NATT_FAULT_DELAY) && fault->value > NATT_FAULT_MAX_MS)
        return "a fault lasts longer than a day";
    if (fault->when > NATT_FAULT_CHANCE || (fault->when != NATT_FAULT_ALWAYS && fault->n == 0))
        return "a fault's n is 0, or its `when` unknown";
    return fault->when == NATT_FAULT_CHANCE && fault->n > 100 ? "a fault's chance is above 100 percent" : NULL;
}

bool natt_faults_init(struct natt_faults *faults, const natt_fault *list, size_t count, natt_emulator_error *err)
{
    if (count > NATT_EMULATOR_MAX_FAULTS)
        return natt_emulator_fail_entry(err, NATT_EMULATOR_E_USAGE_FAULT, NATT_EMULATOR_MAX_FAULTS,
                                        "there are more than NATT_EMULATOR_MAX_FAULTS faults");
    for (size_t i = 0; i < count; i++) {
        const char *why = complaint(&list[i]);
        if (why != NULL)
            return natt_emulator_fail_entry(err, NATT_EMULATOR_E_USAGE_FAULT, i, why);
        faults->armed[i] = (struct natt_armed_fault){list[i], 0, list[i].seed};
    }
    faults->count = count;
    return true;
}

/* splitmix64: equal seeds give equal numbers on every machine. 0..99. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return ((z ^ z >> 31) >> 32) % 100;
}

static bool is_due(struct natt_armed_fault *armed, uint32_t request)
{
    const natt_fault *fault = &armed->fault;
    if ((fault->requests & request) == 0)
        return false;
    armed->seen++;
    switch (fault->when) {
    case NATT_FAULT_EVERY:
        return armed->seen % fault->n == 0;
    case NATT_FAULT_FIRST:
        return armed->seen <= fault->n;
    case NATT_FAULT_CHANCE:
        return next_random(&armed->dice) < fault->n;
    default:
        return true;
    }
}

natt_fault natt_faults_next(struct natt_faults *faults, enum natt_nsm_operation operation, uint64_t *delay_ms)
{
    natt_fault acting = {.action = NATT_FAULT_NOTHING};
    *delay_ms = 0;
    for (size_t i = 0; i < faults->count; i++) {
        const natt_fault *fault = &faults->armed[i].fault;
        if (!is_due(&faults->armed[i], UINT32_C(1) << operation))
            continue;
        if (fault->action == NATT_FAULT_DELAY)
            *delay_ms += fault->value;
        else if (acting.action == NATT_FAULT_NOTHING)
            acting = *fault;
    }
    return acting;
}

static natt_bytes cut(natt_bytes response, uint64_t keep)
{
    size_t len = keep == NATT_FAULT_HALF ? response.len / 2 : response.len;
    return (natt_bytes){response.ptr, keep < len ? (size_t)keep : len};
}

/* A well-formed response, but to a different request. */
static natt_bytes other_variant(struct natt_arena *arena, enum natt_nsm_operation operation)
{
    struct natt_device_reply reply = {.arena = arena};
    reply.name = natt_nsm_operation_name(operation == NATT_NSM_LOCK_PCR ? NATT_NSM_LOCK_PCRS : NATT_NSM_LOCK_PCR);
    return natt_reply_write(&reply, false);
}

static natt_bytes lengthened(struct natt_arena *arena, natt_bytes response)
{
    uint8_t *out = natt_arena_alloc(arena, NATT_EMULATOR_MAX_RESPONSE);
    if (out == NULL || response.len > NATT_EMULATOR_MAX_RESPONSE)
        return response;
    memset(out, 0, NATT_EMULATOR_MAX_RESPONSE);
    memcpy(out, response.ptr, response.len);
    return (natt_bytes){out, NATT_EMULATOR_MAX_RESPONSE};
}

natt_bytes natt_fault_apply(const natt_fault *fault, struct natt_arena *arena, enum natt_nsm_operation operation,
                            natt_bytes response)
{
    static const uint8_t stray_break[] = {0xff}; /* a break without a beginning [RFC8949 3.2.1] */
    switch (fault->action) {
    case NATT_FAULT_TRUNCATED:
        return cut(response, fault->value);
    case NATT_FAULT_OVERSIZED:
        return lengthened(arena, response);
    case NATT_FAULT_MALFORMED:
        return natt_arena_join2(arena, NATT_CONST(stray_break), (natt_bytes){response.ptr + 1, response.len - 1});
    case NATT_FAULT_VARIANT:
        return other_variant(arena, operation);
    default:
        return response;
    }
}
