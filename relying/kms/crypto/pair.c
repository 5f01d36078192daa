/* See pair.h. */
#include "relying/kms/crypto/pair.h"

#include <string.h>

#include <mbedtls/asn1write.h>
#include <mbedtls/ecdh.h>
#include <mbedtls/ecp.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/rsa.h>
#include <mbedtls/version.h>

/* mbedTLS 3 needs random numbers to read a private key, for blinding. */
#if MBEDTLS_VERSION_MAJOR < 3
#define parse_private(pk, der) mbedtls_pk_parse_key((pk), (der).ptr, (der).len, NULL, 0)
#else
#define parse_private(pk, der) mbedtls_pk_parse_key((pk), (der).ptr, (der).len, NULL, 0, natt_kms_random, NULL)
#endif

static bool generate(mbedtls_pk_context *pk, const natt_kms_spec *spec, natt_kms_deadline *deadline)
{
    if (spec->family == NATT_KMS_RSA)
        return mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA)) == 0 &&
               mbedtls_rsa_gen_key(mbedtls_pk_rsa(*pk), natt_kms_random_until, deadline, spec->bits, 65537) == 0;
    return spec->family == NATT_KMS_EC && mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) == 0 &&
           mbedtls_ecp_gen_key((mbedtls_ecp_group_id)spec->curve, mbedtls_pk_ec(*pk), natt_kms_random_until,
                               deadline) == 0;
}

/* mbedTLS writes at the end of the buffer. */
static bool write_public(natt_kms_spki *out, mbedtls_pk_context *pk)
{
    int len = mbedtls_pk_write_pubkey_der(pk, out->bytes, sizeof out->bytes);
    out->len = len > 0 ? (size_t)len : 0;
    if (len > 0)
        memmove(out->bytes, out->bytes + sizeof out->bytes - len, (size_t)len);
    return len > 0;
}

/* SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, ... }: returns its first member, including the
 * head. */
static bool algorithm_of(natt_bytes *out, const natt_kms_spki *spki)
{
    unsigned char *at = (unsigned char *)spki->bytes, *const end = at + spki->len;
    size_t len = 0;
    if (mbedtls_asn1_get_tag(&at, end, &len, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) != 0)
        return false;
    const unsigned char *first = at;
    if (mbedtls_asn1_get_tag(&at, end, &len, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) != 0)
        return false;
    *out = (natt_bytes){first, (size_t)(at - first) + len};
    return true;
}

static bool add(size_t *len, int written)
{
    *len += written > 0 ? (size_t)written : 0;
    return written > 0;
}

static bool put_head(unsigned char **at, unsigned char *start, size_t *len, unsigned char tag)
{
    return add(len, mbedtls_asn1_write_len(at, start, *len)) && add(len, mbedtls_asn1_write_tag(at, start, tag));
}

/* PrivateKeyInfo ::= SEQUENCE { version INTEGER 0, algorithm, privateKey OCTET STRING } [RFC 5208 5]; the `len` bytes
 * of privateKey are already at the end of `room`. */
static bool wrap(unsigned char **at, unsigned char *room, size_t *len, natt_bytes algorithm)
{
    return put_head(at, room, len, MBEDTLS_ASN1_OCTET_STRING) &&
           add(len, mbedtls_asn1_write_raw_buffer(at, room, algorithm.ptr, algorithm.len)) &&
           add(len, mbedtls_asn1_write_int(at, room, 0)) &&
           put_head(at, room, len, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE);
}

/* mbedTLS writes PKCS #1 and SEC 1, the forms that PKCS #8 wraps. */
static bool write_private(natt_kms_secret *out, mbedtls_pk_context *pk, const natt_kms_spki *spki)
{
    unsigned char *const room = out->bytes, *at = room + sizeof out->bytes;
    natt_bytes algorithm = {NULL, 0};
    int inner = mbedtls_pk_write_key_der(pk, room, sizeof out->bytes);
    size_t len = inner > 0 ? (size_t)inner : 0;
    at -= len;
    if (inner <= 0 || !algorithm_of(&algorithm, spki) || !wrap(&at, room, &len, algorithm))
        return false;
    memmove(room, at, len);
    mbedtls_platform_zeroize(room + len, sizeof out->bytes - len);
    out->len = len;
    return true;
}

bool natt_kms_pair_generate(natt_kms_secret *private_key, natt_kms_spki *public_key, const natt_kms_spec *spec,
                            natt_kms_deadline *deadline)
{
    mbedtls_pk_context pk;
    mbedtls_pk_init(&pk);
    memset(public_key, 0, sizeof *public_key);
    natt_kms_secret_wipe(private_key);
    bool done =
        generate(&pk, spec, deadline) && write_public(public_key, &pk) && write_private(private_key, &pk, public_key);
    mbedtls_pk_free(&pk);
    if (!done) {
        natt_kms_secret_wipe(private_key);
        public_key->len = 0;
    }
    return done;
}

