/* Evidence packs of a book that is made here: what is kept, what is flat. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/crypto.h"
#include "intake/keep.h"
#include "pack/pack.h"
#include "pack/verify.h"
#include "tests/lib/book.h"
#include "tests/lib/pg.h"

#define BIG_ROWS    20000
#define FLIPS       150             /* under a second; PACK_FLIPS for more   */
#define BIG_RSS_KIB (32 * 1024)     /* of 20,000 payments: lists are 12 MB   */

static struct db *db;
static struct account a;
static struct sign_key key;
static struct err e;
static char dir[64], said[4096];

static int
opened(void **state)
{
    char path[128];

    (void)state;
    if (crypto_setup() < 0)
        return -1;
    book_open(&db);
    book_people(db);
    book_account(db, &a, 5000);
    test_dir(dir);
    snprintf(path, sizeof(path), "%s/evidence.key", dir);
    return sign_load(&key, path, true, &e);
}

static int
closed(void **state)
{
    (void)state;
    test_dir_remove(dir);
    db_close(db);
    return 0;
}

static void
note(void *owner, const char *member, const char *text)
{
    size_t n = strlen(said);

    (void)owner;
    snprintf(said + n, sizeof(said) - n, "%s: %s\n", member, text);
}

static struct pack_verdict
packed(const struct run *run, struct pack_made *made)
{
    char path[128];
    struct pack_verdict v;

    snprintf(path, sizeof(path), "%s/pack.tar", dir);
    said[0] = '\0';
    if (pack_write(db, run, &key, "test", path, made, &e) < 0
        || pack_verify(path, NULL, note, NULL, &v, &e) < 0)
        fail_msg("%s", e.text);
    return v;
}

static long
rss_kib(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

/* The sanitizer keeps what was freed. */
#ifdef __SANITIZE_ADDRESS__
#define RSS_MAX LONG_MAX
#else
#define RSS_MAX BIG_RSS_KIB
#endif

/* A file of several parts, four batches, nobody paid yet; memory stays. */
static void
test_big(void **state)
{
    struct pack_made made;
    struct pack_verdict v;
    struct run run;
    long before = 0;

    (void)state;
    book_run(db, &a, BIG_ROWS, 1, "2026-11", RUN_APPROVED, &run);
    assert_true(book_i64(db, "SELECT count(*) AS n FROM source_bytes") > 1);
    assert_int_equal(book_i64(db, "SELECT count(*) AS n FROM source_file f"
        " WHERE f.sha256 = (SELECT sha256(string_agg(s.bytes, ''"
        "  ORDER BY s.part)) FROM source_bytes s"
        "  WHERE s.file_id = f.file_id)"), 1);
    before = rss_kib();
    v = packed(&run, &made);
    if (rss_kib() - before > RSS_MAX)
        fail_msg("%ld KiB more for %d payments", rss_kib() - before, BIG_ROWS);
    assert_string_equal(said, "");
    assert_true(made.file_kept);
    assert_int_equal(v.rows, BIG_ROWS);
    assert_int_equal(v.open_rows, BIG_ROWS);
    assert_int_equal(v.open_minor, run.minor);
    assert_string_equal(v.approver, BOOK_CHECKER);
}

/* Uploaded before payrun kept the bytes: said, and nothing is wrong. */
static void
test_older(void **state)
{
    struct pack_made made;
    struct run run;

    (void)state;
    book_run(db, &a, 20, 50001, "2026-10", RUN_SUBMITTED, &run);
    book_do(db, "DELETE FROM source_bytes WHERE file_id = %lld",
            (long long)run.file_id);
    (void)packed(&run, &made);
    assert_string_equal(said, "");
    assert_false(made.file_kept);
}

/* One part of the bytes exchanged by who owns the database. */
static void
test_file_changed(void **state)
{
    struct pack_made made;
    struct run run;

    (void)state;
    book_run(db, &a, 20, 60001, "2026-09", RUN_SUBMITTED, &run);
    book_do(db, "UPDATE source_bytes SET bytes = bytes || 'x'"
            " WHERE file_id = %lld", (long long)run.file_id);
    assert_int_equal(packed(&run, &made).findings, 1);
    assert_non_null(strstr(said, "original-file"));
    assert_non_null(strstr(said, "it is not the payroll file of this run"));
}

static void
put(const char *path, const struct buf *b)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(b->p, 1, b->len, f), b->len);
    assert_int_equal(fclose(f), 0);
}

/* Whichever byte of the archive is another one, it is found, and a verifier
 * that was given garbage stays on its feet.  PACK_FLIPS: how many. */
static void
test_flips(void **state)
{
    const char *many = getenv("PACK_FLIPS");
    char path[128], bad[128];
    int64_t flips = FLIPS;
    struct pack_verdict v;
    struct pack_made made;
    struct buf b;
    struct run run;

    (void)state;
    if (many != NULL)
        assert_int_equal(str_i64(&flips, str_of(many)), 0);
    assert_int_equal(run_find(db, "R-2026-10-A", &run, &e), 0);
    (void)packed(&run, &made);
    snprintf(path, sizeof(path), "%s/pack.tar", dir);
    snprintf(bad, sizeof(bad), "%s/bad.tar", dir);
    buf_init(&b, 16 << 20);
    assert_int_equal(buf_read_file(&b, path, &e), 0);
    for (int64_t i = 0; i < flips; i++) {
        size_t at = hash64((struct str){ (char *)&i, sizeof(i) }) % b.len;

        b.p[at] ^= (char)(1 << (i % 8));
        put(bad, &b);
        if (pack_verify(bad, NULL, note, NULL, &v, &e) == 0 && v.findings == 0)
            fail_msg("byte %zu of %zu was changed, and nobody saw it", at,
                     b.len);
        b.p[at] ^= (char)(1 << (i % 8));
    }
    buf_release(&b);
}

/* Saved by somebody between the two readings of it. */
static void
test_changed_meanwhile(void **state)
{
    unsigned char sha256[SHA256_BYTES];
    char path[128];
    struct buf b;

    (void)state;
    snprintf(path, sizeof(path), "%s/pay.csv", dir);
    buf_init(&b, 1024);
    buf_text(&b, "Name,Phone,Amount\n");
    sha256_of(buf_view(&b), sha256);
    buf_char(&b, 'x');
    assert_int_equal(buf_write_file(&b, path, 0600, &e), 0);
    buf_release(&b);
    book_do(db, "BEGIN");
    assert_int_equal(keep_file(db, book_i64(db, "SELECT min(file_id) AS n"
        " FROM source_file WHERE file_id NOT IN (SELECT file_id"
        " FROM source_bytes)"), path, sha256, &e), DB_HARD);
    book_do(db, "ROLLBACK");
    assert_int_equal(e.kind, ERR_DATA);
    assert_non_null(strstr(e.text, "was changed while it was read"));
}

/* A disk that is full, or a folder that is not there, leaves nothing. */
static void
test_no_place(void **state)
{
    struct pack_made made;
    struct run run;

    (void)state;
    assert_int_equal(run_find(db, "R-2026-10-A", &run, &e), 0);
    assert_int_equal(pack_write(db, &run, &key, "test", "/nowhere/x.tar",
                                &made, &e), -1);
    assert_int_equal(e.kind, ERR_CANTCREATE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_big), cmocka_unit_test(test_older),
        cmocka_unit_test(test_file_changed), cmocka_unit_test(test_flips),
        cmocka_unit_test(test_changed_meanwhile),
        cmocka_unit_test(test_no_place)
    };

    return cmocka_run_group_tests(tests, opened, closed);
}
