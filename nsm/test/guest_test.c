/*
 * Tests with a real driver: every request of the client, and the driver's errno cases, inside a virtual machine that
 * has a /dev/nsm. Plain C, run as root by nsm/test/guest; prints TAP. Changes that machine's PCRs.
 */
#define _DEFAULT_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "nsm/client/device_linux.h"
#include "nsm/client/error.h"
#include "nsm/compat/nsm.h"

static unsigned tests, failed;
static natt_nsm nsm;
static natt_nsm_error err;
static uint8_t response[NATT_NSM_MAX_RESPONSE];
static size_t len;

static void report(bool good, const char *name)
{
    tests++;
    failed += !good;
    printf("%sok %u - %s\n", good ? "" : "not ", tests, name);
    if (!good)
        printf("# %s, device error \"%s\", errno %d, required %zu, offset %zd: %s\n", natt_nsm_code_name(err.code),
               natt_nsm_device_error_name(err.device_error), err.errno_value, err.required_len, (ssize_t)err.offset,
               err.message);
}

/* SHA384(48 zero bytes || "hello"), and SHA384 of 48 zero bytes, computed independently. */
static const uint8_t hello_begins[] = {0x30, 0xe8, 0x4b, 0x2d, 0x7e, 0xef, 0xfe, 0x6d};
static const uint8_t empty_begins[] = {0x8f, 0x0d, 0x14, 0x5c, 0x03, 0x68, 0xad, 0x6b};

static natt_bytes text(const char *t)
{
    return (natt_bytes){(const uint8_t *)t, strlen(t)};
}

static void check_description(void)
{
    natt_nsm_description d = NATT_NSM_DESCRIPTION_INIT;
    bool ok = natt_nsm_describe(&nsm, &d, &err);
    printf("# %s, version %u.%u.%u, %u PCRs, %u locked\n", d.module_id, d.version_major, d.version_minor,
           d.version_patch, d.max_pcrs, (unsigned)d.locked_pcr_count);
    report(ok && d.max_pcrs == 32 && d.digest == NATT_NSM_SHA384 && d.module_id[0] != '\0', "DescribeNSM");
}

static bool refused_as(bool ok, natt_nsm_device_error error)
{
    return !ok && err.code == NATT_NSM_E_DEVICE && err.device_error == error;
}

static void check_pcrs(void)
{
    natt_nsm_pcr pcr;
    uint8_t value[NATT_PCR_LEN];
    bool ok = natt_nsm_describe_pcr(&nsm, &pcr, 16, &err);
    report(ok && !pcr.locked && pcr.value[0] == 0 && pcr.value[47] == 0, "DescribePCR: PCR16 is zero and unlocked");
    ok = natt_nsm_extend_pcr(&nsm, value, 16, text("hello"), &err);
    report(ok && memcmp(value, hello_begins, sizeof hello_begins) == 0, "ExtendPCR");
    ok = natt_nsm_extend_pcr(&nsm, value, 17, text(""), &err);
    report(ok && memcmp(value, empty_begins, sizeof empty_begins) == 0, "ExtendPCR with no bytes");
    ok = natt_nsm_describe_pcr(&nsm, &pcr, 16, &err);
    report(ok && memcmp(pcr.value, hello_begins, sizeof hello_begins) == 0, "DescribePCR sees it");
    report(natt_nsm_lock_pcr(&nsm, 16, &err), "LockPCR");
    report(refused_as(natt_nsm_lock_pcr(&nsm, 16, &err), NATT_NSM_DEVICE_READ_ONLY_INDEX), "LockPCR of a locked PCR");
    ok = natt_nsm_extend_pcr(&nsm, value, 16, text("x"), &err);
    report(refused_as(ok, NATT_NSM_DEVICE_READ_ONLY_INDEX) && value[0] == 0, "ExtendPCR of a locked PCR");
    report(natt_nsm_lock_pcrs(&nsm, 20, &err) && natt_nsm_lock_pcrs(&nsm, 20, &err), "LockPCRs, twice");
    report(refused_as(natt_nsm_lock_pcrs(&nsm, 33, &err), NATT_NSM_DEVICE_INVALID_INDEX), "LockPCRs of 33");
    report(refused_as(natt_nsm_describe_pcr(&nsm, &pcr, 32, &err), NATT_NSM_DEVICE_INVALID_INDEX), "DescribePCR 32");
    ok = natt_nsm_describe_pcr(&nsm, &pcr, 65535, &err); /* devices differ in which of the two they return */
    report(refused_as(ok, err.device_error == NATT_NSM_DEVICE_INVALID_INDEX ? NATT_NSM_DEVICE_INVALID_INDEX
                                                                            : NATT_NSM_DEVICE_INVALID_OPERATION),
           "DescribePCR 65535");
}

