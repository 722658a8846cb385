#include "book/run.h"

#include "book/batch.h"
#include "book/digest.h"
#include "book/short.h"
#include "db/sql.h"

static enum db_status
sums_read(struct db *db, int64_t run_id, struct run_sums *s)
{
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = {
        C_I64("parsed_rows", &s->parsed_rows),
        C_I64("approved_rows", &s->approved_rows),
        C_I64("approved_minor", &s->approved_minor),
        C_I64("held_rows", &s->held_rows),
        C_I64("more_rows", &s->more_rows),
        C_I64("book_rows", &s->book_rows),
        C_I64("book_minor", &s->book_minor),
        C_I64("sent_rows", &s->sent_rows),
        C_I64("sent_minor", &s->sent_minor),
        C_I64("waiting_rows", &s->waiting_rows),
        C_I64("waiting_minor", &s->waiting_minor),
        C_I64("withdrawn_rows", &s->withdrawn_rows),
        C_I64("withdrawn_minor", &s->withdrawn_minor),
        C_I64("flight_rows", &s->flight_rows),
        C_I64("flight_minor", &s->flight_minor),
        C_I64("paid_rows", &s->paid_rows),
        C_I64("paid_minor", &s->paid_minor),
        C_I64("failed_rows", &s->failed_rows),
        C_I64("failed_minor", &s->failed_minor),
        C_I64("doubt_rows", &s->doubt_rows),
        C_I64("doubt_minor", &s->doubt_minor),
        C_I64("cancelled_rows", &s->cancelled_rows),
        C_I64("cancelled_minor", &s->cancelled_minor),
        C_I64("charge_minor", &s->charge_minor),
        C_I64("charge_estimate_minor", &s->charge_estimate_minor),
        C_BOOL("counters_tie", &s->counters_tie)
    };
    enum db_status st;

    *s = (struct run_sums){ 0 };
    st = db_one(db, sql_run_sums, args, LEN(args), cols, LEN(cols));
    /* What a held row would have paid is not known: only rows are parsed. */
    s->parsed_minor = s->book_minor;
    return st;
}

int
run_sums(struct db *db, int64_t run_id, struct run_sums *s, struct err *e)
{
    enum db_status st = sums_read(db, run_id, s);

    if (st < 0)
        return db_fail(db, e, "adding up the run");
    if (st == DB_NONE)
        return err_set(e, ERR_BUG, "There is no run number %lld.",
                       (long long)run_id);
    return 0;
}

/*
 * Promise 6, hop by hop: parsed, approved, in the book, sent or not, ended or
 * under way.  By count and by amount, except what was parsed.
 */
bool
run_sums_tie(const struct run_sums *s)
{
    return s->counters_tie
        && s->parsed_rows + s->more_rows == s->approved_rows + s->held_rows
        && s->book_rows == s->approved_rows
        && s->book_minor == s->approved_minor
        && s->approved_rows
           == s->sent_rows + s->waiting_rows + s->withdrawn_rows
        && s->approved_minor
           == s->sent_minor + s->waiting_minor + s->withdrawn_minor
        && s->sent_rows + s->withdrawn_rows
           == s->paid_rows + s->failed_rows + s->doubt_rows
              + s->cancelled_rows + s->flight_rows
        && s->sent_minor + s->withdrawn_minor
           == s->paid_minor + s->failed_minor + s->doubt_minor
              + s->cancelled_minor + s->flight_minor;
}

/* --- settling and closing ------------------------------------------------ */

#define TURN_RUNS_MAX 64        /* the others come with the next turn */

struct ids {
    int64_t id, list[TURN_RUNS_MAX];
    size_t n;
};

static int
id_row(void *owner)
{
    struct ids *ids = owner;

    if (ids->n < TURN_RUNS_MAX)
        ids->list[ids->n++] = ids->id;
    return 0;
}

static enum db_status
ids_read(struct db *db, const char *sql, struct ids *ids)
{
    const struct db_col cols[] = { C_I64("run_id", &ids->id) };

    ids->n = 0;
    return db_each(db, sql, NULL, 0, cols, LEN(cols), id_row, ids);
}

/*
 * Batches that fell back to "not released" after their run was cancelled: they
 * had been under way at that moment.
 */
static enum db_status
cancel_rest(struct db *db, const char *actor)
{
    int64_t batches = 0, rows = 0;

    return batch_cancel_rest(db, 0, actor, "the run was cancelled", &batches,
                             &rows);
}

