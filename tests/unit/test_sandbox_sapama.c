#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <jansson.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "tests/lib/cashier.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/*
 * What becomes of the reserved numbers: whether the money moved, what the row
 * says in the end, and what callbacks said, in order.
 */
static const struct {
    const char *name, *phone, *amount;
    int paid;                   /* payments in the books                     */
    const char *in, *out;       /* codes of the row; NULL: no row            */
    bool receipt;               /* its trans_id is one                       */
    const char *heard;          /* words, with blanks                        */
    const char *returned;
} fates[] = {
    { "ordinary", "254722906830", "100", 1, "0", "0", true, "success", "0.00" },
    { "reserved and ordinary", "254700000001", "100", 1, "0", "0", true,
      "success", "0.00" },
    { "not registered", "254700000100", "100", 0, "2040", "0", false, "error",
      "0.00" },
    { "no operator", "254700000101", "100", 0, "SFC_IC0003", "0", false,
      "error", "0.00" },
    { "daily limit", "254700000103", "100", 0, "4", "0", false, "error",
      "0.00" },
    { "security credential", "254700000112", "100", 0, "8006", "0", false,
      "error", "0.00" },
    { "duplicate detected", "254700000160", "100", 0, "15", "0", false,
      "error", "0.00" },
    { "internal failure, unpaid", "254700000161", "100", 0, "17", "0", false,
      "error", "0.00" },
    { "internal failure, paid", "254700000162", "100", 1, "17", "0", false,
      "error", "0.00" },
    { "too busy at sending", "254700000164", "100", 0, "", "26", false,
      "error", "0.00" },
    { "cached, then paid", "254700000165", "100", 1, "0", "100000000", true,
      "success", "0.00" },
    { "an unlisted code", "254700000169", "100", 0, "999", "0", false, "error",
      "0.00" },
    { "failed with a placeholder", "254700000170", "100", 0, "2040", "0", true,
      "error", "0.00" },
    { "failed without a code", "254700000180", "100", 0, "", "0", false,
      "error", "0.00" },
    { "slow", "254700000200", "100", 1, "0", "0", true, "success", "0.00" },
    { "no result, paid", "254700000300", "100", 1, "", "0", false, "",
      "0.00" },
    { "no result, unpaid", "254700000301", "100", 0, "", "0", false, "",
      "0.00" },
    { "queue timeout, then paid", "254700000400", "100", 1, "0", "0", true,
      "success", "0.00" },
    { "queue timeout, paid in silence", "254700000500", "100", 1, "", "0",
      false, "", "0.00" },
    { "queue timeout, unpaid", "254700000501", "100", 0, "", "0", false, "",
      "0.00" },
    { "paid, untold", "254700000600", "100", 1, "0", "0", true, "", "0.00" },
    { "failed, untold", "254700000601", "100", 0, "2040", "0", false, "",
      "0.00" },
    { "paid, then reversed", "254700000700", "100", 1, "0", "0", true,
      "success reversed", "100.00" },
    { "failed, then paid", "254700000800", "100", 1, "0", "0", true,
      "error success", "0.00" },
    { "paid, then told failed", "254700000801", "100", 1, "0", "0", true,
      "success error", "0.00" },
    { "no row, paid", "254700000900", "100", 1, NULL, NULL, false, "",
      "0.00" },
    { "no row, unpaid", "254700000901", "100", 0, NULL, NULL, false, "",
      "0.00" },
    { "too small", "254722906830", "9.99", 0, "2", "0", false, "error",
      "0.00" },
    { "smallest", "254722906830", "10", 1, "0", "0", true, "success", "0.00" },
    { "largest", "254722906830", "250000", 1, "0", "0", true, "success",
      "0.00" },
    { "too large", "254722906830", "250000.01", 0, "3", "0", false, "error",
      "0.00" },
};

