"""Codes of the C library, which tools/gen-rules writes from docs/rules.toml."""
from __future__ import annotations

from typing import Dict, Mapping, Tuple

from ._code_types import CodeBase, EmulatorCodeBase, NsmCodeBase, NsmDeviceErrorBase

# gen-rules: version
HEADER_VERSION = (0, 1, 0)
# gen-rules: end

#: Remedies that name this package's arguments, of codes whose remedy in the C library names those of C.
HINTS: Dict[str, str] = {
    # gen-rules: hints
    'NATT_E_USAGE_ARGUMENT':
        'see help() of what was called for its arguments',
    'NATT_E_USAGE_STRUCT_SIZE':
        'this package and the C library do not belong together: install both from one release',
    'NATT_E_USAGE_ROOTS':
        'name the roots to trust: roots=[nitro_attest.aws_root()]',
    'NATT_E_USAGE_ROOT_INVALID':
        'give each root as one certificate in DER with a P-384 key; ssl.PEM_cert_to_DER_cert converts PEM to DER',
    'NATT_E_USAGE_KIND':
        'kind is Kind.ENCLAVE or Kind.NITROTPM',
    'NATT_E_USAGE_TIME_MODE':
        'a defect of this package: please report it',
    'NATT_E_USAGE_NOW':
        'now is an aware datetime after 2001',
    'NATT_E_USAGE_MAX_AGE':
        'max_age is a timedelta that is not negative, or nitro_attest.UNLIMITED',
    'NATT_E_USAGE_LEEWAY':
        'max_future and leeways are at most one hour',
    'NATT_E_USAGE_NONCE':
        'nonce has at least one byte',
    'NATT_E_USAGE_EXPECTATION':
        'expected strings must not be empty',
    'NATT_E_USAGE_FLAGS':
        'this package and the C library do not belong together: install both from one release',
    'NATT_E_USAGE_LIMITS':
        'this package and the C library do not belong together: install both from one release',
    'NATT_E_USAGE_POLICY':
        'give policy, the trusted images',
    'NATT_E_USAGE_RESULT':
        'use the object itself that verify() or verify_batch() returned, unchanged',
    'NATT_E_USAGE_CACHE':
        'a defect of this package: please report it',
    'NATT_E_USAGE_WORKSPACE':
        'a defect of this package: please report it',
    'NATT_E_USAGE_BATCH':
        'a defect of this package: please report it',
    'NATT_E_USAGE_CHECKS':
        'give the argument that performs the check, or remove it from required_checks',
    'NATT_E_DOC_UNKNOWN_FIELD':
        'if AWS has added it, update; until then allow_unknown_fields=True skips it',
    'NATT_NSM_E_USAGE_ARGUMENT':
        'see help() of what was called for its arguments',
    'NATT_NSM_E_USAGE_STRUCT_SIZE':
        'this package and the C library do not belong together: install both from one release',
    'NATT_NSM_E_USAGE_SESSION':
        'open another NsmSession, and use it before it is closed, in the process that opened it',
    'NATT_NSM_E_USAGE_DEADLINE':
        'give a deadline when the session is opened: NsmSession(deadline=timedelta(...))',
    'NATT_NSM_E_USAGE_FLAGS':
        'this package and the C library do not belong together: install both from one release',
    'NATT_NSM_E_USAGE_FIELD_SIZE':
        'shorten it, or open the session without strict_sizes',
    'NATT_NSM_E_USAGE_SEED_SIZE':
        'seed with 1 to 512 bytes',
    'NATT_NSM_E_BUFFER_TOO_SMALL':
        'a defect of this package: please report it',
    'NATT_EMULATOR_E_USAGE_ARGUMENT':
        'a defect of this package: please report it',
    'NATT_EMULATOR_E_USAGE_STRUCT_SIZE':
        'this package and the C library do not belong together: install both from one release',
    'NATT_EMULATOR_E_USAGE_KIND':
        'kind is Kind.ENCLAVE or Kind.NITROTPM; only enclaves have a debug mode',
    'NATT_EMULATOR_E_USAGE_NOW':
        'now is an aware datetime of the years 2001 to 9899',
    'NATT_EMULATOR_E_USAGE_OPTION':
        'see help() of what was called for its arguments',
    'NATT_EMULATOR_E_USAGE_FAULT':
        'a defect of this package: please report it',
    'NATT_EMULATOR_E_USAGE_FAULT_TEXT':
        'the manual page of nitro-attest-emulate lists them',
    'NATT_EMULATOR_E_USAGE_PLAN':
        'a defect of this package: please report it',
    'NATT_EMULATOR_E_USAGE_ORDER':
        'a defect of this package: please report it',
    'NATT_EMULATOR_E_BUFFER_TOO_SMALL':
        'a document has at most 16493 bytes: shorten its values',
    'NATT_EMULATOR_E_PKI_FILE':
        'name a directory that init_pki() created',
    'NATT_RECIPIENT_E_USAGE_ARGUMENT':
        'see help() of what was called for its arguments',
    'NATT_RECIPIENT_E_USAGE_STRUCT_SIZE':
        'this package and the C library do not belong together: install both from one release',
    'NATT_RECIPIENT_E_USAGE_OPTION':
        'see help() of what was called for its arguments',
    'NATT_RECIPIENT_E_BUFFER_TOO_SMALL':
        'give a buffer as long as the message: no plaintext is longer',
    'NATT_RECIPIENT_E_NSM':
        'see the attribute nsm, the error of the session',
    'NATT_RECIPIENT_E_RESULT':
        'use the object itself that verify() or verify_batch() returned, unchanged',
    'NATT_RECIPIENT_E_DEBUG':
        'run the enclave without --debug-mode; allow_debug=True is for tests only',
    # gen-rules: end
}


