#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "net/http.h"
#include "net/loop.h"
#include "tests/lib/cashier.h"

#define PATIENCE_MS 30000

static void
on_field(void *owner, struct str name, struct str value)
{
    struct heard *h = owner;
    size_t n = strlen(h->text);

    snprintf(h->text + n, sizeof(h->text) - n, "%.*s=%.*s\n", STR_ARG(name),
             STR_ARG(value));
}

/* The form's bytes, decoded by hand: + and %XX. */
static void
hear_form(struct heard *h, struct str body)
{
    size_t n = 0;

    snprintf(h->raw, sizeof(h->raw), "%.*s", STR_ARG(body));
    for (size_t i = 0; i < body.len && n + 2 < sizeof(h->text); i++) {
        char c = body.p[i];

        if (c == '%' && i + 2 < body.len) {
            char hex[3] = { body.p[i + 1], body.p[i + 2], '\0' };

            c = (char)strtoul(hex, NULL, 16);
            i += 2;
        } else if (c == '+') {
            c = ' ';
        } else if (c == '&') {
            c = '\n';
        }
        h->text[n++] = c;
    }
    h->text[n] = '\n';
    h->text[n + 1] = '\0';
}

static void
on_callback(void *owner, struct httpd_request *r)
{
    struct cashier *c = owner;
    struct heard *h = &c->heard[c->nheard];

    assert_true(c->nheard < CASHIER_HEARD);
    c->nheard++;
    snprintf(h->method, sizeof(h->method), "%s", httpd_method(r));
    snprintf(h->path, sizeof(h->path), "%s", httpd_path(r));
    if (httpd_body(r).len > 0)
        hear_form(h, httpd_body(r));
    else
        httpd_each_query(r, on_field, h);
    httpd_answer(r, c->reply_http, "application/json", str_of(c->reply));
}

void
cashier_again(struct cashier *c)
{
    struct err e = { 0 };

    if ((c->cash = cash_new(c->net, &c->order, &e)) == NULL)
        fail_msg("%s", e.text);
    snprintf(c->base, sizeof(c->base), "http://127.0.0.1:%d/",
             cash_port(c->cash));
}

void
cashier_open(struct cashier *c)
{
    struct httpd_order o = { .listen = "127.0.0.1:0", .handler = on_callback,
                             .owner = c };
    struct err e = { 0 };

    memset(c, 0, sizeof(*c));       /* 4 MB: no second one on the stack */
    c->reply = "ok";
    c->reply_http = 200;
    c->order = (struct cash_order){
        .listen = "127.0.0.1:0", .api_key = CASHIER_KEY,
        .api_secret = CASHIER_SECRET, .balance_minor = 100000000,
        .latency_ms = 200, .charge_minor = 1500, .seed = 7,
        .speed_percent = 1000,
    };
    snprintf(c->dir, sizeof(c->dir), "/tmp/payrun-cashier.XXXXXX");
    assert_non_null(mkdtemp(c->dir));
    c->order.books_dir = c->dir;
    if ((c->net = net_new(&e)) == NULL
        || (c->receiver = httpd_new(c->net, &o, &e)) == NULL)
        fail_msg("%s", e.text);
    snprintf(c->hooks, sizeof(c->hooks), "http://127.0.0.1:%d",
             httpd_port(c->receiver));
    cashier_again(c);
}

void
cashier_shut(struct cashier *c)
{
    cash_free(c->cash);
    c->cash = NULL;
}

void
cashier_close(struct cashier *c)
{
    char path[128];

    cashier_shut(c);
    httpd_free(c->receiver);
    net_free(c->net);
    snprintf(path, sizeof(path), "%s/sapama.jsonl", c->dir);
    unlink(path);
    rmdir(c->dir);
}

void
cashier_turn(struct cashier *c)
{
    int64_t wait_ms = c->cash != NULL ? cash_turn(c->cash) : 0;
    struct err e = { 0 };

    if (wait_ms < 0 || wait_ms > 50)
        wait_ms = 50;
    if (net_turn(c->net, wait_ms, &e) < 0)
        fail_msg("net_turn: %s", e.text);
}

static void
on_done(void *owner, const struct reply *reply)
{
    struct told *out = owner;

    out->done = true;
    out->wire = reply->wire;
    out->http = reply->http;
    out->retry_after_ms = reply->retry_after_ms;
    out->took_ms = reply->took_ms;
    out->text = strndup(reply->body.p != NULL ? reply->body.p : "",
                        reply->body.len);
}

void
cashier_send(struct cashier *c, struct told *out, const char *method,
             const char *path, const char *body)
{
    int64_t end_ms = clock_mono_ms() + PATIENCE_MS;
    struct request q = { .method = method, .changes = true };
    struct http_order o = { .base_url = c->base, .request = &q,
                            .done = on_done, .owner = out };
    struct err e = { 0 };

    *out = (struct told){ 0 };
    assert_int_equal(str_copy(q.path, sizeof(q.path), str_of(path)), 0);
    buf_init(&q.body, HTTPD_BODY_BYTES_MAX);
    if (body != NULL) {
        q.content_type = "application/x-www-form-urlencoded";
        buf_text(&q.body, body);
    }
    if (net_start(c->net, &o, NULL, &e) < 0)
        fail_msg("net_start: %s", e.text);
    while (!out->done && clock_mono_ms() < end_ms)
        cashier_turn(c);
    assert_true(out->done);
    request_release(&q);
}

