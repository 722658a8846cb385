#include "dispatch/funds.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "book/people.h"
#include "book/run.h"
#include "db/sql.h"
#include "db/txn.h"
#include "dispatch/content.h"
#include "money/money.h"

/* The run that waits, and what it comes down to. */
struct gate {
    struct flight *f;
    struct wallet_answer wallet;
    int64_t minor, charges;             /* to be released                     */
    int64_t promised;                   /* to other runs, not released yet    */
    int64_t in_flight;
    int64_t free;
    bool    same;                       /* content is what was approved       */
    bool    enough;
    char    why[ERR_TEXT_BYTES];
};

/* --- asking --------------------------------------------------------------- */

static enum db_status
funds_due(struct desk *d, struct lane *l, struct batch *b)
{
    const struct db_arg args[] = { A_I64(l->account->account_id) };
    const struct db_col cols[] = {
        C_I64("run_id", &b->run_id), C_TEXT("ref", b->run_ref),
        C_TEXT("ccy", b->ccy)
    };

    return db_one(d->db, sql_dispatch_funds_due, args, LEN(args), cols,
                  LEN(cols));
}

/* One wallet at a time is asked for; DB_NONE: no run waits. */
static enum db_status
funds_ask(struct desk *d, struct lane *l)
{
    const struct account *a = l->account;
    struct batch due = { 0 };
    struct flight *f = NULL;
    struct err e = { 0 };
    enum db_status st = funds_due(d, l, &due);

    if (!desk_db(d, st, "looking for runs that wait for funds")
        || st == DB_NONE)
        return DB_NONE;
    if ((f = flight_new(d, l, FLIGHT_WALLET)) == NULL)
        return DB_NONE;
    f->batch = due;
    st = account_in_flight(d->db, a->account_id, &f->in_flight_minor);
    if (!desk_db(d, st, "adding up what is in flight")
        || a->provider->write_wallets(&f->request, a->wallet_id, &e) < 0) {
        flight_free(f);
        return DB_NONE;
    }
    flight_start(f);
    return DB_OK;
}

/* --- deciding ------------------------------------------------------------- */

/*
 * What can be spent.  The hold on the available balance comes some time after
 * the release, and the current balance falls only when a file is finished; so
 * the smaller of the two readings, and the larger of what was in flight before
 * the wallet was read and what is now.
 */
static int64_t
funds_free(const struct gate *g)
{
    int64_t in_flight = g->in_flight > g->f->in_flight_minor
        ? g->in_flight : g->f->in_flight_minor;
    int64_t left = g->wallet.current_minor - in_flight;

    if (g->wallet.available_minor < left)
        left = g->wallet.available_minor;
    return left - g->promised;
}

static const char *
words(const struct gate *g, int64_t minor, char out[MONEY_TEXT_BYTES])
{
    struct money m = { .minor = minor };

    memcpy(m.ccy, g->wallet.ccy, sizeof(m.ccy));
    money_text(m, out);
    return out;
}

static void
funds_words(struct gate *g)
{
    char has[MONEY_TEXT_BYTES], needs[MONEY_TEXT_BYTES],
         charges[MONEY_TEXT_BYTES], busy[MONEY_TEXT_BYTES],
         less[MONEY_TEXT_BYTES];
    int64_t need = g->minor + g->charges;
    int n = 0;

    if (!g->enough)
        n = snprintf(g->why, sizeof(g->why), "short by %s: ",
                     words(g, need - g->free, less));
    n += snprintf(g->why + n, sizeof(g->why) - (size_t)n, "the wallet has %s; "
                  "needed are %s incl. charges of about %s; %s in flight or "
                  "promised to other runs",
                  words(g, g->wallet.available_minor, has),
                  words(g, need, needs), words(g, g->charges, charges),
                  words(g, g->in_flight + g->promised, busy));
    if (!g->enough)
        snprintf(g->why + n, sizeof(g->why) - (size_t)n,
                 ". Top it up, then: payrun resume %s", g->f->batch.run_ref);
}

static enum db_status
funds_add_up(struct db *db, struct gate *g)
{
    int64_t account_id = g->f->lane->account->account_id;
    const struct db_arg args[] = {
        A_I64(account_id), A_I64(g->f->batch.run_id)
    };
    const struct db_col cols[] = {
        C_I64("minor", &g->minor), C_I64("charges", &g->charges),
        C_I64("promised", &g->promised)
    };
    enum db_status st = db_do(db, sql_dispatch_lock_funds, args, LEN(args));

    /* Under the account's lock: two workers cannot promise the same money to
     * two runs.  DB_NONE: somebody else decided, or paused the run. */
    if (st != DB_OK
        || (st = account_in_flight(db, account_id, &g->in_flight)) < DB_NONE)
        return st;
    return db_one(db, sql_dispatch_need, args, LEN(args), cols, LEN(cols));
}

