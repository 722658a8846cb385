/*
 * The lists of a report, streamed: whatever their length, one row is in memory
 * at a time.
 */
#include "db/sql.h"
#include "providers/reference.h"
#include "report/model.h"

/* --- payments ------------------------------------------------------------ */

struct payment_list {
    const struct model *m;
    struct payment p;
    struct str outcome, reason;
    int (*row)(void *, const struct payment *);
    void *owner;
};

#define PAYMENT_COLS 29

static void
payment_cols(struct payment_list *l, struct db_col cols[PAYMENT_COLS])
{
    struct payment *p = &l->p;
    const struct db_col list[PAYMENT_COLS] = {
        C_I64("batch_id", &p->batch_id), C_INT("seq", &p->seq),
        C_I64("line_no", &p->line_no), C_I64("minor", &p->minor),
        C_STR("account", &p->account),
        C_STR_NULL("bank_code", &p->bank_code),
        C_STR_NULL("account_reference", &p->account_reference),
        C_STR("name", &p->name), C_STR_NULL("narration", &p->narration),
        C_STR_NULL("employee_no", &p->employee_no),
        C_STR_NULL("reference", &p->maker_reference),
        C_STR_NULL("id_number", &p->id_number),
        C_STR_NULL("kra_pin", &p->kra_pin),
        C_STR_NULL("department", &p->department),
        C_STR_NULL("branch", &p->branch), C_STR_NULL("extra", &p->extra),
        C_INT("number", &p->number), C_STR("rail", &p->rail),
        C_STR("batch_state", &p->batch_state),
        C_STR_NULL("tracking_id", &p->tracking_id),
        C_STR_NULL("state", &l->outcome), C_STR_NULL("code", &p->code),
        C_STR_NULL("reason", &l->reason), C_STR_NULL("receipt", &p->receipt),
        C_I64_NULL("charge_minor", &p->charge_minor),
        C_I64_NULL("at_us", &p->at_us), C_I64("account_id", &p->account_id),
        C_I64_NULL("part", &p->part), C_I64_NULL("parts", &p->parts)
    };

    memcpy(cols, list, sizeof(list));
}

/* What is known of a payment whose release was not answered. */
#define RELEASE_LOST "the answer to its release was lost; payrun asks the " \
    "provider by itself"
#define SENDING_LOST "no clear answer came when it was sent; payrun asks the " \
    "provider by itself"

/* Who pays: the account, by its name, and its provider. */
static void
payment_payer(const struct model *m, struct payment *p)
{
    const struct model_account *a = model_account(m, p->account_id);

    p->payer = a != NULL ? a->payer.account : m->run.account;
    p->provider = a != NULL ? a->provider : m->provider;
}

static int
payment_row(void *owner)
{
    struct payment_list *l = owner;
    struct payment *p = &l->p;
    char code[64];

    /* a code too long for the room is none of a table */
    (void)str_copy(code, sizeof(code), p->code);
    payment_payer(l->m, p);
    p->state = pay_state_of(l->outcome, p->batch_state);
    p->reason = p->state == PAY_PAID
        ? l->reason : words_reason(p->provider, code, l->reason);
    if (p->state == PAY_SENT && str_eq(p->batch_state, STR("in_doubt")))
        p->reason = p->provider != NULL && !p->provider->two_phase
            ? STR(SENDING_LOST) : STR(RELEASE_LOST);
    p->todo = words_todo(p->provider, p->state, code);
    reference_write(p->batch_id, p->seq, p->reference);
    return l->row(l->owner, p);
}

static int
payments(struct model *m, const char *sql, const struct db_arg *args,
         size_t nargs, int (*row)(void *, const struct payment *), void *owner,
         struct err *e)
{
    struct payment_list l = { .m = m, .row = row, .owner = owner };
    struct db_col cols[PAYMENT_COLS];

    payment_cols(&l, cols);
    if (db_stream(m->db, sql, args, nargs, cols, PAYMENT_COLS, payment_row, &l)
        < 0)
        return db_fail(m->db, e, "reading the payments");
    return 0;
}

int
model_payments(struct model *m, int64_t rows_max,
               int (*row)(void *, const struct payment *), void *owner,
               struct err *e)
{
    const struct db_arg args[] = { A_I64(m->run.run_id), A_I64(rows_max) };

    return payments(m, sql_report_payments, args, LEN(args), row, owner, e);
}

int
model_outcomes(struct model *m, const enum pay_state *states, size_t n,
               int64_t rows_max, int (*row)(void *, const struct payment *),
               void *owner, struct err *e)
{
    struct str names[PAY_STATES];
    const struct db_arg args[] = { A_I64S(m->run_ids, m->nruns),
                                   A_I64(rows_max),
                                   A_TEXTS(names, n) };

    for (size_t i = 0; i < n && i < PAY_STATES; i++)
        names[i] = str_of(pay_state_key(states[i]));
    return payments(m, sql_report_outcomes, args, LEN(args), row, owner, e);
}

/* --- batches ------------------------------------------------------------- */

struct batch_list {
    const struct model *m;
    struct batch_line b;
    int (*row)(void *, const struct batch_line *);
    void *owner;
};

static int
batch_row(void *owner)
{
    struct batch_list *l = owner;
    const struct model_account *a = model_account(l->m, l->b.account_id);

    l->b.payer = a != NULL ? a->payer.account : l->m->run.account;
    return l->row(l->owner, &l->b);
}

