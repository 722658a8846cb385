#include "tracker/hints.h"

#include "base/log.h"
#include "book/batch.h"
#include "book/inbox.h"
#include "book/placed.h"
#include "db/sql.h"
#include "db/txn.h"
#include "dispatch/token.h"
#include "providers/sapama_callback.h"
#include "tracker/after_all.h"

#define HINTS_A_TURN  64        /* then the network has its turn again */
#define CHALLENGE_BYTES 512

struct hint {
    int64_t     inbox_id, batch_id;
    char        provider[24];
    struct buf  body;
    bool        trusted;
    const char *verdict;

    const struct desk *desk;
    bool        after_all;      /* it proves a request held for not taken ... */
    struct batch batch;         /* ... of this batch                          */
    char        why[ERR_TEXT_BYTES];
};

/* The file it is about; NULL in ${h}->verdict, or why there is none. */
static void
hint_read(struct hint *h, struct file_answer *file)
{
    const struct provider *p = provider_named(h->provider);
    struct str body = buf_view(&h->body);
    char room[CHALLENGE_BYTES];

    h->verdict = NULL;
    if (p == NULL)
        h->verdict = "refused: no such provider";
    else if (!h->trusted
             && p->read_challenge(body, room, sizeof(room)).len > 0)
        h->verdict = "refused: wrong challenge";
    else if (p->read_file(file, body, NULL) < 0)
        h->verdict = "not about a file";
}

/* --- of a one-phase provider ---------------------------------------------- */

/* What web/callbacks.c stored: "POST token\nfields". */
static void
split_text(struct str text, struct str *token, struct str *fields)
{
    const char *blank = memchr(text.p, ' ', text.len);
    const char *line = memchr(text.p, '\n', text.len);

    *token = *fields = (struct str){ NULL, 0 };
    if (blank == NULL || line == NULL || blank > line)
        return;
    *token = (struct str){ blank + 1, (size_t)(line - blank - 1) };
    *fields = (struct str){ line + 1,
                            text.len - (size_t)(line + 1 - text.p) };
}

struct proof {
    struct str token;
    int64_t    batch_id;
    int        seq;
    struct str key;                     /* the column is read into this */
    bool       is_last, proven, last;
};

static int
proof_row(void *cls)
{
    struct proof *p = cls;

    if (p->key.len == TOKEN_KEY_BYTES
        && token_is((const unsigned char *)p->key.p, p->batch_id, p->seq,
                    p->token)) {
        p->proven = true;
        p->last = p->is_last;
    }
    return 0;
}

static enum db_status
proof_find(struct db *db, struct proof *p)
{
    const struct db_col cols[] = {
        C_BYTES("token_key", &p->key), C_BOOL("last", &p->is_last)
    };

    if (token_read(p->token, &p->batch_id, &p->seq) < 0)
        return DB_NONE;
    const struct db_arg args[] = { A_I64(p->batch_id) };

    return db_each(db, sql_tracker_token_keys, args, LEN(args), cols,
                   LEN(cols), proof_row, p);
}

/* Its number of the payment, unless we have one.  Only of the last request: an
 * older one's must not be taken for it. */
static enum db_status
keep_number(struct db *db, const struct proof *p,
            const struct sapama_callback *said)
{
    int32_t seq = p->seq;
    struct str id = str_of(said->id);

    return p->last && id.len > 0
        ? placed_add(db, p->batch_id, &seq, &id, 1) : DB_OK;
}

/* Is it about a payment that has its end, and says something else?  It never
 * changes that end by itself; the list is asked again. */
static enum db_status
contradicts(struct db *db, const struct proof *p,
            const struct sapama_callback *said, bool *differs)
{
    int32_t seq = p->seq;
    char state[16] = "", receipt[64] = "";
    const struct db_arg args[] = { A_I64(p->batch_id), A_I32S(&seq, 1) };
    const struct db_col cols[] = {
        C_TEXT("state", state), C_TEXT("receipt", receipt)
    };
    enum db_status st = db_one(db, sql_tracker_listed, args, LEN(args), cols,
                               LEN(cols));
    int is = outcome_state_of(state);
    bool yes = str_ieq(str_of(said->status), STR("success"))
        || str_ieq(str_of(said->status), STR("received"));

    *differs = is >= 0 && is != OUTCOME_IN_DOUBT
        && (is == OUTCOME_PAID
            ? (said->status[0] != '\0' && !yes)
              || (said->receipt[0] != '\0'
                  && strcmp(said->receipt, receipt) != 0)
            : said->receipt[0] != '\0' || yes);
    return st;
}

/*
 * Is it about a batch that waits to be sent again, or about a request before
 * the one that is just leaving?  Then that was taken, whatever was answered to
 * it: nobody else may ever have told us so.
 */
