"""Runs C functions over words of unknown bits (word_terms.py), for the proof of the hashes.

A Value of c_integers.py whose exact value is a word; or a linear form, for lengths: x / 2^k and x % 2^k then share an
unknown quotient. `ways` answers open conditions: it runs an action once for each row of answers, which are facts that
decide later conditions of the same difference. Elsewhere an open condition is refused. memcpy, memmove and the
intrinsics of x86-64 are answered here; the latter as Intel's Intrinsics Guide gives their operation.
"""
import collections
import dataclasses
import os
import re
import subprocess
import tempfile

from pycparser import c_ast

import csource
from c_field import parsed
from c_integers import BOOL, INT, Int, Integers, Value, plus
from c_machine import Machine
from c_memory import UNSET
from c_types import Array, Pointer, PointerTo, Struct, Unknown
from word_terms import TooWide

BYTE, WORD = Int(8, False), Int(64, False)
MOST_ANSWERS = 12
Question = collections.namedtuple('Question', 'operator a b')
# In place of headers of the C library and the compiler, whose text is not C that can be read.
VECTORS = {'': 2, '256': 4, '512': 8}  # words of a vector; what the names of intrinsics have after _mm
HEADERS = {
    'string.h': '#include <stddef.h>\nvoid *memcpy(void *to, const void *from, size_t n);\n'
                'void *memmove(void *to, const void *from, size_t n);\n',
    'immintrin.h': '''
typedef struct natt_vector2 { unsigned long long lane[2]; } __m128i;
typedef struct natt_vector4 { unsigned long long lane[4]; } __m256i;
typedef struct natt_vector8 { unsigned long long lane[8]; } __m512i;
__m512i _mm512_loadu_epi8(const void *from);
__m512i _mm512_loadu_si512(const void *from);
void _mm512_storeu_si512(void *to, __m512i a);
__m512i _mm512_set_epi64(long long h, long long g, long long f, long long e, long long d, long long c, long long b,
    long long a);
__m512i _mm512_set1_epi64(long long a);
__m512i _mm512_shuffle_epi8(__m512i a, __m512i b);
__m512i _mm512_unpacklo_epi64(__m512i a, __m512i b);
__m512i _mm512_unpackhi_epi64(__m512i a, __m512i b);
__m512i _mm512_permutex2var_epi64(__m512i a, __m512i index, __m512i b);
__m512i _mm512_add_epi64(__m512i a, __m512i b);
__m512i _mm512_srli_epi64(__m512i a, unsigned count);
__m512i _mm512_ror_epi64(__m512i a, int count);
__m512i _mm512_ternarylogic_epi64(__m512i a, __m512i b, __m512i c, int table);
__m128i _mm_loadu_si128(const __m128i *from);
__m128i _mm_lddqu_si128(const __m128i *from);
void _mm256_store_si256(__m256i *to, __m256i a);
__m256i _mm256_set_epi64x(long long d, long long c, long long b, long long a);
__m256i _mm256_castsi128_si256(__m128i a);
__m256i _mm256_inserti128_si256(__m256i a, __m128i b, int half);
__m256i _mm256_broadcastsi128_si256(__m128i a);
__m256i _mm256_shuffle_epi8(__m256i a, __m256i b);
__m256i _mm256_alignr_epi8(__m256i a, __m256i b, int count);
__m256i _mm256_add_epi64(__m256i a, __m256i b);
__m256i _mm256_xor_si256(__m256i a, __m256i b);
__m256i _mm256_or_si256(__m256i a, __m256i b);
__m256i _mm256_slli_epi64(__m256i a, int count);
__m256i _mm256_srli_epi64(__m256i a, int count);
__m256i _mm256_ror_epi64(__m256i a, int count);
__m256i _mm256_ternarylogic_epi64(__m256i a, __m256i b, __m256i c, int table);
''',
    'arm_neon.h': '''
#include <stdint.h>
typedef struct natt_vector2 { unsigned long long lane[2]; } uint64x2_t;
typedef struct natt_octets { unsigned char octet[16]; } uint8x16_t;
uint8x16_t vld1q_u8(const uint8_t *from);
uint8x16_t vrev64q_u8(uint8x16_t a);
uint64x2_t vreinterpretq_u64_u8(uint8x16_t a);
uint64x2_t vld1q_u64(const uint64_t *from);
void vst1q_u64(uint64_t *to, uint64x2_t a);
uint64x2_t vaddq_u64(uint64x2_t a, uint64x2_t b);
uint64x2_t vextq_u64(uint64x2_t a, uint64x2_t b, int n);
uint64x2_t vsha512hq_u64(uint64x2_t d, uint64x2_t n, uint64x2_t m);
uint64x2_t vsha512h2q_u64(uint64x2_t d, uint64x2_t n, uint64x2_t m);
uint64x2_t vsha512su0q_u64(uint64x2_t d, uint64x2_t n);
uint64x2_t vsha512su1q_u64(uint64x2_t d, uint64x2_t n, uint64x2_t m);
''',
    'sys/auxv.h': '''
#define AT_HWCAP 16
unsigned long getauxval(unsigned long type);
''',
    'cpuid.h': '''
int __get_cpuid(unsigned leaf, unsigned *a, unsigned *b, unsigned *c, unsigned *d);
int __get_cpuid_count(unsigned leaf, unsigned below, unsigned *a, unsigned *b, unsigned *c, unsigned *d);
''',
    'stdatomic.h': '''
typedef unsigned atomic_uint;
#define memory_order_relaxed 0
unsigned atomic_load_explicit(atomic_uint *from, int order);
void atomic_store_explicit(atomic_uint *to, unsigned value, int order);
'''}
XGETBV = re.compile(r'__asm__ volatile\("xgetbv" : "=a"\((\w+)\), "=d"\((\w+)\) : "c"\(0\)\);')

