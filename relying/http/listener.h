/*
 * Addresses as users write them, and sockets that listen there.
 */
#ifndef NATT_RELYING_HTTP_LISTENER_H
#define NATT_RELYING_HTTP_LISTENER_H

#include <sys/socket.h>

#include "nsm/front/socket/socket_file.h"
#include "relying/http/http.h"

#define NATT_HTTP_MAX_ADDRESS 128 /* "unix:" and 107 bytes of path; an IPv6 address with its zone and port is shorter */

struct natt_http_listener {
    int fd;                              /* not blocking; -1 = none */
    struct natt_socket_file file;        /* of a unix socket; file.fd is -1 otherwise */
    char address[NATT_HTTP_MAX_ADDRESS]; /* "unix:/run/kms.sock", "127.0.0.1:41234", "[::1]:41234" */
};

/* "unix:PATH" or "HOST:PORT". False fills *err. */
bool natt_http_listen(struct natt_http_listener *listener, const char *address, bool allow_any_address,
                      natt_http_error *err);
/* Clients can no longer connect; the descriptor and the file remain. */
void natt_http_listener_shut(struct natt_http_listener *listener);
void natt_http_listener_close(struct natt_http_listener *listener);

/* "unix", "127.0.0.1:40010", "[::1]:40010". */
void natt_http_address_write(char out[NATT_HTTP_MAX_ADDRESS], const struct sockaddr *address, socklen_t len);

/* Fills *err, which may be NULL, and returns false. Adds the text of errno_value if that is not 0. */
bool natt_http_fail(natt_http_error *err, int errno_value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
