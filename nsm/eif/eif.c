/*
 * Reads an enclave image strictly, in pieces: consecutive sections, nothing between or after them, and CRC-32 over the
 * whole file.
 *
 *     header  = ".eif" version:u16 flags:u16 memory:u64 cpus:u64 reserved:u16 count:u16
 *               offsets:u64[32] sizes:u64[32] unused:u32 crc:u32            big-endian, 548 bytes
 *     section = type:u16 flags:u16 size:u64 data[size]
 * [aws-nitro-enclaves-image-format README; the CRC covers everything but itself]
 */
#include <stdlib.h>
#include <string.h>

#include "nsm/eif/eif_hash.h"
#include "nsm/eif/eif_signature.h"
#include "nsm/issuer/issuer_internal.h"

#define HEADER_LEN         548
#define CRC_AT             544 /* in the header, its last field */
#define SECTION_HEADER_LEN 12
#define COUNT_AT           26
#define OFFSETS_AT         28
#define SIZES_AT           284
#define OLDEST_VERSION     2 /* versions 0 and 1 were never published */
#define NEWEST_VERSION     4
#define MIN_SECTIONS       2 /* a kernel and a command line */
#define ARM64              1 /* the only flag */
#define TYPE_COUNT         (NATT_EIF_METADATA + 1)

enum place { IN_HEADER, IN_SECTION_HEADER, IN_SECTION, AT_END };

struct natt_eif {
    enum place place;
    uint64_t pos;             /* bytes read so far */
    uint8_t head[HEADER_LEN]; /* the received part of the header, or of a section's header */
    size_t head_len;
    uint64_t offsets[NATT_EIF_MAX_SECTIONS], sizes[NATT_EIF_MAX_SECTIONS]; /* from the header */
    uint64_t left;                                                         /* of the section's data */
    enum natt_eif_part part;
    unsigned seen[TYPE_COUNT];
    size_t expected_sections;
    natt_eif_description found;
    struct natt_eif_hash hash;
    struct natt_eif_signature signature;
    uint8_t *metadata; /* NULL if there is none yet, or if it is too large */
    size_t metadata_len;
    natt_eif_measurements measured;
    bool concluded; /* finish or describe was called: measured and found are complete, or error is set */
    natt_emulator_error error;
    uint64_t expected, actual; /* the numbers of the error, if it has any */
};

const char *natt_eif_section_name(natt_eif_section_type type)
{
    static const char *const names[TYPE_COUNT] = {"unknown", "kernel", "cmdline", "ramdisk", "signature", "metadata"};
    return names[(unsigned)type < TYPE_COUNT ? type : 0];
}

/* Always false. The index is the current section. */
static bool fail_as(natt_eif *eif, natt_emulator_code code, uint64_t at, const char *message)
{
    uint32_t section =
        eif->place == IN_HEADER || eif->place == AT_END ? NATT_EMULATOR_NO_INDEX : (uint32_t)eif->found.section_count;
    return natt_emulator_fail_at(&eif->error, code, section, at, message);
}

static bool fail(natt_eif *eif, uint64_t at, const char *message)
{
    return fail_as(eif, NATT_EMULATOR_E_EIF_FORMAT, at, message);
}

/* The result of natt_eif_mismatch. */
static void put_numbers(natt_eif *eif, uint64_t expected, uint64_t actual)
{
    eif->expected = expected;
    eif->actual = actual;
}

static bool fail_numbers(natt_eif *eif, uint64_t at, uint64_t expected, uint64_t actual, const char *message)
{
    put_numbers(eif, expected, actual);
    return fail(eif, at, message);
}

static uint64_t number(const uint8_t *at, size_t len)
{
    uint64_t value = 0;
    for (size_t i = 0; i < len; i++)
        value = value << 8 | at[i];
    return value;
}

