/*
 * One certificate from a file: DER, or one PEM block of type CERTIFICATE.
 */
#ifndef NATT_CLI_CERTIFICATE_FILE_H
#define NATT_CLI_CERTIFICATE_FILE_H

#include "cli/frame/bytes.h"

/*
 * Converts DER or PEM to DER. Pure. NATT_CLI_USAGE: empty, no or several PEM certificates, invalid base64, or bytes
 * that are not the beginning of a DER SEQUENCE. The verifier checks the content.
 */
bool natt_cli_certificate_decode(natt_cli_buf *out, natt_bytes file, natt_cli_error *err);

/* The same for a path; NATT_CLI_IO if it cannot be read. */
bool natt_cli_certificate_read(natt_cli_buf *out, const char *path, natt_cli_error *err);

/* PEM of one certificate in DER, with a final newline; fresh (free it). [RFC 7468] */
char *natt_cli_certificate_pem(natt_bytes der);

#endif
