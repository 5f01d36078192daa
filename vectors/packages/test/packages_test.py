#!/usr/bin/python3
"""Tests the built packages: packages_test.py VECTORS NITRO_ATTEST [python|go|rust|npm|maven]... Prints TAP.

Each is built twice, and installed in an empty folder with the commands of README.md, whose output must be that of the
page. Then planned verdicts go through the runner of each language: the reports must be equal, and those of Python must
agree with the runner in C. At last come true verifiers, and the same with a fault.
"""
import collections
import glob
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

VECTORS, NITRO_ATTEST = (os.path.abspath(path) for path in sys.argv[1:3])
PACKAGES = os.path.join(VECTORS, 'packages')
DRIVERS = os.path.join(PACKAGES, 'test', 'drivers')
PEERS = os.path.join(PACKAGES, 'test', 'peers')
HEADINGS = {'python': 'Python', 'go': 'Go', 'npm': 'JavaScript', 'rust': 'Rust', 'maven': 'Java'}
NAMES = sys.argv[3:] or list(HEADINGS)
CACHE = os.environ.get('NATT_PACKAGES_CACHE') or os.path.expanduser('~/.cache/nitro-attest/packages')
LIMIT = 500000
ENV = {**os.environ, 'GOFLAGS': '-mod=mod', 'GOTOOLCHAIN': 'local', 'PIP_DISABLE_PIP_VERSION_CHECK': '1',
       'MAVEN_OPTS': '-Dmaven.repo.local=' + os.path.join(CACHE, 'maven')}


def shell(command, folder):
    done = subprocess.run(['bash', '-c', command], cwd=folder, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=900, check=False)
    return done.returncode, done.stdout, done.stderr


def output(command, folder):
    status, out, err = shell(command, folder)
    assert status == 0, '%s: status %d\n%s%s' % (command, status, out[-1000:], err[-1500:])
    return out


def build(name, folder):
    """Why the package is skipped, or None."""
    os.makedirs(folder)
    done = subprocess.run([os.path.join(PACKAGES, 'build'), '--out', folder, name], capture_output=True, text=True,
                          check=False)
    assert done.returncode in (0, 77), done.stderr
    return done.stderr.strip() if done.returncode == 77 else None


def contents(folder):
    files = {}
    for path in glob.glob(os.path.join(folder, '*')):
        with open(path, 'rb') as f:
            files[os.path.basename(path)] = f.read()
    return files


def build_is_reproducible_and_small(name, folder):
    build(name, os.path.join(folder, 'again'))
    first, second = contents(os.path.join(folder, 'built')), contents(os.path.join(folder, 'again'))
    assert first == second and len(first) == (2 if name == 'python' else 1), (sorted(first), sorted(second))
    for file, content in first.items():
        assert len(content) < LIMIT, (file, len(content))


# --- the page ---

def section(name):
    with open(os.path.join(PACKAGES, 'README.md'), encoding='utf-8') as f:
        return re.search(r'^## %s\n(.*?)^## ' % HEADINGS[name], f.read(), re.M | re.S)[1]


def write(folder, name, content):
    os.makedirs(os.path.dirname(os.path.join(folder, name)) or folder, exist_ok=True)
    with open(os.path.join(folder, name), 'w', encoding='utf-8') as f:
        f.write(content)


def page_runs_as_printed(name, folder):
    """Files are written after the first command, which may create the folder's project."""
    place = os.path.join(folder, 'user')
    os.makedirs(place)
    for path in glob.glob(os.path.join(folder, 'built', '*')):
        os.link(path, os.path.join(place, os.path.basename(path)))
    text = section(name)
    for file, content in re.findall(r'^`([^`]+)`:\n\n```\w+\n(.*?)^```$', text, re.M | re.S):
        write(place, file, content)
    console = re.search(r'^```console\n(.*?)^```$', text, re.M | re.S)[1]
    for step in re.split(r'^\$ ', console, flags=re.M)[1:]:
        command, _, expected = step.partition('\n')
        found = output(command, place)
        assert found == expected, '%s printed\n%s' % (command, found[:1000])


# --- planned verdicts ---

def data():
    """The groups, and the items: vectors and sequences."""
    groups = []
    with open(os.path.join(VECTORS, 'manifest.json'), encoding='utf-8') as f:
        files = [entry['file'] for entry in json.load(f)['files']]
    for file in files:
        with open(os.path.join(VECTORS, file), encoding='utf-8') as f:
            groups.append(json.load(f))
    return groups


