#include "tracker/covered.h"

#include "db/sql.h"
#include "db/txn.h"
#include "tracker/after_all.h"
#include "tracker/alarm.h"
#include "tracker/enter.h"
#include "tracker/notice.h"
#include "tracker/pace.h"

/* The batches of a scan that came to its end, as columns. */
struct covered {
    struct flight *f;
    const struct scan *scan;
    struct arena   arena;
    size_t   n, room;
    int64_t *ids, *next_ms;
    struct str *doubted;
    int64_t *unseen, *all;      /* whose payments are asked for one by one:
                                   those not seen, or all                    */
    int64_t *proven;            /* to be sent again, and proven to be taken   */
    int64_t *unread;            /* to be sent again, and the list was too long
                                   to look whether they were taken           */
    size_t   nunseen, nall, nproven, nunread;
    int64_t  soonest_ms;

    int64_t  batch_id, open, doubt;     /* columns are read into these */
    int      polls, final_polls;
    bool     follows, covers, waits, is_proven;
    int64_t  lost_batch;
    int      lost_seq;
    bool     lost_listed;
    struct outcome *lost;
    int64_t *lost_ids;
    size_t   nlost, lost_room;
};

static int64_t
next_ms(const struct covered *c)
{
    int64_t first_ms = notice_first_ms(c->f->lane);

    if (!c->follows)
        return c->scan->cut ? POLL_DOUBT_CAP_MS : -1;
    if (c->open == 0)
        return pace_doubt_ms(c->final_polls + 1, first_ms);
    return pace_open_ms(c->polls + 1, first_ms, notice_cap_ms(c->f->lane));
}

static int
covered_grow(struct covered *c)
{
    size_t room[7] = { c->room, c->room, c->room, c->room, c->room,
                       c->room, c->room };

    c->ids = scan_grown(&c->arena, c->ids, c->n, &room[0], sizeof(*c->ids));
    c->next_ms = scan_grown(&c->arena, c->next_ms, c->n, &room[1],
                       sizeof(*c->next_ms));
    c->doubted = scan_grown(&c->arena, c->doubted, c->n, &room[2],
                       sizeof(*c->doubted));
    c->unseen = scan_grown(&c->arena, c->unseen, c->n, &room[3],
                      sizeof(*c->unseen));
    c->all = scan_grown(&c->arena, c->all, c->n, &room[4], sizeof(*c->all));
    c->proven = scan_grown(&c->arena, c->proven, c->n, &room[5],
                      sizeof(*c->proven));
    c->unread = scan_grown(&c->arena, c->unread, c->n, &room[6],
                      sizeof(*c->unread));
    if (c->n == c->room)
        c->room = c->room * 2 + 64;
    return c->ids == NULL || c->next_ms == NULL || c->doubted == NULL
        || c->unseen == NULL || c->all == NULL || c->proven == NULL
        || c->unread == NULL ? -1 : 0;
}

/*
 * One by one is dear, so first the list must have been silent twice; what it
 * shows without a result for long, what is in doubt, and what is older than a
 * scan reads is asked for all the same.
 */
static int
covered_row(void *cls)
{
    struct covered *c = cls;
    int64_t ms = next_ms(c);

    if (covered_grow(c) < 0)
        return -1;
    c->ids[c->n] = c->batch_id;
    c->next_ms[c->n] = ms;
    c->doubted[c->n++] = c->open == 0 && c->doubt > 0 ? STR("t") : STR("f");
    if (ms >= 0 && (c->soonest_ms < 0 || ms < c->soonest_ms))
        c->soonest_ms = ms;
    if (c->is_proven)
        c->proven[c->nproven++] = c->batch_id;
    else if (c->waits && c->scan->cut)
        c->unread[c->nunread++] = c->batch_id;
    if (!c->follows)
        return 0;
    if (c->open == 0 || !c->covers || c->scan->cut
        || c->polls + 1 >= LOST_ITEM_POLLS_MAX)
        c->all[c->nall++] = c->batch_id;
    else if (c->polls + 1 >= SCANS_BEFORE_LOOKUP)
        c->unseen[c->nunseen++] = c->batch_id;
    return 0;
}

