/*
 * Tokens of a PKCS #11 module: objects for keys and certificates, as ACM's module names them. The module is any that
 * can create objects (C_CreateObject); SoftHSM is the tested one.
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
#define NATT_TOKEN_MAX       128 /* tokens of ours in one module */

typedef struct natt_pkcs11 natt_pkcs11;

/*
 * dlopen, C_GetFunctionList, C_Initialize. "token-file:PATH" is no module, but the file of ACM for Nitro Enclaves'
 * own provider (token_file.h). NULL: NATT_PROVISION_E_MODULE. One in a process: PKCS #11 has global state.
 * so_pin  security officer's PIN of the tokens that are made here
 */
natt_pkcs11 *natt_pkcs11_open(const char *module_path, const char *so_pin, natt_provision_error *err);
void natt_pkcs11_close(natt_pkcs11 *module);

/*
 * PKCS #11 cannot delete a token, so one that was removed is initialised anew, empty, and waits for the next one with
 * its label; its own label is then this prefix and a digest. Labels that begin so are refused. SoftHSM keeps the logins
 * of other processes over C_InitToken, so who had the PIN of the old token would sign with the keys of the new one.
 * Connections to p11-kit server end with the old token; for programs that load the module themselves, no other token
 * gets its slot while few are free. Not more: each is a folder of SoftHSM, and who may ask for tokens could fill the
 * disk with them.
 */
#define NATT_TOKEN_FREE_PREFIX "natt-free:"
#define NATT_TOKEN_MAX_FREE    16

typedef struct natt_token_key {
    unsigned id;
    const char *label;
    mbedtls_pk_context *key;       /* not changed */
    const mbedtls_x509_crt *chain; /* NULL = no certificates */
    natt_bytes wrapped;            /* what KMS encrypted; needed by a token file alone */
} natt_token_key;

/*
 * The serial number that the module gave a token. Two tokens may have one label: others make theirs, and SoftHSM gives
 * a removed token its old label again where a program logs in to it at the same moment. All zeros = not known, which
 * any serial number matches: modules may have none.
 */
#define NATT_TOKEN_SERIAL 16
typedef struct natt_token_serial {
    uint8_t bytes[NATT_TOKEN_SERIAL];
} natt_token_serial;
bool natt_token_serial_is_known(const natt_token_serial *serial);
bool natt_token_serial_equal(const natt_token_serial *a, const natt_token_serial *b);

/* A token whose label is exactly this one. */
bool natt_token_exists(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, bool *exists,
                       natt_provision_error *err);

/*
 * A new token without PIN and keys; *serial: its number, to be written down before it gets keys. On false there may be
 * a token with this label: natt_token_remove, except for NATT_PROVISION_E_LABEL_IN_USE, where it is not ours.
 * _TOO_MANY.
 */
bool natt_token_begin(natt_pkcs11 *module, const char *label, natt_token_serial *serial, natt_provision_error *err);
/*
 * Its PIN and its keys; on false some of them may be there. On true each key has signed.
 * Objects of a key: private (CKA_TOKEN, PRIVATE, SENSITIVE, SIGN, DECRYPT, neither EXTRACTABLE, COPYABLE nor
 * MODIFIABLE; id, label), public, and certificates acm-ne-cert-0 (the leaf, with the id of the key), acm-ne-cert-1 ...
 */
bool natt_token_fill(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, const char *pin,
                     const natt_token_key *keys, size_t count, natt_provision_error *err);
/* For a token file, whose reader lets tokens expire; nothing for a module. */
bool natt_token_expire_in(natt_pkcs11 *module, const char *label, uint64_t seconds, natt_provision_error *err);
/*
 * The token is initialised anew: its objects are gone, and it becomes a free one. With a serial number it is found
 * whatever its label has become; without one, every token with this label, and what an interrupted removal left.
 * NATT_PROVISION_E_NOT_FOUND.
 */
bool natt_token_remove(natt_pkcs11 *module, const char *label, const natt_token_serial *serial,
                       natt_provision_error *err);
/* Initialises every token anew that is not free and that `is_stray` names: its label is ended by a NUL. */
typedef bool natt_token_is_stray(const void *context, const char *label, const natt_token_serial *serial);
bool natt_token_sweep(natt_pkcs11 *module, natt_token_is_stray *is_stray, const void *context,
                      natt_provision_error *err);
/*
 * The private keys of a token, one after the other, before it is removed. SoftHSM writes the file of a token in place:
 * where a removal is killed meanwhile, nobody finds the token any longer, and who is logged in would go on signing with
 * the keys that are left. NATT_PROVISION_E_NOT_FOUND, _PIN_WRONG.
 */
bool natt_token_destroy_keys(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, const char *pin,
                             natt_provision_error *err);
/*
 * Whether consumers can use the token's keys: each has one private object of its id and label, which signs so that the
 * public half of `key` verifies it, one public object with the same numbers, and its leaf certificate; there is no
 * other private object. natt_token_fill does this before it succeeds. A token file has the same keys, ids and labels.
 * NATT_PROVISION_E_OBJECTS: the token has to be made anew, err->key names the key; _NOT_FOUND, _PIN_WRONG, _MODULE.
 */
bool natt_token_check_keys(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, const char *pin,
                           const natt_token_key *keys, size_t count, natt_provision_error *err);
/* NATT_PROVISION_E_NOT_FOUND, _PIN_WRONG. */
bool natt_token_login_works(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, const char *pin,
                            natt_provision_error *err);

#endif
