/* See json_memory.h. */
#include "cli/frame/json_memory.h"

#include <malloc.h>
#include <stdlib.h>

#include <jansson.h>
#include <mbedtls/platform_util.h>

/* The size that malloc allocated: all of it may have been written. */
static void wiping_free(void *memory)
{
    if (memory != NULL)
        mbedtls_platform_zeroize(memory, malloc_usable_size(memory));
    free(memory);
}

void natt_cli_wipe_json(void)
{
    json_set_alloc_funcs(malloc, wiping_free);
}
