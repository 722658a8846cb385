/* From a file to a run: all of it or nothing, and no payroll twice. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "book/people.h"
#include "intake/approve.h"
#include "tests/lib/book.h"
#include "tests/lib/payroll_rules.h"
#include "tests/lib/pg.h"

struct world {
    const char *url;
    struct db *db;
    struct account a;
    char dir[64], path[96], rejects[96];
    struct problems ps;
    struct intake_result r;
    struct err e;
};

static struct world w;

static int
world_open(void **state)
{
    (void)state;
    w = (struct world){ 0 };
    w.url = book_open(&w.db);
    book_people(w.db);
    book_account(w.db, &w.a, 10);
    test_dir(w.dir);
    snprintf(w.path, sizeof(w.path), "%s/nov.csv", w.dir);
    snprintf(w.rejects, sizeof(w.rejects), "%s/nov.rejects.csv", w.dir);
    problems_init(&w.ps);
    return 0;
}

static int
world_close(void **state)
{
    (void)state;
    db_close(w.db);
    problems_release(&w.ps);
    test_dir_remove(w.dir);
    return 0;
}

static void
write_file(const char *text)
{
    FILE *f = fopen(w.path, "wb");

    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static int
upload(const struct intake_order *o)
{
    w.e = (struct err){ 0 };
    return intake_upload(w.db, o, &w.ps, &w.r, &w.e);
}

static struct intake_order
order(void)
{
    return book_order(w.path, &w.a, "2026-11");
}

static void
good(int rc)
{
    if (rc < 0)
        fail_msg("%s %s %.*s", w.e.text, w.e.fix,
                 w.ps.n > 0 ? (int)w.ps.list[0].detail.len : 0,
                 w.ps.n > 0 ? w.ps.list[0].detail.p : "");
}

static void
refused(int rc, enum err_kind kind, const char *code)
{
    if (rc == 0 || w.e.kind != kind)
        fail_msg("kind %d, not %d: %s", rc == 0 ? 0 : (int)w.e.kind, (int)kind,
                 w.e.text);
    for (size_t i = 0; code != NULL; i++) {
        if (i == w.ps.n)
            fail_msg("no problem %s", code);
        if (strcmp(w.ps.list[i].kind->code, code) == 0)
            break;
    }
}

static int64_t
stored(void)
{
    return book_i64(w.db, "SELECT (SELECT count(*) FROM run)"
        " + (SELECT count(*) FROM batch) + (SELECT count(*) FROM instruction)"
        " + (SELECT count(*) FROM source_file) + (SELECT count(*) FROM problem)"
        " + (SELECT count(*) FROM history) AS n");
}

#define HEAD "employee_no,name,phone,amount\n"

static const char bad_rows[] = HEAD
    "E1,Wanjiku Mwangi,0712345678,1000\n"
    "E2,Otieno Odhiambo,07123,2000\n"
    "E3,Achieng Atieno,0712345670,abc\n"
    "E4,Mwangi Kamau,0712345671,4000\n";

/* --- checking ------------------------------------------------------------- */

static void
test_check(void **state)
{
    struct intake_order o = order();

    (void)state;
    o.rejects_path = w.rejects;
    refused(intake_check(&o, &w.ps, &w.r, &w.e), ERR_NOINPUT, NULL);
    o.path = w.dir;
    refused(intake_check(&o, &w.ps, &w.r, &w.e), ERR_NOINPUT, NULL);
    o.path = w.path;
    write_file("");
    refused(intake_check(&o, &w.ps, &w.r, &w.e), ERR_DATA, "PR-CSV-001");
    write_file(HEAD);
    refused(intake_check(&o, &w.ps, &w.r, &w.e), ERR_DATA, "PR-CSV-004");
    book_file(w.path, 25, 1);
    good(intake_check(&o, &w.ps, &w.r, &w.e));
    assert_int_equal(w.r.facts.good_rows, 25);
    assert_int_equal(w.r.batches, 3);
    assert_string_equal(w.r.encoding, "UTF-8, comma");
    assert_string_equal(w.r.columns[2].header, "phone");
    assert_int_equal(w.r.columns[2].field, PF_PHONE);
    assert_int_equal(access(w.rejects, F_OK), -1);
    assert_false(w.r.rejects_written);
}

