#include "intake/day.h"

#include "db/sql.h"

/* The batches of rails that have a limit; the others are of no concern. */
struct batches {
    int64_t    *id, *most;
    struct str *rail;
    size_t      n;
};

static int
gather(struct batches *b, const struct cut *c, int64_t run_id)
{
    size_t room = c->n > 0 ? c->n : 1;

    b->id = calloc(room, sizeof(*b->id));
    b->most = calloc(room, sizeof(*b->most));
    b->rail = calloc(room, sizeof(*b->rail));
    if (b->id == NULL || b->most == NULL || b->rail == NULL)
        return -1;
    for (size_t i = 0; i < c->n; i++) {
        const struct rail_rule *rail = c->list[i].rail;

        if (rail->payee_day_max_minor <= 0)
            continue;
        b->id[b->n] = run_id * RUN_BATCHES_MAX + (int64_t)i + 1;
        b->most[b->n] = rail->payee_day_max_minor;
        b->rail[b->n++] = str_of(rail->name);
    }
    return 0;
}

struct payee {
    struct pass *pass;
    int64_t line, minor, other, most, total, named;
    struct str account, name, rail, refs;
};

static void
text_of(const struct payee *at, int64_t minor, char out[MONEY_TEXT_BYTES])
{
    struct money m = { .minor = minor };

    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(at->pass->order->account->ccy));
    money_text(m, out);
}

static int
payee_row(void *owner)
{
    struct payee *at = owner;
    struct problems *ps = at->pass->problems;
    char all[MONEY_TEXT_BYTES], most[MONEY_TEXT_BYTES];
    char other[MONEY_TEXT_BYTES], rest[MONEY_TEXT_BYTES];
    char fix[ERR_TEXT_BYTES];

    if (at->named++ == 0) {
        money_count(at->total, all);
        problem_add(ps, "PR-DUP-005", 0, 0, "", at->refs, NULL, "%s payee%s "
                    "of this file, with run %.*s of the same day", all,
                    at->total == 1 ? "" : "s", STR_ARG(str_cut(at->refs, 120)));
    }
    text_of(at, at->minor + at->other, all);
    text_of(at, at->most, most);
    text_of(at, at->other, other);
    text_of(at, at->most > at->other ? at->most - at->other : 0, rest);
    snprintf(fix, sizeof(fix), "only %s more can be paid that day: pay the "
             "rest on another day (--pay-date) or by bank, or load it with "
             "--allow-duplicates REASON, which the checker sees", rest);
    problem_add(ps, "PR-DUP-005", at->line, 0, "", at->account, fix,
                "%.*s would get %s that day (%s in %.*s); %.*s pays one payee "
                "%s at most on one day", STR_ARG(str_cut(at->name, 80)), all,
                other, STR_ARG(str_cut(at->refs, 60)), STR_ARG(at->rail),
                most);
    return 0;
}

static enum db_status
look(struct db *db, struct pass *p, int64_t run_id, const struct batches *b)
{
    struct payee at = { .pass = p };
    const char *day = p->order->pay_date;
    const struct db_arg args[] = {
        A_I64(run_id), A_I64S(b->id, b->n), A_TEXTS(b->rail, b->n),
        A_I64S(b->most, b->n), A_TEXT(day != NULL ? day : ""),
        A_I64(PROBLEMS_MAX)
    };
    const struct db_col cols[] = {
        C_I64("line_no", &at.line), C_STR("account", &at.account),
        C_STR("name", &at.name), C_STR("rail", &at.rail),
        C_I64("minor", &at.minor), C_I64("other_minor", &at.other),
        C_I64("most", &at.most), C_STR("refs", &at.refs),
        C_I64("total", &at.total)
    };

    return db_each(db, sql_dup_day, args, LEN(args), cols, LEN(cols),
                   payee_row, &at);
}

enum db_status
day_find(struct db *db, struct pass *p, int64_t run_id)
{
    struct batches b = { 0 };
    const struct db_arg on[] = { A_BOOL(true) }, off[] = { A_BOOL(false) };
    enum db_status st = DB_HARD;

    if (gather(&b, &p->cut, run_id) < 0)
        goto out;
    st = DB_OK;
    if (b.n > 0
        && (st = db_do(db, sql_intake_hash_joins, on, LEN(on))) >= 0
        && (st = look(db, p, run_id, &b)) >= 0)
        st = db_do(db, sql_intake_hash_joins, off, LEN(off));
out:
    free(b.id);
    free(b.most);
    free(b.rail);
    return st < 0 ? st : DB_OK;
}
