/* Creates and frees clients: checks the options, sends nothing. */
#include "nsm/kms/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "nsm/kms/error.h"
#include "nsm/kms/file.h"
#include "nsm/kms/system.h"

#define MAX_CA_FILE  1048576 /* bytes; Debian's bundle has 220 kB */
#define MAX_ATTEMPTS 10      /* as documented in the header */

static bool check_times(const natt_kms_client_options *options, natt_kms_client_error *err)
{
    const bool ok = options->connect_ms != 0 && options->total_ms != 0 && options->max_attempts >= 1 &&
                    options->max_attempts <= MAX_ATTEMPTS;
    return ok || natt_kms_client_fail(err, NATT_KMS_CLIENT_E_USAGE_TIMES, NULL);
}

/* AWS's endpoint, even if another one replaces it: the region is signed in any case. */
static bool take_region(natt_kms_client *client, const char *region, natt_kms_client_error *err)
{
    if (region == NULL || strlen(region) > NATT_KMS_CLIENT_MAX_REGION ||
        !natt_endpoint_of_region(&client->endpoint, region))
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_USAGE_REGION, NULL);
    memcpy(client->region, region, strlen(region) + 1);
    return true;
}

static bool take_endpoint(natt_kms_client *client, const natt_kms_client_options *options, natt_kms_client_error *err)
{
    const char *where = NULL;
    if (options->endpoint != NULL && !natt_endpoint_parse(&client->endpoint, options->endpoint, &where))
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_USAGE_ENDPOINT, where);
    if (!client->endpoint.tls && !options->allow_insecure_http)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_USAGE_INSECURE_HTTP, NULL);
    client->address = natt_address_of_endpoint(&client->endpoint);
    if (options->connect != NULL && !natt_address_parse(&client->address, options->connect, &where))
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_USAGE_CONNECT, where);
    return true;
}

static bool trust_bytes(natt_kms_client *client, natt_bytes ca, natt_nsm *nsm, natt_kms_client_error *err)
{
    client->tls = natt_tls_new(ca, nsm, err);
    return client->tls != NULL;
}

static bool trust_file(natt_kms_client *client, const char *path, natt_nsm *nsm, natt_kms_client_error *err)
{
    size_t len = 0;
    uint8_t *bytes = malloc(MAX_CA_FILE);
    if (bytes == NULL)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
    bool ok = natt_file_read(path, bytes, MAX_CA_FILE, &len);
    if (ok)
        ok = trust_bytes(client, (natt_bytes){bytes, len}, nsm, err);
    else
        (void)natt_kms_client_fail_errno(err, NATT_KMS_CLIENT_E_CA_ACCESS, errno,
                                         errno == 0 ? "the file of CA certificates is not a regular file" : NULL);
    free(bytes);
    return ok;
}

static bool take_ca(natt_kms_client *client, const natt_kms_client_options *options, natt_nsm *nsm,
                    natt_kms_client_error *err)
{
    const bool file = options->ca_file != NULL, bytes = options->ca_pem.ptr != NULL;
    if (!client->endpoint.tls)
        return true;
    if (file == bytes)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_USAGE_CA, NULL);
    return file ? trust_file(client, options->ca_file, nsm, err) : trust_bytes(client, options->ca_pem, nsm, err);
}

static bool take_credentials(natt_kms_client *client, const natt_kms_client_credentials *source,
                             natt_kms_client_error *err)
{
    client->credentials = natt_aws_credentials_new(source, natt_monotonic_ms() + client->total_ms, err);
    return client->credentials != NULL;
}

/* Cheap checks first; the CA bundle takes some milliseconds. */
static bool set_up(natt_kms_client *client, natt_nsm *nsm, const natt_kms_client_options *options,
                   natt_kms_client_error *err)
{
    client->connect_ms = options->connect_ms;
    client->total_ms = options->total_ms;
    client->max_attempts = options->max_attempts;
    return check_times(options, err) && take_region(client, options->region, err) &&
           take_endpoint(client, options, err) && take_credentials(client, &options->credentials, err) &&
           take_ca(client, options, nsm, err);
}

natt_kms_client *natt_kms_client_new(natt_nsm *nsm, const natt_kms_client_options *options, natt_kms_client_error *err)
{
    natt_kms_client_no_error(err);
    if (options == NULL)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_USAGE_ARGUMENT, NULL), NULL;
    if (options->struct_size != sizeof *options)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_USAGE_STRUCT_SIZE, NULL), NULL;
    natt_kms_client *client = calloc(1, sizeof *client);
    if (client == NULL)
        (void)natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
    else if (set_up(client, nsm, options, err))
        return client;
    natt_kms_client_free(client);
    return NULL;
}

void natt_kms_client_free(natt_kms_client *client)
{
    if (client == NULL)
        return;
    natt_kms_client_disconnect(client);
    natt_aws_credentials_free(client->credentials);
    natt_tls_free(client->tls);
    mbedtls_platform_zeroize(client, sizeof *client);
    free(client);
}
