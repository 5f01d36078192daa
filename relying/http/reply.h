/*
 * Converts replies of handlers for libmicrohttpd.
 */
#ifndef NATT_RELYING_HTTP_REPLY_H
#define NATT_RELYING_HTTP_REPLY_H

#include <microhttpd.h>

#include "relying/http/http.h"

/* NULL if the reply cannot be sent: invalid status, invalid header, out of memory. On success the response owns the
 * body. */
struct MHD_Response *natt_http_reply_response(natt_http_reply *reply, bool last);
/* Wipes and frees the handler's allocations. */
void natt_http_reply_free(natt_http_reply *reply);

#endif
