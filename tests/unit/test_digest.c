/* What is approved, as bytes: fixed for ever, and different for any change. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "book/digest.h"
#include "book/short.h"
#include "intake/intake.h"

static struct digest_row
row(void)
{
    return (struct digest_row){
        .seq = 1, .minor = 4500000, .rail = "MPESA-B2C", .ccy = "KES",
        .account = STR_INIT("254712345678"), .name = STR_INIT("Wanjiku Mwangi"),
        .employee_no = STR_INIT("EMP0001")
    };
}

static void
hash_row(const struct digest_row *r, char hex[SHA256_HEX])
{
    struct sha256 h;
    unsigned char sum[SHA256_BYTES];

    sha256_init(&h);
    digest_row_add(&h, r);
    sha256_end(&h, sum);
    hex_of(sum, sizeof(sum), hex);
}

/* The bytes themselves, so that no program later disagrees about old runs. */
static void
test_row_bytes(void **state)
{
    static const struct str text = STR_INIT(
        "1:1" "7:4500000" "9:MPESA-B2C" "3:KES" "12:254712345678" "0:" "0:"
        "14:Wanjiku Mwangi" "0:" "0:" "0:" "7:EMP0001");
    struct digest_row r = row();
    unsigned char want[SHA256_BYTES];
    char want_hex[SHA256_HEX], got[SHA256_HEX];

    (void)state;
    sha256_of(text, want);
    hex_of(want, sizeof(want), want_hex);
    hash_row(&r, got);
    assert_string_equal(got, want_hex);
}

