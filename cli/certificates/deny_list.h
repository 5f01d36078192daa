/*
 * Deny lists: certificates that are no longer trusted.
 *   any:HEXSERIAL            this serial number of any issuer
 *   HEXDERNAME:HEXSERIAL     this serial number of the issuer with this Name (DER, begins with 30)
 *   sha256:HEX               the certificate with this SHA-256
 *   spki-sha256:HEX          every certificate with the key (SubjectPublicKeyInfo) of this SHA-256
 * A file has one entry per line; empty lines, and text from # on, are skipped.
 */
#ifndef NATT_CLI_DENY_LIST_H
#define NATT_CLI_DENY_LIST_H

#include <nitro_attest/verify.h>

#include "cli/frame/bytes.h"

typedef struct natt_cli_deny {
    natt_deny_entry *entries;
    natt_cli_buf *owned; /* two for each entry: issuer, value */
    size_t count;
} natt_cli_deny;

void natt_cli_deny_free(natt_cli_deny *list);

/* Pure. Adds one entry. */
bool natt_cli_deny_entry(natt_cli_deny *list, const char *text, natt_cli_error *err);

/* Pure. Adds a file's entries; the error names the line. */
bool natt_cli_deny_parse(natt_cli_deny *list, natt_bytes file, natt_cli_error *err);

/* --deny: an entry if it looks like one (any:, sha256:, spki-sha256: or hexadecimal and a colon), else a file. */
bool natt_cli_deny_option(natt_cli_deny *list, const char *text, natt_cli_error *err);

#endif
