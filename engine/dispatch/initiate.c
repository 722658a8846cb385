#include "dispatch/initiate.h"

#include "base/log.h"
#include "dispatch/cancel.h"
#include "dispatch/claim.h"
#include "dispatch/compare.h"
#include "dispatch/landing.h"

/* --- out ------------------------------------------------------------------ */

static int
initiate_write(struct flight *f)
{
    const struct account *a = f->lane->account;
    const struct batch *b = &f->batch;
    char reference[64];
    const struct pay_file file = {
        .rail = b->rail, .ccy = b->ccy, .batch_reference = reference,
        .wallet_id = a->wallet_id[0] != '\0' ? a->wallet_id : NULL,
        .callback_url = a->callback_url[0] != '\0' ? a->callback_url : NULL,
        .nlines = b->rows, .lines = f->lines, .minor = b->minor
    };
    struct err e = { 0 };

    snprintf(reference, sizeof(reference), "%s-%d", b->run_ref, b->number);
    if (a->provider->write_initiate(&f->request, &file, &e) == 0)
        return 0;
    snprintf(f->flaw, sizeof(f->flaw), "batch %d cannot be sent: %.230s. "
             "%.230s", b->number, e.text, e.fix);
    return -1;
}

/* Only rows that are what was approved are sent. */
static enum db_status
initiate_rows(struct db *db, struct flight *f)
{
    enum db_status st = claim_lines(db, f);

    if (st != DB_OK)
        return st;
    return initiate_write(f) < 0 ? DB_NONE : DB_OK;
}

enum db_status
initiate_claim(struct desk *d, struct lane *l)
{
    static const struct claim_order order = {
        FLIGHT_INITIATE, BATCH_ON_CLAIM_INITIATE, initiate_rows,
        "claiming a batch", true
    };

    return claim_batches(d, l, &order);
}

/* --- back ----------------------------------------------------------------- */

/* Back to ready: whatever may lie there is never approved. */
static struct landing
initiate_back(struct flight *f, enum answer answer, const char *detail)
{
    return (struct landing){
        .f = f, .answer = answer, .detail = detail, .moves = true,
        .on = BATCH_ON_INITIATE_LOST,
        .note = { .wait_ms = landing_wait_ms(f), .count_try = flight_tried(f),
                  .charge_estimate_minor = -1 }
    };
}

/*
 * An answer every time, and never a useful one: it is not the line that fails
 * but this batch, and the run would wait for it without a word.
 */
static enum flight_fate
initiate_lost(struct flight *f, enum answer answer, const char *detail)
{
    struct landing l = initiate_back(f, answer, detail);
    char why[ERR_TEXT_BYTES];

    if (f->reply.wire == WIRE_ANSWERED && answer != ANSWER_NOT_NOW
        && f->batch.tries + 1 >= INITIATE_TRIES_MAX) {
        snprintf(why, sizeof(why), "batch %d was given to %s %d times without "
                 "a useful answer; the last: HTTP %d %.200s. Nothing of it "
                 "was released. Ask %s, then: payrun resume %s",
                 f->batch.number, f->lane->account->provider->name,
                 f->batch.tries + 1, f->reply.http, detail,
                 f->lane->account->provider->name, f->batch.run_ref);
        l.pause_why = why;
        l.note.count_try = false;       /* resumed, it has as many again */
    }
    return landing_end(&l);
}

/*
 * Only a refusal that is all about payments in the file fails them.  Any other
 * says something about the wallet, the address, our own earlier try, or nothing
 * at all; failing a batch of people for it could not be taken back, while
 * initiate moves no money and can be tried again.
 */
static enum flight_fate
initiate_refused(struct flight *f, const struct fault_answer *fault)
{
    struct landing l = initiate_back(f, ANSWER_REFUSED, fault->text);
    char why[ERR_TEXT_BYTES];

    if (!fault->payees_only || f->reply.http == 404) {
        snprintf(why, sizeof(why), "%s refused batch %d (HTTP %d): %.200s. "
                 "Nobody failed. Correct it (wallet, address or balance), "
                 "then: payrun resume %s; or: payrun cancel %s",
                 f->lane->account->provider->name, f->batch.number,
                 f->reply.http, fault->text, f->batch.run_ref,
                 f->batch.run_ref);
        l.pause_why = why;
        l.note.count_try = false;
        return landing_end(&l);
    }
    l.on = BATCH_ON_REFUSED;
    l.note = (struct batch_note){ .charge_estimate_minor = -1 };
    l.refused = fault;
    return landing_end(&l);
}

/*
 * It did not wait for us: money may be moving.  The file is kept, whatever it
 * says, and followed to its end; a person looks before anything more is sent.
 */
