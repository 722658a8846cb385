#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "providers/provider.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define KEY32 "0123456789abcdef0123456789abcdef"
#define TOKEN "0RD8801B-" KEY32
#define URL "https://pay.example/cb/"

static const struct provider *const sc = &provider_sapama;

static void
read_one(struct row_answer *row, const char *name, const char *members,
         char *body, size_t bytes)
{
    size_t at = 2;

    snprintf(body, bytes, " [{%s}]", members);
    if (sc->read_row(row, str_of(body), &at) != 1)
        fail_msg("%s was not read", name);
    assert_int_equal(body[at], ']');
}

/* The rule of contract 9, case by case. */
static void
test_fates(void **state)
{
#define IN(code) "\"b2c_in_status_code\":\"" code "\","
#define OUT(code) "\"b2c_out_status_code\":\"" code "\","
#define RECEIPT "\"trans_id\":\"TKM1AB2CD3\","
#define NESTED(members) "\"transaction\":{" members "\"x\":1},"
#define NREC "\"trans_id\":\"TKM1AB2CD3\",\"trans_amount\":\"5.00\","
    static const struct {
        const char *name, *members;
        enum item_fate want;
        const char *receipt;
    } rows[] = {
        { "nothing", "", ITEM_MOVING, "" },
        { "a receipt", RECEIPT, ITEM_PAID, "TKM1AB2CD3" },
        { "a receipt and 0", RECEIPT IN("0"), ITEM_PAID, "TKM1AB2CD3" },
        { "a receipt and number 0", RECEIPT "\"b2c_in_status_code\":0,",
          ITEM_PAID, "TKM1AB2CD3" },
        { "a receipt and null", RECEIPT "\"b2c_in_status_code\":null,",
          ITEM_PAID, "TKM1AB2CD3" },
        { "0 and no receipt", IN("0"), ITEM_MOVING, "" },
        { "failed", IN("2040"), ITEM_FAILED, "" },
        { "failed, a number", "\"b2c_in_status_code\":2040,", ITEM_FAILED,
          "" },
        { "failed, blanks", IN(" 2040 "), ITEM_FAILED, "" },
        { "later", IN("8"), ITEM_FAILED, "" },
        { "the payer's", IN("1"), ITEM_FAILED, "" },
        { "unknown", IN("17"), ITEM_IN_DOUBT, "" },
        { "not in the table", IN("31337"), ITEM_IN_DOUBT, "" },
        { "a word", IN("failed"), ITEM_IN_DOUBT, "" },
        { "true", "\"b2c_in_status_code\":true,", ITEM_IN_DOUBT, "" },
        { "an object", "\"b2c_in_status_code\":{},", ITEM_IN_DOUBT, "" },
        { "failed with a receipt", IN("2040") RECEIPT, ITEM_IN_DOUBT,
          "TKM1AB2CD3" },
        { "unknown with a receipt", IN("17") RECEIPT, ITEM_IN_DOUBT,
          "TKM1AB2CD3" },
        { "a stranger with a receipt", IN("31337") RECEIPT, ITEM_IN_DOUBT,
          "TKM1AB2CD3" },
        { "acknowledged", OUT("0"), ITEM_MOVING, "" },
        { "acknowledged as failed", OUT("2040"), ITEM_MOVING, "" },
        { "acknowledged as failed, paid", OUT("2040") RECEIPT, ITEM_IN_DOUBT,
          "TKM1AB2CD3" },
        { "acknowledged somehow, paid", OUT("200") RECEIPT, ITEM_PAID,
          "TKM1AB2CD3" },

        { "placeholder", "\"trans_id\":\"OAK0000000\",", ITEM_MOVING, "" },
        { "lower case", "\"trans_id\":\"tkm1ab2cd3\",", ITEM_MOVING, "" },
        { "nine characters", "\"trans_id\":\"TKM1AB2CD\",", ITEM_MOVING, "" },
        { "eleven", "\"trans_id\":\"TKM1AB2CD34\",", ITEM_MOVING, "" },
        { "a dash", "\"trans_id\":\"TKM1-B2CD3\",", ITEM_MOVING, "" },
        { "a phone", "\"trans_id\":\"0722906830\",", ITEM_MOVING, "" },
        { "seconds", "\"trans_id\":\"1595937591\",", ITEM_MOVING, "" },
        { "our reference", "\"trans_id\":\"0RD8801B\",", ITEM_MOVING, "" },
        { "our long reference", "\"trans_id\":\"A068VG8073\",", ITEM_MOVING,
          "" },
        { "our long one, token", "\"trans_id\":\"A068VG8073\","
          "\"callback_url\":\"" URL "A068VG8073-" KEY32 "\",", ITEM_MOVING,
          "" },
        { "our long one, lower case", "\"trans_id\":\"a068vg8073\",",
          ITEM_MOVING, "" },
        { "receipt in an escape", "\"trans_id\":\"TKM1\\u0041B2CD3\",",
          ITEM_PAID, "TKM1AB2CD3" },

        { "nested receipt", NESTED(NREC), ITEM_PAID, "TKM1AB2CD3" },
        { "nested receipt, b2c", NESTED(NREC "\"direction\":\"b2c\","),
          ITEM_PAID, "TKM1AB2CD3" },
        { "nested receipt in", NESTED(NREC "\"direction\":\"c2b\","),
          ITEM_MOVING, "" },
        { "nested, other amount", NESTED("\"trans_id\":\"TKM1AB2CD3\","
          "\"trans_amount\":\"6.00\","), ITEM_MOVING, "" },
        { "nested, no amount", NESTED("\"trans_id\":\"TKM1AB2CD3\","),
          ITEM_MOVING, "" },
        { "the same twice", RECEIPT NESTED(NREC), ITEM_PAID, "TKM1AB2CD3" },
        { "two receipts", "\"trans_id\":\"SKM1AB2CD3\"," NESTED(NREC),
          ITEM_IN_DOUBT, "SKM1AB2CD3" },
        { "nested failed", NESTED(IN("2040")), ITEM_IN_DOUBT, "" },
        { "both failed", IN("2040") NESTED(IN("2040")), ITEM_FAILED, "" },
        { "nested failed, paid", RECEIPT NESTED(IN("2040")), ITEM_IN_DOUBT,
          "TKM1AB2CD3" },
        { "nested receipt, failed", IN("2040") NESTED(NREC), ITEM_IN_DOUBT,
          "TKM1AB2CD3" },
        { "nested list", "\"transaction\":[],", ITEM_MOVING, "" },
        { "nested null", "\"transaction\":null,", ITEM_MOVING, "" },
        { "nested text", "\"transaction\":\"" "TKM1AB2CD3\",", ITEM_MOVING,
          "" },
        { "deeply nested", NESTED("\"transaction\":{" NREC "\"y\":1},"),
          ITEM_MOVING, "" },

        { "money in", "\"direction\":\"c2b\"," RECEIPT, ITEM_IN_DOUBT,
          "TKM1AB2CD3" },
        { "money in by its type", "\"trans_type\":\"c2b\"," RECEIPT,
          ITEM_IN_DOUBT, "TKM1AB2CD3" },
        { "Equitel failed", "\"gateway\":\"equitel\"," IN("2040"),
          ITEM_IN_DOUBT, "" },
        { "Equitel with a receipt", "\"gateway\":\"equitel\"," RECEIPT,
          ITEM_PAID, "TKM1AB2CD3" },
        { "Equitel's own receipt", "\"gateway\":\"equitel\"," IN("0")
          "\"trans_id\":\"004711223344\",", ITEM_PAID, "004711223344" },
        { "Equitel's receipt, no zero", "\"gateway\":\"equitel\","
          "\"trans_id\":\"004711223344\",", ITEM_MOVING, "" },
        { "Equitel's zero, no receipt", "\"gateway\":\"equitel\"," IN("0"),
          ITEM_MOVING, "" },
        { "Equitel's placeholder", "\"gateway\":\"equitel\"," IN("0")
          "\"trans_id\":\"UKM000000000\",", ITEM_MOVING, "" },
        { "digits are no M-Pesa receipt", IN("0")
          "\"trans_id\":\"004711223344\",", ITEM_MOVING, "" },
        { "soft-deleted", "\"status\":\"2\"," RECEIPT, ITEM_PAID,
          "TKM1AB2CD3" },
        { "words are no codes", "\"third_party_message\":\"Failed\","
          "\"message\":\"failed\",\"workflow\":\"9\",", ITEM_MOVING, "" },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char body[600], members[512];
        struct row_answer row;

        snprintf(members, sizeof(members), "%s\"trans_amount\":\"5.00\"",
                 rows[i].members);
        read_one(&row, rows[i].name, members, body, sizeof(body));
        if (row.item.fate != rows[i].want
            || strcmp(row.item.receipt, rows[i].receipt) != 0)
            fail_msg("%s: fate %d receipt %s", rows[i].name, row.item.fate,
                     row.item.receipt);
        /* what is in doubt has a code that says so, or a stranger's */
        if (row.item.fate == ITEM_IN_DOUBT) {
            const struct code_row *r = provider_item_code(sc, row.item.code);

            if (row.item.code[0] == '\0'
                || (r != NULL && r->fate != ITEM_IN_DOUBT))
                fail_msg("%s: code %s", rows[i].name, row.item.code);
        }
    }
}

