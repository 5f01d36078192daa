/* Converts bytes to hexadecimal digits, and back. */
#ifndef EXAMPLES_HEX_H
#define EXAMPLES_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes 2 * len digits and a zero to text. */
void hex_write(char *text, const uint8_t *bytes, size_t len);

/* True: text is exactly 2 * len digits. */
bool hex_read(uint8_t *bytes, size_t len, const char *text);

#endif
