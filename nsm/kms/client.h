/*
 * The client's inside, for its own files: client.c makes it, call.c repeats a request until it is answered, exchange.c
 * sends one and reads the reply, request.c writes its head.
 */
#ifndef NATT_NSM_KMS_CLIENT_H
#define NATT_NSM_KMS_CLIENT_H

#include "nsm/kms/address.h"
#include "nsm/kms/connection.h"
#include "nsm/kms/credentials.h"
#include "nsm/kms/http_response.h"
#include "nsm/kms/kms_json.h"

#define NATT_KMS_CLIENT_MAX_REGION 63 /* characters; AWS's have at most 16 */
/*
 * Bytes of a reply's body. The largest that can be opened has a message of NATT_RECIPIENT_MAX_MESSAGE (87384 in base64)
 * beside a ciphertext of 6144 (8192), a public key of 8192 (10924), and names: under 112 KiB.
 */
#define NATT_KMS_CLIENT_MAX_REPLY 131072
/* Of a request's head: a session token (8192), Authorization (4096), a host, a date, and names. */
#define NATT_KMS_CLIENT_MAX_HEAD 16384

struct natt_kms_client {
    char region[NATT_KMS_CLIENT_MAX_REGION + 1];
    natt_endpoint endpoint;
    natt_address address;
    natt_tls *tls; /* NULL: http */
    natt_aws_credentials *credentials;
    uint32_t connect_ms, total_ms, max_attempts;
    int64_t clock_offset_ms; /* the server's clock less ours; 0 until a signature was taken with it */
    natt_connection *connection;
    bool was_used; /* the connection has carried a request */
    natt_http_response response;
    uint8_t body[NATT_KMS_CLIENT_MAX_REPLY];
};

/* Our clock, corrected. */
uint64_t natt_kms_client_now_ms(const natt_kms_client *client);

/*
 * A request in locked memory: room for a head, followed by the body. The head is written again for each attempt and
 * ends where the body begins, so that both are sent at once; the body does not change.
 */
typedef struct natt_kms_request {
    const char *operation; /* "Decrypt" */
    uint8_t *page;
    size_t page_len;
    uint8_t *body;
    size_t body_len;
    size_t head_len;
} natt_kms_request;

/* NATT_KMS_CLIENT_E_MEMORY. */
bool natt_kms_request_new(natt_kms_request *request, const char *operation, size_t body_len,
                          natt_kms_client_error *err);
void natt_kms_request_free(natt_kms_request *request);

/* Writes and signs the head. NATT_KMS_CLIENT_E_CREDENTIALS_*, _CRYPTO. renew: read the credentials again. */
bool natt_kms_request_sign(natt_kms_request *request, const natt_kms_client *client, bool renew,
                           natt_kms_client_error *err);
/* Head and body. */
natt_bytes natt_kms_request_bytes(const natt_kms_request *request);

/*
 * Connected, with a connection that was not closed meanwhile. NATT_KMS_CLIENT_E_RESOLVE, _CONNECT, _TIMEOUT, _TLS_*.
 */
bool natt_kms_client_connect(natt_kms_client *client, uint64_t deadline_ms, natt_kms_client_error *err);
void natt_kms_client_disconnect(natt_kms_client *client);

/*
 * Sends, and reads one response with any status into client->response and client->body. Closes the connection unless it
 * can carry another request. NATT_KMS_CLIENT_E_SOCKET, _TIMEOUT, _TLS_RECORD, _HTTP_*.
 */
bool natt_kms_client_exchange(natt_kms_client *client, natt_bytes request, uint64_t deadline_ms,
                              natt_kms_client_error *err);

/*
 * KMS's reply to the request, after as many attempts as are allowed and needed; NULL: it refused, or there was no
 * reply. err, which must not be NULL, has attempts, http_status and request_id in either case. client->body is free to
 * be used.
 */
natt_kms_reply *natt_kms_client_call(natt_kms_client *client, natt_kms_request *request, natt_kms_client_error *err);

#endif
