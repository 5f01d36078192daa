"""A software NSM for tests and development; nothing is protected by it."""
from __future__ import annotations

import ctypes
import os
import threading
from contextlib import contextmanager
from ctypes import byref, sizeof
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Iterable, Iterator, List, Mapping, Optional, Sequence, Type, Union

from . import _nsm_structs as n
from . import _structs as c
from ._buffers import BytesLike, copy, immutable, view
from ._errors import NitroAttestError, from_c
from ._library import nsm_lib
from ._nsm import NsmSession, Path, path_bytes
from ._transport import CTransport
from ._values import Kind, boolean, milliseconds_since_1970


def text_argument(value: Optional[str], name: str) -> Optional[bytes]:
    """A text for C, or None."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError("%s must be a str or None, not %s" % (name, type(value).__name__))
    if "\0" in value:
        raise ValueError("%s has a NUL inside" % name)
    return value.encode("utf-8")


def kind_argument(kind: Kind) -> int:
    """The number of a kind."""
    if not isinstance(kind, Kind):
        raise TypeError("kind must be a nitro_attest.Kind, not %s" % type(kind).__name__)
    return kind.value


def root_pem(lib: Any, function: str, pointer: int) -> str:
    """The root of an issuer or emulator as PEM text."""
    room, length = ctypes.create_string_buffer(n.PEM_ROOM), ctypes.c_size_t()
    if not getattr(lib, function)(pointer, room, n.PEM_ROOM, byref(length)):
        raise NitroAttestError("the root does not fit into %d bytes of PEM" % n.PEM_ROOM)
    return room.raw[:length.value].decode("ascii")


@dataclass(frozen=True)
class EmulatorPcr:
    """What a PCR holds from the start: a value, or the result of extending it with data; at most one of both."""

    index: int
    value: Optional[bytes] = None
    extend: Optional[bytes] = None
    lock: bool = False  #: PCR 16 and above; the others always are locked


@dataclass(frozen=True)
class EifMeasurements:
    """PCRs that an enclave image gives, as nitro-cli prints them."""

    pcr0: bytes
    pcr1: bytes
    pcr2: bytes
    pcr8: Optional[bytes]  #: None when the image is not signed; whether a signature holds is not judged


def measure_eif(image: BytesLike) -> EifMeasurements:
    """Measures a whole EIF file. Raises AttestationError, with the offset, when it is damaged."""
    data, raw, error = immutable(image, "image"), n.EifMeasurements(), c.Error()
    if not nsm_lib().natt_eif_measure(byref(raw), view(data), byref(error)):
        raise from_c(error)
    return EifMeasurements(bytes(raw.pcr0), bytes(raw.pcr1), bytes(raw.pcr2),
                           bytes(raw.pcr8) if raw.has_signature else None)


def init_pki(folder: Path) -> None:
    """Makes a PKI to keep, folder/seed (a secret) and folder/root.pem, for Emulator(pki_dir=folder)."""
    error = c.Error()
    if not nsm_lib().natt_emulator_pki_init(path_bytes(folder, "folder"), byref(error)):
        raise from_c(error)


def _presets(pcrs: Sequence[EmulatorPcr], keep: List[object]) -> Any:
    raw = []
    for one in pcrs:
        if not isinstance(one, EmulatorPcr):
            raise TypeError("pcrs must list EmulatorPcr objects, or map indices to values")
        told = [None if part is None else immutable(part, "PCR %d" % one.index) for part in (one.value, one.extend)]
        keep.append(told)
        raw.append(n.EmulatorPcr(one.index, *[c.Bytes() if part is None else view(part) for part in told],
                                 boolean(one.lock, "lock")))
    return (n.EmulatorPcr * len(raw))(*raw)


def _faults(lib: Any, texts: Iterable[str]) -> Any:
    if isinstance(texts, str):
        raise TypeError("faults must be a list of texts, not one text")
    parsed = []
    for text in texts:
        fault, error = n.Fault(), c.Error()
        if not lib.natt_fault_parse(byref(fault), text_argument(text, "a fault"), byref(error)):
            raise from_c(error)
        parsed.append(fault)
    return (n.Fault * len(parsed))(*parsed)


class Emulator:
    """All seven requests of /dev/nsm, answered as the real device does, with documents signed under a PKI of its own.

    seed     bytes from which all keys follow; pki_dir: a folder made by init_pki(). Neither = fresh keys
    kind     ENCLAVE or NITROTPM;  region, instance_id, role_arn: what names and PCRs 3 and 4 come from
    pcrs     {index: value}, or EmulatorPcr objects in order
    debug    as a debug enclave: PCR0 to 2 are zero
    now      a fixed time for its clock; clock_offset is added to it, or to the system's time
    faults   what goes wrong on purpose, "attestation:errno=EIO:every=3"; see fault.h

    Its documents verify only where root is trusted. To be used in a `with` statement, or closed; sessions that are open
    keep it alive. Threads may share it; two processes after a fork must not.
    """

    def __init__(self, *, seed: Optional[BytesLike] = None, pki_dir: Optional[Path] = None, kind: Kind = Kind.ENCLAVE,
                 region: Optional[str] = None, instance_id: Optional[str] = None, role_arn: Optional[str] = None,
                 pcrs: Union[Mapping[int, bytes], Iterable[EmulatorPcr]] = (), debug: bool = False, now: Optional[datetime] = None,
                 clock_offset: timedelta = timedelta(0), faults: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._users, self._pointer, self._owner_gone = 0, None, False
        self._lib = nsm_lib()
        told = [None if seed is None else immutable(seed, "seed")]
        presets = [EmulatorPcr(*pair) for pair in pcrs.items()] if isinstance(pcrs, Mapping) else list(pcrs)
        keep: List[object] = [told]
        options = n.EmulatorOptions(
            struct_size=sizeof(n.EmulatorOptions), seed=c.Bytes() if told[0] is None else view(told[0]),
            pki_dir=path_bytes(pki_dir, "pki_dir"), kind=kind_argument(kind), region=text_argument(region, "region"),
            instance_id=text_argument(instance_id, "instance_id"), role_arn=text_argument(role_arn, "role_arn"),
            pcrs=_presets(presets, keep), pcr_count=len(presets), debug=boolean(debug, "debug"))
        options.clock.fixed_ms = 0 if now is None else milliseconds_since_1970(now, "now")
        options.clock.offset_ms = clock_offset // timedelta(milliseconds=1)
        array = _faults(self._lib, faults)
        options.faults, options.fault_count = array, len(array)
        error = c.Error()
        pointer = self._lib.natt_emulator_new(byref(options), byref(error))
        if not pointer:
            raise from_c(error)
        self._pointer, self._users = pointer, 1  # one for the owner, one for each session and call

    def _use(self) -> int:
        with self._lock:
            if self._pointer is None or self._owner_gone:
                raise ValueError("the emulator is closed")
            self._users += 1
            pointer: int = self._pointer
            return pointer

    def _release(self) -> None:
        with self._lock:
            self._users -= 1
            last, pointer = self._users == 0, self._pointer
            if last:
                self._pointer = None
        if last:
            self._lib.natt_emulator_free(pointer)

    @contextmanager
    def _used(self) -> Iterator[int]:
        pointer = self._use()
        try:
            yield pointer
        finally:
            self._release()

    def close(self) -> None:
        """Releases it, once all sessions are closed too; a second time does nothing."""
        with self._lock:
            gone, self._owner_gone = self._owner_gone or self._pointer is None, True
        if not gone:
            self._release()

    def __enter__(self) -> Emulator:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_users", 0):
            self.close()

    def session(self, *, deadline: Optional[timedelta] = None, strict_sizes: bool = False) -> NsmSession:
        """A session with it, in this process and without a socket."""
        transport = self._lib.natt_emulator_transport(self._use())
        told = CTransport(transport.exchange, transport.context, self._release)
        try:
            return NsmSession._over(told, deadline, strict_sizes)
        except BaseException:
            self._release()
            raise

    def exchange(self, request: BytesLike) -> bytes:
        """One request, as bytes of CBOR; OSError where the ioctl would fail. Also a transport for NsmSession."""
        kept = immutable(request, "request")
        room, length = ctypes.create_string_buffer(n.MAX_RESPONSE), ctypes.c_size_t()
        with self._used() as pointer:
            code = self._lib.natt_emulator_exchange(pointer, kept, len(kept), room, n.MAX_RESPONSE, byref(length))
        if code:
            raise OSError(code, os.strerror(code))
        return room.raw[:length.value]

    @property
    def root(self) -> bytes:
        """The certificate that verifies its documents, in DER; to be trusted in tests only."""
        with self._used() as pointer:
            return copy(self._lib.natt_emulator_root(pointer))

    @property
    def root_pem(self) -> str:
        """The same as PEM text."""
        with self._used() as pointer:
            return root_pem(self._lib, "natt_emulator_root_pem", pointer)

    @property
    def module_id(self) -> str:
        """The module_id of its documents."""
        with self._used() as pointer:
            told: bytes = self._lib.natt_emulator_module_id(pointer)
            return told.decode("ascii")

    @contextmanager
    def serve(self, path: Path) -> Iterator[None]:
        """Serves a unix socket (SOCK_SEQPACKET, mode 0600) inside the `with`, for NsmSession(socket_path=path)."""
        with self._used() as pointer:
            error = c.Error()
            server = self._lib.natt_emulator_listen(pointer, path_bytes(path, "path"), byref(error))
            if not server:
                raise from_c(error)
            stop, stopping = os.pipe()
            thread = threading.Thread(target=self._serve, args=(server, stop), name="nitro_attest.Emulator.serve")
            thread.start()
            try:
                yield
            finally:
                os.close(stopping)
                thread.join()
                os.close(stop)
                self._lib.natt_emulator_server_free(server)

    def _serve(self, server: int, stop: int) -> None:
        error = c.Error()
        if not self._lib.natt_emulator_serve(server, stop, byref(error)):
            raise from_c(error)
