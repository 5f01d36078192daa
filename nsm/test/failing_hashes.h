/*
 * Wraps mbedTLS's hashes (-Wl,--wrap, see meson.build), so that a test can let any one call fail.
 */
#ifndef NATT_NSM_TEST_FAILING_HASHES_H
#define NATT_NSM_TEST_FAILING_HASHES_H

extern unsigned test_hash_calls;   /* number of calls since it was set to 0 */
extern unsigned test_failing_call; /* the number of the call that fails; 0 = none */

#endif
