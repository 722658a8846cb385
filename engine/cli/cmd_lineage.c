#include "cli/cmds.h"

#include "base/clock.h"
#include "book/lineage_left.h"
#include "book/lineage_lift.h"
#include "cli/gone.h"
#include "cli/service.h"
#include "db/sql.h"
#include "dispatch/relist.h"
#include "money/money.h"
#include "net/loop.h"
#include "report/when.h"

const struct opt lineage_opts[] = {
    { "ask", NULL, "ask every provider what was paid that this database does "
      "not know", false },
    { "lines", NULL, "each payment of that which a person must see", false },
    { "propose", NULL, "propose to lift the hold on what was found", false },
    { "reason", "TEXT", "what happened; the second person and the audit read "
      "it", false },
    { "cannot", "ACCOUNT", "it cannot be listed: what is open of it goes in "
      "front of people", true },
    { "trust-list", "ACCOUNT", "its provider's list hides nothing, so what is "
      "not in it was not sent; else all of a one-phase account goes in front of "
      "people", true },
    { "no-journal", "HOST", "its journal of what left is lost: only the "
      "providers' lists tell what left from there", true },
    { "agree", NULL, "another person, a checker: lift it", false },
    { "hold", "REASON", "the database was restored or moved: stop everything",
      false },
    { NULL, NULL, NULL, false }
};

#define LINES_SHOWN 200         /* on a screen; --json has as many as are kept */

/* --- what is found --------------------------------------------------------- */

struct found {
    struct app *app;
    json_t *list;
    int     missing;            /* accounts                                   */
    int64_t known, sent, alike, unknown, unproven;
    struct gone gone;           /* what left, by the hosts' journals          */
    char    text[ERR_TEXT_BYTES];
};

static void
found_release(struct found *f)
{
    json_decref(f->list);
    gone_release(&f->gone);
}

static int
found_row(void *owner, const struct lineage_found *n)
{
    struct found *f = owner;

    f->missing += !n->listed && !n->cannot;
    f->known += n->known;
    f->sent += n->sent;
    f->alike += n->alike;
    f->unknown += n->unknown;
    f->unproven += n->unproven;
    json_array_append_new(f->list, json_pack(
        "{s:s, s:b, s:b, s:b, s:b, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
        "account", n->account, "live", n->live, "listed", n->listed, "cannot",
        n->cannot, "trusted", n->trusted, "note", n->note, "rows",
        (json_int_t)n->rows, "known", (json_int_t)n->known, "sent", (json_int_t)n->sent, "alike",
        (json_int_t)n->alike, "unknown", (json_int_t)n->unknown, "nothing",
        (json_int_t)n->nothing, "unproven", (json_int_t)n->unproven));
    if (f->app->json)
        return 0;
    if (!n->listed)
        printf("  %-16s %s%s%s\n", n->account, n->cannot ? "cannot be listed"
               : "NOT LISTED YET", n->note[0] != '\0' ? ": " : "", n->note);
    else
        printf("  %-16s %lld listed: %lld known, %lld sent but not in the "
               "book, %lld like one not sent, %lld unknown\n", n->account,
               (long long)n->rows, (long long)n->known, (long long)n->sent,
               (long long)n->alike, (long long)n->unknown);
    if (n->unproven > 0)
        printf("  %-16s %lld payments count as not sent here, and nothing "
               "proves it: they go in doubt\n", "", (long long)n->unproven);
    if (n->trusted)
        printf("  %-16s its list is taken to hide nothing\n", "");
    return 0;
}

static int
find(struct app *app, const struct lineage_hold *h, struct found *f,
     struct err *e)
{
    *f = (struct found){ .app = app, .list = json_array() };
    if (lineage_found(app->db, h->hold_id, found_row, f, e) < 0
        || gone_read(app, h->hold_id, &f->gone, e) < 0) {
        found_release(f);
        return -1;
    }
    snprintf(f->text, sizeof(f->text), "%lld known, %lld sent but not in the "
             "book, %lld like one not sent, %lld unknown; %lld in doubt "
             "because nothing proves them not sent; by the journals %lld left "
             "that are lost here%s",
             (long long)f->known, (long long)f->sent, (long long)f->alike,
             (long long)f->unknown, (long long)f->unproven,
             (long long)f->gone.lost,
             f->gone.excused > 0 ? "; a journal is lost" : "");
    return 0;
}