CODES: Dict[int, Tuple[str, ...]] = {
    # gen-rules: codes-texts
    0: (
        'NONE',
        '',
        'no error',
        'nothing to do',
    ),
    100: (
        'NONE',
        'R-USAGE-01',
        'a required argument is missing',
        'pass non-NULL pointers, and no length without bytes',
    ),
    101: (
        'NONE',
        'R-USAGE-02',
        'struct_size is 0, short, or larger than this library knows',
        'start from the *_INIT macro of the header that belongs to this library',
    ),
    102: (
        'NONE',
        'R-USAGE-03',
        'no trusted root is given',
        'pass the roots to trust; natt_root_aws() returns the AWS Nitro Enclaves root',
    ),
    103: (
        'ROOT',
        'R-USAGE-04',
        'a trusted root is not a certificate that this library can read',
        'give each root as one certificate in DER, not PEM, with a P-384 key on the curve',
    ),
    104: (
        'NONE',
        'R-USAGE-05',
        'kind is neither enclave nor NitroTPM',
        'set kind to NATT_KIND_ENCLAVE or NATT_KIND_NITROTPM',
    ),
    105: (
        'NONE',
        'R-USAGE-06',
        'the time mode is not set',
        'set time_mode to NATT_TIME_NOW or NATT_TIME_ARCHIVE',
    ),
    106: (
        'NONE',
        'R-USAGE-07',
        'now_ms is not set, or is not a time in milliseconds since 1970',
        'give the current time in milliseconds (a value in seconds is refused)',
    ),
    107: (
        'NONE',
        'R-USAGE-08',
        'max_age_ms is not set, is out of range, or is set in archive mode',
        'in NOW mode set the maximum age that you accept, or NATT_UNLIMITED_MS; in ARCHIVE mode leave it unset',
    ),
    108: (
        'NONE',
        'R-USAGE-09',
        'a leeway or max_future_ms is above one hour',
        'give at most NATT_MAX_LEEWAY_MS',
    ),
    109: (
        'NONE',
        'R-USAGE-10',
        'the nonce mode is not set, the expected nonce is empty, or a nonce is given with NOT_USED',
        'set NATT_NONCE_EXACT and the nonce you sent, at least one byte; or NATT_NONCE_NOT_USED and no nonce',
    ),
    110: (
        'NONE',
        'R-USAGE-11',
        'an expectation has no valid mode or no value',
        'use EXACT with a value, ABSENT or ANY; texts must not be empty',
    ),
    111: (
        'NONE',
        'R-USAGE-12',
        'an unknown flag is set',
        'use only the NATT_ALLOW_* and NATT_INSECURE_* flags of this header',
    ),
    112: (
        'NONE',
        'R-USAGE-13',
        'limits is not a known set of size limits',
        'use NATT_LIMITS_DEFAULT, NATT_LIMITS_AWS_1024 or NATT_LIMITS_AWS_512',
    ),
    113: (
        'DENY',
        'R-USAGE-14',
        'a deny entry cannot be parsed',
        'give a positive serial of at most 20 octets, or a 32-byte digest; an issuer is a DER Name',
    ),
    114: (
        'NONE',
        'R-USAGE-15',
        'there is no PCR policy, or there is one together with NATT_INSECURE_NO_PCR_POLICY',
        'give a policy, or set the flag that disables the check of PCRs',
    ),
    115: (
        'SET',
        'R-USAGE-16',
        'the PCR policy has no set, or a set has no PCR',
        'list at least one set with at least one PCR',
    ),
    116: (
        'SET',
        'R-USAGE-17',
        'a PCR of the policy has an index above 31 or a value that is not 48 bytes',
        'give SHA-384 values for PCR 0 to 31',
    ),
    117: (
        'SET',
        'R-USAGE-18',
        'policy set is too weak: it does not identify an image',
        'list PCR0, or PCR8, or PCR1 with PCR2 (NitroTPM: PCR4 with PCR12, or PCR7 of Secure Boot); values that '
        'every instance has (all zero, no application, Secure Boot off) identify nothing: add PCR12 to '
        'measurements of PCR4 and PCR7',
    ),
    118: (
        'NONE',
        'R-USAGE-19',
        'the result was not produced by a successful verification',
        'check policies only on a natt_verified that natt_verify returned true for',
    ),
    119: (
        'NONE',
        'R-USAGE-20',
        'the cache was not initialized at this address, or its memory cannot be used',
        'pass the same numbers to natt_cache_size and natt_cache_init; do not move a cache',
    ),
    120: (
        'NONE',
        'R-USAGE-21',
        'the workspace is missing or too small',
        'give natt_batch_workspace_size() bytes',
    ),
    121: (
        'NONE',
        'R-USAGE-22',
        'the shared options set a field that belongs to the items, or an input overlaps the array of items',
        'leave nonce, user_data, public_key, module_id and policy of the shared options unset; copy values out of '
        'earlier results before they are expected again',
    ),
    122: (
        'ROOT',
        'R-USAGE-23',
        'a trusted root cannot issue certificates',
        'give a CA certificate: basicConstraints with cA TRUE, and keyUsage with keyCertSign',
    ),
    123: (
        'CHECK',
        'R-USAGE-24',
        'required_checks contains a check that these options do not perform',
        'set the option that performs the check, or remove it from required_checks',
    ),
    200: (
        'FIELD',
        'R-CBOR-01',
        'truncated CBOR',
        'the document was truncated, or a length inside it is wrong: fetch it again',
    ),
    201: (
        'FIELD',
        'R-CBOR-02',
        'a CBOR head uses a reserved value',
        'this is not CBOR: check that the whole, unaltered document was passed',
    ),
    202: (
        'FIELD',
        'R-CBOR-03',
        'a CBOR head does not have its shortest form',
        'pass the document as the NSM returned it: it was re-encoded; AWS writes shortest heads only',
    ),
    203: (
        'FIELD',
        'R-CBOR-04',
        'a string has an indefinite length',
        'pass the document as the NSM returned it: it was re-encoded; AWS writes strings of definite length only',
    ),
    204: (
        'FIELD',
        'R-CBOR-05',
        'a CBOR break appears in place of an item',
        'this is not well-formed CBOR: fetch the document again',
    ),
    205: (
        'FIELD',
        'R-CBOR-06',
        'a value has the wrong CBOR type',
        'check what wrote the document: at the offset it does not follow the AWS format',
    ),
    206: (
        'FIELD',
        'R-CBOR-07',
        'a text string is not valid UTF-8',
        'fetch the document again: it is damaged, or AWS did not make it',
    ),
    207: (
        'FIELD',
        'R-CBOR-08',
        'a CBOR tag is inside the document',
        'check what wrote the document: the only tag allowed is one tag 18 before the whole document',
    ),
    208: (
        'FIELD',
        'R-CBOR-09',
        'a value is a floating-point number or an unknown simple value',
        'check what wrote the document: it does not follow the AWS format',
    ),
    209: (
        'FIELD',
        'R-CBOR-10',
        'an unknown field is nested too deep',
        'do not use the document: unknown fields may have at most 4 levels',
    ),
    210: (
        'NONE',
        'R-CBOR-11',
        'bytes follow the payload map',
        'check what wrote the document: the signed payload must be exactly one CBOR map',
    ),
    220: (
        'NONE',
        'R-COSE-01',
        'the document is empty or larger than any valid one',
        'pass the raw document: decode base64 or hex first',
    ),
    221: (
        'NONE',
        'R-COSE-02',
        'the tag before the document is not a single 18',
        'pass a COSE_Sign1: it has tag 18 or no tag',
    ),
    222: (
        'NONE',
        'R-COSE-03',
        'not a COSE_Sign1 array of four items',
        'pass the raw document (it begins with byte 84 or d2): decode base64 or hex first',
    ),
    223: (
        'NONE',
        'R-COSE-04',
        'the protected header is not exactly ES384',
        'check what wrote the document: only 44 a1 01 38 22 is accepted',
    ),
    224: (
        'NONE',
        'R-COSE-05',
        'the unprotected header is not the empty map',
        'pass the document as the NSM returned it: it must not have unsigned headers',
    ),
    225: (
        'NONE',
        'R-COSE-06',
        'the payload is not 1 to 16384 bytes long',
        'pass a document that contains its payload: detached and empty payloads are refused',
    ),
    226: (
        'NONE',
        'R-COSE-07',
        'the signature is not 96 bytes long',
        'pass the document as the NSM returned it: ES384 signatures are r and s of 48 bytes each, not DER',
    ),
    227: (
        'NONE',
        'R-COSE-08',
        'r or s of the signature is 0, or is not below the group order',
        'do not use the document: it is forged or damaged',
    ),
    228: (
        'NONE',
        'R-COSE-09',
        'bytes follow the document',
        'pass exactly one document, without a newline or padding',
    ),
    229: (
        'NONE',
        'R-COSE-10',
        'the document\'s signature does not match',
        'do not use the document: it is forged or damaged',
    ),
    300: (
        'NONE',
        'R-DOC-01',
        'a field name is not a text string',
        'check what wrote the document: it does not follow the AWS format',
    ),
    301: (
        'FIELD',
        'R-DOC-02',
        'a field appears twice',
        'do not use the document: ambiguous documents are refused',
    ),
    302: (
        'NONE',
        'R-DOC-03',
        'the document has a field that AWS does not list',
        'if AWS has added it, update; until then NATT_ALLOW_UNKNOWN_FIELDS skips it',
    ),
    303: (
        'NONE',
        'R-DOC-04',
        'more than 8 unknown fields',
        'do not use the document: at most 8 unknown fields are accepted',
    ),
    304: (
        'FIELD',
        'R-DOC-05',
        'a mandatory field is missing',
        'check what wrote the document: it does not follow the AWS format',
    ),
    305: (
        'FIELD',
        'R-DOC-06',
        'a mandatory field is null',
        'check what wrote the document: only public_key, user_data and nonce may be null',
    ),
    306: (
        'FIELD',
        'R-DOC-07',
        'module_id is empty or longer than 100 bytes',
        'check what wrote the document: it does not follow the AWS format',
    ),
    307: (
        'FIELD',
        'R-DOC-08',
        'digest is not SHA384',
        'check what wrote the document: no other PCR bank is defined for attestation documents',
    ),
    308: (
        'FIELD',
        'R-DOC-09',
        'the timestamp is 0 or after the year 9999',
        'check what wrote the document: it does not follow the AWS format',
    ),
    309: (
        'FIELD',
        'R-DOC-10',
        'there is no PCR, or more than 32',
        'check what wrote the document: it does not follow the AWS format',
    ),
    310: (
        'FIELD',
        'R-DOC-11',
        'a PCR index is not an integer from 0 to 31',
        'check what wrote the document: it does not follow the AWS format',
    ),
    311: (
        'PCR',
        'R-DOC-12',
        'a PCR appears twice',
        'do not use the document: ambiguous documents are refused',
    ),
    312: (
        'PCR',
        'R-DOC-13',
        'a PCR is not 48 bytes long',
        'check what wrote the document: SHA-384 PCRs have 48 bytes',
    ),
    313: (
        'FIELD',
        'R-DOC-14',
        'a certificate is not 1 to 1024 bytes long',
        'check what wrote the document: it does not follow the AWS format',
    ),
    314: (
        'FIELD',
        'R-DOC-15',
        'cabundle has no certificate, or more than 8',
        'check what wrote the document: it does not follow the AWS format',
    ),
    315: (
        'FIELD',
        'R-DOC-16',
        'public_key, user_data or nonce is outside the chosen size limits',
        'choose other limits if such documents are genuine for you',
    ),
    316: (
        'FIELD',
        'R-DOC-17',
        'both pcrs and nitrotpm_pcrs are present',
        'check what wrote the document: it does not follow the AWS format, which requires exactly one kind',
    ),
    317: (
        'NONE',
        'R-DOC-18',
        'the document\'s kind does not match the expected kind',
        'check kind, and where the document came from: enclave and NitroTPM documents are never interchangeable',
    ),
    400: (
        'CERTIFICATE',
        'R-DER-01',
        'truncated DER',
        'do not use the certificate: it is damaged',
    ),
    401: (
        'CERTIFICATE',
        'R-DER-02',
        'a DER element has an unexpected tag',
        'check which PKI issued the certificate: it does not follow the Nitro profile',
    ),
    402: (
        'CERTIFICATE',
        'R-DER-03',
        'a DER length is indefinite, too long, or not shortest',
        'do not use the certificate: it is not DER',
    ),
    403: (
        'CERTIFICATE',
        'R-DER-04',
        'bytes are left over inside a DER element',
        'do not use the certificate: it is not DER',
    ),
    404: (
        'CERTIFICATE',
        'R-DER-05',
        'a DER integer is empty, negative, padded or too large',
        'do not use the certificate: it is not DER',
    ),
    405: (
        'CERTIFICATE',
        'R-DER-06',
        'a DER boolean encodes TRUE not as FF, or encodes its default',
        'do not use the certificate: it is not DER',
    ),
    406: (
        'CERTIFICATE',
        'R-DER-07',
        'a DER bit string has wrong unused bits or trailing zero bits',
        'do not use the certificate: it is not DER',
    ),
    407: (
        'CERTIFICATE',
        'R-DER-08',
        'a DER object identifier is malformed',
        'do not use the certificate: it is not DER',
    ),
    420: (
        'CERTIFICATE',
        'R-X509-01',
        'the certificate is not X.509 version 3',
        'check which PKI issued the certificate: AWS issues version 3 only',
    ),
    421: (
        'CERTIFICATE',
        'R-X509-02',
        'the serial number is not positive or has more than 20 octets',
        'check which PKI issued the certificate: it breaks RFC 5280',
    ),
    422: (
        'CERTIFICATE',
        'R-X509-03',
        'the signature algorithm is not ecdsa-with-SHA384',
        'check which PKI issued the certificate: AWS signs with ECDSA P-384 and SHA-384 only',
    ),
    423: (
        'CERTIFICATE',
        'R-X509-04',
        'the outer signature algorithm differs from the signed one',
        'do not use the certificate: it was altered',
    ),
    424: (
        'CERTIFICATE',
        'R-X509-05',
        'a name is empty, or one of its attributes is not a plain string',
        'check which PKI issued the certificate: it does not follow the Nitro profile',
    ),
    425: (
        'CERTIFICATE',
        'R-X509-06',
        'a validity time is not a real date in the form that RFC 5280 requires',
        'use UTCTime to 2049 and GeneralizedTime from 2050, both with whole seconds and Z',
    ),
    426: (
        'CERTIFICATE',
        'R-X509-07',
        'notBefore is after notAfter',
        'do not use the certificate: it can never be valid',
    ),
    427: (
        'CERTIFICATE',
        'R-X509-08',
        'the public key is not an EC key on P-384',
        'check which PKI issued the certificate: AWS uses P-384 only',
    ),
    428: (
        'CERTIFICATE',
        'R-X509-09',
        'the public key is not an uncompressed point',
        'use an uncompressed point: compressed, hybrid and infinite points are refused',
    ),
    429: (
        'CERTIFICATE',
        'R-X509-10',
        'the public key is not a point on P-384',
        'do not use the certificate: it is forged or damaged',
    ),
    430: (
        'CERTIFICATE',
        'R-X509-11',
        'an extension appears twice',
        'do not use the certificate: ambiguous certificates are refused',
    ),
    431: (
        'CERTIFICATE',
        'R-X509-12',
        'more than 16 extensions, or an empty list of them',
        'check which PKI issued the certificate: it does not follow the Nitro profile',
    ),
    432: (
        'CERTIFICATE',
        'R-X509-13',
        'keyUsage allows nothing',
        'check which PKI issued the certificate: it breaks RFC 5280',
    ),
    433: (
        'CERTIFICATE',
        'R-X509-14',
        'r or s of the certificate\'s signature is 0, or is not below the group order',
        'do not use the certificate: it is forged or damaged',
    ),
    500: (
        'CERTIFICATE',
        'R-CHAIN-01',
        'cabundle[0] is not a trusted root',
        'check which PKI issued the document: it comes from a different issuer, or its root was not passed as '
        'trusted',
    ),
    501: (
        'CERTIFICATE',
        'R-CHAIN-02',
        'an extension that must be processed is not supported',
        'do not trust the chain, or update if a newer version knows the extension: one that is critical, or '
        'nameConstraints, policyConstraints or inhibitAnyPolicy',
    ),
    502: (
        'CERTIFICATE',
        'R-CHAIN-03',
        'an issuing certificate is not a CA',
        'do not trust the chain: basicConstraints must have cA TRUE',
    ),
    503: (
        'CERTIFICATE',
        'R-CHAIN-04',
        'a CA\'s basicConstraints is not critical',
        'check which PKI issued the certificate: it breaks RFC 5280',
    ),
    504: (
        'CERTIFICATE',
        'R-CHAIN-05',
        'a CA\'s keyUsage does not allow keyCertSign',
        'do not trust the chain: this key must not issue certificates',
    ),
    505: (
        'CERTIFICATE',
        'R-CHAIN-06',
        'more CAs follow than the path length allows',
        'do not trust the chain: an issuer exceeded the path length of its certificate',
    ),
    506: (
        'CERTIFICATE',
        'R-CHAIN-07',
        'the leaf\'s basicConstraints is not absent or empty',
        'do not use the document: a CA must not sign documents',
    ),
    507: (
        'CERTIFICATE',
        'R-CHAIN-08',
        'the leaf\'s keyUsage is absent or lacks digitalSignature',
        'do not use the document: this key must not sign documents',
    ),
    508: (
        'CERTIFICATE',
        'R-CHAIN-09',
        'the leaf\'s keyUsage allows keyCertSign',
        'do not use the document: a CA must not sign documents',
    ),
    509: (
        'CERTIFICATE',
        'R-CHAIN-10',
        'the issuer name does not match the subject of the certificate before it',
        'pass the document as the NSM returned it: the bundle must run from the root to the leaf\'s issuer, in '
        'order',
    ),
    510: (
        'CERTIFICATE',
        'R-CHAIN-11',
        'the certificate\'s signature does not match its issuer\'s key',
        'do not use the document: the certificate is forged',
    ),
    511: (
        'CERTIFICATE',
        'R-CHAIN-12',
        'the certificate is on the deny list',
        'do not use the document: your deny list revokes the certificate',
    ),
    512: (
        'CERTIFICATE',
        'R-CHAIN-13',
        'a certificate appears twice in the chain',
        'do not use the document: the bundle must list each certificate once; only a broken or hostile sender '
        'repeats one',
    ),
    520: (
        'CERTIFICATE',
        'R-TIME-01',
        'a certificate is not yet valid',
        'check whether this machine\'s clock runs slow; otherwise allow a leeway',
    ),
    521: (
        'CERTIFICATE',
        'R-TIME-02',
        'a certificate has expired',
        'ask for a fresh document; if it is fresh, check whether this machine\'s clock runs fast; to verify an old '
        'document use archive mode',
    ),
    522: (
        'CERTIFICATE',
        'R-TIME-03',
        'the document\'s timestamp is before one of its certificates is valid',
        'do not use the document: it is inconsistent',
    ),
    523: (
        'CERTIFICATE',
        'R-TIME-04',
        'the document\'s timestamp is after one of its certificates has expired',
        'do not use the document: it is inconsistent',
    ),
    590: (
        'CERTIFICATE',
        'R-INTERNAL-01',
        'the cryptographic back end failed',
        'free memory and try again; otherwise this is a defect: please report it',
    ),
    591: (
        'NONE',
        'R-INTERNAL-02',
        'not every collected signature was verified',
        'please report this defect',
    ),
    592: (
        'NONE',
        'R-INTERNAL-03',
        'a required check was not performed',
        'please report this defect',
    ),
    600: (
        'NONE',
        'R-TIME-05',
        'the document is dated in the future',
        'check whether this machine\'s clock runs slow; otherwise allow a max_future',
    ),
    601: (
        'NONE',
        'R-TIME-06',
        'the document is older than max_age',
        'ask for a fresh document; if it is fresh, check whether this machine\'s clock runs fast',
    ),
    700: (
        'PCR',
        'R-EXPECT-01',
        'a debug enclave: PCR0, PCR1 or PCR2 is zero or absent',
        'run the enclave without debug mode; never trust its secrets',
    ),
    701: (
        'NONE',
        'R-EXPECT-02',
        'the document has no nonce',
        'request the document with the nonce you expect',
    ),
    702: (
        'NONE',
        'R-EXPECT-03',
        'nonce does not match the expected value',
        'do not use the document: it was made for a different challenge, or is a replay',
    ),
    703: (
        'NONE',
        'R-EXPECT-04',
        'user_data does not match the expected value',
        'compare what the enclave binds with what you expect',
    ),
    704: (
        'NONE',
        'R-EXPECT-05',
        'public_key does not match the expected value',
        'compare the key the enclave presents with the one you expect',
    ),
    705: (
        'CERTIFICATE',
        'R-EXPECT-06',
        'module binding: the certificates\' names do not contain module_id',
        'do not use the document: its certificates were issued to a different module',
    ),
    706: (
        'NONE',
        'R-EXPECT-07',
        'module_id does not match the expected value',
        'check the expected module_id: the document comes from a different enclave or instance',
    ),
    707: (
        'NONE',
        'R-EXPECT-08',
        'region does not match the expected value',
        'check the expected region: the document comes from a different region, or its certificates name no region',
    ),
    800: (
        'PCR',
        'R-POLICY-01',
        'a PCR of the policy is missing in the document',
        'lock the PCR in the enclave, or remove it from the policy: a missing PCR never matches',
    ),
    801: (
        'PCR',
        'R-POLICY-02',
        'a PCR does not match the policy',
        'compare the expected and actual value: the document comes from a different image, role, instance or '
        'signer',
    ),
    802: (
        'NONE',
        'R-POLICY-03',
        'no set of the policy matches completely',
        'compare the expected and actual values: the document comes from an image that the policy does not list',
    ),
    # gen-rules: end
}


