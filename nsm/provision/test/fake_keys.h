/* Keys that need no KMS, in the place of load.c, and PINs whose digests need no time. */
#ifndef NATT_NSM_PROVISION_TEST_FAKE_KEYS_H
#define NATT_NSM_PROVISION_TEST_FAKE_KEYS_H

#include <stdbool.h>
#include <stdint.h>

extern uint8_t key_version; /* keys of another one differ */
extern bool load_fails;     /* with NATT_PROVISION_E_KMS */
extern unsigned loads;      /* calls of natt_keys_load */
extern unsigned load_takes; /* milliseconds */

#endif
