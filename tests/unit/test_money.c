/* Amounts: every way to type one, and what must be refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "money/money.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define NBSP  "\xC2\xA0"
#define THIN  "\xE2\x80\x89"
#define NNBSP "\xE2\x80\xAF"
#define FIG   "\xE2\x80\x87"
#define APOS  "\xE2\x80\x99"
#define MINUS "\xE2\x88\x92"

#define U AMOUNT_UNDECIDED
#define D AMOUNT_DOT
#define C AMOUNT_COMMA

static const struct amount_row {
    const char        *text;
    enum amount_format format;      /* of the file */
    int                decimals;
    enum amount_flaw   flaw;
    int64_t            minor;       /* looked at when FINE or ZERO */
    enum amount_format decides;
} amount_rows[] = {
    /* plain digits read the same everywhere */
    { "1500", U, 2, AMOUNT_FINE, 150000, U },
    { "1500", D, 2, AMOUNT_FINE, 150000, U },
    { "1500", C, 2, AMOUNT_FINE, 150000, U },
    { "1500", U, 0, AMOUNT_FINE, 150000, U },
    { "1", U, 2, AMOUNT_FINE, 100, U },
    { "0012", U, 2, AMOUNT_FINE, 1200, U },
    { "  1500\t", U, 2, AMOUNT_FINE, 150000, U },
    { NBSP "1500" NBSP, U, 2, AMOUNT_FINE, 150000, U },
    { THIN "1500" THIN, U, 2, AMOUNT_FINE, 150000, U },

    /* one decimal mark */
    { "1500.00", U, 2, AMOUNT_FINE, 150000, D },
    { "1500.50", D, 2, AMOUNT_FINE, 150050, D },
    { "1500.5", U, 2, AMOUNT_FINE, 150050, D },
    { "1500,00", U, 2, AMOUNT_FINE, 150000, C },
    { "1500,5", C, 2, AMOUNT_FINE, 150050, C },
    { "1500.00", C, 2, AMOUNT_OTHER_FORMAT, 0, D },
    { "1500,00", D, 2, AMOUNT_OTHER_FORMAT, 0, C },
    { "12,34", U, 2, AMOUNT_FINE, 1234, C },
    { "12,34", D, 2, AMOUNT_OTHER_FORMAT, 0, C },
    { "0.50", U, 2, AMOUNT_FINE, 50, D },
    { "0.500", U, 2, AMOUNT_FINE, 50, D },
    { "0,500", U, 2, AMOUNT_FINE, 50, C },
    { "0,500", D, 2, AMOUNT_OTHER_FORMAT, 0, C },

    /* thousands and decimals: both marks decide */
    { "1,500.00", U, 2, AMOUNT_FINE, 150000, D },
    { "1,500.00", D, 2, AMOUNT_FINE, 150000, D },
    { "1,500.00", C, 2, AMOUNT_OTHER_FORMAT, 0, D },
    { "1.500,00", U, 2, AMOUNT_FINE, 150000, C },
    { "1.500,00", C, 2, AMOUNT_FINE, 150000, C },
    { "1.500,00", D, 2, AMOUNT_OTHER_FORMAT, 0, C },
    { "12,345,678.90", U, 2, AMOUNT_FINE, 1234567890, D },
    { "12.345.678,90", U, 2, AMOUNT_FINE, 1234567890, C },
    { "1,500.000", U, 2, AMOUNT_FINE, 150000, D },
    { "1,500.5", U, 2, AMOUNT_FINE, 150050, D },

    /* the same mark twice can only be thousands */
    { "1,500,000", U, 2, AMOUNT_FINE, 150000000, D },
    { "1.500.000", U, 2, AMOUNT_FINE, 150000000, C },
    { "1,500,000", C, 2, AMOUNT_OTHER_FORMAT, 0, D },
    { "1.500.000", D, 2, AMOUNT_OTHER_FORMAT, 0, C },

    /* one mark and three digits: only the file can tell */
    { "1,500", U, 2, AMOUNT_AMBIGUOUS, 0, U },
    { "1.500", U, 2, AMOUNT_AMBIGUOUS, 0, U },
    { "1,500", D, 2, AMOUNT_FINE, 150000, U },
    { "1.500", C, 2, AMOUNT_FINE, 150000, U },
    /* one mark and three digits: twenty, or twenty thousand?  Also in a file
     * whose format is known: a stray row must not be paid a thousandfold less */
    { "1.500", D, 2, AMOUNT_AMBIGUOUS, 0, U },
    { "1,500", C, 2, AMOUNT_AMBIGUOUS, 0, U },
    { "20.000", D, 2, AMOUNT_AMBIGUOUS, 0, U },
    { "20.000", D, 0, AMOUNT_AMBIGUOUS, 0, U },
    { "45123.000", D, 2, AMOUNT_FINE, 4512300, U },
    { "0.500", D, 2, AMOUNT_FINE, 50, D },
    { "12.500", D, 0, AMOUNT_TOO_PRECISE, 0, U },
    { "150,000", D, 0, AMOUNT_FINE, 15000000, U },
    { "1500,000", U, 2, AMOUNT_AMBIGUOUS, 0, U },
    { "1500.000", U, 2, AMOUNT_AMBIGUOUS, 0, U },
    { "1500.000", D, 2, AMOUNT_FINE, 150000, U },
    { "1500,000", D, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "1,5000", U, 2, AMOUNT_AMBIGUOUS, 0, U },
    { "1,5000", D, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "KES 1,500", U, 2, AMOUNT_AMBIGUOUS, 0, U },

    /* blanks between thousands, as French and Swiss sheets have them */
    { "1 500", U, 2, AMOUNT_FINE, 150000, U },
    { "1 500", D, 2, AMOUNT_FINE, 150000, U },
    { "1 500", C, 2, AMOUNT_FINE, 150000, U },
    { "1 500.00", U, 2, AMOUNT_FINE, 150000, D },
    { "1 500,00", U, 2, AMOUNT_FINE, 150000, C },
    { "1" NBSP "500,00", U, 2, AMOUNT_FINE, 150000, C },
    { "1" NNBSP "500" NNBSP "000,25", U, 2, AMOUNT_FINE, 150000025, C },
    { "1" THIN "500.00", U, 2, AMOUNT_FINE, 150000, D },
    { "1" FIG "500", U, 2, AMOUNT_FINE, 150000, U },
    { "1" NBSP "500 000", U, 2, AMOUNT_FINE, 150000000, U },
    { "1'500", U, 2, AMOUNT_FINE, 150000, U },
    { "1'500'000.50", U, 2, AMOUNT_FINE, 150000050, D },
    { "1" APOS "500,50", U, 2, AMOUNT_FINE, 150050, C },
    { "1 500.000", U, 2, AMOUNT_FINE, 150000, D },

    /* groups that are none */
    { "1,50,000", U, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "12,34.00", U, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "1,50,000", D, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "1500,000.00", U, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "0,500.00", U, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "1,500.00.00", U, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "1.500,000.00", U, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "1.500.00", U, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "1,500,00", D, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "1,,500", U, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "1, 500", U, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "15 00", U, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "1 5", U, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "1 500'000", U, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "1,500 000", U, 2, AMOUNT_BAD_GROUPS, 0, U },
    { "1'50", U, 2, AMOUNT_BAD_GROUPS, 0, U },

    /* currency words */
    { "KES 1,500.00", U, 2, AMOUNT_FINE, 150000, D },
    { "KES1500", U, 2, AMOUNT_FINE, 150000, U },
    { "kes 1500", U, 2, AMOUNT_FINE, 150000, U },
    { "1500 KES", U, 2, AMOUNT_FINE, 150000, U },
    { "1500KES", U, 2, AMOUNT_FINE, 150000, U },
    { "Ksh 1500", U, 2, AMOUNT_FINE, 150000, U },
    { "KSh. 1500", U, 2, AMOUNT_FINE, 150000, U },
    { "KSh.1500", U, 2, AMOUNT_FINE, 150000, U },
    { "Kshs 1500.50", U, 2, AMOUNT_FINE, 150050, D },
    { "KSHS.1,500,000", U, 2, AMOUNT_FINE, 150000000, D },
    { "Sh 1500", U, 2, AMOUNT_FINE, 150000, U },
    { "Shs. 1500", U, 2, AMOUNT_FINE, 150000, U },
    { "1500 Sh", U, 2, AMOUNT_FINE, 150000, U },
    { "1500 Sh.", U, 2, AMOUNT_FINE, 150000, U },
    { "1500/=", U, 2, AMOUNT_FINE, 150000, U },
    { "1500 /=", U, 2, AMOUNT_FINE, 150000, U },
    { "1500/-", U, 2, AMOUNT_FINE, 150000, U },
    { "KES 1500/=", U, 2, AMOUNT_FINE, 150000, U },
    { "KES" NBSP "1500", U, 2, AMOUNT_FINE, 150000, U },
    { "KES" THIN "1500", U, 2, AMOUNT_FINE, 150000, U },
    { "USD 1500", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "$1500", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "1500 UGX", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "KES KES 1500", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "KES", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },

    /* negative */
    { "-5", U, 2, AMOUNT_NEGATIVE, 0, U },
    { "- 5", U, 2, AMOUNT_NEGATIVE, 0, U },
    { MINUS "5", U, 2, AMOUNT_NEGATIVE, 0, U },
    { "5-", U, 2, AMOUNT_NEGATIVE, 0, U },
    { "(5)", U, 2, AMOUNT_NEGATIVE, 0, U },
    { "( 1,500.00 )", U, 2, AMOUNT_NEGATIVE, 0, D },
    { "-1,500", U, 2, AMOUNT_NEGATIVE, 0, U },
    { "-1.500,00", D, 2, AMOUNT_NEGATIVE, 0, C },
    { "-KES 5", U, 2, AMOUNT_NEGATIVE, 0, U },
    { "KES -5", U, 2, AMOUNT_NEGATIVE, 0, U },
    { "KES (5)", U, 2, AMOUNT_NEGATIVE, 0, U },
    { "(KES 5)", U, 2, AMOUNT_NEGATIVE, 0, U },
    { "5- KES", U, 2, AMOUNT_NEGATIVE, 0, U },
    { "5 KES-", U, 2, AMOUNT_NEGATIVE, 0, U },
    { "--5", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "(5", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "5)", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "()", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "-", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "-1,50,000", U, 2, AMOUNT_BAD_GROUPS, 0, U },

    /* exponents */
    { "1.25E+05", U, 2, AMOUNT_EXPONENT, 0, U },
    { "1,25E+05", U, 2, AMOUNT_EXPONENT, 0, U },
    { "1E5", U, 2, AMOUNT_EXPONENT, 0, U },
    { "1e-5", U, 2, AMOUNT_EXPONENT, 0, U },
    { "KES 1.5E+3", U, 2, AMOUNT_EXPONENT, 0, U },
    { "-1E5", U, 2, AMOUNT_EXPONENT, 0, U },
    { "1E", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "E5", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "1E5.5", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },

    /* empty, and not numbers */
    { "", U, 2, AMOUNT_EMPTY, 0, U },
    { " \t" NBSP THIN " ", U, 2, AMOUNT_EMPTY, 0, U },
    { "abc", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "15OO", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "1500 only", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "#REF!", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "=A1+B1", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "0x10", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "+1500", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "1500\n200", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { ".50", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "1500.", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { ",", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "\xD9\xA1\xD9\xA5", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },
    { "1\xFF" "5", U, 2, AMOUNT_NOT_A_NUMBER, 0, U },

    /* too precise; trailing zeros are not */
    { "150.00", U, 0, AMOUNT_FINE, 15000, D },
    { "150.50", U, 0, AMOUNT_TOO_PRECISE, 0, D },
    { "150,50", C, 0, AMOUNT_TOO_PRECISE, 0, C },
    { "1,500.505", U, 2, AMOUNT_TOO_PRECISE, 0, D },
    { "1,500.500", U, 2, AMOUNT_FINE, 150050, D },
    { "45123.3333", U, 2, AMOUNT_TOO_PRECISE, 0, U },
    { "45123.3333", D, 2, AMOUNT_TOO_PRECISE, 0, U },
    { "0.001", U, 2, AMOUNT_TOO_PRECISE, 0, D },
    { "1500.5", U, 1, AMOUNT_FINE, 150050, D },
    { "1500.55", U, 1, AMOUNT_TOO_PRECISE, 0, D },

    /* zero */
    { "0", U, 2, AMOUNT_ZERO, 0, U },
    { "0.00", U, 2, AMOUNT_ZERO, 0, D },
    { "KES 0/=", U, 2, AMOUNT_ZERO, 0, U },

    /* the edges */
    { "90071992547409.91", U, 2, AMOUNT_FINE, MONEY_MINOR_MAX, D },
    { "90,071,992,547,409.91", U, 2, AMOUNT_FINE, MONEY_MINOR_MAX, D },
    { "90071992547409.92", U, 2, AMOUNT_TOO_LARGE, 0, D },
    { "90071992547410", U, 2, AMOUNT_TOO_LARGE, 0, U },
    { "92233720368547758.07", U, 2, AMOUNT_TOO_LARGE, 0, D },
    { "9223372036854775807", U, 2, AMOUNT_TOO_LARGE, 0, U },
    { "9223372036854775808", U, 2, AMOUNT_TOO_LARGE, 0, U },
    { "18446744073709551617", U, 2, AMOUNT_TOO_LARGE, 0, U },
    { "99999999999999999999999999999999999999999999999999999999999", U, 2,
      AMOUNT_TOO_LARGE, 0, U },
    { "1,111,111,111,111,111,111,111,111,111,111,111,111,111,111,111", U, 2,
      AMOUNT_TOO_LARGE, 0, D },
    { "1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1", U, 2, AMOUNT_BAD_GROUPS,
      0, U }
};

static void
amount_read_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(amount_rows); i++) {
        const struct amount_row *r = &amount_rows[i];
        struct amount_text got = { -77, AMOUNT_UNDECIDED };
        enum amount_flaw flaw = amount_read(&got, str_of(r->text), r->format,
                                            "KES", r->decimals);

        if (flaw != r->flaw)
            fail_msg("row %zu \"%s\" (format %d): flaw %d, expected %d", i,
                     r->text, (int)r->format, (int)flaw, (int)r->flaw);
        if ((flaw == AMOUNT_FINE || flaw == AMOUNT_ZERO)
            && got.minor != r->minor)
            fail_msg("row %zu \"%s\" (format %d): %lld, expected %lld", i,
                     r->text, (int)r->format, (long long)got.minor,
                     (long long)r->minor);
        if (got.format != r->decides)
            fail_msg("row %zu \"%s\" (format %d): decides %d, expected %d", i,
                     r->text, (int)r->format, (int)got.format,
                     (int)r->decides);
    }
}

