/* Signature Version 4: the form of the Authorization header, limits, unsigned headers, dates, a failing mbedTLS. */
#include <stdio.h>
#include <string.h>

#include "nsm/kms/test/sigv4_support.h"

/* --- the header's form --- */

#define SIGNATURE "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define C         "Credential=AKID/20261130/us-east-1/kms/aws4_request"
#define S         "SignedHeaders=content-type;host;x-amz-date;x-amz-target"
#define G         "Signature=" SIGNATURE
#define A         "AWS4-HMAC-SHA256 "

static natt_sigv4_result parse(struct sent *s, const char *value)
{
    natt_sigv4_authorization a, zero;
    memset(&zero, 0, sizeof zero);
    memset(&a, 1, sizeof a);
    test_header(s, "authorization")->value = test_view(value);
    natt_sigv4_result result = natt_sigv4_parse(&a, &s->request, &s->where);
    cr_expect(result == NATT_SIGV4_OK || memcmp(&a, &zero, sizeof a) == 0, "%s", value);
    return result;
}

Test(sigv4_form, parts_come_in_any_order_with_any_spaces)
{
    static struct sent s;
    static const char *const right[] = {A C ", " S ", " G, A C "," S "," G, A G ",  " C ",   " S, A S ", " C ", " G,
                                        "  " A "  " C ", " S ", " G "  "};
    test_load_signed(&s, "kms-boto3");
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++)
        cr_expect_eq(parse(&s, right[i]), NATT_SIGV4_OK, "%s: %s", right[i], s.where);
}

Test(sigv4_form, malformed_headers_are_refused)
{
    static struct sent s;
    static const char *const wrong[][2] = {
        {"", "Authorization does not begin with AWS4-HMAC-SHA256"},
        {"AWS4-HMAC-SHA256", "Authorization does not begin with AWS4-HMAC-SHA256"},
        {"AWS4-HMAC-SHA512 " C ", " S ", " G, "Authorization does not begin with AWS4-HMAC-SHA256"},
        {"aws4-hmac-sha256 " C ", " S ", " G, "Authorization does not begin with AWS4-HMAC-SHA256"},
        {"AWS4-HMAC-SHA256\t" C ", " S ", " G, "Authorization does not begin with AWS4-HMAC-SHA256"},
        {"AWS4-ECDSA-P256-SHA256 " C ", " S ", " G, "Authorization does not begin with AWS4-HMAC-SHA256"},
        {"Bearer x", "Authorization does not begin with AWS4-HMAC-SHA256"},
        {A S ", " G, "Credential is missing"},
        {A C ", " G, "SignedHeaders is missing"},
        {A C ", " S, "Signature is missing"},
        {A C ", " C ", " S ", " G, "Credential appears twice"},
        {A C ", " S ", " G ", " S, "SignedHeaders appears twice"},
        {A C ", " S ", " G ", " G, "Signature appears twice"},
        {A C ", " S ", " G ",", "Authorization has a part other than Credential, SignedHeaders and Signature"},
        {A C ", " S ", " G ", X=1", "Authorization has a part other than Credential, SignedHeaders and Signature"},
        {A C " " S " " G, "Credential is not KEY/DATE/REGION/SERVICE/aws4_request"},
        {A "Credential=AK/20261130/us-east-1/kms, " S ", " G, "Credential is not KEY/DATE/REGION/SERVICE/aws4_request"},
        {A "Credential=AK/20261130/us-east-1/kms/aws4/, " S ", " G, NATT_SIGV4_SLASH_IN_KEY},
        {A "Credential=role/AK/20261130/us-east-1/kms/aws4_request, " S ", " G, NATT_SIGV4_SLASH_IN_KEY},
        {A "credential" C ", " S ", " G, "Authorization has a part other than Credential, SignedHeaders and Signature"},
        {A C ", " S ", Signature", "Authorization has a part other than Credential, SignedHeaders and Signature"},
        {A C ", " S ", " G " x", "Signature is not 64 hexadecimal digits in lower case"},
        {A C ", " S ", " G "0", "Signature is not 64 hexadecimal digits in lower case"},
        {A C ", " S ", Signature=", "Signature is not 64 hexadecimal digits in lower case"},
        {A C ", " S ", Signature=0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
         "Signature is not 64 hexadecimal digits in lower case"},
        {A C ", SignedHeaders=, " G, "SignedHeaders are not names in lower case and ascending order"},
        {A C ", SignedHeaders=host;host;x-amz-date, " G,
         "SignedHeaders are not names in lower case and ascending order"},
        {A C ", SignedHeaders=x-amz-date;host, " G, "SignedHeaders are not names in lower case and ascending order"},
        {A C ", SignedHeaders=host;;x-amz-date, " G, "SignedHeaders are not names in lower case and ascending order"},
        {A C ", SignedHeaders=host;x-amz-date;, " G, "SignedHeaders are not names in lower case and ascending order"},
        {A C ", SignedHeaders=;host;x-amz-date, " G, "SignedHeaders are not names in lower case and ascending order"},
        {A C ", SignedHeaders=Host;x-amz-date, " G, "SignedHeaders are not names in lower case and ascending order"},
        {A C ", SignedHeaders=host; x-amz-date, " G, "SignedHeaders are not names in lower case and ascending order"},
        {A C ", SignedHeaders=content-type;x-amz-date;x-amz-target, " G, "SignedHeaders: host is missing"},
        {A C ", SignedHeaders=content-type;host;x-amz-target, " G, "SignedHeaders: x-amz-date is missing"},
        {A C ", SignedHeaders=host;x-amz-date, " G, "SignedHeaders: a header x-amz-... was sent unsigned"},
        {A C ", SignedHeaders=date;host;x-amz-date;x-amz-target, " G, "SignedHeaders: a listed header was not sent"},
    };
    test_load_signed(&s, "kms-boto3");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_expect_eq(parse(&s, wrong[i][0]), NATT_SIGV4_INCOMPLETE, "%s", wrong[i][0]);
        cr_expect_str_eq(s.where, wrong[i][1], "%s: %s", wrong[i][0], s.where);
    }
}

