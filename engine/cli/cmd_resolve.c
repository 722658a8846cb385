#include "cli/cmds.h"

#include <errno.h>
#include <sys/stat.h>

#include "book/evidence.h"
#include "cli/outcome.h"
#include "cli/payers.h"
#include "cli/resolve_show.h"
#include "cli/sending.h"
#include "db/sql.h"
#include "providers/reference.h"

const struct opt resolve_opts[] = {
    { "ask", NULL, "ask the provider now", false },
    { "evidence", "FILE|TEXT", "what shows it: a file, or who said so, when, "
      "with their reference", false },
    { "as-paid", "RECEIPT", "the evidence says: paid, with this receipt",
      false },
    { "as-failed", NULL, "the evidence says: certainly not paid", false },
    { "reason", "TEXT", "why it was not paid; why evidence is refused", false },
    { "agree", "ID", "another person, a checker: this evidence is right",
      true },
    { "refuse", "ID", "this evidence is not right, or withdrawn", false },
    { "export", "FILE.csv", "all of it as a file for the provider's support",
      false },
    { NULL, NULL, NULL, false }
};

/* --- which payment -------------------------------------------------------- */

struct named {
    const char *word;
    int64_t run_id, line;               /* 0: it is not a line               */
    int number, seq;                    /* 0: it is not batch and row        */
    struct resolve_which which;
    int found;
    char state[16];
};

static int
is_named(void *owner, const struct evidence_item *it)
{
    struct named *n = owner;

    if (n->line != 0 ? it->line_no != n->line
        : n->number != 0 && (it->number != n->number || it->seq != n->seq))
        return 0;
    n->found++;
    n->which = (struct resolve_which){ it->batch_id, it->seq };
    return str_copy(n->state, sizeof(n->state), it->state);
}

/* "3.17", a line of the file, or our reference. */
static int
read_word(struct named *n, struct err *e)
{
    struct str s = str_of(n->word);
    const char *dot = strchr(n->word, '.');
    int64_t batch = 0, seq = 0;

    if (dot != NULL
        && str_i64(&batch, str_cut(s, (size_t)(dot - n->word))) == 0
        && str_i64(&seq, str_of(dot + 1)) == 0
        && batch > 0 && batch < RUN_BATCHES_MAX && seq > 0
        && seq <= BATCH_ROWS_MAX) {
        n->number = (int)batch;
        n->seq = (int)seq;
        return 0;
    }
    if (str_i64(&n->line, s) == 0 && n->line > 0)
        return 0;
    n->line = 0;
    if (reference_read(s, &batch, &n->seq) == 0
        && batch / RUN_BATCHES_MAX == n->run_id) {
        n->number = (int)(batch % RUN_BATCHES_MAX);
        return 0;
    }
    err_set(e, ERR_USAGE, "\"%s\" names no payment", n->word);
    return err_fix(e, "batch and row as 3.17, a line of the file, or the "
                   "payment's reference");
}

static int
find_named(struct app *app, const struct run *run, struct named *n,
           struct err *e)
{
    n->run_id = run->run_id;
    if (app->args.nplain < 2)
        return 0;
    n->word = app->args.plain[1];
    if (read_word(n, e) < 0
        || evidence_items(app->db, run->run_id, 0, 0, EVIDENCE_LIST_MAX,
                          is_named, n, e) < 0)
        return -1;
    if (n->found == 1)
        return 0;
    if (n->found == 0)
        err_set(e, ERR_USAGE, "%s of %s is neither in doubt nor contradicted",
                n->word, run->ref);
    else
        err_set(e, ERR_USAGE, "line %s of %s was paid in parts, of which %d "
                "are in doubt; name one as BATCH.ROW", n->word, run->ref,
                n->found);
    return err_fix(e, "payrun resolve %s", run->ref);
}

/* --- saying what became of it --------------------------------------------- */

/* Words have a blank in them; anything else is a file and must be there, so
 * that a mistyped name is not taken for evidence. */
int
resolve_evidence(const char *text, struct evidence_say *say,
                 struct buf *file, struct err *e)
{
    const char *slash = strrchr(text, '/');
    struct stat st;

    if (strchr(text, ' ') != NULL && stat(text, &st) < 0) {
        say->note = text;
        return 0;
    }
    if (buf_read_file(file, text, e) < 0) {
        err_set(e, ERR_NOINPUT, "the evidence %s cannot be read", text);
        return err_fix(e, "name a file of at most %d MB; or say it in words, "
                       "with blanks between them",
                       EVIDENCE_FILE_BYTES_MAX >> 20);
    }
    say->file_name = slash != NULL ? slash + 1 : text;
    say->file = buf_view(file);
    if (say->file.p == NULL)
        say->file = STR("");
    return 0;
}

