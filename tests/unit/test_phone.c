/* Phones: every form people type, and what must not be guessed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "loaders/phone.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define NBSP "\xC2\xA0"
#define LRE  "\xE2\x80\xAA"
#define PDF  "\xE2\x80\xAC"
#define HYPH "\xE2\x80\x91"

static const struct row {
    const char     *text;
    enum phone_flaw flaw;
    const char     *out;
    int             digits;
} rows[] = {
    /* the plain forms */
    { "0712345678", PHONE_FINE, "254712345678", 10 },
    { "0112345678", PHONE_FINE, "254112345678", 10 },
    { "712345678", PHONE_FINE, "254712345678", 9 },
    { "112345678", PHONE_FINE, "254112345678", 9 },
    { "254712345678", PHONE_FINE, "254712345678", 12 },
    { "+254712345678", PHONE_FINE, "254712345678", 12 },
    { "00254712345678", PHONE_FINE, "254712345678", 14 },
    { "+254 (0)712 345 678", PHONE_FINE, "254712345678", 13 },
    { "2540712345678", PHONE_FINE, "254712345678", 13 },

    /* what is put between the digits */
    { "+254-712-345678", PHONE_FINE, "254712345678", 12 },
    { "0112 345 678", PHONE_FINE, "254112345678", 10 },
    { "(0712) 345.678", PHONE_FINE, "254712345678", 10 },
    { "0712" NBSP "345" NBSP "678", PHONE_FINE, "254712345678", 10 },
    { "0712" HYPH "345" HYPH "678", PHONE_FINE, "254712345678", 10 },
    { LRE "+254 712 345678" PDF, PHONE_FINE, "254712345678", 12 },
    { "0712/345/678", PHONE_FINE, "254712345678", 10 },
    { "712,345,678", PHONE_FINE, "254712345678", 9 },
    { "  0712345678\t", PHONE_FINE, "254712345678", 10 },
    { "'0712345678", PHONE_FINE, "254712345678", 10 },
    { "'+254712345678", PHONE_FINE, "254712345678", 12 },

    /* what a spreadsheet makes of it */
    { "712345678.0", PHONE_FINE, "254712345678", 9 },
    { "712345678.00", PHONE_FINE, "254712345678", 9 },
    { "712345678,0", PHONE_FINE, "254712345678", 9 },
    { "254712345678.0", PHONE_FINE, "254712345678", 12 },
    { "712345678.5", PHONE_TOO_LONG, "", 10 },
    { "7.12E+08", PHONE_EXPONENT, "", 5 },
    { "7.12346E+08", PHONE_EXPONENT, "", 8 },
    { "7,12346E+08", PHONE_EXPONENT, "", 8 },
    { "2.54712345678E+11", PHONE_EXPONENT, "", 14 },
    { "7e8", PHONE_EXPONENT, "", 2 },
    { "7e", PHONE_NOT_DIGITS, "", 1 },
    { "7E+", PHONE_NOT_DIGITS, "", 1 },

    /* too few, too many */
    { "", PHONE_EMPTY, "", 0 },
    { " \t", PHONE_EMPTY, "", 0 },
    { "'", PHONE_EMPTY, "", 0 },
    { NBSP, PHONE_EMPTY, "", 0 },
    { "07123456", PHONE_TOO_SHORT, "", 8 },
    { "071234567", PHONE_TOO_SHORT, "", 9 },
    { "25471234567", PHONE_TOO_SHORT, "", 11 },
    { "+25471234567", PHONE_TOO_SHORT, "", 11 },
    { "7", PHONE_TOO_SHORT, "", 1 },
    { "0", PHONE_TOO_SHORT, "", 1 },
    { "07123456789", PHONE_TOO_LONG, "", 11 },
    { "7123456789", PHONE_TOO_LONG, "", 10 },
    { "00712345678", PHONE_TOO_LONG, "", 11 },
    { "2547123456789", PHONE_TOO_LONG, "", 13 },
    { "11111111111111111111111111111111111111", PHONE_TOO_LONG, "", 38 },

    /* not digits */
    { "O712345678", PHONE_NOT_DIGITS, "", 9 },
    { "0712 345 67B", PHONE_NOT_DIGITS, "", 9 },
    { "n/a", PHONE_NOT_DIGITS, "", 0 },
    { "-", PHONE_NOT_DIGITS, "", 0 },
    { "0712345678 ext 3", PHONE_NOT_DIGITS, "", 11 },
    { "0712+345678", PHONE_NOT_DIGITS, "", 10 },
    { "++254712345678", PHONE_NOT_DIGITS, "", 12 },
    { "0712\xC3\xA9" "345678", PHONE_NOT_DIGITS, "", 10 },

    /* two of them */
    { "0712345678 / 0722000111", PHONE_TWO_NUMBERS, "", 20 },
    { "0712345678/0722000111", PHONE_TWO_NUMBERS, "", 20 },
    { "0712345678,0722000111", PHONE_TWO_NUMBERS, "", 20 },
    { "0712345678;0722000111", PHONE_TWO_NUMBERS, "", 20 },
    { "0712345678 or 0722000111", PHONE_TWO_NUMBERS, "", 20 },
    { "0712345678 0722000111", PHONE_TWO_NUMBERS, "", 20 },
    { "0712345678\n0722000111", PHONE_TWO_NUMBERS, "", 20 },
    { "+254712345678+254722000111", PHONE_TWO_NUMBERS, "", 24 },
    { "254712345678 254722000111", PHONE_TWO_NUMBERS, "", 24 },

    /* of somebody else */
    { "+255712345678", PHONE_FOREIGN, "", 12 },
    { "255712345678", PHONE_FOREIGN, "", 12 },
    { "00256712345678", PHONE_FOREIGN, "", 14 },
    { "+447911123456", PHONE_FOREIGN, "", 12 },
    { "+1 202 555 0123", PHONE_FOREIGN, "", 11 },
    { "+0712345678", PHONE_FINE, "254712345678", 10 },
    { "0202345678", PHONE_NOT_MOBILE, "", 10 },
    { "254202345678", PHONE_NOT_MOBILE, "", 12 },
    { "202345678", PHONE_NOT_MOBILE, "", 9 },
    { "0812345678", PHONE_NOT_MOBILE, "", 10 },
};

