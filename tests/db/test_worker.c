/* One worker, a real PostgreSQL, a stand-in for the provider that keeps its
 * own books: whatever happens on the way, each payee is paid once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "book/people.h"
#include "intake/approve.h"
#include "net/httpd.h"
#include "tests/lib/book.h"
#include "tests/lib/shop.h"

#define ROWS 12

static void
three_batches_are_paid(void **state)
{
    struct shop s;

    (void)state;
    shop_plan(&s);
    shop_open(&s);
    shop_seed(&s, ROWS);
    shop_pays_all(&s, "happy", ROWS);
    assert_int_equal(shop_batches(&s, "done"), 3);
    assert_string_equal(stand_summary(&s.stand, "approvals"), "3");
    assert_string_equal(stand_summary(&s.stand, "files"), "3");
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM worker"), 0);
    /* again: nothing is left to do */
    shop_pays_all(&s, "again", ROWS);
    shop_close(&s);
}

/* --- the account, the wallet, the provider -------------------------------- */

static void
a_provider_that_is_away(void **state)
{
    struct shop s;
    char there[256];

    (void)state;
    shop_plan(&s);
    s.account.give_up_ms = 700;
    shop_open(&s);
    shop_seed(&s, ROWS);
    snprintf(there, sizeof(there), "%s", s.account.base_url);
    /* port 1 of this machine: refused at once */
    snprintf(s.account.base_url, sizeof(s.account.base_url),
             "http://127.0.0.1:1/api/v1/");
    assert_int_equal(shop_work(&s), -1);
    assert_int_equal(s.e.kind, ERR_UNAVAILABLE);
    assert_int_equal(shop_batches(&s, "ready"), 3);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM attempt t JOIN "
                            "batch USING (batch_id) WHERE run_id = $R AND "
                            "left_at IS NOT NULL"), 0);
    /* one at a time finds out: a lane of failures is not a wave of tries */
    assert_in_range(shop_n(&s, "SELECT count(*) AS n FROM attempt JOIN batch "
                               "USING (batch_id) WHERE run_id = $R"), 2, 8);
    snprintf(s.account.base_url, sizeof(s.account.base_url), "%s", there);
    shop_pays_all(&s, "back again", ROWS);
    shop_close(&s);
}

/* When so many approves are through, our key is not good any more. */
static int key_after;

static void
change_key(struct shop *s)
{
    static const char sql[] = "SELECT count(*) AS n FROM batch WHERE run_id "
                              "= $R AND state IN ('in_flight', 'done')";

    if (key_after >= 0 && shop_n(s, sql) >= key_after) {
        key_after = -1;
        (void)secret_set(&s->account.key, STR("ISSecretKey_test_two"));
    }
}

static void
a_key_that_is_refused(void **state)
{
    (void)state;
    for (int after = 0; after < 3; after++) {
        struct shop s;

        shop_plan(&s);
        s.account.inflight_max = 1;
        s.account.poll_first_ms = 5000;
        shop_open(&s);
        shop_seed(&s, ROWS);
        key_after = after;
        s.also = change_key;
        if (shop_work(&s) < 0)
            fail_msg("%s", s.e.text);
        assert_int_equal(s.order.end, WORKER_LANE_CLOSED);
        assert_true(strlen(s.order.why) > 0);
        assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM outcome o JOIN "
                                "batch USING (batch_id) WHERE run_id = $R "
                                "AND o.state = 'failed'"), 0);
        assert_int_equal(shop_run_state(&s), RUN_PAYING);
        s.also = NULL;
        s.account.poll_first_ms = 30;
        s.account.give_up_ms = 10000;   /* what was asked for later is near */
        assert_int_equal(secret_set(&s.account.key, STR(STAND_KEY)), 0);
        shop_resume(&s);
        shop_pays_all(&s, "key refused, then mended", ROWS);
        shop_close(&s);
    }
}

