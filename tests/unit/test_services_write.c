#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>

#include "base/crypto.h"
#include "providers/services.h"

/*
 * The requests of the services: byte by byte for IntaSend, field by field and
 * with a hash made here from the text the contract says for Sapama.
 */
#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static const struct provider *const is = &provider_intasend;
static const struct provider *const sa = &provider_sapama;

static struct payer
intasend_payer(void)
{
    return (struct payer){ .public_key = STR("ISPubKey_test_1"),
                           .wallet_id = "0XDLWNK", .callback_url = "" };
}

static struct payer
sapama_payer(void)
{
    return (struct payer){ .key = STR("key"), .secret = STR("secret"),
                           .wallet_id = "2", .short_code = "830830",
                           .callback_url = "https://pay.example/cb/till",
                           .callback_method = "get" };
}

static void
check_request(const char *name, const struct request *r, const char *method,
              const char *path, const char *body, enum wire_auth auth,
              bool changes)
{
    struct str got = buf_view(&r->body);

    if (strcmp(r->method, method) != 0 || strcmp(r->path, path) != 0)
        fail_msg("%s: %s %s", name, r->method, r->path);
    if (!str_eq(got, str_of(body)))
        fail_msg("%s: the body is %.*s", name, STR_ARG(got));
    if (r->auth != auth || r->changes != changes)
        fail_msg("%s: auth %d, changes %d", name, (int)r->auth,
                 (int)r->changes);
    if ((r->content_type == NULL) != (body[0] == '\0')
        || (r->content_type != NULL
            && strcmp(r->content_type, "application/json") != 0))
        fail_msg("%s: content type %s", name,
                 r->content_type != NULL ? r->content_type : "none");
    if (body[0] != '\0') {
        json_t *t = json_loadb(got.p, got.len, JSON_REJECT_DUPLICATES, NULL);

        if (t == NULL)
            fail_msg("%s: not JSON: %s", name, body);
        json_decref(t);
    }
}

struct intasend_case {
    const char *name;
    enum service s;
    struct service_ask ask;
    const char *wallet;             /* NULL: the usual one */
    const char *method, *path, *body;
    enum wire_auth auth;
};

