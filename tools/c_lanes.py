"""
The lane field and the points over it, for check-bounds: the shared text with one lane, over the words in plain C; and
one signature in four lanes, which change places there.
"""
import random

from c_field import Field, P, documented, own_files, parsed, preprocessed, promised, statements, weighted
from c_integers import Int, Value, plus, times
from c_machine import Machine
from c_memory import UNSET
from c_types import Pointer, PointerTo, Unknown
import csource

LANES, P384 = 'verify/crypto/lanes/', 'verify/crypto/p384/'
BITS = 48
PARTS = [LANES + 'lanes.h', P384 + 'p384_table.c', LANES + 'lanes_c.inc.h', P384 + 'p384_words.h',
         LANES + 'lanes_field.inc.h', LANES + 'lanes_point.inc.h']
ONE = [LANES + 'one_c.inc.h', LANES + 'one_field.inc.h', LANES + 'one_point.inc.h']
OTHERS = {'enter_mode', 'leave_mode', 'lane_load', 'fl_from_lanes', 'check_operand'}  # what other files call
WORD, NUMBER = Int(64, False), Int(32, True)


class Lanes(Field):  # pylint: disable=too-many-instance-attributes
    lanes, parts, lead = 1, PARTS, '#define LANES 1\n'
    asserts = ('loose', 'tight', 'wide')

    def __init__(self, root, cc):  # pylint: disable=super-init-not-called
        self.ranges, self.promises, self.by_promise, self.passed, self.unsigned = {}, {}, True, {}, True
        texts = [preprocessed(root, cc, self.parts, asserts, '', self.lead) for asserts in ('on', 'off')]
        trees = [parsed(text) for text in texts]
        self.check_ordinary(*trees)
        self.machine = Machine(trees[0], self.apply, 64, P384 + 'p384_words.h')
        self.own = {n: f for n, f in self.machine.functions.items() if self.machine.place(f).startswith(LANES)}
        for path in own_files(texts[0]):
            if path.startswith(LANES):
                own = csource.read(root, path)
                documented(path, own, self.ranges)
                self.promises.update(promised(path, own))
        self.fl = self.machine.type_of(self.machine.structs['fl'])

    def limits(self, kind, way, name):
        """(low, high) of one integer: of a limb of an element, of a column, or of a number."""
        if name in (None, 'ANY'):
            return kind.low, kind.high
        after = way[way.index(('fl', 'v')) + 1:] if ('fl', 'v') in way else way
        index = next((s for s in after if isinstance(s, int)), 0)
        if index not in self.ranges.get(name, {}):
            raise Unknown(f'{self.machine.place()}: the range {name} of limb {index} is not documented')
        return self.ranges[name][index]

    # --- elements ---

    def element(self, limbs):
        return Pointer((([{'v': [{'l': [x] * self.lanes} for x in limbs]}], 0),), self.fl)

    @staticmethod
    def limbs(pointer, lane=0):
        container, key = pointer.places[0]
        return [x['l'][lane] for x in container[key]['v']]

    def unknowns(self, letter, limit):
        return [Value(Int(64, True), *self.ranges[limit][i], {(f'{letter}{i}',): 1}) for i in range(8)]

    def numbers(self, limit, chance):
        """Limbs at the ends of their ranges or between."""
        ends = [(low, high, chance.randint(low, high)) for low, high in self.ranges[limit].values()]
        return [Value(Int(64, True), n, n) for n in map(chance.choice, ends)]

    def made(self, name, first, *others):
        self.machine.node, self.by_promise = self.machine.functions[name], False
        self.machine.inside(name, [first, *others])
        self.machine.node, self.by_promise = self.machine.functions[name], True
        return first

    # --- checks ---

    def check(self):
        for step in (self.check_asserts, self.check_field, self.check_identities, self.check_numbers,
                     self.check_points, self.check_reached):
            step()
            if self.machine.faults:
                return

    def check_each(self, file):
        for name, function in self.own.items():
            if name in self.promises and self.machine.place(function).startswith(LANES + file):
                self.check_promise(name)

    def check_field(self):
        self.check_each('lanes_field')

    def check_points(self):
        self.check_each('lanes_point')

    def check_identities(self):
        """Products and sums as polynomials modulo p, for all operands; results in place of operands too."""
        three, eight = {(): 3}, {(): -8}
        rows = [
            ('fl_mul', 'LOOSE LOOSE', times), ('fl_sqr', 'LOOSE', lambda a: times(a, a)),
            ('fl_mul_three', 'LOOSE LOOSE', lambda a, b: times(three, times(a, b))),
            ('fl_sqr_sub', 'LOOSE WIDER', lambda a, t: plus(times(a, a), t, -1)),
            ('fl_mul_add', 'LOOSE LOOSE LOOSE LOOSE', lambda a, b, x, y: plus(times(a, b), times(x, y))),
            ('fl_mul_sub_eight_sqr', 'TIGHT WIDE TIGHT', lambda a, b, g: plus(times(a, b), times(eight, times(g, g)))),
            ('fl_add', 'LOOSE LOOSE', plus), ('fl_sub', 'WIDE TIGHT', lambda a, b: plus(a, b, -1)),
            ('fl_negate', 'TIGHT', lambda a: times({(): -1}, a))]
        for name, limits, wanted in rows:
            for alias in [None, *range(len(limits.split()))]:
                values = [self.unknowns(letter, limit) for letter, limit in zip('abxy', limits.split())]
                operands = [self.element(list(v)) for v in values]
                first = self.element([UNSET] * 8) if alias is None else operands[alias]
                result = self.limbs(self.made(name, first, *operands))
                self.check_identity(name, weighted(result, BITS), wanted(*(weighted(v, BITS) for v in values)))
        for k in (1, 2, 3):
            value = self.unknowns('a', 'TIGHT')
            result = self.limbs(self.made('fl_shl', self.element([UNSET] * 8), self.element(value),
                                          Value(NUMBER, k, k)))
            self.check_identity('fl_shl', weighted(result, BITS), times({(): 2**k}, weighted(value, BITS)))

    def check_numbers(self):
        """Conversions and the choice of a sign with numbers; words below 2^63, as others change their sign here."""
        chance = random.Random(48)
        for n in [0, 1, P - 1, P, P + 1, 2**384 - 1, *(chance.randrange(2**384) for _ in range(8))]:
            words = [Value(WORD, w, w) for w in (n >> 64 * i & 2**63 - 1 for i in range(6))]
            n = weighted(words, 64)[()]
            rows = Pointer((([Pointer(((words, 0),), WORD)], 0),), PointerTo(WORD))
            made = self.made('fl_from_words', self.element([UNSET] * 8), rows, Value(WORD, 0, 0))
            if weighted(self.limbs(made), BITS) != {(): n}:
                self.machine.fault('fl_from_words changes the value')
            self.compare('fl_from_words', 'r', PointerTo(self.fl), made, 'TIGHT')
            self.check_row(words + words[:2])
        for _ in range(12):
            limbs = self.numbers('WIDER', chance)
            self.check_to_words(limbs, weighted(limbs, BITS)[()])
        for mask in (0, -1):
            limbs = self.numbers('TIGHT', chance)
            lane = {'l': [Value(Int(64, True), mask, mask)]}
            value, made = weighted(limbs, BITS)[()], self.made('fl_negate_where', self.element(list(limbs)), lane)
            if (weighted(self.limbs(made), BITS)[()] - (-value if mask else value)) % P:
                self.machine.fault('fl_negate_where is not right modulo p')

    def check_row(self, row):
        """Eight limbs, as a table has them."""
        row = [Value(WORD, v.low & 2**48 - 1, v.low & 2**48 - 1) for v in row]
        rows = Pointer((([Pointer(((row, 0),), WORD)], 0),), PointerTo(WORD))
        made = self.made('fl_from_limbs', self.element([UNSET] * 8), rows, Value(WORD, 0, 0))
        if [v.low for v in self.limbs(made)] != [v.low for v in row]:
            self.machine.fault('fl_from_limbs changes the value')

    def check_to_words(self, limbs, n):
        words = [[UNSET] * 6]
        self.machine.node, self.by_promise = self.machine.functions['fl_to_words'], False
        kind = self.machine.parameters('fl_to_words')[0][1]
        self.machine.inside('fl_to_words', [Pointer(((words, 0),), kind.target), self.element(limbs)])
        self.machine.node, self.by_promise = self.machine.functions['fl_to_words'], True
        if weighted(words[0], 64) != {(): n % P}:
            self.machine.fault(f'fl_to_words is not right modulo p for {n:#x}')

    def check_asserts(self):
        """The run-time checks refuse just what is outside the documented ranges."""
        for name in self.asserts:
            limits = self.ranges[name.upper()]
            for limb, (_, high) in limits.items():
                for value, refused in ((-1, True), (0, False), (high, False), (high + 1, True)):
                    limbs = [Value(Int(64, True), n, n) for n in (value if i == limb else 1 for i in limits)]
                    known, self.machine.faults = self.machine.faults, {}
                    self.machine.node = self.machine.functions['check_' + name]
                    self.machine.inside('check_' + name, [self.element(limbs)])
                    trapped, self.machine.faults = bool(self.machine.faults), known
                    if trapped != refused:
                        self.machine.node = self.machine.functions['check_' + name]
                        self.machine.fault(f'limb {limb}: {value} is {"refused" if trapped else "accepted"}')

    def check_reached(self):
        for function in (f for n, f in self.own.items() if n not in OTHERS):
            for node in statements(function.body):
                if id(node) not in self.machine.ran:
                    raise Unknown(f'{self.machine.place(node)}: no run reaches this statement')


