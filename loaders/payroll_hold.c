#include "loaders/payroll_priv.h"

/*
 * "1,500" is fifteen hundred in one file and one and a half in another, and
 * only the other amounts can tell.  So the first rows wait until they have all
 * been looked at; the format that most of the telling ones have is the file's.
 * Memory stays flat because later rows do not wait: when the first rows tell
 * nothing, the first later amount that does settles it from there on, and an
 * amount that can be read in two ways until then is an error, never a guess.
 *
 * One case is so common that it is taken with a warning: only "45,237" and the
 * like, as a spreadsheet writes whole shillings.  A decimal comma would make
 * them thousandths of a shilling.  A dot is not taken so: "512.375" is what an
 * unrounded formula leaves.
 */
struct payroll_held {
    struct payroll_held *next;
    bool                 is_flaw;
    enum csv_flaw        flaw;
    int64_t              line;
    int                  column;
    struct str           raw;
    struct csv_record    rec;
};

static struct payroll_held *
append(struct payroll *p)
{
    struct payroll_held *h = NULL;

    if (p->nheld == PAYROLL_HOLD_ROWS
        || (h = arena_alloc(&p->held_mem, sizeof(*h))) == NULL)
        return NULL;
    return h;
}

static void
link_in(struct payroll *p, struct payroll_held *h)
{
    *p->held_end = h;
    p->held_end = &h->next;
    p->nheld++;
}

/* A copy that lives as long as it is held, or -1 when the room is used up. */
static int
copy_record(struct payroll *p, struct csv_record *to,
            const struct csv_record *from)
{
    size_t n = (size_t)from->n;
    struct csv_field *fields = arena_alloc(&p->held_mem, n * sizeof(*fields));

    if (fields == NULL)
        return -1;
    for (size_t i = 0; i < n; i++) {
        fields[i] = from->fields[i];
        fields[i].text = arena_str(&p->held_mem, from->fields[i].text);
        if (fields[i].text.p == NULL)
            return -1;
    }
    *to = *from;
    to->fields = fields;
    return 0;
}

bool
payroll_hold(struct payroll *p, const struct csv_record *rec)
{
    struct payroll_held *h = NULL;

    if (!p->holding)
        return false;
    if ((h = append(p)) != NULL && copy_record(p, &h->rec, rec) == 0) {
        link_in(p, h);
        return true;
    }
    payroll_settle(p);
    return false;
}

bool
payroll_hold_flaw(struct payroll *p, enum csv_flaw flaw, int64_t line,
                  int column, struct str raw)
{
    struct payroll_held *h = NULL;

    if (!p->holding)
        return false;
    if ((h = append(p)) != NULL) {
        h->is_flaw = true;
        h->flaw = flaw;
        h->line = line;
        h->column = column;
        h->raw = arena_str(&p->held_mem, raw);
    }
    if (h != NULL && h->raw.p != NULL) {
        link_in(p, h);
        return true;
    }
    payroll_settle(p);
    return false;
}

/* Nothing decides; do enough amounts hint? */
static enum amount_format
by_hints(struct payroll *p, int hints, const struct csv_record *first)
{
    if (hints < PAYROLL_HINTS_LEAST)
        return AMOUNT_UNDECIDED;
    payroll_use(p, first);
    payroll_note(p, "PR-CSV-100", payroll_place(p, PF_AMOUNT),
                 "no amount has cents; this and others cannot be read in "
                 "another way");
    return AMOUNT_DOT;
}

/* Count what the amounts of the held rows say.  On a tie the first wins, and
 * the others are reported as being in another format. */
static enum amount_format
vote(struct payroll *p)
{
    enum amount_format first = AMOUNT_UNDECIDED;
    const struct csv_record *hint = NULL;
    int dots = 0, commas = 0, hints = 0;

    for (struct payroll_held *h = p->held; h != NULL; h = h->next) {
        enum amount_format f = AMOUNT_UNDECIDED;
        struct str cell = { NULL, 0 };

        if (h->is_flaw)
            continue;
        payroll_use(p, &h->rec);
        cell = payroll_cell(p, PF_AMOUNT);
        f = payroll_amount_format(p, cell);
        dots += f == AMOUNT_DOT;
        commas += f == AMOUNT_COMMA;
        if (first == AMOUNT_UNDECIDED)
            first = f;
        if (payroll_amount_hints(p, cell) && hints++ == 0)
            hint = &h->rec;
    }
    if (first == AMOUNT_UNDECIDED)
        return by_hints(p, hints, hint);
    if (dots == commas)
        return first;
    return dots > commas ? AMOUNT_DOT : AMOUNT_COMMA;
}

/* How many rows the whole file has, if they are all as long as these: tables
 * that would else be made again and again, twice as large, are made at once. */
static void
reserve(struct payroll *p)
{
    int64_t bytes = 0, rows = 0;

    if (p->facts.source != PAYROLL_CSV)
        return;
    for (struct payroll_held *h = p->held; h != NULL; h = h->next) {
        if (h->is_flaw)
            continue;
        rows++;
        for (int i = 0; i < h->rec.n; i++)
            bytes += (int64_t)h->rec.fields[i].text.len + 1;
    }
    if (rows == 0)
        return;
    rows = p->opt.file_bytes * rows / bytes;
    seen_reserve(&p->payees, rows);
    if (p->at[PF_EMPLOYEE_NO] >= 0)
        seen_reserve(&p->employees, rows);
}

void
payroll_settle(struct payroll *p)
{
    if (!p->holding)
        return;
    p->holding = false;
    p->facts.format = vote(p);
    reserve(p);
    for (struct payroll_held *h = p->held; h != NULL && !p->dead; h = h->next)
        if (h->is_flaw)
            payroll_row_flaw(p, h->flaw, h->line, h->column, h->raw);
        else
            payroll_row_take(p, &h->rec);
    p->rec = NULL;
    p->held = NULL;
    arena_release(&p->held_mem);
}
