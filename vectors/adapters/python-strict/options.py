"""What the caller requires: the options of a request, as vectors/FORMAT.md describes them."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PCRS = {str(index) for index in range(32)}
WORDS = {'kind': {'enclave', 'nitrotpm'}, 'time_mode': {'now', 'archive'}, 'limits': {'default', 'aws-1024', 'aws-512'}}
FLAGS = {'allow-debug', 'allow-unknown-fields', 'allow-weak-policy', 'no-pcr-policy', 'require-module-binding'}
DENY_TYPES = {'serial', 'certificate-sha256', 'spki-sha256'}


class Unsupported(Exception):
    """An option that this verifier does not know."""


@dataclass(frozen=True)
class Expectation:
    """The value must be equal, or absent if `value` is None."""
    value: bytes | None


@dataclass(frozen=True)
class Denied:
    type: str
    value: bytes
    issuer: bytes | None


@dataclass
class Options:
    """The names are those of vectors/FORMAT.md. None means that there is no requirement."""
    kind: str
    time_mode: str
    flags: set[str]
    max_age_ms: int | None = None
    max_future_ms: int = 0
    not_before_leeway_ms: int = 0
    not_after_leeway_ms: int = 0
    nonce: bytes | None = None
    user_data: Expectation | None = None
    public_key: Expectation | None = None
    module_id: str | None = None
    region: str | None = None
    limits: str = 'default'
    pcr_policy: list[dict[int, list[bytes]]] | None = None
    deny: list[Denied] = field(default_factory=list)


def known(condition: bool, what: object) -> None:
    if not condition:
        raise Unsupported('%s is not supported' % (what,))


def read_options(given: dict[str, Any]) -> Options:
    options = Options(given['kind'], given['time_mode'], set(given['flags']))
    for flag in sorted(options.flags - FLAGS):
        known(False, 'flag ' + flag)
    for key, value in given.items():
        known(key not in WORDS or value in WORDS[key], '%s %s' % (key, value))
        if key in READERS:
            setattr(options, key, READERS[key](value))
        else:
            known(key in ('kind', 'time_mode', 'flags'), 'option ' + key)
    return options


def read_max_age(value: object) -> int | None:
    return None if value == 'unlimited' else read_number(value)


def read_number(value: object) -> int:
    if not isinstance(value, int):
        raise Unsupported('%s is not a number' % (value,))
    return value


def read_expectation(given: dict[str, str]) -> Expectation:
    known(given['mode'] in ('exact', 'absent'), 'mode ' + given['mode'])
    return Expectation(bytes.fromhex(given['value']) if given['mode'] == 'exact' else None)


def read_policy(given: dict[str, Any]) -> list[dict[int, list[bytes]]]:
    known(given['version'] == 1, 'version of the policy')
    for one in given['sets']:
        known(set(one['pcrs']) <= PCRS, 'index of a PCR')
    return [{int(index): [bytes.fromhex(value) for value in values] for index, values in one['pcrs'].items()}
            for one in given['sets']]


def read_deny(given: list[dict[str, str]]) -> list[Denied]:
    for entry in given:
        known(entry['type'] in DENY_TYPES, 'deny ' + entry['type'])
    return [Denied(entry['type'], bytes.fromhex(entry['value']),
                   bytes.fromhex(entry['issuer']) if 'issuer' in entry else None) for entry in given]


READERS: dict[str, Callable[[Any], Any]] = {
    'max_age_ms': read_max_age, 'max_future_ms': read_number, 'not_before_leeway_ms': read_number,
    'not_after_leeway_ms': read_number, 'nonce': bytes.fromhex, 'user_data': read_expectation,
    'public_key': read_expectation, 'module_id': str, 'region': str, 'limits': str, 'pcr_policy': read_policy,
    'deny': read_deny,
}
