"""Finds, loads and checks the C libraries.

Looked for, the first that is there counts: the folder NITRO_ATTEST_LIBDIR names; what a wheel carries; what the system's
loader finds. A library that does not fit is never used: structures are compared by their sizes, through the library.
"""
from __future__ import annotations

import ctypes
import glob
import os
import sysconfig
import threading
from ctypes import POINTER, byref, c_bool, c_char_p, c_int, c_size_t, c_uint32, c_void_p, sizeof
from typing import Any, List, Optional, Tuple

from . import _structs as c
from ._codes import HEADER_VERSION, Code
from ._errors import LibraryError, shown

ENVIRONMENT = "NITRO_ATTEST_LIBDIR"
REMEDY = ("install the wheel of this package, or the C library (meson install), or name the folder that holds it in "
          + ENVIRONMENT)
VERIFIER, NSM, EMULATOR = "libnitro-attest.so.0", "libnitro-attest-nsm.so.0", "libnitro-attest-emulator.so.0"
_DEBIAN = {VERIFIER: "libnitro-attest0", NSM: "libnitro-attest-nsm0", EMULATOR: "libnitro-attest-emulator0"}
_BESIDE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
#: Where a wheel made by meson-python keeps libraries: beside the package, or beside compiled ones.
_CARRIED = ".nitro_attest.mesonpy.libs"


def candidates(name: str) -> List[str]:
    """Paths to try, best first; a bare name is the system's loader's."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return [os.path.join(named, name)]
    folders = [os.path.join(folder, _CARRIED) for folder in (_BESIDE, sysconfig.get_path("platlib"))]
    carried = [path for folder in folders for path in sorted(glob.glob(glob.escape(os.path.join(folder, name)) + "*"))]
    return carried[:1] or [name]


def load(name: str) -> ctypes.CDLL:
    """The library, or LibraryError with the loader's words and the remedy."""
    path = candidates(name)[0]
    try:
        return ctypes.CDLL(path)
    except OSError as e:
        needs = "; it needs mbedTLS (libmbedcrypto)" if name == EMULATOR else ""
        raise LibraryError("nitro_attest cannot load %s: %s%s; %s; with Debian's package: apt-get install %s"
                           % (name, shown(str(e)), needs, REMEDY, _DEBIAN[name])) from None


def declare(lib: Any, name: str, result: Any, *arguments: Any) -> None:
    """Gives a function its types; a library without it is a wrong one."""
    try:
        function = getattr(lib, name)
    except AttributeError:
        raise wrong("it has no %s" % name) from None
    function.restype = result
    function.argtypes = arguments


def wrong(why: str) -> LibraryError:
    """A library that was found and does not fit."""
    return LibraryError("the C library found does not belong to this package: %s; %s" % (why, REMEDY))


def _declare_verifier(lib: ctypes.CDLL) -> None:
    error = POINTER(c.Error)
    declare(lib, "natt_version", c_char_p)
    declare(lib, "natt_code_message", c_char_p, c_int)
    declare(lib, "natt_root_aws", c.Bytes)
    declare(lib, "natt_document_parse", c_bool, c_void_p, c.Bytes, error)
    declare(lib, "natt_certificate_parse", c_bool, c_void_p, c.Bytes, error)
    declare(lib, "natt_policy_check", c_bool, POINTER(c.Verified), POINTER(c.Policy), error)
    declare(lib, "natt_policy_validate", c_bool, POINTER(c.Policy), c_int, error)
    declare(lib, "natt_policy_explain", c_bool, POINTER(c.PcrDifference), c_size_t, POINTER(c_size_t),
            POINTER(c.Verified), POINTER(c.Policy), error)
    declare(lib, "natt_deny_from_certificate", c_bool, c_void_p, c.Bytes, error)
    declare(lib, "natt_verify", c_bool, POINTER(c.Verified), c.Bytes, POINTER(c.Options), c_void_p, error)
    declare(lib, "natt_verify_explain", c_bool, POINTER(c.PcrDifference), c_size_t, POINTER(c_size_t), c.Bytes,
            POINTER(c.Options), c_void_p, error)
    declare(lib, "natt_verified_check", c_bool, POINTER(c.Verified), error)
    declare(lib, "natt_cache_size", c_size_t, c_size_t, c_size_t)
    declare(lib, "natt_cache_init", c_void_p, c_void_p, c_size_t, c_size_t, c_size_t, error)
    declare(lib, "natt_cache_count", c_size_t, c_void_p)
    declare(lib, "natt_batch_workspace_size", c_size_t, c_size_t)
    declare(lib, "natt_verify_batch", c_bool, POINTER(c.BatchItem), c_size_t, POINTER(c.Options), c_void_p, c_void_p,
            c_size_t, POINTER(c_size_t))
    declare(lib, "natt_field_name", c_char_p, c_uint32)


