"""Reads the container of the vectors, as CONTAINER.md describes it."""
import base64
import zlib


def number(data, at):
    value, shift = 0, 0
    while True:
        value |= (data[at] & 127) << shift
        if data[at] < 128:
            return value, at + 1
        at, shift = at + 1, shift + 7


def take(data, at):
    size, at = number(data, at)
    return data[at:at + size], at + size


def expand(data):
    out, at = bytearray(), 0
    while True:
        literal, at = take(data, at)
        out += literal
        if at == len(data):
            return bytes(out)
        size, at = number(data, at)
        distance, at = number(data, at)
        begin = len(out) - distance
        out += out[begin:begin + size]


def decode(container):
    """The files by name: the manifest, and those that it lists."""
    stream = expand(zlib.decompress(container))
    text, at = take(stream, 0)
    parts = text.split(b'\0')
    for n in range(1, len(parts)):
        blob, at = take(stream, at)
        parts[n] = base64.b64encode(blob) + parts[n]
    names_and_contents = b''.join(parts).split(b'\1')
    return {name.decode(): content for name, content in zip(names_and_contents[::2], names_and_contents[1::2])}
