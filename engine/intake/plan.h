#ifndef INTAKE_PLAN_H
#define INTAKE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "intake/intake.h"
#include "loaders/csv.h"

/*
 * What paying a file or a run would mean, before anybody approves it: which
 * account pays how much by which rail, what that will cost, how many requests
 * it takes, and which rows a person should look at.
 */
#define PLAN_SHARES_MAX 64      /* accounts times their rails                */
#define PLAN_NOTES_MAX  100     /* of one sort, named; all are counted       */
#define PLAN_TEXT_BYTES 256

enum plan_sort {
    PLAN_REFUSED,           /* cannot be paid as it is                        */
    PLAN_SPLIT,             /* paid in linked parts                           */
    PLAN_NEAR,              /* close to the most its rail pays at once        */
    PLAN_LOOK,              /* another network's prefix, and other warnings   */
    PLAN_SORTS
};

/* Is the account tried out first, with a few payments alone?  See book/canary.h;
 * of a file, which is not held against the book, it may be. */
enum plan_canary { PLAN_CANARY_NO, PLAN_CANARY_MAY, PLAN_CANARY_WILL };

/* What one account pays by one rail. */
struct plan_share {
    char    account[USER_NAME_BYTES_MAX], provider[24], rail[24];
    bool    two_phase;
    int     in_flight;              /* 0: the account is not configured       */
    int64_t payments, minor, charge_minor, batches;
    int64_t split_rows;             /* paid in parts: rows, not payments      */
    int64_t largest_minor;
    bool    has_limits;             /* the rules know the rail                */
    int64_t min_minor, max_minor, payee_day_max_minor;  /* 0: none            */
    enum plan_canary canary;        /* of the account                         */
};

struct plan_note {
    int64_t line;
    char    name[96], rail[24], code[16];       /* code may be ""             */
    char    value[64];                          /* as in the file, or ""      */
    char    reason[PLAN_TEXT_BYTES], fix[PLAN_TEXT_BYTES];
};

struct plan {
    char    ccy[4];
    int     nshares;
    struct plan_share share[PLAN_SHARES_MAX];
    int64_t count[PLAN_SORTS];
    int     named[PLAN_SORTS];
    struct plan_note note[PLAN_SORTS][PLAN_NOTES_MAX];
    int64_t rows, held_rows;        /* of the file; of them left out          */
    int64_t payments, minor, charge_minor, batches;
    int64_t problems_seen;          /* internal: how far they were taken      */
};

/* plan_sort_name(sort): "refused", "split", "near", "look". */
const char *plan_sort_name(enum plan_sort);

/* plan_requests(p): that change something at a provider: two a batch when it
 * is prepared and then released, else one. */
int64_t plan_requests(const struct plan *);

/* plan_seconds(p): about how long until all have their answer; accounts work
 * side by side. */
int64_t plan_seconds(const struct plan *);

/**
 * intake_plan(order, problems, result, plan, e):
 * intake_check() that also fills ${plan}, as far as the file can be read.
 */
int intake_plan(const struct intake_order *, struct problems *,
                struct intake_result *, struct plan *, struct err *);

/**
 * plan_run(db, run, accounts, n, rules, plan, e):
 * The same of a run in the book; ${accounts} are the configured ones.
 */
int plan_run(struct db *, const struct run *, const struct account *, int n,
             const struct rules *, struct plan *, struct err *);

/* --- for intake's pass ---------------------------------------------------- */
struct cut;
void plan_header(struct plan *, const struct problems *);
void plan_row(struct plan *, const struct payroll_row *,
              const struct problems *);
void plan_reject(struct plan *, int64_t line, struct str name,
                 const struct problem *first, const struct problems *);
void plan_end(struct plan *, const struct cut *,
              const struct payroll_facts *);

/* --- for plan_run.c ------------------------------------------------------ */

/* plan_add(p, sort): count one, and where to describe it; NULL: no room. */
struct plan_note *plan_add(struct plan *, enum plan_sort);

/* plan_near_from(max): above this it is near the most that goes at once. */
int64_t plan_near_from(int64_t max_minor);
void plan_note_near(struct plan *, struct str name, int64_t line,
                    const char *rail, int64_t minor, int64_t max_minor);

/* plan_cut_text(to, bytes, s): as much as fits, no half characters. */
void plan_cut_text(char *, size_t, struct str);

#endif
