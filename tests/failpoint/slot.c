#include "tests/failpoint/matrix.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/failpoint.h"
#include "base/str.h"
#include "book/people.h"
#include "book/run.h"
#include "intake/approve.h"
#include "money/rules.h"
#include "tests/lib/book.h"
#include "tests/lib/pg.h"

#define HEALS_MAX 8
#define LEASE     1500          /* what a stopped worker oversleeps */

static const struct rules sapama_rules = {
    .nrails = 1,
    .rails = { { .name = "SAPAMA-MPESA", .ccy = "KES",
                 .account = ACCOUNT_PHONE, .decimals = 0,
                 .min_minor = 1000, .max_minor = 25000000 } },
    .nprefixes = 1, .prefixes = { { "71", "Safaricom" } }
};

__attribute__((noreturn)) static void
bail(const char *what, const char *why)
{
    printf("Bail out! %s: %s\n", what, why);
    fflush(stdout);
    _exit(255);
}

/* --- its place ----------------------------------------------------------- */

static void
config_times(FILE *f, int first_ms)
{
    fprintf(f, "    batch_rows: 2\n    poll_first_ms: %d\n"
            "    poll_cap_ms: 100\n    connect_ms: 400\n    answer_ms: 1000\n"
            "    lease_ms: %d\n    give_up_ms: 30000\n", first_ms, LEASE);
}

static void
config_till(FILE *f, const struct slot *s, const char *name, int port)
{
    fprintf(f, "  - name: %s\n    provider: sapama\n"
            "    base_url: http://127.0.0.1:%d/api/\n"
            "    key: file:%s/api_key\n    secret: file:%s/api_secret\n"
            "    location_id: \"2\"\n    short_code: \"830830\"\n"
            "    callback_url: http://127.0.0.1:9/callback/%s\n",
            name, port, s->house->dir, s->house->dir, name);
    config_times(f, 100);
}

static void
config(const struct slot *s)
{
    char path[160];
    FILE *f = NULL;

    snprintf(path, sizeof(path), "%s/payrun.yaml", s->dir);
    if ((f = fopen(path, "wb")) == NULL || chmod(path, 0600) < 0)
        bail("configuration", path);
    fprintf(f, "database: %s\naccounts:\n  - name: wallet\n"
            "    provider: intasend\n"
            "    base_url: http://127.0.0.1:%d/api/v1/\n"
            "    key: file:%s/key\n", s->url, s->house->port, s->house->dir);
    config_times(f, 50);
    config_till(f, s, "till", s->house->sport);
    config_till(f, s, "late", s->house->late_port);
    if (fclose(f) != 0)
        bail("configuration", path);
}

/* As the configuration says; what is uploaded here, the commands pay. */
static void
account_fill(struct slot *s, int i, const char *name, bool two_phase)
{
    struct account *a = &s->accounts[i];
    struct err e = { 0 };

    *a = (struct account){
        .provider = two_phase ? &provider_intasend : &provider_sapama,
        .ccy = "KES", .batch_rows_max = 2, .inflight_max = 8,
        .lease_ms = LEASE
    };
    snprintf(a->name, sizeof(a->name), "%s", name);
    if (!two_phase)
        snprintf(a->wallet_id, sizeof(a->wallet_id), "2");
    if (account_sync(s->db, a, &e) < 0)
        bail("account", e.text);
}

void
slot_open(struct slot *s, const struct house *h, int number, const char *url)
{
    char sql[160];

    *s = (struct slot){ .house = h, .number = number, .url = url };
    snprintf(s->dir, sizeof(s->dir), "%s/slot%d", h->dir, number);
    snprintf(s->log, sizeof(s->log), "%s/hits", s->dir);
    if (mkdir(s->dir, 0700) < 0)
        bail("folder", s->dir);
    config(s);
    s->db = test_pg_open(url);
    book_people(s->db);
    /* The stand-ins are shared: no two slots may use the same references. */
    snprintf(sql, sizeof(sql), "SELECT setval(pg_get_serial_sequence('run', "
             "'run_id'), %d)", 1000 * (number + 1));
    test_pg_do(s->db, sql);
    account_fill(s, 0, "wallet", true);
    account_fill(s, 1, "till", false);
    account_fill(s, 2, "late", false);
}

