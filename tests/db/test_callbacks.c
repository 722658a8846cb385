/* Callbacks: stored before they are acknowledged, hints and nothing else. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "net/http.h"
#include "tests/lib/shop.h"
#include "web/callbacks.h"

#define ROWS 12

struct hall {
    struct shop       shop;         /* first: hall_turn() comes from it */
    struct db        *db;
    struct callbacks *callbacks;
    char              base[64];     /* "http://127.0.0.1:1/"            */
    int64_t           stored;
};

static void
hall_turn(struct shop *s)
{
    struct hall *h = (struct hall *)s;
    int n = callbacks_turn(h->callbacks);

    if (n > 0)
        h->stored += n;
}

static void
hall_open(struct hall *h, bool tell_provider)
{
    struct callbacks_order o = { .listen = "127.0.0.1:0", .naccounts = 1,
                                 .body_bytes_max = 64 * 1024 };

    h->stored = 0;
    shop_open(&h->shop);
    h->shop.also = hall_turn;
    h->db = test_pg_open(h->shop.url);
    o.net = h->shop.stand.net;
    o.db = h->db;
    o.accounts = &h->shop.account;
    h->callbacks = callbacks_attach(&o, &h->shop.e);
    assert_non_null(h->callbacks);
    snprintf(h->base, sizeof(h->base), "http://127.0.0.1:%d/",
             callbacks_port(h->callbacks));
    if (tell_provider)
        snprintf(h->shop.account.callback_url,
                 sizeof(h->shop.account.callback_url), "%scallback/%s/x",
                 h->base, h->shop.account.name);
}

static void
hall_close(struct hall *h)
{
    callbacks_free(h->callbacks);
    db_close(h->db);
    shop_close(&h->shop);
}

static void
said_done(void *owner, const struct reply *r)
{
    *(int *)owner = r->wire == WIRE_ANSWERED ? r->http : -1;
}

/* One request to the listener; several can be in the air. */
struct knock {
    struct request request;
    int            http;            /* 0: not answered yet */
};

static void
knock_start(struct hall *h, struct knock *k, const char *method,
            const char *path, struct str body)
{
    struct http_order o = { .base_url = h->base, .request = &k->request,
                            .done = said_done, .owner = &k->http };

    *k = (struct knock){ .request = { .method = method, .changes = true } };
    assert_int_equal(str_copy(k->request.path, sizeof(k->request.path),
                              str_of(path)), 0);
    buf_init(&k->request.body, 1 << 20);
    buf_str(&k->request.body, body);
    if (body.len > 0)
        k->request.content_type = "application/json";
    assert_int_equal(net_start(h->shop.stand.net, &o, NULL, &h->shop.e), 0);
}

static void
turn(struct hall *h)
{
    stand_turn(&h->shop.stand);
    hall_turn(&h->shop);
}

static void
knock_wait(struct hall *h, struct knock *k)
{
    int64_t end_ms = clock_mono_ms() + 20000;

    while (k->http == 0 && clock_mono_ms() < end_ms)
        turn(h);
    request_release(&k->request);
}

static int
knock(struct hall *h, const char *method, const char *path, const char *body)
{
    struct knock k;

    knock_start(h, &k, method, path, str_of(body));
    knock_wait(h, &k);
    return k.http;
}

/* --- the door ------------------------------------------------------------- */

static void
each_request_has_its_answer(void **state)
{
    static const char *const bodies[] = { "", "{}", "no JSON at all \xff" };
    char path[128], large[70 * 1024];
    struct hall h;

    (void)state;
    shop_plan(&h.shop);
    hall_open(&h, false);
    snprintf(path, sizeof(path), "callback/%s/abc", h.shop.account.name);
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
        assert_int_equal(knock(&h, "POST", path, bodies[i]), 200);
    assert_int_equal(h.stored, 3);
    snprintf(path, sizeof(path), "callback/%s", h.shop.account.name);
    assert_int_equal(knock(&h, "POST", path, "{\"a\":1}"), 200);
    assert_int_equal(knock(&h, "GET", path, ""), 405);
    memset(large, 'x', sizeof(large) - 1);
    large[sizeof(large) - 1] = '\0';
    assert_int_equal(knock(&h, "POST", path, large), 413);
    assert_int_equal(knock(&h, "POST", "callback/nobody/x", "{}"), 404);
    assert_int_equal(knock(&h, "POST", "callback/", "{}"), 404);
    assert_int_equal(knock(&h, "POST", "callbacks", "{}"), 404);
    assert_int_equal(knock(&h, "GET", "", ""), 404);
    assert_int_equal(knock(&h, "GET", "health", ""), 200);
    assert_int_equal(knock(&h, "POST", "health", "{}"), 405);
    hall_close(&h);
}