static void
test_row_changes(void **state)
{
    struct digest_row r[20];
    char hex[20][SHA256_HEX];
    static const char *const what[] = {
        "nothing", "seq", "minor", "rail", "ccy", "account", "bank_code",
        "account_reference", "name", "narration", "reference", "id_number",
        "employee_no", "text moved from one field to the next", "part 1/2",
        "part 2/2", "part 1/3"
    };
    size_t n = sizeof(what) / sizeof(what[0]);

    (void)state;
    for (size_t i = 0; i < n; i++)
        r[i] = row();
    r[1].seq = 2;
    r[2].minor++;
    r[3].rail = "MPESA-B2B";
    r[4].ccy = "UGX";
    r[5].account = STR("254712345679");
    r[6].bank_code = STR("01");
    r[7].account_reference = STR("1");
    r[8].name = STR("Wanjiku  Mwangi");
    r[9].narration = STR("x");
    r[10].reference = STR("x");
    r[11].id_number = STR("x");
    r[12].employee_no = STR("EMP0002");
    r[13].name = STR("Wanjiku Mwang");
    r[13].narration = STR("i");
    r[14].part = 1;
    r[14].parts = 2;
    r[15].part = 2;
    r[15].parts = 2;
    r[16].part = 1;
    r[16].parts = 3;
    for (size_t i = 0; i < n; i++) {
        hash_row(&r[i], hex[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(hex[i], hex[k]) == 0)
                fail_msg("\"%s\" and \"%s\" give the same", what[i], what[k]);
    }
}

/* One part of one is no part: the bytes of before there were parts. */
static void
test_row_whole(void **state)
{
    struct digest_row r = row(), whole = row();
    char a[SHA256_HEX], b[SHA256_HEX];

    (void)state;
    whole.part = whole.parts = 1;
    hash_row(&r, a);
    hash_row(&whole, b);
    assert_string_equal(a, b);
}

static const unsigned char batch_digest[SHA256_BYTES] = { 7 };

static struct digest_batch
batch(void)
{
    return (struct digest_batch){
        .account = "", .provider = "", .rail = "MPESA-B2C", .rows = 1,
        .minor = 4500000, .digest = batch_digest
    };
}

static void
hash_batches(const struct digest_run *r, const struct digest_batch *b,
             size_t n, char hex[SHA256_HEX])
{
    struct sha256 h;
    unsigned char sum[SHA256_BYTES];

    digest_run_begin(&h, r);
    for (size_t i = 0; i < n; i++)
        digest_run_batch(&h, &b[i]);
    sha256_end(&h, sum);
    hex_of(sum, sizeof(sum), hex);
}

static void
hash_run(const struct digest_run *r, int64_t rows, const char *rail,
         char hex[SHA256_HEX])
{
    struct digest_batch b = batch();

    b.rows = rows;
    b.rail = rail;
    hash_batches(r, &b, 1, hex);
}

static const unsigned char file_digest[SHA256_BYTES] = { 1 };

static struct digest_run
run(void)
{
    return (struct digest_run){
        .account = "salaries", .provider = "intasend", .period = "2026-11",
        .kind = "main", .pay_date = "", .ccy = "KES", .narration = "Salary",
        .rows = 2, .minor = 9000000, .file_sha256 = file_digest
    };
}

/* A run that one account pays: the bytes of before there could be more. */
static void
test_run_bytes(void **state)
{
    struct digest_run r = run();
    struct digest_batch b = batch();
    unsigned char want[SHA256_BYTES];
    char want_hex[SHA256_HEX], got[SHA256_HEX], file[SHA256_BYTES];
    struct buf text;

    (void)state;
    memcpy(file, file_digest, sizeof(file));
    buf_init(&text, 4096);
    buf_text(&text, "8:salaries" "8:intasend" "7:sandbox" "7:2026-11" "4:main"
             "0:" "3:KES" "6:Salary" "1:2" "7:9000000" "32:");
    buf_add(&text, file, sizeof(file));
    buf_text(&text, "1:1" "7:4500000" "9:MPESA-B2C" "32:");
    buf_add(&text, batch_digest, sizeof(batch_digest));
    sha256_of(buf_view(&text), want);
    buf_release(&text);
    hex_of(want, sizeof(want), want_hex);
    hash_batches(&r, &b, 1, got);
    assert_string_equal(got, want_hex);
}

/* Which account pays which batch is part of what is approved. */
static void
test_accounts_swapped(void **state)
{
    static const struct row {
        const char *name, *account[2], *provider[2];
    } rows[] = {
        { "both by the run's own", { "", "" }, { "", "" } },
        { "the second by another", { "", "till" }, { "", "sapama" } },
        { "the first by another", { "till", "" }, { "sapama", "" } },
        { "both by another", { "till", "till" }, { "sapama", "sapama" } },
        { "by another account", { "", "tills" }, { "", "sapama" } },
        { "by another provider", { "", "till" }, { "", "intasend" } }
    };
    size_t n = sizeof(rows) / sizeof(rows[0]);
    char hex[8][SHA256_HEX];
    struct digest_run r = run();

    (void)state;
    for (size_t i = 0; i < n; i++) {
        struct digest_batch b[2] = { batch(), batch() };

        for (size_t k = 0; k < 2; k++) {
            b[k].account = rows[i].account[k];
            b[k].provider = rows[i].provider[k];
        }
        hash_batches(&r, b, 2, hex[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(hex[i], hex[k]) == 0)
                fail_msg("\"%s\" and \"%s\" give the same", rows[i].name,
                         rows[k].name);
    }
}

/* So is what happens when money is short: the policy, and who is in which
 * group; a run without groups has the bytes of before there were any. */
static void
test_groups(void **state)
{
    static const struct { const char *policy, *by, *name; int64_t no; } rows[] = {
        { "groups", "dept", "Sales", 1 }, { "priority", "dept", "Sales", 1 },
        { "groups", "team", "Sales", 1 }, { "groups", "dept", "Kitchen", 1 },
        { "groups", "dept", "Sales", 2 }, { NULL, NULL, NULL, 0 }
    };
    char hex[LEN(rows)][SHA256_HEX], plain[SHA256_HEX];
    struct digest_run r = run();
    struct digest_batch b = batch();

    (void)state;
    hash_batches(&r, &b, 1, plain);
    for (size_t i = 0; i < LEN(rows); i++) {
        char words[SHORT_WORDS_BYTES] = "";
        struct run_short as = { .policy = "" };

        if (rows[i].policy != NULL) {
            str_copy(as.policy, sizeof(as.policy), str_of(rows[i].policy));
            str_copy(as.group_by, sizeof(as.group_by), str_of(rows[i].by));
            short_words(&as, rows[i].no, rows[i].name, words);
        }
        b.grouped = words;
        hash_batches(&r, &b, 1, hex[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(hex[i], hex[k]) == 0)
                fail_msg("rows %zu and %zu give the same", i, k);
    }
    assert_string_equal(hex[LEN(rows) - 1], plain);
}

static void
test_run_changes(void **state)
{
    static const unsigned char file[SHA256_BYTES] = { 1 };
    static const unsigned char other[SHA256_BYTES] = { 2 };
    const struct digest_run base = {
        .account = "salaries", .provider = "intasend", .period = "2026-11",
        .kind = "main", .pay_date = "", .ccy = "KES", .narration = "Salary",
        .rows = 1, .minor = 4500000, .file_sha256 = file
    };
    struct digest_run r[12];
    char hex[14][SHA256_HEX];

    (void)state;
    for (size_t i = 0; i < 12; i++)
        r[i] = base;
    r[1].account = "bonus";
    r[2].provider = "sapama";
    r[3].period = "2026-12";
    r[4].kind = "bonus";
    r[5].pay_date = "2026-11-27";
    r[6].ccy = "UGX";
    r[7].narration = "salary";
    r[8].live = true;
    r[9].rows = 2;
    r[10].minor = 1;
    r[11].file_sha256 = other;
    for (size_t i = 0; i < 12; i++)
        hash_run(&r[i], 1, "MPESA-B2C", hex[i]);
    hash_run(&base, 2, "MPESA-B2C", hex[12]);
    hash_run(&base, 1, "AIRTIME", hex[13]);
    for (size_t i = 0; i < 14; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(hex[i], hex[k]) == 0)
                fail_msg("runs %zu and %zu give the same digest", i, k);
}

static void
test_refs(void **state)
{
    static const struct { int64_t serial; const char *ref; } rows[] = {
        { 1, "R-2026-11-A" }, { 2, "R-2026-11-B" }, { 26, "R-2026-11-Z" },
        { 27, "R-2026-11-AA" }, { 52, "R-2026-11-AZ" },
        { 53, "R-2026-11-BA" }, { 702, "R-2026-11-ZZ" },
        { 703, "R-2026-11-AAA" }
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char ref[RUN_REF_BYTES];

        intake_ref("2026-11", rows[i].serial, ref);
        if (strcmp(ref, rows[i].ref) != 0)
            fail_msg("%lld: %s, not %s", (long long)rows[i].serial, ref,
                     rows[i].ref);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_row_bytes),
        cmocka_unit_test(test_row_changes),
        cmocka_unit_test(test_row_whole),
        cmocka_unit_test(test_run_bytes),
        cmocka_unit_test(test_accounts_swapped),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_run_changes),
        cmocka_unit_test(test_refs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
