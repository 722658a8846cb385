/* libcurl sends a POST again by itself when a kept connection dies before the
 * answer.  A provider that takes the request and hangs up must never see it
 * twice: each request that came is an attempt of its own in the book, and none
 * came over a connection that was used before.  RESENDS=1000 tries more often;
 * what libcurl does is in tests/unit/test_net_wire.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "dispatch/errand.h"
#include "tests/lib/book.h"
#include "tests/lib/netproxy.h"
#include "tests/lib/slices.h"
#include "tests/lib/till.h"

#define LOST 20                 /* answers in one run                        */
#define ROWS 40                 /* every other request, so that the lane does
                                   not wait longer and longer                */

static struct netproxy proxy;

static int
rounds(void)
{
    const char *n = getenv("RESENDS");
    long all = n != NULL ? strtol(n, NULL, 10) : LOST;

    return (int)((all + LOST - 1) / LOST);
}

static void
through_proxy(struct shop *s, const char *word)
{
    char *port = strrchr(s->account.base_url, ':') + 1, path[64];

    assert_int_equal(netproxy_start(&proxy, (int)strtol(port, NULL, 10)), 0);
    snprintf(path, sizeof(path), "%s", strchr(port, '/'));
    snprintf(s->account.base_url, sizeof(s->account.base_url),
             "http://127.0.0.1:%d%s", proxy.port, path);
    assert_int_equal(netproxy_tell(&proxy, NULL, "fault on=%s at=request.end "
                                   "how=fin times=%d every=2", word, LOST), 0);
    s->account.answer_ms = 30000;
    s->account.lease_ms = 60000;
    s->account.give_up_ms = 60000;
}

static void
work(struct shop *s, const char *what)
{
    if (shop_work(s) < 0)
        fail_msg("%s: %s", what, s->e.text);
    if (s->order.end != WORKER_IDLE)
        fail_msg("%s: ended %d: %s", what, (int)s->order.end, s->order.why);
}

static void
once_each(struct shop *s, const char *step)
{
    char sql[256];
    struct netproxy_counts n;

    assert_int_equal(netproxy_tell(&proxy, &n, "counts"), 0);
    snprintf(sql, sizeof(sql), "SELECT count(*) AS n FROM attempt JOIN batch "
             "USING (batch_id) WHERE run_id = $R AND step = '%s' AND left_at "
             "IS NOT NULL", step);
    if (n.fired != LOST || n.kept != 0 || n.whole != n.matched
        || n.matched != shop_n(s, sql))
        fail_msg("%s: %lld hung up, %lld came, %lld left, %lld over a "
                 "connection that was used before", step,
                 (long long)n.fired, (long long)n.matched,
                 (long long)shop_n(s, sql), (long long)n.kept);
    netproxy_stop(&proxy);
}

/* Each batch's first file is not what was asked for, so it is cancelled. */
static void
spoil_all(struct shop *s)
{
    char json[128];

    for (int i = 0; i < ROWS; i++) {
        snprintf(json, sizeof(json), "{\"on\":\"initiate\",\"do\":"
                 "\"missing\",\"account\":\"25471%03d%04d\"}", s->number,
                 i + 1);
        shop_fault(s, json);
    }
}

static void
two_phases(const char *step, const char *word)
{
    struct shop s;

    shop_plan(&s);
    s.account.batch_rows_max = 1;
    shop_open(&s);
    shop_seed(&s, ROWS);
    if (strcmp(step, "cancel") == 0)
        spoil_all(&s);
    through_proxy(&s, word);
    work(&s, step);
    once_each(&s, step);
    shop_closed(&s, step, ROWS);
    shop_close(&s);
}

static void
initiate(void **state)
{
    (void)state;
    two_phases("initiate", "send-money/initiate");
}

static void
approve(void **state)
{
    (void)state;
    two_phases("approve", "send-money/approve");
}

static void
cancel(void **state)
{
    (void)state;
    two_phases("cancel", "send-money/cancel");
}

static void
one_phase(void **state)
{
    struct shop s;

    (void)state;
    till_open(&s);
    s.account.batch_rows_max = 1;
    till_seed(&s, ROWS);
    through_proxy(&s, "/api/b2c");
    work(&s, "send");
    once_each(&s, "send");
    assert_int_equal(till.sends, ROWS);
    till_closed(&s, "send", ROWS);
    till_close(&s);
}

static int
note_row(void *owner, const struct service_row *row, struct err *e)
{
    (void)owner;
    (void)row;
    (void)e;
    return 0;
}

/* A question first, whose connection is kept; then money is asked for. */
static void
errands(void **state)
{
    struct person maker = { BOOK_MAKER, "maker", false };
    struct netproxy_counts n;
    struct errand_end end;
    struct lineage lineage;
    struct shop s;

    (void)state;
    shop_plan(&s);
    shop_open(&s);
    lineage_init(&lineage, s.order.mark, "shop");
    through_proxy(&s, "stk-push");
    for (int k = 0; k < ROWS; k++) {
        struct errand ask = { .db = s.db, .net = s.stand.net,
                              .lineage = &lineage,
                              .account = &s.account,
                              .service = SERVICE_WALLETS };
        struct errand fund = ask;

        fund.service = SERVICE_FUND;
        fund.ask.minor = 10000 + k * 100;
        fund.ask.ccy = "KES";
        fund.ask.phone = "254712345678";
        if (errand_ask(&ask, 1, note_row, NULL, &s.e) < 0
            || errand_do(&fund, &maker, NULL, NULL, NULL, &end, &s.e) < 0)
            fail_msg("%s %s", s.e.text, s.e.fix);
        assert_int_equal(end.answer, k % 2 == 0 ? ANSWER_IN_DOUBT
                                                : ANSWER_TAKEN);
        assert_true(end.left);
    }
    assert_int_equal(netproxy_tell(&proxy, &n, "counts"), 0);
    assert_int_equal(n.matched, ROWS);
    assert_int_equal(n.fired, LOST);
    assert_int_equal(n.kept, 0);
    assert_true(n.requests >= 2 * ROWS);
    assert_int_equal(strtol(stand_summary(&s.stand, "requests.collect"),
                            NULL, 10), ROWS);
    netproxy_stop(&proxy);
    shop_close(&s);
}

static const struct CMUnitTest kinds[] = {
    cmocka_unit_test(initiate), cmocka_unit_test(approve),
    cmocka_unit_test(cancel), cmocka_unit_test(one_phase),
    cmocka_unit_test(errands),
};

static void
one_kind(void **state)
{
    for (int i = 0; i < rounds(); i++)
        kinds[slices_this()].test_func(state);
}

static void
side_by_side(void **state)
{
    (void)state;
    assert_int_equal(slices_run((int)LEN(kinds)), 0);
}

int
main(void)
{
    const struct CMUnitTest parent[] = { cmocka_unit_test(side_by_side) };
    const struct CMUnitTest child[] = { cmocka_unit_test(one_kind) };

    if (slices_this() >= 0)
        return cmocka_run_group_tests(child, till_all_open, till_all_close);
    return cmocka_run_group_tests(parent, NULL, NULL);
}
