#include "tests/torture/clerk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "db/db.h"

#define LOOK_MS   100
#define AGAIN_MS  150               /* after one that did not get through */
#define RESUME_MS 400
#define ASK_MS    3000

/* --- what the book says ------------------------------------------------- */

struct look {
    struct clerk *clerk;
    char period[16], ref[32], state[16];
    bool in_doubt, known;
};

static void
period_of(int nr, char out[16])
{
    snprintf(out, 16, "%04d-%02d", 2000 + nr / 12, nr % 12 + 1);
}

static struct job *
job_of(struct clerk *c, const char *period)
{
    char mine[16];

    for (int i = 0; i < c->njobs; i++) {
        period_of(i, mine);
        if (strcmp(mine, period) == 0)
            return &c->jobs[i];
    }
    return NULL;
}

static int
look_row(void *owner)
{
    struct look *l = owner;
    struct job *j = job_of(l->clerk, l->period);

    if (j == NULL)
        return 0;
    if (strcmp(l->state, "paying") == 0 && j->paying_ms == 0)
        j->paying_ms = clock_mono_ms();
    snprintf(j->ref, sizeof(j->ref), "%s", l->ref);
    snprintf(j->state, sizeof(j->state), "%s", l->state);
    j->in_doubt = l->in_doubt;
    j->known = l->known;
    j->accepted = true;
    return 0;
}

static void
look(struct clerk *c)
{
    static const char sql[] =
        "SELECT r.period::text AS period, r.ref, r.state::text AS state, "
        "EXISTS (SELECT 1 FROM batch b WHERE b.run_id = r.run_id AND "
        "(b.state = 'in_doubt' OR b.doubt_rows > 0)) AS in_doubt, NOT EXISTS "
        "(SELECT 1 FROM batch b WHERE b.run_id = r.run_id AND b.state NOT IN "
        "('done', 'refused', 'cancelled') AND paid_rows + failed_rows + "
        "doubt_rows + cancelled_rows < rows) AS known FROM run r";
    struct look l = { .clerk = c };
    const struct db_col cols[] = {
        C_TEXT("period", l.period), C_TEXT("ref", l.ref),
        C_TEXT("state", l.state), C_BOOL("in_doubt", &l.in_doubt),
        C_BOOL("known", &l.known)
    };

    c->fresh = db_each(c->db, sql, NULL, 0, cols, LEN(cols), look_row, &l) >= 0;
}

/* --- the file ----------------------------------------------------------- */

static void
file_row(struct buf *b, int run, int row, const struct row_plan *r)
{
    const char *rail = r->bank ? "PESALINK"
        : r->two_phase ? "MPESA-B2C" : "SAPAMA-MPESA";

    buf_printf(b, "E%d-%d,Payee %d,%s,%s,%s,%s,%lld\n", run, row, row,
               r->bank ? "" : r->account, r->bank ? r->account : "",
               r->bank ? "68" : "", rail, (long long)(r->minor / 100));
}

static int
file_write(struct clerk *c, struct job *j, char path[PATH_BYTES_MAX])
{
    char name[32];
    struct buf b = { 0 };
    int fd = -1, rc = -1;

    snprintf(name, sizeof(name), "run-%03d.csv", j->nr);
    stand_path(c->stand, path, name);
    if (j->minor != 0)
        return 0;
    buf_init(&b, 65536);
    buf_text(&b, "Emp No,Name,Phone,Account,Bank Code,Rail,Amount\n");
    for (int row = 0; row < j->plan.rows; row++) {
        struct row_plan r = plan_row(c->key, j->nr, row);

        j->minor += r.minor;
        file_row(&b, j->nr, row, &r);
    }
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd >= 0 && !b.failed && write(fd, b.p, b.len) == (ssize_t)b.len)
        rc = 0;
    if (fd >= 0)
        close(fd);
    buf_release(&b);
    return rc;
}

/* --- commands ----------------------------------------------------------- */

