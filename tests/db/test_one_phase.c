/* A provider that pays with one request, from the claim to the last answer:
 * whatever goes wrong on the way, nobody is paid twice and nobody is lost. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/till.h"

#define ROWS 10                 /* batches of 4, 4 and 2 */

static void
work(struct shop *s, const char *what, enum worker_end end)
{
    if (shop_work(s) < 0)
        fail_msg("%s: %s", what, s->e.text);
    if (s->order.end != end)
        fail_msg("%s: ended %d: %s", what, (int)s->order.end, s->order.why);
}

static int64_t
history(struct shop *s, const char *event)
{
    char sql[160];

    snprintf(sql, sizeof(sql), "SELECT count(*) AS n FROM history WHERE "
             "run_id = $R AND on_event = '%s'", event);
    return shop_n(s, sql);
}

static void
count(const char *what, const char *of, int64_t is, int64_t wanted)
{
    if (is != wanted)
        fail_msg("%s: %lld %s, not %lld", what, (long long)is, of,
                 (long long)wanted);
}

static void
all_goes_well(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    till_seed(&s, ROWS);
    work(&s, "happy", WORKER_IDLE);
    till_closed(&s, "happy", ROWS);
    assert_int_equal(till.sends, 3);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM placed JOIN batch "
                            "USING (batch_id) WHERE run_id = $R"), ROWS);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM attempt JOIN batch "
                            "USING (batch_id) WHERE run_id = $R AND "
                            "token_key IS NOT NULL AND answer = 'taken'"), 3);
    assert_int_equal(till.by_phone + till.by_reference + till.by_id, 0);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM sought"), 0);
    till_close(&s);
}

/* The money moved, whatever the answer looked like: all is found again by the
 * tokens, and not one request is repeated. */
static void
answers_lost_and_found(void **state)
{
    static const struct {
        const char *name;
        enum till_fault fault;
        int doubts;             /* batches that were in doubt on the way */
    } t[] = {
        { "dropped after it was taken", TILL_LOSE, 3 },
        { "HTTP 500", TILL_500, 3 },
        { "an HTML page with 200", TILL_HTML, 3 },
        { "half an answer", TILL_CUT, 3 },
        { "an answer that names nobody", TILL_EMPTY, 3 },
        { "an answer that leaves one out", TILL_PART, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct shop s;

        till_open(&s);
        till.fault = t[i].fault;
        till.times = -1;
        s.account.give_up_ms = 10000;   /* HTTP 500 every time is no outage */
        till_seed(&s, ROWS);
        work(&s, t[i].name, WORKER_IDLE);
        till_closed(&s, t[i].name, ROWS);
        count(t[i].name, "requests", till.sends, 3);
        count(t[i].name, "doubts", history(&s, "no_answer"), t[i].doubts);
        till_close(&s);
    }
}

/* Never taken, but nobody can know: in doubt, looked for in the contract's
 * order, never sent again. */
static void
not_taken_is_not_known(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    till.fault = TILL_DROP;
    till.times = 1;
    till_seed(&s, ROWS);
    work(&s, "dropped", WORKER_IDLE);
    till_paid("dropped", ROWS - 4);
    till_states(&s, "dropped", ROWS - 4, 0, 4);
    count("dropped", "requests", till.sends, 3);
    assert_int_equal(shop_batches(&s, "in_doubt"), 1);
    assert_true(till.by_phone >= 4 && till.by_reference >= 4);
    assert_int_equal(till.by_id, 0);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM outcome JOIN batch "
                            "USING (batch_id) WHERE run_id = $R AND code = "
                            "'PR-TRK-010'"), 4);
    /* a person resumes, a worker comes, time passes: never again */
    shop_do(&s, "UPDATE batch SET poll_at = now() WHERE run_id = $R");
    shop_do(&s, "UPDATE sought SET next_at = now()");
    work(&s, "dropped, later", WORKER_IDLE);
    count("dropped, later", "requests", till.sends, 3);
    till_states(&s, "dropped, later", ROWS - 4, 0, 4);
    shop_do(&s, "DELETE FROM sought");
    till_close(&s);
}

/* Taken, not listed for long: in doubt, and healed when it shows up. */
static void
in_doubt_heals(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    till.fault = TILL_LOSE;
    till.times = 1;
    till.hide = true;
    till_seed(&s, 4);
    work(&s, "hidden", WORKER_IDLE);
    till_states(&s, "hidden", 0, 0, 4);
    for (int i = 0; i < till.n; i++)
        till.payments[i].hidden = false;
    /* not by a scan: each by its own question */
    shop_do(&s, "UPDATE sought SET next_at = now()");
    work(&s, "shown again", WORKER_IDLE);
    till_closed(&s, "shown again", 4);
    count("shown again", "requests", till.sends, 1);
    assert_true(till.by_phone > 0);
    till_close(&s);
}

