/*
 * Creates and removes a listening socket with a path.
 */
#ifndef NATT_NSM_SOCKET_FILE_H
#define NATT_NSM_SOCKET_FILE_H

#include <sys/stat.h>
#include <sys/un.h>

#include "nitro_attest/emulator_error.h"

struct natt_socket_file {
    int fd;   /* listening, non-blocking; -1 = none */
    int type; /* SOCK_SEQPACKET or SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC */
    struct sockaddr_un address;
    dev_t device; /* of the file, to recognize it later */
    ino_t inode;
};

/* Creates the socket with mode 0600. Replaces a socket file on which no process listens. */
bool natt_socket_file_open(struct natt_socket_file *file, const char *path, int type, natt_emulator_error *err);
/* Closes the socket, and removes the file if it is still the same. */
void natt_socket_file_close(struct natt_socket_file *file);

#endif
