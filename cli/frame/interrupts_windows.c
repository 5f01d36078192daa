/* See interrupts.h. */
#include "cli/frame/interrupts.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "cli/frame/error.h"

static atomic_int caught; /* 0 = none */

/* The C library has restored the default before it calls this, in a separate thread for SIGINT. */
static void handle(int number)
{
    atomic_store(&caught, number);
}

static void catch_one(int number)
{
    if (signal(number, handle) == SIG_IGN)
        (void)signal(number, SIG_IGN);
}

void natt_cli_catch_interrupts(void)
{
    catch_one(SIGINT);
    catch_one(SIGTERM);
}

bool natt_cli_interrupted(void)
{
    return atomic_load(&caught) != 0;
}

/* A process does not end by a signal here. */
void natt_cli_end_interrupted(void)
{
    if (natt_cli_interrupted())
        exit(NATT_CLI_IO);
}