static int
read_say(struct app *app, struct evidence_say *say, const struct named *n,
         struct buf *file, struct err *e)
{
    const struct args *a = &app->args;
    const char *paid = args_value(a, "as-paid");
    const char *reason = args_value(a, "reason");

    if ((paid != NULL) == args_has(a, "as-failed")) {
        err_set(e, ERR_USAGE, "--evidence says either --as-paid RECEIPT or "
                "--as-failed");
        return err_fix(e, "payrun resolve RUN BATCH.ROW --evidence FILE "
                       "--as-paid RECEIPT");
    }
    if (n->word == NULL) {
        err_set(e, ERR_USAGE, "evidence is about one payment; name it");
        return err_fix(e, "payrun resolve %s BATCH.ROW --evidence ...",
                       a->plain[0]);
    }
    *say = (struct evidence_say){
        .batch_id = n->which.batch_id, .seq = n->which.seq,
        .receipt = paid != NULL ? paid : "", .note = "",
        .reason = reason != NULL ? reason : "",
        /* what was cancelled here and not paid stays cancelled */
        .says = paid != NULL ? OUTCOME_PAID
            : strcmp(n->state, "cancelled") == 0 ? OUTCOME_CANCELLED
                                                 : OUTCOME_FAILED
    };
    if (args_value(a, "evidence") == NULL) {
        err_set(e, ERR_USAGE, "what shows that?");
        return err_fix(e, "--evidence FILE, or --evidence \"who said so, when, "
                       "their reference\"");
    }
    return resolve_evidence(args_value(a, "evidence"), say, file, e);
}

static int
propose(struct app *app, const struct run *run, const struct named *n,
        struct err *e)
{
    struct evidence_say say;
    struct buf file;
    int64_t id = 0;
    int rc;

    buf_init(&file, EVIDENCE_FILE_BYTES_MAX);
    rc = read_say(app, &say, n, &file, e);
    if (rc == 0)
        rc = evidence_propose(app->db, &say, app->me.name, &id, e);
    buf_release(&file);
    if (rc < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:I, s:s, s:s}", "evidence",
                                       (json_int_t)id, "run", run->ref, "says",
                                       outcome_state_name(say.says)), e);
    printf("evidence %lld is noted; nothing has changed yet\nnext: another "
           "person, a checker: payrun resolve --agree %lld\n", (long long)id,
           (long long)id);
    return 0;
}

/* --- agreeing, refusing --------------------------------------------------- */

static int
number_of(const char *text, int64_t *id, struct err *e)
{
    if (str_i64(id, str_of(text)) == 0 && *id > 0)
        return 0;
    err_set(e, ERR_USAGE, "\"%s\" is not the number of evidence", text);
    return err_fix(e, "payrun resolve RUN shows the numbers");
}

/* Live evidence is decided with --live said, as everything live. */
static int
check_env(struct app *app, int64_t id, struct err *e)
{
    bool live = false;
    char what[40];
    const struct db_arg args[] = { A_I64(id) };
    const struct db_col cols[] = { C_BOOL("live", &live) };
    enum db_status st = db_one(app->db, sql_evidence_find, args, LEN(args),
                               cols, LEN(cols));

    if (st < DB_NONE)
        return db_fail(app->db, e, "reading evidence");
    if (st == DB_NONE)
        return err_set(e, ERR_USAGE, "there is no evidence %lld",
                       (long long)id);
    snprintf(what, sizeof(what), "evidence %lld", (long long)id);
    return app_env(app, live, what, e);
}

static int
agree_one(struct app *app, int64_t id, json_t *list, struct err *e)
{
    struct evidence_done done;

    if (check_env(app, id, e) < 0
        || evidence_agree(app->db, id, app->me.name, &done, e) < 0)
        return -1;
    json_array_append_new(list, json_pack("{s:I, s:s, s:i, s:i, s:s, s:b}",
        "evidence", (json_int_t)id, "run", done.ref, "batch", done.number,
        "row", done.seq, "state", outcome_state_name(done.says), "batch_ended",
        done.batch_ended));
    if (!app->json)
        printf("%s, row %d.%d is %s now%s\n", done.ref, done.number, done.seq,
               outcome_state_name(done.says), done.batch_ended ?
               "; it was the last doubt of its batch" : "");
    return 0;
}

