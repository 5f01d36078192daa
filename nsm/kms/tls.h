/*
 * What connections share of TLS (connection.h has natt_tls_new): the configuration and the trusted CAs; and the errors
 * of a handshake. Versions of mbedTLS differ in tls_config.c and tls.c alone.
 */
#ifndef NATT_NSM_KMS_TLS_H
#define NATT_NSM_KMS_TLS_H

#include <mbedtls/ssl.h>

#include "nsm/kms/connection.h"

/* Which server a handshake is with. */
struct natt_tls_peer {
    const char *host;                       /* of the endpoint; valid until the connection's handshake ends */
    char other[NATT_ENDPOINT_MAX_HOST + 1]; /* filled in: the first DNS name that the certificate has; "" = none */
};

/* ssl is initialized; the peer must remain valid until the handshake ends. False: NATT_KMS_CLIENT_E_MEMORY, _CRYPTO. */
bool natt_tls_setup(mbedtls_ssl_context *ssl, natt_tls *tls, struct natt_tls_peer *peer, natt_kms_client_error *err);

/* mbedtls_ssl_handshake gave `result`, which is not a failure of the socket. False, with NATT_KMS_CLIENT_E_TLS_*,
 * _MEMORY, _RANDOM, _CRYPTO. */
bool natt_tls_fail_handshake(const mbedtls_ssl_context *ssl, const struct natt_tls_peer *peer, int result,
                             natt_kms_client_error *err);

/* mbedTLS has read an internal message, a ticket of TLS 1.3: call it again. */
bool natt_tls_is_again(int result);

/*
 * TLS 1.2, and 1.3 where mbedTLS has it and locks what threads share; ECDHE with AES-GCM or ChaCha20-Poly1305;
 * signatures with SHA-256 or better; certificates with RSA of 2048 bits or more, or P-256, P-384, P-521. No
 * renegotiation, no tickets. The configuration has its defaults, of a client. 0, or the error of mbedTLS.
 */
int natt_tls_configure(mbedtls_ssl_config *config);

/* Initialises mbedTLS where it needs that. May be called any number of times. */
bool natt_tls_start(void);

/* Is TLS 1.3 offered too? */
bool natt_tls_has_13(void);

#endif
