"""An adapter for tests of the runner. Its first argument selects how it behaves.

Usage: planted.py MODE VECTORS [ARGUMENT]
It reads the right answers from the vectors. A mode with a fault has it only for the vector whose id is ARGUMENT, and
answers all other requests correctly.
"""
import base64
import hashlib
import json
import os
import signal
import subprocess
import sys
import time


def right_answers(folder):
    answers = {}
    with open(os.path.join(folder, 'manifest.json'), encoding='utf-8') as f:
        names = [entry['file'] for entry in json.load(f)['files']]
    for name in names:
        with open(os.path.join(folder, name), encoding='utf-8') as f:
            answers.update((v['id'], v['expect']) for v in json.load(f)['vectors'])
    return answers


def say(text, end='\n'):
    sys.stdout.write(text + end)
    sys.stdout.flush()


def answer(name, result, **more):
    say(json.dumps({'id': name, 'result': result, **more}))


def hang():
    while True:
        time.sleep(60)


def hang_with_child():
    """Ignores SIGTERM, as its child does. The child writes its process id to the file PLANTED_PID + '.pid'."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen(['/bin/sh', '-c', 'trap "" TERM; sleep 60 & echo $$ $! >"$0.pid"; wait', PID_FILE])
    child.wait()


def leave_child():
    """Dies while its child keeps the output open."""
    subprocess.Popen(['sleep', '60'])
    os.kill(os.getpid(), signal.SIGSEGV)


def zombies():
    """Counts the zombies among the children of this process's ancestors."""
    parents, found = {os.getppid()}, 0
    rows = {}
    for name in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % name, encoding='utf-8') as f:
                state, parent = f.read().rsplit(')', 1)[1].split()[:2]
        except OSError:
            continue
        rows[int(name)] = (state, int(parent))
    parents |= {rows[p][1] for p in parents if p in rows}
    for state, parent in rows.values():
        found += state == 'Z' and parent in parents
    return found


def wrong_values(name):
    """One value is not in the document. The others are right, and some are left out."""
    right = ANSWERS[name].get('values', {})
    answer(name, 'accept', values={'timestamp': right.get('timestamp', 0), 'nonce': 'abcd'})


def some_values(name):
    """As a verifier that returns few values."""
    right = ANSWERS[name].get('values', {})
    answer(name, 'accept', values={'nonce': right.get('nonce'), 'pcrs': dict(list(right.get('pcrs', {}).items())[:1])})


def extra_pcr(name):
    values = ANSWERS[name].get('values', {})
    answer(name, 'accept', values={'pcrs': {**values.get('pcrs', {}), '30': '00' * 48}})


class Cache:
    """What a verifier keeps in a sequence."""
    sequence, seen = None, set()

    @classmethod
    def begin(cls, request):
        if request.get('sequence') != cls.sequence:
            cls.sequence, cls.seen = request.get('sequence'), set()


def cache_that_accepts_twins(name):
    """Its certificates count as verified because documents with these names were."""
    result = 'accept' if Cache.sequence and 'accept' in Cache.seen else ANSWERS[name]['result']
    Cache.seen.add(result)
    answer(name, result)


def cache_of_failures(name):
    result = 'refuse' if Cache.sequence and 'refuse' in Cache.seen else ANSWERS[name]['result']
    Cache.seen.add(result)
    answer(name, result)


def cache_of_values(name):
    """Returns the values of the first document again."""
    Cache.seen = Cache.seen or {json.dumps(ANSWERS[name].get('values'))}
    answer(name, ANSWERS[name]['result'], values=json.loads(next(iter(Cache.seen))) if Cache.sequence else None)


def digest(name):
    """Reports the document that it got."""
    RIGHT(name, reason=hashlib.sha256(base64.b64decode(REQUEST['document'])).hexdigest())


