"""The file of known failures: FORMAT.md describes it under "Exceptions"."""
import json
from typing import Any, Dict, List, Optional, Tuple

FAILURES = ('accepts', 'refuses', 'wrong-values', 'crashes', 'times-out', 'garbled')
EXPECTED = FAILURES + ('unsupported',)


class ExceptionsError(ValueError):
    """The list of exceptions is not usable: a wrong key, an unknown id or class, a failure that is not possible."""


def _has_values(item: Any) -> bool:
    steps = getattr(item, 'steps', (item,))
    return any('values' in step.expect for step in steps)


def _verdicts(item: Any) -> List[str]:
    return [step.expect['result'] for step in getattr(item, 'steps', (item,))]


def can_fail(item: Any, how: str) -> bool:
    """Whether a vector or sequence can fail in this way."""
    if how == 'wrong-values':
        return _has_values(item)
    if how in ('accepts', 'refuses'):
        return {'accepts': 'refuse', 'refuses': 'accept'}[how] in _verdicts(item)
    return True


class Exceptions:
    """Known failures. An entry with an id comes before those with a class."""

    def __init__(self, given: Optional[Dict[str, Any]], items: List[Any]):
        given = {'version': 1, 'exceptions': []} if given is None else given
        if set(given) - {'require_decided'} != {'version', 'exceptions'} or given['version'] != 1:
            raise ExceptionsError('the file must be {"version": 1, "exceptions": [...]}')
        self.require_decided = given.get('require_decided', False)
        self.entries: List[Dict[str, Any]] = given['exceptions']
        self.used: set = set()
        seen: set = set()
        for number, entry in enumerate(self.entries):
            fault = _fault(entry, items) or ('it is listed twice' if _identity(entry) in seen else None)
            if fault:
                raise ExceptionsError('exceptions[%d]: %s' % (number, fault))
            seen.add(_identity(entry))

    def standing(self, item: Any, outcome: str) -> str:
        """fine, unsupported, differs, known, failed, unexpected-pass or undecided."""
        covering = self._covering(item, 'id') or self._covering(item, 'class')
        for entry in covering:
            if entry['expect'] == outcome:
                self.used.add(_identity(entry))
                return 'known'
        if covering and outcome in ('agrees', 'unsupported'):
            self.used.update(_identity(entry) for entry in covering)
            return 'unexpected-pass' if outcome == 'agrees' else 'undecided'
        if outcome == 'unsupported':
            return 'undecided' if self.require_decided else 'unsupported'
        if outcome == 'agrees':
            return 'fine'
        return 'differs' if item.policy and outcome in ('accepts', 'refuses') else 'failed'

    def stale(self) -> List[Dict[str, Any]]:
        """Entries for a class that no vector needed."""
        return [e for e in self.entries if 'class' in e and _identity(e) not in self.used]

    def _covering(self, item: Any, key: str) -> List[Dict[str, Any]]:
        name = item.id if key == 'id' else item.class_name
        return [e for e in self.entries if e.get(key) == name and can_fail(item, e['expect'])]


def _identity(entry: Dict[str, Any]) -> Tuple[str, ...]:
    return ('id', entry['id']) if 'id' in entry else ('class', entry['class'], entry['expect'])


def _fault(entry: Dict[str, Any], items: List[Any]) -> Optional[str]:
    """What is wrong with an entry, or None."""
    if not set(entry) <= {'id', 'class', 'expect', 'reason', 'issue'} or ('id' in entry) == ('class' in entry):
        return 'it must have an id or a class, expect, reason, and perhaps issue'
    if entry.get('expect') not in EXPECTED:
        return 'expect must be one of ' + ', '.join(EXPECTED)
    if not str(entry.get('reason') or '').strip():
        return 'the reason is blank: explain why this failure is accepted'
    key = 'id' if 'id' in entry else 'class'
    named = [i for i in items if (i.id if key == 'id' else i.class_name) == entry[key]]
    if not named:
        return 'unknown %s "%s"' % (key, entry[key])
    if not any(can_fail(item, entry['expect']) for item in named):
        return '"%s" is not a possible failure of "%s"' % (entry['expect'], entry[key])
    return None


def read(given: Any) -> Optional[Dict[str, Any]]:
    """A path, or what json.load() returned for it."""
    if given is None or isinstance(given, dict):
        return given
    with open(given, encoding='utf-8') as f:
        return json.load(f)
