/* See digest.h. */
#include "cli/certificates/digest.h"

#include <mbedtls/md.h>

static bool digest(mbedtls_md_type_t type, uint8_t *out, natt_bytes in, natt_cli_error *err)
{
    const mbedtls_md_info_t *info = mbedtls_md_info_from_type(type);
    return (info != NULL && mbedtls_md(info, in.ptr, in.len, out) == 0) ||
           natt_cli_fail(err, NATT_CLI_IO, "use an mbedTLS with SHA-2", "the hash function failed");
}

bool natt_cli_sha384(uint8_t out[48], natt_bytes in, natt_cli_error *err)
{
    return digest(MBEDTLS_MD_SHA384, out, in, err);
}

bool natt_cli_sha256(uint8_t out[32], natt_bytes in, natt_cli_error *err)
{
    return digest(MBEDTLS_MD_SHA256, out, in, err);
}