/* Close ${run_id} if its sums tie; say so, once in a while, if they do not. */
static enum db_status
close_one(struct db *db, int64_t run_id, const char *actor)
{
    struct run_sums s;
    const struct db_arg args[] = {
        A_I64(run_id), A_TEXT(actor),
        A_TEXT("the sums of this run do not tie; look at its report")
    };
    enum db_status st;

    if ((st = sums_read(db, run_id, &s)) != DB_OK)
        return st;
    if (run_sums_tie(&s))
        return run_move(db, run_id, RUN_ON_TIED, actor, "");
    st = db_do(db, sql_run_recount, args, LEN(args));
    return st < 0 ? st : DB_NONE;
}

/*
 * Each step is a statement that may run twice, or at the same time elsewhere:
 * nothing final becomes open again, so what was due stays due.
 */
enum db_status
run_settle_due(struct db *db, const char *actor)
{
    struct ids ids;
    enum db_status st, all = DB_NONE;

    if ((st = cancel_rest(db, actor)) < 0
        || (st = ids_read(db, sql_run_settle_list, &ids)) < 0)
        return st;
    for (size_t i = 0; i < ids.n; i++) {
        st = run_move(db, ids.list[i], RUN_ON_ALL_FINAL, actor, "");
        if (st < 0)
            return st;
        all = st == DB_OK ? DB_OK : all;
    }
    if ((st = ids_read(db, sql_run_close_list, &ids)) < 0)
        return st;
    for (size_t i = 0; i < ids.n; i++) {
        if ((st = close_one(db, ids.list[i], actor)) < 0)
            return st;
        all = st == DB_OK ? DB_OK : all;
    }
    return all;
}

/* --- what was approved, again -------------------------------------------- */

struct part {
    struct sha256 hash;
    int64_t all_rows, all_minor;
    struct digest_batch batch;
    char account[USER_NAME_BYTES_MAX], provider[24], rail[32];
    char grouped[SHORT_WORDS_BYTES];
    struct str digest;
};

static int
part_row(void *owner)
{
    struct part *p = owner;

    if (p->digest.len != SHA256_BYTES)
        return -1;
    p->all_rows += p->batch.rows;
    p->all_minor += p->batch.minor;
    p->batch.digest = (const unsigned char *)p->digest.p;
    digest_run_batch(&p->hash, &p->batch);
    return 0;
}

struct head {
    struct digest_run run;
    char account[USER_NAME_BYTES_MAX], provider[24], period[8], kind[16],
         pay_date[16], ccy[4], narration[256];
    unsigned char file_sha256[SHA256_BYTES];
};

static enum db_status
head_read(struct db *db, int64_t run_id, struct head *h)
{
    const struct db_arg args[] = { A_I64(run_id) };
    struct str file = { NULL, 0 };
    const struct db_col cols[] = {
        C_TEXT("account", h->account), C_TEXT("provider", h->provider),
        C_BOOL("live", &h->run.live), C_TEXT("period", h->period),
        C_TEXT("kind", h->kind), C_TEXT("pay_date", h->pay_date),
        C_TEXT("ccy", h->ccy), C_TEXT("narration", h->narration),
        C_I64("rows", &h->run.rows), C_I64("minor", &h->run.minor),
        C_BYTES("file_sha256", &file)
    };
    enum db_status st = db_one(db, sql_run_digest_head, args, LEN(args), cols,
                               LEN(cols));

    if (st != DB_OK)
        return st;
    if (file.len != SHA256_BYTES)
        return DB_HARD;
    memcpy(h->file_sha256, file.p, SHA256_BYTES);
    h->run.account = h->account;
    h->run.provider = h->provider;
    h->run.period = h->period;
    h->run.kind = h->kind;
    h->run.pay_date = h->pay_date;
    h->run.ccy = h->ccy;
    h->run.narration = h->narration;
    h->run.file_sha256 = h->file_sha256;
    return DB_OK;
}

enum db_status
run_digest_again(struct db *db, int64_t run_id,
                 unsigned char out[SHA256_BYTES])
{
    struct head h = { 0 };
    struct part p = { .batch = { .account = p.account, .rail = p.rail,
                                 .provider = p.provider,
                                 .grouped = p.grouped } };
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = {
        C_TEXT("grouped", p.grouped),
        C_TEXT("account", p.account), C_TEXT("provider", p.provider),
        C_I64("rows", &p.batch.rows), C_I64("minor", &p.batch.minor),
        C_TEXT("rail", p.rail), C_BYTES("digest", &p.digest)
    };
    enum db_status st;

    memset(out, 0, SHA256_BYTES);
    if ((st = head_read(db, run_id, &h)) != DB_OK)
        return st;
    digest_run_begin(&p.hash, &h.run);
    st = db_each(db, sql_run_digest_batches, args, LEN(args), cols, LEN(cols),
                 part_row, &p);
    if (st < 0)
        return st;
    /* Batches that are missing or do not add up leave the digest at zero. */
    if (p.all_rows == h.run.rows && p.all_minor == h.run.minor)
        sha256_end(&p.hash, out);
    return DB_OK;
}
