/* A PKCS #11 module: its functions, its slots by label, and errors from return values. */
#ifndef NATT_NSM_PROVISION_PKCS11_H
#define NATT_NSM_PROVISION_PKCS11_H

#include <p11-kit/pkcs11.h>

#include "nsm/provision/token.h"

struct natt_pkcs11 {
    char *token_file; /* not NULL: tokens are in this file (token_file.h) instead of in a module */
    void *library;
    CK_FUNCTION_LIST_PTR f;
    char so_pin[NATT_TOKEN_MAX_PIN + 1];
    natt_token_is_ours *is_ours; /* NULL = any free token may be ours */
    const void *context;         /* of is_ours */
    CK_SLOT_ID refused[NATT_TOKEN_MAX_REFUSED];
    size_t refused_count;
};

/* True only for CKR_OK; `what` is the function's name. */
bool natt_pkcs11_ok(CK_RV result, const char *what, natt_provision_error *err);

/* Restarts the module, which then reads its files again. There must be no session. */
bool natt_pkcs11_start_again(natt_pkcs11 *module, natt_provision_error *err);

/* NATT_PROVISION_E_NOT_FOUND. serial: all zeros = any; label NULL: only the serial number must match. */
bool natt_pkcs11_find(natt_pkcs11 *module, CK_SLOT_ID *slot, const char *label, const natt_token_serial *serial,
                      natt_provision_error *err);
natt_token_serial natt_pkcs11_serial(const CK_TOKEN_INFO *info);
/* From calloc; NULL: *err. Reads the list again, since a module may move a token to another slot at its
 * initialisation. */
CK_SLOT_ID *natt_pkcs11_list(natt_pkcs11 *module, CK_ULONG *count, natt_provision_error *err);
bool natt_pkcs11_is_free(const CK_TOKEN_INFO *info);
/* Records that the slot's token refused our PIN, so that it is not tried again: modules may lock tokens after some
 * tries. */
bool natt_pkcs11_refuse_slot(natt_pkcs11 *module, CK_SLOT_ID slot, natt_provision_error *err);
/*
 * A slot for a new token with this label: the slot of the previous token with it, or an uninitialised one. If the
 * module has neither, or NATT_TOKEN_MAX_FREE of our tokens are free: the slot of any of our free tokens.
 * NATT_PROVISION_E_TOO_MANY.
 */
bool natt_pkcs11_find_free(natt_pkcs11 *module, CK_SLOT_ID *slot, const char *label, natt_provision_error *err);

/* The label of a free token that had this label. */
#define NATT_TOKEN_FREE_LABEL 33
void natt_pkcs11_free_label(char out[NATT_TOKEN_FREE_LABEL], const char *label);

/* The first `room` objects with these attributes. */
bool natt_pkcs11_search(natt_pkcs11 *module, CK_SESSION_HANDLE session, CK_ATTRIBUTE *wanted, CK_ULONG wanted_count,
                        CK_OBJECT_HANDLE *found, CK_ULONG room, CK_ULONG *count, natt_provision_error *err);

/* All objects of a key: private, public, certificates. */
bool natt_token_write_key(natt_pkcs11 *module, CK_SESSION_HANDLE session, const natt_token_key *key,
                          natt_provision_error *err);
/* natt_token_check_keys for one key, in a session that is logged in. */
bool natt_token_check_key(natt_pkcs11 *module, CK_SESSION_HANDLE session, const natt_token_key *key,
                          natt_provision_error *err);

/* OCTET STRING { 04 x y } of an EC key's public half, in the form of CKA_EC_POINT; returns its length. 0: mbedTLS
 * failed. */
#define NATT_TOKEN_MAX_POINT 136
size_t natt_token_ec_point(uint8_t out[NATT_TOKEN_MAX_POINT], mbedtls_pk_context *key);

#endif
