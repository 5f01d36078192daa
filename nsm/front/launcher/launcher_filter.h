/*
 * The filter that makes the kernel pass these system calls to the launcher. Everything else passes at full
 * speed.
 */
#ifndef NATT_NSM_LAUNCHER_FILTER_H
#define NATT_NSM_LAUNCHER_FILTER_H

enum natt_filter {
    /* All that may name the device or show one of its files. The process can no longer gain privileges. */
    NATT_FILTER_ALL_CALLS,
    /* ioctl alone, of 32-bit programs too; for a caller with CAP_SYS_ADMIN. */
    NATT_FILTER_REQUESTS,
    /* The same for others. The process can no longer gain privileges. */
    NATT_FILTER_REQUESTS_UNPRIVILEGED
};

/*
 * Installs it in the calling thread, for good and for all its children. A caller without CAP_SYS_ADMIN must give up the
 * right to gain privileges: the kernel asks it in return. The listener, or -1 and errno.
 */
int natt_filter_install(enum natt_filter filter);

/* 0, or the errno value that shows that this kernel or a sandbox does not let processes listen. */
int natt_filter_probe(void);

#endif