static enum db_status
covered_load(struct db *db, struct covered *c)
{
    const struct scan *s = c->scan;
    const struct db_arg args[] = {
        A_I64(c->f->lane->account->account_id), A_I64(s->began_us),
        A_I64(s->oldest_s)
    };
    const struct db_col cols[] = {
        C_I64("batch_id", &c->batch_id), C_BOOL("follows", &c->follows),
        C_INT("polls", &c->polls), C_INT("final_polls", &c->final_polls),
        C_I64("open", &c->open), C_I64("doubt", &c->doubt),
        C_BOOL("covered", &c->covers), C_BOOL("waits", &c->waits),
        C_BOOL("proven", &c->is_proven)
    };

    return db_each(db, sql_tracker_scan_open, args, LEN(args), cols,
                   LEN(cols), covered_row, c);
}

static enum db_status
seek(struct db *db, const struct covered *c, const int64_t *ids, size_t n,
     bool but_seen)
{
    const struct scan *s = c->scan;
    size_t nseen = but_seen ? s->nseen : 0;
    const struct db_arg args[] = {
        A_I64S(ids, n), A_I64S(s->batches, nseen), A_I64S(s->seqs, nseen)
    };

    return n == 0 ? DB_OK : db_do(db, sql_tracker_seek, args, LEN(args));
}

/* --- what stays unknown --------------------------------------------------- */

static int
lost_row(void *cls)
{
    struct covered *c = cls;
    const struct code_row *row = settle_code(c->lost_listed
        ? SETTLE_NO_RESULT : SETTLE_NOT_FOUND);
    size_t room = c->lost_room;

    c->lost_ids = scan_grown(&c->arena, c->lost_ids, c->nlost, &room,
                        sizeof(*c->lost_ids));
    c->lost = scan_grown(&c->arena, c->lost, c->nlost, &room, sizeof(*c->lost));
    if (c->nlost == c->lost_room)
        c->lost_room = c->lost_room * 2 + 64;
    if (row == NULL || c->lost == NULL || c->lost_ids == NULL)
        return -1;
    c->lost_ids[c->nlost] = c->lost_batch;
    c->lost[c->nlost++] = (struct outcome){
        .seq = c->lost_seq, .state = OUTCOME_IN_DOUBT, .code = row->code,
        .reason = row->meaning
    };
    return 0;
}

/* Absence proves nothing: they are in doubt, in front of a person, and are
 * asked for on and on. */
static enum db_status
lost_enter(struct db *db, struct covered *c)
{
    const struct provider *p = c->f->lane->account->provider;
    struct entered entered;
    enum db_status st = DB_OK;

    for (size_t i = 0, n = 0; i < c->nlost; i += n) {
        struct verdicts v = { .list = &c->lost[i] };
        struct batch b;

        for (n = 1; i + n < c->nlost
             && c->lost_ids[i + n] == c->lost_ids[i]; n++)
            continue;
        v.n = (int)n;
        if ((st = batch_by_id(db, c->lost_ids[i], &b)) != DB_OK
            || (st = enter_verdicts(db, c->f->desk, &b, 0, p, &v,
                                    &entered)) != DB_OK)
            return st;
    }
    return DB_OK;
}

static enum db_status
lost_find(struct db *db, struct covered *c)
{
    const struct db_arg args[] = {
        A_I64S(c->ids, c->n), A_I64(LOOKUPS_MAX)
    };
    const struct db_col cols[] = {
        C_I64("batch_id", &c->lost_batch), C_INT("seq", &c->lost_seq),
        C_BOOL("listed", &c->lost_listed)
    };
    enum db_status st = db_each(db, sql_tracker_lost, args, LEN(args), cols,
                                LEN(cols), lost_row, c);

    return st < DB_NONE ? st : lost_enter(db, c);
}

/* --- what was taken although it was refused ----------------------------- */

static enum db_status
proven_words(struct db *db, const struct covered *c, size_t i,
             struct batch *b, char why[ERR_TEXT_BYTES])
{
    char proof[64];
    enum db_status st = batch_by_id(db, c->proven[i], b);

    snprintf(proof, sizeof(proof), "%s has told us its numbers of",
             c->f->lane->account->provider->name);
    if (st == DB_OK)
        after_all_words(b, proof, why);
    return st;
}

/* A callback came before the refusal was stored, with a number of the
 * provider; the list may never show it. */
static enum db_status
proven_stop(struct db *db, const struct covered *c)
{
    char why[ERR_TEXT_BYTES];
    struct batch b;
    enum db_status st = DB_OK;

    for (size_t i = 0; i < c->nproven && st == DB_OK; i++)
        if ((st = proven_words(db, c, i, &b, why)) == DB_OK
            && b.state == BATCH_READY)
            st = after_all_in(db, c->f->desk, &b, why);
    return st;
}

