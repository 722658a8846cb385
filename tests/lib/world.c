#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/world.h"

struct world w;

int
world_open(void **state)
{
    (void)state;
    w = (struct world){ 0 };
    w.url = book_open(&w.db);
    book_people(w.db);
    book_account(w.db, &w.a, 10);
    return 0;
}

int
world_close(void **state)
{
    (void)state;
    db_close(w.db);
    return 0;
}

void
world_run(int64_t rows, enum run_state upto)
{
    book_run(w.db, &w.a, rows, 1, "2026-11", upto, &w.run);
}

void
world_look(void)
{
    assert_int_equal(run_by_id(w.db, w.run.run_id, &w.run), DB_OK);
}

enum db_status
world_move(struct batch *b, enum batch_event on)
{
    return batch_move(w.db, b, on, "tester", NULL);
}

struct batch
world_batch_in(enum batch_state state)
{
    struct batch b;
    struct file_answer f = { .tracking_id = "T-1", .file_alias = "A-1" };

    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_INITIATE, &b),
                     DB_OK);
    if (state == BATCH_INITIATING)
        return b;
    snprintf(f.tracking_id, sizeof(f.tracking_id), "T-%lld",
             (long long)b.batch_id);
    assert_int_equal(batch_keep_file(w.db, &b, &f), DB_OK);
    assert_int_equal(world_move(&b, BATCH_ON_INITIATED), DB_OK);
    if (state == BATCH_INITIATED)
        return b;
    assert_int_equal(book_claim(w.db, &w.a, BATCH_ON_CLAIM_RELEASE, &b), DB_OK);
    assert_int_equal(b.state, BATCH_RELEASING);
    return b;
}

void
world_counters_tie(void)
{
    struct run_sums s;
    struct err e = { 0 };

    if (run_sums(w.db, w.run.run_id, &s, &e) < 0)
        fail_msg("%s", e.text);
    assert_true(s.counters_tie);
    assert_true(run_sums_tie(&s));
}
