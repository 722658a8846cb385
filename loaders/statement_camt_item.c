/*
 * What an element of camt.053 holds, by its path below the balance, entry or
 * payment it is in.  Paths of .02 and of .08 (Pty, Sts/Cd, Rcrd) side by side.
 */
#include "loaders/statement_camt.h"

/* --- values ------------------------------------------------------------- */

static struct str
keep(struct statement_camt *c, struct arena *mem, struct str s)
{
    struct str kept = { NULL, 0 };

    if (s.len == 0)
        return kept;
    kept = arena_str(mem, s);
    if (kept.p == NULL)
        statement_note(c->s, "PR-STM-007", statement_camt_at(c, c->path,
                       s), "too much text in one entry");
    return kept;
}

/* Texts that may come more than once, with a blank between them. */
static struct str
keep_more(struct statement_camt *c, struct arena *mem, struct str had,
          struct str s)
{
    char *both = NULL;

    if (had.len == 0 || s.len == 0)
        return had.len == 0 ? keep(c, mem, s) : had;
    if ((both = arena_alloc(mem, had.len + s.len + 2)) == NULL) {
        statement_note(c->s, "PR-STM-007", statement_camt_at(c, c->path,
                       s), "too much text in one entry");
        return had;
    }
    memcpy(both, had.p, had.len);
    both[had.len] = ' ';
    memcpy(both + had.len + 1, s.p, s.len);
    return (struct str){ both, had.len + s.len + 1 };
}

static bool
read_amount(struct statement_camt *c, struct str s, struct money *m)
{
    const char *why = NULL;

    if (c->ccy[0] == '?' || c->ccy[0] == '\0') {
        statement_note(c->s, "PR-STM-035", statement_camt_at(c, c->path, s),
                       "%s", c->ccy[0] == '?' ? "its currency is not known"
                                              : "it has no currency");
        return false;
    }
    if (s.len == 0)
        why = "it is empty";
    else if (money_parse(m, s, c->ccy) < 0)
        why = "expected digits, a point and no more decimals than the "
              "currency has";
    if (why != NULL)
        statement_note(c->s, "PR-STM-031", statement_camt_at(c, c->path, s),
                       "%s", why);
    return why == NULL;
}

static void
take_amount(struct statement_camt *c, struct camt_item *i, struct str s)
{
    struct money m = { .minor = 0 };

    if (!read_amount(c, s, &m)) {
        i->bad_amount = true;
        return;
    }
    i->has_amount = true;
    i->minor = m.minor;
    memcpy(i->ccy, m.ccy, sizeof(i->ccy));
}

/* A charge in another currency is not of this account. */
static void
take_charge(struct statement_camt *c, struct camt_item *i, bool total,
            struct str s)
{
    struct money m = { .minor = 0 };

    if (!read_amount(c, s, &m)) {
        i->bad_amount = true;
        return;
    }
    if (strcmp(m.ccy, c->entry.ccy) == 0
        && minor_add(total ? &i->charges_total : &i->charges_sum, m.minor) < 0)
        i->bad_amount = true;
}

static void
take_side(struct statement_camt *c, struct camt_item *i, struct str s)
{
    if (str_eq(s, STR("CRDT")))
        i->side = 1;
    else if (str_eq(s, STR("DBIT")))
        i->side = -1;
    else
        statement_note(c->s, "PR-STM-033", statement_camt_at(c, c->path, s),
                       "expected CRDT or DBIT");
}

static void
take_day(struct statement_camt *c, struct str s, struct statement_when *w,
         bool *has)
{
    *has = statement_when(w, "YYYY-MM-DD[Z]|YYYY-MM-DDThh:mm:ss[.f][Z]", s)
           == s.len && s.len > 0;
    if (!*has)
        statement_note(c->s, "PR-STM-021", statement_camt_at(c, c->path, s),
                       "expected 2026-11-30 or 2026-11-30T09:15:00+03:00");
}

/* Booked 1, pending or only told 0, a word nobody knows -1. */
static void
take_status(struct statement_camt *c, struct camt_item *i, struct str s)
{
    i->booked = str_eq(s, STR("BOOK")) ? 1
                : str_eq(s, STR("PDNG")) || str_eq(s, STR("INFO"))
                  || str_eq(s, STR("FUTR")) ? 0 : -1;
    if (i->booked < 0)
        statement_note(c->s, "PR-STM-037", statement_camt_at(c, c->path, s),
                       "expected BOOK, PDNG, INFO or FUTR");
}

/* --- paths -------------------------------------------------------------- */

