#ifndef INTAKE_COMPARE_H
#define INTAKE_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "book/run.h"
#include "db/db.h"

/*
 * A run beside the last one of the same account and kind before it (rejected
 * and cancelled ones do not count).  A person is an employee number, or name
 * and account where the file has none.
 */
#define COMPARE_NAMED_MAX 10

enum compare_sort {
    COMPARE_NEW,            /* not in the run before                          */
    COMPARE_LEFT,           /* only in the run before                         */
    COMPARE_MOVED,          /* paid to another account                        */
    COMPARE_RISEN,          /* gets more; the largest rises first             */
    COMPARE_FALLEN,         /* gets less; the largest falls first             */
    COMPARE_SORTS
};

struct compare_person {
    char    who[128];       /* the employee number, or name / account; cut    */
    char    name[128];
    int64_t line;           /* of its run's file                              */
    int64_t minor, minor_before;        /* 0: not in that run                 */
    char    account[128], account_before[128];
};

struct compare {
    bool    found;          /* there is a run before; otherwise all is zero   */
    struct run before;
    int64_t people, people_before;
    int64_t minor, minor_before;        /* totals of the runs                 */
    int64_t count[COMPARE_SORTS];
    int     named[COMPARE_SORTS];       /* how many of list[sort] are filled  */
    struct compare_person list[COMPARE_SORTS][COMPARE_NAMED_MAX];
};

/* compare_sort_name(sort): "new", "left", "moved", "risen", "fallen". */
const char *compare_sort_name(enum compare_sort);

/* compare_runs(db, run, out, e): 0 or -1.  A few seconds for a million
 * people. */
int compare_runs(struct db *, const struct run *, struct compare *,
                 struct err *);

#endif
