/*
 * A workbook: a sheet for each table, text for all that is no amount, a head
 * that stays, filters.  Rows go to disk as they come, so that memory does not
 * grow with the run.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "money/money.h"
#include "report/render.h"
#include "report/table.h"
#include "report/when.h"
#include "report/sheets_number.h"

#define TEXT_BYTES_MAX 32000        /* of one cell: Excel's limit is 32,767   */
#define SHEET_BYTES    32           /* of a sheet's name, with the end        */
#define FACTS_WIDTH    28

struct xlsx {
    struct model *m;
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *head, *title, *text, *wrap, *code, *count, *money, *share,
        *time, *bold, *bold_money, *bold_count, *dim;
    lxw_row_t row;
    lxw_row_t first;            /* of the rows of the table under way         */
    bool      joined;           /* tables go below each other on this sheet   */
    bool      failed;
    int       decimals;
};

/* --- cells ---------------------------------------------------------------- */

/* A cell of text, never a formula: the library writes what it is told, and a
 * formula has another function.  What a sheet cannot hold is left out. */
static void
put_text(struct xlsx *x, lxw_col_t col, struct str s, lxw_format *f)
{
    struct buf b;

    buf_init(&b, TEXT_BYTES_MAX + 4);
    s = render_cut(s, TEXT_BYTES_MAX);
    render_safe(&b, s);
    if (b.failed
        || worksheet_write_string(x->sheet, x->row, col,
                                  b.p != NULL ? b.p : "", f) != LXW_NO_ERROR)
        x->failed = true;
    buf_release(&b);
}

/* Exact: see report/sheets_number.h. */
static void
put_number(struct xlsx *x, lxw_col_t col, int64_t n, int decimals,
           lxw_format *f)
{
    struct buf b;

    buf_init(&b, MONEY_TEXT_BYTES);
    if (sheets_fits(n)) {
        sheets_mark(&b, n, decimals);
        if (b.failed || worksheet_write_string(x->sheet, x->row, col, b.p, f)
                        != LXW_NO_ERROR)
            x->failed = true;
    } else {
        buf_minor(&b, n, decimals);
        put_text(x, col, buf_view(&b), f);
    }
    buf_release(&b);
}

static void
put_time(struct xlsx *x, lxw_col_t col, int64_t us)
{
    lxw_datetime t = { .year = 0 };
    struct tm tm;

    if (when_parts(us, &tm) < 0)
        return;
    t.year = tm.tm_year + 1900;
    t.month = tm.tm_mon + 1;
    t.day = tm.tm_mday;
    t.hour = tm.tm_hour;
    t.min = tm.tm_min;
    t.sec = tm.tm_sec;
    if (worksheet_write_datetime(x->sheet, x->row, col, &t, x->time)
        != LXW_NO_ERROR)
        x->failed = true;
}

static void
put_cell(struct xlsx *x, lxw_col_t col, const struct table_col *c,
         const struct cell *cell, bool sum)
{
    if (!cell->set)
        return;
    switch (c->kind) {
    case CELL_TEXT:
        put_text(x, col, cell->text, sum ? x->bold
                 : c->width > 40 ? x->wrap : x->text);
        break;
    case CELL_CODE:
        put_text(x, col, cell->text, sum ? x->bold : x->code);
        break;
    case CELL_COUNT:
        put_number(x, col, cell->n, 0, sum ? x->bold_count : x->count);
        break;
    case CELL_MONEY:
        put_number(x, col, cell->n, x->decimals,
                   sum ? x->bold_money : x->money);
        break;
    case CELL_SHARE:
        put_number(x, col, cell->n, 3, x->share);
        break;
    case CELL_TIME:
        put_time(x, col, cell->n);
        break;
    }
}

/* --- tables --------------------------------------------------------------- */

/* A sheet's name: 31 characters, and none of []:*?/\ */
static void
new_sheet(struct xlsx *x, const char *title)
{
    char name[SHEET_BYTES];
    size_t n = 0;

    for (; title[n] != '\0' && n < sizeof(name) - 1; n++)
        name[n] = strchr("[]:*?/\\'", title[n]) != NULL ? ' ' : title[n];
    name[n] = '\0';
    x->sheet = workbook_add_worksheet(x->book, name);
    x->row = 0;
    if (x->sheet == NULL) {
        x->failed = true;
        return;
    }
    worksheet_set_landscape(x->sheet);
    worksheet_set_paper(x->sheet, 9);               /* A4 */
    worksheet_fit_to_pages(x->sheet, 1, 0);
    worksheet_set_footer(x->sheet, "&L&F  &A&RPage &P of &N");
}

