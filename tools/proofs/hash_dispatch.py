"""Which compression of SHA-384 runs where, and what the processor reports, for the proof of the hashes."""
import os
import re

from c_integers import BOOL, Int, Value
from c_memory import UNSET
from c_types import Array, Function
from c_words import BYTE
from claims import require
from hash_objects import Hash, equal, is_at, number, same_value

HASH, X86, AARCH64 = 'verify/crypto/hash/', 'verify/crypto/x86/', 'verify/crypto/aarch64/'
UINT = Int(32, False)
# Leaf 7, EBX [Intel SDM vol. 2A, CPUID]
BMI1, AVX2, BMI2, AVX512F, ADX, IFMA, AVX512BW, AVX512VL = 3, 5, 8, 16, 19, 21, 30, 31
SHA512 = 21  # AT_HWCAP of AArch64 [Linux, arch/arm64/include/uapi/asm/hwcap.h]
FMA, OSXSAVE, STATE = 12, 27, (1, 2, 5, 6, 7)  # leaf 1, ECX; XCR0: SSE, AVX, opmask, both halves of ZMM
# In verify/crypto/meson.build: what all files are compiled with, and what the one with the intrinsics is compiled with.
ARGUMENTS = [
    """crypto_args = [ '-ffreestanding', '-DNATT_P384_BOUNDS_HEADER="verify/crypto/p384/p384_bounds_'"""
    """ + crypto_bounds + '.h"', ]""",
    "crypto_args += '-fno-sanitize=all'",
    "crypto_scalar_rounds = cc.get_supported_arguments('-fno-tree-vectorize', '-fno-tree-slp-vectorize')",
    "{'avx2': ['-mavx2'], 'avx512vl': ['-mavx512f', '-mavx512vl']}",
    "'x86/sha384_' + name + '.c', c_args: crypto_args + crypto_scalar_rounds + ['-mbmi2'] + flags,",
    "'test/sha384_avx2_plain.c', 'test/sha384_avx512vl_plain.c', 'test/sha384_sha512_plain.c', "
    "c_args: crypto_args + ['-fhosted'],",
    "cc.has_argument('-march=armv8.2-a+sha3')",
    "'aarch64/sha384_sha512.c', c_args: crypto_args + ['-march=armv8.2-a+sha3'],",
    'c_args: crypto_args,']
# In lanes/meson.build.
LANES = """lanes_of_x86 = { 'lanes_fma': ['-mavx2', '-mfma', '-ffp-contract=off'], """ \
    """'lanes_ifma4': ['-mavx512f', '-mavx512vl', '-mavx512ifma'], 'lanes_ifma8': ['-mavx512f', '-mavx512ifma'], """ \
    """'sha384_lanes': ['-mavx512f', '-mavx512bw'], }"""


class Native(Hash):
    def has_each(self, none):
        """natt_native_sha384_each of builds without lanes."""
        self.m.functions['natt_native_sha384_each'] = none.m.functions['natt_native_sha384_each']

    def each(self):
        """One message after the other, for none to three; the body of the loop is one call."""
        m = self.m
        declared = m.objects['natt_crypto_native']
        m.reset(declared, {})
        table = m.initial(m.type_of(declared.type), declared.init)
        require(table['sha384_each'] == Function('natt_native_sha384_each'), 'another function')
        kind = m.type_of(m.structs['natt_message'])
        for count in range(4):
            self.fresh()
            digests, asked = [[UNSET] * 48 for _ in range(count)], []
            messages = [{'parts': [{'ptr': UNSET, 'len': UNSET} for _ in range(3)], 'digest': self.pointer(d, BYTE)}
                        for d in digests]
            self.watch('messages', messages)

            def hashed(out, parts, number_of, messages=messages, digests=digests, asked=asked):
                self.unchanged()
                require(is_at(out, digests[len(asked)]) and is_at(parts, messages[len(asked)]['parts']) and
                        number_of.low == number_of.high == 3, 'another message')
                asked.append(out)
                return number(1, BOOL)
            self.run('natt_native_sha384_each', self.pointer(messages, kind), self.size(count),
                     natt_native_sha384=hashed)
            self.unchanged()
            require(len(asked) == count, f'{len(asked)} digests of {count} messages')

    def table(self):
        """natt_crypto_native: its first two functions, with their operands as they are."""
        m = self.m
        declared = m.objects['natt_crypto_native']
        m.reset(declared, {})
        table = m.initial(m.type_of(declared.type), declared.init)
        kind = m.type_of(m.typedefs['natt_bytes'])
        for name, size in ('sha384', 48), ('sha256', 32):
            self.fresh()
            out, pieces, asked = [UNSET] * size, [{'ptr': UNSET, 'len': UNSET}], []
            count = Value(m.size, 0, m.size.high, {('count',): 1})
            given = [self.pointer(out, BYTE), self.pointer(pieces, kind), count]
            self.watch('out', out)
            self.watch('parts', pieces)

            def parts(*operands, name=name, size=size, out=out, asked=asked, given=given):
                self.unchanged()
                wanted = [*given, Function('fastest')] if name == 'sha384' else given
                require(len(operands) == len(wanted) and all(map(same_value, operands, wanted)), 'other operands')
                asked.append(name)
                self.overwritten([out], 0, Array(BYTE, size))
            answer = self.run(table[name].name, *given, **{f'natt_{name}_parts': parts},
                              natt_sha384_fastest=lambda: Function('fastest'))
            self.unchanged()
            require(answer == number(1, BOOL) and asked == [name], 'another function, or it says that it failed')