static const char *
field(const struct heard *h, const char *name, char out[256])
{
    char key[64];
    const char *at;

    snprintf(key, sizeof(key), "\n%s=", name);
    at = strncmp(h->text, key + 1, strlen(key) - 1) == 0
        ? h->text + strlen(key) - 1 : strstr(h->text, key);
    if (at != NULL && at != h->text + strlen(key) - 1)
        at += strlen(key);
    snprintf(out, 256, "%.*s", at != NULL ? (int)strcspn(at, "\n") : 0,
             at != NULL ? at : "");
    return out;
}

static void
heard_words(const struct cashier *c, struct buf *out)
{
    char word[256];

    buf_clear(out);
    for (int i = 0; i < c->nheard; i++)
        buf_printf(out, "%s%s", i > 0 ? " " : "",
                   field(&c->heard[i], "status", word));
}

/* The one row of the list, or NULL; to be json_decref'ed with *all. */
static const json_t *
only_row(struct cashier *c, json_t **all, const char *filter)
{
    struct told t;
    const json_t *rows;

    cashier_list(c, &t, filter);
    *all = json_loads(t.text, 0, NULL);
    rows = json_object_get(json_object_get(*all, "data"), "data");
    assert_true(json_array_size(rows) <= 1);
    told_release(&t);
    return json_array_get(rows, 0);
}

static const char *
col(const json_t *row, const char *name)
{
    const char *text = json_string_value(json_object_get(row, name));

    return text != NULL ? text : "(none)";
}

static void
check_fate(size_t i)
{
    struct cashier c;
    struct told t;
    json_t *all;
    const json_t *row;
    struct buf words = { 0 };
    char payments[16];

    buf_init(&words, 4096);
    cashier_open(&c);
    cashier_pay(&c, &t, fates[i].phone, fates[i].amount, "REF-1");
    if (t.http != 200 || strstr(t.text, "1 transactions of 1 (100%)") == NULL)
        fail_msg("%s: %d %s", fates[i].name, t.http, t.text);
    told_release(&t);
    cashier_until(&c, "in_flight", "0");
    cashier_hears(&c, (int)strlen(fates[i].heard) == 0 ? 0
                  : strchr(fates[i].heard, ' ') != NULL ? 2 : 1);
    row = only_row(&c, &all, "ipned=any");
    heard_words(&c, &words);    /* later: what should not come has come */
    if ((row == NULL) != (fates[i].in == NULL)
        || (row != NULL && (strcmp(col(row, "b2c_in_status_code"),
                                   fates[i].in) != 0
                            || strcmp(col(row, "b2c_out_status_code"),
                                      fates[i].out) != 0
                            || (strcmp(col(row, "trans_id"), "REF-1") != 0)
                               != fates[i].receipt)))
        fail_msg("%s: %s", fates[i].name, row != NULL
                 ? json_dumps(row, 0) : "no row");
    if (!str_eq(buf_view(&words), str_of(fates[i].heard)))
        fail_msg("%s: heard \"%s\"", fates[i].name, words.p);
    snprintf(payments, sizeof(payments), "%d", fates[i].paid);
    if (strcmp(cashier_figure(&c, "payments"), payments) != 0)
        fail_msg("%s: payments %s", fates[i].name,
                 cashier_figure(&c, "payments"));
    if (strcmp(cashier_figure(&c, "returned_total"), fates[i].returned) != 0)
        fail_msg("%s: came back %s", fates[i].name,
                 cashier_figure(&c, "returned_total"));
    assert_string_equal(cashier_figure(&c, "ties"), "true");
    assert_string_equal(cashier_figure(&c, "held"), "0.00");
    json_decref(all);
    buf_release(&words);
    cashier_close(&c);
}

static void
test_fates(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(fates); i++)
        check_fate(i);
}

