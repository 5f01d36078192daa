/* See eif_images.h. */
#include "nsm/test/eif_images.h"

#include <string.h>

#include <criterion/criterion.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/md.h>

#include "nsm/issuer/issuer_keys.h"
#include "nsm/test/eif_signers.h"
#include "nsm/test/support.h"

natt_bytes test_text(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

void test_image_put(struct test_image *to, size_t at, uint64_t value, size_t len)
{
    for (size_t i = 0; i < len; i++)
        to->bytes[at + i] = (uint8_t)(value >> (8 * (len - 1 - i)));
}

/* Bit by bit, as ISO 3309 defines it. */
static uint32_t crc_over(uint32_t crc, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? UINT32_C(0xedb88320) : 0);
    }
    return crc;
}

void test_image_seal(struct test_image *to)
{
    uint32_t crc = crc_over(UINT32_MAX, to->bytes, TEST_HEADER_LEN - 4);
    test_image_put(to, TEST_HEADER_LEN - 4, ~crc_over(crc, to->bytes + TEST_HEADER_LEN, to->len - TEST_HEADER_LEN), 4);
}

void test_image_start(struct test_image *to, uint16_t version)
{
    memset(to->bytes, 0, TEST_HEADER_LEN);
    memcpy(to->bytes, ".eif", 4);
    test_image_put(to, 4, version, 2);
    test_image_put(to, 8, 1 << 28, 8);
    test_image_put(to, 16, 2, 8);
    to->len = TEST_HEADER_LEN;
    to->sections = 0;
}

void test_image_add(struct test_image *to, uint16_t type, natt_bytes data)
{
    cr_assert_leq(to->len + 12 + data.len, sizeof to->bytes);
    if (to->sections < NATT_EIF_MAX_SECTIONS) {
        test_image_put(to, 28 + 8 * to->sections, to->len, 8);
        test_image_put(to, 284 + 8 * to->sections, data.len, 8);
    }
    test_image_put(to, to->len, type, 2);
    test_image_put(to, to->len + 2, 0, 2);
    test_image_put(to, to->len + 4, data.len, 8);
    if (data.len > 0)
        memcpy(to->bytes + to->len + 12, data.ptr, data.len);
    to->len += 12 + data.len;
    to->sections++;
    test_image_put(to, 26, to->sections, 2);
    test_image_seal(to);
}

void test_image_plain(struct test_image *to)
{
    test_image_start(to, 4);
    test_image_add(to, NATT_EIF_KERNEL, test_text("kernel"));
    test_image_add(to, NATT_EIF_CMDLINE, test_text("console=ttyS0"));
    test_image_add(to, NATT_EIF_RAMDISK, test_text("init"));
    test_image_add(to, NATT_EIF_RAMDISK, test_text("application"));
    test_image_add(to, NATT_EIF_METADATA, test_text("{\"ImageName\":\"plain\"}"));
}

void test_image_signed(struct test_image *to, unsigned signer)
{
    test_image_plain(to);
    natt_bytes cose = test_cose(signer, test_protected(signer), test_plain_payload());
    test_image_add(to, NATT_EIF_SIGNATURE, test_signature_section(test_text(test_signer_pems[signer]), cose));
}

void test_pcr(uint8_t out[NATT_PCR_LEN], natt_bytes parts)
{
    uint8_t both[96] = {0};
    cr_assert_null(natt_issuer_sha384(both + 48, parts));
    cr_assert_null(natt_issuer_sha384(out, (natt_bytes){both, 96}));
}

static size_t put_bytes(uint8_t *to, natt_bytes bytes)
{
    memcpy(to, bytes.ptr, bytes.len);
    return bytes.len;
}

/* CBOR: an array of numbers, or a byte string (major 2); shortest heads. */
static size_t put_head(uint8_t *to, uint8_t major, size_t len)
{
    size_t at = 0;
    if (len >= 256) {
        to[at++] = (uint8_t)(major << 5 | 25);
        to[at++] = (uint8_t)(len >> 8);
    } else if (len >= 24) {
        to[at++] = (uint8_t)(major << 5 | 24);
    }
    to[at++] = (uint8_t)(len < 24 ? (size_t)major << 5 | len : len);
    return at;
}

static size_t put_byte_array(uint8_t *to, natt_bytes bytes)
{
    size_t at = put_head(to, 4, bytes.len);
    for (size_t i = 0; i < bytes.len; i++) {
        if (bytes.ptr[i] >= 24)
            to[at++] = 0x18;
        to[at++] = bytes.ptr[i];
    }
    return at;
}

