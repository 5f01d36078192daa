/*
 * Determines whether a path given by a program leads to /dev/nsm: through "..", "//", links to folders, a working
 * directory or an open folder, inside the program's own root and mounts.
 */
#ifndef NATT_NSM_LAUNCHER_PATH_H
#define NATT_NSM_LAUNCHER_PATH_H

#include "nsm/front/launcher/launcher_device.h"

enum natt_path {
    NATT_PATH_OTHER,     /* leads to another file, or does not exist */
    NATT_PATH_DEVICE,    /* is /dev/nsm */
    NATT_PATH_AS_FOLDER, /* is /dev/nsm/, which fails: a device is not a folder */
    NATT_PATH_OPEN_FILE, /* names an open file of the program that is the device: /dev/stdin, /proc/self/fd/3 */
};

/* resolve: the flags of openat2, else 0. */
enum natt_path natt_path_classify(const struct natt_launcher_device *device, const struct natt_target *target,
                                  int folder, const char *path, uint64_t resolve);

#endif
