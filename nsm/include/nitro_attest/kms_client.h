/*
 * A client of AWS KMS for programs in enclaves: requests that carry an attestation document (Recipient), over TLS that
 * ends in the enclave, by TCP, a unix socket or vsock.
 *
 *     natt_kms_client_options options = NATT_KMS_CLIENT_OPTIONS_INIT;
 *     options.region = "eu-central-1";
 *     options.connect = "vsock:3:8000";                        // vsock-proxy on the parent instance
 *     options.ca_file = "/etc/ssl/certs/ca-certificates.crt";
 *     options.credentials.file = "/run/credentials.json";
 *     natt_kms_client *client = natt_kms_client_new(&nsm, &options, &err);
 *
 *     natt_kms_client_decrypt_request request = NATT_KMS_CLIENT_DECRYPT_REQUEST_INIT;
 *     request.ciphertext = ciphertext;
 *     request.recipient = (natt_kms_client_recipient){key, document};    // natt_recipient_attest made the document
 *     if (!natt_kms_client_decrypt(client, &plaintext, &request, &reply, &err)) ...
 *
 * True, or a client: success. False, or NULL: *err gives the layer that failed and the reason; outputs are zero and
 * their len is 0. err may be NULL. Outputs must not overlap inputs.
 *
 * KMS encrypts plaintexts to the recipient's key, and the client decrypts them. A reply with an unencrypted plaintext
 * is refused (NATT_KMS_CLIENT_E_NOT_SEALED): such a server ignored the document.
 *
 * Secrets: the secret access key and the session token are in locked pages that are wiped; plaintexts go only to the
 * caller's memory. mbedTLS provides TLS 1.2, and 1.3 if it supports it; the server's certificate is always verified.
 * Threads: only one thread may use a client at a time; different clients are independent. A separate thread resolves
 * host names; after a timeout the C library may keep it for half a minute.
 * fork: parent and child may both use a client, unless a call was in progress. The child makes a new connection and
 * reseeds its random numbers; freeing the client in the child does not close the parent's connection. The child's
 * memory also contains the credentials: free the client there if the child does not need it.
 * Sources: AWS KMS API reference; AWS IAM user guide, Signature Version 4; RFC 9112; RFC 8446, RFC 5246.
 */
#ifndef NITRO_ATTEST_KMS_CLIENT_H
#define NITRO_ATTEST_KMS_CLIENT_H

#include "nitro_attest/kms_client_error.h"
#include "nitro_attest/nsm.h"
#include "nitro_attest/recipient.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NATT_KMS_CLIENT_MAX_CIPHERTEXT 6144 /* bytes of a CiphertextBlob in a request [KMS API Decrypt] */
#define NATT_KMS_CLIENT_MAX_PLAINTEXT  4096 /* bytes that Encrypt accepts [KMS API Encrypt] */
#define NATT_KMS_CLIENT_MAX_RANDOM     1024 /* bytes: limit of GenerateRandom and data keys */
#define NATT_KMS_CLIENT_MAX_PUBLIC_KEY 8192 /* bytes of an SPKI in DER [KMS API DeriveSharedSecret] */
#define NATT_KMS_CLIENT_MAX_CONTEXT    8192 /* bytes of an encryption context: all names and values together */
#define NATT_KMS_CLIENT_MAX_ID         2048 /* printable ASCII characters of a key id, key ARN, alias or alias ARN */

typedef struct natt_kms_client natt_kms_client;

/*
 * The source of access key, secret key and session token: set exactly one of `from_environment`, `file`, `descriptor`
 * and `access_key`.
 *   from_environment  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN
 *   file              a regular file that only its owner can read (mode 0600 or 0400), in one of two forms:
 *                     the JSON of the instance metadata service (IMDSv2) and credential_process: AccessKeyId,
 *                     SecretAccessKey, Token or SessionToken, Expiration; or the shared credentials file of the AWS
 *                     CLI, in which `profile` selects the section (NULL = "default").
 *                     The client reads the file again when its Expiration is less than five minutes away by the
 *                     machine's clock, and once when KMS reports that the token has expired.
 *   descriptor        a file descriptor that natt_kms_client_new reads to its end, for at most total_ms; the same two
 *                     forms; -1 = none. It is not closed. Start from NATT_KMS_CLIENT_OPTIONS_INIT: 0, as in a zeroed
 *                     struct, is standard input.
 *   access_key        the values themselves; session_token may be absent
 * Strings are copied.
 */
