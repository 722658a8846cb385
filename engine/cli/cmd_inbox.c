#include "cli/cmds.h"

#include <stdlib.h>

#include "cli/phrase.h"
#include "db/sql.h"
#include "money/money.h"
#include "schedule/standing.h"

const struct opt inbox_add_opts[] = {
    { "account", "NAME", "the funding account; default: the configuration's",
      false },
    { "maker", "USER", "in whose name files are uploaded; default: yours",
      false },
    { "kind", "main|advance|bonus|correction", "of the runs; default: main",
      false },
    { "done-marker", NULL, "FILE is complete when FILE.done is there; "
      "default: when it has its final name", false },
    { NULL, NULL, NULL, false }
};
const struct opt inbox_standing_opts[] = {
    { "file-max", "AMOUNT", "the most one file may pay", false },
    { "payee-max", "AMOUNT", "the most one payment may be", false },
    { "change", "PERCENT", "how far payments and total may be from the last "
      "run; default: 10", false },
    { "until", "YYYY-MM-DD", "its last day", false },
    { "reason", "TEXT", "why; others read it", false },
    { NULL, NULL, NULL, false }
};

#define SHOW_FILES      20
#define CHANGE_PERCENT  10

/* --- folders -------------------------------------------------------------- */

/* The folder as everybody else will find it: from the root, without links. */
static int
whole_path(const char *given, char out[PATH_BYTES_MAX], struct err *e)
{
    char *path = realpath(given, NULL);
    int rc = path != NULL ? str_copy(out, PATH_BYTES_MAX, str_of(path)) : -1;

    free(path);
    if (rc == 0)
        return 0;
    err_set(e, ERR_NOINPUT, "there is no folder %s", given);
    return err_fix(e, "make it, let payrun read and write in it, and say it "
                   "again");
}

int
cmd_inbox_add(struct app *app, struct err *e)
{
    const struct args *a = &app->args;
    const char *maker = args_value(a, "maker"), *kind = args_value(a, "kind");
    char path[PATH_BYTES_MAX];
    struct drop_ask ask = { .path = path, .done_marker =
                            args_has(a, "done-marker") };
    struct account *account;

    if (whole_path(a->plain[0], path, e) < 0 || app_me(app, e) < 0)
        return -1;
    account = app_account(app, args_value(a, "account"), e);
    if (account == NULL || app_env(app, account->live, account->name, e) < 0)
        return -1;
    ask.maker = maker != NULL ? maker : app->me.name;
    ask.run_kind = kind != NULL ? kind : "main";
    ask.account_id = account->account_id;
    if (strcmp(ask.run_kind, "main") != 0 &&
        strcmp(ask.run_kind, "advance") != 0 &&
        strcmp(ask.run_kind, "bonus") != 0 &&
        strcmp(ask.run_kind, "correction") != 0)
        return err_set(e, ERR_USAGE, "--kind takes main, advance, bonus or "
                       "correction, not \"%s\"", ask.run_kind);
    if (drop_folder_add(app->db, &ask, &app->me, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:s, s:s, s:s}", "folder", path,
                        "account", account->name, "maker", ask.maker), e);
    printf("%s is watched: its files become drafts of %s in the name of %s\n"
           "write a file under another name (FILE.part) and rename it when it "
           "is complete%s;\nits name says the period: payroll-2026-11.csv\n",
           path, account->name, ask.maker,
           ask.done_marker ? ", then make FILE.done" : "");
    return 0;
}

int
cmd_inbox_remove(struct app *app, struct err *e)
{
    char path[PATH_BYTES_MAX];
    struct drop_folder f;

    /* It may be gone from the disk by now. */
    if (whole_path(app->args.plain[0], path, e) < 0)
        (void)str_copy(path, sizeof(path), str_of(app->args.plain[0]));
    if (app_me(app, e) < 0 || drop_folder_find(app->db, path, &f, e) < 0 ||
        app_env(app, f.live, f.path, e) < 0 ||
        drop_folder_end(app->db, &f, &app->me, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:s, s:s}", "folder", f.path,
                                       "state", "removed"), e);
    printf("%s is not watched any more\n", f.path);
    return 0;
}

struct listing {
    struct app *app;
    json_t *folders, *files;
    int n;
    /* a row of drop_file_list */
    char path[PATH_BYTES_MAX], name[DROP_BYTES_MAX + 1], state[16];
    char ref[RUN_REF_BYTES], run_state[16], at[CALENDAR_WALL_BYTES];
    int64_t problems;
    struct str note, standing;
};

static int
note_folder(void *owner, const struct drop_folder *f)
{
    struct listing *l = owner;

    l->n++;
    if (l->app->json)
        return json_array_append_new(l->folders, json_pack(
            "{s:s, s:s, s:b, s:s, s:s, s:b, s:s}", "folder", f->path,
            "account", f->account, "live", f->live, "maker", f->maker, "kind",
            f->run_kind, "done_marker", f->done_marker, "standing",
            f->standing));
    printf("%s\n  drafts (%s) of %s%s in the name of %s%s\n", f->path,
           f->run_kind, f->account, f->live ? " (LIVE)" : " (sandbox)",
           f->maker, f->done_marker ? ", complete with FILE.done" : "");
    printf("  %s\n", f->standing[0] != '\0' ? f->standing :
           "no standing approval: every file waits for a person");
    return 0;
}

