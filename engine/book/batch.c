#include "book/batch.h"

#include "book/edges.h"
#include "db/sql.h"

/* --- reading one --------------------------------------------------------- */

/* Everything a worker needs in one row: no second look while it holds one. */
enum db_status
batch_by_id(struct db *db, int64_t batch_id, struct batch *b)
{
    char state[16] = "";
    struct str digest = { NULL, 0 };
    const struct db_arg args[] = { A_I64(batch_id) };
    const struct db_col cols[] = {
        C_I64("batch_id", &b->batch_id), C_I64("run_id", &b->run_id),
        C_I64("account_id", &b->account_id), C_I64("minor", &b->minor),
        C_I64("charge_estimate_minor", &b->charge_estimate_minor),
        C_INT("number", &b->number), C_INT("rows", &b->rows),
        C_INT("epoch", &b->epoch), C_INT("tries", &b->tries),
        C_INT("answer_no", &b->answer_no), C_INT("polls", &b->polls),
        C_INT("final_polls", &b->final_polls), C_TEXT("rail", b->rail),
        C_TEXT("ccy", b->ccy), C_TEXT("account", b->account),
        C_TEXT("run_ref", b->run_ref), C_TEXT("period", b->period),
        C_TEXT("kind", b->kind), C_TEXT("narration", b->narration),
        C_TEXT("tracking_id", b->tracking_id),
        C_TEXT("file_alias", b->file_alias),
        C_TEXT("provider_code", b->provider_code),
        C_TEXT("provider_at", b->provider_at), C_BYTES("digest", &digest),
        C_TEXT("state", state), C_INT("paid_rows", &b->paid_rows),
        C_INT("failed_rows", &b->failed_rows),
        C_INT("doubt_rows", &b->doubt_rows),
        C_INT("cancelled_rows", &b->cancelled_rows)
    };
    enum db_status st;

    *b = (struct batch){ 0 };
    st = db_one(db, sql_batch_by_id, args, LEN(args), cols, LEN(cols));
    if (st != DB_OK)
        return st;
    if (digest.len != SHA256_BYTES || batch_state_of(state) < 0)
        return DB_HARD;
    memcpy(b->digest, digest.p, SHA256_BYTES);
    b->state = (enum batch_state)batch_state_of(state);
    return DB_OK;
}

/* --- claiming ------------------------------------------------------------ */

static bool
is_claim(enum batch_event on)
{
    return on == BATCH_ON_CLAIM_INITIATE || on == BATCH_ON_CLAIM_RELEASE
        || on == BATCH_ON_CLAIM_SEND;
}

struct claimed {
    int64_t id, rows, *ids;
    int *n, most;
    int64_t so_far;             /* rows of all of them                        */
};

static int
claimed_row(void *owner)
{
    struct claimed *c = owner;

    if (*c->n == c->most)
        return -1;
    c->ids[(*c->n)++] = c->id;
    c->so_far += c->rows;
    return 0;
}

/* Up to ${most} in one statement.  The rows are held from here on: what is read
 * next is what was claimed. */
static enum db_status
claim_once(struct db *db, const struct batch_order *o, int most,
           struct claimed *all)
{
    static const struct canary_rule none;
    const struct canary_rule *c = o->canary == NULL
        || o->step == BATCH_ON_CLAIM_INITIATE ? &none : o->canary;
    int from = *all->n;
    struct edges e;
    enum db_status st;

    edges_on(&e, &machine_batch, o->step);
    const struct db_arg args[] = {
        A_I64(o->account_id), A_STR(e.from[0]), A_STR(e.to[0]),
        A_TEXT(e.event), A_STR(e.why[0]), A_TEXT(o->owner),
        A_I64(o->lease_ms), A_BOOL(o->step != BATCH_ON_CLAIM_INITIATE),
        A_TEXT(c->proof), A_BOOL(c->each_run), A_I64(CANARY_ROWS),
        A_I64(most), A_I64(CLAIM_ROWS_MAX)
    };
    const struct db_col cols[] = {
        C_I64("batch_id", &all->id), C_I64("rows", &all->rows)
    };

    st = db_each(db, sql_batch_claim, args, LEN(args), cols, LEN(cols),
                 claimed_row, all);
    for (int i = from; st == DB_OK && i < *all->n && c->proof[0] != '\0'; i++)
        st = canary_note(db, c, o->account_id, all->ids[i]);
    return st;
}

