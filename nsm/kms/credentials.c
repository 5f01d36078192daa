#define _POSIX_C_SOURCE 200809L /* strdup */

/* See credentials.h. */
#include "nsm/kms/credentials.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nsm/kms/credentials_form.h"
#include "nsm/kms/error.h"
#include "nsm/kms/file.h"
#include "nsm/recipient/secret.h"

#define RENEW_BEFORE_MS (5 * 60 * UINT64_C(1000)) /* as documented in the header; a call needs less */

struct natt_aws_credentials {
    natt_aws_values values, fresh; /* fresh: new credentials while a file is read again */
    char *file, *profile;          /* NULL = not from a file; "default" */
};

/* --- where they come from --- */

static bool read_form(natt_aws_values *out, int descriptor, const char *profile, uint64_t deadline_ms,
                      natt_kms_client_error *err)
{
    size_t len = 0;
    uint8_t *text = natt_secret_new(NATT_AWS_CREDENTIALS_MAX_FILE);
    if (text == NULL)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
    bool ok = natt_descriptor_read(descriptor, text, NATT_AWS_CREDENTIALS_MAX_FILE, &len, deadline_ms);
    if (!ok && errno == EFBIG)
        (void)natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CREDENTIALS_FORM,
                                   "the credentials are longer than 65536 bytes");
    else if (!ok)
        (void)natt_kms_client_fail_errno(
            err, NATT_KMS_CLIENT_E_CREDENTIALS_ACCESS, errno,
            errno == ETIMEDOUT ? "the descriptor of the credentials did not end within total_ms" : NULL);
    else
        ok = natt_aws_values_parse(out, (natt_bytes){text, len}, profile, err);
    natt_secret_free(text, NATT_AWS_CREDENTIALS_MAX_FILE);
    return ok;
}

static bool read_file(natt_aws_values *out, const char *path, const char *profile, natt_kms_client_error *err)
{
    const char *unsafe;
    const int descriptor = natt_secret_file_open(path, &unsafe);
    if (unsafe != NULL)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CREDENTIALS_UNSAFE, unsafe);
    if (descriptor < 0)
        return natt_kms_client_fail_errno(err, NATT_KMS_CLIENT_E_CREDENTIALS_ACCESS, errno, NULL);
    const bool ok = read_form(out, descriptor, profile, 0, err); /* a regular file, which never blocks */
    (void)close(descriptor);
    return ok;
}

static natt_bytes environment(const char *name)
{
    const char *value = getenv(name);
    return (natt_bytes){(const uint8_t *)value, value != NULL ? strlen(value) : 0};
}

static bool take_values(natt_aws_values *out, natt_bytes access_key, natt_bytes secret_key, natt_bytes session_token,
                        natt_kms_client_error *err)
{
    natt_aws_values_init(out);
    (void)natt_aws_text_set(&out->access_key, access_key);
    (void)natt_aws_text_set(&out->secret_key, secret_key);
    (void)natt_aws_text_set(&out->session_token, session_token);
    return natt_aws_values_check(out, err);
}

static bool read_source(natt_aws_values *out, const natt_kms_client_credentials *source, uint64_t deadline_ms,
                        natt_kms_client_error *err)
{
    if (source->file != NULL)
        return read_file(out, source->file, source->profile, err);
    if (source->descriptor >= 0)
        return read_form(out, source->descriptor, source->profile, deadline_ms, err);
    if (source->access_key.ptr != NULL)
        return take_values(out, source->access_key, source->secret_key, source->session_token, err);
    return take_values(out, environment("AWS_ACCESS_KEY_ID"), environment("AWS_SECRET_ACCESS_KEY"),
                       environment("AWS_SESSION_TOKEN"), err);
}

/* Members of one source must not be combined with another. */
static bool check_source(const natt_kms_client_credentials *s, natt_kms_client_error *err)
{
    const bool values = s->access_key.ptr != NULL, texts = s->file != NULL || s->descriptor >= 0;
    const int count =
        (s->from_environment ? 1 : 0) + (s->file != NULL ? 1 : 0) + (s->descriptor >= 0 ? 1 : 0) + (values ? 1 : 0);
    if (count != 1)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_USAGE_CREDENTIALS, NULL);
    if (!values && (s->secret_key.ptr != NULL || s->session_token.ptr != NULL))
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_USAGE_CREDENTIALS,
                                    "secret_key or session_token is set without access_key");
    if (!texts && s->profile != NULL)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_USAGE_CREDENTIALS,
                                    "profile is set without a credentials file");
    return true;
}

