"""The conformance runner against planted adapters: runner_test.py BINARY VECTORS [CLASS]... Standard library only.

The runner must report the failure of every adapter, and the run must end in time. Exit 1: a test failed.
"""
import base64
import hashlib
import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = os.path.abspath(sys.argv[1])
VECTORS = os.path.abspath(sys.argv[2])
PLANTED = pathlib.Path(__file__).resolve().parent / 'planted.py'
DOCUMENT = b'\x00' * 200000  # larger than any pipe
SLOW = 15  # seconds; longer than any bounded run here, shorter than the time-out of a vector


def expected(result, code='NATT_E_COSE_ARRAY'):
    return {'result': 'accept'} if result == 'accept' else {'result': 'refuse', 'code': code, 'offset': None,
                                                            'item': None}


def vector(name, result, severity='critical', class_name='one', document=b'\x01', **more):
    return {'id': name, 'description': 'About %s.' % name, 'rules': ['R-COSE-01'], 'class': class_name,
            'severity': 'none' if result == 'accept' else severity, 'reach': 'anybody', 'tags': [], **more,
            'document': base64.b64encode(document).decode(),
            'roots': ['r'], 'now_ms': 1760000000000,
            'options': {'kind': 'enclave', 'time_mode': 'archive', 'flags': ['no-pcr-policy']},
            'expect': expected(result)}


SMALL = [vector('r1', 'refuse', 'low'), vector('r2', 'refuse', document=DOCUMENT), vector('a1', 'accept'),
         vector('r3', 'refuse', 'high', 'two'), vector('a2', 'accept', class_name='two'),
         vector('p1', 'refuse', 'medium', 'two', policy='Tastes differ.'), vector('r4', 'refuse', 'high', 'two')]
GENUINE = dict(vector('g1', 'accept', class_name='three'), document={'sha256': hashlib.sha256(b'abc').hexdigest(),
                                                                     'file': 'f'})


PCRS = {'0': '11' * 48, '8': '22' * 48}
VALUES = {'module_id': 'i-0', 'timestamp': 5, 'digest': 'SHA384', 'pcrs': PCRS, 'public_key': None, 'user_data': '',
          'nonce': '0aff'}
WITH_VALUES = [dict(vector('v1', 'accept'), expect={'result': 'accept', 'values': VALUES}),
               dict(vector('v2', 'accept', policy='Tastes differ.'),
                    expect={'result': 'accept', 'values': {'nonce': None}}),
               vector('r1', 'refuse', 'low')]


def sequence(name, *steps, severity='critical'):
    return {'id': name, 'description': 'About %s.' % name, 'rules': ['R-COSE-01'], 'class': 'cached',
            'severity': severity, 'reach': 'anybody', 'tags': [], 'steps': list(steps)}


SEQUENCES = [sequence('s1', 'v1', 'r2', 'v1'), sequence('s2', 'r2', 'v1'), sequence('s3', 'v1', 'v2', severity='none')]


def patched(name, edits):
    return dict(vector(name, 'refuse'), document=dict(GENUINE['document'], patch=edits))


def write_vectors(folder, vectors, sequences=None):
    data = json.dumps({'group': 'small', 'format': 3, 'version': 1, 'description': 'd', 'roots': {'r': 'MDAw'},
                       'vectors': vectors, **({'sequences': sequences} if sequences else {})})
    os.makedirs(os.path.join(folder, 'data'))
    with open(os.path.join(folder, 'data', 'small.json'), 'w', encoding='utf-8') as f:
        f.write(data)
    entry = {'file': 'data/small.json', 'sha256': hashlib.sha256(data.encode()).hexdigest(), 'count': len(vectors)}
    with open(os.path.join(folder, 'manifest.json'), 'w', encoding='utf-8') as f:
        json.dump({'name': 'n', 'format': 3, 'version': 1, 'count': len(vectors), 'files': [entry]}, f)


def command(*words, **more):
    done = subprocess.run([BINARY, 'vectors', *map(str, words)], capture_output=True, timeout=60, check=False, **more)
    if done.returncode not in (0, 1, 2, 3) or b'Sanitizer' in done.stderr or b'runtime error' in done.stderr:
        raise AssertionError('crashed with %d: %s\n%s' % (done.returncode, words, done.stderr.decode(errors='replace')))
    return done


def alive(pid):
    try:
        with open('/proc/%d/stat' % pid, encoding='utf-8') as f:
            return f.read().rsplit(')', 1)[1].split()[0] != 'Z'
    except OSError:
        return False


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.dir = pathlib.Path(cls.temporary.name)
        cls.small = cls.dir / 'small'
        write_vectors(cls.small, SMALL)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def planted(self, mode, victim='', vectors=None):
        return 'exec /usr/bin/python3 -S -E %s %s %s %s' % (PLANTED, mode, vectors or self.small, victim)

    def run_small(self, mode, victim='', *words, how='--exec', timeout='20s', vectors=None, **more):
        folder = vectors or self.small
        return command('run', '--vectors', folder, how, self.planted(mode, victim, folder), '--timeout', timeout,
                       *words, **more)

    def results(self, done, code):
        """The report of a JSON run, and its results by id."""
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertEqual(done.stderr, b'')
        report = json.loads(done.stdout)
        return report, {r['id']: r for r in report['results']}

    def expect_one(self, mode, outcome, *texts, how='--exec', victim='r2', timeout='20s', within=SLOW):
        """The run reports this failure of one vector, and agrees on all others, including those after it."""
        began = time.monotonic()
        few = ['--id', 'r1', '--id', victim, '--id', 'a1'] if how == '--exec-each' else []
        report, by_id = self.results(self.run_small(mode, victim, '--json', *few, how=how, timeout=timeout), 1)
        self.assertLess(time.monotonic() - began, within)
        for name, result in by_id.items():
            self.assertEqual(result['outcome'], outcome if name == victim else 'agrees', (mode, result))
        for text in texts:
            self.assertIn(text, by_id[victim]['detail'])
        self.assertEqual(report['processes'], 3 if few else 2, 'a new process starts after a failure')

    def expect_error(self, done, code, *texts):
        self.assertEqual((done.returncode, done.stdout), (code, b''), done.stderr)
        self.assertIn(b'what to do', done.stderr)
        for text in texts:
            self.assertIn(text, done.stderr.decode())


