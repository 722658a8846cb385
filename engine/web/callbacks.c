#include "web/callbacks.h"

#include "base/crypto.h"
#include "base/log.h"
#include "book/inbox.h"
#include "db/sql.h"
#include "net/httpd.h"

#define PREFIX          "/callback/"
#define CHALLENGE_BYTES 512
#define JSON            "application/json"

/* One request that waits for the database. */
struct waiting {
    struct httpd_request *request;
    const struct account *account;      /* NULL: GET /health */
    bool                  trusted;
};

struct callbacks {
    struct httpd         *httpd;
    struct db            *db;
    const struct account *accounts;
    int                   naccounts;
    struct waiting        waiting[HTTPD_CONNECTIONS_MAX];
    size_t                nwaiting;
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
    httpd_answer(r, status, JSON, status == 200 ? STR("{\"ok\":true}")
                                                : STR("{\"ok\":false}"));
}

static void
wait_for_db(struct callbacks *c, struct httpd_request *r,
            const struct account *a)
{
    if (c->nwaiting == HTTPD_CONNECTIONS_MAX) {
        say(r, 503);
        return;
    }
    c->waiting[c->nwaiting++] = (struct waiting){
        .request = r, .account = a, .trusted = a != NULL && is_trusted(a, r)
    };
}

static void
on_request(void *cls, struct httpd_request *r)
{
    struct callbacks *c = cls;
    const char *path = httpd_path(r), *method = httpd_method(r);
    const struct account *a = NULL;

    if (strcmp(path, "/health") == 0) {
        if (strcmp(method, "GET") == 0) {
            wait_for_db(c, r, NULL);
            return;
        }
        httpd_add_header(r, "Allow", "GET");
        say(r, 405);
        return;
    }
    if (strncmp(path, PREFIX, sizeof(PREFIX) - 1) != 0
        || (a = account_of(c, path + sizeof(PREFIX) - 1)) == NULL) {
        say(r, 404);
        return;
    }
    if (strcmp(method, "POST") != 0) {
        httpd_add_header(r, "Allow", "POST");
        say(r, 405);
        return;
    }
    wait_for_db(c, r, a);
}

/* --- storing -------------------------------------------------------------- */

/* ${n} from ${from}: one statement, one commit, then the answers. */
static enum db_status
store_group(struct callbacks *c, size_t from, size_t n)
{
    struct inbox_item items[INBOX_GROUP_MAX] = { { 0 } };
    enum db_status st = DB_OK;

    for (size_t i = 0; i < n; i++) {
        const struct waiting *w = &c->waiting[from + i];

        items[i] = (struct inbox_item){
            .provider = w->account->provider->name,
            .peer = httpd_peer(w->request), .body = httpd_body(w->request),
            .trusted = w->trusted
        };
    }
    st = inbox_store(c->db, items, n);
    if (st == DB_HARD && n > 1) {
        /* One of them is what the database does not take: the others must
         * not suffer for it. */
        for (size_t i = 0; i < n; i++)
            (void)store_group(c, from + i, 1);
        return st;
    }
    if (st != DB_OK)
        log_event(LOG_WARN, "callbacks_not_stored", L_I64("n", n),
                  L_STR("why", db_why(c->db)));
    else
        log_event(LOG_INFO, "callbacks_stored", L_I64("n", n));
    for (size_t i = 0; i < n; i++)
        say(c->waiting[from + i].request, st == DB_OK ? 200 : 503);
    return st;
}

/* How many from ${from} on go into one commit. */
static size_t
group_size(const struct callbacks *c, size_t from)
{
    size_t n = 0, bytes = 0;

    while (from + n < c->nwaiting && n < INBOX_GROUP_MAX) {
        bytes += httpd_body(c->waiting[from + n].request).len;
        if (n > 0 && bytes > INBOX_GROUP_BYTES_MAX)
            break;
        n++;
    }
    return n;
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
        if (!asked)
            up = db_do(c->db, sql_ping, NULL, 0) == DB_OK;
        asked = true;
        say(c->waiting[i].request, up ? 200 : 503);
    }
    c->nwaiting = kept;
    return up;
}

int
callbacks_turn(struct callbacks *c)
{
    bool up = answer_health(c);
    size_t n = 0;
    int stored = 0;

    for (size_t from = 0; from < c->nwaiting; from += n) {
        n = group_size(c, from);
        if (store_group(c, from, n) == DB_OK)
            stored += (int)n;
        else
            up = false;
    }
    c->nwaiting = 0;
    return up ? stored : -1;
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
    if ((c->httpd = httpd_new(o->net, &order, e)) == NULL) {
        free(c);
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