static int
note_file(void *owner)
{
    struct listing *l = owner;

    if (l->app->json)
        return json_array_append_new(l->files, json_pack(
            "{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s%, s:s%}", "at", l->at,
            "folder", l->path, "file", l->name, "state", l->state, "run",
            l->ref, "run_state", l->run_state, "problems",
            (json_int_t)l->problems, "note", l->note.p, l->note.len,
            "standing", l->standing.p, l->standing.len));
    printf("  %s  %-9s %s%s%s%s%s%s%.*s%s%.*s\n", l->at, l->state, l->name,
           l->ref[0] != '\0' ? ", " : "", l->ref,
           l->run_state[0] != '\0' ? " " : "", l->run_state,
           l->note.len > 0 ? ": " : "", STR_ARG(l->note),
           l->standing.len > 0 ? ": " : "", STR_ARG(l->standing));
    return 0;
}

static int
list_files(struct listing *l, struct err *e)
{
    const struct db_arg args[] = { A_I64(SHOW_FILES) };
    const struct db_col cols[] = {
        C_TEXT("path", l->path), C_TEXT("name", l->name),
        C_TEXT("state", l->state), C_TEXT("ref", l->ref),
        C_TEXT("run_state", l->run_state), C_I64("problems", &l->problems),
        C_STR("note", &l->note), C_STR("standing", &l->standing),
        C_TEXT("at", l->at)
    };

    if (l->n > 0 && !l->app->json)
        puts("last files:");
    if (db_each(l->app->db, sql_drop_file_list, args, LEN(args), cols,
                LEN(cols), note_file, l) < 0)
        return db_fail(l->app->db, e, "reading the files that came in");
    return 0;
}

int
cmd_inbox_list(struct app *app, struct err *e)
{
    static struct listing l;
    int rc = app_db(app, e);

    l = (struct listing){ .app = app, .folders = json_array(),
                          .files = json_array() };
    if (rc == 0)
        rc = drop_folder_each(app->db, "", note_folder, &l, e);
    if (rc == 0 && !app->json && l.n == 0)
        puts("no folder is watched\nnext: payrun inbox add DIR --maker USER");
    if (rc == 0)
        rc = list_files(&l, e);
    if (rc == 0 && app->json)
        rc = app_json(app, json_pack("{s:O, s:O}", "folders", l.folders,
                                     "files", l.files), e);
    json_decref(l.folders);
    json_decref(l.files);
    return rc;
}

/* --- standing approvals --------------------------------------------------- */

static int
amount(struct app *app, const char *flag, const char *ccy, int64_t *minor,
       struct err *e)
{
    struct amount_text got = { 0, AMOUNT_UNDECIDED };
    const char *text = args_value(&app->args, flag);

    if (text != NULL
        && amount_read(&got, str_trim(str_of(text)), AMOUNT_DOT, ccy,
                       ccy_decimals(ccy)) == AMOUNT_FINE && got.minor > 0) {
        *minor = got.minor;
        return 0;
    }
    err_set(e, ERR_USAGE, "--%s needs an amount of %s", flag, ccy);
    return err_fix(e, "write it as 1500000.00");
}

int
cmd_inbox_standing(struct app *app, struct err *e)
{
    const char *until = args_value(&app->args, "until");
    struct drop_folder f;
    struct standing_ask ask = { .folder = &f, .until =
                                until != NULL ? until : "",
                                .why = args_value(&app->args, "reason") };
    char path[PATH_BYTES_MAX];
    int64_t id = 0;

    if (whole_path(app->args.plain[0], path, e) < 0 || app_me(app, e) < 0 ||
        drop_folder_find(app->db, path, &f, e) < 0 ||
        app_env(app, f.live, f.path, e) < 0 ||
        amount(app, "file-max", f.ccy, &ask.file_minor, e) < 0 ||
        amount(app, "payee-max", f.ccy, &ask.payee_minor, e) < 0 ||
        args_i64(&app->args, "change", CHANGE_PERCENT, 0, 100,
                 &ask.change_percent, e) < 0 ||
        standing_propose(app->db, &ask, &app->me, &id, e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:I, s:s}", "standing",
                        (json_int_t)id, "state", "proposed"), e);
    printf("standing approval %lld is proposed; it holds when another person, "
           "a checker, agrees:\n  payrun inbox agree %lld\n", (long long)id,
           (long long)id);
    return 0;
}

static int
answer(struct app *app, bool agrees, struct err *e)
{
    int64_t id = 0;
    int rc;

    if (str_i64(&id, str_of(app->args.plain[0])) < 0 || id <= 0) {
        err_set(e, ERR_USAGE, "\"%s\" is no number of a standing approval",
                app->args.plain[0]);
        return err_fix(e, "payrun inbox list shows them");
    }
    if (app_me(app, e) < 0)
        return -1;
    rc = agrees ? standing_agree(app->db, id, &app->me, e)
                : standing_end(app->db, id, &app->me, e);
    if (rc < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:I, s:s}", "standing",
                        (json_int_t)id, "state", agrees ? "in_force" :
                        "ended"), e);
    printf(agrees ? "standing approval %lld holds\n" :
           "standing approval %lld is ended\n", (long long)id);
    return 0;
}

int
cmd_inbox_agree(struct app *app, struct err *e)
{
    return answer(app, true, e);
}

int
cmd_inbox_end(struct app *app, struct err *e)
{
    return answer(app, false, e);
}
