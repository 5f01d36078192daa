/*
 * One request while the server handles it: caller, operation, decision with its reason, and the reply so far. Each
 * function that returns false has stored a fault in the call.
 */
#ifndef NATT_RELYING_KMS_CALL_CALL_H
#define NATT_RELYING_KMS_CALL_CALL_H

#include "nitro_attest/verify.h"
#include "relying/kms/call/config.h"
#include "relying/kms/call/members.h"

typedef struct natt_kms_caller {
    char principal[NATT_KMS_MAX_PRINCIPAL + 1]; /* ARN */
    char access_key[129];
    const natt_kms_policy *policy; /* NULL: everything that the key policy delegates to the account is allowed */
} natt_kms_caller;

typedef struct natt_kms_call {
    const natt_kms_config *config;
    const char *operation; /* "Decrypt" */
    uint64_t now_ms;
    natt_kms_caller caller;
    natt_kms_value in[NATT_KMS_MEMBER_COUNT];
    natt_bytes context; /* the encryption context in its canonical form; malloc'ed */
    json_t *out;        /* members of the reply */
    natt_kms_fault fault;
    natt_verified document;           /* of Recipient */
    natt_code document_code;          /* why it was refused */
    char resource[NATT_KMS_ARN_ROOM]; /* the key that was asked for, once it is known: for the log */
    natt_kms_decision decision;
    char *decision_text; /* malloc'ed */
} natt_kms_call;

void natt_kms_call_free(natt_kms_call *call);

/* Always false. The first fault remains; characters that are not printable ASCII become "?". */
bool natt_kms_refuse(natt_kms_call *call, natt_kms_fault_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool natt_kms_out_of_memory(natt_kms_call *call);
/* With the store's text: LimitExceededException for a full store, DependencyTimeoutException for a locked one,
 * KMSInternalException for other failures. */
bool natt_kms_fail_store(natt_kms_call *call, const natt_kms_store_error *err);

const char *natt_kms_in_text(const natt_kms_call *call, natt_kms_member member, const char *absent);

/* ---- members of the reply ---- */

bool natt_kms_put_json(natt_kms_call *call, const char *name, json_t *value); /* becomes the owner of the value */
bool natt_kms_put_text(natt_kms_call *call, const char *name, const char *text);
bool natt_kms_put_time(natt_kms_call *call, const char *name, int64_t ms);
bool natt_kms_put_blob(natt_kms_call *call, const char *name, natt_bytes bytes);
/* Adds a value that only the caller may read. With Recipient it is sealed to the document's key, as
 * CiphertextForRecipient, and the member of this name is omitted. */
bool natt_kms_put_secret(natt_kms_call *call, const char *name, natt_bytes secret);

/* A time as KMS writes it: seconds, with milliseconds after the decimal point. */
json_t *natt_kms_time(int64_t ms);

#endif
