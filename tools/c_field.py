"""A field of P-384 in C with the points and the engine over it, for check-bounds and the proofs: see check-bounds."""
import itertools
import random
import re
import subprocess

from pycparser import c_ast, c_generator, c_parser

import csource
from c_integers import Int, Value, full, plus, times
from c_machine import Machine
from c_memory import UNSET
from c_types import Array, Pointer, PointerTo, Struct, Unknown

ATTRIBUTES = {'always_inline', 'noinline'}  # they change no value
P = 2**384 - 2**128 - 2**96 + 2**32 - 1
HERE = 'verify/crypto/p384/'
WORDS = HERE + 'p384_words.h'
ASSERTS = HERE + 'p384_bounds_on.h'
# Ranges of members, by struct and name; without a struct: of a struct that has no name.
MEMBERS = {('point', 'x'): 'X', ('point', 'y'): 'Y', ('point', 'z'): 'Z',
           ('natt_p384_question', 'u1'): 'G_DIGIT', ('natt_p384_question', 'u2'): 'Q_DIGIT',
           ('natt_p384_table_question', 'u1'): 'COMB_DIGIT', ('natt_p384_table_question', 'u2'): 'COMB_DIGIT',
           ('natt_p384_digits', 'count'): 'DIGITS', ('', 'at'): 'ANY'}
# Functions of other files: what they write to their first argument is not known, nothing else changes.
WRITERS = {'natt_modinv_wide', 'natt_modinv_narrow'}
# The types and lists of the interface, which have conditions for C++ and Windows.
PUBLIC = {'verify/include/nitro_attest/' + name for name in ('base.h', 'codes.h')}
SUMS = {'fe_add': plus, 'fe_sub': lambda x, y: plus(x, y, -1), 'fe_times': times}
# Lengths of parameters that are plain pointers.
LENGTHS = {('words_from_bytes', 'bytes'): 48}