/*
 * What pays is claimed one by one, each claim seeing the one before: together
 * they may pass a ceiling that none of them passes alone, and the first can be
 * the canary that holds the others.  What moves no money needs neither.
 */
enum db_status
batch_claim_some(struct db *db, const struct batch_order *o, int64_t ids[],
                 int *n)
{
    struct claimed all = { .ids = ids, .n = n, .most = o->most };
    bool pays = o->step != BATCH_ON_CLAIM_INITIATE;
    enum db_status st = DB_NONE;

    *n = 0;
    if (!is_claim(o->step))
        return DB_HARD;
    do
        st = claim_once(db, o, pays ? 1 : o->most, &all);
    while (st == DB_OK && pays && *n < o->most
           && all.so_far + all.rows <= CLAIM_ROWS_MAX);
    return st == DB_NONE && *n > 0 ? DB_OK : st;
}

enum db_status
batch_claim(struct db *db, int64_t account_id, enum batch_event step,
            const struct canary_rule *canary, const char *owner,
            int64_t lease_ms, struct batch *out)
{
    const struct batch_order o = {
        account_id, step, canary, owner, lease_ms, 1
    };
    int64_t batch_id = 0;
    int n = 0;
    enum db_status st = batch_claim_some(db, &o, &batch_id, &n);

    *out = (struct batch){ 0 };
    return st == DB_OK ? batch_by_id(db, batch_id, out) : st;
}

enum db_status
batch_renew(struct db *db, const struct batch *b, int64_t lease_ms)
{
    const struct db_arg args[] = {
        A_I64(b->batch_id), A_I64(b->epoch), A_I64(lease_ms)
    };

    return db_do(db, sql_batch_renew, args, LEN(args));
}

/* --- moving -------------------------------------------------------------- */

/* Do for the copy what the statement did for the row. */
static void
follow(struct batch *b, const char *state, int tries,
       const struct batch_note *note)
{
    int now = batch_state_of(state);

    if (now >= 0)
        b->state = (enum batch_state)now;
    b->tries = tries;
    if (note->forget_file) {
        b->tracking_id[0] = b->file_alias[0] = '\0';
        b->answer_no = 0;
    }
    if (note->answer_no != 0)
        b->answer_no = note->answer_no;
    if (note->charge_estimate_minor > 0)
        b->charge_estimate_minor = note->charge_estimate_minor;
}

enum db_status
batch_move(struct db *db, struct batch *b, enum batch_event on,
           const char *actor, const struct batch_note *note)
{
    static const struct batch_note nothing = { .charge_estimate_minor = -1 };
    const struct batch_note *n = note != NULL ? note : &nothing;
    struct edges e;
    char state[16] = "";
    int tries = 0;
    enum db_status st;

    /* Claims have conditions that only batch_claim() looks at. */
    if (is_claim(on))
        return DB_NONE;
    edges_on(&e, &machine_batch, on);
    const struct db_arg args[] = {
        A_I64(b->batch_id), A_I64(b->epoch), A_TEXTS(e.from, e.n),
        A_TEXTS(e.to, e.n), A_TEXTS(e.why, e.n), A_TEXT(e.event),
        A_TEXT(actor), A_TEXT(n->detail != NULL ? n->detail : ""),
        A_I64(n->wait_ms), A_BOOL(n->count_try),
        A_I64(n->stop_polling ? -1 : n->poll_in_ms), A_BOOL(n->forget_file),
        A_I64(n->answer_no), A_I64(n->charge_estimate_minor)
    };
    const struct db_col cols[] = {
        C_TEXT("state", state), C_INT("tries", &tries)
    };

    st = db_one(db, sql_batch_move, args, LEN(args), cols, LEN(cols));
    if (st == DB_OK)
        follow(b, state, tries, n);
    return st;
}

enum db_status
batch_keep_file(struct db *db, struct batch *b, const struct file_answer *f)
{
    const struct db_arg args[] = {
        A_I64(b->batch_id), A_I64(b->epoch), A_TEXT(f->tracking_id),
        A_TEXT(f->file_alias), A_TEXT(f->code), A_TEXT(f->updated_at)
    };
    const struct db_col cols[] = {
        C_TEXT("tracking_id", b->tracking_id),
        C_TEXT("file_alias", b->file_alias),
        C_TEXT("provider_code", b->provider_code),
        C_TEXT("provider_at", b->provider_at)
    };

    return db_one(db, sql_batch_keep_file, args, LEN(args), cols, LEN(cols));
}

