#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>

#include "providers/provider.h"
#include "providers/reference.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define BATCH 100001

static const struct provider *const is = &provider_intasend;

/* A payment that goes through on every rail; tests change one thing. */
static struct pay_line
a_line(int seq)
{
    struct pay_line p = {
        .seq = seq, .minor = 150000, .account = STR("254708374149"),
        .name = STR("Jane Doe"), .narration = STR("Salary Nov"),
        .bank_code = STR("68")
    };

    reference_write(BATCH, seq, p.reference);
    return p;
}

static struct pay_file
a_file(const char *rail, const struct pay_line *lines, int n)
{
    struct pay_file f = { .rail = rail, .ccy = "KES", .nlines = n,
                          .lines = lines };

    for (int i = 0; i < n; i++)
        f.minor += lines[i].minor;
    return f;
}

/* The body as jansson reads it: the oracle.  NULL when it was not written. */
static json_t *
written(const struct pay_file *f, struct err *e)
{
    struct request r = { 0 };
    json_t *t = NULL;
    json_error_t je;

    if (is->write_initiate(&r, f, e) < 0) {
        assert_null(r.body.p);          /* half a request is none */
        return NULL;
    }
    assert_string_equal(r.method, "POST");
    assert_string_equal(r.path, "send-money/initiate/");
    assert_string_equal(r.content_type, "application/json");
    assert_int_equal(r.auth, AUTH_BEARER);
    assert_true(r.changes);
    t = json_loadb(r.body.p, r.body.len, JSON_REJECT_DUPLICATES, &je);
    if (t == NULL)
        fail_msg("%s in %s", je.text, r.body.p);
    request_release(&r);
    return t;
}

static void
expect_body(const char *name, const struct pay_file *f, const char *expect)
{
    struct err e = { 0 };
    json_t *got = written(f, &e), *want = json_loads(expect, 0, NULL);
    char *dump = NULL;

    if (got == NULL)
        fail_msg("%s: %s", name, e.text);
    assert_non_null(want);
    dump = json_dumps(got, JSON_COMPACT);
    if (!json_equal(got, want))
        fail_msg("%s: %s", name, dump);
    free(dump);
    json_decref(got);
    json_decref(want);
}

/* seq 1 of the batch is 0RD8801B; see test_reference.c. */
#define ITEM "\"name\":\"Jane Doe\",\"account\":\"254708374149\"," \
             "\"narrative\":\"Salary Nov 0RD8801B\"," \
             "\"idempotency_key\":\"0RD8801B\""
#define HEAD(rail) "{\"currency\":\"KES\",\"provider\":\"" rail "\"," \
                   "\"requires_approval\":\"YES\","