/* By what a row is known again. */
static void
test_marks(void **state)
{
    static const struct {
        const char *name, *members, *token, *reference;
    } rows[] = {
        { "none", "\"x\":1", "", "" },
        { "callback", "\"callback_url\":\"" URL TOKEN "\"", TOKEN,
          "0RD8801B" },
        { "escaped slashes", "\"callback_url\":\"https:\\/\\/pay.example\\/"
          "cb\\/" TOKEN "\"", TOKEN, "0RD8801B" },
        { "slash behind", "\"callback_url\":\"" URL TOKEN "/\"", TOKEN,
          "0RD8801B" },
        { "query behind", "\"callback_url\":\"" URL TOKEN "?status=x/y\"",
          TOKEN, "0RD8801B" },
        { "only in the query", "\"callback_url\":\"" URL "?t=/" TOKEN "\"",
          "", "" },
        { "not the last part", "\"callback_url\":\"" URL TOKEN "/x\"", "",
          "" },
        { "no path", "\"callback_url\":\"" TOKEN "\"", "", "" },
        { "bill", "\"bill_ref_number\":\"" TOKEN "\"", TOKEN, "0RD8801B" },
        { "bill with a number", "\"bill_ref_number\":\"" TOKEN "-380222\"",
          TOKEN, "0RD8801B" },
        { "bill with blanks", "\"bill_ref_number\":\"" TOKEN " - 380222\"",
          TOKEN, "0RD8801B" },
        { "bill with words", "\"bill_ref_number\":\"" TOKEN "-x\"", "", "" },
        { "callback before bill", "\"callback_url\":\"" URL TOKEN "\","
          "\"bill_ref_number\":\"0RD8802D-" KEY32 "\"", TOKEN, "0RD8801B" },
        { "key too short", "\"callback_url\":\"" URL "0RD8801B-" "0123\"", "",
          "" },
        { "key in capitals", "\"bill_ref_number\":\"0RD8801B-"
          "0123456789ABCDEF0123456789ABCDEF\"", "", "" },
        { "wrong check character", "\"bill_ref_number\":\"0RD8801C-" KEY32
          "\"", "", "" },
        { "reference in small letters", "\"bill_ref_number\":\"0rd8801b-"
          KEY32 "\"", "", "" },
        { "key too long", "\"bill_ref_number\":\"" TOKEN "0\"", "", "" },
        { "trans_id", "\"trans_id\":\"0RD8801B\"", "", "0RD8801B" },
        { "trans_reference", "\"trans_reference\":\"0RD8801B\"", "",
          "0RD8801B" },
        { "reference_number", "\"reference_number\":\"0RD8801B\"", "",
          "0RD8801B" },
        { "third party", "\"third_party_trans_id\":\"0RD8801B\"", "",
          "0RD8801B" },
        { "before trans_id", "\"trans_id\":\"0RD8802D\","
          "\"reference_number\":\"0RD8801B\"", "", "0RD8801B" },
        { "token before all", "\"trans_id\":\"0RD8802D\","
          "\"callback_url\":\"" URL TOKEN "\"", TOKEN, "0RD8801B" },
        { "a name is none", "\"description\":\"0RD8801B\","
          "\"first_name\":\"0RD8801B\"", "", "" },
        { "only nested", "\"transaction\":{\"callback_url\":\"" URL TOKEN
          "\",\"trans_id\":\"0RD8801B\"}", "", "" },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char body[600];
        struct row_answer row;

        read_one(&row, rows[i].name, rows[i].members, body, sizeof(body));
        if (strcmp(row.token, rows[i].token) != 0
            || strcmp(row.item.reference, rows[i].reference) != 0)
            fail_msg("%s: token %s reference %s", rows[i].name, row.token,
                     row.item.reference);
    }
}

