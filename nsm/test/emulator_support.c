#include "nsm/test/emulator_support.h"

#include <stdio.h>
#include <string.h>

#include <cbor.h>
#include <criterion/criterion.h>

#include "nsm/test/support.h"

natt_emulator_options test_emulator_options(void)
{
    natt_emulator_options options = NATT_EMULATOR_OPTIONS_INIT;
    options.seed = (natt_bytes){(const uint8_t *)"emulator tests", 14};
    options.clock.fixed_ms = TEST_CLOCK_MS;
    return options;
}

natt_emulator *test_emulator(const natt_emulator_options *options)
{
    const natt_emulator_options standard = test_emulator_options();
    natt_emulator_error err;
    natt_emulator *emulator = natt_emulator_new(options != NULL ? options : &standard, &err);
    cr_assert_not_null(emulator, "%s", err.message);
    cr_assert_eq(err.code, NATT_EMULATOR_OK);
    return emulator;
}

natt_bytes test_exchange(natt_emulator *emulator, natt_bytes request)
{
    static uint8_t buffers[8][NATT_EMULATOR_MAX_RESPONSE];
    static unsigned next;
    uint8_t *to = buffers[next++ % 8];
    size_t len = 0;
    int error = natt_emulator_exchange(emulator, request.ptr, request.len, to, NATT_EMULATOR_MAX_RESPONSE, &len);
    cr_assert_eq(error, 0, "errno %d", error);
    return (natt_bytes){to, len};
}

int test_exchange_errno(natt_emulator *emulator, natt_bytes request)
{
    uint8_t response[64];
    size_t len = 1;
    int error = natt_emulator_exchange(emulator, request.ptr, request.len, response, sizeof response, &len);
    cr_assert(error == 0 || len == 0);
    return error;
}

static void expect(natt_bytes response, natt_bytes wanted, const char *what)
{
    char hex[2 * 128 + 1] = "";
    for (size_t i = 0; i < response.len && i < 128; i++)
        snprintf(hex + 2 * i, 3, "%02x", response.ptr[i]);
    cr_expect(test_equal(response, wanted), "%s: the response is %s", what, hex);
}

void test_expect_error(natt_emulator *emulator, const char *request_hex, const char *name, const char *what)
{
    uint8_t wanted[64] = {0xa1, 0x65, 'E', 'r', 'r', 'o', 'r', (uint8_t)(0x60 + strlen(name))};
    memcpy(wanted + 8, name, strlen(name));
    expect(test_exchange(emulator, test_hex(request_hex)), (natt_bytes){wanted, 8 + strlen(name)}, what);
}

void test_expect_response(natt_emulator *emulator, const char *request_hex, const char *response_hex, const char *what)
{
    expect(test_exchange(emulator, test_hex(request_hex)), test_hex(response_hex), what);
}

natt_bytes test_document_of(natt_bytes response)
{
    /* {"Attestation": {"document": h'...'}}, a length of two octets */
    natt_bytes head = test_hex("a1 6b 4174746573746174696f6e a1 68 646f63756d656e74 59");
    cr_assert(response.len > head.len + 2 && memcmp(response.ptr, head.ptr, head.len) == 0, "no document");
    size_t len = (size_t)response.ptr[head.len] << 8 | response.ptr[head.len + 1];
    cr_assert_eq(len, response.len - head.len - 2);
    return (natt_bytes){response.ptr + head.len + 2, len};
}

natt_bytes test_pcr_of(natt_bytes response)
{
    natt_bytes head = test_hex("64 64617461 58 30");
    size_t at = test_find(response, head) + head.len;
    cr_assert_leq(at + 48, response.len);
    return (natt_bytes){response.ptr + at, 48};
}

bool test_verify(natt_verified *v, natt_bytes document, natt_bytes root, natt_kind kind, uint64_t now_ms,
                 natt_error *err)
{
    natt_options opt = NATT_OPTIONS_INIT;
    opt.roots = &root;
    opt.root_count = 1;
    opt.kind = kind;
    opt.time_mode = NATT_TIME_NOW;
    opt.now_ms = now_ms;
    opt.max_age_ms = NATT_UNLIMITED_MS;
    opt.nonce_mode = NATT_NONCE_NOT_USED;
    opt.flags = NATT_INSECURE_NO_PCR_POLICY | NATT_ALLOW_DEBUG;
    *v = (natt_verified)NATT_VERIFIED_INIT;
    return natt_verify(v, document, &opt, NULL, err);
}

/* Text of a definite string item, or "". */
static const char *text_of(const cbor_item_t *item)
{
    static char text[64];
    text[0] = '\0';
    if (cbor_isa_string(item) && cbor_string_length(item) < sizeof text)
        snprintf(text, sizeof text, "%.*s", (int)cbor_string_length(item), (const char *)cbor_string_handle(item));
    return text;
}

static bool is_one_of(const char *text, const char *const *names)
{
    while (*names != NULL && strcmp(*names, text) != 0)
        names++;
    return *names != NULL;
}

static bool is_known(const cbor_item_t *item)
{
    static const char *const bare[] = {"LockPCR", "LockPCRs", NULL};
    static const char *const mapped[] = {"DescribePCR", "ExtendPCR", "DescribeNSM", "Attestation", "GetRandom", NULL};
    static const char *const errors[] = {"InvalidArgument", "InvalidIndex",     "InvalidResponse",
                                         "ReadOnlyIndex",   "InvalidOperation", "BufferTooSmall",
                                         "InputTooLarge",   "InternalError",    NULL};
    if (cbor_isa_string(item))
        return is_one_of(text_of(item), bare);
    if (!cbor_isa_map(item) || cbor_map_size(item) != 1)
        return false;
    const struct cbor_pair *pair = cbor_map_handle(item);
    if (strcmp(text_of(pair->key), "Error") == 0)
        return is_one_of(text_of(pair->value), errors);
    return is_one_of(text_of(pair->key), mapped) && cbor_isa_map(pair->value);
}

bool test_is_response(natt_bytes response)
{
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(response.ptr, response.len, &result);
    bool ok = item != NULL && result.error.code == CBOR_ERR_NONE && result.read == response.len && is_known(item);
    if (item != NULL)
        cbor_decref(&item);
    return ok;
}
