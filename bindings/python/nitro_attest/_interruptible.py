"""Calls of C that may take a day, during which signal handlers still run.

A handler may raise between any two instructions of the main thread. So other threads do everything that must not be
skipped: they make the call, end its waits and release what C used. If the main thread must do two things, a loop in C
calls two C functions, and no handler can run between them.
"""
from __future__ import annotations

import _thread
import os
import threading
import weakref
from functools import partial
from itertools import chain
from queue import SimpleQueue
from typing import Any, Callable, Iterator, List, Set

from ._owned import CALL, Process

#: Runs a C call, which does not raise exceptions, and returns its result.
Runner = Callable[[Callable[[], int]], int]

#: Creates a lock that Python releases when a thread has ended completely. Up to Python 3.12, which has this function,
#: an interpreter that exits at the same time as a thread may crash.
_SENTINEL: Any = getattr(_thread, "_set_sentinel", None)

#: Seconds between two checks for signals: a signal just before the main thread waits does not wake it.
_PAUSE = 0.1


def _forked() -> None:
    """Marks all calls as ended in a forked child, since fork copies no other thread."""
    for reference in list(_all):
        work = reference()
        if work is not None and work._over.locked():
            work._over.release()


_all: Set[weakref.ref[Work]] = set()
os.register_at_fork(after_in_child=_forked)


class Work:
    """A call in a separate thread, and another thread that calls skip_delays(True) if the call is cancelled, and
    skip_delays(False) after its end.

    cancel()  ends the waits of the call; a single C function, which may be called at any time and repeatedly
    """

    def __init__(self, call: Callable[[], int], skip_delays: Callable[[bool], None]) -> None:
        self._calls, self._skip_delays = [call], skip_delays
        self._results: List[int] = []
        self._errors: List[BaseException] = []
        self._news: SimpleQueue[object] = SimpleQueue()  # None: the call has ended; anything else: it is cancelled
        self.cancel = partial(self._news.put, "cancel")
        self._over = _thread.allocate_lock()  # held until both threads have finished
        self._over.acquire()
        self._gone: List[Any] = []
        self._started: List[object] = []
        self._watched: List[object] = []
        self._process = Process()
        _all.add(weakref.ref(self, _all.discard))

    def run(self) -> int:
        """Makes the call and returns its result. An exception cancels the call and waits for its end, unless a second
        exception occurs."""
        try:
            for _ in chain(self._starting(), self._waiting()):
                pass
        finally:
            self.wait()
        self.check()
        if not self._results:
            raise RuntimeError("the call was made by the process that this one was forked from")
        return self._results[0]

    def wait(self) -> None:
        """Waits until the call, if it was started in this process, has ended. An exception cancels the call."""
        if self._started and self._process.is_this():
            for _ in self._waiting():
                pass
            for gone in self._gone:
                list(map(CALL, (gone.acquire, gone.release)))

    def _starting(self) -> Iterator[None]:
        return map(self._started.append, map(CALL, (partial(_thread.start_new_thread, self._lead, ()),)))

    def _waiting(self) -> Iterator[object]:
        """Acquires the lock, with pauses for signal handlers, and releases it."""
        return chain(iter(self._kept(self._over.acquire, True, _PAUSE), True), map(CALL, (self._over.release,)))

    def _kept(self, function: Callable[..., object], *arguments: object) -> Callable[[], object]:
        """Returns a function for an iterator, which has the only reference to it. If a handler ends the iterator, the
        function is freed, which cancels the call."""
        kept = partial(function, *arguments)
        self._watched.append(weakref.ref(kept, self._news.put))
        return kept

    def check(self) -> None:
        """Raises the exception that the call raised, once."""
        if self._errors:
            raise self._errors.pop()

    def _lead(self) -> None:
        try:
            self._mark()
            self._watch()
        except BaseException as error:
            self._errors.append(error)
        finally:
            self._over.release()

    def _watch(self) -> None:
        _thread.start_new_thread(self._work, ())
        if self._news.get() is not None:
            self._skip_delays(True)
            while self._news.get() is not None:
                pass
            self._skip_delays(False)

    def _work(self) -> None:
        try:
            self._mark()
            self._results.append(self._calls.pop()())
        except BaseException as error:
            self._errors.append(error)
        finally:
            self._news.put(None)

    def _mark(self) -> None:
        if _SENTINEL is not None:
            self._gone.append(_SENTINEL())
            self._gone[-1].acquire()


def directly(call: Callable[[], int]) -> int:
    """Calls C directly in this thread."""
    return call()


def interruptible(skip_delays: Callable[[bool], None]) -> Runner:
    """Returns a runner for calls whose waits end while skip_delays(True) is in effect.

    Python runs handlers in the main thread, between its own instructions, so C must not be called there. A handler that
    returns changes nothing; one that raises, as Ctrl-C does, ends the wait.
    """
    def run(call: Callable[[], int]) -> int:
        if threading.current_thread() is not threading.main_thread():
            return call()
        return Work(call, skip_delays).run()

    return run
