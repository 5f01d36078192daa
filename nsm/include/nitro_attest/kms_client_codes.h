/*
 * Every code of the client of KMS: C enumerator, number, text, remedy. The enumerator's text is the code's name
 * everywhere. Numbers are never reused. tools/gen-rules writes the list from docs/rules.toml.
 */
#ifndef NITRO_ATTEST_KMS_CLIENT_CODES_H
#define NITRO_ATTEST_KMS_CLIENT_CODES_H

/* clang-format off */
/* gen-rules: kms_client */
#define NATT_KMS_CLIENT_CODE_LIST(X)                                                                                  \
  X(NATT_KMS_CLIENT_OK, 0,                                                                                            \
    "no error", "nothing to do")                                                                                      \
  /* usage: the call is wrong, nothing was sent */                                                                    \
  X(NATT_KMS_CLIENT_E_USAGE_ARGUMENT, 100,                                                                            \
    "a required argument is missing", "pass non-NULL pointers, and no length without bytes")                          \
  X(NATT_KMS_CLIENT_E_USAGE_STRUCT_SIZE, 101,                                                                         \
    "struct_size does not match this library",                                                                        \
    "start from the *_INIT macro of the header that belongs to this library")                                         \
  X(NATT_KMS_CLIENT_E_USAGE_REGION, 102,                                                                              \
    "the region is missing or is not the name of a region", "set region, for example \"us-east-1\"")                  \
  X(NATT_KMS_CLIENT_E_USAGE_ENDPOINT, 103,                                                                            \
    "the endpoint is not https://HOST[:PORT] or http://HOST[:PORT]",                                                  \
    "correct the endpoint, or omit it to use the AWS endpoint")                                                       \
  X(NATT_KMS_CLIENT_E_USAGE_CONNECT, 104,                                                                             \
    "the address is not tcp:HOST:PORT, unix:PATH or vsock:CID:PORT",                                                  \
    "correct the address, or leave it out to connect to the endpoint's host")                                         \
  X(NATT_KMS_CLIENT_E_USAGE_INSECURE_HTTP, 105,                                                                       \
    "the endpoint is http://, which anyone on the network path can read and change",                                  \
    "use https://, or for a test set allow_insecure_http")                                                            \
  X(NATT_KMS_CLIENT_E_USAGE_CA, 106,                                                                                  \
    "https needs trusted CA certificates from exactly one source", "set either ca_file or ca_pem")                    \
  X(NATT_KMS_CLIENT_E_USAGE_CREDENTIALS, 107,                                                                         \
    "credentials must come from exactly one source",                                                                  \
    "set one of from_environment, file, descriptor and access_key with secret_key")                                   \
  X(NATT_KMS_CLIENT_E_USAGE_TIMES, 108,                                                                               \
    "connect_ms, total_ms or max_attempts has an invalid value",                                                      \
    "start from NATT_KMS_CLIENT_OPTIONS_INIT; max_attempts is 1 to 10")                                               \
  X(NATT_KMS_CLIENT_E_USAGE_CIPHERTEXT, 109,                                                                          \
    "the ciphertext is empty or longer than 6144 bytes", "pass the bytes of a CiphertextBlob, base64 decoded")        \
  X(NATT_KMS_CLIENT_E_USAGE_KEY_ID, 110,                                                                              \
    "the key id is missing, longer than 2048 characters, or not printable ASCII",                                     \
    "pass a key id, a key ARN, an alias or an alias ARN")                                                             \
  X(NATT_KMS_CLIENT_E_USAGE_CONTEXT, 111,                                                                             \
    "the encryption context is too long, contains a name twice, or is not UTF-8",                                     \
    "pass each name once, at most 8192 bytes in all")                                                                 \
  X(NATT_KMS_CLIENT_E_USAGE_RECIPIENT, 112,                                                                           \
    "the recipient lacks its key or its attestation document",                                                        \
    "call natt_recipient_attest, and pass its document with the key")                                                 \
  X(NATT_KMS_CLIENT_E_USAGE_SPEC, 113,                                                                                \
    "the key spec, key pair spec, algorithm or number of bytes is invalid",                                           \
    "see kms_client.h for the values of this operation")                                                              \
  X(NATT_KMS_CLIENT_E_USAGE_PUBLIC_KEY, 114,                                                                          \
    "the public key is empty or longer than 8192 bytes", "pass a SubjectPublicKeyInfo in DER")                        \
  X(NATT_KMS_CLIENT_E_USAGE_PLAINTEXT, 115,                                                                           \
    "the plaintext is empty or longer than 4096 bytes",                                                               \
    "encrypt a data key with KMS, and longer data with the data key")                                                 \
  /* the result is complete, but the caller's buffer is too small */                                                  \
  X(NATT_KMS_CLIENT_E_BUFFER_TOO_SMALL, 120,                                                                          \
    "the output buffer is too small", "give required_len bytes, and call again")                                      \
  /* the system */                                                                                                    \
  X(NATT_KMS_CLIENT_E_MEMORY, 200,                                                                                    \
    "out of memory", "free memory, and try again")                                                                    \
  X(NATT_KMS_CLIENT_E_RANDOM, 201,                                                                                    \
    "no random bytes from the system or the NSM",                                                                     \
    "make getrandom or /dev/urandom available; in an enclave, /dev/nsm")                                              \
  X(NATT_KMS_CLIENT_E_CRYPTO, 202,                                                                                    \
    "mbedTLS failed", "please report it")                                                                             \
  /* trusted CA certificates */                                                                                       \
  X(NATT_KMS_CLIENT_E_CA_ACCESS, 210,                                                                                 \
    "the file of CA certificates cannot be read", "name a file that exists and that you may read")                    \
  X(NATT_KMS_CLIENT_E_CA_FORM, 211,                                                                                   \
    "the CA certificates are not certificates in PEM", "pass a CA bundle such as /etc/ssl/certs/ca-certificates.crt") \
  /* credentials */                                                                                                   \
  X(NATT_KMS_CLIENT_E_CREDENTIALS_ACCESS, 220,                                                                        \
    "the credentials cannot be read", "name a file or descriptor that exists and that you may read")                  \
  X(NATT_KMS_CLIENT_E_CREDENTIALS_UNSAFE, 221,                                                                        \
    "other users can read or change the credentials file",                                                            \
    "make it a regular file that you own, with mode 0600: chmod 600 FILE")                                            \
  X(NATT_KMS_CLIENT_E_CREDENTIALS_FORM, 222,                                                                          \
    "the credentials are neither the JSON of IMDSv2 nor an AWS credentials file",                                     \
    "see kms_client.h for the two forms")                                                                             \
  X(NATT_KMS_CLIENT_E_CREDENTIALS_MISSING, 223,                                                                       \
    "the access key or the secret key is missing",                                                                    \
    "set both: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the file's members")                                   \
  X(NATT_KMS_CLIENT_E_CREDENTIALS_EXPIRED, 224,                                                                       \
    "the credentials have expired", "pass fresh ones to the enclave")                                                 \
  /* connecting to the server */                                                                                      \
  X(NATT_KMS_CLIENT_E_RESOLVE, 300,                                                                                   \
    "the host's name cannot be resolved", "check the endpoint; an enclave has no DNS: set connect to vsock:3:PORT")   \
  X(NATT_KMS_CLIENT_E_CONNECT, 301,                                                                                   \
    "the server cannot be reached", "check the address, and that vsock-proxy or the server runs there")               \
  X(NATT_KMS_CLIENT_E_SOCKET, 302,                                                                                    \
    "the connection failed before the complete reply arrived",                                                        \
    "try again; check the proxy on the parent instance if it happens often")                                          \
  X(NATT_KMS_CLIENT_E_TIMEOUT, 303,                                                                                   \
    "the deadline passed", "check the network path to the server, or raise connect_ms or total_ms")                   \
  /* TLS */                                                                                                           \
  X(NATT_KMS_CLIENT_E_TLS_HANDSHAKE, 310,                                                                             \
    "the TLS handshake failed", "check that the server speaks TLS 1.2 or later")                                      \
  X(NATT_KMS_CLIENT_E_TLS_NAME, 311,                                                                                  \
    "the server's certificate is for another name",                                                                   \
    "check endpoint and connect: the certificate must have the endpoint's host name")                                 \
  X(NATT_KMS_CLIENT_E_TLS_VALIDITY, 312,                                                                              \
    "a certificate of the server has expired or is not valid yet",                                                    \
    "check the clock of this machine, and the server's certificate")                                                  \
  X(NATT_KMS_CLIENT_E_TLS_UNTRUSTED, 313,                                                                             \
    "the server's certificate does not lead to a trusted CA",                                                         \
    "check endpoint and connect, or pass the CA bundle that the server's certificate needs")                          \
  X(NATT_KMS_CLIENT_E_TLS_CERTIFICATE, 314,                                                                           \
    "the server's certificate is not acceptable",                                                                     \
    "check that it has no weak key or signature and may be used for TLS servers")                                     \
  X(NATT_KMS_CLIENT_E_TLS_RECORD, 315,                                                                                \
    "TLS failed after the handshake", "try again; the connection may have been modified or cut")                      \
  /* HTTP */                                                                                                          \
  X(NATT_KMS_CLIENT_E_HTTP_MALFORMED, 320,                                                                            \
    "the reply is not HTTP/1.1", "check that the endpoint is KMS")                                                    \
  X(NATT_KMS_CLIENT_E_HTTP_TOO_LARGE, 321,                                                                            \
    "the reply is larger than KMS replies can be", "check that the endpoint is KMS")                                  \
  X(NATT_KMS_CLIENT_E_HTTP_TRUNCATED, 322,                                                                            \
    "truncated reply", "try again; check the proxy if it happens often")                                              \
  X(NATT_KMS_CLIENT_E_HTTP_STATUS, 323,                                                                               \
    "an HTTP status without a KMS error", "the reply probably came from a proxy, not from KMS: check the proxy")      \
  /* JSON */                                                                                                          \
  X(NATT_KMS_CLIENT_E_REPLY_JSON, 330,                                                                                \
    "the reply's body is not a JSON object", "check that the endpoint is KMS")                                        \
  X(NATT_KMS_CLIENT_E_REPLY_MEMBER, 331,                                                                              \
    "a member of the reply is missing, has the wrong type or is too long",                                            \
    "check that the endpoint is KMS or compatible with it")                                                           \
  /* KMS refused; kms_name and message are from its reply */                                                          \
  X(NATT_KMS_CLIENT_E_KMS_ACCESS_DENIED, 400,                                                                         \
    "KMS: AccessDeniedException",                                                                                     \
    "check the principal, the PCR conditions and the age of the document, in this order")                             \
  X(NATT_KMS_CLIENT_E_KMS_VALIDATION, 401,                                                                            \
    "KMS: ValidationException", "correct what the message names")                                                     \
  X(NATT_KMS_CLIENT_E_KMS_INVALID_CIPHERTEXT, 402,                                                                    \
    "KMS: InvalidCiphertextException",                                                                                \
    "pass the whole ciphertext, and the encryption context that it was encrypted with")                               \
  X(NATT_KMS_CLIENT_E_KMS_INCORRECT_KEY, 403,                                                                         \
    "KMS: IncorrectKeyException", "pass the key that the ciphertext was encrypted with, or none")                     \
  X(NATT_KMS_CLIENT_E_KMS_NOT_FOUND, 404,                                                                             \
    "KMS: NotFoundException", "check key id, account and region")                                                     \
  X(NATT_KMS_CLIENT_E_KMS_DISABLED, 405,                                                                              \
    "KMS: DisabledException", "enable the key")                                                                       \
  X(NATT_KMS_CLIENT_E_KMS_INVALID_STATE, 406,                                                                         \
    "KMS: KMSInvalidStateException", "check the key's state: it may be pending deletion")                             \
  X(NATT_KMS_CLIENT_E_KMS_INVALID_KEY_USAGE, 407,                                                                     \
    "KMS: InvalidKeyUsageException", "use a key whose usage allows this operation")                                   \
  X(NATT_KMS_CLIENT_E_KMS_KEY_UNAVAILABLE, 408,                                                                       \
    "KMS: KeyUnavailableException", "try again later")                                                                \
  X(NATT_KMS_CLIENT_E_KMS_INTERNAL, 409,                                                                              \
    "KMS: KMSInternalException", "try again later")                                                                   \
  X(NATT_KMS_CLIENT_E_KMS_DEPENDENCY_TIMEOUT, 410,                                                                    \
    "KMS: DependencyTimeoutException", "try again later")                                                             \
  X(NATT_KMS_CLIENT_E_KMS_INVALID_ARN, 411,                                                                           \
    "KMS: InvalidArnException", "correct the ARN")                                                                    \
  X(NATT_KMS_CLIENT_E_KMS_UNSUPPORTED_OPERATION, 412,                                                                 \
    "KMS: UnsupportedOperationException", "use another key spec or operation")                                        \
  X(NATT_KMS_CLIENT_E_KMS_INVALID_GRANT_TOKEN, 413,                                                                   \
    "KMS: InvalidGrantTokenException", "get another grant token")                                                     \
  X(NATT_KMS_CLIENT_E_KMS_LIMIT_EXCEEDED, 414,                                                                        \
    "KMS: LimitExceededException", "stay within the quotas of KMS, or ask for higher ones")                           \
  X(NATT_KMS_CLIENT_E_KMS_DRY_RUN, 415,                                                                               \
    "KMS: DryRunOperationException", "nothing to do: the call would have succeeded")                                  \
  X(NATT_KMS_CLIENT_E_KMS_THROTTLING, 416,                                                                            \
    "KMS: ThrottlingException", "send fewer requests a second, or ask for a higher quota")                            \
  X(NATT_KMS_CLIENT_E_KMS_UNRECOGNIZED_CLIENT, 417,                                                                   \
    "KMS: UnrecognizedClientException", "check the access key and the session token")                                 \
  X(NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE, 418,                                                                     \
    "KMS: InvalidSignatureException", "check the secret access key and the region")                                   \
  X(NATT_KMS_CLIENT_E_KMS_INCOMPLETE_SIGNATURE, 419,                                                                  \
    "KMS: IncompleteSignatureException", "check that no proxy on the way removes headers")                            \
  X(NATT_KMS_CLIENT_E_KMS_MISSING_AUTHENTICATION, 420,                                                                \
    "KMS: MissingAuthenticationTokenException", "check that no proxy on the way removes headers")                     \
  X(NATT_KMS_CLIENT_E_KMS_EXPIRED_TOKEN, 421,                                                                         \
    "KMS: ExpiredTokenException", "pass fresh credentials to the enclave")                                            \
  X(NATT_KMS_CLIENT_E_KMS_UNKNOWN_OPERATION, 422,                                                                     \
    "KMS: UnknownOperationException", "check that the endpoint is KMS")                                               \
  X(NATT_KMS_CLIENT_E_KMS_SERIALIZATION, 423,                                                                         \
    "KMS: SerializationException", "please report it")                                                                \
  X(NATT_KMS_CLIENT_E_KMS_OTHER, 430,                                                                                 \
    "KMS refused the request with an error that has no code in this library", "check kms_name and message")           \
  /* the result of KMS cannot be used */                                                                              \
  X(NATT_KMS_CLIENT_E_NOT_SEALED, 500,                                                                                \
    "the server returned the plaintext unencrypted and ignored the attestation document",                             \
    "use KMS or nitro-attest kms serve: most other local replacements for KMS ignore Recipient")                      \
  X(NATT_KMS_CLIENT_E_RECIPIENT, 501,                                                                                 \
    "the recipient's key cannot decrypt the plaintext",                                                               \
    "check recipient.code; key and document must belong together")
/* gen-rules: end */
/* clang-format on */

#define NATT_KMS_CLIENT_CODE_ENUMERATOR(name, number, text, remedy) name = number,
typedef enum natt_kms_client_code { NATT_KMS_CLIENT_CODE_LIST(NATT_KMS_CLIENT_CODE_ENUMERATOR) } natt_kms_client_code;
#undef NATT_KMS_CLIENT_CODE_ENUMERATOR

#endif
