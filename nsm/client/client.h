/*
 * Definitions that the files of the client share: the session inside natt_nsm, and one request with its reply.
 */
#ifndef NATT_NSM_CLIENT_H
#define NATT_NSM_CLIENT_H

#include <pthread.h>

#include "nsm/client/channel.h"
#include "nsm/client/codec.h"
#include "nsm/client/worker.h"

#define NATT_NSM_TAIL 16 /* kept bytes of a random block, to detect a repetition; probability of a false one 2^-128 */

/* may_alias: it lives in the caller's uint64_t. */
struct __attribute__((may_alias)) natt_nsm_session {
    uint64_t mark;                   /* its own address, masked: detects a copied or closed session */
    pthread_mutex_t lock;            /* one request at a time; the tail */
    struct natt_nsm_worker *worker;  /* NULL without a deadline */
    struct natt_nsm_channel channel; /* unused with one */
    uint32_t flags;
    bool has_tail;
    uint8_t tail[NATT_NSM_TAIL];
};

/* The session, or NULL and NATT_NSM_E_USAGE_SESSION. */
struct natt_nsm_session *natt_nsm_session_of(natt_nsm *session, natt_nsm_error *err);

/* One request, on the stack of a public function; natt_nsm_call_end wipes it. */
struct natt_nsm_call {
    struct natt_nsm_session *session;
    natt_nsm_error *err, spare;
    size_t response_len;
    struct natt_nsm_reply reply;
    uint8_t request[NATT_NSM_MAX_REQUEST], response[NATT_NSM_MAX_RESPONSE];
};

/* False if the session is not open. The caller must end the call in both cases. */
bool natt_nsm_call_begin(struct natt_nsm_call *call, natt_nsm *session, natt_nsm_error *err);

/* Encodes, sends, decodes: call->reply has views into call->response. */
bool natt_nsm_call_make(struct natt_nsm_call *call, const struct natt_nsm_request *request);

/* Returns `ok`, so that it can end a function. */
bool natt_nsm_call_end(struct natt_nsm_call *call, bool ok);

#endif
