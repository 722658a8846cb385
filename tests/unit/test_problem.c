/* Problems: the table of kinds, what is kept, and how they are shown. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "loaders/problem_text.h"

#define BYTES ((size_t)1 << 22)

/* Every code is PR-XXX-nnn, stands once, and says what and how to mend it. */
static void
test_kinds(void **state)
{
    size_t n = 0;

    (void)state;
    for (const struct problem_kind *k = problem_kinds; k->code != NULL; k++) {
        assert_int_equal(strlen(k->code), 10);
        assert_memory_equal(k->code, "PR-", 3);
        assert_int_equal(strspn(k->code + 7, "0123456789"), 3);
        assert_true(strlen(k->cause) > 5 && strlen(k->cause) < 80);
        assert_true(strlen(k->fix) > 5);
        assert_ptr_equal(problem_kind(k->code), k);
        n++;
    }
    assert_true(n >= 35);
    assert_null(problem_kind("PR-CSV-999"));
    assert_null(problem_kind(""));
}

/* The table in the guide says the same as the one in the code. */
static void
test_guide(void **state)
{
    struct buf guide, row;

    (void)state;
    buf_init(&guide, BYTES);
    buf_init(&row, BYTES);
    assert_int_equal(buf_read_file(&guide, "loaders/README.md", NULL), 0);
    for (const struct problem_kind *k = problem_kinds; k->code != NULL; k++) {
        buf_clear(&row);
        buf_printf(&row, "| %s | %s | %s | ", k->code,
                   problem_text_severity(k->severity), k->cause);
        if (strstr(guide.p, row.p) == NULL)
            fail_msg("loaders/README.md does not have: %s", row.p);
    }
    buf_release(&guide);
    buf_release(&row);
}

static void
add(struct problems *ps, const char *code, int64_t line, int column,
    const char *value, const char *fix)
{
    problem_add(ps, code, line, column, "phone", str_of(value), fix, "%s",
                "detail");
}

static void
test_counts(void **state)
{
    struct problems ps;

    (void)state;
    problems_init(&ps);
    assert_false(problems_block(&ps));
    add(&ps, "PR-CSV-018", 2, 1, "", NULL);
    assert_false(problems_block(&ps));
    add(&ps, "PR-CSV-030", 3, 1, "", NULL);
    assert_true(problems_block(&ps));
    assert_int_equal(ps.stops, 1);
    problems_release(&ps);
    assert_int_equal(ps.stops, 0);
    ps.allow_stops = true;
    add(&ps, "PR-CSV-030", 3, 1, "", NULL);
    assert_int_equal(ps.warnings, 1);
    assert_false(problems_block(&ps));
    problems_release(&ps);
}

/* All are counted; what is kept is bounded, in all, a kind, and in bytes. */
static void
test_bounds(void **state)
{
    static const char *const codes[] = { "PR-CSV-010", "PR-CSV-011",
        "PR-CSV-012", "PR-CSV-013", "PR-CSV-014", "PR-CSV-015" };
    char value[200];
    struct problems ps;

    (void)state;
    memset(value, 'x', sizeof(value));
    memcpy(value + 119, "\xC3\xA9", 3);
    problems_init(&ps);
    for (int i = 0; i < 6 * PROBLEMS_MAX; i++)
        add(&ps, codes[i % 6], i, 1, value, NULL);
    assert_int_equal(ps.errors, 6 * PROBLEMS_MAX);
    assert_int_equal(ps.n, PROBLEMS_MAX);
    assert_int_equal(ps.by_kind[problem_kind(codes[5]) - problem_kinds],
                     PROBLEMS_MAX);
    /* cut before the character that does not fit whole */
    assert_int_equal(ps.list[0].value.len, 119);
    assert_string_equal(ps.list[PROBLEMS_MAX - 1].detail.p, "detail");
    problems_release(&ps);
}

static void
test_text(void **state)
{
    struct problems ps;
    struct problem *p = NULL;
    struct buf b;

    (void)state;
    problems_init(&ps);
    buf_init(&b, BYTES);
    problem_text(&b, &ps, "x.csv", 2);
    assert_int_equal(b.len, 0);
    add(&ps, "PR-CSV-018", 2, 3, "0733", NULL);
    add(&ps, "PR-CSV-017", 3, 3, "07", NULL);
    for (int i = 0; i < 1234; i++)
        add(&ps, "PR-CSV-017", 4 + i, 3, "a\x1B[31m\xE2\x80\xAE", "do this");
    p = problem_add(&ps, "PR-CSV-030", 9, 1, "", STR(""), NULL, "%s", "");
    p->other_line = 5;
    problem_add(&ps, "PR-CSV-001", 0, 0, "", STR(""), NULL, "no bytes");
    problem_text(&b, &ps, "x.csv", 2);
    assert_string_equal(b.p,
        "error PR-CSV-017  phone number too short\n"
        "  x.csv:3:3  phone \"07\"  detail\n"
        "  x.csv:4:3  phone \"a<U+001B>[31m<U+202E>\"  detail\n"
        "      fix: do this\n"
        "  and 1,233 more\n"
        "  fix: ask for the number again; it has ten digits, 07.. or 01..\n"
        "\n"
        "error PR-CSV-001  the file is empty\n"
        "  x.csv  no bytes\n"
        "  fix: export the payroll again and load that file\n"
        "\n"
        "stop PR-CSV-030  same payee twice in this file\n"
        "  x.csv:9:1 and x.csv:5\n"
        "  fix: take one row out, or load it with --allow-duplicates "
        "\"REASON\", which the checker sees\n"
        "\n"
        "warning PR-CSV-018  the prefix belongs to another network\n"
        "  x.csv:2:3  phone \"0733\"  detail\n"
        "  fix: fine when the number was moved; otherwise the payment will "
        "fail\n");
    problems_release(&ps);
    buf_release(&b);
}

static void
test_json(void **state)
{
    struct problems ps;
    struct buf b;

    (void)state;
    problems_init(&ps);
    buf_init(&b, BYTES);
    problem_text_json(&b, &ps, "x.csv");
    assert_string_equal(b.p, "[]");
    add(&ps, "PR-CSV-017", 3, 2, "a\"b", NULL);
    add(&ps, "PR-CSV-001", 0, 0, "", "try again");
    buf_clear(&b);
    problem_text_json(&b, &ps, "x.csv");
    assert_string_equal(b.p,
        "[{\"code\":\"PR-CSV-017\",\"severity\":\"error\",\"file\":\"x.csv\","
        "\"line\":3,\"column\":2,\"other_line\":0,\"field\":\"phone\","
        "\"value\":\"a\\\"b\",\"cause\":\"phone number too short\","
        "\"detail\":\"detail\",\"fix\":\"ask for the number again; it has ten "
        "digits, 07.. or 01..\"},"
        "{\"code\":\"PR-CSV-001\",\"severity\":\"error\",\"file\":\"x.csv\","
        "\"line\":0,\"column\":0,\"other_line\":0,\"field\":\"phone\","
        "\"value\":\"\",\"cause\":\"the file is empty\","
        "\"detail\":\"detail\",\"fix\":\"try again\"}]");
    problems_release(&ps);
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_guide),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
