#include "tracker/hints.h"

#include "base/log.h"
#include "book/batch.h"
#include "book/inbox.h"
#include "db/txn.h"

#define HINTS_A_TURN  64        /* then the network has its turn again */
#define CHALLENGE_BYTES 512

struct hint {
    int64_t     inbox_id, batch_id;
    char        provider[24];
    struct buf  body;
    bool        trusted;
    const char *verdict;
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

static enum db_status
hint_txn(struct db *db, void *cls)
{
    struct hint *h = cls;
    struct file_answer file = { 0 };
    enum db_status st = DB_OK;

    buf_clear(&h->body);
    h->batch_id = 0;
    st = inbox_next(db, &h->inbox_id, h->provider, &h->body, &h->trusted);
    if (st != DB_OK)
        return st;
    hint_read(h, &file);
    if (h->verdict == NULL) {
        st = inbox_match(db, file.tracking_id, &h->batch_id);
        if (st == DB_OK)
            st = batch_poll_now(db, h->batch_id);
        if (st < DB_NONE)
            return st;
        h->verdict = h->batch_id == 0 ? "not ours (yet)"
            : st == DB_OK ? "asked at once" : "nothing to ask";
    }
    return inbox_done(db, h->inbox_id, h->batch_id, h->verdict);
}

void
hints_turn(struct desk *d)
{
    struct hint h = { 0 };
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
        if (h.batch_id != 0)
            for (int lane = 0; lane < d->nlanes; lane++)
                d->lanes[lane].poll_look_ms = 0;
    }
    d->busy = d->busy || st == DB_OK;
    buf_release(&h.body);
}
