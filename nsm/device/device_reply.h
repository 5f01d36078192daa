/*
 * Writes the replies of the device, with keys in the order of the genuine one. [AWS nsm-api src/api/mod.rs, Response]
 * The arena records failures.
 */
#ifndef NATT_NSM_DEVICE_REPLY_H
#define NATT_NSM_DEVICE_REPLY_H

#include "nitro_attest/nsm_codes.h"
#include "nsm/device/device_request.h"
#include "nsm/issuer/arena.h"

#define NATT_REPLY_MAX_ENTRIES 8

/* {name: {key: value, ...}}, or the bare name if there are no entries. */
struct natt_device_reply {
    struct natt_arena *arena;
    const char *name;
    natt_bytes entries[NATT_REPLY_MAX_ENTRIES]; /* key and value, encoded */
    size_t count;
};

void natt_reply_uint(struct natt_device_reply *reply, const char *key, uint64_t value);
void natt_reply_bool(struct natt_device_reply *reply, const char *key, bool value);
void natt_reply_text(struct natt_device_reply *reply, const char *key, const char *value);
void natt_reply_bytes(struct natt_device_reply *reply, const char *key, natt_bytes value);
/* An array of the indices whose bit is set. */
void natt_reply_indices(struct natt_device_reply *reply, const char *key, uint32_t mask);

/* The reply in CBOR. twice: repeats one key, which no genuine device does. */
natt_bytes natt_reply_write(const struct natt_device_reply *reply, bool twice);

/* {"Error": name}. error: a natt_nsm_device_error, which numbers errors as AWS does. */
natt_bytes natt_reply_error(struct natt_arena *arena, uint64_t error, bool twice);

#endif
