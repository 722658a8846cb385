#include "cli/cmds.h"

#include "cli/due_at.h"
#include "cli/phrase.h"
#include "schedule/slot.h"

const struct opt schedule_add_opts[] = {
    { "run", "RUN", "one-off: release this approved run", false },
    { "at", "YYYY-MM-DD HH:MM", "when; default: its pay date at 08:00", false },
    { "every", "CALENDAR", "recurring, as systemd writes it: \"Mon..Fri "
      "20:00\", \"*-*-25 09:00\", \"*-*~01 20:00\"", false },
    { "account", "NAME", "recurring: which account's approved runs; default: "
      "the configuration's", false },
    { "kind", "main|advance|bonus|correction", "recurring: only runs of this "
      "kind", false },
    { "zone", "ZONE", "the time zone; default: Africa/Nairobi", false },
    { "holidays", "pay|before|after", "on a weekend or holiday: pay all the "
      "same, or on the working day before or after; default: before", false },
    { "grace", "MINUTES", "how late it is still caught up without asking; "
      "default: 240", false },
    DUE_AT_OPT,
    { NULL, NULL, NULL, false }
};
const struct opt schedule_decide_opts[] = {
    { "run", NULL, "release what is due all the same", false },
    { "skip", NULL, "leave it out", false },
    { "because", "TEXT", "why; others read it", false },
    DUE_AT_OPT,
    { NULL, NULL, NULL, false }
};

#define GRACE_MINUTES      240      /* four hours: before people come to work */
#define GRACE_MINUTES_MAX  10080    /* a week                                 */
#define SHOW_SLOTS         20       /* that are over                          */

/* --- adding --------------------------------------------------------------- */

/* One-off: the run must be approved, so that what is planned is what was
 * agreed to. */
static int
ask_once(struct app *app, struct schedule_ask *k, char calendar[64],
         struct err *e)
{
    const char *at = args_value(&app->args, "at");
    const char *name = args_value(&app->args, "run");
    struct run run;
    struct wall w;
    char wall[CALENDAR_WALL_BYTES];

    if (run_find(app->db, name, &run, e) < 0 ||
        app_env(app, run.live, run.ref, e) < 0)
        return -1;
    if (run.state != RUN_APPROVED) {
        err_set(e, ERR_GUARD, "The run %s is %s; only an approved one can be "
                "planned.", run.ref, run_state_name(run.state));
        return err_fix(e, "payrun submit %s, then another person: payrun "
                       "approve %s", run.ref, run.ref);
    }
    if (at == NULL && run.pay_date[0] == '\0') {
        err_set(e, ERR_USAGE, "%s has no pay date: say when", run.ref);
        return err_fix(e, "--at \"2026-11-27 08:00\"");
    }
    snprintf(wall, sizeof(wall), "%.10s 08:00", run.pay_date);
    if (wall_read(&w, str_of(at != NULL ? at : wall)) < 0) {
        err_set(e, ERR_USAGE, "--at \"%s\" is not a time", at);
        return err_fix(e, "write it as \"2026-11-27 08:00\"");
    }
    wall_text(&w, wall);
    if (run.pay_date[0] != '\0' && strncmp(wall, run.pay_date, 10) < 0)
        return err_set(e, ERR_USAGE, "%s is not to be paid before %s", run.ref,
                       run.pay_date);
    snprintf(calendar, 64, "%s", wall);
    k->calendar = calendar;
    k->run_id = run.run_id;
    k->account_id = run.account_id;
    return 0;
}

static int
ask_every(struct app *app, struct schedule_ask *k, struct err *e)
{
    const char *kind = args_value(&app->args, "kind");
    struct account *a;

    k->calendar = args_value(&app->args, "every");
    k->run_kind = kind != NULL ? kind : "";
    a = app_account(app, args_value(&app->args, "account"), e);
    if (a == NULL || app_env(app, a->live, a->name, e) < 0)
        return -1;
    k->account_id = a->account_id;
    if (kind == NULL || strcmp(kind, "main") == 0 ||
        strcmp(kind, "advance") == 0 || strcmp(kind, "bonus") == 0 ||
        strcmp(kind, "correction") == 0)
        return 0;
    return err_set(e, ERR_USAGE, "--kind takes main, advance, bonus or "
                   "correction, not \"%s\"", kind);
}