# Actions that replace the right answer.
WRONG = {
    'accept': lambda name: answer(name, 'accept'),
    'refuse': lambda name: answer(name, 'refuse', code='E', reason='\033[31mno'),
    'unsupported': lambda name: answer(name, 'unsupported', reason='cannot'),
    'hang': lambda name: hang(),
    'hang-with-child': lambda name: hang_with_child(),
    'leave-child': lambda name: leave_child(),
    'exit': lambda name: sys.exit('first line\nthe last words'),
    'exit-0': lambda name: sys.exit(0),
    'segv': lambda name: os.kill(os.getpid(), signal.SIGSEGV),
    'rubbish': lambda name: say('\033[31mrubbish'),
    'array': lambda name: say('[]'),
    'other-id': lambda name: answer('another', 'accept'),
    'other-result': lambda name: answer(name, 'maybe'),
    'typed': lambda name: answer(name, True),
    'no-result': lambda name: say('{"id": "%s"}' % name),
    'id-list': lambda name: answer([name], 'accept'),
    'code-number': lambda name: answer(name, 'accept', code=7),
    'nul-reason': lambda name: answer(name, ANSWERS[name]['result'], code='A\0B', reason='one\0two'),
    'nul-result': lambda name: answer(name, ANSWERS[name]['result'] + '\0'),
    'nul-id': lambda name: answer(name + '\0x', ANSWERS[name]['result']),
    'twice': lambda name: [say('{"id": "%s", "result": "accept"}\n' % name * 2, end='')],
    'oversize': lambda name: [say('x' * 100000), hang()],
    'endless': lambda name: [say('x' * 10000, end='') for _ in iter(int, 1)],
    'no-line-end': lambda name: [say('{"id": "%s", "result": "accept"}' % name, end=''), hang()],
    'half': lambda name: [say('{"id": ', end=''), sys.exit(0)],
    'close': lambda name: [os.close(1), hang()],
    'answer-and-die': lambda name: [RIGHT(name), os.kill(os.getpid(), signal.SIGSEGV)],
    'answer-and-hang': lambda name: [RIGHT(name), hang()],
    'answer-with-status': lambda name: [RIGHT(name), sys.exit(3)],
    'zombies': lambda name: answer(name, 'unsupported', reason='%d zombies' % zombies()),
    'wrong-values': wrong_values,
    'some-values': some_values,
    'extra-pcr': extra_pcr,
    'no-values': lambda name: answer(name, ANSWERS[name]['result']),
    'null-values': lambda name: answer(name, ANSWERS[name]['result'], values=None),
    'list-of-values': lambda name: answer(name, 'accept', values=[]),
    'unknown-value': lambda name: answer(name, 'accept', values={'Nonce': '00'}),
    'upper-value': lambda name: answer(name, 'accept', values={'nonce': 'AB'}),
    'cache-accepts-twins': cache_that_accepts_twins,
    'cache-of-failures': cache_of_failures,
    'cache-of-values': cache_of_values,
    'no-sequences': lambda name: answer(name, 'unsupported') if REQUEST.get('sequence') else RIGHT(name),
    'segv-in-sequence': lambda name: os.kill(os.getpid(), signal.SIGSEGV) if REQUEST.get('sequence') else RIGHT(name),
    'digest': digest,
    'wrong': lambda name: answer(name, 'refuse' if ANSWERS[name]['result'] == 'accept' else 'accept'),
    'slower': lambda name: [time.sleep(1.7), RIGHT(name)],
    'slow': lambda name: [time.sleep(0.2), RIGHT(name)],
}


def answer_without_flush():
    """As an adapter that leaves its answers in the buffer of standard output."""
    for request in iter(sys.stdin.readline, ''):
        name = json.loads(request)['id']
        sys.stdout.write(json.dumps({'id': name, 'result': ANSWERS[name]['result']}) + '\n')


def RIGHT(name, **more):
    right = ANSWERS[name]
    more.update({'values': right['values']} if 'values' in right else {})
    answer(name, right['result'], code=right.get('code'), **more)


def flood():
    for _ in range(64):
        os.write(2, b'noise ' * 5000 + b'\n')
    os.write(2, b'the end of the flood\n')


BEFORE_READING = {'never-reads': hang, 'floods': flood, 'dies-at-once': lambda: sys.exit(5),
                  'no-flush': answer_without_flush,
                  'closes-input': lambda: [os.close(0), hang()]}
MODE, FOLDER = sys.argv[1:3]
VICTIM = sys.argv[3] if len(sys.argv) > 3 else None
PID_FILE = os.environ.get('PLANTED_PID', '')
ANSWERS = right_answers(FOLDER)
BEFORE_READING.get(MODE, lambda: None)()
for line in iter(sys.stdin.readline, ''):
    REQUEST = json.loads(line)
    Cache.begin(REQUEST)
    asked = REQUEST['id']
    if MODE == 'hang-except':
        WRONG['hang'](asked) if asked not in VICTIM.split(',') else RIGHT(asked)
    elif MODE == 'accept-but-die-on':
        WRONG['segv' if asked == VICTIM else 'accept'](asked)
    elif MODE in WRONG and VICTIM in (None, asked):
        WRONG[MODE](asked)
    else:
        RIGHT(asked)
