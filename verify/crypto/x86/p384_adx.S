/*
 * The field of P-384 for x86-64 with BMI2 (mulx, rorx) and ADX (adcx, adox). System V calling convention.
 *
 * An element is any value below 2^384, reduced mod p or not, as six 64-bit words; every function takes and returns just
 * that, and its result may be one of its arguments. C = 2^384 mod p = 2^128 + 2^96 - 2^32 + 1, in words C0, C1, 1.
 * Variable time: a branch is taken where a carry is too rare to be worth a mask.
 */
    .intel_syntax noprefix
    .text

#define C0 0xffffffff00000001
#define C1 0xffffffff

#define LOCAL_BYTES 56 /* t0 .. t3 at 0, the address of r at 48; keeps rsp aligned by 16 */

.macro FUNCTION name
    .globl \name
    .hidden \name
    .type \name, @function
    .p2align 5
\name:
    .cfi_startproc
    endbr64
.endm

.macro END_FUNCTION name
    .cfi_endproc
    .size \name, . - \name
.endm

.macro SAVE
    .irp reg, rbx, rbp, r12, r13, r14, r15
    push \reg
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset \reg, 0
    .endr
    sub rsp, LOCAL_BYTES
    .cfi_adjust_cfa_offset LOCAL_BYTES
    mov [rsp + 48], rdi
.endm

.macro RESTORE_AND_RETURN
    .cfi_remember_state
    add rsp, LOCAL_BYTES
    .cfi_adjust_cfa_offset -LOCAL_BYTES
    .irp reg, r15, r14, r13, r12, rbp, rbx
    pop \reg
    .cfi_adjust_cfa_offset -8
    .cfi_restore \reg
    .endr
    ret
    .cfi_restore_state
.endm

.macro STORE w0, w1, w2, w3, w4, w5, to
    mov [\to], \w0
    mov [\to + 8], \w1
    mov [\to + 16], \w2
    mov [\to + 24], \w3
    mov [\to + 32], \w4
    mov [\to + 40], \w5
.endm

/* (hi, lo) = rdx * a[j] + lo, on the one carry chain of `add` (add or adc); hi is new. */
.macro FIRST_STEP j, lo, hi, add
    mulx \hi, rax, [rsi + 8 * \j]
    \add \lo, rax
.endm

/* (hi, lo) += rdx * a[j], on the two carry chains. */
.macro STEP j, lo, hi
    mulx rbx, rax, [rsi + 8 * \j]
    adcx \lo, rax
    adox \hi, rbx
.endm

/* The last product of a row: t6 is new. */
.macro LAST_STEP t5, t6, zero
    mulx \t6, rax, [rsi + 40]
    adcx \t5, rax
    adox \t6, \zero
    adcx \t6, \zero
.endm

/* t0..t5, t6 (new) += b[i] * a, for b[i] in rdx. */
.macro ROW t0, t1, t2, t3, t4, t5, t6
    xor ebp, ebp
    STEP 0, \t0, \t1
    STEP 1, \t1, \t2
    STEP 2, \t2, \t3
    STEP 3, \t3, \t4
    STEP 4, \t4, \t5
    LAST_STEP \t5, \t6, rbp
.endm

/* (hi, lo) = 2 (hi, lo) + rdx^2, on the two carry chains. */
.macro SQUARE_STEP lo, hi
    mulx rbx, rax, rdx
    adcx \lo, \lo
    adox \lo, rax
    adcx \hi, \hi
    adox \hi, rbx
.endm

/* 2^512 left the sum in (.., .., rcx, rdx, r12, r13, rsi, rbp), for h just below 2^384: add C * 2^128. */
.macro BRING_BACK_2_512
    mov rax, C0
    add rcx, rax
    mov eax, C1
    adc rdx, rax
    adc r12, 1
    adc r13, 0
    adc rsi, 0
    adc rbp, 0
.endm

/*
 * r (at the address kept in [rsp + 48]) = t mod p. Words t0..t3 lie at [rsp], t4 and t5 in r12 and r13, h = t6..t11 in
 * r14, r15, r8, r9, r10, r11. With d = h * (2^64 - 1):  t = t[0..5] + h + h * 2^128 + d * 2^32,  then again for the
 * two words above.
 */
.macro REDUCE
    mov rax, [rsp]
    mov rbx, [rsp + 8]
    mov rcx, [rsp + 16]
    mov rdx, [rsp + 24]
    xor esi, esi
    add rax, r14
    adc rbx, r15
    adc rcx, r8
    adc rdx, r9
    adc r12, r10
    adc r13, r11
    adc rsi, 0
    mov rbp, r11
    add rcx, r14
    adc rdx, r15
    adc r12, r8
    adc r13, r9
    adc rsi, r10
    mov [rsp], rax
    adc rbp, 0
    jc 6f
