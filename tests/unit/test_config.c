/* payrun.yaml: accounts of both providers, routes, secrets, and mistakes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "cli/config.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static struct config c;
static char dir[] = "/tmp/payrun-config-XXXXXX";
static char path[64];

static int
setup(void **state)
{
    (void)state;
    if (mkdtemp(dir) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/payrun.yaml", dir);
    return 0;
}

static int
finished(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(dir);
}

static void
write_file(const char *name, const char *text, mode_t mode)
{
    FILE *f = fopen(name, "wb");

    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(name, mode), 0);
}

static int
read_yaml(const char *text, struct err *e)
{
    write_file(path, text, 0600);
    *e = (struct err){ 0 };
    return config_read(&c, path, e);
}

#define INTASEND \
    "accounts:\n  - name: salaries\n    provider: intasend\n" \
    "    key: \"env:K1\"\n"
#define SAPAMA_BUT(rest) \
    "  - name: till\n    provider: sapama\n    key: \"env:K2\"\n" rest
#define SECRET   "    secret: \"env:K3\"\n"
#define LOCATION "    location_id: \"2\"\n"
#define CODE     "    short_code: \"830830\"\n"
#define CALLBACK "    callback_url: https://pay.example/callback/till/\n"
#define SAPAMA   SAPAMA_BUT(SECRET LOCATION CODE CALLBACK)

static void
test_both(void **state)
{
    struct err e;
    const struct account *i, *s;

    (void)state;
    if (read_yaml(INTASEND "    wallet_id: W1\n    public_key: \"env:K4\"\n"
                  SAPAMA "routes:\n"
                  "  - { rail: SAPAMA-EQUITEL, account: till }\n"
                  "  - { rail: PESALINK, account: salaries, always: yes }\n",
                  &e) < 0)
        fail_msg("%s %s", e.text, e.fix);
    i = &c.accounts[0];
    s = &c.accounts[1];
    assert_int_equal(c.naccounts, 2);
    assert_string_equal(c.default_account, "salaries");
    assert_string_equal(i->wallet_id, "W1");
    assert_int_equal(i->batch_rows_max, BATCH_ROWS_MAX);
    assert_int_equal(i->inflight_max, NET_INFLIGHT_DEFAULT);
    assert_string_equal(c.sources[0].public_key, "env:K4");

    assert_string_equal(s->provider->name, "sapama");
    assert_string_equal(s->wallet_id, "2");
    assert_string_equal(s->short_code, "830830");
    assert_string_equal(s->callback_method, "post");
    /* a token is put behind it with a slash */
    assert_string_equal(s->callback_url, "https://pay.example/callback/till");
    assert_string_equal(s->base_url, s->provider->sandbox_url);
    assert_int_equal(s->batch_rows_max, 50);
    assert_int_equal(s->inflight_max, ONE_PHASE_INFLIGHT_DEFAULT);
    assert_string_equal(c.sources[1].secret, "env:K3");

    assert_int_equal(c.nroutes, 2);
    assert_string_equal(c.routes[0].rail, "SAPAMA-EQUITEL");
    assert_string_equal(c.routes[0].account, "till");
    assert_false(c.routes[0].always);
    assert_true(c.routes[1].always);
    config_release(&c);
}

/* One host serves Sapama's sandbox and its live side: no mistake to find. */
static void
test_live_sapama(void **state)
{
    static const char *const rows[] = {
        SAPAMA, SAPAMA "    live: true\n",
        SAPAMA "    live: true\n    base_url: https://sapamacash.com/api/\n",
        SAPAMA "    callback_method: get\n    batch_rows: 5000\n"
    };
    struct err e;

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        char text[2048];

        snprintf(text, sizeof(text), "accounts:\n%s", rows[i]);
        if (read_yaml(text, &e) < 0)
            fail_msg("%zu: %s %s", i, e.text, e.fix);
    }
    assert_int_equal(c.accounts[0].batch_rows_max, 5000);
    assert_string_equal(c.accounts[0].callback_method, "get");
}

