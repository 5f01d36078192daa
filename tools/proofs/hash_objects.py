"""Objects for the functions of a hash, and comparisons with the standard, for the proof of the hashes."""
from pycparser import c_ast, c_generator

from c_integers import Int, Value, plus
from c_memory import UNSET
from c_types import Pointer, Unknown
from c_words import WORD, WordMachine
from claims import Wrong, require


def number(n, kind=WORD):
    return Value(kind, n, n)


def equal(a, b):
    return plus(a, b, -1) == {}


def text_of(node):
    return ' '.join(c_generator.CGenerator().visit(node).split())


class Hash:
    """The functions of one hash, and objects for them."""

    def __init__(self, root, cc, sources, words, standard):
        self.m, self.words, self.standard = WordMachine(root, cc, sources, words), words, standard
        self.state_type = Int(standard.width, False)

    def run(self, name, *arguments, **replaced):
        try:
            answer = self.m.run_function(name, *arguments, **replaced)
        except Unknown as e:
            raise Wrong(str(e)) from e
        require(not self.m.faults, '\n'.join(self.m.faults))
        return answer

    def fresh(self):
        self.m.faults, self.m.events = {}, None

    def size(self, n):
        return number(n, self.m.size)

    def state(self, name='s'):
        return [self.m.unknown_word(f'{name}{i}', self.state_type) for i in range(8)]

    def octets(self, name, count):
        return [self.m.byte(f'{name}{i}') for i in range(count)]

    def forms(self, values):
        require(UNSET not in values, 'a value was never set')
        return [self.m.math.word(v) for v in values]

    def pointer(self, container, kind, key=0):
        return Pointer(((container, key),), kind)

    def object(self, tag, **members):
        """A struct, and the pointer to it."""
        kind = self.m.type_of(self.m.structs[tag])
        require({n for n, _ in kind.fields} == set(members), f'struct {tag} has other members than the proof knows')
        return members, self.pointer([members], kind)

    def havoc(self, state):
        """A state that is not known any more."""
        for i, word in enumerate(self.state('after')):
            self.m.store(state, i, word)

    def bits(self, total):
        """The length in bits, of 128 bits; three more than that in bytes."""
        return (0,) * 3 + total + (0,) * 61

    def same(self, got, expected, what):
        got = self.forms(got)
        require(len(got) == len(expected), f'{len(got)} of {what} for {len(expected)}')
        wrong = [i for i, (a, b) in enumerate(zip(got, expected)) if a != b]
        require(not wrong, f'{what}: number {", ".join(map(str, wrong[:8]))} of {len(got)} is not the standard\'s')

    def loop(self, function, header):
        """The one loop of a function, whose header is the one that the induction knows."""
        require(function in self.m.functions, f'there is no function {function}')
        found = [s for s in self.m.functions[function].body.block_items if isinstance(s, (c_ast.For, c_ast.While))]
        require(len(found) == 1 and text_of(found[0]).startswith(header),
                f'{function}: the loop is not the one that the proof knows: {header}')
        return found[0]

    def chained(self, octets, state):
        """The standard's state after whole blocks."""
        for at in range(0, len(octets), self.standard.block):
            state = self.standard.compress(state, self.standard.message_words(octets[at:at + self.standard.block]))
        return state


class Names(c_ast.NodeVisitor):
    """Names in a statement, those that it assigns to, and jumps."""

    def __init__(self, node):
        self.read, self.written, self.jumps = set(), set(), []
        self.visit(node)

    def visit_ID(self, node):
        self.read.add(node.name)

    def visit_Assignment(self, node):
        self.target(node.lvalue)
        self.generic_visit(node)

    def visit_UnaryOp(self, node):
        if node.op in ('++', '--', 'p++', 'p--', '&'):
            self.target(node.expr)
        self.generic_visit(node)

    def target(self, node):
        if isinstance(node, c_ast.ID):
            self.written.add(node.name)

    def jump(self, node):
        self.jumps.append(node)

    visit_Break = visit_Continue = visit_Goto = visit_Return = jump
