#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>

#include "base/buf.h"
#include "providers/jscan.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define ROW(name, text, good) { name, { text, sizeof(text) - 1 }, good }

/* The scanner is judged by jansson; ${good} is what RFC 8259 says. */
static const struct row {
    const char *name;
    struct str  text;
    bool        good;
} corpus[] = {
    ROW("empty", "", false),
    ROW("blanks only", " \t\r\n", false),
    ROW("null", "null", true),
    ROW("true", " true ", true),
    ROW("false", "false\n", true),
    ROW("half a word", "tru", false),
    ROW("a word too long", "nullx", false),
    ROW("capital", "True", false),
    ROW("NaN", "NaN", false),
    ROW("0", "0", true),
    ROW("-0", "-0", true),
    ROW("plus", "+1", false),
    ROW("minus alone", "-", false),
    ROW("minus minus", "--1", false),
    ROW("leading zero", "01", false),
    ROW("minus leading zero", "-012", false),
    ROW("two decimals", "133568.49", true),
    ROW("no digit behind the point", "1.", false),
    ROW("no digit before the point", ".5", false),
    ROW("two points", "1.2.3", false),
    ROW("exponent", "1e5", true),
    ROW("capital exponent", "1E+5", true),
    ROW("negative exponent", "12.5e-3", true),
    ROW("empty exponent", "1e", false),
    ROW("signed empty exponent", "1e+", false),
    ROW("hex", "0x10", false),
    ROW("infinity", "Infinity", false),
    ROW("long decimals", "0.1000000000000000055511151231257827", true),
    ROW("empty string", "\"\"", true),
    ROW("string", "\"Jane Doe\"", true),
    ROW("string without end", "\"Jane", false),
    ROW("ends in a backslash", "\"Jane\\", false),
    ROW("single quotes", "'Jane'", false),
    ROW("tab in a string", "\"a\tb\"", false),
    ROW("newline in a string", "\"abcdefgh\nb\"", false),
    ROW("NUL in a string", "\"abc\0def\"", false),
    ROW("NUL behind", "1\0", false),
    ROW("DEL", "\"\x7F\"", true),
    ROW("all escapes", "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t\"", true),
    ROW("unknown escape", "\"\\x41\"", false),
    ROW("capital escape", "\"\\N\"", false),
    ROW("u escape", "\"\\u00e9\\u00E9\"", true),
    ROW("u escape short", "\"\\u00e\"", false),
    ROW("u escape not hex", "\"\\u00eg\"", false),
    ROW("u0000", "\"\\u0000\"", false),
    ROW("u escape at the end", "\"\\u00", false),
    ROW("pair", "\"\\ud83d\\ude00\"", true),
    ROW("highest pair", "\"\\udbff\\udfff\"", true),
    ROW("lone high", "\"\\ud83d\"", false),
    ROW("lone high and text", "\"\\ud83dabcdef\"", false),
    ROW("high and high", "\"\\ud83d\\ud83d\"", false),
    ROW("high and plain escape", "\"\\ud83d\\u0041\"", false),
    ROW("lone low", "\"\\ude00\"", false),
    ROW("reversed pair", "\"\\ude00\\ud83d\"", false),
    ROW("two bytes", "\"\xC3\xA9\"", true),
    ROW("three bytes", "\"\xE2\x82\xAC\"", true),
    ROW("four bytes", "\"\xF0\x9F\x98\x80\"", true),
    ROW("last character", "\"\xF4\x8F\xBF\xBF\"", true),
    ROW("behind the last", "\"\xF4\x90\x80\x80\"", false),
    ROW("F5", "\"\xF5\x80\x80\x80\"", false),
    ROW("FF", "\"\xFF\"", false),
    ROW("overlong two", "\"\xC0\x80\"", false),
    ROW("overlong C1", "\"\xC1\xBF\"", false),
    ROW("overlong three", "\"\xE0\x9F\xBF\"", false),
    ROW("overlong four", "\"\xF0\x8F\xBF\xBF\"", false),
    ROW("raw surrogate", "\"\xED\xA0\x80\"", false),
    ROW("last before surrogates", "\"\xED\x9F\xBF\"", true),
    ROW("first behind them", "\"\xEE\x80\x80\"", true),
    ROW("tail alone", "\"\x80\"", false),
    ROW("cut two", "\"\xC3\"", false),
    ROW("cut three", "\"\xE2\x82\"", false),
    ROW("cut four", "\"\xF0\x9F\x98\"", false),
    ROW("cut at the end", "\"\xF0\x9F\x98", false),
    ROW("latin-1", "\"caf\xE9\"", false),
    ROW("UTF-8 outside", "\xC3\xA9", false),
    ROW("BOM", "\xEF\xBB\xBF" "{}", false),
    ROW("UTF-16", "{\0}\0", false),
    ROW("empty object", "{}", true),
    ROW("empty array", "[ ]", true),
    ROW("object", "{\"a\":1,\"b\":[true,null]}", true),
    ROW("blanks everywhere", " { \"a\" : 1 , \"b\" : [ 1 , 2 ] } \n", true),
    ROW("comma before }", "{\"a\":1,}", false),
    ROW("comma before ]", "[1,]", false),
    ROW("comma first", "[,1]", false),
    ROW("comma first in object", "{,\"a\":1}", false),
    ROW("two commas", "[1,,2]", false),
    ROW("no comma", "[1 2]", false),
    ROW("no comma in object", "{\"a\":1 \"b\":2}", false),
    ROW("no colon", "{\"a\" 1}", false),
    ROW("two colons", "{\"a\"::1}", false),
    ROW("colon in an array", "[\"a\":1]", false),
    ROW("no value", "{\"a\":}", false),
    ROW("no value at the end", "{\"a\":", false),
    ROW("key only", "{\"a\"}", false),
    ROW("key is a number", "{1:2}", false),
    ROW("key is a word", "{a:2}", false),
    ROW("wrong bracket", "[1}", false),
    ROW("wrong brace", "{\"a\":1]", false),
    ROW("wrong brackets inside", "[{]}", false),
    ROW("open object", "{", false),
    ROW("open array", "[1", false),
    ROW("closed twice", "{}}", false),
    ROW("closed first", "]", false),
    ROW("two values", "1 2", false),
    ROW("two documents", "{}{}", false),
    ROW("comment", "{}// x", false),
    ROW("comment inside", "[1,/* x */2]", false),
    ROW("formfeed", "[\f1]", false),
    ROW("no-break space", "[\xC2\xA0" "1]", false),
    ROW("a long text", "\"0123456789abcdef0123456789abcde\\u00e9f01234\"",
        true),
    ROW("quote on the eighth byte", "[\"1234567\",\"12345678\",\"123456\"]",
        true)
};

