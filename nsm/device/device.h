/*
 * The device itself: PCRs, locks, documents, random bytes. Checks a request and performs it; one thread at a time.
 */
#ifndef NATT_NSM_DEVICE_H
#define NATT_NSM_DEVICE_H

#include "nitro_attest/emulator.h"
#include "nsm/device/device_reply.h"
#include "nsm/issuer/issuer_internal.h"
#include "nsm/issuer/random.h"

#define NATT_ENCLAVE_LOCKED 16 /* PCR 0 to 15 cannot be changed from inside */
#define NATT_TPM_PCRS       24

struct natt_device {
    natt_issuer *issuer;
    uint64_t issued_ms; /* the issuer's clock: when its certificates were made */
    natt_emulator_clock clock;
    struct natt_pcr_bank pcrs;
    uint32_t locked; /* bit n: PCR n; only locked ones appear in documents */
    struct natt_random random;
};

/* If it returns false, natt_device_free must still be called. Device and options start zeroed and checked for NULL. */
bool natt_device_init(struct natt_device *device, const natt_emulator_options *options, natt_emulator_error *err);
void natt_device_free(struct natt_device *device);

/* The reply in CBOR. twice: repeats one key. The arena records failures. */
natt_bytes natt_device_answer(struct natt_device *device, struct natt_arena *arena,
                              const struct natt_nsm_request *request, bool twice);

#endif
