/*
 * Property: for any sequence of up to eight requests, the software NSM returns an errno that emulator.h lists, or one
 * item that libcbor and the client accept: an error, after which nothing has changed, or the reply to the request as
 * libcbor parses it. A model of the PCRs follows the replies: an extended PCR is SHA-384(old || data), a locked one
 * does not change. When the same requests are repeated, the replies are the same except for random bytes; a smaller
 * buffer gets a truncated reply. A request may be padded with zeros up to 0x1000 bytes; any other last byte makes the
 * software NSM refuse it. Documents verify and contain the requested fields. Input: a byte that chooses the NSM (bit 0:
 * NitroTPM; bits 1 to 4 all set: it signs documents, else Attestation is an injected error; signing costs more than
 * everything else together, so after 64 such inputs only every 64th gets a signature); then requests after two bytes
 * each: buffer size (upper 3 bits; 0: maximum), length (13 bits).
 */
#include "fuzz/nsm_oracle.h"
#include "fuzz/property.h"
#include "nitro_attest/attest.h"
#include "nsm/client/codec.h"
#include "nsm/client/error.h"
#include "nsm/device/emulator_internal.h"

#include <errno.h>
#include <mbedtls/md.h>

#define NOW_MS       UINT64_C(1760000000000)
#define MAX_REQUESTS 8
#define SIGNS        0x1e
#define OFTEN        64
#define TPM          0x01
#define ERROR        NATT_NSM_OPERATION_COUNT /* kind of a reply that is an error */
#define TPM_LOCKED   0xffffff
#define LOCKED       0xffff

struct model {
    uint8_t pcrs[NATT_PCR_COUNT][NATT_PCR_LEN];
    uint32_t locked;
};

struct fuzzed {
    natt_emulator *emulator;
    bool tpm;
    struct model start;
};

struct exchange {
    natt_bytes request;
    size_t room;
    uint8_t reply[NATT_EMULATOR_MAX_RESPONSE];
    size_t reply_len;
    int error;
    unsigned kind; /* the operation of the reply, or ERROR */
};

static const char *const names[] = {[NATT_NSM_DESCRIBE_PCR] = "DescribePCR", [NATT_NSM_EXTEND_PCR] = "ExtendPCR",
                                    [NATT_NSM_LOCK_PCR] = "LockPCR",         [NATT_NSM_LOCK_PCRS] = "LockPCRs",
                                    [NATT_NSM_DESCRIBE_NSM] = "DescribeNSM", [NATT_NSM_ATTESTATION] = "Attestation",
                                    [NATT_NSM_GET_RANDOM] = "GetRandom"};

static struct model state_of(const struct fuzzed *f)
{
    struct model now;
    memcpy(now.pcrs, f->emulator->device.pcrs.values, sizeof now.pcrs);
    now.locked = f->emulator->device.locked;
    return now;
}

/* Generating keys costs as much as thousands of requests, so each NSM is created once and reset for every input. */
static void set_back(struct fuzzed *f)
{
    memcpy(f->emulator->device.pcrs.values, f->start.pcrs, sizeof f->start.pcrs);
    f->emulator->device.locked = f->start.locked;
}

static void make(struct fuzzed *f, bool tpm, bool signs)
{
    natt_emulator_options options = NATT_EMULATOR_OPTIONS_INIT;
    natt_fault no_documents;
    MUST(natt_fault_parse(&no_documents, "attestation:error=InternalError", NULL));
    f->tpm = tpm;
    options.seed = (natt_bytes){(const uint8_t *)"nitro-attest software NSM, fuzz.", 32};
    options.clock.fixed_ms = NOW_MS;
    options.kind = f->tpm ? NATT_KIND_NITROTPM : NATT_KIND_ENCLAVE;
    options.faults = &no_documents;
    options.fault_count = signs ? 0 : 1;
    f->emulator = natt_emulator_new(&options, NULL);
    MUST(f->emulator != NULL);
    f->start = state_of(f);
    MUST(f->start.locked == (f->tpm ? TPM_LOCKED : LOCKED));
}

static bool signs_now(uint8_t choice)
{
    static unsigned long asked;
    bool asks = (choice & SIGNS) == SIGNS;
    asked += asks;
    return asks && (asked <= OFTEN || asked % OFTEN == 0);
}

static struct fuzzed *chosen(uint8_t choice)
{
    static struct fuzzed all[2][2];
    bool signs = signs_now(choice), tpm = (choice & TPM) != 0;
    struct fuzzed *f = &all[tpm][signs];
    if (f->emulator == NULL)
        make(f, tpm, signs);
    set_back(f);
    return f;
}