class Answers(Case):
    def test_the_right_adapter_agrees(self):
        report, by_id = self.results(self.run_small('right', '', '--json', '--name', 'right one'), 0)
        self.assertEqual((report['verdict'], report['name'], report['mode'], report['processes']),
                         ('agrees', 'right one', 'exec', 1))
        self.assertEqual((report['summary']['vectors'], report['summary']['agrees'], len(by_id)), (7, 7, 7))
        self.assertEqual(by_id['r1']['code'], 'NATT_E_COSE_ARRAY')
        done = self.run_small('right')
        self.assertEqual(done.returncode, 0)
        self.assertIn(b'AGREES: 7 vectors, 7 decided, 7 agree\n', done.stdout)
        self.assertEqual((done.stderr, done.stdout.count(b'\033')), (b'', 0))

    def test_one_process_for_each_vector(self):
        report, _ = self.results(self.run_small('right', '', '--json', how='--exec-each'), 0)
        self.assertEqual((report['mode'], report['processes'], report['summary']['agrees']), ('exec-each', 7, 7))

    def test_accepting_all(self):
        report, by_id = self.results(self.run_small('accept', '', '--json'), 1)
        self.assertEqual({n: r['outcome'] for n, r in by_id.items()},
                         {n: 'accepts' if n[0] in 'rp' else 'agrees' for n in by_id})
        self.assertEqual((by_id['p1']['standing'], report['summary']['disagreements']), ('policy', 4))
        self.assertEqual([(c['class'], c['vectors'], c['accepts'], c['failing']) for c in report['classes']],
                         [('one', 3, 2, 2), ('two', 3, 2, 2)])
        self.assertEqual([(c['class'], c['vectors'], c['accepts'], c['failing']) for c in report['policy_classes']],
                         [('two', 1, 1, 0)])

    def test_the_worst_comes_first(self):
        text = self.run_small('accept').stdout.decode()
        first = 'DISAGREES: 7 vectors, 7 decided, 2 agree, 4 disagree, 1 differs where verifiers may'
        places = [text.index(word) for word in (first, '\ncritical', '\nlow', 'Disagreements', 'accepts r2 ',
                                                'accepts r3 ', 'accepts r4 ', 'accepts r1 ', 'Differences',
                                                'accepts p1 ', 'Tastes differ.')]
        self.assertEqual(places, sorted(places), text)
        self.assertTrue(text.startswith('DISAGREES') and text.splitlines()[0] == text.splitlines()[-1])

    def test_quiet(self):
        text = self.run_small('accept', '', '--quiet').stdout.decode()
        self.assertEqual(text.count('DISAGREES: 7 vectors'), 1)
        self.assertIn('accepts r2 ', text)
        for word in ('Differences', 'accepts p1', 'severity', 'vectors version'):
            self.assertNotIn(word, text)
        done = self.run_small('right', '', '--quiet', '--id', 'r1')
        self.assertEqual(done.stdout, b'AGREES: 1 vector, 1 decided, 1 agrees\n')
        both = [self.run_small('right', '', '--json', *more).stdout.splitlines() for more in ([], ['--quiet'])]
        self.assertEqual(*[[l for l in lines if b'duration_ms' not in l] for lines in both])

    def test_policy_vectors_alone_do_not_fail(self):
        done = self.run_small('accept', 'p1')
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn(b'AGREES: 7 vectors, 7 decided, 6 agree, 1 differs where verifiers may', done.stdout)
        self.results(self.run_small('segv', 'p1', '--json'), 1)

    def test_refusing_all(self):
        _, by_id = self.results(self.run_small('refuse', '', '--json'), 1)
        self.assertEqual(sorted(n for n, r in by_id.items() if r['outcome'] == 'refuses'), ['a1', 'a2'])
        done = self.run_small('refuse')
        self.assertIn(b'\\u{001B}[31mno', done.stdout)
        self.assertNotIn(b'\033', done.stdout)

    def test_unsupported_is_reported_and_does_not_fail_the_run(self):
        done = self.run_small('unsupported', 'r1')
        self.assertEqual(done.returncode, 0)
        self.assertIn(b'6 agree, 1 unsupported', done.stdout)

    def test_nothing_decided_fails_the_run(self):
        done = self.run_small('unsupported')
        self.assertEqual(done.returncode, 1)
        self.assertIn(b'NOTHING DECIDED', done.stdout)

    def test_too_few_decided_fails_the_run(self):
        for least, code in (('0', 0), ('6', 0), ('7', 1)):
            report, _ = self.results(self.run_small('unsupported', 'r1', '--json', '--min-decided', least), code)
            self.assertEqual((report['summary']['decided'], report['summary']['min_decided']), (6, int(least)))
        done = self.run_small('unsupported', 'r1', '--min-decided', 7)
        self.assertIn(b'TOO FEW DECIDED: 7 vectors, 6 decided (--min-decided 7), 6 agree, 1 unsupported', done.stdout)
        self.results(self.run_small('right', '', '--json', '--min-decided', 7), 0)
        for least in ('8', '-1', 'x', '', '7x', '99999999999999999999'):
            self.expect_error(self.run_small('right', '', '--min-decided=' + least), 2, '--min-decided', '0 to 7')

    def test_genuine_documents_are_skipped_or_found(self):
        folder, genuine = self.dir / 'with-genuine', self.dir / 'genuine'
        write_vectors(folder, SMALL[2:] + [GENUINE])
        genuine.mkdir()
        (genuine / 'any').write_bytes(b'abc')
        done = self.run_small('right', '', vectors=folder)
        self.assertIn(b'5 agree, 1 skipped', done.stdout)
        done = self.run_small('right', '', '--genuine', genuine, vectors=folder)
        self.assertIn(b'6 agree\n', done.stdout)
        done = self.run_small('right', '', '--id', 'g1', vectors=folder)
        self.assertEqual(done.returncode, 1, 'nothing was decided')
        self.expect_error(self.run_small('right', '', '--genuine', self.dir / 'none', vectors=folder), 3, 'none',
                          'name a folder with genuine documents')
        self.expect_error(command('show', 'g1', '--genuine', genuine, '--vectors', self.dir / 'none'), 3,
                          'with manifest.json')

    def test_filters(self):
        _, by_id = self.results(self.run_small('right', '', '--json', '--class', 'two', '--group', 'small'), 0)
        self.assertEqual(sorted(by_id), ['a2', 'p1', 'r3', 'r4'])
        report, _ = self.results(self.run_small('right', '', '--json', '--class', 'two', '--id', 'a2'), 0)
        self.assertEqual(report['filters'], {'group': [], 'class': ['two'], 'id': ['a2'], 'skip_tag': []})
        _, by_id = self.results(self.run_small('right', '', '--json', '--id', 'a1', '--id', 'r1'), 0)
        self.assertEqual(sorted(by_id), ['a1', 'r1'])
        for words in (['--class', 'tow'], ['--group', 'smal'], ['--id', 'zz'], ['--id', 'a1', '--class', 'two']):
            self.expect_error(self.run_small('right', '', *words), 2)


    def test_tags_are_skipped(self):
        folder = self.dir / 'tagged'
        write_vectors(folder, [vector('t1', 'refuse', tags=['pedantic', 'der-strict']),
                               vector('t2', 'refuse', tags=['debug-policy']), *SMALL[2:]])
        skip = lambda *tags: [word for tag in tags for word in ('--skip-tag', tag)]
        for tags, left in ((['der-strict'], {'t2'}), (['debug-policy'], {'t1'}), (['pedantic', 'debug-policy'], set())):
            report, by_id = self.results(self.run_small('right', '', '--json', *skip(*tags), vectors=folder), 0)
            self.assertEqual({n for n in by_id if n[0] == 't'}, left)
            self.assertEqual(report['filters']['skip_tag'], tags)
        self.expect_error(self.run_small('right', '', *skip('der-stric'), vectors=folder), 2, '"der-stric"',
                          'the tags are pedantic, der-strict, debug-policy')
        self.expect_error(self.run_small('right', '', *skip('pedantic')), 2, 'no vector has a tag')
        self.expect_error(self.run_small('right', '', '--id', 't2', *skip('debug-policy'), vectors=folder), 2,
                          'no vector matches')
        self.expect_error(self.run_small('right', '', '--write-exceptions', self.dir / 'no', *skip('pedantic'),
                                         vectors=folder), 2, 'all vectors')
        listed = json.loads(command('list', '--vectors', folder, '--json', *skip('debug-policy')).stdout)['vectors']
        self.assertEqual((listed[0]['tags'], listed[0]['reach'], listed[1]['id']),
                         (['pedantic', 'der-strict'], 'anybody', 'a1'))
        text = command('list', '--vectors', folder).stdout.decode()
        self.assertRegex(text, r't1 .* anybody +NATT_E_COSE_ARRAY \[pedantic, der-strict\]\n')

    def test_counts_by_reach(self):
        folder = self.dir / 'reach'
        write_vectors(folder, [dict(v, reach=reach) for v, reach in zip(
            SMALL, ('aws', 'anybody', 'aws', 'aws', 'aws', 'anybody', 'enclave-owner'))])
        done = self.run_small('accept', '', '--json', vectors=folder)
        report, by_id = self.results(done, 1)
        self.assertEqual([(r['reach'], r['vectors'], r['accepts'], r['failing']) for r in report['reaches']],
                         [('anybody', 1, 1, 1), ('enclave-owner', 1, 1, 1), ('aws', 2, 2, 2)])
        self.assertEqual((by_id['r4']['reach'], by_id['r4']['tags']), ('enclave-owner', []))
        text = self.run_small('accept', '', vectors=folder).stdout.decode()
        places = [text.index(word) for word in ('\ncritical', '\nanybody', '\nenclave-owner', '\naws', '\none ')]
        self.assertEqual(places, sorted(places), text)
        self.assertIn('accepts r4 (two, by enclave-owner)', text)