static int
begin(void *owner, const struct table *t)
{
    struct xlsx *x = owner;
    lxw_col_t col = 0;
    char title[96];

    if (!x->joined)
        new_sheet(x, t->title);
    if (x->sheet == NULL)
        return -1;
    if (x->joined) {
        x->row++;
        put_text(x, 0, str_of(t->title), x->title);
        x->row++;
    }
    for (int i = 0; i < t->ncols; i++) {
        const struct table_col *c = &t->cols[i];

        if (c->width == 0)
            continue;
        if (!x->joined)
            worksheet_set_column(x->sheet, col, col, c->width, NULL);
        snprintf(title, sizeof(title), "%s%s%s", c->title,
                 c->kind == CELL_MONEY ? ", " : "",
                 c->kind == CELL_MONEY ? x->m->run.ccy : "");
        put_text(x, col++, str_of(title), x->head);
    }
    x->row++;
    x->first = x->row;
    if (!x->joined)
        worksheet_freeze_panes(x->sheet, x->row, 0);
    return x->failed ? -1 : 0;
}

static int
row(void *owner, const struct table *t, enum table_row kind,
    const struct cell *cells)
{
    struct xlsx *x = owner;
    lxw_col_t col = 0;

    for (int i = 0; i < t->ncols; i++)
        if (t->cols[i].width > 0)
            put_cell(x, col++, &t->cols[i], &cells[i], kind != ROW_PLAIN);
    x->row++;
    return x->failed ? -1 : 0;
}

static int
end(void *owner, const struct table *t)
{
    struct xlsx *x = owner;
    int cols = 0;

    for (int i = 0; i < t->ncols; i++)
        cols += t->cols[i].width > 0;
    if (t->list && !x->joined)
        worksheet_autofilter(x->sheet, x->first - 1, 0, x->row - 1,
                             (lxw_col_t)(cols - 1));
    return 0;
}

/* --- the first sheet ------------------------------------------------------ */

static void
fact(struct xlsx *x, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    put_text(x, 0, str_of(name), x->dim);
    put_text(x, 1, str_of(value), x->text);
    x->row++;
}

static void
fact_time(struct xlsx *x, const char *name, int64_t us)
{
    if (us == 0)
        return;
    put_text(x, 0, str_of(name), x->dim);
    put_time(x, 1, us);
    x->row++;
}

static void
facts(struct xlsx *x)
{
    const struct model *m = x->m;
    const struct run *r = &m->run;
    char digest[SHA256_HEX];

    fact(x, "Environment", r->live ? "LIVE: real money"
                                   : "SANDBOX: a rehearsal, no real money");
    fact_time(x, "As of (Nairobi)", m->now_us);
    fact(x, "Currency", r->ccy);
    if (m->runs != NULL)
        return;
    hex_of(r->digest, SHA256_BYTES, digest);
    fact(x, "State", words_run(r->state));
    fact(x, "Period", r->period);
    fact(x, "Kind", words_kind(r->kind));
    fact(x, "Account", r->account);
    fact(x, "Provider", words_provider(m->provider_name));
    fact(x, "Narration", r->narration);
    fact(x, "Made by", r->made_by);
    fact_time(x, "Made (Nairobi)", m->made_us);
    fact(x, "Approved by", m->approver[0] != '\0' ? m->approver : "nobody");
    fact_time(x, "Approved (Nairobi)", m->approved_us);
    fact(x, "Duplicates allowed because", r->override);
    fact(x, "File", r->file_name);
    fact(x, "SHA-256 of the file", m->file_sha256);
    fact(x, "Digest that was approved", digest);
}

static int
front(struct xlsx *x, const struct table_sink *sink, struct err *e)
{
    static const enum table_id first[] = { TABLE_STATES, TABLE_PROOF };

    new_sheet(x, "Summary");
    if (x->sheet == NULL)
        return -1;
    worksheet_set_column(x->sheet, 0, 0, 48, NULL);
    worksheet_set_column(x->sheet, 1, 3, FACTS_WIDTH, NULL);
    put_text(x, 0, str_of(x->m->run.ref), x->title);
    x->row++;
    facts(x);
    x->joined = true;
    for (size_t i = 0; i < LEN(first); i++)
        if (table_write(x->m, first[i], RUN_ROWS_MAX, sink, e) < 0)
            return -1;
    x->joined = false;
    return 0;
}

static int
sheets(struct xlsx *x, struct err *e)
{
    static const enum table_id each[] = {
        TABLE_RUNS, TABLE_ACCOUNTS, TABLE_REASONS, TABLE_DOUBT, TABLE_FAILED,
        TABLE_BREAKS, TABLE_TRIES, TABLE_AGEING, TABLE_RAILS, TABLE_PROVIDERS,
        TABLE_HOURS,
        TABLE_DEPARTMENTS, TABLE_BRANCHES, TABLE_COMPARE, TABLE_COMPARE_PARTS,
        TABLE_SHARED, TABLE_BATCHES, TABLE_NOTICED, TABLE_HISTORY,
        TABLE_PAYMENTS
    };
    const struct table_sink sink = { x, begin, row, end };

    if (front(x, &sink, e) < 0)
        return -1;
    for (size_t i = 0; i < LEN(each); i++)
        if (table_write(x->m, each[i], RUN_ROWS_MAX, &sink, e) < 0)
            return -1;
    return 0;
}

