#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "sandbox/cash_inside.h"

#define API  "/api/"
#define JSON "application/json"
#define HTML "text/html; charset=UTF-8"
#define DRIP_BYTES 16
#define LOGIN "/login"

static const struct route {
    const char *method;
    const char *path;           /* behind /api/ */
    enum cash_call call;
    void (*act)(struct cash_exchange *);
} routes[] = {
    { "POST", "b2c", CALL_B2C, cash_pay_b2c },
    { "GET", "get_transactions", CALL_GET, cash_list_get },
    { "POST", "update_transaction", CALL_UPDATE, cash_list_update },
    { "POST", "post_transaction", CALL_POST, cash_list_post },
    { "POST", "checkout", CALL_CHECKOUT, cash_other_checkout },
    { "POST", "sms", CALL_SMS, cash_other_sms },
    { "POST", "intiate_transfer", CALL_TRANSFER, cash_other_transfer },
    { "POST", "initiate_transfer", CALL_TRANSFER, cash_other_transfer },
};

/* Framework pages: what an unexpected case looks like (contract 1). */
static const char whoops[] =
    "<!DOCTYPE html>\n<html><head><title>Whoops, looks like something went "
    "wrong.</title></head>\n<body><h1>Whoops, looks like something went "
    "wrong.</h1></body></html>\n";
static const char login[] =
    "<!DOCTYPE html>\n<html><head><meta http-equiv=\"refresh\" "
    "content=\"1;url=/login\" /></head>\n<body>Redirecting to "
    "<a href=\"/login\">/login</a>.</body></html>\n";

static bool
path_served(const struct cash *s, const struct route *r)
{
    int64_t rule = s->rules.is[RULE_TRANSFER_PATH];

    if (r->call != CALL_TRANSFER || rule == PATH_BOTH)
        return true;
    return (strcmp(r->path, "intiate_transfer") == 0)
        == (rule == PATH_DOCUMENTED);
}

static const struct route *
route_find(const struct cash *s, const char *path)
{
    const size_t api = strlen(API);

    if (strncmp(path, API, api) != 0)
        return NULL;
    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
        if (strcmp(routes[i].path, path + api) == 0
            && path_served(s, &routes[i]))
            return &routes[i];
    return NULL;
}

/* Answers. */

/* What a code is called in its envelope (1.1). */
static void
refusal_words(const struct cash_exchange *x, int *system, char text[80])
{
    *system = x->http == 400 || x->http == 429 ? 900 : x->http == 403 ? 903
        : x->http == 404 ? 904 : 1000;
    snprintf(text, 80, "%s", x->http == 400 ? "Input validation failed."
             : x->http == 403 ? "Forbidden or Don't own"
             : x->http == 429 ? "Too Many Requests"
             : "Internal Server Error");
    if (x->http == 404)
        snprintf(text, 80, "%s not found.", x->about);
}

static void
write_refusal(struct cash_exchange *x)
{
    bool snake = x->token || x->cash->rules.is[RULE_SNAKE] != 0;
    const struct cash_rules *r = &x->cash->rules;
    char text[80];
    int system;

    refusal_words(x, &system, text);
    buf_clear(&x->out);
    buf_printf(&x->out, "{\"%s\":", snake ? "http_status_code"
                                          : "httpStatusCode");
    cash_rows_i64(&x->out, r, x->http);
    buf_printf(&x->out, ",\"%s\":", snake ? "system_code" : "systemCode");
    cash_rows_i64(&x->out, r, system);
    buf_text(&x->out, ",\"message\":");
    cash_rows_json(&x->out, str_of(text));
    buf_text(&x->out, ",\"data\":[");
    buf_str(&x->out, buf_view(&x->list));
    buf_text(&x->out, "]}");
}

