/*
 * The sentence of an error. Like vsnprintf, it counts every byte, and writes those that fit. Define _POSIX_C_SOURCE
 * 200809L before the include, for strerror_r.
 */
#ifndef NATT_NSM_SENTENCE_H
#define NATT_NSM_SENTENCE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct natt_sentence {
    char *buf; /* NULL: nothing is written */
    size_t room, len;
};

static inline void natt_put(struct natt_sentence *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline void natt_put(struct natt_sentence *s, const char *format, ...)
{
    size_t left = s->buf != NULL && s->len < s->room ? s->room - s->len : 0;
    va_list args;
    va_start(args, format);
    int len = vsnprintf(left > 0 ? s->buf + s->len : NULL, left, format, args);
    va_end(args);
    s->len += len > 0 ? (size_t)len : 0;
}

/* The name, or the number of a code from a newer library. */
static inline void natt_put_code(struct natt_sentence *s, const char *name, int number)
{
    if (name[0] != '\0')
        natt_put(s, "%s", name);
    else
        natt_put(s, "%d", number);
}

/* ", Permission denied"; nothing for 0. */
static inline void natt_put_errno(struct natt_sentence *s, int errno_value)
{
    char text[128];
    if (errno_value != 0 && strerror_r(errno_value, text, sizeof text) == 0)
        natt_put(s, ", %s", text);
    else if (errno_value != 0)
        natt_put(s, ", errno %d", errno_value);
}

#endif
