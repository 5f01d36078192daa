/*
 * The text form of a fault. [nitro_attest/fault.h]
 *     fault = request *( "," request ) ":" action [ "=" value ] *( ":" condition "=" number )
 */
#include <errno.h>
#include <string.h>

#include "nitro_attest/fault.h"
#include "nsm/device/device_reply.h"
#include "nsm/issuer/error.h"

/* The position in the text; the end is the final NUL. */
struct cursor {
    const char *text;
    size_t at;
    natt_emulator_error *err;
};

struct word {
    const char *start;
    size_t len, at;
};

struct named_number {
    const char *name;
    uint64_t number;
};

struct action_row {
    const char *name;
    natt_fault_action action;
    bool (*read)(struct cursor *c, uint64_t *value); /* NULL: it has no value */
    bool optional;
    uint64_t without; /* the default value */
};

#define DRIVER_TIMEOUT_MS 120000 /* NSM_DEFAULT_TIMEOUT_MSECS [Linux drivers/misc/nsm.c] */

#define REQUEST_ROW(name, number, wire, fault)  {fault, NATT_FAULT_##name},
#define REQUEST_WORD(name, number, wire, fault) fault ", "
#define REQUEST_WORDS                           NATT_NSM_OPERATION_LIST(REQUEST_WORD) "or any"

static const struct named_number requests[] = {
    NATT_NSM_OPERATION_LIST(REQUEST_ROW){"any", NATT_FAULT_ANY},
    {NULL, 0},
};

/* The errors of the driver, and others that an ioctl on such a device may return. */
/* clang-format off */
#define ERRNO_LIST(X)                                                                                                 \
  X(EIO) X(ETIMEDOUT) X(EMSGSIZE) X(EINVAL) X(EFAULT) X(ENODATA) X(ENOSPC) X(ENXIO) X(ENODEV) X(ENOTTY)               \
  X(ENOMEM) X(EINTR) X(EAGAIN) X(EBUSY) X(EACCES) X(EPERM) X(EBADF) X(ENOENT) X(ENOSYS) X(EPROTO) X(EBADMSG)          \
  X(EOVERFLOW) X(ENOBUFS) X(EPIPE) X(ECONNRESET)
/* clang-format on */
#define ERRNO_ROW(name) {#name, name},
static const struct named_number errnos[] = {ERRNO_LIST(ERRNO_ROW){NULL, 0}};

static const struct named_number units[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}, {NULL, 0},
};

static const struct named_number conditions[] = {
    {"every", NATT_FAULT_EVERY},
    {"first", NATT_FAULT_FIRST},
    {"chance", NATT_FAULT_CHANCE},
    {NULL, 0},
};

static bool fail(const struct cursor *c, size_t at, const char *message)
{
    return natt_emulator_fail_at(c->err, NATT_EMULATOR_E_USAGE_FAULT_TEXT, NATT_EMULATOR_NO_INDEX, at, message);
}

/* Reads up to the next separator. */
static struct word next_word(struct cursor *c)
{
    struct word word = {c->text + c->at, strcspn(c->text + c->at, ",:="), c->at};
    c->at += word.len;
    return word;
}

static bool accept(struct cursor *c, char separator)
{
    bool is = c->text[c->at] == separator;
    c->at += is ? 1 : 0;
    return is;
}

static bool word_is(const struct word *word, const char *name)
{
    return strlen(name) == word->len && memcmp(word->start, name, word->len) == 0;
}

static bool find(const struct named_number *table, const struct word *word, uint64_t *number)
{
    while (table->name != NULL && !word_is(word, table->name))
        table++;
    *number = table->number;
    return table->name != NULL;
}

/* Reads decimal digits at the start of the word, and removes them from it. There are at most 19, so that the number
 * cannot overflow. */
static bool take_digits(struct word *word, uint64_t *number)
{
    size_t digits = 0;
    *number = 0;
    for (; digits < word->len && word->start[digits] >= '0' && word->start[digits] <= '9'; digits++)
        if (digits < 19)
            *number = *number * 10 + (uint64_t)(word->start[digits] - '0');
    word->start += digits;
    word->len -= digits;
    return digits > 0 && digits <= 19;
}

static bool read_number(struct cursor *c, uint64_t *number, uint64_t most, const char *complaint)
{
    struct word word = next_word(c);
    return (take_digits(&word, number) && word.len == 0 && *number <= most) || fail(c, word.at, complaint);
}

static bool read_errno(struct cursor *c, uint64_t *number)
{
    struct word word = next_word(c);
    if (find(errnos, &word, number))
        return true;
    return (take_digits(&word, number) && word.len == 0 && *number > 0 && *number <= NATT_NSM_MAX_ERRNO) ||
           fail(c, word.at,
                "not an errno: write one of EIO ETIMEDOUT EMSGSIZE EINVAL EFAULT ENODATA ENOSPC ENXIO ENODEV ENOTTY "
                "ENOMEM EINTR EAGAIN EBUSY EACCES EPERM, or a number from 1 to 4095");
}

