"""Tests that the verifier keeps control-flow protection (IBT, SHSTK) and a stack without execution. Usage: BUILD

Recompiles the library's sources with -fcf-protection, using BUILD's compile_commands.json, and links a shared library
from them; the linker must not report an error. One object without its mark removes the mark from the whole library, so
the test removes each mark from the assembly, and expects that the link fails. Skipped on other machines than x86-64,
and if the linker lacks these options.
"""
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

PARTS = re.compile(r'verify/(lib(nitro-attest-core|nitro-attest-default)\.a\.p/|crypto/(lanes/)?libnitro-attest-)'
                   r'(?!.*mbedtls)')
# The C library's own start files may lack the mark.
LINK = ['-shared', '-nostdlib']
REPORT, FORCE = ['-Wl,-z,cet-report=error', '-Wl,--fatal-warnings'], ['-Wl,-z,force-ibt']  # only lld has the second
ASSEMBLY = 'p384_adx.S.o'


def run(*command, cwd=None):
    return subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def commands(build):
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as file:
        return [entry for entry in json.load(file) if PARTS.match(entry['output'])]


def compile_all(entries, folder):
    """The objects, including those of assembly, which sets its marks itself."""
    for entry in entries:
        command, path = shlex.split(entry['command']), os.path.join(folder, os.path.basename(entry['output']))
        command[command.index('-o') + 1], command[command.index('-MF') + 1] = path, path + '.d'
        subprocess.run(command + ['-fcf-protection=full', '-O0', '-w'], cwd=entry['directory'], check=True)
        yield path


def link(compiler, objects, out, *options):
    return run(*compiler, *LINK, '-o', out, *objects, *options)


def strict_options(compiler, folder):
    """The options that make a missing mark an error, as far as this linker knows them."""
    empty = os.path.join(folder, 'empty.c')
    with open(empty, 'w', encoding='utf-8') as file:
        file.write('extern int natt_nothing;\n')
    return [option for options in (REPORT, FORCE) for option in options
            if link(compiler, [empty], empty + '.so', '-fcf-protection=full', '-Wl,--fatal-warnings',
                    *options).returncode == 0]


def without(section, path):
    """A copy of the object without a section."""
    other = path.replace('.S.o', section + '.o')
    subprocess.run(['objcopy', '--remove-section', section, path, other], check=True)
    return other


def notes(path):
    return run('readelf', '--notes', '--wide', path).stdout


def stack_flags(path):
    return re.search(r'GNU_STACK(?:\s+0x\w+){5}\s+(\w+)', run('readelf', '--program-headers', '--wide',
                                                              path).stdout).group(1)


def results(compiler, strictly, objects, folder):
    """Returns (title, passed, output) of each test."""
    library = os.path.join(folder, 'library.so')
    assembly = next(path for path in objects if path.endswith(ASSEMBLY))
    others = [path for path in objects if path != assembly]
    strict = link(compiler, objects, library, *strictly)
    yield 'the linker reports no error', strict.returncode == 0 and not strict.stdout, strict.stdout
    plain = link(compiler, objects, library)
    yield 'the shared library has IBT and SHSTK', 'IBT, SHSTK' in notes(library), plain.stdout + notes(library)
    yield 'its stack is not executable', stack_flags(library) == 'RW', stack_flags(library)
    unmarked = link(compiler, others + [without('.note.gnu.property', assembly)], library, *strictly)
    yield 'assembly without the property is detected', unmarked.returncode != 0, unmarked.stdout
    unmarked = link(compiler, others + [without('.note.GNU-stack', assembly)], library, *strictly)
    noticed = unmarked.returncode != 0 or stack_flags(library) == 'RWE'
    yield 'assembly without the stack note is detected', noticed, unmarked.stdout


def main():
    entries = commands(sys.argv[1])
    compiler = shlex.split(entries[0]['command'])[:1] if entries else ['false']
    with tempfile.TemporaryDirectory() as folder:
        strictly = strict_options(compiler, folder)
        if not any(entry['output'].endswith(ASSEMBLY) for entry in entries) or REPORT[0] not in strictly:
            print('1..0 # SKIP no assembly for x86-64, or no linker with -z cet-report')
            return 0
        rows = list(results(compiler, strictly, list(compile_all(entries, folder)), folder))
    for number, (what, passed, output) in enumerate(rows, 1):
        print(('ok' if passed else 'not ok') + ' %d - %s' % (number, what))
        print(''.join('# %s\n' % line for line in output.splitlines()) if not passed else '', end='')
    print('1..%d' % len(rows))
    return 0


sys.exit(main())
