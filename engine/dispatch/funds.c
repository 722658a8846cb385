#include "dispatch/funds.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "book/people.h"
#include "book/run_account.h"
#include "db/sql.h"
#include "db/txn.h"
#include "dispatch/content.h"
#include "dispatch/short.h"
#include "money/money.h"

/* The run that waits for an account, and what it comes down to. */
struct gate {
    struct desk *desk;
    struct lane *lane;
    struct batch due;                   /* run_id, run_ref, ccy               */
    bool    asks;                       /* something waits for money          */
    bool    several;                    /* other accounts pay too             */
    bool    asked;                      /* ${wallet} is filled                */
    int64_t in_flight_before;           /* when the wallet was asked for      */
    struct wallet_answer wallet;
    int64_t minor, charges;             /* to be released                     */
    int64_t promised;                   /* to other runs, not released yet    */
    int64_t in_flight;
    int64_t free;
    bool    same;                       /* content is what was approved       */
    bool    enough;
    bool    all;                        /* ... and so does every account      */
    char    policy[16];                 /* "": all of the run or nothing      */
    bool    waits;                      /* groups of it wait for money        */
    int     whose;                      /* so much of ${why} says which
                                           account it is about                */
    char    why[ERR_TEXT_BYTES];
};

/* --- asking --------------------------------------------------------------- */

static enum db_status
funds_due(struct gate *g)
{
    struct batch *b = &g->due;
    const struct db_arg args[] = { A_I64(g->lane->account->account_id) };
    const struct db_col cols[] = {
        C_I64("run_id", &b->run_id), C_TEXT("ref", b->run_ref),
        C_TEXT("ccy", b->ccy), C_BOOL("asks", &g->asks),
        C_BOOL("several", &g->several)
    };

    return db_one(g->desk->db, sql_dispatch_funds_due, args, LEN(args), cols,
                  LEN(cols));
}

static void funds_settle(struct gate *);

