/* nitro-attest emulate: its command line, and the software NSM's options made from it. */
#ifndef NATT_CLI_EMULATE_REQUEST_H
#define NATT_CLI_EMULATE_REQUEST_H

#include <nitro_attest/emulator.h>
#include <nitro_attest/launcher.h>

#include "cli/frame/options.h"
#include "cli/pcr_values/policy_sets.h"

/* As given; NULL = not given. */
typedef struct natt_cli_emulate_args {
    natt_cli_list pcr, fault;
    const char *pki, *root_out, *measurements, *eif, *seed, *kind, *at, *region, *instance_id, *role_arn, *listen,
        *fuse, *deadline, *dev;
    bool init, debug_mode, verbose;
} natt_cli_emulate_args;

/* The options, and all data that they point to. */
typedef struct natt_cli_emulation {
    natt_emulator_options options;
    natt_cli_pins pins;
    natt_emulator_pcr pcrs[NATT_PCR_COUNT];
    natt_fault faults[NATT_EMULATOR_MAX_FAULTS];
    natt_cli_buf seed;
    uint64_t deadline_ms; /* 0 = none */
    natt_launch_dev dev;
} natt_cli_emulation;

/* The folder of --pki: creates it for --init, and checks it. */
bool natt_cli_emulate_keys(const natt_cli_emulate_args *args, natt_cli_error *err);

/* The error if no emulator could be created, which also finds faults of --pki's root. Always false. */
bool natt_cli_emulate_fail(const natt_cli_emulate_args *args, const natt_emulator_error *e, natt_cli_error *err);

bool natt_cli_emulate_build(natt_cli_emulation *emulation, const natt_cli_emulate_args *args, natt_cli_error *err);
void natt_cli_emulate_free(natt_cli_emulation *emulation);

#endif
