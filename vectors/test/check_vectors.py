#!/usr/bin/python3
"""Checks the vectors: their form, their ids, that every rule and code is reached, and the manifest's digests.

Usage: check_vectors.py [ROOT]          the top folder of the repository
       check_vectors.py --faults [ROOT] plants one fault after another in a copy; each must be found
"""
import base64
import collections
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile

LEAST = 400
KEBAB = re.compile(r'^[a-z0-9]+(-[a-z0-9]+)*$')
HEX = re.compile(r'^([0-9a-f]{2})*$')
SEVERITIES = ('critical', 'high', 'medium', 'low', 'none')
# Reached by unit tests: no document leads to them.
EXCEPTED = re.compile(r'^NATT_(OK$|E_USAGE_|E_INTERNAL_)')
EXCEPTED_RULES = re.compile(r'^R-(USAGE|INTERNAL)-')
ORDER = ('id', 'description', 'rules', 'class', 'severity', 'policy', 'document', 'roots', 'now_ms', 'options', 'expect')
OPTIONS = {
    'kind': ('enclave', 'nitrotpm'), 'time_mode': ('now', 'archive'), 'max_age_ms': int, 'max_future_ms': int,
    'not_before_leeway_ms': int, 'not_after_leeway_ms': int, 'nonce': HEX, 'user_data': dict, 'public_key': dict,
    'module_id': str, 'region': str, 'limits': ('default', 'aws-1024', 'aws-512'), 'flags': list, 'pcr_policy': dict,
    'deny': list}
FLAGS = ('allow-debug', 'allow-unknown-fields', 'allow-weak-policy', 'no-pcr-policy', 'require-module-binding')


def load(root, *path):
    with open(os.path.join(root, *path), encoding='utf-8') as f:
        return json.load(f)


def text(root, *path):
    with open(os.path.join(root, *path), encoding='utf-8') as f:
        return f.read()


def codes_of(root):
    """Name -> rule."""
    found = re.findall(r'X\((NATT_\w+), \d+, \w+, "([^"]*)"', text(root, 'verify/include/nitro_attest/codes.h'))
    return dict(found)


def rules_of(root):
    return re.findall(r'^\| (R-[A-Z0-9]+-\d+) \|', text(root, 'docs/RULES.md'), re.M)


def fits(value, shape):
    if isinstance(shape, tuple):
        return value in shape
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and bool(shape.match(value))
    return isinstance(value, shape) and not isinstance(value, bool)


def option_faults(options):
    for key, value in options.items():
        unlimited = key == 'max_age_ms' and value == 'unlimited'
        if key not in OPTIONS or not (unlimited or fits(value, OPTIONS[key])):
            yield 'option %s cannot be read' % key
    for flag in options.get('flags', ['none at all']):
        if flag not in FLAGS:
            yield 'unknown flag %s' % flag
    if ('pcr_policy' in options) == ('no-pcr-policy' in options.get('flags', [])):
        yield 'either a PCR policy or the flag that there is none'
    if (options.get('time_mode') == 'archive') == ('max_age_ms' in options):
        yield 'max_age_ms goes with time_mode now, and only with it'
    if 'kind' not in options or 'time_mode' not in options:
        yield 'kind or time_mode is missing'


def document_faults(document):
    if isinstance(document, dict):
        if sorted(document) != ['file', 'sha256'] or not re.match(r'^[0-9a-f]{64}$', document['sha256']):
            yield 'a reference is a file and its SHA-256'
        return
    try:
        base64.b64decode(document, validate=True)
    except (TypeError, ValueError):
        yield 'the document is no base64'


def expect_faults(vector, codes):
    expect = vector['expect']
    if expect.get('result') == 'accept':
        if list(expect) != ['result'] or vector['severity'] != 'none':
            yield 'accept has no code, and severity none'
        return
    if list(expect) != ['result', 'code', 'offset', 'item'] or expect['result'] != 'refuse':
        yield 'refuse has a code, an offset and an item'
    elif expect['code'] not in codes:
        yield 'unknown code %s' % expect['code']
    elif codes[expect['code']] not in vector['rules']:
        yield 'the rule of %s is not among its rules' % expect['code']
    elif vector['severity'] == 'none':
        yield 'severity none is for vectors that are accepted'
    elif not all(value is None or fits(value, int) and value >= 0 for value in (expect['offset'], expect['item'])):
        yield 'offset and item are numbers or null'


