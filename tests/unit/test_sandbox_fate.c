#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "sandbox/ask.h"
#include "sandbox/fate.h"
#include "sandbox/ids.h"
#include "sandbox/lookup.h"
#include "tests/lib/stand.h"

#define INITIATE "api/v1/send-money/initiate/"

/* A file of ${n} payments, approved and followed to its end. */
static void
pay_many(struct stand *s, struct said *end, int n)
{
    struct buf body = { 0 };
    struct said first, said;
    char *id;

    buf_init(&body, HTTPD_BODY_BYTES_MAX);
    buf_text(&body, "{\"currency\":\"KES\",\"provider\":\"MPESA-B2C\","
             "\"transactions\":[");
    for (int i = 0; i < n; i++)
        buf_printf(&body, "%s{\"account\":\"2547110%05d\",\"amount\":\"%d\","
                   "\"name\":\"Payee %d\",\"idempotency_key\":\"N%d\"}",
                   i > 0 ? "," : "", i, 10 + i, i, i);
    buf_text(&body, "]}");
    stand_post(s, &first, INITIATE, body.p);
    assert_int_equal(first.http, 201);
    id = strdup(said_text(&first, "tracking_id"));
    stand_approve(s, &said, &first);
    assert_int_equal(said.http, 200);
    said_release(&said);
    stand_until(s, end, id, "BC100");
    said_release(&first);
    buf_release(&body);
    free(id);
}

/* "TS100|The service ...;TF106|...;" of all items. */
static char *
results(const struct said *said, int *failed)
{
    const json_t *items = json_object_get(said->json, "transactions");
    struct buf out = { 0 };

    buf_init(&out, 1 << 20);
    *failed = 0;
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *v = json_array_get(items, i);
        const char *code =
            json_string_value(json_object_get(v, "status_code"));

        *failed += strcmp(code, "TF106") == 0;
        buf_printf(&out, "%s|%s;", code, json_string_value(
                       json_object_get(v, "status_description")));
    }
    return out.p;
}

static char *
one_story(uint32_t seed, int *failed)
{
    struct stand s;
    struct said end;
    char *text;

    stand_plan(&s);
    s.order.seed = seed;
    s.order.fail_per_mille = 100;
    stand_open(&s);
    pay_many(&s, &end, 500);
    text = results(&end, failed);
    assert_int_equal(strtol(stand_summary(&s, "payments"), NULL, 10),
                     500 - *failed);
    assert_int_equal(strtol(stand_summary(&s, "accounts_paid"), NULL, 10),
                     500 - *failed);
    assert_string_equal(stand_summary(&s, "doubles"), "0");
    said_release(&end);
    stand_close(&s);
    return text;
}

static void
test_same_story(void **state)
{
    int fa = 0, fb = 0, fc = 0;
    char *a = one_story(7, &fa), *b = one_story(7, &fb), *c = one_story(8, &fc);

    (void)state;
    assert_string_equal(a, b);
    assert_string_not_equal(a, c);
    /* 100 of 1000 of 500; 20 either way is three times the usual error. */
    if (fa < 30 || fa > 70 || fc < 30 || fc > 70)
        fail_msg("%d and %d of 500 failed", fa, fc);
    free(a);
    free(b);
    free(c);
}

/* Payee numbers. */

static const struct {
    const char *account, *amount;
    const char *first;          /* told before the end, NULL: only the end */
    const char *last;
    bool paid, receipt;
} numbers[] = {
    { "254700123456", "10", NULL, "TS100", true, true },
    { "254700123456", "9.99", NULL, "TF106", false, true },
    { "254700123456", "250000", NULL, "TS100", true, true },
    { "254700123456", "250000.01", NULL, "TF106", false, false },
    { "254700000100", "10", NULL, "TF106", false, false },
    { "254700000107", "10", NULL, "TF106", false, true },
    { "254700000190", "10", "TF103", "TF103", false, false },
    { "254700000300", "10", NULL, "TF105", true, false },
    { "254700000301", "10", NULL, "TF105", false, false },
    { "254700000401", "10", "TH107", "TS100", true, true },
    { "254700000501", "10", "TS100", "TS100", true, true },
    { "254700000600", "10", "TF104", "TS100", true, true },
    { "254700000601", "10", "TP104", "TS100", true, true },
    { "254700000701", "10", "TR109", "TS100", true, true },
    { "254700000801", "10", "TF106", "TS100", true, true },
};

