#include "cli/cmds.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/place.h"
#include "db/txn.h"
#include "report/report.h"

const struct opt report_opts[] = {
    { "format", "F,F,...", "text, csv, json, html, xlsx, pdf, pain.002, "
      "camt.054; default: by the ending of --output, else text", false },
    { "output", "FILE", "write there instead of stdout, whole or not at all; "
      "a folder for several formats", false },
    { "period", "YYYY-MM", "all runs of this month", false },
    { "account", "NAME", "all runs that this account pays, also in part",
      false },
    { NULL, NULL, NULL, false }
};

struct order {
    struct report_what what;
    struct run run;
    enum report_format formats[REPORT_FORMATS];
    int nformats;
    const char *path;           /* --output, or NULL                          */
};

/* --- what was asked for --------------------------------------------------- */

static int
unknown(struct str name, struct err *e)
{
    err_set(e, ERR_USAGE, "there is no report format \"%.*s\"", STR_ARG(name));
    return err_fix(e, "text, csv, json, html, xlsx, pdf, pain.002 or "
                   "camt.054; several with commas between them");
}

static int
add_format(struct order *o, struct str name, struct err *e)
{
    char text[16];
    int f = -1;

    if (str_copy(text, sizeof(text), name) == 0)
        f = report_format_of(text);
    if (f < 0)
        return unknown(name, e);
    for (int i = 0; i < o->nformats; i++)
        if (o->formats[i] == (enum report_format)f)
            return 0;
    o->formats[o->nformats++] = (enum report_format)f;
    return 0;
}

/* The format whose ending ${path} has, or -1. */
static int
format_of_path(const char *path)
{
    size_t bytes = strlen(path);

    for (int f = 0; f < REPORT_FORMATS; f++) {
        const char *ending = report_ending((enum report_format)f);
        size_t n = strlen(ending);

        if (bytes > n + 1 && path[bytes - n - 1] == '.'
            && strcmp(path + bytes - n, ending) == 0)
            return f;
    }
    return -1;
}

/* --format, else the ending of --output, else what the screen gets. */
static int
pick_formats(struct app *app, struct order *o, struct err *e)
{
    const char *list = args_value(&app->args, "format");
    int f = o->path != NULL ? format_of_path(o->path) : -1;

    if (list == NULL && f >= 0) {
        o->formats[o->nformats++] = (enum report_format)f;
        return 0;
    }
    if (list == NULL)
        list = app->json ? "json" : "text";
    for (const char *p = list; p != NULL;) {
        const char *comma = strchr(p, ',');
        size_t n = comma != NULL ? (size_t)(comma - p) : strlen(p);

        if (add_format(o, (struct str){ p, n }, e) < 0)
            return -1;
        p = comma != NULL ? comma + 1 : NULL;
    }
    if (o->nformats < 2 || o->path != NULL)
        return 0;
    err_set(e, ERR_USAGE, "several formats need a folder to go to");
    return err_fix(e, "name it with --output FOLDER");
}

static bool
is_period(const char *s)
{
    return strlen(s) == 7 && s[4] == '-' && strspn(s, "0123456789") == 4
        && strspn(s + 5, "0123456789") == 2;
}

static int
pick_what(struct app *app, struct order *o, struct err *e)
{
    struct scope *s = &o->what.scope;

    s->period = args_value(&app->args, "period");
    s->account = args_value(&app->args, "account");
    s->live = app->live;
    if (app->args.nplain == 1 && (s->period != NULL || s->account != NULL))
        return err_set(e, ERR_USAGE, "a report is of one run, or of a period "
                       "or an account, not of both");
    if (s->period != NULL && !is_period(s->period)) {
        err_set(e, ERR_USAGE, "\"%s\" is no period", s->period);
        return err_fix(e, "a month, such as --period 2026-11");
    }
    if (app->args.nplain == 0 && s->period == NULL && s->account == NULL) {
        err_set(e, ERR_USAGE, "a report of what?");
        return err_fix(e, "payrun report RUN, --period YYYY-MM or "
                       "--account NAME");
    }
    return 0;
}

/* --- where it goes -------------------------------------------------------- */

