/* Shared by the nitro-attest recipient commands: keys and secrets in files, and the library's errors. */
#ifndef NATT_CLI_RECIPIENT_FILES_H
#define NATT_CLI_RECIPIENT_FILES_H

#include <nitro_attest/recipient.h>

#include "cli/frame/bytes.h"

/*
 * Exit codes: NATT_CLI_REFUSED for a message or document, NATT_CLI_USAGE for arguments, NATT_CLI_IO for other errors.
 * `what` is the file with the fault, or NULL.
 */
bool natt_cli_recipient_fail(natt_cli_error *err, const natt_recipient_error *e, const char *what);

/* Disables core dumps and debuggers; call it before the process has a secret. */
bool natt_cli_recipient_protect(natt_cli_error *err);

natt_recipient_key *natt_cli_recipient_key(const char *path, natt_cli_error *err);

/* Reads a secret from a file or, as "-", from standard input. Free it with natt_cli_secret_free, which wipes it. */
bool natt_cli_secret_read(natt_cli_buf *out, const char *path, natt_cli_error *err);
void natt_cli_secret_free(natt_cli_buf *secret);

/* Creates a file of mode 0600; an existing file is never replaced. */
bool natt_cli_secret_create(const char *path, natt_bytes bytes, natt_cli_error *err);

/*
 * A file of mode 0600 that atomically replaces `path`: it is written next to it, and renamed at the end. An existing
 * `path` must be a regular file of this user.
 */
typedef struct natt_cli_secret_file {
    const char *path;
    char *beside;
    bool written;
} natt_cli_secret_file;

/* `path` must remain valid until natt_cli_secret_file_end, which must follow in every case. */
bool natt_cli_secret_file_write(natt_cli_secret_file *file, const char *path, natt_bytes bytes, natt_cli_error *err);

/* True: the file has its name. False: it is deleted, since `keep` is false or, with *err filled, after an error. */
bool natt_cli_secret_file_end(natt_cli_secret_file *file, bool keep, natt_cli_error *err);

/* Writes to standard output (NULL, "-"; base64 on a terminal), or a file as above. */
bool natt_cli_secret_output(const char *path, bool base64, natt_bytes bytes, natt_cli_error *err);

/* Writes the bytes to standard output without conversion. */
bool natt_cli_secret_write(natt_bytes bytes, natt_cli_error *err);

#endif
