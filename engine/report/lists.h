#ifndef REPORT_LISTS_H
#define REPORT_LISTS_H

#include <stdbool.h>
#include <stdint.h>

#include "book/run.h"
#include "loaders/csv.h"
#include "providers/reference.h"
#include "report/words.h"

/* The lists of a report, a row at a time; texts of a row live during its
 * call. */
struct model;

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

#endif
