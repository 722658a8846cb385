#include "cli/cmds.h"

#include "base/clock.h"
#include "cli/compare_text.h"
#include "cli/groups.h"
#include "cli/outcome.h"
#include "cli/payers.h"
#include "db/sql.h"
#include "money/money.h"

#define SHOW_LINES_MAX  200     /* of problems, and of history */
#define ACTOR_BYTES     192

/* One list of `show`, on its way from the database to the screen. */
struct shown {
    json_t *list;
    bool    json;
    int     n;
    bool    held;
    char    code[32], from[24], to[24], event[32], actor[160];
    int64_t line, column, other, at_us, number;
    struct str value, detail, why;
};

static json_t *
json_str(struct str s)
{
    return json_stringn(s.p != NULL ? s.p : "", s.len);
}

static int
note_problem(void *owner)
{
    struct shown *s = owner;

    s->n++;
    if (s->json)
        return json_array_append_new(s->list, json_pack(
            "{s:s, s:b, s:I, s:I, s:I, s:o, s:o}", "code", s->code,
            "held", s->held, "line", (json_int_t)s->line,
            "column", (json_int_t)s->column,
            "other_line", (json_int_t)s->other,
            "value", json_str(s->value), "detail", json_str(s->detail)));
    printf("  %-7s %s  line %lld:%lld  %.*s  %.*s\n",
           s->held ? "held" : "warning", s->code, (long long)s->line,
           (long long)s->column, STR_ARG(s->value), STR_ARG(s->detail));
    return 0;
}

/* "vm/7bd6.../pid:[4026531836]/26287/1734235", whom a lease belongs to, to
 * "worker vm/26287"; a person stays as she is. */
static void
actor_words(const char *actor, char out[ACTOR_BYTES])
{
    const char *space = strstr(actor, "/pid:["), *pid = NULL;

    if (space != NULL && (pid = strchr(space + 1, '/')) != NULL)
        snprintf(out, ACTOR_BYTES, "worker %.*s%.*s",
                 (int)strcspn(actor, "/"), actor,
                 (int)(1 + strcspn(pid + 1, "/")), pid);
    else
        snprintf(out, ACTOR_BYTES, "%s", actor);
}

static int
note_history(void *owner)
{
    struct shown *s = owner;
    char at[CLOCK_ISO_BYTES], actor[ACTOR_BYTES];

    clock_iso(s->at_us, at);
    if (s->json)
        return json_array_append_new(s->list, json_pack(
            "{s:s, s:I, s:s, s:s, s:s, s:o, s:s}", "at", at,
            "batch", (json_int_t)s->number, "from", s->from, "to", s->to,
            "on", s->event, "why", json_str(s->why), "actor", s->actor));
    printf("  %s  ", at);
    if (s->number > 0)
        printf("batch %lld ", (long long)s->number);
    actor_words(s->actor, actor);
    printf("%s -> %s  %.*s  (%s)\n", s->from[0] != '\0' ? s->from : "-",
           s->to, STR_ARG(s->why), actor);
    return 0;
}

static int
show_problems(struct app *app, const struct run *run, struct shown *s,
              struct err *e)
{
    const struct db_arg args[] = { A_I64(run->run_id), A_I64(SHOW_LINES_MAX) };
    const struct db_col cols[] = {
        C_BOOL("held", &s->held), C_TEXT("code", s->code),
        C_I64("line_no", &s->line), C_I64("column_no", &s->column),
        C_I64("other_line", &s->other), C_STR("value", &s->value),
        C_STR("detail", &s->detail),
    };

    if (db_each(app->db, sql_report_problems, args, LEN(args), cols,
                LEN(cols), note_problem, s) < 0)
        return db_fail(app->db, e, "reading the run's problems");
    return 0;
}

