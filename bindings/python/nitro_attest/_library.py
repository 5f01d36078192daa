"""Finds, loads and checks the C libraries.

The first that exists is used: the folder that NITRO_ATTEST_LIBDIR names; the library in a wheel; the library that the
system's loader finds. A library that does not match is never used: structures are compared by their sizes, through the
library.
"""
from __future__ import annotations

import ctypes
import errno
import functools
import glob
import os
import sys
import sysconfig
from ctypes import POINTER, byref, sizeof
from typing import Any, Callable, List, Mapping, Optional, Sequence, Tuple

from . import _nsm_structs as n
from . import _recipient_structs as r
from . import _structs as c
from ._codes import HEADER_VERSION, Code, EmulatorCode, NsmCode, RecipientCode
from ._errors import LibraryError, shown

ENVIRONMENT = "NITRO_ATTEST_LIBDIR"
REMEDY = ("install the wheel of this package, or the C library (meson install), or name the folder that contains it in "
          + ENVIRONMENT)


def file_name(stem: str, platform: str = sys.platform) -> str:
    """Returns Meson's file name of this library on the platform sys.platform."""
    forms = {"darwin": "lib%s.0.dylib", "win32": "lib%s-0.dll"}
    return forms.get(platform, "lib%s.so.0") % stem


VERIFIER, NSM = file_name("nitro-attest"), file_name("nitro-attest-nsm")
EMULATOR, RECIPIENT = file_name("nitro-attest-emulator"), file_name("nitro-attest-recipient")
_BESIDE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
#: The folder of libraries in a wheel of meson-python, next to the package or next to compiled ones.
_CARRIED = ".nitro_attest.mesonpy.libs"


def candidates(name: str) -> List[str]:
    """Paths to try, in order of preference; the system's loader searches for a bare name."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return [os.path.join(named, name)]
    folders = [os.path.join(folder, _CARRIED) for folder in (_BESIDE, sysconfig.get_path("platlib"))]
    carried = [path for folder in folders for path in sorted(glob.glob(glob.escape(os.path.join(folder, name)) + "*"))]
    return carried[:1] or [name]


def advice(name: str, platform: str = sys.platform) -> str:
    """The remedy if this library cannot be loaded."""
    if not platform.startswith("linux"):
        return REMEDY if name == VERIFIER else "it needs Linux"
    needs = "it needs mbedTLS (libmbedcrypto); " if name in (EMULATOR, RECIPIENT) else ""
    return "%s%s; with Debian's package: apt-get install %s" % (needs, REMEDY, name.replace(".so.", ""))


def load(name: str) -> ctypes.CDLL:
    """Loads the library, or raises LibraryError with the loader's message and the remedy."""
    path = candidates(name)[0]
    try:
        return ctypes.CDLL(path)
    except OSError as e:
        raise LibraryError("nitro_attest cannot load %s: %s; %s" % (name, shown(str(e)), advice(name))) from None


def wrong(why: str) -> LibraryError:
    """A library that was found but does not match."""
    return LibraryError("the C library found does not belong to this package: %s; %s" % (why, REMEDY))


def declare(lib: Any, functions: Mapping[str, Sequence[Any]]) -> None:
    """Sets the types of functions; raises LibraryError if one of them is missing."""
    for name, types in functions.items():
        try:
            function = getattr(lib, name)
        except AttributeError:
            raise wrong("it lacks %s" % name) from None
        function.restype, function.argtypes = types[0], types[1:]


def check_version(found: Optional[bytes], headers: Tuple[int, int, int] = HEADER_VERSION) -> None:
    """Before 1.0 any minor version may change structures; see docs/API-CONVENTIONS.md."""
    text = (found or b"").decode("ascii", "replace")
    if text.split(".")[:2] != [str(part) for part in headers[:2]]:
        raise wrong("its version is %s, but this package requires %d.%d" % ((shown(text) or "unknown",) + headers[:2]))


def _fails(struct: str, call: Any, error: Any, *arguments: Any, message: bytes, **fields: Any) -> None:
    """Checks the structure of an error with a call whose error is known, field by field."""
    answered = call(*arguments, byref(error))
    told = {name: getattr(error, name) for name in fields}
    if answered or told != fields or not (error.message or b"").startswith(message):
        raise wrong("%s has a different layout" % struct)


def zeroed_length(parse: Any, struct: type[ctypes.Structure]) -> int:
    """The number of bytes that a function of the C library clears on failure: the size of its structure."""
    room = (ctypes.c_uint8 * (2 * sizeof(struct)))(*([0xA5] * (2 * sizeof(struct))))
    parse(ctypes.cast(room, POINTER(struct)), c.Bytes(), None)
    cleared = bytes(room)
    return len(cleared) - len(cleared.lstrip(b"\0"))


def _takes_size(lib: ctypes.CDLL, error: Any, wrong_size: int, call: str, *arguments: Any) -> None:
    """A call that fails for a reason other than struct_size."""
    if getattr(lib, call)(*arguments, byref(error)) or error.code == wrong_size:
        raise wrong("the structures of %s have other sizes" % call)


