/* The unverified content of a document. */
#ifndef NATT_CLI_INSPECT_H
#define NATT_CLI_INSPECT_H

#include <nitro_attest/document.h>

#include "cli/document/document_forms.h"

/* What a PCR measures in documents of this kind; "" for unused PCRs. */
const char *natt_cli_pcr_meaning(natt_kind kind, uint32_t index);

/* True: PCR0, PCR1 or PCR2 of an enclave is absent or all zero, which natt_verify calls debug. */
bool natt_cli_debug_hint(const natt_document *doc);

/* `form` describes the document's form in the file, and may quote the file. */
void natt_cli_inspect_report(const natt_document *doc, const char *form, bool json);
void natt_cli_inspect_fail(const natt_error *e, const natt_cli_input *input, bool json);

#endif
