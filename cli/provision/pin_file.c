/* See pin_file.h. */
#include "cli/provision/pin_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/frame/system.h"
#include "cli/kms/client_request.h"

static bool fail_io(natt_cli_error *err, const char *what, const char *place)
{
    return natt_cli_fail(err, NATT_CLI_IO, "check the path and its permissions", "--pin-file: cannot %s %.300s: %s",
                         what, place, strerror(errno));
}

static bool check_private(int fd, const char *place, natt_cli_error *err)
{
    struct stat s;
    if (fstat(fd, &s) != 0)
        return fail_io(err, "examine", place);
    bool is_private = S_ISREG(s.st_mode) && s.st_uid == geteuid() && (s.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    return is_private || natt_cli_fail(err, NATT_CLI_USAGE, "chmod 600 it, or pass fd:N",
                                       "--pin-file: %.300s must be your own file that only you can read", place);
}

/* -1: *err. */
static int open_place(const char *place, natt_cli_error *err)
{
    uint32_t number;
    if (strncmp(place, "fd:", 3) == 0)
        return natt_cli_kms_number(&number, "--pin-file fd:N", place + 3, 0, INT32_MAX, err) ? (int)number : -1;
    int fd = open(place, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail_io(err, "open", place) ? 0 : -1;
    if (check_private(fd, place, err))
        return fd;
    (void)close(fd);
    return -1;
}

/* The number of bytes, at most `capacity`; negative: errno. */
static ssize_t read_all(int fd, char *out, size_t capacity)
{
    size_t len = 0;
    ssize_t got = 1;
    while (got > 0 && len < capacity) {
        got = read(fd, out + len, capacity - len);
        len += got > 0 ? (size_t)got : 0;
        if (got < 0 && errno == EINTR)
            got = 1;
    }
    return got < 0 ? got : (ssize_t)len;
}

static bool finish(char *out, size_t capacity, size_t len, natt_cli_error *err)
{
    if (len == capacity)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give a PIN of 4 to 64 bytes", "--pin-file: the PIN is too long");
    if (len > 0 && out[len - 1] == '\n')
        len--;
    if (len > 0 && out[len - 1] == '\r')
        len--;
    out[len] = '\0';
    return strlen(out) == len || natt_cli_fail(err, NATT_CLI_USAGE, "write the PIN as text into the file",
                                               "--pin-file: the PIN has a NUL byte");
}

/* Closes it, since a command that this process starts could read the PIN again. Standard output and error remain
 * open. */
static bool close_place(int fd)
{
    return fd == STDOUT_FILENO || fd == STDERR_FILENO || (close(fd) == 0 && natt_cli_system_start());
}

bool natt_cli_pin_read(char *out, size_t capacity, const char *place, natt_cli_error *err)
{
    int fd = open_place(place, err);
    if (fd < 0)
        return false;
    ssize_t len = read_all(fd, out, capacity);
    bool done = len >= 0 ? finish(out, capacity, (size_t)len, err) : fail_io(err, "read", place);
    return close_place(fd) ? done : fail_io(err, "close", place);
}
