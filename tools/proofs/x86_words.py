"""Runs x86-64 code without loops over unknown 64-bit words, for the proof of p384_adx.S.

A register or a word of memory is a linear form {monomial: coefficient} over unknowns; a monomial is a tuple, () is 1. A
sum that may exceed 64 bits makes two unknowns, the word and its carry, with the relation sum = word + 2^64 carry; so do
a product (low and high word) and a shift (quotient and rest). The carry and the overflow flag are separate. A flag that
an instruction leaves undefined, or that this file does not compute, has no value. Using such a flag is refused, and so
is any unknown instruction. Both paths of a branch are followed, each with its flag fixed.

In a claim, the unknowns that do not cancel are dropped carries. Bounds must show that each is 0: assume that it is 1,
and search a contradiction in single relations and in their sums over a row of words.
"""
import math
import re

from claims import Wrong, require

FULL, ROUNDS = 2**64 - 1, 50
ONE = ()
REGISTERS = {**{f'r{n}': f'r{n}' for n in range(8, 16)},
             **{'r' + n: 'r' + n for n in ('ax', 'bx', 'cx', 'dx', 'si', 'di', 'bp', 'sp')}}
HALVES = {**{f'r{n}d': f'r{n}' for n in range(8, 16)},
          **{'e' + n: 'r' + n for n in ('ax', 'bx', 'cx', 'dx', 'si', 'di', 'bp')}}
KEPT = ('rbx', 'rbp', 'r12', 'r13', 'r14', 'r15')  # by every function [System V ABI]
NOTHING = re.compile(r'(?:data16 )*(?:cs )?nop\b.*|endbr64')


class Code:
    """Instructions by address."""

    def __init__(self, text):
        rows = re.findall(r'^ *([0-9a-f]+):\t(.*)$', text, re.M)
        self.at = {int(a, 16): re.sub(r'\s*<.*|\s*#.*', '', t).strip() for a, t in rows}
        self.order = list(self.at)
        self.after = dict(zip(self.order, self.order[1:]))
        self.seen = set()

    def unreached(self):
        """Instructions that no path runs; padding up to the next function does not count."""
        return [f'{a:x}: {self.at[a]}' for a in self.order if a not in self.seen and not NOTHING.match(self.at[a])]


def constant(form):
    return form.get(ONE, 0) if set(form) <= {ONE} else None


def linear(*terms):
    """The sum of (form, factor)."""
    made = {}
    for form, factor in terms:
        for m, c in form.items():
            made[m] = made.get(m, 0) + c * factor
    return {m: c for m, c in made.items() if c}


