/*
 * Documents refused because of one certificate: its DER, its structure, its place in the chain. One for each rule.
 */
#include "plain_recipes.h"

#define BASIC_CONSTRAINTS "2.5.29.19"
#define KEY_USAGE         "2.5.29.15"

static natt_plan_certificate *leaf_of(natt_issue_plan *plan)
{
    return &plan->certificates[plan->leaf];
}

static void length_beyond(natt_issue_plan *plan)
{
    leaf_of(plan)->wrap.length_delta = 1;
}

static void wide_length(natt_issue_plan *plan)
{
    leaf_of(plan)->wrap.width = 3;
}

static void both_sha256(natt_issue_plan *plan)
{
    natt_plan_certificate *leaf = leaf_of(plan);
    leaf->tbs_algorithm = leaf->algorithm = natt_plan_hex(plan, "300a06082a8648ce3d040302");
}

static void dates_reversed(natt_issue_plan *plan)
{
    natt_plan_certificate *leaf = leaf_of(plan);
    natt_bytes before = leaf->not_before;
    leaf->not_before = leaf->not_after;
    leaf->not_after = before;
}

/* The SubjectPublicKeyInfo: heads and algorithm to 19, the BIT STRING's to 22, 04, x, y. */
static void splice_key(natt_issue_plan *plan, size_t at, const char *hex)
{
    natt_bytes by = natt_plan_hex(plan, hex);
    leaf_of(plan)->spki = natt_plan_splice(plan, leaf_of(plan)->spki, at, by.len, by);
}

static void secp384k(natt_issue_plan *plan)
{
    splice_key(plan, 19, "23"); /* the last arc of the curve's name */
}

static void hybrid_point(natt_issue_plan *plan)
{
    splice_key(plan, 23, "06");
}

static void off_curve(natt_issue_plan *plan)
{
    leaf_of(plan)->spki = natt_plan_flip(plan, leaf_of(plan)->spki, 8 * 119 + 7);
}

static void extension_twice(natt_issue_plan *plan)
{
    natt_plan_add_extension(plan, plan->leaf, "1.2.3", false, natt_plan_hex(plan, "00"));
    natt_plan_add_extension(plan, plan->leaf, "1.2.3", false, natt_plan_hex(plan, "00"));
}

static void s_is_zero(natt_issue_plan *plan)
{
    leaf_of(plan)->signature.edit = NATT_SIGNATURE_ZERO_S;
}

static void twin_of_root(natt_issue_plan *plan)
{
    plan->certificates[0].signature.edit = NATT_SIGNATURE_OTHER_S;
}

static void critical_extension(natt_issue_plan *plan)
{
    natt_plan_add_extension(plan, plan->leaf, "1.2.3.4", true, natt_plan_hex(plan, "0500"));
}

static void other_issuer(natt_issue_plan *plan)
{
    leaf_of(plan)->issuer = natt_plan_der_common_name(plan, "another issuer");
}

static void leaf_by_another_key(natt_issue_plan *plan)
{
    leaf_of(plan)->signature.key = NATT_KEY_UNRELATED;
}

static void ca_with_flipped_bit(natt_issue_plan *plan)
{
    plan->certificates[2].signature.edit = NATT_SIGNATURE_FLIP_BIT;
    plan->certificates[2].signature.bit = 200;
}