NSM_CODES: Dict[int, Tuple[str, ...]] = {
    # gen-rules: nsm-texts
    0: (
        'no error',
        'nothing to do',
    ),
    100: (
        'a required argument is missing',
        'pass non-NULL pointers, and no length without bytes',
    ),
    101: (
        'struct_size is 0, short, or larger than this library knows',
        'start from the *_INIT macro of the header that belongs to this library',
    ),
    102: (
        'the session is not open',
        'open it with natt_nsm_open; a session must not be copied or used after natt_nsm_close',
    ),
    103: (
        'more than one of path, socket_path and transport is set, or a path is too long',
        'set exactly one of them, with a shorter path',
    ),
    104: (
        'this session was opened without a deadline',
        'set deadline_ms in the options of natt_nsm_open',
    ),
    105: (
        'an unknown flag is set',
        'use only the NATT_NSM_* flags of nsm.h',
    ),
    106: (
        'user_data, nonce or public_key is longer than AWS documents',
        'shorten it, or open the session without NATT_NSM_STRICT_SIZES',
    ),
    107: (
        'the number of bytes for the kernel\'s random pool is out of range',
        'seed with 1 to NATT_NSM_MAX_SEED bytes',
    ),
    110: (
        'the request is empty or longer than 4096 bytes',
        'shorten its data; required_len is the request\'s length',
    ),
    120: (
        'the output buffer is too small',
        'give required_len bytes; NATT_NSM_MAX_RESPONSE is always enough',
    ),
    200: (
        'the NSM cannot be opened',
        'inside an enclave the device is /dev/nsm; outside, run the program under nitro-attest emulate',
    ),
    201: (
        'the request could not be delivered, or no reply arrived',
        'check errno_value; whether the request took effect is not known',
    ),
    202: (
        'no reply arrived before the deadline',
        'the request may still take effect; read the PCR before extending it again',
    ),
    203: (
        'earlier requests kept the session busy until the deadline',
        'nothing was sent: try again',
    ),
    204: (
        'the session\'s thread cannot be started',
        'check errno_value, and raise the limit on memory or on threads',
    ),
    300: (
        'the NSM refused the request',
        'check device_error, the error that the NSM returned',
    ),
    400: (
        'the response is longer than its buffer',
        'check the transport and the device: one of them is broken',
    ),
    401: (
        'the response is not strict CBOR',
        'check the transport and the device: one of them is broken',
    ),
    402: (
        'a value of the response has the wrong type',
        'check the transport and the device: one of them is broken',
    ),
    403: (
        'the response belongs to a different request',
        'check the transport and the device: one of them is broken',
    ),
    404: (
        'a field of the response is missing',
        'check the transport and the device: one of them is broken',
    ),
    405: (
        'a field of the response appears twice',
        'check the transport and the device: one of them is broken',
    ),
    406: (
        'the response has too many unknown fields',
        'update: the device is newer than this library',
    ),
    407: (
        'a value of the response is out of range or has the wrong size',
        'check the transport and the device: one of them is broken',
    ),
    500: (
        'the NSM returned too few random bytes to check',
        'do not use this device\'s random bytes',
    ),
    501: (
        'the NSM\'s random bytes are all zero',
        'do not use this device\'s random bytes',
    ),
    502: (
        'the NSM\'s random bytes are all equal',
        'do not use this device\'s random bytes',
    ),
    503: (
        'the NSM returned the same random bytes twice',
        'do not use this device\'s random bytes',
    ),
    510: (
        'the kernel\'s random device cannot be opened',
        'check errno_value; /dev/random must exist',
    ),
    511: (
        'seeding the kernel needs a privilege that this process lacks',
        'run as root or with CAP_SYS_ADMIN',
    ),
    512: (
        'the kernel did not accept the seed',
        'check errno_value; the path must name a random device',
    ),
    513: (
        'the kernel accepted the seed, but its random numbers are still not ready',
        'seed with at least 32 bytes',
    ),
    # gen-rules: end
}


