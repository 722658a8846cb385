#include "tracker/group.h"

#include "base/log.h"
#include "book/placed.h"
#include "db/sql.h"
#include "db/txn.h"
#include "tracker/after_all.h"
#include "tracker/alarm.h"

/* --- what the book knows -------------------------------------------------- */

struct reading {
    struct group *g;
    int        seq;
    int64_t    minor;
    struct str account;
    char       state[16], receipt[64], id[PAYMENT_ID_BYTES];
};

static int
line_row(void *cls)
{
    struct reading *r = cls;
    struct group *g = r->g;
    struct known_line *l = &g->lines[g->nlines];

    if (g->nlines == g->nrows)
        return -1;
    l->seq = r->seq;
    l->state = outcome_state_of(r->state);
    l->minor = r->minor;
    l->account = arena_str(g->arena, r->account);
    memcpy(l->receipt, r->receipt, sizeof(l->receipt));
    memcpy(l->id, r->id, sizeof(l->id));
    g->nlines++;
    return l->account.p != NULL ? 0 : -1;
}

static enum db_status
group_load(struct group *g)
{
    struct db *db = g->f->desk->db;
    struct reading r = { .g = g };
    int32_t *seqs = arena_alloc(g->arena, (size_t)g->nrows * sizeof(*seqs));
    size_t n = 0;
    enum db_status st = batch_by_id(db, g->rows[0].batch_id, &g->batch);

    g->lines = arena_alloc(g->arena, (size_t)g->nrows * sizeof(*g->lines));
    if (seqs == NULL || g->lines == NULL)
        return DB_SOFT;
    for (int i = 0; i < g->nrows; i++)
        if (i == 0 || g->rows[i].seq != g->rows[i - 1].seq)
            seqs[n++] = g->rows[i].seq;
    const struct db_arg args[] = {
        A_I64(g->batch.batch_id), A_I32S(seqs, n)
    };
    const struct db_col cols[] = {
        C_INT("seq", &r.seq), C_I64("minor", &r.minor),
        C_STR("account", &r.account), C_TEXT("state", r.state),
        C_TEXT("receipt", r.receipt), C_TEXT("provider_id", r.id)
    };

    return st != DB_OK ? st
        : db_each(db, sql_tracker_listed, args, LEN(args), cols, LEN(cols),
                  line_row, &r);
}

bool
group_is_open(const struct group *g, int seq)
{
    for (int i = 0; i < g->nlines; i++)
        if (g->lines[i].seq == seq)
            return g->lines[i].state < 0
                || g->lines[i].state == OUTCOME_IN_DOUBT;
    return false;
}

/* --- what must not be ----------------------------------------------------- */

/* The provider has payments of a request that it refused, or that we know for
 * certain not to have left.  Sending the batch again would pay them twice. */
struct found_sent {
    struct group *g;
    const char   *why;
};

static enum db_status
found_sent_txn(struct db *db, void *cls)
{
    const struct found_sent *s = cls;

    return after_all_in(db, s->g->f->desk, &s->g->batch, s->why);
}

static bool
found_sent(struct group *g)
{
    struct desk *d = g->f->desk;
    char why[ERR_TEXT_BYTES], proof[64];
    struct found_sent s = { g, why };

    snprintf(proof, sizeof(proof), "%s lists",
             g->f->lane->account->provider->name);
    after_all_words(&g->batch, proof, why);
    if (!desk_db(d, db_txn(d->db, found_sent_txn, &s),
                 "stopping what was sent after all"))
        return false;
    after_all_tell(d, &g->batch, why);
    return desk_open(d);
}

static bool
has_older(const struct group *g)
{
    for (int i = 0; i < g->nrows; i++)
        if (!g->rows[i].is_last)
            return true;
    return false;
}

/* Rows of a request before the last one: the same payments may have gone out
 * with both.  They prove nothing for the last one. */
