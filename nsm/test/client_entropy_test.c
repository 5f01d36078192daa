/* Random bytes of any length, the health check, and seeding; ioctl and getrandom are wrapped by the linker. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdarg.h>
#include <string.h>
#include <sys/random.h>

#include "nitro_attest/nsm.h"
#include "nsm/test/support.h"

/* An NSM that returns blocks of 256 counted bytes, changed by `spoil`. */
struct source {
    natt_nsm_transport transport;
    unsigned calls;
    size_t block_len;
    int error_at;
    void (*spoil)(uint8_t *block, unsigned call);
};

static int source_exchange(void *context, const uint8_t *request, size_t request_len, uint8_t *response,
                           size_t capacity, size_t *response_len)
{
    struct source *source = context;
    bool short_head = source->block_len < 256;
    natt_bytes head = test_hex(short_head ? "a16947657452616e646f6da16672616e646f6d58ff"
                                          : "a16947657452616e646f6da16672616e646f6d590100");
    uint8_t *block = response + head.len;
    cr_assert(request_len == 10 && memcmp(request + 1, "GetRandom", 9) == 0 && capacity == 0x3000);
    source->calls++;
    if ((int)source->calls == source->error_at)
        return EIO;
    memcpy(response, head.ptr, head.len);
    response[head.len - 1] = (uint8_t)source->block_len;
    for (size_t i = 0; i < source->block_len; i++)
        block[i] = (uint8_t)(i + 13 * source->calls);
    if (source->spoil != NULL)
        source->spoil(block, source->calls);
    *response_len = head.len + source->block_len;
    return 0;
}

static struct source source;
static natt_nsm session;
static uint8_t out[4096];

static void setup(void)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    natt_nsm_error err;
    source = (struct source){.transport = {&source, source_exchange, NULL}, .block_len = 256};
    options.transport = &source.transport;
    cr_assert(natt_nsm_open(&session, &options, &err), "%s", err.message);
    memset(out, 0xa5, sizeof out);
}

static void teardown(void)
{
    natt_nsm_close(&session);
}

TestSuite(nsm_entropy, .init = setup, .fini = teardown);

static bool untouched_beyond(size_t len)
{
    for (size_t i = len; i < sizeof out; i++)
        if (out[i] != 0xa5)
            return false;
    return true;
}

static bool zero_up_to(size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (out[i] != 0)
            return false;
    return untouched_beyond(len);
}

/* The caller gets 240 of the 256 bytes of each response, in their order. */
Test(nsm_entropy, any_length_is_filled_with_fresh_bytes)
{
    static const size_t lengths[] = {0, 1, 239, 240, 241, 480, 481, 4000};
    natt_nsm_error err;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        size_t len = lengths[i];
        unsigned before = source.calls;
        memset(out, 0xa5, sizeof out);
        cr_assert(natt_nsm_random(&session, out, len, &err), "%zu: %s", len, err.message);
        cr_expect_eq(source.calls - before, (len + 239) / 240);
        for (size_t j = 0; j < len; j++)
            cr_assert_eq(out[j], (uint8_t)(j % 240 + 13 * (before + 1 + j / 240)));
        cr_expect(untouched_beyond(len));
    }
    cr_expect(natt_nsm_random(&session, NULL, 0, &err));
}

static void all_zero(uint8_t *block, unsigned call)
{
    memset(block, 0, call >= 3 ? 256 : 0);
}

static void all_equal(uint8_t *block, unsigned call)
{
    memset(block, 0x42, call >= 3 ? 256 : 0);
}

static void as_before(uint8_t *block, unsigned call)
{
    for (unsigned i = 0; call == 3 && i < 256; i++)
        block[i] = (uint8_t)(i + 13 * (call - 1));
}

static void zero_but_one_bit(uint8_t *block, unsigned call)
{
    memset(block, 0, 256);
    block[255] = (uint8_t)call;
}

/* The third block is bad: it follows two good ones of the same call, or is the first of a later call. */
Test(nsm_entropy, a_dead_source_is_noticed_within_a_call_and_from_call_to_call)
{
    static const struct {
        void (*spoil)(uint8_t *block, unsigned call);
        natt_nsm_code code;
    } rows[] = {{all_zero, NATT_NSM_E_ENTROPY_ZERO},
                {all_equal, NATT_NSM_E_ENTROPY_EQUAL},
                {as_before, NATT_NSM_E_ENTROPY_REPEATED},
                {zero_but_one_bit, NATT_NSM_OK}};
    natt_nsm_error err;
    for (size_t i = 0; i < 8; i++) {
        teardown();
        setup();
        source.spoil = rows[i / 2].spoil;
        if (i % 2 == 0) {
            cr_expect(natt_nsm_random(&session, out, 480, &err));
            memset(out, 0xa5, sizeof out);
        }
        bool ok = natt_nsm_random(&session, out, i % 2 == 0 ? 32 : 900, &err);
        cr_expect_eq(err.code, rows[i / 2].code, "row %zu: %s", i, natt_nsm_code_name(err.code));
        cr_expect(ok == (err.code == NATT_NSM_OK) && (ok || zero_up_to(i % 2 == 0 ? 32 : 900)), "row %zu", i);
    }
}

/* At least 32 bytes are checked; 16 of them are kept. */
Test(nsm_entropy, blocks_too_short_to_judge_are_refused)
{
    natt_nsm_error err;
    for (source.block_len = 24; source.block_len <= 40; source.block_len++) {
        bool enough = source.block_len >= 32;
        cr_expect_eq(natt_nsm_random(&session, out, 40, &err), enough, "%zu", source.block_len);
        cr_expect_eq(err.code, enough ? NATT_NSM_OK : NATT_NSM_E_ENTROPY_SHORT);
    }
}