def check_verifier(lib: ctypes.CDLL) -> None:
    """Raises LibraryError unless version and structures match this package."""
    check_version(lib.natt_version())
    missing = int(Code.NATT_E_USAGE_ARGUMENT)
    _fails("natt_error", lib.natt_document_parse, c.Error(), None, c.Bytes(), code=missing, item=c.NO_ITEM,
           offset=c.NO_OFFSET, message=lib.natt_code_message(missing))
    for name, parse, struct in (("document", lib.natt_document_parse, c.Document),
                                ("certificate", lib.natt_certificate_parse, c.Certificate),
                                ("deny_entry", lib.natt_deny_from_certificate, c.DenyEntry)):
        if zeroed_length(parse, struct) != sizeof(struct):
            raise wrong("natt_%s has another size" % name)
    wrong_size = int(Code.NATT_E_USAGE_STRUCT_SIZE)
    _takes_size(lib, c.Error(), wrong_size, "natt_verify", byref(c.initial_verified()), c.Bytes(),
                byref(c.initial_options()), None)
    _takes_size(lib, c.Error(), wrong_size, "natt_policy_validate", byref(c.initial_policy()), c.KIND_ENCLAVE)
    item = c.initial_batch_item()
    lib.natt_verify_batch(byref(item), 1, byref(c.initial_options()), None, None, 0, None)
    if item.error.code in (int(Code.NATT_OK), wrong_size):
        raise wrong("natt_batch_item has another size")


def check_nsm(lib: ctypes.CDLL) -> None:
    """Checks natt_nsm_error and natt_nsm_options."""
    options, code = n.initial_nsm_options(), int(NsmCode.NATT_NSM_E_USAGE_TRANSPORT)
    options.path, options.socket_path = b"a", b"b"
    _fails("natt_nsm_options or natt_nsm_error", lib.natt_nsm_open, n.NsmError(), byref(n.Nsm()), byref(options),
           code=code, device_error=0, errno_value=0, required_len=0, offset=c.NO_OFFSET,
           message=lib.natt_nsm_code_message(code))


def check_emulator(lib: ctypes.CDLL) -> None:
    """Checks natt_emulator_error, and the options of the software NSM and of the issuer."""
    _fails("natt_emulator_error", lib.natt_fault_parse, n.EmulatorError(), byref(n.Fault()), b"any:",
           code=int(EmulatorCode.NATT_EMULATOR_E_USAGE_FAULT_TEXT), errno_value=0, index=n.EMULATOR_NO_INDEX,
           required_len=0, offset=4, message=b"no such action")
    emulator, issuer = n.initial_emulator_options(), n.initial_issuer_options()
    emulator.seed = issuer.seed = c.Bytes(None, 1)
    wrong_size = int(EmulatorCode.NATT_EMULATOR_E_USAGE_STRUCT_SIZE)
    _takes_size(lib, n.EmulatorError(), wrong_size, "natt_emulator_new", byref(emulator))
    _takes_size(lib, n.EmulatorError(), wrong_size, "natt_issuer_new", byref(issuer))


def check_recipient(lib: ctypes.CDLL) -> None:
    """Checks natt_recipient_error and the structures that calls accept."""
    code = int(RecipientCode.NATT_RECIPIENT_E_KEY_ACCESS)
    error = r.RecipientError()
    _fails("natt_recipient_error", lib.natt_recipient_key_load, error, b"", code=code, verify_code=0,
           errno_value=errno.ENOENT, required_len=0, offset=c.NO_OFFSET, message=lib.natt_recipient_code_message(code))
    if (error.nsm.code, error.nsm.offset) != (0, c.NO_OFFSET):
        raise wrong("natt_recipient_error has a different layout")
    wrong_size, length = int(RecipientCode.NATT_RECIPIENT_E_USAGE_STRUCT_SIZE), ctypes.c_size_t()
    _takes_size(lib, r.RecipientError(), wrong_size, "natt_recipient_attest", None, None, 0, byref(length),
                byref(n.Nsm()), byref(r.initial_recipient_attestation()))
    _takes_size(lib, r.RecipientError(), wrong_size, "natt_recipient_seal", None, 0, byref(length),
                byref(c.initial_verified()), c.Bytes(1, 0), byref(r.initial_recipient_seal_options()))


def _loaded(name: str, functions: Mapping[str, Sequence[Any]], check: Callable[[ctypes.CDLL], None]) -> ctypes.CDLL:
    lib = load(name)
    declare(lib, functions)
    check(lib)
    return lib


#: The verifier. Importing the package fails with LibraryError if it is missing or does not match.
lib = _loaded(VERIFIER, c.VERIFIER_FUNCTIONS, check_verifier)


def _on_first_use(*told: Any) -> Callable[[], ctypes.CDLL]:
    """A function that loads an additional library: verification needs none of them, and most of them need mbedTLS."""
    return functools.lru_cache(maxsize=None)(lambda: _loaded(*told))  # two threads may load it twice: harmless


nsm_lib = _on_first_use(NSM, n.NSM_FUNCTIONS, check_nsm)
emulator_lib = _on_first_use(EMULATOR, n.EMULATOR_FUNCTIONS, check_emulator)
_recipient_lib = _on_first_use(RECIPIENT, r.RECIPIENT_FUNCTIONS, check_recipient)


def recipient_lib() -> ctypes.CDLL:
    """The library of recipients' keys, which calls the verifier and the NSM client."""
    nsm_lib()  # from now on, the loader finds this library by its name
    return _recipient_lib()
