"""Enclave images for tests, in nitro-cli's layout, and two signatures of one image.

A public library made keys and signatures once. The keys were deleted; no program trusts them.
"""
import hashlib
import struct
import zlib

KERNEL, CMDLINE, RAMDISK, SIGNATURE, METADATA = 1, 2, 3, 4, 5
ZERO = bytes(48)


def sha384(*parts):
    return hashlib.sha384(b"".join(parts)).digest()


def eif(*sections, version=4, gap=0, count=None):
    """An image; `gap` zero bytes are between its sections."""
    body, table = b"", []
    for kind, data in sections:
        table.append((548 + len(body), len(data)))
        body += struct.pack(">HHQ", kind, 0, len(data)) + data + bytes(gap)
    body = body[:len(body) - gap] if sections else body
    table += [(0, 0)] * (32 - len(table))
    head = struct.pack(">4sHHQQHH", b".eif", version, 0, 1 << 28, 2, 0, len(sections) if count is None else count)
    head += b"".join(struct.pack(">Q", o) for o, _ in table) + b"".join(struct.pack(">Q", n) for _,
                                                                        n in table) + bytes(4)
    return head + struct.pack(">I", zlib.crc32(head + body)) + body


#: What both signatures below are about.
PLAIN = [(KERNEL, b"kernel"), (CMDLINE, b"console=ttyS0"), (METADATA, b'{"ImageName": "plain"}'), (RAMDISK, b"init"),
         (RAMDISK, b"application")]
PCR0 = sha384(ZERO, sha384(b"kernel", b"console=ttyS0", b"init", b"application")).hex()
PCR1 = sha384(ZERO, sha384(b"kernel", b"console=ttyS0", b"init")).hex()
PCR2 = sha384(ZERO, sha384(b"application")).hex()

#: ES256, valid from 2020 to 2049.
SIGNER = """-----BEGIN CERTIFICATE-----
MIIBYjCCAQmgAwIBAgIFESIzRFUwCgYIKoZIzj0EAwIwOTELMAkGA1UEBhMCWFgx
EzARBgNVBAoMClRlc3QsIEluYy4xFTATBgNVBAMMDHNpZ25lciBFUzI1NjAeFw0y
MDAxMDEwMDAwMDBaFw00OTEyMzEyMzU5NTlaMDkxCzAJBgNVBAYTAlhYMRMwEQYD
VQQKDApUZXN0LCBJbmMuMRUwEwYDVQQDDAxzaWduZXIgRVMyNTYwWTATBgcqhkjO
PQIBBggqhkjOPQMBBwNCAARMHNSPOmM+2sGs/zNKxz8ZrdS9oFaUuGa2r21UbD67
q0djoGGYhy8Jf3UjpyeRCU9QH0TeOnKiy2E4JOh6T2SbMAoGCCqGSM49BAMCA0cA
MEQCIHtyIbZwzuh7vUgQBpvVbUMCDMjzWirqFI7EI0fvLPLNAiAbaHsW351icLHH
EhJzt3VeEtzVbgHbeDwth3YZTAflFQ==
-----END CERTIFICATE-----
"""
COSE = bytes.fromhex(
        "8443a10126a0587ea26e72656769737465725f696e646578006e72656769737465725f76616c7565983018de18861831187e"
        "18b018201891189b18db18371830181918be18bb183a18dc18ff183518c3010a187c186318a9183018df187118c618471834"
        "0518e0188318c1183818db18aa187c185118a118ed188718b70d185c184f18e7183058400022370feed99f6fec7661b5ab13"
        "701e3f262eb0894f969dfb230d60f1dfb95c219c7a422f6a667f8caedbee7c45503f07610b0a7080af4e75cca767ca5b8281")

#: ES512, valid in 2020.
EXPIRED_SIGNER = """-----BEGIN CERTIFICATE-----
MIIB6zCCAUygAwIBAgIFESIzRFUwCgYIKoZIzj0EAwIwOTELMAkGA1UEBhMCWFgx
EzARBgNVBAoMClRlc3QsIEluYy4xFTATBgNVBAMMDHNpZ25lciBFUzUxMjAeFw0y
MDAxMDEwMDAwMDBaFw0yMTAxMDEwMDAwMDBaMDkxCzAJBgNVBAYTAlhYMRMwEQYD
VQQKDApUZXN0LCBJbmMuMRUwEwYDVQQDDAxzaWduZXIgRVM1MTIwgZswEAYHKoZI
zj0CAQYFK4EEACMDgYYABAEjgeBb0gdYuQPNYH/Kf+IDLdeoh97ckN79KiihUaUi
qagmylX+ZzAshf86G5uj5R/CWK0uYGZyj8oPEhIyc/EhKgH4CIavKzhEcuZ4zPI8
G2Hb5o5AdLh1mBQRLTlWC3SEGSDxvZ57nS5TGOeC7O7PwkiUzN37Zgo5REJD910m
f+b5mjAKBggqhkjOPQQDAgOBjAAwgYgCQgEALYUgMLoUXYPGgvgBJXUYK3k2+pU+
PZNgtVrYnZ2aG+lM1MQ8jMUTgntV128+ZUXeIqw+59CHWJJlwROHWjOjEQJCAVkY
tsR+hgtYY3EfvLoiuEY2E+GhlcY7EWM084TXzhRH3O2NAWrb+qqxy1oit/3ZbUrA
DlyD+rnEM/Zz9LPfPs/t
-----END CERTIFICATE-----
"""
EXPIRED_COSE = bytes.fromhex(
        "8444a1013823a0587ea26e72656769737465725f696e646578006e72656769737465725f76616c7565983018de1886183118"
        "7e18b018201891189b18db18371830181918be18bb183a18dc18ff183518c3010a187c186318a9183018df187118c6184718"
        "340518e0188318c1183818db18aa187c185118a118ed188718b70d185c184f18e7183058840123371a4a8e51390a9af3ef06"
        "e53f5112f1a6df8f2540f12d127e5764e47ee3aef1a8747bbb0386e452306f9ec75825cf7e983a6bc8f9000651dcea5cfb55"
        "23219900f68cef25de62ccef0dc375ce8218efbaff54cb534767139eacd3f0d29c03c5324fb6ca1de180894d4f13ecd2424d"
        "f3ad93f5dfe46824d2a3cc65e1beed66867cae")


def byte_array(content):
    """CBOR: bytes as an array of numbers."""
    head = b"\x98" + bytes([len(content)]) if len(content) < 256 else b"\x99" + struct.pack(">H", len(content))
    return head + b"".join(bytes([b]) if b < 24 else bytes([0x18, b]) for b in content)


def signature(pem=SIGNER, cose=COSE):
    """A signature section."""
    return SIGNATURE, (b"\x81\xa2\x73signing_certificate" + byte_array(pem.encode()) + b"\x69signature" +
                       byte_array(cose))
