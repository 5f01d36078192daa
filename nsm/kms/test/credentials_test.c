/* Credentials: four sources, two forms, and rereading of a file. */
#define _GNU_SOURCE /* mkdtemp */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/kms/connection.h"
#include "nsm/kms/credentials_form.h"
#include "nsm/kms/error.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define NOW             UINT64_C(1796040896000) /* 2026-11-30T12:14:56Z */
#define MINUTE          UINT64_C(60000)

static char folder[64], path[96];
static natt_kms_client_error err;
static natt_kms_client_credentials source;
static natt_aws_values values;

static natt_bytes view(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

static void begin(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/natt-credentials-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/credentials", folder);
    source = (natt_kms_client_credentials){.descriptor = -1};
    natt_kms_client_no_error(&err);
}

static void end(void)
{
    (void)unlink(path);
    (void)rmdir(folder);
}

TestSuite(credentials, .init = begin, .fini = end);

static void write_file(const char *text, mode_t mode)
{
    (void)unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fchmod(fd, mode) == 0);
    (void)close(fd);
}

static bool is(natt_bytes bytes, const char *text)
{
    return bytes.len == strlen(text) && memcmp(bytes.ptr, text, bytes.len) == 0;
}

static bool text_is(const natt_aws_text *text, const char *wanted)
{
    return is((natt_bytes){text->ptr, text->len}, wanted);
}

static bool parse(const char *text)
{
    return natt_aws_values_parse(&values, view(text), NULL, &err);
}

static void expect_form(const char *text, natt_kms_client_code code)
{
    natt_kms_client_no_error(&err);
    cr_expect_not(parse(text), "%s", text);
    cr_expect_eq(err.code, code, "%s: %s", text, natt_kms_client_code_name(err.code));
    cr_expect(values.secret_key.len == 0 && values.secret_key_bytes[0] == 0, "%s: something is left", text);
}

#define KEYS "\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":\"wJal/EXAMPLE\""

Test(credentials, json_of_the_metadata_service_is_read)
{
    cr_assert(parse("{\n  \"Code\" : \"Success\",\n  \"LastUpdated\" : \"2026-11-30T06:34:56Z\",\n"
                    "  \"Type\" : \"AWS-HMAC\",\n  \"AccessKeyId\" : \"ASIAX\",\r\n\t\"SecretAccessKey\" : \"s/+=\",\n"
                    "  \"Token\" : \"IQoJ\",\n  \"Expiration\" : \"2026-11-30T12:34:56Z\"\n}\n"));
    cr_expect(text_is(&values.access_key, "ASIAX") && text_is(&values.secret_key, "s/+=") &&
              text_is(&values.session_token, "IQoJ"));
    cr_expect_eq(values.expires_ms, NOW + 20 * MINUTE);
}

Test(credentials, json_of_credential_process_is_read)
{
    cr_assert(parse("{\"Version\": 1, " KEYS ", \"SessionToken\": \"T\\/k\\u0041\", \"Expiration\": "
                    "\"2026-11-30T12:34:56.123+00:00\"}"));
    cr_expect(text_is(&values.session_token, "T/kA"));
    cr_expect_eq(values.expires_ms, NOW + 20 * MINUTE);
    cr_assert(parse("{" KEYS ", \"Token\":null, \"x\":[\"\"]}") == false);
    cr_assert(parse("{" KEYS ", \"Token\":null, \"x\":-1.5e+3,\"y\":true,\"\\u00e9\\n\":\"\\ud83d\\ude00\xc3\xa9\"}"));
    cr_expect(!values.session_token.given && values.expires_ms == UINT64_MAX);
    cr_assert(parse("{" KEYS ", \"Token\":null, \"SessionToken\":\"T\"}") && text_is(&values.session_token, "T"));
}

