/* A mark against a database: which histories are the same, and which opened a
 * hold.  The stories 48, 51 and 52 do it with whole servers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "book/standstill.h"
#include "db/sql.h"
#include "tests/lib/host.h"
#include "tests/lib/pg.h"

/* The same host after a restart: nothing but the file is left. */
static enum lineage_state
look_anew(void)
{
    lineage_init(&host.lineage, host.path, "tester");
    return host_look();
}

/* One request through the door, as errands and attempts do it. */
static void
beat(void)
{
    book_do(host.db, "UPDATE lineage SET beat = beat + 1, at = now(),"
            " nonce = 'n' || (beat + 1)");
    book_do(host.db, "INSERT INTO lineage_beat SELECT beat, nonce, at, 'test'"
            " FROM lineage");
}

static int64_t
holds(void)
{
    return book_i64(host.db, "SELECT count(*) AS n FROM lineage_hold"
                    " WHERE lifted_at IS NULL");
}

static void
test_sound(void **state)
{
    struct mark m;
    struct err e = { 0 };

    (void)state;
    assert_int_equal(host_look(), LINEAGE_SOUND);    /* nothing was ever sent */
    assert_int_equal(mark_read(host.path, &m, &e), 1);
    assert_int_equal(m.beat, 0);
    beat();
    beat();
    assert_int_equal(host_look(), LINEAGE_SOUND);    /* another host sent */
    assert_int_equal(mark_read(host.path, &m, &e), 1);
    assert_int_equal(m.beat, 2);
    assert_string_equal(m.nonce, "n2");
    assert_int_equal(look_anew(), LINEAGE_SOUND);
    assert_int_equal(holds(), 0);
}

/* What the database lost, and whether that is noticed. */
static void
test_back(void **state)
{
    static const struct { const char *what, *lose; } cases[] = {
        { "the last request", "UPDATE lineage SET beat = 1, nonce = 'n1'" },
        { "another request in its place",
          "UPDATE lineage_beat SET nonce = 'x' WHERE beat = 2" },
        { "what people did last", "UPDATE audit_head SET audit_id = 1" },
        { "the installation",
          "UPDATE lineage SET installation = gen_random_uuid()" },
        { "a lift", "UPDATE lineage SET epoch = 1" },
    };

    (void)state;
    for (size_t i = 0; i < LEN(cases); i++) {
        struct db *now = host.db;

        if (i > 0) {
            host_close(NULL);
            host_open(NULL);
            now = host.db;
        }
        book_do(now, "UPDATE lineage SET epoch = 2");
        beat();
        beat();
        book_do(now, "INSERT INTO lineage_host VALUES ('h', 1,"
                " lineage_place(), clock_timestamp() + interval '1 second')");
        if (host_look() != LINEAGE_SOUND)
            fail_msg("%s: %s", cases[i].what, host.lineage.why);
        book_do(now, "SET payrun.repair = 'a test'");
        if (i == 2)
            book_do(now, "DELETE FROM audit WHERE audit_id > 1");
        book_do(now, "%s", cases[i].lose);
        if (look_anew() != LINEAGE_HELD || holds() != 1)
            fail_msg("%s: not noticed", cases[i].what);
        if (host_look() != LINEAGE_HELD || holds() != 1)
            fail_msg("%s: it does not last", cases[i].what);
    }
}

static void
test_place(void **state)
{
    struct mark m;
    struct err e = { 0 };

    (void)state;
    assert_int_equal(host_look(), LINEAGE_SOUND);
    assert_int_equal(mark_read(host.path, &m, &e), 1);
    str_copy(m.place, sizeof(m.place), STR("7/00000009"));
    unlink(host.path);
    assert_int_equal(mark_write(host.path, &m, &e), 0);
    assert_int_equal(look_anew(), LINEAGE_HELD);
    assert_non_null(strstr(host.lineage.why, "failed over"));
}

/* A host without a mark: another one must vouch, since this server started. */
static void
test_stranger(void **state)
{
    (void)state;
    beat();
    assert_int_equal(host_look(), LINEAGE_STRANGE);
    assert_int_equal(holds(), 0);
    assert_int_equal(access(host.path, F_OK), -1);
    book_do(host.db,
            "INSERT INTO lineage_host VALUES ('other', 1, lineage_place(),"
            " pg_postmaster_start_time() - interval '1 second')");
    assert_int_equal(host_look(), LINEAGE_STRANGE);
    book_do(host.db, "UPDATE lineage_host SET seen_at = now(), place = 'x'");
    assert_int_equal(host_look(), LINEAGE_STRANGE);
    book_do(host.db, "UPDATE lineage_host SET place = lineage_place()");
    assert_int_equal(host_look(), LINEAGE_SOUND);
}

