/* Callbacks of a one-phase provider: GET and POST, proven by the token in their
 * path, hints and nothing else. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "net/http.h"
#include "tests/lib/till.h"
#include "web/callbacks.h"

struct hall {
    struct shop       shop;         /* first: hall_turn() comes from it */
    struct db        *db;
    struct callbacks *callbacks;
    char              base[64];
    void            (*deed)(struct hall *);     /* each turn of the worker */
    bool              done;
};

/* One request to the listener. */
struct knock {
    struct request request;
    int            http;            /* 0: not answered yet */
    char           said[160];
};

static struct knock knocks[TILL_MAX];       /* in the air, of one test */

static void
hall_turn(struct shop *s)
{
    struct hall *h = (struct hall *)s;

    till_turn();
    (void)callbacks_turn(h->callbacks);
    if (h->deed != NULL)
        h->deed(h);
}

static void
hall_open(struct hall *h, int64_t poll_ms)
{
    struct callbacks_order o = { .listen = "127.0.0.1:0", .naccounts = 1 };

    *h = (struct hall){ .done = false };
    till_open(&h->shop);
    h->shop.account.poll_first_ms = h->shop.account.poll_cap_ms = poll_ms;
    h->shop.also = hall_turn;
    h->db = test_pg_open(h->shop.url);
    o.net = h->shop.stand.net;
    o.db = h->db;
    o.accounts = &h->shop.account;
    h->callbacks = callbacks_attach(&o, &h->shop.e);
    assert_non_null(h->callbacks);
    snprintf(h->base, sizeof(h->base), "http://127.0.0.1:%d/",
             callbacks_port(h->callbacks));
}

static void
hall_close(struct hall *h)
{
    callbacks_free(h->callbacks);
    db_close(h->db);
    shop_do(&h->shop, "DELETE FROM sought");
    shop_do(&h->shop, "UPDATE batch SET poll_at = 'infinity' WHERE poll_at IS "
                      "NOT NULL");
    till_close(&h->shop);
    for (int i = 0; i < TILL_MAX; i++) {
        request_release(&knocks[i].request);
        knocks[i] = (struct knock){ 0 };
    }
}

static void
said_done(void *owner, const struct reply *r)
{
    struct knock *k = owner;

    k->http = r->wire == WIRE_ANSWERED ? r->http : -1;
    snprintf(k->said, sizeof(k->said), "%.*s",
             STR_ARG(str_cut(buf_view(&r->body), 150)));
}

static void
knock_start(struct hall *h, struct knock *k, const char *method,
            const char *token, const char *query, const char *form)
{
    struct http_order o = { .base_url = h->base, .request = &k->request,
                            .done = said_done, .owner = k };

    *k = (struct knock){ .request = { .method = method, .changes = true } };
    snprintf(k->request.path, sizeof(k->request.path), "callback/%s%s%s%s",
             h->shop.account.name, token, query[0] != '\0' ? "?" : "", query);
    buf_init(&k->request.body, 1 << 20);
    buf_text(&k->request.body, form);
    if (form[0] != '\0')
        k->request.content_type = "application/x-www-form-urlencoded";
    assert_int_equal(net_start(h->shop.stand.net, &o, NULL, &h->shop.e), 0);
}

static int
knock(struct hall *h, struct knock *k, const char *method, const char *token,
      const char *query, const char *form)
{
    int64_t end_ms = clock_mono_ms() + 20000;

    knock_start(h, k, method, token, query, form);
    while (k->http == 0 && clock_mono_ms() < end_ms) {
        stand_turn(&h->shop.stand);
        (void)callbacks_turn(h->callbacks);
    }
    request_release(&k->request);
    return k->http;
}

static int64_t
stored(struct hall *h, const char *text)
{
    char sql[512];

    snprintf(sql, sizeof(sql), "SELECT count(*) AS n FROM inbox WHERE body = "
             "convert_to(E'%s', 'UTF8') AND provider = 'sapama'", text);
    return shop_n(&h->shop, sql);
}

