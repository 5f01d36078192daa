/* What proofs of CMS messages say of windows of `input`, also in invariants; `error` is the one that they fill in. */
#include "fuzz/proofs/loops.h"

/* Each window begins in the message, and knows the error. */
#define IS_WINDOW(b) (IN_WINDOW(b) && (b)->end <= input.len && (b)->base == input.ptr && (b)->err == &error)
#define NO_ERROR     (error.code == NATT_RECIPIENT_OK)
/* Behind a head of at least two octets, and ends where the reader continues. */
#define IS_TAKEN(part, at, b)                                                                                          \
    (IS_INSIDE(part) && __CPROVER_POINTER_OFFSET((part).ptr) >= (at) + 2 &&                                            \
     __CPROVER_POINTER_OFFSET((part).ptr) + (part).len == (b)->pos)
/* An element that was entered: it ends where the outer reader continues, or at a mark before the outer one's end. */
#define IS_ENTERED(inside, outer)                                                                                      \
    (IS_WINDOW(inside) && (!(inside)->indefinite || (inside)->end == (outer)->end) &&                                  \
     (!(inside)->indefinite || (outer)->pos <= (inside)->pos) &&                                                       \
     ((inside)->indefinite || (inside)->end == (outer)->pos))
