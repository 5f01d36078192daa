/* Formats an error of the client as a sentence for people. */
#define _POSIX_C_SOURCE 200809L /* strerror_r */

#include "nsm/kms/error.h"
#include "nsm/sentence.h"

/* "KMS: AccessDeniedException: User ... is not authorized": the text of a KMS code is its own name. */
static void put_message(struct natt_sentence *s, const natt_kms_client_error *err)
{
    const natt_kms_client_layer layer = natt_kms_client_code_layer(err->code);
    const bool named = err->kms_name[0] != '\0';
    if (layer != NATT_KMS_CLIENT_LAYER_CALL)
        natt_put(s, "%s: ", natt_kms_client_layer_name(layer));
    if (named)
        natt_put(s, "%s", err->kms_name);
    if (!named || strcmp(err->message, natt_kms_client_code_message(err->code)) != 0)
        natt_put(s, "%s%s", named ? ": " : "", err->message);
}

/* ", mbedTLS -0x2700, Connection refused, NATT_RECIPIENT_E_DECRYPT" */
static void put_cause(struct natt_sentence *s, const natt_kms_client_error *err)
{
    if (err->tls_code != 0)
        natt_put(s, ", mbedTLS %s0x%04x", err->tls_code < 0 ? "-" : "",
                 err->tls_code < 0 ? 0U - (unsigned)err->tls_code : (unsigned)err->tls_code);
    if (err->required_len != 0)
        natt_put(s, ", %zu bytes are needed", err->required_len);
    natt_put_errno(s, err->errno_value);
    if (err->recipient.code != NATT_RECIPIENT_OK) {
        natt_put(s, ", ");
        natt_put_code(s, natt_recipient_code_name(err->recipient.code), (int)err->recipient.code);
    }
}

/* ", HTTP 400, request id 5c2f..., after 2 attempts" */
static void put_reply(struct natt_sentence *s, const natt_kms_client_error *err)
{
    if (err->http_status != 0)
        natt_put(s, ", HTTP %u", err->http_status);
    if (err->request_id[0] != '\0')
        natt_put(s, ", request id %s", err->request_id);
    if (err->attempts > 1)
        natt_put(s, ", after %u attempts", err->attempts);
}

static const char *remedy_of(const natt_kms_client_error *err)
{
    const char *of_recipient = natt_recipient_code_remedy(err->recipient.code);
    if (err->recipient.code != NATT_RECIPIENT_OK && of_recipient[0] != '\0')
        return of_recipient;
    return natt_kms_client_code_remedy(err->code);
}

size_t natt_kms_client_error_format(char *buf, size_t len, const natt_kms_client_error *err)
{
    struct natt_sentence s = {buf, len, 0};
    natt_kms_client_error none;
    natt_kms_client_no_error(&none);
    err = err != NULL ? err : &none;
    put_message(&s, err);
    natt_put(&s, " (");
    natt_put_code(&s, natt_kms_client_code_name(err->code), (int)err->code);
    put_cause(&s, err);
    put_reply(&s, err);
    natt_put(&s, ")");
    if (remedy_of(err)[0] != '\0')
        natt_put(&s, "; %s", remedy_of(err));
    return s.len;
}
