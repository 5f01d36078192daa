/*
 * Memory for private keys and plaintexts: separate pages, locked if the system allows it, excluded from core dumps, and
 * wiped before they are freed.
 */
#ifndef NATT_NSM_RECIPIENT_SECRET_H
#define NATT_NSM_RECIPIENT_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* All zero; NULL if memory ran out. len > 0. */
void *natt_secret_new(size_t len);

/* NULL is ignored; len as above. */
void natt_secret_free(void *memory, size_t len);

/* Makes a forked child read zeros there. False if the kernel does not support this (Linux before 4.14). */
bool natt_secret_hide_from_children(void *memory, size_t len);

#endif
