/*
 * The rejects file and back: what it looks like, that a corrected cell is all
 * it takes, and that nothing else in it changes on the way.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "loaders/payroll.h"
#include "loaders/rejects.h"
#include "tests/lib/payroll_rules.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define BYTES  ((size_t)1 << 22)
#define BOM    "\xEF\xBB\xBF"

struct got {
    struct payroll *payroll;
    struct problems problems;
    struct rejects  rejects;
    struct buf      file;       /* the rejects file          */
    struct buf      rows;       /* the good rows, as words   */
    struct buf      codes;      /* "017 050"                 */
};

static int
on_row(void *owner, const struct payroll_row *r, struct err *e)
{
    struct got *g = owner;

    (void)e;
    buf_printf(&g->rows, "%.*s %.*s %lld %.*s %.*s|", STR_ARG(r->employee_no),
               STR_ARG(r->account), (long long)r->minor, STR_ARG(r->name),
               STR_ARG(r->extra));
    return 0;
}

static void
on_header(void *owner, const struct csv_record *header)
{
    struct got *g = owner;

    rejects_begin(&g->rejects, &g->file,
                  payroll_facts(g->payroll)->delimiter, false, header);
}

static void
on_reject(void *owner, const struct csv_record *rec,
          const struct problem *first)
{
    struct got *g = owner;

    rejects_row(&g->rejects, rec, first, &g->problems);
}

static void
load(struct got *g, struct str bytes)
{
    const struct payroll_options o = {
        .rules = &test_rules_mpesa, .ccy = "KES",
        .default_rail = "MPESA-B2C", .expect_count = -1, .expect_minor = -1,
    };
    const struct payroll_sink sink = { on_row, on_reject, on_header, g };

    *g = (struct got){ .payroll = NULL };
    buf_init(&g->file, BYTES);
    buf_init(&g->rows, BYTES);
    buf_init(&g->codes, BYTES);
    problems_init(&g->problems);
    assert_non_null(g->payroll = payroll_new(&o, &sink, &g->problems, NULL));
    assert_int_equal(payroll_feed(g->payroll, bytes.p, bytes.len, NULL), 0);
    assert_int_equal(payroll_end(g->payroll, NULL), 0);
    assert_false(g->file.failed);
    for (size_t i = 0; i < g->problems.n; i++)
        buf_printf(&g->codes, "%s%s", i > 0 ? " " : "",
                   g->problems.list[i].kind->code + 7);
    buf_text(&g->codes, "");
    buf_text(&g->rows, "");
}

static void
got_release(struct got *g)
{
    payroll_free(g->payroll);
    problems_release(&g->problems);
    buf_release(&g->file);
    buf_release(&g->rows);
    buf_release(&g->codes);
}

/* Put ${to} where ${from} stands in ${b}, which must be once. */
static void
mend(struct buf *b, const char *from, const char *to)
{
    struct buf out;
    char *at = strstr(b->p, from);

    assert_non_null(at);
    assert_null(strstr(at + 1, from));
    buf_init(&out, BYTES);
    buf_add(&out, b->p, (size_t)(at - b->p));
    buf_text(&out, to);
    buf_text(&out, at + strlen(from));
    buf_release(b);
    *b = out;
}

/* --- what it looks like ------------------------------------------------- */

static void
test_form(void **state)
{
    static const char file[] =
        "Emp No;Name;Phone;Net Pay;Note\n"
        "E1;Jane;0712345678;45000,00;fine\n"
        "E2;\"Joe; Junior\";07123456;45000,00;\"say \"\"hi\"\"\"\n"
        "E3;Ann;;ten;+1\n";
    struct got g;

    (void)state;
    load(&g, str_of(file));
    assert_string_equal(g.codes.p, "017 010 022");
    assert_string_equal(g.file.p, BOM
        "payrun problem;payrun fix;Emp No;Name;Phone;Net Pay;Note\r\n"
        "PR-CSV-017 phone number too short (phone: 8 digits, a Kenyan mobile "
        "number has 10 (07.. or 01..));\"ask for the number again; it has ten "
        "digits, 07.. or 01..\";E2;\"Joe; Junior\";07123456;45000,00;\"say "
        "\"\"hi\"\"\"\r\n"
        "\"PR-CSV-010 phone number missing (phone: the cell is empty); "
        "PR-CSV-022 amount is not a number (amount: there is something other "
        "than digits and separators in it)\";\"fill in the number, 07.. or "
        "01.. and ten digits; write digits, with a decimal point if needed, "
        "such as 45000.00\";E3;Ann;;ten;'+1\r\n");
    assert_int_equal(g.rejects.rows, 2);
    got_release(&g);
}

/* --- correct a cell and load it again ----------------------------------- */

