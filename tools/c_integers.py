"""Integers of C as check-bounds computes with them: a type, an interval and, where one is followed, an exact value.

The exact value is a polynomial with integer coefficients: {monomial: coefficient}, a monomial is a sorted tuple of
unknowns. x >> k is a new unknown q, and x & (2^k - 1) is x - 2^k q: so a dropped part remains visible in the rest.
Every operation follows C11 for gcc and clang: promotions, the usual conversions, arithmetic right shifts of negative
values.
"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Int:
    bits: int
    signed: bool

    @property
    def low(self):
        return -2**(self.bits - 1) if self.signed else 0

    @property
    def high(self):
        return 2**(self.bits - self.signed) - 1

    def __str__(self):
        return 'bool' if self.bits == 1 else f"{'' if self.signed else 'u'}int{self.bits}"


BOOL, INT = Int(1, False), Int(32, True)


@dataclasses.dataclass(frozen=True)
class Value:
    type: Int
    low: int
    high: int
    exact: dict = dataclasses.field(default=None, compare=False)

    def form(self):
        return {(): self.low} if self.low == self.high else self.exact

    def within(self, low, high):
        return low <= self.low and self.high <= high

    def __str__(self):
        return short(self.low) if self.low == self.high else f'{short(self.low)} .. {short(self.high)}'


def short(n):
    """Formats large numbers relative to the nearest power of two: -2^61, 2^56 - 1."""
    if abs(n) < 2**16:
        return str(n)
    power = (abs(n) + abs(n) // 4).bit_length() - 1
    rest = abs(n) - 2**power
    sign = '-' if n < 0 else ''
    if rest == 0:
        return f'{sign}2^{power}'
    distance = abs(rest) if abs(rest) < 2**16 else '2^%.4g' % log2(abs(rest))
    return f"{sign}2^{power} {'-+'[(rest > 0) != (n < 0)]} {distance}"


def log2(n):
    bits = max(n.bit_length() - 53, 0)
    high, result = n >> bits, bits
    while high >= 2:
        high, result = high / 2, result + 1
    return result + high - 1


def full(kind):
    return Value(kind, kind.low, kind.high)


def join(a, b):
    return Value(a.type, min(a.low, b.low), max(a.high, b.high))


def plus(a, b, factor=1):
    if a is None or b is None:
        return None
    total = dict(a)
    for monomial, coefficient in b.items():
        total[monomial] = total.get(monomial, 0) + factor * coefficient
    return {m: c for m, c in total.items() if c}


def times(a, b):
    if a is None or b is None:
        return None
    total = {}
    for m, x in a.items():
        for n, y in b.items():
            key = tuple(sorted(m + n))
            total[key] = total.get(key, 0) + x * y
    return {m: c for m, c in total.items() if c}


class Integers:
    """The operators. They report faults to `fault(text)`; the result is then that of the processor."""

    def __init__(self, fault, place):
        self.fault, self.place = fault, place
        self.may_wrap = False  # unsigned sums and differences modulo 2^bits
        self.quotients, self.made_at = {}, {}
        self.carries = Carries()  # of unsigned sums and differences that may wrap
        self.bits = set()  # unknowns that are 0 or 1
        self.modular = set()  # unknowns of values that are exact only modulo p: no part of them may be extracted

    def wrapped(self, low, high, kind, exact=None):
        """low .. high modulo 2^bits of the type."""
        if kind.low <= low and high <= kind.high:
            return Value(kind, low, high, exact)
        turns = (low - kind.low) >> kind.bits
        if turns == (high - kind.low) >> kind.bits:
            return Value(kind, low - (turns << kind.bits), high - (turns << kind.bits))
        return Value(kind, kind.low, kind.high, exact if self.may_wrap and not kind.signed else None)

    def convert(self, v, kind, explicit=False):
        """To another type. Only an explicit cast between unsigned types may drop bits: it takes the low ones."""
        if kind == BOOL:
            truth = self.truth(v)
            return Value(BOOL, int(truth is True), int(truth is not False))
        if v.within(kind.low, kind.high):
            return Value(kind, v.low, v.high, v.exact)
        if explicit and not v.type.signed and not kind.signed:
            return dataclasses.replace(self.low_bits(v, kind.bits), type=kind)
        self.fault(f'{v} ({v.type}) does not fit {kind}')
        return self.wrapped(v.low, v.high, kind)

    def promoted(self, v):
        return self.convert(v, INT) if v.type.bits < INT.bits else v

    def balanced(self, a, b):
        """The usual arithmetic conversions."""
        a, b = self.promoted(a), self.promoted(b)
        kind = max((a.type, b.type), key=lambda t: (t.bits, not t.signed))
        return self.convert(a, kind), self.convert(b, kind), kind

    def truth(self, v):
        """Returns True or False, or None if the value may be zero or nonzero."""
        return False if v.low == v.high == 0 else None if v.low <= 0 <= v.high else True

    def sum_or_product(self, operator, a, b):
        a, b, kind = self.balanced(a, b)
        if operator == '*':
            ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
            low, high, exact = min(ends), max(ends), times(a.form(), b.form())
            if self.may_wrap and not kind.signed and high > kind.high:
                return dataclasses.replace(self.low_bits(Value(Int(2 * kind.bits, False), low, high, exact), kind.bits),
                                           type=kind)
        elif operator == '+':
            low, high, exact = a.low + b.low, a.high + b.high, plus(a.form(), b.form())
            exact = self.carries.of_sum(exact, high, kind, a, b) if self.may_wrap else exact
        else:
            low, high, exact = a.low - b.high, a.high - b.low, plus(a.form(), b.form(), -1)
            exact = self.carries.of_difference(exact, low, kind, a, b) if self.may_wrap else exact
        return self.checked(operator, low, high, kind, exact)

    def checked(self, what, low, high, kind, exact=None):
        if not (kind.low <= low and high <= kind.high) and (kind.signed or not self.may_wrap):
            self.fault(f'"{what}" gives {Value(kind, low, high)}, which overflows {kind}')
        return self.wrapped(low, high, kind, exact)

    def quotient(self, a, b, operator):
        a, b, kind = self.balanced(a, b)
        if operator == '%' and (a.low != a.high or b.low != b.high or a.low < 0):
            self.fault('a remainder of values that are not known')
        if operator == '%' and b.low > 0:
            return Value(kind, a.low % b.low, a.low % b.low)
        if b.low <= 0:
            self.fault(f'a division by {b}')
            return full(kind)
        ends = [abs(x) // y * (1 if x >= 0 else -1) for x in (a.low, a.high) for y in (b.low, b.high)]
        return Value(kind, min(ends), max(ends))

    def shift_right(self, v, count, kind=None):
        """Returns x >> k as a new unknown; the same x and k give the same unknown."""
        form, low, high = v.form(), v.low >> count, v.high >> count
        if form is None or low == high:
            return Value(kind or v.type, low, high)
        if any(u in self.modular for m in form for u in m):
            self.fault('a part of a value that is known modulo p alone')
        rest = {m: c >> count for m, c in form.items() if not c % 2**count}
        below = {m: c for m, c in form.items() if c % 2**count}
        known = set(below) == {()} and 0 < below[()] < 2**count
        if not below or known or self.is_binary(below):  # the higher part is the quotient
            return Value(kind or v.type, low, high, rest)
        key = frozenset(form.items()), count
        if key not in self.quotients:
            self.quotients[key] = f'q{len(self.quotients)}'
            self.made_at[self.quotients[key]] = self.place()
        return Value(kind or v.type, low, high, {(self.quotients[key],): 1})

    def is_binary(self, form):
        """A sum of unknown bits, each times its own power of two."""
        powers = list(form.values())
        return all(len(m) == 1 and m[0] in self.bits for m in form) and \
            len(set(powers)) == len(powers) and all(c > 0 and not c & (c - 1) for c in powers)

    def low_bits(self, v, count):
        """x & (2^count - 1) in the type of x, for any sign."""
        if v.low >> count == v.high >> count:
            offset = v.low >> count << count
            return Value(v.type, v.low - offset, v.high - offset, plus(v.form(), {(): -offset}))
        exact = plus(v.form(), self.shift_right(v, count).form(), -2**count)
        if exact is not None and set(exact) <= {()}:
            return Value(v.type, exact.get((), 0), exact.get((), 0))
        return Value(v.type, 0, 2**count - 1, exact)

    def shift(self, operator, v, count):
        v, count = self.promoted(v), self.promoted(count)
        if not count.within(0, v.type.bits - 1):
            self.fault(f'{v.type} is shifted by {count}')
            return full(v.type)
        if count.low != count.high:
            if operator == '<<' and v.type.signed:
                self.fault(f'a signed value is shifted left by {count}')
            return full(v.type)
        k = count.low
        if operator == '>>':
            return self.shift_right(v, k)
        if v.type.signed:
            if v.low < 0:
                self.fault(f'{v} is shifted left; a negative value must not be')
            return self.checked('<<', v.low << k, v.high << k, v.type, times(v.form(), {(): 2**k}))
        kept = self.low_bits(v, v.type.bits - k)  # an unsigned left shift drops the bits above the type
        return Value(v.type, kept.low << k, kept.high << k, times(kept.form(), {(): 2**k}))

    def masked(self, v, mask):
        """v & mask, where mask is 2^k - 1 of a type that v need not fit: only the k low bits count."""
        return self.low_bits(v, mask.low.bit_length())

    def bitwise(self, operator, a, b):
        a, b, kind = self.balanced(a, b)
        if a.low == a.high and b.low == b.high:
            value = {'&': a.low & b.low, '|': a.low | b.low, '^': a.low ^ b.low}[operator]
            return Value(kind, value, value)
        for v, mask in ((a, b), (b, a)):
            if operator == '&' and mask.low == mask.high >= 0:
                if mask.low & (mask.low + 1):
                    self.fault(f'the mask {mask.low:#x} is not 2^k - 1')
                return self.masked(v, mask)
        if a.low < 0 or b.low < 0:
            self.fault(f'"{operator}" of {a} and {b}: only for values from 0 on')
            return full(kind)
        if operator == '&':
            return Value(kind, 0, min(a.high, b.high))
        high = 2**max(a.high.bit_length(), b.high.bit_length()) - 1
        exact = plus(a.form(), b.form()) if disjoint(a, b) or disjoint(b, a) or self.carries.exclude(a, b) else None
        return Value(kind, max(a.low, b.low) if operator == '|' else 0, high, exact)

    def compare(self, operator, a, b):
        a, b, _ = self.balanced(a, b)
        if operator in ('>', '>='):
            a, b, operator = b, a, {'>': '<', '>=': '<='}[operator]
        equal = a.low == a.high == b.low == b.high
        apart = a.high < b.low or b.high < a.low
        always, never = {'<': (a.high < b.low, a.low >= b.high), '<=': (a.high <= b.low, a.low > b.high),
                         '==': (equal, apart), '!=': (apart, equal)}[operator]
        exact = self.carries.below(a, b) if operator == '<' and self.may_wrap and not always and not never else None
        return Value(INT, int(always), int(not never), exact)


class Carries:
    """
    x + y of a bits wraps to x + y - 2^bits u, x - y to x - y + 2^bits u, for an unknown bit u. The same u is what
    comparisons ask: the sum is below x and below y just where u = 1, and so is x < y for the difference.
    """

    def __init__(self):
        self.of, self.sums, self.lowest, self.apart = {}, {}, {}, set()

    def bit(self, key):
        return self.of.setdefault(key, f'u{len(self.of)}')

    def of_sum(self, form, high, kind, x, y):
        if form is None or high <= kind.high or kind.signed or high > 2 * kind.high + 1:
            return form if high <= kind.high else None
        u = self.bit(('+', kind, frozenset(form.items())))
        made = plus(form, {(u,): -2**kind.bits})
        for operand in (x, y):
            self.sums[frozenset(made.items()), frozenset(operand.form().items())] = u
        return made

    def of_difference(self, form, low, kind, x, y):
        if form is None or low >= 0 or kind.signed or low < -2**kind.bits:
            return form if low >= 0 else None
        u = self.bit(('-', kind, frozenset(form.items())))
        made = plus(form, {(u,): 2**kind.bits})
        self.lowest[frozenset(made.items())] = u, low + 2**kind.bits  # where u = 1
        return made

    def below(self, x, y):
        """x < y"""
        if x.form() is None or y.form() is None or x.type.signed:
            return None
        keys = [frozenset(v.form().items()) for v in (x, y)]
        if tuple(keys) in self.sums:
            return {(self.sums[tuple(keys)],): 1}
        u = self.bit(('-', x.type, frozenset(plus(x.form(), y.form(), -1).items())))
        if keys[0] in self.lowest and self.lowest[keys[0]][1] >= y.high:
            self.apart.add(frozenset((u, self.lowest[keys[0]][0])))
        return {(u,): 1}

    def exclude(self, x, y):
        """Two such bits that are never both 1."""
        forms = [v.form() for v in (x, y)]
        if any(f is None or len(f) != 1 or list(f.values()) != [1] or len(next(iter(f))) != 1 for f in forms):
            return False
        return frozenset(next(iter(f))[0] for f in forms) in self.apart


def disjoint(small, large):
    """No bit in common: one is below 2^k, the exact value of the other a multiple of 2^k."""
    form, k = large.form(), small.high.bit_length()
    return form is not None and all(c % 2**k == 0 for c in form.values())
