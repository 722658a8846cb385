#include "tests/torture/round.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/clock.h"

#define HEALERS      2
#define COMMAND_MS   50             /* of payrun list, on two idle cores */
#define SLOW_MAX     3000           /* then it would only take for ever */
#define HEAL_CAP_MS  240000         /* a busy machine, and waits that doubled */
#define HEAL_LOOK_MS 200

/* --- processes ---------------------------------------------------------- */

static void
spawn(struct round *r, enum role role)
{
    char log[PATH_BYTES_MAX], listen[32];
    const char *const work[] = { "work", "--dir", r->stand.dir, NULL };
    const char *const serve[] = {
        "serve", "--listen", listen, "--dir", r->stand.dir, NULL
    };
    bool worker = role == ROLE_WORKER;
    struct spawn_plan plan = { 0 };

    if (r->phase == ROUND_CHAOS)
        plan = plan_spawn(&r->key, r->spawned, !worker);
    snprintf(listen, sizeof(listen), "127.0.0.1:%d", r->stand.callbacks);
    stand_path(&r->stand, log, worker ? "work.log" : "serve.log");
    if (crew_spawn(&r->crew, role, 0, worker ? work : serve, log, &plan, NULL)
        != NULL)
        r->spawned++;
}

/* Who was killed is started again at once. */
static void
fill(struct round *r)
{
    int workers = r->phase == ROUND_CHAOS ? r->plan.workers : HEALERS;

    while (crew_count(&r->crew, ROLE_WORKER) < workers)
        spawn(r, ROLE_WORKER);
    if (crew_count(&r->crew, ROLE_LISTENER) == 0)
        spawn(r, ROLE_LISTENER);
}

static void
ended(void *owner, const struct hand *h, int status)
{
    struct round *r = owner;

    if (h->role == ROLE_COMMAND)
        clerk_ended(&r->clerk, h, status);
}

/* --- begin and end ------------------------------------------------------ */

static int
how_slow(const struct round *r, const char *payrun)
{
    const char *const argv[] = { payrun, "list", "--dir", r->stand.dir, NULL };
    char log[PATH_BYTES_MAX];
    int64_t began = clock_mono_ms(), slow = 0;

    stand_path(&r->stand, log, "commands.log");
    (void)place_run(log, argv);
    slow = (clock_mono_ms() - began) * 1000 / COMMAND_MS;
    return slow < 1000 ? 1000 : slow > SLOW_MAX ? SLOW_MAX : (int)slow;
}

int
round_open(struct round *r, struct place *p, const struct plan_key *k,
           const char *payrun, const char *check, struct err *e)
{
    *r = (struct round){ .key = *k, .plan = plan_round(k), .place = p };
    r->crew = (struct crew){ .payrun = payrun, .check = check,
                             .ended = ended, .owner = r };
    r->clerk = (struct clerk){ .key = &r->key, .crew = &r->crew,
                               .stand = &r->stand };
    snprintf(r->name, sizeof(r->name), "round_%" PRId64, k->round);
    snprintf(r->stand.dir, sizeof(r->stand.dir), "%s/round-%" PRId64, p->dir,
             k->round);
    if (place_fresh(p, r->name, r->stand.url, e) < 0
        || (r->db = db_open(r->stand.url, e)) == NULL
        || stand_open(&r->stand, &r->crew, &r->plan, e) < 0
        || stand_faults(&r->stand, &r->key, e) < 0)
        return -1;
    r->clerk.db = r->db;
    r->judge = (struct judge){ .clerk = &r->clerk, .stand = &r->stand,
                               .payrun = payrun, .db = r->db };
    r->slow = how_slow(r, payrun);
    r->deed_ms = clock_mono_ms();
    return 0;
}

void
round_close(struct round *r, bool keep)
{
    for (int role = 0; role < ROLES; role++)
        crew_quiet(&r->crew, (enum role)role);
    db_close(r->db);
    r->db = NULL;
    if (!keep) {
        place_drop(r->place, r->name);
        place_remove(r->stand.dir);
    }
}

/* --- chaos -------------------------------------------------------------- */

static struct hand *
victim(struct round *r, enum role role, int which)
{
    int n = crew_count(&r->crew, role);

    return n == 0 ? NULL : crew_nth(&r->crew, role, n * which / 1000);
}

/* Workers, and the sends, which are workers too. */
static struct hand *
any_worker(struct round *r, int which)
{
    int workers = crew_count(&r->crew, ROLE_WORKER);
    int commands = crew_count(&r->crew, ROLE_COMMAND);
    int at = (workers + commands) * which / 1000;

    return at < workers ? crew_nth(&r->crew, ROLE_WORKER, at)
        : crew_nth(&r->crew, ROLE_COMMAND, at - workers);
}

static void
kill_all(struct round *r)
{
    crew_quiet(&r->crew, ROLE_WORKER);
    crew_quiet(&r->crew, ROLE_LISTENER);
    crew_quiet(&r->crew, ROLE_COMMAND);
}

