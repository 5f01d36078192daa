/* Errors of the client: names of KMS, layers, texts, the sentence. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/kms/error.h"
#include "nsm/kms/tls.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

#define CODE(name, number, text, remedy) {name, #name, text, remedy},
static const struct {
    natt_kms_client_code code;
    const char *name, *text, *remedy;
} codes[] = {NATT_KMS_CLIENT_CODE_LIST(CODE)};

static natt_bytes view(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

static natt_kms_client_code code_of(const char *name)
{
    natt_kms_client_error err;
    natt_kms_client_no_error(&err);
    cr_assert_not(natt_kms_client_fail_kms(&err, view(name), view(name), view("")));
    cr_assert_str_eq(err.kms_name, name);
    return err.code;
}

Test(client_error, texts_are_those_of_the_list)
{
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        cr_expect_str_eq(natt_kms_client_code_name(codes[i].code), codes[i].name);
        cr_expect_str_eq(natt_kms_client_code_message(codes[i].code), codes[i].text);
        cr_expect_str_eq(natt_kms_client_code_remedy(codes[i].code), codes[i].remedy);
    }
    cr_expect_str_eq(natt_kms_client_code_name((natt_kms_client_code)9999), "");
    cr_expect_str_eq(natt_kms_client_code_message((natt_kms_client_code)9999), "unknown code");
    cr_expect_str_eq(natt_kms_client_code_remedy((natt_kms_client_code)9999), "");
    cr_expect_eq(natt_kms_client_code_layer((natt_kms_client_code)9999), NATT_KMS_CLIENT_LAYER_CALL);
}

/* Derived from the words of the name, for every code. */
Test(client_error, every_code_has_its_layer)
{
    static const struct {
        const char *part, *layer;
    } rows[] = {{"_E_NOT_SEALED", "recipient"},
                {"_E_RECIPIENT", "recipient"},
                {"_E_KMS_", "KMS"},
                {"_E_HTTP_", "HTTP"},
                {"_E_REPLY_", "HTTP"},
                {"_E_TLS_", "TLS"},
                {"_E_RESOLVE", "socket"},
                {"_E_CONNECT", "socket"},
                {"_E_SOCKET", "socket"},
                {"_E_TIMEOUT", "socket"},
                {"", "call"}};
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        size_t row = 0;
        while (strstr(codes[i].name, rows[row].part) == NULL)
            row++;
        cr_expect_str_eq(natt_kms_client_layer_name(natt_kms_client_code_layer(codes[i].code)), rows[row].layer, "%s",
                         codes[i].name);
    }
    cr_expect_str_eq(natt_kms_client_layer_name((natt_kms_client_layer)6), "");
    cr_expect_str_eq(natt_kms_client_layer_name((natt_kms_client_layer)-1), "");
}

/* The text of each code of KMS is the error name that the code stands for. */
Test(client_error, names_of_kms_lead_to_their_codes)
{
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if (strncmp(codes[i].text, "KMS: ", 5) == 0) {
            char bare[64];
            cr_expect_eq(code_of(codes[i].text + 5), codes[i].code, "%s", codes[i].name);
            (void)snprintf(bare, sizeof bare, "%s", codes[i].text + 5);
            bare[strlen(bare) - strlen("Exception")] = '\0';
            cr_expect_eq(code_of(bare), codes[i].code, "%s", bare);
            count++;
        }
    cr_expect_eq(count, 24);
}

