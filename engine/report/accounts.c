/*
 * The accounts that pay a run: which there are, and, when there are several,
 * that the sums tie for each of them.
 */
#include "db/sql.h"
#include "report/model.h"

static int
payer_row(void *owner, const struct run_account *a)
{
    struct model *m = owner;
    struct model_account *to = NULL;

    if (m->naccounts == MODEL_ACCOUNTS)
        return -1;
    to = &m->accounts[m->naccounts++];
    to->payer = *a;
    to->provider = provider_named(a->provider);
    return 0;
}

bool
model_several(const struct model *m)
{
    return m->naccounts > 1 || (m->naccounts == 1 && !m->accounts[0].payer.own);
}

const struct model_account *
model_account(const struct model *m, int64_t account_id)
{
    for (int i = 0; i < m->naccounts; i++)
        if (m->accounts[i].payer.account_id == account_id)
            return &m->accounts[i];
    return NULL;
}

const struct provider *
model_code_of(const struct model *m, const char *code)
{
    for (int i = 0; i < m->naccounts; i++) {
        const struct provider *p = m->accounts[i].provider;

        if (p != NULL && (provider_item_code(p, code) != NULL
                          || provider_file_code(p, code) != NULL))
            return p;
    }
    return m->provider;
}

/* --- sums ----------------------------------------------------------------- */

struct sums_row {
    struct model *m;
    int64_t account_id;
    struct run_sums s;
};

/* What it was approved for stands in run_account; the rest was recounted. */
static int
sums_row(void *owner)
{
    struct sums_row *r = owner;

    for (int i = 0; i < r->m->naccounts; i++) {
        struct model_account *a = &r->m->accounts[i];

        if (a->payer.account_id == r->account_id)
            a->sums = r->s;
    }
    return 0;
}

static enum db_status
sums_read(struct model *m)
{
    struct sums_row r = { .m = m };
    struct run_sums *s = &r.s;
    const struct db_arg args[] = { A_I64(m->run.run_id) };
    const struct db_col cols[] = {
        C_I64("account_id", &r.account_id), C_I64("book_rows", &s->book_rows),
        C_I64("book_minor", &s->book_minor), C_I64("sent_rows", &s->sent_rows),
        C_I64("sent_minor", &s->sent_minor),
        C_I64("waiting_rows", &s->waiting_rows),
        C_I64("waiting_minor", &s->waiting_minor),
        C_I64("withdrawn_rows", &s->withdrawn_rows),
        C_I64("withdrawn_minor", &s->withdrawn_minor),
        C_I64("flight_rows", &s->flight_rows),
        C_I64("flight_minor", &s->flight_minor),
        C_I64("paid_rows", &s->paid_rows), C_I64("paid_minor", &s->paid_minor),
        C_I64("failed_rows", &s->failed_rows),
        C_I64("failed_minor", &s->failed_minor),
        C_I64("doubt_rows", &s->doubt_rows),
        C_I64("doubt_minor", &s->doubt_minor),
        C_I64("cancelled_rows", &s->cancelled_rows),
        C_I64("cancelled_minor", &s->cancelled_minor),
        C_I64("charge_minor", &s->charge_minor)
    };

    return db_each(m->db, sql_report_accounts, args, LEN(args), cols,
                   LEN(cols), sums_row, &r);
}

/* The hops of an account: those of the run, but for the file, which no account
 * has a part of. */
static bool
account_ties(struct model_account *a)
{
    struct run_sums *s = &a->sums;

    s->approved_rows = s->parsed_rows = a->payer.rows;
    s->approved_minor = s->parsed_minor = a->payer.minor;
    s->charge_estimate_minor = a->payer.charge_estimate_minor;
    s->counters_tie = a->payer.paid_rows == s->paid_rows
        && a->payer.paid_minor == s->paid_minor
        && a->payer.failed_rows == s->failed_rows
        && a->payer.failed_minor == s->failed_minor
        && a->payer.doubt_rows == s->doubt_rows
        && a->payer.doubt_minor == s->doubt_minor
        && a->payer.cancelled_rows == s->cancelled_rows
        && a->payer.cancelled_minor == s->cancelled_minor;
    return run_sums_tie(s);
}

int
model_accounts_read(struct model *m, struct err *e)
{
    int64_t rows = 0, minor = 0;

    m->accounts_tie = true;
    if (run_account_each(m->db, m->run.run_id, payer_row, m) < 0)
        return db_fail(m->db, e, "reading which accounts pay");
    if (!model_several(m))
        return 0;
    if (sums_read(m) < 0)
        return db_fail(m->db, e, "adding up the accounts");
    for (int i = 0; i < m->naccounts; i++) {
        struct model_account *a = &m->accounts[i];

        a->ties = account_ties(a);
        m->accounts_tie = m->accounts_tie && a->ties;
        rows += a->sums.approved_rows;
        minor += a->sums.approved_minor;
    }
    m->accounts_tie = m->accounts_tie && rows == m->run.rows
        && minor == m->run.minor;
    return 0;
}
