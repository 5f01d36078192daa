/* See loader.h. */
#include "vectors/loader/loader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool fail_io(struct natt_loader *c, const char *what, const char *path)
{
    return natt_vectors_fail(c, NATT_VECTORS_UNREADABLE, "cannot %s %s: %s", what, path, strerror(errno));
}

/* The buffer grows as it reads, because the size that stat returns may be wrong. */
static bool read_stream(struct natt_loader *c, FILE *in, uint8_t **out, size_t *len, size_t max)
{
    size_t room = 0;
    while (feof(in) == 0 && ferror(in) == 0) {
        if (*len == room) {
            room = room == 0 ? 65536 : 2 * room;
            uint8_t *more = realloc(*out, room);
            if (more == NULL)
                return natt_vectors_no_memory(c);
            *out = more;
        }
        *len += fread(*out + *len, 1, room - *len, in);
        if (*len > max)
            return natt_vectors_broken(c, "has more than %zu bytes", max);
    }
    return ferror(in) == 0;
}

bool natt_vectors_read_file(struct natt_loader *c, uint8_t **out, size_t *len, const char *path, size_t max)
{
    FILE *in = fopen(path, "rb");
    *out = NULL;
    *len = 0;
    if (in == NULL)
        return fail_io(c, "open", path);
    bool done = read_stream(c, in, out, len, max) || fail_io(c, "read", path);
    (void)fclose(in);
    if (done)
        return true;
    free(*out);
    *out = NULL;
    return false;
}
