/*
 * A server, a network and clocks that tests script: they replace connection.c, socket.c, tls.c and system.c.
 */
#ifndef NATT_NSM_KMS_TEST_FAKE_SERVER_H
#define NATT_NSM_KMS_TEST_FAKE_SERVER_H

#include "nsm/kms/connection.h"
#include "nsm/kms/sigv4.h"

#define FAKE_NOW        UINT64_C(1796040896000) /* 2026-11-30T12:14:56Z */
#define FAKE_ACCESS_KEY "AKIDEXAMPLE"
#define FAKE_SECRET     "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

struct fake {
    /* Both clocks advance when the client sleeps or waits. */
    uint64_t monotonic_ms, wall_ms;
    uint64_t slept_ms;
    unsigned sleeps;
    uint32_t random;

    /* The behaviour of connections. */
    natt_kms_client_code open_code; /* OK: connections open */
    unsigned open_failures;         /* number of failures; later connections open */
    uint64_t open_takes_ms;
    natt_kms_client_code send_code;
    bool stale;
    unsigned opened, closed;

    /* Called for each request, with its number from 1; it calls fake_reply, or sends no reply. */
    void (*answer)(unsigned number);
    bool keep_requests; /* the last request is in request[] */
    unsigned requests;
    uint64_t server_ahead_ms; /* of wall_ms */
    uint8_t request[524288];
    size_t request_len;
    uint8_t body_hash[32]; /* of the last request */

    /* The reply to the current request. */
    uint8_t reply[262144];
    size_t reply_len, reply_at;
    size_t piece;                      /* bytes that arrive at once; 0 = all */
    uint64_t piece_takes_ms;           /* before each piece */
    natt_kms_client_code receive_code; /* after the last byte: a failure, */
    bool closes;                       /* or the end of the stream; otherwise no more bytes arrive */
};

extern struct fake fake;

/* Resets everything, and returns options of a client: http://kms.test, three attempts, 30 s. */
void fake_begin(void);
natt_kms_client_options fake_options(void);
natt_kms_client *fake_client(void);

/* A whole response with Date, x-amzn-RequestId ("r-00001" first), and these header lines ("Name: value\r\n"). */
void fake_reply(unsigned status, const char *headers, const char *body);
/* An error of KMS, with __type and message. */
void fake_error(unsigned status, const char *name, const char *message);

/* A header's value of the last request, in a static buffer, and its body. */
const char *fake_header(const char *name);
const char *fake_body(void);
/* Verifies its signature with this secret key; the date may differ from the server's clock by 5 minutes. */
natt_sigv4_result fake_verify(const char *secret, const char *session_token);

#endif
