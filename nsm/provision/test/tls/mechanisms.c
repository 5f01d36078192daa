/*
 * The matrix of mechanisms from ACM's tests, in one process and one session: mechanisms MODULE TOKEN PIN FOLDER EVERY.
 * FOLDER/LABEL.key contains the key with that label for OpenSSL, which makes the same signature, verifies it, or
 * encrypts the input that the token decrypts. EVERY: runs each EVERYth case. Prints for each group: name, number of
 * cases, of failures, and of cases whose mechanism p11-kit does not pass, milliseconds. Failures are explained on
 * standard error.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/rsa.h>

#include "nsm/provision/test/tls/peer.h"
#include "nsm/provision/test/tls/session.h"

#define LONGEST 16000

struct key {
    const char *label;
    EVP_PKEY *peer;
    CK_OBJECT_HANDLE handle;
    size_t len; /* bytes of a block, or of the order */
};

struct matrix {
    struct session session;
    struct key rsa[3], ec[3];
    bool hash_inside;
    unsigned every, seen, cases, wrong, not_carried;
    CK_RV last; /* what C_SignInit or C_Sign returned */
    unsigned char input[LONGEST + 1];
};

static const struct hash {
    const char *name;
    int len;
    CK_MECHANISM_TYPE digest, pkcs1, pss, mgf;
} hashes[] = {
    {"SHA1", 20, CKM_SHA_1, CKM_SHA1_RSA_PKCS, CKM_SHA1_RSA_PKCS_PSS, CKG_MGF1_SHA1},
    {"SHA224", 28, CKM_SHA224, CKM_SHA224_RSA_PKCS, CKM_SHA224_RSA_PKCS_PSS, CKG_MGF1_SHA224},
    {"SHA256", 32, CKM_SHA256, CKM_SHA256_RSA_PKCS, CKM_SHA256_RSA_PKCS_PSS, CKG_MGF1_SHA256},
    {"SHA384", 48, CKM_SHA384, CKM_SHA384_RSA_PKCS, CKM_SHA384_RSA_PKCS_PSS, CKG_MGF1_SHA384},
    {"SHA512", 64, CKM_SHA512, CKM_SHA512_RSA_PKCS, CKM_SHA512_RSA_PKCS_PSS, CKG_MGF1_SHA512},
};
static const size_t sizes[] = {0, 32, 256, 1024, 4096, LONGEST};
static const int salts[] = {0, 1, 2, 4, 16, 48, 64};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* False: a sample leaves this case out. */
static bool is_next(struct matrix *m)
{
    return m->seen++ % m->every == 0;
}

static void record(struct matrix *m, bool good, const char *what, const struct key *key, size_t size, int detail)
{
    bool not_carried = !good && m->last == CKR_MECHANISM_INVALID;
    m->cases++;
    m->not_carried += not_carried ? 1 : 0;
    m->wrong += good || not_carried ? 0 : 1;
    m->last = CKR_OK;
    if (!good && !not_carried)
        (void)fprintf(stderr, "%s, key %s, input of %zu bytes, %d\n", what, key->label, size, detail);
}

static bool sign(struct matrix *m, struct peer_bytes *out, CK_MECHANISM *mechanism, const struct key *key, size_t size)
{
    CK_ULONG len = sizeof out->bytes;
    m->last = session_sign(&m->session, mechanism, key->handle, m->input, size, out->bytes, &len);
    out->len = m->last == CKR_OK ? len : 0;
    return m->last == CKR_OK;
}