/* A number that is refused in the answer pays nobody and makes no row. */
static void
test_refused_item(void **state)
{
    struct cashier c;
    struct told t;
    struct buf form = { 0 };

    (void)state;
    cashier_open(&c);
    buf_init(&form, 100000);
    cashier_payee(&form, 0, "254700000190", "100", "R-0", &c);
    cashier_payee(&form, 1, "254722906830", "100", "R-1", &c);
    cashier_ask(&c, &t, "POST", "b2c", "location_id=2&mode=live", form.p);
    assert_int_equal(t.http, 200);
    assert_non_null(strstr(t.text, "\"1 transactions of 2 (50%) scheduled for "
                                   "B2C\""));
    assert_non_null(strstr(t.text, "{\"status\":\"error\",\"message\":\"The "
                           "phone number cannot be paid\",\"trans_id\":\"R-0\","
                           "\"phone\":\"0700000190\",\"amount\":\"100\"}"));
    told_release(&t);
    cashier_until(&c, "payments", "1");
    assert_string_equal(cashier_figure(&c, "rows"), "1");
    buf_release(&form);
    cashier_close(&c);
}

/* Three payouts and money for two of them: from that item on code 1. */
static void
test_out_of_funds(void **state)
{
    struct cashier c;
    struct told t;
    struct buf form = { 0 };
    char id[24];

    (void)state;
    cashier_open(&c);
    cashier_tool(&c, "_wallet", "{\"balance\":\"300.00\"}");
    buf_init(&form, 100000);
    for (int i = 0; i < 4; i++) {
        snprintf(id, sizeof(id), "R-%d", i);
        cashier_payee(&form, i, "254722906830", "100", id, &c);
    }
    cashier_ask(&c, &t, "POST", "b2c", "location_id=2&mode=live", form.p);
    told_release(&t);
    cashier_until(&c, "in_flight", "0");
    assert_string_equal(cashier_figure(&c, "payments"), "2");
    assert_string_equal(cashier_figure(&c, "current_balance"), "70.00");
    cashier_list(&c, &t, "ipned=any");
    /* newest first: the last two were short of money */
    for (int i = 0; i < 4; i++) {
        json_t *all = json_loads(t.text, 0, NULL);
        const json_t *row = json_array_get(json_object_get(
            json_object_get(all, "data"), "data"), (size_t)i);

        if (strcmp(col(row, "b2c_in_status_code"), i < 2 ? "1" : "0") != 0)
            fail_msg("row %d: code %s", i, col(row, "b2c_in_status_code"));
        json_decref(all);
    }
    told_release(&t);
    assert_string_equal(cashier_figure(&c, "ties"), "true");
    buf_release(&form);
    cashier_close(&c);
}

/* Nothing at the provider stops a double; the books say so. */
static void
test_doubles(void **state)
{
    struct cashier c;
    struct told t;

    (void)state;
    cashier_open(&c);
    for (int i = 0; i < 2; i++) {
        cashier_pay(&c, &t, "254722906830", "100", "SAME");
        assert_int_equal(t.http, 200);
        told_release(&t);
    }
    cashier_pay(&c, &t, "254722906830", "100", "OTHER");
    told_release(&t);
    cashier_until(&c, "payments", "3");
    assert_string_equal(cashier_figure(&c, "doubles"), "1");
    cashier_send(&c, &t, "GET", "_books/double", NULL);
    assert_non_null(strstr(t.text, "\"id\":305528,"));
    assert_non_null(strstr(t.text, "\"id\":305529,"));
    assert_null(strstr(t.text, "\"id\":305530,"));
    told_release(&t);
    /* The other reading. */
    cashier_tool(&c, "_rules", "{\"duplicates\":\"refused\"}");
    cashier_pay(&c, &t, "254722906830", "100", "SAME");
    assert_non_null(strstr(t.text, "0 transactions of 1 (0%)"));
    told_release(&t);
    cashier_close(&c);
}

/* PHP's limit cuts a beneficiary in half and drops the rest: a payee has 12
 * variables, and 5 plain ones come before them. */