static void
test_rails(void **state)
{
    static const struct { const char *rail, *bill, *id, *expect; } rows[] = {
        { "MPESA-B2C", "", "", HEAD("MPESA-B2C")
          "\"transactions\":[{" ITEM ",\"amount\":\"1500\"}]}" },
        { "MPESA-B2C", "ignored", "12345678", HEAD("MPESA-B2C")
          "\"transactions\":[{" ITEM ",\"amount\":\"1500\","
          "\"id_number\":\"12345678\"}]}" },
        { "MPESA-B2B", "INV/2026 #7", "", HEAD("MPESA-B2B")
          "\"transactions\":[{" ITEM ",\"amount\":\"1500.00\","
          "\"account_type\":\"PayBill\","
          "\"account_reference\":\"INV/2026 #7\"}]}" },
        { "MPESA-B2B", "", "", HEAD("MPESA-B2B")
          "\"transactions\":[{" ITEM ",\"amount\":\"1500.00\","
          "\"account_type\":\"TillNumber\"}]}" },
        { "PESALINK", "", "", HEAD("PESALINK")
          "\"transactions\":[{" ITEM ",\"amount\":\"1500.00\","
          "\"bank_code\":\"68\"}]}" },
        { "INTASEND", "", "", HEAD("INTASEND")
          "\"transactions\":[{" ITEM ",\"amount\":\"1500.00\"}]}" },
        { "AIRTIME", "", "", HEAD("AIRTIME")
          "\"transactions\":[{" ITEM ",\"amount\":\"1500.00\"}]}" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct pay_line line = a_line(1);
        struct pay_file f = { 0 };

        line.account_reference = str_of(rows[i].bill);
        line.id_number = str_of(rows[i].id);
        f = a_file(rows[i].rail, &line, 1);
        expect_body(rows[i].rail, &f, rows[i].expect);
    }
}

/* Bills and tills may stand in one file: only the reference tells which. */
static void
test_bill_and_till(void **state)
{
    struct pay_line lines[2] = { a_line(1), a_line(2) };
    struct pay_file f = { 0 };
    struct err e = { 0 };
    json_t *t = NULL, *items = NULL;

    (void)state;
    lines[0].account_reference = STR("5172627278");
    f = a_file("MPESA-B2B", lines, 2);
    if ((t = written(&f, &e)) == NULL)
        fail_msg("%s", e.text);
    items = json_object_get(t, "transactions");
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(
            json_string_value(json_object_get(json_array_get(items, i),
                                              "account_type")),
            i == 0 ? "PayBill" : "TillNumber");
    assert_null(json_object_get(json_array_get(items, 1),
                                "account_reference"));
    json_decref(t);
}

static void
test_head(void **state)
{
    struct pay_line line = a_line(1);
    struct pay_file f = a_file("MPESA-B2C", &line, 1);

    (void)state;
    f.wallet_id = "WLT1234";
    f.batch_reference = "Payroll \"Nov\" \\ 100001";
    f.callback_url = "https://pay.example.co.ke/cb/?k=1";
    expect_body("all given", &f, HEAD("MPESA-B2C")
                "\"wallet_id\":\"WLT1234\",\"batch_reference\":"
                "\"Payroll \\\"Nov\\\" \\\\ 100001\",\"callback_url\":"
                "\"https://pay.example.co.ke/cb/?k=1\","
                "\"transactions\":[{" ITEM ",\"amount\":\"1500\"}]}");
    f.wallet_id = "";
    f.batch_reference = f.callback_url = NULL;
    expect_body("none given", &f, HEAD("MPESA-B2C")
                "\"transactions\":[{" ITEM ",\"amount\":\"1500\"}]}");
}

static void
test_amounts(void **state)
{
    static const struct { const char *rail; int64_t minor; const char *text;
    } rows[] = {
        { "MPESA-B2C", 100, "1" }, { "MPESA-B2C", 1000, "10" },
        { "MPESA-B2C", 15000000, "150000" },
        { "PESALINK", 1, "0.01" }, { "PESALINK", 10, "0.10" },
        { "PESALINK", 99, "0.99" }, { "PESALINK", 100, "1.00" },
        { "PESALINK", 123456789, "1234567.89" },
        { "AIRTIME", MONEY_MINOR_MAX, "90071992547409.91" },
        { "MPESA-B2C", MONEY_MINOR_MAX - 91, "90071992547409" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct pay_line line = a_line(1);
        struct pay_file f = { 0 };
        struct err e = { 0 };
        json_t *t = NULL, *item = NULL;

        line.minor = rows[i].minor;
        f = a_file(rows[i].rail, &line, 1);
        t = written(&f, &e);
        if (t == NULL)
            fail_msg("%s: %s", rows[i].text, e.text);
        item = json_array_get(json_object_get(t, "transactions"), 0);
        assert_string_equal(rows[i].text,
                            json_string_value(json_object_get(item,
                                                              "amount")));
        json_decref(t);
    }
}

static void
test_words(void **state)
{
    char long_name[300], cut_name[241];
    struct { const char *what, *name, *narration, *want_name, *want_told; }
    rows[] = {
        { "plain", "Jane Doe", "Salary", "Jane Doe", "Salary 0RD8801B" },
        { "apostrophe", "Wanjiku O'Neil-Mwangi Jr.", "Pay, Nov.",
          "Wanjiku ONeil-Mwangi Jr", "Pay Nov 0RD8801B" },
        { "accents", "Jos\xC3\xA9 \xC3\x87" "elik", "Pr\xC3\xA9" "cis",
          "Jose Celik", "Precis 0RD8801B" },
        { "blanks", "  Jane \t  Doe ", " a  b ", "Jane Doe", "a b 0RD8801B" },
        { "another script", "\xE7\x8E\x8B\xE5\xB0\x8F\xE6\x98\x8E", "\xE5",
          "Payee 0RD8801B", "0RD8801B" },
        { "empty", "", "", "Payee 0RD8801B", "0RD8801B" },
        { "quote", "Jane \"JD\" Doe\\", "\"}],\"x\":[{\"", "Jane JD Doe",
          "x 0RD8801B" },
        { "fits exactly", "J", "1234567890123", "J",
          "1234567890123 0RD8801B" },
        { "one too long", "J", "12345678901234", "J",
          "1234567890123 0RD8801B" },
        { "cut at a blank", "J", "Salary Novem ber", "J",
          "Salary Novem 0RD8801B" },
        { "240", long_name, "", cut_name, "0RD8801B" }
    };

    (void)state;
    memset(long_name, 'x', sizeof(long_name));
    long_name[sizeof(long_name) - 1] = '\0';
    memset(cut_name, 'x', sizeof(cut_name));
    cut_name[240] = '\0';
    for (size_t i = 0; i < LEN(rows); i++) {
        struct pay_line line = a_line(1);
        struct pay_file f = { 0 };
        struct err e = { 0 };
        json_t *t = NULL, *item = NULL;
        const char *name = NULL, *told = NULL;

        line.name = str_of(rows[i].name);
        line.narration = str_of(rows[i].narration);
        f = a_file("MPESA-B2C", &line, 1);
        if ((t = written(&f, &e)) == NULL)
            fail_msg("%s: %s", rows[i].what, e.text);
        item = json_array_get(json_object_get(t, "transactions"), 0);
        name = json_string_value(json_object_get(item, "name"));
        told = json_string_value(json_object_get(item, "narrative"));
        if (strcmp(name, rows[i].want_name) != 0
            || strcmp(told, rows[i].want_told) != 0)
            fail_msg("%s: \"%s\", \"%s\"", rows[i].what, name, told);
        assert_true(strlen(told) <= 22);
        json_decref(t);
    }
}

/* A long reference pushes the narration out, never the other way round. */
static void
test_long_reference(void **state)
{
    struct pay_line line = a_line(5000);
    struct pay_file f = a_file("MPESA-B2C", &line, 1);
    struct err e = { 0 };
    json_t *t = NULL, *item = NULL;

    (void)state;
    reference_write(INT64_MAX >> 13, 5000, line.reference);
    t = written(&f, &e);
    assert_non_null(t);
    item = json_array_get(json_object_get(t, "transactions"), 0);
    assert_string_equal(json_string_value(json_object_get(item, "narrative")),
                        "Salary 7ZZZZZZZZZWW8S");
    json_decref(t);
}

/* One thing wrong with a file of two payments that is otherwise fine. */
struct wrong {
    const char *name;
    enum err_kind kind;
    void (*spoil)(struct pay_file *, struct pay_line *);
};

#define SPOIL(name, statement) \
    static void name(struct pay_file *f, struct pay_line *p) \
    { (void)f; (void)p; statement; }

static char long_text[500];

SPOIL(no_lines, f->nlines = 0)
SPOIL(too_many, f->nlines = BATCH_ROWS_MAX + 1)
SPOIL(other_total, f->minor++)
SPOIL(no_rail, f->rail = NULL)
SPOIL(other_rail, f->rail = "SAPAMA-MPESA")
SPOIL(no_ccy, f->ccy = NULL)
SPOIL(other_ccy, f->ccy = "XXX")
SPOIL(no_decimals, f->ccy = "UGX")
SPOIL(bad_wallet, f->wallet_id = "A B")
SPOIL(long_wallet, f->wallet_id = long_text)
SPOIL(long_callback, f->callback_url = long_text)
SPOIL(long_batch, f->batch_reference = long_text)
SPOIL(cents, p[1].minor += 50; f->minor += 50)
SPOIL(zero, f->minor -= p[1].minor; p[1].minor = 0)
SPOIL(negative, f->minor -= p[1].minor + 100; p[1].minor = -100)
SPOIL(twice, p[1] = p[0])
SPOIL(backwards, struct pay_line t = p[0]; p[0] = p[1]; p[1] = t)
SPOIL(other_reference, memcpy(p[1].reference, p[0].reference, 16))
SPOIL(no_reference, p[1].reference[0] = '\0')
SPOIL(false_reference, p[1].reference[0] = 'Z')
SPOIL(no_account, p[1].account = STR(""))
SPOIL(plus, p[1].account = STR("+254708374149"))
SPOIL(letters, p[1].account = STR("25470837414x"))
SPOIL(quote, p[1].account = STR("1\",\"amount\":\"9"))
SPOIL(long_account, p[1].account = STR("1234567890123456789012345"))
SPOIL(long_id, p[1].id_number = STR("123456789012345678901"))
SPOIL(no_bank, f->rail = "PESALINK"; p[1].bank_code = STR(""))
SPOIL(bad_bank, f->rail = "PESALINK"; p[1].bank_code = STR("KCB"))
SPOIL(long_bill, f->rail = "MPESA-B2B";
      p[1].account_reference = STR("123456789012345678901"))
SPOIL(bad_bill, f->rail = "MPESA-B2B"; p[1].account_reference = STR("a\"b"))

static void
test_refused(void **state)
{
    static const struct wrong rows[] = {
        { "no payments", ERR_BUG, no_lines },
        { "5001 payments", ERR_BUG, too_many },
        { "another total", ERR_BUG, other_total },
        { "no rail", ERR_CONFIG, no_rail },
        { "another's rail", ERR_CONFIG, other_rail },
        { "no currency", ERR_CONFIG, no_ccy },
        { "unknown currency", ERR_CONFIG, other_ccy },
        { "a currency without cents", ERR_CONFIG, no_decimals },
        { "wallet with a blank", ERR_CONFIG, bad_wallet },
        { "long wallet", ERR_CONFIG, long_wallet },
        { "long callback", ERR_CONFIG, long_callback },
        { "long batch reference", ERR_BUG, long_batch },
        { "cents by M-Pesa", ERR_DATA, cents },
        { "nothing", ERR_DATA, zero },
        { "less than nothing", ERR_DATA, negative },
        { "the same twice", ERR_BUG, twice },
        { "out of order", ERR_BUG, backwards },
        { "another's reference", ERR_BUG, other_reference },
        { "no reference", ERR_BUG, no_reference },
        { "a false reference", ERR_BUG, false_reference },
        { "no account", ERR_DATA, no_account },
        { "account with a plus", ERR_DATA, plus },
        { "account with letters", ERR_DATA, letters },
        { "account with a quote", ERR_DATA, quote },
        { "long account", ERR_DATA, long_account },
        { "long ID number", ERR_DATA, long_id },
        { "no bank", ERR_DATA, no_bank },
        { "bank by name", ERR_DATA, bad_bank },
        { "long bill account", ERR_DATA, long_bill },
        { "bill account with a quote", ERR_DATA, bad_bill }
    };

    (void)state;
    memset(long_text, 'x', sizeof(long_text) - 1);
    for (size_t i = 0; i < LEN(rows); i++) {
        struct pay_line lines[] = { a_line(1), a_line(2) };
        struct pay_file f = a_file("MPESA-B2C", lines, 2);
        struct err e = { 0 };
        json_t *t = written(&f, &e);

        if (t == NULL)
            fail_msg("before %s: %s", rows[i].name, e.text);
        json_decref(t);
        rows[i].spoil(&f, lines);
        if ((t = written(&f, &e)) != NULL)
            fail_msg("%s: written", rows[i].name);
        if (e.kind != rows[i].kind || e.text[0] == '\0'
            || (e.kind == ERR_DATA && e.fix[0] == '\0'))
            fail_msg("%s: %d %s", rows[i].name, (int)e.kind, e.text);
    }
}

static void
test_other_requests(void **state)
{
    static const char stored[] = "{ \"tracking_id\":\"t\",\n"
                                 "\"amount\": 1000.0, \"x\":\"\\u00e9\"} ";
    struct request r = { 0 };

    (void)state;
    assert_int_equal(is->write_approve(&r, str_of(stored), NULL), 0);
    assert_string_equal(r.path, "send-money/approve/");
    assert_true(r.changes && r.auth == AUTH_BEARER);
    assert_string_equal(r.content_type, "application/json");
    assert_true(str_eq(buf_view(&r.body), str_of(stored)));
    request_release(&r);
    assert_int_equal(is->write_status(&r, "t-1", NULL), 0);
    assert_string_equal(r.method, "POST");
    assert_string_equal(r.path, "send-money/status/");
    assert_string_equal(r.body.p, "{\"tracking_id\":\"t-1\"}");
    assert_false(r.changes);
    request_release(&r);
    assert_int_equal(is->write_cancel(&r, "ABC1234", NULL), 0);
    assert_string_equal(r.path, "send-money/cancel/");
    assert_string_equal(r.body.p, "{\"file_id\":\"ABC1234\"}");
    assert_true(r.changes);
    request_release(&r);
    assert_int_equal(is->write_wallets(&r, NULL, NULL), 0);
    assert_string_equal(r.method, "GET");
    assert_string_equal(r.path,
                        "wallets/?currency=KES&wallet_type=SETTLEMENT");
    assert_null(r.content_type);
    assert_int_equal(r.body.len, 0);
    assert_true(!r.changes && r.auth == AUTH_BEARER);
    request_release(&r);
    assert_int_equal(is->write_wallets(&r, "WLT1234", NULL), 0);
    assert_string_equal(r.path, "wallets/WLT1234/");
    request_release(&r);
}

static void
test_bad_ids(void **state)
{
    static const char *const ids[] = {
        NULL, "", "a b", "a\"b", "a\\b", "a\nb", "\xC3\xA9",
        "0123456789012345678901234567890123456789012345678901234567890123"
    };
    static const char *const wallets[] = {
        "a/b", "..", "a?b", "a#b", "a%2f", "a b",
        "01234567890123456789012345678901"
    };
    struct request r = { 0 };
    struct err e = { 0 };

    (void)state;
    for (size_t i = 0; i < LEN(ids); i++)
        if (is->write_status(&r, ids[i], &e) == 0
            || is->write_cancel(&r, ids[i], &e) == 0 || r.body.p != NULL)
            fail_msg("id %zu was taken", i);
    for (size_t i = 0; i < LEN(wallets); i++)
        if (is->write_wallets(&r, wallets[i], &e) == 0)
            fail_msg("wallet %s was taken", wallets[i]);
    assert_int_equal(is->write_approve(&r, STR(""), &e), -1);
    assert_int_equal(e.kind, ERR_BUG);
}

/* What IntaSend would answer to ${sent}: the shape of section 2.3. */
static void
answer_to(struct buf *out, const json_t *sent)
{
    const json_t *list = json_object_get(sent, "transactions");
    size_t i = 0;
    json_t *t = NULL;

    buf_text(out, "{\"file_id\":\"ABC1234\",\"tracking_id\":\"t-1\","
             "\"status\":\"Preview and approve\",\"status_code\":\"BP103\","
             "\"transactions\":[");
    json_array_foreach(list, i, t) {
        buf_printf(out, "%s{\"status_code\":\"TP101\",\"name\":\"%s\","
                   "\"account\":\"%s\",\"amount\":%s.0,\"narrative\":\"%s\","
                   "\"idempotency_key\":%s%s%s}", i > 0 ? "," : "",
                   json_string_value(json_object_get(t, "name")),
                   json_string_value(json_object_get(t, "account")),
                   json_string_value(json_object_get(t, "amount")),
                   json_string_value(json_object_get(t, "narrative")),
                   i % 2 == 0 ? "\"" : "", i % 2 == 0
                   ? json_string_value(json_object_get(t, "idempotency_key"))
                   : "null", i % 2 == 0 ? "\"" : "");
    }
    buf_printf(out, "],\"total_amount\":\"%s\",\"transactions_count\":%zu}",
               "12502500.00", json_array_size(list));
}

static void
test_5000_there_and_back(void **state)
{
    static struct pay_line lines[BATCH_ROWS_MAX];
    static char accounts[BATCH_ROWS_MAX][16];
    struct pay_file f = { 0 };
    struct file_answer answer;
    struct item_answer item;
    struct buf body;
    json_t *sent = NULL;
    size_t at = 0;
    int n = 0;

    (void)state;
    for (int i = 0; i < BATCH_ROWS_MAX; i++) {
        lines[i] = a_line(i + 1);
        lines[i].minor = (int64_t)(i + 1) * 100;
        snprintf(accounts[i], sizeof(accounts[i]), "2547%08d", i);
        lines[i].account = str_of(accounts[i]);
    }
    f = a_file("MPESA-B2C", lines, BATCH_ROWS_MAX);
    sent = written(&f, NULL);
    assert_non_null(sent);
    assert_int_equal(json_array_size(json_object_get(sent, "transactions")),
                     BATCH_ROWS_MAX);
    buf_init(&body, NET_REPLY_BYTES_MAX);
    answer_to(&body, sent);
    json_decref(sent);
    assert_int_equal(is->read_file(&answer, buf_view(&body), NULL), 0);
    assert_int_equal(answer.count, BATCH_ROWS_MAX);
    assert_int_equal(answer.total_minor, f.minor);
    assert_int_equal(answer.phase, FILE_WAITING);
    for (at = answer.items_at; n < BATCH_ROWS_MAX; n++) {
        assert_int_equal(is->read_item(&item, buf_view(&body), &at, n + 1),
                         1);
        if (item.position != n + 1 || item.minor != lines[n].minor
            || !str_eq(item.account, lines[n].account)
            || strcmp(item.reference, lines[n].reference) != 0
            || item.fate != ITEM_UNTOUCHED)
            fail_msg("item %d came back as another", n + 1);
    }
    assert_int_equal(is->read_item(&item, buf_view(&body), &at, n + 1), 0);
    buf_release(&body);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rails),
        cmocka_unit_test(test_bill_and_till),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_amounts),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_long_reference),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_other_requests),
        cmocka_unit_test(test_bad_ids),
        cmocka_unit_test(test_5000_there_and_back)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
