/*
 * The request of nitro-attest kms explain. Every usage error is found before a file is opened.
 */
#ifndef NATT_CLI_EXPLAIN_REQUEST_H
#define NATT_CLI_EXPLAIN_REQUEST_H

#include "cli/verify/verify_request.h"
#include "relying/kms/attestation_values.h"

/* As given; NULL = not given. */
typedef struct natt_cli_explain_args {
    natt_cli_verify_args verify; /* of --document */
    natt_cli_list context, condition;
    const char *policy, *principal_policy, *principal, *action, *resource, *account, *document;
    bool json;
} natt_cli_explain_args;

/* The question, and all data that it points to. */
typedef struct natt_cli_explain_request {
    natt_kms_question question;
    natt_kms_condition_value *values;
    char **kept; /* condition keys that were built here */
    size_t kept_count;
    char account[12 + 1], resource[160];
    natt_cli_request verify; /* built only if there is a document */
} natt_cli_explain_request;

/* Free the request in either case. */
bool natt_cli_explain_build(natt_cli_explain_request *request, const natt_cli_explain_args *args, natt_cli_error *err);

/* Adds the values of the verified document; *attestation must remain valid as long as the request. */
void natt_cli_explain_attest(natt_cli_explain_request *request, const natt_kms_attestation *attestation);

void natt_cli_explain_free(natt_cli_explain_request *request);

#endif
