/*
 * Property: for libcbor, a reply that the client accepts is a reply to that request, field by field. A refusal has a
 * code, a second call returns the same refusal, and it zeroes the output. Views are inside the reply, and bytes that a
 * transport wrote after it make no difference. Input: the request (modulo 9: the seven operations, natt_nsm_random,
 * natt_nsm_send), the behaviour of the transport, the size of the outputs in steps of 64 bytes; then the reply.
 */
#include "fuzz/nsm_oracle.h"
#include "fuzz/property.h"
#include "nsm/client/codec.h"
#include "nsm/client/error.h"

#define RANDOM    NATT_NSM_OPERATION_COUNT
#define SEND      (NATT_NSM_OPERATION_COUNT + 1)
#define CALLS     (NATT_NSM_OPERATION_COUNT + 2)
#define TAIL      16 /* bytes of a reply that natt_nsm_random never returns */
#define UNTOUCHED 0xa5

struct transport {
    natt_bytes response;
    uint8_t behaviour; /* 0xff: fails; 0xfe: reports too long a length; else writes beyond the response */
    uint8_t filler;
};

struct outputs {
    natt_nsm_description description;
    natt_nsm_pcr pcr;
    uint8_t value[NATT_PCR_LEN];
    uint8_t bytes[NATT_NSM_MAX_RESPONSE];
    size_t len;
};

static int exchange(void *context, const uint8_t *request, size_t request_len, uint8_t *response, size_t capacity,
                    size_t *response_len)
{
    const struct transport *t = context;
    MUST(request_len >= 1 && request_len <= NATT_NSM_MAX_REQUEST && request[0] != 0 &&
         capacity == NATT_NSM_MAX_RESPONSE);
    size_t n = t->response.len < capacity ? t->response.len : capacity;
    if (t->behaviour == 0xff)
        return 5;
    memset(response, t->filler, capacity);
    if (n > 0)
        memcpy(response, t->response.ptr, n);
    *response_len = t->behaviour == 0xfe ? capacity + 1 : n;
    return 0;
}

static bool call(natt_nsm *nsm, unsigned what, struct outputs *out, size_t room, natt_nsm_error *err)
{
    natt_bytes data = {(const uint8_t *)"data", 4};
    switch (what) {
    case NATT_NSM_DESCRIBE_NSM:
        return natt_nsm_describe(nsm, &out->description, err);
    case NATT_NSM_DESCRIBE_PCR:
        return natt_nsm_describe_pcr(nsm, &out->pcr, 3, err);
    case NATT_NSM_EXTEND_PCR:
        return natt_nsm_extend_pcr(nsm, out->value, 16, data, err);
    case NATT_NSM_LOCK_PCR:
        return natt_nsm_lock_pcr(nsm, 16, err);
    case NATT_NSM_LOCK_PCRS:
        return natt_nsm_lock_pcrs(nsm, 17, err);
    case NATT_NSM_ATTESTATION:
        return natt_nsm_attest(nsm, out->bytes, room, &out->len, NULL, err);
    case NATT_NSM_GET_RANDOM:
        return natt_nsm_get_random(nsm, out->bytes, room, &out->len, err);
    case RANDOM:
        return natt_nsm_random(nsm, out->bytes, room, err);
    default:
        return natt_nsm_send(nsm, out->bytes, room, &out->len, data, err);
    }
}

/* Compares each byte with the next one, which is the fastest way. */
static bool all_are(const void *memory, size_t len, uint8_t byte)
{
    const uint8_t *p = memory;
    return len == 0 || (p[0] == byte && memcmp(p, p + 1, len - 1) == 0);
}

/* Checks what each function guarantees about its outputs on failure. No function ever writes beyond its buffer. */
static void check_outputs(unsigned what, bool ok, const struct outputs *out, size_t room)
{
    size_t head = sizeof out->description.struct_size, used = ok || what == RANDOM ? room : 0;
    MUST(all_are(out->bytes + used, sizeof out->bytes - used, UNTOUCHED));
    if (ok)
        return;
    MUST(what != NATT_NSM_DESCRIBE_NSM ||
         (out->description.struct_size == sizeof out->description &&
          all_are((const uint8_t *)&out->description + head, sizeof out->description - head, 0)));
    MUST(what != NATT_NSM_DESCRIBE_PCR || all_are(&out->pcr, sizeof out->pcr, 0));
    MUST(what != NATT_NSM_EXTEND_PCR || all_are(out->value, sizeof out->value, 0));
    MUST(what != RANDOM || all_are(out->bytes, room, 0));
    MUST((what != NATT_NSM_ATTESTATION && what != NATT_NSM_GET_RANDOM && what != SEND) || out->len == 0);
}

