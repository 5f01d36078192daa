/* See loader.h. */
#include "vectors/loader/loader.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct natt_vectors_genuine_file {
    char sha256[NATT_VECTORS_SHA256_HEX];
    natt_bytes bytes;
};

/* Devices and pipes could block. A larger file is not a document. */
static bool may_be_document(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= NATT_MAX_DOCUMENT;
}

static bool add(struct natt_loader *c, struct natt_vectors_genuine *out, const char *path)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    if (out->count == NATT_VECTORS_MAX_GENUINE)
        return natt_vectors_fail(c, NATT_VECTORS_USAGE, "the folder of genuine documents has more than %d files",
                                 NATT_VECTORS_MAX_GENUINE);
    if (!natt_vectors_read_file(c, &bytes, &len, path, NATT_VECTORS_MAX_DOCUMENT))
        return false;
    struct natt_vectors_genuine_file *file = &out->files[out->count++];
    file->bytes = (natt_bytes){natt_vectors_copy(c, bytes, len), len};
    free(bytes);
    return file->bytes.ptr != NULL && (natt_vectors_sha256_text(file->sha256, file->bytes) ||
                                       natt_vectors_fail(c, NATT_VECTORS_NO_MEMORY, "cannot compute SHA-256"));
}

static bool add_all(struct natt_loader *c, struct natt_vectors_genuine *out, const char *folder, DIR *dir)
{
    char path[4096];
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        int len = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (len < 0 || (size_t)len >= sizeof path || !may_be_document(path))
            continue;
        if (!add(c, out, path))
            return false;
    }
    return true;
}

bool natt_vectors_genuine_index(struct natt_loader *c, struct natt_vectors_genuine *out, const char *folder)
{
    *out = (struct natt_vectors_genuine){NULL, 0};
    if (folder == NULL)
        return true;
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return natt_vectors_fail(c, NATT_VECTORS_UNREADABLE, "cannot open the folder of genuine documents %s: %s",
                                 folder, strerror(errno));
    out->files = natt_vectors_alloc(c, NATT_VECTORS_MAX_GENUINE, sizeof *out->files);
    bool done = out->files != NULL && add_all(c, out, folder, dir);
    (void)closedir(dir);
    return done;
}

natt_bytes natt_vectors_genuine_find(const struct natt_vectors_genuine *in, const char *sha256)
{
    for (size_t i = 0; i < in->count; i++)
        if (strcmp(in->files[i].sha256, sha256) == 0)
            return in->files[i].bytes;
    return (natt_bytes){NULL, 0};
}