class Values(Case):
    """What an adapter returns, and documents that follow one another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain, cls.sequences = cls.dir / 'values', cls.dir / 'sequences'
        write_vectors(cls.plain, WITH_VALUES)
        write_vectors(cls.sequences, WITH_VALUES + [vector('r2', 'refuse')], SEQUENCES)

    def test_right_values(self):
        report, by_id = self.results(self.run_small('right', '', '--json', vectors=self.plain), 0)
        self.assertEqual({n: r['values'] for n, r in by_id.items()}, {'v1': 'equal', 'v2': 'equal', 'r1': None})
        self.assertEqual([report['summary'][k] for k in ('values_compared', 'values_not_reported')], [2, 0])
        self.assertEqual(report['summary']['sequences'], 0)
        self.results(self.run_small('some-values', 'v1', '--json', vectors=self.plain), 0)

    def test_values_that_are_not_reported(self):
        for mode in ('no-values', 'null-values'):
            report, by_id = self.results(self.run_small(mode, '', '--json', vectors=self.plain), 0)
            self.assertEqual((by_id['v1']['values'], by_id['v1']['outcome']), ('not-reported', 'agrees'))
            self.assertEqual([report['summary'][k] for k in ('values_compared', 'values_not_reported')], [0, 2])
        self.assertIn(b'3 agree, 2 without their values\n', self.run_small('no-values', vectors=self.plain).stdout)

    def test_wrong_values(self):
        report, by_id = self.results(self.run_small('wrong-values', 'v1', '--json', vectors=self.plain), 1)
        self.assertEqual([by_id['v1'][k] for k in ('outcome', 'standing', 'values', 'detail')],
                         ['wrong-values', 'disagrees', 'wrong', 'nonce is abcd, not 0aff'])
        self.assertEqual((report['summary']['wrong-values'], report['summary']['decided']), (1, 3))
        self.assertEqual(report['severities'][1]['wrong-values'], 1)
        text = self.run_small('wrong-values', 'v1', vectors=self.plain).stdout
        self.assertIn(b'returns wrong values for v1 (one)', text)
        _, by_id = self.results(self.run_small('wrong-values', 'v2', '--json', vectors=self.plain), 1)
        self.assertEqual([by_id['v2'][k] for k in ('outcome', 'standing', 'detail')],
                         ['wrong-values', 'disagrees', 'nonce is abcd, not null'], 'also where verdicts may differ')
        _, by_id = self.results(self.run_small('extra-pcr', 'v1', '--json', vectors=self.plain), 1)
        self.assertIn('PCR30 is 0000', by_id['v1']['detail'])
        self.results(self.run_small('extra-pcr', 'v2', '--json', vectors=self.plain), 0)

    def test_malformed_values(self):
        for mode, text in (('list-of-values', 'values is not an object'),
                           ('unknown-value', 'values: unknown key "Nonce"'),
                           ('upper-value', 'values.nonce is not lowercase hexadecimal')):
            _, by_id = self.results(self.run_small(mode, 'v1', '--json', vectors=self.plain), 1)
            self.assertEqual((by_id['v1']['outcome'], by_id['v1']['detail']), ('garbled', text))

    def test_each_wrong_value_is_found(self):
        wrong = {'module_id': 'i-1', 'timestamp': 6, 'digest': 'SHA256', 'pcrs': dict(PCRS, **{'8': '23' * 48}),
                 'public_key': '', 'user_data': None, 'nonce': '0afe'}
        for key, value in wrong.items():
            other = self.dir / ('other-' + key)
            write_vectors(other, [dict(WITH_VALUES[0], expect={'result': 'accept', 'values': dict(VALUES, **{
                key: value})})])
            told = 'exec /usr/bin/python3 -S -E %s right %s' % (PLANTED, other)
            done = command('run', '--vectors', self.plain, '--exec', told, '--id', 'v1', '--json')
            _, by_id = self.results(done, 1)
            self.assertEqual(by_id['v1']['outcome'], 'wrong-values', key)

    def test_sequences_go_to_one_process(self):
        report, by_id = self.results(self.run_small('right', '', '--json', vectors=self.sequences), 0)
        self.assertEqual([by_id[n]['outcome'] for n in ('s1', 's2', 's3')], ['agrees'] * 3)
        self.assertEqual((report['processes'], report['summary']['sequences'], len(by_id)), (1, 3, 7))
        self.assertEqual((by_id['s1']['values'], by_id['s1']['class']), ('equal', 'cached'))

    def test_a_cache_that_accepts_a_twin(self):
        done = self.run_small('cache-accepts-twins', '', '--json', vectors=self.sequences)
        report, by_id = self.results(done, 1)
        self.assertEqual({n for n, r in by_id.items() if r['outcome'] != 'agrees'}, {'s1'})
        self.assertEqual([by_id['s1'][k] for k in ('outcome', 'standing', 'severity', 'detail')],
                         ['accepts', 'disagrees', 'critical', 'step 2 of 3, r2'])
        self.assertEqual([r['accepts'] for r in report['reaches']], [1])

    def test_a_cache_of_failures(self):
        _, by_id = self.results(self.run_small('cache-of-failures', '', '--json', vectors=self.sequences), 1)
        self.assertEqual([by_id[n]['outcome'] for n in ('s1', 's2', 's3')], ['refuses', 'refuses', 'agrees'])
        self.assertEqual(by_id['s2']['detail'], 'step 2 of 2, v1')

    def test_a_cache_of_values(self):
        _, by_id = self.results(self.run_small('cache-of-values', '', '--json', vectors=self.sequences), 1)
        self.assertEqual((by_id['s3']['outcome'], by_id['s3']['detail']),
                         ('wrong-values', 'step 2 of 2, v2: nonce is 0aff, not null'))

    def test_sequences_that_are_not_supported(self):
        done = self.run_small('no-sequences', '', '--json', vectors=self.sequences)
        _, by_id = self.results(done, 0)
        self.assertEqual([by_id[n]['outcome'] for n in ('v1', 's1', 's2')], ['agrees', 'unsupported', 'unsupported'])
        done = self.run_small('right', '', '--json', vectors=self.sequences, how='--exec-each')
        report, by_id = self.results(done, 0)
        self.assertEqual(([by_id[n]['outcome'] for n in ('v1', 's1')], report['processes']), (['agrees', 'skipped'], 4))
        done = self.run_small('right', '', vectors=self.sequences, how='--exec-each')
        self.assertIn(b'3 skipped (genuine documents: --genuine DIR; sequences: --exec)', done.stdout)

    def test_an_adapter_that_dies_in_a_sequence(self):
        report, by_id = self.results(self.run_small('segv-in-sequence', 'r2', '--json', vectors=self.sequences), 1)
        self.assertEqual([by_id[n]['outcome'] for n in ('r2', 's1', 's2', 's3')],
                         ['agrees', 'crashes', 'crashes', 'agrees'])
        self.assertIn('step 2 of 3, r2: was killed by signal 11', by_id['s1']['detail'])
        self.assertEqual(report['processes'], 3)

    def test_exceptions_for_values_and_sequences(self):
        path = self.dir / 'known.json'
        entry = lambda name, expect: {'id': name, 'expect': expect, 'reason': 'Known.'}

        def known(mode, victim, code, *entries):
            path.write_text(json.dumps({'version': 1, 'exceptions': entries}), encoding='utf-8')
            done = self.run_small(mode, victim, '--json', '--exceptions', path, vectors=self.sequences)
            self.results(done, code)
        known('wrong-values', 'v1', 0, *(entry(n, 'wrong-values') for n in ('v1', 's1', 's2', 's3')))
        known('cache-accepts-twins', '', 0, entry('s1', 'accepts'))
        known('cache-of-failures', '', 0, entry('s1', 'refuses'), entry('s2', 'refuses'))
        known('right', '', 1, entry('s1', 'accepts'))
        for wrong in (entry('r1', 'wrong-values'), entry('a1', 'wrong-values'), entry('s3', 'accepts')):
            path.write_text(json.dumps({'version': 1, 'exceptions': [wrong]}), encoding='utf-8')
            self.expect_error(self.run_small('right', '', '--exceptions', path, vectors=self.sequences), 2, wrong['id'])

    def test_list_and_show_of_a_sequence(self):
        listed = json.loads(command('list', '--vectors', self.sequences, '--json', '--class', 'cached').stdout)
        self.assertEqual([(v['id'], v['steps'], 'expect' in v) for v in listed['vectors']][0],
                         ('s1', ['v1', 'r2', 'v1'], False))
        text = command('show', 's1', '--vectors', self.sequences).stdout.decode()
        self.assertRegex(text, r'steps +v1\n +r2\n +v1\n')
        self.expect_error(command('show', 's1', '--vectors', self.sequences, '--out', self.dir / 'x'), 2, 'no document')

    def test_patched_documents(self):
        folder, genuine = self.dir / 'patched', self.dir / 'documents'
        rows = {'p1': ([{'offset': 3, 'remove': 0, 'insert': '00'}], b'abc\0'),
                'p2': ([{'offset': 0, 'remove': 1, 'insert': 'd2'}, {'offset': 2, 'remove': 1, 'insert': ''}],
                       b'\xd2b')}
        write_vectors(folder, [GENUINE, *(patched(name, edits) for name, (edits, _) in rows.items())])
        genuine.mkdir()
        (genuine / 'any').write_bytes(b'abc')
        done = self.run_small('digest', '', '--json', '--genuine', genuine, vectors=folder)
        _, by_id = self.results(done, 0)
        for name, document in (('g1', b'abc'), *((name, document) for name, (_, document) in rows.items())):
            self.assertEqual(by_id[name]['detail'], hashlib.sha256(document).hexdigest())
        _, by_id = self.results(self.run_small('accept', 'p2', '--json', '--genuine', genuine, vectors=folder), 1)
        self.assertEqual([by_id[n]['outcome'] for n in ('g1', 'p1', 'p2')], ['agrees', 'agrees', 'accepts'])
        self.assertIn(b'3 skipped', self.run_small('right', '', vectors=folder).stdout)
        text = command('show', 'p2', '--vectors', folder).stdout.decode()
        self.assertRegex(text, r'patch +at byte 0, 1 bytes removed, 1 inserted\n +at byte 2, 1 bytes removed, 0 ins')
        (genuine / 'any').write_bytes(b'abcd')
        self.assertIn(b'3 skipped', self.run_small('right', '', '--genuine', genuine, vectors=folder).stdout)


class Failures(Case):
    def test_dying(self):
        self.expect_one('exit', 'crashes', 'ended with exit status 1', 'the last words')
        self.expect_one('segv', 'crashes', 'killed by signal 11')
        self.expect_one('segv', 'crashes', 'killed by signal 11', how='--exec-each')
        self.expect_one('exit-0', 'crashes', 'ended with exit status 0')

    def test_dying_while_a_child_keeps_the_output_open(self):
        self.expect_one('leave-child', 'crashes')

    def test_dying_after_the_answer(self):
        self.expect_one('answer-and-die', 'crashes', 'was killed by signal 11 after it answered', how='--exec-each')

    def test_an_exit_status_after_the_answer_is_the_adapters_own(self):
        self.results(self.run_small('answer-with-status', '', '--json', '--class', 'one', how='--exec-each'), 0)

    def test_the_wait_after_the_answer_is_bounded(self):
        began = time.monotonic()
        self.results(self.run_small('answer-and-hang', 'r1', '--json', '--class', 'one', how='--exec-each'), 0)
        self.assertLess(time.monotonic() - began, SLOW)

    def test_hanging(self):
        self.expect_one('hang', 'times-out', 'no answer within 1500 ms', timeout='1500ms')
        self.expect_one('hang', 'times-out', how='--exec-each', timeout='1500ms')
        self.expect_one('close', 'crashes', 'closed its output')

    def test_nothing_of_a_killed_adapter_is_left(self):
        with tempfile.TemporaryDirectory() as folder:
            name = os.path.join(folder, 'told')
            done = self.run_small('hang-with-child', 'r1', '--json', timeout='1500ms',
                                  env={**os.environ, 'PLANTED_PID': name})
            _, by_id = self.results(done, 1)
            self.assertEqual(by_id['r1']['outcome'], 'times-out')
            pids = [int(n) for n in pathlib.Path(name + '.pid').read_text(encoding='utf-8').split()]
        self.assertEqual([p for p in pids if alive(p)], [])

    def test_no_zombies(self):
        _, by_id = self.results(self.run_small('zombies', '', '--json', '--class', 'two', how='--exec-each'), 1)
        self.assertEqual({r['detail'] for r in by_id.values()}, {'0 zombies'})

    def test_output_that_is_not_an_answer(self):
        self.expect_one('rubbish', 'garbled', 'not a JSON object')
        self.expect_one('array', 'garbled', 'not a JSON object')
        self.expect_one('other-id', 'garbled', 'a different id: another')
        self.expect_one('other-result', 'garbled', 'maybe')
        self.expect_one('typed', 'garbled', 'result is true, not a string')
        self.expect_one('no-result', 'garbled', 'the answer has no result')
        self.expect_one('id-list', 'garbled', 'id is ["r2"], not a string')
        self.expect_one('code-number', 'garbled', 'code is 7, not a string')
        self.expect_one('nul-result', 'garbled', 'the result is not')
        self.expect_one('nul-id', 'garbled', 'a different id')
        self.expect_one('half', 'garbled', 'in the middle of a line')
        self.expect_one('no-line-end', 'times-out', 'no line end', timeout='1500ms')
        self.expect_one('rubbish', 'garbled', how='--exec-each')

    def test_a_reason_may_contain_any_character(self):
        _, by_id = self.results(self.run_small('nul-reason', '', '--json'), 0)
        self.assertEqual((by_id['r1']['code'], by_id['r1']['detail']), ('A B', 'one two'))

    def test_output_that_is_not_flushed(self):
        self.expect_error(self.run_small('no-flush', timeout='500ms'), 3, 'does it flush its output after each line?')
        self.results(self.run_small('no-flush', '', '--json', '--class', 'two', how='--exec-each'), 0)
        self.expect_one('hang', 'times-out', 'no answer within 1500 ms', timeout='1500ms')

    def test_too_much_output(self):
        self.expect_one('oversize', 'garbled', 'no line end in the first')
        self.expect_one('endless', 'garbled', 'no line end in the first')
        self.expect_one('twice', 'garbled', 'more than one line')
        self.expect_one('twice', 'garbled', 'more than one line', how='--exec-each')

    def test_rubbish_is_escaped(self):
        self.assertNotIn(b'\033', self.run_small('rubbish', 'r1').stdout)

    def test_a_flood_on_standard_error_before_a_long_request(self):
        self.results(self.run_small('floods', '', '--json'), 0)
        self.results(self.run_small('floods', '', '--json', '--id', 'r2', how='--exec-each'), 0)

    def hanging(self, answers, *words):
        return self.run_small('hang-except', answers, *words, timeout='500ms')

    def test_an_adapter_that_hangs_on_everything_ends_the_run(self):
        self.expect_error(self.hanging('r1', '--max-timeouts', 2), 3, 'did not answer 2 requests in a row',
                          'the last was a1', '500 ms')
        self.results(self.hanging('r1,a1,a2,r4', '--json', '--max-timeouts', 2), 1)
        self.results(self.hanging('r1', '--json', '--max-timeouts', 0), 1)
        known = {'version': 1, 'exceptions': [{'id': n, 'expect': 'times-out', 'reason': 'r'} for n in ('r2', 'a1')]}
        path = self.dir / 'known-timeouts.json'
        path.write_text(json.dumps(known), encoding='utf-8')
        self.results(self.hanging('r1,r3,a2,p1,r4', '--json', '--max-timeouts', 1, '--exceptions', path), 0)
        self.expect_error(self.run_small('right', '', '--max-timeouts', 'x'), 2, '--max-timeouts')

    def test_ten_timeouts_in_a_row_are_too_many(self):
        for count, code in ((10, 1), (11, 3)):
            folder = self.dir / ('hanging-%d' % count)
            write_vectors(folder, [vector('v%d' % n, 'refuse') for n in range(count)])
            done = self.run_small('hang-except', 'v0', '--json', vectors=folder, timeout='700ms')
            self.assertEqual(done.returncode, code, done.stderr)

    def test_progress_in_logs(self):
        done = self.run_small('slower', '', '--json')
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, rb'^nitro-attest vectors run: [3-6] of 7 vectors, 0 timed out\n')

    def test_never_reading(self):
        began = time.monotonic()
        self.expect_error(self.run_small('never-reads', timeout='200ms'), 3, 'any of the first 3 requests', '200 ms')
        done = self.run_small('never-reads', '', '--id', 'r2', timeout='200ms')
        self.assertEqual(done.returncode, 1)
        self.assertIn(b'times out on r2', done.stdout)
        done = self.run_small('closes-input', '', '--id', 'r2', timeout='200ms')
        self.assertIn(b'times out on r2', done.stdout)
        self.assertLess(time.monotonic() - began, SLOW)


class NoAdapter(Case):
    def run_command(self, text, *words):
        return command('run', '--vectors', self.small, '--exec', text, *words)

    def test_a_program_that_does_not_exist(self):
        self.expect_error(self.run_command('/nonexistent/adapter'), 3, 'cannot start the adapter', 'not found')
        self.expect_error(self.run_command(str(self.small / 'manifest.json')), 3, 'cannot start the adapter')
        self.expect_error(command('run', '--vectors', self.small, '--exec-each', '/nonexistent/adapter'), 3,
                          'cannot start')

    def test_one_that_dies_before_any_answer(self):
        self.expect_error(self.run_small('dies-at-once'), 3, 'any of the first 3 requests', 'exit status 5')

    def test_invalid_commands(self):
        self.expect_error(command('run', '--vectors', self.small), 2, '--exec')
        self.expect_error(command('run', '--exec', 'cat', '--exec-each', 'cat'), 2, 'one of')
        self.expect_error(self.run_command('  '), 2, 'empty')
        for text in ('0s', '10', 'soon', '2d', '-1s'):
            self.expect_error(self.run_command('cat', '--timeout', text), 2, '--timeout')

    def test_ctrl_c_ends_the_adapter(self):
        with tempfile.TemporaryDirectory() as folder:
            name = os.path.join(folder, 'told')
            run = subprocess.Popen(
                [BINARY, 'vectors', 'run', '--vectors', self.small, '--exec', self.planted('hang-with-child')],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, 'PLANTED_PID': name})
            told, deadline = pathlib.Path(name + '.pid'), time.monotonic() + SLOW
            while not (told.exists() and told.read_text(encoding='utf-8').endswith('\n')):
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.01)
            run.send_signal(signal.SIGINT)
            self.assertEqual(run.wait(SLOW), -signal.SIGINT)
            pids = [int(n) for n in told.read_text(encoding='utf-8').split()]
        deadline = time.monotonic() + SLOW
        while any(alive(p) for p in pids):
            self.assertLess(time.monotonic(), deadline, 'the adapter outlived its runner')
            time.sleep(0.01)


class Exceptions(Case):
    def with_exceptions(self, mode, victim, content, *words, timeout='20s'):
        path = self.dir / 'exceptions.json'
        path.write_text(content if isinstance(content, str) else json.dumps({'version': 1, 'exceptions': content}),
                        encoding='utf-8')
        return self.run_small(mode, victim, '--exceptions', path, *words, timeout=timeout)

    def entry(self, name='r2', expect='accepts', key='id', reason='Known, see issue 1.'):
        return {key: name, 'expect': expect, 'reason': reason}

    def test_a_known_failure_does_not_fail_the_run(self):
        _, by_id = self.results(self.with_exceptions('accept', 'r2', [self.entry()], '--json'), 0)
        self.assertEqual((by_id['r2']['standing'], by_id['r2']['exception']), ('expected', 'Known, see issue 1.'))
        text = self.with_exceptions('accept', 'r2', [self.entry()]).stdout.decode()
        self.assertTrue(text.startswith('NO NEW FAILURES: 7 vectors, 7 decided, 6 agree, 1 known failure\n'), text)
        self.results(self.with_exceptions('segv', 'a1', [self.entry('a1', 'crashes')], '--json'), 0)
        self.results(self.with_exceptions('hang', 'a1', [self.entry('a1', 'times-out')], '--json', timeout='1500ms'), 0)
        self.results(self.with_exceptions('refuse', 'a1', [self.entry('a1', 'refuses')], '--json'), 0)

    def test_an_unexpected_pass_fails_the_run(self):
        done = self.with_exceptions('right', '', [self.entry()])
        self.assertEqual(done.returncode, 1)
        for text in (b'now agrees on r2', b'Known, see issue 1.', b'1 passes unexpectedly', b'EXCEPTIONS DO NOT MATCH'):
            self.assertIn(text, done.stdout)

    def test_a_different_failure_fails_the_run(self):
        _, by_id = self.results(self.with_exceptions('segv', 'r2', [self.entry()], '--json'), 1)
        self.assertEqual((by_id['r2']['outcome'], by_id['r2']['standing']), ('crashes', 'disagrees'))

    def test_a_class_covers_vectors_that_can_fail_this_way(self):
        all_of_both = [self.entry(c, key='class') for c in ('one', 'two')]
        report, _ = self.results(self.with_exceptions('accept', '', all_of_both, '--json'), 0)
        self.assertEqual((report['summary']['known_failures'], report['summary']['unexpected_passes']), (5, 0))
        _, by_id = self.results(self.with_exceptions('accept', 'r1', all_of_both[:1], '--json'), 1)
        self.assertEqual((by_id['r1']['standing'], by_id['r2']['standing']), ('expected', 'unexpected-pass'))

    def test_an_id_comes_before_its_class(self):
        entries = [self.entry('one', key='class'), self.entry('r1', 'crashes'), self.entry('two', key='class')]
        _, by_id = self.results(self.with_exceptions('accept', '', entries, '--json'), 1)
        self.assertEqual((by_id['r1']['standing'], by_id['r2']['standing']), ('disagrees', 'expected'))

    def test_invalid_answers_can_be_known(self):
        entry = dict(self.entry('a1', 'garbled'), issue='https://example.com/7')
        _, by_id = self.results(self.with_exceptions('rubbish', 'a1', [entry], '--json'), 0)
        self.assertEqual((by_id['a1']['standing'], by_id['a1']['issue']), ('expected', 'https://example.com/7'))
        self.assertIn(b'issue 1. (https://example.com/7)', self.with_exceptions('rubbish', 'a1', [entry]).stdout)

    def test_a_class_can_fail_in_two_ways(self):
        both = [self.entry('one', how, 'class') for how in ('accepts', 'crashes')]
        _, by_id = self.results(self.with_exceptions('accept-but-die-on', 'r2', both, '--json', '--class', 'one'), 1)
        self.assertEqual([by_id[name]['standing'] for name in ('r1', 'r2', 'a1')],
                         ['expected', 'expected', 'unexpected-pass'], 'a1 can only crash, and does not')
        few = ['--json', '--id', 'r1', '--id', 'r2']
        self.results(self.with_exceptions('accept-but-die-on', 'r2', both, *few), 0)
        self.expect_error(self.with_exceptions('right', '', [both[0], both[0]]), 2, 'twice')

    def test_a_stale_entry_for_a_class_fails_the_run(self):
        entries = [self.entry('two', 'crashes', 'class'), *(self.entry(n) for n in ('r3', 'r4', 'p1')),
                   self.entry('a2', 'refuses')]
        done = self.with_exceptions('wrong', '', entries, '--json', '--class', 'two')
        report, _ = self.results(done, 1)
        self.assertEqual((report['summary']['stale_exceptions'], report['summary']['known_failures']), (1, 4))
        self.assertEqual([(e['class'], e['expect']) for e in report['stale_exceptions']], [('two', 'crashes')])
        self.assertIn(b'  class two, "crashes": Known', self.with_exceptions('wrong', '', entries).stdout)
        self.results(self.with_exceptions('wrong', '', entries, '--json', '--id', 'a2', '--id', 'r3'), 0)
        self.results(self.with_exceptions('wrong', '', entries[1:], '--json', '--class', 'two'), 0)

    def test_a_known_failure_that_becomes_unsupported_fails_the_run(self):
        for entry in (self.entry(), self.entry('one', key='class')):
            done = self.with_exceptions('unsupported', 'r2', [entry], '--json', '--id', 'r2', '--id', 'a1')
            report, by_id = self.results(done, 1)
            self.assertEqual((by_id['r2']['standing'], report['summary']['undecided']), ('undecided', 1))
        self.assertIn(b'require a decision', self.with_exceptions('unsupported', 'r2', [self.entry()]).stdout)

    def test_unsupported_vectors_can_be_pinned(self):
        pinned = {'version': 1, 'require_decided': True, 'exceptions': []}
        _, by_id = self.results(self.with_exceptions('unsupported', 'r2', json.dumps(pinned), '--json'), 1)
        self.assertEqual(by_id['r2']['standing'], 'undecided')
        self.results(self.with_exceptions('right', '', json.dumps(pinned), '--json'), 0)
        free = json.dumps(dict(pinned, require_decided=False))
        self.results(self.with_exceptions('unsupported', 'r2', free, '--json'), 0)
        pinned['exceptions'] = [self.entry('r2', 'unsupported')]
        self.results(self.with_exceptions('unsupported', 'r2', json.dumps(pinned), '--json'), 0)
        _, by_id = self.results(self.with_exceptions('right', '', json.dumps(pinned), '--json'), 1)
        self.assertEqual(by_id['r2']['standing'], 'unexpected-pass')
        _, by_id = self.results(self.with_exceptions('accept', 'r2', json.dumps(pinned), '--json'), 1)
        self.assertEqual(by_id['r2']['standing'], 'disagrees')

    def test_a_class_that_passes_in_part_says_what_to_do(self):
        done = self.with_exceptions('accept', 'r1', [self.entry('one', key='class')])
        self.assertIn(b'replace it by the ids that fail', done.stdout)
        self.assertIn(b'the exceptions list "accepts" for the whole class: Known', done.stdout)

    def written(self, mode, victim='', *words, code=1, folder=None):
        path = self.dir / 'written.json'
        done = self.run_small(mode, victim, '--write-exceptions', path, *words, vectors=folder)
        self.assertEqual(done.returncode, code, done.stderr)
        entries = json.loads(path.read_text(encoding='utf-8'))['exceptions']
        return path, {(e.get('id') or e['class'], e['expect']): e for e in entries}

    def test_the_failures_of_a_run_can_be_written(self):
        path, entries = self.written('accept')
        self.assertEqual(set(entries), {(name, 'accepts') for name in ('r1', 'r2', 'r3', 'r4')}, 'p1 may differ')
        again = self.run_small('accept', '', '--exceptions', path, '--json')
        report, _ = self.results(again, 0)
        self.assertEqual(report['summary']['known_failures'], 4)
        self.results(self.run_small('right', '', '--exceptions', path, '--json'), 1)
        path, entries = self.written('unsupported', 'r1', code=0)
        self.assertEqual(set(entries), {('r1', 'unsupported')})
        self.results(self.run_small('unsupported', 'r1', '--exceptions', path, '--json'), 0)
        self.results(self.run_small('unsupported', 'r2', '--exceptions', path, '--json'), 1)
        self.assertEqual(self.written('right', code=0)[1], {})

    def test_written_exceptions_keep_the_reasons_that_still_hold(self):
        entries = [dict(self.entry('r1'), issue='7'), self.entry('a1', 'refuses'), self.entry('two', key='class'),
                   self.entry('r2', 'crashes')]
        self.with_exceptions('right', '', entries)
        old = ['--exceptions', self.dir / 'exceptions.json']
        _, now = self.written('accept', '', *old)
        self.assertEqual(set(now), {('r1', 'accepts'), ('two', 'accepts'), ('r2', 'accepts')})
        self.assertEqual((now['r1', 'accepts']['issue'], now['two', 'accepts'].get('class')), ('7', 'two'))
        self.assertIn('not reviewed', now['r2', 'accepts']['reason'])
        _, now = self.written('accept', 'r3', *old)
        self.assertEqual(set(now), {('r3', 'accepts')}, 'its class passes in part')
        self.assertEqual(now['r3', 'accepts']['reason'], 'Known, see issue 1.')

    def test_written_exceptions_keep_those_of_skipped_vectors(self):
        folder = self.dir / 'skipping'
        write_vectors(folder, SMALL + [GENUINE])
        path = self.dir / 'genuine.json'
        path.write_text(json.dumps({'version': 1, 'exceptions': [self.entry('g1', 'refuses')]}), encoding='utf-8')
        self.assertEqual(set(self.written('right', '', '--exceptions', path, code=0, folder=folder)[1]),
                         {('g1', 'refuses')})

    def test_exceptions_are_written_for_all_vectors_only(self):
        path = self.dir / 'never.json'
        for words in (['--id', 'r1'], ['--class', 'one'], ['--group', 'small']):
            self.expect_error(self.run_small('right', '', '--write-exceptions', path, *words), 2, 'all vectors')
        for wrong in (self.dir / 'none' / 'x', self.dir, ''):
            self.expect_error(self.run_small('right', '', '--write-exceptions', wrong), 3, 'cannot write')
        self.assertFalse(path.exists())

    def test_wrong_files(self):
        rows = [([self.entry('nobody')], 'unknown vector "nobody"'),
                ([self.entry('none', key='class')], 'unknown class "none"'),
                ([self.entry(reason='')], 'reason'), ([self.entry(reason='  ')], 'reason'),
                ([{'id': 'r1', 'expect': 'accepts'}], 'reason'), ([self.entry(expect='fails')], 'expect must be'),
                ([{'expect': 'accepts', 'reason': 'x'}], 'an id or a class'), ([self.entry(), self.entry()], 'twice'),
                ([dict(self.entry(), **{'class': 'one'})], 'not both'), ([dict(self.entry(), note='x')], 'key "note"'),
                ([self.entry('a1')], 'is not a possible failure of'),
                ([self.entry(reason=1)], 'reason is not a string'),
                (['r1'], 'object'),
                ('', 'line'), ('[]', 'not a JSON object'), ('{"version": 2, "exceptions": []}', 'must be'),
                ('{"version": 1, "exceptions": [], "x": 1}', 'unknown key "x"'),
                ('{"version": 1}', 'must be'), ('{"version": 1, "require_decided": 1, "exceptions": []}', 'true or'),
                ([dict(self.entry(), issue='')], 'issue is empty'), ([dict(self.entry(), issue=1)], 'not a string'),
                ('{"version": 1, "version": 1}', 'duplicate')]
        for content, text in rows:
            self.expect_error(self.with_exceptions('right', '', content), 2, text)
        self.expect_error(self.run_small('right', '', '--exceptions', self.dir / 'none'), 3, 'cannot open')


class Reports(Case):
    def test_the_report_is_the_json(self):
        path = self.dir / 'report.json'
        done = self.run_small('accept', '', '--report', path, '--json')
        strip = lambda text: [l for l in text.splitlines() if 'duration_ms' not in l]
        self.assertEqual(strip(path.read_text(encoding='utf-8')), strip(done.stdout.decode()))
        done = self.run_small('right', '', '--report', path)
        self.assertIn(b'AGREES', done.stdout)
        self.assertEqual(json.loads(path.read_text(encoding='utf-8'))['verdict'], 'agrees')

    def test_a_report_that_cannot_be_written(self):
        self.expect_error(self.run_small('right', '', '--report', self.dir / 'none' / 'x'), 3, 'cannot write')
        if os.path.exists('/dev/full'):
            self.assertEqual(self.run_small('right', '', '--json', '--report', '/dev/full').returncode, 3)

    def test_the_report_is_replaced_at_the_end(self):
        folder = self.dir / 'reports'
        folder.mkdir()
        path = folder / 'report.json'
        path.write_text('before', encoding='utf-8')
        self.expect_error(self.run_small('dies-at-once', '', '--report', path), 3, 'any of the first 3')
        self.assertEqual(path.read_text(encoding='utf-8'), 'before')
        run = subprocess.Popen([BINARY, 'vectors', 'run', '--vectors', self.small, '--report', path, '--exec',
                                self.planted('hang')], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        run.terminate()  # it ends its adapter too
        run.wait(SLOW)
        self.assertEqual((path.read_text(encoding='utf-8'), len(list(folder.iterdir()))), ('before', 1))
        self.assertEqual(self.run_small('right', '', '--report', path).returncode, 0)
        self.assertEqual(json.loads(path.read_text(encoding='utf-8'))['verdict'], 'agrees')
        link = folder / 'link.json'
        link.symlink_to('report.json')
        path.write_text('before', encoding='utf-8')
        self.assertEqual(self.run_small('right', '', '--report', link).returncode, 0)
        self.assertTrue(link.is_symlink())
        self.assertEqual(json.loads(path.read_text(encoding='utf-8'))['verdict'], 'agrees')

    def test_progress_and_colour_on_a_terminal_only(self):
        ours, theirs = pty.openpty()
        run = subprocess.run([BINARY, 'vectors', 'run', '--vectors', self.small, '--exec', self.planted('slow')],
                             stdout=theirs, stderr=theirs, timeout=60, check=False, env={**os.environ, 'TERM': 'xterm'})
        shown = os.read(ours, 65536)
        os.close(ours)
        os.close(theirs)
        self.assertEqual(run.returncode, 0)
        self.assertRegex(shown, rb'\r[a-z ]+: [1-7] of 7 vectors, ')
        self.assertIn(b'\033[1;32mAGREES', shown)


class Content(Case):
    def test_list_and_show(self):
        listed = json.loads(command('list', '--vectors', self.small, '--json').stdout)
        self.assertEqual((listed['version'], listed['count']), (1, 7))
        self.assertEqual([v['id'] for v in listed['vectors']], [v['id'] for v in SMALL])
        self.assertEqual(listed['vectors'][0]['expect'], expected('refuse'))
        text = command('list', '--vectors', self.small, '--class', 'two').stdout.decode()
        self.assertIn('accept', text)
        self.assertIn('4 vectors', text)
        out = self.dir / 'document.bin'
        text = command('show', 'r2', '--vectors', self.small, '--out', out).stdout.decode()
        self.assertEqual(out.read_bytes(), DOCUMENT)
        for word in ('About r2.', 'R-COSE-01', 'NATT_E_COSE_ARRAY', '200000 bytes', '"no-pcr-policy"', 'critical'):
            self.assertIn(word, text)
        self.expect_error(command('show', 'r9', '--vectors', self.small), 2, 'r9')
        for name, hint in (('twp', 'did you mean two?'), ('tap', 'nitro-attest vectors list shows all')):
            self.expect_error(command('list', '--vectors', self.small, '--class', name), 2, hint)
        self.expect_error(command('show', '--vectors', self.small), 2, 'ID')
        self.expect_error(command('show', 'r1', '--vectors', self.small, '--out', self.dir / 'none' / 'x'), 3)

    def test_show_of_a_genuine_document(self):
        folder = self.dir / 'one-genuine'
        write_vectors(folder, [GENUINE])
        self.assertIn(b'not available', command('show', 'g1', '--vectors', folder).stdout)
        self.expect_error(command('show', 'g1', '--vectors', folder, '--out', self.dir / 'g'), 2, '--genuine')

    def test_subcommands(self):
        self.assertEqual(command().returncode, 2)
        self.expect_error(command('lst'), 2, 'did you mean list?')
        for words in ([], ['list'], ['show'], ['run'], ['answer']):
            self.assertIn(b'usage: nitro-attest vectors', command(*words, '--help').stdout)
            self.assertIn(b'nitro-attest ', command(*words, '--version').stdout)

    def broken(self, edit):
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, 'copy')
            write_vectors(copy, SMALL[2:3])
            edit(pathlib.Path(copy))
            return command('run', '--vectors', copy, '--exec', 'cat')

    def test_broken_vectors_stop_the_run(self):
        rows = [(lambda f: (f / 'manifest.json').unlink(), 3, 'manifest.json: cannot open'),
                (lambda f: (f / 'manifest.json').write_text('{', encoding='utf-8'), 2, 'manifest.json: line 1'),
                (lambda f: (f / 'data/small.json').unlink(), 3, 'data/small.json: cannot open'),
                (lambda f: (f / 'data/small.json').write_text('{}', encoding='utf-8'), 2, 'the SHA-256 digest is')]
        for edit, code, text in rows:
            self.expect_error(self.broken(edit), code, text)
        self.expect_error(command('list', '--vectors', '/nonexistent'), 3, '/nonexistent')


class Reference(Case):
    def answer(self, **more):
        request = {'id': 'x', 'document': 'AAEC', 'roots': ['MDAw'], 'now_ms': 1760000000000,
                   'options': {'kind': 'enclave', 'time_mode': 'archive', 'flags': ['no-pcr-policy']}, **more}
        return command('answer', input=json.dumps(request).encode() + b'\n')

    def test_all_vectors_agree(self):
        done = command('run', '--vectors', VECTORS, '--exec', 'exec %s vectors answer' % BINARY, '--json')
        report, by_id = self.results(done, 0)
        self.assertGreaterEqual(report['summary']['agrees'], 900)
        self.assertEqual(report['summary']['agrees'] + report['summary']['skipped'], report['summary']['vectors'])
        for result in by_id.values():
            if result['outcome'] == 'agrees' and result['class'] != 'certificate-cache':  # a sequence has no code
                self.assertEqual(result['code'], result['expect_code'] or 'NATT_OK', result)

    def test_the_printed_exceptions_are_valid(self):
        page = pathlib.Path(VECTORS, 'FORMAT.md').read_text(encoding='utf-8')
        printed = page.split('```json\n')[1].split('```')[0]
        path = self.dir / 'printed.json'
        path.write_text(printed, encoding='utf-8')
        self.assertIn('"issue"', printed)
        self.results(command('run', '--vectors', VECTORS, '--exec', 'exec %s vectors answer' % BINARY, '--json',
                             '--exceptions', path, '--group', 'signature', '--class', 'cose-signature'), 0)

    def test_requests_it_cannot_answer_are_unsupported(self):
        options = {'kind': 'enclave', 'time_mode': 'archive', 'flags': ['no-pcr-policy']}
        for more in ({'new': 1}, {'flags': ['no-pcr-policy', 'new']}, {'kind': 'new'}):
            done = self.answer(options={**options, **more})
            self.assertEqual((done.returncode, json.loads(done.stdout)['result']), (0, 'unsupported'))
        done = self.answer(now_ms=1)  # a usage error of the verifier
        self.assertEqual(json.loads(done.stdout)['result'], 'unsupported')

    def test_the_cache_lives_as_long_as_a_sequence(self):
        with open(os.path.join(VECTORS, 'data', 'sequence.json'), encoding='utf-8') as f:
            group = json.load(f)
        valid = next(v for v in group['vectors'] if v['id'] == 'cached-valid')
        roots = [group['roots'][name] for name in valid['roots']]
        lines = []
        for name in (None, 'one', 'one', None, 'one', 'two', 'two'):
            request = {**{key: valid[key] for key in ('id', 'document', 'now_ms', 'options')}, 'roots': roots}
            lines.append(json.dumps({**request, **({'sequence': name} if name else {})}))
        done = command('answer', input='\n'.join(lines).encode() + b'\n')
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([a.get('reason', '-')[0] for a in answers], ['-', '0', '4', '-', '4', '0', '4'])
        self.assertEqual([a['values'] for a in answers], [valid['expect']['values']] * 7)

    def test_lines_that_are_not_requests(self):
        for more in ({'sequence': 1}, {'sequence': ''}, {'document': '!'}, {'roots': []}, {'id': 1}, {'now_ms': '1'},
                     {'options': []}):
            self.expect_error(self.answer(**more), 2, 'request: ')
        for line in (b'rubbish\n', b'{}\n', b'\n', b'x' * 5000000):
            self.expect_error(command('answer', input=line), 2, 'request: ')
        self.assertEqual(command('answer', input=b'').returncode, 0)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + sys.argv[3:], verbosity=2)
