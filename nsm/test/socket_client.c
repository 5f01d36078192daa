/*
 * A separate process for server_test.c: extends PCR16 by "x" through the socket, then requests a document. Usage:
 * socket_client PATH TIMES. The exit status is 0 if every request succeeded.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool ask(int fd, const char *packet, size_t len)
{
    static const char success[4];
    char reply[4 + 0x3000];
    return send(fd, packet, len, MSG_NOSIGNAL) == (ssize_t)len && recv(fd, reply, sizeof reply, 0) > 4 &&
           memcmp(reply, success, 4) == 0;
}

int main(int argc, char **argv)
{
    static const char extend[] = "\0\x30\0\0\xa1\x69"
                                 "ExtendPCR\xa2\x65index\x10\x64"
                                 "data\x41x";
    static const char attest[] = "\0\x30\0\0\xa1\x6b"
                                 "Attestation\xa0";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (argc != 3 || strlen(argv[1]) >= sizeof address.sun_path)
        return 2;
    strcpy(address.sun_path, argv[1]);
    int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    bool ok = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    for (long i = strtol(argv[2], NULL, 10); ok && i > 0; i--)
        ok = ask(fd, extend, sizeof extend - 1);
    ok = ok && ask(fd, attest, sizeof attest - 1);
    return ok ? 0 : 1;
}
