/*
 * nitro-attest nsm random and seed-entropy: the NSM's random numbers, for people and for the kernel.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mbedtls/platform_util.h>

#include "cli/frame/progress.h"
#include "cli/frame/text.h"
#include "cli/nsm/nsm_commands.h"
#include "cli/nsm/nsm_session.h"

typedef struct random_args {
    natt_cli_nsm_place place;
    const char *bytes;
    bool hex, json;
    uint64_t count; /* of bytes, filled by the commands' checks */
} random_args;

#define AT(field)  offsetof(random_args, field)
#define MAX_RANDOM (UINT64_C(1) << 40) /* a larger number is probably a typing error */

static bool count_of(uint64_t *out, const char *text, uint64_t most, natt_cli_error *err)
{
    char *end = NULL;
    errno = 0;
    *out = strtoull(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *out >= 1 && *out <= most)
        return true;
    return natt_cli_fail(err, NATT_CLI_USAGE, "give a whole number of bytes",
                         "\"%.80s\" is not a number from 1 to %" PRIu64, text, most);
}

static bool put(const uint8_t *block, size_t len, bool hex, natt_cli_error *err)
{
    char *text = hex ? natt_cli_hex((natt_bytes){block, len}) : NULL;
    bool done = hex ? fputs(text, stdout) >= 0 : fwrite(block, 1, len, stdout) == len;
    if (text != NULL)
        mbedtls_platform_zeroize(text, 2 * len);
    free(text);
    return done || natt_cli_fail(err, NATT_CLI_IO, "", "cannot write to standard output: %s", strerror(errno));
}

static bool check_random(void *args, const natt_cli_list *operands, natt_cli_error *err)
{
    return count_of(&((random_args *)args)->count, operands->items[0], MAX_RANDOM, err);
}

static bool random_bytes(natt_cli_nsm_session *nsm, const void *args, natt_cli_error *err)
{
    const random_args *a = args;
    bool hex = a->hex || isatty(STDOUT_FILENO) != 0, done = true;
    uint8_t block[4096];
    natt_nsm_error e;
    natt_cli_progress progress;
    natt_cli_progress_start(&progress, "random bytes", a->count);
    progress.on = progress.on && isatty(STDOUT_FILENO) == 0; /* an error message would be among the digits */
    for (uint64_t left = a->count; done && left > 0;) {
        size_t now = left < sizeof block ? (size_t)left : sizeof block;
        done = natt_nsm_random(&nsm->session, block, now, &e) ? put(block, now, hex, err)
                                                              : natt_cli_nsm_fail(err, nsm, &e, NATT_NSM_GET_RANDOM);
        left -= now;
        natt_cli_progress_show(&progress, a->count - left);
    }
    natt_cli_progress_end(&progress);
    mbedtls_platform_zeroize(block, sizeof block);
    if (done && hex)
        (void)fputc('\n', stdout);
    return done;
}

int natt_cli_nsm_random(int argc, char **argv)
{
    static const natt_cli_option options[] = {
        {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
        {"hex", NULL, NATT_CLI_FLAG, AT(hex), "write hexadecimal (always on a terminal)"},
        NATT_CLI_NSM_PLACE_OPTIONS,
    };
    static const natt_cli_spec spec = {"nsm random",
                                       "nsm random BYTES [OPTIONS]",
                                       "Writes this number of random bytes from the NSM to standard output. Replies "
                                       "whose bytes are all equal, and repeated\nreplies, are refused.\n",
                                       NATT_CLI_TABLE(options),
                                       1,
                                       1,
                                       "BYTES"};
    random_args args = {0};
    return natt_cli_nsm_command(&spec, &args, check_random, random_bytes, argc, argv);
}

static natt_cli_cell ready(bool now)
{
    return natt_cli_in(now ? "ready" : "blocking", natt_cli_as_bool(now));
}

static natt_cli_cell entropy(const char *form, int bits)
{
    return bits < 0 ? natt_cli_absent(NULL) : natt_cli_in(form, natt_cli_as_number((uint64_t)bits));
}

static void report(size_t len, const natt_nsm_seed_report *seeded, bool json)
{
    natt_cli_report r;
    natt_cli_report_start(&r, json);
    natt_cli_put_line(&r, "bytes",
                      natt_cli_in("seeded the kernel with % bytes; getrandom was ", natt_cli_as_number(len)));
    natt_cli_put_more(&r, "ready_before", ready(seeded->ready_before));
    natt_cli_put_more(&r, NATT_CLI_TEXT_ONLY, natt_cli_as_word(" and is "));
    natt_cli_put_more(&r, "ready_after", ready(seeded->ready_after));
    natt_cli_put_line(&r, "entropy_before", entropy("entropy_avail %", seeded->entropy_before));
    natt_cli_put_more(&r, "entropy_after", entropy(" -> % bits", seeded->entropy_after));
    natt_cli_report_end(&r);
}

static bool check_seed(void *args, const natt_cli_list *operands, natt_cli_error *err)
{
    static const natt_nsm_seed standard = NATT_NSM_SEED_INIT;
    random_args *a = args;
    (void)operands;
    a->count = standard.len;
    return a->bytes == NULL || count_of(&a->count, a->bytes, NATT_NSM_MAX_SEED, err) ||
           natt_cli_fail_in(err, "--bytes");
}

static bool seed_kernel(natt_cli_nsm_session *nsm, const void *args, natt_cli_error *err)
{
    const random_args *a = args;
    natt_nsm_seed seed = NATT_NSM_SEED_INIT;
    natt_nsm_seed_report seeded;
    natt_nsm_error e;
    seed.len = (size_t)a->count;
    if (!natt_nsm_seed_kernel(&nsm->session, &seeded, &seed, &e))
        return natt_cli_nsm_fail_at(err, nsm, &e, "seeding");
    report(seed.len, &seeded, a->json);
    return true;
}

int natt_cli_nsm_seed(int argc, char **argv)
{
    static const natt_cli_option options[] = {
        {"How much", NULL, NATT_CLI_FLAG, 0, NULL},
        {"bytes", "N", NATT_CLI_TEXT, AT(bytes), "1 to 512, each credited as 8 bits (default 64)"},
        {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
        {"json", NULL, NATT_CLI_FLAG, AT(json), "JSON instead of text"},
        NATT_CLI_NSM_PLACE_OPTIONS,
    };
    static const natt_cli_spec spec = {
        "nsm seed-entropy", "nsm seed-entropy [OPTIONS]",
        "Seeds the kernel with random bytes from the NSM and credits them, so that getrandom does not block soon after "
        "an\nenclave boots. Requires root (CAP_SYS_ADMIN).\n",
        NATT_CLI_TABLE(options)};
    random_args args = {0};
    return natt_cli_nsm_command(&spec, &args, check_seed, seed_kernel, argc, argv);
}
