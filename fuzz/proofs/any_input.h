/*
 * For proofs with CBMC: an object of any length up to a limit, with any content. What the harnesses call reads nothing
 * outside of it, or CBMC reports it.
 */
#ifndef NATT_FUZZ_PROOFS_ANY_INPUT_H
#define NATT_FUZZ_PROOFS_ANY_INPUT_H

#include "nitro_attest/base.h"

#include <stdlib.h>

/* Defined nowhere: CBMC takes any value of a function that is named so. */
size_t nondet_size(void);
uint8_t nondet_byte(void);

/* In place of the table of texts, whose search has nothing to do with input. */
const char *natt_code_message(natt_code code)
{
    (void)code;
    return "";
}

void __CPROVER_assume(_Bool holds);
void __CPROVER_assert(_Bool holds, const char *claim);

/* With -DREACH the proof must fail here: this shows that the state is reachable, so the claims about it are not empty.
 * */
#ifdef REACH
#define REACHABLE(state) __CPROVER_assert(!(state), "reachable: " #state)
#else
#define REACHABLE(state) ((void)0)
#endif

/* Below 131072, so that the solver need not show that sums of positions stay in 64 bits. */
static inline size_t any_size(void)
{
    return nondet_size() & 0x1ffff;
}

static inline natt_bytes any_input(size_t limit)
{
    size_t len = any_size();
    __CPROVER_assert(limit <= 0x1ffff, "any_size gives every length");
    __CPROVER_assume(len <= limit);
    uint8_t *bytes = malloc(len); /* uninitialised: any content */
    __CPROVER_assume(bytes != NULL);
    return (natt_bytes){bytes, len};
}

static inline _Bool inside(natt_bytes whole, natt_bytes part)
{
    return __CPROVER_same_object(whole.ptr, part.ptr) && part.ptr >= whole.ptr &&
           part.len <= whole.len - (size_t)(part.ptr - whole.ptr);
}

#endif
