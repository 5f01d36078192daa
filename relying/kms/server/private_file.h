/* Files of the server's owner, and the server's errors. */
#ifndef NATT_RELYING_KMS_SERVER_PRIVATE_FILE_H
#define NATT_RELYING_KMS_SERVER_PRIVATE_FILE_H

#include "relying/kms/server/server.h"

#define NATT_KMS_MAX_FILE (1024 * 1024)

/* Always false. */
bool natt_kms_error_set(natt_kms_error *err, natt_kms_error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds what to do, a constant text, to an error that is set. Always false. */
bool natt_kms_error_advise(natt_kms_error *err, const char *hint);

/*
 * The whole file, malloc'ed, with a NUL that is not counted; wipe *len bytes of it. secret: only its owner may read or
 * write it, who must be this user or root.
 */
uint8_t *natt_kms_file_read(size_t *len, const char *path, bool secret, natt_kms_error *err);

#endif
