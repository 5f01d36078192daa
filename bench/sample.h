/*
 * The measured document: a genuine one if available, else a fixed one from the issuer.
 */
#ifndef NATT_BENCH_SAMPLE_H
#define NATT_BENCH_SAMPLE_H

#include <nitro_attest/attest.h>

struct bench_sample {
    uint8_t bytes[NATT_MAX_DOCUMENT];
    natt_bytes raw;
    natt_document doc;
    natt_bytes certificates[NATT_MAX_CHAIN]; /* root, intermediates, leaf */
    size_t certificate_count;
    uint8_t points[NATT_MAX_CHAIN][97]; /* their keys, 04 || x || y */
    char origin[300];
};

/* Ends the program if no document is available. */
void bench_sample_load(struct bench_sample *out);

/* Genuine documents of enclaves: first that of bench_sample_load, then the others in the order of their names; if there
 * are none, the issued one alone. *next is 0 for the first. False past the last. */
bool bench_sample_load_next(struct bench_sample *out, size_t *next);

#endif
