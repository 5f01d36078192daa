/*
 * The COSE_Sign1 envelope [RFC9052 4.2] in the only form that AWS signs, and the bytes that its signature covers.
 */
#ifndef NATT_VERIFY_COSE_H
#define NATT_VERIFY_COSE_H

#include "verify/crypto/crypto.h"
#include "verify/parse/cbor.h"

struct natt_cose {
    bool tagged;
    natt_bytes protected_header; /* inside the byte string */
    natt_bytes payload;
    natt_bytes signature; /* r || s, both in range */
};

bool natt_cose_parse(struct natt_reader *r, struct natt_cose *out);

/* SHA-384 of the Sig_structure over this payload [RFC9052 4.4]; also the document's canonical id. */
/* What the signature signs, to hash it with others; head is written, and the message refers to it. */
struct natt_message natt_cose_message(uint8_t out[NATT_SHA384_LEN], natt_bytes payload, uint8_t head[3]);

bool natt_cose_digest(uint8_t out[NATT_SHA384_LEN], natt_bytes payload, const struct natt_crypto *crypto);

#endif
