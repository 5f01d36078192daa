/* The same program as C++, where AWS's header is used as well. */
#include "libnsm_program.c"
