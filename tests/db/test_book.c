/* Batches: who gets one, what may leave, what comes back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "book/inbox.h"
#include "db/txn.h"
#include "tests/lib/pg.h"
#include "tests/lib/world.h"

/* --- claiming ------------------------------------------------------------ */

#define WORKERS 8
#define BATCHES 500

static void
claim_all(int to)
{
    struct db *db = test_pg_open(w.url);
    struct batch b;

    while (book_claim(db, &w.a, BATCH_ON_CLAIM_INITIATE, &b) == DB_OK) {
        int number = b.number;

        if (b.state != BATCH_INITIATING || b.epoch != 1
            || write(to, &number, sizeof(number)) != sizeof(number))
            _exit(1);
    }
    _exit(0);
}

static void
test_claims_never_overlap(void **state)
{
    int ends[2], number = 0, status = 0;
    int got[BATCHES + 1] = { 0 };

    (void)state;
    book_account(w.db, &w.a, 1);
    world_run(BATCHES, RUN_PAYING);
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    for (int i = 0; i < WORKERS; i++)
        if (fork() == 0)
            claim_all(ends[1]);
    close(ends[1]);
    while (read(ends[0], &number, sizeof(number)) == sizeof(number))
        got[number]++;
    close(ends[0]);
    for (int i = 0; i < WORKERS; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    for (int i = 1; i <= BATCHES; i++)
        if (got[i] != 1)
            fail_msg("batch %d was claimed %d times", i, got[i]);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM history"
                              " WHERE on_event = 'claim_initiate'"), BATCHES);
}

static void
test_claim_conditions(void **state)
{
    static const struct { const char *what, *set, *back; } rows[] = {
        { "run submitted", "UPDATE run SET state = 'submitted'",
          "UPDATE run SET state = 'paying'" },
        { "run approved, not sent", "UPDATE run SET state = 'approved'",
          "UPDATE run SET state = 'paying'" },
        { "run paused", "UPDATE run SET state = 'paused'",
          "UPDATE run SET state = 'paying'" },
        { "run cancelled half way", "UPDATE run SET cancelled_at = now()",
          "UPDATE run SET cancelled_at = NULL" },
        { "lane closed", "UPDATE funding_account SET lane_closed = true",
          "UPDATE funding_account SET lane_closed = false" },
        { "pay date tomorrow", "UPDATE run SET pay_date = "
          "(now() AT TIME ZONE 'Africa/Nairobi')::date + 1",
          "UPDATE run SET pay_date = "
          "(now() AT TIME ZONE 'Africa/Nairobi')::date" },
        { "not due", "UPDATE batch SET next_at = now() + interval '1 h'",
          "UPDATE batch SET next_at = now()" },
        { "not approved", "DELETE FROM approval", NULL },
    };
    struct batch b;

    (void)state;
    world_run(100, RUN_PAYING);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        book_do(w.db, "%s", rows[i].set);
        if (book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &b) != DB_NONE)
            fail_msg("claimed although: %s", rows[i].what);
        if (rows[i].back == NULL)
            continue;
        book_do(w.db, "%s", rows[i].back);
        if (book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &b) != DB_OK)
            fail_msg("not claimed after: %s", rows[i].what);
    }
}

static void
test_release_needs_funds(void **state)
{
    struct batch b;

    (void)state;
    world_run(10, RUN_PAYING);
    (void)world_batch_in(BATCH_INITIATED);
    assert_int_equal(run_funds_forget(w.db, w.run.run_id), DB_OK);
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_RELEASE, &b),
                     DB_NONE);
    assert_int_equal(run_funds_seen(w.db, w.run.run_id), DB_OK);
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_RELEASE, &b), DB_OK);
    /* a claim is only a claim through its own door */
    assert_int_equal(world_move(&b, BATCH_ON_CLAIM_RELEASE), DB_NONE);
}

/* --- moving -------------------------------------------------------------- */

