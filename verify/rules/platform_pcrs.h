/*
 * PCR values that do not identify an image, because every instance has them.
 */
#ifndef NATT_VERIFY_PLATFORM_PCRS_H
#define NATT_VERIFY_PLATFORM_PCRS_H

#include "nitro_attest/base.h"

/* True: a constant of the platform (zero, ones, "no application", Secure Boot off, ...), for any PCR index. */
bool natt_platform_pcr_is_constant(natt_bytes value);

#endif
