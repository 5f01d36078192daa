/*
 * RPC requests, as bytes of a connection and as a body alone [nsm/provision/rpc_frame.h, rpc.h]. The first byte of the
 * label chooses how tokens and KMS behave.
 * Properties: a complete frame ends with its input, and each shorter prefix needs more input; a reply is JSON with Ok
 * or Err; neither the reply nor the log contains the request's PIN or credentials.
 */
#include <inttypes.h>

#include <jansson.h>

#include "fuzz/property.h"
#include "nsm/provision/rpc.h"
#include "nsm/provision/rpc_frame.h"

#define MARK "hunter2" /* also in the dictionary */

static uint64_t executions, frames, replies, errors, marked;

static void print_counts(void)
{
    (void)fprintf(stderr,
                  "provision_rpc: %" PRIu64 " executions, frames %" PRIu64 ", replies %" PRIu64 ", errors %" PRIu64
                  ", with a mark %" PRIu64 "\n",
                  executions, frames, replies, errors, marked);
}

/* Replaces the provisioner of provision.c. */
struct natt_provisioner {
    natt_state_key key;
};

natt_provisioner *natt_provisioner_open(const natt_provision_options *options, natt_provision_error *err)
{
    static const uint8_t wrapped[] = {1};
    natt_provisioner *p = calloc(1, sizeof *p);
    MUST(p != NULL && options->folder[0] == '/');
    p->key.row = (natt_database_key){{wrapped, 1}, 255, "a;\"key", {NULL, 0}};
    natt_provision_no_error(err);
    return p;
}

void natt_provisioner_close(natt_provisioner *p)
{
    free(p);
}

/* A label with an odd first byte fails, with an error code that this byte selects. */
static bool outcome(const char *label, const char *pin, natt_provision_error *err)
{
    MUST(label != NULL && pin != NULL);
    const unsigned code = (uint8_t)label[0] % (NATT_PROVISION_E_MEMORY + 1u);
    return code % 2 == 0 || natt_provision_fail(err, (natt_provision_code)code, "%s", label);
}

static bool outcome_of_keys(const char *label, const char *pin, const natt_database_key *keys, size_t count,
                            natt_provision_error *err)
{
    MUST((keys == NULL) == (count == 0) && count <= NATT_DATABASE_MAX_KEYS);
    for (size_t i = 0; i < count; i++)
        MUST(keys[i].id <= 255 && keys[i].wrapped.len > 0 && keys[i].label[0] != '\0');
    return outcome(label, pin, err);
}

bool natt_provision_add(natt_provisioner *p, const char *label, const char *pin, const natt_database_key *keys,
                        size_t count, natt_provision_error *err)
{
    (void)p;
    return outcome_of_keys(label, pin, keys, count, err);
}

bool natt_provision_update(natt_provisioner *p, const char *label, const char *pin, const natt_database_key *keys,
                           size_t count, bool *changed, natt_provision_error *err)
{
    (void)p;
    *changed = true;
    return outcome_of_keys(label, pin, keys, count, err);
}

bool natt_provision_refresh(natt_provisioner *p, const char *label, const char *pin, natt_provision_error *err)
{
    (void)p;
    return outcome(label, pin, err);
}

bool natt_provision_remove(natt_provisioner *p, const char *label, const char *pin, natt_provision_error *err)
{
    (void)p;
    return outcome(label, pin, err);
}

static natt_provision_description description(natt_provisioner *p, const char *label)
{
    natt_provision_description out = {.slot = 127, .ttl_s = UINT32_MAX, .key_count = 1, .keys = &p->key};
    size_t len = strlen(label);
    memcpy(out.label, label, len < NATT_TOKEN_MAX_LABEL ? len : 0);
    return out;
}

bool natt_provision_describe(natt_provisioner *p, natt_provision_description *out, const char *label, const char *pin,
                             natt_provision_error *err)
{
    *out = description(p, label);
    return outcome(label, pin, err);
}

size_t natt_provision_list(natt_provisioner *p, natt_provision_description out[NATT_TOKEN_MAX])
{
    out[0] = description(p, "a");
    return 1;
}