static int64_t
verdicts(struct hall *h, const char *verdict)
{
    char sql[256];

    snprintf(sql, sizeof(sql), "SELECT count(*) AS n FROM inbox i JOIN batch "
             "USING (batch_id) WHERE run_id = $R AND verdict = '%s'", verdict);
    return shop_n(&h->shop, sql);
}

#define YES "{\"type\":\"success\",\"message\":" \
            "\"Transaction reconciled successfully\"}"

static void
stored_as_they_came(void **state)
{
    struct hall h;
    struct knock k;

    (void)state;
    hall_open(&h, 100);
    assert_int_equal(knock(&h, &k, "GET", "/abc", "a=1&b=x%20y+z&c", ""), 200);
    assert_string_equal(k.said, YES);
    assert_int_equal(stored(&h, "GET abc\\na=1&b=x%20y%20z&c="), 1);
    assert_int_equal(knock(&h, &k, "POST", "/abc", "", "a=1&b=x+y"), 200);
    assert_string_equal(k.said, YES);
    assert_int_equal(stored(&h, "POST abc\\na=1&b=x+y"), 1);
    assert_int_equal(knock(&h, &k, "POST", "/abc/d", "q=1", "a=2"), 200);
    assert_int_equal(stored(&h, "POST abc\\nq=1&a=2"), 1);
    assert_int_equal(knock(&h, &k, "GET", "", "", ""), 200);
    assert_int_equal(stored(&h, "GET \\n"), 1);
    shop_do(&h.shop, "ALTER TABLE inbox RENAME TO inbox_away");
    assert_int_equal(knock(&h, &k, "GET", "/abc", "z=9", ""), 503);
    shop_do(&h.shop, "ALTER TABLE inbox_away RENAME TO inbox");
    hall_close(&h);
}

/* As soon as all is taken: a callback for each payment. */
static const char *method = "POST";

static void
tell_all(struct hall *h)
{
    char token[80], fields[160];

    if (h->done || till.n < 4)
        return;
    h->done = true;
    for (int i = 0; i < till.n; i++) {
        snprintf(token, sizeof(token), "/%s", till.payments[i].token);
        snprintf(fields, sizeof(fields), "proxy_trans_id=%d&status=success&"
                 "trans_id=%s", till.payments[i].id,
                 till.payments[i].receipt);
        knock_start(h, &knocks[i], method, token,
                    strcmp(method, "GET") == 0 ? fields : "",
                    strcmp(method, "GET") == 0 ? "" : fields);
    }
}

static void
work(struct hall *h, const char *what)
{
    if (shop_work(&h->shop) < 0)
        fail_msg("%s: %s", what, h->shop.e.text);
    if (h->shop.order.end != WORKER_IDLE)
        fail_msg("%s: ended %d: %s", what, (int)h->shop.order.end,
                 h->shop.order.why);
}

/* Looks alone would take a minute.  They come before the answer to the request
 * is stored (it is held back), too: harmless. */
static void
a_callback_makes_us_look(void **state)
{
    static const char *const methods[] = { "POST", "GET" };

    (void)state;
    for (int early = 0; early < 2; early++)
        for (size_t m = 0; m < 2; m++) {
            struct hall h;
            int64_t start_ms = clock_mono_ms();

            hall_open(&h, 60000);
            h.shop.account.answer_ms = 5000;
            method = methods[m];
            till.hold_ms = early ? 1000 : 0;
            h.deed = tell_all;
            till_seed(&h.shop, 4);
            work(&h, method);
            till_closed(&h.shop, method, 4);
            assert_true(clock_mono_ms() - start_ms < 20000);
            for (int i = 0; i < till.n; i++)
                assert_int_equal(knocks[i].http, 200);
            assert_int_equal(verdicts(&h, "asked at once"), 4);
            hall_close(&h);
        }
}

/* Listed without a mark of ours, and the answer lost: only the callback says
 * which number is whose. */
static void
a_callback_finds_what_was_lost(void **state)
{
    struct hall h;

    (void)state;
    hall_open(&h, 30);
    till.bare = true;
    till.fault = TILL_LOSE;
    till.times = 1;
    h.deed = tell_all;
    till_seed(&h.shop, 4);
    work(&h, "lost");
    till_closed(&h.shop, "lost", 4);
    assert_int_equal(till.sends, 1);
    hall_close(&h);
}

