/*
 * Time: certificates at now, the timestamp inside certificates, age and future. Every limit one below, at, one above.
 */
#include "vectors/generator/steps.h"

#define WHOLE_SECOND DIFFER("notAfter names a second; many verifiers let it end where it begins.")
#define BEFORE_1970  DIFFER("RFC 5280 allows it; a verifier that counts seconds since 1970 without a sign may refuse.")
#define EASE         VALID_ALL(-7200, 7200), UNLIMITED, NUMBER("max_future_ms", 3600000)
#define WINDOW(cert) EASE, VALID(cert, -10, 20) /* seconds around now, of that certificate */

#define AROUND(i, who)                                                                                                 \
    REFUSE("time-" who "-1-ms-before-not-before", HIGH, TIME_NOT_YET_VALID, CERT(i, 0), DO(WINDOW(i), AT(-10001)),     \
           "One millisecond before notBefore of the " who " certificate."),                                            \
        ACCEPT("time-" who "-at-not-before", "certificate-not-yet-valid", "R-TIME-01", DO(WINDOW(i), AT(-10000)),      \
               "The first millisecond of notBefore of the " who " certificate."),                                      \
        ACCEPT("time-" who "-1-ms-after-not-before", "certificate-not-yet-valid", "R-TIME-01",                         \
               DO(WINDOW(i), AT(-9999)), "One millisecond after notBefore of the " who " certificate."),               \
        ACCEPT("time-" who "-at-not-after", "certificate-expired", "R-TIME-02", DO(WINDOW(i), AT(20000)),              \
               "The first millisecond of the second notAfter of the " who " certificate."),                            \
        ACCEPT("time-" who "-end-of-not-after", "certificate-expired", "R-TIME-02", DO(WINDOW(i), AT(20999)),          \
               "The last millisecond of the second notAfter of the " who " certificate: it is inclusive.",             \
               WHOLE_SECOND),                                                                                          \
        REFUSE("time-" who "-after-not-after", HIGH, TIME_EXPIRED, CERT(i, 0), DO(WINDOW(i), AT(21000)),               \
               "The first millisecond behind the second notAfter of the " who " certificate.")
#define TOO_LATE(id, severity, cert, text, ...)                                                                        \
    REFUSE("time-" id, severity, TIME_EXPIRED, CERT(cert, 0), DO(__VA_ARGS__), text)
#define TOO_EARLY(id, severity, cert, text, ...)                                                                       \
    REFUSE("time-" id, severity, TIME_NOT_YET_VALID, CERT(cert, 0), DO(__VA_ARGS__), text)
static const struct natt_vector now[] = {
    AROUND(1, "regional"),
    AROUND(2, "zonal"),
    AROUND(3, "instance"),
    AROUND(4, "leaf"),
    TOO_LATE("root-expired", HIGH, 0, "After the root's notAfter in 2049: roots are judged too, and first.", EASE,
             AT_MS(2600000000000)),
    TOO_EARLY("root-not-yet-valid", HIGH, 0, "Before the root's notBefore in 2019.", EASE, AT_MS(1500000000000)),
    TOO_LATE("year-9999", MEDIUM, 0, "The last millisecond of 9999, the latest now there can be.", EASE,
             AT_MS(253402300799999)),
    TOO_EARLY("year-2001", MEDIUM, 0, "10^12 ms, the earliest now there can be: smaller ones are in seconds.", EASE,
              AT_MS(1000000000000)),
    ACCEPT("time-leaf-valid-until-9999", "certificate-expired", "R-TIME-02",
           DO(NOT_AFTER(LEAF, GENERALIZED, "99991231235959Z")),
           "A leaf without an end: the seconds of its notAfter times 1000 fit into 64 bits."),
    ACCEPT("time-leaf-valid-since-1950", "certificate-not-yet-valid", "R-TIME-01",
           DO(NOT_BEFORE(LEAF, UTC_TIME, "500101000000Z")), "A leaf valid since 1950: times before 1970 are negative.",
           BEFORE_1970),
};

