/* Deny list: R-USAGE-14, and which certificates an entry matches (R-CHAIN-12). */
#include "verify/parse/ecdsa.h"
#include "verify/rules/deny_list.h"
#include "verify/test/genuine.h"
#include "verify/test/support.h"

#include <stdio.h>

#define DIGITS20 "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14"
#define DIGITS32 DIGITS20 "\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x20"
#define NAME_A   "\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01\x41" /* CN = A */
#define SERIAL(bytes)                                                                                                  \
    {                                                                                                                  \
        NATT_DENY_SERIAL, {NULL, 0}, BYTES(bytes)                                                                      \
    }
#define ISSUED(name, bytes)                                                                                            \
    {                                                                                                                  \
        NATT_DENY_SERIAL, BYTES(name), BYTES(bytes)                                                                    \
    }

static natt_options options_of(const natt_deny_entry *entries, size_t count)
{
    natt_options opt = NATT_OPTIONS_INIT;
    opt.deny = entries;
    opt.deny_count = count;
    return opt;
}

static bool check(const natt_deny_entry *entries, size_t count, natt_error *err)
{
    natt_options opt = options_of(entries, count);
    return natt_deny_check(&opt, err);
}

Test(deny, check_accepts_readable_entries)
{
    static const natt_deny_entry entries[] = {
        SERIAL("\x01"),
        SERIAL(DIGITS20),
        SERIAL("\0\0\0\0\0" DIGITS20),
        SERIAL("\xff"),
        ISSUED(NAME_A, "\x01"),
        {NATT_DENY_CERTIFICATE_SHA256, {NULL, 0}, BYTES(DIGITS32)},
        {NATT_DENY_SPKI_SHA256, {NULL, 0}, BYTES(DIGITS32)},
    };
    natt_error err = BLANK_ERROR;
    cr_assert(check(entries, COUNT_OF(entries), &err), "entry %u", (unsigned)err.item);
    cr_assert(check(entries, 0, &err) && check(NULL, 0, &err));
    assert_no_error("deny", err);
}

Test(deny, check_refused_when_an_entry_cannot_be_read)
{
    static const natt_deny_entry rows[] = {
        {NATT_DENY_UNSET, {NULL, 0}, BYTES("\x01")},
        {(natt_deny_type)4, {NULL, 0}, BYTES(DIGITS32)},
        {NATT_DENY_SERIAL, {NULL, 0}, {NULL, 0}},
        {NATT_DENY_SERIAL, {NULL, 0}, {NULL, 8}},
        SERIAL(""),
        SERIAL("\0"),
        SERIAL("\0\0\0"),
        SERIAL(DIGITS20 "\x15"),
        SERIAL("\0" DIGITS20 "\x15"),
        ISSUED("", "\x01"),
        ISSUED("CN=A", "\x01"),
        ISSUED("\x30\x00", "\x01"),
        ISSUED(NAME_A "\x00", "\x01"),
        ISSUED("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01", "\x01"),
        {NATT_DENY_SERIAL, {NULL, 14}, BYTES("\x01")},
        {NATT_DENY_CERTIFICATE_SHA256, {NULL, 0}, {NULL, 32}},
        {NATT_DENY_CERTIFICATE_SHA256, {NULL, 0}, BYTES("")},
        {NATT_DENY_CERTIFICATE_SHA256, {NULL, 0}, {(const uint8_t *)DIGITS32, 31}},
        {NATT_DENY_CERTIFICATE_SHA256, {NULL, 0}, BYTES(DIGITS32 "\x21")},
        {NATT_DENY_SPKI_SHA256, {NULL, 0}, {NULL, 32}},
        {NATT_DENY_SPKI_SHA256, {NULL, 0}, {(const uint8_t *)DIGITS32, 31}},
        {NATT_DENY_SPKI_SHA256, {NULL, 0}, BYTES(DIGITS32 "\x21")},
        {NATT_DENY_CERTIFICATE_SHA256, BYTES(NAME_A), BYTES(DIGITS32)}, /* only serials have an issuer */
        {NATT_DENY_SPKI_SHA256, BYTES(NAME_A), BYTES(DIGITS32)},
        {NATT_DENY_CERTIFICATE_SHA256, {(const uint8_t *)NAME_A, 0}, BYTES(DIGITS32)},
        {NATT_DENY_SPKI_SHA256, {(const uint8_t *)NAME_A, 0}, BYTES(DIGITS32)},
        {NATT_DENY_CERTIFICATE_SHA256, {NULL, 14}, BYTES(DIGITS32)},
        {NATT_DENY_SPKI_SHA256, {NULL, 14}, BYTES(DIGITS32)},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char label[16];
        natt_error err = BLANK_ERROR;
        const natt_deny_entry entries[] = {SERIAL("\x01"), rows[i]};
        (void)snprintf(label, sizeof label, "row %zu", i);
        cr_assert_not(check(entries, 2, &err), "%s", label);
        assert_refused_as(label, err, NATT_E_USAGE_DENY, 1, NATT_NO_OFFSET);
    }
}

