/*
 * Loads wrapped keys: attests, decrypts them with KMS for this enclave only, and checks them against their
 * certificates.
 */
#ifndef NATT_NSM_PROVISION_LOAD_H
#define NATT_NSM_PROVISION_LOAD_H

#include "nsm/provision/provision.h"
#include "nsm/provision/state.h"

typedef struct natt_loaded_key {
    mbedtls_pk_context key;
    mbedtls_x509_crt chain; /* empty (chain.raw.p NULL): no certificates */
    uint8_t spki[NATT_STATE_DIGEST], certificates[NATT_STATE_DIGEST];
} natt_loaded_key;

/* One key per row, in the order of the rows, with one document for all. NULL: *err names the key. */
natt_loaded_key *natt_keys_load(const natt_provision_options *options, const natt_database_key *rows, size_t count,
                                natt_provision_error *err);
/* Wipes and frees. NULL is ignored. */
void natt_keys_free(natt_loaded_key *keys, size_t count);

#endif