struct shown {
    struct app *app;
    json_t *list;
};

static int
line_row(void *owner, const struct lineage_seen *n)
{
    struct shown *s = owner;
    char amount[MONEY_TEXT_BYTES];
    struct money m = { n->minor, { 0 } };

    (void)str_copy(m.ccy, sizeof(m.ccy), n->ccy);
    money_text(m, amount);
    if (!s->app->json)
        printf("  %-8.*s %.*s%s%.*s  %.*s  %.*s  %s  %.*s%s%.*s%s%s%s\n",
               STR_ARG(n->verdict), STR_ARG(n->fate),
               n->file.len > 0 ? ", file " : "", STR_ARG(n->file),
               STR_ARG(n->at), STR_ARG(n->payee), amount,
               STR_ARG(n->name), n->receipt.len > 0 ? "  receipt " : "",
               STR_ARG(n->receipt), n->ref[0] != '\0' ? "  (" : "", n->ref,
               n->ref[0] != '\0' ? ")" : "");
    json_array_append_new(s->list, json_pack(
        "{s:s#, s:s#, s:s, s:s#, s:s#, s:s#, s:s#, s:o, s:s#, s:s#, s:s, s:I, s:I}",
        "verdict", n->verdict.p, n->verdict.len, "file", n->file.p,
        n->file.len, "account", n->account, "at",
        n->at.len > 0 ? n->at.p : "", n->at.len, "payee", n->payee.p,
        n->payee.len, "name", n->name.p, n->name.len, "receipt", n->receipt.p,
        n->receipt.len, "amount", json_money(n->minor, m.ccy), "id",
        n->provider_id.p, n->provider_id.len, "fate", n->fate.p, n->fate.len,
        "run", n->ref, "batch", (json_int_t)n->number, "row",
        (json_int_t)n->seq));
    return 0;
}

/* --- showing ---------------------------------------------------------------- */

static void
print_hold(const struct lineage_hold *h)
{
    char from[WHEN_BYTES], upto[WHEN_BYTES];

    when_text(h->since_us, from);
    when_text(h->mark_us > h->opened_us ? h->mark_us : h->opened_us, upto);
    printf("NOTHING IS SENT: history went backwards (hold %lld, %s)\n  %s\n"
           "Between %s and %s payrun may have paid what this database does not "
           "know.\nRuns that somebody paused, cancelled or approved in that "
           "time may have to be again; transfers of it: payrun statement.\n",
           (long long)h->hold_id, h->opened_by, h->why, from, upto);
}

static void
print_next(const struct found *f)
{
    if (f->missing > 0)
        printf("next: payrun lineage --ask (with --live for live accounts)\n");
    else if (f->gone.silent > 0)
        printf("next: payrun work, or payrun lineage --ask, on each host whose "
               "journal was not read; if it is lost: --propose --no-journal "
               "HOST\n");
    else
        printf("next: look at payrun lineage --lines; a maker or admin: payrun "
               "lineage --propose --reason \"...\"; then a checker: payrun "
               "lineage --agree\n");
    if (f->unproven > 0)
        printf("what goes in doubt is decided by people: payrun resolve. Only "
               "if its provider has told you that its list hides nothing: "
               "--propose --trust-list ACCOUNT, and what is not listed may be "
               "sent\n");
}

static int
show_sound(struct app *app, struct err *e)
{
    struct mark m;
    struct err why = { 0 };
    int there = mark_read(app_mark(app), &m, &why);

    if (app->json)
        return app_json(app, json_pack("{s:n, s:s, s:b}", "hold", "mark",
                                       app_mark(app), "has_mark", there == 1),
                        e);
    printf("no hold is open\n");
    if (there == 1)
        printf("this host's mark (%s) knows request %lld and entry %lld of the "
               "audit\n", app_mark(app), (long long)m.beat,
               (long long)m.audit_id);
    else
        printf("this host has no mark yet (%s)%s%s\n", app_mark(app),
               there < 0 ? ": " : "", there < 0 ? why.text : "");
    return 0;
}

