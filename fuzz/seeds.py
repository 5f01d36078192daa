#!/usr/bin/python3
"""Makes seed corpora from the test vectors: one folder per kind of input, one file per distinct input.

Usage: seeds.py VECTORS FOLDER [SHARED]    SHARED: genuine documents, if available
"""
import base64
import glob
import hashlib
import json
import os
import re
import struct
import sys
import zlib

P = 2**384 - 2**128 - 2**96 + 2**32 - 1
N = int('ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973', 16)
EXTREMES = [0, 1, 2, P - 1, P, P + 1, N - 1, N, N + 1, P - N, 2**384 - 1, 2**383, 2**192, 2**192 - 1, 2**128, 2**96 - 1]
NOW_S = 1760000000


def payload_of(document):
    """Returns the payload of an envelope with a valid head, or None."""
    at = 1 if document[:1] == b'\xd2' else 0
    if document[at:at + 7] != bytes.fromhex('8444a1013822a0') or len(document) < at + 10:
        return None
    first, at = document[at + 7], at + 8
    width = {0x58: 1, 0x59: 2}.get(first, 0)
    length = int.from_bytes(document[at:at + width], 'big') if width else first & 0x1f
    return document[at + width:at + width + length]


def certificates_of(document):
    """Returns all bytes that look like SEQUENCE { SEQUENCE ... } with two length bytes, in order."""
    found, at = [], document.find(b'\x30\x82')
    while at >= 0:
        length = 4 + int.from_bytes(document[at + 2:at + 4], 'big')
        if length <= 1100 and document[at + 4:at + 6] == b'\x30\x82' and at + length <= len(document):
            found.append(document[at:at + length])
            at += length - 1
        at = document.find(b'\x30\x82', at + 1)
    return found


def chain_of(document, flags):
    """The leaf and the bundle are separate fields; the leaf comes first."""
    certs = certificates_of(document)
    ordered = certs[1:] + certs[:1]
    head = struct.pack('<IIBB', NOW_S, NOW_S, 0, flags)
    return head + b''.join(struct.pack('>H', len(c)) + c for c in ordered)


