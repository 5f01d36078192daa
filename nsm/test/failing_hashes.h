/*
 * mbedTLS's hashes, wrapped: any one call may be made to fail. The linker does it (-Wl,--wrap, see meson.build).
 */
#ifndef NATT_NSM_TEST_FAILING_HASHES_H
#define NATT_NSM_TEST_FAILING_HASHES_H

extern unsigned test_hash_calls;   /* so many since it was set to 0 */
extern unsigned test_failing_call; /* the number of the call that fails; 0: none */

#endif