static int
show(struct app *app, const struct lineage_hold *h, struct err *e)
{
    struct shown s = { .app = app };
    struct found f;
    int rc = 0;

    if (h->hold_id == 0)
        return show_sound(app, e);
    if (!app->json)
        print_hold(h);
    if (find(app, h, &f, e) < 0)
        return -1;
    s.list = json_array();
    if (app->json || args_has(&app->args, "lines"))
        rc = lineage_lines(app->db, h->hold_id, app->json ? LINEAGE_LINES_MAX
                           : LINES_SHOWN, line_row, &s, e);
    if (!app->json && rc == 0) {
        print_next(&f);
    } else if (rc == 0) {
        json_incref(f.list);
        json_incref(s.list);
        json_incref(f.gone.hosts);
        json_incref(f.gone.runs);
        rc = app_json(app, json_pack("{s:I, s:s, s:I, s:b, s:o, s:o, s:o, s:o}",
                      "hold",
                      (json_int_t)h->hold_id, "why", h->why, "since_us",
                      (json_int_t)h->since_us, "listed", f.missing == 0,
                      "accounts", f.list, "lines", s.list, "journals",
                      f.gone.hosts, "left", f.gone.runs), e);
    }
    found_release(&f);
    json_decref(s.list);
    return rc < 0 ? -1 : ERR_GUARD;
}

/* --- asking ----------------------------------------------------------------- */

static int
ask_one(struct app *app, struct net *net, const struct lineage_hold *h,
        const char *name, struct err *e)
{
    struct errand n = { .db = app->db, .net = net };
    struct err why = { 0 };
    int rc;

    n.account = app_account(app, name, e);
    if (n.account == NULL)
        return -1;
    if (lineage_list_wants(app->db, h->hold_id, n.account->account_id)
        < DB_NONE)
        return db_fail(app->db, e, "noting what must be listed");
    if (n.account->live != app->live)
        return 0;
    rc = relist(&n, h, &why);
    if (rc < 0)
        *e = why;
    else if (rc > 0)
        app_say(app, "%s could not be listed: %s\n", name, why.text);
    return rc < 0 ? -1 : 0;
}

static int
ask(struct app *app, const struct lineage_hold *h, struct err *e)
{
    struct net *net = net_new(e);
    struct lineage l;
    int rc = net != NULL ? 0 : -1;

    /* this host's journal is part of the answer */
    lineage_init(&l, app_mark(app), app->me.name);
    if (rc == 0 && lineage_check(&l, app->db) < DB_NONE)
        rc = db_fail(app->db, e, "reading the journal of what left");

    net_stop_on_signals();
    for (int i = 0; i < app->config.naccounts && rc == 0; i++)
        rc = ask_one(app, net, h, app->config.accounts[i].name, e);
    if (net != NULL)
        net_free(net);
    return rc;
}

/* --- people ------------------------------------------------------------------ */

static int
propose(struct app *app, const struct lineage_hold *h, struct err *e)
{
    const char *reason = args_value(&app->args, "reason");
    const char *name = NULL;
    struct found f;
    int rc = 0;

    if (reason == NULL || reason[0] == '\0') {
        err_set(e, ERR_USAGE, "what happened to the database?");
        return err_fix(e, "payrun lineage --propose --reason \"...\"");
    }
    for (int i = 0; rc == 0
         && (name = args_nth(&app->args, "cannot", i)) != NULL; i++)
        rc = lineage_cannot(app->db, h->hold_id, name, e);
    for (int i = 0; rc == 0
         && (name = args_nth(&app->args, "no-journal", i)) != NULL; i++)
        rc = lineage_excuse(app->db, h->hold_id, name, e);
    if (rc == 0)
        rc = lineage_trust(app->db, h->hold_id, "", e);
    for (int i = 0; rc == 0
         && (name = args_nth(&app->args, "trust-list", i)) != NULL; i++)
        rc = lineage_trust(app->db, h->hold_id, name, e);
    if (rc < 0 || find(app, h, &f, e) < 0)
        return -1;
    rc = lineage_propose(app->db, h->hold_id, app->me.name, reason, f.text, e);
    found_release(&f);
    if (rc < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:I, s:s}", "proposed",
                                       (json_int_t)h->hold_id, "found",
                                       f.text), e);
    printf("proposed; nothing is sent yet\nnext: another person, a checker: "
           "payrun lineage --lines, then payrun lineage --agree\n");
    return 0;
}