static void
test_file(void **state)
{
    struct buf b;
    struct err e = { 0 };
    char lock[112];

    (void)state;
    assert_int_equal(host_look(), LINEAGE_SOUND);
    buf_init(&b, 4096);
    assert_int_equal(buf_read_file(&b, host.path, &e), 0);
    b.p[b.len / 2] ^= 1;
    assert_int_equal(buf_write_file(&b, host.path, 0600, &e), 0);
    assert_int_equal(look_anew(), LINEAGE_UNWRITABLE);
    assert_non_null(strstr(host.lineage.why, "damaged"));
    unlink(host.path);
    buf_release(&b);
    /* what cannot be written: a folder stands where the lock should be */
    snprintf(lock, sizeof(lock), "%s.lock", host.path);
    unlink(lock);
    assert_int_equal(mkdir(lock, 0700), 0);
    assert_int_equal(look_anew(), LINEAGE_UNWRITABLE);
    rmdir(lock);
    assert_int_equal(host_look(), LINEAGE_SOUND);
}

/* A batch that would leave does not, whatever the caller looked at before. */
static void
test_door(void **state)
{
    struct run run;
    struct batch b;
    struct attempt t;
    struct lineage_step step;

    (void)state;
    book_run(host.db, &host.account, 3, 1, "2026-11", RUN_PAYING, &run);
    assert_int_equal(host_look(), LINEAGE_SOUND);
    assert_int_equal(book_claim(host.db, &host.account, BATCH_ON_CLAIM_INITIATE,
                                &b),
                     DB_OK);
    assert_int_equal(book_attempt(host.db, &b, "initiate", &t), DB_OK);
    lineage_step(&step);
    str_copy(host.lineage.known.installation,
             sizeof(host.lineage.known.installation), STR("other"));
    assert_int_equal(attempt_leave(host.db, &t, &host.lineage, &step), DB_NONE);
    assert_int_equal(host_look(), LINEAGE_SOUND);
    host.lineage.known.beat = 7;
    assert_int_equal(attempt_leave(host.db, &t, &host.lineage, &step), DB_NONE);
    assert_int_equal(host_look(), LINEAGE_SOUND);
    assert_int_equal(attempt_leave(host.db, &t, &host.lineage, &step), DB_OK);
    assert_true(lineage_passed(&host.lineage, host.db, &step, NULL));
    assert_int_equal(step.beat, 0);             /* initiate moves no money */
}