/* It says success for payments that failed: the list is asked, and it is
 * believed. */
static void
a_callback_moves_nothing(void **state)
{
    struct hall h;

    (void)state;
    hall_open(&h, 60000);
    till.fail = "2040";
    till.first_bad = 1;
    h.deed = tell_all;
    till_seed(&h.shop, 4);
    work(&h, "lies");
    till_states(&h.shop, "lies", 0, 4, 0);
    assert_int_equal(verdicts(&h, "asked at once"), 4);
    hall_close(&h);
}

static void
forge_all(struct hall *h)
{
    char token[80];

    if (h->done || till.n < 4)
        return;
    h->done = true;
    for (int i = 0; i < till.n; i++) {
        /* one letter of the secret part; the last of another payment's */
        snprintf(token, sizeof(token), "/%s", till.payments[i].token);
        token[strlen(token) - 1] ^= 1;
        knock_start(h, &knocks[i], "GET", token, "proxy_trans_id=1", "");
    }
}

static void
a_forged_one_does_nothing(void **state)
{
    struct hall h;

    (void)state;
    hall_open(&h, 1500);
    h.deed = forge_all;
    till_seed(&h.shop, 4);
    work(&h, "forged");
    till_closed(&h.shop, "forged", 4);
    assert_int_equal(shop_n(&h.shop, "SELECT count(*) AS n FROM inbox WHERE "
                            "verdict = 'refused: wrong token' AND "
                            "position('proxy_trans_id=1' in encode(body, "
                            "'escape')) > 0"), 4);
    assert_int_equal(shop_n(&h.shop, "SELECT max(polls) AS n FROM batch WHERE "
                            "run_id = $R"), 0);  /* found at the first look */
    assert_int_equal(till.lists, 1);
    assert_int_equal(shop_n(&h.shop, "SELECT count(*) AS n FROM placed WHERE "
                            "provider_id = '1'"), 0);
    hall_close(&h);
}

/* As if all that was long ago, and others were paid since. */
static void
long_ago(struct hall *h)
{
    shop_do(&h->shop, "UPDATE attempt SET left_at = left_at - interval "
                      "'5 days' WHERE left_at IS NOT NULL");
    for (int i = 0; i < till.n; i++)
        till.payments[i].ago_s = 5 * 24 * 3600;
    for (till.n = 4; till.n < 10; till.n++)
        till.payments[till.n] = (struct till_payment){
            .id = 400000 + till.n, .phone = "254799000000", .amount = "77",
            .receipt = "SG1111111X", .code = "0", .bare = true,
            .ago_s = 3 * 24 * 3600
        };
}

/* All is over; then it says of one that it failed, and the list agrees: also
 * days later. */
static void
a_late_one_contradicts(void **state)
{
    struct hall h;
    struct knock k;
    char token[80];

    (void)state;
    for (int old = 0; old < 2; old++) {
        hall_open(&h, 30);
        till_seed(&h.shop, 4);
        work(&h, "at first");
        till_closed(&h.shop, "at first", 4);
        if (old)
            long_ago(&h);
        snprintf(till.payments[0].code, sizeof(till.payments[0].code), "2040");
        till.payments[0].receipt[0] = '\0';
        for (int i = 1; i >= 0; i--) {      /* the first says what we know */
            snprintf(token, sizeof(token), "/%s", till.payments[i].token);
            assert_int_equal(knock(&h, &k, "POST", token, "", i == 0
                                   ? "status=error&late=1"
                                   : "status=success&late=1"), 200);
        }
        work(&h, old ? "days later" : "late");
        assert_int_equal(verdicts(&h, "contradicts what we know: asked at "
                                      "once"), 1);
        assert_int_equal(verdicts(&h, "nothing to ask (yet)"), 1);
        /* nothing changed, and a person is told */
        till_states(&h.shop, "late", 4, 0, 0);
        assert_int_equal(shop_n(&h.shop, "SELECT count(*) AS n FROM history "
                                "WHERE run_id = $R AND on_event = "
                                "'contradiction'"), 1);
        assert_int_equal(shop_run_state(&h.shop), RUN_SETTLED);
        hall_close(&h);
    }
}

