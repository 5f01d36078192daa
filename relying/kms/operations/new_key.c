/* See new_key.h. */
#include "relying/kms/operations/new_key.h"

#include <stdio.h>
#include <string.h>

#include "relying/kms/crypto/random.h"

void natt_kms_default_policy(char out[NATT_KMS_DEFAULT_POLICY_ROOM], const char *account)
{
    (void)snprintf(out, NATT_KMS_DEFAULT_POLICY_ROOM,
                   "{\"Version\":\"2012-10-17\",\"Id\":\"key-default-1\",\"Statement\":[{\"Sid\":\"Enable IAM User "
                   "Permissions\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::%s:root\"},\"Action\":"
                   "\"kms:*\",\"Resource\":\"*\"}]}",
                   account);
}

static bool fail(natt_kms_store_error *err, natt_kms_store_code code, const char *what, const char *why)
{
    err->code = code;
    (void)snprintf(err->text, sizeof err->text, "%s %s", what, why);
    return false;
}

bool natt_kms_new_pair(natt_kms_secret *private_key, natt_kms_spki *public_key, const natt_kms_config *config,
                       const natt_kms_spec *spec, natt_kms_store_error *err)
{
    natt_kms_deadline deadline = {NULL, 0, false};
    if (config->timeout_ms > 0)
        deadline = (natt_kms_deadline){config->monotonic_ms, config->monotonic_ms() + config->timeout_ms, false};
    if (natt_kms_pair_generate(private_key, public_key, spec, &deadline))
        return true;
    return deadline.passed
               ? fail(err, NATT_KMS_STORE_LOCKED, spec->name, "key: none was found in time (kms serve --timeout)")
               : fail(err, NATT_KMS_STORE_FAILED, spec->name, "key: mbedTLS failed");
}

static bool make_secret(natt_kms_secret *out, const natt_kms_config *config, const natt_kms_spec *spec,
                        natt_kms_store_error *err)
{
    natt_kms_spki unused;
    if (spec->family != NATT_KMS_SYMMETRIC)
        return natt_kms_new_pair(out, &unused, config, spec, err);
    return natt_kms_secret_random(out, spec->bits / 8) ||
           fail(err, NATT_KMS_STORE_FAILED, spec->name, "key: there are no random bytes");
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

/* Keys whose deletion date has passed do not count against the limit. */
static bool make_room(const natt_kms_config *config, int64_t now_ms, natt_kms_store_error *err)
{
    return natt_kms_store_purge(config->store, now_ms, err) && natt_kms_store_has_room(config->store, err);
}

/* Creating an RSA key takes seconds; meanwhile other requests may reach the limit. */
static bool make(const natt_kms_config *config, const natt_kms_key *key, const natt_kms_spec *spec, const char *policy,
                 natt_kms_store_error *err)
{
    natt_kms_secret secret = {0, {0}};
    bool done = make_secret(&secret, config, spec, err) &&
                natt_kms_store_add_key(config->store, key, natt_kms_secret_view(&secret), policy, err);
    natt_kms_secret_wipe(&secret);
    return done;
}

bool natt_kms_new_key(natt_kms_key *out, const natt_kms_config *config, const natt_kms_spec *spec,
                      const char *description, const char *policy, int64_t now_ms, natt_kms_store_error *err)
{
    memset(out, 0, sizeof *out);
    (void)snprintf(out->spec, sizeof out->spec, "%s", spec->name);
    (void)snprintf(out->usage, sizeof out->usage, "%s", spec->usage);
    (void)snprintf(out->description, sizeof out->description, "%s", description);
    out->state = NATT_KMS_ENABLED;
    out->created_ms = now_ms;
    return (make_ids(out) || fail(err, NATT_KMS_STORE_FAILED, spec->name, "key: there are no random bytes")) &&
           make_room(config, now_ms, err) && make(config, out, spec, policy, err);
}
