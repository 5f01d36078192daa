/*
 * Property: an accepted fault text gives values within their ranges, and the same fault written in plain numbers parses
 * to the same values. A refusal zeroes the output, points into the text and has a message.
 */
#include "fuzz/property.h"
#include "nitro_attest/fault.h"

#define MAX_TEXT 1024

static const char *const requests[] = {"describe-pcr", "extend-pcr",  "lock-pcr",  "lock-pcrs",
                                       "describe-nsm", "attestation", "get-random"};
static const char *const errors[] = {"",
                                     "InvalidArgument",
                                     "InvalidIndex",
                                     "InvalidResponse",
                                     "ReadOnlyIndex",
                                     "InvalidOperation",
                                     "BufferTooSmall",
                                     "InputTooLarge",
                                     "InternalError"};

struct text {
    char chars[MAX_TEXT];
    size_t len;
};

static void append(struct text *to, const char *what, const char *more)
{
    int n = snprintf(to->chars + to->len, sizeof to->chars - to->len, "%s%s", what, more);
    MUST(n >= 0 && to->len + (size_t)n < sizeof to->chars);
    to->len += (size_t)n;
}

static void append_number(struct text *to, const char *what, uint64_t number, const char *unit)
{
    char digits[32];
    (void)snprintf(digits, sizeof digits, "%llu%s", (unsigned long long)number, unit);
    append(to, what, digits);
}

static void write_requests(struct text *to, uint32_t bits)
{
    MUST(bits != 0 && (bits & ~NATT_FAULT_ANY) == 0);
    MUST((bits & NATT_FAULT_NO_REQUEST) == 0 || bits == NATT_FAULT_ANY);
    if (bits == NATT_FAULT_ANY)
        append(to, "any", "");
    for (size_t i = 0; i < 7 && bits != NATT_FAULT_ANY; i++)
        if ((bits >> i & 1) != 0)
            append(to, to->len > 0 ? "," : "", requests[i]);
}

static void write_action(struct text *to, const natt_fault *fault)
{
    static const char *const plain[] = {
        [NATT_FAULT_OVERSIZED] = ":oversized",
        [NATT_FAULT_MALFORMED] = ":malformed",
        [NATT_FAULT_VARIANT] = ":variant",
        [NATT_FAULT_DUPLICATE_KEYS] = ":duplicate-keys",
    };
    MUST(fault->action > NATT_FAULT_NOTHING && fault->action <= NATT_FAULT_DUPLICATE_KEYS);
    if (fault->action == NATT_FAULT_ERRNO)
        append_number(to, ":errno=", fault->value, "");
    if (fault->action == NATT_FAULT_ERROR)
        append(to, ":error=", errors[fault->value % 9]);
    if (fault->action == NATT_FAULT_SILENCE || fault->action == NATT_FAULT_DELAY)
        append_number(to, fault->action == NATT_FAULT_DELAY ? ":delay=" : ":silence=", fault->value, "ms");
    if (fault->action == NATT_FAULT_TRUNCATED && fault->value == NATT_FAULT_HALF)
        append(to, ":truncated", "");
    if (fault->action == NATT_FAULT_TRUNCATED && fault->value != NATT_FAULT_HALF)
        append_number(to, ":truncated=", fault->value, "");
    if (fault->action >= NATT_FAULT_OVERSIZED)
        append(to, plain[fault->action], "");
}

static void write_when(struct text *to, const natt_fault *fault)
{
    static const char *const words[] = {
        [NATT_FAULT_EVERY] = ":every=", [NATT_FAULT_FIRST] = ":first=", [NATT_FAULT_CHANCE] = ":chance="};
    MUST(fault->when <= NATT_FAULT_CHANCE && (fault->when == NATT_FAULT_ALWAYS) == (fault->n == 0));
    if (fault->when != NATT_FAULT_ALWAYS)
        append_number(to, words[fault->when], fault->n, "");
    if (fault->when == NATT_FAULT_CHANCE)
        append_number(to, ":seed=", fault->seed, "");
}

static void check_ranges(const natt_fault *f)
{
    MUST(f->action != NATT_FAULT_ERRNO || (f->value >= 1 && f->value <= 4095));
    MUST(f->action != NATT_FAULT_ERROR || (f->value >= 1 && f->value <= 8));
    MUST((f->action != NATT_FAULT_SILENCE && f->action != NATT_FAULT_DELAY) || f->value <= NATT_FAULT_MAX_MS);
    MUST(f->when != NATT_FAULT_CHANCE || f->n <= 100);
    MUST(f->when == NATT_FAULT_CHANCE || f->seed == 0);
}

static bool same(const natt_fault *a, const natt_fault *b)
{
    return a->requests == b->requests && a->action == b->action && a->value == b->value && a->when == b->when &&
           a->n == b->n && a->seed == b->seed;
}

static void check_written_again(const natt_fault *fault)
{
    struct text text = {.len = 0};
    natt_fault again;
    check_ranges(fault);
    write_requests(&text, fault->requests);
    write_action(&text, fault);
    write_when(&text, fault);
    MUST(natt_fault_parse(&again, text.chars, NULL) && same(fault, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const natt_fault zero;
    natt_fault fault, twin;
    natt_emulator_error err, spare;
    char *text = malloc(size + 1); /* of exactly the text's size, so that sanitizers detect a read beyond its end */
    MUST(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    memset(&fault, 0xa5, sizeof fault);
    bool ok = natt_fault_parse(&fault, text, &err);
    MUST(natt_fault_parse(&twin, text, &spare) == ok && same(&fault, &twin) && err.offset == spare.offset &&
         err.message == spare.message);
    MUST(err.message != NULL && err.message[0] != '\0');
    MUST(ok ? err.code == NATT_EMULATOR_OK
            : err.code == NATT_EMULATOR_E_USAGE_FAULT_TEXT && err.offset <= strlen(text));
    MUST(ok || same(&fault, &zero));
    if (ok)
        check_written_again(&fault);
    free(text);
    return 0;
}