static void
test_epoch_guards(void **state)
{
    struct batch old, b;
    struct file_answer f = { .tracking_id = "T-9", .file_alias = "A-9" };
    struct attempt t;

    (void)state;
    world_run(10, RUN_PAYING);
    old = world_batch_in(BATCH_INITIATING);
    b = old;
    assert_int_equal(world_move(&b, BATCH_ON_INITIATE_LOST), DB_OK);
    assert_int_equal(b.state, BATCH_READY);
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &b),
                     DB_OK);
    assert_int_equal(b.epoch, old.epoch + 1);
    assert_int_equal(b.batch_id, old.batch_id);
    /* the worker that was thought dead is back: it can do nothing */
    assert_int_equal(world_move(&old, BATCH_ON_INITIATED), DB_NONE);
    assert_int_equal(batch_renew(w.db, &old, LEASE_MS), DB_NONE);
    assert_int_equal(batch_keep_file(w.db, &old, &f), DB_NONE);
    assert_int_equal(book_attempt(w.db, &old, "initiate", &t), DB_NONE);
    assert_int_equal(batch_renew(w.db, &b, LEASE_MS), DB_OK);
    /* no such edge from where it is */
    assert_int_equal(world_move(&b, BATCH_ON_ALL_FINAL), DB_NONE);
    assert_int_equal(world_move(&b, BATCH_ON_RELEASED), DB_NONE);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM batch WHERE"
                              " state = 'initiating' AND owner = 'tester'"), 1);
}

static void
test_move_notes(void **state)
{
    const struct batch_note note = {
        .detail = "HTTP 503", .wait_ms = 3600000, .count_try = true,
        .poll_in_ms = 60000, .charge_estimate_minor = 777
    };
    const struct batch_note forget = {
        .forget_file = true, .stop_polling = true, .charge_estimate_minor = -1
    };
    struct batch b;
    int64_t ms = 0;

    (void)state;
    world_run(10, RUN_PAYING);
    b = world_batch_in(BATCH_RELEASING);
    assert_int_equal(batch_move(w.db, &b, BATCH_ON_NOT_RELEASED, "me", &note),
                     DB_OK);
    assert_int_equal(b.tries, 1);
    assert_int_equal(b.charge_estimate_minor, 777);
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_RELEASE, &b),
                     DB_NONE);
    assert_int_equal(batch_next_due_ms(w.db, &ms), DB_OK);
    assert_in_range(ms, 50000, 60000);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM batch WHERE"
                              " owner IS NULL AND lease_until IS NULL"
                              " AND state_why = 'HTTP 503' AND tries = 1"), 1);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM history WHERE"
                              " on_event = 'not_released' AND why LIKE"
                              " '%%: HTTP 503' AND actor = 'me'"), 1);
    book_do(w.db, "UPDATE batch SET state = 'initiating'");
    assert_int_equal(batch_by_id(w.db, w.run.run_id * 100000 + 1, &b), DB_OK);
    assert_string_not_equal(b.tracking_id, "");
    assert_int_equal(batch_move(w.db, &b, BATCH_ON_ANSWER_DIFFERS, "me",
                                &forget), DB_OK);
    assert_string_equal(b.tracking_id, "");
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM batch WHERE"
                              " tracking_id IS NULL AND answer_no IS NULL AND"
                              " poll_at IS NULL AND tries = 0"), 1);
}

static void
test_first_file_wins(void **state)
{
    struct file_answer one = { .tracking_id = "T-one", .file_alias = "A-one" };
    struct file_answer two = { .tracking_id = "T-two", .file_alias = "A-two" };
    struct batch a, b;
    int64_t id = 0;

    (void)state;
    world_run(20, RUN_PAYING);
    a = world_batch_in(BATCH_INITIATING);
    b = world_batch_in(BATCH_INITIATING);
    assert_int_equal(batch_keep_file(w.db, &a, &one), DB_OK);
    assert_string_equal(a.tracking_id, "T-one");
    assert_int_equal(batch_keep_file(w.db, &a, &two), DB_OK);
    assert_string_equal(a.tracking_id, "T-one");
    assert_string_equal(a.file_alias, "A-one");
    /* a file of another batch is never ours */
    assert_int_equal(batch_keep_file(w.db, &b, &one), DB_OK);
    assert_string_equal(b.tracking_id, "");
    assert_int_equal(inbox_match(w.db, "T-one", &id), DB_OK);
    assert_int_equal(id, a.batch_id);
    assert_int_equal(inbox_match(w.db, "T-two", &id), DB_NONE);
}

/* --- the door ------------------------------------------------------------ */

