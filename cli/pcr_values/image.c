/* See image.h. */
#include "cli/pcr_values/image.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/frame/bytes.h"
#include "cli/frame/clock.h"
#include "cli/frame/progress.h"

#define PIECE ((size_t)1 << 20) /* large enough that hashing takes much longer than reading */

#define IMAGE_HINT "give an enclave image that nitro-cli build-enclave made"

static bool fail_io(natt_cli_error *err, const char *what, const char *path)
{
    return natt_cli_fail(err, NATT_CLI_IO, "check the path and its permissions", "cannot %s %.500s: %s", what, path,
                         strerror(errno));
}

/* "section 3, byte 612; expected 5, found 7" */
static void describe_place(char *out, size_t room, const natt_eif *eif, const natt_emulator_error *e)
{
    uint64_t expected, actual;
    size_t len = 0;
    bool numbers = natt_eif_mismatch(eif, &expected, &actual);
    if (e->index != NATT_EMULATOR_NO_INDEX)
        len += (size_t)snprintf(out, room, "section %u, ", (unsigned)e->index);
    len += (size_t)snprintf(out + len, room - len, "byte %llu", (unsigned long long)e->offset);
    if (numbers)
        (void)snprintf(out + len, room - len, "; expected %llu, found %llu", (unsigned long long)expected,
                       (unsigned long long)actual);
}

static bool fail_version(natt_cli_error *err, const natt_eif *eif, const char *path)
{
    uint64_t newest, version;
    (void)natt_eif_mismatch(eif, &newest, &version);
    return natt_cli_fail(err, NATT_CLI_USAGE, "build the image with a current nitro-cli, or use a newer release",
                         "%.300s: format version %llu is not supported: versions 2, 3 and 4 are (at byte 4)", path,
                         (unsigned long long)version);
}

static bool fail_image(natt_cli_error *err, const natt_eif *eif, const char *path, const natt_emulator_error *e)
{
    char place[128];
    if (e->code == NATT_EMULATOR_E_EIF_VERSION)
        return fail_version(err, eif, path);
    if (e->code == NATT_EMULATOR_E_MEMORY || e->code == NATT_EMULATOR_E_CRYPTO)
        return natt_cli_fail(err, NATT_CLI_IO, "free memory, and try again", "%.300s: %s", path, e->message);
    describe_place(place, sizeof place, eif, e);
    return natt_cli_fail(err, NATT_CLI_USAGE, IMAGE_HINT, "%.300s: %s (at %s)", path, e->message, place);
}

static uint64_t size_of(FILE *in)
{
    struct stat status;
    return fstat(fileno(in), &status) == 0 && S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
}

/* Reads until the end of the file, an error of the image, or a read error. */
static void read_pieces(natt_eif *eif, FILE *in, natt_emulator_error *e)
{
    natt_cli_progress progress;
    uint8_t *piece = natt_cli_alloc(PIECE, 1, 0);
    uint64_t done = 0;
    natt_cli_progress_start(&progress, "reading", size_of(in));
    for (size_t len = 1; len > 0;) {
        len = fread(piece, 1, PIECE, in);
        done += len;
        if (!natt_eif_add(eif, (natt_bytes){piece, len}, e))
            break;
        natt_cli_progress_show(&progress, done);
    }
    natt_cli_progress_end(&progress);
    free(piece);
}

static bool read_image(natt_cli_image *image, FILE *in, const char *path, natt_cli_error *err)
{
    natt_emulator_error e;
    (void)setvbuf(in, NULL, _IONBF, 0);
    image->eif = natt_eif_new(&e);
    if (image->eif == NULL)
        return natt_cli_fail(err, NATT_CLI_IO, "free memory, and try again", "%s", e.message);
    errno = 0;
    read_pieces(image->eif, in, &e);
    if (ferror(in) != 0)
        return fail_io(err, "read", path);
    return natt_eif_describe(image->eif, &image->found, &e) || fail_image(err, image->eif, path, &e);
}

bool natt_cli_image_open(natt_cli_image *image, const char *path, natt_cli_error *err)
{
    memset(image, 0, sizeof *image);
    FILE *in = fopen(path, "rb");
    if (in == NULL)
        return fail_io(err, "open", path);
    bool done = read_image(image, in, path, err);
    (void)fclose(in);
    return done;
}

void natt_cli_image_close(natt_cli_image *image)
{
    natt_eif_free(image->eif);
    image->eif = NULL;
}

const char *natt_cli_image_dates(const natt_eif_signer *signer)
{
    natt_cli_error unused;
    uint64_t now_ms;
    if (signer->certificate.ptr == NULL || !natt_cli_now(&now_ms, &unused))
        return "";
    int64_t now = (int64_t)(now_ms / 1000);
    return now > signer->not_after ? "expired" : now < signer->not_before ? "not yet valid" : "";
}

static void warn(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void warn(const char *path, const char *format, ...)
{
    char text[384];
    natt_cli_error warning;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)natt_cli_fail(&warning, NATT_CLI_USAGE, "", "warning: %.300s: %s", path, text);
    (void)natt_cli_error_print(&warning, "");
}

static void warn_of(const natt_eif_description *found, const char *path)
{
    char from[NATT_CLI_TIME_LEN], until[NATT_CLI_TIME_LEN];
    const char *dates = natt_cli_image_dates(&found->signer);
    if (dates[0] != '\0')
        warn(path, "the signing certificate is %s (%s to %s): nitro-cli does not start such an image", dates,
             natt_cli_seconds_format(from, found->signer.not_before),
             natt_cli_seconds_format(until, found->signer.not_after));
    if (found->stale_signature_size)
        warn(path, "the header gives a different size for the signature section: nitro-cli sign-eif does not update it "
                   "when it replaces a signature; to be safe, sign an image that has no signature yet");
}

bool natt_cli_image_measure(natt_eif_measurements *out, const natt_cli_image *image, const char *path,
                            natt_cli_error *err)
{
    natt_emulator_error e;
    if (!natt_eif_finish(image->eif, out, &e))
        return natt_cli_fail(err, NATT_CLI_USAGE,
                             "sign the image again with nitro-cli sign-eif; nitro-attest pcr describe shows the signer",
                             "%.300s: %s (section %u)", path, e.message, (unsigned)e.index);
    warn_of(&image->found, path);
    return true;
}
