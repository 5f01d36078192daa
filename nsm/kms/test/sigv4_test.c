/* Signature Version 4: the cases of sigv4_table.h in both directions, changed requests, and headers that must be
 * signed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nsm/kms/test/sigv4_support.h"

/* --- agreement --- */

Test(sigv4, there_are_more_than_40_cases)
{
    cr_expect_geq(test_table_count, 80);
}

Test(sigv4, signs_as_botocore)
{
    static struct sent s;
    char out[NATT_SIGV4_MAX_AUTHORIZATION + 1];
    size_t len;
    for (size_t i = 0; i < test_table_count; i++) {
        test_load(&s, &test_table[i]);
        cr_assert(test_sign(&s, out, sizeof out, &len), "%s", test_table[i].name);
        cr_expect_eq(out[len], '\0');
        cr_expect(natt_sigv4_is(test_table[i].authorization, out), "%s: %s", test_table[i].name, out);
    }
}

Test(sigv4, verifies_what_botocore_signs)
{
    static struct sent s;
    for (size_t i = 0; i < test_table_count; i++) {
        test_load_signed(&s, test_table[i].name);
        cr_expect_eq(test_verify(&s), NATT_SIGV4_OK, "%s: %s", test_table[i].name, s.where);
        cr_expect_eq(test_verify_at(&s, s.now_ms, NO_BYTES), NATT_SIGV4_OK, "%s: %s", test_table[i].name, s.where);
        s.key.secret = test_view("another");
        cr_expect_eq(test_verify(&s), NATT_SIGV4_INVALID, "%s: %s", test_table[i].name, s.where);
    }
}

Test(sigv4, says_what_the_header_says)
{
    static struct sent s;
    natt_sigv4_authorization a;
    test_load_signed(&s, "kms-boto3-token");
    cr_assert_eq(natt_sigv4_parse(&a, &s.request, &s.where), NATT_SIGV4_OK);
    cr_expect(natt_sigv4_is(a.access_key, "AKIDEXAMPLE") && natt_sigv4_is(a.date, "20261130"));
    cr_expect(natt_sigv4_is(a.region, "us-east-1") && natt_sigv4_is(a.service, "kms"));
    cr_expect(natt_sigv4_is(a.signed_headers, "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"));
    cr_expect(natt_sigv4_is(a.amz_date, "20261130T071759Z") && natt_sigv4_equal(a.session_token, s.key.session_token));
    cr_expect_eq(a.signature.len, 64);
}

/* --- changes --- */

/* The number of times that each result occurred while one byte had every other value. */
struct results {
    unsigned count[NATT_SIGV4_ERROR + 1];
};

/* Changes the bytes of `part`, a view of the request, one after the other. */
static struct results change_each(struct sent *s, natt_bytes *part)
{
    struct results results = {{0}};
    natt_bytes before = *part;
    uint8_t *changed = malloc(part->len + 1);
    cr_assert_not_null(changed);
    memcpy(changed, before.ptr, before.len);
    part->ptr = changed;
    for (size_t i = 0; i < before.len; i++) {
        for (unsigned by = 1; by < 256; by++) {
            changed[i] = (uint8_t)(before.ptr[i] ^ by);
            results.count[test_verify(s)]++;
        }
        changed[i] = before.ptr[i];
    }
    cr_expect_eq(test_verify(s), NATT_SIGV4_OK);
    *part = before;
    free(changed);
    return results;
}

/* The allowed results, as bits; each must occur. */
#define BIT(result) (1U << NATT_SIGV4_##result)
static void expect_results(struct results r, unsigned bits, const char *what)
{
    for (unsigned i = 0; i <= NATT_SIGV4_ERROR; i++)
        cr_expect_eq(r.count[i] > 0, (bits >> i & 1) != 0, "%s: result %u came %u times", what, i, r.count[i]);
}

Test(sigv4, every_changed_byte_is_refused)
{
    static struct sent s;
    test_load_signed(&s, "kms-boto3-token");
    expect_results(change_each(&s, &s.request.method), BIT(INVALID) | BIT(INCOMPLETE), "method");
    expect_results(change_each(&s, &s.request.path), BIT(INCOMPLETE), "path");
    expect_results(change_each(&s, &s.request.body), BIT(INVALID), "body");
    expect_results(change_each(&s, &test_header(&s, "host")->value), BIT(INVALID), "host");
    expect_results(change_each(&s, &test_header(&s, "content-type")->value), BIT(INVALID), "content-type");
    expect_results(change_each(&s, &test_header(&s, "x-amz-target")->value), BIT(INVALID), "x-amz-target");
    expect_results(change_each(&s, &test_header(&s, "x-amz-security-token")->value), BIT(TOKEN), "token");
    expect_results(change_each(&s, &test_header(&s, "x-amz-date")->value),
                   BIT(INCOMPLETE) | BIT(SCOPE) | BIT(EXPIRED) | BIT(INVALID), "x-amz-date");
}

