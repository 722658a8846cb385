#ifndef INTAKE_ROUTING_H
#define INTAKE_ROUTING_H

#include <stdbool.h>

#include "base/err.h"
#include "base/limits.h"
#include "book/account.h"
#include "loaders/payroll.h"
#include "money/rules.h"

/*
 * Who may pay a file, and by which rails: the run's own account, those that
 * routes lead to, and those that a row may name itself.
 */
#define ROUTING_ACCOUNTS_MAX 32     /* as many as can be configured */
#define ROUTING_ROUTES_MAX   64

/* One line of the configuration's `routes:`. */
struct route {
    char rail[24];
    char account[USER_NAME_BYTES_MAX];
    bool always;            /* also when the run's own account has the rail   */
};

struct routing_order {
    struct account *own;            /* the run's                              */
    struct account *all;            /* every configured one, own among them   */
    int             nall;           /* 0: own alone                           */
    const struct route *routes;
    int             nroutes;
    const struct rules *rules;
    const char     *day;            /* paid on, "2026-11-27"; "" or NULL: not
                                       known                                  */
};

/*
 * ${rules} is a copy of the order's: rails the run's own account pays stand
 * first, then those that are routed, then those that only a row that names its
 * account may use; each with the limits of the account that pays it.  A rail
 * stands there again, behind the others, for an account that is held to other
 * limits.  Points into itself: it must not be copied or moved.
 */
struct routing {
    int             naccounts;
    struct account *account[ROUTING_ACCOUNTS_MAX];      /* [0]: own           */
    struct payroll_payer payer[ROUTING_ACCOUNTS_MAX];   /* the same, as the
                                                           loader needs them  */
    struct rules    rules;
    signed char     payer_of[RULES_RAILS_MAX];  /* by rules.rails: who pays it
                                       when a row names nobody; -1: nobody    */
};

/**
 * routing_make(r, order, e):
 * Return 0; or -1 with ERR_CONFIG: a route to an account or rail that is not
 * there, or more rails than RULES_RAILS_MAX.
 */
int routing_make(struct routing *, const struct routing_order *,
                 struct err *);

#endif
