#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include <stdint.h>

#include "base/buf.h"
#include "report/model.h"

/*
 * Charts as inline SVG: no script, they print, and every state has a pattern
 * of its own, because colour alone is no information on a grey printer.
 */

/* svg_patterns(b): the patterns, once, before the first chart. */
void svg_patterns(struct buf *);

/* svg_states(b, parts, n, by_amount, label): one bar from 0 to 100 %. */
void svg_states(struct buf *, const struct model_part *, int n, bool by_amount,
                const char *label);

/* svg_bar(b, state, part, whole): how long ${part} is beside ${whole}, in the
 * pattern of ${state}. */
void svg_bar(struct buf *, enum pay_state, int64_t part, int64_t whole);

/* svg_swatch(b, state): its pattern, as a legend. */
void svg_swatch(struct buf *, enum pay_state);

/* svg_share(part, whole, out): "99.8 %"; "< 0.1 %" rather than nothing, and
 * never 100 % when something is missing. */
#define SVG_SHARE_BYTES 16
void svg_share(int64_t part, int64_t whole, char out[SVG_SHARE_BYTES]);

#endif
