/*
 * The kernel's NSM device as a transport: one ioctl per request.
 */
#ifndef NATT_NSM_DEVICE_LINUX_H
#define NATT_NSM_DEVICE_LINUX_H

#include <stddef.h>
#include <stdint.h>

#define NATT_NSM_DEVICE_PATH "/dev/nsm"

/* Returns a file descriptor, or -1 and errno. It is open only for reading, since the driver requires no more. */
int natt_nsm_device_open(const char *path);

/* As natt_nsm_transport.exchange; the context is the descriptor, an int. Any thread may call: the driver queues. */
int natt_nsm_device_exchange(void *context, const uint8_t *request, size_t request_len, uint8_t *response,
                             size_t capacity, size_t *response_len);

#endif
