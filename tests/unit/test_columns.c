/* Headers and cells: which column is meant, and what a cell says. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "loaders/columns.h"
#include "loaders/seen.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static const struct row {
    const char        *header;
    enum payroll_field field;
} rows[] = {
    { "Employee No", PF_EMPLOYEE_NO }, { "EMPLOYEE_NO.", PF_EMPLOYEE_NO },
    { "Emp #", PF_EMPLOYEE_NO }, { "Staff ID", PF_EMPLOYEE_NO },
    { "Payroll No", PF_EMPLOYEE_NO }, { "Name", PF_NAME },
    { " full-names ", PF_NAME }, { "Employee Name", PF_NAME },
    { "Jina", PF_NAME }, { "Phone", PF_PHONE }, { "MSISDN", PF_PHONE },
    { "Mobile No.", PF_PHONE }, { "M-Pesa Number", PF_PHONE },
    { "Phone (M-Pesa)", PF_PHONE }, { "Tel/No", PF_PHONE },
    { "Amount", PF_AMOUNT }, { "Net Pay", PF_AMOUNT },
    { "Net Pay (KES)", PF_AMOUNT }, { "NET PAY KSHS", PF_AMOUNT },
    { "KES Amount", PF_AMOUNT }, { "net_salary", PF_AMOUNT },
    { "Take-home pay", PF_AMOUNT }, { "Currency", PF_CURRENCY },
    { "Payment Method", PF_RAIL }, { "Bank", PF_BANK },
    { "Bank Name", PF_BANK }, { "Bank Code", PF_BANK_CODE },
    { "A/C No", PF_ACCOUNT }, { "Bank Account Number", PF_ACCOUNT },
    { "PayBill", PF_PAYBILL }, { "Till No", PF_TILL },
    { "Account Reference", PF_ACCOUNT_REFERENCE },
    { "Reference", PF_REFERENCE }, { "Narration", PF_NARRATION },
    { "ID Number", PF_ID_NUMBER }, { "National ID", PF_ID_NUMBER },
    { "KRA PIN", PF_KRA_PIN }, { "Dept.", PF_DEPARTMENT },
    { "Branch", PF_BRANCH },
    /* what could also be something else, or is */
    { "", PF_UNKNOWN }, { "ID", PF_UNKNOWN }, { "No", PF_UNKNOWN },
    { "Total", PF_UNKNOWN }, { "Gross Pay", PF_UNKNOWN },
    { "Basic Salary", PF_UNKNOWN }, { "Contact", PF_UNKNOWN },
    { "Bank Branch", PF_UNKNOWN }, { "KES", PF_UNKNOWN },
    { "Name KES", PF_UNKNOWN }, { "payrun fix", PF_UNKNOWN },
};

static void
test_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(rows); i++)
        if (payroll_field_of(str_of(rows[i].header)) != rows[i].field)
            fail_msg("\"%s\" is %s, want %s", rows[i].header,
                     payroll_field_name(payroll_field_of(
                         str_of(rows[i].header))),
                     payroll_field_name(rows[i].field));
}

/* Each field can be called by the name we give it in messages and --map. */
static void
test_names(void **state)
{
    (void)state;
    for (int f = 0; f < PF_COUNT; f++) {
        const char *name = payroll_field_name((enum payroll_field)f);

        if (payroll_field_of(str_of(name)) != (enum payroll_field)f)
            fail_msg("%s is not its own name", name);
    }
}

static void
test_likeness(void **state)
{
    (void)state;
    assert_true(columns_likeness(STR("Phnoe"), PF_PHONE) > 0);
    assert_true(columns_likeness(STR("Worker phone"), PF_PHONE) > 0);
    assert_true(columns_likeness(STR("Amuont"), PF_AMOUNT) > 0);
    assert_true(columns_likeness(STR("Amunt"), PF_AMOUNT)
                > columns_likeness(STR("Amnt!t"), PF_AMOUNT));
    assert_int_equal(columns_likeness(STR("Grade"), PF_PHONE), 0);
    assert_int_equal(columns_likeness(STR(""), PF_PHONE), 0);
}

static const struct cell {
    const char *text, *meant;
} cells[] = {
    { "a", "a" }, { "", "" }, { " a ", "a" }, { "'a", "'a" }, { "'", "'" },
    { "'=a", "=a" }, { "''=a", "'=a" }, { "'''=a", "''=a" }, { "=a", "=a" },
    { "'+1", "+1" }, { "'-1", "-1" }, { "'@x", "@x" }, { "''", "''" },
    { "'\t", "" }, { "\xC2\xA0x\xC2\xA0", "x" }, { " 'x", "'x" },
    { "O'Hara", "O'Hara" }, { "x'", "x'" },
};

static void
test_cells(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(cells); i++)
        if (!str_eq(columns_cell(str_of(cells[i].text)),
                    str_of(cells[i].meant)))
            fail_msg("<%s> is not <%s>", cells[i].text, cells[i].meant);
    assert_true(columns_sheet_error(STR("#REF!")));
    assert_true(columns_sheet_error(STR(" #n/a ")));
    assert_true(columns_sheet_error(STR("########")));
    assert_false(columns_sheet_error(STR("##")));
    assert_false(columns_sheet_error(STR("#1")));
    assert_false(columns_sheet_error(STR("")));
}

/* Against a plain array, through many growths; then with room made for half of
 * it once some are in. */
static void
test_seen(void **state)
{
    enum { N = 600000 };    /* enough for mapped parts */
    static uint32_t first[N];
    uint64_t dice = 1;

    (void)state;
    for (int round = 0; round < 4; round++) {
        int words = round % 2;
        struct seen s;

        seen_init(&s, words);
        memset(first, 0, sizeof(first));
        for (uint32_t i = 1; i <= N; i++) {
            struct seen_at now = { i, i * 7 }, before = { 0, 0 };
            uint32_t key = 0;
            int rc = 0;

            if (round > 1 && i == 1000)
                seen_reserve(&s, N / 2);
            dice = dice * 6364136223846793005 + 1442695040888963407;
            key = (uint32_t)(dice >> 33) % N;
            rc = seen_put(&s, (key + 1) * UINT64_C(0x9E3779B97F4A7C15), now,
                          &before);
            assert_int_equal(rc, first[key] != 0);
            assert_int_equal(before.line, first[key]);
            assert_int_equal(before.word, words ? first[key] * 7 : 0);
            if (rc == 0)
                first[key] = i;
        }
        seen_release(&s);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_likeness),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
