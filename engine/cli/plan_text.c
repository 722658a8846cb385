#include "cli/plan_text.h"

#include "cli/phrase.h"
#include "money/money.h"

#define SHOWN 8                 /* of each sort; --json names more */

static const char *
amount(const struct plan *p, int64_t minor, char out[MONEY_TEXT_BYTES])
{
    struct money m = { minor, { 0 } };

    memcpy(m.ccy, p->ccy, sizeof(m.ccy));
    money_text(m, out);
    return out;
}

/* "250,000.00", or "-" where there is no limit. */
static const char *
limit(const struct plan *p, int64_t minor, char out[MONEY_TEXT_BYTES])
{
    if (minor <= 0)
        return "-";
    amount(p, minor, out);
    return out + strlen(p->ccy) + 1;
}

/* --- who pays how much ---------------------------------------------------- */

static void
print_shares(const struct plan *p)
{
    char count[MONEY_TEXT_BYTES], total[MONEY_TEXT_BYTES];
    char fee[MONEY_TEXT_BYTES], once[MONEY_TEXT_BYTES], day[MONEY_TEXT_BYTES];
    char batches[MONEY_TEXT_BYTES];

    printf("  %-14s %-16s %9s %22s %18s %8s %13s %13s\n", "account", "rail",
           "payments", "total", "charges about", "batches", "most at once",
           "most a day");
    for (int i = 0; i < p->nshares; i++) {
        const struct plan_share *s = &p->share[i];

        money_count(s->payments, count);
        money_count(s->batches, batches);
        printf("  %-14s %-16s %9s %22s %18s %8s %13s %13s%s\n", s->account,
               s->rail, count, amount(p, s->minor, total),
               amount(p, s->charge_minor, fee), batches,
               limit(p, s->max_minor, once),
               limit(p, s->payee_day_max_minor, day),
               s->has_limits ? "" : "  (not in the rules)");
    }
    money_count(p->payments, count);
    money_count(p->batches, batches);
    printf("  %-14s %-16s %9s %22s %18s %8s\n", "all", "", count,
           amount(p, p->minor, total), amount(p, p->charge_minor, fee),
           batches);
}

/* What each account must hold: its payments and what they cost. */
static void
print_need(const struct plan *p)
{
    char all[MONEY_TEXT_BYTES];

    amount(p, p->minor + p->charge_minor, all);
    printf("\n  needs with charges: %s", all);
    for (int i = 0; i < p->nshares; i++) {
        const struct plan_share *s = &p->share[i];
        int64_t sum = 0;
        bool first = true;

        for (int k = 0; k < p->nshares; k++)
            if (strcmp(p->share[k].account, s->account) == 0) {
                first = first && k >= i;
                sum += p->share[k].minor + p->share[k].charge_minor;
            }
        if (first)
            printf("%s%s %s", i == 0 ? " (" : ", ", s->account,
                   amount(p, sum, all));
    }
    puts(p->nshares > 0 ? ")" : "");
}

/* "about 12 minutes" */
static void
say_time(int64_t seconds, char out[PHRASE_BYTES])
{
    if (seconds <= 90)
        phrase_count(seconds, "second", "seconds", out);
    else if (seconds <= 90 * 60)
        phrase_count((seconds + 59) / 60, "minute", "minutes", out);
    else
        phrase_count((seconds + 3599) / 3600, "hour", "hours", out);
}

static void
print_effort(const struct plan *p)
{
    char requests[PHRASE_BYTES], took[PHRASE_BYTES], rows[PHRASE_BYTES];
    char held[PHRASE_BYTES];
    bool one_phase = false;

    for (int i = 0; i < p->nshares; i++)
        one_phase = one_phase || !p->share[i].two_phase;
    phrase_count(plan_requests(p), "request", "requests", requests);
    say_time(plan_seconds(p), took);
    printf("  %s that pay%s, besides those that only ask; about %s%s\n",
           requests, plan_requests(p) == 1 ? "s" : "", took, one_phase ?
           " (a guess: the provider does not say)" : "");
    phrase_count(p->rows, "row", "rows", rows);
    phrase_count(p->held_rows, "is left out", "are left out", held);
    printf("  %s in the file; %s", rows, held);
    if (p->count[PLAN_SPLIT] > 0) {
        phrase_count(p->count[PLAN_SPLIT], "is", "are", rows);
        printf("; %s paid in linked parts", rows);
    }
    putchar('\n');
}

/* Once an account, though it may pay by several rails. */
static void
print_canaries(const struct plan *p)
{
    for (int i = 0; i < p->nshares; i++) {
        const struct plan_share *s = &p->share[i];
        bool told = s->canary == PLAN_CANARY_NO;

        for (int k = 0; k < i; k++)
            told = told || strcmp(p->share[k].account, s->account) == 0;
        if (!told)
            printf("  %s %s tried out first: at most %d payments go alone, and "
                   "the rest waits for their answers%s\n", s->account,
                   s->canary == PLAN_CANARY_WILL ? "is" : "may be",
                   CANARY_ROWS, s->canary == PLAN_CANARY_WILL ? "" :
                   " (if it was not yet seen to pay with these versions)");
    }
}

