#include "book/run.h"

#include <ctype.h>

#include "base/buf.h"
#include "book/edges.h"
#include "db/sql.h"

#define RUN_NAMES_MAX 10        /* runs named when one was not found */

/* What a row of run_view is read into, and what needs a second look. */
struct run_row {
    struct run *run;
    char state[16];
    struct str digest;
    int (*row)(void *, const struct run *);
    void *owner;
};

#define RUN_COLS 26

static void
run_cols(struct run_row *r, struct db_col cols[RUN_COLS])
{
    struct run *u = r->run;
    const struct db_col list[RUN_COLS] = {
        C_I64("run_id", &u->run_id), C_I64("account_id", &u->account_id),
        C_I64("file_id", &u->file_id), C_TEXT("ref", u->ref),
        C_TEXT("account", u->account), C_BOOL("live", &u->live),
        C_TEXT("period", u->period), C_TEXT("kind", u->kind),
        C_TEXT("pay_date", u->pay_date), C_TEXT("ccy", u->ccy),
        C_TEXT("made_by", u->made_by), C_TEXT("approved_by", u->approved_by),
        C_TEXT("narration", u->narration), C_TEXT("override", u->override),
        C_TEXT("state_why", u->state_why), C_TEXT("file_name", u->file_name),
        C_BYTES("digest", &r->digest), C_I64("rows", &u->rows),
        C_I64("minor", &u->minor), C_I64("held_rows", &u->held_rows),
        C_I64("batches", &u->batches), C_TEXT("state", r->state),
        C_BOOL("funds_seen", &u->funds_seen),
        C_TEXT("created_at", u->created_at), C_TEXT("state_at", u->state_at),
        C_TEXT("parent", u->parent)
    };

    memcpy(cols, list, sizeof(list));
}

/* The rest of a row: what the columns could not be read into directly. */
static int
run_read(struct run_row *r)
{
    int state = run_state_of(r->state);

    if (state < 0 || r->digest.len != SHA256_BYTES)
        return -1;
    r->run->state = (enum run_state)state;
    memcpy(r->run->digest, r->digest.p, SHA256_BYTES);
    return 0;
}

static int
each_row(void *owner)
{
    struct run_row *r = owner;

    if (run_read(r) < 0)
        return -1;
    return r->row(r->owner, r->run);
}

int
run_each(struct db *db, int (*row)(void *, const struct run *), void *owner,
         struct err *e)
{
    struct run u = { 0 };
    struct run_row r = { .run = &u, .row = row, .owner = owner };
    struct db_col cols[RUN_COLS];

    run_cols(&r, cols);
    if (db_each(db, sql_run_list, NULL, 0, cols, RUN_COLS, each_row, &r) < 0)
        return db_fail(db, e, "listing runs");
    return 0;
}

/* --- finding one --------------------------------------------------------- */

struct names {
    struct buf text;
    int n;
};

static int
name_row(void *owner, const struct run *u)
{
    struct names *names = owner;

    if (names->n++ < RUN_NAMES_MAX) {
        buf_text(&names->text, names->text.len > 0 ? ", " : "");
        buf_text(&names->text, u->ref);
    }
    return 0;
}

static int
not_found(struct db *db, const char *name, struct err *e)
{
    struct names names = { 0 };

    buf_init(&names.text, ERR_TEXT_BYTES);
    if (run_each(db, name_row, &names, e) == 0) {
        err_set(e, ERR_USAGE, "There is no run \"%s\".", name);
        if (names.n == 0)
            err_fix(e, "There are no runs yet: payrun upload FILE");
        else
            err_fix(e, "There %s %s%s.", names.n == 1 ? "is" : "are",
                    names.text.p, names.n > RUN_NAMES_MAX ? " ..." : "");
    }
    buf_release(&names.text);
    return -1;
}

static enum db_status
run_read_one(struct db *db, const char *ref, int64_t number, struct run *out)
{
    struct run_row r = { .run = out };
    struct db_col cols[RUN_COLS];
    const struct db_arg args[] = { A_TEXT(ref), A_I64(number) };
    enum db_status st;

    *out = (struct run){ 0 };
    run_cols(&r, cols);
    st = db_one(db, sql_run_by_name, args, LEN(args), cols, RUN_COLS);
    if (st == DB_OK && run_read(&r) < 0)
        return DB_HARD;
    return st;
}

