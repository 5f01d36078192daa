/*
 * Measures one Decrypt with a document in the local KMS, compared with its parts: verification, sealing, and the same
 * request without a document (protocol, signature header, store, policy). Everything runs in this process, so HTTP is
 * not measured.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nitro_attest/issuer.h>
#include <nitro_attest/recipient.h>

#include "bench/harness.h"
#include "relying/test/kms_ask.h"

#define NOW_MS      UINT64_C(1760000000000)
#define BODY_ROOM   65536
#define CACHE_ROOM  65536
#define PCR0_REPEAT "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const char key_policy[] =
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Use\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":"
    "[\"kms:Encrypt\",\"kms:Decrypt\"],\"Resource\":\"*\"},{\"Sid\":\"Image\",\"Effect\":\"Allow\",\"Principal\":\"*\","
    "\"Action\":\"kms:Decrypt\",\"Resource\":\"*\",\"Condition\":{\"StringEqualsIgnoreCase\":"
    "{\"kms:RecipientAttestation:ImageSha384\":\"" PCR0_REPEAT PCR0_REPEAT "\"}}}]}";

struct subject {
    natt_kms_server *server;
    const char *operation;
    char body[BODY_ROOM];
    natt_bytes document;
    natt_options options;
    natt_cache *cache;
    const natt_verified *verified;
};

static uint64_t now(void)
{
    return NOW_MS;
}

/* Returns the reply's body, which the caller frees, or NULL if the status is not 200. */
static char *ask(natt_kms_server *server, const char *operation, const char *body)
{
    natt_http_reply reply;
    natt_kms_ask(&reply, server, operation, natt_ask_text(body));
    char *good = reply.status == 200 ? strdup((const char *)reply.body) : NULL;
    natt_kms_reply_free(&reply);
    return good;
}
static bool run_request(const void *subject, unsigned round)
{
    const struct subject *s = subject;
    char *reply = ask(s->server, s->operation, s->body);
    (void)round;
    free(reply);
    return reply != NULL;
}

static bool run_verify(const void *subject, unsigned round)
{
    const struct subject *s = subject;
    natt_verified out = NATT_VERIFIED_INIT;
    (void)round;
    return natt_verify(&out, s->document, &s->options, s->cache, NULL);
}

static bool run_seal(const void *subject, unsigned round)
{
    const struct subject *s = subject;
    uint8_t message[NATT_RECIPIENT_MAX_SEALED];
    size_t len = 0;
    (void)round;
    return natt_recipient_seal(message, sizeof message, &len, s->verified,
                               natt_ask_text("a secret of 32 bytes, as keys are"), NULL, NULL);
}

static natt_bytes make_document(natt_issuer *issuer, natt_recipient_key *key)
{
    static uint8_t document[NATT_MAX_DOCUMENT];
    uint8_t pcr0[NATT_PCR_LEN];
    const natt_issue_pcr pcr = {0, {pcr0, sizeof pcr0}};
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    size_t len = 0;
    memset(pcr0, 0xaa, sizeof pcr0);
    request.pcrs = &pcr;
    request.pcr_count = 1;
    request.public_key = natt_recipient_key_public(key);
    bench_must(natt_issue(issuer, document, sizeof document, &len, &request, NULL), "a document");
    return (natt_bytes){document, len};
}

static natt_kms_server *make_server(const natt_bytes *root)
{
    const natt_kms_options options = {
        .store = ":memory:", .roots = root, .root_count = 1, .max_age_ms = 300000, .now_ms = now};
    natt_kms_error err;
    natt_kms_added_key added;
    natt_kms_server *server = natt_kms_server_new(&options, &err);
    bench_must(server != NULL && natt_kms_server_add_key(server, "alias/app", natt_ask_text(key_policy), &added, &err),
               "a server");
    return server;
}

/* Appends {"CiphertextBlob":"..." up to the end of the member. */
static void make_bodies(struct subject *plain, struct subject *attested, natt_bytes document)
{
    char recipient[BODY_ROOM / 2];
    size_t len = 0;
    char *sealed = ask(plain->server, "Encrypt", "{\"KeyId\":\"alias/app\",\"Plaintext\":\"eHl6\"}");
    bench_must(sealed != NULL && strchr(sealed, ',') != NULL, "a ciphertext");
    *strchr(sealed, ',') = '\0';
    bench_must(natt_recipient_value(recipient, sizeof recipient, &len, document, NULL), "a recipient");
    (void)snprintf(plain->body, sizeof plain->body, "%s}", sealed);
    (void)snprintf(attested->body, sizeof attested->body, "%s,\"Recipient\":%s}", sealed, recipient);
    free(sealed);
}

static natt_options verify_options(const natt_bytes *root)
{
    natt_options options = NATT_OPTIONS_INIT;
    options.roots = root;
    options.root_count = 1;
    options.time_mode = NATT_TIME_NOW;
    options.now_ms = NOW_MS;
    options.max_age_ms = 300000;
    options.nonce_mode = NATT_NONCE_NOT_USED;
    options.flags = NATT_INSECURE_NO_PCR_POLICY;
    return options;
}

int main(int argc, char **argv)
{
    const struct bench_options options = bench_begin(argc, argv, 200);
    static struct subject plain, attested, cached, cold;
    static uint8_t cache[CACHE_ROOM];
    natt_issuer_options issuer_options = NATT_ISSUER_OPTIONS_INIT;
    issuer_options.now_ms = NOW_MS;
    issuer_options.seed = natt_ask_text("kms_bench");
    natt_issuer *issuer = natt_issuer_new(&issuer_options, NULL);
    natt_recipient_key *key = natt_recipient_key_new(NULL, 2048, NULL);
    bench_must(issuer != NULL && key != NULL, "an issuer and a recipient");
    const natt_bytes root = natt_issuer_root(issuer), document = make_document(issuer, key);
    natt_verified verified = NATT_VERIFIED_INIT;

    plain.server = attested.server = make_server(&root);
    plain.operation = attested.operation = "Decrypt";
    make_bodies(&plain, &attested, document);
    cold.document = cached.document = document;
    cold.options = cached.options = verify_options(&root);
    cached.cache = natt_cache_init(cache, sizeof cache, 16, 0, NULL);
    bench_must(natt_verify(&verified, document, &cold.options, NULL, NULL), "a verified document");
    cold.verified = &verified;

    struct bench_group group = {.title = "Decrypt at the local KMS, one thread"};
    bench_add(&group, "Decrypt with Recipient", run_request, &attested);
    bench_add(&group, "natt_verify, chain cached", run_verify, &cached);
    bench_add(&group, "natt_recipient_seal", run_seal, &cold);
    bench_add(&group, "Decrypt without Recipient", run_request, &plain);
    bench_add(&group, "natt_verify, no cache", run_verify, &cold);
    bench_compare(&group, 1, 0, 0);
    bench_measure(&group, &options);
    const char *const facts[] = {"processor", bench_processor(), "compiler", bench_compiler(), NULL};
    bench_report(&options, "kms_bench", facts, &group, 1);
    natt_kms_server_free(plain.server);
    natt_recipient_key_free(key);
    natt_issuer_free(issuer);
    return 0;
}
