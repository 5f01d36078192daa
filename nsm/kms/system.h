/*
 * System functions of the client other than sockets; tests replace them.
 */
#ifndef NATT_NSM_KMS_SYSTEM_H
#define NATT_NSM_KMS_SYSTEM_H

#include <stdint.h>

/* Milliseconds since 1970; 0 if the clock cannot be read. */
uint64_t natt_wall_clock_ms(void);

/* Writes everything, even if signals arrive. */
void natt_sleep_ms(uint64_t ms);

/* For pauses: clients that failed together must not retry together. No secret depends on it. */
uint32_t natt_jitter_random(void);

#endif