static bool check_version(natt_eif *eif)
{
    eif->found.version = (uint16_t)number(eif->head + 4, 2);
    if (eif->found.version >= OLDEST_VERSION && eif->found.version <= NEWEST_VERSION)
        return true;
    put_numbers(eif, NEWEST_VERSION, eif->found.version);
    return fail_as(eif, NATT_EMULATOR_E_EIF_VERSION, 4, NULL);
}

/* The README allows 2 to 32. */
static bool check_section_count(natt_eif *eif)
{
    eif->expected_sections = (size_t)number(eif->head + COUNT_AT, 2);
    if (eif->expected_sections < MIN_SECTIONS)
        return fail_numbers(eif, COUNT_AT, MIN_SECTIONS, eif->expected_sections,
                            "the image has fewer than 2 sections: it needs a kernel and a command line");
    return eif->expected_sections <= NATT_EIF_MAX_SECTIONS ||
           fail_numbers(eif, COUNT_AT, NATT_EIF_MAX_SECTIONS, eif->expected_sections,
                        "the image has more than 32 sections");
}

static bool read_header(natt_eif *eif)
{
    const uint8_t *head = eif->head;
    if (number(head, 4) != 0x2e656966)
        return fail_as(eif, NATT_EMULATOR_E_EIF_NOT_AN_IMAGE, 0, NULL);
    if (!check_version(eif))
        return false;
    if ((number(head + 6, 2) & ~(uint64_t)ARM64) != 0)
        return fail(eif, 6, "the image has flags that the format does not define");
    if (!check_section_count(eif))
        return false;
    eif->found.arm64 = (number(head + 6, 2) & ARM64) != 0;
    eif->found.default_memory = number(head + 8, 8);
    eif->found.default_cpus = number(head + 16, 8);
    for (size_t i = 0; i < NATT_EIF_MAX_SECTIONS; i++) {
        eif->offsets[i] = number(head + OFFSETS_AT + 8 * i, 8);
        eif->sizes[i] = number(head + SIZES_AT + 8 * i, 8);
    }
    eif->found.crc = (uint32_t)number(head + CRC_AT, 4);
    natt_eif_hash_add(&eif->hash, NATT_EIF_UNMEASURED, (natt_bytes){head, CRC_AT});
    eif->place = IN_SECTION_HEADER;
    return true;
}

/* All ramdisks follow the kernel; every other type occurs once. */
static bool check_type(natt_eif *eif, uint64_t type, uint64_t at)
{
    if (type < NATT_EIF_KERNEL || type >= TYPE_COUNT)
        return fail_numbers(eif, at, NATT_EIF_METADATA, type, "a section has a type that the format does not define");
    eif->seen[type]++;
    if (type == NATT_EIF_RAMDISK)
        return eif->seen[NATT_EIF_KERNEL] > 0 || fail(eif, at, "a ramdisk comes before the kernel");
    return eif->seen[type] == 1 || fail(eif, at, "a second section of a type that may occur only once");
}

/* nitro-cli sign-eif leaves the old size in the header when it replaces a signature, and its reader does not check it.
 * */
static bool check_size(natt_eif *eif, uint64_t type, uint64_t size, uint64_t at)
{
    const uint64_t wanted = eif->sizes[eif->found.section_count];
    if (type == NATT_EIF_SIGNATURE && size > NATT_EIF_MAX_SIGNATURE)
        return fail_numbers(eif, at + 4, NATT_EIF_MAX_SIGNATURE, size,
                            "the signature section is larger than 32768 bytes");
    eif->found.stale_signature_size = eif->found.stale_signature_size || (type == NATT_EIF_SIGNATURE && size != wanted);
    return type == NATT_EIF_SIGNATURE || size == wanted ||
           fail_numbers(eif, at + 4, wanted, size, "the size of a section differs from the header");
}

static bool begin_metadata(natt_eif *eif, uint64_t size)
{
    if (size > NATT_EIF_MAX_METADATA)
        return true;
    eif->metadata = malloc((size_t)size + 1);
    return eif->metadata != NULL || natt_emulator_fail(&eif->error, NATT_EMULATOR_E_MEMORY, NULL);
}

