"""Searches files and the memory of processes for the private numbers of a key, in both byte orders and as text."""
import base64
import os
import pathlib
import re
import subprocess

PART = 16  # bytes; a shorter text may occur by chance
NUMBERS = ("priv", "privateExponent", "prime1", "prime2")


def private_numbers(key):
    """{name: big-endian bytes}: the scalar of an EC key; d, p and q of an RSA key."""
    text = subprocess.run(["openssl", "pkey", "-in", key, "-noout", "-text"], check=True, capture_output=True,
                          text=True).stdout
    found = {}
    for name in NUMBERS:
        match = re.search(rf"^{name}:\n((?: +[0-9a-f:]+\n)+)", text, re.M)
        if match:
            found[name] = bytes.fromhex(re.sub(r"[ :\n]", "", match[1])).lstrip(b"\0")
    return found


def needles(key):
    """{name: bytes}. The middle of the PEM has no header that many keys share."""
    found = {}
    for name, number in private_numbers(key).items():
        part = number[:PART * 2]
        found[f"{name}, big-endian"] = part
        found[f"{name}, little-endian"] = number[::-1][:PART * 2]
        found[f"{name}, hexadecimal"] = part.hex().encode()
    der = subprocess.run(["openssl", "pkey", "-in", key, "-outform", "DER"], check=True, capture_output=True).stdout
    for shift in range(3):  # the base64 alignments in other forms of the key
        number = next(iter(private_numbers(key).values()))
        at = der.index(number[:PART]) + shift
        found[f"base64, shifted by {shift}"] = base64.b64encode(der[at:at + 24])
    return found


def in_bytes(data, wanted):
    return {name for name, needle in wanted.items() if needle in data}


def in_files(folder, wanted):
    """{file: parts of the key in it}"""
    found = {}
    for path in pathlib.Path(folder).rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            here = in_bytes(data + data.replace(b"\n", b""), wanted)
            if here:
                found[str(path)] = sorted(here)
    return found


def regions(process):
    for line in pathlib.Path(f"/proc/{process}/maps").read_text().splitlines():
        addresses, permissions, *rest = line.split(None, 5)
        if permissions[0] == "r" and not (len(rest) == 4 and rest[3] in ("[vvar]", "[vsyscall]", "[vvar_vclock]")):
            yield [int(a, 16) for a in addresses.split("-")]


def in_memory(process, wanted):
    """The parts of the key in the memory of a process, and the number of bytes read."""
    found, size = set(), 0
    with open(f"/proc/{process}/mem", "rb", 0) as memory:
        for start, end in regions(process):
            try:
                data = os.pread(memory.fileno(), end - start, start)
            except OSError:
                continue  # a page after the end of its file
            size += len(data)
            found |= in_bytes(data, wanted)
    return found, size
