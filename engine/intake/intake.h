#ifndef INTAKE_INTAKE_H
#define INTAKE_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "book/account.h"
#include "book/run.h"
#include "loaders/payroll.h"

struct retry;
struct routing;

/* What else is written in the same transaction, once the run is there; any
 * answer but DB_OK undoes all of it. */
struct intake_with {
    enum db_status (*also)(struct db *, void *owner, int64_t run_id);
    void *owner;
};

/* What a person asks for: this file, to be paid like that. */
struct intake_order {
    const char *path;               /* a plain file                           */
    const char *display_name;       /* for messages and the book; NULL: the
                                       last part of ${path}                   */
    const char *period;             /* "2026-11"                              */
    const char *kind;               /* main, advance, bonus, correction       */
    const char *pay_date;           /* "2026-11-27"; NULL or "": at once      */
    struct account *account;        /* which pays: the run's own              */
    const struct routing *routing;  /* who else may, and by which rails; then
                                       ${rules} are the routing's.  NULL: the
                                       account alone, by every rail           */
    const char *maker;              /* who uploads                            */
    const char *narration;          /* for payees; NULL: "Salary 2026-11"     */
    const struct rules *rules;
    const struct payroll_map *maps; /* --map column=field                     */
    int         nmaps;
    int64_t     expect_count;       /* -1: not declared                       */
    int64_t     expect_minor;       /* -1: not declared                       */
    const char *sheet;              /* of a workbook; NULL: the first         */
    const char *allow_duplicates;   /* why they are right; NULL: they are not */
    const char *if_short;           /* stop, groups, priority; NULL: stop     */
    const char *groups;             /* the column that names the group; NULL:
                                       none, or "priority" by priority        */
    bool        accept_good_rows;   /* leave the others out                   */
    bool        split;              /* pay what is too large for its rail in
                                       linked parts                           */
    const struct retry *retry;      /* what it pays again; NULL: it is none   */
    const struct intake_with *with; /* NULL: nothing */
    const char *rejects_path;       /* written when rows were rejected and the
                                       header is in order; what is there is
                                       never overwritten; NULL: not written   */
};

struct intake_column {
    char header[80];                /* as found, cut                          */
    enum payroll_field field;       /* what it was taken for                  */
};

/* What the file turned out to be, filled as far as it was read. */
struct intake_result {
    struct payroll_facts facts;
    int64_t bytes;
    unsigned char sha256[SHA256_BYTES];
    char    encoding[48];           /* "UTF-8, comma"                         */
    struct intake_column columns[CSV_FIELDS_MAX];   /* facts.columns of them  */
    int64_t batches;
    int64_t charge_estimate_minor;
    bool    overridden;             /* there are duplicates, and a reason     */
    bool    rejects_written;
    char    rejects_path[PATH_BYTES_MAX];   /* where they are: another name
                                       than the order's when that is taken    */
    char    rejects_why[ERR_TEXT_BYTES];    /* why it failed; "": it did not  */
    char    rejects_note[ERR_TEXT_BYTES];   /* a sentence about an older file
                                       that was left as it is; or ""          */
    /* by intake_upload only */
    char    rejects_next[ERR_TEXT_BYTES];   /* how they are loaded later, when
                                       rows were left out; or ""              */
    int64_t run_id;
    char    ref[RUN_REF_BYTES];
};

/**
 * intake_check(order, problems, result, e):
 * Read the file and say everything that is wrong with it; needs no database.
 * ${problems} is initialised by the caller.  period, kind, pay_date and maker
 * are not looked at.  Return 0, or -1: ERR_NOINPUT or ERR_IO (cannot be read),
 * ERR_DATA (mistakes, or nobody would be paid), ERR_GUARD (only duplicates).
 */
int intake_check(const struct intake_order *, struct problems *,
                 struct intake_result *, struct err *);

/**
 * intake_upload(db, order, problems, result, e):
 * Read the file once, straight into the database: a run in state draft with
 * its batches, instructions and problems, or nothing at all.  Looks for
 * duplicates in the book too; two uploads at a time cannot miss each other.
 * Return 0, or -1 as above, and ERR_NOPERM (${maker} may not), ERR_USAGE
 * (period, kind or date), ERR_CANTCREATE (rows were left out and cannot be
 * written to the rejects: nothing is stored), or a database error.
 */
int intake_upload(struct db *, const struct intake_order *, struct problems *,
                  struct intake_result *, struct err *);

/* intake_ref(period, serial, out): "R-2026-11-A" for 1, "...-AA" for 27. */
void intake_ref(const char *, int64_t, char out[RUN_REF_BYTES]);

#endif
