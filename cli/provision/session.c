/* See session.h. */
#include "cli/provision/session.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/frame/clock.h"
#include "cli/frame/file.h"
#include "cli/frame/json_memory.h"
#include "cli/frame/text.h"
#include "cli/provision/pin_file.h"
#include "cli/recipient/recipient_files.h"
#include "nsm/provision/certificates.h"
#include "nsm/provision/ckr.h"
#include "nsm/recipient/secret.h"

#define NEW_PIN   8         /* bytes: every client of the module can try hundreds of PINs per second */
#define KEY_LABEL "acm-key" /* as in the server of ACM for Nitro Enclaves */

bool natt_cli_provision_given(const char *option, const char *value, natt_cli_error *err)
{
    return value != NULL || natt_cli_fail(err, NATT_CLI_USAGE, "--help lists the options", "%s is missing", option);
}

bool natt_cli_provision_seconds(uint32_t *out, const char *option, const char *text, natt_cli_error *err)
{
    uint64_t ms = 0;
    if (text == NULL)
        return true;
    if (!natt_cli_duration_parse(&ms, text, err))
        return natt_cli_fail_in(err, "%s", option);
    *out = (uint32_t)(ms / 1000);
    return (ms >= 1000 && ms / 1000 <= UINT32_MAX) ||
           natt_cli_fail(err, NATT_CLI_USAGE, "give a time such as 90s, 30m or 48h", "%s: %.80s is %s", option, text,
                         ms < 1000 ? "less than a second" : "more than 1193046 hours");
}

void natt_cli_provision_say(const char *label, const char *format, ...)
{
    va_list arguments;
    char *escaped = natt_cli_escape((natt_bytes){(const uint8_t *)label, strlen(label)});
    (void)printf("token %s: ", escaped);
    free(escaped);
    va_start(arguments, format);
    (void)vprintf(format, arguments);
    va_end(arguments);
    (void)putchar('\n');
}

const char *natt_cli_provision_life(char out[NATT_CLI_TIME_LEN], uint64_t seconds)
{
    static const struct {
        uint64_t seconds;
        const char *name;
    } units[] = {{3600, "h"}, {60, "min"}, {1, "s"}};
    size_t i = seconds >= 3600 ? 0 : seconds >= 60 ? 1 : 2;
    const uint64_t rest = i == 2 ? 0 : seconds % units[i].seconds / units[i + 1].seconds;
    int len = snprintf(out, NATT_CLI_TIME_LEN, "%" PRIu64 " %s", seconds / units[i].seconds, units[i].name);
    if (rest > 0)
        (void)snprintf(out + len, NATT_CLI_TIME_LEN - (size_t)len, " %" PRIu64 " %s", rest, units[i + 1].name);
    return out;
}

static void warn(void *context, const char *key, const char *text)
{
    const natt_cli_provision_request *request = context;
    (void)fprintf(stderr, "nitro-attest %s: warning: %s: %s\n", request->command, key, text);
}

/* Whatever is given, one call has no more: the others wait for the lock of the state. */
static bool limit_call(natt_cli_provision_session *s, natt_cli_error *err)
{
    if (s->request->kms.timeout == NULL)
        s->options.kms.total_ms = NATT_PROVISION_CALL_MS;
    return s->options.kms.total_ms <= NATT_PROVISION_CALL_MS ||
           natt_cli_fail(err, NATT_CLI_USAGE, "give at most 10s: it is the limit for one key",
                         "--timeout: %.80s is more than 10 seconds", s->request->kms.timeout);
}

static bool set_kms(natt_cli_provision_session *s, bool credentials, natt_cli_error *err)
{
    return natt_cli_nsm_check_place(&s->request->kms.place, err) &&
           (!credentials || natt_cli_kms_set_credentials(&s->options.kms, &s->request->kms, err)) &&
           natt_cli_kms_set_way(&s->options.kms, s->address, &s->request->kms, err) && limit_call(s, err);
}