/* Does all of ${s} scan? */
static bool
scans(struct str s)
{
    struct jscan js;
    struct jscan_value v;

    jscan_start(&js, s, 0);
    return jscan_skip(&js, &v) != JSCAN_BROKEN && jscan_ended(&js);
}

/*
 * What jansson says: 1, 0, or -1 when only a number was too large for it.  It
 * stops reading at a NUL, which RFC 8259 has nowhere.
 */
static int
jansson_takes(struct str s, json_t **t)
{
    json_error_t e;

    *t = NULL;
    if (s.len > 0 && memchr(s.p, '\0', s.len) != NULL)
        return 0;
    *t = json_loadb(s.p != NULL ? s.p : "", s.len,
                    JSON_DECODE_ANY, &e);
    if (*t == NULL && json_error_code(&e) == json_error_numeric_overflow)
        return -1;
    return *t != NULL;
}

static void
test_corpus(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(corpus); i++) {
        const struct row *r = &corpus[i];
        json_t *t = NULL;

        if (scans(r->text) != r->good)
            fail_msg("%s: %s", r->name, r->good ? "refused" : "taken");
        if (jansson_takes(r->text, &t) != (int)r->good)
            fail_msg("%s: jansson says otherwise", r->name);
        json_decref(t);
    }
}

