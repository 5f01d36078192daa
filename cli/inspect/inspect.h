/* What a document says, unverified: words shared by the table and the JSON of nitro-attest inspect. */
#ifndef NATT_CLI_INSPECT_H
#define NATT_CLI_INSPECT_H

#include <nitro_attest/document.h>

#define NATT_CLI_UNVERIFIED                                                                                            \
    "UNVERIFIED: no signature, certificate, time or PCR was judged; anybody can write such a document"

/* What a PCR measures in documents of this kind; "" for unused ones. */
const char *natt_cli_pcr_meaning(natt_kind kind, uint32_t index);

/* PCR0, PCR1 or PCR2 of an enclave is absent or all zero: what natt_verify calls debug. */
bool natt_cli_debug_hint(const natt_document *doc);

/* The nine bits of keyUsage: "digitalSignature"; NULL above. */
const char *natt_cli_key_usage_name(unsigned bit);

size_t natt_cli_chain_count(const natt_document *doc);
natt_bytes natt_cli_chain_at(const natt_document *doc, size_t index); /* 0 = root, last = leaf */

/* `form` describes how the file has the document; text from the file is in it. */
void natt_cli_inspect_text(const natt_document *doc, const char *form);
void natt_cli_inspect_json(const natt_document *doc, const char *form);

#endif
