/*
 * HTTP replies [nsm/kms/http_response.h]: two bytes give the size of the body buffer, two give the sizes of the pieces.
 * Properties: the result is the same however the reply is split; views are inside head[], bodies inside their buffer;
 * sizes are what strtoull returns; a complete reply, rewritten with its body in one piece or in other chunks, gives the
 * same result, and bytes after the reply are not read.
 */
#include <errno.h>
#include <inttypes.h>

#include "fuzz/property.h"
#include "nsm/kms/http_response.h"
#include "verify/parse/reader.h"

#define MAX_BODY 8192

typedef struct run {
    natt_http_response r;
    natt_http_response_result result;
    size_t used;
    uint8_t *body;
} run;

static uint64_t executions, complete, chunked, interim;

static void print_counts(void)
{
    (void)fprintf(stderr,
                  "http_response: %" PRIu64 " executions, complete %" PRIu64 ", of these %" PRIu64
                  " in chunks, %" PRIu64 " after interim replies\n",
                  executions, complete, chunked, interim);
}

/* Feeds pieces of this many bytes. 0: the size varies. */
static size_t next_piece(size_t piece, uint32_t *random)
{
    *random = *random * 1103515245U + 12345U;
    return piece != 0 ? piece : 1 + (*random >> 16) % 97;
}

/* Copies the piece to memory of exactly its size, so that a sanitizer detects a read beyond it. Single bytes are not
 * copied, for speed. */
static void feed(run *x, natt_bytes piece)
{
    uint8_t *copy = piece.len == 1 ? NULL : malloc(piece.len);
    size_t used;
    if (copy != NULL)
        memcpy(copy, piece.ptr, piece.len);
    x->result = natt_http_response_feed(&x->r, (natt_bytes){copy != NULL ? copy : piece.ptr, piece.len}, &used);
    free(copy);
    MUST(used <= piece.len && (used == piece.len || x->result != NATT_HTTP_RESPONSE_MORE));
    x->used += used;
}

static void read_cut(run *x, size_t capacity, natt_bytes in, size_t piece, uint32_t random)
{
    x->body = malloc(capacity > 0 ? capacity : 1);
    MUST(x->body != NULL);
    natt_http_response_init(&x->r, capacity == 0 ? NULL : x->body, capacity);
    x->result = NATT_HTTP_RESPONSE_MORE;
    for (x->used = 0; x->used < in.len && x->result == NATT_HTTP_RESPONSE_MORE;) {
        const size_t len = next_piece(piece, &random), left = in.len - x->used;
        feed(x, (natt_bytes){in.ptr + x->used, len < left ? len : left});
    }
    if (x->result == NATT_HTTP_RESPONSE_MORE)
        x->result = natt_http_response_end(&x->r);
    MUST(x->result != NATT_HTTP_RESPONSE_MORE && x->r.body_len <= capacity);
    MUST((x->r.where != NULL) == (x->result == NATT_HTTP_RESPONSE_MALFORMED));
}

/* Converts views of head[] to offsets, since two readers have two heads. */
static bool same_view(const run *a, natt_bytes x, const run *b, natt_bytes y)
{
    return x.len == y.len && x.ptr - a->r.head == y.ptr - b->r.head && natt_bytes_equal(x, y);
}

static void check_same(const run *a, const run *b)
{
    MUST(a->result == b->result && a->used == b->used && a->r.where == b->r.where);
    MUST(a->r.status == b->r.status && a->r.header_count == b->r.header_count && a->r.body_len == b->r.body_len);
    MUST(a->r.keep_alive == b->r.keep_alive && a->r.head_len == b->r.head_len && a->r.line_len == b->r.line_len);
    MUST(a->r.body_len == 0 || memcmp(a->body, b->body, a->r.body_len) == 0);
    for (size_t i = 0; i < a->r.header_count; i++) {
        MUST(same_view(a, a->r.headers[i].name, b, b->r.headers[i].name));
        MUST(same_view(a, a->r.headers[i].value, b, b->r.headers[i].value));
    }
}

