/* From a file to a run: all of it or nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "base/arena.h"
#include "book/people.h"
#include "tests/lib/book.h"
#include "tests/lib/payroll_rules.h"
#include "tests/lib/tray.h"

static int64_t
stored(void)
{
    return book_i64(tray.db, "SELECT (SELECT count(*) FROM run)"
        " + (SELECT count(*) FROM batch) + (SELECT count(*) FROM instruction)"
        " + (SELECT count(*) FROM source_file) + (SELECT count(*) FROM problem)"
        " + (SELECT count(*) FROM history) AS n");
}

static int
check(const struct intake_order *o)
{
    return intake_check(o, &tray.ps, &tray.r, &tray.e);
}

static const char bad_rows[] = TRAY_HEAD
    "E1,Wanjiku Mwangi,0712345678,1000\n"
    "E2,Otieno Odhiambo,07123,2000\n"
    "E3,Achieng Atieno,0712345670,abc\n"
    "E4,Mwangi Kamau,0712345671,4000\n";

/* --- checking ------------------------------------------------------------ */

static void
test_check(void **state)
{
    struct intake_order o = tray_order();

    (void)state;
    o.rejects_path = tray.rejects;
    tray_refused(check(&o), ERR_NOINPUT, NULL);
    o.path = tray.dir;
    tray_refused(check(&o), ERR_NOINPUT, NULL);
    o.path = tray.path;
    tray_write("");
    tray_refused(check(&o), ERR_DATA, "PR-CSV-001");
    tray_write(TRAY_HEAD);
    tray_refused(check(&o), ERR_DATA, "PR-CSV-004");
    book_file(tray.path, 25, 1);
    tray_good(check(&o));
    assert_int_equal(tray.r.facts.good_rows, 25);
    assert_int_equal(tray.r.batches, 3);
    assert_string_equal(tray.r.encoding, "UTF-8, comma");
    assert_string_equal(tray.r.columns[2].header, "phone");
    assert_int_equal(tray.r.columns[2].field, PF_PHONE);
    assert_int_equal(access(tray.rejects, F_OK), -1);
    assert_false(tray.r.rejects_written);
}

static void
test_rejects_load_again(void **state)
{
    struct intake_order o = tray_order();
    struct buf text = { 0 };

    (void)state;
    o.rejects_path = tray.rejects;
    tray_write(bad_rows);
    tray_refused(check(&o), ERR_DATA, "PR-CSV-017");
    assert_true(tray.r.rejects_written);
    buf_init(&text, 1 << 16);
    assert_int_equal(buf_read_file(&text, tray.rejects, &tray.e), 0);
    assert_non_null(strstr(text.p, "Otieno Odhiambo,07123,2000"));
    assert_non_null(strstr(text.p, "PR-CSV-017"));
    assert_null(strstr(text.p, "Wanjiku"));
    buf_release(&text);
    /* it is a payroll of the two bad rows, with the same mistakes */
    o.path = tray.rejects;
    o.rejects_path = NULL;
    tray_refused(check(&o), ERR_DATA, "PR-CSV-017");
    assert_int_equal(tray.r.facts.rows, 2);
    assert_int_equal(tray.r.facts.bad_rows, 2);
    assert_int_equal(tray.ps.errors, 2);
    /* where it cannot be written, that is said */
    o.path = tray.path;
    o.rejects_path = "/nonexistent/x.csv";
    o.accept_good_rows = true;
    tray_refused(check(&o), ERR_CANTCREATE, NULL);
}

static void
holds(const char *path, const char *part)
{
    struct buf text = { 0 };

    buf_init(&text, 1 << 16);
    assert_int_equal(buf_read_file(&text, path, &tray.e), 0);
    if (strstr(text.p, part) == NULL)
        fail_msg("%s lacks %s", path, part);
    buf_release(&text);
}