/* Without our token in a row there is only the provider's number. */
static void
known_by_number(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    till.bare = true;
    till_seed(&s, 4);
    work(&s, "bare", WORKER_IDLE);
    till_closed(&s, "bare", 4);
    till_close(&s);

    till_open(&s);
    till.bare = true;
    till.fault = TILL_LOSE;
    till.times = 1;
    till_seed(&s, 4);
    work(&s, "bare and lost", WORKER_IDLE);
    /* same phone, same amount, same minute: that proves nothing */
    till_states(&s, "bare and lost", 0, 0, 4);
    count("bare and lost", "requests", till.sends, 1);
    till_paid("bare and lost", 4);
    shop_do(&s, "DELETE FROM sought");
    till_close(&s);
}

static void
too_many_requests(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    till.fault = TILL_429;
    till.times = 2;
    till_seed(&s, ROWS);
    work(&s, "429", WORKER_IDLE);
    till_closed(&s, "429", ROWS);
    count("429", "requests", till.sends, 5);
    count("429", "ways back", history(&s, "not_sent"), 2);
    till_close(&s);
}

/* A page that says "too many" may stand in front of a payment that was made,
 * and its list and callbacks may be hidden by the same proxy: what looks like
 * nothing proves nothing. */
static void
too_many_says_a_proxy(void **state)
{
    static const struct {
        const char *name;
        enum till_fault fault;
        int paid;
    } t[] = {
        { "a page, and taken", TILL_429_TAKES, ROWS },
        { "a page, not taken", TILL_429_PAGE, ROWS - 4 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct shop s;

        till_open(&s);
        s.account.inflight_max = 1;
        till.fault = t[i].fault;
        till.times = 1;
        till.hide_first = t[i].fault == TILL_429_TAKES ? 4 : 0;
        till_seed(&s, ROWS);
        work(&s, t[i].name, WORKER_IDLE);
        till_paid(t[i].name, t[i].paid);
        till_states(&s, t[i].name, ROWS - 4, 0, 4);
        count(t[i].name, "requests", till.sends, 3);
        for (int k = 0; k < till.n; k++)
            till.payments[k].hidden = false;
        shop_do(&s, "UPDATE sought SET next_at = now()");
        work(&s, t[i].name, WORKER_IDLE);
        till_states(&s, t[i].name, t[i].paid, 0, ROWS - t[i].paid);
        count(t[i].name, "requests", till.sends, 3);
        shop_do(&s, "DELETE FROM sought");
        till_close(&s);
    }
}

/* One payee's mistake fails nobody: the run waits for a person. */
static void
a_request_is_refused(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    s.account.inflight_max = 1;
    till.fault = TILL_400;
    till.times = 1;
    till.at = 2;
    till_seed(&s, ROWS);
    work(&s, "400", WORKER_PAUSED);
    if (strstr(s.order.why, "Payee 3") == NULL
        || strstr(s.order.why, "line 4") == NULL)
        fail_msg("400: it does not say who: %s", s.order.why);
    if (strstr(s.order.why, "..") != NULL)
        fail_msg("400: two full stops: %s", s.order.why);
    till_states(&s, "400", 0, 0, 0);
    till_paid("400", 0);
    assert_int_equal(shop_batches(&s, "ready"), 3);
    shop_resume(&s);
    work(&s, "resumed", WORKER_IDLE);
    till_closed(&s, "resumed", ROWS);
    count("resumed", "requests", till.sends, 4);
    till_close(&s);
}

/* It says no and pays all the same: its list gives it away before the batch
 * is sent again. */
static void
a_refusal_that_lies(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    s.account.inflight_max = 1;
    till.fault = TILL_400_TAKES;
    till.times = 1;
    till_seed(&s, ROWS);
    work(&s, "a lie", WORKER_PAUSED);
    count("a lie", "finds", history(&s, "found_sent"), 1);
    till_states(&s, "a lie", 4, 0, 0);
    shop_resume(&s);
    work(&s, "resumed", WORKER_IDLE);
    till_paid("resumed", ROWS);
    till_states(&s, "resumed", ROWS, 0, 0);
    count("resumed", "requests", till.sends, 3);
    /* it contradicted itself, so nothing closes it by itself */
    assert_int_equal(shop_run_state(&s), RUN_SETTLED);
    till_close(&s);
}

/* Nobody worked for days: the look behind a refusal goes back as far as the
 * refused request, or it would find nothing and let it be sent again. */
static void
a_refusal_of_last_week(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    till.fault = TILL_400_TAKES;
    till.times = 1;
    till.hide = true;
    till_seed(&s, 4);
    work(&s, "refused", WORKER_PAUSED);
    count("refused", "ready", shop_batches(&s, "ready"), 1);
    /* as if that look was still to come */
    shop_do(&s, "UPDATE attempt SET left_at = left_at - interval '5 days' "
                "WHERE left_at IS NOT NULL");
    shop_do(&s, "UPDATE batch SET poll_at = now() WHERE run_id = $R");
    for (int i = 0; i < 4; i++) {
        till.payments[i].hidden = false;
        till.payments[i].ago_s = 5 * 24 * 3600;
    }
    for (till.n = 4; till.n < 10; till.n++)     /* strangers, a page and more */
        till.payments[till.n] = (struct till_payment){
            .id = 400000 + till.n, .phone = "254799000000", .amount = "77",
            .receipt = "SG1111111X", .code = "0", .bare = true,
            .ago_s = 3 * 24 * 3600
        };
    shop_resume(&s);
    work(&s, "resumed", WORKER_IDLE);
    count("resumed", "requests", till.sends, 1);
    count("resumed", "finds", history(&s, "found_sent"), 1);
    till_states(&s, "resumed", 4, 0, 0);
    assert_int_equal(shop_run_state(&s), RUN_SETTLED);
    till_close(&s);
}

/* A list too long to be read back to a refused request is no look at it. */
static void
a_list_without_an_end(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    till.fault = TILL_400_TAKES;
    till.times = 1;
    till.endless = true;
    s.account.scan_pages_max = 20;
    till_seed(&s, 4);
    work(&s, "endless", WORKER_IDLE);
    count("endless", "requests", till.sends, 1);
    count("endless", "pages", till.lists % 20, 0);
    till_states(&s, "endless", 4, 0, 0);        /* one by one they are found */
    count("endless", "stops", shop_n(&s, "SELECT count(*) AS n FROM history "
          "WHERE run_id = $R AND on_event = 'list_too_long'"), 1);
    till_close(&s);

    /* not shown by that either */
    till_open(&s);
    till.fault = TILL_400_TAKES;
    till.times = 1;
    till.endless = till.hide = true;
    s.account.scan_pages_max = 20;
    till_seed(&s, 4);
    work(&s, "endless and hidden", WORKER_IDLE);
    shop_resume(&s);
    work(&s, "resumed", WORKER_IDLE);
    count("endless and hidden", "requests", till.sends, 1);
    till_states(&s, "endless and hidden", 0, 0, 4);
    shop_do(&s, "DELETE FROM sought");
    till_close(&s);
}

static void
the_key_is_refused(void **state)
{
    static const struct {
        const char *name;
        enum till_fault fault;
        int paid, sends;
    } t[] = {
        { "Invalid hash", TILL_KEY, 0, 4 },
        { "a proxy's 403", TILL_403, 0, 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct shop s;

        till_open(&s);
        s.account.inflight_max = 1;
        s.account.poll_first_ms = 1000;     /* no look before the lane closes */
        s.account.give_up_ms = 10000;
        till.fault = t[i].fault;
        till.times = 1;
        till_seed(&s, ROWS);
        work(&s, t[i].name, WORKER_LANE_CLOSED);
        till_states(&s, t[i].name, t[i].paid, 0, 0);
        shop_do(&s, "UPDATE funding_account SET lane_closed = false");
        s.account.poll_first_ms = 15;
        work(&s, t[i].name, WORKER_IDLE);
        till_closed(&s, t[i].name, ROWS);
        count(t[i].name, "requests", till.sends, t[i].sends);
        till_close(&s);
    }
}

static void
payments_fail(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    till.fail = "2040";         /* the recipient is not registered */
    till_seed(&s, ROWS);
    work(&s, "one fails", WORKER_IDLE);
    till_states(&s, "one fails", ROWS - 1, 1, 0);
    till_paid("one fails", ROWS - 1);
    assert_int_equal(shop_run_state(&s), RUN_CLOSED);
    till_close(&s);
}

static void
turn_till(struct shop *s)
{
    (void)s;
    till_turn();
}

/* The till ran dry: rows fail, and nothing more leaves.  What a list says of
 * the first batch comes before the second is answered. */
static void
the_money_ends(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    s.account.inflight_max = 1;
    s.account.answer_ms = 60000;
    s.also = turn_till;
    till.until_listed = true;
    till.fail = "1";
    till.first_bad = 1;
    till_seed(&s, 24);          /* six batches */
    work(&s, "no money", WORKER_PAUSED);
    if (till.sends == 6)
        fail_msg("all was sent before anybody noticed");
    till_states(&s, "no money", 0, till.n, 0);
    if (strstr(s.order.why, "(1)") == NULL)
        fail_msg("no reason: %s", s.order.why);
    till.fail = NULL;
    shop_resume(&s);
    work(&s, "resumed", WORKER_IDLE);
    count("resumed", "requests", till.sends, 6);
    assert_int_equal(shop_run_state(&s), RUN_CLOSED);
    till_close(&s);
}

/* A code nobody knows is in doubt under its own name. */
static void
unknown_codes(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    till.fail = "4711";
    till_seed(&s, 4);
    work(&s, "unknown code", WORKER_IDLE);
    till_states(&s, "unknown code", 3, 0, 1);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM outcome JOIN batch "
                            "USING (batch_id) WHERE run_id = $R AND code = "
                            "'4711'"), 1);
    snprintf(till.payments[0].code, sizeof(till.payments[0].code), "0");
    snprintf(till.payments[0].receipt, sizeof(till.payments[0].receipt),
             "SG9999999Z");
    shop_do(&s, "UPDATE sought SET next_at = now()");
    work(&s, "healed", WORKER_IDLE);
    till_closed(&s, "healed", 4);
    assert_true(till.by_id > 0);
    till_close(&s);
}

