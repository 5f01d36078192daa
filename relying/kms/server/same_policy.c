/* See same_policy.h. */
#include "relying/kms/server/same_policy.h"

#include <jansson.h>

static bool same(const json_t *a, const json_t *b);

/* Lists in policies are sets: each item of a is in b. */
static bool contains_all(const json_t *b, const json_t *a)
{
    bool all = true;
    for (size_t i = 0; all && i < json_array_size(a); i++) {
        bool found = false;
        for (size_t k = 0; !found && k < json_array_size(b); k++)
            found = same(json_array_get(a, i), json_array_get(b, k));
        all = found;
    }
    return all;
}

static bool same_members(const json_t *a, const json_t *b)
{
    const char *name = NULL;
    json_t *value = NULL;
    bool all = json_object_size(a) == json_object_size(b);
    json_object_foreach((json_t *)a, name, value) all = all && same(value, json_object_get(b, name));
    return all;
}

/* The parser has checked both policies, so their language limits the recursion. */
static bool same(const json_t *a, const json_t *b)
{
    if (json_is_array(a) && json_is_array(b))
        return contains_all(a, b) && contains_all(b, a);
    return json_is_object(a) && json_is_object(b) ? same_members(a, b) : json_equal(a, b) == 1;
}

static json_t *load(natt_bytes text)
{
    return json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
}

bool natt_kms_same_policy(natt_bytes a, natt_bytes b)
{
    json_t *left = load(a), *right = load(b);
    bool equal = left != NULL && right != NULL && same(left, right);
    json_decref(left);
    json_decref(right);
    return equal;
}