static void
test_mistakes(void **state)
{
    static const struct row { const char *name, *yaml, *says, *fix; } rows[] = {
        { "no secret", INTASEND SAPAMA_BUT(LOCATION CODE CALLBACK),
          "account till: secret is missing: sapama needs it", "api_secret" },
        { "no till", INTASEND SAPAMA_BUT(SECRET CODE CALLBACK),
          "location_id is missing", "till that pays" },
        { "no paybill", INTASEND SAPAMA_BUT(SECRET LOCATION CALLBACK),
          "short_code is missing", "paybill" },
        { "nowhere to call back", INTASEND SAPAMA_BUT(SECRET LOCATION CODE),
          "callback_url is missing", "each payment gets an address" },
        { "called back nowhere", INTASEND SAPAMA_BUT(SECRET LOCATION CODE
          "    callback_url: ////\n"), "callback_url \"////\" is not an address",
          "https://host/path" },
        { "called back at no host", INTASEND SAPAMA_BUT(SECRET LOCATION CODE
          "    callback_url: https:///callback\n"), "is not an address", "" },
        { "called back by post", INTASEND "    callback_url: mailto:a@b.ke\n",
          "account salaries: callback_url \"mailto:a@b.ke\"", "" },
        { "a till that is no number", INTASEND SAPAMA_BUT(SECRET
          "    location_id: main\n" CODE CALLBACK),
          "location_id \"main\" is not a number", "" },
        { "a paybill that is no number", INTASEND SAPAMA_BUT(SECRET LOCATION
          "    short_code: 83x\n" CALLBACK), "short_code \"83x\"", "" },
        { "a method that is none", INTASEND SAPAMA "    callback_method: put\n",
          "callback_method is post or get, not \"put\"", "" },
        { "a wallet at Sapama", INTASEND SAPAMA "    wallet_id: W1\n",
          "sapama has no wallet_id", "location_id" },
        { "a secret at IntaSend", INTASEND SECRET,
          "intasend has no secret", "Take it out" },
        { "a till at IntaSend", INTASEND LOCATION,
          "intasend has no location_id", "wallet_id" },
        { "batches too large", INTASEND SAPAMA "    batch_rows: 5001\n",
          "batch_rows must be 1 to 5000", "" },
        { "no such provider", "accounts:\n  - name: x\n    provider: sapamma\n"
          "    key: \"env:K\"\n", "there is no provider \"sapamma\"",
          "intasend, sapama" },
        { "a key with a slip", INTASEND SAPAMA "    shortcode: \"1\"\n",
          ":12:5: Unexpected key", "did you mean \"short_code\"?" },
        { "a route with a slip", INTASEND SAPAMA
          "routes:\n  - { rial: PESALINK, account: till }\n",
          ":13:7: Unexpected key", "did you mean \"rail\"?" },
        { "a route without an account", INTASEND SAPAMA
          "routes:\n  - { rail: SAPAMA-MPESA }\n", "account", "" },
        { "a route to nobody", INTASEND SAPAMA
          "routes:\n  - { rail: SAPAMA-MPESA, account: tilt }\n",
          "there is no account \"tilt\"", "did you mean \"till\"?" },
        { "a route by no rail of its", INTASEND SAPAMA
          "routes:\n  - { rail: PESALINK, account: till }\n",
          "account till (sapama) does not pay by PESALINK",
          "sapama pays by SAPAMA-MPESA, SAPAMA-EQUITEL" },
        { "a canary nobody knows", INTASEND "    canary: maybe\n",
          "canary is new, never or always, not \"maybe\"", "pays 5 people" },
        { "real money without a canary", INTASEND
          "    live: true\n    canary: never\n",
          "canary is new or always, not \"never\"", "" },
        { "one name twice", INTASEND SAPAMA SAPAMA, "till is there twice", "" },
        { "a live host in the sandbox", INTASEND
          "    base_url: https://payment.intasend.com/api/v1/\n",
          "live is false", "live: true" }
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct err e;

        if (read_yaml(rows[i].yaml, &e) == 0 || e.kind != ERR_CONFIG
            || strstr(e.text, rows[i].says) == NULL
            || strstr(e.fix, rows[i].fix) == NULL)
            fail_msg("%s: %s | %s", rows[i].name, e.text, e.fix);
        config_release(&c);
    }
}

/* --- secrets -------------------------------------------------------------- */

static struct str
view(const struct secret *s)
{
    return secret_view(s);
}

