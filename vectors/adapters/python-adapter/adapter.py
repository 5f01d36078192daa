"""Runs a verifier written in Python against the vectors: JSON lines on standard input and output.

The peer verifies document, chain, signature and time. This module makes the comparisons of a caller on the returned
fields. Only Refused is a refusal: any other exception ends the process, and the runner counts a crash.
"""
import base64
import json
import os
import sys
import warnings

# The only supported value of each option.
ONLY = {'kind': 'enclave', 'time_mode': 'now', 'limits': 'default', 'not_before_leeway_ms': 0,
        'not_after_leeway_ms': 0}
# Restrictions that neither peer nor caller checks. A refusal still counts, an acceptance does not.
NOT_DECIDED = ('region', 'deny')
COMPARED = ('max_age_ms', 'max_future_ms', 'nonce', 'user_data', 'public_key', 'module_id', 'flags', 'pcr_policy')
SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'schema', 'vectors.schema.json')


class Refused(Exception):
    """The peer or the caller refuses the document. The message has the reason."""


class Unsupported(Exception):
    """The peer cannot be asked. The message has the reason."""


def require(condition, reason):
    if not condition:
        raise Refused(reason)


def words_of_schema():
    """The flags, and the modes of an expectation."""
    with open(SCHEMA, encoding='utf-8') as f:
        defs = json.load(f)['$defs']
    return (defs['options']['properties']['flags']['items']['enum'],
            defs['expectation']['properties']['mode']['enum'])


FLAGS, MODES = words_of_schema()


def check_supported(options):
    for key, value in options.items():
        if key in ONLY and value != ONLY[key]:
            raise Unsupported('%s %s is not supported' % (key, value))
        if key not in ONLY and key not in COMPARED and key not in NOT_DECIDED:
            raise Unsupported('option %s is not supported' % key)
    for flag in options['flags']:
        if flag not in FLAGS:
            raise Unsupported('flag %s is not supported' % flag)
    for key in ('user_data', 'public_key'):
        if key in options and options[key]['mode'] not in MODES:
            raise Unsupported('%s: mode %s is not supported' % (key, options[key]['mode']))


def check_decided(options):
    restricting = [flag for flag in options['flags'] if flag.startswith('require-')]
    for name in [key for key in NOT_DECIDED if key in options] + restricting:
        raise Unsupported('%s is not checked' % name)


def field(fields, name):
    if name not in fields:
        raise Unsupported('the peer does not return %s' % name)
    return fields[name]


def compare_time(timestamp, now_ms, options):
    require(timestamp <= now_ms + options.get('max_future_ms', 0), 'the timestamp is in the future')
    limit = options['max_age_ms'] if 'max_age_ms' in options else 'unlimited'
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
    compare_time(field(fields, 'timestamp'), now_ms, options)
    if 'nonce' in options:
        require(field(fields, 'nonce') == bytes.fromhex(options['nonce']), 'nonce does not match')
    if 'module_id' in options:
        require(field(fields, 'module_id') == options['module_id'], 'module_id does not match')
    for name in ('user_data', 'public_key'):
        if name in options:
            compare_expectation(options[name], field(fields, name), name)
    if 'pcr_policy' in options:
        sets = options['pcr_policy']['sets']
        require(any(set_matches(field(fields, 'pcrs'), wanted) for wanted in sets), 'no PCR set matches')


def decide(verify, request):
    options = request['options']
    try:
        check_supported(options)
        if len(request['roots']) != 1:
            raise Unsupported('the peer accepts exactly one root')
        root, document = base64.b64decode(request['roots'][0]), base64.b64decode(request['document'])
        compare(verify(document, root, request['now_ms'], options), request['now_ms'], options)
        check_decided(options)
    except Unsupported as e:
        return 'unsupported', str(e)
    except Refused as e:
        return 'refuse', str(e)
    return 'accept', None


def run(verify):
    """Answers all requests until the input ends. `verify` calls the peer with the document, the root in DER, the time
    in milliseconds and the options, and returns the fields that the peer returns."""
    # cryptography warns of inputs that a newer version will refuse. Only the result matters here.
    warnings.simplefilter('ignore')
    for line in sys.stdin:
        request = json.loads(line)
        result, reason = decide(verify, request)
        answer = {'id': request['id'], 'result': result}
        if reason:
            answer['reason'] = reason[:300]
        print(json.dumps(answer), flush=True)