/* A NUL or bytes behind the end must not be read as part of it. */
static void
amount_read_respects_length(void **state)
{
    struct amount_text got = { 0, U };

    (void)state;
    assert_int_equal(amount_read(&got, (struct str){ "15009", 4 }, U, "KES", 2),
                     AMOUNT_FINE);
    assert_int_equal(got.minor, 150000);
    assert_int_equal(amount_read(&got, (struct str){ "15\0" "00", 5 }, U,
                                 "KES", 2), AMOUNT_NOT_A_NUMBER);
    assert_int_equal(amount_read(&got, (struct str){ NULL, 0 }, U, "KES", 2),
                     AMOUNT_EMPTY);
}

static void
amount_read_other_currencies(void **state)
{
    static const struct row {
        const char *text, *ccy;
        int decimals;
        enum amount_flaw flaw;
        int64_t minor;
    } rows[] = {
        { "UGX 150,000,000", "UGX", 0, AMOUNT_FINE, 150000000 },
        { "USh 150000/=", "UGX", 0, AMOUNT_FINE, 150000 },
        { "1500.50", "UGX", 0, AMOUNT_TOO_PRECISE, 0 },
        { "1500.50", "UGX", 2, AMOUNT_TOO_PRECISE, 0 },
        { "Ksh 5", "UGX", 0, AMOUNT_NOT_A_NUMBER, 0 },
        { "$1,500.25", "USD", 2, AMOUNT_FINE, 150025 },
        { "US$ 20", "USD", 2, AMOUNT_FINE, 2000 },
        { "20 usd", "USD", 2, AMOUNT_FINE, 2000 },
        { "Sh 20", "USD", 2, AMOUNT_NOT_A_NUMBER, 0 },
        { "\xE2\x82\xAC 20,50", "EUR", 2, AMOUNT_FINE, 2050 },
        { "TSh 20", "TZS", 2, AMOUNT_FINE, 2000 },
        { "20", "XXX", 2, AMOUNT_NOT_A_NUMBER, 0 }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct amount_text got = { -77, U };
        enum amount_flaw flaw = amount_read(&got, str_of(rows[i].text), U,
                                            rows[i].ccy, rows[i].decimals);

        if (flaw != rows[i].flaw
            || (flaw == AMOUNT_FINE && got.minor != rows[i].minor))
            fail_msg("\"%s\" as %s: flaw %d, %lld", rows[i].text, rows[i].ccy,
                     (int)flaw, (long long)got.minor);
    }
}