/* Nobody lifts a hold alone, nor before every account was listed. */
static void
test_two_people(void **state)
{
    struct err e = { 0 };
    struct run run;
    struct lineage_hold h;

    (void)state;
    book_run(host.db, &host.account, 3, 1, "2026-11", RUN_PAYING, &run);
    assert_int_equal(host_look(), LINEAGE_SOUND);
    assert_int_equal(lineage_hold_open(host.db, &host.lineage.known, "a test",
                                       0, 0, "tester"),
                     DB_OK);
    assert_int_equal(lineage_hold_open(host.db, &host.lineage.known, "a test",
                                       0, 0, "tester"),
                     DB_NONE);
    assert_int_equal(host_look(), LINEAGE_HELD);     /* its journal is read */
    assert_int_equal(lineage_hold_read(host.db, &h, &e), 0);
    assert_int_equal(standstill_set(host.db, false, "go on", BOOK_CHECKER, &e),
                     -1);
    assert_non_null(strstr(e.text, "history"));
    assert_int_equal(lineage_propose(host.db, h.hold_id, BOOK_MAKER, "x", "y",
                                     &e),
                     -1);
    assert_int_equal(e.kind, ERR_GUARD);
    assert_int_equal(lineage_list_store(host.db, h.hold_id,
                                        host.account.account_id,
                                        NULL, 0, &e), 0);
    assert_int_equal(lineage_agree(host.db, h.hold_id, BOOK_CHECKER, &e), -1);
    assert_int_equal(lineage_work(host.db, "tester"), DB_NONE);
    assert_int_equal(lineage_propose(host.db, h.hold_id, BOOK_CHECKER, "x", "y",
                                     &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(lineage_propose(host.db, h.hold_id, BOOK_MAKER, "x", "y",
                                     &e),
                     0);
    assert_int_equal(lineage_work(host.db, "tester"), DB_NONE);
    assert_int_equal(lineage_agree(host.db, h.hold_id, BOOK_MAKER, &e), -1);
    assert_int_equal(e.kind, ERR_NOPERM);
    assert_int_equal(lineage_agree(host.db, h.hold_id, BOOK_CHECKER, &e), 0);
    assert_int_equal(lineage_work(host.db, "tester"), DB_OK);
    assert_int_equal(holds(), 0);
    assert_int_equal(look_anew(), LINEAGE_SOUND);
    assert_int_equal(host.lineage.known.epoch, 2);
}

/* An account nobody can list: nothing of it is sent by itself. */
static void
test_cannot(void **state)
{
    struct err e = { 0 };
    struct run run;
    struct lineage_hold h;

    (void)state;
    book_run(host.db, &host.account, 13, 1, "2026-11", RUN_PAYING, &run);
    assert_int_equal(host_look(), LINEAGE_SOUND);
    assert_int_equal(lineage_hold_open(host.db, &host.lineage.known, "a test",
                                       0, 0, "tester"),
                     DB_OK);
    assert_int_equal(host_look(), LINEAGE_HELD);     /* its journal is read */
    assert_int_equal(lineage_hold_read(host.db, &h, &e), 0);
    assert_int_equal(lineage_cannot(host.db, h.hold_id, "nobody", &e), -1);
    assert_int_equal(lineage_cannot(host.db, h.hold_id, host.account.name, &e),
                     0);
    assert_int_equal(lineage_propose(host.db, h.hold_id, BOOK_MAKER, "x", "y",
                                     &e),
                     0);
    assert_int_equal(lineage_agree(host.db, h.hold_id, BOOK_CHECKER, &e), 0);
    assert_int_equal(lineage_work(host.db, "tester"), DB_OK);
    assert_int_equal(book_i64(host.db, "SELECT count(*) AS n FROM batch"
                              " WHERE state = 'ready'"), 0);
    assert_int_equal(book_i64(host.db, "SELECT count(*) AS n FROM outcome"
                              " WHERE state = 'in_doubt'"), 13);
    assert_int_equal(book_i64(host.db, "SELECT count(*) AS n FROM run"
                              " WHERE state = 'paused'"), 1);
}

/* A run of three at an account of one phase, which was listed; a hold is on. */
static int64_t
till_held(const char *pay_date)
{
    struct err e = { 0 };
    struct run run;
    struct lineage_hold h;

    book_run(host.db, &host.account, 3, 1, "2026-11", RUN_PAYING, &run);
    book_do(host.db, "SET payrun.repair = 'a test'");
    book_do(host.db, "UPDATE funding_account SET two_phase = false");
    if (pay_date != NULL)
        book_do(host.db, "UPDATE run SET pay_date = %s", pay_date);
    assert_int_equal(host_look(), LINEAGE_SOUND);
    assert_int_equal(lineage_hold_open(host.db, &host.lineage.known, "a test",
                                       0, 0, "tester"),
                     DB_OK);
    assert_int_equal(host_look(), LINEAGE_HELD);     /* its journal is read */
    assert_int_equal(lineage_hold_read(host.db, &h, &e), 0);
    assert_int_equal(lineage_trust(host.db, h.hold_id, host.account.name, &e),
                     -1);
    assert_int_equal(lineage_list_store(host.db, h.hold_id,
                                        host.account.account_id, NULL,
                                        0, &e), 0);
    return h.hold_id;
}

static void
lift_it(int64_t hold_id)
{
    struct err e = { 0 };

    assert_int_equal(lineage_propose(host.db, hold_id, BOOK_MAKER, "x", "y",
                                     &e),
                     0);
    assert_int_equal(lineage_agree(host.db, hold_id, BOOK_CHECKER, &e), 0);
    assert_int_equal(lineage_work(host.db, "tester"), DB_OK);
}

static int64_t
unsent(void)
{
    return book_i64(host.db, "SELECT count(*) AS n FROM batch"
                    " WHERE state = 'ready'");
}

/* In one phase what a provider does not list may be paid all the same. */
static void
test_unproven(void **state)
{
    (void)state;
    lift_it(till_held(NULL));
    assert_int_equal(unsent(), 0);
    assert_int_equal(book_i64(host.db, "SELECT count(*) AS n FROM batch"
                              " WHERE state = 'in_doubt'"), 1);
    assert_int_equal(book_i64(host.db, "SELECT count(*) AS n FROM run"
                              " WHERE state = 'paused'"), 1);
}

/* What was not to be paid before tomorrow cannot have left. */
static void
test_not_due(void **state)
{
    (void)state;
    lift_it(till_held("current_date + 3"));
    assert_int_equal(unsent(), 1);
}

/* Two people may say that a list hides nothing; both agree to that. */
static void
test_trusted(void **state)
{
    struct err e = { 0 };
    int64_t hold_id = till_held(NULL);

    (void)state;
    assert_int_equal(lineage_trust(host.db, hold_id, host.account.name, &e), 0);
    assert_int_equal(lineage_propose(host.db, hold_id, BOOK_MAKER, "x", "y",
                                     &e),
                     0);
    assert_int_equal(lineage_trust(host.db, hold_id, "", &e), 0);
    assert_int_equal(lineage_agree(host.db, hold_id, BOOK_CHECKER, &e), -1);
    assert_int_equal(e.kind, ERR_GUARD);
    assert_int_equal(lineage_trust(host.db, hold_id, host.account.name, &e), 0);
    lift_it(hold_id);
    assert_int_equal(unsent(), 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, host_open, host_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sound), TEST(test_back), TEST(test_place),
        TEST(test_stranger), TEST(test_file), TEST(test_door),
        TEST(test_two_people), TEST(test_cannot), TEST(test_unproven),
        TEST(test_not_due), TEST(test_trusted)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
