/* See batch_files.h. */
#include "cli/verify/batch_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"

/* Room doubles: folders may have 100,000 entries. */
static void add(natt_cli_batch_files *files, char *path)
{
    if ((files->count & (files->count - 1)) == 0) {
        natt_cli_batch_file *moved = natt_cli_alloc(files->count + 1, 2 * sizeof *moved, 0);
        if (files->count > 0)
            memcpy(moved, files->items, files->count * sizeof *moved);
        free(files->items);
        files->items = moved;
    }
    natt_cli_batch_file *file = &files->items[files->count++];
    file->path = path;
    file->kind = natt_cli_path_kind_of(path);
    file->why = file->kind == NATT_CLI_PATH_NONE ? errno : 0;
}

struct folder {
    natt_cli_batch_files *files;
    const char *path;
};

static void add_entry(void *context, const char *name)
{
    const struct folder *folder = context;
    const size_t len = strlen(folder->path), size = len + strlen(name) + 2;
    const char *between = len > 0 && folder->path[len - 1] == '/' ? "" : "/";
    char *path = natt_cli_alloc(size, 1, 0);
    (void)snprintf(path, size, "%s%s%s", folder->path, between, name);
    add(folder->files, path);
}

/* A folder that cannot be read remains in the list, so that the report has it. */
static void read_folder(natt_cli_batch_files *files, size_t at)
{
    struct folder folder = {files, files->items[at].path};
    bool done = natt_cli_folder_read(folder.path, add_entry, &folder);
    files->items[at].why = done ? 0 : errno;
    files->items[at].kind = done ? NATT_CLI_PATH_FOLDER : NATT_CLI_PATH_NONE;
}

/* Folders are read in the order of the list, which grows meanwhile, so no depth needs stack. */
static void read_folders(natt_cli_batch_files *files, size_t from)
{
    for (size_t i = from; i < files->count; i++)
        if (files->items[i].kind == NATT_CLI_PATH_FOLDER)
            read_folder(files, i);
}

static void remove_folders(natt_cli_batch_files *files, size_t from)
{
    size_t kept = from;
    for (size_t i = from; i < files->count; i++)
        if (files->items[i].kind == NATT_CLI_PATH_FOLDER)
            free(files->items[i].path);
        else
            files->items[kept++] = files->items[i];
    files->count = kept;
}

static int compare(const void *a, const void *b)
{
    const natt_cli_batch_file *first = a, *second = b;
    return strcmp(first->path, second->path);
}

static bool add_operand(natt_cli_batch_files *files, const char *path, natt_cli_error *err)
{
    const size_t from = files->count;
    if (strcmp(path, "-") == 0)
        return natt_cli_fail(err, NATT_CLI_USAGE, "standard input is one document: verify it without --batch",
                             "--batch reads no document from standard input");
    add(files, natt_cli_strdup(path));
    if (files->items[from].kind == NATT_CLI_PATH_LINK)
        files->items[from].kind = NATT_CLI_PATH_FOLDER;
    read_folders(files, from);
    remove_folders(files, from);
    if (files->count == from)
        return natt_cli_fail(err, NATT_CLI_USAGE, "check the path: a batch without documents verifies nothing",
                             "%.500s contains no file", path);
    qsort(files->items + from, files->count - from, sizeof *files->items, compare);
    return true;
}

bool natt_cli_batch_files_find(natt_cli_batch_files *files, const natt_cli_list *operands, natt_cli_error *err)
{
    *files = (natt_cli_batch_files){NULL, 0};
    for (size_t i = 0; i < operands->count; i++)
        if (!add_operand(files, operands->items[i], err))
            return false;
    return true;
}

void natt_cli_batch_files_free(natt_cli_batch_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->items[i].path);
    free(files->items);
}
