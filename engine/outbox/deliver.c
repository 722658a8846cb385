#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "db/sql.h"
#include "db/txn.h"
#include "net/loop.h"
#include "outbox/outbox.h"

#define PAIRS_MAX (OUTBOX_CHANNELS_MAX * OUTBOX_WORDS_MAX)

struct deliver {
    struct deliver_order *o;
    struct event ev;
    int     misses[OUTBOX_CHANNELS_MAX];    /* in a row                       */
    int64_t rest_ms[OUTBOX_CHANNELS_MAX];   /* the channel is left alone till */
    int64_t look_ms;
};

/* --- what is to be told --------------------------------------------------- */

static enum db_status
look(struct deliver *d)
{
    const struct db_arg args[] = {
        A_I64(OUTBOX_DOUBT_S), A_I64(OUTBOX_GONE_S)
    };

    if (clock_mono_ms() < d->look_ms)
        return DB_NONE;
    d->look_ms = clock_mono_ms() + OUTBOX_LOOK_MS;
    return db_do(d->o->db, sql_outbox_look, args, LEN(args));
}

static enum db_status
spread(struct deliver *d)
{
    struct str channels[PAIRS_MAX], wants[PAIRS_MAX];
    size_t n = 0;

    for (int i = 0; i < d->o->nchannels; i++)
        for (int k = 0; k < d->o->channels[i].nwants; k++) {
            channels[n] = str_of(d->o->channels[i].name);
            wants[n++] = str_of(d->o->channels[i].wants[k]);
        }
    const struct db_arg args[] = { A_TEXTS(channels, n), A_TEXTS(wants, n) };

    return db_do(d->o->db, sql_outbox_spread, args, LEN(args));
}

/* --- one event to one channel --------------------------------------------- */

static int
keep(struct buf *to, struct str s)
{
    buf_clear(to);
    buf_str(to, s);
    return to->failed ? -1 : 0;
}

/* The oldest that is due, on a channel that is not left alone. */
static enum db_status
claim(struct deliver *d)
{
    struct str names[OUTBOX_CHANNELS_MAX], title, detail, body;
    struct event *ev = &d->ev;
    size_t n = 0;

    for (int i = 0; i < d->o->nchannels; i++)
        if (clock_mono_ms() >= d->rest_ms[i])
            names[n++] = str_of(d->o->channels[i].name);
    const struct db_arg args[] = { A_TEXTS(names, n), A_I64(OUTBOX_HOLD_S) };
    const struct db_col cols[] = {
        C_I64("outbox_id", &ev->outbox_id), C_TEXT("channel", ev->channel),
        C_INT("tries", &ev->tries), C_TEXT("event_id", ev->event_id),
        C_TEXT("kind", ev->kind), C_TEXT("subject", ev->subject),
        C_STR("title", &title), C_STR("detail", &detail), C_STR("body", &body)
    };
    enum db_status st = n == 0 ? DB_NONE :
        db_one(d->o->db, sql_delivery_claim, args, LEN(args), cols, LEN(cols));

    if (st == DB_OK && (keep(&ev->title, title) < 0
                        || keep(&ev->detail, detail) < 0
                        || keep(&ev->body, body) < 0))
        return DB_SOFT;                 /* no memory: its hold ends by itself */
    return st;
}

static int
channel_at(const struct deliver *d, const char *name)
{
    for (int i = 0; i < d->o->nchannels; i++)
        if (strcmp(d->o->channels[i].name, name) == 0)
            return i;
    return -1;
}

static enum db_status
note(struct deliver *d, bool done, int64_t wait_ms, const char *said)
{
    const struct event *ev = &d->ev;
    const struct db_arg args[] = {
        A_I64(ev->outbox_id), A_TEXT(ev->channel), A_I64(ev->tries),
        A_BOOL(done), A_I64(wait_ms), A_TEXT(said)
    };

    return db_do(d->o->db, sql_delivery_done, args, LEN(args));
}

