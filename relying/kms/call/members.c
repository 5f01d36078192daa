/* See members.h. */
#include "relying/kms/call/members.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "relying/kms/crypto/base64.h"

typedef enum kind { TEXT = 0, BLOB, PUBLIC_BLOB, INTEGER, BOOLEAN, MAP, LIST, OBJECT, KIND_COUNT } kind;

typedef struct row {
    const char *name;
    kind kind;
    int64_t least, most; /* characters, bytes, the number itself, or items */
    const char *values;  /* values of an enumeration, each between two spaces */
} row;

#define RSA_AND_EC                                                                                                     \
    " RSA_2048 RSA_3072 RSA_4096 ECC_NIST_P256 ECC_NIST_P384 ECC_NIST_P521 ECC_SECG_P256K1 SM2 "                       \
    "ECC_NIST_EDWARDS25519 ML_KEM_512 ML_KEM_768 ML_KEM_1024 "
#define KEY_SPECS                                                                                                      \
    " RSA_2048 RSA_3072 RSA_4096 ECC_NIST_P256 ECC_NIST_P384 ECC_NIST_P521 ECC_SECG_P256K1 SYMMETRIC_DEFAULT "         \
    "HMAC_224 HMAC_256 HMAC_384 HMAC_512 SM2 ML_DSA_44 ML_DSA_65 ML_DSA_87 ECC_NIST_EDWARDS25519 ML_KEM_512 "          \
    "ML_KEM_768 ML_KEM_1024 "

static const row rows[NATT_KMS_MEMBER_COUNT] = {
    [NATT_KMS_IN_KEY_ID] = {"KeyId", TEXT, 1, 2048, NULL},
    [NATT_KMS_IN_CIPHERTEXT] = {"CiphertextBlob", PUBLIC_BLOB, 1, 6144, NULL},
    [NATT_KMS_IN_PLAINTEXT] = {"Plaintext", BLOB, 1, 4096, NULL},
    [NATT_KMS_IN_CONTEXT] = {"EncryptionContext", MAP, 0, INT64_MAX, NULL},
    [NATT_KMS_IN_GRANT_TOKENS] = {"GrantTokens", LIST, 0, 10, NULL},
    [NATT_KMS_IN_ALGORITHM] = {"EncryptionAlgorithm", TEXT, 0, INT64_MAX,
                               " SYMMETRIC_DEFAULT RSAES_OAEP_SHA_1 RSAES_OAEP_SHA_256 SM2PKE "},
    [NATT_KMS_IN_DRY_RUN] = {"DryRun", BOOLEAN, 0, 1, NULL},
    [NATT_KMS_IN_DATA_KEY_SPEC] = {"KeySpec", TEXT, 0, INT64_MAX, " AES_256 AES_128 "},
    [NATT_KMS_IN_BYTES] = {"NumberOfBytes", INTEGER, 1, 1024, NULL},
    [NATT_KMS_IN_PAIR_SPEC] = {"KeyPairSpec", TEXT, 0, INT64_MAX, RSA_AND_EC},
    [NATT_KMS_IN_CUSTOM_STORE] = {"CustomKeyStoreId", TEXT, 1, 64, NULL},
    [NATT_KMS_IN_AGREEMENT] = {"KeyAgreementAlgorithm", TEXT, 0, INT64_MAX, " ECDH "},
    [NATT_KMS_IN_PUBLIC_KEY] = {"PublicKey", PUBLIC_BLOB, 1, 8192, NULL},
    [NATT_KMS_IN_KEY_SPEC] = {"KeySpec", TEXT, 0, INT64_MAX, KEY_SPECS},
    [NATT_KMS_IN_OLD_KEY_SPEC] = {"CustomerMasterKeySpec", TEXT, 0, INT64_MAX, KEY_SPECS},
    [NATT_KMS_IN_KEY_USAGE] = {"KeyUsage", TEXT, 0, INT64_MAX,
                               " SIGN_VERIFY ENCRYPT_DECRYPT GENERATE_VERIFY_MAC KEY_AGREEMENT KEY_ENCAPSULATION "},
    [NATT_KMS_IN_DESCRIPTION] = {"Description", TEXT, 0, 8192, NULL},
    [NATT_KMS_IN_ORIGIN] = {"Origin", TEXT, 0, INT64_MAX, " AWS_KMS EXTERNAL AWS_CLOUDHSM EXTERNAL_KEY_STORE "},
    [NATT_KMS_IN_POLICY] = {"Policy", TEXT, 1, 32768, NULL},
    [NATT_KMS_IN_POLICY_NAME] = {"PolicyName", TEXT, 1, 128, NULL},
    [NATT_KMS_IN_BYPASS] = {"BypassPolicyLockoutSafetyCheck", BOOLEAN, 0, 1, NULL},
    [NATT_KMS_IN_MULTI_REGION] = {"MultiRegion", BOOLEAN, 0, 1, NULL},
    [NATT_KMS_IN_ALIAS_NAME] = {"AliasName", TEXT, 1, 256, NULL},
    [NATT_KMS_IN_TARGET_KEY_ID] = {"TargetKeyId", TEXT, 1, 2048, NULL},
    [NATT_KMS_IN_MARKER] = {"Marker", TEXT, 1, 1024, NULL},
    [NATT_KMS_IN_LIMIT] = {"Limit", INTEGER, 1, 1000, NULL},
    [NATT_KMS_IN_ALIAS_LIMIT] = {"Limit", INTEGER, 1, 100, NULL},
    [NATT_KMS_IN_PENDING_DAYS] = {"PendingWindowInDays", INTEGER, 7, 30, NULL},
    [NATT_KMS_IN_RECIPIENT] = {"Recipient", OBJECT, 0, INT64_MAX, NULL},
    [NATT_KMS_IN_RECIPIENT_ALGORITHM] = {"KeyEncryptionAlgorithm", TEXT, 0, INT64_MAX, " RSAES_OAEP_SHA_256 "},
    [NATT_KMS_IN_DOCUMENT] = {"AttestationDocument", PUBLIC_BLOB, 1, 262144, NULL},
};

