/* Reads PINs from a file that only its owner can read, or from a descriptor; never from the command line. */
#ifndef NATT_CLI_PROVISION_PIN_FILE_H
#define NATT_CLI_PROVISION_PIN_FILE_H

#include <stddef.h>

#include "cli/frame/error.h"

/* out: terminated by a NUL, without the file's last line end. place: FILE or fd:N, which is read to its end and
 * closed. */
bool natt_cli_pin_read(char *out, size_t capacity, const char *place, natt_cli_error *err);

#endif
