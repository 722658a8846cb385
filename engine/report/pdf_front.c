/*
 * The first page: what a person reads before signing, and where to sign.
 */
#include "money/money.h"
#include "report/pdf.h"
#include "report/render.h"
#include "report/when.h"

#define STAMP_WIDE  1250
#define TILE_HIGH    560

/* --- masthead ------------------------------------------------------------- */

static void
band(struct pdf *p)
{
    bool live = p->m->run.live;

    pdf_box(p, 0, 0, PDF_WIDTH, 250, live ? PDF_BAD : PDF_BLUE);
    pdf_text(p, PDF_LEFT, 70, PDF_RIGHT - PDF_LEFT, PDF_BAND, PDF_WHITE,
             PDF_MIDDLE, live ? STR("LIVE: real money")
             : STR("SANDBOX: a rehearsal, no real money moved"));
}

static void
stamp(struct pdf *p, int y)
{
    const struct model *m = p->m;
    int x = PDF_RIGHT - STAMP_WIDE;
    enum pdf_ink ink = !m->proof.ties ? PDF_BAD
        : m->sums.doubt_rows > 0 ? PDF_CARE
        : m->run.state == RUN_CLOSED ? PDF_GOOD : PDF_BLUE;
    char state[32];

    if (m->runs != NULL)
        return;
    snprintf(state, sizeof(state), "%s", run_state_name(m->run.state));
    for (char *c = state; *c != '\0'; c++)
        *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
    pdf_frame(p, x, y, STAMP_WIDE, 430, ink);
    pdf_text(p, x, y + 70, STAMP_WIDE, PDF_SECTION, ink, PDF_MIDDLE,
             str_of(state));
    pdf_text(p, x, y + 260, STAMP_WIDE, PDF_SMALL, ink, PDF_MIDDLE,
             m->proof.ties ? STR("all sums tie") : STR("SUMS DO NOT TIE"));
}

static void
subtitle(struct pdf *p, int width)
{
    struct buf b;

    buf_init(&b, REPORT_BUF_BYTES_MAX);
    render_subtitle(&b, p->m);
    p->y += pdf_text(p, PDF_LEFT, p->y, width, PDF_BODY, PDF_DIM, PDF_AT_LEFT,
                     buf_view(&b)) + 20;
    buf_release(&b);
}

/* --- tiles and bar -------------------------------------------------------- */

static void
tile(struct pdf *p, int nr, const char *name, int64_t rows, int64_t minor,
     enum pdf_ink ink)
{
    int width = (PDF_RIGHT - PDF_LEFT - 4 * 80) / 5;
    int x = PDF_LEFT + nr * (width + 80);
    char count[MONEY_TEXT_BYTES], amount[MONEY_TEXT_BYTES];

    money_count(rows, count);
    render_money(minor, p->m->run.ccy, amount);
    pdf_box(p, x, p->y, width, TILE_HIGH, PDF_SOFT);
    pdf_box(p, x, p->y, width, 30, rows > 0 ? ink : PDF_LINE);
    pdf_text(p, x + 60, p->y + 75, width - 80, PDF_SMALL, PDF_DIM, PDF_AT_LEFT,
             str_of(name));
    pdf_text(p, x + 60, p->y + 180, width - 80, PDF_FIGURE,
             rows > 0 ? PDF_INK : PDF_DIM, PDF_AT_LEFT, str_of(count));
    pdf_text(p, x + 60, p->y + 410, width - 60, PDF_SMALL, PDF_DIM,
             PDF_AT_LEFT, str_of(amount));
}

static void
tiles(struct pdf *p)
{
    const struct model *m = p->m;
    const struct run_sums *s = &m->sums;

    tile(p, 0, m->runs != NULL ? "In all runs" : "In the run", m->run.rows,
         m->run.minor, PDF_INK);
    tile(p, 1, "Paid", s->paid_rows, s->paid_minor, PDF_GOOD);
    tile(p, 2, "Failed", s->failed_rows, s->failed_minor, PDF_BAD);
    tile(p, 3, "In doubt", s->doubt_rows, s->doubt_minor, PDF_CARE);
    tile(p, 4, "Still open", s->flight_rows + s->waiting_rows,
         s->flight_minor + s->waiting_minor, PDF_BLUE);
    p->y += TILE_HIGH + 100;
}

static enum pdf_ink
state_ink(enum pay_state s)
{
    switch (s) {
    case PAY_PAID:
        return PDF_GOOD;
    case PAY_FAILED: case PAY_RETURNED: case PAY_REVERSED:
        return PDF_BAD;
    case PAY_DOUBT:
        return PDF_CARE;
    case PAY_SENT:
        return PDF_BLUE;
    case PAY_WAITING: case PAY_CANCELLED:
        return PDF_LINE;
    }
    return PDF_LINE;
}

