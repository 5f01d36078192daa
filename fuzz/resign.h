/*
 * A mutator for documents: it changes the payload, or the signed part of one certificate, corrects the lengths around
 * it, and signs again with the issuer's keys, so that the rules after the signatures are reached. Linked into targets
 * whose input is options and a document (verdict.h), in builds with a fuzzer.
 */
#ifndef NATT_FUZZ_RESIGN_H
#define NATT_FUZZ_RESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each such target defines whether it needs valid signatures: signing costs more than everything else together. */
extern const bool fuzz_resign_signs;

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

#endif
