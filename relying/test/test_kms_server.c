/* The local KMS with the test's own clocks: ages of documents, deletion dates of keys. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <nitro_attest/issuer.h>
#include <nitro_attest/recipient.h>

#include "relying/kms/crypto/base64.h"
#include "relying/kms/crypto/random.h"
#include "relying/test/kms_ask.h"

#define ISSUED_MS  UINT64_C(1760000000000)
#define MAX_AGE_MS UINT64_C(300000)
#define DAY_MS     UINT64_C(86400000)

/* step_ms passes between two reads of the same clock; the date is ahead by ahead_ms, and by set_ms more after each
 * read. */
static uint64_t clock_ms, step_ms, ahead_ms, set_ms, looked_ms;

static uint64_t monotonic(void)
{
    looked_ms += step_ms;
    return clock_ms + looked_ms - step_ms;
}

static uint64_t now(void)
{
    clock_ms += step_ms;
    ahead_ms += set_ms;
    return clock_ms - step_ms + ahead_ms - set_ms;
}

typedef struct fixture {
    natt_issuer *issuer;
    natt_recipient_key *key;
    natt_kms_server *server;
    char recipient[32768];
} fixture;

static void put_recipient(fixture *f, uint64_t issued_ms)
{
    uint8_t document[NATT_MAX_DOCUMENT];
    size_t len = 0;
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    request.timestamp_ms = issued_ms;
    request.public_key = natt_recipient_key_public(f->key);
    cr_assert(natt_issue(f->issuer, document, sizeof document, &len, &request, NULL));
    cr_assert(natt_recipient_value(f->recipient, sizeof f->recipient, &len, (natt_bytes){document, len}, NULL));
}

static fixture *begin_with(natt_kms_options options)
{
    fixture *f = calloc(1, sizeof *f);
    natt_issuer_options issuer_options = NATT_ISSUER_OPTIONS_INIT;
    natt_kms_error err;
    issuer_options.now_ms = clock_ms = ISSUED_MS;
    f->issuer = natt_issuer_new(&issuer_options, NULL);
    f->key = natt_recipient_key_new(NULL, 2048, NULL);
    cr_assert(f->issuer != NULL && f->key != NULL);
    const natt_bytes root = natt_issuer_root(f->issuer);
    options.store = ":memory:";
    options.roots = &root;
    options.root_count = 1;
    options.max_age_ms = MAX_AGE_MS;
    options.now_ms = now;
    options.monotonic_ms = monotonic;
    f->server = natt_kms_server_new(&options, &err);
    cr_assert(f->server != NULL, "%s", err.text);
    step_ms = ahead_ms = set_ms = looked_ms = 0;
    put_recipient(f, ISSUED_MS);
    return f;
}

static fixture *begin(bool refuse_replays)
{
    return begin_with((natt_kms_options){.refuse_replays = refuse_replays});
}

static void end(fixture *f)
{
    natt_kms_server_free(f->server);
    natt_recipient_key_free(f->key);
    natt_issuer_free(f->issuer);
    free(f);
}

/* Returns the error's name, "" for none; *json gets the reply. */
static const char *ask(fixture *f, json_t **json, const char *operation, const char *body)
{
    static char name[64];
    natt_http_reply reply;
    natt_kms_ask(&reply, f->server, operation, natt_ask_text(body));
    *json = reply.body_len > 0 ? json_loadb((const char *)reply.body, reply.body_len, 0, NULL) : json_object();
    const char *type = json_string_value(json_object_get(*json, "__type"));
    (void)snprintf(name, sizeof name, "%s", type != NULL ? type : "");
    cr_assert(*json != NULL && (reply.status == 200) == (type == NULL));
    natt_kms_reply_free(&reply);
    return name;
}

static const char *random_for_recipient(fixture *f)
{
    char body[sizeof f->recipient + 64];
    json_t *json = NULL;
    (void)snprintf(body, sizeof body, "{\"NumberOfBytes\":8,\"Recipient\":%s}", f->recipient);
    const char *error = ask(f, &json, "GenerateRandom", body);
    json_decref(json);
    return error;
}

Test(kms_server, document_is_taken_up_to_the_greatest_age)
{
    fixture *f = begin(false);
    for (uint64_t age = MAX_AGE_MS - 1; age <= MAX_AGE_MS + 1; age++) {
        clock_ms = ISSUED_MS + age;
        cr_assert_str_eq(random_for_recipient(f), age <= MAX_AGE_MS ? "" : "AccessDeniedException");
    }
    end(f);
}

