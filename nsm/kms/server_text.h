/*
 * The server's texts in errors. A server may return what it received: KMS's own text about a wrong signature quotes the
 * signed headers.
 */
#ifndef NATT_NSM_KMS_SERVER_TEXT_H
#define NATT_NSM_KMS_SERVER_TEXT_H

#include "nitro_attest/base.h"

#define NATT_SERVER_TEXT_RUN   16 /* characters of a secret in a row that cannot be a coincidence */
#define NATT_SERVER_TEXT_LEAST 8  /* the shortest secret that is masked */

/*
 * As natt_kms_client_printable, with "***" in place of each secret, and of each run of NATT_SERVER_TEXT_RUN of its
 * characters or more, plain or percent-encoded. Secrets shorter than NATT_SERVER_TEXT_LEAST are not masked: ordinary
 * words contain them, and so short a secret protects nothing. Returns *out as bytes.
 */
natt_bytes natt_server_text(char *out, size_t capacity, natt_bytes text, const natt_bytes *secrets, size_t count);

#endif