static int
ask_holidays(struct app *app, struct schedule_ask *k, struct err *e)
{
    const char *how = args_value(&app->args, "holidays");

    if (how == NULL)                    /* a date somebody named stays */
        k->working_day = k->run_id != 0 ? "as_is" : "before";
    else if (strcmp(how, "pay") == 0)
        k->working_day = "as_is";
    else if (strcmp(how, "before") == 0 || strcmp(how, "after") == 0)
        k->working_day = how;
    else
        return err_set(e, ERR_USAGE, "--holidays takes pay, before or after, "
                       "not \"%s\"", how);
    return 0;
}

static int
tell_schedule(struct app *app, const char *name, struct err *e);

int
cmd_schedule_add(struct app *app, struct err *e)
{
    const char *zone = args_value(&app->args, "zone");
    struct schedule_ask k = {
        .name = app->args.plain[0], .run_kind = "",
        .zone = zone != NULL ? zone : "Africa/Nairobi"
    };
    char calendar[64], now[DUE_AT_BYTES];
    static struct days days;
    int64_t id;
    bool once = args_has(&app->args, "run");

    if (once == args_has(&app->args, "every")) {
        err_set(e, ERR_USAGE, "say --run RUN (one-off) or --every CALENDAR");
        return err_fix(e, "payrun schedule add salaries --every \"*-*-27 "
                       "20:00\"");
    }
    if (due_at(app, now, e) < 0 || app_me(app, e) < 0 ||
        due_days(app, &days, e) < 0 ||
        args_i64(&app->args, "grace", GRACE_MINUTES, 0, GRACE_MINUTES_MAX,
                 &k.grace_minutes, e) < 0 ||
        (once ? ask_once(app, &k, calendar, e) : ask_every(app, &k, e)) < 0 ||
        ask_holidays(app, &k, e) < 0)
        return -1;
    k.now = now;
    if (schedule_add(app->db, &k, &app->me, &id, e) < 0 ||
        schedule_plan(app->db, &days, app->live, now, e) < 0)
        return -1;
    return tell_schedule(app, k.name, e);
}

/* --- looking -------------------------------------------------------------- */

static json_t *
json_schedule(const struct schedule *s)
{
    return json_pack(
        "{s:I, s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s,"
        " s:s, s:s, s:s, s:I}",
        "schedule", (json_int_t)s->schedule_id, "name", s->name, "account",
        s->account, "live", s->live, "run", s->run_ref, "kind", s->run_kind,
        "calendar", s->calendar, "zone", s->zone, "working_day",
        s->working_day, "grace_minutes", (json_int_t)s->grace_minutes,
        "state", s->state, "why", s->state_why, "made_by", s->made_by, "next",
        s->next_at, "last", s->last_at, "last_state", s->last_state, "asks",
        (json_int_t)s->asks);
}

static void
print_schedule(const struct schedule *s)
{
    printf("%-16s %-7s %s %s\n", s->name, s->state, s->calendar, s->zone);
    if (s->run_ref[0] != '\0')
        printf("                 releases %s\n", s->run_ref);
    else
        printf("                 releases approved %s%sruns of %s%s\n",
               s->run_kind, s->run_kind[0] != '\0' ? " " : "", s->account,
               s->live ? " (LIVE)" : " (sandbox)");
    if (s->next_at[0] != '\0')
        printf("                 next %s%s\n", s->next_at,
               strcmp(s->state, "paused") == 0 ? " (will be skipped)" : "");
    if (s->last_at[0] != '\0')
        printf("                 last %s: %s\n", s->last_at, s->last_state);
}

struct listing {
    json_t *list;
    bool json;
    int n;
};

static int
note_schedule(void *owner, const struct schedule *s)
{
    struct listing *l = owner;

    l->n++;
    if (l->json)
        return json_array_append_new(l->list, json_schedule(s));
    print_schedule(s);
    return 0;
}

