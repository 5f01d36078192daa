"""Objects for the functions of a hash, and comparisons with the standard, for the proof of the hashes."""
from pycparser import c_ast, c_generator

from c_integers import Int, Value, plus
from c_memory import UNSET, same_places
from c_types import Array, Function, Pointer, Unknown
from c_words import WORD, WordMachine
from claims import Wrong, require


def number(n, kind=WORD):
    return Value(kind, n, n)


def equal(a, b):
    return plus(a, b, -1) == {}


def text_of(node):
    return ' '.join(c_generator.CGenerator().visit(node).split())


def is_at(pointer, container, key=0):
    """Returns whether it points to exactly this object."""
    return same_places(pointer, Pointer(((container, key),), pointer.type))


def same_value(a, b):
    if isinstance(a, Value) and isinstance(b, Value):
        return a is b or (a == b and (a.low == a.high or a.exact == b.exact is not None))
    if isinstance(a, Pointer) and isinstance(b, Pointer):
        return a.type == b.type and same_places(a, b)
    return a is b or (isinstance(a, Function) and a == b)


def scalars(name, container, key):
    """(name, container, key) of each scalar in an object."""
    inside = container[key]
    if not isinstance(inside, (list, dict)):
        yield name, container, key
    for k in range(len(inside)) if isinstance(inside, list) else inside if isinstance(inside, dict) else ():
        yield from scalars(f'{name}[{k}]' if isinstance(inside, list) else f'{name}.{k}', inside, k)


class Hash:
    """
    The functions of one file, and objects for them. A called function that a proof replaces is a hook: it requires that
    each watched object is as expected, and what it may write to gets new unknown values, which are expected from then
    on.
    """

    def __init__(self, root, cc, source, words, standard, bits=64):
        self.m, self.words, self.standard = WordMachine(root, cc, source, bits, words), words, standard
        self.state_type = Int(standard.width, False)
        self.watched, self.made = {}, 0

    def takes(self, *others):
        """Calls functions, and reads constants, of other files."""
        for other in others:
            for mine, theirs in (self.m.functions, other.m.functions), (self.m.objects, other.m.objects):
                for name, node in theirs.items():
                    defined = node.decl if isinstance(node, c_ast.FuncDef) else node if node.init else None
                    if defined and name in self.m.objects and 'static' not in defined.storage:
                        require(self.m.objects[name] is node or not self.m.objects[name].init, f'{name} is there twice')
                        mine[name] = node
        return self

    def run(self, name, *arguments, **replaced):
        try:
            answer = self.m.run_function(name, *arguments, **replaced)
        except Unknown as e:
            raise Wrong(str(e)) from e
        require(not self.m.faults, '\n'.join(self.m.faults))
        return answer

    def fresh(self):
        self.m.faults, self.m.events, self.watched, self.made = {}, None, {}, 0

    # --- objects that are watched ---

    def watch(self, name, container, key=None):
        """Watches this object, or all objects in this container."""
        whole = [container] if key is None else container
        for scalar, c, k in scalars(name, whole, 0 if key is None else key):
            self.watched[id(c), k] = scalar, c, c[k]

    def expect(self, container, key, value):
        name, _, _ = self.watched[id(container), key]
        self.watched[id(container), key] = name, container, value

    def unchanged(self, but=None):
        """Each watched object is as expected; but: a container whose scalars were compared otherwise."""
        for (_, key), (name, container, value) in self.watched.items():
            require(container is but or same_value(container[key], value), f'{name} is not as expected')

    def unknown(self, kind):
        self.made += 1
        name = f'new {self.made}'
        return self.m.unknown_word(name, kind) if isinstance(kind, Int) else Function(name)

    def overwritten(self, container, key, kind):
        """Replaces a watched object with new unknowns, for a function whose text does not run."""
        self.m.store_all((container, key), self.m.new(kind, lambda scalar, _: self.unknown(scalar)))
        for _, c, k in scalars('', container, key):
            self.expect(c, k, c[k])

    def new_state(self, state):
        self.overwritten([state], 0, Array(self.state_type, 8))

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

    def bits(self, total):
        """The length in bits, of 128 bits; three more than that in bytes."""
        return (0,) * 3 + total + (0,) * 61

    def same(self, got, expected, what):
        got = self.forms(got)
        require(len(got) == len(expected), f'{len(got)} of {what} for {len(expected)}')
        wrong = [i for i, (a, b) in enumerate(zip(got, expected)) if a != b]
        require(not wrong, f'{what}: number {", ".join(map(str, wrong[:8]))} of {len(got)} is not the standard\'s')

    def loop(self, function, header):
        """Returns the only loop of a function, and requires the header that the induction assumes."""
        require(function in self.m.functions, f'there is no function {function}')
        found = [s for s in self.m.functions[function].body.block_items if isinstance(s, (c_ast.For, c_ast.While))]
        require(len(found) == 1 and text_of(found[0]).startswith(header),
                f'{function}: the loop is not the one that the proof covers: {header}')
        return found[0]

    def only_within(self, loop, function, *names):
        """Requires that code outside the loop does not read variables that depend on the number of rounds."""
        for stmt in self.m.functions[function].body.block_items:
            require(stmt is loop or not Names(stmt).read & set(names),
                    f'{function}: {" or ".join(names)} is read outside the loop')

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
