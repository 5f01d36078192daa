/*
 * A second implementation of Signature Version 4, modelled on botocore, for comparison in fuzz/sigv4.c.
 */
#ifndef NATT_FUZZ_SIGV4_MODEL_H
#define NATT_FUZZ_SIGV4_MODEL_H

#include "nsm/kms/sigv4.h"

/* Returns the canonical form, malloc'ed, and its length, for requests within the limits of sigv4.h. */
char *sigv4_model_form(const natt_sigv4_request *request, natt_bytes signed_headers, size_t *len);

/* Writes 64 hexadecimal digits. */
void sigv4_model_sign(char out[65], const natt_sigv4_request *request, const natt_sigv4_authorization *authorization,
                      natt_bytes secret);

#endif
