/*
 * Errors of libnitro-attest-kms: the layer that failed, the reason, and what to do.
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
    /* The call, the system, the CA certificates, the credentials. Nothing was sent if attempts is 0. */
    NATT_KMS_CLIENT_LAYER_CALL = 0,
    NATT_KMS_CLIENT_LAYER_SOCKET, /* names, sockets, deadlines */
    NATT_KMS_CLIENT_LAYER_TLS,
    NATT_KMS_CLIENT_LAYER_HTTP, /* and the JSON body */
    NATT_KMS_CLIENT_LAYER_KMS,
    NATT_KMS_CLIENT_LAYER_RECIPIENT /* the result of KMS cannot be decrypted */
} natt_kms_client_layer;

#define NATT_KMS_CLIENT_MAX_REQUEST_ID 63
#define NATT_KMS_CLIENT_MAX_KMS_NAME   63
#define NATT_KMS_CLIENT_MAX_MESSAGE    511

/*
 * Every call fills it in, whether it succeeds or fails. It contains no plaintext, no key and no secret of the
 * credentials. If a text of the server contains the secret access key or the session token, or 16 characters of one,
 * plain or percent-encoded, "***" replaces them.
 * Texts from the server are printable ASCII: "?" replaces every other byte. They end with a NUL.
 */
typedef struct natt_kms_client_error {
    natt_kms_client_code code;
    unsigned http_status;           /* of the last reply; 0 if there was none */
    unsigned attempts;              /* number of attempts, including those that did not connect */
    int errno_value;                /* of the failed system call; 0 if none failed */
    int tls_code;                   /* of mbedTLS, for NATT_KMS_CLIENT_E_TLS_* and _CRYPTO; else 0 */
    size_t required_len;            /* bytes that the output needs, for NATT_KMS_CLIENT_E_BUFFER_TOO_SMALL; else 0 */
    natt_recipient_error recipient; /* for NATT_KMS_CLIENT_E_RECIPIENT; else NATT_RECIPIENT_OK */
    char kms_name[NATT_KMS_CLIENT_MAX_KMS_NAME + 1];     /* "AccessDeniedException"; "" if KMS sent none */
    char request_id[NATT_KMS_CLIENT_MAX_REQUEST_ID + 1]; /* x-amzn-RequestId; "" if KMS sent none */
    char message[NATT_KMS_CLIENT_MAX_MESSAGE + 1];       /* of KMS, or of this library; never empty */
} natt_kms_client_error;

/* The texts of a code. Each returns a constant string; for an unknown number "" or "unknown code". */
NATT_API const char *natt_kms_client_code_name(natt_kms_client_code code);    /* "NATT_KMS_CLIENT_E_CONNECT" */
NATT_API const char *natt_kms_client_code_message(natt_kms_client_code code); /* what is wrong */
NATT_API const char *natt_kms_client_code_remedy(natt_kms_client_code code);  /* what to do */
NATT_API natt_kms_client_layer natt_kms_client_code_layer(natt_kms_client_code code);
NATT_API const char *natt_kms_client_layer_name(natt_kms_client_layer layer); /* "call", "socket", "TLS", ... */

/*
 * An error as one sentence for people: layer (except "call"), KMS's name, message, code, cause, request id and remedy,
 * in one line.
 * Returns the length of the whole sentence without its NUL. buf receives what fits into len bytes, always
 * terminated by a NUL if len > 0; it may be NULL if len is 0. 2048 bytes are enough for every sentence of this version.
 * err  an error that a function of this library filled in; NULL means NATT_KMS_CLIENT_OK. Cost: one pass. Threads: any
 * number at once.
 */
NATT_API size_t natt_kms_client_error_format(char *buf, size_t len, const natt_kms_client_error *err);

#ifdef __cplusplus
}
#endif
#endif
