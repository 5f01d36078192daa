"""The PCRs of each set that a document does not match, as exceptions show them."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple

_SHOWN = 8  # differences in a text
_VALUES = 4  # expected values of one difference in a text


def _first(texts: Sequence[str], most: int, rest: str) -> List[str]:
    return [*texts[:most], *([rest % (len(texts) - most)] if len(texts) > most else [])]


@dataclass(frozen=True)
class PcrDifference:
    """One PCR of one set of a policy that a verified document does not match.

    set_index  index of the set in Policy.sets, from 0 (the text counts sets from 1); set_name is its name, or None
    index      of the PCR, 0 to 31
    expected   all values that the set lists for this PCR, 48 bytes each
    actual     the document's value, 48 bytes, or None if the document has no such PCR
    """

    set_index: int
    set_name: Optional[str]
    index: int
    expected: Tuple[bytes, ...]
    actual: Optional[bytes]

    def to_dict(self) -> Dict[str, Any]:
        """Returns it as values that json.dumps accepts, with the keys of `nitro-attest verify --json`. Threads: any
        number at once. Cost: copies the values."""
        return {"set": self.set_index, "set_name": self.set_name, "index": self.index,
                "expected": [value.hex() for value in self.expected],
                "actual": None if self.actual is None else self.actual.hex()}

    def __str__(self) -> str:
        named = "" if self.set_name is None else " %a" % self.set_name
        expected = " or ".join(_first([value.hex() for value in self.expected], _VALUES, "one of %d more"))
        return "set %d%s: PCR %d expected %s, actual %s" % (
            self.set_index + 1, named, self.index, expected, "absent" if self.actual is None else self.actual.hex())


def text_of(differences: Sequence[PcrDifference]) -> str:
    """Formats all of them in one line, or the first ones and the number of the others."""
    return "; ".join(_first([str(one) for one in differences], _SHOWN, "and %d more"))
