#include "statements/list.h"

#include "db/sql.h"

struct statements {
    struct statement_kept one;
    int (*row)(void *, const struct statement_kept *);
    void *owner;
};

static int
statement_row(void *cls)
{
    struct statements *l = cls;

    return l->row(l->owner, &l->one);
}

int
list_statements(struct db *db, const char *account, int64_t one,
                int (*row)(void *, const struct statement_kept *), void *owner,
                struct err *e)
{
    struct statements l = { .row = row, .owner = owner };
    struct statement_kept *s = &l.one;
    const struct db_arg args[] = { A_TEXT(account), A_I64(one) };
    const struct db_col cols[] = {
        C_I64("statement_id", &s->statement_id), C_TEXT("account", s->account),
        C_BOOL("live", &s->live), C_TEXT("book", s->book),
        C_TEXT("source", s->source), C_TEXT("state", s->state),
        C_STR("file_name", &s->file_name), C_STR("own_number", &s->own_number),
        C_STR("own_account", &s->own_account), C_TEXT("ccy", s->ccy),
        C_TEXT("from_day", s->from), C_TEXT("until_day", s->until),
        C_BOOL("has_opening", &s->has_opening),
        C_BOOL("has_closing", &s->has_closing),
        C_I64("opening_minor", &s->opening_minor),
        C_I64("closing_minor", &s->closing_minor), C_I64("lines", &s->lines),
        C_I64("parts", &s->parts), C_I64("new_lines", &s->new_lines),
        C_I64("unbooked", &s->unbooked), C_I64("open_rows", &s->open_rows),
        C_I64("unclear", &s->unclear), C_I64("in_minor", &s->in_minor),
        C_I64("out_minor", &s->out_minor), C_I64("at_us", &s->at_us),
        C_TEXT("imported_by", s->by)
    };

    if (db_each(db, sql_statement_list, args, LEN(args), cols, LEN(cols),
                statement_row, &l) < 0)
        return db_fail(db, e, "reading the statements");
    return 0;
}

struct gaps {
    struct statement_gap one;
    int (*row)(void *, const struct statement_gap *);
    void *owner;
};

static int
gap_row(void *cls)
{
    struct gaps *l = cls;

    return l->row(l->owner, &l->one);
}

int
list_gaps(struct db *db, const char *account,
          int (*row)(void *, const struct statement_gap *), void *owner,
          struct err *e)
{
    struct gaps l = { .row = row, .owner = owner };
    struct statement_gap *g = &l.one;
    const struct db_arg args[] = { A_TEXT(account) };
    const struct db_col cols[] = {
        C_TEXT("account", g->account), C_TEXT("book", g->book),
        C_TEXT("ccy", g->ccy), C_I64("before_id", &g->before_id),
        C_I64("statement_id", &g->statement_id), C_I64("days", &g->days),
        C_TEXT("covered", g->covered), C_TEXT("goes_on", g->goes_on),
        C_BOOL("has_minor", &g->has_minor), C_I64("minor", &g->minor)
    };

    if (db_each(db, sql_statement_gaps, args, LEN(args), cols, LEN(cols),
                gap_row, &l) < 0)
        return db_fail(db, e, "looking for gaps between statements");
    return 0;
}

struct lines {
    struct statement_line_kept one;
    int (*row)(void *, const struct statement_line_kept *);
    void *owner;
};

static int
line_row(void *cls)
{
    struct lines *l = cls;

    return l->row(l->owner, &l->one);
}

int
list_lines(struct db *db, int64_t statement_id,
           int (*row)(void *, const struct statement_line_kept *), void *owner,
           struct err *e)
{
    struct lines l = { .row = row, .owner = owner };
    struct statement_line_kept *s = &l.one;
    const struct db_arg args[] = { A_I64(statement_id) };
    const struct db_col cols[] = {
        C_I64("line_id", &s->line_id), C_I64("minor", &s->minor),
        C_I64("charge_minor", &s->charge_minor),
        C_BOOL("has_balance", &s->has_balance),
        C_I64("balance_minor", &s->balance_minor), C_BOOL("again", &s->again),
        C_INT("part", &s->part), C_TEXT("day", s->day), C_TEXT("at", s->at),
        C_TEXT("kind", s->kind), C_TEXT("ccy", s->ccy),
        C_STR("provider_id", &s->provider_id), C_STR("receipt", &s->receipt),
        C_STR("reference", &s->reference), C_STR("party_account", &s->account),
        C_STR("party_name", &s->name), C_STR("narrative", &s->text)
    };

    if (db_stream(db, sql_statement_lines, args, LEN(args), cols, LEN(cols),
                  line_row, &l) < 0)
        return db_fail(db, e, "reading the lines of a statement");
    return 0;
}
