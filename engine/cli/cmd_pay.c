#include "cli/cmds.h"

#include <unistd.h>

#include "book/frozen.h"
#include "book/lineage.h"
#include "book/standstill.h"
#include "cli/compare_text.h"
#include "cli/groups.h"
#include "cli/outcome.h"
#include "cli/payers.h"
#include "cli/sending.h"
#include "cli/phrase.h"
#include "db/sql.h"
#include "intake/approve.h"
#include "money/money.h"
#include "report/words.h"

const struct opt approve_opts[] = {
    { "confirm-total", "AMOUNT", "the total, instead of typing it", false },
    { "allow-duplicates", "REASON", "although payees of it are in doubt in "
      "another run", false },
    { NULL, NULL, NULL, false }
};
const struct opt reason_opts[] = {
    { "reason", "TEXT", "why; others read it", false },
    { NULL, NULL, NULL, false }
};
const struct opt pause_opts[] = {
    { "all", NULL, "everything, whatever run or account", false },
    { "reason", "TEXT", "why; others read it", false },
    { NULL, NULL, NULL, false }
};
const struct opt resume_opts[] = {
    { "all", NULL, "everything, whatever run or account", false },
    { "reason", "TEXT", "why; others read it", false },
    { "allow-duplicates", "REASON", "although payees of it are in doubt in "
      "another run (a checker)", false },
    { NULL, NULL, NULL, false }
};
const struct opt cancel_opts[] = {
    { "reason", "TEXT", "why; others read it", false },
    { "rest", NULL, "some were sent already: cancel only the others", false },
    { NULL, NULL, NULL, false }
};

/* The new state, and the next command. */
static int
moved(struct app *app, struct run *run, struct err *e)
{
    struct run_progress now;

    if (outcome_read(app, run, &now, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, outcome_json(run, &now), e);
    outcome_print(run, &now);
    return 0;
}

static const char *
reason(const struct app *app)
{
    const char *text = args_value(&app->args, "reason");

    return text != NULL ? text : "";
}

int
cmd_submit(struct app *app, struct err *e)
{
    struct run run;

    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0 ||
        run_submit(app->db, &run, app->me.name, e) < 0)
        return -1;
    return moved(app, &run, e);
}

#define WARNINGS_MAX    1000        /* counted; more is "1,000 or more" */

struct counting {
    int64_t warnings, people;
    bool    held;
};

static int
note_warning(void *owner)
{
    struct counting *c = owner;

    c->warnings += !c->held;
    return 0;
}

/* The file's warnings, and how many people are paid: ${diff} knows that only
 * when there is a run to compare with. */
static int
count_all(struct app *app, const struct run *run, const struct compare *diff,
          struct counting *c, struct err *e)
{
    const struct db_arg of_file[] = {
        A_I64(run->run_id), A_I64(run->held_rows + WARNINGS_MAX)
    };
    const struct db_col problem[] = { C_BOOL("held", &c->held) };
    const struct db_arg alone[] = { A_I64(run->run_id) };
    const struct db_col people[] = { C_I64("people", &c->people) };

    c->people = diff->people;
    if (db_each(app->db, sql_report_problems, of_file, LEN(of_file), problem,
                LEN(problem), note_warning, c) < 0 ||
        (!diff->found &&
         db_one(app->db, sql_run_people, alone, LEN(alone), people,
                LEN(people)) < 0))
        return db_fail(app->db, e, "counting people and warnings");
    return 0;
}

static void
tell_warnings(const struct run *run, const struct counting *c)
{
    char text[PHRASE_BYTES];

    phrase_count(c->warnings, "warning", "warnings", text);
    if (c->warnings == 0)
        puts("   no warnings");
    else
        printf("   %s%s (payrun show %s)\n", text,
               c->warnings >= WARNINGS_MAX ? " or more" : "", run->ref);
}

/* What the checker must see before typing anything: which run it is, and its
 * effect in money. */
