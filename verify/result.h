/*
 * The result of a verification. Only verify.c fills one in, after every check passed.
 */
#ifndef NATT_VERIFY_RESULT_H
#define NATT_VERIFY_RESULT_H

#include "nitro_attest/verify.h"
#include "verify/chain.h"

void natt_result_put_document(natt_verified *out, const natt_document *doc, const struct natt_chain *chain);
void natt_result_put_chain(natt_verified *out, const struct natt_chain *chain);

/* The last step: ties the result to its content. */
void natt_result_seal(natt_verified *v);

#endif
