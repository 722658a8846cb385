#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "book/people.h"
#include "db/sql.h"
#include "db/txn.h"
#include "intake/approve.h"
#include "tests/lib/book.h"
#include "tests/lib/payroll_rules.h"
#include "tests/lib/pg.h"

static const char *const first_names[] = {
    "Wanjiku", "Otieno", "Achieng", "Mwangi", "Fatuma", "Kiprono", "Naliaka",
    "Juma", "Chebet", "Mutua"
};

#define NAMES (int64_t)(sizeof(first_names) / sizeof(first_names[0]))

static void
must(int rc, const struct err *e)
{
    if (rc < 0)
        fail_msg("%s %s", e->text, e->fix);
}

const char *
book_open(struct db **db)
{
    static const char *url;

    if (url == NULL) {
        *db = test_pg_migrated(&url);
        return url;
    }
    *db = test_pg_open(url);
    test_pg_do(*db, "DO $$ BEGIN EXECUTE (SELECT 'TRUNCATE '"
               " || string_agg(quote_ident(tablename), ', ')"
               " || ' RESTART IDENTITY' FROM pg_tables"
               " WHERE schemaname = 'payrun'"
               " AND tablename NOT IN ('schema_step', 'audit_head', 'edge'));"
               " END $$");
    test_pg_do(*db, "UPDATE audit_head SET audit_id = 0, hash ="
               " decode(repeat('00', 32), 'hex')");
    test_pg_do(*db, "INSERT INTO standstill (paused, why) VALUES (false, '')");
    test_pg_do(*db, "INSERT INTO lineage DEFAULT VALUES");
    return url;
}

void
book_people(struct db *db)
{
    struct err e = { 0 };

    must(person_add(db, BOOK_MAKER, "maker", "test", &e), &e);
    must(person_add(db, BOOK_CHECKER, "checker", "test", &e), &e);
    must(person_add(db, BOOK_ADMIN, "admin", "test", &e), &e);
    must(person_add(db, BOOK_AUDITOR, "auditor", "test", &e), &e);
}

void
book_account(struct db *db, struct account *a, int batch_rows_max)
{
    struct err e = { 0 };

    *a = (struct account){ .name = "salaries", .ccy = "KES",
                           .provider = &provider_intasend,
                           .batch_rows_max = batch_rows_max,
                           .inflight_max = 8, .lease_ms = LEASE_MS };
    must(account_sync(db, a, &e), &e);
}

void
book_file(const char *path, int64_t rows, int64_t first)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    fputs("employee_no,name,phone,amount,department\n", f);
    for (int64_t i = first; i < first + rows; i++)
        fprintf(f, "EMP%07lld,%s %s %lld,0712%06lld,%lld,Ward %lld\n",
                (long long)i, first_names[i % NAMES],
                first_names[i / NAMES % NAMES], (long long)i,
                (long long)(i % 1000000), (long long)(1000 + i * 37 % 59000),
                (long long)(i % 7));
    assert_int_equal(fclose(f), 0);
}

struct intake_order
book_order(const char *path, struct account *a, const char *period)
{
    return (struct intake_order){
        .path = path, .period = period, .kind = "main", .account = a,
        .maker = BOOK_MAKER, .rules = &test_rules_mpesa, .expect_count = -1,
        .expect_minor = -1
    };
}

void
book_run(struct db *db, struct account *a, int64_t rows, int64_t first,
         const char *period, enum run_state upto, struct run *out)
{
    char path[64] = "";
    struct intake_order o = book_order(path, a, period);
    struct problems ps;
    struct intake_result r;
    struct err e = { 0 };

    snprintf(path, sizeof(path), "/tmp/payrun-book-%d.csv", (int)getpid());
    problems_init(&ps);
    book_file(path, rows, first);
    must(intake_upload(db, &o, &ps, &r, &e), &e);
    unlink(path);
    problems_release(&ps);
    must(run_find(db, r.ref, out, &e), &e);
    if (upto >= RUN_SUBMITTED)
        must(run_submit(db, out, BOOK_MAKER, &e), &e);
    if (upto >= RUN_APPROVED)
        must(run_approve(db, out, BOOK_CHECKER, out->minor, &e), &e);
    if (upto >= RUN_PAYING) {
        must(run_send(db, out, BOOK_CHECKER, &e), &e);
        assert_int_equal(run_funds_seen(db, out->run_id), DB_OK);
    }
    must(run_find(db, r.ref, out, &e), &e);
    assert_int_equal(out->state, upto);
}