def check_version(found: Optional[bytes], headers: Tuple[int, int, int] = HEADER_VERSION) -> None:
    """Before 1.0 any minor version may change structures; see docs/API-CONVENTIONS.md."""
    text = (found or b"").decode("ascii", "replace")
    if text.split(".")[:2] != [str(part) for part in headers[:2]]:
        raise wrong("its version is %s, this package was made for %d.%d" % ((shown(text) or "unknown",) + headers[:2]))


def _check_error(lib: ctypes.CDLL) -> None:
    """natt_error: a call whose error is known, field by field."""
    error, none = c.Error(), c.Bytes()
    missing = int(Code.NATT_E_USAGE_ARGUMENT)
    answered = lib.natt_document_parse(None, none, byref(error))
    told = (answered, error.code, error.item, error.offset, error.message)
    if told != (False, missing, c.NO_ITEM, c.NO_OFFSET, lib.natt_code_message(missing)):
        raise wrong("natt_error has another shape")


def zeroed_length(parse: Any, struct: type[ctypes.Structure]) -> int:
    """How many bytes a function of the C library clears when it refuses: the size of its structure."""
    room = (ctypes.c_uint8 * (2 * sizeof(struct)))(*([0xA5] * (2 * sizeof(struct))))
    parse(byref(room), c.Bytes(), None)
    cleared = bytes(room)
    return len(cleared) - len(cleared.lstrip(b"\0"))


def _takes_size(lib: ctypes.CDLL, call: str, *arguments: Any) -> None:
    """A call that fails for another reason than struct_size."""
    error = c.Error()
    getattr(lib, call)(*arguments, byref(error))
    if error.code == int(Code.NATT_E_USAGE_STRUCT_SIZE):
        raise wrong("%s has structures of other sizes" % call)


def check_verifier(lib: ctypes.CDLL) -> None:
    """Raises LibraryError unless version and structures are those this package was written for."""
    check_version(lib.natt_version())
    _check_error(lib)
    for name, parse, struct in (("document", lib.natt_document_parse, c.Document),
                                ("certificate", lib.natt_certificate_parse, c.Certificate),
                                ("deny_entry", lib.natt_deny_from_certificate, c.DenyEntry)):
        if zeroed_length(parse, struct) != sizeof(struct):
            raise wrong("natt_%s has another size" % name)
    verified = c.Verified(struct_size=sizeof(c.Verified))
    _takes_size(lib, "natt_verify", byref(verified), c.Bytes(), byref(c.initial_options()), None)
    _takes_size(lib, "natt_policy_validate", byref(c.Policy(struct_size=sizeof(c.Policy))), 1)
    item = c.initial_batch_item()
    lib.natt_verify_batch(byref(item), 1, byref(c.initial_options()), None, None, 0, None)
    if item.error.code in (int(Code.NATT_OK), int(Code.NATT_E_USAGE_STRUCT_SIZE)):
        raise wrong("natt_batch_item has another size")


def _load_verifier() -> ctypes.CDLL:
    lib = load(VERIFIER)
    _declare_verifier(lib)
    check_verifier(lib)
    return lib


#: The verifier; importing the package fails with LibraryError when it is not there or does not fit.
lib = _load_verifier()

_lock = threading.Lock()
_nsm_lib: Optional[ctypes.CDLL] = None
_emulator_lib: Optional[ctypes.CDLL] = None


def nsm_lib() -> ctypes.CDLL:
    """The NSM client's library, loaded when first needed: a verifier needs none."""
    global _nsm_lib
    from ._nsm_structs import prepare_nsm

    with _lock:
        if _nsm_lib is None:
            loaded = load(NSM)
            prepare_nsm(loaded)
            _nsm_lib = loaded
        return _nsm_lib


def emulator_lib() -> ctypes.CDLL:
    """The library of the software NSM and the issuer, loaded when first needed: it brings mbedTLS."""
    global _emulator_lib
    from ._nsm_structs import prepare_emulator

    with _lock:
        if _emulator_lib is None:
            loaded = load(EMULATOR)
            prepare_emulator(loaded)
            _emulator_lib = loaded
        return _emulator_lib
