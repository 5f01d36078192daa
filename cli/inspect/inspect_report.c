/* nitro-attest inspect: what it prints, docs/JSON.md. */
#include "cli/inspect/inspect.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/document/error_location.h"
#include "cli/frame/report.h"
#include "cli/frame/terminal.h"

/* ---- bars, only on a terminal ---- */

#define BESIDE_BAR 46 /* columns of label and text beside the bar */
#define LEAST_BAR  8

static size_t bar_width(const natt_cli_terminal *t)
{
    size_t room = t->columns > BESIDE_BAR + LEAST_BAR ? t->columns - BESIDE_BAR : LEAST_BAR;
    return room < NATT_CLI_BAR_MAX ? room : NATT_CLI_BAR_MAX;
}

static void put_size(natt_cli_report *r, const natt_cli_terminal *t, const char *name, size_t len, size_t whole)
{
    char bar[NATT_CLI_BAR_LEN], text[NATT_CLI_BAR_LEN + 64];
    (void)natt_cli_bar(bar, t->unicode, bar_width(t), len, whole);
    (void)snprintf(text, sizeof text, "%s %6zu bytes  %s", bar, len, name);
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "", natt_cli_as_word(text));
}

static void put_sizes(natt_cli_report *r, const natt_document *doc)
{
    const natt_cli_terminal t = natt_cli_terminal_of(stdout);
    size_t pcrs = 0, bundle = 0;
    for (size_t i = 0; i < NATT_PCR_COUNT; i++)
        pcrs += doc->pcrs[i].len;
    for (size_t i = 0; i < doc->cabundle_count; i++)
        bundle += doc->cabundle[i].len;
    const struct {
        const char *name;
        size_t len;
    } rows[] = {{"cabundle", bundle},
                {"certificate", doc->certificate.len},
                {"PCR values", pcrs},
                {"public_key", doc->public_key.len},
                {"user_data", doc->user_data.len},
                {"nonce", doc->nonce.len},
                {"signature", doc->signature.len}};
    if (t.columns == 0 || r->text == NULL)
        return;
    natt_cli_put_words(r, "\n  sizes, of the whole document");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        put_size(r, &t, rows[i].name, rows[i].len, doc->raw.len);
}

/* The elapsed part of a certificate's validity at the document's timestamp. */
static void put_lifetime(natt_cli_report *r, const natt_certificate *cert, const natt_document *doc)
{
    const natt_cli_terminal t = natt_cli_terminal_of(stdout);
    char bar[NATT_CLI_BAR_LEN], text[NATT_CLI_BAR_LEN + 64];
    int64_t whole = cert->not_after - cert->not_before, part = (int64_t)(doc->timestamp_ms / 1000) - cert->not_before;
    if (t.columns == 0 || r->text == NULL || whole <= 0)
        return;
    uint64_t shown = part < 0 ? 0 : part > whole ? (uint64_t)whole : (uint64_t)part;
    (void)natt_cli_bar(bar, t.unicode, bar_width(&t), shown, (uint64_t)whole);
    if (part < 0 || part > whole)
        (void)snprintf(text, sizeof text, "%s the timestamp is %s", bar, part < 0 ? "before it" : "after it");
    else
        (void)snprintf(text, sizeof text, "%s %d %% elapsed at the timestamp", bar,
                       (int)((double)part * 100 / (double)whole));
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "  lifetime", natt_cli_as_word(text));
}

/* ---- the document ---- */

static void put_envelope(natt_cli_report *r, const natt_document *doc)
{
    natt_cli_put(r, "bytes", "document", natt_cli_in("% bytes", natt_cli_as_number(doc->raw.len)));
    natt_cli_put_more(r, "tagged",
                      natt_cli_in(doc->tagged ? ", COSE_Sign1 with tag 18" : ", COSE_Sign1 without tag 18",
                                  natt_cli_as_bool(doc->tagged)));
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "payload", natt_cli_in("% bytes", natt_cli_as_number(doc->payload.len)));
    natt_cli_put_more(r, "indefinite",
                      natt_cli_in(doc->indefinite ? ", a map of indefinite length" : ", a map of definite length",
                                  natt_cli_as_bool(doc->indefinite)));
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "protected", natt_cli_as_hex(doc->protected_header));
    natt_cli_put(r, "signature", "signature", natt_cli_as_hex(doc->signature));
}

