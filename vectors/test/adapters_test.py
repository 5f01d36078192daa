#!/usr/bin/python3
"""Tests the adapters without a network: the Python specimen with a sample, the run scripts and the report with planted
tools.

Usage: adapters_test.py VECTORS
"""
import glob
import json
import os
import stat
import subprocess
import sys
import tempfile

VECTORS = os.path.abspath(sys.argv[1])
ADAPTERS = os.path.join(VECTORS, 'adapters')
SPECIMEN = os.path.join(ADAPTERS, 'python', 'adapter.py')
# Classes in which the specimen agrees with every vector, with any installed version of its libraries.
SURE = ('cose-signature', 'chain-signature', 'pcr-policy', 'expected-identity', 'document-missing-field', 'valid-form',
        'valid-order')
LIBRARIES = subprocess.run([sys.executable, '-c', 'import cbor2, cryptography'], stderr=subprocess.DEVNULL,
                           check=False).returncode == 0


def load():
    found = {}
    with open(os.path.join(VECTORS, 'manifest.json'), encoding='utf-8') as f:
        files = [entry['file'] for entry in json.load(f)['files']]
    for name in files:
        with open(os.path.join(VECTORS, name), encoding='utf-8') as f:
            group = json.load(f)
        found.update({v['id']: dict(v, roots=[group['roots'][root] for root in v['roots']])
                      for v in group['vectors'] if isinstance(v['document'], str)})
    return found


ALL = load()


def request(vector, **changed):
    return dict({key: vector[key] for key in ('id', 'document', 'roots', 'now_ms', 'options')}, **changed)


def ask(requests, command=(sys.executable, '-B', SPECIMEN)):
    """The answers of one process, and its exit status."""
    text = ''.join(json.dumps(r) + '\n' for r in requests)
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120, check=False,
                          env=dict(os.environ, NATT_ADAPTER_OFFLINE='1'))
    return [json.loads(line) for line in done.stdout.splitlines()], done.returncode


def specimen_answers_in_order_and_correctly():
    sample = [v for v in ALL.values() if v['class'] in SURE and not v.get('policy')]
    answers, status = ask(request(v) for v in sample)
    assert status == 0 and len(sample) > 60, (status, len(sample))
    assert [a['id'] for a in answers] == [v['id'] for v in sample]
    decided = [(a, v) for a, v in zip(answers, sample) if a['result'] != 'unsupported']
    assert len(decided) > 60, len(decided)
    for answer, vector in decided:
        assert answer['result'] == vector['expect']['result'], answer


def specimen_reports_unsupported_options():
    vector = ALL['nonce-equal']
    options = vector['options']
    for key, value in (('kind', 'nitrotpm'), ('limits', 'aws-512'), ('not_after_leeway_ms', 1), ('deny', [])):
        answers, _ = ask([request(vector, options=dict(options, **{key: value}))])
        assert answers[0]['result'] == 'unsupported', (key, answers)
    answers, _ = ask([request(vector)])
    assert answers[0]['result'] == 'accept', answers


# An unknown option, and unknown words of other options.
UNKNOWN = (('unheard_of', 1, 'unheard_of'), ('flags', ['no-pcr-policy', 'unheard-of'], 'unheard-of'),
           ('kind', 'unheard', 'unheard'),
           ('time_mode', 'yesterday', 'yesterday'), ('limits', 'aws-513', 'aws-513'),
           ('user_data', {'mode': 'unheard', 'value': '00'}, 'unheard'), ('public_key', {'mode': 'unheard'}, 'unheard'))


def names_unknown_words(command):
    vector = ALL['nonce-equal']
    answers, status = ask([request(vector, options=dict(vector['options'], **{key: value})) for key, value,
                           _ in UNKNOWN], command)
    for (key, _, word), answer in zip(UNKNOWN, answers):
        assert answer['result'] == 'unsupported' and word in answer['reason'], (command, key, answer)
    return status == 0 and len(answers) == len(UNKNOWN)


def specimen_names_unknown_words():
    assert names_unknown_words((sys.executable, '-B', SPECIMEN))


