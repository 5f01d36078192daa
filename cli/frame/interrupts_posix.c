/* See interrupts.h. */
#include "cli/frame/interrupts.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

static atomic_int caught; /* 0 = none */

/* Process 1 of a container survives a default action, so it exits, with the status that shells report for a signal. */
static _Noreturn void end_by(int number)
{
    sigset_t set;
    (void)signal(number, SIG_DFL);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, number);
    (void)pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    (void)raise(number);
    _exit(128 + number);
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
