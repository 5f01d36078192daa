/* See pkcs11.h and token.h. */
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "nsm/provision/pkcs11.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/md.h>
#include <mbedtls/platform_util.h>

#include "nsm/provision/token_file.h"

#define TOKEN_FILE "token-file:"

bool natt_pkcs11_ok(CK_RV result, const char *what, natt_provision_error *err)
{
    if (result == CKR_OK)
        return true;
    (void)natt_provision_fail(err, result == CKR_HOST_MEMORY ? NATT_PROVISION_E_MEMORY : NATT_PROVISION_E_MODULE, "%s",
                              what);
    if (err != NULL)
        err->ckr = result;
    return false;
}

/*
 * nitro-attest-p11ne.so shows consumers different serial numbers, and refuses incomplete tokens. So tokens are made and
 * removed through the module behind it.
 */
static void use_module_behind(natt_pkcs11 *module)
{
    CK_FUNCTION_LIST_PTR (*behind)(void);
    *(void **)&behind = dlsym(module->library, "natt_p11ne_behind");
    if (behind != NULL)
        module->f = behind();
}

static bool load(natt_pkcs11 *module, const char *path, natt_provision_error *err)
{
    CK_C_GetFunctionList get_functions;
    module->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module->library == NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_MODULE, "%.200s", dlerror());
    *(void **)&get_functions = dlsym(module->library, "C_GetFunctionList");
    if (get_functions == NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_MODULE, "%.150s has no C_GetFunctionList", path);
    if (!natt_pkcs11_ok(get_functions(&module->f), "C_GetFunctionList", err))
        return false;
    use_module_behind(module);
    return module->f != NULL || natt_provision_fail(err, NATT_PROVISION_E_MODULE, "C_GetFunctionList returned none");
}

static bool initialize(natt_pkcs11 *module, natt_provision_error *err)
{
    CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
    return natt_pkcs11_ok(module->f->C_Initialize(&arguments), "C_Initialize", err);
}

bool natt_pkcs11_start_again(natt_pkcs11 *module, natt_provision_error *err)
{
    (void)module->f->C_Finalize(NULL);
    return initialize(module, err);
}

static bool start(natt_pkcs11 *module, const char *path, natt_provision_error *err)
{
    if (strncmp(path, TOKEN_FILE, strlen(TOKEN_FILE)) != 0)
        return load(module, path, err) && initialize(module, err);
    module->token_file = strdup(path + strlen(TOKEN_FILE));
    return module->token_file != NULL || natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
}

natt_pkcs11 *natt_pkcs11_open(const char *module_path, const char *so_pin, natt_provision_error *err)
{
    natt_provision_no_error(err);
    natt_pkcs11 *module = calloc(1, sizeof *module);
    if (module == NULL) {
        (void)natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
        return NULL;
    }
    (void)snprintf(module->so_pin, sizeof module->so_pin, "%s", so_pin);
    if (start(module, module_path, err))
        return module;
    module->f = NULL; /* nothing to finalise */
    natt_pkcs11_close(module);
    return NULL;
}

void natt_pkcs11_close(natt_pkcs11 *module)
{
    if (module == NULL)
        return;
    if (module->f != NULL)
        (void)module->f->C_Finalize(NULL);
    if (module->library != NULL)
        (void)dlclose(module->library);
    free(module->token_file);
    mbedtls_platform_zeroize(module, sizeof *module);
    free(module);
}

/* Blanks and zeros are not a number. */
natt_token_serial natt_pkcs11_serial(const CK_TOKEN_INFO *info)
{
    natt_token_serial serial = {{0}};
    _Static_assert(sizeof info->serialNumber == sizeof serial.bytes, "PKCS #11 has 16 bytes");
    bool blank = true;
    for (size_t i = 0; i < sizeof serial.bytes; i++)
        blank = blank && (info->serialNumber[i] == ' ' || info->serialNumber[i] == 0);
    if (!blank)
        memcpy(serial.bytes, info->serialNumber, sizeof serial.bytes);
    return serial;
}

