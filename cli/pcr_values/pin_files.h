/* PCRs from files: measurements as build tools print them, and enclave images themselves. */
#ifndef NATT_CLI_PIN_FILES_H
#define NATT_CLI_PIN_FILES_H

#include <nitro_attest/eif.h>

#include "cli/pcr_values/policy_sets.h"

/* Adds each PCR of the file, which *pins must not have. */
bool natt_cli_pin_measurements(natt_cli_pins *pins, const char *path, natt_cli_error *err);

/* Adds PCR0, PCR1 and PCR2 of an EIF file, and PCR8 if it is signed; a zero PCR8 identifies no signer. */
bool natt_cli_pin_image(natt_cli_pins *pins, const char *path, natt_cli_error *err);
bool natt_cli_pin_measured(natt_cli_pins *pins, const natt_eif_measurements *m, natt_cli_error *err);

#endif