static void
too_little_money_pauses(void **state)
{
    struct shop s;
    struct said said;
    struct run run;

    (void)state;
    shop_plan(&s);
    s.stand.order.balance_minor = 144599;   /* needed are KES 1,446.00 */
    shop_open(&s);
    shop_seed(&s, ROWS);
    assert_int_equal(shop_work(&s), 0);
    assert_int_equal(s.order.end, WORKER_PAUSED);
    assert_int_equal(run_by_id(s.db, s.run.run_id, &run), DB_OK);
    assert_int_equal(run.state, RUN_PAUSED);
    if (strstr(run.state_why, "short by KES 0.01") == NULL)
        fail_msg("%s", run.state_why);
    assert_string_equal(run.state_why, s.order.why);
    assert_string_equal(stand_summary(&s.stand, "approvals"), "0");
    stand_post(&s.stand, &said, "_wallet", "{\"balance\":\"1446.00\"}");
    assert_int_equal(said.http, 200);
    said_release(&said);
    shop_resume(&s);
    shop_pays_all(&s, "topped up to the last cent", ROWS);
    assert_string_equal(stand_summary(&s.stand, "current_balance"), "0.00");
    shop_close(&s);
}

/* --- what was approved is what is paid ------------------------------------ */

/* The digest of a batch's rows, for somebody who knows how it is made. */
static const char forge[] =
    "CREATE OR REPLACE FUNCTION forged(id bigint) RETURNS bytea LANGUAGE sql "
    "AS $f$ SELECT sha256(string_agg(convert_to(octet_length(f) || ':' || f, "
    "'UTF8'), ''::bytea ORDER BY seq, nr)) FROM instruction i JOIN batch b "
    "USING (batch_id) CROSS JOIN LATERAL unnest(ARRAY[seq::text, "
    "i.minor::text, rail, i.ccy::text, account, coalesce(bank_code, ''), "
    "coalesce(account_reference, ''), name, coalesce(narration, ''), "
    "coalesce(reference, ''), coalesce(id_number, ''), coalesce(employee_no, "
    "'')]) WITH ORDINALITY AS t(f, nr) WHERE batch_id = id $f$";

#define FORGE "UPDATE batch SET digest = forged(batch_id) WHERE run_id = $R"

static const struct change {
    const char *name;
    bool after_gate;            /* the wallet was seen; one may be released  */
    const char *sql[3];
} changes[] = {
    { "an amount", false, { "UPDATE instruction SET minor = instruction.minor "
      "+ 100 FROM batch b WHERE b.batch_id = instruction.batch_id AND b.run_id "
      "= $R AND b.number = 2 AND seq = 3" } },
    { "a number", false, { "UPDATE instruction SET account = '254700000999' "
      "FROM batch b WHERE b.batch_id = instruction.batch_id AND b.run_id = $R "
      "AND b.number = 3 AND seq = 1" } },
    { "a row more", false, { "INSERT INTO instruction (batch_id, seq, line_no, "
      "minor, ccy, account, name) SELECT batch_id, 5, 99, 100, 'KES', "
      "'254700000999', 'X' FROM batch WHERE run_id = $R AND number = 1" } },
    { "a batch's own digest", false, { "UPDATE batch SET digest = sha256('x') "
      "WHERE run_id = $R AND number = 1" } },
    { "the narration", false, { "UPDATE run SET narration = 'Bonus' WHERE "
      "run_id = $R" } },
    { "the rail of a batch", false, { "UPDATE batch SET rail = 'AIRTIME' WHERE "
      "run_id = $R AND number = 1" } },
    { "a batch to another account", false, { "UPDATE batch SET account_id = "
      "(SELECT min(account_id) FROM funding_account) WHERE run_id = $R AND "
      "number = 1" } },
    { "the currency of a batch", false, { "UPDATE batch SET ccy = 'USD' WHERE "
      "run_id = $R AND number = 3" } },
    { "a row, the digest and the gate", false, { "UPDATE instruction SET "
      "account = '254700000999' FROM batch b WHERE b.batch_id = "
      "instruction.batch_id AND b.run_id = $R AND b.number = 3 AND seq = 1",
      FORGE, "UPDATE run SET funds_at = now() WHERE run_id = $R" } },
    { "a row and the digest behind the gate", true, { "UPDATE instruction SET "
      "account = '254700000999' FROM batch b WHERE b.batch_id = "
      "instruction.batch_id AND b.run_id = $R AND b.number = 3 AND seq = 1",
      FORGE } },
    { "a batch more behind the gate", true, { "INSERT INTO batch (batch_id, "
      "run_id, number, account_id, rail, rows, minor, ccy, digest) SELECT "
      "batch_id + 98, run_id, 99, account_id, rail, 1, 500, ccy, digest FROM "
      "batch WHERE run_id = $R AND number = 1", "INSERT INTO instruction "
      "(batch_id, seq, line_no, minor, ccy, account, name) SELECT batch_id, 1, "
      "99, 500, 'KES', '254700000999', 'Eve' FROM batch WHERE run_id = $R AND "
      "number = 99", FORGE } },
};