Test(client_error, names_of_gateways_lead_to_codes)
{
    static const struct {
        const char *name;
        natt_kms_client_code code;
    } rows[] = {
        {"Throttling", NATT_KMS_CLIENT_E_KMS_THROTTLING},
        {"TooManyRequestsException", NATT_KMS_CLIENT_E_KMS_THROTTLING},
        {"RequestLimitExceeded", NATT_KMS_CLIENT_E_KMS_THROTTLING},
        {"SignatureDoesNotMatch", NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE},
        {"RequestTimeTooSkewed", NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE},
        {"MissingAuthenticationToken", NATT_KMS_CLIENT_E_KMS_MISSING_AUTHENTICATION},
        {"ExpiredToken", NATT_KMS_CLIENT_E_KMS_EXPIRED_TOKEN},
        {"InvalidClientTokenId", NATT_KMS_CLIENT_E_KMS_UNRECOGNIZED_CLIENT},
        {"InternalFailure", NATT_KMS_CLIENT_E_KMS_INTERNAL},
        {"LimitExceededException", NATT_KMS_CLIENT_E_KMS_LIMIT_EXCEEDED},
        {"TagException", NATT_KMS_CLIENT_E_KMS_OTHER},
        {"Exception", NATT_KMS_CLIENT_E_KMS_OTHER},
        {"accessdeniedexception", NATT_KMS_CLIENT_E_KMS_OTHER},
        {"", NATT_KMS_CLIENT_E_HTTP_STATUS},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        cr_expect_eq(code_of(rows[i].name), rows[i].code, "%s", rows[i].name);
}

Test(client_error, texts_of_servers_are_made_printable)
{
    static const uint8_t dirty[] = {'a', 0, '\n', 0x1b, ' ', '~', 0x7f, 0xff, 'z'};
    char out[32];
    memset(out, 'x', sizeof out);
    natt_kms_client_printable(out, sizeof out, (natt_bytes){dirty, sizeof dirty});
    cr_expect_str_eq(out, "a??? ~??z");
    natt_kms_client_printable(out, 4, (natt_bytes){dirty, sizeof dirty});
    cr_expect_str_eq(out, "a??");
    natt_kms_client_printable(out, 1, (natt_bytes){dirty, sizeof dirty});
    cr_expect_str_eq(out, "");
    natt_kms_client_printable(out, sizeof out, (natt_bytes){NULL, 0});
    cr_expect_str_eq(out, "");
}

/* n-1, n and n+1 characters of each text that a server may send. */
Test(client_error, texts_of_servers_are_cut)
{
    char name[NATT_KMS_CLIENT_MAX_MESSAGE + 2];
    memset(name, 'n', sizeof name);
    for (size_t len = NATT_KMS_CLIENT_MAX_KMS_NAME - 1; len <= NATT_KMS_CLIENT_MAX_KMS_NAME + 1; len++) {
        natt_kms_client_error err;
        natt_kms_client_no_error(&err);
        (void)natt_kms_client_fail_kms(&err, (natt_bytes){(uint8_t *)name, len}, (natt_bytes){(uint8_t *)name, len},
                                       view("text"));
        cr_expect_eq(strlen(err.kms_name), len < 63 ? len : 63);
    }
    for (size_t len = NATT_KMS_CLIENT_MAX_MESSAGE - 1; len <= NATT_KMS_CLIENT_MAX_MESSAGE + 1; len++) {
        natt_kms_client_error err;
        natt_kms_client_no_error(&err);
        (void)natt_kms_client_fail_kms(&err, view("DisabledException"), view("DisabledException"),
                                       (natt_bytes){(uint8_t *)name, len});
        cr_expect_eq(strlen(err.message), len < 511 ? len : 511);
    }
}

Test(client_error, failures_keep_what_replies_said)
{
    natt_kms_client_error err;
    natt_kms_client_no_error(&err);
    err.http_status = 503;
    err.attempts = 2;
    (void)snprintf(err.request_id, sizeof err.request_id, "r-1");
    (void)natt_kms_client_fail_kms(&err, view("DisabledException"), view("DisabledException"), view("off"));
    cr_expect_not(natt_kms_client_fail_errno(&err, NATT_KMS_CLIENT_E_SOCKET, ECONNRESET, NULL));
    cr_expect(err.http_status == 503 && err.attempts == 2 && strcmp(err.request_id, "r-1") == 0);
    cr_expect(err.errno_value == ECONNRESET && err.kms_name[0] == '\0' && err.tls_code == 0);
    cr_expect_not(natt_kms_client_fail_tls(&err, NATT_KMS_CLIENT_E_TLS_NAME, -0x2700, "another"));
    cr_expect(err.errno_value == 0 && err.tls_code == -0x2700 && strcmp(err.message, "another") == 0);
    cr_expect_not(natt_kms_client_fail_required(&err, 77));
    cr_expect(err.required_len == 77 && err.tls_code == 0 && err.code == NATT_KMS_CLIENT_E_BUFFER_TOO_SMALL);
    natt_kms_client_no_error(&err);
    cr_expect(err.code == NATT_KMS_CLIENT_OK && err.http_status == 0 && err.attempts == 0 &&
              err.request_id[0] == '\0' && err.required_len == 0);
}

Test(client_error, null_is_taken)
{
    const natt_recipient_error recipient = {.message = "x"};
    natt_kms_client_no_error(NULL);
    cr_expect_not(natt_kms_client_fail(NULL, NATT_KMS_CLIENT_E_MEMORY, NULL));
    cr_expect_not(natt_kms_client_fail_errno(NULL, NATT_KMS_CLIENT_E_SOCKET, EIO, NULL));
    cr_expect_not(natt_kms_client_fail_required(NULL, 1));
    cr_expect_not(natt_kms_client_fail_tls(NULL, NATT_KMS_CLIENT_E_TLS_NAME, 1, NULL));
    cr_expect_not(natt_kms_client_fail_recipient(NULL, &recipient));
    cr_expect_not(natt_kms_client_fail_kms(NULL, view("a"), view("a"), view("b")));
}

static const char *format(const natt_kms_client_error *err)
{
    static char text[2048];
    size_t all = natt_kms_client_error_format(text, sizeof text, err);
    cr_assert_lt(all, sizeof text);
    cr_assert_eq(strlen(text), all);
    return text;
}

Test(client_error, sentences_name_layer_cause_and_remedy)
{
    natt_kms_client_error err;
    natt_kms_client_no_error(&err);
    cr_expect_str_eq(format(&err), "no error (NATT_KMS_CLIENT_OK); nothing to do");
    cr_expect_str_eq(format(NULL), "no error (NATT_KMS_CLIENT_OK); nothing to do");
    err.http_status = 400;
    err.attempts = 2;
    (void)snprintf(err.request_id, sizeof err.request_id, "5c2f");
    (void)natt_kms_client_fail_kms(&err, view("NotFoundException"), view("NotFoundException"),
                                   view("Alias alias/x is not found."));
    cr_expect_str_eq(format(&err),
                     "KMS: NotFoundException: Alias alias/x is not found. (NATT_KMS_CLIENT_E_KMS_NOT_FOUND, "
                     "HTTP 400, request id 5c2f, after 2 attempts); check key id, account and region");
    err.attempts = 1;
    (void)natt_kms_client_fail_kms(&err, view("NotFoundException"), view("NotFoundException"), view(""));
    cr_expect_str_eq(format(&err),
                     "KMS: NotFoundException (NATT_KMS_CLIENT_E_KMS_NOT_FOUND, HTTP 400, request id 5c2f); "
                     "check key id, account and region");
    natt_kms_client_no_error(&err);
    (void)natt_kms_client_fail_tls(&err, NATT_KMS_CLIENT_E_TLS_NAME, -0x2700, NULL);
    cr_expect_str_eq(format(&err),
                     "TLS: the server's certificate is for another name (NATT_KMS_CLIENT_E_TLS_NAME, mbedTLS -0x2700); "
                     "check endpoint and connect: the certificate must have the endpoint's host name");
    (void)natt_kms_client_fail_errno(&err, NATT_KMS_CLIENT_E_CREDENTIALS_ACCESS, ENOENT, NULL);
    cr_expect_not_null(strstr(format(&err), "the credentials cannot be read (NATT_KMS_CLIENT_E_CREDENTIALS_ACCESS, No "
                                            "such file or directory); name a file"));
    (void)natt_kms_client_fail_required(&err, 77);
    cr_expect_not_null(strstr(format(&err), ", 77 bytes are needed)"));
    err.code = (natt_kms_client_code)9999;
    cr_expect_not_null(strstr(format(&err), " (9999"));
}

Test(client_error, sentences_of_recipients_have_their_remedy)
{
    const natt_recipient_error recipient = {.code = NATT_RECIPIENT_E_DECRYPT, .message = "it does not open"};
    natt_kms_client_error err;
    natt_kms_client_no_error(&err);
    (void)natt_kms_client_fail_recipient(&err, &recipient);
    cr_expect_str_eq(format(&err),
                     "recipient: it does not open (NATT_KMS_CLIENT_E_RECIPIENT, NATT_RECIPIENT_E_DECRYPT); "
                     "request it again: it was damaged or forged in transit");
}

Test(client_error, sentences_fit_and_are_cut)
{
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        natt_kms_client_error err = {codes[i].code,
                                     599,
                                     4000000000U,
                                     ENAMETOOLONG,
                                     -0x7fffffff - 1,
                                     SIZE_MAX,
                                     {.code = NATT_RECIPIENT_E_DECRYPT},
                                     "",
                                     "",
                                     ""};
        memset(err.kms_name, 'n', sizeof err.kms_name - 1);
        memset(err.request_id, 'r', sizeof err.request_id - 1);
        memset(err.message, 'm', sizeof err.message - 1);
        const char *whole = format(&err);
        for (size_t room = 0; room < 40; room++) {
            char part[40] = "............";
            cr_assert_eq(natt_kms_client_error_format(part, room, &err), strlen(whole));
            cr_assert(room == 0 || (strlen(part) == room - 1 && strncmp(part, whole, room - 1) == 0));
        }
        cr_assert_eq(natt_kms_client_error_format(NULL, 0, &err), strlen(whole));
    }
}

/* A feature that this mbedTLS lacks is not the server's fault. Neither is missing memory, nor missing random bytes. */
Test(client_error, handshakes_that_fail_on_this_side_do_not_blame_the_server)
{
    static const struct {
        int result;
        natt_kms_client_code code;
    } rows[] = {{MBEDTLS_ERR_SSL_BAD_CONFIG, NATT_KMS_CLIENT_E_CRYPTO},
                {MBEDTLS_ERR_SSL_ALLOC_FAILED, NATT_KMS_CLIENT_E_MEMORY},
                {MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE, NATT_KMS_CLIENT_E_TLS_HANDSHAKE}};
    const struct natt_tls_peer peer = {.host = "kms.test"};
    mbedtls_ssl_context ssl;
    natt_kms_client_error err;
    mbedtls_ssl_init(&ssl);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_not(natt_tls_fail_handshake(&ssl, &peer, rows[i].result, &err));
        cr_expect(err.code == rows[i].code && err.tls_code == rows[i].result, "%s", err.message);
    }
    mbedtls_ssl_free(&ssl);
}
