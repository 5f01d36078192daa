/* Proved of the fields of a document that are one value each, for documents of up to 16493 octets, after any other
 * fields: module_id, digest, timestamp, certificate, public_key, user_data, nonce. No access out of bounds, no
 * overflow; true only if the value lies inside, with the size of document.h, and no field comes twice; no other member
 * changes. CBOR's heads and strings, and comparisons are contracts. */
#include "fuzz/proofs/document_value.h"

static void reads_mandatory(void)
{
    if (reads(NATT_FIELD_MODULE_ID, &result.module_id)) {
        REACHABLE(result.module_id.len == NATT_MAX_MODULE_ID);
        __CPROVER_assert(IS_INSIDE(result.module_id) && HAS_LEN(result.module_id, 1, NATT_MAX_MODULE_ID), "module_id");
    }
    if (reads(NATT_FIELD_DIGEST, &result.digest)) {
        REACHABLE(result.digest.ptr != before.digest.ptr);
        __CPROVER_assert(IS_INSIDE(result.digest) && result.digest.len == 6, "digest");
    }
    if (reads(NATT_FIELD_TIMESTAMP, &result.timestamp_ms)) {
        REACHABLE(result.timestamp_ms == NATT_MAX_TIME_MS);
        __CPROVER_assert(result.timestamp_ms > 0 && result.timestamp_ms <= NATT_MAX_TIME_MS, "timestamp");
    }
    if (reads(NATT_FIELD_CERTIFICATE, &result.certificate)) {
        REACHABLE(result.certificate.len == NATT_MAX_CERTIFICATE);
        __CPROVER_assert(CERTIFICATE(result.certificate), "certificate");
    }
}

/* Absent values leave the member as it is: absent, where no field comes twice. */
static void reads_optional(void)
{
    if (reads(NATT_FIELD_PUBLIC_KEY, &result.public_key)) {
        REACHABLE(!SAME(public_key));
        __CPROVER_assert(IS_INSIDE(result.public_key) || SAME(public_key), "public_key");
    }
    if (reads(NATT_FIELD_USER_DATA, &result.user_data)) {
        REACHABLE(!SAME(user_data));
        __CPROVER_assert(IS_INSIDE(result.user_data) || SAME(user_data), "user_data");
    }
    if (reads(NATT_FIELD_NONCE, &result.nonce)) {
        REACHABLE(!SAME(nonce));
        __CPROVER_assert(IS_INSIDE(result.nonce) || SAME(nonce), "nonce");
    }
}

int main(void)
{
    any_document();
    reads_mandatory();
    reads_optional();
    return 0;
}
