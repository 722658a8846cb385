#ifndef REPORT_RENDER_H
#define REPORT_RENDER_H

#include "report/model.h"
#include "report/out.h"
#include "report/table.h"

/*
 * The renderings.  Each writes all of it; -1 when reading failed (${e} says
 * why) or writing did (then out_end() says why).
 */
int text_render(struct model *, struct out *, bool color, struct err *);
int csv_render(struct model *, struct out *, struct err *);
int json_render(struct model *, struct out *, struct err *);
int html_render(struct model *, struct out *, struct err *);
int sheets_render(struct model *, struct out *, struct err *);
int pdf_render(struct model *, struct out *, struct err *);
int pain002_render(struct model *, struct out *, struct err *);
int camt054_render(struct model *, struct out *, struct err *);

/* text_proof(o, p, ccy, color): the proof alone. */
void text_proof(struct out *, const struct proof *, const char *ccy,
                bool color);

/* Tables one after the other: for a terminal, as one JSON object, and one table
 * as CSV. */
int text_tables(struct model *, struct out *, const enum table_id *, size_t,
                struct err *);
int json_tables(struct model *, struct out *, const enum table_id *, size_t,
                struct err *);
int csv_table(struct model *, struct out *, enum table_id, struct err *);

/* What all renderings show besides the lists, in this order. */
extern const enum table_id render_insight[];
extern const size_t render_insights;

/* --- what several of them need ------------------------------------------- */

/* render_money(minor, ccy, out): "KES 1,234.00". */
void render_money(int64_t, const char *, char out[MONEY_TEXT_BYTES]);

/* render_count(n, one, many, out): "1 payment", "4,812 payments". */
#define RENDER_COUNT_BYTES 80
void render_count(int64_t, const char *one, const char *many,
                  char out[RENDER_COUNT_BYTES]);

/* render_safe(b, s): without what could steer a terminal or reorder what is
 * shown. */
void render_safe(struct buf *, struct str);

/* render_cut(s, bytes): the first ${bytes} at most, never half a character. */
struct str render_cut(struct str, size_t bytes);

/* render_headline(b, m, between): what became of the money, in sentences. */
void render_headline(struct buf *, const struct model *, const char *between);

/* render_subtitle(b, m): period, kind, account, provider, moment. */
void render_subtitle(struct buf *, const struct model *);

/* render_hop_says(h, ccy, out): "ties", or "DIFFERS BY 1 payment and ...". */
#define RENDER_SAYS_BYTES 160
void render_hop_says(const struct proof_hop *, const char *ccy,
                     char out[RENDER_SAYS_BYTES]);

/* What the last line of the proof says. */
const char *render_proof_says(const struct proof *);

#endif