enum what {
    WHAT_AMOUNT, WHAT_AMOUNT_ELSE, WHAT_SIDE, WHAT_CODE, WHAT_CODE_ELSE,
    WHAT_DAY, WHAT_VALUE, WHAT_REVERSAL, WHAT_STATUS, WHAT_ID, WHAT_REF,
    WHAT_CHARGES, WHAT_CHARGE, WHAT_TOLD, WHAT_E2E, WHAT_INSTRUCTION,
    WHAT_STRUCTURED, WHAT_TEXT, WHAT_MORE, WHAT_RETURNED, WHAT_DBTR,
    WHAT_DBTR_IBAN, WHAT_DBTR_OTHER, WHAT_CDTR, WHAT_CDTR_IBAN,
    WHAT_CDTR_OTHER
};

struct row {
    const char *path;
    enum what   what;
};

static const struct row bal_rows[] = {
    { "Tp/CdOrPrtry/Cd", WHAT_CODE }, { "Amt", WHAT_AMOUNT },
    { "CdtDbtInd", WHAT_SIDE }, { "Dt/Dt", WHAT_DAY }, { "Dt/DtTm", WHAT_DAY },
    { NULL, WHAT_CODE }
};

static const struct row entry_rows[] = {
    { "NtryRef", WHAT_REF }, { "Amt", WHAT_AMOUNT }, { "CdtDbtInd", WHAT_SIDE },
    { "RvslInd", WHAT_REVERSAL }, { "Sts", WHAT_STATUS },
    { "Sts/Cd", WHAT_STATUS }, { "BookgDt/Dt", WHAT_DAY },
    { "BookgDt/DtTm", WHAT_DAY }, { "ValDt/Dt", WHAT_VALUE },
    { "ValDt/DtTm", WHAT_VALUE }, { "AcctSvcrRef", WHAT_ID },
    { "BkTxCd/Domn/Fmly/SubFmlyCd", WHAT_CODE },
    { "BkTxCd/Prtry/Cd", WHAT_CODE_ELSE },
    { "Chrgs/TtlChrgsAndTaxAmt", WHAT_CHARGES }, { "Chrgs/Amt", WHAT_CHARGE },
    { "Chrgs/Rcrd/Amt", WHAT_CHARGE }, { "NtryDtls/Btch/NbOfTxs", WHAT_TOLD },
    { "NtryDtls/Btch/PmtInfId", WHAT_INSTRUCTION },
    { "AddtlNtryInf", WHAT_MORE },
    { NULL, WHAT_CODE }
};

static const struct row tx_rows[] = {
    { "Refs/EndToEndId", WHAT_E2E }, { "Refs/AcctSvcrRef", WHAT_ID },
    { "Refs/InstrId", WHAT_INSTRUCTION }, { "Refs/TxId", WHAT_REF },
    { "Amt", WHAT_AMOUNT }, { "AmtDtls/TxAmt/Amt", WHAT_AMOUNT_ELSE },
    { "CdtDbtInd", WHAT_SIDE }, { "BkTxCd/Domn/Fmly/SubFmlyCd", WHAT_CODE },
    { "BkTxCd/Prtry/Cd", WHAT_CODE_ELSE },
    { "Chrgs/TtlChrgsAndTaxAmt", WHAT_CHARGES }, { "Chrgs/Amt", WHAT_CHARGE },
    { "Chrgs/Rcrd/Amt", WHAT_CHARGE },
    { "RltdPties/Dbtr/Nm", WHAT_DBTR }, { "RltdPties/Dbtr/Pty/Nm", WHAT_DBTR },
    { "RltdPties/DbtrAcct/Id/IBAN", WHAT_DBTR_IBAN },
    { "RltdPties/DbtrAcct/Id/Othr/Id", WHAT_DBTR_OTHER },
    { "RltdPties/Cdtr/Nm", WHAT_CDTR }, { "RltdPties/Cdtr/Pty/Nm", WHAT_CDTR },
    { "RltdPties/CdtrAcct/Id/IBAN", WHAT_CDTR_IBAN },
    { "RltdPties/CdtrAcct/Id/Othr/Id", WHAT_CDTR_OTHER },
    { "RmtInf/Ustrd", WHAT_TEXT },
    { "RmtInf/Strd/CdtrRefInf/Ref", WHAT_STRUCTURED },
    { "RtrInf/Rsn/Cd", WHAT_RETURNED }, { "RtrInf/Rsn/Prtry", WHAT_RETURNED },
    { "RtrInf/OrgnlBkTxCd/Prtry/Cd", WHAT_RETURNED },
    { "AddtlTxInf", WHAT_MORE },
    { NULL, WHAT_CODE }
};

static void
take(struct statement_camt *c, struct camt_item *i, struct arena *mem,
     enum what what, struct str s)
{
    int64_t n = 0;

