/*
 * Definitions that the files of the emulator share.
 */
#ifndef NATT_NSM_EMULATOR_INTERNAL_H
#define NATT_NSM_EMULATOR_INTERNAL_H

#include "nsm/device/device.h"
#include "nsm/device/device_lock.h"
#include "nsm/device/faults.h"

struct natt_emulator {
    struct natt_device_lock lock; /* protects the two members below */
    struct natt_device device;
    struct natt_faults faults;
};

/*
 * The suffix of every name: never AWS's, in a domain that cannot exist [RFC2606 2], and short enough for every region,
 * since the root's name, and so the root itself, must not depend on it.
 */
#define NATT_EMULATOR_SUFFIX "nsm.test"

/* Checks that DIR/root.pem belongs to this issuer: verifiers that trust it must be able to verify the emulator's
 * documents. */
bool natt_pki_check_root(const char *dir, const natt_issuer *issuer, natt_emulator_error *err);

#endif
