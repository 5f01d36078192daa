/* See descriptors.h. */
#include "cli/frame/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static bool is_closed(int descriptor)
{
    return fcntl(descriptor, F_GETFD) < 0 && errno == EBADF;
}

/* A folder, since read() and write() refuse it; this one is there even where there is no /dev. open() takes the lowest
 * free number. */
bool natt_cli_descriptors_fill(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (is_closed(descriptor) && open("/", O_RDONLY | O_DIRECTORY) != descriptor)
            return false;
    return true;
}