typedef struct natt_kms_client_credentials {
    bool from_environment;
    const char *file, *profile;
    int descriptor;
    natt_bytes access_key, secret_key, session_token;
} natt_kms_client_credentials;

/* Start from NATT_KMS_CLIENT_OPTIONS_INIT. Strings are copied. */
typedef struct natt_kms_client_options {
    size_t struct_size; /* sizeof(natt_kms_client_options) */
    const char *region; /* "us-east-1"; required */
    /*
     * NULL: https://kms.REGION.SUFFIX with the suffix of the region's partition. Else "https://HOST[:PORT]" or
     * "http://HOST[:PORT]". HOST is the name that the certificate must have and that requests are signed for.
     */
    const char *endpoint;
    /* Where to connect: NULL = the endpoint's host and port; else "tcp:HOST:PORT", "unix:PATH", "vsock:CID:PORT". */
    const char *connect;
    /* Trusted CA certificates in PEM: a file, or bytes. Exactly one is required for https. */
    const char *ca_file;
    natt_bytes ca_pem;
    bool allow_insecure_http; /* accept "http://": anyone on the network path can read and change the traffic */
    natt_kms_client_credentials credentials;
    uint32_t connect_ms; /* to resolve, connect and finish the TLS handshake, each attempt; not 0 */
    uint32_t total_ms;   /* a whole call, its retries and pauses included; not 0 */
    /*
     * 1 to 10; 1 = no retries. If KMS refuses a request because of its time, the client sends it again with the time of
     * the reply's Date, if that is within 24 hours of the machine's clock. After KMS accepts a signature, the client
     * continues to use the corrected time.
     */
    uint32_t max_attempts;
} natt_kms_client_options;

#define NATT_KMS_CLIENT_OPTIONS_INIT                                                                                   \
    {                                                                                                                  \
        sizeof(natt_kms_client_options), NULL, NULL, NULL, NULL, {NULL, 0}, false,                                     \
            {false, NULL, NULL, -1, {NULL, 0}, {NULL, 0}, {NULL, 0}}, 3000, 30000, 3                                   \
    }

/*
 * Creates a client, which connects on its first request. Free it with natt_kms_client_free.
 * nsm  seeds the random number generator of TLS, together with the system; it is used only during this call. NULL, for
 *      programs outside enclaves: the system alone seeds it.
 * err  NATT_KMS_CLIENT_E_USAGE_*, _CREDENTIALS_*, _CA_*, _MEMORY, _RANDOM, _CRYPTO.
 */
NATT_API NATT_MUST_CHECK natt_kms_client *natt_kms_client_new(natt_nsm *nsm, const natt_kms_client_options *options,
                                                              natt_kms_client_error *err);

/* Closes the connection, wipes the client and frees it. Does nothing for NULL. */
NATT_API void natt_kms_client_free(natt_kms_client *client);

/* The caller's memory for one result. The caller must wipe it if it is secret. */
typedef struct natt_kms_client_buffer {
    uint8_t *ptr;
    size_t capacity;
    size_t len; /* filled in */
} natt_kms_client_buffer;

/* KMS encrypts the plaintext to this RSA key, which the document contains. Every retry sends the same document. */
typedef struct natt_kms_client_recipient {
    const natt_recipient_key *key;
    natt_bytes document; /* 1 to NATT_RECIPIENT_MAX_DOCUMENT bytes, with the public half of `key` */
} natt_kms_client_recipient;

/* A name and its value in an encryption context: UTF-8, no name twice. */
typedef struct natt_kms_client_pair {
    const char *name, *value;
} natt_kms_client_pair;

typedef struct natt_kms_client_context {
    const natt_kms_client_pair *pairs;
    size_t count;
} natt_kms_client_context;

/* Further data of a reply. Strings end with a NUL; "" = not in the reply. */
typedef struct natt_kms_client_reply {
    char key_arn[NATT_KMS_CLIENT_MAX_ID + 1];
    char request_id[NATT_KMS_CLIENT_MAX_REQUEST_ID + 1]; /* x-amzn-RequestId: AWS support asks for it */
    unsigned attempts;                                   /* made for this call */
} natt_kms_client_reply;

