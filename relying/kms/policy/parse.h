/* Internals of the parser: its position, and the locations of errors. */
#ifndef NATT_RELYING_KMS_POLICY_PARSE_H
#define NATT_RELYING_KMS_POLICY_PARSE_H

#include "relying/kms/policy/model.h"

typedef struct natt_kms_parser {
    natt_kms_policy *policy;
    natt_kms_policy_error *err; /* err->where is the place of the value being read */
} natt_kms_parser;

/* Fills err->text, without control characters of the policy. Always false. */
bool natt_kms_fail(natt_kms_parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for names and features that AWS may have and this KMS does not. */
bool natt_kms_fail_unknown(natt_kms_parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends to the location; pass the result to natt_kms_leave. */
size_t natt_kms_enter(natt_kms_parser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
void natt_kms_leave(natt_kms_parser *p, size_t place);

/* count * size zeroed bytes, at least one; NULL and an error: out of memory. */
void *natt_kms_alloc(natt_kms_parser *p, size_t count, size_t size);

/* Reads a string, or a list of at least one string. Each must pass `check`, which reports its own error. */
bool natt_kms_strings_read(natt_kms_parser *p, natt_kms_strings *out, const json_t *value,
                           bool (*check)(natt_kms_parser *p, const char *text));

/* Version 2012-10-17 has policy variables; this KMS has no values for them. */
bool natt_kms_no_variable(natt_kms_parser *p, const char *text);

bool natt_kms_principals_read(natt_kms_parser *p, natt_kms_statement *s, json_t *value);
bool natt_kms_actions_read(natt_kms_parser *p, natt_kms_statement *s, const json_t *value);
bool natt_kms_resources_read(natt_kms_parser *p, natt_kms_statement *s, const json_t *value);
bool natt_kms_conditions_read(natt_kms_parser *p, natt_kms_statement *s, json_t *value);

#endif
