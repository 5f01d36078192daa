/* See failing_hashes.h. */
#include "nsm/test/failing_hashes.h"

#include <stdbool.h>

#include <mbedtls/md.h>

unsigned test_hash_calls, test_failing_call;

int __real_mbedtls_md(const mbedtls_md_info_t *info, const unsigned char *in, size_t len, unsigned char *out);
int __real_mbedtls_md_setup(mbedtls_md_context_t *md, const mbedtls_md_info_t *info, int hmac);
int __real_mbedtls_md_starts(mbedtls_md_context_t *md);
int __real_mbedtls_md_update(mbedtls_md_context_t *md, const unsigned char *data, size_t len);
int __real_mbedtls_md_finish(mbedtls_md_context_t *md, unsigned char *out);
int __wrap_mbedtls_md(const mbedtls_md_info_t *info, const unsigned char *in, size_t len, unsigned char *out);
int __wrap_mbedtls_md_setup(mbedtls_md_context_t *md, const mbedtls_md_info_t *info, int hmac);
int __wrap_mbedtls_md_starts(mbedtls_md_context_t *md);
int __wrap_mbedtls_md_update(mbedtls_md_context_t *md, const unsigned char *data, size_t len);
int __wrap_mbedtls_md_finish(mbedtls_md_context_t *md, unsigned char *out);

static bool fails_now(void)
{
    return ++test_hash_calls == test_failing_call;
}

int __wrap_mbedtls_md(const mbedtls_md_info_t *info, const unsigned char *in, size_t len, unsigned char *out)
{
    return fails_now() ? MBEDTLS_ERR_MD_BAD_INPUT_DATA : __real_mbedtls_md(info, in, len, out);
}

int __wrap_mbedtls_md_setup(mbedtls_md_context_t *md, const mbedtls_md_info_t *info, int hmac)
{
    return fails_now() ? MBEDTLS_ERR_MD_ALLOC_FAILED : __real_mbedtls_md_setup(md, info, hmac);
}

int __wrap_mbedtls_md_starts(mbedtls_md_context_t *md)
{
    return fails_now() ? MBEDTLS_ERR_MD_BAD_INPUT_DATA : __real_mbedtls_md_starts(md);
}

int __wrap_mbedtls_md_update(mbedtls_md_context_t *md, const unsigned char *data, size_t len)
{
    return fails_now() ? MBEDTLS_ERR_MD_BAD_INPUT_DATA : __real_mbedtls_md_update(md, data, len);
}

int __wrap_mbedtls_md_finish(mbedtls_md_context_t *md, unsigned char *out)
{
    return fails_now() ? MBEDTLS_ERR_MD_BAD_INPUT_DATA : __real_mbedtls_md_finish(md, out);
}