static enum db_status
tell_one(struct deliver *d)
{
    const struct event *ev = &d->ev;
    int i = channel_at(d, ev->channel);
    struct err why = { 0 };
    int64_t wait = 0;

    if (channel_hand(&d->o->channels[i], d->o->net, ev,
                     clock_wall_us() / 1000000, &why) == 0) {
        d->misses[i] = 0;
        d->o->delivered++;
        log_event(LOG_INFO, "told", L_STR("kind", ev->kind),
                  L_STR("channel", ev->channel), L_I64("event", ev->outbox_id));
        return note(d, true, 0, "");
    }
    d->o->failed++;
    d->misses[i]++;
    wait = clock_backoff_ms((unsigned)ev->tries, OUTBOX_BACK_MS,
                            OUTBOX_BACK_CAP_MS, crypto_dice());
    /* What waits behind it would fail as well, and cost everybody its time. */
    d->rest_ms[i] = clock_mono_ms()
        + clock_backoff_ms((unsigned)d->misses[i], OUTBOX_BACK_MS / 2,
                           OUTBOX_BACK_CAP_MS / 60, crypto_dice());
    log_event(LOG_WARN, "not_told", L_STR("kind", ev->kind),
              L_STR("channel", ev->channel), L_I64("event", ev->outbox_id),
              L_I64("try", ev->tries), L_STR("why", why.text));
    return note(d, false, ev->tries >= OUTBOX_TRIES_MAX ? -1 : wait,
                why.text);
}

/* --- the loop ------------------------------------------------------------- */

/* DB_OK: something was done; DB_NONE: nothing is to be done now. */
static enum db_status
turn(struct deliver *d)
{
    enum db_status st = look(d), some = DB_NONE;

    if (st >= DB_NONE && (st = spread(d)) == DB_OK)
        some = DB_OK;
    if (st >= DB_NONE && (st = claim(d)) == DB_OK)
        return tell_one(d) < DB_NONE ? DB_SOFT : DB_OK;
    return st < DB_NONE ? st : some;
}

int
deliver_run(struct deliver_order *o, struct err *e)
{
    struct deliver d = { .o = o };
    enum db_status st = DB_OK;
    int rc = 0;

    o->delivered = o->failed = 0;
    buf_init(&d.ev.title, OUTBOX_TEXT_BYTES_MAX);
    buf_init(&d.ev.detail, OUTBOX_TEXT_BYTES_MAX);
    buf_init(&d.ev.body, OUTBOX_TEXT_BYTES_MAX);
    while (rc == 0 && net_stopping() == 0) {
        st = turn(&d);
        /* A daemon outlives its database's restart. */
        if (st == DB_HARD || (st == DB_SOFT && o->until_idle))
            rc = db_fail(o->db, e, "telling events");
        else if (st == DB_NONE && o->until_idle)
            break;
        else if (st != DB_OK)
            rc = net_turn(o->net, OUTBOX_TURN_MS, e);
    }
    buf_release(&d.ev.title);
    buf_release(&d.ev.detail);
    buf_release(&d.ev.body);
    return rc;
}

int
deliver_left(struct db *db, const struct channel *c, int n,
             struct deliver_left *out, struct err *e)
{
    struct str names[OUTBOX_CHANNELS_MAX];
    const struct db_col cols[] = {
        C_I64("due", &out->due), C_I64("later", &out->later),
        C_I64("given_up", &out->given_up), C_I64("unspread", &out->unspread)
    };

    for (int i = 0; i < n; i++)
        names[i] = str_of(c[i].name);
    const struct db_arg args[] = { A_TEXTS(names, (size_t)n) };

    if (db_one(db, sql_delivery_left, args, LEN(args), cols, LEN(cols))
        != DB_OK)
        return db_fail(db, e, "counting what is to be told");
    return 0;
}
