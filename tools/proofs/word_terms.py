"""Words of unknown bits in a normal form: equal forms are equal functions of the unknowns.

A word is a tuple of bits, the lowest first. A bit is the number of a boolean function: sorted unknown bits that it
depends on, and its truth table. Rotation, shift, cast and "|" of parts that do not overlap only move bits, and all
expressions of Ch or Maj have the same table. A sum is modulo 2^width: a constant and a multiple of each word. Words
that are sums are replaced by their terms. The bits of a sum are new unknown bits, created once for each sum. If the
lowest bits of all words are constant, those of the sum are too, and the other bits are a sum of fewer bits.

The converse is false: different forms may be equal functions. A proof then fails, but never succeeds wrongly.
"""
MOST = 8  # unknowns of one bit's table
TABLES = {'&': lambda a, b: a & b, '|': lambda a, b: a | b, '^': lambda a, b: a ^ b}


class TooWide(Exception):
    """A bit that depends on more unknowns than a table may have."""


def widened(table, where, count):
    """The table over `count` unknowns; where[j] is the place of its unknown j among them."""
    made = 0
    for row in range(2**count):
        old = sum((row >> place & 1) << j for j, place in enumerate(where))
        made |= (table >> old & 1) << row
    return made


def narrowed(table, count):
    """(the table, the places that it depends on)"""
    kept = []
    for j in range(count):
        rows = [r for r in range(2**count) if not r >> j & 1]
        if any((table >> r ^ table >> (r | 1 << j)) & 1 for r in rows):
            kept.append(j)
    made = 0
    for row in range(2**len(kept)):
        old = sum((row >> i & 1) << j for i, j in enumerate(kept))
        made |= (table >> old & 1) << row
    return made, tuple(kept)


class Words:
    def __init__(self):
        self.functions, self.numbers = [((), 0), ((), 1)], {((), 0): 0, ((), 1): 1}
        self.known, self.whole, self.shapes = {}, {}, {}  # results of operators: of bits, words, tables
        self.unknowns = {}
        self.sums, self.parts = {}, {}  # sum -> its word, and back

    # --- bits ---

    def number(self, function):
        if function not in self.numbers:
            self.numbers[function] = len(self.functions)
            self.functions.append(function)
        return self.numbers[function]

    def unknown_bits(self, count):
        first = len(self.functions)
        return tuple(self.number(((first + i,), 0b10)) for i in range(count))  # the unknown is its own number

    def bit(self, operator, a, b):
        a, b = min(a, b), max(a, b)
        if b < 2:
            made = TABLES[operator](a, b)
        elif a == 0 or (a == 1 and operator != '^'):
            made = {'&': (0, b), '|': (b, 1), '^': (b,)}[operator][a]
        else:
            made = self.new_bit(operator, a, b)
        self.known[operator, a, b] = self.known[operator, b, a] = made
        return made

    def new_bit(self, operator, a, b):
        (ours, x), (theirs, y) = self.functions[a], self.functions[b]
        both = sorted({*ours, *theirs})
        if len(both) > MOST:
            raise TooWide(f'"{operator}" of more than {MOST} unknown bits')
        places = tuple(both.index(u) for u in ours), tuple(both.index(u) for u in theirs)
        shape = operator, x, y, places
        if shape not in self.shapes:
            count = len(both)
            table = TABLES[operator](widened(x, places[0], count), widened(y, places[1], count))
            self.shapes[shape] = narrowed(table, count)
        table, kept = self.shapes[shape]
        return self.number((tuple(both[j] for j in kept), table))

    # --- words ---

    def unknown(self, name, width):
        if (name, width) not in self.unknowns:
            self.unknowns[name, width] = self.unknown_bits(width)
        return self.unknowns[name, width]

    @staticmethod
    def constant(number, width):
        return tuple(number >> i & 1 for i in range(width))

    @staticmethod
    def value(word):
        """The number of a constant word, else None."""
        return sum(b << i for i, b in enumerate(word)) if max(word, default=0) < 2 else None

    def bitwise(self, operator, a, b):
        key = operator, a, b
        if key not in self.whole:
            known, made = self.known, []
            for x, y in zip(a, b, strict=True):
                found = known.get((operator, x, y))
                made.append(self.bit(operator, x, y) if found is None else found)
            self.whole[key] = tuple(made)
        return self.whole[key]

    def inverted(self, a):
        return self.bitwise('^', a, (1,) * len(a))

    @staticmethod
    def rotated(a, count):
        """To the right."""
        return a[count:] + a[:count]

    @staticmethod
    def shifted(a, count):
        """To the right where the count is positive."""
        zeros = (0,) * min(abs(count), len(a))
        return a[count:] + zeros if count >= 0 else (zeros + a)[:len(a)]

    def total(self, terms, number=0):
        """number + the sum of (word, factor), modulo 2^width"""
        width, parts = len(terms[0][0]), {}
        for word, factor in terms:
            whole = self.value(word)
            own, words = (whole, {}) if whole is not None else self.parts.get(word, (0, {word: 1}))
            number += factor * own
            for w, f in words.items():
                parts[w] = (parts.get(w, 0) + factor * f) % 2**width
        parts = {w: f for w, f in parts.items() if f}
        if not parts:
            return self.constant(number, width)
        low = min(next(i for i, b in enumerate(w) if b > 1) for w in parts)
        if low:
            number += sum(f * self.value(w[:low]) for w, f in parts.items())
            above = self.total([(w[low:], f) for w, f in parts.items()], number >> low)
            return self.constant(number, low) + above
        number %= 2**width
        if number == 0 and list(parts.values()) == [1]:
            return next(iter(parts))
        key = width, number, frozenset(parts.items())
        if key not in self.sums:
            self.sums[key] = self.unknown_bits(width)
            self.parts[self.sums[key]] = number, parts
        return self.sums[key]

    def plus(self, *words):
        return self.total([(w, 1) for w in words])

    # --- numbers ---

    def evaluated(self, unknowns):
        """Each bit where unknown words have these numbers: {name: number}. What a bit is made of comes before it."""
        given = {b: unknowns[name] >> i & 1 for (name, _), word in self.unknowns.items() for i, b in enumerate(word)}
        sums, found = {word[0]: word for word in self.parts}, []
        for n, (on, table) in enumerate(self.functions):
            if n in sums:
                number, parts = self.parts[sums[n]]
                number += sum(f * sum(found[b] << i for i, b in enumerate(w)) for w, f in parts.items())
                given.update((b, number >> i & 1) for i, b in enumerate(sums[n]))
            found.append(given[n] if n in given else table >> sum(found[u] << j for j, u in enumerate(on)) & 1)
        return found