def preprocessed(root, cc, sources, asserts, here=HERE, lead=''):
    text = ''.join(f'#include "{here}{source}"\n' for source in sources) + 'typedef char long_bytes[__SIZEOF_LONG__];\n'
    command = [*cc, '-E', '-ffreestanding', '-I.', '-Iverify/include', '-D__attribute__(x)=', '-D__extension__=',
               '-D__float128=double', f'-DNATT_P384_BOUNDS_HEADER="{HERE}p384_bounds_{asserts}.h"',
               f'-DNATT_LANES_BOUNDS_HEADER="verify/crypto/lanes/lanes_bounds_{asserts}.h"', '-']
    done = subprocess.run(command, input=lead + text, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unknown(done.stderr.strip())
    for path in own_files(done.stdout):
        for fault in csource.varies(path, csource.read(root, path), ATTRIBUTES) if path not in PUBLIC else []:
            raise Unknown(fault)
    return done.stdout


def own_files(text):
    """Returns the files of the tree that the preprocessor read."""
    return sorted({p.removeprefix('./') for p in re.findall(r'^# \d+ "([^"/<][^"]*)"', text, re.M)} - {'<stdin>'})


def parsed(text):
    try:
        return c_parser.CParser().parse(text, HERE)
    except c_parser.ParseError as e:
        raise Unknown(f'{e}: this syntax is not known') from e


def number(text, where):
    if not re.fullmatch(r'[-+*^0-9 ]+', text):
        raise Unknown(f'{where}: "{text}" is not a number')
    return eval(text.replace('^', '**'))  # pylint: disable=eval-used


def documented(path, text, found):
    """Adds the `bounds` lines of a file: name -> {limb: (low, high)}."""
    for m in re.finditer(r'\bbounds ([A-Z].*)', text):
        where = f'{path}:{csource.line_of(text, m.start())}'
        line = re.fullmatch(r'([A-Z]\w*) (\d+)(?:-(\d+))?: (.+?) \.\. (.+?)(?: \*/)?', m.group(1))
        if not line:
            raise Unknown(f'{where}: "bounds {m.group(1)}" is not written as bounds NAME LIMBS: LOW .. HIGH')
        name, first, last, low, high = line.groups()
        for i in range(int(first), int(last or first) + 1):
            if i in found.setdefault(name, {}):
                raise Unknown(f'{where}: limb {i} of {name} has two ranges')
            found[name][i] = number(low, where), number(high, where)


def promised(path, text):
    """Of each function with a "Ranges:" comment: its name, {parameter: range} before it and after it."""
    for d in csource.definitions(text):
        comment = ' '.join(re.sub(r'^[ /]*\*+/?', '', line) for line in d.lead[d.lead.rfind('/*'):].splitlines())
        ranges = re.search(r'\bRanges: (.*?)\.(?:\s|$|\*)', ' '.join(comment.split()))
        if not ranges:
            continue
        sides = []
        for side in ranges.group(1).split('->'):
            pending, sides = [], sides + [{}]
            for word in re.findall(r'[^\s,]+', side):
                pending, done = ([], pending) if word.isupper() else (pending + [word], [])
                sides[-1].update(dict.fromkeys(done, word))
            if pending or len(sides) > 2:
                raise Unknown(f'{path}:{csource.line_of(text, d.start)}: the ranges of {d.name} are not written as '
                              'Ranges: a RANGE -> r RANGE.')
        yield d.name, (sides + [{}])[:2]


class Field:
    """One field with the points and the engine over it."""

    def __init__(self, root, cc, source):
        self.ranges, self.promises, self.by_promise, self.passed = {}, {}, True, {}
        text = preprocessed(root, cc, (source, 'p384_table.c'), 'on')
        long_bits = 8 * int(re.search(r'typedef char long_bytes\[(\d+)\]', text).group(1))
        tree = parsed(text)
        self.check_ordinary(tree, parsed(preprocessed(root, cc, (source, 'p384_table.c'), 'off')))
        self.machine = Machine(tree, self.apply, long_bits, WORDS)
        self.machine.lenient = {'combine'}  # its sum has x and y from the first digit on: shown by `points`
        self.own = {n: f for n, f in self.machine.functions.items() if self.machine.place(f).startswith(HERE)}
        for path in own_files(text):
            if path.startswith(HERE):
                own = csource.read(root, path)
                documented(path, own, self.ranges)
                self.promises.update(promised(path, own))
        self.unsigned = not self.limb_type().signed

    @staticmethod
    def check_ordinary(checked, ordinary):
        """Requires that in ordinary builds only the assertions are empty, and the other text is the one that runs
        here."""
        trees = []
        for tree in (checked, ordinary):
            functions = [n for n in tree.ext if isinstance(n, c_ast.FuncDef) and n.decl.name.startswith('check_')]
            for node in functions if tree is ordinary else []:
                if any(not isinstance(s, c_ast.Cast) or not isinstance(s.expr, c_ast.ID)
                       for s in node.body.block_items or []):
                    raise Unknown(f'{node.coord.file}:{node.coord.line}: {node.decl.name} must do nothing in ordinary '
                                  'builds')
            trees.append([n for n in tree.ext if n not in functions])
        for a, b in itertools.zip_longest(*trees):
            texts = [c_generator.CGenerator().visit(n) if n else '' for n in (a, b)]
            if texts[0] != texts[1]:
                at = (a or b).coord
                raise Unknown(f'{at.file}:{at.line}: ordinary builds have another text here')

    def limb_type(self):
        return self.fe().fields[0][1].element

    def fe(self):
        return self.machine.type_of(self.machine.typedefs['fe'])

    # --- ranges ---

    def limits(self, kind, way, name):
        """(low, high) of one scalar."""
        for step in way:
            if isinstance(step, tuple):
                name = MEMBERS.get((step[0] if ':' not in step[0] else '', step[1]), name)
        limb = ('fe', 'v') in way
        if name is None and limb:
            raise Unknown(f'{self.machine.place()}: {self.machine.calls[-1:]} a field element without a range')
        if name in (None, 'ANY') or (limb and self.unsigned) or not isinstance(kind, Int):
            return kind.low, kind.high
        index = next((s for s in reversed(way) if isinstance(s, int) and (limb or len(way) == 1)), 0)
        if index not in self.ranges.get(name, {}):
            raise Unknown(f'{self.machine.place()}: the range {name} of limb {index} is not documented')
        low, high = self.ranges[name][index]
        if low < kind.low or high > kind.high:
            self.machine.fault(f'the range {name} does not fit {kind}')
        return low, high

    def filled(self, kind, name):
        return self.machine.new(kind, lambda t, way: self.scalar(t, way, name))

    def scalar(self, kind, way, name):
        if isinstance(kind, PointerTo):
            return Pointer((([self.filled(kind.target, name)], 0),), kind.target)
        return Value(kind, *self.limits(kind, way, name))

    def outside(self, kind, value, name, way=()):
        """Describes the parts of an object that are outside their range."""
        if isinstance(kind, Array):
            return [w for i, v in enumerate(value) for w in self.outside(kind.element, v, name, way + (i,))]
        if isinstance(kind, Struct):
            return [w for n, t in kind.fields for w in self.outside(t, value[n], name, way + ((kind.tag, n),))]
        low, high = self.limits(kind, way, name)
        if value is not UNSET and value.within(low, high):
            return []
        label = ''.join(f'[{s}]' if isinstance(s, int) else f'.{s[1]}' for s in way).lstrip('.') or 'the value'
        return [f'{label} was never set' if value is UNSET
                else f'{label} is {value}, not within {Value(kind, low, high)}']

    def whole(self, parameter, pointer, name):
        """(index, place) of the elements that a pointer argument points to, as many as its parameter has."""
        found, length = [], parameter.length or 1
        for container, key in pointer.places:
            there = len(container) - key if isinstance(container, list) else 1
            if there < length:
                self.machine.fault(f'{name} gets {there} of {length} elements')
            found += [(i, (container, key + i if i else key)) for i in range(min(length, there))]
        return found

    # --- calls ---

    def apply(self, machine, name, arguments):
        if name == '__builtin_trap':
            at = next((s for s in reversed(machine.sites) if not machine.place(s).startswith(ASSERTS)), machine.node)
            machine.node = at
            machine.fault('a limb can leave the range that is asserted here')
            return (None,)
        if name in WRITERS:
            for _, place in self.whole(PointerTo(None, length=6), arguments[0], name):
                machine.store(*place, full(arguments[0].type))
            return (None,)
        if self.by_promise and name in SUMS and not self.unsigned:
            self.passed.setdefault(self.operands_of(name, arguments))
        if not self.by_promise or name not in self.promises:
            return None
        before, after = self.promises[name]
        for (parameter, kind), argument in zip(machine.parameters(name), arguments):
            if parameter in before:
                self.compare(name, parameter, kind, argument, before[parameter])
        for (parameter, kind), argument in zip(machine.parameters(name), arguments):
            if isinstance(kind, PointerTo) and not kind.constant:
                if len(argument.places) != 1:
                    raise Unknown(f'{machine.place()}: {name} changes one of several objects')
                for i, place in self.whole(kind, argument, name):
                    machine.store_all(place, self.left(kind, i, after.get(parameter)))
        result = machine.type_of(machine.functions[name].decl.type.type)
        return (None if result is None else full(result),)

    def left(self, kind, i, name):
        if name is None:
            return self.machine.new(kind.target, lambda t, way: UNSET)
        way = (i,) if kind.length else ()
        return self.machine.new(kind.target, lambda t, inner: Value(t, *self.limits(t, way + inner, name)))

    def compare(self, name, parameter, kind, argument, limit):
        if not isinstance(kind, PointerTo):
            found = self.outside(kind, argument, limit)
        else:
            found = []
            for i, (container, key) in self.whole(kind, argument, name):
                found += self.outside(kind.target, container[key], limit, (i,) if kind.length else ())
        for text in found[:3]:
            self.machine.fault(f'{parameter} of {name}: {text} ({limit})')

    # --- runs ---

    def argument(self, name, parameter, kind, limit, unset=False):
        if not isinstance(kind, PointerTo):
            return self.filled(kind, limit)
        length = kind.length or LENGTHS.get((name, parameter), 1)
        if isinstance(kind.target, Int) and kind.length is None and (name, parameter) not in LENGTHS:
            raise Unknown(f'{self.machine.place()}: the length of {parameter} of {name} is not known')
        objects = self.filled(Array(kind.target, length), limit) if not unset else self.machine.new(
            Array(kind.target, length), lambda t, way: UNSET)
        return Pointer(((objects, 0),), kind.target)

    def start(self, name, aliases=()):
        """Runs a function on all that it accepts; aliases: {parameter: the one whose object it shares}."""
        machine, (before, after) = self.machine, self.promises.get(name, ({}, {}))
        machine.node, arguments = machine.functions[name], {}
        kinds = machine.parameters(name)
        strange = (before.keys() | after.keys()) - {p for p, _ in kinds}
        if strange:
            raise Unknown(f'{machine.place()}: {name} has no parameter {sorted(strange)[0]}')
        for parameter, kind in kinds:
            written = isinstance(kind, PointerTo) and not kind.constant and name in self.promises
            if written and parameter not in before and parameter not in after:
                raise Unknown(f'{machine.place()}: {name} may change {parameter}, for which it promises no range')
            unset = isinstance(kind, PointerTo) and not kind.constant and parameter not in before
            arguments[parameter] = self.argument(name, parameter, kind, before.get(parameter), unset)
        for parameter, other in dict(aliases).items():
            arguments[parameter] = arguments[other]
        machine.inside(name, [arguments[p] for p, _ in kinds])
        machine.node = machine.functions[name]
        for parameter, kind in kinds:
            if parameter in after:
                self.compare(name, parameter, kind, arguments[parameter], after[parameter])

    def check(self):
        """Runs functions before their callers; stops at a fault that would only appear again in the callers."""
        files = {name: self.machine.place(f).split(':')[0] for name, f in self.own.items() if name in self.promises}
        field, others = ([lambda name=name: self.check_promise(name) for name, file in files.items()
                          if (file == files['fe_mul']) is own] for own in (True, False))
        made = [self.check_identities, self.check_numbers] + ([] if self.unsigned else [self.check_asserts])
        for step in [self.check_words] + field + made + others + [self.check_callers, self.check_passed,
                                                                  self.check_reached]:
            step()
            if self.machine.faults:
                return

    def check_promise(self, name):
        kinds = dict(self.machine.parameters(name))
        self.start(name)
        for result in self.promises[name][1]:
            for operand in self.promises[name][0]:
                if operand != result and kinds[operand] == kinds[result]:
                    self.start(name, {result: operand})

    def check_callers(self):
        for name, function in reversed(self.own.items()):  # callers follow the functions that they call
            if id(function.body) not in self.machine.ran:
                self.start(name)

    def check_reached(self):
        for function in self.own.values():
            for node in statements(function.body):
                if id(node) not in self.machine.ran:
                    raise Unknown(f'{self.machine.place(node)}: no run reaches this statement')

    # --- results of the functions ---

    def radix(self):
        return self.ranges['TIGHT'][0][1].bit_length() if not self.unsigned else self.limb_type().bits

    def element(self, limbs):
        return Pointer((([{'v': limbs}], 0),), self.fe())

    def words(self, values):
        return Pointer(((values, 0),), Int(64, False))

    def result(self, name, *arguments, into=None):
        """The limbs or words that a call leaves in its first argument, which may be one of the others."""
        limbs = len(self.filled(self.fe(), 'TIGHT')['v'])
        first = self.words([UNSET] * 6) if name == 'fe_to_words' else self.element([UNSET] * limbs)
        first = first if into is None else arguments[into]
        self.machine.node, self.by_promise = self.machine.functions[name], False
        self.machine.inside(name, [first, *arguments])
        self.machine.node, self.by_promise = self.machine.functions[name], True
        container, key = first.places[0]
        return container[key]['v'] if isinstance(container[key], dict) else container

    def unknowns(self, letter, limit):
        limbs = self.filled(self.fe(), limit)['v']
        return [Value(v.type, v.low, v.high, {(f'{letter}{i}',): 1}) for i, v in enumerate(limbs)]

    def check_identity(self, name, made, expected):
        left = plus(made, expected, -1) if made is not None and expected is not None else {('?',): 1}
        wrong = {u for m, c in left.items() if c % P for u in m or ('?',)}
        if wrong:
            lines = sorted({self.machine.math.made_at[u] for u in wrong if u in self.machine.math.made_at})
            self.machine.fault(f'{name} is not right modulo p' + (f', by what is cut off in {", ".join(lines)}'
                                                                  if lines else ''))

    def check_identities(self):
        """Products, sums and multiples as polynomials modulo p, for all operands; results in place of operands too."""
        limit, small = ('ANY', 'ANY') if self.unsigned else ('LOOSE', 'TIGHT')
        self.machine.do_while = self.folds if self.unsigned else None
        k = Value(Int(32, True), *self.ranges['FACTOR'][0], {('k',): 1})
        for name, within, expected in [
                ('fe_mul', limit, times), ('fe_sqr', limit, lambda x: times(x, x)), ('fe_add', small, plus),
                ('fe_sub', small, lambda x, y: plus(x, y, -1)), ('fe_times', small, lambda x: times(x, k.exact))]:
            a, b = self.unknowns('a', within), self.unknowns('b', within)
            x, y = weighted(a, self.radix()), weighted(b, self.radix())
            more = [k] if name == 'fe_times' else []
            if name in ('fe_sqr', 'fe_times'):
                rows = [([a], expected(x), None), ([a], expected(x), 0)]
            else:
                rows = [([a, b], expected(x, y), alias) for alias in (None, 0, 1)] + \
                    [([a, None], expected(x, x), alias) for alias in (None, 0)]
            for operands_, wanted, alias in rows:
                elements = [self.element(list(v)) for v in operands_ if v is not None]
                elements = (elements * 2)[:len(operands_)] if None in operands_ else elements
                made = self.result(name, *elements, *more, into=alias)
                self.check_identity(name, weighted(made, self.radix()), wanted)
        self.machine.do_while = None

    def operands_of(self, name, arguments):
        """The ranges with which a sum is called, and which of its pointers are equal."""
        ranges = []
        for argument in arguments[1:]:
            if isinstance(argument, Value):
                ranges.append((argument.low, argument.high))
                continue
            if len(argument.places) != 1:
                raise Unknown(f'{self.machine.place()}: {name} reads one of several objects')
            container, key = argument.places[0]
            ranges.append(tuple((v.low, v.high) if v is not UNSET else (0, 0) for v in container[key]['v']))
        places = [(id(a.places[0][0]), a.places[0][1]) for a in arguments if isinstance(a, Pointer)]
        return name, tuple(ranges), tuple(places.index(p) for p in places)

    def check_passed(self):
        """Sums and multiples for the ranges of operands that callers pass."""
        for name, ranges, same in self.passed:
            objects, values = [], []
            for i, limits in enumerate(ranges):
                if name == 'fe_times' and i == 1:
                    values.append(Value(Int(32, True), *limits, {('k',): 1}))
                    objects.append(values[-1])
                elif i and same[2] == same[1]:
                    values.append(values[0])
                    objects.append(objects[0])
                else:
                    limbs = [Value(self.limb_type(), low, high, {(f'{"ab"[i]}{j}',): 1})
                             for j, (low, high) in enumerate(limits)]
                    values.append(limbs)
                    objects.append(self.element(list(limbs)))
            forms = [weighted(v, self.radix()) if isinstance(v, list) else v.form() for v in values]
            expected = SUMS[name](*forms)
            into = next((i for i in range(1, len(same)) if same[i] == 0), None)
            made = self.result(name, *objects, into=None if into is None else into - 1)
            self.check_identity(name, weighted(made, self.radix()), expected)

    def folds(self, node):
        """
        The loop of fe_carry, "do ... while (top != 0)" over t[12]: one pass leaves t + 2^384 top equal to the previous
        t + C top, for C = 2^384 - p, from the start and from every state that a pass leaves. So it keeps the value
        modulo p; and it ends, within three passes, since |top| C is far below 2^384.
        """
        machine = self.machine
        condition = node.cond
        if (getattr(condition, 'op', None), getattr(getattr(condition, 'left', None), 'name', None),
                getattr(getattr(condition, 'right', None), 'value', None)) != ('!=', 'top', '0'):
            machine.unknown(node, 'only a loop while (top != 0) is known')
        scope = next(s for s in machine.scopes if 'top' in s and 't' in s)
        whole = weighted(scope['t'], 32)
        before = plus(whole, times(scope['top'].form(), {(): 2**384 - P}))
        machine.run(node.stmt)
        self.check_pass(node, before, scope)
        word, bound = Int(64, True), max(abs(scope['top'].low), abs(scope['top'].high))
        if (bound + 1) * (2**384 - P) >= 2**384:
            machine.fault('the loop may go on')
        for i in range(12):  # any state that a pass leaves
            machine.store(scope['t'], i, Value(word, 0, 2**32 - 1, {(f't{i}',): 1}))
        machine.store(scope, 'top', Value(word, -bound, bound, {('top',): 1}))
        again = plus(weighted(scope['t'], 32), {('top',): 2**384 - P})
        machine.run(node.stmt)
        self.check_pass(node, again, scope)
        if not scope['top'].within(-bound, bound):
            machine.fault('what leaves the top grows')
        # The state in which it ends: top = 0, so that the words have the value that it began with, modulo p.
        ended = {(f'm{len(machine.math.modular)}_{i}',): 1 for i in range(1, 12)}
        machine.math.modular |= {u for m in ended for u in m}
        for i, unknown in enumerate(ended, 1):
            machine.store(scope['t'], i, Value(word, 0, 2**32 - 1, {unknown: 1}))
            before = plus(before, {unknown: -2**(32 * i)})
        machine.store(scope['t'], 0, Value(word, 0, 2**32 - 1, before))
        machine.store(scope, 'top', Value(word, 0, 0))
        return True

    def check_pass(self, node, before, scope):
        self.machine.node = node
        after = plus(weighted(scope['t'], 32), times(scope['top'].form(), {(): 2**384}))
        if after is None or before is None or plus(after, before, -1):
            self.machine.fault('a pass of the loop does not fold what left the top')
        if not all(v.within(0, 2**32 - 1) for v in scope['t']):
            self.machine.fault('a pass leaves more than words')

    def check_numbers(self):
        """The same with numbers, and what comes out of fe_to_words."""
        rows = list(operands(self.filled(self.fe(), 'TIGHT')['v']))
        for a, b in zip(rows, rows[1:] + rows[:1]):
            x, y, k = weighted(a, self.radix())[()], weighted(b, self.radix())[()], Value(Int(32, True), 8, 8)
            for name, arguments, expected in [
                    ('fe_mul', (a, b), x * y), ('fe_sqr', (a,), x * x), ('fe_add', (a, b), x + y),
                    ('fe_sub', (a, b), x - y),
                    ('fe_times', (a, k), 8 * x), ('fe_to_words', (a,), x)]:
                made = self.result(name, *(self.element(v) if isinstance(v, list) else v for v in arguments))
                total = (weighted(made, 64 if name == 'fe_to_words' else self.radix()) or {}).get((), None)
                if total is None or (total - expected) % P or (name == 'fe_to_words' and not 0 <= total < P):
                    self.machine.fault(f'{name} is not right modulo p, for instance for {x:#x}')
            made = self.result('fe_from_words', self.of_words(x % 2**384))
            if weighted(made, self.radix()) != {(): x % 2**384}:
                self.machine.fault('fe_from_words changes the value')

    def check_words(self):
        """p384_words.h with numbers: its sums wrap on purpose, so that intervals show little."""
        values = [0, 1, 2**63, 2**64 - 1, 2**64, 2**192, 2**320 - 1, 2**383, P - 1, P, P + 1, 2**384 - 1]
        for a in values:
            self.check_word_function('words_from_bytes', a, None, self.of_bytes(a))
            self.check_word_function('words_are_zero', None, int(a == 0), self.of_words(a))
            for b in values:
                both = self.of_words(a), self.of_words(b)
                self.check_word_function('words_less', None, int(a < b), *both)
                self.check_word_function('words_equal', None, int(a == b), *both)
                self.check_word_function('words_add', (a + b) % 2**384, (a + b) >> 384, *both)
                self.check_word_function('words_sub', (a - b) % 2**384, int(a < b), *both)
                if a < 2 * b:
                    self.check_word_function('words_reduce_once', a % b, None, *both)

    def of_words(self, n):
        return self.words([Value(Int(64, False), w, w) for w in (n >> 64 * i & 2**64 - 1 for i in range(6))])

    def of_bytes(self, n):
        return Pointer((([Value(Int(8, False), b, b) for b in n.to_bytes(48, 'big')], 0),), Int(8, False))

    def check_word_function(self, name, value, returned, *arguments):
        made = [UNSET] * 6
        self.machine.node = self.machine.functions[name]
        answer = self.machine.inside(name, [self.words(made)] * (value is not None) + list(arguments))
        self.machine.node = self.machine.functions[name]
        if value is not None and weighted(made, 64) != {(): value}:
            self.machine.fault(f'{name} does not give {value:#x}')
        if returned is not None and not answer.within(returned, returned):
            self.machine.fault(f'{name} returns {answer}, not {returned}')

    def check_asserts(self):
        """The run-time checks refuse just what is outside the documented ranges."""
        for name in ('loose', 'tight'):
            limits = self.ranges[name.upper()]
            for limb, (low, high) in limits.items():
                for value, refused in ((low - 1, True), (low, False), (high, False), (high + 1, True)):
                    limbs = [Value(self.limb_type(), n, n) for n in (value if i == limb else 1 for i in limits)]
                    known, self.machine.faults = self.machine.faults, {}
                    self.machine.node = self.machine.functions['check_' + name]
                    self.machine.inside('check_' + name, [self.element(limbs)])
                    trapped, self.machine.faults = bool(self.machine.faults), known
                    if trapped != refused:
                        self.machine.node = self.machine.functions['check_' + name]
                        self.machine.fault(f'limb {limb}: {value} is {"refused" if trapped else "accepted"}, '
                                           f'but {name.upper()} is {low} .. {high}')


def weighted(values, bits):
    """The sum of values[i] * 2^(bits i) as a polynomial, or None."""
    total = {}
    for i, v in enumerate(values):
        form = v.form() if isinstance(v, Value) else None
        total = plus(total, times(form, {(): 2**(bits * i)}))
    return {(): 0} if total == {} else total


def operands(limbs):
    """Rows of limbs at and between the ends of their ranges."""
    chance = random.Random(384)
    ends = [lambda v, i: v.low, lambda v, i: v.high, lambda v, i: v.high - (i == 0)]
    mixed = [lambda v, i: (v.low, v.high)[i % 2], lambda v, i: (v.high, v.low)[i % 2]]
    for choose in ends + mixed + [lambda v, i: chance.randint(v.low, v.high)] * 3:
        row = [choose(v, i) for i, v in enumerate(limbs)]
        yield [Value(v.type, n, n) for v, n in zip(limbs, row)]


def statements(node):
    """Returns every statement in a function except traps, which no run may reach."""
    if isinstance(node, c_ast.FuncCall) and node.name.name == '__builtin_trap':
        return
    yield node
    for name in ('block_items', 'decls', 'init', 'iftrue', 'iffalse', 'stmt'):
        below = getattr(node, name, None) if not isinstance(node, c_ast.Decl) else None
        for inner in below if isinstance(below, list) else [below] if below is not None else []:
            yield from statements(inner)
