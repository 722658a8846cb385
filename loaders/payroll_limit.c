#include "loaders/payroll_priv.h"

#include "loaders/payroll_limit.h"
#include "loaders/payroll_rail.h"

#define WORD_KNOWN (1U << 31)   /* as payroll_payee.c marks a known amount */

static const char *
money_in(const struct payroll *p, int64_t minor, char out[MONEY_TEXT_BYTES])
{
    struct money m = p->ccy;

    m.minor = minor;
    money_text(m, out);
    return out;
}

static const char *
kind_of(enum account_kind kind)
{
    switch (kind) {
    case ACCOUNT_PHONE:   return "to a phone";
    case ACCOUNT_BANK:    return "to a bank account";
    case ACCOUNT_PAYBILL: return "to a paybill";
    case ACCOUNT_TILL:    return "to a till";
    }
    return "";
}

/* The first other rail that is offered, would take ${minor} at once and need
 * not be asked for by name: ", or pay it to a bank account (PESALINK ...)". */
static void
say_other(const struct payroll *p, const struct rail_rule *rail, int64_t minor,
          char *out, size_t bytes)
{
    char most[MONEY_TEXT_BYTES];

    out[0] = '\0';
    for (int i = 0; i < p->opt.rules->nrails; i++) {
        const struct rail_rule *r = &p->opt.rules->rails[i];

        if (r->only_named || strcmp(r->name, rail->name) == 0
            || !payroll_offered(p, r)
            || strcmp(r->ccy, rail->ccy) != 0 || r->max_minor < minor
            || (r->payee_day_max_minor > 0 && r->payee_day_max_minor < minor))
            continue;
        snprintf(out, bytes, ", or pay it %s (%s takes up to %s)",
                 kind_of(r->account), r->name,
                 money_in(p, r->max_minor, most));
        return;
    }
}

/* "2 linked parts of KES 150,000.00"; of the largest, when they differ. */
static void
say_parts(const struct payroll *p, const struct rail_split *s, char *out,
          size_t bytes)
{
    char each[MONEY_TEXT_BYTES];

    snprintf(out, bytes, "%d linked parts of %s%s", s->parts,
             money_in(p, rules_part(s, 1), each),
             s->larger > 0 ? " at most" : "");
}

static void
note_day(struct payroll *p, const struct rail_rule *rail, int64_t minor)
{
    struct payroll_where w = payroll_place(p, PF_AMOUNT);
    char most[MONEY_TEXT_BYTES], other[160], fix[ERR_TEXT_BYTES];

    money_in(p, rail->payee_day_max_minor, most);
    say_other(p, rail, minor, other, sizeof(other));
    snprintf(fix, sizeof(fix), "pay %s of it and the rest on another day%s",
             most, other);
    w.fix = fix;
    payroll_note(p, "PR-CSV-078", w, "%s pays one payee %s at most on one "
                 "day", rail->name, most);
}

static void
note_max(struct payroll *p, const struct rail_rule *rail, int64_t minor,
         const struct rail_split *s)
{
    struct payroll_where w = payroll_place(p, PF_AMOUNT);
    char most[MONEY_TEXT_BYTES], parts[100], other[160];
    char fix[ERR_TEXT_BYTES];

    say_other(p, rail, minor, other, sizeof(other));
    say_parts(p, s, parts, sizeof(parts));
    if (s->parts > 1)
        snprintf(fix, sizeof(fix), "load it with --split, which pays it in "
                 "%s%s", parts, other);
    else
        snprintf(fix, sizeof(fix), "split it into several payments%s", other);
    w.fix = fix;
    payroll_note(p, "PR-CSV-074", w, "%s pays %s at most in one payment",
                 rail->name, money_in(p, rail->max_minor, most));
}

static void
too_large(struct payroll *p, const struct rail_rule *rail, int64_t minor)
{
    struct rail_split s = { 0 };
    char parts[100], most[MONEY_TEXT_BYTES];

    if (rules_split(rail, minor, &s) < 0 || !p->opt.split) {
        note_max(p, rail, minor, &s);
        return;
    }
    p->split = s;
    say_parts(p, &s, parts, sizeof(parts));
    payroll_note(p, "PR-CSV-077", payroll_place(p, PF_AMOUNT),
                 "%s, as %s pays %s at most in one payment", parts, rail->name,
                 money_in(p, rail->max_minor, most));
}

void
payroll_limit(struct payroll *p, const struct rail_rule *rail, int64_t minor)
{
    int64_t day = rail->payee_day_max_minor;

    if (day > 0 && minor > day)
        note_day(p, rail, minor);
    else if (rail->max_minor > 0 && minor > rail->max_minor)
        too_large(p, rail, minor);
}

/*
 * All rows of one payee count together.  The amount of the first stands in the
 * word that was kept to compare it, exact below 2^31; a larger one is above any
 * limit of a day and was refused.
 */
void
payroll_day(struct payroll *p, struct seen_at before)
{
    const struct rail_rule *rail = p->row.rail;
    int64_t most = rail->payee_day_max_minor, sum = 0;
    struct seen_at now = { .line = before.line,
                           .word = before.word & ~WORD_KNOWN };
    struct seen_at had = now;
    struct payroll_where w = { .line = 0 };
    char all[MONEY_TEXT_BYTES], day[MONEY_TEXT_BYTES], rest[MONEY_TEXT_BYTES];
    char fix[ERR_TEXT_BYTES], other[160];

    if (most <= 0 || most > INT32_MAX || p->blocked
        || p->row.minor > INT32_MAX)
        return;
    if (seen_put(&p->days, p->payee_hash, now, &had) < 0) {
        p->dead = true;
        err_oom(&p->why);
        return;
    }
    sum = (int64_t)had.word + p->row.minor;
    if (sum <= most) {
        seen_set(&p->days, p->payee_hash, (uint32_t)sum);
        return;
    }
    w = payroll_place(p, PF_AMOUNT);
    w.other_line = before.line;
    say_other(p, rail, p->row.minor, other, sizeof(other));
    snprintf(fix, sizeof(fix), "only %s more can be paid that day: pay the "
             "rest on another day%s",
             money_in(p, most > had.word ? most - had.word : 0, rest), other);
    w.fix = fix;
    payroll_note(p, "PR-CSV-078", w, "with this row the payee gets %s in all; "
                 "%s pays one payee %s at most on one day",
                 money_in(p, sum, all), rail->name, money_in(p, most, day));
}
