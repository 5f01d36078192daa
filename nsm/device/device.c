/*
 * See device.h. Semantics: AWS nsm-api docs and src/api/mod.rs, and observations of a genuine device: the names of
 * errors, PCR 0 to 15 locked at first, LockPCRs with a count and idempotent, LockPCR not idempotent, GetRandom of 256
 * bytes, only locked PCRs in documents.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "nsm/device/device.h"

#include <string.h>
#include <time.h>

#include <mbedtls/platform_util.h>

#include "nsm/device/emulator_internal.h"

#define RANDOM_LEN 256
#define RENEW_MS   UINT64_C(7200000) /* a leaf is valid for 3 h, so that every document is valid for at least an hour */

struct answer {
    struct natt_device *device;
    struct natt_device_reply reply;
    const struct natt_nsm_request *request;
    uint64_t error; /* by AWS's number, 0 = none */
};

static bool is_locked(const struct natt_device *device, uint16_t index)
{
    return (device->locked >> index & 1) != 0;
}

static void describe_pcr(struct answer *a)
{
    natt_reply_bool(&a->reply, "lock", is_locked(a->device, a->request->number));
    natt_reply_bytes(&a->reply, "data", NATT_CONST(a->device->pcrs.values[a->request->number]));
}

static void extend_pcr(struct answer *a)
{
    uint16_t index = a->request->number;
    if (is_locked(a->device, index)) {
        a->error = NATT_NSM_DEVICE_READ_ONLY_INDEX;
        return;
    }
    const char *why = natt_issuer_extend(a->device->pcrs.values[index], a->request->data);
    if (why != NULL)
        natt_arena_fail(a->reply.arena, why);
    natt_reply_bytes(&a->reply, "data", NATT_CONST(a->device->pcrs.values[index]));
}

static void lock_pcr(struct answer *a)
{
    if (is_locked(a->device, a->request->number))
        a->error = NATT_NSM_DEVICE_READ_ONLY_INDEX;
    a->device->locked |= UINT32_C(1) << a->request->number;
}

/* [0, range): a count, not the highest index. */
static void lock_pcrs(struct answer *a)
{
    for (uint16_t i = 0; i < a->request->number; i++)
        a->device->locked |= UINT32_C(1) << i;
}

static void describe_nsm(struct answer *a)
{
    natt_reply_uint(&a->reply, "version_major", 1);
    natt_reply_uint(&a->reply, "version_minor", 0);
    natt_reply_uint(&a->reply, "version_patch", 0);
    natt_reply_text(&a->reply, "module_id", a->device->issuer->module_id);
    natt_reply_uint(&a->reply, "max_pcrs", NATT_PCR_COUNT);
    natt_reply_indices(&a->reply, "locked_pcrs", a->device->locked);
    natt_reply_text(&a->reply, "digest", "SHA384");
}

static void get_random(struct answer *a)
{
    uint8_t bytes[RANDOM_LEN];
    if (!natt_random_fill(&a->device->random, bytes, sizeof bytes))
        natt_arena_fail(a->reply.arena, natt_issuer_no_crypto);
    natt_reply_bytes(&a->reply, "random", NATT_CONST(bytes));
    mbedtls_platform_zeroize(bytes, sizeof bytes);
}

static uint64_t system_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* False if the sum is out of range. */
static bool read_clock(const natt_emulator_clock *clock, uint64_t *ms)
{
    uint64_t base = clock->now_ms != NULL  ? clock->now_ms(clock->context)
                    : clock->fixed_ms != 0 ? clock->fixed_ms
                                           : system_ms();
    *ms = base + (uint64_t)clock->offset_ms;
    return clock->offset_ms < 0 ? *ms < base : *ms >= base;
}

