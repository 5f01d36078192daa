"""Checks severity, reach and tags of vectors against FORMAT.md, and the basis of refusals against docs/rules.toml."""
import re
import tomllib

WRONG_SIGNATURE = {'NATT_E_COSE_SIGNATURE', 'NATT_E_COSE_SIGNATURE_RANGE', 'NATT_E_CHAIN_SIGNATURE',
                   'NATT_E_X509_SIGNATURE_RANGE'}
STRICT = {'canonical-cbor', 'der-strict', 'rfc5280-ca', 'timestamp-in-validity'}
OF_ACCEPTED = {'aws-check-content', 'genuine-form', 'implementation-limit'}
#: Codes that a tag requires, as a regular expression; True: and no vector with such a code is without the tag.
CODES_OF_TAGS = {
    'canonical-cbor': (r'CBOR_(NOT_SHORTEST|INDEFINITE)|COSE_(TAG|ARRAY|PROTECTED|UNPROTECTED)', False),
    'der-strict': r'DER_(LENGTH|INTEGER|BOOLEAN|BIT_STRING|OID)',
    'rfc5280-ca': (r'X509_\w+|DER_TAG|CHAIN_(CA_NOT_CRITICAL|LEAF_CERT_SIGN)', False),
    'timestamp-in-validity': (r'TIME_TIMESTAMP_(EARLY|LATE)|DOC_TIMESTAMP', False),
    'debug-policy': r'EXPECT_DEBUG'}


def words(text):
    return re.findall(r'`([^`]+)`', text)


class Rules:
    """What FORMAT.md and rules.toml say. Raises ValueError if FORMAT.md has lost one of its tables."""

    def __init__(self, format_text, rules_text, schema):
        sections = dict(re.findall(r'^## (\w+)\n(.*?)(?=^## |\Z)', format_text, re.M | re.S))
        critical = re.search(r'^- Only these classes have `critical` vectors: (.*?)\.$', sections.get('Severity', ''),
                             re.M | re.S)
        self.critical = set(words(critical.group(1))) if critical else set()
        rows = re.findall(r'^\| (`NATT_E_.*?) \| (.*?) \|$', sections.get('Reach', ''), re.M)
        self.reach = {code: set(words(reach)) for codes, reach in rows for code in words(codes)}
        self.tags = re.findall(r'^\| `([a-z0-9-]+)` \|', sections.get('Tags', ''), re.M)
        if not self.critical or not self.reach or not self.tags:
            raise ValueError('FORMAT.md has no classes of critical vectors, no table of reach, or no table of tags')
        codes = tomllib.loads(rules_text)['codes'].values()
        self.basis = {code['id']: code.get('basis') for code in codes if 'id' in code}
        self.known_tags = schema['$defs']['tags']['items']['enum']

    def own_faults(self):
        if self.tags != self.known_tags:
            yield 'the table of tags in FORMAT.md does not match the schema'

    def faults(self, vector):
        """Of a vector that matches the schema, and whose rules and code exist."""
        code = vector['expect'].get('code', '')
        yield from self.severity_faults(vector, code)
        if vector['reach'] not in self.reach.get(code, {vector['reach']}):
            yield '%s with reach %s, which FORMAT.md excludes' % (code, vector['reach'])
        if vector['tags'] != [tag for tag in self.known_tags if tag in vector['tags']]:
            yield 'the tags are not in the order of the schema'
        yield from self.tag_faults(vector, code)
        yield from self.basis_faults(vector)

    def severity_faults(self, vector, code):
        if vector['severity'] == 'critical':
            if vector['class'] not in self.critical:
                yield 'critical, but FORMAT.md does not list the class %s' % vector['class']
            if 'policy' in vector or set(vector['tags']) - {'debug-policy'}:
                yield 'critical, but with a policy or a tag'
        elif code in WRONG_SIGNATURE and vector['reach'] == 'anybody' and 'policy' not in vector:
            yield 'a wrong signature that anybody can make is critical'

    @staticmethod
    def tag_faults(vector, code):
        tags, refused = set(vector['tags']), vector['expect']['result'] == 'refuse'
        if not refused and tags - OF_ACCEPTED:
            yield 'accepted, but with the tag %s' % ', '.join(sorted(tags - OF_ACCEPTED))
        pedantic = vector['severity'] == 'low' or (vector['severity'] == 'medium' and vector['reach'] == 'aws'
                                                   and tags & STRICT)
        if refused and bool(pedantic) != ('pedantic' in tags):
            yield 'the tag pedantic is %s' % ('missing' if pedantic else 'wrong')
        for tag, row in CODES_OF_TAGS.items():
            pattern, always = (row, True) if isinstance(row, str) else row
            fits = refused and bool(re.fullmatch('NATT_E_(%s)' % pattern, code))
            if refused and (tag in tags and not fits or always and fits and tag not in tags):
                yield 'the tag %s does not fit %s' % (tag, code)

    def basis_faults(self, vector):
        bases = {self.basis[rule] for rule in vector['rules']}
        if None in bases:
            yield 'one of the rules has no basis in docs/rules.toml'
        if vector['expect']['result'] == 'refuse' and bases == {'choice'} and not vector['tags'] and \
                'policy' not in vector:
            yield 'only a choice decides it, so it needs a tag or a policy'
