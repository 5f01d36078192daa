"""Which compression of SHA-384 runs where, for the proof of the hashes."""
import os
import re

from c_integers import BOOL, Int, Value
from c_memory import UNSET
from c_types import Function
from c_words import BYTE
from claims import require
from hash_objects import Hash, equal, number

HASH, X86 = 'verify/crypto/hash/', 'verify/crypto/x86/'
UINT = Int(32, False)
BMI1, BMI2, AVX512F, ADX, AVX512VL = 3, 8, 16, 19, 31  # leaf 7, EBX [Intel SDM vol. 2A, CPUID]
OSXSAVE, STATE = 27, (1, 2, 5, 6, 7)  # leaf 1, ECX; XCR0: SSE, AVX, opmask, both halves of ZMM
FLAGS = {'-mbmi2', '-mavx512f', '-mavx512vl'}  # what the code is compiled for


class Dispatch:
    """Which compression runs where. Registers of CPUID are unknown words; each way through cpu_x86.c is run."""
    def __init__(self, root, cc, words, standard):
        self.root, self.words = root, words
        sources = [HASH + 'sha384.c', X86 + 'sha384_avx512vl.c']
        self.x86, self.other, self.native, self.cpu = (
            Hash(root, cc, files, words, standard) for files in (
                [*sources, X86 + 'dispatch_sha384_x86.c'], [*sources, HASH + 'dispatch_sha384_portable.c'],
                ['verify/crypto/native/native.c'], [X86 + 'cpu_x86.c']))
        with open(os.path.join(root, X86 + 'cpu.h'), encoding='ascii') as f:
            self.bits = {n: int(v) for n, v in re.findall(r'^#define NATT_CPU_(\w+) +(\d+)u', f.read(), re.M)}

    def fastest(self):
        for features in range(8):
            got = self.x86.run('natt_sha384_fastest', natt_cpu_features=lambda f=features: number(f, UINT))
            wanted = 'avx512vl' if features & self.bits['AVX512VL'] else 'portable'
            require(got == Function('natt_sha384_feed_' + wanted), f'with features {features} it is {got.name}')
        require(self.other.run('natt_sha384_fastest') == Function('natt_sha384_feed_portable'), 'another is portable')

    def table(self):
        """natt_crypto_native: its first two functions, with their operands as they are."""
        hash_of, asked = self.native, []

        def sha384(*arguments):
            asked.append(('384', *arguments))

        def sha256(*arguments):
            asked.append(('256', *arguments))
        hash_of.fresh()
        declared = hash_of.m.objects['natt_crypto_native']
        hash_of.m.reset(declared, {})
        table = hash_of.m.initial(hash_of.m.type_of(declared.type), declared.init)
        kind = hash_of.m.type_of(hash_of.m.typedefs['natt_bytes'])
        out, parts = hash_of.pointer([UNSET], BYTE), hash_of.pointer([UNSET], kind)
        for name in ('sha384', 'sha256'):
            answer = hash_of.run(table[name].name, out, parts, hash_of.size(7), natt_sha384_parts=sha384,
                                 natt_sha256_parts=sha256, natt_sha384_fastest=lambda: Function('fastest'))
            require(answer == number(1, BOOL), 'it says that it failed')
        given = out, parts, hash_of.size(7)
        require(asked == [('384', *given, Function('fastest')), ('256', *given)], 'other functions or operands')

    def asked_cpu(self):
        m = self.cpu.m
        self.cpu.fresh()
        m.globals['features'] = number(0, UINT)

        def leaf(name, *registers):
            for register, pointer in zip('abcd', registers):
                m.assign(pointer.places, m.unknown_word(name + register, UINT))
            return Value(Int(32, True), 0, 1, {(name,): 1})

        def cpuid(n, *registers):
            require(n.low == n.high == 1, 'another leaf')
            return leaf('leaf1', *registers)

        def cpuid_count(n, below, *registers):
            require((n.low, n.high, below.low, below.high) == (7, 7, 0, 0), 'another leaf')
            return leaf('leaf7', *registers)

        def xgetbv(low, high, n):
            require(n == number(0, n.type), 'another register')
            m.assign(low.places, m.unknown_word('xcr0 low', UINT))
            m.assign(high.places, m.unknown_word('xcr0 high', UINT))
        return self.cpu.run('ask', **{'__get_cpuid': cpuid, '__get_cpuid_count': cpuid_count, 'natt_xgetbv': xgetbv})

    def features(self):
        """A feature is reported just where all of its bits are 1, and the leaves exist. Both ask for BMI1 too."""
        ebx, ecx, xcr0 = (self.words.unknown(n, 32) for n in ('leaf7b', 'leaf1c', 'xcr0 low'))
        needed = {'ADX': {'leaf7', *(ebx[i] for i in (BMI1, BMI2, ADX))},
                  'AVX512VL': {'leaf7', 'leaf1', *(ebx[i] for i in (BMI1, BMI2, AVX512F, AVX512VL)), ecx[OSXSAVE],
                               *(xcr0[i] for i in STATE)}}
        for asked, got in self.cpu.m.ways(self.asked_cpu):
            require(got.low == got.high and got.low & self.bits['KNOWN'], 'the features are not known')
            answers = [(self.bits_of(q), truth != (isinstance(q.a, dict))) for q, truth in asked]
            sure = set().union(*(b for b, holds in answers if holds))
            for feature, bits in needed.items():
                if got.low & self.bits[feature]:
                    require(bits <= sure, f'{feature} is reported without all of its bits')
                else:
                    require(any(b <= bits and not holds for b, holds in answers),
                            f'{feature} is not reported where all of its bits are set')

    def bits_of(self, question):
        """The bits that must be 1 for its answer to be true: a leaf exists, or bits equal ones."""
        require(question.operator == '==', 'an unknown question')
        if isinstance(question.a, dict):
            require(equal(question.b, {}) and len(question.a) == 1, 'an unknown question')
            return {next(iter(question.a))[0]}
        left = {a for a, b in zip(question.a, question.b, strict=True) if (a, b) != (0, 0)}
        require(all(b == 1 for a, b in zip(question.a, question.b) if a) and 0 not in left, 'an unknown question')
        return left

    def flags(self):
        """The file with the intrinsics is compiled for no more than is asked of the processor."""
        with open(os.path.join(self.root, 'verify/crypto/meson.build'), encoding='ascii') as f:
            found = re.search(r"'x86/sha384_avx512vl\.c',\s*c_args: crypto_args \+ \[([^]]*)\]", f.read())
        require(found and set(re.findall(r"'([^']*)'", found.group(1))) == FLAGS, 'other flags')

    def cached(self):
        """natt_cpu_features: what was found is kept, and 0 is asked."""
        m, kept = self.cpu.m, []
        for known in (0, 1, 5):
            kept.clear()
            self.cpu.fresh()
            m.globals['features'] = number(0, UINT)
            got = self.cpu.run('natt_cpu_features', ask=lambda: number(3, UINT),
                               atomic_load_explicit=lambda place, _, k=known: number(k, UINT),
                               atomic_store_explicit=lambda place, value, _: kept.append(value))
            require((got, kept) == ((number(known, UINT), []) if known else
                                    (number(3, UINT), [number(3, UINT)])), 'other features are kept')
