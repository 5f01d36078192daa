/*
 * See http_response.h. Lines are collected in head[], a chunk's line after those that are kept; bodies go straight to
 * the caller's memory. Every state takes bytes one after another, so pieces change nothing.
 */
#include "nsm/kms/http_response.h"

#include <string.h>

#include "nsm/kms/sigv4_canonical.h"
#include "nsm/text.h"
#include "verify/parse/reader.h"

#define MORE      NATT_HTTP_RESPONSE_MORE
#define DONE      NATT_HTTP_RESPONSE_DONE
#define TOO_LARGE NATT_HTTP_RESPONSE_TOO_LARGE

#define BEGINNING "HTTP/1."

/* The states up to TRAILERS read lines; the next three read bytes of the body. */
enum state { STATUS_LINE, HEADERS, CHUNK_SIZE, CHUNK_END, TRAILERS, BODY, CHUNK, BODY_TO_END, FINISHED };

typedef natt_http_response_result step(natt_http_response *r, natt_bytes line);

void natt_http_response_init(natt_http_response *r, uint8_t *body, size_t body_capacity)
{
    memset(r, 0, sizeof *r);
    r->body = body;
    r->body_capacity = body_capacity;
    r->state = STATUS_LINE;
}

static natt_http_response_result malformed(natt_http_response *r, const char *where)
{
    r->where = where;
    return NATT_HTTP_RESPONSE_MALFORMED;
}

static bool is_name(natt_bytes a, const char *name)
{
    return natt_sigv4_order(a, natt_text_bytes(name), true) == 0;
}

/* --- the body's length, from the head [RFC9112 6.3] --- */

struct framing {
    bool has_length, chunked;
    uint64_t length;
};

/* 19 digits: every such number fits. */
static bool read_length(natt_bytes text, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        *out = *out * 10 + (uint64_t)(text.ptr[i] - '0');
    }
    return text.len >= 1 && text.len <= 19;
}

static const char *add_length(struct framing *f, natt_bytes value)
{
    uint64_t length;
    if (!read_length(value, &length))
        return "Content-Length is not a number of at most 19 digits";
    if (f->has_length && length != f->length)
        return "two Content-Length headers differ";
    f->has_length = true;
    f->length = length;
    return NULL;
}

static const char *add_encoding(struct framing *f, natt_bytes value)
{
    if (f->chunked)
        return "two Transfer-Encoding headers";
    f->chunked = is_name(value, "chunked");
    return f->chunked ? NULL : "Transfer-Encoding is not \"chunked\"";
}

/* NULL, or what is wrong. keep_alive is still that of the version: HTTP/1.0 has no chunks [RFC9112 6.1]. */
static const char *read_framing(struct framing *f, const natt_http_response *r)
{
    const char *wrong = NULL;
    for (size_t i = 0; i < r->header_count && wrong == NULL; i++) {
        if (is_name(r->headers[i].name, "content-length"))
            wrong = add_length(f, r->headers[i].value);
        else if (is_name(r->headers[i].name, "transfer-encoding"))
            wrong = add_encoding(f, r->headers[i].value);
    }
    if (wrong == NULL && f->chunked && f->has_length)
        wrong = "both Content-Length and Transfer-Encoding";
    if (wrong == NULL && f->chunked && !r->keep_alive)
        wrong = "Transfer-Encoding in HTTP/1.0";
    return wrong;
}

/* Connection: a list of names, in one or several headers. */
static bool asks_to_close(const natt_http_response *r)
{
    natt_bytes item;
    for (size_t i = 0; i < r->header_count; i++) {
        natt_bytes rest = r->headers[i].value;
        while (is_name(r->headers[i].name, "connection") && natt_sigv4_next(&rest, ',', &item))
            if (is_name(natt_sigv4_trim(item), "close"))
                return true;
    }
    return false;
}

static natt_http_response_result begin_bytes(natt_http_response *r, uint64_t length, enum state next)
{
    if (length > r->body_capacity - r->body_len)
        return TOO_LARGE;
    r->remaining = length;
    r->state = next;
    return length == 0 ? DONE : MORE;
}

static natt_http_response_result begin_body(natt_http_response *r, const struct framing *f)
{
    r->keep_alive = r->keep_alive && !asks_to_close(r);
    if (r->status == 204 || r->status == 304)
        return DONE;
    if (!f->chunked && f->has_length)
        return begin_bytes(r, f->length, BODY);
    r->keep_alive = r->keep_alive && f->chunked;
    r->state = f->chunked ? CHUNK_SIZE : BODY_TO_END;
    return MORE;
}

