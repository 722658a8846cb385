#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "providers/plain.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define ROW(name, text, out) { name, { text, sizeof(text) - 1 }, out }

static void
test_rows(void **state)
{
    static const struct { const char *name; struct str s; const char *out; }
    rows[] = {
        ROW("empty", "", ""),
        ROW("plain", "Invalid api token", "Invalid api token"),
        ROW("blanks", "  a \t\r\n b  ", "a b"),
        ROW("control", "a\033[31mb\a\0c\x7F" "d", "a [31mb c d"),
        ROW("C1", "a\xC2\x9B" "31mb", "a 31mb"),
        ROW("accents", "Jos\xC3\xA9", "Jos\xC3\xA9"),
        ROW("latin-1", "Jos\xE9 x", "Jos? x"),
        ROW("surrogate", "\xED\xA0\x80", "???"),
        ROW("bidi", "a\xE2\x80\xAE" "b\xE2\x81\xA6" "c", "abc"),
        ROW("zero width", "a\xE2\x80\x8B" "b\xEF\xBB\xBF", "ab"),
        ROW("line separator", "a\xE2\x80\xA8" "b", "a b"),
        ROW("tags", "<p class=\"x\">Bad<br>Request</P>", "Bad Request"),
        ROW("less than", "1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ROW("less, at the end", "1 <", "1 <"),
        ROW("tag that does not end", "1 <b", "1 < b"),
        ROW("rebuilt tag", "<<b>script>x", "< script>x"),
        ROW("escaped tag", "&lt;script&gt;x&lt;/script&gt;",
            "< script>x< /script>"),
        ROW("script", "a<script>if (a<b) x('</b>')</script>b", "a b"),
        ROW("script in capitals", "a<SCRIPT src=x>1</SCRIPT>b", "a b"),
        ROW("script without end", "a<script>1", "a"),
        ROW("style", "<style>h1 > p {}</style>b", "b"),
        ROW("comment", "a<!-- <b> x -->b", "a b"),
        ROW("entities", "A&amp;B &quot;x&quot; &#39;y&apos;&nbsp;z",
            "A&B \"x\" 'y' z"),
        ROW("entity once", "&amp;lt;", "&lt;"),
        ROW("other entities", "a&bull;b&#8226;c", "a b c"),
        ROW("no entity", "AT&T; a & b &c", "AT&T; a & b &c")
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char to[200];

        plain_copy(to, sizeof(to), rows[i].s);
        if (strcmp(to, rows[i].out) != 0)
            fail_msg("%s: \"%s\"", rows[i].name, to);
    }
}

/* Every width: whole characters, never more than there is room for. */
static void
test_width(void **state)
{
    static const char text[] = "ab \xC3\xA9\xE2\x82\xAC \xF0\x9F\x98\x80";
    static const char *const want[] = {
        "", "a", "ab", "ab", "ab", "ab \xC3\xA9", "ab \xC3\xA9",
        "ab \xC3\xA9", "ab \xC3\xA9\xE2\x82\xAC", "ab \xC3\xA9\xE2\x82\xAC",
        "ab \xC3\xA9\xE2\x82\xAC", "ab \xC3\xA9\xE2\x82\xAC",
        "ab \xC3\xA9\xE2\x82\xAC", text
    };

    (void)state;
    for (size_t n = 0; n < LEN(want); n++) {
        char *to = malloc(n + 1);       /* ASan watches the end */

        plain_copy(to, n + 1, str_of(text));
        if (strcmp(to, want[n]) != 0)
            fail_msg("%zu: \"%s\"", n, to);
        plain_copy(to, n + 1, STR("abcdefghijklmnop"));
        if (strncmp(to, "abcdefghijklmnop", n) != 0 || strlen(to) != n)
            fail_msg("%zu plain: \"%s\"", n, to);
        free(to);
    }
}

static void
test_add(void **state)
{
    char to[12] = "";

    (void)state;
    plain_add(to, sizeof(to), STR(" one "));
    plain_add(to, sizeof(to), STR(""));
    plain_add(to, sizeof(to), STR("two"));
    assert_string_equal(to, "one two");
    plain_add(to, sizeof(to), STR("four"));
    assert_string_equal(to, "one two fou");
    plain_add(to, sizeof(to), STR("five"));
    assert_string_equal(to, "one two fou");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_add)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
