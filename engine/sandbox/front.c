#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "sandbox/ask.h"
#include "sandbox/inside.h"

#define API  "/api/v1/"
#define JSON "application/json"

static const struct route {
    const char *method;
    const char *path;           /* behind /api/v1/; '*' is one name more */
    enum endpoint on;
    int (*read)(struct exchange *);     /* NULL: nothing to read */
    int (*act)(struct exchange *);
} routes[] = {
    { "POST", "send-money/initiate/", ON_INITIATE, payouts_read_initiate,
      payouts_do_initiate },
    { "POST", "send-money/approve/", ON_APPROVE, payouts_read_approve,
      payouts_do_approve },
    { "POST", "send-money/status/", ON_STATUS, payouts_read_status,
      payouts_do_status },
    { "POST", "send-money/cancel/", ON_CANCEL, payouts_read_cancel,
      payouts_do_cancel },
    { "GET", "wallets/", ON_WALLETS, NULL, payouts_do_wallets },
    { "GET", "wallets/*/", ON_WALLETS, NULL, payouts_do_wallet },
};

static const char html[] =
    "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
    "<body><center><h1>502 Bad Gateway</h1></center>\n"
    "<hr><center>cloudflare</center></body></html>\n";

/* Does ${path} match ${pattern}, but for its last slash when ${bare}? */
static bool
path_fits(const char *pattern, const char *path, bool bare)
{
    while (*pattern != '\0') {
        if (bare && *path == '\0')
            return strcmp(pattern, "/") == 0;
        if (*pattern == '*') {
            size_t n = strcspn(path, "/");

            if (n == 0)
                return false;
            path += n;
        } else if (*pattern != *path++) {
            return false;
        }
        pattern++;
    }
    return !bare && *path == '\0';
}

static const struct route *
route_find(const char *path, bool bare)
{
    const size_t api = strlen(API);

    if (strncmp(path, API, api) != 0)
        return NULL;
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
        if (path_fits(routes[i].path, path + api, bare))
            return &routes[i];
    return NULL;
}

/* Answers. */

static void
answer_refusal(struct httpd_request *r, const struct refusal *no)
{
    struct buf out = { 0 };

    buf_init(&out, 4096);
    refusal_json(&out, no);
    httpd_answer(r, no->http, JSON, buf_view(&out));
    buf_release(&out);
}

static void
answer_http(struct httpd_request *r, int http)
{
    struct refusal no;

    refusal_http(&no, http);
    answer_refusal(r, &no);
}

static void
answer_later(struct exchange *x, int64_t delay_ms)
{
    struct late *late = calloc(1, sizeof(*late));

    if (late == NULL) {
        httpd_drop(x->request);
        return;
    }
    late->request = x->request;
    late->http = x->http;
    late->body = x->out;
    late->due_us = x->now_us + delay_ms * 1000;
    late->next = x->sandbox->late;
    x->sandbox->late = late;
    x->out = (struct buf){ 0 };
}

static void
answer_status(struct exchange *x, const struct fault *fault)
{
    char seconds[24];

    if (fault->retry_after_s > 0) {
        snprintf(seconds, sizeof(seconds), "%lld",
                 (long long)fault->retry_after_s);
        httpd_add_header(x->request, "Retry-After", seconds);
    }
    x->http = fault->http;
    answer_http(x->request, fault->http);
}

/* Everything is done and on the disk; the fault decides what is heard. */
static void
answer(struct exchange *x, const struct fault *fault)
{
    struct str body = buf_view(&x->out);
    enum fault_kind kind = fault != NULL ? fault->kind : FAULT_STATUS;

    switch (kind) {
    case FAULT_DROP_BEFORE:
    case FAULT_DROP_AFTER:
        x->http = 0;
        httpd_drop(x->request);
        break;
    case FAULT_DELAY:
        answer_later(x, fault->delay_ms);
        break;
    case FAULT_TRUNCATE:
        httpd_answer_part(x->request, x->http, JSON, body, body.len / 2);
        break;
    case FAULT_GARBAGE:
        httpd_answer(x->request, x->http, JSON,
                     STR("{\"file_id\":\x01\xff\xfe{{\"tracking"));
        break;
    case FAULT_HTML:
        x->http = fault->http;
        httpd_answer(x->request, x->http, "text/html", str_of(html));
        break;
    case FAULT_STATUS:
    case HOOK_REPEAT:
    case HOOK_DROP:
    case HOOK_FORGE:
    case HOOK_SHUFFLE:
        httpd_answer(x->request, x->http, JSON, body);
        break;
    }
}

int64_t
front_late(struct sandbox *s, int64_t now_us)
{
    struct late **at = &s->late;
    int64_t next_us = INT64_MAX;

    while (*at != NULL) {
        struct late *late = *at;

        if (late->due_us > now_us) {
            if (late->due_us < next_us)
                next_us = late->due_us;
            at = &late->next;
            continue;
        }
        *at = late->next;
        httpd_answer(late->request, late->http, JSON, buf_view(&late->body));
        buf_release(&late->body);
        free(late);
    }
    return next_us;
}

