#include "sandbox/cash_callback.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "net/http.h"
#include "sandbox/cash_inside.h"

/* What the provider's sender calls itself (contract 2.1). */
#define AGENT "Guzzle/4.2.4 curl/7.58.0 " \
              "PHP/5.6.40-29+ubuntu18.04.1+deb.sury.org+1"
#define FORM_TYPE "application/x-www-form-urlencoded"
#define RETRY_MS  60000
#define CHANCES   1024

struct cash_callback {
    struct cash_callback *next, *prev;  /* while it flies                  */
    struct cash     *cash;              /* NULL: released, nobody cares    */
    uint32_t         row;
    int              tries;
    char             base[1024];
    struct request   request;
    struct http_call *call;
};

static void
callback_free(struct cash_callback *c)
{
    request_release(&c->request);
    free(c);
}

/* Writing it out. */

/* As rawurlencode() (a blank is %20) or urlencode() (a blank is +, and the
 * tilde is encoded, too). */
static void
encode(struct buf *out, struct str s, bool plus)
{
    static const char plain[] = "-_.ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        "abcdefghijklmnopqrstuvwxyz0123456789";

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c == ' ' && plus)
            buf_char(out, '+');
        else if (c != 0 && (strchr(plain, c) != NULL || (c == '~' && !plus)))
            buf_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}

/* Is ${name} in the query of the URL already?  Then the URL's value wins. */
static bool
url_has(struct str query, struct str name)
{
    struct cash_form f = { 0 };
    bool has;

    cash_form_read(&f, query, 0);
    has = false;
    for (int i = 0; i < f.n; i++)
        has = has || str_eq(f.fields[i].base, name);
    cash_form_release(&f);
    return has;
}

static void
write_fields(struct buf *out, const struct cash_form *f, struct str query,
             bool plus, bool first)
{
    for (int i = 0; i < f->n; i++) {
        if (query.len > 0 && url_has(query, f->fields[i].base))
            continue;
        if (!first)
            buf_char(out, '&');
        first = false;
        encode(out, f->fields[i].base, plus);
        buf_char(out, '=');
        encode(out, f->fields[i].value, plus);
    }
}

/* "http://host:1/a?b=c" is the base "http://host:1/" and the path "a?b=c". */
static int
address(struct cash_callback *c, const char *url)
{
    const char *host = strstr(url, "://");
    size_t n = host != NULL ? (size_t)(host + 3 - url) : 0;

    n += strcspn(url + n, "/?#");
    if (host == NULL
        || str_copy(c->base, sizeof(c->base) - 1, (struct str){ url, n }) < 0)
        return -1;
    c->base[n] = '/';
    c->base[n + 1] = '\0';
    url += n + (url[n] == '/' ? 1 : 0);
    return str_copy(c->request.path, sizeof(c->request.path),
                    (struct str){ url, strcspn(url, "#") });
}

static int
write_request(struct cash_callback *c, const struct cash *s,
              const struct cash_form *f, bool get)
{
    bool plus = s->rules.is[get ? RULE_GET_SPACE : RULE_POST_SPACE]
        == SPACE_PLUS;
    const char *at = strchr(c->request.path, '?');
    struct str query = str_of(at != NULL ? at + 1 : "");
    struct buf out = { 0 };
    int rc = 0;

    c->request.method = get ? "GET" : "POST";
    c->request.changes = true;          /* one delivery, never repeated */
    if (!get) {
        c->request.content_type = FORM_TYPE;
        buf_init(&c->request.body, CASH_FORM_BYTES_MAX);
        write_fields(&c->request.body, f, STR(""), plus, true);
        return c->request.body.failed ? -1 : 0;
    }
    buf_init(&out, CASH_FORM_BYTES_MAX);
    buf_text(&out, c->request.path);
    if (at == NULL)
        buf_char(&out, '?');
    write_fields(&out, f, s->rules.is[RULE_URL_WINS] != 0 ? query : STR(""),
                 plus, query.len == 0);
    if (out.failed || str_copy(c->request.path, sizeof(c->request.path),
                               buf_view(&out)) < 0)
        rc = -1;
    buf_release(&out);
    return rc;
}

static bool
by_get(const struct cash *s, const struct cash_row *row)
{
    switch (s->rules.is[RULE_CALLBACK_METHOD]) {
    case METHOD_GET:
        return true;
    case METHOD_POST:
        return false;
    default:
        return str_ieq(str_of(cash_row_word(row, WORD_METHOD)), STR("get"));
    }
}

static void
put(struct cash *s, const struct cash_row *row, enum cash_tell tell,
    bool forged, int64_t due_us)
{
    struct cash_callback *c = calloc(1, sizeof(*c));
    struct cash_form f = { 0 };

    cash_tell_fields(&f, s, row, tell, forged);
    if (c == NULL || f.failed
        || address(c, cash_row_word(row, WORD_CALLBACK_URL)) < 0
        || write_request(c, s, &f, by_get(s, row)) < 0
        || cash_due_put(&s->callbacks.waiting, due_us, row->n, c) < 0) {
        s->callbacks.dropped++;
        if (c != NULL)
            callback_free(c);
    } else {
        c->cash = s;
        c->row = row->n;
    }
    cash_form_release(&f);
}

/* What becomes of it on the way. */

static bool
is_about(const void *owner, struct str phone)
{
    return str_eq(str_of(cash_row_word(owner, WORD_PHONE)), phone);
}

static const struct cash_fault *
hit(struct cash *s, enum cash_fault_kind kind, const struct cash_row *row)
{
    return cash_faults_callback(&s->faults, kind, is_about, row);
}