static void
deed(struct round *r, const struct deed_plan *d)
{
    struct hand *h = NULL;

    switch (d->kind) {
    case DEED_KILL:
        if ((h = any_worker(r, d->which)) != NULL)
            crew_kill(&r->crew, h);
        return;
    case DEED_KILL_LISTENER:
        if ((h = victim(r, ROLE_LISTENER, d->which)) != NULL)
            crew_kill(&r->crew, h);
        return;
    case DEED_KILL_ALL:
        kill_all(r);
        return;
    case DEED_STOP:
        if ((h = any_worker(r, d->which)) != NULL)
            crew_stop(&r->crew, h, d->hold_ms);
        return;
    case DEED_TERM:
        if ((h = any_worker(r, d->which)) != NULL)
            crew_term(&r->crew, h);
        return;
    case DEED_STOP_STAND:
        if ((h = victim(r, ROLE_STAND, 0)) != NULL)
            crew_stop(&r->crew, h, d->hold_ms);
        return;
    case DEED_BACKEND:
    case DEED_CRASH:
        place_backend(r->place, r->name, d->which, d->kind == DEED_CRASH);
        return;
    case DEED_IMMEDIATE:
        place_immediate(r->place);
        return;
    }
}

static int64_t
chaos(struct round *r, int64_t now_ms)
{
    while (now_ms >= r->deed_ms) {
        struct deed_plan d = plan_deed(&r->key, r->deeds++);

        deed(r, &d);
        r->deed_ms += plan_deed(&r->key, r->deeds).gap_ms * r->slow / 1000;
        /* Late by much, on a busy machine: no salvo, the gaps count. */
        if (r->deed_ms < now_ms - 1000)
            r->deed_ms = now_ms;
    }
    return r->deed_ms;
}

/* Everybody is killed once more; from now on nobody is disturbed. */
static int
calm(struct round *r, struct err *e)
{
    struct hand *stand = crew_nth(&r->crew, ROLE_STAND, 0);

    kill_all(r);
    memcpy(r->kills, r->crew.kills, sizeof(r->kills));
    if (stand == NULL)
        return err_set(e, ERR_UNAVAILABLE, "the sandbox has ended; see "
                       "%s/sandbox.log", r->stand.dir);
    if (stand->stopped) {
        (void)kill(stand->pid, SIGCONT);
        stand->stopped = false;
    }
    r->phase = ROUND_HEALING;
    r->heal_ms = clock_mono_ms();
    return stand_heal(&r->stand, e);
}

/* --- healing ------------------------------------------------------------ */

static int
heal(struct round *r, int64_t now_ms, struct err *e)
{
    char open[160];

    if (now_ms < r->look_ms)
        return 0;
    r->look_ms = now_ms + HEAL_LOOK_MS;
    if (clerk_done(&r->clerk) && !judge_waits(&r->judge)) {
        r->phase = ROUND_HEALED;
        r->heal_ms = now_ms - r->heal_ms;
        return 0;
    }
    if (now_ms - r->heal_ms < HEAL_CAP_MS)
        return 0;
    clerk_open(&r->clerk, open);
    (void)judge_round(&r->judge, NULL);         /* says who is not healed */
    return err_set(e, ERR_DATA, "round %" PRId64 " has not healed in %d s: %s",
                   r->key.round, HEAL_CAP_MS / 1000, open[0] != '\0' ? open
                   : "something is in doubt that its provider shows");
}

int64_t
round_turn(struct round *r, int64_t now_ms, int64_t most, struct err *e)
{
    int64_t next = crew_turn(&r->crew, now_ms), due = 0;
    bool chaotic = r->phase == ROUND_CHAOS;

    if (r->phase == ROUND_HEALED)
        return next;
    (void)place_turn(r->place);
    fill(r);
    due = clerk_turn(&r->clerk, now_ms, r->plan.open_runs, !chaotic);
    if (due < next)
        next = due;
    if (chaotic && (due = chaos(r, now_ms)) < next)
        next = due;
    if (chaotic && (crew_total(&r->crew) >= most
                    || crew_total(&r->crew) >= r->plan.kills)
        && calm(r, e) < 0)
        return -1;
    if (!chaotic && heal(r, now_ms, e) < 0)
        return -1;
    return !chaotic && r->look_ms < next ? r->look_ms : next;
}

int
round_judge(struct round *r, struct err *e)
{
    struct figures *f = &r->judge.figures;

    /* Whoever still works could change what is being read. */
    kill_all(r);
    if (judge_round(&r->judge, e) < 0)
        return -1;
    if (r->crew.broken > 0) {
        printf("WRONG: %s\n", r->crew.how);
        f->wrong += r->crew.broken;
    }
    f->workers = r->kills[ROLE_WORKER];
    f->listeners = r->kills[ROLE_LISTENER];
    f->commands = r->kills[ROLE_COMMAND];
    f->kills = f->workers + f->listeners + f->commands;
    f->at_points = r->crew.at_points;
    f->rounds = 1;
    f->stops = r->crew.stops;
    f->terms = r->crew.terms;
    return 0;
}
