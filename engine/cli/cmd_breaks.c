#include "cli/cmds.h"

#include "cli/outcome.h"
#include "cli/rows.h"
#include "reconcile/breaks.h"
#include "reconcile/kinds.h"

#define EXIT_OPEN_BREAKS 5

const struct opt breaks_opts[] = {
    { "account", "NAME", "only those of this account", false },
    { "all", NULL, "ended ones, too", false },
    { NULL, NULL, NULL, false }
};
const struct opt break_assign_opts[] = {
    { "to", "USER", "who looks after it; default: you", false },
    { "note", "TEXT", "what to do", false },
    { NULL, NULL, NULL, false }
};
const struct opt break_note_opts[] = {
    { "note", "TEXT", "what was found out, and what shows it", false },
    { NULL, NULL, NULL, false }
};

/* --- the list ------------------------------------------------------------- */

struct listing {
    json_t *list;
    bool    json;
    int     open, n;
    int64_t minor;              /* of the open ones                           */
};

static json_t *
text(struct str s)
{
    return json_stringn(s.p != NULL ? s.p : "", s.len);
}

static json_t *
json_line(const struct break_line *b, const char *ccy)
{
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:I, s:o, s:o, s:b}", "break", (json_int_t)b->id,
        "kind", text(b->kind), "state", text(b->state), "owner", text(b->owner),
        "note", text(b->note), "about", text(b->about),
        "detail", text(b->detail), "run", text(b->run_ref),
        "account", text(b->account), "book", text(b->book),
        "amount", json_money(b->minor, ccy),
        "ours", json_money(b->ours_minor, ccy),
        "theirs", json_money(b->theirs_minor, ccy),
        "age_days", (json_int_t)b->age_days, "age", text(b->age),
        "heals_until", text(b->heals_until), "open", b->is_open);
}

static int
list_row(void *owner, const struct break_line *b)
{
    struct listing *l = owner;
    char kind[32], ccy[4], minor[MONEY_TEXT_BYTES];
    const struct finding_kind *k = NULL;

    str_copy(kind, sizeof(kind), b->kind);
    str_copy(ccy, sizeof(ccy), b->ccy);
    k = finding_kind(kind);
    l->n++;
    l->open += b->is_open;
    if (l->json)
        return json_array_append_new(l->list, json_line(b, ccy));
    printf("break %lld  %.*s  %s  %s  age %.*s days%s%.*s\n   %.*s\n   %.*s\n",
           (long long)b->id, STR_ARG(b->state),
           k != NULL ? k->title : kind, rows_money(b->minor, ccy, minor),
           STR_ARG(b->age), b->owner.len > 0 ? "  owner " : "",
           STR_ARG(b->owner), STR_ARG(b->about), STR_ARG(b->detail));
    if (b->note.len > 0)
        printf("   note: %.*s\n", STR_ARG(b->note));
    return 0;
}

int
cmd_breaks(struct app *app, struct err *e)
{
    const char *account = args_value(&app->args, "account");
    struct listing l = { .json = app->json };
    struct run run = { .run_id = 0 };
    int rc = -1;

    if (app_db(app, e) < 0
        || (app->args.nplain > 0 && app_run(app, &run, e) < 0))
        return -1;
    l.list = json_array();
    rc = breaks_each(app->db, run.run_id, account != NULL ? account : "",
                     args_has(&app->args, "all"), list_row, &l, e);
    if (rc == 0 && app->json)
        rc = app_json(app, json_pack("{s:O, s:i}", "breaks", l.list, "open",
                                     l.open), e);
    else if (rc == 0 && l.n == 0)
        puts("no break is open");
    json_decref(l.list);
    return rc < 0 ? -1 : l.open > 0 ? EXIT_OPEN_BREAKS : EXIT_DONE;
}

/* --- one of them ---------------------------------------------------------- */

static int
number_of(const struct app *app, int64_t *id, struct err *e)
{
    if (str_i64(id, str_of(app->args.plain[0])) == 0 && *id > 0)
        return 0;
    err_set(e, ERR_USAGE, "\"%s\" is not the number of a break",
            app->args.plain[0]);
    return err_fix(e, "payrun breaks shows them");
}

static int
history_row(void *owner, const struct break_event *v)
{
    struct listing *l = owner;

    if (l->json)
        return json_array_append_new(l->list, json_pack("{s:o, s:o, s:o, s:o, "
            "s:o, s:o}", "at", text(v->at), "by", text(v->actor), "did",
            text(v->did), "from", text(v->from), "to", text(v->to), "note",
            text(v->note)));
    printf("%.*s  %.*s  %.*s: %.*s\n", STR_ARG(v->at), STR_ARG(v->actor),
           STR_ARG(v->did), STR_ARG(v->note));
    return 0;
}

int
cmd_break_show(struct app *app, struct err *e)
{
    struct listing l = { .json = app->json };
    struct brk b;
    int64_t id = 0;
    int rc = -1;

    if (number_of(app, &id, e) < 0 || app_db(app, e) < 0
        || app_me(app, e) < 0 || break_find(app->db, id, &b, e) < 0)
        return -1;
    l.list = json_array();
    if (!app->json)
        printf("break %lld  %s\n   %.*s\n   %.*s\n", (long long)id, b.state,
               STR_ARG(b.about), STR_ARG(b.detail));
    rc = break_history_each(app->db, id, history_row, &l, e);
    if (rc == 0 && app->json)
        rc = app_json(app, json_pack("{s:I, s:s, s:O}", "break",
                      (json_int_t)id, "state", b.state, "history", l.list), e);
    json_decref(l.list);
    return rc;
}

static int
act(struct app *app, enum break_did did, const char *owner, struct err *e)
{
    const char *note = args_value(&app->args, "note");
    struct person other;
    struct brk b;
    char what[32];
    int64_t id = 0;

    if (number_of(app, &id, e) < 0 || app_db(app, e) < 0
        || app_me(app, e) < 0)
        return -1;
    if (strcmp(app->me.role, "auditor") == 0)
        return err_set(e, ERR_NOPERM, "an auditor changes nothing");
    if (owner != NULL && person_find(app->db, owner, &other, e) < 0)
        return -1;
    snprintf(what, sizeof(what), "break %lld", (long long)id);
    if (break_find(app->db, id, &b, e) < 0
        || app_env(app, b.live, what, e) < 0
        || break_do(app->db, id, did, owner != NULL ? owner : app->me.name,
                    note, &app->me, e) < 0
        || break_find(app->db, id, &b, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:I, s:s}", "break", (json_int_t)id,
                                       "state", b.state), e);
    printf("break %lld is %s\n", (long long)id, b.state);
    if (did == BREAK_WRITE_OFF)
        printf("next: another person, a checker: payrun breaks agree %lld\n",
               (long long)id);
    return 0;
}

int
cmd_break_assign(struct app *app, struct err *e)
{
    return act(app, BREAK_ASSIGN, args_value(&app->args, "to"), e);
}

int
cmd_break_explain(struct app *app, struct err *e)
{
    return act(app, BREAK_EXPLAIN, NULL, e);
}

int
cmd_break_correct(struct app *app, struct err *e)
{
    return act(app, BREAK_CORRECT, NULL, e);
}

int
cmd_break_write_off(struct app *app, struct err *e)
{
    return act(app, BREAK_WRITE_OFF, NULL, e);
}

int
cmd_break_agree(struct app *app, struct err *e)
{
    return act(app, BREAK_AGREE, NULL, e);
}

int
cmd_break_refuse(struct app *app, struct err *e)
{
    return act(app, BREAK_REFUSE, NULL, e);
}