/* --- rows to look at ------------------------------------------------------ */

static const char *const titles[] = {
    [PLAN_REFUSED] = "cannot be paid as they are",
    [PLAN_SPLIT] = "paid in linked parts",
    [PLAN_NEAR] = "close to the most that can be paid at once",
    [PLAN_LOOK] = "to look at again"
};

static void
print_note(const struct plan_note *n)
{
    if (n->line > 0)
        printf("    line %lld", (long long)n->line);
    else
        printf("    the file");
    printf("  %s%s%s%s%s\n", n->name, n->rail[0] != '\0' ? "  " : "", n->rail,
           n->code[0] != '\0' ? "  " : "", n->code);
    printf("      %s%s%s%s\n", n->reason, n->value[0] != '\0' ? " (\"" : "",
           n->value, n->value[0] != '\0' ? "\")" : "");
    if (n->fix[0] != '\0')
        printf("      fix: %s\n", n->fix);
}

static void
print_notes(const struct plan *p)
{
    char count[MONEY_TEXT_BYTES];

    for (int s = 0; s < PLAN_SORTS; s++) {
        if (p->count[s] == 0)
            continue;
        money_count(p->count[s], count);
        printf("\n  %s: %s\n", titles[s], count);
        for (int i = 0; i < p->named[s] && i < SHOWN; i++)
            print_note(&p->note[s][i]);
        if (p->count[s] > SHOWN) {
            money_count(p->count[s] - SHOWN, count);
            printf("    and %s more (--json names up to %d)\n", count,
                   PLAN_NOTES_MAX);
        }
    }
}

void
plan_print(const struct plan *p)
{
    print_shares(p);
    print_need(p);
    print_effort(p);
    print_canaries(p);
    print_notes(p);
}

/* --- JSON ----------------------------------------------------------------- */

static json_t *
json_share(const struct plan *p, const struct plan_share *s)
{
    return json_pack(
        "{s:s, s:s, s:s, s:I, s:o, s:o, s:I, s:I, s:o, s:b, s:o, s:o, s:o,"
        " s:s}",
        "account", s->account, "provider", s->provider, "rail", s->rail,
        "payments", (json_int_t)s->payments, "total",
        json_money(s->minor, p->ccy), "charges",
        json_money(s->charge_minor, p->ccy), "batches",
        (json_int_t)s->batches, "split_rows", (json_int_t)s->split_rows,
        "largest", json_money(s->largest_minor, p->ccy), "has_limits",
        s->has_limits, "min", json_money(s->min_minor, p->ccy), "max",
        json_money(s->max_minor, p->ccy), "payee_day_max",
        json_money(s->payee_day_max_minor, p->ccy), "tried_out_first",
        s->canary == PLAN_CANARY_WILL ? "yes" :
        s->canary == PLAN_CANARY_MAY ? "maybe" : "no");
}

static json_t *
json_notes(const struct plan *p)
{
    json_t *list = json_array();

    for (int s = 0; s < PLAN_SORTS; s++)
        for (int i = 0; i < p->named[s]; i++) {
            const struct plan_note *n = &p->note[s][i];

            json_array_append_new(list, json_pack(
                "{s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:s}", "sort",
                plan_sort_name((enum plan_sort)s), "line", (json_int_t)n->line,
                "name", n->name, "rail", n->rail, "code", n->code, "value",
                n->value, "reason", n->reason, "fix", n->fix));
        }
    return list;
}

json_t *
plan_json(const struct plan *p)
{
    json_t *shares = json_array(), *counts = json_object();

    for (int i = 0; i < p->nshares; i++)
        json_array_append_new(shares, json_share(p, &p->share[i]));
    for (int s = 0; s < PLAN_SORTS; s++)
        json_object_set_new(counts, plan_sort_name((enum plan_sort)s),
                            json_integer(p->count[s]));
    return json_pack(
        "{s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:o}",
        "currency", p->ccy, "rows", (json_int_t)p->rows, "held_rows",
        (json_int_t)p->held_rows, "payments", (json_int_t)p->payments,
        "total", json_money(p->minor, p->ccy), "charges",
        json_money(p->charge_minor, p->ccy), "needs",
        json_money(p->minor + p->charge_minor, p->ccy), "batches",
        (json_int_t)p->batches, "requests", (json_int_t)plan_requests(p),
        "seconds", (json_int_t)plan_seconds(p), "by_account_and_rail", shares,
        "counts", counts, "look_at", json_notes(p));
}