GROUPS = data()
ROWS = {v['id']: v for group in GROUPS for v in group['vectors']}
STEPS = {'%s/%s' % (s['id'], step): ROWS[step] for group in GROUPS for s in group.get('sequences', [])
         for step in s['steps']}
CASES = {**ROWS, **STEPS}


def plan(choose):
    return {key: choose(key, v) for key, v in CASES.items()}


def right(v):
    return v['expect'].get('values') or v['expect']['result']


def mixed(key, v):
    """All outcomes, spread over the vectors."""
    draw = hashlib.sha256(key.encode()).digest()[0]
    wrong = {'accept': 'refuse', 'refuse': 'accept'}[v['expect']['result']]
    if draw == 2:
        return {'module_id': 'i-0', 'timestamp': 1, 'nonce': None, 'pcrs': {'0': '00' * 48}, 'user_data': ''}
    return {0: 'crash', 1: wrong, 3: 'unsupported'}.get(draw, right(v))


def listed():
    """Exceptions that hold for the mixed verdicts, and some that do not."""
    verdicts, entries = plan(mixed), []
    for key, verdict in verdicts.items():
        if verdict == 'crash' and key in ROWS and len(entries) < 5:
            entries.append({'id': key, 'expect': 'crashes', 'reason': 'Planned.', 'issue': '#1'})
    agreeing = [key for key, v in ROWS.items() if verdicts[key] == right(v) and isinstance(v['document'], str)][:2]
    entries += [{'id': key, 'expect': 'crashes', 'reason': 'Planned.'} for key in agreeing]
    entries.append({'class': 'nonce', 'expect': 'accepts', 'reason': 'Planned.'})
    entries.append({'class': 'nonce', 'expect': 'crashes', 'reason': 'Planned.'})
    return {'version': 1, 'require_decided': True, 'exceptions': entries}


PLANS = {
    'right': (plan(lambda key, v: right(v)), None, ''),
    'accepts': (plan(lambda key, v: 'accept'), None, 'pedantic der-strict'),
    'refuses': (plan(lambda key, v: 'refuse'), None, ''),
    'unsupported': (plan(lambda key, v: 'unsupported'), None, ''),
    'mixed': (plan(mixed), None, ''),
    'listed': (plan(mixed), listed(), 'pedantic'),
}
DRIVER = {
    'python': 'venv/bin/python driver.py',
    'go': 'go run ./driver',
    'npm': 'node driver.mjs',
    'rust': 'cargo run -q --example driver --',
    'maven': "java -cp '*' Driver.java",
}
FILES = {'python': {'driver.py': 'driver.py'}, 'go': {'go/main.go': 'driver/main.go'},
         'npm': {'driver.mjs': 'driver.mjs'}, 'rust': {'rust/driver.rs': 'examples/driver.rs'},
         'maven': {'Driver.java': 'Driver.java'}}


def drive(name, folder):
    """The reports of all plans. Writes the data of the package, too."""
    place, words = os.path.join(folder, 'user'), ['data']
    for source, target in FILES[name].items():
        with open(os.path.join(DRIVERS, source), encoding='utf-8') as f:
            write(place, target, f.read())
    if name == 'rust':
        output('cargo add -q --dev serde_json@1', place)
    os.makedirs(os.path.join(place, 'data'))
    for title, (verdicts, exceptions, tags) in PLANS.items():
        write(place, title + '.json', json.dumps(verdicts))
        write(place, title + '-known.json', json.dumps(exceptions))
        words += [title + '.json', title + '-known.json' if exceptions else '', tags]
    reports = re.split(r'^(?=\d+ vectors: )', output(' '.join([DRIVER[name]] + [repr(w) for w in words]), place),
                       flags=re.M)[1:]
    return dict(zip(PLANS, reports))


def data_are_those_of_the_tree(_, folder):
    place = os.path.join(folder, 'user', 'data')
    for file in ['manifest.json'] + ['data/%s.json' % group['group'] for group in GROUPS]:
        with open(os.path.join(VECTORS, file), 'rb') as f, open(os.path.join(place, file.replace('/', '_')), 'rb') as g:
            assert f.read() == g.read(), file


REPORTS = {}


