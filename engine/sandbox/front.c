#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "sandbox/ask.h"
#include "sandbox/inside.h"
#include "sandbox/routes.h"

#define JSON "application/json"

#define TEXT "text/plain"
#define NAME_BYTES 64               /* of the '*' in a path */

static const char html[] =
    "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
    "<body><center><h1>502 Bad Gateway</h1></center>\n"
    "<hr><center>cloudflare</center></body></html>\n";

/* Answers. */

static const char *
refusal_type(enum refusal_shape shape)
{
    return shape == REFUSAL_TEXT ? TEXT : JSON;
}

static void
answer_refusal(const struct sandbox *s, struct httpd_request *r,
               const struct refusal *no)
{
    enum refusal_shape shape = s->switches.errors;
    struct buf out = { 0 };

    buf_init(&out, 4096);
    refusal_json(&out, no, shape);
    httpd_answer(r, no->http, refusal_type(shape), buf_view(&out));
    buf_release(&out);
}

static void
answer_http(const struct sandbox *s, struct httpd_request *r, int http)
{
    struct refusal no;

    refusal_http(&no, http);
    answer_refusal(s, r, &no);
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
    answer_http(x->sandbox, x->request, fault->http);
}

/* Everything is done and on the disk; the fault decides what is heard. */
static void
answer(struct exchange *x, const struct fault *fault)
{
    struct str body = buf_view(&x->out);
    enum fault_kind kind = fault != NULL ? fault->kind : FAULT_STATUS;
    const char *type = x->refusal.http != 0
        ? refusal_type(x->sandbox->switches.errors) : JSON;

    switch (kind) {
    case FAULT_DROP_BEFORE:
    case FAULT_DROP_AFTER:
        x->http = 0;
        httpd_drop(x->request);
        break;
    case FAULT_DELAY:
        late_add(&x->sandbox->late, x->request, x->http, &x->out,
                 x->now_us + fault->delay_ms * 1000);
        break;
    case FAULT_DRIP:
        httpd_answer_drip(x->request, x->http, type, body,
                          (size_t)fault->bytes, fault->delay_ms);
        break;
    case FAULT_TRUNCATE:
        httpd_answer_part(x->request, x->http, type, body, body.len / 2);
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
    case FAULT_FOREIGN:
    case FAULT_WRONG_REF:
    case FAULT_REORDER:
    case FAULT_MISSING:
    case HOOK_REPEAT:
    case HOOK_DROP:
    case HOOK_FORGE:
    case HOOK_SHUFFLE:
    case HOOK_LATE:
    case HOOK_CONTRADICT:
    case FILE_FAILS:
    case FILE_FLOAT:
    case FILE_FLOAT_LATE:
    case ITEM_PLOT:
        httpd_answer(x->request, x->http, type, body);
        break;
    }
}

/* Requests. */

/* The two bodies as recorded (1.4): no key is 401 and flat, a wrong one is 403
 * in the envelope. */
static int
authenticate_secret(struct exchange *x)
{
    const char *header = httpd_header(x->request, "Authorization");
    const struct str bearer = STR("Bearer ");
    struct str given = str_of(header);

    if (given.len <= bearer.len || !str_eq(str_cut(given, bearer.len), bearer))
        refusal_http(&x->refusal, 401);
    else if (!crypto_same((struct str){ given.p + bearer.len,
                                      given.len - bearer.len },
                        secret_view(&x->sandbox->key)))
        refusal_http(&x->refusal, 403);
    else
        return 0;
    return -1;
}

/* The publishable key comes in any of three ways (1.2). */
static int
authenticate_public(struct exchange *x)
{
    const struct sandbox *s = x->sandbox;
    struct str given =
        str_of(httpd_header(x->request, "X-IntaSend-Public-API-Key"));

    if (given.len == 0)
        given = str_of(httpd_header(x->request, "INTASEND_PUBLIC_API_KEY"));
    if (given.len == 0)
        given = ask_text(x->body, "public_key");
    if (given.len == 0)
        return authenticate_secret(x);
    if (!s->switches.public_key || str_eq(given, str_of(s->public_key)))
        return 0;
    refusal_http(&x->refusal, 403);
    return -1;
}

