#include "cli/cmds.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/compare_text.h"
#include "cli/outcome.h"
#include "cli/payers.h"
#include "db/sql.h"
#include "money/money.h"
#include "report/report.h"

#define SHOW_LINES_MAX  200     /* of problems, and of history */
#define ACTOR_BYTES     192

const struct opt report_opts[] = {
    { "format", "text|csv|json|html", "default: by the ending of --output, "
      "else text", false },
    { "output", "FILE", "write there instead of stdout, whole or not at all",
      false },
    { NULL, NULL, NULL, false }
};

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
          const struct compare *diff, struct err *e)
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
    struct shown s = { 0 };
    struct run_progress now;
    struct run run;

    if (app_db(app, e) < 0 ||
        run_find(app->db, app->args.plain[0], &run, e) < 0 ||
        run_progress(app->db, run.run_id, &now, e) < 0 ||
        payers_read(app, &run, &payers, e) < 0 ||
        compare_runs(app->db, &run, &diff, e) < 0)
        return -1;
    if (app->json)
        return show_json(app, &run, &now, &payers, &diff, e);
    outcome_print(&run, &now);
    print_head(&run);
    if (payers_several(&payers))
        puts("\npaid by");
    payers_print(&payers, run.ccy);
    compare_print(&diff, run.ccy);
    puts("\nnoticed in the file");
    if (show_problems(app, &run, &s, e) < 0)
        return -1;
    if (s.n == 0)
        puts("  nothing");
    puts("\nhistory");
    return show_history(app, &run, &s, e);
}

/* A new file that only its owner reads: a report names people and pay. */
static FILE *
private_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                  0600);
    FILE *out = NULL;

    if (fd >= 0 && fchmod(fd, 0600) == 0)   /* a left-over may be wider */
        out = fdopen(fd, "w");
    if (out == NULL && fd >= 0) {
        close(fd);
        unlink(path);
    }
    return out;
}

static int
report_room(struct err *e)
{
    return err_fix(e, "make room on that disk, or name another place with "
                   "--output, then run the same command again");
}

/* A report in a file is there whole or not at all. */
static int
report_to(struct app *app, const struct run *run, enum report_format format,
          const char *path, struct err *e)
{
    char temp[PATH_BYTES_MAX], why[ERR_TEXT_BYTES];
    bool bad;
    FILE *out;
    int n = snprintf(temp, sizeof(temp), "%s.part", path), rc, error;

    if (n < 0 || (size_t)n >= sizeof(temp))
        return err_set(e, ERR_USAGE, "the path of --output is too long");
    out = private_file(temp);
    if (out == NULL) {
        err_set(e, ERR_CANTCREATE, "%s cannot be written: %s", path,
                strerror(errno));
        return err_fix(e, "name a place you may write to with --output");
    }
    rc = report_write(app->db, run, format, out, false, e);
    if (rc < 0 && e->kind == ERR_IO) {
        memcpy(why, e->text, sizeof(why));
        err_set(e, ERR_IO, "%.250s: %.250s", path, why);
        report_room(e);
    }
    bad = rc == 0 && (fflush(out) != 0 || fsync(fileno(out)) != 0);
    error = errno;
    if (fclose(out) != 0 && rc == 0 && !bad) {
        bad = true;
        error = errno;
    }
    if (rc == 0 && !bad && rename(temp, path) != 0) {
        bad = true;
        error = errno;
    }
    if (bad) {
        rc = err_set(e, ERR_IO, "%s could not be written: %s", path,
                     strerror(error));
        report_room(e);
    }
    if (rc < 0) {
        unlink(temp);
        return -1;
    }
    if (app->json)
        return app_json(app, json_pack("{s:s}", "written", path), e);
    app_say(app, "written: %s\n", path);
    return 0;
}

/* --format, else the ending of --output, else what the screen gets. */
static int
pick_format(const struct app *app, const char *path, struct err *e)
{
    const char *name = args_value(&app->args, "format");
    const char *dot = path != NULL ? strrchr(path, '.') : NULL;
    int format = -1;

    if (name == NULL && dot != NULL)
        format = report_format_of(dot + 1);
    if (name == NULL && format < 0)
        name = app->json ? "json" : "text";
    if (name != NULL)
        format = report_format_of(name);
    if (format < 0) {
        err_set(e, ERR_USAGE, "there is no report format \"%s\"", name);
        return err_fix(e, "text, csv, json or html");
    }
    return format;
}

int
cmd_report(struct app *app, struct err *e)
{
    const char *path = args_value(&app->args, "output");
    struct run run;
    int format = pick_format(app, path, e);

    if (format < 0 || app_db(app, e) < 0 ||
        run_find(app->db, app->args.plain[0], &run, e) < 0)
        return -1;
    if (path != NULL)
        return report_to(app, &run, (enum report_format)format, path, e);
    return report_write(app->db, &run, (enum report_format)format, stdout,
                        app->color, e);
}
