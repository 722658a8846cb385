/*
 * Statements of every format: what they say, and that a file cut at any byte
 * never gives half an amount.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <malloc.h>
#include <cmocka.h>

#include "tests/lib/statements.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

enum file {
    MPESA, TWO, SIGNED, MARKED, CAMT8, CAMT2, SWIFT, GERMAN, NFILES
};

static const struct {
    const char                 *path;
    const struct statement_map *map;
    const char                 *want, *problems;
} files[NFILES] = {
    [MPESA] = { "mpesa.csv", NULL,
        "+1@12 2026-11-30 30T14:03:11Z 4500000 KES payment reversal bal"
        "ance=94040500 id=UKU7H2K4P9 linked=UKP1B0A2C3 account=25471234"
        "5678 name=JANE WANJIRU type=Transaction Reversal text=Reversal"
        " of UKP1B0A2C3 by Safaricom, as requested|\n"
        "+2@13 2026-11-29 29T05:00:00Z 250000 KES payment balance=89540"
        "500 id=UKT5C6D7E8 ref=INV-77 account=254722000111 name=PETER O"
        "TIENO type=Pay Bill Online text=Pay Bill from 254722000111 - P"
        "ETER OTIENO Acc. INV-77|\n"
        "?0@14 2026-11-25 25T06:15:03Z -6200000 KES payment balance=892"
        "90500 id=UKP1B0A2C4 account=254733999888 name=ALI HASSAN type="
        "Business Payment to Customer via API text=Business Payment to "
        "254733999888 - ALI HASSAN|\n"
        "+3@15 2026-11-25 25T06:15:02Z -4200 KES charge balance=8929050"
        "0 id=UKP1B0A2C5 linked=UKP1B0A2C5 type=Business Payment to Cus"
        "tomer Charge text=B2C Charge|\n"
        "+4@16 2026-11-25 25T06:15:02Z -6200000 KES payment balance=892"
        "94700 id=UKP1B0A2C5 ref=PR-1001-7 account=254711223344 name=MA"
        "RY ATIENO type=Business Payment to Customer via API text=Busin"
        "ess Payment to 254711223344 - MARY ATIENO|\n"
        "+5@17 2026-11-25 25T06:15:01Z -5300 KES charge balance=9549470"
        "0 id=UKP1B0A2C3 linked=UKP1B0A2C3 type=Business Payment to Cus"
        "tomer Charge text=B2C Charge|\n"
        "+6@18 2026-11-25 25T06:15:01Z -4500000 KES payment balance=955"
        "00000 id=UKP1B0A2C3 ref=PR-1001-6 account=254712345678 name=JA"
        "NE WANJIRU type=Business Payment to Customer via API text=Busi"
        "ness Payment to 254712345678 - JANE WANJIRU|\n"
        "=mpesa 1 account=600123 holder=ACME TEA GROWERS, LTD KES 2026-"
        "11-01..2026-11-30 opening=100000000 closing=94040500 ties line"
        "s=6 in=4750000 out=10709500 unbooked=1|\n",
        "" },
    [TWO] = { "bank_two_columns.csv", &map_two_columns,
        "+1@9 2026-11-02 v2026-11-02 25000000 KES payment balance=75000"
        "000 ref=FT26306ABCD text=RTGS FROM KENYA TEA PACKERS|\n"
        "+2@10 2026-11-05 v2026-11-05 -4500000 KES payment balance=7050"
        "0000 ref=PR-1001-1 text=PESALINK TO 01109876543210 JANE WANJIR"
        "U|\n"
        "+3@11 2026-11-05 v2026-11-05 -4500 KES charge balance=70495500"
        " ref=PR-1001-1 text=PESALINK CHARGES|\n"
        "+4@12 2026-11-06 v2026-11-07 4500000 KES returned balance=7499"
        "5500 ref=FT26310WXYZ text=UNPAID: PESALINK \"PR-1001-1\" RETUR"
        "NED|\n"
        "=csv 1 account=0112233445566 holder=ACME TEA GROWERS LTD KES 2"
        "026-11-02..2026-11-06 opening=50000000 closing=74995500 ties l"
        "ines=4 in=29500000 out=4504500|\n",
        "!PR-STM-008 15:0 v=Printed on 01/12/2026 d=1 fields, where a line of "
        "this statement has 7|\n" },
    [SIGNED] = { "bank_signed.csv", &map_signed,
        "+1@2 2026-11-02 02T08:15:00Z -150000 KES payment balance=98500"
        "00 name=J\xC3\xBCrgen text=Lohn; November|\n"
        "+2@3 2026-11-03 03T22:59:00Z 25050 KES payment balance=9875050"
        " text=Zinsen|\n"
        "=csv 1 KES 2026-11-02..2026-11-03 opening~10000000 closing~987"
        "5050 lines=2 in=25050 out=150000|\n",
        "!PR-CSV-007 1:0 d=found on this line|\n" },
    [MARKED] = { "bank_marked.csv", &map_marked,
        "+1@2 2026-11-02 02T06:15:00Z -4500000 KES payment charge=3500 "
        "id=TX1 account=0112233 name=JANE WANJIRU|\n"
        "+2@3 2026-11-03 03T07:00:00Z 100000 KES payment id=TX2|\n"
        "=csv 1 KES 2026-11-02..2026-11-03 lines=2 in=100000 out=450000"
        "0|\n",
        "" },
    [CAMT8] = { "camt053_v8.xml", NULL,
        ".1@23/1 2026-11-30 30T06:15:00Z v2026-11-30 -4500000 KES payme"
        "nt id=FT1 ref=PR-1001-6 account=01109876543210 name=Jane Wanji"
        "ru & Sons text=Salary November|\n"
        ".1@29/2 2026-11-30 30T06:15:00Z v2026-11-30 -6200000 KES payme"
        "nt id=FT2 ref=PR-1001-7 account=KE1234567890123456 name=Mary A"
        "tieno|\n"
        "+1@14*2 2026-11-30 30T06:15:00Z v2026-11-30 -10700000 KES batc"
        "h id=BATCH-0001 ref=RUN-1001 type=SALA|\n"
        "+2@36 2026-11-30 6200000 KES returned reversal id=FT3 ref=PR-1"
        "001-7 name=Mary Atieno type=RRTN|\n"
        "+3@49 2026-11-30 -307000 KES payment charge=7000 ref=I-9 type="
        "NTRF text=Electricity|\n"
        "?0@58 2026-11-30 -999 KES payment|\n"
        "=camt053 1 id=2026-11-30/1 account=0112233445566 holder=ACME T"
        "ea Growers Ltd KES 2026-11-30..2026-11-30 opening=100000000 cl"
        "osing=95193000 ties lines=3 in=6200000 out=11007000 parts=2 un"
        "booked=1|\n",
        "" },
    [CAMT2] = { "camt053_v2.xml", NULL,
        "+1@7 2026-11-02 1250 EUR payment id=R1 ref=E2E-1 account=DE755"
        "12108001245126199 name=J\xC3\xBCrgen|\n"
        "=camt053 1 id=7 account=DE89370400440532013000 EUR 2026-11-02."
        ".2026-11-02 opening=-1000 closing=250 ties lines=1 in=1250 out"
        "=0|\n",
        "" },
    [SWIFT] = { "mt940_swift.sta", NULL,
        "+1@6 2026-11-30 v2026-11-30 -4500000 KES payment id=FT1 ref=PR"
        "-1001-6 account=01109876543210 name=Jane Wanjiru type=NTRF tex"
        "t=Salary November|\n"
        "+2@10 2026-11-30 v2026-11-30 -6200000 KES payment id=FT2 ref=P"
        "R-1001-7 type=NTRF text=PESALINK TO MARY ATIENO 01108888 SALAR"
        "Y NOVEMBER|\n"
        "+3@13 2026-11-30 v2026-11-30 6200000 KES returned reversal id="
        "FT3 ref=PR-1001-7 name=Mary Atieno type=NRTI|\n"
        "=mt940 1 id=49/1 account=0112233445566 KES 2026-11-29..2026-11"
        "-30 opening=100000000 closing=95500000 ties lines=3 in=6200000"
        " out=10700000|\n"
        "+1@22 2026-11-30 v2026-12-01 -4500 KES charge id=FT4 type=FCHG"
        " text=PESALINK CHARGES NOVEMBER|\n"
        "+2@25 2026-12-01 v2026-11-30 -500000 KES payment reversal char"
        "ge=3000 id=FT5 ref=PR-9 type=S103 text=/OCMT/USD38,70/CHGS/KES"
        "30,00/|\n"
        "=mt940 2 id=49/2 account=0112233445566 KES 2026-11-30..2026-12"
        "-01 opening=95500000 closing=94995500 ties lines=2 in=0 out=50"
        "4500|\n",
        "" },
    [GERMAN] = { "mt940_german.sta", NULL,
        "+1@5 2026-11-02 v2026-11-02 2050 EUR payment id=B1 ref=E2E-42 "
        "account=DE75512108001245126199 name=J\xC3\xBCrgen Tooling GmbH"
        " type=NTRF text=Rechnung 9 Teil 2|\n"
        "+2@9 2026-11-03 v2026-11-03 -100 EUR payment type=N005|\n"
        "=mt940 1 id=5 account=12345678/1020304050 EUR 2026-11-01..2026"
        "-11-03 opening=-10000 closing=-8050 ties lines=2 in=2050 out=1"
        "00|\n",
        "" },
};

static struct buf texts[NFILES];

static int
setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < NFILES; i++) {
        char path[128];

        snprintf(path, sizeof(path), "tests/data/statements/%s",
                 files[i].path);
        buf_init(&texts[i], (size_t)1 << 20);
        if (buf_read_file(&texts[i], path, NULL) < 0)
            return -1;
    }
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    for (size_t i = 0; i < NFILES; i++)
        buf_release(&texts[i]);
    return 0;
}

static const char *
text_of(const struct buf *b)
{
    return b->p != NULL ? b->p : "";
}

static void
test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < NFILES; i++)
        statements_expect(files[i].path, files[i].map, buf_view(&texts[i]),
                          files[i].want, files[i].problems);
}

/* As a spreadsheet saves "Unicode text", and with the line ends of Windows. */
static void
test_utf16(void **state)
{
    struct str s = buf_view(&texts[MPESA]);
    struct buf wide;

    (void)state;
    buf_init(&wide, (size_t)1 << 20);
    buf_add(&wide, "\xFF\xFE", 2);
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '\n')
            buf_add(&wide, "\r\0", 2);
        buf_add(&wide, &s.p[i], 1);
        buf_add(&wide, "\0", 1);
    }
    statements_expect("UTF-16", NULL, buf_view(&wide), files[MPESA].want, "");
    buf_release(&wide);
}

