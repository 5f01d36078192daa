/*
 * The CBOR of the seven requests and of their replies. Byte fields are byte strings, integers are shortest, the order
 * of keys is that of AWS's library. Sources: aws-nitro-enclaves-nsm-api, src/api/mod.rs; transcripts of devices.
 */
#ifndef NATT_NSM_CODEC_H
#define NATT_NSM_CODEC_H

#include "nitro_attest/nsm.h"
#include "nsm/request.h"

/* The length of the request; it is in `out` if that is at most capacity. */
size_t natt_nsm_request_encode(uint8_t *out, size_t capacity, const struct natt_nsm_request *request);

/* Of the fields, those of the operation are set. Views point into the response. */
struct natt_nsm_reply {
    bool lock;
    natt_bytes data;     /* 48 bytes */
    natt_bytes document; /* at least one byte */
    natt_bytes random;   /* at least one byte */
    natt_nsm_description description;
};

/* False: *out is zero; an Error reply of the NSM is NATT_NSM_E_DEVICE. */
bool natt_nsm_reply_decode(struct natt_nsm_reply *out, natt_bytes response, enum natt_nsm_operation operation,
                           natt_nsm_error *err);

#endif
