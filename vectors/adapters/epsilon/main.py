"""Adapter for epsilon-attestation-verifier."""
import base64
import datetime
import logging
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'python-adapter'))

import epsilon_verifier.verifier as peer  # noqa: E402
from adapter import Refused, run  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding  # noqa: E402


class Clock(datetime.datetime):
    """The peer reads the system's clock through the name `datetime` of its module."""
    at = None

    @classmethod
    def now(cls, tz=None):
        return cls.at.astimezone(tz)


peer.datetime = Clock
logging.disable(logging.CRITICAL)


def verify(document, root, now_ms, _options):
    Clock.at = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(milliseconds=now_ms)
    try:
        pem = x509.load_der_x509_certificate(root).public_bytes(Encoding.PEM)
    except ValueError as e:
        raise Refused('the root: %s' % e) from e
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem)
        file.flush()
        result = peer.verify_attestation(base64.b64encode(document).decode(), aws_root_cert_path=file.name)
    if not result.valid:
        raise Refused(result.error)
    found = result.attestation
    return {'module_id': found.module_id, 'timestamp': found.timestamp, 'nonce': found.nonce,
            'pcrs': {index: bytes.fromhex(value) for index, value in found.pcrs.items()},
            'user_data': found.user_data, 'public_key': found.public_key}


run(verify)
