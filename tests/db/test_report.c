/* The renderings of one run: same numbers, nothing that runs, flat memory. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <sys/resource.h>

#include "base/crypto.h"
#include "db/migrate.h"
#include "loaders/payroll.h"
#include "money/money.h"
#include "report/report.h"
#include "tests/db/report_fixture.h"
#include "tests/lib/pg.h"

#define BIG_RSS_KIB (64 * 1024)

static struct db *db;
static const char *url;
static struct run hostile, big;
static char *made[4];               /* of the hostile run, by format */
static json_t *root;

/* --- making them --------------------------------------------------------- */

static char *
report_of(const struct run *r, enum report_format format)
{
    char *text = NULL;
    size_t n = 0;
    struct err e = { 0 };
    FILE *f = open_memstream(&text, &n);

    assert_non_null(f);
    if (report_write(db, r, format, f, false, &e) < 0)
        fail_msg("format %d: %s", (int)format, e.text);
    fclose(f);
    return text;
}

static int
world_open(void **state)
{
    struct err e = { 0 };
    int applied = 0;

    (void)state;
    if (crypto_setup() < 0)
        return -1;
    url = test_pg_fresh();
    db = test_pg_open(url);
    if (migrate_run(db, &applied, &e) < 0)
        return -1;
    for (size_t i = 0; i < sizeof(fixture_sql) / sizeof(fixture_sql[0]); i++)
        test_pg_do(db, fixture_sql[i]);
    if (run_find(db, "R-2026-11-A", &hostile, &e) < 0
        || run_find(db, "R-2026-11-B", &big, &e) < 0)
        return -1;
    for (int i = 0; i < 4; i++)
        made[i] = report_of(&hostile, (enum report_format)i);
    root = json_loads(made[REPORT_JSON], JSON_REJECT_DUPLICATES, NULL);
    return 0;
}

static int
world_close(void **state)
{
    (void)state;
    json_decref(root);
    for (int i = 0; i < 4; i++)
        free(made[i]);
    db_close(db);
    return 0;
}

static void
has(const char *text, const char *part, const char *where)
{
    if (strstr(text, part) == NULL)
        fail_msg("%s lacks \"%s\"", where, part);
}

static void
lacks(const char *text, const char *part, const char *where)
{
    if (strstr(text, part) != NULL)
        fail_msg("%s has \"%s\"", where, part);
}

/* --- numbers ------------------------------------------------------------- */

struct sum { int64_t rows, minor; };

static int64_t
minor_of(const char *text)
{
    int64_t minor = 0;

    if (text == NULL || minor_parse(&minor, str_of(text), 2) < 0)
        fail_msg("\"%s\" is no amount", text != NULL ? text : "(null)");
    return minor;
}

static struct sum
json_part(const char *group, const char *name)
{
    json_t *p = json_object_get(json_object_get(root, group), name);

    if (p == NULL)
        fail_msg("json lacks %s.%s", group, name);
    return (struct sum){
        json_integer_value(json_object_get(p, "count")),
        minor_of(json_string_value(json_object_get(p, "amount")))
    };
}

/* What the payments of the list ${name} with state ${state} (NULL: all) make. */
static struct sum
json_list(const char *name, const char *state)
{
    struct sum s = { 0, 0 };
    size_t i = 0;
    json_t *p = NULL;

    json_array_foreach(json_object_get(root, name), i, p) {
        const char *is = json_string_value(json_object_get(p, "state"));

        if (state != NULL && strcmp(is, state) != 0)
            continue;
        s.rows += json_is_integer(json_object_get(p, "count"))
            ? json_integer_value(json_object_get(p, "count")) : 1;
        s.minor += minor_of(json_string_value(json_object_get(p, "amount")));
    }
    return s;
}

static void
same(struct sum a, struct sum b, const char *what)
{
    if (a.rows != b.rows || a.minor != b.minor)
        fail_msg("%s: %lld, %lld and %lld, %lld", what, (long long)a.rows,
                 (long long)a.minor, (long long)b.rows, (long long)b.minor);
}