class Machine:
    def __init__(self, code, operands, memory, numbers):
        self.code, self.start = code, code.order[0]
        self.bounds, self.fixed, self.splits, self.relations = {ONE: (1, 1)}, {}, {}, []
        self.registers, self.memory, self.flags = {}, {}, {'c': None, 'o': None}
        for name in REGISTERS:
            self.registers[name] = self.unknown('old ' + name, FULL)
        self.registers['rsp'] = ('stack', 0)
        for register, name in zip(('rdi', 'rsi', 'rdx'), operands):
            self.registers[register] = self.unknown(name, numbers[name]) if name in numbers else (name, 0)
        for name, words in memory.items():
            for i, word in enumerate(words):
                self.memory[name, i] = self.unknown(word, FULL)
        self.at, self.way, self.steps = self.start, [], 0

    def copy(self):
        other = object.__new__(Machine)
        other.__dict__.update(self.__dict__)
        for name in ('bounds', 'fixed', 'splits', 'registers', 'memory', 'flags'):
            setattr(other, name, dict(getattr(self, name)))
        other.relations, other.way = list(self.relations), list(self.way)
        return other

    def story(self):
        return ' '.join(self.way) or 'without a branch'

    def refuse(self, why):
        raise Wrong(f'{self.at:x}: {self.code.at[self.at]}: {why}')

    # --- unknowns ---

    def unknown(self, name, high):
        self.bounds[name,] = 0, high
        return {(name,): 1}

    def range(self, form, bounds=None):
        bounds, low, high = bounds or self.bounds, 0, 0
        for m, c in form.items():
            ends = [c * e for e in bounds[m]]
            low, high = low + min(ends), high + max(ends)
        return low, high

    def split(self, form, unit, sign=1):
        """form = rest + sign * unit * more, with 0 <= rest < unit: (rest, more)."""
        low, high = self.range(form)
        if 0 <= low and high < unit:
            return form, {}
        key = frozenset(form.items()), unit, sign
        if key not in self.splits:
            number = len(self.relations)
            ends = sorted(sign * (end // unit) for end in (low, high))
            require(ends[0] >= 0 or ends == [0, 0], f'{self.at:x}: a carry of both signs')
            rest, more = self.unknown(f'w{number}', unit - 1), self.unknown(f'c{number}', max(ends))
            self.bounds[f'c{number}',] = ends[0], ends[1]
            self.splits[key] = rest, more
            self.relations.append((linear((form, 1), (rest, -1), (more, -sign * unit)), f'w{number}', f'c{number}',
                                   f'{self.at:x}: {self.code.at[self.at]}'))
        return self.splits[key]

    # --- operands ---

    def address(self, text):
        m = re.fullmatch(r'(?:QWORD PTR )?\[(\w+)(?:([+-])(0x[0-9a-f]+))?\]', text)
        if not m or m.group(1) not in REGISTERS:
            return None
        base = self.registers[m.group(1)]
        if not isinstance(base, tuple):
            self.refuse('no address that is known')
        offset = base[1] + (int(m.group(3), 16) * (1 if m.group(2) == '+' else -1) if m.group(3) else 0)
        if offset % 8 or (base[0] != 'stack' and not 0 <= offset < 48):
            self.refuse('outside the six words')
        if base[0] == 'stack' and not self.registers['rsp'][1] <= offset < 0:
            self.refuse('outside the frame')
        return base[0], offset // 8

    def read(self, text):
        if text in REGISTERS:
            return self.registers[text]
        if text in HALVES:
            known = self.registers[HALVES[text]]
            known = constant(known) if isinstance(known, dict) else None
            return {ONE: known % 2**32} if known is not None else self.refuse('half of a register that is not known')
        if re.fullmatch(r'-?0x[0-9a-f]+', text):
            return {ONE: int(text, 16) & FULL}
        place = self.address(text)
        if place is None or place not in self.memory:
            self.refuse(f'{text} is not known')
        return self.memory[place]

    def number(self, text):
        form = self.read(text)
        return form if isinstance(form, dict) else self.refuse(f'{text} is an address')

    def write(self, text, form):
        if text in REGISTERS:
            self.registers[text] = form
        elif text in HALVES and isinstance(form, dict) and 0 <= (constant(form) or 0) < 2**32 and set(form) <= {ONE}:
            self.registers[HALVES[text]] = form
        else:
            place = self.address(text)
            if place is None:
                self.refuse(f'{text} is not known')
            self.memory[place] = form

    def flag(self, name):
        form = self.flags[name]
        return form if form is not None else self.refuse('a flag that is not defined')

    # --- instructions ---

    def total(self, to, terms, flag, sign=1):
        word, carry = self.split(linear(*terms), 2**64, sign)
        self.write(to, word)
        self.flags[flag] = carry

    def do_add(self, to, by, carry=None):
        if to == 'rsp' or isinstance(self.registers.get(to), tuple):
            return self.move_address(to, by, 1)
        self.flags['o'] = None
        return self.total(to, [(self.number(to), 1), (self.number(by), 1), (carry or {}, 1)], 'c')

    def do_adc(self, to, by):
        self.do_add(to, by, self.flag('c'))

    def do_adcx(self, to, by):
        self.total(to, [(self.number(to), 1), (self.number(by), 1), (self.flag('c'), 1)], 'c')

    def do_adox(self, to, by):
        self.total(to, [(self.number(to), 1), (self.number(by), 1), (self.flag('o'), 1)], 'o')

    def do_sub(self, to, by, borrow=None):
        if to == 'rsp' or isinstance(self.registers.get(to), tuple):
            return self.move_address(to, by, -1)
        self.flags['o'] = None
        return self.total(to, [(self.number(to), 1), (self.number(by), -1), (borrow or {}, -1)], 'c', -1)

    def do_sbb(self, to, by):
        if to == by and to in REGISTERS:  # all bits equal the borrow: the path is split before
            self.registers[to] = {ONE: FULL * constant(self.flag('c'))}
            self.flags['o'] = None
        else:
            self.do_sub(to, by, self.flag('c'))

    def move_address(self, to, by, sign):
        step = constant(self.number(by))
        if to != 'rsp' or step is None:
            self.refuse('arithmetic with an address')
        self.registers[to] = 'stack', self.registers[to][1] + sign * step
        self.flags = {'c': None, 'o': None}

    def do_mulx(self, high, low, by):
        x, y = self.number('rdx'), self.number(by)
        if any(len(f) > 1 or list(f.values()) not in ([], [1]) or (f and len(next(iter(f))) != 1) for f in (x, y)):
            self.refuse('a product of other values than operands')
        made = tuple(sorted(m for f in (x, y) for m in next(iter(f))))
        self.bounds[made] = 0, self.range(x)[1] * self.range(y)[1]
        low_word, high_word = self.split({made: 1}, 2**64)
        self.write(low, low_word)
        self.write(high, high_word)

    def do_mov(self, to, by):
        self.write(to, self.read(by))

    do_movabs = do_mov

    def do_xor(self, to, by):
        if to != by:
            self.refuse('only a register with itself')
        self.write(to, {})
        self.flags = {'c': {}, 'o': {}}

    def do_and(self, to, by):
        x, y = constant(self.number(to)), constant(self.number(by))
        if x is None or y is None:
            self.refuse('of words that are not known')
        self.write(to, {ONE: x & y})
        self.flags = {'c': {}, 'o': {}}

    def do_not(self, to):
        self.write(to, linear(({ONE: FULL}, 1), (self.number(to), -1)))

    def do_lea(self, to, of):
        m = re.fullmatch(r'\[(\w+)\+0x1\]', of)
        known = constant(self.number(m.group(1))) if m else None
        if known is None:
            self.refuse('only of a number that is known')
        self.write(to, {ONE: (known + 1) & FULL})

    def halves(self, text, count):
        if count != '0x20' or text not in REGISTERS:
            self.refuse('only a whole register, by 32 bits')
        return self.split(self.number(text), 2**32)

    def do_shr(self, to, count):
        self.write(to, self.halves(to, count)[1])
        self.flags = {'c': None, 'o': None}

    def do_shl(self, to, count):
        self.write(to, linear((self.halves(to, count)[0], 2**32)))
        self.flags = {'c': None, 'o': None}

    def do_shld(self, to, by, count):
        low, high = self.halves(to, count)[0], self.halves(by, count)[1]
        self.write(to, linear((low, 2**32), (high, 1)))
        self.flags = {'c': None, 'o': None}

    def do_push(self, of):
        self.registers['rsp'] = 'stack', self.registers['rsp'][1] - 8
        self.memory['stack', self.registers['rsp'][1] // 8] = self.read(of)

    def do_pop(self, to):
        place = 'stack', self.registers['rsp'][1] // 8
        if place not in self.memory:
            self.refuse('nothing is there')
        self.write(to, self.memory[place])
        self.registers['rsp'] = 'stack', self.registers['rsp'][1] + 8

    # --- ways ---

    def ways(self):
        """This machine at its return, on each path through the branches."""
        waiting = [self]
        while waiting:
            now = waiting.pop()
            while now.at is not None:
                waiting += now.step()
            yield now

    def fix(self, flag, value, label):
        """The flag is `value` from here on."""
        name = next(iter(flag))
        self.fixed[name] = value
        self.bounds[name] = value, value
        self.way.append(f'{self.at:x}:{label}{value}')

    def branch(self, flag, label):
        """The machines for both values of a flag: (value, machine)."""
        form = self.flag(flag)
        if set(form) <= {ONE}:
            return [(form.get(ONE, 0), self)]
        name = next(iter(form))
        if len(form) != 1 or form[name] != 1 or not set(self.bounds[name]) <= {0, 1}:
            self.refuse('a flag that is not a single bit')
        if self.bounds[name][0] == self.bounds[name][1]:
            self.flags[flag] = {ONE: self.bounds[name][0]} if self.bounds[name][0] else {}
            return [(self.bounds[name][0], self)]
        other = self.copy()
        found = []
        for value, machine in ((0, self), (1, other)):
            machine.fix(form, value, label)
            machine.flags[flag] = {ONE: value} if value else {}
            found.append((value, machine))
        return found

    def step(self):
        """Runs one instruction; returns the machines of other paths from here."""
        text = self.code.at[self.at]
        self.code.seen.add(self.at)
        self.steps += 1
        if self.steps > 5 * len(self.code.order):
            self.refuse('a loop')
        name, _, rest = text.partition(' ')
        operands = rest.strip().split(',') if rest.strip() else []
        if NOTHING.match(text):
            self.at = self.code.after[self.at]
            return []
        if name in ('jb', 'jo', 'jmp'):
            found = self.branch({'jb': 'c', 'jo': 'o'}[name], name) if name != 'jmp' else [(1, self)]
            target, following = int(operands[0], 16), self.code.after.get(self.at)
            for value, machine in found:
                machine.at = target if value else following
                if target not in self.code.at:
                    self.refuse('a jump out of the function')
            return [machine for _, machine in found if machine is not self]
        if name == 'ret':
            self.leave()
            return []
        if name == 'sbb' and operands[0] == operands[1]:
            found = self.branch('c', 'borrow')
            if len(found) == 2:  # the same instruction again, with the flag fixed
                return [machine for _, machine in found if machine is not self]
        method = getattr(self, 'do_' + name, None)
        if method is None:
            self.refuse('this instruction is not known')
        if name not in ('mov', 'xor') and HALVES.keys() & set(operands):
            self.refuse('half of a register: mov and xor alone are known')
        method(*operands)
        self.at = self.code.after.get(self.at) or self.refuse('the function ends without ret')
        return []

    def leave(self):
        if self.registers['rsp'] != ('stack', 0):
            self.refuse('the stack is not as it was')
        for name in KEPT:
            if self.registers[name] != {('old ' + name,): 1}:
                self.refuse(f'{name} is not as it was')
        self.at = None

    # --- what is left ---

    def left_over(self, words, expected, modulus):
        """Describes the part of the sum of words minus `expected` that is not 0 modulo a number."""
        form = linear(*words, (expected, -1))
        for relation, word, _, _ in reversed(self.relations):
            factor = form.get((word,), 0)
            if factor:
                form = linear((form, 1), (relation, factor))  # the relation has -1 of its word
        form = {m: c % modulus for m, c in form.items() if c % modulus}
        number, left = form.pop(ONE, 0), []
        for m, c in form.items():
            if m in self.fixed:
                number += c * self.fixed[m]
            elif not self.is_zero(m):
                left.append(f'{self.made_by(m)} is dropped and may not be 0')
        return left + ([f'the constant {number % modulus:#x} is left'] if number % modulus and not left else [])

    def made_by(self, m):
        return next((f'the carry or high part of {text}' for _, _, more, text in self.relations if (more,) == m),
                    'a product or word ' + '*'.join(m))

    def is_zero(self, m):
        if m not in self.bounds or self.bounds[m][0] < 0:
            return False
        bounds = self.narrowed({**self.bounds, m: (max(1, self.bounds[m][0]), self.bounds[m][1])})
        return bounds is None or self.row_contradicts(m, bounds)

    def narrowed(self, bounds):
        """Bounds from single relations, round by round; None if they contradict."""
        for _ in range(ROUNDS):
            changed = False
            for relation, _, _, _ in self.relations:
                low, high = self.range(relation, bounds)
                if low > 0 or high < 0:
                    return None
                for m, c in relation.items():
                    if m == ONE:
                        continue
                    ends = sorted(c * e for e in bounds[m])
                    least, most = -(high - ends[1]), -(low - ends[0])  # of c * m
                    if c < 0:
                        least, most = -most, -least
                    now = max(bounds[m][0], -(-least // abs(c))), min(bounds[m][1], most // abs(c))
                    if now[0] > now[1]:
                        return None
                    if now != bounds[m]:
                        bounds[m], changed = now, True
            if not changed:
                break
        return bounds

    def row_contradicts(self, m, bounds):
        """Adds relations, latest first, so that intermediate words and carries cancel. True: the sum is impossible."""
        first = next((i for i, r in enumerate(self.relations) if (r[2],) == m), None)
        if first is None:
            return False
        total = self.relations[first][0]
        for relation, word, more, _ in reversed(self.relations[:first]):
            choices = []
            for name in (word, more):
                factor, own = total.get((name,), 0), relation.get((name,), 0)
                if factor:
                    sign = 1 if own > 0 else -1
                    made = linear((total, abs(own)), (relation, -factor * sign))
                    low, high = self.range(made, bounds)
                    if low > 0 or high < 0:
                        return True
                    choices.append((min(-low, high) // abs(own), made))
            if choices:
                total = min(choices, key=lambda c: c[0])[1]
                shared = math.gcd(*total.values())
                total = {m: c // shared for m, c in total.items()}
        return False
