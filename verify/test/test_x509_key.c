/*
 * The key in a certificate: P-384, uncompressed, on the curve.
 */
#include "signed.h"

#include <string.h>

#define HEX(c, text) natt_plan_hex(&(c)->plan, text)
#define LEAF(c)      (&(c)->plan.certificates[TEST_LEAF])

static size_t at_spki(const struct natt_test_case *c)
{
    return natt_test_at_in_certificate(c, TEST_LEAF, c->plan.certificates[TEST_LEAF].spki);
}

/* Replaces `len` bytes of the leaf's SubjectPublicKeyInfo at `at`. */
static void splice_spki(struct natt_test_case *c, size_t at, size_t len, const char *hex)
{
    natt_test_begin(c);
    LEAF(c)->spki = natt_plan_splice(&c->plan, LEAF(c)->spki, at, len, HEX(c, hex));
}

Test(x509, key_algorithm_refused_when_not_p384)
{
    static const char *const curves[] = {
        "301306072a8648ce3d020106082a8648ce3d030107", /* P-256 */
        "301006072a8648ce3d020106052b81040023",       /* P-521 */
        "301006072a8648ce3d020106052b8104000a",       /* secp256k1 */
        "300b06072a8648ce3d02010500",                 /* no curve */
        "300d06092a864886f70d0101010500",             /* RSA */
    };
    struct natt_test_case c;
    for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++) {
        natt_test_begin(&c);
        natt_bytes point = natt_plan_splice(&c.plan, LEAF(&c)->spki, 0, 20, (natt_bytes){c.bytes, 0});
        LEAF(&c)->spki = natt_plan_der(&c.plan, 0x30, natt_plan_join(&c.plan, HEX(&c, curves[i]), point));
        REFUSED(&c, NATT_E_X509_KEY_ALGORITHM, TEST_LEAF, at_spki(&c) + 2);
        natt_test_end(&c);
    }
}

Test(x509, point_refused_when_not_uncompressed)
{
    static const char *const forms[] = {"02", "03", "05", "06", "07", "00"};
    struct natt_test_case c;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        splice_spki(&c, 23, 1, forms[i]);
        REFUSED(&c, NATT_E_X509_POINT_FORM, TEST_LEAF, at_spki(&c) + 20);
        natt_test_end(&c);
    }
}

Test(x509, point_refused_when_of_another_length)
{
    static const size_t lengths[] = {0, 1, 49, 96, 98};
    struct natt_test_case c;
    natt_test_begin(&c);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        natt_bytes point = natt_plan_repeat(&c.plan, HEX(&c, "04"), lengths[i]);
        LEAF(&c)->spki = natt_plan_der_spki(&c.plan, lengths[i] == 0 ? (natt_bytes){c.bytes, 0} : point);
        REFUSED(&c, NATT_E_X509_POINT_FORM, TEST_LEAF, at_spki(&c) + 20);
    }
    natt_test_end(&c);
}

Test(x509, point_bits_refused_when_unused_or_trailing)
{
    struct natt_test_case c;
    splice_spki(&c, 22, 1, "01");
    REFUSED(&c, NATT_E_DER_BIT_STRING, TEST_LEAF, at_spki(&c) + 20);
    natt_test_end(&c);
    natt_test_begin(&c);
    natt_bytes inside = natt_plan_splice(&c.plan, LEAF(&c)->spki, 0, 2, (natt_bytes){c.bytes, 0});
    LEAF(&c)->spki = natt_plan_der(&c.plan, 0x30, natt_plan_join(&c.plan, inside, HEX(&c, "0500")));
    REFUSED(&c, NATT_E_DER_TRAILING, TEST_LEAF, at_spki(&c) + LEAF(&c)->spki.len - 2);
    natt_test_end(&c);
}

#define P_HEX "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff"

Test(x509, point_refused_when_not_on_the_curve)
{
    struct natt_test_case c;
    splice_spki(&c, 119, 1, "00"); /* the last octet of y, which is another with this seed */
    REFUSED(&c, NATT_E_X509_POINT_NOT_ON_CURVE, TEST_LEAF, at_spki(&c) + 24);
    natt_test_end(&c);
    splice_spki(&c, 24, 48, P_HEX); /* x = p, which is 0 only modulo p */
    REFUSED(&c, NATT_E_X509_POINT_NOT_ON_CURVE, TEST_LEAF, at_spki(&c) + 24);
    natt_test_end(&c);
    splice_spki(&c, 72, 48, P_HEX);
    REFUSED(&c, NATT_E_X509_POINT_NOT_ON_CURVE, TEST_LEAF, at_spki(&c) + 24);
    natt_test_end(&c);
}