bool natt_kms_pair_public(natt_kms_spki *out, natt_bytes private_key)
{
    mbedtls_pk_context pk;
    mbedtls_pk_init(&pk);
    memset(out, 0, sizeof *out);
    bool done = parse_private(&pk, private_key) == 0 && write_public(out, &pk);
    mbedtls_pk_free(&pk);
    return done;
}

static mbedtls_md_type_t hash_of(const char *algorithm)
{
    return strcmp(algorithm, "RSAES_OAEP_SHA_1") == 0 ? MBEDTLS_MD_SHA1 : MBEDTLS_MD_SHA256;
}

size_t natt_kms_oaep_room(const natt_kms_spec *spec, const char *algorithm)
{
    return spec->bits / 8 - 2 - 2 * (hash_of(algorithm) == MBEDTLS_MD_SHA1 ? 20u : 32u);
}

/* True: an RSA key that is set to OAEP with this hash, for the message and for MGF1. */
static bool read_rsa(mbedtls_pk_context *pk, natt_bytes private_key, const char *algorithm)
{
    mbedtls_pk_init(pk);
    if (parse_private(pk, private_key) != 0 || !mbedtls_pk_can_do(pk, MBEDTLS_PK_RSA))
        return false;
    (void)mbedtls_rsa_set_padding(mbedtls_pk_rsa(*pk), MBEDTLS_RSA_PKCS_V21, (int)hash_of(algorithm));
    return true;
}

bool natt_kms_oaep_encrypt(uint8_t out[512], size_t *len, natt_bytes private_key, const char *algorithm,
                           natt_bytes plaintext)
{
    mbedtls_pk_context pk;
    *len = 0;
    bool done = read_rsa(&pk, private_key, algorithm) &&
                mbedtls_pk_encrypt(&pk, plaintext.ptr, plaintext.len, out, len, 512, natt_kms_random, NULL) == 0;
    mbedtls_pk_free(&pk);
    *len = done ? *len : 0;
    return done;
}

bool natt_kms_oaep_decrypt(natt_kms_secret *out, natt_bytes private_key, const char *algorithm, natt_bytes ciphertext)
{
    mbedtls_pk_context pk;
    size_t len = 0;
    natt_kms_secret_wipe(out);
    bool done = read_rsa(&pk, private_key, algorithm) && ciphertext.len == mbedtls_pk_get_len(&pk) &&
                mbedtls_pk_decrypt(&pk, ciphertext.ptr, ciphertext.len, out->bytes, &len, sizeof out->bytes,
                                   natt_kms_random, NULL) == 0;
    mbedtls_pk_free(&pk);
    if (done)
        out->len = len;
    else
        natt_kms_secret_wipe(out);
    return done;
}

/* mbedTLS checks that the point is on its curve [mbedtls_ecp_check_pubkey], but would skip bytes after the key. */
static bool read_peer(mbedtls_pk_context *pk, natt_bytes peer)
{
    unsigned char *at = (unsigned char *)peer.ptr;
    return mbedtls_pk_parse_subpubkey(&at, peer.ptr + peer.len, pk) == 0 && at == peer.ptr + peer.len &&
           mbedtls_pk_can_do(pk, MBEDTLS_PK_ECKEY);
}

static natt_kms_agreed agree(natt_kms_secret *out, mbedtls_pk_context *ours, mbedtls_pk_context *theirs)
{
    mbedtls_ecdh_context ecdh;
    mbedtls_ecdh_init(&ecdh);
    natt_kms_agreed result = NATT_KMS_AGREE_FAILED;
    if (mbedtls_ecdh_get_params(&ecdh, mbedtls_pk_ec(*ours), MBEDTLS_ECDH_OURS) != 0)
        result = NATT_KMS_AGREE_FAILED;
    else if (mbedtls_ecdh_get_params(&ecdh, mbedtls_pk_ec(*theirs), MBEDTLS_ECDH_THEIRS) != 0)
        result = NATT_KMS_PEER_INVALID; /* a different curve */
    else if (mbedtls_ecdh_calc_secret(&ecdh, &out->len, out->bytes, sizeof out->bytes, natt_kms_random, NULL) == 0)
        result = NATT_KMS_AGREED;
    mbedtls_ecdh_free(&ecdh);
    return result;
}

natt_kms_agreed natt_kms_agree(natt_kms_secret *out, natt_bytes private_key, natt_bytes peer)
{
    mbedtls_pk_context ours, theirs;
    mbedtls_pk_init(&ours);
    mbedtls_pk_init(&theirs);
    natt_kms_secret_wipe(out);
    natt_kms_agreed result = NATT_KMS_AGREE_FAILED;
    if (parse_private(&ours, private_key) != 0 || !mbedtls_pk_can_do(&ours, MBEDTLS_PK_ECKEY))
        result = NATT_KMS_AGREE_FAILED;
    else
        result = read_peer(&theirs, peer) ? agree(out, &ours, &theirs) : NATT_KMS_PEER_INVALID;
    mbedtls_pk_free(&theirs);
    mbedtls_pk_free(&ours);
    if (result != NATT_KMS_AGREED)
        natt_kms_secret_wipe(out);
    return result;
}
