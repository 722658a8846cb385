#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/http.h"
#include "tests/lib/stand.h"

#define PATIENCE_MS 30000

void
stand_plan(struct stand *s)
{
    *s = (struct stand){ .hook_http = 200 };
    s->order = (struct sandbox_order){
        .listen = "127.0.0.1:0",
        .secret_key = STAND_KEY,
        .challenge = STAND_CHALLENGE,
        .balance_minor = 100000000,
        .latency_ms = 200,
        .charge_minor = 1500,
        .seed = 7,
        .speed_percent = 1000,
    };
}

static void
on_hook(void *owner, struct httpd_request *r)
{
    struct stand *s = owner;
    struct str body = httpd_body(r);
    struct stand_hook *h;
    const char *code;

    assert_true(s->nhooks < STAND_HOOKS_MAX);
    h = &s->hooks[s->nhooks++];
    snprintf(h->path, sizeof(h->path), "%s", httpd_path(r));
    h->body = json_loadb(body.p, body.len, 0, NULL);
    code = json_string_value(json_object_get(h->body, "status_code"));
    snprintf(h->code, sizeof(h->code), "%s", code != NULL ? code : "?");
    httpd_answer(r, s->hook_http, "application/json", STR("{}"));
}

int
stand_again(struct stand *s, struct err *e)
{
    if ((s->box = sandbox_new(s->net, &s->order, e)) == NULL)
        return -1;
    snprintf(s->base, sizeof(s->base), "http://127.0.0.1:%d/",
             sandbox_port(s->box));
    return 0;
}

