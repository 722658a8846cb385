#ifndef LOADERS_PROBLEM_H
#define LOADERS_PROBLEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"

/*
 * What is wrong in a file, one entry a mistake, in words a finance person can
 * act on: where (line, column), the value, the cause, the fix.
 */
enum severity {
    SEV_WARNING,        /* shown; the row is paid                             */
    SEV_STOP,           /* a duplicate: the row is held unless someone says
                           why it is right (--allow-duplicates REASON)        */
    SEV_ERROR           /* the row cannot be paid as it is                    */
};

/*
 * One row for every problem payrun knows; `payrun help PR-CSV-017` prints it.
 * How the codes are numbered: loaders/README.md.
 */
struct problem_kind {
    const char   *code;         /* "PR-CSV-017": stable, never reused         */
    enum severity severity;
    const char   *cause;        /* "phone number too short"                   */
    const char   *fix;          /* the general way to mend it                 */
};

#define PROBLEM_KINDS_MAX 256

extern const struct problem_kind problem_kinds[];   /* ends with code NULL */

/* problem_kind(code): the row of that code, or NULL. */
const struct problem_kind *problem_kind(const char *);

struct problem {
    const struct problem_kind *kind;
    enum severity severity;     /* kind's, or WARNING after an override       */
    int64_t     line;           /* from 1; 0: the file as a whole             */
    int         column;         /* field number from 1; 0: the whole line     */
    struct str  field;          /* our name of the column: "phone"; may be "" */
    struct str  value;          /* as it stands in the file, at most 120 bytes*/
    struct str  detail;         /* this case: "8 digits, a Kenyan ... 10"     */
    struct str  fix;            /* this case's fix; empty: kind->fix          */
    int64_t     other_line;     /* the row it collides with; 0: none          */
};

/* How a person finds the place in the file. */
enum problem_places {
    PLACE_LINE,                 /* payroll.csv:7:2                            */
    PLACE_CELL,                 /* payroll.xlsx:B7                            */
    PLACE_ELEMENT               /* payroll.xml: payment 3 (Amt/InstdAmt)      */
};

/*
 * All problems of one file, in file order.  The first PROBLEMS_MAX are kept in
 * detail, of which warnings may take half and one kind a quarter, so that a
 * flood of one does not hide another; all are counted.
 */
struct problems {
    struct arena    arena;
    struct problem *list;
    size_t          n, cap;
    int64_t         errors, stops, warnings;    /* all, kept or not */
    int64_t         by_kind[PROBLEM_KINDS_MAX]; /* the same, as problem_kinds */
    size_t          kept_warnings;
    enum problem_places places;
    bool            allow_stops;    /* an override was given: stops are kept
                                       as warnings that the checker sees      */
};

void problems_init(struct problems *);
void problems_release(struct problems *);

/**
 * problem_add(ps, code, line, column, field, value, fix, fmt, ...):
 * Note one problem; ${fix} may be NULL for the kind's own.  Text is copied.
 * An unknown ${code} is a bug and aborts.  Return the problem as stored, or
 * NULL when only counted.
 */
struct problem *problem_add(struct problems *, const char *code, int64_t line,
                            int column, const char *field, struct str value,
                            const char *fix, const char *fmt, ...)
    __attribute__((format(printf, 8, 9)));

/* Blocking ones: errors, and stops that were not allowed. */
bool problems_block(const struct problems *);

#endif
