"""The client of a Nitro Secure Module, /dev/nsm, for programs inside an enclave."""
from __future__ import annotations

import ctypes
import os
import time
import weakref
from ctypes import byref
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Callable, List, Optional, Tuple, Union

from . import _nsm_structs as n
from . import _structs as c
from ._buffers import BytesLike, immutable, set_views, view
from ._codes import NsmCode
from ._errors import NsmError, call, nsm_from_c
from ._library import nsm_lib
from ._interruptible import Runner, directly
from ._owned import Closable, Memory, Process
from ._transport import CTransport, Exchange
from ._values import boolean, integer, suggests_names, typed

Path = Union[str, "os.PathLike[str]"]
_DIGESTS = ("SHA256", "SHA384", "SHA512")
_MS = timedelta(milliseconds=1)
_MAX_RANDOM = 1 << 30  # bytes per request, since the memory that C writes to is allocated first


@dataclass(frozen=True)
class NsmDescription:
    """The description of an NSM.

    module_id    of the enclave, as in its documents
    version      of the NSM: major, minor, patch
    max_pcrs     the number of PCRs
    digest       "SHA384" on every NSM seen so far
    locked_pcrs  their indices, ascending
    """

    module_id: str
    version: Tuple[int, int, int]
    max_pcrs: int
    digest: str
    locked_pcrs: Tuple[int, ...]


@dataclass(frozen=True)
class NsmPcr:
    """One PCR.

    locked  it can no longer be extended
    value   48 bytes
    """

    locked: bool
    value: bytes


@dataclass(frozen=True)
class SeedReport:
    """The kernel's pool of random numbers before and after it was seeded.

    ready_before, ready_after      getrandom does not block
    entropy_before, entropy_after  bits, as the kernel counts them; None if unknown
    """

    ready_before: bool
    ready_after: bool
    entropy_before: Optional[int]
    entropy_after: Optional[int]


