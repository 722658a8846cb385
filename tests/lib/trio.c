#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "intake/approve.h"
#include "tests/lib/trio.h"

#define RAIL(n, named) \
    { .name = n, .ccy = "KES", .account = ACCOUNT_PHONE, .only_named = named, \
      .min_minor = 1000, .max_minor = 25000000, .nbands = 1, \
      .bands = { { 25000000, 1000 } } }

const struct rules trio_rules = {
    .nrails = 3,
    .rails = { RAIL("MPESA-B2C", false), RAIL("SAPAMA-MPESA", false),
               RAIL("AIRTIME", true) },
};

struct trio trio;

static void
account(int i, const char *name, const struct provider *p)
{
    trio.a[i] = (struct account){ .ccy = "KES", .provider = p,
                                  .batch_rows_max = 4, .inflight_max = 8,
                                  .lease_ms = LEASE_MS };
    (void)str_copy(trio.a[i].name, sizeof(trio.a[i].name), str_of(name));
}

int
trio_open(void **state)
{
    (void)state;
    tray_begin();
    trio = (struct trio){ .run = { 0 } };
    account(SALARIES, "salaries", &provider_intasend);
    account(WAGES, "wages", &provider_intasend);
    account(TILL, "till", &provider_sapama);
    account(SPARE, "spare", &provider_intasend);
    return 0;
}

const char trio_rows[] = "name,phone,amount,pay from,rail\n"
    "A,0712000001,1001,,\nB,0712000002,1002,,\nC,0712000003,1003,,\n"
    "D,0712000004,1004,wages,\nE,0712000005,1005,till,\n"
    "F,0712000006,1006,wages,\nG,0712000007,1007,till,\n"
    "H,0712000008,1008,,AIRTIME\nI,0712000009,1009,,\nJ,0712000010,1010,,\n"
    "K,0712000011,1011,wages,\nL,0712000012,1012,till,\n";

int
trio_upload(const char *text)
{
    struct intake_order o = book_order(tray.path, &trio.a[SALARIES], "2026-11");
    const struct routing_order order = {
        .own = &trio.a[SALARIES], .all = trio.a, .nall = ACCOUNTS,
        .rules = &trio_rules
    };

    tray_write(text);
    assert_int_equal(routing_make(&trio.routing, &order, &tray.e), 0);
    o.routing = &trio.routing;
    o.rules = &trio.routing.rules;
    return tray_upload(&o);
}

void
trio_made(enum run_state upto)
{
    tray_good(trio_upload(trio_rows));
    tray_good(run_find(tray.db, tray.r.ref, &trio.run, &tray.e));
    if (upto >= RUN_SUBMITTED)
        tray_good(run_submit(tray.db, &trio.run, BOOK_MAKER, &tray.e));
    if (upto >= RUN_APPROVED)
        tray_good(run_approve(tray.db, &trio.run, BOOK_CHECKER,
                              trio.run.minor, &tray.e));
    if (upto >= RUN_PAYING)
        tray_good(run_send(tray.db, &trio.run, BOOK_CHECKER, &tray.e));
    tray_good(run_find(tray.db, tray.r.ref, &trio.run, &tray.e));
}

void
trio_shut(int i, const char *why)
{
    assert_int_equal(lane_close(tray.db, trio.a[i].account_id, why, "worker"),
                     DB_OK);
}
