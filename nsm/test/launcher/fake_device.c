/* See fake_device.h. If the order of keys matters, it is that of the genuine device. */
#define _GNU_SOURCE
#include "nsm/test/launcher/fake_device.h"

#include <cbor.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "nitro_attest/issuer.h"
#include "nsm/issuer/issuer_keys.h"

#define PCRS 32
#define BOOT 16 /* 0..15 are locked at first */

struct fake_device {
    struct fake_device_options options;
    pthread_mutex_t lock; /* protects all members below: one request at a time */
    uint8_t pcr[PCRS][48];
    bool locked[PCRS];
    natt_issuer *issuer;
};

/* --- libcbor, shorter --- */

static bool is_text(const cbor_item_t *item, const char *text)
{
    return item != NULL && cbor_isa_string(item) && cbor_string_is_definite(item) &&
           cbor_string_length(item) == strlen(text) && memcmp(cbor_string_handle(item), text, strlen(text)) == 0;
}

static cbor_item_t *find(const cbor_item_t *map, const char *key)
{
    for (size_t i = 0; i < cbor_map_size(map); i++)
        if (is_text(cbor_map_handle(map)[i].key, key))
            return cbor_map_handle(map)[i].value;
    return NULL;
}

static void add(cbor_item_t *map, const char *key, cbor_item_t *value)
{
    bool ok = cbor_map_add(map, (struct cbor_pair){cbor_move(cbor_build_string(key)), cbor_move(value)});
    if (!ok)
        abort();
}

static cbor_item_t *number(uint64_t value)
{
    if (value < 256)
        return cbor_build_uint8((uint8_t)value);
    return cbor_build_uint16((uint16_t)value);
}

static cbor_item_t *wrapped(const char *name, cbor_item_t *content)
{
    cbor_item_t *map = cbor_new_definite_map(1);
    add(map, name, content);
    return map;
}

static cbor_item_t *refused(const char *error)
{
    return wrapped("Error", cbor_build_string(error));
}

/* Distinguishes absent, null and wrong values. */
static bool bytes_of(const cbor_item_t *map, const char *key, natt_bytes *out)
{
    const cbor_item_t *item = find(map, key);
    *out = (natt_bytes){NULL, 0};
    if (item == NULL || cbor_is_null(item))
        return true;
    if (!cbor_isa_bytestring(item) || !cbor_bytestring_is_definite(item))
        return false;
    *out = (natt_bytes){cbor_bytestring_handle(item), cbor_bytestring_length(item)};
    return true;
}

static bool number_of(const cbor_item_t *map, const char *key, uint64_t *out)
{
    const cbor_item_t *item = find(map, key);
    if (item == NULL || !cbor_isa_uint(item))
        return false;
    *out = cbor_get_int(item);
    return true;
}

/* --- the seven requests --- */

static cbor_item_t *describe_pcr(struct fake_device *device, const cbor_item_t *in)
{
    uint64_t index;
    if (!number_of(in, "index", &index))
        return refused("InvalidOperation");
    if (index >= PCRS)
        return refused("InvalidIndex");
    cbor_item_t *out = cbor_new_definite_map(2);
    add(out, "lock", cbor_build_bool(device->locked[index]));
    add(out, "data", cbor_build_bytestring(device->pcr[index], 48));
    return wrapped("DescribePCR", out);
}

static cbor_item_t *extend_pcr(struct fake_device *device, const cbor_item_t *in)
{
    uint64_t index;
    natt_bytes data;
    uint8_t both[48 + 4096];
    if (!number_of(in, "index", &index) || !bytes_of(in, "data", &data) || data.ptr == NULL || data.len > 4096)
        return refused("InvalidOperation");
    if (index >= PCRS)
        return refused("InvalidIndex");
    if (device->locked[index])
        return refused("ReadOnlyIndex");
    memcpy(both, device->pcr[index], 48);
    memcpy(both + 48, data.ptr, data.len);
    if (natt_issuer_sha384(device->pcr[index], (natt_bytes){both, 48 + data.len}) != NULL)
        return refused("InternalError");
    cbor_item_t *out = cbor_new_definite_map(1);
    add(out, "data", cbor_build_bytestring(device->pcr[index], 48));
    return wrapped("ExtendPCR", out);
}

static cbor_item_t *lock_pcr(struct fake_device *device, const cbor_item_t *in)
{
    uint64_t index;
    if (!number_of(in, "index", &index))
        return refused("InvalidOperation");
    if (index >= PCRS)
        return refused("InvalidIndex");
    if (device->locked[index])
        return refused("ReadOnlyIndex");
    device->locked[index] = true;
    return cbor_build_string("LockPCR");
}

static cbor_item_t *lock_pcrs(struct fake_device *device, const cbor_item_t *in)
{
    uint64_t range;
    if (!number_of(in, "range", &range))
        return refused("InvalidOperation");
    if (range > PCRS)
        return refused("InvalidIndex");
    for (uint64_t i = 0; i < range; i++)
        device->locked[i] = true;
    return cbor_build_string("LockPCRs");
}