static natt_sigv4_result parse_credential(struct sent *s, const char *credential)
{
    char value[1024];
    snprintf(value, sizeof value, A "Credential=%s, " S ", " G, credential);
    return parse(s, value);
}

Test(sigv4_form, credential_has_five_parts)
{
    static struct sent s;
    static const char *const wrong[] = {
        "",
        "AKID",
        "AKID/20261130/us-east-1/kms",
        "AKID/20261130/us-east-1/kms/aws4_request/",
        "AKID/20261130/us-east-1/kms/aws4_request/x",
        "AKID/20261130/us-east-1/kms/aws4_requess",
        "AKID/20261130/us-east-1/kms/AWS4_REQUEST",
        "/20261130/us-east-1/kms/aws4_request",
        "AKID//us-east-1/kms/aws4_request",
        "AKID/20261130//kms/aws4_request",
        "AKID/20261130/us-east-1//aws4_request",
        "AKID/2026113/us-east-1/kms/aws4_request",
        "AKID/202611300/us-east-1/kms/aws4_request",
        "AKID/2026113x/us-east-1/kms/aws4_request",
        "AK ID/20261130/us-east-1/kms/aws4_request",
        "AK\xc3\xa9/20261130/us-east-1/kms/aws4_request",
        "AKID/20261130/us east-1/kms/aws4_request",
        "AKID/20261130/us-east-1/k:ms/aws4_request",
    };
    test_load_signed(&s, "kms-boto3");
    cr_expect_eq(parse_credential(&s, "AKID/20261130/us-east-1/kms/aws4_request"), NATT_SIGV4_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        cr_expect_eq(parse_credential(&s, wrong[i]), NATT_SIGV4_INCOMPLETE, "%s", wrong[i]);
}

/* --- limits --- */

static const char *repeated(const char *what, size_t count)
{
    static char out[8192];
    size_t len = strlen(what);
    cr_assert_lt(len * count, sizeof out);
    for (size_t i = 0; i < count; i++)
        memcpy(out + i * len, what, len);
    out[len * count] = '\0';
    return out;
}

static natt_sigv4_result parse_lengths(struct sent *s, int key, int region, int service)
{
    char credential[512];
    snprintf(credential, sizeof credential, "%.*s/20261130/%.*s/%.*s/aws4_request", key, repeated("a", 200), region,
             repeated("a", 200), service, repeated("a", 200));
    return parse_credential(s, credential);
}

Test(sigv4_form, parts_of_the_credential_are_bounded)
{
    static struct sent s;
    test_load_signed(&s, "kms-boto3");
    cr_expect_eq(parse_lengths(&s, 127, 63, 63), NATT_SIGV4_OK);
    cr_expect_eq(parse_lengths(&s, 128, 64, 64), NATT_SIGV4_OK);
    cr_expect_eq(parse_lengths(&s, 129, 64, 64), NATT_SIGV4_INCOMPLETE);
    cr_expect_eq(parse_lengths(&s, 128, 65, 64), NATT_SIGV4_INCOMPLETE);
    cr_expect_eq(parse_lengths(&s, 128, 64, 65), NATT_SIGV4_INCOMPLETE);
}

Test(sigv4_form, authorization_has_at_most_4096_bytes)
{
    static struct sent s;
    char value[NATT_SIGV4_MAX_AUTHORIZATION + 2];
    test_load_signed(&s, "kms-boto3");
    for (int len = NATT_SIGV4_MAX_AUTHORIZATION - 1; len <= NATT_SIGV4_MAX_AUTHORIZATION + 1; len++) {
        const int spaces = len - (int)strlen(A C "," S "," G);
        snprintf(value, sizeof value, A C ",%*s" S "," G, spaces, "");
        cr_expect_eq((int)strlen(value), len);
        cr_expect_eq(parse(&s, value), len > NATT_SIGV4_MAX_AUTHORIZATION ? NATT_SIGV4_INCOMPLETE : NATT_SIGV4_OK);
    }
}

/* Signs, and then verifies. */
static bool both_ways(struct sent *s)
{
    char out[NATT_SIGV4_MAX_AUTHORIZATION + 1];
    size_t len, count = s->request.header_count;
    bool ok = natt_sigv4_sign(out, sizeof out, &len, &s->request, &s->key, s->service, s->region, NULL);
    cr_expect_eq(ok, len > 0);
    test_set_header(s, "Authorization", ok ? test_view(out) : test_named("kms-boto3")->authorization);
    natt_sigv4_result result = test_verify(s);
    cr_expect_eq(result == NATT_SIGV4_OK, ok, "%d: %s", (int)result, s->where);
    s->request.header_count = count;
    return ok;
}

Test(sigv4_form, path_and_query_are_bounded)
{
    static struct sent s;
    test_load(&s, test_named("kms-boto3"));
    for (size_t len = NATT_SIGV4_MAX_PATH - 1; len <= NATT_SIGV4_MAX_PATH + 1; len++) {
        s.request.path = (natt_bytes){(const uint8_t *)repeated("/a/..///", 300), len};
        cr_expect_eq(both_ways(&s), len <= NATT_SIGV4_MAX_PATH);
    }
    s.request.path = test_view("/");
    for (size_t len = NATT_SIGV4_MAX_QUERY - 1; len <= NATT_SIGV4_MAX_QUERY + 1; len++) {
        s.request.query = (natt_bytes){(const uint8_t *)repeated("a", 2100), len};
        cr_expect_eq(both_ways(&s), len <= NATT_SIGV4_MAX_QUERY);
    }
    for (size_t count = NATT_SIGV4_MAX_PARAMETERS - 1; count <= NATT_SIGV4_MAX_PARAMETERS + 1; count++) {
        s.request.query = test_view(repeated("&", count - 1));
        cr_expect_eq(both_ways(&s), count <= NATT_SIGV4_MAX_PARAMETERS);
    }
    s.request.query = test_view("a b");
    cr_expect_not(both_ways(&s));
    s.request.query = test_view("a\nb");
    cr_expect_not(both_ways(&s));
}

/* Authorization adds one. */
Test(sigv4_form, headers_are_bounded)
{
    static struct sent s;
    static char names[NATT_SIGV4_MAX_HEADERS][8];
    test_load(&s, test_named("kms-boto3"));
    for (size_t i = s.request.header_count; i < NATT_SIGV4_MAX_HEADERS - 2; i++) {
        snprintf(names[i], sizeof names[i], "x-%zu", i);
        test_set_header(&s, names[i], test_view("v"));
    }
    cr_expect(both_ways(&s));
    test_set_header(&s, "one", test_view("v"));
    cr_expect(both_ways(&s));
    test_set_header(&s, "two", test_view("v"));
    EXPECT(&s, NATT_SIGV4_MISSING);
    test_set_header(&s, "Authorization", test_named("kms-boto3")->authorization);
    EXPECT(&s, NATT_SIGV4_INCOMPLETE);
    cr_expect_str_eq(s.where, "there are too many headers");
}

Test(sigv4_form, secret_has_at_most_256_bytes)
{
    static struct sent s;
    char out[512];
    size_t len;
    test_load_signed(&s, "kms-boto3");
    for (size_t n = NATT_SIGV4_MAX_SECRET - 1; n <= NATT_SIGV4_MAX_SECRET + 1; n++) {
        s.key.secret = test_view(repeated("s", n));
        EXPECT(&s, n <= NATT_SIGV4_MAX_SECRET ? NATT_SIGV4_INVALID : NATT_SIGV4_ERROR);
    }
    s.key.secret = NO_BYTES;
    EXPECT(&s, NATT_SIGV4_ERROR);
    s.request.header_count--;
    cr_expect_not(test_sign(&s, out, sizeof out, &len));
}

Test(sigv4_form, odd_requests_are_refused)
{
    static struct sent s;
    test_load(&s, test_named("kms-boto3"));
    static const char *const paths[] = {"*", "a/b", "example.com:443"}, *const methods[] = {"", "G T", "GET\n/", "G:T"};
    for (size_t i = 0; i < 3; i++) {
        s.request.path = test_view(paths[i]);
        cr_expect_not(both_ways(&s), "%s", paths[i]);
    }
    s.request.path = test_view("");
    cr_expect(both_ways(&s));
    s.request.path = NO_BYTES;
    cr_expect(both_ways(&s));
    for (size_t i = 0; i < 4; i++) {
        s.request.method = test_view(methods[i]);
        cr_expect_not(both_ways(&s), "%s", methods[i]);
    }
    s.request.method = test_view("POST");
    test_set_header(&s, "x:y", test_view(""));
    cr_expect_not(both_ways(&s));
}

/* --- signing --- */

Test(sigv4_form, signature_fits_or_nothing_is_written)
{
    static struct sent s;
    char out[512];
    size_t len, whole;
    test_load(&s, test_named("kms-boto3"));
    cr_assert(test_sign(&s, out, sizeof out, &whole));
    for (size_t capacity = 0; capacity <= whole + 2; capacity++) {
        memset(out, 'x', sizeof out);
        cr_expect_eq(test_sign(&s, out, capacity, &len), capacity > whole);
        cr_expect_eq(len, capacity > whole ? whole : 0);
        cr_expect(capacity == 0 || out[len] == '\0');
        cr_expect_eq(out[capacity], 'x');
    }
}

Test(sigv4_form, request_that_would_be_refused_is_not_signed)
{
    static struct sent s;
    char out[512];
    size_t len = 1;
    static const char *const needed[] = {"host", "x-amz-date", "x-amz-security-token"};
    for (size_t i = 0; i < 3; i++) {
        test_load(&s, test_named("kms-boto3-token"));
        test_header(&s, needed[i])->name = test_view("x-other");
        cr_expect_not(test_sign(&s, out, sizeof out, &len), "%s", needed[i]);
        cr_expect_eq(len, 0);
    }
    test_load(&s, test_named("kms-boto3-token"));
    test_header(&s, "x-amz-security-token")->value = test_view("another");
    cr_expect_not(test_sign(&s, out, sizeof out, &len));
    test_load(&s, test_named("kms-boto3"));
    test_header(&s, "x-amz-date")->value = test_view("20261131T071759Z");
    cr_expect_not(test_sign(&s, out, sizeof out, &len));
    test_load(&s, test_named("kms-boto3"));
    cr_expect_not(natt_sigv4_sign(out, sizeof out, &len, &s.request, &s.key, s.service, s.region, "x-amz-target"));
    s.region = test_view("");
    cr_expect_not(test_sign(&s, out, sizeof out, &len));
    s.region = test_view("a/b");
    cr_expect_not(test_sign(&s, out, sizeof out, &len));
    s.region = test_view("a, SignedHeaders=host");
    cr_expect_not(test_sign(&s, out, sizeof out, &len));
}

Test(sigv4_form, old_authorization_is_not_signed)
{
    static struct sent s;
    char out[512];
    size_t len;
    test_load_signed(&s, "kms-boto3");
    cr_assert(test_sign(&s, out, sizeof out, &len));
    cr_expect(natt_sigv4_is(test_named("kms-boto3")->authorization, out));
}

/* --- dates --- */

Test(sigv4_form, dates_are_read_and_written)
{
    static const struct {
        const char *text;
        uint64_t ms;
    } table[] = {
        {"19700101T000000Z", 0},
        {"19700101T000001Z", 1000},
        {"20000229T000000Z", UINT64_C(951782400000)},
        {"20010909T014640Z", UINT64_C(1000000000000)},
        {"20150830T123600Z", UINT64_C(1440938160000)},
        {"20240229T235959Z", UINT64_C(1709251199000)},
        {"21000228T235959Z", UINT64_C(4107542399000)},
        {"21000301T000000Z", UINT64_C(4107542400000)},
        {"99991231T235959Z", UINT64_C(253402300799000)},
    };
    char text[NATT_SIGV4_DATE_LEN + 1];
    uint64_t ms;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        cr_expect(natt_sigv4_date(text, table[i].ms + 999));
        cr_expect_str_eq(text, table[i].text);
        cr_expect(natt_sigv4_date_ms(test_view(table[i].text), &ms) && ms == table[i].ms, "%s", table[i].text);
    }
    cr_expect_not(natt_sigv4_date(text, UINT64_C(253402300800000)));
    cr_expect_eq(text[0], '\0');
}

