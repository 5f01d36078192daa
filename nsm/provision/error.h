/*
 * Errors of provisioning: a code, the part with the fault, and the error of the lower layer.
 */
#ifndef NATT_NSM_PROVISION_ERROR_H
#define NATT_NSM_PROVISION_ERROR_H

#include <nitro_attest/kms_client.h>

/*
 * Every code: enumerator, its JSON in the RPC as in the genuine server ("" = with a value), text, remedy.
 */
#define NATT_PROVISION_CODE_LIST(X)                                                                                    \
    X(NATT_PROVISION_OK, "\"InternalError\"", "no error", "nothing to do")                                             \
    X(NATT_PROVISION_E_LABEL_SHORT, "{\"InvalidArgs\":\"LabelTooShort\"}", "the token's label is empty",               \
      "give a label of 1 to 32 bytes")                                                                                 \
    X(NATT_PROVISION_E_LABEL_LONG, "{\"InvalidArgs\":\"LabelTooLong\"}", "the token's label is longer than 32 bytes",  \
      "give a label of 1 to 32 bytes")                                                                                 \
    X(NATT_PROVISION_E_PIN_SHORT, "{\"InvalidArgs\":\"PinTooShort\"}", "the PIN is shorter than 4 bytes",              \
      "give a PIN of 4 to 64 bytes")                                                                                   \
    X(NATT_PROVISION_E_PIN_LONG, "{\"InvalidArgs\":\"PinTooLong\"}", "the PIN is longer than 64 bytes",                \
      "give a PIN of 4 to 64 bytes")                                                                                   \
    X(NATT_PROVISION_E_KEY_ID_TWICE, "", "two keys have the same id",                                                  \
      "give each key of a token a different id, 0 to 255")                                                             \
    X(NATT_PROVISION_E_KEY_LABEL_TWICE, "", "two keys have the same label",                                            \
      "give each key of a token a different label")                                                                    \
    X(NATT_PROVISION_E_LABEL_TEXT, "\"InternalError\"", "a label is not UTF-8", "give labels as UTF-8")                \
    X(NATT_PROVISION_E_LABEL_IN_USE, "\"TokenLabelInUse\"", "a token with this label exists",                          \
      "remove it, or refresh it")                                                                                      \
    X(NATT_PROVISION_E_LABEL_FOREIGN, "\"TokenLabelInUse\"",                                                           \
      "a token with this label exists, and it was not made here",                                                      \
      "it belongs to another --state directory: use that one, or delete the token, with SoftHSM as "                   \
      "softhsm2-util --delete-token --token LABEL")                                                                    \
    X(NATT_PROVISION_E_NOT_FOUND, "\"TokenNotFound\"", "there is no token with this label",                            \
      "list the tokens: nitro-attest provision list")                                                                  \
    X(NATT_PROVISION_E_TOO_MANY, "\"TooManyTokens\"", "all 128 slots are taken", "remove a token")                     \
    X(NATT_PROVISION_E_PIN_WRONG, "\"AccessDenied\"", "the PIN is wrong",                                              \
      "give the PIN that the token was added with")                                                                    \
    X(NATT_PROVISION_E_EMPTY, "\"EmptyToken\"", "the token has no key", "add it again with its keys")                  \
    X(NATT_PROVISION_E_DATABASE, "\"TokenKeyDecodingFailed\"", "the database of keys cannot be read",                  \
      "make it with nitro-attest provision pack or s3-object")                                                         \
    X(NATT_PROVISION_E_KMS, "\"KmsDecryptFailed\"", "KMS did not decrypt the key", "see KMS's message")                \
    X(NATT_PROVISION_E_KEY, "\"TokenProvisioningFailed\"", "what KMS decrypted is not a private key in PEM",           \
      "pack an unencrypted RSA key of 1024 to 8192 bits, or an EC key of P-256, P-384 or P-521")                       \
    X(NATT_PROVISION_E_CERTIFICATE, "\"TokenProvisioningFailed\"", "a certificate cannot be read",                     \
      "give certificates in PEM, the leaf first")                                                                      \
    X(NATT_PROVISION_E_MISMATCH, "\"TokenProvisioningFailed\"", "the leaf certificate is not of this key",             \
      "pack the certificate that was issued for this key")                                                             \
    X(NATT_PROVISION_E_CHAIN, "\"TokenProvisioningFailed\"", "the certificates do not form a chain",                   \
      "give the leaf first, then each issuer in turn")                                                                 \
    X(NATT_PROVISION_E_REFRESH, "\"TokenRefreshFailed\"", "KMS now decrypts to a different key",                       \
      "add the token again if its key was replaced")                                                                   \
    X(NATT_PROVISION_E_OBJECTS, "\"TokenProvisioningFailed\"", "the token's key cannot be used",                       \
      "check the private key, for example with openssl pkey -check; remove the token, and add it again")               \
    X(NATT_PROVISION_E_MODULE, "\"InternalError\"", "the PKCS #11 module failed", "see its CKR value")                 \
    X(NATT_PROVISION_E_SYSTEM, "\"InternalError\"", "a system call failed", "see its error")                           \
    X(NATT_PROVISION_E_LATE, "\"InternalError\"", "it took too long, or was stopped", "try again")                     \
    X(NATT_PROVISION_E_MEMORY, "\"InternalError\"", "out of memory", "free memory, and try again")

#define NATT_PROVISION_ENUMERATOR(name, rpc, text, remedy) name,
typedef enum natt_provision_code { NATT_PROVISION_CODE_LIST(NATT_PROVISION_ENUMERATOR) } natt_provision_code;
#undef NATT_PROVISION_ENUMERATOR

#define NATT_PROVISION_NO_INDEX ((size_t)-1)

typedef struct natt_provision_error {
    natt_provision_code code;
    size_t key;                /* its index among the token's keys, or NATT_PROVISION_NO_INDEX */
    size_t certificate;        /* its index in the key's chain: 0 = leaf, or NATT_PROVISION_NO_INDEX */
    unsigned key_id;           /* of _KEY_ID_TWICE */
    char key_label[64];        /* of _KEY_LABEL_TWICE, as in the database */
    unsigned long ckr;         /* of _MODULE: what PKCS #11 returned; 0 otherwise */
    int errno_value;           /* of _SYSTEM */
    natt_kms_client_error kms; /* of _KMS */
    char message[256];         /* the fault, more exact than the code's text; printable, never empty */
} natt_provision_error;

void natt_provision_no_error(natt_provision_error *err);
/* Fills *err and returns false; format NULL = the code's text. key and certificate are set by natt_provision_in_*. */
bool natt_provision_fail(natt_provision_error *err, natt_provision_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* _KEY_ID_TWICE and _KEY_LABEL_TWICE. */
bool natt_provision_fail_id(natt_provision_error *err, unsigned key_id);
bool natt_provision_fail_label(natt_provision_error *err, const char *key_label);
bool natt_provision_in_key(natt_provision_error *err, size_t key);                 /* false, for return statements */
bool natt_provision_in_certificate(natt_provision_error *err, size_t certificate); /* as above */

const char *natt_provision_code_name(natt_provision_code code);
const char *natt_provision_code_remedy(natt_provision_code code);
/* One sentence for people, as natt_kms_client_error_format. */
size_t natt_provision_error_format(char *buf, size_t len, const natt_provision_error *err);
/* {"Err":...} of the RPC, terminated by a NUL. 0: it does not fit. */
size_t natt_provision_error_rpc(char *buf, size_t len, const natt_provision_error *err);

#endif
