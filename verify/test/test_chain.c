/*
 * Chain rules: certificates that are well-formed and have valid signatures, but must not be trusted.
 */
#include "signed.h"

#include "verify/crypto/crypto.h"

#include <string.h>

#define HEX(c, text)      natt_plan_hex(&(c)->plan, text)
#define CERT(c, i)        (&(c)->plan.certificates[i])
#define KEY_USAGE         "2.5.29.15"
#define BASIC_CONSTRAINTS "2.5.29.19"

/* Index and offset of a refusal are those of the certificate. */
#define REFUSED_CERT(c, code, i) REFUSED(c, code, i, natt_test_at_certificate(c, i))

Test(chain, root_refused_when_not_trusted)
{
    static const uint8_t other_seed[] = "another issuer";
    struct natt_test_case c, other;
    natt_issuer_options options = natt_test_issuer_options();
    natt_test_begin(&c);
    options.seed = (natt_bytes){other_seed, sizeof other_seed};
    natt_test_begin_with(&other, &options, NULL);
    natt_bytes roots[] = {other.root, natt_root_aws()};
    c.opt.roots = roots;
    c.opt.root_count = 2;
    REFUSED_CERT(&c, NATT_E_CHAIN_ROOT, 0);
    natt_bytes three[] = {other.root, natt_root_aws(), c.root};
    c.opt.roots = three;
    c.opt.root_count = 3;
    natt_test_build(&c);
    cr_assert_eq(natt_test_verified_doc(&c, __LINE__).root_index, 2);
    natt_test_end(&other);
    natt_test_end(&c);
}

/* The twin of the root with the other s is a different certificate. */
Test(chain, root_refused_when_not_byte_equal)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    CERT(&c, 0)->signature.edit = NATT_SIGNATURE_OTHER_S;
    REFUSED_CERT(&c, NATT_E_CHAIN_ROOT, 0);
    natt_test_end(&c);
}

/* Path lengths would otherwise refuse most other orders first. */
static void drop_path_lengths(struct natt_test_case *c)
{
    for (uint32_t i = 1; i < TEST_LEAF; i++)
        natt_plan_set_extension(&c->plan, i, BASIC_CONSTRAINTS, true, HEX(c, "30030101ff"));
}

Test(chain, order_refused_when_not_root_to_issuer)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    drop_path_lengths(&c);
    natt_plan_reverse(&c.plan.cabundle);
    natt_test_build(&c);
    natt_test_refused_doc(&c, NATT_E_CHAIN_ROOT, 0, natt_test_at_certificate(&c, 3), __LINE__);
    natt_plan_reverse(&c.plan.cabundle);
    natt_plan_move(&c.plan, &c.plan.cabundle, 1, 2);
    natt_test_build(&c);
    natt_test_refused_doc(&c, NATT_E_CHAIN_NAME, 1, natt_test_at_certificate(&c, 2), __LINE__);
    natt_test_end(&c);
}

/* The root issued itself, so every other rule accepts it a second and a third time. */
Test(chain, duplicate_refused_when_the_root_appears_twice)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    for (int times = 2; times <= 3; times++) {
        natt_plan_duplicate(&c.plan, &c.plan.cabundle, 0);
        natt_test_build(&c);
        size_t second = natt_test_at_certificate(&c, 0) + c.root.len + 3;
        natt_test_refused_doc(&c, NATT_E_CHAIN_DUPLICATE, 1, second, __LINE__);
    }
    natt_test_end(&c);
}

/* A different s, the same signed part. Later checks would find an invalid signature, but the rule is checked first. */
Test(chain, duplicate_refused_when_the_second_is_a_twin)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_duplicate(&c.plan, &c.plan.cabundle, 0);
    natt_test_build(&c);
    size_t second = natt_test_at_certificate(&c, 0) + c.root.len + 3;
    c.bytes[second + c.root.len - 1] ^= 1;
    natt_test_refused_doc(&c, NATT_E_CHAIN_DUPLICATE, 1, second, __LINE__);
    natt_test_end(&c);
}

/* nameConstraints, policyConstraints, inhibitAnyPolicy; their neighbours and all others are ignored if they are not
 * critical. */
