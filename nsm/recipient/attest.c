/*
 * Creates a document that contains the key, and the value for requests to KMS.
 */
#include <string.h>

#include "nsm/recipient/base64.h"
#include "nsm/recipient/error.h"
#include "nsm/recipient/key.h"

static bool check_fields(const natt_recipient_attestation *f, natt_recipient_error *err)
{
    if (f->struct_size != sizeof *f)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_STRUCT_SIZE, NULL);
    return !(f->no_public_key && f->public_key.ptr != NULL) ||
           natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_OPTION, "a public key is given together with no_public_key");
}

/* The key's, unless the caller passes a different one or none. */
static bool choose_public_key(natt_bytes *out, const natt_recipient_key *key, const natt_recipient_attestation *f,
                              natt_recipient_error *err)
{
    *out = f->public_key;
    if (f->no_public_key || f->public_key.ptr != NULL)
        return true;
    if (!natt_key_check(key, err))
        return false;
    *out = natt_recipient_key_public(key);
    return true;
}

static bool fail_nsm(const natt_nsm_error *nsm, natt_recipient_error *err)
{
    return nsm->code == NATT_NSM_E_BUFFER_TOO_SMALL ? natt_recipient_fail_required(err, nsm->required_len)
                                                    : natt_recipient_fail_nsm(err, nsm);
}

bool natt_recipient_attest(const natt_recipient_key *key, uint8_t *out, size_t capacity, size_t *len, natt_nsm *nsm,
                           const natt_recipient_attestation *fields, natt_recipient_error *err)
{
    static const natt_recipient_attestation defaults = NATT_RECIPIENT_ATTESTATION_INIT;
    const natt_recipient_attestation *f = fields != NULL ? fields : &defaults;
    natt_nsm_attestation request = NATT_NSM_ATTESTATION_INIT;
    natt_nsm_error nsm_error;
    natt_recipient_no_error(err);
    if (len == NULL || nsm == NULL)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_ARGUMENT, NULL);
    *len = 0;
    if (!check_fields(f, err) || !choose_public_key(&request.public_key, key, f, err))
        return false;
    request.nonce = f->nonce;
    request.user_data = f->user_data;
    return natt_nsm_attest(nsm, out, capacity, len, &request, &nsm_error) || fail_nsm(&nsm_error, err);
}

#define VALUE_HEAD "{\"KeyEncryptionAlgorithm\":\"RSAES_OAEP_SHA_256\",\"AttestationDocument\":\""
#define VALUE_TAIL "\"}"

static bool write_value(char *out, size_t capacity, size_t *len, natt_bytes document, natt_recipient_error *err)
{
    size_t head = sizeof VALUE_HEAD - 1, text = NATT_BASE64_LEN(document.len);
    size_t needed = head + text + sizeof VALUE_TAIL;
    if (capacity < needed)
        return natt_recipient_fail_required(err, needed);
    memcpy(out, VALUE_HEAD, head);
    natt_base64_encode(out + head, document);
    memcpy(out + head + text, VALUE_TAIL, sizeof VALUE_TAIL);
    *len = needed - 1;
    return true;
}

bool natt_recipient_value(char *out, size_t capacity, size_t *len, natt_bytes document, natt_recipient_error *err)
{
    natt_recipient_no_error(err);
    if (len == NULL || (out == NULL && capacity > 0) || document.ptr == NULL)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_ARGUMENT, NULL);
    *len = 0;
    if (document.len == 0 || document.len > NATT_RECIPIENT_MAX_DOCUMENT)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_ARGUMENT,
                                   "the document is empty, or longer than KMS accepts");
    return write_value(out, capacity, len, document, err);
}
