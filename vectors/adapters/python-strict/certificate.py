"""One certificate of the Nitro profile [RFC 5280 4.1]: R-X509-01 to R-X509-14."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone

from curve import N, on_curve
from der import OCTET_STRING, SEQUENCE, SET, Element, Reader
from document import Part
from refusal import Refused

VERSION_3, EXTENSIONS = bytes.fromhex('a003020102'), 0xa3
UTF8_STRING, PRINTABLE_STRING, IA5_STRING, UTC_TIME, GENERALIZED_TIME = 0x0c, 0x13, 0x16, 0x17, 0x18
ECDSA_WITH_SHA384 = bytes.fromhex('300a06082a8648ce3d040303')  # RFC 5758 3.2: no parameters
EC_KEY_ON_P384 = bytes.fromhex('301006072a8648ce3d020106052b81040022')  # RFC 5480 2.1.1
COMMON_NAME, BASIC_CONSTRAINTS, KEY_USAGE = bytes.fromhex('550403'), bytes.fromhex('551d13'), bytes.fromhex('551d0f')
LIMITS_OF_A_CA = {bytes.fromhex(oid) for oid in ('551d1e', '551d24', '551d36')}  # R-CHAIN-02
PRINTABLE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?")  # X.680 41.4
MAX_EXTENSIONS, MAX_PATH_LENGTH_OCTETS = 16, 4
FORMATS = {UTC_TIME: (13, '%y%m%d%H%M%SZ'), GENERALIZED_TIME: (15, '%Y%m%d%H%M%SZ')}


@dataclass(frozen=True)
class Name:
    encoded: bytes
    common_name: Part | None


@dataclass
class Certificate:
    at: int
    encoded: bytes
    tbs: bytes = b''
    serial: int = 0
    issuer: Name = Name(b'', None)
    subject: Name = Name(b'', None)
    not_before: int = 0
    not_after: int = 0
    spki: bytes = b''
    point: Part = Part(0, b'')
    must_be_processed: bool = False
    seen: set[bytes] = field(default_factory=set)
    critical: set[bytes] = field(default_factory=set)
    constraints: bytes | None = None
    ca: bool = False
    path_length: int | None = None
    key_usage: set[int] | None = None
    r: Part = Part(0, b'')
    s: Part = Part(0, b'')


def read_certificate(data: bytes, part: Part, index: int) -> Certificate:
    certificate = Certificate(part.at, part.value)
    outer = Reader(data, part.at, part.at + len(part.value), index)
    body = outer.inside(outer.take(SEQUENCE))
    outer.finish()
    tbs = body.take(SEQUENCE)
    certificate.tbs = tbs.encoded
    read_tbs(body.inside(tbs), certificate)
    body.literal(ECDSA_WITH_SHA384, 'NATT_E_X509_ALGORITHM_MISMATCH')
    read_signature(body, certificate)
    body.finish()
    point = certificate.point
    body.require(on_curve(point.value), 'NATT_E_X509_POINT_NOT_ON_CURVE', point.at)
    return certificate


def read_tbs(tbs: Reader, certificate: Certificate) -> None:
    tbs.literal(VERSION_3, 'NATT_E_X509_VERSION')
    certificate.serial = read_serial(tbs)
    tbs.literal(ECDSA_WITH_SHA384, 'NATT_E_X509_SIGNATURE_ALGORITHM')
    certificate.issuer = read_name(tbs)
    read_validity(tbs, certificate)
    certificate.subject = read_name(tbs)
    read_key(tbs, certificate)
    if tbs.peek() is not None:
        read_extensions(tbs, certificate)
    tbs.finish()


def read_serial(tbs: Reader) -> int:
    element, serial = tbs.unsigned()
    tbs.require(0 < serial < 1 << 160, 'NATT_E_X509_SERIAL', element.at)
    return serial


def read_name(tbs: Reader) -> Name:
    name = tbs.take(SEQUENCE)
    inner, common_name = tbs.inside(name), None
    tbs.require(inner.peek() is not None, 'NATT_E_X509_NAME', name.at)
    while inner.peek() is not None:
        rdn = inner.take(SET)
        attributes = inner.inside(rdn)
        tbs.require(attributes.peek() is not None, 'NATT_E_X509_NAME', rdn.at)
        attribute = attributes.inside(attributes.take(SEQUENCE))
        oid, text = attribute.oid(), attribute.any()
        check_text(tbs, text)
        attribute.finish()
        tbs.require(attributes.peek() is None, 'NATT_E_X509_NAME', rdn.at)
        if oid == COMMON_NAME:
            common_name = Part(text.start, text.content)
    return Name(name.encoded, common_name)


def check_text(reader: Reader, text: Element) -> None:
    """R-X509-05"""
    reader.require(text.tag in (UTF8_STRING, PRINTABLE_STRING, IA5_STRING) and text.content != b'', 'NATT_E_X509_NAME',
                   text.at)
    try:
        characters = text.content.decode('utf-8' if text.tag == UTF8_STRING else 'ascii')
    except UnicodeDecodeError:
        raise Refused('NATT_E_X509_NAME', text.at, reader.item) from None
    control = any(ord(c) < 0x20 or 0x7f <= ord(c) <= 0x9f for c in characters)
    other = text.tag == PRINTABLE_STRING and not PRINTABLE.issuperset(text.content)
    reader.require(not control and not other, 'NATT_E_X509_NAME', text.at)


def read_validity(tbs: Reader, certificate: Certificate) -> None:
    validity = tbs.take(SEQUENCE)
    inner = tbs.inside(validity)
    certificate.not_before, certificate.not_after = read_time(inner), read_time(inner)
    inner.finish()
    tbs.require(certificate.not_before <= certificate.not_after, 'NATT_E_X509_VALIDITY', validity.at)


def read_time(reader: Reader) -> int:
    """R-X509-06 [RFC 5280 4.1.2.5]: seconds since 1970."""
    element = reader.take(GENERALIZED_TIME if reader.peek() == GENERALIZED_TIME else UTC_TIME)
    size, form = FORMATS[element.tag]
    text = element.content
    reader.require(len(text) == size and text[:-1].isdigit() and text[-1:] == b'Z', 'NATT_E_X509_TIME', element.at)
    digits = text.decode()
    if element.tag == UTC_TIME:
        digits = ('20' if digits < '5' else '19') + digits
    try:
        moment = datetime.strptime(digits, FORMATS[GENERALIZED_TIME][1]).replace(tzinfo=timezone.utc)
    except ValueError:
        raise Refused('NATT_E_X509_TIME', element.at, reader.item) from None
    reader.require((element.tag == UTC_TIME) == (moment.year < 2050), 'NATT_E_X509_TIME', element.at)
    return int(moment.timestamp())


def read_key(tbs: Reader, certificate: Certificate) -> None:
    """R-X509-08, R-X509-09"""
    spki = tbs.take(SEQUENCE)
    inner = tbs.inside(spki)
    inner.literal(EC_KEY_ON_P384, 'NATT_E_X509_KEY_ALGORITHM')
    bits = inner.octet_bits()
    tbs.require(len(bits.content) == 98 and bits.content[1] == 4, 'NATT_E_X509_POINT_FORM', bits.at)
    inner.finish()
    certificate.spki, certificate.point = spki.encoded, Part(bits.start + 2, bits.content[2:])


def read_extensions(tbs: Reader, certificate: Certificate) -> None:
    outer = tbs.inside(tbs.take(EXTENSIONS))
    sequence = outer.take(SEQUENCE)
    outer.finish()
    inner, count = tbs.inside(sequence), 0
    tbs.require(inner.peek() is not None, 'NATT_E_X509_EXTENSION_COUNT', sequence.at)
    while inner.peek() is not None:
        extension = inner.take(SEQUENCE)
        tbs.require(count < MAX_EXTENSIONS, 'NATT_E_X509_EXTENSION_COUNT', extension.at)
        read_extension(inner.inside(extension), extension, certificate)
        count += 1


def read_extension(reader: Reader, extension: Element, certificate: Certificate) -> None:
    oid = reader.oid()
    reader.require(oid not in certificate.seen, 'NATT_E_X509_EXTENSION_DUPLICATE', extension.at)
    certificate.seen.add(oid)
    critical = reader.true_or_absent()
    value = reader.take(OCTET_STRING)
    reader.finish()
    if critical:
        certificate.critical.add(oid)
    if oid == BASIC_CONSTRAINTS:
        read_constraints(reader.inside(value), certificate)
    elif oid == KEY_USAGE:
        read_key_usage(reader.inside(value), certificate)
    elif critical or oid in LIMITS_OF_A_CA:
        certificate.must_be_processed = True


def read_constraints(reader: Reader, certificate: Certificate) -> None:
    constraints = reader.take(SEQUENCE)
    reader.finish()
    inner = reader.inside(constraints)
    certificate.constraints = constraints.content
    certificate.ca = inner.true_or_absent()
    if inner.peek() is not None:
        element, certificate.path_length = inner.unsigned()
        reader.require(certificate.path_length < 1 << 8 * MAX_PATH_LENGTH_OCTETS, 'NATT_E_DER_INTEGER', element.at)
    inner.finish()


def read_key_usage(reader: Reader, certificate: Certificate) -> None:
    element, bits = reader.named_bits()
    reader.require(bits != set(), 'NATT_E_X509_KEY_USAGE_EMPTY', element.at)
    reader.finish()
    certificate.key_usage = bits


def read_signature(body: Reader, certificate: Certificate) -> None:
    bits = body.octet_bits()
    outer = Reader(body.data, bits.start + 1, bits.end, body.item)
    pair = outer.inside(outer.take(SEQUENCE))
    outer.finish()
    certificate.r, certificate.s = read_scalar(pair), read_scalar(pair)
    pair.finish()


def read_scalar(reader: Reader) -> Part:
    """R-X509-14"""
    element, number = reader.unsigned()
    reader.require(1 <= number < N, 'NATT_E_X509_SIGNATURE_RANGE', element.at)
    magnitude = element.content.lstrip(b'\0')
    return Part(element.end - len(magnitude), magnitude)
