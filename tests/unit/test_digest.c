/* What is approved, as bytes: fixed for ever, and different for any change. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "book/digest.h"
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
    struct digest_row r[16];
    char hex[16][SHA256_HEX];
    static const char *const what[] = {
        "nothing", "seq", "minor", "rail", "ccy", "account", "bank_code",
        "account_reference", "name", "narration", "reference", "id_number",
        "employee_no", "text moved from one field to the next"
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
    for (size_t i = 0; i < n; i++) {
        hash_row(&r[i], hex[i]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(hex[i], hex[k]) == 0)
                fail_msg("\"%s\" and \"%s\" give the same", what[i], what[k]);
    }
}

static void
hash_run(const struct digest_run *r, int64_t rows, const char *rail,
         char hex[SHA256_HEX])
{
    struct sha256 h;
    unsigned char sum[SHA256_BYTES], batch[SHA256_BYTES] = { 7 };

    digest_run_begin(&h, r);
    digest_run_batch(&h, rows, 4500000, rail, batch);
    sha256_end(&h, sum);
    hex_of(sum, sizeof(sum), hex);
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
        cmocka_unit_test(test_run_changes),
        cmocka_unit_test(test_refs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