static void put_fields(natt_cli_report *r, const natt_document *doc)
{
    natt_cli_put(r, "kind", "kind", natt_cli_as_word(natt_kind_name(doc->kind)));
    natt_cli_put(r, "module_id", "module_id", natt_cli_as_text(doc->module_id));
    natt_cli_put(r, "digest", "digest", natt_cli_as_text(doc->digest));
    natt_cli_put(r, "timestamp_ms", "timestamp", natt_cli_as_time_ms(doc->timestamp_ms));
    natt_cli_put_bytes(r, "public_key", "public_key", doc->public_key, "");
    natt_cli_put_bytes(r, "user_data", "user_data", doc->user_data, "");
    natt_cli_put_bytes(r, "nonce", "nonce", doc->nonce, "");
    natt_cli_put_list(r, "unknown_fields");
    for (size_t i = 0; i < doc->unknown_count; i++)
        natt_cli_put(r, NATT_CLI_ITEM, "unknown", natt_cli_as_text(doc->unknown_fields[i]));
    natt_cli_put_end(r);
}

static void put_pcr(natt_cli_report *r, const natt_document *doc, uint32_t index)
{
    char key[8];
    const char *meaning = natt_cli_pcr_meaning(doc->kind, index);
    (void)snprintf(key, sizeof key, "%u", (unsigned)index);
    natt_cli_put_line(r, NATT_CLI_TEXT_ONLY, natt_cli_in("  PCR%-2", natt_cli_as_number(index)));
    natt_cli_put_more(r, key, natt_cli_in("  %", natt_cli_as_hex(doc->pcrs[index])));
    if (meaning[0] != '\0')
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in("  %", natt_cli_as_word(meaning)));
}

static void put_pcrs(natt_cli_report *r, const natt_document *doc)
{
    natt_cli_put(r, "debug", NATT_CLI_JSON_ONLY, natt_cli_as_bool(natt_cli_debug_hint(doc)));
    natt_cli_put_words(r, "");
    natt_cli_put_object(r, "pcrs");
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++)
        if (doc->pcrs[i].ptr != NULL)
            put_pcr(r, doc, i);
    natt_cli_put_end(r);
    if (natt_cli_debug_hint(doc))
        natt_cli_put_words(r, "  PCR0, PCR1 or PCR2 is zero or absent: a DEBUG enclave: the host can read its memory");
}

/* ---- its certificates ---- */

static void put_key_usage(natt_cli_report *r, const natt_certificate *cert)
{
    /* The nine bits of keyUsage. [RFC 5280 4.2.1.3] */
    static const char *const names[] = {"digitalSignature", "nonRepudiation", "keyEncipherment",
                                        "dataEncipherment", "keyAgreement",   "keyCertSign",
                                        "cRLSign",          "encipherOnly",   "decipherOnly"};
    natt_cli_put(r, "key_usage_critical", cert->has_key_usage ? "  key usage" : NATT_CLI_JSON_ONLY,
                 natt_cli_in(cert->key_usage_critical ? "critical" : "not critical",
                             natt_cli_as_bool(cert->key_usage_critical)));
    if (!cert->has_key_usage) {
        natt_cli_put(r, "key_usage", "  key usage", natt_cli_absent("absent"));
        return;
    }
    natt_cli_put_list(r, "key_usage");
    for (unsigned bit = 0; bit < sizeof names / sizeof names[0]; bit++)
        if ((cert->key_usage >> bit & 1) != 0)
            natt_cli_put_more(r, NATT_CLI_ITEM, natt_cli_in(", %", natt_cli_as_word(names[bit])));
    natt_cli_put_end(r);
}

static void put_constraints(natt_cli_report *r, const natt_certificate *cert)
{
    bool critical = cert->basic_constraints_critical;
    if (!cert->has_basic_constraints) {
        natt_cli_put(r, "basic_constraints", "  CA", natt_cli_absent("basicConstraints absent"));
        return;
    }
    natt_cli_put_object(r, "basic_constraints");
    natt_cli_put(r, "ca", "  CA", natt_cli_as_bool(cert->ca));
    natt_cli_put_more(r, "path_len",
                      cert->has_path_len ? natt_cli_in(", path length %", natt_cli_as_number(cert->path_len))
                                         : natt_cli_absent(NULL));
    natt_cli_put_more(r, "critical",
                      natt_cli_in(critical ? " (critical)" : " (not critical)", natt_cli_as_bool(critical)));
    natt_cli_put_last(r, "ca path_len");
    natt_cli_put_end(r);
}

/* The table shows a missing name as empty. */
static natt_cli_cell name(natt_bytes common_name)
{
    return common_name.ptr == NULL ? natt_cli_absent("") : natt_cli_as_text(common_name);
}

