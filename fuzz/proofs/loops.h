/*
 * Words of invariants. A proof with loops has three files: NAME.json says to crangler which loop gets which invariant,
 * NAME_loops.h has the invariants, and NAME.c is the harness. `input` is the input, as the harness has it. Only macros
 * may be here: it is read before the output of crangler, which was preprocessed already.
 */
/* Below 131072, as every input is: it follows from what is behind it, and the solver need not find that. */
#define IS_SMALL(size) (((size) >> 17) == 0)
#define IN_WINDOW(r)   (IS_SMALL((r)->pos) && (r)->pos <= (r)->end)
#define IS_INSIDE(part)                                                                                                \
    (__CPROVER_same_object((part).ptr, input.ptr) && IS_SMALL(__CPROVER_POINTER_OFFSET((part).ptr)) &&                 \
     IS_SMALL((part).len) && __CPROVER_POINTER_OFFSET((part).ptr) + (part).len <= input.len)
#define IS_ABSENT(part)           ((part).ptr == (const void *)0 && (part).len == 0)
#define IS_ABSENT_OR_INSIDE(part) ((part).ptr == (const void *)0 ? (part).len == 0 : IS_INSIDE(part))
#define HAS_LEN(part, min, max)   ((part).len >= (min) && (part).len <= (max))
#define HAS_BIT(bits, n)          (((bits) >> (n)&1) != 0)