Test(sigv4_form, every_day_is_itself_again)
{
    char text[NATT_SIGV4_DATE_LEN + 1], last[NATT_SIGV4_DATE_LEN + 1] = "";
    uint64_t ms;
    for (uint64_t day = 0; day < 2932897; day += 1 + day % 3) {
        cr_assert(natt_sigv4_date(text, day * 86400000));
        cr_assert(natt_sigv4_date_ms(test_view(text), &ms) && ms == day * 86400000, "%s", text);
        cr_assert_gt(strcmp(text, last), 0);
        strcpy(last, text);
    }
}

Test(sigv4_form, what_is_no_date_is_refused)
{
    static const char *const wrong[] = {"",
                                        "20261130",
                                        "20261130T071759",
                                        "20261130T071759z",
                                        "20261130t071759Z",
                                        "20261130 071759Z",
                                        "19691231T235959Z",
                                        "20260001T000000Z",
                                        "20261301T000000Z",
                                        "20260100T000000Z",
                                        "20260132T000000Z",
                                        "20260229T000000Z",
                                        "20261131T000000Z",
                                        "20261130T240000Z",
                                        "20261130T006000Z",
                                        "20261130T000060Z",
                                        "2026113xT000000Z",
                                        "+0261130T000000Z",
                                        "20261130T0000000Z",
                                        "2026-1-30T000000Z"};
    uint64_t ms;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        cr_expect_not(natt_sigv4_date_ms(test_view(wrong[i]), &ms), "%s", wrong[i]);
}