static void check_error(bool ok, const natt_nsm_error *err, natt_bytes response)
{
    MUST(ok == (err->code == NATT_NSM_OK) && err->message != NULL && err->message[0] != '\0');
    MUST(natt_nsm_code_name(err->code)[0] != '\0' && natt_nsm_code_remedy(err->code)[0] != '\0');
    MUST(err->code < NATT_NSM_E_USAGE_ARGUMENT || err->code > NATT_NSM_E_REQUEST_SIZE);
    MUST(err->offset == NATT_NO_OFFSET || (err->offset <= response.len && err->code >= NATT_NSM_E_RESPONSE_SIZE));
    MUST((err->code == NATT_NSM_E_DEVICE) == (err->device_error != NATT_NSM_DEVICE_NONE));
    MUST((err->code == NATT_NSM_E_TRANSPORT) == (err->errno_value != 0));
    MUST((err->code == NATT_NSM_E_BUFFER_TOO_SMALL) == (err->required_len != 0));
}

/* For libcbor, the reply must be an error of the same name. */
static void check_device_error(const natt_nsm_error *err, natt_bytes response)
{
    natt_bytes name = {NULL, 0};
    const char *known = natt_nsm_device_error_name(err->device_error);
    cbor_item_t *item = nsm_oracle_load(response);
    MUST(item != NULL && nsm_oracle_error(item, &name));
    MUST(err->device_error == NATT_NSM_DEVICE_OTHER || fuzz_same_bytes(name, known, strlen(known)));
    cbor_decref(&item);
}

static void check_description(const cbor_item_t *fields, const natt_nsm_description *got)
{
    uint64_t locked[NATT_NSM_MAX_PCRS] = {0}, next = 0;
    static const char *const digests[] = {"SHA256", "SHA384", "SHA512"};
    const cbor_item_t *list = nsm_oracle_field(fields, "locked_pcrs");
    MUST(nsm_oracle_is_number(nsm_oracle_field(fields, "version_major"), got->version_major));
    MUST(nsm_oracle_is_number(nsm_oracle_field(fields, "version_minor"), got->version_minor));
    MUST(nsm_oracle_is_number(nsm_oracle_field(fields, "version_patch"), got->version_patch));
    MUST(nsm_oracle_is_number(nsm_oracle_field(fields, "max_pcrs"), got->max_pcrs));
    MUST(nsm_oracle_is_text(nsm_oracle_field(fields, "module_id"), got->module_id));
    MUST(nsm_oracle_is_text(nsm_oracle_field(fields, "digest"), digests[got->digest]));
    MUST(list != NULL && cbor_isa_array(list) && cbor_array_size(list) == got->locked_pcr_count);
    for (size_t i = 0; i < got->locked_pcr_count; i++) {
        uint64_t index = cbor_get_int(cbor_array_handle(list)[i]);
        MUST(cbor_isa_uint(cbor_array_handle(list)[i]) && index < NATT_NSM_MAX_PCRS && index < got->max_pcrs);
        locked[index]++;
    }
    for (size_t i = 0; i < got->locked_pcr_count; i++, next++) {
        next = got->locked_pcrs[i] >= next ? got->locked_pcrs[i] : NATT_NSM_MAX_PCRS;
        MUST(next < NATT_NSM_MAX_PCRS && locked[next] == 1);
    }
}

static void check_fields(const cbor_item_t *fields, unsigned what, const struct outputs *out, size_t room)
{
    natt_bytes bytes = {out->bytes, out->len};
    if (what == NATT_NSM_DESCRIBE_NSM)
        check_description(fields, &out->description);
    if (what == NATT_NSM_DESCRIBE_PCR)
        MUST(nsm_oracle_is_bool(nsm_oracle_field(fields, "lock"), out->pcr.locked) &&
             nsm_oracle_is_bytes(nsm_oracle_field(fields, "data"), (natt_bytes){out->pcr.value, NATT_PCR_LEN}));
    if (what == NATT_NSM_EXTEND_PCR)
        MUST(nsm_oracle_is_bytes(nsm_oracle_field(fields, "data"), (natt_bytes){out->value, NATT_PCR_LEN}));
    if (what == NATT_NSM_ATTESTATION)
        MUST(nsm_oracle_is_bytes(nsm_oracle_field(fields, "document"), bytes) && bytes.len > 0 && bytes.len <= room);
    if (what == NATT_NSM_GET_RANDOM)
        MUST(nsm_oracle_is_bytes(nsm_oracle_field(fields, "random"), bytes) && bytes.len > 0 && bytes.len <= room);
    if (what == RANDOM) { /* one reply sufficed: a second one would repeat its bytes */
        const cbor_item_t *random = nsm_oracle_field(fields, "random");
        MUST(random != NULL && cbor_isa_bytestring(random) && room + TAIL <= cbor_bytestring_length(random));
        MUST(memcmp(cbor_bytestring_handle(random), out->bytes, room) == 0);
    }
}

