/* nitro-attest inspect: the table for people. */
#include "cli/inspect/inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document/error_location.h"
#include "cli/frame/bytes.h"
#include "cli/frame/clock.h"
#include "cli/frame/table.h"
#include "cli/frame/text.h"

static void print_text_row(const char *name, natt_bytes text)
{
    char *safe = natt_cli_escape(text);
    natt_cli_row(name, "%s", safe);
    free(safe);
}

static void print_hex_row(const char *name, natt_bytes bytes)
{
    char *hex = natt_cli_hex(bytes);
    natt_cli_row(name, "%s", hex);
    free(hex);
}

static void print_envelope(const natt_document *doc)
{
    natt_cli_row("document", "%zu bytes, COSE_Sign1 %s tag 18", doc->raw.len, doc->tagged ? "with" : "without");
    natt_cli_row("payload", "%zu bytes, a map of %s length", doc->payload.len,
                 doc->indefinite ? "indefinite" : "definite");
    print_hex_row("protected", doc->protected_header);
    print_hex_row("signature", doc->signature);
}

static void print_fields(const natt_document *doc)
{
    char time[NATT_CLI_TIME_LEN];
    natt_cli_row("kind", "%s", natt_kind_name(doc->kind));
    print_text_row("module_id", doc->module_id);
    print_text_row("digest", doc->digest);
    natt_cli_row("timestamp", "%s", natt_cli_time_format(time, doc->timestamp_ms));
    natt_cli_bytes_row("public_key", doc->public_key, "");
    natt_cli_bytes_row("user_data", doc->user_data, "");
    natt_cli_bytes_row("nonce", doc->nonce, "");
    for (size_t i = 0; i < doc->unknown_count; i++)
        print_text_row("unknown", doc->unknown_fields[i]);
}

static void print_pcrs(const natt_document *doc)
{
    (void)putchar('\n');
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++) {
        const char *meaning = natt_cli_pcr_meaning(doc->kind, i);
        if (doc->pcrs[i].ptr == NULL)
            continue;
        char *hex = natt_cli_hex(doc->pcrs[i]);
        (void)printf("  PCR%-2u  %s%s%s\n", (unsigned)i, hex, meaning[0] == '\0' ? "" : "  ", meaning);
        free(hex);
    }
    if (natt_cli_debug_hint(doc))
        (void)puts("  PCR0, PCR1 or PCR2 is zero or absent: a DEBUG enclave, its memory is open to the host");
}

static void print_key_usage(const natt_certificate *cert)
{
    char text[192] = "absent";
    size_t used = 0;
    if (cert->has_key_usage)
        used = (size_t)snprintf(text, sizeof text, "%s", cert->key_usage_critical ? "critical" : "not critical");
    for (unsigned bit = 0; natt_cli_key_usage_name(bit) != NULL && used < sizeof text; bit++)
        if ((cert->key_usage >> bit & 1) != 0)
            used += (size_t)snprintf(text + used, sizeof text - used, ", %s", natt_cli_key_usage_name(bit));
    natt_cli_row("  key usage", "%s", text);
}

static void print_constraints(const natt_certificate *cert)
{
    const char *critical = cert->basic_constraints_critical ? "critical" : "not critical";
    if (!cert->has_basic_constraints)
        natt_cli_row("  CA", "basicConstraints absent");
    else if (cert->has_path_len)
        natt_cli_row("  CA", "%s, path length %u (%s)", cert->ca ? "yes" : "no", (unsigned)cert->path_len, critical);
    else
        natt_cli_row("  CA", "%s (%s)", cert->ca ? "yes" : "no", critical);
    if (cert->unknown_critical.ptr != NULL)
        print_hex_row("  UNKNOWN", cert->unknown_critical);
}

static void print_certificate(const natt_certificate *cert)
{
    char from[NATT_CLI_TIME_LEN], until[NATT_CLI_TIME_LEN];
    print_text_row("  subject", cert->subject_cn);
    print_text_row("  issuer", cert->issuer_cn);
    print_hex_row("  serial", cert->serial);
    natt_cli_row("  valid", "%s to %s", natt_cli_seconds_format(from, cert->not_before),
                 natt_cli_seconds_format(until, cert->not_after));
    print_key_usage(cert);
    print_constraints(cert);
    print_hex_row("  key", cert->public_key);
}

static void print_chain(const natt_document *doc)
{
    natt_certificate cert;
    natt_error e;
    for (size_t i = 0; i < natt_cli_chain_count(doc); i++) {
        natt_bytes der = natt_cli_chain_at(doc, i);
        (void)printf("\n  certificate %zu (%s), %zu bytes\n", i, natt_cli_role(i, natt_cli_chain_count(doc)), der.len);
        if (natt_certificate_parse(&cert, der, &e))
            print_certificate(&cert);
        else
            natt_cli_row("  unreadable", "%s (%s), byte %zu of it", e.message, natt_code_name(e.code), e.offset);
    }
}

void natt_cli_inspect_text(const natt_document *doc, const char *form)
{
    natt_cli_style style = natt_cli_style_of(stdout);
    (void)printf("%s%s%s\n", style.warn, NATT_CLI_UNVERIFIED, style.reset);
    print_text_row("input", (natt_bytes){(const uint8_t *)form, strlen(form)});
    print_envelope(doc);
    (void)putchar('\n');
    print_fields(doc);
    print_pcrs(doc);
    print_chain(doc);
    (void)printf("\n%s%s%s\n", style.warn, NATT_CLI_UNVERIFIED, style.reset);
}
