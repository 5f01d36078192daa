/*
 * The point formulas of one engine, by themselves: polynomials of coordinates, so any numbers are operands, and every
 * coordinate of the result is known. points_scalar.c, points_lanes.c and points_one.c compile the text of an engine a
 * second time and add what runs its formulas.
 */
#ifndef NATT_FUZZ_POINTS_H
#define NATT_FUZZ_POINTS_H

#include "verify/crypto/test/lanes_engines.h"

typedef enum fuzz_formula {
    FUZZ_POINT_DOUBLE,
    FUZZ_POINT_ADD,      /* p += q; Z = 0 if it is exceptional */
    FUZZ_POINT_SUBTRACT, /* p -= q; Z = 0 if it is exceptional */
    FUZZ_POINT_OTHER,    /* scalar: p += q for any p; lanes: p += that of lane l ^ 1; one: as FUZZ_POINT_ADD */
    FUZZ_FORMULAS
} fuzz_formula;

#define FUZZ_STEPS_MAX 3

/* The same formulas in each lane, one after another. */
struct fuzz_steps {
    unsigned count;
    fuzz_formula step[FUZZ_STEPS_MAX];
    uint64_t q[NATT_LANES_MAX][2][6]; /* affine, any numbers */
};

typedef enum fuzz_points_kind {
    FUZZ_POINTS_SCALAR,
    FUZZ_POINTS_LANES,
    FUZZ_POINTS_ONE /* coordinates X, Y, Z^2, Z^3 in place of X, Y, Z */
} fuzz_points_kind;

struct fuzz_points {
    const char *name;
    fuzz_points_kind kind;
    size_t lanes;
    /* Coordinates of each lane: any numbers enter, numbers below p leave. */
    void (*run)(uint64_t (*p)[4][6], const struct fuzz_steps *steps);
};

#endif