class Dispatch:
    """Which compression runs where. Registers of CPUID are unknown words; each way through cpu_x86.c is run."""
    def __init__(self, root, cc, words, standard, both, vectors, sha512):
        self.root, self.words = root, words
        self.x86 = Hash(root, cc, X86 + 'dispatch_sha384_x86.c', words, standard).takes(both[0], *vectors)
        self.others = [Hash(root, cc, HASH + 'dispatch_sha384_portable.c', words, standard, of.m.bits).takes(of)
                       for of in both]
        self.aarch64 = Hash(root, cc, AARCH64 + 'dispatch_sha384_aarch64.c', words, standard).takes(both[0], sha512)
        self.linux = Hash(root, cc, AARCH64 + 'cpu_linux.c', words, standard)
        self.cpu, self.cpu_lanes = (Hash(root, cc, X86 + f, words, standard) for f in ('cpu_x86.c', 'cpu_lanes.c'))
        with open(os.path.join(root, X86 + 'cpu.h'), encoding='ascii') as f:
            self.bits = {n: int(v) for n, v in re.findall(r'^#define NATT_CPU_(\w+) +(\d+)u', f.read(), re.M)}

    def fastest(self):
        for features in range(256):
            got = self.x86.run('natt_sha384_fastest', natt_cpu_features=lambda f=features: number(f, UINT))
            wanted = next((n for n in ('AVX512VL', 'AVX2') if features & self.bits[n]), 'portable').lower()
            require(got == Function('natt_sha384_feed_' + wanted), f'with features {features} it is {got.name}')
        for has in (0, 1):
            got = self.aarch64.run('natt_sha384_fastest', natt_cpu_has_sha512=lambda h=has: number(h, BOOL))
            require(got == Function('natt_sha384_feed_' + ('sha512' if has else 'portable')), 'another on AArch64')
        for other in self.others:
            require(other.run('natt_sha384_fastest') == Function('natt_sha384_feed_portable'), 'another is portable')

    def asked(self, cpu, name, **replaced):
        """What a function finds, with unknown registers of CPUID and XCR0."""
        m = cpu.m

        def leaf(n, *registers):
            for register, pointer in zip('abcd', registers):
                m.assign(pointer.places, m.unknown_word(f'leaf{n}{register}', UINT))
            return Value(Int(32, True), 0, 1, {(f'leaf{n}',): 1})

        def cpuid(n, *registers):
            require(n.low == n.high and n.low in (0, 1), 'another leaf')
            return leaf(n.low, *registers)

        def cpuid_count(n, below, *registers):
            require((n.low, n.high, below.low, below.high) == (7, 7, 0, 0), 'another leaf')
            return leaf(7, *registers)

        def xgetbv(low, high, n):
            require(n == number(0, n.type), 'another register')
            m.assign(low.places, m.unknown_word('xcr0 low', UINT))
            m.assign(high.places, m.unknown_word('xcr0 high', UINT))
        replaced |= {'__get_cpuid': cpuid, '__get_cpuid_count': cpuid_count, 'natt_xgetbv': xgetbv}
        got = cpu.run(name, **replaced)
        cpu.unchanged()
        return got

    def asked_cpu(self):
        self.cpu.fresh()
        self.cpu.m.globals['features'] = UNSET  # which is refused if it is read
        self.cpu.watch('features', self.cpu.m.globals, 'features')
        return self.asked(self.cpu, 'ask', natt_cpu_lanes=lambda: number(0, UINT))

    def asked_lanes(self):
        """Of a processor on which all of it was measured to be faster."""
        self.cpu_lanes.fresh()
        return self.asked(self.cpu_lanes, 'natt_cpu_lanes', fast_on=lambda vendor, leaf1: number(2**32 - 1, UINT))

    def ones(self, *bits, leaf1=(), state=0):
        """What must be 1: bits of leaf 7, and of leaf 1; states that the system saves, and so leaf 1 too."""
        ebx, ecx, xcr0 = (self.words.unknown(n, 32) for n in ('leaf7b', 'leaf1c', 'xcr0 low'))
        saved = {'leaf1', ecx[OSXSAVE], *(xcr0[i] for i in STATE[:state])} if state else set()
        return {'leaf7', *(ebx[i] for i in bits), *(ecx[i] for i in leaf1), *saved}

    def features(self):
        """A feature is reported just where all of its bits are 1, and the leaves exist. All ask for BMI1 and BMI2."""
        known = self.bits['KNOWN']
        self.reported(self.cpu.m.ways(self.asked_cpu), known, {
            'ADX': self.ones(BMI1, BMI2, ADX), 'AVX2': self.ones(BMI1, BMI2, AVX2, state=2),
            'AVX512VL': self.ones(BMI1, BMI2, AVX512F, AVX512VL, state=5)})

    def lanes(self):
        """The same of lanes, and no feature is FAST that is not there."""
        needed = {'FMA': self.ones(AVX2, leaf1=(FMA,), state=2), 'IFMA': self.ones(AVX512F, AVX512VL, IFMA, state=5),
                  'SHA384': self.ones(AVX512F, AVX512BW, state=5),
                  'ONE': self.ones(AVX512F, AVX512VL, IFMA, BMI1, BMI2, ADX, state=5)}
        needed = {n: bits | {'leaf0', 'leaf1'} for n, bits in needed.items()}
        self.reported(self.cpu_lanes.m.ways(self.asked_lanes), 0,
                      needed | {'FAST_' + n: bits for n, bits in needed.items()})

    def reported(self, ways, always, needed):
        everything = sum(self.bits[n] for n in needed) | always
        for asked, got in ways:
            require(got.low == got.high and got.low & ~everything == 0 and got.low & always == always,
                    'the features are not known')
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

    def linux_features(self):
        """Bit 21 of AT_HWCAP, which is 16 [Linux, include/uapi/linux/auxvec.h], and no other."""
        for bit in range(64):
            def asked(kind, value=1 << bit):
                require(kind.low == kind.high == 16, 'another entry')
                return number(value, kind.type)
            got = self.linux.run('natt_cpu_has_sha512', getauxval=asked)
            require(got == number(int(bit == SHA512), BOOL), f'bit {bit} of AT_HWCAP')

    def processor(self):
        self.features()
        self.lanes()
        self.linux_features()
        self.cached()
        self.flags()

    def flags(self):
        """The file with the intrinsics is compiled for no more than is asked of the processor, the others for less."""
        text = self.build('verify/crypto/meson.build')
        for wanted in ARGUMENTS:
            require(text.count(wanted) == 1, f'flags: this is not once in meson.build: {wanted}')
            text = text.replace(wanted, '')
        found = re.findall(r"\w*_args\b|\w*_arguments\b|'-[^']*'|'\w+/sha384_(?:avx|sha512)\w*\.c'", text)
        require(not found, f'flags: {found} in meson.build')
        text = self.build('verify/crypto/lanes/meson.build')
        require(text.count(LANES) == 1 and "'-m" not in text.replace(LANES, ''), 'flags: others in lanes/meson.build')

    def build(self, path):
        with open(os.path.join(self.root, path), encoding='ascii') as f:
            return ' '.join(re.sub('#.*', '', f.read()).split())

    def cached(self):
        """natt_cpu_features: what was found is kept, and 0 is asked."""
        m = self.cpu.m
        known, answer = (m.unknown_word(name, UINT) for name in ('known', 'answer'))

        def asked():
            kept = []
            self.cpu.fresh()
            m.globals['features'] = UNSET
            self.cpu.watch('features', m.globals, 'features')

            def load(place, _):
                require(is_at(place, m.globals, 'features'), 'another place')
                return known

            def store(place, value, _):
                require(is_at(place, m.globals, 'features'), 'another place')
                kept.append(value)
            got = self.cpu.run('natt_cpu_features', ask=lambda: answer, atomic_load_explicit=load,
                               atomic_store_explicit=store)
            self.cpu.unchanged()
            return got, kept
        for questions, (got, kept) in m.ways(asked):
            require([(q.operator, {q.a, q.b}) for q, _ in questions] ==
                    [('==', {m.math.word(known), self.words.constant(0, 32)})], 'something but 0 is asked for')
            wanted = (answer, [answer]) if questions[0][1] else (known, [])
            require(same_value(got, wanted[0]) and len(kept) == len(wanted[1]) and
                    all(map(same_value, kept, wanted[1])), 'other features are kept')
