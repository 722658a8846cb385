#include "report/iso.h"

#include "base/clock.h"
#include "money/money.h"

/* --- batches -------------------------------------------------------------- */

/* What the counters of a batch leave open waits or is on its way. */
static int
batch_row(void *owner, const struct batch_line *l)
{
    struct iso *i = owner;
    struct iso_batch *b = NULL;

    if (i->nbatches >= i->m->run.batches)
        return -1;
    b = &i->batches[i->nbatches++];
    *b = (struct iso_batch){
        .number = l->number, .account_id = l->account_id, .rows = l->rows,
        .minor = l->minor, .paid_rows = l->paid_rows,
        .paid_minor = l->paid_minor, .charge_minor = l->charge_minor,
        .failed_rows = l->failed_rows, .failed_minor = l->failed_minor,
        .doubt_rows = l->doubt_rows, .doubt_minor = l->doubt_minor,
        .cancelled_rows = l->cancelled_rows,
        .cancelled_minor = l->cancelled_minor, .state_us = l->state_us
    };
    snprintf(b->account, sizeof(b->account), "%.63s", l->payer);
    b->open_rows = b->rows - b->paid_rows - b->failed_rows - b->doubt_rows
                   - b->cancelled_rows;
    b->open_minor = b->minor - b->paid_minor - b->failed_minor
                    - b->doubt_minor - b->cancelled_minor;
    b->waits = pay_state_of(STR(""), l->state) == PAY_WAITING;
    return 0;
}

int
iso_open(struct iso *i, struct model *m, struct out *o, struct err *e)
{
    *i = (struct iso){ .m = m, .o = o, .b = &o->b, .at = -1, .only = "",
                       .decimals = ccy_decimals(m->run.ccy) };
    /* one more, so that none is no empty allocation */
    i->batches = calloc((size_t)m->run.batches + 1, sizeof(*i->batches));
    if (i->batches == NULL)
        return err_oom(e);
    return model_batches(m, batch_row, i, e);
}

void
iso_close(struct iso *i)
{
    free(i->batches);
    i->batches = NULL;
}

/* --- elements ------------------------------------------------------------- */

void
iso_begin(struct iso *i, const char *message, const char *element)
{
    buf_printf(i->b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document "
               "xmlns=\"urn:iso:std:iso:20022:tech:xsd:%s\">\n<%s>\n",
               message, element);
}

void
iso_tag(struct iso *i, const char *name)
{
    buf_printf(i->b, "<%s>\n", name);
}

/* The first ${max} characters; UTF-8 is never cut inside one. */
static struct str
characters(struct str s, int max)
{
    size_t n = 0;

    for (; n < s.len; n++)
        if (((unsigned char)s.p[n] & 0xC0) != 0x80 && max-- == 0)
            break;
    return (struct str){ s.p, n };
}

void
iso_text(struct iso *i, const char *tag, struct str s, int max)
{
    struct buf b;

    s = characters(str_trim(s), max);
    if (s.len == 0)
        return;
    buf_init(&b, REPORT_BUF_BYTES_MAX);
    render_safe(&b, s);             /* XML has no room for control characters */
    buf_printf(i->b, "<%s>", tag);
    buf_html(i->b, buf_view(&b));
    buf_printf(i->b, "</%s>\n", tag);
    if (b.failed)
        i->b->failed = true;
    buf_release(&b);
}

void
iso_words(struct iso *i, const char *tag, const char *text, int max)
{
    iso_text(i, tag, str_of(text), max);
}

void
iso_count(struct iso *i, const char *tag, int64_t n)
{
    buf_printf(i->b, "<%s>%lld</%s>\n", tag, (long long)n, tag);
}

void
iso_sum(struct iso *i, const char *tag, int64_t minor)
{
    buf_printf(i->b, "<%s>", tag);
    buf_minor(i->b, minor, i->decimals);
    buf_printf(i->b, "</%s>\n", tag);
}

void
iso_amount(struct iso *i, const char *tag, int64_t minor)
{
    buf_printf(i->b, "<%s Ccy=\"%s\">", tag, i->m->run.ccy);
    buf_minor(i->b, minor, i->decimals);
    buf_printf(i->b, "</%s>\n", tag);
}

void
iso_time(struct iso *i, const char *tag, int64_t us)
{
    char iso[CLOCK_ISO_BYTES];

    if (us == 0)
        return;
    clock_iso(us, iso);
    buf_printf(i->b, "<%s>%s</%s>\n", tag, iso, tag);
}

/* --- names ---------------------------------------------------------------- */

struct str
iso_end_to_end(const struct payment *p)
{
    return p->maker_reference.len > 0 ? p->maker_reference
                                      : str_of(p->reference);
}

void
iso_message_id(const struct iso *i, char out[ISO_ID_BYTES])
{
    snprintf(out, ISO_ID_BYTES, "%.18s/%lld", i->m->run.ref,
             (long long)i->m->now_us);
}

void
iso_batch_id(const struct iso *i, const struct iso_batch *b,
             char out[ISO_ID_BYTES])
{
    snprintf(out, ISO_ID_BYTES, "%.24s/%d", i->m->run.ref, b->number);
}

void
iso_creditor(struct iso *i, const struct payment *p)
{
    iso_tag(i, "Cdtr");
    iso_text(i, "Nm", p->name, 140);
    iso_tag(i, "/Cdtr");
    iso_tag(i, "CdtrAcct");
    iso_tag(i, "Id");
    iso_tag(i, "Othr");
    iso_text(i, "Id", p->account, 34);
    iso_tag(i, "/Othr");
    iso_tag(i, "/Id");
    iso_tag(i, "/CdtrAcct");
}
