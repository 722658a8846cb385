#include "cli/cmds.h"

#include <ctype.h>
#include <errno.h>

#include "base/crypto.h"
#include "base/secret.h"
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

static const char follow_json[] =
    "With --json, --wait and --watch print one object a line: first how it\n"
    "goes on, \"type\": \"status\", and last how it ended, \"type\": "
    "\"result\",\nor an object with \"error\".\n\n";

static const char errand_more[] =
    "A maker or an admin asks; it is noted before it leaves and tried once.\n"
    "Without a clear answer it is in doubt (exit 3): look at the provider's\n"
    "books before it is asked for again (payrun errands; --again REASON).\n\n";

static const char statement_more[] =
    "Everything in it is checked first: with a mistake nothing is taken in.\n"
    "Lines that an earlier statement brought stay as they are, so taking one\n"
    "in twice, or two that overlap, does no harm.  The CSV of a bank needs a\n"
    "map: under statements: in the configuration.\n\n";

const struct cmd cmds[] = {
    { "demo", "", 0, 0, CMD_START,
      "see everything work: a payroll checked, approved, paid, reported",
      demo_opts, cmd_demo, NULL },
    { "template", "", 0, 0, CMD_FILE, "print an empty payroll file to fill in",
      template_opts, cmd_template, NULL },
    { "check", "FILE", 1, 1, CMD_FILE,
      "find every mistake in a file; needs no database, sends nothing",
      check_opts, cmd_check, NULL },
    { "plan", "FILE | RUN", 1, 1, CMD_FILE,
      "what paying it means: rails, charges, limits, rows to look at",
      plan_opts, cmd_plan, NULL },
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
      cmd_send, follow_json },
    { "pause", "[RUN]", 0, 1, CMD_PAY,
      "stop sending a run, or with --all everything; what left goes on",
      pause_opts, cmd_pause, NULL },
    { "resume", "[RUN]", 0, 1, CMD_PAY, "go on sending", resume_opts,
      cmd_resume, NULL },
    { "cancel", "RUN", 1, 1, CMD_PAY, "give up what was not sent yet",
      cancel_opts, cmd_cancel, NULL },
    { "resolve", "[RUN [ROW]]", 0, 2, CMD_PAY,
      "what is in doubt: what was sent and said, ask now, end it by evidence",
      resolve_opts, cmd_resolve, NULL },
    { "explain", "[RUN]", 0, 1, CMD_PAY,
      "doubles at a provider, errands in doubt: one explains, another agrees",
      explain_opts, cmd_explain, NULL },
    { "retry", "RUN", 1, 1, CMD_PAY,
      "a new draft of what certainly failed; approved like any other",
      retry_opts, cmd_retry, NULL },
    { "list", "", 0, 0, CMD_LOOK, "all runs", no_opts, cmd_list, NULL },
    { "show", "RUN", 1, 1, CMD_LOOK,
      "a run: what it asks for, warnings, comparison, history", no_opts,
      cmd_show, NULL },
    { "status", "RUN", 1, 1, CMD_LOOK, "where every payment is", status_opts,
      cmd_status, follow_json },
    { "report", "RUN", 1, 1, CMD_LOOK,
      "payments, failures, proof of sums: text, csv, json, html", report_opts,
      cmd_report, NULL },
    { "codes", "", 0, 0, CMD_LOOK,
      "what the providers' codes mean; --unknown: those nobody knows",
      codes_opts, cmd_codes, NULL },
    { "states", "", 0, 0, CMD_LOOK, "the states and what moves them",
      states_opts, cmd_states, NULL },
    { "balance", "", 0, 0, CMD_MONEY,
      "what an account holds, what is in flight, what is free", balance_opts,
      cmd_balance, NULL },
    { "statement import", "FILE", 1, 1, CMD_MONEY,
      "take in a statement of a bank or of M-Pesa, to be compared",
      statement_import_opts, cmd_statement_import, statement_more },
    { "statement list", "", 0, 0, CMD_MONEY,
      "statements that were taken in, and the gaps between them",
      statement_list_opts, cmd_statement_list, NULL },
    { "statement show", "NUMBER", 1, 1, CMD_MONEY,
      "one of them with its lines", statement_show_opts, cmd_statement_show,
      NULL },
    { "statement", "", 0, 0, CMD_MONEY,
      "what moved in an account, by the provider; --pull takes it in",
      statement_opts, cmd_statement, NULL },
    { "transfer", "", 0, 0, CMD_MONEY, "between two accounts of ours",
      transfer_opts, cmd_transfer, errand_more },
    { "fund", "", 0, 0, CMD_MONEY,
      "ask a phone to pay into an account (STK push)", fund_opts, cmd_fund,
      errand_more },
    { "checkout", "", 0, 0, CMD_MONEY,
      "a link through which somebody pays into an account", checkout_opts,
      cmd_checkout, errand_more },
    { "payment", "ID", 1, 1, CMD_MONEY, "what became of a payment in",
      payment_opts, cmd_payment, NULL },
    { "payouts", "", 0, 0, CMD_MONEY,
      "payments out, by the provider's own list", payouts_opts, cmd_payouts,
      NULL },
    { "chargebacks", "", 0, 0, CMD_MONEY, "payments in that were claimed back",
      chargebacks_opts, cmd_chargebacks, NULL },
    { "wallets create", "", 0, 0, CMD_MONEY, "a new wallet at the provider",
      wallets_create_opts, cmd_wallets_create, errand_more },
    { "wallets", "", 0, 0, CMD_MONEY, "all wallets of the account's key",
      wallets_opts, cmd_wallets, NULL },
    { "banks", "", 0, 0, CMD_MONEY, "the provider's bank codes, by name",
      banks_opts, cmd_banks, NULL },
    { "validate", "", 0, 0, CMD_MONEY,
      "whose phone, bank account, paybill or till is this?", validate_opts,
      cmd_validate, NULL },
    { "sms", "", 0, 0, CMD_MONEY, "send a text message (Sapama)", sms_opts,
      cmd_sms, errand_more },
    { "mark", "ID", 1, 1, CMD_MONEY,
      "say what our books made of a transaction (Sapama)", mark_opts, cmd_mark,
      errand_more },
    { "post", "FILE.json", 1, 1, CMD_MONEY,
      "tell of transactions made elsewhere (Sapama)", post_opts, cmd_post,
      errand_more },
    { "errands", "", 0, 0, CMD_MONEY,
      "transfers, fundings and the like: what came of each", errands_opts,
      cmd_errands, NULL },
    { "work", "", 0, 0, CMD_SERVE, "send, ask and settle until stopped",
      work_opts, cmd_work, NULL },
    { "serve", "", 0, 0, CMD_SERVE, "listen for the providers' callbacks",
      serve_opts, cmd_serve, NULL },
    { "sandbox", "", 0, 0, CMD_SERVE,
      "a stand-in for IntaSend and Sapama Cash, with books of its own", sandbox_opts,
      cmd_sandbox, NULL },
    { "doctor", "", 0, 0, CMD_ADMIN,
      "is everything set up? keys, database, clocks, files, callbacks",
      doctor_opts, cmd_doctor, NULL },
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
    { "lineage", "", 0, 0, CMD_ADMIN,
      "after a restore or failover: what may have been paid meanwhile",
      lineage_opts, cmd_lineage, NULL },
    { "audit verify", "", 0, 0, CMD_ADMIN,
      "is the audit whole? names the first entry that was tampered with",
      audit_opts, cmd_audit_verify, NULL },
    { "limits set", "", 0, 0, CMD_ADMIN,
      "change one (admin); a higher one takes a second person",
      limits_set_opts, cmd_limits_set, NULL },
    { "limits agree", "N", 1, 1, CMD_ADMIN, "be that second person", no_opts,
      cmd_limits_agree, NULL },
    { "limits refuse", "N", 1, 1, CMD_ADMIN, "... and say no", no_opts,
      cmd_limits_refuse, NULL },
    { "limits", "", 0, 0, CMD_ADMIN,
      "the most that may be paid: by one payment, one run, on one day",
      no_opts, cmd_limits, NULL },
    { "help", "[TOPIC]", 0, 2, CMD_LOOK,
      "this, or a command, or a problem code such as PR-CSV-017", no_opts,
      cmd_help, NULL },
    { NULL, NULL, 0, 0, CMD_START, NULL, NULL, NULL, NULL }
};

