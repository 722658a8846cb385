#ifndef PROVIDERS_SERVICES_H
#define PROVIDERS_SERVICES_H

#include "providers/provider.h"

/*
 * What a provider offers a paying business besides paying a file: what an
 * account holds and did, funding it, moving money between own accounts, and
 * small services.  Pure, like provider.h.  Source: contracts intasend.md 2.7,
 * 2.8, 5 and sapama.md 4, 5, 6, 10.
 */

/* What each uses of struct service_ask, "!": required, "=": may come from the
 * account (struct payer) instead; I, S: only IntaSend, only Sapama. */
enum service {
    SERVICE_WALLETS,        /* I: own wallets and what they hold: id, page    */
    SERVICE_WALLET_CREATE,  /* I: label! ccy; changes                         */
    SERVICE_STATEMENT,      /* what moved in an account: since until page;
                               I: id= (wallet; without one: all of ccy); S:
                               phone, reference (M-Pesa receipt)              */
    SERVICE_TRANSFER,       /* between two own accounts: minor! to! from=!
                               narrative; S: type!; changes                   */
    SERVICE_FUND,           /* ask a phone to pay in (STK push): minor! phone!
                               reference to=; S: reference! email! name
                               narrative; changes                             */
    SERVICE_CHECKOUT,       /* I: a link through which somebody pays in:
                               minor! email! ccy name phone reference to=;
                               changes                                        */
    SERVICE_PAYMENT,        /* what became of a payment in: id!               */
    SERVICE_CHARGEBACKS,    /* I: id, page                                    */
    SERVICE_BANKS,          /* I: bank codes                                  */
    SERVICE_VALIDATE,       /* I: whose account is this? rail! account!
                               PESALINK: bank_code!; MPESA-B2B: type! PayBill
                               or TillNumber                                  */
    SERVICE_PAYOUTS,        /* payments sent, one a row: page, id (one of
                               them); S: also phone, reference (receipt)      */
    SERVICE_MARK,           /* S: update_transaction: id! state!; changes, but
                               repeating it does no harm                      */
    SERVICE_POST,           /* S: post_transaction: list!; changes            */
    SERVICE_SMS,            /* S: phone! narrative! (the message); changes: a
                               message sent twice costs twice                 */
    SERVICE_COUNT
};

/* What is asked; the rest is NULL or 0. */
struct service_ask {
    int64_t     minor;                  /* > 0                                */
    const char *ccy;                    /* NULL: "KES"                        */
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

/* What a row says about the thing it is about. */
enum service_fate {
    SERVICE_SAYS_NOTHING,   /* it is not about something that ends            */
    SERVICE_OPEN,           /* taken, not ended                               */
    SERVICE_DONE,
    SERVICE_FAILED,         /* failed or cancelled                            */
    SERVICE_UNCLEAR         /* a word we do not know                          */
};

/*
 * One record of an answer, whatever the service; "" and INT64_MIN: absent.
 * ${state} is the provider's own word or code; decide by ${fate}.
 *
 * WALLETS      id label kind (SETTLEMENT, WORKING) ccy, balance_minor:
 *              current, available_minor; also the answer to WALLET_CREATE and,
 *              when it gives them, to TRANSFER (from, then to)
 * STATEMENT    id at kind type state text reference label (receipt) account name
 *              minor (as it stands) balance_minor and way
 * FUND, CHECKOUT, PAYMENT
 *              id state fate minor charge_minor account reference (ours)
 *              label (M-Pesa receipt), text: why it failed; link
 * PAYOUTS      id state fate account name minor charge_minor, reference:
 *              ours or the narrative, label: receipt, text, at; link: I: the
 *              file it is of, S: the token in its callback address
 * CHARGEBACKS  id at state minor text (why), reference: the payment in,
 *              kind: how it was resolved
 * BANKS        id (code) and name
 * VALIDATE     name; SERVICE_UNCLEAR without one, and text
 * TRANSFER (Sapama), MARK, POST, SMS
 *              id state fate text; POST: reference (yours) and label
 *              (trans_id); SMS: account
 */
struct service_row {
    char    id[64], at[40], kind[48], state[48], label[96];
    char    type[48];                   /* Sapama: trans_type                 */
    char    account[64], name[96], reference[96], text[256];
    char    link[512];                  /* CHECKOUT, PAYOUTS                  */
    char    wallet[32];                 /* which of ours it is of; "": not
                                           said                               */
    char    ccy[4];
    int64_t minor, charge_minor, balance_minor, available_minor;
    int     way;                        /* STATEMENT: 1 money in, -1 out, 0 it
                                           cannot be told, or none moved      */
    enum service_fate fate;
};

struct service_answer {
    int     page, last_page;            /* 0: not said.  A page less than the
                                           one asked for is the last one
                                           again: its rows came before        */
    bool    more;                       /* there is a next page               */
    char    text[256];                  /* the provider's words about it all  */
    size_t  rows_at;                    /* internal, as is the next           */
    size_t  second_at;
    bool    single;
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
 * says that the provider does not offer it; ERR_CONFIG what the account lacks.
 * Overwrites ${request}; its path or body may hold the key: never log it.
 */
int service_write(const struct provider *, enum service, struct request *,
                  const struct payer *, const struct service_ask *,
                  struct err *);

/* service_read(p, s, answer, body, e): of an HTTP 2xx; -1: not that shape.
 * Then service_row_read() from answer->rows_at: 1, 0 at the end, -1 when
 * broken. */
int service_read(const struct provider *, enum service,
                 struct service_answer *, struct str body, struct err *);
int service_row_read(const struct provider *, enum service,
                     struct service_row *, const struct service_answer *,
                     struct str body, size_t *at);

/* service_row_fits(row, payer, ask): of the days (in Kenya) and of the wallet
 * or till asked for, as far as it says.  No provider filters both, so a list
 * of STATEMENT or PAYOUTS is what fits of its rows. */
bool service_row_fits(const struct service_row *, const struct payer *,
                      const struct service_ask *);

/* service_row_older(row, since): of a day (in Kenya) before ${since}; false when
 * it does not say, or ${since} is NULL. */
bool service_row_older(const struct service_row *, const char *since);

#endif