bool natt_cli_provision_session_start(natt_cli_provision_session *s, const natt_cli_provision_request *request,
                                      bool with_kms, bool credentials, natt_cli_error *err)
{
    memset(s, 0, sizeof *s);
    natt_cli_wipe_json();
    s->request = request;
    s->options = (natt_provision_options){.folder = request->state,
                                          .module = request->module,
                                          .lifetime_s = NATT_PROVISION_LIFETIME_S,
                                          .key_id = request->key_id,
                                          .kms = NATT_KMS_CLIENT_OPTIONS_INIT,
                                          .warn = warn,
                                          .context = (void *)(uintptr_t)request};
    return natt_cli_provision_given("--state", request->state, err) &&
           natt_cli_provision_given("--module", request->module, err) &&
           natt_cli_provision_seconds(&s->options.lifetime_s, "--lifetime", request->lifetime, err) &&
           (!with_kms || set_kms(s, credentials, err));
}

void natt_cli_provision_session_end(natt_cli_provision_session *s)
{
    natt_cli_provision_close_nsm(s);
    natt_secret_free(s->pin, NATT_CLI_PROVISION_PIN);
    natt_cli_buf_free(&s->roots);
}

bool natt_cli_provision_protect(const natt_cli_provision_session *s, bool asks_nsm, natt_cli_error *err)
{
    return (asks_nsm && s->request->kms.place.socket == NULL) || natt_cli_recipient_protect(err);
}

bool natt_cli_provision_read_pin(natt_cli_provision_session *s, natt_cli_error *err)
{
    if (!natt_cli_provision_given("--label", s->request->label, err) ||
        !natt_cli_provision_given("--pin-file", s->request->pin_file, err))
        return false;
    s->pin = natt_secret_new(NATT_CLI_PROVISION_PIN);
    if (s->pin == NULL)
        natt_cli_out_of_memory();
    return natt_cli_pin_read(s->pin, NATT_CLI_PROVISION_PIN, s->request->pin_file, err);
}

bool natt_cli_provision_read_new_pin(natt_cli_provision_session *s, natt_cli_error *err)
{
    if (!natt_cli_provision_read_pin(s, err))
        return false;
    const size_t len = strlen(s->pin);
    return len >= NEW_PIN ||
           natt_cli_fail(err, NATT_CLI_USAGE, "give a PIN of 8 to 64 bytes, for example from openssl rand -hex 16",
                         "--pin-file: the PIN of a new token needs %d bytes; it has %zu", NEW_PIN, len);
}

/*
 * Databases come from outside, and are read again while the command runs: opening a FIFO would wait for its other end,
 * and reading a device could have none.
 */
static bool read_regular(natt_cli_buf *out, const char *path, natt_cli_error *err)
{
    struct stat s;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    FILE *in = fd < 0 ? NULL : fdopen(fd, "rb");
    if (in == NULL || fstat(fd, &s) != 0) {
        (void)natt_cli_fail(err, NATT_CLI_IO, "check the path and its permissions", "cannot open %.500s: %s", path,
                            strerror(errno));
        if (in != NULL)
            (void)fclose(in);
        return false;
    }
    bool done = S_ISREG(s.st_mode)
                    ? natt_cli_stream_read(out, in, path, err)
                    : natt_cli_fail(err, NATT_CLI_USAGE, "give a regular file", "%.500s is not a regular file", path);
    (void)fclose(in);
    return done;
}

static bool check_roots(natt_bytes pem, natt_provision_error *e)
{
    mbedtls_x509_crt roots;
    mbedtls_x509_crt_init(&roots);
    bool parsed = natt_certificates_parse(&roots, pem, e);
    mbedtls_x509_crt_free(&roots);
    return parsed;
}

bool natt_cli_provision_read_roots(natt_cli_provision_session *s, natt_cli_error *err)
{
    natt_provision_error e;
    if (s->request->roots == NULL)
        return true;
    if (!read_regular(&s->roots, s->request->roots, err))
        return natt_cli_fail_in(err, "--roots");
    s->options.roots = natt_cli_buf_view(&s->roots);
    natt_provision_no_error(&e);
    if (check_roots(s->options.roots, &e))
        return true;
    (void)natt_cli_provision_fail(err, &e, NULL);
    return natt_cli_fail_in(err, "--roots: %.300s", s->request->roots);
}

