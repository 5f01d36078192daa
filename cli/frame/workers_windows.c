/* See workers.h. */
#include "cli/frame/workers.h"

#include <stdlib.h>
#include <windows.h>

#include "cli/frame/bytes.h"

#define STACK ((SIZE_T)1 << 20)

static SRWLOCK lock = SRWLOCK_INIT;
static CONDITION_VARIABLE changed = CONDITION_VARIABLE_INIT;

size_t natt_cli_processors(void)
{
    DWORD count = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    return count < 1 ? 1 : count > NATT_CLI_MAX_THREADS ? NATT_CLI_MAX_THREADS : (size_t)count;
}

struct task {
    void (*work)(void *context);
    void *context;
};

static DWORD WINAPI run(void *given)
{
    const struct task *task = given;
    task->work(task->context);
    return 0;
}

size_t natt_cli_work(size_t threads, void (*work)(void *context), void *context)
{
    struct task task = {work, context};
    HANDLE *started = natt_cli_alloc(threads, sizeof *started, 0);
    size_t count = 0;
    while (count + 1 < threads && (started[count] = CreateThread(NULL, STACK, run, &task, 0, NULL)) != NULL)
        count++;
    work(context);
    for (size_t i = 0; i < count; i++) {
        WaitForSingleObject(started[i], INFINITE);
        CloseHandle(started[i]);
    }
    free(started);
    return count + 1;
}

void natt_cli_lock(void)
{
    AcquireSRWLockExclusive(&lock);
}

void natt_cli_unlock(void)
{
    ReleaseSRWLockExclusive(&lock);
}

void natt_cli_wait(void)
{
    (void)SleepConditionVariableSRW(&changed, &lock, INFINITE, 0);
}

void natt_cli_wake_all(void)
{
    WakeAllConditionVariable(&changed);
}