int
model_batches(struct model *m, int (*row)(void *, const struct batch_line *),
              void *owner, struct err *e)
{
    struct batch_list l = { .m = m, .row = row, .owner = owner };
    struct batch_line *b = &l.b;
    const struct db_arg args[] = { A_I64(m->run.run_id) };
    const struct db_col cols[] = {
        C_INT("number", &b->number), C_STR("rail", &b->rail),
        C_STR("state", &b->state), C_STR("state_why", &b->state_why),
        C_STR_NULL("tracking_id", &b->tracking_id),
        C_STR("provider_code", &b->provider_code), C_I64("rows", &b->rows),
        C_I64("minor", &b->minor), C_I64("paid_rows", &b->paid_rows),
        C_I64("paid_minor", &b->paid_minor),
        C_I64("failed_rows", &b->failed_rows),
        C_I64("failed_minor", &b->failed_minor),
        C_I64("doubt_rows", &b->doubt_rows),
        C_I64("doubt_minor", &b->doubt_minor),
        C_I64("cancelled_rows", &b->cancelled_rows),
        C_I64("cancelled_minor", &b->cancelled_minor),
        C_I64("attempts", &b->attempts), C_I64("polls", &b->polls),
        C_I64("charge_minor", &b->charge_minor), C_I64("state_us", &b->state_us),
        C_I64("account_id", &b->account_id)
    };

    if (db_stream(m->db, sql_report_batches, args, LEN(args), cols, LEN(cols),
                  batch_row, &l) < 0)
        return db_fail(m->db, e, "reading the batches");
    return 0;
}

/* --- history ------------------------------------------------------------- */

struct history_list {
    struct history_line h;
    int (*row)(void *, const struct history_line *);
    void *owner;
};

static int
history_row(void *owner)
{
    struct history_list *l = owner;

    return l->row(l->owner, &l->h);
}

int
model_history(struct model *m, int64_t rows_max,
              int (*row)(void *, const struct history_line *), void *owner,
              struct err *e)
{
    /* what every batch does when all goes well */
    static const enum batch_event ordinary[] = {
        BATCH_ON_CLAIM_INITIATE, BATCH_ON_INITIATED, BATCH_ON_CLAIM_RELEASE,
        BATCH_ON_RELEASED, BATCH_ON_CLAIM_SEND, BATCH_ON_TAKEN,
        BATCH_ON_ALL_FINAL
    };
    struct history_list l = { .row = row, .owner = owner };
    struct str names[LEN(ordinary)];
    const struct db_arg args[] = { A_I64(m->run.run_id), A_I64(rows_max),
                                   A_TEXTS(names, LEN(ordinary)) };
    const struct db_col cols[] = {
        C_I64("at_us", &l.h.at_us), C_INT("number", &l.h.number),
        C_STR("from_state", &l.h.from), C_STR("to_state", &l.h.to),
        C_STR("on_event", &l.h.on), C_STR("why", &l.h.why),
        C_STR("actor", &l.h.actor)
    };

    for (size_t i = 0; i < LEN(ordinary); i++)
        names[i] = str_of(machine_batch.events[ordinary[i]]);
    if (db_stream(m->db, sql_report_history, args, LEN(args), cols, LEN(cols),
                  history_row, &l) < 0)
        return db_fail(m->db, e, "reading the history");
    return 0;
}

/* --- what was noticed in the file ---------------------------------------- */

struct problem_list {
    struct problem_line p;
    int (*row)(void *, const struct problem_line *);
    void *owner;
};

static int
problem_row(void *owner)
{
    struct problem_list *l = owner;

    return l->row(l->owner, &l->p);
}

int
model_problems(struct model *m, int64_t rows_max,
               int (*row)(void *, const struct problem_line *), void *owner,
               struct err *e)
{
    struct problem_list l = { .row = row, .owner = owner };
    const struct db_arg args[] = { A_I64(m->run.run_id), A_I64(rows_max) };
    const struct db_col cols[] = {
        C_BOOL("held", &l.p.held), C_STR("code", &l.p.code),
        C_I64("line_no", &l.p.line_no), C_I64("column_no", &l.p.column_no),
        C_I64("other_line", &l.p.other_line), C_STR("value", &l.p.value),
        C_STR("detail", &l.p.detail)
    };

    if (db_stream(m->db, sql_report_problems, args, LEN(args), cols, LEN(cols),
                  problem_row, &l) < 0)
        return db_fail(m->db, e, "reading what was noticed in the file");
    return 0;
}

/* --- columns ------------------------------------------------------------- */

struct column_row {
    struct model *m;
    struct model_columns *c;
    struct str name;
};

static int
column_row(void *owner)
{
    struct column_row *r = owner;
    struct str *to = NULL;

    if (r->c->nextra >= CSV_FIELDS_MAX)
        return -1;
    to = &r->c->extra[r->c->nextra++];
    *to = arena_str(&r->m->arena, r->name);
    return to->p != NULL || r->name.len == 0 ? 0 : -1;
}

int
model_columns(struct model *m, struct model_columns *c, struct err *e)
{
    struct column_row r = { .m = m, .c = c };
    const struct db_arg args[] = { A_I64(m->run.run_id) };
    const struct db_col used[] = {
        C_BOOL("account", &c->account), C_BOOL("bank_code", &c->bank_code),
        C_BOOL("paybill", &c->paybill), C_BOOL("till", &c->till),
        C_BOOL("account_reference", &c->account_reference),
        C_BOOL("id_number", &c->id_number), C_BOOL("kra_pin", &c->kra_pin),
        C_BOOL("department", &c->department), C_BOOL("branch", &c->branch)
    };
    const struct db_col cols[] = { C_STR("name", &r.name) };

    *c = (struct model_columns){ 0 };
    if (db_one(m->db, sql_report_fields, args, LEN(args), used, LEN(used)) < 0
        || db_each(m->db, sql_report_columns, args, LEN(args), cols, LEN(cols),
                   column_row, &r) < 0)
        return db_fail(m->db, e, "reading the columns of the file");
    return 0;
}
