/*
 * The file behind the device that the program opens: a character device wherever the system allows it. Changing its
 * mode, owner, times or attributes must never change a file of the host's, since programs run as root too; so it has an
 * inode of its own, or is reached through a read-only mount.
 */
#ifndef NATT_NSM_LAUNCHER_STAND_IN_H
#define NATT_NSM_LAUNCHER_STAND_IN_H

#include <stdbool.h>

struct natt_stand_in {
    int fd;   /* O_PATH: new open files come from /proc/self/fd/<fd>; -1 = none */
    bool own; /* nothing else has this inode */
};

#define NATT_STAND_IN_PATH 32
void natt_stand_in_path(char path[NATT_STAND_IN_PATH], int fd);

/* False when there is no such file; fd is -1 then. */
bool natt_stand_in_make(struct natt_stand_in *out);

#endif
