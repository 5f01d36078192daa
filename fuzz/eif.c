/*
 * Property: an enclave image that is taken measures to what is computed here anew: sections found by the header's offsets,
 * CRC-32 bit by bit, the certificate read with libcbor; a refusal leaves zeros and says the same each time.
 * Every input is tried as it is, and once more with offsets, sizes and CRC made to fit, or nothing behind them is reached.
 */
#include "fuzz/property.h"
#include "nitro_attest/emulator.h"

#include <cbor.h>
#include <mbedtls/md.h>

#define HEADER   548
#define COUNT_AT 26
#define CRC_AT   544
#define SECTIONS 32
#define DIGEST   48

enum { KERNEL = 1, CMDLINE, RAMDISK, SIGNATURE };

struct pieces {
    natt_bytes all[SECTIONS];
    size_t count;
};

static uint64_t number(const uint8_t *at, size_t len)
{
    uint64_t value = 0;
    for (size_t i = 0; i < len; i++)
        value = value << 8 | at[i];
    return value;
}

static void put(uint8_t *at, uint64_t value, size_t len)
{
    for (size_t i = 0; i < len; i++)
        at[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
}

static uint32_t crc_over(const uint8_t *image, size_t size)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        if (i >= CRC_AT && i < HEADER)
            continue;
        crc ^= image[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? UINT32_C(0xedb88320) : 0);
    }
    return ~crc;
}

static void digest(uint8_t out[DIGEST], const struct pieces *pieces)
{
    mbedtls_md_context_t md;
    mbedtls_md_init(&md);
    MUST(mbedtls_md_setup(&md, mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), 0) == 0 && mbedtls_md_starts(&md) == 0);
    for (size_t i = 0; i < pieces->count; i++)
        MUST(mbedtls_md_update(&md, pieces->all[i].ptr, pieces->all[i].len) == 0);
    MUST(mbedtls_md_finish(&md, out) == 0);
    mbedtls_md_free(&md);
}

/* The PCR that zeros become when they are extended by the pieces' digest. */
static bool is_pcr(const uint8_t pcr[NATT_PCR_LEN], const struct pieces *pieces)
{
    uint8_t both[2 * DIGEST] = {0}, want[DIGEST];
    struct pieces extended = {{{both, sizeof both}}, 1};
    digest(both + DIGEST, pieces);
    digest(want, &extended);
    return memcmp(pcr, want, DIGEST) == 0;
}