static void
drop_older(struct group *g)
{
    char why[ERR_TEXT_BYTES];
    int kept = 0, attempt_no = 0;

    for (int i = 0; i < g->nrows; i++)
        if (g->rows[i].is_last)
            g->rows[kept++] = g->rows[i];
        else
            attempt_no = g->rows[i].attempt_no;
    if (kept == g->nrows)
        return;
    snprintf(why, sizeof(why), "batch %d: %s lists %d payment%s of request %d, "
             "which it had refused; a later request asked for the same. "
             "Nothing more is sent. Compare its list with the report before "
             "you resume.", g->batch.number,
             g->f->lane->account->provider->name, g->nrows - kept,
             g->nrows - kept == 1 ? "" : "s", attempt_no);
    g->nrows = kept;
    alarm_grave(g->f->desk, &g->batch, "sent_twice", why);
}

static void
tell_again(struct group *g)
{
    char event[32], why[ERR_TEXT_BYTES];

    for (int i = 0; i < g->choice.nagain; i++) {
        snprintf(event, sizeof(event), "paid_again_%d", g->choice.again[i]);
        snprintf(why, sizeof(why), "batch %d: %s lists the payment of row %d "
                 "twice, as paid, with two receipts. Ask %s whether it was "
                 "paid twice. Nothing more is sent before you resume.",
                 g->batch.number, g->f->lane->account->provider->name,
                 g->choice.again[i], g->f->lane->account->provider->name);
        alarm_grave(g->f->desk, &g->batch, event, why);
    }
}

/* --- what they mean ------------------------------------------------------- */

static int
group_judge(struct group *g)
{
    const struct batch *b = &g->batch;
    size_t places = (size_t)b->rows + 1;
    struct asked *asked = arena_alloc(g->arena, places * sizeof(*asked));
    int8_t *known = arena_alloc(g->arena, places);
    /* A list has no end: what is not in it is open. */
    const struct file_answer file = { .phase = FILE_MOVING };
    struct settle s = {
        .provider = g->f->lane->account->provider, .batch_id = b->batch_id,
        .rows = b->rows, .asked = asked, .known = known, .file = &file
    };

    if (asked == NULL || known == NULL
        || listed_choose(g->rows, g->nrows, g->lines, g->nlines, g->arena,
                         &g->choice) < 0)
        return -1;
    memset(known, -1, places);
    for (int i = 0; i < g->nlines; i++) {
        const struct known_line *l = &g->lines[i];

        if (l->seq < 1 || l->seq > b->rows)
            return -1;
        asked[l->seq] = (struct asked){ l->minor, l->account };
        known[l->seq] = (int8_t)l->state;
    }
    s.items = g->choice.items;
    s.nitems = g->choice.nitems;
    return settle_file(&s, g->arena, &g->v);
}

/* The evidence: the batch's rows, and nobody else's. */
static void
group_raw(struct group *g)
{
    buf_init(&g->raw, NET_REPLY_BYTES_MAX);
    buf_char(&g->raw, '[');
    for (int i = 0; i < g->nrows; i++) {
        if (i > 0)
            buf_char(&g->raw, ',');
        buf_str(&g->raw, g->rows[i].row.raw);
    }
    buf_char(&g->raw, ']');
}

/* The last payment has its end: so has the batch. */
static enum db_status
group_end(struct db *db, struct group *g)
{
    const struct batch_note note = {
        .stop_polling = true, .charge_estimate_minor = -1
    };
    const struct db_arg args[] = { A_I64(g->batch.batch_id) };
    struct batch b;
    enum db_status st = db_do(db, sql_tracker_sought_drop, args, LEN(args));

    g->over = false;
    if (st < DB_NONE
        || (st = batch_by_id(db, g->batch.batch_id, &b)) != DB_OK)
        return st;
    if (b.state != BATCH_IN_FLIGHT
        || b.paid_rows + b.failed_rows + b.cancelled_rows != b.rows)
        return DB_OK;
    g->over = true;
    return batch_move(db, &b, BATCH_ON_ALL_FINAL, g->f->desk->actor, &note);
}

