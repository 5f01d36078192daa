/* See exchange.h. */
#define _GNU_SOURCE
#include "relying/http/exchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "relying/http/reply.h"

#define FIRST_CAPACITY 4096 /* of a body without Content-Length */
#define MAX_SURPLUS    16   /* times max_body: above this limit, the connection is closed without a reply */

enum {
    BAD_REQUEST = 400,
    TOO_LARGE = 413,
    HEAD_TOO_LARGE = 431,
    INTERNAL_ERROR = 500,
    NOT_IMPLEMENTED = 501,
};

static void wipe(void *memory, size_t len)
{
    if (memory != NULL)
        explicit_bzero(memory, len);
}

struct natt_http_exchange *natt_http_exchange_new(struct MHD_Connection *mhd, const char *target, size_t max_body)
{
    struct natt_http_exchange *x = calloc(1, sizeof *x);
    char *query = NULL;
    if (x != NULL)
        x->target = strdup(target);
    if (x == NULL || x->target == NULL) {
        free(x);
        return NULL;
    }
    query = strchr(x->target, '?');
    x->has_query = query != NULL;
    if (query != NULL)
        *query = '\0';
    x->mhd = mhd;
    x->max_body = max_body;
    return x;
}

void natt_http_exchange_free(struct natt_http_exchange *x)
{
    if (x == NULL)
        return;
    natt_http_reply_free(&x->reply);
    wipe(x->body, x->capacity);
    free(x->body);
    free(x->target);
    wipe(x, sizeof *x);
    free(x);
}

/* --- headers --- */

static natt_bytes text(const char *s, size_t len)
{
    return (natt_bytes){(const uint8_t *)s, len};
}

static enum MHD_Result note_header(void *context, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                   const char *value, size_t value_len)
{
    struct natt_http_exchange *x = context;
    (void)kind;
    if (x->header_count < NATT_HTTP_MAX_HEADERS)
        x->headers[x->header_count++] =
            (natt_http_header){text(name, name_len), text(value == NULL ? "" : value, value_len)};
    x->header_total++;
    return MHD_YES;
}

static bool is_named(const natt_http_header *header, const char *name)
{
    return header->name.len == strlen(name) && strncasecmp((const char *)header->name.ptr, name, header->name.len) == 0;
}

static bool is(natt_bytes value, const char *wanted)
{
    return value.len == strlen(wanted) && strncasecmp((const char *)value.ptr, wanted, value.len) == 0;
}

static size_t count(const struct natt_http_exchange *x, const char *name, natt_bytes *value)
{
    size_t found = 0;
    for (size_t i = 0; i < x->header_count; i++)
        if (is_named(&x->headers[i], name)) {
            *value = x->headers[i].value;
            found++;
        }
    return found;
}

natt_bytes natt_http_header_value(const natt_http_request *request, const char *name)
{
    natt_bytes value = {NULL, 0};
    size_t found = 0;
    for (size_t i = 0; i < request->header_count; i++)
        if (is_named(&request->headers[i], name)) {
            value = request->headers[i].value;
            found++;
        }
    return found == 1 ? value : (natt_bytes){NULL, 0};
}

/* token [RFC9110 5.6.2]: "Content-Length " with a space is the length for some programs and an unknown header for
 * others. */
static bool is_token(natt_bytes name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = (char)name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && (c < '0' || c > '9') && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
            return false;
    }
    return name.len > 0;
}

/* field-value [RFC9110 5.5]: the tab is the only control character. */
static bool is_value(natt_bytes value)
{
    for (size_t i = 0; i < value.len; i++)
        if ((value.ptr[i] < 0x20 && value.ptr[i] != '\t') || value.ptr[i] == 0x7f)
            return false;
    return true;
}

static unsigned check_size(const struct natt_http_exchange *x)
{
    const union MHD_ConnectionInfo *head = MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    bool fits = head != NULL && head->header_size <= NATT_HTTP_MAX_HEAD && x->header_total <= NATT_HTTP_MAX_HEADERS;
    return fits ? 0 : HEAD_TOO_LARGE;
}

static unsigned check_characters(const struct natt_http_exchange *x)
{
    for (size_t i = 0; i < x->header_count; i++)
        if (!is_token(x->headers[i].name) || !is_value(x->headers[i].value))
            return BAD_REQUEST;
    for (const char *c = x->target; *c != '\0'; c++)
        if (*c <= 0x20 || *c == 0x7f) /* a signed char: bytes above 0x7f are refused too [RFC3986 2] */
            return BAD_REQUEST;
    return 0;
}

static unsigned check_host(const struct natt_http_exchange *x)
{
    natt_bytes host;
    return count(x, "Host", &host) > 1 ? BAD_REQUEST : 0;
}

