/* See call.h. */
#include "relying/kms/call/call.h"

#include <stdlib.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "nitro_attest/recipient.h"
#include "relying/kms/call/attested.h"
#include "relying/kms/crypto/base64.h"

void natt_kms_call_free(natt_kms_call *call)
{
    natt_kms_members_free(call->in);
    json_decref(call->out);
    json_decref(call->decision.explanation);
    free((void *)call->context.ptr);
    free(call->decision_text);
}

bool natt_kms_refuse(natt_kms_call *call, natt_kms_fault_code code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    natt_kms_fault_set(&call->fault, code, format, arguments);
    va_end(arguments);
    return false;
}

bool natt_kms_out_of_memory(natt_kms_call *call)
{
    return natt_kms_refuse(call, NATT_KMS_E_INTERNAL, "out of memory");
}

bool natt_kms_fail_store(natt_kms_call *call, const natt_kms_store_error *err)
{
    const natt_kms_fault_code code = err->code == NATT_KMS_STORE_FULL     ? NATT_KMS_E_LIMIT_EXCEEDED
                                     : err->code == NATT_KMS_STORE_LOCKED ? NATT_KMS_E_DEPENDENCY_TIMEOUT
                                                                          : NATT_KMS_E_INTERNAL;
    return natt_kms_refuse(call, code, "%s", err->text);
}

const char *natt_kms_in_text(const natt_kms_call *call, natt_kms_member member, const char *absent)
{
    return call->in[member].given ? call->in[member].text : absent;
}

bool natt_kms_put_json(natt_kms_call *call, const char *name, json_t *value)
{
    return json_object_set_new(call->out, name, value) == 0 || natt_kms_out_of_memory(call);
}

bool natt_kms_put_text(natt_kms_call *call, const char *name, const char *text)
{
    return natt_kms_put_json(call, name, json_string(text));
}

json_t *natt_kms_time(int64_t ms)
{
    return json_real((double)ms / 1000);
}

bool natt_kms_put_time(natt_kms_call *call, const char *name, int64_t ms)
{
    return natt_kms_put_json(call, name, natt_kms_time(ms));
}

bool natt_kms_put_blob(natt_kms_call *call, const char *name, natt_bytes bytes)
{
    char *text = natt_kms_base64_encode(bytes);
    if (text == NULL)
        return natt_kms_out_of_memory(call);
    bool done = natt_kms_put_text(call, name, text);
    mbedtls_platform_zeroize(text, strlen(text)); /* it may contain a secret */
    free(text);
    return done;
}

static bool fail_seal(natt_kms_call *call, const natt_recipient_error *err)
{
    if (err->code == NATT_RECIPIENT_E_PUBLIC_KEY)
        return natt_kms_refuse(call, NATT_KMS_E_VALIDATION,
                               "the attestation document's public_key is not an RSA key of 2048 to 4096 bits in DER "
                               "(SubjectPublicKeyInfo), so nothing can be sealed to it");
    bool debug = err->code == NATT_RECIPIENT_E_DEBUG;
    return natt_kms_refuse(call, debug ? NATT_KMS_E_ACCESS_DENIED : NATT_KMS_E_INTERNAL, "sealing to the recipient: %s",
                           err->message);
}

static bool put_sealed(natt_kms_call *call, natt_bytes secret)
{
    natt_recipient_seal_options options = NATT_RECIPIENT_SEAL_OPTIONS_INIT;
    natt_recipient_error err;
    size_t len = 0;
    if (!natt_kms_check_replay(call))
        return false;
    uint8_t *message = malloc(NATT_RECIPIENT_MAX_SEALED);
    if (message == NULL)
        return natt_kms_out_of_memory(call);
    options.allow_debug = call->config->allow_debug;
    bool done = natt_recipient_seal(message, NATT_RECIPIENT_MAX_SEALED, &len, &call->document, secret, &options, &err)
                    ? natt_kms_put_blob(call, "CiphertextForRecipient", (natt_bytes){message, len})
                    : fail_seal(call, &err);
    free(message);
    return done;
}

bool natt_kms_put_secret(natt_kms_call *call, const char *name, natt_bytes secret)
{
    return call->in[NATT_KMS_IN_RECIPIENT].given ? put_sealed(call, secret) : natt_kms_put_blob(call, name, secret);
}