static const struct change *to_come;
static int64_t change_until_ms;

static void
change_now(struct shop *s)
{
    const struct change *c = to_come;

    /* a change that nobody notices can leave a worker waiting for ever */
    if (s->turns > 0 && clock_mono_ms() > change_until_ms)
        fail_msg("nobody noticed the change");
    if (c == NULL || (c->after_gate && shop_n(s, "SELECT count(*) AS n FROM "
                      "run WHERE run_id = $R AND funds_at IS NOT NULL") == 0))
        return;
    for (size_t k = 0; k < 3 && c->sql[k] != NULL; k++)
        shop_do(s, c->sql[k]);
    to_come = NULL;
}

static void
changed_content_is_not_sent(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const struct change *c = &changes[i];
        struct shop s;
        long released = 0;

        shop_plan(&s);
        s.account.inflight_max = 1;     /* behind the gate, one is released */
        shop_open(&s);
        shop_seed(&s, ROWS);
        shop_do(&s, forge);
        assert_int_equal(shop_n(&s, "SELECT bool_and(digest = forged(batch_id))"
                                "::int AS n FROM batch WHERE run_id = $R"), 1);
        to_come = c;
        change_until_ms = clock_mono_ms() + 60000;
        if (!c->after_gate)
            change_now(&s);
        s.also = change_now;
        if (shop_work(&s) < 0)
            fail_msg("%s: %s", c->name, s.e.text);
        if (to_come != NULL || s.order.end != WORKER_PAUSED
            || strstr(s.order.why, "not what was approved") == NULL)
            fail_msg("%s: %d %s", c->name, (int)s.order.end, s.order.why);
        released = strtol(stand_summary(&s.stand, "approvals"), NULL, 10);
        if (released > (c->after_gate ? 1 : 0))
            fail_msg("%s: %ld files were released", c->name, released);
        if (shop_n(&s, "SELECT count(*) AS n FROM attempt JOIN batch USING "
                   "(batch_id) WHERE run_id = $R AND number IN (3, 99) AND "
                   "step = 'approve' AND left_at IS NOT NULL") != 0)
            fail_msg("%s: what was changed was released", c->name);
        shop_close(&s);
    }
}

/* What a provider, or somebody, says the charges are, ends no worker. */
static void
estimates_that_cannot_be_added_up(void **state)
{
    struct shop s;

    (void)state;
    shop_plan(&s);
    shop_open(&s);
    shop_seed(&s, ROWS);
    shop_do(&s, "UPDATE batch SET state = 'initiated', charge_estimate_minor = "
            "9223372036854775807 WHERE run_id = $R");
    if (shop_work(&s) < 0)
        fail_msg("%s", s.e.text);
    if (s.order.end != WORKER_PAUSED
        || strstr(s.order.why, "short by KES") == NULL)
        fail_msg("%d %s", (int)s.order.end, s.order.why);
    shop_close(&s);
}

