/* Several funding accounts in one run: what an upload stores about them, what
 * is approved, and when each of them may let go. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "book/run_account.h"
#include "db/sql.h"
#include "db/txn.h"
#include "dispatch/content.h"
#include "intake/approve.h"
#include "intake/routing.h"
#include "report/model.h"
#include "tests/lib/book.h"

#define RAIL(n, named) \
    { .name = n, .ccy = "KES", .account = ACCOUNT_PHONE, .only_named = named, \
      .min_minor = 1000, .max_minor = 25000000, .nbands = 1, \
      .bands = { { 25000000, 1000 } } }

static const struct rules rules = {
    .nrails = 3,
    .rails = { RAIL("MPESA-B2C", false), RAIL("SAPAMA-MPESA", false),
               RAIL("AIRTIME", true) },
};

enum { SALARIES, WAGES, TILL, SPARE, ACCOUNTS };

static struct world {
    struct db *db;
    struct account a[ACCOUNTS];
    struct routing routing;
    struct problems ps;
    struct intake_result r;
    struct run run;
    struct err e;
    char path[64];
} w;

static void
account(int i, const char *name, const struct provider *p)
{
    w.a[i] = (struct account){ .ccy = "KES", .provider = p,
                               .batch_rows_max = 4, .inflight_max = 8,
                               .lease_ms = LEASE_MS };
    (void)str_copy(w.a[i].name, sizeof(w.a[i].name), str_of(name));
}

static int
setup(void **state)
{
    (void)state;
    w = (struct world){ .db = NULL };
    (void)book_open(&w.db);
    book_people(w.db);
    account(SALARIES, "salaries", &provider_intasend);
    account(WAGES, "wages", &provider_intasend);
    account(TILL, "till", &provider_sapama);
    account(SPARE, "spare", &provider_intasend);
    snprintf(w.path, sizeof(w.path), "/tmp/payrun-accounts-%d.csv",
             (int)getpid());
    problems_init(&w.ps);
    return 0;
}

static int
finished(void **state)
{
    (void)state;
    problems_release(&w.ps);
    unlink(w.path);
    db_close(w.db);
    return 0;
}

/* --- a run of three accounts ---------------------------------------------- */

/* Six rows by the run's own account, three by each of the others. */
static const char three[] = "name,phone,amount,pay from,rail\n"
    "A,0712000001,1001,,\nB,0712000002,1002,,\nC,0712000003,1003,,\n"
    "D,0712000004,1004,wages,\nE,0712000005,1005,till,\n"
    "F,0712000006,1006,wages,\nG,0712000007,1007,till,\n"
    "H,0712000008,1008,,AIRTIME\nI,0712000009,1009,,\nJ,0712000010,1010,,\n"
    "K,0712000011,1011,wages,\nL,0712000012,1012,till,\n";

static int
upload(const char *text)
{
    struct intake_order o = book_order(w.path, &w.a[SALARIES], "2026-11");
    const struct routing_order order = {
        .own = &w.a[SALARIES], .all = w.a, .nall = ACCOUNTS, .rules = &rules
    };
    FILE *f = fopen(w.path, "wb");

    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(routing_make(&w.routing, &order, &w.e), 0);
    o.routing = &w.routing;
    o.rules = &w.routing.rules;
    w.e = (struct err){ 0 };
    return intake_upload(w.db, &o, &w.ps, &w.r, &w.e);
}

static void
must(int rc)
{
    if (rc < 0)
        fail_msg("%s %s", w.e.text, w.e.fix);
}

static void
made(enum run_state upto)
{
    must(upload(three));
    must(run_find(w.db, w.r.ref, &w.run, &w.e));
    if (upto >= RUN_SUBMITTED)
        must(run_submit(w.db, &w.run, BOOK_MAKER, &w.e));
    if (upto >= RUN_APPROVED)
        must(run_approve(w.db, &w.run, BOOK_CHECKER, w.run.minor, &w.e));
    if (upto >= RUN_PAYING)
        must(run_send(w.db, &w.run, BOOK_CHECKER, &w.e));
    must(run_find(w.db, w.r.ref, &w.run, &w.e));
}

