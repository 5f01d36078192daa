/*
 * Measures the maximum cost of an untrusted document. Counts operations in a table of functions around the native back
 * end, for all files in the given folders (the seeds), one valid document of maximum length and chain, and 64 KiB of
 * several fill bytes. Prints TAP. Times are printed with the counts but not checked.
 * usage: cost FOLDER...
 */
#include "fuzz/dearest.h"
#include "fuzz/property.h"
#include "fuzz/verdict.h"
#include "verify/verify.h"

#include <dirent.h>
#include <time.h>

#define TOO_LONG 65536

static struct counts {
    size_t hashed, on_curve, verified;
} now, most;
static double slowest, genuine;
static unsigned tests, failed;

static bool counted_sha384(uint8_t *out, const natt_bytes *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        now.hashed += parts[i].len;
    return natt_crypto_native.sha384(out, parts, count);
}

static bool counted_sha256(uint8_t *out, const natt_bytes *parts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        now.hashed += parts[i].len;
    return natt_crypto_native.sha256(out, parts, count);
}

static natt_crypto_answer counted_on_curve(const uint8_t *public_key)
{
    now.on_curve++;
    return natt_crypto_native.on_curve(public_key);
}

static void counted_verify(struct natt_job *const *jobs, size_t count)
{
    natt_crypto_native.verify(jobs, count);
    now.verified += count;
}

/* The caller supplies the trusted roots, and every call checks each root's key. */
static size_t roots(void)
{
    return fuzz_dearest_options().root_count;
}

static const struct natt_crypto counting = {counted_sha384, counted_sha256, counted_on_curve, counted_verify, 1};

static void report(bool good, const char *name)
{
    tests++;
    failed += !good;
    printf("%sok %u - %s\n", good ? "" : "not ", tests, name);
}

static double microseconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The minimum of several runs, since other programs may run on this machine. */
static bool verify_timed(natt_bytes in, natt_error *err, double *time)
{
    natt_options opt = fuzz_dearest_options();
    bool ok = false;
    *time = 1e12;
    for (int round = 0; round < 5; round++) {
        natt_verified v = NATT_VERIFIED_INIT;
        now = (struct counts){0};
        double began = microseconds();
        ok = natt_verify_with(&v, in, &opt, NULL, &counting, err);
        double took = microseconds() - began;
        *time = took < *time ? took : *time;
    }
    most = (struct counts){larger(most.hashed, now.hashed), larger(most.on_curve, now.on_curve),
                           larger(most.verified, now.verified)};
    slowest = *time > slowest ? *time : slowest;
    return ok;
}

static void measure_file(const char *path)
{
    static uint8_t bytes[TOO_LONG];
    FILE *f = fopen(path, "rb");
    natt_error err;
    double time;
    MUST(f != NULL);
    size_t len = fread(bytes, 1, sizeof bytes, f);
    (void)fclose(f);
    (void)verify_timed((natt_bytes){bytes, len}, &err, &time);
}

static unsigned measure_folder(const char *folder)
{
    char path[4096];
    unsigned count = 0;
    DIR *dir = opendir(folder);
    MUST(dir != NULL);
    for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        if (e->d_name[0] == '.')
            continue;
        MUST(snprintf(path, sizeof path, "%s/%s", folder, e->d_name) < (int)sizeof path);
        measure_file(path);
        count++;
    }
    (void)closedir(dir);
    return count;
}

/* ---- 64 documents of one region: all certificates except the leaf are shared ---- */

#define REGION 64
#define LEAF   4
#define CHAIN  (LEAF + 1)

static uint8_t region[REGION][NATT_MAX_DOCUMENT];
static natt_batch_item items[REGION];

/* Issues document i. If k is 1 to 5, its signature k is invalid. */
static void issue(size_t i, size_t k)
{
    natt_issue_plan plan;
    size_t len;
    char serial[] = "02020100";
    serial[6] = (char)('0' + i / 10), serial[7] = (char)('0' + i % 10);
    MUST(natt_issuer_plan(fuzz_issuer(), &plan, NULL, NULL));
    plan.certificates[LEAF].serial = natt_plan_hex(&plan, serial);
    natt_plan_signature *broken = k == CHAIN ? &plan.envelope.signature : &plan.certificates[k].signature;
    broken->edit = k > 0 ? NATT_SIGNATURE_FLIP_BIT : broken->edit;
    broken->bit = 300;
    MUST(natt_issuer_build(fuzz_issuer(), region[i], sizeof region[i], &len, &plan, NULL));
    natt_plan_free(&plan);
    items[i] = (natt_batch_item)NATT_BATCH_ITEM_INIT;
    items[i].document = (natt_bytes){region[i], len};
    items[i].nonce_mode = NATT_NONCE_NOT_USED;
}

/* The document has five signatures; number k is the first invalid one. One lane computes k signatures; n lanes compute
 * whole slices of n. */
static bool stops_at(natt_bytes in, uint32_t k, size_t lanes)
{
    natt_options opt = fuzz_dearest_options();
    natt_verified v = NATT_VERIFIED_INIT;
    struct natt_crypto table = counting;
    natt_error err;
    size_t slices = (k + lanes - 1) / lanes * lanes;
    table.lanes = lanes;
    now = (struct counts){0};
    return !natt_verify_with(&v, in, &opt, NULL, &table, &err) && now.verified == (slices < CHAIN ? slices : CHAIN);
}

