"""A software NSM for tests and development; it protects nothing."""
from __future__ import annotations

import atexit
import ctypes
import os
import weakref
from contextlib import contextmanager, nullcontext
from ctypes import byref, sizeof
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from queue import SimpleQueue
from typing import (Any, BinaryIO, Callable, ContextManager, Iterable, Iterator, List, Mapping, Optional, TypeVar,
                    Union, cast)

from . import _nsm_structs as n
from . import _structs as c
from ._buffers import BytesLike, copy, immutable, optional_view, set_views, view
from ._codes import EmulatorCode
from ._errors import EmulatorError, NitroAttestError, UsageError, call, emulator_from_c
from ._interruptible import Runner, Work, directly, interruptible
from ._library import emulator_lib
from ._nsm import NsmSession, Path, path_bytes
from ._owned import CALL, Memory, MemoryOwner, Process
from ._transport import CTransport
from ._values import (Kind, boolean, enumerator, listed, milliseconds_since_1970, pcr_index, suggests_names, typed,
                      utf8)

_PEM_ROOM = 1024  # issuer.h specifies this size as sufficient
_T = TypeVar("_T")


def text_argument(value: Optional[str], name: str) -> Optional[bytes]:
    """A C string, or None."""
    if value is None:
        return None
    if "\0" in typed(value, str, name, "a str or None"):
        raise ValueError("%s has a NUL inside" % name)
    return utf8(value, name)


def set_texts(target: Any, **texts: Optional[str]) -> None:
    """Sets the strings with these names in a structure."""
    for name, text in texts.items():
        setattr(target, name, text_argument(text, name))


def time_ms(value: Optional[datetime], name: str) -> int:
    """Converts a time for C, in which 0 means none."""
    if value is None:
        return 0
    ms = milliseconds_since_1970(value, name)
    if ms == 0:
        raise EmulatorError(EmulatorCode.NATT_EMULATOR_E_USAGE_NOW, "%s must be a time after 1970-01-01" % name)
    return ms


class Signer(MemoryOwner):
    """Base class of Emulator and Issuer: an owner of a separate PKI."""

    _lib: Any
    _lock: ContextManager[object] = nullcontext()

    def _told(self, what: str, *arguments: Any, read: Callable[[Any], _T]) -> _T:
        """Calls a C function for this object, and reads the result while the memory exists."""
        with self._lock:
            memory = self._use()
            return read(getattr(self._lib, "natt_%s_%s" % (self._name, what))(memory, *arguments))

    @property
    def root(self) -> bytes:
        """The root certificate of its documents, in DER; trust it only in tests."""
        return self._told("root", read=copy)

    @property
    def root_pem(self) -> str:
        """The same as PEM text."""
        room, length = ctypes.create_string_buffer(_PEM_ROOM), ctypes.c_size_t()
        if not self._told("root_pem", room, _PEM_ROOM, byref(length), read=bool):
            raise NitroAttestError("the root does not fit into %d bytes of PEM" % _PEM_ROOM)
        return room.raw[:length.value].decode("ascii")

    @property
    def module_id(self) -> str:
        """The module_id of its documents."""
        return self._told("module_id", read=bytes.decode)


@dataclass(frozen=True)
class EmulatorPcr:
    """The initial value of a PCR, given directly or as data to extend it with; at most one of the two.

    index   0 to 31, of a NitroTPM 0 to 23
    value   48 bytes
    extend  any bytes: the PCR is SHA384(its value || extend)
    lock    for PCR 16 and above; the others are always locked
    """

    index: int
    value: Optional[bytes] = None
    extend: Optional[bytes] = None
    lock: bool = False


#: Bytes of an image that are read at a time.
_PIECE = 1 << 20


@dataclass(frozen=True)
class EifMeasurements:
    """The PCRs of an enclave image, as nitro-cli prints them, 48 bytes each.

    pcr0  the image
    pcr1  kernel and boot file system
    pcr2  application
    pcr8  the signing certificate, whose signature is valid; None if the image is not signed
    """

    pcr0: bytes
    pcr1: bytes
    pcr2: bytes
    pcr8: Optional[bytes]


def measure_eif(image: Union[BytesLike, str, "os.PathLike[str]", BinaryIO]) -> EifMeasurements:
    """Measures a whole EIF file: its path, a binary file to read to its end, or its content as bytes.

    Files are read in pieces, in constant memory. Raises EmulatorError, with offset and index (the section), if the
    image is damaged or malformed, or its signature is not valid. Threads: any number at once. Cost: SHA-384 of the
    image and of its parts; one signature.
    """
    if isinstance(image, (str, os.PathLike)):
        with open(image, "rb") as file:
            return _measure(iter(lambda: file.read(_PIECE), b""))
    if isinstance(image, (bytes, bytearray, memoryview)) or not hasattr(image, "read"):
        return _measure([immutable(image, "image")])
    read = image.read
    return _measure(iter(lambda: immutable(read(_PIECE), "what image.read() gives"), b""))