# No effect on values: the first two are of declarations in base.h, the others of max_align_t in <stddef.h>.
ATTRIBUTES = {'visibility("default")', 'warn_unused_result', *(
    f'__aligned__(__alignof__({kind}))' for kind in ('long long', 'long double', '__float128'))}
# Text of a file that a macro of the build or of the compiler selects, line by line.
SELECTED = ('''#if defined(_WIN32) && defined(NATT_BUILD_DLL)
#define NATT_API __attribute__((dllexport))
#elif defined(__GNUC__)
#define NATT_API __attribute__((visibility("default")))
#else
#define NATT_API
#endif
#if defined(__GNUC__)
#define NATT_MUST_CHECK __attribute__((warn_unused_result))
#else
#define NATT_MUST_CHECK
#endif
#ifdef __cplusplus
extern "C" {
#endif
''', '''#ifdef __cplusplus
}
#endif
''')
RESERVED = {'__m128i', '__m256i', '__m512i', '__get_cpuid', '__get_cpuid_count', '__asm__'}


def require_same_everywhere(path, text):
    """Another build sees the same text: the one condition is an include guard, and no name is of the compilers."""
    lines = [' '.join(line.split()) for line in csource.without_comments(text.replace('\\\n', ' ')).split('\n')]
    left = ''.join(line + '\n' for line in lines if line)
    for known in SELECTED:
        left = left.replace(known, '')
    left = re.sub(r'\A#ifndef (\w+_H)\n#define \1\n(.*)#endif\n\Z', r'\2', left, flags=re.S)
    found = [line for line in left.split('\n') if line[:1] == '#' and not re.match('# ?(include|define|undef) ', line)]
    found += set(re.findall(r'\b__\w+', left)) - RESERVED
    found += [sign for sign in ('??', '%:', '##', '_Pragma') if sign in left]  # trigraphs, digraphs, made names
    if found:
        raise Unknown(f'{path}: another build may see another text: {found[0]}')


def without_attributes(text):
    """Omits known attributes."""
    def known(match):
        inside = ' '.join(match.group(1).split())
        if inside not in ATTRIBUTES:
            raise Unknown(f'the attribute {inside} is not known')
        return ''
    return re.sub(r'\b__attribute__ *\(\(((?:[^()]|\([^()]*(?:\([^()]*\))?\))*)\)\)', known, text)


