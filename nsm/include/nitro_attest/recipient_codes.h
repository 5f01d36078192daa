/*
 * Every code of the recipient's library: C enumerator, number, text, remedy. The enumerator's text is the code's
 * name everywhere. Numbers are never reused. tools/gen-rules writes the list from docs/rules.toml.
 */
#ifndef NITRO_ATTEST_RECIPIENT_CODES_H
#define NITRO_ATTEST_RECIPIENT_CODES_H

/* clang-format off */
/* gen-rules: recipient */
#define NATT_RECIPIENT_CODE_LIST(X)                                                                                   \
  X(NATT_RECIPIENT_OK, 0,                                                                                             \
    "no error", "nothing to do")                                                                                      \
  /* usage: the call is wrong, nothing was done */                                                                    \
  X(NATT_RECIPIENT_E_USAGE_ARGUMENT, 100,                                                                             \
    "a required argument is missing", "pass non-NULL pointers, and no length without bytes")                          \
  X(NATT_RECIPIENT_E_USAGE_STRUCT_SIZE, 101,                                                                          \
    "struct_size does not match this library",                                                                        \
    "start from the *_INIT macro of the header that belongs to this library")                                         \
  X(NATT_RECIPIENT_E_USAGE_KEY_SIZE, 102,                                                                             \
    "the key size is not supported", "use 2048, 3072 or 4096 bits")                                                   \
  X(NATT_RECIPIENT_E_USAGE_OPTION, 103,                                                                               \
    "an option has an invalid value", "see recipient.h for the values of this option")                                \
  /* the output is complete, but the caller's buffer is too small */                                                  \
  X(NATT_RECIPIENT_E_BUFFER_TOO_SMALL, 120,                                                                           \
    "the output buffer is too small", "give required_len bytes")                                                      \
  /* the system and the NSM */                                                                                        \
  X(NATT_RECIPIENT_E_MEMORY, 200,                                                                                     \
    "out of memory", "free memory, and try again")                                                                    \
  X(NATT_RECIPIENT_E_RANDOM, 201,                                                                                     \
    "the system returned no random bytes", "make getrandom or /dev/urandom available")                                \
  X(NATT_RECIPIENT_E_CRYPTO, 202,                                                                                     \
    "mbedTLS failed", "please report it")                                                                             \
  X(NATT_RECIPIENT_E_NSM, 203,                                                                                        \
    "the NSM request failed", "see the accompanying code of the NSM client: nitro-attest explain CODE")               \
  X(NATT_RECIPIENT_E_SYSTEM, 204,                                                                                     \
    "the system does not let this process disable core dumps",                                                        \
    "allow prctl and setrlimit, or disable core dumps before the program starts")                                     \
  /* keys of recipients; errno_value where a system call failed */                                                    \
  X(NATT_RECIPIENT_E_KEY_ACCESS, 210,                                                                                 \
    "the key's file cannot be read", "name a file that exists and that you may read")                                 \
  X(NATT_RECIPIENT_E_KEY_UNSAFE, 211,                                                                                 \
    "other users can read or change the key's file",                                                                  \
    "make it a regular file that you own, with mode 0600: chmod 600 FILE")                                            \
  X(NATT_RECIPIENT_E_KEY, 212,                                                                                        \
    "the file is not an unencrypted RSA private key",                                                                 \
    "use PKCS#8 or PKCS#1 in PEM or DER, as nitro-attest recipient keygen writes it")                                 \
  X(NATT_RECIPIENT_E_KEY_SIZE, 213,                                                                                   \
    "the RSA key has fewer than 2048 or more than 4096 bits", "make a new key: nitro-attest recipient keygen")        \
  /* messages to open; offset is in the message, which is not authenticated */                                        \
  X(NATT_RECIPIENT_E_MESSAGE_SIZE, 300,                                                                               \
    "the message is empty or has more than 65536 bytes", "pass the bytes of CiphertextForRecipient, base64 decoded")  \
  X(NATT_RECIPIENT_E_MESSAGE_TRUNCATED, 301,                                                                          \
    "truncated message", "pass all bytes of CiphertextForRecipient, base64 decoded once")                             \
  X(NATT_RECIPIENT_E_MESSAGE_TRAILING, 302,                                                                           \
    "the message has extra bytes at this offset",                                                                     \
    "pass the bytes of CiphertextForRecipient, base64 decoded, and nothing else")                                     \
  X(NATT_RECIPIENT_E_MESSAGE_STRUCTURE, 303,                                                                          \
    "the message is not a CMS EnvelopedData in the form that KMS writes",                                             \
    "pass the bytes of CiphertextForRecipient, base64 decoded, not those of CiphertextBlob; if they are, the "        \
    "message was damaged: ask for another")                                                                           \
  X(NATT_RECIPIENT_E_MESSAGE_VERSION, 304,                                                                            \
    "the message is for a certificate (version 0, issuer and serial number), not for the key of an enclave",          \
    "use KMS or nitro-attest kms serve: LocalStack and openssl cms without -keyid write this form")                   \
  X(NATT_RECIPIENT_E_MESSAGE_ALGORITHM, 305,                                                                          \
    "the message does not use RSAES-OAEP with SHA-256, AES-256-CBC and PKCS #7 padding",                              \
    "call KMS with KeyEncryptionAlgorithm RSAES_OAEP_SHA_256")                                                        \
  X(NATT_RECIPIENT_E_MESSAGE_RECIPIENT, 306,                                                                          \
    "the message is encrypted to a different key",                                                                    \
    "use the private key that belongs to the public key in the request's attestation document")                       \
  /* messages that do not open: one code for everything that depends on the private key */                            \
  X(NATT_RECIPIENT_E_DECRYPT, 320,                                                                                    \
    "the message cannot be decrypted", "request it again: it was damaged or forged in transit")                       \
  /* sealing; verify_code is the verifier's, offset is in the public key */                                           \
  X(NATT_RECIPIENT_E_RESULT, 400,                                                                                     \
    "the result is not from natt_verify, or the document's bytes have changed since",                                 \
    "verify the document, and keep its bytes until the secret is sealed")                                             \
  X(NATT_RECIPIENT_E_DEBUG, 401,                                                                                      \
    "the document comes from a debug enclave, whose memory its host can read",                                        \
    "run the enclave without --debug-mode; allow_debug is for tests only")                                            \
  X(NATT_RECIPIENT_E_PUBLIC_KEY, 402,                                                                                 \
    "the document has no public key that can encrypt a secret",                                                       \
    "attest an RSA key of 2048 to 4096 bits in the enclave, as a SubjectPublicKeyInfo in DER")                        \
  X(NATT_RECIPIENT_E_SECRET_SIZE, 403,                                                                                \
    "the secret is empty or has more than 16384 bytes", "encrypt longer data with a data key, and seal the data key")
/* gen-rules: end */
/* clang-format on */

#define NATT_RECIPIENT_CODE_ENUMERATOR(name, number, text, remedy) name = number,
typedef enum natt_recipient_code { NATT_RECIPIENT_CODE_LIST(NATT_RECIPIENT_CODE_ENUMERATOR) } natt_recipient_code;
#undef NATT_RECIPIENT_CODE_ENUMERATOR

#endif
