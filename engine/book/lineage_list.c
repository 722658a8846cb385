#include "book/lineage_lift.h"

#include "base/arena.h"
#include "db/sql.h"
#include "db/txn.h"

#define CHUNK 500               /* lines in one statement */

enum db_status
lineage_list_wants(struct db *db, int64_t hold_id, int64_t account_id)
{
    const struct db_arg args[] = { A_I64(hold_id), A_I64(account_id) };

    return db_do(db, sql_lineage_list_wants, args, LEN(args));
}

/* --- storing -------------------------------------------------------------- */

struct storing {
    int64_t hold_id, account_id;
    const struct lineage_line *lines;
    size_t n;
    const char *why;            /* it failed */
};

/* One chunk of lines as columns. */
struct columns {
    struct str text[11][CHUNK];
    int64_t number[4][CHUNK];
};

static void
fill(struct columns *c, const struct lineage_line *l, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct str all[] = {
            l[i].provider_id, l[i].at, l[i].payee, l[i].name, l[i].reference,
            l[i].receipt, l[i].token, l[i].file, l[i].code, l[i].words,
            str_of(l[i].fate)
        };

        for (size_t k = 0; k < LEN(all); k++)
            c->text[k][i] = all[k].p != NULL ? all[k] : STR("");
        c->number[0][i] = l[i].minor == INT64_MIN ? -1 : l[i].minor;
        c->number[1][i] = l[i].charge_minor == INT64_MIN ? 0
            : l[i].charge_minor;
        c->number[2][i] = l[i].ref_batch;
        c->number[3][i] = l[i].ref_seq;
    }
}

static enum db_status
put_chunk(struct db *db, const struct storing *s, size_t from, size_t n,
          struct columns *c)
{
    fill(c, &s->lines[from], n);
    const struct db_arg args[] = {
        A_I64(s->hold_id), A_I64(s->account_id), A_I64((int64_t)from),
        A_TEXTS(c->text[0], n), A_TEXTS(c->text[1], n),
        A_TEXTS(c->text[2], n), A_TEXTS(c->text[3], n),
        A_TEXTS(c->text[4], n), A_TEXTS(c->text[5], n),
        A_TEXTS(c->text[6], n), A_TEXTS(c->text[7], n),
        A_TEXTS(c->text[8], n), A_TEXTS(c->text[9], n),
        A_TEXTS(c->text[10], n), A_I64S(c->number[0], n),
        A_I64S(c->number[1], n), A_I64S(c->number[2], n),
        A_I64S(c->number[3], n)
    };

    return db_do(db, sql_lineage_line_add, args, LEN(args));
}

static enum db_status
store_txn(struct db *db, void *owner)
{
    const struct storing *s = owner;
    struct columns *c = malloc(sizeof(*c));
    const struct db_arg key[] = { A_I64(s->hold_id), A_I64(s->account_id) };
    const struct db_arg done[] = {
        A_I64(s->hold_id), A_I64(s->account_id), A_I64((int64_t)s->n),
        A_TEXT(s->why != NULL ? s->why : "")
    };
    enum db_status st = c == NULL ? DB_HARD
        : db_do(db, sql_lineage_line_clear, key, LEN(key));

    for (size_t i = 0; i < s->n && st >= DB_NONE; i += CHUNK)
        st = put_chunk(db, s, i, s->n - i < CHUNK ? s->n - i : CHUNK, c);
    if (st >= DB_NONE)
        st = db_do(db, sql_lineage_list_done, done, LEN(done));
    free(c);
    return st;
}

int
lineage_list_store(struct db *db, int64_t hold_id, int64_t account_id,
                   const struct lineage_line *lines, size_t n, struct err *e)
{
    struct storing s = { hold_id, account_id, lines, n, NULL };

    if (db_txn(db, store_txn, &s) == DB_OK)
        return 0;
    return db_fail(db, e, "writing down what a provider lists");
}

int
lineage_list_failed(struct db *db, int64_t hold_id, int64_t account_id,
                    const char *why, struct err *e)
{
    struct storing s = { hold_id, account_id, NULL, 0, why };

    if (db_txn(db, store_txn, &s) == DB_OK)
        return 0;
    return db_fail(db, e, "writing down what a provider lists");
}

/* --- what was found ------------------------------------------------------- */

struct finding {
    struct lineage_found now;
    int (*row)(void *, const struct lineage_found *);
    void *owner;
};

static int
found_row(void *cls)
{
    struct finding *f = cls;

    return f->row(f->owner, &f->now);
}

int
lineage_found(struct db *db, int64_t hold_id,
              int (*row)(void *, const struct lineage_found *), void *owner,
              struct err *e)
{
    struct finding f = { .row = row, .owner = owner };
    struct lineage_found *n = &f.now;
    const struct db_arg args[] = { A_I64(hold_id) };
    const struct db_col cols[] = {
        C_TEXT("account", n->account), C_TEXT("note", n->note),
        C_BOOL("live", &n->live), C_BOOL("listed", &n->listed),
        C_BOOL("cannot", &n->cannot), C_BOOL("trusted", &n->trusted),
        C_I64("rows", &n->rows),
        C_I64("known", &n->known), C_I64("sent", &n->sent),
        C_I64("alike", &n->alike), C_I64("unknown", &n->unknown),
        C_I64("nothing", &n->nothing), C_I64("sent_minor", &n->sent_minor),
        C_I64("unknown_minor", &n->unknown_minor),
        C_I64("unproven", &n->unproven)
    };

    if (db_do(db, sql_lineage_judge, args, LEN(args)) >= DB_NONE
        && db_each(db, sql_lineage_found, args, LEN(args), cols, LEN(cols),
                   found_row, &f) >= DB_NONE)
        return 0;
    return db_fail(db, e, "comparing what providers list with the book");
}

struct seeing {
    struct lineage_seen now;
    int (*row)(void *, const struct lineage_seen *);
    void *owner;
};

static int
seen_row(void *cls)
{
    struct seeing *s = cls;

    return s->row(s->owner, &s->now);
}

int
lineage_lines(struct db *db, int64_t hold_id, int64_t most,
              int (*row)(void *, const struct lineage_seen *), void *owner,
              struct err *e)
{
    struct seeing s = { .row = row, .owner = owner };
    struct lineage_seen *n = &s.now;
    const struct db_arg args[] = { A_I64(hold_id), A_I64(most) };
    const struct db_col cols[] = {
        C_TEXT("account", n->account), C_TEXT_NULL("ref", n->ref),
        C_STR("provider_id", &n->provider_id), C_STR_NULL("at", &n->at),
        C_STR("payee", &n->payee), C_STR("name", &n->name),
        C_STR("receipt", &n->receipt), C_STR("reference", &n->reference),
        C_STR("fate", &n->fate), C_STR("verdict", &n->verdict),
        C_STR("ccy", &n->ccy), C_STR("file_alias", &n->file),
        C_I64_NULL("minor", &n->minor),
        C_I64_NULL("number", &n->number), C_I64_NULL("seq", &n->seq)
    };

    if (db_each(db, sql_lineage_lines, args, LEN(args), cols, LEN(cols),
                seen_row, &s) >= DB_NONE)
        return 0;
    return db_fail(db, e, "reading what providers list");
}
