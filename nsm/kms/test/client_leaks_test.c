/*
 * Many calls leak no memory, for any reply: 100000 calls, or 2000 under sanitizers, since LeakSanitizer detects leaks
 * itself. Without sanitizers, the test measures the resident set, which needs no support from the allocator: a leak of
 * 16 bytes per call would add 1.6 MB.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/kms/test/client_call.h"

#ifndef CALLS
#define CALLS               100000
#define KEEPS_WHAT_IS_FREED false
#else
#define KEEPS_WHAT_IS_FREED true /* sanitizers use more for a while */
#endif

#define MOST_GROWTH (1024L * 1024) /* bytes */

/* Criterion's processes end without LeakSanitizer's check at exit, so the test calls it. NULL: this build has no
 * LeakSanitizer. */
extern int __lsan_do_recoverable_leak_check(void) __attribute__((weak));

static void cut(unsigned number)
{
    grant(number);
    fake.reply_len /= 2;
    fake.closes = true;
}

static void be_throttled(unsigned number)
{
    if (number % 2 == 0)
        fake_error(400, "ThrottlingException", "slowly");
    else
        grant(number);
}

static void write_html(unsigned number)
{
    (void)number;
    fake_reply(502, "", "<html>");
}

static void write_other_json(unsigned number)
{
    (void)number;
    fake_reply(200, "Connection: close\r\n", "{\"CiphertextBlob\":[[],{\"a\":\"b\"}]}");
}

static long resident(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    cr_assert(file != NULL && fscanf(file, "%*d %ld", &pages) == 1);
    (void)fclose(file);
    return pages * sysconf(_SC_PAGESIZE);
}

static void call_once(unsigned i)
{
    void (*const answers[])(unsigned) = {grant, be_throttled, cut, refuse, write_html, write_other_json};
    fake.answer = answers[i % (sizeof answers / sizeof answers[0])];
    fake.closes = false;
    fake.stale = i % 7 == 0;
    (void)call();
}

Test(client_leaks, the_resident_set_stays, .init = client_call_begin, .fini = client_call_end, .timeout = 600)
{
    error_name = "DisabledException";
    error_status = 400;
    fake.keep_requests = false;
    for (unsigned i = 0; i < CALLS / 10; i++)
        call_once(i);
    const long before = resident();
    for (unsigned i = 0; i < CALLS; i++)
        call_once(i);
    const long growth = resident() - before;
    cr_expect(KEEPS_WHAT_IS_FREED || growth < MOST_GROWTH, "%ld bytes more", growth);
    cr_expect(__lsan_do_recoverable_leak_check == NULL || __lsan_do_recoverable_leak_check() == 0);
}
