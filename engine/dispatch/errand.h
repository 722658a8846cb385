#ifndef DISPATCH_ERRAND_H
#define DISPATCH_ERRAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "book/account.h"
#include "book/lineage.h"
#include "book/people.h"
#include "db/db.h"
#include "providers/services.h"

struct net;

/*
 * What a person wants of a provider besides paying a run.  A question may be
 * asked again by the network below; what can change something is committed as
 * an intention first, passes a door, and is tried once, never again by itself.
 */
struct errand {
    struct db      *db;
    struct net     *net;
    struct account *account;            /* by account_sync(), secrets loaded  */
    struct lineage *lineage;            /* of errand_do(): lineage_init()     */
    enum service    service;
    struct service_ask ask;
    /* of errand_ask(), after each page; as errand_row.  NULL: nobody */
    int (*turned)(void *owner, int page, struct err *);
    void *turner;
};

/* Each row of an answer, in its order.  Return 0, 1: enough, or -1 with the
 * error filled. */
typedef int (*errand_row)(void *owner, const struct service_row *,
                          struct err *);

/**
 * errand_ask(n, pages_max, row, owner, e):
 * Ask, following pages from ask.page on, up to ${pages_max} of them (0: all
 * there are).  A row that a moved page shows again is left out.  Return 0 when
 * everything asked for was read, 1 when there is more (pages, or the sink had
 * enough), -1: ERR_USAGE (ask), ERR_UNAVAILABLE (no useful answer), ERR_CONFIG
 * (our key), ERR_TEMP (not now), ERR_DATA (refused, in the provider's words).
 */
int errand_ask(const struct errand *, int pages_max, errand_row, void *owner,
               struct err *);

/* errand_wallet(n, out, e): the account's own wallet, the default one when it
 * names none.  As errand_ask(); ERR_USAGE: the provider cannot be asked. */
int errand_wallet(const struct errand *, struct wallet_answer *, struct err *);

/* errand_check(n, who, e): whether ${who} could ask for it like this: 0, or -1
 * (ERR_NOPERM, ERR_USAGE, ERR_CONFIG), before anybody types an amount. */
int errand_check(const struct errand *, const struct person *, struct err *);

/* How one that changes something ended. */
struct errand_end {
    int64_t     errand_id;
    enum answer answer;         /* NOT_NOW: nothing was done                  */
    bool        left;           /* a byte of it may have left us              */
    bool        stored;         /* false: the answer is only here             */
    bool        failed;         /* TAKEN, and the answer says that it failed  */
    int         http;
    char        provider_id[64];
    char        detail[ERR_TEXT_BYTES];     /* for a person                   */
};

/**
 * errand_do(n, who, again_why, row, owner, end, e):
 * Do it, once.  ${who} must be a maker or an admin (ERR_NOPERM).  ERR_GUARD
 * when the same was asked for within ERRAND_BACK_MS and may have been done,
 * unless ${again_why} (NULL or "": none) says why it is asked for again.
 * Return 0 as soon as the intention is committed, whatever became of it:
 * ${end} says.  -1: nothing was sent.
 */
int errand_do(const struct errand *, const struct person *,
              const char *again_why, errand_row, void *owner,
              struct errand_end *, struct err *);

/* One of the list of what people asked for. */
struct errand_line {
    int64_t errand_id, minor, made_us;
    bool    live;
    char    account[USER_NAME_BYTES_MAX], asked_by[USER_NAME_BYTES_MAX];
    char    service[24], ccy[4], provider_id[64];
    char    state[16];          /* answer_name(), "waiting" or "not_sent"     */
    struct str ask, detail, again_why;      /* borrowed for the call          */
};

/* errand_each(db, account_id, row, owner, e): newest first, at most
 * ERRAND_LIST_MAX; account_id 0: of all accounts.  ${row}: 0 or -1. */
int errand_each(struct db *, int64_t, int (*row)(void *,
                const struct errand_line *), void *, struct err *);

#endif
