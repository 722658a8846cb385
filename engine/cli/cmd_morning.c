#include "cli/cmds.h"

#include <errno.h>
#include <sys/stat.h>

#include "outbox/outbox.h"
#include "report/metrics.h"
#include "report/morning.h"

const struct opt morning_opts[] = {
    { "for", "DATE", "the morning of this day; default: until now", false },
    { "format", "text|html|json", "default: text", false },
    { "output", "DIR", "keep text and page there, as morning-DATE.txt, .html",
      false },
    { "tell", NULL, "hand it to the channels that want reports", false },
    { NULL, NULL, NULL, false }
};
const struct opt metrics_opts[] = {
    { "output", "FILE", "into this file, whole or not at all", false },
    { NULL, NULL, NULL, false }
};

/* --- the morning report --------------------------------------------------- */

static int
keep(const struct morning *m, const char *dir, const char *ending,
     void (*write)(const struct morning *, struct buf *), struct err *e)
{
    char path[PATH_BYTES_MAX];
    struct buf b;
    int rc = -1;

    buf_init(&b, OUTBOX_TEXT_BYTES_MAX);
    write(m, &b);
    if (b.failed)
        err_oom(e);
    else if (snprintf(path, sizeof(path), "%s/morning-%s.%s", dir, m->day,
                      ending) >= (int)sizeof(path))
        err_set(e, ERR_USAGE, "the path of --output is too long");
    else
        rc = buf_write_file(&b, path, 0640, e);
    buf_release(&b);
    return rc;
}

/* Once a day and state of things: a timer that fires twice tells once. */
static int
tell(struct app *app, const struct morning *m, struct err *e)
{
    char title[MORNING_TITLE_BYTES], once[64];
    struct told t = { .class = "report", .kind = "report.morning",
                      .subject = m->day, .title = title, .once = once };
    struct buf text, data;
    int64_t id = 0;
    int rc = -1;

    buf_init(&text, OUTBOX_TEXT_BYTES_MAX);
    buf_init(&data, OUTBOX_TEXT_BYTES_MAX);
    morning_title(m, title);
    snprintf(once, sizeof(once), "morning %s", m->day);
    morning_text(m, &text);
    morning_json(m, &data);
    t.detail = buf_view(&text);
    t.data = buf_view(&data);
    if (text.failed || data.failed)
        err_oom(e);
    else if (outbox_tell(app->db, &t, &id) != DB_OK)
        db_fail(app->db, e, "handing the report on");
    else
        rc = 0;
    if (rc == 0)
        app_say(app, id == 0 ? "the report of %s was told before\n" :
                "the report of %s goes to the channels\n", m->day);
    buf_release(&text);
    buf_release(&data);
    return rc;
}

static int
show(struct app *app, const struct morning *m, struct err *e)
{
    const char *format = args_value(&app->args, "format");
    struct buf b;
    int rc = 0;

    if (app->json)
        format = "json";
    if (format == NULL && (args_has(&app->args, "output")
                           || args_has(&app->args, "tell")))
        return 0;
    buf_init(&b, OUTBOX_TEXT_BYTES_MAX);
    if (format == NULL || strcmp(format, "text") == 0)
        morning_text(m, &b);
    else if (strcmp(format, "html") == 0)
        morning_html(m, &b);
    else
        morning_json(m, &b);
    if (app->json || (format != NULL && strcmp(format, "json") == 0))
        buf_char(&b, '\n');
    if (b.failed)
        rc = err_oom(e);
    else if (fwrite(b.p, 1, b.len, stdout) != b.len)
        rc = err_set(e, ERR_IO, "the report could not be written: %s",
                     strerror(errno));
    buf_release(&b);
    return rc;
}

int
cmd_morning(struct app *app, struct err *e)
{
    const char *day = args_value(&app->args, "for");
    const char *format = args_value(&app->args, "format");
    const char *dir = args_value(&app->args, "output");
    struct morning *m = NULL;
    int rc = -1;

    if (format != NULL && strcmp(format, "text") != 0
        && strcmp(format, "html") != 0 && strcmp(format, "json") != 0)
        return err_set(e, ERR_USAGE, "--format is text, html or json");
    if ((args_has(&app->args, "tell") && app_as(app, DB_AS_WORKER, e) < 0)
        || app_db(app, e) < 0)
        return -1;
    if ((m = calloc(1, sizeof(*m))) == NULL)
        return err_oom(e);
    if (dir != NULL && mkdir(dir, 0750) < 0 && errno != EEXIST)
        err_set(e, ERR_CANTCREATE, "%s: %s", dir, strerror(errno));
    else if (morning_read(m, app->db, day != NULL ? day : "", e) == 0
             && (dir == NULL || (keep(m, dir, "txt", morning_text, e) == 0
                                 && keep(m, dir, "html", morning_html, e)
                                    == 0))
             && (!args_has(&app->args, "tell") || tell(app, m, e) == 0))
        rc = show(app, m, e);
    morning_release(m);
    free(m);
    return rc;
}

/* --- metrics -------------------------------------------------------------- */

int
cmd_metrics(struct app *app, struct err *e)
{
    const char *path = args_value(&app->args, "output");
    struct buf b;
    int rc = -1;

    if (app_db(app, e) < 0)
        return -1;
    buf_init(&b, OUTBOX_TEXT_BYTES_MAX);
    if (metrics_write(app->db, &b, e) == 0) {
        if (path != NULL)
            rc = buf_write_file(&b, path, 0644, e);
        else
            rc = fwrite(b.p, 1, b.len, stdout) == b.len ? 0 :
                err_set(e, ERR_IO, "they could not be written: %s",
                        strerror(errno));
    }
    buf_release(&b);
    return rc;
}

/* The textfile of a one-shot command, whatever its end: what it did stands in
 * the book, and a figure that is missing says that it could not be asked. */
void
metrics_after(struct app *app)
{
    const char *path = args_value(&app->args, "metrics");
    struct err e = { 0 };
    struct db *db = NULL;
    struct buf b;

    if (path == NULL)
        return;
    buf_init(&b, OUTBOX_TEXT_BYTES_MAX);
    if (app_db_place(app, &e) < 0 || (db = db_open(app->db_url, &e)) == NULL
        || metrics_write(db, &b, &e) < 0
        || buf_write_file(&b, path, 0644, &e) < 0)
        app_say(app, "payrun: the metrics were not written: %s\n", e.text);
    db_close(db);
    buf_release(&b);
}
