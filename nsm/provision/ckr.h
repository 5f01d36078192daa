/* Names of the return values of PKCS #11 functions. */
#ifndef NATT_NSM_PROVISION_CKR_H
#define NATT_NSM_PROVISION_CKR_H

#include <stddef.h>

#define NATT_CKR_NAME 48
/* "CKR_PIN_INCORRECT", or "CKR 0x80000001" if the value has no name here. Returns out. */
const char *natt_ckr_name(char out[NATT_CKR_NAME], unsigned long ckr);

#endif
