"""Adapter for valtu."""
import base64
import datetime
import hashlib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'python-adapter'))

from adapter import Refused, Unsupported, run  # noqa: E402
from valtu import AttestationError, verify_attestation  # noqa: E402

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
# The last check of the peer, after all others: the form of user_data in documents of its own service.
OWN_RULE = "user_data is not the enclave's statement"


def payload_of(error):
    """The decoded payload, a local variable of the function that raised the error."""
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    return trace.tb_frame.f_locals['doc']


def from_payload(document):
    pcrs = {int(index): bytes(value) for index, value in (document.get('pcrs') or {}).items()}
    return {'module_id': document.get('module_id'), 'timestamp': int(document.get('timestamp') or 0), 'pcrs': pcrs,
            'nonce': document['nonce'], 'user_data': document['user_data'], 'public_key': document.get('public_key')}


def verify(document, root, now_ms, options):
    if 'nonce' not in options:
        raise Unsupported('the peer requires a nonce')
    try:
        found = verify_attestation(base64.b64encode(document).decode(), nonce=options['nonce'],
                                   at=EPOCH + datetime.timedelta(milliseconds=now_ms),
                                   root_sha256=hashlib.sha256(root).hexdigest())
    except AttestationError as e:
        if str(e) == OWN_RULE:
            return from_payload(payload_of(e))
        raise Refused(str(e)) from e
    return {'module_id': found.module_id, 'timestamp': found.timestamp, 'nonce': bytes.fromhex(options['nonce']),
            'pcrs': {index: bytes.fromhex(value) for index, value in found.pcrs.items()}}


run(verify)
