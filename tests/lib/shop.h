#ifndef TESTS_SHOP_H
#define TESTS_SHOP_H

#include "book/run.h"
#include "tests/lib/pg.h"
#include "tests/lib/stand.h"
#include "tracker/worker.h"

/*
 * A worker, a database and a stand-in for the provider in one process: fill
 * what differs, shop_open(), seed, shop_work(), look at both books.
 */
struct shop {
    struct stand   stand;
    struct account account;         /* fast: see shop_plan()            */
    const char    *url;             /* of the database, for all shops   */
    struct db     *db;              /* the test's own connection        */
    int            number;          /* of this shop, from 1             */
    struct run     run;             /* as it was when it was sent       */
    const char    *special;         /* accounts of the first payees,
                                       each ending with a blank         */
    const struct rules *rules;      /* NULL: M-Pesa only                */
    struct worker_order order;      /* until_idle, until final          */
    struct err     e;
    /* May be NULL: called before every turn of the worker's loop. */
    void         (*also)(struct shop *);
    int            turns;
};

/* shop_once(): the database, for the whole program.  shop_group() and
 * shop_group_end() are the same for cmocka_run_group_tests(), and keep quiet
 * about what is meant to go wrong; PAYRUN_TEST_LOG=1 shows it. */
void shop_once(void);
void shop_end(void);
int shop_group(void **state);
int shop_group_end(void **state);

/* shop_plan(s): a new account of its own.  Polls after 30 to 100 ms, waits
 * 1.5 s for answers, gives up after three. */
void shop_plan(struct shop *);
void shop_open(struct shop *);
void shop_close(struct shop *);

/**
 * shop_seed(s, rows):
 * A run of ${rows} payments of 100, 101 ... shillings in batches of the
 * account's batch_rows_max (4), uploaded, approved and sent the way people do.
 */
void shop_seed(struct shop *, int rows);

/* shop_resume(s): somebody resumes the run. */
void shop_resume(struct shop *);

/* shop_work(s): worker_run().  Its result; s->order.end, s->e. */
int shop_work(struct shop *);

/* shop_pays_all(s, what, n): works, and ends idle with all ${n} paid once. */
void shop_pays_all(struct shop *, const char *what, int n);

/* shop_fault(s, json): tell the stand-in to misbehave. */
void shop_fault(struct shop *, const char *json);

/* shop_n(s, sql): the one value "n" of ${sql}; $R stands for the run's number.
 * shop_do(s, sql): must work. */
int64_t shop_n(struct shop *, const char *sql);
void shop_do(struct shop *, const char *sql);

/* The state of the run, and how many of its batches are in ${state}. */
enum run_state shop_run_state(struct shop *);
int shop_batches(struct shop *, const char *state);

/* shop_paid(s, what, n): the stand-in's books say that ${n} payments moved
 * money, none of them twice; ${what} stands in the failure. */
void shop_paid(struct shop *, const char *what, int n);

/* shop_closed(s, what, n): so do ours, and the run is closed. */
void shop_closed(struct shop *, const char *what, int n);

#endif