static int64_t
delay_us(struct cash *s, const struct cash_row *row, int copy)
{
    const struct cash_fault *late = hit(s, CASH_LATE, row);
    uint64_t text[4] = { s->play.seed, row->n, (uint64_t)row->steps,
                         (uint64_t)copy };
    uint64_t chance = hash64((struct str){ (const char *)text, sizeof(text) })
        % CHANCES;
    int64_t ms = s->rules.is[RULE_CALLBACK_DELAY_MS]
        + s->rules.is[RULE_CALLBACK_SHUFFLE_MS] * (int64_t)chance / CHANCES;

    return (ms + (late != NULL ? late->delay_ms : 0)) * 1000;
}

void
cash_callback_note(struct cash *s, const struct cash_row *row,
                   enum cash_tell tell, int64_t now_us)
{
    const struct cash_fault *repeat = hit(s, CASH_REPEAT, row);
    int64_t copies = repeat != NULL ? repeat->copies
                                    : s->rules.is[RULE_CALLBACK_COPIES];
    bool forged = hit(s, CASH_FORGE, row) != NULL
        || s->rules.is[RULE_CALLBACK_FORGE] != 0;
    bool contradict = hit(s, CASH_CONTRADICT, row) != NULL
        || s->rules.is[RULE_CALLBACK_CONTRADICT] != 0;
    int64_t last_us = now_us;

    if (cash_row_word(row, WORD_CALLBACK_URL)[0] == '\0')
        return;
    if (copies == 0 || hit(s, CASH_DROP, row) != NULL) {
        s->callbacks.dropped++;
        return;
    }
    for (int i = 0; i < copies; i++) {
        last_us = now_us + delay_us(s, row, i);
        put(s, row, tell, forged, last_us);
    }
    if (contradict)
        put(s, row, tell == TELL_PAID ? TELL_FAILED : TELL_PAID, forged,
            last_us + 1);
}

/* Sending. */

/* Merchants answer {"type": "success"} and so on; what else comes leaves the
 * row as it was (2.3). */
static void
take_answer(struct cash *s, const struct cash_callback *c,
            const struct reply *reply)
{
    json_t *body = json_loadb(reply->body.p != NULL ? reply->body.p : "",
                              reply->body.len, 0, NULL);
    const json_t *type = json_object_get(body, "type");
    struct cash_row *row = s->ledger.books.rows[c->row];
    enum cash_ipned to;

    if (s->rules.is[RULE_CALLBACK_MARKS] != 0 && json_is_string(type)
        && cash_ledger_read_ipned(&to, str_of(json_string_value(type))) == 0
        && row->ipned != to)
        cash_ledger_ipned(&s->ledger, row, to, clock_wall_us());
    json_decref(body);
}

static void
landed(struct cash *s, struct cash_callback *c)
{
    if (c->prev != NULL)
        c->prev->next = c->next;
    else
        s->callbacks.flying = c->next;
    if (c->next != NULL)
        c->next->prev = c->prev;
    c->next = c->prev = NULL;
    s->callbacks.flights--;
}

/* The net's edge: its void pointer becomes a callback. */
static void
on_done(void *cls, const struct reply *reply)
{
    struct cash_callback *c = cls;
    struct cash *s = c->cash;

    if (s == NULL) {
        callback_free(c);
        return;
    }
    landed(s, c);
    if (reply->wire == WIRE_ANSWERED && reply->http / 100 == 2) {
        s->callbacks.answered++;
        take_answer(s, c, reply);
        callback_free(c);
        return;
    }
    s->callbacks.failed++;
    if (c->tries > s->rules.is[RULE_CALLBACK_RETRIES]
        || cash_due_put(&s->callbacks.waiting, clock_wall_us()
                        + cash_fate_us(&s->play, RETRY_MS), c->row, c) < 0)
        callback_free(c);
}

static void
fly(struct cash *s, struct cash_callback *c)
{
    struct http_order o = {
        .base_url = c->base, .request = &c->request, .agent = AGENT,
        .answer_ms = CASH_CALLBACK_MS, .done = on_done, .owner = c,
    };

    c->tries++;
    if (net_start(s->net, &o, &c->call, NULL) < 0) {
        s->callbacks.failed++;
        callback_free(c);
        return;
    }
    s->callbacks.sent++;
    c->next = s->callbacks.flying;
    if (c->next != NULL)
        c->next->prev = c;
    s->callbacks.flying = c;
    s->callbacks.flights++;
}

void
cash_callback_turn(struct cash *s, int64_t now_us)
{
    struct cash_due d;

    while (s->callbacks.flights < CASH_FLIGHTS_MAX
           && cash_due_take(&s->callbacks.waiting, now_us, UINT64_MAX, &d))
        fly(s, d.what);
}

int64_t
cash_callback_next_us(const struct cash_callbacks *c)
{
    return c->flights < CASH_FLIGHTS_MAX ? cash_due_next_us(&c->waiting)
                                         : INT64_MAX;
}

void
cash_callback_release(struct cash *s)
{
    struct cash_due d;

    while (cash_due_take(&s->callbacks.waiting, INT64_MAX, UINT64_MAX, &d))
        callback_free(d.what);
    cash_due_release(&s->callbacks.waiting);
    /* Those under way belong to the net until it tells of their end. */
    for (struct cash_callback *c = s->callbacks.flying; c != NULL;
         c = c->next) {
        c->cash = NULL;
        net_cancel(s->net, c->call);
    }
}
