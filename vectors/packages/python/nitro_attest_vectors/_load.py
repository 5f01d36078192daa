"""The vectors, as a runner needs them."""
import base64
import functools
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, Iterable, List, Optional, Tuple

from . import _container

FORMAT = 3


@dataclass(frozen=True)
class Vector:
    """One document, with what the verifier must require of it, and the expected verdict."""
    id: str
    description: str
    class_name: str
    severity: str
    reach: str
    tags: Tuple[str, ...]
    policy: Optional[str]                   # why verifiers may differ
    document: Optional[bytes]               # None: a genuine document that was not given
    roots: Tuple[bytes, ...]                # DER; trust exactly these
    now_ms: int
    options: Dict[str, Any] = field(hash=False)
    expect: Dict[str, Any] = field(hash=False)
    sequence: Optional[str] = None          # keep one verifier for the steps of a sequence

    @property
    def features(self) -> FrozenSet[str]:
        """What a verifier must support for this vector: words, described in README.md."""
        words = {'several-roots'} if len(self.roots) != 1 else set()
        for key, value in self.options.items():
            words.update(_words(key, value))
        return frozenset(words)


@dataclass(frozen=True)
class Sequence:
    """Steps for one verifier, which must give each the verdict that it has alone."""
    id: str
    description: str
    class_name: str
    severity: str
    reach: str
    tags: Tuple[str, ...]
    steps: Tuple[Vector, ...]
    policy: Optional[str] = None


def _words(key: str, value: Any) -> List[str]:
    if key == 'flags':
        return value
    if isinstance(value, dict) and 'mode' in value:
        return ['%s=%s' % (key, value['mode'])]
    if key in ('nonce', 'module_id', 'region') or not isinstance(value, str):
        return [key]
    return ['%s=%s' % (key, value)]


@functools.lru_cache(maxsize=None)
def _files() -> Dict[str, bytes]:
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'vectors.pack'), 'rb') as f:
        return _container.decode(f.read())


def files() -> Dict[str, bytes]:
    """manifest.json and the files that it lists, as they are in the source of the vectors."""
    return dict(_files())


def _patched(genuine: bytes, patch: List[Dict[str, Any]]) -> bytes:
    out, at = b'', 0
    for edit in patch:
        out += genuine[at:edit['offset']] + bytes.fromhex(edit['insert'])
        at = edit['offset'] + edit['remove']
    return out + genuine[at:]


def _document(document: Any, genuine: Dict[str, bytes]) -> Optional[bytes]:
    if isinstance(document, str):
        return base64.b64decode(document)
    found = genuine.get(document['sha256'])
    return None if found is None else _patched(found, document.get('patch', []))


def _vector(v: Dict[str, Any], roots: Dict[str, bytes], genuine: Dict[str, bytes]) -> Vector:
    return Vector(v['id'], v['description'], v['class'], v['severity'], v['reach'], tuple(v['tags']), v.get('policy'),
                  _document(v['document'], genuine), tuple(roots[name] for name in v['roots']), v['now_ms'],
                  v['options'], v['expect'])


def _sequence(s: Dict[str, Any], vectors: Dict[str, Vector]) -> Sequence:
    steps = tuple(Vector(**{**vectors[step].__dict__, 'sequence': s['id']}) for step in s['steps'])
    return Sequence(s['id'], s['description'], s['class'], s['severity'], s['reach'], tuple(s['tags']), steps)


def load(genuine: Iterable[bytes] = ()) -> Tuple[List[Vector], List[Sequence]]:
    """All vectors, and all sequences. `genuine`: real documents, which some vectors need; they are not distributed."""
    given = {hashlib.sha256(document).hexdigest(): document for document in genuine}
    manifest = json.loads(_files()['manifest.json'])
    if manifest['format'] != FORMAT:
        raise ValueError('the vectors have format %s; this package reads %d' % (manifest['format'], FORMAT))
    vectors: List[Vector] = []
    sequences: List[Sequence] = []
    for entry in manifest['files']:
        group = json.loads(_files()[entry['file']])
        roots = {name: base64.b64decode(der) for name, der in group['roots'].items()}
        found = [_vector(v, roots, given) for v in group['vectors']]
        vectors += found
        sequences += [_sequence(s, {v.id: v for v in found}) for s in group.get('sequences', [])]
    return vectors, sequences
