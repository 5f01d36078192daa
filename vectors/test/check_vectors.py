#!/usr/bin/python3
"""Checks the vectors: format, ids, coverage of every rule and code, the digests in the manifest, and with traits.py
severity, reach and tags.

Usage: check_vectors.py [ROOT]          the top folder of the repository
       check_vectors.py --faults [ROOT] plants one fault after another in a copy; the check must find each
"""
import base64
import collections
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import traits

LEAST, LEAST_SEQUENCES, LEAST_PATCHES = 400, 20, 30
WITH_VALUES = {'boundaries', 'cbor', 'document', 'envelope', 'names', 'nitrotpm', 'policy', 'sequence', 'valid'}
SCHEMA = ('vectors', 'schema', 'vectors.schema.json')
# Unit tests cover these: no document reaches them.
EXCEPTED = re.compile(r'^NATT_(OK$|E_USAGE_|E_INTERNAL_)')
EXCEPTED_RULES = re.compile(r'^R-(USAGE|INTERNAL)-')
TYPES = {dict: 'object', list: 'array', str: 'string', int: 'integer', type(None): 'null', bool: 'boolean',
         float: 'number'}
LEAST_SIZE = {str: 'minLength', list: 'minItems', dict: 'minProperties', int: 'minimum'}
KEYWORDS = {'$schema', '$defs', '$ref', 'title', 'description', 'contentEncoding', 'type', 'enum', 'const', 'pattern',
            'items', 'oneOf',
            'if', 'then', 'else', 'not', 'required', 'properties', 'patternProperties', 'additionalProperties',
            'uniqueItems',
            *LEAST_SIZE.values()}


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


# ---- JSON Schema: the part that schema/vectors.schema.json uses ----

def fits(value, shape, defs):
    return not any(shape_faults(value, shape, defs, ''))


def shape_faults(value, shape, defs, where):
    if not KEYWORDS.issuperset(shape):
        yield 'the schema has keywords that this check does not know: %s' % sorted(set(shape) - KEYWORDS)
    if '$ref' in shape:
        yield from shape_faults(value, defs[shape['$ref'].rsplit('/', 1)[1]], defs, where)
    yield from value_faults(value, shape, where)
    for n, item in enumerate(value if isinstance(value, list) else ()):
        yield from shape_faults(item, shape.get('items', {}), defs, '%s[%d]' % (where, n))
    if isinstance(value, dict):
        yield from member_faults(value, shape, defs, where)
    if 'oneOf' in shape and sum(fits(value, one, defs) for one in shape['oneOf']) != 1:
        yield '%s matches none of its forms' % where
    if 'if' in shape:
        yield from shape_faults(value, shape['then' if fits(value, shape['if'], defs) else 'else'], defs, where)
    if 'not' in shape and fits(value, shape['not'], defs):
        yield '%s: not allowed together with %s' % (where, ', '.join(shape['not']['required']))


def value_faults(value, shape, where):
    least, size = LEAST_SIZE.get(type(value)), value if isinstance(value, int) else len(value or ())
    if 'type' in shape and TYPES[type(value)] not in shape['type']:  # a name, or a list of names
        yield '%s is not of type %s' % (where, shape['type'])
    elif value not in shape.get('enum', [shape.get('const', value)]):
        yield '%s: unknown word %s' % (where, value)
    elif 'pattern' in shape and isinstance(value, str) and not re.search(shape['pattern'].replace('$', r'\Z'), value):
        yield '%s does not match %s' % (where, shape['pattern'])
    elif least in shape and size < shape[least]:
        yield '%s is below %s' % (where, least)
    elif 'uniqueItems' in shape and len(set(value)) != size:
        yield '%s has a duplicate entry' % where


def member_faults(value, shape, defs, where):
    for key in shape.get('required', ()):
        if key not in value:
            yield '%s.%s is missing' % (where, key)
    for key, part in value.items():
        shapes = [more for pattern, more in shape.get('patternProperties', {}).items() if re.search(pattern, key)]
        more = shape.get('properties', {}).get(key, (shapes + [shape.get('additionalProperties', {})])[0])
        if more is False:
            yield '%s: unknown key %s' % (where, key)
        else:
            yield from shape_faults(part, more, defs, '%s.%s' % (where, key))


# ---- rules that a schema cannot express ----

def option_faults(options):
    if ('pcr_policy' in options) == ('no-pcr-policy' in options.get('flags', [])):
        yield 'either pcr_policy or the flag no-pcr-policy is required'


