/*
 * The connection to KMS: region, endpoint, address, CA certificates, deadlines.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/frame/clock.h"
#include "cli/kms/client_request.h"

/* Paths of the CA bundle on Linux distributions. [curl's configure; Go crypto/x509/root_linux.go] */
static const char *const bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Alpine, Arch */
    "/etc/pki/tls/certs/ca-bundle.crt",                  /* Amazon Linux, Fedora, RHEL */
    "/etc/ssl/ca-bundle.pem",                            /* openSUSE */
    "/etc/pki/tls/cacert.pem",                           /* OpenELEC */
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* RHEL 7 and later */
    "/etc/ssl/cert.pem",                                 /* Alpine */
};
#define BUNDLES (sizeof bundles / sizeof bundles[0])

/* The variable, if it is set and not empty. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value == NULL || value[0] == '\0' ? NULL : value;
}

bool natt_cli_kms_number(uint32_t *out, const char *option, const char *text, uint32_t least, uint32_t most,
                         natt_cli_error *err)
{
    char *end = NULL;
    errno = 0;
    unsigned long long number = text[0] >= '0' && text[0] <= '9' ? strtoull(text, &end, 10) : 0;
    *out = (uint32_t)number;
    if (end != NULL && *end == '\0' && errno == 0 && number >= least && number <= most)
        return true;
    return natt_cli_fail(err, NATT_CLI_USAGE, "give a whole number",
                         "%s: \"%.80s\" is not a number from %" PRIu32 " to %" PRIu32, option, text, least, most);
}

/* Some SDKs read the first variable, some the second. */
static const char *region_of_environment(void)
{
    const char *set = variable("AWS_REGION");
    return set != NULL ? set : variable("AWS_DEFAULT_REGION");
}

/* The drop-in always has the default of the program that it replaces. */
static const char *region_of(const natt_cli_kms_request *r)
{
    const char *set = r->drop_in ? NULL : region_of_environment();
    if (r->region != NULL)
        return r->region;
    return set != NULL ? set : "us-east-1";
}

static bool set_endpoint(natt_kms_client_options *options, const natt_cli_kms_request *r, natt_cli_error *err)
{
    options->region = region_of(r);
    options->endpoint = r->endpoint != NULL ? r->endpoint : variable("AWS_ENDPOINT_URL_KMS");
    options->allow_insecure_http = r->insecure_http;
    (void)err;
    return true;
}

/*
 * Order: command line, environment, default (vsock-proxy on the parent instance). Scripts for kmstool_enclave_cli
 * always pass a port, so for the drop-in the environment comes first. With a given endpoint the address is the
 * endpoint's host, as in SDKs.
 */
static bool set_connect(natt_kms_client_options *options, char address[NATT_CLI_KMS_ADDRESS],
                        const natt_cli_kms_request *r, natt_cli_error *err)
{
    uint32_t port = 8000;
    const char *set = variable("NITRO_ATTEST_KMS_CONNECT");
    if (r->connect != NULL && r->proxy_port != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "--proxy-port N is --connect vsock:3:N: give one of them",
                             "--connect and --proxy-port are both given");
    if (r->proxy_port != NULL && !natt_cli_kms_number(&port, "--proxy-port", r->proxy_port, 1, UINT32_MAX - 1, err))
        return false;
    (void)snprintf(address, NATT_CLI_KMS_ADDRESS, "vsock:3:%" PRIu32, port);
    if (r->connect != NULL)
        options->connect = r->connect;
    else if (set != NULL && (r->drop_in || r->proxy_port == NULL))
        options->connect = set;
    else if (r->proxy_port != NULL || options->endpoint == NULL)
        options->connect = address;
    return true;
}

static bool is_https(const char *endpoint)
{
    return endpoint == NULL || strncmp(endpoint, "http://", 7) != 0;
}

/* An image FROM scratch has no CA certificates. */
static bool fail_ca(const natt_cli_kms_request *r, natt_cli_error *err)
{
    char list[384] = "";
    for (size_t i = 0; i < BUNDLES; i++)
        (void)snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i == 0 ? "" : ", ", bundles[i]);
    return natt_cli_fail(err, NATT_CLI_IO,
                         r->drop_in ? "copy a bundle into the image, or set SSL_CERT_FILE"
                                    : "copy a bundle into the image, or set --ca-file or SSL_CERT_FILE",
                         "no CA certificates found in the usual locations (%s)", list);
}

static bool set_ca(natt_kms_client_options *options, const natt_cli_kms_request *r, natt_cli_error *err)
{
    const char *file = r->ca_file != NULL ? r->ca_file : variable("SSL_CERT_FILE");
    for (size_t i = 0; file == NULL && i < BUNDLES; i++)
        file = access(bundles[i], R_OK) == 0 ? bundles[i] : NULL;
    options->ca_file = file; /* not read for http:// */
    return file != NULL || !is_https(options->endpoint) || fail_ca(r, err);
}

static bool set_time(uint32_t *ms, const char *option, const char *text, natt_cli_error *err)
{
    uint64_t given = *ms;
    if (text != NULL && !natt_cli_duration_parse(&given, text, err))
        return natt_cli_fail_in(err, "%s", option);
    *ms = (uint32_t)given;
    return (given > 0 && given <= UINT32_MAX) ||
           natt_cli_fail(err, NATT_CLI_USAGE, "give a time such as 500ms, 3s or 1m",
                         "%s: %.80s is not a valid time limit", option, text);
}

static bool set_times(natt_kms_client_options *options, const natt_cli_kms_request *r, natt_cli_error *err)
{
    return set_time(&options->connect_ms, "--connect-timeout", r->connect_timeout, err) &&
           set_time(&options->total_ms, "--timeout", r->timeout, err) &&
           (r->max_attempts == NULL ||
            natt_cli_kms_number(&options->max_attempts, "--max-attempts", r->max_attempts, 1, 10, err));
}

bool natt_cli_kms_set_way(natt_kms_client_options *options, char address[NATT_CLI_KMS_ADDRESS],
                          const natt_cli_kms_request *request, natt_cli_error *err)
{
    return set_endpoint(options, request, err) && set_connect(options, address, request, err) &&
           set_times(options, request, err) && set_ca(options, request, err);
}
