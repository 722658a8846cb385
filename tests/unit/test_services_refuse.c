#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "providers/services.h"

/*
 * What is not sent: services a provider does not have, asks in which
 * something is missing, and values the provider would refuse or misread.
 */
#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define LONG40 "0123456789012345678901234567890123456789"

static const struct provider *const is = &provider_intasend;
static const struct provider *const sa = &provider_sapama;

/* For both providers at once: a wallet that is also a till. */
static struct payer
payer_of(const char *wallet)
{
    return (struct payer){ .key = STR("key"), .secret = STR("secret"),
                           .public_key = STR("ISPubKey_test_1"),
                           .wallet_id = wallet,
                           .callback_url = "https://pay.example/cb" };
}

static struct service_ask
good_ask(void)
{
    return (struct service_ask){
        .minor = 10000, .ccy = "KES", .from = "2", .to = "3",
        .phone = "254712345678", .email = "a@example.com",
        .narrative = "words", .reference = "errand-1", .id = "77",
        .state = "success", .type = "BusinessPayBill", .label = "label",
        .rail = "MPESA-B2C", .account = "254712345678",
        .list = STR("[{\"trans_id\":\"A\",\"trans_time\":"
                    "\"2026-11-18 11:34:20\",\"trans_amount\":1,"
                    "\"description\":\"d\"}]")
    };
}

/* -1, with ERR_USAGE, all of ${e} filled and nothing left to release. */
static void
check_refused(const char *name, const struct provider *p, enum service s,
              const struct payer *payer, const struct service_ask *ask,
              enum err_kind kind, const char *says)
{
    struct request r;
    struct err e = { 0 };

    if (service_write(p, s, &r, payer, ask, &e) == 0)
        fail_msg("%s: %s of %s was written", name, service_name(s), p->name);
    if (e.kind != kind || e.fix[0] == '\0'
        || (strstr(e.text, says) == NULL && strstr(e.fix, says) == NULL))
        fail_msg("%s: %s of %s: %d \"%s\" \"%s\"", name, service_name(s),
                 p->name, (int)e.kind, e.text, e.fix);
    if (r.body.p != NULL)
        fail_msg("%s: a body is left", name);
}

static void
test_offered(void **state)
{
    static const enum service intasend_lacks[] = { SERVICE_MARK, SERVICE_POST,
                                                   SERVICE_SMS };
    static const enum service sapama_lacks[] = {
        SERVICE_WALLETS, SERVICE_WALLET_CREATE, SERVICE_CHECKOUT,
        SERVICE_CHARGEBACKS, SERVICE_BANKS, SERVICE_VALIDATE
    };
    struct payer payer = payer_of("2");
    struct service_ask ask = good_ask();
    int n = 0;

    (void)state;
    for (size_t i = 0; i < LEN(intasend_lacks); i++) {
        assert_false(service_offered(is, intasend_lacks[i]));
        check_refused("not offered", is, intasend_lacks[i], &payer, &ask,
                      ERR_USAGE, "intasend");
    }
    for (size_t i = 0; i < LEN(sapama_lacks); i++) {
        assert_false(service_offered(sa, sapama_lacks[i]));
        check_refused("not offered", sa, sapama_lacks[i], &payer, &ask,
                      ERR_USAGE, "sapama");
    }
    for (int s = 0; s < SERVICE_COUNT; s++)
        n += service_offered(is, (enum service)s)
             + service_offered(sa, (enum service)s);
    assert_int_equal(n, 2 * SERVICE_COUNT - (int)LEN(intasend_lacks)
                        - (int)LEN(sapama_lacks));
}

enum part {
    AMOUNT, FROM, TO, PHONE, EMAIL, REFERENCE, ID, STATE, TYPE, LABEL,
    MESSAGE, RAIL, ACCOUNT, LIST
};

