/*
 * Reads an enclave image file strictly: sections in a row, nothing between or after them, CRC-32 over all of it.
 *
 *     header  = ".eif" version:u16 flags:u16 memory:u64 cpus:u64 reserved:u16 count:u16
 *               offsets:u64[32] sizes:u64[32] unused:u32 crc:u32            big-endian, 548 bytes
 *     section = type:u16 flags:u16 size:u64 data[size]
 * [aws-nitro-enclaves-image-format src/defs; the CRC covers everything but itself]
 *
 * PCR_n = SHA-384(48 zero bytes || X): for PCR0 X = SHA-384(kernel, command line, all ramdisks), for PCR1 the same with
 * the first ramdisk alone, for PCR2 SHA-384(the other ramdisks), for PCR8 SHA-384(signing certificate).
 */
#include "nsm/emulator/eif.h"

#include <string.h>

#include <mbedtls/md.h>

#include "nitro_attest/emulator.h"
#include "nsm/emulator/issuer_internal.h"

#define HEADER_LEN   548
#define MAX_SECTIONS 32
#define OLDEST       4 /* earlier versions have no defined metadata and signature sections */
#define ARM64        1 /* the one flag there is */

enum section_type { KERNEL = 1, CMDLINE, RAMDISK, SIGNATURE, METADATA, TYPE_COUNT };

struct eif {
    struct natt_reader in;
    uint16_t section_count;
    uint64_t offsets[MAX_SECTIONS], sizes[MAX_SECTIONS];
    uint32_t crc;
    unsigned seen[TYPE_COUNT];
    mbedtls_md_context_t hashes[3]; /* of PCR0, PCR1, PCR2 */
    uint8_t certificate[48];        /* digest */
};

bool natt_eif_fail(const struct natt_reader *r, size_t at, const char *message)
{
    if (r->err->code == NATT_OK)
        *r->err = (natt_error){NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, at, message};
    return false;
}

/* Big-endian, at most 8 bytes; 0 when the file ends there, which is remembered as an error. */
static uint64_t number(struct natt_reader *in, size_t len)
{
    natt_bytes bytes;
    uint64_t value = 0;
    if (!natt_reader_has(in, len) || !natt_reader_take(in, len, &bytes)) {
        natt_eif_fail(in, in->end, "the image ends too early");
        return 0;
    }
    for (size_t i = 0; i < len; i++)
        value = value << 8 | bytes.ptr[i];
    return value;
}

static bool read_start(struct eif *eif)
{
    struct natt_reader *in = &eif->in;
    if (number(in, 4) != 0x2e656966)
        return natt_eif_fail(in, 0, "this is no enclave image: it does not begin with .eif");
    if (number(in, 2) < OLDEST)
        return natt_eif_fail(in, 4, "the image's version is below 4: build it with a current nitro-cli");
    if ((number(in, 2) & ~(uint64_t)ARM64) != 0)
        return natt_eif_fail(in, 6, "the image has flags that are not known");
    natt_bytes memory_and_cpus;
    if (!natt_reader_has(in, 18) || !natt_reader_take(in, 18, &memory_and_cpus)) /* reserved too */
        return natt_eif_fail(in, in->end, "the image ends too early");
    eif->section_count = (uint16_t)number(in, 2);
    return eif->section_count <= MAX_SECTIONS || natt_eif_fail(in, 26, "the image claims more than 32 sections");
}

static bool read_header(struct eif *eif)
{
    struct natt_reader *in = &eif->in;
    if (!read_start(eif))
        return false;
    for (size_t i = 0; i < MAX_SECTIONS; i++)
        eif->offsets[i] = number(in, 8);
    for (size_t i = 0; i < MAX_SECTIONS; i++)
        eif->sizes[i] = number(in, 8);
    (void)number(in, 4);
    eif->crc = (uint32_t)number(in, 4);
    return in->err->code == NATT_OK;
}

static bool hash(struct eif *eif, size_t pcr, natt_bytes data)
{
    return mbedtls_md_update(&eif->hashes[pcr], data.ptr, data.len) == 0 ||
           natt_issuer_fail(eif->in.err, NATT_E_INTERNAL_CRYPTO, NATT_NO_ITEM, NATT_NO_OFFSET, natt_issuer_no_crypto);
}

/* The first ramdisk belongs to the boot measurement, the others are the application. */
static bool measure(struct eif *eif, enum section_type type, natt_bytes data)
{
    if (type == SIGNATURE)
        return natt_eif_certificate_digest(eif->certificate, &eif->in, data);
    if (type == METADATA)
        return true;
    size_t part = type == RAMDISK && eif->seen[RAMDISK] > 1 ? 2 : 1;
    return hash(eif, 0, data) && hash(eif, part, data);
}

static bool count_section(struct eif *eif, uint64_t type, size_t at)
{
    if (type < KERNEL || type >= TYPE_COUNT)
        return natt_eif_fail(&eif->in, at, "a section has a type that is not known");
    eif->seen[type]++;
    return type == RAMDISK || eif->seen[type] == 1 ||
           natt_eif_fail(&eif->in, at, "a second section of a type that an image has once");
}

