/*
 * What reconciliation found and people have to explain: breaks, with their age.
 */
#include "db/sql.h"
#include "reconcile/kinds.h"
#include "report/table_feed.h"

static const struct table_col breaks_cols[] = {
    { "break", "Break", CELL_COUNT, 8, 6 },
    { "kind", "What differs", CELL_TEXT, 26, 20 },
    { "amount", "Amount", CELL_MONEY, 18, 15 },
    { "ours", "By our book", CELL_MONEY, 18, 0 },
    { "theirs", "By the statement", CELL_MONEY, 18, 0 },
    { "age_days", "Days", CELL_COUNT, 8, 6 },
    { "age", "Age in days", CELL_CODE, 12, 8 },
    { "state", "State", CELL_TEXT, 14, 11 },
    { "owner", "Owner", CELL_TEXT, 14, 10 },
    { "about", "About", CELL_TEXT, 46, 26 },
    { "detail", "What was found", CELL_TEXT, 60, 0 },
    { "note", "Note", CELL_TEXT, 46, 0 },
    { "what_to_do", "What to do", CELL_TEXT, 60, 0 },
    { "run", "Run", CELL_CODE, 16, 0 },
    { "account", "Account", CELL_TEXT, 20, 0 },
    { "since", "Found (Nairobi)", CELL_TIME, 20, 0 }
};

const struct table tables_of_breaks[] = {
    { "breaks", "Breaks", "Differences between our book and the providers' "
      "statements, found by payrun reconcile; open ones first.",
      breaks_cols, (int)LEN(breaks_cols), true, 0 }
};

struct breaks_row {
    struct feed *f;
    char kind[32];
    struct str state, owner, note, about, detail, run_ref, account, age;
    int64_t break_id, minor, ours, theirs, days, since_us;
};

static int
breaks_row(void *owner)
{
    struct breaks_row *r = owner;
    const struct finding_kind *k = finding_kind(r->kind);
    struct feed *f = r->f;

    feed_n(f, 0, r->break_id);
    feed_words(f, 1, k != NULL ? k->title : r->kind);
    feed_n(f, 2, r->minor);
    feed_n(f, 3, r->ours);
    feed_n(f, 4, r->theirs);
    feed_n(f, 5, r->days);
    feed_text(f, 6, r->age);
    feed_text(f, 7, str_eq(r->state, STR("written_off")) ? STR("written off")
                                                         : r->state);
    feed_text(f, 8, r->owner);
    feed_text(f, 9, r->about);
    feed_text(f, 10, r->detail);
    feed_text(f, 11, r->note);
    feed_words(f, 12, k != NULL ? k->todo : "");
    feed_text(f, 13, r->run_ref);
    feed_text(f, 14, r->account);
    feed_n(f, 15, r->since_us);
    return feed_row(f, ROW_PLAIN);
}

int
tables_breaks(struct feed *f, struct err *e)
{
    struct breaks_row r = { .f = f };
    const struct model *m = f->m;
    int64_t accounts[MODEL_ACCOUNTS];
    /* what belongs to no run is shown where accounts are asked for */
    size_t n = m->runs != NULL ? (size_t)m->naccounts : 0;
    const struct db_arg args[] = { A_I64S(m->run_ids, m->nruns),
                                   A_I64S(accounts, n), A_I64(f->rows_max) };
    const struct db_col cols[] = {
        C_I64("break_id", &r.break_id), C_TEXT("kind", r.kind),
        C_STR("state", &r.state), C_STR("owner", &r.owner),
        C_STR("note", &r.note), C_STR("about", &r.about),
        C_STR("detail", &r.detail), C_STR("run_ref", &r.run_ref),
        C_STR("account", &r.account), C_I64("minor", &r.minor),
        C_I64("ours_minor", &r.ours), C_I64("theirs_minor", &r.theirs),
        C_I64("age_days", &r.days), C_STR("age", &r.age),
        C_I64("since_us", &r.since_us)
    };

    for (size_t i = 0; i < n; i++)
        accounts[i] = m->accounts[i].payer.account_id;
    if (db_stream(m->db, sql_report_breaks, args, LEN(args), cols, LEN(cols),
                  breaks_row, &r) < 0)
        return db_fail(m->db, e, "reading the breaks");
    return 0;
}
