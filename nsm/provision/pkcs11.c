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

static bool load(natt_pkcs11 *module, const char *path, natt_provision_error *err)
{
    CK_C_GetFunctionList get_functions;
    module->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module->library == NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_MODULE, "%.200s", dlerror());
    *(void **)&get_functions = dlsym(module->library, "C_GetFunctionList");
    if (get_functions == NULL)
        return natt_provision_fail(err, NATT_PROVISION_E_MODULE, "%.150s has no C_GetFunctionList", path);
    return natt_pkcs11_ok(get_functions(&module->f), "C_GetFunctionList", err) &&
           (module->f != NULL || natt_provision_fail(err, NATT_PROVISION_E_MODULE, "C_GetFunctionList gave none"));
}

static bool start(natt_pkcs11 *module, const char *path, natt_provision_error *err)
{
    CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
    if (strncmp(path, TOKEN_FILE, strlen(TOKEN_FILE)) != 0)
        return load(module, path, err) && natt_pkcs11_ok(module->f->C_Initialize(&arguments), "C_Initialize", err);
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

/* Which token is asked for: by its label, or a free one. */
typedef bool natt_token_match(const CK_TOKEN_INFO *info, const char *label);

/* Labels are padded with blanks [PKCS #11 3.1 CK_TOKEN_INFO]. */
static bool has_label(const CK_TOKEN_INFO *info, const char *label)
{
    size_t len = strlen(label);
    bool same =
        (info->flags & CKF_TOKEN_INITIALIZED) != 0 && len <= sizeof info->label && memcmp(info->label, label, len) == 0;
    for (size_t i = len; i < sizeof info->label; i++)
        same = same && info->label[i] == ' ';
    return same;
}

static bool is_unused(const CK_TOKEN_INFO *info, const char *label)
{
    (void)label;
    return (info->flags & CKF_TOKEN_INITIALIZED) == 0;
}

static bool is_free(const CK_TOKEN_INFO *info, const char *label)
{
    (void)label;
    return (info->flags & CKF_TOKEN_INITIALIZED) != 0 &&
           memcmp(info->label, NATT_TOKEN_FREE_PREFIX, strlen(NATT_TOKEN_FREE_PREFIX)) == 0;
}

/* The list is read anew: a module may move a token to another slot when it is initialised. */
static CK_SLOT_ID *list_slots(natt_pkcs11 *module, CK_ULONG *count, natt_provision_error *err)
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

/* *found false: no token matches. */
static bool find(natt_pkcs11 *module, CK_SLOT_ID *slot, natt_token_match *matches, const char *label, bool *found,
                 natt_provision_error *err)
{
    CK_ULONG count = 0;
    CK_TOKEN_INFO info;
    CK_SLOT_ID *slots = list_slots(module, &count, err);
    *found = false;
    for (CK_ULONG i = 0; slots != NULL && i < count && !*found; i++)
        if (module->f->C_GetTokenInfo(slots[i], &info) == CKR_OK && matches(&info, label)) {
            *slot = slots[i];
            *found = true;
        }
    bool listed = slots != NULL;
    free(slots);
    return listed;
}

bool natt_token_exists(natt_pkcs11 *module, const char *label, bool *exists, natt_provision_error *err)
{
    CK_SLOT_ID slot;
    if (module->token_file != NULL)
        return natt_token_file_exists(module->token_file, label, exists, err);
    return find(module, &slot, has_label, label, exists, err);
}

bool natt_pkcs11_find(natt_pkcs11 *module, CK_SLOT_ID *slot, const char *label, natt_provision_error *err)
{
    bool found;
    return find(module, slot, has_label, label, &found, err) &&
           (found || natt_provision_fail(err, NATT_PROVISION_E_NOT_FOUND, "%.32s", label));
}

/* 88 bits of SHA-256: nobody finds a second label for them. */
void natt_pkcs11_free_label(char out[NATT_TOKEN_FREE_LABEL], const char *label)
{
    uint8_t digest[32] = {0};
    int len = snprintf(out, NATT_TOKEN_FREE_LABEL, "%s", NATT_TOKEN_FREE_PREFIX);
    (void)mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), (const uint8_t *)label, strlen(label), digest);
    for (size_t i = 0; len + 2 < NATT_TOKEN_FREE_LABEL; i++)
        len += snprintf(out + len, NATT_TOKEN_FREE_LABEL - (size_t)len, "%02x", digest[i]);
}

bool natt_pkcs11_find_free(natt_pkcs11 *module, CK_SLOT_ID *slot, const char *label, natt_provision_error *err)
{
    static natt_token_match *const order[] = {has_label, is_unused, is_free};
    char wanted[NATT_TOKEN_FREE_LABEL];
    bool found = false;
    natt_pkcs11_free_label(wanted, label);
    for (size_t i = 0; i < sizeof order / sizeof order[0] && !found; i++)
        if (!find(module, slot, order[i], wanted, &found, err))
            return false;
    return found || natt_provision_fail(err, NATT_PROVISION_E_TOO_MANY, "the module has no free slot");
}
