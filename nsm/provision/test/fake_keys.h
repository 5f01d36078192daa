/* Keys without KMS, which replace load.c, and fast digests of PINs. */
#ifndef NATT_NSM_PROVISION_TEST_FAKE_KEYS_H
#define NATT_NSM_PROVISION_TEST_FAKE_KEYS_H

#include <stdbool.h>
#include <stdint.h>

extern uint8_t key_version; /* a different version gives different keys */
extern bool load_fails;     /* with NATT_PROVISION_E_KMS */
extern unsigned loads;      /* calls of natt_keys_load */
extern unsigned load_takes; /* milliseconds */

#endif