/* Somebody corrected the rejects: nothing of payrun's takes that away. */
static void
test_corrections_are_kept(void **state)
{
    struct intake_order o = tray_order();
    char second[112], third[112];
    FILE *f = NULL;

    (void)state;
    snprintf(second, sizeof(second), "%s/nov.rejects-2.csv", tray.dir);
    snprintf(third, sizeof(third), "%s/nov.rejects-3.csv", tray.dir);
    o.rejects_path = tray.rejects;
    tray_write(bad_rows);
    tray_refused(check(&o), ERR_DATA, "PR-CSV-017");
    assert_string_equal(tray.r.rejects_path, tray.rejects);
    assert_string_equal(tray.r.rejects_note, "");
    /* the same again is the same file */
    tray_refused(tray_upload(&o), ERR_DATA, "PR-CSV-017");
    assert_string_equal(tray.r.rejects_path, tray.rejects);
    assert_int_equal(access(second, F_OK), -1);
    f = fopen(tray.rejects, "wb");
    fputs(TRAY_HEAD "corrected\n", f);
    fclose(f);
    for (int i = 0; i < 2; i++) {
        tray_refused(check(&o), ERR_DATA, "PR-CSV-017");
        assert_true(tray.r.rejects_written);
        assert_string_equal(tray.r.rejects_path, second);
        tray_says(tray.r.rejects_note, "left as it is");
        tray_says(tray.e.fix, "nov.rejects-2.csv");
        holds(tray.rejects, "corrected");
    }
    tray_write(TRAY_HEAD "E2,Otieno Odhiambo,07123,2000\n");
    tray_refused(tray_upload(&o), ERR_DATA, "PR-CSV-017");
    assert_string_equal(tray.r.rejects_path, third);
    /* no rejects now: the old file stays, and is told about */
    book_file(tray.path, 5, 1);
    tray_good(check(&o));
    assert_false(tray.r.rejects_written);
    tray_says(tray.r.rejects_note, "earlier time");
    holds(tray.rejects, "corrected");
    /* a folder is no place, and is not replaced */
    o.rejects_path = tray.dir;
    tray_write(bad_rows);
    tray_refused(check(&o), ERR_DATA, "PR-CSV-017");
    tray_says(tray.r.rejects_why, tray.dir);
    assert_false(tray.r.rejects_written);
}

/* What check says is about a file nobody asked to store. */
static void
test_check_words(void **state)
{
    static const char twice[] = "E5,Mwangi Kamau,0712345671,4000\n";
    struct intake_order o = tray_order();
    char text[512];

    (void)state;
    o.rejects_path = tray.rejects;
    snprintf(text, sizeof(text), "%s%s", bad_rows, twice);
    tray_write(text);
    tray_refused(check(&o), ERR_DATA, "PR-CSV-030");
    assert_string_equal(tray.e.text, "nov.csv has 2 mistakes and 1 duplicate; "
                        "it cannot be loaded like this.");
    tray_says(tray.e.fix,
              "nov.rejects.csv and upload the good rows with payrun");
    tray_says(tray.e.fix, "--accept-good-rows");
    tray_refused(tray_upload(&o), ERR_DATA, "PR-CSV-030");
    assert_string_equal(tray.e.text, "nov.csv has 2 mistakes and 1 duplicate; "
                        "nothing was stored.");
    /* leaving rows out mends no total and no header */
    o.expect_count = 100;
    tray_refused(check(&o), ERR_DATA, "PR-CSV-081");
    assert_null(strstr(tray.e.fix, "accept-good-rows"));
    tray_refused(tray_upload(&o), ERR_DATA, "PR-CSV-081");
    assert_null(strstr(tray.e.fix, "accept-good-rows"));
    o.expect_count = -1;
    unlink(tray.rejects);
    tray_write("employee_no,name,phone\nE1,A B,0712345678\n");
    tray_refused(check(&o), ERR_DATA, "PR-CSV-040");
    assert_false(tray.r.rejects_written);
    assert_int_equal(access(tray.rejects, F_OK), -1);
    assert_null(strstr(tray.e.fix, "accept-good-rows"));
    tray_write("name,phone,phone,amount\nA B,0712345678,0712345678,10\n");
    tray_refused(tray_upload(&o), ERR_DATA, "PR-CSV-043");
    assert_false(tray.r.rejects_written);
    assert_int_equal(access(tray.rejects, F_OK), -1);
}

/* --- uploading ----------------------------------------------------------- */

/* Rows that are left out and written nowhere would be lost. */
static void
test_rejects_or_nothing(void **state)
{
    struct intake_order o = tray_order();
    char next[400];

    (void)state;
    tray_write(bad_rows);
    o.rejects_path = "/nonexistent/x.csv";
    tray_refused(tray_upload(&o), ERR_DATA, "PR-CSV-017");
    tray_says(tray.r.rejects_why, "/nonexistent/x.csv");
    o.accept_good_rows = true;
    tray_refused(tray_upload(&o), ERR_CANTCREATE, NULL);
    tray_says(tray.e.text, "/nonexistent/x.csv");
    tray_says(tray.e.text, "Nothing was stored.");
    tray_says(tray.e.fix, "--rejects FILE names another place");
    assert_int_equal(stored(), 0);
    o.rejects_path = tray.rejects;
    tray_good(tray_upload(&o));
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM run"), 1);
    snprintf(next, sizeof(next), "correct %s, then payrun upload %s --period "
             "2026-11 --kind correction", tray.rejects, tray.rejects);
    assert_string_equal(tray.r.rejects_next, next);
}