Test(nsm_entropy, an_error_on_the_way_leaves_zeros)
{
    natt_nsm_error err;
    source.error_at = 3;
    cr_expect(!natt_nsm_random(&session, out, 1000, &err));
    cr_expect(err.code == NATT_NSM_E_TRANSPORT && err.errno_value == EIO);
    cr_expect(zero_up_to(1000));
}

/* --- the kernel's side of seeding --- */

static struct {
    int taken, credit, len, add_errno, ready_after;
    uint8_t bytes[NATT_NSM_MAX_SEED];
    int pool;
} kernel;

int __wrap_ioctl(int fd, unsigned long number, void *argument);
ssize_t __wrap_getrandom(void *buffer, size_t len, unsigned flags);

int __wrap_ioctl(int fd, unsigned long number, void *argument)
{
    struct rand_pool_info *info = argument;
    cr_assert_geq(fd, 0);
    if (number == RNDGETENTCNT) {
        *(int *)argument = kernel.pool;
        return 0;
    }
    cr_assert_eq(number, (unsigned long)RNDADDENTROPY);
    if (kernel.add_errno != 0) {
        errno = kernel.add_errno;
        return -1;
    }
    kernel.taken++;
    kernel.credit = info->entropy_count;
    kernel.len = info->buf_size;
    memcpy(kernel.bytes, info->buf, (size_t)info->buf_size);
    kernel.pool += info->entropy_count;
    return 0;
}

ssize_t __wrap_getrandom(void *buffer, size_t len, unsigned flags)
{
    cr_assert(len == 1 && flags == GRND_NONBLOCK);
    if (kernel.taken < kernel.ready_after) {
        errno = EAGAIN;
        return -1;
    }
    *(uint8_t *)buffer = 1;
    return 1;
}

static natt_nsm_seed seed_of(size_t len)
{
    natt_nsm_seed seed = NATT_NSM_SEED_INIT;
    seed.len = len;
    seed.path = "/dev/null"; /* a file that can be opened; the calls on it are wrapped */
    return seed;
}

Test(nsm_entropy, seeding_gives_data_and_credit_in_one_call)
{
    static const size_t lengths[] = {1, 64, 240, 241, 512};
    natt_nsm_error err;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        natt_nsm_seed seed = seed_of(lengths[i]);
        natt_nsm_seed_report report;
        unsigned before = source.calls;
        memset(&kernel, 0, sizeof kernel);
        kernel.ready_after = 1;
        kernel.pool = 3;
        cr_assert(natt_nsm_seed_kernel(&session, &report, &seed, &err), "%s", err.message);
        cr_expect_eq(kernel.taken, 1);
        cr_expect_eq(kernel.len, (int)lengths[i]);
        cr_expect_eq(kernel.credit, (int)lengths[i] * 8);
        for (size_t j = 0; j < lengths[i]; j++)
            cr_assert_eq(kernel.bytes[j], (uint8_t)(j % 240 + 13 * (before + 1 + j / 240)));
        cr_expect(!report.ready_before && report.ready_after);
        cr_expect(report.entropy_before == 3 && report.entropy_after == 3 + (int)lengths[i] * 8);
    }
}

static void expect_seed_refused(const natt_nsm_seed *seed, natt_nsm_code code, int errno_value)
{
    static const natt_nsm_seed_report zero;
    natt_nsm_seed_report report;
    natt_nsm_error err;
    memset(&report, 0xa5, sizeof report);
    cr_expect(!natt_nsm_seed_kernel(&session, &report, seed, &err));
    cr_expect(err.code == code && err.errno_value == errno_value, "%s, errno %d", natt_nsm_code_name(err.code),
              err.errno_value);
    cr_expect(report.ready_before == zero.ready_before && report.ready_after == zero.ready_after);
    cr_expect(report.entropy_before == 0 && report.entropy_after == 0);
}

Test(nsm_entropy, seeding_says_what_is_in_its_way)
{
    natt_nsm_seed seed = seed_of(0);
    memset(&kernel, 0, sizeof kernel);
    expect_seed_refused(&seed, NATT_NSM_E_USAGE_SEED_SIZE, 0);
    seed.len = 513;
    expect_seed_refused(&seed, NATT_NSM_E_USAGE_SEED_SIZE, 0);
    seed = seed_of(32);
    seed.struct_size--;
    expect_seed_refused(&seed, NATT_NSM_E_USAGE_STRUCT_SIZE, 0);
    seed = seed_of(32);
    seed.path = "/nonexistent/random";
    expect_seed_refused(&seed, NATT_NSM_E_SEED_OPEN, ENOENT);
    seed = seed_of(32);
    cr_expect_eq(source.calls, 0);
    kernel.add_errno = EPERM;
    expect_seed_refused(&seed, NATT_NSM_E_SEED_PRIVILEGE, EPERM);
    kernel.add_errno = ENOTTY;
    expect_seed_refused(&seed, NATT_NSM_E_SEED, ENOTTY);
    kernel.add_errno = 0;
    source.spoil = all_equal;
    expect_seed_refused(&seed, NATT_NSM_E_ENTROPY_EQUAL, 0);
    cr_expect_eq(kernel.taken, 0);
    source.spoil = NULL;
    kernel.ready_after = 2;
    expect_seed_refused(&seed, NATT_NSM_E_SEED_NOT_READY, 0);
}
