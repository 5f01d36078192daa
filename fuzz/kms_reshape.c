/*
 * Mutates policies by structure: replaces texts with other words of the language, removes members, duplicates or splits
 * statements. Byte mutations alone rarely leave a policy that is accepted.
 */
#include "fuzz/property.h"

#include <jansson.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

static const char *const words[] = {
    "Allow",
    "Deny",
    "*",
    "kms:*",
    "kms:Decrypt",
    "kms:GenerateDataKey*",
    "kms:PutKeyPolicy",
    "kms:ReEncryptFrom",
    "111122223333",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:role/app",
    "444455556666",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:sts::111122223333:assumed-role/app/s",
    "true",
    "false",
    "a",
    "a*",
    "abababababababababababababababababababababababababababababababababababababababababababababababab",
    "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB"};
static const char *const names[] = {"Principal",
                                    "NotPrincipal",
                                    "Action",
                                    "NotAction",
                                    "Resource",
                                    "NotResource",
                                    "Condition",
                                    "StringEquals",
                                    "StringNotEquals",
                                    "StringEqualsIgnoreCase",
                                    "StringLike",
                                    "StringNotLike",
                                    "StringEqualsIfExists",
                                    "Null",
                                    "Bool",
                                    "ArnLike",
                                    "ForAnyValue:StringEquals",
                                    "ForAllValues:StringEquals",
                                    "ForAllValues:StringNotEquals",
                                    "kms:KeySpec",
                                    "kms:RecipientAttestation:ImageSha384",
                                    "kms:RecipientAttestation:PCR0",
                                    "kms:RecipientAttestation:PCR8",
                                    "kms:RecipientAttestation:NitroTPMPCR4",
                                    "kms:EncryptionContext:a",
                                    "kms:EncryptionContextKeys",
                                    "aws:PrincipalArn"};

static unsigned state;

static unsigned below(unsigned n)
{
    state = state * 1103515245u + 12345u;
    return n == 0 ? 0 : (state >> 16) % n;
}

static json_t *word(void)
{
    return json_string(words[below(sizeof words / sizeof words[0])]);
}

static void change_object(json_t *object)
{
    const char *key;
    json_t *value;
    unsigned at = below((unsigned)json_object_size(object)), n = 0;
    json_object_foreach(object, key, value)
    {
        if (n++ != at)
            continue;
        json_t *kept = json_incref(value);
        bool rename = below(2) == 0;
        if (!rename)
            (void)json_object_set_new(object, key, json_is_string(value) ? word() : json_pack("[s]", words[below(12)]));
        else if (json_object_del(object, key) == 0 && below(4) != 0)
            (void)json_object_set(object, names[below(sizeof names / sizeof names[0])], kept);
        json_decref(kept);
        return;
    }
}

static void change_array(json_t *array)
{
    size_t at = below((unsigned)json_array_size(array));
    json_t *one = json_array_get(array, at);
    if (below(3) == 0)
        (void)json_array_remove(array, at);
    else if (json_is_string(one))
        (void)json_array_set_new(array, at, word());
    else
        (void)json_array_append_new(array, json_deep_copy(one));
}

/* Walks down from the root; may stop at each level. */
static void change(json_t *value)
{
    json_t *next = NULL;
    if (json_is_array(value) && json_array_size(value) > 0)
        next = json_array_get(value, below((unsigned)json_array_size(value)));
    else if (json_is_object(value) && json_object_size(value) > 0) {
        void *at = json_object_iter(value);
        for (unsigned n = below((unsigned)json_object_size(value)); n > 0; n--)
            at = json_object_iter_next(value, at);
        next = json_object_iter_value(at);
    }
    if ((json_is_object(next) || json_is_array(next)) && below(5) != 0)
        change(next);
    else if (json_is_object(value))
        change_object(value);
    else if (json_is_array(value) && json_array_size(value) > 0)
        change_array(value);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    json_t *root = seed % 4 == 0 ? NULL : json_loadb((const char *)data, size, 0, NULL);
    state = seed;
    if (root == NULL)
        return LLVMFuzzerMutate(data, size, max_size);
    for (unsigned n = 1 + below(3); n > 0; n--)
        change(root);
    char *text = json_dumps(root, JSON_COMPACT);
    size_t len = text == NULL ? 0 : strlen(text);
    bool fits = len > 0 && len <= max_size;
    if (fits)
        memcpy(data, text, len);
    free(text);
    json_decref(root);
    return fits ? len : LLVMFuzzerMutate(data, size, max_size);
}
