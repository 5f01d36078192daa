/*
 * Runs inside an enclave: requests a document about itself from its NSM, and verifies it as a relying party would. Use
 * it as a start-up check: an enclave that cannot attest should report this before a client connects.
 *
 *     self_attest [ROOT.der]     root: default AWS's. In an enclave in debug mode this must fail.
 */
#include <nitro_attest/attest.h>
#include <nitro_attest/nsm.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef struct proof {
    uint8_t document[NATT_NSM_MAX_RESPONSE];
    size_t len;
    uint8_t nonce[32];
    natt_nsm_pcr pcr0; /* as the NSM reports it; a relying party gets it from the build instead */
    natt_nsm_description nsm;
} proof;

static bool ask(proof *p, natt_nsm *session, natt_nsm_error *err)
{
    natt_nsm_attestation fields = NATT_NSM_ATTESTATION_INIT;
    fields.nonce = (natt_bytes){p->nonce, sizeof p->nonce};
    return natt_nsm_random(session, p->nonce, sizeof p->nonce, err) && natt_nsm_describe(session, &p->nsm, err) &&
           natt_nsm_describe_pcr(session, &p->pcr0, 0, err) &&
           natt_nsm_attest(session, p->document, sizeof p->document, &p->len, &fields, err);
}

static bool ask_nsm(proof *p)
{
    natt_nsm session;
    natt_nsm_error err;
    bool done = natt_nsm_open(&session, NULL, &err);
    if (done) {
        done = ask(p, &session, &err);
        natt_nsm_close(&session);
    }
    if (!done)
        (void)fprintf(stderr, "%s: %s %s (%s); %s\n", natt_nsm_code_name(err.code), err.message,
                      natt_nsm_device_error_name(err.device_error), strerror(err.errno_value),
                      natt_nsm_code_remedy(err.code));
    return done;
}

static bool verify(const proof *p, const natt_bytes *root)
{
    natt_pcr_value pcr0 = {0, {p->pcr0.value, sizeof p->pcr0.value}};
    natt_pcr_set self = {"this image", &pcr0, 1};
    natt_policy policy = NATT_POLICY_INIT;
    natt_options opt = NATT_OPTIONS_INIT;
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    policy.sets = &self;
    policy.set_count = 1;
    opt.roots = root;
    opt.root_count = 1;
    opt.time_mode = NATT_TIME_NOW;
    opt.now_ms = (uint64_t)time(NULL) * 1000;
    opt.max_age_ms = 10000;
    opt.max_future_ms = 2000; /* time() omits fractions of a second */
    opt.nonce_mode = NATT_NONCE_EXACT;
    opt.nonce = (natt_bytes){p->nonce, sizeof p->nonce};
    opt.module_id = (natt_bytes){(const uint8_t *)p->nsm.module_id, strlen(p->nsm.module_id)};
    opt.policy = &policy;
    bool good = natt_verify(&v, (natt_bytes){p->document, p->len}, &opt, NULL, &err);
    char why[512];
    (void)natt_error_format(why, sizeof why, &err);
    if (good)
        (void)printf("verified: %s, a document of %zu bytes, region %s\n", v.module_id, p->len, v.region);
    else
        (void)fprintf(stderr, "%s\n", why);
    return good;
}

static natt_bytes read_root(uint8_t der[NATT_MAX_CERTIFICATE], const char *path)
{
    FILE *file = fopen(path, "rb");
    size_t len = file == NULL ? 0 : fread(der, 1, NATT_MAX_CERTIFICATE, file);
    if (file == NULL)
        perror(path);
    else
        (void)fclose(file);
    return (natt_bytes){der, len};
}

int main(int argc, char **argv)
{
    static uint8_t root_der[NATT_MAX_CERTIFICATE];
    static proof p = {.nsm = NATT_NSM_DESCRIPTION_INIT};
    natt_bytes root = argc > 1 ? read_root(root_der, argv[1]) : natt_root_aws();
    return ask_nsm(&p) && verify(&p, &root) ? 0 : 1;
}