/* --- formats -------------------------------------------------------------- */

static lxw_format *
format(struct xlsx *x, const char *number, bool bold)
{
    lxw_format *f = workbook_add_format(x->book);

    if (f == NULL) {
        x->failed = true;
        return NULL;
    }
    if (number != NULL)
        format_set_num_format(f, number);
    if (bold)
        format_set_bold(f);
    format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
    return f;
}

static void
formats(struct xlsx *x)
{
    const char *money = x->decimals > 0 ? "#,##0.00;[Red]-#,##0.00"
                                        : "#,##0;[Red]-#,##0";

    x->title = format(x, "@", true);
    x->head = format(x, "@", true);
    x->text = format(x, "@", false);
    x->wrap = format(x, "@", false);
    x->code = format(x, "@", false);
    x->dim = format(x, "@", false);
    x->bold = format(x, "@", true);
    x->count = format(x, "#,##0", false);
    x->bold_count = format(x, "#,##0", true);
    x->money = format(x, money, false);
    x->bold_money = format(x, money, true);
    x->share = format(x, "0.0%", false);
    x->time = format(x, "yyyy-mm-dd hh:mm:ss", false);
    if (x->failed)
        return;
    format_set_font_size(x->title, 14);
    format_set_bg_color(x->head, 0x1F4F8A);
    format_set_font_color(x->head, LXW_COLOR_WHITE);
    format_set_text_wrap(x->head);
    format_set_text_wrap(x->wrap);
    format_set_align(x->time, LXW_ALIGN_LEFT);
    format_set_font_color(x->dim, 0x5B6675);
}

/* --- the file ------------------------------------------------------------- */

/* The library writes to a name; the caller wants it in a stream. */
static int
copy_to(FILE *from, struct out *o)
{
    char piece[16 * 1024];
    size_t n;

    while ((n = fread(piece, 1, sizeof(piece), from)) > 0) {
        buf_add(&o->b, piece, n);
        if (out_turn(o) < 0)
            return -1;
    }
    return ferror(from) ? -1 : 0;
}

static int
make(struct xlsx *x, const char *path, struct err *e)
{
    lxw_workbook_options options = { .constant_memory = LXW_TRUE,
                                     .use_zip64 = LXW_FALSE };
    lxw_doc_properties about = { .title = x->m->run.ref,
                                 .company = "payrun" };
    lxw_error rc;
    int made = -1;

    about.created = (time_t)(x->m->now_us / 1000000);
    if ((x->book = workbook_new_opt(path, &options)) == NULL)
        return err_oom(e);
    workbook_set_properties(x->book, &about);
    formats(x);
    if (!x->failed)
        made = sheets(x, e);
    rc = workbook_close(x->book);
    if (made == 0 && rc != LXW_NO_ERROR) {
        err_set(e, ERR_IO, "the workbook could not be written: %s",
                lxw_strerror(rc));
        return err_fix(e, "Make room on the disk, then run the same command "
                       "again.");
    }
    if (made < 0 && x->failed)
        return err_set(e, ERR_IO, "the workbook could not be written");
    return made == 0 ? sheets_unmark(path, e) : made;
}

int
sheets_render(struct model *m, struct out *o, struct err *e)
{
    struct xlsx x = { .m = m, .decimals = ccy_decimals(m->run.ccy) };
    const char *folder = getenv("TMPDIR");
    char path[PATH_BYTES_MAX];
    FILE *made = NULL;
    int fd = -1, rc = -1, n;

    n = snprintf(path, sizeof(path), "%s/payrun-xlsx.XXXXXX",
                 folder != NULL && folder[0] != '\0' ? folder : "/tmp");
    if (n < 0 || (size_t)n >= sizeof(path)
        || (fd = mkostemp(path, O_CLOEXEC)) < 0) {  /* its owner's only: pay */
        err_set(e, ERR_CANTCREATE, "no temporary file for the workbook: %s",
                strerror(errno));
        return err_fix(e, "name a folder you may write to in TMPDIR");
    }
    close(fd);
    if (make(&x, path, e) == 0) {
        made = fopen(path, "rbe");
        rc = made != NULL ? copy_to(made, o)
            : err_set(e, ERR_IO, "the workbook was not found again: %s",
                      strerror(errno));
    }
    if (made != NULL)
        fclose(made);
    unlink(path);
    return rc;
}
