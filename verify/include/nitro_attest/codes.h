/*
 * Every reason for a refusal, in one list: C enumerator, number, what `item`
 * counts, rule, text, remedy. docs/RULES.md gives each rule's source; the
 * enumerator's text is the code's name everywhere (JSON, vectors, Python).
 * Numbers are never reused. tools/gen-rules writes the list from docs/rules.toml.
 */
#ifndef NITRO_ATTEST_CODES_H
#define NITRO_ATTEST_CODES_H

/* The meaning of an error's item. */
typedef enum natt_item_kind {
    NATT_ITEM_NONE = 0,    /* nothing */
    NATT_ITEM_CERTIFICATE, /* place in the chain: 0 is the root, cabundle[0]; the leaf comes last */
    NATT_ITEM_PCR,         /* PCR index, 0 to 31 */
    NATT_ITEM_FIELD,       /* field of the document: 0 is module_id, 1 digest (natt_field; FIELDS in Python) */
    NATT_ITEM_ROOT,        /* place in the roots of the options */
    NATT_ITEM_DENY,        /* place in the deny list of the options */
    NATT_ITEM_SET,         /* place in the sets of the policy */
    NATT_ITEM_CHECK        /* bit of the checks: 5 is NONCE */
} natt_item_kind;

/* clang-format off */
/* gen-rules: codes */
#define NATT_CODE_LIST(X)                                                                                             \
  X(NATT_OK, 0, NONE, "",                                                                                             \
    "no error", "nothing to do")                                                                                      \
  /* usage: the call is wrong, nothing was checked */                                                                 \
  X(NATT_E_USAGE_ARGUMENT, 100, NONE, "R-USAGE-01",                                                                   \
    "a required argument is missing", "pass non-NULL pointers, and no length without bytes")                          \
  X(NATT_E_USAGE_STRUCT_SIZE, 101, NONE, "R-USAGE-02",                                                                \
    "struct_size is 0, short, or larger than this library knows",                                                     \
    "start from the *_INIT macro of the header that belongs to this library")                                         \
  X(NATT_E_USAGE_ROOTS, 102, NONE, "R-USAGE-03",                                                                      \
    "no trusted root is given", "pass the roots to trust; natt_root_aws() returns the AWS Nitro Enclaves root")       \
  X(NATT_E_USAGE_ROOT_INVALID, 103, ROOT, "R-USAGE-04",                                                               \
    "a trusted root is not a certificate that this library can read",                                                 \
    "give each root as one certificate in DER, not PEM, with a P-384 key on the curve")                               \
  X(NATT_E_USAGE_KIND, 104, NONE, "R-USAGE-05",                                                                       \
    "kind is neither enclave nor NitroTPM", "set kind to NATT_KIND_ENCLAVE or NATT_KIND_NITROTPM")                    \
  X(NATT_E_USAGE_TIME_MODE, 105, NONE, "R-USAGE-06",                                                                  \
    "the time mode is not set", "set time_mode to NATT_TIME_NOW or NATT_TIME_ARCHIVE")                                \
  X(NATT_E_USAGE_NOW, 106, NONE, "R-USAGE-07",                                                                        \
    "now_ms is not set, or is not a time in milliseconds since 1970",                                                 \
    "give the current time in milliseconds (a value in seconds is refused)")                                          \
  X(NATT_E_USAGE_MAX_AGE, 107, NONE, "R-USAGE-08",                                                                    \
    "max_age_ms is not set, is out of range, or is set in archive mode",                                              \
    "in NOW mode set the maximum age that you accept, or NATT_UNLIMITED_MS; in ARCHIVE mode leave it unset")          \
  X(NATT_E_USAGE_LEEWAY, 108, NONE, "R-USAGE-09",                                                                     \
    "a leeway or max_future_ms is above one hour", "give at most NATT_MAX_LEEWAY_MS")                                 \
  X(NATT_E_USAGE_NONCE, 109, NONE, "R-USAGE-10",                                                                      \
    "the nonce mode is not set, the expected nonce is empty, or a nonce is given with NOT_USED",                      \
    "set NATT_NONCE_EXACT and the nonce you sent, at least one byte; or NATT_NONCE_NOT_USED and no nonce")            \
  X(NATT_E_USAGE_EXPECTATION, 110, NONE, "R-USAGE-11",                                                                \
    "an expectation has no valid mode or no value", "use EXACT with a value, ABSENT or ANY; texts must not be empty") \
  X(NATT_E_USAGE_FLAGS, 111, NONE, "R-USAGE-12",                                                                      \
    "an unknown flag is set", "use only the NATT_ALLOW_* and NATT_INSECURE_* flags of this header")                   \
  X(NATT_E_USAGE_LIMITS, 112, NONE, "R-USAGE-13",                                                                     \
    "limits is not a known set of size limits",                                                                       \
    "use NATT_LIMITS_DEFAULT, NATT_LIMITS_AWS_1024 or NATT_LIMITS_AWS_512")                                           \
  X(NATT_E_USAGE_DENY, 113, DENY, "R-USAGE-14",                                                                       \
    "a deny entry cannot be parsed",                                                                                  \
    "give a positive serial of at most 20 octets, or a 32-byte digest; an issuer is a DER Name")                      \
  X(NATT_E_USAGE_POLICY, 114, NONE, "R-USAGE-15",                                                                     \
    "there is no PCR policy, or there is one together with NATT_INSECURE_NO_PCR_POLICY",                              \
    "give a policy, or set the flag that disables the check of PCRs")                                                 \
  X(NATT_E_USAGE_POLICY_EMPTY, 115, SET, "R-USAGE-16",                                                                \
    "the PCR policy has no set, or a set has no PCR", "list at least one set with at least one PCR")                  \
  X(NATT_E_USAGE_POLICY_PCR, 116, SET, "R-USAGE-17",                                                                  \
    "a PCR of the policy has an index above 31 or a value that is not 48 bytes",                                      \
    "give SHA-384 values for PCR 0 to 31")                                                                            \
  X(NATT_E_USAGE_POLICY_WEAK, 117, SET, "R-USAGE-18",                                                                 \
    "policy set is too weak: it does not identify an image",                                                          \
    "list PCR0, or PCR8, or PCR1 with PCR2 (NitroTPM: PCR4 with PCR12, or PCR7 of Secure Boot); values that every "   \
    "instance has (all zero, no application, Secure Boot off) identify nothing: add PCR12 to measurements of PCR4 "   \
    "and PCR7")                                                                                                       \
  X(NATT_E_USAGE_RESULT, 118, NONE, "R-USAGE-19",                                                                     \
    "the result was not produced by a successful verification",                                                       \
    "check policies only on a natt_verified that natt_verify returned true for")                                      \
  X(NATT_E_USAGE_CACHE, 119, NONE, "R-USAGE-20",                                                                      \
    "the cache was not initialized at this address, or its memory cannot be used",                                    \
    "pass the same numbers to natt_cache_size and natt_cache_init; do not move a cache")                              \
  X(NATT_E_USAGE_WORKSPACE, 120, NONE, "R-USAGE-21",                                                                  \
    "the workspace is missing or too small", "give natt_batch_workspace_size() bytes")                                \
  X(NATT_E_USAGE_BATCH, 121, NONE, "R-USAGE-22",                                                                      \
    "the shared options set a field that belongs to the items, or an input overlaps the array of items",              \
    "leave nonce, user_data, public_key, module_id and policy of the shared options unset; copy values out of "       \
    "earlier results before they are expected again")                                                                 \
  X(NATT_E_USAGE_ROOT_CA, 122, ROOT, "R-USAGE-23",                                                                    \
    "a trusted root cannot issue certificates",                                                                       \
    "give a CA certificate: basicConstraints with cA TRUE, and keyUsage with keyCertSign")                            \
  X(NATT_E_USAGE_CHECKS, 123, CHECK, "R-USAGE-24",                                                                    \
    "required_checks contains a check that these options do not perform",                                             \
    "set the option that performs the check, or remove it from required_checks")                                      \
  /* CBOR, in the envelope and the payload */                                                                         \
  X(NATT_E_CBOR_TRUNCATED, 200, FIELD, "R-CBOR-01",                                                                   \
    "truncated CBOR", "the document was truncated, or a length inside it is wrong: fetch it again")                   \
  X(NATT_E_CBOR_RESERVED, 201, FIELD, "R-CBOR-02",                                                                    \
    "a CBOR head uses a reserved value", "this is not CBOR: check that the whole, unaltered document was passed")     \
  X(NATT_E_CBOR_NOT_SHORTEST, 202, FIELD, "R-CBOR-03",                                                                \
    "a CBOR head does not have its shortest form",                                                                    \
    "pass the document as the NSM returned it: it was re-encoded; AWS writes shortest heads only")                    \
  X(NATT_E_CBOR_INDEFINITE, 203, FIELD, "R-CBOR-04",                                                                  \
    "a string has an indefinite length",                                                                              \
    "pass the document as the NSM returned it: it was re-encoded; AWS writes strings of definite length only")        \
  X(NATT_E_CBOR_BREAK, 204, FIELD, "R-CBOR-05",                                                                       \
    "a CBOR break appears in place of an item", "this is not well-formed CBOR: fetch the document again")             \
  X(NATT_E_CBOR_TYPE, 205, FIELD, "R-CBOR-06",                                                                        \
    "a value has the wrong CBOR type",                                                                                \
    "check what wrote the document: at the offset it does not follow the AWS format")                                 \
  X(NATT_E_CBOR_UTF8, 206, FIELD, "R-CBOR-07",                                                                        \
    "a text string is not valid UTF-8", "fetch the document again: it is damaged, or AWS did not make it")            \
  X(NATT_E_CBOR_TAG, 207, FIELD, "R-CBOR-08",                                                                         \
    "a CBOR tag is inside the document",                                                                              \
    "check what wrote the document: the only tag allowed is one tag 18 before the whole document")                    \
  X(NATT_E_CBOR_SIMPLE, 208, FIELD, "R-CBOR-09",                                                                      \
    "a value is a floating-point number or an unknown simple value",                                                  \
    "check what wrote the document: it does not follow the AWS format")                                               \
  X(NATT_E_CBOR_DEPTH, 209, FIELD, "R-CBOR-10",                                                                       \
    "an unknown field is nested too deep", "do not use the document: unknown fields may have at most 4 levels")       \
  X(NATT_E_CBOR_TRAILING, 210, NONE, "R-CBOR-11",                                                                     \
    "bytes follow the payload map", "check what wrote the document: the signed payload must be exactly one CBOR map") \
  /* COSE_Sign1 envelope */                                                                                           \
  X(NATT_E_COSE_SIZE, 220, NONE, "R-COSE-01",                                                                         \
    "the document is empty or larger than any valid one", "pass the raw document: decode base64 or hex first")        \
  X(NATT_E_COSE_TAG, 221, NONE, "R-COSE-02",                                                                          \
    "the tag before the document is not a single 18", "pass a COSE_Sign1: it has tag 18 or no tag")                   \
  X(NATT_E_COSE_ARRAY, 222, NONE, "R-COSE-03",                                                                        \
    "not a COSE_Sign1 array of four items",                                                                           \
    "pass the raw document (it begins with byte 84 or d2): decode base64 or hex first")                               \
  X(NATT_E_COSE_PROTECTED, 223, NONE, "R-COSE-04",                                                                    \
    "the protected header is not exactly ES384", "check what wrote the document: only 44 a1 01 38 22 is accepted")    \
  X(NATT_E_COSE_UNPROTECTED, 224, NONE, "R-COSE-05",                                                                  \
    "the unprotected header is not the empty map",                                                                    \
    "pass the document as the NSM returned it: it must not have unsigned headers")                                    \
  X(NATT_E_COSE_PAYLOAD, 225, NONE, "R-COSE-06",                                                                      \
    "the payload is not 1 to 16384 bytes long",                                                                       \
    "pass a document that contains its payload: detached and empty payloads are refused")                             \
  X(NATT_E_COSE_SIGNATURE_SIZE, 226, NONE, "R-COSE-07",                                                               \
    "the signature is not 96 bytes long",                                                                             \
    "pass the document as the NSM returned it: ES384 signatures are r and s of 48 bytes each, not DER")               \
  X(NATT_E_COSE_SIGNATURE_RANGE, 227, NONE, "R-COSE-08",                                                              \
    "r or s of the signature is 0, or is not below the group order",                                                  \
    "do not use the document: it is forged or damaged")                                                               \
  X(NATT_E_COSE_TRAILING, 228, NONE, "R-COSE-09",                                                                     \
    "bytes follow the document", "pass exactly one document, without a newline or padding")                           \
  X(NATT_E_COSE_SIGNATURE, 229, NONE, "R-COSE-10",                                                                    \
    "the document's signature does not match", "do not use the document: it is forged or damaged")                    \
  /* the attestation document's map */                                                                                \
  X(NATT_E_DOC_KEY, 300, NONE, "R-DOC-01",                                                                            \
    "a field name is not a text string", "check what wrote the document: it does not follow the AWS format")          \
  X(NATT_E_DOC_DUPLICATE_FIELD, 301, FIELD, "R-DOC-02",                                                               \
    "a field appears twice", "do not use the document: ambiguous documents are refused")                              \
  X(NATT_E_DOC_UNKNOWN_FIELD, 302, NONE, "R-DOC-03",                                                                  \
    "the document has a field that AWS does not list",                                                                \
    "if AWS has added it, update; until then NATT_ALLOW_UNKNOWN_FIELDS skips it")                                     \
  X(NATT_E_DOC_UNKNOWN_COUNT, 303, NONE, "R-DOC-04",                                                                  \
    "more than 8 unknown fields", "do not use the document: at most 8 unknown fields are accepted")                   \
  X(NATT_E_DOC_MISSING_FIELD, 304, FIELD, "R-DOC-05",                                                                 \
    "a mandatory field is missing", "check what wrote the document: it does not follow the AWS format")               \
  X(NATT_E_DOC_NULL_FIELD, 305, FIELD, "R-DOC-06",                                                                    \
    "a mandatory field is null", "check what wrote the document: only public_key, user_data and nonce may be null")   \
  X(NATT_E_DOC_MODULE_ID_SIZE, 306, FIELD, "R-DOC-07",                                                                \
    "module_id is empty or longer than 100 bytes",                                                                    \
    "check what wrote the document: it does not follow the AWS format")                                               \
  X(NATT_E_DOC_DIGEST, 307, FIELD, "R-DOC-08",                                                                        \
    "digest is not SHA384", "check what wrote the document: no other PCR bank is defined for attestation documents")  \
  X(NATT_E_DOC_TIMESTAMP, 308, FIELD, "R-DOC-09",                                                                     \
    "the timestamp is 0 or after the year 9999", "check what wrote the document: it does not follow the AWS format")  \
  X(NATT_E_DOC_PCR_COUNT, 309, FIELD, "R-DOC-10",                                                                     \
    "there is no PCR, or more than 32", "check what wrote the document: it does not follow the AWS format")           \
  X(NATT_E_DOC_PCR_INDEX, 310, FIELD, "R-DOC-11",                                                                     \
    "a PCR index is not an integer from 0 to 31", "check what wrote the document: it does not follow the AWS format") \
  X(NATT_E_DOC_PCR_DUPLICATE, 311, PCR, "R-DOC-12",                                                                   \
    "a PCR appears twice", "do not use the document: ambiguous documents are refused")                                \
  X(NATT_E_DOC_PCR_SIZE, 312, PCR, "R-DOC-13",                                                                        \
    "a PCR is not 48 bytes long", "check what wrote the document: SHA-384 PCRs have 48 bytes")                        \
  X(NATT_E_DOC_CERTIFICATE_SIZE, 313, FIELD, "R-DOC-14",                                                              \
    "a certificate is not 1 to 1024 bytes long", "check what wrote the document: it does not follow the AWS format")  \
  X(NATT_E_DOC_CABUNDLE_COUNT, 314, FIELD, "R-DOC-15",                                                                \
    "cabundle has no certificate, or more than 8",                                                                    \
    "check what wrote the document: it does not follow the AWS format")                                               \
  X(NATT_E_DOC_OPTIONAL_SIZE, 315, FIELD, "R-DOC-16",                                                                 \
    "public_key, user_data or nonce is outside the chosen size limits",                                               \
    "choose other limits if such documents are genuine for you")                                                      \
  X(NATT_E_DOC_KIND_MIXED, 316, FIELD, "R-DOC-17",                                                                    \
    "both pcrs and nitrotpm_pcrs are present",                                                                        \
    "check what wrote the document: it does not follow the AWS format, which requires exactly one kind")              \
  X(NATT_E_DOC_KIND_UNEXPECTED, 317, NONE, "R-DOC-18",                                                                \
    "the document's kind does not match the expected kind",                                                           \
    "check kind, and where the document came from: enclave and NitroTPM documents are never interchangeable")         \
  /* DER, inside certificates */                                                                                      \
  X(NATT_E_DER_TRUNCATED, 400, CERTIFICATE, "R-DER-01",                                                               \
    "truncated DER", "do not use the certificate: it is damaged")                                                     \
  X(NATT_E_DER_TAG, 401, CERTIFICATE, "R-DER-02",                                                                     \
    "a DER element has an unexpected tag",                                                                            \
    "check which PKI issued the certificate: it does not follow the Nitro profile")                                   \
  X(NATT_E_DER_LENGTH, 402, CERTIFICATE, "R-DER-03",                                                                  \
    "a DER length is indefinite, too long, or not shortest", "do not use the certificate: it is not DER")             \
  X(NATT_E_DER_TRAILING, 403, CERTIFICATE, "R-DER-04",                                                                \
    "bytes are left over inside a DER element", "do not use the certificate: it is not DER")                          \
  X(NATT_E_DER_INTEGER, 404, CERTIFICATE, "R-DER-05",                                                                 \
    "a DER integer is empty, negative, padded or too large", "do not use the certificate: it is not DER")             \
  X(NATT_E_DER_BOOLEAN, 405, CERTIFICATE, "R-DER-06",                                                                 \
    "a DER boolean encodes TRUE not as FF, or encodes its default", "do not use the certificate: it is not DER")      \
  X(NATT_E_DER_BIT_STRING, 406, CERTIFICATE, "R-DER-07",                                                              \
    "a DER bit string has wrong unused bits or trailing zero bits", "do not use the certificate: it is not DER")      \
  X(NATT_E_DER_OID, 407, CERTIFICATE, "R-DER-08",                                                                     \
    "a DER object identifier is malformed", "do not use the certificate: it is not DER")                              \
  /* one certificate's shape */                                                                                       \
  X(NATT_E_X509_VERSION, 420, CERTIFICATE, "R-X509-01",                                                               \
    "the certificate is not X.509 version 3", "check which PKI issued the certificate: AWS issues version 3 only")    \
  X(NATT_E_X509_SERIAL, 421, CERTIFICATE, "R-X509-02",                                                                \
    "the serial number is not positive or has more than 20 octets",                                                   \
    "check which PKI issued the certificate: it breaks RFC 5280")                                                     \
  X(NATT_E_X509_SIGNATURE_ALGORITHM, 422, CERTIFICATE, "R-X509-03",                                                   \
    "the signature algorithm is not ecdsa-with-SHA384",                                                               \
    "check which PKI issued the certificate: AWS signs with ECDSA P-384 and SHA-384 only")                            \
  X(NATT_E_X509_ALGORITHM_MISMATCH, 423, CERTIFICATE, "R-X509-04",                                                    \
    "the outer signature algorithm differs from the signed one", "do not use the certificate: it was altered")        \
  X(NATT_E_X509_NAME, 424, CERTIFICATE, "R-X509-05",                                                                  \
    "a name is empty, or one of its attributes is not a plain string",                                                \
    "check which PKI issued the certificate: it does not follow the Nitro profile")                                   \
  X(NATT_E_X509_TIME, 425, CERTIFICATE, "R-X509-06",                                                                  \
    "a validity time is not a real date in the form that RFC 5280 requires",                                          \
    "use UTCTime to 2049 and GeneralizedTime from 2050, both with whole seconds and Z")                               \
  X(NATT_E_X509_VALIDITY, 426, CERTIFICATE, "R-X509-07",                                                              \
    "notBefore is after notAfter", "do not use the certificate: it can never be valid")                               \
  X(NATT_E_X509_KEY_ALGORITHM, 427, CERTIFICATE, "R-X509-08",                                                         \
    "the public key is not an EC key on P-384", "check which PKI issued the certificate: AWS uses P-384 only")        \
  X(NATT_E_X509_POINT_FORM, 428, CERTIFICATE, "R-X509-09",                                                            \
    "the public key is not an uncompressed point",                                                                    \
    "use an uncompressed point: compressed, hybrid and infinite points are refused")                                  \
  X(NATT_E_X509_POINT_NOT_ON_CURVE, 429, CERTIFICATE, "R-X509-10",                                                    \
    "the public key is not a point on P-384", "do not use the certificate: it is forged or damaged")                  \
  X(NATT_E_X509_EXTENSION_DUPLICATE, 430, CERTIFICATE, "R-X509-11",                                                   \
    "an extension appears twice", "do not use the certificate: ambiguous certificates are refused")                   \
  X(NATT_E_X509_EXTENSION_COUNT, 431, CERTIFICATE, "R-X509-12",                                                       \
    "more than 16 extensions, or an empty list of them",                                                              \
    "check which PKI issued the certificate: it does not follow the Nitro profile")                                   \
  X(NATT_E_X509_KEY_USAGE_EMPTY, 432, CERTIFICATE, "R-X509-13",                                                       \
    "keyUsage allows nothing", "check which PKI issued the certificate: it breaks RFC 5280")                          \
  X(NATT_E_X509_SIGNATURE_RANGE, 433, CERTIFICATE, "R-X509-14",                                                       \
    "r or s of the certificate's signature is 0, or is not below the group order",                                    \
    "do not use the certificate: it is forged or damaged")                                                            \
  /* the chain, root to leaf */                                                                                       \
  X(NATT_E_CHAIN_ROOT, 500, CERTIFICATE, "R-CHAIN-01",                                                                \
    "cabundle[0] is not a trusted root",                                                                              \
    "check which PKI issued the document: it comes from a different issuer, or its root was not passed as trusted")   \
  X(NATT_E_CHAIN_CRITICAL, 501, CERTIFICATE, "R-CHAIN-02",                                                            \
    "an extension that must be processed is not supported",                                                           \
    "do not trust the chain, or update if a newer version knows the extension: one that is critical, or "             \
    "nameConstraints, policyConstraints or inhibitAnyPolicy")                                                         \
  X(NATT_E_CHAIN_NOT_CA, 502, CERTIFICATE, "R-CHAIN-03",                                                              \
    "an issuing certificate is not a CA", "do not trust the chain: basicConstraints must have cA TRUE")               \
  X(NATT_E_CHAIN_CA_NOT_CRITICAL, 503, CERTIFICATE, "R-CHAIN-04",                                                     \
    "a CA's basicConstraints is not critical", "check which PKI issued the certificate: it breaks RFC 5280")          \
  X(NATT_E_CHAIN_CA_KEY_USAGE, 504, CERTIFICATE, "R-CHAIN-05",                                                        \
    "a CA's keyUsage does not allow keyCertSign", "do not trust the chain: this key must not issue certificates")     \
  X(NATT_E_CHAIN_PATH_LENGTH, 505, CERTIFICATE, "R-CHAIN-06",                                                         \
    "more CAs follow than the path length allows",                                                                    \
    "do not trust the chain: an issuer exceeded the path length of its certificate")                                  \
  X(NATT_E_CHAIN_LEAF_CONSTRAINTS, 506, CERTIFICATE, "R-CHAIN-07",                                                    \
    "the leaf's basicConstraints is not absent or empty", "do not use the document: a CA must not sign documents")    \
  X(NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE, 507, CERTIFICATE, "R-CHAIN-08",                                              \
    "the leaf's keyUsage is absent or lacks digitalSignature",                                                        \
    "do not use the document: this key must not sign documents")                                                      \
  X(NATT_E_CHAIN_LEAF_CERT_SIGN, 508, CERTIFICATE, "R-CHAIN-09",                                                      \
    "the leaf's keyUsage allows keyCertSign", "do not use the document: a CA must not sign documents")                \
  X(NATT_E_CHAIN_NAME, 509, CERTIFICATE, "R-CHAIN-10",                                                                \
    "the issuer name does not match the subject of the certificate before it",                                        \
    "pass the document as the NSM returned it: the bundle must run from the root to the leaf's issuer, in order")     \
  X(NATT_E_CHAIN_SIGNATURE, 510, CERTIFICATE, "R-CHAIN-11",                                                           \
    "the certificate's signature does not match its issuer's key",                                                    \
    "do not use the document: the certificate is forged")                                                             \
  X(NATT_E_CHAIN_DENIED, 511, CERTIFICATE, "R-CHAIN-12",                                                              \
    "the certificate is on the deny list", "do not use the document: your deny list revokes the certificate")         \
  X(NATT_E_CHAIN_DUPLICATE, 512, CERTIFICATE, "R-CHAIN-13",                                                           \
    "a certificate appears twice in the chain",                                                                       \
    "do not use the document: the bundle must list each certificate once; only a broken or hostile sender repeats "   \
    "one")                                                                                                            \
  /* time of certificates */                                                                                          \
  X(NATT_E_TIME_NOT_YET_VALID, 520, CERTIFICATE, "R-TIME-01",                                                         \
    "a certificate is not yet valid", "check whether this machine's clock runs slow; otherwise allow a leeway")       \
  X(NATT_E_TIME_EXPIRED, 521, CERTIFICATE, "R-TIME-02",                                                               \
    "a certificate has expired",                                                                                      \
    "ask for a fresh document; if it is fresh, check whether this machine's clock runs fast; to verify an old "       \
    "document use archive mode")                                                                                      \
  X(NATT_E_TIME_TIMESTAMP_EARLY, 522, CERTIFICATE, "R-TIME-03",                                                       \
    "the document's timestamp is before one of its certificates is valid",                                            \
    "do not use the document: it is inconsistent")                                                                    \
  X(NATT_E_TIME_TIMESTAMP_LATE, 523, CERTIFICATE, "R-TIME-04",                                                        \
    "the document's timestamp is after one of its certificates has expired",                                          \
    "do not use the document: it is inconsistent")                                                                    \
  /* the library itself */                                                                                            \
  X(NATT_E_INTERNAL_CRYPTO, 590, CERTIFICATE, "R-INTERNAL-01",                                                        \
    "the cryptographic back end failed", "free memory and try again; otherwise this is a defect: please report it")   \
  X(NATT_E_INTERNAL_JOBS, 591, NONE, "R-INTERNAL-02",                                                                 \
    "not every collected signature was verified", "please report this defect")                                        \
  X(NATT_E_INTERNAL_CHECKS, 592, NONE, "R-INTERNAL-03",                                                               \
    "a required check was not performed", "please report this defect")                                                \
  /* from here on all signatures are valid: freshness */                                                              \
  X(NATT_E_TIME_FUTURE, 600, NONE, "R-TIME-05",                                                                       \
    "the document is dated in the future",                                                                            \
    "check whether this machine's clock runs slow; otherwise allow a max_future")                                     \
  X(NATT_E_TIME_STALE, 601, NONE, "R-TIME-06",                                                                        \
    "the document is older than max_age",                                                                             \
    "ask for a fresh document; if it is fresh, check whether this machine's clock runs fast")                         \
  /* what the caller expects */                                                                                       \
  X(NATT_E_EXPECT_DEBUG, 700, PCR, "R-EXPECT-01",                                                                     \
    "a debug enclave: PCR0, PCR1 or PCR2 is zero or absent",                                                          \
    "run the enclave without debug mode; never trust its secrets")                                                    \
  X(NATT_E_EXPECT_NONCE_ABSENT, 701, NONE, "R-EXPECT-02",                                                             \
    "the document has no nonce", "request the document with the nonce you expect")                                    \
  X(NATT_E_EXPECT_NONCE, 702, NONE, "R-EXPECT-03",                                                                    \
    "nonce does not match the expected value",                                                                        \
    "do not use the document: it was made for a different challenge, or is a replay")                                 \
  X(NATT_E_EXPECT_USER_DATA, 703, NONE, "R-EXPECT-04",                                                                \
    "user_data does not match the expected value", "compare what the enclave binds with what you expect")             \
  X(NATT_E_EXPECT_PUBLIC_KEY, 704, NONE, "R-EXPECT-05",                                                               \
    "public_key does not match the expected value", "compare the key the enclave presents with the one you expect")   \
  X(NATT_E_EXPECT_MODULE_BINDING, 705, CERTIFICATE, "R-EXPECT-06",                                                    \
    "module binding: the certificates' names do not contain module_id",                                               \
    "do not use the document: its certificates were issued to a different module")                                    \
  X(NATT_E_EXPECT_MODULE_ID, 706, NONE, "R-EXPECT-07",                                                                \
    "module_id does not match the expected value",                                                                    \
    "check the expected module_id: the document comes from a different enclave or instance")                          \
  X(NATT_E_EXPECT_REGION, 707, NONE, "R-EXPECT-08",                                                                   \
    "region does not match the expected value",                                                                       \
    "check the expected region: the document comes from a different region, or its certificates name no region")      \
  /* PCR policy */                                                                                                    \
  X(NATT_E_POLICY_PCR_ABSENT, 800, PCR, "R-POLICY-01",                                                                \
    "a PCR of the policy is missing in the document",                                                                 \
    "lock the PCR in the enclave, or remove it from the policy: a missing PCR never matches")                         \
  X(NATT_E_POLICY_PCR_MISMATCH, 801, PCR, "R-POLICY-02",                                                              \
    "a PCR does not match the policy",                                                                                \
    "compare the expected and actual value: the document comes from a different image, role, instance or signer")     \
  X(NATT_E_POLICY_NO_SET, 802, NONE, "R-POLICY-03",                                                                   \
    "no set of the policy matches completely",                                                                        \
    "compare the expected and actual values: the document comes from an image that the policy does not list")
/* gen-rules: end */
/* clang-format on */

#define NATT_CODE_ENUM(name, number, item, rule, text, remedy) name = number,
typedef enum natt_code { NATT_CODE_LIST(NATT_CODE_ENUM) } natt_code;
#undef NATT_CODE_ENUM

#endif
