/*
 * A local KMS: the AWS JSON 1.1 protocol with a store of keys, for development and tests of programs for enclaves. It
 * verifies attestation documents, enforces key policies, and can explain each denial. The HTTP server calls
 * natt_kms_handle with untrusted requests.
 */
#ifndef NATT_RELYING_KMS_SERVER_SERVER_H
#define NATT_RELYING_KMS_SERVER_SERVER_H

#include <stdio.h>

#include "relying/http/http.h"
#include "relying/kms/server/rate.h"

#define NATT_KMS_MAX_BODY           (512 * 1024) /* the largest valid request: a base64 document and other members */
#define NATT_KMS_DEFAULT_ACCOUNT    "111122223333"
#define NATT_KMS_DEFAULT_REGION     "us-east-1"
#define NATT_KMS_DEFAULT_AGE_MS     300000
#define NATT_KMS_DEFAULT_TIMEOUT_MS 60000 /* SDKs wait no longer for a reply */
#define NATT_KMS_MOST_KEYS          1000000
#define NATT_KMS_EXPLANATION        "x-nitro-attest-explanation"

typedef struct natt_kms_server natt_kms_server;

typedef struct natt_kms_options {
    const char *store;      /* a file, or ":memory:" */
    const char *master_key; /* a file, created if missing; NULL only with ":memory:" */
    const char *account, *region;
    const natt_bytes *roots; /* DER, at least one */
    size_t root_count;
    uint64_t max_age_ms; /* of documents */
    uint64_t timeout_ms; /* limit for making a key pair; 0: no limit */
    int64_t max_keys;    /* in any state, at most NATT_KMS_MOST_KEYS; 0: 100,000 */
    uint64_t max_rate;   /* requests per second, at most NATT_KMS_MAX_RATE; 0: no limit */
    bool allow_debug, refuse_replays;
    const char *credentials;        /* a file; NULL: signatures are not verified, and any access key is a user */
    const char *principal_policy;   /* a file: for principals without a policy in `credentials`; NULL: everything is
                                     * allowed */
    FILE *log;                      /* NULL: no log */
    bool log_json;                  /* one JSON object per line instead of text */
    bool explain_replies;           /* denials carry their reason in the header NATT_KMS_EXPLANATION */
    uint64_t (*now_ms)(void);       /* NULL: the system's clock */
    uint64_t (*monotonic_ms)(void); /* NULL: the system's monotonic clock; for timeout_ms and max_rate */
} natt_kms_options;

typedef enum natt_kms_error_kind { NATT_KMS_ERROR_USAGE, NATT_KMS_ERROR_SYSTEM } natt_kms_error_kind;

typedef struct natt_kms_error {
    natt_kms_error_kind kind;
    char text[512];   /* what is wrong */
    const char *hint; /* what to do; constant, may be "" */
} natt_kms_error;

/* NULL, and *err: an option or a file is wrong, or a file cannot be opened. Data that options point to are copied. */
natt_kms_server *natt_kms_server_new(const natt_kms_options *options, natt_kms_error *err);
/* Call it after the last request has ended. */
void natt_kms_server_free(natt_kms_server *server);

typedef struct natt_kms_added_key {
    char arn[128];     /* of the alias's key, new or existing */
    bool made;         /* false: the alias existed */
    bool other_policy; /* an existing key has a different policy; the call has failed */
} natt_kms_added_key;

/* Creates a symmetric key of this alias with this policy, unless the alias exists and its key has the same policy. An
 * existing key keeps its policy: callers may have changed it with PutKeyPolicy. */
bool natt_kms_server_add_key(natt_kms_server *server, const char *alias, natt_bytes policy, natt_kms_added_key *out,
                             natt_kms_error *err);

/* A natt_http_handler; context is the server. Any number of threads may call it at once. */
void natt_kms_handle(void *server, const natt_http_request *request, natt_http_reply *reply);

#endif