static void
test_rejects_load_again(void **state)
{
    struct intake_order o = order();
    struct buf text = { 0 };

    (void)state;
    o.rejects_path = w.rejects;
    write_file(bad_rows);
    refused(intake_check(&o, &w.ps, &w.r, &w.e), ERR_DATA, "PR-CSV-017");
    assert_true(w.r.rejects_written);
    buf_init(&text, 1 << 16);
    assert_int_equal(buf_read_file(&text, w.rejects, &w.e), 0);
    assert_non_null(strstr(text.p, "Otieno Odhiambo,07123,2000"));
    assert_non_null(strstr(text.p, "PR-CSV-017"));
    assert_null(strstr(text.p, "Wanjiku"));
    buf_release(&text);
    /* it is a payroll of the two bad rows, with the same mistakes */
    o.path = w.rejects;
    o.rejects_path = NULL;
    refused(intake_check(&o, &w.ps, &w.r, &w.e), ERR_DATA, "PR-CSV-017");
    assert_int_equal(w.r.facts.rows, 2);
    assert_int_equal(w.r.facts.bad_rows, 2);
    assert_int_equal(w.ps.errors, 2);
    /* where it cannot be written, that is said */
    o.path = w.path;
    o.rejects_path = "/nonexistent/x.csv";
    o.accept_good_rows = true;
    refused(intake_check(&o, &w.ps, &w.r, &w.e), ERR_CANTCREATE, NULL);
}

static void
holds(const char *path, const char *part)
{
    struct buf text = { 0 };

    buf_init(&text, 1 << 16);
    assert_int_equal(buf_read_file(&text, path, &w.e), 0);
    if (strstr(text.p, part) == NULL)
        fail_msg("%s lacks %s", path, part);
    buf_release(&text);
}

static void
says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" lacks \"%s\"", text, part);
}

/* Somebody corrected the rejects: nothing of payrun's takes that away. */
static void
test_corrections_are_kept(void **state)
{
    struct intake_order o = order();
    char second[112], third[112];
    FILE *f = NULL;

    (void)state;
    snprintf(second, sizeof(second), "%s/nov.rejects-2.csv", w.dir);
    snprintf(third, sizeof(third), "%s/nov.rejects-3.csv", w.dir);
    o.rejects_path = w.rejects;
    write_file(bad_rows);
    refused(intake_check(&o, &w.ps, &w.r, &w.e), ERR_DATA, "PR-CSV-017");
    assert_string_equal(w.r.rejects_path, w.rejects);
    assert_string_equal(w.r.rejects_note, "");
    /* the same again is the same file */
    refused(upload(&o), ERR_DATA, "PR-CSV-017");
    assert_string_equal(w.r.rejects_path, w.rejects);
    assert_int_equal(access(second, F_OK), -1);
    f = fopen(w.rejects, "wb");
    fputs(HEAD "corrected\n", f);
    fclose(f);
    for (int i = 0; i < 2; i++) {
        refused(intake_check(&o, &w.ps, &w.r, &w.e), ERR_DATA, "PR-CSV-017");
        assert_true(w.r.rejects_written);
        assert_string_equal(w.r.rejects_path, second);
        says(w.r.rejects_note, "left as it is");
        says(w.e.fix, "nov.rejects-2.csv");
        holds(w.rejects, "corrected");
    }
    write_file(HEAD "E2,Otieno Odhiambo,07123,2000\n");
    refused(upload(&o), ERR_DATA, "PR-CSV-017");
    assert_string_equal(w.r.rejects_path, third);
    /* no rejects now: the old file stays, and is told about */
    book_file(w.path, 5, 1);
    good(intake_check(&o, &w.ps, &w.r, &w.e));
    assert_false(w.r.rejects_written);
    says(w.r.rejects_note, "earlier time");
    holds(w.rejects, "corrected");
    /* a folder is no place, and is not replaced */
    o.rejects_path = w.dir;
    write_file(bad_rows);
    refused(intake_check(&o, &w.ps, &w.r, &w.e), ERR_DATA, "PR-CSV-017");
    says(w.r.rejects_why, w.dir);
    assert_false(w.r.rejects_written);
}

