#include "base/clock.h"
#include "money/money.h"
#include "sandbox/ask.h"
#include "sandbox/inside.h"
#include "sandbox/paperwork.h"
#include "sandbox/rules.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define JSON   "application/json"
#define DELAY_MS_MAX  (15 * 60 * 1000)
#define DIARY_DEFAULT 100

/* A control request: its body read, its answer being written. */
struct control {
    struct sandbox *sandbox;
    struct httpd_request *request;
    json_t         *body;
    struct refusal  refusal;
    const char     *type;
    struct buf      out;
};

/*
 * The other door: not the provider's, and without a key, because the sandbox
 * belongs on loopback and moves no real money.
 */

/* Faults. */

/* A whole number of at least 0, left alone when it is not given. */
static int
fault_number(int64_t *out, const json_t *o, const char *key,
             struct refusal *no)
{
    if (ask_i64(out, o, key) < 0 || *out < 0)
        return refusal_field(no, key, "A whole number.");
    return 0;
}

static int
fault_numbers(struct fault *f, const json_t *o, struct refusal *no)
{
    int64_t http = f->kind == FAULT_HTML ? 502 : 503;

    f->times = f->bytes = 1;
    if (ask_i64(&http, o, "http") < 0 || http < 200 || http > 599)
        return refusal_field(no, "http", "A status from 200 to 599.");
    f->http = (int)http;
    if (fault_number(&f->retry_after_s, o, "retry_after", no) < 0
        || fault_number(&f->delay_ms, o, "delay_ms", no) < 0
        || fault_number(&f->bytes, o, "bytes", no) < 0
        || fault_number(&f->skip, o, "skip", no) < 0
        || fault_number(&f->times, o, "times", no) < 0
        || fault_number(&f->per_mille, o, "per_mille", no) < 0
        || fault_number(&f->seed, o, "seed", no) < 0)
        return -1;
    if (f->delay_ms > DELAY_MS_MAX)
        return refusal_field(no, "delay_ms", "At most %d milliseconds.",
                             DELAY_MS_MAX);
    if (f->per_mille > 1000)
        return refusal_field(no, "per_mille", "At most 1000.");
    if (f->kind == HOOK_REPEAT
        && (f->times < 1 || f->times > FIGURE_HOOK_COPIES_MAX))
        return refusal_field(no, "times", "From 1 to %d copies.",
                             FIGURE_HOOK_COPIES_MAX);
    return 0;
}

static int
faults_get(struct control *c)
{
    faults_json(&c->out, &c->sandbox->faults);
    return 0;
}

static int
faults_delete(struct control *c)
{
    faults_clear(&c->sandbox->faults);
    return faults_get(c);
}

static int
faults_post(struct control *c)
{
    struct fault f = { 0 };
    struct refusal *no = &c->refusal;

    /* For clients that know no DELETE. */
    if (json_is_true(json_object_get(c->body, "clear")))
        return faults_delete(c);
    if (faults_endpoint_read(&f.on, ask_text(c->body, "on")) < 0)
        return refusal_field(no, "on", "initiate, approve, status, cancel, "
                             "wallets ... any, webhook, item or file: see "
                             "README.md.");
    if (faults_kind_read(&f, ask_text(c->body, "do")) < 0)
        return refusal_field(no, "do", "Not a fault of \"%s\": see README.md.",
                             faults_endpoint_name(f.on));
    if (str_copy(f.account, sizeof(f.account),
                 ask_text(c->body, "account")) < 0)
        return refusal_field(no, "account", "At most %d characters.",
                             FIGURE_ACCOUNT_MAX);
    if (fault_numbers(&f, c->body, no) < 0)
        return -1;
    if (faults_add(&c->sandbox->faults, &f) < 0)
        return refusal_request(no, "There are %d faults already.",
                               FIGURE_FAULTS_MAX);
    return faults_get(c);
}

/* Balance, key, rules. */

