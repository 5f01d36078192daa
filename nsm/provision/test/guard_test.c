/* The guard: no process of its group outlives the server, the guard, or the program. */
#define _GNU_SOURCE
#include "nsm/provision/guard.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/provision/state.h"
#include "nsm/provision/test/support.h"

/* A shell with a child, like those of p11-kit server; the file contains their process ids. */
#define SERVER "sleep 300 & echo $! $$ >pids.new; mv pids.new pids; "

static natt_guard guard;
static long pids[2];

static void begin(void)
{
    cr_assert_eq(chdir(folder_make()), 0);
    guard = (natt_guard){0, -1};
}

static void end(void)
{
    natt_guard_stop(&guard);
    (void)chdir("/");
    folder_remove();
}

TestSuite(guard, .init = begin, .fini = end, .timeout = 60);

static void pause_ms(long ms)
{
    (void)nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* Arguments of programs are not const in C; nobody changes them. */
static bool start_program(natt_guard *g, const char *const argv[])
{
    return natt_guard_start(g, (char *const *)(uintptr_t)argv, UINT64_MAX, &err);
}

static bool start(const char *script)
{
    return start_program(&guard, (const char *const[]){"sh", "-c", script, NULL});
}

static void read_pids(void)
{
    FILE *file = NULL;
    for (int i = 0; i < 500 && file == NULL; i++) {
        file = fopen("pids", "r");
        if (file == NULL)
            pause_ms(20);
    }
    cr_assert_not_null(file);
    cr_assert_eq(fscanf(file, "%ld %ld", &pids[0], &pids[1]), 2);
    (void)fclose(file);
}

/* A zombie that its parent has not reaped also counts as dead. */
static bool is_alive(long pid)
{
    char path[64], text[256] = "";
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool read_some = read(fd, text, sizeof text - 1) > 0;
    (void)close(fd);
    const char *state = strrchr(text, ')');
    return read_some && state != NULL && state[2] != 'Z' && state[2] != 'X';
}

static void expect_all_dead(void)
{
    for (int i = 0; i < 500 && (is_alive(pids[0]) || is_alive(pids[1])); i++)
        pause_ms(20);
    cr_expect(!is_alive(pids[0]) && !is_alive(pids[1]));
}

static bool wait_for_end(void)
{
    bool running = true;
    for (int i = 0; i < 500 && running; i++) {
        running = natt_guard_is_running(&guard);
        if (running)
            pause_ms(20);
    }
    return !running;
}

Test(guard, stop_ends_the_group)
{
    cr_assert(start(SERVER "wait"));
    read_pids();
    cr_expect(natt_guard_is_running(&guard) && is_alive(pids[0]) && is_alive(pids[1]));
    natt_guard_stop(&guard);
    expect_all_dead();
    cr_expect(guard.pid == 0 && guard.alive == -1 && !natt_guard_is_running(&guard));
}

Test(guard, end_of_the_server_ends_its_children)
{
    cr_assert(start(SERVER "exit 0"));
    read_pids();
    cr_expect(wait_for_end());
    expect_all_dead();
}

Test(guard, killed_server_ends_its_children)
{
    cr_assert(start(SERVER "wait"));
    read_pids();
    (void)kill((pid_t)pids[1], SIGKILL);
    cr_expect(wait_for_end());
    expect_all_dead();
}

Test(guard, killed_guard_is_noticed)
{
    cr_assert(start(SERVER "wait"));
    read_pids();
    (void)kill(guard.pid, SIGKILL);
    cr_expect(wait_for_end());
    expect_all_dead();
}

/* Another guard, started later, must not keep the pipe of the first one open. */
static void start_in_child(void)
{
    static natt_guard second;
    pid_t pid = fork();
    if (pid == 0) {
        bool started = start(SERVER "wait") && start_program(&second, (const char *const[]){"sleep", "20", NULL});
        _exit(started && pause() == 0 ? 1 : 2);
    }
    read_pids();
    pause_ms(200);
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
}

Test(guard, killed_program_ends_the_group)
{
    start_in_child();
    expect_all_dead();
}

Test(guard, server_has_no_input_and_default_signals)
{
    (void)signal(SIGPIPE, SIG_IGN);
    cr_assert(start("cat >input; trap '' TERM; kill -PIPE $$; " SERVER));
    cr_expect(wait_for_end());
    cr_expect_eq(access("input", F_OK), 0);
    cr_expect_neq(access("pids", F_OK), 0);
}

/* Not even while the server runs, since the group would keep the lock of the state. */
Test(guard, guard_keeps_no_descriptor)
{
    int ends[2];
    char byte;
    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    cr_assert(start(SERVER "wait"));
    read_pids();
    (void)close(ends[1]);
    for (int i = 0; i < 100; i++)
        pause_ms(5);
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    cr_expect_eq(read(ends[0], &byte, 1), 0); /* one end; the other is closed */
    (void)close(ends[0]);
}

Test(guard, program_that_is_missing_ends_at_once)
{
    cr_assert(start_program(&guard, (const char *const[]){"/nonexistent/program", NULL}));
    cr_expect(wait_for_end());
}

static bool start_until(uint64_t until_ms)
{
    const char *const argv[] = {"sh", "-c", SERVER "wait", NULL};
    return natt_guard_start(&guard, (char *const *)(uintptr_t)argv, until_ms, &err);
}

/* Meanwhile no process waits for it. */
Test(guard, group_ends_at_its_time)
{
    cr_assert(start_until(natt_boottime_ms() + 400));
    read_pids();
    cr_expect(is_alive(pids[0]) && is_alive(pids[1]));
    pause_ms(600);
    expect_all_dead();
    cr_expect(!natt_guard_is_running(&guard));
}

/* The witness has the same clock. */
Test(guard, group_ends_at_its_time_if_the_guard_is_stopped)
{
    cr_assert(start_until(UINT64_MAX));
    read_pids();
    natt_guard_set_end(&guard, natt_boottime_ms() + 400);
    pause_ms(100);
    cr_assert_eq(kill(guard.pid, SIGSTOP), 0);
    cr_expect(is_alive(pids[0]) && is_alive(pids[1]));
    pause_ms(600);
    expect_all_dead();
}

Test(guard, time_is_moved)
{
    cr_assert(start_until(natt_boottime_ms() + 500));
    read_pids();
    natt_guard_set_end(&guard, natt_boottime_ms() + 60000);
    pause_ms(700);
    cr_expect(is_alive(pids[0]) && natt_guard_is_running(&guard));
    natt_guard_set_end(&guard, natt_boottime_ms() + 300);
    natt_guard_set_end(&guard, natt_boottime_ms() + 200);
    pause_ms(100);
    cr_expect(is_alive(pids[0]));
    pause_ms(300);
    expect_all_dead();
}

Test(guard, time_that_has_passed)
{
    static const uint64_t past[] = {0, 1};
    for (size_t i = 0; i < COUNT_OF(past); i++) {
        cr_assert(start_until(UINT64_MAX));
        read_pids();
        natt_guard_set_end(&guard, past[i]);
        expect_all_dead();
        natt_guard_stop(&guard);
        cr_assert_eq(unlink("pids"), 0);
    }
    natt_guard_set_end(&guard, 0); /* no process to notify */
}

Test(guard, guard_that_cannot_be_told)
{
    cr_assert(start(SERVER "wait"));
    read_pids();
    (void)close(guard.alive);
    guard.alive = open("/dev/null", O_WRONLY | O_CLOEXEC);
    natt_guard_set_end(&guard, UINT64_MAX);
    cr_expect_eq(guard.pid, 0);
    expect_all_dead();
}

static bool file_has(const char *path, const char *word)
{
    static char text[16384];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text);
    (void)close(fd);
    cr_assert(got > 0, "%s", path);
    return memmem(text, (size_t)got, word, strlen(word)) != NULL;
}

Test(guard, credentials_and_dumps_stay_here)
{
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){4096, 4096}); /* at least for root */
    (void)setenv("AWS_TEST_KEY", "a-test-key", 1);
    (void)setenv("AWS", "not-of-aws", 1);
    cr_assert(start("env >env.new; ulimit -c >core; cp env.new env; " SERVER "wait"));
    read_pids();
    cr_expect(!file_has("env", "AWS_TEST_KEY") && file_has("env", "not-of-aws"));
    cr_expect(file_has("core", "0\n"));
    cr_expect_str_eq(getenv("AWS_TEST_KEY"), "a-test-key");
}

Test(guard, signal_of_children_is_ignored)
{
    (void)signal(SIGCHLD, SIG_IGN);
    cr_assert(start(SERVER "exit 0"));
    read_pids();
    expect_all_dead();
    cr_expect(wait_for_end());
    cr_expect(guard.pid == 0 && guard.alive == -1);
}
