/* The errors that KMS returns, by their names in its service model and clients. */
#ifndef NATT_RELYING_KMS_CALL_FAULT_H
#define NATT_RELYING_KMS_CALL_FAULT_H

#include <stdarg.h>

#include "nitro_attest/base.h"

/* Name in the reply, HTTP status. [KMS API reference, "Common Errors" and each operation's "Errors"] */
#define NATT_KMS_FAULT_LIST(X)                                                                                         \
    X(ACCESS_DENIED, "AccessDeniedException", 400)                                                                     \
    X(ALREADY_EXISTS, "AlreadyExistsException", 400)                                                                   \
    X(DEPENDENCY_TIMEOUT, "DependencyTimeoutException", 500)                                                           \
    X(DISABLED, "DisabledException", 400)                                                                              \
    X(DRY_RUN, "DryRunOperationException", 400)                                                                        \
    X(INCOMPLETE_SIGNATURE, "IncompleteSignatureException", 400)                                                       \
    X(INCORRECT_KEY, "IncorrectKeyException", 400)                                                                     \
    X(INTERNAL, "KMSInternalException", 500)                                                                           \
    X(INVALID_ALIAS_NAME, "InvalidAliasNameException", 400)                                                            \
    X(INVALID_ARN, "InvalidArnException", 400)                                                                         \
    X(INVALID_CIPHERTEXT, "InvalidCiphertextException", 400)                                                           \
    X(INVALID_GRANT_TOKEN, "InvalidGrantTokenException", 400)                                                          \
    X(INVALID_KEY_USAGE, "InvalidKeyUsageException", 400)                                                              \
    X(INVALID_MARKER, "InvalidMarkerException", 400)                                                                   \
    X(INVALID_SIGNATURE, "InvalidSignatureException", 400)                                                             \
    X(INVALID_STATE, "KMSInvalidStateException", 400)                                                                  \
    X(KEY_UNAVAILABLE, "KeyUnavailableException", 500)                                                                 \
    X(LIMIT_EXCEEDED, "LimitExceededException", 400)                                                                   \
    X(MALFORMED_POLICY, "MalformedPolicyDocumentException", 400)                                                       \
    X(MISSING_TOKEN, "MissingAuthenticationTokenException", 400)                                                       \
    X(NOT_FOUND, "NotFoundException", 400)                                                                             \
    X(SERIALIZATION, "SerializationException", 400)                                                                    \
    X(THROTTLING, "ThrottlingException", 400)                                                                          \
    X(UNKNOWN_OPERATION, "UnknownOperationException", 400)                                                             \
    X(UNRECOGNIZED_CLIENT, "UnrecognizedClientException", 400)                                                         \
    X(UNSUPPORTED_OPERATION, "UnsupportedOperationException", 400)                                                     \
    X(VALIDATION, "ValidationException", 400)

#define NATT_KMS_FAULT_ENUMERATOR(id, name, status) NATT_KMS_E_##id,
typedef enum natt_kms_fault_code {
    NATT_KMS_NO_FAULT = 0,
    NATT_KMS_FAULT_LIST(NATT_KMS_FAULT_ENUMERATOR)
} natt_kms_fault_code;
#undef NATT_KMS_FAULT_ENUMERATOR

typedef struct natt_kms_fault {
    natt_kms_fault_code code;
    char text[1536];
} natt_kms_fault;

const char *natt_kms_fault_name(natt_kms_fault_code code); /* "" for NO_FAULT */
unsigned natt_kms_fault_status(natt_kms_fault_code code);  /* 200 for NO_FAULT */

/* The first fault remains. */
void natt_kms_fault_set(natt_kms_fault *fault, natt_kms_fault_code code, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

#endif
