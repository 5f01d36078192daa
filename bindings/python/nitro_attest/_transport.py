"""Transports that C calls. Each exists until C no longer uses it."""
from __future__ import annotations

import ctypes
import errno
import itertools
import threading
from functools import partial
from typing import Any, Callable, Dict, List, Optional, Union

from ._buffers import immutable
from ._nsm_structs import NSM_TRANSPORT_CLOSE, NSM_TRANSPORT_EXCHANGE, NsmTransport

#: Sends one request and returns the response. An OSError is reported with its errno; other exceptions as EIO.
Exchange = Callable[[bytes], bytes]

_numbers = itertools.count(1)
_alive: Dict[int, "CTransport"] = {}
# never freed: a C thread may still run when the interpreter clears modules
ctypes.pythonapi.Py_IncRef(ctypes.py_object(_alive))


def _exchange_in_c(exchange: Exchange, interrupts: List[BaseException]) -> Callable[..., int]:
    def call(_context: Any, request: int, request_len: int, response: int, capacity: int, response_len: Any) -> int:
        try:
            answer = immutable(exchange(ctypes.string_at(request, request_len)), "the response of a transport")
        except OSError as e:
            return e.errno or errno.EIO
        except Exception:
            return errno.EIO
        except BaseException as e:
            if threading.current_thread() is threading.main_thread():
                interrupts.append(e)
            return errno.EIO
        kept = answer[:capacity]
        ctypes.memmove(response, kept, len(kept))
        response_len[0] = len(kept)
        return 0

    return call


class CTransport:
    """A natt_nsm_transport. It exists until its session is closed and no thread of C uses it anymore.

    memory      what its context points to, released when C no longer uses it
    interrupts  exceptions that end programs, such as KeyboardInterrupt, which were raised in it and must be raised
                again
    """

    def __init__(self, exchange: Any, context: Optional[int] = None, memory: object = None) -> None:
        self._number = next(_numbers)
        self.interrupts: List[BaseException] = []
        self._memory = {"memory": memory}  # C is done with it when this is empty
        # C passes the context, which pop() uses as its default
        self._close = NSM_TRANSPORT_CLOSE(partial(self._memory.pop, "memory"))
        self.raw = NsmTransport(context, exchange, self._close)

    @classmethod
    def of(cls, exchange: Union[None, Exchange, CTransport]) -> Optional[CTransport]:
        """Converts a Python function to a transport. None and transports are returned unchanged."""
        if exchange is None or isinstance(exchange, CTransport):
            return exchange
        if not callable(exchange):
            raise TypeError("transport must be a function from bytes to bytes, not %s" % type(exchange).__name__)
        interrupts: List[BaseException] = []
        transport = cls(NSM_TRANSPORT_EXCHANGE(_exchange_in_c(exchange, interrupts)))
        transport.interrupts = interrupts
        return transport

    def opened(self) -> None:
        """Records that C uses it now."""
        for number, other in list(_alive.items()):  # not earlier: C may still be inside their close function
            if not other._memory:
                _alive.pop(number, None)
        _alive[self._number] = self