#define LEEWAY(ms)      NUMBER("not_before_leeway_ms", ms)
#define LATE_LEEWAY(ms) NUMBER("not_after_leeway_ms", ms)
static const struct natt_vector leeways[] = {
    TOO_EARLY("leeway-not-before-over", MEDIUM, LEAF, "501 ms before notBefore with a leeway of 500.", WINDOW(LEAF),
              LEEWAY(500), AT(-10501)),
    ACCEPT("time-leeway-not-before", "certificate-not-yet-valid", "R-TIME-01",
           DO(WINDOW(LEAF), LEEWAY(500), AT(-10500)), "500 ms before notBefore with a leeway of 500."),
    TOO_LATE("leeway-not-before-is-not-for-not-after", MEDIUM, LEAF,
             "Expired by one millisecond: the leeway of notBefore does not help.", WINDOW(LEAF), LEEWAY(500),
             AT(21000)),
    ACCEPT("time-leeway-not-after", "certificate-expired", "R-TIME-02", DO(WINDOW(LEAF), LATE_LEEWAY(500), AT(21499)),
           "499 ms behind the second notAfter with a leeway of 500.", WHOLE_SECOND),
    TOO_LATE("leeway-not-after-over", MEDIUM, LEAF,
             "500 ms behind the second notAfter with a leeway of 500: the leeway begins when that second ends.",
             WINDOW(LEAF), LATE_LEEWAY(500), AT(21500)),
    TOO_EARLY("leeway-not-after-is-not-for-not-before", MEDIUM, LEAF,
              "One millisecond too early: the leeway of notAfter does not help.", WINDOW(LEAF), LATE_LEEWAY(500),
              AT(-10001)),
    ACCEPT("time-leeway-one-hour", "certificate-not-yet-valid", "R-TIME-01",
           DO(STAMP(-60000), WINDOW(LEAF), LEEWAY(3600000), AT(-3610000)),
           "One hour before notBefore with the largest leeway."),
    TOO_EARLY("leeway-one-hour-over", MEDIUM, LEAF,
              "One hour and a millisecond before notBefore with the largest leeway.", STAMP(-60000), WINDOW(LEAF),
              LEEWAY(3600000), AT(-3610001)),
    REFUSE("time-leeway-timestamp-499", MEDIUM, TIME_TIMESTAMP_EARLY, CERT(LEAF, 0),
           DO(STAMP(-10500), WINDOW(LEAF), LEEWAY(499)), "A timestamp 500 ms before notBefore with a leeway of 499."),
    ACCEPT("time-leeway-timestamp-500", "timestamp-outside-certificate", "R-TIME-03",
           DO(STAMP(-10500), WINDOW(LEAF), LEEWAY(500)), "A timestamp 500 ms before notBefore with a leeway of 500."),
    REFUSE("time-leeway-timestamp-late-500", MEDIUM, TIME_TIMESTAMP_LATE, CERT(LEAF, 0),
           DO(STAMP(21500), WINDOW(LEAF), LATE_LEEWAY(500)),
           "A timestamp 500 ms behind the second notAfter with a leeway of 500."),
    ACCEPT("time-leeway-timestamp-late-501", "timestamp-outside-certificate", "R-TIME-04",
           DO(STAMP(21500), WINDOW(LEAF), LATE_LEEWAY(501)), "The same with a leeway of 501.", WHOLE_SECOND),
};

#define STAMPS(i, who)                                                                                                 \
    REFUSE("timestamp-before-" who, MEDIUM, TIME_TIMESTAMP_EARLY, CERT(i, 0), DO(WINDOW(i), STAMP(-10001)),            \
           "A timestamp one millisecond before notBefore of the " who " certificate, while now is inside."),           \
        ACCEPT("timestamp-at-not-before-" who, "timestamp-outside-certificate", "R-TIME-03",                           \
               DO(WINDOW(i), STAMP(-10000)), "A timestamp at notBefore of the " who " certificate."),                  \
        ACCEPT("timestamp-at-not-after-" who, "timestamp-outside-certificate", "R-TIME-04",                            \
               DO(WINDOW(i), STAMP(20999)),                                                                            \
               "A timestamp in the last millisecond of notAfter of the " who " certificate.", WHOLE_SECOND),           \
        REFUSE("timestamp-after-" who, MEDIUM, TIME_TIMESTAMP_LATE, CERT(i, 0), DO(WINDOW(i), STAMP(21000)),           \
               "A timestamp one millisecond behind notAfter of the " who " certificate, while now is inside."),        \
        REFUSE("timestamp-before-" who "-archive", MEDIUM, TIME_TIMESTAMP_EARLY, CERT(i, 0),                           \
               DO(WINDOW(i), STAMP(-10001), ARCHIVE), "The same before notBefore, in archive mode."),                  \
        REFUSE("timestamp-after-" who "-archive", MEDIUM, TIME_TIMESTAMP_LATE, CERT(i, 0),                             \
               DO(WINDOW(i), STAMP(21000), ARCHIVE), "The same behind notAfter, in archive mode.")
