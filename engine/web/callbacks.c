#include "web/callbacks.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "book/inbox.h"
#include "db/sql.h"
#include "net/httpd.h"
#include "web/groups.h"

#define PREFIX          "/callback/"
#define CHALLENGE_BYTES 512
#define JSON            "application/json"
#define METRICS         "text/plain; version=0.0.4; charset=utf-8"

struct callbacks {
    struct httpd         *httpd;
    struct db            *db;
    const struct account *accounts;
    int                   naccounts;
    struct groups        *groups;       /* those that are being stored        */
    struct waiting        waiting[HTTPD_CONNECTIONS_MAX];   /* the others     */
    size_t                nwaiting;
    int                 (*figures)(struct db *, struct buf *, struct err *);
    struct buf            counted;      /* what /metrics last said ...        */
    int64_t               counted_ms;   /* ... and when; 0: nothing           */
    int64_t               room_ms;      /* when there was room; 0: not asked  */
};

/* --- arriving: only notes, this runs inside net_turn() -------------------- */

/* The account whose name stands behind the prefix, up to the next slash. */
static const struct account *
account_of(const struct callbacks *c, const char *path)
{
    struct str name = { path, strcspn(path, "/") };

    for (int i = 0; i < c->naccounts; i++)
        if (str_eq(str_of(c->accounts[i].name), name))
            return &c->accounts[i];
    return NULL;
}

/* With no challenge configured there is nothing to compare: like every
 * callback it is a hint, and the provider is asked. */
static bool
is_trusted(const struct account *a, struct httpd_request *r)
{
    char room[CHALLENGE_BYTES];
    struct str theirs = { NULL, 0 };

    if (secret_view(&a->challenge).len == 0)
        return true;
    theirs = a->provider->read_challenge(httpd_body(r), room, sizeof(room));
    if (crypto_same(theirs, secret_view(&a->challenge)))
        return true;
    log_event(LOG_WARN, "callback_untrusted", L_STR("account", a->name),
              L_STR("peer", httpd_peer(r)),
              L_STR("why", theirs.len > 0 ? "wrong challenge"
                                          : "no challenge"));
    return false;
}

static void
say(struct httpd_request *r, int status)
{
    httpd_answer_same(r, status, JSON, status == 200 ? STR("{\"ok\":true}")
                                                     : STR("{\"ok\":false}"));
}

/* --- of a one-phase provider: the path proves, the fields are a form ------ */

static void
put_encoded(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
            || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.')
            buf_char(b, (char)c);
        else
            buf_printf(b, "%%%02X", c);
    }
}

struct query_text {
    struct buf *text;
    bool        more;
};

static void
put_argument(void *cls, struct str name, struct str value)
{
    struct query_text *q = cls;

    if (q->more)
        buf_char(q->text, '&');
    put_encoded(q->text, name);
    buf_char(q->text, '=');
    put_encoded(q->text, value);
    q->more = true;
}

/* "POST token\na=b&c=d": the query first, then the form as it came. */
static void
put_text(struct buf *text, const struct httpd_request *r, const char *path)
{
    struct query_text q = { text, false };
    const char *token = path + strcspn(path, "/");
    struct str body = httpd_body(r);

    buf_init(text, 2 * HTTPD_BODY_BYTES_MAX);
    buf_text(text, httpd_method(r));
    buf_char(text, ' ');
    if (token[0] == '/')
        put_encoded(text, (struct str){ token + 1,
                                        strcspn(token + 1, "/") });
    buf_char(text, '\n');
    httpd_each_query(r, put_argument, &q);
    if (q.more && body.len > 0)
        buf_char(text, '&');
    buf_str(text, body);
}

/* The challenge has been compared; from here on it is only something to lose.
 * Sapama sends our own key along. */
static void
blot(struct httpd_request *r, const struct account *a)
{
    httpd_blot(r, &a->challenge);
    httpd_blot(r, &a->key);
    httpd_blot(r, &a->secret);
    httpd_blot(r, &a->public_key);
}

static void
wait_for_db(struct callbacks *c, struct httpd_request *r,
            const struct account *a)
{
    if (c->nwaiting == HTTPD_CONNECTIONS_MAX
        || (a != NULL && FP("callback.received") != FP_GO)) {
        say(r, 503);
        return;
    }
    c->waiting[c->nwaiting++] = (struct waiting){
        .request = r, .account = a, .trusted = a != NULL && is_trusted(a, r)
    };
    if (a != NULL)
        blot(r, a);
}

