/* The CSV report: every cell, nothing a spreadsheet runs, and loading it again
 * as a payroll file. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "loaders/payroll.h"
#include "tests/db/report_fixture.h"

static struct db *db;
static struct run hostile, big;
static char *made;                  /* the CSV of the hostile run */

static int
world_open(void **state)
{
    const char *url = NULL;
    struct err e = { 0 };

    (void)state;
    if ((db = fixture_open(&url)) == NULL
        || run_find(db, "R-2026-11-A", &hostile, &e) < 0
        || run_find(db, "R-2026-11-B", &big, &e) < 0)
        return -1;
    made = fixture_report(db, &hostile, REPORT_CSV);
    return 0;
}

static int
world_close(void **state)
{
    (void)state;
    free(made);
    db_close(db);
    return 0;
}

/* --- reading it ---------------------------------------------------------- */

struct sheet {
    char *cells[64][64];
    int rows, columns;
};

/* A reader of its own: what comes out must not depend on our loader.  Cuts
 * ${text} up; every cell is NUL-terminated. */
static void
sheet_read(struct sheet *s, char *text)
{
    char *p = text, *to = NULL;
    int column = 0;

    memset(s, 0, sizeof(*s));
    while (*p != '\0') {
        char end = 0;
        bool quoted = *p == '"';

        s->cells[s->rows][column] = to = p += quoted;
        while (quoted ? !(p[0] == '"' && p[1] != '"')
                      : *p != ',' && *p != '\n') {
            p += quoted && p[0] == '"';
            *to++ = *p++;
        }
        p += quoted;
        end = *p++;
        *to = '\0';
        column++;
        if (end == ',')
            continue;
        assert_int_equal(end, '\n');
        assert_true(s->rows == 0 || column == s->columns);
        s->columns = column;
        column = 0;
        s->rows++;
    }
}

static int
sheet_column(const struct sheet *s, const char *name)
{
    for (int i = 0; i < s->columns; i++)
        if (strcmp(s->cells[0][i], name) == 0)
            return i;
    fail_msg("the CSV has no column \"%s\"", name);
    return -1;
}

static struct sheet sheet;

static char *
sheet_of_hostile(void)
{
    char *copy = strdup(made);

    assert_memory_equal(copy, "\xEF\xBB\xBF", 3);
    sheet_read(&sheet, copy + 3);
    return copy;
}

static void
test_csv_numbers(void **state)
{
    char *copy = sheet_of_hostile();
    int at = sheet_column(&sheet, "state");
    int amount = sheet_column(&sheet, "amount");

    (void)state;
    assert_int_equal(sheet.rows, 18);
    for (size_t i = 0; i < PARTS; i++) {
        struct sum s = { 0, 0 };

        for (int r = 1; r < sheet.rows; r++)
            for (int k = 0; k < 4 && parts[i].states[k] != NULL; k++) {
                const char *is = sheet.cells[r][at];

                if (strcmp(is, strcmp(parts[i].states[k], "in_doubt") == 0
                               ? "in doubt" : parts[i].states[k]) != 0)
                    continue;
                s.rows++;
                s.minor += minor_of(sheet.cells[r][amount]);
            }
        same(s, parts[i].want, parts[i].key);
    }
    free(copy);
}

static void
test_csv_is_safe(void **state)
{
    char *copy = sheet_of_hostile();

    (void)state;
    for (int r = 0; r < sheet.rows; r++)
        for (int k = 0; k < sheet.columns; k++) {
            const char *s = sheet.cells[r][k];

            if (s[0] != '\0' && strchr("=+-@\t\r", s[0]) != NULL)
                fail_msg("row %d, column %d would be run: %s", r, k, s);
        }
    free(copy);
}

static void
cell_is(int row, const char *column, const char *want)
{
    const char *got = sheet.cells[row][sheet_column(&sheet, column)];

    if (strcmp(got, want) != 0)
        fail_msg("row %d, %s: \"%s\", not \"%s\"", row, column, got, want);
}

