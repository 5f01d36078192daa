/*
 * The place of a file, and whether others could read or replace it. Anyone who can write to a directory can replace
 * every file and directory below it.
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

/* True: only the caller and root can replace the file; then call natt_kms_place_leave at the end. */
bool natt_kms_place_find(struct natt_kms_place *place, const char *path, natt_kms_store_error *err);
void natt_kms_place_leave(struct natt_kms_place *place);

/* Checks that it is a regular file of the caller that others can neither read nor write. `what` begins the text: "the
 * store". */
bool natt_kms_place_private(const struct stat *about, const char *what, natt_kms_store_error *err);

/* Creates a file of mode 0600; its name and content are on the disk when it returns. False: errno, and no file
 * exists. */
bool natt_kms_place_create(const struct natt_kms_place *place, const void *content, size_t len);

#endif
