"""Methods of the codes. The codes are in _codes.py, which tools/gen-rules writes."""
from __future__ import annotations

import enum
from typing import Any, Mapping, Tuple

from . import _structs as c
from ._structs import ItemKind


#: Names of the fields of a document, as items of kind FIELD count them.
FIELDS: Tuple[str, ...] = tuple(
    name[len("FIELD_"):].lower() for name in vars(c) if name.startswith("FIELD_") and name != "FIELD_COUNT")


class _Coded(enum.IntEnum):
    """A number of the C library. An unknown number, from a newer library, gives the last member, UNKNOWN or OTHER; it
    also means failure."""

    @classmethod
    def _table(cls) -> Mapping[int, Tuple[str, ...]]:
        raise NotImplementedError

    @classmethod
    def _missing_(cls, value: object) -> Any:
        return list(cls)[-1] if isinstance(value, int) else None

    def _text(self, column: int, unknown: str) -> str:
        row = self._table().get(int(self))
        return unknown if row is None else row[column]

    def __str__(self) -> str:
        return self.name


class NsmCodeBase(_Coded):
    """Texts of the NSM client's code."""

    @property
    def message(self) -> str:
        """What is wrong."""
        return self._text(-2, "a code that this package does not know")

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self._text(-1, "update this package")


class CodeBase(NsmCodeBase):
    """Texts of a verifier's code."""

    @property
    def item_kind(self) -> ItemKind:
        """The meaning of the item of an error with this code."""
        return ItemKind[self._text(0, "NONE")]

    @property
    def rule(self) -> str:
        """The rule that was broken, a row of docs/RULES.md; empty for NATT_OK and unknown codes."""
        return self._text(1, "")


class EmulatorCodeBase(NsmCodeBase):
    """Texts of a code of the emulator's library."""

    @property
    def counted(self) -> str:
        """The meaning of the index of an error with this code: "section", "fault", "PCR entry"; empty if it has
        none."""
        return self._text(0, "")


class NsmDeviceErrorBase(_Coded):
    """The name of an NSM's error."""

    @property
    def wire_name(self) -> str:
        """As the NSM writes it, "ReadOnlyIndex"; empty if there is none."""
        return self._text(0, "")