static void check_attestation(void)
{
    static uint8_t large[4096];
    natt_nsm_attestation fields = NATT_NSM_ATTESTATION_INIT;
    fields.nonce = text("nonce of this test");
    fields.user_data = text("");
    bool ok = natt_nsm_attest(&nsm, response, sizeof response, &len, &fields, &err);
    report(ok && len > 100 && response[0] == 0x84, "Attestation");
    ok = natt_nsm_attest(&nsm, response, 100, &len, &fields, &err);
    report(!ok && err.code == NATT_NSM_E_BUFFER_TOO_SMALL && err.required_len > 100 && len == 0,
           "Attestation into a small buffer reports the required size");
    fields = (natt_nsm_attestation)NATT_NSM_ATTESTATION_INIT;
    fields.public_key = (natt_bytes){large, 4050};
    report(natt_nsm_attest(&nsm, response, sizeof response, &len, &fields, &err), "Attestation of 4096 bytes");
    fields.public_key.len++;
    ok = natt_nsm_attest(&nsm, response, sizeof response, &len, &fields, &err);
    report(!ok && err.code == NATT_NSM_E_REQUEST_SIZE, "Attestation of 4097 bytes");
}

static void check_random(void)
{
    static uint8_t stream[100000];
    uint8_t again[32];
    bool ok = natt_nsm_get_random(&nsm, response, sizeof response, &len, &err);
    report(ok && len == 256, "GetRandom");
    report(natt_nsm_random(&nsm, stream, sizeof stream, &err), "100000 random bytes");
    ok = natt_nsm_random(&nsm, again, sizeof again, &err);
    report(ok && memcmp(again, stream, sizeof again) != 0, "other random bytes");
}

static void check_raw(void)
{
    bool ok = natt_nsm_send(&nsm, response, sizeof response, &len, (natt_bytes){(const uint8_t *)"\xff", 1}, &err);
    report(ok && len == 24 && response[0] == 0xa1, "a request that is not CBOR gets an Error");
    ok = natt_nsm_send(&nsm, response, sizeof response, &len, (natt_bytes){response, 0}, &err);
    report(!ok && err.code == NATT_NSM_E_REQUEST_SIZE, "an empty request is not sent");
}

/* linux drivers/misc/nsm.c */
static void check_errno(void)
{
    static uint8_t large[0x2000];
    const uint8_t *request = (const uint8_t *)"\x69GetRandom";
    int fd = natt_nsm_device_open("/dev/nsm");
    report(fd >= 0, "the device opens for reading");
    int error = natt_nsm_device_exchange(&fd, large, 0x1001, response, sizeof response, &len);
    report(error == EMSGSIZE, "4097 bytes: EMSGSIZE");
    error = natt_nsm_device_exchange(&fd, (const uint8_t *)8, 10, response, sizeof response, &len);
    report(error == EFAULT, "a bad request pointer: EFAULT");
    error = natt_nsm_device_exchange(&fd, request, 10, (uint8_t *)8, sizeof response, &len);
    report(error == EFAULT, "a bad response pointer: EFAULT");
    error = natt_nsm_device_exchange(&fd, request, 10, response, 100, &len);
    report(error == 0 && len == 100, "a small capacity: truncated silently, hence always 0x3000");
    report(ioctl(fd, 0xC0100A00ul, response) == -1 && errno == EINVAL, "the structure of 16 bytes: EINVAL");
    report(ioctl(fd, 0xC0200A00ul, (void *)8) == -1 && errno == EFAULT, "a bad structure: EFAULT");
    error = natt_nsm_device_exchange(&fd, request, 10, response, sizeof response, &len);
    report(error == 0 && len == 278, "the device still works");
    memset(large, 0, sizeof large);
    memcpy(large, request, 10);
    for (size_t sent = 0xfff; sent <= 0x1000; sent++) {
        error = natt_nsm_device_exchange(&fd, large, sent, response, sizeof response, &len);
        report(error == 0 && len == 278, "zeros after a request, up to 0x1000 bytes in total");
    }
    close(fd);
}

