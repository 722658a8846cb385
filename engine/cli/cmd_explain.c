#include "cli/cmds.h"

#include "book/explanation.h"
#include "cli/outcome.h"
#include "cli/resolve_show.h"

const struct opt explain_opts[] = {
    { "reason", "TEXT", "what was found out, and what was done about it",
      false },
    { "evidence", "FILE|TEXT", "what shows it: a file, or who said so, when, "
      "with their reference", false },
    { "errand", "NUMBER", "it is about this errand (payrun errands)", false },
    { "as-done", NULL, "the errand was done", false },
    { "as-not-done", NULL, "the errand certainly was not done", false },
    { "agree", "ID", "another person, a checker: this explanation is right",
      false },
    { "refuse", "ID", "this explanation is not right, or withdrawn", false },
    { NULL, NULL, NULL, false }
};

/* --- saying it ------------------------------------------------------------ */

static int
number_of(const char *text, int64_t *n, struct err *e)
{
    if (str_i64(n, str_of(text)) == 0 && *n > 0)
        return 0;
    err_set(e, ERR_USAGE, "\"%s\" is not a number", text);
    return err_fix(e, "payrun explain and payrun errands show the numbers");
}

/* What it is about: a run, or with --errand an errand. */
static int
about(struct app *app, struct run *run, struct explanation *x, struct err *e)
{
    const struct args *a = &app->args;
    const char *errand = args_value(a, "errand");

    if (errand == NULL) {
        if (args_has(a, "as-done") || args_has(a, "as-not-done"))
            return err_set(e, ERR_USAGE, "--as-done and --as-not-done are of "
                           "an errand: --errand NUMBER");
        if (a->nplain == 0)
            return err_set(e, ERR_USAGE, "which run? payrun explain RUN ...");
        if (app_run(app, run, e) < 0)
            return -1;
        x->run_id = run->run_id;
        x->ref = run->ref;
        return 0;
    }
    if (a->nplain > 0)
        return err_set(e, ERR_USAGE, "either a run or --errand, not both");
    if (args_has(a, "as-done") == args_has(a, "as-not-done")) {
        err_set(e, ERR_USAGE, "what became of the errand?");
        return err_fix(e, "--as-done, or --as-not-done");
    }
    x->done = args_has(a, "as-done");
    return number_of(errand, &x->errand_id, e);
}

static int
say(struct app *app, struct err *e)
{
    const struct args *a = &app->args;
    const char *reason = args_value(a, "reason");
    const char *evidence = args_value(a, "evidence");
    struct evidence_say shown = { .note = "" };
    struct explanation x = { .reason = reason != NULL ? reason : "" };
    struct run run;
    struct buf file;
    int64_t id = 0;
    int rc = -1;

    buf_init(&file, EVIDENCE_FILE_BYTES_MAX);
    if (about(app, &run, &x, e) < 0
        || (evidence != NULL
            && resolve_evidence(evidence, &shown, &file, e) < 0))
        goto out;
    x.note = shown.note;
    x.file_name = shown.file_name;
    x.file = shown.file;
    rc = explanation_propose(app->db, &x, app->me.name, &id, e);
out:
    buf_release(&file);
    if (rc < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:I}", "explanation",
                                       (json_int_t)id), e);
    printf("explanation %lld is noted; nothing has changed yet\nnext: another "
           "person, a checker: payrun explain --agree %lld\n", (long long)id,
           (long long)id);
    return 0;
}

/* --- agreeing, refusing --------------------------------------------------- */

static void
tell(const struct explained *x, int64_t id, bool agrees)
{
    if (!agrees)
        printf("explanation %lld is refused; nothing has changed\n",
               (long long)id);
    else if (x->errand_id != 0)
        printf("%s: %s\n", x->ref, strcmp(x->says, "done") == 0
               ? "it was done" : "it was not done");
    else
        printf("%s: explained; %s\n", x->ref, x->freed
               ? "its doubles keep it open no more"
               : "something else keeps it open: payrun show has its history");
}

