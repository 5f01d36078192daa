/*
 * AWS Signature Version 4 over HTTP requests: signing (the KMS client) and verification (the local KMS) with one
 * canonical form. SHA-256 and HMAC come from mbedTLS. The module performs no I/O, reads no clock, and uses the heap
 * only inside mbedTLS. Source: AWS IAM user guide, "Create a signed AWS API request"; if the guide does not specify a
 * case, what botocore signs.
 */
#ifndef NATT_NSM_KMS_SIGV4_H
#define NATT_NSM_KMS_SIGV4_H

#include "nitro_attest/base.h"

#define NATT_SIGV4_MAX_AUTHORIZATION 4096 /* bytes, like the next two */
#define NATT_SIGV4_MAX_PATH          2048
#define NATT_SIGV4_MAX_QUERY         2048
#define NATT_SIGV4_MAX_PARAMETERS    64 /* in the query */
#define NATT_SIGV4_MAX_HEADERS       128
#define NATT_SIGV4_MAX_SECRET        256 /* bytes; AWS's keys have 40 */

typedef struct natt_sigv4_header {
    natt_bytes name, value;
} natt_sigv4_header;

typedef struct natt_sigv4_request {
    natt_bytes method, path; /* raw path of the request line */
    natt_bytes query;        /* raw, without "?"; absent = none */
    const natt_sigv4_header *headers;
    size_t header_count;
    natt_bytes body; /* its SHA-256 is computed here; if x-amz-content-sha256 is sent, it must match */
} natt_sigv4_request;

/* Each result names the KMS error that a server replies with. */
typedef enum natt_sigv4_result {
    NATT_SIGV4_OK = 0,
    NATT_SIGV4_MISSING,    /* MissingAuthenticationTokenException: no Authorization header */
    NATT_SIGV4_INCOMPLETE, /* IncompleteSignatureException: a part is missing, twice, malformed or too long */
    NATT_SIGV4_UNKNOWN,    /* UnrecognizedClientException: the access key is not that of `key` */
    NATT_SIGV4_TOKEN,      /* UnrecognizedClientException: the session token does not belong to the key */
    NATT_SIGV4_INVALID,    /* InvalidSignatureException: the signature does not match */
    NATT_SIGV4_SCOPE,      /* InvalidSignatureException: wrong service, date or region in the credential scope */
    NATT_SIGV4_EXPIRED,    /* InvalidSignatureException: X-Amz-Date is outside the window */
    NATT_SIGV4_BODY,       /* InvalidSignatureException: x-amz-content-sha256 does not match the body */
    NATT_SIGV4_ERROR       /* out of memory, mbedTLS failed, a secret of more than NATT_SIGV4_MAX_SECRET bytes */
} natt_sigv4_result;

/* The content of the Authorization header; views into the request. */
typedef struct natt_sigv4_authorization {
    natt_bytes access_key, date, region, service; /* date: "20261130" */
    natt_bytes signed_headers;                    /* "content-type;host;x-amz-date;x-amz-target" */
    natt_bytes signature;                         /* 64 hexadecimal digits */
    natt_bytes amz_date;                          /* "20261130T071759Z" */
    natt_bytes session_token;                     /* absent = none */
} natt_sigv4_authorization;

typedef struct natt_sigv4_key {
    natt_bytes access_key, secret, session_token; /* token absent = none */
} natt_sigv4_key;

/* *where for a Credential with too many parts: its remedy covers the case of a role's ARN. */
#define NATT_SIGV4_SLASH_IN_KEY "Credential is not KEY/DATE/REGION/SERVICE/aws4_request; an access key has no /"

/*
 * Parses the header; nothing is verified. *where is a constant text that names the fault ("Credential", "SignedHeaders:
 * host is missing"). The signed headers must include host, x-amz-date, and every x-amz-* header that was sent.
 */
natt_sigv4_result natt_sigv4_parse(natt_sigv4_authorization *out, const natt_sigv4_request *request,
                                   const char **where);

/*
 * NATT_SIGV4_OK: `key` signed this request for this service, and its date is within window_ms of now_ms; region absent
 * = any.
 * The canonical form is the same for: paths that differ only in ".", ".." and repeated slashes; parameters of the query
 * in a different order; "a" and "a="; runs of white space in headers; and a header sent twice or once with a comma.
 */
natt_sigv4_result natt_sigv4_verify(const natt_sigv4_authorization *authorization, const natt_sigv4_request *request,
                                    const natt_sigv4_key *key, natt_bytes service, natt_bytes region, uint64_t now_ms,
                                    uint64_t window_ms, const char **where);

/*
 * Writes the value of Authorization for a request that already has its headers (including host, x-amz-date,
 * x-amz-security-token). Signs all headers except authorization and `unsigned_names` ("user-agent;connection"), which
 * are in lower case. A NUL follows, which *len does not count. Returns false if the value does not fit,
 * natt_sigv4_parse would refuse it, the token is missing, or mbedTLS failed; *len is 0 and out is empty then.
 */
bool natt_sigv4_sign(char *out, size_t capacity, size_t *len, const natt_sigv4_request *request,
                     const natt_sigv4_key *key, natt_bytes service, natt_bytes region, const char *unsigned_names);

/* Writes the value of X-Amz-Date. Returns false after the year 9999. */
#define NATT_SIGV4_DATE_LEN 16
bool natt_sigv4_date(char out[NATT_SIGV4_DATE_LEN + 1], uint64_t now_ms);

#endif
