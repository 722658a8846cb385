/*
 * Balances, and entries as lines.  An entry with one payment is one line; with
 * more of them, each is a part as soon as it ends, and the entry is their
 * batch.  So the first is held until it is clear which it is.
 */
#include "loaders/statement_camt.h"

static void
note(struct statement_camt *c, const char *code, const char *field,
     const char *text)
{
    struct statement_where at = statement_camt_at(c, field,
                                                  (struct str){ NULL, 0 });

    at.line = c->scope == CAMT_BAL ? at.line : c->entry.line;
    at.column = 0;
    statement_note(c->s, code, at, "%s", text);
}

/* --- balances ----------------------------------------------------------- */

void
statement_camt_balance(struct statement_camt *c)
{
    struct statement_facts *f = &c->s->facts;
    const struct camt_item *b = &c->bal;
    bool opening = str_eq(b->code, STR("OPBD"));
    bool before = str_eq(b->code, STR("PRCD"));
    bool closing = str_eq(b->code, STR("CLBD"));
    int64_t minor = b->side * b->minor;

    if (b->bad_amount || !(opening || before || closing))
        return;
    if (!b->has_amount || b->side == 0) {
        note(c, "PR-STM-053", b->has_amount ? "Bal/CdtDbtInd" : "Bal/Amt",
             "of a balance");
        return;
    }
    if (f->ccy[0] == '\0')
        memcpy(f->ccy, b->ccy, sizeof(f->ccy));
    if (strcmp(f->ccy, b->ccy) != 0) {
        note(c, "PR-STM-035", "Bal/Amt", "the account has another currency");
        return;
    }
    if (closing) {
        f->has_closing = STATEMENT_SAID;
        f->closing_minor = minor;
        if (!c->s->period_said && b->has_day)
            statement_when_day(&b->day, f->until);
    } else if (opening || f->has_opening == STATEMENT_NO_BALANCE) {
        /* the one before this statement's is its own, when that is not said */
        f->has_opening = STATEMENT_SAID;
        f->opening_minor = minor;
    }
}

/* --- lines -------------------------------------------------------------- */

static struct str
either(struct str a, struct str b)
{
    return a.len > 0 ? a : b;
}

/* Returned and charge codes of the ISO 20022 list of bank transaction codes,
 * and what banks use of their own. */
static enum statement_kind
kind_of(const struct camt_item *i)
{
    static const struct {
        const char         *code;
        enum statement_kind kind;
    } codes[] = {
        { "CHRG", STATEMENT_CHARGE }, { "FEES", STATEMENT_CHARGE },
        { "COMM", STATEMENT_CHARGE }, { "COMT", STATEMENT_CHARGE },
        { "CHG", STATEMENT_CHARGE }, { "NCHG", STATEMENT_CHARGE },
        { "RRTN", STATEMENT_RETURNED }, { "RPCR", STATEMENT_RETURNED },
        { "RTRN", STATEMENT_RETURNED }, { "NRTI", STATEMENT_RETURNED },
        { "INTR", STATEMENT_INTEREST }, { "NINT", STATEMENT_INTEREST }
    };

    if (i->returned)
        return STATEMENT_RETURNED;
    for (size_t k = 0; k < sizeof(codes) / sizeof(codes[0]); k++)
        if (str_eq(i->code, str_of(codes[k].code)))
            return codes[k].kind;
    return STATEMENT_PAYMENT;
}

/*
 * The other side: who was paid, or who paid.  Of a reversal the parties stand
 * as in the payment it takes back.
 */
static void
counterparty(const struct camt_item *i, bool out, struct statement_line *l)
{
    const struct camt_side *s = out != l->reversal ? &i->cdtr : &i->dbtr;

    l->name = s->name;
    l->account = either(s->iban, s->other);
}

/* What an entry or payment tells by itself. */
static void
fill(const struct camt_item *i, struct statement_line *l)
{
    l->line = i->line;
    l->id = either(i->id, i->ref);
    l->reference = either(statement_words_ref(i->end_to_end),
                          either(statement_words_ref(i->structured),
                                 statement_words_ref(i->instruction)));
    l->type = i->code;
    l->text = either(i->text, i->more);
    l->kind = kind_of(i);
    l->charge_minor = i->charges_total > 0 ? i->charges_total
                                           : i->charges_sum;
}

static void
entry_days(struct statement_camt *c, struct statement_line *l)
{
    const struct camt_item *e = &c->entry;
    const struct statement_when *day = e->has_day ? &e->day : &e->value;

    statement_when_day(day, l->booked);
    l->has_time = day->has_time;
    if (day->has_time)
        l->at_s = statement_when_s(day, c->s->opt.zone_min);
    if (e->has_value)
        statement_when_day(&e->value, l->value_day);
    l->reversal = e->reversal;
}

/* Is the entry one that can be a line?  Asked before its first payment, and
 * the schema puts all this in front of them. */
static void
check_entry(struct statement_camt *c)
{
    const struct camt_item *e = &c->entry;

    if (c->checked)
        return;
    c->checked = true;
    c->entry_bad = e->bad_amount || e->booked < 0;
    c->unbooked = e->booked == 0;
    if (!e->has_amount && !e->bad_amount) {
        note(c, "PR-STM-030", "Ntry/Amt", "of an entry");
        c->entry_bad = true;
    }
    if (e->side == 0) {
        note(c, "PR-STM-053", "Ntry/CdtDbtInd", "credit or debit, of an entry");
        c->entry_bad = true;
    }
    if (!e->has_day && !e->has_value) {
        note(c, "PR-STM-020", "Ntry/BookgDt", "of an entry");
        c->entry_bad = true;
    }
}

/* --- payments of an entry ----------------------------------------------- */

