/*
 * A folder with one small group of vectors, in which one thing at a time can be made wrong.
 */
#ifndef NATT_VECTORS_TEST_MINI_H
#define NATT_VECTORS_TEST_MINI_H

#include <stddef.h>

#define MINI_PCR "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"

/* The folder, made on the first call; every test of Criterion is a process of its own. */
const char *natt_mini_folder(void);

/* Writes group and manifest anew, digests and all, with `from` replaced by `to` in the group (NULL: as it is). */
void natt_mini_write(const char *from, const char *to);

/* The same replacement in the manifest alone. */
void natt_mini_write_manifest(const char *from, const char *to);

/* One more file, relative to the folder. */
void natt_mini_put(const char *name, const void *bytes, size_t len);

void natt_mini_remove(void);

#endif
