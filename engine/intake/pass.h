#ifndef INTAKE_PASS_H
#define INTAKE_PASS_H

#include "intake/cut.h"
#include "intake/groups.h"
#include "intake/intake.h"
#include "intake/reject_file.h"

struct known;
struct plan;

/*
 * One pass over a file: bytes through the loader, rows into batches, the rest
 * into problems and rejects.  check makes one, upload makes one inside its
 * transaction, and again from the start when the transaction must be.
 */
struct pass {
    const struct intake_order *order;
    struct problems *problems;
    struct intake_result *result;
    struct payroll *payroll;
    struct sha256   hash;
    struct reject_file rejects;
    struct cut      cut;
    struct groups   groups;
    struct buf      header;         /* as a JSON array                       */
    struct plan    *plan;           /* NULL: nobody wants one                */
    struct known   *known;          /* NULL: nobody looks                    */
    bool            checking;       /* nobody asked to store it              */
};

/* pass_init(p, order, problems, result): forgets everything of a pass before;
 * result and problems start empty. */
void pass_init(struct pass *, const struct intake_order *, struct problems *,
               struct intake_result *);
void pass_release(struct pass *);

/* pass_run(p, e): read the whole file.  0; or -1: it cannot be read (to the
 * end), or cut.copy has failed, which its db_copy_end() tells. */
int pass_run(struct pass *, struct err *);

/* pass_judge(p, e): may it be paid?  0; or -1 with ERR_DATA or ERR_GUARD. */
int pass_judge(const struct pass *, struct err *);

/* pass_keep_rejects(p, e): put the rejects in their place, if there are any,
 * and note in the result how that went.  A header that cannot be understood
 * makes none: mending rows does not mend it; nor does a file that was not read
 * to its end.  0 or -1. */
int pass_keep_rejects(struct pass *, struct err *);

/* pass_name(order): what the file is called in messages and in the book. */
const char *pass_name(const struct intake_order *);

#endif
