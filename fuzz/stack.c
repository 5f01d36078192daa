/*
 * Measures how much stack untrusted input can make the verifier use: the most expensive valid document, the same
 * document with an invalid signature, and 64 KiB of several fill bytes, which make readers recurse as deep as they can.
 * Prints TAP.
 */
#include "fuzz/dearest.h"
#include "fuzz/property.h"
#include "verify/test/painted_stack.h"
#include "verify/verify.h"

#define LIMIT    NATT_MAX_STACK
#define TOO_LONG 65536

static natt_options opt;
static natt_bytes input;
static bool answer;
static size_t greed = LIMIT;
static unsigned tests, failed;

static void run_verify(void)
{
    static natt_verified v = NATT_VERIFIED_INIT;
    static natt_error err;
    answer = natt_verify_with(&v, input, &opt, NULL, natt_crypto_default(), &err);
}

static void run_document_parse(void)
{
    static natt_document document;
    static natt_error err;
    answer = natt_document_parse(&document, input, &err);
}

static void run_certificate_parse(void)
{
    static natt_certificate certificate;
    static natt_error err;
    answer = natt_certificate_parse(&certificate, input, &err);
}

/* Uses too much stack, which the measurement must detect. */
static void run_greedy(void)
{
    volatile uint8_t room[LIMIT];
    for (size_t i = 0; i < greed; i++)
        room[i] = 1;
    answer = room[0] == 1;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static void report(bool good, size_t most, const char *name)
{
    tests++;
    failed += !good;
    printf("# %zu bytes\n%sok %u - %s\n", most, good ? "" : "not ", tests, name);
}

static void dearest(void)
{
    static uint8_t bytes[NATT_MAX_DOCUMENT];
    size_t len = fuzz_dearest_document(bytes);
    input = (natt_bytes){bytes, len};
    run_verify(); /* resolves the symbols that the loader binds at the first call */
    size_t used = natt_stack_used_by(run_verify);
    bool right = answer && used > 0 && used < LIMIT;
    bytes[len - 1] ^= 1;
    size_t refused = natt_stack_used_by(run_verify);
    report(right && !answer && refused > 0 && refused < LIMIT, larger(used, refused),
           "the most expensive valid document, and the same with an invalid signature, use less than NATT_MAX_STACK");
}

/* Fills the input with heads of arrays, maps, tags, chunked strings and SEQUENCEs that never end; or lets them follow
 * the beginning of a document. */
static void too_long(void)
{
    static uint8_t bytes[TOO_LONG];
    static const uint8_t fills[] = {0x00, 0x30, 0x5f, 0x81, 0x84, 0x9f, 0xa1, 0xbf, 0xd2, 0xff};
    static void (*const runs[])(void) = {run_verify, run_document_parse, run_certificate_parse};
    size_t most = 0;
    bool good = true;
    for (size_t i = 0; i < 2 * sizeof fills; i++) {
        memset(bytes, fills[i / 2], sizeof bytes);
        if (i % 2 == 1)
            memcpy(bytes, "\xd2\x84\x44\xa1\x01\x38\x22\xa0\x5a\x00\x00\xff\x00", 13);
        for (size_t r = 0; r < sizeof runs / sizeof runs[0]; r++) {
            input = (natt_bytes){bytes, i < sizeof fills ? sizeof bytes : NATT_MAX_DOCUMENT};
            size_t used = natt_stack_used_by(runs[r]);
            good = good && !answer && used > 0 && used < LIMIT;
            most = larger(most, used);
        }
    }
    report(good, most, "64 KiB and 16 KiB of nested heads are refused within NATT_MAX_STACK");
}

int main(void)
{
    printf("1..3\n");
    opt = fuzz_dearest_options();
    dearest();
    too_long();
    size_t greedy = natt_stack_used_by(run_greedy);
    report(greedy >= LIMIT, greedy, "a function that uses NATT_MAX_STACK is detected");
    return failed == 0 ? 0 : 1;
}
