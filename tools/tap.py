"""Shared by the tests of the tools: commands, files, an installation, and lines of TAP."""
import os
import shutil
import subprocess
import sys

TOOLS = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(TOOLS)
MESON = '/usr/bin/meson' if os.path.exists('/usr/bin/meson') else 'meson'


def run(*words, env=None, **more):
    """Runs a command. Returns its exit status and the text of both streams; env: additional variables."""
    clean = {k: v for k, v in os.environ.items() if k not in ('MAKEFLAGS', 'CFLAGS', 'LDFLAGS')}
    env = {**clean, 'LC_ALL': 'C.UTF-8', **(env or {})}
    done = subprocess.run(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors='replace',
                          **more)
    return done.returncode, done.stdout


def write(folder, files):
    """Writes the files of {path: text or bytes} below a folder."""
    for path, content in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(content if isinstance(content, bytes) else content.encode('utf-8', 'surrogateescape'))


def read(path):
    """Returns the text of a file in this tree."""
    with open(os.path.join(ROOT, path), encoding='utf-8') as f:
        return f.read()


def copy_tree(to):
    """Copies this tree to a new folder, without .git and build folders."""
    def left_out(folder, names):
        return [n for n in names if n == '__pycache__' or folder == ROOT and (n == '.git' or n.startswith('build'))]
    shutil.copytree(ROOT, to, ignore=left_out, symlinks=True)


def installed(build, place):
    """Installs a build below place, as packages do (DESTDIR). Everything must be built. Returns the variables that
    make compilers, pkg-config, CMake (by the prefix) and the loader look there."""
    status, text = run(MESON, 'install', '-C', build, '--no-rebuild', '--destdir', place)
    found = [where for where, _, names in os.walk(place) if 'libnitro-attest.pc' in names]
    if status != 0 or len(found) != 1:
        sys.exit('cannot install (are all targets built?):\n' + text[-2000:])
    prefix = found[0].split('/lib')[0]
    env = {name: value for name, value in os.environ.items() if name != 'MAKEFLAGS'}
    return {**env, 'LC_ALL': 'C.UTF-8', 'PKG_CONFIG_PATH': found[0], 'PKG_CONFIG_SYSROOT_DIR': place,
            'LD_LIBRARY_PATH': os.path.dirname(found[0]), 'PATH': prefix + '/bin:' + os.environ['PATH'],
            'CMAKE_PREFIX_PATH': prefix}


class Tap:
    def __init__(self):
        self.count, self.failed = 0, False

    def ok(self, good, title, text=''):
        """Prints the line of a case, and after a failure the end of the text."""
        self.count, self.failed = self.count + 1, self.failed or not good
        print('%s %d - %s' % ('ok' if good else 'not ok', self.count, title))
        print(''.join('# %s\n' % line for line in ([] if good else str(text).splitlines()[-40:])), end='', flush=True)
        return good

    def skip(self, title, why):
        self.ok(True, '%s # SKIP %s' % (title, why))

    def end(self):
        """Prints the plan; returns the exit status."""
        print('1..%d' % self.count)
        return 1 if self.failed or not self.count else 0
