/* See eif_oracle.h. */
#include "fuzz/eif_oracle.h"

#include <cbor.h>
#include <mbedtls/ecp.h>
#include <mbedtls/md.h>
#include <mbedtls/x509_crt.h>

void fuzz_sha384(uint8_t out[48], const natt_bytes *pieces, size_t count)
{
    mbedtls_md_context_t md;
    mbedtls_md_init(&md);
    MUST(mbedtls_md_setup(&md, mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), 0) == 0 && mbedtls_md_starts(&md) == 0);
    for (size_t i = 0; i < count; i++)
        MUST(mbedtls_md_update(&md, pieces[i].ptr, pieces[i].len) == 0);
    MUST(mbedtls_md_finish(&md, out) == 0);
    mbedtls_md_free(&md);
}

static int base64_value(uint8_t c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != 0 ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* Decodes the text between the PEM lines in place. */
static natt_bytes pem_content(uint8_t *text, size_t len)
{
    static const char begin[] = "-----BEGIN CERTIFICATE-----";
    size_t from = 0, out = 0, bits = 0;
    uint32_t kept = 0;
    while (from + sizeof begin - 1 <= len && memcmp(text + from, begin, sizeof begin - 1) != 0)
        from++;
    for (size_t i = from + sizeof begin - 1; i < len && text[i] != '-' && text[i] != '='; i++) {
        int value = base64_value(text[i]);
        if (value < 0)
            continue;
        kept = kept << 6 | (uint32_t)value;
        bits += 6;
        if (bits >= 8)
            text[from + out++] = (uint8_t)(kept >> (bits -= 8));
    }
    return (natt_bytes){text + from, out};
}

static bool is_named(const cbor_item_t *key, const char *name)
{
    natt_bytes want = {(const uint8_t *)name, strlen(name)};
    return cbor_isa_string(key) && fuzz_same_bytes(want, cbor_string_handle(key), cbor_string_length(key));
}

/* Returns the value of a text key in a map of two pairs. */
static const cbor_item_t *value_of(const cbor_item_t *map, const char *name)
{
    MUST(cbor_isa_map(map) && cbor_map_size(map) == 2);
    size_t i = is_named(cbor_map_handle(map)[0].key, name) ? 0 : 1;
    MUST(is_named(cbor_map_handle(map)[i].key, name));
    return cbor_map_handle(map)[i].value;
}

static size_t numbers_of(uint8_t *out, size_t capacity, const cbor_item_t *array)
{
    MUST(cbor_isa_array(array) && cbor_array_size(array) <= capacity);
    for (size_t i = 0; i < cbor_array_size(array); i++)
        out[i] = (uint8_t)cbor_get_int(cbor_array_handle(array)[i]);
    return cbor_array_size(array);
}

static cbor_item_t *load(natt_bytes bytes)
{
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(bytes.ptr, bytes.len, &result);
    MUST(item != NULL && result.read == bytes.len);
    return item;
}

static natt_bytes string_of(const cbor_item_t *item)
{
    MUST(cbor_isa_bytestring(item) && cbor_bytestring_is_definite(item));
    return (natt_bytes){cbor_bytestring_handle(item), cbor_bytestring_length(item)};
}

static void check_payload(natt_bytes payload, const uint8_t pcr0[48])
{
    uint8_t value[64];
    cbor_item_t *map = load(payload);
    MUST(cbor_isa_uint(value_of(map, "register_index")) && cbor_get_int(value_of(map, "register_index")) == 0);
    MUST(numbers_of(value, sizeof value, value_of(map, "register_value")) == 48 && memcmp(value, pcr0, 48) == 0);
    cbor_decref(&map);
}

static size_t put_integer(uint8_t *to, natt_bytes magnitude)
{
    size_t at = 2;
    while (magnitude.len > 1 && magnitude.ptr[0] == 0)
        magnitude = (natt_bytes){magnitude.ptr + 1, magnitude.len - 1};
    if (magnitude.ptr[0] >= 0x80)
        to[at++] = 0;
    memcpy(to + at, magnitude.ptr, magnitude.len);
    to[0] = 0x02;
    to[1] = (uint8_t)(at - 2 + magnitude.len);
    return at + magnitude.len;
}

/* Encodes ECDSA-Sig-Value, the form that mbedtls_pk_verify requires. */
static size_t put_signature(uint8_t to[160], natt_bytes rs)
{
    uint8_t body[160];
    size_t half = rs.len / 2, len = put_integer(body, (natt_bytes){rs.ptr, half}), at = 0;
    len += put_integer(body + len, (natt_bytes){rs.ptr + half, half});
    to[at++] = 0x30;
    if (len >= 0x80)
        to[at++] = 0x81;
    to[at++] = (uint8_t)len;
    memcpy(to + at, body, len);
    return at + len;
}

static size_t hash_of(uint8_t hash[64], mbedtls_md_type_t type, natt_bytes protected_map, natt_bytes payload)
{
    unsigned char *bytes;
    size_t room;
    cbor_item_t *sig_structure = cbor_new_definite_array(4);
    MUST(cbor_array_push(sig_structure, cbor_move(cbor_build_string("Signature1"))));
    MUST(cbor_array_push(sig_structure, cbor_move(cbor_build_bytestring(protected_map.ptr, protected_map.len))));
    MUST(cbor_array_push(sig_structure, cbor_move(cbor_build_bytestring((const uint8_t *)"", 0))));
    MUST(cbor_array_push(sig_structure, cbor_move(cbor_build_bytestring(payload.ptr, payload.len))));
    size_t len = cbor_serialize_alloc(sig_structure, &bytes, &room);
    MUST(len > 0 && mbedtls_md(mbedtls_md_info_from_type(type), bytes, len, hash) == 0);
    free(bytes);
    cbor_decref(&sig_structure);
    return mbedtls_md_get_size(mbedtls_md_info_from_type(type));
}

/* Chooses the algorithm by the last byte of its number: -7, -35, -36. */
static mbedtls_md_type_t hash_named(natt_bytes protected_map)
{
    uint8_t last = protected_map.ptr[protected_map.len - 1];
    return last == 0x26 ? MBEDTLS_MD_SHA256 : last == 0x22 ? MBEDTLS_MD_SHA384 : MBEDTLS_MD_SHA512;
}

/* mbedTLS parses more of a certificate than the key, so it refuses some certificates that the reader accepts. */
static void check_key(natt_bytes der, const cbor_item_t *sign1)
{
    uint8_t hash[64], signature[160];
    mbedtls_x509_crt certificate;
    const cbor_item_t *const *parts = (const cbor_item_t *const *)cbor_array_handle(sign1);
    natt_bytes protected_map = string_of(parts[0]);
    mbedtls_md_type_t type = hash_named(protected_map);
    mbedtls_x509_crt_init(&certificate);
    if (mbedtls_x509_crt_parse_der(&certificate, der.ptr, der.len) == 0) {
        size_t len = put_signature(signature, string_of(parts[3]));
        size_t hash_len = hash_of(hash, type, protected_map, string_of(parts[2]));
        MUST(mbedtls_pk_verify(&certificate.pk, type, hash, hash_len, signature, len) == 0);
    }
    mbedtls_x509_crt_free(&certificate);
}

void fuzz_check_image_signature(natt_bytes section, natt_bytes der, const uint8_t pcr0[48])
{
    static uint8_t pem[32768], cose[32768];
    cbor_item_t *list = load(section);
    MUST(cbor_isa_array(list) && cbor_array_size(list) > 0);
    const cbor_item_t *entry = cbor_array_handle(list)[0];
    size_t pem_len = numbers_of(pem, sizeof pem, value_of(entry, "signing_certificate"));
    natt_bytes content = pem_content(pem, pem_len);
    MUST(fuzz_same_bytes(content, der.ptr, der.len));
    size_t cose_len = numbers_of(cose, sizeof cose, value_of(entry, "signature"));
    size_t tagged = cose[0] == 0xd2 ? 1 : 0;
    cbor_item_t *sign1 = load((natt_bytes){cose + tagged, cose_len - tagged});
    MUST(cbor_isa_array(sign1) && cbor_array_size(sign1) == 4);
    check_payload(string_of(cbor_array_handle(sign1)[2]), pcr0);
    check_key(der, sign1);
    cbor_decref(&sign1);
    cbor_decref(&list);
}
