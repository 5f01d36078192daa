/*
 * Compares a certificate that this library accepted with mbedTLS's view of it.
 */
#ifndef NATT_FUZZ_X509_ORACLE_H
#define NATT_FUZZ_X509_ORACLE_H

#include "nitro_attest/document.h"

#include <mbedtls/x509_crt.h>

/*
 * Parses the certificate with mbedTLS and compares every field. Returns false if mbedTLS refuses the certificate for a
 * reason that this library does not check: a point that is not on the curve, or the content of an extension that it
 * ignores. Any other refusal violates the property. The caller frees *crt in both cases.
 */
bool fuzz_x509_agrees(const natt_certificate *cert, mbedtls_x509_crt *crt);

#endif
