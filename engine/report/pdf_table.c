/*
 * Tables on paper: a head that comes again on every page, rows that are never
 * broken, and a word about what did not fit.
 */
#include "money/money.h"
#include "report/pdf.h"

#define GAP   90                /* between two columns                        */
#define PAD   20                /* above and below a row                      */

static enum pdf_ink
cell_ink(const struct cell *c)
{
    static const struct { struct str word; enum pdf_ink ink; } words[] = {
        { STR_INIT("ties"), PDF_GOOD }, { STR_INIT("tie"), PDF_GOOD },
        { STR_INIT("paid"), PDF_GOOD }, { STR_INIT("failed"), PDF_BAD },
        { STR_INIT("returned"), PDF_BAD }, { STR_INIT("reversed"), PDF_BAD },
        { STR_INIT("in doubt"), PDF_CARE }
    };

    if (c->text.len >= 6 && memcmp(c->text.p, "DIFFER", 6) == 0)
        return PDF_BAD;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (str_eq(c->text, words[i].word))
            return words[i].ink;
    return PDF_INK;
}

/* --- the head ------------------------------------------------------------- */

static void
columns(struct pdf *p, const struct table *t)
{
    int shares = 0, x = PDF_LEFT, last = 0;

    for (int i = 0; i < t->ncols; i++) {
        shares += t->cols[i].paper;
        if (t->cols[i].paper > 0)
            last = i;
    }
    for (int i = 0; i < t->ncols; i++) {
        p->from[i] = x;
        p->wide[i] = (PDF_RIGHT - PDF_LEFT) * t->cols[i].paper / shares
                     - (i == last ? 0 : GAP);
        x += t->cols[i].paper > 0 ? p->wide[i] + GAP : 0;
    }
}

static void
head(struct pdf *p, const struct table *t)
{
    char title[96];
    int high = 0;

    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1)
            pdf_box(p, PDF_LEFT - 30, p->y, PDF_RIGHT - PDF_LEFT + 60,
                    high + 2 * PAD, PDF_SOFT);
        for (int i = 0; i < t->ncols; i++) {
            const struct table_col *c = &t->cols[i];
            int h;

            if (c->paper == 0)
                continue;
            snprintf(title, sizeof(title), "%s%s%s", c->title,
                     c->kind == CELL_MONEY ? ", " : "",
                     c->kind == CELL_MONEY ? p->m->run.ccy : "");
            h = pass == 0 ? pdf_height(p, PDF_HEAD, p->wide[i], str_of(title))
                : pdf_text(p, p->from[i], p->y + PAD, p->wide[i], PDF_HEAD,
                           PDF_DIM, table_number(c->kind) ? PDF_AT_RIGHT
                                                          : PDF_AT_LEFT,
                           str_of(title));
            high = h > high ? h : high;
        }
    }
    p->y += high + 2 * PAD;
}

static int
begin(void *owner, const struct table *t)
{
    struct pdf *p = owner;

    p->rows = 0;
    columns(p, t);
    pdf_section(p, t->title, t->note, 700);
    head(p, t);
    return 0;
}

/* --- rows ----------------------------------------------------------------- */

struct shown {
    enum pdf_style style;
    int width;
    struct str text;
    struct buf b;
};

/* A heading inside the table goes to where the next cell has something. */
static int
room_of(const struct pdf *p, const struct table *t, enum table_row kind,
        const struct cell *cells, int col)
{
    int until = p->from[col] + p->wide[col];

    if (kind == ROW_PLAIN || table_number(t->cols[col].kind))
        return p->wide[col];
    for (int i = col + 1; i < t->ncols && !cells[i].set; i++)
        if (t->cols[i].paper > 0)
            until = p->from[i] + p->wide[i];
    return until - p->from[col];
}

static int
prepare(struct pdf *p, const struct table *t, enum table_row kind,
        const struct cell *cells, struct shown *s)
{
    int high = 0, h;

    for (int i = 0; i < t->ncols; i++) {
        buf_init(&s[i].b, REPORT_BUF_BYTES_MAX);
        if (t->cols[i].paper == 0 || !cells[i].set)
            continue;
        table_cell(&s[i].b, t->cols[i].kind, &cells[i], p->decimals);
        s[i].text = buf_view(&s[i].b);
        s[i].style = kind != ROW_PLAIN ? PDF_BOLD : PDF_BODY;
        s[i].width = room_of(p, t, kind, cells, i);
        h = pdf_height(p, s[i].style, s[i].width, s[i].text);
        high = h > high ? h : high;
    }
    return high;
}

static void
share_bar(struct pdf *p, int col, int64_t thousandths, int high)
{
    int whole = p->wide[col];
    int part = (int)(whole * thousandths / 1000);

    pdf_box(p, p->from[col], p->y + PAD + high + 4, whole, 14, PDF_SOFT);
    pdf_box(p, p->from[col], p->y + PAD + high + 4, part, 14,
            thousandths == 1000 ? PDF_GOOD : PDF_BLUE);
}

static int
row(void *owner, const struct table *t, enum table_row kind,
    const struct cell *cells)
{
    struct pdf *p = owner;
    struct shown s[TABLE_COLS_MAX] = { { .width = 0 } };
    int high = prepare(p, t, kind, cells, s), before = p->page;

    pdf_room(p, high + 2 * PAD + (kind == ROW_HEAD ? 400 : 0));
    if (p->page != before)
        head(p, t);
    if (kind == ROW_SUM)
        pdf_box(p, PDF_LEFT - 30, p->y, PDF_RIGHT - PDF_LEFT + 60, 8, PDF_INK);
    for (int i = 0; i < t->ncols; i++) {
        if (s[i].text.len > 0)
            pdf_text(p, p->from[i], p->y + PAD, s[i].width, s[i].style,
                     cell_ink(&cells[i]), table_number(t->cols[i].kind)
                     ? PDF_AT_RIGHT : PDF_AT_LEFT, s[i].text);
        if (i == t->chart && i > 0 && cells[i].set)
            share_bar(p, i, cells[i].n, high);
        buf_release(&s[i].b);
    }
    p->y += high + 2 * PAD;
    if (kind == ROW_PLAIN)
        pdf_box(p, PDF_LEFT - 30, p->y, PDF_RIGHT - PDF_LEFT + 60, 4, PDF_LINE);
    p->rows++;
    return p->o->failed ? -1 : 0;
}

static int
end(void *owner, const struct table *t)
{
    struct pdf *p = owner;

    (void)t;
    p->y += 60;
    return 0;
}

int
pdf_table(struct pdf *p, enum table_id id, int64_t all, struct err *e)
{
    const struct table_sink sink = { p, begin, row, end };
    char words[256], first[MONEY_TEXT_BYTES], whole[MONEY_TEXT_BYTES];

    p->rows = 0;
    if (table_write(p->m, id, REPORT_PAPER_ROWS, &sink, e) < 0)
        return -1;
    if (p->rows < REPORT_PAPER_ROWS || all <= p->rows)
        return 0;
    money_count(p->rows, first);
    money_count(all, whole);
    snprintf(words, sizeof(words), "The first %s of %s. All of them are in the "
             "workbook (--format xlsx) and the CSV.", first, whole);
    p->y += pdf_text(p, PDF_LEFT, p->y, PDF_RIGHT - PDF_LEFT, PDF_SMALL,
                     PDF_DIM, PDF_AT_LEFT, str_of(words)) + 60;
    return 0;
}
