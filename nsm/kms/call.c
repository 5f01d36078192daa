/* Repeats a request until KMS replies; see client.h. */
#include <string.h>

#include <mbedtls/platform_util.h>

#include "nsm/kms/client.h"
#include "nsm/kms/error.h"
#include "nsm/kms/retry.h"
#include "nsm/kms/server_text.h"
#include "nsm/kms/system.h"

/* A clock set to local time is wrong by up to 14 hours; a request with a later date could be recorded and replayed. */
#define MAX_OFFSET_MS (24 * 60 * 60 * INT64_C(1000))

struct call {
    natt_kms_client *client;
    natt_kms_request *request;
    uint64_t deadline_ms;
    natt_retry_state retries;
    bool renew;        /* read the credentials again before the next attempt */
    int64_t skew_ms;   /* of the last reply; 0 = unknown */
    uint64_t asked_ms; /* the pause that the last reply requested */
    natt_kms_client_error *err;
};

uint64_t natt_kms_client_now_ms(const natt_kms_client *client)
{
    return natt_wall_clock_ms() + (uint64_t)client->clock_offset_ms;
}

/* --- texts of the server --- */

/* The reply may contain the session token, which was sent, and even the secret key, if the server knows it. */
static natt_bytes show(const struct call *call, char *out, size_t capacity, natt_bytes text)
{
    natt_bytes secrets[2];
    natt_aws_credentials_secrets(call->client->credentials, &secrets[0], &secrets[1]);
    return natt_server_text(out, capacity, text, secrets, 2);
}

/* --- the headers of a response --- */

/* A whole number up to `most`; 0 for any other text. */
static uint64_t number_of(natt_bytes text, uint64_t most)
{
    uint64_t value = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return 0;
        value = value > most ? value : value * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    return value < most ? value : most;
}

/* x-amz-retry-after is AWS's, in milliseconds; Retry-After is HTTP's, in seconds. [RFC9110 10.2.3] */
static uint64_t asked_ms_of(const natt_http_response *response)
{
    const uint64_t ms = number_of(natt_http_response_value(response, "x-amz-retry-after"), NATT_RETRY_MAX_MS);
    return ms != 0 ? ms : number_of(natt_http_response_value(response, "retry-after"), NATT_RETRY_MAX_MS / 1000) * 1000;
}

static int64_t skew_ms_of(const natt_http_response *response, uint64_t now_ms)
{
    uint64_t seconds;
    if (!natt_http_date_parse(natt_http_response_value(response, "date"), &seconds))
        return 0;
    return (int64_t)(seconds * 1000) - (int64_t)now_ms;
}

static void note_response(struct call *call)
{
    const natt_http_response *response = &call->client->response;
    call->skew_ms = skew_ms_of(response, natt_kms_client_now_ms(call->client));
    call->asked_ms = asked_ms_of(response);
    call->err->http_status = response->status;
    (void)show(call, call->err->request_id, sizeof call->err->request_id,
               natt_http_response_value(response, "x-amzn-requestid"));
}

/* --- refusals --- */

/* "com.amazon.coral.service#AccessDeniedException:http://..." from a gateway: only the name. */
static natt_bytes name_in_header(natt_bytes value)
{
    const uint8_t *colon = value.len > 0 ? memchr(value.ptr, ':', value.len) : NULL;
    if (colon != NULL)
        value.len = (size_t)(colon - value.ptr);
    for (size_t i = value.len; i > 0; i--)
        if (value.ptr[i - 1] == '#')
            return (natt_bytes){value.ptr + i, value.len - i};
    return value;
}

/* If the body is not JSON or contains no name, the header may contain it; otherwise HTTP_STATUS. */
static void refuse(struct call *call)
{
    const natt_http_response *response = &call->client->response;
    natt_kms_client_error unread;
    natt_kms_reply *reply = natt_kms_reply_parse((natt_bytes){response->body, response->body_len}, &unread);
    char name_shown[sizeof unread.kms_name], message_shown[sizeof unread.message];
    natt_bytes name = {NULL, 0}, message = {NULL, 0};
    if (reply != NULL) {
        name = natt_kms_reply_error_name(reply);
        message = natt_kms_reply_error_message(reply);
    }
    if (name.len == 0)
        name = name_in_header(natt_http_response_value(response, "x-amzn-errortype"));
    (void)natt_kms_client_fail_kms(call->err, name, show(call, name_shown, sizeof name_shown, name),
                                   show(call, message_shown, sizeof message_shown, message));
    natt_kms_reply_free(reply);
}

