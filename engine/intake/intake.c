#include "intake/intake.h"

#include "intake/pass.h"
#include "intake/plan.h"

#define LETTERS 26

/* 1 is A, 26 is Z, 27 is AA: digits from 1 to 26, as spreadsheets count. */
void
intake_ref(const char *period, int64_t serial, char out[RUN_REF_BYTES])
{
    char letters[16];
    size_t at = sizeof(letters) - 1;

    letters[at] = '\0';
    for (; serial > 0 && at > 0; serial = (serial - 1) / LETTERS)
        letters[--at] = (char)('A' + (serial - 1) % LETTERS);
    snprintf(out, RUN_REF_BYTES, "R-%.7s-%s", period, letters + at);
}

static int
look_through(const struct intake_order *o, struct problems *ps,
             struct intake_result *result, struct plan *plan, struct err *e)
{
    struct pass p;
    struct err why = { 0 };
    int rc = -1, kept = -1;

    pass_init(&p, o, ps, result);
    p.checking = true;
    p.plan = plan;
    rc = pass_run(&p, e);
    /* Also, and above all, when the file has mistakes. */
    kept = pass_keep_rejects(&p, &why);
    if (rc == 0)
        rc = pass_judge(&p, e);
    if (rc == 0 && kept < 0) {
        *e = why;
        rc = -1;
    }
    pass_release(&p);
    return rc;
}

int
intake_check(const struct intake_order *o, struct problems *ps,
             struct intake_result *result, struct err *e)
{
    return look_through(o, ps, result, NULL, e);
}

int
intake_plan(const struct intake_order *o, struct problems *ps,
            struct intake_result *result, struct plan *plan, struct err *e)
{
    *plan = (struct plan){ 0 };
    memcpy(plan->ccy, o->account->ccy, sizeof(plan->ccy));
    return look_through(o, ps, result, plan, e);
}
