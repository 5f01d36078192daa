/*
 * For the proofs of document.c: the document, its result, and any one element of each array.
 */
#include "fuzz/proofs/cbor_parts.h"
#include "verify/parse/document.h"

static size_t one_pcr, one_certificate, one_name;
static natt_document result;

#include "fuzz/proofs/document_loops.h"
#include "verify/parse/document.c"

natt_document nondet_document(void);
uint32_t nondet_u32(void);

static void any_document(void)
{
    input = any_input(NATT_MAX_DOCUMENT);
    one_pcr = nondet_size(), one_certificate = nondet_size(), one_name = nondet_size();
    __CPROVER_assume(one_pcr < NATT_PCR_COUNT && one_certificate < NATT_MAX_CABUNDLE &&
                     one_name < NATT_MAX_UNKNOWN_FIELDS);
}

/* The result after other entries. */
static void any_state(uint32_t *seen, uint32_t *next)
{
    natt_bytes raw = result.raw;
    result = nondet_document();
    result.raw = raw;
    *seen = nondet_u32(), *next = nondet_u32();
}
