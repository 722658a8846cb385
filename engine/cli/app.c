#include "cli/app.h"

#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "db/migrate.h"
#include "net/http.h"

/* --dir, $PAYRUN_DIR, $XDG_STATE_HOME/payrun, ~/.local/state/payrun; for root,
 * whose home the database server's user may not enter, /var/lib/payrun. */
static int
find_dir(struct app *app, struct err *e)
{
    const char *dir = args_value(&app->args, "dir");
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    char here[PATH_BYTES_MAX];
    int n;

    app->dir_named = dir != NULL;
    if (dir == NULL)
        dir = getenv("PAYRUN_DIR");
    if (dir != NULL && dir[0] == '/')
        n = snprintf(app->dir, sizeof(app->dir), "%s", dir);
    else if (dir != NULL && getcwd(here, sizeof(here)) != NULL)
        n = snprintf(app->dir, sizeof(app->dir), "%s/%s", here, dir);
    else if (state != NULL && state[0] == '/')
        n = snprintf(app->dir, sizeof(app->dir), "%s/payrun", state);
    else if (geteuid() == 0)
        n = snprintf(app->dir, sizeof(app->dir), "/var/lib/payrun");
    else
        n = snprintf(app->dir, sizeof(app->dir), "%s/.local/state/payrun",
                     home != NULL ? home : "");
    if (n < 0 || (size_t)n >= sizeof(app->dir))
        return err_set(e, ERR_USAGE, "the path of --dir is too long");
    return 0;
}

int
app_setup(struct app *app, struct err *e)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    app->json = args_has(&app->args, "json");
    app->live = args_has(&app->args, "live");
    app->quiet = args_has(&app->args, "quiet");
    app->color = isatty(STDOUT_FILENO) && !args_has(&app->args, "no-color") &&
                 (no_color == NULL || no_color[0] == '\0') &&
                 (term == NULL || strcmp(term, "dumb") != 0);
    if (args_has(&app->args, "as"))
        snprintf(app->as_words, sizeof(app->as_words), " --as %s",
                 args_value(&app->args, "as"));
    log_setup(args_has(&app->args, "verbose") ? LOG_INFO : LOG_WARN,
              app->json ? LOG_JSON : LOG_TEXT);
    if (app->live && args_has(&app->args, "as"))
        return err_set(e, ERR_NOPERM, "--as is for the sandbox: with --live "
                       "the operating-system login says who you are");
    return find_dir(app, e);
}

void
app_close(struct app *app)
{
    db_close(app->db);
    app->db = NULL;
    config_release(&app->config);
}

int
app_pass_on(const struct app *app, const char **words, int n)
{
    static const char *const values[] = { "dir", "db", "config", "rules" };
    static const char *const dashed[] = {
        "--dir", "--db", "--config", "--rules"
    };

    for (size_t i = 0; i < LEN(values); i++)
        if (args_value(&app->args, values[i]) != NULL) {
            words[n++] = dashed[i];
            words[n++] = args_value(&app->args, values[i]);
        }
    if (app->live)
        words[n++] = "--live";
    return n;
}

static bool
readable(const char *path)
{
    return path[0] != '\0' && access(path, R_OK) == 0;
}

int
app_config(struct app *app, struct err *e)
{
    const char *path = args_value(&app->args, "config");
    const char *rules = args_value(&app->args, "rules");
    char in_dir[PATH_BYTES_MAX + 16];

    if (app->config_ready)
        return 0;
    snprintf(in_dir, sizeof(in_dir), "%s/payrun.yaml", app->dir);
    if (path == NULL)
        path = getenv("PAYRUN_CONFIG");
    if (path == NULL && readable(in_dir))
        path = in_dir;
    if (path == NULL && !app->dir_named &&
        readable("/etc/payrun/payrun.yaml"))
        path = "/etc/payrun/payrun.yaml";
    if (config_read(&app->config, path, e) < 0)
        return -1;
    app->config_parsed = true;
    if (rules == NULL && app->config.rules_path[0] != '\0')
        rules = app->config.rules_path;
    if (config_rules(&app->rules, rules, e) < 0)
        return -1;
    if (app->config.log_json)
        log_setup(args_has(&app->args, "verbose") ? LOG_INFO : LOG_WARN,
                  LOG_JSON);
    app->config_ready = true;
    return 0;
}

