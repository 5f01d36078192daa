/* See attestation_values.h. */
#include "relying/kms/attestation_values.h"

#include <stdio.h>
#include <string.h>

static void write_hex(char out[2 * NATT_PCR_LEN + 1], const uint8_t value[NATT_PCR_LEN])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < NATT_PCR_LEN; i++) {
        out[2 * i] = digits[value[i] >> 4];
        out[2 * i + 1] = digits[value[i] & 15];
    }
    out[2 * NATT_PCR_LEN] = '\0';
}

static void add(natt_kms_attestation *out, const char *key, const char *value)
{
    out->values[out->count++] = (natt_kms_condition_value){key, value};
}

static void add_pcr(natt_kms_attestation *out, const natt_verified *v, uint32_t index)
{
    bool enclave = v->kind == NATT_KIND_ENCLAVE;
    (void)snprintf(out->keys[index], sizeof out->keys[index], "kms:RecipientAttestation:%sPCR%u",
                   enclave ? "" : "NitroTPM", (unsigned)index);
    write_hex(out->hex[index], v->pcrs[index]);
    add(out, out->keys[index], out->hex[index]);
    if (enclave && index == 0)
        add(out, "kms:RecipientAttestation:ImageSha384", out->hex[0]);
}

bool natt_kms_attestation_values(natt_kms_attestation *out, const natt_verified *v, natt_error *err)
{
    memset(out, 0, sizeof *out);
    if (!natt_verified_check(v, err))
        return false;
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++)
        if ((v->pcr_mask >> i & 1) != 0)
            add_pcr(out, v, i);
    return true;
}
