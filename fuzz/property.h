/*
 * Macros that check a target's properties. If a property is violated, the program aborts, and the fuzzer reports the
 * input.
 */
#ifndef NATT_FUZZ_PROPERTY_H
#define NATT_FUZZ_PROPERTY_H

#include "nitro_attest/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The entry point of every target, which libFuzzer, AFL++ and run_files.c call. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_must(bool holds, const char *property, const char *file, int line)
{
    if (holds)
        return;
    (void)fprintf(stderr, "%s:%d: property violated: %s\n", file, line, property);
    abort();
}

#define MUST(property) fuzz_must((property), #property, __FILE__, __LINE__)

/* Views must be inside the input; an absent view has no address. */
static inline bool fuzz_inside(natt_bytes whole, natt_bytes part)
{
    if (part.ptr == NULL)
        return part.len == 0;
    uintptr_t begin = (uintptr_t)whole.ptr, at = (uintptr_t)part.ptr;
    return at >= begin && at - begin <= whole.len && part.len <= whole.len - (at - begin);
}

static inline bool fuzz_same_bytes(natt_bytes a, const void *bytes, size_t len)
{
    return a.len == len && (len == 0 || memcmp(a.ptr, bytes, len) == 0);
}

static inline bool fuzz_same_error(const natt_error *a, const natt_error *b)
{
    return a->code == b->code && a->item == b->item && a->offset == b->offset && a->message == b->message;
}

/* Every refusal must have a code with its text and rule, and an offset that is inside the input or absent. */
static inline void fuzz_check_error(const natt_error *err, bool accepted, size_t size)
{
    MUST(accepted == (err->code == NATT_OK));
    MUST(err->message == natt_code_message(err->code) && err->message[0] != '\0');
    MUST(err->code == NATT_OK || natt_code_rule(err->code)[0] == 'R');
    MUST(err->offset == NATT_NO_OFFSET || err->offset <= size);
    MUST(err->code != NATT_E_INTERNAL_CRYPTO && err->code != NATT_E_INTERNAL_JOBS);
}

/* Takes the next n bytes of the fuzzer's input, for targets that read several values from it; zeros after its end. */
static inline void fuzz_take(natt_bytes *in, void *out, size_t n)
{
    size_t have = in->len < n ? in->len : n;
    memset(out, 0, n);
    if (have > 0)
        memcpy(out, in->ptr, have);
    *in = (natt_bytes){in->ptr + have, in->len - have};
}

#endif
