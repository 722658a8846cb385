#include "outbox/outbox.h"

#include "db/sql.h"
#include "db/txn.h"

enum db_status
outbox_tell(struct db *db, const struct told *t, int64_t *id)
{
    const struct db_arg args[] = {
        A_TEXT(t->class), A_TEXT(t->kind), A_TEXT(t->subject),
        A_TEXT(t->title), A_STR(t->detail),
        A_STR(t->data.len > 0 ? t->data : STR("{}")), A_TEXT(t->once)
    };
    const struct db_col cols[] = { C_I64("outbox_id", id) };

    return db_one(db, sql_outbox_put, args, LEN(args), cols, LEN(cols));
}

struct listing {
    struct outbox_row row;
    int (*each)(void *, const struct outbox_row *);
    void *owner;
};

static int
list_row(void *cls)
{
    struct listing *l = cls;

    return l->each(l->owner, &l->row);
}

int
outbox_each(struct db *db, const char *kind, bool undelivered, int64_t id,
            int (*row)(void *, const struct outbox_row *), void *owner,
            struct err *e)
{
    struct listing l = { .each = row, .owner = owner };
    struct outbox_row *r = &l.row;
    const struct db_arg args[] = {
        A_TEXT(kind), A_BOOL(undelivered), A_I64(id), A_I64(OUTBOX_LIST_MAX)
    };
    const struct db_col cols[] = {
        C_I64("outbox_id", &r->outbox_id), C_TEXT("event_id", r->event_id),
        C_TEXT("kind", r->kind), C_TEXT("class", r->class),
        C_STR("subject", &r->subject), C_STR("title", &r->title),
        C_STR("detail", &r->detail), C_STR("body", &r->body),
        C_I64("at_us", &r->at_us), C_STR("waiting", &r->waiting),
        C_STR("delivered", &r->delivered), C_STR("given_up", &r->given_up),
        C_INT("tries", &r->tries), C_STR("said", &r->said)
    };

    if (db_each(db, sql_outbox_list, args, LEN(args), cols, LEN(cols),
                list_row, &l) < DB_NONE)
        return db_fail(db, e, "listing events");
    return 0;
}

static int
count_row(void *cls)
{
    ++*(int64_t *)cls;
    return 0;
}

struct resend {
    int64_t     id, n;
    const char *channel;
};

static enum db_status
resend_txn(struct db *db, void *cls)
{
    struct resend *s = cls;
    int64_t id = 0;
    const struct db_arg args[] = { A_I64(s->id), A_TEXT(s->channel) };
    const struct db_col cols[] = { C_I64("outbox_id", &id) };

    s->n = 0;
    return db_each(db, sql_delivery_resend, args, LEN(args), cols, LEN(cols),
                   count_row, &s->n);
}

int
outbox_resend(struct db *db, int64_t id, const char *channel, int64_t *n,
              struct err *e)
{
    struct resend s = { .id = id, .channel = channel };

    if (db_txn(db, resend_txn, &s) < DB_NONE)
        return db_fail(db, e, "telling events again");
    *n = s.n;
    return 0;
}
