/*
 * From a verified document to a secret that only its enclave can read: RSA key pairs whose public half goes into
 * documents, and the messages that AWS KMS seals to them (CiphertextForRecipient).
 *
 *     natt_recipient_key *key = natt_recipient_key_new(&nsm, 2048, &err);            // inside of the enclave
 *     if (!natt_recipient_attest(key, document, sizeof document, &len, &nsm, NULL, &err)) ...
 *     // KMS, or natt_recipient_seal, takes the document, verifies it, and answers with a message
 *     if (!natt_recipient_open(key, secret, sizeof secret, &secret_len, message, &err)) ...
 *
 * True, or a key: what was asked for is done. False, or NULL: *err says why, and outputs are zero, their lengths 0;
 * whoever passes err NULL learns only that. Outputs must not overlap inputs.
 *
 * What a message does not promise: it has no integrity. Whoever knows the public key can seal a message of their own,
 * and whoever can change a message on its way can change its plaintext (AES-CBC without a MAC), as with KMS itself. So
 * end TLS to KMS inside of the enclave, and where the secret is a key, let its first use fail if it is the wrong one.
 *
 * RSA, AES and random numbers are mbedTLS's. Private keys and plaintexts are in pages that are locked where the system
 * allows it, left out of core dumps, and wiped before they are freed. During a call mbedTLS keeps parts of the private
 * key on its heap, which it wipes but does not lock. What a caller gets is the caller's to wipe.
 * Threads: any number may use a key at once; natt_recipient_key_free needs it alone.
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

#define NATT_RECIPIENT_MAX_SECRET   16384  /* bytes that one message can carry */
#define NATT_RECIPIENT_MAX_SEALED   17408  /* bytes of a message that natt_recipient_seal writes */
#define NATT_RECIPIENT_MAX_MESSAGE  65536  /* bytes of a message that natt_recipient_open reads */
#define NATT_RECIPIENT_MAX_SPKI     1024   /* DER of the public key: RSA 4096 has 550 */
#define NATT_RECIPIENT_MAX_PEM      4096   /* characters of a private key in PEM, NUL included: RSA 4096 has 3273 */
#define NATT_RECIPIENT_MAX_KEY_FILE 16384  /* bytes of a key that is parsed */
#define NATT_RECIPIENT_MAX_DOCUMENT 262144 /* bytes of a document that KMS takes [KMS API RecipientInfo] */

/* The key pair of one recipient. */
typedef struct natt_recipient_key natt_recipient_key;

/*
 * A new key pair; natt_recipient_key_free ends it.
 * nsm   its random numbers seed the generator, beside the system's; NULL = the system's alone, outside of enclaves.
 *       A kernel without entropy blocks: call natt_nsm_seed_kernel first.
 * bits  2048, 3072 or 4096.
 * err   NATT_RECIPIENT_E_USAGE_KEY_SIZE, _NSM, _RANDOM, _MEMORY.
 * Cost: some 0.1 s, 0.4 s, 1 s on average, now and then several times that.
 */
NATT_API NATT_MUST_CHECK natt_recipient_key *natt_recipient_key_new(natt_nsm *nsm, unsigned bits,
                                                                    natt_recipient_error *err);

/*
 * The key of this process, RSA 2048: made on first use, the same for every caller, never freed; its pages go with the
 * process. A failure is not remembered: the next call tries again. A forked child does not get it, its copy reads as
 * zeros there, and makes its own on first use. When several threads call first at once, more than one may make a key;
 * all get the same one.
 * nsm, err  as natt_recipient_key_new; nsm is used on first use only.
 */
NATT_API NATT_MUST_CHECK natt_recipient_key *natt_recipient_process_key(natt_nsm *nsm, natt_recipient_error *err);

/*
 * A key from PEM or DER, PKCS#8 or PKCS#1, unencrypted, RSA of 2048 to 4096 bits; natt_recipient_key_free ends it.
 * text  at most NATT_RECIPIENT_MAX_KEY_FILE bytes; the caller's to wipe.
 * err   NATT_RECIPIENT_E_KEY, _KEY_SIZE, _MEMORY.
 */
NATT_API NATT_MUST_CHECK natt_recipient_key *natt_recipient_key_parse(natt_bytes text, natt_recipient_error *err);

/*
 * The same from a file. It must be a regular one, belong to the user of this process, and be readable by nobody else
 * (mode 0600 or 0400): NATT_RECIPIENT_E_KEY_UNSAFE.
 */
NATT_API NATT_MUST_CHECK natt_recipient_key *natt_recipient_key_load(const char *path, natt_recipient_error *err);

/* The private key, PKCS#8 in PEM, ended by a NUL that *len does not count. NATT_RECIPIENT_MAX_PEM is always enough. */
NATT_API NATT_MUST_CHECK bool natt_recipient_key_pem(const natt_recipient_key *key, char *out, size_t capacity,
                                                     size_t *len, natt_recipient_error *err);

/* Wipes and frees it. NULL and the key of the process are ignored. */
NATT_API void natt_recipient_key_free(natt_recipient_key *key);

/* SubjectPublicKeyInfo in DER: what documents carry. Lives as long as the key. NULL: absent. */
NATT_API natt_bytes natt_recipient_key_public(const natt_recipient_key *key);