    switch (what) {
    case WHAT_AMOUNT:      take_amount(c, i, s); return;
    case WHAT_AMOUNT_ELSE:
        if (!i->has_amount)
            take_amount(c, i, s);
        return;
    case WHAT_SIDE:        take_side(c, i, s); return;
    case WHAT_CODE:        i->code = keep(c, mem, s); return;
    case WHAT_CODE_ELSE:
        if (i->code.len == 0)
            i->code = keep(c, mem, s);
        return;
    case WHAT_DAY:         take_day(c, s, &i->day, &i->has_day); return;
    case WHAT_VALUE:       take_day(c, s, &i->value, &i->has_value); return;
    case WHAT_REVERSAL:
        i->reversal = str_eq(s, STR("true")) || str_eq(s, STR("1"));
        return;
    case WHAT_STATUS:      take_status(c, i, s); return;
    case WHAT_ID:          i->id = keep(c, mem, s); return;
    case WHAT_REF:         i->ref = keep(c, mem, s); return;
    case WHAT_CHARGES:     take_charge(c, i, true, s); return;
    case WHAT_CHARGE:      take_charge(c, i, false, s); return;
    case WHAT_TOLD:
        if (str_i64(&n, s) == 0)
            i->told = n;
        return;
    case WHAT_E2E:         i->end_to_end = keep(c, mem, s); return;
    case WHAT_INSTRUCTION: i->instruction = keep(c, mem, s); return;
    case WHAT_STRUCTURED:  i->structured = keep(c, mem, s); return;
    case WHAT_TEXT:        i->text = keep_more(c, mem, i->text, s); return;
    case WHAT_MORE:        i->more = keep_more(c, mem, i->more, s); return;
    case WHAT_RETURNED:    i->returned = true; return;
    case WHAT_DBTR:        i->dbtr.name = keep(c, mem, s); return;
    case WHAT_DBTR_IBAN:   i->dbtr.iban = keep(c, mem, s); return;
    case WHAT_DBTR_OTHER:  i->dbtr.other = keep(c, mem, s); return;
    case WHAT_CDTR:        i->cdtr.name = keep(c, mem, s); return;
    case WHAT_CDTR_IBAN:   i->cdtr.iban = keep(c, mem, s); return;
    case WHAT_CDTR_OTHER:  i->cdtr.other = keep(c, mem, s); return;
    }
}

static void
by_rows(struct statement_camt *c, const struct row *rows, struct camt_item *i,
        struct arena *mem, const char *path, struct str s)
{
    for (; rows->path != NULL; rows++)
        if (rows->path[0] == path[0] && strcmp(rows->path, path) == 0) {
            take(c, i, mem, rows->what, s);
            return;
        }
}

static void
statement_leaf(struct statement_camt *c, const char *path, struct str s)
{
    struct statement_facts *f = &c->s->facts;
    struct statement_when w;
    bool has = false;

    if (strcmp(path, "Id") == 0)
        statement_name(f->id, s);
    else if (strcmp(path, "Acct/Id/IBAN") == 0
             || strcmp(path, "Acct/Id/Othr/Id") == 0)
        statement_name(f->account, s);
    else if (strcmp(path, "Acct/Ownr/Nm") == 0)
        statement_name(f->holder, s);
    else if (strcmp(path, "Acct/Ccy") == 0) {
        if (s.len != 3 || str_copy(f->ccy, sizeof(f->ccy), s) < 0
            || ccy_decimals(f->ccy) < 0)
            statement_note(c->s, "PR-STM-035",
                           statement_camt_at(c, c->path, s),
                           "the currency of the account");
    } else if (strcmp(path, "FrToDt/FrDtTm") == 0) {
        take_day(c, s, &w, &has);
        if (has)
            statement_when_day(&w, f->from);
    } else if (strcmp(path, "FrToDt/ToDtTm") == 0) {
        take_day(c, s, &w, &has);
        if (has)
            statement_when_day(&w, f->until);
        c->s->period_said = has && f->from[0] != '\0';
    }
}

void
statement_camt_leaf(struct statement_camt *c, const char *path, struct str s)
{
    switch (c->scope) {
    case CAMT_OUT:
    case CAMT_MESSAGE:
        return;
    case CAMT_STMT:
        statement_leaf(c, path, s);
        return;
    case CAMT_BAL:
        by_rows(c, bal_rows, &c->bal, &c->entry_mem, path, s);
        return;
    case CAMT_NTRY:
        by_rows(c, entry_rows, &c->entry, &c->entry_mem, path, s);
        return;
    case CAMT_TX:
        by_rows(c, tx_rows, &c->tx, &c->tx_mem, path, s);
        return;
    }
}