static bool
text_is(const struct jscan_value *v, const char *p, size_t len)
{
    char room[4096];
    struct str s = { NULL, 0 };

    return jscan_text(v, room, sizeof(room), &s) == 0
           && str_eq(s, (struct str){ p, len });
}

/* Jansson keeps no number text, so integers are written out again. */
static bool
same_number(const struct jscan_value *v, const json_t *t)
{
    char text[32];

    if (json_is_real(t))
        return strcspn(v->text.p, ".eE") < v->text.len;
    snprintf(text, sizeof(text), "%" JSON_INTEGER_FORMAT,
             json_integer_value(t));
    return text_is(v, text, strlen(text)) || text_is(v, "-0", 2);
}

static bool same(struct jscan *, enum jscan_kind, const json_t *);

static bool
same_array(struct jscan *js, const json_t *t)
{
    enum jscan_kind kind = JSCAN_NONE;
    size_t n = 0;

    while ((kind = jscan_next(js)) != JSCAN_CLOSE)
        if (kind == JSCAN_BROKEN || !same(js, kind, json_array_get(t, n++)))
            return false;
    return n == json_array_size(t);
}

static bool
same_object(struct jscan *js, const json_t *t)
{
    char room[4096];
    enum jscan_kind kind = JSCAN_NONE;
    size_t n = 0;

    for (; (kind = jscan_next(js)) == JSCAN_KEY; n++) {
        struct str s = { NULL, 0 };
        char key[4096];

        if (jscan_text(&js->value, room, sizeof(room), &s) < 0
            || str_copy(key, sizeof(key), s) < 0
            || !same(js, jscan_next(js), json_object_get(t, key)))
            return false;
    }
    return kind == JSCAN_CLOSE && n == json_object_size(t);
}

/* The same value, piece by piece, by both readers. */
static bool
same(struct jscan *js, enum jscan_kind kind, const json_t *t)
{
    switch (kind) {
    case JSCAN_OBJECT:
        return json_is_object(t) && same_object(js, t);
    case JSCAN_ARRAY:
        return json_is_array(t) && same_array(js, t);
    case JSCAN_STRING:
        return json_is_string(t)
               && text_is(&js->value, json_string_value(t),
                          json_string_length(t));
    case JSCAN_NUMBER:
        return json_is_number(t) && same_number(&js->value, t);
    case JSCAN_TRUE:
        return json_is_true(t);
    case JSCAN_FALSE:
        return json_is_false(t);
    case JSCAN_NULL:
        return json_is_null(t);
    case JSCAN_NONE:
    case JSCAN_CLOSE:
    case JSCAN_KEY:
    case JSCAN_END:
    case JSCAN_BROKEN:
        break;
    }
    return false;
}

static bool
reads_same(struct str s, const json_t *t)
{
    struct jscan js;

    jscan_start(&js, s, 0);
    return same(&js, jscan_next(&js), t) && jscan_next(&js) == JSCAN_END;
}

/* Its members by their names, read whole. */
static bool
object_same(struct str s, const json_t *t)
{
    static const struct str members[] = {
        JSCAN_NAME("file_id"), JSCAN_NAME("batch_reference"), JSCAN_NAME("ok"),
        JSCAN_NAME("transactions"), JSCAN_NAME("wallet")
    };
    struct jscan_value v[LEN(members)];
    struct jscan js;

    jscan_start(&js, s, 0);
    if (jscan_object(&js, members, LEN(members), v) < 0 || !jscan_ended(&js))
        return false;
    for (size_t i = 0; i < LEN(members); i++) {
        const json_t *m = json_object_get(t, members[i].p);
        enum jscan_kind kind = v[i].kind;

        if ((kind == JSCAN_NONE) != (m == NULL))
            return false;
        js.value = v[i];
        if (kind == JSCAN_OBJECT || kind == JSCAN_ARRAY) {
            jscan_start(&js, v[i].text, 0);
            kind = jscan_next(&js);
        }
        if (m != NULL && !same(&js, kind, m))
            return false;
    }
    return true;
}

