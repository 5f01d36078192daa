/*
 * Where a file lies, and who else could read or replace it. The right to write to a directory is the right to replace
 * what is in it, and every directory below.
 */
#ifndef NATT_RELYING_KMS_STORE_PLACE_H
#define NATT_RELYING_KMS_STORE_PLACE_H

#include <limits.h>
#include <sys/stat.h>

#include "relying/kms/store/store.h"

struct natt_kms_place {
    int dir_fd;
    char path[PATH_MAX]; /* absolute, without symbolic links, except the file itself */
    const char *name;    /* the last component of path */
};

/* True: only the caller and root can replace the file; call natt_kms_place_leave then. */
bool natt_kms_place_find(struct natt_kms_place *place, const char *path, natt_kms_store_error *err);
void natt_kms_place_leave(struct natt_kms_place *place);

/* A regular file of the caller's, which others can neither read nor write. `what` begins the text: "the store". */
bool natt_kms_place_private(const struct stat *about, const char *what, natt_kms_store_error *err);

/* A new file of mode 0600, on the disk with its name and content, or not there. False and errno. */
bool natt_kms_place_create(const struct natt_kms_place *place, const void *content, size_t len);

#endif