/*
 * The operations. The arguments are a client; the results; a request that was started from its *_INIT; `reply`, which
 * may be NULL; and `err`:
 *   NATT_KMS_CLIENT_E_USAGE_*                      nothing was sent
 *   _CREDENTIALS_*                                 they have expired, and there are no fresh ones; this may also end a
 *                                                  call between two attempts: nothing was sent if attempts is 0
 *   _RESOLVE, _CONNECT, _SOCKET, _TIMEOUT          the connection to the server failed
 *   _TLS_*                                         the server is not the one that `endpoint` names, or TLS failed
 *   _HTTP_*, _REPLY_*                              the reply is not a KMS reply
 *   _KMS_*                                         KMS refused: kms_name and message are from its reply
 *   _NOT_SEALED, _RECIPIENT                        the plaintext is not encrypted, or cannot be decrypted
 *   _BUFFER_TOO_SMALL                              KMS replied; required_len bytes are needed
 *   _MEMORY, _RANDOM, _CRYPTO                      the system or mbedTLS failed, before a request or after a reply
 * If the connection fails during a call, KMS may have performed the operation. No operation changes state in KMS.
 * Cost: one round trip, an RSA private operation to decrypt, and a TLS handshake for the first request of a connection.
 */

typedef struct natt_kms_client_decrypt_request {
    size_t struct_size;
    natt_bytes ciphertext;            /* 1 to NATT_KMS_CLIENT_MAX_CIPHERTEXT bytes */
    const char *key_id;               /* NULL: the key named in the ciphertext */
    const char *encryption_algorithm; /* NULL: SYMMETRIC_DEFAULT */
    natt_kms_client_context context;
    natt_kms_client_recipient recipient;
} natt_kms_client_decrypt_request;

#define NATT_KMS_CLIENT_DECRYPT_REQUEST_INIT                                                                           \
    {                                                                                                                  \
        sizeof(natt_kms_client_decrypt_request), {NULL, 0}, NULL, NULL, {NULL, 0},                                     \
        {                                                                                                              \
            NULL,                                                                                                      \
            {                                                                                                          \
                NULL, 0                                                                                                \
            }                                                                                                          \
        }                                                                                                              \
    }

NATT_API NATT_MUST_CHECK bool natt_kms_client_decrypt(natt_kms_client *client, natt_kms_client_buffer *plaintext,
                                                      const natt_kms_client_decrypt_request *request,
                                                      natt_kms_client_reply *reply, natt_kms_client_error *err);

typedef struct natt_kms_client_data_key_request {
    size_t struct_size;
    const char *key_id;       /* required */
    const char *key_spec;     /* "AES_256" or "AES_128"; NULL with number_of_bytes */
    uint32_t number_of_bytes; /* 1 to NATT_KMS_CLIENT_MAX_RANDOM; 0 with key_spec */
    natt_kms_client_context context;
    natt_kms_client_recipient recipient;
} natt_kms_client_data_key_request;

#define NATT_KMS_CLIENT_DATA_KEY_REQUEST_INIT                                                                          \
    {                                                                                                                  \
        sizeof(natt_kms_client_data_key_request), NULL, NULL, 0, {NULL, 0},                                            \
        {                                                                                                              \
            NULL,                                                                                                      \
            {                                                                                                          \
                NULL, 0                                                                                                \
            }                                                                                                          \
        }                                                                                                              \
    }

/* GenerateDataKey: the data key, and the same encrypted under the KMS key. */
NATT_API NATT_MUST_CHECK bool
natt_kms_client_generate_data_key(natt_kms_client *client, natt_kms_client_buffer *plaintext,
                                  natt_kms_client_buffer *ciphertext, const natt_kms_client_data_key_request *request,
                                  natt_kms_client_reply *reply, natt_kms_client_error *err);

typedef struct natt_kms_client_key_pair_request {
    size_t struct_size;
    const char *key_id;        /* required; a symmetric key */
    const char *key_pair_spec; /* "RSA_2048", "ECC_NIST_P384", ...; required */
    natt_kms_client_context context;
    natt_kms_client_recipient recipient;
} natt_kms_client_key_pair_request;

