"""Plants all mutants of checks in C text at once. Each is inactive until the variable natt_mutant has its number.

What is mutated, in every function:
  condition   of if, while, for, ?: and of whole boolean expressions (returned or assigned): becomes true, false, or
              inverted
  operand     of && deleted (true), of || deleted (false), inverted
  limit       of < <= > >=: moved by one, to let more or less pass
  function    that returns bool: returns true or false at once
Left alone: calls that only report a failure, in whose place the condition before them is mutated; endless loops.
"""
import collections
import re

import csource

# what: the expression, or the function's name; row: it and its change ("true", "false", "inverted", "one more", "one
# less"), numbered where both occur again in the function
Mutant = collections.namedtuple('Mutant', 'path function what row')

REPORTS = re.compile(r'(natt_fail|natt_fail_code|natt_reader_fail|natt_reader_not_literal|refuse)\s*\(|'
                     r'usage\((run->)?err, NATT_E_|(true|false)$')
RELATION = re.compile(r'(?<![<>=!-])(<=|>=|<|>)(?![<>=])')
COMPARED = re.compile(r'[=!]=|&&|\|\||(?<![<>-])[<>](?![<>])|^!')
STATEMENT = re.compile(r'\b(if|while|for)\s*\(|\breturn\b|(?<![=!<>*/^&])=(?!=)')
FORMS = {'true': '(%s || %s)', 'false': '(!%s && %s)', 'inverted': '(%s != !!%s)'}
PRELUDE = 'extern unsigned natt_mutant;\n#define NATT_MUTANT(n) (natt_mutant == (n))\n'


