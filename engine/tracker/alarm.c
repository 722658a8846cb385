#include "tracker/alarm.h"

#include "base/log.h"
#include "book/people.h"
#include "book/run.h"
#include "db/sql.h"
#include "db/txn.h"

struct alarm {
    const struct desk *desk;
    struct batch       batch;
    const char        *event, *why;
};

/* DB_NONE: it was told before. */
static enum db_status
alarm_tell(struct db *db, const struct alarm *a)
{
    const struct batch *b = &a->batch;
    const struct db_arg args[] = {
        A_I64(b->batch_id), A_TEXT(a->event), A_TEXT(a->why),
        A_TEXT(a->desk->actor)
    };
    enum db_status st = db_do(db, sql_tracker_tell_once, args, LEN(args));

    return st == DB_OK ? audit_add(db, a->desk->actor, a->event, b->run_ref,
                                   a->why) : st;
}

static enum db_status
once_txn(struct db *db, void *cls)
{
    return alarm_tell(db, cls);
}

static void
alarm_log(const struct alarm *a)
{
    log_event(LOG_WARN, a->event, L_STR("run", a->batch.run_ref),
              L_I64("batch", a->batch.batch_id), L_STR("why", a->why));
}

void
alarm_once(struct desk *d, const struct batch *b, const char *event,
           const char *why)
{
    struct alarm a = { d, *b, event, why };
    enum db_status st = db_txn(d->db, once_txn, &a);

    if (desk_db(d, st, "telling of a batch") && st == DB_OK)
        alarm_log(&a);
}

static enum db_status
grave_txn(struct db *db, void *cls)
{
    struct alarm *a = cls;
    const struct batch *b = &a->batch;
    const struct db_arg args[] = { A_I64(b->run_id) };
    enum db_status st = alarm_tell(db, a);

    if (st != DB_OK
        || (st = db_do(db, sql_tracker_contradiction, args, LEN(args)))
           != DB_OK)
        return st;
    st = desk_pause_in(db, a->desk, b->run_id, b->run_ref, a->why);
    return st < DB_NONE ? st : DB_OK;
}

void
alarm_grave(struct desk *d, const struct batch *b, const char *event,
            const char *why)
{
    struct alarm a = { d, *b, event, why };
    enum db_status st = db_txn(d->db, grave_txn, &a);

    if (!desk_db(d, st, "telling of a batch") || st != DB_OK)
        return;
    alarm_log(&a);
    d->finals = true;
}

/* --- contradictions ------------------------------------------------------- */

#define CONTRADICTED "The provider contradicted an answer that was final. " \
    "Nothing was changed here; the history names the rows. Ask the provider " \
    "which answer is true."

/* What pays again something that is now said to have been paid stands still;
 * its door would refuse it anyway, but would not say why. */
static enum db_status
stop_retries(struct db *db, const struct desk *d, const struct batch *b)
{
    const struct db_arg args[] = { A_I64(b->batch_id) };
    struct retry { int64_t run_id; char ref[RUN_REF_BYTES]; } r = { 0 };
    const struct db_col cols[] = {
        C_I64("run_id", &r.run_id), C_TEXT("ref", r.ref)
    };
    char why[ERR_TEXT_BYTES];
    enum db_status st;

    snprintf(why, sizeof(why), "%s says that it paid what this run pays "
             "again (%s). Nothing more is sent. Decide which is true: payrun "
             "resolve %s; then cancel this run: --rest.", b->account,
             b->run_ref, b->run_ref);
    while ((st = db_one(db, sql_retry_contradicted, args, LEN(args), cols,
                        LEN(cols))) == DB_OK)
        if ((st = desk_pause_in(db, d, r.run_id, r.ref, why)) != DB_OK)
            return st;
    return st;
}

enum db_status
alarm_contradiction(struct db *db, const struct desk *d,
                    const struct batch *b, int n)
{
    const struct db_arg args[] = { A_I64(b->run_id) };
    char why[ERR_TEXT_BYTES];
    enum db_status st = db_do(db, sql_tracker_contradiction, args, LEN(args));

    if (st != DB_OK)
        return st;
    if ((st = stop_retries(db, d, b)) < DB_NONE)
        return st;
    snprintf(why, sizeof(why), "batch %d: %d answer%s a final one. Nothing "
             "was changed. The history names the rows; ask %s which answer "
             "is true.", b->number, n, n == 1 ? " contradicts" : "s contradict",
             b->account);
    return audit_add(db, d->actor, "contradiction", b->run_ref, why);
}

struct reopen {
    const struct desk *desk;
    int64_t run_id;
    char    ref[RUN_REF_BYTES];
};

static enum db_status
reopen_txn(struct db *db, void *cls)
{
    struct reopen *r = cls;
    const struct db_col cols[] = {
        C_I64("run_id", &r->run_id), C_TEXT("ref", r->ref)
    };
    enum db_status st = db_one(db, sql_tracker_reopen, NULL, 0, cols,
                               LEN(cols));

    if (st == DB_OK)
        st = run_move(db, r->run_id, RUN_ON_REOPEN, r->desk->actor,
                      CONTRADICTED);
    return st == DB_OK ? audit_add(db, r->desk->actor, "reopen", r->ref,
                                   CONTRADICTED) : st;
}

void
alarm_runs(struct desk *d)
{
    const struct db_arg args[] = { A_TEXT(CONTRADICTED) };
    struct reopen r = { .desk = d };
    enum db_status st = DB_OK;

    while (st == DB_OK) {
        st = db_txn(d->db, reopen_txn, &r);
        if (!desk_db(d, st, "opening a run again"))
            return;
        if (st == DB_OK)
            log_event(LOG_WARN, "reopen", L_STR("run", r.ref),
                      L_STR("why", CONTRADICTED));
    }
    desk_db(d, db_do(d->db, sql_tracker_contradicted, args, LEN(args)),
            "noting a contradiction");
}

/* --- files that do not end ------------------------------------------------ */

static enum db_status
slow_txn(struct db *db, void *cls)
{
    struct alarm *a = cls;
    int64_t batch_id = 0;
    const struct db_arg args[] = { A_I64(SLOW_FILE_MS), A_TEXT(a->event) };
    const struct db_col cols[] = { C_I64("batch_id", &batch_id) };
    enum db_status st = db_one(db, sql_tracker_slow, args, LEN(args), cols,
                               LEN(cols));

    if (st != DB_OK || (st = batch_by_id(db, batch_id, &a->batch)) != DB_OK)
        return st;
    return alarm_tell(db, a);
}

void
alarm_slow(struct desk *d)
{
    struct alarm a = {
        .desk = d, .event = ALARM_NO_END,
        .why = "A file was released more than 24 hours ago, and some of its "
               "payments have no answer yet. Ask the provider what holds it "
               "up. Do not pay them again. payrun goes on asking."
    };
    enum db_status st = db_txn(d->db, slow_txn, &a);

    if (desk_db(d, st, "looking for files without an end") && st == DB_OK)
        alarm_log(&a);
}

void
alarm_wake(struct desk *d)
{
    enum db_status st = db_do(d->db, sql_tracker_wake, NULL, 0);

    if (desk_db(d, st, "looking for forgotten files") && st == DB_OK) {
        log_event(LOG_WARN, "forgotten_file", L_STR("why", "a released file "
                  "had no next question; it is asked about now"));
        d->busy = true;
    }
}