/* --- cut ---------------------------------------------------------------- */

/* No amount but those of the whole file, in their order; and when some are
 * missing, something is said, unless whole lines of a CSV without balances are
 * gone: nobody could know that. */
static void
cut_at(enum file f, size_t n, const struct told_statement *whole)
{
    struct told_statement t = { .block = false };
    struct str s = str_cut(buf_view(&texts[f]), n);
    bool line_end = n > 0 && (s.p[n - 1] == '\n' || s.p[n - 1] == '\r');
    size_t len = 0;

    statements_read(&t, f == MPESA || f == TWO ? STATEMENT_UNKNOWN
                       : statement_sniff(buf_view(&texts[f])),
                    files[f].map, s, n > 0 ? n : 1);
    len = t.amounts.len;
    if (len > whole->amounts.len
        || (len > 0 && memcmp(t.amounts.p, whole->amounts.p, len) != 0))
        fail_msg("%s cut at %zu: %s is not in %s", files[f].path, n,
                 text_of(&t.amounts), text_of(&whole->amounts));
    if (len < whole->amounts.len && t.problems.len == 0
        && !(line_end && (f == MARKED || f == SIGNED || f == TWO)))
        fail_msg("%s cut at %zu: nothing said", files[f].path, n);
    /* warnings are enough at the end of a page, and in the last column when
     * the balance in it shows that the line is whole */
    if (len < whole->amounts.len && !t.block
        && !(f == SWIFT && strstr(text_of(&t.problems), "next page"))
        && !((f == TWO || f == SIGNED)
             && strstr(text_of(&t.problems), "PR-STM-005"))
        && !(line_end && (f == MARKED || f == SIGNED || f == TWO)))
        fail_msg("%s cut at %zu: only %s", files[f].path, n,
                 text_of(&t.problems));
    statements_release(&t);
}

