/* nitro-attest inspect --json, docs/JSON.md. */
#include "cli/inspect/inspect.h"

#include <stdio.h>
#include <string.h>

#include "cli/document/error_location.h"
#include "cli/frame/json_out.h"

static json_t *pcrs_json(const natt_document *doc)
{
    json_t *object = json_object();
    char key[8];
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++) {
        if (doc->pcrs[i].ptr == NULL)
            continue;
        (void)snprintf(key, sizeof key, "%u", (unsigned)i);
        natt_cli_json_set(object, key, natt_cli_json_hex(doc->pcrs[i]));
    }
    return object;
}

static json_t *key_usage_json(const natt_certificate *cert)
{
    json_t *list = json_array();
    for (unsigned bit = 0; natt_cli_key_usage_name(bit) != NULL; bit++)
        if ((cert->key_usage >> bit & 1) != 0)
            natt_cli_json_append(list, json_string(natt_cli_key_usage_name(bit)));
    return list;
}

static json_t *constraints_json(const natt_certificate *cert)
{
    json_t *object = json_object();
    natt_cli_json_set(object, "critical", json_boolean(cert->basic_constraints_critical));
    natt_cli_json_set(object, "ca", json_boolean(cert->ca));
    natt_cli_json_set(object, "path_len", cert->has_path_len ? json_integer((json_int_t)cert->path_len) : json_null());
    return object;
}

static void set_certificate(json_t *entry, const natt_certificate *cert)
{
    natt_cli_json_set(entry, "subject", natt_cli_json_text(cert->subject_cn));
    natt_cli_json_set(entry, "issuer", natt_cli_json_text(cert->issuer_cn));
    natt_cli_json_set(entry, "serial", natt_cli_json_hex(cert->serial));
    natt_cli_json_set(entry, "not_before", natt_cli_json_time(cert->not_before));
    natt_cli_json_set(entry, "not_after", natt_cli_json_time(cert->not_after));
    natt_cli_json_set(entry, "key_usage_critical", json_boolean(cert->key_usage_critical));
    natt_cli_json_set(entry, "key_usage", cert->has_key_usage ? key_usage_json(cert) : json_null());
    natt_cli_json_set(entry, "basic_constraints", cert->has_basic_constraints ? constraints_json(cert) : json_null());
    natt_cli_json_set(entry, "unknown_critical", natt_cli_json_hex(cert->unknown_critical));
    natt_cli_json_set(entry, "issuer_der", natt_cli_json_hex(cert->issuer));
    natt_cli_json_set(entry, "public_key", natt_cli_json_hex(cert->public_key));
}

static json_t *certificate_json(const natt_document *doc, size_t index)
{
    json_t *entry = json_object();
    natt_bytes der = natt_cli_chain_at(doc, index);
    natt_certificate cert;
    natt_error e;
    natt_cli_json_set(entry, "role", json_string(natt_cli_role(index, natt_cli_chain_count(doc))));
    natt_cli_json_set(entry, "der", natt_cli_json_hex(der));
    if (natt_certificate_parse(&cert, der, &e))
        set_certificate(entry, &cert);
    else
        natt_cli_json_error(entry, &e);
    return entry;
}

static json_t *unknown_json(const natt_document *doc)
{
    json_t *list = json_array();
    for (size_t i = 0; i < doc->unknown_count; i++)
        natt_cli_json_append(list, natt_cli_json_text(doc->unknown_fields[i]));
    return list;
}

void natt_cli_inspect_json(const natt_document *doc, const char *form)
{
    json_t *out = json_object();
    json_t *chain = json_array();
    for (size_t i = 0; i < natt_cli_chain_count(doc); i++)
        natt_cli_json_append(chain, certificate_json(doc, i));
    natt_cli_json_set(out, "verdict", json_string("unverified"));
    natt_cli_json_set(out, "message", json_string(NATT_CLI_UNVERIFIED));
    natt_cli_json_set(out, "input", natt_cli_json_text((natt_bytes){(const uint8_t *)form, strlen(form)}));
    natt_cli_json_set(out, "bytes", json_integer((json_int_t)doc->raw.len));
    natt_cli_json_set(out, "tagged", json_boolean(doc->tagged));
    natt_cli_json_set(out, "indefinite", json_boolean(doc->indefinite));
    natt_cli_json_set(out, "kind", json_string(natt_kind_name(doc->kind)));
    natt_cli_json_set(out, "module_id", natt_cli_json_text(doc->module_id));
    natt_cli_json_set(out, "digest", natt_cli_json_text(doc->digest));
    natt_cli_json_set(out, "timestamp_ms", json_integer((json_int_t)doc->timestamp_ms));
    natt_cli_json_set(out, "debug", json_boolean(natt_cli_debug_hint(doc)));
    natt_cli_json_set(out, "pcrs", pcrs_json(doc));
    natt_cli_json_set(out, "public_key", natt_cli_json_hex(doc->public_key));
    natt_cli_json_set(out, "user_data", natt_cli_json_hex(doc->user_data));
    natt_cli_json_set(out, "nonce", natt_cli_json_hex(doc->nonce));
    natt_cli_json_set(out, "unknown_fields", unknown_json(doc));
    natt_cli_json_set(out, "chain", chain);
    natt_cli_json_set(out, "signature", natt_cli_json_hex(doc->signature));
    natt_cli_json_print(out);
}