static size_t put_byte_string(uint8_t *to, natt_bytes bytes)
{
    size_t at = put_head(to, 2, bytes.len);
    return at + put_bytes(to + at, bytes);
}

natt_bytes test_payload(uint8_t index, natt_bytes pcr)
{
    static uint8_t payload[256];
    size_t at = put_bytes(payload, test_text("\xa2\x6eregister_index"));
    payload[at++] = index;
    at += put_bytes(payload + at, test_text("\x6eregister_value"));
    return (natt_bytes){payload, at + put_byte_array(payload + at, pcr)};
}

natt_bytes test_plain_payload(void)
{
    uint8_t pcr0[NATT_PCR_LEN];
    test_pcr(pcr0, test_text(TEST_PLAIN_IMAGE));
    return test_payload(0, (natt_bytes){pcr0, sizeof pcr0});
}

natt_bytes test_protected(unsigned signer)
{
    static const char *const maps[TEST_SIGNERS] = {"\xa1\x01\x26", "\xa1\x01\x38\x22", "\xa1\x01\x38\x23"};
    return test_text(maps[signer]);
}

/* No blinding, since nothing is secret here. */
static int numbers_in_a_row(void *state, unsigned char *out, size_t len)
{
    unsigned char *next = state;
    for (size_t i = 0; i < len; i++)
        out[i] = ++*next;
    return 0;
}

static void sign(uint8_t *out, unsigned signer, const uint8_t *hash, size_t hash_len, mbedtls_md_type_t md)
{
    static const mbedtls_ecp_group_id groups[] = {MBEDTLS_ECP_DP_SECP256R1, MBEDTLS_ECP_DP_SECP384R1,
                                                  MBEDTLS_ECP_DP_SECP521R1};
    mbedtls_ecp_group group;
    mbedtls_mpi d, r, s;
    unsigned char next = 0;
    natt_bytes scalar = test_hex(test_signer_scalars[signer]);
    mbedtls_ecp_group_init(&group);
    mbedtls_mpi_init(&d);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    cr_assert_eq(mbedtls_ecp_group_load(&group, groups[signer]), 0);
    cr_assert_eq(mbedtls_mpi_read_binary(&d, scalar.ptr, scalar.len), 0);
    cr_assert_eq(mbedtls_ecdsa_sign_det_ext(&group, &r, &s, &d, hash, hash_len, md, numbers_in_a_row, &next), 0);
    cr_assert_eq(mbedtls_mpi_write_binary(&r, out, scalar.len), 0);
    cr_assert_eq(mbedtls_mpi_write_binary(&s, out + scalar.len, scalar.len), 0);
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&d);
    mbedtls_ecp_group_free(&group);
}

natt_bytes test_cose(unsigned signer, natt_bytes protected_map, natt_bytes payload)
{
    static const mbedtls_md_type_t hashes[] = {MBEDTLS_MD_SHA256, MBEDTLS_MD_SHA384, MBEDTLS_MD_SHA512};
    static uint8_t cose[1024];
    uint8_t to_be_signed[1024], hash[64], signature[132];
    const mbedtls_md_info_t *md = mbedtls_md_info_from_type(hashes[signer]);
    size_t at = put_bytes(to_be_signed, test_text("\x84\x6aSignature1"));
    at += put_byte_string(to_be_signed + at, protected_map);
    to_be_signed[at++] = 0x40;
    at += put_byte_string(to_be_signed + at, payload);
    cr_assert_eq(mbedtls_md(md, to_be_signed, at, hash), 0);
    sign(signature, signer, hash, mbedtls_md_get_size(md), hashes[signer]);
    at = put_bytes(cose, test_text("\x84"));
    at += put_byte_string(cose + at, protected_map);
    cose[at++] = 0xa0;
    at += put_byte_string(cose + at, payload);
    return (natt_bytes){cose, at + put_byte_string(cose + at, (natt_bytes){signature, signer == TEST_ES256   ? 64
                                                                                      : signer == TEST_ES384 ? 96
                                                                                                             : 132})};
}

size_t test_put_entry(uint8_t *to, natt_bytes pem, natt_bytes cose)
{
    size_t at = put_bytes(to, test_text("\xa2\x73signing_certificate"));
    at += put_byte_array(to + at, pem);
    at += put_bytes(to + at, test_text("\x69signature"));
    return at + put_byte_array(to + at, cose);
}

natt_bytes test_signature_section(natt_bytes pem, natt_bytes cose)
{
    static uint8_t section[2 * 65536];
    section[0] = 0x81;
    return (natt_bytes){section, 1 + test_put_entry(section + 1, pem, cose)};
}