def document_faults(document):
    end = 0
    for n, edit in enumerate(document.get('patch', ()) if isinstance(document, dict) else ()):
        if edit['offset'] < end:
            yield 'patch[%d] begins before the end of the edit before it' % n
        if not edit['remove'] and not edit['insert']:
            yield 'patch[%d] changes nothing' % n
        end = edit['offset'] + edit['remove']
    try:
        base64.b64decode('' if isinstance(document, dict) else document, validate=True)
    except (TypeError, ValueError):
        yield 'the document is not base64'


def expect_faults(vector, codes):
    expect = vector['expect']
    if (expect['result'] == 'accept') != (vector['severity'] == 'none'):
        yield 'severity must be none for accept, and only for accept'
    elif expect['result'] == 'refuse' and expect['code'] not in codes:
        yield 'unknown code %s' % expect['code']
    elif expect['result'] == 'refuse' and codes[expect['code']] not in vector['rules']:
        yield 'the rule of %s is not in rules' % expect['code']


def head_faults(vector, rules):
    """Of a vector or a sequence."""
    if not 5 <= len(vector['description']) <= 250 or not vector['description'].endswith(('.', '?')):
        yield 'the description must have 5 to 250 characters and end with . or ?'
    for rule in vector['rules']:
        if rule not in rules:
            yield 'unknown rule %s' % rule


def vector_faults(vector, group, codes, rules):
    yield from head_faults(vector, rules)
    if any(name not in group['roots'] for name in vector['roots']):
        yield 'roots: a name is not in the table of the file'
    for part in (option_faults(vector['options']), document_faults(vector['document']), expect_faults(vector, codes)):
        yield from part


def order_faults(value, shape, where):
    if list(value) != [key for key in shape['properties'] if key in value]:
        yield '%s: the keys are in the wrong order' % where


def values_faults(vector, group, defs):
    values = vector['expect'].get('values')
    if values:
        yield from order_faults(values, defs['values'], vector['id'])
        if set(values) != set(defs['values']['properties']):
            yield '%s: values are missing' % vector['id']
        if list(values.get('pcrs', ())) != sorted(values.get('pcrs', ()), key=int):
            yield '%s: the PCRs are not in ascending order' % vector['id']
    elif group['group'] in WITH_VALUES and vector['expect']['result'] == 'accept':
        yield '%s: it has no values' % vector['id']


def sequence_faults(sequence, group, schema, rules, critical):
    """Of a sequence that matches the schema."""
    steps = {v['id']: v for v in group['vectors']}
    order = schema['$defs']['severity']['enum']
    yield from order_faults(sequence, schema['$defs']['sequence'], sequence['id'])
    yield from head_faults(sequence, rules)
    unknown = [step for step in sequence['steps'] if step not in steps]
    if unknown:
        yield '%s is not a vector of this file' % ', '.join(unknown)
        return
    worst = min((steps[step] for step in sequence['steps']), key=lambda v: order.index(v['severity']))
    for key in ('severity', 'reach', 'rules', 'tags'):
        if sequence[key] != worst[key]:
            yield '%s is not that of its worst step, %s' % (key, worst['id'])
    if sequence['severity'] == 'critical' and sequence['class'] not in critical:
        yield 'critical, but FORMAT.md does not list the class %s' % sequence['class']


def content_faults(vector, group, schema, codes, rules, trait_rules):
    """Faults of a vector that matches the schema."""
    name, defs = vector['id'], schema['$defs']
    yield from order_faults(vector, defs['vector'], name)
    yield from order_faults(vector['options'], defs['options'], name)
    yield from values_faults(vector, group, defs)
    own = list(vector_faults(vector, group, codes, rules))
    for fault in own or trait_rules.faults(vector):
        yield '%s: %s' % (name, fault)


@functools.lru_cache(maxsize=None)
def trait_rules_of(format_text, rules_text, schema_text):
    return traits.Rules(format_text, rules_text, json.loads(schema_text))


@functools.lru_cache(maxsize=None)  # planted faults do not change most files
def group_faults(group_text, schema_text, codes, rules, trait_rules):
    group, schema = json.loads(group_text), json.loads(schema_text)
    return list(checked_group(group, schema, dict(codes), rules, trait_rules))


