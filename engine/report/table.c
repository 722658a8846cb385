#include "report/table.h"

#include "money/money.h"
#include "report/table_feed.h"
#include "report/when.h"

/* --- the row at hand ------------------------------------------------------ */

void
feed_text(struct feed *f, int col, struct str s)
{
    f->cells[col].set = s.len > 0;
    f->cells[col].text = s;
}

void
feed_words(struct feed *f, int col, const char *text)
{
    feed_text(f, col, str_of(text));
}

void
feed_n(struct feed *f, int col, int64_t n)
{
    f->cells[col].set = true;
    f->cells[col].n = n;
}

int64_t
table_share(int64_t part, int64_t whole)
{
    int64_t n = 0;

    if (part <= 0 || whole <= 0)
        return 0;
    /* an amount times 2000 may not fit */
    n = whole > INT64_MAX / 4000
        ? (part + whole / 2000) / (whole / 1000)
        : (part * 2000 + whole) / (2 * whole);
    if (part < whole && n >= 1000)
        return 999;
    return n < 1 ? 1 : n > 1000 ? 1000 : n;
}

void
feed_share(struct feed *f, int col, int64_t part, int64_t whole)
{
    if (whole > 0)
        feed_n(f, col, table_share(part, whole));
}

int
feed_row(struct feed *f, enum table_row kind)
{
    int rc = 0;

    if (!f->begun)
        rc = f->sink->begin(f->sink->owner, f->t);
    f->begun = true;
    if (rc == 0)
        rc = f->sink->row(f->sink->owner, f->t, kind, f->cells);
    memset(f->cells, 0, sizeof(f->cells));
    return rc;
}

int
feed_head(struct feed *f, const char *text)
{
    feed_words(f, 0, text);
    return feed_row(f, ROW_HEAD);
}

/* --- which tables there are ----------------------------------------------- */

static const struct {
    const struct table *of;         /* which list, and where in it            */
    int at;
    int (*write)(struct feed *, struct err *);
} tables[TABLE_COUNT] = {
    [TABLE_RUNS] = { tables_of_head, 0, tables_runs },
    [TABLE_STATES] = { tables_of_head, 1, tables_states },
    [TABLE_PROOF] = { tables_of_head, 2, tables_proof },
    [TABLE_ACCOUNTS] = { tables_of_head, 3, tables_accounts },
    [TABLE_REASONS] = { tables_of_head, 4, tables_reasons },
    [TABLE_DOUBT] = { tables_of_lists, 0, tables_doubt },
    [TABLE_FAILED] = { tables_of_lists, 1, tables_failed },
    [TABLE_PAYMENTS] = { tables_of_lists, 2, tables_payments },
    [TABLE_BATCHES] = { tables_of_lists, 3, tables_batches },
    [TABLE_NOTICED] = { tables_of_lists, 4, tables_noticed },
    [TABLE_HISTORY] = { tables_of_lists, 5, tables_history },
    [TABLE_RAILS] = { tables_of_groups, 0, tables_groups },
    [TABLE_PROVIDERS] = { tables_of_groups, 1, tables_groups },
    [TABLE_HOURS] = { tables_of_groups, 2, tables_groups },
    [TABLE_DEPARTMENTS] = { tables_of_groups, 3, tables_groups },
    [TABLE_BRANCHES] = { tables_of_groups, 4, tables_groups },
    [TABLE_AGEING] = { tables_of_groups, 5, tables_ageing },
    [TABLE_TRIES] = { tables_of_beside, 0, tables_tries },
    [TABLE_COMPARE] = { tables_of_beside, 1, tables_compare },
    [TABLE_COMPARE_PARTS] = { tables_of_beside, 2, tables_compare_parts },
    [TABLE_SHARED] = { tables_of_beside, 3, tables_shared },
    [TABLE_BREAKS] = { tables_of_breaks, 0, tables_breaks }
};

int
table_write(struct model *m, enum table_id id, int64_t rows_max,
            const struct table_sink *sink, struct err *e)
{
    struct feed f = { .m = m, .t = &tables[id].of[tables[id].at],
                      .sink = sink, .rows_max = rows_max };

    if (tables[id].write(&f, e) < 0)
        return -1;
    return f.begun ? sink->end(sink->owner, f.t) : 0;
}

/* --- a cell as people read it --------------------------------------------- */

bool
table_number(enum cell_kind k)
{
    return k == CELL_COUNT || k == CELL_MONEY || k == CELL_SHARE;
}

static void
cell_money(struct buf *b, int64_t minor, int decimals)
{
    /* money_text() wants a currency: one with as many decimals, cut off */
    struct money m = { minor, "KES" };
    char text[MONEY_TEXT_BYTES];

    if (decimals == 0)
        memcpy(m.ccy, "UGX", 4);
    money_text(m, text);
    buf_text(b, text + 4);
}

void
table_cell(struct buf *b, enum cell_kind kind, const struct cell *c,
           int decimals)
{
    char text[MONEY_TEXT_BYTES + WHEN_BYTES];

    if (!c->set)
        return;
    switch (kind) {
    case CELL_TEXT: case CELL_CODE:
        buf_str(b, c->text);
        break;
    case CELL_COUNT:
        money_count(c->n, text);
        buf_text(b, text);
        break;
    case CELL_MONEY:
        cell_money(b, c->n, decimals);
        break;
    case CELL_SHARE:
        buf_printf(b, "%lld.%lld %%", (long long)(c->n / 10),
                   (long long)(c->n % 10));
        break;
    case CELL_TIME:
        when_text(c->n, text);
        buf_text(b, text);
        break;
    }
}