def _measure(pieces: Iterable[bytes]) -> EifMeasurements:
    lib, raw = emulator_lib(), n.EifMeasurements()
    eif = call(lib.natt_eif_new)
    try:
        for piece in pieces:
            call(lib.natt_eif_add, eif, view(piece))
        call(lib.natt_eif_finish, eif, byref(raw))
    finally:
        lib.natt_eif_free(eif)
    return EifMeasurements(bytes(raw.pcr0), bytes(raw.pcr1), bytes(raw.pcr2),
                           bytes(raw.pcr8) if raw.has_signature else None)


def init_pki(folder: Path) -> None:
    """Creates a permanent PKI for Emulator(pki_dir=folder): folder/seed (a secret) and folder/root.pem. Raises
    EmulatorError if the folder already has a PKI, cannot be created, or other users could change it: code and message
    give the reason, errno is that of a failed system call.
    """
    call(emulator_lib().natt_emulator_pki_init, path_bytes(folder, "folder"), filename=os.fsdecode(folder))


def _presets(pcrs: Union[Mapping[int, BytesLike], Iterable[EmulatorPcr]], keep: List[object]) -> Any:
    if isinstance(pcrs, Mapping):
        values = cast("Mapping[int, BytesLike]", pcrs)  # not one of EmulatorPcr objects
        pcrs = [EmulatorPcr(index, immutable(value, "PCR %.100a" % (index,))) for index, value in values.items()]
    raw = []
    for one in listed(pcrs, "pcrs"):
        if not isinstance(one, EmulatorPcr):
            raise TypeError("pcrs must list EmulatorPcr objects, or map indices to values")
        preset_index(one.index)
        told = [None if part is None else immutable(part, "PCR %d" % one.index) for part in (one.value, one.extend)]
        keep.append(told)
        raw.append(n.EmulatorPcr(one.index, *map(optional_view, told), boolean(one.lock, "lock")))
    return (n.EmulatorPcr * len(raw))(*raw)


def preset_index(index: object) -> int:
    """The index of a PCR for a document."""
    try:
        return pcr_index(index)
    except UsageError as e:
        raise EmulatorError(EmulatorCode.NATT_EMULATOR_E_USAGE_PCR, e.message) from None


def _faults(lib: Any, texts: Iterable[str]) -> Any:
    if isinstance(texts, str):
        raise TypeError("faults must be a list of strings, not one string")
    parsed: List[n.Fault] = []
    for text in listed(texts, "faults"):
        fault, parsed_text = n.Fault(), text_argument(typed(text, str, "a fault", "a str"), "a fault")
        try:
            call(lib.natt_fault_parse, byref(fault), parsed_text, index=len(parsed))
        except EmulatorError as refusal:
            refusal.message += " in %a" % text[:100]
            raise
        parsed.append(fault)
    if len(parsed) > n.EMULATOR_MAX_FAULTS:
        raise ValueError("there are %d faults; %d at most" % (len(parsed), n.EMULATOR_MAX_FAULTS))
    return (n.Fault * len(parsed))(*parsed)


class _Serving(Work):
    """Threads of the C server. They run until stop(), or until the program exits inside a `with` block."""

    def __init__(self, lib: Any, memory: Memory, path: Path) -> None:
        super().__init__(self._serve, self._tell)
        self._lib, self._memory, self._path = lib, [memory], path
        self._listens: SimpleQueue[str] = SimpleQueue()

    def start(self) -> Iterator[object]:
        """When iterated, starts the server and yields once, when clients can connect or it has failed. Call stop()
        afterwards."""
        return chain(filter(None, self._starting()), map(CALL, (self._kept(self._listens.get),)))

    def _watch(self) -> None:
        atexit.register(self.stop)
        try:
            self._seen, self._told = os.pipe()
            try:
                super()._watch()
            finally:
                os.close(self._told)
                os.close(self._seen)
        finally:
            self._listens.put("ready")
            atexit.unregister(self.stop)

    def _serve(self) -> int:
        memory, path = self._memory.pop(), os.fsdecode(self._path)
        server = call(self._lib.natt_emulator_listen, memory, path_bytes(self._path, "path"), filename=path)
        self._listens.put("ready")
        try:
            call(self._lib.natt_emulator_serve, server, self._seen)
        finally:
            self._lib.natt_emulator_server_free(server)
        return 0

    def _tell(self, on: bool) -> None:
        if on:
            os.write(self._told, b"\0")  # the peer would not detect the close while a forked child has a copy

    def stop(self) -> None:
        """Stops the server and raises its error. Does nothing in a forked child, in which the server does not run."""
        self.cancel()
        self.wait()
        self.check()


