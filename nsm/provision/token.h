/*
 * Tokens of a PKCS #11 module: objects for keys and certificates, with the names of ACM's module. Any module that can
 * create objects (C_CreateObject) works; SoftHSM is tested.
 */
#ifndef NATT_NSM_PROVISION_TOKEN_H
#define NATT_NSM_PROVISION_TOKEN_H

#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

#include "nsm/provision/error.h"

#define NATT_TOKEN_MIN_LABEL 1
#define NATT_TOKEN_MAX_LABEL 32
#define NATT_TOKEN_MIN_PIN   4
#define NATT_TOKEN_MAX_PIN   64
#define NATT_TOKEN_MAX       128 /* our tokens in one module */

typedef struct natt_pkcs11 natt_pkcs11;

/*
 * dlopen, C_GetFunctionList, C_Initialize. "token-file:PATH" is the file of ACM for Nitro Enclaves' provider
 * (token_file.h) instead of a module. NULL: NATT_PROVISION_E_MODULE. Only one in a process: PKCS #11 has global state.
 * so_pin  security officer's PIN of the tokens that are made here
 */
natt_pkcs11 *natt_pkcs11_open(const char *module_path, const char *so_pin, natt_provision_error *err);
void natt_pkcs11_close(natt_pkcs11 *module);

/*
 * PKCS #11 cannot delete a token, so a removed token is initialised again, empty, and is free for the next token with
 * its label. Its label is then this prefix and a digest; other labels must not begin with the prefix. SoftHSM keeps
 * logins of other processes across C_InitToken, so programs with the old token's PIN could sign with the keys of the
 * new one. Connections to p11-kit server end with the old token. For programs that load the module themselves, a
 * different token gets the slot only if NATT_TOKEN_MAX_FREE tokens are free. The limit exists since each token is a
 * folder of SoftHSM, so callers could fill the disk.
 */
#define NATT_TOKEN_FREE_PREFIX "natt-free:"
#define NATT_TOKEN_MAX_FREE    16
#define NATT_TOKEN_MAX_REFUSED 64 /* free tokens of other programs that are tried if the module has no serial numbers */

typedef struct natt_token_key {
    unsigned id;
    const char *label;
    mbedtls_pk_context *key;       /* not changed */
    const mbedtls_x509_crt *chain; /* NULL = no certificates */
    natt_bytes wrapped;            /* the ciphertext of KMS; only for a token file */
} natt_token_key;

/*
 * The serial number that the module gave a token. Two tokens may have one label: other programs create tokens, and
 * SoftHSM restores a removed token's label if a program logs in at the same moment. All zeros = unknown, which matches
 * any serial number, since modules may have none.
 */
#define NATT_TOKEN_SERIAL 16
typedef struct natt_token_serial {
    uint8_t bytes[NATT_TOKEN_SERIAL];
} natt_token_serial;
bool natt_token_serial_is_known(const natt_token_serial *serial);
bool natt_token_serial_equal(const natt_token_serial *a, const natt_token_serial *b);

/*
 * True: this state directory made the token with this serial number, so its security officer's PIN is ours. Free tokens
 * of other state directories have the same labels but a different PIN, so they are not tried.
 */
typedef bool natt_token_is_ours(const void *context, const natt_token_serial *serial);
void natt_pkcs11_set_owner(natt_pkcs11 *module, natt_token_is_ours *is_ours, const void *context);

/* A token whose label is exactly this one. */
bool natt_token_exists(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, bool *exists,
                       natt_provision_error *err);

/*
 * Creates a token without PIN and keys. Store *serial, its number, before you add keys. If it returns false, a token
 * with this label may exist: call natt_token_remove, except for NATT_PROVISION_E_LABEL_IN_USE and _LABEL_FOREIGN, where
 * the token belongs to another program. _TOO_MANY.
 */
bool natt_token_begin(natt_pkcs11 *module, const char *label, natt_token_serial *serial, natt_provision_error *err);
/*
 * Sets its PIN and adds its keys. If it returns false, some keys may exist. If it returns true, each key has signed.
 * Objects of a key: private (CKA_TOKEN, PRIVATE, SENSITIVE, SIGN, DECRYPT, neither EXTRACTABLE, COPYABLE nor
 * MODIFIABLE; id, label), public, and certificates acm-ne-cert-0 (the leaf, with the id of the key), acm-ne-cert-1 ...
 */
bool natt_token_fill(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, const char *pin,
                     const natt_token_key *keys, size_t count, natt_provision_error *err);
/* Sets the expiry in a token file, whose reader checks it; has no effect for a module. */
bool natt_token_expire_in(natt_pkcs11 *module, const char *label, uint64_t seconds, natt_provision_error *err);
/*
 * Initialises the token again: deletes its objects, and makes it free. With a serial number, its label does not matter;
 * without one, removes every token with this label, and the rest of an interrupted removal. NATT_PROVISION_E_NOT_FOUND.
 */
bool natt_token_remove(natt_pkcs11 *module, const char *label, const natt_token_serial *serial,
                       natt_provision_error *err);
/* Initialises every token that is not free and for which `is_stray` is true; the label is terminated by a NUL. */
typedef bool natt_token_is_stray(const void *context, const char *label, const natt_token_serial *serial);
bool natt_token_sweep(natt_pkcs11 *module, natt_token_is_stray *is_stray, const void *context,
                      natt_provision_error *err);
/*
 * Destroys the private keys of a token before its removal. SoftHSM writes the token's file in place: if a removal is
 * killed meanwhile, the token can no longer be found, and logged-in programs could continue to sign with remaining
 * keys. NATT_PROVISION_E_NOT_FOUND, _PIN_WRONG.
 */
bool natt_token_destroy_keys(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, const char *pin,
                             natt_provision_error *err);
/*
 * Checks that consumers can use the token's keys. Each key must have one private object of its id and label, whose
 * signature the public half of `key` verifies, one public object with the same numbers, and its leaf certificate. There
 * must be no other private object. natt_token_fill performs this check before it succeeds. A token file must have the
 * same keys, ids and labels. NATT_PROVISION_E_OBJECTS: recreate the token, err->key names the key; _NOT_FOUND,
 * _PIN_WRONG, _MODULE.
 */
bool natt_token_check_keys(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, const char *pin,
                           const natt_token_key *keys, size_t count, natt_provision_error *err);
/* NATT_PROVISION_E_NOT_FOUND, _PIN_WRONG. */
bool natt_token_login_works(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, const char *pin,
                            natt_provision_error *err);

#endif