#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

/* Look at a file once more.  True when it has ended, with its status in
 * ${said}; ${told} is set when ${code} was told before. */
static bool
number_look(struct stand *s, struct said *said, const char *id,
            const char *code, bool *told)
{
    char body[128];

    snprintf(body, sizeof(body), "{\"tracking_id\":\"%s\"}", id);
    stand_post(s, said, "api/v1/send-money/status/", body);
    if (strcmp(said_text(said, "status_code"), "BC100") == 0)
        return true;
    if (code == NULL
        || strcmp(said_text(said, "transactions.0.status_code"), code) == 0)
        *told = true;
    said_release(said);
    return false;
}

static void
number_check(size_t i, struct said *said)
{
    const char *reference = "transactions.0.provider_reference";

    if (strcmp(said_text(said, "transactions.0.status_code"),
               numbers[i].last) != 0
        || (strcmp(said_text(said, reference), "null") != 0)
           != numbers[i].receipt)
        fail_msg("%s %s: %s", numbers[i].account, numbers[i].amount,
                 said->text.p);
}

/* All numbers at once, ten times as fast as ${latency_ms} a step.  False: on
 * this machine, with what else it does now, some ended before they were looked
 * at, so nobody knows what was told of them before. */
static bool
payee_numbers(int latency_ms)
{
    int64_t end_ms = clock_mono_ms() + 120000;
    struct said first, said;
    char *ids[NUMBERS], more[64], path[64];
    bool told[NUMBERS] = { false }, ended[NUMBERS] = { false };
    size_t left = NUMBERS;
    struct stand s;
    bool seen = true;

    stand_plan(&s);
    s.order.latency_ms = latency_ms;
    stand_open(&s);
    for (size_t i = 0; i < NUMBERS; i++) {
        snprintf(more, sizeof(more), ",\"batch_reference\":\"%zu\"", i);
        ids[i] = stand_initiate(&s, &first, numbers[i].account,
                                numbers[i].amount, more);
        /* Told from the start: that file may end before it is looked at. */
        told[i] = numbers[i].first != NULL
            && strcmp(said_text(&first, "transactions.0.status_code"),
                      numbers[i].first) == 0;
        stand_approve(&s, &said, &first);
        said_release(&said);
        said_release(&first);
    }
    for (size_t i = 0; left > 0; i = (i + 1) % NUMBERS) {
        assert_true(clock_mono_ms() < end_ms);
        if (ended[i] || !number_look(&s, &said, ids[i], numbers[i].first,
                                     &told[i]))
            continue;
        ended[i] = true;
        left--;
        seen = seen && told[i];
        number_check(i, &said);
        said_release(&said);
    }
    /* What the books know is not always what was told. */
    for (size_t i = 0; i < NUMBERS; i++) {
        bool paid = false;

        snprintf(path, sizeof(path), "_books/payments?account=%s",
                 numbers[i].account);
        stand_ask(&s, &said, "GET", path, NULL, NULL);
        for (size_t k = 0; k < json_array_size(said.json); k++)
            paid |= strcmp(ids[i], json_string_value(json_object_get(
                json_array_get(said.json, k), "tracking_id"))) == 0;
        if (paid != numbers[i].paid)
            fail_msg("%s %s: paid %d", numbers[i].account, numbers[i].amount,
                     paid);
        said_release(&said);
        free(ids[i]);
    }
    stand_close(&s);
    return seen;
}

static void
test_payee_numbers(void **state)
{
    int latency_ms = 5000;

    (void)state;
    while (!payee_numbers(latency_ms) && latency_ms < 100000)
        latency_ms *= 3;
    assert_true(latency_ms < 100000);
}