def vector_faults(vector, group, codes, rules):
    missing = [key for key in ORDER if key != 'policy' and key not in vector]
    if missing or list(vector) != [key for key in ORDER if key in vector]:
        yield 'keys missing, unknown or in another order'
        return
    if not KEBAB.match(vector['id']) or not KEBAB.match(vector['class']):
        yield 'id and class are kebab-case'
    if not 5 <= len(vector['description']) <= 250 or not vector['description'].endswith(('.', '?')):
        yield 'the description is one sentence'
    if vector['severity'] not in SEVERITIES:
        yield 'unknown severity'
    if not vector['rules'] or len(set(vector['rules'])) != len(vector['rules']):
        yield 'rules: at least one, each once'
    for rule in vector['rules']:
        if rule not in rules:
            yield 'unknown rule %s' % rule
    if not vector['roots'] or any(name not in group['roots'] for name in vector['roots']):
        yield 'roots: at least one, each in the table of the file'
    if not fits(vector['now_ms'], int):
        yield 'now_ms is a number'
    for part in (option_faults(vector['options']), document_faults(vector['document']), expect_faults(vector, codes)):
        yield from part


def file_faults(root, entry):
    path = os.path.join(root, 'vectors', entry['file'])
    if not os.path.exists(path):
        yield '%s is missing' % entry['file']
        return
    with open(path, 'rb') as f:
        if hashlib.sha256(f.read()).hexdigest() != entry['sha256']:
            yield '%s: the digest in the manifest is another' % entry['file']


def manifest_faults(root, manifest):
    for entry in manifest['files']:
        yield from file_faults(root, entry)
    listed = {entry['file'] for entry in manifest['files']}
    for name in sorted(os.listdir(os.path.join(root, 'vectors', 'data'))):
        if 'data/' + name not in listed:
            yield 'data/%s is not in the manifest' % name
    if manifest['count'] != sum(entry['count'] for entry in manifest['files']):
        yield 'the manifest counts wrong'
    if manifest['count'] < LEAST:
        yield 'fewer than %d vectors' % LEAST
    if '## %d' % manifest['version'] not in text(root, 'vectors', 'CHANGELOG.md'):
        yield 'CHANGELOG.md does not know version %d' % manifest['version']


def coverage_faults(vectors, codes, rules):
    reached = {v['expect'].get('code') for v in vectors}
    refused = {rule for v in vectors for rule in v['rules']}
    for code in codes:
        if not EXCEPTED.match(code) and code not in reached:
            yield 'no vector reaches %s' % code
    for rule in rules:
        if not EXCEPTED_RULES.match(rule) and rule not in refused:
            yield 'no vector exercises %s' % rule
    for vector_id, count in collections.Counter(v['id'] for v in vectors).items():
        if count > 1:
            yield 'the id %s is used twice' % vector_id


def faults(root):
    codes, rules = codes_of(root), rules_of(root)
    manifest = load(root, 'vectors', 'manifest.json')
    found, vectors = list(manifest_faults(root, manifest)), []
    for entry in manifest['files']:
        if not os.path.exists(os.path.join(root, 'vectors', entry['file'])):
            continue
        group = load(root, 'vectors', entry['file'])
        if list(group) != ['group', 'version', 'description', 'roots', 'vectors']:
            found.append('%s: keys missing, unknown or in another order' % entry['file'])
        if len(group['vectors']) != entry['count'] or group['version'] != manifest['version']:
            found.append('%s: the manifest has another count or version' % entry['file'])
        for vector in group['vectors']:
            found += ['%s: %s' % (vector.get('id'), f) for f in vector_faults(vector, group, codes, rules)]
        vectors += group['vectors']
    return found + list(coverage_faults(vectors, codes, rules)), len(vectors)


# ---- planted faults: each edits a loaded group, or is a function of the copy's folder ----

def first(group, result='refuse'):
    return next(v for v in group['vectors'] if v['expect']['result'] == result)


def without_code(code):
    def edit(group):
        group['vectors'] = [v for v in group['vectors'] if v['expect'].get('code') != code]
    return edit


def without_rule(rule):
    def edit(group):
        group['vectors'] = [v for v in group['vectors'] if rule not in v['rules']]
    return edit


def setting(key, value, result='refuse'):
    return lambda group: first(group, result).__setitem__(key, value)


def deep(outer, key, value, result='refuse'):
    return lambda group: first(group, result)[outer].__setitem__(key, value)