def type_macros(bits):
    """What the compiler's headers make their types of, for a size_t and a long of 32 or 64 bits."""
    word = 'long int' if bits == 64 else 'int'
    kinds = {'PTRDIFF': word, 'INTPTR': word, 'SIZE': 'unsigned ' + word, 'UINTPTR': 'unsigned ' + word}
    for name in ('64', '_LEAST64', '_FAST64', 'MAX'):
        kinds |= {f'INT{name}': 'long long int', f'UINT{name}': 'unsigned long long int'}
    macros = {f'__{name}_TYPE__': kind for name, kind in kinds.items()}
    macros |= {f'__SIZEOF_{name}__': bits // 8 for name in ('SIZE_T', 'POINTER', 'LONG', 'PTRDIFF_T')}
    macros['__SIZE_MAX__'] = f'{2**bits - 1}U' + 'LL' * (bits == 64)
    gone = [] if bits == 64 else ['__LP64__', '_LP64', '__SIZEOF_INT128__']
    return [o for name in [*macros, *gone] for o in ('-U', name)] + [f'-D{n}={kind}' for n, kind in macros.items()]


def tree_of(root, cc, source, bits):
    """Returns the syntax tree of a file, compiled for a size_t of 32 or 64 bits."""
    text = f'#include <stddef.h>\n#include "{source}"\nvoid natt_xgetbv(unsigned *low, unsigned *high, int n);\n'
    with tempfile.TemporaryDirectory() as folder:
        for name, content in HEADERS.items():
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), 'w', encoding='ascii') as f:
                f.write(content)
        command = [*cc, '-E', '-std=c11', '-ffreestanding', *type_macros(bits), '-I' + folder, '-I.',
                   '-Iverify/include', '-D__extension__=', '-D__float128=double', '-']
        done = subprocess.run(command, input=text, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unknown(done.stderr.strip())
    for path in sorted(set(re.findall(r'^# \d+ "((?:\./)?[^</"][^"]*)"', done.stdout, re.M))):
        require_same_everywhere(path, csource.read(root, path))
    return parsed(XGETBV.sub(r'natt_xgetbv(&\1, &\2, 0);', without_attributes(done.stdout)))


class Buffer:
    """Bytes of any length. Copies from and to it are recorded as events; reading one byte gives an unknown byte."""

    def __init__(self, name):
        self.name = name


@dataclasses.dataclass(frozen=True)
class Recast(Pointer):
    """A pointer that was cast."""


class WordIntegers(Integers):
    def __init__(self, fault, place, words):
        super().__init__(fault, place)
        self.words, self.answers, self.asked, self.facts = words, None, [], {}
        self.ranges = {}  # of unknowns in forms; the others are any word

    # --- words ---

    def word(self, v):
        if v.low == v.high:
            return self.words.constant(v.low, v.type.bits)
        if not isinstance(v.exact, tuple):
            raise Unknown(f'{self.place()}: a value without a word')
        return v.exact

    def made(self, kind, word):
        low, high = 0, 2**kind.bits - 1
        if min(word) < 2:
            low, high = (sum(1 << i for i, b in enumerate(word) if (b == 1 if sure else b != 0)) for sure in (1, 0))
        if kind.signed and high > kind.high:
            if low != high:
                raise Unknown(f'{self.place()}: a signed value whose sign is not known')
            low = high = high - 2**kind.bits
        return Value(kind, low, high, None if low == high else word)

    @staticmethod
    def are_words(*values):
        return any(isinstance(v.exact, tuple) for v in values)

    def convert(self, v, kind, explicit=False):
        if explicit and kind != BOOL and kind.bits == v.type.bits and v.low == v.high:  # compilers define it so
            n = v.low % 2**kind.bits
            n -= 2**kind.bits * (kind.signed and n > kind.high)
            return Value(kind, n, n)
        if kind == BOOL or not self.are_words(v):
            return super().convert(v, kind, explicit)
        if kind.bits < v.type.bits and not v.within(kind.low, kind.high) and (v.type.signed or kind.signed or
                                                                              not explicit):
            self.fault(f'{v} ({v.type}) does not fit {kind}')
        word = self.word(v)
        if v.type.signed and word[-1] != 0:
            raise Unknown(f'{self.place()}: a value that may be negative')
        return self.made(kind, (word + (0,) * kind.bits)[:kind.bits])

    def sum_or_product(self, operator, a, b):
        a, b, kind = self.balanced(a, b)
        if not self.are_words(a, b):
            return self.linear(operator, a, b, kind)
        if kind.signed or (operator == '*' and a.low != a.high and b.low != b.high):
            raise Unknown(f'{self.place()}: "{operator}" of such words')
        if operator == '*':
            v, factor = (a, b.low) if b.low == b.high else (b, a.low)
            return self.made(kind, self.words.total([(self.word(v), factor)]))
        return self.made(kind, self.words.total([(self.word(a), 1), (self.word(b), -1 if operator == '-' else 1)]))

    def shift(self, operator, v, count):
        v, count = self.promoted(v), self.promoted(count)
        if not self.are_words(v) or count.low != count.high or not count.within(0, v.type.bits - 1):
            return super().shift(operator, v, count)
        if v.type.signed and operator == '<<':
            raise Unknown(f'{self.place()}: a signed word is shifted')
        return self.made(v.type, self.words.shifted(self.word(v), count.low if operator == '>>' else -count.low))

    def bitwise(self, operator, a, b):
        a, b, kind = self.balanced(a, b)
        if not self.are_words(a, b):
            return super().bitwise(operator, a, b)
        return self.made(kind, self.words.bitwise(operator, self.word(a), self.word(b)))

    def low_bits(self, v, count):
        if not self.are_words(v):
            return super().low_bits(v, count)
        return self.made(v.type, self.word(v)[:count] + (0,) * (v.type.bits - count))

    def quotient(self, a, b, operator):
        a, b, kind = self.balanced(a, b)
        k = b.low.bit_length() - 1
        if a.low == a.high or b.low != b.high or b.low != 1 << max(k, 0) or kind.signed:
            return super().quotient(a, b, operator)
        if isinstance(a.exact, dict):
            return self.shift_right(a, k) if operator == '/' else self.low_bits(a, k)
        return self.made(kind, self.words.shifted(self.word(a), k)) if operator == '/' else self.low_bits(a, k)

    # --- linear forms, and what is known of them ---

    def linear(self, operator, a, b, kind):
        """Sums and differences within the bounds that facts give."""
        if operator == '*' or a.form() is None or b.form() is None:
            return super().sum_or_product(operator, a, b)
        sign = 1 if operator == '+' else -1
        form = plus(a.form(), b.form(), sign)
        if set(form) <= {()}:
            number = form.get((), 0)
            return self.checked(operator, number, number, kind)
        ends = sorted((b.low * sign, b.high * sign))
        low, high = self.bounded(form, a.low + ends[0], a.high + ends[1])
        return self.checked(operator, low, high, kind, form)

    def bounded(self, form, low, high):
        """The interval of a form, narrowed by the ranges of unknowns and by facts of which it is a constant away."""
        ends = [sorted(c * e for e in self.ranges.get(m, (0, 2**64 - 1))) if m else (c, c) for m, c in form.items()]
        low, high = max(low, sum(e[0] for e in ends)), min(high, sum(e[1] for e in ends))
        for (operator, key, *others), truth in self.facts.items():
            away = plus(form, dict(key), -1) if operator == '<' and not others else {'other': 1}
            if set(away) <= {()}:
                if truth:
                    high = min(high, away.get((), 0) - 1)
                else:
                    low = max(low, away.get((), 0))
        return low, high

    def compare(self, operator, a, b):
        found = super().compare(operator, a, b)
        if found.low == found.high:
            return found
        a, b, _ = self.balanced(a, b)
        if operator in ('>', '>='):
            a, b, operator = b, a, {'>': '<', '>=': '<='}[operator]
        negated = operator in ('!=', '<=')
        if operator == '<=':
            a, b = b, a
        forms = [self.word(v) for v in (a, b)] if self.are_words(a, b) else [a.form(), b.form()]
        if None in forms:
            raise Unknown(f'{self.place()}: a condition of unknown values')
        truth = self.answer(Question('<' if operator in ('<', '<=') else '==', *forms))
        return Value(INT, int(truth != negated), int(truth != negated))

    def answer(self, question):
        """Whether it holds: by the facts, or as this way has it."""
        operator, a, b = question
        if isinstance(a, tuple):
            key = question
        else:
            key = operator, tuple(sorted(plus(a, b, -1).items()))
            if operator == '<':
                low, high = self.bounded(plus(a, b, -1), -2**99, 2**99)
                if high < 0 or low >= 0:
                    return high < 0
        if key not in self.facts:
            if self.answers is None or len(self.asked) == MOST_ANSWERS:
                raise Unknown(f'{self.place()}: an open condition, or too many')
            truth = self.answers[len(self.asked)] if len(self.asked) < len(self.answers) else True
            self.asked.append((question, truth))
            self.facts[key] = truth
        return self.facts[key]

    def truth(self, v):
        found = super().truth(v)
        return found if found is not None else bool(self.compare('!=', v, Value(v.type, 0, 0)).low)


class WordMachine(Machine):
    def __init__(self, root, cc, source, bits, words):
        self.words, self.replaced, self.aligned, self.events, self.bits, self.width = words, {}, {}, None, bits, 0
        self.used = set()  # intrinsics and functions of the C library
        super().__init__(tree_of(root, cc, source, bits), WordMachine.answered, bits, '?')
        self.math = WordIntegers(self.fault, self.place, words)
        self.size = self.type_of(self.typedefs['size_t'])

    def answered(self, name, arguments):
        if name in self.replaced:
            return (self.replaced[name](*arguments),)
        intrinsic = re.fullmatch('_mm(256|512|)_(.*)', name)
        method = getattr(self, f'vector_{intrinsic[2]}' if intrinsic else 'call_' + name.strip('_'), None)
        if not method or name not in self.prototypes:
            return None
        self.width = VECTORS[intrinsic[1]] if intrinsic else 0
        self.used.add(name)
        return (method(*arguments),)

    # --- runs ---

    def ways(self, action):
        """Returns (questions with their answers, result of action()) for each path; action creates new objects."""
        waiting = [[]]
        while waiting:
            prefix = waiting.pop()
            self.math.answers, self.math.asked, self.math.facts, self.faults = prefix, [], {}, {}
            made, self.math.answers = action(), None
            given = [truth for _, truth in self.math.asked]
            waiting += [given[:i] + [not given[i]] for i in range(len(prefix), len(given))]
            yield list(self.math.asked), made
        self.math.facts, self.math.ranges = {}, {}

    def run_function(self, name, *arguments, **replaced):
        """Its value; arguments have the types of its parameters."""
        if name not in self.functions:
            raise Unknown(f'there is no function {name}')
        self.reset(self.functions[name], replaced)
        try:
            return self.inside(name, list(arguments))
        except TooWide as e:
            raise Unknown(f'{self.place()}: {e}') from e

    def reset(self, node, replaced):
        """Resets the machine after a run that failed."""
        self.scopes, self.names, self.journals, self.replaced, self.node = [], {}, [{}], replaced, node
        self.calls, self.sites, self.returns, self.gone, self.bases = [], [], [], [], []

    def byte(self, name):
        return self.math.made(BYTE, self.words.unknown(name, 8))

    def unknown_word(self, name, kind=WORD):
        return self.math.made(kind, self.words.unknown(name, kind.bits))

    # --- what Machine does not know ---

    def run_Decl(self, node):
        if node.align and isinstance(node.type, c_ast.ArrayDecl):
            super().run_Decl(node)
            self.aligned[id(self.scopes[-1][node.name])] = self.scopes[-1][node.name], max(
                self.constant(a.alignment) for a in node.align)
            return True
        if node.storage == ['static'] and node.init and self.is_constant(node.type):  # the same each time
            plain = c_ast.Decl(node.name, node.quals, node.align, [], node.funcspec, node.type, node.init, None,
                               node.coord)
            return super().run_Decl(plain)
        return super().run_Decl(node)

    def do_Constant(self, node):
        if re.fullmatch('[^l]*l[^l]*', node.value.lower()) and self.bits == 32:
            self.unknown(node, 'a constant of type long')
        return super().do_Constant(node)

    def do_ExprList(self, node):
        return [self.rvalue(e) for e in node.exprs][-1]

    def widened(self, condition, step, before):
        """Runs every loop completely, since intervals do not describe words."""

    def do_UnaryOp(self, node):
        if node.op == 'sizeof':
            is_type = isinstance(node.expr, c_ast.Typename)
            size = self.size_of(self.type_of(node.expr) if is_type else self.lvalue(node.expr)[1], node)
            return Value(self.size, size, size)
        if node.op == '~':
            v = self.math.promoted(self.integer(node.expr))
            return self.math.made(v.type, self.words.inverted(self.math.word(v)))
        return super().do_UnaryOp(node)

    def size_of(self, kind, node):
        if isinstance(kind, Array):
            return kind.length * self.size_of(kind.element, node)
        return kind.bits // 8 if isinstance(kind, Int) and kind != BOOL else self.unknown(node, f'the size of {kind}')

    def converted(self, value, kind, node, explicit=False):
        if isinstance(kind, PointerTo) and isinstance(value, Pointer):
            if kind.target is None:
                return value
            if explicit and isinstance(kind.target, Struct) and kind.target.tag.startswith('natt_vector'):
                return Recast(value.places, kind.target)
        return super().converted(value, kind, node, explicit)

    def moved(self, pointer, by, sign, node):
        self.pointer(pointer, node)
        if isinstance(pointer, Recast):
            self.unknown(node, 'a cast pointer is moved')
        if len(pointer.places) == 1:
            container, key = pointer.places[0]
            if isinstance(container, Buffer):
                return Pointer(((container, self.math.sum_or_product('+' if sign == 1 else '-', key, by)),),
                               pointer.type)
            if isinstance(container, list) and by.low == by.high and key + sign * by.low == len(container):
                return Pointer(((container, len(container)),), pointer.type)  # after the last one
        return super().moved(pointer, by, sign, node)

    def inside_of(self, places):
        for container, key in places:
            if isinstance(container, Buffer) or (isinstance(container, list) and key >= len(container)):
                self.unknown(self.node, 'an element that is not there')

    def load(self, places, kind, node):
        if isinstance(kind, Array) and len(places) == 1 and isinstance(places[0][0][places[0][1]], Buffer):
            container, key = places[0]
            return Pointer(((container[key], Value(self.size, 0, 0)),), kind.element)
        if len(places) == 1 and isinstance(places[0][0], Buffer) and kind == BYTE and places[0][1].form() is not None:
            buffer, key = places[0]
            return self.byte((buffer.name, frozenset(key.form().items())))
        self.inside_of(places)
        return super().load(places, kind, node)

    def assign(self, places, value):
        self.inside_of(places)
        super().assign(places, value)

    # --- functions of the C library ---

    def elements(self, pointer, count):
        """(container, first key) of `count` bytes, in whole elements, and how many these are."""
        if len(pointer.places) != 1 or not isinstance(pointer.places[0][0], list):
            self.unknown(self.node, 'a copy of this')
        container, key = pointer.places[0]
        size = self.size_of(pointer.type, self.node)
        if count % size or key + count // size > len(container):
            self.unknown(self.node, f'a copy of {count} bytes: {len(container) - key} elements of {size} are there')
        return container, key, count // size

    def call_memcpy(self, to, source, n, overlap=False):
        if self.events is not None and any(isinstance(p.places[0][0], Buffer) for p in (to, source)):
            self.events.append(('copy', to, source, n))
            return to
        if n.low != n.high:
            self.unknown(self.node, 'a copy of an unknown size')
        (there, i, many), (here, j, others) = self.elements(to, n.low), self.elements(source, n.low)
        if to.type != source.type or many != others:
            self.unknown(self.node, 'a copy between elements of different types')
        if not overlap and here is there and max(i, j) < min(i, j) + many:
            self.fault('memcpy of areas that overlap')
        for offset, value in enumerate(here[j:j + many]):
            if value is UNSET:
                self.fault('a value is copied that was never set')
            self.store(there, i + offset, value)
        return to

    def call_memmove(self, to, source, n):
        return self.call_memcpy(to, source, n, overlap=True)

    # --- intrinsics: self.width is the number of words in a vector ---

    def lanes(self, vector):
        if UNSET in vector['lane']:
            self.unknown(self.node, 'a vector that was never set')
        return [self.math.word(v) for v in vector['lane']]

    def vector(self, lanes):
        return {'lane': [self.math.made(WORD, lane) for lane in lanes]}

    def each(self, operation, *vectors):
        """Lane by lane."""
        return self.vector([operation(*lanes) for lanes in zip(*map(self.lanes, vectors), strict=True)])

    def octets(self, vector):
        return [lane[i:i + 8] for lane in self.lanes(vector) for i in range(0, 64, 8)]

    def from_octets(self, octets):
        return self.vector([sum(octets[i:i + 8], ()) for i in range(0, len(octets), 8)])

    def constant_of(self, value, most):
        if value.low != value.high or not value.within(0, most):
            self.unknown(self.node, 'an operand that is no constant, or too large')
        return value.low

    def loaded(self, source, bits):
        """Loads elements of `bits` bits from memory."""
        container, key = source.places[0]
        values = container[key:key + 64 // bits * self.width] if isinstance(container, list) else []
        if len(values) * bits != 64 * self.width or any(v is UNSET or v.type.bits != bits for v in values):
            self.unknown(self.node, f'a load of other than elements of {bits} bits')
        return [self.math.word(v) for v in values]

    def vector_loadu_si128(self, source):
        return self.vector(self.loaded(source, 64))

    def vector_lddqu_si128(self, source):
        return self.from_octets(self.loaded(source, 8))

    def vector_store_si256(self, to, value):
        container, key = to.places[0]
        place = self.aligned.get(id(container), (None, 0))
        if place[0] is not container or place[1] % 32 or key % 4 or key + 4 > len(container) or any(
                v is not UNSET and v.type != WORD for v in container):
            self.unknown(self.node, 'a store to memory that is not known to be words, aligned by 32')
        for i, v in enumerate(value['lane']):
            self.store(container, key + i, v)

    vector_loadu_epi8, vector_loadu_si512 = vector_lddqu_si128, vector_loadu_si128

    def vector_storeu_si512(self, to, value):
        self.call_vst1q_u64(to, value)

    def vector_set1_epi64(self, word):
        return self.vector([self.math.word(self.math.convert(word, WORD, explicit=True))] * self.width)

    def vector_unpacklo_epi64(self, a, b):
        return {'lane': [(b if i % 2 else a)['lane'][i // 2 * 2] for i in range(self.width)]}

    def vector_unpackhi_epi64(self, a, b):
        return {'lane': [(b if i % 2 else a)['lane'][i // 2 * 2 + 1] for i in range(self.width)]}

    def vector_permutex2var_epi64(self, a, index, b):
        return {'lane': [(a['lane'] + b['lane'])[self.constant_of(i, 15)] for i in index['lane']]}

    def vector_set_epi64x(self, *words):
        return self.vector([self.math.word(self.math.convert(w, WORD, explicit=True)) for w in reversed(words)])

    vector_set_epi64 = vector_set_epi64x

    def vector_castsi128_si256(self, a):
        return {'lane': a['lane'] + [UNSET] * 2}

    def vector_inserti128_si256(self, a, b, half):
        low, high = a['lane'][:2], a['lane'][2:]
        return {'lane': low + b['lane'] if self.constant_of(half, 1) else b['lane'] + high}

    def vector_broadcastsi128_si256(self, a):
        return {'lane': a['lane'] * 2}

    def vector_shuffle_epi8(self, a, by):
        source, made = self.octets(a), []
        for i, control in enumerate(self.octets(by)):
            number = self.words.value(control)
            if number is None:
                self.unknown(self.node, 'a shuffle by unknown bytes')
            made.append((0,) * 8 if number & 0x80 else source[i // 16 * 16 + (number & 15)])
        return self.from_octets(made)

    def vector_alignr_epi8(self, a, b, count):
        n, made = self.constant_of(count, 16), []
        for i in range(0, 8 * self.width, 16):
            made += (self.octets(b)[i:i + 16] + self.octets(a)[i:i + 16])[n:n + 16]
        return self.from_octets(made)

    def vector_add_epi64(self, a, b):
        return self.each(self.words.plus, a, b)

    def vector_xor_si256(self, a, b):
        return self.each(lambda x, y: self.words.bitwise('^', x, y), a, b)

    def vector_or_si256(self, a, b):
        return self.each(lambda x, y: self.words.bitwise('|', x, y), a, b)

    def vector_slli_epi64(self, a, count):
        return self.each(lambda x: self.words.shifted(x, -self.constant_of(count, 63)), a)

    def vector_srli_epi64(self, a, count):
        return self.each(lambda x: self.words.shifted(x, self.constant_of(count, 63)), a)

    def vector_ror_epi64(self, a, count):
        return self.each(lambda x: self.words.rotated(x, self.constant_of(count, 63)), a)

    def vector_ternarylogic_epi64(self, a, b, c, table):
        """Bit 4 a + 2 b + c of the table."""
        rows = self.constant_of(table, 255)

        def lane(*words):
            total = (0,) * 64
            for row in range(8):
                if rows >> row & 1:
                    term = (1,) * 64
                    for word, bit in zip(words, (4, 2, 1)):
                        term = self.words.bitwise('&', term, word if row & bit else self.words.inverted(word))
                    total = self.words.bitwise('|', total, term)
            return total
        return self.each(lane, a, b, c)

    # --- intrinsics of AArch64 [Arm ARM, C7.2]; a vector has two words ---

    def call_vld1q_u8(self, source):
        self.width = 2
        return {'octet': [self.math.made(BYTE, o) for o in self.loaded(source, 8)]}

    def call_vrev64q_u8(self, a):
        return {'octet': [a['octet'][i ^ 7] for i in range(16)]}

    def call_vreinterpretq_u64_u8(self, a):
        return self.from_octets([self.math.word(o) for o in a['octet']])

    def call_vld1q_u64(self, source):
        self.width = 2
        return self.vector(self.loaded(source, 64))

    def call_vst1q_u64(self, to, a):
        (container, key), *others = to.places
        if others or not isinstance(container, list) or key + len(a['lane']) > len(container):
            self.unknown(self.node, 'a store to this')
        for i, v in enumerate(a['lane']):
            self.store(container, key + i, v)

    def call_vaddq_u64(self, a, b):
        return self.each(self.words.plus, a, b)

    def call_vextq_u64(self, a, b, n):
        first = self.constant_of(n, 1)
        return self.vector((self.lanes(a) + self.lanes(b))[first:first + 2])

    def sigma(self, x, first, second, third, shift=False):
        w = self.words
        last = w.shifted(x, third) if shift else w.rotated(x, third)
        return w.bitwise('^', w.bitwise('^', w.rotated(x, first), w.rotated(x, second)), last)

    def call_vsha512hq_u64(self, d, n, m):
        w, (low, high), x, y = self.words, self.lanes(d), self.lanes(n), self.lanes(m)

        def t1(e, f, g, rest):
            ch = w.bitwise('^', w.bitwise('&', e, f), w.bitwise('&', w.inverted(e), g))
            return w.plus(ch, self.sigma(e, 14, 18, 41), rest)
        high = t1(y[1], x[0], x[1], high)
        return self.vector([t1(w.plus(high, y[0]), y[1], x[0], low), high])

    def call_vsha512h2q_u64(self, d, n, m):
        w, (low, high), x, y = self.words, self.lanes(d), self.lanes(n), self.lanes(m)

        def next_a(a, b, c, rest):
            maj = w.bitwise('^', w.bitwise('^', w.bitwise('&', a, b), w.bitwise('&', a, c)), w.bitwise('&', b, c))
            return w.plus(maj, self.sigma(a, 28, 34, 39), rest)
        high = next_a(y[0], y[1], x[0], high)
        return self.vector([next_a(high, y[0], y[1], low), high])

    def call_vsha512su0q_u64(self, d, n):
        both = self.lanes(d) + self.lanes(n)
        return self.vector([self.words.plus(both[i], self.sigma(both[i + 1], 1, 8, 7, True)) for i in (0, 1)])

    def call_vsha512su1q_u64(self, d, n, m):
        return self.each(lambda w, x, y: self.words.plus(w, self.sigma(x, 19, 61, 6, True), y), d, n, m)
