"""Reads C text well enough for the checkers: a scanner over text whose comments, literals and directives are blanked.

Positions in blanked text are positions in the original, so that line numbers and comments can be looked up there.
"""
import collections
import os
import re

LITERAL = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n\\]|\\\n|\\.)*', re.M)

# kind: 'function' or 'table' (an initialized object of file scope). lead: the text since the definition before.
Definition = collections.namedtuple('Definition', 'kind name lead start end')
# As clang-format lays them out: a definition begins in the first column; so do the braces of a function, and nothing
# in between.
DEFINITION = re.compile(r'^(?:(?P<function>\w[^;{}]*\))\s*^\{ *(?:\n(?![{}]).*)*\n\} *$|'
                        r'(?P<table>\w(?:[^;{}=]|\{[^{}]*\})*)=\s*\{[^;]*\})', re.M)
ATTRIBUTE = re.compile(r'__attribute__\s*\(\(.*?\)\)', re.S)
# Before the last parentheses; before the dimensions.
NAME = {'function': re.compile(r'(\w+)\s*\((?:[^()]|\([^()]*\))*\)$'), 'table': re.compile(r'(\w+)\s*(?:\[[^;}]*)?$')}


def _spaces(match):
    return re.sub(r'[^\n]', ' ', match.group())


def without_comments(text):
    """Blanks comments and keeps literals."""
    return LITERAL.sub(lambda m: _spaces(m) if m.group()[0] == '/' else m.group(), text)


def without_literals(text):
    """Blanks comments, strings and character constants, and keeps directives."""
    return LITERAL.sub(_spaces, text)


def code_of(text):
    """Blanks comments, literals and directives."""
    return DIRECTIVE.sub(_spaces, without_literals(text))


def line_of(text, position):
    return text.count('\n', 0, position) + 1


def definitions(text):
    """Yields every function and every initialized table at file scope. Raises ValueError for another layout."""
    code = code_of(text)
    left = re.search(r'^.*\n\{|^\w.*\) \{', DEFINITION.sub('', code), re.M)
    if left:
        raise ValueError('a function is not laid out as by clang-format: ' + left.group())
    for m in DEFINITION.finditer(code):
        kind = 'function' if m['function'] else 'table'
        name = NAME[kind].search(ATTRIBUTE.sub('', m[kind]))
        before = max(code.rfind(end, 0, m.start()) for end in ';}')
        yield Definition(kind, name[1] if name else '?', text[before + 1:m.start()], m.start(), m.end())


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
    rows = [(r'^[ \t]*#[ \t]*(\w*)', DIRECTIVES, '#%s is not known here'),
            (r'(\b__\w+|\b_Pragma\b|\basm\b|%:|\?\?=)', PREDEFINED, '%s depends on the compiler'),
            (r'__attribute__(?:\s*\(\(([^)]*)\)\))?', attributes, 'the attribute %s is not known')]
    found = sorted((m.start(), why % (m[1] or m[0])) for expression, known, why in rows
                   for m in re.finditer(expression, code, re.M) if m[1] not in known)
    return ['%s:%d: %s' % (path, line_of(text, at), why) for at, why in found]


def files_under(root, folders, endings):
    """Returns sorted paths, relative to root, of files with one of the endings, except in build and hidden folders."""
    found = []
    for folder in folders:
        for place, below, names in os.walk(os.path.join(root, folder)):
            below[:] = [b for b in below if b[0] != '.' and b != '__pycache__'
                        and os.path.join(place, b) != os.path.join(root, 'build')
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