bool natt_cli_provision_open_nsm(natt_cli_provision_session *s, natt_cli_error *err)
{
    natt_cli_provision_close_nsm(s);
    s->nsm_is_open = natt_cli_nsm_open(&s->nsm, &s->request->kms.place, err);
    s->options.nsm = s->nsm_is_open ? &s->nsm.session : NULL;
    return s->nsm_is_open;
}

void natt_cli_provision_close_nsm(natt_cli_provision_session *s)
{
    if (s->nsm_is_open)
        natt_cli_nsm_close(&s->nsm);
    s->nsm_is_open = false;
    s->options.nsm = NULL;
}

/* ---- databases ---- */

natt_database *natt_cli_provision_database(const char *path, const char *key_label, natt_cli_error *err)
{
    natt_cli_buf file;
    natt_provision_error e;
    if (!read_regular(&file, path, err))
        return NULL;
    natt_database *database =
        natt_database_parse(natt_cli_buf_view(&file), key_label != NULL ? key_label : KEY_LABEL, &e);
    if (database == NULL) {
        (void)natt_cli_provision_fail(err, &e, NULL);
        (void)natt_cli_fail_in(err, "%.300s", path);
    }
    natt_cli_buf_free(&file);
    return database;
}

natt_database *natt_cli_provision_read_database(const natt_cli_provision_request *request, natt_cli_error *err)
{
    return natt_cli_provision_given("--database", request->database, err)
               ? natt_cli_provision_database(request->database, request->key_label, err)
               : NULL;
}

/* ---- errors ---- */

static int exit_code_of(natt_provision_code code)
{
    if (code >= NATT_PROVISION_E_MODULE)
        return NATT_CLI_IO;
    bool chosen = code < NATT_PROVISION_E_LABEL_IN_USE || code == NATT_PROVISION_E_DATABASE;
    return chosen ? NATT_CLI_USAGE : NATT_CLI_REFUSED;
}

/* The reason that the system or the module gave. */
static const char *cause_of(char buffer[NATT_CKR_NAME], const natt_provision_error *e)
{
    if (e->errno_value != 0)
        return strerror(e->errno_value);
    return e->ckr == 0 ? natt_provision_code_name(e->code) : natt_ckr_name(buffer, e->ckr);
}

/* The provisioner's requests carry a document, so denials have the remedies for such requests. */
static void fail_of_kms(natt_cli_error *err, const natt_kms_client_error *e, const natt_kms_client_options *options)
{
    static const natt_cli_kms_request request = {.json = false};
    static const uint8_t document[1];
    const natt_cli_kms_call call = {.request = &request, .recipient = {NULL, {document, sizeof document}}, .e = *e};
    (void)natt_cli_kms_fail(err, &call, options);
    if (e->code == NATT_KMS_CLIENT_E_KMS_INVALID_CIPHERTEXT) /* the commands give no encryption context */
        (void)snprintf(err->hint, sizeof err->hint, "%s",
                       "the database is damaged, or the key was not encrypted with pack or s3-object: pack it again");
}

bool natt_cli_provision_fail(natt_cli_error *err, const natt_provision_error *e, const natt_kms_client_options *options)
{
    char buffer[NATT_CKR_NAME], key[NATT_PROVISION_KEY_TEXT];
    if (e->kms.code != NATT_KMS_CLIENT_OK) {
        fail_of_kms(err, &e->kms, options);
        (void)natt_cli_fail_in(err, "%s", e->message);
    } else
        (void)natt_cli_fail(err, exit_code_of(e->code), natt_provision_code_remedy(e->code), "%s (%s)", e->message,
                            cause_of(buffer, e));
    if (e->certificate != NATT_PROVISION_NO_INDEX)
        (void)natt_cli_fail_in(err, "certificate %zu%s", e->certificate, e->certificate == 0 ? " (the leaf)" : "");
    return e->key == NATT_PROVISION_NO_INDEX ? false : natt_cli_fail_in(err, "%s", natt_provision_key_text(key, e));
}