def selector_of(vector):
    """fuzz/verdict.c describes the bits."""
    options, bits = vector['options'], 0
    bits |= 1 if options.get('kind') == 'nitrotpm' else 0
    bits |= 2 if options.get('time_mode') == 'archive' else 0
    bits |= 8 if 'allow-debug' in options['flags'] else 0
    bits |= 16 if 'allow-unknown-fields' in options['flags'] else 0
    bits |= 32 if 'require-module-binding' in options['flags'] else 0
    age = options.get('max_age_ms', 0)
    age = 255 if age == 'unlimited' else min(254, age // 1000)
    return bytes([bits, 0, age, 0]) + bytes(12)


def varied(selector, document):
    """Selectors with more requirements for the same document; its digest gives the bytes after the first four."""
    for i in range(4):
        more = hashlib.sha256(bytes([i]) + document).digest()
        yield bytes([selector[0] | more[0] & 0x44, *selector[1:3], more[1], *more[4:16]])
        yield bytes([selector[0] | more[1] & 0x44, *selector[1:4], 0, 0, more[2] & 0x15, 1, more[3] & 0x7f,
                     more[4] & 0xdc,
                     *[b & 0x2b for b in more[5:8]], *more[8:11]])


def policies_of(vector):
    policy = vector['options'].get('pcr_policy')
    return [json.dumps(policy).encode()] if policy else []


def measurements():
    digest = 'ab' * 48
    for extra in ({}, {'PCR8': digest}, {'PCR0': '00' * 48}, {'PCR32': digest}, {'pcr1': digest}):
        for algorithm in ('Sha384 { ... }', 'SHA384', 'Sha256'):
            pcrs = dict({'HashAlgorithm': algorithm, 'PCR0': digest, 'PCR1': digest, 'PCR2': digest}, **extra)
            for outer in ({}, {'EifVersion': 4, 'CheckCRC': True}, {'CheckCRC': False}):
                yield json.dumps(dict({'Measurements': pcrs}, **outer)).encode()
    bare = json.dumps({'PCR0': digest, 'PCR4': digest})
    enclave = json.dumps({'EnclaveName': 'a', 'EnclaveID': 'i-1-enc2', 'Measurements': {'PCR0': digest}})
    for text in (bare, '[%s]' % enclave, '[\n%s\n]' % enclave, '[%s,%s]' % (enclave, enclave), '[]',
                 'log\n[x] {}\n' + bare,
                 'PCR0 %s\n%s' % (digest, bare), '\ufeff' + bare, '\ufeff%s PCR0\r\n' % digest,
                 '%s PCR0\n\n%s PCR31\n' % (digest, digest), 'PCR0: %s\nPCR4=%s' % (digest, digest),
                 '%s PCR0\nlog' % digest):
        yield text.encode()


def forms():
    """The beginning of a document in the forms that users paste."""
    for length in (61, 64, 95, 96, 97):
        document = bytes.fromhex('8444a1013822a0') + bytes((7 * i) % 256 for i in range(length - 7))
        answer = b'\xa1\x6bAttestation\xa1\x68document\x58' + bytes([length]) + document
        base64_text = base64.b64encode(document).decode()
        yield answer
        yield base64.b64encode(answer)
        for text in ('0x' + document.hex(), base64_text.rstrip('='), base64.urlsafe_b64encode(document).decode(),
                     json.dumps(base64_text), '\ufeff' + base64_text, "'%s'" % base64_text,
                     json.dumps({'document': base64_text, 'nonce': '8444'}), json.dumps({'a': [list(document)]}),
                     json.dumps({'a': base64_text, 'b': (document + b'x').hex()})):
            yield text.encode()


def numbers():
    encoded = [x.to_bytes(48, 'big') for x in EXTREMES]
    for i, a in enumerate(encoded):
        for b in encoded[i % 4::4]:
            for bend in (0, 1, 4, 7):
                yield a + b + bytes([i, bend]) + b + a


def cbor_head(major, length):
    if length < 24:
        return bytes([major << 5 | length])
    return bytes([major << 5 | 24, length]) if length < 256 else struct.pack('>BH', major << 5 | 25, length)


def envelopes():
    """Payloads with every width of head and arbitrary content."""
    for length in (1, 23, 24, 255, 256, 16384):
        yield bytes.fromhex('8444a1013822a0') + cbor_head(2, length) + bytes(length) + b'\x58\x60' + b'\x01' * 96


def byte_array(content):
    """CBOR: bytes as an array of numbers."""
    return cbor_head(4, len(content)) + b''.join(cbor_head(0, b) for b in content)


def image(*sections, version=4):
    """An enclave image: nsm/eif/eif.c describes its layout."""
    body, offsets, sizes = b'', [], []
    for kind, content in sections:
        offsets.append(548 + len(body))
        sizes.append(len(content))
        body += struct.pack('>HHQ', kind, 0, len(content)) + content
    rest = [0] * (32 - len(sections))
    head = b'.eif' + struct.pack('>HHQQHH', version, 0, 1 << 28, 2, 0, len(sections))
    head += struct.pack('>64Q', *offsets, *rest, *sizes, *rest) + bytes(4)
    return head + struct.pack('>I', zlib.crc32(head + body)) + body


# A signature of the image that images() names plain, and its certificate, generated once. No program trusts them.
SIGNER = '''-----BEGIN CERTIFICATE-----
MIIBYjCCAQmgAwIBAgIFESIzRFUwCgYIKoZIzj0EAwIwOTELMAkGA1UEBhMCWFgx
EzARBgNVBAoMClRlc3QsIEluYy4xFTATBgNVBAMMDHNpZ25lciBFUzI1NjAeFw0y
MDAxMDEwMDAwMDBaFw00OTEyMzEyMzU5NTlaMDkxCzAJBgNVBAYTAlhYMRMwEQYD
VQQKDApUZXN0LCBJbmMuMRUwEwYDVQQDDAxzaWduZXIgRVMyNTYwWTATBgcqhkjO
PQIBBggqhkjOPQMBBwNCAARMHNSPOmM+2sGs/zNKxz8ZrdS9oFaUuGa2r21UbD67
q0djoGGYhy8Jf3UjpyeRCU9QH0TeOnKiy2E4JOh6T2SbMAoGCCqGSM49BAMCA0cA
MEQCIHtyIbZwzuh7vUgQBpvVbUMCDMjzWirqFI7EI0fvLPLNAiAbaHsW351icLHH
EhJzt3VeEtzVbgHbeDwth3YZTAflFQ==
-----END CERTIFICATE-----
'''
COSE = bytes.fromhex(
    '8443a10126a0587ea26e72656769737465725f696e646578006e72656769737465725f76616c7565983018de18861831187e18b0182018'
    '91189b18db18371830181918be18bb183a18dc18ff183518c3010a187c186318a9183018df187118c6184718340518e0188318c1183818'
    'db18aa187c185118a118ed188718b70d185c184f18e7183058400022370feed99f6fec7661b5ab13701e3f262eb0894f969dfb230d60f1'
    'dfb95c219c7a422f6a667f8caedbee7c45503f07610b0a7080af4e75cca767ca5b8281')


def images():
    plain = [(1, b'kernel'), (2, b'console=ttyS0'), (3, b'init'), (3, b'application'), (5, b'{}')]
    pem = b'-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n'
    entry = b'\xa2\x73signing_certificate' + byte_array(pem) + b'\x69signature' + byte_array(bytes(300))
    dashes = b'\xa2\x73signing_certificate' + byte_array(b'-----BEGIN CERTIFICATE-----END '
                                                         b'CERTIFICATE-----') + b'\x69signature\x80'
    signed = b'\x81\xa2\x73signing_certificate' + byte_array(SIGNER.encode()) + b'\x69signature' + byte_array(COSE)
    tagged = signed.replace(byte_array(COSE), byte_array(b'\xd2' + COSE))
    for sections in (plain, plain + [(4, signed)], [(4, tagged)] + plain, plain[:2] + [(4, signed)] + plain[2:],
                     plain[:3], plain[:3] + plain[4:], plain + [(4, b'\x81' + entry)], [plain[2]] + plain[:2],
                     plain[:2], plain[1:], [plain[0]] + plain[2:],
                     plain + [(4, b'\x82' + entry + entry)], plain + [(4, b'\x81' + dashes)], plain + plain[4:],
                     plain + plain[1:2],
                     plain[:2] + plain[2:3] * 30, [(6, b'')] + plain, []):
        yield image(*sections)
    yield image(*plain[:4], version=2)
    yield image(*plain[:4], (4, signed), version=3)
    yield image(*plain, version=5)


def faults():
    """The forms that nsm/include/nitro_attest/fault.h lists."""
    actions = ('errno=EIO', 'errno=4095', 'error=InvalidIndex', 'silence', 'silence=2s', 'delay=250ms', 'truncated',
               'truncated=7', 'oversized', 'malformed', 'variant', 'duplicate-keys')
    for action in actions:
        for requests in ('any', 'attestation', 'describe-pcr,extend-pcr', 'lock-pcr,lock-pcrs,describe-nsm,get-random'):
            for when in ('', ':every=3', ':first=2', ':chance=50', ':chance=50:seed=7'):
                yield (requests + ':' + action + when).encode()


def requests(folder):
    """Each case of the signature tests in the format of fuzz/sigv4.c, without and with a well-formed Authorization."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, folder)
    import sigv4_cases
    for case in sigv4_cases.SUITE + sigv4_cases.OWN:
        target = case['path'] + ('' if case['query'] is None else '?' + case['query'])
        head = hashlib.sha256(case['name'].encode()).digest()[:6]
        lines = ['%s %s' % (case['method'], target)]
        lines += ['%s:%s' % (name, value.replace('\n', '')) for name, value in case['headers']]
        names = sorted({name.lower() for name, _ in case['headers']} - {'user-agent', 'expect'})
        scope = '/'.join([case['access_key'], case['date'][:8], case['region'], case['service'], 'aws4_request'])
        signed = 'AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, Signature=%s' % (scope, ';'.join(names), '0a' * 32)
        for more in ([], ['Authorization: ' + signed]):
            yield head + ('\n'.join(lines + more) + '\n\n' + case['body']).encode()


def kms_requests():
    """fuzz/kms_request.c describes the words between @."""
    app, context = {'KeyId': 'alias/app'}, {'EncryptionContext': {'b': '2', 'a': ''}}
    recipient = {'Recipient': {'KeyEncryptionAlgorithm': 'RSAES_OAEP_SHA_256', 'AttestationDocument': '@DOC@'}}
    arn = 'arn:aws:kms:us-east-1:111122223333:alias/app'
    agree = {'KeyId': 'alias/agree', 'KeyAgreementAlgorithm': 'ECDH', 'PublicKey': '@PEER@'}
    policy = {'Policy': '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:*",'
                        '"Resource":"*"}]}'}
    for operation, members in (
            ('Encrypt', {'Plaintext': 'eHl6', 'KeyId': arn}), ('Encrypt', {'Plaintext': 'eHl6', **app, **context}),
            ('Encrypt', {'Plaintext': 'eHl6', **app, 'EncryptionAlgorithm': 'RSAES_OAEP_SHA_256'}),
            ('Decrypt', {'CiphertextBlob': '@BLOB@'}), ('Decrypt', {'CiphertextBlob': '@SEALED@'}),
            ('Decrypt', {'CiphertextBlob': '@SEALED@', 'KeyId': 'alias/attested'}),
            ('Decrypt', {'CiphertextBlob': '@BLOB@', **context}),
            ('Decrypt', {'CiphertextBlob': '@BLOB@', **app, 'DryRun': True}),
            ('GenerateDataKey', {**app, 'KeySpec': 'AES_256', 'GrantTokens': []}),
            ('GenerateDataKey', {'KeyId': 'alias/attested', 'NumberOfBytes': 16}),
            ('GenerateDataKeyWithoutPlaintext', {**app, 'NumberOfBytes': 1}),
            ('GenerateDataKeyPair', {**app, 'KeyPairSpec': 'ECC_NIST_P256'}),
            ('GenerateDataKeyPairWithoutPlaintext', {**app, 'KeyPairSpec': 'SM2'}),
            ('GenerateRandom', {'NumberOfBytes': 8}), ('DeriveSharedSecret', agree),
            ('GetPublicKey', {'KeyId': 'alias/agree'}), ('DescribeKey', app), ('ListKeys', {'Limit': 1, 'Marker': 'x'}),
            ('ListAliases', {'Limit': 2, 'Marker': 'alias/app'}), ('ListAliases', app),
            ('CreateKey', {'Description': '', 'MultiRegion': False, 'Origin': 'AWS_KMS', **policy}),
            ('CreateKey', {'KeySpec': 'ECC_NIST_P521', 'KeyUsage': 'KEY_AGREEMENT'}),
            ('CreateAlias', {'AliasName': 'alias/x', 'TargetKeyId': arn}), ('DeleteAlias', {'AliasName': 'alias/app'}),
            ('UpdateAlias', {'AliasName': 'alias/app', 'TargetKeyId': '00000000-0000-4000-8000-000000000000'}),
            ('GetKeyPolicy', {'KeyId': arn[:-9] + 'key/00000000-0000-4000-8000-000000000000', 'PolicyName': 'default'}),
            ('PutKeyPolicy', {**app, **policy, 'BypassPolicyLockoutSafetyCheck': True}), ('EnableKey', app),
            ('ScheduleKeyDeletion', {**app, 'PendingWindowInDays': 7}), ('Sign', {})):
        yield ('%s\n%s' % (operation, json.dumps(members))).encode()
        if operation in ('Decrypt', 'GenerateDataKey', 'GenerateDataKeyPair', 'GenerateRandom', 'DeriveSharedSecret'):
            yield ('%s\n%s' % (operation, json.dumps({**members, **recipient}))).encode()
    for part in (None, {}, {'KeyEncryptionAlgorithm': 'RSAES_OAEP_SHA_256'}, {'AttestationDocument': '@DOC@'}):
        yield ('GenerateRandom\n%s' % json.dumps({'NumberOfBytes': 8, 'Recipient': part})).encode()
    for wrong in ('fileb://doc.bin', 'aEVTaEFUZ2lvRmtS', '', '@BLOB@'):
        yield ('GenerateRandom\n%s' % json.dumps({'NumberOfBytes': 1, 'Recipient': {
            **recipient['Recipient'], 'AttestationDocument': wrong}})).encode()


def chunks(body, size, extension=b''):
    pieces = [body[i:i + size] for i in range(0, len(body), size)]
    return b''.join(b'%x%s\r\n%s\r\n' % (len(piece), extension, piece) for piece in pieces)


def http_replies():
    """fuzz/http_response.c describes the first four bytes."""
    line, kind = b'HTTP/1.1 200 OK\r\n', b'Content-Type: application/x-amz-json-1.1\r\n'
    headers = kind + b'x-amzn-RequestId: 3d0e7c0e-9c0f-4a2e-8a8e-0d9a4f4b6a11\r\n'
    date, end = b'Date: Mon, 30 Nov 2026 07:17:59 GMT\r\n', b'\r\n'
    body, coding = b'{"CiphertextForRecipient":"' + b'QUFB' * 60 + b'"}', b'Transfer-Encoding: chunked\r\n'
    length = b'Content-Length: %d\r\n' % len(body)
    replies = [line + headers + date + length + end + body, line + headers + end + body,
               b'HTTP/1.0 200 OK\r\n' + headers + length + end + body,
               b'HTTP/1.1 204 No Content\r\n' + date + end, b'HTTP/1.1 304 \r\n' + length + end,
               b'HTTP/1.1 100 Continue\r\n\r\n' + line + length + end + body,
               b'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n' * 3 + line + length * 2 + end + body,
               line + length + b'Content-Length: 1\r\n' + end + body, line + length + coding + end + body,
               line + b'Connection: keep-alive, Close\r\n' + length + end + body + line,
               b'HTTP/1.1 500\r\nContent-Length: 000\r\n\r\n', line + b' folded\r\n' + end,
               line + b'Content-Length: 9999999999999999999\r\n\r\n', line + b'A:\r\nB: \t b \t\r\n' + coding + end]
    for size in (1, 7, 64, 1000):
        for extension in (b'', b';a', b'; name="value"'):
            for last in (b'0\r\n\r\n', b'0;z\r\nExpires: 0\r\nX:\r\n\r\n', b'', b'0\r\n'):
                replies.append(line + kind + coding + end + chunks(body, size, extension) + last)
    replies += [line + coding + end + bad + b'0\r\n\r\n' for bad in (
        b'3 \r\nabc\r\n', b'+3\r\nabc\r\n', b'0x3\r\nabc\r\n', b'3\nabc\r\n', b'3\r\nabcd\r\n', b'3\r\nabc\n',
        b'10000000000000003\r\nabc\r\n', b'ffffffffffffffff\r\nabc\r\n')]
    for reply in replies:
        yield b'\xff\x1f\x07\x01' + reply
    yield b'\x20\x00\x07\x01' + replies[0]
    yield b'\x20\x00\x07\x01' + replies[-20]


def kms_replies():
    """Replies as KMS sends them, and blobs in valid and invalid base64."""
    arn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
    for reply in (
            {'KeyId': arn, 'CiphertextForRecipient': 'MIAGCSqGSIb3DQEHA6CA', 'EncryptionAlgorithm': 'SYMMETRIC_DEFAULT',
             'KeyMaterialId': 'ab' * 32},
            {'CiphertextBlob': 'AQIDAHg=', 'CiphertextForRecipient': 'MIAGCSqGSIb3DQEHA6CAAA==', 'KeyId': arn},
            {'PrivateKeyCiphertextBlob': 'AQID', 'PublicKey': 'MFkwEwYHKoZIzj0CAQ==', 'KeyPairSpec': 'ECC_NIST_P256'},
            {'KeyMetadata': {'CreationDate': 1.7e9, 'Enabled': True, 'Origin': None, 'Algorithms': ['A', ['B', {}]]}},
            {'Plaintext': 'c2VjcmV0', 'KeyId': arn}, {'PrivateKeyPlaintext': 'AAAA', 'a': 'Plaintext', 'b': 'AAAA'},
            {'KeyId': arn, 'SharedSecret': 'c2VjcmV0', 'CiphertextForRecipient': 'AAAA'}, {}, [],
            {'__type': 'AccessDeniedException', 'Message': 'User: x is not authorized'},
            {'__type': 'com.amazonaws.kms#NotFoundException', 'message': 'caf\u00e9 "a\\b"'},
            {'code': 'ThrottlingException', 'message': 5, '__type': 7}, {'__type': '#'}, {'__type': 'a#b#c'}):
        yield json.dumps(reply).encode()
    for blob in ('', 'A', 'AA', 'AAA', 'AAAA', 'AA==', 'AAA=', 'AB==', 'AAB=', 'A===', '====', 'AAAA====', 'AA==AAAA',
                 'AA-_', 'AA AA', 'AAAA\n', '+/+/', 'zZ09'):
        yield json.dumps({'B': blob}).encode()
    for depth in (31, 32):
        yield b'{"a":' + b'[' * depth + b']' * depth + b'}'
    yield from (b'{"a":1,"a":1}', b'{"a":"\\u0000"}', b'{"a":"[[[\\"[[["}', b'{"a":"\xff"}', b'{} x', b'{"a":1e400}')


def databases():
    """Both forms, with certificates as users supply them."""
    begin, end = '-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----'
    row = {'encrypted_pem_b64': 'AQID', 'id': 1, 'label': 'web'}
    yield json.dumps([row]).encode()
    for pem in (None, '', f'{begin}\nA\n{end}', f'{begin}A{end}{begin}B{end}\n', f'{begin}\r\nA\r\n{end}\r\n{begin}'):
        yield json.dumps([{**row, 'cert_pem': pem}, {**row, 'id': 0, 'label': 'b'}]).encode()
        yield json.dumps({'certificate': pem or '', 'certificateChain': pem, 'encryptedPrivateKey': 'AQ==',
                          'encryptionMethod': 'SYMMETRIC_DEFAULT'}).encode()
    yield from (b'[]', b'{}', b'5', json.dumps([row, row]).encode())


def rpc_requests():
    """Every operation, in the frame of AWS's client, in ordinary HTTP, and as a body alone."""
    envelope = {'Kms': {'region': 'eu-west-1', 'access_key_id': 'AKID', 'secret_access_key': 'hunter2',
                        'session_token': 'hunter2'}}
    identity = {'label': 'acm-token', 'pin': 'hunter2'}
    keys = [{'encrypted_pem_b64': 'AQID', 'id': 1, 'label': 'web', 'cert_pem': None}]
    token = {**identity, 'envelope_key': envelope, 'keys': keys}
    for request in ('DescribeDevice', {'DescribeToken': identity}, {'AddToken': {'token': token}},
                    {'AddToken': {'token': {**token, 'keys': keys * 2}}},
                    {'RefreshToken': {**identity, 'envelope_key': envelope}}, {'RemoveToken': identity},
                    {'RemoveToken': {**identity, 'label': 'b'}},
                    {'UpdateToken': {**identity, 'envelope_key': envelope, 'token': token}},
                    {'UpdateToken': {**identity, 'token': token}}):
        body = json.dumps(request).encode()
        yield body
        for more in (b'', b'Host: a\r\n'):
            yield (b'POST /rpc/v1 HTTP/1.1\r\n' + more + b'Content-Type: application/json\r\nContent-Length: %d\r\n\r\n'
                   % len(body) + body)


def states():
    """Files of the provisioner."""
    key = {'id': 1, 'label': 'web', 'wrapped': '010203', 'spki': 'ab' * 32, 'certificates': 'cd' * 32}
    token = {'keys': [key, {**key, 'id': 2, 'pem': 'A\n'}], 'label': 'acm-token', 'slot': 0, 'complete': True,
             'expires_s': 172800, 'pin_salt': '00' * 16, 'pin_digest': 'ff' * 32}
    for tokens in ([], [token], [token, {**token, 'label': 'b', 'slot': 127, 'complete': False, 'keys': []}],
                   [token, token], [{**token, 'keys': [{**key, 'id': 256}]}], [{**token, 'pin_salt': '00'}], None,
                   [{**token, 'made': True, 'serial': '61' * 16}], [{**token, 'made': False, 'serial': '00' * 16}]):
        for more in ({}, {'serials': ['61' * 16, '62' * 16], 'ended_ms': 1, 'made_ms': 2, 'removed': ['a']},
                     {'serials': ['61'], 'ended_ms': -1, 'removed': ['']}):
            yield json.dumps({'tokens': tokens, 'boot_id': '01234567-89ab-cdef-0123-456789abcdef', **more}).encode()


def small_vector(vector):
    """Documents are dummies, since the loader does not parse them. Of the PCRs one is left."""
    document, expect = vector['document'], dict(vector['expect'])
    if 'values' in expect:
        expect['values'] = dict(expect['values'], pcrs=dict(list(expect['values']['pcrs'].items())[:1]))
    return dict(vector, description='D.', document='AAEC' if isinstance(document, str) else document, expect=expect)


def small_groups(path):
    """Small files with one vector or one sequence each."""
    with open(path, encoding='utf-8') as f:
        group = json.load(f)
    sequences, by_id = group.pop('sequences', []), {vector['id']: vector for vector in group['vectors']}
    rows = [([vector['id']], {}) for vector in group['vectors'][::max(1, len(group['vectors']) // 12)]]
    rows += [(list(dict.fromkeys(one['steps'])), {'sequences': [one]}) for one in sequences[:4]]
    for ids, more in rows:
        vectors = [small_vector(by_id[name]) for name in ids]
        roots = {name: 'MDAw' for vector in vectors for name in vector['roots']}
        text = json.dumps(dict(group, description='d', roots=roots, vectors=vectors, **more)).encode()
        if len(text) < 4096:
            yield b'\0' + text  # fuzz/vectors_json.c describes the first byte


def manifests(path):
    """Manifests of the three fixed files in the table of vectors_json.c."""
    with open(path, encoding='utf-8') as f:
        rows = re.findall(r'\{"(\w+\.json)",\s*"([0-9a-f]{64})",\s*(\d),\s*(\d),', f.read())
    entry = {name: {'file': name, 'sha256': sha256, 'count': int(count)} for name, sha256, _, count in rows}
    for names in (['one.json'], ['two.json'], ['old.json'], ['two.json', 'one.json'], ['one.json', 'old.json'],
                  ['one.json'] * 2):
        files = [entry[name] for name in names]
        version = next(int(row[2]) for row in rows if row[0] == names[0])
        count = sum(file['count'] for file in files)
        for change in ({}, {'count': count + 1}, {'version': version + 1}, {'format': 2},
                       {'files': [dict(files[0], sha256='0' * 64)]}):
            manifest = dict({'format': 3, 'version': version, 'count': count, 'files': files}, **change)
            yield b'\1' + json.dumps(manifest).encode()


def kms_policies(path):
    """From the cases that AWS documents: each condition in an Allow, in a Deny after an Allow, and each policy."""
    with open(path, encoding='utf-8') as f:
        cases = json.load(f)
    rest = {'Principal': '*', 'Action': 'kms:*', 'Resource': '*'}
    for row in cases['conditions']:
        condition = {row['operator']: {row['key']: row['expected']}}
        for statements in ([dict(rest, Effect='Allow', Condition=condition)],
                           [dict(rest, Effect='Allow'), dict(rest, Effect='Deny', Condition=condition)]):
            yield json.dumps({'Version': '2012-10-17', 'Statement': statements}).encode()
    for row in cases['requests']:
        for statements in filter(None, (row['key_policy'], row.get('principal_policy'))):
            yield json.dumps({'Version': '2012-10-17', 'Statement': statements}).encode()


class Corpus:
    def __init__(self, folder):
        self.folder, self.seen = folder, set()

    def add(self, kind, content):
        name = hashlib.sha256(content).hexdigest()[:16]
        if content and (kind, name) not in self.seen:
            self.seen.add((kind, name))
            os.makedirs(os.path.join(self.folder, kind), exist_ok=True)
            with open(os.path.join(self.folder, kind, name), 'wb') as f:
                f.write(content)

    def add_document(self, document, selector):
        self.add('documents', document)
        self.add('verdict', selector + document)
        self.add('payloads', payload_of(document) or b'')
        self.add('chains', chain_of(document, selector[0] >> 1 & 1))
        for certificate in certificates_of(document):
            self.add('certificates', certificate)
            self.add('elements', b'\x30' + certificate)

    def add_vectors(self, path):
        with open(path, encoding='utf-8') as f:
            vectors = json.load(f)['vectors']
        for vector in vectors:
            if isinstance(vector['document'], str):
                document, selector = base64.b64decode(vector['document']), selector_of(vector)
                self.add_document(document, selector)
                for other in varied(selector, document) if vector['expect']['result'] == 'accept' else ():
                    self.add('verdict', other + document)
            for policy in policies_of(vector):
                self.add('policies', policy)


def main():
    corpus = Corpus(sys.argv[2])
    for path in sorted(glob.glob(os.path.join(sys.argv[1], 'data', '*.json'))):
        corpus.add_vectors(path)
        for group in small_groups(path):
            corpus.add('vector_files', group)
    with open(os.path.join(sys.argv[1], 'manifest.json'), 'rb') as f:
        corpus.add('vector_files', b'\1' + f.read())
    for manifest in manifests(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'vectors_json.c')):
        corpus.add('vector_files', manifest)
    for path in sorted(glob.glob(os.path.join(sys.argv[3], 'real',
                                              '*.bin'))) if len(sys.argv) > 3 and sys.argv[3] else []:
        with open(path, 'rb') as f:
            corpus.add_document(f.read(), b'\x2a\x7f\x00\x00' + bytes(12))
    tree = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for kind, contents in (('kms_policies', kms_policies(tree + '/relying/kms/test/policy_cases.json')),
                           ('measurements', measurements()), ('forms', forms()), ('numbers', numbers()),
                           ('documents', envelopes()), ('requests', requests(tree + '/nsm/kms/test')),
                           ('images', images()), ('faults', faults()), ('kms_requests', kms_requests()),
                           ('http_replies', http_replies()), ('kms_replies', kms_replies()), ('databases', databases()),
                           ('rpc_requests', rpc_requests()), ('states', states())):
        for content in contents:
            corpus.add(kind, content)
    for element in ('020100', '0101ff', '03020780', '0303070080', '0603551d13', '3003020100', '3000', '020200ff'):
        corpus.add('elements', bytes.fromhex('30' + element))
    print(len(corpus.seen), 'seeds')
    return 0 if corpus.seen else 1


sys.exit(main())
