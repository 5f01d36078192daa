/*
 * Functions that keys and aliases share.
 */
#ifndef NATT_RELYING_KMS_STORE_INTERNAL_H
#define NATT_RELYING_KMS_STORE_INTERNAL_H

#include "relying/kms/store/database.h"

natt_bytes natt_kms_bytes_of(const char *text);

/* True: the array of `capacity` contains a terminated text of at least `least` bytes. */
bool natt_kms_text_fits(const char *text, size_t least, size_t capacity);

/* 8-4-4-4-12 lower-case hexadecimal digits. */
bool natt_kms_is_key_id(const char *id);

/* Adds a NUL; out has `capacity` bytes. */
bool natt_kms_copy_text(char *out, size_t capacity, natt_bytes text);

void natt_kms_lock(natt_kms_store *store);
void natt_kms_unlock(natt_kms_store *store);

bool natt_kms_fail_changed(natt_kms_store_error *err, const char *what);

#endif