Test(chain, limits_of_a_ca_refused_when_not_critical)
{
    static const struct {
        const char *oid;
        bool refused;
    } rows[] = {{"2.5.29.30", true},  {"2.5.29.36", true},  {"2.5.29.54", true},   {"2.5.29.29", false},
                {"2.5.29.28", false}, {"2.5.29.34", false}, {"2.5.29.37", false},  {"2.5.29.53", false},
                {"2.5.29.55", false}, {"2.5.30.30", false}, {"2.5.29.30.1", false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        for (uint32_t at = 1; at <= TEST_LEAF; at++) {
            struct natt_test_case c;
            natt_test_begin(&c);
            natt_plan_add_extension(&c.plan, at, rows[i].oid, false, HEX(&c, "3000"));
            if (rows[i].refused)
                REFUSED_CERT(&c, NATT_E_CHAIN_CRITICAL, at);
            else
                VERIFIED(&c);
            natt_test_end(&c);
        }
}

Test(chain, bundle_refused_when_a_certificate_is_repeated_or_missing)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    drop_path_lengths(&c);
    natt_plan_duplicate(&c.plan, &c.plan.cabundle, 1);
    natt_test_build(&c);
    size_t first = natt_test_at_certificate(&c, 1), length = natt_issuer_certificate(c.issuer, 1).len;
    natt_test_refused_doc(&c, NATT_E_CHAIN_NAME, 2, first + length + 3, __LINE__);
    natt_plan_remove(&c.plan, &c.plan.cabundle, 1);
    natt_plan_remove(&c.plan, &c.plan.cabundle, 1);
    natt_test_build(&c);
    natt_test_refused_doc(&c, NATT_E_CHAIN_NAME, 1, natt_test_at_certificate(&c, 2), __LINE__);
    natt_test_end(&c);
}

Test(chain, critical_extension_refused_when_unknown)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    for (uint32_t i = 1; i <= TEST_LEAF; i++) {
        natt_plan_add_extension(&c.plan, i, "1.2.3.4", true, HEX(&c, "0500"));
        REFUSED_CERT(&c, NATT_E_CHAIN_CRITICAL, i);
        natt_plan_omit_extension(&c.plan, i, "1.2.3.4");
        natt_plan_add_extension(&c.plan, i, "1.2.3.4", false, HEX(&c, "0500"));
        VERIFIED(&c);
    }
    natt_test_end(&c);
}

Test(chain, ca_refused_when_constraints_are_missing_or_not_ca)
{
    struct natt_test_case c;
    for (uint32_t i = 1; i < TEST_LEAF; i++) {
        natt_test_begin(&c);
        natt_plan_set_extension(&c.plan, i, BASIC_CONSTRAINTS, true, HEX(&c, "3000"));
        REFUSED_CERT(&c, NATT_E_CHAIN_NOT_CA, i);
        natt_plan_omit_extension(&c.plan, i, BASIC_CONSTRAINTS);
        REFUSED_CERT(&c, NATT_E_CHAIN_NOT_CA, i);
        CERT(&c, i)->no_extensions = true;
        REFUSED_CERT(&c, NATT_E_CHAIN_NOT_CA, i);
        natt_test_end(&c);
    }
}

Test(chain, ca_refused_when_constraints_are_not_critical)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_set_extension(&c.plan, 2, BASIC_CONSTRAINTS, false, HEX(&c, "30060101ff020101"));
    REFUSED_CERT(&c, NATT_E_CHAIN_CA_NOT_CRITICAL, 2);
    natt_test_end(&c);
}

Test(chain, ca_refused_when_key_usage_lacks_cert_sign)
{
    struct natt_test_case c;
    for (uint32_t i = 1; i < TEST_LEAF; i++) {
        natt_test_begin(&c);
        natt_plan_set_extension(&c.plan, i, KEY_USAGE, true, HEX(&c, "03020780"));
        REFUSED_CERT(&c, NATT_E_CHAIN_CA_KEY_USAGE, i);
        natt_plan_omit_extension(&c.plan, i, KEY_USAGE);
        REFUSED_CERT(&c, NATT_E_CHAIN_CA_KEY_USAGE, i);
        natt_test_end(&c);
    }
}

