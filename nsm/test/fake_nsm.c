#include "fake_nsm.h"

#include <string.h>

static int fake_exchange(void *context, const uint8_t *request, size_t request_len, uint8_t *response, size_t capacity,
                         size_t *response_len)
{
    struct fake_nsm *fake = context;
    fake->calls++;
    fake->request_at = request;
    fake->response_at = response;
    fake->capacity = capacity;
    fake->request_len = request_len;
    memcpy(fake->request, request, request_len <= sizeof fake->request ? request_len : 0);
    if (fake->error != 0)
        return fake->error;
    if (fake->reply.len > 0 && fake->reply.len <= capacity)
        memcpy(response, fake->reply.ptr, fake->reply.len);
    *response_len = fake->claimed_len != 0 ? fake->claimed_len : fake->reply.len;
    return 0;
}

static void fake_close(void *context)
{
    struct fake_nsm *fake = context;
    fake->closes++;
}

void fake_nsm_init(struct fake_nsm *fake)
{
    *fake = (struct fake_nsm){0};
    fake->transport = (natt_nsm_transport){fake, fake_exchange, fake_close};
}

#define BYTES_OF(literal) ((natt_bytes){(const uint8_t *)(literal), sizeof(literal) - 1})
#define MODULE_ID         "i-0123456789abcdef0-enc0123456789abcdef"
#define PCR_BYTES         "0123456789abcdef0123456789abcdef0123456789abcdef"
#define LOCKED            "\x90\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"

/* Joins a text string and the bytes after a head, since long values are easier to fill than to write. */
static natt_bytes with_tail(uint8_t *out, natt_bytes head, size_t tail)
{
    memcpy(out, head.ptr, head.len);
    for (size_t i = 0; i < tail; i++)
        out[head.len + i] = (uint8_t)(i * 7 + 1);
    return (natt_bytes){out, head.len + tail};
}

static natt_bytes describe_reply(bool as_qemu)
{
    if (as_qemu)
        return BYTES_OF("\xa1\x6b"
                        "DescribeNSM\xa7\x66"
                        "digest\x66SHA384\x68max_pcrs\x18\x20\x69module_id\x78\x27" MODULE_ID "\x6blocked_pcrs" LOCKED
                        "\x6dversion_major\x01\x6dversion_minor\x00\x6dversion_patch\x00");
    return BYTES_OF("\xa1\x6b"
                    "DescribeNSM\xa7\x6dversion_major\x01\x6dversion_minor\x00\x6dversion_patch\x00\x69"
                    "module_id\x78\x27" MODULE_ID "\x68max_pcrs\x18\x20\x6blocked_pcrs" LOCKED "\x66"
                    "digest\x66SHA384");
}

static natt_bytes describe_pcr_reply(bool as_qemu)
{
    if (as_qemu)
        return BYTES_OF("\xa1\x6b"
                        "DescribePCR\xa2\x64"
                        "data\x58\x30" PCR_BYTES "\x64lock\xf5");
    return BYTES_OF("\xa1\x6b"
                    "DescribePCR\xa2\x64lock\xf5\x64"
                    "data\x58\x30" PCR_BYTES);
}

natt_bytes fake_reply(enum natt_nsm_operation operation, bool as_qemu)
{
    static uint8_t random[64 + FAKE_RANDOM_LEN], document[64 + FAKE_DOCUMENT_LEN];
    switch (operation) {
    case NATT_NSM_DESCRIBE_NSM:
        return describe_reply(as_qemu);
    case NATT_NSM_DESCRIBE_PCR:
        return describe_pcr_reply(as_qemu);
    case NATT_NSM_EXTEND_PCR:
        return BYTES_OF("\xa1\x69"
                        "ExtendPCR\xa1\x64"
                        "data\x58\x30" PCR_BYTES);
    case NATT_NSM_LOCK_PCR:
        return BYTES_OF("\x67LockPCR");
    case NATT_NSM_LOCK_PCRS:
        return BYTES_OF("\x68LockPCRs");
    case NATT_NSM_ATTESTATION:
        return with_tail(document,
                         BYTES_OF("\xa1\x6b"
                                  "Attestation\xa1\x68"
                                  "document\x59\x01\x2c"),
                         FAKE_DOCUMENT_LEN);
    default:
        return with_tail(random, BYTES_OF("\xa1\x69GetRandom\xa1\x66random\x59\x01\x00"), FAKE_RANDOM_LEN);
    }
}

const char *fake_name(enum natt_nsm_operation operation)
{
    static const char *const names[] = {[NATT_NSM_DESCRIBE_PCR] = "DescribePCR", [NATT_NSM_EXTEND_PCR] = "ExtendPCR",
                                        [NATT_NSM_LOCK_PCR] = "LockPCR",         [NATT_NSM_LOCK_PCRS] = "LockPCRs",
                                        [NATT_NSM_DESCRIBE_NSM] = "DescribeNSM", [NATT_NSM_ATTESTATION] = "Attestation",
                                        [NATT_NSM_GET_RANDOM] = "GetRandom"};
    return names[operation];
}

bool fake_perform(natt_nsm *session, enum natt_nsm_operation operation, struct fake_outputs *out, natt_nsm_error *err)
{
    natt_bytes data = {(const uint8_t *)"data", 4};
    memset(out, 0xa5, sizeof *out);
    out->description.struct_size = sizeof out->description;
    switch (operation) {
    case NATT_NSM_DESCRIBE_NSM:
        return natt_nsm_describe(session, &out->description, err);
    case NATT_NSM_DESCRIBE_PCR:
        return natt_nsm_describe_pcr(session, &out->pcr, 3, err);
    case NATT_NSM_EXTEND_PCR:
        return natt_nsm_extend_pcr(session, out->value, 16, data, err);
    case NATT_NSM_LOCK_PCR:
        return natt_nsm_lock_pcr(session, 16, err);
    case NATT_NSM_LOCK_PCRS:
        return natt_nsm_lock_pcrs(session, 17, err);
    case NATT_NSM_ATTESTATION:
        return natt_nsm_attest(session, out->bytes, sizeof out->bytes, &out->len, NULL, err);
    default:
        return natt_nsm_get_random(session, out->bytes, sizeof out->bytes, &out->len, err);
    }
}

static bool all_are(const void *memory, size_t len, uint8_t byte)
{
    const uint8_t *p = memory;
    for (size_t i = 0; i < len; i++)
        if (p[i] != byte)
            return false;
    return true;
}

static bool description_zero(const natt_nsm_description *d)
{
    size_t size = sizeof d->struct_size;
    return d->struct_size == sizeof *d && all_are((const uint8_t *)d + size, sizeof *d - size, 0);
}

bool fake_outputs_zero(enum natt_nsm_operation operation, const struct fake_outputs *out)
{
    switch (operation) {
    case NATT_NSM_DESCRIBE_NSM:
        return description_zero(&out->description);
    case NATT_NSM_DESCRIBE_PCR:
        return all_are(&out->pcr, sizeof out->pcr, 0);
    case NATT_NSM_EXTEND_PCR:
        return all_are(out->value, sizeof out->value, 0);
    case NATT_NSM_LOCK_PCR:
    case NATT_NSM_LOCK_PCRS:
        return true;
    default:
        return out->len == 0 && all_are(out->bytes, sizeof out->bytes, 0xa5);
    }
}