static bool same(const struct peer_bytes *a, const struct peer_bytes *b)
{
    return a->len == b->len && a->len > 0 && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static void pkcs1_with_hash(struct matrix *m, const struct key *key, const struct hash *hash)
{
    struct peer_bytes ours, theirs;
    CK_MECHANISM mechanism = {hash->pkcs1, NULL, 0};
    for (size_t i = 0; i < COUNT(sizes); i++)
        if (is_next(m))
            record(m,
                   sign(m, &ours, &mechanism, key, sizes[i]) &&
                       peer_sign_pkcs1(&theirs, key->peer, EVP_get_digestbyname(hash->name), m->input, sizes[i]) &&
                       same(&ours, &theirs),
                   hash->name, key, sizes[i], 0);
}

/* The block has 11 bytes besides the input [RFC8017 9.2]. */
static void pkcs1_plain(struct matrix *m, const struct key *key)
{
    const size_t plain[] = {1, 20, 51, key->len - 12, key->len - 11};
    struct peer_bytes ours, theirs;
    CK_MECHANISM mechanism = {CKM_RSA_PKCS, NULL, 0};
    for (size_t i = 0; i < COUNT(plain); i++)
        if (is_next(m))
            record(m,
                   sign(m, &ours, &mechanism, key, plain[i]) &&
                       peer_sign_pkcs1(&theirs, key->peer, NULL, m->input, plain[i]) && same(&ours, &theirs),
                   "plain PKCS #1", key, plain[i], 0);
    record(m, !sign(m, &ours, &mechanism, key, key->len - 10), "plain PKCS #1 accepts a long input", key, key->len - 10,
           0);
}

static void pkcs1(struct matrix *m)
{
    for (size_t k = 0; k < COUNT(m->rsa); k++) {
        for (size_t h = 0; h < COUNT(hashes); h++)
            pkcs1_with_hash(m, &m->rsa[k], &hashes[h]);
        pkcs1_plain(m, &m->rsa[k]);
    }
}

/* EM has the digest, the salt and two bytes [RFC8017 9.1.1]. */
static bool pss_fits(const struct key *key, const struct hash *hash, int salt)
{
    return (size_t)(hash->len + salt + 2) <= key->len;
}

static bool sign_pss(struct matrix *m, struct peer_bytes *out, const struct key *key, const struct hash *hash, int salt,
                     size_t size)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    CK_ULONG len = sizeof out->bytes;
    CK_RSA_PKCS_PSS_PARAMS parameters = {hash->digest, hash->mgf, (CK_ULONG)salt};
    CK_MECHANISM outside = {CKM_RSA_PKCS_PSS, &parameters, sizeof parameters};
    CK_MECHANISM inside = {hash->pss, &parameters, sizeof parameters};
    if (m->hash_inside)
        return sign(m, out, &inside, key, size);
    bool made = EVP_Digest(m->input, size, digest, NULL, EVP_get_digestbyname(hash->name), NULL) == 1 &&
                session_sign(&m->session, &outside, key->handle, digest, (size_t)hash->len, out->bytes, &len) == CKR_OK;
    out->len = len;
    return made;
}

static void pss_case(struct matrix *m, const struct key *key, const struct hash *hash, int salt, size_t size)
{
    struct peer_bytes ours;
    const EVP_MD *md = EVP_get_digestbyname(hash->name);
    bool made = sign_pss(m, &ours, key, hash, salt, size);
    bool good = pss_fits(key, hash, salt) ? made && peer_verify_pss(key->peer, md, salt, &ours, m->input, size) : !made;
    record(m, good, hash->name, key, size, salt);
}

static void pss(struct matrix *m)
{
    for (size_t k = 0; k < COUNT(m->rsa); k++)
        for (size_t h = 0; h < COUNT(hashes); h++)
            for (size_t s = 0; s < COUNT(salts); s++)
                for (size_t i = 0; i < COUNT(sizes); i++)
                    if (is_next(m))
                        pss_case(m, &m->rsa[k], &hashes[h], salts[s], sizes[i]);
}

/* TLS servers compute the hash themselves. */
static void pss_inside(struct matrix *m)
{
    m->hash_inside = true;
    pss(m);
    m->hash_inside = false;
}

static bool decrypt(struct matrix *m, struct peer_bytes *out, CK_MECHANISM_TYPE type, const struct key *key,
                    struct peer_bytes *in)
{
    CK_MECHANISM mechanism = {type, NULL, 0};
    CK_ULONG len = sizeof out->bytes;
    CK_FUNCTION_LIST_PTR f = m->session.f;
    bool done = f->C_DecryptInit(m->session.handle, &mechanism, key->handle) == CKR_OK &&
                f->C_Decrypt(m->session.handle, in->bytes, in->len, out->bytes, &len) == CKR_OK;
    out->len = len;
    return done;
}

