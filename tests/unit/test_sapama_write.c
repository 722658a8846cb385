#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "providers/provider.h"
#include "providers/reference.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define BATCH 100001
#define KEY32 "0123456789abcdef0123456789abcdef"

static const struct provider *const sc = &provider_sapama;

/* A payment that goes through on every rail; tests change one thing. */
static struct pay_line
a_line(int seq)
{
    struct pay_line p = {
        .seq = seq, .minor = 150000, .account = STR("254708374149"),
        .name = STR("Jane Wanjiku Doe"), .narration = STR("Salary Nov")
    };

    reference_write(BATCH, seq, p.reference);
    snprintf(p.token, sizeof(p.token), "%s-" KEY32, p.reference);
    return p;
}

static struct pay_file
a_file(const struct pay_line *lines, int n)
{
    struct pay_file f = { .rail = "SAPAMA-MPESA", .ccy = "KES", .nlines = n,
                          .lines = lines };

    for (int i = 0; i < n; i++)
        f.minor += lines[i].minor;
    return f;
}

static struct payer
a_payer(void)
{
    return (struct payer){
        .key = STR("key"), .secret = STR("secret"), .wallet_id = "2",
        .short_code = "830830", .callback_method = "post",
        .callback_url = "https://pay.example/cb", .live = false
    };
}

static int
hex(char c)
{
    return c <= '9' ? c - '0' : c - 'A' + 10;
}

/* The body as the server reads it, one "name=value" a line. */
static void
decode_body(struct buf *out, const char *p)
{
    for (; *p != '\0'; p++)
        if (*p == '%') {
            buf_char(out, (char)(hex(p[1]) * 16 + hex(p[2])));
            p += 2;
        } else {
            buf_char(out, *p == '&' ? '\n' : *p);
        }
    buf_char(out, '\n');
}

#define HASH "08ad862ade8d5949550943dbbb57e1097e140873295534cf93f105dae126359b"
#define B "beneficiaries[0]"

/* Every key of contract 7.1 but message, at its place. */
static void
test_whole_body(void **state)
{
    struct pay_line line = a_line(1);
    struct pay_file f = a_file(&line, 1);
    struct payer payer = a_payer();
    struct request r = { 0 };
    struct err e = { 0 };
    struct buf got;

    (void)state;
    buf_init(&got, 10000);
    if (sc->write_send(&r, &payer, &f, &e) < 0)
        fail_msg("%s", e.text);
    assert_string_equal(r.method, "POST");
    assert_string_equal(r.path, "b2c");
    assert_string_equal(r.content_type, "application/x-www-form-urlencoded");
    assert_int_equal(r.auth, AUTH_NONE);
    assert_true(r.changes);
    decode_body(&got, r.body.p);
    assert_string_equal(got.p,
        "format=json\napi_key=key\nlocation_id=2\nmode=sandbox\n"
        "hash=" HASH "\n"
        B "[trans_id]=0RD8801B\n" B "[trans_reference]=0RD8801B\n"
        B "[gateway]=mpesa\n" B "[phone]=254708374149\n"
        B "[first_name]=Jane\n" B "[last_name]=Wanjiku Doe\n"
        B "[description]=Salary Nov\n"
        B "[callback_url]=https://pay.example/cb/0RD8801B-" KEY32 "\n"
        B "[callback_http_method]=post\n" B "[short_code]=830830\n"
        B "[currency]=KES\n" B "[bill_ref_number]=0RD8801B-" KEY32 "\n"
        B "[amount]=1500\n");
    buf_release(&got);
    request_release(&r);
}

/* ${what} is set on the one line, or on the account; ${expect} is a line of
 * the body. */
struct variant {
    const char *name, *rail;
    int64_t minor;
    const char *payee, *narration, *url, *method;
    bool live;
    const char *expect;
};