bool natt_token_serial_equal(const natt_token_serial *a, const natt_token_serial *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool natt_token_serial_is_known(const natt_token_serial *serial)
{
    static const natt_token_serial unknown;
    return !natt_token_serial_equal(serial, &unknown);
}

/* The requested token: by label and serial number, or a free one of this module. */
struct wanted {
    const char *label;
    const natt_token_serial *serial;
    const natt_pkcs11 *module;
};

typedef bool natt_token_match(const CK_TOKEN_INFO *info, const struct wanted *wanted);

static bool is_initialised(const CK_TOKEN_INFO *info)
{
    return (info->flags & CKF_TOKEN_INITIALIZED) != 0;
}

/* Labels are padded with blanks [PKCS #11 3.1 CK_TOKEN_INFO]. */
static bool has_label(const CK_TOKEN_INFO *info, const char *label)
{
    size_t len = strlen(label);
    bool same = is_initialised(info) && len <= sizeof info->label && memcmp(info->label, label, len) == 0;
    for (size_t i = len; i < sizeof info->label; i++)
        same = same && info->label[i] == ' ';
    return same;
}

static bool is_named(const CK_TOKEN_INFO *info, const struct wanted *wanted)
{
    natt_token_serial serial = natt_pkcs11_serial(info);
    return (wanted->label == NULL ? is_initialised(info) : has_label(info, wanted->label)) &&
           (!natt_token_serial_is_known(wanted->serial) || natt_token_serial_equal(wanted->serial, &serial));
}

static bool is_unused(const CK_TOKEN_INFO *info, const struct wanted *wanted)
{
    (void)wanted;
    return !is_initialised(info);
}

bool natt_pkcs11_is_free(const CK_TOKEN_INFO *info)
{
    return is_initialised(info) && memcmp(info->label, NATT_TOKEN_FREE_PREFIX, strlen(NATT_TOKEN_FREE_PREFIX)) == 0;
}

static bool may_be_ours(const natt_pkcs11 *module, const CK_TOKEN_INFO *info)
{
    const natt_token_serial serial = natt_pkcs11_serial(info);
    return module->is_ours == NULL || !natt_token_serial_is_known(&serial) || module->is_ours(module->context, &serial);
}

void natt_pkcs11_set_owner(natt_pkcs11 *module, natt_token_is_ours *is_ours, const void *context)
{
    module->is_ours = is_ours;
    module->context = context;
}

/*
 * A token is not usable if its security officer has no PIN yet or cannot log in. SoftHSM leaves such a token if
 * C_InitToken is killed, and initialising it again does not repair it.
 */
static bool is_usable(const natt_pkcs11 *module, const CK_TOKEN_INFO *info)
{
    return natt_pkcs11_is_free(info) && (info->flags & (CKF_SO_PIN_LOCKED | CKF_SO_PIN_TO_BE_CHANGED)) == 0 &&
           may_be_ours(module, info);
}

static bool is_usable_of_label(const CK_TOKEN_INFO *info, const struct wanted *wanted)
{
    return has_label(info, wanted->label) && is_usable(wanted->module, info);
}

static bool is_any_usable(const CK_TOKEN_INFO *info, const struct wanted *wanted)
{
    return is_usable(wanted->module, info);
}

CK_SLOT_ID *natt_pkcs11_list(natt_pkcs11 *module, CK_ULONG *count, natt_provision_error *err)
{
    if (!natt_pkcs11_ok(module->f->C_GetSlotList(CK_TRUE, NULL, count), "C_GetSlotList", err))
        return NULL;
    CK_SLOT_ID *slots = calloc(*count + 1, sizeof *slots);
    if (slots == NULL)
        (void)natt_provision_fail(err, NATT_PROVISION_E_MEMORY, NULL);
    else if (!natt_pkcs11_ok(module->f->C_GetSlotList(CK_TRUE, slots, count), "C_GetSlotList", err)) {
        free(slots);
        slots = NULL;
    }
    return slots;
}

bool natt_pkcs11_refuse_slot(natt_pkcs11 *module, CK_SLOT_ID slot, natt_provision_error *err)
{
    if (module->refused_count < NATT_TOKEN_MAX_REFUSED)
        module->refused[module->refused_count++] = slot;
    return module->refused_count < NATT_TOKEN_MAX_REFUSED ||
           natt_provision_fail(err, NATT_PROVISION_E_TOO_MANY, "%d free tokens of the module belong to others",
                               NATT_TOKEN_MAX_REFUSED);
}

static bool was_refused(const natt_pkcs11 *module, CK_SLOT_ID slot)
{
    for (size_t i = 0; i < module->refused_count; i++)
        if (module->refused[i] == slot)
            return true;
    return false;
}

/* *found false: no token matches. */
static bool find(natt_pkcs11 *module, CK_SLOT_ID *slot, natt_token_match *matches, const struct wanted *wanted,
                 bool *found, natt_provision_error *err)
{
    CK_ULONG count = 0;
    CK_TOKEN_INFO info;
    CK_SLOT_ID *slots = natt_pkcs11_list(module, &count, err);
    *found = false;
    for (CK_ULONG i = 0; slots != NULL && i < count && !*found; i++)
        if (!was_refused(module, slots[i]) && module->f->C_GetTokenInfo(slots[i], &info) == CKR_OK &&
            matches(&info, wanted)) {
            *slot = slots[i];
            *found = true;
        }
    bool listed = slots != NULL;
    free(slots);
    return listed;
}

bool natt_token_exists(natt_pkcs11 *module, const char *label, const natt_token_serial *serial, bool *exists,
                       natt_provision_error *err)
{
    CK_SLOT_ID slot;
    const struct wanted wanted = {label, serial, module};
    if (module->token_file != NULL)
        return natt_token_file_exists(module->token_file, label, exists, err);
    return find(module, &slot, is_named, &wanted, exists, err);
}

bool natt_pkcs11_find(natt_pkcs11 *module, CK_SLOT_ID *slot, const char *label, const natt_token_serial *serial,
                      natt_provision_error *err)
{
    bool found;
    const struct wanted wanted = {label, serial, module};
    return find(module, slot, is_named, &wanted, &found, err) &&
           (found || natt_provision_fail(err, NATT_PROVISION_E_NOT_FOUND, "%.32s", label == NULL ? "" : label));
}

/* 88 bits of SHA-256: finding a second label for them is not feasible. */
void natt_pkcs11_free_label(char out[NATT_TOKEN_FREE_LABEL], const char *label)
{
    uint8_t digest[32] = {0};
    int len = snprintf(out, NATT_TOKEN_FREE_LABEL, "%s", NATT_TOKEN_FREE_PREFIX);
    (void)mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), (const uint8_t *)label, strlen(label), digest);
    for (size_t i = 0; len + 2 < NATT_TOKEN_FREE_LABEL; i++)
        len += snprintf(out + len, NATT_TOKEN_FREE_LABEL - (size_t)len, "%02x", digest[i]);
}