/* Numbers and strings, both ways; nothing of a nested object. */
static void
test_values(void **state)
{
    static const struct {
        const char *members, *id, *account;
        int64_t minor;
        const char *method;
        int64_t made_s;
    } rows[] = {
        { "\"id\":\"305528\",\"phone\":\"254708374149\","
          "\"trans_amount\":\"1500.00\",\"direction\":\"b2c\","
          "\"created_at\":\"2020-07-16 15:52:20\"", "305528", "254708374149",
          150000, "b2c", 1594914740 },
        { "\"id\":305528,\"phone\":254708374149,\"trans_amount\":1500,"
          "\"direction\":\"B2C\",\"trans_time_unix\":1594914738", "305528",
          "254708374149", 150000, "b2c", 1594914738 },
        { "\"trans_time_unix\":\"1594914738\",\"created_at\":"
          "\"0000-00-00 00:00:00\"", "", "", -1, "", 1594914738 },
        { "\"created_at\":\"2020-02-29 00:00:00\",\"trans_time_unix\":1", "",
          "", -1, "", 1582934400 },
        { "\"created_at\":\"2020-13-01 00:00:00\"", "", "", -1, "", 0 },
        { "\"created_at\":\"2020-07-16T15:52:20\"", "", "", -1, "", 0 },
        { "\"created_at\":\" 16/07/20 03:52 PM\"", "", "", -1, "", 0 },
        { "\"created_at\":null,\"trans_time_unix\":null", "", "", -1, "", 0 },
        { "\"created_at\":\"\",\"trans_time_unix\":-5", "", "", -1, "", 0 },
        { "\"trans_time_unix\":1e9", "", "", -1, "", 0 },
        { "\"trans_amount\":\"350\"", "", "", 35000, "", 0 },
        { "\"trans_amount\":\"1.5\"", "", "", 150, "", 0 },
        { "\"trans_amount\":\"1.555\"", "", "", -1, "", 0 },
        { "\"trans_amount\":\"-1.00\"", "", "", -1, "", 0 },
        { "\"trans_amount\":\"1,500.00\"", "", "", -1, "", 0 },
        { "\"trans_amount\":1e3", "", "", -1, "", 0 },
        { "\"trans_amount\":null", "", "", -1, "", 0 },
        { "\"direction\":\"\",\"trans_type\":\"b2c\"", "", "", -1, "b2c", 0 },
        { "\"direction\":\"c2b\",\"trans_type\":\"Pay Bill\"", "", "", -1,
          "c2b", 0 },
        { "\"direction\":\"\",\"trans_type\":\"Pay Bill\"", "", "", -1, "",
          0 },
        { "\"direction\":\"b2b\"", "", "", -1, "b2b", 0 },
        { "\"direction\":\"something\"", "", "", -1, "", 0 },
        { "\"transaction\":{\"id\":\"9\",\"phone\":\"2547\","
          "\"trans_amount\":\"9.00\",\"direction\":\"b2c\","
          "\"created_at\":\"2020-07-16 15:52:20\"},\"id\":\"1\"", "1", "", -1,
          "", 0 },
        { "\"id\":\"<b>\",\"phone\":\"07\\u0031\"", "<b>", "", -1, "", 0 },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char body[600];
        struct row_answer row;

        read_one(&row, rows[i].members, rows[i].members, body, sizeof(body));
        if (strcmp(row.item.id, rows[i].id) != 0
            || !str_eq(row.item.account, str_of(rows[i].account))
            || row.item.minor != rows[i].minor
            || strcmp(row.method_of, rows[i].method) != 0
            || row.made_s != rows[i].made_s)
            fail_msg("%s: id %s account %.*s minor %lld %s made %lld",
                     rows[i].members, row.item.id,
                     STR_ARG(row.item.account), (long long)row.item.minor,
                     row.method_of, (long long)row.made_s);
        assert_int_equal(row.item.charge_minor, -1);
        assert_int_equal(row.raw.len, strlen(body) - 3);
        assert_ptr_equal(row.raw.p, body + 2);
    }
}

