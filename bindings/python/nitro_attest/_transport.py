"""Transports that C calls, and how long they live: until C says that it is done with one."""
from __future__ import annotations

import ctypes
import errno
import itertools
import threading
from typing import Any, Callable, Dict, List, Optional

from ._buffers import immutable
from ._nsm_structs import NSM_TRANSPORT_CLOSE, NSM_TRANSPORT_EXCHANGE, NsmTransport

#: Sends one request and returns the response. An OSError with errno is told as that; anything else as EIO.
Exchange = Callable[[bytes], bytes]

_lock = threading.Lock()
_numbers = itertools.count(1)
_alive: Dict[int, "CTransport"] = {}
_done: List["CTransport"] = []  # closed; dropped later, since C may still be inside of their close


def _exchange_in_c(exchange: Exchange) -> Callable[..., int]:
    def call(_context: Any, request: int, request_len: int, response: int, capacity: int, response_len: Any) -> int:
        try:
            answer = immutable(exchange(ctypes.string_at(request, request_len)), "the response of a transport")
        except OSError as e:
            return e.errno or errno.EIO
        except BaseException:
            return errno.EIO
        kept = answer[:capacity]
        ctypes.memmove(response, kept, len(kept))
        response_len[0] = len(kept)
        return 0

    return call


class CTransport:
    """A natt_nsm_transport. It stays alive until its session is closed and no thread of C uses it any more."""

    def __init__(self, exchange: Any, context: Optional[int], on_close: Callable[[], None]) -> None:
        self._on_close = on_close
        self._number = next(_numbers)
        self._close = NSM_TRANSPORT_CLOSE(self._closed)
        self.raw = NsmTransport(context, exchange, self._close)

    @classmethod
    def of_callable(cls, exchange: Exchange) -> CTransport:
        """A Python function as a transport."""
        if not callable(exchange):
            raise TypeError("transport must be a function from bytes to bytes, not %s" % type(exchange).__name__)
        return cls(NSM_TRANSPORT_EXCHANGE(_exchange_in_c(exchange)), None, lambda: None)

    def opened(self) -> None:
        """C has taken it."""
        with _lock:
            _alive[self._number] = self
            _done.clear()

    def _closed(self, _context: Any) -> None:
        with _lock:
            _done.append(_alive.pop(self._number))
        self._on_close()