/* Give the held payment to the sink as a part of the batch. */
static void
put_part(struct statement_camt *c)
{
    const struct camt_item *t = &c->tx;
    struct statement_line l = { .line = t->line };
    int side = t->side != 0 ? t->side : c->entry.side;

    if (c->entry_bad || c->unbooked || t->bad_amount)
        return;
    entry_days(c, &l);
    fill(t, &l);
    l.part = c->ntx;
    l.has_amount = t->has_amount;
    l.minor = t->has_amount ? side * t->minor : 0;
    memcpy(l.ccy, t->has_amount ? t->ccy : c->entry.ccy, sizeof(l.ccy));
    counterparty(t, side < 0, &l);
    l.raw = buf_view(&c->raw_tx);
    statement_put_part(c->s, &l);
}

void
statement_camt_tx(struct statement_camt *c)
{
    check_entry(c);
    if (c->ntx == 0)
        c->raw_before = c->raw.len;
    if (c->have_first) {
        put_part(c);
        /* what of the batch is raw does not have its payments */
        c->raw.len = c->raw_before;
        c->raw.failed = false;
        if (c->raw.p != NULL)
            c->raw.p[c->raw.len] = '\0';
    }
    c->have_first = false;
    c->tx = (struct camt_item){
        .line = statement_camt_at(c, NULL, (struct str){ NULL, 0 }).line };
    arena_reset(&c->tx_mem);
    buf_clear(&c->raw_tx);
}

void
statement_camt_tx_end(struct statement_camt *c)
{
    const struct camt_item *t = &c->tx;
    int side = t->side != 0 ? t->side : c->entry.side;

    c->ntx++;
    if (!t->has_amount || strcmp(t->ccy, c->entry.ccy) != 0
        || minor_add(&c->sum, side * t->minor) < 0)
        c->sum_known = false;
    if (t->bad_amount)
        c->entry_bad = true;
    if (c->ntx == 1)
        c->have_first = true;
    else
        put_part(c);
}

/* --- entries ------------------------------------------------------------ */

void
statement_camt_entry(struct statement_camt *c)
{
    c->entry = (struct camt_item){ .booked = 1,
        .line = statement_camt_at(c, NULL, (struct str){ NULL, 0 }).line };
    c->checked = c->entry_bad = c->unbooked = c->have_first = false;
    c->ntx = 0;
    c->sum = 0;
    c->sum_known = true;
    arena_reset(&c->entry_mem);
    buf_clear(&c->raw);
}

/* Payments that are not the entry; what the bank kept may explain it. */
static void
check_parts(struct statement_camt *c, const struct statement_line *l)
{
    const struct camt_item *e = &c->entry;
    int64_t kept = e->charges_total > 0 ? e->charges_total : e->charges_sum;
    int64_t off = l->minor - c->sum;
    char text[ERR_TEXT_BYTES], a[MONEY_TEXT_BYTES], b[MONEY_TEXT_BYTES];
    struct money m = { .minor = l->minor }, n = { .minor = c->sum };

    if (c->ntx == 1 && c->tx.charges_total + c->tx.charges_sum > 0)
        kept = c->tx.charges_total > 0 ? c->tx.charges_total
                                       : c->tx.charges_sum;
    if (e->told > 0 && c->ntx > 0 && e->told != c->ntx) {
        snprintf(text, sizeof(text), "%lld payments are told of, and %lld are "
                 "listed", (long long)e->told, (long long)c->ntx);
        note(c, "PR-STM-044", "Btch/NbOfTxs", text);
    }
    if (c->ntx == 0 || !c->sum_known || off == 0 || off == kept || off == -kept)
        return;
    memcpy(m.ccy, l->ccy, sizeof(m.ccy));
    memcpy(n.ccy, l->ccy, sizeof(n.ccy));
    money_text(m, a);
    money_text(n, b);
    snprintf(text, sizeof(text), "the entry is %s, its payments are %s", a, b);
    note(c, "PR-STM-044", "Ntry/Amt", text);
}

/* The one payment of an entry knows more than the entry does. */
static void
merge(const struct camt_item *t, struct statement_line *l)
{
    struct statement_line one = { .line = 0 };

    fill(t, &one);
    l->id = either(one.id, l->id);
    l->reference = either(one.reference, l->reference);
    l->text = either(one.text, l->text);
    l->type = either(one.type, l->type);
    if (one.kind != STATEMENT_PAYMENT)
        l->kind = one.kind;
    if (one.charge_minor > 0)
        l->charge_minor = one.charge_minor;
    counterparty(t, l->minor < 0, l);
}

void
statement_camt_entry_end(struct statement_camt *c)
{
    const struct camt_item *e = &c->entry;
    struct statement_line l = { .has_amount = true };
    bool batch = c->ntx > 1 || e->told > 1;

    check_entry(c);
    if (c->have_first && batch)
        put_part(c);
    c->have_first = false;
    c->s->incomplete = c->s->incomplete || c->entry_bad;
    if (c->entry_bad || c->s->stopped)
        return;
    entry_days(c, &l);
    fill(e, &l);
    l.minor = e->side * e->minor;
    memcpy(l.ccy, e->ccy, sizeof(l.ccy));
    if (c->ntx == 1 && !batch)
        merge(&c->tx, &l);
    if (batch) {
        l.kind = STATEMENT_BATCH;
        l.parts = c->ntx;
    }
    l.raw = buf_view(&c->raw);
    if (c->unbooked) {
        statement_put_unbooked(c->s, &l);
        return;
    }
    if (l.minor == 0) {
        note(c, "PR-STM-034", "Ntry/Amt", "it is not counted");
        statement_put_unbooked(c->s, &l);
        return;
    }
    check_parts(c, &l);
    statement_put(c->s, &l);
}
