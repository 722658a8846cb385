/* Borrowed text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static void
equal(void **state)
{
    static const struct row {
        const char *a, *b;
        bool eq, ieq;
    } rows[] = {
        { "abc", "abc", true, true },
        { "abc", "ABC", false, true },
        { "abc", "abd", false, false },
        { "abc", "ab", false, false },
        { "ab", "abc", false, false },
        { "", "", true, true },
        { NULL, "", true, true },
        { NULL, NULL, true, true },
        { "", "a", false, false },
        { "[", "{", false, false },         /* 0x20 apart, not letters */
        { "@", "`", false, false },
        { "\xC3\x89", "\xC3\xA9", false, false }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct str a = str_of(rows[i].a), b = str_of(rows[i].b);

        if (str_eq(a, b) != rows[i].eq || str_ieq(a, b) != rows[i].ieq)
            fail_msg("\"%.*s\" and \"%.*s\"", STR_ARG(a), STR_ARG(b));
    }
    assert_int_equal(str_of(NULL).len, 0);
    assert_null(str_of(NULL).p);
    assert_true(str_eq(STR("a\0b"), (struct str){ "a\0b", 3 }));
    assert_false(str_eq(STR("a\0b"), STR("a\0c")));
}

static void
trim_and_cut(void **state)
{
    static const struct row {
        const char *name, *in, *out;
    } rows[] = {
        { "nothing to do", "abc", "abc" },
        { "blanks", "  abc ", "abc" },
        { "inner blank stays", " a c ", "a c" },
        { "tab and line ends", "\t\r\nabc\r\n", "abc" },
        { "no-break space", "\xC2\xA0" "abc" "\xC2\xA0", "abc" },
        { "narrow no-break", "\xE2\x80\xAF" "abc" "\xE2\x80\xAF", "abc" },
        { "figure space", "\xE2\x80\x87" "abc" "\xE2\x80\x87", "abc" },
        { "mixed", " \xC2\xA0\t" "abc" "\xC2\xA0 ", "abc" },
        { "only blanks", " \xC2\xA0 ", "" },
        { "empty", "", "" },
        { "half a no-break space", "\xC2" "abc" "\xA0", "\xC2" "abc" "\xA0" },
        { "a letter ending in A0", "abc\xC3\xA0", "abc\xC3\xA0" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++)
        if (!str_eq(str_trim(str_of(rows[i].in)), str_of(rows[i].out)))
            fail_msg("%s", rows[i].name);
    assert_int_equal(str_trim((struct str){ NULL, 0 }).len, 0);
    assert_true(str_eq(str_cut(STR("abc"), 2), STR("ab")));
    assert_true(str_eq(str_cut(STR("abc"), 3), STR("abc")));
    assert_true(str_eq(str_cut(STR("abc"), 9), STR("abc")));
    assert_true(str_eq(str_cut(STR("abc"), 0), STR("")));
}

static void
copy(void **state)
{
    char to[4] = "zzz";

    (void)state;
    assert_int_equal(str_copy(to, sizeof(to), STR("abc")), 0);
    assert_string_equal(to, "abc");
    assert_int_equal(str_copy(to, sizeof(to), STR("abcd")), -1);
    assert_string_equal(to, "");
    assert_int_equal(str_copy(to, sizeof(to), STR("")), 0);
    assert_string_equal(to, "");
    assert_int_equal(str_copy(to, sizeof(to), (struct str){ NULL, 0 }), 0);
    memcpy(to, "zzz", 4);
    assert_int_equal(str_copy(to, sizeof(to), STR("a\0b")), -1);
    assert_string_equal(to, "");
    memcpy(to, "zzz", 4);
    assert_int_equal(str_copy(to, 0, STR("")), -1);
    assert_string_equal(to, "zzz");
    assert_int_equal(str_copy(to, 1, STR("a")), -1);
}

static void
integers(void **state)
{
    static const struct row {
        const char *in;
        int rc;
        int64_t out;
    } rows[] = {
        { "0", 0, 0 },
        { "42", 0, 42 },
        { "007", 0, 7 },
        { "9223372036854775807", 0, INT64_MAX },
        { "9223372036854775808", -1, 0 },
        { "18446744073709551616", -1, 0 },
        { "92233720368547758070", -1, 0 },
        { "", -1, 0 },
        { "-1", -1, 0 },
        { "+1", -1, 0 },
        { " 1", -1, 0 },
        { "1 ", -1, 0 },
        { "1a", -1, 0 },
        { "0x1", -1, 0 },
        { "1.0", -1, 0 },
        { "\xD9\xA1", -1, 0 }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        int64_t out = -77;
        int rc = str_i64(&out, str_of(rows[i].in));

        if (rc != rows[i].rc || out != (rc == 0 ? rows[i].out : -77))
            fail_msg("\"%s\": %d, %lld", rows[i].in, rc, (long long)out);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal),
        cmocka_unit_test(trim_and_cut),
        cmocka_unit_test(copy),
        cmocka_unit_test(integers)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
