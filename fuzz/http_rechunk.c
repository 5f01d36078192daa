/*
 * Mutates chunked replies: extracts the body from the valid leading chunks, changes it, and splits it into other
 * chunks, with extensions and trailers; rarely, one of them is invalid. Byte mutations alone only break sizes.
 */
#include "fuzz/property.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

#define MOST 4096

static unsigned state;

static unsigned below(unsigned n)
{
    state = state * 1103515245u + 12345u;
    return (state >> 16) % n;
}

typedef struct text {
    uint8_t bytes[MOST];
    size_t len;
} text;

static void add(text *t, const void *bytes, size_t len)
{
    len = len < MOST - t->len ? len : MOST - t->len;
    memcpy(t->bytes + t->len, bytes, len);
    t->len += len;
}

/* Returns the end of the head, or 0 if the head does not contain "chunked". */
static size_t head_of(const uint8_t *data, size_t size)
{
    static const char end[] = "chunked\r\n\r\n";
    for (size_t i = 0; i + sizeof end - 1 <= size; i++)
        if (memcmp(data + i, end, sizeof end - 1) == 0)
            return i + sizeof end - 1;
    return 0;
}

static size_t line_of(const uint8_t *p, size_t left)
{
    const uint8_t *end = memchr(p, '\n', left);
    return end == NULL ? left : (size_t)(end - p) + 1;
}

static void take_apart(text *body, const uint8_t *p, size_t left)
{
    while (left > 0) {
        char number[20] = "";
        size_t line = line_of(p, left);
        memcpy(number, p, line < sizeof number - 1 ? line : sizeof number - 1);
        size_t size = strtoul(number, NULL, 16);
        if (size == 0 || size > left - line)
            return;
        add(body, p + line, size);
        p += line + size;
        left -= line + size;
        line = left > 0 ? line_of(p, left) : 0;
        p += line;
        left -= line;
    }
}

static void add_chunk(text *out, const uint8_t *bytes, size_t len)
{
    static const char *const forms[] = {"%zx\r\n",   "%zX\r\n",           "%08zx\r\n",
                                        "%zx;a\r\n", "%zx;b=\"c;d\"\r\n", "%zx; \t\r\n"};
    static const char *const wrong[] = {"%zx \r\n", "-%zx\r\n", "0x%zx\r\n", "%zx\n", "%zxg\r\n", "+%zx\r\n"};
    char line[64];
    const char *form = below(200) == 0 ? wrong[below(6)] : forms[below(6)];
    add(out, line, (size_t)snprintf(line, sizeof line, form, len));
    add(out, bytes, len);
    add(out, "\r\n", 2);
}

static void put_together(text *out, const text *body)
{
    static const char *const ends[] = {"0\r\n\r\n", "0000\r\n\r\n", "0;x=y\r\n\r\n", "0\r\nA: b\r\nC:\r\n\r\n", "0\r\n",
                                       ""};
    for (size_t at = 0; at < body->len;) {
        size_t size = 1 + below(below(4) == 0 ? 600 : 20);
        size = size < body->len - at ? size : body->len - at;
        add_chunk(out, body->bytes + at, size);
        at += size;
    }
    const char *end = ends[below(below(8) == 0 ? 6 : 4)];
    add(out, end, strlen(end));
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    static text body, out;
    const size_t head = head_of(data, size);
    state = seed;
    if (head == 0 || below(3) == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    body.len = out.len = 0;
    take_apart(&body, data + head, size - head);
    if (below(2) == 0 || body.len == 0)
        body.len = LLVMFuzzerMutate(body.bytes, body.len, 1024);
    add(&out, data, head);
    put_together(&out, &body);
    if (below(4) == 0)
        add(&out, "HTTP/1.1 200 OK\r\n", 17);
    out.len = out.len < max_size ? out.len : max_size;
    memcpy(data, out.bytes, out.len);
    return out.len;
}