static void stops_at_first(void)
{
    bool good = true;
    for (uint32_t k = 1; k <= CHAIN; k++) {
        issue(0, k);
        for (size_t lanes = 1; lanes <= 8; lanes *= 2)
            good = stops_at(items[0].document, k, lanes) && good;
    }
    report(good, "verification stops at the first invalid signature, or after the slice of lanes that contains it");
}

static void largest(void)
{
    static uint8_t bytes[NATT_MAX_DOCUMENT];
    natt_error err;
    double time;
    size_t len = fuzz_dearest_document(bytes);
    bool ok = verify_timed((natt_bytes){bytes, len}, &err, &time);
    printf("# %zu bytes, %zu signatures: %.0f us, %.2f times a usual document\n", len, now.verified, time,
           time / genuine);
    report(ok && now.verified == NATT_MAX_CHAIN && len > NATT_MAX_DOCUMENT - 64,
           "the most expensive valid document is valid");
}

/* Such input is refused because of its length alone, whatever it contains. */
static void too_long(void)
{
    static uint8_t bytes[TOO_LONG];
    static const uint8_t fills[] = {0x00, 0x84, 0x9f, 0xbf, 0xd2, 0x5f, 0xff};
    natt_error err;
    double time;
    bool good = true;
    for (size_t i = 0; i < sizeof fills; i++) {
        memset(bytes, fills[i], sizeof bytes);
        good = !verify_timed((natt_bytes){bytes, sizeof bytes}, &err, &time) && err.code == NATT_E_COSE_SIZE && good;
        good = now.hashed + now.verified == 0 && now.on_curve == roots() && good;
    }
    report(good, "64 KiB are refused before any byte of them is hashed or verified");
}

static void usual(void)
{
    static uint8_t bytes[NATT_MAX_DOCUMENT];
    size_t len;
    natt_error err;
    MUST(natt_issue(fuzz_issuer(), bytes, sizeof bytes, &len, NULL, NULL));
    bool ok = verify_timed((natt_bytes){bytes, len}, &err, &genuine);
    report(ok && now.verified == 5 && now.on_curve == 5 + roots(),
           "a usual document costs five signatures and five curve checks, and one for each trusted root");
}

/* ---- batches ---- */

/* Returns the number of accepted documents, and the time for each. */
static size_t verify_region(size_t lanes, double *time)
{
    static uint8_t workspace[524288];
    natt_options opt = fuzz_dearest_options();
    struct natt_crypto table = counting;
    size_t accepted;
    table.lanes = lanes;
    opt.nonce_mode = NATT_NONCE_UNSET;
    now = (struct counts){0};
    double began = microseconds();
    (void)natt_verify_batch_with(items, REGION, &opt, NULL, workspace, sizeof workspace, &accepted, &table);
    *time = (microseconds() - began) / REGION;
    return accepted;
}

static void region_of_documents(void)
{
    bool good = true;
    for (size_t i = 0; i < REGION; i++)
        issue(i, 0);
    for (size_t lanes = 1; lanes <= 4; lanes += 3) {
        double time;
        size_t accepted = verify_region(lanes, &time);
        good = good && accepted == REGION && now.verified == LEAF - 1 + 2 * REGION;
        good = good && now.on_curve == CHAIN + REGION * roots();
        printf("# %zu lanes: %zu signatures, %zu curve checks, %.0f us for each document, %.2f times one alone\n",
               lanes, now.verified, now.on_curve, time, time / genuine);
    }
    report(good, "for 64 documents of one region, each shared certificate and each shared key is computed once");
}

/* Beyond what the others need, a bad document costs its invalid signature and any signature computed before that one is
 * known to be invalid. */
static bool bad_one(size_t at, size_t k, size_t lanes)
{
    double time;
    issue(at, k);
    size_t accepted = verify_region(lanes, &time), own = now.verified - (LEAF - 1) - 2 * (REGION - 1);
    bool good = accepted == REGION - 1 && own == (k == CHAIN || (k < LEAF && lanes > 1) ? 2 : 1);
    for (size_t i = 0; i < REGION; i++)
        good = good && items[i].holds == (i != at) && (i == at || items[i].error.code == NATT_OK);
    issue(at, 0);
    return good;
}

static void bad_document_in_region(void)
{
    static const size_t places[] = {0, 31, REGION - 1};
    bool good = true;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        for (size_t k = 1; k <= CHAIN; k++)
            good = bad_one(places[i], k, 1) && bad_one(places[i], k, 4) && good;
    report(good, "with one bad document among 64, every item gets a verdict, and the bad one costs no more than alone");
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    usual();
    stops_at_first();
    largest();
    too_long();
    region_of_documents();
    bad_document_in_region();
    for (int i = 1; i < argc; i++)
        count += measure_folder(argv[i]);
    printf("# maximum: %zu bytes hashed, %zu curve checks, %zu signatures; the slowest took %.0f us, %.2f times a "
           "usual document\n",
           most.hashed, most.on_curve, most.verified, slowest, slowest / genuine);
    report(count > 0 && most.on_curve <= NATT_MAX_CHAIN + roots() && most.verified <= NATT_MAX_CHAIN &&
               most.hashed <= NATT_MAX_DOCUMENT + 64 + NATT_MAX_CHAIN * NATT_MAX_CERTIFICATE,
           "no document costs more than nine signatures, nine curve checks and one more for each root, and one pass of "
           "hashing over its bytes");
    printf("1..%u\n", tests);
    return failed == 0 ? 0 : 1;
}
