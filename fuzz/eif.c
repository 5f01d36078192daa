/*
 * Property: the measurements of an accepted enclave image equal those of a second implementation: sections located
 * through the header's offsets, a bitwise CRC-32, the signature parsed with libcbor and verified with mbedTLS's X.509.
 * An image fed in pieces of any size gives the same measurements, description or error as the whole image. A refusal
 * zeroes the output. Every input is tried unchanged, and again with corrected offsets, sizes and CRC, since otherwise
 * no code after those checks is reached.
 */
#include "nitro_attest/eif.h"
#include "fuzz/eif_oracle.h"
#include "fuzz/property.h"

#define HEADER   548
#define COUNT_AT 26
#define CRC_AT   544
#define SECTIONS NATT_EIF_MAX_SECTIONS
#define DIGEST   48

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

/* A PCR, initially zero, extended by the digest of the pieces. */
static bool is_pcr(const uint8_t pcr[NATT_PCR_LEN], const struct pieces *pieces)
{
    uint8_t both[2 * DIGEST] = {0}, want[DIGEST];
    fuzz_sha384(both + DIGEST, pieces->all, pieces->count);
    fuzz_sha384(want, &(natt_bytes){both, sizeof both}, 1);
    return memcmp(pcr, want, DIGEST) == 0;
}

/* Lists the sections in the order of the file, from the header alone. */
struct sections {
    struct pieces all, boot, application, signature, metadata;
    size_t kernels, cmdlines, ramdisks;
};

static void add(struct pieces *to, natt_bytes piece)
{
    to->all[to->count++] = piece;
}

static void sort_section(struct sections *s, uint64_t type, natt_bytes content)
{
    s->kernels += type == NATT_EIF_KERNEL;
    s->cmdlines += type == NATT_EIF_CMDLINE;
    s->ramdisks += type == NATT_EIF_RAMDISK;
    MUST(type != NATT_EIF_RAMDISK || s->kernels == 1);
    if (type > NATT_EIF_RAMDISK) {
        add(type == NATT_EIF_SIGNATURE ? &s->signature : &s->metadata, content);
        return;
    }
    add(&s->all, content);
    add(type == NATT_EIF_RAMDISK && s->ramdisks > 1 ? &s->application : &s->boot, content);
}

/* Locates sections through the header's offsets. The header may state an outdated size for the signature, so the size
 * in the section's own header counts. */
static void find_sections(struct sections *s, natt_bytes image, const natt_eif_description *d)
{
    MUST(image.len > HEADER && memcmp(image.ptr, ".eif", 4) == 0);
    MUST(number(image.ptr + COUNT_AT, 2) == d->section_count && d->section_count <= SECTIONS && d->section_count >= 2);
    for (size_t i = 0; i < d->section_count; i++) {
        uint64_t at = number(image.ptr + 28 + 8 * i, 8), size = number(image.ptr + 284 + 8 * i, 8);
        MUST(at <= image.len - 12);
        uint64_t type = number(image.ptr + at, 2), own = number(image.ptr + at + 4, 8);
        MUST(own == size || (type == NATT_EIF_SIGNATURE && d->stale_signature_size));
        MUST(own <= image.len - 12 - at);
        MUST(d->sections[i].type == (natt_eif_section_type)type && d->sections[i].offset == at &&
             d->sections[i].size == own);
        sort_section(s, type, (natt_bytes){image.ptr + at + 12, (size_t)own});
    }
    MUST(s->kernels == 1 && s->cmdlines == 1 && s->signature.count <= 1 && s->metadata.count <= 1);
}

static void check_described(natt_bytes image, struct sections *s, const natt_eif_description *d)
{
    find_sections(s, image, d);
    MUST(d->version == number(image.ptr + 4, 2) && d->version >= 2 && d->version <= 4);
    MUST(d->version < 4 || s->metadata.count == 1);
    MUST(d->size == image.len && d->crc == crc_over(image.ptr, image.len) && d->crc == number(image.ptr + CRC_AT, 4));
    MUST(fuzz_same_bytes(d->metadata, s->metadata.all[0].ptr, s->metadata.count == 1 ? s->metadata.all[0].len : 0));
    MUST((d->signature == NATT_EIF_NOT_SIGNED) == (s->signature.count == 0));
    MUST((d->signature == NATT_EIF_SIGNATURE_INVALID) == (d->signature_error.code != NATT_EMULATOR_OK));
    MUST(memchr(d->signer.subject, 0, sizeof d->signer.subject) != NULL);
}