/* A worker lifts it; if none is about, we are one for that moment. */
static int
agree(struct app *app, const struct lineage_hold *h, struct err *e)
{
    bool lifted = false;

    if (lineage_agree(app->db, h->hold_id, app->me.name, e) < 0)
        return -1;
    if (db_may_become(app->db, DB_AS_WORKER)) {
        if (app_as(app, DB_AS_WORKER, e) < 0)
            return -1;
        if (lineage_work(app->db, app->me.name) < DB_NONE)
            return db_fail(app->db, e, "lifting the hold");
        lifted = true;
    }
    if (app->json)
        return app_json(app, json_pack("{s:I, s:b}", "agreed",
                                       (json_int_t)h->hold_id, "lifted",
                                       lifted), e);
    puts(lifted ? "the hold is lifted; what may have been paid meanwhile is in "
         "doubt, and its runs are paused\nnext: payrun list, payrun resolve"
         : "agreed; a worker lifts it in a moment");
    return 0;
}

/* By hand: nobody's mark says it, but a person knows. */
static int
hold(struct app *app, const char *reason, struct err *e)
{
    struct mark m = { .epoch = 0 };
    char why[ERR_TEXT_BYTES];
    const struct db_col cols[] = {
        C_I64("beat", &m.beat), C_I64("at_us", &m.at_us)
    };
    enum db_status st;

    if (reason[0] == '\0' || strcmp(app->me.role, "auditor") == 0)
        return err_set(e, reason[0] == '\0' ? ERR_USAGE : ERR_NOPERM,
                       "a maker, checker or admin says why");
    st = db_one(app->db, sql_lineage_read, NULL, 0, cols, LEN(cols));
    snprintf(why, sizeof(why), "%s said: %.300s", app->me.name, reason);
    if (st == DB_OK)
        st = lineage_hold_open(app->db, &m, why, m.at_us - LINEAGE_SLACK_US, 0,
                               app->me.name);
    if (st < DB_NONE)
        return db_fail(app->db, e, "stopping everything");
    if (st == DB_NONE)
        return err_set(e, ERR_GUARD, "a hold is open already");
    if (app->json)
        return app_json(app, json_pack("{s:b}", "held", true), e);
    puts("everything stands still\nnext: payrun lineage --ask");
    return 0;
}

int
cmd_lineage(struct app *app, struct err *e)
{
    const struct args *a = &app->args;
    bool acts = args_has(a, "propose") || args_has(a, "agree")
        || args_value(a, "hold") != NULL;
    struct lineage_hold h;

    if ((acts && app_me(app, e) < 0) || app_config(app, e) < 0
        || app_db(app, e) < 0)
        return -1;
    if (!acts && db_may_become(app->db, DB_AS_WORKER)
        && app_as(app, DB_AS_WORKER, e) < 0)
        return -1;
    if (args_value(a, "hold") != NULL)
        return hold(app, args_value(a, "hold"), e);
    if (lineage_hold_read(app->db, &h, e) < 0)
        return -1;
    if (h.hold_id == 0 && (acts || args_has(a, "ask")))
        return err_set(e, ERR_GUARD, "no hold is open: nothing has to be "
                       "lifted");
    if (args_has(a, "propose"))
        return propose(app, &h, e);
    if (args_has(a, "agree"))
        return agree(app, &h, e);
    if (args_has(a, "ask") && ask(app, &h, e) < 0)
        return -1;
    return show(app, &h, e);
}