/* With no fault: the switches that are faults by themselves. */
static void
answer_plain(struct cash_exchange *x, const struct route *route)
{
    const int64_t *rule = x->cash->rules.is;

    if (x->http != 200 && rule[RULE_ERROR_HTML] != 0) {
        x->http = 500;
        httpd_answer(x->request, 500, HTML, str_of(whoops));
    } else if (route->call == CALL_B2C && rule[RULE_ANSWERS_LOST] != 0
               && x->http == 200) {
        x->http = 0;
        httpd_drop(x->request);
    } else if (rule[RULE_ANSWER_DELAY_MS] > 0) {
        late_add(&x->cash->late, x->request, x->http, &x->out,
                 x->now_us + rule[RULE_ANSWER_DELAY_MS] * 1000);
    } else {
        httpd_answer(x->request, x->http, JSON, buf_view(&x->out));
    }
}

/* Everything is done and on the disk; the fault decides what is heard. */
static void
answer(struct cash_exchange *x, const struct route *route,
       const struct cash_fault *fault)
{
    struct str body = buf_view(&x->out);

    switch (fault != NULL ? fault->kind : CASH_STATUS) {
    case CASH_DROP_BEFORE:
    case CASH_DROP_AFTER:
        x->http = 0;
        httpd_drop(x->request);
        break;
    case CASH_DELAY:
        late_add(&x->cash->late, x->request, x->http, &x->out,
                 x->now_us + fault->delay_ms * 1000);
        break;
    case CASH_TRUNCATE:
        httpd_answer_part(x->request, x->http, JSON, body, body.len / 2);
        break;
    case CASH_GARBAGE:
        httpd_answer(x->request, x->http, JSON,
                     STR("{\"httpStatusCode\":\x01\xff\xfe{{\"data"));
        break;
    case CASH_HTML:
        x->http = (int)fault->http;
        httpd_answer(x->request, x->http, HTML, str_of(whoops));
        break;
    case CASH_DRIP:
        httpd_answer_drip(x->request, x->http, JSON, body, DRIP_BYTES,
                          1 + fault->delay_ms * DRIP_BYTES
                          / (int64_t)(body.len + 1));
        break;
    case CASH_STATUS:
    case CASH_REPEAT:
    case CASH_DROP:
    case CASH_FORGE:
    case CASH_LATE:
    case CASH_CONTRADICT:
        answer_plain(x, route);
        break;
    }
}

static void
answer_status(struct cash_exchange *x, const struct cash_fault *fault)
{
    char seconds[24];

    if (fault->retry_after_s > 0) {
        snprintf(seconds, sizeof(seconds), "%lld",
                 (long long)fault->retry_after_s);
        httpd_add_header(x->request, "Retry-After", seconds);
    }
    x->http = (int)fault->http;
    x->about = "Page";
    write_refusal(x);
    if (x->cash->rules.is[RULE_ERROR_HTML] != 0)
        httpd_answer(x->request, x->http, HTML, str_of(whoops));
    else
        httpd_answer(x->request, x->http, JSON, buf_view(&x->out));
}

/* Requests. */

static void
on_argument(void *owner, struct str name, struct str value)
{
    cash_form_add(owner, name, value);
}

/* PHP counts the variables of the query and of the body apart; the body's win
 * over the query's of the same name. */
static void
read_form(struct cash_exchange *x)
{
    httpd_each_query(x->request, on_argument, &x->form);
    cash_form_read(&x->form, httpd_body(x->request),
                   x->cash->rules.is[RULE_INPUT_VARS_MAX]);
}

/* The known error stands on the field api_key, not hash (1.1). */
static void
refuse_key(struct cash_exchange *x)
{
    x->cash->diary.refused++;
    switch (x->cash->rules.is[RULE_BAD_KEY]) {
    case BAD_KEY_TOKEN:
        x->token = true;
        cash_check_field(x, "token", "Invalid login token");
        break;
    case BAD_KEY_HASH:
        cash_check_field(x, "hash", "Invalid hash");
        break;
    default:
        cash_check_field(x, "api_key", "Invalid hash");
        break;
    }
}

static int
check_key(struct cash_exchange *x)
{
    const struct cash *s = x->cash;
    char hash[SHA256_HEX];

    if (cash_form_hash(&x->form, secret_view(&s->secret),
                       s->rules.is[RULE_HASH_ARRAYS] == ARRAYS_WORD, hash) < 0)
        x->http = 500;
    else if (!crypto_same(cash_form_get(&x->form, "api_key"),
                          secret_view(&s->key))
             || !crypto_same(cash_form_get(&x->form, "hash"), str_of(hash)))
        refuse_key(x);
    return x->http == 200 ? 0 : -1;
}

