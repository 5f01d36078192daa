/*
 * Threads that receive the program's requests and reply to them: with a private /dev, no other calls are trapped. One
 * thread receives at a time and replies itself, which avoids a thread switch; while a request takes long, the next
 * thread receives.
 */
#ifndef NATT_NSM_RECEIVERS_H
#define NATT_NSM_RECEIVERS_H

#include "nitro_attest/nsm_transport.h"
#include "nsm/front/launcher/private_node.h"

struct natt_receivers;

/* Returns NULL if there is no memory, file or thread. The caller keeps `node` and `transport` until the end. */
struct natt_receivers *natt_receivers_new(const struct natt_private_node *node, const natt_nsm_transport *transport);

/* Starts to receive from this listener. Returns false and errno if no thread could be started. */
bool natt_receivers_start(struct natt_receivers *receivers, int listener);

/*
 * Returns a timer. When it is readable, call natt_receivers_relieve: it lets another thread receive if a request takes
 * long, and returns the errno value of a failed receive, or 0.
 */
int natt_receivers_timer(const struct natt_receivers *receivers);
int natt_receivers_relieve(struct natt_receivers *receivers);

/* Stops receiving, and waits for requests in progress. */
void natt_receivers_free(struct natt_receivers *receivers);

#endif