Test(kms_server, document_that_was_seen_is_refused_as_long_as_it_is_fresh)
{
    fixture *f = begin(true);
    cr_assert_str_eq(random_for_recipient(f), "");
    for (uint64_t age = 0; age <= MAX_AGE_MS; age += MAX_AGE_MS) {
        clock_ms = ISSUED_MS + age;
        cr_assert_str_eq(random_for_recipient(f), "AccessDeniedException");
    }
    end(f);
}

/* The creation of an RSA key delays the reply. */
Test(kms_server, document_that_becomes_too_old_meanwhile_is_refused)
{
    for (uint64_t took = 9; took <= 11; took++) {
        fixture *f = begin(true);
        clock_ms = ISSUED_MS + MAX_AGE_MS - 10;
        step_ms = took;
        cr_assert_str_eq(random_for_recipient(f), took <= 10 ? "" : "AccessDeniedException");
        end(f);
    }
}

/* Also if the clock is set back after another request has deleted records of old documents. */
Test(kms_server, document_that_was_seen_is_remembered_for_ten_minutes_more)
{
    const uint64_t forgotten_ms = ISSUED_MS + MAX_AGE_MS + 600000 + 2;
    for (uint64_t other_ms = forgotten_ms - 1; other_ms <= forgotten_ms + 1; other_ms++) {
        fixture *f = begin(true);
        char first[sizeof f->recipient];
        memcpy(first, f->recipient, sizeof first);
        cr_assert_str_eq(random_for_recipient(f), "");
        clock_ms = other_ms;
        put_recipient(f, other_ms);
        cr_assert_str_eq(random_for_recipient(f), "");
        clock_ms = ISSUED_MS + MAX_AGE_MS;
        memcpy(f->recipient, first, sizeof first);
        cr_assert_str_eq(random_for_recipient(f), other_ms < forgotten_ms ? "AccessDeniedException" : "");
        end(f);
    }
}

static const char *describe(fixture *f, const char *id)
{
    char body[256];
    json_t *json = NULL;
    (void)snprintf(body, sizeof body, "{\"KeyId\":\"%s\"}", id);
    const char *error = ask(f, &json, "DescribeKey", body);
    json_decref(json);
    return error;
}

Test(kms_server, key_is_gone_when_its_time_has_come)
{
    fixture *f = begin(false);
    json_t *made = NULL, *json = NULL;
    char body[256];
    cr_assert_str_eq(ask(f, &made, "CreateKey", "{}"), "");
    const char *id = json_string_value(json_object_get(json_object_get(made, "KeyMetadata"), "KeyId"));
    (void)snprintf(body, sizeof body, "{\"KeyId\":\"%s\",\"PendingWindowInDays\":7}", id);
    cr_assert_str_eq(ask(f, &json, "ScheduleKeyDeletion", body), "");
    cr_assert_float_eq(json_real_value(json_object_get(json, "DeletionDate")), (double)(ISSUED_MS + 7 * DAY_MS) / 1000,
                       0.0001);
    json_decref(json);
    clock_ms = ISSUED_MS + 7 * DAY_MS - 1;
    cr_assert_str_eq(describe(f, id), "");
    clock_ms = ISSUED_MS + 7 * DAY_MS;
    cr_assert_str_eq(describe(f, id), "NotFoundException");
    clock_ms = ISSUED_MS; /* it does not reappear */
    cr_assert_str_eq(describe(f, id), "NotFoundException");
    json_decref(made);
    end(f);
}

static const char *ask_only(fixture *f, const char *operation, const char *body)
{
    json_t *json = NULL;
    const char *error = ask(f, &json, operation, body);
    json_decref(json);
    return error;
}

