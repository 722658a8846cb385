#include "book/inbox.h"

#include "base/crypto.h"
#include "db/sql.h"

/* One array a column; bodies in hexadecimal, since they may be any bytes. */
struct columns {
    struct str *provider, *peer, *body, *trusted;
    char **hex;
    size_t n;
};

static void
columns_release(struct columns *c)
{
    for (size_t i = 0; c->hex != NULL && i < c->n; i++)
        free(c->hex[i]);
    free(c->hex);
    free(c->provider);
    free(c->peer);
    free(c->body);
    free(c->trusted);
}

static int
columns_make(struct columns *c, const struct inbox_item *items, size_t n)
{
    c->n = n;
    c->hex = calloc(n, sizeof(*c->hex));
    c->provider = calloc(n, sizeof(*c->provider));
    c->peer = calloc(n, sizeof(*c->peer));
    c->body = calloc(n, sizeof(*c->body));
    c->trusted = calloc(n, sizeof(*c->trusted));
    if (c->hex == NULL || c->provider == NULL || c->peer == NULL
        || c->body == NULL || c->trusted == NULL)
        return -1;
    for (size_t i = 0; i < n; i++) {
        struct str body = items[i].body;

        if ((c->hex[i] = malloc(body.len * 2 + 1)) == NULL)
            return -1;
        hex_of((const unsigned char *)body.p, body.len, c->hex[i]);
        c->body[i] = (struct str){ c->hex[i], body.len * 2 };
        c->provider[i] = str_of(items[i].provider);
        c->peer[i] = items[i].peer != NULL ? str_of(items[i].peer) : STR("");
        c->trusted[i] = items[i].trusted ? STR("t") : STR("f");
    }
    return 0;
}

enum db_status
inbox_store(struct db *db, const struct inbox_item *items, size_t n)
{
    struct columns c = { 0 };
    enum db_status st = DB_HARD;

    if (n == 0)
        return DB_OK;
    if (columns_make(&c, items, n) < 0)
        goto out;
    const struct db_arg args[] = {
        A_TEXTS(c.provider, n), A_TEXTS(c.peer, n), A_TEXTS(c.body, n),
        A_TEXTS(c.trusted, n)
    };

    st = db_do(db, sql_inbox_store, args, LEN(args));
out:
    columns_release(&c);
    return st;
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
    enum db_status st = db_do(db, sql_inbox_refused, args, LEN(args));

    return st < DB_NONE ? st : DB_OK;       /* kept is as good as gone */
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