static int
words(struct clerk *c, struct job *j, enum step step, const char *argv[16],
      char text[2][PATH_BYTES_MAX])
{
    static const char *const verb[] = {
        "upload", "submit", "approve", "send", "pause", "resume", "cancel",
        "resolve"
    };
    bool checker = step == STEP_APPROVE;
    int n = 0;

    argv[n++] = verb[step];
    argv[n++] = step == STEP_UPLOAD ? text[0] : j->ref;
    if (step == STEP_UPLOAD) {
        if (file_write(c, j, text[0]) < 0)
            return -1;
        period_of(j->nr, text[1]);
        argv[n++] = "--period";
        argv[n++] = text[1];
    } else if (step == STEP_APPROVE) {
        snprintf(text[1], PATH_BYTES_MAX, "%lld.%02lld",
                 (long long)(j->minor / 100), (long long)(j->minor % 100));
        argv[n++] = "--confirm-total";
        argv[n++] = text[1];
    } else if (step == STEP_PAUSE || step == STEP_CANCEL) {
        argv[n++] = "--reason";
        argv[n++] = "torture";
        if (step == STEP_CANCEL)
            argv[n++] = "--rest";
    } else if (step == STEP_ASK) {
        argv[n++] = "--ask";
    }
    argv[n++] = "--as";
    argv[n++] = checker ? "brian" : "amina";
    argv[n++] = "--dir";
    argv[n++] = c->stand->dir;
    argv[n] = NULL;
    return 0;
}

static void
say(struct clerk *c, struct job *j, enum step step, bool healing)
{
    const char *argv[16];
    char text[2][PATH_BYTES_MAX], log[PATH_BYTES_MAX];
    struct spawn_plan plan = { 0 };

    if (!healing)
        plan = plan_command(c->key, j->nr, j->commands,
                            step == STEP_SEND);
    stand_path(c->stand, log, "commands.log");
    if (words(c, j, step, argv, text) < 0
        || crew_spawn(c->crew, ROLE_COMMAND, j->nr * STEP_NONE + (int)step,
                      argv, log, &plan, NULL) == NULL) {
        j->next_ms = clock_mono_ms() + AGAIN_MS;
        return;
    }
    j->commands++;
    j->said = step;
    j->busy = true;
    c->fresh = c->fresh && step == STEP_ASK;
}

static bool
is(const struct job *j, const char *state)
{
    return strcmp(j->state, state) == 0;
}

/* What "done" must have made of the run. */
static bool
stands(const struct job *j, enum step step)
{
    bool draft = is(j, "draft"), submitted = is(j, "submitted");

    switch (step) {
    case STEP_UPLOAD:  return j->state[0] != '\0';
    case STEP_SUBMIT:  return j->state[0] != '\0' && !draft;
    case STEP_APPROVE: return j->state[0] != '\0' && !draft && !submitted;
    case STEP_SEND:    return !is(j, "approved");
    case STEP_PAUSE: case STEP_RESUME: case STEP_CANCEL: case STEP_ASK:
    case STEP_NONE:
        return true;
    }
    return true;
}

void
clerk_ended(struct clerk *c, const struct hand *h, int status)
{
    struct job *j = &c->jobs[h->tag / STEP_NONE];
    bool done = WIFEXITED(status) && WEXITSTATUS(status) == 0;

    if (h->tag % STEP_NONE != (int)j->said || !j->busy)
        return;                     /* a send that nobody waited for */
    j->busy = false;
    j->killed = WIFSIGNALED(status);
    if (done && j->said == STEP_UPLOAD)
        j->accepted = true;
    if (!j->killed && !done)
        j->next_ms = clock_mono_ms() + AGAIN_MS;
    c->look_ms = 0;
    c->fresh = c->fresh && j->said == STEP_ASK;
    if (!done || c->lie[0] != '\0')
        return;
    look(c);
    if (c->fresh && !stands(j, j->said))
        snprintf(c->lie, sizeof(c->lie), "run %d: command %d of its steps said "
                 "done, but the run is \"%s\"", j->nr, (int)j->said, j->state);
}

/* --- what comes next ---------------------------------------------------- */

/* A request that was lost on its way leaves its batch in doubt for good, and
 * the run open: when all its other payments have their end, that is one. */
