"""Functions of the points and the engine, run over polynomials: for `points` and `combs`."""
from c_field import parsed, preprocessed
from c_integers import Int, Value
from c_machine import Machine
from c_memory import UNSET
from c_types import Pointer, Unknown
from claims import Wrong, require
from curve import Poly, poly

WORD = Int(64, False)


class Formulas:
    """The C text over polynomials. `answers`: results of its tests for zero; `asked`: their arguments."""

    def __init__(self, root, cc, source):
        text = preprocessed(root, cc, (source, 'p384_table.c'), 'off')
        self.machine = Machine(parsed(text), self.apply, 64, 'p384_words.h')
        self.fe = self.machine.type_of(self.machine.typedefs['fe'])
        self.source, self.limb = source, dict(self.fe.fields)['v'].element
        self.answers, self.asked, self.named, self.replaced, self.text = [], [], {}, {}, ()

    # --- objects ---

    def element(self, value):
        """Each limb has the polynomial of the whole and its own number."""
        count = dict(self.fe.fields)['v'].length
        if value is None:
            return {'v': [UNSET] * count}
        return {'v': [Value(self.limb, self.limb.low, self.limb.high, {**poly(value).terms, (f'#{i}',): 1})
                      for i in range(count)]}

    def at(self, kind, thing):
        return Pointer((([thing], 0),), kind)

    def struct(self, tag):
        return self.machine.type_of(self.machine.structs[tag])

    def group(self, tag, values):
        """A struct point or affine with these coordinates."""
        return {name: self.element(v) for name, v in zip('xyz', values)}

    def words(self, name):
        """Six words with an unknown value."""
        return Pointer(((self.row(name), 0),), WORD)

    def row(self, name, value=None):
        """The same, without a pointer; `value`: what they are, if it has no name."""
        self.named[name] = Poly({(name,): 1}) if value is None else value
        return [Value(WORD, 0, WORD.high, {(f'{name}#{i}',): 1}) for i in range(6)]

    def fill(self, pointer, name, value=None):
        container, key = pointer.places[0]
        for i, v in enumerate(self.row(name, value)):
            self.machine.store(container, key + i, v)

    def get(self, pointer):
        require(len(pointer.places) == 1, 'one of several elements is read')
        container, key = pointer.places[0]
        return self.of(container[key])

    def of(self, element):
        require(UNSET not in element['v'], 'an element is read that was never set')
        limbs = [dict(v.exact or {}) for v in element['v']]
        require(all(limb.pop((f'#{i}',), 0) == 1 and limb == limbs[0] for i, limb in enumerate(limbs)),
                'a limb is not that of its element')
        return Poly(limbs[0])

    def put(self, pointer, value):
        require(len(pointer.places) == 1, 'one of several elements is written')
        self.machine.store_all(pointer.places[0], self.element(value))

    def value_of(self, words):
        require(len(words.places) == 1, 'one of several numbers is read')
        container, key = words.places[0]
        row = container[key:key + 6]
        require(len(row) == 6 and UNSET not in row, 'words that are not known')
        names = {next(iter(v.exact or {('',): 1}))[0].partition('#')[0] for v in row}
        name = next(iter(names))
        if len(names) == 1 and name in self.named:
            require([v.exact for v in row] == [{(f'{name}#{i}',): 1} for i in range(6)], 'words are changed')
            return self.named[name]
        require(all(v.low == v.high for v in row), 'words that are not known')
        return poly(sum(v.low << 64 * i for i, v in enumerate(row)))

    # --- the operations of the field ---

    def apply(self, machine, name, arguments):
        if name in self.replaced:
            return self.replaced[name](*arguments)
        if name in ('fe_mul', 'fe_sqr', 'fe_add', 'fe_sub'):
            x, y = self.get(arguments[1]), self.get(arguments[-1])
            self.put(arguments[0], x + y if name == 'fe_add' else x - y if name == 'fe_sub' else x * y)
        elif name == 'fe_times':
            k = arguments[2]
            require(k.low == k.high and 0 <= k.low <= 8, f'fe_times by {k}')
            self.put(arguments[0], self.get(arguments[1]) * k.low)
        elif name == 'fe_from_words':
            self.put(arguments[0], self.value_of(arguments[1]))
        elif name == 'fe_inverse':
            self.put(arguments[0], self.get(arguments[1]).inverse())
        elif name == 'fe_is_zero':
            return (self.answer(self.get(arguments[0])),)
        elif name in self.text:
            return None
        elif name.startswith(('fe_', 'words_', 'natt_')):
            raise Wrong(f'{name} is called, which the proof does not know')
        else:
            return None
        return (None,)

    def answer(self, question):
        self.asked.append(question)
        require(len(self.asked) <= len(self.answers), 'a question too many')
        truth = self.answers[len(self.asked) - 1]
        return Value(Int(1, False), int(truth), int(truth))

    def call(self, name, arguments, answers=(), text=(), **replaced):
        """text: functions of the field or of words that run as they are."""
        self.asked, self.answers, self.replaced, self.text = [], list(answers), replaced, text
        require(name in self.machine.functions, f'there is no function {name}')
        self.machine.node, self.machine.faults = self.machine.functions[name], {}
        try:
            result = self.machine.inside(name, arguments)
        except Unknown as e:
            raise Wrong(str(e)) from e
        require(not self.machine.faults, '\n'.join(self.machine.faults))
        require(len(self.asked) == len(self.answers), f'{name} asks less than expected')
        return result

    @staticmethod
    def of_pointer(pointer):
        require(len(pointer.places) == 1, 'one of several objects')
        container, key = pointer.places[0]
        return container[key]

    def same(self, a, b):
        """Two objects, their exact values included."""
        if isinstance(a, (dict, list)):
            return all(self.same(a[k], b[k]) for k in (a if isinstance(a, dict) else range(len(a))))
        return a is b or (isinstance(a, Value) and isinstance(b, Value) and a == b and a.exact == b.exact)

    def coordinates(self, thing):
        return [self.of(thing[name]) for name in 'xyz' if name in thing]