/* What check says is about a file nobody asked to store. */
static void
test_check_words(void **state)
{
    static const char twice[] = "E5,Mwangi Kamau,0712345671,4000\n";
    struct intake_order o = order();
    char text[512];

    (void)state;
    o.rejects_path = w.rejects;
    snprintf(text, sizeof(text), "%s%s", bad_rows, twice);
    write_file(text);
    refused(intake_check(&o, &w.ps, &w.r, &w.e), ERR_DATA, "PR-CSV-030");
    assert_string_equal(w.e.text, "nov.csv has 2 mistakes and 1 duplicate; "
                        "it cannot be loaded like this.");
    says(w.e.fix, "nov.rejects.csv and upload the good rows with payrun");
    says(w.e.fix, "--accept-good-rows");
    refused(upload(&o), ERR_DATA, "PR-CSV-030");
    assert_string_equal(w.e.text, "nov.csv has 2 mistakes and 1 duplicate; "
                        "nothing was stored.");
    /* leaving rows out mends no total and no header */
    o.expect_count = 100;
    refused(intake_check(&o, &w.ps, &w.r, &w.e), ERR_DATA, "PR-CSV-081");
    assert_null(strstr(w.e.fix, "accept-good-rows"));
    refused(upload(&o), ERR_DATA, "PR-CSV-081");
    assert_null(strstr(w.e.fix, "accept-good-rows"));
    o.expect_count = -1;
    unlink(w.rejects);
    write_file("employee_no,name,phone\nE1,A B,0712345678\n");
    refused(intake_check(&o, &w.ps, &w.r, &w.e), ERR_DATA, "PR-CSV-040");
    assert_false(w.r.rejects_written);
    assert_int_equal(access(w.rejects, F_OK), -1);
    assert_null(strstr(w.e.fix, "accept-good-rows"));
    write_file("name,phone,phone,amount\nA B,0712345678,0712345678,10\n");
    refused(upload(&o), ERR_DATA, "PR-CSV-043");
    assert_false(w.r.rejects_written);
    assert_int_equal(access(w.rejects, F_OK), -1);
}

/* --- uploading ------------------------------------------------------------ */

/* Rows that are left out and written nowhere would be lost. */
static void
test_rejects_or_nothing(void **state)
{
    struct intake_order o = order();
    char next[400];

    (void)state;
    write_file(bad_rows);
    o.rejects_path = "/nonexistent/x.csv";
    refused(upload(&o), ERR_DATA, "PR-CSV-017");
    says(w.r.rejects_why, "/nonexistent/x.csv");
    o.accept_good_rows = true;
    refused(upload(&o), ERR_CANTCREATE, NULL);
    says(w.e.text, "/nonexistent/x.csv");
    says(w.e.text, "Nothing was stored.");
    says(w.e.fix, "--rejects FILE names another place");
    assert_int_equal(stored(), 0);
    o.rejects_path = w.rejects;
    good(upload(&o));
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM run"), 1);
    snprintf(next, sizeof(next), "correct %s, then payrun upload %s --period "
             "2026-11 --kind correction", w.rejects, w.rejects);
    assert_string_equal(w.r.rejects_next, next);
}

