"""Prints what to do if Python does not search the folder into which `meson install` puts the package, or nothing.

Usage: search_path.py FOLDER PREFIX
"""
import os
import site
import sys


def advice(folder, prefix, searched):
    """Returns the text; searched: the folders in which Python finds packages."""
    if folder in searched:
        return ""
    remedy = "set PYTHONPATH=%s where you use the package" % folder
    ours = [path for path in searched if path.endswith("-packages") and path.startswith(os.path.join(prefix, "lib"))]
    if ours:
        remedy = "add -Dpython.purelibdir=%s to meson setup, or %s" % (ours[0], remedy)
    return "meson install puts the Python package into %s, which Python does not search: %s" % (folder, remedy)


# The first entry of sys.path is the folder of this file; a folder that does not exist yet is only in the second list.
print(advice(*map(os.path.abspath, sys.argv[1:3]), sys.path[1:] + site.getsitepackages()))
