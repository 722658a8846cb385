/* A provider whose answers are about something else than what was asked: such
 * a file is never approved, such a status settles nothing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>

#include "base/log.h"
#include "net/httpd.h"
#include "tests/lib/shop.h"

#define ROWS  4                 /* one batch */
#define FILES 16

enum lie {
    HONEST,
    OTHER_AMOUNT, ONE_MORE,     /* more of this kind: tests/unit/test_compare */
    RELEASED_ALREADY,           /* another amount, and not waiting for us     */
    SAME_FILE,                  /* every file has the id of the first         */
    APPROVED_OTHER,            /* the answer to approve is about another file */
    APPROVED_WAITS,             /* it says yes, and that the file waits       */
    STATUS_OTHER,               /* the first status is about another file     */
    STATUS_AMOUNT,              /* a paid item with another amount            */
    STATUS_OLDER                /* after one that is new, one that is old     */
};

struct liar {
    struct httpd *httpd;
    enum lie      lie;
    int           shop;                 /* ids differ from shop to shop       */
    json_t       *files[FILES];         /* as they were asked for             */
    bool          released[FILES];
    int           nfiles;
    int           initiates, approves, cancels, statuses;
};

static struct liar liar;

static json_t *
item_of(const json_t *asked, const char *code, const char *receipt)
{
    return json_pack("{s:s, s:s, s:O, s:O, s:O, s:s?, s:s}",
                     "status", "x", "status_code", code,
                     "account", json_object_get(asked, "account"),
                     "amount", json_object_get(asked, "amount"),
                     "narrative", json_object_get(asked, "narrative"),
                     "provider_reference", receipt, "charge", "0.00");
}

static void
twist(json_t *items, enum lie lie)
{
    json_t *first = json_array_get(items, 0);

    if (lie == OTHER_AMOUNT || lie == RELEASED_ALREADY
        || lie == STATUS_AMOUNT)
        json_object_set_new(first, "amount", json_string("999.00"));
    if (lie == ONE_MORE)
        json_array_append(items, first);
}

/* File ${n} in the shape of an answer. */
static json_t *
file_of(int n, const char *code, const char *item, const char *receipt,
        const char *at, enum lie lie)
{
    const json_t *asked = json_object_get(liar.files[n], "transactions");
    json_t *items = json_array(), *file, *one;
    char id[64], alias[16];
    size_t i;

    snprintf(id, sizeof(id), "00000000-0000-4000-8000-%04d%08d",
             liar.shop, lie == SAME_FILE ? 0 : n);
    snprintf(alias, sizeof(alias), "FILE%03d", n);
    json_array_foreach(asked, i, one)
        json_array_append_new(items, item_of(one, item, receipt));
    twist(items, lie);
    file = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s}, s:o, s:s}",
                     "file_id", alias, "tracking_id", id, "nonce", "abc123",
                     "status", "words", "status_code", code, "updated_at", at,
                     "wallet", "wallet_id", "WLT1234", "currency",
                     "KES", "transactions", items, "charge_estimate", "0.00");
    return file;
}

static void
reply_json(struct httpd_request *r, int http, json_t *answer)
{
    char *text = json_dumps(answer, 0);

    httpd_answer(r, http, "application/json", str_of(text));
    free(text);
    json_decref(answer);
}

#define EARLY "2026-11-22T10:00:00.000000+03:00"
#define LATER "2026-11-22T10:00:05.000000+03:00"

static void
on_initiate(struct httpd_request *r, json_t *body)
{
    const char *code = liar.lie == RELEASED_ALREADY ? "BP110" : "BP103";

    assert_true(liar.nfiles < FILES);
    liar.initiates++;
    liar.files[liar.nfiles] = json_incref(body);
    reply_json(r, 201, file_of(liar.nfiles++, code, "TP101", NULL, EARLY,
                               liar.lie < APPROVED_OTHER ? liar.lie
                                                         : HONEST));
}

/* Which file ${id} is; the last digits tell. */
static int
file_at(const char *id)
{
    return (int)strtol(id + strlen(id) - 3, NULL, 10);
}

