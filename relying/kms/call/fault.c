/* See fault.h. */
#include "relying/kms/call/fault.h"

#include <stdio.h>

typedef struct row {
    const char *name;
    unsigned status;
} row;

#define ROW(id, name, status) [NATT_KMS_E_##id] = {name, status},
static const row rows[] = {[NATT_KMS_NO_FAULT] = {"", 200}, NATT_KMS_FAULT_LIST(ROW)};
#undef ROW

static const row *row_of(natt_kms_fault_code code)
{
    return (size_t)code < sizeof rows / sizeof rows[0] ? &rows[code] : &rows[NATT_KMS_E_INTERNAL];
}

const char *natt_kms_fault_name(natt_kms_fault_code code)
{
    return row_of(code)->name;
}

unsigned natt_kms_fault_status(natt_kms_fault_code code)
{
    return row_of(code)->status;
}

/* Some texts contain names that clients send; these must not control a terminal or split a header. */
static void make_printable(char *text)
{
    for (; *text != '\0'; text++)
        if (*text < 0x20 || *text > 0x7e)
            *text = '?';
}

void natt_kms_fault_set(natt_kms_fault *fault, natt_kms_fault_code code, const char *format, va_list arguments)
{
    if (fault->code != NATT_KMS_NO_FAULT)
        return;
    fault->code = code;
    (void)vsnprintf(fault->text, sizeof fault->text, format, arguments);
    make_printable(fault->text);
}
