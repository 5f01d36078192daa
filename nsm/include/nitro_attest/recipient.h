/*
 * From a verified document to a secret that only its enclave can read: RSA key pairs whose public half goes into
 * documents, and the messages that AWS KMS seals to them (CiphertextForRecipient).
 *
 *     natt_recipient_key *key = natt_recipient_key_new(&nsm, 2048, &err);            // inside the enclave
 *     if (!natt_recipient_attest(key, document, sizeof document, &len, &nsm, NULL, &err)) ...
 *     // KMS, or your service with natt_recipient_seal, verifies the document and returns a message
 *     if (!natt_recipient_open(key, secret, sizeof secret, &secret_len, message, &err)) ...
 *
 * Functions return true, or a key, on success. On failure they return false, or NULL, describe the error in *err, and
 * set outputs and their lengths to zero; err may be NULL. Outputs must not overlap inputs.
 *
 * Messages are encrypted but not authenticated, as with KMS itself. Anyone who knows the public key can seal a message,
 * and anyone who can modify a message in transit can change its plaintext (AES-CBC without a MAC). Terminate TLS to KMS
 * inside the enclave. If the secret is a key, use it in a way that fails with a wrong key, as AES-GCM does.
 *
 * mbedTLS provides RSA, AES and random numbers. Private keys and plaintexts are in pages that are locked if the
 * system allows it, excluded from core dumps, and wiped before they are freed. During a call mbedTLS keeps parts of the
 * private key on its heap; it wipes them but does not lock them. Callers must wipe the secrets they receive.
 * Threads: several threads may use a key at once, but none while natt_recipient_key_free runs.
 * Sources: aws-nitro-enclaves-sdk-c; RFC 5652 6; RFC 8017 7.1; X.690.
 */
#ifndef NITRO_ATTEST_RECIPIENT_H
#define NITRO_ATTEST_RECIPIENT_H

#include "nitro_attest/nsm.h"
#include "nitro_attest/recipient_error.h"
#include "nitro_attest/verify.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NATT_RECIPIENT_MAX_SECRET   16384  /* bytes of the longest secret that a message can contain */
#define NATT_RECIPIENT_MAX_SEALED   17408  /* bytes of the longest message that natt_recipient_seal writes */
#define NATT_RECIPIENT_MAX_MESSAGE  65536  /* bytes of the longest message that natt_recipient_open accepts */
#define NATT_RECIPIENT_MAX_SPKI     1024   /* DER of the public key: RSA 4096 has 550 */
#define NATT_RECIPIENT_MAX_PEM      4096   /* characters of a private key in PEM, NUL included: RSA 4096 has 3273 */
#define NATT_RECIPIENT_MAX_KEY_FILE 16384  /* bytes of a key that is parsed */
#define NATT_RECIPIENT_MAX_DOCUMENT 262144 /* bytes of a document that KMS accepts [KMS API RecipientInfo] */

/* The key pair of one recipient. */
typedef struct natt_recipient_key natt_recipient_key;

/*
 * Creates a key pair; free it with natt_recipient_key_free.
 * nsm   seeds the generator, together with the system. NULL, for programs outside enclaves: the system alone seeds it.
 *       A kernel without entropy blocks: call natt_nsm_seed_kernel first.
 * bits  2048, 3072 or 4096.
 * err   NATT_RECIPIENT_E_USAGE_KEY_SIZE, _NSM, _RANDOM, _MEMORY.
 * Cost: about 0.1 s, 0.4 s or 1 s on average, occasionally several times as long.
 */
NATT_API NATT_MUST_CHECK natt_recipient_key *natt_recipient_key_new(natt_nsm *nsm, unsigned bits,
                                                                    natt_recipient_error *err);

/*
 * The key of this process, RSA 2048: created on first use, the same for every caller, and kept until the process ends.
 * After a failure the next call tries again. A forked child does not inherit the key, since the pages read as zeros
 * there, and creates its own on first use. If several threads make the first call at once, more than one may create a
 * key, but all get the same one.
 * nsm, err  as natt_recipient_key_new; nsm is used on first use only.
 */
