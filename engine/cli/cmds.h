#ifndef CLI_CMDS_H
#define CLI_CMDS_H

#include "cli/app.h"

/*
 * One row a command.  Commands that look and commands that touch are told
 * apart, so help can list them apart.  run() returns the exit code, or -1 with
 * the error filled (its kind is the exit code).
 */
enum cmd_group { CMD_START, CMD_FILE, CMD_PAY, CMD_LOOK, CMD_MONEY, CMD_SERVE,
                 CMD_ADMIN };

struct cmd {
    const char *name;               /* "upload", "db up"                      */
    const char *plain;              /* "RUN": its plain words                 */
    int         nplain_min, nplain_max;
    enum cmd_group group;
    const char *help;               /* one line                               */
    const struct opt *opts;
    int (*run)(struct app *, struct err *);
    const char *more;               /* longer help, or NULL                   */
};

extern const struct cmd cmds[];     /* ends with name NULL */
extern const struct opt common_opts[];

/* cmds_main(argc, argv): find the command, run it, tell what went wrong. */
int cmds_main(int, char **);

extern const struct opt evidence_opts[], evidence_verify_opts[];

/* The commands, one file each family. */
int cmd_check(struct app *, struct err *);
int cmd_template(struct app *, struct err *);
int cmd_plan(struct app *, struct err *);
int cmd_doctor(struct app *, struct err *);
int cmd_upload(struct app *, struct err *);
int cmd_list(struct app *, struct err *);
int cmd_show(struct app *, struct err *);
int cmd_submit(struct app *, struct err *);
int cmd_approve(struct app *, struct err *);
int cmd_reject(struct app *, struct err *);
int cmd_send(struct app *, struct err *);
int cmd_status(struct app *, struct err *);
int cmd_pause(struct app *, struct err *);
int cmd_resume(struct app *, struct err *);
int cmd_cancel(struct app *, struct err *);
int cmd_resolve(struct app *, struct err *);
int cmd_explain(struct app *, struct err *);
int cmd_reconcile(struct app *, struct err *);
int cmd_breaks(struct app *, struct err *);
int cmd_break_show(struct app *, struct err *);
int cmd_break_assign(struct app *, struct err *);
int cmd_break_explain(struct app *, struct err *);
int cmd_break_correct(struct app *, struct err *);
int cmd_break_write_off(struct app *, struct err *);
int cmd_break_agree(struct app *, struct err *);
int cmd_break_refuse(struct app *, struct err *);
int cmd_retry(struct app *, struct err *);
int cmd_audit_verify(struct app *, struct err *);
int cmd_lineage(struct app *, struct err *);
int cmd_limits(struct app *, struct err *);
int cmd_limits_set(struct app *, struct err *);
int cmd_limits_agree(struct app *, struct err *);
int cmd_limits_refuse(struct app *, struct err *);
int cmd_report(struct app *, struct err *);
int cmd_advice(struct app *, struct err *);
int cmd_rejects(struct app *, struct err *);
int cmd_evidence(struct app *, struct err *);
int cmd_evidence_verify(struct app *, struct err *);
int cmd_evidence_key(struct app *, struct err *);
int cmd_work(struct app *, struct err *);
int cmd_serve(struct app *, struct err *);
int cmd_sandbox(struct app *, struct err *);
int cmd_demo(struct app *, struct err *);
int cmd_user_add(struct app *, struct err *);
int cmd_user_list(struct app *, struct err *);
int cmd_db_up(struct app *, struct err *);
int cmd_db_down(struct app *, struct err *);
int cmd_db_status(struct app *, struct err *);
int cmd_db_url(struct app *, struct err *);
int cmd_db_migrate(struct app *, struct err *);
int cmd_codes(struct app *, struct err *);
int cmd_states(struct app *, struct err *);
int cmd_balance(struct app *, struct err *);
int cmd_statement(struct app *, struct err *);
int cmd_statement_import(struct app *, struct err *);
int cmd_statement_list(struct app *, struct err *);
int cmd_statement_show(struct app *, struct err *);
int cmd_wallets(struct app *, struct err *);
int cmd_wallets_create(struct app *, struct err *);
int cmd_transfer(struct app *, struct err *);
int cmd_fund(struct app *, struct err *);
int cmd_checkout(struct app *, struct err *);
int cmd_payment(struct app *, struct err *);
int cmd_payouts(struct app *, struct err *);
int cmd_chargebacks(struct app *, struct err *);
int cmd_banks(struct app *, struct err *);
int cmd_validate(struct app *, struct err *);
int cmd_sms(struct app *, struct err *);
int cmd_mark(struct app *, struct err *);
int cmd_post(struct app *, struct err *);
int cmd_errands(struct app *, struct err *);
int cmd_events_list(struct app *, struct err *);
int cmd_events_resend(struct app *, struct err *);
int cmd_events_deliver(struct app *, struct err *);
int cmd_events_test(struct app *, struct err *);
int cmd_completion(struct app *, struct err *);
int cmd_schedule_add(struct app *, struct err *);
int cmd_schedule_list(struct app *, struct err *);
int cmd_schedule_show(struct app *, struct err *);
int cmd_schedule_pause(struct app *, struct err *);
int cmd_schedule_resume(struct app *, struct err *);
int cmd_schedule_remove(struct app *, struct err *);
int cmd_schedule_decide(struct app *, struct err *);
int cmd_preflight(struct app *, struct err *);
int cmd_run_due(struct app *, struct err *);
int cmd_morning(struct app *, struct err *);
int cmd_metrics(struct app *, struct err *);
int cmd_events_failed(struct app *, struct err *);
int cmd_backup_check(struct app *, struct err *);
int cmd_inbox_add(struct app *, struct err *);
int cmd_inbox_list(struct app *, struct err *);
int cmd_inbox_remove(struct app *, struct err *);
int cmd_inbox_standing(struct app *, struct err *);
int cmd_inbox_agree(struct app *, struct err *);
int cmd_inbox_end(struct app *, struct err *);
int cmd_help(struct app *, struct err *);

