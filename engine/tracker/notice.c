#include "tracker/notice.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "book/people.h"
#include "db/sql.h"
#include "db/txn.h"
#include "dispatch/cancel.h"
#include "tracker/alarm.h"
#include "tracker/pace.h"

int64_t
notice_first_ms(const struct lane *l)
{
    return l->account->poll_first_ms > 0 ? l->account->poll_first_ms
                                         : POLL_FIRST_MS;
}

int64_t
notice_hold_ms(const struct lane *l)
{
    int64_t ms = notice_cap_ms(l);

    return ms < POLL_HOLD_MS ? ms : POLL_HOLD_MS;
}

int64_t
notice_cap_ms(const struct lane *l)
{
    return l->account->poll_cap_ms > 0 ? l->account->poll_cap_ms
                                       : POLL_CAP_MS;
}

int
notice_read(struct notice *n, struct err *e)
{
    struct flight *f = n->f;
    const struct provider *p = f->lane->account->provider;
    struct str body = buf_view(&f->reply.body);
    /* more than we sent is possible, and then they are strangers */
    int room = 2 * f->batch.rows;
    struct item_answer item;
    size_t at = 0;
    int more = 0;

    if (p->read_file(&n->file, body, e) < 0)
        return -1;
    n->items = arena_alloc(&f->arena, (size_t)room * sizeof(*n->items));
    if (n->items == NULL)
        return err_oom(e);
    at = n->file.items_at;
    while ((more = p->read_item(&item, body, &at, n->nitems + 1)) > 0) {
        if (n->nitems == room)
            return err_set(e, ERR_UNAVAILABLE, "it lists more than twice the "
                           "%d payments of the batch", f->batch.rows);
        n->items[n->nitems++] = item;
    }
    return more < 0 ? err_set(e, ERR_UNAVAILABLE, "payment %d in it cannot be "
                              "read", n->nitems + 1) : 0;
}

/* --- what was asked for, what is known ------------------------------------ */

struct load {
    struct arena *arena;
    struct asked *asked;
    int           rows;
    int           seq;
    int64_t       minor;
    struct str    account;
    bool          failed;
};

static int
load_row(void *cls)
{
    struct load *l = cls;

    if (l->seq < 1 || l->seq > l->rows)
        return -1;
    l->asked[l->seq].minor = l->minor;
    l->asked[l->seq].account = arena_str(l->arena, l->account);
    l->failed = l->failed || l->asked[l->seq].account.p == NULL;
    return 0;
}

/* Judge the answer against the instructions and what is known of them. */
static enum db_status
notice_settle(struct notice *n)
{
    struct flight *f = n->f;
    struct batch *b = &f->batch;
    size_t places = (size_t)b->rows + 1;
    int8_t *known = arena_alloc(&f->arena, places);
    struct load l = { .arena = &f->arena, .rows = b->rows,
        .asked = arena_alloc(&f->arena, places * sizeof(*l.asked)) };
    const struct db_arg args[] = { A_I64(b->batch_id) };
    const struct db_col cols[] = {
        C_INT("seq", &l.seq), C_I64("minor", &l.minor),
        C_STR("account", &l.account)
    };
    struct settle s = {
        .provider = f->lane->account->provider, .batch_id = b->batch_id,
        .rows = b->rows, .asked = l.asked, .known = known, .file = &n->file,
        .items = n->items, .nitems = n->nitems,
        .last_call = b->final_polls >= LOST_ITEM_POLLS_MAX
    };
    enum db_status st = DB_OK;

    if (known == NULL || l.asked == NULL)
        return DB_SOFT;
    st = db_each(f->desk->db, sql_tracker_asked, args, LEN(args), cols,
                 LEN(cols), load_row, &l);
    if (st < DB_NONE || (st = outcomes_known(f->desk->db, b, known)) < DB_NONE)
        return st;
    if (l.failed || settle_file(&s, &f->arena, &n->v) < 0)
        return DB_SOFT;
    return DB_OK;
}

/* --- into the book -------------------------------------------------------- */

static bool
is_ended(const struct notice *n)
{
    return n->file.phase == FILE_DONE || n->file.phase == FILE_DEAD;
}

/*
 * It waits again.  When the provider refuses our approve and yet says that the
 * file waits for it, going round helps nobody: a person must look.
 */
