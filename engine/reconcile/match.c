/* Lines and payments are brought together: the one join by the provider's id,
 * and what is left over by other means. */
#include "reconcile/inside.h"

#include "base/crypto.h"
#include "db/sql.h"

#define BOOKS_MAX 8             /* kinds of books: three                      */

/* NULL: nothing ever left. */
static const char *
day(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

/* One statement about the lines of the accounts, with more arguments. */
static enum db_status
lines_with(struct pass *p, const char *sql, const char *until,
           const int64_t *more, size_t nmore)
{
    const struct reconcile_result *r = p->out;
    struct db_arg args[5] = {
        A_I64S(r->accounts, (size_t)r->naccounts), A_TEXT(day(r->from)),
        A_TEXT(day(until))
    };
    enum db_status st = DB_OK;

    for (size_t i = 0; i < nmore; i++)
        args[3 + i] = (struct db_arg)A_I64(more[i]);
    st = db_do(p->db, sql, args, 3 + nmore);
    return st < 0 ? st : DB_OK;
}

enum db_status
match_lines(struct pass *p, const char *sql, const char *until)
{
    return lines_with(p, sql, until, NULL, 0);
}

enum db_status
match_step(struct pass *p, const char *sql)
{
    enum db_status st = db_do(p->db, sql, NULL, 0);

    return st < 0 ? st : DB_OK;
}

enum db_status
match_joins(struct pass *p, const char *how)
{
    const struct db_arg args[] = { A_TEXT(how) };
    enum db_status st = db_do(p->db, sql_reconcile_joins, args, LEN(args));

    return st < 0 ? st : DB_OK;
}

struct book {
    char name[16];
    bool charges;               /* as lines of their own                      */
};

struct books {
    struct book col;
    struct book list[BOOKS_MAX];
    int n;
};

static int
book_row(void *owner)
{
    struct books *k = owner;

    if (k->n == BOOKS_MAX)
        return -1;
    k->list[k->n++] = k->col;
    return 0;
}

static enum db_status
tie_book(struct pass *p, const struct book *b, bool all, int64_t seed)
{
    const struct reconcile_result *r = p->out;
    const struct db_arg args[] = {
        A_I64S(r->accounts, (size_t)r->naccounts), A_TEXT(day(r->from)),
        A_TEXT(day(p->tail)), A_I64(p->order->late_days), A_I64(seed),
        A_TEXT(b->name), A_BOOL(all), A_BOOL(b->charges)
    };
    enum db_status st = db_do(p->db, sql_reconcile_tie, args, LEN(args));

    return st < 0 ? st : DB_OK;
}

/* The one join of everything, once a book; most accounts have one. */
static enum db_status
tie_books(struct pass *p, int64_t seed)
{
    struct books k = { .n = 0 };
    const struct db_col cols[] = {
        C_TEXT("book", k.col.name), C_BOOL("charges", &k.col.charges)
    };
    enum db_status st = db_each(p->db, sql_reconcile_books, NULL, 0, cols,
                                LEN(cols), book_row, &k);

    if (st >= 0)
        st = tie_book(p, &k.list[0], true, seed);
    for (int i = 1; i < k.n && st >= 0; i++)
        st = tie_book(p, &k.list[i], false, seed);
    return st;
}

/* What agrees is counted; what does not is taken out to be looked at. */
static enum db_status
tie(struct pass *p)
{
    const int64_t seed = crypto_dice();
    enum db_status st = lines_with(p, sql_reconcile_day, p->tail, &seed, 1);

    if (st >= 0)
        st = match_step(p, sql_reconcile_covers);
    if (st >= 0)
        st = match_joins(p, "order");
    if (st >= 0)
        st = tie_books(p, seed);
    if (st >= 0)
        st = match_joins(p, "hash");
    if (st >= 0)
        st = match_step(p, sql_reconcile_odd);
    if (st >= 0)
        st = match_lines(p, sql_reconcile_left, p->tail);
    if (st >= 0)
        st = match_step(p, sql_reconcile_untie);
    return st < 0 ? st : match_step(p, sql_reconcile_ready_left);
}

/* The odd payments; they are few, or the books have nothing in common. */
static enum db_status
few(struct pass *p)
{
    enum db_status st = match_step(p, sql_reconcile_ready_left);

    if (st >= 0)
        st = match_joins(p, "keys");
    if (st >= 0)
        st = match_step(p, sql_reconcile_few);
    return st < 0 ? st : match_joins(p, "hash");
}

/* From the surest to the least sure; each looks only at what is left. */
enum db_status
match_all(struct pass *p)
{
    static const char *const then[] = {
        sql_reconcile_told, sql_reconcile_odd_more, sql_reconcile_untie,
        sql_reconcile_by_id, sql_reconcile_again
    };
    const int64_t late = p->order->late_days;
    enum db_status st = tie(p);

    if (st >= 0)
        st = match_step(p, sql_reconcile_by_id);
    if (st >= 0)
        st = match_lines(p, sql_reconcile_by_receipt, p->tail);
    if (st >= 0)
        st = match_lines(p, sql_reconcile_by_reference, p->tail);
    if (st >= 0)
        st = match_lines(p, sql_reconcile_bulk, p->tail);
    if (st >= 0)
        st = lines_with(p, sql_reconcile_by_looks, p->tail, &late, 1);
    if (st >= 0)
        st = match_lines(p, sql_reconcile_errands, p->tail);
    for (size_t i = 0; i < LEN(then) && st >= 0; i++)
        st = match_step(p, then[i]);
    return st < 0 ? st : few(p);
}
