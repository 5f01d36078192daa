/*
 * Parses replies strictly: shortest heads, one variant, each field once, nothing after it, in any order of keys. Trusts
 * nothing: a transport may return any bytes as the response.
 *
 * response = "LockPCR" / "LockPCRs" / { name => { field => value, ... } } / { "Error" => name of an error }
 */
#include "nsm/client/codec.h"

#include "nsm/client/error.h"
#include "verify/parse/cbor.h"

#include <string.h>

struct decoder {
    struct natt_reader r;
    natt_error cbor;
    natt_nsm_error *err;
    struct natt_nsm_reply *out;
    const char *name; /* of the variant that matches the request */
};

static bool refuse(struct decoder *d, natt_nsm_code code, size_t at)
{
    return natt_nsm_fail_at(d->err, code, at, NULL);
}

static bool refuse_unless(struct decoder *d, bool ok, size_t at)
{
    return ok || refuse(d, NATT_NSM_E_RESPONSE_VALUE, at);
}

static bool read_u16(struct decoder *d, void *out)
{
    size_t at = d->r.pos;
    uint64_t value = 0;
    if (!natt_cbor_uint(&d->r, &value) || !refuse_unless(d, value <= UINT16_MAX, at))
        return false;
    *(uint16_t *)out = (uint16_t)value;
    return true;
}

/* Printable, so that it can be a C string and be displayed. */
static bool read_module_id(struct decoder *d, void *out)
{
    size_t at = d->r.pos;
    natt_bytes id = {NULL, 0};
    if (!natt_cbor_tstr(&d->r, &id) ||
        !refuse_unless(d, id.len >= 1 && id.len <= NATT_MAX_MODULE_ID && natt_bytes_printable(id), at))
        return false;
    memcpy(out, id.ptr, id.len);
    return true;
}

static bool read_digest(struct decoder *d, void *out)
{
    static const char *const names[] = {
        [NATT_NSM_SHA256] = "SHA256", [NATT_NSM_SHA384] = "SHA384", [NATT_NSM_SHA512] = "SHA512"};
    size_t at = d->r.pos;
    natt_bytes name = {NULL, 0};
    if (!natt_cbor_tstr(&d->r, &name))
        return false;
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (natt_bytes_are(name, names[i], 6)) {
            *(natt_nsm_digest *)out = (natt_nsm_digest)i;
            return true;
        }
    return refuse(d, NATT_NSM_E_RESPONSE_VALUE, at);
}

/* No index may occur twice. The result has them in ascending order, for any order here. */
static bool read_locked_pcrs(struct decoder *d, void *description)
{
    bool locked[NATT_NSM_MAX_PCRS] = {false};
    natt_nsm_description *out = description;
    struct natt_cbor_items items;
    uint16_t index = 0;
    if (!natt_cbor_array(&d->r, &items))
        return false;
    while (natt_cbor_more(&d->r, &items)) {
        size_t at = d->r.pos;
        if (!read_u16(d, &index) || !refuse_unless(d, index < NATT_NSM_MAX_PCRS && !locked[index], at))
            return false;
        locked[index] = true;
    }
    for (index = 0; index < NATT_NSM_MAX_PCRS; index++)
        if (locked[index])
            out->locked_pcrs[out->locked_pcr_count++] = index;
    return true;
}

static bool read_lock(struct decoder *d, void *out)
{
    struct natt_cbor_head head;
    if (!natt_cbor_head(&d->r, &head))
        return false;
    if (head.major != NATT_CBOR_SIMPLE || head.value > 21) /* 20 and 21 are false and true, 22 is null */
        return refuse(d, NATT_NSM_E_RESPONSE_TYPE, head.offset);
    *(bool *)out = head.value == 21;
    return true;
}

static bool read_value(struct decoder *d, void *out)
{
    size_t at = d->r.pos;
    natt_bytes *value = out;
    return natt_cbor_bstr(&d->r, value) && refuse_unless(d, value->len == NATT_PCR_LEN, at);
}

static bool read_bytes(struct decoder *d, void *out)
{
    size_t at = d->r.pos;
    natt_bytes *bytes = out;
    return natt_cbor_bstr(&d->r, bytes) && refuse_unless(d, bytes->len > 0, at);
}

struct field {
    const char *name;
    bool (*read)(struct decoder *d, void *out);
    size_t place; /* of the member that it fills, in struct natt_nsm_reply */
};

#define IN(member) offsetof(struct natt_nsm_reply, member)

#define MAX_FIELDS 7

struct variant {
    size_t field_count; /* 0: the name is the whole response */
    struct field fields[MAX_FIELDS];
};

static const struct variant variants[NATT_NSM_OPERATION_COUNT] = {
    [NATT_NSM_DESCRIBE_NSM] = {7,
                               {{"version_major", read_u16, IN(description.version_major)},
                                {"version_minor", read_u16, IN(description.version_minor)},
                                {"version_patch", read_u16, IN(description.version_patch)},
                                {"module_id", read_module_id, IN(description.module_id)},
                                {"max_pcrs", read_u16, IN(description.max_pcrs)},
                                {"locked_pcrs", read_locked_pcrs, IN(description)},
                                {"digest", read_digest, IN(description.digest)}}},
    [NATT_NSM_DESCRIBE_PCR] = {2, {{"lock", read_lock, IN(lock)}, {"data", read_value, IN(data)}}},
    [NATT_NSM_EXTEND_PCR] = {1, {{"data", read_value, IN(data)}}},
    [NATT_NSM_LOCK_PCR] = {0},
    [NATT_NSM_LOCK_PCRS] = {0},
    [NATT_NSM_ATTESTATION] = {1, {{"document", read_bytes, IN(document)}}},
    [NATT_NSM_GET_RANDOM] = {1, {{"random", read_bytes, IN(random)}}},
};

