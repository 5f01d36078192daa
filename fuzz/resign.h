/*
 * A mutator that knows documents: it changes the payload, or the signed part of one certificate, repairs the lengths
 * around it, and signs again with the keys of the issuer, so that rules behind the signatures are reached.
 * Linked into targets whose input is options and a document (verdict.h), in builds with a fuzzer.
 */
#ifndef NATT_FUZZ_RESIGN_H
#define NATT_FUZZ_RESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each such target defines whether it needs signatures: making them costs more than all the rest. */
extern const bool fuzz_resign_signs;

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

#endif
