#include "cases.h"

#include "cli/frame/terminal.h"

static size_t filled_cells(size_t width, uint64_t part, uint64_t whole)
{
    char bar[NATT_CLI_BAR_LEN];
    size_t full = 0;
    (void)natt_cli_bar(bar, false, width, part, whole);
    cr_assert_eq(strlen(bar), width + 2);
    while (bar[1 + full] == '#')
        full++;
    cr_assert_eq(strspn(bar + 1 + full, "."), width - full);
    return full;
}

Test(terminal, a_bar_is_empty_only_at_0_and_full_only_at_the_whole)
{
    for (uint64_t part = 0; part <= 1000; part++) {
        size_t full = filled_cells(10, part, 1000);
        cr_expect_eq(full == 0, part == 0);
        cr_expect_eq(full == 10, part == 1000);
        cr_expect(part < 50 || part > 950 || (full * 100 + 50 >= part && part + 50 >= full * 100));
    }
}

Test(terminal, a_bar_is_safe_for_any_numbers)
{
    cr_expect_eq(filled_cells(40, UINT64_MAX, UINT64_MAX), 40);
    cr_expect_eq(filled_cells(40, UINT64_MAX / 2, UINT64_MAX), 20);
    cr_expect_eq(filled_cells(40, 2, 1), 40);
    cr_expect_eq(filled_cells(40, 0, 0), 0);
    cr_expect_eq(filled_cells(40, 1, 0), 0);
}

Test(terminal, a_bar_has_40_cells_at_most)
{
    char bar[NATT_CLI_BAR_LEN];
    cr_expect_eq(strlen(natt_cli_bar(bar, true, 40, 1, 2)), 120);
    cr_expect_eq(strlen(natt_cli_bar(bar, true, 41, 1, 2)), 120);
    cr_expect_eq(strlen(natt_cli_bar(bar, false, SIZE_MAX, 1, 2)), 42);
    cr_expect_str_eq(natt_cli_bar(bar, true, 2, 1, 2), "\xe2\x96\x88\xe2\x96\x91");
}
