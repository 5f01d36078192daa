/* Descriptors 0, 1 and 2, which a parent may have closed. */
#ifndef NATT_CLI_DESCRIPTORS_H
#define NATT_CLI_DESCRIPTORS_H

#include <stdbool.h>

/*
 * To be called before anything is opened: the next file or socket would get the number of a closed descriptor, and what
 * is meant for standard output would go there, a plaintext to the parent instance. Something takes the place of each
 * closed one that can be neither read nor written. False: errno is set.
 */
bool natt_cli_descriptors_fill(void);

#endif