static const char *const group_names[] = {
    "Start", "File", "Pay", "Look (changes nothing)",
    "Accounts and money", "Run", "Admin"
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
                fprintf(out, "  %-14s %-10s  %s\n", c->name, c->plain, c->help);
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
        fprintf(out, strlen(flag) > 26 ? "  %s\n%29s%s\n" : "  %-26s%s %s\n",
                flag, "", o->help);
    }
}

static void
help_cmd(FILE *out, const struct cmd *c)
{
    fprintf(out, "payrun %s%s%s\n  %s\n\n", c->name,
            c->plain[0] != '\0' ? " " : "", c->plain, c->help);
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

/* "user" begins "user add" and "user list". */
static bool
begins(const struct cmd *c, const char *word)
{
    size_t n = strlen(word);

    return strncmp(c->name, word, n) == 0 && c->name[n] == ' ';
}

/* Print the commands that begin with ${word}; how many there are. */
static int
help_family(FILE *out, const char *word)
{
    int n = 0;

    for (const struct cmd *c = cmds; c->name != NULL; c++)
        if (begins(c, word)) {
            n++;
            fprintf(out, "  payrun %-10s %-6s  %s\n", c->name, c->plain,
                    c->help);
        }
    return n;
}

static int
no_such_topic(const char *word, struct err *e)
{
    err_set(e, ERR_USAGE, "there is no command or problem code \"%s\"", word);
    return err_fix(e, "`payrun help` lists the commands");
}

/* A problem code in any case, or NULL. */
static const struct problem_kind *
find_code(const char *word)
{
    char code[64];
    size_t n = 0;

    for (; word[n] != '\0' && n + 1 < sizeof(code); n++)
        code[n] = (char)toupper((unsigned char)word[n]);
    code[n] = '\0';
    return problem_kind(code);
}

static const char *
severity_of(const struct problem_kind *k)
{
    return k->severity == SEV_WARNING ? "warning" :
           k->severity == SEV_STOP ? "stop (--allow-duplicates REASON)" :
           "error";
}

static int
help_code(const char *word, struct err *e)
{
    const struct problem_kind *k = find_code(word);

    if (k == NULL)
        return no_such_topic(word, e);
    printf("%s  %s\n  %s\n  fix: %s\n", k->code, severity_of(k), k->cause,
           k->fix);
    return 0;
}

static json_t *
json_flags(const struct opt *o)
{
    json_t *flags = json_array();

    for (; o->name != NULL; o++)
        json_array_append_new(flags, json_pack(
            "{s:s, s:s, s:s}", "name", o->name, "value",
            o->value != NULL ? o->value : "", "help", o->help));
    return flags;
}

static json_t *
json_cmd(const struct cmd *c)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "command", c->name,
                     "takes", c->plain, "group", group_names[c->group],
                     "help", c->help, "more", c->more != NULL ? c->more : "",
                     "flags", json_flags(c->opts));
}

