/*
 * Sends the requests of a recorded run with QEMU's device to the emulator, in the same order. The test compares the
 * content of responses, not the order of their keys. If the two differ, the row is listed here with the reason;
 * nsm/device/README.md has the same table for users.
 */
#include <stdio.h>
#include <string.h>

#include <cbor.h>
#include <criterion/criterion.h>

#include "nsm/test/emulator_support.h"
#include "nsm/test/qemu_table.h"
#include "nsm/test/support.h"

static const char locked_at_boot[] = "PCR 0 to 15 are locked from the start, as on a real device; QEMU locks none";
static const char uint16[] = "index and range are 16-bit numbers, as AWS declares them; QEMU reads 8 bits";
static const char strict[] =
    "heads must be of the shortest form and strings in one piece; QEMU's libcbor takes some others";
static const char longer[] = "documents are signed and carry certificates, and no longer fit; QEMU's do neither";

static const struct {
    const char *title, *reason;
} differences[] = {
    {"DescribeNSM", locked_at_boot},
    {"DescribePCR 0", locked_at_boot},
    {"DescribeNSM one lock", locked_at_boot},
    {"Attestation user_data indefinite bytes", strict},
    {"DescribePCR 256 (uint16)", uint16},
    {"DescribePCR 5 as 0x18 05 (non-minimal)", strict},
    {"LockPCRs 256", uint16},
    {"Attestation resp cap 0x1000", longer},
};
#define DIFFERENCES (sizeof differences / sizeof differences[0])

struct text {
    char chars[4096];
    size_t len;
};

static void print(struct text *to, const char *chars)
{
    size_t len = strlen(chars);
    cr_assert_lt(to->len + len, sizeof to->chars);
    memcpy(to->chars + to->len, chars, len + 1);
    to->len += len;
}

static void print_item(struct text *to, const cbor_item_t *item);

static void print_bytes(struct text *to, const unsigned char *bytes, size_t len, const char *format)
{
    char piece[8];
    for (size_t i = 0; i < len; i++) {
        snprintf(piece, sizeof piece, format, bytes[i]);
        print(to, piece);
    }
}

/* Omits values that differ each time, and the device's own name. */
static void print_value(struct text *to, const struct text *key, const cbor_item_t *value)
{
    bool own = strcmp(key->chars, "document") == 0 || strcmp(key->chars, "random") == 0 ||
               strcmp(key->chars, "module_id") == 0;
    if (own)
        print(to, "...");
    else
        print_item(to, value);
}

/* Returns keys in the order of their texts: the smallest one that is greater than the previous one. */
static void print_map(struct text *to, const cbor_item_t *map)
{
    const struct cbor_pair *pairs = cbor_map_handle(map);
    static struct text keys[16];
    char last[sizeof keys[0].chars] = "";
    size_t count = cbor_map_size(map);
    cr_assert_leq(count, 16);
    print(to, "{");
    for (size_t done = 0; done < count; done++) {
        size_t next = count;
        for (size_t i = 0; i < count; i++) {
            keys[i].len = 0;
            print_item(&keys[i], pairs[i].key);
            if (strcmp(keys[i].chars, last) > 0 && (next == count || strcmp(keys[i].chars, keys[next].chars) < 0))
                next = i;
        }
        cr_assert_lt(next, count, "a key occurs twice");
        struct text key = keys[next];
        strcpy(last, key.chars);
        print(to, key.chars);
        print(to, ":");
        print_value(to, &key, pairs[next].value);
        print(to, ",");
    }
    print(to, "}");
}

static void print_scalar(struct text *to, const cbor_item_t *item)
{
    char number[32];
    if (cbor_isa_uint(item))
        snprintf(number, sizeof number, "%llu", (unsigned long long)cbor_get_int(item));
    else
        snprintf(number, sizeof number, "%s", cbor_is_bool(item) ? (cbor_get_bool(item) ? "true" : "false") : "?");
    print(to, number);
}