/* A statement is known by its address, so each gets memory of its own; what
 * was used is kept until the program ends. */
static const char *
kept(const char *fmt, va_list args)
{
    static char *all[4096];
    static size_t n;

    assert_true(n < sizeof(all) / sizeof(all[0]));
    if (vasprintf(&all[n], fmt, args) < 0)
        fail_msg("out of memory");
    return all[n++];
}

enum db_status
book_do(struct db *db, const char *fmt, ...)
{
    enum db_status st;
    const char *sql = NULL;
    va_list args;

    va_start(args, fmt);
    sql = kept(fmt, args);
    va_end(args);
    st = db_do(db, sql, NULL, 0);
    if (st < 0)
        fail_msg("%s: %s", sql, db_why(db));
    return st;
}

int64_t
book_i64(struct db *db, const char *fmt, ...)
{
    int64_t n = 0;
    const struct db_col cols[] = { C_I64("n", &n) };
    const char *sql = NULL;
    va_list args;

    va_start(args, fmt);
    sql = kept(fmt, args);
    va_end(args);
    if (db_one(db, sql, NULL, 0, cols, LEN(cols)) != DB_OK)
        fail_msg("%s: %s", sql, db_why(db));
    return n;
}

struct claim {
    const struct account *a;
    enum batch_event on;
    struct batch *out;
};

static enum db_status
claim_txn(struct db *db, void *owner)
{
    struct claim *c = owner;

    return batch_claim(db, c->a->account_id, c->on, &c->a->canary, "tester",
                       LEASE_MS, c->out);
}

enum db_status
book_claim(struct db *db, const struct account *a, enum batch_event on,
           struct batch *out)
{
    struct claim c = { a, on, out };

    return db_txn(db, claim_txn, &c);
}

struct making {
    const struct batch *batch;
    const char *step;
    struct attempt *out;
};

static enum db_status
attempt_txn(struct db *db, void *owner)
{
    struct making *m = owner;

    return attempt_make(db, m->batch, m->step, "tester", STR("{}"), m->out);
}

enum db_status
book_attempt(struct db *db, const struct batch *b, const char *step,
             struct attempt *out)
{
    struct making m = { b, step, out };

    return db_txn(db, attempt_txn, &m);
}

/* What a mark would know that knows all of this database's history. */
static void
knows_all(struct db *db, struct lineage *l)
{
    static const char knows[] =
        "-- book_mark: what a mark would know\n"
        "SELECT installation::text AS installation, epoch, beat, nonce,"
        "       lineage_place() AS place FROM lineage";
    struct mark *m = &l->known;
    const struct db_col cols[] = {
        C_TEXT("installation", m->installation), C_I64("epoch", &m->epoch),
        C_I64("beat", &m->beat), C_TEXT("nonce", m->nonce),
        C_TEXT("place", m->place)
    };

    *l = (struct lineage){ .state = LINEAGE_SOUND };
    assert_int_equal(db_one(db, knows, NULL, 0, cols, LEN(cols)), DB_OK);
}

enum db_status
book_leave(struct db *db, const struct attempt *a)
{
    struct lineage l;
    struct lineage_step step;

    knows_all(db, &l);
    lineage_step(&step);
    return attempt_leave(db, a, &l, &step);
}

enum db_status
book_errand_leave(struct db *db, int64_t errand_id)
{
    struct lineage l;
    struct lineage_step step;

    knows_all(db, &l);
    lineage_step(&step);
    const struct db_arg args[] = {
        A_I64(errand_id), A_I64(ERRAND_DOOR_MS),
        A_TEXT(l.known.installation), A_I64(l.known.epoch),
        A_I64(l.known.beat), A_TEXT(l.known.nonce), A_TEXT(l.known.place),
        A_TEXT(step.nonce)
    };

    return db_do(db, sql_errand_leave, args, LEN(args));
}