def _deadline_ms(deadline: Optional[timedelta]) -> int:
    if deadline is None:
        return 0
    ms = -(-typed(deadline, timedelta, "deadline", "a timedelta or None") // _MS)
    if not 0 < ms <= 0xFFFFFFFF:
        raise ValueError("deadline must be positive and below 49 days")
    return ms


def _number(value: object, name: str) -> int:
    """Checks only that the index fits into the request; the NSM checks whether the PCR exists."""
    number = integer(value, name)
    if not 0 <= number <= 0xFFFF:
        raise ValueError("%s must be 0 to 65535, not %d" % (name, number))
    return number


def path_bytes(path: Optional[Path], name: str) -> Optional[bytes]:
    """A path for C; a NUL inside would truncate it."""
    if path is None:
        return None
    told = os.fsencode(path)
    if b"\0" in told or not told:
        raise ValueError("%s is empty or has a NUL inside" % name)
    return told


class NsmSession(Closable):
    """A session with an NSM. Use it in a `with` statement or close it.

    path         of the device; /dev/nsm if none of path, socket_path and transport is given
    socket_path  of a software NSM's unix socket
    transport    a function from request to response (bytes); OSError is reported with its errno, other exceptions as
                 EIO; KeyboardInterrupt and SystemExit are raised after C returns
    deadline     the time limit of a request, a timedelta; without one, the driver's limit of two minutes applies
    strict_sizes refuse sizes above the documented limits, which the NSM does not enforce

    Every request raises NsmError (see its code, device_error and errno), TypeError for a wrong type, and ValueError for
    values that do not fit into a request. After an error of the transport or a timeout it is unknown whether a request
    took effect. Opening raises NsmError too, and LibraryError if the NSM library is missing.

    Threads: any number may use one session at once; requests are sent one after the other, without the interpreter's
    lock. Closing waits for calls in progress in other threads. Processes: after a fork only the process that opened the
    session may use it; for a device without a deadline, the child may use it instead if no request was in progress.
    Cost: one system call for each request, except random().
    """

    @suggests_names
    def __init__(self, *, path: Optional[Path] = None, socket_path: Optional[Path] = None,
                 transport: Optional[Exchange] = None, deadline: Optional[timedelta] = None,
                 strict_sizes: bool = False) -> None:
        told = CTransport.of(transport)
        options = n.initial_nsm_options()
        options.path, options.socket_path = path_bytes(path, "path"), path_bytes(socket_path, "socket_path")
        options.deadline_ms = _deadline_ms(deadline)
        options.flags = n.NSM_STRICT_SIZES * boolean(strict_sizes, "strict_sizes")
        self._process, self._lib, self._raw, self._transport = Process(), nsm_lib(), n.Nsm(), told
        self._run: Runner = directly
        self._may_move = socket_path is None and told is None and deadline is None
        # Only running calls keep the list's element alive while C works, and an interrupted call does not.
        self._uses = [self._memory()]
        self._used = weakref.ref(self._uses[0])
        options.transport = None if told is None else ctypes.pointer(told.raw)
        call(self._lib.natt_nsm_open, byref(self._raw), byref(options))
        if told is not None:
            told.opened()

    def _memory(self) -> Memory:
        return Memory(ctypes.pointer(self._raw), self._lib, "natt_nsm_close", self._transport)

    def _stayed_behind(self) -> bool:
        """Whether this is a forked child that cannot use the session: no thread of C exists in it."""
        if self._process.is_this():
            return False
        if self._may_move and self._uses:
            self._uses[:] = [self._memory()]
            if self._used() is None:  # otherwise the parent was inside a call
                self._used, self._process = weakref.ref(self._uses[0]), Process()
                return False
        return True

    def _check_open(self) -> None:
        if not self._uses:
            raise NsmError(NsmCode.NATT_NSM_E_USAGE_SESSION, "the session is closed")

    def _ask(self, call: Callable[[List[Memory]], int]) -> bool:
        """Returns the result of `call`, which passes the natt_nsm to C: the list's only element, without a variable for
        it."""
        self._check_open()
        if self._stayed_behind():
            raise NsmError(NsmCode.NATT_NSM_E_USAGE_SESSION,
                           "the session belongs to the process that this one was forked from")
        uses = self._uses
        try:
            held = self._run(lambda: call(uses))
        except IndexError:
            self._check_open()  # another thread closed the session
            raise
        if self._transport is not None and self._transport.interrupts:
            raise self._transport.interrupts.pop()
        return bool(held)

    def _call(self, name: str, *arguments: Any) -> None:
        error, function = n.NsmError(), getattr(self._lib, name)
        if not self._ask(lambda uses: int(function(uses[0], *arguments, byref(error)))):
            raise nsm_from_c(error)

    def _answer(self, name: str, *arguments: Any) -> bytes:
        room, length = ctypes.create_string_buffer(n.NSM_MAX_RESPONSE), ctypes.c_size_t()
        self._call(name, room, n.NSM_MAX_RESPONSE, byref(length), *arguments)
        return room.raw[:length.value]

    def close(self) -> None:
        """Closes the session; calling it again does nothing. Do not call it from inside a transport.

        In a forked child that may not use the session, it only closes this object: the parent's session remains open.
        """
        here = not self._stayed_behind()
        self._uses.clear()
        if here:
            while self._used() is not None:
                time.sleep(0.001)

    @property
    def closed(self) -> bool:
        """Whether close() was called."""
        return not self._uses

    def set_deadline(self, deadline: timedelta) -> None:
        """Sets the deadline, a timedelta, of later requests; the session must have been opened with a deadline."""
        self._call("natt_nsm_set_deadline", _deadline_ms(deadline))

    def describe(self) -> NsmDescription:
        """DescribeNSM: the description of the NSM."""
        raw = n.initial_nsm_description()
        self._call("natt_nsm_describe", byref(raw))
        return NsmDescription(raw.module_id.decode("utf-8"), (raw.version_major, raw.version_minor, raw.version_patch),
                              raw.max_pcrs, _DIGESTS[raw.digest], tuple(raw.locked_pcrs[:raw.locked_pcr_count]))

    def describe_pcr(self, index: int) -> NsmPcr:
        """DescribePCR: the value of the PCR with this index, and whether it is locked."""
        raw = n.NsmPcr()
        self._call("natt_nsm_describe_pcr", byref(raw), _number(index, "index"))
        return NsmPcr(raw.locked, bytes(raw.value))

    def extend_pcr(self, index: int, data: BytesLike) -> bytes:
        """ExtendPCR: the PCR with this index becomes SHA384(its value || data), which is returned.

        It cannot be undone; PCR 16 to 31 can be extended, until they are locked.
        """
        value, kept = (ctypes.c_uint8 * c.PCR_LEN)(), immutable(data, "data")
        self._call("natt_nsm_extend_pcr", value, _number(index, "index"), view(kept))
        return bytes(value)

    def lock_pcr(self, index: int) -> None:
        """LockPCR: the PCR with this index cannot be extended until the enclave ends; later documents include it."""
        self._call("natt_nsm_lock_pcr", _number(index, "index"))

    def lock_pcrs(self, count: int) -> None:
        """LockPCRs: locks PCR 0 to count - 1; locked PCRs remain locked."""
        self._call("natt_nsm_lock_pcrs", _number(count, "count"))

    @suggests_names
    def attest(self, *, user_data: Optional[BytesLike] = None, nonce: Optional[BytesLike] = None,
               public_key: Optional[BytesLike] = None) -> bytes:
        """Attestation: a document signed by the NSM, neither parsed nor verified here.

        user_data, nonce, public_key  up to what fits into a request of 4096 bytes; None is null, b"" is empty.
        Cost: the NSM signs within milliseconds.
        """
        fields = n.initial_nsm_attestation()
        set_views(fields, user_data=user_data, nonce=nonce, public_key=public_key)
        return self._answer("natt_nsm_attest", byref(fields))

    def get_random(self) -> bytes:
        """GetRandom, one request: the 256 bytes of its reply, unchecked. Most programs need random()."""
        return self._answer("natt_nsm_get_random")

    def random(self, length: int) -> bytes:
        """`length` random bytes, at most 2**30, in requests of 240 bytes. Each reply is compared with the previous one:
        this detects a broken device, not weak random numbers. On failure nothing is returned.
        """
        if not 0 <= integer(length, "length") <= _MAX_RANDOM:
            raise ValueError("length must be 0 to %d, not %d" % (_MAX_RANDOM, length))
        room = ctypes.create_string_buffer(max(length, 1))
        self._call("natt_nsm_random", room, length)
        return room.raw[:length]

    def send(self, request: BytesLike) -> bytes:
        """Sends any bytes as the request, 1 to 4096, and returns the reply, also an error reply."""
        kept = immutable(request, "request")
        return self._answer("natt_nsm_send", view(kept))

    def seed_kernel(self, length: int = 64, *, path: Optional[Path] = None) -> SeedReport:
        """Seeds the kernel's random numbers with `length` bytes, 1 to 512, each credited as 8 bits. Needs
        CAP_SYS_ADMIN.

        path  of the random device, /dev/random if it is None.
        """
        seed, report = n.initial_nsm_seed(), n.NsmSeedReport()
        seed.path, seed.len = path_bytes(path, "path"), _number(length, "length")
        self._call("natt_nsm_seed_kernel", byref(report), byref(seed))
        before, after = report.entropy_before, report.entropy_after
        return SeedReport(report.ready_before, report.ready_after, None if before < 0 else before,
                          None if after < 0 else after)