static bool read_error(struct cursor *c, uint64_t *number)
{
    struct word word = next_word(c);
    const char *name;
    for (*number = 1; (name = natt_nsm_wire_error_name(*number)) != NULL; (*number)++)
        if (word_is(&word, name))
            return true;
    return fail(c, word.at,
                "not an error of the device: write InvalidArgument, InvalidIndex, InvalidResponse, ReadOnlyIndex, "
                "InvalidOperation, BufferTooSmall, InputTooLarge or InternalError");
}

static bool read_time(struct cursor *c, uint64_t *ms)
{
    struct word word = next_word(c);
    uint64_t count, unit;
    return (take_digits(&word, &count) && find(units, &word, &unit) && count <= NATT_FAULT_MAX_MS &&
            (*ms = count * unit) <= NATT_FAULT_MAX_MS) ||
           fail(c, word.at, "not a time: write a whole number and ms, s, m, h or d, one day at most, as in 250ms");
}

static bool read_count(struct cursor *c, uint64_t *count)
{
    return read_number(c, count, NATT_FAULT_MAX_MS, "not a number of bytes");
}

static const struct action_row actions[] = {
    {"errno", NATT_FAULT_ERRNO, read_errno, false, 0},
    {"error", NATT_FAULT_ERROR, read_error, false, 0},
    {"silence", NATT_FAULT_SILENCE, read_time, true, DRIVER_TIMEOUT_MS},
    {"delay", NATT_FAULT_DELAY, read_time, false, 0},
    {"truncated", NATT_FAULT_TRUNCATED, read_count, true, NATT_FAULT_HALF},
    {"oversized", NATT_FAULT_OVERSIZED, NULL, true, 0},
    {"malformed", NATT_FAULT_MALFORMED, NULL, true, 0},
    {"variant", NATT_FAULT_VARIANT, NULL, true, 0},
    {"duplicate-keys", NATT_FAULT_DUPLICATE_KEYS, NULL, true, 0},
};

static bool read_value(struct cursor *c, natt_fault *out, const struct action_row *row)
{
    size_t at = c->at;
    bool given = accept(c, '=');
    out->value = row->without;
    if (given && row->read == NULL)
        return fail(c, at, "this action takes no value");
    if (given)
        return row->read(c, &out->value);
    return row->optional || fail(c, at, "this action needs a value, as in errno=EIO, delay=2s");
}

static bool read_action(struct cursor *c, natt_fault *out)
{
    struct word word = next_word(c);
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (!word_is(&word, actions[i].name))
            continue;
        out->action = actions[i].action;
        return read_value(c, out, &actions[i]);
    }
    return fail(c, word.at,
                "no such action: write errno=NAME, error=NAME, silence, delay=TIME, truncated, oversized, malformed, "
                "variant or duplicate-keys");
}

static bool read_requests(struct cursor *c, natt_fault *out)
{
    do {
        struct word word = next_word(c);
        uint64_t bits;
        if (!find(requests, &word, &bits))
            return fail(c, word.at, "no such request: write " REQUEST_WORDS ", then a colon and an action");
        out->requests |= (uint32_t)bits;
    } while (accept(c, ','));
    return accept(c, ':') || fail(c, c->at, "a colon and an action are missing, as in attestation:errno=EIO");
}

static bool read_seed(struct cursor *c, natt_fault *out, const struct word *word, bool *has_seed)
{
    if (out->when != NATT_FAULT_CHANCE || *has_seed)
        return fail(c, word->at, "seed is allowed once, after chance=PERCENT");
    *has_seed = true;
    return read_number(c, &out->seed, UINT64_MAX, "not a seed: write a number of at most 19 digits");
}

static bool read_condition(struct cursor *c, natt_fault *out, bool *has_seed)
{
    struct word word = next_word(c);
    uint64_t when, n = 0;
    bool seed = word_is(&word, "seed");
    if (!seed && !find(conditions, &word, &when))
        return fail(c, word.at, "no such condition: write every=N, first=N or chance=PERCENT, then perhaps seed=N");
    if (!accept(c, '='))
        return fail(c, c->at, "an equals sign and a number are missing, as in every=3");
    if (seed)
        return read_seed(c, out, &word, has_seed);
    if (out->when != NATT_FAULT_ALWAYS)
        return fail(c, word.at, "one of every, first and chance is enough");
    out->when = (natt_fault_when)when;
    size_t at = c->at;
    if (!read_number(c, &n, UINT32_MAX, "not a number: write digits only"))
        return false;
    out->n = (uint32_t)n;
    return (n > 0 && (out->when != NATT_FAULT_CHANCE || n <= 100)) ||
           fail(c, at, "every and first count from 1, chance is 1 to 100 percent");
}

static bool read_fault(struct cursor *c, natt_fault *out)
{
    bool has_seed = false;
    if (!read_requests(c, out) || !read_action(c, out))
        return false;
    while (accept(c, ':'))
        if (!read_condition(c, out, &has_seed))
            return false;
    return c->text[c->at] == '\0' || fail(c, c->at, "a colon, or the end of the text, was expected here");
}

bool natt_fault_parse(natt_fault *out, const char *text, natt_emulator_error *err)
{
    natt_emulator_no_error(err);
    struct cursor c = {text, 0, err};
    if (out != NULL)
        *out = (natt_fault){0};
    if (out == NULL || text == NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT, NULL);
    if (read_fault(&c, out))
        return true;
    *out = (natt_fault){0};
    return false;
}
