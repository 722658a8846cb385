#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/lib/liar.h"

#include "base/clock.h"
#include "base/log.h"

struct liar liar;

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
    bool released = liar.lie == RELEASED_ALREADY || liar.lie == RELEASED_SAME;
    const char *code = released ? "BP110"
        : liar.lie == READING ? "BP101" : "BP103";

    assert_true(liar.nfiles < LIAR_FILES);
    liar.initiates++;
    liar.released[liar.nfiles] = released;
    liar.read_ms = clock_mono_ms() + 400;
    liar.files[liar.nfiles] = json_incref(body);
    reply_json(r, 201, file_of(liar.nfiles++, code, "TP101", NULL, EARLY,
                               liar.lie < APPROVED_OTHER ? liar.lie
                                                         : HONEST));
}

static bool
is_reading(void)
{
    return liar.lie == READING
        && (liar.refused == 0 || clock_mono_ms() < liar.read_ms);
}

static void
refuse(struct httpd_request *r, const char *detail)
{
    reply_json(r, 400, json_pack("{s:s, s:[{s:s, s:s, s:n}]}",
                                 "type", "client_error", "errors",
                                 "code", "invalid_request_data",
                                 "detail", detail, "attr"));
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
    json_t *answer;

    if (is_reading() || liar.lie == NEVER_APPROVES) {
        liar.refused++;
        refuse(r, "Payment file must be in PREVIEW-AND-APPROVE state to "
               "perform this action");
        return;
    }
    answer = file_of(n, liar.lie == APPROVED_WAITS ? "BP103" : "BP104",
                     "TP101", NULL, EARLY, HONEST);

    liar.approves++;
    liar.released[n] = true;
    if (liar.lie == APPROVED_OTHER)
        json_object_set_new(answer, "tracking_id",
                            json_string("11111111-0000-4000-8000-0"));
    reply_json(r, 200, answer);
}

/* At first the first is paid and the others move; then it failed, and the
 * others are paid. */
static void
contradict(json_t *file, int asked)
{
    json_t *items = json_object_get(file, "transactions"), *one;
    size_t i;

    if (asked == 1)
        json_object_set_new(file, "status_code", json_string("BP110"));
    json_array_foreach(items, i, one)
        if ((i > 0) == (asked == 1)) {
            json_object_set_new(one, "status_code", json_string(
                asked == 1 ? "TP102" : "TF106"));
            json_object_set_new(one, "provider_reference", json_null());
        }
}

static void
on_status(struct httpd_request *r, json_t *body)
{
    const char *id = json_string_value(json_object_get(body, "tracking_id"));
    int n = file_at(id), asked = ++liar.statuses;
    json_t *answer;

    if (liar.lie == GARBLED_ONCE && asked == LIAR_MOVES) {
        httpd_answer(r, 200, "application/json", STR("<html>"));
        return;
    }
    if (!liar.released[n])
        answer = file_of(n, is_reading() ? "BP101" : "BP103", "TP101",
                         NULL, EARLY, HONEST);
    else if (liar.lie == STATUS_OLDER && asked == 1)
        answer = file_of(n, "BP110", "TP101", NULL, LATER, HONEST);
    else if (liar.lie == STATUS_OLDER && asked == 2)
        answer = file_of(n, "BC100", "TF106", NULL, EARLY, HONEST);
    else if ((liar.lie == MOVES_ON || liar.lie == GARBLED_ONCE)
             && asked <= LIAR_MOVES)
        answer = file_of(n, "BP110", "TP102", NULL, EARLY, HONEST);
    else
        answer = file_of(n, "BC100", "TS100", "RCPT123456", LATER,
                         liar.lie == STATUS_AMOUNT ? liar.lie : HONEST);
    if (liar.lie == PAID_THEN_FAILED)
        contradict(answer, asked);
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
        if (liar.lie == NEVER_CANCELS)
            refuse(r, "This file cannot be cancelled");
        else
            reply_json(r, 200, file_of(0, "BE111", "TC108", NULL, LATER,
                                       HONEST));
    } else {
        const char *money = liar.lie == NEVER_CANCELS ? "0.00" : "9000.00";

        reply_json(r, 200, json_pack("{s:s, s:s, s:s, s:s, s:s}",
                                     "wallet_id", "WLT1234", "currency",
                                     "KES", "wallet_type", "SETTLEMENT",
                                     "current_balance", money,
                                     "available_balance", money));
    }
    json_decref(js);
}

/* --- the shop ------------------------------------------------------------ */

void
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

void
liar_close(struct shop *s)
{
    httpd_free(liar.httpd);
    for (int i = 0; i < liar.nfiles; i++)
        json_decref(liar.files[i]);
    shop_close(s);
}

void
liar_work(struct shop *s, const char *what, enum worker_end end)
{
    if (shop_work(s) < 0)
        fail_msg("%s: %s", what, s->e.text);
    if (s->order.end != end)
        fail_msg("%s: ended %d: %s", what, (int)s->order.end, s->order.why);
}

void
liar_count(const char *what, int initiates, int approves, int cancels)
{
    if (liar.initiates != initiates || liar.approves != approves
        || liar.cancels != cancels)
        fail_msg("%s: %d initiates, %d approves, %d cancels", what,
                 liar.initiates, liar.approves, liar.cancels);
}

int64_t
liar_paid(struct shop *s)
{
    return shop_n(s, "SELECT count(*) AS n FROM outcome o JOIN batch USING "
                  "(batch_id) WHERE run_id = $R AND o.state = 'paid'");
}

int
liar_all_open(void **state)
{
    (void)state;
    log_setup(getenv("PAYRUN_TEST_LOG") != NULL ? LOG_INFO : LOG_BUG,
              LOG_TEXT);
    shop_once();
    return 0;
}

int
liar_all_close(void **state)
{
    (void)state;
    shop_end();
    return 0;
}
