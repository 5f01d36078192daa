/* See credentials_form.h. */
#include "nsm/kms/credentials_form.h"

#include <stdio.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "nsm/kms/error.h"
#include "nsm/kms/sigv4_canonical.h"
#include "verify/parse/reader.h"

void natt_aws_values_init(natt_aws_values *values)
{
    mbedtls_platform_zeroize(values, sizeof *values);
    values->access_key = (natt_aws_text){values->access_key_bytes, sizeof values->access_key_bytes, 0, false};
    values->secret_key = (natt_aws_text){values->secret_key_bytes, sizeof values->secret_key_bytes, 0, false};
    values->session_token = (natt_aws_text){values->session_token_bytes, sizeof values->session_token_bytes, 0, false};
    values->expiration = (natt_aws_text){values->expiration_bytes, sizeof values->expiration_bytes, 0, false};
    values->code = (natt_aws_text){values->code_bytes, sizeof values->code_bytes, 0, false};
    values->expires_ms = UINT64_MAX;
}

bool natt_aws_text_set(natt_aws_text *text, natt_bytes value)
{
    if (text->given)
        return false;
    text->given = true;
    text->len = value.len;
    if (value.len > 0 && value.len <= text->capacity)
        memcpy(text->ptr, value.ptr, value.len);
    return true;
}

static bool fits(const natt_aws_text *text)
{
    return text->len <= text->capacity;
}

static natt_bytes view(const natt_aws_text *text)
{
    return (natt_bytes){text->ptr, text->len};
}

/* No blank and nothing that could end a header: these values are written into requests unchanged. */
static bool is_word(const natt_aws_text *text)
{
    for (size_t i = 0; i < text->len; i++)
        if (text->ptr[i] <= 0x20 || text->ptr[i] >= 0x7f)
            return false;
    return true;
}

static bool check_text(const natt_aws_text *text, const char *name, natt_kms_client_error *err)
{
    char message[160];
    if (fits(text) && is_word(text))
        return true;
    if (!fits(text))
        (void)snprintf(message, sizeof message, "the %s has more than %zu characters", name, text->capacity);
    else
        (void)snprintf(message, sizeof message,
                       "the %s has a blank, a line end or a character that is not ASCII; is one at its end?", name);
    return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CREDENTIALS_FORM, message);
}

/* A slash ends the key in Authorization [sigv4.h], a comma the Credential. */
static bool check_access_key(const natt_aws_text *key, natt_kms_client_error *err)
{
    return memchr(key->ptr, '/', key->len) == NULL && memchr(key->ptr, ',', key->len) == NULL
               ? true
               : natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CREDENTIALS_FORM, "the access key has a \"/\" or \",\"");
}

/* The fraction of a second, and "+00:00" for Z, which the AWS CLI writes. */
static bool is_utc(natt_bytes rest)
{
    if (rest.len > 1 && rest.ptr[0] == '.')
        for (rest = natt_bytes_drop(rest, 1); rest.len > 0 && rest.ptr[0] >= '0' && rest.ptr[0] <= '9';)
            rest = natt_bytes_drop(rest, 1);
    return natt_bytes_are(rest, "Z", 1) || natt_bytes_are(rest, "+00:00", 6);
}

/* "2026-11-30T12:34:56Z" without its "-" and ":" is the form that sigv4_date.c reads. */
static bool read_time(natt_bytes text, uint64_t *out)
{
    static const char shape[] = "0000-00-00T00:00:00";
    char compact[NATT_SIGV4_DATE_LEN];
    size_t len = 0;
    if (text.len < sizeof shape)
        return false;
    for (size_t i = 0; i < sizeof shape - 1; i++)
        if (shape[i] == '0' || shape[i] == 'T')
            compact[len++] = (char)text.ptr[i];
        else if ((char)text.ptr[i] != shape[i])
            return false;
    compact[len++] = 'Z';
    return is_utc(natt_bytes_drop(text, sizeof shape - 1)) &&
           natt_sigv4_date_ms((natt_bytes){(const uint8_t *)compact, len}, out);
}

static bool check_expiration(natt_aws_values *values, natt_kms_client_error *err)
{
    if (!values->expiration.given)
        return true;
    return (fits(&values->expiration) && read_time(view(&values->expiration), &values->expires_ms)) ||
           natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CREDENTIALS_FORM,
                                "Expiration is not a time such as 2026-11-30T12:34:56Z");
}

/* IMDSv2 reports a failure with the same members, and its reason here. */
static bool check_code(const natt_aws_values *values, natt_kms_client_error *err)
{
    return !values->code.given || (fits(&values->code) && natt_bytes_are(view(&values->code), "Success", 7)) ||
           natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CREDENTIALS_FORM,
                                "Code is not \"Success\": the instance metadata service gave no credentials");
}

bool natt_aws_values_check(natt_aws_values *values, natt_kms_client_error *err)
{
    if (!check_code(values, err))
        return false;
    if (values->access_key.len == 0)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CREDENTIALS_MISSING, "the access key is missing");
    if (values->secret_key.len == 0)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CREDENTIALS_MISSING, "the secret access key is missing");
    return check_text(&values->access_key, "access key", err) && check_access_key(&values->access_key, err) &&
           check_text(&values->secret_key, "secret access key", err) &&
           check_text(&values->session_token, "session token", err) && check_expiration(values, err);
}

static bool begins_with_brace(natt_bytes text)
{
    while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t' || text.ptr[0] == '\r' || text.ptr[0] == '\n'))
        text = natt_bytes_drop(text, 1);
    return text.len > 0 && text.ptr[0] == '{';
}

bool natt_aws_values_parse(natt_aws_values *out, natt_bytes text, const char *profile, natt_kms_client_error *err)
{
    natt_aws_values_init(out);
    bool ok = begins_with_brace(text) ? natt_aws_values_parse_json(out, text, err)
                                      : natt_aws_values_parse_profile(out, text, profile, err);
    ok = ok && natt_aws_values_check(out, err);
    if (!ok)
        natt_aws_values_init(out);
    return ok;
}
