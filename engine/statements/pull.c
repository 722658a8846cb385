#include "statements/pull.h"

#include "book/people.h"
#include "db/sql.h"
#include "db/txn.h"
#include "statements/marks.h"
#include "statements/store.h"
#include "statements/way.h"

/* A page as it was read, until it is committed. */
struct pull {
    const struct pull_order *order;
    struct pull_result      *result;
    struct ways         ways;
    struct service_row *rows;           /* of the page                        */
    int                 n, cap;
    int64_t             next_page, next_line;   /* as committed               */
    int64_t             count_from;     /* pages before it were counted       */
    int64_t             fresh;          /* of the page at hand                */
    bool                head;           /* looking only at what came since    */
    int                 page;           /* to be committed                    */
    bool                last;           /* ... and it was the last one        */
};

static bool
is_ledger(const struct pull *p)
{
    return p->order->errand->account->provider == &provider_intasend;
}

/* --- a row ---------------------------------------------------------------- */

/* What came of a row: a line, or why it is none. */
enum row_sort { ROW_LINE, ROW_OPEN, ROW_UNBOOKED, ROW_UNCLEAR };

static enum row_sort
sort_of(const struct service_row *row)
{
    if (row->way != 0 && row->minor != 0 && row->minor != INT64_MIN)
        return ROW_LINE;
    switch (row->fate) {
    case SERVICE_OPEN: case SERVICE_UNCLEAR:
        return ROW_OPEN;
    case SERVICE_FAILED: case SERVICE_DONE:
        return ROW_UNBOOKED;
    case SERVICE_SAYS_NOTHING:
        break;
    }
    if (row->minor == 0 || row->minor == INT64_MIN
        || row->balance_minor == INT64_MIN)
        return ROW_UNBOOKED;
    return ROW_UNCLEAR;
}

static bool
says(const char *text, const char *word)
{
    return strcasestr(text, word) != NULL;
}

/* The provider's own words for the sort of movement; running text only where
 * the money came back, since a payee may be told anything. */
static const char *
kind_of(const struct service_row *row)
{
    const char *type = row->type[0] != '\0' ? row->type : row->kind;

    if (says(type, "revers") || (row->way > 0 && says(row->text, "revers")))
        return "reversal";
    if (says(type, "return") || (row->way > 0 && says(row->text, "returned")))
        return "returned";
    if (says(type, "charge") && !says(type, "chargeback"))
        return "charge";
    if (says(type, "transfer") || says(type, "b2b"))
        return "transfer";
    if (says(type, "adjust") || says(type, "exchange")
        || says(type, "unmarked"))
        return "other";
    return row->way < 0 ? "payment" : "deposit";
}

/* "Charge ABC1234": the id of what it belongs to ends its words. */
static struct str
linked_to(const struct service_row *row, const char *kind)
{
    const char *word = strrchr(row->text, ' ');
    size_t n = word != NULL ? strlen(++word) : 0;

    if (strcmp(kind, "payment") == 0 || strcmp(kind, "deposit") == 0
        || n < 6 || n > 12)
        return (struct str){ NULL, 0 };
    for (size_t i = 0; i < n; i++)
        if (!((word[i] >= 'A' && word[i] <= 'Z')
              || (word[i] >= '0' && word[i] <= '9')))
            return (struct str){ NULL, 0 };
    return (struct str){ word, n };
}

static int
fill(const struct pull *p, const struct service_row *row, struct movement *m)
{
    const char *ccy = p->order->errand->account->ccy;

    *m = (struct movement){
        .has_time = true, .minor = row->minor, .kind = kind_of(row),
        .charge_minor = row->charge_minor > 0 ? row->charge_minor : 0,
        .has_balance = row->balance_minor != INT64_MIN,
        .balance_minor = row->balance_minor, .provider_id = str_of(row->id),
        .receipt = str_of(row->label), .reference = str_of(row->reference),
        .account = str_of(row->account), .name = str_of(row->name),
        .type = str_of(row->type[0] != '\0' ? row->type : row->kind),
        .text = str_of(row->text),
        .status = str_of(row->state)
    };
    m->linked = linked_to(row, m->kind);
    str_copy(m->ccy, sizeof(m->ccy), str_of(row->ccy[0] != '\0' ? row->ccy
                                                                : ccy));
    movement_ours(m);
    return movement_stamp(str_of(row->at), &m->booked_us, &m->booked_on);
}

