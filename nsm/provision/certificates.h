/*
 * A key's certificates: leaf first, then each issuer. A broken chain is refused, and the error names the certificate.
 * (ACM's module would publish the key without certificates, and only log that.)
 */
#ifndef NATT_NSM_PROVISION_CERTIFICATES_H
#define NATT_NSM_PROVISION_CERTIFICATES_H

#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

#include "nsm/provision/error.h"

#define NATT_CERTIFICATES_MAX 16

/*
 * Finds certificates in PEM between other text. PEM of a different type and misspelt BEGIN lines are refused with their
 * line number; otherwise the chain would lack a certificate. The caller initialises `out`, and frees it in every case.
 */
bool natt_certificates_parse(mbedtls_x509_crt *out, natt_bytes pem, natt_provision_error *err);

/*
 * Checks that the leaf has the public half of `key`, and that each certificate's signature is by the next one. That
 * must be a CA of version 3 that may sign certificates, and allow the number of CAs below it [RFC5280 4.2.1.9]. With
 * `roots`, the leaf is one of them, or the path from it leads to one of them, with the rest of the chain untrusted. The
 * message has the subject. *expired  a certificate has expired or is not valid yet: print a warning; clients will
 * refuse it
 */
bool natt_certificates_check(mbedtls_x509_crt *chain, mbedtls_pk_context *key, mbedtls_x509_crt *roots, bool *expired,
                             natt_provision_error *err);

#endif
