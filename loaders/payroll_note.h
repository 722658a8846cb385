#ifndef LOADERS_PAYROLL_NOTE_H
#define LOADERS_PAYROLL_NOTE_H

#include "loaders/payroll.h"

/* Problems, and the cells they are about. */

struct payroll_where {
    int64_t            line;
    int                column;      /* from 1; 0: none                       */
    enum payroll_field field;
    struct str         value;
    const char        *fix;         /* NULL: the kind's                      */
    int64_t            other_line;
};

/* payroll_note(p, code, where, fmt, ...): one problem; a blocking one blocks
 * the row at hand. */
void payroll_note(struct payroll *, const char *, struct payroll_where,
                  const char *, ...) __attribute__((format(printf, 4, 5)));

/* payroll_die(p, text): the last problem was that nothing can be read. */
void payroll_die(struct payroll *, const char *);

/* payroll_use(p, rec): the row at hand is ${rec} from now on. */
void payroll_use(struct payroll *, const struct csv_record *);

/* payroll_cell(p, f): the cell of field ${f} in the row at hand, trimmed and
 * unguarded; empty when there is no such column. */
struct str payroll_cell(const struct payroll *, enum payroll_field);

/* payroll_place(p, f): where that cell is, with its value. */
struct payroll_where payroll_place(const struct payroll *, enum payroll_field);

/* payroll_digits(s): are all of it digits, and is there one? */
bool payroll_digits(struct str);

#endif
