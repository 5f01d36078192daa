/* One request and its response over a persistent connection; see client.h. */
#include <mbedtls/platform_util.h>

#include "nsm/kms/client.h"
#include "nsm/kms/error.h"

#define PIECE 4096 /* bytes read at once */

void natt_kms_client_disconnect(natt_kms_client *client)
{
    natt_connection_close(client->connection);
    client->connection = NULL;
    client->was_used = false;
}

bool natt_kms_client_connect(natt_kms_client *client, uint64_t deadline_ms, natt_kms_client_error *err)
{
    if (client->connection != NULL && natt_connection_is_stale(client->connection))
        natt_kms_client_disconnect(client);
    if (client->connection == NULL)
        client->connection = natt_connection_open(&client->address, &client->endpoint, client->tls, deadline_ms, err);
    return client->connection != NULL;
}

static bool fail_response(natt_http_response_result result, const natt_http_response *response,
                          natt_kms_client_error *err)
{
    if (result == NATT_HTTP_RESPONSE_TOO_LARGE)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_HTTP_TOO_LARGE, NULL);
    if (result == NATT_HTTP_RESPONSE_TRUNCATED)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_HTTP_TRUNCATED, NULL);
    return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_HTTP_MALFORMED, response->where);
}

/* *rest: unexpected bytes after the response. */
static bool receive(natt_kms_client *client, uint8_t *piece, size_t *rest, uint64_t deadline_ms,
                    natt_kms_client_error *err)
{
    natt_http_response_result result = NATT_HTTP_RESPONSE_MORE;
    *rest = 0;
    while (result == NATT_HTTP_RESPONSE_MORE) {
        size_t len = 0, used = 0;
        if (!natt_connection_receive(client->connection, piece, PIECE, &len, deadline_ms, err))
            return false;
        if (len == 0) {
            result = natt_http_response_end(&client->response);
            break;
        }
        result = natt_http_response_feed(&client->response, (natt_bytes){piece, len}, &used);
        *rest = len - used;
    }
    return result == NATT_HTTP_RESPONSE_DONE || fail_response(result, &client->response, err);
}

bool natt_kms_client_exchange(natt_kms_client *client, natt_bytes request, uint64_t deadline_ms,
                              natt_kms_client_error *err)
{
    uint8_t piece[PIECE];
    size_t rest = 0;
    client->was_used = true;
    natt_http_response_init(&client->response, client->body, sizeof client->body);
    bool ok = natt_connection_send(client->connection, request, deadline_ms, err) &&
              receive(client, piece, &rest, deadline_ms, err);
    if (!ok || rest > 0 || !client->response.keep_alive)
        natt_kms_client_disconnect(client);
    mbedtls_platform_zeroize(piece, sizeof piece); /* a server that ignores Recipient may send plaintexts */
    return ok;
}