static enum db_status
group_txn(struct db *db, void *cls)
{
    struct group *g = cls;
    struct batch b = g->batch;          /* this may run more than once */
    const struct batch_note note = { .charge_estimate_minor = -1 };
    const struct account *a = g->f->lane->account;
    int event_no = 0;
    enum db_status st = event_add(db, b.batch_id, "status", g->f->reply.http,
                                  buf_view(&g->raw), &event_no);

    if (st != DB_OK)
        return st;
    if (g->moves
        && (st = batch_move(db, &b, BATCH_ON_FOUND_RELEASED,
                            g->f->desk->actor, &note)) != DB_OK)
        return st;
    if ((st = placed_add(db, b.batch_id, g->choice.seqs, g->choice.ids,
                         g->choice.nplaced)) < DB_NONE
        || (st = enter_verdicts(db, g->f->desk, &b, event_no, a->provider,
                                &g->v, &g->entered)) != DB_OK)
        return st;
    return group_end(db, g);
}

static void
group_tell(const struct group *g)
{
    const struct verdicts *v = &g->v;
    bool odd = v->differs > 0 || v->conflicts > 0;

    log_event(odd ? LOG_WARN : LOG_INFO, "listed",
              L_I64("batch", g->batch.batch_id), L_I64("rows", g->nrows),
              L_I64("new", v->n), L_I64("placed", (int64_t)g->choice.nplaced),
              L_I64("differs", v->differs), L_I64("conflicts", v->conflicts));
    if (g->entered.conflicts > 0)
        log_event(LOG_WARN, "contradiction", L_STR("run", g->batch.run_ref),
                  L_I64("batch", g->batch.batch_id),
                  L_I64("rows", g->entered.conflicts));
    if (g->entered.pause_why[0] != '\0')
        log_event(LOG_WARN, "run_paused", L_STR("run", g->batch.run_ref),
                  L_STR("why", g->entered.pause_why));
}

static bool
group_store(struct group *g)
{
    struct desk *d = g->f->desk;
    enum db_status st = DB_OK;

    g->moves = g->batch.state == BATCH_IN_DOUBT && g->choice.agree > 0;
    if (g->v.n == 0 && g->choice.nplaced == 0 && !g->moves)
        return true;
    group_raw(g);
    st = g->raw.failed ? DB_SOFT : db_txn(d->db, group_txn, g);
    buf_release(&g->raw);
    if (!desk_db(d, st, "storing what became of payments"))
        return false;
    /* DB_NONE: it moved meanwhile; the next look sees it as it is. */
    if (st == DB_NONE)
        return true;
    group_tell(g);
    d->busy = true;
    if (g->over || g->entered.conflicts > 0)
        d->finals = true;
    return true;
}

static bool
group_settle(struct group *g)
{
    if (g->nrows == 0)
        return true;
    if (group_judge(g) < 0) {
        log_event(LOG_WARN, "no_memory", L_STR("for", "a page of a list"));
        return true;
    }
    if (!group_store(g))
        return false;
    tell_again(g);
    return desk_open(g->f->desk);
}

bool
group_take(struct group *g)
{
    struct desk *d = g->f->desk;
    enum db_status st = group_load(g);

    if (!desk_db(d, st, "reading what was asked for"))
        return false;
    if (st == DB_NONE)
        return true;
    switch (g->batch.state) {
    case BATCH_READY:
        return found_sent(g);
    case BATCH_SENDING:
        /* Its answer is on its way, and will be in the next look; but a
         * request before it that was taken must not be followed by it. */
        return has_older(g) ? found_sent(g) : true;
    case BATCH_IN_FLIGHT:
    case BATCH_IN_DOUBT:
    case BATCH_DONE:
    case BATCH_REFUSED:
    case BATCH_CANCELLED:
        drop_older(g);
        return desk_open(d) && group_settle(g);
    case BATCH_INITIATING:
    case BATCH_INITIATED:
    case BATCH_RELEASING:
        return true;                    /* of a two-phase provider */
    }
    return true;
}
