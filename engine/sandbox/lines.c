#include <inttypes.h>

#include "sandbox/ask.h"
#include "sandbox/collecting.h"
#include "sandbox/ids.h"
#include "sandbox/inside.h"
#include "sandbox/odd.h"
#include "sandbox/pages.h"

/* The statement: transactions/ and wallets/{id}/transactions/. */

struct writer {
    struct exchange *x;
    bool first;
};

/* A payment's line has the payment's own id, so that the two can be laid side
 * by side; others have ids of their own.  What the provider does is unknown. */
static void
line_id(const struct books *b, const struct line *line, int copy,
        char out[FIGURE_ALIAS_BYTES])
{
    if (line->entry->kind == ENTRY_FILE && line->item >= 0 && copy < 2
        && line->type != LINE_CHARGE)
        ids_alias(b->salt, IDS_ITEM, b->files[line->entry->about]->first
                  + (uint64_t)line->item, out);
    else
        ids_alias(b->salt, IDS_LINE, line->number
                  + (copy == 2 ? UINT64_C(1) << 40 : 0), out);
}

static const struct invoice *
line_invoice(const struct books *b, const struct entry *e)
{
    const struct chargeback *c;

    if (e->kind == ENTRY_SALE || e->kind == ENTRY_SALE_CHARGE)
        return b->invoices.list[e->about];
    if (e->kind != ENTRY_REFUND)
        return NULL;
    c = b->chargebacks.list[e->about];
    return b->invoices.list[c->invoice];
}

static void
line_narrative(struct buf *out, const struct books *b, const struct line *line)
{
    const struct entry *e = line->entry;
    const struct transfer *t;
    const struct payfile *f;
    const char *text = NULL;
    char alias[FIGURE_ALIAS_BYTES], own[64];

    switch (e->kind) {
    case ENTRY_FILE:
    case ENTRY_BACK:
        f = b->files[e->about];
        if (e->kind == ENTRY_FILE && line->item < 0) {  /* in bulk */
            snprintf(own, sizeof(own), "%s %s", line->type == LINE_CHARGE
                     ? "Charges of" : "Payouts of", f->file_id);
            text = own;
            break;
        }
        ids_alias(b->salt, IDS_ITEM, f->first + (uint64_t)
                  (e->kind == ENTRY_BACK ? e->item : line->item), alias);
        snprintf(own, sizeof(own), "%s %s", e->kind == ENTRY_BACK ? "Reversal"
                 : line->type == LINE_CHARGE ? "Charge" : "Payout", alias);
        text = own;
        break;
    case ENTRY_GIVEN:
        text = "Deposit";
        break;
    case ENTRY_SALE:
        text = "Sale";
        break;
    case ENTRY_SALE_CHARGE:
        text = "Sale charge";
        break;
    case ENTRY_TRANSFER:
        t = b->transfers.list[e->about];
        text = t->narrative;
        break;
    case ENTRY_REFUND:
        text = "Refund";
        break;
    }
    shape_text(out, ",\"narrative\":", text);
}

static void
put_line(struct exchange *x, const struct line *line, int64_t at_us, int copy)
{
    const struct books *b = &x->sandbox->ledger.books;
    const struct invoice *invoice = line_invoice(b, line->entry);
    bool bare = shape_bare(x->manner.numbers, false);
    int64_t value = line->value_minor;
    char id[FIGURE_ALIAS_BYTES];

    if (x->sandbox->switches.unsigned_lines && value < 0)
        value = -value;
    line_id(b, line, copy, id);
    shape_text(&x->out, "{\"transaction_id\":", id);
    buf_text(&x->out, ",\"invoice\":");
    if (invoice != NULL)
        collecting_invoice(&x->out, x, invoice, false);
    else
        buf_text(&x->out, "null");
    shape_text(&x->out, ",\"currency\":", "KES");
    shape_money(&x->out, ",\"value\":", value, bare);
    shape_money(&x->out, ",\"running_balance\":", line->running_minor, bare);
    if (copy == 2)
        shape_text(&x->out, ",\"narrative\":", "Payout");
    else
        line_narrative(&x->out, b, line);
    shape_text(&x->out, ",\"trans_type\":", statement_type_name(line->type));
    shape_text(&x->out, ",\"status\":", line->entry->kind == ENTRY_REFUND
               ? "REFUNDED" : "AVAILABLE");
    shape_stamp(&x->out, ",\"created_at\":", at_us);
    shape_stamp(&x->out, ",\"updated_at\":", at_us);
    buf_char(&x->out, '}');
}