static void check_measured(const struct sections *s, const natt_eif_description *d, const natt_eif_measurements *got)
{
    static const uint8_t zero[NATT_PCR_LEN];
    MUST(is_pcr(got->pcr0, &s->all) && is_pcr(got->pcr1, &s->boot) && is_pcr(got->pcr2, &s->application));
    MUST(got->has_signature == (d->signature == NATT_EIF_SIGNATURE_VALID));
    if (!got->has_signature) {
        MUST(memcmp(got->pcr8, zero, sizeof zero) == 0);
        return;
    }
    struct pieces der = {{d->signer.certificate}, 1};
    MUST(is_pcr(got->pcr8, &der));
    fuzz_check_image_signature(s->signature.all[0], d->signer.certificate, got->pcr0);
}

/* Feeds the image in pieces whose sizes are derived from the image. */
static natt_eif *read_in_pieces(natt_bytes image, natt_emulator_error *err)
{
    natt_eif *eif = natt_eif_new(err);
    MUST(eif != NULL);
    for (size_t at = 0, len = 0; at < image.len; at += len) {
        len = 1 + (size_t)image.ptr[at] * (size_t)(image.ptr[image.len - 1] & 15);
        len = len < image.len - at ? len : image.len - at;
        if (!natt_eif_add(eif, (natt_bytes){image.ptr + at, len}, err))
            break;
    }
    return eif;
}

static bool same_error(const natt_emulator_error *a, const natt_emulator_error *b)
{
    return a->code == b->code && a->index == b->index && a->offset == b->offset && a->message == b->message;
}

/* True if the image is signed. */
static bool measure(natt_bytes image)
{
    static const natt_eif_measurements zero;
    natt_eif_measurements got, again;
    natt_eif_description d;
    natt_emulator_error err, same;
    memset(&got, 0xa5, sizeof got);
    bool ok = natt_eif_measure(&got, image, &err);
    natt_eif *eif = read_in_pieces(image, &same);
    bool described = natt_eif_describe(eif, &d, &same);
    MUST(natt_eif_finish(eif, &again, &same) == ok && same_error(&err, &same));
    MUST(memcmp(&got, &again, sizeof got) == 0 && err.message[0] != '\0');
    MUST(ok ? err.code == NATT_EMULATOR_OK : err.code >= NATT_EMULATOR_E_EIF_NOT_AN_IMAGE && err.offset <= image.len);
    MUST(ok || memcmp(&got, &zero, sizeof got) == 0);
    MUST(described == (ok || d.signature == NATT_EIF_SIGNATURE_INVALID));
    struct sections s = {.kernels = 0};
    if (described)
        check_described(image, &s, &d);
    if (ok)
        check_measured(&s, &d, &got);
    natt_eif_free(eif);
    return got.has_signature;
}

/* Walks the sections by their own sizes, and corrects offsets, sizes and CRC. */
static void correct_crc(uint8_t *image, size_t size)
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

static void expect_unsigned(uint8_t *image, size_t size)
{
    natt_eif_measurements got;
    natt_emulator_error err;
    correct_crc(image, size);
    MUST(!natt_eif_measure(&got, (natt_bytes){image, size}, &err));
}

/*
 * Tests cases that mutations rarely reach: a signed image with a different kernel, and one with a byte more or less in
 * its signature section, if that section is the last. `image` has room for one more byte.
 */
static void check_neighbours(uint8_t *image, size_t size)
{
    size_t last = (size_t)number(image + 28 + 8 * (size_t)(number(image + COUNT_AT, 2) - 1), 8);
    bool signature_is_last = number(image + last, 2) == NATT_EIF_SIGNATURE;
    for (size_t at = HEADER; at < size; at += 12 + (size_t)number(image + at + 4, 8))
        if (number(image + at, 2) == NATT_EIF_KERNEL && number(image + at + 4, 8) > 0) {
            image[at + 12] ^= 1;
            expect_unsigned(image, size);
            image[at + 12] ^= 1;
        }
    if (!signature_is_last)
        return;
    expect_unsigned(image, size - 1);
    image[size] = 0;
    expect_unsigned(image, size + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)measure((natt_bytes){data, size});
    if (size < HEADER)
        return 0;
    uint8_t *corrected = malloc(size + 1);
    MUST(corrected != NULL);
    memcpy(corrected, data, size);
    correct_crc(corrected, size);
    if (measure((natt_bytes){corrected, size}))
        check_neighbours(corrected, size);
    free(corrected);
    return 0;
}