static void
test_upload(void **state)
{
    struct intake_order o = order();
    struct run run;
    struct run_sums s;
    struct audit_fault f;
    unsigned char digest[SHA256_BYTES];

    (void)state;
    o.pay_date = "2026-11-27";
    o.display_name = "November.csv";
    book_file(w.path, 95, 1);
    good(upload(&o));
    assert_string_equal(w.r.ref, "R-2026-11-A");
    assert_int_equal(run_by_id(w.db, w.r.run_id, &run), DB_OK);
    assert_int_equal(run.state, RUN_DRAFT);
    assert_int_equal(run.rows, 95);
    assert_int_equal(run.batches, 10);
    assert_int_equal(run.minor, w.r.facts.good_minor);
    assert_string_equal(run.pay_date, "2026-11-27");
    assert_string_equal(run.file_name, "November.csv");
    assert_string_equal(run.narration, "Salary 2026-11");
    assert_int_equal(run_digest_again(w.db, run.run_id, digest), DB_OK);
    assert_memory_equal(digest, run.digest, SHA256_BYTES);
    assert_int_equal(run_sums(w.db, run.run_id, &s, &w.e), 0);
    assert_true(run_sums_tie(&s));
    assert_int_equal(s.waiting_rows, 95);
    assert_int_equal(s.charge_estimate_minor, w.r.charge_estimate_minor);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM instruction i"
        " JOIN batch b USING (batch_id) WHERE i.line_no = (b.number - 1) * 10"
        " + i.seq + 1 AND employee_no = 'EMP' || lpad((line_no - 1)::text, 7,"
        " '0') AND department LIKE 'Ward _'"), 95);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM source_file"
        " WHERE name = 'November.csv' AND header = '[\"employee_no\",\"name\","
        "\"phone\",\"amount\",\"department\"]' AND uploaded_by = 'amina'"), 1);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM history WHERE"
        " to_state = 'draft' AND on_event = 'upload' AND actor = 'amina'"), 1);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM audit WHERE"
        " action = 'upload' AND subject = 'R-2026-11-A'"), 1);
    assert_int_equal(audit_verify(w.db, &f, &w.e), 0);
    assert_int_equal(f.audit_id, 0);
}

static void
test_batches_hold_what_was_digested(void **state)
{
    struct intake_order o = order();
    struct arena arena;
    struct pay_line *lines = NULL;
    struct batch b;
    unsigned char digest[SHA256_BYTES];

    (void)state;
    write_file("name,phone,amount,narration,reference,id number,KRA PIN,Shoe\n"
               "\"Ngũgĩ, \"\"wa\"\" Thiong'o\",0712345678,1000,\"two\nlines\","
               "r1,123,A012345678Z,42\n"
               "محمد علي,0712345679,2000,,,,,\n");
    good(upload(&o));
    assert_int_equal(batch_by_id(w.db, w.r.run_id * 100000 + 1, &b), DB_OK);
    arena_init(&arena, 1 << 20);
    assert_int_equal(batch_lines(w.db, &b, &arena, &lines, digest), DB_OK);
    assert_memory_equal(digest, b.digest, SHA256_BYTES);
    assert_true(str_eq(lines[0].name, STR("Ngũgĩ, \"wa\" Thiong'o")));
    assert_true(str_eq(lines[1].narration, STR("Salary 2026-11")));
    assert_int_equal(lines[1].minor, 200000);
    arena_release(&arena);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM instruction"
        " WHERE kra_pin = 'A012345678Z' AND extra::jsonb ->> 'Shoe' = '42'"), 1);
}

static void
test_bad_file_stores_nothing(void **state)
{
    struct intake_order o = order();

    (void)state;
    o.rejects_path = w.rejects;
    write_file(bad_rows);
    refused(upload(&o), ERR_DATA, "PR-CSV-017");
    assert_int_equal(w.ps.errors, 2);
    assert_int_equal(stored(), 0);
    assert_true(w.r.rejects_written);
    write_file(HEAD "E1,A B,07,1000\n");
    o.accept_good_rows = true;
    refused(upload(&o), ERR_DATA, "PR-CSV-017");    /* nobody is left */
    assert_int_equal(stored(), 0);
    write_file(HEAD "E1,A B,0712345678,1000\nE2,A C,0712345678,1000\n");
    o.accept_good_rows = false;
    refused(upload(&o), ERR_GUARD, "PR-CSV-030");
    assert_int_equal(stored(), 0);
    /* the account is fit for use afterwards */
    book_file(w.path, 5, 1);
    good(upload(&o));
}

static void
test_accept_good_rows(void **state)
{
    struct intake_order o = order();
    struct run run;
    struct run_sums s;

    (void)state;
    o.accept_good_rows = true;
    o.rejects_path = w.rejects;
    write_file(bad_rows);
    o.expect_count = 5;
    refused(upload(&o), ERR_DATA, "PR-CSV-081");
    assert_int_equal(stored(), 0);
    o.expect_count = 4;
    good(upload(&o));
    assert_int_equal(run_by_id(w.db, w.r.run_id, &run), DB_OK);
    assert_int_equal(run.rows, 2);
    assert_int_equal(run.held_rows, 2);
    assert_int_equal(run.minor, 500000);
    assert_true(w.r.rejects_written);
    assert_int_equal(access(w.rejects, F_OK), 0);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM problem WHERE"
        " (code, line_no, severity) IN (('PR-CSV-017', 3, 'error'),"
        " ('PR-CSV-022', 4, 'error')) AND detail <> ''"), 2);
    assert_int_equal(run_sums(w.db, run.run_id, &s, &w.e), 0);
    assert_int_equal(s.parsed_rows, 4);
    assert_true(run_sums_tie(&s));
}

