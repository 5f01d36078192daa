/*
 * Time: validity at the current time and at the timestamp, age and future. Each limit is tested one below, at, and one
 * above.
 */
#include "vectors/generator/steps.h"

#define WHOLE_SECOND DIFFER("notAfter is a whole second. Many verifiers end validity at the beginning of it.")
#define EASE         VALID_ALL(-7200, 7200), A_WEEK, NUMBER("max_future_ms", 3600000)
#define WINDOW(cert) EASE, VALID(cert, -10, 20) /* the validity of that certificate, in seconds around now */

#define AROUND(i, who)                                                                                                 \
    REFUSE("time-" who "-1-ms-before-not-before", HIGH, TIME_NOT_YET_VALID(i), DO(WINDOW(i), AT(-10001)),              \
           "The current time is one millisecond before notBefore of the " who " certificate."),                        \
        ACCEPT("time-" who "-at-not-before", TIME_NOT_YET_VALID(i), DO(WINDOW(i), AT(-10000)),                         \
               "The current time is the first millisecond of notBefore of the " who " certificate."),                  \
        ACCEPT("time-" who "-1-ms-after-not-before", TIME_NOT_YET_VALID(i), DO(WINDOW(i), AT(-9999)),                  \
               "The current time is one millisecond after notBefore of the " who " certificate."),                     \
        ACCEPT("time-" who "-at-not-after", TIME_EXPIRED(i), DO(WINDOW(i), AT(20000)),                                 \
               "The current time is the first millisecond of notAfter of the " who " certificate."),                   \
        ACCEPT("time-" who "-end-of-not-after", TIME_EXPIRED(i), DO(WINDOW(i), AT(20999)),                             \
               "The current time is the last millisecond of notAfter of the " who                                      \
               " certificate, which is still valid.",                                                                  \
               WHOLE_SECOND),                                                                                          \
        REFUSE("time-" who "-after-not-after", HIGH, TIME_EXPIRED(i), DO(WINDOW(i), AT(21000)),                        \
               "The current time is the first millisecond after notAfter of the " who " certificate.")
#define TOO_LATE(id, severity, cert, text, ...) REFUSE("time-" id, severity, TIME_EXPIRED(cert), DO(__VA_ARGS__), text)
#define TOO_EARLY(id, severity, cert, text, ...)                                                                       \
    REFUSE("time-" id, severity, TIME_NOT_YET_VALID(cert), DO(__VA_ARGS__), text)
