/*
 * Checks that a secret can be sealed to the public key of a document.
 */
#ifndef NATT_NSM_RECIPIENT_PUBLIC_KEY_H
#define NATT_NSM_RECIPIENT_PUBLIC_KEY_H

#include "nitro_attest/recipient_error.h"

/* Views of big-endian numbers, without leading zeros. */
struct natt_public_key {
    natt_bytes modulus, exponent;
};

bool natt_public_key_parse(struct natt_public_key *out, natt_bytes spki, natt_recipient_error *err);

#endif
