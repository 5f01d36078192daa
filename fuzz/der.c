/*
 * Property: mbedTLS accepts every element that the strict DER functions accept, with the same content and end, after
 * the only head that DER allows; the inline shortcuts return the same as the plain functions. The first byte of the
 * input chooses the function and the tag.
 */
#include "verify/parse/der.h"
#include "fuzz/property.h"

#include <mbedtls/asn1.h>
#include <mbedtls/bignum.h>

static void check_element(natt_bytes in, uint8_t tag)
{
    natt_error err = {0}, again = {0};
    struct natt_reader r = natt_der_reader(in, &err), twin = natt_der_reader(in, &again);
    natt_bytes content = {NULL, 0}, same = {NULL, 0};
    bool ok = natt_der_take(&r, tag, &content);
    MUST(natt_der_next(&twin, tag, &same) == ok && twin.pos == r.pos && again.code == err.code);
    MUST(again.offset == err.offset && err.offset <= in.len && r.pos <= in.len && fuzz_inside(in, content));
    MUST(ok == (err.code == NATT_OK) && same.ptr == content.ptr && same.len == content.len);
    unsigned char *p = (unsigned char *)in.ptr;
    size_t len;
    MUST(!ok || content.ptr - in.ptr == (content.len < 0x80 ? 2 : content.len < 0x100 ? 3 : 4));
    if (ok)
        MUST(mbedtls_asn1_get_tag(&p, in.ptr + in.len, &len, tag) == 0 && p == content.ptr && len == content.len);
}

static void check_integer(natt_bytes in)
{
    natt_error err = {0};
    struct natt_reader r = natt_der_reader(in, &err);
    natt_bytes magnitude;
    uint8_t bytes[65536] = {0};
    if (!natt_der_unsigned(&r, &magnitude))
        return;
    unsigned char *p = (unsigned char *)in.ptr;
    mbedtls_mpi value;
    mbedtls_mpi_init(&value);
    MUST(fuzz_inside(in, magnitude) && (magnitude.len == 0 || magnitude.ptr[0] != 0));
    MUST(mbedtls_asn1_get_mpi(&p, in.ptr + in.len, &value) == 0 && p == in.ptr + r.pos);
    MUST(mbedtls_mpi_size(&value) == magnitude.len);
    MUST(mbedtls_mpi_write_binary(&value, bytes, magnitude.len) == 0);
    MUST(fuzz_same_bytes(magnitude, bytes, magnitude.len));
    mbedtls_mpi_free(&value);
}

static void check_boolean(natt_bytes in)
{
    natt_error err = {0}, again = {0};
    struct natt_reader r = natt_der_reader(in, &err), twin = natt_der_reader(in, &again);
    bool value, same;
    bool ok = natt_der_true_or_absent(&r, &value);
    MUST(natt_der_next_true(&twin, &same) == ok && again.code == err.code && again.offset == err.offset);
    MUST(!ok || (same == value && twin.pos == r.pos));
    unsigned char *p = (unsigned char *)in.ptr;
    int got = 0;
    if (ok && value)
        MUST(mbedtls_asn1_get_bool(&p, in.ptr + in.len, &got) == 0 && got == 1 && p == in.ptr + r.pos);
}

/* mbedTLS requires that the bit string ends at the end of the input it is given. */
static void check_bits(natt_bytes in)
{
    natt_error err = {0};
    struct natt_reader r = natt_der_reader(in, &err), octets = r;
    natt_bytes content;
    uint32_t bits, got = 0;
    mbedtls_asn1_bitstring want;
    unsigned char *p = (unsigned char *)in.ptr, *q = p;
    if (natt_der_named_bits(&r, &bits)) {
        MUST(mbedtls_asn1_get_bitstring(&p, in.ptr + r.pos, &want) == 0 && p == in.ptr + r.pos && want.len <= 2);
        for (size_t i = 0; i < 8 * want.len; i++)
            got |= (uint32_t)(want.p[i / 8] >> (7 - i % 8) & 1) << i;
        MUST(got == bits);
    }
    err.code = NATT_OK;
    if (natt_der_octet_bits(&octets, &content))
        MUST(mbedtls_asn1_get_bitstring(&q, in.ptr + octets.pos, &want) == 0 && want.unused_bits == 0 &&
             want.p == content.ptr && want.len == content.len);
}

static void check_oid(natt_bytes in)
{
    natt_error err = {0}, again = {0};
    struct natt_reader r = natt_der_reader(in, &err), twin = natt_der_reader(in, &again);
    natt_bytes oid = {NULL, 0}, same = {NULL, 0};
    bool ok = natt_der_oid(&r, &oid);
    MUST(natt_der_next_oid(&twin, &same) == ok && again.code == err.code && again.offset == err.offset);
    MUST(!ok || (twin.pos == r.pos && same.ptr == oid.ptr && same.len == oid.len && oid.len > 0));
    MUST(!ok || (fuzz_inside(in, oid) && oid.ptr[0] != 0x80 && oid.ptr[oid.len - 1] < 0x80));
}

/* Walks nested elements to the end of the input: enters a constructed element, skips any other one. */
static void check_nesting(natt_bytes in)
{
    natt_error err = {0};
    struct natt_reader r = natt_der_reader(in, &err), inside;
    natt_bytes content;
    uint8_t tag;
    while (natt_reader_peek(&r, &tag)) {
        bool constructed = (tag & 0x20) != 0;
        if (!(constructed ? natt_der_enter(&r, tag, &inside) : natt_der_next(&r, tag, &content)))
            return;
        MUST(!constructed || (inside.end == r.pos && inside.base == in.ptr && inside.pos <= inside.end));
        if (constructed)
            r = inside;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    natt_bytes in = {data + 1, size - 1};
    check_element(in, data[0]);
    check_integer(in);
    check_boolean(in);
    check_bits(in);
    check_oid(in);
    check_nesting(in);
    return 0;
}
