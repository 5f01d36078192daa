/* The head of a request and its signature; see client.h. */
#include <stdio.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "nsm/kms/client.h"
#include "nsm/kms/error.h"
#include "nsm/kms/sigv4.h"
#include "nsm/kms/system.h"
#include "nsm/recipient/secret.h"
#include "nsm/text.h"

#define MAX_HEADERS 10

/* Proxies may change these, so botocore does not sign them either. */
#define UNSIGNED "user-agent;accept-encoding;content-length"

bool natt_kms_request_new(natt_kms_request *request, const char *operation, size_t body_len, natt_kms_client_error *err)
{
    *request = (natt_kms_request){operation, NULL, NATT_KMS_CLIENT_MAX_HEAD + body_len, NULL, body_len, 0};
    request->page = natt_secret_new(request->page_len);
    if (request->page == NULL)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
    request->body = request->page + NATT_KMS_CLIENT_MAX_HEAD;
    return true;
}

void natt_kms_request_free(natt_kms_request *request)
{
    natt_secret_free(request->page, request->page_len);
    *request = (natt_kms_request){0};
}

natt_bytes natt_kms_request_bytes(const natt_kms_request *request)
{
    return (natt_bytes){request->body - request->head_len, request->head_len + request->body_len};
}

/* Texts that headers refer to. Not secret: the token is only in the credentials. */
struct head_texts {
    char date[NATT_SIGV4_DATE_LEN + 1], target[64], length[24], agent[48];
    char authorization[NATT_SIGV4_MAX_AUTHORIZATION];
};

struct head {
    natt_sigv4_header headers[MAX_HEADERS];
    size_t count;
};

static void add(struct head *head, const char *name, natt_bytes value)
{
    head->headers[head->count++] = (natt_sigv4_header){natt_text_bytes(name), value};
}

static void collect(struct head *head, struct head_texts *texts, const natt_kms_request *request,
                    const natt_kms_client *client, natt_bytes session_token)
{
    (void)snprintf(texts->target, sizeof texts->target, "TrentService.%s", request->operation);
    (void)snprintf(texts->length, sizeof texts->length, "%zu", request->body_len);
    (void)snprintf(texts->agent, sizeof texts->agent, "nitro-attest/%d.%d.%d", NATT_VERSION_MAJOR, NATT_VERSION_MINOR,
                   NATT_VERSION_PATCH);
    add(head, "Host", natt_text_bytes(client->endpoint.authority));
    add(head, "Content-Type", natt_text_bytes("application/x-amz-json-1.1"));
    add(head, "X-Amz-Target", natt_text_bytes(texts->target));
    add(head, "X-Amz-Date", natt_text_bytes(texts->date));
    if (session_token.ptr != NULL)
        add(head, "X-Amz-Security-Token", session_token);
    add(head, "User-Agent", natt_text_bytes(texts->agent));
    add(head, "Accept-Encoding", natt_text_bytes("identity"));
    add(head, "Content-Length", natt_text_bytes(texts->length));
}

static bool sign(struct head *head, struct head_texts *texts, const natt_kms_request *request,
                 const natt_kms_client *client, const natt_sigv4_key *key)
{
    size_t len = 0;
    const natt_sigv4_request to_sign = {
        .method = natt_text_bytes("POST"),
        .path = natt_text_bytes("/"),
        .headers = head->headers,
        .header_count = head->count,
        .body = {request->body, request->body_len},
    };
    if (!natt_sigv4_sign(texts->authorization, sizeof texts->authorization, &len, &to_sign, key, natt_text_bytes("kms"),
                         natt_text_bytes(client->region), UNSIGNED))
        return false;
    add(head, "Authorization", (natt_bytes){(const uint8_t *)texts->authorization, len});
    return true;
}

/* False: the text does not fit. */
static bool put(natt_kms_request *request, natt_bytes text)
{
    if (text.len > NATT_KMS_CLIENT_MAX_HEAD - request->head_len)
        return false;
    memcpy(request->page + request->head_len, text.ptr, text.len);
    request->head_len += text.len;
    return true;
}

/* Writes the head at the beginning of the page, then moves it to where the body begins. */
static bool write_head(natt_kms_request *request, const struct head *head)
{
    request->head_len = 0;
    bool ok = put(request, natt_text_bytes("POST / HTTP/1.1\r\n"));
    for (size_t i = 0; i < head->count; i++)
        ok = ok && put(request, head->headers[i].name) && put(request, natt_text_bytes(": ")) &&
             put(request, head->headers[i].value) && put(request, natt_text_bytes("\r\n"));
    ok = ok && put(request, natt_text_bytes("\r\n"));
    memmove(request->body - request->head_len, request->page, request->head_len);
    return ok;
}

/* The machine's own clock determines whether credentials have expired, not the server's, as in the AWS SDKs. */
bool natt_kms_request_sign(natt_kms_request *request, const natt_kms_client *client, bool renew,
                           natt_kms_client_error *err)
{
    const uint64_t now_ms = natt_kms_client_now_ms(client), own_ms = natt_wall_clock_ms();
    struct head_texts texts;
    struct head head = {.count = 0};
    natt_sigv4_key key;
    if (!natt_aws_credentials_get(client->credentials, &key.access_key, &key.secret, &key.session_token, own_ms, renew,
                                  err))
        return false;
    bool ok = natt_sigv4_date(texts.date, now_ms);
    collect(&head, &texts, request, client, key.session_token);
    ok = ok && sign(&head, &texts, request, client, &key) && write_head(request, &head);
    return ok || natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CRYPTO, "the request cannot be signed");
}
