/* People, the audit chain, accounts, callbacks. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "book/inbox.h"
#include "book/people.h"
#include "db/txn.h"
#include "intake/approve.h"
#include "tests/lib/book.h"
#include "tests/lib/pg.h"

static const char *url;
static struct db *db;

static int
world_open(void **state)
{
    (void)state;
    url = book_open(&db);
    return 0;
}

static int
world_close(void **state)
{
    (void)state;
    db_close(db);
    return 0;
}

/* --- people --------------------------------------------------------------- */

static int
count_person(void *owner, const struct person *p)
{
    int *n = owner;

    assert_false(p->disabled);
    (*n)++;
    return 0;
}

static void
test_people(void **state)
{
    static const struct { const char *name, *why; } names[] = {
        { "amina k", "blank" }, { " ", "blank" }, { "amina ", "blank" },
        { "a\xc2\xa0" "b", "blank" }, { "a\tb", "control" },
        { "a\nb", "control" }, { "a\x1b[31m", "control" },
        { "a\xe2\x80\xae" "b", "hidden" }, { "a\xff", "UTF-8" },
        { "1234567890123456789012345678901234567890123456789012345678901234",
          "1 to 63" },
    };
    struct person p;
    struct err e = { 0 };
    int n = 0;

    (void)state;
    book_people(db);
    assert_int_equal(person_add(db, BOOK_MAKER, "checker", "root", &e), -1);
    assert_int_equal(e.kind, ERR_GUARD);
    assert_int_equal(person_add(db, "x", "boss", "root", &e), -1);
    assert_int_equal(e.kind, ERR_USAGE);
    assert_int_equal(person_add(db, "", "maker", "root", &e), -1);
    assert_int_equal(e.kind, ERR_USAGE);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        e = (struct err){ 0 };
        if (person_add(db, names[i].name, "maker", "root", &e) == 0)
            fail_msg("\"%s\" is a user", names[i].name);
        if (e.kind != ERR_USAGE || strstr(e.text, names[i].why) == NULL)
            fail_msg("\"%s\": %s", names[i].name, e.text);
    }
    assert_int_equal(person_find(db, BOOK_CHECKER, &p, &e), 0);
    assert_string_equal(p.role, "checker");
    assert_int_equal(person_find(db, "nobody", &p, &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_non_null(strstr(e.fix, "payrun user add nobody"));
    assert_int_equal(person_each(db, count_person, &n, &e), 0);
    assert_int_equal(n, 4);
    book_do(db, "UPDATE app_user SET disabled = true"
            " WHERE user_name = 'brian'");
    assert_int_equal(person_find(db, BOOK_CHECKER, &p, &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM audit WHERE"
                              " action = 'user add'"), 4);
}

static void
test_roles(void **state)
{
    static const struct { const char *role, *may; } rows[] = {
        { "maker", "s..sprc" }, { "checker", ".ajSprc" },
        { "admin", "...sprc" }, { "auditor", "......." }, { "", "......." },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (int a = ACTION_SUBMIT; a <= ACTION_CANCEL; a++)
            if (run_may(rows[i].role, (enum run_action)a)
                != (rows[i].may[a] != '.'))
                fail_msg("role \"%s\", action %d", rows[i].role, a);
}

/* --- audit ---------------------------------------------------------------- */

static int64_t
first_fault(char why[64])
{
    struct audit_fault f;
    struct err e = { 0 };

    if (audit_verify(db, &f, &e) < 0)
        fail_msg("%s", e.text);
    snprintf(why, 64, "%s", f.why);
    return f.audit_id;
}

static void
append_some(void)
{
    struct db *mine = test_pg_open(url);

    for (int i = 0; i < 25; i++)
        if (audit_add(mine, "x", "append", "", "\xc3\xa9: 5:x") != DB_OK)
            _exit(1);
    _exit(0);
}

static void
test_audit_chain(void **state)
{
    static const struct { const char *what, *sql; int64_t at; } rows[] = {
        { "an entry changed",
          "UPDATE audit SET detail = 'y' WHERE audit_id = 40", 40 },
        { "its time changed",
          "UPDATE audit SET at = at + interval '1 us' WHERE audit_id = 40",
          40 },
        { "text moved between fields", "UPDATE audit SET actor = '', subject ="
          " 'x' WHERE audit_id = 40", 40 },
        { "an entry removed", "DELETE FROM audit WHERE audit_id = 40", 40 },
        { "the end cut off", "DELETE FROM audit WHERE audit_id > 90", 91 },
        { "an entry put in again, other hash", "UPDATE audit SET detail = 'y',"
          " hash = sha256('z') WHERE audit_id = 100", 100 },
        { "an entry added behind the end, well chained", "INSERT INTO audit"
          " SELECT 101, at, 'x', 'y', 'z', '', hash, sha256(hash ||"
          " convert_to((SELECT string_agg(octet_length(f) || ':' || f, '' ORDER"
          " BY nr) FROM unnest(ARRAY['101', to_char(at AT TIME ZONE 'UTC',"
          " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), 'x', 'y', 'z', '']) WITH"
          " ORDINALITY AS t(f, nr)), 'UTF8')) FROM audit WHERE audit_id = 100",
          101 },
    };
    char why[64];
    int status = 0;

    (void)state;
    fflush(NULL);
    for (int i = 0; i < 4; i++)
        if (fork() == 0)
            append_some();
    for (int i = 0; i < 4; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(book_i64(db, "SELECT max(audit_id) AS n FROM audit"), 100);
    assert_int_equal(first_fault(why), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(db_begin(db), DB_OK);
        book_do(db, "%s", rows[i].sql);
        if (first_fault(why) != rows[i].at)
            fail_msg("%s: found %lld, %s", rows[i].what,
                     (long long)first_fault(why), why);
        db_rollback(db);
    }
    assert_int_equal(first_fault(why), 0);
}

/* --- accounts ------------------------------------------------------------- */

static void
test_account_is_what_it_was(void **state)
{
    struct account a, b;
    struct err e = { 0 };

    (void)state;
    book_account(db, &a, 10);
    assert_true(a.account_id > 0);
    b = a;
    b.account_id = 0;
    assert_int_equal(account_sync(db, &b, &e), 0);
    assert_int_equal(b.account_id, a.account_id);
    b.live = true;
    assert_int_equal(account_sync(db, &b, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    b = a;
    snprintf(b.wallet_id, sizeof(b.wallet_id), "W1");
    assert_int_equal(account_sync(db, &b, &e), -1);
    b = a;
    snprintf(b.ccy, sizeof(b.ccy), "UGX");
    assert_int_equal(account_sync(db, &b, &e), -1);
    b = a;
    snprintf(b.name, sizeof(b.name), "other");
    assert_int_equal(account_sync(db, &b, &e), 0);
    assert_int_not_equal(b.account_id, a.account_id);
}

static void
test_in_flight(void **state)
{
    struct account a;
    struct run run;
    int64_t minor = 0, batch = 0;

    (void)state;
    book_people(db);
    book_account(db, &a, 10);
    book_run(db, &a, 20, 1, "2026-11", RUN_PAYING, &run);
    assert_int_equal(account_in_flight(db, a.account_id, &minor), DB_OK);
    assert_int_equal(minor, 0);
    book_do(db, "UPDATE batch SET state = 'in_doubt', charge_estimate_minor ="
            " 1001 WHERE number = 1");
    batch = book_i64(db, "SELECT minor AS n FROM batch WHERE number = 1");
    assert_int_equal(account_in_flight(db, a.account_id, &minor), DB_OK);
    assert_int_equal(minor, batch + 1001);
    book_do(db, "UPDATE batch SET paid_rows = 4, paid_minor = 1000, failed_rows"
            " = 1, failed_minor = 500 WHERE number = 1");
    assert_int_equal(account_in_flight(db, a.account_id, &minor), DB_OK);
    assert_int_equal(minor, batch - 1500 + 501);    /* half, rounded up */
    /* whatever the provider estimates, it can be added up */
    book_do(db, "UPDATE batch SET charge_estimate_minor = 9223372036854775807,"
            " paid_rows = 0, failed_rows = 0, state = 'in_doubt'");
    assert_int_equal(account_in_flight(db, a.account_id, &minor), DB_OK);
    assert_int_equal(minor, MONEY_MINOR_MAX);
}

/* A lane never closes without its line in the audit. */
static void
test_lane_closes_with_its_audit(void **state)
{
    struct account a;

    (void)state;
    book_account(db, &a, 10);
    book_do(db, "ALTER TABLE audit ADD CONSTRAINT no CHECK (action <> 'lane"
            " close')");
    assert_true(lane_close(db, a.account_id, "401", "worker") < 0);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM funding_account"
                              " WHERE lane_closed"), 0);
    book_do(db, "ALTER TABLE audit DROP CONSTRAINT no");
    assert_int_equal(lane_close(db, a.account_id, "401", "worker"), DB_OK);
    assert_int_equal(lane_close(db, a.account_id, "401", "worker"), DB_NONE);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM audit WHERE"
                              " action = 'lane close'"), 1);
}

/* --- callbacks ------------------------------------------------------------ */

static void
test_inbox(void **state)
{
    const struct inbox_item items[] = {
        { "intasend", "127.0.0.1", STR_INIT("{\"a\":1}"), true },
        { "intasend", "127.0.0.2", STR_INIT("{\"a\":1}"), true },
        { "intasend", "127.0.0.1", STR_INIT("{\"a\":1}"), false },
        { "intasend", "127.0.0.1", { "\0\xfe,\"{}", 6 }, true },
        { "intasend", NULL, { NULL, 0 }, false },
    };
    struct buf body;
    char provider[24];
    int64_t id = 0, before = 0;
    bool trusted = false;
    int n = 0;

    (void)state;
    assert_int_equal(inbox_store(db, items, 0), DB_OK);
    assert_int_equal(inbox_store(db, items, 5), DB_OK);
    assert_int_equal(inbox_store(db, items, 1), DB_OK);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM inbox"), 4);
    assert_int_equal(book_i64(db, "SELECT copies AS n FROM inbox WHERE trusted"
                              " AND length(body) = 7"), 3);
    buf_init(&body, 100);
    for (;;) {
        assert_int_equal(db_begin(db), DB_OK);
        buf_clear(&body);
        if (inbox_next(db, &id, provider, &body, &trusted) != DB_OK)
            break;
        assert_true(id > before);
        assert_string_equal(provider, "intasend");
        if (body.len == 6)
            assert_memory_equal(body.p, "\0\xfe,\"{}", 6);
        assert_int_equal(inbox_done(db, id, 0, "not ours"), DB_OK);
        assert_int_equal(db_commit(db), DB_OK);
        before = id;
        n++;
    }
    db_rollback(db);
    assert_int_equal(n, 4);
    /* the same bytes again only count: nobody looks twice */
    assert_int_equal(inbox_store(db, items, 5), DB_OK);
    assert_int_equal(db_begin(db), DB_OK);
    assert_int_equal(inbox_next(db, &id, provider, &body, &trusted), DB_NONE);
    db_rollback(db);
    buf_release(&body);
}

/* What proves nothing is counted; a small one is kept, a large one is not. */
static void
test_inbox_refused(void **state)
{
    static char large[INBOX_REFUSED_BYTES_MAX + 1];
    const struct inbox_item items[] = {
        { "intasend", "127.0.0.1", STR_INIT("refused"), false },
        { "intasend", "127.0.0.1", { large, sizeof(large) }, false },
    };
    struct buf body;
    char provider[24];
    int64_t id = 0;
    bool trusted = false;

    (void)state;
    buf_init(&body, 2 * sizeof(large));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(inbox_store(db, &items[i], 1), DB_OK);
        assert_int_equal(db_begin(db), DB_OK);
        assert_int_equal(inbox_next(db, &id, provider, &body, &trusted),
                         DB_OK);
        assert_int_equal(inbox_refused(db, id), i == 0 ? DB_NONE : DB_OK);
        assert_int_equal(inbox_done(db, id, 0, "refused"),
                         i == 0 ? DB_OK : DB_NONE);
        /* nobody looks twice, and it is not counted twice */
        assert_int_equal(inbox_done(db, id, 0, "again"), DB_NONE);
        assert_int_equal(inbox_refused(db, id), DB_NONE);
        assert_int_equal(db_commit(db), DB_OK);
    }
    assert_int_equal(book_i64(db, "SELECT looked_at AS n FROM refused_callback"
                              " WHERE provider = 'intasend'"), 2);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM inbox WHERE "
                              "verdict = 'refused'"), 1);
    buf_release(&body);
}

