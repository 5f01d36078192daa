/*
 * Several ECDSA P-384 signatures at once, of different keys, one in each lane of vector registers. Public data only.
 *
 * An engine of lanes never refuses a signature that it could not compute: the scalar engine computes it again.
 */
#ifndef NATT_VERIFY_CRYPTO_LANES_H
#define NATT_VERIFY_CRYPTO_LANES_H

#include "verify/crypto/p384/p384.h"

#define NATT_LANES_MAX 8

/* Every digit of a scalar is odd: 4 bits for the key (8 points), 8 bits for G (the 128 points of natt_p384_g). */
#define NATT_LANES_Q_WINDOW 4
#define NATT_LANES_G_WINDOW 8
#define NATT_LANES_BITS     384

/* Lanes that a signature with a table may be split over: one for each part of its key's table, and of that of G. */
#define NATT_LANES_SPLIT (2 * NATT_COMB_PARTS)

/* An odd multiplier, and whether its negative is meant. */
struct natt_lanes_scalar {
    uint64_t k[6];
    bool negative;
};

/* Is the x coordinate of u1 * G + u2 * key congruent to r mod n? */
struct natt_lanes_question {
    uint64_t key[2][6]; /* affine, on the curve */
    uint64_t r[6];      /* 1 .. n-1 */
    struct natt_lanes_scalar u1, u2;
};

typedef enum natt_lanes_answer {
    NATT_LANES_UNKNOWN = 0, /* ask the scalar engine */
    NATT_LANES_DIFFERS,
    NATT_LANES_MATCHES
} natt_lanes_answer;

/* The products that the formulas need, with operands as large as they have them. */
typedef enum natt_lanes_operation {
    NATT_LANES_MUL,         /* a b */
    NATT_LANES_SQR,         /* a^2 */
    NATT_LANES_MUL_THREE,   /* 3 a b */
    NATT_LANES_SQR_SUB,     /* a^2 - 8 b */
    NATT_LANES_MUL_SUB_SQR, /* a b - 8 x^2 */
    NATT_LANES_MUL_SUB,     /* a b - x y */
    NATT_LANES_OPERATIONS
} natt_lanes_operation;

struct natt_lanes_operands {
    uint32_t more; /* how often MUL is applied again, to its result and b: for benchmarks */
    uint64_t a[NATT_LANES_MAX][6], b[NATT_LANES_MAX][6], x[NATT_LANES_MAX][6], y[NATT_LANES_MAX][6];
};

struct natt_p384_lanes {
    const char *name;
    size_t lanes; /* at most NATT_LANES_MAX */
    /* `lanes` questions; inversions are the scalar engine's */
    void (*matches)(natt_lanes_answer *answers, const struct natt_lanes_question *questions,
                    const struct natt_p384_engine *scalar);
    /* The same about keys with a table: `lanes` questions, or if split, lanes / NATT_LANES_SPLIT */
    void (*matches_with_table)(natt_lanes_answer *answers, const struct natt_p384_table_question *questions,
                               bool split);
    /* For tests: arithmetic mod p in each lane. Operands below 2^384, results below p. */
    void (*field)(natt_lanes_operation what, uint64_t (*r)[6], const struct natt_lanes_operands *operands);
};

extern const struct natt_p384_lanes natt_p384_lanes_c;     /* plain C, 4 lanes */
extern const struct natt_p384_lanes natt_p384_lanes_fma;   /* x86-64 with AVX2 and FMA, 4 lanes */
extern const struct natt_p384_lanes natt_p384_lanes_ifma4; /* x86-64 with AVX-512 IFMA and VL, 4 lanes */
extern const struct natt_p384_lanes natt_p384_lanes_ifma8; /* x86-64 with AVX-512 IFMA, 8 lanes */

/* How a slice of jobs is verified. */
typedef enum natt_lanes_kind {
    NATT_LANES_NO_TABLE, /* each in a lane, whether its key has a table or not */
    NATT_LANES_WHOLE,    /* keys with a table: each in a lane */
    NATT_LANES_SPLIT_UP  /* keys with a table: each in NATT_LANES_SPLIT lanes */
} natt_lanes_kind;

struct natt_lanes_use {
    const struct natt_p384_lanes *engine;
    natt_lanes_kind kind;
    size_t least; /* fewer jobs are not worth it; at least 1 */
};

/* The uses that were measured to be worth it, those of more jobs first. The scalar engine verifies what remains. */
struct natt_lanes_plan {
    const struct natt_lanes_use *use;
    size_t count;
};

/* Verifies every job. */
void natt_lanes_verify(const struct natt_lanes_plan *plan, const struct natt_p384_engine *scalar,
                       struct natt_job *const *jobs, size_t count);

/*
 * The digit of an odd scalar at a multiple of the window: odd, below 2^window in magnitude. All digits times 2^at add
 * up to the scalar; the topmost is positive.
 */
int32_t natt_lanes_digit(const uint64_t k[6], uint32_t at, uint32_t window);

#endif
