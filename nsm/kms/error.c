/*
 * Names and texts of the client's codes, from the list in nitro_attest/kms_client_codes.h; the code of an error that
 * KMS named; filling errors in. The sentence is in error_text.c.
 */
#include "nsm/kms/error.h"

#include <string.h>

#define CODE_LIST           NATT_KMS_CLIENT_CODE_LIST
#define CODE_COLUMNS        *message, *remedy
#define CODE_TYPE           natt_kms_client_code
#define CODE_FUNCTION(what) natt_kms_client_code_##what
#include "nsm/code_table.inc.h"
#include "nsm/text.h"

/* The groups of docs/rules.toml: each begins at its own number. */
static const struct {
    int first;
    natt_kms_client_layer layer;
} layer_rows[] = {
    {NATT_KMS_CLIENT_E_NOT_SEALED, NATT_KMS_CLIENT_LAYER_RECIPIENT},
    {NATT_KMS_CLIENT_E_KMS_ACCESS_DENIED, NATT_KMS_CLIENT_LAYER_KMS},
    {NATT_KMS_CLIENT_E_HTTP_MALFORMED, NATT_KMS_CLIENT_LAYER_HTTP},
    {NATT_KMS_CLIENT_E_TLS_HANDSHAKE, NATT_KMS_CLIENT_LAYER_TLS},
    {NATT_KMS_CLIENT_E_RESOLVE, NATT_KMS_CLIENT_LAYER_SOCKET},
};

natt_kms_client_layer natt_kms_client_code_layer(natt_kms_client_code code)
{
    for (size_t i = 0; i < sizeof layer_rows / sizeof layer_rows[0]; i++)
        if ((int)code >= layer_rows[i].first)
            return row_of(code) != &unknown_code ? layer_rows[i].layer : NATT_KMS_CLIENT_LAYER_CALL;
    return NATT_KMS_CLIENT_LAYER_CALL;
}

const char *natt_kms_client_layer_name(natt_kms_client_layer layer)
{
    static const char *const names[] = {"call", "socket", "TLS", "HTTP", "KMS", "recipient"};
    const size_t i = (size_t)layer;
    return i < sizeof names / sizeof names[0] ? names[i] : "";
}

/*
 * Names of errors, without "Exception" at their end: AWS's services and gateways write some of them with it and some
 * without. The first name of a code is that of KMS; others are of gateways, other services, and older protocols.
 * [KMS API: the errors of each operation, Common errors; botocore retries/standard.py, utils.py]
 */
static const struct {
    const char *name;
    natt_kms_client_code code;
} kms_names[] = {
    {"AccessDenied", NATT_KMS_CLIENT_E_KMS_ACCESS_DENIED},
    {"NotAuthorized", NATT_KMS_CLIENT_E_KMS_ACCESS_DENIED},
    {"Validation", NATT_KMS_CLIENT_E_KMS_VALIDATION},
    {"ValidationError", NATT_KMS_CLIENT_E_KMS_VALIDATION},
    {"InvalidCiphertext", NATT_KMS_CLIENT_E_KMS_INVALID_CIPHERTEXT},
    {"IncorrectKey", NATT_KMS_CLIENT_E_KMS_INCORRECT_KEY},
    {"NotFound", NATT_KMS_CLIENT_E_KMS_NOT_FOUND},
    {"Disabled", NATT_KMS_CLIENT_E_KMS_DISABLED},
    {"KMSInvalidState", NATT_KMS_CLIENT_E_KMS_INVALID_STATE},
    {"InvalidKeyUsage", NATT_KMS_CLIENT_E_KMS_INVALID_KEY_USAGE},
    {"KeyUnavailable", NATT_KMS_CLIENT_E_KMS_KEY_UNAVAILABLE},
    {"ServiceUnavailable", NATT_KMS_CLIENT_E_KMS_KEY_UNAVAILABLE},
    {"KMSInternal", NATT_KMS_CLIENT_E_KMS_INTERNAL},
    {"InternalFailure", NATT_KMS_CLIENT_E_KMS_INTERNAL},
    {"InternalServerError", NATT_KMS_CLIENT_E_KMS_INTERNAL},
    {"InternalServer", NATT_KMS_CLIENT_E_KMS_INTERNAL},
    {"DependencyTimeout", NATT_KMS_CLIENT_E_KMS_DEPENDENCY_TIMEOUT},
    {"RequestTimeout", NATT_KMS_CLIENT_E_KMS_DEPENDENCY_TIMEOUT},
    {"InvalidArn", NATT_KMS_CLIENT_E_KMS_INVALID_ARN},
    {"UnsupportedOperation", NATT_KMS_CLIENT_E_KMS_UNSUPPORTED_OPERATION},
    {"InvalidGrantToken", NATT_KMS_CLIENT_E_KMS_INVALID_GRANT_TOKEN},
    {"LimitExceeded", NATT_KMS_CLIENT_E_KMS_LIMIT_EXCEEDED},
    {"DryRunOperation", NATT_KMS_CLIENT_E_KMS_DRY_RUN},
    {"Throttling", NATT_KMS_CLIENT_E_KMS_THROTTLING},
    {"Throttled", NATT_KMS_CLIENT_E_KMS_THROTTLING},
    {"RequestThrottled", NATT_KMS_CLIENT_E_KMS_THROTTLING},
    {"TooManyRequests", NATT_KMS_CLIENT_E_KMS_THROTTLING},
    {"RequestLimitExceeded", NATT_KMS_CLIENT_E_KMS_THROTTLING},
    {"BandwidthLimitExceeded", NATT_KMS_CLIENT_E_KMS_THROTTLING},
    {"ProvisionedThroughputExceeded", NATT_KMS_CLIENT_E_KMS_THROTTLING},
    {"SlowDown", NATT_KMS_CLIENT_E_KMS_THROTTLING},
    {"UnrecognizedClient", NATT_KMS_CLIENT_E_KMS_UNRECOGNIZED_CLIENT},
    {"InvalidClientTokenId", NATT_KMS_CLIENT_E_KMS_UNRECOGNIZED_CLIENT},
    {"InvalidSignature", NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE},
    {"SignatureDoesNotMatch", NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE},
    {"RequestTimeTooSkewed", NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE},
    {"RequestExpired", NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE},
    {"RequestInTheFuture", NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE},
    {"IncompleteSignature", NATT_KMS_CLIENT_E_KMS_INCOMPLETE_SIGNATURE},
    {"MissingAuthenticationToken", NATT_KMS_CLIENT_E_KMS_MISSING_AUTHENTICATION},
    {"ExpiredToken", NATT_KMS_CLIENT_E_KMS_EXPIRED_TOKEN},
    {"UnknownOperation", NATT_KMS_CLIENT_E_KMS_UNKNOWN_OPERATION},
    {"InvalidAction", NATT_KMS_CLIENT_E_KMS_UNKNOWN_OPERATION},
    {"Serialization", NATT_KMS_CLIENT_E_KMS_SERIALIZATION},
};

