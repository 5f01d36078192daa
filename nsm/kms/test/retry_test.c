/* Which failures the client retries, and when. */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/kms/error.h"
#include "nsm/kms/retry.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define MINUTE          INT64_C(60000)

static const natt_retry_state first = {.attempts = 1, .max_attempts = 3};

static natt_retry_decision decide(const natt_retry_state *state, natt_kms_client_code code, unsigned status,
                                  int64_t skew_ms)
{
    natt_kms_client_error err;
    natt_kms_client_no_error(&err);
    err.http_status = status;
    (void)natt_kms_client_fail(&err, code, NULL);
    return natt_retry_decide(state, &err, skew_ms);
}

/* Checks every code: the client retries these, and no others. */
Test(retry, only_transient_failures_are_tried_again)
{
#define CODE(name, number, text, remedy) name,
    static const natt_kms_client_code codes[] = {NATT_KMS_CLIENT_CODE_LIST(CODE)};
    static const natt_kms_client_code later[] = {NATT_KMS_CLIENT_E_RESOLVE,
                                                 NATT_KMS_CLIENT_E_CONNECT,
                                                 NATT_KMS_CLIENT_E_SOCKET,
                                                 NATT_KMS_CLIENT_E_TIMEOUT,
                                                 NATT_KMS_CLIENT_E_TLS_RECORD,
                                                 NATT_KMS_CLIENT_E_HTTP_TRUNCATED,
                                                 NATT_KMS_CLIENT_E_KMS_THROTTLING,
                                                 NATT_KMS_CLIENT_E_KMS_INTERNAL,
                                                 NATT_KMS_CLIENT_E_KMS_KEY_UNAVAILABLE,
                                                 NATT_KMS_CLIENT_E_KMS_DEPENDENCY_TIMEOUT};
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        bool wanted = false;
        for (size_t k = 0; k < COUNT_OF(later); k++)
            wanted = wanted || later[k] == codes[i];
        cr_expect_eq(decide(&first, codes[i], 400, 0), wanted ? NATT_RETRY_LATER : NATT_RETRY_NO, "%s",
                     natt_kms_client_code_name(codes[i]));
    }
}

Test(retry, errors_of_servers_are_tried_again_whatever_their_name)
{
    for (unsigned status = 200; status < 600; status++) {
        const bool wanted = status == 500 || status == 502 || status == 503 || status == 504;
        const natt_retry_decision decision = wanted ? NATT_RETRY_LATER : NATT_RETRY_NO;
        cr_expect_eq(decide(&first, NATT_KMS_CLIENT_E_HTTP_STATUS, status, 0), decision, "%u", status);
        cr_expect_eq(decide(&first, NATT_KMS_CLIENT_E_KMS_OTHER, status, 0), decision, "%u", status);
        /* The status of an earlier reply says nothing about this failure. */
        cr_expect_eq(decide(&first, NATT_KMS_CLIENT_E_TLS_NAME, status, 0), NATT_RETRY_NO, "%u", status);
    }
}

Test(retry, attempts_are_bounded)
{
    for (unsigned attempts = 1; attempts <= 4; attempts++) {
        const natt_retry_state state = {.attempts = attempts, .max_attempts = 3, .was_idle = true, .can_renew = true};
        cr_expect_eq(decide(&state, NATT_KMS_CLIENT_E_KMS_THROTTLING, 400, 0) != NATT_RETRY_NO, attempts < 3);
        cr_expect_eq(decide(&state, NATT_KMS_CLIENT_E_SOCKET, 0, 0) != NATT_RETRY_NO, attempts < 3);
        cr_expect_eq(decide(&state, NATT_KMS_CLIENT_E_KMS_EXPIRED_TOKEN, 400, 0) != NATT_RETRY_NO, attempts < 3);
        cr_expect_eq(decide(&state, NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE, 400, 60 * MINUTE) != NATT_RETRY_NO,
                     attempts < 3);
    }
}

Test(retry, idle_connections_that_were_closed_are_replaced_at_once)
{
    const natt_retry_state idle = {.attempts = 1, .max_attempts = 3, .was_idle = true};
    cr_expect_eq(decide(&idle, NATT_KMS_CLIENT_E_SOCKET, 0, 0), NATT_RETRY_NOW);
    cr_expect_eq(decide(&idle, NATT_KMS_CLIENT_E_TLS_RECORD, 0, 0), NATT_RETRY_NOW);
    cr_expect_eq(decide(&idle, NATT_KMS_CLIENT_E_HTTP_TRUNCATED, 0, 0), NATT_RETRY_NOW);
    cr_expect_eq(decide(&idle, NATT_KMS_CLIENT_E_TIMEOUT, 0, 0), NATT_RETRY_LATER);
    cr_expect_eq(decide(&idle, NATT_KMS_CLIENT_E_KMS_THROTTLING, 400, 0), NATT_RETRY_LATER);
}

