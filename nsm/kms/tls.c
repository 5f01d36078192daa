/* See tls.h. */
#define _GNU_SOURCE /* getpid, inet_pton */

#include "nsm/kms/tls.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/x509_crt.h>

#include "nsm/kms/error.h"
#include "nsm/recipient/secret.h"

#define NSM_SEED_LEN 64 /* bytes: if one of system and NSM is bad, the other one suffices */

/* mbedTLS 2.28 and 3.x have two names for each of these numbers. */
#ifndef MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION
#define MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION
#endif
#ifndef MBEDTLS_ERR_SSL_BAD_CERTIFICATE
#define MBEDTLS_ERR_SSL_BAD_CERTIFICATE MBEDTLS_ERR_SSL_BAD_HS_CERTIFICATE
#endif

struct natt_tls {
    mbedtls_ssl_config config;
    mbedtls_x509_crt ca;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context drbg;
    pid_t pid; /* the process that owns this generator */
};

/* --- random numbers --- */

/* A forked child has the parent's generator, and would draw the same nonces and keys. */
static int draw(void *tls_, unsigned char *out, size_t len)
{
    natt_tls *tls = (natt_tls *)tls_;
    pid_t pid = getpid();
    if (pid != tls->pid) {
        int result = mbedtls_ctr_drbg_reseed(&tls->drbg, (const unsigned char *)&pid, sizeof pid);
        if (result != 0)
            return result;
        tls->pid = pid;
    }
    return mbedtls_ctr_drbg_random(&tls->drbg, out, len);
}

/* Random bytes from the NSM are added to the system's entropy only once, since the session may be closed when the
 * generator reseeds. */
static bool seed(natt_tls *tls, natt_nsm *nsm, natt_kms_client_error *err)
{
    uint8_t custom[NSM_SEED_LEN] = "nitro-attest KMS client";
    natt_nsm_error nsm_error;
    if (nsm != NULL && !natt_nsm_random(nsm, custom, sizeof custom, &nsm_error))
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_RANDOM, nsm_error.message);
    tls->pid = getpid();
    int result = mbedtls_ctr_drbg_seed(&tls->drbg, mbedtls_entropy_func, &tls->entropy, custom, sizeof custom);
    mbedtls_platform_zeroize(custom, sizeof custom);
    return result == 0 || natt_kms_client_fail(err, NATT_KMS_CLIENT_E_RANDOM, NULL);
}

/* --- trusted CAs --- */

/* The text ends with a NUL. Bundles contain certificates that mbedTLS does not support: one supported certificate is
 * enough. */
static bool parse_ca(natt_tls *tls, const char *text, size_t len, natt_kms_client_error *err)
{
    if (strlen(text) != len || strstr(text, "-----BEGIN CERTIFICATE-----") == NULL)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CA_FORM, NULL);
    int result = mbedtls_x509_crt_parse(&tls->ca, (const unsigned char *)text, len + 1);
    if (result == MBEDTLS_ERR_X509_ALLOC_FAILED)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
    return (result >= 0 && tls->ca.raw.p != NULL) ||
           natt_kms_client_fail_tls(err, NATT_KMS_CLIENT_E_CA_FORM, result, NULL);
}

/* mbedTLS requires a NUL after PEM. */
static bool load_ca(natt_tls *tls, natt_bytes ca, natt_kms_client_error *err)
{
    if (ca.ptr == NULL || ca.len == 0)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CA_FORM, NULL);
    char *text = ca.len < SIZE_MAX ? malloc(ca.len + 1) : NULL;
    if (text == NULL)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
    memcpy(text, ca.ptr, ca.len);
    text[ca.len] = '\0';
    bool ok = parse_ca(tls, text, ca.len, err);
    free(text);
    return ok;
}

/* --- the configuration --- */

static bool configure(natt_tls *tls, natt_kms_client_error *err)
{
    int result = natt_tls_configure(&tls->config);
    if (result != 0)
        return natt_kms_client_fail_tls(err, NATT_KMS_CLIENT_E_CRYPTO, result, NULL);
    mbedtls_ssl_conf_ca_chain(&tls->config, &tls->ca, NULL);
    mbedtls_ssl_conf_rng(&tls->config, draw, tls);
    return true;
}

natt_tls *natt_tls_new(natt_bytes ca, natt_nsm *nsm, natt_kms_client_error *err)
{
    natt_tls *tls = natt_secret_new(sizeof *tls);
    if (tls == NULL) {
        natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
        return NULL;
    }
    mbedtls_ssl_config_init(&tls->config);
    mbedtls_x509_crt_init(&tls->ca);
    mbedtls_entropy_init(&tls->entropy);
    mbedtls_ctr_drbg_init(&tls->drbg);
    bool ok = (natt_tls_start() || natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CRYPTO, NULL)) &&
              load_ca(tls, ca, err) && seed(tls, nsm, err) && configure(tls, err);
    if (ok)
        return tls;
    natt_tls_free(tls);
    return NULL;
}

