/*
 * Verifies every vector of the folder argv[1] with the users' libraries: the loader and natt_verify, without a test
 * library. For systems on which the other tests do not run. argv[2], if given, is the folder of genuine documents.
 */
#include <nitro_attest/vectors.h>
#include <stdio.h>

static bool is_right(const natt_vector *v)
{
    natt_verified result = NATT_VERIFIED_INIT;
    natt_error err;
    bool verified = natt_verify(&result, v->document, v->options, NULL, &err);
    if (verified == v->accept && err.code == v->code && err.item == v->item && err.offset == v->offset)
        return true;
    (void)printf("%s: %s, expected %s\n", v->id, natt_code_name(err.code), natt_code_name(v->code));
    return false;
}

int main(int argc, char **argv)
{
    natt_vectors_options options = NATT_VECTORS_OPTIONS_INIT;
    natt_vectors_error err;
    size_t right = 0, wrong = 0, absent = 0;
    options.folder = argc > 1 ? argv[1] : NULL;
    options.genuine = argc > 2 ? argv[2] : NULL;
    natt_vectors *all = natt_vectors_open(&options, &err);
    if (all == NULL) {
        (void)printf("%s\n", err.message);
        return 1;
    }
    for (size_t i = 0; i < natt_vectors_count(all); i++) {
        const natt_vector *v = natt_vectors_at(all, i);
        if (v->document.ptr == NULL)
            absent++;
        else if (is_right(v))
            right++;
        else
            wrong++;
    }
    (void)printf("%zu vectors right, %zu wrong, %zu genuine documents not available\n", right, wrong, absent);
    natt_vectors_free(all);
    return wrong > 0 || right == 0;
}