/* A chain of root, 3 CAs, leaf: 2, 1 and 0 CAs follow. */
Test(chain, path_length_limit_is_the_number_of_cas_below)
{
    static const struct {
        uint32_t cert;
        const char *constraints;
        bool ok;
    } rows[] = {
        {1, "30060101ff020102", true},       {1, "30060101ff020103", true},
        {1, "30060101ff020101", false},      {1, "30030101ff", true},
        {2, "30060101ff020101", true},       {2, "30060101ff020100", false},
        {3, "30060101ff020100", true},       {1, "30070101ff02020100", true},
        {1, "30090101ff02047fffffff", true}, {1, "300a0101ff020500ffffffff", true},
    };
    struct natt_test_case c;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        natt_test_begin(&c);
        natt_plan_set_extension(&c.plan, rows[i].cert, BASIC_CONSTRAINTS, true, HEX(&c, rows[i].constraints));
        if (rows[i].ok)
            VERIFIED(&c);
        else
            REFUSED_CERT(&c, NATT_E_CHAIN_PATH_LENGTH, rows[i].cert);
        natt_test_end(&c);
    }
}

/* A root with a path length, which the caller trusts: 3 CAs follow it. */
Test(chain, path_length_of_the_root_counts)
{
    struct natt_test_case c;
    for (int path_length = 2; path_length <= 3; path_length++) {
        natt_test_begin(&c);
        natt_plan_set_extension(&c.plan, 0, BASIC_CONSTRAINTS, true,
                                HEX(&c, path_length == 2 ? "30060101ff020102" : "30060101ff020103"));
        natt_test_build(&c);
        c.root = natt_plan_copy(&c.plan, natt_issuer_certificate(c.issuer, 0));
        if (path_length == 3)
            VERIFIED(&c);
        else
            REFUSED_CERT(&c, NATT_E_CHAIN_PATH_LENGTH, 0);
        natt_test_end(&c);
    }
}

Test(chain, critical_extension_refused_when_known_to_others)
{
    /* name constraints, policies, extended key usage, subject alternative name, and a long identifier */
    static const char *const oids[] = {"2.5.29.30", "2.5.29.32", "2.5.29.37", "2.5.29.17", "1.2.840.113549.1.9.16"};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof oids / sizeof oids[0]; i++) {
        natt_plan_add_extension(&c.plan, 2, oids[i], true, HEX(&c, "3000"));
        REFUSED_CERT(&c, NATT_E_CHAIN_CRITICAL, 2);
        natt_plan_omit_extension(&c.plan, 2, oids[i]);
    }
    natt_test_end(&c);
}

Test(chain, leaf_refused_when_constraints_are_not_empty)
{
    static const char *const constraints[] = {"30030101ff", "30060101ff020100", "3003020100"};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof constraints / sizeof constraints[0]; i++) {
        natt_plan_set_extension(&c.plan, TEST_LEAF, BASIC_CONSTRAINTS, true, HEX(&c, constraints[i]));
        REFUSED_CERT(&c, NATT_E_CHAIN_LEAF_CONSTRAINTS, TEST_LEAF);
    }
    natt_plan_omit_extension(&c.plan, TEST_LEAF, BASIC_CONSTRAINTS);
    VERIFIED(&c);
    natt_test_end(&c);
}

Test(chain, leaf_refused_when_key_usage_lacks_digital_signature)
{
    static const char *const usages[] = {"03020640", "03020308", "0303070080"};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof usages / sizeof usages[0]; i++) {
        natt_plan_set_extension(&c.plan, TEST_LEAF, KEY_USAGE, false, HEX(&c, usages[i]));
        REFUSED_CERT(&c, NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE, TEST_LEAF);
    }
    natt_plan_omit_extension(&c.plan, TEST_LEAF, KEY_USAGE);
    REFUSED_CERT(&c, NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE, TEST_LEAF);
    CERT(&c, TEST_LEAF)->no_extensions = true;
    REFUSED_CERT(&c, NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE, TEST_LEAF);
    natt_test_end(&c);
}

Test(chain, leaf_accepted_with_digital_signature_alone_and_critical)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_set_extension(&c.plan, TEST_LEAF, KEY_USAGE, true, HEX(&c, "03020780"));
    VERIFIED(&c);
    natt_test_end(&c);
}

Test(chain, leaf_refused_when_key_usage_has_cert_sign)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_set_extension(&c.plan, TEST_LEAF, KEY_USAGE, false, HEX(&c, "03020284"));
    REFUSED_CERT(&c, NATT_E_CHAIN_LEAF_CERT_SIGN, TEST_LEAF);
    natt_test_end(&c);
}