static const struct intasend_case intasend_cases[] = {
    { "all wallets", SERVICE_WALLETS, { 0 }, NULL, "GET", "wallets/", "",
      AUTH_BEARER },
    { "their second page", SERVICE_WALLETS, { .page = 2 }, NULL, "GET",
      "wallets/?page=2", "", AUTH_BEARER },
    { "one wallet", SERVICE_WALLETS, { .id = "WORK001", .page = 1 }, NULL,
      "GET", "wallets/WORK001/", "", AUTH_BEARER },
    { "a new wallet", SERVICE_WALLET_CREATE, { .label = "bonus 2026-11" },
      NULL, "POST", "wallets/", "{\"currency\":\"KES\",\"wallet_type\":"
      "\"WORKING\",\"label\":\"bonus 2026-11\",\"can_disburse\":true}",
      AUTH_BEARER },
    { "a new wallet in dollars", SERVICE_WALLET_CREATE,
      { .label = "d", .ccy = "USD" }, NULL, "POST", "wallets/",
      "{\"currency\":\"USD\",\"wallet_type\":\"WORKING\",\"label\":\"d\","
      "\"can_disburse\":true}", AUTH_BEARER },
    { "a statement", SERVICE_STATEMENT,
      { .since = "2026-11-01", .until = "2026-11-30", .page = 1 }, NULL,
      "GET", "transactions/?wallet_id=0XDLWNK&start_date=2026-10-31&"
      "end_date=2026-12-01", "", AUTH_BEARER },
    { "its third page", SERVICE_STATEMENT,
      { .since = "2028-03-01", .page = 3 }, NULL, "GET",
      "transactions/?wallet_id=0XDLWNK&start_date=2028-02-29&page=3", "",
      AUTH_BEARER },
    { "to the end of a year", SERVICE_STATEMENT, { .until = "2026-12-31" },
      NULL, "GET", "transactions/?wallet_id=0XDLWNK&end_date=2027-01-01", "",
      AUTH_BEARER },
    { "of another wallet", SERVICE_STATEMENT, { .id = "WORK001" }, NULL,
      "GET", "transactions/?wallet_id=WORK001", "", AUTH_BEARER },
    { "of no wallet", SERVICE_STATEMENT, { 0 }, "", "GET",
      "transactions/?currency=KES", "", AUTH_BEARER },
    { "a transfer", SERVICE_TRANSFER,
      { .minor = 10000, .to = "WORK001", .from = "WORK002",
        .narrative = "For \"salaries\", 50/50" }, NULL, "POST",
      "wallets/WORK002/intra_transfer/", "{\"wallet_id\":\"WORK001\","
      "\"amount\":\"100.00\",\"narrative\":\"For \\\"salaries\\\", 50/50\"}",
      AUTH_BEARER },
    { "a transfer from the account's wallet", SERVICE_TRANSFER,
      { .minor = 1, .to = "WORK001" }, NULL, "POST",
      "wallets/0XDLWNK/intra_transfer/", "{\"wallet_id\":\"WORK001\","
      "\"amount\":\"0.01\",\"narrative\":\"Transfer\"}", AUTH_BEARER },
    { "asking a phone", SERVICE_FUND,
      { .minor = 150000, .phone = "254712345678", .reference = "errand-7" },
      NULL, "POST", "payment/mpesa-stk-push/", "{\"amount\":\"1500\","
      "\"phone_number\":\"254712345678\",\"api_ref\":\"errand-7\","
      "\"wallet_id\":\"0XDLWNK\"}", AUTH_BEARER },
    { "asking a phone for the default wallet", SERVICE_FUND,
      { .minor = 100, .phone = "254112345678", .ccy = "KES" }, "", "POST",
      "payment/mpesa-stk-push/", "{\"amount\":\"1\",\"phone_number\":"
      "\"254112345678\"}", AUTH_BEARER },
    { "a link", SERVICE_CHECKOUT,
      { .minor = 150050, .email = "accounts@example.com",
        .name = " Jane Wanjiru  Doe", .phone = "254712345678",
        .reference = "errand-8", .to = "WORK001" }, NULL, "POST",
      "checkout/", "{\"public_key\":\"ISPubKey_test_1\",\"email\":"
      "\"accounts@example.com\",\"amount\":\"1500.50\",\"currency\":\"KES\","
      "\"api_ref\":\"errand-8\",\"first_name\":\"Jane\",\"last_name\":"
      "\"Wanjiru  Doe\",\"phone_number\":\"254712345678\",\"wallet_id\":"
      "\"WORK001\"}", AUTH_NONE },
    { "a link with little said", SERVICE_CHECKOUT,
      { .minor = 700, .email = "a@b", .ccy = "USD", .name = "Jane" }, "",
      "POST", "checkout/", "{\"public_key\":\"ISPubKey_test_1\",\"email\":"
      "\"a@b\",\"amount\":\"7.00\",\"currency\":\"USD\",\"first_name\":"
      "\"Jane\"}", AUTH_NONE },
    { "a payment in", SERVICE_PAYMENT, { .id = "BRZKGPR" }, NULL, "POST",
      "payment/status/", "{\"public_key\":\"ISPubKey_test_1\","
      "\"invoice_id\":\"BRZKGPR\"}", AUTH_NONE },
    { "chargebacks", SERVICE_CHARGEBACKS, { .page = 4 }, NULL, "GET",
      "chargebacks/?page=4", "", AUTH_BEARER },
    { "one chargeback", SERVICE_CHARGEBACKS, { .id = "CBK0001", .page = 1 },
      NULL, "GET", "chargebacks/CBK0001/", "", AUTH_BEARER },
    { "banks", SERVICE_BANKS, { 0 }, NULL, "GET",
      "send-money/bank-codes/ke/", "", AUTH_NONE },
    { "a bank account", SERVICE_VALIDATE,
      { .rail = "PESALINK", .account = "0129292920202", .bank_code = "68",
        .type = "PayBill" }, NULL, "POST", "send-money/validate-accounts/",
      "{\"provider\":\"PESALINK\",\"account\":\"0129292920202\","
      "\"bank_code\":\"68\",\"country\":\"KE\"}", AUTH_BEARER },
    { "a phone", SERVICE_VALIDATE,
      { .rail = "MPESA-B2C", .account = "254712345678", .bank_code = "68" },
      NULL, "POST", "send-money/validate-accounts/", "{\"provider\":"
      "\"MPESA-B2C\",\"account\":\"254712345678\",\"country\":\"KE\"}",
      AUTH_BEARER },
    { "a till", SERVICE_VALIDATE,
      { .rail = "MPESA-B2B", .account = "123211", .type = "TillNumber" },
      NULL, "POST", "send-money/validate-accounts/", "{\"provider\":"
      "\"MPESA-B2B\",\"account\":\"123211\",\"account_type\":\"TillNumber\","
      "\"country\":\"KE\"}", AUTH_BEARER },
    { "payouts", SERVICE_PAYOUTS, { .page = 2 }, NULL, "GET",
      "send-money/transactions/?wallet_id=0XDLWNK&page=2", "", AUTH_BEARER },
    { "payouts of the default wallet", SERVICE_PAYOUTS, { .page = 1 }, "",
      "GET", "send-money/transactions/", "", AUTH_BEARER },
    { "one payout", SERVICE_PAYOUTS, { .id = "YP3I6V4" }, NULL, "GET",
      "send-money/transactions/YP3I6V4/", "", AUTH_BEARER }
};