def checked_group(group, schema, codes, rules, trait_rules):
    defs, name = schema['$defs'], str(group.get('group'))
    yield from shape_faults({key: [] if key in ('vectors', 'sequences') else part for key, part in group.items()},
                            dict(schema, properties=dict(schema['properties'], sequences={})), defs, name)
    yield from value_faults(group.get('sequences', [None]), schema['properties']['sequences'], name + '.sequences')
    yield from order_faults(group, schema, name)
    for vector in group['vectors']:
        formal = list(shape_faults(vector, defs['vector'], defs, str(vector.get('id'))))
        yield from formal or content_faults(vector, group, schema, codes, rules, trait_rules)
    for sequence in group.get('sequences', ()):
        formal = list(shape_faults(sequence, defs['sequence'], defs, str(sequence.get('id'))))
        for fault in formal or sequence_faults(sequence, group, schema, rules, trait_rules.critical):
            yield '%s: %s' % (sequence.get('id'), fault)


def word_faults(root):
    """Files generated from the schema are up to date, and FORMAT.md explains each option and each word."""
    done = subprocess.run([sys.executable, os.path.join(root, 'vectors', 'generate-words'), '--check'],
                          stdout=subprocess.PIPE, text=True)
    yield from done.stdout.splitlines() or ['generate-words failed'] * done.returncode
    schema = load(root, *SCHEMA)
    explained = set(re.findall(r'[\w-]+', text(root, 'vectors', 'FORMAT.md')))
    lists = re.findall(r'"enum": \[(.*?)\]', json.dumps(schema))
    words = [word for words in lists for word in re.findall(r'[\w-]+', words)]
    defs = [schema['$defs'][name] for name in ('vector', 'options', 'values', 'edit', 'sequence')]
    keys = [key for part in defs for key in part['properties']]
    for word in [*schema['properties'], *keys, *words]:
        if word not in explained:
            yield 'FORMAT.md does not explain %s' % word


def file_faults(root, entry):
    path = os.path.join(root, 'vectors', entry['file'])
    if not os.path.exists(path):
        yield '%s is missing' % entry['file']
        return
    with open(path, 'rb') as f:
        if hashlib.sha256(f.read()).hexdigest() != entry['sha256']:
            yield '%s: the digest does not match the manifest: run natt-make-vectors vectors' % entry['file']


def manifest_faults(root, manifest):
    if manifest.get('format') != load(root, *SCHEMA)['properties']['format']['const']:
        yield 'the format in the manifest is not that of the schema'
    for entry in manifest['files']:
        yield from file_faults(root, entry)
    listed = {entry['file'] for entry in manifest['files']}
    for name in sorted(os.listdir(os.path.join(root, 'vectors', 'data'))):
        if 'data/' + name not in listed:
            yield 'data/%s is not in the manifest' % name
    if manifest['count'] != sum(entry['count'] for entry in manifest['files']):
        yield 'the total count in the manifest is wrong'
    if manifest['count'] < LEAST:
        yield 'fewer than %d vectors' % LEAST
    if '## %d' % manifest['version'] not in text(root, 'vectors', 'CHANGELOG.md'):
        yield 'CHANGELOG.md has no entry for version %d' % manifest['version']


def coverage_faults(vectors, sequences, codes, rules):
    """sequences: their ids."""
    if len(sequences) < LEAST_SEQUENCES:
        yield 'fewer than %d sequences' % LEAST_SEQUENCES
    reached = {v['expect'].get('code') for v in vectors}
    refused = {rule for v in vectors for rule in v['rules']}
    for code in codes:
        if not EXCEPTED.match(code) and code not in reached:
            yield 'no vector reaches %s' % code
    for rule in rules:
        if not EXCEPTED_RULES.match(rule) and rule not in refused:
            yield 'no vector exercises %s' % rule
    if sum(not isinstance(v['document'], str) and 'patch' in v['document'] for v in vectors) < LEAST_PATCHES:
        yield 'fewer than %d patches' % LEAST_PATCHES
    for vector_id, count in collections.Counter([v['id'] for v in vectors] + sequences).items():
        if count > 1:
            yield 'the id %s is used twice' % vector_id