static bool read_section(struct eif *eif, size_t i)
{
    struct natt_reader *in = &eif->in;
    const size_t at = in->pos;
    natt_bytes data;
    if (eif->offsets[i] != at)
        return natt_eif_fail(in, 28 + 8 * i, "a section does not begin where the one before it ends");
    uint64_t type = number(in, 2), flags = number(in, 2), size = number(in, 8);
    if (in->err->code != NATT_OK)
        return false;
    if (flags != 0 || size != eif->sizes[i])
        return natt_eif_fail(in, at, "a section has flags, or another size than the header says");
    if (size > in->end - in->pos || !natt_reader_take(in, (size_t)size, &data))
        return natt_eif_fail(in, in->end, "the image ends inside of a section");
    return count_section(eif, type, at) && measure(eif, (enum section_type)type, data);
}

static bool read_sections(struct eif *eif)
{
    for (size_t i = 0; i < eif->section_count; i++)
        if (!read_section(eif, i))
            return false;
    if (!natt_reader_empty(&eif->in))
        return natt_eif_fail(&eif->in, eif->in.pos, "there is something after the last section");
    return (eif->seen[KERNEL] > 0 && eif->seen[CMDLINE] > 0 && eif->seen[RAMDISK] > 0) ||
           natt_eif_fail(&eif->in, 26, "an image needs a kernel, a command line and a ramdisk");
}

/* CRC-32 of ISO 3309, four bits at a time; `crc` goes in and out as it stands between two pieces. */
static uint32_t crc32(uint32_t crc, natt_bytes data)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
        0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    crc = ~crc;
    for (size_t i = 0; i < data.len; i++) {
        crc = crc >> 4 ^ table[(crc ^ data.ptr[i]) & 15];
        crc = crc >> 4 ^ table[(crc ^ (uint32_t)(data.ptr[i] >> 4)) & 15];
    }
    return ~crc;
}

static bool check_crc(const struct eif *eif, natt_bytes image)
{
    uint32_t crc = crc32(crc32(0, (natt_bytes){image.ptr, HEADER_LEN - 4}), natt_bytes_drop(image, HEADER_LEN));
    return crc == eif->crc ||
           natt_eif_fail(&eif->in, HEADER_LEN - 4, "the image is damaged: its CRC-32 does not fit its content");
}

/* SHA-384(zeros || digest) */
static bool extend_zero(uint8_t out[48], const uint8_t digest[48])
{
    uint8_t both[96] = {0};
    memcpy(both + 48, digest, 48);
    return natt_issuer_sha384(out, NATT_CONST(both));
}

static bool finish(struct eif *eif, natt_eif_measurements *out)
{
    uint8_t *pcrs[3] = {out->pcr0, out->pcr1, out->pcr2};
    uint8_t digest[48];
    bool ok = true;
    for (size_t i = 0; i < 3; i++)
        ok = ok && mbedtls_md_finish(&eif->hashes[i], digest) == 0 && extend_zero(pcrs[i], digest);
    out->has_signature = eif->seen[SIGNATURE] > 0;
    return ok && (!out->has_signature || extend_zero(out->pcr8, eif->certificate));
}

static bool start_hashes(struct eif *eif)
{
    const mbedtls_md_info_t *sha384 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA384);
    bool ok = true;
    for (size_t i = 0; i < 3; i++) {
        mbedtls_md_init(&eif->hashes[i]);
        ok = ok && mbedtls_md_setup(&eif->hashes[i], sha384, 0) == 0 && mbedtls_md_starts(&eif->hashes[i]) == 0;
    }
    return ok;
}

bool natt_eif_measure(natt_eif_measurements *out, natt_bytes image, natt_error *err)
{
    natt_error spare;
    struct eif eif = {0};
    natt_error *e = natt_error_begin(err, &spare);
    eif.in = natt_reader_of(image, NATT_E_USAGE_ARGUMENT, NATT_E_USAGE_ARGUMENT, e);
    if (out == NULL || (image.ptr == NULL && image.len > 0))
        return natt_eif_fail(&eif.in, NATT_NO_OFFSET, "a required argument is missing");
    memset(out, 0, sizeof *out);
    bool crypto = start_hashes(&eif);
    bool ok = crypto && read_header(&eif) && read_sections(&eif) && check_crc(&eif, image);
    if (ok)
        crypto = ok = finish(&eif, out);
    if (!crypto)
        natt_issuer_fail(e, NATT_E_INTERNAL_CRYPTO, NATT_NO_ITEM, NATT_NO_OFFSET, natt_issuer_no_crypto);
    if (!ok)
        memset(out, 0, sizeof *out);
    for (size_t i = 0; i < 3; i++)
        mbedtls_md_free(&eif.hashes[i]);
    return ok;
}
