/*
 * mbedTLS's opinion of a certificate that this library has taken.
 */
#ifndef NATT_FUZZ_X509_ORACLE_H
#define NATT_FUZZ_X509_ORACLE_H

#include "nitro_attest/document.h"

#include <mbedtls/x509_crt.h>

/*
 * Reads it with mbedTLS and holds every field against it. False: mbedTLS refuses the certificate for a reason that this
 * library leaves to others: a point off the curve, or the inside of an extension that it does not check. Any other
 * refusal breaks the property. Free *crt in both cases.
 */
bool fuzz_x509_agrees(const natt_certificate *cert, mbedtls_x509_crt *crt);

#endif