static void
test_input_vars(void **state)
{
    struct cashier c;
    struct told t;
    struct buf form = { 0 };
    char id[24];

    (void)state;
    cashier_open(&c);
    buf_init(&form, 1 << 20);
    for (int i = 0; i < 90; i++) {
        snprintf(id, sizeof(id), "V-%d", i);
        cashier_payee(&form, i, "254722906830", "100", id, &c);
    }
    /* Room for 82 payees, and for all of the next but its last variable. */
    cashier_ask(&c, &t, "POST", "b2c", "location_id=2&mode=live", form.p);
    assert_int_equal(t.http, 200);
    assert_non_null(strstr(t.text, "83 transactions of 83 (100%)"));
    told_release(&t);
    cashier_tool(&c, "_rules", "{\"input_vars_max\":995}");
    cashier_ask(&c, &t, "POST", "b2c", "location_id=2&mode=live", form.p);
    assert_int_equal(t.http, 400);
    assert_non_null(strstr(t.text, "callback_url at beneficiaries 82 should "
                                   "be set"));
    told_release(&t);
    cashier_tool(&c, "_rules", "{\"input_vars_max\":0}");
    cashier_ask(&c, &t, "POST", "b2c", "location_id=2&mode=live", form.p);
    assert_non_null(strstr(t.text, "90 transactions of 90 (100%)"));
    told_release(&t);
    buf_release(&form);
    cashier_close(&c);
}

/* Books: a restart in the middle goes on, and the money moves once. */
static void
test_restart(void **state)
{
    struct cashier c;
    struct told t;
    struct err e = { 0 };
    struct cash *second;
    char path[128];
    int fd;

    (void)state;
    cashier_open(&c);
    cashier_tool(&c, "_rules", "{\"latency_ms\":2000}");
    cashier_pay(&c, &t, "254722906830", "100", "A");
    told_release(&t);
    cashier_pay(&c, &t, "254700000700", "50.5", "B");
    told_release(&t);
    second = cash_new(c.net, &c.order, &e);
    assert_null(second);
    assert_int_equal(e.kind, ERR_TEMP);
    cashier_shut(&c);
    /* A torn last line, as a crash leaves it. */
    snprintf(path, sizeof(path), "%s/sapama.jsonl", c.dir);
    assert_true((fd = open(path, O_WRONLY | O_APPEND)) >= 0);
    assert_int_equal(write(fd, "{\"t\":\"st", 8), 8);
    close(fd);
    cashier_again(&c);
    assert_string_equal(cashier_figure(&c, "payouts"), "2");
    cashier_until(&c, "in_flight", "0");
    assert_string_equal(cashier_figure(&c, "payments"), "2");
    assert_string_equal(cashier_figure(&c, "paid_total"), "150.50");
    assert_string_equal(cashier_figure(&c, "returned_total"), "50.50");
    cashier_shut(&c);
    cashier_again(&c);
    assert_string_equal(cashier_figure(&c, "payments"), "2");
    assert_string_equal(cashier_figure(&c, "returned_total"), "50.50");
    assert_string_equal(cashier_figure(&c, "current_balance"), "999870.00");
    assert_string_equal(cashier_figure(&c, "ties"), "true");
    /* Any other damage is refused. */
    cashier_shut(&c);
    assert_true((fd = open(path, O_WRONLY | O_APPEND)) >= 0);
    assert_int_equal(write(fd, "{}\n", 3), 3);
    close(fd);
    assert_null(cash_new(c.net, &c.order, &e));
    assert_int_equal(e.kind, ERR_DATA);
    cashier_close(&c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fates),
        cmocka_unit_test(test_refused_item),
        cmocka_unit_test(test_out_of_funds),
        cmocka_unit_test(test_doubles),
        cmocka_unit_test(test_input_vars),
        cmocka_unit_test(test_restart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