/* Certificates are reissued when the leaf is old, or if the clock was set back to a time before their validity. */
static bool renew(struct natt_device *device, uint64_t now_ms)
{
    if (now_ms >= device->issued_ms && now_ms - device->issued_ms < RENEW_MS)
        return true;
    if (!natt_issuer_set_now(device->issuer, now_ms, NULL))
        return false;
    device->issued_ms = now_ms;
    return true;
}

static natt_issue_request document_request(const struct answer *a, natt_issue_pcr pcrs[NATT_PCR_COUNT], uint64_t now_ms)
{
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++)
        if (is_locked(a->device, (uint16_t)i))
            pcrs[request.pcr_count++] = (natt_issue_pcr){i, NATT_CONST(a->device->pcrs.values[i])};
    request.pcrs = pcrs;
    request.only_these_pcrs = true;
    request.public_key = a->request->public_key;
    request.user_data = a->request->user_data;
    request.nonce = a->request->nonce;
    request.timestamp_ms = now_ms;
    return request;
}

static void attestation(struct answer *a)
{
    natt_issue_pcr pcrs[NATT_PCR_COUNT];
    uint64_t now_ms;
    size_t len = 0;
    if (!read_clock(&a->device->clock, &now_ms) || !renew(a->device, now_ms)) {
        a->error = NATT_NSM_DEVICE_INTERNAL_ERROR;
        return;
    }
    natt_emulator_error err;
    natt_issue_request request = document_request(a, pcrs, now_ms);
    uint8_t *document = natt_arena_alloc(a->reply.arena, NATT_EMULATOR_MAX_RESPONSE);
    if (document != NULL && !natt_issue(a->device->issuer, document, NATT_EMULATOR_MAX_RESPONSE, &len, &request, &err))
        natt_arena_fail(a->reply.arena,
                        err.code == NATT_EMULATOR_E_MEMORY ? natt_arena_no_memory : natt_issuer_no_crypto);
    natt_reply_bytes(&a->reply, "document", (natt_bytes){document, len});
}

struct rule {
    void (*carry_out)(struct answer *);
    uint16_t limit; /* of index or range; 0 = has none */
    bool enclave_only;
};

/* TPM commands, not NSM requests, extend the PCRs of a TPM. */
static const struct rule rules[NATT_NSM_OPERATION_COUNT] = {
    [NATT_NSM_DESCRIBE_PCR] = {describe_pcr, NATT_PCR_COUNT - 1, true},
    [NATT_NSM_EXTEND_PCR] = {extend_pcr, NATT_PCR_COUNT - 1, true},
    [NATT_NSM_LOCK_PCR] = {lock_pcr, NATT_PCR_COUNT - 1, true},
    [NATT_NSM_LOCK_PCRS] = {lock_pcrs, NATT_PCR_COUNT, true},
    [NATT_NSM_DESCRIBE_NSM] = {describe_nsm, 0, false},
    [NATT_NSM_ATTESTATION] = {attestation, 0, false},
    [NATT_NSM_GET_RANDOM] = {get_random, 0, false},
};

static uint64_t check_request(const struct natt_device *device, const struct natt_nsm_request *request)
{
    if (request->operation == NATT_NSM_OPERATION_COUNT)
        return NATT_NSM_DEVICE_INVALID_OPERATION;
    const struct rule *rule = &rules[request->operation];
    if (rule->enclave_only && device->issuer->kind != NATT_KIND_ENCLAVE)
        return NATT_NSM_DEVICE_INVALID_OPERATION;
    return rule->limit != 0 && request->number > rule->limit ? NATT_NSM_DEVICE_INVALID_INDEX : 0;
}

natt_bytes natt_device_answer(struct natt_device *device, struct natt_arena *arena,
                              const struct natt_nsm_request *request, bool twice)
{
    struct answer a = {device, {.arena = arena}, request, check_request(device, request)};
    a.reply.name = natt_nsm_operation_name(request->operation);
    if (a.error == 0)
        rules[request->operation].carry_out(&a);
    return a.error != 0 ? natt_reply_error(arena, a.error, twice) : natt_reply_write(&a.reply, twice);
}