/* Without format=json the framework answers with a page (1). */
static int
check_format(struct cash_exchange *x)
{
    if (str_eq(cash_form_get(&x->form, "format"), STR("json")))
        return 0;
    if (x->cash->rules.is[RULE_FORMAT_REDIRECT] != 0) {
        httpd_add_header(x->request, "Location", LOGIN);
        x->http = 302;
    } else {
        cash_check_field(x, "format", "The selected format is invalid.");
    }
    return -1;
}

static bool
pays(const void *owner, struct str phone)
{
    const struct cash_form *f = owner;
    const struct cash_entry *e;
    char sent[24];

    if (cash_check_phone(cash_form_get(f, "phone"), sent) == 0
        && str_eq(str_of(sent), phone))
        return true;
    for (int i = 0; i < f->nentries; i++) {
        e = &f->entries[i];
        if (cash_check_phone(cash_form_in(f, e, "phone"), sent) == 0
            && str_eq(str_of(sent), phone))
            return true;
    }
    return false;
}

static void
note(struct cash_exchange *x, const struct route *route,
     const struct cash_fault *fault)
{
    struct cash_diary *d = &x->cash->diary;
    struct cash_note n = { x->now_us, route->call, x->http, x->taken,
                           fault != NULL ? cash_faults_kind_name(fault->kind)
                                         : NULL };

    d->list[d->n++ % CASH_DIARY_MAX] = n;
    d->counts[route->call]++;
    log_event(LOG_INFO, "sandbox_sapama_request",
              L_STR("endpoint", cash_faults_call_name(route->call)),
              L_I64("http", x->http), L_I64("taken", x->taken),
              L_STR("fault", n.fault));
}

/*
 * The order is the promise of a stand-in: find out, then the fault that
 * prevents, then do, then the disk, then the answer or the fault that spoils
 * it.
 */
static void
run(struct cash_exchange *x, const struct route *route)
{
    const struct cash_fault *fault = cash_faults_hit(
        &x->cash->faults, route->call, pays, &x->form);

    if (fault != NULL && fault->kind == CASH_DROP_BEFORE) {
        x->http = 0;
        httpd_drop(x->request);
    } else if (fault != NULL && fault->kind == CASH_STATUS) {
        answer_status(x, fault);
    } else {
        route->act(x);
        if (x->http == 200 && (cash_ledger_sync(&x->cash->ledger) < 0
                               || x->out.failed))
            x->http = 500;
        if (x->http != 200)
            write_refusal(x);
        answer(x, route, fault);
    }
    note(x, route, fault);
}

static void
api_handle(struct cash *s, struct httpd_request *r, const struct route *route)
{
    struct cash_exchange x = { .cash = s, .request = r, .http = 200,
                               .now_us = clock_wall_us() };

    buf_init(&x.out, CASH_ANSWER_BYTES_MAX);
    buf_init(&x.list, CASH_FORM_BYTES_MAX);
    read_form(&x);
    if (s->ledger.broken || x.form.failed)
        x.http = 500;
    if (x.http == 200 && check_format(&x) == 0 && check_key(&x) == 0) {
        run(&x, route);
    } else {
        if (x.http == 302) {
            httpd_answer(r, 302, HTML, str_of(login));
        } else {
            write_refusal(&x);
            answer_plain(&x, route);
        }
        note(&x, route, NULL);
    }
    cash_form_release(&x.form);
    buf_release(&x.list);
    buf_release(&x.out);
}

/* The HTTP server's edge: its void pointer becomes a stand-in. */
void
cash_front_handle(void *owner, struct httpd_request *r)
{
    struct cash *s = owner;
    const char *path = httpd_path(r);
    const struct route *route = route_find(s, path);

    if (strncmp(path, "/_", 2) == 0)
        cash_control_handle(s, r);
    else if (route == NULL)
        httpd_answer(r, 404, HTML, str_of(whoops));
    else if (strcmp(route->method, httpd_method(r)) != 0)
        httpd_answer(r, 405, HTML, str_of(whoops));
    else
        api_handle(s, r, route);
}