static enum db_status
notice_round(struct db *db, struct notice *n)
{
    const struct batch *b = &n->f->batch;
    char answer[16] = "", detail[256] = "";
    const struct db_arg args[] = { A_I64(b->batch_id) };
    const struct db_col cols[] = { C_TEXT("answer", answer),
                                   C_TEXT("detail", detail) };
    enum db_status st = DB_OK;

    n->pause_why[0] = '\0';
    if (n->on != BATCH_ON_STILL_WAITING || b->tries < APPROVE_TRIES_MAX)
        return DB_OK;
    st = db_one(db, sql_tracker_last_approve, args, LEN(args), cols,
                LEN(cols));
    if (st != DB_OK || strcmp(answer, answer_name(ANSWER_REFUSED)) != 0)
        return st < DB_NONE ? st : DB_OK;
    snprintf(n->pause_why, sizeof(n->pause_why), "batch %d: file %s waits for "
             "approval, but the approval was refused again and again: %s. "
             "Nothing of it was paid. Ask %s why, then resume.", b->number,
             b->tracking_id, detail, n->f->lane->account->provider->name);
    st = desk_pause_in(db, n->f->desk, b->run_id, b->run_ref, n->pause_why);
    if (st == DB_NONE)
        n->pause_why[0] = '\0';        /* it is not being paid any more */
    return st < DB_NONE ? st : DB_OK;
}

static enum db_status
notice_txn(struct db *db, void *cls)
{
    struct notice *n = cls;
    struct flight *f = n->f;
    struct batch b = f->batch;          /* this may run more than once */
    const char *actor = f->desk->actor;
    struct batch_note note = { .detail = n->file.text,
                               .charge_estimate_minor = -1 };
    int event_no = 0;
    enum db_status st = event_add(db, b.batch_id, flight_step_name(f->step),
                                  f->reply.http, buf_view(&f->reply.body),
                                  &event_no);

    if (st != DB_OK)
        return st;
    if (n->on == BATCH_ON_STILL_WAITING) {
        note.count_try = true;
        note.wait_ms = clock_backoff_ms((unsigned)b.tries + 1,
                                        BACKOFF_BASE_MS, BACKOFF_CAP_MS,
                                        crypto_dice());
        note.stop_polling = true;
    }
    if (n->moves && (st = batch_move(db, &b, n->on, actor, &note)) != DB_OK)
        return st;
    if ((st = enter_verdicts(db, f->desk, &b, event_no,
                             f->lane->account->provider, &n->v,
                             &n->entered)) != DB_OK
        || (st = notice_round(db, n)) != DB_OK)
        return st;
    if ((st = batch_poll_done(db, &b, &n->file, n->next_ms,
                              n->final_poll)) < DB_NONE)
        return st;
    if (!n->is_over || b.state != BATCH_IN_FLIGHT)
        return DB_OK;
    note = (struct batch_note){ .detail = n->file.text, .stop_polling = true,
                                .charge_estimate_minor = -1 };
    return batch_move(db, &b, BATCH_ON_ALL_FINAL, actor, &note);
}

static void
notice_log(const struct notice *n)
{
    const struct verdicts *v = &n->v;
    bool odd = v->strangers > 0 || v->differs > 0 || v->conflicts > 0;

    log_event(odd ? LOG_WARN : LOG_INFO, "status",
              L_I64("batch", n->f->batch.batch_id),
              L_STR("code", n->file.code), L_I64("new", v->n),
              L_I64("open", v->open), L_I64("doubt", v->doubt),
              L_I64("strangers", v->strangers), L_I64("differs", v->differs),
              L_I64("conflicts", v->conflicts), L_I64("again_ms", n->next_ms),
              L_I64("ms", n->f->reply.took_ms));
    if (n->entered.conflicts > 0)
        log_event(LOG_WARN, "contradiction",
                  L_STR("run", n->f->batch.run_ref),
                  L_I64("batch", n->f->batch.batch_id),
                  L_I64("rows", n->entered.conflicts));
    if (n->entered.pause_why[0] != '\0')
        log_event(LOG_WARN, "run_paused", L_STR("run", n->f->batch.run_ref),
                  L_STR("why", n->entered.pause_why));
    if (n->pause_why[0] != '\0')
        log_event(LOG_WARN, "run_paused", L_STR("run", n->f->batch.run_ref),
                  L_STR("why", n->pause_why));
}

static void
notice_store(struct notice *n)
{
    struct desk *d = n->f->desk;
    enum db_status st = DB_OK;

    /* Nothing learned is nothing to keep but that we asked. */
    if (n->v.n == 0 && !n->moves && !is_ended(n))
        st = batch_poll_done(d->db, &n->f->batch, &n->file, n->next_ms,
                             n->final_poll);
    else
        st = db_txn(d->db, notice_txn, n);
    if (!desk_db(d, st, "storing a status") || st == DB_NONE)
        return;
    notice_log(n);
    if (n->next_ms >= 0)
        lane_poll_due_in(n->f->lane, n->next_ms);
    if (n->v.n > 0 || n->moves)
        d->busy = true;
    if (n->is_over || n->entered.conflicts > 0)
        d->finals = true;
}

