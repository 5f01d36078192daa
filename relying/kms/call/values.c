/* See values.h. */
#include "relying/kms/call/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relying/kms/attestation_values.h"

static bool grow(natt_kms_values *values)
{
    size_t capacity = values->capacity == 0 ? 64 : 2 * values->capacity;
    natt_kms_condition_value *items =
        values->count < values->capacity ? values->items : realloc(values->items, capacity * sizeof *items);
    if (items == NULL)
        return false;
    values->capacity = values->count < values->capacity ? values->capacity : capacity;
    values->items = items;
    return true;
}

void natt_kms_values_add(natt_kms_values *values, const char *key, const char *value)
{
    if (value == NULL)
        return;
    char *key_copy = strdup(key), *value_copy = strdup(value);
    if (key_copy != NULL && value_copy != NULL && grow(values)) {
        values->items[values->count++] = (natt_kms_condition_value){key_copy, value_copy};
        return;
    }
    free(key_copy);
    free(value_copy);
    values->failed = true;
}

void natt_kms_values_free(natt_kms_values *values)
{
    for (size_t i = 0; i < values->count; i++) {
        free((void *)values->items[i].key);
        free((void *)values->items[i].value);
    }
    free(values->items);
    *values = (natt_kms_values){NULL, 0, 0, false};
}

static void add_context(natt_kms_values *values, const natt_kms_call *call)
{
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(call->in[NATT_KMS_IN_CONTEXT].json, name, value)
    {
        size_t size = strlen("kms:EncryptionContext:") + strlen(name) + 1;
        char *key = malloc(size);
        values->failed |= key == NULL;
        if (key != NULL && snprintf(key, size, "kms:EncryptionContext:%s", name) > 0)
            natt_kms_values_add(values, key, json_string_value(value));
        natt_kms_values_add(values, "kms:EncryptionContextKeys", name);
        free(key);
    }
}

/* A request without a verified document has none of the document's condition keys. */
static void add_document(natt_kms_values *values, const natt_kms_call *call)
{
    natt_kms_attestation document;
    if (!call->in[NATT_KMS_IN_RECIPIENT].given)
        return;
    values->failed |= !natt_kms_attestation_values(&document, &call->document, NULL);
    for (size_t i = 0; i < document.count; i++)
        natt_kms_values_add(values, document.values[i].key, document.values[i].value);
}

static const char *flag(bool value)
{
    return value ? "true" : "false";
}

static bool uses_algorithm(const natt_kms_call *call)
{
    return strcmp(call->operation, "Encrypt") == 0 || strcmp(call->operation, "Decrypt") == 0 ||
           strncmp(call->operation, "GenerateDataKey", 15) == 0;
}

static void add_request(natt_kms_values *values, const natt_kms_call *call)
{
    char days[24];
    natt_kms_values_add(values, "aws:RequestedRegion", call->config->region);
    natt_kms_values_add(values, "aws:SecureTransport", "false");
    (void)snprintf(days, sizeof days, "%d", (int)call->in[NATT_KMS_IN_PENDING_DAYS].number);
    if (uses_algorithm(call))
        natt_kms_values_add(values, "kms:EncryptionAlgorithm",
                            natt_kms_in_text(call, NATT_KMS_IN_ALGORITHM, "SYMMETRIC_DEFAULT"));
    natt_kms_values_add(values, "kms:KeyAgreementAlgorithm", call->in[NATT_KMS_IN_AGREEMENT].text);
    natt_kms_values_add(values, "kms:DataKeyPairSpec", call->in[NATT_KMS_IN_PAIR_SPEC].text);
    if (call->in[NATT_KMS_IN_PENDING_DAYS].given)
        natt_kms_values_add(values, "kms:ScheduleKeyDeletionPendingWindowInDays", days);
    if (strcmp(call->operation, "CreateKey") == 0 || strcmp(call->operation, "PutKeyPolicy") == 0)
        natt_kms_values_add(values, "kms:BypassPolicyLockoutSafetyCheck", flag(call->in[NATT_KMS_IN_BYPASS].flag));
}

static void add_key(natt_kms_values *values, const char *spec, const char *usage)
{
    natt_kms_values_add(values, "kms:KeySpec", spec);
    natt_kms_values_add(values, "kms:CustomerMasterKeySpec", spec);
    natt_kms_values_add(values, "kms:KeyUsage", usage);
    natt_kms_values_add(values, "kms:CustomerMasterKeyUsage", usage);
    natt_kms_values_add(values, "kms:KeyOrigin", "AWS_KMS");
    natt_kms_values_add(values, "kms:MultiRegion", "false");
}

#define PAGE 16

static void add_aliases(natt_kms_values *values, natt_kms_call *call, const char *key_id)
{
    natt_kms_alias *page = malloc(PAGE * sizeof *page);
    natt_kms_store_error err;
    size_t count = PAGE;
    const char *after = NULL;
    while (page != NULL && count == PAGE && !values->failed) {
        if (!natt_kms_store_list_aliases(call->config->store, page, PAGE, &count, after, key_id, &err)) {
            values->failed = true;
            break;
        }
        for (size_t i = 0; i < count; i++)
            natt_kms_values_add(values, "kms:ResourceAliases", page[i].name);
        after = count > 0 ? page[count - 1].name : NULL;
    }
    values->failed |= page == NULL;
    free(page);
}

/* Values of the key that CreateKey will create, for policies. */
static void add_new_key(natt_kms_values *values, const natt_kms_call *call)
{
    if (strcmp(call->operation, "CreateKey") != 0)
        return;
    const char *spec = natt_kms_in_text(call, NATT_KMS_IN_KEY_SPEC,
                                        natt_kms_in_text(call, NATT_KMS_IN_OLD_KEY_SPEC, "SYMMETRIC_DEFAULT"));
    add_key(values, spec, natt_kms_in_text(call, NATT_KMS_IN_KEY_USAGE, "ENCRYPT_DECRYPT"));
}

void natt_kms_values_of_call(natt_kms_values *values, natt_kms_call *call, const natt_kms_found *found)
{
    add_request(values, call);
    add_context(values, call);
    add_document(values, call);
    if (found == NULL) {
        add_new_key(values, call);
        return;
    }
    add_key(values, found->key.spec, found->key.usage);
    add_aliases(values, call, found->key.id);
    natt_kms_values_add(values, "kms:RequestAlias", found->alias[0] != '\0' ? found->alias : NULL);
}