/* Without the database nothing is acknowledged. */
static void
no_database_no_acknowledgement(void **state)
{
    struct knock k[2];
    struct hall h;
    char path[128];

    (void)state;
    shop_plan(&h.shop);
    hall_open(&h, false);
    snprintf(path, sizeof(path), "callback/%s/x", h.shop.account.name);
    shop_do(&h.shop, "ALTER TABLE inbox RENAME TO inbox_away");
    knock_start(&h, &k[0], "POST", path, STR("{\"n\":1}"));
    knock_start(&h, &k[1], "POST", path, STR("{\"n\":2}"));
    knock_wait(&h, &k[0]);
    knock_wait(&h, &k[1]);
    assert_int_equal(k[0].http, 503);
    assert_int_equal(k[1].http, 503);
    shop_do(&h.shop, "ALTER TABLE inbox_away RENAME TO inbox");
    assert_int_equal(knock(&h, "POST", path, "{\"n\":1}"), 200);
    hall_close(&h);
}

/* What comes while one commit is under way goes into the next. */
static void
many_share_a_commit(void **state)
{
    enum { N = 40 };
    struct knock k[N];
    struct hall h;
    char path[128], body[32];
    int64_t before;

    (void)state;
    shop_plan(&h.shop);
    hall_open(&h, false);
    snprintf(path, sizeof(path), "callback/%s/x", h.shop.account.name);
    for (int i = 0; i < N; i++) {
        snprintf(body, sizeof(body), "{\"many\":%d}", i / 2);
        knock_start(&h, &k[i], "POST", path, str_of(body));
    }
    /* all arrive, nobody looks */
    for (int i = 0; i < 50; i++)
        stand_turn(&h.shop.stand);
    before = shop_n(&h.shop, "SELECT count(*) AS n FROM inbox");
    for (int i = 0; i < N; i++) {
        knock_wait(&h, &k[i]);
        assert_int_equal(k[i].http, 200);
    }
    assert_int_equal(h.stored, N);
    assert_int_equal(shop_n(&h.shop, "SELECT count(DISTINCT xmin::text) AS n "
                            "FROM inbox WHERE body LIKE '{\"many\":%'"), 1);
    /* each came twice */
    assert_int_equal(shop_n(&h.shop, "SELECT count(*) AS n FROM inbox"),
                     before + N / 2);
    hall_close(&h);
}

/* --- while a group is under way ------------------------------------------- */

static int64_t
groups_held(struct hall *h)
{
    return shop_n(&h->shop, "SELECT count(*) AS n FROM pg_stat_activity WHERE "
                  "wait_event_type = 'Lock' AND datname = current_database()");
}

/* ${body} is under way: one group more is. */
static void
hold_group(struct hall *h, struct knock *k, const char *path, const char *body)
{
    int64_t end_ms = clock_mono_ms() + 20000;
    int64_t before = groups_held(h);

    knock_start(h, k, "POST", path, str_of(body));
    while (groups_held(h) == before && clock_mono_ms() < end_ms)
        turn(h);
    assert_int_equal(groups_held(h), before + 1);
    assert_int_equal(k->http, 0);
    assert_true(callbacks_busy(h->callbacks));
}

/*
 * A group on every connection, and none of them can be stored as long as
 * ${guard} keeps the table.  Preparing the statement would wait for the table,
 * too, so each connection stores one before, all at once, because a row of the
 * same key that ${guard} then takes back holds them up.
 */
static void
hold_all(struct hall *h, struct db *guard, struct knock k[INBOX_LANES],
         const char *path, const char *const bodies[INBOX_LANES])
{
    struct knock first[INBOX_LANES];

    test_pg_do(guard, "BEGIN");
    test_pg_do(guard, "INSERT INTO inbox (provider, peer, sha256, body, "
               "trusted) SELECT 'intasend', '', sha256(b), b, t FROM "
               "(VALUES ('{\"first\":1}'::bytea)) AS v (b), "
               "(VALUES (true), (false)) AS w (t) ON CONFLICT (sha256, "
               "provider, trusted) DO UPDATE SET copies = inbox.copies");
    for (int i = 0; i < INBOX_LANES; i++)
        hold_group(h, &first[i], path, "{\"first\":1}");
    test_pg_do(guard, "ROLLBACK");
    for (int i = 0; i < INBOX_LANES; i++) {
        knock_wait(h, &first[i]);
        assert_int_equal(first[i].http, 200);
    }
    test_pg_do(guard, "BEGIN");
    test_pg_do(guard, "LOCK TABLE inbox IN EXCLUSIVE MODE");
    for (int i = 0; i < INBOX_LANES; i++)
        hold_group(h, &k[i], path, bodies[i]);
}

