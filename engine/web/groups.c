#include "web/groups.h"

#include "base/failpoint.h"
#include "base/log.h"
#include "book/inbox.h"
#include "db/send.h"

#define JSON "application/json"

/* One connection, and the group that is under way on it. */
struct lane {
    struct db     *db;
    int            fd;                  /* watched while a group is under way */
    size_t         n;                   /* 0: free                            */
    struct waiting group[INBOX_GROUP_MAX];
};

struct groups {
    struct net *net;
    struct lane lanes[INBOX_LANES];
};

/* A notice is answered as Sapama documents it (8.1); anything else it might
 * send again. */
void
waiting_answer(struct waiting *w, int status)
{
    struct str said = STR("{\"ok\":false}");

    if (status == 200 && w->text.len > 0)
        said = STR("{\"type\":\"success\",\"message\":"
                   "\"Transaction reconciled successfully\"}");
    else if (status == 200)
        said = STR("{\"ok\":true}");
    httpd_answer_same(w->request, status, JSON, said);
    buf_release(&w->text);
}

static struct str
stored_of(const struct waiting *w)
{
    return w->text.len > 0 ? buf_view(&w->text) : httpd_body(w->request);
}

static struct inbox_item
item_of(const struct waiting *w)
{
    return (struct inbox_item){
        .provider = w->account->provider->name,
        .peer = httpd_peer(w->request), .body = stored_of(w),
        .trusted = w->trusted
    };
}

/* What became of ${w}, together: the log, and their answers.  How many are
 * stored. */
static int
group_told(struct lane *l, struct waiting *w, size_t n, enum db_status st)
{
    if (st == DB_OK)
        log_event(LOG_INFO, "callbacks_stored", L_I64("n", n));
    else
        log_event(LOG_WARN, "callbacks_not_stored", L_I64("n", n),
                  L_STR("why", db_why(l->db)));
    if (st == DB_OK && FP("callback.stored") != FP_GO)
        st = DB_SOFT;
    for (size_t i = 0; i < n; i++)
        waiting_answer(&w[i], st == DB_OK ? 200 : 503);
    return st == DB_OK ? (int)n : 0;
}

/*
 * The end of a group.  When one of them is what the database does not take,
 * the others must not suffer for it: each alone then, and this seldom case
 * waits for every answer.
 */
static int
group_end(struct lane *l, enum db_status st, bool *up)
{
    size_t n = l->n;
    int stored = 0;

    l->n = 0;
    *up = *up && st == DB_OK;
    if (st != DB_HARD || n == 1)
        return group_told(l, l->group, n, st);
    for (size_t i = 0; i < n; i++) {
        struct inbox_item item = item_of(&l->group[i]);

        stored += group_told(l, &l->group[i], 1, inbox_store(l->db, &item, 1));
    }
    return stored;
}

/* How many of ${w} go into one commit. */
static size_t
group_size(const struct waiting *w, size_t n)
{
    size_t bytes = 0, i = 0;

    for (i = 0; i < n && i < INBOX_GROUP_MAX; i++) {
        bytes += stored_of(&w[i]).len;
        if (i > 0 && bytes > INBOX_GROUP_BYTES_MAX)
            break;
    }
    return i;
}

static struct lane *
lane_free(struct groups *g)
{
    for (size_t i = 0; i < LEN(g->lanes); i++)
        if (g->lanes[i].n == 0)
            return &g->lanes[i];
    return NULL;
}

size_t
groups_send(struct groups *g, struct waiting *w, size_t n, bool *up)
{
    struct inbox_item items[INBOX_GROUP_MAX];
    struct lane *l = lane_free(g);
    enum db_status st = DB_OK;

    if (l == NULL || n == 0)
        return 0;
    l->n = group_size(w, n);
    memcpy(l->group, w, l->n * sizeof(*w));
    n = l->n;
    for (size_t i = 0; i < n; i++)
        items[i] = item_of(&w[i]);
    if ((st = inbox_send(l->db, items, n)) != DB_OK)
        (void)group_end(l, st, up);
    /* A descriptor that cannot be watched is waited for, here and now. */
    else if (net_watch(g->net, l->fd = db_fd(l->db)) < 0)
        (void)group_end(l, db_finish(l->db), up);
    return n;
}

int
groups_finish(struct groups *g, bool *up)
{
    int stored = 0;

    for (size_t i = 0; i < LEN(g->lanes); i++) {
        struct lane *l = &g->lanes[i];

        if (l->n == 0 || !db_ready(l->db))
            continue;
        net_unwatch(g->net, l->fd);
        stored += group_end(l, db_finish(l->db), up);
    }
    return stored;
}

bool
groups_under_way(const struct groups *g)
{
    for (size_t i = 0; i < LEN(g->lanes); i++)
        if (g->lanes[i].n > 0)
            return true;
    return false;
}

struct groups *
groups_new(const struct db *db, struct net *net, struct err *e)
{
    struct groups *g = calloc(1, sizeof(*g));

    if (g == NULL) {
        err_oom(e);
        return NULL;
    }
    g->net = net;
    for (size_t i = 0; i < LEN(g->lanes); i++)
        if ((g->lanes[i].db = db_twin(db, e)) == NULL) {
            groups_free(g);
            return NULL;
        }
    return g;
}

void
groups_free(struct groups *g)
{
    if (g == NULL)
        return;
    for (size_t i = 0; i < LEN(g->lanes); i++) {
        struct lane *l = &g->lanes[i];

        if (l->n > 0)
            net_unwatch(g->net, l->fd);
        for (size_t k = 0; k < l->n; k++)
            buf_release(&l->group[k].text);
        db_close(l->db);
    }
    free(g);
}
