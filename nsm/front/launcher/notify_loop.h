/*
 * The launcher's loop: replies to the program's calls until the program and all its processes have ended.
 */
#ifndef NATT_NSM_NOTIFY_LOOP_H
#define NATT_NSM_NOTIFY_LOOP_H

#include "nsm/front/launcher/launcher_guard.h"
#include "nsm/front/launcher/launcher_request.h"
#include "nsm/front/launcher/receivers.h"

struct natt_launcher_device;

struct natt_notify_loop {
    const struct natt_launcher_device *device;
    const natt_nsm_transport *transport;
    void (*skip_delays)(void *context, bool skip); /* launcher.h; may be NULL */
    struct natt_thread_pool *workers;
    struct natt_receivers *receivers; /* with a private /dev, instead of device and workers; else NULL */
    int listener;                     /* the kernel's notifications */
    int socket;                       /* connected to the guard */
    int signals;                      /* a signalfd of the signals to pass on */
    int program;                      /* a pidfd */
    int timer;                        /* a timerfd: the deadline, then the grace period; may be unset */
    pid_t guard;
    bool skipping; /* skip_delays(true) is in effect */
    enum {
        NATT_NOTIFY_LOOP_RUNS,
        NATT_NOTIFY_LOOP_TOLD,  /* INT or TERM was passed on: remaining processes end with the program */
        NATT_NOTIFY_LOOP_ENDING /* all processes have been sent SIGTERM */
    } stage;
    /* results */
    bool exited;
    int wait_status; /* when exited */
    bool too_late;   /* the deadline passed before the program ended */
    int exec_error;  /* 0 = the program was executed */
    int fault;       /* errno value that ended the loop, 0 = none */
};

/* Returns false if the kernel cannot pass files (before 5.9). */
bool natt_notify_loop_can_hand_over(int listener);

/* Sets the timer, in milliseconds from now; 0 = never. */
bool natt_notify_loop_set_timer(const struct natt_notify_loop *serve, uint64_t ms);

void natt_notify_loop_run(struct natt_notify_loop *serve);

/* Between true and false, requests skip their waits. */
void natt_notify_loop_skip_waits(struct natt_notify_loop *serve, bool skip);

#endif
