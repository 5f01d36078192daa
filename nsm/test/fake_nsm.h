/*
 * A transport for tests: sends the responses that a test sets, and records the requests. It also has valid responses to
 * each request, and functions that make any request and check that its outputs are empty.
 */
#ifndef NATT_NSM_TEST_FAKE_NSM_H
#define NATT_NSM_TEST_FAKE_NSM_H

#include "nitro_attest/nsm.h"
#include "nsm/client/codec.h"

struct fake_nsm {
    natt_nsm_transport transport; /* to be opened */
    int error;                    /* instead of a response */
    natt_bytes reply;
    size_t claimed_len; /* 0 = that of the reply */
    uint8_t request[NATT_NSM_MAX_REQUEST];
    size_t request_len, capacity;
    unsigned calls, closes;
    const uint8_t *request_at, *response_at;
};

/* The transport's context is *fake, which must not move. */
void fake_nsm_init(struct fake_nsm *fake);

#define FAKE_RANDOM_LEN   256
#define FAKE_DOCUMENT_LEN 300

/* A valid response, with keys in the order of AWS's NSM or of QEMU's. Constant bytes. */
natt_bytes fake_reply(enum natt_nsm_operation operation, bool as_qemu);
const char *fake_name(enum natt_nsm_operation operation);

/* The outputs of all requests. */
struct fake_outputs {
    natt_nsm_description description;
    natt_nsm_pcr pcr;
    uint8_t value[NATT_PCR_LEN];
    uint8_t bytes[NATT_NSM_MAX_RESPONSE];
    size_t len;
};

/* Makes the request. Before it, the outputs contain garbage. */
bool fake_perform(natt_nsm *session, enum natt_nsm_operation operation, struct fake_outputs *out, natt_nsm_error *err);

/* Checks the documented state of the outputs when the operation fails. */
bool fake_outputs_zero(enum natt_nsm_operation operation, const struct fake_outputs *out);

#endif