static size_t take_requests(natt_bytes in, struct exchange *out)
{
    size_t count = 0;
    for (; count < MAX_REQUESTS && in.len >= 2; count++) {
        size_t head = (size_t)in.ptr[0] << 8 | in.ptr[1], len = head & 0x1fff;
        len = len < in.len - 2 ? len : in.len - 2;
        out[count].request = (natt_bytes){in.ptr + 2, len};
        out[count].room = head >> 13 == 0 ? NATT_EMULATOR_MAX_RESPONSE : (size_t)1 << (2 * (head >> 13) - 2);
        in = (natt_bytes){in.ptr + 2 + len, in.len - 2 - len};
    }
    return count;
}

static int expected_errno(size_t request_len)
{
    return request_len == 0 ? ETIMEDOUT : request_len > NATT_EMULATOR_MAX_REQUEST ? EMSGSIZE : 0;
}

static uint64_t number_in(const cbor_item_t *fields, const char *name)
{
    const cbor_item_t *value = nsm_oracle_field(fields, name);
    MUST(value != NULL && cbor_isa_uint(value));
    return cbor_get_int(value);
}

/* Text counts as bytes. Returns NULL if the field is missing or null. */
static natt_bytes bytes_in(const cbor_item_t *fields, const char *name)
{
    const cbor_item_t *value = nsm_oracle_field(fields, name);
    if (value == NULL || cbor_is_null(value))
        return (natt_bytes){NULL, 0};
    if (cbor_isa_string(value) && cbor_string_is_definite(value))
        return (natt_bytes){cbor_string_handle(value), cbor_string_length(value)};
    MUST(cbor_isa_bytestring(value) && cbor_bytestring_is_definite(value));
    return (natt_bytes){cbor_bytestring_handle(value), cbor_bytestring_length(value)};
}

static void check_extended(struct model *model, const cbor_item_t *asked, const cbor_item_t *answered)
{
    uint64_t index = number_in(asked, "index");
    natt_bytes data = bytes_in(asked, "data");
    static uint8_t both[NATT_PCR_LEN + NATT_EMULATOR_MAX_REQUEST], digest[NATT_PCR_LEN];
    MUST(index < NATT_PCR_COUNT && (model->locked >> index & 1) == 0 && data.ptr != NULL);
    memcpy(both, model->pcrs[index], NATT_PCR_LEN);
    memcpy(both + NATT_PCR_LEN, data.ptr, data.len);
    MUST(mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA384), both, NATT_PCR_LEN + data.len, digest) == 0);
    memcpy(model->pcrs[index], digest, NATT_PCR_LEN);
    MUST(nsm_oracle_is_bytes(nsm_oracle_field(answered, "data"), (natt_bytes){model->pcrs[index], NATT_PCR_LEN}));
}

static void check_described(const struct model *model, const cbor_item_t *asked, const cbor_item_t *answered)
{
    uint64_t index = number_in(asked, "index");
    MUST(index < NATT_PCR_COUNT);
    MUST(nsm_oracle_is_bool(nsm_oracle_field(answered, "lock"), (model->locked >> index & 1) != 0));
    MUST(nsm_oracle_is_bytes(nsm_oracle_field(answered, "data"), (natt_bytes){model->pcrs[index], NATT_PCR_LEN}));
}

static void check_locked_list(const struct model *model, const cbor_item_t *answered)
{
    const cbor_item_t *list = nsm_oracle_field(answered, "locked_pcrs");
    uint32_t mask = 0;
    MUST(list != NULL && cbor_isa_array(list));
    for (size_t i = 0; i < cbor_array_size(list); i++)
        mask |= UINT32_C(1) << cbor_get_int(cbor_array_handle(list)[i]);
    MUST(mask == model->locked && nsm_oracle_is_number(nsm_oracle_field(answered, "max_pcrs"), NATT_PCR_COUNT));
}

static bool same_field(natt_bytes asked, natt_bytes got)
{
    return (asked.ptr == NULL) == (got.ptr == NULL) && fuzz_same_bytes(asked, got.ptr, got.len);
}

/* Under the NSM's own root, at its own time, the document must be genuine, with the locked PCRs and the requested
 * fields. */
