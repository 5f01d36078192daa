"""Runs C functions over intervals, for check-bounds: the syntax tree of pycparser on memory that holds Values.

A condition that may go both ways runs both ways and the states are joined; a loop runs until its state repeats. Syntax,
types and functions that are not known raise Unknown: nothing is passed over. What one branch alone sets counts as not
set, except in functions that are `lenient`.
"""
import dataclasses

from pycparser import c_ast

from c_integers import INT, Int, Integers, Value, full
from c_memory import UNSET, Memory
from c_types import Array, Declarations, Function, Pointer, PointerTo, Struct

MAX_ROUNDS, LONG = 1000, 20
ASSIGNMENTS = (c_ast.Assignment, c_ast.FuncCall, c_ast.UnaryOp, c_ast.Cast)


class Machine(Declarations, Memory):
    """`apply(machine, name, arguments)` may answer a call itself: it returns None to have the function's text run."""

    def __init__(self, tree, apply, long_bits, wrapping_file):
        self.node, self.faults, self.ran, self.apply, self.wrapping_file = None, {}, set(), apply, wrapping_file
        self.math, self.do_while = Integers(self.fault, self.place), None  # do_while: who runs such loops instead
        self.globals, self.scopes, self.names, self.sequenced = {}, [], {}, set()
        self.calls, self.sites, self.returns, self.gone, self.bases = [], [], [], [], []  # of the functions at work
        Memory.__init__(self)
        Declarations.__init__(self, tree, long_bits)

    # --- faults ---

    def place(self, node=None):
        coord = (node or self.node).coord
        return f"{str(coord.file).removeprefix('./')}:{coord.line}"

    def fault(self, text):
        calls = [f'{name}, called from {self.place(site)}' for name, site in zip(self.calls[1:], self.sites[1:])]
        where = ', '.join(reversed(self.calls[:1] + calls))
        self.faults.setdefault(f'{self.place()}: ' + (f'in {where}: ' if where else '') + text, None)

    # --- places that can be assigned to ---

    def variable(self, node):
        for scope in reversed(self.scopes):
            if node.name in scope:
                return scope, self.names[node.name]
        if node.name in self.objects:
            return self.globals, self.global_type(node.name)
        return self.unknown(node, f'"{node.name}" is not known')

    def global_type(self, name):
        declaration = self.objects[name]
        kind = self.type_of(declaration.type)
        if name not in self.globals:
            if not self.is_constant(declaration.type):
                self.unknown(declaration, f'{name} can be changed: its values are not known')
            self.globals[name] = self.new(kind, lambda t, way: full(t))
            if declaration.init:
                self.globals[name] = self.initial(kind, declaration.init)
        return kind

    def lvalue(self, node):
        """([(container, key)], type)"""
        if isinstance(node, c_ast.ID):
            scope, kind = self.variable(node)
            return [(scope, node.name)], kind
        if isinstance(node, c_ast.UnaryOp) and node.op == '*':
            pointer = self.rvalue(node.expr)
            return list(self.pointer(pointer, node).places), pointer.type
        if isinstance(node, c_ast.ArrayRef):
            moved = self.moved(self.rvalue(node.name), self.rvalue(node.subscript), 1, node)
            return list(moved.places), moved.type
        if isinstance(node, c_ast.StructRef):
            if node.type == '->':
                pointer = self.pointer(self.rvalue(node.name), node)
                places, kind = pointer.places, pointer.type
            else:
                places, kind = self.lvalue(node.name)
            fields = dict(kind.fields) if isinstance(kind, Struct) else {}
            if node.field.name not in fields:
                self.unknown(node, f'there is no member {node.field.name}')
            return [(c[k], node.field.name) for c, k in places], fields[node.field.name]
        return self.unknown(node, f'{type(node).__name__} where an object is expected is not known')

    def pointer(self, value, node):
        return value if isinstance(value, Pointer) else self.unknown(node, 'this is not a known pointer')

    def moved(self, pointer, by, sign, node):
        self.pointer(pointer, node)
        places = []
        for container, key in pointer.places:
            length = len(container) if isinstance(container, list) else 1
            start = key if isinstance(container, list) else 0
            low, high = sorted((start + sign * by.low, start + sign * by.high))
            if low < 0 or high >= length:
                self.fault(f'element {low if low == high else f"{low} .. {high}"} of {length}')
                low, high = max(min(low, length - 1), 0), max(min(high, length - 1), 0)
            places += [(container, i) for i in range(low, high + 1)] if isinstance(container,
                                                                                   list) else [(container, key)]
        return Pointer(tuple(places), pointer.type)

    def load(self, places, kind, node):
        if isinstance(kind, Array):
            return Pointer(tuple((c[k], 0) for c, k in places), kind.element)
        if isinstance(kind, Struct):
            result = self.copy(places[0][0][places[0][1]])
            for c, k in places[1:]:
                result = self.join_all(result, c[k])
            return result
        self.check_alive(places)
        result = places[0][0][places[0][1]]
        for container, key in places[1:]:
            result = self.joined(result, container[key])
        if result is UNSET:
            self.fault('a value is used that was never set')
        return full(kind) if result is UNSET and isinstance(kind, Int) else result

    def converted(self, value, kind, node, explicit=False):
        """Converts arguments and return values as an assignment does."""
        if isinstance(kind, Int) and isinstance(value, Value):
            return self.math.convert(value, kind, explicit)
        if isinstance(kind, PointerTo) and isinstance(value, Pointer) and value.type == kind.target:
            return value
        if isinstance(kind, PointerTo) and isinstance(value, Function) and kind.target == Function(''):
            return value
        if isinstance(kind, Struct) and isinstance(value, dict):
            return value
        return self.unknown(node, f'a conversion of {value} to {kind} is not known')

    # --- expressions ---

    def rvalue(self, node):
        method = getattr(self, 'do_' + type(node).__name__, None)
        if method is None:
            self.unknown(node, f'{type(node).__name__} in an expression is not known')
        return method(node)

    def integer(self, node):
        value = self.rvalue(node)
        return value if isinstance(value, Value) else self.unknown(node, 'an integer is expected')

    def do_Constant(self, node):
        text = node.value.lower()
        digits = text.rstrip('ul')
        if node.type not in ('int', 'unsigned int', 'long int', 'unsigned long int', 'long long int',
                             'unsigned long long int'):
            self.unknown(node, f'the constant {node.value} is not known')
        number = int(digits, 8 if digits != '0' and digits[:1] == '0' and digits[1:2] != 'x' else 0)
        unsigned, long = 'u' in text, 'l' in text
        for kind in (INT, Int(32, False), Int(64, True), Int(64, False)):
            fits = number <= kind.high and (kind.bits > 32 or not long)
            if fits and (not unsigned or not kind.signed) and (kind.signed or unsigned or digits[:1] == '0'):
                return Value(kind, number, number)
        return self.unknown(node, f'the constant {node.value} fits no type')

    def do_ID(self, node):
        if node.name in self.functions and not any(node.name in scope for scope in self.scopes):
            return Function(node.name)
        return self.load(*self.lvalue(node), node)

    def do_ArrayRef(self, node):
        return self.load(*self.lvalue(node), node)

    do_StructRef = do_ArrayRef

    def do_Cast(self, node):
        kind, value = self.type_of(node.to_type), self.rvalue(node.expr)
        return value if kind is None else self.converted(value, kind, node, explicit=True)

    def do_UnaryOp(self, node):
        if node.op == '&':
            places, kind = self.lvalue(node.expr)
            return Pointer(tuple(places), kind)
        if node.op == '*':
            return self.load(*self.lvalue(node), node)
        if node.op in ('++', '--', 'p++', 'p--'):
            places, kind = self.lvalue(node.expr)
            old = self.load(places, kind, node)
            if not isinstance(old, Value):
                self.unknown(node, 'an integer is expected')
            new = self.math.convert(self.math.sum_or_product(node.op[-1], old, Value(INT, 1, 1)), kind)
            self.assign(places, new)
            return old if node.op[0] == 'p' else new
        if node.op == '-':
            value = self.math.promoted(self.integer(node.expr))
            return self.math.sum_or_product('-', Value(value.type, 0, 0), value)
        if node.op == '!':
            truth = self.math.truth(self.integer(node.expr))
            return Value(INT, int(truth is False), int(truth is not True))
        return self.unknown(node, f'the operator {node.op} is not known')

    def binary(self, operator, a, b, node):
        if isinstance(a, Pointer) and operator in '+-' and isinstance(b, Value):
            return self.moved(a, b, 1 if operator == '+' else -1, node)
        if not isinstance(a, Value) or not isinstance(b, Value):
            self.unknown(node, f'"{operator}" of these operands is not known')
        if operator in ('+', '-', '*'):
            return self.math.sum_or_product(operator, a, b)
        if operator in ('<<', '>>'):
            return self.math.shift(operator, a, b)
        if operator in ('&', '|', '^'):
            return self.math.bitwise(operator, a, b)
        if operator in ('<', '<=', '>', '>=', '==', '!='):
            return self.math.compare(operator, a, b)
        return self.math.quotient(a, b, operator) if operator in ('/', '%') else self.unknown(node, operator)

    def do_BinaryOp(self, node):
        if node.op in ('&&', '||'):
            return self.both(node, node.op == '&&')
        if node.op == '&' and isinstance(node.left, c_ast.Cast):
            return self.masked_cast(node)
        return self.binary(node.op, self.rvalue(node.left), self.rvalue(node.right), node)

    def masked_cast(self, node):
        """(type)x & mask: the cast may drop what the mask drops."""
        kind, mask, value = self.type_of(node.left.to_type), self.integer(node.right), self.integer(node.left.expr)
        if isinstance(kind, Int) and mask.low == mask.high and 0 <= mask.low <= kind.high and not mask.low & (mask.low +
                                                                                                              1):
            low = self.math.masked(value, mask)
            return self.math.balanced(dataclasses.replace(low, type=kind), mask)[0]
        return self.binary('&', self.converted(value, kind, node, explicit=True), mask, node)

    def both(self, node, conjunction):
        """&& and ||: the right side runs only where the left one leaves it open."""
        left = self.math.truth(self.integer(node.left))
        if left is (not conjunction):
            return Value(INT, int(left), int(left))
        found = []

        def right():
            if left is None:
                self.assume(node.left, conjunction)
            found.append(self.math.truth(self.integer(node.right)))
            return True
        if left is None:
            self.either(right, lambda: True)
        else:
            right()
        possible = {found[0]} if found[0] is not None else {True, False}
        possible |= {not conjunction} if left is None else set()
        return Value(INT, int(False not in possible), int(True in possible))

    def do_TernaryOp(self, node):
        truth = self.math.truth(self.integer(node.cond))
        if truth is not None:
            value = self.rvalue(node.iftrue if truth else node.iffalse)
            other = self.kind_of(node.iffalse if truth else node.iftrue)
            return self.balanced_with(value, other) if isinstance(value, Value) else value
        found = []

        def side(expression, truth):
            self.assume(node.cond, truth)
            found.append(self.rvalue(expression))
            return True
        self.either(lambda: side(node.iftrue, True), lambda: side(node.iffalse, False))
        if all(isinstance(v, Value) for v in found):
            found = self.math.balanced(*found)[:2]
        return self.joined(*found)

    def balanced_with(self, value, other):
        """The value in the type that it has in common with another."""
        return self.math.balanced(value, Value(other, 0, 0))[0] if isinstance(other, Int) else value

    def kind_of(self, node):
        """The type of an expression that is not evaluated."""
        if isinstance(node, c_ast.Constant):
            return self.do_Constant(node).type
        if isinstance(node, c_ast.ID):
            return Function(node.name) if node.name in self.functions else self.variable(node)[1]
        if isinstance(node, c_ast.Cast):
            return self.type_of(node.to_type)
        if isinstance(node, (c_ast.ArrayRef, c_ast.StructRef)):
            kind = self.kind_of(node.name)
            kind = kind.target if isinstance(kind, PointerTo) else kind
            if isinstance(node, c_ast.ArrayRef):
                return kind.element if isinstance(kind, Array) else kind
            return dict(kind.fields).get(node.field.name) if isinstance(kind, Struct) else self.unknown(node, 'a type')
        if isinstance(node, c_ast.UnaryOp):
            kind = self.kind_of(node.expr)
            if node.op == '&':
                return PointerTo(kind)
            if node.op == '*':
                return kind.element if isinstance(kind, Array) else kind.target
            return INT if node.op == '!' else kind if node.op in ('++', '--', 'p++', 'p--') else self.common(kind)
        if isinstance(node, c_ast.BinaryOp):
            if node.op in ('&&', '||', '<', '<=', '>', '>=', '==', '!='):
                return INT
            left, right = self.kind_of(node.left), self.kind_of(node.right)
            return self.common(left) if node.op in ('<<', '>>') else self.common(left, right)
        if isinstance(node, c_ast.TernaryOp):
            return self.common(self.kind_of(node.iftrue), self.kind_of(node.iffalse))
        if isinstance(node, c_ast.Assignment):
            return self.kind_of(node.lvalue)
        if isinstance(node, c_ast.FuncCall) and getattr(node.name, 'name', None) in {**self.functions,
                                                                                     **self.prototypes}:
            declared = self.functions.get(node.name.name)
            return self.type_of((declared.decl if declared else self.prototypes[node.name.name]).type.type)
        return self.unknown(node, f'the type of {type(node).__name__} is not known')

    def common(self, *kinds):
        """The type of both after the usual arithmetic conversions; pointers do not change."""
        if not all(isinstance(k, Int) for k in kinds):
            return next(k for k in kinds if not isinstance(k, Int))
        zeros = [self.math.promoted(Value(k, 0, 0)) for k in kinds]
        return self.math.balanced(zeros[0], zeros[-1])[2]

    def do_Assignment(self, node):
        places, kind = self.lvalue(node.lvalue)
        value = self.rvalue(node.rvalue)
        if node.op != '=':
            value = self.binary(node.op[:-1], self.load(places, kind, node), value, node)
        value = self.converted(value, kind, node)
        self.assign(places, self.copy(value))
        return value

    def do_FuncCall(self, node):
        target = self.rvalue(node.name) if not self.is_external(node.name) else Function(node.name.name)
        if not isinstance(target, Function) or not target.name:
            self.unknown(node, 'the called function is not known')
        arguments = [self.rvalue(a) for a in (node.args.exprs if node.args else [])]
        return self.call(target.name, arguments, node)

    def is_external(self, node):
        return isinstance(node, c_ast.ID) and (node.name in self.prototypes or node.name.startswith('__builtin_'))

    # --- statements: each returns whether the one after it is reached ---

    def run(self, node):
        self.node = node
        method = getattr(self, 'run_' + type(node).__name__, None)
        self.ran.add(id(node))
        if method:
            return method(node)
        if not isinstance(node, ASSIGNMENTS):
            self.unknown(node, f'the statement {type(node).__name__} is not known')
        if isinstance(node, c_ast.UnaryOp) and node.op not in ('++', '--', 'p++', 'p--'):
            self.unknown(node, 'a statement without effect')
        self.rvalue(node)
        return True

    def in_scope(self, action):
        self.scopes.append({})
        goes_on = action()
        self.gone[-1].append(self.scopes.pop())
        self.forget(self.gone[-1][-1:])
        self.end(self.gone[-1][-1])
        return goes_on

    def run_Compound(self, node):
        return self.in_scope(lambda: all(self.run(s) for s in node.block_items or []))

    def run_DeclList(self, node):
        return all(self.run(d) for d in node.decls)

    def run_Decl(self, node):
        if any(node.name in scope for scope in self.scopes) or node.storage:
            self.unknown(node, f'{node.name} hides another, or is static')
        kind = self.type_of(node.type)
        self.names[node.name] = kind
        value = self.initial(kind, node.init) if node.init else self.new(kind, lambda t, way: UNSET)
        self.store(self.scopes[-1], node.name, value)
        return True

    def initial(self, kind, node):
        if not isinstance(node, c_ast.InitList):
            if isinstance(kind, Array):
                self.unknown(node, 'an array without a list of its values')
            return self.copy(self.converted(self.rvalue(node), kind, node))
        if not isinstance(kind, (Array, Struct)):
            self.unknown(node, 'a list for a single value')
        kinds = [kind.element] * kind.length if isinstance(kind, Array) else [t for _, t in kind.fields]
        if len(node.exprs) > len(kinds):
            self.unknown(node, 'more values than elements')
        zero = [self.new(t, lambda t, way: Value(t, 0, 0)) for t in kinds[len(node.exprs):]]
        values = [self.initial(t, e) for t, e in zip(kinds, node.exprs)] + zero
        return values if isinstance(kind, Array) else dict(zip((n for n, _ in kind.fields), values))

    def run_EmptyStatement(self, node):
        return True

    def run_Return(self, node):
        value = None if node.expr is None else self.rvalue(node.expr)  # it may write, so the state after it is used
        self.returns[-1].append((self.state(), value, node))
        return False

    def state(self):
        """Returns what the current function has written so far."""
        found = {}
        for journal in self.journals[self.bases[-1]:]:
            for (i, k), (c, _) in journal.items():
                found[i, k] = c, (c.get(k, UNSET) if isinstance(c, dict) else c[k])
        return found

    def run_If(self, node):
        truth = self.math.truth(self.integer(node.cond))
        if truth is not None:
            side = node.iftrue if truth else node.iffalse
            return self.run(side) if side else True

        def branch(side, truth):
            self.assume(node.cond, truth)
            return self.run(side) if side else True
        return self.either(lambda: branch(node.iftrue, True), lambda: branch(node.iffalse, False))

    def run_For(self, node):
        def loop():
            return (self.run(node.init) if node.init else True) and self.loop(node, node.cond, node.next)
        return self.in_scope(loop)

    def run_While(self, node):
        return self.loop(node, node.cond)

    def run_DoWhile(self, node):
        if self.do_while:
            return self.do_while(node)
        return self.run(node.stmt) and self.loop(node, node.cond)

    def loop(self, node, condition, step=None):
        """Runs a loop round by round. If the condition may be true or false, keeps the state that leaves and runs
        another round."""
        left, before = [], None
        self.journals.append({})
        for rounds in range(MAX_ROUNDS):
            self.node = node
            if rounds > LONG and step:
                self.widened(condition, step, before)
            truth = self.math.truth(self.integer(condition)) if condition else True
            if truth is not True:
                self.journals.append({})
                self.assume(condition, False)
                left.append({p: v for j in self.journals[-2:] for p, v in self.values_of(j).items()})
                self.take_back(self.journals.pop())
            state = {p: v for p, (_, v) in self.values_of(self.journals[-1]).items()}
            if truth is None and before is not None:
                for (container, key), value in list(self.blurred(state, before)):
                    self.store(self.journals[-1][container, key][0], key, value)
                    state[container, key] = value
            if truth is False or (truth is None and before is not None and self.covered(state, before)):
                break
            before = state if truth is None or rounds >= LONG else None
            if truth is None:
                self.assume(condition, True)
            if not self.run(node.stmt):
                break
            if step:
                self.node = node
                self.rvalue(step)
        else:
            self.unknown(node, f'the loop does not settle within {MAX_ROUNDS} rounds')
        self.take_back(self.journals.pop())
        self.merge(left)
        return bool(left)

    def widened(self, condition, step, before):
        """If only the counter of a long loop still changes, gives the counter all its values at once."""
        state = {p: v for p, (_, v) in self.values_of(self.journals[-1]).items()}
        operators = {('<', 'p++'): 0, ('<=', 'p++'): 1, ('>', 'p--'): 0, ('>=', 'p--'): -1}
        distance = operators.get((getattr(condition, 'op', None), getattr(step, 'op', None)))
        if before is None or distance is None or not isinstance(step.expr, c_ast.ID):
            return
        scope, counter = self.lvalue(step.expr)[0][0]
        end, now = self.integer(condition.right), scope[counter]
        if now.low != now.high or not self.covered({**state, (id(scope), counter): before.get((id(scope), counter))},
                                                   before):
            return
        self.store(scope, counter, Value(now.type, min(now.low, end.low + distance),
                                         max(now.high, end.high + distance)))

    def assume(self, node, truth):
        """Narrows a variable that a condition compares with a value, on the path where the condition is true or
        false."""
        if isinstance(node, c_ast.UnaryOp) and node.op == '!':
            self.assume(node.expr, not truth)
        if not isinstance(node, c_ast.BinaryOp):
            return
        if node.op == ('&&' if truth else '||'):
            self.assume(node.left, truth)
            self.assume(node.right, truth)
        if node.op not in ('<', '<=', '>', '>=', '==', '!=') or not isinstance(node.left, c_ast.ID):
            return
        if not isinstance(node.right, (c_ast.Constant, c_ast.ID, c_ast.StructRef)):
            return
        a, b = self.integer(node.left), self.integer(node.right)
        if self.math.balanced(a, b)[0] != dataclasses.replace(a, type=self.math.balanced(a, b)[2]):
            return
        operator = node.op if truth else {'<': '>=', '<=': '>', '>': '<=', '>=': '<', '==': '!=', '!=': '=='}[node.op]
        low, high = a.low, a.high
        if operator in ('<', '<='):
            high = min(high, b.high - (operator == '<'))
        elif operator in ('>', '>='):
            low = max(low, b.low + (operator == '>'))
        elif operator == '==':
            low, high = max(low, b.low), min(high, b.high)
        elif b.low == b.high:
            low, high = low + (low == b.low), high - (high == b.low)
        if low <= high:
            self.store(*self.lvalue(node.left)[0][0], Value(a.type, low, high, a.exact))

    def check_sequence(self, name):
        """No expression of a function changes a variable that another part of it uses: C leaves the order open."""
        if name not in self.sequenced:
            self.sequenced.add(name)
            for node in expressions(self.functions[name].body):
                for changed in changes(node, top=True):
                    if uses(node, changed.name) > 1:
                        self.unknown(node if node.coord else changed, f'{changed.name} is changed and used in one '
                                                                      f'expression')

    # --- calls ---

    def call(self, name, arguments, node):
        self.node = node if node.coord else self.node
        if name in self.functions or name in self.prototypes:
            kinds = self.parameters(name)
            if len(kinds) != len(arguments):
                self.unknown(node, f'{name} is called with {len(arguments)} arguments')
            arguments = [self.converted(a, kind, node) for a, (_, kind) in zip(arguments, kinds)]
        answer = self.apply(self, name, arguments)
        if answer is not None:
            return answer[0]
        if name not in self.functions:
            self.unknown(node, f'the function {name} is not known')
        return self.inside(name, arguments)

    def inside(self, name, arguments):
        """Runs the text of a function; its arguments have the types of its parameters."""
        if name in self.calls:
            self.unknown(self.functions[name], f'{name} calls itself')
        self.check_sequence(name)
        function, outer = self.functions[name], (self.scopes, self.names, self.node, self.math.may_wrap)
        kinds = self.parameters(name)
        self.scopes, self.names = [{}], dict(kinds)
        self.scopes[0].update(zip(self.names, arguments))
        self.math.may_wrap = self.place(function).split(':')[0].endswith(self.wrapping_file)
        self.calls.append(name)
        self.sites.append(self.node)
        self.returns.append([])
        self.gone.append([])
        self.bases.append(len(self.journals))
        self.journals.append({})
        goes_on = self.run(function.body)
        result = self.leave(self.type_of(function.decl.type.type), goes_on)
        gone = self.scopes + self.gone.pop()
        self.forget(gone)
        self.leave_scopes(gone, result)
        self.calls.pop()
        self.sites.pop()
        self.scopes, self.names, self.node, self.math.may_wrap = outer
        return result

    def leave(self, kind, goes_on):
        """Joins the states at all returns of a function."""
        ways = self.returns.pop()
        if goes_on:
            ways.append((self.state(), None, self.node))
        self.bases.pop()
        self.take_back(self.journals.pop())
        if not ways:
            self.unknown(self.node, 'the function does not return')
        self.merge([state for state, _, _ in ways])
        if kind is None:
            return None
        result = None
        for _, value, node in ways:
            self.node = node
            if value is None:
                self.unknown(node, 'nothing is returned')
            value = self.converted(value, kind, node)
            result = value if result is None else self.join_all(result, value)
        return result


