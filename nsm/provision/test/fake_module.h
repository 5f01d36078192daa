/* The module of fake_pkcs11.h for tests; its path is in NATT_TEST_PKCS11. */
#ifndef NATT_NSM_PROVISION_TEST_FAKE_MODULE_H
#define NATT_NSM_PROVISION_TEST_FAKE_MODULE_H

#include "nsm/provision/test/fake_pkcs11.h"

extern struct fake_pkcs11 *fake;

/* Loads it, and keeps it loaded; one uninitialised slot, no failures. */
void fake_module_begin(void);
const char *fake_module_path(void);
/* The named function fails `count` times, beginning with the `at`-th call from now on. */
void fake_module_fails(enum fake_function function, unsigned at, unsigned times, CK_RV with);
void fake_module_works(void);
/* The number of tokens with this label. */
unsigned fake_module_tokens(const char *label);
struct fake_slot *fake_module_slot(const char *label);

#endif