/* --- a page --------------------------------------------------------------- */

static int
on_row(void *owner, const struct service_row *row, struct err *e)
{
    struct pull *p = owner;

    if (p->n == p->cap) {
        int wide = p->cap == 0 ? 128 : p->cap * 2;
        struct service_row *more = reallocarray(p->rows, (size_t)wide,
                                                sizeof(*more));

        if (more == NULL)
            return err_oom(e);
        p->rows = more;
        p->cap = wide;
    }
    p->rows[p->n++] = *row;
    return 0;
}

static void
count(int64_t sorts[4], const struct pull *p)
{
    for (int i = 0; i < 4; i++)
        sorts[i] = 0;
    /* a page that is looked at once more was counted the first time */
    for (int i = 0; i < p->n && p->page >= p->count_from; i++)
        sorts[sort_of(&p->rows[i])]++;
}

static enum db_status
put_rows(struct db *db, struct pull *p, struct store *s)
{
    unsigned char identity[MOVEMENT_IDENTITY_BYTES];
    enum db_status st = store_open(s, p->next_line);

    for (int i = 0; i < p->n && st >= 0; i++) {
        struct movement m;

        if (sort_of(&p->rows[i]) != ROW_LINE
            || fill(p, &p->rows[i], &m) < 0)
            continue;
        m.line_no = store_number(s);
        movement_of_row(&m, is_ledger(p), identity);
        store_put(s, m.line_no, &m, identity);
    }
    if (st >= 0)
        st = store_end(s);
    (void)db;
    return st;
}

static enum db_status
page_txn(struct db *db, void *cls)
{
    struct pull *p = cls;
    const struct account *a = p->order->errand->account;
    struct store s = { .db = db, .account_id = a->account_id,
                       .book = "provider" };
    int64_t sorts[4];
    enum db_status st = put_rows(db, p, &s);

    if (st < 0)
        return st;
    if ((st = store_keep(&s, p->result->statement_id, &p->fresh)) < 0
        || (st = marks_note(db, a, p->result->statement_id, p->rows,
                            p->n)) < 0)
        return st;
    count(sorts, p);
    const struct db_arg args[] = {
        A_I64(p->result->statement_id), A_I64(p->last ? p->page : p->page + 1),
        A_I64(s.nr + 1), A_I64(p->fresh), A_I64(sorts[ROW_OPEN]),
        A_I64(sorts[ROW_UNBOOKED]), A_I64(sorts[ROW_UNCLEAR])
    };

    st = db_do(db, sql_statement_page, args, LEN(args));
    if (st == DB_OK)
        p->next_line = s.nr + 1;
    return st;
}

static int
commit(struct pull *p, struct err *e)
{
    struct db *db = p->order->errand->db;

    if (db_txn(db, page_txn, p) != DB_OK)
        return db_fail(db, e, "storing a page of the statement");
    p->result->fresh += p->fresh;
    if (p->page >= p->next_page)
        p->next_page = p->page + 1;
    p->n = 0;
    return 0;
}

/* Between two pages.  The last row waits for its neighbour on the next one, so
 * a page that was interrupted is read again. */
static int
on_page(void *owner, int page, struct err *e)
{
    struct pull *p = owner;

    p->page = page;
    p->result->pages++;
    if (commit(p, e) < 0)
        return -1;
    return p->head && p->fresh == 0 ? 1 : 0;
}

/* --- all of it ------------------------------------------------------------ */