void
front_forget_late(struct sandbox *s)
{
    struct late *late;

    while ((late = s->late) != NULL) {
        s->late = late->next;
        buf_release(&late->body);
        free(late);
    }
}

/* Requests. */

/* The two bodies as recorded (1.4): no key is 401 and flat, a wrong one is 403
 * in the envelope. */
static int
authenticate(const struct sandbox *s, struct httpd_request *r,
             struct refusal *no)
{
    const char *header = httpd_header(r, "Authorization");
    const struct str bearer = STR("Bearer ");
    struct str given = str_of(header);

    if (given.len <= bearer.len || !str_eq(str_cut(given, bearer.len), bearer))
        refusal_http(no, 401);
    else if (!crypto_same((struct str){ given.p + bearer.len,
                                        given.len - bearer.len },
                          secret_view(&s->key)))
        refusal_http(no, 403);
    return no->http != 0 ? -1 : 0;
}

/*
 * The order in here is the promise of a stand-in: find out, then the fault
 * that prevents, then do, then the disk, then the answer or the fault that
 * spoils it.
 */

/* Read, do, sync: 0 when x->out holds a good answer, -1 with a refusal. */
static int
exchange_do(struct exchange *x, const struct route *route)
{
    if (x->refusal.http != 0)
        return -1;
    if (route->act(x) < 0)
        return -1;
    if (ledger_sync(&x->sandbox->ledger) < 0 || x->out.failed) {
        refusal_http(&x->refusal, 500);
        return -1;
    }
    return 0;
}

static void
exchange_note(struct exchange *x, const struct route *route,
              const struct fault *fault)
{
    struct note note = { .at_us = x->now_us, .on = route->on,
                         .http = x->http };

    if (fault != NULL)
        note.fault = faults_kind_name(fault->kind);
    if (x->file != NULL)
        memcpy(note.file_id, x->file->file_id, sizeof(note.file_id));
    diary_add(&x->sandbox->diary, &note);
    log_event(LOG_INFO, "sandbox_request",
              L_STR("endpoint", faults_endpoint_name(route->on)),
              L_I64("http", x->http), L_STR("file_id", note.file_id),
              L_STR("fault", note.fault));
}

/* With the right key: what the provider would do, and what a fault makes of
 * it. */
static void
exchange_run(struct exchange *x, const struct route *route)
{
    const struct fault *fault;
    const struct payfile *about;

    buf_init(&x->out, FIGURE_ANSWER_BYTES_MAX);
    x->http = 200;
    if (strcmp(route->method, "POST") == 0
        && ask_json(&x->body, httpd_body(x->request), &x->refusal) < 0)
        x->body = NULL;
    else if (route->read != NULL)
        route->read(x);
    about = x->file != NULL ? x->file : x->draft;
    fault = faults_hit(&x->sandbox->faults, route->on, about);
    if (fault != NULL && fault->kind == FAULT_DROP_BEFORE) {
        x->http = 0;
        httpd_drop(x->request);
    } else if (fault != NULL && fault->kind == FAULT_STATUS) {
        answer_status(x, fault);
    } else {
        if (exchange_do(x, route) < 0) {
            x->http = x->refusal.http;
            buf_clear(&x->out);
            refusal_json(&x->out, &x->refusal);
        }
        answer(x, fault);
    }
    exchange_note(x, route, fault);
    json_decref(x->body);
    payfile_free(x->draft);
    buf_release(&x->out);
}

static void
api_handle(struct sandbox *s, struct httpd_request *r,
           const struct route *route)
{
    struct exchange x = { .sandbox = s, .request = r,
                          .now_us = clock_wall_us() };

    if (strcmp(httpd_method(r), route->method) != 0) {
        refusal_flat(&x.refusal, 405, "Method not allowed.");
    } else if (s->ledger.broken) {
        refusal_http(&x.refusal, 500);
    } else if (authenticate(s, r, &x.refusal) == 0) {
        exchange_run(&x, route);
        return;
    }
    x.http = x.refusal.http;
    answer_refusal(r, &x.refusal);
    exchange_note(&x, route, NULL);
}

/* The provider redirects a path without its last slash, POST or not. */
static void
redirect(struct httpd_request *r)
{
    char to[1024];

    snprintf(to, sizeof(to), "%s/", httpd_path(r));
    httpd_add_header(r, "Location", to);
    httpd_answer(r, 301, "text/html", STR(""));
}

/* The HTTP server's edge: its void pointer becomes a sandbox. */
void
front_handle(void *owner, struct httpd_request *r)
{
    struct sandbox *s = owner;
    const char *path = httpd_path(r);
    const struct route *route = route_find(path, false);

    /* Paths without an own meaning are tried last, as Django does. */
    if (route != NULL)
        api_handle(s, r, route);
    else if (strncmp(path, "/_", 2) == 0)
        control_handle(s, r);
    else if (route_find(path, true) != NULL)
        redirect(r);
    else
        answer_http(r, 404);
}
