/*
 * The names and texts of a library's codes, for the error.c of that library, which defines before it:
 *   CODE_LIST           for example NATT_NSM_CODE_LIST: X(name, number, columns...)
 *   CODE_COLUMNS        the columns' names, for a declaration: *message, *remedy
 *   CODE_TYPE           the enumeration
 *   CODE_FUNCTION(what) for example natt_nsm_code_##what: the public functions
 */
struct code_row {
    CODE_TYPE code;
    const char *name, CODE_COLUMNS;
};

#define CODE_ROW(name, number, ...) {name, #name, __VA_ARGS__},
static const struct code_row code_rows[] = {CODE_LIST(CODE_ROW)};
static const struct code_row unknown_code = {.name = "", .message = "unknown code", .remedy = ""};

static const struct code_row *row_of(CODE_TYPE code)
{
    for (size_t i = 0; i < sizeof code_rows / sizeof code_rows[0]; i++)
        if (code_rows[i].code == code)
            return &code_rows[i];
    return &unknown_code;
}

const char *CODE_FUNCTION(name)(CODE_TYPE code)
{
    return row_of(code)->name;
}

const char *CODE_FUNCTION(message)(CODE_TYPE code)
{
    return row_of(code)->message;
}

const char *CODE_FUNCTION(remedy)(CODE_TYPE code)
{
    return row_of(code)->remedy;
}
