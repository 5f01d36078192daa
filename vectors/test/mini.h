/*
 * A folder with one small group of vectors, in which tests make one thing at a time invalid.
 */
#ifndef NATT_VECTORS_TEST_MINI_H
#define NATT_VECTORS_TEST_MINI_H

#include <stddef.h>

#define MINI_PCR "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"

/* The folder, created on the first call; every Criterion test is a separate process. */
const char *natt_mini_folder(void);

/* Writes group and manifest again, including digests, with `from` replaced by `to` in the group (NULL: unchanged). */
void natt_mini_write(const char *from, const char *to);

/* The same replacement, in the manifest only. */
void natt_mini_write_manifest(const char *from, const char *to);

/* Writes one more file, relative to the folder. */
void natt_mini_put(const char *name, const void *bytes, size_t len);

void natt_mini_remove(void);

#endif
