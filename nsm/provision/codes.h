/*
 * Every code of the provisioner: C enumerator, number, text, remedy. tools/gen-rules writes the list from
 * docs/rules.toml.
 */
#ifndef NATT_NSM_PROVISION_CODES_H
#define NATT_NSM_PROVISION_CODES_H

/* clang-format off */
/* gen-rules: provision */
#define NATT_PROVISION_CODE_LIST(X)                                                                                   \
  X(NATT_PROVISION_OK, 0,                                                                                             \
    "no error", "nothing to do")                                                                                      \
  /* provisioning: arguments: labels, PINs, ids */                                                                    \
  X(NATT_PROVISION_E_LABEL_SHORT, 1,                                                                                  \
    "the token's label is empty", "give a label of 1 to 32 bytes")                                                    \
  X(NATT_PROVISION_E_LABEL_LONG, 2,                                                                                   \
    "the token's label is longer than 32 bytes", "give a label of 1 to 32 bytes")                                     \
  X(NATT_PROVISION_E_PIN_SHORT, 3,                                                                                    \
    "the PIN is shorter than 4 bytes", "give a PIN of 4 to 64 bytes")                                                 \
  X(NATT_PROVISION_E_PIN_LONG, 4,                                                                                     \
    "the PIN is longer than 64 bytes", "give a PIN of 4 to 64 bytes")                                                 \
  X(NATT_PROVISION_E_KEY_ID_TWICE, 5,                                                                                 \
    "two keys have the same id", "give each key of a token a different id, 0 to 255")                                 \
  X(NATT_PROVISION_E_KEY_LABEL_TWICE, 6,                                                                              \
    "two keys have the same label", "give each key of a token a different label")                                     \
  X(NATT_PROVISION_E_LABEL_TEXT, 7,                                                                                   \
    "a label is not UTF-8", "give labels as UTF-8")                                                                   \
  /* provisioning: the token */                                                                                       \
  X(NATT_PROVISION_E_LABEL_IN_USE, 8,                                                                                 \
    "a token with this label exists", "remove it, or refresh it")                                                     \
  X(NATT_PROVISION_E_LABEL_FOREIGN, 9,                                                                                \
    "a token with this label exists that this --state directory did not create",                                      \
    "use the --state directory that it belongs to, or delete it: softhsm2-util --delete-token --token LABEL")         \
  X(NATT_PROVISION_E_NOT_FOUND, 10,                                                                                   \
    "there is no token with this label", "list the tokens: nitro-attest provision list")                              \
  X(NATT_PROVISION_E_TOO_MANY, 11,                                                                                    \
    "all 128 slots are taken", "remove a token")                                                                      \
  X(NATT_PROVISION_E_PIN_WRONG, 12,                                                                                   \
    "the PIN is wrong", "give the PIN that the token was added with")                                                 \
  X(NATT_PROVISION_E_EMPTY, 13,                                                                                       \
    "the token has no key", "add it again with its keys")                                                             \
  /* provisioning: keys and certificates */                                                                           \
  X(NATT_PROVISION_E_DATABASE, 14,                                                                                    \
    "the database of keys cannot be read", "make it with nitro-attest provision pack or s3-object")                   \
  X(NATT_PROVISION_E_KMS, 15,                                                                                         \
    "KMS did not decrypt the key", "read the error that KMS returned")                                                \
  X(NATT_PROVISION_E_KEY, 16,                                                                                         \
    "the private key cannot be used",                                                                                 \
    "pack RSA up to 5120 bits, P-256, P-384 or P-521, in PEM; remove a password with openssl pkey")                   \
  X(NATT_PROVISION_E_CERTIFICATE, 17,                                                                                 \
    "a certificate cannot be read", "give certificates in PEM, the leaf first")                                       \
  X(NATT_PROVISION_E_MISMATCH, 18,                                                                                    \
    "the leaf certificate does not belong to this key", "pack the certificate that was issued for this key")          \
  X(NATT_PROVISION_E_CHAIN, 19,                                                                                       \
    "the certificates do not form a chain", "give the leaf first, then each issuer in turn")                          \
  X(NATT_PROVISION_E_ROOTS, 20,                                                                                       \
    "the certificates lead to no given root",                                                                         \
    "add the root that issued them to --roots, or the missing issuers to the chain")                                  \
  X(NATT_PROVISION_E_REFRESH, 21,                                                                                     \
    "KMS now returns a different key", "add the token again if its key was replaced")                                 \
  X(NATT_PROVISION_E_OBJECTS, 22,                                                                                     \
    "the token's key cannot be used",                                                                                 \
    "check the private key, for example with openssl pkey -check; remove the token, and add it again")                \
  /* provisioning: the module, the system, time */                                                                    \
  X(NATT_PROVISION_E_MODULE, 23,                                                                                      \
    "the PKCS #11 module failed", "check --module, and the module's own configuration and log")                       \
  X(NATT_PROVISION_E_SYSTEM, 24,                                                                                      \
    "a system call failed", "fix what the system's error names")                                                      \
  X(NATT_PROVISION_E_LATE, 25,                                                                                        \
    "the operation took too long, or was stopped", "try again")                                                       \
  X(NATT_PROVISION_E_MEMORY, 26,                                                                                      \
    "out of memory", "free memory, and try again")
/* gen-rules: end */
/* clang-format on */

#define NATT_PROVISION_ENUMERATOR(name, number, text, remedy) name = number,
typedef enum natt_provision_code { NATT_PROVISION_CODE_LIST(NATT_PROVISION_ENUMERATOR) } natt_provision_code;
#undef NATT_PROVISION_ENUMERATOR

#endif