static bool named(natt_bytes name, const char *lower)
{
    size_t i = 0;
    while (i < name.len && lower[i] != '\0' && (name.ptr[i] | 0x20) == lower[i])
        i++;
    return i == name.len && lower[i] == '\0';
}

static bool is_framing(natt_bytes name)
{
    return named(name, "content-length") || named(name, "transfer-encoding");
}

static void check_views(const run *x)
{
    const natt_bytes head = {x->r.head, x->r.head_len};
    MUST(x->r.head_len <= NATT_HTTP_RESPONSE_MAX_HEAD && x->r.header_count <= NATT_HTTP_RESPONSE_MAX_HEADERS);
    for (size_t i = 0; i < x->r.header_count; i++) {
        const natt_bytes name = x->r.headers[i].name, value = x->r.headers[i].value;
        MUST(name.len > 0 && fuzz_inside(head, name) && fuzz_inside(head, value));
        MUST(memchr(name.ptr, ':', name.len) == NULL && memchr(name.ptr, ' ', name.len) == NULL);
        MUST(value.len == 0 || (memchr(value.ptr, '\r', value.len) == NULL && memchr(value.ptr, 0, value.len) == NULL));
    }
}

static void append(uint8_t *out, size_t *len, const void *bytes, size_t n)
{
    if (n > 0)
        memcpy(out + *len, bytes, n);
    *len += n;
}

static void append_chunks(uint8_t *out, size_t *len, const run *x, uint32_t random)
{
    char line[64];
    for (size_t at = 0; at < x->r.body_len;) {
        size_t size = next_piece(0, &random);
        size = size < x->r.body_len - at ? size : x->r.body_len - at;
        append(out, len, line, (size_t)snprintf(line, sizeof line, random & 1 ? "%zx\r\n" : "%03zX;a=\"b\"\r\n", size));
        append(out, len, x->body + at, size);
        append(out, len, "\r\n", 2);
        at += size;
    }
    append(out, len, "0\r\nTrailer: t\r\n\r\n", 17);
}

/* Writes the body in one piece or in chunks, and one extra byte. */
static size_t write_anew(uint8_t *out, const run *x, bool in_chunks, uint32_t random)
{
    char line[64];
    size_t len = (size_t)snprintf((char *)out, 64, "HTTP/1.1 %u\r\n", x->r.status);
    for (size_t i = 0; i < x->r.header_count; i++) {
        const natt_bytes name = x->r.headers[i].name, value = x->r.headers[i].value;
        if (is_framing(name))
            continue;
        append(out, &len, name.ptr, name.len);
        append(out, &len, ": ", 2);
        append(out, &len, value.ptr, value.len);
        append(out, &len, "\r\n", 2);
    }
    (void)snprintf(line, sizeof line, "Content-Length: %zu\r\n\r\n", x->r.body_len);
    append(out, &len, in_chunks ? "Transfer-Encoding: chunked\r\n\r\n" : line, in_chunks ? 30 : strlen(line));
    if (in_chunks)
        append_chunks(out, &len, x, random);
    else
        append(out, &len, x->body, x->r.body_len);
    append(out, &len, "x", 1);
    return len;
}

static void check_anew(const run *x, bool in_chunks, uint32_t random)
{
    static uint8_t text[2 * NATT_HTTP_RESPONSE_MAX_HEAD + 20 * MAX_BODY];
    static run y;
    const size_t len = write_anew(text, x, in_chunks, random);
    size_t j = 0;
    read_cut(&y, x->r.body_len, (natt_bytes){text, len}, 0, random);
    if (y.result == NATT_HTTP_RESPONSE_TOO_LARGE && (len > NATT_HTTP_RESPONSE_MAX_HEAD || x->r.header_count == 64)) {
        free(y.body);
        return;
    }
    MUST(y.result == NATT_HTTP_RESPONSE_DONE && y.used == len - 1 && y.r.status == x->r.status);
    MUST(fuzz_same_bytes((natt_bytes){y.body, y.r.body_len}, x->body, x->r.body_len));
    MUST(y.r.keep_alive || !x->r.keep_alive);
    for (size_t i = 0; i < x->r.header_count; i++) {
        if (is_framing(x->r.headers[i].name))
            continue;
        MUST(natt_bytes_equal(x->r.headers[i].name, y.r.headers[j].name));
        MUST(natt_bytes_equal(x->r.headers[i].value, y.r.headers[j++].value));
    }
    MUST(y.r.header_count == j + 1);
    free(y.body);
}

