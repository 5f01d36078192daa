/*
 * A main function for targets built without a fuzzer: runs each given file and each file of the given folders, in
 * memory of exactly its size, so that sanitizers detect a read beyond it.
 * usage: TARGET [--every N] FILE|FOLDER...
 *   --every N: only each Nth file, for slow targets
 */
#include "fuzz/property.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

static unsigned long every = 1, seen, run;

static uint8_t *read_all(FILE *f, size_t *len)
{
    size_t room = 1 << 16;
    uint8_t *bytes = malloc(room);
    *len = 0;
    while (bytes != NULL) {
        size_t got = fread(bytes + *len, 1, room - *len, f);
        *len += got;
        if (got == 0)
            break;
        if (*len == room)
            bytes = realloc(bytes, room *= 2);
    }
    return bytes;
}

static void run_bytes(const uint8_t *bytes, size_t len)
{
    uint8_t *exact = malloc(len > 0 ? len : 1);
    MUST(exact != NULL);
    memcpy(exact, bytes, len);
    (void)LLVMFuzzerTestOneInput(exact, len);
    free(exact);
    run++;
}

static bool run_file(const char *path)
{
    size_t len;
    FILE *f = fopen(path, "rb");
    if (seen++ % every != 0 && f != NULL)
        return fclose(f) == 0;
    uint8_t *bytes = f != NULL ? read_all(f, &len) : NULL;
    bool ok = bytes != NULL && ferror(f) == 0;
    if (ok)
        run_bytes(bytes, len);
    else
        (void)fprintf(stderr, "cannot read %s: %s\n", path, strerror(errno));
    free(bytes);
    if (f != NULL)
        (void)fclose(f);
    return ok;
}

static bool run_folder(const char *path)
{
    char below[4096];
    struct dirent **entries;
    bool ok = true;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        int n = snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            ok = n > 0 && (size_t)n < sizeof below && run_file(below) && ok;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return count >= 0 && ok;
}

int main(int argc, char **argv)
{
    struct stat what;
    bool ok = true;
    int first = 1;
    if (argc > 2 && strcmp(argv[1], "--every") == 0) {
        every = strtoul(argv[2], NULL, 10);
        first = 3;
    }
    if (every == 0 || first >= argc) {
        (void)fprintf(stderr, "usage: %s [--every N] FILE|FOLDER...\n", argv[0]);
        return 2;
    }
    for (int i = first; i < argc; i++)
        ok = (stat(argv[i], &what) == 0 && S_ISDIR(what.st_mode) ? run_folder(argv[i]) : run_file(argv[i])) && ok;
    printf("%lu inputs\n", run);
    return ok && run > 0 ? 0 : 1;
}
