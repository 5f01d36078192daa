"""Interval arithmetic over lines of C, for check-bounds: what a statement can make of the ranges it is given."""
import re

PROBLEMS = []


def problem(text):
    if text not in PROBLEMS:
        PROBLEMS.append(text)


class Interval:
    """Every integer from low to high, held in a signed type of some bits."""

    def __init__(self, low, high, bits=128):
        self.low, self.high = low, high
        if low < -2**(bits - 1) or high >= 2**(bits - 1):
            problem(f"{WHERE[-1]}: [{low:.3g}, {high:.3g}] leaves {bits} bits")

    def __add__(self, other):
        other = interval(other)
        return Interval(self.low + other.low, self.high + other.high, WIDE[0])

    def __sub__(self, other):
        other = interval(other)
        return Interval(self.low - other.high, self.high - other.low, WIDE[0])

    def __mul__(self, other):
        other = interval(other)
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends), WIDE[0])

    def __rshift__(self, count):
        return Interval(self.low >> count, self.high >> count, WIDE[0])

    __radd__, __rmul__ = __add__, __mul__

    def mask(self, bits):
        if 0 <= self.low and self.high < 2**bits:
            return self
        return Interval(0, 2**bits - 1, WIDE[0])

    def within(self, other):
        return other.low <= self.low and self.high <= other.high

    def union(self, other):
        return Interval(min(self.low, other.low), max(self.high, other.high), WIDE[0])

    def __repr__(self):
        return f"[{self.low:.6g}, {self.high:.6g}]"


WHERE, WIDE = ["start"], [128]


def interval(value):
    return value if isinstance(value, Interval) else Interval(value, value)


def int64(value):
    return Interval(value.low, value.high, 64)


def documented(text):
    """name -> list of intervals by limb, from the `bounds` lines of a comment."""
    found = {}
    pattern = r"bounds (\w+) (\d+)(?:-(\d+))?: (\S.*?) \.\. (\S.*?)$"
    for name, first, last, low, high in re.findall(pattern, text, re.M):
        limbs = found.setdefault(name, {})
        for i in range(int(first), int(last or first) + 1):
            limbs[i] = Interval(*(eval(end.replace("^", "**")) for end in (low, high)))
    return {name: [limbs[i] for i in sorted(limbs)] for name, limbs in found.items()}


def body(text, function):
    """The statements of a C function, comments gone, one string each; braces are dropped."""
    match = re.search(r"\b" + function + r"\([^;{]*\)\n\{\n(.*?)\n\}\n", text, re.S)
    assert match, function
    code = re.sub(r"/\*.*?\*/", "", match.group(1), flags=re.S)
    return [" ".join(s.split()) for s in re.split(r";|(?<=\))\s*\{|\}", code) if s.strip()]


def to_python(statement):
    s = re.sub(r"\(int64_t\)(\w+(?:\[\d+\])?|\([^()]*\)) & (\w+)_MASK", r"(\1).mask(\2_BITS)", statement)
    s = re.sub(r"\((\w+\[\d+\]) & (\w+)_MASK\)", r"\1.mask(\2_BITS)", s)
    s = s.replace("(int64_t)(", "int64(").replace("r->v[", "v[")
    s = re.sub(r"^(const )?(int64_t|wide) ", "", s)
    return re.sub(r"([;,]) (t6|h5|q1) = ", r"; \2 = ", s)


def run(statements, names):
    for statement in statements:
        if re.match(r"check_|wide c\[|for |fe_|int64_t h\[|const int64_t d", statement):
            continue
        WHERE.append(statement)
        exec(to_python(statement), names)
    return names


def inside(limbs, limits, what):
    for i, (limb, limit) in enumerate(zip(limbs, limits)):
        if not limb.within(limit):
            problem(f"{what}: limb {i} is {limb}, not within {limit}")
