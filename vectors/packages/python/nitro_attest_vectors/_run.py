"""Runs the vectors through a verifier."""
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple, Union

from ._exceptions import Exceptions, read
from ._load import Sequence, Vector, load

Item = Union[Vector, Sequence]
KEYS = ('module_id', 'digest', 'timestamp', 'pcrs', 'public_key', 'user_data', 'nonce')
COUNTED = (('fine', 'agree'), ('known', 'known'), ('differs', 'differ by policy'), ('unsupported', 'unsupported'),
           ('skipped', 'skipped'), ('failed', 'failed'))
SEVERITIES = ('critical', 'high', 'medium', 'low', 'none')
SHOWN = 100


@dataclass(frozen=True)
class Accept:
    """The verdict "accept", with what the verifier returned."""
    values: Dict[str, Any]


def accept(**values: Any) -> Accept:
    """The verdict "accept" with values, as FORMAT.md has them; bytes may stand for hex. Give what the verifier returns:
    accept(module_id=..., pcrs={0: ...}, nonce=None)."""
    return Accept(values)


Verdict = Union[str, Accept]
Verify = Callable[[Vector], Verdict]


@dataclass(frozen=True)
class Result:
    """What a verifier did with a vector or sequence."""
    item: Item
    outcome: str        # agrees, accepts, refuses, wrong-values, crashes, garbled, unsupported or skipped
    standing: str       # fine, unsupported, skipped, differs, known, failed, unexpected-pass or undecided
    detail: str = ''

    @property
    def failed(self) -> bool:
        return self.standing in ('failed', 'unexpected-pass', 'undecided')

    def __str__(self) -> str:
        how = self.outcome if self.standing in ('failed', 'differs') else self.standing
        detail = ' (%s)' % self.detail if self.detail else ''
        return '%s, %s: %s %s%s: %s' % (self.item.severity, self.item.reach, self.item.id, how, detail,
                                        self.item.description)


@dataclass(frozen=True)
class Report:
    """The result of a run. Its text lists the failures, the most severe first."""
    results: List[Result]
    faults: List[str]       # what is wrong with the run as a whole

    @property
    def failures(self) -> List[Result]:
        return sorted((r for r in self.results if r.failed), key=lambda r: SEVERITIES.index(r.item.severity))

    @property
    def ok(self) -> bool:
        return not self.faults and not any(r.failed for r in self.results)

    def counts(self) -> Dict[str, int]:
        counted = {name: 0 for name, _ in COUNTED}
        for r in self.results:
            counted['failed' if r.failed else r.standing] += 1
        return counted

    def exceptions(self) -> Dict[str, Any]:
        """A file of exceptions for the failures that are not listed yet. Write it with json.dump(); give reasons."""
        return {'version': 1, 'exceptions': [{'id': r.item.id, 'expect': r.outcome, 'reason': 'Not examined yet.'}
                                             for r in self.results if r.standing == 'failed']}

    def __str__(self) -> str:
        counts, failures = self.counts(), self.failures
        head = '%d vectors: ' % len(self.results) + ', '.join('%d %s' % (counts[n], text) for n, text in COUNTED)
        lines = [head] + [str(r) for r in failures[:SHOWN]]
        if len(failures) > SHOWN:
            lines.append('... and %d more' % (len(failures) - SHOWN))
        return '\n'.join(lines + self.faults)


def _plain(value: Any) -> Any:
    return bytes(value).hex() if isinstance(value, (bytes, bytearray, memoryview)) else value


def _differs(key: str, value: Any, expected: Any) -> bool:
    if key != 'pcrs':
        return _plain(value) != expected
    return any(_plain(v) != expected.get(str(index)) for index, v in value.items())


def wrong_values(values: Dict[str, Any], expect: Dict[str, Any]) -> List[str]:
    """The keys that both have, with different values."""
    expected = expect.get('values', {})
    return [k for k in KEYS if k in values and k in expected and _differs(k, values[k], expected[k])]


def _decide(verdict: Any, expect: Dict[str, Any]) -> Tuple[str, str]:
    values = verdict.values if isinstance(verdict, Accept) else {}
    word = 'accept' if isinstance(verdict, Accept) else verdict
    if word == 'unsupported':
        return 'unsupported', ''
    if word not in ('accept', 'refuse'):
        return 'garbled', 'the verdict is %r' % (verdict,)
    if word != expect['result']:
        return word + 's', ''
    wrong = wrong_values(values, expect)
    return ('wrong-values', ', '.join(wrong)) if wrong else ('agrees', '')


def outcome_of(verify: Verify, item: Item) -> Tuple[str, str]:
    """The outcome, and a detail for people. That of a sequence is the first that does not agree."""
    if isinstance(item, Sequence):
        return next((o for o in (outcome_of(verify, step) for step in item.steps) if o[0] != 'agrees'), ('agrees', ''))
    try:
        verdict = verify(item)
    except KeyboardInterrupt:
        raise
    except BaseException as e:  # also the panic of a module in Rust, and SystemExit
        return 'crashes', ' '.join(str(e).split())[:200]
    return _decide(verdict, item.expect)


def is_skipped(item: Item, skip_tags: Iterable[str]) -> bool:
    steps = item.steps if isinstance(item, Sequence) else (item,)
    return bool(set(item.tags) & set(skip_tags)) or any(step.document is None for step in steps)


def _faults(results: List[Result], known: Exceptions, min_decided: int) -> List[str]:
    decided = sum(r.outcome not in ('unsupported', 'skipped') for r in results)
    faults = ['exceptions: no vector needs %s of class "%s" any more' % (e['expect'], e['class'])
              for e in known.stale()]
    if decided < min_decided:
        faults.append('%d vectors were decided; %d are required' % (decided, min_decided))
    return faults


def run(verify: Verify, *, exceptions: Optional[Any] = None, skip_tags: Iterable[str] = (),
        genuine: Iterable[bytes] = (), min_decided: int = 1) -> Report:
    """Calls verify(vector) for each vector: it returns "accept", accept(...), "refuse" or "unsupported".

    An exception that it raises is a crash, and always a failure. `exceptions`: the known failures, a file or its
    content. `skip_tags`: vectors with one of these tags are left out. `genuine`: see load(). `min_decided`: how many
    vectors it must accept or refuse."""
    vectors, sequences = load(genuine)
    items: List[Item] = [*vectors, *sequences]
    known, skip_tags = Exceptions(read(exceptions), items), frozenset(skip_tags)
    results = []
    for item in items:
        if is_skipped(item, skip_tags):
            results.append(Result(item, 'skipped', 'skipped'))
            continue
        outcome, detail = outcome_of(verify, item)
        results.append(Result(item, outcome, known.standing(item, outcome), detail))
    return Report(results, _faults(results, known, min_decided))
