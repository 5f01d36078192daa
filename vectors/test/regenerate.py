#!/usr/bin/python3
"""Runs the generator twice and compares every byte with the committed files.

Usage: regenerate.py GENERATOR VECTORS
"""
import filecmp
import os
import subprocess
import sys
import tempfile


def files_of(folder):
    return ['manifest.json'] + sorted('data/' + name for name in os.listdir(os.path.join(folder, 'data')))


def run(generator, folder):
    os.mkdir(os.path.join(folder, 'data'))
    subprocess.run([generator, folder], check=True)


def different(one, other):
    names = sorted(set(files_of(one)) | set(files_of(other)))
    return filecmp.cmpfiles(one, other, names, shallow=False)[1:]


def main():
    generator, committed = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        run(generator, first)
        run(generator, second)
        for what, other in (('differs between two runs', second), ('differs from the committed file', committed)):
            wrong, missing = different(first, other)
            for name in wrong + missing:
                print('%s %s' % (name, what))
            if wrong or missing:
                print('To regenerate: BUILD/vectors/generator/natt-make-vectors vectors; '
                      'then describe the change in vectors/CHANGELOG.md.')
                return 1
    print('regenerate: %d files, equal bytes' % len(files_of(committed)))
    return 0


sys.exit(main())
