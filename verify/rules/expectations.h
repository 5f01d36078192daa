/*
 * The caller's expectations, checked after the signatures.
 */
#ifndef NATT_VERIFY_EXPECTATIONS_H
#define NATT_VERIFY_EXPECTATIONS_H

#include "nitro_attest/verify.h"
#include "verify/parse/document.h"
#include "verify/rules/chain.h"

/* Every expectation except the PCR policy. */
bool natt_expectations_check(const natt_document *doc, const struct natt_chain *chain, const natt_options *opt,
                             natt_error *err);

/* An enclave document that is not a production one: PCR0, PCR1 or PCR2 absent or all zero. */
bool natt_document_is_debug(const natt_document *doc);

/* The region that the names of the leaf and the instance certificate agree on; absent if they do not contain module_id.
 */
natt_bytes natt_chain_region(const natt_document *doc, const struct natt_chain *chain);

/* NATT_CHECKED_*: the checks of a document that passed: those of the options, and those that depend on the document. */
uint32_t natt_expectations_checks_made(const natt_document *doc, const struct natt_chain *chain,
                                       const natt_options *opt);

#endif
