#include "cli/cmds.h"

#include <unistd.h>

#include "cli/place.h"
#include "db/txn.h"
#include "report/advice.h"
#include "report/report.h"

const struct opt advice_opts[] = {
    { "line", "N", "only of this line of the file, whatever became of it; "
      "default: all that were paid", false },
    { "format", "text|pdf", "default: by the ending of --output, else text",
      false },
    { "output", "FILE", "write there instead of stdout, whole or not at all",
      false },
    { NULL, NULL, NULL, false }
};

struct advising {
    struct app *app;
    struct run run;
    int64_t line, written;
    enum advice_format format;
};

static int
write_them(void *owner, FILE *out, struct err *e)
{
    struct advising *a = owner;

    a->written = advice_write(a->app->db, &a->run, a->line, a->format, out, e);
    return a->written < 0 ? -1 : 0;
}

static int
pick_format(struct advising *a, const char *path, struct err *e)
{
    const char *name = args_value(&a->app->args, "format");
    const char *dot = path != NULL ? strrchr(path, '.') : NULL;

    if (name == NULL)
        name = dot != NULL && strcmp(dot, ".pdf") == 0 ? "pdf" : "text";
    a->format = strcmp(name, "pdf") == 0 ? ADVICE_PDF : ADVICE_TEXT;
    if (strcmp(name, "pdf") != 0 && strcmp(name, "text") != 0)
        return err_set(e, ERR_USAGE, "an advice is text or pdf, not \"%s\"",
                       name);
    if (a->format == ADVICE_TEXT || path != NULL || !isatty(STDOUT_FILENO))
        return 0;
    err_set(e, ERR_USAGE, "a screen cannot show a PDF");
    return err_fix(e, "name a file with --output, such as advice.pdf");
}

int
cmd_advice(struct app *app, struct err *e)
{
    struct advising a = { .app = app };
    const char *path = args_value(&app->args, "output");
    int rc;

    if (args_i64(&app->args, "line", 0, 1, INT32_MAX, &a.line, e) < 0
        || pick_format(&a, path, e) < 0 || app_db(app, e) < 0
        || run_find(app->db, app->args.plain[0], &a.run, e) < 0
        || report_moment(app->db, e) < 0)
        return -1;
    rc = path != NULL ? place_whole(path, write_them, &a, e)
                      : write_them(&a, stdout, e);
    db_rollback(app->db);               /* it only read */
    if (rc < 0 || path == NULL)
        return rc;
    if (app->json)
        return app_json(app, json_pack("{s:s, s:I}", "written", path,
                                       "advices", (json_int_t)a.written), e);
    app_say(app, "written: %s, %lld of them\n", path, (long long)a.written);
    return 0;
}
