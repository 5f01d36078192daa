/*
 * Writes seeds for nsm_request and nsm_response: the client's requests and the software NSM's replies, alone and in
 * sequences.
 * usage: nsm_seeds FOLDER
 */
#include "fuzz/property.h"
#include "nitro_attest/emulator.h"
#include "nsm/client/codec.h"

#include <sys/stat.h>

#define BYTES(literal)                                                                                                 \
    {                                                                                                                  \
        (const uint8_t *)(literal), sizeof(literal) - 1                                                                \
    }
#define MAX_SEED (16 * NATT_EMULATOR_MAX_REQUEST)

/* The order makes a useful sequence: PCRs are extended before they are locked. */
static const struct natt_nsm_request requests[] = {
    {NATT_NSM_DESCRIBE_NSM},
    {NATT_NSM_GET_RANDOM},
    {NATT_NSM_DESCRIBE_PCR, 0},
    {NATT_NSM_EXTEND_PCR, 16, BYTES("\1\2")},
    {NATT_NSM_DESCRIBE_PCR, 16},
    {NATT_NSM_LOCK_PCR, 16},
    {NATT_NSM_EXTEND_PCR, 16, BYTES("late")},
    {NATT_NSM_LOCK_PCR, 16},
    {NATT_NSM_EXTEND_PCR, 20, BYTES("")},
    {NATT_NSM_LOCK_PCRS, 24},
    {NATT_NSM_ATTESTATION},
    {NATT_NSM_ATTESTATION, 0, {NULL, 0}, BYTES("\1\2"), BYTES("\3"), BYTES("\4\5\6")},
    {NATT_NSM_DESCRIBE_PCR, 65535},
    {NATT_NSM_LOCK_PCR, 31},
    {NATT_NSM_LOCK_PCRS, 32},
    {NATT_NSM_DESCRIBE_NSM},
};
#define COUNT (sizeof requests / sizeof requests[0])

static const char *base;

static void put(const char *kind, const char *prefix, size_t number, const uint8_t *bytes, size_t len)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/%s", base, kind);
    MUST(n > 0 && (size_t)n < sizeof path - 64);
    (void)mkdir(path, 0777); /* it may already exist */
    (void)snprintf(path + n, sizeof path - (size_t)n, "/%s-%02zu", prefix, number);
    FILE *f = fopen(path, "wb");
    MUST(f != NULL && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
}

/* fuzz/nsm_request.c describes the bytes. */
static size_t append(uint8_t *seed, size_t at, const uint8_t *request, size_t len)
{
    seed[at] = (uint8_t)(len >> 8);
    seed[at + 1] = (uint8_t)len;
    memcpy(seed + at + 2, request, len);
    return at + 2 + len;
}

/* fuzz/nsm_encode.c describes the bytes: each operation with short fields, long ones, and none. */
static void put_fields(void)
{
    static const size_t lengths[] = {0, 23, 24, 255, 256, 1024, 4050};
    for (size_t i = 0; i < NATT_NSM_OPERATION_COUNT * (sizeof lengths / sizeof lengths[0]); i++) {
        size_t len = lengths[i / NATT_NSM_OPERATION_COUNT];
        uint8_t seed[13] = {(uint8_t)(i % NATT_NSM_OPERATION_COUNT), 0, (uint8_t)len, 0x10, 0x00};
        for (size_t field = 0; field < 4; field++) {
            seed[5 + 2 * field] = (uint8_t)(2 * len >> 8);
            seed[6 + 2 * field] = (uint8_t)(2 * len + (field == i % 4));
        }
        put("nsm_fields", "fields", i, seed, sizeof seed);
    }
}

/* A reply with an unknown field, as a newer NSM may send. Its key is as long as other keys, so that one mutation can
 * turn it into one of them. */
static void record_newer(size_t number, uint8_t *seed, size_t len)
{
    static const uint8_t more[] = {0x64, 'm', 'o', 'r', 'e', 0xf5};
    size_t fields_at = 3 + 2 + (seed[4] & 0x1f);
    if (seed[3] != 0xa1 || seed[fields_at] >> 5 != 5)
        return;
    seed[fields_at]++;
    memcpy(seed + len, more, sizeof more);
    put("nsm_responses", "newer", number, seed, len + sizeof more);
}

static void record(natt_emulator *emulator, size_t number, const uint8_t *request, size_t len, unsigned operation)
{
    static uint8_t seed[3 + NATT_EMULATOR_MAX_RESPONSE + 16];
    size_t reply_len = 0;
    MUST(natt_emulator_exchange(emulator, request, len, seed + 3, NATT_EMULATOR_MAX_RESPONSE, &reply_len) == 0);
    seed[0] = (uint8_t)operation;
    seed[1] = 0;
    seed[2] = 0xff; /* the largest output buffer */
    put("nsm_responses", "reply", number, seed, 3 + reply_len);
    if (operation == NATT_NSM_GET_RANDOM) {
        seed[0] = NATT_NSM_OPERATION_COUNT;
        seed[2] = 3;
        put("nsm_responses", "random", number, seed, 3 + reply_len);
        seed[0] = NATT_NSM_GET_RANDOM;
        seed[2] = 0xff;
    }
    record_newer(number, seed, 3 + reply_len);
}

int main(int argc, char **argv)
{
    static const uint8_t choices[] = {0x00, 0x1e, 0x01, 0x1f};
    static uint8_t seed[MAX_SEED], request[NATT_EMULATOR_MAX_REQUEST];
    natt_emulator_options options = NATT_EMULATOR_OPTIONS_INIT;
    MUST(argc == 2);
    base = argv[1];
    (void)mkdir(base, 0777);
    options.seed = (natt_bytes){(const uint8_t *)"nitro-attest software NSM, fuzz.", 32};
    options.clock.fixed_ms = UINT64_C(1760000000000);
    natt_emulator *emulator = natt_emulator_new(&options, NULL);
    MUST(emulator != NULL);
    for (size_t c = 0, at = 1; c < sizeof choices; c++, at = 1)
        for (size_t i = 0; i < COUNT; i++) {
            size_t len = natt_nsm_request_encode(request, sizeof request, &requests[i]);
            at = append(seed, i % 8 == 0 ? 1 : at, request, len);
            seed[0] = choices[c];
            if (c == 0)
                record(emulator, i, request, len, requests[i].operation);
            if (i % 8 == 7)
                put("nsm_requests", "sequence", c * COUNT + i, seed, at);
        }
    for (size_t i = 0; i < COUNT; i++) {
        size_t len = natt_nsm_request_encode(request, sizeof request, &requests[i]);
        seed[0] = 0x1e;
        put("nsm_requests", "request", i, seed, append(seed, 1, request, len));
    }
    natt_emulator_free(emulator);
    put_fields();
    printf("%zu requests\n", COUNT);
    return 0;
}
