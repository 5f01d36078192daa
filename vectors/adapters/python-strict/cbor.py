"""A strict reader of CBOR [RFC 8949]: every item has exactly one encoding, and each fault has the byte where it is.

A library decodes several encodings to one value, so it cannot report heads that are not the shortest, chunks, or a key
that occurs twice. This reader returns heads and leaves the meaning to its caller.
"""
from __future__ import annotations

from dataclasses import dataclass

from refusal import Refused, require

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
FALSE, TRUE, NULL = 20, 21, 22
BREAK = 0xff
MAX_LEVELS = 4


@dataclass(frozen=True)
class Head:
    """One head. `argument` is None if the length is indefinite."""
    at: int
    major: int
    argument: int | None


@dataclass
class Reader:
    """Reads data[pos:end]. Offsets count from the start of `data`. `item` is the field that errors belong to."""
    data: bytes
    pos: int
    end: int
    item: int | None = None

    def skip_bytes(self, count: int) -> bytes:
        """R-CBOR-01"""
        require(count <= self.end - self.pos, 'NATT_E_CBOR_TRUNCATED', self.pos, self.item)
        self.pos += count
        return self.data[self.pos - count:self.pos]

    def next_byte(self) -> int | None:
        return self.data[self.pos] if self.pos < self.end else None

    def head(self) -> Head:
        """The next head, if it may begin a value. It checks the initial byte first, then the argument."""
        at = self.pos
        major, info = divmod(self.skip_bytes(1)[0], 32)
        self.check_initial(at, major, info)
        if info < 24 or info == 31:
            return Head(at, major, info if info < 31 else None)
        argument = int.from_bytes(self.skip_bytes(1 << (info - 24)), 'big')
        smallest = (24, 1 << 8, 1 << 16, 1 << 32)[info - 24]
        require(argument >= smallest, 'NATT_E_CBOR_NOT_SHORTEST', at, self.item)
        return Head(at, major, argument)

    def check_initial(self, at: int, major: int, info: int) -> None:
        """R-CBOR-02, R-CBOR-04, R-CBOR-05, R-CBOR-08, R-CBOR-09"""
        reserved = info in (28, 29, 30) or info == 31 and major in (UNSIGNED, NEGATIVE)
        require(not reserved, 'NATT_E_CBOR_RESERVED', at, self.item)
        require(major != TAG, 'NATT_E_CBOR_TAG', at, self.item)
        require(info < 31 or major not in (BYTES, TEXT), 'NATT_E_CBOR_INDEFINITE', at, self.item)
        require(info < 31 or major != SIMPLE, 'NATT_E_CBOR_BREAK', at, self.item)
        require(major != SIMPLE or info in (FALSE, TRUE, NULL), 'NATT_E_CBOR_SIMPLE', at, self.item)

    def typed(self, major: int) -> Head:
        """R-CBOR-06"""
        head = self.head()
        require(head.major == major, 'NATT_E_CBOR_TYPE', head.at, self.item)
        return head

    def content(self, head: Head) -> bytes:
        """The content of a string; R-CBOR-07."""
        content = self.skip_bytes(head.argument or 0)
        if head.major == TEXT:
            try:
                content.decode('utf-8')
            except UnicodeDecodeError:
                raise Refused('NATT_E_CBOR_UTF8', self.pos - len(content), self.item) from None
        return content

    def more(self, head: Head, done: int) -> bool:
        """Whether a container has another entry after `done` of them. Consumes the break of an indefinite one."""
        if head.argument is not None:
            return done < head.argument
        if self.next_byte() == BREAK:
            self.pos += 1
            return False
        return True

    def skip(self, level: int = 1) -> None:
        """Skips one value of an unknown field; R-CBOR-10."""
        head = self.head()
        if head.major in (BYTES, TEXT):
            self.content(head)
        if head.major not in (ARRAY, MAP):
            return
        require(level <= MAX_LEVELS, 'NATT_E_CBOR_DEPTH', head.at, self.item)
        done = 0
        while self.more(head, done):
            self.skip(level + 1)
            if head.major == MAP:
                self.skip(level + 1)
            done += 1
