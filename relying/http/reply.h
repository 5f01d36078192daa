/*
 * Replies of handlers, as libmicrohttpd wants them.
 */
#ifndef NATT_RELYING_HTTP_REPLY_H
#define NATT_RELYING_HTTP_REPLY_H

#include <microhttpd.h>

#include "relying/http/http.h"

/* NULL where the reply cannot be sent: no status, a header that is none, no memory. The body is the response's then. */
struct MHD_Response *natt_http_reply_response(natt_http_reply *reply, bool last);
/* Wipes and frees what the handler allocated. */
void natt_http_reply_free(natt_http_reply *reply);

#endif