/* --- a run --------------------------------------------------------------- */

void
payee(int number, int row, char out[16])
{
    snprintf(out, 16, "254711%04d%02d", number % 10000, row % 100);
}

static void
payroll(const char *path, const struct fp_case *c)
{
    FILE *f = fopen(path, "wb");
    char phone[16];

    if (f == NULL)
        bail("payroll", path);
    fputs("employee_no,name,phone,amount\n", f);
    for (int i = 0; i < ROWS; i++) {
        payee(c->number, i, phone);
        fprintf(f, "E%d-%d,Payee %d,%s,%d\n", c->number, i, i + 1, phone,
                100 + i);
    }
    if (fclose(f) != 0)
        bail("payroll", path);
}

static void
must(int rc, const struct err *e, const char *doing)
{
    if (rc < 0)
        bail(doing, e->text);
}

/* Uploaded by one, approved by another; not sent. */
static void
approved(struct slot *s, const struct fp_case *c, struct run *run)
{
    static const char *const kinds[] = { "main", "advance", "bonus",
                                         "correction" };
    bool two = scenes[c->scene].two_phase;
    struct account *a = &s->accounts[two ? 0 : c->scene == SCENE_LATE ? 2 : 1];
    struct intake_order o;
    struct intake_result r;
    struct problems ps;
    struct err e = { 0 };
    char path[160], period[16];
    int n = s->runs++;

    snprintf(path, sizeof(path), "%s/payroll.csv", s->dir);
    snprintf(period, sizeof(period), "20%02d-%02d", 10 + n / 4 / 12 % 80,
             n / 4 % 12 + 1);
    payroll(path, c);
    o = book_order(path, a, period);
    o.kind = kinds[n % 4];
    if (!two)
        o.rules = &sapama_rules;
    problems_init(&ps);
    must(intake_upload(s->db, &o, &ps, &r, &e), &e, "upload");
    problems_release(&ps);
    unlink(path);
    must(run_find(s->db, r.ref, run, &e), &e, "find");
    must(run_submit(s->db, run, BOOK_MAKER, &e), &e, "submit");
    must(run_approve(s->db, run, BOOK_CHECKER, run->minor, &e), &e, "approve");
}

/* --- processes ----------------------------------------------------------- */

static pid_t
spawn(const struct slot *s, const char *program, const struct run *run,
      const char *failpoints)
{
    char out[128];
    pid_t pid = fork();

    if (pid != 0) {
        if (pid < 0)
            bail("fork", "no process");
        return pid;
    }
    snprintf(out, sizeof(out), "%s/out", s->dir);
    (void)dup2(open(out, O_WRONLY | O_CREAT | O_APPEND, 0600), 1);
    (void)dup2(1, 2);
    (void)setenv("PAYRUN_FAILPOINT_LOG", s->log, 1);
    if (failpoints[0] != '\0')
        (void)setenv("PAYRUN_FAILPOINTS", failpoints, 1);
    execl(program, program, "send", run->ref, "--wait", "--quiet", "--dir",
          s->dir, "--as", BOOK_MAKER, (char *)NULL);
    _exit(127);
}

/* Until it ends, or stops.  Return false when it hangs. */
static bool
await(pid_t pid, int *status)
{
    int64_t end = clock_mono_ms() + CAP_MS;
    pid_t got = 0;

    while ((got = waitpid(pid, status, WNOHANG | WUNTRACED)) == 0
           && clock_mono_ms() < end)
        (void)poll(NULL, 0, 15);
    if (got == pid)
        return true;
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, status, 0);
    return false;
}

/* The first thing that is wrong counts. */
__attribute__((format(printf, 2, 3)))
static void
wrong(struct fp_case *c, const char *fmt, ...)
{
    va_list args;

    if (c->why[0] != '\0')
        return;
    va_start(args, fmt);
    vsnprintf(c->why, sizeof(c->why), fmt, args);
    va_end(args);
}

