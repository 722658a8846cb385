/* Who is told of what: written with the fact, once, and handed on by whoever
 * comes first. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "book/standstill.h"
#include "db/sql.h"
#include "db/txn.h"
#include "net/loop.h"
#include "outbox/outbox.h"
#include "report/metrics.h"
#include "tests/lib/book.h"
#include "tests/lib/pg.h"

static const char *url;
static struct db *db;
static struct account a;
static struct run run;
static struct err e;

static int
world_open(void **state)
{
    (void)state;
    url = book_open(&db);
    book_people(db);
    book_account(db, &a, 10);
    book_run(db, &a, 3, 1, "2026-11", RUN_PAYING, &run);
    e = (struct err){ 0 };
    return 0;
}

static int
world_close(void **state)
{
    (void)state;
    db_close(db);
    return 0;
}

static int64_t
events(const char *kind)
{
    return book_i64(db, "SELECT count(*) AS n FROM outbox WHERE kind = '%s'",
                    kind);
}

static void
audit(const char *actor, const char *action)
{
    book_do(db, "SELECT audit_append('%s', '%s', '%s', 'why') AS n", actor,
            action, run.ref);
}

/* --- what becomes an event -------------------------------------------------- */

static void
of_the_audit(void **state)
{
    static const struct { const char *actor, *action, *kind; } t[] = {
        { "worker x", "lane close", "lane.closed" },
        { "worker x", "sent_twice", "payment.sent_twice" },
        { "worker x", "sent_after_all", "payment.sent_after_all" },
        { "worker x", "contradiction", "payment.contradiction" },
        { "worker x", "no_end", "batch.no_end" },
        { "worker x", "cancel_by_hand", "batch.cancel_by_hand" },
        { "worker x", "list_too_long", "batch.list_too_long" },
        { "worker x", "pause", "run.stopped" },
        { "worker x", "lineage hold", "sending.held" },
        { "amina", "pause all", "sending.paused" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(t); i++) {
        int64_t before = events(t[i].kind);

        audit(t[i].actor, t[i].action);
        assert_int_equal(events(t[i].kind), before + 1);
    }
    /* what a person did, or what is no more than a note, calls nobody */
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM outbox WHERE class"
                              " = 'alert'"), LEN(t));
    audit("amina", "pause");
    audit("worker x", "in_doubt");
    audit("amina", "sent_twicely");
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM outbox WHERE class"
                              " = 'alert'"), LEN(t));
}

/* A fact that is taken back was never told. */
static void
with_the_fact(void **state)
{
    int64_t before = events("lane.closed");

    (void)state;
    assert_int_equal(db_begin(db), DB_OK);
    audit("worker x", "lane close");
    assert_int_equal(events("lane.closed"), before + 1);
    db_rollback(db);
    assert_int_equal(events("lane.closed"), before);
}

static void
of_a_slot(void **state)
{
    (void)state;
    book_do(db, "INSERT INTO schedule (name, account_id, calendar,"
            " grace_minutes, state_by, made_by, since, planned_from) SELECT"
            " 'nightly', account_id, '*-*-* 20:00', 60, 'amina', 'amina',"
            " now(), now() FROM funding_account LIMIT 1 RETURNING schedule_id");
    book_do(db, "INSERT INTO slot (schedule_id, wanted, nominal, due_at,"
            " last_at) SELECT schedule_id, '2026-11-20 20:00',"
            " '2026-11-20 20:00', now() - interval '3 hours',"
            " now() - interval '2 hours' FROM schedule RETURNING slot_id");
    assert_int_equal(events("slot.missed"), 0);
    book_do(db, "UPDATE slot SET state = 'asks', note = 'the host was down.'"
            " RETURNING slot_id");
    assert_int_equal(events("slot.missed"), 1);
    book_do(db, "UPDATE slot SET state = 'planned' RETURNING slot_id");
    book_do(db, "UPDATE slot SET state = 'asks' RETURNING slot_id");
    assert_int_equal(events("slot.missed"), 1);
    book_do(db, "DELETE FROM slot RETURNING slot_id");
}

