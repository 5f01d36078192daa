/* Shared by several tests of nsm/provision: texts, folders, certificates made by the test. */
#ifndef NATT_NSM_PROVISION_TEST_SUPPORT_H
#define NATT_NSM_PROVISION_TEST_SUPPORT_H

#include <mbedtls/pk.h>

#include "nsm/provision/error.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

extern natt_provision_error err;

natt_bytes view(const char *text);
bool bytes_are(natt_bytes bytes, const char *text);
bool contains(const char *text, const char *word);

/* The last error: code and message; prints both if they differ. */
void expect_error(natt_provision_code code, const char *message);

/* An empty folder below /tmp with mode 0700; removed with everything in it. */
const char *folder_make(void);
void folder_remove(void);

/* Keys by size: 0 = P-256, otherwise the bits of RSA. */
void test_key_make(mbedtls_pk_context *out, unsigned rsa_bits);

struct test_certificate {
    const char *subject, *issuer; /* "CN=a" */
    mbedtls_pk_context *key, *issuer_key;
    bool ca;
    const char *from, *to; /* "20200101000000"; NULL = 2020 to 2049 */
    int max_path;          /* pathLenConstraint plus one; 0 = none */
};

#define TEST_PEM_ROOM 4096
/* PEM, ended by a newline and a NUL. */
void test_certificate_make(char out[TEST_PEM_ROOM], const struct test_certificate *certificate);

struct test_extensions {
    bool version_1;     /* without any extension */
    int path_length;    /* -1 = none */
    unsigned key_usage; /* 0 = none */
};
void test_certificate_make_with(char out[TEST_PEM_ROOM], const struct test_certificate *certificate,
                                const struct test_extensions *extensions);

#endif
