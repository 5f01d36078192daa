"""Runs a test with all newly built libraries in one folder, under the names that the loader uses.

Usage: link_libraries.py LIBRARY... TEST
"""
import os
import re
import runpy
import sys
import tempfile

*libraries, test = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    for library in libraries:
        path = os.path.realpath(library)
        soname = re.sub(r"(\.so\.\d+).*", r"\1", os.path.basename(path))
        os.symlink(path, os.path.join(folder, soname))
    os.environ["NITRO_ATTEST_LIBDIR"] = folder
    sys.argv = [test]
    sys.path.insert(0, os.path.dirname(test))
    runpy.run_path(test, run_name="__main__")
