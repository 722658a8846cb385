#include "dispatch/release.h"

#include "dispatch/claim.h"
#include "dispatch/compare.h"
#include "dispatch/landing.h"

/* The first question after an answer that never came: soon, but not before
 * the provider can have read what we sent. */
#define ASK_SOON_MS BACKOFF_BASE_MS

/* --- out ------------------------------------------------------------------ */

static int
flawed(struct flight *f, const char *why)
{
    snprintf(f->flaw, sizeof(f->flaw), "batch %d cannot be released: %.300s. "
             "It was not approved at the provider. Find out who changed the "
             "database.", f->batch.number, why);
    return -1;
}

/* Is ${stored} the answer about this batch's file, and the file exactly what
 * was approved here?  Only then it is sent back. */
static int
release_check(struct flight *f, struct str stored,
              const unsigned char digest[SHA256_BYTES])
{
    const struct account *a = f->lane->account;
    struct file_answer file;
    char why[ERR_TEXT_BYTES];
    struct err e = { 0 };
    const struct compare c = {
        .provider = a->provider, .lines = f->lines, .nlines = f->batch.rows,
        .minor = f->batch.minor, .ccy = f->batch.ccy,
        .wallet_id = a->wallet_id, .file = &file, .body = stored
    };

    if (memcmp(digest, f->batch.digest, SHA256_BYTES) != 0)
        return flawed(f, "its rows are not what was approved");
    if (a->provider->read_file(&file, stored, &e) < 0)
        return flawed(f, e.text);
    if (strcmp(file.tracking_id, f->batch.tracking_id) != 0)
        return flawed(f, "the stored answer is about another file");
    if (!compare_file(&c, why))
        return flawed(f, why);
    return 0;
}

static enum db_status
release_write(struct db *db, struct flight *f)
{
    const struct provider *p = f->lane->account->provider;
    unsigned char digest[SHA256_BYTES];
    struct buf stored;
    struct err e = { 0 };
    enum db_status st = DB_OK;

    buf_init(&stored, NET_REPLY_BYTES_MAX);
    if ((st = batch_lines(db, &f->batch, &f->arena, &f->lines, digest)) < 0)
        goto out;
    if (st == DB_NONE) {
        flawed(f, "its rows are not what was approved");
        goto out;
    }
    if ((st = event_body(db, f->batch.batch_id, f->batch.answer_no,
                            &stored)) < 0)
        goto out;
    if (st == DB_NONE)
        flawed(f, "the provider's answer is not stored");
    else if (release_check(f, buf_view(&stored), digest) == 0
             && p->write_approve(&f->request, buf_view(&stored), &e) < 0)
        flawed(f, e.text);
    st = f->flaw[0] != '\0' ? DB_NONE : DB_OK;
out:
    buf_release(&stored);
    return st;
}

enum db_status
release_claim(struct desk *d, struct lane *l)
{
    static const struct claim_order order = {
        FLIGHT_APPROVE, BATCH_ON_CLAIM_RELEASE, release_write,
        "claiming a file for release", false
    };

    return claim_batches(d, l, &order);
}

/* --- back ----------------------------------------------------------------- */

static enum flight_fate
release_move(struct flight *f, enum answer answer, const char *detail,
             enum batch_event on, struct batch_note note)
{
    struct landing l = { .f = f, .answer = answer, .detail = detail,
                         .moves = true, .on = on, .note = note };
    enum db_status st = landing_store(&l);

    return st == DB_OK ? FLIGHT_OVER : flight_store_failed(f, st);
}

/* It may be released or not: in doubt, and the status will tell. */
static enum flight_fate
release_ask(struct flight *f, enum answer answer, const char *detail,
            int64_t poll_in_ms)
{
    return release_move(f, answer, detail, BATCH_ON_NO_ANSWER,
                        (struct batch_note){ .poll_in_ms = poll_in_ms,
                                             .count_try = true,
                                             .charge_estimate_minor = -1 });
}

static enum flight_fate
release_not(struct flight *f, enum answer answer, const char *detail,
            bool count_try)
{
    return release_move(f, answer, detail, BATCH_ON_NOT_RELEASED,
                        (struct batch_note){
                            .wait_ms = count_try ? landing_wait_ms(f) : 0,
                            .count_try = count_try,
                            .charge_estimate_minor = -1 });
}

/* A 2xx that is no plain yes is a question for the status. */
static enum flight_fate
release_odd(struct flight *f)
{
    struct file_answer file;
    struct err e = { 0 };

    if (f->lane->account->provider->read_file(&file, buf_view(&f->reply.body),
                                              &e) < 0)
        return release_ask(f, ANSWER_IN_DOUBT, e.text, ASK_SOON_MS);
    if (strcmp(file.tracking_id, f->batch.tracking_id) != 0)
        return release_ask(f, ANSWER_IN_DOUBT,
                           "the answer is about another file", ASK_SOON_MS);
    return release_ask(f, ANSWER_IN_DOUBT,
                       "it said yes, and that the file still waits",
                       ASK_SOON_MS);
}

bool
release_yes(struct flight *f, struct landing_yes *yes)
{
    const struct account *a = f->lane->account;
    struct fault_answer fault = { 0 };
    struct err e = { 0 };

    if (a->provider->judge(&f->reply, &fault) != ANSWER_TAKEN
        || a->provider->read_file(&yes->file, buf_view(&f->reply.body), &e) < 0
        || strcmp(yes->file.tracking_id, f->batch.tracking_id) != 0
        || yes->file.phase == FILE_WAITING)
        return false;
    yes->l = (struct landing){
        .f = f, .answer = ANSWER_TAKEN, .detail = yes->file.text,
        .moves = true, .on = BATCH_ON_RELEASED,
        .note = {
            .poll_in_ms = a->poll_first_ms > 0 ? a->poll_first_ms
                                               : POLL_FIRST_MS,
            .charge_estimate_minor = -1
        }
    };
    return true;
}

enum flight_fate
release_land(struct flight *f)
{
    struct fault_answer fault = { 0 };
    struct landing_yes yes;
    enum answer answer = f->lane->account->provider->judge(&f->reply, &fault);

    if (release_yes(f, &yes))
        return landing_end(&yes.l);
    if (f->reply.wire == WIRE_NOT_SENT)
        return release_not(f, ANSWER_NOT_NOW, fault.text,
                           flight_tried(f));
    switch (answer) {
    case ANSWER_TAKEN:
        return release_odd(f);
    case ANSWER_BARRED:
        /* The lane closes; but a 403 can also be the page of a proxy, put in
         * front of an approve that was done.  The status will tell. */
        lane_bar(f->desk, f->lane, fault.text);
        return release_ask(f, answer, fault.text, ASK_SOON_MS);
    case ANSWER_REFUSED:
        /* "Must be in PREVIEW-AND-APPROVE" and every other no: it was
         * released or ended before, or it waits still.  Never "not paid". */
        return release_ask(f, answer, fault.text, 1);
    case ANSWER_NOT_NOW:
        /* 429.  Nothing says that it is counted before it is acted upon. */
        return release_ask(f, answer, fault.text,
                           f->reply.retry_after_ms > ASK_SOON_MS
                           && f->reply.retry_after_ms < POLL_DOUBT_CAP_MS
                           ? f->reply.retry_after_ms : ASK_SOON_MS);
    case ANSWER_IN_DOUBT:
        return release_ask(f, answer, fault.text, ASK_SOON_MS);
    }
    return FLIGHT_OVER;
}
