#include "schedule/due.h"

#include <stdio.h>
#include <stdlib.h>

/* Is a failure this run's alone, so that the others go on? */
static bool
only_this(const struct err *e)
{
    return e->kind == ERR_GUARD || e->kind == ERR_NOPERM
        || e->kind == ERR_USAGE;
}

/* Release what can be released.  ${why} gets why the last one could not. */
static int
release_all(struct due *d, const struct slot *s, const struct slot_run *runs,
            int n, char why[ERR_TEXT_BYTES], struct err *e)
{
    for (int i = 0; i < n; i++) {
        char text[ERR_TEXT_BYTES] = "";
        struct err mine = { 0 };
        int rc = 0;

        if (slot_too_late(d->days, s, &runs[i], text))
            rc = 1;
        else if (d->ready != NULL)
            rc = d->ready(d->ready_owner, s, &runs[i], text, e);
        if (rc < 0)
            return -1;
        if (rc == 0 && slot_release(d->db, s, &runs[i], &mine) < 0) {
            if (!only_this(&mine)) {
                *e = mine;
                return -1;
            }
            (void)str_copy(text, sizeof(text), str_of(mine.text));
            rc = 1;
        }
        if (rc == 1)
            memcpy(why, text, sizeof(text));
        else if (d->nruns < DUE_RUNS_MAX)
            d->runs[d->nruns++] = runs[i].run_id;
    }
    return 0;
}

/* What is told of a slot without anything to release. */
static int
nothing_note(struct due *d, const struct slot *s, struct slot_run *runs,
             char note[ERR_TEXT_BYTES], struct err *e)
{
    size_t at;
    int n;

    if (slot_runs(d->db, s, false, runs, &n, e) < 0)
        return -1;
    note[0] = '\0';
    if (n == 0)
        return 0;
    at = (size_t)snprintf(note, ERR_TEXT_BYTES, "%s", s->late ?
                          "not approved in time:" : "waits for approval:");
    for (int i = 0; i < n && at + RUN_REF_BYTES + 2 < ERR_TEXT_BYTES; i++)
        at += (size_t)snprintf(note + at, ERR_TEXT_BYTES - at, " %s",
                               runs[i].ref);
    return 0;
}

static int
set(struct due *d, const struct slot *s, const char *state, const char *note,
    int *count, struct err *e)
{
    (*count)++;
    return slot_set(d->db, s, state, note, d->owner, e) < 0 ? -1 : 0;
}

static int
take(struct due *d, const struct slot *s, struct slot_run *runs, struct err *e)
{
    char note[ERR_TEXT_BYTES];
    int rc;

    if (nothing_note(d, s, runs, note, e) < 0)
        return -1;
    rc = slot_take(d->db, s, note, d->owner, e);
    d->taken += rc == 1;
    return rc < 0 ? -1 : 0;
}

static int
one_slot(struct due *d, const struct slot *s, struct slot_run *runs,
         struct err *e)
{
    char why[ERR_TEXT_BYTES] = "";
    int n, skipped = 0;

    if (!s->active)
        return set(d, s, "skipped", "the schedule was paused", &skipped, e);
    if (slot_runs(d->db, s, true, runs, &n, e) < 0)
        return -1;
    if (n > 0 && s->late) {
        snprintf(why, sizeof(why), "missed: now it is %s%s%.400s", s->here_now,
                 s->note[0] != '\0' ? "; " : "", s->note);
        return set(d, s, "asks", why, &d->asks, e);
    }
    /* An approval may still come in time. */
    if (n == 0 && !s->late && nothing_note(d, s, runs, why, e) < 0)
        return -1;
    if (n == 0 && why[0] != '\0')
        return set(d, s, "held", why, &d->held, e);
    if (n > 0 && release_all(d, s, runs, n, why, e) < 0)
        return -1;
    /* What another host released meanwhile is no more to be released. */
    if (why[0] != '\0' && slot_runs(d->db, s, true, runs, &n, e) < 0)
        return -1;
    if (why[0] != '\0' && n > 0)
        return set(d, s, "held", why, &d->held, e);
    return take(d, s, runs, e);
}

int
due_turn(struct due *d, struct err *e)
{
    struct slot *list = calloc(SLOTS_MAX, sizeof(*list));
    struct slot_run *runs = calloc(SLOT_RUNS_MAX, sizeof(*runs));
    int n = 0, rc = -1;

    d->taken = d->held = d->asks = d->nruns = 0;
    if (list == NULL || runs == NULL) {
        err_oom(e);
        goto out;
    }
    if (slots_due(d->db, d->live, d->now, false, list, &n, e) < 0)
        goto out;
    for (int i = 0; i < n; i++)
        if (one_slot(d, &list[i], runs, e) < 0)
            goto out;
    rc = 0;
out:
    free(list);
    free(runs);
    return rc;
}
