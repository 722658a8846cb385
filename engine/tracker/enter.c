#include "tracker/enter.h"

#include "book/people.h"
#include "tracker/alarm.h"

/* How many of the new answers are in this state, and the first of them. */
static int
count_of(const struct verdicts *v, enum outcome_state state,
         const struct outcome **first)
{
    int n = 0;

    for (int i = 0; i < v->n; i++)
        if (v->list[i].state == state && n++ == 0)
            *first = &v->list[i];
    return n;
}

static enum db_status
enter_doubts(struct db *db, const struct desk *d, const struct batch *b,
             const struct verdicts *v)
{
    const struct outcome *first = NULL;
    char why[ERR_TEXT_BYTES];
    int n = count_of(v, OUTCOME_IN_DOUBT, &first);

    if (n == 0)
        return DB_OK;
    snprintf(why, sizeof(why), "batch %d: %d payment%s now in doubt, first "
             "row %d: %.200s (%.20s)", b->number, n, n == 1 ? " is" : "s are",
             first->seq, first->reason, first->code);
    return audit_add(db, d->actor, "in_doubt", b->run_ref, why);
}

/* The first failure that is not the payee's but ours: NULL: none. */
static const struct code_row *
stop_of(const struct provider *p, const struct verdicts *v, int *n)
{
    const struct code_row *stop = NULL;

    *n = 0;
    for (int i = 0; i < v->n; i++) {
        const struct code_row *row = v->list[i].state == OUTCOME_FAILED
            ? provider_item_code(p, v->list[i].code) : NULL;

        if (row == NULL || !row->stop)
            continue;
        if (stop == NULL)
            stop = row;
        ++*n;
    }
    return stop;
}

/*
 * Whoever comes next would fail for the same reason, so nobody does before a
 * person has mended it.  A run that is paused or over stays as it is.
 */
static enum db_status
enter_stop(struct db *db, const struct desk *d, const struct batch *b,
           const struct provider *p, const struct verdicts *v,
           char why[ERR_TEXT_BYTES])
{
    int n = 0;
    const struct code_row *stop = stop_of(p, v, &n);
    enum db_status st = DB_OK;

    if (stop == NULL)
        return DB_OK;
    snprintf(why, ERR_TEXT_BYTES, "batch %d: %d payment%s failed: %.150s (%s). "
             "%.150s Nothing more is sent. Then: payrun resume %s",
             b->number, n, n == 1 ? "" : "s", stop->meaning, stop->code,
             stop->todo, b->run_ref);
    st = desk_pause_in(db, d, b->run_id, b->run_ref, why);
    if (st != DB_OK)
        why[0] = '\0';
    return st < DB_NONE ? st : DB_OK;
}

enum db_status
enter_verdicts(struct db *db, const struct desk *d, const struct batch *b,
               int event_no, const struct provider *p,
               const struct verdicts *v, struct entered *out)
{
    struct settled done = { 0 };
    enum db_status st = DB_OK;

    *out = (struct entered){ 0 };
    if (v->n == 0)
        return DB_OK;
    st = outcomes_settle(db, b, event_no, v->list, (size_t)v->n, &done);
    if (st < DB_NONE || (st = enter_doubts(db, d, b, v)) != DB_OK
        || (st = enter_stop(db, d, b, p, v, out->pause_why)) != DB_OK)
        return st;
    if (done.news == 0)
        return DB_OK;
    out->conflicts = done.conflicts;
    return alarm_contradiction(db, d, b, done.conflicts);
}
