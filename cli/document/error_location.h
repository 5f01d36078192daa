/* The location of a refusal as text: "certificate 2 (zonal CA, ...)", "PCR4", "field nonce", "policy set 1 (v1.2)". */
#ifndef NATT_CLI_ERROR_LOCATION_H
#define NATT_CLI_ERROR_LOCATION_H

#include <nitro_attest/verify.h>

/* "root", "regional CA", "zonal CA", "instance CA", "leaf" in a chain of five certificates, else "root", "CA",
 * "leaf". */
const char *natt_cli_role(size_t index, size_t count);

/*
 * Fresh text (free it), "" when the error has no item. `document` is the refused one: names of its certificates help
 * people to recognise them and are escaped; nothing in it is trusted. `policy` may be NULL.
 */
char *natt_cli_error_location(const natt_error *err, natt_bytes document, const natt_policy *policy);

#endif
