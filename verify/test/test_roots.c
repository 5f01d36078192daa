/* Trusted roots: R-USAGE-03, R-USAGE-04, and the constant of AWS. */
#include "verify/crypto/crypto.h"
#include "verify/rules/roots.h"
#include "verify/test/genuine.h"
#include "verify/test/support.h"

static bool check(const natt_bytes *roots, size_t count, natt_error *err)
{
    natt_options opt = NATT_OPTIONS_INIT;
    opt.roots = roots;
    opt.root_count = count;
    return natt_roots_check(&opt, natt_crypto_default(), err);
}

static void assert_root_refused(const char *name, natt_bytes root, size_t offset)
{
    natt_error err = BLANK_ERROR;
    cr_assert_not(check(&root, 1, &err), "%s", name);
    assert_refused_as(name, err, NATT_E_USAGE_ROOT_INVALID, 0, offset);
}

/* The digest AWS publishes. */
Test(roots, aws_root_has_the_published_digest)
{
    static const uint8_t want[32] = {0x64, 0x1a, 0x03, 0x21, 0xa3, 0xe2, 0x44, 0xef, 0xe4, 0x56, 0x46,
                                     0x31, 0x95, 0xd6, 0x06, 0x31, 0x7e, 0xd7, 0xcd, 0xcc, 0x3c, 0x17,
                                     0x56, 0xe0, 0x98, 0x93, 0xf3, 0xc6, 0x8f, 0x79, 0xbb, 0x5b};
    uint8_t got[32];
    natt_bytes root = natt_root_aws();
    cr_assert(natt_crypto_default()->sha256(got, &root, 1));
    cr_assert_arr_eq(got, want, sizeof want);
}

Test(roots, aws_root_is_a_certificate_authority_until_2049)
{
    natt_error err;
    natt_certificate cert;
    cr_assert(natt_certificate_parse(&cert, natt_root_aws(), &err), "%s", natt_code_name(err.code));
    cr_assert(natt_bytes_are(cert.subject_cn, "aws.nitro-enclaves", 18));
    cr_assert(natt_bytes_equal(cert.subject, cert.issuer));
    cr_assert(cert.ca && (cert.key_usage & NATT_KU_KEY_CERT_SIGN) != 0);
    cr_assert(cert.not_before == INT64_C(1572269285) && cert.not_after == INT64_C(2519044085));
}

Test(roots, aws_root_equals_the_file_aws_publishes)
{
    NEEDS_SHARED();
    static uint8_t file[2048];
    size_t len;
    cr_assert(natt_test_read_shared("aws/nitro-enclaves-root-g1.der", file, sizeof file, &len));
    cr_assert(natt_bytes_equal(natt_root_aws(), (natt_bytes){file, len}));
}

Test(roots, check_accepts_one_or_several_readable_roots)
{
    natt_error err = BLANK_ERROR;
    natt_bytes roots[] = {natt_root_aws(), natt_root_aws(), natt_root_aws()};
    for (size_t count = 1; count <= COUNT_OF(roots); count++)
        cr_assert(check(roots, count, &err));
    assert_no_error("roots", err);
}

Test(roots, check_refused_when_no_root_is_given)
{
    natt_bytes root = natt_root_aws();
    const struct {
        const natt_bytes *roots;
        size_t count;
    } rows[] = {{NULL, 0}, {NULL, 1}, {&root, 0}, {&root, UINT32_MAX}, {&root, SIZE_MAX}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_error err = BLANK_ERROR;
        cr_assert_not(check(rows[i].roots, rows[i].count, &err), "row %zu", i);
        assert_refused(err, NATT_E_USAGE_ROOTS, NATT_NO_ITEM, NATT_NO_OFFSET);
    }
}

Test(roots, check_refused_when_a_root_is_no_certificate)
{
    static const natt_bytes pem = BYTES("-----BEGIN CERTIFICATE-----"), empty = BYTES(""), nulls = BYTES("\0\0\0\0");
    assert_root_refused("PEM", pem, 0);
    assert_root_refused("empty", empty, 0);
    assert_root_refused("nulls", nulls, 0);
    assert_root_refused("absent", (natt_bytes){NULL, 0}, 0);
    assert_root_refused("length without bytes", (natt_bytes){NULL, 533}, NATT_NO_OFFSET);
}

