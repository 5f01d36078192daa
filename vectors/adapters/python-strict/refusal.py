"""The one error of this verifier: what docs/RULES.md calls the code, the item and the offset of a refusal."""
from __future__ import annotations


class Refused(Exception):
    """The document does not meet a rule. The code belongs to one row of docs/RULES.md."""

    def __init__(self, code: str, offset: int | None = None, item: int | None = None) -> None:
        super().__init__('%s, offset %s, item %s' % (code, offset, item))
        self.code, self.offset, self.item = code, offset, item


def require(condition: bool, code: str, offset: int | None = None, item: int | None = None) -> None:
    if not condition:
        raise Refused(code, offset, item)
