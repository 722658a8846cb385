#include "dispatch/send.h"

#include "base/crypto.h"
#include "base/log.h"
#include "db/sql.h"
#include "dispatch/claim.h"
#include "dispatch/landing.h"
#include "dispatch/token.h"
#include "loaders/phone.h"
#include "providers/reference.h"

/* --- out ------------------------------------------------------------------ */

static int
send_write(struct flight *f)
{
    const struct account *a = f->lane->account;
    const struct batch *b = &f->batch;
    const struct payer payer = account_payer(a);
    char reference[64];
    const struct pay_file file = {
        .rail = b->rail, .ccy = b->ccy, .batch_reference = reference,
        .wallet_id = a->wallet_id[0] != '\0' ? a->wallet_id : NULL,
        .callback_url = a->callback_url[0] != '\0' ? a->callback_url : NULL,
        .nlines = b->rows, .lines = f->lines, .minor = b->minor
    };
    struct err e = { 0 };

    snprintf(reference, sizeof(reference), "%s-%d", b->run_ref, b->number);
    if (a->provider->write_send(&f->request, &payer, &file, &e) == 0)
        return 0;
    snprintf(f->flaw, sizeof(f->flaw), "batch %d cannot be sent: %.230s. "
             "%.230s", b->number, e.text, e.fix);
    return -1;
}

/* Only rows that are what was approved are sent, each under a new token. */
static enum db_status
send_rows(struct db *db, struct flight *f)
{
    enum db_status st = claim_lines(db, f);

    if (st != DB_OK)
        return st;
    crypto_random(f->token_key, sizeof(f->token_key));
    for (int i = 0; i < f->batch.rows; i++)
        token_write(f->token_key, f->batch.batch_id, f->lines[i].seq,
                    f->lines[i].token);
    return send_write(f) < 0 ? DB_NONE : DB_OK;
}

enum db_status
send_claim(struct desk *d, struct lane *l)
{
    static const struct claim_order order = {
        FLIGHT_SEND, BATCH_ON_CLAIM_SEND, send_rows,
        "claiming a batch to send", false
    };

    return claim_batches(d, l, &order);
}

/* --- back ----------------------------------------------------------------- */

static int64_t
look_in_ms(const struct flight *f)
{
    const struct account *a = f->lane->account;

    return a->poll_first_ms > 0 ? a->poll_first_ms : POLL_FIRST_MS;
}

/*
 * Back to ready, because nothing of it was taken.  That we know for certain
 * when it did not leave; when the provider says so, its list is looked at
 * once, and a payment of ours in it stops the run: see tracker/page.c.
 */
static struct landing
send_back(struct flight *f, enum answer answer, const char *detail)
{
    return (struct landing){
        .f = f, .answer = answer, .detail = detail, .moves = true,
        .on = BATCH_ON_NOT_SENT,
        .note = { .wait_ms = landing_wait_ms(f), .count_try = flight_tried(f),
                  .poll_in_ms = f->reply.wire == WIRE_ANSWERED
                      ? look_in_ms(f) : 0,
                  .charge_estimate_minor = -1 }
    };
}

/* It may have been taken: it is looked for, and never sent again. */
static struct landing
send_doubt(struct flight *f, enum answer answer, const char *detail)
{
    return (struct landing){
        .f = f, .answer = answer, .detail = detail, .moves = true,
        .on = BATCH_ON_NO_ANSWER,
        .note = { .poll_in_ms = look_in_ms(f), .charge_estimate_minor = -1 }
    };
}

/* The place in our list that a refusal names: "... at beneficiaries 3 ...",
 * counted from 0 (contract 1.1); -1: none. */
static int
refused_at(const char *text, int rows)
{
    static const char word[] = "beneficiaries";
    int64_t at = -1;

    for (const char *p = strstr(text, word); p != NULL; p = strstr(p, word)) {
        p += sizeof(word) - 1;
        p += strspn(p, " .[");
        if (str_i64(&at, (struct str){ p, strspn(p, "0123456789") }) == 0
            && at < rows)
            return (int)at;
    }
    return -1;
}