/* --- payees with a story -------------------------------------------------- */

static void
answers_of_every_kind(void **state)
{
    static const struct {
        const char *account;
        const char *became, *code;
        int paid;                       /* by the provider's books */
    } t[] = {
        { "254700000100", "failed", "TF106", 0 },
        { "254700000190", "failed", "TF103", 0 },
        { "254700000201", "paid", "TS100", 1 },
        { "254700000302", "in_doubt", "TF105", 1 },
        { "254700000303", "in_doubt", "TF105", 0 },
        { "254700000401", "paid", "TS100", 1 },
        { "254700000501", "paid", "TS100", 1 },
        { "254700000601", "paid", "TS100", 1 },
        { "254700000701", "paid", "TS100", 1 },
    };
    char special[256] = "", sql[512];
    struct shop s;
    size_t n = sizeof(t) / sizeof(t[0]);

    (void)state;
    shop_plan(&s);
    for (size_t i = 0; i < n; i++) {
        strncat(special, t[i].account, sizeof(special) - 1 - strlen(special));
        strncat(special, " ", sizeof(special) - 1 - strlen(special));
    }
    s.special = special;
    s.account.give_up_ms = 1000;
    shop_open(&s);
    shop_seed(&s, ROWS);
    if (shop_work(&s) < 0)
        fail_msg("%s", s.e.text);
    assert_int_equal(s.order.end, WORKER_IDLE);
    for (size_t i = 0; i < n; i++) {
        snprintf(sql, sizeof(sql), "SELECT count(*) AS n FROM outcome o JOIN "
                 "instruction i USING (batch_id, seq) JOIN batch b USING "
                 "(batch_id) WHERE b.run_id = $R AND i.account = '%s' AND "
                 "o.state = '%s' AND o.code = '%s'", t[i].account,
                 t[i].became, t[i].code);
        if (shop_n(&s, sql) != 1)
            fail_msg("%s did not become %s (%s)", t[i].account, t[i].became,
                     t[i].code);
    }
    /* six of the special ones and the three ordinary ones */
    shop_paid(&s, "stories", 6 + 3);
    assert_int_equal(shop_run_state(&s), RUN_PAYING);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM outcome o JOIN "
                            "batch USING (batch_id) WHERE run_id = $R AND "
                            "o.state = 'paid' AND receipt IS NULL"), 0);
    assert_in_range(shop_n(&s, "SELECT count(*) AS n FROM audit WHERE action "
                               "= 'in_doubt'"), 1, 2);
    shop_close(&s);
}

/* First failed, then paid all the same: the book stays and says so. */
static void
a_contradiction_changes_nothing(void **state)
{
    struct shop s;

    (void)state;
    shop_plan(&s);
    s.special = "254700000801 ";
    s.stand.order.latency_ms = 3000;    /* polls see both */
    shop_open(&s);
    shop_seed(&s, ROWS);
    if (shop_work(&s) < 0)
        fail_msg("%s", s.e.text);
    assert_int_equal(s.order.end, WORKER_IDLE);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM outcome o JOIN "
                            "batch USING (batch_id) WHERE run_id = $R AND "
                            "o.state = 'failed'"), 1);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM history WHERE "
                            "run_id = $R AND on_event = 'contradiction'"), 1);
    shop_paid(&s, "contradiction", ROWS);
    shop_close(&s);
}

/* --- a cancelled run ------------------------------------------------------ */

