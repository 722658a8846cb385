#include "tracker/listed.h"

#include "dispatch/send.h"
#include "providers/reference.h"

static int
order_of(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Numbers as text: the shorter one is the smaller. */
static int
id_order(const char *a, const char *b)
{
    int by_length = order_of((int64_t)strlen(a), (int64_t)strlen(b));

    return by_length != 0 ? by_length : strcmp(a, b);
}

int
listed_order(const void *pa, const void *pb)
{
    const struct listed *a = pa, *b = pb;
    int by = order_of(b->ours, a->ours);

    if (by == 0)
        by = order_of(a->batch_id, b->batch_id);
    if (by == 0)
        by = order_of(a->seq, b->seq);
    return by != 0 ? by : id_order(a->row.item.id, b->row.item.id);
}

static const struct known_line *
line_of(const struct known_line *lines, int n, int seq)
{
    for (int i = 0; i < n; i++)
        if (lines[i].seq == seq)
            return &lines[i];
    return NULL;
}

static bool
agrees(const struct listed *r, const struct known_line *l)
{
    return r->row.item.minor == l->minor
        && send_same_payee(r->row.item.account, l->account);
}

static void
choose_item(struct choice *c, const struct listed *r)
{
    struct item_answer *item = &c->items[c->nitems++];

    *item = r->row.item;
    item->position = 0;                 /* it was found by what proves more */
    reference_write(r->batch_id, r->seq, item->reference);
}

static bool
is_final(int state)
{
    return state >= 0 && state != OUTCOME_IN_DOUBT;
}

/* The row that is the payment: the one whose number we know, else the first;
 * NULL: that one is not here. */
static const struct listed *
main_of(const struct listed *rows, int n, const struct known_line *l)
{
    if (l->id[0] == '\0')
        return &rows[0];
    for (int i = 0; i < n; i++)
        if (strcmp(rows[i].row.item.id, l->id) == 0)
            return &rows[i];
    return NULL;
}

/* Another row of the same payment, as it was sent; not the same row again. */
static bool
is_other(const struct listed *r, const struct listed *main,
         const struct known_line *l)
{
    return r != main && agrees(r, l)
        && (main == NULL
            || strcmp(r->row.item.id, main->row.item.id) != 0);
}

/* What the other rows of a payment come down to. */
struct others {
    const struct listed *paid;          /* the first of them that was paid    */
    bool                 alive;         /* one may still be paid              */
};

static struct others
others_of(const struct listed *rows, int n, const struct listed *main,
          const struct known_line *l)
{
    struct others o = { NULL, false };

    for (int i = 0; i < n; i++) {
        if (!is_other(&rows[i], main, l))
            continue;
        if (rows[i].row.item.fate == ITEM_PAID && o.paid == NULL)
            o.paid = &rows[i];
        o.alive = o.alive || (rows[i].row.item.fate != ITEM_FAILED
                              && rows[i].row.item.fate != ITEM_PAID);
    }
    return o;
}

static bool
has_fate(const struct listed *r, enum item_fate fate)
{
    return r != NULL && r->row.item.fate == fate;
}

/*
 * Which row speaks for a payment that has no end yet.  One that was paid was
 * paid, whatever another says; but "failed" ends nothing while another row may
 * still be paid, nor when it is not the row whose number we know.  Two that
 * cannot be told apart are both passed on, and that puts it in doubt.
 */
static const struct listed *
choose_open(struct choice *c, const struct listed *main,
            const struct others *o)
{
    if (o->paid != NULL && !has_fate(main, ITEM_PAID)) {
        if (main != NULL && !has_fate(main, ITEM_FAILED))
            choose_item(c, main);
        choose_item(c, o->paid);
        return o->paid;
    }
    if (main != NULL)
        choose_item(c, main);
    if (has_fate(main, ITEM_FAILED) && o->alive)
        choose_item(c, main);
    return main;
}

/* Paid with one receipt, and once more with another. */
static void
choose_again(struct choice *c, const struct listed *rows, int n,
             const struct known_line *l, const char *receipt)
{
    for (int i = 0; i < n && receipt[0] != '\0'; i++)
        if (rows[i].row.item.fate == ITEM_PAID && agrees(&rows[i], l)
            && strcmp(rows[i].row.item.receipt, receipt) != 0) {
            c->again[c->nagain++] = l->seq;
            return;
        }
}

/* The rows of one payment. */
static void
choose_payment(struct choice *c, const struct listed *rows, int n,
               const struct known_line *l)
{
    const struct listed *main = main_of(rows, n, l), *it = main;
    struct others o = others_of(rows, n, main, l);

    if (!is_final(l->state)) {
        it = choose_open(c, main, &o);
    } else {
        /* paid, when it had ended otherwise, is a contradiction */
        if (l->state != OUTCOME_PAID && o.paid != NULL)
            it = o.paid;
        if (it != NULL)
            choose_item(c, it);
    }
    choose_again(c, rows, n, l, l->state == OUTCOME_PAID ? l->receipt
                 : has_fate(it, ITEM_PAID) ? it->row.item.receipt : "");
    if ((main != NULL && agrees(main, l)) || o.paid != NULL || o.alive)
        c->agree++;
    if (it != NULL && agrees(it, l) && l->id[0] == '\0'
        && it->row.item.id[0] != '\0') {
        c->seqs[c->nplaced] = l->seq;
        c->ids[c->nplaced++] = str_of(it->row.item.id);
    }
}

int
listed_choose(const struct listed *rows, int nrows,
              const struct known_line *lines, int nlines, struct arena *a,
              struct choice *c)
{
    size_t room = 2 * (size_t)nrows + 1;

    *c = (struct choice){ 0 };
    c->items = arena_alloc(a, room * sizeof(*c->items));
    c->seqs = arena_alloc(a, room * sizeof(*c->seqs));
    c->ids = arena_alloc(a, room * sizeof(*c->ids));
    c->again = arena_alloc(a, room * sizeof(*c->again));
    if (c->items == NULL || c->seqs == NULL || c->ids == NULL
        || c->again == NULL)
        return -1;
    for (int i = 0, n = 0; i < nrows; i += n) {
        const struct known_line *l = line_of(lines, nlines, rows[i].seq);

        for (n = 1; i + n < nrows && rows[i + n].seq == rows[i].seq; n++)
            continue;
        if (l != NULL)
            choose_payment(c, &rows[i], n, l);
    }
    return 0;
}