static void
test_cut(void **state)
{
    (void)state;
    for (size_t f = 0; f < NFILES; f++) {
        struct told_statement whole = { .block = false };
        struct str s = buf_view(&texts[f]);

        statements_read(&whole, STATEMENT_UNKNOWN, files[f].map, s, s.len);
        assert_false(whole.block);
        for (size_t n = 0; n < s.len; n++)
            cut_at((enum file)f, n, &whole);
        statements_release(&whole);
    }
}

/* --- formats ------------------------------------------------------------ */

static void
test_sniff(void **state)
{
    static const struct {
        const char           *name;
        struct str            head;
        enum statement_format want;
    } rows[] = {
        { "empty", STR_INIT(""), STATEMENT_UNKNOWN },
        { "blanks", STR_INIT(" \r\n\t "), STATEMENT_UNKNOWN },
        { "workbook", { "PK\x03\x04..", 6 }, STATEMENT_UNKNOWN },
        { "PDF", STR_INIT("%PDF-1.7"), STATEMENT_UNKNOWN },
        { "web page", STR_INIT("<html><body>"), STATEMENT_UNKNOWN },
        { "camt with BOM", STR_INIT("\xEF\xBB\xBF<?xml?><Document xmlns=\"urn:"
          "iso:std:iso:20022:tech:xsd:camt.053.001.08\">"),
          STATEMENT_CAMT053 },
        { "camt in UTF-16", { "\xFF\xFE<\0c\0a\0m\0t\0.\0" "0\0" "5\0" "3\0",
          20 }, STATEMENT_CAMT053 },
        { "MT940, no envelope", STR_INIT(":20:X\n:25:1\n"), STATEMENT_MT940 },
        { "MT940 of ABN", STR_INIT("ABNANL2A\n940\nABNANL2A\n:20:ABN\n:25:1"),
          STATEMENT_MT940 },
        { "MT940, envelope", STR_INIT("{1:F01EQBLKENA}"), STATEMENT_MT940 },
        { "M-Pesa", STR_INIT("A:,B\nReceipt No.,Completion Time,Paid In\n"),
          STATEMENT_MPESA },
        { "M-Pesa, quoted names", STR_INIT("\"Receipt No\";\"Completion "
          "Time\";\"Paid In\""), STATEMENT_MPESA },
        { "a bank's", STR_INIT("Date,Amount\n"), STATEMENT_CSV },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++)
        if (statement_sniff(rows[i].head) != rows[i].want)
            fail_msg("%s: %s", rows[i].name,
                     statement_format_name(statement_sniff(rows[i].head)));
}

