/*
 * A transport for tests: answers what it is told to, and remembers what it was asked. And good answers to each request,
 * with a way to make any request and to see that nothing came out of it.
 */
#ifndef NATT_NSM_TEST_FAKE_NSM_H
#define NATT_NSM_TEST_FAKE_NSM_H

#include "nitro_attest/nsm.h"
#include "nsm/client/codec.h"

struct fake_nsm {
    natt_nsm_transport transport; /* to be opened */
    int error;                    /* instead of an answer */
    natt_bytes reply;
    size_t claimed_len; /* 0 = that of the reply */
    uint8_t request[NATT_NSM_MAX_REQUEST];
    size_t request_len, capacity;
    unsigned calls, closes;
    const uint8_t *request_at, *response_at;
};

/* The transport's context is *fake, which must stay where it is. */
void fake_nsm_init(struct fake_nsm *fake);

#define FAKE_RANDOM_LEN   256
#define FAKE_DOCUMENT_LEN 300

/* A good answer, as AWS's NSM orders its keys, or as QEMU's does. Constant bytes. */
natt_bytes fake_reply(enum natt_nsm_operation operation, bool as_qemu);
const char *fake_name(enum natt_nsm_operation operation);

/* All that any request gives. */
struct fake_outputs {
    natt_nsm_description description;
    natt_nsm_pcr pcr;
    uint8_t value[NATT_PCR_LEN];
    uint8_t bytes[NATT_NSM_MAX_RESPONSE];
    size_t len;
};

/* Makes the request with outputs full of rubbish before it. */
bool fake_perform(natt_nsm *session, enum natt_nsm_operation operation, struct fake_outputs *out, natt_nsm_error *err);

/* What the operation promises of its outputs when it fails. */
bool fake_outputs_zero(enum natt_nsm_operation operation, const struct fake_outputs *out);

#endif