def faults(root):
    codes, rules = codes_of(root), rules_of(root)
    manifest, schema_text = load(root, 'vectors', 'manifest.json'), text(root, *SCHEMA)
    trait_rules = trait_rules_of(text(root, 'vectors', 'FORMAT.md'), text(root, 'docs', 'rules.toml'), schema_text)
    found, vectors, sequences = [*manifest_faults(root, manifest), *trait_rules.own_faults()], [], []
    for entry in manifest['files']:
        if not os.path.exists(os.path.join(root, 'vectors', entry['file'])):
            continue
        group = load(root, 'vectors', entry['file'])
        if len(group['vectors']) != entry['count'] or group['version'] != manifest['version']:
            found.append('%s: count or version does not match the manifest' % entry['file'])
        found += group_faults(text(root, 'vectors', entry['file']), schema_text, tuple(codes.items()), tuple(rules),
                              trait_rules)
        vectors += group['vectors']
        sequences += [str(sequence.get('id')) for sequence in group.get('sequences', ())]
    return found + list(coverage_faults(vectors, sequences, codes, rules)), len(vectors)


# ---- planted faults: each edits a loaded group, or the folder of the copy ----

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


def refused_by(code, *rules, **more):
    """As if the first refusal had this code."""
    return lambda group: first(group).update(expect=dict(first(group)['expect'], code=code), rules=list(rules), **more)


def values(edit):
    return lambda group: edit(first(group, 'accept')['expect']['values'])


def patch(*edits):
    return setting('document', {'sha256': '0' * 64, 'file': 'x', 'patch': [
        {'offset': offset, 'remove': remove, 'insert': insert} for offset, remove, insert in edits]})


def sequence(group, **more):
    """As the first refusal after the first valid document."""
    worst = first(group)
    return {'id': 'a-sequence', 'description': 'A sequence.', 'rules': worst['rules'], 'class': 'certificate-cache',
            'severity': worst['severity'], 'reach': worst['reach'], 'tags': worst['tags'],
            'steps': [first(group, 'accept')['id'], worst['id']], **more}


def sequences(*rows):
    """Each row is what differs from a right one; None: it is left out."""
    def edit(group):
        made = [sequence(group, **row) for row in rows]
        group['sequences'] = [{k: v for k, v in one.items() if v is not None} for one in made]
    return edit


def named(name, **more):
    return lambda group: next(v for v in group['vectors'] if v['id'] == name).update(more)


