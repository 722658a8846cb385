#include "cli/cmds.h"

#include "base/crypto.h"
#include "loaders/problem.h"

#ifndef PAYRUN_VERSION
#define PAYRUN_VERSION "0.1"
#endif

const struct opt no_opts[] = { { NULL, NULL, NULL, false } };

const struct opt common_opts[] = {
    { "dir",      "DIR",  "where the private database and its files live", false },
    { "db",       "URL",  "use this PostgreSQL instead of a private one", false },
    { "config",   "FILE", "use this configuration", false },
    { "rules",    "FILE", "use this table of limits, charges and prefixes", false },
    { "live",     NULL,   "act on a live account (real money)", false },
    { "as",       "USER", "act as this user; sandbox only", false },
    { "json",     NULL,   "answer in JSON on stdout", false },
    { "quiet",    NULL,   "no talk on stderr", false },
    { "verbose",  NULL,   "log what happens on stderr", false },
    { "no-color", NULL,   "no colours", false },
    { "help",     NULL,   "help for this command", false },
    { NULL, NULL, NULL, false }
};

const struct cmd cmds[] = {
    { "demo", "", 0, 0, CMD_START,
      "see everything work: a payroll checked, approved, paid, reported",
      demo_opts, cmd_demo, NULL },
    { "template", "", 0, 0, CMD_FILE, "print an empty payroll file to fill in",
      template_opts, cmd_template, NULL },
    { "check", "FILE", 1, 1, CMD_FILE,
      "find every mistake in a file; needs no database, sends nothing",
      check_opts, cmd_check, NULL },
    { "upload", "FILE", 1, 1, CMD_FILE, "store a file as a draft run",
      upload_opts, cmd_upload, NULL },
    { "submit", "RUN", 1, 1, CMD_PAY, "ask for approval", no_opts,
      cmd_submit, NULL },
    { "approve", "RUN", 1, 1, CMD_PAY,
      "approve exactly what will be paid (another person)", approve_opts,
      cmd_approve, NULL },
    { "reject", "RUN", 1, 1, CMD_PAY, "send a run back", reason_opts,
      cmd_reject, NULL },
    { "send", "RUN", 1, 1, CMD_PAY, "pay an approved run", send_opts,
      cmd_send, NULL },
    { "pause", "RUN", 1, 1, CMD_PAY, "stop sending; what left goes on",
      reason_opts, cmd_pause, NULL },
    { "resume", "RUN", 1, 1, CMD_PAY, "go on sending", no_opts, cmd_resume,
      NULL },
    { "cancel", "RUN", 1, 1, CMD_PAY, "give up what was not sent yet",
      cancel_opts, cmd_cancel, NULL },
    { "list", "", 0, 0, CMD_LOOK, "all runs", no_opts, cmd_list, NULL },
    { "show", "RUN", 1, 1, CMD_LOOK,
      "a run: what it asks for, warnings, comparison, history", no_opts,
      cmd_show, NULL },
    { "status", "RUN", 1, 1, CMD_LOOK, "where every payment is", status_opts,
      cmd_status, NULL },
    { "report", "RUN", 1, 1, CMD_LOOK,
      "payments, failures, proof of sums: text, csv, json, html", report_opts,
      cmd_report, NULL },
    { "states", "", 0, 0, CMD_LOOK, "the states and what moves them",
      states_opts, cmd_states, NULL },
    { "work", "", 0, 0, CMD_SERVE, "send, ask and settle until stopped",
      work_opts, cmd_work, NULL },
    { "serve", "", 0, 0, CMD_SERVE, "listen for the providers' callbacks",
      serve_opts, cmd_serve, NULL },
    { "sandbox", "", 0, 0, CMD_SERVE,
      "a stand-in for IntaSend with books of its own", sandbox_opts,
      cmd_sandbox, NULL },
    { "user add", "NAME", 1, 1, CMD_ADMIN, "add a person with one role",
      user_add_opts, cmd_user_add, NULL },
    { "user list", "", 0, 0, CMD_ADMIN, "people and roles", no_opts,
      cmd_user_list, NULL },
    { "db up", "", 0, 0, CMD_ADMIN, "make and start the private database",
      no_opts, cmd_db_up, NULL },
    { "db down", "", 0, 0, CMD_ADMIN, "stop the private database", no_opts,
      cmd_db_down, NULL },
    { "db status", "", 0, 0, CMD_ADMIN, "is it there, is its schema ours?",
      no_opts, cmd_db_status, NULL },
    { "db url", "", 0, 0, CMD_ADMIN, "how to connect to it", no_opts,
      cmd_db_url, NULL },
    { "db migrate", "", 0, 0, CMD_ADMIN, "bring the schema up to date",
      migrate_opts, cmd_db_migrate, NULL },
    { "help", "[COMMAND | CODE]", 0, 2, CMD_LOOK,
      "this, a command, or a problem code such as PR-CSV-017", no_opts,
      cmd_help, NULL },
    { NULL, NULL, 0, 0, CMD_START, NULL, NULL, NULL, NULL }
};