static int
tell_effect(struct app *app, const struct run *run, struct err *e)
{
    static struct compare diff;             /* large */
    static struct payers payers;
    static struct run_groups groups;
    struct counting c = { 0 };
    char from[PHRASE_BYTES + USER_NAME_BYTES_MAX];
    struct money total = { run->minor, { 0 } };
    char text[MONEY_TEXT_BYTES], month[PHRASE_BYTES], day[PHRASE_BYTES];
    char payments[PHRASE_BYTES], people[PHRASE_BYTES], held[PHRASE_BYTES];

    memcpy(total.ccy, run->ccy, sizeof(total.ccy));
    money_text(total, text);
    if (compare_runs(app->db, run, &diff, e) < 0 ||
        payers_read(app, run, &payers, e) < 0 ||
        groups_read(app, run->run_id, &groups, e) < 0 ||
        count_all(app, run, &diff, &c, e) < 0)
        return -1;
    phrase_month(run->period, month);
    phrase_day(run->pay_date, day);
    phrase_count(run->rows, "PAYMENT", "PAYMENTS", payments);
    phrase_count(c.people, "PERSON", "PEOPLE", people);
    printf("You are %s (%s). Uploaded by %s.\n\n"
           "   %s: %s, %s, from %s, \"%s\"\n", app->me.name, app->me.role,
           run->made_by, run->ref, month, words_kind(run->kind),
           run->file_name, run->narration);
    tell_warnings(run, &c);
    if (payers_several(&payers))
        phrase_count(payers.n, "account", "accounts", from);
    else
        snprintf(from, sizeof(from), "account \"%s\"", run->account);
    printf("\n   %s LEAVES %s%s IN %s TO %s%s%s.\n\n", text, from,
           run->live ? " (LIVE)" : " (sandbox)", payments, people,
           day[0] != '\0' ? ", not before " : "", day);
    payers_print(&payers, run->ccy);
    fputs(payers_several(&payers) ? "\n" : "", stdout);
    groups_print(&groups, run->ccy);
    phrase_count(run->held_rows, "row of the file is held back and not in it",
                "rows of the file are held back and not in it", held);
    if (run->held_rows > 0)
        printf("  %s\n", held);
    if (run->parent[0] != '\0')
        printf("  a retry of %s: what certainly failed there\n", run->parent);
    if (run->override[0] != '\0')
        printf("  DUPLICATES ALLOWED by %s: %s\n  (payrun show %s lists "
               "them)\n", run->made_by, run->override, run->ref);
    compare_print(&diff, run->ccy);
    printf("by rail, with charges, limits and rows to look at: payrun plan "
           "%s\n", run->ref);
    return 0;
}

/* Nobody is shown a total to type who could not approve it anyway.
 * run_approve() looks again, under a lock. */
static int
may_approve(const struct app *app, const struct run *run, struct err *e)
{
    const struct person *p = &app->me;

    if (!run_may(p->role, ACTION_APPROVE)) {
        err_set(e, ERR_NOPERM, "%s is %s %s and may not approve a run.",
                p->name, p->role[0] == 'a' ? "an" : "a", p->role);
        return err_fix(e, "That is for a checker.");
    }
    if (run->state != RUN_SUBMITTED) {
        err_set(e, ERR_GUARD, "The run %s is %s; it cannot be approved.",
                run->ref, run_state_name(run->state));
        if (run->state == RUN_DRAFT)
            err_fix(e, "%s submits it first: payrun submit %s", run->made_by,
                    run->ref);
        return -1;
    }
    return 0;
}

/* The amount as typed or given; -1 when there is none to be had. */
int
pay_typed(struct app *app, const char *what, const char *ccy, int64_t *minor,
          struct err *e)
{
    const char *text = args_value(&app->args, "confirm-total");
    struct amount_text amount = { 0, AMOUNT_UNDECIDED };
    char line[128];

    if (text == NULL && (app->json || !isatty(STDIN_FILENO))) {
        err_set(e, ERR_USAGE, "this needs the %s, typed", what);
        return err_fix(e, "--confirm-total AMOUNT, read off %s and not off "
                       "this screen", strcmp(what, "total") == 0 ?
                       "the payroll" : "what you were asked for");
    }
    if (text == NULL) {
        printf("Type the %s: ", what);
        fflush(stdout);
        if (fgets(line, sizeof(line), stdin) == NULL)
            return err_set(e, ERR_GUARD, "no %s was typed; nothing was "
                           "done", what);
        text = line;
    }
    if (amount_read(&amount, str_trim(str_of(text)), AMOUNT_DOT, ccy,
                    ccy_decimals(ccy)) != AMOUNT_FINE)
        return err_set(e, ERR_GUARD, "\"%.*s\" is not an amount; nothing was "
                       "done", STR_ARG(str_trim(str_of(text))));
    *minor = amount.minor;
    return 0;
}