static void
of_pre_flight(void **state)
{
    static const char found[] =
        "INSERT INTO preflight (by, what, result, findings) VALUES ('x',"
        " 'due', '%s', '[{\"result\":\"fail\",\"text\":\"KES 5 short\","
        "\"fix\":\"pay in\"}]') RETURNING preflight_id";

    (void)state;
    book_do(db, found, "warn");
    assert_int_equal(events("preflight.failed"), 0);
    book_do(db, found, "fail");
    book_do(db, found, "fail");             /* the next five minutes */
    assert_int_equal(events("preflight.failed"), 1);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM outbox WHERE"
        " detail = 'KES 5 short Fix: pay in'"), 1);
}

/* However many are found at once: one event; and those that come back. */
static void
of_breaks(void **state)
{
    (void)state;
    book_do(db, "INSERT INTO reconciliation (run_id, made_by, late_days,"
            " watch_days) VALUES (%lld, 'amina', 1, 7) RETURNING run_id",
            (long long)run.run_id);
    book_do(db, "INSERT INTO break (key, kind, run_id, minor, ours_minor,"
            " theirs_minor, ccy, about, detail, seen_by) SELECT"
            " substr(sha256(i::text::bytea), 1, 16), 'missing_there', %lld,"
            " 100, 100, 0, 'KES', 'x', 'x', (SELECT max(reconciliation_id)"
            " FROM reconciliation) FROM generate_series(1, 3) i"
            " RETURNING break_id", (long long)run.run_id);
    assert_int_equal(events("break.found"), 1);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM outbox WHERE title"
        " = '3 differences found in %s'", run.ref), 1);
    book_do(db, "UPDATE break SET state = 'healed' RETURNING break_id");
    assert_int_equal(events("break.back"), 0);
    book_do(db, "UPDATE break SET state = 'open' RETURNING break_id");
    assert_int_equal(events("break.back"), 1);
    book_do(db, "UPDATE break SET state = 'healed' RETURNING break_id");
}

/* In doubt: not before its time, once, and again when it is another doubt. */
static void
of_time(void **state)
{
    static const char look[] =
        "SELECT outbox_look(900, 300) AS n";

    (void)state;
    book_do(db, "DELETE FROM worker WHERE false RETURNING owner");
    book_do(db, "UPDATE batch SET state = 'in_doubt', state_at = now()"
            " - interval '14 minutes' WHERE run_id = %lld RETURNING batch_id",
            (long long)run.run_id);
    assert_int_equal(book_i64(db, look), 0);
    book_do(db, "UPDATE batch SET state_at = now() - interval '16 minutes'"
            " WHERE run_id = %lld RETURNING batch_id", (long long)run.run_id);
    assert_int_equal(book_i64(db, look), 1);
    assert_int_equal(book_i64(db, look), 0);
    book_do(db, "UPDATE batch SET state_at = now() - interval '15 minutes 30"
            " seconds' WHERE run_id = %lld RETURNING batch_id",
            (long long)run.run_id);
    assert_int_equal(book_i64(db, look), 1);
    assert_int_equal(events("payment.in_doubt"), 2);
    /* nobody at work, for five minutes; a sign of life ends it */
    book_do(db, "UPDATE run SET state_at = now() - interval '6 minutes'"
            " RETURNING run_id");
    assert_int_equal(book_i64(db, look), 1);
    assert_int_equal(book_i64(db, look), 0);
    assert_int_equal(events("work.nobody"), 1);
}

/* --- frozen ----------------------------------------------------------------- */

static void
freezes(void **state)
{
    struct standstill s = { .paused = false };

    (void)state;
    audit("worker x", "paid_again_2");
    assert_int_equal(standstill_read(db, &s, &e), 0);
    assert_true(s.paused && !s.held);
    assert_string_equal(s.by, "payrun");
    assert_non_null(strstr(s.why, "was paid twice"));
    /* a hold that comes and goes does not thaw */
    assert_true(book_i64(db, "SELECT lineage_stop('x', 'x', 0, 0, now(),"
                         " now(), 0) AS n") > 0);
    audit("worker x", "paid_again_3");
    assert_int_equal(standstill_read(db, &s, &e), 0);
    assert_true(s.paused && s.held);
    assert_int_equal(standstill_set(db, false, "looked", BOOK_MAKER, &e), -1);
    book_do(db, "UPDATE standstill SET hold_id = NULL, paused = false, why ="
            " '' RETURNING one");
    assert_int_equal(standstill_read(db, &s, &e), 0);
    assert_true(s.paused && !s.held);
    assert_non_null(strstr(s.why, "was paid twice"));
    assert_int_equal(standstill_set(db, false, "looked", BOOK_MAKER, &e), 0);
    assert_int_equal(standstill_read(db, &s, &e), 0);
    assert_false(s.paused);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM standstill WHERE"
                              " frozen = ''"), 1);
}

