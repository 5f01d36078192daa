"""P-384 for the proofs: polynomials modulo p, the group law on them, and on numbers."""
from c_field import P
from c_integers import plus, times
from claims import require

# The domain parameters [SEC2 2.5.1], independent of the sources.
N = 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973
B = 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef
G = (0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7,
     0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f)


class Poly:
    """A polynomial modulo p. The unknown "x/" is 1/x."""

    def __init__(self, terms):
        self.terms = {}
        for monomial, c in terms.items():
            names = list(monomial)
            for name in [n for n in names if n[-1] == '/']:
                if name in names and name[:-1] in names:
                    names.remove(name)
                    names.remove(name[:-1])
            self.terms = plus(self.terms, {tuple(sorted(names)): c % P})
        self.terms = {m: c % P for m, c in self.terms.items() if c % P}

    def __add__(self, other):
        return Poly(plus(self.terms, poly(other).terms))

    def __sub__(self, other):
        return Poly(plus(self.terms, poly(other).terms, -1))

    def __mul__(self, other):
        return Poly(times(self.terms, poly(other).terms))

    __rmul__, __radd__ = __mul__, __add__

    def __pow__(self, k):
        return self * self**(k - 1) if k else poly(1)

    def __eq__(self, other):
        return self.terms == poly(other).terms

    def inverse(self):
        """The inverse of a product of unknowns only."""
        require(len(self.terms) == 1 and list(self.terms.values()) == [1], 'an inverse of a sum')
        return Poly({tuple(n[:-1] if n[-1] == '/' else n + '/' for n in next(iter(self.terms))): 1})


def poly(value):
    return value if isinstance(value, Poly) else Poly({(): value})


def unknowns(names):
    return [Poly({(name,): 1}) for name in names.split()]


# --- the group law [SEC1 2.2.1], over x = X / Z^2 and y = Y / Z^3, denominators cleared ---

def tangent(x, y, z):
    """2 (X, Y, Z): numerators of x3 and y3 over (2 Y Z)^2 and (2 Y Z)^3, for a = -3."""
    slope = 3 * (x**2 - z**4)
    top = slope**2 - 8 * (x * y**2)
    return top, slope * (4 * (x * y**2) - top) - 8 * y**4, 2 * (y * z)


def chord(x, y, z, x2, y2):
    """(X, Y, Z) + (x2, y2): numerators over d^2 and d^3, and d = Z (x2 Z^2 - X)."""
    rise, run = y2 * z**3 - y, x2 * z**2 - x
    top = rise**2 - x * run**2 - x2 * z**2 * run**2
    return top, rise * (x * run**2 - top) - y * run**3, z * run


def same_point(made, law, what):
    (x, y, z), (top_x, top_y, below) = made, law
    require(z.terms != {}, f'{what}: Z is always 0')
    require(x * below**2 == top_x * z**2, f'{what}: X / Z^2 is not the x of the group law')
    require(y * below**3 == top_y * z**3, f'{what}: Y / Z^3 is not the y of the group law')


def prime(n):
    """Miller and Rabin, with the bases 2 .. 65."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in range(2, 66):
        x = pow(base, odd, n)
        if x in (1, n - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def affine_sum(a, b):
    if a == b:
        slope = 3 * (a[0] * a[0] - 1) * pow(2 * a[1], -1, P) % P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiple(k):
    result = None
    for bit in f'{k:b}':
        result = affine_sum(result, result) if result else None
        if bit == '1':
            result = affine_sum(result, G) if result else G
    return result