NATT_API NATT_MUST_CHECK natt_recipient_key *natt_recipient_process_key(natt_nsm *nsm, natt_recipient_error *err);

/*
 * Reads an unencrypted RSA key of 2048 to 4096 bits in PEM or DER, PKCS#8 or PKCS#1; free it with
 * natt_recipient_key_free.
 * text  at most NATT_RECIPIENT_MAX_KEY_FILE bytes; the caller must wipe them.
 * err   NATT_RECIPIENT_E_KEY, _KEY_SIZE, _MEMORY.
 */
NATT_API NATT_MUST_CHECK natt_recipient_key *natt_recipient_key_parse(natt_bytes text, natt_recipient_error *err);

/*
 * The same from a file. NATT_RECIPIENT_E_KEY_UNSAFE unless it is a regular file that belongs to the user of this
 * process and that no other user can read (mode 0600 or 0400).
 */
NATT_API NATT_MUST_CHECK natt_recipient_key *natt_recipient_key_load(const char *path, natt_recipient_error *err);

/* The private key, PKCS#8 in PEM; *len excludes the final NUL. NATT_RECIPIENT_MAX_PEM is always enough. */
NATT_API NATT_MUST_CHECK bool natt_recipient_key_pem(const natt_recipient_key *key, char *out, size_t capacity,
                                                     size_t *len, natt_recipient_error *err);

/* Wipes and frees a key. Does nothing for NULL and for the key of the process. */
NATT_API void natt_recipient_key_free(natt_recipient_key *key);

/* The public key as in documents: SubjectPublicKeyInfo in DER, valid as long as the key. Absent for NULL. */
NATT_API natt_bytes natt_recipient_key_public(const natt_recipient_key *key);

/* The size of the modulus in bits; 0 for NULL. */
NATT_API unsigned natt_recipient_key_bits(const natt_recipient_key *key);

/* Start from NATT_RECIPIENT_ATTESTATION_INIT. */
typedef struct natt_recipient_attestation {
    size_t struct_size; /* sizeof(natt_recipient_attestation) */
    natt_bytes nonce, user_data;
    natt_bytes public_key; /* replaces that of the key pair; absent = that of the key pair */
    bool no_public_key;    /* a document without a public key */
} natt_recipient_attestation;

#define NATT_RECIPIENT_ATTESTATION_INIT                                                                                \
    {                                                                                                                  \
        sizeof(natt_recipient_attestation), {NULL, 0}, {NULL, 0}, {NULL, 0}, false                                     \
    }

/*
 * out[0 .. *len) is a document that carries the public key.
 * key     may be NULL if fields has a public key, or no_public_key.
 * fields  NULL = NATT_RECIPIENT_ATTESTATION_INIT.
 * err     NATT_RECIPIENT_E_BUFFER_TOO_SMALL: required_len bytes are needed; NATT_NSM_MAX_RESPONSE is always enough.
 *         NATT_RECIPIENT_E_NSM, _USAGE_STRUCT_SIZE.
 */
NATT_API NATT_MUST_CHECK bool natt_recipient_attest(const natt_recipient_key *key, uint8_t *out, size_t capacity,
                                                    size_t *len, natt_nsm *nsm,
                                                    const natt_recipient_attestation *fields,
                                                    natt_recipient_error *err);

/*
 * {"KeyEncryptionAlgorithm":"RSAES_OAEP_SHA_256","AttestationDocument":"<base64>"}, the member Recipient of requests
 * to KMS; *len excludes the final NUL. SDKs expect the bytes of the document instead and encode them themselves.
 * document  1 to NATT_RECIPIENT_MAX_DOCUMENT bytes, which are not checked.
 */
NATT_API NATT_MUST_CHECK bool natt_recipient_value(char *out, size_t capacity, size_t *len, natt_bytes document,
                                                   natt_recipient_error *err);