/* The first ramdisk belongs to the boot measurement, the others are the application. */
static bool begin_section(natt_eif *eif, natt_eif_section_type type, uint64_t at, uint64_t size)
{
    eif->found.sections[eif->found.section_count] = (natt_eif_section){type, at, size};
    eif->left = size;
    eif->place = IN_SECTION;
    eif->part = type == NATT_EIF_SIGNATURE || type == NATT_EIF_METADATA       ? NATT_EIF_UNMEASURED
                : type == NATT_EIF_RAMDISK && eif->seen[NATT_EIF_RAMDISK] > 1 ? NATT_EIF_APPLICATION
                                                                              : NATT_EIF_BOOT;
    natt_eif_hash_begin(&eif->hash, eif->part);
    return type != NATT_EIF_METADATA || begin_metadata(eif, size);
}

static bool read_section_header(natt_eif *eif)
{
    const uint64_t type = number(eif->head, 2), flags = number(eif->head + 2, 2), size = number(eif->head + 4, 8);
    const uint64_t at = eif->pos - SECTION_HEADER_LEN, offset = eif->offsets[eif->found.section_count];
    if (offset != at)
        return fail_numbers(
            eif, OFFSETS_AT + 8 * eif->found.section_count, at, offset,
            "a section does not begin where the one before it ends: images with gaps or overlaps are refused");
    if (!check_type(eif, type, at))
        return false;
    if (flags != 0)
        return fail_numbers(eif, at + 2, 0, flags, "a section has flags, but the format defines none");
    natt_eif_hash_add(&eif->hash, NATT_EIF_UNMEASURED, (natt_bytes){eif->head, SECTION_HEADER_LEN});
    return check_size(eif, type, size, at) && begin_section(eif, (natt_eif_section_type)type, at, size);
}

/* Collects a header; also true while it is incomplete. */
static bool add_to_head(natt_eif *eif, natt_bytes *piece, size_t wanted, bool (*read)(natt_eif *))
{
    size_t len = wanted - eif->head_len < piece->len ? wanted - eif->head_len : piece->len;
    memcpy(eif->head + eif->head_len, piece->ptr, len);
    *piece = (natt_bytes){piece->ptr + len, piece->len - len};
    eif->head_len += len;
    eif->pos += len;
    if (eif->head_len < wanted)
        return true;
    eif->head_len = 0;
    return read(eif);
}

static void keep(natt_eif *eif, natt_eif_section_type type, natt_bytes data)
{
    struct natt_eif_signature *signature = &eif->signature;
    if (type == NATT_EIF_SIGNATURE) {
        memcpy(signature->section + signature->len, data.ptr, data.len);
        signature->len += data.len;
    } else if (type == NATT_EIF_METADATA && eif->metadata != NULL) {
        memcpy(eif->metadata + eif->metadata_len, data.ptr, data.len);
        eif->metadata_len += data.len;
    }
}

static void add_to_section(natt_eif *eif, natt_bytes *piece)
{
    size_t len = eif->left < piece->len ? (size_t)eif->left : piece->len;
    natt_bytes data = {piece->ptr, len};
    *piece = (natt_bytes){piece->ptr + len, piece->len - len};
    keep(eif, eif->found.sections[eif->found.section_count].type, data);
    eif->left -= len;
    eif->pos += len;
    natt_eif_hash_add(&eif->hash, eif->part, data);
}

static void end_empty_section(natt_eif *eif)
{
    if (eif->place != IN_SECTION || eif->left > 0)
        return;
    eif->found.section_count++;
    eif->place = eif->found.section_count < eif->expected_sections ? IN_SECTION_HEADER : AT_END;
}

