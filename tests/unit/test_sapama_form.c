#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "providers/sapama_form.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static struct payer
a_payer(void)
{
    return (struct payer){ .key = STR("key"), .secret = STR("secret") };
}

/* "a=b c=" as fields, by blanks; the text must outlive the form. */
static void
put_all(struct sapama_form *f, char *text)
{
    for (char *p = text; *p != '\0';) {
        char *sign = strchr(p, '='), *end = NULL;

        assert_non_null(sign);
        *sign = '\0';
        end = sign + 1 + strcspn(sign + 1, "|");
        sapama_form_put(f, p, (struct str){ sign + 1,
                                            (size_t)(end - sign - 1) });
        p = *end == '|' ? end + 1 : end;
    }
}

/* All test vectors of contract 1.2, in the order and with the words there. */
static void
test_vectors(void **state)
{
    static const struct { const char *call, *fields, *hash; } rows[] = {
        { "get_transactions, two pages", "page=1|per_page=2",
          "f654bf77f45cd356f4b227c10c7ce7a5bb916a3533fe3c41ec49fff14c5c78c8" },
        { "b2c live", "location_id=1|mode=live",
          "d96525aaf70ff71ce25b0af99a4dd666468ebcd58d5e2ce5065ae38406f636a9" },
        { "b2c sandbox", "location_id=2|mode=sandbox",
          "08ad862ade8d5949550943dbbb57e1097e140873295534cf93f105dae126359b" },
        { "update_transaction", "id=1|ipned=success",
          "4d2eb948170018b8d11584ee87da0e3a80f9089c18c0bca3cd277ad979f48da2" },
        { "get_transactions by receipt", "ipned=any|trans_id=OGG9SXHEST",
          "5ed838c2e3d5d85b2d085ba3a78464cdd0948b5e94f9d96e40cd906b7d85948b" },
        { "get_transactions by id", "id=305528|ipned=any",
          "6889344b4bf5999281f337150bbc40a1407fced970b2aaba97b83bf8d1eaabf2" },
        { "get_transactions by phone",
          "ipned=any|page=1|per_page=50|phone=254722906835",
          "931cc3e61b732a986d766bbd87bd3cdec0c642238328926530ff69c99e8aa707" },
        { "post_transaction", "transactions=[{\"trans_id\":\"A1\"}]",
          "34f3db20bfa996ac6b35e4ed5bdbf8462632a78bdcaaeffa4e51304e517537f0" },
        { "intiate_transfer", "amount=100|description=Testing|"
          "location_from_id=2|location_to_id=245|type=BusinessPayBill",
          "ca9cf94ca0382839c15a4843aacddcebed2cec40f47ed876969c121c631ad550" },
        { "sms", "location_id=2",
          "387b97138374359e5b54072d4ad6e1faacafbe9411ee7c841a6f3ae9f5541f65" },
        { "empty values", "amount=5|description=|location_id=1|"
          "phone=254722906835|transaction_reference=",
          "7ad8a953f54a7eaf0e1f4f53071b06ca15f6de2fdb9e3b4f9246bcc849ad620f" },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct payer payer = a_payer();
        struct sapama_form f;
        char text[256], hash[SHA256_HEX];

        snprintf(text, sizeof(text), "%s", rows[i].fields);
        sapama_form_start(&f, &payer);
        put_all(&f, text);
        sapama_form_hash(&f, payer.secret, hash);
        if (strcmp(hash, rows[i].hash) != 0)
            fail_msg("%s: %s", rows[i].call, hash);
        /* the order in which they were put does not matter */
        for (int k = 0; k < f.n / 2; k++) {
            struct sapama_field one = f.fields[k];

            f.fields[k] = f.fields[f.n - 1 - k];
            f.fields[f.n - 1 - k] = one;
        }
        sapama_form_hash(&f, payer.secret, hash);
        if (strcmp(hash, rows[i].hash) != 0)
            fail_msg("%s, backwards: %s", rows[i].call, hash);
    }
}