Test(credentials, json_of_another_shape_is_refused)
{
    static const char *const texts[] = {
        "{",
        "{}x",
        "{" KEYS,
        "{" KEYS ",}",
        "{" KEYS "}}",
        "{" KEYS "} {}",
        "{" KEYS " \"x\":1}",
        "{,}",
        "{\"Credentials\":{" KEYS "}}",
        "{" KEYS ",\"x\":[1]}",
        "{" KEYS ",\"AccessKeyId\":\"B\"}",
        "{" KEYS ",\"Token\":\"a\",\"SessionToken\":\"a\"}",
        "{" KEYS ",\"Token\":5}",
        "{\"AccessKeyId\":null," KEYS "}",
        "{" KEYS ",\"AccessKeyId\":null}",
        "{" KEYS ",\"Token\":null,\"Token\":\"a\"}",
        "{" KEYS ",\"Code\":null,\"Code\":null}",
        "{" KEYS ",\"x\":}",
        "{" KEYS ",\"x\"}",
        "{" KEYS ",x:1}",
        "{\"AccessKeyId\":\"A\nB\",\"SecretAccessKey\":\"s\"}",
        "{" KEYS ",\"x\":\"\\q\"}",
        "{" KEYS ",\"x\":\"\\u12g4\"}",
        "{" KEYS ",\"x\":\"\\u123\"}",
        "{" KEYS ",\"x\":\"open}",
        "{" KEYS ",\"x\":\"\\",
        "{" KEYS ",\"Expiration\":\"2026-11-30\"}",
        "{" KEYS ",\"Expiration\":\"2026-11-31T12:34:56Z\"}",
        "{" KEYS ",\"Expiration\":\"2026-11-30T12:34:56+01:00\"}",
        "{" KEYS ",\"Expiration\":\"2026-11-30 12:34:56Z\"}",
        "{" KEYS ",\"Expiration\":\"2026-11-30T12:34:56\"}",
        "{" KEYS ",\"Code\":\"Failed\"}",
        "{" KEYS ",\"Code\":\"AssumeRoleUnauthorizedAccess\"}",
        "{\"AccessKeyId\":\"A/B\",\"SecretAccessKey\":\"s\"}",
        "{\"AccessKeyId\":\"A,B\",\"SecretAccessKey\":\"s\"}",
        "{\"AccessKeyId\":\"A B\",\"SecretAccessKey\":\"s\"}",
        "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"\\u00e9\"}",
        "{" KEYS ",\"Token\":\"a\\r\\nX-Evil: 1\"}",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        expect_form(texts[i], NATT_KMS_CLIENT_E_CREDENTIALS_FORM);
}

/* No truncated text is accepted as complete. */
Test(credentials, json_that_is_cut_is_refused)
{
    static const char whole[] = "{" KEYS ",\"Token\":\"IQoJ\",\"Expiration\":\"2026-11-30T12:34:56Z\"}";
    cr_assert(parse(whole));
    for (size_t len = 0; len < sizeof whole - 1; len++) {
        char *part = strndup(whole, len); /* in memory of exactly its length, for sanitizers */
        cr_expect_not(parse(part), "%s", part);
        free(part);
    }
}

Test(credentials, keys_that_are_missing_are_named)
{
    expect_form("{\"SecretAccessKey\":\"s\"}", NATT_KMS_CLIENT_E_CREDENTIALS_MISSING);
    cr_expect_str_eq(err.message, "the access key is missing");
    expect_form("{\"AccessKeyId\":\"A\"}", NATT_KMS_CLIENT_E_CREDENTIALS_MISSING);
    cr_expect_str_eq(err.message, "the secret access key is missing");
    expect_form("{\"AccessKeyId\":\"\",\"SecretAccessKey\":\"s\"}", NATT_KMS_CLIENT_E_CREDENTIALS_MISSING);
    expect_form("[default]\naws_access_key_id=A\n", NATT_KMS_CLIENT_E_CREDENTIALS_MISSING);
}

Test(credentials, profiles_of_the_cli_are_read)
{
    static const char text[] =
        "# comment\r\n; another\r\n\r\n[ other ]\r\naws_access_key_id = B\r\nno setting at all\r\n"
        "[default]\r\n  AWS_ACCESS_KEY_ID =AKID  \r\naws_secret_access_key = s/+==\r\n"
        "region = eu-central-1\r\naws_session_token\t=\tIQ=\r\n[last]\naws_access_key_id=C";
    cr_assert(parse(text), "%s", err.message);
    cr_expect(text_is(&values.access_key, "AKID") && text_is(&values.secret_key, "s/+==") &&
              text_is(&values.session_token, "IQ="));
    cr_expect(
        natt_aws_values_parse(&values, view("[a]\n[b]\naws_access_key_id=K\naws_secret_access_key=S"), "b", &err));
    cr_expect(text_is(&values.access_key, "K") && text_is(&values.secret_key, "S"));
    cr_expect(!values.session_token.given);
}

Test(credentials, profiles_that_are_missing_are_named)
{
    cr_expect_not(natt_aws_values_parse(&values, view("[default]\n"), "nitro", &err));
    cr_expect_eq(err.code, NATT_KMS_CLIENT_E_CREDENTIALS_MISSING);
    cr_expect_str_eq(err.message, "the credentials file has no profile [nitro]; it has default");
    cr_expect_not(natt_aws_values_parse(&values, view("[a\x01]\n[ b ]\n[]\n"), "nitro", &err));
    cr_expect_str_eq(err.message, "the credentials file has no profile [nitro]; it has a?, b, ");
}

Test(credentials, profiles_of_another_shape_are_refused)
{
    static const char *const texts[] = {
        "",
        "\n",
        "aws_access_key_id=A\naws_secret_access_key=s\n",
        "[default\naws_access_key_id=A\n",
        "[",
        "[default]\naws_access_key_id\n",
        "[default]\naws_access_key_id=A\naws_access_key_id=A\naws_secret_access_key=s",
        "[default]\naws_access_key_id=A\naws_secret_access_key=s\n[default]\n",
        "[default]\naws_access_key_id=A\naws_secret_access_key=s # the secret\n",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        expect_form(texts[i], NATT_KMS_CLIENT_E_CREDENTIALS_FORM);
}

static char *of_length(char letter, size_t len)
{
    char *text = calloc(1, len + 1);
    memset(text, letter, len);
    return text;
}

/* n-1, n and n+1 characters of each value, in both forms. */
Test(credentials, lengths_are_bounded)
{
    static const struct {
        const char *json, *profile;
        size_t most;
    } rows[] = {
        {"{\"SecretAccessKey\":\"s\",\"AccessKeyId\":\"%s\"}",
         "[default]\naws_secret_access_key=s\naws_access_key_id=%s\n", NATT_AWS_CREDENTIALS_MAX_KEY},
        {"{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"%s\"}",
         "[default]\naws_access_key_id=A\naws_secret_access_key=%s\n", NATT_AWS_CREDENTIALS_MAX_SECRET},
        {"{" KEYS ",\"Token\":\"%s\"}",
         "[default]\naws_access_key_id=A\naws_secret_access_key=s\naws_session_token=%s\n",
         NATT_AWS_CREDENTIALS_MAX_TOKEN},
    };
    static char text[NATT_AWS_CREDENTIALS_MAX_TOKEN + 200];
    for (size_t row = 0; row < COUNT_OF(rows); row++)
        for (size_t len = rows[row].most - 1; len <= rows[row].most + 1; len++) {
            char *value = of_length('k', len);
            (void)snprintf(text, sizeof text, rows[row].json, value);
            cr_expect_eq(parse(text), len <= rows[row].most, "row %zu, %zu", row, len);
            (void)snprintf(text, sizeof text, rows[row].profile, value);
            cr_expect_eq(parse(text), len <= rows[row].most, "row %zu, %zu", row, len);
            free(value);
        }
}

Test(credentials, values_that_are_wrong_are_told_apart)
{
    static char text[NATT_AWS_CREDENTIALS_MAX_SECRET + 200];
    char *value = of_length('k', NATT_AWS_CREDENTIALS_MAX_SECRET + 1);
    (void)snprintf(text, sizeof text, "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"%s\"}", value);
    free(value);
    cr_expect_not(parse(text));
    cr_expect_str_eq(err.message, "the secret access key has more than 256 characters");
    cr_expect_not(parse("{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\\n\"}"));
    cr_expect_str_eq(err.message, "the secret access key has a blank, a line end or a character that is not ASCII; "
                                  "is one at its end?");
    cr_expect_not(parse("{\"AccessKeyId\":\"A B\",\"SecretAccessKey\":\"s\"}"));
    cr_expect_eq(strncmp(err.message, "the access key has a blank", 26), 0);
    cr_expect_not(parse("{" KEYS ",\"Token\":\"t \"}"));
    cr_expect_eq(strncmp(err.message, "the session token has a blank", 29), 0);
}

Test(credentials, the_server_s_file_is_recognized)
{
    cr_expect_not(parse("{\"version\": 1, \"credentials\" : [{\"access_key_id\": \"A\"}]}"));
    cr_expect_eq(err.code, NATT_KMS_CLIENT_E_CREDENTIALS_FORM);
    cr_expect_not_null(strstr(err.message, "for kms serve --credentials"));
    cr_expect_not(parse("{\"version\": 1, \"credential\": [{\"access_key_id\": \"A\"}]}"));
    cr_expect_null(strstr(err.message, "kms serve"));
    cr_expect_not(parse("{\"credentials\": {\"access_key_id\": \"A\"}}"));
    cr_expect_null(strstr(err.message, "kms serve"));
}

/* --- sources --- */

static natt_kms_client_code code_of_new(void)
{
    natt_kms_client_no_error(&err);
    natt_aws_credentials *c = natt_aws_credentials_new(&source, NOW, &err);
    natt_aws_credentials_free(c);
    cr_expect_eq(c == NULL, err.code != NATT_KMS_CLIENT_OK);
    return err.code;
}

Test(credentials, files_must_be_the_user_s_alone)
{
    static const mode_t modes[] = {0600, 0400, 0700, 0640, 0604, 0620, 0602, 0610, 0601, 0666};
    source.file = path;
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        write_file("{" KEYS "}", modes[i]);
        cr_expect_eq(code_of_new(), (modes[i] & 077) == 0 ? NATT_KMS_CLIENT_OK : NATT_KMS_CLIENT_E_CREDENTIALS_UNSAFE,
                     "%o", (unsigned)modes[i]);
    }
}

Test(credentials, files_must_be_regular)
{
    char other[128];
    (void)snprintf(other, sizeof other, "%s/other", folder);
    write_file("{" KEYS "}", 0600);
    source.file = other;
    cr_expect_eq(code_of_new(), NATT_KMS_CLIENT_E_CREDENTIALS_ACCESS);
    cr_expect_neq(err.errno_value, 0);
    cr_assert_eq(symlink(path, other), 0);
    cr_expect_eq(code_of_new(), NATT_KMS_CLIENT_E_CREDENTIALS_UNSAFE);
    (void)unlink(other);
    cr_assert_eq(mkfifo(other, 0600), 0);
    cr_expect_eq(code_of_new(), NATT_KMS_CLIENT_E_CREDENTIALS_UNSAFE);
    (void)unlink(other);
    source.file = folder;
    cr_expect_eq(code_of_new(), NATT_KMS_CLIENT_E_CREDENTIALS_UNSAFE);
}

Test(credentials, files_of_others_are_refused)
{
    if (geteuid() != 0)
        cr_skip_test("only root can give a file away");
    source.file = path;
    write_file("{" KEYS "}", 0600);
    cr_assert_eq(chown(path, 12345, 12345), 0);
    cr_expect_eq(code_of_new(), NATT_KMS_CLIENT_E_CREDENTIALS_UNSAFE);
    cr_expect_str_eq(err.message, "the credentials file belongs to another user");
}

Test(credentials, files_are_bounded)
{
    source.file = path;
    for (size_t len = NATT_AWS_CREDENTIALS_MAX_FILE - 1; len <= NATT_AWS_CREDENTIALS_MAX_FILE + 1; len++) {
        char *text = of_length(' ', len);
        memcpy(text, "{" KEYS "}", strlen("{" KEYS "}"));
        write_file(text, 0600);
        cr_expect_eq(code_of_new(),
                     len <= NATT_AWS_CREDENTIALS_MAX_FILE ? NATT_KMS_CLIENT_OK : NATT_KMS_CLIENT_E_CREDENTIALS_FORM);
        free(text);
    }
}

static void expect_values(const char *access_key, const char *secret_key, const char *token)
{
    natt_bytes got[3];
    natt_aws_credentials *c = natt_aws_credentials_new(&source, NOW, &err);
    cr_assert_not_null(c, "%s", err.message);
    cr_assert(natt_aws_credentials_get(c, &got[0], &got[1], &got[2], NOW, false, &err));
    cr_expect(is(got[0], access_key) && is(got[1], secret_key));
    cr_expect(token == NULL ? got[2].ptr == NULL : is(got[2], token));
    natt_aws_credentials_free(c);
}

/* Both ends stay open, so the end of the file never comes. */
Test(credentials, a_descriptor_that_never_ends_is_read_until_the_deadline)
{
    int pipes[2];
    cr_assert_eq(pipe(pipes), 0);
    cr_assert_eq(write(pipes[1], "{", 1), 1);
    source.descriptor = pipes[0];
    const uint64_t start = natt_monotonic_ms();
    cr_expect_null(natt_aws_credentials_new(&source, start + 200, &err));
    cr_expect_eq(err.code, NATT_KMS_CLIENT_E_CREDENTIALS_ACCESS);
    cr_expect_eq(err.errno_value, ETIMEDOUT);
    cr_expect_geq(natt_monotonic_ms(), start + 200);
    (void)close(pipes[0]);
    (void)close(pipes[1]);
}

Test(credentials, every_source_gives_its_values)
{
    int pipes[2];
    (void)setenv("AWS_ACCESS_KEY_ID", "AENV", 1);
    (void)setenv("AWS_SECRET_ACCESS_KEY", "senv", 1);
    (void)setenv("AWS_SESSION_TOKEN", "tenv", 1);
    source.from_environment = true;
    expect_values("AENV", "senv", "tenv");
    (void)setenv("AWS_SESSION_TOKEN", "", 1);
    expect_values("AENV", "senv", NULL);
    (void)unsetenv("AWS_SECRET_ACCESS_KEY");
    cr_expect_eq(code_of_new(), NATT_KMS_CLIENT_E_CREDENTIALS_MISSING);
    source = (natt_kms_client_credentials){.descriptor = -1, .access_key = view("AVAL"), .secret_key = view("sval")};
    expect_values("AVAL", "sval", NULL);
    source.session_token = view("tval");
    expect_values("AVAL", "sval", "tval");
    source = (natt_kms_client_credentials){.descriptor = -1, .file = path, .profile = "p"};
    write_file("[p]\naws_access_key_id=A\naws_secret_access_key=s\n", 0600);
    expect_values("A", "s", NULL);
    cr_assert_eq(pipe(pipes), 0);
    cr_assert_eq(write(pipes[1], "{" KEYS "}", strlen("{" KEYS "}")), (ssize_t)strlen("{" KEYS "}"));
    (void)close(pipes[1]);
    source = (natt_kms_client_credentials){.descriptor = pipes[0]};
    expect_values("AKID", "wJal/EXAMPLE", NULL);
    cr_expect_eq(close(pipes[0]), 0, "the descriptor is the caller's");
    cr_expect_eq(code_of_new(), NATT_KMS_CLIENT_E_CREDENTIALS_ACCESS);
}

Test(credentials, sources_are_not_mixed)
{
    const natt_kms_client_credentials wrong[] = {
        {.descriptor = -1},
        {.descriptor = -1, .from_environment = true, .file = path},
        {.descriptor = 0, .file = path},
        {.descriptor = 0, .from_environment = true},
        {.descriptor = -1, .file = path, .access_key = view("A"), .secret_key = view("s")},
        {.descriptor = -1, .secret_key = view("s")},
        {.descriptor = -1, .from_environment = true, .session_token = view("s")},
        {.descriptor = -1, .from_environment = true, .profile = "default"},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        source = wrong[i];
        cr_expect_eq(code_of_new(), NATT_KMS_CLIENT_E_USAGE_CREDENTIALS, "%zu", i);
    }
}

/* --- rereading --- */

static natt_aws_credentials *c;

static bool get(uint64_t now_ms, bool force, const char *wanted)
{
    natt_bytes got[3];
    natt_kms_client_no_error(&err);
    bool ok = natt_aws_credentials_get(c, &got[0], &got[1], &got[2], now_ms, force, &err);
    cr_expect(ok ? is(got[0], wanted) : got[0].ptr == NULL && got[1].ptr == NULL && got[2].ptr == NULL, "%.*s",
              (int)got[0].len, (const char *)got[0].ptr);
    return ok;
}

static void write_expiring(const char *key, const char *time)
{
    char text[256];
    (void)snprintf(text, sizeof text, "{\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"s\",\"Expiration\":\"%s\"}", key,
                   time);
    write_file(text, 0600);
}

Test(credentials, files_are_read_again_before_they_expire)
{
    source.file = path;
    write_expiring("A", "2026-11-30T12:34:56Z"); /* NOW + 20 minutes */
    c = natt_aws_credentials_new(&source, NOW, &err);
    cr_assert(c != NULL && natt_aws_credentials_can_refresh(c));
    write_expiring("B", "2026-11-30T13:34:56Z");
    cr_expect(get(NOW, false, "A"));
    cr_expect(get(NOW + 15 * MINUTE, false, "A"));
    cr_expect(get(NOW + 15 * MINUTE + 1, false, "B"));
    write_expiring("C", "2026-11-30T13:34:56Z");
    cr_expect(get(NOW, false, "B"));
    cr_expect(get(NOW, true, "C"));
    natt_aws_credentials_free(c);
}

Test(credentials, what_was_read_stays_until_it_expires)
{
    source.file = path;
    write_expiring("A", "2026-11-30T12:34:56Z");
    c = natt_aws_credentials_new(&source, NOW, &err);
    cr_assert_not_null(c);
    write_file("nonsense", 0600);
    cr_expect(get(NOW + 19 * MINUTE, false, "A"));
    cr_expect(get(NOW, true, "A"));
    cr_expect(get(NOW + 20 * MINUTE - 1, false, "A"));
    cr_expect_not(get(NOW + 20 * MINUTE, false, ""));
    cr_expect_eq(err.code, NATT_KMS_CLIENT_E_CREDENTIALS_FORM);
    (void)unlink(path);
    cr_expect_not(get(NOW + 20 * MINUTE, false, ""));
    cr_expect(err.code == NATT_KMS_CLIENT_E_CREDENTIALS_ACCESS && err.errno_value != 0);
    write_expiring("A", "2026-11-30T12:34:56Z");
    cr_expect_not(get(NOW + 20 * MINUTE, false, ""));
    cr_expect_eq(err.code, NATT_KMS_CLIENT_E_CREDENTIALS_EXPIRED);
    write_expiring("D", "2026-11-30T14:34:56Z");
    cr_expect(get(NOW + 20 * MINUTE, false, "D"));
    natt_aws_credentials_free(c);
}

/* The new file lacks a token: the client must not keep the old one. */
Test(credentials, nothing_of_the_old_file_stays)
{
    natt_bytes got[3];
    source.file = path;
    write_file("{" KEYS ",\"Token\":\"old\",\"Expiration\":\"2026-11-30T12:34:56Z\"}", 0600);
    c = natt_aws_credentials_new(&source, NOW, &err);
    cr_assert_not_null(c);
    write_file("{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"s\"}", 0600);
    cr_assert(natt_aws_credentials_get(c, &got[0], &got[1], &got[2], NOW, true, &err) && is(got[0], "A") &&
              is(got[1], "s") && got[2].ptr == NULL);
    cr_expect(get(NOW + 1000 * MINUTE, false, "A"), "the old expiration is still there");
    natt_aws_credentials_free(c);
}

Test(credentials, other_sources_are_read_once)
{
    int pipes[2];
    static const char text[] = "{" KEYS ",\"Expiration\":\"2026-11-30T12:34:56Z\"}";
    cr_assert(pipe(pipes) == 0 && write(pipes[1], text, sizeof text - 1) == (ssize_t)sizeof text - 1);
    (void)close(pipes[1]);
    source.descriptor = pipes[0];
    cr_assert((c = natt_aws_credentials_new(&source, NOW, &err)) != NULL && !natt_aws_credentials_can_refresh(c));
    cr_expect(get(NOW, true, "AKID") && get(NOW + 19 * MINUTE, false, "AKID"));
    cr_expect(!get(NOW + 20 * MINUTE, false, "") && err.code == NATT_KMS_CLIENT_E_CREDENTIALS_EXPIRED);
    natt_aws_credentials_free(c);
    (void)close(pipes[0]);
}
