/* See session.h. */
#include "nsm/provision/test/tls/session.h"

#include <dlfcn.h>
#include <stdint.h>
#include <string.h>

#define MAX_SLOTS 256

static CK_RV load(struct session *s, const char *path)
{
    CK_C_GetFunctionList get_functions = NULL;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library != NULL)
        *(void **)&get_functions = dlsym(library, "C_GetFunctionList");
    if (get_functions == NULL)
        return CKR_GENERAL_ERROR;
    CK_RV result = get_functions(&s->f);
    return result == CKR_OK ? s->f->C_Initialize(NULL) : result;
}

static bool has_label(const CK_TOKEN_INFO *info, const char *label)
{
    size_t len = strlen(label);
    return len <= sizeof info->label && memcmp(info->label, label, len) == 0 &&
           (len == sizeof info->label || info->label[len] == ' ');
}

static CK_RV find_slot(struct session *s, CK_SLOT_ID *slot, const char *label)
{
    CK_SLOT_ID slots[MAX_SLOTS];
    CK_ULONG count = MAX_SLOTS;
    CK_TOKEN_INFO info;
    CK_RV result = s->f->C_GetSlotList(CK_TRUE, slots, &count);
    for (CK_ULONG i = 0; result == CKR_OK && i < count; i++)
        if (s->f->C_GetTokenInfo(slots[i], &info) == CKR_OK && has_label(&info, label)) {
            *slot = slots[i];
            return CKR_OK;
        }
    return result == CKR_OK ? CKR_TOKEN_NOT_PRESENT : result;
}

CK_RV session_reopen(struct session *s, const char *label, const char *pin)
{
    CK_SLOT_ID slot;
    CK_RV result = find_slot(s, &slot, label);
    if (result == CKR_OK)
        result = s->f->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &s->handle);
    if (result == CKR_OK)
        result = s->f->C_Login(s->handle, CKU_USER, (CK_UTF8CHAR *)(uintptr_t)pin, strlen(pin));
    return result;
}

CK_RV session_open(struct session *s, const char *module, const char *label, const char *pin)
{
    CK_RV result = load(s, module);
    return result == CKR_OK ? session_reopen(s, label, pin) : result;
}

CK_RV session_find(struct session *s, CK_OBJECT_HANDLE *key, const char *label)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &class, sizeof class}, {CKA_LABEL, (void *)(uintptr_t)label, strlen(label)}};
    CK_ULONG count = 0;
    CK_RV result = s->f->C_FindObjectsInit(s->handle, wanted, 2);
    if (result == CKR_OK)
        result = s->f->C_FindObjects(s->handle, key, 1, &count);
    (void)s->f->C_FindObjectsFinal(s->handle);
    return result == CKR_OK && count == 0 ? CKR_OBJECT_HANDLE_INVALID : result;
}

CK_RV session_sign(struct session *s, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key, const void *in, size_t len,
                   unsigned char *out, CK_ULONG *out_len)
{
    static unsigned char nothing[1];
    CK_RV result = s->f->C_SignInit(s->handle, mechanism, key);
    if (result == CKR_OK)
        result = s->f->C_Sign(s->handle, len == 0 ? nothing : (CK_BYTE *)(uintptr_t)in, len, out, out_len);
    return result;
}