void natt_tls_free(natt_tls *tls)
{
    if (tls == NULL)
        return;
    mbedtls_ssl_config_free(&tls->config);
    mbedtls_x509_crt_free(&tls->ca);
    mbedtls_ctr_drbg_free(&tls->drbg);
    mbedtls_entropy_free(&tls->entropy);
    natt_secret_free(tls, sizeof *tls);
}

/* --- the server's name --- */

/* GeneralName, the value of its tag [RFC5280 4.2.1.6] */
#define DNS_NAME   2
#define IP_ADDRESS 7

/* Bytes of the address: 4 or 16; 0 = the host is a name. */
static size_t parse_ip(const char *host, uint8_t out[16])
{
    if (inet_pton(AF_INET, host, out) == 1)
        return 4;
    return inet_pton(AF_INET6, host, out) == 1 ? 16 : 0;
}

static unsigned kind_of(const mbedtls_x509_sequence *name)
{
    return (unsigned)name->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK;
}

/* The first name of that type, with exactly those bytes unless value is NULL. */
static const mbedtls_x509_sequence *find_name(const mbedtls_x509_crt *certificate, unsigned kind, const uint8_t *value,
                                              size_t len)
{
    const mbedtls_x509_sequence *name = &certificate->subject_alt_names;
    for (; name != NULL; name = name->next)
        if (name->buf.p != NULL && kind_of(name) == kind &&
            (value == NULL || (name->buf.len == len && memcmp(name->buf.p, value, len) == 0)))
            return name;
    return NULL;
}

/*
 * mbedTLS compares a name with the certificate's DNS names, and with its common name if it has no alternative names;
 * the common name is refused here [RFC9525 2]. 2.28 does not support addresses, so they are compared here.
 */
static int check_name(void *peer_, mbedtls_x509_crt *certificate, int depth, uint32_t *flags)
{
    struct natt_tls_peer *peer = (struct natt_tls_peer *)peer_;
    uint8_t ip[16];
    if (depth != 0)
        return 0;
    size_t ip_len = parse_ip(peer->host, ip);
    const mbedtls_x509_sequence *dns = find_name(certificate, DNS_NAME, NULL, 0);
    if (dns != NULL)
        natt_kms_client_printable(peer->other, sizeof peer->other, (natt_bytes){dns->buf.p, dns->buf.len});
    if (ip_len > 0 ? find_name(certificate, IP_ADDRESS, ip, ip_len) == NULL : dns == NULL)
        *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
    return 0;
}

/* An address must not be sent as a server name [RFC6066 3]: NULL, and check_name alone compares it. */
bool natt_tls_setup(mbedtls_ssl_context *ssl, natt_tls *tls, struct natt_tls_peer *peer, natt_kms_client_error *err)
{
    uint8_t ip[16];
    int result = mbedtls_ssl_setup(ssl, &tls->config);
    if (result == 0)
        result = mbedtls_ssl_set_hostname(ssl, parse_ip(peer->host, ip) > 0 ? NULL : peer->host);
    mbedtls_ssl_set_verify(ssl, check_name, peer);
    if (result == MBEDTLS_ERR_SSL_ALLOC_FAILED)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
    return result == 0 || natt_kms_client_fail_tls(err, NATT_KMS_CLIENT_E_CRYPTO, result, NULL);
}

/* --- why a handshake failed --- */

/*
 * In the order in which the user must fix them. An untrusted certificate can have any name and any date. The
 * certificate of a different server says nothing about the right one's. Its dates come before its form, since this
 * machine's clock is often wrong.
 */