NSM_DEVICE_ERRORS: Dict[int, Tuple[str, ...]] = {
    # gen-rules: device-texts
    0: (
        '',
    ),
    1: (
        'InvalidArgument',
    ),
    2: (
        'InvalidIndex',
    ),
    3: (
        'InvalidResponse',
    ),
    4: (
        'ReadOnlyIndex',
    ),
    5: (
        'InvalidOperation',
    ),
    6: (
        'BufferTooSmall',
    ),
    7: (
        'InputTooLarge',
    ),
    8: (
        'InternalError',
    ),
    # gen-rules: end
    255: (
        '',
    ),
}


EMULATOR_CODES: Dict[int, Tuple[str, ...]] = {
    # gen-rules: emulator-texts
    0: (
        '',
        'no error',
        'nothing to do',
    ),
    100: (
        '',
        'a required argument is missing',
        'pass non-NULL pointers, and no length or count without what it counts',
    ),
    101: (
        '',
        'struct_size does not match this library',
        'start from the *_INIT macro of the header that belongs to this library',
    ),
    102: (
        '',
        'kind is neither enclave nor NitroTPM, or does not support the request',
        'use NATT_KIND_ENCLAVE or NATT_KIND_NITROTPM; only enclaves have a debug mode',
    ),
    103: (
        '',
        'the time is outside the range in which certificates can be made',
        'give milliseconds since 1970, in the years 2001 to 9899',
    ),
    104: (
        '',
        'an option has an invalid value',
        'see the header for the values of this option',
    ),
    105: (
        'PCR entry',
        'a PCR has an invalid index or value',
        'give at least one PCR, with an index from 0 to 31 (NitroTPM: 23) and a value of 48 bytes',
    ),
    106: (
        'fault',
        'a fault has an invalid value',
        'fill it in with natt_fault_parse',
    ),
    107: (
        'fault',
        'the text does not describe a fault',
        'see fault.h for the requests, actions and conditions',
    ),
    108: (
        '',
        'an edit of the plan is invalid',
        'correct the edit, and start from a new plan',
    ),
    109: (
        '',
        'the image was already finished',
        'use a new reader for each image, and pass all pieces before finishing',
    ),
    120: (
        '',
        'the output buffer is too small',
        'give required_len bytes',
    ),
    200: (
        '',
        'out of memory',
        'free memory, and try again',
    ),
    201: (
        '',
        'the system returned no random bytes',
        'make getrandom or /dev/urandom available, or use a seed',
    ),
    202: (
        '',
        'mbedTLS failed',
        'please report it',
    ),
    210: (
        '',
        'the directory of the PKI, or a file in it, cannot be created or opened',
        'name a directory that you can create, read and write',
    ),
    211: (
        '',
        'the directory already has a PKI',
        'use that PKI, or choose a different directory; nothing was changed',
    ),
    212: (
        '',
        'another user could replace the root of the PKI',
        'name a directory that only you can write to, below directories that only you or root can change',
    ),
    213: (
        '',
        'seed or root.pem was not made by natt_emulator_pki_init',
        'name a directory that natt_emulator_pki_init made',
    ),
    220: (
        '',
        'the socket\'s path is empty or longer than 107 bytes',
        'choose a shorter path',
    ),
    221: (
        '',
        'the socket\'s path is in use',
        'stop the program that listens there, or choose another path',
    ),
    222: (
        '',
        'the socket cannot be created or served',
        'check the permissions of its directory, and the limit of open files',
    ),
    300: (
        '',
        'the file is not an enclave image: it does not begin with .eif',
        'give an image that nitro-cli build-enclave made',
    ),
    301: (
        '',
        'the format version of the image is not 2, 3 or 4',
        'build the image with a current nitro-cli, or use a newer release of this library',
    ),
    302: (
        'section',
        'truncated image',
        'pass the whole file that nitro-cli build-enclave wrote',
    ),
    303: (
        'section',
        'the image does not follow its format',
        'build it with nitro-cli build-enclave',
    ),
    304: (
        '',
        'the image is damaged: its CRC-32 does not match its content',
        'copy it again, or build it again',
    ),
    305: (
        'section',
        'the signature of the image is not valid',
        'sign the image again with nitro-cli sign-eif',
    ),
    # gen-rules: end
}