static const struct parse_row {
    const char *text, *ccy;
    int         rc;
    int64_t     minor;
} parse_rows[] = {
    { "1250.5", "KES", 0, 125050 },
    { "1250", "KES", 0, 125000 },
    { "1250.50", "KES", 0, 125050 },
    { "1250.500", "KES", 0, 125050 },
    { "1250.5000000000000000000000000000", "KES", 0, 125050 },
    { "0", "KES", 0, 0 },
    { "0.00", "KES", 0, 0 },
    { "0.01", "KES", 0, 1 },
    { "007", "KES", 0, 700 },
    { "00000000000000000000000000000000001", "KES", 0, 100 },
    { "1250.505", "KES", -1, 0 },
    { "0.001", "KES", -1, 0 },
    { "", "KES", -1, 0 },
    { ".", "KES", -1, 0 },
    { ".5", "KES", -1, 0 },
    { "5.", "KES", -1, 0 },
    { "1..5", "KES", -1, 0 },
    { "1.5.0", "KES", -1, 0 },
    { "-5", "KES", -1, 0 },
    { "+5", "KES", -1, 0 },
    { " 5", "KES", -1, 0 },
    { "5 ", "KES", -1, 0 },
    { "1,500", "KES", -1, 0 },
    { "1,5", "KES", -1, 0 },
    { "1 500", "KES", -1, 0 },
    { "1E5", "KES", -1, 0 },
    { "1.5e2", "KES", -1, 0 },
    { "0x10", "KES", -1, 0 },
    { "NaN", "KES", -1, 0 },
    { "Infinity", "KES", -1, 0 },
    { "KES 5", "KES", -1, 0 },
    { "90071992547409.91", "KES", 0, MONEY_MINOR_MAX },
    { "90071992547409.92", "KES", -1, 0 },
    { "90071992547410", "KES", -1, 0 },
    { "9223372036854775807", "KES", -1, 0 },
    { "18446744073709551616", "KES", -1, 0 },
    { "184467440737095516.17", "KES", -1, 0 },
    { "1500", "UGX", 0, 1500 },
    { "1500.0", "UGX", 0, 1500 },
    { "1500.5", "UGX", -1, 0 },
    { "9007199254740991", "UGX", 0, MONEY_MINOR_MAX },
    { "9007199254740992", "UGX", -1, 0 },
    { "1.234", "KWD", 0, 1234 },
    { "5", "XXX", -1, 0 },
    { "5", "", -1, 0 },
    { "5", "KESX", -1, 0 },
    { "5", "kes", -1, 0 }
};

