#include "report/render.h"

#include "money/money.h"
#include "report/when.h"

const enum table_id render_insight[] = {
    TABLE_BREAKS, TABLE_TRIES, TABLE_AGEING, TABLE_RAILS, TABLE_PROVIDERS,
    TABLE_HOURS,
    TABLE_DEPARTMENTS, TABLE_BRANCHES, TABLE_COMPARE, TABLE_COMPARE_PARTS,
    TABLE_SHARED
};
const size_t render_insights = LEN(render_insight);

void
render_money(int64_t minor, const char *ccy, char out[MONEY_TEXT_BYTES])
{
    struct money m = { .minor = minor };

    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
    money_text(m, out);
}

void
render_count(int64_t n, const char *one, const char *many,
             char out[RENDER_COUNT_BYTES])
{
    char digits[MONEY_TEXT_BYTES];

    money_count(n, digits);
    snprintf(out, RENDER_COUNT_BYTES, "%s %s", digits, n == 1 ? one : many);
}

/* "7 payments failed (KES 445,300.00)." when there are any. */
static void
say_part(struct buf *b, const struct model *m, const char *between,
         const struct model_part *p, const char *one, const char *many)
{
    char count[RENDER_COUNT_BYTES], amount[MONEY_TEXT_BYTES];

    if (p->rows == 0)
        return;
    render_count(p->rows, one, many, count);
    render_money(p->minor, m->run.ccy, amount);
    buf_printf(b, "%s%s (%s).", between, count, amount);
}

/* "6 payments will never be sent (rejected): KES 6,000.00." */
static void
say_never(struct buf *b, const struct model *m, const char *between,
          const struct model_part *p)
{
    char count[RENDER_COUNT_BYTES], amount[MONEY_TEXT_BYTES];

    if (p->rows == 0)
        return;
    render_count(p->rows, "payment", "payments", count);
    render_money(p->minor, m->run.ccy, amount);
    buf_printf(b, "%s%s will never be sent (%s): %s.", between, count,
               run_state_name(m->run.state), amount);
}

/* Whole batches are in doubt until the provider has been asked. */
static void
say_lost(struct buf *b, const struct model *m, const char *between)
{
    char count[RENDER_COUNT_BYTES];

    render_count(m->lost_batches, "request was sent whose answer",
                 "requests were sent whose answers", count);
    buf_printf(b, "%s%s did not come: payrun asks whether it was done. Do not "
               "pay these people in another way.", between, count);
}

void
render_headline(struct buf *b, const struct model *m, const char *between)
{
    struct model_part p[MODEL_PARTS];
    char paid[MONEY_TEXT_BYTES], of[RENDER_COUNT_BYTES];
    char amount[MONEY_TEXT_BYTES];

    model_parts(m, p);
    money_count(p[0].rows, paid);
    render_count(m->run.rows, "payment was", "payments were", of);
    render_money(p[0].minor, m->run.ccy, amount);
    buf_printf(b, "%s of %s paid: %s.", paid, of, amount);
    say_part(b, m, between, &p[1], "payment failed", "payments failed");
    say_part(b, m, between, &p[2], "payment is in doubt",
             "payments are in doubt");
    say_part(b, m, between, &p[3], "payment is sent and has no answer yet",
             "payments are sent and have no answer yet");
    if (model_never(m))
        say_never(b, m, between, &p[4]);
    else
        say_part(b, m, between, &p[4], "payment waits", "payments wait");
    say_part(b, m, between, &p[5], "payment was cancelled",
             "payments were cancelled");
    if (m->lost_batches > 0)
        say_lost(b, m, between);
    else if (p[2].rows == 0)
        buf_printf(b, "%sNothing is in doubt.", between);
}

void
render_subtitle(struct buf *b, const struct model *m)
{
    char period[WHEN_BYTES], when[WHEN_BYTES];
    const struct run *r = &m->run;

    when_text(m->now_us, when);
    when_date(r->period, period);
    if (m->runs != NULL) {
        buf_printf(b, "%zu run%s%s%s%s%s. As of %s, Nairobi time", m->nruns,
                   m->nruns == 1 ? "" : "s", period[0] != '\0' ? " of " : "",
                   period, r->account[0] != '\0' ? ", account " : "",
                   r->account, when);
        return;
    }
    buf_printf(b, "%s, %s, from ", period, words_kind(r->kind));
    if (model_several(m))
        buf_printf(b, "%d account%s", m->naccounts,
                   m->naccounts == 1 ? "" : "s");
    else
        buf_printf(b, "“%s” through %s", r->account,
                   words_provider(m->provider_name));
    buf_printf(b, ". As of %s, Nairobi time", when);
}

void
render_hop_says(const struct proof_hop *h, const char *ccy,
                char out[RENDER_SAYS_BYTES])
{
    char rows[RENDER_COUNT_BYTES], amount[MONEY_TEXT_BYTES];

    if (proof_hop_ties(h)) {
        snprintf(out, RENDER_SAYS_BYTES, "ties");
        return;
    }
    render_count(h->off_rows, "payment", "payments", rows);
    render_money(h->off_minor, ccy, amount);
    snprintf(out, RENDER_SAYS_BYTES, "DIFFERS BY %s%s%s", rows,
             h->by_amount ? " and " : "", h->by_amount ? amount : "");
}

const char *
render_proof_says(const struct proof *p)
{
    return p->ties
        ? "All sums tie."
        : "THE SUMS DO NOT TIE. The run stays open; keep this report and "
          "compare it with the provider's statement.";
}

struct str
render_cut(struct str s, size_t bytes)
{
    if (s.len <= bytes)
        return s;
    while (bytes > 0 && ((unsigned char)s.p[bytes] & 0xC0) == 0x80)
        bytes--;
    return str_cut(s, bytes);
}

/* --- what a terminal may be shown ----------------------------------------- */

/* How many bytes at ${i} steer a terminal or reorder what is shown, or 0. */
static size_t
steers(struct str s, size_t i)
{
    unsigned char c = (unsigned char)s.p[i], d = 0, x = 0;

    if (c < 0x20 || c == 0x7F)
        return 1;
    if (i + 1 >= s.len)
        return 0;
    d = (unsigned char)s.p[i + 1];
    if ((c == 0xC2 && d < 0xA0) || (c == 0xD8 && d == 0x9C))
        return 2;                               /* C1, U+061C */
    if (c != 0xE2 || i + 2 >= s.len)
        return 0;
    x = (unsigned char)s.p[i + 2];
    return (d == 0x80 && (x == 0x8E || x == 0x8F || (x >= 0xA8 && x <= 0xAE)))
           || (d == 0x81 && x >= 0xA6 && x <= 0xA9) ? 3 : 0;
}

void
render_safe(struct buf *b, struct str s)
{
    size_t from = 0;

    for (size_t i = 0, n = 0; i < s.len; i += n > 0 ? n : 1) {
        if ((n = steers(s, i)) == 0)
            continue;
        buf_add(b, s.p + from, i - from);
        buf_char(b, n == 1 ? ' ' : '?');
        from = i + n;
    }
    if (s.len > from)
        buf_add(b, s.p + from, s.len - from);
}
