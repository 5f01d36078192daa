/*
 * Rules for the fields of a parsed document: allowed fields and sizes.
 */
#include "verify/rules/fields.h"
#include "verify/parse/document.h"

/* R-DOC-18: the kind that the caller requires, never detected. */
static bool check_kind(const natt_document *doc, const natt_options *opt, natt_error *err)
{
    return doc->kind == opt->kind ||
           natt_fail(err, NATT_E_DOC_KIND_UNEXPECTED, NATT_NO_ITEM, natt_document_offset(doc, doc->module_id));
}

/* R-DOC-03: a field that AWS does not list is refused unless the caller allows it. */
static bool check_unknown_fields(const natt_document *doc, const natt_options *opt, natt_error *err)
{
    return doc->unknown_count == 0 || (opt->flags & NATT_ALLOW_UNKNOWN_FIELDS) != 0 ||
           natt_fail(err, NATT_E_DOC_UNKNOWN_FIELD, NATT_NO_ITEM, natt_document_offset(doc, doc->unknown_fields[0]));
}

struct optional_limits {
    size_t public_key_min, public_key_max, others_max;
};

static bool check_optional(const natt_document *doc, uint32_t field, natt_bytes value, size_t min, size_t max,
                           natt_error *err)
{
    return value.ptr == NULL || (value.len >= min && value.len <= max) ||
           natt_fail(err, NATT_E_DOC_OPTIONAL_SIZE, field, natt_document_offset(doc, value));
}

/* R-DOC-16: the device accepts what fits into a request; AWS documents two smaller sets of limits. */
static bool check_optionals(const natt_document *doc, const natt_options *opt, natt_error *err)
{
    static const struct optional_limits limits[] = {
        [NATT_LIMITS_DEFAULT] = {0, NATT_MAX_OPTIONAL, NATT_MAX_OPTIONAL},
        [NATT_LIMITS_AWS_1024] = {0, 1024, 1024},
        [NATT_LIMITS_AWS_512] = {1, 1024, 512},
    };
    const struct optional_limits *l = &limits[opt->limits];
    return check_optional(doc, NATT_FIELD_PUBLIC_KEY, doc->public_key, l->public_key_min, l->public_key_max, err) &&
           check_optional(doc, NATT_FIELD_USER_DATA, doc->user_data, 0, l->others_max, err) &&
           check_optional(doc, NATT_FIELD_NONCE, doc->nonce, 0, l->others_max, err);
}

bool natt_fields_check(const natt_document *doc, const natt_options *opt, natt_error *err)
{
    return check_unknown_fields(doc, opt, err) && check_optionals(doc, opt, err) && check_kind(doc, opt, err);
}