static const struct natt_vector stamps[] = {
    STAMPS(1, "regional"),
    STAMPS(3, "instance"),
    STAMPS(4, "leaf"),
    REFUSE("timestamp-in-seconds", HIGH, TIME_TIMESTAMP_EARLY, CERT(0, 0), DO(EASE, SET("timestamp", "1a68e77800")),
           "A timestamp in seconds: read as milliseconds it is in January 1970."),
    REFUSE("timestamp-in-microseconds", HIGH, "timestamp-outside-certificate", NATT_E_DOC_TIMESTAMP, ITEM_timestamp,
           VALUE("timestamp", 0), DO(EASE, SET("timestamp", "1b000640b49c7f8000")),
           "A timestamp in microseconds: read as milliseconds it is far behind the year 9999."),
};

#define FUTURE(ms)               NUMBER("max_future_ms", ms)
#define AGE(ms)                  NUMBER("max_age_ms", ms)
#define YOUNG(id, age, ms, text) ACCEPT("age-" id, "document-stale", "R-TIME-06", DO(AGE(age), AT(ms)), text)
static const struct natt_vector freshness[] = {
    YOUNG("below-limit", 300000, 299999, "One millisecond younger than the greatest age."),
    YOUNG("at-limit", 300000, 300000, "As old as the greatest age."),
    REFUSE("age-above-limit", HIGH, TIME_STALE, NOWHERE, DO(AGE(300000), AT(300001)),
           "One millisecond older than the greatest age, though every certificate is valid: a replay."),
    YOUNG("0-at-0", 0, 0, "A greatest age of 0, in the document's own millisecond."),
    REFUSE("age-1-at-0", HIGH, TIME_STALE, NOWHERE, DO(AGE(0), AT(1)), "A greatest age of 0 means 0, not unlimited."),
    ACCEPT("age-unlimited", "document-stale", "R-TIME-06", DO(UNLIMITED, AT(3600000)),
           "An hour old, with no limit on age."),
    REFUSE("age-in-seconds", MEDIUM, TIME_STALE, NOWHERE, DO(AGE(300), AT(300000)),
           "Five minutes old with a greatest age of 300: whoever mixes up seconds and milliseconds accepts it."),
    YOUNG("largest-limit", 253402300799999, 3600000, "The greatest age there is, to the end of 9999."),
    ACCEPT("future-0-at-0", "document-future", "R-TIME-05", DO(EASE, FUTURE(0)),
           "No tolerance, in the document's own millisecond."),
    REFUSE("future-1-at-0", MEDIUM, TIME_FUTURE, NOWHERE, DO(EASE, FUTURE(0), AT(-1)),
           "A document one millisecond ahead, with no tolerance."),
    ACCEPT("future-249-of-250", "document-future", "R-TIME-05", DO(EASE, FUTURE(250), AT(-249)),
           "249 ms ahead with a tolerance of 250."),
    ACCEPT("future-250-of-250", "document-future", "R-TIME-05", DO(EASE, FUTURE(250), AT(-250)),
           "250 ms ahead with a tolerance of 250."),
    REFUSE("future-251-of-250", MEDIUM, TIME_FUTURE, NOWHERE, DO(EASE, FUTURE(250), AT(-251)),
           "251 ms ahead with a tolerance of 250."),
    REFUSE("future-is-not-young", HIGH, TIME_FUTURE, NOWHERE, DO(VALID_ALL(-7200, 7200), AGE(300000), AT(-60000)),
           "A minute ahead: an unsigned subtraction makes it ancient, a signed one fresh."),
    ACCEPT("archive-in-9999", "archive-mode", "R-TIME-02 R-TIME-06", DO(ARCHIVE, AT_MS(253402300799999)),
           "Archive mode at the end of 9999: the document held at its own time."),
    ACCEPT("archive-next-day", "archive-mode", "R-TIME-02 R-TIME-06", DO(ARCHIVE, AT(86400000)),
           "Archive mode a day later, when leaf and instance certificate have expired."),
    REFUSE("archive-future", MEDIUM, TIME_FUTURE, NOWHERE, DO(ARCHIVE, AT(-1)),
           "Archive mode one millisecond before the document was made."),
    REFUSE("next-day-without-archive", HIGH, TIME_EXPIRED, CERT(3, 0), DO(UNLIMITED, AT(86400000)),
           "A day later without archive mode: the instance certificate is the first that has expired.", CLEAREST),
};

GROUP(time, "Certificates' validity, the timestamp, age, future and leeways, in milliseconds.", TABLE(now),
      TABLE(leeways), TABLE(stamps), TABLE(freshness))
