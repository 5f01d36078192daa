/*
 * The certificate chain of a document: root, intermediates in order, leaf. Checks structures, rules and times. jobs.h
 * verifies signatures.
 */
#ifndef NATT_VERIFY_CHAIN_H
#define NATT_VERIFY_CHAIN_H

#include "nitro_attest/verify.h"
#include "verify/crypto/crypto.h"
#include "verify/parse/reader.h"

struct natt_chain {
    natt_certificate certs[NATT_MAX_CHAIN]; /* [0] root, [count - 1] leaf */
    size_t count;
    size_t root_index;   /* into the caller's roots */
    const uint8_t *base; /* of the document, whose offset is 0 */
};

/* Keys that are on the curve, each in the slot of its last byte. The slots start as NULL. */
#define NATT_KNOWN_KEYS 64
struct natt_known_keys {
    const uint8_t *slots[NATT_KNOWN_KEYS]; /* x || y */
};

/*
 * Parses every certificate, root to leaf, and checks that keys are on the curve. `known` may be NULL: keys that need
 * not be checked again. Keys on the curve are added to it, so the document must outlive it.
 */
bool natt_chain_parse(struct natt_chain *out, const natt_document *doc, struct natt_known_keys *known,
                      const struct natt_crypto *crypto, natt_error *err);

/* Every rule and time, root to leaf. */
bool natt_chain_check(struct natt_chain *chain, const natt_document *doc, const natt_options *opt,
                      const struct natt_crypto *crypto, natt_error *err);

/* seconds since 1970 */
int64_t natt_chain_earliest_expiry(const struct natt_chain *chain);

#endif
