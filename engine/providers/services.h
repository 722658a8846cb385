#ifndef PROVIDERS_SERVICES_H
#define PROVIDERS_SERVICES_H

#include "providers/provider.h"

/*
 * What a provider offers a paying business besides paying a file: what an
 * account holds and did, funding it, moving money between own accounts, and
 * small services.  Pure, like provider.h.  Source: contracts intasend.md 2.7,
 * 2.8, 5 and sapama.md 4, 5, 6, 10.
 */
enum service {
    SERVICE_WALLETS,        /* own wallets and what they hold                 */
    SERVICE_WALLET_CREATE,
    SERVICE_STATEMENT,      /* what moved in an account                       */
    SERVICE_TRANSFER,       /* between two own accounts; changes              */
    SERVICE_FUND,           /* ask a phone to pay in (STK push); changes      */
    SERVICE_CHECKOUT,       /* a link through which somebody pays in; changes */
    SERVICE_PAYMENT,        /* what became of a payment in                    */
    SERVICE_CHARGEBACKS,
    SERVICE_BANKS,          /* bank codes                                     */
    SERVICE_VALIDATE,       /* whose account is this?                         */
    SERVICE_PAYOUTS,        /* payments sent, one a row                       */
    SERVICE_MARK,           /* Sapama update_transaction: its ipned; repeating
                               it does no harm                                */
    SERVICE_POST,           /* Sapama post_transaction; changes               */
    SERVICE_SMS,            /* changes: a message sent twice costs twice      */
    SERVICE_COUNT
};

/* What is asked; each service uses some of it (services.c has the table of
 * which are required), the rest is NULL or 0. */
struct service_ask {
    int64_t     minor;                  /* > 0                                */
    const char *ccy;
    const char *from, *to;              /* own wallets, tills                 */
    const char *phone, *name, *email, *narrative, *reference;
    const char *id;                     /* of a payment, wallet, transaction  */
    const char *state;                  /* MARK: no, success, error ...       */
    const char *type;                   /* TRANSFER (Sapama): BusinessPayBill */
    const char *label;                  /* WALLET_CREATE                      */
    const char *since, *until;          /* "2026-11-01", both included        */
    const char *rail, *account, *bank_code;     /* VALIDATE                   */
    struct str  list;                   /* POST: a JSON array of objects      */
    int         page;                   /* from 1                             */
};

/* One record of an answer, whatever the service; "" and INT64_MIN: absent. */
struct service_row {
    char    id[64], at[40], kind[48], state[48], label[96];
    char    account[64], name[96], reference[96], text[256];
    char    link[512];                  /* CHECKOUT                           */
    char    ccy[4];
    int64_t minor, charge_minor, balance_minor, available_minor;
};

struct service_answer {
    int     page, last_page;            /* 0: not paged                       */
    bool    more;                       /* there is a next page               */
    char    text[256];                  /* the provider's words about it all  */
    size_t  rows_at;                    /* internal                           */
};

/* service_name(s): "statement"; service_changes(s): it can change something
 * there, so it is committed first and never repeated by itself. */
const char *service_name(enum service);
bool service_changes(enum service);

/* service_offered(p, s): the provider has it. */
bool service_offered(const struct provider *, enum service);

/**
 * service_write(p, s, request, payer, ask, e):
 * The request, or -1: ERR_USAGE names what is missing or wrong in ${ask}, or
 * says that the provider does not offer it.  Overwrites ${request}.
 */
int service_write(const struct provider *, enum service, struct request *,
                  const struct payer *, const struct service_ask *,
                  struct err *);

/* service_read(p, s, answer, body, e): of an HTTP 2xx; -1: not that shape.
 * Then service_row_read(): 1, 0 at the end, -1 when broken. */
int service_read(const struct provider *, enum service,
                 struct service_answer *, struct str body, struct err *);
int service_row_read(const struct provider *, enum service,
                     struct service_row *, const struct service_answer *,
                     struct str body, size_t *at);

#endif
