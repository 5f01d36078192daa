/*
 * The filter that makes the kernel pass these system calls to the launcher. All other calls run at full speed.
 */
#ifndef NATT_NSM_LAUNCHER_FILTER_H
#define NATT_NSM_LAUNCHER_FILTER_H

enum natt_filter {
    /* all calls that may name the device or show one of its files; the process can no longer gain privileges */
    NATT_FILTER_ALL_CALLS,
    /* only ioctl, also of 32-bit programs; for callers with CAP_SYS_ADMIN */
    NATT_FILTER_REQUESTS,
    /* the same for other callers; the process can no longer gain privileges */
    NATT_FILTER_REQUESTS_UNPRIVILEGED
};

/*
 * Installs the filter permanently in the calling thread and its future children. A caller without CAP_SYS_ADMIN must
 * give up the right to gain privileges, since the kernel requires this. Returns the listener, or -1 and errno.
 */
int natt_filter_install(enum natt_filter filter);

/* Returns 0, or the errno value that shows that this kernel or a sandbox does not allow listeners. */
int natt_filter_probe(void);

#endif