/* One wallet at a time is asked for; DB_NONE: no run waits. */
static enum db_status
funds_ask(struct desk *d, struct lane *l)
{
    const struct account *a = l->account;
    struct gate g = { .desk = d, .lane = l };
    struct flight *f = NULL;
    struct err e = { 0 };
    enum db_status st = funds_due(&g);

    if (!desk_db(d, st, "looking for runs that wait for funds")
        || st == DB_NONE)
        return DB_NONE;
    if (!g.asks || a->provider->write_wallets == NULL) {
        funds_settle(&g);
        return desk_open(d) ? DB_OK : DB_NONE;
    }
    if ((f = flight_new(d, l, FLIGHT_WALLET)) == NULL)
        return DB_NONE;
    f->batch = g.due;
    f->several_accounts = g.several;
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
    int64_t in_flight = g->in_flight > g->in_flight_before
        ? g->in_flight : g->in_flight_before;
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

/* Which account it is about, when there are several: "till 2: ". */
static int
funds_whose(struct gate *g)
{
    g->why[0] = '\0';
    g->whose = !g->several ? 0 : snprintf(g->why, sizeof(g->why), "%s: ",
                                          g->lane->account->name);
    return g->whose;
}

static void
funds_words(struct gate *g)
{
    char has[MONEY_TEXT_BYTES], needs[MONEY_TEXT_BYTES],
         charges[MONEY_TEXT_BYTES], busy[MONEY_TEXT_BYTES],
         less[MONEY_TEXT_BYTES];
    int64_t need = g->minor + g->charges;
    int n = funds_whose(g);

    if (!g->enough)
        n += snprintf(g->why + n, sizeof(g->why) - (size_t)n, "short by %s: ",
                      words(g, need - g->free, less));
    n += snprintf(g->why + n, sizeof(g->why) - (size_t)n, "the wallet has %s; "
                  "needed are %s incl. charges of about %s; %s in flight or "
                  "promised to other runs",
                  words(g, g->wallet.available_minor, has),
                  words(g, need, needs), words(g, g->charges, charges),
                  words(g, g->in_flight + g->promised, busy));
    if (!g->enough)
        snprintf(g->why + n, sizeof(g->why) - (size_t)n,
                 ". Top it up, then: payrun resume %s", g->due.run_ref);
}

/* An account that is not asked: it covers its part as far as anybody knows. */
static void
funds_words_unasked(struct gate *g)
{
    int n = funds_whose(g);

    if (!g->asks)
        snprintf(g->why + n, sizeof(g->why) - (size_t)n,
                 "nothing is left to release");
    else
        snprintf(g->why + n, sizeof(g->why) - (size_t)n,
                 "%s cannot be asked for its balance",
                 g->lane->account->provider->name);
}

static enum db_status
funds_add_up(struct db *db, struct gate *g)
{
    int64_t account_id = g->lane->account->account_id;
    const struct db_arg args[] = {
        A_I64(account_id), A_I64(g->due.run_id)
    };
    const struct db_col cols[] = {
        C_I64("minor", &g->minor), C_I64("charges", &g->charges),
        C_I64("promised", &g->promised)
    };
    const struct db_col policy[] = { C_TEXT("policy", g->policy) };
    enum db_status st = db_one(db, sql_dispatch_lock_funds, args, LEN(args),
                               policy, LEN(policy));

    /* Under the account's lock: two workers cannot promise the same money to
     * two runs.  DB_NONE: somebody else decided, or paused the run. */
    if (st != DB_OK
        || (st = account_in_flight(db, account_id, &g->in_flight)) < DB_NONE)
        return st;
    return db_one(db, sql_dispatch_need, args, LEN(args), cols, LEN(cols));
}

/* A run whose groups may go alone: it is not paused for want of money. */
static enum db_status
funds_groups(struct db *db, struct gate *g)
{
    struct short_look l = {
        .run_id = g->due.run_id,
        .account_id = g->lane->account->account_id, .policy = g->policy,
        .ccy = g->due.ccy, .asked = g->asked, .free_minor = g->free
    };
    enum db_status st = short_decide(db, &l);

    g->enough = true;
    g->all = l.covered > 0;
    g->waits = l.waits > 0;
    snprintf(g->why + g->whose, sizeof(g->why) - (size_t)g->whose, "%s", l.why);
    if (st < DB_NONE || !l.news)
        return st;
    return audit_add(db, g->desk->actor, "funds", g->due.run_ref, g->why);
}

static enum db_status
funds_txn(struct db *db, void *cls)
{
    struct gate *g = cls;
    const struct desk *d = g->desk;
    const struct batch *b = &g->due;
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
    g->free = g->asked ? funds_free(g) : 0;
    if (g->policy[0] != '\0') {
        (void)funds_whose(g);
        return funds_groups(db, g);
    }
    g->enough = !g->asked || g->free >= g->minor + g->charges;
    if (g->asked)
        funds_words(g);
    else
        funds_words_unasked(g);
    if (!g->enough)
        return desk_pause_in(db, d, b->run_id, b->run_ref, g->why);
    st = run_account_seen(db, b->run_id, g->lane->account->account_id,
                          g->why + g->whose, &g->all);
    if (st != DB_OK)
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

/* Decide, in one transaction.  When the last account is covered, every lane
 * of the run may go on. */
static void
funds_settle(struct gate *g)
{
    struct desk *d = g->desk;
    enum db_status st = db_txn(d->db, funds_txn, g);

    for (int i = 0; i < d->nlanes && g->all; i++)
        d->lanes[i].look_ms = 0;
    g->lane->look_ms = 0;
    d->busy = true;
    if (desk_db(d, st, "checking funds") && st == DB_OK)
        log_event(g->enough && !g->waits ? LOG_INFO : LOG_WARN,
                  g->waits ? "funds_short" :
                  g->enough ? "funds_seen" : "run_paused",
                  L_STR("run", g->due.run_ref),
                  L_STR("account", g->lane->account->name),
                  L_STR("why", g->why));
}

static void
funds_decide(struct gate *g)
{
    const struct batch *b = &g->due;
    int n = funds_whose(g);

    if (strcmp(g->wallet.ccy, b->ccy) == 0) {
        funds_settle(g);
        return;
    }
    snprintf(g->why + n, sizeof(g->why) - (size_t)n, "the wallet %s is in %s, "
             "the run in %s. Name the right wallet in the configuration, "
             "then: payrun resume %s", g->wallet.wallet_id, g->wallet.ccy,
             b->ccy, b->run_ref);
    (void)desk_pause(g->desk, b->run_id, b->run_ref, g->why);
}

/* The provider answers, and there is no such wallet: nothing that waiting
 * mends, so the run waits for a person. */
static void
funds_no_wallet(struct flight *f, const char *what, const char *fix)
{
    char why[ERR_TEXT_BYTES];

    snprintf(why, sizeof(why), "%s%sthe wallet cannot be read: %.200s. %.150s "
             "Then: payrun resume %s",
             f->several_accounts ? f->lane->account->name : "",
             f->several_accounts ? ": " : "", what, fix, f->batch.run_ref);
    (void)desk_pause(f->desk, f->batch.run_id, f->batch.run_ref, why);
}

static void
funds_read(struct flight *f)
{
    const struct account *a = f->lane->account;
    struct gate g = {
        .desk = f->desk, .lane = f->lane, .due = f->batch, .asks = true,
        .several = f->several_accounts, .asked = true,
        .in_flight_before = f->in_flight_minor
    };
    struct err e = { 0 };

    if (a->provider->read_wallet(&g.wallet, buf_view(&f->reply.body),
                                 a->wallet_id, &e) == 0) {
        f->lane->funds_tries = 0;
        funds_decide(&g);
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
