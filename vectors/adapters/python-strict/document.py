"""The COSE_Sign1 envelope and the map in it: R-COSE-01 to R-COSE-09, R-DOC-01 to R-DOC-15, R-DOC-17."""
from __future__ import annotations

from dataclasses import dataclass, field

from cbor import ARRAY, BYTES, MAP, TAG, TEXT, UNSIGNED, Head, Reader
from curve import N
from refusal import Refused, require

FIELDS = ('module_id', 'digest', 'timestamp', 'pcrs', 'nitrotpm_pcrs', 'certificate', 'cabundle', 'public_key',
          'user_data', 'nonce')
OPTIONAL = ('public_key', 'user_data', 'nonce')
PCR_MAPS = ('pcrs', 'nitrotpm_pcrs')
MAX_DOCUMENT, MAX_PAYLOAD, MAX_CERTIFICATE, MAX_BUNDLE, MAX_PCRS, MAX_UNKNOWN = 16493, 16384, 1024, 8, 32, 8
MAX_TIMESTAMP = 253402300799999  # 9999-12-31T23:59:59.999Z
PROTECTED, UNPROTECTED = bytes.fromhex('44a1013822'), b'\xa0'
TAG_18, ARRAY_OF_FOUR, NULL_BYTE = 0xd2, 0x84, 0xf6


@dataclass(frozen=True)
class Part:
    """Bytes of the document, and where they begin."""
    at: int
    value: bytes


@dataclass
class Envelope:
    payload: Part
    signature: Part


@dataclass
class Document:
    module_id: Part = Part(0, b'')
    digest: str = ''
    timestamp: int = 0
    pcrs: dict[int, Part] = field(default_factory=dict)
    certificate: Part = Part(0, b'')
    cabundle: list[Part] = field(default_factory=list)
    optional: dict[str, Part] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    unknown: list[Part] = field(default_factory=list)


def read_envelope(data: bytes) -> Envelope:
    require(1 <= len(data) <= MAX_DOCUMENT, 'NATT_E_COSE_SIZE', 0)
    reader = Reader(data, 0, len(data))
    read_tag(reader)
    require(reader.next_byte() in (ARRAY_OF_FOUR, None), 'NATT_E_COSE_ARRAY', reader.pos)
    reader.skip_bytes(1)
    read_header(reader, PROTECTED, 'NATT_E_COSE_PROTECTED')
    read_header(reader, UNPROTECTED, 'NATT_E_COSE_UNPROTECTED')
    head, payload = read_string(reader, BYTES)
    require(1 <= len(payload.value) <= MAX_PAYLOAD, 'NATT_E_COSE_PAYLOAD', head.at)
    head, signature = read_string(reader, BYTES)
    require(len(signature.value) == 96, 'NATT_E_COSE_SIGNATURE_SIZE', head.at)
    for at in (0, 48):
        number = int.from_bytes(signature.value[at:at + 48], 'big')
        require(1 <= number < N, 'NATT_E_COSE_SIGNATURE_RANGE', signature.at + at)
    require(reader.pos == len(data), 'NATT_E_COSE_TRAILING', reader.pos)
    return Envelope(payload, signature)


def read_tag(reader: Reader) -> None:
    """R-COSE-02"""
    if reader.next_byte() == TAG_18:
        reader.skip_bytes(1)
    following = reader.next_byte()
    require(following is None or following >> 5 != TAG, 'NATT_E_COSE_TAG', reader.pos)


def read_header(reader: Reader, wanted: bytes, code: str) -> None:
    """R-COSE-04, R-COSE-05: both headers have exactly one form."""
    found = reader.data[reader.pos:reader.pos + len(wanted)]
    require(wanted.startswith(found), code, reader.pos)
    reader.content(reader.head())


def read_document(data: bytes, payload: Part) -> Document:
    document = Document()
    reader = Reader(data, payload.at, payload.at + len(payload.value))
    head, done = reader.typed(MAP), 0
    while reader.more(head, done):
        read_entry(reader, document)
        reader.item = None
        done += 1
    require(reader.pos == reader.end, 'NATT_E_CBOR_TRAILING', reader.pos)
    for name in FIELDS:
        absent = name in PCR_MAPS and not document.present & set(PCR_MAPS)
        optional = name in OPTIONAL or name in PCR_MAPS
        require(not absent and (optional or name in document.present), 'NATT_E_DOC_MISSING_FIELD', None,
                FIELDS.index(name))
    return document