static bool inside_recipient(natt_kms_member member)
{
    return member == NATT_KMS_IN_RECIPIENT_ALGORITHM || member == NATT_KMS_IN_DOCUMENT;
}

__attribute__((format(printf, 3, 4))) static bool fail(natt_kms_fault *fault, natt_kms_fault_code code,
                                                       const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    natt_kms_fault_set(fault, code, format, arguments);
    va_end(arguments);
    return false;
}

/* The message of KMS, which writes member names with a lower-case first letter. */
__attribute__((format(printf, 3, 4))) static bool unfit(natt_kms_fault *fault, natt_kms_member member,
                                                        const char *format, ...)
{
    char constraint[1200];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(constraint, sizeof constraint, format, arguments);
    va_end(arguments);
    return fail(fault, NATT_KMS_E_VALIDATION,
                "1 validation error detected: Value at '%s%c%s' failed to satisfy constraint: Member must %s",
                inside_recipient(member) ? "recipient." : "", tolower(rows[member].name[0]), rows[member].name + 1,
                constraint);
}

static bool wrong_type(natt_kms_fault *fault, natt_kms_member member, const char *type)
{
    return fail(fault, NATT_KMS_E_SERIALIZATION, "%s is not a JSON %s", rows[member].name, type);
}

static bool check_length(natt_kms_member member, size_t length, natt_kms_fault *fault)
{
    const row *r = &rows[member];
    if (length < (size_t)r->least)
        return unfit(fault, member, "have length greater than or equal to %lld", (long long)r->least);
    return length <= (uint64_t)r->most ||
           unfit(fault, member, "have length less than or equal to %lld", (long long)r->most);
}

static bool check_enumeration(natt_kms_member member, const char *text, natt_kms_fault *fault)
{
    char word[64];
    int len = snprintf(word, sizeof word, " %s ", text);
    if (len > 2 && (size_t)len < sizeof word && strchr(text, ' ') == NULL && strstr(rows[member].values, word) != NULL)
        return true;
    return unfit(fault, member, "satisfy enum value set: [%.*s]", (int)strlen(rows[member].values) - 2,
                 rows[member].values + 1);
}

static bool read_text(natt_kms_value *out, const json_t *json, natt_kms_member member, natt_kms_fault *fault)
{
    out->text = json_string_value(json);
    if (out->text == NULL)
        return wrong_type(fault, member, "string");
    if (rows[member].values != NULL)
        return check_enumeration(member, out->text, fault);
    return check_length(member, json_string_length(json), fault);
}

typedef uint8_t *decode(size_t *len, bool *strict, natt_bytes text);

static bool read_by(decode *by, natt_kms_value *out, const json_t *json, natt_kms_member member, natt_kms_fault *fault)
{
    natt_bytes text = {(const uint8_t *)json_string_value(json), json_string_length(json)};
    bool strict = false;
    if (text.ptr == NULL)
        return wrong_type(fault, member, "string");
    out->bytes.ptr = by(&out->bytes.len, &strict, text);
    if (out->bytes.ptr == NULL && strict)
        return fail(fault, NATT_KMS_E_INTERNAL, "out of memory");
    if (out->bytes.ptr == NULL)
        return fail(fault, NATT_KMS_E_SERIALIZATION, "%s is not base64 with padding", rows[member].name);
    return check_length(member, out->bytes.len, fault);
}