static void
on_approve(struct httpd_request *r, json_t *body)
{
    const char *id = json_string_value(json_object_get(body, "tracking_id"));
    int n = file_at(id);
    json_t *answer = file_of(n, liar.lie == APPROVED_WAITS ? "BP103"
                                                           : "BP104",
                             "TP101", NULL, EARLY, HONEST);

    liar.approves++;
    liar.released[n] = true;
    if (liar.lie == APPROVED_OTHER)
        json_object_set_new(answer, "tracking_id",
                            json_string("11111111-0000-4000-8000-0"));
    reply_json(r, 200, answer);
}

static void
on_status(struct httpd_request *r, json_t *body)
{
    const char *id = json_string_value(json_object_get(body, "tracking_id"));
    int n = file_at(id), asked = ++liar.statuses;
    json_t *answer;

    if (!liar.released[n])
        answer = file_of(n, "BP103", "TP101", NULL, EARLY, HONEST);
    else if (liar.lie == STATUS_OLDER && asked == 1)
        answer = file_of(n, "BP110", "TP101", NULL, LATER, HONEST);
    else if (liar.lie == STATUS_OLDER && asked == 2)
        answer = file_of(n, "BC100", "TF106", NULL, EARLY, HONEST);
    else
        answer = file_of(n, "BC100", "TS100", "RCPT123456", LATER,
                         liar.lie == STATUS_AMOUNT ? liar.lie : HONEST);
    if (liar.lie == STATUS_OTHER && asked == 1)
        json_object_set_new(answer, "tracking_id",
                            json_string("11111111-0000-4000-8000-0"));
    reply_json(r, 200, answer);
}

static void
on_request(void *owner, struct httpd_request *r)
{
    struct str body = httpd_body(r);
    json_t *js = json_loadb(body.p, body.len, 0, NULL);
    const char *path = httpd_path(r);

    (void)owner;
    if (strcmp(path, "/api/v1/send-money/initiate/") == 0) {
        on_initiate(r, js);
    } else if (strcmp(path, "/api/v1/send-money/approve/") == 0) {
        on_approve(r, js);
    } else if (strcmp(path, "/api/v1/send-money/status/") == 0) {
        on_status(r, js);
    } else if (strcmp(path, "/api/v1/send-money/cancel/") == 0) {
        liar.cancels++;
        reply_json(r, 200, file_of(0, "BE111", "TC108", NULL, LATER, HONEST));
    } else {
        reply_json(r, 200, json_pack("{s:s, s:s, s:s, s:s, s:s}",
                                     "wallet_id", "WLT1234", "currency",
                                     "KES", "wallet_type", "SETTLEMENT",
                                     "current_balance", "9000.00",
                                     "available_balance", "9000.00"));
    }
    json_decref(js);
}

/* --- the stories ---------------------------------------------------------- */

static void
liar_open(struct shop *s, enum lie lie)
{
    struct httpd_order order = { .listen = "127.0.0.1:0",
                                 .handler = on_request };

    shop_plan(s);
    liar = (struct liar){ .lie = lie, .shop = s->number };
    shop_open(s);
    liar.httpd = httpd_new(s->stand.net, &order, &s->e);
    assert_non_null(liar.httpd);
    snprintf(s->account.base_url, sizeof(s->account.base_url),
             "http://127.0.0.1:%d/api/v1/", httpd_port(liar.httpd));
}

static void
liar_close(struct shop *s)
{
    httpd_free(liar.httpd);
    for (int i = 0; i < liar.nfiles; i++)
        json_decref(liar.files[i]);
    shop_close(s);
}

static void
work(struct shop *s, const char *what, enum worker_end end)
{
    if (shop_work(s) < 0)
        fail_msg("%s: %s", what, s->e.text);
    if (s->order.end != end)
        fail_msg("%s: ended %d: %s", what, (int)s->order.end, s->order.why);
}