static int
list_row(void *owner, const struct run_account *a)
{
    char *to = owner;
    size_t n = strlen(to);

    snprintf(to + n, 512 - n, "%s%s %lld %lld %lld %s", n > 0 ? "; " : "",
             a->account, (long long)a->rows, (long long)a->minor,
             (long long)a->charge_estimate_minor, a->rails);
    return 0;
}

static void
test_stored(void **state)
{
    char got[512] = "";

    (void)state;
    made(RUN_DRAFT);
    assert_int_equal(run_account_each(w.db, w.run.run_id, list_row, got),
                     DB_OK);
    assert_string_equal(got, "salaries 6 603300 6000 AIRTIME, MPESA-B2C; "
                        "till 3 302400 3000 SAPAMA-MPESA; "
                        "wages 3 302100 3000 MPESA-B2C");
    /* one open batch for each account and rail, of four rows at most */
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM batch"), 5);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM batch b"
        " JOIN instruction i USING (batch_id) JOIN funding_account a"
        " USING (account_id) WHERE (a.name = 'wages') <> (i.name IN"
        " ('D', 'F', 'K')) OR (a.name = 'till') <> (i.name IN ('E', 'G',"
        " 'L'))"), 0);
    /* who pays nothing is not in the book; Sapama is known for what it is */
    assert_int_equal(w.a[SPARE].account_id, 0);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM funding_account"
                              " WHERE two_phase = (name <> 'till')"), 3);
}

/* What fails at its very end leaves no account behind, neither there nor in
 * memory, where its number would be that of another one later. */
static void
test_refused(void **state)
{
    (void)state;
    book_do(w.db, "ALTER TABLE audit ADD CONSTRAINT no_uploads"
                  " CHECK (action <> 'upload') NOT VALID");
    assert_int_equal(upload(three), -1);
    assert_true(w.a[SALARIES].account_id > 0);      /* known before it began */
    assert_int_equal(w.a[WAGES].account_id, 0);
    assert_int_equal(w.a[TILL].account_id, 0);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n"
                              " FROM funding_account"), 1);
    book_do(w.db, "ALTER TABLE audit DROP CONSTRAINT no_uploads");
    must(upload(three));
    assert_true(w.a[WAGES].account_id > 0 && w.a[TILL].account_id > 0);
}

/* --- what is approved ----------------------------------------------------- */

static bool
same(void)
{
    bool is = false;

    assert_int_equal(content_check(w.db, w.run.run_id, &is), DB_OK);
    return is;
}

static void
test_swaps_are_seen(void **state)
{
    static const struct row { const char *what, *sql; } rows[] = {
        { "a batch moved to another of the run's accounts",
          "UPDATE batch SET account_id = (SELECT account_id FROM"
          " funding_account WHERE name = 'wages') WHERE rail = 'AIRTIME'" },
        { "to the run's own",
          "UPDATE batch b SET account_id = r.account_id FROM run r"
          " WHERE b.rail = 'SAPAMA-MPESA'" },
        { "with the accounts' sums adjusted",
          "WITH m AS (UPDATE batch b SET account_id = r.account_id FROM run r"
          " WHERE b.rail = 'SAPAMA-MPESA' RETURNING b.rows, b.minor,"
          " b.account_id), d AS (DELETE FROM run_account WHERE rows = 3 AND"
          " minor = 302400) UPDATE run_account ra SET rows = ra.rows + m.rows,"
          " minor = ra.minor + m.minor FROM m"
          " WHERE ra.account_id = m.account_id" },
        { "two accounts exchanged",
          "UPDATE batch b SET account_id = (SELECT account_id FROM"
          " funding_account f WHERE f.name = CASE a.name WHEN 'wages' THEN"
          " 'till' ELSE 'wages' END) FROM funding_account a WHERE"
          " a.account_id = b.account_id AND a.name IN ('wages', 'till')" },
        { "an account renamed",
          "UPDATE funding_account SET name = 'tills' WHERE name = 'till'" },
        { "an account of another provider",
          "UPDATE funding_account SET provider = 'intasend'"
          " WHERE name = 'till'" },
        { "a rehearsal turned into real money",
          "UPDATE funding_account SET live = true WHERE name = 'wages'" },
        { "an account's part made smaller",
          "UPDATE run_account SET minor = minor - 1 WHERE minor = 302400" },
        { "an account that is forgotten",
          "DELETE FROM run_account WHERE minor = 302400" }
    };

    (void)state;
    made(RUN_APPROVED);
    assert_true(same());
    for (size_t i = 0; i < LEN(rows); i++) {
        assert_true(db_begin(w.db) >= 0);
        book_do(w.db, "%s", rows[i].sql);
        if (same())
            fail_msg("not seen: %s", rows[i].what);
        db_rollback(w.db);
    }
    assert_true(same());
}

