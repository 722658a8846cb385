#include "cli/cmds.h"

#include "base/clock.h"
#include "base/log.h"
#include "cli/outcome.h"
#include "cli/payers.h"
#include "cli/progress.h"
#include "cli/sending.h"
#include "cli/phrase.h"
#include "intake/approve.h"
#include "net/loop.h"
#include "report/report.h"

const struct opt send_opts[] = {
    { "wait", NULL, "stay until every payment has its answer", false },
    { "confirm-total", "AMOUNT", "live: the total, instead of typing it",
      false },
    OPT_WORKERS,
    OPT_METRICS,
    { NULL, NULL, NULL, false }
};
const struct opt status_opts[] = {
    { "watch", NULL, "follow it until it ends or waits for a person", false },
    { NULL, NULL, NULL, false }
};

#define CLOSING_LOOKS 6         /* of WATCH_MS: three seconds */
#define WATCH_MS 500            /* how often --watch looks */

/* Read it afresh.  When that fails ${run} and ${now} stay what they were: the
 * database may only be starting again, and the next look needs the name. */
static int
look(struct app *app, struct run *run, struct run_progress *now,
     struct err *e)
{
    struct run fresh = *run;
    struct run_progress numbers;

    if (outcome_read(app, &fresh, &numbers, e) < 0)
        return -1;
    *run = fresh;
    *now = numbers;
    return 0;
}

/* The same, but a database that is away is waited for, up to GIVE_UP_MS. */
static int
look_on(struct app *app, struct net *net, struct run *run,
        struct run_progress *now, struct err *e)
{
    int64_t end = clock_mono_ms() + GIVE_UP_MS;

    while (look(app, run, now, e) < 0) {
        if ((e->kind != ERR_UNAVAILABLE && e->kind != ERR_TEMP) ||
            net_stopping() != 0 || clock_mono_ms() > end)
            return -1;
        if (net_turn(net, WATCH_MS, e) < 0)
            return -1;
    }
    return 0;
}

/* Log lines would break a line that is drawn again and again. */
static void
quiet_log(const struct app *app, const struct progress *p)
{
    if (p->tty && !args_has(&app->args, "verbose"))
        log_setup(LOG_BUG, LOG_TEXT);
}

static void
tell_stop(struct sending *s)
{
    if (net_stopping() == 0 || s->told_stop)
        return;
    s->told_stop = true;
    progress_clear(&s->progress);
    app_say(s->app, "stopping; what was sent goes on at the provider, and "
            "payrun send %s --wait%s carries on safely\n", s->run->ref,
            s->app->as_words);
}

/* Worker and screen share one process; the screen has its own connection. */
static void
show_progress(void *owner)
{
    struct sending *s = owner;
    struct err ignored = { 0 };

    tell_stop(s);
    if (look(s->app, s->run, &s->now, &ignored) == 0)
        progress_show(&s->progress, s->run, &s->now, false);
}

static int64_t
look_after_others(void *owner)
{
    struct sending *s = owner;

    return crew_turn(&s->crew);
}

/* What the worker's end means for the run: an exit code, or -1. */
static int
end_of(const struct sending *s, const struct worker_order *o, struct err *e)
{
    const char *ref = s->run->ref, *as = s->app->as_words;

    switch (o->end) {
    case WORKER_IDLE:
        if (s->run->state == RUN_PAYING && s->now.waiting_rows > 0 &&
            phrase_too_early(s->run))
            return ERR_TEMP;
        return outcome_exit(s->run, &s->now);
    case WORKER_STOPPED:
        return 128 + o->signal;
    case WORKER_PAUSED:
        err_set(e, ERR_GUARD, "%s: %s", ref, o->why);
        if (strstr(o->why, "payrun lineage") != NULL)
            return err_fix(e, "payrun lineage says what to do");
        if (s->now.halted[0] != '\0')
            return err_fix(e, "when that is mended: payrun resume --all "
                           "--reason \"...\", then payrun send %s --wait%s",
                           ref, as);
        return err_fix(e, "payrun resume %s%s, then payrun send %s --wait%s",
                       ref, as, ref, as);
    case WORKER_LANE_CLOSED:
        err_set(e, ERR_GUARD, "%s: %s", ref, o->why);
        return err_fix(e, "mend that, then payrun resume %s%s and payrun send "
                       "%s --wait%s", ref, as, ref, as);
    case WORKER_SHORT:
        err_set(e, ERR_GUARD, "%s: what is covered is paid, and the rest waits "
                "for money. %s", ref, o->why);
        return err_fix(e, "pay it in; then payrun send %s --wait%s, or it goes "
                       "by itself with the next payrun run-due or payrun work",
                       ref, as);
    }
    return 0;
}

int
sending_run(struct sending *s, enum worker_until until, struct err *e)
{
    struct worker_order o = {
        .db_url = s->app->db_url, .mark = app_mark(s->app),
        .accounts = s->accounts,
        .naccounts = s->naccounts,
        .only_run_id = s->run->run_id, .until_idle = true, .until = until,
        .progress = s->app->quiet ? NULL : show_progress,
        .also = look_after_others, .owner = s,
    };
    int rc = -1;

    o.net = net_new(e);
    if (o.net == NULL)
        return -1;
    net_stop_on_signals();
    progress_init(&s->progress, s->app->json, s->app->color);
    quiet_log(s->app, &s->progress);
    s->crew.run = s->run->ref;
    s->crew.silent = s->progress.tty;
    rc = worker_run(&o, e);
    crew_end(&s->crew);
    if (rc == 0 && look_on(s->app, o.net, s->run, &s->now, e) < 0)
        rc = -1;
    tell_stop(s);
    progress_clear(&s->progress);
    net_free(o.net);
    return rc < 0 ? -1 : end_of(s, &o, e);
}