/* Size of the modulus; 0 for NULL. */
NATT_API unsigned natt_recipient_key_bits(const natt_recipient_key *key);

/* Start from NATT_RECIPIENT_ATTESTATION_INIT. */
typedef struct natt_recipient_attestation {
    size_t struct_size; /* sizeof(natt_recipient_attestation) */
    natt_bytes nonce, user_data;
    natt_bytes public_key; /* another one than the key's; absent = the key's */
    bool no_public_key;    /* the document carries none */
} natt_recipient_attestation;

#define NATT_RECIPIENT_ATTESTATION_INIT                                                                                \
    {                                                                                                                  \
        sizeof(natt_recipient_attestation), {NULL, 0}, {NULL, 0}, {NULL, 0}, false                                     \
    }

/*
 * out[0 .. *len) is a document that carries the public key.
 * key     NULL where fields names another public key, or none.
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
 * to KMS, ended by a NUL that *len does not count. SDKs take the document's bytes instead and encode them themselves.
 * document  1 to NATT_RECIPIENT_MAX_DOCUMENT bytes, not looked at.
 */
NATT_API NATT_MUST_CHECK bool natt_recipient_value(char *out, size_t capacity, size_t *len, natt_bytes document,
                                                   natt_recipient_error *err);

/*
 * Opens a CiphertextForRecipient: out[0 .. *len) is the plaintext.
 * message  the bytes, base64 decoded: CMS EnvelopedData in BER or DER, for one recipient, as KMS writes it. At most
 *          NATT_RECIPIENT_MAX_MESSAGE bytes.
 * err      NATT_RECIPIENT_E_MESSAGE_* describe what everybody can see in the message, and point into it.
 *          NATT_RECIPIENT_E_DECRYPT is the one answer for all that depends on the private key; it takes the same time
 *          whether the encrypted key or the padding is wrong. NATT_RECIPIENT_E_BUFFER_TOO_SMALL comes after everything
 *          else and says how long the plaintext is; it is never longer than the message.
 * Cost: one RSA private operation.
 */
NATT_API NATT_MUST_CHECK bool natt_recipient_open(const natt_recipient_key *key, uint8_t *out, size_t capacity,
                                                  size_t *len, natt_bytes message, natt_recipient_error *err);

/* Forms that KMS writes, and one for those who read DER alone. */
typedef enum natt_recipient_encoding {
    NATT_RECIPIENT_BER = 0,       /* indefinite lengths, the content in pieces of at most 1000 bytes */
    NATT_RECIPIENT_BER_PRIMITIVE, /* indefinite lengths, the content in one piece */
    NATT_RECIPIENT_DER            /* definite lengths, the content in one piece */
} natt_recipient_encoding;

/* Start from NATT_RECIPIENT_SEAL_OPTIONS_INIT. */
typedef struct natt_recipient_seal_options {
    size_t struct_size; /* sizeof(natt_recipient_seal_options) */
    natt_recipient_encoding encoding;
    bool allow_debug; /* seal to a debug enclave, whose memory anybody on the host can read */
} natt_recipient_seal_options;

#define NATT_RECIPIENT_SEAL_OPTIONS_INIT                                                                               \
    {                                                                                                                  \
        sizeof(natt_recipient_seal_options), NATT_RECIPIENT_BER, false                                                 \
    }

/*
 * Seals a secret to the public key of a verified document: out[0 .. *len) is what natt_recipient_open, the SDKs for
 * enclaves and OpenSSL open. Whether the document's PCRs are the right ones was decided by natt_verify's policy.
 * document  filled in by natt_verify; the bytes of the document must still be there, since the key is taken from them
 *           and compared with what was verified. Anything else is NATT_RECIPIENT_E_RESULT.
 * secret    1 to NATT_RECIPIENT_MAX_SECRET bytes.
 * options   NULL = NATT_RECIPIENT_SEAL_OPTIONS_INIT.
 * err       NATT_RECIPIENT_E_DEBUG, _PUBLIC_KEY (offset: in the public key), _SECRET_SIZE, _RANDOM,
 *           _BUFFER_TOO_SMALL: required_len bytes are needed; NATT_RECIPIENT_MAX_SEALED is always enough.
 * Cost: one RSA public operation. Random numbers are the system's.
 */
NATT_API NATT_MUST_CHECK bool natt_recipient_seal(uint8_t *out, size_t capacity, size_t *len,
                                                  const natt_verified *document, natt_bytes secret,
                                                  const natt_recipient_seal_options *options,
                                                  natt_recipient_error *err);

/*
 * For programs that have keys or plaintexts in their memory: no core dumps of this process, and no debugger of the same
 * user (RLIMIT_CORE, PR_SET_DUMPABLE). Call it before the first key. Children have both; a program that is executed
 * keeps the limit of core dumps alone.
 * Under nitro-attest emulate call it after the last request to the NSM: emulate reads the memory of what it runs, as a
 * debugger does, and without privileges it could no longer.
 * False: the system refused it. err: NATT_RECIPIENT_E_SYSTEM.
 */
NATT_API NATT_MUST_CHECK bool natt_recipient_protect_process(natt_recipient_error *err);

#ifdef __cplusplus
}
#endif
#endif
