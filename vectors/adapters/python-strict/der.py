"""A strict reader of DER [X.690], with the byte of each fault: R-DER-01 to R-DER-08."""
from __future__ import annotations

from dataclasses import dataclass

from refusal import require

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OID, SEQUENCE, SET = 0x01, 0x02, 0x03, 0x04, 0x06, 0x30, 0x31


@dataclass(frozen=True)
class Element:
    """An element: data[at:end], its content data[start:end]."""
    data: bytes
    at: int
    start: int
    end: int

    @property
    def tag(self) -> int:
        return self.data[self.at]

    @property
    def content(self) -> bytes:
        return self.data[self.start:self.end]

    @property
    def encoded(self) -> bytes:
        return self.data[self.at:self.end]


@dataclass
class Reader:
    """Reads data[pos:end]. `item` is the certificate that errors belong to."""
    data: bytes
    pos: int
    end: int
    item: int

    def inside(self, element: Element) -> Reader:
        return Reader(self.data, element.start, element.end, self.item)

    def require(self, condition: bool, code: str, at: int) -> None:
        require(condition, code, at, self.item)

    def peek(self) -> int | None:
        return self.data[self.pos] if self.pos < self.end else None

    def octets(self, count: int) -> bytes:
        """R-DER-01"""
        self.require(count <= self.end - self.pos, 'NATT_E_DER_TRUNCATED', self.pos)
        self.pos += count
        return self.data[self.pos - count:self.pos]

    def length(self) -> int:
        """R-DER-03"""
        at = self.pos
        first = self.octets(1)[0]
        if first < 0x80:
            return first
        self.require(first in (0x81, 0x82), 'NATT_E_DER_LENGTH', at)
        length = int.from_bytes(self.octets(first - 0x80), 'big')
        self.require(length >= (0x80 if first == 0x81 else 0x100), 'NATT_E_DER_LENGTH', at)
        return length

    def any(self) -> Element:
        at = self.pos
        self.octets(1)
        length = self.length()
        start = self.pos
        self.octets(length)
        return Element(self.data, at, start, self.pos)

    def take(self, tag: int) -> Element:
        """R-DER-02"""
        self.require(self.peek() in (tag, None), 'NATT_E_DER_TAG', self.pos)
        return self.any()

    def literal(self, wanted: bytes, code: str) -> None:
        """What has exactly one allowed form."""
        found = self.data[self.pos:min(self.pos + len(wanted), self.end)]
        self.require(wanted.startswith(found), code, self.pos)
        self.octets(len(wanted))

    def finish(self) -> None:
        """R-DER-04"""
        self.require(self.pos == self.end, 'NATT_E_DER_TRAILING', self.pos)

    def unsigned(self) -> tuple[Element, int]:
        """R-DER-05"""
        element = self.take(INTEGER)
        content = element.content
        padded = content[:1] == b'\0' and len(content) > 1 and content[1] < 0x80
        self.require(content != b'' and content[0] < 0x80 and not padded, 'NATT_E_DER_INTEGER', element.at)
        return element, int.from_bytes(content, 'big')

    def true_or_absent(self) -> bool:
        """R-DER-06: the only BOOLEAN in a certificate is a default FALSE that is TRUE."""
        if self.peek() != BOOLEAN:
            return False
        element = self.take(BOOLEAN)
        self.require(element.content == b'\xff', 'NATT_E_DER_BOOLEAN', element.at)
        return True

    def octet_bits(self) -> Element:
        """R-DER-07: a BIT STRING of whole octets, with their first one, the count of unused bits."""
        element = self.take(BIT_STRING)
        self.require(element.content[:1] == b'\0', 'NATT_E_DER_BIT_STRING', element.at)
        return element

    def named_bits(self) -> tuple[Element, set[int]]:
        """R-DER-07: the bits that are set, the first one is bit 0; at most 16 bits."""
        element = self.take(BIT_STRING)
        unused, octets = element.content[:1], element.content[1:]
        bits = {8 * i + j for i, octet in enumerate(octets) for j in range(8) if octet & 0x80 >> j}
        last = max(bits) if bits else -1
        canonical = unused != b'' and len(octets) == (last + 8) // 8 <= 2 and unused[0] == 8 * len(octets) - last - 1
        self.require(canonical, 'NATT_E_DER_BIT_STRING', element.at)
        return element, bits

    def oid(self) -> bytes:
        """R-DER-08"""
        element = self.take(OID)
        content = element.content
        padded = any(octet == 0x80 and (i == 0 or content[i - 1] < 0x80) for i, octet in enumerate(content))
        self.require(content != b'' and content[-1] < 0x80 and not padded, 'NATT_E_DER_OID', element.at)
        return content