void
stand_open(struct stand *s)
{
    struct httpd_order o = { .listen = "127.0.0.1:0", .handler = on_hook,
                             .owner = s };
    struct err e = { 0 };

    snprintf(s->dir, sizeof(s->dir), "/tmp/payrun-stand.XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    s->order.books_dir = s->dir;
    if ((s->net = net_new(&e)) == NULL
        || (s->receiver = httpd_new(s->net, &o, &e)) == NULL)
        fail_msg("%s", e.text);
    snprintf(s->hooks_at, sizeof(s->hooks_at), "http://127.0.0.1:%d",
             httpd_port(s->receiver));
    snprintf(s->dash_url, sizeof(s->dash_url), "%s/dash", s->hooks_at);
    if (s->order.webhook_url != NULL)
        s->order.webhook_url = s->dash_url;
    if (stand_again(s, &e) < 0)
        fail_msg("%s", e.text);
}

void
stand_shut(struct stand *s)
{
    sandbox_free(s->box);
    s->box = NULL;
}

void
stand_close(struct stand *s)
{
    char path[128];

    stand_shut(s);
    httpd_free(s->receiver);
    net_free(s->net);
    for (int i = 0; i < s->nhooks; i++)
        json_decref(s->hooks[i].body);
    snprintf(path, sizeof(path), "%s/books.jsonl", s->dir);
    unlink(path);
    rmdir(s->dir);
}

void
stand_turn(struct stand *s)
{
    int64_t wait_ms = s->box != NULL ? sandbox_turn(s->box) : 0;
    struct err e = { 0 };

    /* Broken books (-1) show in what is answered. */
    if (wait_ms < 0 || wait_ms > 50)
        wait_ms = 50;
    if (net_turn(s->net, wait_ms, &e) < 0)
        fail_msg("net_turn: %s", e.text);
}

static void
on_done(void *owner, const struct reply *reply)
{
    struct said *out = owner;

    out->done = true;
    out->wire = reply->wire;
    out->http = reply->http;
    out->retry_after_ms = reply->retry_after_ms;
    buf_init(&out->text, NET_REPLY_BYTES_MAX);
    buf_add(&out->text, reply->body.p, reply->body.len);
    if (reply->body.len > 0)
        out->json = json_loadb(reply->body.p, reply->body.len,
                               JSON_REJECT_DUPLICATES, NULL);
}

void
stand_ask(struct stand *s, struct said *out, const char *method,
          const char *path, const char *bearer, const char *body)
{
    int64_t end_ms = clock_mono_ms() + PATIENCE_MS;
    struct secret key = { 0 };
    struct request q = {
        .method = method != NULL ? method : body != NULL ? "POST" : "GET",
        .auth = bearer != NULL ? AUTH_BEARER : AUTH_NONE,
        .changes = true,
    };
    struct http_order o = { .base_url = s->base, .request = &q,
                            .bearer = bearer != NULL ? &key : NULL,
                            .done = on_done, .owner = out };
    struct err e = { 0 };

    *out = (struct said){ 0 };
    assert_int_equal(str_copy(q.path, sizeof(q.path), str_of(path)), 0);
    buf_init(&q.body, HTTPD_BODY_BYTES_MAX);
    if (body != NULL) {
        q.content_type = "application/json";
        buf_text(&q.body, body);
    }
    assert_int_equal(secret_set(&key, str_of(bearer)), 0);
    if (net_start(s->net, &o, NULL, &e) < 0)
        fail_msg("net_start: %s", e.text);
    while (!out->done && clock_mono_ms() < end_ms)
        stand_turn(s);
    assert_true(out->done);
    secret_release(&key);
    request_release(&q);
}

void
stand_post(struct stand *s, struct said *out, const char *path,
           const char *body)
{
    stand_ask(s, out, NULL, path, STAND_KEY, body);
}

void
said_release(struct said *s)
{
    buf_release(&s->text);
    json_decref(s->json);
    *s = (struct said){ 0 };
}

const char *
said_text(const struct said *s, const char *path)
{
    static char out[256];
    const json_t *v = s->json;
    char *text;

    out[0] = '\0';
    while (*path != '\0' && v != NULL) {
        size_t n = strcspn(path, ".");
        char key[64];

        snprintf(key, sizeof(key), "%.*s", (int)n, path);
        v = isdigit((unsigned char)key[0])
            ? json_array_get(v, strtoul(key, NULL, 10))
            : json_object_get(v, key);
        path += n + (path[n] == '.' ? 1 : 0);
    }
    if (json_is_string(v)) {
        snprintf(out, sizeof(out), "%s", json_string_value(v));
    } else if (v != NULL
               && (text = json_dumps(v, JSON_ENCODE_ANY)) != NULL) {
        snprintf(out, sizeof(out), "%s", text);
        free(text);
    }
    return out;
}

char *
stand_initiate(struct stand *s, struct said *out, const char *account,
               const char *amount, const char *more)
{
    char body[1024];

    snprintf(body, sizeof(body), "{\"currency\":\"KES\",\"provider\":"
             "\"MPESA-B2C\"%s,\"transactions\":[{\"name\":\"Jane Doe\","
             "\"account\":\"%s\",\"amount\":\"%s\",\"narrative\":\"Salary\","
             "\"idempotency_key\":\"K-%s\"}]}", more, account, amount,
             account);
    stand_post(s, out, "api/v1/send-money/initiate/", body);
    return out->http == 201 ? strdup(said_text(out, "tracking_id")) : NULL;
}

void
stand_approve(struct stand *s, struct said *out, const struct said *initiated)
{
    stand_post(s, out, "api/v1/send-money/approve/", initiated->text.p);
}

void
stand_until(struct stand *s, struct said *out, const char *tracking,
            const char *code)
{
    int64_t end_ms = clock_mono_ms() + PATIENCE_MS;
    char body[128];

    snprintf(body, sizeof(body), "{\"tracking_id\":\"%s\"}", tracking);
    for (;;) {
        stand_post(s, out, "api/v1/send-money/status/", body);
        assert_int_equal(out->http, 200);
        if (strcmp(said_text(out, "status_code"), code) == 0)
            return;
        if (clock_mono_ms() > end_ms)
            fail_msg("waited for %s, it is %s", code,
                     said_text(out, "status_code"));
        said_release(out);
        stand_turn(s);
    }
}

void
stand_until_hooks(struct stand *s, int n)
{
    int64_t end_ms = clock_mono_ms() + PATIENCE_MS;

    while (s->nhooks < n && clock_mono_ms() < end_ms)
        stand_turn(s);
    assert_true(s->nhooks >= n);
}

const char *
stand_summary(struct stand *s, const char *path)
{
    struct said said;
    const char *text;

    stand_ask(s, &said, "GET", "_books/summary", NULL, NULL);
    assert_int_equal(said.http, 200);
    text = said_text(&said, path);
    said_release(&said);
    return text;
}

/* How many bytes of ${t} the class ${c} takes, 0 when they do not fit. */
static size_t
class_bytes(char c, const char *t)
{
    static const struct { char c; const char *form; } forms[] = {
        { 'U', "xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx" }, { 'A', "AAAAAAA" },
        { 'N', "xxxxxx" }, { 'R', "AAAAAAAAAA" },
        { 'T', "dddd-dd-ddTdd:dd:dd.dddddd+03:00" },
    };
    const char *form = "";
    size_t i;

    for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if (forms[i].c == c)
            form = forms[i].form;
    for (i = 0; form[i] != '\0'; i++) {
        bool digit = t[i] >= '0' && t[i] <= '9';

        if (!(form[i] == 'd' ? digit
              : form[i] == 'x' ? digit || (t[i] >= 'a' && t[i] <= 'f')
              : form[i] == 'A' ? digit || (t[i] >= 'A' && t[i] <= 'Z')
              : t[i] == form[i]))
            return 0;
    }
    return i;
}

void
looks_like(const char *text, const char *pattern)
{
    const char *t = text;

    while (*pattern != '\0') {
        size_t n = 1;

        if (*pattern == '@')
            n = class_bytes(*++pattern, t);
        else if (*pattern != *t)
            n = 0;
        if (n == 0)
            fail_msg("at \"%.60s\" wanted \"%.60s\"\n in %s", t, pattern,
                     text);
        t += n;
        pattern++;
    }
    assert_string_equal(t, "");
}
