/*
 * SIGINT and SIGTERM during long work whose report must be completed; in interrupts_posix.c and interrupts_windows.c.
 */
#ifndef NATT_CLI_INTERRUPTS_H
#define NATT_CLI_INTERRUPTS_H

#include <stdbool.h>

/*
 * From now on the first SIGINT or SIGTERM only makes natt_cli_interrupted return true; the second one ends the process
 * at once. A signal that is ignored remains ignored.
 */
void natt_cli_catch_interrupts(void);

bool natt_cli_interrupted(void);

/* After the report is written: ends the process by the signal that it got, as shells expect. Returns without one. */
void natt_cli_end_interrupted(void);

#endif