static struct run_sums
sums_of(struct slot *s, const struct run *run)
{
    struct run_sums sums;
    struct err e = { 0 };

    if (run_sums(s->db, run->run_id, &sums, &e) < 0)
        bail("sums", e.text);
    return sums;
}

/* One phase: nobody can tell what became of a request that may have left and
 * shows nowhere.  It stands in doubt, and then only people end the run. */
static bool
is_over(struct slot *s, const struct fp_case *c, struct run *run)
{
    struct run_sums sums;

    if (run_by_id(s->db, run->run_id, run) != DB_OK)
        bail("reading a run", db_why(s->db));
    if (run->state == RUN_CLOSED || run->state == RUN_SETTLED)
        return true;
    if (run->state != RUN_PAYING || scenes[c->scene].two_phase)
        return false;
    sums = sums_of(s, run);
    return sums.doubt_rows > 0 && sums.paid_rows + sums.doubt_rows == ROWS;
}

/* What a person does about it: the same command again; where the run stopped
 * and says why, he looks and resumes. */
static void
heal(struct slot *s, struct fp_case *c, struct run *run)
{
    struct err e = { 0 };
    int status = 0;

    for (int i = 0; i < HEALS_MAX && !is_over(s, c, run); i++) {
        if (run->state == RUN_PAUSED
            && run_resume(s->db, run, BOOK_MAKER, &e) < 0)
            wrong(c, "resume: %s", e.text);
        if (!await(spawn(s, s->house->payrun, run, ""), &status))
            wrong(c, "the healing command hangs");
    }
    if (!is_over(s, c, run))
        wrong(c, "the run is still %s after %d more commands: %.120s",
              run_state_name(run->state), HEALS_MAX, run->state_why);
}

/* --- what must be -------------------------------------------------------- */

/* A statement is known by its address. */
static int64_t
number_of(struct slot *s, const char *sql, int64_t run_id)
{
    int64_t n = 0;
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = { C_I64("n", &n) };

    if (db_one(s->db, sql, args, LEN(args), cols, LEN(cols)) != DB_OK)
        bail(sql, db_why(s->db));
    return n;
}

static void
look(struct slot *s, struct fp_case *c, const struct run *run)
{
    static const char left[] =
        "-- left: payments of requests that may have left\n"
        "SELECT coalesce(sum(rows), 0)::bigint AS n FROM batch b"
        " WHERE run_id = $1 AND EXISTS (SELECT 1 FROM attempt t"
        " WHERE t.batch_id = b.batch_id AND t.step IN ('approve', 'send')"
        " AND t.left_at IS NOT NULL)";
    static const char leases[] =
        "-- leases: held after the end\n"
        "SELECT count(*) AS n FROM batch WHERE run_id = $1"
        " AND state NOT IN ('done', 'refused', 'cancelled', 'in_doubt')";
    const struct run_sums sums = sums_of(s, run);

    c->doubt = (int)sums.doubt_rows;
    c->paid = (int)sums.paid_rows;
    c->left = (int)number_of(s, left, run->run_id);
    if (!run_sums_tie(&sums))
        wrong(c, "the sums of %s do not tie", run->ref);
    if (sums.book_rows != ROWS)
        wrong(c, "%s has %ld payments", run->ref, (long)sums.book_rows);
    if (sums.paid_rows + sums.doubt_rows != ROWS)
        wrong(c, "%s: only %ld paid or in doubt", run->ref,
              (long)(sums.paid_rows + sums.doubt_rows));
    if (c->doubt > 0 && scenes[c->scene].two_phase)
        wrong(c, "%s: %d in doubt after healing", run->ref, c->doubt);
    if (c->doubt > c->left)
        wrong(c, "%s: more in doubt than the %d that may have left",
              run->ref, c->left);
    if (number_of(s, leases, run->run_id) > 0 && c->doubt == 0)
        wrong(c, "%s: a batch has no end", run->ref);
}

