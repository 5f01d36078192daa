/*
 * Memory runs out at each allocation of a new client and of a call; the next call then succeeds. The allocators are
 * wrapped (meson.build), except those inside jansson and mbedTLS.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/kms/test/client_call.h"
#include "nsm/recipient/secret.h"

void *__real_natt_secret_new(size_t len);
void *__real_malloc(size_t len);
void *__real_calloc(size_t count, size_t len);
char *__real_strdup(const char *text);
void *__wrap_natt_secret_new(size_t len);
void *__wrap_malloc(size_t len);
void *__wrap_calloc(size_t count, size_t len);
char *__wrap_strdup(const char *text);

static unsigned failing; /* the number of the allocation that fails, from 1; 0 = none */

static bool fails(void)
{
    return failing > 0 && --failing == 0;
}

void *__wrap_natt_secret_new(size_t len)
{
    return fails() ? NULL : __real_natt_secret_new(len);
}

void *__wrap_malloc(size_t len)
{
    return fails() ? NULL : __real_malloc(len);
}

void *__wrap_calloc(size_t count, size_t len)
{
    return fails() ? NULL : __real_calloc(count, len);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

static char path[64];

static natt_kms_client_options file_options(void)
{
    static const char text[] = "[p]\naws_access_key_id=A\naws_secret_access_key=s\n";
    natt_kms_client_options options = fake_options();
    (void)snprintf(path, sizeof path, "/tmp/natt-kms-memory-%d", (int)getpid());
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    cr_assert(fd >= 0 && write(fd, text, sizeof text - 1) == (ssize_t)sizeof text - 1);
    (void)close(fd);
    options.credentials = (natt_kms_client_credentials){.descriptor = -1, .file = path, .profile = "p"};
    return options;
}

Test(client_memory, clients_are_made_or_not)
{
    unsigned number = 0;
    fake_begin();
    const natt_kms_client_options options = file_options();
    for (c.client = NULL; c.client == NULL && number < 20;) {
        failing = ++number;
        c.client = natt_kms_client_new(NULL, &options, &c.err);
        cr_expect(c.client != NULL || c.err.code == NATT_KMS_CLIENT_E_MEMORY, "%u: %s", number, c.err.message);
    }
    cr_expect(number > 5 && number < 20, "a client, credentials, two names, a page to read, and none; not %u", number);
    failing = 0;
    natt_kms_client_free(c.client);
    (void)unlink(path);
}

Test(client_memory, calls_fail_and_the_next_works)
{
    unsigned number = 0;
    client_call_begin();
    do {
        failing = ++number;
        if (call())
            break;
        cr_expect_eq(c.err.code, NATT_KMS_CLIENT_E_MEMORY, "%u: %s", number, c.err.message);
        failing = 0;
        cr_expect(call());
    } while (number < 20);
    cr_expect(number > 2 && number < 20, "the request, the reply, and none; not %u", number);
    failing = 0;
    client_call_end();
}