/* A Name in a string type that no certificate may have (T61String, BMPString), or too long for a certificate. */
Test(deny, check_refused_when_no_certificate_can_have_the_issuer)
{
    static uint8_t name[1100];
    const natt_deny_entry rows[] = {
        ISSUED("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x14\x01\x41", "\x01"),
        ISSUED("\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x1e\x02\x00\x41", "\x01"),
        ISSUED("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x13\x01\x2a", "\x01"),
        {NATT_DENY_SERIAL, {name, 1025}, BYTES("\x01")},
    };
    static const uint8_t head[] = {0x30, 0x82, 0,    0,    0x31, 0x82, 0,    0,    0x30, 0x82,
                                   0,    0,    0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x82};
    for (size_t len = 1024; len <= 1025; len++) {
        natt_error err = BLANK_ERROR;
        natt_deny_entry entry = {NATT_DENY_SERIAL, {name, len}, BYTES("\x01")};
        memset(name, 'a', sizeof name);
        memcpy(name, head, sizeof head);
        for (size_t at = 2; at <= 10; at += 4) {
            name[at] = (uint8_t)((len - at - 2) >> 8);
            name[at + 1] = (uint8_t)(len - at - 2);
        }
        name[19] = (uint8_t)((len - 21) >> 8);
        name[20] = (uint8_t)(len - 21);
        cr_assert_eq(check(&entry, 1, &err), len == 1024, "%zu: %s", len, natt_code_name(err.code));
    }
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_error err = BLANK_ERROR;
        cr_assert_not(check(&rows[i], 1, &err), "row %zu", i);
        assert_refused(err, NATT_E_USAGE_DENY, 0, NATT_NO_OFFSET);
    }
}

Test(deny, check_refused_when_the_list_itself_is_no_list)
{
    static const natt_deny_entry entry = SERIAL("\x01");
    const struct {
        const natt_deny_entry *entries;
        size_t count;
    } rows[] = {{NULL, 1}, {&entry, UINT32_MAX}, {&entry, SIZE_MAX}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_error err = BLANK_ERROR;
        cr_assert_not(check(rows[i].entries, rows[i].count, &err), "row %zu", i);
        assert_refused(err, NATT_E_USAGE_DENY, NATT_NO_ITEM, NATT_NO_OFFSET);
    }
}

/* Returns whether this certificate passes. If not, checks the error. */
static bool allowed(const natt_certificate *cert, const natt_deny_entry *entries, size_t count)
{
    natt_error err = BLANK_ERROR;
    natt_options opt = options_of(entries, count);
    cr_assert(natt_deny_check(&opt, &err));
    bool ok = natt_deny_allows(cert, 3, 1234, &opt, natt_crypto_default(), &err);
    if (ok)
        assert_no_error("allowed", err);
    else
        assert_refused(err, NATT_E_CHAIN_DENIED, 3, 1234);
    return ok;
}