/* --- runs by name --------------------------------------------------------- */

static void
test_run_names(void **state)
{
    struct account a;
    struct run run, found;
    struct err e = { 0 };
    char number[24];

    (void)state;
    assert_int_equal(run_find(db, "R-2026-11-A", &found, &e), -1);
    assert_int_equal(e.kind, ERR_USAGE);
    assert_non_null(strstr(e.fix, "no runs yet"));
    book_people(db);
    book_account(db, &a, 10);
    book_run(db, &a, 20, 1, "2026-11", RUN_DRAFT, &run);
    assert_string_equal(run.ref, "R-2026-11-A");
    assert_string_equal(run.made_by, BOOK_MAKER);
    assert_string_equal(run.approved_by, "");
    assert_string_equal(run.account, "salaries");
    assert_int_equal(run.rows, 20);
    assert_int_equal(run.batches, 2);
    assert_int_equal(run_find(db, "r-2026-11-a", &found, &e), 0);
    assert_int_equal(found.run_id, run.run_id);
    snprintf(number, sizeof(number), "%lld", (long long)run.run_id);
    assert_int_equal(run_find(db, number, &found, &e), 0);
    assert_string_equal(found.ref, run.ref);
    assert_int_equal(run_find(db, "R-2026-11-B", &found, &e), -1);
    assert_int_equal(e.kind, ERR_USAGE);
    assert_non_null(strstr(e.fix, "R-2026-11-A"));
    assert_int_equal(run_by_id(db, 99, &found), DB_NONE);
    /* a long reason is cut for people, never an error */
    book_do(db, "UPDATE run SET state_why = repeat('\xc3\xa9', 2000)");
    assert_int_equal(run_find(db, "1", &found, &e), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_people), T(test_audit_chain), T(test_account_is_what_it_was),
        T(test_in_flight), T(test_lane_closes_with_its_audit), T(test_inbox),
        T(test_inbox_refused),
        T(test_run_names),
        cmocka_unit_test(test_roles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
