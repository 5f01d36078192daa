/*
 * See retry.h. Codes and times: AWS SDKs and Tools Reference Guide, "Retry behavior", standard mode of 2026.
 */
#include "nsm/kms/retry.h"

#include <string.h>

#define MAX_SKEW_MS  (4 * 60 * INT64_C(1000)) /* AWS takes 5 minutes; Date has whole seconds, and the way its time */
#define MAX_ASKED_MS 5000                     /* in addition to our own pause */

/* Failures that may not occur in the next attempt. */
static bool is_transient(const natt_kms_client_error *err)
{
    static const natt_kms_client_code codes[] = {NATT_KMS_CLIENT_E_RESOLVE,
                                                 NATT_KMS_CLIENT_E_CONNECT,
                                                 NATT_KMS_CLIENT_E_SOCKET,
                                                 NATT_KMS_CLIENT_E_TIMEOUT,
                                                 NATT_KMS_CLIENT_E_TLS_RECORD,
                                                 NATT_KMS_CLIENT_E_HTTP_TRUNCATED,
                                                 NATT_KMS_CLIENT_E_KMS_THROTTLING,
                                                 NATT_KMS_CLIENT_E_KMS_INTERNAL,
                                                 NATT_KMS_CLIENT_E_KMS_DEPENDENCY_TIMEOUT,
                                                 NATT_KMS_CLIENT_E_KMS_KEY_UNAVAILABLE};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (err->code == codes[i])
            return true;
    return false;
}

/* A server error, whatever its name. */
static bool is_server_error(const natt_kms_client_error *err)
{
    const bool answered = err->code == NATT_KMS_CLIENT_E_HTTP_STATUS ||
                          natt_kms_client_code_layer(err->code) == NATT_KMS_CLIENT_LAYER_KMS;
    return answered &&
           (err->http_status == 500 || err->http_status == 502 || err->http_status == 503 || err->http_status == 504);
}

/* The server may close an idle connection at any time, even while the request is in transit. */
static bool was_closed(const natt_retry_state *state, const natt_kms_client_error *err)
{
    return state->was_idle && (err->code == NATT_KMS_CLIENT_E_SOCKET || err->code == NATT_KMS_CLIENT_E_TLS_RECORD ||
                               err->code == NATT_KMS_CLIENT_E_HTTP_TRUNCATED);
}

static bool blames_the_clock(const natt_kms_client_error *err)
{
    return strstr(err->message, "Signature expired") != NULL ||
           strstr(err->message, "Signature not yet current") != NULL;
}

static bool is_clock_error(const natt_kms_client_error *err, int64_t skew_ms)
{
    return (skew_ms > MAX_SKEW_MS || skew_ms < -MAX_SKEW_MS) &&
           (err->code == NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE ||
            (natt_kms_client_code_layer(err->code) == NATT_KMS_CLIENT_LAYER_KMS && blames_the_clock(err)));
}

bool natt_retry_signature_was_taken(const natt_kms_client_error *err)
{
    static const natt_kms_client_code before[] = {
        NATT_KMS_CLIENT_E_KMS_UNRECOGNIZED_CLIENT,  NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE,
        NATT_KMS_CLIENT_E_KMS_INCOMPLETE_SIGNATURE, NATT_KMS_CLIENT_E_KMS_MISSING_AUTHENTICATION,
        NATT_KMS_CLIENT_E_KMS_EXPIRED_TOKEN,        NATT_KMS_CLIENT_E_KMS_OTHER};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        if (err->code == before[i])
            return false;
    return natt_kms_client_code_layer(err->code) == NATT_KMS_CLIENT_LAYER_KMS && !blames_the_clock(err);
}

natt_retry_decision natt_retry_decide(const natt_retry_state *state, const natt_kms_client_error *err, int64_t skew_ms)
{
    if (state->attempts >= state->max_attempts)
        return NATT_RETRY_NO;
    if (is_clock_error(err, skew_ms))
        return state->clock_corrected ? NATT_RETRY_NO : NATT_RETRY_CLOCK;
    if (err->code == NATT_KMS_CLIENT_E_KMS_EXPIRED_TOKEN)
        return state->can_renew && !state->credentials_renewed ? NATT_RETRY_CREDENTIALS : NATT_RETRY_NO;
    if (was_closed(state, err))
        return NATT_RETRY_NOW;
    return is_transient(err) || is_server_error(err) ? NATT_RETRY_LATER : NATT_RETRY_NO;
}

uint64_t natt_retry_pause_ms(unsigned attempt, bool throttled, uint32_t random)
{
    uint64_t most = throttled ? NATT_RETRY_BASE_THROTTLING_MS : NATT_RETRY_BASE_MS;
    for (; attempt > 2 && most < NATT_RETRY_MAX_MS; attempt--)
        most *= 2;
    most = most < NATT_RETRY_MAX_MS ? most : NATT_RETRY_MAX_MS;
    return (most + 1) * random >> 32;
}

uint64_t natt_retry_pause_asked_ms(uint64_t pause_ms, uint64_t asked_ms)
{
    if (asked_ms <= pause_ms)
        return pause_ms;
    return asked_ms - pause_ms < MAX_ASKED_MS ? asked_ms : pause_ms + MAX_ASKED_MS;
}
