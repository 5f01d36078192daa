/*
 * Sessions, and the steps of a request: check, encode, send, decode, copy, wipe.
 */
#include "nsm/client/client.h"

#include "nsm/client/error.h"

#include <string.h>

#define OPEN_MARK UINT64_C(0x6e61747453657373) /* any number except 0 and possible addresses */

_Static_assert(sizeof(struct natt_nsm_session) <= sizeof(natt_nsm), "the caller's words have room for a session");
_Static_assert(_Alignof(struct natt_nsm_session) <= _Alignof(natt_nsm), "and are aligned for it");

static uint64_t mark_of(const natt_nsm *session)
{
    return OPEN_MARK ^ (uint64_t)(uintptr_t)session;
}

struct natt_nsm_session *natt_nsm_session_of(natt_nsm *session, natt_nsm_error *err)
{
    if (session == NULL) {
        natt_nsm_fail(err, NATT_NSM_E_USAGE_ARGUMENT);
        return NULL;
    }
    struct natt_nsm_session *s = (struct natt_nsm_session *)session->opaque;
    if (s->mark == mark_of(session))
        return s;
    natt_nsm_fail(err, NATT_NSM_E_USAGE_SESSION);
    return NULL;
}

static bool check_options(const natt_nsm_options *options, natt_nsm_error *err)
{
    if (options->struct_size != sizeof *options)
        return natt_nsm_fail(err, NATT_NSM_E_USAGE_STRUCT_SIZE);
    return (options->flags & ~NATT_NSM_STRICT_SIZES) == 0 || natt_nsm_fail(err, NATT_NSM_E_USAGE_FLAGS);
}

static bool open_session(struct natt_nsm_session *s, const natt_nsm_options *options, natt_nsm_error *err)
{
    s->flags = options->flags;
    if (options->deadline_ms != 0) {
        s->worker = natt_nsm_worker_start(options, err);
        return s->worker != NULL;
    }
    return natt_nsm_channel_open(&s->channel, options, err);
}

bool natt_nsm_open(natt_nsm *session, const natt_nsm_options *options, natt_nsm_error *err)
{
    static const natt_nsm_options standard = NATT_NSM_OPTIONS_INIT;
    natt_nsm_error spare;
    err = natt_nsm_error_begin(err, &spare);
    if (session == NULL)
        return natt_nsm_fail(err, NATT_NSM_E_USAGE_ARGUMENT);
    memset(session, 0, sizeof *session);
    struct natt_nsm_session *s = (struct natt_nsm_session *)session->opaque;
    options = options != NULL ? options : &standard;
    if (check_options(options, err) && open_session(s, options, err)) {
        pthread_mutex_init(&s->lock, NULL); /* cannot fail with default attributes */
        s->mark = mark_of(session);
        return true;
    }
    memset(session, 0, sizeof *session);
    return false;
}

void natt_nsm_close(natt_nsm *session)
{
    natt_nsm_error spare;
    struct natt_nsm_session *s = natt_nsm_session_of(session, natt_nsm_error_begin(NULL, &spare));
    if (s == NULL)
        return;
    if (s->worker != NULL)
        natt_nsm_worker_stop(s->worker);
    else
        natt_nsm_channel_close(&s->channel);
    pthread_mutex_destroy(&s->lock);
    natt_nsm_wipe(session, sizeof *session);
}

bool natt_nsm_set_deadline(natt_nsm *session, uint32_t deadline_ms, natt_nsm_error *err)
{
    natt_nsm_error spare;
    err = natt_nsm_error_begin(err, &spare);
    struct natt_nsm_session *s = natt_nsm_session_of(session, err);
    if (s == NULL)
        return false;
    if (s->worker == NULL || deadline_ms == 0)
        return natt_nsm_fail(err, NATT_NSM_E_USAGE_DEADLINE);
    natt_nsm_worker_set_deadline(s->worker, deadline_ms);
    return true;
}

bool natt_nsm_call_begin(struct natt_nsm_call *call, natt_nsm *session, natt_nsm_error *err)
{
    call->err = natt_nsm_error_begin(err, &call->spare);
    call->response_len = 0;
    call->session = natt_nsm_session_of(session, call->err);
    return call->session != NULL;
}

/* Replies contain secrets (random bytes), and requests may. */
bool natt_nsm_call_end(struct natt_nsm_call *call, bool ok)
{
    natt_nsm_wipe(call->request, sizeof call->request);
    natt_nsm_wipe(call->response, sizeof call->response);
    return ok;
}