class One(Lanes):
    """The text of lanes/one_field.inc.h and lanes/one_point.inc.h with its four lanes."""
    lanes, parts, lead = 4, PARTS + ONE, '#define LANES 4\n#define ONE_PRODUCT static\n'
    asserts = ('operand',)

    def check(self):
        for step in (self.check_asserts, lambda: self.check_each('one_field'), self.check_products,
                     lambda: self.check_each('one_point'), self.check_reached):
            step()
            if self.machine.faults:
                return

    def check_products(self):
        """As polynomials modulo p, in each lane, for all operands; results in place of operands too."""
        for alias in (None, 0, 1):
            a, b = self.unknowns('a', 'OPERAND'), self.unknowns('b', 'OPERAND')
            more, less = self.unknowns('m', 'TIGHT'), self.unknowns('l', 'EIGHTFOLD')
            product = times(weighted(a, BITS), weighted(b, BITS))
            lower = plus(product, weighted(less, BITS), -1)
            sums = [plus(lower, weighted(more, BITS)), lower, product, product]
            for name, others, wanted in (('fl_product', [], [product] * 4), ('fl_product_sum', [more, less], sums)):
                operands = [self.element(list(v)) for v in (a, b, *others)]
                first = self.element([UNSET] * 8) if alias is None else operands[alias]
                self.made(name, first, *operands)
                for lane in range(4):
                    self.check_identity(name, weighted(self.limbs(first, lane), BITS), wanted[lane])

    def check_reached(self):
        self.own = {n: f for n, f in self.own.items() if self.machine.place(f).startswith(LANES + 'one_')}
        super().check_reached()