class Emulator(Signer):
    """Handles all seven requests of /dev/nsm like the real device, and signs documents under its own PKI.

    seed     bytes from which all keys follow; pki_dir: a folder created by init_pki(). Neither = fresh keys
    kind     ENCLAVE or NITROTPM
    region, instance_id, role_arn  determine the names and PCRs 3 and 4
    pcrs     {index: value}, or EmulatorPcr objects in order
    debug    as a debug enclave: PCR0 to 2 are zero
    now      a fixed time for its clock, an aware datetime; clock_offset, a timedelta, is added to it, or to the
             system's time
    faults   faults to inject, for example "attestation:errno=EIO:every=3"; see nitro-attest-emulate(1)

    Its documents verify only if root is trusted. Use it in a `with` statement or close it; open sessions keep it alive.
    Raises EmulatorError for invalid values, TypeError for wrong types, and ValueError after it is closed. Threads may
    share it. Processes: after a fork only the process that created it may use it, others get a ValueError; all may use
    the socket of serve(). Signals: Ctrl-C ends the wait of a fault. Cost: a key pair for each certificate, some
    milliseconds.
    """

    _name, _elsewhere = "emulator", "; create another one, or use serve()"

    @suggests_names
    def __init__(self, *, seed: Optional[BytesLike] = None, pki_dir: Optional[Path] = None, kind: Kind = Kind.ENCLAVE,
                 region: Optional[str] = None, instance_id: Optional[str] = None, role_arn: Optional[str] = None,
                 pcrs: Union[Mapping[int, BytesLike], Iterable[EmulatorPcr]] = (), debug: bool = False,
                 now: Optional[datetime] = None,
                 clock_offset: timedelta = timedelta(0), faults: Iterable[str] = ()) -> None:
        self._process = Process()
        self._lib = emulator_lib()
        keep: List[object] = []
        presets = _presets(pcrs, keep)
        options = n.EmulatorOptions(
            struct_size=sizeof(n.EmulatorOptions), pki_dir=path_bytes(pki_dir, "pki_dir"),
            kind=enumerator(kind, Kind, "kind"), pcrs=presets, pcr_count=len(presets),
            debug=boolean(debug, "debug"))
        set_views(options, seed=seed)
        set_texts(options, region=region, instance_id=instance_id, role_arn=role_arn)
        options.clock.fixed_ms = time_ms(now, "now")
        options.clock.offset_ms = (
            typed(clock_offset, timedelta, "clock_offset", "a timedelta") // timedelta(milliseconds=1))
        array = _faults(self._lib, faults)
        waits = any(fault.action in (n.FAULT_SILENCE, n.FAULT_DELAY) for fault in array)
        self._run: Runner = interruptible(self._skip_delays) if waits else directly
        options.faults, options.fault_count = array, len(array)
        error = n.EmulatorError()
        pointer = self._lib.natt_emulator_new(byref(options), byref(error))
        if not pointer:
            named = pki_dir is not None and EmulatorCode(int(error.code)).name.startswith("NATT_EMULATOR_E_PKI_")
            raise emulator_from_c(error, os.fsdecode(pki_dir) if named and pki_dir is not None else None)
        # sessions and calls keep it, too
        self._uses = [Memory(ctypes.c_void_p(pointer), self._lib, "natt_emulator_free")]
        self._memory = weakref.ref(self._uses[0])

    def _skip_delays(self, on: bool) -> None:
        """Ends the waits of faults."""
        memory = self._memory()
        if memory is not None:  # otherwise no call is waiting
            self._lib.natt_emulator_skip_delays(memory, on)

    def session(self, *, deadline: Optional[timedelta] = None, strict_sizes: bool = False) -> NsmSession:
        """Opens a session in this process, without a socket. The arguments are those of NsmSession."""
        memory = self._use()
        transport = self._lib.natt_emulator_transport(memory)
        told: Any = CTransport(transport.exchange, transport.context, memory)
        session = NsmSession(transport=told, deadline=deadline, strict_sizes=strict_sizes)
        session._run = self._run
        return session

    def exchange(self, request: BytesLike) -> bytes:
        """Sends one request (CBOR) and returns the reply; OSError if the ioctl would fail. Also a transport for
        NsmSession."""
        kept = immutable(request, "request")
        room, length = ctypes.create_string_buffer(n.EMULATOR_MAX_RESPONSE), ctypes.c_size_t()
        memory, exchange = self._use(), self._lib.natt_emulator_exchange
        code = self._run(lambda: int(exchange(memory, kept, len(kept), room, n.EMULATOR_MAX_RESPONSE, byref(length))))
        if code:
            raise OSError(code, os.strerror(code))
        return room.raw[:length.value]

    @contextmanager
    def serve(self, path: Path) -> Iterator[None]:
        """Serves a unix socket (SOCK_SEQPACKET, mode 0600) inside the `with`, for NsmSession(socket_path=path).

        A separate thread runs the server. Raises EmulatorError if the socket cannot be created.
        """
        path_bytes(path, "path")
        serving = _Serving(self._lib, self._use(), path)
        try:
            for _ in serving.start():
                serving.check()
                yield
        finally:
            serving.stop()
