/*
 * The long tables: payments, batches, what was noticed, history.
 */
#include "report/table_feed.h"

static const struct table_col payment_cols[] = {
    { "line", "Line", CELL_COUNT, 8, 5 },
    { "employee_no", "Employee", CELL_CODE, 12, 0 },
    { "name", "Payee", CELL_TEXT, 30, 22 },
    { "account", "Account", CELL_CODE, 18, 16 },
    { "bank_code", "Bank", CELL_CODE, 8, 0 },
    { "account_reference", "For", CELL_CODE, 16, 0 },
    { "rail", "Rail", CELL_CODE, 16, 0 },
    { "amount", "Amount", CELL_MONEY, 16, 14 },
    { "state", "State", CELL_TEXT, 12, 10 },
    { "code", "Code", CELL_CODE, 14, 0 },
    { "reason", "Reason", CELL_TEXT, 46, 0 },
    { "receipt", "Receipt", CELL_CODE, 16, 0 },
    { "known", "What is known", CELL_TEXT, 0, 24 },
    { "what_to_do", "What to do", CELL_TEXT, 46, 0 },
    { "charge", "Charge", CELL_MONEY, 12, 0 },
    { "decided_at", "Decided (Nairobi)", CELL_TIME, 20, 0 },
    { "payrun_reference", "payrun reference", CELL_CODE, 18, 13 },
    { "reference", "Reference", CELL_CODE, 18, 0 },
    { "batch", "Batch", CELL_COUNT, 8, 0 },
    { "pay_from", "Paid from", CELL_TEXT, 20, 0 },
    { "department", "Department", CELL_TEXT, 20, 0 },
    { "branch", "Branch", CELL_TEXT, 20, 0 }
};

static const struct table_col batch_cols[] = {
    { "batch", "Batch", CELL_COUNT, 8, 6 },
    { "rail", "Rail", CELL_CODE, 16, 14 },
    { "pay_from", "Paid from", CELL_TEXT, 20, 0 },
    { "state", "State", CELL_TEXT, 16, 11 },
    { "count", "Payments", CELL_COUNT, 11, 10 },
    { "amount", "Amount", CELL_MONEY, 18, 16 },
    { "paid_count", "Paid", CELL_COUNT, 9, 8 },
    { "paid", "Paid amount", CELL_MONEY, 18, 16 },
    { "failed_count", "Failed", CELL_COUNT, 9, 8 },
    { "failed", "Failed amount", CELL_MONEY, 16, 0 },
    { "in_doubt_count", "In doubt", CELL_COUNT, 10, 9 },
    { "in_doubt", "In doubt amount", CELL_MONEY, 16, 0 },
    { "cancelled_count", "Cancelled", CELL_COUNT, 11, 0 },
    { "cancelled", "Cancelled amount", CELL_MONEY, 16, 0 },
    { "charges", "Charges", CELL_MONEY, 14, 0 },
    { "tracking_id", "Provider's file", CELL_CODE, 26, 0 },
    { "why", "Last reason", CELL_TEXT, 40, 0 },
    { "attempts", "Requests", CELL_COUNT, 10, 0 },
    { "enquiries", "Enquiries", CELL_COUNT, 10, 0 }
};

static const struct table_col noticed_cols[] = {
    { "fate", "Row", CELL_TEXT, 12, 12 },
    { "code", "Code", CELL_CODE, 14, 14 },
    { "line", "Line", CELL_COUNT, 8, 8 },
    { "column", "Column", CELL_COUNT, 8, 0 },
    { "value", "Cell", CELL_CODE, 24, 16 },
    { "detail", "What is wrong", CELL_TEXT, 80, 50 }
};

static const struct table_col history_cols[] = {
    { "at", "When (Nairobi)", CELL_TIME, 20, 18 },
    { "batch", "Batch", CELL_COUNT, 8, 8 },
    { "from", "From", CELL_TEXT, 14, 12 },
    { "to", "To", CELL_TEXT, 14, 12 },
    { "why", "Why", CELL_TEXT, 70, 34 },
    { "actor", "Who", CELL_TEXT, 30, 16 }
};

#define COLS(a) (a), (int)LEN(a)

const struct table tables_of_lists[] = {
    { "doubts", "In doubt",
      "Nobody knows yet whether these were paid. Do not pay them again before "
      "the provider has said what became of them.",
      COLS(payment_cols), true, 0 },
    { "failed", "Failed",
      "These people certainly do not have the money.", COLS(payment_cols),
      true, 0 },
    { "payments", "Payments", NULL, COLS(payment_cols), true, 0 },
    { "batches", "Batches", NULL, COLS(batch_cols), true, 0 },
    { "noticed", "Noticed in the file", NULL, COLS(noticed_cols), true, 0 },
    { "history", "History", NULL, COLS(history_cols), true, 0 }
};