/* Approval itself computes it again. */
static void
test_swap_before_approval(void **state)
{
    (void)state;
    made(RUN_SUBMITTED);
    book_do(w.db, "UPDATE batch SET account_id = (SELECT account_id FROM"
                  " funding_account WHERE name = 'wages')"
                  " WHERE rail = 'AIRTIME'");
    assert_int_equal(run_approve(w.db, &w.run, BOOK_CHECKER, w.run.minor,
                                 &w.e), -1);
    assert_int_equal(w.e.kind, ERR_GUARD);
    assert_non_null(strstr(w.e.text, "not what was uploaded"));
}

/* --- funds ---------------------------------------------------------------- */

struct due {
    bool asks, several;
};

/* Does a run wait for the look at that account's funds? */
static bool
due(int account_at, struct due *out)
{
    int64_t run_id = 0;
    char ref[32], ccy[4];
    struct due d;
    const struct db_arg args[] = { A_I64(w.a[account_at].account_id) };
    const struct db_col cols[] = {
        C_I64("run_id", &run_id), C_TEXT("ref", ref), C_TEXT("ccy", ccy),
        C_BOOL("asks", &d.asks), C_BOOL("several", &d.several)
    };
    enum db_status st = db_one(w.db, sql_dispatch_funds_due, args, LEN(args),
                               cols, LEN(cols));

    assert_true(st >= DB_NONE);
    if (st == DB_OK && out != NULL)
        *out = d;
    return st == DB_OK;
}

static bool
seen(int account_at)
{
    bool all = false;

    assert_int_equal(run_account_seen(w.db, w.run.run_id,
                                      w.a[account_at].account_id, "seen",
                                      &all), DB_OK);
    return all;
}

/* Moves every batch of an account as if its worker had. */
static void
batches(int account_at, const char *state)
{
    book_do(w.db, "UPDATE batch SET state = '%s' WHERE account_id = %lld",
            state, (long long)w.a[account_at].account_id);
}

static bool
claims(int account_at, enum batch_event on)
{
    struct batch b;
    enum db_status st = DB_NONE;

    assert_true(db_begin(w.db) >= 0);
    st = batch_claim(w.db, w.a[account_at].account_id, on, NULL, "tester",
                     LEASE_MS, &b);
    assert_true(st >= DB_NONE);
    db_rollback(w.db);
    return st == DB_OK;
}

/* Nothing leaves by anybody before all are covered. */
static void
test_gate(void **state)
{
    struct due d = { false, false };

    (void)state;
    made(RUN_PAYING);
    /* Sapama cannot be asked, so nothing has to be prepared first */
    assert_true(due(TILL, &d));
    assert_true(d.asks && d.several);
    assert_false(due(SALARIES, NULL));
    assert_false(due(WAGES, NULL));
    assert_true(claims(SALARIES, BATCH_ON_CLAIM_INITIATE));
    assert_false(claims(TILL, BATCH_ON_CLAIM_SEND));
    assert_false(seen(TILL));
    assert_false(due(TILL, NULL));
    assert_false(claims(TILL, BATCH_ON_CLAIM_SEND));

    batches(SALARIES, "initiated");
    assert_true(due(SALARIES, &d));
    assert_true(d.asks);
    assert_false(due(WAGES, NULL));
    assert_false(seen(SALARIES));
    assert_false(claims(SALARIES, BATCH_ON_CLAIM_RELEASE));

    batches(WAGES, "initiated");
    assert_true(due(WAGES, NULL));
    assert_true(seen(WAGES));
    must(run_find(w.db, w.r.ref, &w.run, &w.e));
    assert_true(w.run.funds_seen);
    assert_true(claims(SALARIES, BATCH_ON_CLAIM_RELEASE));
    assert_true(claims(WAGES, BATCH_ON_CLAIM_RELEASE));
    assert_true(claims(TILL, BATCH_ON_CLAIM_SEND));
}