static void
take_away(struct service_ask *a, enum part part)
{
    switch (part) {
    case AMOUNT:    a->minor = 0; break;
    case FROM:      a->from = ""; break;
    case TO:        a->to = NULL; break;
    case PHONE:     a->phone = ""; break;
    case EMAIL:     a->email = NULL; break;
    case REFERENCE: a->reference = ""; break;
    case ID:        a->id = NULL; break;
    case STATE:     a->state = ""; break;
    case TYPE:      a->type = NULL; break;
    case LABEL:     a->label = ""; break;
    case MESSAGE:   a->narrative = NULL; break;
    case RAIL:      a->rail = ""; break;
    case ACCOUNT:   a->account = NULL; break;
    case LIST:      a->list = STR(" \n"); break;
    }
}

static void
test_missing(void **state)
{
    static const struct {
        const struct provider *p;
        enum service s;
        enum part part;
        const char *flag;
    } rows[] = {
        { &provider_intasend, SERVICE_WALLET_CREATE, LABEL, "--label" },
        { &provider_intasend, SERVICE_TRANSFER, AMOUNT, "--amount" },
        { &provider_intasend, SERVICE_TRANSFER, TO, "--to" },
        { &provider_intasend, SERVICE_TRANSFER, FROM, "--from" },
        { &provider_intasend, SERVICE_FUND, AMOUNT, "--amount" },
        { &provider_intasend, SERVICE_FUND, PHONE, "--phone" },
        { &provider_intasend, SERVICE_CHECKOUT, AMOUNT, "--amount" },
        { &provider_intasend, SERVICE_CHECKOUT, EMAIL, "--email" },
        { &provider_intasend, SERVICE_PAYMENT, ID, "needs ID" },
        { &provider_intasend, SERVICE_VALIDATE, RAIL, "--rail" },
        { &provider_intasend, SERVICE_VALIDATE, ACCOUNT, "--account-no" },
        { &provider_sapama, SERVICE_TRANSFER, AMOUNT, "--amount" },
        { &provider_sapama, SERVICE_TRANSFER, TO, "--to" },
        { &provider_sapama, SERVICE_TRANSFER, FROM, "--from" },
        { &provider_sapama, SERVICE_TRANSFER, TYPE, "--type" },
        { &provider_sapama, SERVICE_FUND, AMOUNT, "--amount" },
        { &provider_sapama, SERVICE_FUND, PHONE, "--phone" },
        { &provider_sapama, SERVICE_FUND, EMAIL, "--email" },
        { &provider_sapama, SERVICE_FUND, REFERENCE, "--reference" },
        { &provider_sapama, SERVICE_PAYMENT, ID, "needs ID" },
        { &provider_sapama, SERVICE_MARK, ID, "needs ID" },
        { &provider_sapama, SERVICE_MARK, STATE, "--state" },
        { &provider_sapama, SERVICE_POST, LIST, "FILE" },
        { &provider_sapama, SERVICE_SMS, PHONE, "--phone" },
        { &provider_sapama, SERVICE_SMS, MESSAGE, "--message" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct payer payer = payer_of(rows[i].part == FROM ? "" : "2");
        struct service_ask ask = good_ask();
        struct request r;

        /* it is this what was missing, and nothing else */
        if (service_write(rows[i].p, rows[i].s, &r, &payer, &ask, NULL) < 0)
            fail_msg("row %zu: the whole ask was refused", i + 1);
        request_release(&r);
        take_away(&ask, rows[i].part);
        check_refused(rows[i].flag, rows[i].p, rows[i].s, &payer, &ask,
                      ERR_USAGE, rows[i].flag);
    }
}

/* All that is missing is named at once, with what it means. */
static void
test_missing_together(void **state)
{
    struct service_ask ask = { .minor = -5 };
    struct payer payer = payer_of(NULL);
    struct request r;
    struct err e = { 0 };

    (void)state;
    assert_int_equal(service_write(sa, SERVICE_TRANSFER, &r, &payer, &ask,
                                   &e), -1);
    assert_string_equal(e.text, "a transfer needs --amount, --from, --to, "
                                "--type");
    assert_non_null(strstr(e.fix, "such as BusinessPayBill"));
    /* the longest there can be must still fit its sentence */
    e = (struct err){ 0 };
    assert_int_equal(service_write(sa, SERVICE_FUND, &r, &payer, &ask, &e),
                     -1);
    assert_string_equal(e.text, "asking a phone to pay in needs --amount, "
                                "--phone, --email, --reference");
    assert_true(strlen(e.fix) > 0 && e.fix[strlen(e.fix) - 1] == '.');
}

struct value {
    const char *name;
    const struct provider *p;
    enum service s;
    struct service_ask put;         /* what differs from good_ask() */
    const char *says;
};

static const struct value values[] = {
    { "local phone", &provider_intasend, SERVICE_FUND,
      { .phone = "0712345678" }, "254712345678" },
    { "phone with plus", &provider_intasend, SERVICE_FUND,
      { .phone = "+254712345678" }, "254" },
    { "long phone", &provider_sapama, SERVICE_SMS,
      { .phone = "2547123456789" }, "254" },
    { "phone of another country", &provider_sapama, SERVICE_FUND,
      { .phone = "255712345678" }, "255712345678" },
    { "letters in a phone", &provider_sapama, SERVICE_STATEMENT,
      { .phone = "25471234567x" }, "254" },
    { "phone of a link", &provider_intasend, SERVICE_CHECKOUT,
      { .phone = "1" }, "mobile number" },
    { "phone of a house", &provider_sapama, SERVICE_STATEMENT,
      { .phone = "254512345678" }, "mobile number" },
    { "cents to a phone", &provider_intasend, SERVICE_FUND,
      { .minor = 10050 }, "whole shillings" },
    { "cents to a phone", &provider_sapama, SERVICE_FUND,
      { .minor = 10050 }, "whole shillings" },
    { "cents between tills", &provider_sapama, SERVICE_TRANSFER,
      { .minor = 1 }, "whole shillings" },
    { "too much", &provider_intasend, SERVICE_TRANSFER,
      { .minor = MONEY_MINOR_MAX + 1 }, "--amount" },
    { "dollars by M-Pesa", &provider_intasend, SERVICE_FUND,
      { .ccy = "USD" }, "KES" },
    { "dollars at Sapama", &provider_sapama, SERVICE_TRANSFER,
      { .ccy = "USD" }, "KES" },
    { "unknown currency", &provider_intasend, SERVICE_WALLET_CREATE,
      { .ccy = "UGX" }, "KES, USD, EUR, GBP" },
    { "unknown currency of a link", &provider_intasend, SERVICE_CHECKOUT,
      { .ccy = "kes" }, "KES, USD" },
    { "to itself", &provider_intasend, SERVICE_TRANSFER, { .to = "2" },
      "itself" },
    { "to itself", &provider_sapama, SERVICE_TRANSFER, { .to = "2" },
      "itself" },
    { "path in a wallet", &provider_intasend, SERVICE_TRANSFER,
      { .from = "A/../B" }, "wallet" },
    { "query in a wallet", &provider_intasend, SERVICE_STATEMENT,
      { .id = "A&x=1" }, "wallet" },
    { "blank in a wallet", &provider_intasend, SERVICE_WALLETS,
      { .id = "A B" }, "wallet" },
    { "long wallet", &provider_intasend, SERVICE_TRANSFER, { .to = LONG40 },
      "--to" },
    { "letters in a till", &provider_sapama, SERVICE_TRANSFER,
      { .to = "B7" }, "--to" },
    { "long till", &provider_sapama, SERVICE_TRANSFER,
      { .from = "1234567890123456" }, "location_id" },
    { "narrative with <", &provider_intasend, SERVICE_TRANSFER,
      { .narrative = "a<b" }, "<>%;$" },
    { "narrative with %", &provider_intasend, SERVICE_TRANSFER,
      { .narrative = "10%" }, "--narrative" },
    { "narrative of two lines", &provider_sapama, SERVICE_TRANSFER,
      { .narrative = "a\nb" }, "one line" },
    { "narrative not UTF-8", &provider_sapama, SERVICE_TRANSFER,
      { .narrative = "a\xff" }, "one line" },
    { "long description", &provider_sapama, SERVICE_TRANSFER,
      { .narrative = LONG40 LONG40 LONG40 }, "too long" },
    { "reference with a dot", &provider_intasend, SERVICE_FUND,
      { .reference = "a.b" }, "--reference" },
    { "long reference", &provider_intasend, SERVICE_CHECKOUT,
      { .reference = LONG40 LONG40 }, "too long" },
    { "reference with a colon", &provider_sapama, SERVICE_FUND,
      { .reference = "a:b" }, "--reference" },
    { "label with a dot", &provider_intasend, SERVICE_WALLET_CREATE,
      { .label = "bonus.2026" }, "--label" },
    { "long label", &provider_intasend, SERVICE_WALLET_CREATE,
      { .label = LONG40 "x" }, "too long" },
    { "no e-mail", &provider_intasend, SERVICE_CHECKOUT,
      { .email = "example.com" }, "e-mail" },
    { "nobody's e-mail", &provider_intasend, SERVICE_CHECKOUT,
      { .email = "@example.com" }, "e-mail" },
    { "e-mail of two", &provider_sapama, SERVICE_FUND,
      { .email = "a@b@c" }, "e-mail" },
    { "e-mail with a blank", &provider_sapama, SERVICE_FUND,
      { .email = "a b@c" }, "e-mail" },
    { "name with markup", &provider_intasend, SERVICE_CHECKOUT,
      { .name = "<b>" }, "--name" },
    { "day out of the month", &provider_intasend, SERVICE_STATEMENT,
      { .since = "2026-11-31" }, "not a day" },
    { "29 February", &provider_intasend, SERVICE_STATEMENT,
      { .until = "2026-02-29" }, "not a day" },
    { "month 13", &provider_sapama, SERVICE_STATEMENT,
      { .since = "2026-13-01" }, "not a day" },
    { "day as a German writes it", &provider_sapama, SERVICE_PAYOUTS,
      { .id = "", .since = "01.11.2026" }, "2026-11-01" },
    { "time behind the day", &provider_sapama, SERVICE_STATEMENT,
      { .since = "2026-11-01T00:00" }, "not a day" },
    { "days the wrong way round", &provider_intasend, SERVICE_STATEMENT,
      { .since = "2026-11-02", .until = "2026-11-01" }, "earlier" },
    { "path in an id", &provider_intasend, SERVICE_PAYOUTS,
      { .id = "../x" }, "ID" },
    { "path in an id", &provider_intasend, SERVICE_CHARGEBACKS,
      { .id = "a/b" }, "ID" },
    { "quote in an id", &provider_intasend, SERVICE_PAYMENT,
      { .id = "a\"b" }, "ID" },
    { "letters in a number", &provider_sapama, SERVICE_PAYMENT,
      { .id = "trans_5f10" }, "digits" },
    { "receipt in place of a number", &provider_sapama, SERVICE_MARK,
      { .id = "OGG9SXHEST" }, "digits" },
    { "odd receipt", &provider_sapama, SERVICE_STATEMENT,
      { .reference = "OGG9 SXHEST" }, "receipt" },
    { "unknown mark", &provider_sapama, SERVICE_MARK, { .state = "any" },
      "unreconciled" },
    { "unknown command", &provider_sapama, SERVICE_TRANSFER,
      { .type = "businesspaybill" }, "BusinessPayBill" },
    { "unknown rail", &provider_intasend, SERVICE_VALIDATE,
      { .rail = "MPESA" }, "MPESA-B2C" },
    { "letters in an account", &provider_intasend, SERVICE_VALIDATE,
      { .account = "KE12" }, "digits" },
    { "bank account without a bank", &provider_intasend, SERVICE_VALIDATE,
      { .rail = "PESALINK" }, "--bank" },
    { "bank by its name", &provider_intasend, SERVICE_VALIDATE,
      { .rail = "PESALINK", .bank_code = "Equity" }, "digits" },
    { "odd kind of business", &provider_intasend, SERVICE_VALIDATE,
      { .rail = "MPESA-B2B" }, "PayBill, TillNumber" },
    { "long SMS", &provider_sapama, SERVICE_SMS,
      { .narrative = LONG40 LONG40 LONG40 LONG40 LONG40 LONG40 LONG40 LONG40
        LONG40 LONG40 LONG40 LONG40 LONG40 LONG40 LONG40 LONG40 LONG40
        LONG40 LONG40 LONG40 LONG40 LONG40 LONG40 }, "too long" },
    { "nothing but a list", &provider_sapama, SERVICE_POST,
      { .list = STR_INIT("[]") }, "empty" },
    { "no list", &provider_sapama, SERVICE_POST, { .list = STR_INIT("{}") },
      "not a JSON array" },
    { "half a list", &provider_sapama, SERVICE_POST,
      { .list = STR_INIT("[{\"trans_id\":\"A\"") }, "not a JSON array" },
    { "more than a list", &provider_sapama, SERVICE_POST,
      { .list = STR_INIT("[{}]]") }, "not a JSON array" },
    { "no object", &provider_sapama, SERVICE_POST,
      { .list = STR_INIT("[\"A\"]") }, "transaction 1 of the list is not" }
};

static void
overlay(struct service_ask *a, const struct service_ask *put)
{
    const char **to[] = {
        &a->ccy, &a->from, &a->to, &a->phone, &a->name, &a->email,
        &a->narrative, &a->reference, &a->id, &a->state, &a->type, &a->label,
        &a->since, &a->until, &a->rail, &a->account, &a->bank_code
    };
    const char *const from[] = {
        put->ccy, put->from, put->to, put->phone, put->name, put->email,
        put->narrative, put->reference, put->id, put->state, put->type,
        put->label, put->since, put->until, put->rail, put->account,
        put->bank_code
    };

    for (size_t i = 0; i < LEN(to); i++)
        if (from[i] != NULL)
            *to[i] = from[i];
    if (put->minor != 0)
        a->minor = put->minor;
    if (put->list.len > 0)
        a->list = put->list;
}

static void
test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(values); i++) {
        struct payer payer = payer_of("2");
        struct service_ask ask = good_ask();

        overlay(&ask, &values[i].put);
        check_refused(values[i].name, values[i].p, values[i].s, &payer, &ask,
                      ERR_USAGE, values[i].says);
    }
}

