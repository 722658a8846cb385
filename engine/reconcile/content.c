#include "reconcile/inside.h"

#include "base/crypto.h"
#include "book/batch.h"
#include "book/people.h"
#include "db/sql.h"
#include "dispatch/content.h"

#define CONTENT_ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)  /* a batch's rows */

struct note {
    const char *kind, *what, *detail;
    int64_t     account_id, run_id, batch_id, ours, theirs, minor;
};

static enum db_status
note(struct pass *p, const struct note *n)
{
    const struct db_arg args[] = {
        A_TEXT(n->kind), A_I64(n->account_id), A_I64(n->run_id),
        A_I64(n->batch_id), A_I64(n->ours), A_I64(n->theirs),
        A_I64(n->minor), A_TEXT(n->what), A_TEXT(n->detail)
    };
    enum db_status st = db_do(p->db, sql_reconcile_note, args, LEN(args));

    return st < 0 ? st : DB_OK;
}

struct list {
    struct arena *arena;
    int64_t *batches, *runs;
    size_t   n, cap;
    int64_t  batch_id, run_id;  /* columns are read into these */
    bool     mine;
};

static int
list_row(void *owner)
{
    struct list *l = owner;

    if (!l->mine)
        return 0;
    if (l->n == l->cap) {
        size_t wide = l->cap == 0 ? 256 : l->cap * 2;
        int64_t *batches = arena_alloc(l->arena, wide * sizeof(*batches));
        int64_t *runs = arena_alloc(l->arena, wide * sizeof(*runs));

        if (batches == NULL || runs == NULL)
            return -1;
        if (l->n > 0) {
            memcpy(batches, l->batches, l->n * sizeof(*batches));
            memcpy(runs, l->runs, l->n * sizeof(*runs));
        }
        l->batches = batches;
        l->runs = runs;
        l->cap = wide;
    }
    l->batches[l->n] = l->batch_id;
    l->runs[l->n++] = l->run_id;
    return 0;
}

/* Its rows give another digest than the one its run was approved with. */
static enum db_status
one_batch(struct pass *p, int64_t batch_id, struct arena *arena)
{
    unsigned char digest[SHA256_BYTES];
    struct pay_line *lines = NULL;
    struct batch b;
    enum db_status st = batch_by_id(p->db, batch_id, &b);

    if (st != DB_OK)
        return st;
    arena_reset(arena);
    st = batch_lines(p->db, &b, arena, &lines, digest);
    if (st < 0)
        return st;
    if (st == DB_NONE || memcmp(digest, b.digest, SHA256_BYTES) == 0)
        return DB_OK;       /* rows too many or too few: the sums tell */
    const struct note n = {
        .kind = "content_differs", .what = "rows",
        .account_id = b.account_id, .run_id = b.run_id, .batch_id = batch_id,
        .ours = b.minor, .theirs = b.minor, .minor = b.minor,
        .detail = "its rows are not the ones that were approved"
    };

    return note(p, &n);
}

static enum db_status
one_run(struct pass *p, int64_t run_id)
{
    bool same = false;
    int64_t minor = 0, account_id = 0;
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = { C_I64("minor", &minor),
                                   C_I64("account_id", &account_id) };
    enum db_status st = db_one(p->db, sql_reconcile_approved, args, LEN(args),
                               cols, LEN(cols));

    if (st != DB_OK || (st = content_check(p->db, run_id, &same)) != DB_OK
        || same)
        return st < 0 ? st : DB_OK;
    const struct note n = {
        .kind = "content_differs", .what = "run", .account_id = account_id,
        .run_id = run_id, .ours = minor, .theirs = minor, .minor = minor,
        .detail = "the run is not what was approved: account, period, kind, "
                  "pay day, narration, file, total or a batch of it"
    };

    return note(p, &n);
}

static enum db_status
the_audit(struct pass *p)
{
    struct audit_fault fault;
    char why[ERR_TEXT_BYTES];
    struct err e = { 0 };

    if (audit_verify(p->db, &fault, &e) < 0)
        return DB_SOFT;
    if (fault.why[0] == '\0')
        return DB_OK;
    snprintf(why, sizeof(why), "entry %lld: %s", (long long)fault.audit_id,
             fault.why);
    const struct note n = { .kind = "audit_differs", .what = "chain",
                            .detail = why };

    return note(p, &n);
}

enum db_status
content_find(struct pass *p)
{
    struct arena ids, rows;
    struct list l = { .arena = &ids };
    const struct db_col cols[] = {
        C_I64("batch_id", &l.batch_id), C_I64("run_id", &l.run_id),
        C_BOOL("mine", &l.mine)
    };
    enum db_status st = DB_OK;

    arena_init(&ids, CONTENT_ARENA_BYTES_MAX);
    arena_init(&rows, CONTENT_ARENA_BYTES_MAX);
    st = db_each(p->db, sql_reconcile_batches, NULL, 0, cols, LEN(cols),
                 list_row, &l);
    for (size_t i = 0; i < l.n && st >= 0; i++) {
        st = one_batch(p, l.batches[i], &rows);
        if (st >= 0 && (i == 0 || l.runs[i] != l.runs[i - 1]))
            st = one_run(p, l.runs[i]);
    }
    if (st >= 0)
        st = the_audit(p);
    arena_release(&ids);
    arena_release(&rows);
    return st < 0 ? st : DB_OK;
}
