/*
 * nitro-attest pcr describe: what an enclave image contains. Names and metadata are the builder's words; of all that is shown,
 * only what PCR0 measures, and the certificate of a valid signature, can be checked by anybody later.
 */
#include "cli/pcr/pcr_describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/certificates/digest.h"
#include "cli/frame/clock.h"
#include "cli/frame/json_out.h"
#include "cli/frame/options.h"
#include "cli/frame/table.h"
#include "cli/frame/text.h"
#include "cli/pcr_values/image.h"
#include "cli/pcr_values/pin_files.h"

typedef struct describe_args {
    bool json;
} describe_args;

/* Everything that is shown. */
typedef struct shown {
    const natt_eif_description *found;
    uint8_t certificate_sha256[32];
    natt_cli_pins pins;         /* empty when the signature is invalid */
    json_t *metadata;           /* NULL: there is none, or it is no JSON */
    const char *metadata_error; /* NULL: none */
    json_error_t json_error;
} shown;

json_t *natt_cli_pcr_measurements(const natt_cli_pins *pins)
{
    json_t *list = json_object();
    char name[8];
    natt_cli_json_set(list, "HashAlgorithm", json_string("Sha384 { ... }"));
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++)
        if (pins->source[i] != NULL) {
            (void)snprintf(name, sizeof name, "PCR%u", (unsigned)i);
            natt_cli_json_set(list, name, natt_cli_json_hex((natt_bytes){pins->value[i], NATT_PCR_LEN}));
        }
    return list;
}

static bool has_section(const natt_eif_description *found, natt_eif_section_type type)
{
    for (size_t i = 0; i < found->section_count; i++)
        if (found->sections[i].type == type)
            return true;
    return false;
}

static void read_metadata(shown *s)
{
    natt_bytes text = s->found->metadata;
    if (!has_section(s->found, NATT_EIF_METADATA))
        return;
    s->metadata_error = "it is too large to be shown";
    if (text.ptr == NULL)
        return;
    s->metadata = json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, &s->json_error);
    s->metadata_error = s->metadata == NULL ? s->json_error.text : NULL;
}

static const char *status_name(natt_eif_signature_status status)
{
    static const char *const names[] = {"none", "valid", "invalid"};
    return names[status];
}

static json_t *signature_json(const shown *s)
{
    const natt_eif_signer *signer = &s->found->signer;
    json_t *out = json_object();
    bool invalid = s->found->signature == NATT_EIF_SIGNATURE_INVALID;
    natt_cli_json_set(out, "status", json_string(status_name(s->found->signature)));
    natt_cli_json_set(out, "reason", invalid ? json_string(s->found->signature_error.message) : json_null());
    if (signer->certificate.ptr == NULL)
        return out;
    natt_cli_json_set(out, "subject",
                      natt_cli_json_text((natt_bytes){(const uint8_t *)signer->subject, strlen(signer->subject)}));
    natt_cli_json_set(out, "certificate_sha256", natt_cli_json_hex((natt_bytes){s->certificate_sha256, 32}));
    natt_cli_json_set(out, "algorithm", signer->algorithm == NULL ? json_null() : json_string(signer->algorithm));
    natt_cli_json_set(out, "not_before", natt_cli_json_time(signer->not_before));
    natt_cli_json_set(out, "not_after", natt_cli_json_time(signer->not_after));
    return out;
}

static json_t *sections_json(const natt_eif_description *found)
{
    json_t *list = json_array();
    for (size_t i = 0; i < found->section_count; i++) {
        json_t *section = json_object();
        natt_cli_json_set(section, "type", json_string(natt_eif_section_name(found->sections[i].type)));
        natt_cli_json_set(section, "offset", json_integer((json_int_t)found->sections[i].offset));
        natt_cli_json_set(section, "size", json_integer((json_int_t)found->sections[i].size));
        natt_cli_json_append(list, section);
    }
    return list;
}

static const char *architecture(const natt_eif_description *found)
{
    return found->arm64 ? "aarch64" : "x86_64";
}

static void print_json(shown *s)
{
    json_t *out = json_object();
    natt_cli_json_set(out, "version", json_integer(s->found->version));
    natt_cli_json_set(out, "architecture", json_string(architecture(s->found)));
    natt_cli_json_set(out, "size", json_integer((json_int_t)s->found->size));
    natt_cli_json_set(out, "crc32", json_integer(s->found->crc));
    natt_cli_json_set(out, "sections", sections_json(s->found));
    natt_cli_json_set(out, "signature", signature_json(s));
    natt_cli_json_set(out, "metadata", s->metadata == NULL ? json_null() : json_incref(s->metadata));
    natt_cli_json_set(out, "metadata_error", s->metadata_error == NULL ? json_null() : json_string(s->metadata_error));
    if (s->found->signature != NATT_EIF_SIGNATURE_INVALID)
        natt_cli_json_set(out, "Measurements", natt_cli_pcr_measurements(&s->pins));
    natt_cli_json_print(out);
}

static void print_sections(const natt_eif_description *found)
{
    (void)puts("\n  section  type             offset            size");
    for (size_t i = 0; i < found->section_count; i++)
        (void)printf("  %-8zu %-9s %13" PRIu64 " %15" PRIu64 "\n", i, natt_eif_section_name(found->sections[i].type),
                     found->sections[i].offset, found->sections[i].size);
    (void)putchar('\n');
}

