#ifndef REPORT_MODEL_H
#define REPORT_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "book/run.h"
#include "db/db.h"
#include "report/accounts.h"
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
};

struct payment {
    int64_t    account_id;              /* which pays it                      */
    const char *payer;                  /* its name                           */
    const struct provider *provider;
    int64_t    batch_id, line_no, minor, charge_minor, at_us;
    int64_t    part, parts;             /* of its row; 0 when it is all of it */
    int        seq, number;             /* number: of its batch               */
    enum pay_state state;
    struct str account, bank_code, account_reference, name, narration;
    struct str employee_no, maker_reference, id_number, kra_pin;
    struct str department, branch, extra;
    struct str rail, batch_state, tracking_id, receipt;
    struct str code, reason;            /* "" while there is no answer        */
    const char *todo;
    char       reference[REFERENCE_BYTES];  /* the payee reads it             */
};

struct batch_line {
    int64_t    account_id;
    const char *payer;                  /* the name of the account that pays  */
    int64_t    rows, minor, paid_rows, paid_minor, failed_rows, failed_minor;
    int64_t    doubt_rows, doubt_minor, cancelled_rows, cancelled_minor;
    int64_t    charge_minor, state_us, attempts, polls;
    int        number;
    struct str rail, state, state_why, tracking_id, provider_code;
};

struct history_line {
    int64_t    at_us;
    int        number;                  /* of the batch; 0: the run           */
    struct str from, to, on, why, actor;
};

struct problem_line {
    bool       held;                    /* the row was held back              */
    int64_t    line_no, column_no, other_line;
    struct str code, value, detail;
};

/* Which optional columns of the file the run has. */
struct model_columns {
    bool       account, bank_code, paybill, till, account_reference;
    bool       id_number, kra_pin, department, branch;
    int        nextra;
    struct str extra[CSV_FIELDS_MAX];   /* those payrun does not know         */
};

/* model_never(m): the run has ended without being sent; what was not sent never
 * will be. */
bool model_never(const struct model *);

/* model_read(m, db, run, e): inside a transaction.  Return 0 or -1. */
int model_read(struct model *, struct db *, const struct run *, struct err *);
void model_release(struct model *);

/* model_columns(m, out, e): reads all rows once. */
int model_columns(struct model *, struct model_columns *, struct err *);

/* The rows of a list, one call each, at most ${rows_max}; the callback returns
 * 0, or -1 to stop, and must not use the database.  Return 0 or -1. */
int model_payments(struct model *, int64_t rows_max,
                   int (*row)(void *, const struct payment *), void *,
                   struct err *);
int model_outcomes(struct model *, const enum pay_state *, size_t n,
                   int64_t rows_max,
                   int (*row)(void *, const struct payment *), void *,
                   struct err *);
int model_batches(struct model *,
                  int (*row)(void *, const struct batch_line *), void *,
                  struct err *);
int model_history(struct model *, int64_t rows_max,
                  int (*row)(void *, const struct history_line *), void *,
                  struct err *);
int model_problems(struct model *, int64_t rows_max,
                   int (*row)(void *, const struct problem_line *), void *,
                   struct err *);

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