static enum flight_fate
initiate_released(struct flight *f, const struct file_answer *file)
{
    char why[ERR_TEXT_BYTES];
    struct landing l = {
        .f = f, .answer = ANSWER_IN_DOUBT, .detail = file->text,
        .moves = true, .on = BATCH_ON_NO_ANSWER, .keep = file,
        .note = { .poll_in_ms = 1, .charge_estimate_minor = -1 },
        .pause_why = why
    };

    snprintf(why, sizeof(why), "batch %d: file %s did not wait for approval "
             "(%.40s %.60s). It is followed to its end. Ask %s why before "
             "you resume.", f->batch.number, file->tracking_id, file->code,
             file->text, f->lane->account->provider->name);
    return landing_end(&l);
}

/* Is the file there the one that was sent?  If not, f->flaw says why. */
static bool
initiate_same(struct flight *f, const struct file_answer *file)
{
    const struct account *a = f->lane->account;
    struct compare c = {
        .provider = a->provider, .lines = f->lines, .nlines = f->batch.rows,
        .minor = f->batch.minor, .ccy = f->batch.ccy,
        .wallet_id = a->wallet_id, .file = file,
        .body = buf_view(&f->reply.body)
    };

    return compare_file(&c, f->flaw);
}

static bool
waits(const struct file_answer *file)
{
    return file->phase == FILE_WAITING || file->phase == FILE_READING;
}

bool
initiate_yes(struct flight *f, struct landing_yes *yes)
{
    const struct provider *p = f->lane->account->provider;
    struct fault_answer fault = { 0 };
    struct err e = { 0 };

    if (p->judge(&f->reply, &fault) != ANSWER_TAKEN
        || p->read_file(&yes->file, buf_view(&f->reply.body), &e) < 0
        || !waits(&yes->file) || !initiate_same(f, &yes->file))
        return false;
    yes->l = (struct landing){
        .f = f, .answer = ANSWER_TAKEN, .detail = yes->file.text,
        .moves = true, .on = BATCH_ON_INITIATED, .keep = &yes->file,
        .note = {
            .charge_estimate_minor = yes->file.charge_estimate_minor
        }
    };
    return true;
}

enum flight_fate
initiate_end(struct landing_yes *yes, enum db_status st)
{
    struct landing *l = &yes->l;
    struct flight *f = l->f;
    const struct file_answer *file = &yes->file;

    if (st == DB_OK)
        return FLIGHT_OVER;
    if (st == DB_NONE && l->other_file) {
        snprintf(f->flaw, sizeof(f->flaw), "the provider answered with file "
                 "%s, but %s%s", file->tracking_id, l->kept_id[0] != '\0'
                 ? "the batch already has file " : "that is another batch's",
                 l->kept_id);
        return cancel_file(f, file, AFTER_OTHER_FILE);
    }
    if (st == DB_NONE)
        log_event(LOG_WARN, "orphan_file",
                  L_I64("batch", f->batch.batch_id),
                  L_STR("file", file->tracking_id));
    return flight_store_failed(f, st);
}

/* A yes, and yet not what was wanted: initiate_yes() found something. */
static enum flight_fate
initiate_odd(struct flight *f)
{
    struct file_answer file;
    struct err e = { 0 };

    if (f->lane->account->provider->read_file(&file, buf_view(&f->reply.body),
                                              &e) < 0)
        return initiate_lost(f, ANSWER_IN_DOUBT, e.text);
    if (!waits(&file))
        return initiate_released(f, &file);
    return cancel_file(f, &file, file.phase == FILE_WAITING
                       ? AFTER_DIFFERS : AFTER_DIFFERS_STOP);
}

enum flight_fate
initiate_land(struct flight *f)
{
    struct fault_answer fault = { 0 };
    struct landing l;
    struct landing_yes yes;
    enum answer answer = f->lane->account->provider->judge(&f->reply, &fault);

    if (initiate_yes(f, &yes))
        return initiate_end(&yes, landing_store(&yes.l));
    switch (answer) {
    case ANSWER_TAKEN:
        return initiate_odd(f);
    case ANSWER_REFUSED:
        return initiate_refused(f, &fault);
    case ANSWER_BARRED:
        lane_bar(f->desk, f->lane, fault.text);
        l = initiate_back(f, answer, fault.text);
        l.note.wait_ms = 0;
        l.note.count_try = false;
        return landing_end(&l);
    case ANSWER_NOT_NOW:
    case ANSWER_IN_DOUBT:
        return initiate_lost(f, answer, fault.text);
    }
    return FLIGHT_OVER;
}