FAULTS = [
    ('an id in capitals', '.id does not match', setting('id', 'Not-Kebab')),
    ('a class with a space', '.class does not match', setting('class', 'no class')),
    ('a class with a line end', '.class does not match', setting('class', 'class\n')),
    ('an id twice', 'used twice', lambda g: g['vectors'].append(dict(g['vectors'][0]))),
    ('no description', 'below minLength', setting('description', '')),
    ('no full stop', 'must have 5 to 250', setting('description', 'no full stop')),
    ('an unknown severity', '.severity: unknown word', setting('severity', 'dire')),
    ('severity none of a refusal', 'severity must be none', setting('severity', 'none')),
    ('severity of a valid vector', 'severity must be none', setting('severity', 'low', 'accept')),
    ('an unknown rule', 'unknown rule', lambda g: first(g)['rules'].append('R-' + 'NONE-99')),
    ('no rule', '.rules is below minItems', setting('rules', [], 'accept')),
    ('a rule twice', '.rules has a duplicate entry', lambda g: first(g)['rules'].append(first(g)['rules'][0])),
    ('the rule of a different code', 'is not in rules', setting('rules', ['R-CHAIN-01'])),
    ('an unknown root', 'not in the table', setting('roots', ['nobody'])),
    ('no root', '.roots is below minItems', setting('roots', [])),
    ('a broken document', '.document matches none of its forms', setting('document', '!!!!')),
    ('a truncated document', 'not base64', setting('document', 'AAA')),
    ('a reference without digest', '.document matches none of its forms', setting('document', {'file': 'x'})),
    ('now as a string', '.now_ms is not of type integer', setting('now_ms', '1760000000000')),
    ('now as a boolean', '.now_ms is not of type integer', setting('now_ms', True)),
    ('now before 1970', '.now_ms is below minimum', setting('now_ms', -1)),
    ('an unknown option', '.options: unknown key nonse', deep('options', 'nonse', '00')),
    ('an unknown word', '.options.kind: unknown word enclaves', deep('options', 'kind', 'enclaves')),
    ('an unknown flag', 'unknown word allow-all', lambda g: first(g)['options']['flags'].append('allow-all')),
    ('an unknown mode', '.user_data.mode: unknown word equal', deep('options', 'user_data',
                                                                    {'mode': 'equal', 'value': '00'})),
    ('an unknown type', '.deny[0].type: unknown word sha1', deep('options', 'deny', [{'type': 'sha1', 'value': '00'}])),
    ('an unknown PCR', '.pcrs: unknown key 32', deep('options', 'pcr_policy',
                                                     {'version': 1, 'sets': [{'name': 'a', 'pcrs': {'32': ['00']}}]})),
    ('a short value', '.pcrs.0[0] does not match', deep('options', 'pcr_policy',
                                                          {'version': 1,
                                                           'sets': [{'name': 'a', 'pcrs': {'0': ['00']}}]})),
    ('no policy and no flag', 'either pcr_policy', deep('options', 'flags', [])),
    ('an age in archive mode', 'not allowed together with max_age_ms', deep('options', 'time_mode', 'archive')),
    ('no age', '.max_age_ms is missing', lambda g: first(g)['options'].pop('max_age_ms')),
    ('no kind', '.kind is missing', lambda g: first(g)['options'].pop('kind')),
    ('options in the wrong order', 'keys are in the wrong order',
     lambda g: first(g)['options'].__setitem__('kind', first(g)['options'].pop('kind'))),
    ('an unknown code', 'unknown code', deep('expect', 'code', 'NATT_E_NOTHING')),
    ('a negative offset', '.expect matches none of its forms', deep('expect', 'offset', -1)),
    ('a refusal without item', '.expect matches none of its forms', lambda g: first(g)['expect'].pop('item')),
    ('a code on a valid vector', '.expect matches none of its forms', deep('expect', 'code', 'NATT_OK', 'accept')),
    ('an unknown key', 'unknown key comment', setting('comment', 'x')),
    ('a code that is not reached', 'no vector reaches', without_code('NATT_E_COSE_ARRAY')),
    ('a rule that is not exercised', 'no vector exercises', without_rule('R-COSE-01')),
    ('an unknown group key', 'unknown key extra', lambda g: g.__setitem__('extra', 1)),
    ('a wrong version', 'count or version', lambda g: g.__setitem__('version', 999)),
    ('a wrong format', '.format: unknown word 2', lambda g: g.__setitem__('format', 2)),
    ('an unknown reach', '.reach: unknown word nobody', setting('reach', 'nobody')),
    ('no reach', '.reach is missing', lambda g: first(g).pop('reach')),
    ('no tags', '.tags is missing', lambda g: first(g).pop('tags')),
    ('an unknown tag', '.tags[0]: unknown word hard', setting('tags', ['hard'])),
    ('a tag twice', '.tags has a duplicate entry', setting('tags', ['pedantic', 'pedantic'])),
    ('tags in another order', 'not in the order', setting('tags', ['canonical-cbor', 'pedantic'])),
    ('a reach that the code excludes', 'with reach aws, which FORMAT.md excludes', setting('reach', 'aws')),
    ('a critical vector of a strict class', 'does not list the class envelope-tag', setting('severity', 'critical')),
    ('a critical vector with a policy', 'critical, but with a policy',
     named('protected-empty-unsigned', policy='Tastes differ.')),
    ('a critical vector with a tag', 'critical, but with a policy or a tag',
     named('protected-empty-unsigned', tags=['genuine-form'])),
    ('a forgery that is not critical', 'anybody can make is critical',
     refused_by('NATT_E_COSE_SIGNATURE', 'R-COSE-10')),
    ('strictness without its tag', 'pedantic is missing', named('envelope-tag-18-not-shortest', tags=[])),
    ('a tag for strictness that is none', 'pedantic is wrong', setting('tags', ['pedantic'])),
    ('a tag of a valid vector', 'accepted, but with the tag der-strict', setting('tags', ['der-strict'], 'accept')),
    ('a tag of a different code', 'der-strict does not fit NATT_E_COSE_TAG', setting('tags', ['der-strict'])),
    ('debug mode without its tag', 'debug-policy does not fit',
     refused_by('NATT_E_EXPECT_DEBUG', 'R-EXPECT-01', reach='parent-instance')),
    ('a choice without a tag', 'only a choice decides it', refused_by('NATT_E_CBOR_DEPTH', 'R-CBOR-10')),
    ('a valid document without values', 'it has no values', lambda g: first(g, 'accept')['expect'].pop('values')),
    ('values of a refusal', '.expect matches none of its forms', deep('expect', 'values', {'nonce': None})),
    ('a value that is left out', 'values are missing', values(lambda v: v.pop('nonce'))),
    ('values in another order', 'keys are in the wrong order',
     values(lambda v: v.update(module_id=v.pop('module_id')))),
    ('PCRs in another order', 'not in ascending order', values(lambda v: v['pcrs'].update({'0': v['pcrs'].pop('0')}))),
    ('a short PCR', '.expect matches none of its forms', values(lambda v: v['pcrs'].update({'0': '00'}))),
    ('an unknown value', '.expect matches none of its forms', values(lambda v: v.update(Nonce=None))),
    ('a value in capitals', '.expect matches none of its forms', values(lambda v: v.update(nonce='AA'))),
    ('a patch without edits', '.document matches none of its forms', patch()),
    ('a patch that changes nothing', 'patch[0] changes nothing', patch((0, 0, ''))),
    ('edits that overlap', 'patch[1] begins before', patch((0, 2, ''), (1, 0, '00'))),
    ('an edit before the document', '.document matches none of its forms', patch((-1, 0, '00'))),
    ('an empty list of sequences', 'sequences is below minItems', lambda g: g.__setitem__('sequences', [])),
    ('a sequence of one step', '.steps is below minItems', sequences({'steps': ['envelope-tag-18']})),
    ('a step of another file', 'is not a vector of this file',
     sequences({'steps': ['envelope-tag-18', 'cached-valid']})),
    ('a milder sequence', 'severity is not that of its worst step', sequences({'severity': 'none'})),
    ('a sequence with another reach', 'reach is not that of its worst step', sequences({'reach': 'aws'})),
    ('a sequence with another rule', 'rules is not that of its worst step', sequences({'rules': ['R-COSE-01']})),
    ('a sequence without a class', '.class is missing', sequences({'class': None})),
    ('a sequence with a policy', 'unknown key policy', sequences({'policy': 'Tastes differ.'})),
    ('two sequences with one id', 'used twice', sequences({}, {})),
    ('a sequence with the id of a vector', 'used twice', sequences({'id': 'envelope-tag-18'})),
]