/* Leaves what a client may see again: the request without its secrets. */
static void remove_secrets(json_t *value)
{
    static const char *const names[] = {"pin",    "access_key_id",     "secret_access_key", "session_token",
                                        "region", "encrypted_pem_b64", "cert_pem"};
    const char *name;
    json_t *inner;
    void *next;
    size_t i;
    for (i = 0; json_is_object(value) && i < sizeof names / sizeof names[0]; i++)
        (void)json_object_del(value, names[i]);
    json_object_foreach_safe(value, next, name, inner)
    {
        remove_secrets(inner);
    }
    json_array_foreach(value, i, inner)
    {
        remove_secrets(inner);
    }
}

static void check_secrets(natt_bytes body, const char *reply, const natt_rpc_outcome *out)
{
    char log[4096];
    json_t *request = json_loadb((const char *)body.ptr, body.len, JSON_DECODE_ANY, NULL);
    remove_secrets(request);
    char *shown = request == NULL ? NULL : json_dumps(request, JSON_ENCODE_ANY);
    (void)natt_provision_error_format(log, sizeof log, &out->error);
    if (shown != NULL && strstr(shown, MARK) == NULL) {
        marked++;
        MUST(strstr(reply, MARK) == NULL && strstr(log, MARK) == NULL && strstr(out->label, MARK) == NULL);
    }
    free(shown);
    json_decref(request);
}

static void check_body(natt_bytes body)
{
    static const natt_provision_options options = {.folder = "/", .module = "", .lifetime_s = 1};
    natt_rpc_outcome out;
    char *reply = natt_rpc_handle(&out, &options, body);
    if (reply == NULL)
        return;
    json_t *json = json_loads(reply, JSON_REJECT_DUPLICATES, NULL);
    MUST(json_object_size(json) == 1 && out.operation[0] != '\0');
    MUST((json_object_get(json, "Err") != NULL) == (out.error.code != NATT_PROVISION_OK));
    MUST((json_object_get(json, "Ok") != NULL) == (out.error.code == NATT_PROVISION_OK));
    check_secrets(body, reply, &out);
    replies++;
    errors += out.error.code != NATT_PROVISION_OK ? 1 : 0;
    json_decref(json);
    free(reply);
}

static void check_frame(natt_bytes bytes, const natt_rpc_frame *frame)
{
    natt_rpc_frame prefix;
    frames++;
    MUST(fuzz_inside(bytes, frame->body) && frame->body.ptr + frame->body.len == bytes.ptr + bytes.len);
    for (size_t len = 0; len < bytes.len; len += 1 + len / 8)
        MUST(natt_rpc_frame_parse(&prefix, (natt_bytes){bytes.ptr, len}) == NATT_RPC_FRAME_MORE);
    check_body(frame->body);
}

/* A malformed request without a Host gets no reply; a reply that is written fits. */
static void check_refusal(natt_bytes bytes, const char *why)
{
    char text[NATT_RPC_MAX_REFUSAL];
    unsigned status;
    natt_rpc_frame_state state = natt_rpc_refusal(&status, &why, bytes);
    MUST(status == 0 || (state == NATT_RPC_FRAME_DONE && (status == 400 || status == 404 || status == 405)));
    MUST(status == 0 || natt_rpc_refusal_write(text, status, why) < sizeof text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_rpc_frame frame;
    if (executions++ == 0 && getenv("NATT_FUZZ_COUNTS") != NULL)
        (void)atexit(print_counts);
    natt_rpc_frame_state state = natt_rpc_frame_parse(&frame, (natt_bytes){data, size});
    MUST((state == NATT_RPC_FRAME_MALFORMED) == (frame.where != NULL));
    if (state == NATT_RPC_FRAME_MALFORMED)
        check_refusal((natt_bytes){data, size}, frame.where);
    if (state == NATT_RPC_FRAME_DONE)
        check_frame((natt_bytes){data, size}, &frame);
    else if (size > 0)
        check_body((natt_bytes){data, size});
    return 0;
}