static enum db_status
token_after_all(struct db *db, struct hint *h, const struct proof *p)
{
    struct batch *b = &h->batch;
    char proof[64];
    enum db_status st = batch_by_id(db, p->batch_id, b);

    if (st != DB_OK || (b->state != BATCH_READY
                        && (b->state != BATCH_SENDING || p->last)))
        return st;
    snprintf(proof, sizeof(proof), "a callback of %s proves", h->provider);
    after_all_words(b, proof, h->why);
    h->after_all = true;
    h->verdict = "was held for not sent: stopped, and asked";
    return after_all_in(db, h->desk, b, h->why);
}

/* What a proven callback makes us ask. */
static enum db_status
token_ask(struct db *db, struct hint *h, const struct proof *p,
          const struct sapama_callback *said)
{
    const struct db_arg args[] = { A_I64(p->batch_id), A_I64(p->seq) };
    bool differs = false;
    enum db_status st = contradicts(db, p, said, &differs);

    if (st < DB_NONE
        || (st = db_do(db, sql_tracker_sought_now, args, LEN(args)))
           < DB_NONE)
        return st;
    st = differs ? db_do(db, sql_tracker_look_again, args, 1)
                 : batch_poll_now(db, p->batch_id);
    h->verdict = differs ? "contradicts what we know: asked at once"
        : st == DB_OK ? "asked at once" : "nothing to ask (yet)";
    return st;
}

static enum db_status
token_hint(struct db *db, struct hint *h)
{
    struct proof p = { .proven = false };
    struct sapama_callback said;
    struct str fields;
    enum db_status st = DB_OK;

    split_text(buf_view(&h->body), &p.token, &fields);
    if ((st = proof_find(db, &p)) < DB_NONE)
        return st;
    if (!p.proven) {
        h->verdict = "refused: wrong token";
        return DB_OK;
    }
    h->batch_id = p.batch_id;
    (void)sapama_read_callback(&said, fields);
    if ((st = keep_number(db, &p, &said)) < DB_NONE
        || (st = token_after_all(db, h, &p)) < DB_NONE)
        return st;
    st = h->after_all ? DB_OK : token_ask(db, h, &p, &said);
    return st < DB_NONE ? st : DB_OK;
}

/* --- each ----------------------------------------------------------------- */

static enum db_status
file_hint(struct db *db, struct hint *h)
{
    struct file_answer file = { 0 };
    enum db_status st = DB_OK;

    hint_read(h, &file);
    if (h->verdict != NULL)
        return DB_OK;
    st = inbox_match(db, file.tracking_id, &h->batch_id);
    if (st == DB_OK)
        st = batch_poll_now(db, h->batch_id);
    if (st < DB_NONE)
        return st;
    h->verdict = h->batch_id == 0 ? "not ours (yet)"
        : st == DB_OK ? "asked at once" : "nothing to ask";
    return DB_OK;
}

static enum db_status
hint_txn(struct db *db, void *cls)
{
    struct hint *h = cls;
    const struct provider *p = NULL;
    enum db_status st = DB_OK;

    buf_clear(&h->body);
    h->batch_id = 0;
    h->after_all = false;
    st = inbox_next(db, &h->inbox_id, h->provider, &h->body, &h->trusted);
    if (st != DB_OK)
        return st;
    h->verdict = NULL;
    p = provider_named(h->provider);
    st = p != NULL && !p->two_phase ? token_hint(db, h) : file_hint(db, h);
    if (st < DB_NONE)
        return st;
    st = DB_NONE;
    /* Anybody can send such ones, and as many as they like. */
    if (h->batch_id == 0 && !h->trusted)
        st = inbox_refused(db, h->inbox_id);
    return st == DB_NONE
        ? inbox_done(db, h->inbox_id, h->batch_id, h->verdict) : st;
}

void
hints_turn(struct desk *d)
{
    struct hint h = { .desk = d };
    enum db_status st = DB_OK;

    if (d->stopping || !desk_open(d))
        return;
    buf_init(&h.body, HTTPD_BODY_BYTES_MAX);
    for (int i = 0; i < HINTS_A_TURN && st == DB_OK; i++) {
        st = db_txn(d->db, hint_txn, &h);
        if (!desk_db(d, st, "looking at a callback") || st != DB_OK)
            break;
        log_event(LOG_INFO, "callback", L_I64("inbox", h.inbox_id),
                  L_I64("batch", h.batch_id), L_STR("verdict", h.verdict));
        if (h.after_all)
            after_all_tell(d, &h.batch, h.why);
        if (h.batch_id != 0)
            for (int lane = 0; lane < d->nlanes; lane++)
                d->lanes[lane].poll_look_ms = 0;
    }
    d->busy = d->busy || st == DB_OK;
    buf_release(&h.body);
}