def reports_are_equal_in_all_languages(name, folder):
    REPORTS[name] = drive(name, folder)
    assert set(REPORTS[name]) == set(PLANS), REPORTS[name]
    first = next(iter(REPORTS.values()))
    for title, report in REPORTS[name].items():
        assert report == first[title], '%s:\n%s\ninstead of\n%s' % (title, report[:1500], first[title][:1500])


def adapter(folder):
    """An adapter that gives planned verdicts."""
    write(folder, 'adapter.py', '''import json, os, sys
verdicts = json.load(open(sys.argv[1]))
for line in sys.stdin:
    request = json.loads(line)
    verdict = verdicts[(request["sequence"] + "/" if "sequence" in request else "") + request["id"]]
    if verdict == "crash":
        os._exit(1)
    values = verdict if isinstance(verdict, dict) else None
    answer = {"id": request["id"], "result": "accept" if values else verdict, **({"values": values} if values else {})}
    print(json.dumps(answer), flush=True)
''')
    return 'python3 adapter.py verdicts.json'


def reports_agree_with_the_runner_in_c(name, folder):
    """For plans without tags, which it does not have."""
    counted = ('fine', 'expected', 'policy')
    for title in ('right', 'refuses', 'mixed'):
        write(folder, 'verdicts.json', json.dumps(PLANS[title][0]))
        command = "%s vectors run --vectors %s --exec '%s' --min-decided 0 --json" % (NITRO_ATTEST, VECTORS,
                                                                                    adapter(folder))
        _, out, err = shell(command, folder)
        assert out, err
        count = collections.Counter()
        for result in json.loads(out)['results']:
            unsure = result['outcome'] in ('unsupported', 'skipped')
            count[result['outcome'] if unsure else result['standing']] += 1
        failed = sum(n for standing, n in count.items() if standing not in counted + ('unsupported', 'skipped'))
        expected = '%d agree, %d known, %d differ by policy, %d unsupported, %d skipped, %d failed' % (
            count['fine'], count['expected'], count['policy'], count['unsupported'], count['skipped'], failed)
        assert expected in REPORTS[name][title], '%s: %s\n%s' % (title, expected, REPORTS[name][title][:200])


def wrong_exceptions_are_refused(name, folder):
    place = os.path.join(folder, 'user')
    files = [{'version': 2, 'exceptions': []}, {'version': 1}]
    good = {'id': 'trailing-zero-byte', 'expect': 'accepts', 'reason': 'r'}
    for changed in ({'id': 'no-such-id'}, {'expect': 'refuses'}, {'expect': 'fails'}, {'reason': ' '}, {'more': 1},
                    {'class': 'nonce'}):
        files.append({'version': 1, 'exceptions': [{**good, **changed}]})
    for file in files + [{'version': 1, 'exceptions': [good, good]}]:
        write(place, 'wrong.json', json.dumps(file))
        status, out, _ = shell("%s data right.json wrong.json ''" % DRIVER[name], place)
        assert status != 0 and out == '', (file, out[:200])


# --- true verifiers ---

ADAPTERS = os.path.join(VECTORS, 'adapters')
JACKSON = ['com.fasterxml.jackson.core:jackson-core:2.22.0', 'com.fasterxml.jackson.core:jackson-databind:2.22.0',
           'com.fasterxml.jackson.core:jackson-annotations:2.22',
           'com.fasterxml.jackson.dataformat:jackson-dataformat-cbor:2.22.0']
PEER_FILES = {'python': ['peer.py', 'test_peer.py'], 'go': ['go/main.go'], 'npm': ['peer.mjs'],
              'rust': ['rust/peer.rs'], 'maven': ['Peer.java']}
PEER_PLACES = {'go/main.go': 'peer/main.go', 'rust/peer.rs': 'examples/peer.rs'}
PEER = {'python': 'venv/bin/python peer.py %%s %s/python' % ADAPTERS, 'go': 'go run ./peer %s',
        'npm': 'node peer.mjs %%s %s' % NITRO_ATTEST, 'rust': 'cargo run -q --example peer -- %s 2>/dev/null',
        'maven': "java -cp '*' Peer.java %s"}


def versions(path, pattern):
    with open(os.path.join(ADAPTERS, path), encoding='utf-8') as f:
        return re.search(pattern, f.read())[1]


