"""PCR policies: the measurements that identify trusted code. docs/POLICY-FILE.md describes the files."""
from __future__ import annotations

import ctypes
import json
import math
import os
import re
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, Mapping, NoReturn, Optional, Sequence, Tuple, Union

from . import _structs as c
from ._buffers import BytesLike, immutable, view
from ._codes import Code
from ._errors import PolicyError, call, shown, usage
from ._library import lib
from ._values import Kind, enumerator, listed, pcr_index, utf8

MAX_FILE = 1 << 20
_HEX = re.compile(r"[0-9A-Fa-f]{96}\Z")
_INDEX = re.compile(r"([0-9]|[12][0-9]|3[01])\Z")
# nitro-cli; NitroTPM tools; eif_build 0.8, whose hash library uses this name for SHA-384
_ALGORITHMS = ("Sha384 { ... }", "SHA384 { ... }", "SHA384", "Sha512_48 { .. }")
_IMAGE = "give the unmodified output of the build tool; docs/POLICY-FILE.md lists the forms"
_BLANKS = " \t\r"
_BOM = b"\xef\xbb\xbf"
_HASH = re.compile(r"[0-9A-Fa-f]{48}")
_MEASURED = re.compile(r"PCR[0-9]", re.I)
_LINE = re.compile(r"([^ \t\r:=]+)(?:[ \t\r]*[:=][ \t\r]*|[ \t\r]+)([^ \t\r:=]+)\Z")

Values = Union[BytesLike, Sequence[BytesLike]]


def _fail(text: str) -> NoReturn:
    raise PolicyError(text)


def _key(key: object) -> str:
    """Formats a key for a message, escaped: files are untrusted, and messages are printed on terminals."""
    return ascii(key[:100]) if isinstance(key, str) else ascii(key)[:100]


def _alternatives(index: object, values: Values) -> Tuple[bytes, ...]:
    index = pcr_index(index)
    several: object = [values] if isinstance(values, (bytes, bytearray, memoryview)) else values
    if not isinstance(several, Sequence) or isinstance(several, str):
        raise TypeError("PCR %d: give 48 bytes, or a list of them, not %s" % (index, type(values).__name__))
    told = tuple(immutable(value, "PCR %d" % index) for value in several)
    if not told:
        raise usage(Code.NATT_E_USAGE_POLICY_EMPTY, "PCR %d has no value" % index)
    if any(len(value) != c.PCR_LEN for value in told):
        raise usage(Code.NATT_E_USAGE_POLICY_PCR, "PCR %d has a value that is not 48 bytes" % index)
    return told


@dataclass(frozen=True)
class PcrSet:
    """Identifies, for example, one image: each listed PCR must be present and have one of its values.

    pcrs  {index: 48 bytes, or a list of them}; kept as a tuple, ((index, (value, ...)), ...)
    name  a label for people, or None; Verified.matched_set_name shows it

    Raises TypeError for wrong types, UsageError for no PCR, no value, an index above 31 or another length. A set that
    does not identify an image, such as PCR3 alone or a PCR0 of zeros, raises nothing here: Policy.validate() and every
    verification refuse it.
    """

    pcrs: Tuple[Tuple[int, Tuple[bytes, ...]], ...]
    name: Optional[str] = None

    def __reduce__(self) -> Tuple[Any, ...]:
        return PcrSet, (dict(self.pcrs), self.name)

    def __init__(self, pcrs: Mapping[int, Values], name: Optional[str] = None) -> None:
        if not isinstance(pcrs, Mapping):
            raise TypeError("pcrs must map indices to values, not be a %s" % type(pcrs).__name__)
        if name is not None and not isinstance(name, str):
            raise TypeError("the name of a set is a string or None, not %s" % type(name).__name__)
        if name is not None and (not name or "\0" in utf8(name, "the name of a set").decode()):
            raise ValueError("the name of a set is empty or has a NUL inside")
        if not pcrs:
            raise usage(Code.NATT_E_USAGE_POLICY_EMPTY, "the set has no PCR")
        object.__setattr__(self, "pcrs", tuple((n, _alternatives(n, values)) for n, values in pcrs.items()))
        object.__setattr__(self, "name", name)


