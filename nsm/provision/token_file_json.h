/* JSON of a token of the file, and of the file. */
#ifndef NATT_NSM_PROVISION_TOKEN_FILE_JSON_H
#define NATT_NSM_PROVISION_TOKEN_FILE_JSON_H

#include <jansson.h>

#include "nsm/provision/token_file.h"

/* An element of slots. NULL: memory ran out, or mbedTLS cannot write a key. */
json_t *natt_token_file_slot(const char *label, const char *pin, const natt_token_key *keys, size_t count);

#endif