def fetch(name):
    """What a verifier needs beside the package, at the versions of the adapters."""
    if name == 'python':
        return 'venv/bin/pip install -q --require-hashes --only-binary :all: -r %s/python/requirements.txt' % ADAPTERS
    if name == 'go':
        return 'go get github.com/hf/nitrite@%s' % versions('hf-nitrite/go.mod', r'hf/nitrite (v\S+)')
    if name == 'rust':
        return 'cargo add -q --dev --no-default-features -F verify nsm-nitro-enclave-utils@%s' % versions(
            'nsm-nitro-enclave-utils/Cargo.toml', r'"(=[\d.]+)"')
    copy = 'mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -DoutputDirectory=. -Dartifact='
    return ' && '.join(copy + artifact for artifact in JACKSON) if name == 'maven' else 'true'


def critical(report):
    return set(re.findall(r'^critical, \S+: (\S+) accepts', report, re.M))


def summary(report):
    return {word: int(n) for n, word in re.findall(r'(\d+) (agree|unsupported|failed)', report.splitlines()[0])}


def a_verifier_that_skips_the_signature_is_found_out(name, folder):
    place = os.path.join(folder, 'user')
    for source in PEER_FILES[name]:
        with open(os.path.join(PEERS, source), encoding='utf-8') as f:
            write(place, PEER_PLACES.get(source, source), f.read())
    output(fetch(name), place)
    good, bad = output(PEER[name] % 'true', place), output(PEER[name] % 'wrong', place)
    assert summary(good)['agree'] > 500 and summary(bad)['failed'] > summary(good)['failed'], good[:300] + bad[:300]
    new = {vector for vector in critical(bad) - critical(good) if ROWS.get(vector, {}).get('class') == 'cose-signature'}
    assert new, (critical(good), critical(bad))


def pytest_finds_it_out_too(name, folder):
    place = os.path.join(folder, 'user')
    output('venv/bin/pip install -q pytest==8.4.2', place)
    counts = []
    for peer in ('true', 'wrong'):
        command = 'ADAPTER=%s/python PEER=%s venv/bin/python -m pytest -q test_peer.py' % (ADAPTERS, peer)
        _, out, _ = shell(command, place)
        counts.append({word: int(n) for n, word in re.findall(r'(\d+) (failed|passed|skipped|xfailed)', out)})
        report = output(PEER['python'] % peer, place)
        assert counts[-1]['failed'] == summary(report)['failed'], (counts, report[:200])
        assert counts[-1]['passed'] == summary(report)['agree'], (counts, report[:200])
    assert counts[0]['failed'] < counts[1]['failed'], counts


def a_browser_has_all_that_it_needs(name, folder):
    place = os.path.join(folder, 'user')
    with open(os.path.join(DRIVERS, 'browser.mjs'), encoding='utf-8') as f:
        write(place, 'browser.mjs', f.read())
    found = output('node --no-warnings --experimental-vm-modules browser.mjs', place)
    assert found == REPORTS[name]['refuses'], found[:500]


TESTS = [build_is_reproducible_and_small, page_runs_as_printed, reports_are_equal_in_all_languages,
         data_are_those_of_the_tree, wrong_exceptions_are_refused, a_verifier_that_skips_the_signature_is_found_out]
ONLY = {'python': [reports_agree_with_the_runner_in_c, pytest_finds_it_out_too],
        'npm': [a_browser_has_all_that_it_needs]}


class Count:
    """TAP, without a plan before the tests."""

    def __init__(self):
        self.number, self.failed = 0, 0

    def test(self, title, test, *given):
        self.number += 1
        try:
            test(*given)
            print('ok %d - %s' % (self.number, title), flush=True)
            return True
        except (AssertionError, OSError, subprocess.TimeoutExpired) as e:
            self.failed += 1
            print('not ok %d - %s\n# %s' % (self.number, title, str(e)[:3000].replace('\n', '\n# ')), flush=True)
            return False

    def skip(self, title, reason):
        self.number += 1
        print('ok %d - %s # SKIP %s' % (self.number, title, reason), flush=True)


def main():
    count = Count()
    with tempfile.TemporaryDirectory() as top:
        for name in NAMES:
            skipped = build(name, os.path.join(top, name, 'built'))
            if skipped:
                count.skip(name, skipped)
                continue
            for test in TESTS + ONLY.get(name, []):
                if not count.test('%s: %s' % (name, test.__name__), test, name, os.path.join(top, name)):
                    break
    print('1..%d' % count.number)
    return 1 if count.failed else 0


sys.exit(main())
