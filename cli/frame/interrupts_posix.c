/* See interrupts.h. */
#include "cli/frame/interrupts.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int caught; /* 0 = none */

/* The default action ends the process when this returns. */
static void end_by(int number)
{
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static void handle(int number)
{
    if (atomic_exchange(&caught, number) != 0)
        end_by(number);
}

static void catch_one(int number)
{
    struct sigaction before, action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    (void)sigemptyset(&action.sa_mask);
    if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        (void)sigaction(number, &action, NULL);
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

void natt_cli_end_interrupted(void)
{
    int number = atomic_load(&caught);
    if (number != 0)
        end_by(number);
}
