"""Reads C text well enough for the checkers: a scanner over text whose comments, literals and directives are blanked.

Positions in blanked text are positions in the original, so that line numbers and comments can be looked up there.
"""
import collections
import os
import re

LITERAL = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n\\]|\\\n|\\.)*', re.M)

# kind: 'function' or 'table' (an initialised object of file scope). lead: what is between the definition before
# and this one, comments included. name: of Criterion's Test(suite, name) it is "suite/name".
Definition = collections.namedtuple('Definition', 'kind name lead start end')


def _spaces(match):
    return re.sub(r'[^\n]', ' ', match.group())


def without_comments(text):
    """Blanks comments and keeps literals."""
    return LITERAL.sub(lambda m: _spaces(m) if m.group()[0] == '/' else m.group(), text)


def without_literals(text):
    """Blanks comments, strings and character constants, and keeps directives."""
    return LITERAL.sub(_spaces, text)


def without_left_out(text):
    """Blanks the text between #if 0 and its #else or #endif. Comments and literals must already be blanked."""
    lines, depth = text.split('\n'), 0
    for i, line in enumerate(lines):
        directive = re.match(r'[ \t]*#[ \t]*(if|el|endif)(?:[ \t]+(0)[ \t]*$)?', line)
        if depth and directive:
            depth += {'if': 1, 'endif': -1}.get(directive.group(1), -(depth == 1))
        elif directive and directive.group(1) == 'if' and directive.group(2):
            depth = 1
        elif depth:
            lines[i] = ' ' * len(line)
    return '\n'.join(lines)


def code_of(text):
    """Blanks comments, literals, directives and the text inside #if 0."""
    return DIRECTIVE.sub(_spaces, without_left_out(without_literals(text)))


def line_of(text, position):
    return text.count('\n', 0, position) + 1


def _flat(head):
    """Returns the text outside parentheses; each group becomes ()."""
    before = None
    while before != head:
        before, head = head, re.sub(r'\((?:[^()]|\x01)+\)|\(\)', '\x01', head)
    return head.replace('\x01', '()')


def _function_name(head):
    """Returns the identifier before the last parenthesis group that is not an attribute; suite/name for Criterion
    tests."""
    head = re.sub(r'__attribute__\s*\(\(.*?\)\)', '', head, flags=re.S).rstrip()
    depth, at = 0, len(head)
    while at > 0:
        at -= 1
        depth += (head[at] == ')') - (head[at] == '(')
        if depth == 0 and head[at] == '(':
            break
    name = re.search(r'(\w+)\s*$', head[:at])
    arguments = [a.strip() for a in head[at + 1:-1].split(',')]
    if name and name.group(1) == 'Test':
        return '/'.join(arguments[:2])
    if name and name.group(1) in ('ParameterizedTest', 'Theory'):
        plain = [a for a in arguments if re.fullmatch(r'\w+', a)]
        return '/'.join(plain[-2:])
    return name.group(1) if name else '?'


def definitions(text):
    """Returns every function and every initialized table at file scope. Raises ValueError if the braces do not
    balance."""
    code, found = code_of(text), []
    depth = since = linkage_blocks = 0
    kind = name = start = None
    for brace in re.finditer(r'[{};]', code):
        at = brace.start()
        if brace.group() == '{':
            if depth == 0:
                head = code[since:at]
                if re.fullmatch(r'\s*extern\s*', head):
                    linkage_blocks, since = linkage_blocks + 1, at + 1
                    continue
                flat = _flat(head)
                table = re.search(r'(\w+)\s*(?:\[[^\]]*\]\s*)*=\s*$', flat)
                start = at - len(head.lstrip())
                if table:
                    kind, name = 'table', table.group(1)
                elif flat.rstrip().endswith(')'):
                    kind, name = 'function', _function_name(head)
                else:
                    kind = None
            depth += 1
        elif brace.group() == '}':
            if depth == 0 and linkage_blocks == 0:
                raise ValueError('a closing brace too many in line %d' % line_of(text, at))
            if depth == 0:
                linkage_blocks, since = linkage_blocks - 1, at + 1
                continue
            depth -= 1
            if depth == 0 and kind:
                found.append(Definition(kind, name, text[since:start], start, at + 1))
            if depth == 0 and kind == 'function':
                since = at + 1
        elif depth == 0:
            since = at + 1
    if depth or linkage_blocks:
        raise ValueError('a closing brace is missing')
    return found


GUARD = re.compile(r'\s*#ifndef (\w+_H)\n#define \1\n')
DIRECTIVES = {'include', 'define', 'undef'}
PREDEFINED = {'__extension__', '__attribute__', '__int128', '__builtin_trap', '__builtin_ctz', '__builtin_ctzll'}


def varies(path, text, attributes=()):
    """Returns faults for everything that could make a file's text depend on compiler options: conditions other than a
    guard around the whole, other directives, names that the compiler predefines, attributes that are not given."""
    code = without_literals(text)
    guard = GUARD.match(code)
    if guard and code.rstrip().endswith('#endif'):
        code = code.replace('#ifndef', '#define', 1).rstrip().removesuffix('#endif')
    found = [(m.start(), f'#{m.group(1)} is not known here') for m in re.finditer(r'^[ \t]*#[ \t]*(\w*)', code, re.M)
             if m.group(1) not in DIRECTIVES]
    found += [(m.start(), f'{m.group()} depends on the compiler')
              for m in re.finditer(r'\b__\w+|\b_Pragma\b|\basm\b|%:|\?\?=', code) if m.group() not in PREDEFINED]
    found += [(m.start(), f'the attribute {m.group(1)} is not known')
              for m in re.finditer(r'__attribute__\s*\(\(\s*(.*?)\s*\)\)', code) if m.group(1) not in attributes]
    return [f'{path}:{line_of(text, at)}: {why}' for at, why in sorted(found)]


def files_under(root, folders, endings):
    """Returns sorted paths, relative to root, of files with one of the endings, except in build and hidden folders."""
    found = []
    for folder in folders:
        for place, below, names in os.walk(os.path.join(root, folder)):
            below[:] = [b for b in below if b[0] != '.' and b not in ('build', '__pycache__')
                        and not os.path.exists(os.path.join(place, b, 'meson-private'))]
            found += [os.path.relpath(os.path.join(place, n), root) for n in names if n.endswith(endings)]
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding='utf-8', errors='replace') as f:
        return f.read()


def report(tool, checked, faults, what='files'):
    """Prints the faults and the last line; returns the exit status. It is a fault if nothing was checked."""
    if not checked:
        faults = faults + ['nothing to check was found']
    for fault in faults:
        print(fault)
    print('%s: %d %s checked, %d faults' % (tool, checked, what, len(faults)))
    return 1 if faults else 0