static void
files_of_a_cancelled_run_are_cancelled(void **state)
{
    struct run_cancelled done;
    struct shop s;

    (void)state;
    shop_plan(&s);
    s.stand.order.balance_minor = 1;
    shop_open(&s);
    shop_seed(&s, ROWS);
    assert_int_equal(shop_work(&s), 0);
    assert_int_equal(s.order.end, WORKER_PAUSED);
    if (run_cancel(s.db, &s.run, BOOK_CHECKER, "wrong month", false, &done,
                   &s.e) < 0)
        fail_msg("%s", s.e.text);
    assert_int_equal(shop_work(&s), 0);
    assert_int_equal(s.order.end, WORKER_IDLE);
    assert_string_equal(stand_summary(&s.stand, "files_cancelled"), "3");
    assert_string_equal(stand_summary(&s.stand, "files_waiting"), "0");
    shop_paid(&s, "cancelled", 0);
    shop_close(&s);
}

/* --- a database that goes away -------------------------------------------- */

static int cuts;

static void
cut_connections(struct shop *s)
{
    if (s->turns % 4 == 0 && cuts < 12) {
        cuts++;
        (void)shop_n(s, "SELECT count(pg_terminate_backend(pid)) AS n FROM "
                        "pg_stat_activity WHERE datname = current_database() "
                        "AND pid <> pg_backend_pid()");
    }
}

static void
a_database_that_cuts_connections(void **state)
{
    struct shop s;

    (void)state;
    cuts = 0;
    shop_plan(&s);
    shop_open(&s);
    shop_seed(&s, ROWS);
    s.also = cut_connections;
    shop_pays_all(&s, "connections cut", ROWS);
    assert_in_range(cuts, 3, 12);
    shop_close(&s);
}

/* --- answers that are stored together ------------------------------------- */

static bool taken_away;

/* All three are on the wire, and one batch is not ours any more. */
static void
take_one_away(struct shop *s)
{
    if (taken_away || shop_n(s, "SELECT count(left_at) AS n FROM attempt JOIN "
                             "batch USING (batch_id) WHERE run_id = $R") < 3)
        return;
    taken_away = true;
    shop_do(s, "UPDATE batch SET epoch = epoch + 1, lease_until = now() WHERE "
            "run_id = $R AND number = 2");
}

/* The others do not suffer for it: what they were told is stored, once. */
static void
one_answer_of_several_is_not_ours(void **state)
{
    struct shop s;

    (void)state;
    taken_away = false;
    shop_plan(&s);
    shop_open(&s);
    shop_seed(&s, ROWS);
    s.also = take_one_away;
    shop_pays_all(&s, "one of three taken away", ROWS);
    assert_true(taken_away);
    assert_string_equal(stand_summary(&s.stand, "files"), "4");
    assert_string_equal(stand_summary(&s.stand, "files_waiting"), "1");
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM attempt JOIN batch "
                            "USING (batch_id) WHERE run_id = $R AND step = "
                            "'initiate' AND number <> 2"), 2);
    shop_close(&s);
}

/* Three intentions, one commit; three answers that came together, one too. */
static void
small_batches_share_a_commit(void **state)
{
    struct shop s;

    (void)state;
    shop_plan(&s);
    shop_open(&s);
    shop_seed(&s, ROWS);
    shop_pays_all(&s, "together", ROWS);
    assert_int_equal(shop_n(&s, "SELECT count(DISTINCT made_at) AS n FROM "
                            "attempt JOIN batch USING (batch_id) WHERE run_id "
                            "= $R AND step = 'initiate'"), 1);
    shop_close(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_batches_are_paid),
        cmocka_unit_test(a_provider_that_is_away),
        cmocka_unit_test(a_key_that_is_refused),
        cmocka_unit_test(too_little_money_pauses),
        cmocka_unit_test(changed_content_is_not_sent),
        cmocka_unit_test(estimates_that_cannot_be_added_up),
        cmocka_unit_test(answers_of_every_kind),
        cmocka_unit_test(a_contradiction_changes_nothing),
        cmocka_unit_test(files_of_a_cancelled_run_are_cancelled),
        cmocka_unit_test(a_database_that_cuts_connections),
        cmocka_unit_test(one_answer_of_several_is_not_ours),
        cmocka_unit_test(small_batches_share_a_commit),
    };

    return cmocka_run_group_tests(tests, shop_group, shop_group_end);
}
