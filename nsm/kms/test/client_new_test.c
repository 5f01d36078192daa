/* Options of clients: values that are refused before anything is sent. */
#define _GNU_SOURCE /* truncate */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/kms/client.h"
#include "nsm/kms/test/fake_server.h"

static natt_kms_client_options options;
static natt_kms_client_error err;

static void begin(void)
{
    fake_begin();
    options = fake_options();
}

TestSuite(client_new, .init = begin);

static natt_kms_client_code code_of_new(void)
{
    natt_kms_client *client = natt_kms_client_new(NULL, &options, &err);
    cr_expect_eq(client == NULL, err.code != NATT_KMS_CLIENT_OK);
    natt_kms_client_free(client);
    client = natt_kms_client_new(NULL, &options, NULL);
    cr_expect_eq(client == NULL, err.code != NATT_KMS_CLIENT_OK);
    natt_kms_client_free(client);
    return err.code;
}

#define EXPECT(wanted) cr_expect_eq(code_of_new(), (wanted), "%s", natt_kms_client_code_name(err.code))

Test(client_new, arguments_are_checked)
{
    cr_expect_null(natt_kms_client_new(NULL, NULL, &err));
    cr_expect_eq(err.code, NATT_KMS_CLIENT_E_USAGE_ARGUMENT);
    cr_expect_null(natt_kms_client_new(NULL, NULL, NULL));
    natt_kms_client_free(NULL);
    options.struct_size--;
    EXPECT(NATT_KMS_CLIENT_E_USAGE_STRUCT_SIZE);
}

Test(client_new, times_are_checked)
{
    EXPECT(NATT_KMS_CLIENT_OK);
    for (options.max_attempts = 0; options.max_attempts <= 11; options.max_attempts++)
        EXPECT(options.max_attempts >= 1 && options.max_attempts <= 10 ? NATT_KMS_CLIENT_OK
                                                                       : NATT_KMS_CLIENT_E_USAGE_TIMES);
    options.max_attempts = 1;
    options.connect_ms = 0;
    EXPECT(NATT_KMS_CLIENT_E_USAGE_TIMES);
    options.connect_ms = 1;
    options.total_ms = 0;
    EXPECT(NATT_KMS_CLIENT_E_USAGE_TIMES);
    options.total_ms = 1;
    EXPECT(NATT_KMS_CLIENT_OK);
}

Test(client_new, regions_are_checked)
{
    static const char *const wrong[] = {NULL, "", "eu central", "eu-central-1/x", "EU\r\nx", "kms.evil.test#"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        options.region = wrong[i];
        EXPECT(NATT_KMS_CLIENT_E_USAGE_REGION);
    }
    options.region = "cn-north-1";
    EXPECT(NATT_KMS_CLIENT_OK);
}

Test(client_new, endpoints_and_addresses_are_checked)
{
    options.endpoint = "ftp://kms.test";
    EXPECT(NATT_KMS_CLIENT_E_USAGE_ENDPOINT);
    options.endpoint = "http://kms.test";
    options.connect = "unix:";
    EXPECT(NATT_KMS_CLIENT_E_USAGE_CONNECT);
    options.connect = "vsock:3:8000";
    EXPECT(NATT_KMS_CLIENT_OK);
    options.allow_insecure_http = false;
    EXPECT(NATT_KMS_CLIENT_E_USAGE_INSECURE_HTTP);
}

Test(client_new, https_needs_cas_from_one_place)
{
    char path[64];
    options.endpoint = NULL;
    EXPECT(NATT_KMS_CLIENT_E_USAGE_CA);
    options.ca_pem = (natt_bytes){(const uint8_t *)"pem", 3};
    EXPECT(NATT_KMS_CLIENT_OK);
    options.ca_file = "/nowhere/ca.pem";
    EXPECT(NATT_KMS_CLIENT_E_USAGE_CA);
    options.ca_pem = (natt_bytes){NULL, 0};
    EXPECT(NATT_KMS_CLIENT_E_CA_ACCESS);
    cr_expect_neq(err.errno_value, 0);
    options.ca_file = "/";
    EXPECT(NATT_KMS_CLIENT_E_CA_ACCESS);
    (void)snprintf(path, sizeof path, "/tmp/natt-kms-ca-%d", (int)getpid());
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    options.ca_file = path;
    EXPECT(NATT_KMS_CLIENT_E_CA_FORM);
    (void)fputs("pem", file);
    (void)fclose(file);
    EXPECT(NATT_KMS_CLIENT_OK);
    cr_expect_eq(truncate(path, 1048576), 0);
    EXPECT(NATT_KMS_CLIENT_OK);
    cr_expect_eq(truncate(path, 1048577), 0);
    EXPECT(NATT_KMS_CLIENT_E_CA_ACCESS);
    (void)unlink(path);
    cr_assert_eq(mkfifo(path, 0600), 0);
    EXPECT(NATT_KMS_CLIENT_E_CA_ACCESS); /* at once */
    cr_expect_str_eq(err.message, "the file of CA certificates is not a regular file");
    (void)unlink(path);
}

Test(client_new, credentials_are_checked)
{
    options.credentials.secret_key = (natt_bytes){NULL, 0};
    EXPECT(NATT_KMS_CLIENT_E_CREDENTIALS_MISSING);
    options.credentials = (natt_kms_client_credentials){.descriptor = -1};
    EXPECT(NATT_KMS_CLIENT_E_USAGE_CREDENTIALS);
}
