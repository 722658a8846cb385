#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "sandbox/cash_form.h"
#include "sandbox/cash_rows.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* What PHP makes of a form: a plain variable of it. */
static const struct {
    const char *name, *body, *variable, *value;
} plain[] = {
    { "one", "a=1", "a", "1" },
    { "not there", "a=1", "b", NULL },
    { "empty", "a=&b=2", "a", "" },
    { "no equals sign", "a&b=2", "a", "" },
    { "the last of two", "a=1&a=2", "a", "2" },
    { "plus and percent", "a=x+y%20z%2B", "a", "x y z+" },
    { "no escape", "a=100%&b=%zz%4", "a", "100%" },
    { "broken escapes stay", "b=%zz%4", "b", "%zz%4" },
    { "small hex", "a=%c3%a9", "a", "\xc3\xa9" },
    { "an escape at the end", "a=%41", "a", "A" },
    { "trailing and doubled &", "&&a=1&", "a", "1" },
    { "an equals sign inside", "a=b=c", "a", "b=c" },
    { "a name in escapes", "%61b=1", "ab", "1" },
    { "an array is no plain one", "a[0][b]=1", "a", NULL },
    { "nothing", "", "a", NULL },
};

static void
test_plain(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(plain); i++) {
        struct cash_form f = { 0 };
        struct str got;

        cash_form_read(&f, str_of(plain[i].body), 0);
        got = cash_form_get(&f, plain[i].variable);
        if ((got.p == NULL) != (plain[i].value == NULL)
            || !str_eq(got, str_of(plain[i].value)))
            fail_msg("%s: got \"%.*s\"", plain[i].name, STR_ARG(got));
        cash_form_release(&f);
    }
}

/* Entries of an array: which there are, and what is in them. */
static const struct {
    const char *name, *body;
    int at;
    const char *index, *key, *value;
} entries[] = {
    { "first", "b[0][x]=1&b[1][x]=2", 0, "0", "x", "1" },
    { "second", "b[0][x]=1&b[1][x]=2", 1, "1", "x", "2" },
    { "third of two", "b[0][x]=1&b[1][x]=2", 2, NULL, NULL, NULL },
    { "brackets in escapes", "b%5B7%5D%5Bx%5D=1", 0, "7", "x", "1" },
    { "mixed up", "b[0][x]=1&b[1][x]=2&b[0][y]=3", 0, "0", "y", "3" },
    { "the last of two", "b[0][x]=1&b[0][x]=2", 0, "0", "x", "2" },
    { "words as indices", "b[a][x]=1&b[b][x]=2", 1, "b", "x", "2" },
    { "without an index, each is new", "b[][x]=1&b[][x]=2", 1, "", "x", "2" },
    { "another array between", "b[0][x]=1&c[0][x]=9&b[1][x]=2", 1, "1", "x",
      "2" },
    { "only another array", "c[0][x]=9", 0, NULL, NULL, NULL },
    { "a missing key", "b[0][x]=1", 0, "0", "y", NULL },
};

static void
test_entries(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(entries); i++) {
        struct cash_form f = { 0 };
        const struct cash_entry *e;
        struct str got = { NULL, 0 };

        cash_form_read(&f, str_of(entries[i].body), 0);
        e = cash_form_entry(&f, "b", entries[i].at);
        if ((e == NULL) != (entries[i].index == NULL))
            fail_msg("%s: there is %s entry", entries[i].name,
                     e == NULL ? "no" : "an");
        if (e != NULL) {
            got = cash_form_in(&f, e, entries[i].key);
            if (!str_eq(e->index, str_of(entries[i].index))
                || (got.p == NULL) != (entries[i].value == NULL)
                || !str_eq(got, str_of(entries[i].value)))
                fail_msg("%s: [%.*s] is \"%.*s\"", entries[i].name,
                         STR_ARG(e->index), STR_ARG(got));
        }
        cash_form_release(&f);
    }
}

/* max_input_vars: what comes after so many variables is not there. */
static void
test_vars_max(void **state)
{
    struct cash_form f = { 0 };

    (void)state;
    cash_form_read(&f, STR("a=1&b=2&&c=3&d=4&e=5"), 3);
    assert_int_equal(f.dropped, 2);
    assert_true(str_eq(cash_form_get(&f, "c"), STR("3")));
    assert_null(cash_form_get(&f, "d").p);
    cash_form_release(&f);
    /* Exactly as many as allowed are all there. */
    cash_form_read(&f, STR("a=1&b=2&c=3"), 3);
    assert_int_equal(f.dropped, 0);
    cash_form_release(&f);
}