Test(chain, name_refused_when_issuer_is_another)
{
    struct natt_test_case c;
    for (uint32_t i = 1; i <= TEST_LEAF; i++) {
        natt_test_begin(&c);
        CERT(&c, i)->issuer = natt_plan_der_common_name(&c.plan, "somebody else");
        REFUSED_CERT(&c, NATT_E_CHAIN_NAME, i);
        natt_test_end(&c);
    }
}

/* The same text in a different string type is a different name, since names are compared by bytes. */
Test(chain, name_refused_when_equal_but_encoded_differently)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    CERT(&c, 3)->subject = HEX(&c, "300c310a300806035504030c0141");
    CERT(&c, TEST_LEAF)->issuer = HEX(&c, "300c310a30080603550403130141");
    REFUSED_CERT(&c, NATT_E_CHAIN_NAME, TEST_LEAF);
    natt_test_end(&c);
}

/* The offset of an invalid certificate signature is r in its signature. */
static void assert_signature_refused(struct natt_test_case *c, uint32_t cert)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    natt_test_build(c);
    size_t at = natt_test_at_certificate(c, cert);
    cr_assert_not(natt_verify(&v, c->doc, &c->opt, NULL, &err));
    cr_assert_eq(err.code, NATT_E_CHAIN_SIGNATURE, "%s", natt_code_name(err.code));
    cr_assert_eq(err.item, cert);
    cr_assert(err.offset > at && err.offset < at + natt_issuer_certificate(c->issuer, cert).len);
}

Test(chain, signature_refused_when_by_another_key)
{
    struct natt_test_case c;
    for (uint32_t i = 1; i <= TEST_LEAF; i++) {
        natt_test_begin(&c);
        CERT(&c, i)->signature.key = NATT_KEY_UNRELATED;
        assert_signature_refused(&c, i);
        CERT(&c, i)->signature.key = i; /* its own key */
        assert_signature_refused(&c, i);
        natt_test_end(&c);
    }
}

Test(chain, signature_refused_when_a_bit_is_flipped)
{
    static const uint32_t bits[] = {5, 383, 389, 767};
    struct natt_test_case c;
    natt_test_begin(&c);
    CERT(&c, 2)->signature.edit = NATT_SIGNATURE_FLIP_BIT;
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        CERT(&c, 2)->signature.bit = bits[i];
        assert_signature_refused(&c, 2);
    }
    natt_test_end(&c);
}

Test(chain, signature_accepted_with_high_and_low_s)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    for (uint32_t i = 1; i <= TEST_LEAF; i++)
        CERT(&c, i)->signature.edit = i % 2 == 0 ? NATT_SIGNATURE_HIGH_S : NATT_SIGNATURE_LOW_S;
    VERIFIED(&c);
    for (uint32_t i = 1; i <= TEST_LEAF; i++)
        CERT(&c, i)->signature.edit = i % 2 == 1 ? NATT_SIGNATURE_HIGH_S : NATT_SIGNATURE_LOW_S;
    VERIFIED(&c);
    natt_test_end(&c);
}

/* An ordinary enclave key that issues another leaf: the classic privilege escalation. */
Test(chain, leaf_refused_as_an_issuer)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_list *bundle = &c.plan.cabundle;
    natt_plan_entry *entry = natt_plan_append(&c.plan, bundle, (natt_bytes){NULL, 0}, (natt_bytes){NULL, 0});
    entry->source = NATT_SOURCE_CERTIFICATE;
    entry->certificate = TEST_LEAF;
    REFUSED_CERT(&c, NATT_E_CHAIN_PATH_LENGTH, 1);
    drop_path_lengths(&c);
    natt_test_build(&c);
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    cr_assert_not(natt_verify(&v, c.doc, &c.opt, NULL, &err));
    cr_assert_eq(err.code, NATT_E_CHAIN_NOT_CA, "%s", natt_code_name(err.code));
    cr_assert_eq(err.item, TEST_LEAF);
    natt_test_end(&c);
}

/* ---- deny list, on certificates that are otherwise valid ---- */

static void deny(struct natt_test_case *c, natt_deny_entry *entry, natt_deny_type type, natt_bytes value)
{
    *entry = (natt_deny_entry){type, {NULL, 0}, value};
    c->opt.deny = entry;
    c->opt.deny_count = 1;
}