static const struct trip {
    const char *name;
    const char *file;
    const char *codes;      /* of the first load                  */
    const char *from, *to;  /* the correction in the rejects file */
    const char *rows;       /* of the second load                 */
} trips[] = {
    { "a phone", "Emp No,Name,Phone,Amount\nE1,Jane,07123456,1500\n", "017",
      "07123456", "0712345678", "E1 254712345678 150000 Jane |" },
    { "a comma without quotes", "Emp No,Name,Phone,Amount\n"
      "E1,Jane,0712345678,45,000.00\n", "050", "45,000.00", "\"45,000.00\"",
      "E1 254712345678 4500000 Jane |" },
    { "a field too few", "Emp No,Name,Phone,Amount\nE1,Jane,0712345678\n",
      "050", "0712345678", "0712345678,1500",
      "E1 254712345678 150000 Jane |" },
    { "a broken quote", "Emp No,Name,Phone,Amount\n"
      "E1,Jane \"J\" M,0712345678,1500\n", "051",
      "\"E1,Jane \"\"J\"\" M,0712345678,1500\"",
      "E1,Jane M,0712345678,1500", "E1 254712345678 150000 Jane M |" },
    { "an open quote", "Emp No,Name,Phone,Amount\nE1,\"Jane,0712345678,1500\n"
      "E2,Joe,0712345679,20\n", "052", "\"E1,\"\"Jane,0712345678,1500\"",
      "E1,Jane,0712345678,1500", "E1 254712345678 150000 Jane |" },
    { "protected cells", "Emp No,Name,Phone,Amount,A,B,C\n"
      "=1,@Jane,+25471234567,1500,-x,'=y,\"\tz\"\n", "017", "'+25471234567",
      "'+254712345678", "=1 254712345678 150000 @Jane "
      "{\"A\":\"-x\",\"B\":\"=y\",\"C\":\"\\tz\"}|" },
    { "Windows-1252", "Emp No,Name,Phone,Amount\nE1,Jos\xE9,07,1500\n",
      "017 007", ",07,", ",0712345678,",
      "E1 254712345678 150000 Jos\xC3\xA9 |" },
    { "a missing column", "Emp No,Name,Fone,Amount\nE1,Jane,0712345678,1500\n",
      "040", ",Fone,", ",Phone,", "E1 254712345678 150000 Jane |" },
    { "blanks that count", "Emp No,Name,Phone,Amount,X\n"
      "E1,Jane,07,1500,\"  a\nb \"\n", "017", ",07,", ",0712345678,",
      "E1 254712345678 150000 Jane {\"X\":\"  a\\nb \"}|" },
};

static void
test_round_trip(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(trips); i++) {
        struct got first, second;

        load(&first, str_of(trips[i].file));
        if (strcmp(first.codes.p, trips[i].codes) != 0)
            fail_msg("%s: %s, want %s", trips[i].name, first.codes.p,
                     trips[i].codes);
        mend(&first.file, trips[i].from, trips[i].to);
        load(&second, buf_view(&first.file));
        if (strcmp(second.rows.p, trips[i].rows) != 0 || second.problems.n > 0)
            fail_msg("%s:\n got %s\nwant %s\n(%s)\n%s", trips[i].name,
                     second.rows.p, trips[i].rows, second.codes.p,
                     first.file.p);
        got_release(&first);
        got_release(&second);
    }
}

/* Loaded again as it is, a rejects file gives the same problems, and a rejects
 * file that is the same byte for byte: nothing wears off. */
static void
test_again(void **state)
{
    static const char *const files[] = {
        "Emp No,Name,Phone,Amount,X\nE1,Jane,07123456,1500,'=1\n"
        "E2,=Joe,'+25471,-3,''+2\nE3,A\"B,0712345678,15,\nE4,Ann\n"
        "E5,Bob,0712345678,1,2,3,4,5\n,,,,x\n",
        "Name\tPhone\tAmount\n\"A\nB\"\t'071\t\"1,50.00\"\n",
    };

    (void)state;
    for (size_t i = 0; i < LEN(files); i++) {
        struct got first, second, third;

        load(&first, str_of(files[i]));
        assert_true(first.problems.n > 0);
        load(&second, buf_view(&first.file));
        load(&third, buf_view(&second.file));
        assert_string_equal(third.codes.p, second.codes.p);
        assert_string_equal(third.file.p, second.file.p);
        assert_int_equal(second.rejects.rows, first.rejects.rows);
        got_release(&first);
        got_release(&second);
        got_release(&third);
    }
}

/* Every cell that a spreadsheet might run, guarded or not, comes back as what
 * it meant, however it is built. */
static void
test_guards(void **state)
{
    static const char bytes[] = "'=+-@a1 ,\"\t";
    struct buf file;
    uint32_t dice = 7;

    (void)state;
    buf_init(&file, BYTES);
    for (int round = 0; round < 3000; round++) {
        struct got direct, again;
        char cell[8] = "";
        size_t n = 0;

        dice = dice * 1664525 + 1013904223;
        n = 1 + (dice >> 16) % 6;
        for (size_t i = 0; i < n; i++) {
            dice = dice * 1664525 + 1013904223;
            cell[i] = bytes[(dice >> 16) % (sizeof(bytes) - 1)];
        }
        buf_clear(&file);
        buf_text(&file, "Name,Phone,Amount,X\nA,0712345678,15,\"");
        for (size_t i = 0; i < n; i++)
            buf_text(&file, cell[i] == '"' ? "\"\""
                                           : (char[]){ cell[i], '\0' });
        buf_text(&file, "\"\n");
        load(&direct, buf_view(&file));
        assert_int_equal(direct.problems.n, 0);
        mend(&file, "0712345678", "07");
        load(&again, buf_view(&file));
        mend(&again.file, ",07,", ",0712345678,");
        mend(&again.file, "PR-CSV-017", "was");
        buf_clear(&file);
        buf_str(&file, buf_view(&again.file));
        got_release(&again);
        load(&again, buf_view(&file));
        if (strcmp(again.rows.p, direct.rows.p) != 0)
            fail_msg("cell <%s>: %s, want %s", cell, again.rows.p,
                     direct.rows.p);
        got_release(&again);
        got_release(&direct);
    }
    buf_release(&file);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_again),
        cmocka_unit_test(test_guards),
    };

    if (crypto_setup() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