7:  xor edi, edi
    sub rdi, r14
    sbb r14, r15
    sbb r15, r8
    sbb r8, r9
    sbb r9, r10
    sbb r10, r11
    sbb r11, 0
    mov rax, r11
    shr rax, 32
    shld r11, r10, 32
    shld r10, r9, 32
    shld r9, r8, 32
    shld r8, r15, 32
    shld r15, r14, 32
    shld r14, rdi, 32
    shl rdi, 32
    add rdi, [rsp]
    adc rbx, r14
    adc rcx, r15
    adc rdx, r8
    adc r12, r9
    adc r13, r10
    adc rsi, r11
    adc rbp, rax
    jc 2f
1:  /* m = (rsi, rbp):  (rdi, rbx, rcx, rdx, r12, r13) + m + m * 2^128 + (m * (2^64 - 1)) * 2^32 */
    xor r8d, r8d
    mov r9, rsi
    mov r10, rbp
    sub r8, rsi
    sbb r9, rbp
    sbb r10, 0
    mov r11, r10
    shr r11, 32
    shld r10, r9, 32
    shld r9, r8, 32
    shl r8, 32
    xor eax, eax
    adcx rdi, rsi
    adox rdi, r8
    adcx rbx, rbp
    adox rbx, r9
    adcx rcx, rsi
    adox rcx, r10
    adcx rdx, rbp
    adox rdx, r11
    mov rsi, [rsp + 48]
    adcx r12, rax
    adox r12, rax
    adcx r13, rax
    jc 3f
    adox r13, rax
    jo 3f
4:  STORE rdi, rbx, rcx, rdx, r12, r13, rsi
    RESTORE_AND_RETURN
2:  BRING_BACK_2_512
    jmp 1b
6:  BRING_BACK_2_512
    jmp 7b
3:  /* 2^384 left by one chain, never by both: a carry that passes word 4 leaves it 0 and the other stops there */
    mov rax, C0
    add rdi, rax
    mov eax, C1
    adc rbx, rax
    adc rcx, 1
    adc rdx, 0
    adc r12, 0
    adc r13, 0
    jmp 4b
.endm

/* void natt_p384_adx_mul(uint64_t r[6], const uint64_t a[6], const uint64_t b[6]) */
FUNCTION natt_p384_adx_mul
    SAVE
    mov rcx, rdx
    mov rdx, [rcx]
    mulx r9, r8, [rsi]
    FIRST_STEP 1, r9, r10, add
    FIRST_STEP 2, r10, r11, adc
    FIRST_STEP 3, r11, r12, adc
    FIRST_STEP 4, r12, r13, adc
    mulx r14, rax, [rsi + 40]
    mov rdx, [rcx + 8]
    adc r13, rax
    adc r14, 0
    mov [rsp], r8
    ROW r9, r10, r11, r12, r13, r14, r15
    mov rdx, [rcx + 16]
    mov [rsp + 8], r9
    ROW r10, r11, r12, r13, r14, r15, r8
    mov rdx, [rcx + 24]
    mov [rsp + 16], r10
    ROW r11, r12, r13, r14, r15, r8, r9
    mov rdx, [rcx + 32]
    mov [rsp + 24], r11
    ROW r12, r13, r14, r15, r8, r9, r10
    mov rdx, [rcx + 40]
    ROW r13, r14, r15, r8, r9, r10, r11
    REDUCE
END_FUNCTION natt_p384_adx_mul

/* void natt_p384_adx_sqr(uint64_t r[6], const uint64_t a[6]): products of different words, doubled, and squares */
FUNCTION natt_p384_adx_sqr
    SAVE
    mov rdx, [rsi]
    mulx rdi, rbp, [rsi + 8]
    FIRST_STEP 2, rdi, rcx, add
    FIRST_STEP 3, rcx, r12, adc
    FIRST_STEP 4, r12, r13, adc
    mulx r14, rax, [rsi + 40]
    mov rdx, [rsi + 8]
    adc r13, rax
    adc r14, 0
    xor r11d, r11d
    STEP 2, rcx, r12
    STEP 3, r12, r13
    STEP 4, r13, r14
    LAST_STEP r14, r15, r11
    mov rdx, [rsi + 16]
    xor eax, eax
    STEP 3, r13, r14
    STEP 4, r14, r15
    LAST_STEP r15, r8, r11
    mov rdx, [rsi + 24]
    xor eax, eax
    STEP 4, r15, r8
    LAST_STEP r8, r9, r11
    mov rdx, [rsi + 32]
    FIRST_STEP 5, r9, r10, add
    adc r10, 0
    mov rdx, [rsi]
    xor eax, eax
    mulx rbx, rax, rdx
    mov rdx, [rsi + 8]
    mov [rsp], rax
    adcx rbp, rbp
    adox rbp, rbx
    mov [rsp + 8], rbp
    mulx rbx, rax, rdx
    mov rdx, [rsi + 16]
    adcx rdi, rdi
    adox rdi, rax
    mov [rsp + 16], rdi
    adcx rcx, rcx
    adox rcx, rbx
    mov [rsp + 24], rcx
    SQUARE_STEP r12, r13
    mov rdx, [rsi + 24]
    SQUARE_STEP r14, r15
    mov rdx, [rsi + 32]
    SQUARE_STEP r8, r9
    mov rdx, [rsi + 40]
    mulx r11, rax, rdx
    mov esi, 0
    adcx r10, r10
    adox r10, rax
    adcx r11, rsi
    adox r11, rsi
    REDUCE