/* The input is below the modulus: its first byte is 0. */
static void raw(struct matrix *m)
{
    m->input[0] = 0;
    for (size_t k = 0; k < COUNT(m->rsa); k++) {
        const struct key *key = &m->rsa[k];
        struct peer_bytes ours, theirs, in = {.len = key->len};
        CK_MECHANISM mechanism = {CKM_RSA_X_509, NULL, 0};
        memcpy(in.bytes, m->input, key->len);
        record(m,
               sign(m, &ours, &mechanism, key, key->len) && peer_sign_raw(&theirs, key->peer, m->input, key->len) &&
                   same(&ours, &theirs),
               "raw RSA", key, key->len, 0);
        record(m,
               peer_encrypt(&theirs, key->peer, RSA_NO_PADDING, m->input, key->len) &&
                   decrypt(m, &ours, CKM_RSA_X_509, key, &theirs) && same(&ours, &in),
               "raw decryption", key, key->len, 0);
    }
    m->input[0] = 1;
}

static void pkcs1_decrypt(struct matrix *m)
{
    for (size_t k = 0; k < COUNT(m->rsa); k++) {
        const struct key *key = &m->rsa[k];
        const size_t plain[] = {0, 1, 16, 32, 48, 64, key->len - 12, key->len - 11};
        for (size_t i = 0; i < COUNT(plain); i++) {
            struct peer_bytes ours, theirs;
            record(m,
                   peer_encrypt(&theirs, key->peer, RSA_PKCS1_PADDING, m->input, plain[i]) &&
                       decrypt(m, &ours, CKM_RSA_PKCS, key, &theirs) && ours.len == plain[i] &&
                       memcmp(ours.bytes, m->input, plain[i]) == 0,
                   "PKCS #1 decryption", key, plain[i], 0);
        }
    }
}

static void ecdsa(struct matrix *m)
{
    CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
    for (size_t k = 0; k < COUNT(m->ec); k++)
        for (size_t size = 1; size <= 55; size++) {
            struct peer_bytes ours;
            const struct key *key = &m->ec[k];
            if (is_next(m))
                record(m,
                       sign(m, &ours, &mechanism, key, size) && ours.len == 2 * key->len &&
                           peer_verify_ecdsa(key->peer, &ours, m->input, size),
                       "ECDSA", key, size, 0);
        }
}

static const CK_ATTRIBUTE_TYPE rsa_secrets[] = {CKA_PRIVATE_EXPONENT, CKA_PRIME_1,    CKA_PRIME_2,
                                                CKA_EXPONENT_1,       CKA_EXPONENT_2, CKA_COEFFICIENT},
                               ec_secrets[] = {CKA_VALUE};

/* Sensitive values are refused, not empty. */
static void secrets_of(struct matrix *m, const struct key *key, const CK_ATTRIBUTE_TYPE *types, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char value[PEER_MAX] = {0};
        CK_ATTRIBUTE wanted = {types[i], value, sizeof value};
        CK_RV result = m->session.f->C_GetAttributeValue(m->session.handle, key->handle, &wanted, 1);
        record(m, result == CKR_ATTRIBUTE_SENSITIVE, "a private number is returned", key, 0, (int)types[i]);
    }
}

static void attributes_of(struct matrix *m, const struct key *key, bool rsa)
{
    const struct {
        CK_ATTRIBUTE_TYPE type;
        bool value;
    } expected[] = {{CKA_TOKEN, true},   {CKA_PRIVATE, true}, {CKA_SENSITIVE, true},     {CKA_EXTRACTABLE, false},
                    {CKA_SIGN, true},    {CKA_DECRYPT, rsa},  {CKA_SIGN_RECOVER, false}, {CKA_UNWRAP, false},
                    {CKA_DERIVE, false}, {CKA_LOCAL, false}};
    for (size_t i = 0; i < COUNT(expected); i++) {
        CK_BBOOL value = 2;
        CK_ATTRIBUTE wanted = {expected[i].type, &value, sizeof value};
        CK_RV result = m->session.f->C_GetAttributeValue(m->session.handle, key->handle, &wanted, 1);
        record(m, result == CKR_OK && value == (expected[i].value ? CK_TRUE : CK_FALSE), "attribute", key, 0,
               (int)expected[i].type);
    }
}

