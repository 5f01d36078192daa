/*
 * How much stack a function uses: it runs on a stack painted beforehand, and what lost its paint was used. Not for
 * sanitizers, which give functions larger frames than they have, nor for valgrind, which lets nobody look below its
 * stack.
 */
#ifndef NATT_VERIFY_TEST_PAINTED_STACK_H
#define NATT_VERIFY_TEST_PAINTED_STACK_H

#include <stddef.h>

#define NATT_PAINTED_STACK 131072 /* bytes there are */

/* Bytes that `run` and what it calls used; 0 when there was no thread. One call at a time. */
size_t natt_stack_used_by(void (*run)(void));

#endif
