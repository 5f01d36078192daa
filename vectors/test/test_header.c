/* The public header compiles as C99 and as C++, and its initializer is complete. */
#include <nitro_attest/vectors.h>

int main(void)
{
    natt_vectors_options options = NATT_VECTORS_OPTIONS_INIT;
    natt_vectors_error err;
    options.folder = "/nonexistent";
    return natt_vectors_open(&options, &err) != NULL || err.fault != NATT_VECTORS_UNREADABLE;
}