static void
tell_one(struct hall *h, const char *fields)
{
    struct knock k;
    char token[80];

    snprintf(token, sizeof(token), "/%s", till.payments[0].token);
    assert_int_equal(knock(h, &k, "POST", token, "", fields), 200);
}

static void
resumed(struct hall *h, const char *what)
{
    h->shop.order.end = WORKER_IDLE;
    if (shop_work(&h->shop) < 0)
        fail_msg("%s: %s", what, h->shop.e.text);
}

/*
 * Refused, and taken all the same: the list hides it, so the look finds
 * nothing and the batch waits for a person.  A callback is the only proof, and
 * whoever resumes must not pay again.
 */
static void
a_callback_of_what_was_refused(void **state)
{
    struct hall h;

    (void)state;
    hall_open(&h, 30);
    till.fault = TILL_400_TAKES;
    till.times = 1;
    till.hide = true;
    till_seed(&h.shop, 4);
    resumed(&h, "refused");
    assert_int_equal(h.shop.order.end, WORKER_PAUSED);
    assert_int_equal(shop_batches(&h.shop, "ready"), 1);
    assert_int_equal(shop_n(&h.shop, "SELECT count(*) AS n FROM batch WHERE "
                            "run_id = $R AND poll_at IS NOT NULL"), 0);
    tell_one(&h, "status=success");         /* the barest that there is */
    shop_resume(&h.shop);
    resumed(&h, "resumed");
    assert_int_equal(till.sends, 1);
    assert_int_equal(shop_batches(&h.shop, "in_doubt"), 1);
    assert_int_equal(shop_run_state(&h.shop), RUN_PAUSED);
    assert_int_equal(shop_n(&h.shop, "SELECT count(*) AS n FROM history WHERE "
                            "run_id = $R AND on_event = 'sent_after_all'"), 1);
    for (int i = 0; i < till.n; i++)
        till.payments[i].hidden = false;
    shop_do(&h.shop, "UPDATE batch SET poll_at = now() WHERE state = "
                     "'in_doubt'");
    shop_resume(&h.shop);
    resumed(&h, "listed");
    till_paid("listed", 4);
    till_states(&h.shop, "listed", 4, 0, 0);
    assert_int_equal(till.sends, 1);
    hall_close(&h);
}

/* The same, but it came before the refusal was stored: what stays of it is the
 * provider's number. */
static void
a_callback_before_the_refusal(void **state)
{
    struct hall h;

    (void)state;
    hall_open(&h, 30);
    till.fault = TILL_400_TAKES;
    till.times = 1;
    till.hide = true;
    till_seed(&h.shop, 4);
    resumed(&h, "refused");
    shop_do(&h.shop, "INSERT INTO placed SELECT batch_id, 1, '305528', now() "
                     "FROM batch WHERE state = 'ready' AND attempts > 0");
    shop_resume(&h.shop);
    shop_do(&h.shop, "UPDATE batch SET poll_at = now() WHERE state = 'ready' "
                     "AND attempts > 0");
    resumed(&h, "resumed");
    assert_int_equal(till.sends, 1);
    assert_int_equal(shop_batches(&h.shop, "in_doubt"), 1);
    assert_int_equal(shop_run_state(&h.shop), RUN_PAUSED);
    assert_int_equal(shop_n(&h.shop, "SELECT count(*) AS n FROM history WHERE "
                            "run_id = $R AND on_event = 'sent_after_all'"), 1);
    shop_do(&h.shop, "DELETE FROM placed");
    hall_close(&h);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_callback_of_what_was_refused),
        cmocka_unit_test(a_callback_before_the_refusal),
        cmocka_unit_test(stored_as_they_came),
        cmocka_unit_test(a_callback_makes_us_look),
        cmocka_unit_test(a_callback_finds_what_was_lost),
        cmocka_unit_test(a_callback_moves_nothing),
        cmocka_unit_test(a_forged_one_does_nothing),
        cmocka_unit_test(a_late_one_contradicts),
    };

    return cmocka_run_group_tests(tests, till_all_open, till_all_close);
}
