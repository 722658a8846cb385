#include "tests/torture/plan.h"

#include <inttypes.h>

#include "tests/torture/dice.h"

#define CONNECT_MS 100              /* as the configuration says             */

static struct dice
die(const struct plan_key *k, enum dice_for what, int64_t a, int64_t b)
{
    return dice_at(k->seed, k->round, what, a, b);
}

static int
between(struct dice *d, int lo, int hi)
{
    return (int)dice_range(d, lo, hi);
}

struct round_plan
plan_round(const struct plan_key *k)
{
    struct dice d = die(k, DICE_ROUND, 0, 0);
    struct round_plan p = { 0 };

    p.workers = k->workers[dice_range(&d, 0, k->nworkers - 1)];
    p.kills = between(&d, 100, 160);
    p.open_runs = between(&d, 2, 5);
    for (int i = 0; i < 2; i++) {
        p.batch_rows[i] = between(&d, 1, 7);
        p.in_flight[i] = between(&d, 1, 8);
    }
    p.answer_ms = (int)dice_log(&d, 300, 1500);
    p.lease_ms = CONNECT_MS + p.answer_ms + between(&d, 100, 600);
    p.latency_ms = (int)dice_log(&d, 20, 1000);
    /* A worker should live long enough to do something: the fewer there are,
     * the rarer one is hit. */
    p.gap_ms = 30 + 100 / p.workers;
    if (k->failpoints)
        p.gap_ms *= 2;              /* most reach theirs first */
    return p;
}

struct run_plan
plan_run(const struct plan_key *k, int run)
{
    struct dice d = die(k, DICE_RUN, run, 0);
    struct run_plan p = { 0 };

    p.rows = (int)dice_log(&d, 4, 40);
    if (dice_chance(&d, 60))
        p.cancel_ms = (int)dice_log(&d, 20, 2000);
    if (dice_chance(&d, 80))
        p.pause_ms = (int)dice_log(&d, 20, 2000);
    return p;
}

/*
 * Phones whose last digits make Sapama's stand-in fail (the first four
 * reasons), dawdle, time out and pay, or tell nobody.  Each is used once in a
 * round, so that a phone stands for one payment.
 */
static bool
special(struct dice *d, int run, int row, char out[24])
{
    static const int fails[] = { 0, 2, 3, 4, 25, 27, 28, 29 };
    int nr = run * 2 + row;

    if (row > 1 || nr >= 100 || !dice_chance(d, 400))
        return false;
    switch (dice_range(d, 0, 3)) {
    case 0:
        if (nr >= (int)(sizeof(fails) / sizeof(fails[0])))
            return false;
        snprintf(out, 24, "2547000001%02d", fails[nr]);
        return true;
    case 1:
        snprintf(out, 24, "2547000002%02d", nr);
        return true;
    case 2:
        snprintf(out, 24, "2547000004%02d", nr);
        return true;
    }
    snprintf(out, 24, "2547000006%02d", nr);
    return true;
}

struct row_plan
plan_row(const struct plan_key *k, int run, int row)
{
    struct dice d = die(k, DICE_ROW, run, row);
    struct row_plan p = { .two_phase = dice_chance(&d, 500) };

    p.minor = (100 + dice_range(&d, 0, 899)) * 100;
    p.bank = p.two_phase && dice_chance(&d, 200);
    if (p.bank)
        snprintf(p.account, sizeof(p.account), "0110%03d%04d", run, row);
    else if (p.two_phase || !special(&d, run, row, p.account))
        snprintf(p.account, sizeof(p.account), "254712%03d%03d", run, row);
    return p;
}

struct deed_plan
plan_deed(const struct plan_key *k, int nr)
{
    static const struct {
        enum deed_kind kind;
        int weight;
    } t[] = {
        { DEED_KILL, 800 }, { DEED_KILL_LISTENER, 60 }, { DEED_KILL_ALL, 15 },
        { DEED_STOP, 40 }, { DEED_TERM, 30 }, { DEED_STOP_STAND, 15 },
        { DEED_BACKEND, 34 }, { DEED_CRASH, 3 }, { DEED_IMMEDIATE, 3 }
    };
    struct round_plan r = plan_round(k);
    struct dice d = die(k, DICE_DEED, nr, 0);
    int at = between(&d, 0, 999), i = 0;
    struct deed_plan p = { 0 };

    while (at >= t[i].weight)
        at -= t[i++].weight;
    p.kind = t[i].kind;
    p.gap_ms = between(&d, 0, 2 * r.gap_ms);
    p.which = between(&d, 0, 999);
    p.hold_ms = between(&d, 50, p.kind == DEED_STOP ? 2 * r.lease_ms : 500);
    return p;
}

/* Where it matters most: around the commit of a claim, at the door, at each
 * edge of a request, around storing its answer. */
static const char *const at_work[] = {
    "commit.claim*", "committed.claim*", "write.attempt_leave",
    "written.attempt_leave", "net.start*", "net.door*", "net.left*",
    "net.sent*", "net.head*", "net.whole*", "commit.landing*",
    "committed.landing*", "net.sent.send", "net.sent.approve",
    "net.whole.send", "net.whole.approve", "commit*", "committed*",
    "write.*", "written.*"
};
static const char *const at_the_door[] = {
    "callback.received", "callback.stored", "write.inbox_store",
    "written.inbox_store"
};
static const char *const of_people[] = {
    "commit*", "committed*", "write.*", "written.*", "copy.end"
};

static void
point(struct spawn_plan *p, struct dice *d, const char *action,
      const char *const names[], size_t n, int most)
{
    const char *name = names[dice_range(d, 0, (int64_t)n - 1)];

    snprintf(p->failpoints, sizeof(p->failpoints), "%s:%s@%d", name, action,
             (int)dice_log(d, 1, most));
}

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct spawn_plan
plan_spawn(const struct plan_key *k, int nr, bool listener)
{
    static const char *const anywhere[] = { "*" };
    struct round_plan r = plan_round(k);
    struct dice d = die(k, DICE_SPAWN, nr, 0);
    int roll = between(&d, 0, 999);
    const char *action = roll < 650 ? "kill" : roll < 700 ? "stop"
        : roll < 750 ? "error" : "delay";
    bool named = dice_chance(&d, 800);
    struct spawn_plan p = { .hold_ms = between(&d, 50, 2 * r.lease_ms) };

    if (!k->failpoints || roll >= 800)
        return p;
    if (listener)
        point(&p, &d, action, at_the_door, COUNT(at_the_door), 16);
    else if (named)
        point(&p, &d, action, at_work, COUNT(at_work), 6);
    else
        point(&p, &d, action, anywhere, COUNT(anywhere), 200);
    return p;
}

/* A command is killed in its middle every other time, but in the end it must
 * get through.  A send is a worker as well. */
struct spawn_plan
plan_command(const struct plan_key *k, int run, int nr, bool send)
{
    struct dice d = die(k, DICE_COMMAND, run, nr);
    struct spawn_plan p = { .hold_ms = 100 };
    bool doomed = dice_chance(&d, nr < 12 ? 500 : 0);
    bool pointed = dice_chance(&d, 600);
    int64_t ms = dice_log(&d, 1, 200);

    if (!doomed)
        return p;
    if (!k->failpoints || !pointed)
        p.kill_ms = (int)ms;
    else if (send)
        point(&p, &d, "kill", at_work, COUNT(at_work), 6);
    else
        point(&p, &d, "kill", of_people, COUNT(of_people), 3);
    return p;
}
