/*
 * Measures how much stack a function uses: it runs on a stack filled with a pattern, and changed bytes were used. Not
 * for sanitizers, which enlarge frames, nor for valgrind, which does not allow reads below its stack.
 */
#ifndef NATT_VERIFY_TEST_PAINTED_STACK_H
#define NATT_VERIFY_TEST_PAINTED_STACK_H

#include <stddef.h>

#define NATT_PAINTED_STACK 131072 /* number of bytes */

/* Returns the bytes that `run` and its callees used; 0 if no thread could be created. One call at a time. */
size_t natt_stack_used_by(void (*run)(void));

#endif
