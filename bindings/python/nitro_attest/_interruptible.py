"""Calls of C that may take a day and still let the handlers of signals run."""
from __future__ import annotations

import _thread
import math
import threading
import time
from typing import Any, Callable, Dict, Generic, List, Optional, TypeVar

_T = TypeVar("_T")

#: Seconds in which a thread begins, even on a busy machine.
_LATE = 1.0

#: Makes a lock that Python releases when nothing is left of the thread. Up to Python 3.12, which has it, an interpreter that
#: ends at the same time as a thread may crash.
_SENTINEL: Any = getattr(_thread, "_set_sentinel", None)

#: Runs a call of C, which returns without raising, and gives its result.
Runner = Callable[[Callable[[], int]], int]


class Work(Generic[_T]):
    """A call in a thread of its own, for a caller that a signal may interrupt between any two instructions.

    error  what the call raised, or None

    Each step of it is one atomic operation of C or can be repeated. Events, conditions and threading.Thread will not do:
    they are Python code, and an exception inside of them leaves their locks taken.
    """

    def __init__(self, call: Callable[[], _T]) -> None:
        self._call = call
        self._results: List[_T] = []
        self.error: Optional[BaseException] = None
        self._fate: Dict[str, int] = {}  # the first entry decides: the thread that makes the call, or 0 for none
        self._helper: Dict[str, Work[None]] = {}
        self._tried = -math.inf  # when start() was called last
        self._started = self._ended = False
        self._latch = _thread.allocate_lock()
        self._latch.acquire()
        self._gone = _thread.allocate_lock()

    def start(self) -> None:
        """Begins the call. After an exception it may have begun or not: end() is needed."""
        self._tried = time.monotonic()
        _thread.start_new_thread(self._work, ())
        self._started = True

    def _work(self) -> None:
        me = _thread.get_ident()
        fate = self._fate.setdefault("fate", me)
        if fate not in (0, me) or self._ended:
            return  # start() was repeated
        try:
            if _SENTINEL is not None:
                self._gone = _SENTINEL()
                self._gone.acquire()
            if fate == me:
                self._results.append(self._call())
        except BaseException as error:
            self.error = error
        finally:
            self._ended = True
            self._latch.release()

    def wait(self) -> None:
        """Until the call, which was started, has ended. Handlers of signals run; the exception of one ends the wait."""
        while not self._ended:
            self._latch.acquire(timeout=1)  # another thread that waits may have taken it
        while self._gone.locked():
            time.sleep(0)

    def result(self) -> _T:
        """What the call returned, or raised."""
        if self.error is not None:
            raise self.error
        return self._results[0]

    def _is_over(self) -> bool:
        return self._ended or self._fate.setdefault("fate", 0) == 0

    def _settle(self) -> None:
        """Waits for its thread: one that begins when the interpreter ends may crash it."""
        if not self._is_over() or self._may_come():
            self.wait()

    def _may_come(self) -> bool:
        """False if there is no thread. An interrupted start() does not tell: then a thread has a second to end."""
        left = max(0.0, self._tried + _LATE - time.monotonic())
        return self._started or self._ended or self._latch.acquire(timeout=left) or self._ended

    def end(self, skip_delays: Callable[[bool], None]) -> None:
        """Cancels the call or, if it has begun, ends its waits with skip_delays(True), waits for it, and calls skip_delays(False).

        C counts these calls, so another thread makes them, which signals do not interrupt. Exceptions meanwhile are
        dropped: the call still works with the caller's memory. Once more does nothing.
        """
        while True:
            try:
                while not self._is_over():
                    helper = self._helper.setdefault("helper", Work(lambda: self._hurried(skip_delays)))
                    if not helper._may_come():
                        helper.start()
                    helper.wait()
                for helper in self._helper.values():
                    helper._settle()
                self._settle()
                return
            except BaseException:
                continue

    def _hurried(self, skip_delays: Callable[[bool], None]) -> None:
        skip_delays(True)
        self.wait()
        skip_delays(False)


def directly(call: Callable[[], int]) -> int:
    """Calls C here and now."""
    return call()


def interruptible(skip_delays: Callable[[bool], None]) -> Runner:
    """A runner for calls whose waits end while skip_delays(True) lasts.

    Python runs handlers in the main thread, between its own instructions, so C must not be called there. A handler that
    returns changes nothing; one that raises, as Ctrl-C does, ends the wait. The runner returns after C has.
    """
    def run(call: Callable[[], int]) -> int:
        if threading.current_thread() is not threading.main_thread():
            return call()
        work = Work(call)
        try:
            try:
                work.start()
                work.wait()
            except BaseException:
                work.end(skip_delays)
                raise
        except BaseException:  # again, for an interrupt in the lines above
            work.end(skip_delays)
            raise
        return work.result()

    return run