static int exchange_here(struct natt_nsm_call *call, natt_bytes request)
{
    pthread_mutex_lock(&call->session->lock);
    int result = natt_nsm_channel_exchange(&call->session->channel, request, call->response, &call->response_len);
    pthread_mutex_unlock(&call->session->lock);
    return result;
}

/* The driver refuses longer requests, and an empty one permanently stops a software device. */
static bool check_request_size(natt_nsm_error *err, size_t len)
{
    return (len >= 1 && len <= NATT_NSM_MAX_REQUEST) || natt_nsm_fail_required(err, NATT_NSM_E_REQUEST_SIZE, len);
}

static bool exchange(struct natt_nsm_call *call, natt_bytes request)
{
    int result = 0;
    struct natt_nsm_worker *worker = call->session->worker;
    if (worker == NULL)
        result = exchange_here(call, request);
    else if (!natt_nsm_worker_exchange(worker, &result, call->response, &call->response_len, request, call->err))
        return false;
    if (result != 0)
        return natt_nsm_fail_errno(call->err, NATT_NSM_E_TRANSPORT, result);
    return call->response_len <= NATT_NSM_MAX_RESPONSE || natt_nsm_fail(call->err, NATT_NSM_E_RESPONSE_SIZE);
}

bool natt_nsm_call_make(struct natt_nsm_call *call, const struct natt_nsm_request *request)
{
    size_t len = natt_nsm_request_encode(call->request, sizeof call->request, request);
    return check_request_size(call->err, len) && exchange(call, (natt_bytes){call->request, len}) &&
           natt_nsm_reply_decode(&call->reply, (natt_bytes){call->response, call->response_len}, request->operation,
                                 call->err);
}

static bool copy_out(uint8_t *out, size_t capacity, size_t *len, natt_bytes from, natt_nsm_error *err)
{
    if (from.len > capacity)
        return natt_nsm_fail_required(err, NATT_NSM_E_BUFFER_TOO_SMALL, from.len);
    if (from.len > 0)
        memcpy(out, from.ptr, from.len);
    *len = from.len;
    return true;
}

/* Checks output arguments before anything is sent. */
static bool check_out(const uint8_t *out, size_t capacity, size_t *len, natt_nsm_error *err)
{
    if (len == NULL)
        return natt_nsm_fail(err, NATT_NSM_E_USAGE_ARGUMENT);
    *len = 0;
    return out != NULL || capacity == 0 || natt_nsm_fail(err, NATT_NSM_E_USAGE_ARGUMENT);
}

static bool check_input(natt_bytes in, natt_nsm_error *err)
{
    return in.ptr != NULL || in.len == 0 || natt_nsm_fail(err, NATT_NSM_E_USAGE_ARGUMENT);
}

bool natt_nsm_send(natt_nsm *session, uint8_t *out, size_t capacity, size_t *len, natt_bytes request,
                   natt_nsm_error *err)
{
    struct natt_nsm_call call;
    bool ok = natt_nsm_call_begin(&call, session, err);
    ok = check_out(out, capacity, len, call.err) && ok && check_input(request, call.err) &&
         check_request_size(call.err, request.len) && exchange(&call, request) &&
         copy_out(out, capacity, len, (natt_bytes){call.response, call.response_len}, call.err);
    return natt_nsm_call_end(&call, ok);
}

bool natt_nsm_describe(natt_nsm *session, natt_nsm_description *out, natt_nsm_error *err)
{
    struct natt_nsm_call call;
    struct natt_nsm_request request = {.operation = NATT_NSM_DESCRIBE_NSM};
    bool ok = natt_nsm_call_begin(&call, session, err);
    if (out == NULL || out->struct_size != sizeof *out) {
        natt_nsm_fail(call.err, out == NULL ? NATT_NSM_E_USAGE_ARGUMENT : NATT_NSM_E_USAGE_STRUCT_SIZE);
        return natt_nsm_call_end(&call, false);
    }
    ok = ok && natt_nsm_call_make(&call, &request);
    *out = ok ? call.reply.description : (natt_nsm_description){0};
    out->struct_size = sizeof *out;
    return natt_nsm_call_end(&call, ok);
}