static void
test_same_values_as_jansson(void **state)
{
    size_t n = 0;

    (void)state;
    for (size_t i = 0; i < LEN(corpus); i++) {
        json_t *t = NULL;

        if (jansson_takes(corpus[i].text, &t) != 1)
            continue;
        if (!reads_same(corpus[i].text, t))
            fail_msg("%s: read differently", corpus[i].name);
        json_decref(t);
        n++;
    }
    assert_int_equal(n, 29);
}

/* Small, fast, the same on every machine. */
static uint32_t
dice(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

static const char seed_text[] =
    "{\"file_id\":\"0VZ4MOK\",\"batch_reference\":null,\"ok\":true,"
    "\"transactions\":[{\"name\":\"Jos\xC3\xA9 \\u00e9\\ud83d\\ude00\","
    "\"amount\":\"38.00\",\"charge\":-10.50e1,\"failed\":0.0},{},[]],"
    "\"wallet\":{\"current_balance\":133568.49,\"can\":false}}";

/* One to three bytes changed, taken out, put in or doubled. */
static size_t
mutate(char *text, size_t len, uint32_t *seed)
{
    static const char bytes[] = "{}[]\",:\\u0123456789.eE-+dDcC \n\t\0\x7F"
                                "\x80\xC3\xA9\xED\xF4tfn";

    for (uint32_t n = dice(seed) % 3 + 1; n > 0 && len > 0; n--) {
        size_t at = dice(seed) % len;
        char c = bytes[dice(seed) % (sizeof(bytes) - 1)];

        switch (dice(seed) % 4) {
        case 0:
            text[at] = c;
            break;
        case 1:
            memmove(text + at, text + at + 1, len - at - 1);
            len--;
            break;
        case 2:
            memmove(text + at + 1, text + at, len - at);
            text[at] = c;
            len++;
            break;
        default:
            len = at + 1;
            break;
        }
    }
    return len;
}

static void
test_mutations_against_jansson(void **state)
{
    uint32_t seed = 20261122;
    int good = 0, bad = 0;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        char text[sizeof(seed_text) + 8];
        size_t len = sizeof(seed_text) - 1;
        struct str s = { text, 0 };
        json_t *t = NULL;
        int takes = 0;

        memcpy(text, seed_text, len);
        s.len = mutate(text, len, &seed);
        if ((takes = jansson_takes(s, &t)) < 0)
            continue;
        if (scans(s) != (takes == 1))
            fail_msg("%d: jansson %d for %.*s", i, takes, STR_ARG(s));
        good += takes == 1;
        bad += takes == 0;
        if (takes == 1) {
            json_t *once = json_loadb(s.p, s.len, JSON_REJECT_DUPLICATES, NULL);

            if (once != NULL && (!reads_same(s, once)
                                 || (json_is_object(once)
                                     && !object_same(s, once))))
                fail_msg("%d: read differently: %.*s", i, STR_ARG(s));
            json_decref(once);
        }
        json_decref(t);
    }
    assert_true(good > 2000);
    assert_true(bad > 50000);
}

/* A body that ends anywhere but at its end is broken. */
static void
test_cut_at_every_byte(void **state)
{
    struct str s = { seed_text, 0 };

    (void)state;
    for (; s.len < sizeof(seed_text) - 1; s.len++) {
        char *copy = malloc(s.len + 1);     /* so that ASan sees the end */

        memcpy(copy, s.p, s.len);
        if (scans((struct str){ copy, s.len }))
            fail_msg("cut at %zu: taken", s.len);
        free(copy);
    }
    assert_true(scans(s));
}

static void
test_depth(void **state)
{
    (void)state;
    for (int n = 1; n <= 5000; n++) {
        struct buf b;

        buf_init(&b, 20000);
        for (int i = 0; i < n; i++)
            buf_text(&b, i % 2 == 0 ? "[" : "{\"a\":");
        buf_text(&b, "1");
        for (int i = n - 1; i >= 0; i--)
            buf_char(&b, i % 2 == 0 ? ']' : '}');
        if (scans(buf_view(&b)) != (n <= JSCAN_DEPTH_MAX))
            fail_msg("nested %d deep", n);
        buf_release(&b);
        if (n == 2 * JSCAN_DEPTH_MAX)
            n = 4990;
    }
}

