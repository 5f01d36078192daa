/*
 * An NSM for the launcher's tests: all seven requests with the encodings of the genuine one, PCRs that extend and lock,
 * signed documents, and faults on demand. libcbor reads and writes.
 */
#ifndef NATT_NSM_TEST_FAKE_DEVICE_H
#define NATT_NSM_TEST_FAKE_DEVICE_H

#include <stdbool.h>

#include "nitro_attest/nsm_transport.h"

struct fake_device;

struct fake_device_options {
    unsigned attestation_delay_ms; /* duration of an Attestation */
    int error;                     /* errno value of every request, 0 = none */
};

/* Returns NULL on failure. */
struct fake_device *fake_device_new(struct fake_device_options options);
void fake_device_free(struct fake_device *device);
natt_nsm_transport fake_device_transport(struct fake_device *device);

#endif