static bool add_some(natt_eif *eif, natt_bytes *piece)
{
    bool ok = true;
    if (eif->place == IN_HEADER)
        ok = add_to_head(eif, piece, HEADER_LEN, read_header);
    else if (eif->place == IN_SECTION_HEADER)
        ok = add_to_head(eif, piece, SECTION_HEADER_LEN, read_section_header);
    else if (eif->place == IN_SECTION)
        add_to_section(eif, piece);
    else
        return fail(eif, eif->pos, "bytes follow the last section");
    if (ok)
        end_empty_section(eif);
    return ok;
}

/* Returns the remembered error. */
static bool check_complete_result(const natt_eif *eif, natt_emulator_error *err)
{
    if (err != NULL)
        *err = eif->error;
    return eif->error.code == NATT_EMULATOR_OK;
}

natt_eif *natt_eif_new(natt_emulator_error *err)
{
    natt_eif *eif = calloc(1, sizeof *eif);
    natt_emulator_no_error(err);
    if (eif == NULL) {
        natt_emulator_fail(err, NATT_EMULATOR_E_MEMORY, NULL);
        return NULL;
    }
    natt_eif_hash_init(&eif->hash);
    natt_emulator_no_error(&eif->error);
    return eif;
}

void natt_eif_free(natt_eif *eif)
{
    if (eif == NULL)
        return;
    free(eif->metadata);
    free(eif);
}

bool natt_eif_add(natt_eif *eif, natt_bytes piece, natt_emulator_error *err)
{
    if (eif == NULL || (piece.ptr == NULL && piece.len > 0))
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT, NULL);
    if (eif->concluded && eif->error.code == NATT_EMULATOR_OK)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ORDER,
                                  "natt_eif_finish or natt_eif_describe was already called");
    while (eif->error.code == NATT_EMULATOR_OK && piece.len > 0)
        (void)add_some(eif, &piece);
    return check_complete_result(eif, err);
}

static bool check_complete(natt_eif *eif)
{
    if (eif->place == AT_END)
        return true;
    const uint64_t header_len = eif->place == IN_HEADER ? HEADER_LEN : SECTION_HEADER_LEN;
    const uint64_t missing = eif->place == IN_SECTION ? eif->left : header_len - eif->head_len;
    const uint64_t expected = missing > UINT64_MAX - eif->pos ? UINT64_MAX : eif->pos + missing;
    put_numbers(eif, expected, eif->pos);
    if (eif->place == IN_HEADER && eif->pos >= 4 && number(eif->head, 4) != 0x2e656966)
        return fail_as(eif, NATT_EMULATOR_E_EIF_NOT_AN_IMAGE, eif->pos, NULL);
    return fail_as(eif, NATT_EMULATOR_E_EIF_INCOMPLETE, eif->pos,
                   eif->place == IN_SECTION ? "the image ends inside a section: bytes are missing"
                                            : "the image ends inside a header, or before its last section");
}

static bool check_required(natt_eif *eif)
{
    if (eif->seen[NATT_EIF_KERNEL] == 0)
        return fail(eif, COUNT_AT, "the image has no kernel section");
    if (eif->seen[NATT_EIF_CMDLINE] == 0)
        return fail(eif, COUNT_AT, "the image has no command line section");
    return eif->found.version < 4 || eif->seen[NATT_EIF_METADATA] > 0 ||
           fail(eif, COUNT_AT, "the image has no metadata section, and format version 4 needs one");
}

static bool check_crc(natt_eif *eif)
{
    if (eif->hash.crc == eif->found.crc)
        return true;
    put_numbers(eif, eif->hash.crc, eif->found.crc);
    return fail_as(eif, NATT_EMULATOR_E_EIF_DAMAGED, CRC_AT, NULL);
}

static void describe_signer(natt_eif *eif)
{
    const struct natt_eif_certificate *read = &eif->signature.read;
    natt_eif_signer *signer = &eif->found.signer;
    signer->certificate = eif->signature.certificate;
    signer->not_before = read->not_before;
    signer->not_after = read->not_after;
    signer->algorithm = read->algorithm == NULL ? NULL : read->algorithm->name;
    natt_eif_name_text(signer->subject, sizeof signer->subject, read->subject);
}