static natt_certificate parsed(const struct natt_test_case *c, uint32_t i)
{
    natt_certificate cert;
    natt_error err;
    cr_assert(natt_certificate_parse(&cert, natt_issuer_certificate(c->issuer, i), &err));
    return cert;
}

Test(chain, denied_by_serial_whatever_its_leading_zeros)
{
    struct natt_test_case c;
    natt_deny_entry entry;
    uint8_t padded[40] = {0};
    for (uint32_t i = 0; i <= TEST_LEAF; i++) {
        natt_test_begin(&c);
        natt_test_build(&c);
        natt_bytes serial = natt_plan_copy(&c.plan, parsed(&c, i).serial); /* every build moves the certificates */
        deny(&c, &entry, NATT_DENY_SERIAL, serial);
        REFUSED_CERT(&c, NATT_E_CHAIN_DENIED, i);
        memcpy(padded + 3, serial.ptr, serial.len);
        entry.value = (natt_bytes){padded, serial.len + 3};
        REFUSED_CERT(&c, NATT_E_CHAIN_DENIED, i);
        entry.issuer = natt_plan_copy(&c.plan, parsed(&c, i).issuer);
        REFUSED_CERT(&c, NATT_E_CHAIN_DENIED, i);
        entry.issuer = natt_plan_der_common_name(&c.plan, "somebody else");
        VERIFIED(&c);
        padded[2] = 1;
        entry.issuer = (natt_bytes){NULL, 0};
        entry.value = (natt_bytes){padded + 2, 5};
        VERIFIED(&c);
        padded[2] = 0;
        natt_test_end(&c);
    }
}

static const uint8_t *sha256(uint8_t *out, natt_bytes in)
{
    cr_assert(natt_crypto_default()->sha256(out, &in, 1));
    return out;
}

Test(chain, denied_by_digest_of_certificate_or_key)
{
    struct natt_test_case c;
    natt_deny_entry entry;
    uint8_t digest[32];
    for (uint32_t i = 0; i <= TEST_LEAF; i++) {
        natt_test_begin(&c);
        natt_test_build(&c);
        deny(&c, &entry, NATT_DENY_CERTIFICATE_SHA256, (natt_bytes){sha256(digest, parsed(&c, i).raw), 32});
        REFUSED_CERT(&c, NATT_E_CHAIN_DENIED, i);
        digest[31] ^= 1;
        VERIFIED(&c);
        deny(&c, &entry, NATT_DENY_SPKI_SHA256, (natt_bytes){sha256(digest, parsed(&c, i).spki), 32});
        REFUSED_CERT(&c, NATT_E_CHAIN_DENIED, i);
        digest[0] ^= 1;
        VERIFIED(&c);
        natt_test_end(&c);
    }
}

/* Anyone can change s to n - s; the digest of the denied certificate must match the twin. */
Test(chain, denied_by_digest_also_as_its_twin)
{
    struct natt_test_case c;
    natt_deny_entry entry;
    uint8_t digest[32];
    for (uint32_t i = 1; i <= TEST_LEAF; i++) {
        natt_test_begin(&c);
        natt_test_build(&c);
        deny(&c, &entry, NATT_DENY_CERTIFICATE_SHA256, (natt_bytes){sha256(digest, parsed(&c, i).raw), 32});
        CERT(&c, i)->signature.edit = NATT_SIGNATURE_OTHER_S;
        REFUSED_CERT(&c, NATT_E_CHAIN_DENIED, i);
        c.opt.deny_count = 0;
        VERIFIED(&c);
        natt_test_end(&c);
    }
}

Test(chain, accepted_and_said_so_when_nothing_is_denied)
{
    static const uint8_t serial[] = {0x01};
    struct natt_test_case c;
    natt_deny_entry entry;
    natt_test_begin(&c);
    deny(&c, &entry, NATT_DENY_SERIAL, (natt_bytes){serial, 1});
    natt_test_build(&c);
    cr_assert((natt_test_verified_doc(&c, __LINE__).checks & NATT_CHECKED_DENY) != 0);
    c.opt.deny_count = 0;
    cr_assert((natt_test_verified_doc(&c, __LINE__).checks & NATT_CHECKED_DENY) == 0);
    natt_test_end(&c);
}
