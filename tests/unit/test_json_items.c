/* Lists walked from offsets, and what a text is when it has escapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "providers/jscan.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* The number of items, or -1 when the walk breaks. */
static int
walk(struct str body, size_t at)
{
    int n = 0, more = 0;

    for (;; n++) {
        struct jscan_value v;
        struct jscan js;

        if ((more = jscan_item(&js, body, &at)) <= 0)
            return more < 0 ? -1 : n;
        if (jscan_skip(&js, &v) == JSCAN_BROKEN
            || jscan_item_done(&js, &at) < 0)
            return -1;
    }
}

static void
test_items(void **state)
{
    static const struct { const char *text; size_t at; int n; } rows[] = {
        { "[]", 1, 0 }, { "[ ]", 1, 0 }, { "[1]", 1, 1 },
        { "[1,2,{\"a\":[1,2]}]", 1, 3 }, { "[ 1 , 2 ]x", 1, 2 },
        { "[1,]", 1, -1 }, { "[,1]", 1, -1 }, { "[1 2]", 1, -1 },
        { "[1", 1, -1 }, { "[1,", 1, -1 }, { "[", 1, -1 }, { "", 1, -1 },
        { "[1}", 1, -1 }, { "[1,2]", 0, -1 }, { "[11,2]", 2, -1 },
        { "[1,2]", 99, -1 }, { "[\"a\",tru]", 1, -1 }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++)
        if (walk(str_of(rows[i].text), rows[i].at) != rows[i].n)
            fail_msg("%s from %zu: not %d", rows[i].text, rows[i].at,
                     rows[i].n);
}

static void
test_text_and_room(void **state)
{
    struct str body = STR("\"a\\u00e9\\ud83d\\ude00\\nz\"");
    char room[16];
    struct str s = { NULL, 0 };
    struct jscan js;

    (void)state;
    jscan_start(&js, body, 0);
    assert_int_equal(jscan_next(&js), JSCAN_STRING);
    for (size_t bytes = 0; bytes < 9; bytes++) {
        /* a, two bytes, four bytes, newline, z: never half a character */
        static const size_t whole[] = { 0, 1, 1, 3, 3, 3, 3, 7, 8 };

        assert_int_equal(jscan_text(&js.value, room, bytes, &s), -1);
        assert_int_equal(jscan_text_start(&js.value, room, bytes).len,
                         whole[bytes]);
    }
    assert_int_equal(jscan_text(&js.value, room, 9, &s), 0);
    assert_true(str_eq(s, STR("a\xC3\xA9\xF0\x9F\x98\x80\nz")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_text_and_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
