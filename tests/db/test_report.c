/* The renderings of one run: same numbers, nothing that runs, flat memory. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <sys/resource.h>

#include "tests/db/report_fixture.h"

#define BIG_RSS_KIB (64 * 1024)

static struct db *db;
static const char *url;
static struct run hostile, big;
static char *made[4];               /* of the hostile run, by format */
static json_t *root;

/* --- making them --------------------------------------------------------- */

static int
world_open(void **state)
{
    struct err e = { 0 };

    (void)state;
    if ((db = fixture_open(&url)) == NULL
        || run_find(db, "R-2026-11-A", &hostile, &e) < 0
        || run_find(db, "R-2026-11-B", &big, &e) < 0)
        return -1;
    for (int i = 0; i < 4; i++)
        made[i] = fixture_report(db, &hostile, (enum report_format)i);
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

/* --- numbers ------------------------------------------------------------- */

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

/* What the list ${name} makes, of state ${state} (NULL: all). */
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

/* Why each one failed, and how it is paid again; a doubt is left alone. */
static void
test_text_says_what_to_do(void **state)
{
    const char *text = made[REPORT_TEXT];

    (void)state;
    has(text, "PR-X, IntaSend file trk-<1>\n            came back\n", "text");
    has(text, "PR-X, IntaSend file trk-<1>\n            taken back\n", "text");
    has(text, "To pay them again: payrun report R-2026-11-A --format csv; "
        "keep the failed rows,", "text");
    has(text, "--period 2026-11 --kind correction", "text");
    for (int i = 0; i < 4; i++)
        lacks(made[i], "people record", "a report");
}

/* A run that ended unsent has nobody waiting. */
static void
test_never_sent(void **state)
{
    static const struct { const char *state, *sql; } rows[] = {
        { "rejected", "UPDATE run SET state = 'rejected' WHERE run_id = 1" },
        { "cancelled", "UPDATE run SET state = 'cancelled' WHERE run_id = 1" },
        { "expired", "UPDATE run SET state = 'expired' WHERE run_id = 1" },
    };
    char line[120], *text = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        test_pg_do(db, rows[i].sql);
        text = fixture_report(db, &hostile, REPORT_TEXT);
        snprintf(line, sizeof(line), "2 payments will never be sent (%s): "
                 "KES 6,003.03.", rows[i].state);
        has(text, line, "text");
        has(text, "never sent", "text");
        lacks(text, "payments wait", "text");
        lacks(text, "waiting", "text");
        free(text);
        text = fixture_report(db, &hostile, REPORT_HTML);
        has(text, "will never be sent</td>", "html");
        free(text);
    }
    test_pg_do(db, "UPDATE run SET state = 'paying' WHERE run_id = 1");
}

/* --- sums that do not tie ------------------------------------------------ */

static void
test_a_lost_row_shows(void **state)
{
    char *text = NULL;

    (void)state;
    test_pg_do(db, "DELETE FROM instruction WHERE batch_id = 100003"
               " AND seq = 2");
    text = fixture_report(db, &hostile, REPORT_TEXT);
    has(text, "DIFFERS BY 1 payment and KES 3,002.02", "text");
    has(text, "DO NOT TIE", "text");
    free(text);
    text = fixture_report(db, &hostile, REPORT_HTML);
    has(text, "DIFFERS BY 1 payment and KES 3,002.02", "html");
    free(text);
    text = fixture_report(db, &hostile, REPORT_JSON);
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

/* 0 under ASan, whose own memory would be most of it. */
static int64_t
peak_kib(void)
{
    struct rusage u = { 0 };

#ifndef __SANITIZE_ADDRESS__
    getrusage(RUSAGE_SELF, &u);
#endif
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
    if (peak_kib() > BIG_RSS_KIB)
        fail_msg("%lld KiB for 200,000 payments", (long long)peak_kib());
}

static void
test_big_html_is_cut(void **state)
{
    char *html = fixture_report(db, &big, REPORT_HTML);

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
    free(fixture_report(db, &hostile, REPORT_TEXT));
}

static void
test_formats(void **state)
{
    (void)state;
    assert_int_equal(report_format_of("text"), REPORT_TEXT);
    assert_int_equal(report_format_of("csv"), REPORT_CSV);
    assert_int_equal(report_format_of("json"), REPORT_JSON);
    assert_int_equal(report_format_of("html"), REPORT_HTML);
    assert_int_equal(report_format_of("xlsx"), REPORT_XLSX);
    assert_int_equal(report_format_of("pdf"), REPORT_PDF);
    assert_int_equal(report_format_of("pain.002"), REPORT_PAIN002);
    assert_int_equal(report_format_of("camt.054"), REPORT_CAMT054);
    assert_int_equal(report_format_of("docx"), -1);
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
        cmocka_unit_test(test_html_is_inert),
        cmocka_unit_test(test_text_does_not_steer),
        cmocka_unit_test(test_text_color),
        cmocka_unit_test(test_text_says_what_to_do),
        cmocka_unit_test(test_never_sent),
        cmocka_unit_test(test_a_lost_row_shows),
        cmocka_unit_test(test_one_moment),
        cmocka_unit_test(test_big_html_is_cut),
        cmocka_unit_test(test_full_disk),
    };

    return cmocka_run_group_tests(tests, world_open, world_close);
}
