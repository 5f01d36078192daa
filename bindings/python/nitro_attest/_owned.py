"""Owners of C memory, and their behaviour after a fork. A signal handler may raise between any two instructions of the
main thread, but not while C runs: a sequence of calls made by C is not interrupted.
"""
from __future__ import annotations

import ctypes
import os
import weakref
from operator import methodcaller
from types import TracebackType
from typing import Any, Dict, List, NoReturn, Optional, Type, TypeVar

#: Calls its argument. With map(), C calls a sequence of C functions.
CALL = methodcaller("__call__")

_to_be_freed: Dict[Any, Any] = {}
os.register_at_fork(after_in_child=_to_be_freed.clear)  # a child only has copies, with locks in an arbitrary state


class Memory:
    """A ctypes pointer, as an argument for C. Every user keeps a reference; when the last one is dropped, lib's
    function `free` gets the pointer.

    keeps  objects that C needs until `free` has returned
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


_S = TypeVar("_S", bound="Closable")


class Closable(Owned):
    """An object that a `with` statement closes."""

    def close(self) -> None:
        raise NotImplementedError

    def _check_open(self) -> None:
        raise NotImplementedError

    def __enter__(self: _S) -> _S:
        self._check_open()
        return self

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


class MemoryOwner(Closable):
    """An object with C memory. Calls in progress and other objects may keep the memory alive longer than this object.

    _name       the object's name in messages
    _elsewhere  the remedy for a forked child
    """

    _name = _elsewhere = ""
    _process: Optional[Process]
    _uses: List[Memory]

    def _refused(self, text: str) -> Exception:
        return ValueError(text)

    def _use(self) -> Memory:
        """Returns the memory; the caller keeps it while C uses it."""
        if self._process is not None and not self._process.is_this():
            raise self._refused("the %s belongs to the process that this one was forked from%s" % (
                self._name, self._elsewhere))
        try:
            return self._uses[0]
        except IndexError:
            raise self._refused("the %s is closed" % self._name) from None

    def _check_open(self) -> None:
        self._use()

    def close(self) -> None:
        """Frees the memory, and wipes keys in it, once nothing uses it; calling it again does nothing."""
        self._uses.clear()