static void
test_orders(void **state)
{
    static const struct {
        const char *period, *kind, *date, *maker, *reason;
        enum err_kind kind_of_err;
    } rows[] = {
        { "2026-13", "main", NULL, BOOK_MAKER, NULL, ERR_USAGE },
        { "2026-1", "main", NULL, BOOK_MAKER, NULL, ERR_USAGE },
        { "November", "main", NULL, BOOK_MAKER, NULL, ERR_USAGE },
        { "2026-11", "salary", NULL, BOOK_MAKER, NULL, ERR_USAGE },
        { "2026-11", "main", "27.11.2026", BOOK_MAKER, NULL, ERR_USAGE },
        { "2026-11", "main", "2026-11-31", BOOK_MAKER, NULL, ERR_USAGE },
        { "2026-11", "main", "2027-02-29", BOOK_MAKER, NULL, ERR_USAGE },
        { "2026-11", "main", "2026-11-00", BOOK_MAKER, NULL, ERR_USAGE },
        { "2026-11", "main", NULL, BOOK_MAKER, "", ERR_USAGE },
        { "2026-11", "main", NULL, BOOK_CHECKER, NULL, ERR_NOPERM },
        { "2026-11", "main", NULL, BOOK_ADMIN, NULL, ERR_NOPERM },
        { "2026-11", "main", NULL, "nobody", NULL, ERR_NOPERM },
        { "2028-02", "bonus", "2028-02-29", BOOK_MAKER, NULL, ERR_NONE },
    };

    (void)state;
    book_file(w.path, 5, 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct intake_order o = order();

        o.period = rows[i].period;
        o.kind = rows[i].kind;
        o.pay_date = rows[i].date;
        o.maker = rows[i].maker;
        o.allow_duplicates = rows[i].reason;
        (void)upload(&o);
        if (w.e.kind != rows[i].kind_of_err)
            fail_msg("row %zu: %d, %s", i, (int)w.e.kind, w.e.text);
    }
}

static void
test_rail_of_another_provider(void **state)
{
    struct intake_order o = order();
    static struct rules rules;

    (void)state;
    rules = test_rules_mpesa;
    snprintf(rules.rails[0].name, sizeof(rules.rails[0].name), "MPESA-B2C");
    rules.rails[1] = rules.rails[0];
    rules.nrails = 2;
    snprintf(rules.rails[1].name, sizeof(rules.rails[1].name), "PIGEON");
    o.rules = &rules;
    write_file("name,phone,amount,rail\nA B,0712345678,1000,PIGEON\n");
    refused(upload(&o), ERR_CONFIG, NULL);
    assert_int_equal(stored(), 0);
}

/* --- duplicates ----------------------------------------------------------- */

static void
reject_run(const char *ref)
{
    struct run run;

    good(run_find(w.db, ref, &run, &w.e));
    good(run_submit(w.db, &run, BOOK_MAKER, &w.e));
    good(run_reject(w.db, &run, BOOK_CHECKER, "again, please", &w.e));
}

static void
test_same_file(void **state)
{
    struct intake_order o = order();

    (void)state;
    book_file(w.path, 20, 1);
    good(upload(&o));
    refused(upload(&o), ERR_GUARD, "PR-DUP-001");
    assert_non_null(strstr(w.e.text, "R-2026-11-A"));
    refused(-1, ERR_GUARD, "PR-DUP-003");
    refused(-1, ERR_GUARD, "PR-DUP-004");
    /* whatever it is called: another period and kind */
    o.period = "2026-12";
    o.kind = "bonus";
    refused(upload(&o), ERR_GUARD, "PR-DUP-001");
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM run"), 1);
    /* a rejected run does not count */
    reject_run("R-2026-11-A");
    o = order();
    good(upload(&o));
    assert_string_equal(w.r.ref, "R-2026-11-B");
    assert_int_equal(w.ps.stops + w.ps.warnings, 0);
}