/* One bar of the amounts; whatever is there is wide enough to be seen. */
static void
bar(struct pdf *p)
{
    struct model_part part[MODEL_PARTS];
    int x = PDF_LEFT, whole = PDF_RIGHT - PDF_LEFT;
    int64_t all = p->m->run.minor;

    model_parts(p->m, part);
    pdf_box(p, x, p->y, whole, 110, PDF_SOFT);
    for (int i = 0; i < MODEL_PARTS && all > 0; i++) {
        int64_t wide = all > INT64_MAX / whole
            ? part[i].minor / (all / whole) : part[i].minor * whole / all;

        if (part[i].rows > 0 && wide < 20)
            wide = 20;
        if (x + wide > PDF_RIGHT)
            wide = PDF_RIGHT - x;
        pdf_box(p, x, p->y, (int)wide, 110, state_ink(part[i].state));
        x += (int)wide;
    }
    p->y += 110 + 60;
}

void
pdf_masthead(struct pdf *p)
{
    struct buf lead;
    int width = PDF_RIGHT - PDF_LEFT;

    band(p);
    p->y = 420;
    pdf_text(p, PDF_LEFT, p->y, width, PDF_HEAD, PDF_DIM, PDF_AT_LEFT,
             p->m->runs != NULL ? STR("REPORT OF SEVERAL RUNS")
                                : STR("PAY RUN REPORT"));
    stamp(p, p->y);
    p->y += 110;
    p->y += pdf_text(p, PDF_LEFT, p->y, width - STAMP_WIDE - 100, PDF_TITLE,
                     PDF_INK, PDF_AT_LEFT, str_of(p->m->run.ref)) + 20;
    subtitle(p, width - STAMP_WIDE - 100);
    p->y += 100;
    buf_init(&lead, REPORT_BUF_BYTES_MAX);
    render_headline(&lead, p->m, " ");
    p->y += pdf_text(p, PDF_LEFT, p->y, width, PDF_LEAD, PDF_INK, PDF_AT_LEFT,
                     buf_view(&lead)) + 110;
    buf_release(&lead);
    tiles(p);
    bar(p);
}

/* --- who, when, from what ------------------------------------------------- */

static void
fact(struct pdf *p, const char *name, const char *value, enum pdf_style style)
{
    int left = 1250, width = PDF_RIGHT - PDF_LEFT - left, high;

    if (value[0] == '\0')
        return;
    high = pdf_height(p, style, width, str_of(value));
    pdf_room(p, high + 30);
    pdf_text(p, PDF_LEFT, p->y, left - 60, PDF_BODY, PDF_DIM, PDF_AT_LEFT,
             str_of(name));
    pdf_text(p, PDF_LEFT + left, p->y, width, style, PDF_INK, PDF_AT_LEFT,
             str_of(value));
    p->y += high + 36;
}

static void
fact_at(struct pdf *p, const char *name, const char *who, int64_t us)
{
    char when[WHEN_BYTES], words[USER_NAME_BYTES_MAX + WHEN_BYTES + 16];

    when_text(us, when);
    snprintf(words, sizeof(words), "%s%s%s", who, when[0] != '\0' ? ", " : "",
             when);
    fact(p, name, words, PDF_BODY);
}

void
pdf_facts(struct pdf *p)
{
    const struct model *m = p->m;
    char digest[SHA256_HEX], file[512], rows[RENDER_COUNT_BYTES];

    if (m->runs != NULL)
        return;
    hex_of(m->run.digest, SHA256_BYTES, digest);
    render_count(m->file_rows, "row", "rows", rows);
    snprintf(file, sizeof(file), "%.250s, %s, %.100s", m->run.file_name, rows,
             m->encoding);
    pdf_section(p, "Who, when, from what", NULL, 900);
    fact_at(p, "Made by", m->run.made_by, m->made_us);
    if (m->approver[0] != '\0')
        fact_at(p, "Approved by", m->approver, m->approved_us);
    else
        fact(p, "Approved by", "nobody", PDF_BODY);
    fact(p, "State", words_run(m->run.state), PDF_BODY);
    fact(p, "Last reason", m->run.state_why, PDF_BODY);
    fact(p, "Duplicates allowed", m->run.override, PDF_BODY);
    fact(p, "Narration", m->run.narration, PDF_BODY);
    fact(p, "Wallet", m->wallet, PDF_MONO);
    fact(p, "File", file, PDF_BODY);
    fact(p, "SHA-256 of the file", m->file_sha256, PDF_MONO);
    fact(p, "Digest approved", digest, PDF_MONO);
    p->y += 60;
}

/* --- to be signed --------------------------------------------------------- */

void
pdf_signatures(struct pdf *p)
{
    static const char *const who[] = { "Prepared by", "Checked by",
                                       "Approved by" };
    int width = (PDF_RIGHT - PDF_LEFT - 2 * 200) / 3;

    pdf_section(p, "Signatures", NULL, 700);
    p->y += 330;
    for (int i = 0; i < 3; i++) {
        int x = PDF_LEFT + i * (width + 200);

        pdf_box(p, x, p->y, width, 8, PDF_INK);
        pdf_text(p, x, p->y + 40, width, PDF_SMALL, PDF_DIM, PDF_AT_LEFT,
                 str_of(who[i]));
        pdf_text(p, x, p->y + 40, width, PDF_SMALL, PDF_DIM, PDF_AT_RIGHT,
                 STR("name, date"));
    }
    p->y += 170;
}
