/*
 * Selects the document, and splits it into its parts.
 */
#include "bench/sample.h"
#include "bench/harness.h"

#include <glob.h>
#include <nitro_attest/issuer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GENUINE "enclave-2025-bf-userdata64.bin"

static const char *genuine_path(char path[4096], const char *name)
{
    const char *shared = getenv("NITRO_ATTEST_SHARED");
    snprintf(path, 4096, "%s/real/%s", shared != NULL ? shared : "../shared", name);
    return path;
}

static bool read_genuine(struct bench_sample *s, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return false;
    s->raw = (natt_bytes){s->bytes, fread(s->bytes, 1, sizeof s->bytes, f)};
    bool whole = ferror(f) == 0 && fgetc(f) == EOF;
    fclose(f);
    snprintf(s->origin, sizeof s->origin, "genuine, signed by AWS: %.200s, %zu bytes", strrchr(path, '/') + 1,
             s->raw.len);
    return whole;
}

/* As many PCRs and certificates as AWS writes, and 64 bytes of user_data, as in the genuine document; date
 * 2025-06-01. */
static bool issue(struct bench_sample *s)
{
    static const uint8_t seed[] = "nitro-attest benchmark", user_data[64] = {1};
    natt_issuer_options options = NATT_ISSUER_OPTIONS_INIT;
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    options.seed = (natt_bytes){seed, sizeof seed};
    options.now_ms = UINT64_C(1748736000000);
    request.user_data = (natt_bytes){user_data, sizeof user_data};
    natt_issuer *issuer = natt_issuer_new(&options, NULL);
    bool good = issuer != NULL && natt_issue(issuer, s->bytes, sizeof s->bytes, &s->raw.len, &request, NULL);
    natt_issuer_free(issuer);
    s->raw.ptr = s->bytes;
    snprintf(s->origin, sizeof s->origin, "issued by our issuer (no genuine one is available), %zu bytes", s->raw.len);
    return good;
}

static void add_certificate(struct bench_sample *s, natt_bytes der)
{
    natt_certificate c;
    uint8_t *point = s->points[s->certificate_count];
    bench_must(natt_certificate_parse(&c, der, NULL), "certificate");
    point[0] = 0x04;
    memcpy(point + 1, c.public_key.ptr, c.public_key.len);
    s->certificates[s->certificate_count++] = der;
}

static void split(struct bench_sample *out)
{
    bench_must(natt_document_parse(&out->doc, out->raw, NULL), "document");
    out->certificate_count = 0;
    for (size_t i = 0; i < out->doc.cabundle_count; i++)
        add_certificate(out, out->doc.cabundle[i]);
    add_certificate(out, out->doc.certificate);
}

void bench_sample_load(struct bench_sample *out)
{
    char path[4096];
    bench_must(read_genuine(out, genuine_path(path, GENUINE)) || issue(out), "document");
    split(out);
}

static bool genuine_at(char path[4096], size_t index)
{
    glob_t found;
    if (glob(genuine_path(path, "enclave-*.bin"), 0, NULL, &found) != 0)
        return false;
    bool there = index < found.gl_pathc;
    if (there)
        snprintf(path, 4096, "%s", found.gl_pathv[index]);
    globfree(&found);
    return there;
}

bool bench_sample_load_next(struct bench_sample *out, size_t *next)
{
    char path[4096];
    if ((*next)++ == 0) {
        bench_sample_load(out);
        return true;
    }
    if (!genuine_at(path, *next - 2))
        return false;
    if (strstr(path, GENUINE) != NULL)
        return bench_sample_load_next(out, next);
    bench_must(read_genuine(out, path), path);
    split(out);
    return true;
}