static const struct natt_row rows[] = {
    EACH_BELOW_ROOT(AROUND),
    TOO_LATE("root-expired", HIGH, 0, "The root expired in 2049. A verifier checks the root too, and reports it first.",
             EASE, AT_MS(2600000000000)),
    TOO_EARLY("root-not-yet-valid", HIGH, 0, "The root is not valid before 2019.", EASE, AT_MS(1500000000000)),
    TOO_LATE("year-9999", MEDIUM, 0, "The current time is the last millisecond of 9999, the latest that is allowed.",
             EASE, AT_MS(253402300799999)),
    TOO_EARLY("year-2001", MEDIUM, 0,
              "The current time is 10^12 ms, the earliest that is allowed. Smaller numbers are likely seconds.", EASE,
              AT_MS(1000000000000)),
    ACCEPT("time-leaf-valid-until-9999", TIME_EXPIRED(LEAF), DO(NOT_AFTER(LEAF, GENERALIZED, "99991231235959Z")),
           "The leaf never expires. The seconds of its notAfter, times 1000, fit into 64 bits."),
    ACCEPT("time-leaf-valid-since-1950", TIME_NOT_YET_VALID(LEAF), DO(NOT_BEFORE(LEAF, UTC_TIME, "500101000000Z")),
           "The leaf is valid since 1950. Times before 1970 are negative.", BEFORE_1970),

#define LEEWAY(ms)                     NUMBER("not_before_leeway_ms", ms)
#define LATE_LEEWAY(ms)                NUMBER("not_after_leeway_ms", ms)
#define WITHIN(id, reason, steps, ...) ACCEPT("time-leeway-" id, reason(LEAF), steps, __VA_ARGS__)
#define LEAF_WITH(...)                 DO(WINDOW(LEAF), __VA_ARGS__)

#define OVER(id, reason, text, ...) REFUSE("time-leeway-" id, MEDIUM, reason(LEAF), DO(WINDOW(LEAF), __VA_ARGS__), text)
    OVER("not-before-over", TIME_NOT_YET_VALID,
         "The current time is 501 ms before notBefore, and the leeway is 500 ms.", LEEWAY(500), AT(-10501)),
    WITHIN("not-before", TIME_NOT_YET_VALID, LEAF_WITH(LEEWAY(500), AT(-10500)),
           "The current time is 500 ms before notBefore, and the leeway is 500 ms."),
    OVER("not-before-is-not-for-not-after", TIME_EXPIRED,
         "The leaf expired one millisecond ago. The leeway of notBefore does not apply.", LEEWAY(500), AT(21000)),
    WITHIN("not-after", TIME_EXPIRED, LEAF_WITH(LATE_LEEWAY(500), AT(21499)),
           "The current time is 499 ms after the second of notAfter, and the leeway is 500 ms.", WHOLE_SECOND),
    OVER("not-after-over", TIME_EXPIRED,
         "The current time is 500 ms after the second of notAfter, and the leeway is 500 ms. The leeway begins "
         "when that second ends.",
         LATE_LEEWAY(500), AT(21500)),
    OVER("not-after-is-not-for-not-before", TIME_NOT_YET_VALID,
         "The leaf becomes valid in one millisecond. The leeway of notAfter does not apply.", LATE_LEEWAY(500),
         AT(-10001)),
    WITHIN("one-hour", TIME_NOT_YET_VALID, LEAF_WITH(STAMP(-60000), LEEWAY(3600000), AT(-3610000)),
           "The current time is one hour before notBefore, and the leeway is one hour, the maximum."),
    OVER("one-hour-over", TIME_NOT_YET_VALID,
         "The current time is one hour and one millisecond before notBefore, and the leeway is one hour.",
         STAMP(-60000), LEEWAY(3600000), AT(-3610001)),
    OVER("timestamp-499", TIME_TIMESTAMP_EARLY, "The timestamp is 500 ms before notBefore, and the leeway is 499 ms.",
         STAMP(-10500), LEEWAY(499)),
    WITHIN("timestamp-500", TIME_TIMESTAMP_EARLY, LEAF_WITH(STAMP(-10500), LEEWAY(500)),
           "The timestamp is 500 ms before notBefore, and the leeway is 500 ms."),
    OVER("timestamp-late-500", TIME_TIMESTAMP_LATE,
         "The timestamp is 500 ms after the second of notAfter, and the leeway is 500 ms.", STAMP(21500),
         LATE_LEEWAY(500)),
    WITHIN("timestamp-late-501", TIME_TIMESTAMP_LATE, LEAF_WITH(STAMP(21500), LATE_LEEWAY(501)),
           "The timestamp is 500 ms after the second of notAfter, and the leeway is 501 ms.", WHOLE_SECOND),

#define STAMPS(i, who)                                                                                                 \
    REFUSE("timestamp-before-" who, MEDIUM, TIME_TIMESTAMP_EARLY(i), DO(WINDOW(i), STAMP(-10001)),                     \
           "The timestamp is one millisecond before notBefore of the " who                                             \
           " certificate. The current time is within its validity."),                                                  \
        ACCEPT("timestamp-at-not-before-" who, TIME_TIMESTAMP_EARLY(i), DO(WINDOW(i), STAMP(-10000)),                  \
               "The timestamp equals notBefore of the " who " certificate."),                                          \
        ACCEPT("timestamp-at-not-after-" who, TIME_TIMESTAMP_LATE(i), DO(WINDOW(i), STAMP(20999)),                     \
               "The timestamp is the last millisecond of notAfter of the " who " certificate.", WHOLE_SECOND),         \
        REFUSE("timestamp-after-" who, MEDIUM, TIME_TIMESTAMP_LATE(i), DO(WINDOW(i), STAMP(21000)),                    \
               "The timestamp is one millisecond after notAfter of the " who                                           \
               " certificate. The current time is within its validity."),                                              \
        REFUSE("timestamp-before-" who "-archive", MEDIUM, TIME_TIMESTAMP_EARLY(i),                                    \
               DO(WINDOW(i), STAMP(-10001), ARCHIVE),                                                                  \
               "In archive mode the timestamp is one millisecond before notBefore of the " who " certificate."),       \
        REFUSE("timestamp-after-" who "-archive", MEDIUM, TIME_TIMESTAMP_LATE(i),                                      \
               DO(WINDOW(i), STAMP(21000), ARCHIVE),                                                                   \
               "In archive mode the timestamp is one millisecond after notAfter of the " who " certificate.")
    STAMPS(1, "regional"),
    STAMPS(3, "instance"),
    STAMPS(4, "leaf"),
    REFUSE("timestamp-in-seconds", HIGH, TIME_TIMESTAMP_EARLY(0), DO(EASE, SET("timestamp", "1a68e77800")),
           "The timestamp is in seconds. Read as milliseconds, it is in January 1970."),
    REFUSE("timestamp-in-microseconds", HIGH, "timestamp-outside-certificate", NATT_E_DOC_TIMESTAMP, ITEM_timestamp,
           VALUE("timestamp", 0), DO(EASE, SET("timestamp", "1b000640b49c7f8000")),
           "The timestamp is in microseconds. Read as milliseconds, it is after the year 9999."),

#define FUTURE(ms)               NUMBER("max_future_ms", ms)
#define AGE(ms)                  NUMBER("max_age_ms", ms)
#define YOUNG(id, age, ms, text) ACCEPT("age-" id, TIME_STALE, DO(AGE(age), AT(ms)), text)
    YOUNG("below-limit", 300000, 299999, "The age is one millisecond below the maximum."),
    YOUNG("at-limit", 300000, 300000, "The age is the maximum."),
    REFUSE(
        "age-above-limit", HIGH, TIME_STALE, DO(AGE(300000), AT(300001)),
        "The age is one millisecond above the maximum, and every certificate is valid. The document may be a replay."),
    YOUNG("0-at-0", 0, 0, "The maximum age is 0, and the age is 0."),
    REFUSE("age-1-at-0", HIGH, TIME_STALE, DO(AGE(0), AT(1)),
           "The maximum age is 0, and the age is 1 ms. Zero does not mean unlimited."),
    ACCEPT("age-unlimited", TIME_STALE, DO(UNLIMITED, AT(3600000)),
           "The age is one hour, and the maximum age is unlimited."),
    REFUSE("age-in-seconds", MEDIUM, TIME_STALE, DO(AGE(300), AT(300000)),
           "The age is five minutes, and the maximum age is 300 ms. A verifier that confuses seconds and milliseconds "
           "accepts it."),
    YOUNG("largest-limit", 253402300799999, 3600000, "The maximum age has its largest value, and the age is one hour."),
    ACCEPT("future-0-at-0", TIME_FUTURE, DO(EASE, FUTURE(0)),
           "The timestamp equals the current time, and no future timestamp is allowed."),
    REFUSE("future-1-at-0", MEDIUM, TIME_FUTURE, DO(EASE, FUTURE(0), AT(-1)),
           "The timestamp is one millisecond in the future, and no future timestamp is allowed."),
    ACCEPT("future-249-of-250", TIME_FUTURE, DO(EASE, FUTURE(250), AT(-249)),
           "The timestamp is 249 ms in the future, and 250 ms are allowed."),
    ACCEPT("future-250-of-250", TIME_FUTURE, DO(EASE, FUTURE(250), AT(-250)),
           "The timestamp is 250 ms in the future, and 250 ms are allowed."),
    REFUSE("future-251-of-250", MEDIUM, TIME_FUTURE, DO(EASE, FUTURE(250), AT(-251)),
           "The timestamp is 251 ms in the future, and 250 ms are allowed."),
    REFUSE("future-is-not-young", HIGH, TIME_FUTURE, DO(VALID_ALL(-7200, 7200), AGE(300000), AT(-60000)),
           "The timestamp is one minute in the future. An unsigned subtraction makes the age huge, a signed one "
           "negative."),
    ALLOWED("archive-in-9999", "archive-mode", "R-TIME-02 R-TIME-06", DO(ARCHIVE, AT_MS(253402300799999)),
            "In archive mode a document is accepted at the end of 9999. It was valid at its own time."),
    ALLOWED("archive-next-day", "archive-mode", "R-TIME-02 R-TIME-06", DO(ARCHIVE, AT(86400000)),
            "In archive mode a document is accepted one day later, after the leaf and the instance certificate have "
            "expired."),
    REFUSE("archive-future", MEDIUM, TIME_FUTURE, DO(ARCHIVE, AT(-1)),
           "In archive mode the current time is one millisecond before the timestamp."),
    REFUSE("next-day-without-archive", HIGH, TIME_EXPIRED(3), DO(A_WEEK, AT(86400000)),
           "The document is one day old and not in archive mode. The verifier reports the instance certificate, the "
           "first that has expired.",
           CLEAREST),
};

GROUP(time, "The validity of certificates, the timestamp, its age, future timestamps and leeways, in milliseconds.")