/* Pending long: everybody else has a result, the file is not done. */
static void
test_pending_long(void **state)
{
    struct play play = { .seed = 7, .latency_ms = 1000,
                         .speed_percent = 100 };
    struct payfile *f = payfile_new(2);
    struct fate slow, usual;

    (void)state;
    f->rail = rails_find(STR("MPESA-B2C"));
    f->items[0].account = payfile_keep(f, STR("254700000201"));
    f->items[1].account = payfile_keep(f, STR("254700123456"));
    f->items[0].amount_minor = f->items[1].amount_minor = 1000;
    rails_tariffs(play.tariffs, 1500);
    for (int i = 0; i < 2; i++)
        f->items[i].plot = fate_plot(&play, f->rail, str_of(payfile_of(
                               f, f->items[i].account)), 1000);
    fate_of(&slow, &play, f, &f->items[0]);
    fate_of(&usual, &play, f, &f->items[1]);
    assert_in_range(fate_wait_us(&usual, &play, &f->items[1]), 500000,
                    1500000);
    assert_in_range(fate_wait_us(&slow, &play, &f->items[0]), 5000000,
                    15000000);
    payfile_free(f);
}

/* The other rails: what makes an item TF103 from the start. */
static const struct {
    const char *name, *rail, *item, *code, *charge;
} rails[] = {
    { "paybill", "MPESA-B2B", "\"account\":\"247247\",\"account_type\":"
      "\"PayBill\",\"account_reference\":\"5172627278\"", "TP101", "15" },
    { "paybill without reference", "MPESA-B2B", "\"account\":\"247247\","
      "\"account_type\":\"PayBill\"", "TF103", "15" },
    { "till", "MPESA-B2B", "\"account\":\"1\",\"account_type\":"
      "\"TillNumber\"", "TP101", "15" },
    { "no type", "MPESA-B2B", "\"account\":\"1\"", "TF103", "15" },
    { "Paybill is not PayBill", "MPESA-B2B", "\"account\":\"1\","
      "\"account_type\":\"Paybill\",\"account_reference\":\"1\"", "TF103",
      "15" },
    { "bank", "PESALINK", "\"account\":\"0129292920202\",\"bank_code\":\"2\"",
      "TP101", "100" },
    { "no bank", "PESALINK", "\"account\":\"0129292920202\"", "TF103",
      "100" },
    { "p2p", "INTASEND", "\"account\":\"254712345678\"", "TP101", "0" },
    { "airtime", "AIRTIME", "\"account\":\"254712345678\"", "TP101", "0" },
};

static void
test_rails(void **state)
{
    struct stand s;
    struct said said;
    char body[512];

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    for (size_t i = 0; i < sizeof(rails) / sizeof(rails[0]); i++) {
        snprintf(body, sizeof(body), "{\"currency\":\"KES\",\"provider\":"
                 "\"%s\",\"transactions\":[{%s,\"amount\":\"200\"}]}",
                 rails[i].rail, rails[i].item);
        stand_post(&s, &said, INITIATE, body);
        if (said.http != 201
            || strcmp(said_text(&said, "transactions.0.status_code"),
                      rails[i].code) != 0
            || strcmp(said_text(&said, "charge_estimate"),
                      rails[i].charge) != 0)
            fail_msg("%s: %d %s", rails[i].name, said.http, said.text.p);
        said_release(&said);
    }
    stand_close(&s);
}

/* The books find what a client does wrong: the same key paid twice. */
static void
test_double(void **state)
{
    struct stand s;
    struct said first, said;

    (void)state;
    stand_plan(&s);
    stand_open(&s);
    for (int i = 0; i < 2; i++) {
        char *id = stand_initiate(&s, &first, "254700123456", "10", "");

        stand_approve(&s, &said, &first);
        said_release(&said);
        stand_until(&s, &said, id, "BC100");
        said_release(&said);
        said_release(&first);
        free(id);
        stand_ask(&s, &said, "GET", "_books/double", NULL, NULL);
        assert_int_equal(json_array_size(said.json), i == 0 ? 0 : 2);
        said_release(&said);
    }
    assert_string_equal(stand_summary(&s, "accounts_paid_twice"), "1");
    assert_string_equal(stand_summary(&s, "accounts_paid"), "1");
    assert_string_equal(stand_summary(&s, "paid_total"), "20.00");
    assert_string_equal(stand_summary(&s, "charges_total"), "30.00");
    stand_ask(&s, &said, "GET", "_books/payments?account=254700123456", NULL,
              NULL);
    assert_int_equal(json_array_size(said.json), 2);
    assert_string_equal(said_text(&said, "1.amount"), "10.00");
    said_release(&said);
    stand_ask(&s, &said, "GET", "_books/payments?format=csv", NULL, NULL);
    looks_like(said.text.p, "account,amount,charge,receipt,file_id,"
        "tracking_id,at,batch_reference,narrative,idempotency_key\n"
        "254700123456,10.00,15.00,@R,@A,@U,@T,,Salary,K-254700123456\n"
        "254700123456,10.00,15.00,@R,@A,@U,@T,,Salary,K-254700123456\n");
    said_release(&said);
    stand_post(&s, &said, "_rules", "{\"keys_once\":true}");
    said_release(&said);
    free(stand_initiate(&s, &said, "254700123456", "10", ""));
    assert_int_equal(said.http, 400);
    said_release(&said);
    stand_close(&s);
}

