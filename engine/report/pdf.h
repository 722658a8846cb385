#ifndef REPORT_PDF_H
#define REPORT_PDF_H

#include <pango/pangocairo.h>

#include "report/out.h"
#include "report/table.h"

/*
 * A4 on paper.  All lengths are tenths of a point, as integers.  Everything is
 * laid out twice from the same moment of the book: first ${dry}, to learn how
 * many pages there are.
 */
#define PDF_WIDTH   5953
#define PDF_HEIGHT  8419
#define PDF_LEFT     480
#define PDF_RIGHT   (PDF_WIDTH - 480)
#define PDF_TOP      560
#define PDF_BOTTOM  (PDF_HEIGHT - 640)      /* below is the foot */

enum pdf_style {
    PDF_BODY, PDF_BOLD, PDF_SMALL, PDF_HEAD, PDF_TITLE, PDF_SECTION,
    PDF_FIGURE, PDF_LEAD, PDF_MONO, PDF_BAND, PDF_STYLES
};

enum pdf_ink { PDF_INK, PDF_DIM, PDF_GOOD, PDF_BAD, PDF_CARE, PDF_BLUE,
               PDF_WHITE, PDF_LINE, PDF_SOFT, PDF_INKS };

enum pdf_side { PDF_AT_LEFT, PDF_AT_RIGHT, PDF_MIDDLE };

struct pdf {
    struct model *m;
    struct out   *o;
    cairo_surface_t *surface;
    cairo_t      *c;
    PangoLayout  *layout;
    PangoFontDescription *fonts[PDF_STYLES];
    int  page, pages;           /* pages: 0 until they are counted            */
    int  y;                     /* where the next thing begins                */
    bool dry;
    int  decimals;
    int  from[TABLE_COLS_MAX], wide[TABLE_COLS_MAX];    /* of the columns     */
    int64_t rows;               /* of the table under way                     */
};

/* --- pdf_draw.c ----------------------------------------------------------- */

/* pdf_height(p, style, width, text): how high it stands. */
int pdf_height(struct pdf *, enum pdf_style, int width, struct str);

/* pdf_text(p, x, y, width, style, ink, side, text): and how high it was. */
int pdf_text(struct pdf *, int x, int y, int width, enum pdf_style,
             enum pdf_ink, enum pdf_side, struct str);

void pdf_box(struct pdf *, int x, int y, int width, int height, enum pdf_ink);
void pdf_frame(struct pdf *, int x, int y, int width, int height,
               enum pdf_ink);

/* pdf_fonts(p) / pdf_fonts_free(p): 0, or -1 out of memory. */
int pdf_fonts(struct pdf *);
void pdf_fonts_free(struct pdf *);

/* --- pdf.c ---------------------------------------------------------------- */

/* pdf_open(p, dry): with m, o and fonts filled.  0, or -1 out of memory; then,
 * too, pdf_close(p, e), which returns 0 or -1. */
int pdf_open(struct pdf *, bool dry);
int pdf_close(struct pdf *, struct err *);

/* pdf_room(p, height): a new page when that much is not left on this one. */
void pdf_room(struct pdf *, int height);

/* pdf_section(p, title, note, keep): a heading with ${keep} below it on the
 * same page. */
void pdf_section(struct pdf *, const char *title, const char *note, int keep);

/* --- pdf_table.c ---------------------------------------------------------- */

/* pdf_table(p, id, all, e): one table; ${all}: how many rows there are, when
 * it is a list of which paper has only the first; else 0. */
int pdf_table(struct pdf *, enum table_id, int64_t all, struct err *);

/* --- pdf_front.c ---------------------------------------------------------- */

void pdf_masthead(struct pdf *);
void pdf_facts(struct pdf *);
void pdf_signatures(struct pdf *);

#endif