static void
slow_ones(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    till.slow = 5;
    till_seed(&s, ROWS);
    work(&s, "slow", WORKER_IDLE);
    till_closed(&s, "slow", ROWS);
    assert_int_equal(till.by_id, 0);    /* the scans show them */
    till_close(&s);

    till_open(&s);
    till.slow = 1000000;
    till_seed(&s, 4);
    work(&s, "never", WORKER_IDLE);
    till_states(&s, "never", 0, 0, 4);
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM outcome JOIN batch "
                            "USING (batch_id) WHERE run_id = $R AND code = "
                            "'PR-TRK-011'"), 4);
    assert_true(till.by_id > 0);
    assert_int_equal(till.by_phone, 0);
    shop_do(&s, "DELETE FROM sought");
    till_close(&s);
}

/* The list says something else than was sent, or too much. */
static void
a_list_that_differs(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    till.other_amount = true;
    till_seed(&s, 4);
    work(&s, "another amount", WORKER_IDLE);
    till_states(&s, "another amount", 0, 0, 4);
    count("another amount", "requests", till.sends, 1);
    shop_do(&s, "DELETE FROM sought");
    till_close(&s);

    till_open(&s);
    till.twice = true;
    till_seed(&s, 4);
    work(&s, "twice", WORKER_IDLE);
    till_states(&s, "twice", 4, 0, 0);
    count("twice", "alarms", shop_n(&s, "SELECT count(*) AS n FROM history "
          "WHERE run_id = $R AND on_event LIKE 'paid_again_%'"), 4);
    assert_int_equal(shop_run_state(&s), RUN_SETTLED);
    /* and nothing more leaves at all, until a person has looked */
    count("twice", "frozen", shop_n(&s, "SELECT count(*) AS n FROM standstill "
          "WHERE paused AND frozen <> ''"), 1);
    shop_do(&s, "UPDATE standstill SET paused = false");
    till_close(&s);
}

