/*
 * Converts a C string to bytes, without its NUL.
 */
#ifndef NATT_NSM_TEXT_H
#define NATT_NSM_TEXT_H

#include <string.h>

#include "nitro_attest/base.h"

static inline natt_bytes natt_text_bytes(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

#endif
