/*
 * Tokens in the file that ACM for Nitro Enclaves' provider reads, instead of a PKCS #11 module: 128 slots, each
 * {"label", "private_keys": [{"pem", "encrypted_pem_b64", "id", "label", "cert_pem"}], "pin", "expiry_ts"} or null.
 * expiry_ts is in seconds of CLOCK_MONOTONIC. PINs and keys are in the clear, as the provider requires: the file (mode
 * 0600) belongs on the enclave's tmpfs. It is locked and replaced atomically (the genuine server does not do that), so
 * several states can share it. jansson's memory contains secrets: programs must make it wipe memory
 * (json_set_alloc_funcs).
 */
#ifndef NATT_NSM_PROVISION_TOKEN_FILE_H
#define NATT_NSM_PROVISION_TOKEN_FILE_H

#include "nsm/provision/token.h"

#define NATT_TOKEN_FILE_MAX (64 * 1024 * 1024) /* bytes; a larger file is refused */

/* Like the functions of token.h, for the file at `path`; a missing file has no tokens. */
bool natt_token_file_exists(const char *path, const char *label, bool *exists, natt_provision_error *err);
/* Uses the first free slot. The token counts as expired until natt_token_file_expire_in. */
bool natt_token_file_add(const char *path, const char *label, const char *pin, const natt_token_key *keys, size_t count,
                         natt_provision_error *err);
bool natt_token_file_expire_in(const char *path, const char *label, uint64_t seconds, natt_provision_error *err);
bool natt_token_file_remove(const char *path, const char *label, natt_provision_error *err);
/* See natt_token_check_keys. */
bool natt_token_file_check_keys(const char *path, const char *label, const char *pin, const natt_token_key *keys,
                                size_t count, natt_provision_error *err);
bool natt_token_file_login_works(const char *path, const char *label, const char *pin, natt_provision_error *err);

#endif