/* Issuer and serial are views into the certificate, in the form that the list compares. */
Test(deny, entry_made_from_a_certificate_denies_it)
{
    natt_bytes root = natt_root_aws();
    natt_certificate cert;
    natt_deny_entry entry;
    natt_error err;
    cr_assert(natt_certificate_parse(&cert, root, &err));
    cr_assert(natt_deny_from_certificate(&entry, root, &err), "%s", natt_code_name(err.code));
    assert_no_error("entry", err);
    cr_assert(entry.type == NATT_DENY_SERIAL && natt_bytes_equal(entry.issuer, cert.issuer));
    cr_assert(natt_bytes_equal(entry.value, cert.serial) && entry.value.ptr == cert.serial.ptr);
    cr_assert_not(allowed(&cert, &entry, 1));
    cert.serial.len--;
    cr_assert(allowed(&cert, &entry, 1));
}

Test(deny, entry_refused_when_there_is_no_certificate)
{
    static const natt_bytes text = BYTES("-----BEGIN CERTIFICATE-----");
    natt_deny_entry entry = SERIAL("\x01");
    natt_error err;
    cr_assert_not(natt_deny_from_certificate(&entry, text, &err));
    cr_assert_eq(err.code, NATT_E_DER_TAG);
    cr_assert(entry.type == NATT_DENY_UNSET && entry.issuer.ptr == NULL && entry.value.ptr == NULL);
    cr_assert_not(natt_deny_from_certificate(NULL, natt_root_aws(), &err));
    cr_assert_eq(err.code, NATT_E_USAGE_ARGUMENT);
    cr_assert_not(natt_deny_from_certificate(&entry, (natt_bytes){NULL, 0}, NULL));
}

static natt_certificate parse(natt_bytes der)
{
    natt_certificate cert;
    natt_error err;
    cr_assert(natt_certificate_parse(&cert, der, &err), "%s at %zu", natt_code_name(err.code), err.offset);
    return cert;
}

static natt_deny_entry digest_entry(natt_deny_type type, natt_bytes of, uint8_t out[NATT_SHA256_LEN])
{
    cr_assert(natt_crypto_default()->sha256(out, &of, 1));
    return (natt_deny_entry){type, {NULL, 0}, {out, NATT_SHA256_LEN}};
}

Test(deny, allows_when_no_entry_names_the_certificate)
{
    static const natt_deny_entry other[] = {SERIAL("\x01"),
                                            SERIAL("\xf9"),
                                            {NATT_DENY_CERTIFICATE_SHA256, {NULL, 0}, BYTES(DIGITS32)},
                                            {NATT_DENY_SPKI_SHA256, {NULL, 0}, BYTES(DIGITS32)}};
    natt_certificate aws = parse(natt_root_aws());
    cr_assert(allowed(&aws, NULL, 0));
    cr_assert(allowed(&aws, other, COUNT_OF(other)));
}

Test(deny, serial_compared_as_an_integer)
{
    uint8_t value[18] = {0};
    natt_certificate aws = parse(natt_root_aws());
    cr_assert_eq(aws.serial.len, 16);
    memcpy(value + 2, aws.serial.ptr, 16);
    for (size_t zeros = 0; zeros <= 2; zeros++) {
        natt_deny_entry entry = {NATT_DENY_SERIAL, {NULL, 0}, {value + 2 - zeros, 16 + zeros}};
        cr_assert_not(allowed(&aws, &entry, 1), "%zu leading zeros", zeros);
    }
    natt_deny_entry shorter = {NATT_DENY_SERIAL, {NULL, 0}, {value + 2, 15}};
    natt_deny_entry longer = {NATT_DENY_SERIAL, {NULL, 0}, {value + 1, 17}};
    cr_assert(allowed(&aws, &shorter, 1));
    value[1] = 1;
    cr_assert(allowed(&aws, &longer, 1));
    value[17] ^= 1;
    natt_deny_entry next = {NATT_DENY_SERIAL, {NULL, 0}, {value + 2, 16}};
    cr_assert(allowed(&aws, &next, 1));
}

