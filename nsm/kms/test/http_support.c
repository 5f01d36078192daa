/* See http_support.h. */
#include "nsm/kms/test/http_support.h"

#include <stdlib.h>
#include <string.h>

natt_bytes test_text(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

/* In memory of exactly its size, so that sanitizers and valgrind detect a read beyond it. */
static void feed(struct read *x, const uint8_t *bytes, size_t len)
{
    size_t used = len + 1;
    uint8_t *copy = malloc(len);
    cr_assert_not_null(copy);
    memcpy(copy, bytes, len);
    x->result = natt_http_response_feed(&x->r, (natt_bytes){copy, len}, &used);
    free(copy);
    cr_assert(used <= len && (used == len || x->result != NATT_HTTP_RESPONSE_MORE));
    x->used += used;
}

void test_read(struct read *x, natt_bytes in, size_t capacity, size_t first, size_t piece)
{
    memset(x->body, 0xa5, sizeof x->body);
    natt_http_response_init(&x->r, x->body, capacity);
    x->result = NATT_HTTP_RESPONSE_MORE;
    for (x->used = 0; x->used < in.len && x->result == NATT_HTTP_RESPONSE_MORE;) {
        size_t len = x->used == 0 && first > 0 ? first : piece, left = in.len - x->used;
        feed(x, in.ptr + x->used, len < left ? len : left);
    }
    if (x->result == NATT_HTTP_RESPONSE_MORE)
        x->result = natt_http_response_end(&x->r);
    for (size_t i = capacity; i < sizeof x->body; i++)
        cr_assert_eq(x->body[i], 0xa5, "the body is longer than its memory");
}

static bool same_view(const natt_http_response *a, natt_bytes x, const natt_http_response *b, natt_bytes y)
{
    return x.len == y.len && x.ptr - a->head == y.ptr - b->head && memcmp(x.ptr, y.ptr, x.len) == 0;
}

static void check_same(const struct read *a, const struct read *b, size_t first)
{
    cr_assert(a->result == b->result && a->used == b->used && a->r.where == b->r.where, "%zu: %d %d, %zu %zu, %s %s",
              first, (int)a->result, (int)b->result, a->used, b->used, a->r.where, b->r.where);
    cr_assert(a->r.status == b->r.status && a->r.keep_alive == b->r.keep_alive &&
              a->r.header_count == b->r.header_count && a->r.body_len == b->r.body_len);
    cr_assert_arr_eq(a->body, b->body, a->r.body_len);
    for (size_t i = 0; i < a->r.header_count; i++)
        cr_assert(same_view(&a->r, a->r.headers[i].name, &b->r, b->r.headers[i].name) &&
                  same_view(&a->r, a->r.headers[i].value, &b->r, b->r.headers[i].value));
}

void test_read_every_way(struct read *x, natt_bytes in, size_t capacity)
{
    static struct read y;
    test_read(x, in, capacity, 0, in.len + 1);
    test_read(&y, in, capacity, 0, 1);
    check_same(x, &y, 0);
    for (size_t first = 1; first < in.len; first++) {
        test_read(&y, in, capacity, first, in.len);
        check_same(x, &y, first);
    }
}

void test_add(struct made *m, const char *text)
{
    size_t len = strlen(text);
    cr_assert(len <= sizeof m->bytes - m->len);
    memcpy(m->bytes + m->len, text, len);
    m->len += len;
}

void test_fill(struct made *m, char c, size_t n)
{
    cr_assert(n <= sizeof m->bytes - m->len);
    memset(m->bytes + m->len, c, n);
    m->len += n;
}

natt_bytes test_made(const struct made *m)
{
    return (natt_bytes){(const uint8_t *)m->bytes, m->len};
}
