/*
 * A key's certificates: leaf first, then each issuer. A chain that does not link is refused, and the certificate that
 * breaks it is named: ACM's module then publishes the key without certificates and logs it, which nobody sees.
 */
#ifndef NATT_NSM_PROVISION_CERTIFICATES_H
#define NATT_NSM_PROVISION_CERTIFICATES_H

#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

#include "nsm/provision/error.h"

#define NATT_CERTIFICATES_MAX 16

/* Finds certificates in PEM between other text. `out` is initialised by the caller, who frees it in every case. */
bool natt_certificates_parse(mbedtls_x509_crt *out, natt_bytes pem, natt_provision_error *err);

/*
 * The leaf has the public half of `key`; each certificate is signed by the next one, which is a CA whose
 * pathLenConstraint permits those below it; with `roots`, the last one is one of them or signed by one.
 * *expired  one of the chain has expired or is not valid yet: worth a warning; clients will refuse it
 */
bool natt_certificates_check(mbedtls_x509_crt *chain, mbedtls_pk_context *key, mbedtls_x509_crt *roots, bool *expired,
                             natt_provision_error *err);

#endif