def read_entry(reader: Reader, document: Document) -> None:
    head = reader.head()
    require(head.major == TEXT, 'NATT_E_DOC_KEY', head.at)
    key = Part(reader.pos, reader.content(head))
    name = key.value.decode()
    if name not in FIELDS:
        read_unknown(reader, document, head, key)
        return
    reader.item = FIELDS.index(name)
    require(name not in document.present, 'NATT_E_DOC_DUPLICATE_FIELD', head.at, reader.item)
    mixed = name in PCR_MAPS and bool(document.present & set(PCR_MAPS))
    require(not mixed, 'NATT_E_DOC_KIND_MIXED', head.at, reader.item)
    document.present.add(name)
    read_field(reader, document, name)


def read_unknown(reader: Reader, document: Document, head: Head, key: Part) -> None:
    require(all(key.value != other.value for other in document.unknown), 'NATT_E_DOC_DUPLICATE_FIELD', head.at)
    require(len(document.unknown) < MAX_UNKNOWN, 'NATT_E_DOC_UNKNOWN_COUNT', head.at)
    document.unknown.append(key)
    reader.skip()


def read_field(reader: Reader, document: Document, name: str) -> None:
    if reader.next_byte() == NULL_BYTE:
        require(name in OPTIONAL, 'NATT_E_DOC_NULL_FIELD', reader.pos, reader.item)
        reader.pos += 1
    elif name in OPTIONAL:
        document.optional[name] = read_string(reader, BYTES)[1]
    elif name in PCR_MAPS:
        read_pcrs(reader, document)
    elif name == 'cabundle':
        read_bundle(reader, document)
    elif name == 'certificate':
        document.certificate = read_der(reader)
    elif name == 'timestamp':
        head = reader.typed(UNSIGNED)
        document.timestamp = head.argument or 0
        require(1 <= document.timestamp <= MAX_TIMESTAMP, 'NATT_E_DOC_TIMESTAMP', head.at, reader.item)
    else:
        read_text_field(reader, document, name)


def read_string(reader: Reader, major: int) -> tuple[Head, Part]:
    head = reader.typed(major)
    return head, Part(reader.pos, reader.content(head))


def read_text_field(reader: Reader, document: Document, name: str) -> None:
    head, text = read_string(reader, TEXT)
    if name == 'module_id':
        require(1 <= len(text.value) <= 100, 'NATT_E_DOC_MODULE_ID_SIZE', head.at, reader.item)
        document.module_id = text
    else:
        require(text.value == b'SHA384', 'NATT_E_DOC_DIGEST', head.at, reader.item)
        document.digest = text.value.decode()


def read_pcrs(reader: Reader, document: Document) -> None:
    field_item, head, done = reader.item, reader.typed(MAP), 0
    require(head.argument is None or 1 <= head.argument <= MAX_PCRS, 'NATT_E_DOC_PCR_COUNT', head.at, field_item)
    while reader.more(head, done):
        index = reader.head()
        number = index.argument if index.major == UNSIGNED else None
        if number is None or number >= MAX_PCRS:
            raise Refused('NATT_E_DOC_PCR_INDEX', index.at, field_item)
        require(number not in document.pcrs, 'NATT_E_DOC_PCR_DUPLICATE', index.at, number)
        value, part = read_string(reader, BYTES)
        require(len(part.value) == 48, 'NATT_E_DOC_PCR_SIZE', value.at, number)
        document.pcrs[number] = part
        done += 1
    require(done >= 1, 'NATT_E_DOC_PCR_COUNT', head.at, field_item)


def read_bundle(reader: Reader, document: Document) -> None:
    head, done = reader.typed(ARRAY), 0
    possible = head.argument is None or 1 <= head.argument <= MAX_BUNDLE
    require(possible, 'NATT_E_DOC_CABUNDLE_COUNT', head.at, reader.item)
    while reader.more(head, done):
        require(done < MAX_BUNDLE, 'NATT_E_DOC_CABUNDLE_COUNT', head.at, reader.item)
        document.cabundle.append(read_der(reader))
        done += 1
    require(done >= 1, 'NATT_E_DOC_CABUNDLE_COUNT', head.at, reader.item)


def read_der(reader: Reader) -> Part:
    head, part = read_string(reader, BYTES)
    require(1 <= len(part.value) <= MAX_CERTIFICATE, 'NATT_E_DOC_CERTIFICATE_SIZE', head.at, reader.item)
    return part
