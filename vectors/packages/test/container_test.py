#!/usr/bin/python3
"""Tests the container: container_test.py VECTORS. Prints TAP."""
import base64
import hashlib
import json
import os
import sys
import zlib

VECTORS = os.path.abspath(sys.argv[1])
PACKAGES = os.path.join(VECTORS, 'packages')
sys.dont_write_bytecode = True
sys.path[:0] = [PACKAGES, os.path.join(PACKAGES, 'python')]

import container
from nitro_attest_vectors import _container


def round_trip(content):
    files = {'manifest.json': content, 'data/other.json': b'{}\n'}
    assert _container.decode(container.encode(files)) == files, content[:200]


def every_file_comes_back():
    packed = container.encode(container.read_files(VECTORS))
    files = _container.decode(packed)
    manifest = json.loads(files['manifest.json'])
    assert list(files) == ['manifest.json'] + [entry['file'] for entry in manifest['files']]
    for entry in manifest['files']:
        assert hashlib.sha256(files[entry['file']]).hexdigest() == entry['sha256'], entry
    with open(os.path.join(VECTORS, 'manifest.json'), 'rb') as f:
        assert files['manifest.json'] == f.read()
    assert len(packed) < 450000, 'each package must have less than 500 kB: %d' % len(packed)


def base64_of_every_length_comes_back():
    for size in (58, 59, 60, 61, 62, 63, 127, 128, 16383, 16384):
        round_trip(b'["%s"]' % base64.b64encode(os.urandom(size)))


def what_only_looks_like_base64_comes_back():
    text = base64.b64encode(bytes(61))
    round_trip(b'["%s", "%s", "%s"]' % (text[:-3] + b'B==', text[:-2], text[:-1]))


def copies_of_every_length_come_back():
    for size in (container.BLOCK - 1, container.BLOCK, container.SHORTEST - 1, container.SHORTEST, 39, 40, 5000):
        chunk = bytes(b % 94 + 33 for b in os.urandom(size))
        round_trip(b'a'.join([chunk, chunk[:-1], chunk, chunk + chunk]))
    round_trip(b'x' * 100000)
    round_trip(b'')


def a_copy_reaches_only_what_is_there():
    data = os.urandom(500) * 3
    for at, earlier, length in container.copies(data):
        assert earlier + length <= at and data[at:at + length] == data[earlier:earlier + length]


def a_changed_container_is_noticed():
    packed = bytearray(container.encode({'manifest.json': b'{"a": 1}'}))
    packed[-1] ^= 1                                 # the checksum of zlib
    try:
        _container.decode(bytes(packed))
    except zlib.error:
        return
    raise AssertionError('nothing noticed it')


def main():
    tests = [every_file_comes_back, base64_of_every_length_comes_back, what_only_looks_like_base64_comes_back,
             copies_of_every_length_come_back, a_copy_reaches_only_what_is_there, a_changed_container_is_noticed]
    failed = 0
    print('1..%d' % len(tests))
    for number, test in enumerate(tests, 1):
        try:
            test()
            print('ok %d - %s' % (number, test.__name__))
        except AssertionError as e:
            failed += 1
            print('not ok %d - %s\n# %s' % (number, test.__name__, str(e)[:1000].replace('\n', '\n# ')))
    return 1 if failed else 0


sys.exit(main())
