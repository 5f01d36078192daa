"""Runs verifier.py against the vectors: JSON lines on standard input and output, as vectors/FORMAT.md describes.

Besides result and code, an answer has the offset and the item of a refusal, or the values of an accepted document.
"""
from __future__ import annotations

import base64
import json
import sys
from typing import Any

from document import OPTIONAL, Document
from options import Unsupported, read_options
from refusal import Refused
from verifier import verify


def values(document: Document) -> dict[str, Any]:
    given: dict[str, Any] = {
        'module_id': document.module_id.value.decode(), 'timestamp': document.timestamp, 'digest': document.digest,
        'pcrs': {str(index): part.value.hex() for index, part in document.pcrs.items()}}
    for name in OPTIONAL:
        part = document.optional.get(name)
        given[name] = None if part is None else part.value.hex()
    return given


def decide(request: dict[str, Any]) -> dict[str, Any]:
    roots = [base64.b64decode(root) for root in request['roots']]
    try:
        options = read_options(request['options'])
        document = verify(base64.b64decode(request['document']), roots, request['now_ms'], options)
    except Unsupported as e:
        return {'result': 'unsupported', 'reason': str(e)}
    except Refused as e:
        return {'result': 'refuse', 'reason': str(e), 'code': e.code, 'offset': e.offset, 'item': e.item}
    return {'result': 'accept', 'values': values(document)}


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps({'id': request['id'], **decide(request)}), flush=True)


if __name__ == '__main__':
    main()