static bool
is_everybody(const char *owner)
{
    (void)owner;
    return true;
}

static bool
is_nobody(const char *owner)
{
    (void)owner;
    return false;
}

static void
test_door_shuts(void **state)
{
    static const struct { const char *what, *set, *back; } rows[] = {
        { "pause", "UPDATE run SET state = 'paused'",
          "UPDATE run SET state = 'paying'" },
        { "cancel of the rest", "UPDATE run SET cancelled_at = now()",
          "UPDATE run SET cancelled_at = NULL" },
        { "lane closed", "UPDATE funding_account SET lane_closed = true",
          "UPDATE funding_account SET lane_closed = false" },
        { "lease lost", "UPDATE batch SET lease_until = now()",
          "UPDATE batch SET lease_until = now() + interval '1 h'" },
        { "claimed by another", "UPDATE batch SET epoch = epoch + 1",
          "UPDATE batch SET epoch = epoch - 1" },
        { "another file", "UPDATE batch SET tracking_id = 'other'",
          "UPDATE batch SET tracking_id = (SELECT tracking_id FROM attempt"
          " ORDER BY attempt_no DESC LIMIT 1)" },
        { "another state", "UPDATE batch SET state = 'initiated'",
          "UPDATE batch SET state = 'releasing'" },
        { "approval gone", "DELETE FROM approval",
          "INSERT INTO approval (run_id, made_by, digest, approver, minor)"
          " SELECT run_id, made_by, digest, 'brian', minor FROM run" },
    };
    struct batch b;
    struct attempt t;

    (void)state;
    world_run(10, RUN_PAYING);
    b = world_batch_in(BATCH_RELEASING);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(book_attempt(w.db, &b, "approve", &t), DB_OK);
        book_do(w.db, "%s", rows[i].set);
        if (book_leave(w.db, &t) != DB_NONE)
            fail_msg("left after: %s", rows[i].what);
        book_do(w.db, "%s", rows[i].back);
    }
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM attempt"
                              " WHERE left_at IS NOT NULL"), 0);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM batch"
                              " WHERE left_no IS NOT NULL"), 0);
    assert_int_equal(book_leave(w.db, &t), DB_OK);
    assert_int_equal(book_i64(w.db, "SELECT left_no AS n FROM batch"),
                     t.attempt_no);
    if (book_leave(w.db, &t) != DB_NONE)
        fail_msg("the same attempt left twice");
}

static void
test_door_and_reclaim(void **state)
{
    struct batch b;
    struct attempt t;
    int n = 0;

    (void)state;
    world_run(10, RUN_PAYING);
    b = world_batch_in(BATCH_RELEASING);
    assert_int_equal(book_attempt(w.db, &b, "approve", &t), DB_OK);
    assert_int_equal(batch_reclaim(w.db, "me", is_everybody, &n), DB_OK);
    assert_int_equal(n, 1);
    assert_int_equal(book_leave(w.db, &t), DB_NONE);
    /* also when it is claimed again, by somebody else */
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_RELEASE, &b), DB_OK);
    assert_int_equal(book_leave(w.db, &t), DB_NONE);
}

/* While a request is passing the door nobody takes its batch back; and then
 * it counts as having left. */
static void
test_reclaim_waits_for_the_door(void **state)
{
    struct db *other = test_pg_open(w.url);
    struct batch b;
    struct attempt t;
    int n = 0;

    (void)state;
    world_run(10, RUN_PAYING);
    b = world_batch_in(BATCH_RELEASING);
    assert_int_equal(book_attempt(w.db, &b, "approve", &t), DB_OK);
    assert_int_equal(db_begin(w.db), DB_OK);
    assert_int_equal(book_leave(w.db, &t), DB_OK);
    assert_int_equal(batch_reclaim(other, "me", is_everybody, &n), DB_NONE);
    assert_int_equal(n, 0);
    assert_int_equal(db_commit(w.db), DB_OK);
    assert_int_equal(batch_reclaim(other, "me", is_everybody, &n), DB_OK);
    assert_int_equal(batch_by_id(w.db, b.batch_id, &b), DB_OK);
    assert_int_equal(b.state, BATCH_IN_DOUBT);
    db_close(other);
}

