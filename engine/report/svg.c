#include "report/svg.h"

#include <inttypes.h>

#include "report/table.h"

#define WHOLE 10000         /* a bar in hundredths of a percent           */
#define LEAST 60            /* what is there is seen, be it one in 12,000 */

/* Each state's base colour and what is drawn over it, 8 by 8 units. */
static const struct {
    const char *colour, *over;
} looks[PAY_STATES] = {
    [PAY_PAID] = { "#1d7a4c", "" },
    [PAY_FAILED] = { "#b3261e", "<path d='M-2 2l4-4M0 8l8-8M6 10l4-4' "
                     "stroke='#fff' stroke-width='1.6'/>" },
    [PAY_RETURNED] = { "#b3261e", "" },
    [PAY_REVERSED] = { "#b3261e", "" },
    [PAY_DOUBT] = { "#e0a100", "<circle cx='4' cy='4' r='1.7' "
                    "fill='#3d2c00'/>" },
    [PAY_SENT] = { "#2563a8", "<path d='M2 0v8M6 0v8' stroke='#fff' "
                   "stroke-width='1'/>" },
    [PAY_WAITING] = { "#dfe4ea", "<path d='M0 4h8' stroke='#8a94a3' "
                      "stroke-width='1'/>" },
    [PAY_CANCELLED] = { "#6b7280", "<path d='M0 0l8 8M8 0l-8 8' "
                        "stroke='#fff' stroke-width='.9'/>" }
};

/* Those that came back look like failed ones; the legend has no more room. */
static enum pay_state
look_of(enum pay_state s)
{
    return pay_state_failed(s) ? PAY_FAILED : s;
}

void
svg_patterns(struct buf *b)
{
    buf_text(b, "<svg width=\"0\" height=\"0\" aria-hidden=\"true\" "
                "class=\"defs\"><defs>");
    for (int s = 0; s < PAY_STATES; s++) {
        if (look_of((enum pay_state)s) != (enum pay_state)s)
            continue;
        buf_printf(b, "<pattern id=\"p-%s\" width=\"8\" height=\"8\" "
                      "patternUnits=\"userSpaceOnUse\"><rect width=\"8\" "
                      "height=\"8\" fill=\"%s\"/>%s</pattern>",
                   pay_state_key((enum pay_state)s), looks[s].colour,
                   looks[s].over);
    }
    buf_text(b, "</defs></svg>\n");
}

/* ${part} of ${whole} in hundredths of a percent, in integers: an amount
 * times WHOLE does not fit an int64, so the whole is cut down first. */
static int64_t
hundredths(int64_t part, int64_t whole)
{
    if (part <= 0 || whole <= 0)
        return 0;
    if (part >= whole)
        return WHOLE;
    if (part > INT64_MAX / WHOLE)
        return part / (whole / WHOLE);
    return part * WHOLE / whole;
}

static void
percent(struct buf *b, int64_t n)
{
    buf_printf(b, "%" PRId64 ".%02" PRId64 "%%", n / 100, n % 100);
}

static void
rect(struct buf *b, enum pay_state s, int64_t x, int64_t width)
{
    buf_text(b, "<rect x=\"");
    percent(b, x);
    buf_text(b, "\" width=\"");
    percent(b, width);
    buf_printf(b, "\" height=\"100%%\" fill=\"url(#p-%s)\"/>",
               pay_state_key(look_of(s)));
}

/* The widths of a bar: at least LEAST for what is there, taken from the
 * widest, so that they still fill the bar. */
static void
widths_of(const struct model_part *p, int n, bool by_amount, int64_t *width)
{
    int64_t whole = 0, used = 0;
    int widest = 0;

    for (int i = 0; i < n; i++)
        whole += by_amount ? p[i].minor : p[i].rows;
    for (int i = 0; i < n; i++) {
        int64_t v = by_amount ? p[i].minor : p[i].rows;

        width[i] = hundredths(v, whole);
        if (v > 0 && width[i] < LEAST)
            width[i] = LEAST;
        used += width[i];
        if (width[i] > width[widest])
            widest = i;
    }
    if (whole > 0)
        width[widest] += WHOLE - used;
}

void
svg_states(struct buf *b, const struct model_part *p, int n, bool by_amount,
           const char *label)
{
    int64_t width[MODEL_PARTS] = { 0 }, x = 0;
    char share[SVG_SHARE_BYTES];
    int64_t whole = 0;

    n = n < MODEL_PARTS ? n : MODEL_PARTS;
    widths_of(p, n, by_amount, width);
    for (int i = 0; i < n; i++)
        whole += by_amount ? p[i].minor : p[i].rows;
    buf_printf(b, "<svg class=\"states\" role=\"img\" aria-label=\"%s:", label);
    for (int i = 0; i < n; i++) {
        svg_share(by_amount ? p[i].minor : p[i].rows, whole, share);
        buf_printf(b, "%s %s ", i > 0 ? "," : "", p[i].name);
        buf_html(b, str_of(share));
    }
    buf_text(b, "\">");
    for (int i = 0; i < n; i++) {
        if (width[i] <= 0)
            continue;
        rect(b, p[i].state, x, width[i]);
        x += width[i];
        if (x < WHOLE) {                /* a gap, so that two never melt */
            buf_text(b, "<rect class=\"gap\" x=\"");
            percent(b, x);
            buf_text(b, "\" width=\"2\" height=\"100%\"/>");
        }
    }
    buf_text(b, "</svg>\n");
}

void
svg_bar(struct buf *b, enum pay_state s, int64_t part, int64_t whole)
{
    int64_t width = hundredths(part, whole);

    if (part > 0 && width < LEAST)
        width = LEAST;
    buf_text(b, "<svg class=\"bar\" aria-hidden=\"true\">");
    rect(b, s, 0, width);
    buf_text(b, "</svg>");
}

void
svg_swatch(struct buf *b, enum pay_state s)
{
    buf_text(b, "<svg class=\"swatch\" aria-hidden=\"true\">");
    rect(b, s, 0, WHOLE);
    buf_text(b, "</svg>");
}

void
svg_share(int64_t part, int64_t whole, char out[SVG_SHARE_BYTES])
{
    int64_t n = table_share(part, whole);

    if (n <= 1 && hundredths(part, whole) < 5)
        snprintf(out, SVG_SHARE_BYTES, part > 0 ? "< 0.1 %%" : "0 %%");
    else
        snprintf(out, SVG_SHARE_BYTES, "%d.%d %%", (int)(n / 10),
                 (int)(n % 10));
}