/* Commands with their flags, for completions and for the docs: all, or those
 * that were asked for; or one problem code. */
static int
help_json(const struct app *app, const struct cmd *one, const char *word,
          struct err *e)
{
    const struct problem_kind *k = word != NULL ? find_code(word) : NULL;
    json_t *list = json_array();

    for (const struct cmd *c = cmds; c->name != NULL; c++)
        if (c == one || (one == NULL && (word == NULL || begins(c, word))))
            json_array_append_new(list, json_cmd(c));
    if (json_array_size(list) > 0)
        return app_json(app, json_pack("{s:o, s:o}", "commands", list,
                                       "every_command",
                                       json_flags(common_opts)), e);
    json_decref(list);
    if (k == NULL)
        return no_such_topic(word, e);
    return app_json(app, json_pack("{s:s, s:s, s:s, s:s}", "code", k->code,
                                   "severity", severity_of(k), "cause",
                                   k->cause, "fix", k->fix), e);
}

int
cmd_help(struct app *app, struct err *e)
{
    const char *word = app->args.nplain > 0 ? app->args.plain[0] : NULL;
    const struct cmd *c;
    int words = 0;

    c = find_cmd(app->args.nplain, (char **)(uintptr_t)app->args.plain,
                 &words);
    if (c != NULL && words < app->args.nplain)
        return no_such_topic(app->args.plain[words], e);
    if (app->args.nplain == 2 && words < 2)
        c = NULL;
    if (app->json)
        return help_json(app, c, word, e);
    if (word == NULL) {
        help_all(stdout);
        return 0;
    }
    if (c == NULL)
        return help_family(stdout, word) > 0 ? 0 : help_code(word, e);
    help_cmd(stdout, c);
    return 0;
}