static void
test_upload(void **state)
{
    struct intake_order o = tray_order();
    struct run run;
    struct run_sums s;
    struct audit_fault f;
    unsigned char digest[SHA256_BYTES];

    (void)state;
    o.pay_date = "2026-11-27";
    o.display_name = "November.csv";
    book_file(tray.path, 95, 1);
    tray_good(tray_upload(&o));
    assert_string_equal(tray.r.ref, "R-2026-11-A");
    assert_int_equal(run_by_id(tray.db, tray.r.run_id, &run), DB_OK);
    assert_int_equal(run.state, RUN_DRAFT);
    assert_int_equal(run.rows, 95);
    assert_int_equal(run.batches, 10);
    assert_int_equal(run.minor, tray.r.facts.good_minor);
    assert_string_equal(run.pay_date, "2026-11-27");
    assert_string_equal(run.file_name, "November.csv");
    assert_string_equal(run.narration, "Salary 2026-11");
    assert_int_equal(run_digest_again(tray.db, run.run_id, digest), DB_OK);
    assert_memory_equal(digest, run.digest, SHA256_BYTES);
    assert_int_equal(run_sums(tray.db, run.run_id, &s, &tray.e), 0);
    assert_true(run_sums_tie(&s));
    assert_int_equal(s.waiting_rows, 95);
    assert_int_equal(s.charge_estimate_minor, tray.r.charge_estimate_minor);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM instruction i"
        " JOIN batch b USING (batch_id) WHERE i.line_no = (b.number - 1) * 10"
        " + i.seq + 1 AND employee_no = 'EMP' || lpad((line_no - 1)::text, 7,"
        " '0') AND department LIKE 'Ward _'"), 95);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM source_file"
        " WHERE name = 'November.csv' AND header = '[\"employee_no\",\"name\","
        "\"phone\",\"amount\",\"department\"]' AND uploaded_by = 'amina'"), 1);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM history WHERE"
        " to_state = 'draft' AND on_event = 'upload' AND actor = 'amina'"), 1);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM audit WHERE"
        " action = 'upload' AND subject = 'R-2026-11-A'"), 1);
    assert_int_equal(audit_verify(tray.db, &f, &tray.e), 0);
    assert_int_equal(f.audit_id, 0);
}

static void
test_batches_hold_what_was_digested(void **state)
{
    struct intake_order o = tray_order();
    struct arena arena;
    struct pay_line *lines = NULL;
    struct batch b;
    unsigned char digest[SHA256_BYTES];

    (void)state;
    tray_write("name,phone,amount,narration,reference,id number,KRA PIN,Shoe\n"
               "\"Ngũgĩ, \"\"wa\"\" Thiong'o\",0712345678,1000,\"two\nlines\","
               "r1,123,A012345678Z,42\n"
               "محمد علي,0712345679,2000,,,,,\n");
    tray_good(tray_upload(&o));
    assert_int_equal(batch_by_id(tray.db, tray.r.run_id * 100000 + 1, &b),
                     DB_OK);
    arena_init(&arena, 1 << 20);
    assert_int_equal(batch_lines(tray.db, &b, &arena, &lines, digest), DB_OK);
    assert_memory_equal(digest, b.digest, SHA256_BYTES);
    assert_true(str_eq(lines[0].name, STR("Ngũgĩ, \"wa\" Thiong'o")));
    assert_true(str_eq(lines[1].narration, STR("Salary 2026-11")));
    assert_int_equal(lines[1].minor, 200000);
    arena_release(&arena);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n"
        " FROM instruction WHERE kra_pin = 'A012345678Z' AND extra::jsonb ->>"
        " 'Shoe' = '42'"), 1);
}

static void
test_bad_file_stores_nothing(void **state)
{
    struct intake_order o = tray_order();

    (void)state;
    o.rejects_path = tray.rejects;
    tray_write(bad_rows);
    tray_refused(tray_upload(&o), ERR_DATA, "PR-CSV-017");
    assert_int_equal(tray.ps.errors, 2);
    assert_int_equal(stored(), 0);
    assert_true(tray.r.rejects_written);
    tray_write(TRAY_HEAD "E1,A B,07,1000\n");
    o.accept_good_rows = true;
    tray_refused(tray_upload(&o), ERR_DATA, "PR-CSV-017");  /* nobody left */
    assert_int_equal(stored(), 0);
    tray_write(TRAY_HEAD "E1,A B,0712345678,1000\nE2,A C,0712345678,1000\n");
    o.accept_good_rows = false;
    tray_refused(tray_upload(&o), ERR_GUARD, "PR-CSV-030");
    assert_int_equal(stored(), 0);
    /* the account is fit for use afterwards */
    book_file(tray.path, 5, 1);
    tray_good(tray_upload(&o));
}