static bool
is_over(const struct job *j)
{
    return (is(j, "paying") && j->known && j->in_doubt)
        || is(j, "closed") || is(j, "settled") || is(j, "cancelled")
        || is(j, "rejected") || is(j, "expired");
}

static enum step
next_of(struct job *j, int64_t now_ms, bool healing)
{
    int64_t paying = j->paying_ms != 0 ? now_ms - j->paying_ms : -1;

    if (j->state[0] == '\0')
        return STEP_UPLOAD;
    if (is(j, "draft"))
        return STEP_SUBMIT;
    if (is(j, "submitted"))
        return STEP_APPROVE;
    if (is(j, "approved"))
        return STEP_SEND;
    if (is(j, "paying") && !healing && !j->cancelled && j->plan.cancel_ms != 0
        && paying >= j->plan.cancel_ms) {
        j->cancelled = true;
        return STEP_CANCEL;
    }
    if (is(j, "paying") && !healing && !j->paused && j->plan.pause_ms != 0
        && paying >= j->plan.pause_ms) {
        j->paused = true;
        return STEP_PAUSE;
    }
    if (is(j, "paused") && now_ms >= j->next_ms) {
        j->next_ms = now_ms + RESUME_MS;
        return STEP_RESUME;
    }
    if (healing && j->in_doubt && now_ms >= j->next_ms) {
        j->asked++;
        j->next_ms = now_ms + j->asked * ASK_MS;
        return STEP_ASK;
    }
    return STEP_NONE;
}

static void
job_turn(struct clerk *c, struct job *j, int64_t now_ms, bool healing)
{
    enum step step = STEP_NONE;

    /* A send works on for a while; what it was said for is done. */
    if (j->busy && j->said == STEP_SEND && c->fresh && j->state[0] != '\0'
        && !is(j, "approved"))
        j->busy = j->killed = false;
    if (j->busy || now_ms < j->next_ms)
        return;
    /* Once more, without looking: a person who saw it die does that. */
    if (j->killed && !j->again) {
        j->again = true;
        say(c, j, j->said, healing);
        return;
    }
    if (!c->fresh)
        return;
    j->killed = j->again = false;
    step = next_of(j, now_ms, healing);
    if (step != STEP_NONE)
        say(c, j, step, healing);
}

int64_t
clerk_turn(struct clerk *c, int64_t now_ms, int open, bool healing)
{
    int on_their_way = 0;

    if (now_ms >= c->look_ms) {
        look(c);
        c->look_ms = now_ms + LOOK_MS;
    }
    for (int i = 0; i < c->njobs; i++) {
        job_turn(c, &c->jobs[i], now_ms, healing);
        on_their_way += !is_over(&c->jobs[i]);
    }
    while (!healing && on_their_way < open && c->njobs < PLAN_RUNS_MAX) {
        struct job *j = &c->jobs[c->njobs];

        *j = (struct job){ .nr = c->njobs, .said = STEP_NONE,
                           .plan = plan_run(c->key, c->njobs) };
        c->njobs++;
        on_their_way++;
        say(c, j, STEP_UPLOAD, healing);
    }
    return c->look_ms;
}

bool
clerk_done(const struct clerk *c)
{
    for (int i = 0; i < c->njobs; i++)
        if (!is_over(&c->jobs[i])
            || (c->jobs[i].busy && c->jobs[i].said != STEP_ASK))
            return false;
    return c->fresh;
}

void
clerk_open(const struct clerk *c, char out[160])
{
    int n = 0;

    out[0] = '\0';
    for (int i = 0; i < c->njobs; i++)
        if ((!is_over(&c->jobs[i]) || c->jobs[i].busy) && n++ == 0)
            snprintf(out, 160, "run %d (%s) is %s%s", i, c->jobs[i].ref,
                     c->jobs[i].state[0] != '\0' ? c->jobs[i].state
                     : "not there", c->jobs[i].busy ? ", a command runs" : "");
    if (n == 0 && !c->fresh)
        snprintf(out, 160, "the book cannot be read");
}
