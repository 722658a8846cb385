#include "dispatch/cancel.h"

#include "base/clock.h"
#include "base/log.h"
#include "book/inbox.h"
#include "db/sql.h"
#include "db/txn.h"
#include "dispatch/landing.h"

/* How often the answers for this batch differed before. */
static int64_t
differed_before(struct flight *f)
{
    int64_t n = 0;
    const struct db_arg args[] = {
        A_I64(f->batch.run_id), A_I64(f->batch.batch_id),
        A_TEXT(machine_batch.events[BATCH_ON_ANSWER_DIFFERS])
    };
    const struct db_col cols[] = { C_I64("n", &n) };
    enum db_status st = db_one(f->desk->db, sql_dispatch_differs, args,
                               LEN(args), cols, LEN(cols));

    return desk_db(f->desk, st, "counting answers that differ") ? n : 0;
}

/* How the batch goes on.  Return whether its run must stop for a person. */
static bool
after_move(struct flight *f, enum flight_after after, struct landing *l)
{
    l->moves = after != AFTER_RUN_CANCELLED;
    l->note = (struct batch_note){ .charge_estimate_minor = -1 };
    switch (after) {
    case AFTER_RUN_CANCELLED:
        return false;
    case AFTER_OTHER_FILE:
        /* With its answer stored it goes on with the file it has, which is
         * compared once more before it is approved. */
        l->on = f->batch.answer_no > 0 ? BATCH_ON_INITIATED
                                       : BATCH_ON_INITIATE_LOST;
        return f->batch.answer_no == 0;
    case AFTER_DIFFERS:
    case AFTER_DIFFERS_STOP:
        l->on = BATCH_ON_ANSWER_DIFFERS;
        l->note.wait_ms = landing_wait_ms(f);
        l->note.count_try = true;
        l->note.forget_file = true;
        return after == AFTER_DIFFERS_STOP
            || (differed_before(f) + 1) % DIFFERS_MAX == 0;
    }
    return true;
}

static void
after_why(const struct flight *f, char why[ERR_TEXT_BYTES])
{
    snprintf(why, ERR_TEXT_BYTES, "batch %d: %.250s. Nothing of it was "
             "approved. Ask %s what happened before you resume.",
             f->batch.number, f->flaw, f->lane->account->provider->name);
}

/*
 * May ${file} be cancelled?  An answer that got mixed up can name the file of
 * another batch, which is fine and must stay.  Not knowing is no.
 */
static bool
is_nobodys(struct flight *f, const struct file_answer *file)
{
    int64_t batch_id = 0;
    enum db_status st = inbox_match(f->desk->db, file->tracking_id,
                                    &batch_id);

    return desk_db(f->desk, st, "looking for a file's batch")
        && st == DB_NONE && file->file_alias[0] != '\0';
}

enum flight_fate
cancel_file(struct flight *f, const struct file_answer *file,
            enum flight_after after)
{
    const struct provider *p = f->lane->account->provider;
    char why[ERR_TEXT_BYTES];
    struct landing l = { .f = f, .answer = ANSWER_IN_DOUBT, .detail = f->flaw,
                         .cancel_id = file->tracking_id, .after = after };
    enum db_status st = DB_OK;

    log_event(LOG_WARN, "peer_answer", L_I64("batch", f->batch.batch_id),
              L_STR("file", file->tracking_id), L_STR("why", f->flaw));
    if (!is_nobodys(f, file)
        || p->write_cancel(&l.cancel, file->file_alias, NULL) < 0) {
        if (after_move(f, after, &l)) {
            after_why(f, why);
            l.pause_why = why;
        }
    }
    if ((st = landing_store(&l)) != DB_OK)
        return flight_store_failed(f, st);
    if (f->step != FLIGHT_CANCEL)
        return FLIGHT_OVER;
    flight_start(f);
    return FLIGHT_GOES_ON;
}

static enum db_status
cancel_txn(struct db *db, void *cls)
{
    struct flight *f = cls;

    return attempt_make(db, &f->batch, flight_step_name(f->step),
                        f->desk->owner, buf_view(&f->request.body),
                        &f->attempt);
}

enum db_status
cancel_waiting(struct desk *d, struct lane *l, const struct batch *b,
               const struct file_answer *file)
{
    struct flight *f = flight_new(d, l, FLIGHT_CANCEL);
    enum db_status st = DB_NONE;

    if (f == NULL)
        return DB_NONE;
    f->batch = *b;
    f->after = AFTER_RUN_CANCELLED;
    snprintf(f->flaw, sizeof(f->flaw), "the run was cancelled");
    f->lease_end_ms = clock_boot_ms() + lane_lease_ms(l);
    if (l->account->provider->write_cancel(&f->request, file->file_alias,
                                           NULL) == 0) {
        st = db_txn(d->db, cancel_txn, f);
        desk_db(d, st, "noting a cancel");
    }
    if (st == DB_OK)
        flight_start(f);
    else
        flight_free(f);
    return st;
}

enum flight_fate
cancel_land(struct flight *f)
{
    struct fault_answer fault = { 0 };
    char why[ERR_TEXT_BYTES];
    struct landing l = { .f = f, .detail = f->flaw };
    enum db_status st = DB_OK;

    l.answer = f->lane->account->provider->judge(&f->reply, &fault);
    /* Cancelling only tidies up: a key that may not cancel can still pay. */
    if (l.answer == ANSWER_BARRED)
        log_event(LOG_WARN, "cancel_barred",
                  L_I64("batch", f->batch.batch_id), L_STR("why", fault.text));
    if (after_move(f, f->after, &l)) {
        after_why(f, why);
        l.pause_why = why;
    }
    st = landing_store(&l);
    return st == DB_OK ? FLIGHT_OVER : flight_store_failed(f, st);
}
