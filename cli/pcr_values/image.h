/* Reads enclave images from a path in pieces, in constant memory, with progress on a terminal. */
#ifndef NATT_CLI_IMAGE_H
#define NATT_CLI_IMAGE_H

#include <nitro_attest/eif.h>

#include "cli/frame/error.h"

typedef struct natt_cli_image {
    natt_eif *eif;
    natt_eif_description found; /* views into eif */
} natt_cli_image;

/*
 * Reads and describes the image. NATT_CLI_IO: it cannot be read; NATT_CLI_USAGE: it is not an image, incomplete or
 * damaged. An invalid signature is not an error here. Always call natt_cli_image_close.
 */
bool natt_cli_image_open(natt_cli_image *image, const char *path, natt_cli_error *err);
void natt_cli_image_close(natt_cli_image *image);

/*
 * The PCRs of the image. An invalid signature is NATT_CLI_USAGE. A certificate outside its validity, and a size that
 * nitro-cli did not update, are warnings on standard error.
 */
bool natt_cli_image_measure(natt_eif_measurements *out, const natt_cli_image *image, const char *path,
                            natt_cli_error *err);

/* "", "expired" or "not yet valid": the validity of the signer's certificate by the system clock. */
const char *natt_cli_image_dates(const natt_eif_signer *signer);

#endif