class Planter:
    def __init__(self, path, text):
        self.path, self.text = path, text
        self.code = csource.code_of(csource.LITERAL.sub(lambda m: '0' * len(m.group()) if m.group()[0] != '/'
                                                        else m.group(), text))
        self.mutants, self.function, self.seen = [], '', collections.Counter()

    def new(self, what, change):  # C text that is 1 when the mutant is active
        what = re.sub(r'\s+', ' ', what)
        row = '`%s` %s' % (what, change)
        self.seen[self.function, row] += 1
        count = self.seen[self.function, row]
        self.mutants.append(Mutant(self.path, self.function, what, row if count == 1 else '%s (%d)' % (row, count)))
        return 'NATT_MUTANT(%%%dd)' % len(self.mutants)

    def depth_zero(self, start, end, pattern):  # matches outside all brackets
        depth, flat = 0, []
        for c in self.code[start:end]:
            depth -= c in ')]}'
            flat.append(c if depth == 0 and c not in ')]}' else '_')
            depth += c in '([{'
        return [(start + m.start(), start + m.end()) for m in re.finditer(pattern, ''.join(flat))]

    def trimmed(self, start, end):
        part = self.code[start:end]
        return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())

    def until(self, at, stops):  # the first of these characters outside brackets, or the bracket that closes around
        depth = 0
        while depth or self.code[at] not in stops:
            depth += (self.code[at] in '([{') - (self.code[at] in ')]}')
            if depth < 0:
                return at
            at += 1
        return at

    def wrapped(self, start, end, inner, changes):  # `inner` with mutants that replace it
        what = self.text[start:end]
        if REPORTS.match(what):
            return inner
        for change in changes:
            inner = FORMS[change] % (self.new(what, change), inner)
        return inner

    def relation(self, start, end):
        found = self.depth_zero(start, end, RELATION)
        if len(found) != 1:
            return '(%s)' % self.text[start:end]
        at, behind = found[0]
        op, what = self.text[at:behind], self.text[start:end]
        left, right = ('one less', 'one more') if op[0] == '<' else ('one more', 'one less')
        return '((%s) + %s %s (%s) + %s)' % (self.text[start:at], self.new(what, left), op, self.text[behind:end],
                                             self.new(what, right))

    def boolean(self, start, end, changes):
        """Returns the expression with all its mutants; `changes` are those of the whole expression."""
        start, end = self.trimmed(start, end)
        if self.depth_zero(start, end, r'\?'):
            return '(%s)' % self.ternary(start, end, True)
        for operator, deleted in ((r'\|\|', 'false'), ('&&', 'true'), (r'(?<=_ )\|(?= \()', 'false')):
            cuts = self.depth_zero(start, end, operator)
            if cuts:
                edges = [start] + [edge for cut in cuts for edge in cut] + [end]
                parts = [self.boolean(a, b, [deleted, 'inverted']) for a, b in zip(edges[::2], edges[1::2])]
                joined = (' %s ' % self.text[slice(*cuts[0])].strip()).join(parts)
                return self.wrapped(start, end, '(%s)' % joined, [c for c in changes if c != 'inverted'])
        if self.code[start] == '(' and self.until(start + 1, ')') == end - 1:
            return self.boolean(start + 1, end - 1, changes)
        if self.code[start:start + 2] == '!(' and self.until(start + 2, ')') == end - 1:
            return '!' + self.boolean(start + 2, end - 1, [{'true': 'false', 'false': 'true'}.get(c, c)
                                                           for c in changes])
        return self.wrapped(start, end, self.relation(start, end), changes)

    def ternary(self, start, end, branches):
        (question, then), colon = self.depth_zero(start, end, r'\?')[0], self.depth_zero(start, end, ':')[0]
        everything = ['true', 'false', 'inverted']
        condition = self.boolean(start, question, everything)
        sides = [self.boolean(a, b, everything) if branches else
                 self.ternary(a, b, False) if self.depth_zero(a, b, r'\?') else self.text[a:b]
                 for a, b in ((then, colon[0]), (colon[1], end))]
        return '%s ? %s : %s' % (condition, *sides)

    def value(self, start, end, is_bool, changes):
        """Of a returned or assigned value; None where nothing is to mutate."""
        start, end = self.trimmed(start, end)
        if self.code[start] == '{' or REPORTS.match(self.text[start:end]):
            return None
        question = self.depth_zero(start, end, r'\?')
        if is_bool or self.depth_zero(start, end, COMPARED) and not question:
            return ' ' + self.boolean(start, end, changes)
        return ' ' + self.ternary(start, end, False) if question else None

    def statement(self, m, body, is_bool, bools):
        """(start, end, new text or None) of the expression that belongs to a match of STATEMENT."""
        at, word, everything = m.end(), m.group(1) or m.group(), ['true', 'false', 'inverted']
        if word == 'for':
            at = self.until(at, ';') + 1
        if word in ('if', 'while', 'for'):
            end = self.until(at, ';)')
            return at, end, self.boolean(at, end, everything if word == 'if' else everything[1:])
        end = self.until(at, ';,')
        if word == 'return':  # the only one of a function is the function
            only = self.code[body + 1:m.start()].strip() == '' and is_bool
            return at, end, self.value(at, end, is_bool, ['inverted'] if only else everything)
        name = re.search(r'(\w+)\s*[-+|]?$', self.code[body:m.start()])
        return at, end, self.value(at, end, bool(name) and name.group(1) in bools, everything)

    def plant(self, d):  # the definition's new text
        body = self.code.index('{', d.start)
        head, self.function = self.code[d.start:body], d.name
        is_bool = re.search(r'\bbool\b', head[:head.index(d.name)]) is not None
        bools = set(re.findall(r'\bbool \*?(\w+)', self.code[d.start:d.end]))
        out, done = [self.text[d.start:body + 1]], body + 1
        if is_bool:
            out += [' if (%s) return %s;' % (self.new(d.name + '()', c), c) for c in ('true', 'false')]
        for m in STATEMENT.finditer(self.code, body + 1, d.end):
            at, end, new = self.statement(m, body, is_bool, bools) if m.start() >= done else (0, 0, None)
            if new:
                out += [self.text[done:at], new]
                done = end
        return ''.join(out) + self.text[done:d.end]


def planted(path, text, first):
    """(new text, mutants): the mutants are numbered from `first` on."""
    planter, out, done = Planter(path, text), [], 0
    for d in csource.definitions(text):
        if d.kind == 'function':
            out += [text[done:d.start], planter.plant(d)]
            done = d.end
    out = re.sub(r'NATT_MUTANT\(%(\d+)d\)', lambda m: 'NATT_MUTANT(%du)' % (first + int(m.group(1)) - 1),
                 ''.join(out) + text[done:])
    return out, planter.mutants