/* clang-format off */
static const struct natt_plain_recipe recipes[] = {
    /* DER */
    {"certificate longer than its bytes", NATT_E_DER_TRUNCATED, .edit = length_beyond},
    {"serial as OCTET STRING", NATT_E_DER_TAG, .put = LEAF(serial), .hex = "040101"},
    {"length of three octets", NATT_E_DER_LENGTH, .edit = wide_length},
    {"NULL behind the signature", NATT_E_DER_TRAILING, .put = LEAF(wrap.trailing), .hex = "0500"},
    {"negative serial", NATT_E_DER_INTEGER, .put = LEAF(serial), .hex = "020180"},
    {"cA FALSE spelt out", NATT_E_DER_BOOLEAN, .extension = BASIC_CONSTRAINTS, .certificate = 1, .hex = "3003010100"},
    {"trailing bits", NATT_E_DER_BIT_STRING, .extension = KEY_USAGE, .certificate = 4, .hex = "030206c1"},
    {"arc without end", NATT_E_DER_OID, .put = LEAF(subject), .hex = "300c310a300806035504800c0141"},
    /* one certificate */
    {"version 2", NATT_E_X509_VERSION, .put = LEAF(version), .hex = "a003020101"},
    {"serial 0", NATT_E_X509_SERIAL, .put = LEAF(serial), .hex = "020100"},
    {"ecdsa-with-SHA256", NATT_E_X509_SIGNATURE_ALGORITHM, .edit = both_sha256},
    {"outer algorithm differs", NATT_E_X509_ALGORITHM_MISMATCH, .put = LEAF(algorithm), .hex = "300506032b6570"},
    {"empty name", NATT_E_X509_NAME, .put = LEAF(subject), .hex = "3000"},
    {"month 13", NATT_E_X509_TIME, .put = LEAF(not_before), .hex = "170d3235313330393038353332305a"},
    {"notBefore behind notAfter", NATT_E_X509_VALIDITY, .edit = dates_reversed},
    {"another curve", NATT_E_X509_KEY_ALGORITHM, .edit = secp384k},
    {"hybrid point", NATT_E_X509_POINT_FORM, .edit = hybrid_point},
    {"point off the curve", NATT_E_X509_POINT_NOT_ON_CURVE, .edit = off_curve},
    {"extension twice", NATT_E_X509_EXTENSION_DUPLICATE, .edit = extension_twice},
    {"empty list of extensions", NATT_E_X509_EXTENSION_COUNT, .put = LEAF(extensions.raw), .hex = "3000"},
    {"keyUsage for nothing", NATT_E_X509_KEY_USAGE_EMPTY, .extension = KEY_USAGE, .certificate = 4, .hex = "030100"},
    {"s of a certificate is 0", NATT_E_X509_SIGNATURE_RANGE, .edit = s_is_zero},
    /* the chain */
    {"twin of the root", NATT_E_CHAIN_ROOT, .edit = twin_of_root},
    {"unknown critical extension", NATT_E_CHAIN_CRITICAL, .edit = critical_extension},
    {"issuer is no CA", NATT_E_CHAIN_NOT_CA, .extension = BASIC_CONSTRAINTS, .certificate = 1, .hex = "3000"},
    {"constraints not critical", NATT_E_CHAIN_CA_NOT_CRITICAL, .extension = BASIC_CONSTRAINTS, .certificate = 2,
     .not_critical = true, .hex = "30060101ff020101"},
    {"CA without keyCertSign", NATT_E_CHAIN_CA_KEY_USAGE, .extension = KEY_USAGE, .certificate = 2, .hex = "03020780"},
    {"path too long", NATT_E_CHAIN_PATH_LENGTH, .extension = BASIC_CONSTRAINTS, .certificate = 1,
     .hex = "30060101ff020101"},
    {"leaf is a CA", NATT_E_CHAIN_LEAF_CONSTRAINTS, .extension = BASIC_CONSTRAINTS, .certificate = 4,
     .hex = "30030101ff"},
    {"leaf without keyUsage", NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE, .extension = KEY_USAGE, .certificate = 4},
    {"leaf with keyCertSign", NATT_E_CHAIN_LEAF_CERT_SIGN, .extension = KEY_USAGE, .certificate = 4, .hex = "03020284"},
    {"another issuer's name", NATT_E_CHAIN_NAME, .edit = other_issuer},
    {"leaf signed by another key", NATT_E_CHAIN_SIGNATURE, .edit = leaf_by_another_key},
    {"CA's signature with one bit flipped", NATT_E_CHAIN_SIGNATURE, .edit = ca_with_flipped_bit},
    {"denied serial", NATT_E_CHAIN_DENIED, .opt = {.deny = "42"}, .put = LEAF(serial), .hex = "020142"},
};
/* clang-format on */

const struct natt_plain_recipe_list natt_plain_refused_certificate = {recipes, sizeof recipes / sizeof recipes[0]};