RECIPIENT_CODES: Dict[int, Tuple[str, ...]] = {
    # gen-rules: recipient-texts
    0: (
        'no error',
        'nothing to do',
    ),
    100: (
        'a required argument is missing',
        'pass non-NULL pointers, and no length without bytes',
    ),
    101: (
        'struct_size does not match this library',
        'start from the *_INIT macro of the header that belongs to this library',
    ),
    102: (
        'the key size is not supported',
        'use 2048, 3072 or 4096 bits',
    ),
    103: (
        'an option has an invalid value',
        'see recipient.h for the values of this option',
    ),
    120: (
        'the output buffer is too small',
        'give required_len bytes',
    ),
    200: (
        'out of memory',
        'free memory, and try again',
    ),
    201: (
        'the system returned no random bytes',
        'make getrandom or /dev/urandom available',
    ),
    202: (
        'mbedTLS failed',
        'please report it',
    ),
    203: (
        'the NSM request failed',
        'see the accompanying code of the NSM client: nitro-attest explain CODE',
    ),
    204: (
        'the system does not let this process disable core dumps',
        'allow prctl and setrlimit, or disable core dumps before the program starts',
    ),
    210: (
        'the key\'s file cannot be read',
        'name a file that exists and that you may read',
    ),
    211: (
        'other users can read or change the key\'s file',
        'make it a regular file that you own, with mode 0600: chmod 600 FILE',
    ),
    212: (
        'the file is not an unencrypted RSA private key',
        'use PKCS#8 or PKCS#1 in PEM or DER, as nitro-attest recipient keygen writes it',
    ),
    213: (
        'the RSA key has fewer than 2048 or more than 4096 bits',
        'make a new key: nitro-attest recipient keygen',
    ),
    300: (
        'the message is empty or has more than 65536 bytes',
        'pass the bytes of CiphertextForRecipient, base64 decoded',
    ),
    301: (
        'truncated message',
        'pass all bytes of CiphertextForRecipient, base64 decoded once',
    ),
    302: (
        'the message has extra bytes at this offset',
        'pass the bytes of CiphertextForRecipient, base64 decoded, and nothing else',
    ),
    303: (
        'the message is not a CMS EnvelopedData in the form that KMS writes',
        'pass the bytes of CiphertextForRecipient, base64 decoded, not those of CiphertextBlob; if they are, the '
        'message was damaged: ask for another',
    ),
    304: (
        'the message is for a certificate (version 0, issuer and serial number), not for the key of an enclave',
        'use KMS or nitro-attest kms serve: LocalStack and openssl cms without -keyid write this form',
    ),
    305: (
        'the message does not use RSAES-OAEP with SHA-256, AES-256-CBC and PKCS #7 padding',
        'call KMS with KeyEncryptionAlgorithm RSAES_OAEP_SHA_256',
    ),
    306: (
        'the message is encrypted to a different key',
        'use the private key that belongs to the public key in the request\'s attestation document',
    ),
    320: (
        'the message cannot be decrypted',
        'request it again: it was damaged or forged in transit',
    ),
    400: (
        'the result is not from natt_verify, or the document\'s bytes have changed since',
        'verify the document, and keep its bytes until the secret is sealed',
    ),
    401: (
        'the document comes from a debug enclave, whose memory its host can read',
        'run the enclave without --debug-mode; allow_debug is for tests only',
    ),
    402: (
        'the document has no public key that can encrypt a secret',
        'attest an RSA key of 2048 to 4096 bits in the enclave, as a SubjectPublicKeyInfo in DER',
    ),
    403: (
        'the secret is empty or has more than 16384 bytes',
        'encrypt longer data with a data key, and seal the data key',
    ),
    # gen-rules: end
}


