/*
 * Selects the failures to retry and the delay before the retry, like the AWS SDKs in their standard mode:
 * exponential backoff with full jitter, no attempt that the deadline does not leave time for. Pure functions.
 */
#ifndef NATT_NSM_KMS_RETRY_H
#define NATT_NSM_KMS_RETRY_H

#include "nitro_attest/kms_client.h"

typedef enum natt_retry_decision {
    NATT_RETRY_NO = 0,
    NATT_RETRY_LATER,      /* after natt_retry_pause_ms */
    NATT_RETRY_NOW,        /* at once: an idle connection had been closed by the server */
    NATT_RETRY_CLOCK,      /* at once, with the clock corrected by the reply's Date */
    NATT_RETRY_CREDENTIALS /* at once, with the credentials read again */
} natt_retry_decision;

typedef struct natt_retry_state {
    unsigned attempts, max_attempts;
    bool was_idle;            /* the request went over a connection that had carried another one before */
    bool clock_corrected;     /* in this call */
    bool credentials_renewed; /* in this call */
    bool can_renew;
} natt_retry_state;

/* The action after `err`. skew_ms: the reply's Date minus the local time, 0 = not known. */
natt_retry_decision natt_retry_decide(const natt_retry_state *state, const natt_kms_client_error *err, int64_t skew_ms);

/* KMS refused the request for a reason that it checks after it has verified the signature. */
bool natt_retry_signature_was_taken(const natt_kms_client_error *err);

/* Before attempt number `attempt` (2 = the first retry): random in [0, min(20 s, 2^(attempt - 2) * base)]. */
#define NATT_RETRY_BASE_MS            50
#define NATT_RETRY_BASE_THROTTLING_MS 1000
#define NATT_RETRY_MAX_MS             20000
uint64_t natt_retry_pause_ms(unsigned attempt, bool throttled, uint32_t random);

/* The pause when the server asked for one (x-amz-retry-after, Retry-After): never shorter, at most 5 s longer. */
uint64_t natt_retry_pause_asked_ms(uint64_t pause_ms, uint64_t asked_ms);

#endif