enum db_status
batch_cancel_rest(struct db *db, int64_t run_id, const char *actor,
                  const char *reason, int64_t *batches, int64_t *rows)
{
    struct edges e;

    edges_on(&e, &machine_batch, BATCH_ON_CANCEL);
    const struct db_arg args[] = {
        A_I64(run_id), A_TEXTS(e.from, e.n), A_TEXTS(e.to, e.n),
        A_TEXTS(e.why, e.n), A_TEXT(e.event), A_TEXT(actor),
        A_TEXT("PR-CANCELLED"), A_TEXT(reason)
    };
    const struct db_col cols[] = {
        C_I64("batches", batches), C_I64("rows", rows)
    };

    return db_one(db, sql_batch_move_rest, args, LEN(args), cols, LEN(cols));
}

/* --- taking back --------------------------------------------------------- */

#define OWNERS_MAX  256         /* processes that hold leases at one time */
#define OWNER_BYTES 256

struct owners {
    char now[OWNER_BYTES];
    char dead[OWNERS_MAX][OWNER_BYTES];
    size_t n;
    bool (*is_dead)(const char *);
};

static int
owner_row(void *owner)
{
    struct owners *o = owner;

    /* Those that do not fit lose their leases by time alone. */
    if (o->n < OWNERS_MAX && o->is_dead != NULL && o->is_dead(o->now))
        memcpy(o->dead[o->n++], o->now, OWNER_BYTES);
    return 0;
}

/*
 * Where a batch goes that nobody holds any more.  Without a request that left,
 * nothing can be on the way; with one, only initiating is harmless.
 */
static const struct {
    enum batch_state from;
    bool left;
    enum batch_event on;
} ways_back[] = {
    { BATCH_INITIATING, false, BATCH_ON_INITIATE_LOST },
    { BATCH_INITIATING, true,  BATCH_ON_INITIATE_LOST },
    { BATCH_RELEASING,  false, BATCH_ON_NOT_RELEASED },
    { BATCH_RELEASING,  true,  BATCH_ON_NO_ANSWER },
    { BATCH_SENDING,    false, BATCH_ON_NOT_SENT },
    { BATCH_SENDING,    true,  BATCH_ON_NO_ANSWER },
};

#define WAYS (sizeof(ways_back) / sizeof(ways_back[0]))

static int
count_row(void *owner)
{
    int *n = owner;

    (*n)++;
    return 0;
}

static enum db_status
reclaim(struct db *db, const struct owners *o, const char *actor, int *n)
{
    struct str dead[OWNERS_MAX], from[WAYS], left[WAYS], to[WAYS], on[WAYS],
               why[WAYS];
    int64_t batch_id = 0;

    for (size_t i = 0; i < o->n; i++)
        dead[i] = str_of(o->dead[i]);
    for (size_t i = 0; i < WAYS; i++) {
        const struct state_edge *e = state_edge_of(&machine_batch,
            (int)ways_back[i].from, (int)ways_back[i].on);

        if (e == NULL)
            return DB_HARD;
        from[i] = str_of(machine_batch.states[e->from]);
        left[i] = ways_back[i].left ? STR("t") : STR("f");
        to[i] = str_of(machine_batch.states[e->to]);
        on[i] = str_of(machine_batch.events[e->on]);
        why[i] = str_of(e->why);
    }
    const struct db_arg args[] = {
        A_TEXTS(dead, o->n), A_TEXTS(from, WAYS), A_TEXTS(left, WAYS),
        A_TEXTS(to, WAYS), A_TEXTS(on, WAYS), A_TEXTS(why, WAYS),
        A_TEXT(actor)
    };
    const struct db_col cols[] = { C_I64("batch_id", &batch_id) };

    return db_each(db, sql_batch_reclaim, args, LEN(args), cols, LEN(cols),
                   count_row, n);
}

/*
 * Asking whether an owner lives takes a look at /proc or the network, so it is
 * done between the statements, never while rows are held.
 */
enum db_status
batch_reclaim(struct db *db, const char *actor,
              bool (*is_dead)(const char *owner), int *n)
{
    struct owners *o = calloc(1, sizeof(*o));
    enum db_status st = DB_HARD;

    *n = 0;
    if (o == NULL)
        return DB_HARD;
    o->is_dead = is_dead;
    const struct db_col cols[] = { C_TEXT("owner", o->now) };

    st = db_each(db, sql_batch_owners, NULL, 0, cols, LEN(cols), owner_row, o);
    if (st >= 0)
        st = reclaim(db, o, actor, n);
    free(o);
    return st;
}