static int
show_history(struct app *app, const struct run *run, struct shown *s,
             struct err *e)
{
    static const struct str none[] = { { "", 0 } };
    const struct db_arg args[] = { A_I64(run->run_id), A_I64(SHOW_LINES_MAX),
                                   A_TEXTS(none, 0) };
    const struct db_col cols[] = {
        C_I64("at_us", &s->at_us), C_I64("number", &s->number),
        C_TEXT("from_state", s->from), C_TEXT("to_state", s->to),
        C_TEXT("on_event", s->event), C_STR("why", &s->why),
        C_TEXT("actor", s->actor),
    };

    if (db_each(app->db, sql_report_history, args, LEN(args), cols, LEN(cols),
                note_history, s) < 0)
        return db_fail(app->db, e, "reading the run's history");
    return 0;
}

static void
print_head(const struct run *r)
{
    char digest[SHA256_HEX];
    char batches[MONEY_TEXT_BYTES], held[MONEY_TEXT_BYTES];

    money_count(r->batches, batches);
    money_count(r->held_rows, held);
    hex_of(r->digest, SHA256_BYTES, digest);
    printf("\nfile        %s\n", r->file_name);
    printf("made by     %s, %s\n", r->made_by, r->created_at);
    printf("approved by %s\n", r->approved_by[0] != '\0' ? r->approved_by :
           "nobody yet");
    if (r->pay_date[0] != '\0')
        printf("pay date    %s\n", r->pay_date);
    printf("narration   %s\nbatches     %s\nheld rows   %s\n"
           "digest      %s\n", r->narration, batches, held, digest);
    if (r->parent[0] != '\0')
        printf("retry of    %s\n", r->parent);
    if (r->override[0] != '\0')
        printf("DUPLICATES ALLOWED: %s\n", r->override);
}

static int
show_json(struct app *app, const struct run *run,
          const struct run_progress *now, const struct payers *payers,
          const struct run_groups *groups, const struct compare *diff,
          struct err *e)
{
    struct shown problems = { .list = json_array(), .json = true };
    struct shown history = { .list = json_array(), .json = true };
    json_t *root = json_run(run);

    if (root == NULL || show_problems(app, run, &problems, e) < 0 ||
        show_history(app, run, &history, e) < 0) {
        json_decref(root);
        json_decref(problems.list);
        json_decref(history.list);
        return -1;
    }
    json_object_set_new(root, "progress", outcome_json(run, now));
    json_object_set_new(root, "accounts", payers_json(payers, run->ccy));
    json_object_set_new(root, "if_short", groups_json(groups, run->ccy));
    json_object_set_new(root, "compare", compare_json(diff, run->ccy));
    json_object_set_new(root, "problems", problems.list);
    json_object_set_new(root, "history", history.list);
    return app_json(app, root, e);
}

int
cmd_show(struct app *app, struct err *e)
{
    static struct compare diff;             /* large */
    static struct payers payers;
    static struct run_groups groups;
    struct shown s = { 0 };
    struct run_progress now;
    struct run run;

    if (app_db(app, e) < 0 ||
        run_find(app->db, app->args.plain[0], &run, e) < 0 ||
        run_progress(app->db, run.run_id, &now, e) < 0 ||
        payers_read(app, &run, &payers, e) < 0 ||
        groups_read(app, run.run_id, &groups, e) < 0 ||
        compare_runs(app->db, &run, &diff, e) < 0)
        return -1;
    if (app->json)
        return show_json(app, &run, &now, &payers, &groups, &diff, e);
    outcome_print(&run, &now);
    print_head(&run);
    if (payers_several(&payers))
        puts("\npaid by");
    payers_print(&payers, run.ccy);
    if (groups.n > 0)
        putchar('\n');
    groups_print(&groups, run.ccy);
    compare_print(&diff, run.ccy);
    puts("\nnoticed in the file");
    if (show_problems(app, &run, &s, e) < 0)
        return -1;
    if (s.n == 0)
        puts("  nothing");
    puts("\nhistory");
    return show_history(app, &run, &s, e);
}
