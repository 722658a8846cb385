#include "cli/cmds.h"

#include <stdlib.h>

#include "cli/due_at.h"
#include "cli/payers.h"
#include "cli/phrase.h"
#include "cli/preflight.h"
#include "db/sql.h"
#include "money/money.h"
#include "schedule/slot.h"

const struct opt preflight_opts[] = {
    { "due", NULL, "for all that is due within 24 hours (the default)",
      false },
    DUE_AT_OPT,
    { NULL, NULL, NULL, false }
};

#define EXPIRES_SOON_DAYS 14        /* two weeks to get a new key             */
#define CALENDAR_AHEAD_DAYS 31      /* as far ahead as anybody plans a payday */

/* --- keys ----------------------------------------------------------------- */

static void
check_expiry(struct doctor *d, const char *account, const char *expires)
{
    const char *fix = "make a new key at the provider, put it where key: "
        "points, and set expires: to its day";
    struct wall day, now;
    char today[16];
    int32_t left;

    if (expires[0] == '\0')
        return;
    phrase_today(today);
    if (wall_read(&day, str_of(expires)) < 0 || strlen(expires) != 10
        || wall_read(&now, str_of(today)) < 0) {
        doctor_fail(d, ERR_CONFIG, "key expires", account, "write it as "
                    "2027-01-31", "expires: \"%s\" is not a day", expires);
        return;
    }
    left = day_of(day.year, day.month, day.day)
           - day_of(now.year, now.month, now.day);
    if (left < 0)
        doctor_fail(d, ERR_CONFIG, "key expires", account, fix, "it ended on "
                    "%s", expires);
    else if (left <= EXPIRES_SOON_DAYS)
        doctor_warn(d, "key expires", account, fix, "on %s, in %d days",
                    expires, (int)left);
    else
        doctor_ok(d, "key expires", account, "on %s, in %d days", expires,
                  (int)left);
}

/* --- what is due ---------------------------------------------------------- */

struct looking {
    struct doctor *d;
    struct preflight *p;
    int64_t total;                  /* missing, in all accounts               */
    char ccy[4];
    int nruns;
};

static int
look_at(struct looking *l, int64_t run_id, const char *ref, struct err *e)
{
    char why[ERR_TEXT_BYTES];
    int rc = preflight_run(l->p, run_id, why, e);

    l->nruns++;
    if (rc == 0 && l->p->groups[0] != '\0')
        doctor_warn(l->d, "money", ref, "fund it: payrun fund, or payrun "
                    "transfer; else those wait until it is there", "%s",
                    l->p->groups);
    else if (rc == 0)
        doctor_ok(l->d, "money", ref, "every account holds its part with "
                  "charges");
    else if (rc == 1)
        doctor_fail(l->d, l->p->short_minor > 0 ? ERR_GUARD : ERR_UNAVAILABLE,
                    "money", ref, "then payrun preflight again", "%s", why);
    if (rc >= 0 && l->p->short_minor > 0) {
        l->total += l->p->short_minor;
        memcpy(l->ccy, l->p->short_ccy, sizeof(l->ccy));
    }
    return rc < 0 ? -1 : 0;
}

static int
look_at_slot(struct looking *l, struct slot *s, struct slot_run *runs,
             struct err *e)
{
    struct db *db = l->p->app->db;
    int n = 0;

    /* as it will be then */
    if (!s->due)
        memcpy(s->here_now, s->nominal, sizeof(s->here_now));
    if (slot_runs(db, s, false, runs, &n, e) < 0)
        return -1;
    for (int i = 0; i < n; i++)
        doctor_fail(l->d, ERR_GUARD, "approval", runs[i].ref, "submit it, and "
                    "another person approves it", "%s is due by schedule %s on "
                    "%s and is not approved", runs[i].ref, s->name,
                    s->nominal);
    if (slot_runs(db, s, true, runs, &n, e) < 0)
        return -1;
    for (int i = 0; i < n; i++)
        if (look_at(l, runs[i].run_id, runs[i].ref, e) < 0)
            return -1;
    return 0;
}

static int
look_at_due(struct looking *l, const char *now, struct err *e)
{
    struct slot *slots = calloc(SLOTS_MAX, sizeof(*slots));
    struct slot_run *runs = calloc(SLOT_RUNS_MAX, sizeof(*runs));
    struct app *app = l->p->app;
    int n = 0, rc = -1;

    if (slots == NULL || runs == NULL) {
        err_oom(e);
        goto out;
    }
    if (slots_due(app->db, app->live, now, true, slots, &n, e) < 0)
        goto out;
    rc = 0;
    for (int i = 0; i < n && rc == 0; i++)
        rc = look_at_slot(l, &slots[i], runs, e);
    if (rc == 0 && l->nruns == 0)
        doctor_ok(l->d, "due", "", "no approved run is due within 24 hours");
out:
    free(slots);
    free(runs);
    return rc;
}

