#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include "tests/lib/book.h"

/*
 * One account at IntaSend, ten rows a batch, and one run: what most tests of
 * the book begin with.  What fails here fails the test.
 */
struct world {
    const char    *url;                 /* of the database                    */
    struct db     *db;
    struct account a;
    struct run     run;                 /* as it was last looked at           */
};

extern struct world w;

/* For each test, as cmocka wants them. */
int world_open(void **);
int world_close(void **);

/* world_run(rows, upto): the run, in that state.  world_look(): look again. */
void world_run(int64_t rows, enum run_state upto);
void world_look(void);

/* world_move(b, on): batch_move() by "tester". */
enum db_status world_move(struct batch *, enum batch_event);

/* world_batch_in(state): a batch held in it: initiating, initiated (not held),
 * releasing. */
struct batch world_batch_in(enum batch_state);

/* world_counters_tie(): the run's counters are what its rows say. */
void world_counters_tie(void);

#endif
