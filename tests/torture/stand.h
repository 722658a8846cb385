#ifndef TORTURE_STAND_H
#define TORTURE_STAND_H

#include "tests/torture/crew.h"
#include "tests/torture/plan.h"

/* The two providers of a round: payrun sandbox, its books, its faults; and
 * the folder of payrun that pays through them. */
struct stand {
    char dir[PATH_BYTES_MAX / 2];       /* of the round                       */
    char url[PATH_BYTES_MAX];           /* its database                       */
    int  port[2];                       /* 0: two-phase, 1: one-phase         */
    int  callbacks;                     /* port of the listener               */
};

/* stand_open(s, c, plan, e): folder, keys, the sandbox, a free port for the
 * callbacks.  Its process belongs to ${c}. */
int stand_open(struct stand *, struct crew *, const struct round_plan *,
               struct err *);

/* stand_config(s, plan, e): payrun.yaml; with ${plan} NULL the patient one
 * that healing goes by. */
int stand_config(const struct stand *, const struct round_plan *,
                 struct err *);

/* stand_faults(s, k, e): what the round's plan says.  stand_heal: none. */
int stand_faults(const struct stand *, const struct plan_key *, struct err *);
int stand_heal(const struct stand *, struct err *);

/* stand_path(s, out, name): a file in the round's folder. */
void stand_path(const struct stand *, char out[PATH_BYTES_MAX], const char *);

#endif
