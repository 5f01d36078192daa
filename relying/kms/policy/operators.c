/*
 * Condition operators. Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Set operators for
 * multivalued context keys".
 */
#include "relying/kms/policy/names.h"

#include <string.h>

static const struct row {
    const char *name;
    natt_kms_known known;
    natt_kms_comparison comparison;
    bool negated;
} rows[] = {
    {"StringEquals", NATT_KMS_KNOWN, NATT_KMS_EQUALS, false},
    {"StringNotEquals", NATT_KMS_KNOWN, NATT_KMS_EQUALS, true},
    {"StringEqualsIgnoreCase", NATT_KMS_KNOWN, NATT_KMS_EQUALS_IGNORE_CASE, false},
    {"StringNotEqualsIgnoreCase", NATT_KMS_KNOWN, NATT_KMS_EQUALS_IGNORE_CASE, true},
    {"StringLike", NATT_KMS_KNOWN, NATT_KMS_LIKE, false},
    {"StringNotLike", NATT_KMS_KNOWN, NATT_KMS_LIKE, true},
    {"ArnEquals", NATT_KMS_KNOWN, NATT_KMS_ARN_LIKE, false},
    {"ArnLike", NATT_KMS_KNOWN, NATT_KMS_ARN_LIKE, false},
    {"ArnNotEquals", NATT_KMS_KNOWN, NATT_KMS_ARN_LIKE, true},
    {"ArnNotLike", NATT_KMS_KNOWN, NATT_KMS_ARN_LIKE, true},
    {"Bool", NATT_KMS_KNOWN, NATT_KMS_BOOL, false},
    {"Null", NATT_KMS_KNOWN, NATT_KMS_NULL, false},
    {"NumericEquals", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, false},
    {"NumericNotEquals", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, true},
    {"NumericLessThan", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, false},
    {"NumericLessThanEquals", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, false},
    {"NumericGreaterThan", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, false},
    {"NumericGreaterThanEquals", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, false},
    {"DateEquals", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, false},
    {"DateNotEquals", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, true},
    {"DateLessThan", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, false},
    {"DateLessThanEquals", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, false},
    {"DateGreaterThan", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, false},
    {"DateGreaterThanEquals", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, false},
    {"BinaryEquals", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, false},
    {"IpAddress", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, false},
    {"NotIpAddress", NATT_KMS_UNSUPPORTED, NATT_KMS_EQUALS, true},
};

#define COUNT     (sizeof rows / sizeof rows[0])
#define ALL       "ForAllValues:"
#define ANY       "ForAnyValue:"
#define IF_EXISTS "IfExists"

/* The name without its prefix and suffix. */
static const char *behind_set(natt_kms_set *set, const char *name)
{
    bool all = strncmp(name, ALL, strlen(ALL)) == 0, any = strncmp(name, ANY, strlen(ANY)) == 0;
    *set = all ? NATT_KMS_ALL_VALUES : any ? NATT_KMS_ANY_VALUE : NATT_KMS_SINGLE;
    return name + (all ? strlen(ALL) : any ? strlen(ANY) : 0);
}

static bool is(const struct row *row, const char *name, bool *if_exists)
{
    size_t len = strlen(row->name);
    if (strncmp(name, row->name, len) != 0)
        return false;
    *if_exists = strcmp(name + len, IF_EXISTS) == 0;
    return name[len] == '\0' || *if_exists;
}

natt_kms_known natt_kms_operator_find(natt_kms_operator *out, const char *name)
{
    natt_kms_set set;
    bool if_exists = false;
    const char *base = behind_set(&set, name);
    for (size_t i = 0; i < COUNT; i++)
        if (is(&rows[i], base, &if_exists)) {
            /* "Null" takes neither: [Condition operators, IfExists] */
            if (rows[i].comparison == NATT_KMS_NULL && (if_exists || set != NATT_KMS_SINGLE))
                return NATT_KMS_UNSUPPORTED;
            *out = (natt_kms_operator){rows[i].comparison, rows[i].negated, if_exists, set};
            return rows[i].known;
        }
    return NATT_KMS_UNKNOWN;
}

static const char *nth(size_t i)
{
    return rows[i].name;
}

const char *natt_kms_operator_near(const char *name)
{
    natt_kms_set set;
    size_t i = natt_kms_nearest(behind_set(&set, name), nth, COUNT);
    return i < COUNT && rows[i].known == NATT_KMS_KNOWN ? rows[i].name : NULL;
}

bool natt_kms_operator_absent(const natt_kms_operator *op)
{
    if (op->set != NATT_KMS_SINGLE)
        return op->set == NATT_KMS_ALL_VALUES; /* IfExists does not change it. Measured: re:Post QU9HFmDzP0QGuU */
    return op->if_exists || op->negated;
}