static void
money_parse_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(parse_rows); i++) {
        const struct parse_row *r = &parse_rows[i];
        struct money m = { -77, "ZZZ" };
        int rc = money_parse(&m, str_of(r->text), r->ccy);

        if (rc != r->rc)
            fail_msg("\"%s\" %s: %d, expected %d", r->text, r->ccy, rc, r->rc);
        if (rc == 0 && (m.minor != r->minor || strcmp(m.ccy, r->ccy) != 0))
            fail_msg("\"%s\" %s: %lld %s", r->text, r->ccy,
                     (long long)m.minor, m.ccy);
        if (rc < 0 && (m.minor != -77 || strcmp(m.ccy, "ZZZ") != 0))
            fail_msg("\"%s\" %s: refused but written", r->text, r->ccy);
    }
}

static void
minor_parse_table(void **state)
{
    static const struct row {
        const char *text;
        int decimals, rc;
        int64_t minor;
    } rows[] = {
        { "10.50", 2, 0, 1050 },
        { "-10.50", 2, 0, -1050 },
        { "-0", 2, 0, 0 },
        { "-90071992547409.91", 2, 0, -MONEY_MINOR_MAX },
        { "-90071992547409.92", 2, -1, 0 },
        { "--1", 2, -1, 0 },
        { "-", 2, -1, 0 },
        { "-.5", 2, -1, 0 },
        { "+1", 2, -1, 0 },
        { "1-", 2, -1, 0 },
        { "7", 0, 0, 7 },
        { "7.5", 0, -1, 0 },
        { "7", -1, -1, 0 },
        { "7", 99, -1, 0 }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        int64_t got = -77;
        int rc = minor_parse(&got, str_of(rows[i].text), rows[i].decimals);

        if (rc != rows[i].rc || got != (rc == 0 ? rows[i].minor : -77))
            fail_msg("\"%s\" with %d: %d, %lld", rows[i].text,
                     rows[i].decimals, rc, (long long)got);
    }
}