/* Everybody on the machine can read the words of a command. */
static int
check_flag(const char *url, struct err *e)
{
    char shown[PATH_BYTES_MAX];
    bool has_password = false;

    (void)db_public_url(url, shown, sizeof(shown), &has_password);
    if (!has_password)
        return 0;
    err_set(e, ERR_USAGE, "--db has a password in it, which everybody on this "
            "machine can see");
    return err_fix(e, "put it into ~/.pgpass, or the whole address into "
                   "database: of a configuration only its owner may read");
}

int
app_db_place(struct app *app, struct err *e)
{
    const char *url = args_value(&app->args, "db");

    if (app->db_url[0] != '\0')
        return 0;
    if (app_config(app, e) < 0 || (url != NULL && check_flag(url, e) < 0))
        return -1;
    if (url == NULL && app->config.database[0] != '\0')
        url = app->config.database;
    if (url == NULL && !app->dir_named &&
        (getenv("PGHOST") != NULL || getenv("PGSERVICE") != NULL ||
         getenv("PGDATABASE") != NULL))
        url = "application_name=payrun";    /* libpq reads PG* itself */
    if (url == NULL) {
        app->private_db = true;
        if (cluster_at(&app->cluster, app->dir, e) < 0)
            return -1;
        url = app->cluster.url;
    }
    if (str_copy(app->db_url, sizeof(app->db_url), str_of(url)) < 0)
        return err_set(e, ERR_USAGE, "the database address is too long");
    return 0;
}

const char *
app_mark(struct app *app)
{
    if (app->config.mark[0] != '\0')
        return app->config.mark;
    if (snprintf(app->mark, sizeof(app->mark), "%s/mark", app->dir)
        >= (int)sizeof(app->mark))
        app->mark[0] = '\0';         /* too long: nothing can be kept there */
    return app->mark;
}

int
app_db(struct app *app, struct err *e)
{
    int applied = 0;

    if (app->db != NULL)
        return 0;
    if (app_db_place(app, e) < 0)
        return -1;
    if (app->private_db && cluster_state(&app->cluster) != CLUSTER_UP) {
        app_say(app, "starting the private database in %s\n",
                app->cluster.dir);
        if (cluster_up(&app->cluster, e) < 0)
            return -1;
    }
    app->db = db_open(app->db_url, e);
    if (app->db == NULL)
        return -1;
    if ((app->private_db ? migrate_run(app->db, &applied, e)
                         : migrate_check(app->db, e)) < 0)
        return -1;
    if (app->role != NULL)
        return db_become(app->db, app->role, e);
    /* A login made for one job has that job's rights and no others. */
    return db_may_become(app->db, DB_AS_AUDITOR) ?
           db_become(app->db, DB_AS_AUDITOR, e) : 0;
}

int
app_as(struct app *app, const char *role, struct err *e)
{
    app->role = role;
    return app->db != NULL ? db_become(app->db, role, e) : 0;
}

static const char *
role_of(const struct person *p)
{
    static const struct { const char *person, *role; } roles[] = {
        { "maker", DB_AS_MAKER }, { "checker", DB_AS_CHECKER },
        { "admin", DB_AS_ADMIN }
    };

    for (size_t i = 0; i < LEN(roles); i++)
        if (strcmp(p->role, roles[i].person) == 0)
            return roles[i].role;
    return DB_AS_AUDITOR;
}

int
app_me(struct app *app, struct err *e)
{
    const char *name = args_value(&app->args, "as");
    const struct passwd *pw;
    char login[USER_NAME_BYTES_MAX], fix[ERR_TEXT_BYTES];

    if (app->me.name[0] != '\0')
        return 0;
    if (name == NULL) {
        pw = getpwuid(getuid());
        if (pw == NULL)
            return err_set(e, ERR_NOPERM, "the operating system has no name "
                           "for user id %u", (unsigned)getuid());
        /* A copy: starting the database looks up other people. */
        if (str_copy(login, sizeof(login), str_of(pw->pw_name)) < 0)
            return err_set(e, ERR_NOPERM, "the login \"%s\" is too long",
                           pw->pw_name);
        name = login;
    }
    if (app_db(app, e) < 0)
        return -1;
    if (person_find(app->db, name, &app->me, e) == 0)
        return app_as(app, role_of(&app->me), e);
    if (e->kind == ERR_NOPERM && e->fix[0] != '\0' && !app->live &&
        !args_has(&app->args, "as")) {
        memcpy(fix, e->fix, sizeof(fix));
        err_fix(e, "%.*s; or say who you are: --as NAME (sandbox)",
                ERR_TEXT_BYTES - 64, fix);
    }
    return -1;
}

