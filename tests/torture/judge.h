#ifndef TORTURE_JUDGE_H
#define TORTURE_JUDGE_H

#include "tests/torture/clerk.h"
#include "tests/torture/figures.h"

enum plant { PLANT_NOTHING, PLANT_DOUBLE, PLANT_LOST };

/*
 * Holds three things against each other: what was asked for (the files, from
 * the plan), what the stand-ins' books say was paid, and what payrun's book
 * says.  It shares nothing with the engine but the connection.
 */
struct judge {
    const struct clerk *clerk;
    const struct stand *stand;
    const char *payrun;
    struct db  *db;
    enum plant  plant;              /* tamper with the books: is it seen?     */
    struct figures figures;         /* of this round                          */
};

/* judge_round(j, e): print what is wrong; count it in ${j}->figures.  Return
 * 0, or -1 when it could not be judged. */
int judge_round(struct judge *, struct err *);

/* judge_waits(j): is something in doubt that the stand-ins' books show, so
 * that healing is not over? */
bool judge_waits(struct judge *);

#endif
