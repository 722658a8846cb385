#include "cli/cmds.h"

#include "cli/place.h"
#include "db/txn.h"
#include "report/back.h"
#include "report/report.h"

const struct opt rejects_opts[] = {
    { "held", NULL, "only the rows that were held back at the upload", false },
    { "failed", NULL, "only the rows of which nothing was paid", false },
    { "output", "FILE", "write there instead of stdout, whole or not at all",
      false },
    { NULL, NULL, NULL, false }
};

struct rejecting {
    struct app *app;
    struct run run;
    struct back_order order;
    struct back_result result;
};

static int
write_rows(void *owner, FILE *out, struct err *e)
{
    struct rejecting *r = owner;

    return back_write(r->app->db, &r->run, &r->order, out, &r->result, e);
}

static void
say(const struct rejecting *r)
{
    const struct back_result *b = &r->result;

    app_say(r->app, "%lld row%s of %s to correct, in the columns of %s\n",
            (long long)b->rows, b->rows == 1 ? "" : "s", r->run.ref,
            r->run.file_name);
    if (b->partly > 0)
        app_say(r->app, "left out: %lld row%s that %s paid in part; payrun "
                "retry %s pays only what failed of them\n",
                (long long)b->partly, b->partly == 1 ? "" : "s",
                b->partly == 1 ? "was" : "were", r->run.ref);
    if (b->unread > 0)
        app_say(r->app, "left out: %lld line%s that could not be cut into "
                "cells; payrun show %s names them\n", (long long)b->unread,
                b->unread == 1 ? "" : "s", r->run.ref);
    if (b->rows > 0)
        app_say(r->app, "next: correct them, then payrun upload FILE --period "
                "%s --kind correction\n", r->run.period);
}

static int
told(const struct rejecting *r, const char *path, struct err *e)
{
    const struct back_result *b = &r->result;

    return app_json(r->app, json_pack(
        "{s:s, s:I, s:I, s:I}", "written", path, "rows", (json_int_t)b->rows,
        "partly_paid", (json_int_t)b->partly, "unread",
        (json_int_t)b->unread), e);
}

int
cmd_rejects(struct app *app, struct err *e)
{
    struct rejecting r = { .app = app };
    const char *path = args_value(&app->args, "output");
    bool held = args_has(&app->args, "held");
    bool failed = args_has(&app->args, "failed");
    int rc;

    if (app->json && path == NULL) {
        err_set(e, ERR_USAGE, "the rows are no JSON");
        return err_fix(e, "name a file for them with --output");
    }
    r.order.held = held || !failed;
    r.order.failed = failed || !held;
    if (app_db(app, e) < 0
        || run_find(app->db, app->args.plain[0], &r.run, e) < 0
        || report_moment(app->db, e) < 0)
        return -1;
    rc = path != NULL ? place_whole(path, write_rows, &r, e)
                      : write_rows(&r, stdout, e);
    db_rollback(app->db);               /* it only read */
    if (rc < 0)
        return -1;
    if (app->json)
        return told(&r, path, e);
    say(&r);
    return 0;
}