/* --- one case ------------------------------------------------------------ */

const char *
action_name(enum fp_action a)
{
    switch (a) {
    case DO_NOTHING: return "nothing";
    case DO_KILL:    return "kill";
    case DO_STOP:    return "stop past the lease";
    case DO_ERROR:   return "error";
    case DO_HARD:    return "error for good";
    case DO_DELAY:   return "delay";
    }
    return "";
}

static void
spell(const struct fp_case *c, char out[POINT_BYTES + 32])
{
    static const char *const words[] = {
        [DO_NOTHING] = "", [DO_KILL] = "kill", [DO_STOP] = "stop",
        [DO_ERROR] = "error", [DO_HARD] = "error", [DO_DELAY] = "delay"
    };

    out[0] = '\0';
    if (c->action != DO_NOTHING)
        snprintf(out, POINT_BYTES + 32, "%s:%s@%d%s", c->point->name,
                 words[c->action], c->nth, c->action == DO_HARD ? "=hard" : "");
}

/* The hits of this case's faulted process are the last of the log. */
static bool
was_hit(const struct slot *s, const struct fp_case *c, off_t from)
{
    char line[POINT_BYTES + 2];
    FILE *f = fopen(s->log, "rb");
    int n = 0;

    if (f == NULL || fseeko(f, from, SEEK_SET) < 0)
        return f != NULL && fclose(f) != 0;
    while (fgets(line, sizeof(line), f) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        n += strcmp(line, c->point->name) == 0;
    }
    (void)fclose(f);
    return n >= c->nth;
}

/* Others work on while it sleeps; then it wakes and must not do harm. */
static void
oversleep(struct slot *s, struct fp_case *c, struct run *run, pid_t pid)
{
    int status = 0;
    struct run now = *run;

    heal(s, c, &now);
    (void)kill(pid, SIGCONT);
    if (!await(pid, &status))
        wrong(c, "the process that slept does not end");
}

static void
fault_there(struct slot *s, const struct fp_case *c)
{
    char json[160], phone[16];

    if (c->scene != SCENE_DIFFERS)
        return;
    payee(c->number, 0, phone);
    snprintf(json, sizeof(json), "{\"on\":\"initiate\",\"do\":\"missing\","
             "\"account\":\"%s\",\"times\":1}", phone);
    if (stand_fault(s->house, json) < 0)
        bail("stand-in", json);
}

void
slot_case(struct slot *s, struct fp_case *c)
{
    char failpoints[POINT_BYTES + 32];
    struct stat st = { 0 };
    struct run run;
    int status = 0;
    pid_t pid;

    approved(s, c, &run);
    fault_there(s, c);
    spell(c, failpoints);
    (void)stat(s->log, &st);
    pid = spawn(s, s->house->check, &run, failpoints);
    if (!await(pid, &status))
        wrong(c, "the process hangs after the %s", action_name(c->action));
    c->reached = c->action == DO_NOTHING || was_hit(s, c, st.st_size);
    if (WIFSTOPPED(status))
        oversleep(s, c, &run, pid);
    else if (c->reached && c->action == DO_KILL
             && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL))
        wrong(c, "it was not killed");
    heal(s, c, &run);
    look(s, c, &run);
    c->over = true;
}

int
slot_end(struct slot *s, char why[256])
{
    char *argv[] = { (char *)(uintptr_t)s->house->payrun, (char *)(uintptr_t)
                     "audit", (char *)(uintptr_t)"verify",
                     (char *)(uintptr_t)"--dir", s->dir, NULL };
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        (void)dup2(open("/dev/null", O_WRONLY), 1);
        execv(argv[0], argv);
        _exit(127);
    }
    if (!await(pid, &status) || !WIFEXITED(status)
        || WEXITSTATUS(status) != 0) {
        snprintf(why, 256, "payrun audit verify: status %d", status);
        return -1;
    }
    db_close(s->db);
    return 0;
}