/* Neither setting an attribute nor copying makes the key readable. */
static void loosen(struct matrix *m, const struct key *key)
{
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ATTRIBUTE ways[] = {{CKA_EXTRACTABLE, &yes, sizeof yes}, {CKA_SENSITIVE, &no, sizeof no}};
    for (size_t i = 0; i < COUNT(ways); i++) {
        CK_OBJECT_HANDLE copy;
        CK_FUNCTION_LIST_PTR f = m->session.f;
        record(m, f->C_SetAttributeValue(m->session.handle, key->handle, &ways[i], 1) != CKR_OK, "set", key, 0, (int)i);
        record(m, f->C_CopyObject(m->session.handle, key->handle, &ways[i], 1, &copy) != CKR_OK, "copy", key, 0,
               (int)i);
    }
}

static void attributes(struct matrix *m)
{
    for (size_t k = 0; k < COUNT(m->rsa); k++) {
        secrets_of(m, &m->rsa[k], rsa_secrets, COUNT(rsa_secrets));
        attributes_of(m, &m->rsa[k], true);
        loosen(m, &m->rsa[k]);
        secrets_of(m, &m->ec[k], ec_secrets, COUNT(ec_secrets));
        attributes_of(m, &m->ec[k], false);
        loosen(m, &m->ec[k]);
    }
}

static bool load_key(struct matrix *m, struct key *key, const char *label, const char *folder)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s.key", folder, label);
    *key = (struct key){.label = label, .peer = peer_load(path)};
    key->len = key->peer == NULL ? 0 : ((size_t)EVP_PKEY_get_bits(key->peer) + 7) / 8;
    return key->peer != NULL && session_find(&m->session, &key->handle, label) == CKR_OK;
}

static bool load_keys(struct matrix *m, const char *folder)
{
    static const char *const rsa[] = {"rsa1024", "rsa2048", "rsa4096"}, *const ec[] = {"ec256", "ec384", "ec521"};
    bool loaded = true;
    for (size_t k = 0; k < COUNT(rsa) && loaded; k++)
        loaded = load_key(m, &m->rsa[k], rsa[k], folder) && load_key(m, &m->ec[k], ec[k], folder);
    return loaded;
}

static long now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void run(struct matrix *m)
{
    static const struct {
        const char *name;
        void (*run)(struct matrix *m);
    } groups[] = {{"RSA PKCS #1 v1.5 signatures", pkcs1},
                  {"RSA-PSS signatures", pss},
                  {"RSA-PSS with hash", pss_inside},
                  {"raw RSA", raw},
                  {"RSA PKCS #1 decryption", pkcs1_decrypt},
                  {"ECDSA", ecdsa},
                  {"attributes", attributes}};
    for (size_t i = 0; i < COUNT(groups); i++) {
        long start = now_ms();
        m->seen = m->cases = m->wrong = m->not_carried = 0;
        groups[i].run(m);
        (void)printf("%s\t%u\t%u\t%u\t%ld\n", groups[i].name, m->cases, m->wrong, m->not_carried, now_ms() - start);
    }
}

int main(int argc, char **argv)
{
    static struct matrix m;
    if (argc != 6)
        return 2;
    m.every = (unsigned)atoi(argv[5]);
    for (size_t i = 0; i < sizeof m.input; i++)
        m.input[i] = (unsigned char)(i * 7 + 1);
    if (m.every == 0 || session_open(&m.session, argv[1], argv[2], argv[3]) != CKR_OK || !load_keys(&m, argv[4]))
        return 1;
    run(&m);
    return 0;
}
