#include "base/clock.h"
#include "money/money.h"
#include "sandbox/cash_inside.h"
#include "sandbox/paperwork.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define JSON   "application/json"
#define DIARY_DEFAULT 100

/* A control request: its body read, its answer being written. */
struct control {
    struct cash *cash;
    struct httpd_request *request;
    json_t      *body;
    int          http;
    struct buf   why;           /* of a 400                                 */
    const char  *type;
    struct buf   out;
};

/*
 * The other door: not the provider's, and without a key, because the sandbox
 * belongs on loopback and moves no real money.
 */

static int
faults_get(struct control *c)
{
    cash_faults_json(&c->out, &c->cash->faults);
    return 0;
}

static int
faults_delete(struct control *c)
{
    c->cash->faults.n = 0;
    return faults_get(c);
}

static int
faults_post(struct control *c)
{
    /* For clients that know no DELETE. */
    if (json_is_true(json_object_get(c->body, "clear")))
        return faults_delete(c);
    if (cash_faults_add(&c->cash->faults, c->body, &c->why) < 0)
        return -1;
    return faults_get(c);
}

static int
books_summary(struct control *c)
{
    cash_view_summary(&c->out, c->cash);
    return 0;
}

/* A change of a balance is an event of the books like any other. */
static int
wallet_post(struct control *c)
{
    const json_t *text = json_object_get(c->body, "balance");
    const json_t *location = json_object_get(c->body, "location_id");
    int64_t minor = 0;
    int till = 0;

    if (location != NULL)
        till = cash_books_till(&c->cash->ledger.books,
                               json_integer_value(location));
    if (minor_parse(&minor, str_of(json_string_value(text)), 2) < 0
        || minor < 0 || till < 0) {
        buf_text(&c->why, "balance is an amount such as \"150000.00\"; "
                 "location_id is the number of a till");
        return -1;
    }
    cash_ledger_set_balance(&c->cash->ledger, till, minor, clock_wall_us());
    if (cash_ledger_sync(&c->cash->ledger) < 0) {
        c->http = 500;
        return -1;
    }
    return books_summary(c);
}

/* Not in the books: a secret is written nowhere.  What is not given stays. */
static int
key_post(struct control *c)
{
    const char *key = json_string_value(json_object_get(c->body, "key"));
    const char *secret = json_string_value(json_object_get(c->body,
                                                           "secret"));

    if (key == NULL && secret == NULL) {
        buf_text(&c->why, "key or secret or both");
        return -1;
    }
    if ((key != NULL && secret_set(&c->cash->key, str_of(key)) < 0)
        || (secret != NULL
            && secret_set(&c->cash->secret, str_of(secret)) < 0)) {
        c->http = 500;
        return -1;
    }
    buf_text(&c->out, "{\"changed\":true}");
    return 0;
}

static int
rules_get(struct control *c)
{
    cash_rules_json(&c->out, &c->cash->rules);
    return 0;
}

static int
rules_post(struct control *c)
{
    if (cash_rules_set(&c->cash->rules, c->body, &c->why) < 0)
        return -1;
    return rules_get(c);
}

static int
books_payments(struct control *c)
{
    struct str account = str_of(httpd_query(c->request, "account"));

    if (str_eq(str_of(httpd_query(c->request, "format")), STR("csv"))) {
        c->type = "text/csv";
        cash_view_csv(&c->out, c->cash, account);
    } else {
        cash_view_payments(&c->out, c->cash, account, false);
    }
    return 0;
}

static int
books_double(struct control *c)
{
    cash_view_payments(&c->out, c->cash, STR(""), true);
    return 0;
}

static int
books_requests(struct control *c)
{
    const char *text = httpd_query(c->request, "last");
    int64_t last = DIARY_DEFAULT;

    if (text != NULL && str_i64(&last, str_of(text)) < 0) {
        buf_text(&c->why, "last is a whole number");
        return -1;
    }
    cash_view_requests(&c->out, c->cash, last);
    return 0;
}

static int
books_statement(struct control *c)
{
    c->type = "text/plain";
    if (paperwork_till(&c->out, &c->cash->ledger.books,
                         httpd_query(c->request, "format")) < 0) {
        buf_text(&c->why, "format is mpesa, camt053, mt940 or bank-csv");
        return -1;
    }
    return 0;
}

static const struct tool {
    const char *method;
    const char *path;
    int (*run)(struct control *);
} tools[] = {
    { "GET", "/_faults", faults_get },
    { "POST", "/_faults", faults_post },
    { "DELETE", "/_faults", faults_delete },
    { "POST", "/_wallet", wallet_post },
    { "POST", "/_key", key_post },
    { "GET", "/_rules", rules_get },
    { "POST", "/_rules", rules_post },
    { "GET", "/_books/summary", books_summary },
    { "GET", "/_books/payments", books_payments },
    { "GET", "/_books/double", books_double },
    { "GET", "/_books/requests", books_requests },
    { "GET", "/_books/statement", books_statement },
};

static const struct tool *
tool_find(const char *method, const char *path)
{
    for (size_t i = 0; i < LEN(tools); i++)
        if (strcmp(tools[i].method, method) == 0
            && strcmp(tools[i].path, path) == 0)
            return &tools[i];
    return NULL;
}

static int
control_run(struct control *c, const struct tool *tool)
{
    struct str body = httpd_body(c->request);

    if (tool == NULL) {
        c->http = 404;
        buf_text(&c->why, "there is no such tool");
        return -1;
    }
    if (strcmp(tool->method, "POST") == 0) {
        c->body = json_loadb(body.p != NULL ? body.p : "", body.len, 0, NULL);
        if (!json_is_object(c->body)) {
            buf_text(&c->why, "the body is a JSON object");
            return -1;
        }
    }
    return tool->run(c);
}

void
cash_control_handle(struct cash *s, struct httpd_request *r)
{
    struct control c = { .cash = s, .request = r, .type = JSON };

    buf_init(&c.out, CASH_ANSWER_BYTES_MAX);
    buf_init(&c.why, CASH_TEXT_MAX);
    if (control_run(&c, tool_find(httpd_method(r), httpd_path(r))) < 0) {
        c.http = c.http != 0 ? c.http : 400;
        c.type = JSON;
        buf_clear(&c.out);
        buf_text(&c.out, "{\"error\":");
        buf_json(&c.out, buf_view(&c.why));
        buf_char(&c.out, '}');
    } else {
        c.http = 200;
    }
    httpd_answer(r, c.http, c.type, buf_view(&c.out));
    json_decref(c.body);
    buf_release(&c.why);
    buf_release(&c.out);
}