@dataclass(frozen=True, init=False, repr=False)
class Policy:
    """Sets of PCRs, one of which must match as a whole. It is immutable and may be shared between threads. Create one
    from PcrSet objects, or with from_dict(), from_json(), from_file() or from_measurements(); `a | b` has the sets of
    both. Raises UsageError if there is no set; validate(), Verifier and verify() check that each set identifies an
    image (NATT_E_USAGE_POLICY_WEAK).

    sets  the alternatives, in order; Verified.matched_set counts them
    """

    sets: Tuple[PcrSet, ...]
    _keep: List[object] = field(compare=False)
    _raw: c.Policy = field(compare=False)

    def __init__(self, sets: Iterable[PcrSet]) -> None:
        kept = tuple(listed(sets, "sets"))
        for one in kept:
            if not isinstance(one, PcrSet):
                raise TypeError("a policy consists of PcrSet objects, not %s" % type(one).__name__)
        if not kept:
            raise usage(Code.NATT_E_USAGE_POLICY_EMPTY, "the policy has no set")
        object.__setattr__(self, "sets", kept)
        object.__setattr__(self, "_keep", [])
        raw = (c.PcrSet * len(kept))(*[self._set(one) for one in kept])
        object.__setattr__(self, "_raw", c.Policy(ctypes.sizeof(c.Policy), raw, len(kept)))

    def _set(self, one: PcrSet) -> c.PcrSet:
        values = [c.PcrValue(index, view(value)) for index, accepted in one.pcrs for value in accepted]
        array = (c.PcrValue * len(values))(*values)
        name = None if one.name is None else utf8(one.name, "the name of a set")
        self._keep.extend([array, name])
        return c.PcrSet(name, array, len(values))

    def validate(self, kind: Kind = Kind.ENCLAVE) -> None:
        """Raises UsageError, with the set as its item, unless every set identifies an image.

        kind  of the documents to verify. ENCLAVE: PCR0, or PCR8, or PCR1 with PCR2; NITROTPM: PCR4 with PCR12, or PCR7
              of Secure Boot. Values that every instance has (zeros, Secure Boot off) identify nothing.
        """
        call(lib.natt_policy_validate, ctypes.byref(self._raw), enumerator(kind, Kind, "kind"))

    def __or__(self, other: Policy) -> Policy:
        if not isinstance(other, Policy):
            return NotImplemented
        return Policy(self.sets + other.sets)

    def __repr__(self) -> str:
        return "Policy(%s)" % list(self.sets)

    def __reduce__(self) -> Tuple[Any, ...]:
        return Policy, (self.sets,)

    @classmethod
    def from_dict(cls, policy: Mapping[str, Any]) -> Policy:
        """Creates a policy from a parsed policy file. PolicyError names what is invalid, and its location.

        Repeated keys are no longer visible: prefer from_json().
        """
        if isinstance(policy, Mapping) and "Measurements" in policy:
            _fail("the file has measurements, not a policy: use Policy.from_measurements()")
        _only_keys(policy, ("version", "sets"), "the policy")
        version = policy.get("version")
        if "version" not in policy:
            _fail('"version" is missing: it is the number 1')
        if type(version) is not int or version != 1:
            _fail('"version" is not the number 1')
        sets = policy.get("sets")
        if not isinstance(sets, (list, tuple)) or not sets:
            _fail('"sets" is not a list with at least one set')
        return cls([_set_of(one, "set %d" % (n + 1)) for n, one in enumerate(sets)])

    @classmethod
    def from_json(cls, text: Union[str, BytesLike]) -> Policy:
        """Creates a policy from the text of a policy file (str or UTF-8). PolicyError names what is invalid, and its
        location."""
        return cls.from_dict(_json_object(text))

    @classmethod
    def from_file(cls, path: Union[str, os.PathLike[str]]) -> Policy:
        """Creates a policy from the file at this path. Raises OSError if it cannot be read, PolicyError if its content
        is invalid."""
        return _of_file(path, cls.from_json)

    @classmethod
    def from_measurements(cls, measurements: Union[str, os.PathLike[str], Mapping[str, Any]],
                          name: Optional[str] = None) -> Policy:
        """Creates a policy from the output of build tools: nitro-cli, eif_build, Nix's pcr.json, Enclaver,
        nitro-tpm-pcr-compute, nitro.pcrs.

        measurements  the path of a file, or the parsed JSON
        name          of the set; None = the file's name

        docs/POLICY-FILE.md lists the forms. OSError if the file cannot be read, PolicyError if its content cannot be
        used: for example, it is ambiguous, or the image is damaged.
        """
        if isinstance(measurements, Mapping):
            return cls([PcrSet(_measured(measurements), name)])
        shown = name or os.path.basename(os.fspath(measurements))
        return _of_file(measurements, lambda text: cls([PcrSet(_measured_file(text), shown)]))


def _of_file(path: Union[str, os.PathLike[str]], read: Any) -> Policy:
    with open(path, "rb") as file:
        text = file.read(MAX_FILE + 1)
    try:
        policy: Policy = read(text)
    except PolicyError as e:
        raise PolicyError("%s: %s" % (shown(os.fsdecode(path)), e)) from None
    return policy