/* --- a sink that stops, and memory -------------------------------------- */

static int
refuse(void *owner, const struct statement_line *l, struct err *e)
{
    int *left = owner;

    (void)l;
    return --*left < 0 ? err_set(e, ERR_IO, "no more") : 0;
}

static void
test_stop(void **state)
{
    (void)state;
    for (size_t f = 0; f < NFILES; f++) {
        int left = 1;
        const struct statement_options o = { .map = files[f].map,
                                             .ccy = "KES" };
        const struct statement_sink sink = { .line = refuse, .owner = &left };
        struct problems ps;
        struct statement *s = NULL;
        struct err e = { .kind = ERR_NONE };
        int rc = 0;

        problems_init(&ps);
        assert_non_null(s = statement_new(&o, &sink, &ps, NULL));
        rc = statement_feed(s, texts[f].p, texts[f].len, &e);
        if (rc == 0)
            rc = statement_end(s, &e);
        if (f == CAMT2)                 /* has one line only */
            assert_int_equal(rc, 0);
        else if (rc != -1 || e.kind != ERR_IO || left != -1)
            fail_msg("%s: %d, %s, %d left", files[f].path, rc, e.text, left);
        statement_free(s);
        problems_release(&ps);
    }
}

static size_t
in_use(void)
{
    return mallinfo2().uordblks;
}

struct grow {
    int64_t lines;
    size_t  early;              /* bytes in use after some lines */
};

static int
watch(void *owner, const struct statement_line *l, struct err *e)
{
    struct grow *g = owner;

    (void)l;
    (void)e;
    if (++g->lines == 2000)
        g->early = in_use();
    return 0;
}

