"""Writes the container of the vectors: CONTAINER.md describes it. The same files give the same bytes."""
import base64
import json
import os
import re
import zlib

BLOCK = 16          # positions that are multiples of it can be found
SHORTEST = 24       # a shorter copy costs more than its bytes
BASE64 = re.compile(rb'(?<=")(?:[A-Za-z0-9+/]{4}){20,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?(?=")')


def read_files(vectors):
    """The manifest and the files that it lists, by name, in order."""
    with open(os.path.join(vectors, 'manifest.json'), 'rb') as f:
        files = {'manifest.json': f.read()}
    for entry in json.loads(files['manifest.json'])['files']:
        with open(os.path.join(vectors, entry['file']), 'rb') as f:
            files[entry['file']] = f.read()
    return files


def number(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def stream(files):
    """All text, then the bytes that were base64 in it."""
    blobs = []

    def take(match):
        blob = base64.b64decode(match[0])
        if base64.b64encode(blob) != match[0]:
            return match[0]     # bits that mean nothing are set
        blobs.append(number(len(blob)) + blob)
        return b'\0'
    text = []
    for name, content in files.items():
        assert b'\0' not in content and b'\1' not in content, name
        text += [name.encode(), BASE64.sub(take, content)]
    joined = b'\1'.join(text)
    return number(len(joined)) + joined + b''.join(blobs)


def extend(data, at, earlier, length):
    """The length of the copy of what is earlier, which must not reach what is at."""
    step = 4096
    while step:
        longer = length + step
        fits = at + longer <= len(data) and earlier + longer <= at
        if fits and data[at + length:at + longer] == data[earlier + length:earlier + longer]:
            length = longer
        else:
            step //= 2
    return length


def copies(data):
    """Yields (position, earlier position, length)."""
    known, indexed, at, done = {}, 0, 0, 0
    while at < len(data):
        while indexed + BLOCK <= at:
            known[data[indexed:indexed + BLOCK]] = indexed
            indexed += BLOCK
        earlier = known.get(data[at:at + BLOCK])
        back = 0
        while earlier is not None and at - back > done and earlier > back and \
                data[at - back - 1] == data[earlier - back - 1]:
            back += 1
        length = 0 if earlier is None else extend(data, at - back, earlier - back, 0)
        if length >= SHORTEST:
            yield at - back, earlier - back, length
            at = done = at - back + length
        else:
            at += 1


def encode(files):
    data, out, done = stream(files), [], 0
    for at, earlier, length in copies(data):
        out += [number(at - done), data[done:at], number(length), number(at - earlier)]
        done = at + length
    out += [number(len(data) - done), data[done:]]
    return zlib.compress(b''.join(out), 9)
