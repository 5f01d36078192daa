"""The build of the tree this folder is in, for installers that are pointed at this folder."""
import os

import mesonpy

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def _from_tree(hook):
    def run(*arguments, **named):
        folders = [os.path.abspath(a) if isinstance(a, str) else a for a in arguments]
        here = os.getcwd()
        os.chdir(TREE)
        try:
            return hook(*folders, **named)
        finally:
            os.chdir(here)

    return run


build_wheel = _from_tree(mesonpy.build_wheel)
build_sdist = _from_tree(mesonpy.build_sdist)
get_requires_for_build_wheel = _from_tree(mesonpy.get_requires_for_build_wheel)
get_requires_for_build_sdist = _from_tree(mesonpy.get_requires_for_build_sdist)
