#include "report/render.h"

#include "money/money.h"

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
    if (p[2].rows == 0)
        buf_printf(b, "%sNothing is in doubt.", between);
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