static void print_item(struct text *to, const cbor_item_t *item)
{
    if (cbor_isa_map(item)) {
        print_map(to, item);
    } else if (cbor_isa_array(item)) {
        print(to, "[");
        for (size_t i = 0; i < cbor_array_size(item); i++) {
            print_item(to, cbor_array_handle(item)[i]);
            print(to, ",");
        }
        print(to, "]");
    } else if (cbor_isa_string(item)) {
        print_bytes(to, cbor_string_handle(item), cbor_string_length(item), "%c");
    } else if (cbor_isa_bytestring(item)) {
        print_bytes(to, cbor_bytestring_handle(item), cbor_bytestring_length(item), "%02x");
    } else {
        print_scalar(to, item);
    }
}

static void print_response(struct text *to, natt_bytes response)
{
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(response.ptr, response.len, &result);
    to->len = 0;
    cr_assert(item != NULL && result.read == response.len);
    print_item(to, item);
    cbor_decref(&item);
}

/* QEMU's response, or "Attestation" or "GetRandom" without its content. */
static void print_recorded(struct text *to, const struct qemu_row *row)
{
    to->len = 0;
    if (strcmp(row->response, "document") == 0)
        print(to, "{Attestation:{document:...,},}");
    else if (strcmp(row->response, "random") == 0)
        print(to, "{GetRandom:{random:...,},}");
    else
        print_response(to, test_hex(row->response));
}

static bool same_answer(const struct qemu_row *row, int error, natt_bytes response)
{
    static struct text ours, theirs;
    if (error != row->error || error != 0)
        return error == row->error && response.len == 0;
    if (strcmp(row->response, "cut") == 0 || response.len == row->capacity)
        return strcmp(row->response, "cut") == 0 && response.len == row->capacity;
    print_response(&ours, response);
    print_recorded(&theirs, row);
    if (strcmp(ours.chars, theirs.chars) != 0)
        cr_log_info("%s: ours %s, QEMU's %s", row->title, ours.chars, theirs.chars);
    return strcmp(ours.chars, theirs.chars) == 0;
}

static bool send_row(natt_emulator *emulator, const struct qemu_row *row)
{
    static uint8_t request[8192], response[65536];
    natt_bytes start = test_hex(row->start);
    size_t len = 0;
    memset(request, row->fill, sizeof request);
    memcpy(request, start.ptr, start.len);
    int error = natt_emulator_exchange(emulator, request, row->len, response, row->capacity, &len);
    return same_answer(row, error, (natt_bytes){response, len});
}

static const char *reason_for(const char *title)
{
    for (size_t i = 0; i < DIFFERENCES; i++)
        if (strcmp(differences[i].title, title) == 0)
            return differences[i].reason;
    return NULL;
}

/* QEMU was started without measurements: PCR 0 to 4 are zero there. */
static natt_emulator *unmeasured(void)
{
    static const uint8_t zero[NATT_PCR_LEN];
    natt_emulator_pcr pcrs[5];
    natt_emulator_options options = test_emulator_options();
    for (uint32_t i = 0; i < 5; i++)
        pcrs[i] = (natt_emulator_pcr){.index = i, .value = {zero, sizeof zero}};
    options.pcrs = pcrs;
    options.pcr_count = 5;
    return test_emulator(&options);
}

Test(qemu, recorded_requests_are_answered_alike_but_for_the_listed_ones)
{
    natt_emulator *emulator = unmeasured();
    size_t different = 0;
    for (size_t i = 0; i < sizeof qemu_rows / sizeof qemu_rows[0]; i++) {
        const char *reason = reason_for(qemu_rows[i].title);
        bool same = send_row(emulator, &qemu_rows[i]);
        cr_expect(same || reason != NULL, "%s: a different response, without a listed reason", qemu_rows[i].title);
        cr_expect(!same || reason == NULL, "%s: the same response, but listed as different", qemu_rows[i].title);
        different += !same;
    }
    cr_expect_eq(different, DIFFERENCES);
    natt_emulator_free(emulator);
}