static void
test_csv_cells(void **state)
{
    char *copy = sheet_of_hostile();

    (void)state;
    cell_is(1, "name", "<img src=x onerror=alert(1)>");
    cell_is(1, "phone", "254700001001");
    cell_is(1, "amount", "1001.01");
    cell_is(1, "receipt", "SKL1<i>");
    cell_is(1, "charge", "10.00");
    cell_is(1, "reference", "REF/1");
    cell_is(1, "decided at", "2026-11-22 09:30:05");
    cell_is(1, "Cost Centre", "'=HYPERLINK(1)");
    cell_is(1, "file: State", "a\nb");
    cell_is(1, "file: Amount", "7");
    cell_is(1, "department", "Field, North");
    cell_is(2, "name", "'=cmd()");
    cell_is(3, "name", "O'Brien, \"Quick\" & Sons");
    cell_is(3, "reason", "The number is not registered <u>");
    cell_is(5, "reason", "the payment failed; it was not paid");
    cell_is(6, "state", "in doubt");
    cell_is(8, "state", "returned");
    cell_is(10, "name", "''=quoted");
    cell_is(11, "state", "sent");
    cell_is(11, "charge", "");
    cell_is(14, "Note", "say \"hi\"");
    cell_is(13, "state", "waiting");
    cell_is(17, "state", "sent");
    has(sheet.cells[17][sheet_column(&sheet, "reason")], "release was lost",
        "the payment of a batch in doubt");
    for (int i = 0; i < sheet.columns; i++)
        assert_string_not_equal(sheet.cells[0][i], "kra_pin");
    free(copy);
}

/* --- loading the CSV again ----------------------------------------------- */

struct back {
    int64_t rows, minor, odd;
};

static int
back_row(void *owner, const struct payroll_row *r, struct err *e)
{
    struct back *b = owner;
    char name[64], account[32];
    int64_t batch = b->rows / 5000 + 1, seq = b->rows % 5000 + 1;

    (void)e;
    snprintf(name, sizeof(name), "Payee number %lld of %lld", (long long)seq,
             (long long)batch);
    snprintf(account, sizeof(account), "2547%08lld", (long long)b->rows + 1);
    b->odd += !str_eq(r->name, str_of(name))
              || !str_eq(r->account, str_of(account))
              || r->minor != (1000 + seq) * 100;
    b->rows++;
    b->minor += r->minor;
    return 0;
}

static void
test_csv_loads_back(void **state)
{
    static struct rules rules = {
        .nrails = 1,
        .rails = { { .name = "MPESA-B2C", .ccy = "KES", .decimals = 0,
                     .min_minor = 1000, .max_minor = 25000000 } },
    };
    const struct payroll_options opt = {
        .rules = &rules, .ccy = "KES", .default_rail = "MPESA-B2C",
        .expect_count = 200000, .expect_minor = big.minor
    };
    struct back b = { 0, 0, 0 };
    const struct payroll_sink sink = { .row = back_row, .owner = &b };
    struct problems problems;
    struct err e = { 0 };
    char *csv = fixture_report(db, &big, REPORT_CSV);
    struct payroll *p = NULL;

    (void)state;
    problems_init(&problems);
    p = payroll_new(&opt, &sink, &problems, &e);
    assert_non_null(p);
    assert_int_equal(payroll_feed(p, csv, strlen(csv), &e), 0);
    assert_int_equal(payroll_end(p, &e), 0);
    if (problems_block(&problems))
        fail_msg("%s: %.*s", problems.list[0].kind->code,
                 STR_ARG(problems.list[0].detail));
    assert_int_equal(b.odd, 0);
    assert_int_equal(b.rows, 200000);
    assert_int_equal(b.minor, big.minor);
    payroll_free(p);
    problems_release(&problems);
    free(csv);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_numbers),
        cmocka_unit_test(test_csv_is_safe),
        cmocka_unit_test(test_csv_cells),
        cmocka_unit_test(test_csv_loads_back),
    };

    return cmocka_run_group_tests(tests, world_open, world_close);
}