/* From the environment, which forgets them, and from files; then wiped. */
static void
test_secrets(void **state)
{
    char yaml[2048], file[96];
    struct account *a = NULL;
    struct err e;

    (void)state;
    snprintf(file, sizeof(file), "%s/secret", dir);
    write_file(file, "SECRETSECRET\n", 0600);
    snprintf(yaml, sizeof(yaml), "accounts:\n" SAPAMA_BUT("    secret: "
             "\"file:%s\"\n" LOCATION CODE CALLBACK), file);
    assert_int_equal(setenv("K2", "KEYKEYKEY", 1), 0);
    assert_int_equal(read_yaml(yaml, &e), 0);
    a = config_account(&c, "till", &e);
    assert_non_null(a);
    if (config_secrets(&c, a, &e) < 0)
        fail_msg("%s", e.text);
    assert_true(str_eq(view(&a->key), STR("KEYKEYKEY")));
    assert_true(str_eq(view(&a->secret), STR("SECRETSECRET")));
    assert_null(a->challenge.p);
    assert_null(getenv("K2"));
    assert_true(str_eq(account_payer(a).secret, STR("SECRETSECRET")));
    config_release(&c);
    assert_null(a->key.p);
    assert_null(a->secret.p);

    /* all of them or none */
    assert_int_equal(unlink(file), 0);
    assert_int_equal(setenv("K2", "KEYKEYKEY", 1), 0);
    assert_int_equal(read_yaml(yaml, &e), 0);
    a = config_account(&c, "till", &e);
    assert_int_equal(config_secrets(&c, a, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_null(strstr(e.text, "KEYKEY"));
    assert_null(a->key.p);
    assert_null(a->secret.p);
    config_release(&c);
}

/* What works without any file: both stand-ins, and no real money. */
static void
test_built_in(void **state)
{
    struct err e;

    (void)state;
    assert_int_equal(config_read(&c, NULL, &e), 0);
    assert_int_equal(c.naccounts, 2);
    assert_string_equal(c.default_account, "sandbox");
    for (int i = 0; i < c.naccounts; i++) {
        struct account *a = &c.accounts[i];

        assert_false(a->live);
        assert_int_equal(config_secrets(&c, a, &e), 0);
        assert_non_null(strstr(a->base_url, "//127.0.0.1:"));
    }
    assert_string_equal(c.accounts[1].name, "sapama");
    assert_true(str_eq(view(&c.accounts[0].key), STR(CONFIG_SANDBOX_KEY)));
    assert_true(str_eq(view(&c.accounts[1].key), STR(CONFIG_SAPAMA_KEY)));
    assert_true(str_eq(view(&c.accounts[1].secret), STR(CONFIG_SAPAMA_SECRET)));
    assert_int_equal(sizeof(CONFIG_SAPAMA_KEY) - 1, 48);
    assert_int_equal(sizeof(CONFIG_SAPAMA_SECRET) - 1, 48);
    config_release(&c);
}

/* The built-in secrets open no door to real money. */
static void
test_built_in_is_never_live(void **state)
{
    struct err e;

    (void)state;
    assert_int_equal(read_yaml("accounts:\n  - name: x\n"
                               "    provider: intasend\n    live: true\n"
                               "    key: \"built-in:sandbox\"\n", &e), 0);
    assert_int_equal(config_secrets(&c, &c.accounts[0], &e), -1);
    config_release(&c);
}

/* Empty, or nothing but comments: said, not crashed over; rules too. */
static void
test_nothing_in_it(void **state)
{
    static const char *const texts[] = { "", "\n", "# later\n", "---\n...\n" };
    static struct rules rules;
    struct err e;

    (void)state;
    for (size_t i = 0; i < LEN(texts); i++) {
        assert_int_equal(read_yaml(texts[i], &e), -1);
        assert_int_equal(e.kind, ERR_CONFIG);
        assert_non_null(strstr(e.text, path));
        e = (struct err){ 0 };
        assert_int_equal(config_rules(&rules, path, &e), -1);
        assert_int_equal(e.kind, ERR_CONFIG);
    }
    assert_int_equal(read_yaml("\n", &e), -1);
    assert_non_null(strstr(e.text, "there is nothing in it"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both),
        cmocka_unit_test(test_live_sapama),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_built_in),
        cmocka_unit_test(test_built_in_is_never_live),
        cmocka_unit_test(test_nothing_in_it),
    };

    return cmocka_run_group_tests(tests, setup, finished);
}
