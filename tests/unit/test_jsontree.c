/* JSON into a tree without jansson's parser, which is the oracle here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "cli/jsontree.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static void
test_same(void **state)
{
    static const char *all[] = {
        "null", "true", "[]", "{}", " [1, -2, \"a\\u00e9\\n\", false, null] ",
        "{\"a\":{\"b\":[{\"c\":\"\"}]},\"d\":\"\\ud83d\\ude00\"}",
        "[9223372036854775807,-9223372036854775807]"
    };

    (void)state;
    for (size_t i = 0; i < LEN(all); i++) {
        struct err e = { 0 };
        json_t *ours = jsontree_read(str_of(all[i]), &e);
        json_t *theirs = json_loads(all[i], JSON_DECODE_ANY, NULL);

        if (ours == NULL || !json_equal(ours, theirs))
            fail_msg("%s: %s", all[i], e.text);
        json_decref(ours);
        json_decref(theirs);
    }
}

/* No double: what is no whole number of ours stays text. */
static void
test_numbers(void **state)
{
    struct err e = { 0 };
    json_t *list = jsontree_read(STR("[1050.10, 1e3, 92233720368547758070]"),
                                 &e);

    (void)state;
    assert_string_equal(json_string_value(json_array_get(list, 0)), "1050.10");
    assert_string_equal(json_string_value(json_array_get(list, 1)), "1e3");
    assert_string_equal(json_string_value(json_array_get(list, 2)),
                        "92233720368547758070");
    json_decref(list);
}

static void
test_refused(void **state)
{
    static const struct { const char *text, *says; } all[] = {
        { "", "1:1" }, { "{\"a\":1,\n \"a\":2}", "2:" },
        { "[1,]", "1:" }, { "[1", "1:" }, { "[] []", "1:" },
        { "{\"a\":tru}", "1:" }, { "[\"\\u0000\"]", "1:" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(all); i++) {
        struct err e = { 0 };

        if (jsontree_read(str_of(all[i].text), &e) != NULL
            || strncmp(e.text, all[i].says, strlen(all[i].says)) != 0)
            fail_msg("%s: %s", all[i].text, e.text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same), cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_refused)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