/* What is no row, and where rows end. */
static void
test_broken(void **state)
{
    static const struct { const char *body; int want; } rows[] = {
        { " []", 0 }, { " [{}]", 1 }, { " [7]", -1 }, { " [\"x\"]", -1 },
        { " [[]]", -1 }, { " [{}", -1 }, { " [{},]", -1 }, { " [{} {}]", -1 },
        { " [{\"id\":1,\"id\":2}]", -1 },
        { " [{\"trans_amount\":1,\"trans_amount\":2}]", -1 },
        { " [{\"x\":1,\"x\":2}]", 1 },
        { " [{\"transaction\":{\"trans_id\":1,\"trans_id\":2}}]", -1 },
        { " [", -1 }, { " [{\"id\":\"\xFF\"}]", -1 }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct row_answer row;
        size_t at = 2;
        int got = sc->read_row(&row, str_of(rows[i].body), &at);

        if (got != rows[i].want)
            fail_msg("%s: %d", rows[i].body, got);
        at = 0;
        assert_int_equal(sc->read_row(&row, str_of(rows[i].body), &at), 0);
    }
}

/* What is a page of a list, and what its numbers are. */
static void
test_pages(void **state)
{
#define ENV(data) \
    "{\"httpStatusCode\":200,\"systemCode\":700,\"data\":" data "}"
    static const struct {
        const char *body;
        int rc, page, last, per;
        int64_t total;
        bool rows;
    } rows[] = {
        { ENV("{\"total\":7,\"per_page\":2,\"current_page\":3,"
              "\"last_page\":4,\"data\":[]}"), 0, 3, 4, 2, 7, true },
        { ENV("{\"total\":\"7\",\"per_page\":\"2\",\"current_page\":\"3\","
              "\"last_page\":\"4\",\"data\":[]}"), 0, 3, 4, 2, 7, true },
        { ENV("{\"total\":0,\"current_page\":1,\"last_page\":0,\"data\":[]}"),
          0, 1, 1, 0, 0, true },
        { ENV("{\"total\":3}"), 0, 1, 1, 0, 3, false },
        { ENV("{\"data\":null}"), 0, 1, 1, 0, -1, false },
        { ENV("{\"data\":{}}"), -1, 0, 0, 0, -1, false },
        { ENV("[]"), 0, 1, 1, 0, -1, true },
        { ENV("null"), 0, 1, 1, 0, -1, false },
        { "{\"httpStatusCode\":200,\"systemCode\":700}", 0, 1, 1, 0, -1,
          false },
        { ENV("\"x\""), -1, 0, 0, 0, -1, false },
        { ENV("{\"total\":1,\"total\":2}"), -1, 0, 0, 0, -1, false },
        { "{\"httpStatusCode\":404,\"systemCode\":904}", 0, 1, 1, 0, 0,
          false },
        { "{\"httpStatusCode\":400,\"systemCode\":900}", -1, 0, 0, 0, -1,
          false },
        { "{\"httpStatusCode\":500}", -1, 0, 0, 0, -1, false },
        { "{\"httpStatusCode\":200,\"systemCode\":900}", -1, 0, 0, 0, -1,
          false },
        { "{\"data\":{\"data\":[]}}", -1, 0, 0, 0, -1, false },
        { "[]", -1, 0, 0, 0, -1, false },
        { "<html>", -1, 0, 0, 0, -1, false }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct page_answer p;
        struct err e = { 0 };
        int rc = sc->read_page(&p, str_of(rows[i].body), &e);

        if (rc != rows[i].rc)
            fail_msg("%s: %d %s", rows[i].body, rc, e.text);
        if (rc == 0
            && (p.page != rows[i].page || p.last_page != rows[i].last
                || p.per_page != rows[i].per || p.total != rows[i].total
                || (p.rows_at != 0) != rows[i].rows))
            fail_msg("%s: page %d of %d, %d, %lld", rows[i].body, p.page,
                     p.last_page, p.per_page, (long long)p.total);
        if (rc < 0)
            assert_int_equal(e.kind, ERR_UNAVAILABLE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fates),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_pages)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