/* A full file: 5000 payments, paid once each, receipts all different. */
static void
test_full_file(void **state)
{
    struct lookup receipts = { 0 };
    const json_t *items;
    struct stand s;
    struct said end;

    (void)state;
    stand_plan(&s);
    s.order.balance_minor = 100000000000;
    stand_open(&s);
    pay_many(&s, &end, 5000);
    assert_string_equal(said_text(&end, "transactions_count"), "5000");
    assert_string_equal(said_text(&end, "paid_amount"), "12547500.00");
    items = json_object_get(end.json, "transactions");
    for (size_t i = 0; i < 5000; i++) {
        const char *receipt = json_string_value(json_object_get(
            json_array_get(items, i), "provider_reference"));

        assert_int_equal(strlen(receipt), 10);
        assert_non_null(lookup_put(&receipts, str_of(receipt)));
    }
    assert_int_equal(receipts.used, 5000);
    assert_string_equal(stand_summary(&s, "payments"), "5000");
    assert_string_equal(stand_summary(&s, "accounts_paid"), "5000");
    lookup_release(&receipts);
    said_release(&end);
    stand_close(&s);
}

/* Parts on their own. */

static void
test_quote(void **state)
{
    static const struct { const char *in, *out; } rows[] = {
        { "{\"a\":1}", "{\"a\":\"1\"}" },
        { "[-1.50,2E+3,0]", "[\"-1.50\",\"2E+3\",\"0\"]" },
        { "{\"a\":\"1 \\\" 2\",\"b\":3}", "{\"a\":\"1 \\\" 2\",\"b\":\"3\"}" },
        { "[01]", "[0\"1\"]" },       /* which is no JSON either */
        { "[-]", "[-]" }, { "[1.]", "[1.]" },
        { "[\"\\\\\",5]", "[\"\\\\\",\"5\"]" },
        { "\"open", "\"open" }, { "\"\\", "\"\\" }, { "", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out = { 0 };

        buf_init(&out, 1000);
        ask_quote(&out, str_of(rows[i].in));
        assert_string_equal(out.p != NULL ? out.p : "", rows[i].out);
        buf_release(&out);
    }
}

static void
test_ids(void **state)
{
    struct lookup seen = { 0 };
    char alias[FIGURE_ALIAS_BYTES], receipt[FIGURE_RECEIPT_BYTES];
    char stamp[IDS_STAMP_BYTES];

    (void)state;
    for (uint64_t n = 1; n <= 100000; n++) {
        ids_alias(12345, IDS_ITEM, n, alias);
        assert_int_equal(strspn(alias,
                                "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 7);
        assert_non_null(lookup_put(&seen, str_of(alias)));
    }
    assert_int_equal(seen.used, 100000);
    lookup_release(&seen);
    ids_receipt(1, 0, INT64_C(1761551079000000), receipt);
    assert_string_equal(receipt, "TJR0000000");     /* 2025-10-27, EAT */
    ids_stamp(INT64_C(1761551063852593), stamp);
    assert_string_equal(stamp, "2025-10-27T10:44:23.852593+03:00");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_story),
        cmocka_unit_test(test_payee_numbers),
        cmocka_unit_test(test_pending_long),
        cmocka_unit_test(test_rails),
        cmocka_unit_test(test_double),
        cmocka_unit_test(test_full_file),
        cmocka_unit_test(test_quote),
        cmocka_unit_test(test_ids),
    };

    if (crypto_setup() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
