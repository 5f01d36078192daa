/*
 * The filter that makes the kernel ask before it does one of the calls in question. Everything else passes at full
 * speed.
 */
#ifndef NATT_NSM_LAUNCHER_FILTER_H
#define NATT_NSM_LAUNCHER_FILTER_H

/*
 * Installs it in the calling thread, for good and for all its children; gives up the right to gain privileges, which
 * the kernel asks in return. The listener, or -1 and errno.
 */
int natt_filter_install(void);

/* 0, or the errno value that shows that this kernel or a sandbox does not let processes listen. */
int natt_filter_probe(void);

#endif
