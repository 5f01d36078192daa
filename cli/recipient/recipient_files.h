/* What the nitro-attest recipient commands share: keys and secrets in files, and how the library's refusals read. */
#ifndef NATT_CLI_RECIPIENT_FILES_H
#define NATT_CLI_RECIPIENT_FILES_H

#include <nitro_attest/recipient.h>

#include "cli/frame/bytes.h"

/*
 * Exit codes: NATT_CLI_REFUSED for a message or document, NATT_CLI_USAGE for what the caller chose, NATT_CLI_IO for the
 * rest. `what` is the file that is to blame, or NULL.
 */
bool natt_cli_recipient_fail(natt_cli_error *err, const natt_recipient_error *e, const char *what);

/* No core dumps, no debuggers; before there is a secret. */
bool natt_cli_recipient_protect(natt_cli_error *err);

natt_recipient_key *natt_cli_recipient_key(const char *path, natt_cli_error *err);

/* A secret that a file or, as "-", standard input has. Freed with natt_cli_secret_free, which wipes it. */
bool natt_cli_secret_read(natt_cli_buf *out, const char *path, natt_cli_error *err);
void natt_cli_secret_free(natt_cli_buf *secret);

/* A new file of mode 0600; one that is there is never replaced. */
bool natt_cli_secret_create(const char *path, natt_bytes bytes, natt_cli_error *err);

/*
 * A file of mode 0600 that atomically replaces `path`: it is written next to it, and gets its
 * name at the end. What is at `path` must be nothing, or a regular file of this user.
 */
typedef struct natt_cli_secret_file {
    const char *path;
    char *beside;
    bool written;
} natt_cli_secret_file;

/* `path` must live until natt_cli_secret_file_end, which has to follow in every case. */
bool natt_cli_secret_file_write(natt_cli_secret_file *file, const char *path, natt_bytes bytes, natt_cli_error *err);

/* True: the file has its name. False: it is gone, since `keep` is false or, with *err filled, for another reason. */
bool natt_cli_secret_file_end(natt_cli_secret_file *file, bool keep, natt_cli_error *err);

/* Standard output (NULL, "-"; base64 to a terminal), or a file as above. */
bool natt_cli_secret_output(const char *path, bool base64, natt_bytes bytes, natt_cli_error *err);

/* Standard output gets the bytes as they are. */
bool natt_cli_secret_write(natt_bytes bytes, natt_cli_error *err);

#endif
