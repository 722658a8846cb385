#include "report/pdf.h"
#include "report/render.h"

static const struct {
    const char *family;
    int tenths;                 /* of a point */
    PangoWeight weight;
} styles[PDF_STYLES] = {
    /* Generic names: the machine's fonts fill in what one of them lacks. */
    [PDF_BODY] = { "DejaVu Sans, Noto Sans, Sans", 78, PANGO_WEIGHT_NORMAL },
    [PDF_BOLD] = { "DejaVu Sans, Noto Sans, Sans", 78, PANGO_WEIGHT_BOLD },
    [PDF_SMALL] = { "DejaVu Sans, Noto Sans, Sans", 68, PANGO_WEIGHT_NORMAL },
    [PDF_HEAD] = { "DejaVu Sans, Noto Sans, Sans", 68, PANGO_WEIGHT_BOLD },
    [PDF_TITLE] = { "DejaVu Sans, Noto Sans, Sans", 220, PANGO_WEIGHT_BOLD },
    [PDF_SECTION] = { "DejaVu Sans, Noto Sans, Sans", 112, PANGO_WEIGHT_BOLD },
    [PDF_FIGURE] = { "DejaVu Sans, Noto Sans, Sans", 140, PANGO_WEIGHT_BOLD },
    [PDF_LEAD] = { "DejaVu Sans, Noto Sans, Sans", 92, PANGO_WEIGHT_NORMAL },
    [PDF_MONO] = { "DejaVu Sans Mono, Monospace", 68, PANGO_WEIGHT_NORMAL },
    [PDF_BAND] = { "DejaVu Sans, Noto Sans, Sans", 78, PANGO_WEIGHT_BOLD }
};

int
pdf_fonts(struct pdf *p)
{
    for (int i = 0; i < PDF_STYLES; i++) {
        PangoFontDescription *f =
            pango_font_description_from_string(styles[i].family);

        if (f == NULL)
            return -1;
        pango_font_description_set_weight(f, styles[i].weight);
        pango_font_description_set_absolute_size(f, styles[i].tenths
                                                    * PANGO_SCALE);
        p->fonts[i] = f;
    }
    return 0;
}

void
pdf_fonts_free(struct pdf *p)
{
    for (int i = 0; i < PDF_STYLES; i++)
        pango_font_description_free(p->fonts[i]);   /* NULL is fine */
    /* the fonts that were loaded go with the thread's map of them */
    pango_cairo_font_map_set_default(NULL);
}

/* --- text ----------------------------------------------------------------- */

/* What a file says is shown as text only: no marks that steer, no lines. */
static void
set(struct pdf *p, enum pdf_style style, int width, struct str s)
{
    struct buf b;

    buf_init(&b, REPORT_BUF_BYTES_MAX);
    render_safe(&b, s);
    pango_layout_set_font_description(p->layout, p->fonts[style]);
    pango_layout_set_width(p->layout, width * PANGO_SCALE);
    pango_layout_set_text(p->layout, b.p != NULL ? b.p : "", (int)b.len);
    buf_release(&b);
}

static int
height(struct pdf *p)
{
    int high = 0;

    pango_layout_get_size(p->layout, NULL, &high);
    return (high + PANGO_SCALE - 1) / PANGO_SCALE;
}

int
pdf_height(struct pdf *p, enum pdf_style style, int width, struct str s)
{
    set(p, style, width, s);
    return height(p);
}

static void
source(struct pdf *p, enum pdf_ink ink)
{
    static const unsigned char rgb[PDF_INKS][3] = {
        [PDF_INK] = { 0x17, 0x20, 0x2b }, [PDF_DIM] = { 0x5b, 0x66, 0x75 },
        [PDF_GOOD] = { 0x1d, 0x7a, 0x4c }, [PDF_BAD] = { 0xb3, 0x26, 0x1e },
        [PDF_CARE] = { 0x9a, 0x6a, 0x00 }, [PDF_BLUE] = { 0x1f, 0x4f, 0x8a },
        [PDF_WHITE] = { 0xff, 0xff, 0xff }, [PDF_LINE] = { 0xd9, 0xdf, 0xe6 },
        [PDF_SOFT] = { 0xf1, 0xf4, 0xf8 }
    };

    cairo_set_source_rgb(p->c, rgb[ink][0] / 255.0, rgb[ink][1] / 255.0,
                         rgb[ink][2] / 255.0);
}

int
pdf_text(struct pdf *p, int x, int y, int width, enum pdf_style style,
         enum pdf_ink ink, enum pdf_side side, struct str s)
{
    static const PangoAlignment sides[] = {
        [PDF_AT_LEFT] = PANGO_ALIGN_LEFT, [PDF_AT_RIGHT] = PANGO_ALIGN_RIGHT,
        [PDF_MIDDLE] = PANGO_ALIGN_CENTER
    };
    int high;

    pango_layout_set_alignment(p->layout, sides[side]);
    set(p, style, width, s);
    high = height(p);
    if (p->dry)
        return high;
    source(p, ink);
    cairo_move_to(p->c, x, y);
    pango_cairo_show_layout(p->c, p->layout);
    return high;
}

/* --- shapes --------------------------------------------------------------- */

void
pdf_box(struct pdf *p, int x, int y, int width, int high, enum pdf_ink ink)
{
    if (p->dry)
        return;
    source(p, ink);
    cairo_rectangle(p->c, x, y, width, high);
    cairo_fill(p->c);
}

void
pdf_frame(struct pdf *p, int x, int y, int width, int high, enum pdf_ink ink)
{
    if (p->dry)
        return;
    source(p, ink);
    cairo_set_line_width(p->c, 12);
    cairo_rectangle(p->c, x, y, width, high);
    cairo_stroke(p->c);
}
