"""The adapters that FORMAT.md and ADAPTERS.md print, run as printed: printed_test.py BINARY VECTORS. Prints TAP.

Each must agree with every vector that it decides. With --all they get all vectors; without, a few groups.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

BINARY, VECTORS = (os.path.abspath(path) for path in sys.argv[1:3])
GROUPS = ['policy', 'signature', 'time', 'valid']
CLASSES = {'certificate-expired', 'certificate-not-yet-valid', 'document-stale', 'document-future'}
ADAPTERS = [('FORMAT.md', 'python', 'adapter.py', sys.executable, 'python3 {0}'),
            ('ADAPTERS.md', 'go', 'adapter.go', 'go', '{0}.exe'),
            ('ADAPTERS.md', 'js', 'adapter.js', 'node', 'node {0}')]


def printed(page, language):
    """The block that reads requests from standard input. A page has one for each language."""
    with open(os.path.join(VECTORS, page), encoding='utf-8') as f:
        blocks = [block for block in re.findall(r'^```%s\n(.*?)^```$' % language, f.read(), re.M | re.S)
                  if re.search(r'sys\.stdin|os\.Stdin|process\.stdin', block)]
    if len(blocks) != 1:
        sys.exit('%s has %d adapters in %s' % (page, len(blocks), language))
    return blocks[0]


def build(path):
    """A Go program: without the network, and without files outside its folder."""
    folder = os.path.dirname(path)
    env = {**os.environ, 'GOCACHE': os.path.join(folder, 'cache'), 'GOFLAGS': '-mod=mod', 'GOTOOLCHAIN': 'local',
           'GOPROXY': 'off', 'GOPATH': os.path.join(folder, 'path')}
    done = subprocess.run(['go', 'build', '-o', path + '.exe', path], env=env, capture_output=True, text=True,
                          check=False)
    return done.stderr if done.returncode else None


def faults(folder, row):
    page, language, name, _, command = row
    path = os.path.join(folder, name)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(printed(page, language))
    wrong = build(path) if language == 'go' else None
    if wrong:
        return [wrong]
    words = [] if '--all' in sys.argv else ['--group=' + group for group in GROUPS]
    env = {**os.environ, 'PATH': os.path.dirname(BINARY) + os.pathsep + os.environ['PATH']}
    done = subprocess.run([BINARY, 'vectors', 'run', '--vectors', VECTORS, '--exec', command.format(path), '--json',
                           *words], env=env, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        return [done.stderr]
    report = json.loads(done.stdout)
    if report['summary']['decided'] < (report['summary']['vectors'] - report['summary']['skipped']) / 2:
        return ['decides only %d vectors' % report['summary']['decided']]
    if report['summary']['values_not_reported'] or not report['summary']['values_compared']:
        return ['returns no values for %d vectors' % report['summary']['values_not_reported']]
    refused = {r['class'] for r in report['results'] if r['outcome'] == 'agrees' and r['expect'] == 'refuse'}
    if not CLASSES <= refused:
        return ['decides no refusal of ' + ', '.join(sorted(CLASSES - refused))]
    return ['%s: %s %s' % (r['id'], r['outcome'], r['detail']) for r in report['results']
            if r['outcome'] not in ('agrees', 'unsupported', 'skipped')]


def main():
    failed = 0
    print('1..%d' % len(ADAPTERS), flush=True)
    for number, row in enumerate(ADAPTERS, 1):
        title = 'the adapter in %s, %s' % (row[1], row[0])
        if shutil.which(row[3]) is None:
            print('ok %d - %s # SKIP %s is missing' % (number, title, row[3]), flush=True)
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = faults(folder, row)
        failed += bool(found)
        print('%s %d - %s' % ('not ok' if found else 'ok', number, title), flush=True)
        for line in found[:20]:
            print('# ' + line.replace('\n', '\n# '), flush=True)
    sys.exit(failed > 0)


main()
