"""Runs nitro_verifier.py against the vectors: JSON lines on standard input and output.

The verifier checks document, chain, signature, time and debug mode. This adapter makes the comparisons of a caller on
the returned document. An exception that the verifier does not expect ends the process, and the runner counts a crash.
"""
import base64
import datetime
import json
import os
import sys
import warnings

from nitro_verifier import Refused, require, verify

# The only supported value of each option.
ONLY = {'kind': 'enclave', 'limits': 'default', 'not_before_leeway_ms': 0, 'not_after_leeway_ms': 0}
# Restrictions that neither verifier nor adapter checks. A refusal still counts, an acceptance does not.
NOT_DECIDED = ('region', 'deny')
COMPARED = ('time_mode', 'max_age_ms', 'max_future_ms', 'nonce', 'user_data', 'public_key', 'module_id', 'flags',
            'pcr_policy')
SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'schema', 'vectors.schema.json')
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def words_of_schema():
    """The words that this adapter supports: time modes, flags, modes of an expectation."""
    with open(SCHEMA, encoding='utf-8') as f:
        defs = json.load(f)['$defs']
    options, mode = defs['options']['properties'], defs['expectation']['properties']['mode']
    return options['time_mode']['enum'], options['flags']['items']['enum'], mode['enum']


TIME_MODES, FLAGS, MODES = words_of_schema()


def unsupported(options):
    """Why the vector is unsupported, or None."""
    for key, value in options.items():
        if key in ONLY and value != ONLY[key]:
            return '%s %s is not supported' % (key, value)
        if key not in ONLY and key not in COMPARED and key not in NOT_DECIDED:
            return 'option %s is not supported' % key
    if options.get('time_mode', 'now') not in TIME_MODES:
        return 'time_mode %s is not supported' % options['time_mode']
    for flag in options.get('flags', []):
        if flag not in FLAGS:
            return 'flag %s is not supported' % flag
    for key in ('user_data', 'public_key'):
        if key in options and options[key]['mode'] not in MODES:
            return '%s: mode %s is not supported' % (key, options[key]['mode'])
    return None


def not_decided(options):
    restricting = [flag for flag in options.get('flags', []) if flag.startswith('require-')]
    for name in [key for key in NOT_DECIDED if key in options] + restricting:
        return '%s is not checked' % name
    return None


def compare_time(timestamp, now_ms, options):
    require(timestamp <= now_ms + options.get('max_future_ms', 0), 'the timestamp is in the future')
    limit = options.get('max_age_ms', 'unlimited')
    require(limit == 'unlimited' or now_ms - timestamp <= limit, 'the document is too old')


def compare_expectation(expectation, value, name):
    if expectation['mode'] == 'absent':
        require(value is None, '%s is present' % name)
    else:
        require(value == bytes.fromhex(expectation['value']), '%s does not match' % name)


def set_matches(pcrs, wanted):
    """Values of one PCR are alternatives."""
    return all(pcrs.get(int(index)) in [bytes.fromhex(v) for v in values] for index, values in wanted['pcrs'].items())


def compare(fields, now_ms, options):
    compare_time(fields['timestamp'], now_ms, options)
    if 'nonce' in options:
        require(fields['nonce'] == bytes.fromhex(options['nonce']), 'nonce does not match')
    if 'module_id' in options:
        require(fields['module_id'] == options['module_id'], 'module_id does not match')
    for name in ('user_data', 'public_key'):
        if name in options:
            compare_expectation(options[name], fields[name], name)
    if 'pcr_policy' in options:
        sets = options['pcr_policy']['sets']
        require(any(set_matches(fields['pcrs'], wanted) for wanted in sets), 'no PCR set matches')


def decide(request):
    options = request['options']
    reason = unsupported(options)
    if reason:
        return 'unsupported', reason
    archive = options.get('time_mode') == 'archive'
    now = None if archive else EPOCH + datetime.timedelta(milliseconds=request['now_ms'])
    roots = [base64.b64decode(root) for root in request['roots']]
    try:
        fields = verify(base64.b64decode(request['document']), roots, now, 'allow-debug' in options.get('flags', []))
        compare(fields, request['now_ms'], options)
    except Refused as e:
        return 'refuse', str(e)
    reason = not_decided(options)
    return ('unsupported', reason) if reason else ('accept', None)


def main():
    # cryptography warns of inputs that a newer version will refuse. Only the result matters here.
    warnings.simplefilter('ignore')
    for line in sys.stdin:
        request = json.loads(line)
        result, reason = decide(request)
        answer = {'id': request['id'], 'result': result}
        if reason:
            answer['reason'] = reason
        print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    main()
