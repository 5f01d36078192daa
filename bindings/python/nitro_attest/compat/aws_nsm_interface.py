"""The functions of the package aws-nsm-interface, on top of this client: only the import line changes.

    from nitro_attest.compat import aws_nsm_interface

Differences: replies are checked strictly (NsmError, an OSError, for an invalid reply); get_random raises IoctlError
where the other package fails with AttributeError; error texts give the reason.
"""
from __future__ import annotations

import typing

from .._codes import NsmCode
from .._errors import NsmError
from .._nsm import NsmSession

NSM_DEV_FILE = "/dev/nsm"

Data = typing.Union[str, bytes, bytearray, memoryview]
_T = typing.TypeVar("_T")


class IoctlError(Exception):
    """The NSM replied with an error; args[0] is its name, "ReadOnlyIndex"."""


def open_nsm_device() -> NsmSession:
    """Open the /dev/nsm file and return the file handle."""
    try:
        return NsmSession(path=NSM_DEV_FILE)
    except NsmError as e:
        if e.errno is None:
            raise
        raise OSError(e.errno, e.message, NSM_DEV_FILE) from None  # FileNotFoundError and so on, as open() does


def close_nsm_device(file_handle: NsmSession) -> None:
    """Close the /dev/nsm file."""
    file_handle.close()


def get_random(file_handle: NsmSession, length: int = 32) -> bytes:
    """Request random bytes from /dev/nsm."""
    if length < 1 or length > 256:
        raise ValueError("GetRandom supports length between 1 and 256 inclusive.")
    return _answer(file_handle.get_random)[:length]


def get_attestation_doc(file_handle: NsmSession, user_data: typing.Optional[Data] = None,
                        nonce: typing.Optional[Data] = None,
                        public_key: typing.Optional[Data] = None) -> typing.Dict[str, bytes]:
    """Request Attestation document from /dev/nsm."""
    fields = {"user_data": user_data, "nonce": nonce, "public_key": public_key}
    told = {name: _data(value) for name, value in fields.items() if value is not None}
    return {"document": _answer(lambda: file_handle.attest(**told))}


def describe_nsm(file_handle: NsmSession) -> typing.Dict[str, typing.Any]:
    """Request NSM description from /dev/nsm."""
    told = _answer(file_handle.describe)
    return {
        **dict(zip(("version_major", "version_minor", "version_patch"), told.version)),
        "module_id": told.module_id,
        "max_pcrs": told.max_pcrs,
        "locked_pcrs": list(told.locked_pcrs),
        "digest": told.digest,
    }


def describe_pcr(file_handle: NsmSession, index: int) -> typing.Dict[str, typing.Any]:
    """Request PCR description from /dev/nsm."""
    told = _answer(lambda: file_handle.describe_pcr(_index(index)))
    return {"lock": told.locked, "data": told.value}


def extend_pcr(file_handle: NsmSession, index: int, data: Data) -> typing.Dict[str, bytes]:
    """Extend the PCR at the given index."""
    return {"data": _answer(lambda: file_handle.extend_pcr(_index(index), _data(data)))}


def lock_pcr(file_handle: NsmSession, index: int) -> bool:
    """Lock PCR at index."""
    _answer(lambda: file_handle.lock_pcr(_index(index)))
    return True


def lock_pcrs(file_handle: NsmSession, lock_range: int) -> bool:
    """Lock PCRs in range(0, lock_range)."""
    _answer(lambda: file_handle.lock_pcrs(_index(lock_range)))
    return True


def _data(value: Data) -> bytes:
    """The NSM accepts a text string as a byte string, and the other package can send one."""
    return value.encode("utf-8") if isinstance(value, str) else bytes(memoryview(value))


def _index(index: int) -> int:
    """Values that do not fit into a request are an invalid operation, as for the NSM."""
    if isinstance(index, int) and not 0 <= index <= 0xFFFF:
        raise IoctlError("InvalidOperation")
    return index


def _answer(call: typing.Callable[[], _T]) -> _T:
    try:
        return call()
    except NsmError as e:
        if e.code is NsmCode.NATT_NSM_E_DEVICE:
            raise IoctlError(e.device_error.wire_name or "unknown") from None
        if e.code is NsmCode.NATT_NSM_E_USAGE_SESSION:
            raise ValueError("I/O operation on closed file") from None
        if e.code is NsmCode.NATT_NSM_E_REQUEST_SIZE:
            raise ValueError("Request too large.") from None
        if e.code is NsmCode.NATT_NSM_E_TRANSPORT and e.errno is not None:
            raise OSError(e.errno, e.message) from None
        raise