/* With a refusal about the key when it is not 0, whatever stood there. */
static int
authenticate(struct exchange *x, const struct route *route)
{
    int expired = (int)x->sandbox->switches.expired_key;

    if (route->access == ACCESS_OPEN)
        return 0;
    if (expired != 0) {
        refusal_http(&x->refusal, expired);
        return -1;
    }
    return route->access == ACCESS_PUBLIC ? authenticate_public(x)
                                          : authenticate_secret(x);
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
        note.fault = faults_kind_name(fault);
    if (x->file != NULL)
        memcpy(note.file_id, x->file->file_id, sizeof(note.file_id));
    diary_add(&x->sandbox->diary, &note);
    log_event(LOG_INFO, "sandbox_request",
              L_STR("endpoint", faults_endpoint_name(route->on)),
              L_I64("http", x->http), L_STR("file_id", note.file_id),
              L_STR("fault", note.fault));
}

/* What a fault does to the way in which a file is told. */
static void
exchange_manner(struct exchange *x, const struct fault *fault)
{
    struct manner *m = &x->manner;

    if (fault == NULL)
        return;
    m->twisted = fault->kind == FAULT_FOREIGN;
    m->wrong_ref = fault->kind == FAULT_WRONG_REF;
    m->reorder = fault->kind == FAULT_REORDER;
    m->missing = fault->kind == FAULT_MISSING;
}

/* With the right key: what the provider would do, and what a fault makes of
 * it. */
static void
exchange_run(struct exchange *x, const struct route *route)
{
    const struct fault *fault;
    const struct payfile *about;

    if (x->refusal.http == 0 && route->read != NULL)
        route->read(x);
    about = x->file != NULL ? x->file : x->draft;
    fault = faults_hit(&x->sandbox->faults, route->on, about);
    exchange_manner(x, fault);
    if (fault != NULL && fault->kind == FAULT_DROP_BEFORE) {
        x->http = 0;
        httpd_drop(x->request);
    } else if (fault != NULL && fault->kind == FAULT_STATUS) {
        answer_status(x, fault);
    } else {
        if (exchange_do(x, route) < 0) {
            x->http = x->refusal.http;
            buf_clear(&x->out);
            refusal_json(&x->out, &x->refusal, x->sandbox->switches.errors);
        }
        answer(x, fault);
    }
    exchange_note(x, route, fault);
}

static void
api_handle(struct sandbox *s, struct httpd_request *r,
           const struct route *route)
{
    char name[NAME_BYTES];
    struct exchange x = { .sandbox = s, .request = r, .http = 200,
                          .now_us = clock_wall_us(), .name = name,
                          .manner = s->switches.manner };

    buf_init(&x.out, FIGURE_ANSWER_BYTES_MAX);
    routes_name(route, httpd_path(r), name, sizeof(name));
    if (strcmp(route->method, "POST") == 0
        && ask_json(&x.body, httpd_body(r), &x.refusal) < 0)
        x.body = NULL;
    /* The body first: a public key may be in it. */
    if (s->ledger.broken)
        refusal_http(&x.refusal, 500);
    if (!s->ledger.broken && authenticate(&x, route) == 0) {
        exchange_run(&x, route);
    } else {
        x.http = x.refusal.http;
        answer_refusal(s, r, &x.refusal);
        exchange_note(&x, route, NULL);
    }
    json_decref(x.body);
    payfile_free(x.draft);
    buf_release(&x.out);
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
    const char *path = httpd_path(r), *method = httpd_method(r);
    bool known, other;
    const struct route *route = routes_find(method, path, false, &known);
    struct refusal no;

    /* Paths without an own meaning are tried last, as Django does. */
    if (route != NULL) {
        api_handle(s, r, route);
    } else if (known) {
        refusal_flat(&no, 405, "Method not allowed.");
        answer_refusal(s, r, &no);
    } else if (strncmp(path, "/_", 2) == 0) {
        control_handle(s, r);
    } else if (routes_find(method, path, true, &other) != NULL) {
        redirect(r);
    } else {
        answer_http(s, r, 404);
    }
}