/*
 * Opens a CiphertextForRecipient: out[0 .. *len) is the plaintext.
 * message  the bytes, base64 decoded: CMS EnvelopedData in BER or DER, for one recipient, as KMS writes it. At most
 *          NATT_RECIPIENT_MAX_MESSAGE bytes.
 * err      NATT_RECIPIENT_E_MESSAGE_* report errors that are visible without the key; the offset is in the message.
 *          NATT_RECIPIENT_E_DECRYPT reports every error that depends on the private key, and takes the same time
 *          whether the encrypted key or the padding is wrong. The capacity is checked last: with
 *          NATT_RECIPIENT_E_BUFFER_TOO_SMALL, required_len is the length of the plaintext, at most that of the
 *          message.
 * Cost: one RSA private operation.
 */
NATT_API NATT_MUST_CHECK bool natt_recipient_open(const natt_recipient_key *key, uint8_t *out, size_t capacity,
                                                  size_t *len, natt_bytes message, natt_recipient_error *err);

/* The two forms that KMS writes, and DER for readers that support nothing else. */

/* How a message is written. Keys of this library and the SDKs for enclaves read all three. */
typedef enum natt_recipient_encoding {
    NATT_RECIPIENT_BER = 0,       /* as KMS does: indefinite lengths, the content in pieces of at most 1000 bytes */
    NATT_RECIPIENT_BER_PRIMITIVE, /* as KMS does too: indefinite lengths, the content in one piece */
    NATT_RECIPIENT_DER            /* for readers that support only DER: definite lengths, the content in one piece */
} natt_recipient_encoding;

/* Start from NATT_RECIPIENT_SEAL_OPTIONS_INIT. */
typedef struct natt_recipient_seal_options {
    size_t struct_size; /* sizeof(natt_recipient_seal_options) */
    natt_recipient_encoding encoding;
    bool allow_debug; /* seal to a debug enclave, whose memory the host can read */
} natt_recipient_seal_options;

#define NATT_RECIPIENT_SEAL_OPTIONS_INIT                                                                               \
    {                                                                                                                  \
        sizeof(natt_recipient_seal_options), NATT_RECIPIENT_BER, false                                                 \
    }

/*
 * Seals a secret to the public key of a verified document: natt_recipient_open, the SDKs for enclaves and OpenSSL can
 * open out[0 .. *len). The policy given to natt_verify has already checked the document's PCRs.
 * document  filled in by natt_verify. The bytes of the document must still be valid: the key is read from them and
 *           compared with what was verified. Anything else is NATT_RECIPIENT_E_RESULT.
 * secret    1 to NATT_RECIPIENT_MAX_SECRET bytes.
 * options   NULL = NATT_RECIPIENT_SEAL_OPTIONS_INIT.
 * err       NATT_RECIPIENT_E_DEBUG, _PUBLIC_KEY (offset: in the public key), _SECRET_SIZE, _RANDOM,
 *           _BUFFER_TOO_SMALL: required_len bytes are needed; NATT_RECIPIENT_MAX_SEALED is always enough.
 * Cost: one RSA public operation. Random numbers come from the system.
 */
NATT_API NATT_MUST_CHECK bool natt_recipient_seal(uint8_t *out, size_t capacity, size_t *len,
                                                  const natt_verified *document, natt_bytes secret,
                                                  const natt_recipient_seal_options *options,
                                                  natt_recipient_error *err);

/*
 * Disables core dumps and debuggers of the same user for this process (RLIMIT_CORE, PR_SET_DUMPABLE), for programs with
 * keys or plaintexts in their memory. Call it before you create the first key. Forked children inherit both settings; a
 * program started with exec keeps only the limit of core dumps.
 * Under nitro-attest emulate, call it after the last request to the NSM: emulate reads the memory of the program as a
 * debugger does, and without privileges it no longer could.
 * err: NATT_RECIPIENT_E_SYSTEM: the system does not permit it.
 */
NATT_API NATT_MUST_CHECK bool natt_recipient_protect_process(natt_recipient_error *err);

#ifdef __cplusplus
}
#endif
#endif
