/* See fake_module.h. */
#include "nsm/provision/test/fake_module.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

struct fake_pkcs11 *fake;

const char *fake_module_path(void)
{
    const char *path = getenv("NATT_TEST_PKCS11");
    cr_assert_not_null(path);
    return path;
}

void fake_module_begin(void)
{
    struct fake_pkcs11 *(*memory)(void);
    void *library = dlopen(fake_module_path(), RTLD_NOW | RTLD_LOCAL);
    cr_assert_not_null(library, "%s", dlerror());
    *(void **)&memory = dlsym(library, "natt_fake_pkcs11");
    cr_assert_not_null(memory);
    fake = memory();
    memset(fake, 0, sizeof *fake);
    fake->slot_count = 1;
    fake->max_slots = FAKE_SLOTS;
}

void fake_module_fails(enum fake_function function, unsigned at, unsigned times, CK_RV with)
{
    memset(fake->calls, 0, sizeof fake->calls);
    fake->fails = function;
    fake->fails_at = at;
    fake->fails_for = times;
    fake->fails_with = with;
}

void fake_module_works(void)
{
    fake->fails_at = 0;
}

static bool is_shown(const struct fake_slot *slot, const char *label)
{
    return slot->initialised && !slot->hidden && strcmp(slot->label, label) == 0;
}

unsigned fake_module_tokens(const char *label)
{
    unsigned count = 0;
    for (unsigned i = 0; i < fake->slot_count; i++)
        count += is_shown(&fake->slots[i], label) ? 1 : 0;
    return count;
}

struct fake_slot *fake_module_slot(const char *label)
{
    for (unsigned i = 0; i < fake->slot_count; i++)
        if (is_shown(&fake->slots[i], label))
            return &fake->slots[i];
    cr_assert_fail("no token %s", label);
    return NULL;
}
