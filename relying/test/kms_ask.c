/* See kms_ask.h. */
#include "relying/test/kms_ask.h"

#include <stdlib.h>
#include <string.h>

natt_bytes natt_ask_text(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

void natt_kms_ask(natt_http_reply *reply, natt_kms_server *server, const char *operation, natt_bytes body)
{
    char target[160];
    (void)snprintf(target, sizeof target, "TrentService.%.100s", operation);
    const natt_http_header headers[] = {
        {natt_ask_text("Host"), natt_ask_text("localhost")},
        {natt_ask_text("Content-Type"), natt_ask_text("application/x-amz-json-1.1")},
        {natt_ask_text("X-Amz-Date"), natt_ask_text("20251009T085320Z")},
        {natt_ask_text("X-Amz-Target"), natt_ask_text(target)},
        {natt_ask_text("Authorization"),
         natt_ask_text("AWS4-HMAC-SHA256 Credential=alice/20251009/us-east-1/kms/aws4_request, "
                       "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
                       "Signature=0000000000000000000000000000000000000000000000000000000000000000")}};
    const natt_http_request request = {.method = natt_ask_text("POST"),
                                       .path = natt_ask_text("/"),
                                       .headers = headers,
                                       .header_count = sizeof headers / sizeof headers[0],
                                       .body = body,
                                       .client = "test"};
    memset(reply, 0, sizeof *reply);
    natt_kms_handle(server, &request, reply);
}

void natt_kms_reply_free(natt_http_reply *reply)
{
    free(reply->body);
    for (size_t i = 0; i < reply->header_count; i++)
        free(reply->values[i]);
    memset(reply, 0, sizeof *reply);
}