class Code(CodeBase):
    """Why a document was refused, or what is wrong with the call; see docs/RULES.md."""

    # gen-rules: codes
    NATT_OK = 0
    NATT_E_USAGE_ARGUMENT = 100
    NATT_E_USAGE_STRUCT_SIZE = 101
    NATT_E_USAGE_ROOTS = 102
    NATT_E_USAGE_ROOT_INVALID = 103
    NATT_E_USAGE_KIND = 104
    NATT_E_USAGE_TIME_MODE = 105
    NATT_E_USAGE_NOW = 106
    NATT_E_USAGE_MAX_AGE = 107
    NATT_E_USAGE_LEEWAY = 108
    NATT_E_USAGE_NONCE = 109
    NATT_E_USAGE_EXPECTATION = 110
    NATT_E_USAGE_FLAGS = 111
    NATT_E_USAGE_LIMITS = 112
    NATT_E_USAGE_DENY = 113
    NATT_E_USAGE_POLICY = 114
    NATT_E_USAGE_POLICY_EMPTY = 115
    NATT_E_USAGE_POLICY_PCR = 116
    NATT_E_USAGE_POLICY_WEAK = 117
    NATT_E_USAGE_RESULT = 118
    NATT_E_USAGE_CACHE = 119
    NATT_E_USAGE_WORKSPACE = 120
    NATT_E_USAGE_BATCH = 121
    NATT_E_USAGE_ROOT_CA = 122
    NATT_E_USAGE_CHECKS = 123
    NATT_E_CBOR_TRUNCATED = 200
    NATT_E_CBOR_RESERVED = 201
    NATT_E_CBOR_NOT_SHORTEST = 202
    NATT_E_CBOR_INDEFINITE = 203
    NATT_E_CBOR_BREAK = 204
    NATT_E_CBOR_TYPE = 205
    NATT_E_CBOR_UTF8 = 206
    NATT_E_CBOR_TAG = 207
    NATT_E_CBOR_SIMPLE = 208
    NATT_E_CBOR_DEPTH = 209
    NATT_E_CBOR_TRAILING = 210
    NATT_E_COSE_SIZE = 220
    NATT_E_COSE_TAG = 221
    NATT_E_COSE_ARRAY = 222
    NATT_E_COSE_PROTECTED = 223
    NATT_E_COSE_UNPROTECTED = 224
    NATT_E_COSE_PAYLOAD = 225
    NATT_E_COSE_SIGNATURE_SIZE = 226
    NATT_E_COSE_SIGNATURE_RANGE = 227
    NATT_E_COSE_TRAILING = 228
    NATT_E_COSE_SIGNATURE = 229
    NATT_E_DOC_KEY = 300
    NATT_E_DOC_DUPLICATE_FIELD = 301
    NATT_E_DOC_UNKNOWN_FIELD = 302
    NATT_E_DOC_UNKNOWN_COUNT = 303
    NATT_E_DOC_MISSING_FIELD = 304
    NATT_E_DOC_NULL_FIELD = 305
    NATT_E_DOC_MODULE_ID_SIZE = 306
    NATT_E_DOC_DIGEST = 307
    NATT_E_DOC_TIMESTAMP = 308
    NATT_E_DOC_PCR_COUNT = 309
    NATT_E_DOC_PCR_INDEX = 310
    NATT_E_DOC_PCR_DUPLICATE = 311
    NATT_E_DOC_PCR_SIZE = 312
    NATT_E_DOC_CERTIFICATE_SIZE = 313
    NATT_E_DOC_CABUNDLE_COUNT = 314
    NATT_E_DOC_OPTIONAL_SIZE = 315
    NATT_E_DOC_KIND_MIXED = 316
    NATT_E_DOC_KIND_UNEXPECTED = 317
    NATT_E_DER_TRUNCATED = 400
    NATT_E_DER_TAG = 401
    NATT_E_DER_LENGTH = 402
    NATT_E_DER_TRAILING = 403
    NATT_E_DER_INTEGER = 404
    NATT_E_DER_BOOLEAN = 405
    NATT_E_DER_BIT_STRING = 406
    NATT_E_DER_OID = 407
    NATT_E_X509_VERSION = 420
    NATT_E_X509_SERIAL = 421
    NATT_E_X509_SIGNATURE_ALGORITHM = 422
    NATT_E_X509_ALGORITHM_MISMATCH = 423
    NATT_E_X509_NAME = 424
    NATT_E_X509_TIME = 425
    NATT_E_X509_VALIDITY = 426
    NATT_E_X509_KEY_ALGORITHM = 427
    NATT_E_X509_POINT_FORM = 428
    NATT_E_X509_POINT_NOT_ON_CURVE = 429
    NATT_E_X509_EXTENSION_DUPLICATE = 430
    NATT_E_X509_EXTENSION_COUNT = 431
    NATT_E_X509_KEY_USAGE_EMPTY = 432
    NATT_E_X509_SIGNATURE_RANGE = 433
    NATT_E_CHAIN_ROOT = 500
    NATT_E_CHAIN_CRITICAL = 501
    NATT_E_CHAIN_NOT_CA = 502
    NATT_E_CHAIN_CA_NOT_CRITICAL = 503
    NATT_E_CHAIN_CA_KEY_USAGE = 504
    NATT_E_CHAIN_PATH_LENGTH = 505
    NATT_E_CHAIN_LEAF_CONSTRAINTS = 506
    NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE = 507
    NATT_E_CHAIN_LEAF_CERT_SIGN = 508
    NATT_E_CHAIN_NAME = 509
    NATT_E_CHAIN_SIGNATURE = 510
    NATT_E_CHAIN_DENIED = 511
    NATT_E_CHAIN_DUPLICATE = 512
    NATT_E_TIME_NOT_YET_VALID = 520
    NATT_E_TIME_EXPIRED = 521
    NATT_E_TIME_TIMESTAMP_EARLY = 522
    NATT_E_TIME_TIMESTAMP_LATE = 523
    NATT_E_INTERNAL_CRYPTO = 590
    NATT_E_INTERNAL_JOBS = 591
    NATT_E_INTERNAL_CHECKS = 592
    NATT_E_TIME_FUTURE = 600
    NATT_E_TIME_STALE = 601
    NATT_E_EXPECT_DEBUG = 700
    NATT_E_EXPECT_NONCE_ABSENT = 701
    NATT_E_EXPECT_NONCE = 702
    NATT_E_EXPECT_USER_DATA = 703
    NATT_E_EXPECT_PUBLIC_KEY = 704
    NATT_E_EXPECT_MODULE_BINDING = 705
    NATT_E_EXPECT_MODULE_ID = 706
    NATT_E_EXPECT_REGION = 707
    NATT_E_POLICY_PCR_ABSENT = 800
    NATT_E_POLICY_PCR_MISMATCH = 801
    NATT_E_POLICY_NO_SET = 802
    # gen-rules: end
    UNKNOWN = -1

    @classmethod
    def _table(cls) -> Mapping[int, Tuple[str, ...]]:
        return CODES