/* PCR8 = SHA-384(48 zero bytes || SHA-384(certificate)) */
static bool measure_signer(natt_eif *eif)
{
    eif->measured.has_signature = true;
    eif->found.signature = NATT_EIF_SIGNATURE_VALID;
    natt_eif_hash_pcr(eif->measured.pcr8, eif->signature.certificate);
    return true;
}

static const natt_eif_section *signature_section(const natt_eif *eif, uint32_t *index)
{
    *index = 0;
    while (eif->found.sections[*index].type != NATT_EIF_SIGNATURE)
        ++*index;
    return &eif->found.sections[*index];
}

/* An invalid signature is not an error here, since it can be described. */
static bool check_signature(natt_eif *eif)
{
    uint32_t index;
    if (eif->seen[NATT_EIF_SIGNATURE] == 0)
        return true;
    const natt_eif_section *section = signature_section(eif, &index);
    const char *wrong = natt_eif_signature_read(&eif->signature);
    if (wrong == NULL) {
        describe_signer(eif);
        wrong = natt_eif_signature_verify(&eif->signature, eif->measured.pcr0);
    }
    if (wrong == natt_issuer_no_crypto || wrong == natt_arena_no_memory)
        return natt_issuer_check(&eif->error, NATT_EMULATOR_E_EIF_SIGNATURE, wrong);
    if (wrong == NULL)
        return measure_signer(eif);
    eif->found.signature = NATT_EIF_SIGNATURE_INVALID;
    (void)natt_emulator_fail_at(&eif->found.signature_error, NATT_EMULATOR_E_EIF_SIGNATURE, index, section->offset,
                                wrong);
    return true;
}

static bool conclude(natt_eif *eif)
{
    if (eif->concluded || eif->error.code != NATT_EMULATOR_OK)
        return eif->error.code == NATT_EMULATOR_OK;
    eif->concluded = true;
    eif->found.size = eif->pos;
    natt_emulator_no_error(&eif->found.signature_error);
    eif->found.metadata = (natt_bytes){eif->metadata, eif->metadata_len};
    if (!check_complete(eif) || !check_required(eif) || !check_crc(eif))
        return false;
    natt_eif_hash_finish(&eif->hash, eif->measured.pcr0, eif->measured.pcr1, eif->measured.pcr2);
    return check_signature(eif);
}

bool natt_eif_finish(natt_eif *eif, natt_eif_measurements *out, natt_emulator_error *err)
{
    if (out != NULL)
        memset(out, 0, sizeof *out);
    if (eif == NULL || out == NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT, NULL);
    if (!conclude(eif))
        return check_complete_result(eif, err);
    if (eif->found.signature == NATT_EIF_SIGNATURE_INVALID) {
        if (err != NULL)
            *err = eif->found.signature_error;
        return false;
    }
    *out = eif->measured;
    return check_complete_result(eif, err);
}

bool natt_eif_describe(natt_eif *eif, natt_eif_description *out, natt_emulator_error *err)
{
    if (out != NULL)
        memset(out, 0, sizeof *out);
    if (eif == NULL || out == NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT, NULL);
    if (conclude(eif))
        *out = eif->found;
    return check_complete_result(eif, err);
}

bool natt_eif_mismatch(const natt_eif *eif, uint64_t *expected, uint64_t *actual)
{
    *expected = eif->expected;
    *actual = eif->actual;
    return eif->expected != eif->actual;
}

bool natt_eif_measure(natt_eif_measurements *out, natt_bytes image, natt_emulator_error *err)
{
    if (out != NULL)
        memset(out, 0, sizeof *out);
    if (out == NULL || (image.ptr == NULL && image.len > 0))
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT, NULL);
    natt_eif *eif = natt_eif_new(err);
    bool ok = eif != NULL && natt_eif_add(eif, image, err) && natt_eif_finish(eif, out, err);
    natt_eif_free(eif);
    return ok;
}