static int64_t
stored_like(struct hall *h, const char *like)
{
    char sql[128];

    snprintf(sql, sizeof(sql), "SELECT count(*) AS n FROM inbox WHERE body "
             "LIKE '%s'", like);
    return shop_n(&h->shop, sql);
}

/* A hall, where its callbacks go, and a session that can hold them up. */
static struct db *
guarded_hall(struct hall *h, char path[128])
{
    shop_plan(&h->shop);
    hall_open(h, false);
    snprintf(path, 128, "callback/%s/x", h->shop.account.name);
    return test_pg_open(h->shop.url);
}

/* The loop goes on; what comes meanwhile is the next group, and one bad item
 * in it hurts nobody, in whatever group. */
static void
others_are_read_meanwhile(void **state)
{
    static const char *const bodies[] = {
        "{\"held\":1}", "{\"held\":2}", "{\"held\":3}",
        "{\"held\":\"bad\"}", "{\"held\":4}"
    };
    static const int said[] = { 200, 200, 200, 503, 200 };
    struct knock k[LEN(bodies)];
    struct db *guard = NULL;
    struct hall h;
    char path[128];

    (void)state;
    guard = guarded_hall(&h, path);
    shop_do(&h.shop, "ALTER TABLE inbox ADD CONSTRAINT no_bad CHECK (body "
                     "NOT LIKE '%\"bad\"%') NOT VALID");
    hold_all(&h, guard, k, path, bodies);
    for (size_t i = INBOX_LANES; i < LEN(bodies); i++)
        knock_start(&h, &k[i], "POST", path, str_of(bodies[i]));
    assert_int_equal(knock(&h, "GET", "health", ""), 200);
    assert_int_equal(knock(&h, "POST", "callback/nobody/x", "{}"), 404);
    for (size_t i = 0; i < LEN(bodies); i++)
        assert_int_equal(k[i].http, 0);
    assert_int_equal(groups_held(&h), INBOX_LANES);
    test_pg_do(guard, "COMMIT");
    for (size_t i = 0; i < LEN(bodies); i++) {
        knock_wait(&h, &k[i]);
        assert_int_equal(k[i].http, said[i]);
    }
    assert_int_equal(stored_like(&h, "{\"held\":%"), 4);
    assert_false(callbacks_busy(h.callbacks));
    shop_do(&h.shop, "ALTER TABLE inbox DROP CONSTRAINT no_bad");
    db_close(guard);
    hall_close(&h);
}

/* Nothing is acknowledged that is not stored, and the next group finds a new
 * connection, whichever of them it takes. */
static void
the_link_dies_meanwhile(void **state)
{
    static const char *const bodies[INBOX_LANES] = {
        "{\"cut\":1}", "{\"cut\":2}"
    };
    struct db *guard = NULL;
    struct knock k[INBOX_LANES + 1];
    struct hall h;
    char path[128];

    (void)state;
    guard = guarded_hall(&h, path);
    hold_all(&h, guard, k, path, bodies);
    knock_start(&h, &k[INBOX_LANES], "POST", path, STR("{\"cut\":3}"));
    assert_int_equal(knock(&h, "GET", "health", ""), 200);
    assert_int_equal(shop_n(&h.shop, "SELECT count(pg_terminate_backend(pid, "
                            "5000)) AS n FROM pg_stat_activity WHERE "
                            "wait_event_type = 'Lock' AND datname = "
                            "current_database()"), INBOX_LANES);
    test_pg_do(guard, "COMMIT");
    for (int i = 0; i <= INBOX_LANES; i++) {
        knock_wait(&h, &k[i]);
        assert_int_equal(k[i].http, i < INBOX_LANES ? 503 : 200);
    }
    assert_int_equal(stored_like(&h, "{\"cut\":_}"), 1);
    assert_int_equal(stored_like(&h, "{\"cut\":3}"), 1);
    assert_int_equal(knock(&h, "POST", path, "{\"cut\":1}"), 200);
    db_close(guard);
    hall_close(&h);
}

/* --- hints ---------------------------------------------------------------- */

static void
work(struct hall *h, const char *what)
{
    if (shop_work(&h->shop) < 0)
        fail_msg("%s: %s", what, h->shop.e.text);
    if (h->shop.order.end != WORKER_IDLE)
        fail_msg("%s: %s", what, h->shop.order.why);
    shop_closed(&h->shop, what, ROWS);
}