/* A run that cannot be paid whole does not begin: also when an account is
 * closed that was looked at before.  Resuming looks again. */
static void
test_gate_closed(void **state)
{
    (void)state;
    made(RUN_PAYING);
    assert_false(seen(TILL));
    batches(SALARIES, "initiated");
    batches(WAGES, "initiated");
    assert_false(seen(SALARIES));
    assert_int_equal(lane_close(w.db, w.a[TILL].account_id, "Invalid hash",
                                "worker"), DB_OK);
    assert_false(seen(WAGES));
    assert_false(claims(SALARIES, BATCH_ON_CLAIM_RELEASE));
    must(run_resume(w.db, &w.run, BOOK_MAKER, &w.e));
    assert_false(seen(TILL));
    assert_false(seen(SALARIES));
    assert_true(seen(WAGES));
    assert_true(claims(SALARIES, BATCH_ON_CLAIM_RELEASE));
}

/* The lane is opened for another run that uses it: this one, which nobody
 * resumes, must not stand for ever. */
static void
test_gate_opened_elsewhere(void **state)
{
    (void)state;
    made(RUN_PAYING);
    assert_false(seen(TILL));
    batches(SALARIES, "initiated");
    batches(WAGES, "initiated");
    assert_false(seen(SALARIES));
    assert_int_equal(lane_close(w.db, w.a[TILL].account_id, "Invalid hash",
                                "worker"), DB_OK);
    assert_false(seen(WAGES));
    assert_false(due(TILL, NULL));
    assert_int_equal(lane_open(w.db, w.a[TILL].account_id, "t"), DB_OK);
    assert_true(due(TILL, NULL));
    assert_false(due(WAGES, NULL));
    assert_true(seen(TILL));
    assert_true(claims(TILL, BATCH_ON_CLAIM_SEND));
    /* once it may go, closing and opening changes nothing of that */
    assert_int_equal(lane_close(w.db, w.a[TILL].account_id, "401", "worker"),
                     DB_OK);
    assert_int_equal(lane_open(w.db, w.a[TILL].account_id, "t"), DB_OK);
    assert_false(due(TILL, NULL));
    assert_true(claims(TILL, BATCH_ON_CLAIM_SEND));
}

/* What a worker with those accounts could still do: "open closed why". */
static void
stock(int accounts, char *out, size_t bytes)
{
    int64_t ids[ACCOUNTS], open = 0, closed = 0, paused = 0;
    struct str why = { NULL, 0 }, why_paused = { NULL, 0 };
    const struct db_col cols[] = {
        C_I64("open", &open), C_I64("closed", &closed),
        C_I64("paused", &paused), C_STR("why_closed", &why),
        C_STR("why_paused", &why_paused)
    };

    for (int i = 0; i < accounts; i++)
        ids[i] = w.a[i].account_id;
    const struct db_arg args[] = {
        A_I64(w.run.run_id), A_I64S(ids, (size_t)accounts), A_BOOL(true),
        A_I64(0), A_I64(60000)
    };

    assert_int_equal(db_one(w.db, sql_tracker_open, args, LEN(args), cols,
                            LEN(cols)), DB_OK);
    snprintf(out, bytes, "%lld %lld %.*s", (long long)open, (long long)closed,
             STR_ARG(why));
}

/* What is prepared and waits for others is not work for ever: it is told that
 * one of them is closed, or not served here. */
static void
test_waiting_for_others(void **state)
{
    char got[600];

    (void)state;
    made(RUN_PAYING);
    batches(SALARIES, "initiated");
    stock(3, got, sizeof(got));
    assert_string_equal(got, "5 0 ");
    assert_int_equal(lane_close(w.db, w.a[WAGES].account_id, "401", "worker"),
                     DB_OK);
    stock(3, got, sizeof(got));
    assert_string_equal(got, "0 5 wages: 401");
    assert_int_equal(lane_open(w.db, w.a[WAGES].account_id, "t"), DB_OK);
    /* a worker that serves only the first: nothing it could do */
    stock(1, got, sizeof(got));
    assert_string_equal(got, "0 0 ");
    batches(SALARIES, "ready");             /* ... but prepare */
    stock(1, got, sizeof(got));
    assert_string_equal(got, "3 0 ");
}