END_FUNCTION natt_p384_adx_sqr

/* The other functions keep a number in r8, r9, r10, r11, rcx and rsi, and need rax and rdx besides. */
.macro CHAIN first, next, w0, w1, w2, w3, w4, w5
    \first r8, \w0
    \next r9, \w1
    \next r10, \w2
    \next r11, \w3
    \next rcx, \w4
    \next rsi, \w5
.endm

/* The carry that just left comes back as C, of words C0, C1, 1; not and lea leave the flags alone. */
.macro FOLD_CARRY first, next
    sbb rdx, rdx
    mov rax, C0
    and rax, rdx
    \first r8, rax
    mov eax, edx
    \next r9, rax
    not rdx
    lea rdx, [rdx + 1]
    \next r10, rdx
    \next r11, 0
    \next rcx, 0
    \next rsi, 0
.endm

/* C itself, when the fold made another carry: too rare for a mask. */
.macro FOLD_AGAIN first, next
    mov rax, C0
    mov edx, C1
    CHAIN \first, \next, rax, rdx, 1, 0, 0, 0
.endm

/* The number is r; where a carry is left, at 2, it comes back as C first. */
.macro STORE_AND_RETURN first, next
1:  STORE r8, r9, r10, r11, rcx, rsi, rdi
    ret
2:  FOLD_AGAIN \first, \next
    jmp 1b
.endm

/* void NAME(uint64_t r[6], const uint64_t a[6], const uint64_t b[6]) */
.macro ADD_OR_SUB name, first, next
FUNCTION \name
    CHAIN mov, mov, [rsi], [rsi + 8], [rsi + 16], [rsi + 24], [rsi + 32], [rsi + 40]
    CHAIN \first, \next, [rdx], [rdx + 8], [rdx + 16], [rdx + 24], [rdx + 32], [rdx + 40]
    FOLD_CARRY \first, \next
    jc 2f
    STORE_AND_RETURN \first, \next
END_FUNCTION \name
.endm

ADD_OR_SUB natt_p384_adx_add, add, adc
ADD_OR_SUB natt_p384_adx_sub, sub, sbb

/* void natt_p384_adx_times(uint64_t r[6], const uint64_t a[6], uint64_t k), k <= 8 */
FUNCTION natt_p384_adx_times
    push rdi
    .cfi_adjust_cfa_offset 8
    mulx r9, r8, [rsi]
    FIRST_STEP 1, r9, r10, add
    FIRST_STEP 2, r10, r11, adc
    FIRST_STEP 3, r11, rcx, adc
    FIRST_STEP 4, rcx, rdi, adc
    FIRST_STEP 5, rdi, rdx, adc
    adc rdx, 0
    /* rdx * C, of words rdx - rdx * 2^32, rdx * 2^32 less the borrow, rdx */
    mov rsi, rdi
    mov rdi, rdx
    mov rax, rdx
    shl rax, 32
    sub rdi, rax
    sbb rax, 0
    CHAIN add, adc, rdi, rax, rdx, 0, 0, 0
    pop rdi
    .cfi_adjust_cfa_offset -8
    jc 2f
    STORE_AND_RETURN add, adc
END_FUNCTION natt_p384_adx_times

/*
 * The two marks that compilers set and an assembler does not. Without the first, a program linked with this file loses
 * indirect branch tracking and the shadow stack: every function above begins with endbr64, nothing jumps through a
 * pointer, and each ret answers its call. Without the second, its stack is executable.
 * [System V ABI x86-64; GNU property notes]
 */
    .section .note.gnu.property, "a", @note
    .p2align 3
    .long 4, 16, 5 /* bytes of the owner, bytes of the properties, NT_GNU_PROPERTY_TYPE_0 */
    .asciz "GNU"
    .long 0xc0000002, 4, 3, 0 /* GNU_PROPERTY_X86_FEATURE_1_AND, its bytes, IBT and SHSTK, padding to 8 */

    .section .note.GNU-stack, "", @progbits
