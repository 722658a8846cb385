#include "book/inbox.h"

#include "base/crypto.h"
#include "db/send.h"
#include "db/sql.h"

/* One array a column; of those with the same bytes the first stands for all. */
struct columns {
    struct keyed {
        const struct inbox_item *item;
        unsigned char sha256[SHA256_BYTES];
    } *keyed;
    struct str *provider, *peer, *sha256, *body, *trusted;
    int32_t    *copies;
    size_t      n;
};

static void
columns_release(struct columns *c)
{
    free(c->keyed);
    free(c->provider);
    free(c->peer);
    free(c->sha256);
    free(c->body);
    free(c->trusted);
    free(c->copies);
}

static int
by_key(const void *left, const void *right)
{
    const struct keyed *a = left, *b = right;
    int diff = memcmp(a->sha256, b->sha256, SHA256_BYTES);

    if (diff == 0)
        diff = strcmp(a->item->provider, b->item->provider);
    return diff != 0 ? diff : a->item->trusted - b->item->trusted;
}

static void
columns_add(struct columns *c, const struct keyed *k)
{
    const struct inbox_item *item = k->item;
    size_t i = c->n++;

    c->provider[i] = str_of(item->provider);
    c->peer[i] = item->peer != NULL ? str_of(item->peer) : STR("");
    c->sha256[i] = (struct str){ (const char *)k->sha256, SHA256_BYTES };
    c->body[i] = item->body;
    c->trusted[i] = item->trusted ? STR("t") : STR("f");
    c->copies[i] = 1;
}

static int
columns_make(struct columns *c, const struct inbox_item *items, size_t n)
{
    c->keyed = calloc(n, sizeof(*c->keyed));
    c->provider = calloc(n, sizeof(*c->provider));
    c->peer = calloc(n, sizeof(*c->peer));
    c->sha256 = calloc(n, sizeof(*c->sha256));
    c->body = calloc(n, sizeof(*c->body));
    c->trusted = calloc(n, sizeof(*c->trusted));
    c->copies = calloc(n, sizeof(*c->copies));
    if (c->keyed == NULL || c->provider == NULL || c->peer == NULL
        || c->sha256 == NULL || c->body == NULL || c->trusted == NULL
        || c->copies == NULL)
        return -1;
    for (size_t i = 0; i < n; i++) {
        c->keyed[i].item = &items[i];
        sha256_of(items[i].body, c->keyed[i].sha256);
    }
    qsort(c->keyed, n, sizeof(*c->keyed), by_key);
    for (size_t i = 0; i < n; i++)
        if (i > 0 && by_key(&c->keyed[i - 1], &c->keyed[i]) == 0)
            c->copies[c->n - 1]++;
        else
            columns_add(c, &c->keyed[i]);
    return 0;
}

/* ${run} is db_do, which waits, or db_send. */
static enum db_status
store_by(struct db *db, const struct inbox_item *items, size_t n,
         enum db_status (*run)(struct db *, const char *,
                               const struct db_arg *, size_t))
{
    struct columns c = { 0 };
    enum db_status st = DB_HARD;

    if (columns_make(&c, items, n) < 0)
        goto out;
    const struct db_arg args[] = {
        A_TEXTS(c.provider, c.n), A_TEXTS(c.peer, c.n),
        A_BYTEAS(c.sha256, c.n), A_BYTEAS(c.body, c.n),
        A_TEXTS(c.trusted, c.n), A_I32S(c.copies, c.n)
    };

    st = run(db, sql_inbox_store, args, LEN(args));
out:
    columns_release(&c);
    return st;
}

enum db_status
inbox_store(struct db *db, const struct inbox_item *items, size_t n)
{
    return n > 0 ? store_by(db, items, n, db_do) : DB_OK;
}

enum db_status
inbox_send(struct db *db, const struct inbox_item *items, size_t n)
{
    return store_by(db, items, n, db_send);
}

enum db_status
inbox_next(struct db *db, int64_t *id, char provider[24], struct buf *body,
           bool *trusted)
{
    struct str bytes = { NULL, 0 };
    const struct db_col cols[] = {
        C_I64("inbox_id", id), { DB_C_TEXT, "provider", provider, 24, false },
        C_BYTES("body", &bytes), C_BOOL("trusted", trusted)
    };
    enum db_status st = db_one(db, sql_inbox_next, NULL, 0, cols, LEN(cols));

    if (st == DB_OK)
        buf_str(body, bytes);
    return st == DB_OK && body->failed ? DB_HARD : st;
}

enum db_status
inbox_done(struct db *db, int64_t id, int64_t batch_id, const char *verdict)
{
    const struct db_arg args[] = {
        A_I64(id), A_I64(batch_id), A_TEXT(verdict != NULL ? verdict : "")
    };

    return db_do(db, sql_inbox_done, args, LEN(args));
}

enum db_status
inbox_refused(struct db *db, int64_t id)
{
    const struct db_arg args[] = {
        A_I64(id), A_I64(INBOX_REFUSED_KEEP), A_I64(INBOX_REFUSED_BYTES_MAX)
    };

    return db_do(db, sql_inbox_refused, args, LEN(args));
}

enum db_status
inbox_room(struct db *db, bool *room)
{
    const struct db_arg args[] = {
        A_I64(INBOX_WAIT_MAX), A_I64(INBOX_WAIT_BYTES_MAX)
    };
    const struct db_col cols[] = { C_BOOL("room", room) };

    *room = false;
    return db_one(db, sql_inbox_room, args, LEN(args), cols, LEN(cols));
}

enum db_status
inbox_turned(struct db *db, const char *provider, int64_t n, const char *peer)
{
    const struct db_arg args[] = {
        A_TEXT(provider), A_I64(n), A_TEXT(peer != NULL ? peer : "")
    };

    return db_do(db, sql_inbox_turned, args, LEN(args));
}

enum db_status
inbox_match(struct db *db, const char *tracking_id, int64_t *batch_id)
{
    const struct db_arg args[] = { A_TEXT(tracking_id) };
    const struct db_col cols[] = { C_I64("batch_id", batch_id) };

    *batch_id = 0;
    return db_one(db, sql_inbox_match, args, LEN(args), cols, LEN(cols));
}