static void check_document(const struct fuzzed *f, const struct model *model, const cbor_item_t *asked, natt_bytes in)
{
    natt_options opt = NATT_OPTIONS_INIT;
    natt_verified v = NATT_VERIFIED_INIT;
    natt_bytes root = natt_emulator_root(f->emulator);
    opt.kind = f->tpm ? NATT_KIND_NITROTPM : NATT_KIND_ENCLAVE;
    opt.roots = &root;
    opt.root_count = 1;
    opt.time_mode = NATT_TIME_NOW;
    opt.now_ms = NOW_MS;
    opt.max_age_ms = 1000;
    opt.nonce_mode = NATT_NONCE_NOT_USED;
    opt.flags = NATT_INSECURE_NO_PCR_POLICY | NATT_ALLOW_DEBUG;
    natt_error err;
    MUST(natt_verify(&v, in, &opt, NULL, &err));
    MUST(v.pcr_mask == model->locked && v.timestamp_ms == NOW_MS);
    for (size_t i = 0; i < NATT_PCR_COUNT; i++)
        MUST((v.pcr_mask >> i & 1) == 0 || memcmp(v.pcrs[i], model->pcrs[i], NATT_PCR_LEN) == 0);
    MUST(same_field(bytes_in(asked, "user_data"), v.user_data));
    MUST(same_field(bytes_in(asked, "nonce"), v.nonce));
    MUST(same_field(bytes_in(asked, "public_key"), v.public_key));
}

static void check_attested(const struct fuzzed *f, const struct model *model, const cbor_item_t *asked,
                           const cbor_item_t *answered)
{
    const cbor_item_t *document = nsm_oracle_field(answered, "document");
    MUST(document != NULL && cbor_isa_bytestring(document));
    check_document(f, model, asked, (natt_bytes){cbor_bytestring_handle(document), cbor_bytestring_length(document)});
}

/* Compares a reply that is not an error with the model. libcbor also parses the request. */
static void follow(const struct fuzzed *f, struct model *model, const struct exchange *e, const cbor_item_t *answered)
{
    cbor_item_t *request = nsm_oracle_load_padded(e->request);
    MUST(request != NULL);
    const cbor_item_t *asked = nsm_oracle_fields(request, names[e->kind]);
    bool bare = e->kind == NATT_NSM_DESCRIBE_NSM || e->kind == NATT_NSM_GET_RANDOM;
    MUST(bare ? nsm_oracle_is_text(request, names[e->kind]) : asked != NULL);
    MUST(!f->tpm || bare || e->kind == NATT_NSM_ATTESTATION);
    if (e->kind == NATT_NSM_DESCRIBE_NSM)
        check_locked_list(model, answered);
    if (e->kind == NATT_NSM_DESCRIBE_PCR)
        check_described(model, asked, answered);
    if (e->kind == NATT_NSM_EXTEND_PCR)
        check_extended(model, asked, answered);
    if (e->kind == NATT_NSM_ATTESTATION)
        check_attested(f, model, asked, answered);
    if (e->kind == NATT_NSM_LOCK_PCR) {
        uint64_t index = number_in(asked, "index");
        MUST(index < NATT_PCR_COUNT && (model->locked >> index & 1) == 0);
        model->locked |= UINT32_C(1) << index;
    }
    if (e->kind == NATT_NSM_LOCK_PCRS) {
        uint64_t range = number_in(asked, "range");
        MUST(range <= NATT_PCR_COUNT);
        model->locked |= (uint32_t)((UINT64_C(1) << range) - 1);
    }
    cbor_decref(&request);
}

static bool answers(const cbor_item_t *item, unsigned operation, const cbor_item_t **fields)
{
    bool bare = operation == NATT_NSM_LOCK_PCR || operation == NATT_NSM_LOCK_PCRS;
    *fields = nsm_oracle_fields(item, names[operation]);
    return bare ? nsm_oracle_is_text(item, names[operation]) : *fields != NULL;
}

/* The client must also parse the reply: as the same operation, or as an error whose name it knows. */
static void check_client(const struct exchange *e)
{
    struct natt_nsm_reply reply;
    natt_nsm_error err, spare;
    bool error = e->kind == ERROR;
    bool ok = natt_nsm_reply_decode(&reply, (natt_bytes){e->reply, e->reply_len},
                                    error ? NATT_NSM_GET_RANDOM : (enum natt_nsm_operation)e->kind,
                                    natt_nsm_error_begin(&err, &spare));
    MUST(ok == !error && (!error || err.code == NATT_NSM_E_DEVICE));
    MUST(!error || err.device_error != NATT_NSM_DEVICE_OTHER);
}

