/*
 * Reads small files and descriptors without stdio, whose buffers would keep secrets.
 */
#ifndef NATT_NSM_KMS_FILE_H
#define NATT_NSM_KMS_FILE_H

#include "nitro_attest/base.h"

/*
 * Up to the end. False: errno has the reason; EFBIG: there is more than capacity; ETIMEDOUT: the end has not come by
 * deadline_ms of the monotonic clock.
 */
bool natt_descriptor_read(int descriptor, uint8_t *out, size_t capacity, size_t *len, uint64_t deadline_ms);

/* A regular file that any user may read. False: errno, as above; 0: it is not a regular file. */
bool natt_file_read(const char *path, uint8_t *out, size_t capacity, size_t *len);

/*
 * A descriptor of a file of secrets: a regular file of this user, not a symbolic link, that no other user can read or
 * change. -1: errno has the reason, and *unsafe the fault of the file, or NULL for another reason.
 */
int natt_secret_file_open(const char *path, const char **unsafe);

#endif