/* --- the three kinds of batch --------------------------------------------- */

/* When to ask again about a released file. */
static void
notice_pace(struct notice *n)
{
    const struct batch *b = &n->f->batch;
    int64_t first_ms = notice_first_ms(n->f->lane);
    /* A released file that says it waits is as stuck as a finished one with
     * open payments. */
    bool stuck = is_ended(n) || n->file.phase == FILE_WAITING;

    n->is_over = is_ended(n) && n->v.open == 0 && n->v.doubt == 0;
    n->final_poll = stuck && !n->is_over;
    if (n->is_over)
        n->next_ms = -1;
    else if (stuck && n->v.open == 0)
        n->next_ms = pace_doubt_ms(b->final_polls + 1, first_ms);
    else
        n->next_ms = pace_open_ms(b->polls + 1, first_ms,
                                  notice_cap_ms(n->f->lane));
}

static void
notice_released(struct notice *n)
{
    if (!desk_db(n->f->desk, notice_settle(n), "reading a batch"))
        return;
    notice_pace(n);
    notice_store(n);
}

/* In doubt: was it released?  Only a file that still waits, when no approve
 * can still be on its way, was not. */
static void
notice_doubt(struct notice *n)
{
    n->moves = true;
    n->on = BATCH_ON_FOUND_RELEASED;
    if (n->file.phase == FILE_READING) {
        /* before waiting comes reading: nothing was released */
        n->moves = false;
        n->next_ms = notice_first_ms(n->f->lane);
        notice_store(n);
        return;
    }
    if (n->file.phase != FILE_WAITING) {
        notice_released(n);
        return;
    }
    if (n->f->on_wire_ms > 0) {
        n->moves = false;
        n->next_ms = n->f->on_wire_ms;
    } else {
        n->on = BATCH_ON_STILL_WAITING;
        n->next_ms = -1;
    }
    notice_store(n);
}

/*
 * When to try a cancel again, and whether at all: one that was refused often
 * enough is a person's work.  The file is followed all the same.
 */
static bool
notice_cancels(struct notice *n)
{
    const struct batch *b = &n->f->batch;
    char why[ERR_TEXT_BYTES];
    int made = 0, refused = 0;
    const struct db_arg args[] = { A_I64(b->batch_id),
                                   A_TEXT(b->tracking_id) };
    const struct db_col cols[] = { C_INT("made", &made),
                                   C_INT("refused", &refused) };
    enum db_status st = db_one(n->f->desk->db, sql_tracker_cancels, args,
                               LEN(args), cols, LEN(cols));

    n->next_ms = pace_doubt_ms(made, notice_first_ms(n->f->lane));
    if (!desk_db(n->f->desk, st, "counting cancels"))
        return false;
    if (refused < CANCELS_REFUSED_MAX)
        return true;
    n->next_ms = POLL_DOUBT_CAP_MS;
    snprintf(why, sizeof(why), "batch %d: file %s (%s) was cancelled here "
             "before it was approved, but %s refused %d times to cancel it "
             "there. Cancel it by hand on their page, and approve it nowhere.",
             b->number, b->tracking_id, n->file.file_alias,
             n->f->lane->account->provider->name, refused);
    alarm_once(n->f->desk, b, ALARM_CANCEL_BY_HAND, why);
    return false;
}

/*
 * Cancelled here before it was released.  Its file is cancelled there too; if
 * somebody released it by hand, what it paid is a contradiction, and the book
 * writes that down.
 */
static void
notice_cancelled(struct notice *n)
{
    struct flight *f = n->f;
    bool cancels = false;

    if (n->file.phase != FILE_WAITING && n->file.phase != FILE_READING) {
        notice_released(n);
        return;
    }
    n->next_ms = notice_first_ms(f->lane);
    if (n->file.phase == FILE_WAITING && n->file.file_alias[0] != '\0')
        cancels = notice_cancels(n);
    notice_store(n);
    if (cancels)
        (void)cancel_waiting(f->desk, f->lane, &f->batch, &n->file);
}

void
notice_take(struct notice *n)
{
    switch (n->f->batch.state) {
    case BATCH_IN_DOUBT:
        notice_doubt(n);
        return;
    case BATCH_IN_FLIGHT:
    case BATCH_DONE:                    /* ended by two people: see poller.c */
        notice_released(n);
        return;
    case BATCH_CANCELLED:
        notice_cancelled(n);
        return;
    case BATCH_READY:
    case BATCH_INITIATING:
    case BATCH_INITIATED:
    case BATCH_RELEASING:
    case BATCH_SENDING:
    case BATCH_REFUSED:
        return;                         /* never asked about: see has_news() */
    }
}
