/*
 * Payment advice: the facts of one payment as pairs of words, so that the text
 * and the paper say the same.
 */
#include "report/advice.h"

#include "report/out.h"
#include "report/pdf.h"
#include "report/render.h"
#include "report/when.h"

#define FACTS_MAX  16
#define FACT_BYTES 320
#define A_PAGE     3
#define LABEL      18           /* columns of the words on the left, in text  */

struct advice {
    struct model m;
    struct out   out;
    struct pdf   pdf;
    enum advice_format format;
    int64_t line, written;
    int nfacts;
    struct { const char *name; char value[FACT_BYTES]; } fact[FACTS_MAX];
    char title[FACT_BYTES];
};

/* --- what it says --------------------------------------------------------- */

static void
add(struct advice *a, const char *name, struct str value)
{
    struct buf b;

    if (value.len == 0 || a->nfacts == FACTS_MAX)
        return;
    buf_init(&b, REPORT_BUF_BYTES_MAX);
    render_safe(&b, render_cut(value, FACT_BYTES - 1));
    a->fact[a->nfacts].name = name;
    (void)str_copy(a->fact[a->nfacts].value, FACT_BYTES, buf_view(&b));
    a->nfacts += b.len > 0;
    buf_release(&b);
}

static void
add_text(struct advice *a, const char *name, const char *value)
{
    add(a, name, str_of(value));
}

/* Certain things only: what is not known is not promised to a payee. */
static const char *
headline(const struct payment *p)
{
    switch (p->state) {
    case PAY_PAID:
        return "was paid to you";
    case PAY_FAILED: case PAY_CANCELLED:
        return "was not paid";
    case PAY_RETURNED: case PAY_REVERSED:
        return "was paid and came back";
    case PAY_DOUBT: case PAY_SENT:
        return "is on its way; it is not confirmed yet";
    case PAY_WAITING:
        return "will be paid";
    }
    return "";
}

static void
gather(struct advice *a, const struct payment *p)
{
    const struct run *r = &a->m.run;
    char amount[MONEY_TEXT_BYTES], period[WHEN_BYTES], when[WHEN_BYTES];
    char part[64];

    a->nfacts = 0;
    render_money(p->minor, r->ccy, amount);
    snprintf(a->title, sizeof(a->title), "%s %s", amount, headline(p));
    when_date(r->period, period);
    when_text(p->at_us, when);
    add(a, "To", p->name);
    add(a, "Employee", p->employee_no);
    add(a, "Account", p->account);
    add(a, "Bank", p->bank_code);
    add(a, "For", p->account_reference);
    add_text(a, "Amount", amount);
    if (p->parts > 1) {
        snprintf(part, sizeof(part), "part %lld of %lld", (long long)p->part,
                 (long long)p->parts);
        add_text(a, "of a larger sum", part);
    }
    add_text(a, "Period", period);
    add(a, "Narration", p->narration.len > 0 ? p->narration
                                             : str_of(r->narration));
    add(a, "Paid by", p->rail);
    add_text(a, p->state == PAY_PAID ? "Paid at" : "As of", when);
    add(a, "Receipt", p->receipt);
    if (p->state != PAY_PAID)
        add(a, "Because", p->reason);
    add(a, "Your reference", p->maker_reference);
    add_text(a, "Payment reference", p->reference);
}

/* --- as text, as paper ---------------------------------------------------- */

static void
as_text(struct advice *a)
{
    struct buf *b = &a->out.b;

    buf_printf(b, "%sPAYMENT ADVICE%s\n%s\n\n", a->written > 0 ? "\n---\n\n"
               : "", a->m.run.live ? "" : " (SANDBOX: no real money)",
               a->title);
    for (int i = 0; i < a->nfacts; i++)
        buf_printf(b, "%-*s %s\n", LABEL, a->fact[i].name, a->fact[i].value);
}

static void
as_paper(struct advice *a)
{
    struct pdf *p = &a->pdf;
    int slot = (int)(a->written % A_PAGE), high = PDF_HEIGHT / A_PAGE;
    int y = slot * high + 300, width = PDF_RIGHT - PDF_LEFT;

    if (slot == 0 && a->written > 0)
        cairo_show_page(p->c);
    if (slot > 0)
        pdf_box(p, PDF_LEFT, slot * high, width, 4, PDF_LINE);
    y += pdf_text(p, PDF_LEFT, y, width, PDF_HEAD, PDF_DIM, PDF_AT_LEFT,
                  a->m.run.live ? STR("PAYMENT ADVICE")
                  : STR("PAYMENT ADVICE (SANDBOX: no real money)")) + 30;
    y += pdf_text(p, PDF_LEFT, y, width, PDF_SECTION, PDF_INK, PDF_AT_LEFT,
                  str_of(a->title)) + 100;
    for (int i = 0; i < a->nfacts; i++) {
        pdf_text(p, PDF_LEFT, y, 1200, PDF_BODY, PDF_DIM, PDF_AT_LEFT,
                 str_of(a->fact[i].name));
        y += pdf_text(p, PDF_LEFT + 1250, y, width - 1250, PDF_BODY, PDF_INK,
                      PDF_AT_LEFT, str_of(a->fact[i].value)) + 30;
    }
}

static int
payment(void *owner, const struct payment *p)
{
    struct advice *a = owner;

    if (a->line > 0 ? p->line_no != a->line : p->state != PAY_PAID)
        return 0;
    gather(a, p);
    if (a->format == ADVICE_TEXT)
        as_text(a);
    else
        as_paper(a);
    a->written++;
    return out_turn(&a->out);
}

/* --- the file ------------------------------------------------------------- */

static int
none(const struct advice *a, struct err *e)
{
    const char *ref = a->m.run.ref;

    if (a->line > 0) {
        err_set(e, ERR_USAGE, "line %lld of the file of %s is no payment",
                (long long)a->line, ref);
        return err_fix(e, "payrun report %s --format csv has the lines", ref);
    }
    err_set(e, ERR_USAGE, "nobody of %s was paid yet", ref);
    return err_fix(e, "payrun status %s says how it goes on; --line N says "
                   "what became of one row", ref);
}

static int
write_all(struct advice *a, struct err *e)
{
    int rc = -1;

    if (a->format == ADVICE_PDF
        && (pdf_fonts(&a->pdf) < 0 || pdf_open(&a->pdf, false) < 0))
        err_oom(e);
    else
        rc = model_payments(&a->m, RUN_ROWS_MAX, payment, a, e);
    if (rc == 0 && a->written == 0)
        rc = none(a, e);
    if (a->pdf.surface == NULL)
        return rc;
    if (rc == 0)
        cairo_show_page(a->pdf.c);
    return pdf_close(&a->pdf, rc == 0 ? e : NULL) == 0 ? rc : -1;
}

int64_t
advice_write(struct db *db, const struct run *run, int64_t line,
             enum advice_format format, FILE *file, struct err *e)
{
    struct advice *a = calloc(1, sizeof(*a));
    int64_t written = -1;
    int rc = -1;

    if (a == NULL)
        return err_oom(e);
    a->format = format;
    a->line = line;
    a->pdf.m = &a->m;
    a->pdf.o = &a->out;
    out_init(&a->out, file);
    if (model_read(&a->m, db, run, e) == 0)
        rc = write_all(a, e);
    pdf_fonts_free(&a->pdf);
    model_release(&a->m);
    if (rc == 0 || a->out.failed || a->out.b.failed)
        rc = out_end(&a->out, e);
    else
        (void)out_end(&a->out, NULL);
    written = rc == 0 ? a->written : -1;
    free(a);
    return written;
}