/* --- for one client --- */

static bool copy_path(natt_aws_credentials *c, const natt_kms_client_credentials *source)
{
    if (source->file == NULL)
        return true;
    c->file = strdup(source->file);
    c->profile = source->profile != NULL ? strdup(source->profile) : NULL;
    return c->file != NULL && (source->profile == NULL || c->profile != NULL);
}

natt_aws_credentials *natt_aws_credentials_new(const natt_kms_client_credentials *source, uint64_t deadline_ms,
                                               natt_kms_client_error *err)
{
    /* Does not check the Expiration: expired credentials may be renewed in their file before the first call. */
    if (!check_source(source, err))
        return NULL;
    natt_aws_credentials *c = natt_secret_new(sizeof *c);
    if (c == NULL || !copy_path(c, source))
        (void)natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
    else if (read_source(&c->values, source, deadline_ms, err))
        return c;
    natt_aws_credentials_free(c);
    return NULL;
}

void natt_aws_credentials_free(natt_aws_credentials *credentials)
{
    if (credentials == NULL)
        return;
    free(credentials->file);
    free(credentials->profile);
    natt_secret_free(credentials, sizeof *credentials);
}

bool natt_aws_credentials_can_refresh(const natt_aws_credentials *credentials)
{
    return credentials->file != NULL;
}

void natt_aws_credentials_secrets(const natt_aws_credentials *c, natt_bytes *secret_key, natt_bytes *session_token)
{
    *secret_key = (natt_bytes){c->values.secret_key.ptr, c->values.secret_key.len};
    *session_token = (natt_bytes){c->values.session_token.ptr, c->values.session_token.len};
}

/* New credentials from the file replace the previous ones only if they are complete. */
static bool renew(natt_aws_credentials *c, natt_kms_client_error *err)
{
    const bool ok = read_file(&c->fresh, c->file, c->profile, err);
    if (ok) {
        (void)take_values(&c->values, (natt_bytes){c->fresh.access_key.ptr, c->fresh.access_key.len},
                          (natt_bytes){c->fresh.secret_key.ptr, c->fresh.secret_key.len},
                          (natt_bytes){c->fresh.session_token.ptr, c->fresh.session_token.len}, NULL);
        c->values.expires_ms = c->fresh.expires_ms;
    }
    natt_aws_values_init(&c->fresh);
    return ok;
}

static bool expires_within(const natt_aws_credentials *c, uint64_t now_ms, uint64_t margin_ms)
{
    return c->values.expires_ms <= now_ms || c->values.expires_ms - now_ms < margin_ms;
}

bool natt_aws_credentials_get(natt_aws_credentials *c, natt_bytes *access_key, natt_bytes *secret_key,
                              natt_bytes *session_token, uint64_t now_ms, bool force, natt_kms_client_error *err)
{
    natt_kms_client_error why; /* not the caller's error: the credentials read before may still be valid */
    natt_kms_client_no_error(&why);
    *access_key = *secret_key = *session_token = (natt_bytes){NULL, 0};
    const bool again = c->file != NULL && (force || expires_within(c, now_ms, RENEW_BEFORE_MS));
    const bool failed = again && !renew(c, &why);
    if (expires_within(c, now_ms, 0))
        return failed ? natt_kms_client_fail_errno(err, why.code, why.errno_value, why.message)
                      : natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CREDENTIALS_EXPIRED, NULL);
    *access_key = (natt_bytes){c->values.access_key.ptr, c->values.access_key.len};
    *secret_key = (natt_bytes){c->values.secret_key.ptr, c->values.secret_key.len};
    if (c->values.session_token.len > 0)
        *session_token = (natt_bytes){c->values.session_token.ptr, c->values.session_token.len};
    return true;
}