/* The vectors of the contract, section 1.2: variables without the secret. */
static const struct {
    const char *name, *secret, *body, *hash;
    bool arrays;
} hashes[] = {
    { "get_transactions", "secret", "api_key=key&format=json&page=1&per_page=2",
      "f654bf77f45cd356f4b227c10c7ce7a5bb916a3533fe3c41ec49fff14c5c78c8",
      false },
    { "b2c, its beneficiaries take no part", "secret",
      "beneficiaries[0][amount]=5&mode=live&format=json&location_id=1"
      "&api_key=key&hash=x",
      "d96525aaf70ff71ce25b0af99a4dd666468ebcd58d5e2ce5065ae38406f636a9",
      false },
    { "sandbox", "secret",
      "api_key=key&format=json&location_id=2&mode=sandbox",
      "08ad862ade8d5949550943dbbb57e1097e140873295534cf93f105dae126359b",
      false },
    { "update_transaction", "secret",
      "api_key=key&format=json&id=1&ipned=success",
      "4d2eb948170018b8d11584ee87da0e3a80f9089c18c0bca3cd277ad979f48da2",
      false },
    { "trans_id", "secret",
      "api_key=key&format=json&ipned=any&trans_id=OGG9SXHEST",
      "5ed838c2e3d5d85b2d085ba3a78464cdd0948b5e94f9d96e40cd906b7d85948b",
      false },
    { "phone", "secret", "api_key=key&format=json&ipned=any&page=1"
      "&per_page=50&phone=254722906835",
      "931cc3e61b732a986d766bbd87bd3cdec0c642238328926530ff69c99e8aa707",
      false },
    { "JSON is a scalar", "secret", "api_key=key&format=json"
      "&transactions=%5B%7B%22trans_id%22%3A%22A1%22%7D%5D",
      "34f3db20bfa996ac6b35e4ed5bdbf8462632a78bdcaaeffa4e51304e517537f0",
      false },
    { "transfer", "secret", "api_key=key&format=json&location_from_id=2"
      "&location_to_id=245&amount=100&description=Testing"
      "&type=BusinessPayBill",
      "ca9cf94ca0382839c15a4843aacddcebed2cec40f47ed876969c121c631ad550",
      false },
    { "empty values keep their dots", "secret", "api_key=key&format=json"
      "&amount=5&description=&location_id=1&phone=254722906835"
      "&transaction_reference=",
      "7ad8a953f54a7eaf0e1f4f53071b06ca15f6de2fdb9e3b4f9246bcc849ad620f",
      false },
    { "a name sent twice counts once", "secret",
      "api_key=no&api_key=key&format=json&location_id=2&mode=sandbox",
      "08ad862ade8d5949550943dbbb57e1097e140873295534cf93f105dae126359b",
      false },
    /* sha256("key.secret.Array.json.1.live"), by another program */
    { "with the word Array", "secret", "beneficiaries[0][amount]=5"
      "&beneficiaries[0][phone]=6&mode=live&format=json&location_id=1"
      "&api_key=key",
      "bf116bdf59e0aa58d0eddf8369a0bb37ee77b0b723e95469435ccd0fde1d1e8e",
      true },
};

static void
test_hashes(void **state)
{
    (void)state;
    assert_int_equal(crypto_setup(), 0);
    for (size_t i = 0; i < LEN(hashes); i++) {
        struct cash_form f = { 0 };
        char hash[SHA256_HEX];

        cash_form_read(&f, str_of(hashes[i].body), 0);
        assert_int_equal(cash_form_hash(&f, str_of(hashes[i].secret),
                                        hashes[i].arrays, hash), 0);
        if (strcmp(hash, hashes[i].hash) != 0)
            fail_msg("%s: %s", hashes[i].name, hash);
        cash_form_release(&f);
    }
}

/* json_encode() of PHP 5. */
static const struct {
    const char *name, *text, *json;
} texts[] = {
    { "plain", "Jane", "\"Jane\"" },
    { "slashes", "http://x/", "\"http:\\/\\/x\\/\"" },
    { "quotes and lines", "a\"b\\c\n\t", "\"a\\\"b\\\\c\\n\\t\"" },
    { "other control", "\x01\x7f", "\"\\u0001\x7f\"" },
    { "two bytes", "\xc3\xa9", "\"\\u00e9\"" },
    { "three bytes", "\xe2\x82\xac", "\"\\u20ac\"" },
    { "four bytes", "\xf0\x9f\x98\x80", "\"\\ud83d\\ude00\"" },
    { "broken", "a\xff\xc3", "\"a\\ufffd\\ufffd\"" },
};

static void
test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN(texts); i++) {
        struct buf out = { 0 };

        buf_init(&out, 1000);
        cash_rows_json(&out, str_of(texts[i].text));
        if (strcmp(out.p, texts[i].json) != 0)
            fail_msg("%s: %s", texts[i].name, out.p);
        buf_release(&out);
    }
}

/* The stamps of the contract's samples. */
static void
test_stamps(void **state)
{
    const int64_t us = INT64_C(1594914738000000);   /* 2020-07-16 15:52:18 */
    struct cash_rules r;
    char out[CASH_STAMP_BYTES];

    (void)state;
    cash_rules_init(&r);
    cash_rows_stamp(us, TIME_DASHES, out);
    assert_string_equal(out, "2020-07-16 15:52:18");
    cash_rows_stamp(us, TIME_DIGITS, out);
    assert_string_equal(out, "20200716155218");
    cash_rows_stamp(us, TIME_COLONS, out);
    assert_string_equal(out, "2020:07:16 15:52:18");
    cash_rows_shown(us, &r, out);
    assert_string_equal(out, " 16/07/20 03:52 PM");
    /* Midnight and noon. */
    cash_rows_shown(INT64_C(1594857600000000), &r, out);
    assert_string_equal(out, " 16/07/20 12:00 AM");
    cash_rows_shown(INT64_C(1594900800000000), &r, out);
    assert_string_equal(out, " 16/07/20 12:00 PM");
    cash_rows_stamp(cash_rows_mpesa_us(us), TIME_DASHES, out);
    assert_string_equal(out, "2020-07-16 18:52:18");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),   cmocka_unit_test(test_entries),
        cmocka_unit_test(test_vars_max), cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_texts),   cmocka_unit_test(test_stamps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
