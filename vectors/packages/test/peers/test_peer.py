"""The same with pytest: the environment has PEER (true or wrong) and ADAPTER (the folder)."""
import base64
import os
import sys

sys.path.insert(0, os.environ['ADAPTER'])
import adapter              # noqa: E402
import nitro_verifier       # noqa: E402

if os.environ['PEER'] == 'wrong':
    nitro_verifier.verify_signature = lambda *given: None


def text(content):
    return base64.b64encode(content).decode()


def verify(v):
    return adapter.decide({'options': v.options, 'now_ms': v.now_ms, 'document': text(v.document),
                           'roots': [text(root) for root in v.roots]})[0]


def test_vector(nitro_attest_vector):
    nitro_attest_vector.check(verify)