static void check_reply(const struct fuzzed *f, struct model *model, struct exchange *e)
{
    natt_bytes error;
    const cbor_item_t *fields = NULL;
    cbor_item_t *item = nsm_oracle_load((natt_bytes){e->reply, e->reply_len});
    MUST(item != NULL);
    for (e->kind = 0; e->kind < ERROR && !answers(item, e->kind, &fields); e->kind++)
        ;
    MUST(e->kind != ERROR || nsm_oracle_error(item, &error));
    if (e->kind != ERROR)
        follow(f, model, e, fields);
    check_client(e);
    cbor_decref(&item);
}

static void first_time(struct fuzzed *f, struct exchange *e, size_t count)
{
    struct model model = f->start;
    for (size_t i = 0; i < count; i++) {
        e[i].reply_len = SIZE_MAX;
        e[i].error = natt_emulator_exchange(f->emulator, e[i].request.ptr, e[i].request.len, e[i].reply,
                                            sizeof e[i].reply, &e[i].reply_len);
        MUST(e[i].error == expected_errno(e[i].request.len) && (e[i].error == 0 || e[i].reply_len == 0));
        if (e[i].error == 0)
            check_reply(f, &model, &e[i]);
        struct model now = state_of(f);
        MUST(memcmp(now.pcrs, model.pcrs, sizeof now.pcrs) == 0 && now.locked == model.locked);
    }
}

static void second_time(struct fuzzed *f, const struct exchange *e, size_t count)
{
    static uint8_t reply[NATT_EMULATOR_MAX_RESPONSE + 1];
    set_back(f);
    for (size_t i = 0; i < count; i++) {
        size_t len = SIZE_MAX, whole = e[i].reply_len < e[i].room ? e[i].reply_len : e[i].room;
        reply[whole] = 0xa5;
        MUST(natt_emulator_exchange(f->emulator, e[i].request.ptr, e[i].request.len, reply, e[i].room, &len) ==
             e[i].error);
        MUST(len == whole && reply[whole] == 0xa5);
        MUST((e[i].error == 0 && e[i].kind == NATT_NSM_GET_RANDOM) || memcmp(reply, e[i].reply, whole) == 0);
    }
}

/* Pads the request with zeros to the maximum size, and sets the last byte to `last` if the request does not cover it.
 * */
static natt_bytes padded(natt_bytes request, uint8_t last)
{
    static uint8_t whole[NATT_EMULATOR_MAX_REQUEST];
    memset(whole, 0, sizeof whole);
    memcpy(whole, request.ptr, request.len);
    if (request.len < sizeof whole)
        whole[sizeof whole - 1] = last;
    return (natt_bytes){whole, sizeof whole};
}

static int ask(struct fuzzed *f, natt_bytes request, uint8_t reply[NATT_EMULATOR_MAX_RESPONSE], size_t *len)
{
    return natt_emulator_exchange(f->emulator, request.ptr, request.len, reply, NATT_EMULATOR_MAX_RESPONSE, len);
}

/* Repeats only requests that succeeded: padding could complete a truncated request. */
static void third_time(struct fuzzed *f, const struct exchange *e, size_t count)
{
    static const uint8_t refused[] = "\xa1\x65"
                                     "Error\x70InvalidOperation";
    static uint8_t reply[NATT_EMULATOR_MAX_RESPONSE];
    size_t len = SIZE_MAX;
    set_back(f);
    for (size_t i = 0; i < count; i++) {
        if (e[i].error != 0 || e[i].kind == ERROR)
            continue;
        if (e[i].request.len < NATT_EMULATOR_MAX_REQUEST) {
            MUST(ask(f, padded(e[i].request, 1), reply, &len) == 0);
            MUST(fuzz_same_bytes((natt_bytes){refused, sizeof refused - 1}, reply, len));
        }
        MUST(ask(f, padded(e[i].request, 0), reply, &len) == 0 && len == e[i].reply_len);
        MUST(e[i].kind == NATT_NSM_GET_RANDOM || memcmp(reply, e[i].reply, len) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct exchange exchanges[MAX_REQUESTS];
    uint8_t choice;
    natt_bytes in = {data, size};
    fuzz_take(&in, &choice, 1);
    struct fuzzed *f = chosen(choice);
    size_t count = take_requests(in, exchanges);
    first_time(f, exchanges, count);
    second_time(f, exchanges, count);
    third_time(f, exchanges, count);
    return 0;
}