static void
count(const char *what, int initiates, int approves, int cancels)
{
    if (liar.initiates != initiates || liar.approves != approves
        || liar.cancels != cancels)
        fail_msg("%s: %d initiates, %d approves, %d cancels", what,
                 liar.initiates, liar.approves, liar.cancels);
}

static void
another_file_is_never_approved(void **state)
{
    static const struct {
        const char *name;
        enum lie    lie;
        const char *why;
        int         tries;
    } t[] = {
        { "another amount", OTHER_AMOUNT, "another amount", 3 },
        { "one payment more", ONE_MORE, "5 there, 4 was sent", 3 },
        { "not waiting for us", RELEASED_ALREADY, "another amount", 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct shop s;

        liar_open(&s, t[i].lie);
        shop_seed(&s, ROWS);
        work(&s, t[i].name, WORKER_PAUSED);
        if (strstr(s.order.why, t[i].why) == NULL)
            fail_msg("%s: %s", t[i].name, s.order.why);
        count(t[i].name, t[i].tries, 0, t[i].tries);
        assert_int_equal(shop_batches(&s, "ready"), 1);
        assert_int_equal(shop_n(&s, "SELECT count(*) AS n FROM batch WHERE "
                                "run_id = $R AND (tracking_id IS NOT NULL OR "
                                "answer_no IS NOT NULL)"), 0);
        /* it tells the truth again */
        liar.lie = HONEST;
        shop_resume(&s);
        work(&s, t[i].name, WORKER_IDLE);
        count(t[i].name, t[i].tries + 1, 1, t[i].tries);
        assert_int_equal(shop_run_state(&s), RUN_CLOSED);
        liar_close(&s);
    }
}

/* Two batches, one file: the second batch may neither have it nor cancel it. */
static void
another_batchs_file_stays(void **state)
{
    struct shop s;

    (void)state;
    liar_open(&s, SAME_FILE);
    s.account.inflight_max = 1;
    shop_seed(&s, 2 * ROWS);
    work(&s, "same file", WORKER_PAUSED);
    if (strstr(s.order.why, "is another batch's") == NULL)
        fail_msg("%s", s.order.why);
    assert_int_equal(shop_batches(&s, "initiated"), 1);
    assert_int_equal(shop_batches(&s, "ready"), 1);
    count("same file", 2, 0, 0);
    liar_close(&s);
}

static void
odd_answers_are_asked_about(void **state)
{
    static const struct {
        const char *name;
        enum lie    lie;
        int         doubt;
    } t[] = {
        { "honest", HONEST, 0 },
        { "approve answered about another file", APPROVED_OTHER, 0 },
        { "approve answered yes, and waits", APPROVED_WAITS, 0 },
        { "status about another file", STATUS_OTHER, 0 },
        { "status with another amount", STATUS_AMOUNT, 1 },
        { "an older status after a newer", STATUS_OLDER, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
        struct shop s;
        struct run_sums sums;

        liar_open(&s, t[i].lie);
        s.account.give_up_ms = 500;
        shop_seed(&s, ROWS);
        work(&s, t[i].name, WORKER_IDLE);
        count(t[i].name, 1, 1, 0);
        assert_int_equal(run_sums(s.db, s.run.run_id, &sums, &s.e), 0);
        if (sums.paid_rows != ROWS - t[i].doubt
            || sums.doubt_rows != t[i].doubt || sums.failed_rows != 0)
            fail_msg("%s: %lld paid, %lld in doubt, %lld failed", t[i].name,
                     (long long)sums.paid_rows, (long long)sums.doubt_rows,
                     (long long)sums.failed_rows);
        liar_close(&s);
    }
}

static int
open_all(void **state)
{
    (void)state;
    log_setup(getenv("PAYRUN_TEST_LOG") != NULL ? LOG_INFO : LOG_BUG,
              LOG_TEXT);
    shop_once();
    return 0;
}

static int
close_all(void **state)
{
    (void)state;
    shop_end();
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_answers_are_asked_about),
        cmocka_unit_test(another_file_is_never_approved),
        cmocka_unit_test(another_batchs_file_stays),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