static int
begin(struct pull *p, struct err *e)
{
    const struct errand *n = p->order->errand;
    const struct db_arg args[] = {
        A_I64(n->account->account_id), A_TEXT(n->ask.since),
        A_TEXT(n->ask.until), A_TEXT(n->account->ccy),
        A_TEXT(p->order->person),
        A_TEXT(n->ask.id != NULL ? n->ask.id : n->account->wallet_id)
    };
    const struct db_col cols[] = {
        C_I64("statement_id", &p->result->statement_id),
        C_I64("next_page", &p->next_page), C_I64("next_line", &p->next_line),
        C_BOOL("resumed", &p->result->resumed)
    };
    enum db_status st = DB_SOFT;

    /* of two who begin at once, one finds what the other made */
    for (int i = 0; i < DB_TXN_TRIES_MAX && (st == DB_SOFT || st == DB_NONE);
         i++)
        st = db_one(n->db, sql_statement_pull, args, LEN(args), cols,
                    LEN(cols));
    return st == DB_OK ? 0 : db_fail(n->db, e, "beginning the statement");
}

static int
read_from(struct pull *p, int page, struct err *e)
{
    struct errand n = *p->order->errand;
    int more = 1;

    n.turned = on_page;
    n.turner = p;
    n.ask.page = page;
    p->ways = (struct ways){
        .ledger = is_ledger(p), .row = on_row, .owner = p
    };
    p->n = 0;
    p->count_from = p->next_page;
    while (more > 0) {
        if ((more = errand_ask(&n, 0, ways_add, &p->ways, e)) < 0)
            return -1;
        if (p->head && p->fresh == 0)
            break;
        n.ask.page = p->page + 1;
    }
    p->last = true;
    return ways_flush(&p->ways, e) < 0 || commit(p, e) < 0 ? -1 : 0;
}

static enum db_status
done_txn(struct db *db, void *cls)
{
    struct pull *p = cls;
    struct pull_result *r = p->result;
    const struct db_arg args[] = {
        A_I64(r->statement_id), A_BOOL(is_ledger(p))
    };
    const struct db_col cols[] = {
        C_I64("lines", &r->lines), C_I64("new_lines", &r->fresh),
        C_I64("open_rows", &r->open_rows), C_I64("unbooked", &r->unbooked),
        C_I64("unclear", &r->unclear), C_I64("in_minor", &r->in_minor),
        C_I64("out_minor", &r->out_minor),
        C_BOOL("has_balances", &r->has_balances),
        C_I64("opening_minor", &r->opening_minor),
        C_I64("closing_minor", &r->closing_minor)
    };
    char detail[ERR_TEXT_BYTES];
    enum db_status st = db_one(db, sql_statement_pull_done, args, LEN(args),
                               cols, LEN(cols));

    if (st != DB_OK)
        return st;
    snprintf(detail, sizeof(detail), "%s to %s: %lld lines, %lld of them new",
             p->order->errand->ask.since, p->order->errand->ask.until,
             (long long)r->lines, (long long)r->fresh);
    return audit_add(db, p->order->person, "statement pull",
                     p->order->errand->account->name, detail);
}

int
pull_statement(const struct pull_order *o, struct pull_result *r,
               struct err *e)
{
    struct pull p = { .order = o, .result = r };
    int rc = -1;

    *r = (struct pull_result){ 0 };
    if (begin(&p, e) < 0)
        goto out;
    if (p.next_page > 1) {
        /* What came since it was interrupted stands in front. */
        p.head = true;
        if (read_from(&p, 1, e) < 0)
            goto out;
        p.head = p.last = false;
    }
    if (read_from(&p, p.next_page > 1 ? (int)p.next_page - 1 : 1, e) < 0)
        goto out;
    rc = db_txn(o->errand->db, done_txn, &p) == DB_OK ? 0
       : db_fail(o->errand->db, e, "ending the statement");
out:
    free(p.rows);
    return rc;
}
