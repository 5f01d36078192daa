"""Calls of C that may take a day and still let the handlers of signals run."""
from __future__ import annotations

import threading
from typing import Callable, List

#: Runs a call of C, which returns without raising, and gives its result.
Runner = Callable[[Callable[[], int]], int]


def directly(call: Callable[[], int]) -> int:
    """Calls C here and now."""
    return call()


def interruptible(hurry: Callable[[bool], None]) -> Runner:
    """A runner for calls whose waits end while hurry(True) lasts.

    Python runs handlers in the main thread, between its own instructions, so C must not be called there. A handler that
    returns changes nothing; one that raises, as Ctrl-C does, ends the wait.
    """
    def run(call: Callable[[], int]) -> int:
        if threading.current_thread() is not threading.main_thread():
            return call()
        results: List[int] = []
        done = threading.Event()  # join() would not do: Python takes a thread for ended once that was interrupted

        def work() -> None:
            results.append(call())
            done.set()

        threading.Thread(target=work, name="nitro_attest.Emulator", daemon=True).start()
        try:
            done.wait()
        except BaseException:
            hurry(True)
            _wait(done)
            hurry(False)
            raise
        return results[0]

    return run


def _wait(done: threading.Event) -> None:
    """C is still at work with the caller's memory: no second interrupt leaves it alone with that."""
    while not done.is_set():
        try:
            done.wait()
        except BaseException:
            continue