/* " The problem is ...": whom the refusal is about, as a person finds him. */
static void
refused_whom(struct flight *f, const char *text, bool named, char *out,
             size_t bytes)
{
    int at = refused_at(text, f->batch.rows);
    int64_t line_no = 0;
    const struct pay_line *l = at >= 0 ? &f->lines[at] : NULL;

    out[0] = '\0';
    if (l == NULL)
        return;
    const struct db_arg args[] = { A_I64(f->batch.batch_id), A_I64(l->seq) };
    const struct db_col cols[] = { C_I64("line_no", &line_no) };

    /* Without the line the place in the batch must do. */
    if (db_one(f->desk->db, sql_dispatch_line, args, LEN(args), cols,
               LEN(cols)) != DB_OK)
        line_no = 0;
    snprintf(out, bytes, " It is about payment %d of the batch%s%.*s (line "
             "%lld of the file).", l->seq, named ? ", " : "",
             named ? (int)str_cut(l->name, 60).len : 0,
             l->name.p != NULL ? l->name.p : "", (long long)line_no);
}

/* How much of their words: our sentence has a full stop of its own. */
static int
their_words(const char *text, size_t most)
{
    size_t n = strnlen(text, most);

    while (n > 0 && text[n - 1] == '.')
        n--;
    return (int)n;
}

/*
 * The whole request was refused and nothing was scheduled, so nobody failed:
 * one payee's mistake must not fail the others, and his own is not ours to
 * call final.  A person decides.
 */
static enum flight_fate
send_refused(struct flight *f, const struct fault_answer *fault)
{
    const struct batch *b = &f->batch;
    struct landing l = send_back(f, ANSWER_REFUSED, fault->text);
    char why[ERR_TEXT_BYTES], tell[ERR_TEXT_BYTES], whom[160], who[160];

    refused_whom(f, fault->text, true, whom, sizeof(whom));
    refused_whom(f, fault->text, false, who, sizeof(who));
    snprintf(why, sizeof(why), "%s refused batch %d (HTTP %d): %.*s.%s "
             "Nothing of it was sent and nobody failed. When it is mended: "
             "payrun resume %s; to pay no more of it: payrun cancel %s",
             f->lane->account->provider->name, b->number, f->reply.http,
             their_words(fault->text, 120), fault->text, whom,
             b->run_ref, b->run_ref);
    snprintf(tell, sizeof(tell), "refused batch %d (HTTP %d): %.*s.%s",
             b->number, f->reply.http, their_words(fault->text, 160),
             fault->text, who);
    l.pause_why = why;
    l.pause_log = tell;
    l.note.wait_ms = 0;
    l.note.count_try = false;
    return landing_end(&l);
}

/* --- taken ---------------------------------------------------------------- */

/* What the answer says of our payments, by their place in f->lines. */
struct taken {
    struct flight *f;
    int8_t        *times;       /* [0..rows-1]: how often it is named         */
    struct item_answer *items;  /* [0..rows-1]                                */
    int            strangers;   /* name none of ours, or say something else   */
    int            agree;

    int32_t       *seqs;        /* for the landing                            */
    struct str    *ids;
    struct outcome *said;
    size_t         nplaced, nsaid;
};

bool
send_same_payee(struct str theirs, struct str ours)
{
    char a[PHONE_BYTES], b[PHONE_BYTES];
    int digits = 0;

    theirs = str_trim(theirs);
    if (str_eq(theirs, ours))
        return true;
    return phone_read(theirs, a, &digits) == PHONE_FINE
        && phone_read(ours, b, &digits) == PHONE_FINE && strcmp(a, b) == 0;
}

/* By our reference, never by place: nothing says that the order is kept. */
static void
taken_item(struct taken *t, const struct item_answer *item)
{
    const struct batch *b = &t->f->batch;
    const struct pay_line *l = NULL;
    int64_t batch_id = 0;
    int seq = 0;

    if (reference_read(str_of(item->reference), &batch_id, &seq) == 0
        && batch_id == b->batch_id && seq >= 1 && seq <= b->rows)
        l = &t->f->lines[seq - 1];
    if (l == NULL || l->seq != seq || item->minor != l->minor
        || !send_same_payee(item->account, l->account)) {
        t->strangers++;
        return;
    }
    t->items[seq - 1] = *item;
    if (t->times[seq - 1] < 2)
        t->times[seq - 1]++;
}

