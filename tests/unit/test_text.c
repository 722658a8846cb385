/* What text may hide, its normal form, and what is left for the wire. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define NOWHERE ((size_t)-1)

static void
look(void **state)
{
    static const struct row {
        const char *name;
        struct str in;
        unsigned flaws;
        size_t at;
    } rows[] = {
        { "plain", STR_INIT("Jane Wanjiru"), TEXT_FINE, NOWHERE },
        { "empty", { NULL, 0 }, TEXT_FINE, NOWHERE },
        { "composed accents", STR_INIT("N\xC4\xA9" "na"), TEXT_FINE, NOWHERE },
        { "Amharic", STR_INIT("\xE1\x8A\xA0\xE1\x89\xA0"), TEXT_FINE, NOWHERE },
        { "Arabic", STR_INIT("\xD8\xB9\xD9\x84\xD9\x8A"), TEXT_FINE, NOWHERE },
        { "emoji", STR_INIT("\xF0\x9F\x98\x80"), TEXT_FINE, NOWHERE },
        { "no-break space", STR_INIT("a\xC2\xA0z"), TEXT_FINE, NOWHERE },
        { "tab", STR_INIT("Jane\tW"), TEXT_CONTROL, 4 },
        { "newline", STR_INIT("Jane\n"), TEXT_CONTROL, 4 },
        { "NUL", STR_INIT("a\0b"), TEXT_CONTROL, 1 },
        { "DEL", STR_INIT("\x7F"), TEXT_CONTROL, 0 },
        { "C1", STR_INIT("ab\xC2\x85"), TEXT_CONTROL, 2 },
        { "line separator", STR_INIT("a\xE2\x80\xA8"), TEXT_CONTROL, 1 },
        { "right-to-left override", STR_INIT("ab\xE2\x80\xAE" "cd"),
          TEXT_BIDI, 2 },
        { "isolate", STR_INIT("\xE2\x81\xA6" "a"), TEXT_BIDI, 0 },
        { "left-to-right mark", STR_INIT("a\xE2\x80\x8E"), TEXT_BIDI, 1 },
        { "Arabic letter mark", STR_INIT("a\xD8\x9C"), TEXT_BIDI, 1 },
        { "zero-width space", STR_INIT("Ja\xE2\x80\x8Bne"), TEXT_INVISIBLE, 2 },
        { "BOM", STR_INIT("\xEF\xBB\xBFJane"), TEXT_INVISIBLE, 0 },
        { "soft hyphen", STR_INIT("Ja\xC2\xADne"), TEXT_INVISIBLE, 2 },
        { "Hangul filler", STR_INIT("a\xE3\x85\xA4"), TEXT_INVISIBLE, 1 },
        { "variation selector", STR_INIT("a\xEF\xB8\x8F"), TEXT_INVISIBLE, 1 },
        { "decomposed", STR_INIT("Jane\xCC\x81"), TEXT_NOT_NFC, 3 },
        { "second one decomposed", STR_INIT("\xC3\xA9" "e\xCC\x81"),
          TEXT_NOT_NFC, 2 },
        { "Angstrom sign", STR_INIT("ab\xE2\x84\xAB"), TEXT_NOT_NFC, 2 },
        { "two at once", STR_INIT("e\xCC\x81\t"),
          TEXT_NOT_NFC | TEXT_CONTROL, 0 },
        { "two, the other first", STR_INIT("\te\xCC\x81"),
          TEXT_NOT_NFC | TEXT_CONTROL, 0 },
        { "all", STR_INIT("a\xE2\x80\x8B\t\xE2\x80\xAE" "e\xCC\x81"),
          TEXT_NOT_NFC | TEXT_CONTROL | TEXT_BIDI | TEXT_INVISIBLE, 1 },
        { "not UTF-8", STR_INIT("Jane\xFF"), TEXT_NOT_UTF8, 4 },
        { "Latin-1", STR_INIT("Jos\xE9 M"), TEXT_NOT_UTF8, 3 },
        { "cut", STR_INIT("Jos\xC3"), TEXT_NOT_UTF8, 3 },
        { "overlong", STR_INIT("\xC0\xAF"), TEXT_NOT_UTF8, 0 },
        { "surrogate", STR_INIT("a\xED\xA0\x80"), TEXT_NOT_UTF8, 1 },
        { "beyond Unicode", STR_INIT("\xF4\x90\x80\x80"), TEXT_NOT_UTF8, 0 },
        { "not UTF-8 hides the rest", STR_INIT("\t\xE2\x80\xAE\xFF"),
          TEXT_NOT_UTF8, 4 }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        size_t at = NOWHERE;
        unsigned flaws = text_look(rows[i].in, &at);

        if (flaws != rows[i].flaws || at != rows[i].at)
            fail_msg("%s: flaws %u at %zu, expected %u at %zu", rows[i].name,
                     flaws, at, rows[i].flaws, rows[i].at);
        if (text_look(rows[i].in, NULL) != flaws)
            fail_msg("%s: differs without at", rows[i].name);
    }
}

static void
nfc(void **state)
{
    static const struct row {
        const char *name;
        struct str in;
        int rc;
        const char *out;
    } rows[] = {
        { "ASCII", STR_INIT("Jane"), 0, ">Jane" },
        { "empty", { NULL, 0 }, 0, ">" },
        { "composes", STR_INIT("Jose\xCC\x81"), 0, ">Jos\xC3\xA9" },
        { "already", STR_INIT("Jos\xC3\xA9"), 0, ">Jos\xC3\xA9" },
        { "orders marks", STR_INIT("a\xCC\x88\xCC\xA3"), 0,
          ">\xE1\xBA\xA1\xCC\x88" },
        { "keeps ligatures", STR_INIT("\xEF\xAC\x81"), 0, ">\xEF\xAC\x81" },
        { "not UTF-8", STR_INIT("\xC3\xA9\xFF"), -1, ">" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct buf b;
        int rc = 0;

        buf_init(&b, 100);
        buf_text(&b, ">");
        rc = text_nfc(&b, rows[i].in);
        if (rc != rows[i].rc || strcmp(b.p, rows[i].out) != 0 || b.failed)
            fail_msg("%s: %d \"%s\"", rows[i].name, rc, b.p);
        buf_release(&b);
    }
}

static void
ascii(void **state)
{
    static const struct row {
        const char *name, *in, *extra, *out;
    } rows[] = {
        { "plain", "Jane Wanjiru 2", "", "Jane Wanjiru 2" },
        { "no extra", "Jane Wanjiru 2", NULL, "Jane Wanjiru 2" },
        { "empty", "", "", "" },
        { "Kikuyu", "N\xC4\xA9na W\xC5\xA9", "", "Nina Wu" },
        { "decomposed", "Jose\xCC\x81", "", "Jose" },
        { "Vietnamese", "Nguy\xE1\xBB\x85n", "", "Nguyen" },
        { "o with stroke", "J\xC3\xB8rgen \xC3\x98", "", "Jorgen O" },
        { "l with stroke", "\xC5\x81ukasz Wa\xC5\x82", "", "Lukasz Wal" },
        { "sharp s", "Wei\xC3\x9F \xE1\xBA\x9E", "", "Weiss SS" },
        { "ae", "\xC3\x86 \xC3\xA6", "", "AE ae" },
        { "oe", "C\xC5\x93ur \xC5\x92", "", "Coeur OE" },
        { "d with stroke", "\xC4\x90\xC4\x91", "", "Dd" },
        { "eth, thorn", "\xC3\xB0\xC3\x90\xC3\xBE\xC3\x9E", "", "dDthTh" },
        { "dotless i", "Y\xC4\xB1lmaz \xC4\xB0", "", "Yilmaz I" },
        { "Hausa", "\xC9\x93\xC9\x97\xC6\x99\xC6\xB4", "", "bdky" },
        { "Ewe", "\xC6\x89\xC9\x9B\xC9\x94\xC5\x8B", "", "Deon" },
        { "ligature", "\xEF\xAC\x81x", "", "fix" },
        { "full width", "\xEF\xBC\xA1\xEF\xBC\x92", "", "A2" },
        { "Kelvin sign", "\xE2\x84\xAA", "", "K" },
        { "dropped without extra", "O'Brien-Smith_1.", "", "OBrienSmith1" },
        { "kept with extra", "O'Brien-Smith_1.", "'-_.", "O'Brien-Smith_1." },
        { "typographic marks", "O\xE2\x80\x99" "B\xE2\x80\x93S", "'-",
          "O'B-S" },
        { "typographic, no extra", "O\xE2\x80\x99" "B\xE2\x80\x93S", "",
          "OBS" },
        { "blanks", "  Jane \t\n  W  ", "", "Jane W" },
        { "no-break and thin", "Jane\xC2\xA0\xE2\x80\x89W", "", "Jane W" },
        { "blank around dropped", "Tom & Co", "", "Tom Co" },
        { "only dropped", "&&& ###", "", "" },
        { "zero-width", "Ja\xE2\x80\x8Bne", "", "Jane" },
        { "half stays away", "\xC2\xBD month", "", "month" },
        { "Amharic", "\xE1\x8A\xA0\xE1\x89\xA0", "", "" },
        { "Arabic", "\xD8\xB9\xD9\x84\xD9\x8A", "", "" },
        { "Cyrillic and a digit", "\xD0\x98\xD0\xB2 2", "", "2" },
        { "Hangul", "\xEA\xB9\x80", "", "" },
        { "not UTF-8", "Jos\xE9 M", "", "Jos M" },
        { "control", "a\x1B[0mb", "", "a0mb" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct buf b;

        buf_init(&b, 200);
        buf_text(&b, ">");
        text_ascii(&b, str_of(rows[i].in), rows[i].extra);
        if (strcmp(b.p + 1, rows[i].out) != 0 || b.failed)
            fail_msg("%s: \"%s\", expected \"%s\"", rows[i].name, b.p + 1,
                     rows[i].out);
        buf_release(&b);
    }
}

/* The table is searched by halves, so it must ascend: every row is found. */
static void
ascii_finds_every_fold(void **state)
{
    static const char *const pairs[] = {
        "\xC2\xB4", "'",            /* the first of the table ... */
        "\xEF\xAC\x86", "st",       /* ... and the last           */
        "\xC4\xA6", "H", "\xC6\x80", "b", "\xC7\xA5", "g",
        "\xC9\x8F", "y", "\xCA\x92", "z", "\xCA\xBC", "'",
        "\xE2\x88\x92", "-", "\xE2\x80\x9D", "\""
    };

    (void)state;
    for (size_t i = 0; i < LEN(pairs); i += 2) {
        struct buf b;

        buf_init(&b, 20);
        text_ascii(&b, str_of(pairs[i]), "'-\"");
        if (b.p == NULL || strcmp(b.p, pairs[i + 1]) != 0)
            fail_msg("%s is not folded to %s", pairs[i], pairs[i + 1]);
        buf_release(&b);
    }
}

static void
width(void **state)
{
    static const struct row {
        const char *name, *in;
        int columns;
    } rows[] = {
        { "ASCII", "Jane", 4 },
        { "empty", "", 0 },
        { "composed", "Jos\xC3\xA9", 4 },
        { "decomposed", "Jose\xCC\x81", 4 },
        { "wide", "\xE6\x97\xA5\xE6\x9C\xAC", 4 },
        { "zero-width", "a\xE2\x80\x8Bz", 2 },
        { "not UTF-8", "a\xFFz", 3 }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++)
        if (text_width(str_of(rows[i].in)) != rows[i].columns)
            fail_msg("%s: %d", rows[i].name, text_width(str_of(rows[i].in)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(look),
        cmocka_unit_test(nfc),
        cmocka_unit_test(ascii),
        cmocka_unit_test(ascii_finds_every_fold),
        cmocka_unit_test(width)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