Test(deny, serial_of_an_issuer_names_only_its_certificates)
{
    natt_certificate aws = parse(natt_root_aws());
    natt_bytes name_a = BYTES(NAME_A);
    natt_deny_entry entry = {NATT_DENY_SERIAL, aws.issuer, aws.serial};
    cr_assert_not(allowed(&aws, &entry, 1));
    entry.issuer = name_a;
    cr_assert(allowed(&aws, &entry, 1));
    natt_deny_entry both[] = {entry, {NATT_DENY_SERIAL, {NULL, 0}, aws.serial}};
    cr_assert_not(allowed(&aws, both, 2), "a later entry counts as well");
}

/* A leaf may have the name of a different certificate's issuer as its subject. */
Test(deny, serial_looks_at_the_issuer_and_not_at_the_subject)
{
    natt_certificate cert = parse(natt_root_aws());
    natt_deny_entry entry = {NATT_DENY_SERIAL, cert.subject, cert.serial};
    natt_bytes name_a = BYTES(NAME_A);
    cert.issuer = name_a;
    cr_assert(allowed(&cert, &entry, 1));
}

Test(deny, digests_name_only_what_they_are_of)
{
    uint8_t a[NATT_SHA256_LEN], b[NATT_SHA256_LEN];
    natt_certificate aws = parse(natt_root_aws());
    natt_deny_entry cert = digest_entry(NATT_DENY_CERTIFICATE_SHA256, aws.raw, a);
    natt_deny_entry spki = digest_entry(NATT_DENY_SPKI_SHA256, aws.spki, b);
    cr_assert_not(allowed(&aws, &cert, 1));
    cr_assert_not(allowed(&aws, &spki, 1));
    cert.type = NATT_DENY_SPKI_SHA256;
    spki.type = NATT_DENY_CERTIFICATE_SHA256;
    cr_assert(allowed(&aws, &cert, 1), "digest of the certificate as one of the key");
    cr_assert(allowed(&aws, &spki, 1), "digest of the key as one of the certificate");
}

/* A list of six in which one entry matches the certificate: each kind of entry, at each place, among all kinds. */
Test(deny, entry_counts_at_every_place_of_the_list)
{
    static const natt_deny_entry others[] = {SERIAL("\x01"),
                                             {NATT_DENY_CERTIFICATE_SHA256, {NULL, 0}, BYTES(DIGITS32)},
                                             {NATT_DENY_SPKI_SHA256, {NULL, 0}, BYTES(DIGITS32)}};
    uint8_t a[NATT_SHA256_LEN], b[NATT_SHA256_LEN];
    natt_certificate aws = parse(natt_root_aws());
    const natt_deny_entry named[] = {{NATT_DENY_SERIAL, {NULL, 0}, aws.serial},
                                     digest_entry(NATT_DENY_CERTIFICATE_SHA256, aws.raw, a),
                                     digest_entry(NATT_DENY_SPKI_SHA256, aws.spki, b)};
    for (size_t shift = 0; shift < COUNT_OF(others); shift++) {
        natt_deny_entry list[6];
        for (size_t i = 0; i < COUNT_OF(list); i++)
            list[i] = others[(i + shift) % COUNT_OF(others)];
        cr_assert(allowed(&aws, list, COUNT_OF(list)));
        for (size_t i = 0; i < COUNT_OF(list) * COUNT_OF(named); i++) {
            natt_deny_entry *entry = &list[i / COUNT_OF(named)], before = *entry;
            *entry = named[i % COUNT_OF(named)];
            cr_assert_not(allowed(&aws, list, COUNT_OF(list)), "entry %zu of the list", i / COUNT_OF(named));
            *entry = before;
        }
    }
}

Test(deny, digests_compared_in_every_byte)
{
    uint8_t a[NATT_SHA256_LEN], b[NATT_SHA256_LEN];
    natt_certificate aws = parse(natt_root_aws());
    natt_deny_entry cert = digest_entry(NATT_DENY_CERTIFICATE_SHA256, aws.raw, a);
    natt_deny_entry spki = digest_entry(NATT_DENY_SPKI_SHA256, aws.spki, b);
    for (size_t i = 0; i < NATT_SHA256_LEN; i++) {
        a[i] ^= 1;
        b[i] ^= 1;
        cr_assert(allowed(&aws, &cert, 1) && allowed(&aws, &spki, 1), "byte %zu", i);
        a[i] ^= 1;
        b[i] ^= 1;
    }
}

