/* nitro-attest verify --batch: the files to verify, in the order of the report. */
#ifndef NATT_CLI_BATCH_FILES_H
#define NATT_CLI_BATCH_FILES_H

#include "cli/frame/options.h"
#include "cli/frame/system.h"

typedef struct natt_cli_batch_file {
    char *path;
    natt_cli_path_kind kind; /* only a regular file is opened; each other one is reported */
    int why;                 /* errno of NATT_CLI_PATH_NONE */
} natt_cli_batch_file;

typedef struct natt_cli_batch_files {
    natt_cli_batch_file *items;
    size_t count;
} natt_cli_batch_files;

/*
 * The operands in their order; a folder is replaced by everything below it, sorted by the bytes of the paths. Links to
 * folders are followed only if they are operands. Only names are in memory. False: "-", or a folder without a file.
 * Free the list in either case.
 */
bool natt_cli_batch_files_find(natt_cli_batch_files *files, const natt_cli_list *operands, natt_cli_error *err);

void natt_cli_batch_files_free(natt_cli_batch_files *files);

#endif
