"""The chain from root to leaf, with the times of its certificates: R-CHAIN, R-TIME-01 to R-TIME-04."""
from __future__ import annotations

import hashlib

from certificate import BASIC_CONSTRAINTS, ECDSA_WITH_SHA384, Certificate
from curve import N, verified
from der import BIT_STRING, INTEGER, SEQUENCE
from options import Denied, Options
from refusal import require

DIGITAL_SIGNATURE, KEY_CERT_SIGN = 0, 5  # RFC 5280 4.2.1.3


def check_chain(chain: list[Certificate], roots: list[bytes], options: Options, now: int, timestamp: int) -> None:
    """Everything but the signatures. `now` and `timestamp` are in milliseconds since 1970."""
    for index, certificate in enumerate(chain):
        if index == 0:
            require(certificate.encoded in roots, 'NATT_E_CHAIN_ROOT', certificate.at, 0)
        require(not certificate.must_be_processed, 'NATT_E_CHAIN_CRITICAL', certificate.at, index)
        if index < len(chain) - 1:
            check_issuer(certificate, index, len(chain) - 2 - index)
        else:
            check_leaf(certificate, index)
        check_place(chain, index, options.deny)
        check_times(certificate, index, options, now, timestamp)


def check_issuer(certificate: Certificate, index: int, cas_below: int) -> None:
    """R-CHAIN-03 to R-CHAIN-06"""
    at, limit = certificate.at, certificate.path_length
    require(certificate.ca, 'NATT_E_CHAIN_NOT_CA', at, index)
    require(BASIC_CONSTRAINTS in certificate.critical, 'NATT_E_CHAIN_CA_NOT_CRITICAL', at, index)
    require(KEY_CERT_SIGN in (certificate.key_usage or ()), 'NATT_E_CHAIN_CA_KEY_USAGE', at, index)
    require(limit is None or cas_below <= limit, 'NATT_E_CHAIN_PATH_LENGTH', at, index)


def check_leaf(certificate: Certificate, index: int) -> None:
    """R-CHAIN-07 to R-CHAIN-09"""
    at, usage = certificate.at, certificate.key_usage or set()
    require(not certificate.constraints, 'NATT_E_CHAIN_LEAF_CONSTRAINTS', at, index)
    require(DIGITAL_SIGNATURE in usage, 'NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE', at, index)
    require(KEY_CERT_SIGN not in usage, 'NATT_E_CHAIN_LEAF_CERT_SIGN', at, index)


def check_place(chain: list[Certificate], index: int, deny: list[Denied]) -> None:
    """R-CHAIN-10, R-CHAIN-12, R-CHAIN-13"""
    certificate = chain[index]
    if index > 0:
        issuer = chain[index - 1]
        require(certificate.issuer.encoded == issuer.subject.encoded, 'NATT_E_CHAIN_NAME', certificate.at, index)
    require(not any(matches(entry, certificate) for entry in deny), 'NATT_E_CHAIN_DENIED', certificate.at, index)
    twice = any(certificate.tbs == other.tbs for other in chain[:index])
    require(not twice, 'NATT_E_CHAIN_DUPLICATE', certificate.at, index)


def matches(entry: Denied, certificate: Certificate) -> bool:
    if entry.type == 'serial':
        same_issuer = entry.issuer is None or entry.issuer == certificate.issuer.encoded
        return same_issuer and int.from_bytes(entry.value, 'big') == certificate.serial
    if entry.type == 'spki-sha256':
        return hashlib.sha256(certificate.spki).digest() == entry.value
    return any(hashlib.sha256(form).digest() == entry.value for form in (certificate.encoded, twin(certificate)))


def twin(certificate: Certificate) -> bytes:
    """The same certificate with n - s, which is valid under the same key."""
    r, s = (int.from_bytes(part.value, 'big') for part in (certificate.r, certificate.s))
    pair = encode(SEQUENCE, integer(r) + integer(N - s))
    return encode(SEQUENCE, certificate.tbs + ECDSA_WITH_SHA384 + encode(BIT_STRING, b'\0' + pair))


def integer(number: int) -> bytes:
    return encode(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, 'big'))


def encode(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, 'big')
    return bytes((tag, 0x80 | len(octets))) + octets + content


def check_times(certificate: Certificate, index: int, options: Options, now: int, timestamp: int) -> None:
    """notAfter is a whole second and includes its end."""
    begin = certificate.not_before * 1000 - options.not_before_leeway_ms
    end = certificate.not_after * 1000 + 999 + options.not_after_leeway_ms
    if options.time_mode == 'now':
        require(begin <= now, 'NATT_E_TIME_NOT_YET_VALID', certificate.at, index)
        require(now <= end, 'NATT_E_TIME_EXPIRED', certificate.at, index)
    require(begin <= timestamp, 'NATT_E_TIME_TIMESTAMP_EARLY', certificate.at, index)
    require(timestamp <= end, 'NATT_E_TIME_TIMESTAMP_LATE', certificate.at, index)


def check_signatures(chain: list[Certificate]) -> None:
    """R-CHAIN-11. The root is trusted, so its own signature is not verified."""
    for index, (issuer, certificate) in enumerate(zip(chain, chain[1:]), 1):
        r, s = (int.from_bytes(part.value, 'big') for part in (certificate.r, certificate.s))
        require(verified(issuer.point.value, r, s, certificate.tbs), 'NATT_E_CHAIN_SIGNATURE', certificate.r.at, index)
