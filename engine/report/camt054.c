/*
 * What was booked, as a camt.054.001.02: a notification for each batch of which
 * something was paid, with one debit for its payments and one for the charges.
 * What came back is not in it: it nets to nothing, and pain.002 says so.
 * Several runs follow one another; an account's are its own alone.
 */
#include "report/iso.h"

static void
code(struct iso *i, const char *name)
{
    iso_tag(i, "BkTxCd");
    iso_tag(i, "Prtry");
    iso_words(i, "Cd", name, 35);
    iso_words(i, "Issr", "payrun", 35);
    iso_tag(i, "/Prtry");
    iso_tag(i, "/BkTxCd");
}

static void
entry(struct iso *i, const struct iso_batch *b, int64_t minor,
      const char *what)
{
    char id[ISO_ID_BYTES];

    iso_batch_id(i, b, id);
    iso_tag(i, "Ntry");
    iso_words(i, "NtryRef", id, 35);
    iso_amount(i, "Amt", minor);
    iso_words(i, "CdtDbtInd", "DBIT", 4);
    iso_words(i, "Sts", "BOOK", 4);
    iso_tag(i, "BookgDt");
    iso_time(i, "DtTm", b->state_us);
    iso_tag(i, "/BookgDt");
    code(i, what);
}

static void
account(struct iso *i, const struct iso_batch *b)
{
    const struct model_account *a = model_account(i->m, b->account_id);
    const char *id = a != NULL && a->payer.wallet[0] != '\0'
        ? a->payer.wallet : b->account;

    iso_tag(i, "Acct");
    iso_tag(i, "Id");
    iso_tag(i, "Othr");
    iso_words(i, "Id", id, 34);
    iso_tag(i, "/Othr");
    iso_tag(i, "/Id");
    iso_words(i, "Ccy", i->m->run.ccy, 3);
    iso_words(i, "Nm", b->account, 70);
    iso_tag(i, "/Acct");
}

static void
batch_open(struct iso *i, const struct iso_batch *b)
{
    char id[ISO_ID_BYTES];

    iso_batch_id(i, b, id);
    iso_tag(i, "Ntfctn");
    iso_words(i, "Id", id, 35);
    iso_time(i, "CreDtTm", i->m->now_us);
    account(i, b);
    entry(i, b, b->paid_minor, "SALARIES");
    iso_tag(i, "NtryDtls");
    iso_tag(i, "Btch");
    iso_words(i, "MsgId", i->m->run.ref, 35);
    iso_words(i, "PmtInfId", id, 35);
    iso_count(i, "NbOfTxs", b->paid_rows);
    iso_amount(i, "TtlAmt", b->paid_minor);
    iso_words(i, "CdtDbtInd", "DBIT", 4);
    iso_tag(i, "/Btch");
}

static void
batch_close(struct iso *i, const struct iso_batch *b)
{
    iso_tag(i, "/NtryDtls");
    iso_tag(i, "/Ntry");
    if (b->charge_minor > 0) {
        entry(i, b, b->charge_minor, "CHARGES");
        iso_tag(i, "/Ntry");
    }
    iso_tag(i, "/Ntfctn");
}

/* Of an account's notifications, what another account paid is left out. */
static bool
others(const struct iso *i)
{
    return i->only[0] != '\0'
        && strcmp(i->batches[i->at].account, i->only) != 0;
}

static int
at_batch(struct iso *i, int number)
{
    if (i->at >= 0 && i->batches[i->at].number == number)
        return 0;
    if (i->at >= 0 && !others(i))
        batch_close(i, &i->batches[i->at]);
    do {
        if (++i->at >= i->nbatches)
            return -1;
    } while (i->batches[i->at].number != number);
    if (!others(i)) {
        batch_open(i, &i->batches[i->at]);
        i->opened++;
    }
    return 0;
}

static void
parties(struct iso *i, const struct payment *p)
{
    iso_tag(i, "RltdPties");
    iso_creditor(i, p);
    iso_tag(i, "/RltdPties");
}

static int
payment(void *owner, const struct payment *p)
{
    struct iso *i = owner;

    if (p->state != PAY_PAID)
        return 0;
    if (at_batch(i, p->number) < 0)
        return -1;
    if (others(i))
        return 0;
    iso_tag(i, "TxDtls");
    iso_tag(i, "Refs");
    iso_text(i, "AcctSvcrRef", p->receipt, 35);
    iso_words(i, "InstrId", p->reference, 35);
    iso_text(i, "EndToEndId", iso_end_to_end(p), 35);
    iso_tag(i, "/Refs");
    iso_tag(i, "AmtDtls");
    iso_tag(i, "TxAmt");
    iso_amount(i, "Amt", p->minor);
    iso_tag(i, "/TxAmt");
    iso_tag(i, "/AmtDtls");
    parties(i, p);
    iso_tag(i, "RltdDts");
    iso_time(i, "TxDtTm", p->at_us);
    iso_tag(i, "/RltdDts");
    iso_tag(i, "/TxDtls");
    return out_turn(i->o);
}

/* The notifications of one run,  itself or one of its runs: how many. */
static int
write_run(struct model *m, const struct model *of, struct out *o,
          struct err *e)
{
    struct iso i = { .m = NULL };
    int rc = -1;

    if (iso_open(&i, m, o, e) < 0)
        goto out;
    i.only = of->runs != NULL ? of->run.account : "";
    if (model_payments(m, RUN_ROWS_MAX, payment, &i, e) < 0)
        goto out;
    if (i.at >= 0 && !others(&i))
        batch_close(&i, &i.batches[i.at]);
    rc = i.opened;
out:
    iso_close(&i);
    return rc;
}

static int
write_runs(const struct model *of, struct out *o, struct err *e)
{
    int n = 0, rc = 0;

    for (size_t k = 0; k < of->nruns && rc >= 0; k++) {
        struct model m = { .db = NULL };

        if (of->runs[k].sums.paid_rows == 0)
            continue;
        rc = model_read(&m, of->db, &of->runs[k].run, e);
        m.now_us = of->now_us;
        if (rc == 0)
            rc = write_run(&m, of, o, e);
        n += rc;
        model_release(&m);
    }
    return rc < 0 ? -1 : n;
}

static int
nothing(const struct model *m, struct err *e)
{
    err_set(e, ERR_USAGE, "nothing of %s was paid, so there is nothing to "
            "notify", m->run.ref);
    return err_fix(e, "--format pain.002 says what became of %s",
                   m->runs != NULL ? "each run" : "it");
}

int
camt054_render(struct model *m, struct out *o, struct err *e)
{
    struct iso i = { .m = m, .o = o, .b = &o->b };
    char id[ISO_ID_BYTES];
    int n;

    if (m->sums.paid_rows == 0)
        return nothing(m, e);
    iso_begin(&i, "camt.054.001.02", "BkToCstmrDbtCdtNtfctn");
    iso_message_id(&i, id);
    iso_tag(&i, "GrpHdr");
    iso_words(&i, "MsgId", id, 35);
    iso_time(&i, "CreDtTm", m->now_us);
    iso_tag(&i, "/GrpHdr");
    n = m->runs != NULL ? write_runs(m, o, e) : write_run(m, m, o, e);
    if (n <= 0)
        return n < 0 ? -1 : nothing(m, e);
    buf_text(&o->b, "</BkToCstmrDbtCdtNtfctn>\n</Document>\n");
    return 0;
}