def built_adapters_name_unknown_words():
    for path in sorted(glob.glob(os.path.join(ADAPTERS, '*', 'peer.json'))):
        run = os.path.join(os.path.dirname(path), 'run')
        done = subprocess.run([run], stdin=subprocess.DEVNULL, capture_output=True,
                              env=dict(os.environ, NATT_ADAPTER_OFFLINE='1'), check=False)
        assert done.returncode in (0, 77) and (done.returncode == 77 or names_unknown_words((run,))), run


def specimen_crashes_on_an_unexpected_exception():
    garbage = request(ALL['nonce-equal'], options={'pcr_policy': {'sets': None}})
    answers, status = ask([request(ALL['nonce-equal']), garbage])
    assert len(answers) == 1 and status != 0, (answers, status)


def plant(folder, name, script):
    path = os.path.join(folder, name)
    with open(path, 'w', encoding='utf-8') as f:
        f.write('#!/bin/sh\n' + script)
    os.chmod(path, stat.S_IRWXU)
    return path


def start(adapter, tools, **more):
    """Runs a run script with planted tools and an empty build folder."""
    with tempfile.TemporaryDirectory() as folder:
        for name, script in tools.items():
            plant(folder, name, script)
        env = dict(os.environ, PATH=folder + ':' + os.environ['PATH'], NATT_ADAPTER_BUILD=os.path.join(folder, 'out'),
                   PYTHON=os.path.join(folder, 'python3'), **more)
        done = subprocess.run([os.path.join(ADAPTERS, adapter, 'run')], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True,
                              env=env, check=False)
        return done.returncode, done.stdout, done.stderr


def skips(adapter, tools, words, **more):
    status, out, err = start(adapter, tools, **more)
    assert status == 77 and out == '', (adapter, status, out, err)
    assert err.startswith('skipped: %s: ' % adapter) and words in err and err.count('\n') == 1, err


GO = 'if [ "$1" = env ]; then echo go%s; else %s; fi\n'
CARGO = 'if [ "$1" = --version ]; then echo "cargo %s (abc)"; else %s; fi\n'
NODE = '# %s %s\necho v1.9.9\n'
PYTHON = 'if [ "$1" = -c ]; then echo %s; else %s; fi\n'


def run_skips_if_a_toolchain_is_missing_or_too_old():
    for tool, adapter, script in (('go', 'hf-nitrite', GO), ('cargo', 'qos-nsm', CARGO), ('python3', 'python', PYTHON),
                                  ('node', 'turnkey-crypto', NODE)):
        skips(adapter, {tool: 'exit 127\n'}, 'is not installed')
        skips(adapter, {tool: script % ('1.9.9', 'exit 1')}, 'is version 1.9.9')


def run_skips_if_it_cannot_fetch_and_fails_if_the_build_fails():
    unreachable = 'echo "cannot reach it" >&2; exit 1'
    for tool, adapter, script in (('go', 'blocky-nitrite', GO), ('cargo', 'nsm-nitro-enclave-utils', CARGO),
                                  ('python3', 'python', PYTHON)):
        skips(adapter, {tool: script % ('9.9.9', unreachable)}, 'cannot reach it')
        skips(adapter, {tool: script % ('9.9.9', 'exit 0')}, 'NATT_ADAPTER_OFFLINE', NATT_ADAPTER_OFFLINE='1')
    for tool, adapter, script in (('go', 'hf-nitrite', GO), ('cargo', 'qos-nsm', CARGO)):
        status, out, err = start(adapter, {tool: script % ('9.9.9', '[ "$1" != build ]')})
        assert status == 1 and out == '' and 'the build failed' in err, (status, out, err)


def pins_of(folder, peer):
    """The lock file, and what it must contain: the peer, and each library that peer.json gives with a version."""
    libraries = [part.split(' ')[:2] for part in peer['libraries'] if part[-1].isdigit()]
    if peer['language'] == 'Go':
        return 'go.sum', ['github.com/%s %s h1:' % (peer['peer'], peer['version'])] + [
            'github.com/%s/v2 %s h1:' % tuple(library) for library in libraries]
    if peer['language'] == 'Rust':
        return 'Cargo.lock.in', ['name = "%s"\nversion = "%s"\n' % tuple(part)
                                 for part in [[peer['peer'], peer['version']]] + libraries]
    if peer['language'] == 'JavaScript':
        return 'package-lock.json', ['"node_modules/%s": {\n      "version": "%s"' % tuple(part)
                                     for part in [[peer['peer'], peer['version']]] + libraries]
    own = [] if folder.endswith('/python') else ['%s==%s ' % (peer['peer'], peer['version'])]
    return 'requirements.txt', own + ['%s==%s ' % tuple(library) for library in libraries]


