/*
 * One request, its key, and the value of Authorization that botocore computes for it.
 */
#ifndef NATT_NSM_KMS_SIGV4_CASE_H
#define NATT_NSM_KMS_SIGV4_CASE_H

#include "nsm/kms/sigv4.h"

/* Constant expressions, for tables. */
#define T(text)                                                                                                        \
    {                                                                                                                  \
        (const uint8_t *)(text), sizeof(text) - 1                                                                      \
    }
#define ABSENT                                                                                                         \
    {                                                                                                                  \
        NULL, 0                                                                                                        \
    }

struct sigv4_case {
    const char *name;
    natt_bytes method, path, query, body, access_key, secret, token, date, region, service;
    natt_sigv4_header headers[12];
    size_t header_count;
    natt_bytes authorization;
};

#endif
