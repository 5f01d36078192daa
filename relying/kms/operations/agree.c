/* DeriveSharedSecret and GetPublicKey: operations on asymmetric keys. */
#include "relying/kms/crypto/pair.h"
#include "relying/kms/operations/metadata.h"
#include "relying/kms/operations/operations.h"
#include "relying/kms/operations/use.h"

static bool agree(natt_kms_call *call, natt_kms_secret *out, const natt_kms_found *found)
{
    natt_kms_secret key;
    if (!natt_kms_key_secret(call, &key, found))
        return false;
    natt_kms_agreed agreed = natt_kms_agree(out, natt_kms_secret_view(&key), call->in[NATT_KMS_IN_PUBLIC_KEY].bytes);
    natt_kms_secret_wipe(&key);
    if (agreed == NATT_KMS_PEER_INVALID)
        return natt_kms_refuse(call, NATT_KMS_E_VALIDATION,
                               "PublicKey is not a public key of %s: a SubjectPublicKeyInfo in DER, of a point on that "
                               "curve",
                               found->spec->name);
    return agreed == NATT_KMS_AGREED || natt_kms_refuse(call, NATT_KMS_E_INTERNAL, "the key agreement failed");
}

bool natt_kms_derive_shared_secret(natt_kms_call *call)
{
    natt_kms_found found;
    natt_kms_secret secret = {0, {0}};
    bool done = natt_kms_use(call, &found, "KEY_AGREEMENT") && agree(call, &secret, &found) &&
                natt_kms_put_secret(call, "SharedSecret", natt_kms_secret_view(&secret)) &&
                natt_kms_put_text(call, "KeyId", found.arn) &&
                natt_kms_put_text(call, "KeyAgreementAlgorithm", call->in[NATT_KMS_IN_AGREEMENT].text) &&
                natt_kms_put_text(call, "KeyOrigin", "AWS_KMS");
    natt_kms_secret_wipe(&secret);
    natt_kms_found_free(&found);
    return done;
}

static bool put_public_key(natt_kms_call *call, const natt_kms_found *found)
{
    natt_kms_secret key;
    natt_kms_spki spki;
    if (found->spec->family == NATT_KMS_SYMMETRIC)
        return natt_kms_refuse(call, NATT_KMS_E_UNSUPPORTED_OPERATION, "%s is a symmetric key.", found->arn);
    if (!natt_kms_key_secret(call, &key, found))
        return false;
    bool done = natt_kms_pair_public(&spki, natt_kms_secret_view(&key));
    natt_kms_secret_wipe(&key);
    return done ? natt_kms_put_blob(call, "PublicKey", (natt_bytes){spki.bytes, spki.len})
                : natt_kms_refuse(call, NATT_KMS_E_INTERNAL, "the public key cannot be computed");
}

bool natt_kms_get_public_key(natt_kms_call *call)
{
    natt_kms_found found;
    bool done = natt_kms_use(call, &found, NULL) && put_public_key(call, &found) &&
                natt_kms_put_text(call, "KeyId", found.arn) &&
                natt_kms_put_spec(call, call->out, &found.key, found.spec) &&
                natt_kms_put_text(call, "KeyUsage", found.key.usage);
    natt_kms_found_free(&found);
    return done;
}