extern const struct opt preflight_opts[], inbox_add_opts[], inbox_standing_opts[];
extern const struct opt schedule_add_opts[], schedule_decide_opts[], run_due_opts[];
extern const struct opt limits_set_opts[], plan_opts[], doctor_opts[], check_opts[],
    template_opts[], upload_opts[], approve_opts[], reason_opts[], cancel_opts[],
    send_opts[], status_opts[], report_opts[], rejects_opts[], advice_opts[],
    work_opts[], serve_opts[], sandbox_opts[], demo_opts[], user_add_opts[],
    migrate_opts[], codes_opts[], states_opts[], no_opts[], balance_opts[], statement_opts[],
    statement_import_opts[], statement_list_opts[], statement_show_opts[],
    wallets_opts[], wallets_create_opts[], transfer_opts[], fund_opts[],
    checkout_opts[], payment_opts[], payouts_opts[], chargebacks_opts[],
    banks_opts[], validate_opts[], sms_opts[], mark_opts[], post_opts[],
    errands_opts[], resolve_opts[], retry_opts[], audit_opts[], lineage_opts[], pause_opts[],
    resume_opts[], explain_opts[], reconcile_opts[], breaks_opts[],
    break_assign_opts[], break_note_opts[];

extern const struct opt morning_opts[], metrics_opts[];

/* metrics_after(app): with --metrics FILE, the figures after a command. */
void metrics_after(struct app *);
#define OPT_METRICS \
    { "metrics", "FILE", "afterwards, write the figures for Prometheus there", \
      false }

extern const struct opt backup_check_opts[];
extern const struct opt help_opts_own[];
extern const struct opt events_list_opts[], events_resend_opts[],
    events_deliver_opts[];

#endif
