/*
 * AWS Signature Version 4 over HTTP requests: signing (the KMS client) and verification (the local KMS) with one
 * canonical form. SHA-256 and HMAC are mbedTLS's. It neither does I/O nor reads a clock, and uses the heap inside
 * mbedTLS alone. Source: AWS IAM user guide, "Create a signed AWS API request"; where that is silent, what botocore
 * signs.
 */
#ifndef NATT_NSM_KMS_SIGV4_H
#define NATT_NSM_KMS_SIGV4_H

#include "nitro_attest/base.h"

#define NATT_SIGV4_MAX_AUTHORIZATION 4096 /* bytes, as the next two */
#define NATT_SIGV4_MAX_PATH          2048
#define NATT_SIGV4_MAX_QUERY         2048
#define NATT_SIGV4_MAX_PARAMETERS    64 /* of the query */
#define NATT_SIGV4_MAX_HEADERS       128
#define NATT_SIGV4_MAX_SECRET        256 /* bytes; AWS's have 40 */

typedef struct natt_sigv4_header {
    natt_bytes name, value;
} natt_sigv4_header;

typedef struct natt_sigv4_request {
    natt_bytes method, path; /* raw path of the request line */
    natt_bytes query;        /* raw, without "?"; absent = none */
    const natt_sigv4_header *headers;
    size_t header_count;
    natt_bytes body; /* its SHA-256 is computed here; x-amz-content-sha256, if sent, must equal it */
} natt_sigv4_request;

/* Each has the name of the KMS error that a server answers with. */
typedef enum natt_sigv4_result {
    NATT_SIGV4_OK = 0,
    NATT_SIGV4_MISSING,    /* MissingAuthenticationTokenException: no Authorization header */
    NATT_SIGV4_INCOMPLETE, /* IncompleteSignatureException: a part is missing, twice, malformed or too long */
    NATT_SIGV4_UNKNOWN,    /* UnrecognizedClientException: the access key is unknown: it is not that of `key` */
    NATT_SIGV4_TOKEN,      /* UnrecognizedClientException: the session token is not the key's */
    NATT_SIGV4_INVALID,    /* InvalidSignatureException: the signature differs */
    NATT_SIGV4_SCOPE,      /* InvalidSignatureException: wrong service, date or region in the credential scope */
    NATT_SIGV4_EXPIRED,    /* InvalidSignatureException: X-Amz-Date is outside of the window */
    NATT_SIGV4_BODY,       /* InvalidSignatureException: x-amz-content-sha256 is not the body's */
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

/* *where of a Credential with too many parts: the text explains what to do if it is a role's ARN. */
#define NATT_SIGV4_SLASH_IN_KEY "Credential is not KEY/DATE/REGION/SERVICE/aws4_request; an access key has no /"

/*
 * Reads the header: shape only, nothing is verified. *where names what is wrong ("Credential", "SignedHeaders: host is
 * missing"), in a constant text. host and x-amz-date must be among the signed headers, and every x-amz-* header sent.
 */
natt_sigv4_result natt_sigv4_parse(natt_sigv4_authorization *out, const natt_sigv4_request *request,
                                   const char **where);

/*
 * OK: `key` signed this request, within window_ms of now_ms either way, for this service; region absent = any.
 * The canonical form does not tell apart: paths that are equal without "." and ".." and doubled slashes, parameters of
 * the query in another order, "a" and "a=" there, runs of white space in headers, and a header sent twice from one with
 * a comma.
 */
natt_sigv4_result natt_sigv4_verify(const natt_sigv4_authorization *authorization, const natt_sigv4_request *request,
                                    const natt_sigv4_key *key, natt_bytes service, natt_bytes region, uint64_t now_ms,
                                    uint64_t window_ms, const char **where);

/*
 * The value of Authorization for a request that has its headers already (host, x-amz-date, x-amz-security-token among
 * them); all of them are signed but those of `unsigned_names` ("user-agent;connection"), in lower case, and
 * authorization. A NUL follows, which *len does not count. False: it does not fit, natt_sigv4_parse would not take it,
 * the token is missing, or mbedTLS failed; *len is 0 and out empty.
 */
bool natt_sigv4_sign(char *out, size_t capacity, size_t *len, const natt_sigv4_request *request,
                     const natt_sigv4_key *key, natt_bytes service, natt_bytes region, const char *unsigned_names);

/* The value of X-Amz-Date. False: behind the year 9999. */
#define NATT_SIGV4_DATE_LEN 16
bool natt_sigv4_date(char out[NATT_SIGV4_DATE_LEN + 1], uint64_t now_ms);

#endif