def set_manifest(copy, edit):
    manifest = load(copy, 'vectors', 'manifest.json')
    edit(manifest)
    with open(os.path.join(copy, 'vectors', 'manifest.json'), 'w', encoding='utf-8') as f:
        json.dump(manifest, f)


def stray_file(copy):
    open(os.path.join(copy, 'vectors', 'data', 'stray.json'), 'w', encoding='utf-8').close()


def edit(path, old, new):
    """Replaces a string in a file of the copy."""
    def plant(copy):
        before = text(copy, path)
        assert old in before, (path, old)
        with open(os.path.join(copy, path), 'w', encoding='utf-8') as f:
            f.write(before.replace(old, new))
    return plant


DICTIONARY = 'fuzz/dictionaries/vectors.dict'
WORD_FAULTS = [
    ('a word removed from the table for C', 'loader/words.h differs', edit('vectors/loader/words.h',
                                                                        '{"archive", NATT_TIME_ARCHIVE}', '')),
    ('a wrong constant for a word', 'loader/words.h differs', edit('vectors/loader/words.h', 'NATT_ALLOW_DEBUG',
                                                                   'NATT_ALLOW_WEAK_POLICY')),
    ('an extra flag in Go', 'words.go differs', edit('vectors/adapters/go-adapter/words.go', '"allow-debug"',
                                                   '"allow-debug", "allow-all"')),
    ('a missing flag in Rust', 'words.rs differs', edit('vectors/adapters/rust-adapter/src/words.rs',
                                                     '"require-module-binding"', '')),
    ('a missing word in the dictionary', 'vectors.dict differs', edit(DICTIONARY, '"\\"aws-1024\\""\n', '')),
    ('a new word in the schema', 'words.h differs', edit(os.path.join(*SCHEMA), '"aws-512"]', '"aws-512", "aws-256"]')),
    ('a new word without an explanation', 'FORMAT.md does not explain aws-256',
     edit(os.path.join(*SCHEMA), '"aws-512"]', '"aws-512", "aws-256"]')),
    ('a reach without an explanation', 'FORMAT.md does not explain enclave-owner',
     edit('vectors/FORMAT.md', 'enclave-owner', 'owner')),
    ('a new option without an explanation', 'FORMAT.md does not explain zone',
     edit(os.path.join(*SCHEMA), '"region": {', '"zone": {"type": "string"}, "region": {')),
]
MANIFEST_FAULTS = [
    ('a word removed from the schema', 'unknown word archive', edit(os.path.join(*SCHEMA), '["now", "archive"]',
                                                                 '["now"]')),
    ('an unsupported keyword', 'this check does not know', edit(os.path.join(*SCHEMA), '"minimum": 0}',
                                                                       '"minimum": 0, "maximum": 5}')),
    ('a wrong digest', 'digest', lambda c: set_manifest(c, lambda m: m['files'][0].__setitem__('sha256', '0' * 64))),
    ('a missing file', 'is missing', lambda c: os.remove(os.path.join(c, 'vectors', 'data', 'envelope.json'))),
    ('an extra file', 'not in the manifest', stray_file),
    ('a wrong total', 'count in the manifest is wrong',
     lambda c: set_manifest(c, lambda m: m.__setitem__('count', 5000))),
    ('too few vectors', 'fewer than', lambda c: set_manifest(c, lambda m: m.__setitem__('count', 399))),
    ('a wrong format in the manifest', 'the format in the manifest',
     lambda c: set_manifest(c, lambda m: m.__setitem__('format', 2))),
    ('a rule without a basis', 'has no basis', edit('docs/rules.toml', 'basis = "standard"\n', '')),
    ('a rule that becomes a choice', 'only a choice decides it',
     edit('docs/rules.toml', 'basis = "standard"', 'basis = "choice"')),
    ('a tag that FORMAT.md does not list', 'does not match the schema',
     edit('vectors/FORMAT.md', '| `der-strict` |', '| der-strict |')),
    ('a class that FORMAT.md does not call critical', 'does not list the class cose-protected-header',
     edit('vectors/FORMAT.md', '`cose-protected-header`, ', '')),
    ('a reach that FORMAT.md excludes', 'NATT_E_COSE_TAG with reach anybody, which',
     edit('vectors/FORMAT.md', '`NATT_E_X509_SIGNATURE_RANGE` | `anybody`', '`NATT_E_X509_SIGNATURE_RANGE` | `aws`')),
    ('too few sequences', 'fewer than 20 sequences',
     lambda c: os.remove(os.path.join(c, 'vectors/data/sequence.json'))),
    ('too few patches', 'fewer than 30 patches', lambda c: os.remove(os.path.join(c, 'vectors/data/patched.json'))),
    ('a version without a changelog', 'has no entry for version',
     lambda c: set_manifest(c, lambda m: m.__setitem__('version', 99))),
]