def _no_duplicates(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    told: Dict[str, Any] = {}
    for key, value in pairs:
        if key in told:
            _fail("the key %a appears twice" % key[:100])
        told[key] = value
    return told


def _no_constant(name: str) -> NoReturn:
    _fail("%s is not JSON" % name)


def _integer(digits: str) -> int:
    """Parses an integer as the command does: more than 64 bits are refused. Python itself raises for thousands of
    digits."""
    if len(digits) > 20 or not -1 << 63 <= int(digits) < 1 << 63:
        _fail("the number %.30s is too large" % digits)
    return int(digits)


def _real(digits: str) -> float:
    if math.isinf(float(digits)):
        _fail("the number %.30s is too large" % digits)
    return float(digits)


def _not_str(text: object) -> bytes:
    if not isinstance(text, (bytes, bytearray, memoryview)):
        raise TypeError("text must be a str, or bytes of UTF-8, not %s" % type(text).__name__)
    return immutable(text, "text")


def _json_object(text: Union[str, BytesLike]) -> Dict[str, Any]:
    """Parses exactly one strict JSON object."""
    parsed = _json_value(text)
    if not isinstance(parsed, dict):
        _fail("not a JSON object")
    return parsed


def _json_value(text: Union[str, BytesLike]) -> Any:
    """Parses exactly one strict JSON value."""
    try:
        plain = text if isinstance(text, str) else _not_str(text).decode("utf-8")
        if len(plain) > MAX_FILE:
            _fail("more than 1 MiB")
        parsed = json.loads(plain, object_pairs_hook=_no_duplicates, parse_constant=_no_constant,
                            parse_int=_integer, parse_float=_real)
        json.dumps(parsed, ensure_ascii=False).encode("utf-8")  # half of a surrogate pair cannot be encoded
    except UnicodeError:
        raise PolicyError("not UTF-8") from None
    except RecursionError:
        raise PolicyError("nested too deep") from None
    except json.JSONDecodeError as e:
        raise PolicyError("not JSON: %s" % e) from None
    return parsed


def _only_keys(value: object, known: Tuple[str, ...], what: str) -> None:
    if not isinstance(value, Mapping):
        _fail("%s is not an object" % what)
    for key in value:
        if key not in known:
            _fail("%s has an unknown key %s; see docs/POLICY-FILE.md" % (what, _key(key)))


def _set_of(one: Mapping[str, Any], where: str) -> PcrSet:
    _only_keys(one, ("name", "pcrs"), where)
    name = one.get("name", "unnamed")
    if not isinstance(name, str) or not name or "\0" in name:
        _fail('%s: "name" is not a string' % where)
    pcrs = one.get("pcrs")
    if not isinstance(pcrs, Mapping) or not pcrs:
        _fail('%s: "pcrs" is not an object with at least one PCR' % where)
    return PcrSet({_index(key, where): _listed(key, values, where) for key, values in pcrs.items()},
                  name if "name" in one else None)


def _index(key: object, where: str) -> int:
    if not isinstance(key, str) or not _INDEX.match(key):
        _fail('%s: %s is not a PCR index; they are "0" to "31", without leading zeros' % (where, _key(key)))
    return int(key)


def _listed(key: str, values: object, where: str) -> List[bytes]:
    if not isinstance(values, (list, tuple)) or not values:
        _fail("%s: PCR %s: the values are not a list with at least one" % (where, key))
    return [_value(text, "%s: PCR %s" % (where, key)) for text in values]


def _value(text: object, where: str) -> bytes:
    if not isinstance(text, str):
        _fail("%s: the value is not a string" % where)
    if _HEX.match(text):
        return bytes.fromhex(text)
    if text[:2] in ("0x", "0X") and len(text) > 2:
        _fail("%s: the value begins with 0x: remove it" % where)
    if len(text) in (64, 128):
        _fail("%s: the value has %d characters, the length of SHA-%d, not 96" % (where, len(text), len(text) * 4))
    _fail("%s: the value is not a string of 96 hexadecimal digits" % where)


def _check_sibling(key: str, value: object) -> None:
    """Refuses keys beside Measurements that look like a measurement or report a bad image."""
    lower = str(key).lower()
    if key != "Measurements" and (lower in ("measurements", "hashalgorithm") or lower.startswith("pcr")):
        _fail('the key %s is outside "Measurements"; %s' % (_key(key), _IMAGE))
    exact = {"checkcrc": "CheckCRC", "signaturecheck": "SignatureCheck"}.get(lower)
    if exact and (key != exact or value is not True):
        _fail("%s is not true: the image is damaged or its signature is invalid, build it again" % _key(key))


def _measurement(key: object, text: object) -> Tuple[int, bytes]:
    if not isinstance(key, str) or not key.startswith("PCR") or not _INDEX.match(key[3:]):
        _fail("unknown measurement %s; %s" % (_key(key), _IMAGE))
    value, index = _value(text, key), int(key[3:])
    if index <= 2 and not any(value):
        _fail("%s is all zero: measure the image, not an enclave that runs in debug mode" % key)
    return index, value


def _measured_pcrs(inside: Mapping[str, Any]) -> Dict[int, Values]:
    algorithm = inside.get("HashAlgorithm", _ALGORITHMS[0])
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        _fail("HashAlgorithm is not Sha384: attestation documents carry SHA-384 PCRs only")
    pcrs: Dict[int, Values] = dict(_measurement(key, text) for key, text in inside.items() if key != "HashAlgorithm")
    if not pcrs:
        _fail("there is no PCR; " + _IMAGE)
    return pcrs


def _absent(root: Mapping[str, Any]) -> NoReturn:
    if "sets" in root and "version" in root:
        _fail("the file is a policy, not measurements: use Policy.from_file()")
    for key, value in root.items():
        if str(key).lower() == "measurements":
            _fail('the key %s is not spelled "Measurements"; %s' % (_key(key), _IMAGE))
        if isinstance(value, Mapping) and "Measurements" in value:
            _fail('"Measurements" is inside %s, not at the top level' % _key(key))
    _fail('there is no object "Measurements", and no PCR; ' + _IMAGE)


def _measured(root: Mapping[str, Any]) -> Dict[int, Values]:
    if "Measurements" not in root:
        lower = [str(key).lower() for key in root]
        if not any(key.startswith("pcr") or key == "hashalgorithm" for key in lower):
            _absent(root)
        return _measured_pcrs(root)
    for key, value in root.items():
        _check_sibling(key, value)
    inside = root["Measurements"]
    if not isinstance(inside, Mapping):
        _fail('"Measurements" is not an object; ' + _IMAGE)
    return _measured_pcrs(inside)


def _enclave(name: object, identifier: object) -> str:
    return "%s (%s)" % (shown(str(name or "unnamed")), shown(str(identifier or "no EnclaveID")))


def _measured_value(parsed: Any) -> Dict[int, Values]:
    """Parses an object, or a list with one object, as `nitro-cli describe-enclaves` prints it."""
    if isinstance(parsed, list):
        if not parsed:
            _fail("the list of enclaves is empty")
        if len(parsed) > 1:
            names = [(one.get("EnclaveName"), one.get("EnclaveID")) if isinstance(one, dict) else (None, None)
                     for one in parsed]
            _fail("the list has %d enclaves: give the object of one of them: %s" % (
                len(parsed), ", ".join(_enclave(*one) for one in names)[:400]))
        parsed = parsed[0]
    if not isinstance(parsed, dict):
        _fail("not a JSON object")
    return _measured(parsed)


def _measured_lines(lines: List[str]) -> Dict[int, Values]:
    pcrs: Dict[int, Values] = {}
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        words = _LINE.match(line)
        named = [bool(_MEASURED.match(word)) for word in words.groups()] if words else []
        if not words or named[0] == named[1]:
            _fail('line %d: %a is neither "<96 hexadecimal digits> PCR0" nor JSON; %s' % (number, line[:60], _IMAGE))
        try:
            index, value = _measurement(*(words.groups() if named[0] else reversed(words.groups())))
        except PolicyError as e:
            raise PolicyError("line %d: %s" % (number, e)) from None
        if index in pcrs:
            _fail("line %d: PCR%d is given twice; %s" % (number, index, _IMAGE))
        pcrs[index] = value
    if not pcrs:
        _fail("the file is empty; " + _IMAGE)
    return pcrs


def _begins_json(line: str) -> bool:
    return line[:1] == "{" or (line[:1] == "[" and line[1:].lstrip(_BLANKS)[:1] in ("", "{", "]"))


def _measured_file(file: bytes) -> Dict[int, Values]:
    """Parses JSON, JSON after log lines, or lines of measurements. A UTF-8 byte-order mark is skipped."""
    if len(file) > MAX_FILE:
        _fail("more than 1 MiB")
    if file[:2] in (b"\xff\xfe", b"\xfe\xff"):
        _fail("the file is UTF-16 text: write it as UTF-8")
    file = file[len(_BOM):] if file.startswith(_BOM) else file
    raw = file.split(b"\n")
    lines = [line.decode("latin-1").strip(_BLANKS) for line in raw]
    begin = next((n for n, line in enumerate(lines) if _begins_json(line)), None)
    if begin is None:
        return _measured_lines(lines)
    for number, line in enumerate(lines[:begin], 1):
        if _MEASURED.search(line) and _HASH.search(line):
            _fail("line %d is a measurement, and JSON with other measurements begins at line %d; %s" % (
                number, begin + 1, _IMAGE))
    return _measured_value(_json_value(b"\n".join(raw[begin:])))