static int
end(struct app *app, bool agrees, struct err *e)
{
    const char *reason = args_value(&app->args, "reason");
    struct explained x;
    char what[48];
    int64_t id = 0;

    if (number_of(args_value(&app->args, agrees ? "agree" : "refuse"), &id,
                  e) < 0
        || explanation_find(app->db, id, &x, e) < 0)
        return -1;
    snprintf(what, sizeof(what), "explanation %lld", (long long)id);
    if (app_env(app, x.live, what, e) < 0
        || explanation_end(app->db, id, agrees, reason, app->me.name, &x,
                           e) < 0)
        return -1;
    /* It may have been the last thing that kept its run open; closing is the
     * worker's: a login that is none leaves it to one. */
    if (agrees && db_may_become(app->db, DB_AS_WORKER)) {
        if (app_as(app, DB_AS_WORKER, e) < 0)
            return -1;
        if (run_settle_due(app->db, app->me.name) < DB_NONE)
            return db_fail(app->db, e, "closing runs");
    }
    if (app->json)
        return app_json(app, json_pack("{s:I, s:s, s:s, s:s, s:b}",
            "explanation", (json_int_t)id, "about", x.ref, "says", x.says,
            "ended", agrees ? "agreed" : "refused", "freed", x.freed), e);
    tell(&x, id, agrees);
    return 0;
}

/* --- the list ------------------------------------------------------------- */

struct listing {
    json_t *list;
    bool    json;
    int     open;
};

static json_t *
text(struct str s)
{
    return json_stringn(s.p != NULL ? s.p : "", s.len);
}

static int
note_line(void *owner, const struct explanation_line *x)
{
    struct listing *l = owner;

    l->open += x->id == 0;
    if (l->json)
        return json_array_append_new(l->list, json_pack("{s:I, s:o, s:o, s:o, "
            "s:o, s:o, s:o, s:o, s:o}", "explanation", (json_int_t)x->id,
            "about", text(x->ref), "what", text(x->what), "says",
            text(x->says), "reason", text(x->reason), "evidence",
            text(x->note), "proposed_by", text(x->proposed_by), "ended",
            text(x->ended), "ended_by", text(x->ended_by)));
    if (x->id == 0)
        printf("%.*s  TO BE EXPLAINED: %.*s\n", STR_ARG(x->ref),
               STR_ARG(x->what));
    else
        printf("%.*s  explanation %lld of %.*s (%.*s): %.*s; evidence: %.*s; "
               "%.*s%s%.*s\n", STR_ARG(x->ref), (long long)x->id,
               STR_ARG(x->proposed_by), STR_ARG(x->says), STR_ARG(x->reason),
               STR_ARG(x->note), STR_ARG(x->ended),
               x->ended.len > 0 ? " by " : "nobody has agreed yet",
               STR_ARG(x->ended_by));
    return 0;
}

static int
list(struct app *app, struct err *e)
{
    struct listing l = { .json = app->json };
    struct run run = { .run_id = 0 };
    int rc;

    if (app->args.nplain > 0 && app_run(app, &run, e) < 0)
        return -1;
    l.list = json_array();
    rc = explanation_each(app->db, run.run_id, note_line, &l, e);
    if (rc == 0 && app->json)
        rc = app_json(app, json_pack("{s:O, s:i}", "explanations", l.list,
                                     "open", l.open), e);
    else if (rc == 0 && l.open == 0)
        puts("nothing waits for an explanation");
    json_decref(l.list);
    return rc < 0 ? -1 : l.open > 0 ? EXIT_IN_DOUBT : EXIT_DONE;
}

int
cmd_explain(struct app *app, struct err *e)
{
    const struct args *a = &app->args;
    bool agrees = args_has(a, "agree"), refuses = args_has(a, "refuse");

    if (app_db(app, e) < 0)
        return -1;
    if (!agrees && !refuses && !args_has(a, "reason")
        && !args_has(a, "evidence") && !args_has(a, "errand")
        && !args_has(a, "as-done") && !args_has(a, "as-not-done"))
        return list(app, e);
    if (app_me(app, e) < 0)
        return -1;
    if (!agrees && !refuses)
        return say(app, e);
    if (agrees == refuses || a->nplain > 0 || args_has(a, "evidence")
        || args_has(a, "errand"))
        return err_set(e, ERR_USAGE, "--agree and --refuse take the number of "
                       "the explanation, and nothing else");
    return end(app, agrees, e);
}