static void
test_variants(void **state)
{
    static const struct variant rows[] = {
        { .name = "live", .live = true, .expect = "mode=live" },
        { .name = "equitel", .rail = "SAPAMA-EQUITEL",
          .expect = B "[gateway]=equitel" },
        { .name = "cents on equitel", .rail = "SAPAMA-EQUITEL",
          .minor = 10055, .expect = B "[amount]=100.55" },
        { .name = "five cents", .rail = "SAPAMA-EQUITEL", .minor = 10005,
          .expect = B "[amount]=100.05" },
        { .name = "fifty cents", .rail = "SAPAMA-EQUITEL", .minor = 50,
          .expect = B "[amount]=0.50" },
        { .name = "whole on equitel", .rail = "SAPAMA-EQUITEL",
          .minor = 10000, .expect = B "[amount]=100" },
        { .name = "the smallest", .minor = 100, .expect = B "[amount]=1" },
        { .name = "the largest", .minor = MONEY_MINOR_MAX - 91,
          .expect = B "[amount]=90071992547409" },
        { .name = "one word", .payee = "Cher",
          .expect = B "[first_name]=Cher" },
        { .name = "one word again", .payee = "Cher",
          .expect = B "[last_name]=Cher" },
        { .name = "two words", .payee = "Ali Noor",
          .expect = B "[last_name]=Noor" },
        { .name = "blanks around", .payee = "  Ali   Noor  ",
          .expect = B "[last_name]=Noor" },
        { .name = "accents", .payee = "Zo\xC3\xAB M\xC3\xBCller",
          .expect = B "[first_name]=Zoe" },
        { .name = "no plain letters", .payee = "\xE6\x9D\x8E",
          .expect = B "[first_name]=Payee" },
        { .name = "no plain letters, last", .payee = "\xE6\x9D\x8E",
          .expect = B "[last_name]=0RD8801B" },
        { .name = "no name", .payee = "", .expect = B "[last_name]=0RD8801B" },
        { .name = "fields in the name", .payee = "A&b[0][amount]=9 %41+",
          .expect = B "[first_name]=Ab0amount9" },
        { .name = "no narration", .narration = "",
          .expect = B "[description]=0RD8801B" },
        { .name = "narration with signs", .narration = "Pay & \"go\" #1",
          .expect = B "[description]=Pay go 1" },
        { .name = "slash behind", .url = "https://pay.example/cb//",
          .expect = B "[callback_url]=https://pay.example/cb/0RD8801B-"
                    KEY32 },
        { .name = "get", .method = "get",
          .expect = B "[callback_http_method]=get" },
        { .name = "no method", .method = "",
          .expect = B "[callback_http_method]=post" },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        const struct variant *v = &rows[i];
        struct pay_line line = a_line(1);
        struct payer payer = a_payer();
        struct pay_file f;
        struct request r = { 0 };
        struct err e = { 0 };
        struct buf got;
        char want[256];

        if (v->minor != 0)
            line.minor = v->minor;
        if (v->payee != NULL)
            line.name = str_of(v->payee);
        if (v->narration != NULL)
            line.narration = str_of(v->narration);
        if (v->url != NULL)
            payer.callback_url = v->url;
        if (v->method != NULL)
            payer.callback_method = v->method;
        payer.live = v->live;
        f = a_file(&line, 1);
        if (v->rail != NULL)
            f.rail = v->rail;
        buf_init(&got, 10000);
        if (sc->write_send(&r, &payer, &f, &e) < 0)
            fail_msg("%s: %s", v->name, e.text);
        decode_body(&got, r.body.p);
        snprintf(want, sizeof(want), "\n%s\n", v->expect);
        if (strstr(got.p, want) == NULL)
            fail_msg("%s: %s is not in\n%s", v->name, v->expect, got.p);
        assert_null(strstr(got.p, "[message]"));
        buf_release(&got);
        request_release(&r);
    }
}

/* Long texts are cut, between words, and nothing grows past its room. */
static void
test_long_texts(void **state)
{
    char text[1000];
    struct pay_line line = a_line(1);
    struct payer payer = a_payer();
    struct pay_file f;
    struct request r = { 0 };
    struct buf got;
    const char *at = NULL;

    (void)state;
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = i % 10 == 9 ? ' ' : 'a';
    line.name = line.narration = (struct str){ text, sizeof(text) };
    f = a_file(&line, 1);
    buf_init(&got, 10000);
    assert_int_equal(sc->write_send(&r, &payer, &f, NULL), 0);
    decode_body(&got, r.body.p);
    at = strstr(got.p, "[last_name]=");
    assert_non_null(at);
    assert_int_equal(strcspn(at + 12, "\n"), 59);   /* not the blank at 60 */
    at = strstr(got.p, "[description]=");
    assert_non_null(at);
    assert_int_equal(strcspn(at + 14, "\n"), 99);
    buf_release(&got);
    request_release(&r);
}

