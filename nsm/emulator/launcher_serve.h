/*
 * The launcher's loop: answers the program's calls until it and all its processes have ended.
 */
#ifndef NATT_NSM_LAUNCHER_SERVE_H
#define NATT_NSM_LAUNCHER_SERVE_H

#include "nsm/emulator/launcher_guard.h"
#include "nsm/emulator/launcher_workers.h"

struct natt_launcher_device;

struct natt_serve {
    const struct natt_launcher_device *device;
    const natt_nsm_transport *transport;
    struct natt_workers *workers;
    int listener; /* the kernel's notifications */
    int socket;   /* to the guard */
    int signals;  /* a signalfd of what is to be passed on */
    int program;  /* a pidfd */
    /* results */
    bool exited;
    int wait_status; /* when exited */
    int exec_error;  /* 0 = it was executed */
    int fault;       /* errno value that ended the loop, 0 = none */
};

/* Kernels before 5.9 cannot hand files over; false then. */
bool natt_serve_can_hand_over(int listener);

void natt_serve_run(struct natt_serve *serve);

#endif
