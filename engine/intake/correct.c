#include "intake/correct.h"

#include "db/sql.h"
#include "loaders/columns.h"

/* Most files have no such column, and nobody reads their rows for it. */
static bool
has_column(const struct pass *p)
{
    struct str header = buf_view(&p->header);

    return p->order->retry == NULL && header.len > 0
        && memmem(header.p, header.len, COLUMNS_ROW,
                  sizeof(COLUMNS_ROW) - 1) != NULL;
}

struct correcting {
    struct pass *pass;
    int64_t line, minor, unpaid, total;
    struct str account, name, says;
    char verdict[16];
};

static void
amount_of(const struct correcting *c, int64_t minor,
          char out[MONEY_TEXT_BYTES])
{
    struct money m = { .minor = minor };

    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(c->pass->order->account->ccy));
    money_text(m, out);
}

static int
row(void *owner)
{
    static const struct { const char *verdict, *words; } why[] = {
        { "stranger", "there is no such row" },
        { "period", "that run is of another period" },
        { "twice", "another row of this file says the same" },
        { "parts", "that was paid in parts, and only payrun retry knows which "
          "failed" },
        { "retried", "another run pays that again already" },
        { "open", "that did not certainly fail" }
    };
    struct correcting *c = owner;
    struct problems *ps = c->pass->problems;
    char amount[MONEY_TEXT_BYTES], unpaid[MONEY_TEXT_BYTES];

    for (size_t i = 0; i < LEN(why); i++)
        if (strcmp(c->verdict, why[i].verdict) == 0) {
            problem_add(ps, "PR-DUP-008", c->line, 0, COLUMNS_ROW, c->account,
                        NULL, "%.*s is said to correct row %.*s, but %s",
                        STR_ARG(c->name), STR_ARG(str_cut(c->says, 60)),
                        why[i].words);
            return 0;
        }
    amount_of(c, c->minor, amount);
    amount_of(c, c->unpaid, unpaid);
    problem_add(ps, "PR-DUP-008", c->line, 0, COLUMNS_ROW, c->account, NULL,
                "%.*s would get %s, and only %s of row %.*s is unpaid",
                STR_ARG(c->name), amount, unpaid, STR_ARG(c->says));
    return 0;
}

enum db_status
correct_find(struct db *db, struct pass *p, int64_t run_id)
{
    struct correcting c = { .pass = p };
    const struct db_arg args[] = {
        A_I64(run_id), A_TEXT(p->order->period), A_I64(PROBLEMS_MAX)
    };
    const struct db_col cols[] = {
        C_I64("line_no", &c.line), C_STR("account", &c.account),
        C_STR("name", &c.name), C_I64("minor", &c.minor),
        C_STR("says", &c.says), C_I64("unpaid", &c.unpaid),
        C_TEXT("verdict", c.verdict), C_I64("total", &c.total)
    };

    return !has_column(p) ? DB_OK
        : db_each(db, sql_correct_find, args, LEN(args), cols, LEN(cols), row,
                  &c);
}

enum db_status
correct_tie(struct db *db, const struct pass *p, int64_t run_id)
{
    const struct db_arg args[] = { A_I64(run_id), A_TEXT(p->order->period) };

    enum db_status st = DB_OK;

    if (!has_column(p)
        || (st = db_do(db, sql_correct_let_go, args, LEN(args))) < DB_NONE)
        return st;
    return db_do(db, sql_correct_tie, args, LEN(args));
}
