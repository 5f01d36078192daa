/*
 * Threads that serve requests, so that a slow one keeps no other call waiting. They come when needed, up to a limit, and
 * stay until the end.
 */
#ifndef NATT_NSM_LAUNCHER_WORKERS_H
#define NATT_NSM_LAUNCHER_WORKERS_H

#include "nsm/emulator/launcher_request.h"

struct natt_workers;

/* NULL without memory. */
struct natt_workers *natt_workers_new(const natt_nsm_transport *transport);
/* Serves the nsm_raw at `address` and sends the answer, now or later. */
void natt_workers_serve(struct natt_workers *workers, const struct natt_target *target, uint64_t address);
/* Waits for requests under way; those not begun are dropped: nobody waits for them any more. */
void natt_workers_free(struct natt_workers *workers);

/* Sends the program its result. */
void natt_target_answer(const struct natt_target *target, int value, int error);
/* Lets the kernel do the call. */
void natt_target_continue(const struct natt_target *target);

#endif