/* The vector its author published: no key and no secret. */
static void
test_published_vector(void **state)
{
    struct sapama_form f = { 0 };
    char text[] = "age=12|at=Sapama.com|city=Nairobi|name=Ali|"
                  "work=Software Engineer";
    char hash[SHA256_HEX];

    (void)state;
    put_all(&f, text);
    sapama_form_hash(&f, (struct str){ NULL, 0 }, hash);
    assert_string_equal(hash, "87304e9ab39f1d9c70b9f51f9f3b70fe"
                              "d5d19fbd3917ea3678115c5adffcf0d5");
}

static int
hex(char c)
{
    return c <= '9' ? c - '0' : c - 'A' + 10;
}

/* What any server does: the next "name=value" of ${at}, decoded. */
static bool
next_field(const char **at, struct buf *name, struct buf *value)
{
    struct buf *to = name;

    buf_clear(name);
    buf_clear(value);
    if (**at == '\0')
        return false;
    for (; **at != '\0' && **at != '&'; ++*at) {
        if (**at == '=' && to == name) {
            to = value;
        } else if (**at == '%') {
            assert_non_null(strchr("0123456789ABCDEF", (*at)[1]));
            assert_non_null(strchr("0123456789ABCDEF", (*at)[2]));
            buf_char(to, (char)(hex((*at)[1]) * 16 + hex((*at)[2])));
            *at += 2;
        } else {
            if (**at != '=' && strchr("abcdefghijklmnopqrstuvwxyz"
                                      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-._~", **at) == NULL)
                fail_msg("'%c' stands there bare", **at);
            buf_char(to, **at);
        }
    }
    if (**at == '&')
        ++*at;
    return true;
}

static void
expect_field(const char **at, const char *name, struct str value)
{
    struct buf n, v;

    buf_init(&n, 10000);
    buf_init(&v, 10000);
    if (!next_field(at, &n, &v))
        fail_msg("no field %s", name);
    assert_string_equal(n.p, name);
    if (!str_eq(buf_view(&v), value))
        fail_msg("%s: \"%.*s\"", name, STR_ARG(buf_view(&v)));
    buf_release(&n);
    buf_release(&v);
}

/* Every byte, alone and together, comes back as it was. */
static void
test_round_trip(void **state)
{
    struct payer payer = a_payer();
    struct request r = { 0 };
    struct sapama_form f;
    char all[256];
    const char *at = NULL;

    (void)state;
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    for (int i = 0; i <= 256; i++) {
        struct str one = { i < 256 ? &all[i] : all, i < 256 ? 1 : 256 };

        sapama_form_start(&f, &payer);
        sapama_form_put(&f, "description", one);
        sapama_form_put(&f, "empty", STR(""));
        assert_int_equal(sapama_form_post(&r, "x", &f, &payer, true, NULL),
                         0);
        sapama_form_more(&r, "to", 12, "message", one);
        sapama_form_more(&r, "to", 13, "phone", STR("254"));
        at = r.body.p;
        expect_field(&at, "format", STR("json"));
        expect_field(&at, "api_key", STR("key"));
        expect_field(&at, "description", one);
        expect_field(&at, "empty", STR(""));
        at = strchr(at, '&') + 1;           /* the hash: see the vectors */
        expect_field(&at, "to[12][message]", one);
        expect_field(&at, "to[13][phone]", STR("254"));
        assert_int_equal(*at, '\0');
        assert_non_null(strstr(r.body.p, "&to%5B13%5D%5Bphone%5D=254"));
        request_release(&r);
    }
}

static void
test_post(void **state)
{
    struct payer payer = a_payer();
    struct request r = { 0 };
    struct sapama_form f;

    (void)state;
    sapama_form_start(&f, &payer);
    sapama_form_put(&f, "location_id", STR("2"));
    sapama_form_put(&f, "mode", STR("sandbox"));
    assert_int_equal(sapama_form_post(&r, "b2c", &f, &payer, true, NULL), 0);
    assert_string_equal(r.method, "POST");
    assert_string_equal(r.path, "b2c");
    assert_string_equal(r.content_type, "application/x-www-form-urlencoded");
    assert_int_equal(r.auth, AUTH_NONE);
    assert_true(r.changes);
    assert_string_equal(r.body.p, "format=json&api_key=key&location_id=2&"
        "mode=sandbox&hash=08ad862ade8d5949550943dbbb57e1097e140873295534cf"
        "93f105dae126359b");
    request_release(&r);
    assert_int_equal(sapama_form_post(&r, "b2c", &f, &payer, false, NULL), 0);
    assert_false(r.changes);
    request_release(&r);
}

static void
test_get(void **state)
{
    struct payer payer = a_payer();
    struct request r = { 0 };
    struct sapama_form f;
    struct err e = { 0 };
    char longest[sizeof(r.path) + 1];
    size_t fits = 0;

    (void)state;
    sapama_form_start(&f, &payer);
    sapama_form_put(&f, "page", STR("1"));
    sapama_form_put(&f, "per_page", STR("2"));
    assert_int_equal(sapama_form_get(&r, "get_transactions", &f, &payer,
                                     NULL), 0);
    assert_string_equal(r.method, "GET");
    assert_string_equal(r.path, "get_transactions?format=json&api_key=key&"
        "page=1&per_page=2&hash=f654bf77f45cd356f4b227c10c7ce7a5bb916a3533fe"
        "3c41ec49fff14c5c78c8");
    assert_null(r.content_type);
    assert_int_equal(r.body.len, 0);
    assert_false(r.changes);
    memset(longest, 'x', sizeof(longest));
    for (size_t n = 0; n < sizeof(longest); n++) {
        sapama_form_start(&f, &payer);
        sapama_form_put(&f, "q", (struct str){ longest, n });
        if (sapama_form_get(&r, "p", &f, &payer, &e) < 0) {
            assert_int_equal(e.kind, ERR_CONFIG);
            assert_string_equal(r.path, "");
            break;
        }
        fits = n;
        assert_non_null(strstr(r.path, "&hash="));
        assert_int_equal(strlen(strstr(r.path, "&hash=")), 6 + 64);
    }
    assert_int_equal(fits, sizeof(r.path) - 1 - 64
                           - strlen("p?format=json&api_key=key&q=&hash="));
}

/* What is missing is said, and the secret never stands in a request. */
static void
test_keys(void **state)
{
    struct payer payer = a_payer();
    struct request r = { 0 };
    struct sapama_form f;
    struct err e = { 0 };

    (void)state;
    payer.secret = STR("CANARY+SECRET");
    sapama_form_start(&f, &payer);
    assert_int_equal(sapama_form_post(&r, "x", &f, &payer, true, &e), 0);
    assert_null(strstr(r.body.p, "CANARY"));
    request_release(&r);
    assert_int_equal(sapama_form_get(&r, "x", &f, &payer, &e), 0);
    assert_null(strstr(r.path, "CANARY"));
    payer.secret = (struct str){ NULL, 0 };
    assert_int_equal(sapama_form_post(&r, "x", &f, &payer, true, &e), -1);
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_null(r.body.p);
    assert_int_equal(sapama_form_get(&r, "x", &f, &payer, &e), -1);
    payer = a_payer();
    payer.key = STR("");
    assert_int_equal(sapama_form_get(&r, "x", &f, &payer, &e), -1);
    assert_non_null(strstr(e.text, "no key"));
}

/* A released request has nothing of the key left. */
static void
test_wiped(void **state)
{
    static const char zeros[sizeof(((struct request *)0)->path)];
    struct payer payer = a_payer();
    struct request r = { 0 };
    struct sapama_form f;

    (void)state;
    sapama_form_start(&f, &payer);
    assert_int_equal(sapama_form_get(&r, "x", &f, &payer, NULL), 0);
    request_release(&r);
    assert_memory_equal(r.path, zeros, sizeof(r.path));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_published_vector),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_post),
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_wiped)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
