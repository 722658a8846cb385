#ifndef REPORT_MODEL_H
#define REPORT_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "book/run.h"
#include "db/db.h"
#include "intake/compare.h"
#include "report/accounts.h"
#include "report/lists.h"
#include "report/proof.h"
#include "report/words.h"

/*
 * What every rendering is made of, read inside one transaction: the head and
 * the sums are kept, lists of payments and batches are streamed.  Texts of
 * the model live as long as it; texts of a list's row during its call.
 */

/* Why payments ended, and how many. */
struct reason {
    enum pay_state state;
    const char *code;
    struct str  text;           /* the provider's words, or the code's        */
    const char *todo;           /* "" when nothing                            */
    bool        rest;           /* all further reasons added up: code, text ""*/
    int64_t     rows, minor;
};

#define MODEL_REASONS (REPORT_REASONS_MAX + PAY_STATES)
#define MODEL_GROUPS (5 * (REPORT_GROUPS_MAX + 1))

/* Payments that have something in common: what, and how it is called there. */
struct model_group {
    const char *what, *name;    /* "rail", "MPESA-B2C"                        */
    bool        rest;           /* all smaller ones added up                  */
    int64_t     rows, minor, paid_rows, paid_minor, failed_rows, failed_minor;
    int64_t     doubt_rows, doubt_minor, open_rows, open_minor;
    int64_t     cancelled_rows, cancelled_minor, charge_minor;
};

/* One of the runs of a period or account. */
struct model_run {
    struct run run;
    struct run_sums sums;               /* by the counters of its batches     */
};

struct model {
    struct db    *db;
    struct arena  arena;
    struct run    run;                  /* as of this moment                  */
    struct run_sums sums;
    struct proof  proof;
    const struct provider *provider;    /* NULL: unknown to this program      */
    const char   *provider_name, *wallet, *approver, *encoding;
    char          file_sha256[SHA256_HEX];
    int64_t       file_bytes, file_rows, approved_minor;
    int64_t       now_us, made_us, uploaded_us, approved_us, state_us;
    int           naccounts;
    struct model_account accounts[MODEL_ACCOUNTS];  /* the run's own first    */
    bool          accounts_tie;         /* and so does the sum of them        */
    int64_t       lost_batches;         /* the answer to them was lost        */
    int           nreasons;
    struct reason reasons[MODEL_REASONS];   /* most frequent first            */
    int           ngroups;              /* read when a table wants them       */
    struct model_group *groups;
    struct compare *compare;            /* the same                           */
    size_t        nruns;                /* 1, or those of a period, account   */
    const int64_t *run_ids;
    struct model_run *runs;             /* NULL: it is a report of one run    */
};

/* model_never(m): the run has ended without being sent; what was not sent never
 * will be. */
bool model_never(const struct model *);

/* model_read(m, db, run, e): inside a transaction.  Return 0 or -1. */
int model_read(struct model *, struct db *, const struct run *, struct err *);
void model_release(struct model *);

/* model_finish(m, e): the moment and the reasons, for whoever made the rest. */
int model_finish(struct model *, struct err *);

/* Amounts and counts of one state, from the sums: what is shown everywhere. */
struct model_part {
    enum pay_state state;               /* PAY_FAILED: with what came back    */
    const char    *name;
    int64_t        rows, minor;
};
#define MODEL_PARTS 6
void model_parts(const struct model *, struct model_part out[MODEL_PARTS]);

/* What people read for the state of a batch of this run. */
struct str model_batch_words(const struct model *, const struct batch_line *);

/* The rows and amount that came back after they were paid. */
struct model_part model_came_back(const struct model *);

#endif
