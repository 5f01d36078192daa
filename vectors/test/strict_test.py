#!/usr/bin/python3
"""Compares the strict verifier in Python with every vector: verdict, code, offset and item.

Usage: strict_test.py VECTORS [GENUINE]
"""
import base64
import glob
import hashlib
import json
import os
import subprocess
import sys
import warnings

VECTORS = os.path.abspath(sys.argv[1])
STRICT = os.path.join(VECTORS, 'adapters', 'python-strict')
try:
    import cbor2
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError:
    print('1..0 # SKIP cbor2 and cryptography are not installed')
    sys.exit(0)
sys.path.insert(0, STRICT)
sys.dont_write_bytecode = True
from certificate import BASIC_CONSTRAINTS, read_certificate  # noqa: E402
from document import Part  # noqa: E402

DER, SPKI = Encoding.DER, PublicFormat.SubjectPublicKeyInfo


def read_json(*path):
    with open(os.path.join(*path), encoding='utf-8') as f:
        return json.load(f)


def genuine(folder):
    """The documents in the folder by their digest."""
    found = {}
    for path in glob.glob(os.path.join(folder, '*.bin')):
        with open(path, 'rb') as f:
            data = f.read()
        found[hashlib.sha256(data).hexdigest()] = data
    return found


def document_of(entry, own):
    """The bytes of a vector's document in base64, or None if it needs a genuine one that is not there."""
    if isinstance(entry, str):
        return entry
    data, out, at = own.get(entry['sha256']), b'', 0
    if data is None:
        return None
    for edit in entry.get('patch', []):
        out += data[at:edit['offset']] + bytes.fromhex(edit['insert'])
        at = edit['offset'] + edit['remove']
    return base64.b64encode(out + data[at:]).decode()


def load():
    own = genuine(sys.argv[2]) if len(sys.argv) > 2 else {}
    for entry in read_json(VECTORS, 'manifest.json')['files']:
        group = read_json(VECTORS, entry['file'])
        for vector in group['vectors']:
            document = document_of(vector['document'], own)
            if document:
                yield dict(vector, document=document, roots=[group['roots'][name] for name in vector['roots']])


ALL = list(load())


def ask(vectors):
    """The answers of one adapter."""
    text = ''.join(json.dumps({key: v[key] for key in ('id', 'document', 'roots', 'now_ms', 'options')}) + '\n'
                   for v in vectors)
    done = subprocess.run([sys.executable, '-B', os.path.join(STRICT, 'adapter.py')], input=text, capture_output=True,
                          text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr[-1000:]
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a['id'] for a in answers] == [v['id'] for v in vectors]
    return answers


ANSWERS = ask(ALL)


def every_vector_has_the_expected_answer():
    listed = {entry['id']: entry['reason'] for entry in read_json(STRICT, 'differences.json')}
    wrong = {}
    for vector, answer in zip(ALL, ANSWERS):
        found = {key: answer.get(key) for key in vector['expect'] if key != 'values'}
        wanted = {key: value for key, value in vector['expect'].items() if key != 'values'}
        if found != wanted:
            wrong[vector['id']] = 'expected %s, answer %s' % (wanted, found)
    unlisted = [name + ': ' + text for name, text in wrong.items() if name not in listed]
    assert not unlisted, '\n'.join(unlisted)
    assert set(listed) == set(wrong), 'these agree: remove them: %s' % (set(listed) - set(wrong))
    assert len(ALL) - len(wrong) > 2000 and all(listed.values()), len(ALL)


def every_expected_value_is_returned():
    for vector, answer in zip(ALL, ANSWERS):
        for key, value in vector['expect'].get('values', {}).items():
            assert answer['values'][key] == value, (vector['id'], key, answer['values'][key])


def as_hex(value):
    return value if value is None else value.hex()


def accepted():
    """Each accepted document: its vector, its answer, and its fields as cbor2 reads them."""
    for vector, answer in zip(ALL, ANSWERS):
        if answer['result'] == 'accept':
            message = cbor2.loads(base64.b64decode(vector['document']))
            payload = (message.value if isinstance(message, cbor2.CBORTag) else message)[2]
            yield vector, answer, cbor2.loads(payload)


def cbor2_reads_the_same_values():
    for vector, answer, fields in accepted():
        pcrs = fields['pcrs'] if 'pcrs' in fields else fields['nitrotpm_pcrs']
        same = {name: fields[name] for name in ('module_id', 'timestamp', 'digest')}
        same.update({name: as_hex(fields.get(name)) for name in ('public_key', 'user_data', 'nonce')})
        same['pcrs'] = {str(index): value.hex() for index, value in pcrs.items()}
        assert answer['values'] == same, (vector['id'], answer['values'], same)


def constraints(certificate):
    try:
        found = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False, None, False
    return found.value.ca, found.value.path_length, found.critical


def cryptography_reads_the_same_certificates():
    warnings.simplefilter('ignore')
    found = {der for _, _, fields in accepted() for der in fields['cabundle'] + [fields['certificate']]}
    read = 0
    for der in sorted(found):
        own = read_certificate(der, Part(0, der), 0)
        try:
            other = x509.load_der_x509_certificate(der)
            theirs = (other.serial_number, other.issuer.public_bytes(), other.subject.public_bytes(),
                      other.tbs_certificate_bytes, other.public_key().public_bytes(DER, SPKI), constraints(other),
                      '2.5.29.15' in [e.oid.dotted_string for e in other.extensions])
        except ValueError:
            continue
        same = (own.serial, own.issuer.encoded, own.subject.encoded, own.tbs, own.spki,
                (own.ca, own.path_length, BASIC_CONSTRAINTS in own.critical), own.key_usage is not None)
        assert same == theirs, (der.hex(), same, theirs)
        read += 1
    # It refuses the content of some extensions that no rule reads.
    assert read >= len(found) - 3 and read > 300, (read, len(found))


# An unknown option, and unknown words of other options.
UNKNOWN = (('unheard_of', 1, 'unheard_of'), ('flags', ['no-pcr-policy', 'unheard-of'], 'unheard-of'),
           ('kind', 'unheard', 'unheard'), ('time_mode', 'yesterday', 'yesterday'), ('limits', 'aws-513', 'aws-513'),
           ('user_data', {'mode': 'unheard', 'value': '00'}, 'unheard'),
           ('deny', [{'type': 'unheard', 'value': '00'}], 'unheard'))


def unknown_words_are_unsupported():
    vector = next(v for v in ALL if v['id'] == 'nonce-equal')
    answers = ask([dict(vector, options=dict(vector['options'], **{key: value})) for key, value, _ in UNKNOWN])
    for (key, _, word), answer in zip(UNKNOWN, answers):
        assert answer['result'] == 'unsupported' and word in answer['reason'], (key, answer)


def main():
    tests = [every_vector_has_the_expected_answer, every_expected_value_is_returned, cbor2_reads_the_same_values,
             cryptography_reads_the_same_certificates, unknown_words_are_unsupported]
    print('1..%d' % len(tests))
    failed = 0
    for number, test in enumerate(tests, 1):
        try:
            test()
            print('ok %d - %s' % (number, test.__name__))
        except AssertionError as e:
            failed += 1
            print('not ok %d - %s\n# %s' % (number, test.__name__, str(e)[:4000].replace('\n', '\n# ')))
    return 1 if failed else 0


sys.exit(main())
