#include "cli/cmds.h"

#include <errno.h>

#include "base/crypto.h"
#include "base/secret.h"
#include "cli/cmds_help.h"
#include "cli/version.h"

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
    { "preflight", "[RUN]", 0, 1, CMD_PAY,
      "can what is due be paid? money, approvals, keys, provider, disk",
      preflight_opts, cmd_preflight, NULL },
    { "schedule add", "NAME", 1, 1, CMD_PAY,
      "plan a run, or release approved runs at set times", schedule_add_opts,
      cmd_schedule_add, NULL },
    { "schedule list", "", 0, 0, CMD_PAY,
      "what is planned, and what waits for a decision", no_opts,
      cmd_schedule_list, NULL },
    { "schedule show", "NAME", 1, 1, CMD_PAY, "one of them with its times",
      no_opts, cmd_schedule_show, NULL },
    { "schedule pause", "NAME", 1, 1, CMD_PAY,
      "let its times pass; what is due then is skipped", reason_opts,
      cmd_schedule_pause, NULL },
    { "schedule resume", "NAME", 1, 1, CMD_PAY, "go on with it", reason_opts,
      cmd_schedule_resume, NULL },
    { "schedule remove", "NAME", 1, 1, CMD_PAY, "end it", reason_opts,
      cmd_schedule_remove, NULL },
    { "schedule decide", "SLOT", 1, 1, CMD_PAY,
      "a time that was missed: pay all the same, or skip it",
      schedule_decide_opts, cmd_schedule_decide, NULL },
    { "inbox add", "DIR", 1, 1, CMD_FILE,
      "watch a folder: its files become drafts", inbox_add_opts, cmd_inbox_add,
      NULL },
    { "inbox list", "", 0, 0, CMD_FILE,
      "watched folders, and what came of their last files", no_opts,
      cmd_inbox_list, NULL },
    { "inbox remove", "DIR", 1, 1, CMD_FILE, "watch it no more", no_opts,
      cmd_inbox_remove, NULL },
    { "inbox standing", "DIR", 1, 1, CMD_FILE,
      "propose to approve its files beforehand, within ceilings",
      inbox_standing_opts, cmd_inbox_standing, NULL },
    { "inbox agree", "N", 1, 1, CMD_FILE, "be the second person of that",
      no_opts, cmd_inbox_agree, NULL },
    { "inbox end", "N", 1, 1, CMD_FILE, "end a standing approval", no_opts,
      cmd_inbox_end, NULL },
    { "list", "", 0, 0, CMD_LOOK, "all runs", no_opts, cmd_list, NULL },
    { "show", "RUN", 1, 1, CMD_LOOK,
      "a run: what it asks for, warnings, comparison, history", no_opts,
      cmd_show, NULL },
    { "status", "RUN", 1, 1, CMD_LOOK, "where every payment is", status_opts,
      cmd_status, follow_json },
    { "report", "[RUN]", 0, 1, CMD_LOOK,
      "of a run, month or account: text, csv, xlsx, pdf, ISO 20022 ...",
      report_opts, cmd_report, NULL },
    { "rejects", "RUN", 1, 1, CMD_LOOK,
      "rows held back or failed, in the columns of your own file",
      rejects_opts, cmd_rejects, NULL },
    { "advice", "RUN", 1, 1, CMD_LOOK,
      "what each payee is told: amount, period, receipt; text or PDF",
      advice_opts, cmd_advice, NULL },
    { "evidence key", "", 0, 0, CMD_LOOK,
      "the public key that packs are signed with, and its fingerprint", no_opts,
      cmd_evidence_key, NULL },
    { "evidence verify", "FILE", 1, 1, CMD_LOOK,
      "is a pack genuine and whole? Offline, without a database",
      evidence_verify_opts, cmd_evidence_verify, NULL },
    { "evidence", "RUN", 1, 1, CMD_LOOK,
      "all that is known of a run in one signed archive, for an auditor",
      evidence_opts, cmd_evidence, NULL },
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
    { "reconcile", "[RUN]", 0, 1, CMD_MONEY,
      "hold file, engine and statements against each other, to the cent",
      reconcile_opts, cmd_reconcile, NULL },
    { "breaks assign", "BREAK", 1, 1, CMD_MONEY, "somebody looks after it",
      break_assign_opts, cmd_break_assign, NULL },
    { "breaks explain", "BREAK", 1, 1, CMD_MONEY, "it is known how it came about",
      break_note_opts, cmd_break_explain, NULL },
    { "breaks correct", "BREAK", 1, 1, CMD_MONEY, "it was put right outside",
      break_note_opts, cmd_break_correct, NULL },
    { "breaks write-off", "BREAK", 1, 1, CMD_MONEY,
      "propose to give the money up", break_note_opts, cmd_break_write_off,
      NULL },
    { "breaks agree", "BREAK", 1, 1, CMD_MONEY,
      "another person, a checker: written off", no_opts, cmd_break_agree, NULL },
    { "breaks refuse", "BREAK", 1, 1, CMD_MONEY, "it is not written off",
      no_opts, cmd_break_refuse, NULL },
    { "breaks show", "BREAK", 1, 1, CMD_MONEY, "all that happened to it",
      no_opts, cmd_break_show, NULL },
    { "breaks", "[RUN]", 0, 1, CMD_MONEY,
      "differences that lasted, with owner and age", breaks_opts, cmd_breaks,
      NULL },
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
    { "run-due", "", 0, 0, CMD_SERVE,
      "release what is due: one call of a timer or of cron", run_due_opts,
      cmd_run_due, NULL },
    { "serve", "", 0, 0, CMD_SERVE, "listen for the providers' callbacks",
      serve_opts, cmd_serve, NULL },
    { "sandbox", "", 0, 0, CMD_SERVE,
      "a stand-in for IntaSend and Sapama Cash, with books of its own", sandbox_opts,
      cmd_sandbox, NULL },
    { "morning", "", 0, 0, CMD_LOOK,
      "what was due, paid, failed, is in doubt, and waits for whom",
      morning_opts, cmd_morning, NULL },
    { "metrics", "", 0, 0, CMD_LOOK,
      "the book in figures, as Prometheus reads them", metrics_opts,
      cmd_metrics, NULL },
    { "events list", "", 0, 0, CMD_LOOK,
      "what somebody has to hear of, and who was told", events_list_opts,
      cmd_events_list, NULL },
    { "events resend", "[NUMBER]", 0, 1, CMD_ADMIN,
      "tell it again: the same event, the same bytes", events_resend_opts,
      cmd_events_resend, NULL },
    { "events deliver", "", 0, 0, CMD_SERVE,
      "tell the channels of the configuration: alerts, reports, webhooks",
      events_deliver_opts, cmd_events_deliver, NULL },
    { "events failed", "UNIT", 1, 1, CMD_ADMIN,
      "say that a service of the system failed (OnFailure=)", no_opts,
      cmd_events_failed, NULL },
    { "events test", "", 0, 0, CMD_ADMIN,
      "an event that says only that it is one, to every channel", no_opts,
      cmd_events_test, NULL },
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
    { "backup check", "", 0, 0, CMD_ADMIN,
      "is there a young backup, can it be read, does it restore?",
      backup_check_opts, cmd_backup_check, NULL },
    { "completion", "SHELL", 1, 1, CMD_ADMIN,
      "what the tab key offers: for bash, zsh or fish", no_opts,
      cmd_completion, NULL },
    { "help", "[TOPIC]", 0, 2, CMD_LOOK,
      "this, or a command, or a problem code such as PR-CSV-017", help_opts_own,
      cmd_help, NULL },
    { NULL, NULL, 0, 0, CMD_START, NULL, NULL, NULL, NULL }
};

/* `payrun user`: which words may follow? */
static int
no_second_word(const char *word, const char *second, struct err *e)
{
    char list[ERR_TEXT_BYTES] = "";
    size_t n = 0;

    for (const struct cmd *c = cmds; c->name != NULL; c++)
        if (help_begins(c, word) && n + 80 < sizeof(list))
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
        if (help_begins(c, word))
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
    int rc = 0;

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
    rc = c->run(app, e);
    metrics_after(app);
    return rc;
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
        c = help_find(argc - 1, argv + 1, &words);
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