KEYS = {'peer', 'version', 'language', 'license', 'libraries', 'root', 'clock', 'speed'}


def every_adapter_is_pinned_and_documented():
    folders = [os.path.dirname(path) for path in glob.glob(os.path.join(ADAPTERS, '*', 'peer.json'))]
    assert len(folders) >= 3, folders
    for folder in folders:
        with open(os.path.join(folder, 'peer.json'), encoding='utf-8') as f:
            peer = json.load(f)
        assert set(peer) == KEYS and peer['speed'] in ('quick', 'slow'), peer
        assert os.access(os.path.join(folder, 'run'), os.X_OK) and os.path.exists(os.path.join(folder,
                                                                                               'README.md')), folder
        lock, pins = pins_of(folder, peer)
        with open(os.path.join(folder, lock), encoding='utf-8') as f:
            pinned = f.read()
        assert all(pin in pinned for pin in pins), (folder, pins)


def no_lock_file_names_a_registry():
    for path in glob.glob(os.path.join(ADAPTERS, '*', '*lock*')):
        with open(path, encoding='utf-8') as f:
            text = f.read()
        assert '"resolved"' not in text and 'registry+' not in text, path


def findings_name_vectors():
    with open(os.path.join(ADAPTERS, 'findings.json'), encoding='utf-8') as f:
        for finding in json.load(f):
            right = ALL[finding['id']]['expect']['result']
            assert finding['outcome'] in ({'accept': 'refuses', 'refuse': 'accepts'}[right], 'crashes'), finding


FORGED = next(v for v in ALL.values() if v['severity'] == 'critical' and v['reach'] == 'anybody')
TAGGED = next(v for v in ALL.values() if v['tags'] and v['severity'] == 'low' and not v.get('policy'))


def canned(**outcomes):
    """A runner that reports these outcomes of the planted peer."""
    def result(name, outcome, severity, policy, kind=None):
        return {'id': name, 'class': kind or 'c-' + name, 'severity': severity, 'policy': policy, 'outcome': outcome}
    return {'vectors_version': 1, 'nitro_attest_version': '9.9', 'results': [
        result('trailing-zero-byte', outcomes.get('first', 'agrees'), 'medium', None),
        result('second', outcomes.get('second', 'agrees'), 'high', 'differs'),
        result('third', outcomes.get('third', 'agrees'), 'none', None),
        result(FORGED['id'], outcomes.get('forged', 'agrees'), 'critical', None, FORGED['class']),
        result(TAGGED['id'], outcomes.get('tagged', 'agrees'), 'low', None, TAGGED['class'])]}


PLANTED = {'peer': 'planted', 'version': '1', 'language': 'C', 'license': 'none', 'libraries': ['none'],
           'root': 'none', 'clock': 'none', 'speed': 'quick'}


def report(folder, run_script, options, again=None, **outcomes):
    """The report of one planted peer. Its second run has the outcomes of `again`."""
    outcomes = dict({'first': 'accepts', 'second': 'accepts', 'third': 'crashes', 'tagged': 'accepts'}, **outcomes)
    for name, results in (('good', canned()), ('bad', canned(**outcomes)),
                          ('again', canned(**dict(outcomes, **(again or {}))))):
        with open(os.path.join(folder, name + '.json'), 'w', encoding='utf-8') as f:
            json.dump(results, f)
    peers = os.path.join(folder, 'adapters', 'planted')
    os.makedirs(peers, exist_ok=True)
    plant(peers, 'run', run_script)
    with open(os.path.join(peers, 'peer.json'), 'w', encoding='utf-8') as f:
        json.dump(PLANTED, f)
    runner = plant(folder, 'runner', 'case "$4" in *answer) from=good;; *) from=bad;; esac\n'
                   '[ $from = good ] || [ ! -e "%s/ran" ] || from=again\n[ $from = good ] || touch "%s/ran"\n'
                   'cp "%s/$from.json" "$8"; exit 1\n' % (folder, folder, folder))
    return subprocess.run([os.path.join(ADAPTERS, 'report'), '--nitro-attest', runner, '--adapters',
                           os.path.join(folder, 'adapters')]
                          + options, capture_output=True, text=True, env=dict(os.environ,
                                                                              NITRO_ATTEST_SHARED='/nowhere'),
                                                                              check=False)


