"""P-384 [SEC 2, 2.5.1; FIPS 186-4 D.1.2.4]. The signatures are verified by cryptography."""
from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

P = 2**384 - 2**128 - 2**96 + 2**32 - 1
N = 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973
B = 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef


def on_curve(point: bytes) -> bool:
    """Whether the coordinates x and y, 48 bytes each, are those of a point [SEC 1, 3.2.2.1]."""
    x, y = int.from_bytes(point[:48], 'big'), int.from_bytes(point[48:], 'big')
    return x < P and y < P and (y * y - (x * x * x - 3 * x + B)) % P == 0


@lru_cache(maxsize=4096)
def verified(point: bytes, r: int, s: int, signed: bytes) -> bool:
    """ECDSA with SHA-384. Documents share certificates, so results are kept."""
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), b'\x04' + point)
    try:
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA384()))
    except InvalidSignature:
        return False
    return True
