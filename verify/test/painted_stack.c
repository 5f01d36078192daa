/* See painted_stack.h. */
#define _POSIX_C_SOURCE 200112L /* pthread_attr_setstack */
#include "verify/test/painted_stack.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define PAINT 0xa5

static alignas(4096) uint8_t stack[NATT_PAINTED_STACK];

struct call {
    void (*run)(void);
    const uint8_t *top; /* where its caller's frame was */
};

static void *start(void *argument)
{
    struct call *call = argument;
    call->top = __builtin_frame_address(0);
    call->run();
    return NULL;
}

size_t natt_stack_used_by(void (*run)(void))
{
    struct call call = {run, NULL};
    pthread_attr_t attributes;
    pthread_t thread;
    memset(stack, PAINT, sizeof stack);
    pthread_attr_init(&attributes);
    bool started = pthread_attr_setstack(&attributes, stack, sizeof stack) == 0 &&
                   pthread_create(&thread, &attributes, start, &call) == 0;
    pthread_attr_destroy(&attributes);
    if (!started || pthread_join(thread, NULL) != 0)
        return 0;
    size_t lowest = 0;
    while (lowest < sizeof stack && stack[lowest] == PAINT)
        lowest++;
    return (size_t)(call.top - (stack + lowest));
}
