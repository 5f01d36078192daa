/*
 * Creates, stores and frees key pairs. See key.h.
 */
#define _POSIX_C_SOURCE 200809L

#include "nsm/recipient/key.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include <mbedtls/md.h>

#include "nsm/recipient/error.h"
#include "nsm/recipient/generator.h"
#include "nsm/recipient/secret.h"

#define RSA_EXPONENT 65537

/* mbedTLS writes DER at the end of its buffer. */
static int take_public(natt_recipient_key *key, mbedtls_pk_context *pk)
{
    int len = mbedtls_pk_write_pubkey_der(pk, key->spki, sizeof key->spki);
    if (len < 0)
        return len;
    key->spki_len = (size_t)len;
    memmove(key->spki, key->spki + sizeof key->spki - key->spki_len, key->spki_len);
    return mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), key->spki, key->spki_len, key->key_id);
}

/* mbedTLS's own function counts whole bytes. */
unsigned natt_key_count_bits(mbedtls_pk_context *pk)
{
    mbedtls_mpi n;
    mbedtls_mpi_init(&n);
    int result = mbedtls_rsa_export(mbedtls_pk_rsa(*pk), &n, NULL, NULL, NULL, NULL);
    unsigned bits = result == 0 ? (unsigned)mbedtls_mpi_bitlen(&n) : 0;
    mbedtls_mpi_free(&n);
    return bits;
}

static int take_numbers(natt_recipient_key *key, mbedtls_pk_context *pk)
{
    mbedtls_rsa_context *rsa = mbedtls_pk_rsa(*pk);
    size_t len = mbedtls_rsa_get_len(rsa), half = (len + 1) / 2;
    key->bits = natt_key_count_bits(pk);
    key->modulus_len = len;
    return mbedtls_rsa_export_raw(rsa, key->n, len, key->p, half, key->q, half, key->d, len, key->e, sizeof key->e);
}

natt_recipient_key *natt_key_from_context(mbedtls_pk_context *pk, natt_recipient_error *err)
{
    natt_recipient_key *key = natt_secret_new(sizeof *key);
    if (key == NULL) {
        natt_recipient_fail(err, NATT_RECIPIENT_E_MEMORY, NULL);
        return NULL;
    }
    int result = take_numbers(key, pk);
    if (result == 0)
        result = take_public(key, pk);
    key->owner = NATT_KEY_OF_CALLER;
    if (result == 0)
        return key;
    if (result == MBEDTLS_ERR_MPI_BUFFER_TOO_SMALL)
        natt_recipient_fail(err, NATT_RECIPIENT_E_KEY, "the primes or the exponent of the key have unusual sizes");
    else
        natt_recipient_fail_mbedtls(err, result);
    natt_secret_free(key, sizeof *key);
    return NULL;
}

/* Numbers without leading zeros, which mbedTLS would include in its calculations. */
static int import(const natt_recipient_key *key, mbedtls_pk_context *pk)
{
    int result = mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA));
    if (result != 0)
        return result;
    mbedtls_rsa_context *rsa = mbedtls_pk_rsa(*pk);
    size_t len = key->modulus_len, half = (len + 1) / 2;
    result = mbedtls_rsa_import_raw(rsa, key->n, len, key->p, half, key->q, half, key->d, len, key->e, sizeof key->e);
    return result != 0 ? result : mbedtls_rsa_complete(rsa);
}

bool natt_key_to_context(const natt_recipient_key *key, mbedtls_pk_context *pk, natt_recipient_error *err)
{
    int result = import(key, pk);
    return result == 0 || natt_recipient_fail_mbedtls(err, result);
}

bool natt_key_check(const natt_recipient_key *key, natt_recipient_error *err)
{
    if (key == NULL)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_ARGUMENT, NULL);
    return key->owner != NATT_KEY_WIPED ||
           natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_ARGUMENT,
                               "the key belongs to the process that this one was forked from");
}

/* The state that creates a key, in secret memory: the generator's state reveals the key. */
struct maker {
    struct natt_generator generator;
    mbedtls_pk_context pk;
};

static natt_recipient_key *make(struct maker *m, natt_nsm *nsm, unsigned bits, natt_recipient_error *err)
{
    if (!natt_generator_init(&m->generator, nsm, err))
        return NULL;
    int result = mbedtls_pk_setup(&m->pk, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA));
    if (result == 0)
        result = mbedtls_rsa_gen_key(mbedtls_pk_rsa(m->pk), NATT_GENERATOR(&m->generator), bits, RSA_EXPONENT);
    if (result == 0)
        return natt_key_from_context(&m->pk, err);
    natt_generator_failed(&m->generator, result, err);
    return NULL;
}

natt_recipient_key *natt_recipient_key_new(natt_nsm *nsm, unsigned bits, natt_recipient_error *err)
{
    natt_recipient_no_error(err);
    if (bits != 2048 && bits != 3072 && bits != 4096) {
        natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_KEY_SIZE, NULL);
        return NULL;
    }
    struct maker *m = natt_secret_new(sizeof *m);
    if (m == NULL) {
        natt_recipient_fail(err, NATT_RECIPIENT_E_MEMORY, NULL);
        return NULL;
    }
    mbedtls_pk_init(&m->pk);
    natt_recipient_key *key = make(m, nsm, bits, err);
    mbedtls_pk_free(&m->pk);
    natt_generator_free(&m->generator);
    natt_secret_free(m, sizeof *m);
    return key;
}

void natt_recipient_key_free(natt_recipient_key *key)
{
    if (key != NULL && key->owner == NATT_KEY_OF_CALLER)
        natt_secret_free(key, sizeof *key);
}

/* No lock, since a lock that another thread holds during a fork would never be released in the child. */
static _Atomic(natt_recipient_key *) process_key;

/* In a forked child the pages read as zeros or, if the kernel does not support that, contain the id of another
 * process. */
static bool is_ours(const natt_recipient_key *key)
{
    return key != NULL && key->process == getpid();
}

/* The key that all callers get: this one, unless another thread stored one first. */
static natt_recipient_key *publish(natt_recipient_key *key, natt_recipient_key *last)
{
    key->owner = NATT_KEY_OF_PROCESS;
    key->process = getpid();
    (void)natt_secret_hide_from_children(key, sizeof *key);
    if (atomic_compare_exchange_strong(&process_key, &last, key))
        return key;
    natt_secret_free(key, sizeof *key);
    return last;
}

natt_recipient_key *natt_recipient_process_key(natt_nsm *nsm, natt_recipient_error *err)
{
    natt_recipient_key *last = atomic_load(&process_key);
    natt_recipient_no_error(err);
    if (is_ours(last))
        return last;
    natt_recipient_key *key = natt_recipient_key_new(nsm, 2048, err);
    return key != NULL ? publish(key, last) : NULL;
}

natt_bytes natt_recipient_key_public(const natt_recipient_key *key)
{
    if (!natt_key_check(key, NULL))
        return (natt_bytes){NULL, 0};
    return (natt_bytes){key->spki, key->spki_len};
}

unsigned natt_recipient_key_bits(const natt_recipient_key *key)
{
    return key != NULL ? key->bits : 0;
}
