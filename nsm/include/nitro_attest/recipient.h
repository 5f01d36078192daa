/*
 * From a verified document to a secret that only its enclave can read: RSA key pairs whose public half goes into
 * documents, and the messages that KMS seals to them (CiphertextForRecipient).
 *
 *     natt_recipient_key *key = natt_recipient_key_new(&nsm, 2048, &err);            // inside of the enclave
 *     if (!natt_recipient_attest(key, document, sizeof document, &len, &nsm, NULL, &err)) ...
 *     // KMS or natt_recipient_seal takes the document, verifies it, and answers with a message
 *     if (!natt_recipient_open(key, secret, sizeof secret, &secret_len, message, &err)) ...
 *
 * RSA, AES and random numbers are mbedTLS's. Private keys and plaintexts are in memory that is locked where the system
 * allows it, left out of core dumps, and wiped before it is freed; what a caller gets is the caller's to wipe.
 */
#ifndef NITRO_ATTEST_RECIPIENT_H
#define NITRO_ATTEST_RECIPIENT_H

#include "nitro_attest/nsm.h"
#include "nitro_attest/verify.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NATT_RECIPIENT_MAX_SECRET  16384 /* bytes that one message can carry */
#define NATT_RECIPIENT_MAX_MESSAGE 65536 /* bytes of a message that is opened; a sealed secret of maximum size fits */
#define NATT_RECIPIENT_MAX_SPKI    1024  /* DER of the public key: RSA 4096 has 550 */

/* gen-rules writes the list of codes here: docs/rules.toml, [recipient.*]. Among them:
 * NATT_RECIPIENT_OK, E_USAGE_ARGUMENT, E_USAGE_STRUCT_SIZE, E_USAGE_KEY_SIZE, E_BUFFER_TOO_SMALL, E_MEMORY, E_RANDOM, E_CRYPTO,
 * E_NSM (nsm says why), E_KEY_FILE (no private key, encrypted, not RSA, too small), E_KEY_FILE_UNSAFE,
 * E_MESSAGE_TRUNCATED, E_MESSAGE_STRUCTURE, E_MESSAGE_TRAILING, E_MESSAGE_SIZE, E_MESSAGE_VERSION (the shape of another fake: version 0 with
 * issuer and serial), E_MESSAGE_ALGORITHM, E_MESSAGE_RECIPIENT (sealed to another key), E_DECRYPT (the one error of everything that
 * depends on secrets), E_RESULT (verify says why), E_DEBUG, E_PUBLIC_KEY (the document has none, or none that is an RSA key of
 * 2048 to 4096 bits), E_SECRET_SIZE */

typedef struct natt_recipient_error {
    natt_recipient_code code;
    size_t offset;       /* byte of the message or key that is to blame, or NATT_NO_OFFSET */
    size_t required_len; /* of NATT_RECIPIENT_E_BUFFER_TOO_SMALL */
    natt_code verify_code;    /* of NATT_RECIPIENT_E_RESULT */
    natt_nsm_error nsm;       /* of NATT_RECIPIENT_E_NSM */
    const char *message; /* constant, never NULL */
} natt_recipient_error;

/* As natt_emulator_error_format, _code_name, _message, _remedy. */

/* The key pair of one recipient; one thread at a time may free it, any number may use it. */
typedef struct natt_recipient_key natt_recipient_key;

/* nsm: its random numbers seed the generator, beside the system's; NULL = the system's alone (outside of enclaves).
 * bits: 2048, 3072, 4096. */
NATT_API NATT_MUST_CHECK natt_recipient_key *natt_recipient_key_new(natt_nsm *nsm, unsigned bits, natt_recipient_error *err);
/* The key of this process: made on first use (2048 bits), the same for every caller, never freed but wiped at exit; not inherited
 * by a forked child, which makes its own. */
NATT_API NATT_MUST_CHECK natt_recipient_key *natt_recipient_process_key(natt_nsm *nsm, natt_recipient_error *err);
/* PEM or DER, PKCS#8 or PKCS#1, unencrypted. */
NATT_API NATT_MUST_CHECK natt_recipient_key *natt_recipient_key_parse(natt_bytes text, natt_recipient_error *err);
/* PKCS#8 in PEM; wipe it. */
NATT_API NATT_MUST_CHECK bool natt_recipient_key_pem(const natt_recipient_key *key, char *out, size_t capacity, size_t *len,
                                                     natt_recipient_error *err);
NATT_API void natt_recipient_key_free(natt_recipient_key *key);
/* SubjectPublicKeyInfo in DER: what documents carry. Lives as long as the key. */
NATT_API natt_bytes natt_recipient_key_public(const natt_recipient_key *key);

typedef struct natt_recipient_attestation {
    size_t struct_size;
    natt_bytes nonce, user_data;
    natt_bytes public_key; /* another one than the key's; absent = the key's */
    bool no_public_key;    /* the document carries none */
} natt_recipient_attestation;
#define NATT_RECIPIENT_ATTESTATION_INIT { sizeof(natt_recipient_attestation), {NULL, 0}, {NULL, 0}, {NULL, 0}, false }

NATT_API NATT_MUST_CHECK bool natt_recipient_attest(const natt_recipient_key *key, uint8_t *out, size_t capacity, size_t *len,
                                                    natt_nsm *nsm, const natt_recipient_attestation *fields,
                                                    natt_recipient_error *err);

/* {"KeyEncryptionAlgorithm":"RSAES_OAEP_SHA_256","AttestationDocument":"<base64>"}: the Recipient member of KMS requests. */
NATT_API NATT_MUST_CHECK bool natt_recipient_value(char *out, size_t capacity, size_t *len, natt_bytes document,
                                                   natt_recipient_error *err);

/* out gets at most message.len bytes. On false out is wiped and *len 0. */
NATT_API NATT_MUST_CHECK bool natt_recipient_open(const natt_recipient_key *key, uint8_t *out, size_t capacity, size_t *len,
                                                  natt_bytes message, natt_recipient_error *err);

typedef enum natt_recipient_encoding {
    NATT_RECIPIENT_BER = 0, /* indefinite lengths and a constructed content: what KMS writes */
    NATT_RECIPIENT_DER      /* definite lengths, one content */
} natt_recipient_encoding;

typedef struct natt_recipient_seal_options {
    size_t struct_size;
    natt_recipient_encoding encoding;
    bool allow_debug; /* seal to a debug enclave, whose memory anybody on the host can read */
} natt_recipient_seal_options;
#define NATT_RECIPIENT_SEAL_OPTIONS_INIT { sizeof(natt_recipient_seal_options), NATT_RECIPIENT_BER, false }

/* Seals a secret, 1 to NATT_RECIPIENT_MAX_SECRET bytes, to the public key of a verified document. */
NATT_API NATT_MUST_CHECK bool natt_recipient_seal(uint8_t *out, size_t capacity, size_t *len, const natt_verified *document,
                                                  natt_bytes secret, const natt_recipient_seal_options *options,
                                                  natt_recipient_error *err);

#ifdef __cplusplus
}
#endif
#endif
