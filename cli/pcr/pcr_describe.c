/*
 * nitro-attest pcr describe: the content of an enclave image. The builder chooses names and metadata. Only the parts
 * that PCR0 measures, and the certificate of a valid signature, can be verified later.
 */
#include "cli/pcr/pcr_describe.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/certificates/digest.h"
#include "cli/frame/options.h"
#include "cli/pcr_values/image.h"
#include "cli/pcr_values/pin_files.h"

typedef struct describe_args {
    bool json;
} describe_args;

/* The complete output. */
typedef struct shown {
    const natt_eif_description *found;
    uint8_t certificate_sha256[32];
    natt_cli_pins pins;         /* empty when the signature is invalid */
    json_t *metadata;           /* NULL: absent, or not JSON */
    const char *metadata_error; /* NULL: none */
    json_error_t json_error;
} shown;

void natt_cli_put_measurements(natt_cli_report *r, const natt_cli_pins *pins, bool meanings)
{
    static const char *const what[] = {"image", "kernel and boot", "application", "IAM role", "instance id"};
    char name[8], label[32];
    natt_cli_put_object(r, "Measurements");
    natt_cli_put(r, "HashAlgorithm", NATT_CLI_JSON_ONLY, natt_cli_as_word("Sha384 { ... }"));
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++) {
        if (pins->source[i] == NULL)
            continue;
        (void)snprintf(name, sizeof name, "PCR%u", (unsigned)i);
        (void)snprintf(label, sizeof label, "%-5s %s", name, i < 5 ? what[i] : "signing certificate");
        natt_cli_put(r, name, meanings ? label : name, natt_cli_as_hex((natt_bytes){pins->value[i], NATT_PCR_LEN}));
    }
    natt_cli_put_end(r);
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

/* ---- the output ---- */

static void put_image(natt_cli_report *r, const natt_eif_description *found)
{
    char crc[12];
    (void)snprintf(crc, sizeof crc, "%08" PRIx32, found->crc);
    natt_cli_put(r, "size", "image", natt_cli_in("% bytes", natt_cli_as_number(found->size)));
    natt_cli_put_more(r, "version", natt_cli_in(", format version %", natt_cli_as_number(found->version)));
    natt_cli_put_more(r, "architecture", natt_cli_in(", %", natt_cli_as_word(found->arm64 ? "aarch64" : "x86_64")));
    natt_cli_put_last(r, "size");
    natt_cli_put(r, "crc32", "CRC-32", natt_cli_in("%, correct", natt_cli_shown(natt_cli_as_number(found->crc), crc)));
}

static void put_sections(natt_cli_report *r, const natt_eif_description *found)
{
    natt_cli_put_words(r, "\n  section  type             offset            size");
    natt_cli_put_list(r, "sections");
    for (size_t i = 0; i < found->section_count; i++) {
        natt_cli_put_object(r, NATT_CLI_ITEM);
        natt_cli_put_line(r, NATT_CLI_TEXT_ONLY, natt_cli_in("  %-8", natt_cli_as_number(i)));
        natt_cli_put_more(r, "type",
                          natt_cli_in(" %-9", natt_cli_as_word(natt_eif_section_name(found->sections[i].type))));
        natt_cli_put_more(r, "offset", natt_cli_in(" %13", natt_cli_as_number(found->sections[i].offset)));
        natt_cli_put_more(r, "size", natt_cli_in(" %15", natt_cli_as_number(found->sections[i].size)));
        natt_cli_put_end(r);
    }
    natt_cli_put_end(r);
    natt_cli_put_words(r, "");
}

static void put_signer(natt_cli_report *r, const shown *s)
{
    const natt_eif_signer *signer = &s->found->signer;
    const char *dates = natt_cli_image_dates(signer);
    natt_cli_put(r, "subject", "signer", natt_cli_as_string(signer->subject));
    natt_cli_put(r, "certificate_sha256", "SHA-256", natt_cli_as_hex((natt_bytes){s->certificate_sha256, 32}));
    natt_cli_put(r, "algorithm", "algorithm",
                 signer->algorithm == NULL ? natt_cli_absent("of a kind that cannot sign images")
                                           : natt_cli_as_word(signer->algorithm));
    natt_cli_put(r, "not_before", "valid", natt_cli_as_time(signer->not_before));
    natt_cli_put_more(r, "not_after", natt_cli_in(" to %", natt_cli_as_time(signer->not_after)));
    if (dates[0] != '\0')
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(": %", natt_cli_as_word(dates)));
}

static void put_signature(natt_cli_report *r, const shown *s)
{
    static const struct {
        const char *name, *form;
    } words[] = {{"none", "%"},
                 {"valid", NATT_CLI_GOOD "%" NATT_CLI_PLAIN ": this certificate's key signed PCR0"},
                 {"invalid", NATT_CLI_BAD "INVALID" NATT_CLI_PLAIN}};
    natt_eif_signature_status status = s->found->signature;
    bool invalid = status == NATT_EIF_SIGNATURE_INVALID;
    natt_cli_put_object(r, "signature");
    natt_cli_put(r, "status", "signature", natt_cli_in(words[status].form, natt_cli_as_word(words[status].name)));
    natt_cli_put_more(r, "reason",
                      natt_cli_in(": %", natt_cli_as_word(invalid ? s->found->signature_error.message : NULL)));
    if (s->found->signer.certificate.ptr != NULL)
        put_signer(r, s);
    natt_cli_put_end(r);
}

static void put_metadata(natt_cli_report *r, const shown *s)
{
    if (!has_section(s->found, NATT_EIF_METADATA))
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, "metadata", natt_cli_as_word("none"));
    if (s->metadata != NULL)
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, "metadata",
                     natt_cli_as_word("as the builder wrote it; neither measured nor signed"));
    natt_cli_put_line(r, "metadata", natt_cli_as_json(s->metadata));
    natt_cli_put(r, "metadata_error", "metadata", natt_cli_in("not shown: %", natt_cli_as_string(s->metadata_error)));
}

static void report(const shown *s, bool json)
{
    natt_cli_report r;
    natt_cli_report_start(&r, json);
    put_image(&r, s->found);
    put_sections(&r, s->found);
    put_signature(&r, s);
    if (s->found->signature != NATT_EIF_SIGNATURE_INVALID)
        natt_cli_put_measurements(&r, &s->pins, false);
    put_metadata(&r, s);
    natt_cli_put_last(&r, "Measurements");
    natt_cli_report_end(&r);
}

/* ---- the command ---- */

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
static int describe(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const describe_args *a = given;
    const char *path = operands->items[0];
    natt_cli_image image;
    shown s = {0};
    int code = NATT_CLI_USAGE;
    if (!natt_cli_image_open(&image, path, err) || !prepare(&s, &image, path, err)) {
        code = natt_cli_error_print(err, "pcr describe");
    } else {
        report(&s, a->json);
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
                                       NATT_CLI_TABLE(options),
                                       1,
                                       1,
                                       "EIF-FILE"};
    describe_args args = {0};
    return natt_cli_command_exit(&spec, &args, describe, argc, argv);
}