/* --- handing on --------------------------------------------------------------- */

static struct channel
folder(const char *dir, const char *wants)
{
    struct channel c = { .way = CHANNEL_FOLDER, .nwants = 1 };

    str_copy(c.name, sizeof(c.name), STR("folder"));
    str_copy(c.place, sizeof(c.place), str_of(dir));
    str_copy(c.wants[0], sizeof(c.wants[0]), str_of(wants));
    return c;
}

static void
deliver(struct deliver_order *o, const struct channel *c, int n)
{
    o->db = db;
    o->channels = c;
    o->nchannels = n;
    o->until_idle = true;
    o->net = net_new(&e);
    assert_non_null(o->net);
    assert_int_equal(deliver_run(o, &e), 0);
    net_free(o->net);
}

/* A channel that is dead is tried once a round, and the other has all. */
static void
one_is_dead(void **state)
{
    struct deliver_order o = { .db = NULL };
    struct channel c[2];
    char dir[64];

    (void)state;
    test_dir(dir);
    book_do(db, "UPDATE outbox SET spread_at = now() RETURNING outbox_id");
    for (int i = 0; i < 20; i++)
        audit("worker x", "lane close");
    c[0] = folder(dir, "lane.closed");
    c[1] = folder("/no/such/folder", "alert");
    str_copy(c[1].name, sizeof(c[1].name), STR("dead"));
    deliver(&o, c, 2);
    assert_int_equal(o.delivered, 20);
    assert_in_range(o.failed, 1, 2);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM delivery WHERE"
        " channel = 'dead' AND delivered_at IS NULL AND next_at IS NOT NULL"),
        20);
    test_dir_remove(dir);
}

/* Somebody else has it in hand: it is not told twice. */
static void
one_at_a_time(void **state)
{
    struct deliver_order o = { .db = NULL };
    struct channel c;
    char dir[64];

    (void)state;
    test_dir(dir);
    c = folder(dir, "all");
    str_copy(c.name, sizeof(c.name), STR("held"));
    audit("worker x", "lane close");
    book_do(db, "INSERT INTO delivery (outbox_id, channel) SELECT"
            " max(outbox_id), 'held' FROM outbox RETURNING outbox_id");
    book_do(db, "UPDATE outbox SET spread_at = now() RETURNING outbox_id");
    book_do(db, "UPDATE delivery SET tries = 1, next_at = now() +"
            " interval '2 minutes' WHERE channel = 'held' RETURNING outbox_id");
    deliver(&o, &c, 1);
    assert_int_equal(o.delivered, 0);
    /* it died: somebody else's turn */
    book_do(db, "UPDATE delivery SET next_at = now() WHERE channel = 'held'"
            " RETURNING outbox_id");
    deliver(&o, &c, 1);
    assert_int_equal(o.delivered, 1);
    deliver(&o, &c, 1);
    assert_int_equal(o.delivered, 0);
    test_dir_remove(dir);
}

/* --- figures ------------------------------------------------------------------ */

static void
whoever_may_ask(void **state)
{
    static const char *const roles[] = {
        DB_AS_LISTENER, DB_AS_WORKER, DB_AS_AUDITOR, DB_AS_MAKER
    };
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < LEN(roles); i++) {
        buf_clear(&b);
        assert_int_equal(db_become(db, roles[i], &e), 0);
        assert_int_equal(metrics_write(db, &b, &e), 0);
        assert_non_null(strstr(b.p, "\npayrun_runs{state=\"paying\"} 1\n"));
        assert_non_null(strstr(b.p, "\npayrun_payments_in_doubt 3\n"));
    }
    assert_int_equal(db_become(db, NULL, &e), 0);
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_the_audit),
        cmocka_unit_test(with_the_fact),
        cmocka_unit_test(of_a_slot),
        cmocka_unit_test(of_pre_flight),
        cmocka_unit_test(of_breaks),
        cmocka_unit_test(of_time),
        cmocka_unit_test(freezes),
        cmocka_unit_test(one_is_dead),
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(whoever_may_ask),
    };

    return cmocka_run_group_tests(tests, world_open, world_close);
}