static void
test_cancel_passes(void **state)
{
    struct batch b;
    struct attempt t;

    (void)state;
    world_run(10, RUN_PAYING);
    b = world_batch_in(BATCH_INITIATED);
    book_do(w.db, "UPDATE run SET state = 'paused'");
    assert_int_equal(book_attempt(w.db, &b, "cancel", &t), DB_OK);
    assert_int_equal(book_leave(w.db, &t), DB_OK);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM batch"
                              " WHERE left_no IS NOT NULL"), 0);
    assert_int_equal(attempt_answer(w.db, &t, ANSWER_TAKEN, 200, "ok", 0),
                     DB_OK);
    assert_int_equal(attempt_answer(w.db, &t, ANSWER_REFUSED, 400, "no", 0),
                     DB_NONE);
    assert_int_equal(book_i64(w.db, "SELECT http AS n FROM attempt"), 200);
}

static void
test_only_the_stored_file_is_approved(void **state)
{
    struct batch b;
    struct attempt t;

    (void)state;
    world_run(10, RUN_PAYING);
    b = world_batch_in(BATCH_RELEASING);
    snprintf(b.tracking_id, sizeof(b.tracking_id), "my own");
    assert_int_equal(book_attempt(w.db, &b, "approve", &t), DB_NONE);
    assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM attempt"), 0);
}

/* --- taking back --------------------------------------------------------- */

static void
test_reclaim(void **state)
{
    static const struct {
        enum batch_state from;
        bool left, poll;
        enum batch_state to;
    } rows[] = {
        { BATCH_INITIATING, false, false, BATCH_READY },
        { BATCH_INITIATING, true,  false, BATCH_READY },
        { BATCH_RELEASING,  false, false, BATCH_INITIATED },
        { BATCH_RELEASING,  true,  true,  BATCH_IN_DOUBT },
        { BATCH_SENDING,    false, false, BATCH_READY },
        { BATCH_SENDING,    true,  true,  BATCH_IN_DOUBT },
    };
    struct batch b;
    struct attempt t;
    int n = 0;

    (void)state;
    world_run(60, RUN_PAYING);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].from == BATCH_SENDING)
            assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_SEND, &b),
                             DB_OK);
        else
            b = world_batch_in(rows[i].from);
        assert_int_equal(book_attempt(w.db, &b,
            rows[i].from == BATCH_INITIATING ? "initiate"
            : rows[i].from == BATCH_RELEASING ? "approve" : "send", &t), DB_OK);
        if (rows[i].left)
            assert_int_equal(book_leave(w.db, &t), DB_OK);
        /* held by somebody alive: nothing happens */
        assert_int_equal(batch_reclaim(w.db, "me", is_nobody, &n), DB_NONE);
        assert_int_equal(n, 0);
        book_do(w.db, "UPDATE batch SET lease_until = now() - interval '1 s'"
                " WHERE batch_id = %lld", (long long)b.batch_id);
        assert_int_equal(batch_reclaim(w.db, "me", is_nobody, &n), DB_OK);
        assert_int_equal(n, 1);
        assert_int_equal(batch_by_id(w.db, b.batch_id, &b), DB_OK);
        if (b.state != rows[i].to)
            fail_msg("%s%s went to %s", batch_state_name(rows[i].from),
                     rows[i].left ? ", left" : "", batch_state_name(b.state));
        assert_int_equal(b.tracking_id[0] == '\0',
                         rows[i].from != BATCH_RELEASING);
        assert_int_equal(book_i64(w.db, "SELECT count(*) AS n FROM batch WHERE"
            " batch_id = %lld AND owner IS NULL AND (poll_at <= now()) IS %s",
            (long long)b.batch_id, rows[i].poll ? "TRUE" : "NOT TRUE"), 1);
        /* out of the way of the next row */
        book_do(w.db, "UPDATE batch SET next_at = 'infinity'"
                " WHERE batch_id = %lld", (long long)b.batch_id);
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_open, world_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_claims_never_overlap), T(test_claim_conditions),
        T(test_release_needs_funds), T(test_epoch_guards), T(test_move_notes),
        T(test_first_file_wins), T(test_door_shuts), T(test_door_and_reclaim),
        T(test_reclaim_waits_for_the_door), T(test_cancel_passes),
        T(test_only_the_stored_file_is_approved),
        T(test_reclaim),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
