#include "book/lineage_left.h"

#include <inttypes.h>

#include "base/log.h"
#include "db/sql.h"
#include "db/txn.h"

struct bringing {
    struct db *db;
    const char *mark, *host;
    const struct mark *m;
    int64_t hold_id;
    bool    counts;             /* nothing is stored                          */
    int64_t unknown;
    enum db_status st;
};

/* --- one entry -------------------------------------------------------------- */

static enum db_status
store(const struct bringing *b, const struct left_entry *n)
{
    const struct db_arg args[] = {
        A_I64(b->hold_id), A_TEXT(b->host), A_TEXT(n->installation),
        A_I64(n->beat), A_TEXT(n->nonce), A_I64(n->at_us), A_TEXT(n->step),
        A_TEXT(n->run_ref), A_TEXT(n->period), A_TEXT(n->kind),
        A_TEXT(n->account), A_I64(n->batch_id), A_I64(n->minor),
        A_TEXT(n->ccy),
        A_BYTES(((struct str){ (const char *)n->digest, SHA256_BYTES })),
        A_I64S(n->payments, (size_t)n->rows)
    };

    return db_do(b->db, sql_lineage_left_add, args, LEN(args));
}

/* A beat with its random number is in the book, or the batch left unknown. */
static int
entry(void *owner, const struct left_entry *n)
{
    struct bringing *b = owner;
    const struct db_arg args[] = { A_I64(n->beat), A_TEXT(n->nonce) };

    b->st = db_do(b->db, b->counts ? sql_lineage_left_told
                                   : sql_lineage_left_known, args, LEN(args));
    if (b->st == DB_NONE) {
        b->unknown++;
        b->st = b->counts ? DB_OK : store(b, n);
    }
    return b->st < DB_NONE ? -1 : 0;
}

/* --- a journal -------------------------------------------------------------- */

static void
words(const struct bringing *b, const struct left_state *s, bool had_one,
      const struct err *e, char *note, size_t bytes)
{
    note[0] = '\0';
    if (e->text[0] != '\0')
        snprintf(note, bytes, "%.400s", e->text);
    else if (b->m == NULL && had_one)
        snprintf(note, bytes, "this host has lost its mark, and what its "
                 "journal should hold nobody knows");
    else if (s->missing > 0)
        snprintf(note, bytes, "%" PRId64 " of %" PRId64 " entries are missing "
                 "or damaged (%s.left-*)", s->missing,
                 b->m->left - b->m->kept + 1, b->mark);
}

static enum db_status
bring_txn(struct db *db, void *owner)
{
    struct bringing *b = owner;
    struct left_state s = { .entries = 0 };
    struct err e = { 0 };
    char note[ERR_TEXT_BYTES];
    bool had_one = false;
    const struct db_arg host[] = { A_TEXT(b->host) };
    const struct db_col cols[] = { C_BOOL("had_one", &had_one) };
    int rc;

    b->unknown = 0;
    b->st = DB_OK;
    rc = left_read(b->mark, b->m != NULL ? b->m->kept : 1,
                   b->m != NULL ? b->m->left : 0, entry, b, &s, &e);
    if (b->st < DB_NONE)
        return b->st;
    if (rc == 0)
        e.text[0] = '\0';
    if ((b->st = db_one(db, sql_lineage_had_mark, host, LEN(host), cols,
                        LEN(cols))) != DB_OK)
        return b->st;
    words(b, &s, had_one, &e, note, sizeof(note));
    const struct db_arg args[] = {
        A_I64(b->hold_id), A_TEXT(b->host), A_BOOL(note[0] == '\0'),
        A_I64(s.entries), A_I64(b->unknown),
        A_I64(b->m != NULL ? b->m->left : 0), A_TEXT(note)
    };

    return db_do(db, sql_lineage_journal_put, args, LEN(args));
}