/* Upper case gives the same name. */
Test(sigv4, every_changed_name_of_a_header_is_refused)
{
    static struct sent s;
    static const char *const names[] = {"host", "x-amz-date", "x-amz-target", "content-type", "x-amz-security-token"};
    test_load_signed(&s, "kms-boto3-token");
    for (size_t i = 0; i < 5; i++) {
        unsigned letters = 0;
        for (const char *c = names[i]; *c != '\0'; c++)
            letters += *c != '-';
        struct results r = change_each(&s, &test_header(&s, names[i])->name);
        cr_expect_eq(r.count[NATT_SIGV4_OK], letters, "%s", names[i]);
        cr_expect_eq(r.count[NATT_SIGV4_OK] + r.count[NATT_SIGV4_INCOMPLETE], 255 * strlen(names[i]), "%s", names[i]);
    }
}

Test(sigv4, every_changed_byte_of_authorization_is_refused)
{
    static struct sent s;
    test_load_signed(&s, "kms-boto3-token");
    struct results r = change_each(&s, &test_header(&s, "authorization")->value);
    expect_results(r, BIT(INCOMPLETE) | BIT(UNKNOWN) | BIT(INVALID) | BIT(SCOPE), "authorization");
    cr_expect_gt(r.count[NATT_SIGV4_INVALID], 64 * 15 - 1);
}

Test(sigv4, every_changed_byte_of_path_and_query_is_refused)
{
    static struct sent s;
    test_load_signed(&s, "query-slash");
    expect_results(change_each(&s, &s.request.query), BIT(INVALID) | BIT(INCOMPLETE), "query");
    test_load_signed(&s, "path-percent");
    expect_results(change_each(&s, &s.request.path), BIT(INVALID) | BIT(INCOMPLETE), "path");
}

Test(sigv4, added_and_left_out_bytes_are_refused)
{
    static struct sent s;
    test_load_signed(&s, "kms-boto3-token");
    natt_bytes *const parts[] = {&s.request.method,
                                 &s.request.body,
                                 &test_header(&s, "host")->value,
                                 &test_header(&s, "x-amz-target")->value,
                                 &test_header(&s, "x-amz-security-token")->value,
                                 &test_header(&s, "authorization")->value};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char longer[2048];
        natt_bytes before = *parts[i];
        snprintf(longer, sizeof longer, "%.*s0", (int)before.len, (const char *)before.ptr);
        *parts[i] = test_view(longer);
        cr_expect_neq(test_verify(&s), NATT_SIGV4_OK, "%zu", i);
        *parts[i] = (natt_bytes){before.ptr, before.len - 1};
        cr_expect_neq(test_verify(&s), NATT_SIGV4_OK, "%zu", i);
        *parts[i] = before;
    }
    s.request.query = test_view("a");
    EXPECT(&s, NATT_SIGV4_INVALID);
    s.request.query = test_view("");
    EXPECT(&s, NATT_SIGV4_OK);
}

/* The verifier compares x-amz-content-sha256 with the body; it is also a signed header. */
Test(sigv4, named_hash_is_the_hash_of_the_body)
{
    static struct sent s;
    test_load_signed(&s, "kms-javascript");
    expect_results(change_each(&s, &test_header(&s, "x-amz-content-sha256")->value), BIT(BODY), "hash");
    expect_results(change_each(&s, &s.request.body), BIT(BODY), "body");
    test_header(&s, "x-amz-content-sha256")->value = test_view("UNSIGNED-PAYLOAD");
    EXPECT(&s, NATT_SIGV4_BODY);
    char out[512];
    size_t len;
    s.request.header_count--;
    cr_expect_not(test_sign(&s, out, sizeof out, &len));
}

/* --- signed headers --- */

Test(sigv4, header_that_is_not_signed_may_be_added_unless_it_is_amazons)
{
    static struct sent s;
    test_load_signed(&s, "kms-boto3");
    test_set_header(&s, "X-Forwarded-For", test_view("10.0.0.1"));
    EXPECT(&s, NATT_SIGV4_OK);
    test_set_header(&s, "X-Amz-Meta", test_view("x"));
    EXPECT(&s, NATT_SIGV4_INCOMPLETE);
    cr_expect_str_eq(s.where, "SignedHeaders: a header x-amz-... was sent unsigned");
    test_header(&s, "x-amz-meta")->name = test_view("X-AmZ-");
    EXPECT(&s, NATT_SIGV4_INCOMPLETE);
    test_header(&s, "x-amz-")->name = test_view("X-Amz");
    EXPECT(&s, NATT_SIGV4_OK);
}

Test(sigv4, header_that_is_signed_may_not_be_left_out)
{
    static struct sent s;
    static const char *const names[] = {"host", "x-amz-date", "x-amz-target", "content-type", "x-amz-security-token"};
    for (size_t i = 0; i < 5; i++) {
        test_load_signed(&s, "kms-boto3-token");
        test_header(&s, names[i])->name = test_view("x-other");
        EXPECT(&s, NATT_SIGV4_INCOMPLETE);
        cr_expect_str_eq(s.where, "SignedHeaders: a listed header was not sent");
    }
}