def reported(**outcomes):
    """The text of such a report, and what it withholds."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ('REPORT.md', 'private')]
        done = report(folder, 'exit 0\n', ['--out', paths[0], '--private', paths[1]], **outcomes)
        assert done.returncode == 0, done.stderr
        return [open(path, encoding='utf-8').read() for path in paths]


def report_counts_and_names():
    text, private = reported()
    assert '| nitro-attest | 5 | 5 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |' in text, text
    assert '| planted | 5 | 1 | 0 | 0 | 1 | 0 | 1 | 0 | 0 | 1 | 1 | 0 | 0 | 0 |' in text, text
    assert '| planted | 0 / 0 / 1 / 0 | 0 / 0 / 0 / 0 | 0 / 0 / 0 / 0 | 0 / 0 / 0 / 0 |' in text, text
    assert '(`trailing-zero-byte`: planted)' in text and '| c-third | . | 1/1 |' in text, text
    assert 'c-second' not in text and 'Nothing is withheld.' in text and private.strip() == '', (text, private)
    assert '## Differences between two runs\n\nNone.\n' in text, text


def report_withholds_forgeries():
    text, private = reported(forged='accepts')
    assert '| planted | 4 | 0 | 0 | 0 | 1 | 0 | 1 | 0 | 0 | 1 | 1 | 0 | 0 | 0 |' in text, text
    assert '- `%s`: 1 vectors' % FORGED['class'] in text and FORGED['id'] not in text, text
    assert private == 'planted 1: %s %s\n' % (FORGED['class'], FORGED['id']), private


def report_lists_differences_between_two_runs():
    text, _ = reported(again={'third': 'agrees'})
    assert '- planted, `third`: crashes, then agrees' in text, text
    text, _ = reported(forged='accepts', again={'forged': 'agrees'})
    assert '## Differences between two runs\n\nNone.\n' in text, text


def report_lists_skipped_adapters_and_stops_if_a_build_fails():
    with tempfile.TemporaryDirectory() as folder:
        done = report(folder, 'echo "skipped: planted: no compiler" >&2; exit 77\n', [])
        assert done.returncode == 0 and 'skipped: planted: no compiler' in done.stderr, done
        assert '# Other' in done.stdout, done
        done = report(folder, 'echo "it does not compile" >&2; exit 1\n', [])
        assert done.returncode == 1 and 'it does not compile' in done.stderr and done.stdout == '', done


def main():
    tests = [run_skips_if_a_toolchain_is_missing_or_too_old,
             run_skips_if_it_cannot_fetch_and_fails_if_the_build_fails,
             every_adapter_is_pinned_and_documented,
             no_lock_file_names_a_registry, built_adapters_name_unknown_words, findings_name_vectors,
             report_counts_and_names, report_withholds_forgeries, report_lists_differences_between_two_runs,
             report_lists_skipped_adapters_and_stops_if_a_build_fails]
    specimen = [specimen_answers_in_order_and_correctly, specimen_reports_unsupported_options,
                specimen_names_unknown_words,
                specimen_crashes_on_an_unexpected_exception]
    print('1..%d' % len(tests + specimen))
    failed = 0
    for number, test in enumerate(tests + specimen, 1):
        if test in specimen and not LIBRARIES:
            print('ok %d - %s # SKIP cbor2 and cryptography are not installed' % (number, test.__name__))
            continue
        try:
            test()
            print('ok %d - %s' % (number, test.__name__))
        except AssertionError as e:
            failed += 1
            print('not ok %d - %s\n# %s' % (number, test.__name__, str(e)[:2000].replace('\n', '\n# ')))
    return 1 if failed else 0


sys.exit(main())