/* The entries of a list, one mistake each. */
static void
test_list_entries(void **state)
{
    static const struct {
        const char *with;           /* in front of what is good */
        const char *without;        /* the member left out */
        const char *says;
    } rows[] = {
        { "", "trans_id", "no trans_id" },
        { "", "trans_time", "no trans_time" },
        { "", "trans_amount", "no trans_amount" },
        { "", "description", "no description" },
        { "\"trans_id\":\"\",", "trans_id", "no trans_id" },
        { "\"trans_id\":null,", "trans_id", "no trans_id" },
        { "\"trans_id\":[1],", "trans_id", "neither" },
        { "\"trans_id\":\"B\",", "", "trans_id" },
        { "\"tran\\u0073_id\":\"B\",", "", "does not know" },
        { "\"transid\":\"B\",", "", "\"transid\"" },
        { "\"trans_time\":\"2019:11:18 11:34:20\",", "trans_time",
          "no time" },
        { "\"trans_time\":\"2019-11-31 11:34:20\",", "trans_time",
          "no time" },
        { "\"trans_time\":20191118113420,", "trans_time", "no time" },
        { "\"trans_amount\":\"1,000\",", "trans_amount", "no amount" },
        { "\"trans_amount\":0,", "trans_amount", "no amount" },
        { "\"trans_amount\":-1,", "trans_amount", "no amount" },
        { "\"trans_amount\":1.005,", "trans_amount", "no amount" },
        { "\"phone\":\"0712345678\",", "", "none in Kenya" }
    };
    static const struct {
        const char *name, *text;
    } good[] = {
        { "trans_id", "\"trans_id\":\"A\"," },
        { "trans_time", "\"trans_time\":\"2019-11-18 11:34:20\"," },
        { "trans_amount", "\"trans_amount\":\"10.50\"," },
        { "description", "\"description\":\"d\"," }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct payer payer = payer_of("2");
        struct service_ask ask = { 0 };
        char list[1024];
        size_t n = (size_t)snprintf(list, sizeof(list), "[{\"trans_id\":\"Z\","
                                    "\"trans_time\":\"2019-11-18 11:34:20\","
                                    "\"trans_amount\":1,\"description\":"
                                    "\"d\"},{%s", rows[i].with);

        for (size_t g = 0; g < LEN(good); g++)
            if (strcmp(good[g].name, rows[i].without) != 0)
                n += (size_t)snprintf(list + n, sizeof(list) - n, "%s",
                                      good[g].text);
        snprintf(list + n, sizeof(list) - n, "\"last_name\":null}]");
        ask.list = str_of(list);
        check_refused(list, sa, SERVICE_POST, &payer, &ask, ERR_USAGE,
                      rows[i].says);
        check_refused(list, sa, SERVICE_POST, &payer, &ask, ERR_USAGE,
                      "transaction 2");
    }
}