/* --- payments ------------------------------------------------------------- */

static void
payment_answer(struct feed *f, const struct payment *p)
{
    feed_words(f, 8, pay_state_name(p->state));
    feed_text(f, 9, p->code);
    feed_text(f, 10, p->reason);
    feed_text(f, 11, p->receipt);
    feed_text(f, 12, p->receipt.len > 0 ? p->receipt : p->reason);
    feed_words(f, 13, p->todo);
    if (p->at_us != 0) {
        feed_n(f, 14, p->charge_minor);
        feed_n(f, 15, p->at_us);
    }
}

static int
payment_row(void *owner, const struct payment *p)
{
    struct feed *f = owner;

    feed_n(f, 0, p->line_no);
    feed_text(f, 1, p->employee_no);
    feed_text(f, 2, p->name);
    feed_text(f, 3, p->account);
    feed_text(f, 4, p->bank_code);
    feed_text(f, 5, p->account_reference);
    feed_text(f, 6, p->rail);
    feed_n(f, 7, p->minor);
    payment_answer(f, p);
    feed_words(f, 16, p->reference);
    feed_text(f, 17, p->maker_reference);
    feed_n(f, 18, p->number);
    feed_words(f, 19, p->payer);
    feed_text(f, 20, p->department);
    feed_text(f, 21, p->branch);
    return feed_row(f, ROW_PLAIN);
}

int
tables_doubt(struct feed *f, struct err *e)
{
    static const enum pay_state states[] = { PAY_DOUBT };

    return model_outcomes(f->m, states, LEN(states), f->rows_max, payment_row,
                          f, e);
}

int
tables_failed(struct feed *f, struct err *e)
{
    static const enum pay_state states[] = { PAY_FAILED, PAY_RETURNED,
                                             PAY_REVERSED };

    return model_outcomes(f->m, states, LEN(states), f->rows_max, payment_row,
                          f, e);
}

int
tables_payments(struct feed *f, struct err *e)
{
    return model_payments(f->m, f->rows_max, payment_row, f, e);
}

/* --- batches -------------------------------------------------------------- */

static int
batch_row(void *owner, const struct batch_line *l)
{
    struct feed *f = owner;

    if (f->rows_max-- <= 0)
        return 0;
    feed_n(f, 0, l->number);
    feed_text(f, 1, l->rail);
    feed_words(f, 2, l->payer);
    feed_text(f, 3, model_batch_words(f->m, l));
    feed_n(f, 4, l->rows);
    feed_n(f, 5, l->minor);
    feed_n(f, 6, l->paid_rows);
    feed_n(f, 7, l->paid_minor);
    feed_n(f, 8, l->failed_rows);
    feed_n(f, 9, l->failed_minor);
    feed_n(f, 10, l->doubt_rows);
    feed_n(f, 11, l->doubt_minor);
    feed_n(f, 12, l->cancelled_rows);
    feed_n(f, 13, l->cancelled_minor);
    feed_n(f, 14, l->charge_minor);
    feed_text(f, 15, l->tracking_id);
    feed_text(f, 16, l->state_why);
    feed_n(f, 17, l->attempts);
    feed_n(f, 18, l->polls);
    return feed_row(f, ROW_PLAIN);
}

int
tables_batches(struct feed *f, struct err *e)
{
    return model_batches(f->m, batch_row, f, e);
}

/* --- what was noticed, history -------------------------------------------- */

static int
noticed_row(void *owner, const struct problem_line *p)
{
    struct feed *f = owner;

    feed_words(f, 0, p->held ? "held back" : "accepted");
    feed_text(f, 1, p->code);
    feed_n(f, 2, p->line_no);
    feed_n(f, 3, p->column_no);
    feed_text(f, 4, p->value);
    feed_text(f, 5, p->detail);
    return feed_row(f, ROW_PLAIN);
}

int
tables_noticed(struct feed *f, struct err *e)
{
    return model_problems(f->m, f->rows_max, noticed_row, f, e);
}

static int
history_row(void *owner, const struct history_line *h)
{
    struct feed *f = owner;

    feed_n(f, 0, h->at_us);
    if (h->number > 0)
        feed_n(f, 1, h->number);
    feed_text(f, 2, h->from);
    feed_text(f, 3, h->to);
    feed_text(f, 4, h->why);
    feed_text(f, 5, h->actor);
    return feed_row(f, ROW_PLAIN);
}

int
tables_history(struct feed *f, struct err *e)
{
    return model_history(f->m, f->rows_max, history_row, f, e);
}
