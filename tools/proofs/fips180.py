"""SHA-256 and SHA-384 as FIPS 180-4 writes them, over words of word_terms.py; the constants are computed from primes.

Nothing here is taken from the sources that are proved.
"""
import itertools

from word_terms import Words


def primes(count):
    found = []
    for n in itertools.count(2):
        if all(n % p for p in found):
            found.append(n)
        if len(found) == count:
            return found


def root(n, k):
    """The largest r with r^k <= n."""
    low, high = 0, 1 << (n.bit_length() // k + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**k <= n else (low, middle)
    return low


def fractions(numbers, k, width):
    """The first bits of the fractional parts of the k-th roots."""
    return [root(p << k * width, k) % 2**width for p in numbers]


class Standard:
    """One of the two; a message or state word is a word of `width` bits."""

    def __init__(self, words, width):
        self.w, self.width, self.block = words, width, width // 4 * 8  # the block: bytes of sixteen words
        long = width == 64
        self.rounds, self.digest_words = (80, 6) if long else (64, 8)
        self.length_bytes = 16 if long else 8
        # 4.1.2 and 4.1.3: two Sigmas of rotations, two sigmas whose last amount is a shift.
        self.big0, self.big1, self.small0, self.small1 = \
            ((28, 34, 39), (14, 18, 41), (1, 8, 7), (19, 61, 6)) if long else \
            ((2, 13, 22), (6, 11, 25), (7, 18, 3), (17, 19, 10))
        self.constants = fractions(primes(self.rounds), 3, width)  # 4.2.2, 4.2.3
        self.initial = fractions(primes(16)[8:] if long else primes(8), 2, width)  # 5.3.3, 5.3.4

    def xor(self, *words):
        made = words[0]
        for word in words[1:]:
            made = self.w.bitwise('^', made, word)
        return made

    def sigma(self, x, amounts, shift):
        *rotations, last = amounts
        return self.xor(*(self.w.rotated(x, n) for n in rotations),
                        self.w.shifted(x, last) if shift else self.w.rotated(x, last))

    def ch(self, x, y, z):
        return self.xor(self.w.bitwise('&', x, y), self.w.bitwise('&', self.w.inverted(x), z))

    def maj(self, x, y, z):
        return self.xor(self.w.bitwise('&', x, y), self.w.bitwise('&', x, z), self.w.bitwise('&', y, z))

    def schedule(self, message):
        """6.2.2 and 6.4.2, step 1."""
        w = list(message)
        for t in range(16, self.rounds):
            w.append(self.w.plus(self.sigma(w[t - 2], self.small1, True), w[t - 7],
                                 self.sigma(w[t - 15], self.small0, True), w[t - 16]))
        return w

    def compress(self, state, message):
        """Steps 1 to 4: the next state."""
        a, b, c, d, e, f, g, h = state
        for k, w in zip(self.constants, self.schedule(message), strict=True):
            t1 = self.w.plus(h, self.sigma(e, self.big1, False), self.ch(e, f, g),
                             self.w.constant(k, self.width), w)
            t2 = self.w.plus(self.sigma(a, self.big0, False), self.maj(a, b, c))
            h, g, f, e, d, c, b, a = g, f, e, self.w.plus(d, t1), c, b, a, self.w.plus(t1, t2)
        return [self.w.plus(old, new) for old, new in zip(state, (a, b, c, d, e, f, g, h))]

    def message_words(self, octets):
        """3.1: the first byte of a word is its highest."""
        size = self.width // 8
        return [sum(reversed(octets[i:i + size]), ()) for i in range(0, len(octets), size)]

    def octets(self, words):
        size = self.width // 8
        return [w[8 * (size - 1 - j):8 * (size - j)] for w in words for j in range(size)]

    def padding(self, used, bits):
        """5.1: what follows a message of whole bytes, `used` of them in the last block; bits: its length, a word."""
        zeros = next(k for k in itertools.count() if (used + 1 + k + self.length_bytes) % self.block == 0)
        length = [bits[8 * i:8 * i + 8] for i in reversed(range(self.length_bytes))]
        return [self.w.constant(0x80, 8), *[self.w.constant(0, 8)] * zeros, *length]

    def digest(self, message):
        """Of bytes; a check of this file against another implementation."""
        octets = [self.w.constant(b, 8) for b in message]
        octets += self.padding(len(octets) % self.block, self.w.constant(8 * len(octets), 8 * self.length_bytes))
        state = [self.w.constant(h, self.width) for h in self.initial]
        for i in range(0, len(octets), self.block):
            state = self.compress(state, self.message_words(octets[i:i + self.block]))
        return bytes(self.w.value(o) for o in self.octets(state[:self.digest_words]))


def standards():
    words = Words()
    return words, Standard(words, 32), Standard(words, 64)