/* What the account lacks is a matter of the configuration. */
static void
test_config(void **state)
{
    struct service_ask ask = good_ask();
    struct payer payer = payer_of("");

    (void)state;
    check_refused("no till", sa, SERVICE_SMS, &payer, &ask, ERR_CONFIG,
                  "location_id");
    ask.to = "";
    check_refused("no till", sa, SERVICE_FUND, &payer, &ask, ERR_CONFIG,
                  "location_id");
    payer = payer_of("2");
    payer.callback_url = "";
    check_refused("no callback", sa, SERVICE_FUND, &payer, &ask, ERR_CONFIG,
                  "callback_url");
    payer = payer_of("2");
    payer.secret = (struct str){ NULL, 0 };
    check_refused("no secret", sa, SERVICE_MARK, &payer, &ask, ERR_CONFIG,
                  "secret");
    check_refused("no secret", sa, SERVICE_STATEMENT, &payer,
                  &(struct service_ask){ .page = 1 }, ERR_CONFIG, "secret");
}

/* An error repeats what was typed, but never what steers a terminal. */
static void
test_errors_are_plain(void **state)
{
    struct service_ask ask = { .id = "\x1b[31m\xe2\x80\xae" "evil"
                                     LONG40 LONG40 };
    struct payer payer = payer_of("2");
    struct request r;
    struct err e = { 0 };

    (void)state;
    assert_int_equal(service_write(is, SERVICE_PAYMENT, &r, &payer, &ask, &e),
                     -1);
    assert_null(strchr(e.text, '\x1b'));
    assert_null(strstr(e.text, "\xe2\x80\xae"));
    assert_non_null(strstr(e.text, "evil"));
    assert_true(strlen(e.text) < 120);
}