/* The largest batch: every payment is there once, in its order. */
static void
test_largest(void **state)
{
    struct pay_line *lines = calloc(BATCH_ROWS_MAX, sizeof(*lines));
    struct payer payer = a_payer();
    struct pay_file f;
    struct request r = { 0 };
    struct err e = { 0 };
    const char *at = NULL;

    (void)state;
    assert_non_null(lines);
    for (int i = 0; i < BATCH_ROWS_MAX; i++)
        lines[i] = a_line(i + 1);
    f = a_file(lines, BATCH_ROWS_MAX);
    if (sc->write_send(&r, &payer, &f, &e) < 0)
        fail_msg("%s", e.text);
    at = r.body.p;
    for (int i = 0; i < BATCH_ROWS_MAX; i++) {
        char want[128];

        snprintf(want, sizeof(want), "&beneficiaries%%5B%d%%5D%%5Btrans_id"
                 "%%5D=%s&", i, lines[i].reference);
        if ((at = strstr(at, want)) == NULL)
            fail_msg("payment %d is not there", i + 1);
    }
    /* what stands last is an amount: a body cut short pays no half of one */
    assert_string_equal(r.body.p + r.body.len - 4, "1500");
    request_release(&r);
    free(lines);
}

/* A request that must not be written: what is done to a good one. */
struct spoiled {
    struct pay_line lines[2];
    struct pay_file file;
    struct payer    payer;
};

#define SPOIL(name, what) \
    static void spoil_##name(struct spoiled *s) { what; }
SPOIL(rail, s->file.rail = "MPESA-B2C")
SPOIL(no_rail, s->file.rail = NULL)
SPOIL(ccy, s->file.ccy = "UGX")
SPOIL(dollars, s->file.ccy = "USD")
SPOIL(other_till, s->file.wallet_id = "3")
SPOIL(nobody, s->file.nlines = 0)
SPOIL(total, s->file.minor++)
SPOIL(zero, s->lines[1].minor = 0; s->file.minor = s->lines[0].minor)
SPOIL(negative, s->lines[1].minor = -100;
      s->file.minor = s->lines[0].minor - 100)
SPOIL(cents, s->lines[1].minor += 50; s->file.minor += 50)
SPOIL(local_phone, s->lines[1].account = STR("0708374149"))
SPOIL(landline, s->lines[1].account = STR("254208374149"))
SPOIL(short_phone, s->lines[1].account = STR("25470837414"))
SPOIL(long_phone, s->lines[1].account = STR("2547083741499"))
SPOIL(letters, s->lines[1].account = STR("25470837414x"))
SPOIL(no_phone, s->lines[1].account = STR(""))
SPOIL(order, s->lines[1] = s->lines[0])
SPOIL(reference, reference_write(BATCH, 3, s->lines[1].reference))
SPOIL(no_reference, s->lines[1].reference[0] = '\0')
SPOIL(no_token, s->lines[1].token[0] = '\0')
SPOIL(others_token, memcpy(s->lines[1].token, s->lines[0].token, TOKEN_BYTES))
SPOIL(short_token, s->lines[1].token[40] = '\0')
SPOIL(capital_token, s->lines[1].token[20] = 'A')
SPOIL(suffix_token, strncat(s->lines[1].token, "-1", 3))
SPOIL(no_key, s->payer.key = STR(""))
SPOIL(no_secret, s->payer.secret = STR(""))
SPOIL(no_till, s->payer.wallet_id = "")
SPOIL(null_till, s->payer.wallet_id = NULL)
SPOIL(till_word, s->payer.wallet_id = "main")
SPOIL(no_code, s->payer.short_code = NULL)
SPOIL(code_word, s->payer.short_code = "83-08")
SPOIL(no_callback, s->payer.callback_url = "")
SPOIL(null_callback, s->payer.callback_url = NULL)
SPOIL(query, s->payer.callback_url = "https://pay.example/cb?x=1")
SPOIL(fragment, s->payer.callback_url = "https://pay.example/cb#x")
SPOIL(no_scheme, s->payer.callback_url = "pay.example/cb")
SPOIL(blank, s->payer.callback_url = "https://pay.example/c b")
SPOIL(method, s->payer.callback_method = "PUT")

#define ROW(name, kind) { #name, spoil_##name, kind }