static int
agree(struct app *app, struct err *e)
{
    json_t *list = json_array();
    const char *text;
    int64_t id = 0;
    int rc = 0;

    for (int i = 0; rc == 0
                    && (text = args_nth(&app->args, "agree", i)) != NULL; i++) {
        rc = number_of(text, &id, e);
        if (rc == 0)
            rc = agree_one(app, id, list, e);
    }
    /* A run whose last doubt this was ends here, with no worker about; first
     * it is settled, then closed.  That is the worker's to do: a login that is
     * none leaves it to one. */
    if (rc == 0 && db_may_become(app->db, DB_AS_WORKER))
        rc = app_as(app, DB_AS_WORKER, e);
    for (int i = 0; i < 2 && rc == 0 && strcmp(app->role, DB_AS_WORKER) == 0;
         i++)
        if (run_settle_due(app->db, app->me.name) < DB_NONE)
            rc = db_fail(app->db, e, "closing runs");
    if (rc == 0 && app->json)
        return app_json(app, json_pack("{s:o}", "agreed", list), e);
    json_decref(list);
    return rc;
}

static int
refuse(struct app *app, struct err *e)
{
    int64_t id = 0;

    if (number_of(args_value(&app->args, "refuse"), &id, e) < 0
        || check_env(app, id, e) < 0
        || evidence_refuse(app->db, id, app->me.name,
                           args_value(&app->args, "reason"), e) < 0)
        return -1;
    if (app->json)
        return app_json(app, json_pack("{s:I}", "refused", (json_int_t)id), e);
    printf("evidence %lld is refused; nothing has changed\n", (long long)id);
    return 0;
}

/* --- asking now ----------------------------------------------------------- */

/* A worker that gives signs of life does it; else we are one for as long as it
 * takes.  Never for a run that still has payments to send: who asks did not
 * say that they may go. */
static int
ask(struct app *app, struct run *run, struct err *e)
{
    static struct account accounts[CONFIG_ACCOUNTS_MAX];
    struct sending s = { .app = app, .run = run, .accounts = accounts };
    struct run_progress now;
    int64_t batches = 0;
    bool alive = false;
    const struct db_arg args[] = { A_I64(DOCTOR_WORKER_S) };
    const struct db_col cols[] = { C_BOOL("alive", &alive) };

    if (evidence_ask(app->db, run->run_id, &batches, e) < 0
        || run_progress(app->db, run->run_id, &now, e) < 0)
        return -1;
    if (db_one(app->db, sql_desk_worker, args, LEN(args), cols, LEN(cols)) < 0)
        return db_fail(app->db, e, "looking for workers");
    if (batches == 0 || alive)
        app_say(app, batches == 0 ? "nothing is there to ask about\n"
                : "a worker asks now; look again in a moment\n");
    else if (now.waiting_rows > 0)
        app_say(app, "no worker is running; payrun work, or payrun send %s "
                "--wait, asks and sends the rest\n", run->ref);
    else if (payers_open(app, run, accounts, &s.naccounts, e) < 0
             || sending_run(&s, WORKER_UNTIL_FINAL, e) < 0)
        return -1;
    return 0;
}

/* --- the command ---------------------------------------------------------- */

static int
one_run(struct app *app, int64_t *found, struct err *e)
{
    const struct args *a = &app->args;
    struct named n = { .word = NULL };
    struct run run;

    if (app_run(app, &run, e) < 0)
        return -1;
    if (args_has(a, "ask") && (app_me(app, e) < 0 || ask(app, &run, e) < 0))
        return -1;
    if (args_value(a, "export") != NULL)
        return resolve_export(app, &run, args_value(a, "export"), e);
    if (!args_has(a, "ask") && find_named(app, &run, &n, e) < 0)
        return -1;
    if (args_has(a, "evidence") || args_has(a, "as-paid")
        || args_has(a, "as-failed"))
        return app_me(app, e) < 0 ? -1 : propose(app, &run, &n, e);
    return resolve_show(app, &run, n.which, found, e);
}

int
cmd_resolve(struct app *app, struct err *e)
{
    const struct args *a = &app->args;
    int64_t found = 0;
    int rc;

    if (app_db(app, e) < 0)
        return -1;
    if (args_has(a, "agree") || args_has(a, "refuse")) {
        if (a->nplain > 0 || args_has(a, "evidence"))
            return err_set(e, ERR_USAGE, "--agree and --refuse take the number "
                           "of the evidence, and nothing else");
        if (app_me(app, e) < 0)
            return -1;
        return args_has(a, "agree") ? agree(app, e) : refuse(app, e);
    }
    if (a->nplain == 0 && a->nopts > 0 && (args_has(a, "evidence")
        || args_has(a, "ask") || args_has(a, "export")))
        return err_set(e, ERR_USAGE, "which run? payrun resolve RUN ...");
    rc = a->nplain == 0 ? resolve_list(app, &found, e)
                        : one_run(app, &found, e);
    return rc < 0 ? -1 : found > 0 ? EXIT_IN_DOUBT : EXIT_DONE;
}
