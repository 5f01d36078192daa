/*
 * Errors of provisioning: a code, the part with the fault, and the error of the lower layer.
 */
#ifndef NATT_NSM_PROVISION_ERROR_H
#define NATT_NSM_PROVISION_ERROR_H

#include <nitro_attest/kms_client.h>

#include "nsm/provision/codes.h"

#define NATT_PROVISION_NO_INDEX ((size_t)-1)

typedef struct natt_provision_error {
    natt_provision_code code;
    size_t key;                /* its place among the token's keys, or NATT_PROVISION_NO_INDEX */
    char name[64];             /* its label; "" = not known */
    unsigned id;               /* its id, if the label is known */
    size_t certificate;        /* its place in the key's chain: 0 = leaf, or NATT_PROVISION_NO_INDEX */
    unsigned key_id;           /* of _KEY_ID_TWICE */
    char key_label[64];        /* of _KEY_LABEL_TWICE, as in the database */
    unsigned long ckr;         /* of _MODULE: what PKCS #11 returned; 0 otherwise */
    int errno_value;           /* of _SYSTEM */
    natt_kms_client_error kms; /* of _KMS */
    char message[256];         /* the fault, more exact than the code's text; printable, never empty */
} natt_provision_error;

void natt_provision_no_error(natt_provision_error *err);
/* Fills *err and returns false; format NULL = the code's text. key and certificate are set by natt_provision_in_*. */
bool natt_provision_fail(natt_provision_error *err, natt_provision_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* _KEY_ID_TWICE and _KEY_LABEL_TWICE. */
bool natt_provision_fail_id(natt_provision_error *err, unsigned key_id);
bool natt_provision_fail_label(natt_provision_error *err, const char *key_label);
bool natt_provision_in_key(natt_provision_error *err, size_t key);                 /* false, for return statements */
bool natt_provision_in_certificate(natt_provision_error *err, size_t certificate); /* as above */

bool natt_provision_name_key(natt_provision_error *err, const char *label, unsigned id); /* as above */

#define NATT_PROVISION_KEY_TEXT 160
/* "key "acm-key" (id 1, the first in the database)", of an error with a key. Returns out. */
char *natt_provision_key_text(char out[NATT_PROVISION_KEY_TEXT], const natt_provision_error *err);

const char *natt_provision_code_name(natt_provision_code code);
const char *natt_provision_code_remedy(natt_provision_code code);
/* One sentence for people, as natt_kms_client_error_format. */
size_t natt_provision_error_format(char *buf, size_t len, const natt_provision_error *err);
/* {"Err":...} of the RPC, terminated by a NUL. 0: it does not fit. */
size_t natt_provision_error_rpc(char *buf, size_t len, const natt_provision_error *err);

#endif
