/*
 * For LD_PRELOAD: PBKDF2 with one round in place of 100000, which take a tenth of a second for each command of a test.
 * state_test.c and the test "cli provision" have all rounds.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <stdlib.h>

#include <mbedtls/pkcs5.h>
#include <mbedtls/version.h>

#if MBEDTLS_VERSION_MAJOR < 3
#define PBKDF2    mbedtls_pkcs5_pbkdf2_hmac
#define DIGEST_IS mbedtls_md_context_t *
#else
#define PBKDF2    mbedtls_pkcs5_pbkdf2_hmac_ext
#define DIGEST_IS mbedtls_md_type_t
#endif
#define TEXT(name)    #name
#define NAME_OF(name) TEXT(name)

int PBKDF2(DIGEST_IS md, const unsigned char *pin, size_t pin_len, const unsigned char *salt, size_t salt_len,
           unsigned rounds, uint32_t out_len, unsigned char *out)
{
    int (*of_library)(DIGEST_IS, const unsigned char *, size_t, const unsigned char *, size_t, unsigned, uint32_t,
                      unsigned char *);
    *(void **)&of_library = dlsym(RTLD_NEXT, NAME_OF(PBKDF2));
    if (of_library == NULL || rounds < 100000)
        abort();
    return of_library(md, pin, pin_len, salt, salt_len, 1, out_len, out);
}