struct buffer {
    uint8_t bytes[2048];
    size_t len;
};

/* Wraps the bytes appended since `from` in an element. */
static void wrap(struct buffer *b, size_t from, uint8_t tag)
{
    size_t len = b->len - from, n = len < 0x80 ? 2 : len < 0x100 ? 3 : 4;
    memmove(b->bytes + from + n, b->bytes + from, len);
    b->bytes[from] = tag;
    b->bytes[from + 1] = (uint8_t)(n == 2 ? len : n == 3 ? 0x81 : 0x82);
    if (n > 2)
        b->bytes[from + n - 1] = (uint8_t)len;
    if (n == 4)
        b->bytes[from + 2] = (uint8_t)(len >> 8);
    b->len += n;
}

static void append(struct buffer *b, const void *bytes, size_t len)
{
    memcpy(b->bytes + b->len, bytes, len);
    b->len += len;
}

static void append_integer(struct buffer *b, natt_bytes magnitude)
{
    size_t from = b->len;
    while (magnitude.len > 0 && magnitude.ptr[0] == 0)
        magnitude = natt_bytes_drop(magnitude, 1);
    if (magnitude.ptr[0] >= 0x80)
        append(b, "\0", 1);
    append(b, magnitude.ptr, magnitude.len);
    wrap(b, from, 0x02);
}

/* The certificate with this tbs and a different signature. */
static natt_bytes build(struct buffer *b, natt_bytes tbs, natt_bytes r, natt_bytes s)
{
    static const uint8_t algorithm[] = {0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03};
    b->len = 0;
    append(b, tbs.ptr, tbs.len);
    append(b, algorithm, sizeof algorithm);
    size_t bits = b->len;
    append(b, "\0", 1);
    append_integer(b, r);
    append_integer(b, s);
    wrap(b, bits + 1, 0x30);
    wrap(b, bits, 0x03);
    wrap(b, 0, 0x30);
    return (natt_bytes){b->bytes, b->len};
}

/* Denying either of the two certificates (r, s), (r, n - s) denies both; a third one with the same tbs is not
 * denied. */
static void assert_twins_denied(natt_bytes tbs, natt_bytes r, natt_bytes s)
{
    static struct buffer one, other, third;
    uint8_t padded[48], twin_s[48], digest[NATT_SHA256_LEN];
    natt_scalar_pad(padded, s);
    natt_scalar_negate(twin_s, padded);
    natt_certificate a = {.raw = build(&one, tbs, r, s)};
    a.tbs = tbs;
    a.spki = tbs;
    a.r = r;
    a.s = s;
    natt_bytes twin = build(&other, tbs, r, (natt_bytes){twin_s, 48});
    natt_deny_entry entry = digest_entry(NATT_DENY_CERTIFICATE_SHA256, a.raw, digest);
    cr_assert_not(allowed(&a, &entry, 1));
    entry = digest_entry(NATT_DENY_CERTIFICATE_SHA256, twin, digest);
    cr_assert_not(allowed(&a, &entry, 1), "twin with %zu bytes, s[0] = %02x", twin.len, s.ptr[0]);
    entry = digest_entry(NATT_DENY_CERTIFICATE_SHA256, build(&third, tbs, s, r), digest);
    cr_assert(natt_bytes_equal(r, s) || allowed(&a, &entry, 1));
}

Test(deny, twin_of_the_aws_root_is_denied_with_it)
{
    static struct buffer rebuilt;
    natt_certificate aws = parse(natt_root_aws());
    cr_assert(natt_bytes_equal(build(&rebuilt, aws.tbs, aws.r, aws.s), aws.raw), "the builder makes the same bytes");
    assert_twins_denied(aws.tbs, aws.r, aws.s);
}

