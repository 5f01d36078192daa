/*
 * The fields of each request. The client writes them, and the software NSM reads them, with this table.
 * request = name / { name => { field => value, ... } }   [AWS nsm-api src/api/mod.rs]
 */
#ifndef NATT_NSM_REQUEST_H
#define NATT_NSM_REQUEST_H

#include "nitro_attest/base.h"
#include "nsm/wire.h"

struct natt_nsm_request {
    enum natt_nsm_operation operation;
    uint16_t number;                         /* index, or range of LockPCRs */
    natt_bytes data;                         /* ExtendPCR */
    natt_bytes user_data, nonce, public_key; /* Attestation; absent = null, or missing */
};

enum natt_nsm_field_type {
    NATT_NSM_NUMBER,        /* uint16 */
    NATT_NSM_BYTES,         /* bstr */
    NATT_NSM_OPTIONAL_BYTES /* the same, or null */
};

struct natt_nsm_field {
    const char *name;
    enum natt_nsm_field_type type;
    size_t place; /* in struct natt_nsm_request */
};

#define NATT_NSM_MAX_FIELDS 3

/* In the order of AWS's library. None: the request is its bare name. */
struct natt_nsm_fields {
    size_t count;
    struct natt_nsm_field fields[NATT_NSM_MAX_FIELDS];
};

static inline const struct natt_nsm_fields *natt_nsm_fields_of(enum natt_nsm_operation operation)
{
#define NATT_NSM_FIELD(name, type, member)                                                                             \
    {                                                                                                                  \
        name, NATT_NSM_##type, offsetof(struct natt_nsm_request, member)                                               \
    }
    static const struct natt_nsm_fields table[NATT_NSM_OPERATION_COUNT] = {
        [NATT_NSM_DESCRIBE_PCR] = {1, {NATT_NSM_FIELD("index", NUMBER, number)}},
        [NATT_NSM_EXTEND_PCR] = {2, {NATT_NSM_FIELD("index", NUMBER, number), NATT_NSM_FIELD("data", BYTES, data)}},
        [NATT_NSM_LOCK_PCR] = {1, {NATT_NSM_FIELD("index", NUMBER, number)}},
        [NATT_NSM_LOCK_PCRS] = {1, {NATT_NSM_FIELD("range", NUMBER, number)}},
        [NATT_NSM_ATTESTATION] = {3,
                                  {NATT_NSM_FIELD("user_data", OPTIONAL_BYTES, user_data),
                                   NATT_NSM_FIELD("nonce", OPTIONAL_BYTES, nonce),
                                   NATT_NSM_FIELD("public_key", OPTIONAL_BYTES, public_key)}},
    };
#undef NATT_NSM_FIELD
    return &table[operation];
}

#endif
