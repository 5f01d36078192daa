/* See new_key.h. */
#include "relying/kms/operations/new_key.h"

#include <stdio.h>
#include <string.h>

#include "relying/kms/crypto/pair.h"
#include "relying/kms/crypto/random.h"

void natt_kms_default_policy(char out[NATT_KMS_DEFAULT_POLICY_ROOM], const char *account)
{
    (void)snprintf(out, NATT_KMS_DEFAULT_POLICY_ROOM,
                   "{\"Version\":\"2012-10-17\",\"Id\":\"key-default-1\",\"Statement\":[{\"Sid\":\"Enable IAM User "
                   "Permissions\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::%s:root\"},\"Action\":"
                   "\"kms:*\",\"Resource\":\"*\"}]}",
                   account);
}

static bool make_secret(natt_kms_secret *out, const natt_kms_spec *spec)
{
    natt_kms_spki unused;
    return spec->family == NATT_KMS_SYMMETRIC ? natt_kms_secret_random(out, spec->bits / 8)
                                              : natt_kms_pair_generate(out, &unused, spec);
}

/* Ids are random, not derived from the secret: they are in every ciphertext. */
static bool make_ids(natt_kms_key *key)
{
    uint8_t material[32];
    if (!natt_kms_uuid(key->id) || natt_kms_random(NULL, material, sizeof material) != 0)
        return false;
    natt_kms_hex(key->material_id, (natt_bytes){material, sizeof material});
    return true;
}

bool natt_kms_new_key(natt_kms_key *out, natt_kms_store *store, const natt_kms_spec *spec, const char *description,
                      const char *policy, int64_t now_ms, natt_kms_store_error *err)
{
    natt_kms_secret secret = {0, {0}};
    memset(out, 0, sizeof *out);
    (void)snprintf(out->spec, sizeof out->spec, "%s", spec->name);
    (void)snprintf(out->usage, sizeof out->usage, "%s", spec->usage);
    (void)snprintf(out->description, sizeof out->description, "%s", description);
    out->state = NATT_KMS_ENABLED;
    out->created_ms = now_ms;
    bool made = make_ids(out) && make_secret(&secret, spec);
    if (!made)
        *err = (natt_kms_store_error){NATT_KMS_STORE_FAILED, "a key cannot be made: mbedTLS or the kernel failed"};
    bool done = made && natt_kms_store_add_key(store, out, natt_kms_secret_view(&secret), policy, err);
    natt_kms_secret_wipe(&secret);
    return done;
}
