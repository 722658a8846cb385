#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "providers/sapama_callback.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define TOKEN "0RD8801B-0123456789abcdef0123456789abcdef"

/* The readings of contract 8.1, each as it may come. */
static void
test_readings(void **state)
{
    static const struct {
        const char *name, *fields;
        int n;
        struct sapama_callback want;
    } rows[] = {
        { "the whole, POST", "organization_id=2&location_id=2&type=receipt&"
          "direction=b2c&status=success&message=Success&third_party_message="
          "The+service+request+is+processed+successfully.&"
          "proxy_trans_id=305528&trans_id=0RD8801B&"
          "third_party_trans_id=TKM1AB2CD3&b2c_in_status_code=0&"
          "trans_amount=1500.00&phone=254708374149&bill_ref_number=" TOKEN
          "&api_key=&hash=00", 10,
          { "305528", "0RD8801B", TOKEN, "TKM1AB2CD3", "success", "0",
            "The service request is processed successfully.", "254708374149",
            150000 } },
        { "trans_id is the reference", "trans_id=0RD8801B", 1,
          { .reference = "0RD8801B", .minor = -1 } },
        { "trans_id is the receipt", "trans_id=TKM1AB2CD3&trans_reference="
          "0RD8801B", 2, { .reference = "0RD8801B", .receipt = "TKM1AB2CD3",
          .minor = -1 } },
        { "a long reference is no receipt", "trans_id=A068VG8073", 1,
          { .reference = "A068VG8073", .minor = -1 } },
        { "a placeholder is no receipt", "trans_id=OAK0000000", 1,
          { .minor = -1 } },
        { "GET, %20", "third_party_message=Not%20paid%21&phone=%2B254708", 2,
          { .reason = "Not paid!", .phone = "+254708", .minor = -1 } },
        { "encoded names", "%70hone=0708374149", 1,
          { .phone = "0708374149", .minor = -1 } },
        { "message without the gateway's", "message=Insufficient+funds", 1,
          { .reason = "Insufficient funds", .minor = -1 } },
        { "markup", "message=%3Cb%3Ebad%3C%2Fb%3E%0Anews%1B%5B31m", 1,
          { .reason = "bad news [31m", .minor = -1 } },
        { "amount without trans_", "amount=100", 1, { .minor = 10000 } },
        { "two amounts", "trans_amount=100&amount=200", 2,
          { .minor = 10000 } },
        { "the same twice", "proxy_trans_id=7&proxy_trans_id=7", 2,
          { .id = "7", .minor = -1 } },
        { "two ids", "proxy_trans_id=7&proxy_trans_id=8", 2,
          { .minor = -1 } },
        { "empty and one", "proxy_trans_id=&proxy_trans_id=8", 2,
          { .id = "8", .minor = -1 } },
        { "one and empty", "proxy_trans_id=8&proxy_trans_id=", 2,
          { .id = "8", .minor = -1 } },
        { "two amounts of a name", "amount=1&amount=2", 2, { .minor = -1 } },
        { "null values", "phone&amount&trans_id=", 1, { .minor = -1 } },
        { "id no number", "proxy_trans_id=trans_5f0de4e0d2ebc", 1,
          { .minor = -1 } },
        { "id zero", "proxy_trans_id=0", 1, { .minor = -1 } },
        { "amount no number", "amount=1,500.00", 1, { .minor = -1 } },
        { "amount below zero", "amount=-5", 1, { .minor = -1 } },
        { "bad escapes", "status=%&message=%4&phone=%zz", 3,
          { .status = "%", .reason = "%4", .phone = "%zz", .minor = -1 } },
        { "a NUL", "status=suc%00cess", 1, { .status = "success",
          .minor = -1 } },
        { "nested names", "property_ids%5B0%5D=728&phone%5B0%5D=1", 0,
          { .minor = -1 } },
        { "bill with a number behind", "bill_ref_number=" TOKEN "+-+380222",
          1, { .token = TOKEN, .reference = "0RD8801B", .minor = -1 } },
        { "signs in a value", "message=a=b&status==", 2,
          { .reason = "a=b", .status = "=", .minor = -1 } },
        { "nothing", "", 0, { .minor = -1 } },
        { "only signs", "&&=&=x&", 0, { .minor = -1 } },
        { "JSON", "{\"trans_id\":\"0RD8801B\"}", 0, { .minor = -1 } },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        const struct sapama_callback *w = &rows[i].want;
        struct sapama_callback got;
        int n = sapama_read_callback(&got, str_of(rows[i].fields));

        if (n != rows[i].n)
            fail_msg("%s: %d fields", rows[i].name, n);
        if (strcmp(got.id, w->id) != 0
            || strcmp(got.reference, w->reference) != 0
            || strcmp(got.token, w->token) != 0
            || strcmp(got.receipt, w->receipt) != 0
            || strcmp(got.status, w->status) != 0
            || strcmp(got.code, w->code) != 0
            || strcmp(got.reason, w->reason) != 0
            || strcmp(got.phone, w->phone) != 0 || got.minor != w->minor)
            fail_msg("%s: id=%s reference=%s token=%s receipt=%s status=%s "
                     "code=%s reason=%s phone=%s minor=%lld", rows[i].name,
                     got.id, got.reference, got.token, got.receipt,
                     got.status, got.code, got.reason, got.phone,
                     (long long)got.minor);
    }
}

/* What is longer than its room is not read in part, words aside. */
static void
test_long_values(void **state)
{
    struct sapama_callback got;
    struct buf b;

    (void)state;
    buf_init(&b, 100000);
    buf_text(&b, "proxy_trans_id=");
    for (int i = 0; i < 5000; i++)
        buf_char(&b, '1');
    buf_text(&b, "&message=");
    for (int i = 0; i < 5000; i++)
        buf_char(&b, 'w');
    assert_int_equal(sapama_read_callback(&got, buf_view(&b)), 2);
    assert_string_equal(got.id, "");
    assert_int_equal(strlen(got.reason), sizeof(got.reason) - 1);
    assert_int_equal(sapama_read_callback(&got, (struct str){ NULL, 0 }), 0);
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readings),
        cmocka_unit_test(test_long_values)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