struct writing {
    struct app *app;
    const struct order *o;
    enum report_format format;
};

static int
write_one(void *owner, FILE *out, struct err *e)
{
    struct writing *w = owner;

    return report_in(w->app->db, &w->o->what, w->format, 0, out, false, e);
}

/* "out/R-2026-11-A.pdf"; an account's name may have a slash in it. */
static int
file_in(const struct order *o, enum report_format f, char path[PATH_BYTES_MAX],
        struct err *e)
{
    const struct scope *s = &o->what.scope;
    int n = snprintf(path, PATH_BYTES_MAX, "%s/", o->path), from = n;

    if (n < 0 || n >= PATH_BYTES_MAX)
        return err_set(e, ERR_USAGE, "the path of --output is too long");
    n += snprintf(path + n, (size_t)(PATH_BYTES_MAX - n), "%s%s%s.%s",
                  o->what.run != NULL ? o->run.ref
                  : s->period != NULL ? s->period : "",
                  s->period != NULL && s->account != NULL ? "-" : "",
                  s->account != NULL ? s->account : "", report_ending(f));
    if (n >= PATH_BYTES_MAX)
        return err_set(e, ERR_USAGE, "the path of --output is too long");
    for (char *c = path + from; *c != '\0'; c++)
        if (*c == '/')
            *c = '_';
    return 0;
}

static bool
is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
make_folder(const char *path, struct err *e)
{
    if (mkdir(path, 0700) == 0 || is_folder(path))
        return 0;
    err_set(e, ERR_CANTCREATE, "the folder %s cannot be made: %s", path,
            strerror(errno));
    return err_fix(e, "name a folder with --output where you may write");
}

static int
write_files(struct app *app, const struct order *o, json_t *written,
            struct err *e)
{
    bool folder = o->nformats > 1 || is_folder(o->path);
    char path[PATH_BYTES_MAX];

    if (folder && make_folder(o->path, e) < 0)
        return -1;
    for (int i = 0; i < o->nformats; i++) {
        struct writing w = { app, o, o->formats[i] };

        if (folder && file_in(o, w.format, path, e) < 0)
            return -1;
        if (!folder)
            snprintf(path, sizeof(path), "%s", o->path);
        if (place_whole(path, write_one, &w, e) < 0)
            return -1;
        json_array_append_new(written, json_string(path));
        app_say(app, "written: %s\n", path);
    }
    return 0;
}

static int
report_files(struct app *app, const struct order *o, struct err *e)
{
    json_t *written = json_array();
    int rc = write_files(app, o, written, e);

    if (rc < 0 || !app->json) {
        json_decref(written);
        return rc;
    }
    if (o->nformats == 1) {
        json_t *one = json_incref(json_array_get(written, 0));

        json_decref(written);
        return app_json(app, json_pack("{s:o}", "written", one), e);
    }
    return app_json(app, json_pack("{s:o}", "written", written), e);
}

static int
report_screen(struct app *app, const struct order *o, struct err *e)
{
    enum report_format f = o->formats[0];

    if ((f == REPORT_XLSX || f == REPORT_PDF) && isatty(STDOUT_FILENO)) {
        err_set(e, ERR_USAGE, "a screen cannot show a workbook or a PDF");
        return err_fix(e, "name a file with --output, such as report.%s",
                       report_ending(f));
    }
    return report_in(app->db, &o->what, f, 0, stdout, app->color, e);
}

int
cmd_report(struct app *app, struct err *e)
{
    struct order o = { .path = args_value(&app->args, "output") };
    int rc;

    if (pick_formats(app, &o, e) < 0 || pick_what(app, &o, e) < 0
        || app_db(app, e) < 0)
        return -1;
    if (app->args.nplain == 1) {
        if (run_find(app->db, app->args.plain[0], &o.run, e) < 0)
            return -1;
        o.what.run = &o.run;
    }
    if (report_moment(app->db, e) < 0)
        return -1;
    rc = o.path != NULL ? report_files(app, &o, e)
                        : report_screen(app, &o, e);
    db_rollback(app->db);               /* it only read */
    return rc;
}