static bool make_issuer(struct natt_device *device, const natt_emulator_options *options, natt_emulator_error *err)
{
    natt_issuer_options how = NATT_ISSUER_OPTIONS_INIT;
    uint8_t kept[NATT_EMULATOR_SEED_LEN];
    how.seed = options->seed;
    if (options->pki_dir != NULL && !natt_emulator_pki_load(kept, options->pki_dir, err))
        return false;
    if (options->pki_dir != NULL)
        how.seed = NATT_CONST(kept);
    how.kind = options->kind;
    how.now_ms = device->issued_ms;
    how.suffix = NATT_EMULATOR_SUFFIX;
    how.region = options->region;
    how.instance_id = options->instance_id;
    how.role_arn = options->role_arn;
    device->issuer = natt_issuer_new(&how, err);
    mbedtls_platform_zeroize(kept, sizeof kept);
    return device->issuer != NULL;
}

static bool set_pcr(struct natt_device *device, const natt_emulator_pcr *pcr, uint32_t position,
                    natt_emulator_error *err)
{
    uint32_t count = device->issuer->kind == NATT_KIND_NITROTPM ? NATT_TPM_PCRS : NATT_PCR_COUNT;
    if (pcr->index >= count)
        return natt_emulator_fail_entry(err, NATT_EMULATOR_E_USAGE_PCR, position,
                                        "a PCR preset's index is above 31 (NitroTPM: 23)");
    if (pcr->value.ptr != NULL && pcr->extend.ptr != NULL)
        return natt_emulator_fail_entry(err, NATT_EMULATOR_E_USAGE_PCR, position,
                                        "a PCR preset has both a value and data to extend it with: give one");
    if (pcr->value.ptr != NULL && pcr->value.len != NATT_PCR_LEN)
        return natt_emulator_fail_entry(err, NATT_EMULATOR_E_USAGE_PCR, position,
                                        "a PCR preset's value is not 48 bytes");
    if (pcr->value.ptr != NULL)
        memcpy(device->pcrs.values[pcr->index], pcr->value.ptr, NATT_PCR_LEN);
    const char *why = pcr->extend.ptr != NULL ? natt_issuer_extend(device->pcrs.values[pcr->index], pcr->extend) : NULL;
    if (pcr->lock)
        device->locked |= UINT32_C(1) << pcr->index;
    return natt_issuer_check(err, NATT_EMULATOR_E_CRYPTO, why);
}

static bool set_pcrs(struct natt_device *device, const natt_emulator_options *options, natt_emulator_error *err)
{
    bool tpm = device->issuer->kind == NATT_KIND_NITROTPM;
    const char *why = natt_issuer_default_pcrs(&device->pcrs, device->issuer, options->debug);
    if (!natt_issuer_check(err, NATT_EMULATOR_E_CRYPTO, why))
        return false;
    device->locked = (UINT32_C(1) << (tpm ? NATT_TPM_PCRS : NATT_ENCLAVE_LOCKED)) - 1;
    for (size_t i = 0; i < options->pcr_count; i++)
        if (!set_pcr(device, &options->pcrs[i], (uint32_t)i, err))
            return false;
    if (options->debug)
        memset(device->pcrs.values, 0, 3 * sizeof device->pcrs.values[0]);
    return true;
}

bool natt_device_init(struct natt_device *device, const natt_emulator_options *options, natt_emulator_error *err)
{
    device->clock = options->clock;
    bool random = natt_random_init(&device->random);
    if (!read_clock(&device->clock, &device->issued_ms))
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_NOW, "the clock's offset is out of range");
    if (!random)
        return natt_emulator_fail(err, NATT_EMULATOR_E_RANDOM, NULL);
    return make_issuer(device, options, err) && set_pcrs(device, options, err);
}

void natt_device_free(struct natt_device *device)
{
    natt_issuer_free(device->issuer);
    natt_random_free(&device->random);
}