SEQUENCED = (c_ast.Compound, c_ast.DeclList, c_ast.If, c_ast.For, c_ast.While, c_ast.DoWhile, c_ast.Return,
             c_ast.Switch, c_ast.Case, c_ast.Default, c_ast.Label, c_ast.EmptyStatement, c_ast.Break, c_ast.Continue,
             c_ast.Goto)


def expressions(node):
    """The full expressions of a statement, those of a declaration and of a comma each on their own."""
    if isinstance(node, (c_ast.Decl, c_ast.ExprList)) or isinstance(node, SEQUENCED):
        for name, below in node.children():
            if not isinstance(node, c_ast.Decl) or name == 'init':
                yield from expressions(below)
    else:
        yield node


def changes(node, top=False):
    """Names that an expression changes; not what an assignment that is the whole expression changes at its end."""
    if isinstance(node, c_ast.UnaryOp) and node.op in ('++', '--', 'p++', 'p--') and isinstance(node.expr, c_ast.ID):
        yield node.expr
    elif isinstance(node, c_ast.Assignment) and isinstance(node.lvalue, c_ast.ID) and not top:
        yield node.lvalue
    for _, below in node.children():
        yield from changes(below)


def uses(node, name):
    return (isinstance(node, c_ast.ID) and node.name == name) + sum(uses(b, name) for _, b in node.children())