static void print_signer(const shown *s)
{
    const natt_eif_signer *signer = &s->found->signer;
    char from[NATT_CLI_TIME_LEN], until[NATT_CLI_TIME_LEN];
    if (signer->certificate.ptr == NULL)
        return;
    const char *dates = natt_cli_image_dates(signer);
    char *subject = natt_cli_escape((natt_bytes){(const uint8_t *)signer->subject, strlen(signer->subject)});
    char *sha256 = natt_cli_hex((natt_bytes){s->certificate_sha256, 32});
    natt_cli_row("signer", "%s", subject);
    natt_cli_row("SHA-256", "%s", sha256);
    natt_cli_row("algorithm", "%s",
                 signer->algorithm == NULL ? "of a kind that cannot sign images" : signer->algorithm);
    natt_cli_row("valid", "%s to %s%s%s", natt_cli_seconds_format(from, signer->not_before),
                 natt_cli_seconds_format(until, signer->not_after), dates[0] == '\0' ? "" : ": ", dates);
    free(sha256);
    free(subject);
}

static void print_signature(const shown *s)
{
    natt_cli_style style = natt_cli_style_of(stdout);
    if (s->found->signature == NATT_EIF_NOT_SIGNED)
        natt_cli_row("signature", "none");
    else if (s->found->signature == NATT_EIF_SIGNATURE_VALID)
        natt_cli_row("signature", "%svalid%s: this certificate's key signed PCR0", style.good, style.reset);
    else
        natt_cli_row("signature", "%sINVALID%s: %s", style.bad, style.reset, s->found->signature_error.message);
    print_signer(s);
}

static void print_metadata(const shown *s)
{
    if (!has_section(s->found, NATT_EIF_METADATA)) {
        natt_cli_row("metadata", "none");
        return;
    }
    if (s->metadata == NULL) {
        char *why = natt_cli_escape((natt_bytes){(const uint8_t *)s->metadata_error, strlen(s->metadata_error)});
        natt_cli_row("metadata", "not shown: %s", why);
        free(why);
        return;
    }
    natt_cli_row("metadata", "as the builder wrote it; nothing measures or signs it");
    natt_cli_json_print(json_incref(s->metadata));
}

static void print_text(shown *s)
{
    natt_cli_row("image", "%" PRIu64 " bytes, format version %u, %s", s->found->size, (unsigned)s->found->version,
                 architecture(s->found));
    natt_cli_row("CRC-32", "%08" PRIx32 ", correct", s->found->crc);
    print_sections(s->found);
    print_signature(s);
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++)
        if (s->pins.source[i] != NULL) {
            char name[8], *hex = natt_cli_hex((natt_bytes){s->pins.value[i], NATT_PCR_LEN});
            (void)snprintf(name, sizeof name, "PCR%u", (unsigned)i);
            natt_cli_row(name, "%s", hex);
            free(hex);
        }
    print_metadata(s);
}

static bool prepare(shown *s, const natt_cli_image *image, const char *path, natt_cli_error *err)
{
    natt_eif_measurements m;
    s->found = &image->found;
    read_metadata(s);
    if (s->found->signer.certificate.ptr != NULL &&
        !natt_cli_sha256(s->certificate_sha256, s->found->signer.certificate, err))
        return false;
    return s->found->signature == NATT_EIF_SIGNATURE_INVALID ||
           (natt_cli_image_measure(&m, image, path, err) && natt_cli_pin_measured(&s->pins, &m, err));
}

/* The exit code. */
static int describe(const describe_args *a, const char *path, natt_cli_error *err)
{
    natt_cli_image image;
    shown s = {0};
    int code = NATT_CLI_USAGE;
    if (!natt_cli_image_open(&image, path, err) || !prepare(&s, &image, path, err)) {
        code = natt_cli_error_print(err, "pcr describe");
    } else {
        (a->json ? print_json : print_text)(&s);
        code = s.found->signature == NATT_EIF_SIGNATURE_INVALID ? NATT_CLI_REFUSED : NATT_CLI_OK;
    }
    json_decref(s.metadata);
    natt_cli_image_close(&image);
    return code;
}

int natt_cli_pcr_describe(int argc, char **argv)
{
    static const natt_cli_option options[] = {
        {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
        {"json", NULL, NATT_CLI_FLAG, offsetof(describe_args, json), "JSON instead of text"},
    };
    static const natt_cli_spec spec = {"pcr describe",
                                       "pcr describe EIF-FILE [OPTIONS]",
                                       "Shows what an enclave image contains: format version, sections, signature and "
                                       "signer, PCRs, metadata.\n",
                                       options,
                                       sizeof options / sizeof options[0],
                                       1,
                                       1,
                                       "EIF-FILE"};
    describe_args args = {0};
    natt_cli_list operands = {0};
    natt_cli_error err;
    natt_cli_parsed parsed = natt_cli_options_parse(&args, &operands, &spec, argc, argv, &err);
    int code = NATT_CLI_OK;
    if (parsed == NATT_CLI_WRONG)
        code = natt_cli_error_print(&err, spec.command);
    else if (parsed == NATT_CLI_RUN)
        code = describe(&args, operands.items[0], &err);
    natt_cli_options_free(&args, &operands, &spec);
    return code;
}