Test(kms_server, keys_are_as_many_as_the_limit)
{
    fixture *f = begin_with((natt_kms_options){.max_keys = 2});
    json_t *made = NULL;
    char body[256];
    cr_assert_str_eq(ask(f, &made, "CreateKey", "{}"), "");
    const char *id = json_string_value(json_object_get(json_object_get(made, "KeyMetadata"), "KeyId"));
    cr_assert_str_eq(ask_only(f, "CreateKey", "{}"), "");
    cr_assert_str_eq(ask_only(f, "CreateKey", "{}"), "LimitExceededException");
    (void)snprintf(body, sizeof body, "{\"KeyId\":\"%s\",\"PendingWindowInDays\":7}", id);
    cr_assert_str_eq(ask_only(f, "ScheduleKeyDeletion", body), "");
    clock_ms = ISSUED_MS + 7 * DAY_MS - 1;
    cr_assert_str_eq(ask_only(f, "CreateKey", "{}"), "LimitExceededException");
    clock_ms = ISSUED_MS + 7 * DAY_MS; /* it is deleted */
    cr_assert_str_eq(ask_only(f, "CreateKey", "{}"), "");
    json_decref(made);
    end(f);
}

/* Before the search for an RSA key, which would end with a different error. */
Test(kms_server, no_key_is_made_where_there_is_no_room)
{
    fixture *f = begin_with((natt_kms_options){.max_keys = 1, .timeout_ms = 5000});
    cr_assert_str_eq(ask_only(f, "CreateKey", "{}"), "");
    step_ms = 1000;
    cr_expect_str_eq(ask_only(f, "CreateKey", "{\"KeySpec\":\"RSA_4096\",\"KeyUsage\":\"ENCRYPT_DECRYPT\"}"),
                     "LimitExceededException");
    end(f);
}

/* A rate of three: three at once, then one each third of a second. The retry sends the same document. */
Test(kms_server, requests_beyond_the_rate_are_throttled)
{
    static const struct {
        uint64_t at_ms;
        const char *error;
    } requests[] = {
        {0, ""},
        {0, ""},
        {0, ""},
        {0, "ThrottlingException"},
        {333, "ThrottlingException"},
        {334, ""},
        {334, "ThrottlingException"},
        {0, "ThrottlingException"},
        {400, "ThrottlingException"}, /* an earlier time adds no tokens, and the time since then counts once */
        {666, "ThrottlingException"},
        {667, ""},
        {667, "ThrottlingException"},
        {90000, ""},
        {90000, ""},
        {90000, ""},
        {90000, "ThrottlingException"},
        {90900, ""}, /* unused requests count up to three */
        {180000, ""},
        {180000, ""},
        {180000, ""},
        {180000, "ThrottlingException"},
    };
    fixture *f = begin_with((natt_kms_options){.max_rate = 3});
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        clock_ms = ISSUED_MS + requests[i].at_ms;
        cr_expect_str_eq(random_for_recipient(f), requests[i].error, "request %zu", i);
    }
    end(f);
}

/* Requests of two threads: each arrives after one that began later. */
Test(kms_server, rate_counts_no_time_twice)
{
    natt_kms_rate rate;
    unsigned taken = 0;
    cr_assert(natt_kms_rate_init(&rate, 1000, 0));
    for (uint64_t ms = 1; ms <= 5000; ms++)
        for (int i = 0; i < 4; i++)
            taken += (natt_kms_rate_take(&rate, ms) ? 1U : 0U) + (natt_kms_rate_take(&rate, ms - 1) ? 1U : 0U);
    cr_expect_eq(taken, 1000 + 5000 - 1, "%u", taken);
    natt_kms_rate_free(&rate);
}

/* Setting the date back an hour does not make clients wait for an hour. */
Test(kms_server, rate_is_not_of_the_date)
{
    fixture *f = begin_with((natt_kms_options){.max_rate = 1});
    cr_expect_str_eq(ask_only(f, "ListKeys", "{}"), "");
    cr_expect_str_eq(ask_only(f, "ListKeys", "{}"), "ThrottlingException");
    ahead_ms = UINT64_C(0) - 3600000;
    cr_expect_str_eq(ask_only(f, "ListKeys", "{}"), "ThrottlingException");
    clock_ms += 1000;
    cr_expect_str_eq(ask_only(f, "ListKeys", "{}"), "");
    end(f);
}

Test(kms_server, rate_takes_its_full_range)
{
    natt_kms_rate rate;
    cr_assert(natt_kms_rate_init(&rate, NATT_KMS_MAX_RATE, 0));
    for (uint64_t i = 0; i <= NATT_KMS_MAX_RATE; i++)
        cr_assert_eq(natt_kms_rate_take(&rate, 0), i < NATT_KMS_MAX_RATE);
    cr_expect(natt_kms_rate_take(&rate, UINT64_MAX));
    natt_kms_rate_free(&rate);
}