enum db_status
run_by_id(struct db *db, int64_t run_id, struct run *out)
{
    return run_read_one(db, "", run_id, out);
}

int
run_find(struct db *db, const char *name, struct run *out, struct err *e)
{
    char ref[RUN_REF_BYTES] = "";
    int64_t number = 0;
    enum db_status st;

    if (str_i64(&number, str_of(name)) < 0
        && str_copy(ref, sizeof(ref), str_of(name)) == 0)
        for (char *p = ref; *p != '\0'; p++)
            *p = (char)toupper((unsigned char)*p);
    st = run_read_one(db, ref, number, out);
    if (st == DB_NONE)
        return not_found(db, name, e);
    return st < 0 ? db_fail(db, e, "reading the run") : 0;
}

/* --- moving -------------------------------------------------------------- */

enum db_status
run_move(struct db *db, int64_t run_id, enum run_event on, const char *actor,
         const char *detail)
{
    struct edges e;

    edges_on(&e, &machine_run, on);
    const struct db_arg args[] = {
        A_I64(run_id), A_TEXTS(e.from, e.n), A_TEXTS(e.to, e.n),
        A_TEXTS(e.why, e.n), A_TEXT(e.event), A_TEXT(actor),
        A_TEXT(detail != NULL ? detail : "")
    };

    return db_do(db, sql_run_move, args, LEN(args));
}

static enum db_status
funds_set(struct db *db, int64_t run_id, bool seen)
{
    const struct db_arg args[] = { A_I64(run_id), A_BOOL(seen) };

    return db_do(db, sql_run_funds, args, LEN(args));
}

enum db_status
run_funds_seen(struct db *db, int64_t run_id)
{
    return funds_set(db, run_id, true);
}

enum db_status
run_funds_forget(struct db *db, int64_t run_id)
{
    return funds_set(db, run_id, false);
}

/* --- where it stands ----------------------------------------------------- */

struct by_state {
    char state[16];
    int64_t batches, rows, minor, paid, paid_m, failed, failed_m, doubt,
            doubt_m, cancelled, cancelled_m;
    struct run_progress *out;
};

static int
progress_row(void *owner)
{
    const struct by_state *s = owner;
    struct run_progress *p = s->out;
    int state = batch_state_of(s->state);
    int64_t open = s->rows - s->paid - s->failed - s->doubt - s->cancelled;

    if (state < 0)
        return -1;
    p->rows += s->rows;
    p->minor += s->minor;
    p->batches += s->batches;
    p->batches_by_state[state] += s->batches;
    p->paid_rows += s->paid;
    p->paid_minor += s->paid_m;
    p->failed_rows += s->failed;
    p->failed_minor += s->failed_m;
    p->doubt_rows += s->doubt;
    p->doubt_minor += s->doubt_m;
    p->cancelled_rows += s->cancelled;
    p->cancelled_minor += s->cancelled_m;
    if (state == BATCH_READY || state == BATCH_INITIATING
        || state == BATCH_INITIATED)
        p->waiting_rows += open;
    else
        p->flight_rows += open;
    return 0;
}

int
run_progress(struct db *db, int64_t run_id, struct run_progress *out,
             struct err *e)
{
    struct by_state s = { .out = out };
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = {
        C_TEXT("state", s.state), C_I64("batches", &s.batches),
        C_I64("rows", &s.rows), C_I64("minor", &s.minor),
        C_I64("paid_rows", &s.paid), C_I64("paid_minor", &s.paid_m),
        C_I64("failed_rows", &s.failed), C_I64("failed_minor", &s.failed_m),
        C_I64("doubt_rows", &s.doubt), C_I64("doubt_minor", &s.doubt_m),
        C_I64("cancelled_rows", &s.cancelled),
        C_I64("cancelled_minor", &s.cancelled_m)
    };
    const struct db_col lane[] = {
        C_TEXT_NULL("accounts", out->accounts),
        C_BOOL("lane_closed", &out->lane_closed),
        C_TEXT_NULL("lane_why", out->lane_why),
        C_TEXT("halted", out->halted), C_TEXT("canary", out->canary)
    };

    *out = (struct run_progress){ 0 };
    if (db_each(db, sql_run_progress, args, LEN(args), cols, LEN(cols),
                progress_row, &s) < 0
        || db_one(db, sql_run_lane, args, LEN(args), lane, LEN(lane)) < 0)
        return db_fail(db, e, "reading where the run stands");
    return 0;
}