static void
test_refused(void **state)
{
    static const struct {
        const char *name;
        void (*spoil)(struct spoiled *);
        enum err_kind kind;
    } rows[] = {
        ROW(rail, ERR_CONFIG), ROW(no_rail, ERR_CONFIG),
        ROW(ccy, ERR_CONFIG), ROW(dollars, ERR_CONFIG),
        ROW(other_till, ERR_BUG), ROW(nobody, ERR_BUG), ROW(total, ERR_BUG),
        ROW(zero, ERR_DATA), ROW(negative, ERR_DATA), ROW(cents, ERR_DATA),
        ROW(local_phone, ERR_DATA), ROW(landline, ERR_DATA),
        ROW(short_phone, ERR_DATA), ROW(long_phone, ERR_DATA),
        ROW(letters, ERR_DATA), ROW(no_phone, ERR_DATA),
        ROW(order, ERR_BUG), ROW(reference, ERR_BUG),
        ROW(no_reference, ERR_BUG), ROW(no_token, ERR_BUG),
        ROW(others_token, ERR_BUG), ROW(short_token, ERR_BUG),
        ROW(capital_token, ERR_BUG), ROW(suffix_token, ERR_BUG),
        ROW(no_key, ERR_CONFIG), ROW(no_secret, ERR_CONFIG),
        ROW(no_till, ERR_CONFIG), ROW(null_till, ERR_CONFIG),
        ROW(till_word, ERR_CONFIG), ROW(no_code, ERR_CONFIG),
        ROW(code_word, ERR_CONFIG), ROW(no_callback, ERR_CONFIG),
        ROW(null_callback, ERR_CONFIG), ROW(query, ERR_CONFIG),
        ROW(fragment, ERR_CONFIG), ROW(no_scheme, ERR_CONFIG),
        ROW(blank, ERR_CONFIG), ROW(method, ERR_CONFIG)
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct spoiled s = { .lines = { a_line(1), a_line(2) } };
        struct request r = { 0 };
        struct err e = { 0 };

        s.file = a_file(s.lines, 2);
        s.payer = a_payer();
        rows[i].spoil(&s);
        if (sc->write_send(&r, &s.payer, &s.file, &e) == 0)
            fail_msg("%s was written", rows[i].name);
        if (e.kind != rows[i].kind || r.body.p != NULL)
            fail_msg("%s: %s (%s)", rows[i].name, e.text,
                     err_kind_name(e.kind));
    }
}

/* The queries of contract 9 with the hashes of 1.2. */
static void
test_list(void **state)
{
#define L "get_transactions?format=json&api_key=key&ipned=any"
    static const struct {
        const char *name;
        struct list_query q;
        const char *path;
    } rows[] = {
        { "by id", { .id = "305528" }, L "&id=305528&hash=6889344b4bf5999281f"
          "337150bbc40a1407fced970b2aaba97b83bf8d1eaabf2" },
        { "by phone", { .phone = "254722906835", .page = 1, .per_page = 50 },
          L "&phone=254722906835&page=1&per_page=50&hash=931cc3e61b732a986d76"
          "6bbd87bd3cdec0c642238328926530ff69c99e8aa707" },
        { "by receipt", { .reference = "OGG9SXHEST" }, L "&trans_id="
          "OGG9SXHEST&hash=5ed838c2e3d5d85b2d085ba3a78464cdd0948b5e94f9d96e40"
          "cd906b7d85948b" },
    };

    (void)state;
    for (size_t i = 0; i < LEN(rows); i++) {
        struct payer payer = a_payer();
        struct request r = { 0 };

        if (sc->write_list(&r, &payer, &rows[i].q, NULL) < 0
            || strcmp(r.path, rows[i].path) != 0)
            fail_msg("%s: %s", rows[i].name, r.path);
        assert_string_equal(r.method, "GET");
        assert_false(r.changes);
        assert_int_equal(r.body.len, 0);
        request_release(&r);
    }
}

static void
test_list_all_and_nonsense(void **state)
{
    static const struct list_query bad[] = {
        { .id = "trans_5f1077b2e5e68" }, { .id = "-1" }, { .id = "1&page=2" },
        { .phone = "0722906835" }, { .phone = "+254722906835" }
    };
    struct payer payer = a_payer();
    struct list_query all = { .id = "", .phone = "", .reference = "",
                              .page = INT32_MAX, .per_page = INT32_MAX };
    struct list_query full = { .id = "1234567890123456789",
                               .phone = "254722906835",
                               .reference = "0RD8801B", .page = INT32_MAX,
                               .per_page = INT32_MAX };
    char key[] = "ABCDEFGHIJKLMNOPQRSTUVWXABCDEFGHIJKLMNOPQRSTUVWX";
    struct request r = { 0 };
    struct err e = { 0 };

    (void)state;
    assert_int_equal(sc->write_list(&r, &payer, &all, NULL), 0);
    assert_non_null(strstr(r.path, L "&page=2147483647&per_page=2147483647&"
                                     "hash="));
    payer.key = str_of(key);        /* as long as the real ones are (0) */
    assert_int_equal(sc->write_list(&r, &payer, &full, NULL), 0);
    for (size_t i = 0; i < LEN(bad); i++)
        if (sc->write_list(&r, &payer, &bad[i], &e) == 0)
            fail_msg("nonsense %zu: %s", i, r.path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_body),
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_largest),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_list_all_and_nonsense)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
