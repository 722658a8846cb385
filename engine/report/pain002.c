/*
 * The status of every payment as a pain.002.001.03, at its three levels: the
 * group is the run, the payment information a batch.
 *
 * Version 03, because it is the answer to the pain.001.001.03 that payroll
 * programs and banks still write most; later ones only add elements that we
 * would leave out.
 */
#include "report/iso.h"

/* Of one payment; RJCT is certain, PDNG is not known. */
static const char *
status(const struct model *m, enum pay_state s)
{
    switch (s) {
    case PAY_PAID:
        return "ACSC";
    case PAY_FAILED: case PAY_RETURNED: case PAY_REVERSED: case PAY_CANCELLED:
        return "RJCT";
    case PAY_DOUBT:
        return "PDNG";
    case PAY_SENT:
        return "ACSP";
    case PAY_WAITING:
        return model_never(m) ? "RJCT" : "ACTC";
    }
    return "PDNG";
}

/* Payments by what they are called there; of a run or of a batch. */
struct counted {
    struct { const char *status; int64_t rows, minor; } part[PAY_STATES];
    int n;
};

static void
count(struct counted *c, const struct model *m, enum pay_state s, int64_t rows,
      int64_t minor)
{
    const char *name = status(m, s);
    int i = 0;

    if (rows == 0)
        return;
    while (i < c->n && strcmp(c->part[i].status, name) != 0)
        i++;
    c->part[i].status = name;
    c->part[i].rows += rows;
    c->part[i].minor += minor;
    if (i == c->n)
        c->n++;
}

/* All payments alike: their status; otherwise a part of them has another. */
static const char *
whole(const struct counted *c)
{
    return c->n == 1 ? c->part[0].status : "PART";
}

static void
per_status(struct iso *i, const struct counted *c)
{
    for (int k = 0; k < c->n; k++) {
        iso_tag(i, "NbOfTxsPerSts");
        iso_count(i, "DtldNbOfTxs", c->part[k].rows);
        iso_words(i, "DtldSts", c->part[k].status, 4);
        iso_sum(i, "DtldCtrlSum", c->part[k].minor);
        iso_tag(i, "/NbOfTxsPerSts");
    }
}

/* --- the run -------------------------------------------------------------- */

static void
group(struct iso *i)
{
    const struct model *m = i->m;
    struct model_part p[MODEL_PARTS];
    struct counted c = { .n = 0 };
    char id[ISO_ID_BYTES];

    iso_message_id(i, id);
    iso_tag(i, "GrpHdr");
    iso_words(i, "MsgId", id, 35);
    iso_time(i, "CreDtTm", m->now_us);
    iso_tag(i, "/GrpHdr");
    model_parts(m, p);
    for (int k = 0; k < MODEL_PARTS; k++)
        count(&c, m, p[k].state, p[k].rows, p[k].minor);
    iso_tag(i, "OrgnlGrpInfAndSts");
    iso_words(i, "OrgnlMsgId", m->run.ref, 35);
    iso_words(i, "OrgnlMsgNmId", strncmp(m->encoding, "pain.001", 8) == 0
              ? m->encoding : "payroll file", 35);
    iso_count(i, "OrgnlNbOfTxs", m->run.rows);
    iso_sum(i, "OrgnlCtrlSum", m->run.minor);
    iso_words(i, "GrpSts", whole(&c), 4);
    per_status(i, &c);
    iso_tag(i, "/OrgnlGrpInfAndSts");
}

/* --- batches -------------------------------------------------------------- */

static void
batch_open(struct iso *i)
{
    const struct iso_batch *b = &i->batches[i->at];
    struct counted c = { .n = 0 };
    char id[ISO_ID_BYTES];

    count(&c, i->m, PAY_PAID, b->paid_rows, b->paid_minor);
    count(&c, i->m, PAY_FAILED, b->failed_rows, b->failed_minor);
    count(&c, i->m, PAY_DOUBT, b->doubt_rows, b->doubt_minor);
    count(&c, i->m, PAY_CANCELLED, b->cancelled_rows, b->cancelled_minor);
    count(&c, i->m, b->waits ? PAY_WAITING : PAY_SENT, b->open_rows,
          b->open_minor);
    iso_batch_id(i, b, id);
    iso_tag(i, "OrgnlPmtInfAndSts");
    iso_words(i, "OrgnlPmtInfId", id, 35);
    iso_count(i, "OrgnlNbOfTxs", b->rows);
    iso_sum(i, "OrgnlCtrlSum", b->minor);
    iso_words(i, "PmtInfSts", whole(&c), 4);
    per_status(i, &c);
}

/* Batches in front of this payment's end; its own begins. */
static int
at_batch(struct iso *i, int number)
{
    while (i->at < 0 || i->batches[i->at].number != number) {
        if (i->at >= 0)
            iso_tag(i, "/OrgnlPmtInfAndSts");
        if (++i->at >= i->nbatches)
            return -1;
        batch_open(i);
    }
    return 0;
}

/* --- payments ------------------------------------------------------------- */

static void
why(struct iso *i, const struct payment *p)
{
    const char *code = p->state == PAY_RETURNED ? "RETURNED"
        : p->state == PAY_REVERSED ? "REVERSED"
        : p->state == PAY_CANCELLED ? "CANCELLED" : NULL;

    if (p->state == PAY_PAID || (p->code.len == 0 && p->reason.len == 0
                                 && code == NULL))
        return;
    iso_tag(i, "StsRsnInf");
    if (code != NULL || p->code.len > 0) {
        iso_tag(i, "Rsn");
        iso_text(i, "Prtry", code != NULL ? str_of(code) : p->code, 35);
        iso_tag(i, "/Rsn");
    }
    iso_text(i, "AddtlInf", p->reason, 105);
    iso_words(i, "AddtlInf", p->todo, 105);
    iso_tag(i, "/StsRsnInf");
}

static void
reference(struct iso *i, const struct payment *p)
{
    iso_tag(i, "OrgnlTxRef");
    iso_tag(i, "Amt");
    iso_amount(i, "InstdAmt", p->minor);
    iso_tag(i, "/Amt");
    iso_creditor(i, p);
    iso_tag(i, "/OrgnlTxRef");
}

static int
payment(void *owner, const struct payment *p)
{
    struct iso *i = owner;

    if (at_batch(i, p->number) < 0)
        return -1;
    iso_tag(i, "TxInfAndSts");
    iso_words(i, "StsId", p->reference, 35);
    iso_words(i, "OrgnlInstrId", p->reference, 35);
    iso_text(i, "OrgnlEndToEndId", iso_end_to_end(p), 35);
    iso_words(i, "TxSts", status(i->m, p->state), 4);
    why(i, p);
    if (p->state == PAY_PAID)
        iso_time(i, "AccptncDtTm", p->at_us);
    iso_text(i, "AcctSvcrRef", p->receipt, 35);
    reference(i, p);
    iso_tag(i, "/TxInfAndSts");
    return out_turn(i->o);
}

int
pain002_render(struct model *m, struct out *o, struct err *e)
{
    struct iso i;
    int rc = -1;

    if (iso_open(&i, m, o, e) < 0)
        goto out;
    iso_begin(&i, "pain.002.001.03", "CstmrPmtStsRpt");
    group(&i);
    if (model_payments(m, RUN_ROWS_MAX, payment, &i, e) < 0)
        goto out;
    if (i.at >= 0)
        iso_tag(&i, "/OrgnlPmtInfAndSts");
    buf_text(&o->b, "</CstmrPmtStsRpt>\n</Document>\n");
    rc = 0;
out:
    iso_close(&i);
    return rc;
}