enum db_status
lineage_bring(struct db *db, const char *mark, const char *host,
              const struct mark *m, int64_t hold_id)
{
    struct bringing b = {
        .db = db, .mark = mark, .host = host, .m = m, .hold_id = hold_id
    };
    const struct db_arg args[] = {
        A_I64(hold_id), A_TEXT(host), A_I64(m != NULL ? m->left : 0)
    };
    enum db_status st = db_do(db, sql_lineage_journal_seen, args, LEN(args));

    if (st != DB_NONE)
        return st;
    st = db_txn(db, bring_txn, &b);
    if (st == DB_OK)
        log_event(LOG_WARN, "journal", L_I64("hold", hold_id),
                  L_I64("unknown", b.unknown));
    return st;
}

enum db_status
lineage_untold(struct db *db, const char *mark, int64_t *n)
{
    struct bringing b = { .db = db, .mark = mark, .counts = true };
    struct left_state s;
    struct err e = { 0 };

    if (left_read(mark, 1, 0, entry, &b, &s, &e) < 0 && b.st >= DB_NONE)
        log_event(LOG_WARN, "journal", L_STR("why", e.text));
    *n = b.unknown;
    return b.st < DB_NONE ? b.st : DB_OK;
}

/* --- for people --------------------------------------------------------------- */

struct hosts {
    struct lineage_host now;
    int (*row)(void *, const struct lineage_host *);
    void *owner;
};

static int
host_row(void *cls)
{
    struct hosts *h = cls;

    return h->row(h->owner, &h->now);
}

int
lineage_hosts(struct db *db, int64_t hold_id,
              int (*row)(void *, const struct lineage_host *), void *owner,
              struct err *e)
{
    struct hosts h = { .row = row, .owner = owner };
    struct lineage_host *n = &h.now;
    const struct db_arg args[] = { A_I64(hold_id) };
    const struct db_col cols[] = {
        C_TEXT("host", n->host), C_TEXT("note", n->note),
        C_BOOL("read", &n->read), C_BOOL("whole", &n->whole),
        C_BOOL("excused", &n->excused), C_I64("entries", &n->entries),
        C_I64("unknown", &n->unknown)
    };

    if (db_each(db, sql_lineage_hosts, args, LEN(args), cols, LEN(cols),
                host_row, &h) >= DB_NONE)
        return 0;
    return db_fail(db, e, "reading whose journals were seen");
}

struct gone {
    struct lineage_gone now;
    int (*row)(void *, const struct lineage_gone *);
    void *owner;
};

static int
gone_row(void *cls)
{
    struct gone *g = cls;

    return g->row(g->owner, &g->now);
}

int
lineage_gone(struct db *db, int64_t hold_id,
             int (*row)(void *, const struct lineage_gone *), void *owner,
             struct err *e)
{
    struct gone g = { .row = row, .owner = owner };
    struct lineage_gone *n = &g.now;
    const struct db_arg args[] = { A_I64(hold_id) };
    const struct db_col cols[] = {
        C_TEXT("run_ref", n->run_ref), C_TEXT("period", n->period),
        C_TEXT("kind", n->kind), C_TEXT("ccy", n->ccy),
        C_TEXT("account", n->account), C_BOOL("here", &n->here),
        C_I64("batches", &n->batches), C_I64("rows", &n->rows),
        C_I64("minor", &n->minor)
    };

    if (db_each(db, sql_lineage_gone, args, LEN(args), cols, LEN(cols),
                gone_row, &g) >= DB_NONE)
        return 0;
    return db_fail(db, e, "reading what left");
}

int
lineage_excuse(struct db *db, int64_t hold_id, const char *host,
               struct err *e)
{
    const struct db_arg args[] = { A_I64(hold_id), A_TEXT(host) };
    enum db_status st = db_do(db, sql_lineage_excuse, args, LEN(args));

    if (st == DB_OK)
        return 0;
    if (st < DB_NONE)
        return db_fail(db, e, "noting that a journal is lost");
    err_set(e, ERR_USAGE, "%.200s is no host whose journal is waited for.",
            host);
    return err_fix(e, "payrun lineage names them");
}