static void
test_names(void **state)
{
    static const struct {
        enum service s;
        const char *name;
        bool changes;
    } rows[] = {
        { SERVICE_WALLETS, "wallets", false },
        { SERVICE_WALLET_CREATE, "wallet_create", true },
        { SERVICE_STATEMENT, "statement", false },
        { SERVICE_TRANSFER, "transfer", true },
        { SERVICE_FUND, "fund", true },
        { SERVICE_CHECKOUT, "checkout", true },
        { SERVICE_PAYMENT, "payment", false },
        { SERVICE_CHARGEBACKS, "chargebacks", false },
        { SERVICE_BANKS, "banks", false },
        { SERVICE_VALIDATE, "validate", false },
        { SERVICE_PAYOUTS, "payouts", false },
        { SERVICE_MARK, "mark", true },
        { SERVICE_POST, "post", true },
        { SERVICE_SMS, "sms", true }
    };

    (void)state;
    assert_int_equal(LEN(rows), SERVICE_COUNT);
    for (size_t i = 0; i < LEN(rows); i++) {
        assert_string_equal(service_name(rows[i].s), rows[i].name);
        if (service_changes(rows[i].s) != rows[i].changes)
            fail_msg("%s", rows[i].name);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_offered),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_missing_together),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_list_entries),
        cmocka_unit_test(test_config),
        cmocka_unit_test(test_errors_are_plain),
        cmocka_unit_test(test_names)
    };

    if (crypto_setup() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
