/* Proved of natt_document_parse, for documents of up to 16493 octets: no access out of bounds, no overflow, and each
 * loop ends; true only if each view lies inside the document, with the sizes and counts of document.h, and each
 * mandatory field is present, one map of PCRs among them; on false the result is zero and there is a code. The
 * envelope, the entries of the map (document_entry), CBOR's heads and comparisons are contracts. */
#include <stdint.h>

static uint32_t last_seen; /* the fields after the last entry; the invariant of a loop has it, too */

#include "fuzz/proofs/any_document.h"

/* cose.c proves it. */
bool natt_cose_parse(struct natt_reader *r, struct natt_cose *out)
{
    bool ok = takes_view(r, &out->protected_header) && takes_view(r, &out->payload) && takes_view(r, &out->signature);
    __CPROVER_assume(!ok || (out->protected_header.len == 4 && out->payload.len >= 1 &&
                             out->payload.len <= NATT_MAX_PAYLOAD && out->signature.len == 96 && r->pos == r->end));
    return ok;
}

/* In place of read_entry, as document_entry.c claims it. */
static bool any_entry(struct natt_reader *r, natt_document *doc, uint32_t *seen, uint32_t *next)
{
    __CPROVER_assert(doc == &result && STATE(r, *seen, *next), "as document_entry.c assumes");
    bool ok = takes_some(r);
    any_state(seen, next);
    last_seen = *seen;
    __CPROVER_assume(!ok || STATE(r, *seen, *next));
    return ok;
}

static bool has_views(void)
{
    return IS_INSIDE(result.payload) && IS_INSIDE(result.signature) && IS_INSIDE(result.protected_header) &&
           IS_INSIDE(result.module_id) && IS_INSIDE(result.digest) && IS_INSIDE(result.certificate) &&
           IS_ABSENT_OR_INSIDE(result.public_key) && IS_ABSENT_OR_INSIDE(result.user_data) &&
           IS_ABSENT_OR_INSIDE(result.nonce) && PCR && BUNDLE && NAME(one_name);
}

static bool has_sizes(void)
{
    return HAS_LEN(result.module_id, 1, NATT_MAX_MODULE_ID) && result.digest.len == 6 && result.timestamp_ms >= 1 &&
           result.timestamp_ms <= NATT_MAX_TIME_MS && HAS_LEN(result.certificate, 1, NATT_MAX_CERTIFICATE) &&
           result.cabundle_count >= 1 && result.cabundle_count <= NATT_MAX_CABUNDLE &&
           result.unknown_count <= NATT_MAX_UNKNOWN_FIELDS && HAS_LEN(result.payload, 1, NATT_MAX_PAYLOAD) &&
           result.signature.len == 96 && result.protected_header.len == 4;
}

static bool is_zero(void)
{
    return IS_ABSENT(result.raw) && !result.tagged && IS_ABSENT(result.protected_header) && IS_ABSENT(result.payload) &&
           IS_ABSENT(result.signature) && !result.indefinite && result.kind == 0 && IS_ABSENT(result.module_id) &&
           IS_ABSENT(result.digest) && result.timestamp_ms == 0 && result.pcr_mask == 0 &&
           IS_ABSENT(result.pcrs[one_pcr]) && IS_ABSENT(result.certificate) &&
           IS_ABSENT(result.cabundle[one_certificate]) && result.cabundle_count == 0 && IS_ABSENT(result.public_key) &&
           IS_ABSENT(result.user_data) && IS_ABSENT(result.nonce) && IS_ABSENT(result.unknown_fields[one_name]) &&
           result.unknown_count == 0;
}

int main(void)
{
    (void)any_entry;
    natt_error err;
    any_document();
    last_seen = 0; /* goto-instrument gives any value to it */
    natt_error *wanted = nondet_bool() ? NULL : &err;
    bool ok = natt_document_parse(&result, input, wanted);
    REACHABLE(ok && result.cabundle_count == NATT_MAX_CABUNDLE && result.unknown_count == NATT_MAX_UNKNOWN_FIELDS);
    REACHABLE(ok && result.pcr_mask == UINT32_MAX && result.payload.len == NATT_MAX_PAYLOAD);
    REACHABLE(!ok);
    __CPROVER_assert(!ok || RAW, "the document");
    __CPROVER_assert(!ok || has_views(), "views lie inside");
    __CPROVER_assert(!ok || has_sizes(), "with their sizes and counts, and what is mandatory is present");
    __CPROVER_assert(!ok || (last_seen & BOTH_PCR_MAPS) != 0, "a map of PCRs was read");
    __CPROVER_assert(ok || is_zero(), "on false the result is zero");
    __CPROVER_assert(wanted == NULL || ok == (err.code == NATT_OK), "false has a code, true has none");
    return 0;
}
