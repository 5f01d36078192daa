/*
 * Why a call of libnitro-attest-kms failed: which layer, what it said, what to do.
 *
 *     natt_kms_client_error err;
 *     if (!natt_kms_client_decrypt(client, &plaintext, &request, NULL, &err) &&
 *         natt_kms_client_error_format(text, sizeof text, &err) > 0)
 *         fprintf(stderr, "%s\n", text);
 */
#ifndef NITRO_ATTEST_KMS_CLIENT_ERROR_H
#define NITRO_ATTEST_KMS_CLIENT_ERROR_H

#include "nitro_attest/kms_client_codes.h"
#include "nitro_attest/recipient_error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The layer that failed. */
typedef enum natt_kms_client_layer {
    /* The call, the system, the CA certificates, the credentials. Nothing was sent where attempts is 0. */
    NATT_KMS_CLIENT_LAYER_CALL = 0,
    NATT_KMS_CLIENT_LAYER_SOCKET, /* names, sockets, deadlines */
    NATT_KMS_CLIENT_LAYER_TLS,
    NATT_KMS_CLIENT_LAYER_HTTP, /* and the JSON in it */
    NATT_KMS_CLIENT_LAYER_KMS,
    NATT_KMS_CLIENT_LAYER_RECIPIENT /* what KMS gave cannot be used */
} natt_kms_client_layer;

#define NATT_KMS_CLIENT_MAX_REQUEST_ID 63
#define NATT_KMS_CLIENT_MAX_KMS_NAME   63
#define NATT_KMS_CLIENT_MAX_MESSAGE    511

/*
 * What a call fills in, whether it succeeds or not. No plaintext, no key and no secret of the credentials is in it:
 * where a text of the server has the secret access key or the session token, or 16 characters of one, as they are or
 * percent-encoded, "***" is in their place.
 * Texts that came from the server have printable ASCII only: everything else reads as "?". They end with a NUL.
 */
typedef struct natt_kms_client_error {
    natt_kms_client_code code;
    unsigned http_status;           /* of the last reply; 0 = there was none */
    unsigned attempts;              /* that were made, those without a connection too; 0 = none was */
    int errno_value;                /* of the system call that failed; 0 = none did */
    int tls_code;                   /* mbedTLS's, of NATT_KMS_CLIENT_E_TLS_* and _CRYPTO; 0 otherwise */
    size_t required_len;            /* bytes the output needs, for NATT_KMS_CLIENT_E_BUFFER_TOO_SMALL; 0 otherwise */
    natt_recipient_error recipient; /* of NATT_KMS_CLIENT_E_RECIPIENT; NATT_RECIPIENT_OK otherwise */
    char kms_name[NATT_KMS_CLIENT_MAX_KMS_NAME + 1];     /* "AccessDeniedException"; "" = KMS gave none */
    char request_id[NATT_KMS_CLIENT_MAX_REQUEST_ID + 1]; /* x-amzn-RequestId; "" = KMS gave none */
    char message[NATT_KMS_CLIENT_MAX_MESSAGE + 1];       /* KMS's text; else what is wrong, never empty */
} natt_kms_client_error;

/* The texts of a code; each returns a constant string, "" or "unknown code" for a number this library does not know. */
NATT_API const char *natt_kms_client_code_name(natt_kms_client_code code);    /* "NATT_KMS_CLIENT_E_CONNECT" */
NATT_API const char *natt_kms_client_code_message(natt_kms_client_code code); /* what is wrong */
NATT_API const char *natt_kms_client_code_remedy(natt_kms_client_code code);  /* what to do */
NATT_API natt_kms_client_layer natt_kms_client_code_layer(natt_kms_client_code code);
NATT_API const char *natt_kms_client_layer_name(natt_kms_client_layer layer); /* "call", "socket", "TLS", ... */

/*
 * One sentence for people: layer (but "call"), KMS's name, message, code, cause, request id and remedy, in one line.
 * Returns the length of the whole sentence without its NUL. buf gets as much of it as fits into len bytes, always ended
 * by a NUL when len > 0; it may be NULL when len is 0. 2048 bytes are enough for every sentence of this version.
 * err  as a call filled it in; NULL reads as NATT_KMS_CLIENT_OK. Cost: one pass. Threads: any number at once.
 */
NATT_API size_t natt_kms_client_error_format(char *buf, size_t len, const natt_kms_client_error *err);

#ifdef __cplusplus
}
#endif
#endif
