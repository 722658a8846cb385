/* One worker, a real PostgreSQL, a stand-in for the provider that keeps its
 * own books: whatever happens on the way, each payee is paid once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/log.h"
#include "tests/lib/shop.h"

#define ROWS 12

static int
open_all(void **state)
{
    (void)state;
    shop_once(); if (getenv("LOGI")) log_setup(LOG_INFO, LOG_TEXT);
    return 0;
}

static int
close_all(void **state)
{
    (void)state;
    shop_end();
    return 0;
}

/* Work, and it must end idle with everybody paid once. */
static void
pays_all(struct shop *s, const char *what)
{
    if (shop_work(s) < 0)
        fail_msg("%s: %s", what, s->e.text);
    if (s->order.end != WORKER_IDLE)
        fail_msg("%s: ended %d: %s", what, (int)s->order.end, s->order.why);
    shop_closed(s, what, ROWS);
}

static void
three_batches_are_paid(void **state)
{
    struct shop s;

    (void)state;
    shop_plan(&s);
    shop_open(&s);
    shop_seed(&s, ROWS);
    pays_all(&s, "happy");
    assert_int_equal(shop_batches(&s, "done"), 3);
    assert_string_equal(stand_summary(&s.stand, "approvals"), "3");
    assert_string_equal(stand_summary(&s.stand, "files"), "3");
    assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM worker"), 0);
    /* again: nothing is left to do */
    pays_all(&s, "again");
    shop_close(&s);
}

/* --- each fault on each request ------------------------------------------- */

static void
every_fault_on_every_request(void **state)
{
    static const char *const on[] = {
        "initiate", "approve", "status", "wallets"
    };
    static const char *const what[] = {
        "\"drop_before\"", "\"drop_after\"", "\"truncate\"", "\"garbage\"",
        "\"html\",\"http\":502", "\"status\",\"http\":503",
        "\"status\",\"http\":500", "\"status\",\"http\":429,\"retry_after\":1"
    };
    char fault[160];

    (void)state;
    for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++)
        for (size_t k = 0; k < sizeof(what) / sizeof(what[0]); k++) {
            struct shop s;

            shop_plan(&s);
            shop_open(&s);
            shop_seed(&s, ROWS);
            snprintf(fault, sizeof(fault), "{\"on\":\"%s\",\"do\":%s,"
                     "\"skip\":1}", on[i], what[k]);
            if (i == 3)             /* there is only one */
                snprintf(fault, sizeof(fault), "{\"on\":\"%s\",\"do\":%s}",
                         on[i], what[k]);
            shop_fault(&s, fault);
            pays_all(&s, fault);
            shop_close(&s);
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_batches_are_paid),
        cmocka_unit_test(every_fault_on_every_request),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