static void
test_accept_good_rows(void **state)
{
    struct intake_order o = tray_order();
    struct run run;
    struct run_sums s;

    (void)state;
    o.accept_good_rows = true;
    o.rejects_path = tray.rejects;
    tray_write(bad_rows);
    o.expect_count = 5;
    tray_refused(tray_upload(&o), ERR_DATA, "PR-CSV-081");
    assert_int_equal(stored(), 0);
    o.expect_count = 4;
    tray_good(tray_upload(&o));
    assert_int_equal(run_by_id(tray.db, tray.r.run_id, &run), DB_OK);
    assert_int_equal(run.rows, 2);
    assert_int_equal(run.held_rows, 2);
    assert_int_equal(run.minor, 500000);
    assert_true(tray.r.rejects_written);
    assert_int_equal(access(tray.rejects, F_OK), 0);
    assert_int_equal(book_i64(tray.db, "SELECT count(*) AS n FROM problem WHERE"
        " (code, line_no, severity) IN (('PR-CSV-017', 3, 'error'),"
        " ('PR-CSV-022', 4, 'error')) AND detail <> ''"), 2);
    assert_int_equal(run_sums(tray.db, run.run_id, &s, &tray.e), 0);
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
    book_file(tray.path, 5, 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct intake_order o = tray_order();

        o.period = rows[i].period;
        o.kind = rows[i].kind;
        o.pay_date = rows[i].date;
        o.maker = rows[i].maker;
        o.allow_duplicates = rows[i].reason;
        (void)tray_upload(&o);
        if (tray.e.kind != rows[i].kind_of_err)
            fail_msg("row %zu: %d, %s", i, (int)tray.e.kind, tray.e.text);
    }
}

static void
test_rail_of_another_provider(void **state)
{
    struct intake_order o = tray_order();
    static struct rules rules;

    (void)state;
    rules = test_rules_mpesa;
    snprintf(rules.rails[0].name, sizeof(rules.rails[0].name), "MPESA-B2C");
    rules.rails[1] = rules.rails[0];
    rules.nrails = 2;
    snprintf(rules.rails[1].name, sizeof(rules.rails[1].name), "PIGEON");
    o.rules = &rules;
    tray_write("name,phone,amount,rail\nA B,0712345678,1000,PIGEON\n");
    tray_refused(tray_upload(&o), ERR_CONFIG, NULL);
    assert_int_equal(stored(), 0);
}

/*
 * The database asks for the transaction again, twice, after the whole file was
 * loaded: nothing is there two times, in the book or in what is told.
 */
static void
test_repeated_transaction(void **state)
{
    struct intake_order o = tray_order();

    (void)state;
    book_do(tray.db, "CREATE SEQUENCE times");
    book_do(tray.db, "CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN IF nextval('times') <= 2 THEN RAISE EXCEPTION 'again'"
            " USING ERRCODE = '40001'; END IF; RETURN NEW; END $$");
    book_do(tray.db, "CREATE TRIGGER again BEFORE INSERT ON source_file"
            " FOR EACH ROW EXECUTE FUNCTION again()");
    o.accept_good_rows = true;
    o.rejects_path = tray.rejects;
    tray_write(bad_rows);
    tray_good(tray_upload(&o));
    assert_int_equal(book_i64(tray.db, "SELECT nextval('times') AS n"), 4);
    book_do(tray.db, "DROP TRIGGER again ON source_file");
    book_do(tray.db, "DROP FUNCTION again");
    book_do(tray.db, "DROP SEQUENCE times");
    assert_int_equal(tray.ps.errors, 2);
    assert_int_equal(tray.r.batches, 1);
    assert_true(tray.r.rejects_written);
    assert_int_equal(book_i64(tray.db, "SELECT (SELECT count(*) FROM"
        " instruction) * 1000 + (SELECT count(*) FROM problem) * 100"
        " + (SELECT count(*) FROM run) * 10 + (SELECT count(*) FROM batch)"
        " AS n"), 2211);
}

#define T(f) cmocka_unit_test_setup_teardown(f, tray_open, tray_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_check), T(test_rejects_load_again), T(test_corrections_are_kept),
        T(test_check_words), T(test_rejects_or_nothing), T(test_upload),
        T(test_batches_hold_what_was_digested), T(test_bad_file_stores_nothing),
        T(test_accept_good_rows), T(test_orders),
        T(test_rail_of_another_provider), T(test_repeated_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
