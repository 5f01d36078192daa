/*
 * What a client asks for: the seven requests, read strictly. Knows shapes only; whether a PCR exists or is locked is
 * device.c's question.
 * Request = tstr / { tstr => { * tstr => any } }   [AWS nsm-api src/api/mod.rs]
 */
#ifndef NATT_NSM_DEVICE_REQUEST_H
#define NATT_NSM_DEVICE_REQUEST_H

#include "nitro_attest/base.h"

/* In the order of the bits in fault.h. */
enum natt_device_operation {
    NATT_DEVICE_DESCRIBE_PCR,
    NATT_DEVICE_EXTEND_PCR,
    NATT_DEVICE_LOCK_PCR,
    NATT_DEVICE_LOCK_PCRS,
    NATT_DEVICE_DESCRIBE_NSM,
    NATT_DEVICE_ATTESTATION,
    NATT_DEVICE_GET_RANDOM,
    NATT_DEVICE_NO_REQUEST /* and how many there are */
};

/* Views point into the request. */
struct natt_device_request {
    enum natt_device_operation operation;
    uint16_t number; /* index or range */
    natt_bytes data;
    natt_bytes user_data, nonce, public_key; /* absent = missing or null */
};

/*
 * `in` is a request, and zeros behind it or nothing. False: not one of the seven as it must be written, or another byte
 * follows; *out has NATT_DEVICE_NO_REQUEST then.
 */
bool natt_device_request_parse(struct natt_device_request *out, natt_bytes in);

/* "DescribePCR" ...; NULL for NATT_DEVICE_NO_REQUEST. */
const char *natt_device_operation_name(enum natt_device_operation operation);

#endif
