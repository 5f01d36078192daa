/*
 * The thread of a session with a deadline: it sends the requests, and callers wait for it until their deadline. A wait
 * in the driver cannot be interrupted, so the thread owns all memory that the driver may still write to, and frees it
 * when it ends, possibly long after the session.
 */
#ifndef NATT_NSM_WORKER_H
#define NATT_NSM_WORKER_H

#include "nitro_attest/nsm.h"

struct natt_nsm_worker;

/* NULL and *err if the transport cannot be opened or the thread cannot be started. */
struct natt_nsm_worker *natt_nsm_worker_start(const natt_nsm_options *options, natt_nsm_error *err);

/* Ends the thread, or lets it end by itself if an abandoned request still blocks it. Never waits for a request. */
void natt_nsm_worker_stop(struct natt_nsm_worker *worker);

void natt_nsm_worker_set_deadline(struct natt_nsm_worker *worker, uint32_t deadline_ms);

/*
 * True: the transport's result is in *result, and if that is 0, its reply is in response, which has
 * NATT_NSM_MAX_RESPONSE bytes. False: the deadline passed, with NATT_NSM_E_BUSY before, with NATT_NSM_E_TIMEOUT after
 * the request was handed over.
 */
bool natt_nsm_worker_exchange(struct natt_nsm_worker *worker, int *result, uint8_t *response, size_t *response_len,
                              natt_bytes request, natt_nsm_error *err);

#endif