#define NATT_KMS_CLIENT_KEY_PAIR_REQUEST_INIT                                                                          \
    {                                                                                                                  \
        sizeof(natt_kms_client_key_pair_request), NULL, NULL, {NULL, 0},                                               \
        {                                                                                                              \
            NULL,                                                                                                      \
            {                                                                                                          \
                NULL, 0                                                                                                \
            }                                                                                                          \
        }                                                                                                              \
    }

/* GenerateDataKeyPair: the private key in PKCS#8 DER, the same encrypted, and the public key as an SPKI in DER. */
NATT_API NATT_MUST_CHECK bool
natt_kms_client_generate_data_key_pair(natt_kms_client *client, natt_kms_client_buffer *private_key,
                                       natt_kms_client_buffer *private_ciphertext, natt_kms_client_buffer *public_key,
                                       const natt_kms_client_key_pair_request *request, natt_kms_client_reply *reply,
                                       natt_kms_client_error *err);

typedef struct natt_kms_client_random_request {
    size_t struct_size;
    uint32_t number_of_bytes; /* 1 to NATT_KMS_CLIENT_MAX_RANDOM */
    natt_kms_client_recipient recipient;
} natt_kms_client_random_request;

#define NATT_KMS_CLIENT_RANDOM_REQUEST_INIT                                                                            \
    {                                                                                                                  \
        sizeof(natt_kms_client_random_request), 0,                                                                     \
        {                                                                                                              \
            NULL,                                                                                                      \
            {                                                                                                          \
                NULL, 0                                                                                                \
            }                                                                                                          \
        }                                                                                                              \
    }

NATT_API NATT_MUST_CHECK bool natt_kms_client_generate_random(natt_kms_client *client, natt_kms_client_buffer *random,
                                                              const natt_kms_client_random_request *request,
                                                              natt_kms_client_reply *reply, natt_kms_client_error *err);

typedef struct natt_kms_client_derive_request {
    size_t struct_size;
    const char *key_id;    /* required; usage KEY_AGREEMENT */
    natt_bytes public_key; /* of the peer: SPKI in DER, 1 to NATT_KMS_CLIENT_MAX_PUBLIC_KEY bytes */
    natt_kms_client_recipient recipient;
} natt_kms_client_derive_request;

#define NATT_KMS_CLIENT_DERIVE_REQUEST_INIT                                                                            \
    {                                                                                                                  \
        sizeof(natt_kms_client_derive_request), NULL, {NULL, 0},                                                       \
        {                                                                                                              \
            NULL,                                                                                                      \
            {                                                                                                          \
                NULL, 0                                                                                                \
            }                                                                                                          \
        }                                                                                                              \
    }

/* DeriveSharedSecret with KeyAgreementAlgorithm ECDH. */
NATT_API NATT_MUST_CHECK bool natt_kms_client_derive_shared_secret(natt_kms_client *client,
                                                                   natt_kms_client_buffer *shared_secret,
                                                                   const natt_kms_client_derive_request *request,
                                                                   natt_kms_client_reply *reply,
                                                                   natt_kms_client_error *err);

typedef struct natt_kms_client_encrypt_request {
    size_t struct_size;
    const char *key_id;               /* required */
    natt_bytes plaintext;             /* 1 to NATT_KMS_CLIENT_MAX_PLAINTEXT bytes; TLS protects it on its way */
    const char *encryption_algorithm; /* NULL: SYMMETRIC_DEFAULT */
    natt_kms_client_context context;
} natt_kms_client_encrypt_request;

#define NATT_KMS_CLIENT_ENCRYPT_REQUEST_INIT                                                                           \
    {                                                                                                                  \
        sizeof(natt_kms_client_encrypt_request), NULL, {NULL, 0}, NULL,                                                \
        {                                                                                                              \
            NULL, 0                                                                                                    \
        }                                                                                                              \
    }

/* Encrypt. It needs no document: its result is public. */
NATT_API NATT_MUST_CHECK bool natt_kms_client_encrypt(natt_kms_client *client, natt_kms_client_buffer *ciphertext,
                                                      const natt_kms_client_encrypt_request *request,
                                                      natt_kms_client_reply *reply, natt_kms_client_error *err);

#ifdef __cplusplus
}
#endif
#endif
