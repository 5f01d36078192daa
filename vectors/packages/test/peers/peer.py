"""The specimen of vectors/adapters/python as verifier: peer.py true|wrong FOLDER_OF_ADAPTER.

Wrong skips the signature.
"""
import base64
import sys
import warnings

import nitro_attest_vectors

sys.path.insert(0, sys.argv[2])
import adapter              # noqa: E402
import nitro_verifier       # noqa: E402

if sys.argv[1] == 'wrong':
    nitro_verifier.verify_signature = lambda *given: None


def text(content):
    return base64.b64encode(content).decode()


def verify(v):
    return adapter.decide({'options': v.options, 'now_ms': v.now_ms, 'document': text(v.document),
                           'roots': [text(root) for root in v.roots]})[0]


warnings.simplefilter('ignore')
print(nitro_attest_vectors.run(verify))
