#include "loaders/payroll_priv.h"

#include <stdarg.h>

#include "loaders/columns.h"

static const char *
field_name(enum payroll_field f)
{
    return f == PF_UNKNOWN ? "" : payroll_field_name(f);
}

/*
 * The first blocking problem goes with the rejected row.  It is kept even when
 * the list has no more room, for then nobody else would say what it was.
 */
static void
block(struct payroll *p, const char *code, const struct payroll_where *w,
      const char *detail, const struct problem *kept)
{
    p->blocked = true;
    if (kept != NULL) {
        p->first = *kept;
        return;
    }
    snprintf(p->first_detail, sizeof(p->first_detail), "%s", detail);
    snprintf(p->first_fix, sizeof(p->first_fix), "%s",
             w->fix != NULL ? w->fix : "");
    p->first = (struct problem){
        .kind = problem_kind(code),
        .severity = problem_kind(code)->severity,
        .line = w->line,
        .column = w->column,
        .field = str_of(field_name(w->field)),
        .value = w->value,
        .detail = str_of(p->first_detail),
        .fix = str_of(p->first_fix),
        .other_line = w->other_line,
    };
}

void
payroll_note(struct payroll *p, const char *code, struct payroll_where w,
             const char *fmt, ...)
{
    const struct problem_kind *kind = problem_kind(code);
    struct problem *kept = NULL;
    bool blocks = kind->severity == SEV_ERROR
                  || (kind->severity == SEV_STOP && !p->problems->allow_stops);
    char detail[ERR_TEXT_BYTES] = "";
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(detail, sizeof(detail), fmt, ap);
    va_end(ap);
    kept = problem_add(p->problems, code, w.line, w.column,
                       field_name(w.field), w.value, w.fix, "%s", detail);
    if (kept != NULL)
        kept->other_line = w.other_line;
    if (blocks && !p->blocked)
        block(p, code, &w, detail, kept);
}

void
payroll_die(struct payroll *p, const char *text)
{
    if (p->dead)
        return;
    p->dead = true;
    err_set(&p->why, ERR_DATA, "%s", text);
    if (p->blocked)
        err_fix(&p->why, "%s", p->first.fix.len > 0 ? p->first.fix.p
                                                    : p->first.kind->fix);
}

void
payroll_use(struct payroll *p, const struct csv_record *rec)
{
    p->rec = rec;
    for (int k = 0; k < p->nused; k++) {
        int f = p->used[k], i = p->at[f];

        p->cell[f] = i >= rec->n ? (struct str){ NULL, 0 }
                                 : columns_cell(rec->fields[i].text);
    }
}

struct str
payroll_cell(const struct payroll *p, enum payroll_field f)
{
    return p->cell[f];
}

struct payroll_where
payroll_place(const struct payroll *p, enum payroll_field f)
{
    struct payroll_where w = { .line = p->rec->line, .field = f };
    int i = p->at[f];

    if (i < 0 || i >= p->rec->n)
        return w;
    w.line = p->rec->fields[i].line;
    w.column = i + 1;
    w.value = payroll_cell(p, f);
    return w;
}

bool
payroll_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.len > 0;
}
