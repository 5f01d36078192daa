/*
 * Selects the fault for a request, and applies it to the response. [nitro_attest/fault.h]
 */
#ifndef NATT_NSM_FAULTS_H
#define NATT_NSM_FAULTS_H

#include "nitro_attest/emulator.h"
#include "nsm/device/device_request.h"
#include "nsm/issuer/arena.h"

struct natt_armed_fault {
    natt_fault fault;
    uint64_t seen; /* requests that matched so far */
    uint64_t dice;
};

struct natt_faults {
    struct natt_armed_fault armed[NATT_EMULATOR_MAX_FAULTS];
    size_t count;
};

/* False: err->index has the position of the invalid one. */
bool natt_faults_init(struct natt_faults *faults, const natt_fault *list, size_t count, natt_emulator_error *err);

/* Counts the request. Returns the fault that applies, or NATT_FAULT_NOTHING; delays are added separately. */
natt_fault natt_faults_next(struct natt_faults *faults, enum natt_nsm_operation operation, uint64_t *delay_ms);

/* Changes the response as the fault specifies. */
natt_bytes natt_fault_apply(const natt_fault *fault, struct natt_arena *arena, enum natt_nsm_operation operation,
                            natt_bytes response);

#endif