static void
test_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char out[PHONE_BYTES] = "untouched";
        int digits = -1;
        enum phone_flaw flaw = phone_read(str_of(rows[i].text), out, &digits);

        if (flaw != rows[i].flaw || strcmp(out, rows[i].out) != 0
            || digits != rows[i].digits)
            fail_msg("\"%s\": flaw %d, want %d; \"%s\", want \"%s\"; %d "
                     "digits, want %d", rows[i].text, (int)flaw,
                     (int)rows[i].flaw, out, rows[i].out, digits,
                     rows[i].digits);
    }
}

/* Whatever it says is fine is one number: 254, then 7 or 1, then eight. */
static void
test_shape(void **state)
{
    static const char bytes[] = "0123457 +-/.,E'\xE2\x80\xAA";
    uint32_t dice = 1;

    (void)state;
    for (int round = 0; round < 200000; round++) {
        char text[24], out[PHONE_BYTES];
        size_t n = 0;
        int digits = 0;

        dice = dice * 1664525 + 1013904223;
        n = dice >> 27;
        if (n > sizeof(text))
            n = sizeof(text);
        for (size_t i = 0; i < n; i++) {
            dice = dice * 1664525 + 1013904223;
            text[i] = bytes[(dice >> 16) % (sizeof(bytes) - 1)];
        }
        if (phone_read((struct str){ text, n }, out, &digits) != PHONE_FINE) {
            assert_string_equal(out, "");
            continue;
        }
        assert_int_equal(strlen(out), 12);
        assert_int_equal(strspn(out, "0123456789"), 12);
        assert_memory_equal(out, "254", 3);
        assert_true(out[3] == '7' || out[3] == '1');
        assert_true(digits >= 9);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_shape),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