/* A change of the balance is an event of the books like any other. */
static int
wallet_post(struct control *c)
{
    const struct wallets *all = &c->sandbox->ledger.books.wallets;
    struct str id = ask_text(c->body, "wallet_id");
    const struct wallet *w = id.p == NULL ? all->list[0]
                                          : wallets_find(all, id);
    int64_t minor = 0;

    if (w == NULL || strcmp(w->ccy, "KES") != 0)
        return refusal_field(&c->refusal, "wallet_id",
                             "A wallet in KES of these books.");
    if (minor_parse(&minor, ask_text(c->body, "balance"), 2) < 0)
        return refusal_field(&c->refusal, "balance",
                             "An amount such as \"150000.00\".");
    ledger_set_balance(&c->sandbox->ledger, w->n, minor, clock_wall_us());
    if (ledger_sync(&c->sandbox->ledger) < 0) {
        refusal_http(&c->refusal, 500);
        return -1;
    }
    bookview_summary(&c->out, c->sandbox);
    return 0;
}

/* Not in the books: a secret is written nowhere.  A restart knows only the
 * key that it was started with. */
static int
key_post(struct control *c)
{
    struct str secret = ask_text(c->body, "secret");

    if (secret.len == 0)
        return refusal_field(&c->refusal, "secret", "It may not be empty.");
    if (secret_set(&c->sandbox->key, secret) < 0) {
        refusal_http(&c->refusal, 500);
        return -1;
    }
    buf_text(&c->out, "{\"changed\":true}");
    return 0;
}

static int
rules_get(struct control *c)
{
    rules_json(&c->out, c->sandbox);
    return 0;
}

static int
rules_post(struct control *c)
{
    if (rules_read(c->sandbox, c->body, &c->refusal) < 0)
        return -1;
    return rules_get(c);
}

static int
pay_post(struct control *c)
{
    return checkouts_pay(c->sandbox, c->body, &c->out, &c->refusal);
}

/* The books. */

static int
books_summary(struct control *c)
{
    bookview_summary(&c->out, c->sandbox);
    return 0;
}

static int
books_payments(struct control *c)
{
    const struct books *b = &c->sandbox->ledger.books;
    struct str account = str_of(httpd_query(c->request, "account"));

    if (str_eq(str_of(httpd_query(c->request, "format")), STR("csv"))) {
        c->type = "text/csv";
        bookview_csv(&c->out, b, account);
    } else {
        bookview_payments(&c->out, b, account, false);
    }
    return 0;
}

static int
books_double(struct control *c)
{
    bookview_payments(&c->out, &c->sandbox->ledger.books, STR(""), true);
    return 0;
}

static int
books_requests(struct control *c)
{
    const char *text = httpd_query(c->request, "last");
    int64_t last = DIARY_DEFAULT;

    if (text != NULL && str_i64(&last, str_of(text)) < 0)
        return refusal_field(&c->refusal, "last", "A whole number.");
    diary_json(&c->out, &c->sandbox->diary, last);
    return 0;
}

static int
books_statement(struct control *c)
{
    c->type = "text/plain";
    if (paperwork_wallet(&c->out, &c->sandbox->ledger.books,
                         httpd_query(c->request, "format")) < 0)
        return refusal_field(&c->refusal, "format", "mpesa, camt053, mt940 or "
                             "bank-csv.");
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
    { "POST", "/_pay", pay_post },
    { "GET", "/_books/summary", books_summary },
    { "GET", "/_books/payments", books_payments },
    { "GET", "/_books/double", books_double },        /* twice */
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
    if (tool == NULL)
        return refusal_flat(&c->refusal, 404, "Not found.");
    if (strcmp(tool->method, "POST") == 0
        && ask_json(&c->body, httpd_body(c->request), &c->refusal) < 0)
        return -1;
    return tool->run(c);
}

void
control_handle(struct sandbox *s, struct httpd_request *r)
{
    struct control c = { .sandbox = s, .request = r, .type = JSON };
    int http = 200;

    buf_init(&c.out, FIGURE_ANSWER_BYTES_MAX);
    if (control_run(&c, tool_find(httpd_method(r), httpd_path(r))) < 0) {
        buf_clear(&c.out);
        refusal_json(&c.out, &c.refusal, REFUSAL_ENVELOPE);
        http = c.refusal.http;
        c.type = JSON;
    }
    httpd_answer(r, http, c.type, buf_view(&c.out));
    json_decref(c.body);
    buf_release(&c.out);
}