class NsmCode(NsmCodeBase):
    """Why a call of the NSM client failed."""

    # gen-rules: nsm
    NATT_NSM_OK = 0
    NATT_NSM_E_USAGE_ARGUMENT = 100
    NATT_NSM_E_USAGE_STRUCT_SIZE = 101
    NATT_NSM_E_USAGE_SESSION = 102
    NATT_NSM_E_USAGE_TRANSPORT = 103
    NATT_NSM_E_USAGE_DEADLINE = 104
    NATT_NSM_E_USAGE_FLAGS = 105
    NATT_NSM_E_USAGE_FIELD_SIZE = 106
    NATT_NSM_E_USAGE_SEED_SIZE = 107
    NATT_NSM_E_REQUEST_SIZE = 110
    NATT_NSM_E_BUFFER_TOO_SMALL = 120
    NATT_NSM_E_OPEN = 200
    NATT_NSM_E_TRANSPORT = 201
    NATT_NSM_E_TIMEOUT = 202
    NATT_NSM_E_BUSY = 203
    NATT_NSM_E_THREAD = 204
    NATT_NSM_E_DEVICE = 300
    NATT_NSM_E_RESPONSE_SIZE = 400
    NATT_NSM_E_RESPONSE_CBOR = 401
    NATT_NSM_E_RESPONSE_TYPE = 402
    NATT_NSM_E_RESPONSE_VARIANT = 403
    NATT_NSM_E_RESPONSE_MISSING = 404
    NATT_NSM_E_RESPONSE_DUPLICATE = 405
    NATT_NSM_E_RESPONSE_UNKNOWN = 406
    NATT_NSM_E_RESPONSE_VALUE = 407
    NATT_NSM_E_ENTROPY_SHORT = 500
    NATT_NSM_E_ENTROPY_ZERO = 501
    NATT_NSM_E_ENTROPY_EQUAL = 502
    NATT_NSM_E_ENTROPY_REPEATED = 503
    NATT_NSM_E_SEED_OPEN = 510
    NATT_NSM_E_SEED_PRIVILEGE = 511
    NATT_NSM_E_SEED = 512
    NATT_NSM_E_SEED_NOT_READY = 513
    # gen-rules: end
    UNKNOWN = -1

    @classmethod
    def _table(cls) -> Mapping[int, Tuple[str, ...]]:
        return NSM_CODES