int
app_env(const struct app *app, bool live, const char *what, struct err *e)
{
    if (live && !app->live) {
        err_set(e, ERR_GUARD, "%s is LIVE: it moves real money", what);
        return err_fix(e, "say --live if that is what you mean");
    }
    if (!live && app->live) {
        err_set(e, ERR_GUARD, "you said --live, but %s belongs to the sandbox",
                what);
        return err_fix(e, "leave --live out, or name a live account or run");
    }
    return 0;
}

int
app_run(struct app *app, struct run *run, struct err *e)
{
    if (app_db(app, e) < 0 ||
        run_find(app->db, app->args.plain[0], run, e) < 0)
        return -1;
    return app_env(app, run->live, run->ref, e);
}

struct account *
app_account(struct app *app, const char *name, struct err *e)
{
    struct account *a;

    if (app_config(app, e) < 0)
        return NULL;
    a = config_account(&app->config, name, e);
    if (a == NULL || config_secrets(&app->config, a, e) < 0 ||
        net_check_url(a->base_url, e) < 0)
        return NULL;
    /* Nobody in particular asks: then it is the program that speaks with the
     * provider, and that may note an account it sees for the first time. */
    if (app_db(app, e) < 0 ||
        (app->role == NULL && db_may_become(app->db, DB_AS_WORKER) &&
         app_as(app, DB_AS_WORKER, e) < 0) ||
        account_sync(app->db, a, e) < 0)
        return NULL;
    return a;
}

/*
 * Without memory jansson answers NULL, and a member that is NULL is just not
 * there.  An answer that lacks one must not be taken for the whole, so the one
 * thing that can go wrong is noted where it does; its hooks take no owner.
 */
static bool json_short;

static void *
json_room(size_t bytes)
{
    void *p = malloc(bytes);

    json_short = json_short || p == NULL;
    return p;
}

void
app_json_setup(void)
{
    json_set_alloc_funcs(json_room, free);
}

int
app_json(const struct app *app, json_t *root, struct err *e)
{
    char *text = NULL;
    int rc = 0;

    (void)app;
    if (root != NULL && !json_short) {
        json_object_set_new(root, "schema", json_integer(1));
        /* all of it first: half an answer is worse than none */
        text = json_dumps(root, JSON_COMPACT | JSON_PRESERVE_ORDER);
    }
    if (text == NULL || json_short)
        rc = err_oom(e);
    else if (fputs(text, stdout) == EOF || fputc('\n', stdout) == EOF ||
             fflush(stdout) == EOF)
        rc = err_set(e, ERR_IO, "the answer could not be written: %s",
                     strerror(errno));
    json_short = false;                 /* the error is an answer, too */
    free(text);
    json_decref(root);
    return rc;
}

void
app_say(const struct app *app, const char *fmt, ...)
{
    va_list args;

    if (app->quiet || app->json)
        return;
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
}

json_t *
json_error(const struct err *e)
{
    return json_pack("{s:s, s:s, s:s, s:i}", "kind", err_kind_name(e->kind),
                     "text", e->text, "fix", e->fix, "exit", (int)e->kind);
}

json_t *
json_money(int64_t minor, const char *ccy)
{
    struct money m = { minor, { 0 } };
    char text[MONEY_TEXT_BYTES];

    str_copy(m.ccy, sizeof(m.ccy), str_of(ccy));
    money_plain(m, text);
    return json_string(text);
}

json_t *
json_run(const struct run *r)
{
    char digest[SHA256_HEX];

    hex_of(r->digest, SHA256_BYTES, digest);
    return json_pack(
        "{s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:I, s:o, s:s, s:I, s:I, s:s,"
        " s:s, s:s, s:s, s:s, s:s, s:s, s:s}",
        "run", r->ref, "state", run_state_name(r->state),
        "account", r->account, "live", r->live, "period", r->period,
        "kind", r->kind, "pay_date", r->pay_date,
        "rows", (json_int_t)r->rows, "total", json_money(r->minor, r->ccy),
        "currency", r->ccy, "batches", (json_int_t)r->batches,
        "held_rows", (json_int_t)r->held_rows, "made_by", r->made_by,
        "approved_by", r->approved_by, "override", r->override,
        "why", r->state_why, "file", r->file_name, "digest", digest,
        "created_at", r->created_at, "parent", r->parent);
}
