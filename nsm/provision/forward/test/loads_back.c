/* A module that requests the functions of the module in NATT_TEST_LOADS_BACK while its own are requested. */
#include <dlfcn.h>
#include <stdlib.h>

#include <p11-kit/pkcs11.h>

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list)
{
    CK_C_GetFunctionList get = NULL;
    void *library = dlopen(getenv("NATT_TEST_LOADS_BACK"), RTLD_NOW | RTLD_LOCAL);
    if (library != NULL)
        *(void **)&get = dlsym(library, "C_GetFunctionList");
    return get == NULL ? CKR_FUNCTION_FAILED : get(list);
}
