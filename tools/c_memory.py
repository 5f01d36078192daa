"""Memory of the functions that check-bounds runs: lists and dictionaries that hold Values, Pointers or UNSET.

Every write is recorded in the topmost journal with the old value, so that it can be undone.
"""
from c_integers import Value, join
from c_types import Pointer

UNSET = object()


def same_places(a, b):
    return {(id(c), k) for c, k in a.places} == {(id(c), k) for c, k in b.places}


class Memory:
    def __init__(self):
        self.journals, self.ended = [{}], {}
        self.lenient = set()  # functions in which what one branch alone sets keeps its value

    def store(self, container, key, value):
        old = container.get(key, UNSET) if isinstance(container, dict) else container[key]
        self.journals[-1].setdefault((id(container), key), (container, old))
        container[key] = value

    def store_all(self, place, value):
        """A scalar, or every element of an array or a struct."""
        container, key = place
        if isinstance(value, (list, dict)):
            inner = container[key]
            for k in range(len(value)) if isinstance(value, list) else value:
                self.store_all((inner, k), value[k])
        else:
            self.store(container, key, value)

    def joined(self, a, b):
        if a is b:
            return a
        if a is UNSET or b is UNSET:
            return (b if a is UNSET else a) if self.lenient & set(self.calls) else UNSET
        if isinstance(a, Value) and isinstance(b, Value):
            return a if a == b and a.exact == b.exact else join(a, b)
        if isinstance(a, Pointer) and isinstance(b, Pointer) and a.type == b.type:
            return a if same_places(a, b) else Pointer(a.places + b.places, a.type)
        return a if a == b else self.unknown(self.node, 'two values of different kinds meet here')

    def copy(self, value):
        if isinstance(value, dict):
            return {k: self.copy(v) for k, v in value.items()}
        return [self.copy(v) for v in value] if isinstance(value, list) else value

    def join_all(self, a, b):
        if isinstance(a, dict):
            return {k: self.join_all(v, b[k]) for k, v in a.items()}
        return [self.join_all(x, y) for x, y in zip(a, b)] if isinstance(a, list) else self.joined(a, b)

    def assign(self, places, value):
        self.check_alive(places)
        for container, key in places:  # one of several: the others keep what they have
            self.store_all((container, key), value if len(places) == 1
                           else self.join_all(self.copy(container[key]), value))

    def apart(self, action):
        """Runs an action and undoes its writes. Returns its result and {place: (container, value after it)}."""
        self.journals.append({})
        result = action()
        journal = self.journals.pop()
        after = {(i, k): (c, c.get(k, UNSET) if isinstance(c, dict) else c[k]) for (i, k), (c, _) in journal.items()}
        for (_, key), (container, old) in journal.items():
            container[key] = old
        return result, after

    def merge(self, states):
        """Continues from the join of the states."""
        for place in {p: None for after in states for p in after}:
            container = next(after[place][0] for after in states if place in after)
            now = container.get(place[1], UNSET) if isinstance(container, dict) else container[place[1]]
            values = [after[place][1] if place in after else now for after in states]
            result = values[0]
            for value in values[1:]:
                result = self.joined(result, value)
            self.store(container, place[1], result)

    def either(self, *actions):
        """Runs each action from the current state and joins the results. An action returns whether the function
        continues after it."""
        ends = [self.apart(action) for action in actions]
        going_on = [after for goes_on, after in ends if goes_on]
        self.merge(going_on)
        return bool(going_on)

    def values_of(self, journal):
        return {(i, k): (c, c.get(k, UNSET) if isinstance(c, dict) else c[k]) for (i, k), (c, _) in journal.items()}

    def take_back(self, journal):
        for (_, key), (container, old) in journal.items():
            self.journals[-1].setdefault((id(container), key), (container, old))
            container[key] = old

    def covered(self, state, before):
        def inside(now, old):
            if isinstance(now, Value) and isinstance(old, Value):
                return now.within(old.low, old.high) and old.exact in (None, now.exact)
            return same_places(now, old) if isinstance(now, Pointer) and isinstance(old, Pointer) else now == old
        return state.keys() == before.keys() and all(inside(v, before[p]) for p, v in state.items())

    def blurred(self, state, before):
        """Drops the exact values in which a state differs from an earlier state whose intervals contain it."""
        pairs = [(p, v, before[p]) for p, v in state.items() if isinstance(v, Value) and
                 isinstance(before.get(p), Value)]
        if state.keys() == before.keys() and all(v.within(old.low, old.high) for _, v, old in pairs):
            for place, v, old in pairs:
                if old.exact not in (None, v.exact):
                    yield place, Value(v.type, v.low, v.high)

    def end(self, thing):
        """Ends the lifetime of a scope and of its arrays and structs; they are kept, so that their ids are not
        reused."""
        if isinstance(thing, (list, dict)):
            self.ended[id(thing)] = thing
            for value in thing if isinstance(thing, list) else thing.values():
                self.end(value)

    def check_alive(self, places):
        if self.ended and any(id(container) in self.ended for container, _ in places):
            self.unknown(self.node, 'a pointer to a variable that has ended is used')

    def leave_scopes(self, scopes, result):
        """Ends the lifetime of the variables of a function that has returned."""
        for scope in scopes:
            self.end(scope)
        if isinstance(result, Pointer):
            self.check_alive(result.places)
        for scope in scopes:
            self.unend(scope)

    def unend(self, thing):
        if isinstance(thing, (list, dict)):
            self.ended.pop(id(thing), None)
            for value in thing if isinstance(thing, list) else thing.values():
                self.unend(value)

    def forget(self, objects):
        """Ignores writes to variables whose lifetime has ended, and to the arrays and structs in them."""
        for thing in objects:
            if isinstance(thing, (list, dict)):
                for key in range(len(thing)) if isinstance(thing, list) else thing:
                    self.journals[-1].pop((id(thing), key), None)
                self.forget(thing if isinstance(thing, list) else thing.values())