bool natt_nsm_describe_pcr(natt_nsm *session, natt_nsm_pcr *out, uint16_t index, natt_nsm_error *err)
{
    struct natt_nsm_call call;
    struct natt_nsm_request request = {.operation = NATT_NSM_DESCRIBE_PCR, .number = index};
    bool ok = natt_nsm_call_begin(&call, session, err);
    if (out == NULL)
        return natt_nsm_call_end(&call, natt_nsm_fail(call.err, NATT_NSM_E_USAGE_ARGUMENT));
    memset(out, 0, sizeof *out);
    ok = ok && natt_nsm_call_make(&call, &request);
    if (ok) {
        out->locked = call.reply.lock;
        memcpy(out->value, call.reply.data.ptr, sizeof out->value);
    }
    return natt_nsm_call_end(&call, ok);
}

bool natt_nsm_extend_pcr(natt_nsm *session, uint8_t value[NATT_PCR_LEN], uint16_t index, natt_bytes data,
                         natt_nsm_error *err)
{
    struct natt_nsm_call call;
    struct natt_nsm_request request = {.operation = NATT_NSM_EXTEND_PCR, .number = index, .data = data};
    bool ok = natt_nsm_call_begin(&call, session, err);
    if (value != NULL)
        memset(value, 0, NATT_PCR_LEN);
    ok = ok && (data.ptr != NULL || natt_nsm_fail(call.err, NATT_NSM_E_USAGE_ARGUMENT)) &&
         natt_nsm_call_make(&call, &request);
    if (ok && value != NULL)
        memcpy(value, call.reply.data.ptr, NATT_PCR_LEN);
    return natt_nsm_call_end(&call, ok);
}

/* LockPCR and LockPCRs: the reply contains only their name. */
static bool lock(natt_nsm *session, enum natt_nsm_operation operation, uint16_t number, natt_nsm_error *err)
{
    struct natt_nsm_call call;
    struct natt_nsm_request request = {.operation = operation, .number = number};
    bool ok = natt_nsm_call_begin(&call, session, err) && natt_nsm_call_make(&call, &request);
    return natt_nsm_call_end(&call, ok);
}

bool natt_nsm_lock_pcr(natt_nsm *session, uint16_t index, natt_nsm_error *err)
{
    return lock(session, NATT_NSM_LOCK_PCR, index, err);
}

bool natt_nsm_lock_pcrs(natt_nsm *session, uint16_t range, natt_nsm_error *err)
{
    return lock(session, NATT_NSM_LOCK_PCRS, range, err);
}

/* 512 and 1024: "Check content" of the AWS documentation. The NSM itself limits only the request. */
static bool check_fields(const natt_nsm_attestation *fields, uint32_t flags, natt_nsm_error *err)
{
    if (fields->struct_size != sizeof *fields)
        return natt_nsm_fail(err, NATT_NSM_E_USAGE_STRUCT_SIZE);
    if (!check_input(fields->user_data, err) || !check_input(fields->nonce, err) ||
        !check_input(fields->public_key, err))
        return false;
    bool small = fields->user_data.len <= 512 && fields->nonce.len <= 512 && fields->public_key.len <= 1024;
    return (flags & NATT_NSM_STRICT_SIZES) == 0 || small || natt_nsm_fail(err, NATT_NSM_E_USAGE_FIELD_SIZE);
}

bool natt_nsm_attest(natt_nsm *session, uint8_t *out, size_t capacity, size_t *len, const natt_nsm_attestation *fields,
                     natt_nsm_error *err)
{
    static const natt_nsm_attestation none = NATT_NSM_ATTESTATION_INIT;
    struct natt_nsm_call call;
    struct natt_nsm_request request = {.operation = NATT_NSM_ATTESTATION};
    bool ok = natt_nsm_call_begin(&call, session, err);
    fields = fields != NULL ? fields : &none;
    ok = check_out(out, capacity, len, call.err) && ok && check_fields(fields, call.session->flags, call.err);
    if (ok) {
        request.user_data = fields->user_data;
        request.nonce = fields->nonce;
        request.public_key = fields->public_key;
        ok = natt_nsm_call_make(&call, &request) && copy_out(out, capacity, len, call.reply.document, call.err);
    }
    return natt_nsm_call_end(&call, ok);
}

bool natt_nsm_get_random(natt_nsm *session, uint8_t *out, size_t capacity, size_t *len, natt_nsm_error *err)
{
    struct natt_nsm_call call;
    struct natt_nsm_request request = {.operation = NATT_NSM_GET_RANDOM};
    bool ok = natt_nsm_call_begin(&call, session, err);
    ok = check_out(out, capacity, len, call.err) && ok && natt_nsm_call_make(&call, &request) &&
         copy_out(out, capacity, len, call.reply.random, call.err);
    return natt_nsm_call_end(&call, ok);
}
