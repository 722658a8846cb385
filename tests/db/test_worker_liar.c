/* A provider whose answers are about something else than what was asked: such
 * a file is never approved, such a status settles nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/liar.h"

static void
another_file_is_never_approved(void **state)
{
    static const struct {
        const char *name;
        enum lie    lie;
        const char *why;
        int         tries;
    } t[] = {
        { "another amount", OTHER_AMOUNT, "another amount", 3 },
        { "one payment more", ONE_MORE, "5 there, 4 was sent", 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct shop s;

        liar_open(&s, t[i].lie);
        shop_seed(&s, LIAR_ROWS);
        liar_work(&s, t[i].name, WORKER_PAUSED);
        if (strstr(s.order.why, t[i].why) == NULL)
            fail_msg("%s: %s", t[i].name, s.order.why);
        liar_count(t[i].name, t[i].tries, 0, t[i].tries);
        assert_int_equal(shop_batches(&s, "ready"), 1);
        assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM batch WHERE "
                                "run_id = $R AND (tracking_id IS NOT NULL OR "
                                "answer_no IS NOT NULL)"), 0);
        /* it tells the truth again */
        liar.lie = HONEST;
        shop_resume(&s);
        liar_work(&s, t[i].name, WORKER_IDLE);
        liar_count(t[i].name, t[i].tries + 1, 1, t[i].tries);
        assert_int_equal(shop_run_state(&s), RUN_CLOSED);
        liar_close(&s);
    }
}

/* Two batches, one file: the second batch may neither have it nor cancel it. */
static void
another_batchs_file_stays(void **state)
{
    struct shop s;

    (void)state;
    liar_open(&s, SAME_FILE);
    s.account.inflight_max = 1;
    shop_seed(&s, 2 * LIAR_ROWS);
    liar_work(&s, "same file", WORKER_PAUSED);
    if (strstr(s.order.why, "is another batch's") == NULL)
        fail_msg("%s", s.order.why);
    assert_int_equal(shop_batches(&s, "initiated"), 1);
    assert_int_equal(shop_batches(&s, "ready"), 1);
    liar_count("same file", 2, 0, 0);
    liar_close(&s);
}

static void
odd_answers_are_asked_about(void **state)
{
    static const struct {
        const char *name;
        enum lie    lie;
        int         doubt;
    } t[] = {
        { "honest", HONEST, 0 },
        { "approve answered about another file", APPROVED_OTHER, 0 },
        { "approve answered yes, and waits", APPROVED_WAITS, 0 },
        { "status about another file", STATUS_OTHER, 0 },
        { "status with another amount", STATUS_AMOUNT, 1 },
        { "an older status after a newer", STATUS_OLDER, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct shop s;
        struct run_sums sums;

        liar_open(&s, t[i].lie);
        s.account.give_up_ms = 500;
        shop_seed(&s, LIAR_ROWS);
        liar_work(&s, t[i].name, WORKER_IDLE);
        liar_count(t[i].name, 1, 1, 0);
        assert_int_equal(run_sums(s.db, s.run.run_id, &sums, &s.e), 0);
        if (sums.paid_rows != LIAR_ROWS - t[i].doubt
            || sums.doubt_rows != t[i].doubt || sums.failed_rows != 0)
            fail_msg("%s: %lld paid, %lld in doubt, %lld failed", t[i].name,
                     (long long)sums.paid_rows, (long long)sums.doubt_rows,
                     (long long)sums.failed_rows);
        liar_close(&s);
    }
}

/* It may be paying already: kept, followed to its end, and nothing else. */
static void
what_did_not_wait_is_followed(void **state)
{
    static const struct {
        const char *name;
        enum lie    lie;
    } t[] = {
        { "another amount, not waiting for us", RELEASED_ALREADY },
        { "what was asked, not waiting for us", RELEASED_SAME },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct shop s;

        liar_open(&s, t[i].lie);
        shop_seed(&s, LIAR_ROWS);
        liar_work(&s, t[i].name, WORKER_IDLE);
        liar_count(t[i].name, 1, 0, 0);
        assert_int_equal(liar_paid(&s), LIAR_ROWS);
        assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM history WHERE "
                                "run_id = $R AND on_event = 'pause' AND why "
                                "LIKE '%did not wait for approval%'"), 1);
        assert_int_equal(shop_run_state(&s), RUN_CLOSED);
        liar_close(&s);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_answers_are_asked_about),
        cmocka_unit_test(another_file_is_never_approved),
        cmocka_unit_test(another_batchs_file_stays),
        cmocka_unit_test(what_did_not_wait_is_followed),
    };

    return cmocka_run_group_tests(tests, liar_all_open, liar_all_close);
}