/* One that is named twice is left to the list, and so is one not named. */
static void
taken_sort(struct taken *t)
{
    for (int i = 0; i < t->f->batch.rows; i++) {
        const struct item_answer *item = &t->items[i];

        if (t->times[i] != 1)
            continue;
        t->agree++;
        if (item->id[0] != '\0') {
            t->seqs[t->nplaced] = i + 1;
            t->ids[t->nplaced++] = str_of(item->id);
        }
        if (item->fate == ITEM_IN_DOUBT)
            t->said[t->nsaid++] = (struct outcome){
                .seq = i + 1, .state = OUTCOME_IN_DOUBT, .code = item->code,
                .reason = item->reason
            };
    }
}

static int
taken_room(struct taken *t)
{
    struct arena *a = &t->f->arena;
    size_t n = (size_t)t->f->batch.rows;

    t->times = arena_alloc(a, n * sizeof(*t->times));
    t->items = arena_alloc(a, n * sizeof(*t->items));
    t->seqs = arena_alloc(a, n * sizeof(*t->seqs));
    t->ids = arena_alloc(a, n * sizeof(*t->ids));
    t->said = arena_alloc(a, n * sizeof(*t->said));
    return t->times == NULL || t->items == NULL || t->seqs == NULL
        || t->ids == NULL || t->said == NULL ? -1 : 0;
}

/*
 * A yes counts when it reads to its end and names at least one of our
 * payments; then what it does not name is open, not refused.  Numbers of
 * payments are kept in any case: they find them again.
 */
static enum flight_fate
send_taken(struct flight *f)
{
    const struct provider *p = f->lane->account->provider;
    struct taken t = { .f = f };
    struct str body = buf_view(&f->reply.body);
    struct file_answer file;
    struct item_answer item;
    struct err e = { 0 };
    struct landing l;
    size_t at = 0;
    int more = 0, n = 0;

    if (p->read_file(&file, body, &e) < 0 || taken_room(&t) < 0) {
        l = send_doubt(f, ANSWER_IN_DOUBT, e.text);
        return landing_end(&l);
    }
    at = file.items_at;
    while ((more = p->read_item(&item, body, &at, ++n)) > 0)
        taken_item(&t, &item);
    taken_sort(&t);
    if (more < 0)
        l = send_doubt(f, ANSWER_IN_DOUBT, "the answer cannot be read to its "
                       "end");
    else if (t.agree == 0)
        l = send_doubt(f, ANSWER_IN_DOUBT, "the answer names none of the "
                       "payments");
    else
        l = send_doubt(f, ANSWER_TAKEN, file.text);
    if (l.answer == ANSWER_TAKEN)
        l.on = BATCH_ON_TAKEN;
    l.seqs = t.seqs;
    l.ids = t.ids;
    l.nplaced = t.nplaced;
    l.said = t.said;
    l.nsaid = t.nsaid;
    if (t.strangers > 0 || t.agree < f->batch.rows)
        log_event(LOG_WARN, "send", L_I64("batch", f->batch.batch_id),
                  L_I64("named", t.agree), L_I64("of", f->batch.rows),
                  L_I64("strangers", t.strangers));
    return landing_end(&l);
}

enum flight_fate
send_land(struct flight *f)
{
    struct fault_answer fault = { 0 };
    struct landing l;
    enum answer answer = f->lane->account->provider->judge(&f->reply, &fault);

    if (f->reply.wire == WIRE_NOT_SENT)
        answer = ANSWER_NOT_NOW;
    else if (f->reply.wire == WIRE_NO_ANSWER)
        answer = ANSWER_IN_DOUBT;
    if (answer == ANSWER_BARRED || fault.bars)
        lane_bar(f->desk, f->lane, fault.text);
    switch (answer) {
    case ANSWER_TAKEN:
        return send_taken(f);
    case ANSWER_REFUSED:
        return send_refused(f, &fault);
    case ANSWER_BARRED:
        l = send_back(f, answer, fault.text);
        l.note.wait_ms = 0;
        l.note.count_try = false;
        return landing_end(&l);
    case ANSWER_NOT_NOW:
        l = send_back(f, answer, fault.text);
        return landing_end(&l);
    case ANSWER_IN_DOUBT:
        l = send_doubt(f, answer, fault.text);
        return landing_end(&l);
    }
    l = send_doubt(f, ANSWER_IN_DOUBT, "");
    return landing_end(&l);
}