/* --- sizes, compared with strtoull --- */

static uint64_t number(const char *text, size_t len, int base)
{
    char copy[NATT_HTTP_RESPONSE_MAX_CHUNK + 1], *end;
    MUST(len > 0 && len < sizeof copy && text[0] != '-' && text[0] != '+' && text[0] != ' ');
    memcpy(copy, text, len);
    copy[len] = '\0';
    errno = 0;
    const uint64_t value = strtoull(copy, &end, base);
    MUST(errno == 0 && (*end == '\0' || *end == ';' || *end == '\r') && (len < 2 || (text[1] | 0x20) != 'x'));
    return value;
}

/* Finds the end of the heads. */
static size_t body_at(natt_bytes in)
{
    size_t begin = 0, at = 0;
    for (;; at++) {
        MUST(at + 4 <= in.len);
        if (memcmp(in.ptr + at, "\r\n\r\n", 4) == 0 && in.ptr[begin + 9] != '1')
            return at + 4;
        if (memcmp(in.ptr + at, "\r\n\r\n", 4) == 0)
            begin = at + 4;
    }
}

static void check_chunks(const run *x, natt_bytes in)
{
    const char *text = (const char *)in.ptr;
    size_t at = body_at(in), len = 0;
    for (;;) {
        const char *end = memchr(text + at, '\n', in.len - at);
        MUST(end != NULL);
        const uint64_t size = number(text + at, (size_t)(end - text) - at, 16);
        at = (size_t)(end - text) + 1;
        if (size == 0)
            break;
        MUST(size <= x->r.body_len - len && size <= in.len - at && memcmp(x->body + len, text + at, (size_t)size) == 0);
        len += (size_t)size;
        at += (size_t)size + 2;
    }
    MUST(len == x->r.body_len);
}

/* Returns true if the body was chunked. */
static bool check_sizes(const run *x, natt_bytes in)
{
    const natt_bytes coding = natt_http_response_value(&x->r, "Transfer-Encoding");
    if (coding.ptr != NULL)
        check_chunks(x, in);
    for (size_t i = 0; i < x->r.header_count; i++) {
        const natt_bytes value = x->r.headers[i].value;
        if (named(x->r.headers[i].name, "content-length"))
            MUST(number((const char *)value.ptr, value.len, 10) == x->r.body_len);
    }
    return coding.ptr != NULL && x->r.body_len > 0;
}

static void check_complete(const run *x, natt_bytes in, uint32_t random)
{
    complete++;
    interim += x->r.headers[0].name.ptr > x->r.head + 64 ? 1 : 0;
    MUST(x->r.status >= 200 && x->r.status <= 599);
    MUST((x->r.status != 204 && x->r.status != 304) || x->r.body_len == 0);
    if (x->r.status == 204 || x->r.status == 304)
        return;
    chunked += check_sizes(x, in) ? 1 : 0;
    check_anew(x, false, random);
    check_anew(x, true, random);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static run whole, cut;
    natt_bytes in = {data, size};
    uint16_t capacity, random;
    if (executions++ == 0 && getenv("NATT_FUZZ_COUNTS") != NULL)
        (void)atexit(print_counts);
    fuzz_take(&in, &capacity, sizeof capacity);
    fuzz_take(&in, &random, sizeof random);
    capacity &= MAX_BODY - 1;
    read_cut(&whole, capacity, in, in.len + 1, 0);
    for (size_t piece = 0; piece < 2; piece++) {
        read_cut(&cut, capacity, in, piece, random);
        check_same(&whole, &cut);
        free(cut.body);
    }
    check_views(&whole);
    if (whole.result == NATT_HTTP_RESPONSE_DONE)
        check_complete(&whole, in, random);
    free(whole.body);
    return 0;
}
