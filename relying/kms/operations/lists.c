/* ListKeys and ListAliases. A marker is the last name of the previous page. */
#include <stdlib.h>
#include <string.h>

#include "relying/kms/crypto/random.h"
#include "relying/kms/operations/operations.h"
#include "relying/kms/operations/use.h"

#define DEFAULT_KEYS    100 /* [KMS API reference, ListKeys] */
#define DEFAULT_ALIASES 50

static size_t limit(const natt_kms_call *call, natt_kms_member member, size_t standard)
{
    return call->in[member].given ? (size_t)call->in[member].number : standard;
}

/* The query requests one row more than the page: if it exists, more rows follow, and the last row of the page is the
 * marker. */
static bool put_end(natt_kms_call *call, const char *name, json_t *list, bool more, const char *marker)
{
    return natt_kms_put_json(call, name, list) && natt_kms_put_json(call, "Truncated", json_boolean(more)) &&
           (!more || natt_kms_put_text(call, "NextMarker", marker));
}

static json_t *key_item(const natt_kms_config *config, const char *id)
{
    char arn[NATT_KMS_ARN_ROOM];
    natt_kms_key_arn(arn, config, id);
    return json_pack("{s:s, s:s}", "KeyId", id, "KeyArn", arn);
}

typedef char key_id[NATT_KMS_KEY_ID_LEN + 1];

static bool put_keys(natt_kms_call *call, key_id *ids, size_t capacity, const char *marker)
{
    natt_kms_store_error err;
    size_t count = 0;
    if (!natt_kms_store_list_keys(call->config->store, ids, capacity, &count, marker, &err))
        return natt_kms_fail_store(call, &err);
    const size_t fit = count < capacity ? count : capacity - 1;
    json_t *list = json_array();
    for (size_t i = 0; i < fit; i++)
        if (json_array_append_new(list, key_item(call->config, ids[i])) != 0) {
            json_decref(list);
            return natt_kms_out_of_memory(call);
        }
    return put_end(call, "Keys", list, count > fit, fit > 0 ? ids[fit - 1] : "");
}

bool natt_kms_list_keys(natt_kms_call *call)
{
    const size_t capacity = limit(call, NATT_KMS_IN_LIMIT, DEFAULT_KEYS) + 1;
    const char *marker = natt_kms_in_text(call, NATT_KMS_IN_MARKER, NULL);
    uint8_t uuid[16];
    if (marker != NULL && !natt_kms_uuid_parse(uuid, marker))
        return natt_kms_refuse(call, NATT_KMS_E_INVALID_MARKER, "this server did not issue the Marker");
    if (!natt_kms_authorize_resource(call, "*"))
        return false;
    key_id *ids = calloc(capacity, sizeof *ids);
    bool done = ids != NULL ? put_keys(call, ids, capacity, marker) : natt_kms_out_of_memory(call);
    free(ids);
    return done;
}

static json_t *alias_item(const natt_kms_config *config, const natt_kms_alias *alias)
{
    char arn[NATT_KMS_ARN_ROOM];
    natt_kms_alias_arn(arn, config, alias->name);
    return json_pack("{s:s, s:s, s:s, s:o, s:o}", "AliasName", alias->name, "AliasArn", arn, "TargetKeyId",
                     alias->key_id, "CreationDate", natt_kms_time(alias->created_ms), "LastUpdatedDate",
                     natt_kms_time(alias->updated_ms));
}

static bool put_aliases(natt_kms_call *call, natt_kms_alias *aliases, size_t capacity, const char *key)
{
    natt_kms_store_error err;
    const char *marker = natt_kms_in_text(call, NATT_KMS_IN_MARKER, NULL);
    size_t count = 0;
    if (!natt_kms_store_list_aliases(call->config->store, aliases, capacity, &count, marker, key, &err))
        return natt_kms_fail_store(call, &err);
    const size_t fit = count < capacity ? count : capacity - 1;
    json_t *list = json_array();
    for (size_t i = 0; i < fit; i++)
        if (json_array_append_new(list, alias_item(call->config, &aliases[i])) != 0) {
            json_decref(list);
            return natt_kms_out_of_memory(call);
        }
    return put_end(call, "Aliases", list, count > fit, fit > 0 ? aliases[fit - 1].name : "");
}

static bool list_aliases(natt_kms_call *call, const char *key)
{
    const size_t capacity = limit(call, NATT_KMS_IN_ALIAS_LIMIT, DEFAULT_ALIASES) + 1;
    natt_kms_alias *aliases = calloc(capacity, sizeof *aliases);
    bool done = aliases != NULL ? put_aliases(call, aliases, capacity, key) : natt_kms_out_of_memory(call);
    free(aliases);
    return done;
}

bool natt_kms_list_aliases(natt_kms_call *call)
{
    natt_kms_found found = {.policy = NULL};
    const natt_kms_value *key = &call->in[NATT_KMS_IN_KEY_ID], *marker = &call->in[NATT_KMS_IN_MARKER];
    if (marker->given && !natt_kms_alias_valid(marker->text))
        return natt_kms_refuse(call, NATT_KMS_E_INVALID_MARKER, "this server did not issue the Marker");
    bool done = (!key->given || natt_kms_find_key(call, &found, key->text, NATT_KMS_NO_ALIAS_NAME)) &&
                natt_kms_authorize_resource(call, "*") && list_aliases(call, key->given ? found.key.id : NULL);
    natt_kms_found_free(&found);
    return done;
}
