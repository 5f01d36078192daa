/*
 * The answers that a waiting thread gets: at once, or, for a request, when the device has answered.
 */
#ifndef NATT_NSM_LAUNCHER_WORKERS_H
#define NATT_NSM_LAUNCHER_WORKERS_H

#include "nsm/front/launcher/launcher_request.h"
#include "nsm/front/launcher/thread_pool.h"

/* Serves the nsm_raw at `address` and sends the answer, now or later. */
void natt_target_serve(const struct natt_target *target, uint64_t address, const natt_nsm_transport *transport,
                       struct natt_thread_pool *workers);
/* Sends the program its result. */
void natt_target_answer(const struct natt_target *target, int value, int error);
/* Lets the kernel do the call. */
void natt_target_continue(const struct natt_target *target);

#endif