static void check_answer(natt_bytes response, unsigned what, const struct outputs *out, size_t room)
{
    static const char *const names[] = {[NATT_NSM_DESCRIBE_PCR] = "DescribePCR", [NATT_NSM_EXTEND_PCR] = "ExtendPCR",
                                        [NATT_NSM_LOCK_PCR] = "LockPCR",         [NATT_NSM_LOCK_PCRS] = "LockPCRs",
                                        [NATT_NSM_DESCRIBE_NSM] = "DescribeNSM", [NATT_NSM_ATTESTATION] = "Attestation",
                                        [NATT_NSM_GET_RANDOM] = "GetRandom",     [RANDOM] = "GetRandom"};
    if (what == SEND) {
        MUST(fuzz_same_bytes(response, out->bytes, out->len));
        return;
    }
    if (what == RANDOM && room == 0) /* no request was sent */
        return;
    cbor_item_t *item = nsm_oracle_load(response);
    const cbor_item_t *fields = item != NULL ? nsm_oracle_fields(item, names[what]) : NULL;
    if (what == NATT_NSM_LOCK_PCR || what == NATT_NSM_LOCK_PCRS)
        MUST(item != NULL && nsm_oracle_is_text(item, names[what]));
    else
        MUST(fields != NULL);
    if (fields != NULL)
        check_fields(fields, what, out, room);
    cbor_decref(&item);
}

/* Runs the decoder alone, on memory that ends with the response. */
static void check_decoder(natt_bytes response, unsigned what, bool ok, const natt_nsm_error *err)
{
    static const struct natt_nsm_reply zero;
    struct natt_nsm_reply reply;
    natt_nsm_error own, spare;
    memset(&reply, UNTOUCHED, sizeof reply);
    bool decoded =
        natt_nsm_reply_decode(&reply, response, (enum natt_nsm_operation)what, natt_nsm_error_begin(&own, &spare));
    MUST(decoded || memcmp(&reply, &zero, sizeof zero) == 0);
    MUST(fuzz_inside(response, reply.data) && fuzz_inside(response, reply.document));
    MUST(fuzz_inside(response, reply.random));
    MUST(!ok || decoded);
    if (err->code >= NATT_NSM_E_DEVICE)
        MUST(!decoded && own.code == err->code && own.offset == err->offset && own.message == err->message);
}

static bool run(struct transport *t, unsigned what, struct outputs *out, size_t room, natt_nsm_error *err)
{
    natt_nsm_transport transport = {t, exchange, NULL};
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    natt_nsm nsm;
    options.transport = &transport;
    memset(out, UNTOUCHED, sizeof *out);
    out->description.struct_size = sizeof out->description;
    MUST(natt_nsm_open(&nsm, &options, NULL));
    bool ok = call(&nsm, what, out, room, err);
    natt_nsm_close(&nsm);
    return ok;
}

static bool same_error(const natt_nsm_error *a, const natt_nsm_error *b)
{
    return a->code == b->code && a->device_error == b->device_error && a->errno_value == b->errno_value &&
           a->required_len == b->required_len && a->offset == b->offset && a->message == b->message;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct outputs out, again;
    natt_nsm_error err, same;
    uint8_t head[3];
    natt_bytes in = {data, size};
    fuzz_take(&in, head, sizeof head);
    unsigned what = head[0] % CALLS;
    size_t room = (size_t)head[2] * 64 < sizeof out.bytes ? (size_t)head[2] * 64 : sizeof out.bytes;
    struct transport first = {in, head[1], 0x00}, second = {in, head[1], 0xf6};
    bool ok = run(&first, what, &out, room, &err);
    MUST(run(&second, what, &again, room, &same) == ok && same_error(&err, &same));
    MUST(memcmp(&out, &again, sizeof out) == 0);
    check_error(ok, &err, in);
    check_outputs(what, ok, &out, room);
    if (in.len > NATT_NSM_MAX_RESPONSE || head[1] >= 0xfe)
        return 0;
    if (err.code == NATT_NSM_E_DEVICE)
        check_device_error(&err, in);
    if (ok)
        check_answer(in, what, &out, room);
    if (what < NATT_NSM_OPERATION_COUNT)
        check_decoder(in, what, ok, &err);
    return 0;
}