static const char *const group_names[] = {
    "Start", "File", "Pay", "Look (changes nothing)", "Run", "Admin"
};

static const char exit_codes[] =
    "Exit codes: 0 done, 1 some payments certainly failed, 3 something in\n"
    "doubt, 4 stopped by a guard, 64 usage, 65 mistakes in the file, 66 file\n"
    "cannot be read, 69 unreachable, 70 bug, 73/74 cannot write, 75 try again,\n"
    "77 not allowed, 78 configuration, 130/143 stopped by a signal (resume is\n"
    "safe).\n";

static void
help_all(FILE *out)
{
    fputs("payrun - pay many people from one file, once each\n", out);
    for (int g = CMD_START; g <= CMD_ADMIN; g++) {
        fprintf(out, "\n%s\n", group_names[g]);
        for (const struct cmd *c = cmds; c->name != NULL; c++)
            if ((int)c->group == g)
                fprintf(out, "  %-10s %-6s  %s\n", c->name, c->plain, c->help);
    }
    fprintf(out, "\nEvery command takes --json, --dir DIR, --db URL and "
            "--config FILE;\n`payrun help COMMAND` lists its flags. The "
            "sandbox is the default: live\naccounts need --live.\n\n%s",
            exit_codes);
}

static void
help_opts(FILE *out, const struct opt *o)
{
    for (; o->name != NULL; o++) {
        char flag[64];

        snprintf(flag, sizeof(flag), "--%s%s%s", o->name,
                 o->value != NULL ? " " : "", o->value != NULL ? o->value : "");
        fprintf(out, "  %-26s %s\n", flag, o->help);
    }
}

static void
help_cmd(FILE *out, const struct cmd *c)
{
    fprintf(out, "payrun %s %s\n  %s\n\n", c->name, c->plain, c->help);
    help_opts(out, c->opts);
    fputs(c->opts->name != NULL ? "\nAs every command:\n" : "", out);
    help_opts(out, common_opts);
    fprintf(out, "\n%s%s", c->more != NULL ? c->more : "", exit_codes);
}

/* The command whose name is the first one or two words; *words gets how many. */
static const struct cmd *
find_cmd(int argc, char **argv, int *words)
{
    char two[64];

    for (const struct cmd *c = cmds; argc >= 1 && c->name != NULL; c++) {
        *words = 1;
        if (strcmp(c->name, argv[0]) == 0)
            return c;
        if (argc < 2)
            continue;
        *words = 2;
        snprintf(two, sizeof(two), "%s %s", argv[0], argv[1]);
        if (strcmp(c->name, two) == 0)
            return c;
    }
    return NULL;
}

static int
help_code(const char *code, struct err *e)
{
    const struct problem_kind *k = problem_kind(code);

    if (k == NULL) {
        err_set(e, ERR_USAGE, "there is no command or problem code \"%s\"",
                code);
        return err_fix(e, "`payrun help` lists the commands");
    }
    printf("%s  %s\n  %s\n  fix: %s\n", k->code,
           k->severity == SEV_WARNING ? "warning" :
           k->severity == SEV_STOP ? "stop (--allow-duplicates REASON)" :
           "error", k->cause, k->fix);
    return 0;
}