/* Another's token, and a token of ours with a letter changed. */
static void
forged_tokens(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    till.fault = TILL_LOSE;
    till.times = 1;
    till.hide = true;
    till_seed(&s, 4);
    work(&s, "forged", WORKER_IDLE);
    till_states(&s, "forged", 0, 0, 4);
    for (int i = 0; i < till.n; i++) {
        char *last = &till.payments[i].token[strlen(till.payments[i].token)
                                             - 1];

        till.payments[i].hidden = false;
        *last = *last == '0' ? '1' : '0';
    }
    shop_do(&s, "UPDATE sought SET next_at = now()");
    shop_do(&s, "UPDATE batch SET poll_at = now() WHERE run_id = $R");
    work(&s, "forged", WORKER_IDLE);
    till_states(&s, "forged", 0, 0, 4);
    shop_do(&s, "DELETE FROM sought");
    till_close(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_goes_well),
        cmocka_unit_test(answers_lost_and_found),
        cmocka_unit_test(not_taken_is_not_known),
        cmocka_unit_test(in_doubt_heals),
        cmocka_unit_test(known_by_number),
        cmocka_unit_test(too_many_requests),
        cmocka_unit_test(too_many_says_a_proxy),
        cmocka_unit_test(a_request_is_refused),
        cmocka_unit_test(a_refusal_that_lies),
        cmocka_unit_test(a_refusal_of_last_week),
        cmocka_unit_test(a_list_without_an_end),
        cmocka_unit_test(the_key_is_refused),
        cmocka_unit_test(payments_fail),
        cmocka_unit_test(the_money_ends),
        cmocka_unit_test(unknown_codes),
        cmocka_unit_test(slow_ones),
        cmocka_unit_test(a_list_that_differs),
        cmocka_unit_test(forged_tokens),
    };

    return cmocka_run_group_tests(tests, till_all_open, till_all_close);
}
