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
static int
reserved(struct str account, int *nn)
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

bool
fate_at_once(struct str account)
{
    int nn = 0;

    return reserved(account, &nn) == 1 && nn >= 90;
}

static struct step
failed(enum reason why, uint64_t dice)
{
    /* Failed payments may carry a receipt-like reference all the same. */
    return (struct step){ ITEM_TF106, why, false, (dice & 1) != 0 };
}

static void
fate_first(struct fate *out, enum item_code code, enum reason why)
{
    out->two = true;
    out->first = (struct step){ code, why, false, false };
}

/* The table of README.md, "Payee numbers". */
static void
fate_reserved(struct fate *out, int group, int nn)
{
    switch (group) {
    case 1:
        out->last = failed(reasons[(size_t)nn % LEN(reasons)],
                           (uint64_t)nn / LEN(reasons));
        break;
    case 2:
        out->times = FIGURE_LONG_TIMES;
        break;
    case 3:
        /* Nobody can tell callers, but the money did move or did not. */
        out->last = (struct step){ ITEM_TF105, REASON_UNKNOWN, nn % 2 == 0,
                                   false };
        break;
    case 4:
        fate_first(out, ITEM_TH107, REASON_WATCHED);
        break;
    case 5:
        out->two = true;
        out->first = mute;
        break;
    case 6:
        fate_first(out, nn % 2 == 0 ? ITEM_TF104 : ITEM_TP104,
                   REASON_RESULTS);
        break;
    case 7:
        fate_first(out, ITEM_TR109, REASON_RETRY);
        break;
    case 8:
        fate_first(out, ITEM_TF106, reasons[(size_t)nn % LEN(reasons)]);
        break;
    default:
        break;
    }
}

/* No counter and no clock in it: the same payment has the same fate in every
 * run, in whatever order requests arrive. */
static uint64_t
fate_dice(const struct play *p, const char *account, int64_t minor)
{
    struct buf text = { 0 };
    uint64_t dice;

    buf_init(&text, 128);
    buf_i64(&text, p->seed);
    buf_char(&text, '|');
    buf_text(&text, account);
    buf_char(&text, '|');
    buf_i64(&text, minor);
    dice = hash64(buf_view(&text));
    buf_release(&text);
    return dice;
}

void
fate_of(struct fate *out, const struct play *p, const struct payfile *f,
        const struct item *it)
{
    struct str account = str_of(payfile_of(f, it->account));
    enum reason limit = rails_limit(f->rail, it->amount_minor);
    int nn = 0, group = reserved(account, &nn);

    *out = (struct fate){ .last = paid, .times = 1 };
    out->dice = fate_dice(p, account.p, it->amount_minor);
    /* A limit comes first: no reserved number gets past it. */
    if (limit != REASON_NONE)
        out->last = failed(limit, out->dice >> 32);
    else if (group > 0)
        fate_reserved(out, group, nn);
    else if (out->dice % 1000 < (uint64_t)p->fail_per_mille)
        out->last = failed(reasons[(out->dice >> 40) % LIKELY_REASONS],
                           out->dice >> 32);
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
        return latency_us;
    /* Half to one and a half of it: results come one by one. */
    spread = (fate->dice >> 16) % ((uint64_t)latency_us + 1);
    return fate->times * (latency_us / 2 + (int64_t)spread);
}