static enum db_status
funds_txn(struct db *db, void *cls)
{
    struct gate *g = cls;
    const struct desk *d = g->f->desk;
    const struct batch *b = &g->f->batch;
    enum db_status st = DB_OK;

    if ((st = funds_add_up(db, g)) != DB_OK
        || (st = content_check(db, b->run_id, &g->same)) != DB_OK)
        return st;
    if (!g->same) {
        snprintf(g->why, sizeof(g->why), "the run is not what was approved: "
                 "somebody changed it in the database. Nothing of it was "
                 "released. Find out who, cancel it, and start again with a "
                 "new run.");
        return desk_pause_in(db, d, b->run_id, b->run_ref, g->why);
    }
    g->free = funds_free(g);
    g->enough = g->free >= g->minor + g->charges;
    funds_words(g);
    if (!g->enough)
        return desk_pause_in(db, d, b->run_id, b->run_ref, g->why);
    if ((st = run_funds_seen(db, b->run_id)) != DB_OK)
        return st;
    return audit_add(db, d->actor, "funds", b->run_ref, g->why);
}

static void
funds_not_now(struct lane *l, const char *why)
{
    log_event(LOG_WARN, "wallet_not_read", L_STR("account", l->account->name),
              L_STR("why", why));
    l->funds_ms = clock_mono_ms()
        + clock_backoff_ms(++l->funds_tries, BACKOFF_BASE_MS, BACKOFF_CAP_MS,
                           crypto_dice());
}

static void
funds_decide(struct flight *f, struct gate *g)
{
    enum db_status st = DB_OK;

    if (strcmp(g->wallet.ccy, f->batch.ccy) != 0) {
        snprintf(g->why, sizeof(g->why), "the wallet %s is in %s, the run in "
                 "%s. Name the right wallet in the configuration, then: "
                 "payrun resume %s", g->wallet.wallet_id, g->wallet.ccy,
                 f->batch.ccy, f->batch.run_ref);
        (void)desk_pause(f->desk, f->batch.run_id, f->batch.run_ref, g->why);
        return;
    }
    st = db_txn(f->desk->db, funds_txn, g);
    f->lane->look_ms = 0;
    f->desk->busy = true;
    if (desk_db(f->desk, st, "checking funds") && st == DB_OK)
        log_event(g->enough ? LOG_INFO : LOG_WARN,
                  g->enough ? "funds_seen" : "run_paused",
                  L_STR("run", f->batch.run_ref), L_STR("why", g->why));
}

/* The provider answers, and there is no such wallet: nothing that waiting
 * mends, so the run waits for a person. */
static void
funds_no_wallet(struct flight *f, const char *what, const char *fix)
{
    char why[ERR_TEXT_BYTES];

    snprintf(why, sizeof(why), "the wallet cannot be read: %.200s. %.150s "
             "Then: payrun resume %s", what, fix, f->batch.run_ref);
    (void)desk_pause(f->desk, f->batch.run_id, f->batch.run_ref, why);
}

static void
funds_read(struct flight *f)
{
    const struct account *a = f->lane->account;
    struct gate g = { .f = f };
    struct err e = { 0 };

    if (a->provider->read_wallet(&g.wallet, buf_view(&f->reply.body),
                                 a->wallet_id, &e) == 0) {
        f->lane->funds_tries = 0;
        funds_decide(f, &g);
    } else if (e.kind == ERR_CONFIG) {
        funds_no_wallet(f, e.text, e.fix);
    } else {
        funds_not_now(f->lane, e.text);
    }
}

static void
funds_land(struct flight *f)
{
    struct fault_answer fault = { 0 };

    switch (f->lane->account->provider->judge(&f->reply, &fault)) {
    case ANSWER_TAKEN:
        funds_read(f);
        return;
    case ANSWER_BARRED:
        lane_bar(f->desk, f->lane, fault.text);
        return;
    case ANSWER_REFUSED:
        funds_no_wallet(f, fault.text, "Check the account's address and "
                        "wallet in the configuration.");
        return;
    case ANSWER_NOT_NOW:
    case ANSWER_IN_DOUBT:
        funds_not_now(f->lane, fault.text);
        return;
    }
}

static bool
funds_asked(const struct desk *d, const struct lane *l)
{
    for (const struct flight *f = d->flights; f != NULL; f = f->next)
        if (f->lane == l && f->step == FLIGHT_WALLET)
            return true;
    return false;
}

void
funds_turn(struct desk *d)
{
    struct flight *next = NULL;

    for (struct flight *f = d->flights; f != NULL; f = next) {
        next = f->next;
        if (f->step != FLIGHT_WALLET || !f->landed)
            continue;
        /* With the database away it is of no use: it is asked again later. */
        if (!d->stopping && desk_open(d))
            funds_land(f);
        flight_free(f);
    }
    for (int i = 0; i < d->nlanes; i++) {
        struct lane *l = &d->lanes[i];
        int64_t now = clock_mono_ms();

        if (d->stopping || !desk_open(d) || now < l->funds_ms
            || !lane_poll_room(l) || funds_asked(d, l))
            continue;
        if (funds_ask(d, l) == DB_NONE && l->funds_ms <= now)
            l->funds_ms = now + WORK_LOOK_MS;
    }
}
