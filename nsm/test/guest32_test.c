/*
 * A 32-bit process with a real 64-bit driver: the ioctl has the same number and structure for both. Plain C, linked
 * statically by a compiler for i686 with nsm/client/device_linux.c alone; run by nsm/test/guest; prints TAP.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "nsm/client/device_linux.h"

_Static_assert(sizeof(void *) == 4, "what this program is there for");

static uint8_t response[0x3000];

static void report(unsigned number, int good, const char *name)
{
    printf("%sok %u - %s\n", good ? "" : "not ", number, name);
}

int main(void)
{
    size_t len = 0;
    const uint8_t *request = (const uint8_t *)"\x69GetRandom";
    int fd = natt_nsm_device_open("/dev/nsm");
    int error = natt_nsm_device_exchange(&fd, request, 10, response, sizeof response, &len);
    int answered = error == 0 && len == 278 && memcmp(response, "\xa1\x69GetRandom\xa1", 12) == 0;
    printf("1..2\n# errno %d, %zu bytes\n", error, len);
    report(1, answered, "GetRandom, in 32 bits");
    int refused = natt_nsm_device_exchange(&fd, response, 0x1001, response, sizeof response, &len) == EMSGSIZE;
    report(2, refused, "4097 bytes, in 32 bits: EMSGSIZE");
    return !(answered && refused);
}