Test(retry, clocks_are_corrected_once_and_only_if_they_differ)
{
    const natt_retry_state again = {.attempts = 2, .max_attempts = 3, .clock_corrected = true};
    const natt_kms_client_code code = NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE;
    cr_expect_eq(decide(&first, code, 400, 4 * MINUTE + 1), NATT_RETRY_CLOCK);
    cr_expect_eq(decide(&first, code, 400, -4 * MINUTE - 1), NATT_RETRY_CLOCK);
    cr_expect_eq(decide(&first, code, 400, 4 * MINUTE), NATT_RETRY_NO);
    cr_expect_eq(decide(&first, code, 400, -4 * MINUTE), NATT_RETRY_NO);
    cr_expect_eq(decide(&first, code, 400, 0), NATT_RETRY_NO);
    cr_expect_eq(decide(&again, code, 400, 60 * MINUTE), NATT_RETRY_NO);
    cr_expect_eq(decide(&first, NATT_KMS_CLIENT_E_KMS_ACCESS_DENIED, 400, 60 * MINUTE), NATT_RETRY_NO);
}

/* Gateways have other names for it. */
Test(retry, clocks_are_corrected_for_what_the_message_says)
{
    static const char *const texts[] = {"Signature expired: 20261130T000000Z is now earlier than ...",
                                        "Signature not yet current: 20261130T000000Z is still later than ..."};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        natt_kms_client_error err;
        natt_kms_client_no_error(&err);
        (void)natt_kms_client_fail(&err, NATT_KMS_CLIENT_E_KMS_ACCESS_DENIED, texts[i]);
        cr_expect_eq(natt_retry_decide(&first, &err, 60 * MINUTE), NATT_RETRY_CLOCK);
        (void)natt_kms_client_fail(&err, NATT_KMS_CLIENT_E_TLS_NAME, texts[i]);
        cr_expect_eq(natt_retry_decide(&first, &err, 60 * MINUTE), NATT_RETRY_NO);
    }
}

Test(retry, expired_tokens_are_renewed_once_from_files)
{
    natt_retry_state state = {.attempts = 1, .max_attempts = 3, .can_renew = true};
    cr_expect_eq(decide(&state, NATT_KMS_CLIENT_E_KMS_EXPIRED_TOKEN, 400, 0), NATT_RETRY_CREDENTIALS);
    cr_expect_eq(decide(&state, NATT_KMS_CLIENT_E_KMS_UNRECOGNIZED_CLIENT, 400, 0), NATT_RETRY_NO);
    state.credentials_renewed = true;
    cr_expect_eq(decide(&state, NATT_KMS_CLIENT_E_KMS_EXPIRED_TOKEN, 400, 0), NATT_RETRY_NO);
    state.credentials_renewed = state.can_renew = false;
    cr_expect_eq(decide(&state, NATT_KMS_CLIENT_E_KMS_EXPIRED_TOKEN, 400, 0), NATT_RETRY_NO);
}

Test(retry, pauses_double_up_to_twenty_seconds)
{
    static const uint64_t transient[] = {50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 20000, 20000};
    static const uint64_t throttled[] = {1000, 2000, 4000, 8000, 16000, 20000, 20000};
    for (unsigned i = 0; i < COUNT_OF(transient); i++) {
        cr_expect_eq(natt_retry_pause_ms(i + 2, false, UINT32_MAX), transient[i], "%u", i);
        cr_expect_eq(natt_retry_pause_ms(i + 2, false, 0), 0);
    }
    for (unsigned i = 0; i < COUNT_OF(throttled); i++)
        cr_expect_eq(natt_retry_pause_ms(i + 2, true, UINT32_MAX), throttled[i], "%u", i);
    cr_expect_eq(natt_retry_pause_ms(UINT32_MAX, true, UINT32_MAX), 20000);
    cr_expect_eq(natt_retry_pause_ms(2, true, UINT32_MAX / 2 + 1), 500);
}

Test(retry, servers_may_ask_for_five_seconds_more)
{
    cr_expect_eq(natt_retry_pause_asked_ms(40, 0), 40);
    cr_expect_eq(natt_retry_pause_asked_ms(40, 39), 40);
    cr_expect_eq(natt_retry_pause_asked_ms(40, 41), 41);
    cr_expect_eq(natt_retry_pause_asked_ms(40, 5039), 5039);
    cr_expect_eq(natt_retry_pause_asked_ms(40, 5040), 5040);
    cr_expect_eq(natt_retry_pause_asked_ms(40, 5041), 5040);
    cr_expect_eq(natt_retry_pause_asked_ms(40, UINT64_MAX), 5040);
}