/* The head of an interim response [RFC9110 15.2] counts towards the limit of head[], which bounds their number. */
static natt_http_response_result end_head(natt_http_response *r)
{
    struct framing f = {false, false, 0};
    const char *wrong = read_framing(&f, r);
    if (wrong != NULL)
        return malformed(r, wrong);
    if (r->status >= 200)
        return begin_body(r, &f);
    r->header_count = 0;
    r->state = STATUS_LINE;
    return MORE;
}

/* --- lines, without their ends --- */

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* status-line = HTTP-version SP status-code [ SP reason ]  [RFC9112 4]; some servers omit the last space. */
static natt_http_response_result status_line(natt_http_response *r, natt_bytes line)
{
    if (!natt_bytes_skip(&line, BEGINNING, sizeof BEGINNING - 1) || line.len == 0 || line.ptr[0] < '0' ||
        line.ptr[0] > '1')
        return malformed(r, "the reply does not begin with HTTP/1.1 or HTTP/1.0");
    const uint8_t *p = line.ptr;
    if (line.len < 5 || p[1] != ' ' || !is_digit(p[2]) || !is_digit(p[3]) || !is_digit(p[4]) ||
        (line.len > 5 && p[5] != ' '))
        return malformed(r, "the status is not three digits after one space");
    r->keep_alive = p[0] == '1';
    r->status = (unsigned)(p[2] - '0') * 100 + (unsigned)(p[3] - '0') * 10 + (unsigned)(p[4] - '0');
    if (r->status < 100 || r->status > 599 || r->status == 101)
        return malformed(r, "the status is not 100 or 102 to 599");
    r->state = HEADERS;
    return MORE;
}

/* field-line = field-name ":" OWS field-value OWS  [RFC9112 5]. NULL, or what is wrong. */
static const char *read_header(struct natt_http_response_header *header, natt_bytes line)
{
    natt_bytes rest = line;
    if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
        return "a header is folded";
    (void)natt_sigv4_next(&rest, ':', &header->name);
    if (rest.ptr == NULL)
        return "a header has no colon";
    header->value = natt_sigv4_trim(rest);
    return natt_sigv4_is_token(header->name) ? NULL : "a header's name is not a token";
}

static natt_http_response_result header_line(natt_http_response *r, natt_bytes line)
{
    struct natt_http_response_header header;
    if (line.len == 0)
        return end_head(r);
    const char *wrong = read_header(&header, line);
    if (wrong != NULL)
        return malformed(r, wrong);
    if (r->header_count == NATT_HTTP_RESPONSE_MAX_HEADERS)
        return TOO_LARGE;
    r->headers[r->header_count++] = header;
    return MORE;
}

/* Trailers are checked and dropped, since a trailer could otherwise override the head. [RFC9110 6.5.1] */
static natt_http_response_result trailer_line(natt_http_response *r, natt_bytes line)
{
    struct natt_http_response_header header;
    if (line.len == 0)
        return DONE;
    const char *wrong = read_header(&header, line);
    return wrong == NULL ? MORE : malformed(r, wrong);
}

/* Counts the digits at the beginning. */
static size_t read_hex(natt_bytes text, uint64_t *out)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;
    *out = 0;
    for (; n < text.len; n++) {
        const char *at = memchr(digits, natt_sigv4_lower(text.ptr[n]), sizeof digits - 1);
        if (at == NULL)
            break;
        *out = *out << 4 | (uint64_t)(at - digits);
    }
    return n;
}

/* chunk-size [ chunk-ext ]  [RFC9112 7.1]; 16 digits fit. */
static natt_http_response_result chunk_size(natt_http_response *r, natt_bytes line)
{
    uint64_t size;
    size_t digits = read_hex(line, &size);
    if (digits == 0 || digits > 16 || (digits < line.len && line.ptr[digits] != ';'))
        return malformed(r, "a chunk's size is not a hexadecimal number of at most 16 digits");
    if (size > 0)
        return begin_bytes(r, size, CHUNK);
    r->state = TRAILERS;
    return MORE;
}

/* An empty line has at most two bytes, which must be CR and LF. */
static natt_http_response_result chunk_end(natt_http_response *r, natt_bytes line)
{
    (void)line;
    r->state = CHUNK_SIZE;
    return MORE;
}

/* --- gathering lines --- */

static const struct line_state {
    step *step;
    size_t max;           /* bytes including the line's end; for lines that are kept, their total */
    bool kept;            /* in head[] */
    const char *too_long; /* the error if it is malformed; NULL: it is too large */
} line_states[] = {
    [STATUS_LINE] = {status_line, NATT_HTTP_RESPONSE_MAX_HEAD, true, NULL},
    [HEADERS] = {header_line, NATT_HTTP_RESPONSE_MAX_HEAD, true, NULL},
    [CHUNK_SIZE] = {chunk_size, NATT_HTTP_RESPONSE_MAX_CHUNK, false, "the line of a chunk's size is too long"},
    [CHUNK_END] = {chunk_end, 2, false, "a chunk is longer than its size"},
    [TRAILERS] = {trailer_line, NATT_HTTP_RESPONSE_MAX_HEAD, true, NULL},
};

