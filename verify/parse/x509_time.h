/*
 * Validity times [RFC5280 4.1.2.5]: text to seconds.
 */
#ifndef NATT_VERIFY_X509_TIME_H
#define NATT_VERIFY_X509_TIME_H

#include "verify/parse/der.h"

/* Time = UTCTime (1950..2049) or GeneralizedTime (2050..9999): seconds since 1970. */
bool natt_x509_read_time(struct natt_reader *r, int64_t *seconds);

#endif
