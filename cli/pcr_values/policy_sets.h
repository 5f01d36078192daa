/*
 * PCR policies under construction: sets from --policy and --measurements files, and single values from --pcr and its
 * helpers, which are added to every set. Conflicts are usage errors; no value is overwritten or dropped.
 */
#ifndef NATT_CLI_POLICY_SETS_H
#define NATT_CLI_POLICY_SETS_H

#include <nitro_attest/policy.h>

#include "cli/frame/bytes.h"

typedef struct natt_cli_pcr {
    uint32_t index;
    uint8_t value[NATT_PCR_LEN];
} natt_cli_pcr;

typedef struct natt_cli_set {
    char *name; /* NULL = none given */
    natt_cli_pcr *pcrs;
    size_t count;
    natt_pcr_value *values; /* made by natt_cli_policy_view */
} natt_cli_set;

typedef struct natt_cli_policy {
    natt_cli_set *sets;
    size_t count;
    natt_pcr_set *view; /* made by natt_cli_policy_view */
    natt_policy policy;
} natt_cli_policy;

void natt_cli_policy_free(natt_cli_policy *policy);

/* Appends an empty set. Valid until the next one is appended. `name` may be NULL. */
natt_cli_set *natt_cli_policy_add(natt_cli_policy *policy, const char *name);

void natt_cli_set_add(natt_cli_set *set, uint32_t index, const uint8_t value[NATT_PCR_LEN]);
bool natt_cli_set_has(const natt_cli_set *set, uint32_t index);

/* Moves all sets of `from` to the end of `to`; `from` is then empty. */
void natt_cli_policy_move(natt_cli_policy *to, natt_cli_policy *from);

/* The library's form of the policy; points into *policy, which must not change afterwards. */
const natt_policy *natt_cli_policy_view(natt_cli_policy *policy);

/* "0".."31", no sign, no leading zero; anything else is false. */
bool natt_cli_pcr_index(uint32_t *out, const char *text);

/* 96 hexadecimal digits, in either case. The error explains common mistakes. */
bool natt_cli_pcr_value(uint8_t out[NATT_PCR_LEN], const char *text, natt_cli_error *err);

/* --kind: enclave, also if `text` is NULL, or nitrotpm. */
bool natt_cli_kind(natt_kind *out, const char *text, natt_cli_error *err);

/* Values for single PCRs, each given once, with the option that gave it. */
typedef struct natt_cli_pins {
    const char *source[NATT_PCR_COUNT]; /* NULL = not given */
    uint8_t value[NATT_PCR_COUNT][NATT_PCR_LEN];
} natt_cli_pins;

/* --pcr N=VALUE */
bool natt_cli_pin_option(natt_cli_pins *pins, const char *text, natt_cli_error *err);

/* PCR `index` as the platform extends it once: SHA384(48 zero bytes || data) [NE set-up-attestation, PCR3 and PCR4] */
bool natt_cli_pin_data(natt_cli_pins *pins, uint32_t index, natt_bytes data, const char *source, natt_cli_error *err);

/* PCR8 = SHA384(48 zero bytes || SHA384(certificate in DER)) [NE set-up-attestation, PCR8] */
bool natt_cli_pin_certificate(natt_cli_pins *pins, natt_bytes der, const char *source, natt_cli_error *err);

/* --role-arn (PCR3), --instance-id (PCR4), --signing-cert (PCR8, a path); each may be NULL. */
bool natt_cli_pin_helpers(natt_cli_pins *pins, const char *role_arn, const char *instance_id, const char *signing_cert,
                          natt_cli_error *err);

/* Adds the pins to every set, or makes one set of them; a PCR that a set already lists is a usage error. */
bool natt_cli_policy_pin(natt_cli_policy *policy, const natt_cli_pins *pins, natt_cli_error *err);

#endif
