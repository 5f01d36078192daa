/*
 * Property: a request of the client is, byte for byte, what libcbor writes for the same fields; with a smaller buffer,
 * the reported length is the same, and nothing is written outside the buffer. Input: the operation (modulo 7); the PCR
 * or count and the buffer's size (2 bytes each); for data, user_data, nonce and public_key two bytes each: an odd
 * number for an absent field (data is never absent), else twice the length. The remaining input fills each field from
 * its start; zeros follow it.
 */
#include "fuzz/property.h"
#include "nsm/client/codec.h"
#include "nsm/test/request_oracle.h"

#define FIELDS    4
#define MAX_FIELD 4200 /* more than the longest request */
#define UNTOUCHED 0xa5

static uint16_t take_u16(natt_bytes *in)
{
    uint8_t two[2];
    fuzz_take(in, two, sizeof two);
    return (uint16_t)(two[0] << 8 | two[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t fields[MAX_FIELD], out[FIELDS * MAX_FIELD + 64];
    struct natt_nsm_request request = {0};
    natt_bytes *const places[FIELDS] = {&request.data, &request.user_data, &request.nonce, &request.public_key};
    natt_bytes in = {data, size};
    uint8_t operation;
    fuzz_take(&in, &operation, 1);
    request.operation = (enum natt_nsm_operation)(operation % NATT_NSM_OPERATION_COUNT);
    request.number = take_u16(&in);
    size_t room = take_u16(&in), len = 0;
    for (size_t i = 0; i < FIELDS; i++) {
        uint16_t chosen = take_u16(&in);
        *places[i] = i == 0 || chosen % 2 == 0 ? (natt_bytes){fields, chosen / 2 % MAX_FIELD} : (natt_bytes){NULL, 0};
    }
    fuzz_take(&in, fields, sizeof fields);
    uint8_t *want = request_oracle_encode(&request, &len);
    MUST(want != NULL && len > 0 && len <= sizeof out);
    memset(out, UNTOUCHED, sizeof out);
    room = room < len ? room : len;
    MUST(natt_nsm_request_encode(out, room, &request) == len);
    MUST(room < len || memcmp(out, want, len) == 0);
    for (size_t i = room; i < sizeof out; i++)
        MUST(out[i] == UNTOUCHED);
    free(want);
    return 0;
}