/* --- mbedTLS fails --- */

static int until_failure; /* 0 = never */

int __real_mbedtls_md_setup(mbedtls_md_context_t *md, const mbedtls_md_info_t *info, int hmac);
int __wrap_mbedtls_md_setup(mbedtls_md_context_t *md, const mbedtls_md_info_t *info, int hmac);
int __wrap_mbedtls_md_setup(mbedtls_md_context_t *md, const mbedtls_md_info_t *info, int hmac)
{
    if (until_failure > 0 && --until_failure == 0)
        return MBEDTLS_ERR_MD_ALLOC_FAILED;
    return __real_mbedtls_md_setup(md, info, hmac);
}

/* The hashes are those of the body, the canonical form, four keys, and the signature. */
Test(sigv4_form, failing_hash_signs_and_verifies_nothing)
{
    static struct sent s;
    char out[512];
    size_t len;
    test_load_signed(&s, "kms-boto3");
    for (int i = 1; i <= 7; i++) {
        until_failure = i;
        EXPECT(&s, NATT_SIGV4_ERROR);
        cr_expect_eq(until_failure, 0);
        until_failure = i;
        cr_expect_not(test_sign(&s, out, sizeof out, &len));
        cr_expect_eq(until_failure + (int)len, 0);
    }
    until_failure = 8;
    EXPECT(&s, NATT_SIGV4_OK);
    cr_expect_eq(until_failure, 1);
}
