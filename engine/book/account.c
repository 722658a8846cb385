#include "book/account.h"

#include "book/people.h"
#include "db/sql.h"
#include "db/txn.h"

struct stored {
    char provider[24], ccy[4], wallet_id[64];
    bool live;
};

static int
refuse(const struct account *a, const char *what, const char *was,
       const char *now, struct err *e)
{
    err_set(e, ERR_CONFIG, "The funding account \"%s\" was set up with %s "
            "\"%s\"; the configuration now says \"%s\".", a->name, what, was,
            now);
    return err_fix(e, "Past runs belong to it as it was: give the new one "
                   "another name.");
}

/* A name never changes what it stands for: history would change with it. */
static int
same_as_stored(const struct account *a, const struct stored *s, struct err *e)
{
    if (strcmp(s->provider, a->provider->name) != 0)
        return refuse(a, "provider", s->provider, a->provider->name, e);
    if (s->live != a->live)
        return refuse(a, "environment", s->live ? "live" : "sandbox",
                      a->live ? "live" : "sandbox", e);
    if (strcmp(s->ccy, a->ccy) != 0)
        return refuse(a, "currency", s->ccy, a->ccy, e);
    if (strcmp(s->wallet_id, a->wallet_id) != 0)
        return refuse(a, "wallet",
                      s->wallet_id[0] != '\0' ? s->wallet_id : "default",
                      a->wallet_id[0] != '\0' ? a->wallet_id : "default", e);
    return 0;
}

struct payer
account_payer(const struct account *a)
{
    return (struct payer){
        .key = secret_view(&a->key), .secret = secret_view(&a->secret),
        .public_key = secret_view(&a->public_key),
        .wallet_id = a->wallet_id, .short_code = a->short_code,
        .callback_url = a->callback_url,
        .callback_method = a->callback_method, .live = a->live
    };
}

void
account_blot(const struct account *a, struct buf *text)
{
    secret_blot(text, &a->key);
    secret_blot(text, &a->secret);
    secret_blot(text, &a->public_key);
}

int
account_sync(struct db *db, struct account *a, struct err *e)
{
    struct stored s = { 0 };
    const struct db_arg add[] = {
        A_TEXT(a->name), A_TEXT(a->provider->name), A_BOOL(a->live),
        A_TEXT(a->ccy), A_TEXT(a->wallet_id), A_BOOL(a->provider->two_phase)
    };
    const struct db_arg find[] = { A_TEXT(a->name) };
    const struct db_col cols[] = {
        C_I64("account_id", &a->account_id), C_TEXT("provider", s.provider),
        C_BOOL("live", &s.live), C_TEXT("ccy", s.ccy),
        C_TEXT("wallet_id", s.wallet_id)
    };
    enum db_status st;

    /* Looking first: an INSERT that finds the name taken burns a number. */
    st = db_one(db, sql_account_by_name, find, LEN(find), cols, LEN(cols));
    if (st == DB_NONE) {
        if (db_do(db, sql_account_add, add, LEN(add)) < 0)
            return db_fail(db, e, "adding the funding account");
        st = db_one(db, sql_account_by_name, find, LEN(find), cols, LEN(cols));
    }
    if (st != DB_OK)
        return db_fail(db, e, "reading the funding account");
    return same_as_stored(a, &s, e);
}

/* The audit gets a line only when something changed: workers close a lane as
 * often as they are refused. */
static enum db_status
lane_set(struct db *db, int64_t account_id, bool closed, const char *why,
         const char *actor)
{
    char name[USER_NAME_BYTES_MAX] = "";
    const struct db_arg args[] = {
        A_I64(account_id), A_BOOL(closed), A_TEXT(why)
    };
    const struct db_col cols[] = { C_TEXT("name", name) };
    enum db_status st = db_one(db, sql_account_lane, args, LEN(args), cols,
                               LEN(cols));

    if (st != DB_OK)
        return st;
    return audit_add(db, actor, closed ? "lane close" : "lane open", name, why);
}

struct closing {
    int64_t account_id;
    const char *why, *actor;
};

static enum db_status
close_txn(struct db *db, void *cls)
{
    const struct closing *c = cls;

    return lane_set(db, c->account_id, true, c->why, c->actor);
}

enum db_status
lane_close(struct db *db, int64_t account_id, const char *why,
           const char *actor)
{
    struct closing c = { account_id, why, actor };

    return db_txn(db, close_txn, &c);
}

enum db_status
lane_open(struct db *db, int64_t account_id, const char *actor)
{
    return lane_set(db, account_id, false, "", actor);
}

enum db_status
account_in_flight(struct db *db, int64_t account_id, int64_t *minor)
{
    const struct db_arg args[] = { A_I64(account_id) };
    const struct db_col cols[] = { C_I64("minor", minor) };

    return db_one(db, sql_account_in_flight, args, LEN(args), cols, LEN(cols));
}