static void
add_and_sub(void **state)
{
    static const struct row {
        const char *name;
        struct money a, b;
        enum money_status add, sub;
        int64_t sum, difference;
    } rows[] = {
        { "plain", { 1000, "KES" }, { 50, "KES" }, MONEY_OK, MONEY_OK,
          1050, 950 },
        { "below zero", { 50, "KES" }, { 1000, "KES" }, MONEY_OK, MONEY_OK,
          1050, -950 },
        { "other currency", { 1, "KES" }, { 1, "UGX" }, MONEY_CCY_DIFFERS,
          MONEY_CCY_DIFFERS, 0, 0 },
        { "at the maximum", { MONEY_MINOR_MAX, "KES" }, { 0, "KES" }, MONEY_OK,
          MONEY_OK, MONEY_MINOR_MAX, MONEY_MINOR_MAX },
        { "over the maximum", { MONEY_MINOR_MAX, "KES" }, { 1, "KES" },
          MONEY_OVERFLOW, MONEY_OK, 0, MONEY_MINOR_MAX - 1 },
        { "under the minimum", { -MONEY_MINOR_MAX, "KES" }, { 1, "KES" },
          MONEY_OK, MONEY_OVERFLOW, 1 - MONEY_MINOR_MAX, 0 },
        { "int64 edge", { INT64_MAX, "KES" }, { INT64_MAX, "KES" },
          MONEY_OVERFLOW, MONEY_OVERFLOW, 0, 0 },
        { "int64 minimum", { 0, "KES" }, { INT64_MIN, "KES" },
          MONEY_OVERFLOW, MONEY_OVERFLOW, 0, 0 }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct money sum = { -77, "ZZZ" }, diff = { -77, "ZZZ" };
        enum money_status add = money_add(&sum, rows[i].a, rows[i].b);
        enum money_status sub = money_sub(&diff, rows[i].a, rows[i].b);

        if (add != rows[i].add || sub != rows[i].sub)
            fail_msg("%s: %d, %d", rows[i].name, (int)add, (int)sub);
        if (sum.minor != (add == MONEY_OK ? rows[i].sum : -77)
            || diff.minor != (sub == MONEY_OK ? rows[i].difference : -77))
            fail_msg("%s: %lld, %lld", rows[i].name, (long long)sum.minor,
                     (long long)diff.minor);
    }
}

