/* Hashes by mbedTLS; its md interface is the same in 2.28 and 3.6. */
#ifndef NATT_CLI_DIGEST_H
#define NATT_CLI_DIGEST_H

#include <nitro_attest/base.h>

#include "cli/frame/error.h"

bool natt_cli_sha384(uint8_t out[48], natt_bytes in, natt_cli_error *err);
bool natt_cli_sha256(uint8_t out[32], natt_bytes in, natt_cli_error *err);

#endif