/* All commands with their flags: for completions and for the docs. */
static int
help_json(const struct app *app, struct err *e)
{
    json_t *list = json_array();

    for (const struct cmd *c = cmds; c->name != NULL; c++) {
        json_t *flags = json_array();

        for (const struct opt *o = c->opts; o->name != NULL; o++)
            json_array_append_new(flags, json_pack(
                "{s:s, s:s, s:s}", "name", o->name, "value",
                o->value != NULL ? o->value : "", "help", o->help));
        json_array_append_new(list, json_pack(
            "{s:s, s:s, s:s, s:s, s:o}", "command", c->name,
            "takes", c->plain, "group", group_names[c->group],
            "help", c->help, "flags", flags));
    }
    return app_json(app, json_pack("{s:o}", "commands", list), e);
}

int
cmd_help(struct app *app, struct err *e)
{
    const struct cmd *c;
    int words = 0;

    if (app->json)
        return help_json(app, e);
    if (app->args.nplain == 0) {
        help_all(stdout);
        return 0;
    }
    c = find_cmd(app->args.nplain, (char **)(uintptr_t)app->args.plain,
                 &words);
    if (c == NULL)
        return help_code(app->args.plain[0], e);
    help_cmd(stdout, c);
    return 0;
}

static int
no_such_cmd(const char *word, struct err *e)
{
    const char *names[64];
    const char *near;
    int n = 0;

    for (const struct cmd *c = cmds; c->name != NULL && n < 64; c++)
        names[n++] = c->name;
    near = args_nearest(word, names, n);
    err_set(e, ERR_USAGE, "there is no command \"%s\"", word);
    if (near != NULL)
        return err_fix(e, "did you mean `payrun %s`?", near);
    return err_fix(e, "`payrun help` lists the commands");
}

static int
run_cmd(struct app *app, const struct cmd *c, int argc, char **argv,
        struct err *e)
{
    if (args_read(&app->args, argc, argv, c->opts, common_opts, e) < 0)
        return -1;
    if (args_has(&app->args, "help")) {
        help_cmd(stdout, c);
        return 0;
    }
    if (app->args.nplain < c->nplain_min || app->args.nplain > c->nplain_max) {
        err_set(e, ERR_USAGE, "`payrun %s` takes %s", c->name,
                c->plain[0] != '\0' ? c->plain : "no words, only flags");
        return err_fix(e, "payrun %s %s; see `payrun help %s`", c->name,
                       c->plain, c->name);
    }
    if (app_setup(app, e) < 0)
        return -1;
    return c->run(app, e);
}

/* The one place that tells a failure. */
static void
tell(const struct app *app, const struct err *e)
{
    struct err ignored = { 0 };

    if (app->json) {
        app_json(app, json_pack("{s:{s:s, s:s, s:s, s:i}}", "error",
                                "kind", err_kind_name(e->kind),
                                "text", e->text, "fix", e->fix,
                                "exit", (int)e->kind), &ignored);
        return;
    }
    fflush(stdout);                     /* what was found comes first */
    fprintf(stderr, "payrun: %s\n", e->text);
    if (e->fix[0] != '\0')
        fprintf(stderr, "  fix: %s\n", e->fix);
}

int
cmds_main(int argc, char **argv)
{
    static struct app app;              /* large; zeroed */
    struct err e = { 0 };
    const struct cmd *c;
    int words = 0, rc;

    if (argc < 2 || strcmp(argv[1], "--help") == 0) {
        help_all(argc < 2 ? stderr : stdout);
        return argc < 2 ? ERR_USAGE : 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("payrun " PAYRUN_VERSION);
        return 0;
    }
    if (crypto_setup() < 0) {
        fputs("payrun: libsodium cannot start\n", stderr);
        return ERR_BUG;
    }
    c = find_cmd(argc - 1, argv + 1, &words);
    if (c == NULL)
        rc = no_such_cmd(argv[1], &e);
    else
        rc = run_cmd(&app, c, argc - 1 - words, argv + 1 + words, &e);
    if (rc < 0) {
        tell(&app, &e);
        rc = e.kind != ERR_NONE ? (int)e.kind : ERR_BUG;
    }
    app_close(&app);
    if (fflush(stdout) == EOF && rc == 0)
        rc = ERR_IO;
    return rc;
}