FAULTS = [
    ('an id in capitals', 'kebab-case', setting('id', 'Not-Kebab')),
    ('a class with a space', 'kebab-case', setting('class', 'no class')),
    ('an id twice', 'used twice', lambda g: g['vectors'].append(dict(g['vectors'][0]))),
    ('no description', 'one sentence', setting('description', '')),
    ('an unknown severity', 'unknown severity', setting('severity', 'dire')),
    ('severity none of a refusal', 'severity none', setting('severity', 'none')),
    ('severity of a valid vector', 'severity none', setting('severity', 'low', 'accept')),
    ('an unknown rule', 'unknown rule', lambda g: first(g)['rules'].append('R-' + 'NONE-99')),
    ('no rule', 'at least one', setting('rules', [], 'accept')),
    ('the rule of another code', 'not among its rules', setting('rules', ['R-CHAIN-01'])),
    ('an unknown root', 'each in the table', setting('roots', ['nobody'])),
    ('a broken document', 'no base64', setting('document', '!!!!')),
    ('a reference without digest', 'its SHA-256', setting('document', {'file': 'x'})),
    ('now as text', 'now_ms', setting('now_ms', '1760000000000')),
    ('an unknown option', 'cannot be read', deep('options', 'nonse', '00')),
    ('an unknown flag', 'unknown flag', lambda g: first(g)['options']['flags'].append('allow-all')),
    ('no policy and no flag', 'either a PCR policy', deep('options', 'flags', [])),
    ('an age in archive mode', 'only with it', deep('options', 'time_mode', 'archive')),
    ('no kind', 'is missing', lambda g: first(g)['options'].pop('kind')),
    ('an unknown code', 'unknown code', deep('expect', 'code', 'NATT_E_NOTHING')),
    ('a negative offset', 'numbers or null', deep('expect', 'offset', -1)),
    ('a refusal without item', 'has a code', lambda g: first(g)['expect'].pop('item')),
    ('a code on a valid vector', 'accept has no code', deep('expect', 'code', 'NATT_OK', 'accept')),
    ('an unknown key', 'another order', setting('comment', 'x')),
    ('a code that is not reached', 'no vector reaches', without_code('NATT_E_COSE_ARRAY')),
    ('a rule that is not exercised', 'no vector exercises', without_rule('R-COSE-01')),
    ('another group key', 'another order', lambda g: g.__setitem__('extra', 1)),
    ('another version', 'count or version', lambda g: g.__setitem__('version', 999)),
]


def set_manifest(copy, edit):
    manifest = load(copy, 'vectors', 'manifest.json')
    edit(manifest)
    with open(os.path.join(copy, 'vectors', 'manifest.json'), 'w', encoding='utf-8') as f:
        json.dump(manifest, f)


def stray_file(copy):
    open(os.path.join(copy, 'vectors', 'data', 'stray.json'), 'w', encoding='utf-8').close()


MANIFEST_FAULTS = [
    ('another digest', 'digest', lambda c: set_manifest(c, lambda m: m['files'][0].__setitem__('sha256', '0' * 64))),
    ('a missing file', 'is missing', lambda c: os.remove(os.path.join(c, 'vectors', 'data', 'envelope.json'))),
    ('a file too many', 'not in the manifest', stray_file),
    ('a wrong total', 'counts wrong', lambda c: set_manifest(c, lambda m: m.__setitem__('count', 5000))),
    ('too few vectors', 'fewer than', lambda c: set_manifest(c, lambda m: m.__setitem__('count', 399))),
    ('a version without a log', 'does not know', lambda c: set_manifest(c, lambda m: m.__setitem__('version', 99))),
]


def make_copy(root, folder):
    for path in ('verify/include/nitro_attest/codes.h', 'docs/RULES.md'):
        os.makedirs(os.path.join(folder, os.path.dirname(path)))
        shutil.copy(os.path.join(root, path), os.path.join(folder, path))
    shutil.copytree(os.path.join(root, 'vectors'), os.path.join(folder, 'vectors'),
                    ignore=shutil.ignore_patterns('generator', 'test'))


def plant_in_group(copy, edit):
    group = load(copy, 'vectors', 'data', 'envelope.json')
    edit(group)
    with open(os.path.join(copy, 'vectors', 'data', 'envelope.json'), 'w', encoding='utf-8') as f:
        json.dump(group, f)


def plant_all(root):
    rows = [(name, word, lambda c, e=edit: plant_in_group(c, e)) for name, word, edit in FAULTS] + MANIFEST_FAULTS
    print('1..%d' % len(rows))
    failed = 0
    for n, (name, word, plant) in enumerate(rows, 1):
        with tempfile.TemporaryDirectory() as copy:
            make_copy(root, copy)
            plant(copy)
            found = any(word in fault for fault in faults(copy)[0])
        failed += not found
        print('%sok %d - finds %s' % ('' if found else 'not ', n, name))
    return 1 if failed else 0


def main():
    arguments = [a for a in sys.argv[1:] if a != '--faults']
    root = arguments[0] if arguments else os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if '--faults' in sys.argv:
        return plant_all(root)
    found, count = faults(root)
    for fault in found:
        print(fault)
    print('check_vectors: %d vectors, %d faults' % (count, len(found)))
    return 1 if found else 0


sys.exit(main())
