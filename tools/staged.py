"""An installation of a build below a temporary folder, and the environment in which programs find it."""
import os
import subprocess
import sys

from tap import MESON


def installed(build, place):
    """Installs below place, as packages do (DESTDIR). Everything must be built. Returns the variables that make
    compilers, pkg-config, CMake (by the prefix) and the loader look there."""
    done = subprocess.run([MESON, 'install', '-C', build, '--no-rebuild', '--destdir', place], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit('cannot install (are all targets built?):\n' + done.stdout[-2000:])
    found = [where for where, _, names in os.walk(place) if 'libnitro-attest.pc' in names]
    if len(found) != 1:
        sys.exit('libnitro-attest.pc was not installed')
    prefix = found[0].split('/lib')[0]
    env = dict(os.environ, LC_ALL='C.UTF-8', PKG_CONFIG_PATH=found[0], PKG_CONFIG_SYSROOT_DIR=place,
               LD_LIBRARY_PATH=os.path.dirname(found[0]), PATH=prefix + '/bin:' + os.environ['PATH'],
               CMAKE_PREFIX_PATH=prefix)
    env.pop('MAKEFLAGS', None)
    return env