/* Its token is proven when it is looked at, with the keys in the database. */
static void
wait_with_text(struct callbacks *c, struct httpd_request *r,
               const struct account *a, const char *path)
{
    struct buf text;

    blot(r, a);
    put_text(&text, r, path);
    account_blot(a, &text);                 /* of the query too */
    secret_blot(&text, &a->challenge);
    if (text.failed || c->nwaiting == HTTPD_CONNECTIONS_MAX
        || FP("callback.received") != FP_GO) {
        buf_release(&text);
        say(r, 503);
        return;
    }
    c->waiting[c->nwaiting++] = (struct waiting){
        .request = r, .account = a, .text = text
    };
}

/* The figures of the book are for this machine: a proxy that leads callbacks
 * here comes from this machine, too, but says for whom it asks. */
static bool
is_local(const struct httpd_request *r)
{
    const char *peer = httpd_peer(r);

    return (strcmp(peer, "127.0.0.1") == 0 || strcmp(peer, "::1") == 0
            || strcmp(peer, "::ffff:127.0.0.1") == 0)
        && httpd_header(r, "X-Forwarded-For") == NULL
        && httpd_header(r, "Forwarded") == NULL
        && httpd_header(r, "Via") == NULL
        && httpd_header(r, "X-Real-IP") == NULL;
}

static void
on_look(struct callbacks *c, struct httpd_request *r, bool figures)
{
    if (strcmp(httpd_method(r), "GET") != 0) {
        httpd_add_header(r, "Allow", "GET");
        say(r, 405);
        return;
    }
    wait_for_db(c, r, NULL);
    if (c->nwaiting > 0 && c->waiting[c->nwaiting - 1].request == r)
        c->waiting[c->nwaiting - 1].figures = figures;
}

static void
on_request(void *cls, struct httpd_request *r)
{
    struct callbacks *c = cls;
    const char *path = httpd_path(r), *method = httpd_method(r);
    const struct account *a = NULL;

    if (strcmp(path, "/health") == 0
        || (strcmp(path, "/metrics") == 0 && c->figures != NULL
            && is_local(r))) {
        on_look(c, r, path[1] == 'm');
        return;
    }
    if (strncmp(path, PREFIX, sizeof(PREFIX) - 1) != 0
        || (a = account_of(c, path + sizeof(PREFIX) - 1)) == NULL) {
        say(r, 404);
        return;
    }
    if (strcmp(method, "POST") != 0
        && (a->provider->two_phase || strcmp(method, "GET") != 0)) {
        httpd_add_header(r, "Allow", a->provider->two_phase ? "POST"
                                                            : "GET, POST");
        say(r, 405);
    } else if (a->provider->two_phase) {
        wait_for_db(c, r, a);
    } else {
        wait_with_text(c, r, a, path + sizeof(PREFIX) - 1);
    }
}

/* --- storing -------------------------------------------------------------- */

/* Asked by several, or too often, it is the last answer again. */
static void
answer_figures(struct callbacks *c, struct httpd_request *r)
{
    int64_t now = clock_mono_ms();
    struct err e = { 0 };

    if (c->counted_ms == 0 || now - c->counted_ms >= METRICS_PERIOD_MS) {
        buf_clear(&c->counted);
        c->counted_ms = c->figures(c->db, &c->counted, &e) == 0 ? now : 0;
    }
    if (c->counted_ms != 0) {
        httpd_answer(r, 200, METRICS, buf_view(&c->counted));
        return;
    }
    log_event(LOG_WARN, "no_metrics", L_STR("why", e.text));
    say(r, 503);
}

/* Questions after our health are answered on the way; what stays are
 * callbacks.  Returns whether the database answered, if it was asked. */
static bool
answer_health(struct callbacks *c)
{
    bool up = true, asked = false;
    size_t kept = 0;

    for (size_t i = 0; i < c->nwaiting; i++) {
        if (c->waiting[i].account != NULL) {
            c->waiting[kept++] = c->waiting[i];
            continue;
        }
        if (c->waiting[i].figures) {
            answer_figures(c, c->waiting[i].request);
            continue;
        }
        if (!asked)
            up = db_do(c->db, sql_ping, NULL, 0) == DB_OK;
        asked = true;
        say(c->waiting[i].request, up ? 200 : 503);
    }
    c->nwaiting = kept;
    return up;
}