/* --- all of it ------------------------------------------------------------ */

static int
keep(struct looking *l, const char *by, const char *what, struct err *e)
{
    struct doctor *d = l->d;
    char *text = json_dumps(d->list, JSON_COMPACT);
    const struct db_arg args[] = {
        A_TEXT(by), A_TEXT(what),
        A_TEXT(d->counts[DOCTOR_FAIL] > 0 ? "fail" :
               d->counts[DOCTOR_WARN] > 0 ? "warn" : "ok"),
        A_I64(l->total), A_TEXT(l->total > 0 ? l->ccy : ""),
        A_TEXT(text != NULL ? text : "[]")
    };
    enum db_status st = db_do(l->p->app->db, sql_preflight_add, args,
                              LEN(args));

    free(text);
    return st < 0 ? db_fail(l->p->app->db, e, "storing what was found") : 0;
}

/* A year whose moving holidays nobody has put in has working days that are
 * none; asked from December on for the next. */
static void
check_calendar(struct doctor *d, const struct days *days)
{
    struct wall now;
    char today[16];
    int32_t ahead;
    int year, month, day;

    phrase_today(today);
    if (wall_read(&now, str_of(today)) < 0)
        return;
    ahead = day_of(now.year, now.month, now.day) + CALENDAR_AHEAD_DAYS;
    day_date(ahead, &year, &month, &day);
    if (days->nmoving > 0 && year > days->known_until)
        doctor_warn(d, "calendar", "", "calendar: in the configuration names "
                    "a file with the days the Gazette announced", "it has no "
                    "moving holidays of %d", year);
    else
        doctor_ok(d, "calendar", "", "holidays are known up to %d",
                  days->known_until);
}

static void
check_all(struct doctor *d, const struct days *days)
{
    struct config *c = &d->app->config;

    doctor_host(d);
    if (!doctor_config(d))
        return;
    check_calendar(d, days);
    doctor_secrets(d);
    for (int i = 0; i < c->naccounts; i++)
        check_expiry(d, c->accounts[i].name, c->sources[i].expires);
    doctor_database(d);
    if (d->schema_ok) {
        doctor_book(d);
        doctor_told(d);
    }
    doctor_providers(d);
}

static int
finish(struct looking *l, struct err *e)
{
    struct doctor *d = l->d;
    int code = l->total > 0 || d->guard ? ERR_GUARD :
               d->wrong ? ERR_CONFIG : d->away ? ERR_UNAVAILABLE : 0;
    struct money m = { .minor = l->total };
    char missing[MONEY_TEXT_BYTES];

    if (d->app->json)
        return app_json(d->app, json_pack(
            "{s:i, s:i, s:i, s:i, s:o*, s:O}", "ok", d->counts[DOCTOR_OK],
            "warn", d->counts[DOCTOR_WARN], "fail", d->counts[DOCTOR_FAIL],
            "exit", code, "short", l->total > 0 ?
            json_money(l->total, l->ccy) : NULL, "checks", d->list), e) < 0
            ? -1 : code;
    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(l->ccy));
    money_text(m, missing);
    if (l->total > 0)
        printf("\nSHORT BY %s\n", missing);
    puts(code == 0 ? "\nwhat is due can be paid" :
         "\nNOT READY: see what fails above");
    return code;
}

int
cmd_preflight(struct app *app, struct err *e)
{
    static struct account accounts[CONFIG_ACCOUNTS_MAX];
    static struct preflight p;
    static struct days days;
    struct doctor d = { .app = app, .list = json_array() };
    struct looking l = { .d = &d, .p = &p };
    bool one = app->args.nplain > 0;
    char now[DUE_AT_BYTES];
    struct run run = { 0 };
    int rc = -1;

    p = (struct preflight){ .app = app, .accounts = accounts };
    if (due_at(app, now, e) < 0 || app_me(app, e) < 0 ||
        payers_of_env(app, accounts, &p.naccounts, e) < 0 ||
        due_days(app, &days, e) < 0 || (one && app_run(app, &run, e) < 0))
        goto out;
    check_all(&d, &days);
    if ((one ? look_at(&l, run.run_id, run.ref, e) :
         look_at_due(&l, now, e)) < 0 ||
        keep(&l, app->me.name, one ? run.ref : "due", e) < 0)
        goto out;
    rc = finish(&l, e);
out:
    db_close(d.db);
    json_decref(d.list);
    return rc;
}
