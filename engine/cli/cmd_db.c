#include "cli/cmds.h"

#include "db/migrate.h"

const struct opt migrate_opts[] = {
    { "plan", NULL, "only say what would be done", false },
    { NULL, NULL, NULL, false }
};

static int
need_private(struct app *app, struct err *e)
{
    if (app_db_place(app, e) < 0)
        return -1;
    if (app->private_db)
        return 0;
    err_set(e, ERR_USAGE, "the database is not payrun's own, so payrun does "
            "not start or stop it");
    return err_fix(e, "leave out --db, `database:` and PG* variables to use a "
                   "private one");
}

/* How to connect, as it may stand on a screen: libpq finds the password where
 * it found it for us, or asks for it. */
static const char *
shown(const struct app *app)
{
    static char url[PATH_BYTES_MAX];
    bool has_password = false;

    (void)db_public_url(app->db_url, url, sizeof(url), &has_password);
    return url;
}

int
cmd_db_up(struct app *app, struct err *e)
{
    if (need_private(app, e) < 0 || app_db(app, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:s, s:s, s:s}", "state", "up",
                                       "dir", app->cluster.dir,
                                       "url", shown(app)), e);
    printf("up: %s\nconnect: psql \"%s\"\nstop: payrun db down --dir %s\n",
           app->cluster.dir, shown(app), app->dir);
    return 0;
}

int
cmd_db_down(struct app *app, struct err *e)
{
    if (need_private(app, e) < 0 || cluster_down(&app->cluster, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:s, s:s}", "state", "down",
                                       "dir", app->cluster.dir), e);
    printf("down: %s (the data stays there)\n", app->cluster.dir);
    return 0;
}

int
cmd_db_url(struct app *app, struct err *e)
{
    if (app_db_place(app, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:s}", "url", shown(app)), e);
    puts(shown(app));
    return 0;
}

static const char *const fates[] = {
    "applied", "pending", "EDITED since it was applied",
    "unknown to this payrun (a newer one was here)"
};

struct look { json_t *list; int pending, wrong; bool print; };

static void
note_step(void *owner, const struct schema_step *s, enum step_fate fate)
{
    struct look *look = owner;

    look->pending += fate == STEP_PENDING;
    look->wrong += fate == STEP_EDITED || fate == STEP_UNKNOWN;
    json_array_append_new(look->list,
        json_pack("{s:i, s:s, s:s}", "step", s->number, "name", s->name,
                  "fate", fates[fate]));
    if (look->print)
        printf("  %04d %-20s %s\n", s->number, s->name, fates[fate]);
}

/* What is there and what would be done; changes nothing. */
static int
look_at_schema(struct app *app, struct look *look, struct err *e)
{
    if (app->db == NULL)
        app->db = db_open(app->db_url, e);
    if (app->db == NULL)
        return -1;
    return migrate_look(app->db, note_step, look, e);
}

int
cmd_db_status(struct app *app, struct err *e)
{
    struct look look = { json_array(), 0, 0, !app->json };
    const char *state = "up";
    int rc = 0;

    if (app_db_place(app, e) < 0) {
        json_decref(look.list);
        return -1;
    }
    if (app->private_db) {
        switch (cluster_state(&app->cluster)) {
        case CLUSTER_NONE: state = "none"; break;
        case CLUSTER_DOWN: state = "down"; break;
        case CLUSTER_UP:   state = "up";   break;
        }
    }
    if (!app->json)
        printf("database: %s\nplace: %s\n", state, app->private_db ?
               app->cluster.dir : "a server of yours (see payrun db url)");
    if (strcmp(state, "up") == 0)
        rc = look_at_schema(app, &look, e);
    if (rc < 0) {
        json_decref(look.list);
        return -1;
    }
    if (app->json)
        return app_json(app, json_pack("{s:s, s:b, s:i, s:o}", "state", state,
                        "private", app->private_db, "pending", look.pending,
                        "steps", look.list), e);
    json_decref(look.list);
    if (strcmp(state, "up") != 0)
        puts("start it: payrun db up");
    return 0;
}

int
cmd_db_migrate(struct app *app, struct err *e)
{
    struct look look = { json_array(), 0, 0, !app->json };
    int applied = 0;
    bool plan = args_has(&app->args, "plan");

    if (app_db_place(app, e) < 0)
        goto fail;
    if (app->private_db && cluster_state(&app->cluster) != CLUSTER_UP &&
        cluster_up(&app->cluster, e) < 0)
        goto fail;
    if (look_at_schema(app, &look, e) < 0)
        goto fail;
    if (!plan && migrate_run(app->db, &applied, e) < 0)
        goto fail;
    if (app->json)
        return app_json(app, json_pack("{s:b, s:i, s:i, s:o}", "plan", plan,
                        "pending", look.pending, "applied", applied,
                        "steps", look.list), e);
    printf(plan ? "%d to apply; nothing was changed\n" : "%d applied\n",
           plan ? look.pending : applied);
    json_decref(look.list);
    return 0;
fail:
    json_decref(look.list);
    return -1;
}