/* By its challenge; a token is proven later, by a worker. */
static bool
is_proven(const struct waiting *w)
{
    return w->trusted && secret_view(&w->account->challenge).len > 0;
}

static void
turn_away_from(struct callbacks *c, const struct account *a)
{
    char peer[64] = "";
    size_t kept = 0, n = 0;

    for (size_t i = 0; i < c->nwaiting; i++) {
        struct waiting *w = &c->waiting[i];

        if (w->account != a || is_proven(w)) {
            c->waiting[kept++] = *w;
            continue;
        }
        snprintf(peer, sizeof(peer), "%s", httpd_peer(w->request));
        waiting_answer(w, 503);
        n++;
    }
    c->nwaiting = kept;
    if (n == 0)
        return;
    (void)inbox_turned(c->db, a->provider->name, (int64_t)n, peer);
    log_event(LOG_WARN, "callbacks_turned_away", L_I64("n", n),
              L_STR("account", a->name), L_STR("peer", peer));
}

static bool
all_proven(const struct callbacks *c)
{
    for (size_t i = 0; i < c->nwaiting; i++)
        if (!is_proven(&c->waiting[i]))
            return false;
    return true;
}

/* Counting what waits takes longer than storing a group, so a yes holds for a
 * moment; a no is asked again each time. */
static bool
has_room(struct callbacks *c)
{
    int64_t now = clock_mono_ms();
    bool room = true;

    if (c->room_ms != 0 && now - c->room_ms < INBOX_LOOK_MS)
        return true;
    if (inbox_room(c->db, &room) != DB_OK)
        return true;    /* without the database, storing will fail */
    c->room_ms = room ? now : 0;
    return room;
}

/* With too many waiting to be looked at, what proves nothing is not taken:
 * nobody fills our disk, and whoever means it asks, or sends again. */
static void
turn_away(struct callbacks *c)
{
    if (all_proven(c) || has_room(c))
        return;
    for (int i = 0; i < c->naccounts; i++)
        turn_away_from(c, &c->accounts[i]);
}

/* What the connections take; the rest gathers for the next commit. */
static void
send_waiting(struct callbacks *c, bool *up)
{
    size_t from = 0, took = 0;

    while ((took = groups_send(c->groups, c->waiting + from,
                               c->nwaiting - from, up)) > 0)
        from += took;
    c->nwaiting -= from;
    if (from > 0)
        memmove(c->waiting, c->waiting + from,
                c->nwaiting * sizeof(*c->waiting));
}

int
callbacks_turn(struct callbacks *c)
{
    bool up = true;
    int stored = groups_finish(c->groups, &up);

    up = answer_health(c) && up;
    turn_away(c);
    send_waiting(c, &up);
    return up ? stored : -1;
}

bool
callbacks_busy(const struct callbacks *c)
{
    return c->nwaiting > 0 || groups_under_way(c->groups);
}

/* --- life ----------------------------------------------------------------- */

struct callbacks *
callbacks_attach(const struct callbacks_order *o, struct err *e)
{
    struct callbacks *c = calloc(1, sizeof(*c));
    const struct httpd_order order = {
        .listen = o->listen, .body_bytes_max = o->body_bytes_max,
        .handler = on_request, .owner = c
    };

    if (c == NULL) {
        err_oom(e);
        return NULL;
    }
    c->db = o->db;
    c->accounts = o->accounts;
    c->naccounts = o->naccounts;
    c->figures = o->figures;
    buf_init(&c->counted, OUTBOX_TEXT_BYTES_MAX);
    if ((c->groups = groups_new(o->db, o->net, e)) == NULL
        || (c->httpd = httpd_new(o->net, &order, e)) == NULL) {
        callbacks_free(c);
        return NULL;
    }
    return c;
}

void
callbacks_free(struct callbacks *c)
{
    if (c == NULL)
        return;
    httpd_free(c->httpd);
    for (size_t i = 0; i < c->nwaiting; i++)
        buf_release(&c->waiting[i].text);
    groups_free(c->groups);
    buf_release(&c->counted);
    free(c);
}

int
callbacks_port(const struct callbacks *c)
{
    return httpd_port(c->httpd);
}

void
callbacks_pause(struct callbacks *c)
{
    httpd_pause(c->httpd);
}
