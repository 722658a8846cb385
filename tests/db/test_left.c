/* The journal of what left: the file, and what a hold makes of it.  The story
 * 104 does it with a whole server. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "book/lineage_left.h"
#include "tests/lib/host.h"
#include "tests/lib/pg.h"

#define NOVEMBER INT64_C(1795000000000000)      /* the 18th, in 2026          */
#define MONTH    INT64_C(2678400000000)

/* --- the file ------------------------------------------------------------- */

static void
entry(struct left_entry *n, const int64_t *payments, int64_t at_us)
{
    *n = (struct left_entry){
        .beat = 7, .at_us = at_us, .nonce = "abc", .installation = "inst",
        .step = "send", .run_ref = "R-2026-11-A", .period = "2026-11",
        .kind = "main", .account = "till\tof a name", .ccy = "KES",
        .batch_id = 300001, .minor = 12345, .rows = 2, .payments = payments
    };
    memset(n->digest, 0xab, sizeof(n->digest));
}

static void
put(int64_t at_us)
{
    static const int64_t payments[] = { -5, INT64_MAX };
    struct left_entry n;
    struct mark m = { .installation = "inst" };
    struct err e = { 0 };

    entry(&n, payments, at_us);
    if (mark_leave(host.path, &m, &n, &e) < 0)
        fail_msg("%s", e.text);
}

static int
same(void *owner, const struct left_entry *n)
{
    ++*(int *)owner;
    assert_string_equal(n->account, "till of a name");
    assert_string_equal(n->run_ref, "R-2026-11-A");
    assert_int_equal(n->minor, 12345);
    assert_int_equal(n->rows, 2);
    assert_int_equal(n->payments[0], -5);
    assert_true(n->payments[1] == INT64_MAX);
    assert_int_equal(n->digest[31], 0xab);
    return 0;
}

static void
assert_state(int64_t entries, int64_t missing, int64_t damaged)
{
    struct left_state s;
    struct mark m;
    struct err e = { 0 };
    int seen = 0;

    assert_int_equal(mark_read(host.path, &m, &e), 1);
    assert_int_equal(left_read(host.path, m.kept, m.left, same, &seen, &s, &e),
                     0);
    assert_int_equal(seen, entries);
    assert_int_equal(s.entries, entries);
    assert_int_equal(s.missing, missing);
    assert_int_equal(s.damaged, damaged);
}

static void
file_of(const char *month, struct buf *b, char name[128])
{
    struct err e = { 0 };

    snprintf(name, 128, "%s.left-%s", host.path, month);
    buf_init(b, 64 * 1024);
    assert_int_equal(buf_read_file(b, name, &e), 0);
}

static void
test_whole(void **state)
{
    (void)state;
    put(NOVEMBER);
    put(NOVEMBER);
    put(NOVEMBER + MONTH);
    assert_state(3, 0, 0);
}

/* One digit of one line; half a last line; a file that is gone. */
static void
test_damaged(void **state)
{
    struct err e = { 0 };
    struct buf b;
    char name[128];

    (void)state;
    for (int i = 0; i < 3; i++)
        put(NOVEMBER);
    file_of("2026-11", &b, name);
    b.p[b.len / 2] ^= 1;
    assert_int_equal(buf_write_file(&b, name, 0600, &e), 0);
    assert_state(2, 1, 1);
    b.p[b.len / 2] ^= 1;
    b.len -= 9;
    assert_int_equal(buf_write_file(&b, name, 0600, &e), 0);
    assert_state(2, 1, 1);
    put(NOVEMBER);              /* on a line of its own */
    assert_state(3, 1, 1);
    unlink(name);
    assert_state(0, 4, 0);
    buf_release(&b);
}

/* A crash between journal and mark: the number comes twice, and both count. */
static void
test_number_twice(void **state)
{
    struct err e = { 0 };
    struct buf mark;

    (void)state;
    put(NOVEMBER);
    buf_init(&mark, 4096);
    assert_int_equal(buf_read_file(&mark, host.path, &e), 0);
    put(NOVEMBER);
    assert_int_equal(buf_write_file(&mark, host.path, 0600, &e), 0);
    put(NOVEMBER);
    assert_state(3, 0, 0);
    buf_release(&mark);
}

