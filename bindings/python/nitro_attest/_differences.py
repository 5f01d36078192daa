"""The PCRs of each set that a document does not match, as exceptions show them."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence, Tuple

_SHOWN = 8  # differences in a text
_VALUES = 4  # expected values of one difference in a text


def _values_text(values: Sequence[bytes]) -> str:
    told = [value.hex() for value in values[:_VALUES]]
    if len(values) > _VALUES:
        told.append("one of %d more" % (len(values) - _VALUES))
    return " or ".join(told)


@dataclass(frozen=True)
class PcrDifference:
    """One PCR of one set of a policy that a verified document does not match.

    set_index  place of the set in Policy.sets; set_name is its name, or None
    index      of the PCR, 0 to 31
    expected   all values that the set lists for this PCR, 48 bytes each
    actual     the document's value, 48 bytes, or None if the document has no such PCR
    """

    set_index: int
    set_name: Optional[str]
    index: int
    expected: Tuple[bytes, ...]
    actual: Optional[bytes]

    def __str__(self) -> str:
        named = "" if self.set_name is None else " %a" % self.set_name
        return "set %d%s: PCR %d expected %s, actual %s" % (
            self.set_index, named, self.index, _values_text(self.expected),
            "absent" if self.actual is None else self.actual.hex())


def text_of(differences: Sequence[PcrDifference]) -> str:
    """All of them in one line, or the first ones and the number of the others."""
    told = [str(one) for one in differences[:_SHOWN]]
    if len(differences) > _SHOWN:
        told.append("and %d more" % (len(differences) - _SHOWN))
    return "; ".join(told)