static int
note_slot(void *owner, const struct slot_line *s)
{
    struct listing *l = owner;

    l->n++;
    if (l->json)
        return json_array_append_new(l->list, json_pack(
            "{s:I, s:s, s:s, s:s, s:s%, s:s%, s:s}", "slot",
            (json_int_t)s->slot_id, "schedule", s->name, "at", s->nominal,
            "state", s->state, "note", s->note.p != NULL ? s->note.p : "",
            s->note.len, "runs", s->runs.p != NULL ? s->runs.p : "",
            s->runs.len, "decided_by", s->decided_by));
    printf("  slot %-5lld %s  %-8s %.*s%s%.*s\n", (long long)s->slot_id,
           s->nominal, s->state, STR_ARG(s->runs),
           s->runs.len > 0 && s->note.len > 0 ? "; " : "", STR_ARG(s->note));
    if (strcmp(s->state, "asks") == 0)
        printf("             payrun schedule decide %lld --run|--skip "
               "--because \"...\"\n", (long long)s->slot_id);
    return 0;
}

static int
tell_schedule(struct app *app, const char *name, struct err *e)
{
    struct listing l = { .json = app->json };
    struct schedule s;
    json_t *root;
    int rc;

    if (schedule_find(app->db, name, &s, e) < 0)
        return -1;
    if (!app->json)
        print_schedule(&s);
    l.list = json_array();
    rc = slot_each(app->db, s.schedule_id, SHOW_SLOTS, note_slot, &l, e);
    if (rc == 0 && app->json) {
        root = json_schedule(&s);
        json_object_set(root, "slots", l.list);
        rc = app_json(app, root, e);
    }
    json_decref(l.list);
    return rc;
}

int
cmd_schedule_show(struct app *app, struct err *e)
{
    return app_db(app, e) < 0 ? -1
        : tell_schedule(app, app->args.plain[0], e);
}

int
cmd_schedule_list(struct app *app, struct err *e)
{
    struct listing l = { .json = app->json }, waits = { .json = app->json };
    int rc = app_db(app, e);

    l.list = json_array();
    waits.list = json_array();
    if (rc == 0)
        rc = schedule_each(app->db, note_schedule, &l, e);
    if (rc == 0 && !app->json && l.n == 0)
        puts("nothing is planned\nnext: payrun schedule add NAME --run RUN, or "
             "--every CALENDAR");
    if (rc == 0)
        rc = slot_each(app->db, 0, SHOW_SLOTS, note_slot, &waits, e);
    if (rc == 0 && app->json)
        rc = app_json(app, json_pack("{s:O, s:O}", "schedules", l.list,
                                     "waits", waits.list), e);
    json_decref(l.list);
    json_decref(waits.list);
    return rc;
}

/* --- changing ------------------------------------------------------------- */

static int
set(struct app *app, const char *state, struct err *e)
{
    const char *why = args_value(&app->args, "reason");
    struct schedule s;

    if (app_me(app, e) < 0 ||
        schedule_find(app->db, app->args.plain[0], &s, e) < 0 ||
        app_env(app, s.live, s.name, e) < 0 ||
        schedule_set(app->db, &s, state, &app->me, why != NULL ? why : "",
                     e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:s, s:s}", "name", s.name, "state",
                                       state), e);
    printf("%s is %s\n", s.name, state);
    return 0;
}

int
cmd_schedule_pause(struct app *app, struct err *e)
{
    return set(app, "paused", e);
}

int
cmd_schedule_resume(struct app *app, struct err *e)
{
    return set(app, "active", e);
}

int
cmd_schedule_remove(struct app *app, struct err *e)
{
    return set(app, "removed", e);
}

int
cmd_schedule_decide(struct app *app, struct err *e)
{
    const char *because = args_value(&app->args, "because");
    bool run = args_has(&app->args, "run");
    char now[DUE_AT_BYTES];
    int64_t id = 0;

    if (run == args_has(&app->args, "skip") || because == NULL) {
        err_set(e, ERR_USAGE, "say --run or --skip, and --because \"...\"");
        return err_fix(e, "payrun schedule list shows what waits");
    }
    if (str_i64(&id, str_of(app->args.plain[0])) < 0)
        return err_set(e, ERR_USAGE, "\"%s\" is no number of a slot",
                       app->args.plain[0]);
    if (due_at(app, now, e) < 0 || app_me(app, e) < 0 ||
        slot_decide(app->db, id, run, &app->me, because, now, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:I, s:s}", "slot", (json_int_t)id,
                                       "decision", run ? "run" : "skip"), e);
    puts(run ? "it is released with the next payrun run-due" :
         "it is left out; the runs stay approved");
    return 0;
}