static void *random_often(void *argument)
{
    unsigned long *right = argument;
    uint8_t block[240];
    for (unsigned i = 0; i < 500; i++)
        *right += natt_nsm_random(&nsm, block, sizeof block, NULL);
    return NULL;
}

static void check_threads(const char *name)
{
    pthread_t threads[8];
    unsigned long right[8] = {0}, sum = 0;
    for (unsigned i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, random_often, &right[i]);
    for (unsigned i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        sum += right[i];
    }
    report(sum == 8 * 500, name);
}

static void check_seed(void)
{
    natt_nsm_seed_report r;
    natt_nsm_seed seed = NATT_NSM_SEED_INIT;
    bool ok = natt_nsm_seed_kernel(&nsm, &r, NULL, &err);
    printf("# ready %d -> %d, entropy %d -> %d bits\n", r.ready_before, r.ready_after, r.entropy_before,
           r.entropy_after);
    report(ok && r.ready_after && r.entropy_after > 0, "the kernel is seeded");
    seed.path = "/dev/null";
    ok = natt_nsm_seed_kernel(&nsm, &r, &seed, &err);
    report(!ok && err.code == NATT_NSM_E_SEED && err.errno_value == ENOTTY, "/dev/null takes no seed");
    if (seteuid(65534) != 0)
        report(false, "becoming another user");
    ok = natt_nsm_seed_kernel(&nsm, &r, NULL, &err);
    report(!ok && err.code == NATT_NSM_E_SEED_PRIVILEGE && err.errno_value == EPERM, "seeding needs a privilege");
    if (seteuid(0) != 0)
        report(false, "becoming root again");
}

static void check_libnsm(void)
{
    NsmDescription d;
    uint32_t document_len = 10;
    uintptr_t random_len = 300;
    int32_t fd = nsm_lib_init();
    report(fd >= 0 && nsm_get_description(fd, &d) == ERROR_CODE_SUCCESS && d.max_pcrs == 32, "libnsm: description");
    ErrorCode code = nsm_get_attestation_doc(fd, NULL, 0, NULL, 0, NULL, 0, response, &document_len);
    report(code == ERROR_CODE_BUFFER_TOO_SMALL && document_len > 10, "libnsm: length of a document");
    code = nsm_get_attestation_doc(fd, NULL, 0, NULL, 0, NULL, 0, response, &document_len);
    report(code == ERROR_CODE_SUCCESS && response[0] == 0x84, "libnsm: document");
    report(nsm_get_random(fd, response, &random_len) == ERROR_CODE_SUCCESS && random_len == 256, "libnsm: random");
    nsm_lib_exit(fd);
}

int main(void)
{
    natt_nsm_options options = NATT_NSM_OPTIONS_INIT;
    printf("TAP version 13\n");
    report(natt_nsm_open(&nsm, NULL, &err), "open");
    check_description();
    check_pcrs();
    check_attestation();
    check_random();
    check_raw();
    check_errno();
    check_threads("8 threads, one session");
    check_seed();
    check_libnsm();
    natt_nsm_close(&nsm);
    options.deadline_ms = 20000;
    report(natt_nsm_open(&nsm, &options, &err), "open with a deadline");
    check_description();
    check_threads("8 threads, one session with a deadline");
    natt_nsm_close(&nsm);
    printf("1..%u\n", tests);
    return failed != 0;
}