static void
test_gate_waits(void **state)
{
    static const struct row { const char *what, *set, *back; } rows[] = {
        { "a pay date to come", "UPDATE run SET pay_date = '2099-01-01'",
          "UPDATE run SET pay_date = NULL" },
        { "a paused run", "UPDATE run SET state = 'paused'",
          "UPDATE run SET state = 'paying'" },
        { "a cancelled rest", "UPDATE run SET cancelled_at = now()",
          "UPDATE run SET cancelled_at = NULL" },
        { "a closed lane", "UPDATE funding_account SET lane_closed = true",
          "UPDATE funding_account SET lane_closed = false" }
    };

    (void)state;
    made(RUN_PAYING);
    for (size_t i = 0; i < LEN(rows); i++) {
        book_do(w.db, "%s", rows[i].set);
        if (due(TILL, NULL))
            fail_msg("looked at although: %s", rows[i].what);
        book_do(w.db, "%s", rows[i].back);
        if (!due(TILL, NULL))
            fail_msg("not looked at after: %s", rows[i].what);
    }
}

/* After a resume an account that has nothing left to release holds up nobody;
 * one whose release may still come back does. */
static void
test_nothing_left(void **state)
{
    struct due d = { true, true };

    (void)state;
    made(RUN_PAYING);
    assert_int_equal(run_funds_seen(w.db, w.run.run_id), DB_OK);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM run_account"
                              " WHERE funds_at IS NULL"), 0);
    assert_int_equal(run_funds_forget(w.db, w.run.run_id), DB_OK);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM run_account"
                              " WHERE funds_at IS NULL"), 3);
    batches(SALARIES, "in_flight");
    assert_true(due(SALARIES, &d));
    assert_false(d.asks);
    book_do(w.db, "UPDATE batch SET state = 'in_doubt' WHERE rail = 'AIRTIME'");
    assert_false(due(SALARIES, NULL));
    book_do(w.db, "UPDATE batch SET state = 'initiated'"
                  " WHERE rail = 'AIRTIME'");
    assert_true(due(SALARIES, &d));
    assert_true(d.asks);
}

/* What an account promised to one run it cannot promise to another, also while
 * that one waits for its other accounts. */
static void
test_promised(void **state)
{
    int64_t minor = 0, charges = 0, promised = 0;
    struct run first;
    const struct db_arg args[] = { A_I64(0), A_I64(0) };
    struct db_arg filled[2];
    const struct db_col cols[] = {
        C_I64("minor", &minor), C_I64("charges", &charges),
        C_I64("promised", &promised)
    };

    (void)state;
    made(RUN_PAYING);
    first = w.run;
    batches(WAGES, "initiated");
    assert_false(seen(WAGES));
    book_run(w.db, &w.a[WAGES], 5, 700, "2026-12", RUN_APPROVED, &w.run);
    must(run_send(w.db, &w.run, BOOK_CHECKER, &w.e));
    memcpy(filled, args, sizeof(filled));
    filled[0] = (struct db_arg)A_I64(w.a[WAGES].account_id);
    filled[1] = (struct db_arg)A_I64(w.run.run_id);
    assert_int_equal(db_one(w.db, sql_dispatch_need, filled, 2, cols,
                            LEN(cols)), DB_OK);
    assert_int_equal(minor, w.run.minor);
    assert_int_equal(promised, 302100 + 3000);
    /* the first run's own need does not count what others have of it */
    filled[1] = (struct db_arg)A_I64(first.run_id);
    assert_int_equal(db_one(w.db, sql_dispatch_need, filled, 2, cols,
                            LEN(cols)), DB_OK);
    assert_int_equal(minor, 302100);
    assert_int_equal(promised, 0);
}

/* --- lanes ---------------------------------------------------------------- */