/* The line that ends every answer about a run; the last one with --json. */
static int
tell_end(struct app *app, const struct run *run,
         const struct run_progress *now, int code, struct err *e)
{
    bool early = run->state == RUN_PAYING && phrase_too_early(run);
    char day[PHRASE_BYTES];
    json_t *root;

    if (!app->json) {
        outcome_print(run, now);
        phrase_day(run->pay_date, day);
        if (early)
            printf("waits: not to be paid before %s; then payrun send %s "
                   "--wait%s, or payrun work\n", day, run->ref,
                   app->as_words);
        return code;
    }
    root = outcome_json(run, now);
    json_object_set_new(root, "type", json_string("result"));
    json_object_set_new(root, "waits_until",
                        json_string(early ? run->pay_date : ""));
    return app_json(app, root, e) < 0 ? -1 : code;
}

/* "send" does not end a pause: whoever says it may not know why it is there. */
static int
check_paused(const struct app *app, const struct run *run, struct err *e)
{
    if (run->state != RUN_PAUSED)
        return 0;
    err_set(e, ERR_GUARD, "%s is paused, nothing of it is sent: %.300s",
            run->ref, run->state_why);
    return err_fix(e, "when that is clear: payrun resume %s%s, then payrun "
                   "send %s --wait%s", run->ref, app->as_words, run->ref,
                   app->as_words);
}

int
cmd_send(struct app *app, struct err *e)
{
    static struct account accounts[CONFIG_ACCOUNTS_MAX];
    struct run run;
    struct sending s = { .app = app, .run = &run, .accounts = accounts };
    bool wait = args_has(&app->args, "wait");
    int code;

    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0
        || check_paused(app, &run, e) < 0)
        return -1;
    if (payers_open(app, &run, accounts, &s.naccounts, e) < 0 ||
        crew_read(&s.crew, app, accounts, s.naccounts, e) < 0 ||
        pay_confirm(app, &run, e) < 0)
        return -1;
    /* A run that is being paid already is only carried on. */
    if (run.state != RUN_PAYING &&
        run_send(app->db, &run, app->me.name, e) < 0)
        return -1;
    code = sending_run(&s, wait ? WORKER_UNTIL_FINAL : WORKER_UNTIL_SUBMITTED,
                       e);
    if (code < 0)
        return -1;
    return tell_end(app, &run, &s.now, wait || code >= 128 ? code : 0, e);
}

/* Nothing moves it but a person, or nothing at all. */
static bool
stands_still(const struct run *run)
{
    switch (run->state) {
    case RUN_DRAFT: case RUN_SUBMITTED: case RUN_APPROVED: case RUN_PAUSED:
        return true;
    case RUN_PAYING: case RUN_SETTLED: case RUN_CLOSED: case RUN_REJECTED:
    case RUN_CANCELLED: case RUN_EXPIRED:
        return outcome_final(run);
    }
    return false;
}

/* Settled with nothing in doubt: its worker closes it in a moment. */
static bool
closing(const struct run *run, const struct run_progress *now)
{
    return run->state == RUN_SETTLED && now->doubt_rows == 0;
}

/* Look again and again until the run stands still or somebody stops us. */
static int
watch(struct app *app, struct run *run, struct run_progress *now,
      struct err *e)
{
    struct progress progress;
    struct net *net = net_new(e);
    int rc = 0, looks = 0;

    if (net == NULL)
        return -1;
    net_stop_on_signals();
    progress_init(&progress, app->json, app->color);
    quiet_log(app, &progress);
    while (rc == 0 && net_stopping() == 0 &&
           (!stands_still(run) || (closing(run, now) &&
                                   looks++ < CLOSING_LOOKS))) {
        if (!app->quiet)
            progress_show(&progress, run, now, false);
        rc = net_turn(net, WATCH_MS, e);
        if (rc == 0)
            rc = look_on(app, net, run, now, e);
    }
    if (net_stopping() != 0)
        rc = 0;                     /* stopped while the database was away */
    if (rc == 0 && !app->quiet)
        progress_show(&progress, run, now, true);
    progress_clear(&progress);
    net_free(net);
    return rc;
}

int
cmd_status(struct app *app, struct err *e)
{
    struct run run;
    struct run_progress now;

    if (app_db(app, e) < 0 ||
        run_find(app->db, app->args.plain[0], &run, e) < 0 ||
        run_progress(app->db, run.run_id, &now, e) < 0)
        return -1;
    if (args_has(&app->args, "watch") && watch(app, &run, &now, e) < 0)
        return -1;
    return tell_end(app, &run, &now, net_stopping() != 0 ?
                    128 + net_stopping() : outcome_final(&run) ?
                    outcome_exit(&run, &now) : 0, e);
}