static void put_certificate(natt_cli_report *r, const natt_certificate *cert, const natt_document *doc)
{
    natt_cli_put(r, "subject", "  subject", name(cert->subject_cn));
    natt_cli_put(r, "issuer", "  issuer", name(cert->issuer_cn));
    natt_cli_put(r, "serial", "  serial", natt_cli_as_hex(cert->serial));
    natt_cli_put(r, "not_before", "  valid", natt_cli_as_time(cert->not_before));
    natt_cli_put_more(r, "not_after", natt_cli_in(" to %", natt_cli_as_time(cert->not_after)));
    put_lifetime(r, cert, doc);
    put_key_usage(r, cert);
    put_constraints(r, cert);
    natt_cli_put(r, "unknown_critical", "  UNKNOWN", natt_cli_as_hex(cert->unknown_critical));
    natt_cli_put(r, "issuer_der", NATT_CLI_JSON_ONLY, natt_cli_as_hex(cert->issuer));
    natt_cli_put(r, "public_key", "  key", natt_cli_as_hex(cert->public_key));
}

static void put_unreadable(natt_cli_report *r, const natt_error *e)
{
    r->json_only = true;
    natt_cli_put_error(r, e, "", 0);
    r->json_only = false;
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "  unreadable", natt_cli_as_word(e->message));
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(" (%)", natt_cli_as_word(natt_code_name(e->code))));
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(", byte % of it", natt_cli_as_number(e->offset)));
}

static void put_chain(natt_cli_report *r, const natt_document *doc)
{
    natt_certificate cert;
    natt_error e;
    natt_cli_put_list(r, "chain");
    for (size_t i = 0, count = doc->cabundle_count + 1; i < count; i++) {
        natt_bytes der = i + 1 < count ? doc->cabundle[i] : doc->certificate;
        natt_cli_put_object(r, NATT_CLI_ITEM);
        natt_cli_put_line(r, NATT_CLI_TEXT_ONLY, natt_cli_in("\n  certificate %", natt_cli_as_number(i)));
        natt_cli_put_more(r, "role", natt_cli_in(" (%)", natt_cli_as_word(natt_cli_role(i, count))));
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(", % bytes", natt_cli_as_number(der.len)));
        natt_cli_put(r, "der", NATT_CLI_JSON_ONLY, natt_cli_as_hex(der));
        if (natt_certificate_parse(&cert, der, &e))
            put_certificate(r, &cert, doc);
        else
            put_unreadable(r, &e);
        natt_cli_put_end(r);
    }
    natt_cli_put_end(r);
}

void natt_cli_inspect_report(const natt_document *doc, const char *form, bool json)
{
    static const char unverified[] =
        "UNVERIFIED: no signature, certificate, time or PCR was checked; anyone can write such a document";
    natt_cli_cell warning = natt_cli_in(NATT_CLI_WARN "%" NATT_CLI_PLAIN, natt_cli_as_word(unverified));
    natt_cli_report r;
    natt_cli_report_start(&r, json);
    natt_cli_put(&r, "verdict", NATT_CLI_JSON_ONLY, natt_cli_as_word("unverified"));
    natt_cli_put_line(&r, "message", warning);
    natt_cli_put(&r, "input", "input", natt_cli_as_string(form));
    put_envelope(&r, doc);
    natt_cli_put_words(&r, "");
    put_fields(&r, doc);
    put_pcrs(&r, doc);
    put_sizes(&r, doc);
    put_chain(&r, doc);
    natt_cli_put_words(&r, "");
    natt_cli_put_words(&r, "Take the values to require from your own build and request, not from this document.");
    natt_cli_put_line(&r, NATT_CLI_TEXT_ONLY, warning);
    natt_cli_put_last(&r, "public_key user_data nonce unknown_fields chain signature");
    natt_cli_report_end(&r);
}

void natt_cli_inspect_fail(const natt_error *e, const natt_cli_input *input, bool json)
{
    natt_bytes document = natt_cli_buf_view(&input->document);
    char *place = natt_cli_error_location(e, document, NULL);
    natt_cli_report r;
    natt_cli_report_start(&r, json);
    natt_cli_put_line(
        &r, "verdict",
        natt_cli_in(NATT_CLI_BAD "NOT AN ATTESTATION DOCUMENT" NATT_CLI_PLAIN, natt_cli_as_word("unreadable")));
    natt_cli_put(&r, NATT_CLI_TEXT_ONLY, "input", natt_cli_as_string(input->form));
    natt_cli_put_error(&r, e, place, document.len);
    natt_cli_put(&r, NATT_CLI_TEXT_ONLY, "what to do", natt_cli_as_word(natt_code_remedy(e->code)));
    natt_cli_report_end(&r);
    free(place);
}
