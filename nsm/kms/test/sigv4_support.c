/* See sigv4_support.h. */
#include "nsm/kms/test/sigv4_support.h"

#include <string.h>

#include "nsm/kms/test/sigv4_table.h"

#define TABLE_COUNT (sizeof sigv4_table / sizeof sigv4_table[0])
#define LEFT_OUT    "user-agent;expect;transfer-encoding;x-amzn-trace-id" /* as botocore does */

const struct sigv4_case *const test_table = sigv4_table;
const size_t test_table_count = TABLE_COUNT;

natt_bytes test_view(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

void test_set_header(struct sent *s, const char *name, natt_bytes value)
{
    cr_assert_lt(s->request.header_count, NATT_SIGV4_MAX_HEADERS + 2);
    s->headers[s->request.header_count++] = (natt_sigv4_header){test_view(name), value};
}

/* The request of the table, unsigned. */
void test_load(struct sent *s, const struct sigv4_case *c)
{
    memset(s, 0, sizeof *s);
    memcpy(s->headers, c->headers, sizeof c->headers);
    s->request = (natt_sigv4_request){c->method, c->path, c->query, s->headers, c->header_count, c->body};
    s->key = (natt_sigv4_key){c->access_key, c->secret, c->token};
    s->service = c->service;
    s->region = c->region;
    cr_assert(natt_sigv4_date_ms(c->date, &s->now_ms), "%s", c->name);
}

const struct sigv4_case *test_named(const char *name)
{
    size_t i = 0;
    while (i < TABLE_COUNT && strcmp(sigv4_table[i].name, name) != 0)
        i++;
    cr_assert_lt(i, TABLE_COUNT, "%s", name);
    return &sigv4_table[i];
}

/* The same with the signature of botocore. */
void test_load_signed(struct sent *s, const char *name)
{
    const struct sigv4_case *c = test_named(name);
    test_load(s, c);
    test_set_header(s, "Authorization", c->authorization);
}

natt_sigv4_result test_verify_at(struct sent *s, uint64_t now_ms, natt_bytes region)
{
    natt_sigv4_authorization authorization;
    natt_sigv4_result result = natt_sigv4_parse(&authorization, &s->request, &s->where);
    if (result == NATT_SIGV4_OK)
        result =
            natt_sigv4_verify(&authorization, &s->request, &s->key, s->service, region, now_ms, WINDOW_MS, &s->where);
    cr_expect_eq(result == NATT_SIGV4_OK, s->where[0] == '\0', "%d: %s", (int)result, s->where);
    return result;
}

natt_sigv4_result test_verify(struct sent *s)
{
    return test_verify_at(s, s->now_ms, s->region);
}

bool test_sign(struct sent *s, char *out, size_t capacity, size_t *len)
{
    return natt_sigv4_sign(out, capacity, len, &s->request, &s->key, s->service, s->region, LEFT_OUT);
}

natt_sigv4_header *test_header(struct sent *s, const char *lower)
{
    for (size_t i = 0; i < s->request.header_count; i++)
        if (natt_sigv4_name_is(s->headers[i].name, test_view(lower)))
            return &s->headers[i];
    cr_assert(false, "%s", lower);
    return NULL;
}