/* Said and noted by itself, so that it stands also when the rest fails. */
static int
allow_doubt(struct app *app, const struct run *run, struct err *e)
{
    const char *why = args_value(&app->args, "allow-duplicates");

    return why == NULL ? 0
        : frozen_allow(app->db, run, app->me.name, why, e);
}

int
cmd_approve(struct app *app, struct err *e)
{
    struct run run;
    int64_t minor = 0;

    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0 ||
        may_approve(app, &run, e) < 0)
        return -1;
    if (!app->json && tell_effect(app, &run, e) < 0)
        return -1;
    if (pay_typed(app, "total", run.ccy, &minor, e) < 0 ||
        allow_doubt(app, &run, e) < 0 ||
        run_approve(app->db, &run, app->me.name, minor, e) < 0)
        return -1;
    return moved(app, &run, e);
}

int
cmd_reject(struct app *app, struct err *e)
{
    struct run run;

    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0 ||
        run_reject(app->db, &run, app->me.name, reason(app), e) < 0)
        return -1;
    return moved(app, &run, e);
}

/* One row, read at every door. */
static int
stand_still(struct app *app, bool paused, struct err *e)
{
    if (app_me(app, e) < 0 ||
        standstill_set(app->db, paused, reason(app), app->me.name, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:b}", "all_paused", paused), e);
    puts(paused ? "everything is paused: nothing more leaves, what left goes "
         "on\nnext: payrun resume --all --reason \"...\"" :
         "nothing is paused as a whole any more; runs paused by themselves "
         "stay so");
    return 0;
}

/* A run, or --all.  1: --all. */
static int
which(const struct app *app, const char *verb, struct err *e)
{
    bool all = args_has(&app->args, "all");

    if (all != (app->args.nplain == 1))
        return all;
    return err_set(e, ERR_USAGE, "payrun %s RUN, or payrun %s --all", verb,
                   verb);
}

int
cmd_pause(struct app *app, struct err *e)
{
    struct run run;
    int all = which(app, "pause", e);

    if (all != 0)
        return all < 0 ? -1 : stand_still(app, true, e);
    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0 ||
        run_pause(app->db, &run, app->me.name, reason(app), e) < 0)
        return -1;
    return moved(app, &run, e);
}

int
cmd_resume(struct app *app, struct err *e)
{
    struct run run;
    int all = which(app, "resume", e);

    if (all != 0)
        return all < 0 ? -1 : stand_still(app, false, e);
    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0 ||
        allow_doubt(app, &run, e) < 0 ||
        run_resume(app->db, &run, app->me.name, e) < 0)
        return -1;
    return moved(app, &run, e);
}

/*
 * A database that loses this cancel would send again what it stopped.  So the
 * mark of a host that has one learns of it now, not with the next look.
 */
static void
remember(struct app *app)
{
    struct lineage l;
    struct err ignored = { 0 };

    if (app_config(app, &ignored) < 0
        || access(app_mark(app), R_OK | W_OK) < 0)
        return;
    lineage_init(&l, app_mark(app), app->me.name);
    (void)lineage_check(&l, app->db);       /* it logs what is wrong */
}

int
cmd_cancel(struct app *app, struct err *e)
{
    struct run_cancelled done = { 0 };
    char gone[PHRASE_BYTES], on[PHRASE_BYTES];
    struct run run;

    if (app_me(app, e) < 0 || app_run(app, &run, e) < 0 ||
        run_cancel(app->db, &run, app->me.name, reason(app),
                   args_has(&app->args, "rest"), &done, e) < 0)
        return -1;
    phrase_count(done.rows, "payment", "payments", gone);
    phrase_count(done.on_rows, "is under way and goes on",
                "are under way and go on", on);
    remember(app);
    app_say(app, "%s cancelled; %s\n", gone, on);
    return moved(app, &run, e);
}

/* Live money needs its total said again before it leaves. */
int
pay_confirm(struct app *app, const struct run *run, struct err *e)
{
    int64_t minor = 0;

    if (!run->live)
        return 0;
    if (pay_typed(app, "total", run->ccy, &minor, e) < 0)
        return -1;
    if (minor != run->minor)
        return err_set(e, ERR_GUARD, "that is not the total of %s; nothing "
                       "was sent", run->ref);
    return 0;
}