/* Tag, first length octet, the two further ones, content. */
Test(roots, check_refused_when_a_root_is_cut)
{
    natt_bytes root = natt_root_aws();
    for (size_t n = 0; n < root.len; n++) {
        natt_bytes cut = natt_test_prefix(root, n);
        assert_root_refused("cut", cut, n < 2 ? n : n < 4 ? 2 : 4);
        free((void *)(uintptr_t)cut.ptr);
    }
}

Test(roots, check_refused_when_a_byte_follows_the_root)
{
    static uint8_t longer[1024];
    natt_bytes root = natt_root_aws();
    memcpy(longer, root.ptr, root.len);
    assert_root_refused("trailing", (natt_bytes){longer, root.len + 1}, root.len);
}

/* secp384r1 is 06 05 2b 81 04 00 22; its neighbour 23 is secp521r1. Offset: of the AlgorithmIdentifier. */
Test(roots, check_refused_when_the_key_is_on_another_curve)
{
    static const uint8_t algorithm[] = {0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d,
                                        0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
    static uint8_t other[1024];
    natt_bytes root = natt_root_aws();
    size_t at = 0;
    memcpy(other, root.ptr, root.len);
    while (memcmp(other + at, algorithm, sizeof algorithm) != 0)
        at++;
    other[at + sizeof algorithm - 1] = 0x23;
    assert_root_refused("secp521r1", (natt_bytes){other, root.len}, at);
}

static const uint8_t cert_sign[] = {0x03, 0x02, 0x01, 0x86}, no_cert_sign[] = {0x03, 0x02, 0x01, 0x82};

/* The root of AWS with `old` replaced by `new`, which may differ from it in any byte. */
static natt_bytes edited_root(uint8_t out[1024], const uint8_t *old, const uint8_t *new, size_t len)
{
    natt_bytes root = natt_root_aws();
    size_t at = 0;
    memcpy(out, root.ptr, root.len);
    while (memcmp(out + at, old, len) != 0)
        at++;
    memcpy(out + at, new, len);
    return (natt_bytes){out, root.len};
}

static uint8_t off_curve_bytes[1024], no_cert_sign_bytes[1024];

static size_t key_offset(void)
{
    natt_certificate cert;
    natt_error err;
    cr_assert(natt_certificate_parse(&cert, natt_root_aws(), &err));
    return (size_t)(cert.public_key.ptr - cert.raw.ptr);
}

static natt_bytes off_curve_root(void)
{
    natt_bytes root = natt_root_aws();
    memcpy(off_curve_bytes, root.ptr, root.len);
    off_curve_bytes[key_offset() + 95] ^= 1;
    return (natt_bytes){off_curve_bytes, root.len};
}

Test(roots, check_refused_when_the_key_is_off_the_curve)
{
    assert_root_refused("off curve", off_curve_root(), key_offset());
}

Test(roots, check_refused_when_a_root_cannot_issue)
{
    natt_bytes roots[] = {natt_root_aws(), edited_root(no_cert_sign_bytes, cert_sign, no_cert_sign, sizeof cert_sign)};
    natt_error err = BLANK_ERROR;
    cr_assert_not(check(roots, 2, &err));
    assert_refused(err, NATT_E_USAGE_ROOT_CA, 1, NATT_NO_OFFSET);
    cr_assert(check(roots, 1, &err));
}

/* Of all roots, one that cannot be read comes first; then the first that cannot issue or is off the curve. */
Test(roots, check_reads_all_roots_before_it_looks_at_their_rights)
{
    natt_bytes unable = edited_root(no_cert_sign_bytes, cert_sign, no_cert_sign, sizeof cert_sign);
    natt_bytes first[] = {unable, off_curve_root(), BYTES("\x30\x00")}, second[] = {unable, off_curve_root()};
    natt_bytes third[] = {off_curve_root(), unable};
    natt_error err = BLANK_ERROR;
    cr_assert_not(check(first, 3, &err));
    assert_refused(err, NATT_E_USAGE_ROOT_INVALID, 2, 2);
    err = (natt_error)BLANK_ERROR;
    cr_assert_not(check(second, 2, &err));
    assert_refused(err, NATT_E_USAGE_ROOT_CA, 0, NATT_NO_OFFSET);
    err = (natt_error)BLANK_ERROR;
    cr_assert_not(check(third, 2, &err));
    assert_refused(err, NATT_E_USAGE_ROOT_INVALID, 0, key_offset());
}

Test(roots, check_names_the_root_when_a_later_one_is_bad)
{
    natt_bytes roots[] = {natt_root_aws(), natt_root_aws(), BYTES("\x30\x00")};
    natt_error err = BLANK_ERROR;
    cr_assert_not(check(roots, 3, &err));
    assert_refused(err, NATT_E_USAGE_ROOT_INVALID, 2, 2);
}

Test(roots, find_gives_the_index_when_every_byte_agrees)
{
    static uint8_t other[1024];
    natt_bytes aws = natt_root_aws();
    natt_bytes roots[] = {{other, aws.len}, {aws.ptr, aws.len - 1}, aws, aws};
    natt_options opt = NATT_OPTIONS_INIT;
    size_t index = 77;
    opt.roots = roots;
    opt.root_count = COUNT_OF(roots);
    for (size_t i = 0; i < aws.len; i++) {
        memcpy(other, aws.ptr, aws.len);
        other[i] ^= 0x10;
        cr_assert(natt_roots_find(&opt, aws, &index) && index == 2, "byte %zu: root %zu", i, index);
    }
}

static void assert_digest(natt_bytes root)
{
    uint8_t want[NATT_SHA256_LEN], got[NATT_SHA256_LEN];
    cr_assert(natt_crypto_default()->sha256(want, &root, 1));
    cr_assert(natt_root_digest(got, root, natt_crypto_default()));
    cr_assert_arr_eq(got, want, sizeof got);
}

/* Of AWS's root it is a constant; a root that differs in a byte or in length is hashed. */
Test(roots, digest_is_that_of_the_back_end)
{
    static uint8_t other[1024];
    natt_bytes aws = natt_root_aws();
    assert_digest(aws);
    assert_digest((natt_bytes){aws.ptr, aws.len - 1});
    memcpy(other, aws.ptr, aws.len);
    assert_digest((natt_bytes){other, aws.len});
    assert_digest((natt_bytes){other, aws.len + 1});
    for (size_t i = 0; i < aws.len; i++) {
        other[i] ^= 1;
        assert_digest((natt_bytes){other, aws.len});
        other[i] ^= 1;
    }
}

static bool fails(uint8_t *out, const natt_bytes *parts, size_t count)
{
    (void)out, (void)parts, (void)count;
    return false;
}

Test(roots, digest_refused_when_the_back_end_fails)
{
    static const struct natt_crypto failing = {.sha256 = fails};
    uint8_t got[NATT_SHA256_LEN];
    natt_bytes aws = natt_root_aws();
    cr_assert_not(natt_root_digest(got, (natt_bytes){aws.ptr, aws.len - 1}, &failing));
}

Test(roots, find_refused_when_none_is_equal_and_index_is_kept)
{
    natt_bytes aws = natt_root_aws();
    natt_options opt = NATT_OPTIONS_INIT;
    size_t index = 77;
    opt.roots = &aws;
    opt.root_count = 1;
    cr_assert_not(natt_roots_find(&opt, (natt_bytes){aws.ptr, aws.len - 1}, &index));
    cr_assert_not(natt_roots_find(&opt, (natt_bytes){NULL, 0}, &index));
    opt.root_count = 0;
    cr_assert_not(natt_roots_find(&opt, aws, &index));
    cr_assert_eq(index, 77);
}

Test(roots, find_accepts_the_first_certificate_of_genuine_documents)
{
    NEEDS_SHARED();
    static uint8_t file[NATT_MAX_DOCUMENT];
    natt_bytes aws = natt_root_aws();
    natt_options opt = NATT_OPTIONS_INIT;
    opt.roots = &aws;
    opt.root_count = 1;
    for (const char *const *name = natt_test_genuine; *name != NULL; name++) {
        natt_document doc;
        natt_error err;
        size_t len, index = 77;
        cr_assert(natt_test_read_shared(*name, file, sizeof file, &len), "%s", *name);
        cr_assert(natt_document_parse(&doc, (natt_bytes){file, len}, &err), "%s", *name);
        cr_assert(natt_roots_find(&opt, doc.cabundle[0], &index) && index == 0, "%s", *name);
        cr_assert_not(natt_roots_find(&opt, doc.cabundle[1], &index), "%s", *name);
        cr_assert_not(natt_roots_find(&opt, doc.certificate, &index), "%s", *name);
    }
}
