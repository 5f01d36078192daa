/* See tls.h. mbedTLS 2.28 has TLS 1.2 alone and names things as TLS 1.2 does; 3.x has both. */
#include "nsm/kms/tls.h"

#include <mbedtls/version.h>

#if MBEDTLS_VERSION_MAJOR >= 3 && defined(MBEDTLS_SSL_PROTO_TLS1_3)
#include <psa/crypto.h>
#endif

/* The keys of TLS 1.3 belong to PSA, whose store all threads share; it has locks if mbedTLS is built with threads. */
#if MBEDTLS_VERSION_MAJOR >= 3 && defined(MBEDTLS_SSL_PROTO_TLS1_3) && defined(MBEDTLS_THREADING_C)
#define WITH_TLS13 1
#else
#define WITH_TLS13 0
#endif

/* mbedTLS may be configured without tickets. */
#if defined(MBEDTLS_SSL_SESSION_TICKETS)
#define WITHOUT_TICKETS(config) mbedtls_ssl_conf_session_tickets(config, MBEDTLS_SSL_SESSION_TICKETS_DISABLED)
#else
#define WITHOUT_TICKETS(config) ((void)0)
#endif

/* 2.28 refuses to connect if it lacks a curve of the list. */
#if defined(MBEDTLS_ECP_DP_CURVE25519_ENABLED)
#define CURVE25519 MBEDTLS_ECP_DP_CURVE25519,
#else
#define CURVE25519
#endif

static const int suites[] = {
#if WITH_TLS13
    MBEDTLS_TLS1_3_AES_256_GCM_SHA384,
    MBEDTLS_TLS1_3_AES_128_GCM_SHA256,
    MBEDTLS_TLS1_3_CHACHA20_POLY1305_SHA256,
#endif
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    MBEDTLS_TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    0,
};

#if MBEDTLS_VERSION_MAJOR < 3

/* 2.28 would offer curves of 192 bits and, for the server's signature, SHA-1. */
static void set_versions(mbedtls_ssl_config *config)
{
    static const int hashes[] = {MBEDTLS_MD_SHA384, MBEDTLS_MD_SHA256, MBEDTLS_MD_SHA512, MBEDTLS_MD_NONE};
    static const mbedtls_ecp_group_id curves[] = {CURVE25519 MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_SECP384R1,
                                                  MBEDTLS_ECP_DP_SECP521R1, MBEDTLS_ECP_DP_NONE};
    mbedtls_ssl_conf_min_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
    mbedtls_ssl_conf_sig_hashes(config, hashes);
    mbedtls_ssl_conf_curves(config, curves);
}

#else

#if WITH_TLS13

/* In 3.6, the part for TLS 1.2 cannot verify PSS, which must be offered for TLS 1.3: PKCS #1 comes first, so that
 * servers with TLS 1.2 alone take that. By its own order, such a server may still take PSS, and the handshake fails. */
static void set_signatures(mbedtls_ssl_config *config)
{
    static const uint16_t algorithms[] = {
        MBEDTLS_TLS1_3_SIG_ECDSA_SECP256R1_SHA256, MBEDTLS_TLS1_3_SIG_ECDSA_SECP384R1_SHA384,
        MBEDTLS_TLS1_3_SIG_ECDSA_SECP521R1_SHA512, MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA256,
        MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA384,       MBEDTLS_TLS1_3_SIG_RSA_PKCS1_SHA512,
        MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA256,    MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA384,
        MBEDTLS_TLS1_3_SIG_RSA_PSS_RSAE_SHA512,    MBEDTLS_TLS1_3_SIG_NONE};
    mbedtls_ssl_conf_sig_algs(config, algorithms);
}

#else

/* The defaults are sufficient: SHA-256 and stronger. */
static void set_signatures(mbedtls_ssl_config *config)
{
    (void)config;
}

#endif

static void set_versions(mbedtls_ssl_config *config)
{
    static const uint16_t groups[] = {MBEDTLS_SSL_IANA_TLS_GROUP_X25519, MBEDTLS_SSL_IANA_TLS_GROUP_SECP256R1,
                                      MBEDTLS_SSL_IANA_TLS_GROUP_SECP384R1, MBEDTLS_SSL_IANA_TLS_GROUP_SECP521R1,
                                      MBEDTLS_SSL_IANA_TLS_GROUP_NONE};
    mbedtls_ssl_conf_min_tls_version(config, MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_max_tls_version(config, WITH_TLS13 ? MBEDTLS_SSL_VERSION_TLS1_3 : MBEDTLS_SSL_VERSION_TLS1_2);
    mbedtls_ssl_conf_groups(config, groups);
    set_signatures(config);
}

#endif

#if WITH_TLS13

bool natt_tls_start(void)
{
    return psa_crypto_init() == PSA_SUCCESS;
}

#else

bool natt_tls_start(void)
{
    return true;
}

#endif

bool natt_tls_has_13(void)
{
    return WITH_TLS13;
}

/* The defaults exclude other weak features (compression, renegotiation) and require a verified certificate. */
int natt_tls_configure(mbedtls_ssl_config *config)
{
    int result = mbedtls_ssl_config_defaults(config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                             MBEDTLS_SSL_PRESET_DEFAULT);
    if (result != 0)
        return result;
    set_versions(config);
    mbedtls_ssl_conf_ciphersuites(config, suites);
    mbedtls_ssl_conf_cert_profile(config, &mbedtls_x509_crt_profile_next);
    mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_REQUIRED);
    WITHOUT_TICKETS(config);
    return 0;
}

#if defined(MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET)

bool natt_tls_is_again(int result)
{
    return result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
}

#else

bool natt_tls_is_again(int result)
{
    (void)result;
    return false;
}

#endif
