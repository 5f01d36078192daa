/* nitro-attest: the whole public interface of the verifier. */
#ifndef NITRO_ATTEST_ATTEST_H
#define NITRO_ATTEST_ATTEST_H

#include "base.h"
#include "batch.h"
#include "cache.h"
#include "document.h"
#include "policy.h"
#include "verify.h"

#endif
