"""Owners of C memory, and their behaviour after a fork. A signal handler may raise between any two instructions of the
main thread, but not while C runs: a sequence of calls made by C is not interrupted.
"""
from __future__ import annotations

import ctypes
import os
import weakref
from operator import methodcaller
from types import TracebackType
from typing import Any, Dict, NoReturn, Optional, Type

#: Calls what it is given; for map(), by which C calls functions of C in a row.
CALL = methodcaller("__call__")

_to_be_freed: Dict[Any, Any] = {}
os.register_at_fork(after_in_child=_to_be_freed.clear)  # what a child has is a copy, with locks as they happened to be


class Memory:
    """A pointer of ctypes, as an argument for C. Who uses it keeps this object; who drops it last gives it to lib's
    function `free`.

    keeps  what C needs until `free` has returned
    """

    def __init__(self, pointer: Any, lib: Any, free: str, keeps: object = None) -> None:
        self._as_parameter_ = pointer
        self._as_parameter_.keeps = keeps
        last = ctypes.CFUNCTYPE(None, _FREED)((free, lib))
        _to_be_freed[weakref.ref(self, last)] = self._as_parameter_


#: The type of an argument: for a dead reference, C gets the pointer.
_FREED: Any = type("Freed", (), {"from_param": _to_be_freed.pop})


class Owned:
    """Base class of owners of C memory. They cannot be copied or pickled: two owners would free the memory twice."""

    def __reduce__(self) -> NoReturn:
        raise TypeError("%s objects cannot be copied or pickled; create another one" % type(self).__name__)


class Closable(Owned):
    """An object that a `with` statement closes."""

    def close(self) -> None:
        raise NotImplementedError

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        self.close()


class Process:
    """The process that created an object. Locks, threads and pending replies do not survive a fork."""

    def __init__(self) -> None:
        self._id = os.getpid()

    def is_this(self) -> bool:
        """False in a child that was forked later."""
        return self._id == os.getpid()