static cbor_item_t *locked_list(const struct fake_device *device)
{
    size_t count = 0;
    for (size_t i = 0; i < PCRS; i++)
        count += device->locked[i];
    cbor_item_t *list = cbor_new_definite_array(count);
    for (size_t i = 0; i < PCRS; i++)
        if (device->locked[i] && !cbor_array_push(list, cbor_move(number(i))))
            abort();
    return list;
}

static cbor_item_t *describe_nsm(struct fake_device *device)
{
    cbor_item_t *out = cbor_new_definite_map(7);
    add(out, "version_major", number(1));
    add(out, "version_minor", number(0));
    add(out, "version_patch", number(0));
    add(out, "module_id", cbor_build_string(natt_issuer_module_id(device->issuer)));
    add(out, "max_pcrs", number(PCRS));
    add(out, "locked_pcrs", locked_list(device));
    add(out, "digest", cbor_build_string("SHA384"));
    return wrapped("DescribeNSM", out);
}

static cbor_item_t *attestation(struct fake_device *device, const cbor_item_t *in)
{
    natt_issue_pcr pcrs[PCRS];
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    uint8_t document[NATT_MAX_DOCUMENT];
    natt_emulator_error err;
    size_t len;
    if (!bytes_of(in, "user_data", &request.user_data) || !bytes_of(in, "nonce", &request.nonce) ||
        !bytes_of(in, "public_key", &request.public_key))
        return refused("InvalidOperation");
    for (uint32_t i = 0; i < PCRS; i++)
        if (device->locked[i])
            pcrs[request.pcr_count++] = (natt_issue_pcr){i, {device->pcr[i], 48}};
    request.pcrs = pcrs;
    request.only_these_pcrs = true;
    if (!natt_issue(device->issuer, document, sizeof document, &len, &request, &err))
        return refused("InternalError");
    cbor_item_t *out = cbor_new_definite_map(1);
    add(out, "document", cbor_build_bytestring(document, len));
    return wrapped("Attestation", out);
}

static cbor_item_t *get_random(void)
{
    uint8_t random[256];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return refused("InternalError");
    cbor_item_t *out = cbor_new_definite_map(1);
    add(out, "random", cbor_build_bytestring(random, sizeof random));
    return wrapped("GetRandom", out);
}

/* --- one request --- */

static cbor_item_t *answer_struct(struct fake_device *device, const cbor_item_t *name, const cbor_item_t *content)
{
    static const struct {
        const char *name;
        cbor_item_t *(*answer)(struct fake_device *device, const cbor_item_t *in);
    } requests[] = {{"DescribePCR", describe_pcr},
                    {"ExtendPCR", extend_pcr},
                    {"LockPCR", lock_pcr},
                    {"LockPCRs", lock_pcrs},
                    {"Attestation", attestation}};
    for (size_t i = 0; cbor_isa_map(content) && i < sizeof requests / sizeof requests[0]; i++)
        if (is_text(name, requests[i].name))
            return requests[i].answer(device, content);
    return refused("InvalidOperation");
}

static cbor_item_t *answer(struct fake_device *device, const cbor_item_t *request)
{
    if (is_text(request, "DescribeNSM"))
        return describe_nsm(device);
    if (is_text(request, "GetRandom"))
        return get_random();
    if (request == NULL || !cbor_isa_map(request) || cbor_map_size(request) != 1)
        return refused("InvalidOperation");
    return answer_struct(device, cbor_map_handle(request)->key, cbor_map_handle(request)->value);
}

static bool is_attestation(const cbor_item_t *request)
{
    return request != NULL && cbor_isa_map(request) && find(request, "Attestation") != NULL;
}

static void pause_for(unsigned ms)
{
    struct timespec span = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&span, NULL);
}

static int exchange(void *context, const uint8_t *request, size_t request_len, uint8_t *response, size_t capacity,
                    size_t *response_len)
{
    struct fake_device *device = context;
    struct cbor_load_result loaded;
    if (device->options.error != 0)
        return device->options.error;
    cbor_item_t *in = cbor_load(request, request_len, &loaded);
    if (is_attestation(in))
        pause_for(device->options.attestation_delay_ms);
    pthread_mutex_lock(&device->lock);
    cbor_item_t *out = answer(device, in);
    pthread_mutex_unlock(&device->lock);
    *response_len = cbor_serialize(out, response, capacity);
    cbor_decref(&out);
    if (in != NULL)
        cbor_decref(&in);
    return *response_len > 0 ? 0 : EIO;
}

natt_nsm_transport fake_device_transport(struct fake_device *device)
{
    return (natt_nsm_transport){device, exchange, NULL};
}

struct fake_device *fake_device_new(struct fake_device_options options)
{
    natt_issuer_options issuer = NATT_ISSUER_OPTIONS_INIT;
    struct fake_device *device = calloc(1, sizeof *device);
    natt_emulator_error err;
    if (device == NULL)
        return NULL;
    device->options = options;
    pthread_mutex_init(&device->lock, NULL);
    memset(device->locked, true, BOOT);
    issuer.now_ms = (uint64_t)time(NULL) * 1000;
    device->issuer = natt_issuer_new(&issuer, &err);
    if (device->issuer != NULL)
        return device;
    free(device);
    return NULL;
}

void fake_device_free(struct fake_device *device)
{
    natt_issuer_free(device->issuer);
    pthread_mutex_destroy(&device->lock);
    free(device);
}