/* Months of long ago go, and nobody misses them. */
static void
test_bounded(void **state)
{
    char name[128];

    (void)state;
    for (int64_t i = 0; i < LEFT_FILES_MAX + 3; i++)
        put(NOVEMBER + i * MONTH);
    assert_state(LEFT_FILES_MAX, 0, 0);
    snprintf(name, sizeof(name), "%s.left-2026-11", host.path);
    assert_int_equal(access(name, F_OK), -1);
}

/* A mark of before there was a journal is read, and goes on with one. */
static void
test_old_mark(void **state)
{
    static const char old[] =
        "payrun-mark 1\ninstallation i\nepoch 1\nbeat 0\nnonce \naudit 0\n"
        "hash \nplace p\nat 1\n";
    unsigned char sum[SHA256_BYTES];
    char hex[SHA256_HEX];
    struct mark m;
    struct err e = { 0 };
    struct buf b;

    (void)state;
    sha256_of(str_of(old), sum);
    hex_of(sum, sizeof(sum), hex);
    buf_init(&b, 4096);
    buf_printf(&b, "%ssum %s\n", old, hex);
    assert_int_equal(buf_write_file(&b, host.path, 0600, &e), 0);
    assert_int_equal(mark_read(host.path, &m, &e), 1);
    assert_int_equal(m.left, 0);
    put(NOVEMBER);
    assert_state(1, 0, 0);
    buf_release(&b);
}

/* --- in a hold ------------------------------------------------------------ */

/* What the program hashes is what the database hashes. */
static void
test_payment(void **state)
{
    static const struct pay_line line = {
        .account = { "254711000001", 12 }, .bank_code = { "3", 1 },
        .minor = 123450
    };

    (void)state;
    assert_true(left_payment("inst", &line, "KES") == book_i64(host.db,
        "SELECT lineage_payment('inst', '254711000001', '3', NULL, 123450,"
        " 'KES') AS n"));
}

/* ${n} of the run that is approved here leaves by the journal alone. */
static void
leave_batch(const struct run *run, int64_t beat)
{
    struct left_entry n = { .beat = beat, .at_us = NOVEMBER, .step = "send" };
    int64_t payments[10];
    struct mark m = host.lineage.known;
    struct batch b;
    struct err e = { 0 };

    assert_int_equal(batch_by_id(host.db, run->run_id * RUN_BATCHES_MAX + 1,
                                 &b),
                     DB_OK);
    for (int i = 0; i < b.rows; i++)
        payments[i] = i;
    str_copy(n.nonce, sizeof(n.nonce), STR("never seen"));
    str_copy(n.installation, sizeof(n.installation), STR("i"));
    str_copy(n.run_ref, sizeof(n.run_ref), str_of(b.run_ref));
    str_copy(n.period, sizeof(n.period), str_of(b.period));
    str_copy(n.kind, sizeof(n.kind), str_of(b.kind));
    str_copy(n.account, sizeof(n.account), str_of(b.account));
    str_copy(n.ccy, sizeof(n.ccy), STR("KES"));
    memcpy(n.digest, b.digest, sizeof(n.digest));
    n.batch_id = b.batch_id;
    n.minor = b.minor;
    n.rows = b.rows;
    n.payments = payments;
    if (mark_leave(host.path, &m, &n, &e) < 0)
        fail_msg("%s", e.text);
}

static void
lift_it(bool excused)
{
    struct lineage_hold h;
    struct err e = { 0 };

    assert_int_equal(lineage_hold_read(host.db, &h, &e), 0);
    assert_int_equal(lineage_list_wants(host.db, h.hold_id,
                                        host.account.account_id),
                     DB_OK);
    assert_int_equal(lineage_list_store(host.db, h.hold_id,
                                        host.account.account_id,
                                        NULL, 0, &e), 0);
    if (excused)
        assert_int_equal(lineage_excuse(host.db, h.hold_id, host.lineage.host,
                                        &e), 0);
    if (lineage_propose(host.db, h.hold_id, BOOK_MAKER, "x", "y", &e) < 0
        || lineage_agree(host.db, h.hold_id, BOOK_CHECKER, &e) < 0)
        fail_msg("%s", e.text);
    assert_int_equal(lineage_work(host.db, "tester"), DB_OK);
}

/* A batch that left by the journal is never sent again by itself, whatever a
 * complete list of a two-phase provider leaves out. */