static void
minor_add_edges(void **state)
{
    int64_t sum = MONEY_MINOR_MAX - 1;

    (void)state;
    assert_int_equal(minor_add(&sum, 1), 0);
    assert_int_equal(sum, MONEY_MINOR_MAX);
    assert_int_equal(minor_add(&sum, 1), -1);
    assert_int_equal(minor_add(&sum, INT64_MAX), -1);
    assert_int_equal(sum, MONEY_MINOR_MAX);
    assert_int_equal(minor_add(&sum, -MONEY_MINOR_MAX), 0);
    assert_int_equal(sum, 0);
    assert_int_equal(minor_add(&sum, INT64_MIN), -1);
    assert_int_equal(sum, 0);
}

static void
shown_to_people_and_machines(void **state)
{
    static const struct row {
        struct money m;
        const char *text, *plain;
    } rows[] = {
        { { 123456750, "KES" }, "KES 1,234,567.50", "1234567.50" },
        { { -100, "KES" }, "KES -1.00", "-1.00" },
        { { 0, "KES" }, "KES 0.00", "0.00" },
        { { 5, "KES" }, "KES 0.05", "0.05" },
        { { -5, "KES" }, "KES -0.05", "-0.05" },
        { { 99999, "KES" }, "KES 999.99", "999.99" },
        { { 100000, "KES" }, "KES 1,000.00", "1000.00" },
        { { 1500, "UGX" }, "UGX 1,500", "1500" },
        { { 1234, "KWD" }, "KWD 1.234", "1.234" },
        { { MONEY_MINOR_MAX, "KES" }, "KES 90,071,992,547,409.91",
          "90071992547409.91" },
        { { INT64_MIN, "KES" }, "KES -92,233,720,368,547,758.08",
          "-92233720368547758.08" },
        { { INT64_MIN, "UGX" }, "UGX -9,223,372,036,854,775,808",
          "-9223372036854775808" },
        { { 150, "XYZ" }, "XYZ 150 minor", "150 minor" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char text[MONEY_TEXT_BYTES], plain[MONEY_TEXT_BYTES];

        money_text(rows[i].m, text);
        money_plain(rows[i].m, plain);
        if (strcmp(text, rows[i].text) != 0)
            fail_msg("\"%s\", expected \"%s\"", text, rows[i].text);
        if (strcmp(plain, rows[i].plain) != 0)
            fail_msg("\"%s\", expected \"%s\"", plain, rows[i].plain);
    }
}

/* What is written plain reads back as the same amount. */
static void
plain_round_trip(void **state)
{
    static const int64_t minors[] = { 0, 1, 9, 10, 99, 100, 101, 123456,
        99999999, MONEY_MINOR_MAX - 1, MONEY_MINOR_MAX };

    (void)state;
    for (size_t i = 0; i < LEN(minors); i++) {
        struct money in = { minors[i], "KES" }, back = { -77, "" };
        char plain[MONEY_TEXT_BYTES];

        money_plain(in, plain);
        assert_int_equal(money_parse(&back, str_of(plain), "KES"), 0);
        assert_int_equal(back.minor, in.minor);
    }
}

static void
counts_and_buffers(void **state)
{
    char text[MONEY_TEXT_BYTES];
    struct buf b;

    (void)state;
    money_count(4812, text);
    assert_string_equal(text, "4,812");
    money_count(7, text);
    assert_string_equal(text, "7");
    money_count(1000000, text);
    assert_string_equal(text, "1,000,000");

    buf_init(&b, 100);
    buf_minor(&b, 123456750, 2);
    buf_char(&b, ' ');
    buf_minor(&b, -5, 2);
    buf_char(&b, ' ');
    buf_minor(&b, 1500, 0);
    assert_string_equal(b.p, "1234567.50 -0.05 1500");
    assert_false(b.failed);
    buf_minor(&b, 1500, -1);
    assert_true(b.failed);
    buf_release(&b);
}

static void
currencies(void **state)
{
    (void)state;
    assert_int_equal(ccy_decimals("KES"), 2);
    assert_int_equal(ccy_decimals("UGX"), 0);
    assert_int_equal(ccy_decimals("KWD"), 3);
    assert_int_equal(ccy_decimals("kes"), -1);
    assert_int_equal(ccy_decimals("KE"), -1);
    assert_int_equal(ccy_decimals(""), -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amount_read_table),
        cmocka_unit_test(amount_read_respects_length),
        cmocka_unit_test(amount_read_other_currencies),
        cmocka_unit_test(money_parse_table),
        cmocka_unit_test(minor_parse_table),
        cmocka_unit_test(add_and_sub),
        cmocka_unit_test(minor_add_edges),
        cmocka_unit_test(shown_to_people_and_machines),
        cmocka_unit_test(plain_round_trip),
        cmocka_unit_test(counts_and_buffers),
        cmocka_unit_test(currencies)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
