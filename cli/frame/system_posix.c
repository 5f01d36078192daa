/* See system.h. */
#include "cli/frame/system.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* For a lease on a file that is opened. */
#define LEASE_STEP_MS 10
#define LEASE_MAX_MS  60000

static bool is_closed(int descriptor)
{
    return fcntl(descriptor, F_GETFD) < 0 && errno == EBADF;
}

/* A folder, since read() and write() refuse it; "/" exists even without /dev. open() returns the lowest free number. */
bool natt_cli_system_start(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (is_closed(descriptor) && open("/", O_RDONLY | O_DIRECTORY) != descriptor)
            return false;
    return true;
}

bool natt_cli_arguments(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return true;
}

FILE *natt_cli_open(const char *path, const char *mode)
{
    char on_exec[8];
    (void)snprintf(on_exec, sizeof on_exec, "%se", mode); /* closed on exec */
    return fopen(path, on_exec);
}

bool natt_cli_is_one_file(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && S_ISREG(first.st_mode) && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

natt_cli_path_kind natt_cli_path_kind_of(const char *path)
{
    struct stat named, found;
    if (lstat(path, &named) != 0 || stat(path, &found) != 0)
        return NATT_CLI_PATH_NONE;
    if (S_ISREG(found.st_mode))
        return NATT_CLI_PATH_REGULAR;
    if (!S_ISDIR(found.st_mode))
        return NATT_CLI_PATH_OTHER;
    return S_ISLNK(named.st_mode) ? NATT_CLI_PATH_LINK : NATT_CLI_PATH_FOLDER;
}

bool natt_cli_folder_read(const char *path, void (*entry)(void *context, const char *name), void *context)
{
    const struct dirent *next;
    DIR *folder = opendir(path);
    if (folder == NULL)
        return false;
    for (errno = 0; (next = readdir(folder)) != NULL; errno = 0)
        if (strcmp(next->d_name, ".") != 0 && strcmp(next->d_name, "..") != 0)
            entry(context, next->d_name);
    int why = errno;
    (void)closedir(folder);
    errno = why;
    return why == 0;
}

/*
 * With O_NONBLOCK, a pipe opens immediately. But a file on which another process, such as a file server, has a lease
 * fails to open until that process releases the lease, or Linux breaks it, by default after 45 s [fcntl(2)].
 */
static int open_at_once(const char *path)
{
    static const struct timespec step = {0, LEASE_STEP_MS * 1000000L};
    for (int waited = 0;; waited += LEASE_STEP_MS) {
        int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (descriptor >= 0 || errno != EWOULDBLOCK || waited >= LEASE_MAX_MS)
            return descriptor;
        (void)nanosleep(&step, NULL);
    }
}

FILE *natt_cli_open_regular(const char *path)
{
    struct stat found;
    int descriptor = open_at_once(path);
    if (descriptor < 0)
        return NULL;
    int why = fstat(descriptor, &found) != 0 ? errno : 0;
    bool regular = why == 0 && S_ISREG(found.st_mode);
    FILE *file = regular ? fdopen(descriptor, "rb") : NULL;
    if (regular && file == NULL)
        why = errno;
    if (file == NULL)
        (void)close(descriptor);
    errno = why;
    return file;
}

size_t natt_cli_open_max(void)
{
    long most = sysconf(_SC_OPEN_MAX);
    return most < 0 ? SIZE_MAX : (size_t)most;
}

bool natt_cli_takes_colours(FILE *out)
{
    const char *term = getenv("TERM");
    return isatty(fileno(out)) != 0 && term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

size_t natt_cli_columns(FILE *out)
{
    struct winsize size;
    if (isatty(fileno(out)) == 0)
        return 0;
    return ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* The variable that determines the encoding of text [POSIX 8.2]. Not setlocale, which would change more. */
bool natt_cli_is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value == NULL || value[0] == '\0')
            continue;
        const char *encoding = strchr(value, '.');
        return encoding != NULL && (strncasecmp(encoding, ".UTF-8", 6) == 0 || strncasecmp(encoding, ".utf8", 5) == 0);
    }
    return false;
}
