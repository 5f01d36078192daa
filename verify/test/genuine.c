/*
 * Reads shared material for tests.
 */
#include "verify/test/genuine.h"

#include <stdio.h>
#include <stdlib.h>

const char *const natt_test_production[] = {
    "real/enclave-2022-a9-pcr8-nonce256.bin",
    "real/enclave-2024-a9-pubkey64.bin",
    "real/enclave-2024-a9-max-fields-1024.bin",
    "real/enclave-2025-a9-17pcrs.bin",
    "real/enclave-2025-a9-pubkey32.bin",
    "real/enclave-2025-bf-userdata64.bin",
    NULL,
};

const char *const natt_test_genuine[] = {
    "real/enclave-2021-a9-debug.bin",           "real/enclave-2022-a9-debug.bin",
    "real/enclave-2022-a9-pcr8-nonce256.bin",   "real/enclave-2023-a9-debug-nonce256.bin",
    "real/enclave-2024-a9-debug-eternis.bin",   "real/enclave-2024-a9-debug-max-fields-1024.bin",
    "real/enclave-2024-a9-max-fields-1024.bin", "real/enclave-2024-a9-pubkey64.bin",
    "real/enclave-2025-a9-17pcrs.bin",          "real/enclave-2025-a9-pubkey32.bin",
    "real/enclave-2025-bf-debug.bin",           "real/enclave-2025-bf-userdata64.bin",
    "real/nitrotpm-2026-bf-24pcrs.bin",         NULL,
};

static const char *folder(void)
{
    const char *dir = getenv("NITRO_ATTEST_SHARED");
    return dir != NULL ? dir : "";
}

bool natt_test_has_shared(void)
{
    return folder()[0] != '\0';
}

bool natt_test_read_shared(const char *relative, uint8_t *buf, size_t cap, size_t *len)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/%s", folder(), relative);
    FILE *f = n > 0 && (size_t)n < sizeof path ? fopen(path, "rb") : NULL;
    *len = 0;
    if (f == NULL)
        return false;
    *len = fread(buf, 1, cap, f);
    bool whole = ferror(f) == 0 && fgetc(f) == EOF && feof(f) != 0;
    return fclose(f) == 0 && whole;
}