/* The fields that the reply contains: known ones as bits, unknown ones by name. */
struct seen {
    uint32_t known;
    size_t unknown_count;
    natt_bytes unknown[NATT_MAX_UNKNOWN_FIELDS];
};

/* A newer NSM may send more fields: unknown ones are skipped, but must not repeat. */
static bool skip_unknown(struct decoder *d, struct seen *seen, natt_bytes key, size_t at)
{
    for (size_t i = 0; i < seen->unknown_count; i++)
        if (natt_bytes_equal(seen->unknown[i], key))
            return refuse(d, NATT_NSM_E_RESPONSE_DUPLICATE, at);
    if (seen->unknown_count == NATT_MAX_UNKNOWN_FIELDS)
        return refuse(d, NATT_NSM_E_RESPONSE_UNKNOWN, at);
    seen->unknown[seen->unknown_count++] = key;
    return natt_cbor_skip(&d->r);
}

static bool read_field(struct decoder *d, const struct variant *variant, struct seen *seen)
{
    size_t at = d->r.pos;
    natt_bytes key = {NULL, 0};
    if (!natt_cbor_tstr(&d->r, &key))
        return false;
    for (size_t i = 0; i < variant->field_count; i++) {
        if (!natt_bytes_are(key, variant->fields[i].name, strlen(variant->fields[i].name)))
            continue;
        if ((seen->known >> i & 1u) != 0)
            return refuse(d, NATT_NSM_E_RESPONSE_DUPLICATE, at);
        seen->known |= UINT32_C(1) << i;
        return variant->fields[i].read(d, (uint8_t *)d->out + variant->fields[i].place);
    }
    return skip_unknown(d, seen, key, at);
}

static bool read_fields(struct decoder *d, const struct variant *variant)
{
    struct natt_cbor_items pairs;
    struct seen seen = {0};
    if (!natt_cbor_map(&d->r, &pairs))
        return false;
    while (natt_cbor_more(&d->r, &pairs))
        if (!read_field(d, variant, &seen))
            return false;
    return seen.known == (UINT32_C(1) << variant->field_count) - 1 ||
           refuse(d, NATT_NSM_E_RESPONSE_MISSING, pairs.offset);
}

/* An error that this library does not know is still an error, and nothing may follow it. */
static bool read_error(struct decoder *d)
{
    natt_bytes name = {NULL, 0};
    return natt_cbor_tstr(&d->r, &name) && natt_reader_at_end(&d->r) &&
           natt_nsm_fail_device(d->err, natt_nsm_device_error_of(name));
}

static bool read_bare(struct decoder *d, const struct variant *variant)
{
    natt_bytes name = {NULL, 0};
    if (!natt_cbor_tstr(&d->r, &name))
        return false;
    bool named = variant->field_count == 0 && natt_bytes_are(name, d->name, strlen(d->name));
    return named || refuse(d, NATT_NSM_E_RESPONSE_VARIANT, 0);
}

static bool read_tagged(struct decoder *d, const struct variant *variant)
{
    struct natt_cbor_items pairs;
    natt_bytes name = {NULL, 0};
    if (!natt_cbor_map(&d->r, &pairs))
        return false;
    if (pairs.indefinite || pairs.left != 1)
        return refuse(d, NATT_NSM_E_RESPONSE_VARIANT, 0);
    if (!natt_cbor_tstr(&d->r, &name))
        return false;
    if (natt_bytes_are(name, "Error", 5))
        return read_error(d);
    if (variant->field_count == 0 || !natt_bytes_are(name, d->name, strlen(d->name)))
        return refuse(d, NATT_NSM_E_RESPONSE_VARIANT, 1);
    return read_fields(d, variant);
}

static bool read_response(struct decoder *d, const struct variant *variant)
{
    uint8_t initial = 0;
    bool bare = natt_reader_peek(&d->r, &initial) && initial >> 5 == NATT_CBOR_TSTR;
    return (bare ? read_bare(d, variant) : read_tagged(d, variant)) && natt_reader_at_end(&d->r);
}

/* Checks that need all fields. */
static bool check_locked(struct decoder *d)
{
    const natt_nsm_description *got = &d->out->description;
    return got->locked_pcr_count == 0 || got->locked_pcrs[got->locked_pcr_count - 1] < got->max_pcrs ||
           refuse(d, NATT_NSM_E_RESPONSE_VALUE, NATT_NO_OFFSET);
}

/* The reader's own error, converted to a code of the client. */
static bool refuse_cbor(struct decoder *d)
{
    natt_nsm_code code = d->cbor.code == NATT_E_CBOR_TYPE ? NATT_NSM_E_RESPONSE_TYPE : NATT_NSM_E_RESPONSE_CBOR;
    return natt_nsm_fail_at(d->err, code, d->cbor.offset, d->cbor.message);
}

bool natt_nsm_reply_decode(struct natt_nsm_reply *out, natt_bytes response, enum natt_nsm_operation operation,
                           natt_nsm_error *err)
{
    struct decoder d = {.err = err, .out = out, .name = natt_nsm_operation_name(operation)};
    memset(out, 0, sizeof *out);
    natt_error_begin(&d.cbor, &d.cbor);
    d.r = natt_cbor_reader(response, &d.cbor);
    if (read_response(&d, &variants[operation]) && check_locked(&d))
        return true;
    memset(out, 0, sizeof *out);
    return refuse_cbor(&d);
}
