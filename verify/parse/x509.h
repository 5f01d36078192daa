/*
 * The structure of one certificate [RFC5280 4.1] in the Nitro profile. Makes no trust decisions: fills in a
 * natt_certificate.
 */
#ifndef NATT_VERIFY_X509_H
#define NATT_VERIFY_X509_H

#include "nitro_attest/document.h"
#include "verify/parse/der.h"

/* AlgorithmIdentifier of ecdsa-with-SHA384, the only accepted one. */
#define NATT_X509_ALGORITHM_LEN 12
extern const uint8_t natt_x509_algorithm[NATT_X509_ALGORITHM_LEN];

/* The certificate that fills the reader (one of natt_der_reader's, or inside a document). */
bool natt_x509_parse(struct natt_reader *r, natt_certificate *out);

/* A Name that fills the reader: not empty, text only. */
bool natt_x509_parse_name(struct natt_reader *r, natt_bytes *common_name);

#endif
