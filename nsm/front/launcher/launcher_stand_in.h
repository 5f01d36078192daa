/*
 * The file behind the device that the program opens: a character device if the system allows it. Programs also run as
 * root, and changing the file's mode, owner, times or attributes must never change a file of the host. So the file has
 * a separate inode, or is reached through a read-only mount.
 */
#ifndef NATT_NSM_LAUNCHER_STAND_IN_H
#define NATT_NSM_LAUNCHER_STAND_IN_H

#include <stdbool.h>

struct natt_stand_in {
    int fd;   /* O_PATH: new open files are opened through /proc/self/fd/<fd>; -1 = none */
    bool own; /* no other file has this inode */
};

#define NATT_STAND_IN_PATH 32
void natt_stand_in_path(char path[NATT_STAND_IN_PATH], int fd);

/* Returns false if there is no such file; fd is -1 then. */
bool natt_stand_in_make(struct natt_stand_in *out);

#endif
