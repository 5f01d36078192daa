/*
 * Which PCRs of a refused document differ from the policy: expected against actual. Empty for every other refusal, so that
 * nothing of a document is shown whose signatures were not all verified.
 */
#ifndef NATT_CLI_PCR_DIFFERENCES_H
#define NATT_CLI_PCR_DIFFERENCES_H

#include <jansson.h>
#include <nitro_attest/verify.h>

typedef struct natt_cli_differences {
    natt_pcr_difference *list;
    size_t count;
} natt_cli_differences;

/* The document was refused with `refusal` under `options`; verifies it once more when that code is about the policy. */
natt_cli_differences natt_cli_differences_of(natt_bytes document, const natt_options *options,
                                             const natt_error *refusal);
void natt_cli_differences_free(natt_cli_differences *differences);

void natt_cli_differences_text(const natt_cli_differences *differences, const natt_policy *policy);

/* [{"set", "set_name", "index", "expected": [...], "actual"}] */
json_t *natt_cli_differences_json(const natt_cli_differences *differences, const natt_policy *policy);

#endif
