/*
 * The parts of the statement reader that are tables of their own: days by a
 * pattern, amounts with signs, words, narratives, maps.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "loaders/statement_mt940.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* --- days --------------------------------------------------------------- */

static void
test_when(void **state)
{
    static const struct {
        const char *pattern, *text, *want;  /* "" : not so */
        size_t      took;
        int64_t     at_s;                   /* in Nairobi; 0: no time */
    } rows[] = {
        { "DD-MM-YYYY", "30-11-2026", "2026-11-30", 10, 0 },
        { "DD-MM-YYYY", "3-1-2026", "2026-01-03", 8, 0 },
        { "DD-MM-YYYY", "30-11-26", "", 0, 0 },
        { "DD-MM-YYYY", "30/11/2026", "", 0, 0 },
        { "DD-MM-YYYY", "31-11-2026", "", 0, 0 },
        { "DD-MM-YYYY", "29-02-2027", "", 0, 0 },
        { "DD-MM-YYYY", "29-02-2028", "2028-02-29", 10, 0 },
        { "DD-MM-YYYY", "00-01-2026", "", 0, 0 },
        { "DD-MM-YYYY", "01-13-2026", "", 0, 0 },
        { "DD-MM-YYYY", "01-01-1979", "", 0, 0 },
        { "DD/MM/YY", "30/11/26", "2026-11-30", 8, 0 },
        { "MM/DD/YYYY", "11/30/2026", "2026-11-30", 10, 0 },
        { "DD-MMM-YYYY", "02-nov-2026", "2026-11-02", 11, 0 },
        { "DD MMM YYYY", "2   NOV 2026", "2026-11-02", 12, 0 },
        { "DD-MMM-YYYY", "02-Nob-2026", "", 0, 0 },
        { "YYYYMMDD", "20261130", "2026-11-30", 8, 0 },
        { "YYYYMMDDhhmmss", "20261130091500", "2026-11-30", 14, 1796019300 },
        { "DD-MM-YYYY[ hh:mm[:ss]]", "30-11-2026", "2026-11-30", 10, 0 },
        { "DD-MM-YYYY[ hh:mm[:ss]]", "30-11-2026 09:15", "2026-11-30", 16,
          1796019300 },
        { "DD-MM-YYYY[ hh:mm[:ss]]", "30-11-2026 09:15:00", "2026-11-30", 19,
          1796019300 },
        { "DD-MM-YYYY[ hh:mm[:ss]]", "30-11-2026 09:15:", "2026-11-30", 16,
          1796019300 },
        { "DD-MM-YYYY[ hh:mm]", "30-11-2026 24:15", "", 0, 0 },
        { "DD-MM-YYYY[ hh:mm]", "30-11-2026 09:60", "", 0, 0 },
        { "DD-MM-YYYY hh:mm AM", "30-11-2026 12:15 am", "2026-11-30", 19,
          1795986900 },
        { "DD-MM-YYYY hh:mm AM", "30-11-2026 12:15 PM", "2026-11-30", 19,
          1796030100 },
        { "DD-MM-YYYY hh:mm AM", "30-11-2026 13:15 PM", "", 0, 0 },
        { "DD-MM-YYYY hh:mm AM", "30-11-2026 0:15 AM", "", 0, 0 },
        { "YYYY-MM-DDThh:mm:ss[.f][Z]", "2026-11-30T09:15:00", "2026-11-30",
          19, 1796019300 },
        { "YYYY-MM-DDThh:mm:ss[.f][Z]", "2026-11-30T06:15:00.123Z",
          "2026-11-30", 24, 1796019300 },
        { "YYYY-MM-DDThh:mm:ss[.f][Z]", "2026-11-30T00:15:00-06:00",
          "2026-11-30", 25, 1796019300 },
        { "YYYY-MM-DDThh:mm:ss[.f][Z]", "2026-11-30T11:45:00+0530",
          "2026-11-30", 24, 1796019300 },
        { "DD-MM-YYYY|YYYY-MM-DD", "2026-11-30", "2026-11-30", 10, 0 },
        { "DD-MM-YYYY|YYYY-MM-DD", "30-11-2026", "2026-11-30", 10, 0 },
        { "DD-MM-YYYY|DD-MM-YYYY hh:mm", "30-11-2026 09:15", "2026-11-30", 16,
          1796019300 },
        { "DD-MM-YYYY", "", "", 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct statement_when w = { .year = 0 };
        size_t took = statement_when(&w, rows[i].pattern,
                                     str_of(rows[i].text));
        char day[STATEMENT_DAY_BYTES] = "";

        if (took > 0)
            statement_when_day(&w, day);
        if (took != rows[i].took || strcmp(day, rows[i].want) != 0)
            fail_msg("%s by %s: %s, %zu bytes", rows[i].text, rows[i].pattern,
                     day, took);
        if (took > 0 && w.has_time != (rows[i].at_s != 0))
            fail_msg("%s by %s: a time or none", rows[i].text,
                     rows[i].pattern);
        if (rows[i].at_s != 0 && statement_when_s(&w, 180) != rows[i].at_s)
            fail_msg("%s by %s: %lld", rows[i].text, rows[i].pattern,
                     (long long)statement_when_s(&w, 180));
    }
}

/* Seconds go up by a day with every day of two centuries. */
static void
test_calendar(void **state)
{
    int64_t want = 315532800;       /* 1980-01-01 */
    int days = 0;

    (void)state;
    for (int y = 1980; y <= 2199; y++)
        for (int m = 1; m <= 12; m++)
            for (int d = 1; d <= 31; d++) {
                const struct statement_when w = { .year = y, .month = m,
                                                  .day = d };

                if (!statement_when_valid(y, m, d))
                    continue;
                if (statement_when_s(&w, 0) != want)
                    fail_msg("%d-%d-%d", y, m, d);
                want += 86400;
                days++;
            }
    assert_int_equal(days, 220 * 365 + 220 / 4 - 1);    /* but for 2100 */
}

/* --- amounts ------------------------------------------------------------ */

static void
test_amount(void **state)
{
    static const struct {
        const char        *text;
        enum amount_format format;
        enum amount_flaw   flaw;
        int64_t            minor;
    } rows[] = {
        { "1,500.00", AMOUNT_DOT, AMOUNT_FINE, 150000 },
        { "-1,500.00", AMOUNT_DOT, AMOUNT_FINE, -150000 },
        { "\xE2\x88\x92" "1,500.00", AMOUNT_DOT, AMOUNT_FINE, -150000 },
        { "+1,500.00", AMOUNT_DOT, AMOUNT_FINE, 150000 },
        { "(1,500.00)", AMOUNT_DOT, AMOUNT_FINE, -150000 },
        { "1,500.00-", AMOUNT_DOT, AMOUNT_FINE, -150000 },
        { "KES -1,500.00", AMOUNT_DOT, AMOUNT_FINE, -150000 },
        { "1,500.00 DR", AMOUNT_DOT, AMOUNT_FINE, -150000 },
        { "1,500.00Cr.", AMOUNT_DOT, AMOUNT_FINE, 150000 },
        { "-1,500.00 DR", AMOUNT_DOT, AMOUNT_NOT_A_NUMBER, 0 },
        { "1.500,00", AMOUNT_COMMA, AMOUNT_FINE, 150000 },
        { "-1.500,5", AMOUNT_COMMA, AMOUNT_FINE, -150050 },
        { "1,500", AMOUNT_DOT, AMOUNT_FINE, 150000 },
        { "1,500", AMOUNT_COMMA, AMOUNT_AMBIGUOUS, 0 },
        { "1.500", AMOUNT_DOT, AMOUNT_AMBIGUOUS, 0 },
        { "1,500.00", AMOUNT_COMMA, AMOUNT_OTHER_FORMAT, 0 },
        { "0.00", AMOUNT_DOT, AMOUNT_FINE, 0 },
        { "-0.00", AMOUNT_DOT, AMOUNT_FINE, 0 },
        { "--5", AMOUNT_DOT, AMOUNT_NOT_A_NUMBER, 0 },
        { "+-5", AMOUNT_DOT, AMOUNT_NOT_A_NUMBER, 0 },
        { "", AMOUNT_DOT, AMOUNT_EMPTY, 0 },
        { "DR", AMOUNT_DOT, AMOUNT_NOT_A_NUMBER, 0 },
        { "10.0051", AMOUNT_DOT, AMOUNT_TOO_PRECISE, 0 },
        { "90,071,992,547,409.91", AMOUNT_DOT, AMOUNT_FINE,
          MONEY_MINOR_MAX },
        { "90,071,992,547,409.92", AMOUNT_DOT, AMOUNT_TOO_LARGE, 0 },
        { "1111111111111111111111111111111111111111111111111111111111111111111"
          "111", AMOUNT_DOT, AMOUNT_TOO_LARGE, 0 },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        int64_t minor = 0;
        enum amount_flaw flaw = statement_amount(&minor, str_of(rows[i].text),
                                                 rows[i].format, "KES");

        if (flaw != rows[i].flaw || minor != rows[i].minor)
            fail_msg("%s: %lld, %s", rows[i].text, (long long)minor,
                     statement_amount_why(flaw));
    }
}

static void
test_balance(void **state)
{
    static const struct {
        const char *text;
        bool        good;
        int64_t     minor;
        const char *day, *ccy;
    } rows[] = {
        { "C261130KES1234,56", true, 123456, "2026-11-30", "KES" },
        { "D261130KES1234,", true, -123400, "2026-11-30", "KES" },
        { "C991130EUR0,5", true, 50, "1999-11-30", "EUR" },
        { "C261130UGX1500,", true, 1500, "2026-11-30", "UGX" },
        { "C261130EUR000000001147,95", true, 114795, "2026-11-30", "EUR" },
        { "C261130UGX1500,50", false, 0, "", "" },
        { "C261130KES1234", false, 0, "", "" },
        { "C261130KES,50", false, 0, "", "" },
        { "C261130KES", false, 0, "", "" },
        { "C2611", false, 0, "", "" },
        { "C261131KES1,00", false, 0, "", "" },
        { "X261130KES1,00", false, 0, "", "" },
        { "C261130XXX1,00", false, 0, "", "" },
        { "C261130KES1,00 and", false, 0, "", "" },
        { "C261130KES-1,00", false, 0, "", "" },
        { "", false, 0, "", "" },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct statement_mt_balance b;
        bool good = statement_mt_balance(&b, str_of(rows[i].text));

        if (good != rows[i].good)
            fail_msg("%s: %d", rows[i].text, good);
        if (good && (b.minor != rows[i].minor
                     || strcmp(b.day, rows[i].day) != 0
                     || strcmp(b.ccy, rows[i].ccy) != 0))
            fail_msg("%s: %lld %s %s", rows[i].text, (long long)b.minor, b.day,
                     b.ccy);
    }
}

/* --- narratives --------------------------------------------------------- */

static void
test_narrative(void **state)
{
    static const struct {
        const char *text, *want;    /* "ref|account|name|text" */
    } rows[] = {
        { "just words", "|||just words" },
        { "a line that is short\nand the next",
          "|||a line that is short and the next" },
        { "12345678901234567890123456789012345678901234567890123456789012345"
          "\n67", "|||1234567890123456789012345678901234567890123456789012345"
          "678901234567" },
        { "/EREF/E-1", "E-1|||" },
        { "/ER\nEF/E-1/NAME/A\nB", "E-1||AB|" },
        { "/EREF/NOTPROVIDED/REMI/thanks", "|||thanks" },
        { "/EREF/E2E420140103318//MARF/M//CSID/NL99//CNTP/NL08INGB0000001234/"
          "INGBNL2A/ING Testrekening/AMSTERDAM//REMI/USTD//words/",
          "E2E420140103318|NL08INGB0000001234|ING Testrekening|USTD//words" },
        { "/CNTP/0112", "|0112||" },
        { "/NAME//REMI/x/EREF/y", "y|||x" },
        { "/NAME/EREF/y", "y|||" },     /* one slash for both */
        { "see invoice 12/2026", "|||see invoice 12/2026" },
        { "166?00SEPA?20EREF+E-4?212SVWZ+Rent?30BIC?31DE75?32ACME?33 Ltd",
          "E-42|DE75|ACME Ltd|Rent" },
        { "166?20no keys?21 here", "|||no keys here" },
        { "166?", "|||166?" },
        { "16", "|||16" },
        { "/", "|||/" },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct statement_line l = { .ccy = "KES" };
        struct buf work, got;

        buf_init(&work, 1 << 16);
        buf_init(&got, 1 << 16);
        statement_mt86(&l, str_of(rows[i].text), &work);
        buf_printf(&got, "%.*s|%.*s|%.*s|%.*s", STR_ARG(l.reference),
                   STR_ARG(l.account), STR_ARG(l.name), STR_ARG(l.text));
        if (strcmp(got.p, rows[i].want) != 0)
            fail_msg("%s: %s", rows[i].text, got.p);
        buf_release(&work);
        buf_release(&got);
    }
}

static void
test_words(void **state)
{
    static const struct {
        const char         *text;
        bool                type;
        enum statement_kind kind;
        bool                reversal;
    } rows[] = {
        { "Business Payment to Customer Charge", true, STATEMENT_CHARGE,
          false },
        { "PESALINK CHARGES", false, STATEMENT_CHARGE, false },
        { "Charger for a phone", false, STATEMENT_PAYMENT, false },
        { "Coffee", true, STATEMENT_PAYMENT, false },
        { "School fees", false, STATEMENT_PAYMENT, false },
        { "Ledger fees", true, STATEMENT_CHARGE, false },
        { "Sales commission", false, STATEMENT_PAYMENT, false },
        { "UNPAID: X", false, STATEMENT_RETURNED, false },
        { "Transaction Reversal", true, STATEMENT_PAYMENT, true },
        { "Irreversal", true, STATEMENT_PAYMENT, false },
        { "", false, STATEMENT_PAYMENT, false },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++)
        if (statement_words_kind(str_of(rows[i].text), rows[i].type)
            != rows[i].kind
            || statement_words_reversal(str_of(rows[i].text))
               != rows[i].reversal)
            fail_msg("%s", rows[i].text);
    assert_int_equal(statement_words_status(STR(" completed ")), 1);
    assert_int_equal(statement_words_status(STR("FAILED")), 0);
    assert_int_equal(statement_words_status(STR("")), -1);
}

/* --- maps --------------------------------------------------------------- */

static void
test_map(void **state)
{
    const struct statement_map good = {
        .column = { [SF_DATE] = "D", [SF_AMOUNT] = "A" },
        .dates = "DD/MM/YYYY", .amounts = AMOUNT_DOT,
        .sign = STATEMENT_SIGNED
    };
    struct statement_map m = good;
    struct err e;

    (void)state;
    assert_int_equal(statement_map_check(&good, &e), 0);
    assert_int_equal(statement_map_check(&statement_mpesa_map, &e), 0);
    m.column[SF_DATE] = "";
    assert_int_equal(statement_map_check(&m, &e), -1);
    assert_non_null(strstr(e.text, "\"date\""));
    m = good;
    m.sign = STATEMENT_MARKED;
    assert_int_equal(statement_map_check(&m, &e), -1);
    assert_non_null(strstr(e.text, "\"mark\""));
    m.sign = STATEMENT_TWO_COLUMNS;
    assert_int_equal(statement_map_check(&m, &e), -1);
    assert_non_null(strstr(e.text, "\"in\""));
    m = good;
    m.dates = "DD/MM";
    assert_int_equal(statement_map_check(&m, &e), -1);
    m.dates = "DD/MM/YYYY[ hh:mm";
    assert_int_equal(statement_map_check(&m, &e), -1);
    m.dates = NULL;
    assert_int_equal(statement_map_check(&m, &e), -1);
    m = good;
    m.column[SF_TIME] = "T";
    assert_int_equal(statement_map_check(&m, &e), -1);
    m.times = "hh:mm";
    assert_int_equal(statement_map_check(&m, &e), 0);
    m.amounts = AMOUNT_UNDECIDED;
    assert_int_equal(statement_map_check(&m, &e), -1);
    m = good;
    m.ccy = "XXX";
    assert_int_equal(statement_map_check(&m, &e), -1);
    for (int f = 0; f < SF_COUNT; f++)
        assert_int_equal(statement_field_of(str_of(statement_field_name(
            (enum statement_field)f))), f);
    assert_int_equal(statement_field_of(STR("nothing")), SF_COUNT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_when),
        cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_amount),
        cmocka_unit_test(test_balance),
        cmocka_unit_test(test_narrative),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_map),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