static const struct {
    const char *key, *words, *states[4];
    struct sum want;
} parts[] = {
    { "paid", "paid", { "paid" }, { 3, 400404 } },
    { "failed", "failed", { "failed", "returned", "reversed" },
      { 5, 502929 } },
    { "in_doubt", "in doubt", { "in_doubt" }, { 1, 100606 } },
    { "sent", "sent, no answer yet", { "sent" }, { 3, 900606 } },
    { "waiting", "waiting", { "waiting" }, { 2, 600303 } },
    { "cancelled", "cancelled", { "cancelled" }, { 3, 901010 } },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

/* The summary, and the payments it is made of, one by one. */
static void
test_json_numbers(void **state)
{
    struct sum all = { 0, 0 };

    (void)state;
    for (size_t i = 0; i < PARTS; i++) {
        struct sum list = { 0, 0 };

        for (int k = 0; k < 4 && parts[i].states[k] != NULL; k++) {
            struct sum s = json_list("payments", parts[i].states[k]);

            list.rows += s.rows;
            list.minor += s.minor;
        }
        same(json_part("summary", parts[i].key), parts[i].want, parts[i].key);
        same(list, parts[i].want, parts[i].key);
        all.rows += list.rows;
        all.minor += list.minor;
    }
    same(all, json_part("summary", "total"), "all states and the run");
    same(json_list("failures", NULL), json_part("summary", "failed"),
         "reasons and failed");
    same(json_list("in_doubt", NULL), json_part("summary", "in_doubt"),
         "the list of doubts");
    same(json_list("cancellations", NULL), json_part("summary", "cancelled"),
         "reasons and cancelled");
    assert_true(json_is_true(json_object_get(
        json_object_get(root, "sums"), "tie")));
}

/* "  paid            3            KES 4,004.04" */
static void
text_line(const char *words, struct sum s, char out[200])
{
    struct money m = { s.minor, "KES" };
    char amount[MONEY_TEXT_BYTES];

    money_text(m, amount);
    snprintf(out, 200, "    %-32s %11lld %24s", words, (long long)s.rows,
             amount);
}

static void
test_text_numbers(void **state)
{
    char line[200];

    (void)state;
    for (size_t i = 0; i < PARTS; i++) {
        text_line(parts[i].words, parts[i].want, line);
        has(made[REPORT_TEXT], line, "text");
    }
    text_line("in the run", json_part("summary", "total"), line);
    has(made[REPORT_TEXT], line, "text");
    has(made[REPORT_TEXT], "All sums tie.", "text");
    lacks(made[REPORT_TEXT], "DIFFERS", "text");
}

static void
test_html_numbers(void **state)
{
    char cells[200], amount[MONEY_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < PARTS; i++) {
        struct money m = { parts[i].want.minor, "KES" };

        money_text(m, amount);
        snprintf(cells, sizeof(cells), " %s</td><td class=\"n\">%lld</td>",
                 parts[i].words, (long long)parts[i].want.rows);
        has(made[REPORT_HTML], cells, "html");
        snprintf(cells, sizeof(cells), "<td class=\"n\">%s</td>", amount);
        has(made[REPORT_HTML], cells, "html");
    }
    has(made[REPORT_HTML], "All sums tie.", "html");
}

/* --- csv ----------------------------------------------------------------- */

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
    char *copy = strdup(made[REPORT_CSV]);

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
    char *csv = report_of(&big, REPORT_CSV);
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

/* --- nothing runs -------------------------------------------------------- */

static void
test_html_is_inert(void **state)
{
    static const char *const never[] = {
        "<img", "<script", "<hr>", "<u>", "<i>S", "<em>", "<s>", "<b>\"",
        "onerror=alert(1)>", "http:", "https:", "trk-<"
    };
    const char *html = made[REPORT_HTML];

    (void)state;
    assert_memory_equal(html, "<!DOCTYPE html>", 15);
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
        lacks(html, never[i], "html");
    has(html, "&lt;img src=x onerror=alert(1)&gt;", "html");
    has(html, "<meta charset=\"utf-8\">", "html");
    has(html, "name=\"viewport\"", "html");
    has(html, "<html lang=\"en\">", "html");
    has(html, "SANDBOX", "html");
    has(html, "Not to be paid before</dt><dd><bdi>27 Nov 2026", "html");
    has(html, "checked by &lt;hr&gt; with HR", "html");
    lacks(html, "ordinary-step", "html");
    has(html, "no answer", "html");
}

static void
test_text_does_not_steer(void **state)
{
    const char *text = made[REPORT_TEXT];

    (void)state;
    for (size_t i = 0; text[i] != '\0'; i++)
        if ((unsigned char)text[i] < 0x20 && text[i] != '\n')
            fail_msg("byte %zu is a control character", i);
    lacks(text, "\xe2\x80\xae", "text");
    has(text, "amina, ", "text");
    has(text, "brian, ", "text");
    has(text, "checked by <hr> with HR", "text");
    has(text, "held back  PR-CSV-017  line 19: 4 digits, not 10", "text");
}

static void
test_text_color(void **state)
{
    char *text = NULL;
    size_t n = 0;
    struct err e = { 0 };
    FILE *f = open_memstream(&text, &n);

    (void)state;
    assert_int_equal(report_write(db, &hostile, REPORT_TEXT, f, true, &e), 0);
    fclose(f);
    has(text, "\x1b[32mties\x1b[0m", "coloured text");
    free(text);
}

/* --- sums that do not tie ------------------------------------------------ */

static void
test_a_lost_row_shows(void **state)
{
    char *text = NULL;

    (void)state;
    test_pg_do(db, "DELETE FROM instruction WHERE batch_id = 100003"
               " AND seq = 2");
    text = report_of(&hostile, REPORT_TEXT);
    has(text, "DIFFERS BY 1 payment and KES 3,002.02", "text");
    has(text, "DO NOT TIE", "text");
    free(text);
    text = report_of(&hostile, REPORT_HTML);
    has(text, "DIFFERS BY 1 payment and KES 3,002.02", "html");
    free(text);
    text = report_of(&hostile, REPORT_JSON);
    has(text, "\"tie\":false", "json");
    free(text);
    test_pg_do(db, "INSERT INTO instruction (batch_id, seq, line_no, minor,"
               " ccy, account, name) VALUES (100003, 2, 15, 300202, 'KES',"
               " '254700003002', 'Wanjiku Mwangi 2')");
}

/* --- one moment ---------------------------------------------------------- */

struct meddler {
    struct db *other;
    bool done;
    char *text;
    size_t n;
    FILE *to;
};

/* When the report begins to come out, somebody else changes the book. */
static ssize_t
meddle(void *owner, const char *bytes, size_t n)
{
    struct meddler *m = owner;

    if (!m->done)
        test_pg_do(m->other, "UPDATE outcome SET state = 'returned'"
                   " WHERE batch_id = 200040");
    m->done = true;
    return fwrite(bytes, 1, n, m->to) == n ? (ssize_t)n : -1;
}

static void
test_one_moment(void **state)
{
    struct meddler m = { .other = NULL };
    const cookie_io_functions_t io = { .write = meddle };
    struct err e = { 0 };
    FILE *f = NULL;
    const char *at = NULL;
    int64_t returned = 0;

    (void)state;
    m.other = test_pg_open(url);
    m.to = open_memstream(&m.text, &m.n);
    f = fopencookie(&m, "w", io);
    assert_non_null(f);
    assert_int_equal(report_write(db, &big, REPORT_JSON, f, false, &e), 0);
    fclose(f);
    fclose(m.to);
    assert_true(m.done);
    assert_int_equal(test_pg_i64(db, "SELECT count(*) AS n FROM outcome"
                                 " WHERE state = 'returned'"
                                 " AND batch_id > 200000"), 5000);
    for (at = m.text; (at = strstr(at, "\"state\":\"returned\"")) != NULL; at++)
        returned++;
    assert_int_equal(returned, 0);
    test_pg_do(db, "UPDATE outcome SET state = 'paid'"
               " WHERE batch_id = 200040");
    db_close(m.other);
    free(m.text);
}

/* --- size and failure ---------------------------------------------------- */

static int64_t
peak_kib(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

/* First of all tests: the peak is the program's, and never goes down. */
static void
test_memory_is_flat(void **state)
{
    struct err e = { 0 };

    (void)state;
    for (int i = 0; i < 4; i++) {
        FILE *f = fopen("/dev/null", "w");

        assert_int_equal(report_write(db, &big, (enum report_format)i, f,
                                      false, &e), 0);
        fclose(f);
    }
#ifndef __SANITIZE_ADDRESS__
    if (peak_kib() > BIG_RSS_KIB)
        fail_msg("%lld KiB for 200,000 payments", (long long)peak_kib());
#endif
}

static void
test_big_html_is_cut(void **state)
{
    char *html = report_of(&big, REPORT_HTML);

    (void)state;
    has(html, "The first 5,000 of 200,000. All of them are in the CSV", "html");
    assert_true(strlen(html) < 4 * 1024 * 1024);
    free(html);
}

static void
test_full_disk(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct err e = { 0 };
        FILE *f = fopen("/dev/full", "w");

        assert_int_equal(report_write(db, &hostile, (enum report_format)i, f,
                                      false, &e), -1);
        assert_int_equal(e.kind, ERR_IO);
        fclose(f);
    }
    /* nothing is left open: the next one works */
    free(report_of(&hostile, REPORT_TEXT));
}

static void
test_formats(void **state)
{
    (void)state;
    assert_int_equal(report_format_of("text"), REPORT_TEXT);
    assert_int_equal(report_format_of("csv"), REPORT_CSV);
    assert_int_equal(report_format_of("json"), REPORT_JSON);
    assert_int_equal(report_format_of("html"), REPORT_HTML);
    assert_int_equal(report_format_of("pdf"), -1);
    assert_int_equal(report_format_of(NULL), -1);
    assert_non_null(root);              /* the JSON parses */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_flat),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_json_numbers),
        cmocka_unit_test(test_text_numbers),
        cmocka_unit_test(test_html_numbers),
        cmocka_unit_test(test_csv_numbers),
        cmocka_unit_test(test_csv_is_safe),
        cmocka_unit_test(test_csv_cells),
        cmocka_unit_test(test_csv_loads_back),
        cmocka_unit_test(test_html_is_inert),
        cmocka_unit_test(test_text_does_not_steer),
        cmocka_unit_test(test_text_color),
        cmocka_unit_test(test_a_lost_row_shows),
        cmocka_unit_test(test_one_moment),
        cmocka_unit_test(test_big_html_is_cut),
        cmocka_unit_test(test_full_disk),
    };

    return cmocka_run_group_tests(tests, world_open, world_close);
}