class NsmDeviceError(NsmDeviceErrorBase):
    """What an NSM answered instead of a result."""

    # gen-rules: device
    NATT_NSM_DEVICE_NONE = 0
    NATT_NSM_DEVICE_INVALID_ARGUMENT = 1
    NATT_NSM_DEVICE_INVALID_INDEX = 2
    NATT_NSM_DEVICE_INVALID_RESPONSE = 3
    NATT_NSM_DEVICE_READ_ONLY_INDEX = 4
    NATT_NSM_DEVICE_INVALID_OPERATION = 5
    NATT_NSM_DEVICE_BUFFER_TOO_SMALL = 6
    NATT_NSM_DEVICE_INPUT_TOO_LARGE = 7
    NATT_NSM_DEVICE_INTERNAL_ERROR = 8
    # gen-rules: end
    NATT_NSM_DEVICE_OTHER = 255

    @classmethod
    def _table(cls) -> Mapping[int, Tuple[str, ...]]:
        return NSM_DEVICE_ERRORS


class EmulatorCode(EmulatorCodeBase):
    """Why a call of the emulator, the issuer or measure_eif failed."""

    # gen-rules: emulator
    NATT_EMULATOR_OK = 0
    NATT_EMULATOR_E_USAGE_ARGUMENT = 100
    NATT_EMULATOR_E_USAGE_STRUCT_SIZE = 101
    NATT_EMULATOR_E_USAGE_KIND = 102
    NATT_EMULATOR_E_USAGE_NOW = 103
    NATT_EMULATOR_E_USAGE_OPTION = 104
    NATT_EMULATOR_E_USAGE_PCR = 105
    NATT_EMULATOR_E_USAGE_FAULT = 106
    NATT_EMULATOR_E_USAGE_FAULT_TEXT = 107
    NATT_EMULATOR_E_USAGE_PLAN = 108
    NATT_EMULATOR_E_USAGE_ORDER = 109
    NATT_EMULATOR_E_BUFFER_TOO_SMALL = 120
    NATT_EMULATOR_E_MEMORY = 200
    NATT_EMULATOR_E_RANDOM = 201
    NATT_EMULATOR_E_CRYPTO = 202
    NATT_EMULATOR_E_PKI_ACCESS = 210
    NATT_EMULATOR_E_PKI_EXISTS = 211
    NATT_EMULATOR_E_PKI_UNSAFE = 212
    NATT_EMULATOR_E_PKI_FILE = 213
    NATT_EMULATOR_E_SOCKET_PATH = 220
    NATT_EMULATOR_E_SOCKET_TAKEN = 221
    NATT_EMULATOR_E_SOCKET = 222
    NATT_EMULATOR_E_EIF_NOT_AN_IMAGE = 300
    NATT_EMULATOR_E_EIF_VERSION = 301
    NATT_EMULATOR_E_EIF_INCOMPLETE = 302
    NATT_EMULATOR_E_EIF_FORMAT = 303
    NATT_EMULATOR_E_EIF_DAMAGED = 304
    NATT_EMULATOR_E_EIF_SIGNATURE = 305
    # gen-rules: end
    UNKNOWN = -1

    @classmethod
    def _table(cls) -> Mapping[int, Tuple[str, ...]]:
        return EMULATOR_CODES


class RecipientCode(NsmCodeBase):
    """Why a call about keys of recipients, or a message that was opened or sealed, failed."""

    # gen-rules: recipient
    NATT_RECIPIENT_OK = 0
    NATT_RECIPIENT_E_USAGE_ARGUMENT = 100
    NATT_RECIPIENT_E_USAGE_STRUCT_SIZE = 101
    NATT_RECIPIENT_E_USAGE_KEY_SIZE = 102
    NATT_RECIPIENT_E_USAGE_OPTION = 103
    NATT_RECIPIENT_E_BUFFER_TOO_SMALL = 120
    NATT_RECIPIENT_E_MEMORY = 200
    NATT_RECIPIENT_E_RANDOM = 201
    NATT_RECIPIENT_E_CRYPTO = 202
    NATT_RECIPIENT_E_NSM = 203
    NATT_RECIPIENT_E_SYSTEM = 204
    NATT_RECIPIENT_E_KEY_ACCESS = 210
    NATT_RECIPIENT_E_KEY_UNSAFE = 211
    NATT_RECIPIENT_E_KEY = 212
    NATT_RECIPIENT_E_KEY_SIZE = 213
    NATT_RECIPIENT_E_MESSAGE_SIZE = 300
    NATT_RECIPIENT_E_MESSAGE_TRUNCATED = 301
    NATT_RECIPIENT_E_MESSAGE_TRAILING = 302
    NATT_RECIPIENT_E_MESSAGE_STRUCTURE = 303
    NATT_RECIPIENT_E_MESSAGE_VERSION = 304
    NATT_RECIPIENT_E_MESSAGE_ALGORITHM = 305
    NATT_RECIPIENT_E_MESSAGE_RECIPIENT = 306
    NATT_RECIPIENT_E_DECRYPT = 320
    NATT_RECIPIENT_E_RESULT = 400
    NATT_RECIPIENT_E_DEBUG = 401
    NATT_RECIPIENT_E_PUBLIC_KEY = 402
    NATT_RECIPIENT_E_SECRET_SIZE = 403
    # gen-rules: end
    UNKNOWN = -1

    @classmethod
    def _table(cls) -> Mapping[int, Tuple[str, ...]]:
        return RECIPIENT_CODES
