/*
 * The frame of the PDF: pages with their foot, and the order of what is on
 * them.
 */
#include "report/pdf.h"

#include <cairo-pdf.h>

#include "base/clock.h"
#include "money/money.h"
#include "report/render.h"
#include "report/when.h"

/* --- pages ---------------------------------------------------------------- */

static void
foot(struct pdf *p)
{
    const struct model *m = p->m;
    int y = PDF_HEIGHT - 480, width = PDF_RIGHT - PDF_LEFT;
    char left[192], right[48], when[WHEN_BYTES];

    when_text(m->now_us, when);
    snprintf(left, sizeof(left), "%s, %s, as of %s, Nairobi time", m->run.ref,
             m->run.live ? "LIVE" : "SANDBOX", when);
    snprintf(right, sizeof(right), "Page %d of %d", p->page, p->pages);
    pdf_box(p, PDF_LEFT, y, width, 6, PDF_LINE);
    pdf_text(p, PDF_LEFT, y + 50, width, PDF_SMALL, PDF_DIM, PDF_AT_LEFT,
             str_of(left));
    pdf_text(p, PDF_LEFT, y + 50, width, PDF_SMALL, PDF_DIM, PDF_AT_RIGHT,
             str_of(right));
}

static void
page_end(struct pdf *p)
{
    foot(p);
    if (!p->dry)
        cairo_show_page(p->c);
}

void
pdf_room(struct pdf *p, int height)
{
    /* what is higher than a page stays on this one and is cut */
    if (p->y + height <= PDF_BOTTOM || p->y <= PDF_TOP)
        return;
    page_end(p);
    p->page++;
    p->y = PDF_TOP;
}

void
pdf_section(struct pdf *p, const char *title, const char *note, int keep)
{
    int width = PDF_RIGHT - PDF_LEFT;

    p->y += p->y > PDF_TOP ? 110 : 0;
    pdf_room(p, keep);
    p->y += pdf_text(p, PDF_LEFT, p->y, width, PDF_SECTION, PDF_INK,
                     PDF_AT_LEFT, str_of(title)) + 40;
    if (note != NULL)
        p->y += pdf_text(p, PDF_LEFT, p->y, width, PDF_SMALL, PDF_DIM,
                         PDF_AT_LEFT, str_of(note)) + 50;
}

/* --- what is on them ------------------------------------------------------ */

static int
tables(struct pdf *p, const enum table_id *ids, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++)
        if (pdf_table(p, ids[i], 0, e) < 0)
            return -1;
    return 0;
}

static int
pages(struct pdf *p, struct err *e)
{
    static const enum table_id first[] = { TABLE_RUNS, TABLE_STATES,
                                           TABLE_PROOF };
    static const enum table_id then[] = {
        TABLE_ACCOUNTS, TABLE_REASONS, TABLE_BREAKS, TABLE_AGEING, TABLE_RAILS,
        TABLE_PROVIDERS, TABLE_HOURS, TABLE_DEPARTMENTS, TABLE_BRANCHES,
        TABLE_COMPARE, TABLE_COMPARE_PARTS, TABLE_SHARED, TABLE_TRIES,
        TABLE_NOTICED
    };
    const struct run_sums *s = &p->m->sums;

    p->page = 1;
    pdf_masthead(p);
    if (tables(p, first, LEN(first), e) < 0)
        return -1;
    pdf_signatures(p);
    pdf_facts(p);
    if (tables(p, then, LEN(then), e) < 0
        || pdf_table(p, TABLE_DOUBT, s->doubt_rows, e) < 0
        || pdf_table(p, TABLE_FAILED, s->failed_rows, e) < 0
        || pdf_table(p, TABLE_BATCHES, p->m->run.batches, e) < 0
        || pdf_table(p, TABLE_PAYMENTS, s->book_rows, e) < 0)
        return -1;
    page_end(p);
    return 0;
}

/* --- the file ------------------------------------------------------------- */

static cairo_status_t
give(void *owner, const unsigned char *data, unsigned int bytes)
{
    struct out *o = owner;

    buf_add(&o->b, data, bytes);
    return out_turn(o) == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void
about(struct pdf *p)
{
    char iso[CLOCK_ISO_BYTES];

    clock_iso(p->m->now_us, iso);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE,
                                   p->m->run.ref);
    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATOR,
                                   "payrun");
    cairo_pdf_surface_set_metadata(p->surface,
                                   CAIRO_PDF_METADATA_CREATE_DATE, iso);
}

int
pdf_open(struct pdf *p, bool dry)
{
    cairo_font_options_t *o = NULL;

    p->dry = dry;
    /* the surface is in points, everything on it in tenths of one */
    p->surface = cairo_pdf_surface_create_for_stream(
        p->dry ? NULL : give, p->o, PDF_WIDTH / 10.0, PDF_HEIGHT / 10.0);
    p->c = cairo_create(p->surface);
    if (cairo_status(p->c) != CAIRO_STATUS_SUCCESS)
        return -1;
    cairo_scale(p->c, 0.1, 0.1);
    about(p);
    p->layout = pango_cairo_create_layout(p->c);
    o = cairo_font_options_create();
    cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(pango_layout_get_context(p->layout),
                                         o);
    cairo_font_options_destroy(o);
    pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
    return 0;
}

int
pdf_close(struct pdf *p, struct err *e)
{
    cairo_status_t st;

    if (p->layout != NULL)
        g_object_unref(p->layout);
    p->layout = NULL;
    cairo_destroy(p->c);
    cairo_surface_finish(p->surface);
    st = cairo_surface_status(p->surface);
    cairo_surface_destroy(p->surface);
    if (st == CAIRO_STATUS_SUCCESS || p->o->failed)
        return 0;               /* then out_end() says what went wrong */
    return err_set(e, ERR_IO, "the PDF could not be made: %s",
                   cairo_status_to_string(st));
}

static int
once(struct pdf *p, bool dry, struct err *e)
{
    int rc = -1;

    if (pdf_open(p, dry) < 0)
        err_oom(e);
    else
        rc = pages(p, e);
    return pdf_close(p, rc == 0 ? e : NULL) == 0 ? rc : -1;
}

int
pdf_render(struct model *m, struct out *o, struct err *e)
{
    struct pdf p = { .m = m, .o = o, .decimals = ccy_decimals(m->run.ccy) };
    int rc = -1;

    if (pdf_fonts(&p) < 0)
        err_oom(e);
    else if ((rc = once(&p, true, e)) == 0) {
        p.pages = p.page;
        rc = once(&p, false, e);
    }
    pdf_fonts_free(&p);
    return rc;
}