/* Huge numbers are text here: no rounding, no overflow. */
static void
test_numbers_are_text(void **state)
{
    static const char *const numbers[] = {
        "0.1", "133568.49", "9007199254740993", "1e999", "-1E-999",
        "123456789012345678901234567890.12345678901234567890",
        "0.30000000000000004", "-0", "0.0", "15"
    };
    struct jscan js;

    (void)state;
    for (size_t i = 0; i < LEN(numbers); i++) {
        struct str s = { NULL, 0 };

        jscan_start(&js, str_of(numbers[i]), 0);
        if (jscan_next(&js) != JSCAN_NUMBER
            || jscan_text(&js.value, NULL, 0, &s) < 0
            || !str_eq(s, str_of(numbers[i])) || !jscan_ended(&js))
            fail_msg("%s became %.*s", numbers[i], STR_ARG(s));
    }
}

static const struct str names[] = {
    JSCAN_NAME("amount"), JSCAN_NAME("id"), JSCAN_NAME("wallet")
};

static void
test_object(void **state)
{
    static const struct {
        const char *name, *text;
        int rc;
        enum jscan_kind amount;
    } rows[] = {
        { "plain", "{\"amount\":1,\"id\":\"x\"}", 0, JSCAN_NUMBER },
        { "empty", "{}", 0, JSCAN_NONE },
        { "others twice", "{\"a\":1,\"amount\":\"1\",\"a\":2}", 0,
          JSCAN_STRING },
        { "null", "{\"amount\":null}", 0, JSCAN_NULL },
        { "twice", "{\"amount\":1,\"amount\":1}", -1, JSCAN_NONE },
        { "twice, null first", "{\"amount\":null,\"amount\":1}", -1,
          JSCAN_NONE },
        { "twice, escaped", "{\"amount\":1,\"am\\u006funt\":2}", -1,
          JSCAN_NONE },
        { "escaped", "{\"am\\u006funt\":2}", 0, JSCAN_NUMBER },
        { "inside another", "{\"x\":{\"amount\":1},\"amount\":[2]}", 0,
          JSCAN_ARRAY },
        { "other case", "{\"Amount\":1}", 0, JSCAN_NONE },
        { "longer", "{\"amounts\":1,\"amoun\":2}", 0, JSCAN_NONE },
        { "array", "[]", -1, JSCAN_NONE },
        { "number", "1", -1, JSCAN_NONE },
        { "broken behind", "{\"amount\":1,\"x\":[}", -1, JSCAN_NONE },
        { "not closed", "{\"amount\":1", -1, JSCAN_NONE }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct jscan_value v[LEN(names)];
        struct jscan js;

        jscan_start(&js, str_of(rows[i].text), 0);
        if (jscan_object(&js, names, LEN(names), v) != rows[i].rc)
            fail_msg("%s: not %d", rows[i].name, rows[i].rc);
        if (rows[i].rc == 0 && v[0].kind != rows[i].amount)
            fail_msg("%s: kind %d", rows[i].name, (int)v[0].kind);
        if (rows[i].rc < 0 && (js.why == NULL
                               || jscan_next(&js) != JSCAN_BROKEN))
            fail_msg("%s: not broken for good", rows[i].name);
    }
}

static void
test_container_text(void **state)
{
    struct str body = STR("{\"id\":1,\"wallet\": {\"a\":[1,2]} ,\"x\":0}");
    struct jscan_value v[LEN(names)];
    struct jscan js;

    (void)state;
    jscan_start(&js, body, 0);
    assert_int_equal(jscan_object(&js, names, LEN(names), v), 0);
    assert_true(jscan_ended(&js));
    assert_true(str_eq(v[2].text, STR("{\"a\":[1,2]}")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_corpus),
        cmocka_unit_test(test_same_values_as_jansson),
        cmocka_unit_test(test_mutations_against_jansson),
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_numbers_are_text),
        cmocka_unit_test(test_object),
        cmocka_unit_test(test_container_text)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
