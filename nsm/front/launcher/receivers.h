/*
 * Threads that receive the program's requests and answer them: of a private /dev nothing else is asked about. One
 * thread receives at a time and answers by itself, which spares a switch to another; while a request takes long, the
 * next thread receives.
 */
#ifndef NATT_NSM_RECEIVERS_H
#define NATT_NSM_RECEIVERS_H

#include "nitro_attest/nsm_transport.h"
#include "nsm/front/launcher/private_node.h"

struct natt_receivers;

/* NULL without memory, files or a thread. `node` and `transport` stay the caller's until the end. */
struct natt_receivers *natt_receivers_new(const struct natt_private_node *node, const natt_nsm_transport *transport);

/* Begins with this listener. False: errno; no thread could be started. */
bool natt_receivers_start(struct natt_receivers *receivers, int listener);

/*
 * A timer. Once it can be read, natt_receivers_relieve lets another thread receive if a request takes long, and returns
 * the errno value of a failed receive, 0 = none.
 */
int natt_receivers_timer(const struct natt_receivers *receivers);
int natt_receivers_relieve(struct natt_receivers *receivers);

/* Requests are received no more; waits for those under way. */
void natt_receivers_free(struct natt_receivers *receivers);

#endif