static natt_bytes without_exception(natt_bytes name)
{
    static const char end[] = "Exception";
    const size_t len = sizeof end - 1;
    if (name.len > len && memcmp(name.ptr + name.len - len, end, len) == 0)
        name.len -= len;
    return name;
}

static natt_kms_client_code code_of(natt_bytes kms_name)
{
    const natt_bytes name = without_exception(kms_name);
    for (size_t i = 0; i < sizeof kms_names / sizeof kms_names[0]; i++)
        if (strlen(kms_names[i].name) == name.len && memcmp(kms_names[i].name, name.ptr, name.len) == 0)
            return kms_names[i].code;
    return NATT_KMS_CLIENT_E_KMS_OTHER;
}

static const natt_recipient_error no_recipient_error = {
    .code = NATT_RECIPIENT_OK,
    .verify_code = NATT_OK,
    .nsm = {NATT_NSM_OK, NATT_NSM_DEVICE_NONE, 0, 0, NATT_NO_OFFSET, "no error"},
    .offset = NATT_NO_OFFSET,
    .message = "no error",
};

void natt_kms_client_printable(char *out, size_t capacity, natt_bytes text)
{
    size_t len = 0;
    for (; len + 1 < capacity && len < text.len; len++)
        out[len] = text.ptr[len] >= 0x20 && text.ptr[len] <= 0x7e ? (char)text.ptr[len] : '?';
    if (capacity > 0)
        out[len] = '\0';
}

/* Sets the members of a failure; those of earlier replies remain. */
static void begin(natt_kms_client_error *err, natt_kms_client_code code, const char *message)
{
    err->code = code;
    err->errno_value = 0;
    err->tls_code = 0;
    err->required_len = 0;
    err->recipient = no_recipient_error;
    err->kms_name[0] = '\0';
    natt_kms_client_printable(err->message, sizeof err->message,
                              natt_text_bytes(message != NULL ? message : natt_kms_client_code_message(code)));
}

void natt_kms_client_no_error(natt_kms_client_error *err)
{
    if (err == NULL)
        return;
    err->http_status = 0;
    err->attempts = 0;
    err->request_id[0] = '\0';
    begin(err, NATT_KMS_CLIENT_OK, NULL);
}

bool natt_kms_client_fail(natt_kms_client_error *err, natt_kms_client_code code, const char *message)
{
    if (err != NULL)
        begin(err, code, message);
    return false;
}

bool natt_kms_client_fail_errno(natt_kms_client_error *err, natt_kms_client_code code, int errno_value,
                                const char *message)
{
    (void)natt_kms_client_fail(err, code, message);
    if (err != NULL)
        err->errno_value = errno_value;
    return false;
}

bool natt_kms_client_fail_required(natt_kms_client_error *err, size_t required_len)
{
    (void)natt_kms_client_fail(err, NATT_KMS_CLIENT_E_BUFFER_TOO_SMALL, NULL);
    if (err != NULL)
        err->required_len = required_len;
    return false;
}

bool natt_kms_client_fail_tls(natt_kms_client_error *err, natt_kms_client_code code, int tls_code, const char *message)
{
    (void)natt_kms_client_fail(err, code, message);
    if (err != NULL)
        err->tls_code = tls_code;
    return false;
}

bool natt_kms_client_fail_recipient(natt_kms_client_error *err, const natt_recipient_error *recipient)
{
    (void)natt_kms_client_fail(err, NATT_KMS_CLIENT_E_RECIPIENT, recipient->message);
    if (err != NULL)
        err->recipient = *recipient;
    return false;
}

/* Without a name, the sender of the reply is unknown: a proxy, or a server other than KMS. */
bool natt_kms_client_fail_kms(natt_kms_client_error *err, natt_bytes kms_name, natt_bytes shown_name,
                              natt_bytes message)
{
    (void)natt_kms_client_fail(err, kms_name.len > 0 ? code_of(kms_name) : NATT_KMS_CLIENT_E_HTTP_STATUS, NULL);
    if (err == NULL)
        return false;
    natt_kms_client_printable(err->kms_name, sizeof err->kms_name, shown_name);
    if (message.len > 0)
        natt_kms_client_printable(err->message, sizeof err->message, message);
    return false;
}