static void
proven_tell(const struct covered *c)
{
    struct desk *d = c->f->desk;
    char why[ERR_TEXT_BYTES];
    struct batch b;

    for (size_t i = 0; i < c->nproven && desk_open(d); i++)
        if (desk_db(d, proven_words(d->db, c, i, &b, why),
                    "reading what was sent after all"))
            after_all_tell(d, &b, why);
}

/* --- what nobody can look for --------------------------------------------- */

static enum db_status
unread_words(struct db *db, const struct covered *c, size_t i,
             struct batch *b, char why[ERR_TEXT_BYTES])
{
    enum db_status st = batch_by_id(db, c->unread[i], b);

    snprintf(why, ERR_TEXT_BYTES, "batch %d was refused, but the list of %s "
             "(account %s) is too long to be read back to that request (%d "
             "pages), so nobody knows whether it was taken all the same. It "
             "is not sent again; its payments are asked for one by one: "
             "payrun resolve %s", b->number,
             c->f->lane->account->provider->name, b->account, c->scan->page,
             b->run_ref);
    return st;
}

/* Looking is what sending again after a refusal rests on: without it the batch
 * is in doubt, as one that was not answered. */
static enum db_status
unread_stop(struct db *db, const struct covered *c)
{
    char why[ERR_TEXT_BYTES];
    struct batch b;
    enum db_status st = DB_OK;

    for (size_t i = 0; i < c->nunread && st == DB_OK; i++)
        if ((st = unread_words(db, c, i, &b, why)) == DB_OK
            && b.state == BATCH_READY)
            st = after_all_in(db, c->f->desk, &b, why);
    return st;
}

static void
unread_tell(const struct covered *c)
{
    struct desk *d = c->f->desk;
    char why[ERR_TEXT_BYTES];
    struct batch b;

    for (size_t i = 0; i < c->nunread && desk_open(d); i++)
        if (desk_db(d, unread_words(d->db, c, i, &b, why),
                    "reading what was refused")) {
            alarm_once(d, &b, "list_too_long", why);
            d->busy = true;
        }
}

/* --- all of it, once the last page is read -------------------------------- */

static enum db_status
covered_note(struct db *db, const struct covered *c)
{
    const struct db_arg args[] = {
        A_I64S(c->ids, c->n), A_I64S(c->next_ms, c->n),
        A_TEXTS(c->doubted, c->n), A_I64(c->scan->began_us)
    };

    return db_do(db, sql_tracker_scan_done, args, LEN(args));
}

static enum db_status
covered_txn(struct db *db, void *cls)
{
    struct covered *c = cls;
    int64_t first_ms = notice_first_ms(c->f->lane);
    enum db_status st = DB_OK;

    arena_reset(&c->arena);
    *c = (struct covered){ .f = c->f, .scan = c->scan, .arena = c->arena,
                           .soonest_ms = -1 };
    if ((st = covered_load(db, c)) < DB_NONE)
        return st;
    if (c->n > 0
        && ((st = seek(db, c, c->unseen, c->nunseen, true)) < DB_NONE
            || (st = seek(db, c, c->all, c->nall, false)) < DB_NONE
            || (st = covered_note(db, c)) < DB_NONE
            || (st = proven_stop(db, c)) < DB_NONE
            || (st = unread_stop(db, c)) < DB_NONE
            || (st = lost_find(db, c)) < DB_NONE))
        return st;
    return scan_hold(db, c->f, 0, first_ms < SCAN_GAP_MS ? first_ms
                                                         : SCAN_GAP_MS,
                     false);
}

bool
covered_enter(struct flight *f, const struct scan *s, struct covered_sum *out)
{
    struct covered c = { .f = f, .scan = s };
    enum db_status st = DB_OK;

    arena_init(&c.arena, f->arena.max);
    st = db_txn(f->desk->db, covered_txn, &c);
    *out = (struct covered_sum){ (int64_t)c.n, (int64_t)c.nlost,
                                 c.soonest_ms };
    if (!desk_db(f->desk, st, "noting what was listed"))
        c.nproven = c.nunread = 0;
    proven_tell(&c);
    unread_tell(&c);
    arena_release(&c.arena);
    return st >= DB_NONE;
}
