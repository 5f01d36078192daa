/* The kernel's device, with ioctl wrapped by the linker: the arguments of the driver, and the results for each of its
 * replies. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "fake_nsm.h"
#include "nsm/test/support.h"

static struct {
    int fd, error;
    unsigned long number;
    unsigned calls;
    uint64_t claimed_len; /* 0 = that of the reply */
    natt_bytes reply;
    uint8_t request[64];
    uint64_t words[4]; /* as the driver received them */
} driver;

int __wrap_ioctl(int fd, unsigned long number, void *argument);

int __wrap_ioctl(int fd, unsigned long number, void *argument)
{
    uint64_t *words = argument;
    driver.calls++;
    driver.fd = fd;
    driver.number = number;
    memcpy(driver.words, words, sizeof driver.words);
    if (driver.error != 0) {
        errno = driver.error;
        return -1;
    }
    memcpy(driver.request, (const void *)(uintptr_t)words[0], words[1] < 64 ? (size_t)words[1] : 64);
    memcpy((void *)(uintptr_t)words[2], driver.reply.ptr, driver.reply.len);
    words[3] = driver.claimed_len != 0 ? driver.claimed_len : driver.reply.len;
    return 0;
}

static natt_nsm session;
static struct fake_outputs out;

static void setup(void)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    natt_nsm_error err;
    memset(&driver, 0, sizeof driver);
    options.path = "/dev/null"; /* a file that can be opened; the calls on it are wrapped */
    cr_assert(natt_nsm_open(&session, &options, &err), "%s", err.message);
}

static void teardown(void)
{
    natt_nsm_close(&session);
}

TestSuite(nsm_device, .init = setup, .fini = teardown);

/* linux include/uapi/linux/nsm.h: four words of 64 bits, request address and length, response address and capacity. */
Test(nsm_device, gets_32_bytes_under_the_number_of_the_drivers_ioctl)
{
    natt_nsm_error err;
    driver.reply = fake_reply(NATT_NSM_LOCK_PCR, false);
    cr_assert(fake_perform(&session, NATT_NSM_LOCK_PCR, &out, &err), "%s", err.message);
    cr_expect_eq(driver.number, 0xC0200A00ul);
    cr_expect_eq(driver.words[1], 17);
    cr_expect_eq(driver.words[3], 0x3000);
    cr_expect(test_equal((natt_bytes){driver.request, 17}, test_hex("a1674c6f636b504352a165696e64657810")));
    cr_expect_eq(fcntl(driver.fd, F_GETFL) & O_ACCMODE, O_RDONLY);
    cr_expect(fcntl(driver.fd, F_GETFD) & FD_CLOEXEC);
}

Test(nsm_device, answers_come_back)
{
    natt_nsm_error err;
    for (unsigned op = 0; op < NATT_NSM_OPERATION_COUNT; op++) {
        driver.reply = fake_reply(op, false);
        cr_expect(fake_perform(&session, op, &out, &err), "%s: %s", fake_name(op), err.message);
    }
}

/* The client never retries: an ExtendPCR without a response may have been executed. */
Test(nsm_device, errno_is_kept_and_nothing_is_tried_twice)
{
    static const int errors[] = {EMSGSIZE, EFAULT, EINVAL, ETIMEDOUT, EIO, ENODATA, ENOSPC, ENXIO, EINTR, ENOTTY};
    natt_nsm_error err;
    for (unsigned i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        driver.error = errors[i];
        driver.calls = 0;
        cr_expect(!fake_perform(&session, NATT_NSM_EXTEND_PCR, &out, &err));
        cr_expect(err.code == NATT_NSM_E_TRANSPORT && err.errno_value == errors[i]);
        cr_expect_eq(driver.calls, 1);
        cr_expect(fake_outputs_zero(NATT_NSM_EXTEND_PCR, &out));
    }
}

Test(nsm_device, a_length_beyond_the_capacity_is_refused)
{
    natt_nsm_error err;
    driver.reply = fake_reply(NATT_NSM_GET_RANDOM, false);
    driver.claimed_len = 0x3001;
    cr_expect(!fake_perform(&session, NATT_NSM_GET_RANDOM, &out, &err));
    cr_expect(err.code == NATT_NSM_E_TRANSPORT && err.errno_value == EOVERFLOW);
    driver.claimed_len = UINT64_MAX;
    cr_expect(!fake_perform(&session, NATT_NSM_GET_RANDOM, &out, &err));
    cr_expect(fake_outputs_zero(NATT_NSM_GET_RANDOM, &out));
}

Test(nsm_device, close_closes_it)
{
    natt_nsm_error err;
    driver.reply = fake_reply(NATT_NSM_LOCK_PCR, false);
    cr_assert(fake_perform(&session, NATT_NSM_LOCK_PCR, &out, &err));
    natt_nsm_close(&session);
    cr_expect_eq(fcntl(driver.fd, F_GETFD), -1);
}
