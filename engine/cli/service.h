#ifndef CLI_SERVICE_H
#define CLI_SERVICE_H

#include "cli/app.h"
#include "cli/rows.h"
#include "dispatch/errand.h"

/* What the commands that talk to a provider for a person share. */
struct asking {
    struct app     *app;
    struct errand   errand;
    struct lineage  lineage;            /* its                                */
    struct account *account;
    char            phone[16];          /* room for ask.phone                 */
};

/**
 * service_open(s, app, account, service, e):
 * The account (NULL: --account, else the default one) with its environment
 * checked, and a net.  For what changes something the person comes first.
 * service_close() in any case.
 */
int  service_open(struct asking *, struct app *, const char *account,
                  enum service, struct err *);
void service_close(struct asking *);

/* service_amount(s, e): --amount, when it is there, into the ask.
 * service_confirm(s, e): it can be asked for like this, and the amount was
 * typed or given again; nothing is done when it differs.  0 or -1. */
int service_amount(struct asking *, struct err *);
int service_confirm(struct asking *, struct err *);

/* service_phone(s, flag, e): a Kenyan mobile number in any form, into the
 * ask; nothing when the flag is not there. */
int service_phone(struct asking *, const char *flag, struct err *);

/* service_list(s, r, pages_max, e): errand_ask() into rows: 0, 1 there is
 * more, -1.  service_listed(s, r, name, more, e): end of a list: as an object
 * whose member ${name} it is, or a line when there were none; 0 or -1. */
int service_list(struct asking *, struct rows *, int pages_max, struct err *);
int service_listed(struct asking *, struct rows *, const char *name, int more,
                   struct err *);

/* service_do(s, r, end, e): errand_do() with --again and the person. */
int service_do(struct asking *, struct rows *, struct errand_end *,
               struct err *);

/* service_told(s, r, end, e): how it ended, for the screen or as an object;
 * the exit code, or -1. */
int service_told(struct asking *, struct rows *, const struct errand_end *,
                 struct err *);

/* service_exit(end): 0 done, 1 it certainly was not, 3 in doubt, 69 it did not
 * leave, 75 not now, 78 our key. */
int service_exit(const struct errand_end *);

#define SERVICE_OPT_ACCOUNT \
    { "account", "NAME", "the funding account; default: the " \
      "configuration's", false }
#define SERVICE_OPT_AMOUNT \
    { "amount", "AMOUNT", "how much", false }, \
    { "confirm-total", "AMOUNT", "the amount again, instead of typing it", \
      false }
#define SERVICE_OPT_AGAIN \
    { "again", "REASON", "the same again although an earlier one is in doubt", \
      false }

#endif
