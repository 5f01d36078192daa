/* See reply.h. */
#define _GNU_SOURCE
#include "relying/http/reply.h"

#include <stdlib.h>
#include <string.h>

/* libmicrohttpd frees the body without its length. */
struct sent_body {
    size_t len;
    uint8_t *bytes;
};

static void wipe_and_free(uint8_t *bytes, size_t len)
{
    if (bytes != NULL)
        explicit_bzero(bytes, len);
    free(bytes);
}

static void free_body(void *context)
{
    struct sent_body *body = context;
    wipe_and_free(body->bytes, body->len);
    free(body);
}

static size_t count_headers(const natt_http_reply *reply)
{
    return reply->header_count < NATT_HTTP_MAX_REPLY_HEADERS ? reply->header_count : NATT_HTTP_MAX_REPLY_HEADERS;
}

static bool add_headers(struct MHD_Response *response, const natt_http_reply *reply, bool last)
{
    bool ok = reply->content_type == NULL || MHD_add_response_header(response, "Content-Type", reply->content_type);
    for (size_t i = 0; ok && i < count_headers(reply); i++)
        ok = reply->values[i] != NULL && MHD_add_response_header(response, reply->names[i], reply->values[i]);
    return ok && (!last || MHD_add_response_header(response, "Connection", "close"));
}

/* Takes ownership of the body. A body that is complete in memory is sent in one segment with the headers. */
static struct MHD_Response *with_body(natt_http_reply *reply)
{
    struct MHD_Response *response = NULL;
    struct sent_body *body = calloc(1, sizeof *body);
    if (body == NULL)
        return NULL;
    *body = (struct sent_body){reply->body_len, reply->body};
    if (reply->body_len > 0)
        response =
            MHD_create_response_from_buffer_with_free_callback_cls(reply->body_len, reply->body, free_body, body);
    if (response == NULL) {
        free(body);
        return NULL;
    }
    reply->body = NULL;
    return response;
}

struct MHD_Response *natt_http_reply_response(natt_http_reply *reply, bool last)
{
    if (reply->status < 200 || reply->status > 599 || (reply->body == NULL && reply->body_len > 0))
        return NULL;
    struct MHD_Response *response =
        reply->body_len > 0 ? with_body(reply) : MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (response == NULL || add_headers(response, reply, last))
        return response;
    MHD_destroy_response(response);
    return NULL;
}

void natt_http_reply_free(natt_http_reply *reply)
{
    wipe_and_free(reply->body, reply->body_len);
    for (size_t i = 0; i < count_headers(reply); i++)
        if (reply->values[i] != NULL)
            wipe_and_free((uint8_t *)reply->values[i], strlen(reply->values[i]));
    memset(reply, 0, sizeof *reply);
}