static bool count_usable(natt_pkcs11 *module, size_t *usable, natt_provision_error *err)
{
    CK_ULONG count = 0;
    CK_TOKEN_INFO info;
    CK_SLOT_ID *slots = natt_pkcs11_list(module, &count, err);
    bool listed = slots != NULL;
    *usable = 0;
    for (CK_ULONG i = 0; listed && i < count; i++)
        if (!was_refused(module, slots[i]) && module->f->C_GetTokenInfo(slots[i], &info) == CKR_OK)
            *usable += is_usable(module, &info) ? 1 : 0;
    free(slots);
    return listed;
}

bool natt_pkcs11_find_free(natt_pkcs11 *module, CK_SLOT_ID *slot, const char *label, natt_provision_error *err)
{
    natt_token_match *order[] = {is_usable_of_label, is_unused, is_any_usable};
    char free_label[NATT_TOKEN_FREE_LABEL];
    const struct wanted wanted = {free_label, NULL, module};
    size_t usable;
    bool found = false;
    natt_pkcs11_free_label(free_label, label);
    if (!count_usable(module, &usable, err))
        return false;
    if (usable >= NATT_TOKEN_MAX_FREE) {
        order[1] = is_any_usable;
        order[2] = is_unused;
    }
    for (size_t i = 0; i < sizeof order / sizeof order[0] && !found; i++)
        if (!find(module, slot, order[i], &wanted, &found, err))
            return false;
    return found || natt_provision_fail(err, NATT_PROVISION_E_TOO_MANY, "the module has no free slot");
}

bool natt_pkcs11_search(natt_pkcs11 *module, CK_SESSION_HANDLE session, CK_ATTRIBUTE *wanted, CK_ULONG wanted_count,
                        CK_OBJECT_HANDLE *found, CK_ULONG room, CK_ULONG *count, natt_provision_error *err)
{
    *count = 0;
    if (!natt_pkcs11_ok(module->f->C_FindObjectsInit(session, wanted, wanted_count), "C_FindObjectsInit", err))
        return false;
    CK_RV result = module->f->C_FindObjects(session, found, room, count);
    (void)module->f->C_FindObjectsFinal(session);
    return natt_pkcs11_ok(result, "C_FindObjects", err);
}