static int base64_value(uint8_t c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != 0 ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* What stands between the lines of PEM, decoded in place. */
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

static size_t numbers_of(uint8_t *out, size_t capacity, const cbor_item_t *array)
{
    MUST(cbor_isa_array(array) && cbor_array_size(array) <= capacity);
    for (size_t i = 0; i < cbor_array_size(array); i++)
        out[i] = (uint8_t)cbor_get_int(cbor_array_handle(array)[i]);
    return cbor_array_size(array);
}

/* PCR8: of the certificate in the first entry. */
static void check_certificate(const uint8_t pcr8[NATT_PCR_LEN], natt_bytes section)
{
    static uint8_t text[65536];
    struct cbor_load_result result;
    cbor_item_t *list = cbor_load(section.ptr, section.len, &result);
    MUST(list != NULL && result.read == section.len && cbor_isa_array(list) && cbor_array_size(list) > 0);
    const cbor_item_t *entry = cbor_array_handle(list)[0];
    MUST(cbor_isa_map(entry) && cbor_map_size(entry) == 2);
    size_t certificate = is_named(cbor_map_handle(entry)[0].key, "signing_certificate") ? 0 : 1;
    MUST(is_named(cbor_map_handle(entry)[certificate].key, "signing_certificate"));
    size_t len = numbers_of(text, sizeof text, cbor_map_handle(entry)[certificate].value);
    struct pieces der = {{pem_content(text, len)}, 1};
    MUST(is_pcr(pcr8, &der));
    cbor_decref(&list);
}

/* Sections in the order of the file, by the header alone. */
struct sections {
    struct pieces all, boot, application, signature;
    size_t kernels, cmdlines, ramdisks;
};

static void add(struct pieces *to, natt_bytes piece)
{
    to->all[to->count++] = piece;
}

static void sort_section(struct sections *s, uint64_t type, natt_bytes content)
{
    s->kernels += type == KERNEL;
    s->cmdlines += type == CMDLINE;
    s->ramdisks += type == RAMDISK;
    if (type == SIGNATURE)
        add(&s->signature, content);
    if (type > RAMDISK)
        return;
    add(&s->all, content);
    add(type == RAMDISK && s->ramdisks > 1 ? &s->application : &s->boot, content);
}

static void find_sections(struct sections *s, natt_bytes image)
{
    MUST(image.len > HEADER && memcmp(image.ptr, ".eif", 4) == 0 && number(image.ptr + COUNT_AT, 2) <= SECTIONS);
    for (size_t i = 0; i < number(image.ptr + COUNT_AT, 2); i++) {
        uint64_t at = number(image.ptr + 28 + 8 * i, 8), size = number(image.ptr + 284 + 8 * i, 8);
        MUST(at <= image.len - 12 && size <= image.len - 12 - at);
        sort_section(s, number(image.ptr + at, 2), (natt_bytes){image.ptr + at + 12, (size_t)size});
    }
    MUST(s->kernels == 1 && s->cmdlines == 1 && s->ramdisks >= 1);
}

static void check_measured(natt_bytes image, const natt_eif_measurements *got)
{
    static const uint8_t zero[NATT_PCR_LEN];
    struct sections s = {.kernels = 0};
    find_sections(&s, image);
    MUST(crc_over(image.ptr, image.len) == number(image.ptr + CRC_AT, 4));
    MUST(is_pcr(got->pcr0, &s.all) && is_pcr(got->pcr1, &s.boot) && is_pcr(got->pcr2, &s.application));
    MUST(s.signature.count == (got->has_signature ? 1 : 0));
    if (got->has_signature)
        check_certificate(got->pcr8, s.signature.all[0]);
    else
        MUST(memcmp(got->pcr8, zero, sizeof zero) == 0);
}

static void measure(natt_bytes image)
{
    static const natt_eif_measurements zero;
    natt_eif_measurements got, again;
    natt_error err, same;
    memset(&got, 0xa5, sizeof got);
    bool ok = natt_eif_measure(&got, image, &err);
    MUST(natt_eif_measure(&again, image, &same) == ok && fuzz_same_error(&err, &same));
    MUST(memcmp(&got, &again, sizeof got) == 0 && err.message[0] != '\0');
    MUST(ok ? err.code == NATT_OK : err.code == NATT_E_USAGE_ARGUMENT && err.offset <= image.len);
    MUST(ok || memcmp(&got, &zero, sizeof got) == 0);
    if (ok)
        check_measured(image, &got);
}

/* Walks the sections by their own sizes, and writes offsets, sizes and CRC. */
static void mend(uint8_t *image, size_t size)
{
    size_t at = HEADER, count = number(image + COUNT_AT, 2) <= SECTIONS ? (size_t)number(image + COUNT_AT, 2) : 0;
    for (size_t i = 0; i < count && at + 12 <= size; i++) {
        uint64_t len = number(image + at + 4, 8);
        len = len <= size - at - 12 && i + 1 < count ? len : size - at - 12;
        put(image + at + 4, len, 8);
        put(image + 28 + 8 * i, at, 8);
        put(image + 284 + 8 * i, len, 8);
        at += 12 + (size_t)len;
    }
    put(image + CRC_AT, crc_over(image, size), 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    measure((natt_bytes){data, size});
    if (size < HEADER)
        return 0;
    uint8_t *mended = malloc(size);
    MUST(mended != NULL);
    memcpy(mended, data, size);
    mend(mended, size);
    measure((natt_bytes){mended, size});
    free(mended);
    return 0;
}