/* --- attempts --- */

static uint64_t connect_deadline(const struct call *call)
{
    const uint64_t by = natt_monotonic_ms() + call->client->connect_ms;
    return by < call->deadline_ms ? by : call->deadline_ms;
}

static bool exchange(struct call *call)
{
    natt_kms_client *client = call->client;
    call->retries.was_idle = false;
    call->skew_ms = 0;
    call->asked_ms = 0;
    if (!natt_kms_request_sign(call->request, client, call->renew, call->err))
        return false;
    call->renew = false;
    call->err->attempts = ++call->retries.attempts;
    if (!natt_kms_client_connect(client, connect_deadline(call), call->err))
        return false;
    call->retries.was_idle = client->was_used;
    if (!natt_kms_client_exchange(client, natt_kms_request_bytes(call->request), call->deadline_ms, call->err))
        return false;
    note_response(call);
    return true;
}

static natt_kms_reply *attempt(struct call *call)
{
    const natt_http_response *response = &call->client->response;
    if (!exchange(call))
        return NULL;
    if (response->status == 200)
        return natt_kms_reply_parse((natt_bytes){response->body, response->body_len}, call->err);
    refuse(call);
    return NULL;
}

/* Returns false if the deadline comes first. The caller gets the reason of the last failure, not a time-out. */
static bool pause_before_next(const struct call *call)
{
    const bool throttled = call->err->code == NATT_KMS_CLIENT_E_KMS_THROTTLING;
    uint64_t ms = natt_retry_pause_ms(call->retries.attempts + 1, throttled, natt_jitter_random());
    ms = natt_retry_pause_asked_ms(ms, call->asked_ms);
    const uint64_t now_ms = natt_monotonic_ms();
    if (now_ms >= call->deadline_ms || ms >= call->deadline_ms - now_ms)
        return false;
    natt_sleep_ms(ms);
    return true;
}

/* Returns false if the reply's Date differs too much from the machine's clock to be trusted. */
static bool correct_clock(struct call *call)
{
    const int64_t offset_ms = call->client->clock_offset_ms + call->skew_ms;
    if (offset_ms > MAX_OFFSET_MS || offset_ms < -MAX_OFFSET_MS)
        return false;
    call->client->clock_offset_ms = offset_ms;
    call->retries.clock_corrected = true;
    return true;
}

static bool prepare_next(struct call *call)
{
    switch (natt_retry_decide(&call->retries, call->err, call->skew_ms)) {
    case NATT_RETRY_LATER:
        return pause_before_next(call);
    case NATT_RETRY_NOW:
        return natt_monotonic_ms() < call->deadline_ms;
    case NATT_RETRY_CLOCK:
        return correct_clock(call);
    case NATT_RETRY_CREDENTIALS:
        call->renew = call->retries.credentials_renewed = true;
        return true;
    case NATT_RETRY_NO:
        break;
    }
    return false;
}

natt_kms_reply *natt_kms_client_call(natt_kms_client *client, natt_kms_request *request, natt_kms_client_error *err)
{
    struct call call = {.client = client, .request = request, .err = err};
    const int64_t offset_ms = client->clock_offset_ms;
    natt_kms_reply *reply = NULL;
    call.deadline_ms = natt_monotonic_ms() + client->total_ms;
    call.retries.max_attempts = client->max_attempts;
    call.retries.can_renew = natt_aws_credentials_can_refresh(client->credentials);
    natt_kms_client_no_error(err);
    do
        reply = attempt(&call);
    while (reply == NULL && prepare_next(&call));
    mbedtls_platform_zeroize(client->body, sizeof client->body);
    if (reply == NULL && !natt_retry_signature_was_taken(err))
        client->clock_offset_ms = offset_ms; /* the correction did not help, so the sender of that Date may be wrong */
    if (reply != NULL)
        (void)natt_kms_client_fail(err, NATT_KMS_CLIENT_OK, NULL);
    return reply;
}
