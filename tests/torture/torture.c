/* make torture: everybody is killed, again and again, and then the providers'
 * books are asked who was paid.  See README.md. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "tests/torture/order.h"
#include "tests/torture/round.h"

#define ROUNDS 3                    /* one in chaos, the others healing */

struct torture {
    struct order   order;
    struct figures figures;
    struct place   place;
    struct round  *rounds[ROUNDS];  /* oldest first                           */
    int            nrounds;
    int64_t        next;            /* number of the round to come            */
    int64_t        since_ms;        /* what is not yet in figures.ms          */
    int            signal;
};

/* --- rounds ------------------------------------------------------------- */

/* Kills that are done and not judged yet. */
static int64_t
kills_of(const struct torture *t)
{
    int64_t n = t->figures.kills;

    for (int i = 0; i < t->nrounds; i++)
        n += crew_total(&t->rounds[i]->crew);
    return n;
}

static bool
wants_round(const struct torture *t)
{
    if (t->order.one_round)
        return t->nrounds == 0 && t->next == t->order.key.round;
    return t->nrounds < ROUNDS && kills_of(t) < t->order.kills
        && (t->nrounds == 0 || t->rounds[t->nrounds - 1]->phase != ROUND_CHAOS);
}

static int
begin(struct torture *t, struct err *e)
{
    struct plan_key key = t->order.key;
    struct round *r = calloc(1, sizeof(*r));

    if (r == NULL)
        return err_oom(e);
    key.round = t->next++;
    t->rounds[t->nrounds++] = r;
    return round_open(r, &t->place, &key, t->order.payrun, t->order.check, e);
}

static void
drop(struct torture *t, int nr, bool keep)
{
    round_close(t->rounds[nr], keep);
    free(t->rounds[nr]);
    t->nrounds--;
    for (int i = nr; i < t->nrounds; i++)
        t->rounds[i] = t->rounds[i + 1];
}

static void
report(const struct torture *t, const struct round *r)
{
    const struct figures *f = &r->judge.figures;

    printf("round %" PRId64 ": %d workers, %" PRId64 " kills (%" PRId64
           " batches in dead hands); %" PRId64 " runs, %" PRId64
           " payments: %" PRId64 " paid, %" PRId64 " failed, %" PRId64
           " cancelled, %" PRId64 " in doubt; healed in %" PRId64 " s; %s; %"
           PRId64 " kills so far\n",
           r->key.round, r->plan.workers, f->kills, f->caught, f->runs,
           f->payments, f->paid, f->failed, f->cancelled, f->in_doubt,
           r->heal_ms / 1000,
           f->twice + f->lost + f->wrong == 0 ? "the books agree" : "WRONG",
           t->figures.kills);
}

/* The oldest has healed: judge it, and note how far we are. */
static int
end_oldest(struct torture *t, struct err *e)
{
    struct round *r = t->rounds[0];
    struct figures *f = &t->figures;
    int64_t now = clock_mono_ms();

    r->judge.plant = t->order.plant;
    if (round_judge(r, e) < 0)
        return -1;
    figures_add(f, &r->judge.figures);
    f->crashes += t->place.crashes;
    t->place.crashes = 0;
    f->ms += now - t->since_ms;
    t->since_ms = now;
    f->round = r->key.round + 1;
    report(t, r);
    if (f->twice + f->lost + f->wrong > 0)
        return err_set(e, ERR_DATA, "round %" PRId64 " went wrong",
                       r->key.round);
    drop(t, 0, false);
    return t->order.one_round ? 0 : figures_save(f, t->order.state, e);
}

/* --- the loop ----------------------------------------------------------- */

/* Until a child changes, a signal comes, or it is time. */
static void
rest(struct torture *t, int64_t until_ms)
{
    int64_t ms = until_ms - clock_mono_ms();
    struct timespec wait = { 0 };
    sigset_t set;
    int sig = 0;

    if (ms > 100)
        ms = 100;
    if (ms > 0)
        wait = (struct timespec){ .tv_nsec = (long)ms * 1000000 };
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sig = sigtimedwait(&set, NULL, &wait);
    if (sig == SIGINT || sig == SIGTERM)
        t->signal = sig;
}

static int
turn(struct torture *t, struct err *e)
{
    int64_t now = clock_mono_ms(), next = now + 1000, due = 0;

    if (wants_round(t) && begin(t, e) < 0)
        return -1;
    for (int i = 0; i < t->nrounds; i++) {
        struct round *r = t->rounds[i];
        int64_t most = t->order.kills - kills_of(t) + crew_total(&r->crew);

        if ((due = round_turn(r, clock_mono_ms(), most, e)) < 0)
            return -1;
        if (due < next)
            next = due;
    }
    if (t->nrounds > 0 && t->rounds[0]->phase == ROUND_HEALED)
        return end_oldest(t, e);
    rest(t, next);
    return 0;
}

static bool
is_done(const struct torture *t)
{
    return t->nrounds == 0 && !wants_round(t);
}

/* How to see it again, and where it is. */
static void
tell_wrong(struct torture *t, const struct err *e)
{
    int64_t round = t->nrounds > 0 ? t->rounds[0]->key.round : t->figures.round;

    printf("STOPPED: %s\n", e->text);
    for (int i = 0; i < t->nrounds; i++)
        if (strstr(e->text, "not healed") != NULL
            && t->rounds[i]->phase == ROUND_HEALING)
            round = t->rounds[i]->key.round;
    printf("to repeat its schedule: make torture SEED=%" PRIu64 " ROUND=%"
           PRId64 " WORKERS=%s\n", t->figures.seed, round, t->order.workers);
    printf("kept: %s (payrun db up --dir %s; files in round-%" PRId64 ")\n",
           t->place.dir, t->place.dir, round);
}

static int
run(struct torture *t)
{
    char note[PATH_BYTES_MAX];
    struct err e = { 0 };
    int rc = 0;

    snprintf(note, sizeof(note), "%s/place", t->order.state);
    printf("seed %" PRIu64 ", %" PRId64 " kills, %s workers, %s; %" PRId64
           " kills done before\n", t->figures.seed, t->order.kills,
           t->order.workers, t->order.check != NULL ? "with failpoints"
           : "no failpoints", t->figures.kills);
    fflush(stdout);
    t->since_ms = clock_mono_ms();
    t->place.payrun = t->order.payrun;
    rc = place_open(&t->place, note, &e);
    while (rc == 0 && t->signal == 0 && !is_done(t)) {
        rc = turn(t, &e);
        fflush(stdout);
    }
    if (rc < 0)
        tell_wrong(t, &e);
    if (rc < 0 && t->figures.twice + t->figures.lost == 0)
        t->figures.wrong++;
    while (t->nrounds > 0)
        drop(t, 0, rc < 0);
    place_close(&t->place, rc < 0);
    if (t->signal != 0)
        printf("stopped by a signal; the same command goes on from round %"
               PRId64 "\n", t->figures.round);
    figures_print(&t->figures, stdout);
    return rc < 0 ? 1 : t->signal != 0 ? 128 + t->signal : 0;
}

int
main(int argc, char **argv)
{
    static struct torture t;
    struct err e = { 0 };
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    log_setup(LOG_BUG, LOG_TEXT);
    if (order_read(&t.order, argc, argv, &e) < 0
        || order_begin(&t.order, &t.figures, &e) < 0) {
        fprintf(stderr, "torture: %s\n", e.text);
        return 2;
    }
    t.next = t.figures.round;
    return run(&t);
}
