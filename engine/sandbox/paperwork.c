#include <inttypes.h>

#include "sandbox/cash_inside.h"
#include "sandbox/ids.h"
#include "sandbox/inside.h"
#include "sandbox/paper.h"
#include "sandbox/paperwork.h"

/* --- IntaSend's ----------------------------------------------------------- */

struct gathering {
    const struct books *books;
    struct paper *paper;
    bool short_of_memory;
};

static const char *const sorts[] = {
    [LINE_SALE] = "deposit", [LINE_ADJUSTMENT] = "transfer",
    [LINE_PAYOUT] = "payment", [LINE_CHARGE] = "charge",
    [LINE_AIRTIME] = "payment", [LINE_DEPOSIT] = "deposit"
};

static void
copy(char *to, size_t bytes, const char *text)
{
    if (text != NULL)
        str_copy(to, bytes, str_cut(str_of(text), bytes - 1));
}

/* A receipt of its own, of about the same day. */
static void
another(char *receipt)
{
    size_t n = strlen(receipt);

    if (n > 0)
        receipt[n - 1] = receipt[n - 1] == 'Z' ? 'Y' : 'Z';
}

/* A payment of a file, its charge, or its coming back. */
static void
of_item(struct paper_line *l, const struct payfile *f, const struct item *it,
        bool back)
{
    copy(l->id, sizeof(l->id), it->receipt);
    if (back || strcmp(l->sort, "charge") == 0)
        copy(l->linked, sizeof(l->linked), it->receipt);
    if (back)
        another(l->id);
    if (strcmp(l->sort, "charge") == 0)
        return;
    copy(l->reference, sizeof(l->reference),
         payfile_of(f, it->idempotency_key));
    copy(l->account, sizeof(l->account), payfile_of(f, it->account));
    copy(l->name, sizeof(l->name), payfile_of(f, it->name));
}

static void
gather(void *owner, const struct line *line)
{
    struct gathering *g = owner;
    const struct entry *e = line->entry;
    struct paper_line *l = paper_line(g->paper);

    if (l == NULL) {
        g->short_of_memory = true;
        return;
    }
    l->at_us = e->at_us;
    l->minor = line->value_minor;
    l->sort = e->kind == ENTRY_BACK ? "reversal" : sorts[line->type];
    if (e->kind == ENTRY_FILE || e->kind == ENTRY_BACK) {
        const struct payfile *f = g->books->files[e->about];

        of_item(l, f, &f->items[e->kind == ENTRY_BACK ? e->item : line->item],
                e->kind == ENTRY_BACK);
    } else {
        ids_alias(g->books->salt, IDS_LINE, line->number, l->id);
    }
}

/* The walk is newest first, and lines of one moment stay in their order. */
static void
turn(struct paper *p)
{
    for (size_t i = 0; i < p->n / 2; i++) {
        struct paper_line l = p->lines[i];

        p->lines[i] = p->lines[p->n - 1 - i];
        p->lines[p->n - 1 - i] = l;
    }
    /* qsort may shuffle what is equal */
    for (size_t i = 1; i < p->n; i++)
        if (p->lines[i].at_us <= p->lines[i - 1].at_us)
            p->lines[i].at_us = p->lines[i - 1].at_us + 1;
}

int
paperwork_wallet(struct buf *out, const struct books *b, const char *format)
{
    struct paper p = { .n = 0 };
    struct gathering g = { b, &p, false };
    const struct line_ask ask = { .wallet = 0, .type = -1 };
    const struct wallet *w = books_wallet(b, 0);
    int rc = -1;

    copy(p.number, sizeof(p.number), w->id);
    p.closing_minor = w->current_minor;
    statement_walk(b, &ask, 0, UINT64_MAX, gather, &g);
    turn(&p);
    if (!g.short_of_memory)
        rc = paper_write(out, &p, format);
    paper_release(&p);
    return rc;
}

/* --- Sapama's: what M-Pesa has of the till -------------------------------- */

static bool
add(struct paper *p, const struct cash_row *row, const char *sort,
    int64_t at_us, int64_t minor)
{
    struct paper_line *l = minor == 0 ? NULL : paper_line(p);
    bool charge = strcmp(sort, "charge") == 0;

    if (l == NULL)
        return minor == 0;
    l->at_us = at_us;
    l->minor = minor;
    l->sort = sort;
    copy(l->id, sizeof(l->id), row->receipt);
    if (strcmp(sort, "payment") != 0 && strcmp(sort, "deposit") != 0)
        copy(l->linked, sizeof(l->linked), row->receipt);
    if (strcmp(sort, "reversal") == 0)
        another(l->id);
    if (charge)
        return true;
    copy(l->reference, sizeof(l->reference),
         cash_row_word(row, WORD_REFERENCE));
    copy(l->account, sizeof(l->account), cash_row_word(row, WORD_PHONE));
    snprintf(l->name, sizeof(l->name), "%.60s %.60s",
             cash_row_word(row, WORD_FIRST), cash_row_word(row, WORD_LAST));
    return true;
}

static bool
add_row(struct paper *p, const struct cash_row *row)
{
    if (row->kind == ROW_RECEIPT)
        return add(p, row, "deposit", row->created_us, row->minor);
    if (row->kind != ROW_PAYOUT || !row->moved)
        return true;
    return add(p, row, "payment", row->paid_us, -row->minor)
        && add(p, row, "charge", row->paid_us + 1, -row->charge_minor)
        && (row->stage != STAGE_REVERSED
            || add(p, row, "reversal", row->stepped_us, row->minor));
}

int
paperwork_till(struct buf *out, const struct cash_books *b, const char *format)
{
    struct paper p = { .closing_minor = b->tills[0].current_minor };
    bool good = true;
    int rc = -1;

    snprintf(p.number, sizeof(p.number), "%d", b->tills[0].short_code);
    for (uint32_t i = 0; i < b->nrows && good; i++)
        if (b->rows[i]->till == 0)
            good = add_row(&p, b->rows[i]);
    if (good)
        rc = paper_write(out, &p, format);
    paper_release(&p);
    return rc;
}