/* Every combination of sign octets, of short values, and of a certificate below and above 256 bytes. */
Test(deny, twin_is_denied_when_values_are_short_or_have_a_sign_octet)
{
    static const natt_bytes values[] = {
        BYTES("\x01"),
        BYTES("\x7f"),
        BYTES("\x80"),
        BYTES("\xff\x01"),
        BYTES(DIGITS32),
        BYTES("\x7f" DIGITS32 "\x21\x22\x23\x24\x25\x26\x27\x28\x29\x2a\x2b\x2c\x2d\x2e\x2f"),
        BYTES("\x80" DIGITS32 "\x21\x22\x23\x24\x25\x26\x27\x28\x29\x2a\x2b\x2c\x2d\x2e\x2f"),
    };
    natt_bytes tbs = natt_root_aws();
    for (size_t r = 0; r < COUNT_OF(values); r++)
        for (size_t s = 0; s < COUNT_OF(values); s++) {
            uint8_t padded[48], high[48];
            natt_scalar_pad(padded, values[s]);
            natt_scalar_negate(high, padded);
            assert_twins_denied(tbs, values[r], values[s]);
            assert_twins_denied((natt_bytes){tbs.ptr, 160}, values[r], values[s]);
            if (high[0] != 0)
                assert_twins_denied((natt_bytes){tbs.ptr, 180}, values[r], (natt_bytes){high, 48});
        }
}

static bool failing_hash(uint8_t *out, const natt_bytes *parts, size_t count)
{
    (void)out;
    (void)parts;
    (void)count;
    return false;
}

Test(deny, refused_as_internal_when_hashing_fails)
{
    static const natt_deny_entry entry = {NATT_DENY_SPKI_SHA256, {NULL, 0}, BYTES(DIGITS32)};
    const struct natt_crypto broken = {.sha256 = failing_hash};
    natt_error err = BLANK_ERROR;
    natt_options opt = options_of(&entry, 1);
    natt_certificate aws = parse(natt_root_aws());
    cr_assert_not(natt_deny_allows(&aws, 2, 55, &opt, &broken, &err));
    assert_refused(err, NATT_E_INTERNAL_CRYPTO, 2, NATT_NO_OFFSET);
}

Test(deny, nothing_is_hashed_when_all_entries_are_serials)
{
    static const natt_deny_entry entry = SERIAL("\x01");
    const struct natt_crypto broken = {.sha256 = failing_hash};
    natt_error err = BLANK_ERROR;
    natt_options opt = options_of(&entry, 1);
    natt_certificate aws = parse(natt_root_aws());
    cr_assert(natt_deny_allows(&aws, 2, 55, &opt, &broken, &err));
}

static void assert_denied_by_each_means(natt_bytes der)
{
    uint8_t a[NATT_SHA256_LEN], b[NATT_SHA256_LEN];
    natt_certificate cert = parse(der);
    const natt_deny_entry entries[] = {
        {NATT_DENY_SERIAL, {NULL, 0}, cert.serial},
        {NATT_DENY_SERIAL, cert.issuer, cert.serial},
        digest_entry(NATT_DENY_CERTIFICATE_SHA256, cert.raw, a),
        digest_entry(NATT_DENY_SPKI_SHA256, cert.spki, b),
    };
    natt_certificate aws = parse(natt_root_aws());
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        cr_assert_not(allowed(&cert, &entries[i], 1), "entry %zu", i);
        cr_assert_eq(allowed(&aws, &entries[i], 1), !natt_bytes_equal(der, aws.raw), "entry %zu", i);
    }
    assert_twins_denied(cert.tbs, cert.r, cert.s);
}

Test(deny, every_certificate_of_genuine_documents_can_be_denied)
{
    NEEDS_SHARED();
    static uint8_t file[NATT_MAX_DOCUMENT];
    for (const char *const *name = natt_test_genuine; *name != NULL; name++) {
        natt_document doc;
        natt_error err;
        size_t len;
        cr_assert(natt_test_read_shared(*name, file, sizeof file, &len), "%s", *name);
        cr_assert(natt_document_parse(&doc, (natt_bytes){file, len}, &err), "%s", *name);
        for (size_t i = 0; i < doc.cabundle_count; i++)
            assert_denied_by_each_means(doc.cabundle[i]);
        assert_denied_by_each_means(doc.certificate);
    }
}