static bool read_blob(natt_kms_value *out, const json_t *json, natt_kms_member member, natt_kms_fault *fault)
{
    return read_by(natt_kms_base64_decode, out, json, member, fault);
}

static bool read_public_blob(natt_kms_value *out, const json_t *json, natt_kms_member member, natt_kms_fault *fault)
{
    return read_by(natt_kms_base64_decode_public, out, json, member, fault);
}

static bool read_integer(natt_kms_value *out, const json_t *json, natt_kms_member member, natt_kms_fault *fault)
{
    out->number = json_integer_value(json);
    if (!json_is_integer(json))
        return wrong_type(fault, member, "integer");
    if (out->number < rows[member].least)
        return unfit(fault, member, "have value greater than or equal to %lld", (long long)rows[member].least);
    return out->number <= rows[member].most ||
           unfit(fault, member, "have value less than or equal to %lld", (long long)rows[member].most);
}

static bool read_boolean(natt_kms_value *out, const json_t *json, natt_kms_member member, natt_kms_fault *fault)
{
    out->flag = json_is_true(json);
    return json_is_boolean(json) || wrong_type(fault, member, "boolean");
}

static bool read_map(natt_kms_value *out, const json_t *json, natt_kms_member member, natt_kms_fault *fault)
{
    const char *name = NULL;
    json_t *value = NULL;
    out->json = (json_t *)json;
    if (!json_is_object(json))
        return wrong_type(fault, member, "object");
    json_object_foreach(out->json, name, value) if (!json_is_string(value)) return wrong_type(fault, member,
                                                                                              "object of strings");
    return true;
}

static bool read_list(natt_kms_value *out, const json_t *json, natt_kms_member member, natt_kms_fault *fault)
{
    out->json = (json_t *)json;
    return json_is_array(json) ? check_length(member, json_array_size(json), fault)
                               : wrong_type(fault, member, "array");
}

static bool read_object(natt_kms_value *out, const json_t *json, natt_kms_member member, natt_kms_fault *fault)
{
    out->json = (json_t *)json;
    return json_is_object(json) || wrong_type(fault, member, "object");
}

static bool read_member(natt_kms_value *out, const json_t *parent, natt_kms_member member, bool needed,
                        natt_kms_fault *fault)
{
    static bool (*const readers[KIND_COUNT])(natt_kms_value *, const json_t *, natt_kms_member, natt_kms_fault *) = {
        read_text, read_blob, read_public_blob, read_integer, read_boolean, read_map, read_list, read_object};
    const json_t *json = json_object_get(parent, rows[member].name);
    out->given = json != NULL && !json_is_null(json);
    if (!out->given)
        return !needed || unfit(fault, member, "not be null");
    return readers[rows[member].kind](out, json, member, fault);
}

bool natt_kms_members_read(natt_kms_value out[NATT_KMS_MEMBER_COUNT], const json_t *request, uint64_t takes,
                           uint64_t needs, natt_kms_fault *fault)
{
    memset(out, 0, NATT_KMS_MEMBER_COUNT * sizeof *out);
    for (natt_kms_member m = NATT_KMS_IN_KEY_ID; m < NATT_KMS_IN_RECIPIENT_ALGORITHM; m++)
        if ((takes & NATT_KMS_BIT(m)) != 0 && !read_member(&out[m], request, m, (needs & NATT_KMS_BIT(m)) != 0, fault))
            return false;
    /* Both are optional in the model. If one is missing, there is no key to seal to, so the request is refused. */
    const json_t *recipient = out[NATT_KMS_IN_RECIPIENT].json;
    return recipient == NULL || (read_member(&out[NATT_KMS_IN_RECIPIENT_ALGORITHM], recipient,
                                             NATT_KMS_IN_RECIPIENT_ALGORITHM, true, fault) &&
                                 read_member(&out[NATT_KMS_IN_DOCUMENT], recipient, NATT_KMS_IN_DOCUMENT, true, fault));
}

void natt_kms_members_free(natt_kms_value values[NATT_KMS_MEMBER_COUNT])
{
    for (size_t i = 0; i < NATT_KMS_MEMBER_COUNT; i++) {
        if (values[i].bytes.ptr != NULL)
            mbedtls_platform_zeroize((void *)values[i].bytes.ptr, values[i].bytes.len);
        free((void *)values[i].bytes.ptr);
    }
}
