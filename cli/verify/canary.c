/* See verify_report.h: the verdict without its unknown fields, of a document refused for them. */
#include "cli/verify/verify_report.h"

/* The names are shown only after all signatures were verified: without that, anyone may have written them. */
static void put_fields(natt_cli_report *r, natt_bytes document)
{
    natt_document doc;
    bool parsed = natt_document_parse(&doc, document, NULL);
    natt_cli_put_list(r, "unknown_fields");
    for (size_t i = 0; parsed && i < doc.unknown_count; i++)
        natt_cli_put(r, NATT_CLI_ITEM, i == 0 ? "unknown" : "",
                     natt_cli_in("\"%\"", natt_cli_as_text(doc.unknown_fields[i])));
    natt_cli_put_end(r);
}

/* True: the verdict without the unknown fields, in *e. */
static bool verify_without(natt_error *e, natt_bytes document, const natt_options *options)
{
    natt_verified unused = NATT_VERIFIED_INIT;
    natt_options skipping = *options;
    *e = (natt_error){NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, ""};
    skipping.flags |= NATT_ALLOW_UNKNOWN_FIELDS;
    return natt_verify(&unused, document, &skipping, NULL, e);
}

static const char *form_of(bool verified)
{
    return verified ? "apart from its unknown fields, the document meets every requirement"
                    : "without its unknown fields, the document would be refused too: %";
}

const char *natt_cli_canary(natt_bytes document, const natt_options *options, const natt_error *refusal)
{
    natt_error e;
    if (refusal->code != NATT_E_DOC_UNKNOWN_FIELD)
        return NULL;
    return verify_without(&e, document, options) ? form_of(true)
                                                 : "without its unknown fields, it would be refused too";
}

/* The verdict does not change: only these rows are added. */
bool natt_cli_put_canary(natt_cli_report *r, natt_bytes document, const natt_options *options,
                         const natt_error *refusal)
{
    natt_error e;
    if (refusal->code != NATT_E_DOC_UNKNOWN_FIELD)
        return false;
    bool verified = verify_without(&e, document, options);
    natt_cli_put_object(r, "canary");
    natt_cli_put(r, "code", "canary", natt_cli_in(form_of(verified), natt_cli_as_word(natt_code_name(e.code))));
    if (verified)
        put_fields(r, document);
    natt_cli_put_end(r);
    return verified;
}
