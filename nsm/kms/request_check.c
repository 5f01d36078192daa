/* See request_check.h. Limits: AWS KMS API reference, the page of each operation. */
#include "nsm/kms/request_check.h"

#include <string.h>

#include "nsm/kms/error.h"
#include "nsm/text.h"
#include "verify/parse/reader.h"

static bool fail(natt_kms_client_error *err, natt_kms_client_code code)
{
    return natt_kms_client_fail(err, code, NULL);
}

/* A length without bytes is a separate error. */
static bool check_blob(natt_bytes blob, size_t most, bool needed, natt_kms_client_code code, natt_kms_client_error *err)
{
    if (blob.ptr == NULL && blob.len > 0)
        return fail(err, NATT_KMS_CLIENT_E_USAGE_ARGUMENT);
    if (blob.ptr == NULL && !needed)
        return true;
    return (blob.len >= 1 && blob.len <= most) || fail(err, code);
}

/* NULL is valid if the value is not needed. */
static bool check_name(const char *name, size_t most, bool needed, natt_kms_client_code code,
                       natt_kms_client_error *err)
{
    if (name == NULL)
        return !needed || fail(err, code);
    const natt_bytes text = natt_text_bytes(name);
    return (text.len >= 1 && text.len <= most && natt_bytes_printable(text)) || fail(err, code);
}

static bool check_blobs(const natt_kms_members *m, unsigned needs, natt_kms_client_error *err)
{
    return check_blob(m->ciphertext, NATT_KMS_CLIENT_MAX_CIPHERTEXT, needs & NATT_KMS_NEEDS_CIPHERTEXT,
                      NATT_KMS_CLIENT_E_USAGE_CIPHERTEXT, err) &&
           check_blob(m->public_key, NATT_KMS_CLIENT_MAX_PUBLIC_KEY, needs & NATT_KMS_NEEDS_PUBLIC_KEY,
                      NATT_KMS_CLIENT_E_USAGE_PUBLIC_KEY, err) &&
           check_blob(m->plaintext, NATT_KMS_CLIENT_MAX_PLAINTEXT, needs & NATT_KMS_NEEDS_PLAINTEXT,
                      NATT_KMS_CLIENT_E_USAGE_PLAINTEXT, err);
}

static bool check_spec(const char *spec, bool needed, natt_kms_client_error *err)
{
    return check_name(spec, NATT_KMS_CLIENT_MAX_SPEC, needed, NATT_KMS_CLIENT_E_USAGE_SPEC, err);
}

static bool check_names(const natt_kms_members *m, unsigned needs, natt_kms_client_error *err)
{
    return check_name(m->key_id, NATT_KMS_CLIENT_MAX_ID, needs & NATT_KMS_NEEDS_KEY_ID, NATT_KMS_CLIENT_E_USAGE_KEY_ID,
                      err) &&
           check_spec(m->key_spec, false, err) && check_spec(m->key_pair_spec, needs & NATT_KMS_NEEDS_PAIR_SPEC, err) &&
           check_spec(m->encryption_algorithm, false, err);
}

static bool check_bytes(const natt_kms_members *m, unsigned needs, natt_kms_client_error *err)
{
    const bool bytes = m->number_of_bytes != 0, spec = m->key_spec != NULL;
    const bool ok = m->number_of_bytes <= NATT_KMS_CLIENT_MAX_RANDOM &&
                    (bytes || (needs & NATT_KMS_NEEDS_BYTES) == 0) &&
                    (bytes != spec || (needs & NATT_KMS_NEEDS_SPEC_OR_BYTES) == 0);
    return ok || fail(err, NATT_KMS_CLIENT_E_USAGE_SPEC);
}

/* Adds to *total. */
static bool check_context_text(const char *text, size_t *total)
{
    if (text == NULL)
        return false;
    const natt_bytes bytes = natt_text_bytes(text);
    *total += bytes.len;
    return *total <= NATT_KMS_CLIENT_MAX_CONTEXT && natt_utf8_valid(bytes);
}

static bool has_before(const natt_kms_client_context *context, size_t i)
{
    for (size_t earlier = 0; earlier < i; earlier++)
        if (strcmp(context->pairs[earlier].name, context->pairs[i].name) == 0)
            return true;
    return false;
}

/* Names are unique, so all but one have at least one character, which also bounds their number. */
static bool check_context(const natt_kms_client_context *context, natt_kms_client_error *err)
{
    size_t total = 0;
    if (context->pairs == NULL && context->count > 0)
        return fail(err, NATT_KMS_CLIENT_E_USAGE_ARGUMENT);
    for (size_t i = 0; i < context->count; i++)
        if (!check_context_text(context->pairs[i].name, &total) ||
            !check_context_text(context->pairs[i].value, &total) || has_before(context, i))
            return fail(err, NATT_KMS_CLIENT_E_USAGE_CONTEXT);
    return true;
}

static bool check_recipient(const natt_kms_client_recipient *recipient, unsigned needs, natt_kms_client_error *err)
{
    if ((needs & NATT_KMS_NEEDS_RECIPIENT) == 0)
        return true;
    if (recipient->key == NULL)
        return fail(err, NATT_KMS_CLIENT_E_USAGE_RECIPIENT);
    return check_blob(recipient->document, NATT_RECIPIENT_MAX_DOCUMENT, true, NATT_KMS_CLIENT_E_USAGE_RECIPIENT, err);
}

bool natt_kms_members_check(const natt_kms_members *members, unsigned needs, natt_kms_client_error *err)
{
    return check_blobs(members, needs, err) && check_names(members, needs, err) && check_bytes(members, needs, err) &&
           check_context(&members->context, err) && check_recipient(&members->recipient, needs, err);
}