/* `payrun user`: which words may follow? */
static int
no_second_word(const char *word, const char *second, struct err *e)
{
    char list[ERR_TEXT_BYTES] = "";
    size_t n = 0;

    for (const struct cmd *c = cmds; c->name != NULL; c++)
        if (begins(c, word) && n + 80 < sizeof(list))
            n += (size_t)snprintf(list + n, sizeof(list) - n, "%spayrun %s",
                                  n > 0 ? ", " : "", c->name);
    if (second != NULL)
        err_set(e, ERR_USAGE, "there is no command \"%s %s\"", word, second);
    else
        err_set(e, ERR_USAGE, "`payrun %s` takes one more word", word);
    return err_fix(e, "%s", list);
}

static int
no_such_cmd(const char *word, const char *second, struct err *e)
{
    const char *names[64];
    const char *near;
    int n = 0;

    for (const struct cmd *c = cmds; c->name != NULL; c++)
        if (begins(c, word))
            return no_second_word(word, second != NULL && second[0] != '-' ?
                                  second : NULL, e);
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
        if (app->json)
            return help_json(app, c, c->name, e);
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

    if (app->json && app_json(app, json_pack("{s:o}", "error", json_error(e)),
                              &ignored) == 0)
        return;
    fflush(stdout);                     /* what was found comes first */
    fprintf(stderr, "payrun: %s\n", e->text);
    if (e->fix[0] != '\0')
        fprintf(stderr, "  fix: %s\n", e->fix);
}

/* Asked for JSON?  Known before the flags are read, because a wrong flag is
 * answered in JSON too. */
static bool
wants_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}

static bool
is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* What is asked of payrun itself; -2: it is not, it is a command. */
static int
ask_self(const struct app *app, int argc, char **argv, struct err *e)
{
    if (argc < 2) {
        help_all(stderr);
        return ERR_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        if (app->json)
            return app_json(app, json_pack("{s:s}", "version",
                                           PAYRUN_VERSION), e);
        puts("payrun " PAYRUN_VERSION);
        return 0;
    }
    if (is_help(argv[1])) {
        if (app->json)
            return help_json(app, NULL, NULL, e);
        help_all(stdout);
        return 0;
    }
    if (argc > 2 && is_help(argv[2]) && !app->json &&
        help_family(stdout, argv[1]) > 0)
        return 0;
    return -2;
}

/* A full disk shows when the last of the answer is written. */
static int
flush_answer(int rc, bool told)
{
    errno = 0;
    if ((fflush(stdout) == EOF || ferror(stdout)) && !told) {
        fprintf(stderr, "payrun: the answer could not be written: %s\n",
                errno != 0 ? strerror(errno) : "writing failed");
        return ERR_IO;
    }
    return rc;
}

int
cmds_main(int argc, char **argv)
{
    static struct app app;              /* large; zeroed */
    struct err e = { 0 };
    const struct cmd *c;
    int words = 0, rc;
    bool told;

    secret_guard();
    app_json_setup();
    app.json = wants_json(argc, argv);
    if (crypto_setup() < 0) {
        fputs("payrun: libsodium cannot start\n", stderr);
        return ERR_BUG;
    }
    rc = ask_self(&app, argc, argv, &e);
    if (rc == -2) {
        c = find_cmd(argc - 1, argv + 1, &words);
        rc = c != NULL ?
             run_cmd(&app, c, argc - 1 - words, argv + 1 + words, &e) :
             no_such_cmd(argv[1], argc > 2 ? argv[2] : NULL, &e);
    }
    told = rc < 0;
    if (told) {
        tell(&app, &e);
        rc = e.kind != ERR_NONE ? (int)e.kind : ERR_BUG;
    }
    app_close(&app);
    return flush_answer(rc, told);
}