/* Text of HTTP: blanks, visible characters, and bytes of no meaning to it [RFC9110 5.5]. */
static bool is_text(natt_bytes line)
{
    bool good = true;
    for (size_t i = 0; i < line.len; i++)
        good &= line.ptr[i] == '\t' || (line.ptr[i] >= ' ' && line.ptr[i] != 0x7f);
    return good;
}

static natt_http_response_result end_line(natt_http_response *r, const struct line_state *state)
{
    natt_bytes line = {r->head + r->head_len, r->line_len - 1};
    r->head_len += state->kept ? r->line_len : 0;
    r->line_len = 0;
    if (line.len == 0 || line.ptr[line.len - 1] != '\r')
        return malformed(r, "a line ends with LF, not CRLF");
    line.len--;
    return natt_bytes_printable(line) || is_text(line) ? state->step(r, line)
                                                       : malformed(r, "a line has a control character");
}

/* Data that cannot become an HTTP reply is never reported as too long or too short. */
static bool is_foreign(const natt_http_response *r)
{
    const size_t most = sizeof BEGINNING - 1, len = r->line_len < most ? r->line_len : most;
    return r->state == STATUS_LINE && memcmp(r->head + r->head_len, BEGINNING, len) != 0;
}

static natt_http_response_result no_room(natt_http_response *r, const struct line_state *state)
{
    if (is_foreign(r))
        return status_line(r, (natt_bytes){r->head + r->head_len, r->line_len});
    return state->too_long == NULL ? TOO_LARGE : malformed(r, state->too_long);
}

static natt_http_response_result take_line(natt_http_response *r, natt_bytes *rest)
{
    const struct line_state *state = &line_states[r->state];
    const size_t room = state->max - r->line_len - (state->kept ? r->head_len : 0);
    size_t len = rest->len < room ? rest->len : room;
    if (room == 0)
        return no_room(r, state);
    const uint8_t *end = memchr(rest->ptr, '\n', len);
    if (end != NULL)
        len = (size_t)(end - rest->ptr) + 1;
    memcpy(r->head + r->head_len + r->line_len, rest->ptr, len);
    r->line_len += len;
    *rest = natt_bytes_drop(*rest, len);
    return end == NULL ? MORE : end_line(r, state);
}

/* --- bodies --- */

static natt_http_response_result end_bytes(natt_http_response *r)
{
    if (r->state == CHUNK)
        r->state = CHUNK_END;
    return r->state == BODY ? DONE : MORE;
}

static natt_http_response_result take_bytes(natt_http_response *r, natt_bytes *rest)
{
    const uint64_t most = r->state == BODY_TO_END ? r->body_capacity - r->body_len : r->remaining;
    const size_t len = rest->len < most ? rest->len : (size_t)most;
    if (len == 0)
        return TOO_LARGE;
    memcpy(r->body + r->body_len, rest->ptr, len);
    r->body_len += len;
    *rest = natt_bytes_drop(*rest, len);
    if (r->state == BODY_TO_END)
        return MORE;
    r->remaining -= len;
    return r->remaining == 0 ? end_bytes(r) : MORE;
}

/* --- interface --- */

natt_http_response_result natt_http_response_feed(natt_http_response *r, natt_bytes bytes, size_t *used)
{
    natt_bytes rest = bytes;
    natt_http_response_result result = r->state == FINISHED ? malformed(r, "the reply has ended") : MORE;
    while (result == MORE && rest.len > 0)
        result = r->state <= TRAILERS ? take_line(r, &rest) : take_bytes(r, &rest);
    if (result != MORE)
        r->state = FINISHED;
    *used = bytes.len - rest.len;
    return result;
}

natt_http_response_result natt_http_response_end(natt_http_response *r)
{
    natt_http_response_result result = r->state == BODY_TO_END ? DONE : NATT_HTTP_RESPONSE_TRUNCATED;
    if (is_foreign(r))
        result = status_line(r, (natt_bytes){r->head + r->head_len, r->line_len});
    r->state = FINISHED;
    return result;
}

natt_bytes natt_http_response_value(const natt_http_response *r, const char *name)
{
    natt_bytes value = {NULL, 0};
    for (size_t i = 0; i < r->header_count; i++) {
        if (!is_name(r->headers[i].name, name))
            continue;
        if (value.ptr != NULL)
            return (natt_bytes){NULL, 0};
        value = r->headers[i].value;
    }
    return value;
}