/* Other headers may be repeated: their values are joined. A client that repeats a header of the scheme is refused even
 * if it signs it. */
Test(sigv4, headers_of_the_scheme_come_once)
{
    static struct sent s;
    static const char *const names[] = {"host", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"};
    for (size_t i = 0; i < 4; i++) {
        test_load_signed(&s, i == 3 ? "kms-javascript" : "kms-boto3-token");
        test_set_header(&s, names[i], test_header(&s, names[i])->value);
        EXPECT(&s, NATT_SIGV4_INCOMPLETE);
    }
    test_load_signed(&s, "kms-boto3");
    test_set_header(&s, "x-amz-target", test_header(&s, "x-amz-target")->value);
    EXPECT(&s, NATT_SIGV4_INVALID);
}

Test(sigv4, authorization_is_there_once)
{
    static struct sent s;
    test_load_signed(&s, "kms-boto3");
    test_set_header(&s, "authorization", test_named("kms-boto3")->authorization);
    EXPECT(&s, NATT_SIGV4_INCOMPLETE);
    cr_expect_str_eq(s.where, "Authorization was sent twice");
    s.request.header_count -= 2;
    EXPECT(&s, NATT_SIGV4_MISSING);
    s.request.header_count = 0;
    EXPECT(&s, NATT_SIGV4_MISSING);
}

Test(sigv4, token_belongs_to_the_key)
{
    static struct sent s;
    test_load_signed(&s, "kms-boto3-token");
    s.key.session_token = NO_BYTES;
    EXPECT(&s, NATT_SIGV4_TOKEN);
    s.key.session_token = test_view("");
    EXPECT(&s, NATT_SIGV4_TOKEN);
    test_load_signed(&s, "kms-boto3");
    s.key.session_token = test_view("token");
    EXPECT(&s, NATT_SIGV4_TOKEN);
    s.key.session_token = NO_BYTES;
    EXPECT(&s, NATT_SIGV4_OK);
    s.key.access_key = test_view("AKIDEXAMPLF");
    EXPECT(&s, NATT_SIGV4_UNKNOWN);
}

Test(sigv4, empty_token_is_a_token)
{
    static struct sent s;
    char out[512];
    size_t len;
    test_load(&s, test_named("kms-boto3"));
    test_set_header(&s, "X-Amz-Security-Token", test_view(""));
    s.key.session_token = test_view("");
    cr_assert(test_sign(&s, out, sizeof out, &len));
    test_set_header(&s, "Authorization", test_view(out));
    EXPECT(&s, NATT_SIGV4_OK);
    s.key.session_token = NO_BYTES;
    EXPECT(&s, NATT_SIGV4_TOKEN);
}

Test(sigv4, scope_is_the_servers)
{
    static struct sent s;
    test_load_signed(&s, "kms-boto3");
    s.service = test_view("s3");
    EXPECT(&s, NATT_SIGV4_SCOPE);
    s.service = test_view("kms");
    s.region = test_view("us-east-2");
    EXPECT(&s, NATT_SIGV4_SCOPE);
    cr_expect_str_eq(s.where, "Credential: the scope is for another region");
}

Test(sigv4, window_is_open_at_both_ends)
{
    static struct sent s;
    test_load_signed(&s, "kms-boto3");
    const uint64_t t = s.now_ms;
    cr_expect_eq(test_verify_at(&s, t + WINDOW_MS, s.region), NATT_SIGV4_OK);
    cr_expect_eq(test_verify_at(&s, t - WINDOW_MS, s.region), NATT_SIGV4_OK);
    cr_expect_eq(test_verify_at(&s, t + WINDOW_MS + 1, s.region), NATT_SIGV4_EXPIRED);
    cr_expect_eq(test_verify_at(&s, t - WINDOW_MS - 1, s.region), NATT_SIGV4_EXPIRED);
    cr_expect_eq(test_verify_at(&s, 0, s.region), NATT_SIGV4_EXPIRED);
    cr_expect_eq(test_verify_at(&s, UINT64_MAX, s.region), NATT_SIGV4_EXPIRED);
}

/* A key with yesterday's scope must not sign today's requests. */
Test(sigv4, scope_is_of_the_day_of_the_request)
{
    static struct sent s;
    natt_sigv4_authorization a;
    test_load_signed(&s, "kms-boto3");
    cr_assert_eq(natt_sigv4_parse(&a, &s.request, &s.where), NATT_SIGV4_OK);
    a.date = test_view("20261129");
    cr_expect_eq(natt_sigv4_verify(&a, &s.request, &s.key, s.service, s.region, s.now_ms, WINDOW_MS, &s.where),
                 NATT_SIGV4_SCOPE);
}
