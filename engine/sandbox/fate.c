#include "sandbox/fate.h"

#include "base/buf.h"
#include "base/crypto.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Why payments fail when nobody asked for it: what really happens. */
static const enum reason reasons[] = {
    REASON_UNREGISTERED, REASON_NO_OPERATOR, REASON_FULL, REASON_DAILY,
    REASON_STATUS, REASON_TOO_SMALL, REASON_TOO_LARGE,
};

#define LIKELY_REASONS 4        /* the first of them are drawn by chance */

static const struct step paid = { ITEM_TS100, REASON_PAID, true, true };
static const struct step mute = { ITEM_TS100, REASON_PAID, true, false };

int64_t
play_us(const struct play *p, int64_t ms)
{
    return ms * 1000 * 100 / p->speed_percent;
}

/*
 * 2547000GNN: the group digit G and the number NN of a reserved payee, or -1.
 * Twelve digits in all.
 */
int
fate_reserved(struct str account, int *nn)
{
    const struct str head = STR("254700000");

    if (account.len != 12 || !str_eq(str_cut(account, head.len), head))
        return -1;
    for (size_t i = head.len; i < account.len; i++)
        if (account.p[i] < '0' || account.p[i] > '9')
            return -1;
    *nn = (account.p[10] - '0') * 10 + account.p[11] - '0';
    return account.p[9] - '0';
}

/* No counter and no clock in it: the same payment has the same fate in every
 * run, in whatever order requests arrive. */
static uint64_t
fate_dice(const struct play *p, struct str account, int64_t minor)
{
    struct buf text = { 0 };
    uint64_t dice;

    buf_init(&text, 128);
    buf_i64(&text, p->seed);
    buf_char(&text, '|');
    buf_str(&text, account);
    buf_char(&text, '|');
    buf_i64(&text, minor);
    dice = hash64(buf_view(&text));
    buf_release(&text);
    return dice;
}

/* The table of README.md, "Payee numbers". */
static enum plot
reserved_plot(int group, int nn)
{
    switch (group) {
    case 1:
        return nn >= 90 ? PLOT_TF103 : PLOT_FAIL;
    case 2:
        return PLOT_SLOW;
    case 3:
        return nn % 2 == 0 ? PLOT_TF105_PAID : PLOT_TF105_UNPAID;
    case 4:
        return PLOT_TH107;
    case 5:
        return PLOT_LATE_RECEIPT;
    case 6:
        return nn % 2 == 0 ? PLOT_TF104 : PLOT_TP104;
    case 7:
        return PLOT_TR109;
    case 8:
        return PLOT_FLIP;
    case 9:
        return PLOT_REVERSE;
    default:
        return PLOT_CHANCE;
    }
}

/* A number that is TF103 from the start is; else a limit comes first, and no
 * reserved number gets past it. */
enum plot
fate_plot(const struct play *p, const struct rail *rail, struct str account,
          int64_t minor)
{
    const struct tariff *t = &p->tariffs[rail->n];
    int nn = 0, group = fate_reserved(account, &nn);
    enum plot plot = group > 0 ? reserved_plot(group, nn) : PLOT_CHANCE;

    if (plot == PLOT_TF103)
        return plot;
    if (minor < t->min_minor)
        return PLOT_TOO_SMALL;
    if (t->max_minor > 0 && minor > t->max_minor)
        return PLOT_TOO_LARGE;
    if (plot != PLOT_CHANCE)
        return plot;
    return fate_dice(p, account, minor) % 1000 < (uint64_t)p->fail_per_mille
        ? PLOT_FAIL : PLOT_PAID;
}

static struct step
failed(enum reason why, uint64_t dice)
{
    /* Failed payments may carry a receipt-like reference all the same. */
    return (struct step){ ITEM_TF106, why, false, (dice & 1) != 0 };
}

/* Reserved numbers choose the reason by their NN, others draw it. */
static struct step
fate_failed(const struct fate *out, struct str account)
{
    int nn = 0;

    if (fate_reserved(account, &nn) <= 0)
        return failed(reasons[(out->dice >> 40) % LIKELY_REASONS],
                      out->dice >> 32);
    return failed(reasons[(size_t)nn % LEN(reasons)],
                  (uint64_t)nn / LEN(reasons));
}

