"""Types and functions that C text declares, from the syntax tree of pycparser, for check-bounds."""
import dataclasses
import functools

from pycparser import c_ast

from c_integers import BOOL, INT, Int, Value

# By their words in order, without "int" and "signed". A plain char is not here: whether it is signed depends on the
# machine.
PLAIN = {'_Bool': BOOL, 'char signed': Int(8, True), 'char unsigned': Int(8, False), 'short': Int(16, True), '': INT,
         'short unsigned': Int(16, False), 'unsigned': Int(32, False), 'long long': Int(64, True),
         'long long unsigned': Int(64, False), '__int128': Int(128, True), '__int128 unsigned': Int(128, False)}


class Unknown(Exception):
    """Raised for syntax and types that the checker does not support; the text names the place."""


@dataclasses.dataclass(frozen=True)
class Array:
    element: object
    length: int


@dataclasses.dataclass(frozen=True)
class Struct:
    tag: str
    fields: tuple = dataclasses.field(compare=False)  # (name, type)


@dataclasses.dataclass(frozen=True)
class PointerTo:
    target: object
    constant: bool = dataclasses.field(default=False, compare=False)
    length: int = dataclasses.field(default=None, compare=False)  # of a parameter written as an array


@dataclasses.dataclass(frozen=True)
class Pointer:
    """Where it may point: (container, key), in lists and dictionaries of memory."""
    places: tuple
    type: object


@dataclasses.dataclass(frozen=True)
class Function:
    name: str


class Declarations:
    """Types are resolved where they are used; `place` and `node` come from the machine."""

    def __init__(self, tree, long_bits):
        self.functions, self.typedefs, self.structs, self.objects, self.prototypes = {}, {}, {}, {}, {}
        self.types = {}
        self.plain = {**PLAIN, 'long': Int(long_bits, True), 'long unsigned': Int(long_bits, False)}
        for node in tree.ext:
            self.declare(node)

    def unknown(self, node, what):
        raise Unknown(f'{self.place(node if node.coord else self.node)}: {what}')

    def declare(self, node):
        if isinstance(node, c_ast.Typedef):
            self.typedefs[node.name] = node.type
        elif isinstance(node, c_ast.FuncDef):
            self.functions[node.decl.name] = node
        elif isinstance(node, c_ast.Decl) and isinstance(node.type, c_ast.FuncDecl):
            self.prototypes[node.name] = node
        elif isinstance(node, c_ast.Decl):
            if isinstance(node.type, c_ast.Struct) and node.type.decls:
                self.structs[node.type.name] = node.type
            if node.name and (node.init or node.name not in self.objects):
                self.objects[node.name] = node
        else:
            self.unknown(node, f'{type(node).__name__} at file scope is not known')

    def type_of(self, node):
        if id(node) not in self.types:
            self.types[id(node)] = self.new_type_of(node)
        return self.types[id(node)]

    def new_type_of(self, node):
        if isinstance(node, (c_ast.TypeDecl, c_ast.Typename, c_ast.Decl)):
            return self.type_of(node.type)
        if isinstance(node, c_ast.IdentifierType):
            name = ' '.join(node.names)
            if name in self.typedefs:
                return self.type_of(self.typedefs[name])
            if name == 'void':
                return None
            words = ' '.join(sorted(n for n in node.names if n != 'int' and (n != 'signed' or 'char' in node.names)))
            return self.plain.get(words) or self.unknown(node, f'the type "{name}" is not known')
        if isinstance(node, c_ast.Struct):
            whole = node if node.decls else self.structs.get(node.name)
            if whole is None:
                self.unknown(node, f'struct {node.name} is not known')
            if any(d.bitsize for d in whole.decls):
                self.unknown(whole, 'bit fields are not known')
            return Struct(node.name or self.place(whole), tuple((d.name, self.type_of(d.type)) for d in whole.decls))
        if isinstance(node, c_ast.PtrDecl):
            return PointerTo(self.type_of(node.type), self.is_constant(node.type))
        if isinstance(node, c_ast.ArrayDecl):
            return Array(self.type_of(node.type), self.constant(node.dim))
        if isinstance(node, c_ast.FuncDecl):
            return Function('')
        return self.unknown(node, f'the type syntax {type(node).__name__} is not known')

    def is_constant(self, node):
        while isinstance(node, (c_ast.ArrayDecl, c_ast.PtrDecl)):
            node = node.type
        return isinstance(node, c_ast.TypeDecl) and 'const' in node.quals

    def constant(self, node):
        value = self.rvalue(node) if node is not None else None
        if not isinstance(value, Value) or value.low != value.high:
            self.unknown(node or self.node, 'an array length is not constant')
        return value.low

    @functools.lru_cache(maxsize=None)
    def parameters(self, name):
        """(name, type) of each; an array is a pointer that knows its length."""
        found = []
        declared = self.functions[name].decl if name in self.functions else self.prototypes[name]
        arguments = declared.type.args
        for p in arguments.params if arguments else []:
            kind = p.type
            if isinstance(kind, c_ast.ArrayDecl):
                found.append((p.name, PointerTo(self.type_of(kind.type), self.is_constant(kind),
                                                self.constant(kind.dim))))
            elif p.name:
                kind = self.type_of(kind)
                found.append((p.name, PointerTo(kind) if isinstance(kind, Function) else kind))
        return found

    def new(self, kind, fill):
        """An object of a type; fill(type, way) gives each scalar, way: (tag, field) and indices."""
        def build(kind, way):
            if isinstance(kind, Array):
                return [build(kind.element, way + (i,)) for i in range(kind.length)]
            if isinstance(kind, Struct):
                return {name: build(t, way + ((kind.tag, name),)) for name, t in kind.fields}
            return fill(kind, way)
        return build(kind, ())
