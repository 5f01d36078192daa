/*
 * Frames of the RPC: POST /rpc/v1 with a JSON body, one request per connection. The genuine client sends two headers,
 * and accepts only a reply that begins with "200 OK", without a protocol version, and has the same two headers. HTTP
 * libraries cannot write this form. Ordinary HTTP clients, which send Host, get an ordinary HTTP/1.1 reply.
 */
#ifndef NATT_NSM_PROVISION_RPC_FRAME_H
#define NATT_NSM_PROVISION_RPC_FRAME_H

#include <nitro_attest/base.h>

#define NATT_RPC_MAX_HEAD 8192  /* bytes of a request's head; the genuine server accepts 1024 */
#define NATT_RPC_MAX_BODY 65536 /* bytes of a body, as in the genuine server */

typedef enum natt_rpc_frame_state {
    NATT_RPC_FRAME_MORE = 0, /* incomplete: read more */
    NATT_RPC_FRAME_DONE,
    NATT_RPC_FRAME_MALFORMED /* natt_rpc_refusal has the status of the reply */
} natt_rpc_frame_state;

typedef struct natt_rpc_frame {
    natt_bytes body;    /* a view into what was read */
    bool ordinary_http; /* the client sent more than the two headers */
    const char *where;  /* of MALFORMED: a constant text */
} natt_rpc_frame;

/* bytes: all bytes read so far. Bytes after the frame are malformed. */
natt_rpc_frame_state natt_rpc_frame_parse(natt_rpc_frame *out, natt_bytes bytes);

/*
 * The reply to a malformed request: the genuine client gets none, since the genuine server sends none. Clients of
 * HTTP/1.1 are recognised by their Host, and get 404, 405 or 400. MORE: the head is incomplete, and may come from such
 * a client. *status is 0 if there is no reply. *why is a constant text; on entry it is `where` of the frame.
 */
natt_rpc_frame_state natt_rpc_refusal(unsigned *status, const char **why, natt_bytes bytes);

/* The whole reply; returns its length. */
#define NATT_RPC_MAX_REFUSAL 256
size_t natt_rpc_refusal_write(char out[NATT_RPC_MAX_REFUSAL], unsigned status, const char *why);

/* The head of a reply whose body has body_len bytes; returns its length. */
#define NATT_RPC_MAX_REPLY_HEAD 128
size_t natt_rpc_reply_head(char out[NATT_RPC_MAX_REPLY_HEAD], size_t body_len, bool ordinary_http);

#endif
