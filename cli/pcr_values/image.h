/* Enclave images: read from a path in pieces, in constant memory, with progress on a terminal. */
#ifndef NATT_CLI_IMAGE_H
#define NATT_CLI_IMAGE_H

#include <nitro_attest/eif.h>

#include "cli/frame/error.h"

typedef struct natt_cli_image {
    natt_eif *eif;
    natt_eif_description found; /* views into eif */
} natt_cli_image;

/*
 * Reads and describes the image. NATT_CLI_IO: it cannot be read; NATT_CLI_USAGE: it is not a complete and undamaged
 * image. Its signature may be invalid. Always call natt_cli_image_close.
 */
bool natt_cli_image_open(natt_cli_image *image, const char *path, natt_cli_error *err);
void natt_cli_image_close(natt_cli_image *image);

/*
 * What the image measures to. An invalid signature is NATT_CLI_USAGE. A certificate outside of its dates, and a
 * size that nitro-cli left behind, are warnings on standard error.
 */
bool natt_cli_image_measure(natt_eif_measurements *out, const natt_cli_image *image, const char *path,
                            natt_cli_error *err);

/* "", or how the signer's certificate is outside of its dates by the system clock: "expired", "not yet valid". */
const char *natt_cli_image_dates(const natt_eif_signer *signer);

#endif