static const struct {
    uint32_t flag;
    natt_kms_client_code code;
    const char *message;
} verdicts[] = {
    {MBEDTLS_X509_BADCERT_MISSING, NATT_KMS_CLIENT_E_TLS_CERTIFICATE, "the server sent no certificate"},
    {MBEDTLS_X509_BADCERT_NOT_TRUSTED, NATT_KMS_CLIENT_E_TLS_UNTRUSTED, NULL},
    {MBEDTLS_X509_BADCERT_CN_MISMATCH, NATT_KMS_CLIENT_E_TLS_NAME, NULL},
    {MBEDTLS_X509_BADCERT_EXPIRED, NATT_KMS_CLIENT_E_TLS_VALIDITY,
     "a certificate of the server has expired, or the clock is ahead"},
    {MBEDTLS_X509_BADCERT_FUTURE, NATT_KMS_CLIENT_E_TLS_VALIDITY,
     "a certificate of the server is not valid yet, or the clock is behind"},
    {MBEDTLS_X509_BADCERT_EXT_KEY_USAGE, NATT_KMS_CLIENT_E_TLS_CERTIFICATE,
     "the server's certificate is not for TLS servers (extended key usage)"},
    {MBEDTLS_X509_BADCERT_KEY_USAGE, NATT_KMS_CLIENT_E_TLS_CERTIFICATE,
     "the server's certificate is not for signatures (key usage)"},
    {MBEDTLS_X509_BADCERT_BAD_MD, NATT_KMS_CLIENT_E_TLS_CERTIFICATE,
     "a certificate of the server is signed with a weak hash; at least SHA-256 is required"},
    {MBEDTLS_X509_BADCERT_BAD_KEY, NATT_KMS_CLIENT_E_TLS_CERTIFICATE,
     "a certificate of the server has a weak key; at least RSA 2048 or P-256 is required"},
};

static bool fail_name(const struct natt_tls_peer *peer, int result, natt_kms_client_error *err)
{
    char message[NATT_KMS_CLIENT_MAX_MESSAGE + 1];
    const char *other = peer->other[0] != '\0' ? peer->other : "no DNS name";
    (void)snprintf(message, sizeof message, "the server's certificate is for %.200s, not for %s", other, peer->host);
    return natt_kms_client_fail_tls(err, NATT_KMS_CLIENT_E_TLS_NAME, result, message);
}

static bool fail_verification(uint32_t flags, const struct natt_tls_peer *peer, int result, natt_kms_client_error *err)
{
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
        if ((flags & verdicts[i].flag) == 0)
            continue;
        return verdicts[i].code == NATT_KMS_CLIENT_E_TLS_NAME
                   ? fail_name(peer, result, err)
                   : natt_kms_client_fail_tls(err, verdicts[i].code, result, verdicts[i].message);
    }
    return natt_kms_client_fail_tls(err, NATT_KMS_CLIENT_E_TLS_CERTIFICATE, result, NULL);
}

static const struct {
    int result;
    natt_kms_client_code code;
    const char *message;
} ends[] = {
    {MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE, NATT_KMS_CLIENT_E_TLS_HANDSHAKE,
     "the server refused the TLS handshake: it must support TLS 1.2, ECDHE, and AES-GCM or ChaCha20"},
    {MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION, NATT_KMS_CLIENT_E_TLS_HANDSHAKE, "the server does not support TLS 1.2"},
    {MBEDTLS_ERR_SSL_INVALID_RECORD, NATT_KMS_CLIENT_E_TLS_HANDSHAKE,
     "the server does not speak TLS; a plain HTTP server may be there"},
    {MBEDTLS_ERR_SSL_BAD_CONFIG, NATT_KMS_CLIENT_E_CRYPTO, "this mbedTLS lacks what TLS needs here"},
    {MBEDTLS_ERR_SSL_ALLOC_FAILED, NATT_KMS_CLIENT_E_MEMORY, NULL},
    {MBEDTLS_ERR_X509_ALLOC_FAILED, NATT_KMS_CLIENT_E_MEMORY, NULL},
    {MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED, NATT_KMS_CLIENT_E_RANDOM, NULL},
};

/* mbedTLS's modules for certificates and for public keys have these numbers, error.h. */
static bool is_about_certificate(int result)
{
    int module = -result & 0x7F80;
    return (module >= 0x2080 && module <= 0x3000) || (module >= 0x3880 && module <= 0x3F80);
}

/* Returns what is wrong with the certificate, or 0 if the handshake failed for a different reason. 2.28 has a separate
 * result for certificates that are not for TLS servers, and also returns it for messages that it cannot parse, without
 * flags. */
static uint32_t flags_of(const mbedtls_ssl_context *ssl, int result)
{
    uint32_t flags = mbedtls_ssl_get_verify_result(ssl);
    if (result == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED)
        return flags;
    return result == MBEDTLS_ERR_SSL_BAD_CERTIFICATE && flags != UINT32_MAX ? flags : 0;
}

bool natt_tls_fail_handshake(const mbedtls_ssl_context *ssl, const struct natt_tls_peer *peer, int result,
                             natt_kms_client_error *err)
{
    uint32_t flags = flags_of(ssl, result);
    if (flags != 0)
        return fail_verification(flags, peer, result, err);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (ends[i].result == result)
            return natt_kms_client_fail_tls(err, ends[i].code, result, ends[i].message);
    return natt_kms_client_fail_tls(
        err, is_about_certificate(result) ? NATT_KMS_CLIENT_E_TLS_CERTIFICATE : NATT_KMS_CLIENT_E_TLS_HANDSHAKE, result,
        NULL);
}