/* The values of "a=1&b=2" with dots; api_key, api_secret and format go to
 * their places between them. */
static void
hash_of(const char *scalars, char out[SHA256_HEX])
{
    static const char *const fixed[][2] = {
        { "api_key", CASHIER_KEY }, { "api_secret", CASHIER_SECRET },
        { "format", "json" },
    };
    unsigned char sum[SHA256_BYTES];
    struct buf text = { 0 };
    size_t next = 0;

    buf_init(&text, 8192);
    for (const char *at = scalars; *at != '\0' || next < 3;) {
        size_t name = strcspn(at, "="), end = strcspn(at, "&");

        if (text.len > 0)
            buf_char(&text, '.');
        if (next < 3
            && (*at == '\0' || strncmp(fixed[next][0], at, name) < 0)) {
            buf_text(&text, fixed[next++][1]);
            continue;
        }
        buf_add(&text, at + name + 1, end - name - 1);
        at += end + (at[end] == '&');
    }
    sha256_of(buf_view(&text), sum);
    hex_of(sum, sizeof(sum), out);
    buf_release(&text);
}

void
cashier_ask(struct cashier *c, struct told *out, const char *method,
            const char *call, const char *scalars, const char *rest)
{
    struct buf form = { 0 }, path = { 0 };
    char hash[SHA256_HEX];

    hash_of(scalars, hash);
    buf_init(&form, HTTPD_BODY_BYTES_MAX);
    buf_init(&path, 4096);
    buf_printf(&form, "format=json&api_key=%s&hash=%s&%s%s%s", CASHIER_KEY,
               hash, scalars, rest[0] != '\0' ? "&" : "", rest);
    buf_printf(&path, "api/%s", call);
    if (strcmp(method, "GET") == 0) {
        buf_printf(&path, "?%s", form.p);
        cashier_send(c, out, "GET", path.p, NULL);
    } else {
        cashier_send(c, out, method, path.p, form.p);
    }
    buf_release(&form);
    buf_release(&path);
}

void
cashier_tool(struct cashier *c, const char *path, const char *json)
{
    struct told t;

    cashier_send(c, &t, "POST", path, json);
    if (t.http != 200)
        fail_msg("%s %s: %d %s", path, json, t.http, t.text);
    told_release(&t);
}

void
cashier_payee(struct buf *out, int i, const char *phone, const char *amount,
              const char *id, const struct cashier *c)
{
    const char *const fields[][2] = {
        { "gateway", "mpesa" }, { "phone", phone }, { "trans_id", id },
        { "first_name", "Jane" }, { "last_name", "Doe" },
        { "description", "Salary%20May" }, { "amount", amount },
        { "callback_url", c->hooks }, { "callback_http_method", "post" },
        { "short_code", "830830" }, { "currency", "KES" },
        { "bill_ref_number", "B7" },
    };

    for (size_t f = 0; f < sizeof(fields) / sizeof(fields[0]); f++) {
        buf_printf(out, "%sbeneficiaries%%5B%d%%5D%%5B%s%%5D=%s",
                   out->len > 0 ? "&" : "", i, fields[f][0], fields[f][1]);
        if (fields[f][1] == c->hooks)
            buf_printf(out, "/cb/%s", id);
    }
}

void
cashier_pay(struct cashier *c, struct told *out, const char *phone,
            const char *amount, const char *id)
{
    struct buf form = { 0 };

    buf_init(&form, HTTPD_BODY_BYTES_MAX);
    cashier_payee(&form, 0, phone, amount, id, c);
    cashier_ask(c, out, "POST", "b2c", "location_id=2&mode=sandbox", form.p);
    buf_release(&form);
}

void
cashier_list(struct cashier *c, struct told *out, const char *filter)
{
    cashier_ask(c, out, "GET", "get_transactions", filter, "");
    assert_int_equal(out->http, 200);
}

const char *
cashier_figure(struct cashier *c, const char *name)
{
    static char text[64];
    struct told t;
    json_t *o, *v;

    cashier_send(c, &t, "GET", "_books/summary", NULL);
    o = json_loads(t.text, 0, NULL);
    v = json_object_get(o, name);
    text[0] = '\0';
    if (json_is_string(v))
        snprintf(text, sizeof(text), "%s", json_string_value(v));
    else if (json_is_boolean(v))
        snprintf(text, sizeof(text), "%s", json_is_true(v) ? "true" : "false");
    else if (v != NULL)
        snprintf(text, sizeof(text), "%lld", (long long)json_integer_value(v));
    json_decref(o);
    told_release(&t);
    return text;
}

void
cashier_until(struct cashier *c, const char *name, const char *value)
{
    int64_t end_ms = clock_mono_ms() + PATIENCE_MS;
    const char *is;

    while (strcmp(is = cashier_figure(c, name), value) != 0) {
        if (clock_mono_ms() > end_ms)
            fail_msg("waited for %s %s, it is %s", name, value, is);
        cashier_turn(c);
    }
}

void
cashier_hears(struct cashier *c, int n)
{
    int64_t end_ms = clock_mono_ms() + PATIENCE_MS;

    while (c->nheard < n && clock_mono_ms() < end_ms)
        cashier_turn(c);
    if (c->nheard < n)
        fail_msg("heard %d callbacks, not %d", c->nheard, n);
}

void
told_release(struct told *t)
{
    free(t->text);
    *t = (struct told){ 0 };
}
