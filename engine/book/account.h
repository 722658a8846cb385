#ifndef BOOK_ACCOUNT_H
#define BOOK_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"
#include "book/canary.h"
#include "db/db.h"
#include "providers/provider.h"

/*
 * A funding account: a wallet or till that pays.  cli fills everything but
 * account_id from the configuration; settings and secrets never reach the
 * database.
 */
struct account {
    int64_t     account_id;             /* by account_sync()                  */
    char        name[USER_NAME_BYTES_MAX];
    const struct provider *provider;
    bool        live;
    char        ccy[4];
    char        wallet_id[32];          /* "": the default wallet             */
    char        base_url[256];          /* "https://.../api/v1/"              */
    char        callback_url[400];      /* "": none                           */
    struct secret key;                  /* the provider's secret key          */
    struct secret challenge;            /* what its callbacks must carry      */
    struct secret secret;               /* Sapama: api_secret                 */
    struct secret public_key;           /* IntaSend: publishable key          */
    char        short_code[16];         /* Sapama: the paybill that pays      */
    char        callback_method[8];     /* Sapama: "post" or "get"            */
    int         batch_rows_max;         /* 1 .. BATCH_ROWS_MAX                */
    int         inflight_max;           /* 1 .. NET_INFLIGHT_MAX              */
    int64_t     poll_first_ms, poll_cap_ms, lease_ms, give_up_ms;
    int         scan_pages_max;         /* 0: SCAN_PAGES_MAX                  */
    int64_t     connect_ms, answer_ms;
    struct canary_rule canary;          /* empty: nothing is tried out first  */
};

/* account_payer(a): what a request needs of it; borrows its secrets. */
struct payer account_payer(const struct account *);

/* account_blot(a, text): the keys of ${a} made unreadable in ${text}, which
 * came from outside and is about to be stored. */
void account_blot(const struct account *, struct buf *);

/**
 * account_sync(db, a, e):
 * Make the account known to the database and read its number.  Refuses a name
 * that changed its provider, currency, wallet or environment (ERR_CONFIG).
 */
int account_sync(struct db *, struct account *, struct err *);

/* lane_close(db, account_id, why, actor): our key was refused: nothing more is
 * sent from it, nobody fails.  A transaction of its own.  lane_open: by
 * resume, inside its transaction. */
enum db_status lane_close(struct db *, int64_t, const char *why,
                          const char *actor);
enum db_status lane_open(struct db *, int64_t, const char *actor);

/* account_in_flight(db, account_id, minor): amounts and estimated charges of
 * everything released and not finished. */
enum db_status account_in_flight(struct db *, int64_t, int64_t *minor);

#endif