def make_copy(root, folder):
    for path in ('verify/include/nitro_attest/codes.h', 'docs/RULES.md', 'docs/rules.toml', DICTIONARY):
        os.makedirs(os.path.join(folder, os.path.dirname(path)), exist_ok=True)
        shutil.copy(os.path.join(root, path), os.path.join(folder, path))
    shutil.copytree(os.path.join(root, 'vectors'), os.path.join(folder, 'vectors'),
                    ignore=shutil.ignore_patterns('generator', 'test'))


def plant_in_group(copy, edit):
    group = load(copy, 'vectors', 'data', 'envelope.json')
    edit(group)
    with open(os.path.join(copy, 'vectors', 'data', 'envelope.json'), 'w', encoding='utf-8') as f:
        json.dump(group, f)


def plant_all(root):
    rows = [(name, word, lambda c, e=edit: plant_in_group(c, e)) for name, word,
            edit in FAULTS] + MANIFEST_FAULTS + WORD_FAULTS
    by_words = [plant for _, _, plant in WORD_FAULTS]
    print('1..%d' % len(rows))
    failed = 0
    for n, (name, word, plant) in enumerate(rows, 1):
        with tempfile.TemporaryDirectory() as copy:
            make_copy(root, copy)
            plant(copy)
            found = any(word in fault for fault in (word_faults(copy) if plant in by_words else faults(copy)[0]))
        failed += not found
        print('%sok %d - finds %s' % ('' if found else 'not ', n, name))
    return 1 if failed else 0


def main():
    arguments = [a for a in sys.argv[1:] if a != '--faults']
    root = arguments[0] if arguments else os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if '--faults' in sys.argv:
        return plant_all(root)
    found, count = faults(root)
    found += word_faults(root)
    for fault in found:
        print(fault)
    print('check_vectors: %d vectors, %d faults' % (count, len(found)))
    return 1 if found else 0


sys.exit(main())