static void
test_same_rows(void **state)
{
    struct intake_order o = order();

    (void)state;
    write_file(HEAD "E1,A B,0712345678,1000\nE2,C D,0712345679,2000\n");
    good(upload(&o));
    write_file("phone,amount,name\n0712 345 679,\"2,000.00\",C D\n"
               "+254712345678,1000,A B\n");
    o.period = "2026-12";
    refused(upload(&o), ERR_GUARD, "PR-DUP-002");
    /* one shilling more is another payroll */
    write_file(HEAD "E1,A B,0712345678,1001\nE2,C D,0712345679,2000\n");
    good(upload(&o));
}

static void
test_same_period(void **state)
{
    struct intake_order o = order();

    (void)state;
    book_file(w.path, 20, 1);
    good(upload(&o));
    book_file(w.path, 20, 100);
    refused(upload(&o), ERR_GUARD, "PR-DUP-003");
    assert_int_equal(w.ps.stops, 1);
    says(w.ps.list[0].fix.p, "payrun cancel R-2026-11-A");
    /* what was sent cannot be cancelled whole: nobody is told to */
    book_do(w.db, "UPDATE run SET state = 'closed'");
    refused(upload(&o), ERR_GUARD, "PR-DUP-003");
    assert_null(strstr(w.ps.list[0].fix.p, "cancel"));
    says(w.ps.list[0].fix.p, "use another --kind");
    o.kind = "correction";
    good(upload(&o));
    assert_string_equal(w.r.ref, "R-2026-11-B");
}

static void
test_same_payee(void **state)
{
    struct intake_order o = order();
    const struct problem *p = NULL;

    (void)state;
    book_file(w.path, 50, 1);
    good(upload(&o));
    book_file(w.path, 50, 41);          /* 41 to 50 are in both */
    o.kind = "bonus";
    refused(upload(&o), ERR_GUARD, "PR-DUP-004");
    assert_int_equal(w.ps.stops, 11);   /* the sum of them, and each */
    assert_non_null(strstr(w.ps.list[0].detail.p, "10 rows of this file"));
    p = &w.ps.list[1];
    assert_int_equal(p->line, 2);
    assert_int_equal(p->other_line, 0);     /* 42 is a line of another file */
    says(p->detail.p, "line 42 of its file");
    assert_non_null(strstr(p->detail.p, "R-2026-11-A"));
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM run"), 1);
    /* another month: that is what salaries are */
    o.period = "2026-12";
    o.kind = "main";
    good(upload(&o));
}

/* What certainly was not paid may be paid by another run. */
static void
test_failed_ones_do_not_count(void **state)
{
    struct intake_order o = order();

    (void)state;
    book_file(w.path, 10, 1);
    good(upload(&o));
    book_do(w.db, "INSERT INTO outcome (batch_id, seq, state, minor, ccy, code,"
            " reason, at) SELECT batch_id, seq, CASE WHEN seq <= 8"
            " THEN 'failed' WHEN seq = 9 THEN 'paid' ELSE 'in_doubt' END::outcome_state,"
            " minor, ccy, 'x', 'x', now() FROM instruction");
    book_do(w.db, "UPDATE batch SET failed_rows = 8, paid_rows = 1, doubt_rows"
            " = 1");
    book_file(w.path, 8, 1);
    o.kind = "correction";
    good(upload(&o));
    o.kind = "bonus";
    book_file(w.path, 2, 9);
    refused(upload(&o), ERR_GUARD, "PR-DUP-004");
    assert_int_equal(w.ps.stops, 4);    /* the one who is in doubt: 006 */
    assert_int_equal(w.ps.by_kind[problem_kind("PR-DUP-006")
                                  - problem_kinds], 2);
}