/* One result first, and being paid afterwards. */
static void
fate_first(struct fate *out, enum item_code code, enum reason why)
{
    out->two = true;
    out->first = (struct step){ code, why, false, false };
}

/* The plots whose last result is not being paid, or that come late. */
static void
fate_unusual(struct fate *out, enum plot plot, struct str account)
{
    if (plot == PLOT_FAIL) {
        out->last = fate_failed(out, account);
    } else if (plot == PLOT_TOO_SMALL || plot == PLOT_TOO_LARGE) {
        out->last = failed(plot == PLOT_TOO_SMALL ? REASON_TOO_SMALL
                                                  : REASON_TOO_LARGE,
                           out->dice >> 32);
    } else if (plot == PLOT_NO_FUNDS) {
        out->last = failed(REASON_NO_FUNDS, 0);
    } else if (plot == PLOT_TF105_PAID || plot == PLOT_TF105_UNPAID) {
        /* Nobody can tell callers, but the money did move or did not. */
        out->last = (struct step){ ITEM_TF105, REASON_UNKNOWN,
                                   plot == PLOT_TF105_PAID, false };
    } else if (plot == PLOT_REVERSE) {
        out->two = out->after = true;
        out->first = paid;
        out->last = (struct step){ ITEM_TF106, REASON_REVERSED, true, true };
    }
}

void
fate_of(struct fate *out, const struct play *p, const struct payfile *f,
        const struct item *it)
{
    struct str account = str_of(payfile_of(f, it->account));

    *out = (struct fate){ .last = paid, .times = 1 };
    out->dice = fate_dice(p, account, it->amount_minor);
    switch (it->plot) {
    case PLOT_CHANCE:
        if (out->dice % 1000 < (uint64_t)p->fail_per_mille)
            out->last = fate_failed(out, account);
        break;
    case PLOT_SLOW:
        out->times = FIGURE_LONG_TIMES;
        break;
    case PLOT_TH107:
        fate_first(out, ITEM_TH107, REASON_WATCHED);
        break;
    case PLOT_TF104:
        fate_first(out, ITEM_TF104, REASON_RESULTS);
        break;
    case PLOT_TP104:
        fate_first(out, ITEM_TP104, REASON_RESULTS);
        break;
    case PLOT_TR109:
        fate_first(out, ITEM_TR109, REASON_RETRY);
        break;
    case PLOT_LATE_RECEIPT:
        out->two = true;
        out->first = mute;
        break;
    case PLOT_FLIP:
        fate_first(out, ITEM_TF106, fate_failed(out, account).reason);
        break;
    case PLOT_NEVER:
        out->never = true;
        break;
    case PLOT_UNLISTED:
        out->last = (struct step){ ITEM_TX999, REASON_NONE, false, false };
        break;
    case PLOT_TOO_SMALL:
    case PLOT_TOO_LARGE:
    case PLOT_FAIL:
    case PLOT_TF105_PAID:
    case PLOT_TF105_UNPAID:
    case PLOT_REVERSE:
    case PLOT_NO_FUNDS:
        fate_unusual(out, it->plot, account);
        break;
    case PLOT_PAID:
    case PLOT_TF103:
    case PLOT_COUNT:
        break;
    }
}

bool
fate_done(const struct fate *fate, const struct item *it)
{
    switch (it->code) {
    case ITEM_TF103:
    case ITEM_TC108:
        return true;
    case ITEM_TP101:
    case ITEM_TF104:
    case ITEM_TP104:
    case ITEM_TF105:
    case ITEM_TS100:
    case ITEM_TF106:
    case ITEM_TH107:
    case ITEM_TR109:
    case ITEM_TX999:
        break;
    }
    return it->code == fate->last.code && it->shown == fate->last.shown;
}

const struct step *
fate_step(const struct fate *fate, const struct item *it)
{
    return fate->two && it->code == ITEM_TP101 ? &fate->first : &fate->last;
}

int64_t
fate_wait_us(const struct fate *fate, const struct play *p,
             const struct item *it)
{
    int64_t latency_us = play_us(p, p->latency_ms);
    uint64_t spread;

    if (it->code != ITEM_TP101)
        return latency_us * (fate->after ? FIGURE_LATE_TIMES : 1);
    /* Half to one and a half of it: results come one by one. */
    spread = (fate->dice >> 16) % ((uint64_t)latency_us + 1);
    return fate->times * (latency_us / 2 + (int64_t)spread);
}