static void
test_intasend(void **state)
{
    unsigned seen = 0;

    (void)state;
    for (size_t i = 0; i < LEN(intasend_cases); i++) {
        const struct intasend_case *c = &intasend_cases[i];
        struct payer payer = intasend_payer();
        struct request r;
        struct err e = { 0 };

        if (c->wallet != NULL)
            payer.wallet_id = c->wallet;
        if (service_write(is, c->s, &r, &payer, &c->ask, &e) < 0)
            fail_msg("%s: %s", c->name, e.text);
        check_request(c->name, &r, c->method, c->path, c->body, c->auth,
                      service_changes(c->s));
        request_release(&r);
        seen |= 1u << c->s;
    }
    for (int s = 0; s < SERVICE_COUNT; s++)
        if (service_offered(is, (enum service)s) != ((seen >> s & 1u) != 0))
            fail_msg("%s has no case", service_name((enum service)s));
}

/* Without a publishable key a payment is asked for with the other one. */
static void
test_payment_without_public_key(void **state)
{
    struct payer payer = intasend_payer();
    struct service_ask ask = { .id = "BRZKGPR", .minor = 100,
                               .email = "a@b" };
    struct request r;
    struct err e = { 0 };

    (void)state;
    payer.public_key = (struct str){ NULL, 0 };
    assert_int_equal(service_write(is, SERVICE_PAYMENT, &r, &payer, &ask, &e),
                     0);
    check_request("payment", &r, "POST", "payment/status/",
                  "{\"invoice_id\":\"BRZKGPR\"}", AUTH_BEARER, false);
    request_release(&r);
    assert_int_equal(service_write(is, SERVICE_CHECKOUT, &r, &payer, &ask,
                                   &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_non_null(strstr(e.text, "public key"));
    payer.public_key = STR("a key with blanks");
    assert_int_equal(service_write(is, SERVICE_PAYMENT, &r, &payer, &ask, &e),
                     -1);
    assert_null(strstr(e.text, "blanks"));
}

/* "%5B" and the like as what they stand for; '+' stays. */
static void
decode(struct buf *out, const char *p)
{
    for (; *p != '\0'; p++) {
        if (*p == '&') {
            buf_char(out, '\n');
        } else if (*p == '%') {
            char hex[3] = { p[1], p[2], '\0' };

            buf_char(out, (char)strtol(hex, NULL, 16));
            p += 2;
        } else {
            buf_char(out, *p);
        }
    }
    buf_char(out, '\n');
}

struct sapama_case {
    const char *name;
    enum service s;
    struct service_ask ask;
    const char *path;
    const char *fields;             /* HASH stands where the hash is */
    const char *hashed;             /* contract 1.2 */
};

#define PAGE_OF(fields) "format=json\napi_key=key\nipned=any\n" fields

static const struct sapama_case sapama_cases[] = {
    { "a statement", SERVICE_STATEMENT,
      { .since = "2026-11-01", .until = "2026-11-30", .page = 1 },
      "get_transactions",
      PAGE_OF("page=1\nper_page=100\nhash=HASH\n"),
      "key.secret.json.any.1.100" },
    { "what one phone did", SERVICE_STATEMENT,
      { .phone = "254722906835", .page = 7 }, "get_transactions",
      PAGE_OF("phone=254722906835\npage=7\nper_page=100\nhash=HASH\n"),
      "key.secret.json.any.7.100.254722906835" },
    { "one receipt", SERVICE_STATEMENT, { .reference = "OGG9SXHEST" },
      "get_transactions",
      PAGE_OF("trans_id=OGG9SXHEST\npage=1\nper_page=100\nhash=HASH\n"),
      "key.secret.json.any.1.100.OGG9SXHEST" },
    { "payouts", SERVICE_PAYOUTS, { .page = 2 }, "get_transactions",
      PAGE_OF("page=2\nper_page=100\nhash=HASH\n"),
      "key.secret.json.any.2.100" },
    { "one payout", SERVICE_PAYOUTS, { .id = "305528", .page = 1 },
      "get_transactions", PAGE_OF("id=305528\nhash=HASH\n"),
      "key.secret.json.305528.any" },
    { "a payment in", SERVICE_PAYMENT, { .id = "305528" },
      "get_transactions", PAGE_OF("id=305528\nhash=HASH\n"),
      "key.secret.json.305528.any" },
    { "a transfer", SERVICE_TRANSFER,
      { .minor = 10000, .to = "245", .narrative = "Testing",
        .type = "BusinessPayBill" }, "intiate_transfer",
      "format=json\napi_key=key\nlocation_from_id=2\nlocation_to_id=245\n"
      "amount=100\ndescription=Testing\ntype=BusinessPayBill\nhash=HASH\n",
      "100.key.secret.Testing.json.2.245.BusinessPayBill" },
    { "a transfer from another till", SERVICE_TRANSFER,
      { .minor = 123456700, .from = "7", .to = "2",
        .type = "AgencyFloatAdvance" }, "intiate_transfer",
      "format=json\napi_key=key\nlocation_from_id=7\nlocation_to_id=2\n"
      "amount=1234567\ndescription=Transfer\ntype=AgencyFloatAdvance\n"
      "hash=HASH\n",
      "1234567.key.secret.Transfer.json.7.2.AgencyFloatAdvance" },
    { "asking a phone", SERVICE_FUND,
      { .minor = 150000, .phone = "254722906835", .reference = "errand-7",
        .email = "accounts@example.com", .name = "Jane Wanjiru A. Doe",
        .narrative = "50% & more=good" }, "checkout",
      "format=json\napi_key=key\nfirst_name=Jane\nmiddle_name=Wanjiru A.\n"
      "last_name=Doe\nemail=accounts@example.com\nphone=254722906835\n"
      "description=50% & more=good\naddress=Kenya\namount=1500\n"
      "currency=KES\nreference_number=errand-7\nbill_ref_number=errand-7\n"
      "location_id=2\nflow=stkpush\nenvironment=sandbox\n"
      "callback_url=https://pay.example/cb/till\ncallback_http_method=get\n"
      "image_url=none\nhash=HASH\n",
      "Kenya.1500.key.secret.errand-7.get.https://pay.example/cb/till.KES."
      "50% & more=good.accounts@example.com.sandbox.Jane.stkpush.json.none."
      "Doe.2.Wanjiru A..254722906835.errand-7" },
    { "asking a phone, little said", SERVICE_FUND,
      { .minor = 100, .phone = "254722906835", .reference = "r",
        .email = "a@b", .name = "  ", .to = "9" }, "checkout",
      "format=json\napi_key=key\nfirst_name=Payer\nmiddle_name=Payer\n"
      "last_name=Payer\nemail=a@b\nphone=254722906835\n"
      "description=Payment in\naddress=Kenya\namount=1\n"
      "currency=KES\nreference_number=r\nbill_ref_number=r\n"
      "location_id=9\nflow=stkpush\nenvironment=sandbox\n"
      "callback_url=https://pay.example/cb/till\ncallback_http_method=get\n"
      "image_url=none\nhash=HASH\n",
      "Kenya.1.key.secret.r.get.https://pay.example/cb/till.KES."
      "Payment in.a@b.sandbox.Payer.stkpush.json.none."
      "Payer.9.Payer.254722906835.r" },
    { "a mark", SERVICE_MARK, { .id = "1", .state = "success" },
      "update_transaction",
      "format=json\napi_key=key\nid=1\nipned=success\nhash=HASH\n",
      "key.secret.json.1.success" },
    { "posted transactions", SERVICE_POST,
      { .list = STR_INIT(" [{\"trans_id\":\"A1\",\"trans_time\":"
        "\"2026-11-18 11:34:20\",\"trans_amount\":10.5,\"description\":"
        "\"a+b\",\"phone\":254722906835}]\n") }, "post_transaction",
      "format=json\napi_key=key\ntransactions=[{\"trans_id\":\"A1\","
      "\"trans_time\":\"2026-11-18 11:34:20\",\"trans_amount\":10.5,"
      "\"description\":\"a+b\",\"phone\":254722906835}]\nhash=HASH\n",
      "key.secret.json.[{\"trans_id\":\"A1\",\"trans_time\":"
      "\"2026-11-18 11:34:20\",\"trans_amount\":10.5,\"description\":"
      "\"a+b\",\"phone\":254722906835}]" },
    { "an SMS", SERVICE_SMS,
      { .phone = "254722906835", .narrative = "Mshahara wako: 10% zaidi" },
      "sms", "format=json\napi_key=key\nlocation_id=2\nhash=HASH\n"
      "to[0][phone]=254722906835\n"
      "to[0][message]=Mshahara wako: 10% zaidi\n", "key.secret.json.2" }
};

/* The expected fields with the hash of ${hashed} in them. */
static void
expected(struct buf *out, const struct sapama_case *c)
{
    const char *hash = strstr(c->fields, "HASH");
    unsigned char bytes[SHA256_BYTES];
    char hex[SHA256_HEX];

    assert_non_null(hash);
    sha256_of(str_of(c->hashed), bytes);
    hex_of(bytes, sizeof(bytes), hex);
    buf_add(out, c->fields, (size_t)(hash - c->fields));
    buf_text(out, hex);
    buf_text(out, hash + 4);
}

static void
check_sapama(const struct sapama_case *c)
{
    bool get = strcmp(c->path, "get_transactions") == 0;
    struct payer payer = sapama_payer();
    struct buf want, got;
    struct request r;
    struct err e = { 0 };
    size_t n = strlen(c->path);

    if (service_write(sa, c->s, &r, &payer, &c->ask, &e) < 0)
        fail_msg("%s: %s", c->name, e.text);
    buf_init(&want, 1 << 20);
    buf_init(&got, 1 << 20);
    expected(&want, c);
    decode(&got, get ? r.path + n + 1 : r.body.p);
    if (!str_eq(buf_view(&want), buf_view(&got)))
        fail_msg("%s:\n%s", c->name, got.p);
    if (strncmp(r.path, c->path, n) != 0 || r.path[n] != (get ? '?' : '\0')
        || strcmp(r.method, get ? "GET" : "POST") != 0
        || r.auth != AUTH_NONE || r.changes != service_changes(c->s)
        || r.changes == get)
        fail_msg("%s: %s %s, changes %d", c->name, r.method, r.path,
                 (int)r.changes);
    if (!get && strcmp(r.content_type,
                       "application/x-www-form-urlencoded") != 0)
        fail_msg("%s: content type", c->name);
    if (strstr(get ? r.path : r.body.p, "secret") != NULL)
        fail_msg("%s: the secret is in it", c->name);
    buf_release(&want);
    buf_release(&got);
    request_release(&r);
}

static void
test_sapama(void **state)
{
    unsigned seen = 0;

    (void)state;
    for (size_t i = 0; i < LEN(sapama_cases); i++) {
        check_sapama(&sapama_cases[i]);
        seen |= 1u << sapama_cases[i].s;
    }
    for (int s = 0; s < SERVICE_COUNT; s++)
        if (service_offered(sa, (enum service)s) != ((seen >> s & 1u) != 0))
            fail_msg("%s has no case", service_name((enum service)s));
}

/* Those of the contract that a service can make (1.2). */
static void
test_hash_vectors(void **state)
{
    static const struct {
        int of;                     /* in sapama_cases */
        const char *hash;
    } rows[] = {
        { 5, "6889344b4bf5999281f337150bbc40a1"
             "407fced970b2aaba97b83bf8d1eaabf2" },
        { 6, "ca9cf94ca0382839c15a4843aacddceb"
             "ed2cec40f47ed876969c121c631ad550" },
        { 10, "4d2eb948170018b8d11584ee87da0e3a"
             "80f9089c18c0bca3cd277ad979f48da2" },
        { 12, "387b97138374359e5b54072d4ad6e1fa"
             "acafbe9411ee7c841a6f3ae9f5541f65" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        const struct sapama_case *c = &sapama_cases[rows[i].of];
        struct payer payer = sapama_payer();
        struct request r;

        assert_int_equal(service_write(sa, c->s, &r, &payer, &c->ask, NULL),
                         0);
        if (strstr(r.body.p != NULL ? r.body.p : r.path, rows[i].hash)
            == NULL)
            fail_msg("%s: another hash", c->name);
        request_release(&r);
    }
}

/* Live is said where it counts. */
static void
test_environment(void **state)
{
    const struct service_ask *ask = &sapama_cases[8].ask;
    struct payer payer = sapama_payer();
    struct request r;

    (void)state;
    payer.live = true;
    payer.callback_method = "";
    assert_int_equal(service_write(sa, SERVICE_FUND, &r, &payer, ask, NULL),
                     0);
    assert_non_null(strstr(r.body.p, "&environment=live&"));
    assert_non_null(strstr(r.body.p, "&callback_http_method=post&"));
    request_release(&r);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intasend),
        cmocka_unit_test(test_payment_without_public_key),
        cmocka_unit_test(test_sapama),
        cmocka_unit_test(test_hash_vectors),
        cmocka_unit_test(test_environment)
    };

    if (crypto_setup() < 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