static void
test_lanes(void **state)
{
    struct run_progress now;

    (void)state;
    made(RUN_PAYING);
    must(run_progress(w.db, w.run.run_id, &now, &w.e));
    assert_false(now.lane_closed);
    assert_string_equal(now.accounts, "salaries, till, wages");
    assert_int_equal(lane_close(w.db, w.a[TILL].account_id, "Invalid hash",
                                "worker"), DB_OK);
    assert_int_equal(lane_close(w.db, w.a[WAGES].account_id, "401", "worker"),
                     DB_OK);
    must(run_progress(w.db, w.run.run_id, &now, &w.e));
    assert_true(now.lane_closed);
    assert_string_equal(now.lane_why, "till: Invalid hash");
    must(run_resume(w.db, &w.run, BOOK_MAKER, &w.e));
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM funding_account"
                              " WHERE lane_closed"), 0);
}

/* --- the report ----------------------------------------------------------- */

static void
model(struct model *m)
{
    assert_true(db_begin(w.db) >= 0);
    must(model_read(m, w.db, &w.run, &w.e));
}

static void
done(struct model *m)
{
    model_release(m);
    db_rollback(w.db);
}

/* The sums tie for every account, or for none. */
static void
test_report(void **state)
{
    static const struct row { const char *what, *sql; } rows[] = {
        { "an account's part is another one",
          "UPDATE run_account SET minor = minor + 1 WHERE minor = 302400" },
        { "an account is missing",
          "DELETE FROM run_account WHERE minor = 302400" },
        { "a batch belongs to another account",
          "UPDATE batch b SET account_id = r.account_id FROM run r"
          " WHERE b.rail = 'SAPAMA-MPESA'" },
        { "a batch's counter is off",
          "UPDATE batch SET paid_rows = 1, paid_minor = 1"
          " WHERE rail = 'AIRTIME'" }
    };
    static struct model m;

    (void)state;
    made(RUN_PAYING);
    book_do(w.db, "UPDATE batch SET state = 'in_flight' WHERE rail ="
                  " 'SAPAMA-MPESA'");
    model(&m);
    assert_true(model_several(&m));
    assert_int_equal(m.naccounts, 3);
    assert_true(m.accounts_tie && m.proof.ties);
    assert_string_equal(m.accounts[1].payer.account, "till");
    assert_int_equal(m.accounts[1].sums.flight_rows, 3);
    assert_int_equal(m.accounts[1].sums.flight_minor, 302400);
    assert_int_equal(m.accounts[0].sums.waiting_rows, 6);
    done(&m);
    for (size_t i = 0; i < LEN(rows); i++) {
        assert_true(db_begin(w.db) >= 0);
        book_do(w.db, "%s", rows[i].sql);
        must(model_read(&m, w.db, &w.run, &w.e));
        if (m.proof.ties)
            fail_msg("still ties: %s", rows[i].what);
        done(&m);
    }
}

/* --- parts ---------------------------------------------------------------- */

/* Linked parts are stored, approved, and read back as what they are. */
static void
test_parts(void **state)
{
    struct intake_order o = book_order(w.path, &w.a[SALARIES], "2026-11");
    FILE *f = fopen(w.path, "wb");

    (void)state;
    assert_non_null(f);
    fputs("name,phone,amount\nA,0712000001,1001\nB,0712000002,400000\n", f);
    assert_int_equal(fclose(f), 0);
    o.rules = &rules;
    o.split = true;
    must(intake_upload(w.db, &o, &w.ps, &w.r, &w.e));
    must(run_find(w.db, w.r.ref, &w.run, &w.e));
    assert_int_equal(w.run.rows, 3);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM instruction"
                              " WHERE part IS NULL AND parts IS NULL"), 1);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM instruction"
                              " WHERE parts = 2 AND part IN (1, 2)"
                              " AND minor = 20000000"), 2);
    must(run_submit(w.db, &w.run, BOOK_MAKER, &w.e));
    must(run_approve(w.db, &w.run, BOOK_CHECKER, w.run.minor, &w.e));
    assert_true(same());
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, finished)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_stored), TEST(test_refused), TEST(test_swaps_are_seen),
        TEST(test_swap_before_approval), TEST(test_gate),
        TEST(test_gate_closed), TEST(test_gate_opened_elsewhere),
        TEST(test_waiting_for_others),
        TEST(test_gate_waits), TEST(test_nothing_left), TEST(test_promised),
        TEST(test_lanes), TEST(test_report), TEST(test_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