/* Only one header may determine where the body ends [RFC9112 6.3]: programs that see different ends see different
 * requests. */
static unsigned check_framing(const struct natt_http_exchange *x)
{
    natt_bytes coding, length;
    size_t codings = count(x, "Transfer-Encoding", &coding), lengths = count(x, "Content-Length", &length);
    if (codings + lengths > 1)
        return BAD_REQUEST;
    if (codings == 1 && strcmp(x->version, "HTTP/1.1") != 0)
        return BAD_REQUEST; /* HTTP/1.0 has no chunks [RFC9112 6.1] */
    return codings == 1 && !is(coding, "chunked") ? NOT_IMPLEMENTED : 0;
}

/* libmicrohttpd has parsed it: it is a number. */
static unsigned check_length(const struct natt_http_exchange *x)
{
    natt_bytes length;
    if (count(x, "Content-Length", &length) == 0)
        return 0;
    return strtoull((const char *)length.ptr, NULL, 10) > x->max_body ? TOO_LARGE : 0;
}

/* Each returns the status of a refusal, 0 = accepted. */
static unsigned (*const checks[])(const struct natt_http_exchange *x) = {
    check_size, check_characters, check_host, check_framing, check_length,
};

bool natt_http_exchange_accept(struct natt_http_exchange *x, const char *method, const char *version)
{
    x->version = version;
    (void)MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, note_header, x);
    for (size_t i = 0; x->refusal == 0 && i < sizeof checks / sizeof checks[0]; i++)
        x->refusal = checks[i](x);
    x->request.method = text(method, strlen(method));
    return x->refusal == 0;
}

/* --- body --- */

static size_t new_capacity(const struct natt_http_exchange *x, size_t len)
{
    natt_bytes length;
    size_t wanted = x->capacity == 0 ? FIRST_CAPACITY : 2 * x->capacity;
    if (count(x, "Content-Length", &length) == 1)
        wanted = (size_t)strtoull((const char *)length.ptr, NULL, 10) + 1;
    while (wanted - 1 < x->body_len + len)
        wanted *= 2;
    return wanted;
}

/* Does not use realloc, which could leave a copy behind. */
static bool grow(struct natt_http_exchange *x, size_t len)
{
    if (x->capacity > x->body_len + len)
        return true;
    size_t capacity = new_capacity(x, len);
    uint8_t *body = malloc(capacity);
    if (body == NULL)
        return false;
    if (x->body != NULL)
        memcpy(body, x->body, x->body_len);
    wipe(x->body, x->capacity);
    free(x->body);
    x->body = body;
    x->capacity = capacity;
    return true;
}

/* The bytes received so far are wiped; later ones are only counted, so that the client gets its reply. */
static bool overflow(struct natt_http_exchange *x, size_t len)
{
    wipe(x->body, x->capacity);
    x->body_len = 0;
    x->refusal = TOO_LARGE;
    x->surplus += len;
    return x->surplus / MAX_SURPLUS <= x->max_body;
}

bool natt_http_exchange_add(struct natt_http_exchange *x, const char *data, size_t len)
{
    if (x->refusal != 0 || len > x->max_body - x->body_len)
        return overflow(x, len);
    if (!grow(x, len))
        return false;
    memcpy(x->body + x->body_len, data, len);
    x->body_len += len;
    x->body[x->body_len] = '\0';
    return true;
}

/* --- handler and reply --- */

static void fill_in_request(struct natt_http_exchange *x)
{
    const char *query = x->target + strlen(x->target) + 1;
    x->request.path = text(x->target, strlen(x->target));
    x->request.query = x->has_query ? text(query, strlen(query)) : (natt_bytes){NULL, 0};
    x->request.headers = x->headers;
    x->request.header_count = x->header_count;
    x->request.body = x->body != NULL ? (natt_bytes){x->body, x->body_len} : text("", 0);
    x->request.client = x->connection->client;
}

void natt_http_exchange_run(struct natt_http_exchange *x, natt_http_handler *handler, void *context)
{
    if (x->refusal != 0)
        return;
    fill_in_request(x);
    handler(context, &x->request, &x->reply);
}

enum MHD_Result natt_http_exchange_reply(struct natt_http_exchange *x, bool last)
{
    struct MHD_Response *response = x->refusal == 0 ? natt_http_reply_response(&x->reply, last) : NULL;
    unsigned status = response != NULL ? x->reply.status : x->refusal != 0 ? x->refusal : INTERNAL_ERROR;
    if (response == NULL)
        response = natt_http_reply_response(&(natt_http_reply){.status = status}, last);
    enum MHD_Result queued = response != NULL ? MHD_queue_response(x->mhd, status, response) : MHD_NO;
    if (response != NULL)
        MHD_destroy_response(response);
    return queued;
}
