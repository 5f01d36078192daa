/*
 * A PKCS #11 module in front of another one. Tokens of nitro-attest provision appear like those of ACM for Nitro
 * Enclaves, so that configuration with pkcs11:model=p11ne-token;manufacturer=Amazon;serial=EVT05;... matches unchanged.
 * The module refuses keys of tokens that have expired or were removed (refuse.h). By environment:
 *   NITRO_ATTEST_P11NE_MODULE  path of the other module
 *   NITRO_ATTEST_P11NE_STATE   directory of --state, which has the tokens and their slots; without it tokens are
 *   unchanged, and nothing is refused
 * Tokens of others do not change. The module needs no attestation and has no secrets.
 */
#define _GNU_SOURCE /* dladdr, secure_getenv */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nsm/provision/forward/refuse.h"
#include "nsm/provision/forward/tokens.h"

#define MODULE "NITRO_ATTEST_P11NE_MODULE"

static CK_FUNCTION_LIST functions; /* the other module's, some replaced; version 0.0 = not loaded */
static CK_FUNCTION_LIST_PTR theirs;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* PKCS #11 pads with spaces, without a NUL. */
static void pad(CK_UTF8CHAR *out, size_t len, const char *text)
{
    memset(out, ' ', len);
    memcpy(out, text, strlen(text) < len ? strlen(text) : len);
}

static CK_RV get_token_info(CK_SLOT_ID id, CK_TOKEN_INFO_PTR info)
{
    char serial[sizeof "EVTXX"];
    CK_RV result = theirs->C_GetTokenInfo(id, info);
    int slot = result == CKR_OK ? natt_p11ne_slot(info) : -1;
    if (slot < 0)
        return result;
    (void)snprintf(serial, sizeof serial, "EVT%02X", (unsigned)slot & 0xff);
    pad(info->model, sizeof info->model, "p11ne-token");
    pad(info->manufacturerID, sizeof info->manufacturerID, "Amazon");
    pad(info->serialNumber, sizeof info->serialNumber, serial);
    return CKR_OK;
}

static void explain(const char *what, const char *why)
{
    (void)fprintf(stderr, "nitro-attest-p11ne: %s%s%s\n", what, why == NULL ? "" : ": ", why == NULL ? "" : why);
}

/* Compares load addresses: the dynamic loader loads a file only once, under any of its names. */
static int is_this_module(CK_C_GetFunctionList get)
{
    Dl_info this, other;
    return dladdr(&functions, &this) != 0 && dladdr(*(void **)&get, &other) != 0 && this.dli_fbase == other.dli_fbase;
}

static void load(void)
{
    CK_C_GetFunctionList get = NULL;
    const char *path = secure_getenv(MODULE);
    void *library = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library != NULL)
        *(void **)&get = dlsym(library, "C_GetFunctionList"); /* the conversion that POSIX requires */
    if (get != NULL && is_this_module(get)) {
        explain(MODULE " names this module itself", path);
        return;
    }
    if (get == NULL || get(&theirs) != CKR_OK) {
        explain(path == NULL ? MODULE " is not set; it must name a PKCS #11 module" : "cannot load " MODULE,
                path == NULL ? NULL : dlerror());
        theirs = NULL;
        return;
    }
    functions = *theirs;
    functions.C_GetFunctionList = C_GetFunctionList;
    functions.C_GetTokenInfo = get_token_info;
    natt_p11ne_refuse(&functions, theirs);
}

/* A module that loads this one, such as p11-kit-proxy, requests the list while it is being built. */
static _Thread_local int loading;

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list)
{
    if (list == NULL)
        return CKR_ARGUMENTS_BAD;
    if (loading) {
        explain("the module that " MODULE " names loads this one", NULL);
        return CKR_GENERAL_ERROR;
    }
    loading = 1;
    int result = pthread_once(&once, load);
    loading = 0;
    if (result != 0 || theirs == NULL)
        return CKR_GENERAL_ERROR;
    *list = &functions;
    return CKR_OK;
}

/* For nitro-attest, which makes and removes the tokens (nsm/provision/pkcs11.c): NULL = not loaded. */
__attribute__((visibility("default"))) CK_FUNCTION_LIST_PTR natt_p11ne_behind(void);
__attribute__((visibility("default"))) CK_FUNCTION_LIST_PTR natt_p11ne_behind(void)
{
    return pthread_once(&once, load) == 0 ? theirs : NULL;
}
