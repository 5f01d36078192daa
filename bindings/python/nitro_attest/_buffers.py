"""Bytes from Python to C and back.

The verifier requires input that does not change during a call, while other threads run. Therefore, immutable bytes are
passed without a copy, and mutable ones (bytearray, writable views) are copied once.
"""
from __future__ import annotations

import ctypes
from typing import Any, Dict, Iterable, Optional, Tuple, Union

from . import _structs as c

BytesLike = Union[bytes, bytearray, memoryview]

_cast = ctypes.cast
_c_char_p = ctypes.c_char_p
_c_void_p = ctypes.c_void_p


def _of_view(value: memoryview, name: str) -> bytes:
    try:
        whole = value.obj
    except ValueError:
        raise ValueError("%s is a memoryview that was released" % name) from None
    if type(whole) is bytes and value.c_contiguous and value.nbytes == len(whole):
        return whole
    return value.tobytes()


def immutable(value: object, name: str) -> bytes:
    """Returns the same bytes, without a copy if they are immutable. TypeError names the argument."""
    if type(value) is bytes:
        return value
    if isinstance(value, memoryview):
        return _of_view(value, name)
    if isinstance(value, (bytes, bytearray)):
        return memoryview(value).tobytes()  # exactly these bytes: a subclass may define a different conversion
    raise TypeError("%s must be bytes, bytearray or memoryview, not %s" % (name, type(value).__name__))


def view(value: bytes) -> c.Bytes:
    """Returns a natt_bytes of the value. The caller keeps `value` alive as long as C may read it."""
    return c.Bytes(_cast(_c_char_p(value), _c_void_p), len(value))


def optional_view(value: Optional[bytes]) -> c.Bytes:
    """Does the same; None gives an absent view."""
    return c.Bytes() if value is None else view(value)


def set_views(target: Any, **values: Optional[BytesLike]) -> None:
    """Sets the natt_bytes of these names in a structure, which keeps the values alive; None sets nothing."""
    target.kept = {name: immutable(value, name) for name, value in values.items() if value is not None}
    for name, value in target.kept.items():
        setattr(target, name, view(value))


def _flat(value: memoryview, name: str) -> Any:
    """Returns the memory itself as a ctypes array, which keeps it alive and prevents resizing."""
    if not value.c_contiguous:
        raise ValueError("%s is a memoryview with gaps" % name)
    return (ctypes.c_char * value.nbytes).from_buffer(value)


def writable(value: object, name: str) -> Any:
    """Returns the caller's memory, which C may write to."""
    if not isinstance(value, (bytearray, memoryview)) or memoryview(value).readonly:
        raise TypeError("%s must be a bytearray or a writable memoryview, not %s" % (name, type(value).__name__))
    return _flat(memoryview(value), name)


def secret_view(value: object, name: str) -> Tuple[c.Bytes, object]:
    """A natt_bytes of the caller's own memory, since Python could not wipe a copy, and an object that keeps this memory
    alive. If another thread writes to it meanwhile, C sees either the old or the new bytes."""
    if isinstance(value, (bytearray, memoryview)) and not memoryview(value).readonly and memoryview(value).c_contiguous:
        array = _flat(memoryview(value), name)
        return c.Bytes(ctypes.addressof(array), len(array)), array
    kept = immutable(value, name)
    return view(kept), kept


def optional_copy(raw: c.Bytes) -> Optional[bytes]:
    """Returns the bytes of a view, None if it is absent."""
    return None if raw.ptr is None else ctypes.string_at(raw.ptr, raw.len)


def copy(raw: c.Bytes) -> bytes:
    """Returns the bytes of a view, empty if it is absent."""
    return b"" if raw.ptr is None else ctypes.string_at(raw.ptr, raw.len)


def members(raw: Any, names: Iterable[str]) -> Dict[str, Any]:
    """Returns the members of a structure with these names. Views are copied; absent ones give None."""
    told = {name: getattr(raw, name) for name in names}
    return {name: optional_copy(value) if isinstance(value, c.Bytes) else value for name, value in told.items()}