Test(kms_server, random_bytes_end_at_the_deadline)
{
    unsigned char byte;
    for (uint64_t at_ms = 9; at_ms <= 11; at_ms++) {
        natt_kms_deadline deadline = {now, 10, false};
        clock_ms = at_ms, step_ms = 0;
        cr_expect_eq(natt_kms_random_until(&deadline, &byte, 1) == 0, at_ms < 10);
        cr_expect_eq(deadline.passed, at_ms >= 10);
        clock_ms = 0; /* a passed time remains passed */
        cr_expect_eq(natt_kms_random_until(&deadline, &byte, 1) == 0, at_ms < 10);
    }
    natt_kms_deadline none = {NULL, 0, false};
    cr_expect(natt_kms_random_until(&none, &byte, 1) == 0 && !none.passed);
}

/* Each reading of the clock takes a second. */
Test(kms_server, key_that_is_not_found_in_time_is_given_up)
{
    static const char rsa[] = "{\"KeySpec\":\"RSA_2048\",\"KeyUsage\":\"ENCRYPT_DECRYPT\"}";
    for (uint64_t timeout_ms = 0; timeout_ms <= 5000; timeout_ms += 5000) {
        fixture *f = begin_with((natt_kms_options){.timeout_ms = timeout_ms});
        const char *wanted = timeout_ms == 0 ? "" : "DependencyTimeoutException";
        json_t *made = NULL;
        char body[256];
        cr_assert_str_eq(ask(f, &made, "CreateKey", "{}"), "");
        (void)snprintf(body, sizeof body, "{\"KeyId\":\"%s\",\"KeyPairSpec\":\"RSA_2048\"}",
                       json_string_value(json_object_get(json_object_get(made, "KeyMetadata"), "KeyId")));
        step_ms = 1000;
        cr_expect_str_eq(ask_only(f, "CreateKey", rsa), wanted);
        cr_expect_str_eq(ask_only(f, "GenerateDataKeyPair", body), wanted);
        step_ms = 0;
        json_decref(made);
        end(f);
    }
}

/* A system clock that advances an hour at each reading does not end the search. */
Test(kms_server, time_of_the_search_for_a_key_is_not_the_date)
{
    fixture *f = begin_with((natt_kms_options){.timeout_ms = 5000});
    set_ms = 3600000;
    cr_expect_str_eq(ask_only(f, "CreateKey", "{\"KeySpec\":\"RSA_2048\",\"KeyUsage\":\"ENCRYPT_DECRYPT\"}"), "");
    cr_expect_gt(ahead_ms, 0);
    end(f);
}

static void check_decoded(const char *text, bool good)
{
    size_t len = 0, public_len = 0;
    bool strict = false, public_strict = false;
    uint8_t *secret = natt_kms_base64_decode(&len, &strict, natt_ask_text(text));
    uint8_t *open = natt_kms_base64_decode_public(&public_len, &public_strict, natt_ask_text(text));
    cr_assert_eq(secret != NULL, good, "%s", text);
    cr_assert_eq(open != NULL, good, "%s", text);
    cr_assert(strict == good && public_strict == good && len == public_len);
    cr_assert(!good || len == 0 || memcmp(secret, open, len) == 0);
    char *again = good ? natt_kms_base64_encode((natt_bytes){secret, len}) : strdup(text);
    cr_assert_str_eq(again, text);
    free(again);
    free(secret);
    free(open);
}

Test(kms_server, base64_is_decoded_where_it_is_the_one_encoding)
{
    static const char *const good[] = {"", "AA==", "/+8=", "////", "AAAAAA==", "QUJDREVGRw==", "+/+/"};
    static const char *const bad[] = {"A",        "AA",   "AAA",  "A===", "====",  "AB==",       "AAB=", "AA=A",
                                      "AA==AA==", "A A=", "AA-=", "AA_=", "AAA\n", "\xc3\xa9==", "=AAA", "AA==\n"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        check_decoded(good[i], true);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        check_decoded(bad[i], false);
}

Test(kms_server, base64_of_every_length_and_byte)
{
    uint8_t bytes[256];
    for (unsigned i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7 + 1);
    for (size_t len = 0; len <= sizeof bytes; len++) {
        char *text = natt_kms_base64_encode((natt_bytes){bytes, len});
        check_decoded(text, true);
        free(text);
    }
}