/* The statement's edge: its void pointer becomes a writer. */
static void
write_line(void *owner, const struct line *line)
{
    struct writer *w = owner;

    pages_next(&w->x->out, &w->first);
    put_line(w->x, line, line->entry->at_us, 0);
}

static int
answer_odd(struct exchange *x, const struct line_ask *ask)
{
    const struct books *b = &x->sandbox->ledger.books;
    struct odd_lines o;
    struct page p;
    bool first = true;
    int rc = -1;

    if (odd_gather(&o, b, &x->sandbox->switches, ask) == 0
        && pages_read(x, &p, o.n) == 0) {
        pages_head(x, &p);
        for (uint64_t i = p.skip; i < o.n && i < p.skip + p.take; i++) {
            pages_next(&x->out, &first);
            put_line(x, &o.list[i].line, o.list[i].at_us, o.list[i].copy);
        }
        pages_tail(&x->out);
        rc = 0;
    }
    odd_release(&o);
    return rc;
}

static int
answer_lines(struct exchange *x, const struct line_ask *ask)
{
    const struct books *b = &x->sandbox->ledger.books;
    struct writer w = { x, true };
    struct page p;

    if (odd_asked(&x->sandbox->switches))
        return answer_odd(x, ask);
    if (pages_read(x, &p, statement_count(b, ask)) < 0)
        return -1;
    pages_head(x, &p);
    statement_walk(b, ask, p.skip, p.take, write_line, &w);
    pages_tail(&x->out);
    return 0;
}

/* The filters of both lists. */
static int
read_ask(struct exchange *x, struct line_ask *ask)
{
    const char *type = httpd_query(x->request, "trans_type");

    *ask = (struct line_ask){ .wallet = -1, .type = -1 };
    if (type != NULL && type[0] != '\0'
        && statement_type_read(&ask->type, str_of(type)) < 0)
        return refusal_field(&x->refusal, "trans_type", "Select a valid "
                             "choice. That choice is not one of the available "
                             "choices.");
    if (pages_day(x, "start_date", false, &ask->since_us) < 0)
        return -1;
    return pages_day(x, "end_date", true, &ask->until_us);
}

static int
ask_wallet(struct exchange *x, struct line_ask *ask, const char *id)
{
    const struct wallet *w = wallets_find(&x->sandbox->ledger.books.wallets,
                                          str_of(id));

    if (w == NULL)
        return refusal_flat(&x->refusal, 404, "Not found.");
    ask->wallet = w->n;
    return 0;
}

int
purses_do_lines(struct exchange *x)
{
    struct line_ask ask;

    if (read_ask(x, &ask) < 0 || ask_wallet(x, &ask, x->name) < 0)
        return -1;
    return answer_lines(x, &ask);
}

int
purses_do_statement(struct exchange *x)
{
    const char *id = httpd_query(x->request, "wallet_id");
    struct line_ask ask;

    if (read_ask(x, &ask) < 0
        || (id != NULL && id[0] != '\0' && ask_wallet(x, &ask, id) < 0))
        return -1;
    return answer_lines(x, &ask);
}

/* One line by its id: a search, since nobody asks for many. */
struct finder {
    struct exchange *x;
    bool found;
};

static void
find_line(void *owner, const struct line *line)
{
    struct finder *f = owner;
    char id[FIGURE_ALIAS_BYTES];

    line_id(&f->x->sandbox->ledger.books, line, 0, id);
    if (f->found || strcmp(id, f->x->name) != 0)
        return;
    f->found = true;
    put_line(f->x, line, line->entry->at_us, 0);
}

int
purses_do_line(struct exchange *x)
{
    const struct line_ask all = { .wallet = -1, .type = -1 };
    struct finder f = { x, false };

    statement_walk(&x->sandbox->ledger.books, &all, 0, UINT64_MAX, find_line,
                   &f);
    return f.found ? 0 : refusal_flat(&x->refusal, 404, "Not found.");
}