static int64_t
verdicts(struct hall *h, const char *like)
{
    char sql[256];

    snprintf(sql, sizeof(sql), "SELECT count(*) AS n FROM inbox i LEFT JOIN "
             "batch b USING (batch_id) WHERE (b.run_id = $R OR b.run_id IS "
             "NULL) AND verdict LIKE '%s'", like);
    return shop_n(&h->shop, sql);
}

/* The polls alone would take a minute; a callback makes them now.  Repeated,
 * shuffled, it makes no difference. */
static void
a_callback_makes_us_ask(void **state)
{
    static const char *const faults[] = {
        NULL, "{\"on\":\"webhook\",\"do\":\"repeat\",\"times\":3}",
        "{\"on\":\"webhook\",\"do\":\"shuffle\"}"
    };

    (void)state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        struct hall h;
        int64_t start_ms = clock_mono_ms();

        shop_plan(&h.shop);
        h.shop.account.poll_first_ms = h.shop.account.poll_cap_ms = 60000;
        hall_open(&h, true);
        shop_seed(&h.shop, ROWS);
        if (faults[i] != NULL)
            shop_fault(&h.shop, faults[i]);
        work(&h, faults[i] != NULL ? faults[i] : "plain");
        assert_true(clock_mono_ms() - start_ms < 20000);
        assert_true(verdicts(&h, "asked at once") >= 3);
        assert_int_equal(verdicts(&h, "refused%"), 0);
        hall_close(&h);
    }
}

/* With a wrong challenge nothing is asked sooner; the run ends by its polls,
 * one for each batch. */
static void
a_forged_callback_does_nothing(void **state)
{
    struct hall h;

    (void)state;
    shop_plan(&h.shop);
    h.shop.account.poll_first_ms = h.shop.account.poll_cap_ms = 1500;
    hall_open(&h, true);
    shop_seed(&h.shop, ROWS);
    shop_fault(&h.shop, "{\"on\":\"webhook\",\"do\":\"forge\",\"times\":0}");
    work(&h, "forged");
    assert_true(h.stored >= 3);
    assert_int_equal(verdicts(&h, "asked at once"), 0);
    assert_true(verdicts(&h, "refused: wrong challenge") >= 3);
    assert_int_equal(shop_n(&h.shop, "SELECT max(polls) AS n FROM batch WHERE "
                                     "run_id = $R"), 1);
    hall_close(&h);
}

/* One without a challenge about a file of ours is a hint; one about a file
 * nobody knows is kept. */
static void
hints_without_a_name(void **state)
{
    char body[256], path[128];
    struct hall h;

    (void)state;
    shop_plan(&h.shop);
    hall_open(&h, false);
    shop_seed(&h.shop, ROWS);
    snprintf(path, sizeof(path), "callback/%s/x", h.shop.account.name);
    snprintf(body, sizeof(body), "{\"tracking_id\":\"never-heard-of-%d\","
             "\"challenge\":\"%s\"}", h.shop.number, STAND_CHALLENGE);
    assert_int_equal(knock(&h, "POST", path, body), 200);
    snprintf(body, sizeof(body), "{\"tracking_id\":\"known-%d\"}",
             h.shop.number);
    assert_int_equal(knock(&h, "POST", path, body), 200);
    /* a batch of another run, far from being asked about */
    shop_do(&h.shop, "UPDATE batch SET tracking_id = 'known-' || "
            "(SELECT max(substr(name, 6)::int) FROM funding_account), "
            "poll_at = now() + interval '1 day' WHERE batch_id = (SELECT "
            "min(batch_id) FROM batch)");
    work(&h, "hints");
    /* (a true one of another test may have been as early as that) */
    assert_int_equal(shop_n(&h.shop, "SELECT count(*) AS n FROM inbox WHERE "
                            "verdict = 'not ours (yet)' AND position("
                            "'never-heard-of' in encode(body, 'escape')) > 0"),
                     1);
    assert_int_equal(shop_n(&h.shop, "SELECT count(*) AS n FROM inbox WHERE "
                            "verdict = 'asked at once' AND NOT trusted"), 1);
    hall_close(&h);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_callback_makes_us_ask),
        cmocka_unit_test(a_forged_callback_does_nothing),
        cmocka_unit_test(hints_without_a_name),
        cmocka_unit_test(each_request_has_its_answer),
        cmocka_unit_test(no_database_no_acknowledgement),
        cmocka_unit_test(many_share_a_commit),
        cmocka_unit_test(others_are_read_meanwhile),
        cmocka_unit_test(the_link_dies_meanwhile),
    };

    return cmocka_run_group_tests(tests, shop_group, shop_group_end);
}