static void
test_override(void **state)
{
    struct intake_order o = order();
    struct run run;

    (void)state;
    book_file(w.path, 20, 1);
    o.allow_duplicates = "13th salary";
    good(upload(&o));                   /* there are none: no reason is kept */
    assert_false(w.r.overridden);
    assert_int_equal(run_by_id(w.db, w.r.run_id, &run), DB_OK);
    assert_string_equal(run.override, "");
    good(upload(&o));
    assert_true(w.r.overridden);
    assert_int_equal(run_by_id(w.db, w.r.run_id, &run), DB_OK);
    assert_string_equal(run.override, "13th salary");
    assert_int_equal(w.ps.warnings, 23);    /* file, period, sum, 20 payees */
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM problem WHERE"
        " code LIKE 'PR-DUP-%%' AND severity = 'warning'"), 23);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM audit WHERE"
        " detail LIKE '%%duplicates allowed: 13th salary'"), 1);
}

static void
upload_once(const char *period)
{
    struct intake_order o = order();

    w.db = test_pg_open(w.url);
    o.period = period;
    if (upload(&o) == 0)
        _exit(0);
    if (w.e.kind != ERR_GUARD)
        fprintf(stderr, "# %s\n", w.e.text);
    _exit(w.e.kind == ERR_GUARD ? 4 : 9);
}

static void
test_two_at_once(void **state)
{
    static const char *const periods[][4] = {
        { "2026-11", "2026-11", "2026-11", "2026-11" },
        { "2027-01", "2027-02", "2027-03", "2027-04" },
    };

    (void)state;
    for (size_t round = 0; round < 2; round++) {
        int won = 0, lost = 0, status = 0;

        book_file(w.path, 2000, 1 + (int64_t)round * 10000);
        fflush(NULL);
        for (int i = 0; i < 4; i++)
            if (fork() == 0)
                upload_once(periods[round][i]);
        for (int i = 0; i < 4; i++) {
            assert_true(wait(&status) > 0);
            won += WIFEXITED(status) && WEXITSTATUS(status) == 0;
            lost += WIFEXITED(status) && WEXITSTATUS(status) == 4;
        }
        if (won != 1 || lost != 3)
            fail_msg("round %zu: %d won, %d were refused", round, won, lost);
    }
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM instruction"),
                     4000);
}

/*
 * The database asks for the transaction again, twice, after the whole file was
 * loaded: nothing is there two times, in the book or in what is told.
 */
static void
test_repeated_transaction(void **state)
{
    struct intake_order o = order();

    (void)state;
    book_do(w.db, "CREATE SEQUENCE times");
    book_do(w.db, "CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN IF nextval('times') <= 2 THEN RAISE EXCEPTION 'again'"
            " USING ERRCODE = '40001'; END IF; RETURN NEW; END $$");
    book_do(w.db, "CREATE TRIGGER again BEFORE INSERT ON source_file"
            " FOR EACH ROW EXECUTE FUNCTION again()");
    o.accept_good_rows = true;
    o.rejects_path = w.rejects;
    write_file(bad_rows);
    good(upload(&o));
    assert_int_equal(book_i64(w.db, "SELECT nextval('times') AS n"), 4);
    book_do(w.db, "DROP TRIGGER again ON source_file");
    book_do(w.db, "DROP FUNCTION again");
    book_do(w.db, "DROP SEQUENCE times");
    assert_int_equal(w.ps.errors, 2);
    assert_int_equal(w.r.batches, 1);
    assert_true(w.r.rejects_written);
    assert_int_equal(book_i64(w.db, "SELECT (SELECT count(*) FROM instruction)"
        " * 1000 + (SELECT count(*) FROM problem) * 100 + (SELECT count(*) FROM"
        " run) * 10 + (SELECT count(*) FROM batch) AS n"), 2211);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_check), T(test_rejects_load_again),
        T(test_corrections_are_kept), T(test_check_words),
        T(test_rejects_or_nothing), T(test_upload),
        T(test_batches_hold_what_was_digested),
        T(test_bad_file_stores_nothing), T(test_accept_good_rows),
        T(test_orders), T(test_rail_of_another_provider), T(test_same_file),
        T(test_same_rows), T(test_same_period), T(test_same_payee),
        T(test_failed_ones_do_not_count), T(test_override),
        T(test_two_at_once), T(test_repeated_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