static void
feed_text(struct statement *s, const char *text)
{
    assert_int_equal(statement_feed(s, text, strlen(text), NULL), 0);
}

/* 20,000 lines take no more memory than 2000 did. */
static void
test_memory(void **state)
{
    static const struct {
        const char *name, *head, *line;
    } rows[] = {
        { "csv", "Receipt No.,Completion Time,Transaction Status,Paid In,"
          "Withdrawn,Details\n", "UKU7H2K4P9,30-11-2026 17:03:11,Completed,"
          "1.00,,some words about it\n" },
        { "mt940", ":20:X\n:25:1\n:60F:C261101KES0,00\n",
          ":61:261101C1,00NTRFREF//ID\n:86:some words about it\n" },
        { "camt, entries", "<Document xmlns=\"camt.053.001.08\"><BkToCstmrStmt>"
          "<Stmt>", "<Ntry><Amt Ccy=\"KES\">1</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
          "<BookgDt><Dt>2026-11-01</Dt></BookgDt></Ntry>" },
        { "camt, one batch", "<Document xmlns=\"camt.053.001.08\">"
          "<BkToCstmrStmt><Stmt><Ntry><Amt Ccy=\"KES\">1</Amt><CdtDbtInd>CRDT"
          "</CdtDbtInd><BookgDt><Dt>2026-11-01</Dt></BookgDt><NtryDtls>",
          "<TxDtls><Refs><EndToEndId>E</EndToEndId></Refs><Amt Ccy=\"KES\">1"
          "</Amt></TxDtls>" },
    };

    (void)state;
    if (in_use() == 0) {        /* ASan's malloc does not count */
        print_message("# memory is not counted here\n");
        return;
    }
    for (size_t i = 0; i < LEN(rows); i++) {
        struct grow g = { 0, 0 };
        const struct statement_options o = { .ccy = "KES" };
        const struct statement_sink sink = { .line = watch, .owner = &g };
        struct problems ps;
        struct statement *s = NULL;
        size_t late = 0;

        problems_init(&ps);
        assert_non_null(s = statement_new(&o, &sink, &ps, NULL));
        feed_text(s, rows[i].head);
        for (int n = 0; n < 20000; n++)
            feed_text(s, rows[i].line);
        late = in_use();
        if (g.lines < 19000 || g.early == 0 || late > g.early + 4096)
            fail_msg("%s: %lld lines, %zu bytes at 2000, %zu in the end",
                     rows[i].name, (long long)g.lines, g.early, late);
        statement_free(s);
        problems_release(&ps);
    }
}

/* --- cut short ------------------------------------------------------------ */

/* What a piece of ${s} tells is the beginning of what all of it tells. */
static void
cut_everywhere(const char *name, struct str s)
{
    struct told_statement whole = { .block = false };

    statements_read(&whole, STATEMENT_UNKNOWN, NULL, s, s.len);
    for (size_t n = 0; n < s.len; n++) {
        struct told_statement cut = { .block = false };

        statements_read(&cut, STATEMENT_UNKNOWN, NULL, str_cut(s, n), s.len);
        if (cut.amounts.len > whole.amounts.len
            || (cut.amounts.len > 0
                && memcmp(cut.amounts.p, whole.amounts.p, cut.amounts.len)
                   != 0))
            fail_msg("%s: the first %zu bytes tell \"%s\"", name, n,
                     cut.amounts.p);
        statements_release(&cut);
    }
    statements_release(&whole);
}

/* What stands behind the closing balance makes it unreadable: the line before
 * it counts all the same, or a cut right there would tell more. */
static void
test_cut_behind(void **state)
{
    static const char odd[] =
        ":20:1\r\n:25:2\r\n:28C:1/1\r\n:60F:C261129KES10,00\r\n"
        ":61:261130D1,00NTRFA//B\r\n:86:one\r\n"
        ":61:261130D2,00NTRFC//D\r\n:86:two\r\n"
        ":62F:C261130KES7,00\r\nz}{5:}\r\n";

    (void)state;
    cut_everywhere("a closing balance with more behind it", str_of(odd));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_behind),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_utf16),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_sniff),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_memory),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