static void
test_went(void **state)
{
    struct run run;

    (void)state;
    book_run(host.db, &host.account, 3, 1, "2026-11", RUN_PAYING, &run);
    assert_int_equal(host_look(), LINEAGE_SOUND);
    leave_batch(&run, 1);
    assert_int_equal(lineage_hold_open(host.db, &host.lineage.known, "a test",
                                       0, 0, "tester"),
                     DB_OK);
    assert_int_equal(host_look(), LINEAGE_HELD);
    lift_it(false);
    assert_int_equal(book_i64(host.db, "SELECT count(*) AS n FROM outcome"
                              " WHERE state = 'in_doubt'"), 3);
}

/* Another host that was away during the hold comes back: what its journal knows
 * nobody has looked at, so everything stands still once more. */
static void
test_late_host(void **state)
{
    struct run run;
    struct mark m;
    struct err e = { 0 };

    (void)state;
    book_run(host.db, &host.account, 3, 1, "2026-11", RUN_PAYING, &run);
    assert_int_equal(host_look(), LINEAGE_SOUND);
    leave_batch(&run, 1);
    assert_int_equal(mark_read(host.path, &m, &e), 1);
    /* a hold was lifted */
    book_do(host.db, "UPDATE lineage SET epoch = 5");
    assert_int_equal(host_look(), LINEAGE_HELD);
    assert_non_null(strstr(host.lineage.why, "journal"));
    lift_it(false);
    /* it is told by now */
    assert_int_equal(host_look(), LINEAGE_SOUND);
    assert_int_equal(book_i64(host.db, "SELECT count(*) AS n FROM batch"
                              " WHERE state = 'ready'"), 0);
}

/* The mark is gone with its journal: two people have to know that. */
static void
test_lost_host(void **state)
{
    struct lineage_hold h;
    struct run run;
    struct err e = { 0 };

    (void)state;
    book_run(host.db, &host.account, 3, 1, "2026-11", RUN_PAYING, &run);
    assert_int_equal(host_look(), LINEAGE_SOUND);
    unlink(host.path);
    lineage_init(&host.lineage, host.path, "tester");
    assert_int_equal(lineage_hold_open(host.db, &host.lineage.known, "a test",
                                       0, 0, "tester"),
                     DB_OK);
    assert_int_equal(host_look(), LINEAGE_HELD);
    assert_int_equal(lineage_hold_read(host.db, &h, &e), 0);
    assert_int_equal(lineage_excuse(host.db, h.hold_id, "nobody", &e), -1);
    assert_int_equal(lineage_list_wants(host.db, h.hold_id,
                                        host.account.account_id),
                     DB_OK);
    assert_int_equal(lineage_list_store(host.db, h.hold_id,
                                        host.account.account_id,
                                        NULL, 0, &e), 0);
    assert_int_equal(lineage_propose(host.db, h.hold_id, BOOK_MAKER, "x", "y",
                                     &e),
                     -1);
    assert_int_equal(e.kind, ERR_GUARD);
    assert_non_null(strstr(e.fix, "--no-journal"));
    assert_int_equal(lineage_excuse(host.db, h.hold_id, host.lineage.host, &e),
                     0);
    if (lineage_propose(host.db, h.hold_id, BOOK_MAKER, "x", "y", &e) < 0
        || lineage_agree(host.db, h.hold_id, BOOK_CHECKER, &e) < 0)
        fail_msg("%s", e.text);
    assert_int_equal(lineage_work(host.db, "tester"), DB_OK);
}

/* Batches of 5000: hashed, written, synced.  The figure is for people. */
static void
test_cost(void **state)
{
    static int64_t payments[BATCH_ROWS_MAX];
    struct pay_line line = { .account = { "254711000001", 12 } };
    struct mark m = { .installation = "inst" };
    struct left_entry n;
    struct err e = { 0 };
    int64_t began = clock_mono_ms();
    int batches = 20;

    (void)state;
    entry(&n, payments, NOVEMBER);
    n.rows = BATCH_ROWS_MAX;
    for (int i = 0; i < batches; i++) {
        for (int k = 0; k < BATCH_ROWS_MAX; k++) {
            line.minor = k + 1;
            payments[k] = left_payment("inst", &line, "KES");
        }
        assert_int_equal(mark_leave(host.path, &m, &n, &e), 0);
    }
    print_message("%d batches of 5000: %lld ms\n", batches,
                  (long long)(clock_mono_ms() - began));
    assert_int_equal(m.left, batches);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, host_open, host_close)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_whole), TEST(test_damaged), TEST(test_number_twice),
        TEST(test_bounded), TEST(test_old_mark), TEST(test_payment),
        TEST(test_went), TEST(test_late_host), TEST(test_lost_host),
        TEST(test_cost)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
